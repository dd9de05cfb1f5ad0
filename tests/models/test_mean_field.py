"""The mean field of the spiking circuit against published rates and reference tables."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_tables import reference

from breaking_the_loop.nmda_mechanism.mean_field import (
    FAMILIES,
    POPULATIONS,
    Circuit,
    follow,
    last_scale,
    losses,
    nmda_gating,
    quiet_branch,
    scaled,
    solve,
    stuck_branch,
)
from looplab.errors import ModelError


def selective_and_stable(branch):
    return branch.selective and branch.stable


def stable(branch):
    return branch.stable


def test_without_structure_excitatory_cells_fire_near_3_and_interneurons_near_9_hz():
    state = solve(Circuit(w_plus=1.0))
    np.testing.assert_allclose(state.rates, [2.662, 2.662, 2.662, 8.783], rtol=2e-3)
    assert state.stable


def test_the_quiet_state_is_that_of_the_circuit_without_structure():
    quiet = quiet_branch()
    np.testing.assert_allclose(quiet.rates, [2.662, 2.662, 2.662, 8.783], rtol=2e-3)
    assert quiet.stable and not quiet.selective


def test_the_stuck_state_fires_at_30_hz_with_no_input():
    stuck = stuck_branch()
    np.testing.assert_allclose(stuck.rates, [30.42, 1.107, 4.505, 13.29], rtol=2e-3)
    assert stuck.stable and stuck.selective


def test_less_nmda_lowers_both_states():
    circuit = scaled("uniform", 0.955)
    quiet, stuck = solve(circuit, quiet_branch()), solve(circuit, stuck_branch())
    np.testing.assert_allclose(quiet.rates[[0, 3]], [2.373, 8.046], rtol=2e-3)
    np.testing.assert_allclose(stuck.rates, [25.19, 1.285, 3.996, 12.06], rtol=2e-3)


def test_more_nmda_raises_the_stuck_rate():
    stuck = solve(scaled("uniform", 1.03), stuck_branch())
    assert stuck.rates[0] == pytest.approx(33.42, rel=2e-3)


def test_less_inhibition_destabilises_the_quiet_state():
    circuit = scaled("GABA", 0.91)
    quiet, stuck = solve(circuit, quiet_branch()), solve(circuit, stuck_branch())
    np.testing.assert_allclose(quiet.rates[[0, 3]], [4.280, 12.60], rtol=2e-3)
    assert not quiet.stable
    assert stuck.rates[0] == pytest.approx(31.20, rel=2e-3)


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(
    ("prefix", "start", "keep"),
    [("sp", quiet_branch, lambda branch: True), ("pers", stuck_branch, lambda b: b.selective)],
    ids=["quiet", "stuck"],
)
def test_every_branch_of_the_reference_table_is_reproduced(family, prefix, start, keep):
    table = {
        row["scale"]: row for row in reference("nmda_meanfield_branches") if row["family"] == family
    }
    upwards = sorted(scale for scale in table if scale >= 1)
    downwards = sorted((scale for scale in table if scale < 1), reverse=True)
    for scales in (upwards, downwards):
        for scale, branch in zip(scales, follow(family, scales, start(), keep), strict=True):
            row = table[scale]
            exists = not np.isnan(row[f"{prefix}_S1"])
            assert (branch is not None) == exists, scale
            if exists:
                expected = [row[f"{prefix}_{population}"] for population in POPULATIONS]
                np.testing.assert_allclose(branch.rates, expected, rtol=1e-4, atol=6e-4)
                assert branch.stable == (row[f"{prefix}_eig"] < 0), scale


@pytest.mark.parametrize(
    ("family", "start", "towards", "keep", "edge"),
    [
        ("uniform", stuck_branch, 0.85, selective_and_stable, 0.9045),
        ("uniform", quiet_branch, 1.15, stable, 1.0468),
        ("E_only", stuck_branch, 0.85, selective_and_stable, 0.9645),
        ("E_only", quiet_branch, 1.15, stable, 1.0063),
        ("I_only", stuck_branch, 1.15, selective_and_stable, 1.0625),
        ("I_only", quiet_branch, 0.85, stable, 0.9927),
        ("GABA", quiet_branch, 0.85, stable, 0.9565),
        ("GABA", stuck_branch, 0.7, selective_and_stable, 0.7),
        ("GABA", stuck_branch, 1.3, selective_and_stable, 1.3),
    ],
)
def test_each_state_ends_at_its_fold(family, start, towards, keep, edge):
    assert last_scale(family, start(), towards, keep) == pytest.approx(edge, abs=1e-3)


def test_loss_on_interneurons_alone_raises_the_stuck_rate():
    assert solve(scaled("I_only", 0.98), stuck_branch()).rates[0] == pytest.approx(31.6, rel=2e-3)


def test_the_selectivity_table_is_reproduced():
    for row in reference("nmda_meanfield_selectivity"):
        found = losses(row["rho_I_over_E"])
        for computed, column in (
            (found.stuck, "bE_where_stuck_lost"),
            (found.quiet, "bE_where_quiet_lost"),
        ):
            expected = None if np.isnan(row[column]) else pytest.approx(row[column], abs=1e-9)
            assert computed == expected, row


def test_the_sign_of_the_effect_flips_near_a_selectivity_of_1_15():
    below, at, above = (losses(selectivity) for selectivity in (1.1, 1.15, 1.2))
    assert below.stuck and below.quiet is None
    assert at.stuck is None and at.quiet is None
    assert above.stuck is None and above.quiet


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 500))
def test_the_share_of_open_channels_lies_between_0_and_1_and_rises_with_the_rate(rate):
    gating = nmda_gating(np.array([0.0, rate, rate + 1]))
    assert gating[0] == 0
    assert 0 <= gating[1] < gating[2] < 1


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 0.15), st.floats(0, 3), st.floats(0.85, 1.15))
def test_a_state_is_found_and_finite_everywhere_in_the_sliders_range(block, selectivity, gaba):
    branch = quiet_branch()
    for share in np.linspace(0, 1, 9)[1:]:
        circuit = Circuit.blocked(share * block, selectivity, 1 + share * (gaba - 1))
        branch = solve(circuit, branch)
        assert branch is not None
    assert np.isfinite(branch.rates).all() and np.isfinite(branch.eigenvalue)
    assert (branch.rates > 0).all()


def test_no_block_leaves_the_published_circuit():
    assert Circuit.blocked(0.0, 3.0) == Circuit()


def test_a_block_beyond_everything_is_refused():
    with pytest.raises(ModelError, match="selectivity \\* block_e = 1.5: choose a fraction"):
        Circuit.blocked(0.5, 3.0)


def test_an_unknown_family_is_refused():
    with pytest.raises(ModelError, match="'Mg': choose one of uniform"):
        scaled("Mg", 1.0)
