"""The stuck circuit against reference tables, its own equations and an independent simulator."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from javascript import in_browser
from reference_tables import reference

from breaking_the_loop.nmda_mechanism.stuck_circuit import (
    barriers,
    bifurcation,
    escape_times,
    field,
    firing_rate,
    fixed_points,
    folds,
    nullcline,
    other_pool_at_rest,
    profile,
    profile_slope,
    quiet_point,
    saddle_point,
    stuck_point,
    trajectory,
)
from looplab.errors import ModelError
from looplab.model.latex import equations

few = settings(max_examples=40, deadline=None)
scales = st.floats(0.8, 1.2)
stimuli = st.floats(0, 60)


def test_every_fixed_point_of_the_reference_table_is_found_and_no_other():
    rows = reference("nmda_wongwang_fixedpoints")
    for scale, group in itertools.groupby(rows, key=lambda row: row["s"]):
        expected = sorted(group, key=lambda row: row["S1"])
        found = fixed_points(scale)
        assert len(found) == len(expected), scale
        for point, row in zip(found, expected, strict=True):
            assert point.S_1 == pytest.approx(row["S1"], rel=1e-5)
            assert point.S_2 == pytest.approx(row["S2"], rel=1e-5)
            assert point.r_1 == pytest.approx(row["r1_Hz"], rel=1e-5)
            assert point.r_2 == pytest.approx(row["r2_Hz"], rel=1e-5)
            assert point.eigenvalue == pytest.approx(row["max_re_eig_per_s"], abs=2e-5)
            assert point.stable == (row["stability"] == "stable")


def test_the_published_circuit_is_quiet_at_2_hz_and_stuck_at_20_hz():
    assert quiet_point(1.0).S_1 == pytest.approx(0.1027, abs=1e-3)
    assert quiet_point(1.0).r_1 == pytest.approx(1.78, abs=0.01)
    stuck = stuck_point(1.0)
    assert (stuck.S_1, stuck.S_2) == pytest.approx((0.5670, 0.0319), abs=1e-3)
    assert (stuck.r_1, stuck.r_2) == pytest.approx((20.43, 0.51), abs=0.01)
    saddle = saddle_point(1.0)
    assert (saddle.S_1, saddle.S_2) == pytest.approx((0.3138, 0.0558), abs=1e-3)


def test_a_lasting_input_to_both_pools_forces_a_choice():
    points = fixed_points(1.0, stimulus=30.0)
    stuck = stuck_point(1.0, stimulus=30.0)
    assert (stuck.S_1, stuck.S_2) == pytest.approx((0.6587, 0.0518), abs=1e-3)
    assert stuck.r_1 == pytest.approx(30.1, abs=0.05)
    (symmetric,) = [p for p in points if abs(p.S_1 - p.S_2) < 1e-9]
    assert symmetric.S_1 == pytest.approx(0.4245, abs=1e-3)
    assert not symmetric.stable
    assert quiet_point(1.0, stimulus=30.0) is None


def test_3_1_percent_less_coupling_abolishes_stuck_and_11_5_percent_more_abolishes_quiet():
    stuck_from, quiet_until = folds()
    assert stuck_from == pytest.approx(0.9685, abs=5e-4)
    assert quiet_until == pytest.approx(1.1149, abs=5e-4)


def test_the_folds_hardly_move_when_self_excitation_alone_is_scaled():
    stuck_from, quiet_until = folds(lambda scale: {"j_cross": 0.0497 / scale})
    assert stuck_from == pytest.approx(0.9685, abs=5e-4)
    assert quiet_until == pytest.approx(1.1068, abs=5e-4)


def test_each_state_vanishes_right_beyond_its_fold():
    stuck_from, quiet_until = folds()
    assert stuck_point(stuck_from - 1e-5) is None and stuck_point(stuck_from + 1e-5)
    assert quiet_point(quiet_until + 1e-5) is None and quiet_point(quiet_until - 1e-5)


def test_a_block_is_the_same_as_a_lower_scale():
    blocked, scaled = fixed_points(1.05, block=7.0), fixed_points(1.05 * 0.93)
    assert len(blocked) == len(scaled) == 5
    for one, other in zip(blocked, scaled, strict=True):
        assert one.S_1 == pytest.approx(other.S_1, rel=1e-9)


def test_in_this_model_7_percent_block_leaves_a_healthy_circuit_no_persistent_activity():
    assert stuck_point(1.0) and stuck_point(1.0, block=7.0) is None
    assert stuck_point(1.05, block=7.0)


@few
@given(scales, stimuli)
def test_fixed_points_are_zeros_of_the_field(scale, stimulus):
    points = fixed_points(scale, stimulus=stimulus)
    assert points
    for point in points:
        rises = field.evaluate(S_1=point.S_1, S_2=point.S_2, scale=scale, stimulus=stimulus)
        assert abs(rises["rise_1"]) < 1e-9 and abs(rises["rise_2"]) < 1e-9
        assert 0 <= point.S_1 <= 1 and 0 <= point.S_2 <= 1


@few
@given(scales, stimuli)
def test_fixed_points_come_in_mirrored_pairs(scale, stimulus):
    points = fixed_points(scale, stimulus=stimulus)
    mirrored = sorted((p.S_2, p.S_1) for p in points)
    np.testing.assert_allclose([(p.S_1, p.S_2) for p in points], mirrored, atol=1e-9)


@few
@given(scales, stimuli, st.floats(0.2, 0.6))
def test_one_pool_stands_still_all_along_its_nullcline(scale, stimulus, x):
    on = nullcline.evaluate(x=x, scale=scale, stimulus=stimulus)
    there = field.evaluate(S_1=on["S"], S_2=on["other"], scale=scale, stimulus=stimulus)
    assert there["x_1"] == pytest.approx(x, abs=1e-12)
    assert abs(there["rise_1"]) < 1e-9
    mirrored = field.evaluate(S_1=on["other"], S_2=on["S"], scale=scale, stimulus=stimulus)
    assert abs(mirrored["rise_2"]) < 1e-9


def test_the_rate_curve_takes_its_limit_at_the_removable_singularity():
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.array([-1e-3, -1e-9, 0.0, 1e-9, 1e-3])
        rate = firing_rate(z, 0.154)
        assert rate[2] == 1 / 0.154
        assert (np.diff(rate) > 0).all()
        # The series meets the quotient where one takes over from the other.
        edge = firing_rate(np.array([1e-3 - 1e-12, 1e-3 + 1e-12]), 0.154)
    assert edge[0] == pytest.approx(edge[1], rel=1e-11)
    on = nullcline.evaluate(x=108 / 270)
    assert on["rate"] == pytest.approx(1 / 0.154, rel=1e-12)


def test_the_field_is_finite_at_every_corner_of_the_sliders():
    names = ("scale", "block", "stimulus")
    ranges = [(field[name].low, field[name].high) for name in names]
    corners = np.array(np.meshgrid(*ranges, [0.0, 1.0], [0.0, 1.0])).reshape(5, -1)
    values = field.evaluate(**dict(zip((*names, "S_1", "S_2"), corners, strict=True)))
    assert all(np.isfinite(value).all() for value in values.values())


def test_the_barrier_table_is_reproduced():
    for row in reference("nmda_wongwang_barriers"):
        found = barriers(row["s"])
        assert found.out_of_quiet == pytest.approx(row["barrier_quiet_to_saddle"], rel=1e-3)
        assert found.out_of_stuck == pytest.approx(row["barrier_stuck_to_saddle"], rel=1e-3)


def test_without_a_stuck_state_there_is_no_barrier():
    assert barriers(0.96).out_of_stuck is None


def test_the_profile_has_its_wells_and_its_pass_at_the_fixed_points():
    for scale in (0.98, 1.0, 1.05):
        for find in (quiet_point, saddle_point, stuck_point):
            point = find(scale)
            assert abs(profile_slope(point.S_1, scale)) < 1e-8
            assert other_pool_at_rest(point.S_1, scale) == pytest.approx(point.S_2, abs=1e-9)


def test_the_profile_rises_from_quiet_to_the_pass_by_the_height_of_the_barrier():
    s_1, u = profile(1.0)
    assert s_1[0] == quiet_point(1.0).S_1 and u[0] == 0
    before_stuck = s_1 < stuck_point(1.0).S_1
    assert u[before_stuck].max() == pytest.approx(0.0214, abs=1e-4)
    drop = u[before_stuck].max() - u.min()
    assert drop == pytest.approx(0.0428, abs=1e-4)


def test_the_bifurcation_diagram_shows_each_branch_where_it_exists():
    at = np.array([0.95, 0.969, 1.0, 1.114, 1.12])
    branches = bifurcation(at)
    assert np.isnan(branches["stuck"]).tolist() == [True, False, False, False, False]
    assert np.isnan(branches["quiet"]).tolist() == [False, False, False, False, True]
    assert np.isnan(branches["saddle"]).tolist() == [True, False, False, False, True]
    assert np.isnan(branches["symmetric_unstable"]).tolist() == [True, True, True, True, False]
    assert branches["stuck"][2] == pytest.approx(0.566987, rel=1e-5)


# Trials and seconds are chosen so that the error of each estimate is well below the tolerance.
@pytest.mark.parametrize(
    ("state", "scales", "censor"),
    [("stuck", [0.955, 0.96, 0.965, 0.97], 30), ("quiet", [1.05, 1.06, 1.08], 20)],
)
def test_mean_escape_times_agree_with_the_reference_within_a_quarter(state, scales, censor):
    expected = {
        row["s"]: row["MFPT_s"]
        for row in reference("nmda_wongwang_escape")
        if row["state"] == state
    }
    for scale, found in zip(
        scales, escape_times(state, scales, trials=200, censor=censor), strict=True
    ):
        assert found.exits > 80, scale
        assert found.mean_time == pytest.approx(expected[scale], rel=0.25), scale


@pytest.mark.parametrize(("state", "scales"), [("stuck", [0.98, 1.0, 1.05]), ("quiet", [1.0])])
def test_nothing_leaves_a_deep_well(state, scales):
    for found in escape_times(state, scales, trials=200, censor=3):
        assert found.exits == 0 and found.mean_time == float("inf")
        assert found.watched == pytest.approx(600)


def test_without_noise_nothing_leaves_even_a_shallow_well():
    (found,) = escape_times("stuck", [0.97], trials=1, censor=3, sigma=0.0)
    assert found.exits == 0


def test_an_unknown_state_is_refused():
    with pytest.raises(ModelError, match="'high': choose 'stuck' or 'quiet'"):
        escape_times("high", [1.0], trials=1, censor=1)


def final(**parameters):
    return trajectory.run(6000, every=500, record=["here_1", "here_2"], **parameters)


def test_without_noise_the_trajectory_settles_at_the_fixed_points():
    run = final(sigma=0.0, pulse=0.0, scale=1.0)
    assert run["here_1"][-1] == pytest.approx(stuck_point(1.0).S_1, abs=1e-5)
    run = final(sigma=0.0, pulse=0.0, scale=1.0, start=0.0)
    assert run["here_2"][-1] == pytest.approx(quiet_point(1.0).S_1, abs=1e-3)


def test_a_new_thought_does_not_move_the_stuck_circuit_but_a_block_releases_it():
    stuck = final(scale=1.05, learners=20)
    assert (stuck["here_1"][-1] > 0.5).all()
    released = final(scale=1.05, block=12.0, learners=20)
    assert (released["here_1"][-1] < 0.2).all()


def test_the_noise_of_the_trajectory_has_the_published_size():
    run = trajectory.run(6000, learners=40, record=["n_1", "n_2"])
    # Stationary spread of the discretised process: sigma^2 / (2 - dt / tau).
    expected = 0.02 / np.sqrt(2 - 0.0005 / 0.002)
    for name in ("n_1", "n_2"):
        assert run[name][100:].std() == pytest.approx(expected, rel=0.02)
        assert run[name][100:].mean() == pytest.approx(0, abs=5e-4)
    assert abs(np.corrcoef(run["n_1"].ravel(), run["n_2"].ravel())[0, 1]) < 0.02


def test_trajectories_are_finite_and_bounded_at_the_corners_of_the_sliders():
    names = ("scale", "block", "sigma", "pulse", "start")
    ranges = [(trajectory[name].low, trajectory[name].high) for name in names]
    corners = np.array(np.meshgrid(*ranges)).reshape(len(names), -1)
    run = trajectory.run(
        800, record=["here_1", "here_2"], pulse_start=0.1, **dict(zip(names, corners, strict=True))
    )
    for name in ("here_1", "here_2"):
        assert ((run[name] >= 0) & (run[name] <= 1)).all()


def test_unknown_settings_and_values_out_of_range_are_refused():
    with pytest.raises(ModelError, match="no quantity 'noise'"):
        fixed_points(1.0, noise=0.02)
    with pytest.raises(ModelError, match="scale .* = 3 is outside its range"):
        fixed_points(3.0)


def test_the_browser_computes_the_same_field_and_nullcline():
    for given_ in ({}, {"scale": 0.96, "block": 10.0, "stimulus": 30.0}):
        for model, inputs in (
            (field, {"S_1": 0.3, "S_2": 0.05}),
            (field, {"S_1": 0.0, "S_2": 1.0}),
            (nullcline, {"x": 0.35}),
            (nullcline, {"x": 108 / 270}),
        ):
            expected = model.evaluate(**inputs, **given_)
            for name, value in in_browser(model, **inputs, **given_).items():
                assert value == pytest.approx(float(expected[name]), rel=1e-9, abs=1e-12), name


@pytest.mark.parametrize("sigma", [0.0, 0.02])
def test_the_browser_runs_the_same_trajectory(sigma):
    given_ = {"sigma": sigma, "scale": 1.05, "pulse": 60.0, "pulse_start": 1.0}
    expected = trajectory.run(4000, every=10, seed=3, record=["here_1", "here_2"], **given_)
    computed = in_browser(trajectory, ["here_1", "here_2"], steps=4000, every=10, seed=3, **given_)
    for name in ("here_1", "here_2"):
        np.testing.assert_allclose(computed[name, None], expected[name][:, 0], rtol=1e-9)


def test_the_equations_can_be_shown():
    assert r"\dot S_1" in equations(field).latex
    assert r"S_{\text{other}}" in equations(nullcline).latex
    assert r"\leftarrow" in equations(trajectory).latex


@few
@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_the_virtual_brain_computes_the_same_field(s_1, s_2):
    wong_wang = pytest.importorskip(
        "tvb.simulator.models.wong_wang",
        reason="an independent check: install the optional package tvb-library to run it",
    )
    pool = wong_wang.ReducedWongWang(w=np.array([1.0]), I_o=np.array([0.3255]))
    gating = np.array([[s_1, s_2]])
    # Its coupling is in units of the self-coupling; its time is in ms.
    coupling = -0.0497 / 0.2609 * gating[:, ::-1]
    expected = 1000 * pool._numpy_dfun(gating, coupling)[0]
    ours = field.evaluate(S_1=s_1, S_2=s_2, scale=1.0)
    np.testing.assert_allclose([ours["rise_1"], ours["rise_2"]], expected, rtol=1e-10, atol=1e-11)
