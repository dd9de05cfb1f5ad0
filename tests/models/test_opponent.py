"""Model B against the reference tables of the published learner (Sato et al. 2023)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from javascript import in_browser
from reference_tables import reference

from breaking_the_loop.ocd_cycle.cycle import COMPULSION, LET_PASS, REACT, WAIT
from breaking_the_loop.ocd_cycle.opponent import (
    GRID,
    LEARNER_TYPES,
    PAIRS,
    map_rates,
    obsession_map,
    opponent,
)
from looplab.model.latex import equations

STEPS, RUNS = 5000, 100
RATE_NAMES = ("alpha_sr_plus", "alpha_sr_minus", "alpha_ir_plus", "alpha_ir_minus")


def side_by_side(rates, learners):
    """Parameters for `learners` learners of each of several sets of rates, one after the other."""
    return {name: np.repeat([each[name] for each in rates], learners) for name in RATE_NAMES}


@pytest.fixture(scope="module")
def published():
    """All four learner types, 100 runs of each, with the draws of the published stream.

    Every run takes 5,000 pairs (choice, transition) from one stream, run after run and type after
    type. Results have shape (type, run, ...).
    """
    stream = np.random.RandomState(22102201).random_sample((4, RUNS, STEPS, 2))
    stream = stream.reshape(4 * RUNS, STEPS, 2).transpose(2, 1, 0)
    run = opponent.run(
        STEPS,
        learners=4 * RUNS,
        every=100,
        record=["obsession", "visited"],
        draws={"choice": stream[0], "transition": stream[1]},
        **side_by_side([each.rates for each in LEARNER_TYPES.values()], RUNS),
    )
    return run["obsession"].reshape(50, 4, RUNS), run["visited"].reshape(50, 4, 4, RUNS)


@pytest.fixture(scope="module")
def first_runs():
    """The first run of each type, recorded at every step."""
    stream = np.random.RandomState(22102201).random_sample((4, RUNS, STEPS, 2))[:, 0]
    return opponent.run(
        STEPS,
        learners=4,
        record=["visited", "value"],
        draws={"choice": stream[:, :, 0].T, "transition": stream[:, :, 1].T},
        **side_by_side([each.rates for each in LEARNER_TYPES.values()], 1),
    )


@pytest.mark.parametrize("row", reference("cycle_sato_golden_first_run"), ids=lambda r: r["agent"])
def test_first_run_of_each_type_is_the_golden_run(first_runs, row):
    i = list(LEARNER_TYPES).index(row["agent"])
    counts = first_runs["visited"][:, :, i].sum(axis=0)
    assert counts[COMPULSION] == int(row["n_compulsion"])
    assert counts[WAIT] == int(row["n_other_in_obsession"])
    assert counts[REACT] == int(row["n_abnormal_reaction"])
    assert counts[LET_PASS] == int(row["n_other_in_relief"])
    last = first_runs["value"][-1, :, i]
    names = ("V_compulsion", "V_other_obs", "V_react", "V_other_relief")
    assert last == pytest.approx([float(row[name]) for name in names], abs=1e-9)
    difference = float(row["V_react_minus_V_other_at_last_choice"])
    assert last[REACT] - last[LET_PASS] == pytest.approx(difference, abs=1e-9)


@pytest.mark.parametrize("row", reference("cycle_sato_four_agents"), ids=lambda r: r["agent"])
def test_four_learners_give_the_table_to_its_last_digit(published, row):
    i = list(LEARNER_TYPES).index(row["agent"])
    obsession, visited = published[0][:, i], published[1][:, :, i]
    assert obsession[-1].mean() == pytest.approx(float(row["obsession_share_last100"]), abs=6e-6)
    assert obsession.mean() == pytest.approx(float(row["obsession_share_all"]), abs=6e-6)
    rates = visited.mean(axis=(0, 2))
    assert rates[REACT] == pytest.approx(float(row["rate_abnormal_reaction"]), abs=6e-6)
    assert rates[COMPULSION] == pytest.approx(float(row["rate_compulsion"]), abs=6e-6)
    assert {k: float(row[k.replace("sr", "SR").replace("ir", "IR")]) for k in RATE_NAMES} == (
        LEARNER_TYPES[row["agent"]].rates
    )


@pytest.fixture(scope="module")
def own_draws():
    run = opponent.run(
        STEPS,
        learners=4 * RUNS,
        every=100,
        record=["obsession"],
        **side_by_side([each.rates for each in LEARNER_TYPES.values()], RUNS),
    )
    return run["obsession"].reshape(50, 4, RUNS)


@pytest.mark.parametrize("row", reference("cycle_sato_four_agents"), ids=lambda r: r["agent"])
def test_four_learners_give_the_table_with_other_draws(own_draws, row):
    share = own_draws[:, list(LEARNER_TYPES).index(row["agent"])]
    assert share.mean() == pytest.approx(float(row["obsession_share_all"]), abs=0.006)
    assert share[-1].mean() == pytest.approx(float(row["obsession_share_last100"]), abs=0.03)


def test_only_the_opponent_learner_keeps_the_cycle(own_draws):
    last = dict(zip(LEARNER_TYPES, own_draws[-10:].mean(axis=(0, 2)), strict=True))
    assert last.pop("opponent") > 4 * max(last.values())


@pytest.fixture(scope="module")
def fine_map():
    return obsession_map(learners=20, steps=STEPS)


def test_map_matches_the_reference_cell_by_cell(fine_map):
    shares = [row["obsession_share_last100"] for row in reference("cycle_sato_phase")]
    assert fine_map == pytest.approx(np.reshape(shares, (11, 11)), abs=0.04)


def test_cells_of_the_map_are_exact_with_the_published_draws():
    """The stream runs through the map row by row, 100 runs a cell: here three cells of it."""
    rows = reference("cycle_sato_phase")
    stream = np.random.RandomState(22102202)
    chosen = (0, 10, 12)
    cells = []
    for cell in range(max(chosen) + 1):
        pairs = stream.random_sample((RUNS, STEPS, 2))
        if cell in chosen:
            cells.append(pairs)
    drawn = np.concatenate(cells).transpose(2, 1, 0)
    rates = [
        {k: float(rows[cell][k.replace("sr", "SR").replace("ir", "IR")]) for k in RATE_NAMES}
        for cell in chosen
    ]
    run = opponent.run(
        STEPS,
        learners=RUNS * len(chosen),
        every=100,
        record=["obsession"],
        draws={"choice": drawn[0], "transition": drawn[1]},
        **side_by_side(rates, RUNS),
    )
    share = run["obsession"].reshape(50, len(chosen), RUNS).mean(axis=-1)
    for i, cell in enumerate(chosen):
        assert share[-1, i] == pytest.approx(float(rows[cell]["obsession_share_last100"]), abs=6e-6)
        assert share[:, i].mean() == pytest.approx(
            float(rows[cell]["obsession_share_all"]), abs=6e-6
        )


def test_map_rises_with_good_surprises_and_falls_with_bad_ones(fine_map):
    assert np.unravel_index(fine_map.argmax(), fine_map.shape) == (10, 0)
    assert fine_map[10, 0] == pytest.approx(0.48, abs=0.04)
    assert fine_map[0, 10] <= 0.01
    assert np.diag(fine_map).mean() == pytest.approx(0.06, abs=0.02)
    assert np.diff(fine_map, axis=0).min() > -0.06
    assert np.diff(fine_map, axis=1).max() < 0.06


def test_map_divides_a_tenth_between_the_two_systems():
    rates = map_rates()
    for sign in ("plus", "minus"):
        total = rates[f"alpha_sr_{sign}"] + rates[f"alpha_ir_{sign}"]
        assert total == pytest.approx(np.full((11, 11), 0.1))
    assert rates["alpha_sr_plus"][:, 0] == pytest.approx(GRID)
    assert rates["alpha_sr_minus"][0] == pytest.approx(GRID)


LONG = {
    "no forgetting": {"forgetting": 0.0, "beta": 10.0},
    "forgetting": {"forgetting": 0.001, "beta": 10.0},
    "strict": {"forgetting": 0.001, "beta": 100.0},
    "very strict": {"forgetting": 0.001, "beta": 500.0},
}


@pytest.fixture(scope="module")
def long_run():
    """50,000 steps of 25 opponent learners of each kind, in blocks of 1,000, averaged over them."""
    run = opponent.run(
        50_000,
        learners=100,
        every=1000,
        record=["obsession", "w_sr", "q_ir"],
        **{name: np.repeat([kind[name] for kind in LONG.values()], 25) for name in LONG["strict"]},
    )
    return {
        kind: {name: run[name][..., 25 * i : 25 * i + 25].mean(axis=-1) for name in run.recorded}
        for i, kind in enumerate(LONG)
    }


def test_without_forgetting_the_cycle_is_transient(long_run):
    share = long_run["no forgetting"]["obsession"]
    assert share[:5].mean() > 0.4
    assert share[15:].mean() < 0.1 and share[20:].max() < 0.1


def test_with_forgetting_the_cycle_lasts(long_run):
    share = long_run["forgetting"]["obsession"][5:]
    assert share.reshape(9, 5).mean(axis=1) == pytest.approx(np.full(9, 0.445), abs=0.012)


def test_strict_learners_with_forgetting_cycle_less(long_run):
    strict = long_run["strict"]["obsession"]
    assert strict.mean() == pytest.approx(0.27, abs=0.03)
    assert strict[1] == pytest.approx(0.03, abs=0.03)
    assert long_run["very strict"]["obsession"].mean() == pytest.approx(0.02, abs=0.02)


@pytest.mark.parametrize(
    "kind, axis, w, q",
    [("no forgetting", (-175, 125), 94, -142), ("forgetting", (-15, 10), 7.5, -12)],
)
def test_systems_drift_apart_within_the_axes_of_the_published_figures(long_run, kind, axis, w, q):
    highest, lowest = long_run[kind]["w_sr"].max(), long_run[kind]["q_ir"].min()
    assert axis[0] < lowest and highest < axis[1]
    assert highest == pytest.approx(w, rel=0.06)
    assert lowest == pytest.approx(q, rel=0.06)


def test_the_same_seed_gives_the_same_run_beside_any_number_of_others():
    few = opponent.run(300, learners=3, record=["value"], seed=9)
    many = opponent.run(300, learners=8, record=["value"], seed=9)
    assert np.array_equal(few["value"], many["value"][..., :3])


def test_nobody_reacts_into_obsession_where_the_door_is_shut():
    run = opponent.run(500, learners=5, entry_chance=0.0, record=["obsession"])
    assert not run["obsession"].any()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 2**31), gamma=st.sampled_from([0.3, 0.5, 0.9]))
def test_successor_matrix_holds_discounted_visits(seed, gamma):
    """Rows of M never sum above 1 / (1 - gamma), and no entry is negative."""
    run = opponent.run(
        400, learners=4, every=400, record=["obsession"], seed=seed, gamma=gamma, alpha_m=0.1
    )
    following = run.final["successor"]
    assert (following >= 0).all()
    rows = following.reshape(4, 4, -1).sum(axis=1)
    assert (rows <= gamma / (1 - gamma) + 1e-12).all()


@pytest.mark.parametrize(
    "changes", [{}, {"forgetting": 0.001, "beta": 100.0}, {"gamma": 0.9, "alpha_sr_plus": 0.1}]
)
def test_browser_and_numpy_agree(changes):
    steps, learners, every = 1000, 3, 50
    record = ("obsession", "value", "delta")
    layout = {"steps": steps, "learners": learners, "every": every, "seed": 4}
    found = in_browser(opponent, record, **layout, **changes)
    run = opponent.run(steps, learners=learners, every=every, record=record, seed=4, **changes)
    numpy = np.concatenate([run["obsession"][:, None], run["value"], run["delta"][:, None]], axis=1)
    assert np.array(list(found.values())).transpose(1, 0, 2) == pytest.approx(numpy, abs=1e-9)


def test_equations_name_both_systems():
    text = equations(opponent, "value", "delta", "q_ir", "w_sr").latex
    assert r"\alpha_{IR}" in text and r"\alpha_{SR}" in text and "undefined" not in text
    assert len(PAIRS) == 16
