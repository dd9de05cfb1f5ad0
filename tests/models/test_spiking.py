"""The spiking network: its cells, its scheme, and its committed table against the reference.

`nmda_spiking_N500.csv` and `nmda_spiking_size.csv` are an independent run of the same network. Its
rates are those of a scheme that reads conductances just after the spikes (see the test of it).
"""

import numpy as np
import pytest
from reference_tables import reference
from scipy.stats import fisher_exact

from breaking_the_loop.nmda_mechanism import spiking
from breaking_the_loop.nmda_mechanism import tables as nmda_tables
from breaking_the_loop.nmda_mechanism.mean_field import POPULATIONS, Circuit, branches, solve
from looplab.errors import ModelError

CONDITIONS = dict(
    zip(
        (
            "base",
            "NMDA-4.5%",
            "NMDA-10%",
            "NMDA_E-4.5%",
            "NMDA_I-2%",
            "NMDA+3%",
            "GABA-9%",
            "NMDA-4.5%,GABA-9%",
        ),
        nmda_tables.CONDITIONS,
        strict=True,
    )
)
"""What the reference calls each condition."""
SCALED = {1.0: "published values", 0.955: "NMDA −4.5 %"}
COMPARISONS = 2 * len(CONDITIONS) + 6
"""Counts compared with the reference: two for each condition, and one for each size and scale."""


def table():
    return {(row["condition"], row["cells"]): row for row in nmda_tables.load()["spiking"]}


def small():
    return {name: table()[condition, spiking.CELLS] for name, condition in CONDITIONS.items()}


def agree(count, trials, other, other_trials):
    """Fisher's exact test, at 1 % over all the comparisons made here."""
    counts = [[count, trials - count], [other, other_trials - other]]
    return fisher_exact(counts).pvalue > 0.01 / COMPARISONS


def rates(network, seconds, after):
    """Mean rates (Hz) of each pool and trial from `after` to `seconds`."""
    spikes = 0
    for step in range(round(seconds / network.dt)):
        fired = network.step()
        if step >= round(after / network.dt):
            spikes = spikes + fired
    return spikes / network.sizes[:, None] / (seconds - after)


def test_the_table_has_every_condition_and_size():
    expected = {(condition, spiking.CELLS) for condition in nmda_tables.CONDITIONS}
    expected |= {(name, cells) for cells in nmda_tables.SIZES for name in nmda_tables.SIZED}
    assert set(table()) == expected
    for row in table().values():
        assert row["trials"] == nmda_tables.SIZES[row["cells"]]


def test_the_counts_of_the_table_are_those_of_the_reference_within_both_errors():
    for row in reference("nmda_spiking_N500"):
        ours, trials = small()[row["condition"]], int(row["trials"])
        for name, column in (
            ("stuck", "frac_stuck_persists_3s"),
            ("quiet", "frac_quiet_stays_quiet_3s"),
        ):
            theirs = round(row[column] * trials)
            assert agree(ours[name], ours["trials"], theirs, trials), (row["condition"], name)


def test_the_counts_of_larger_networks_are_those_of_the_reference_within_both_errors():
    for row in reference("nmda_spiking_size"):
        ours = table()[SCALED[row["NMDA_scale"]], int(row["N"])]
        theirs, trials = int(row["stuck_persists_of_trials"]), int(row["trials"])
        assert agree(ours["stuck"], ours["trials"], theirs, trials), row


def test_the_rates_of_the_table_are_those_of_the_reference_but_for_its_scheme():
    # The scheme of the reference fires up to 15 % faster (next test); the rest is sampling error.
    def close(ours, spread, trials, theirs, other_trials):
        error = spread * np.sqrt(1 / trials + 1 / other_trials)
        return abs(ours - theirs) < 0.15 * theirs + 3 * error

    for row in reference("nmda_spiking_N500"):
        ours, trials = small()[row["condition"]], row["trials"]
        for place, pool in enumerate(POPULATIONS):
            mean, spread = ours["rates"][place], ours["rates_sd"][place]
            theirs = row[f"quiet_{pool}_Hz"]
            assert close(mean, spread, ours["trials"], theirs, trials), (row["condition"], pool)
        if not np.isnan(row["mean_rate_stuck_Hz"]):
            stuck = row["frac_stuck_persists_3s"] * trials
            mean, spread = ours["stuck_rate"], ours["stuck_rate_sd"]
            theirs = row["mean_rate_stuck_Hz"]
            assert close(mean, spread, ours["stuck"], theirs, stuck), row["condition"]


class JustAfterTheSpikes(spiking.Network):
    """A scheme that reads each conductance just after the spikes: too much by half a step."""

    def _mean_over_step(self, name):
        return 1.0


def test_the_reference_is_met_by_a_scheme_that_reads_conductances_just_after_the_spikes():
    [row] = [r for r in reference("nmda_spiking_N500") if r["condition"] == "NMDA-10%"]
    committed = small()["NMDA-10%"]
    circuit = nmda_tables.CONDITIONS[committed["condition"]]
    theirs = [row["quiet_NS_Hz"], row["quiet_I_Hz"]]
    for scheme, expected in ((JustAfterTheSpikes, theirs), (spiking.Network, committed["rates"])):
        network = scheme(circuit, 25, np.random.default_rng(1))
        found = rates(network, 1.0, after=0.3).mean(axis=1)
        # Sampling error is 2 % here and 1 to 3 % there; the schemes are 11 to 14 % apart.
        np.testing.assert_allclose(found[-2:], expected[-2:], rtol=0.07)


def test_every_direction_is_the_one_that_the_mean_field_gives():
    rows = small()
    base = rows["base"]

    def differ(key, one, other):
        counts = [[row[key], row["trials"] - row[key]] for row in (one, other)]
        return fisher_exact(counts).pvalue < 0.001

    for name in ("NMDA-4.5%", "NMDA-10%", "NMDA_E-4.5%"):
        row = rows[name]
        assert row["stuck"] < base["stuck"] and differ("stuck", row, base), name
        assert row["quiet"] > base["quiet"] and differ("quiet", row, base), name
    for name in ("NMDA_I-2%", "NMDA+3%", "GABA-9%"):
        row = rows[name]
        assert row["stuck"] > base["stuck"] and differ("stuck", row, base), name
        assert row["quiet"] < base["quiet"], name
        assert row["stuck_rate"] > base["stuck_rate"], name
    for name in ("NMDA_I-2%", "GABA-9%"):
        assert differ("quiet", rows[name], base), name
    # Less GABA gives back the stuck state that less NMDA took away.
    less, back = rows["NMDA-4.5%"], rows["NMDA-4.5%,GABA-9%"]
    assert back["stuck"] > less["stuck"] and differ("stuck", back, less)


def test_larger_networks_hold_stuck_longer_but_not_where_the_mean_field_says():
    counts = {
        name: [
            table()[name, cells]["stuck"] / trials for cells, trials in nmda_tables.SIZES.items()
        ]
        for name in nmda_tables.SIZED
    }
    published, less, lesser = counts.values()
    assert published == sorted(published) and published[-1] == 1
    # With 4.5 % less the edge is near: what lasts 3 s is a minority in every size.
    assert max(less) < 0.5
    # With 7 % less stuck is gone in every size, and the mean field still has it.
    assert lesser == [0] * len(nmda_tables.SIZES)
    _, stuck = branches(nmda_tables.SIZED["NMDA −7 %"])
    assert stuck is not None and stuck.stable


def test_the_largest_network_is_quiet_at_the_rates_of_the_mean_field():
    for name, circuit in nmda_tables.SIZED.items():
        row = table()[name, max(nmda_tables.SIZES)]
        quiet, _ = branches(circuit)
        error = np.divide(row["rates_sd"], np.sqrt(row["trials"]))
        # The formula of first passage may be off by 3 % (see the test of uncoupled cells).
        assert (np.abs(row["rates"] - quiet.rates) < 0.03 * quiet.rates + 3 * error).all(), name


def test_the_stuck_rate_stays_below_that_of_the_mean_field_in_the_largest_network():
    _, published = branches(Circuit())
    row = table()["published values", max(nmda_tables.SIZES)]
    assert row["stuck_rate"] + 2 * row["stuck_rate_sd"] < published.rates[0]


def test_a_recomputed_part_of_the_table_is_the_committed_one_within_its_error():
    # Not to the last digit: single precision differs between machines, and chaos does the rest.
    row = small()["NMDA_I-2%"]
    circuit = nmda_tables.CONDITIONS[row["condition"]]
    found = spiking.outcomes(circuit, trials=12, seed=101)
    assert agree(found.stuck, found.trials, row["stuck"], row["trials"])
    error = row["stuck_rate_sd"] * np.sqrt(1 / found.stuck + 1 / row["stuck"])
    assert abs(found.rates[0, found.is_stuck].mean() - row["stuck_rate"]) < 4 * error


def test_the_same_seed_gives_the_same_trials_and_another_seed_others():
    def trace(seed):
        network = spiking.Network(Circuit(), 3, np.random.default_rng(seed), cells=100)
        return sum(network.step() for _ in range(2000))

    np.testing.assert_array_equal(trace(1), trace(1))
    assert (trace(1) != trace(2)).any()


def test_uncoupled_cells_fire_at_the_rate_of_first_passage():
    # The formula is itself an expansion in the noise's correlation time: it was 3 % too high here.
    uncoupled = Circuit(nmda_e=0.0, nmda_i=0.0, ampa=0.0, gaba=0.0)
    network = spiking.Network(uncoupled, 12, np.random.default_rng(1))
    found = rates(network, 0.6, after=0.1)
    excitatory = np.average(found[:3], axis=0, weights=network.sizes[:3]).mean()
    expected = solve(uncoupled).rates
    assert excitatory == pytest.approx(expected[0], rel=0.05)
    assert found[3].mean() == pytest.approx(expected[3], rel=0.05)


def test_without_structure_excitatory_cells_fire_near_3_and_interneurons_near_9_hz():
    # The published targets are round numbers of the mean field (2.66 and 8.78 Hz when solved); the
    # network fires 10 to 20 % below. Recurrence multiplies what uncoupled cells miss by 3 %.
    network = spiking.Network(Circuit(w_plus=1.0), 15, np.random.default_rng(1))
    found = rates(network, 1.0, after=0.3)
    excitatory = np.average(found[:3], axis=0, weights=network.sizes[:3]).mean()
    assert excitatory == pytest.approx(2.66, rel=0.25)
    assert found[3].mean() == pytest.approx(8.78, rel=0.15)


def test_states_stay_where_they_belong_and_a_cue_raises_its_pool():
    network = spiking.Network(Circuit(), 4, np.random.default_rng(1))
    spikes = sum(network.step(extra=120.0) for _ in range(2000))
    assert (network.gating >= 0).all() and (network.gating < 1).all()
    assert (network.voltage <= -50.0).all() and (network.voltage > -70.01).all()
    assert (network.rise > 0).all() and (network.ampa >= 0).all() and (network.gaba >= 0).all()
    assert spikes[0].sum() > 2 * spikes[1].sum()


def test_a_cell_that_fired_rests_for_its_refractory_time():
    network = spiking.Network(Circuit(), 2, np.random.default_rng(1), cells=50)
    network.voltage[:] = -70.0
    network.voltage[0] = network.voltage[-1] = 1.0
    network.step()
    held = {0: 0, -1: 0}
    for _ in range(30):
        network.step()
        for cell in held:
            held[cell] += (network.voltage[cell] == -55.0).all()
    assert held == {0: 20, -1: 10}


def test_what_cannot_be_simulated_is_refused():
    with pytest.raises(ModelError, match="cells = 90: choose a multiple of 25"):
        spiking.outcomes(Circuit(), 1, cells=90)
    with pytest.raises(ModelError, match="trials = 0: choose at least 1"):
        spiking.outcomes(Circuit(), 0)
    with pytest.raises(ModelError, match="dt"):
        spiking.outcomes(Circuit(), 1, dt=0.001)
