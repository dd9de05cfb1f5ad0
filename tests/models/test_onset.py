"""The onset curves, fading, stopping and burden against reference tables and exact results."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from javascript import in_browser
from reference_tables import reference
from scipy.stats import binom

from breaking_the_loop.onset_timelines import burden, fading, stopping
from breaking_the_loop.onset_timelines import clocks as onset
from looplab.errors import ModelError
from looplab.model.latex import equations

few = settings(max_examples=50, deadline=None)


def test_the_open_fluoxetine_course_has_an_exact_solution():
    effect, tau = onset.through_two_visits(4, 27.3 - 22.8, 12, 27.3 - 20.8)
    assert math.exp(-4 / tau) == pytest.approx(1 / 3, abs=1e-9)
    assert tau == pytest.approx(4 / math.log(3), abs=1e-9)
    assert effect == pytest.approx(6.75, abs=1e-9)


def test_every_clock_on_the_fluoxetine_course():
    effect, tau = 6.75, 4 / math.log(3)
    points = {
        "mean change reaches 0.91 points": 0.91,
        "mean change reaches 4.9 points (MID)": 4.9,
        "mean change reaches 24% of 27.3 (MID, percent form)": 0.24 * 27.3,
        "mean change reaches 25% of 27.3": 0.25 * 27.3,
        "mean change reaches 35% of 27.3 (response)": 0.35 * 27.3,
        "mean score reaches 12 (remission)": 27.3 - 12,
        "half of the final effect": effect / 2,
        "90% of the final effect": 0.9 * effect,
    }
    rows = {row["event"]: row["week"] for row in reference("onset_definitions")}
    for event, gain in points.items():
        assert onset.time_to_reach(gain, effect, tau) == pytest.approx(rows[event], rel=1e-4), event


def test_share_of_the_twelve_week_change_present_early():
    gain = onset.course.evaluate(week=np.array([1, 2, 4, 6, 8, 12.0]))["relief"]
    expected = [0.249, 0.439, 0.692, 0.839, 0.923]
    assert gain[:-1] / gain[-1] == pytest.approx(expected, abs=5e-4)


def test_two_forms_of_the_same_minimal_change_differ_by_eight_weeks():
    weeks = onset.five_clocks.evaluate(mid_in_per_cent=np.array([0, 1]))["minimal_week"]
    assert weeks == pytest.approx([4.7127, 12.849], rel=1e-4)


def test_response_and_remission_are_never_reached_by_the_mean():
    clocks = onset.five_clocks.evaluate()
    for clock in ("response", "remission", "durable"):
        assert clocks[f"{clock}_reached"] == 0
    assert clocks["separation_reached"] == clocks["minimal_reached"] == 1


def test_durable_is_remission_held_for_the_follow_up():
    clocks = onset.five_clocks.evaluate(full_effect=15.0, baseline=20.0, follow_up=26)
    assert clocks["remission_week"] == pytest.approx(
        onset.time_to_reach(8, 15.0, onset.TAU.default)
    )
    assert clocks["durable_week"] - clocks["remission_week"] == pytest.approx(26)


@few
@given(points=st.floats(0, 40), effect=st.floats(0.1, 15), tau=st.floats(0.3, 12))
def test_what_exceeds_the_final_effect_is_reached_never_not_nan(points, effect, tau):
    week = onset.time_to_reach(points, effect, tau)
    assert week >= 0 and not math.isnan(week)
    assert math.isinf(week) == (points >= effect)


@pytest.mark.parametrize(
    ("mean", "sd", "expected"),
    [(22.8, 6.9, (0.337, 0.181, 0.472, 0.059)), (20.8, 8.3, (0.481, 0.327, 0.595, 0.145))],
)
def test_people_respond_although_the_mean_does_not(mean, sd, expected):
    shares = onset.responders.evaluate(visit_mean=mean, visit_sd=sd)
    names = ("share_fall_25", "share_fall_35", "share_minimal", "share_remission")
    assert [float(shares[name]) for name in names] == pytest.approx(expected, abs=1e-3)


def test_the_assumed_correlation_moves_the_response_share_little():
    shares = onset.responders.evaluate(rho=np.array([0.4, 0.8]))["share_fall_35"]
    assert shares == pytest.approx([0.344, 0.302], abs=1e-3)


def test_people_past_a_line_are_those_of_the_table():
    for row in reference("corr_responders"):
        model = onset.past_the_line.with_parameters(change_sd={"low": 4.0})
        settings_ = {
            "placebo_fall": row["control_mean_fall"],
            "change_sd": row["sd"],
            "line_in_per_cent": int(row["threshold"] != "4.9 points"),
        }
        found = model.evaluate(gap=row["shift"], **settings_)
        assert found["share_placebo"] == pytest.approx(row["share_control"], abs=1e-3)
        assert found["share_drug"] == pytest.approx(row["share_drug"], abs=1e-3)
        assert 1 / found["more"] == pytest.approx(row["nnt"], abs=0.05)
        for gap in (3.46, 1.85):
            if not math.isnan(expected := row[f"nnt_at_{gap}"]):
                more = model.evaluate(gap=gap, **settings_)["more"]
                assert 1 / more == pytest.approx(expected, abs=0.05)


def test_fifteen_more_of_a_hundred_are_past_the_line():
    found = onset.past_the_line.evaluate()
    assert [float(found[name]) for name in ("share_placebo", "share_drug")] == pytest.approx(
        [0.449, 0.599], abs=1e-3
    )
    assert 1 / float(found["more"]) == pytest.approx(6.7, abs=0.05)


def test_a_third_of_a_standard_deviation_is_a_chance_of_59_per_cent_to_do_better():
    assert onset.chance_to_do_better(0.33) == pytest.approx(0.592, abs=1e-3)
    assert onset.chance_to_do_better(0.0) == pytest.approx(0.5, abs=1e-6)


def test_counts_of_two_trials_give_one_more_responder_for_every_four_or_five():
    for (k1, n1), (k0, n0), treated in (((80, 114), (57, 113), 5.1), ((26, 78), (7, 78), 4.1)):
        assert 1 / (k1 / n1 - k0 / n0) == pytest.approx(treated, abs=0.05)


def test_bootstrap_of_the_fluoxetine_course():
    for row in reference("onset_fit_fluoxetine_bootstrap"):
        fits = onset.bootstrap_course(row["r"], draws=60_000)
        reached = onset.time_to_reach(4.9, fits.full_effect, fits.tau)
        for name, values in (("tau", fits.tau), ("E", fits.full_effect), ("t49", reached)):
            found = np.quantile(values, [0.025, 0.5, 0.975])
            expected = [row[f"{name}_{part}"] for part in ("lo", "med", "hi")]
            assert found == pytest.approx(expected, rel=0.05), (row["r"], name)
        assert 1 - fits.without_finite_tau == pytest.approx(row["frac_identified"], abs=0.002)


@pytest.mark.parametrize(
    ("gain", "fits"),
    [
        (3.21, {10: (10.37, 5.19), 12: (8.08, 4.15), 13: (7.54, 3.91)}),
        (2.65, {10: (6.24, 3.32), 12: (5.51, 2.99), 13: (5.31, 2.90)}),
    ],
)
def test_drug_minus_placebo_through_week_two_and_one_end(gain, fits):
    for week, (tau, effect) in fits.items():
        found_effect, found_tau = onset.through_two_visits(2, 0.91, week, gain)
        assert found_tau == pytest.approx(tau, rel=1e-3)
        assert found_effect == pytest.approx(effect, rel=1.5e-3)


def test_no_finite_curve_fits_an_end_point_at_week_six():
    effect, tau = onset.through_two_visits(2, 0.91, 6, 3.21)
    assert math.isinf(effect) and math.isinf(tau)


@pytest.mark.parametrize(
    ("end", "median", "low", "share"),
    [(onset.SOOMRO, 12.7, 4.1, 0.22), (onset.COHEN, 5.7, 2.45, 0.015)],
)
def test_the_drug_minus_placebo_data_do_not_identify_the_curve(end, median, low, share):
    fits = onset.drug_minus_placebo_fits(end, draws=40_000)
    ordered = np.sort(fits.tau)
    assert ordered[len(ordered) // 2] == pytest.approx(median, rel=0.05)
    assert ordered[len(ordered) // 40] == pytest.approx(low, rel=0.10)
    assert fits.without_finite_tau == pytest.approx(share, abs=0.015)


def test_separation_is_a_property_of_the_trial():
    curves = {"A": onset.CURVE_A, "B": onset.CURVE_B}
    for row in reference("onset_separation_vs_n"):
        for power, column in ((0.5, "week_50pct_power"), (0.8, "week_80pct_power")):
            week = onset.separation_week(row["n_per_arm"], *curves[row["curve"]], row["sd"], power)
            assert week == pytest.approx(row[column], rel=1e-3), row


def test_the_clock_of_the_browser_agrees_with_the_separation_week():
    effect, tau = onset.CURVE_A
    for power_z, power in ((0.0, 0.5), (0.8416, 0.8)):
        clock = onset.five_clocks.evaluate(full_effect=effect, tau=tau, power_z=power_z)
        expected = onset.separation_week(125, effect, tau, 8.0, power)
        assert clock["separation_week"] == pytest.approx(expected, rel=1e-4)


VISITS = {
    "prior only": (),
    "4/8 at day 7": ((4, 8, 7),),
    "40/80 at day 7 (imaginary)": ((40, 80, 7),),
    "400/800 at day 7 (imaginary)": ((400, 800, 7),),
    "4/8 at day 7 and 2/8 at day 28 (imaginary)": ((4, 8, 7), (2, 8, 28)),
    "40/80 at day 7 and 20/80 at day 28 (imaginary)": ((40, 80, 7), (20, 80, 28)),
    "4/8 at day 7 and 0/10 at day 2": ((4, 8, 7), (0, 10, 2)),
}


def test_what_the_visits_say_about_fading():
    for row in reference("onset_tauoff_posterior"):
        belief = fading.fading_posterior(VISITS[row["data"]])
        expected = [row["q025"], row["q25"], row["median"], row["q75"], row["q975"]]
        found = belief.quantile([0.025, 0.25, 0.5, 0.75, 0.975])
        assert found == pytest.approx(expected, rel=0.03), row["data"]
        assert belief.bits == pytest.approx(row["bits"], abs=0.02)
        days = [row["P_resp_d14"], row["P_resp_d28"], row["P_resp_d84"]]
        assert belief.still_responding([14, 28, 84]) == pytest.approx(days, abs=2e-3)


def test_a_hundred_times_more_patients_tell_less_than_one_more_visit():
    one, many, visit = (
        fading.fading_posterior(visits).bits
        for visits in (((4, 8, 7),), ((400, 800, 7),), ((40, 80, 7), (20, 80, 28)))
    )
    assert 0 < many - one < 0.3
    assert visit > many + 1


def test_what_a_visit_teaches_on_average():
    known, *rows = reference("corr_expected_information")
    assert fading.fading_posterior((fading.SEEN,)).bits == pytest.approx(
        known["expected_bits"], abs=0.02
    )
    for row in rows:
        people = 0 if row["added"].startswith("the same") else int(row["added"].split()[0])
        found = fading.outcomes(fading.Visit(people, row["day"]))
        assert found.chance.sum() == pytest.approx(1)
        assert found.expected_bits == pytest.approx(row["expected_bits"], abs=0.02), row


def test_a_hundred_times_more_people_teach_a_third_of_a_second_visit():
    assert fading.outcomes(fading.Visit(792, 7)).expected_bits == pytest.approx(0.247, abs=0.02)
    same = fading.outcomes(fading.Visit(0, 28))
    assert same.expected_bits == pytest.approx(0.742, abs=0.02)
    assert same.chance == pytest.approx([0.159, 0.165, 0.182, 0.233, 0.262], abs=5e-3)
    assert same.limits[2] == pytest.approx([11, 34, 193], rel=0.03)
    assert same.bits.min() < same.expected_bits < same.bits.max()


def test_impossible_counts_are_refused():
    with pytest.raises(ModelError, match="9 of 8"):
        fading.fading_posterior(((9, 8, 7),))


COUNTS = {
    "foa/simpson2004 ERP+-CMI": (4, 33),
    "simpson2004 CMI": (5, 11),
    "foa2022 taper": (23, 51),
    "foa2022 cont": (12, 50),
}


@pytest.mark.parametrize(("k", "n", "limits"), [(4, 33, (25, 240)), (5, 11, (5.7, 45.5))])
def test_the_half_life_of_the_reader_has_exact_limits(k, n, limits):
    group = stopping.counted.evaluate(relapsed=k, followed=n)
    lower, upper = stopping.exact_limits()[int(group["group"])]
    found = stopping.half_life_interval.evaluate(
        relapsed_share=group["relapsed_share"],
        followed_weeks=12,
        lowest_share=lower,
        highest_share=upper,
    )
    assert (found["shortest"], found["longest"]) == pytest.approx(limits, abs=0.5)
    assert found["half"] == pytest.approx(stopping.half_life(k / n, 12))


def test_every_group_finds_its_own_exact_limits():
    limits = stopping.exact_limits()
    for n in range(stopping.SMALLEST, stopping.LARGEST + 1):
        found = stopping.counted.evaluate(relapsed=np.arange(1, n), followed=n)
        lower, upper = limits[found["group"].astype(int)].T
        # The exact limits are where k or more, and k or fewer, have a chance of 2.5 %.
        k = np.arange(1, n)
        assert binom.sf(k - 1, n, lower) == pytest.approx(0.025, rel=1e-6)
        assert binom.cdf(k, n, upper) == pytest.approx(0.025, rel=1e-6)
    assert int(found["group"][-1]) == len(limits) - 1
    everybody = stopping.counted.evaluate(relapsed=59, followed=11)
    assert everybody["counted"] == 10


def test_half_lives_after_stopping():
    for row in reference("onset_after_stopping_hazards"):
        share = row["proportion"]
        if row["group"] in COUNTS:
            k, n = COUNTS[row["group"]]
            share = k / n
            limits = stopping.half_life_limits(k, n, row["weeks"])
            assert limits == pytest.approx((row["hl_lo"], row["hl_hi"]), rel=1e-3)
            assert limits[0] < stopping.half_life(share, row["weeks"]) < limits[1]
        found = stopping.half_life(share, row["weeks"])
        assert found == pytest.approx(row["half_life_weeks"], rel=1e-3), row["group"]


def test_no_relapse_gives_an_infinite_half_life():
    assert math.isinf(stopping.half_life(0.0, 12))
    assert math.isinf(stopping.half_life_limits(0, 10, 12)[1])


def test_the_constant_hazard_shortcut_is_fair():
    stopped, continued = stopping.relapse_hazard(0.52, 24), stopping.relapse_hazard(0.23, 24)
    assert stopped / continued == pytest.approx(2.808, abs=5e-4)
    assert stopped / continued == pytest.approx(2.74, rel=0.05)  # published, fineberg2007_relapse


SCENARIO_NAMES = {
    "ketamine single, tau_off 7 d": "one dose, fading in 7 days",
    "ketamine single, tau_off 20.2 d": "one dose, fading in 20.2 days",
    "ketamine single, tau_off 60 d": "one dose, fading in 60 days",
    "ketamine x6 twice weekly then stop, tau_off 20.2 d": "imaginary: a short burst, then none",
    "ketamine every 14 d for whole horizon, tau_off 20.2 d": "imaginary: repeated throughout",
    "SSRI continued": "tablets continued",
    "SSRI stopped at week 12, tau_rel 32.7 wk": "tablets stopped at week 12",
    "weekly ERP to week 12, then none, tau_rel 92.9 wk": "weekly exposure to week 12",
    "4-day ERP, tau_rel 92.9 wk": "four-day exposure",
    "placebo-like course": "placebo-like course",
}


def test_mean_relief_over_twelve_and_fifty_two_weeks():
    rows = reference("onset_burden_scenarios")
    assert {SCENARIO_NAMES[row["scenario"]] for row in rows} == set(burden.STUDY_SIZES)
    for row in rows:
        relief = burden.STUDY_SIZES[SCENARIO_NAMES[row["scenario"]]]
        assert relief(84.0) == pytest.approx(row["mean_points_12wk"], rel=1e-3), row["scenario"]
        assert relief(364.0) == pytest.approx(row["mean_points_52wk"], rel=1e-3), row["scenario"]


def test_mean_relief_where_every_course_has_one_size():
    rows = reference("corr_burden_equal_sizes")
    assert {row["course"] for row in rows} == set(burden.EQUAL_SIZES)
    for row in rows:
        relief = burden.EQUAL_SIZES[row["course"]]
        assert relief(84.0) == pytest.approx(row["mean_relief_84_days"], abs=5e-3), row["course"]
        assert relief(364.0) == pytest.approx(row["mean_relief_364_days"], abs=5e-3)


@pytest.mark.parametrize(
    ("settings_", "days"),
    [
        ({"horizon": 84}, 114.6),
        ({"horizon": 84, "slow_tau": 18}, 170),
        ({"horizon": 84, "slow_tau": 35}, 81),
        ({"horizon": 84, "slow_tau": 45}, 62),
        ({"horizon": 364, "stop_day": 84}, 313),
        ({"horizon": 364}, 2485),
    ],
)
def test_how_slowly_a_dose_of_the_same_size_would_have_to_fade(settings_, days):
    assert burden.matching_fading.evaluate(**settings_)["match"] == pytest.approx(days, abs=0.5)


@few
@given(
    slow_tau=st.floats(2, 60),
    times=st.floats(0.5, 3.2),
    horizon=st.sampled_from([84, 364]),
    stop_day=st.sampled_from([84, 364]),
)
def test_the_matching_fading_is_the_root_that_scipy_finds(slow_tau, times, horizon, stop_day):
    found = burden.matching_fading.evaluate(
        slow_tau=slow_tau, times=times, horizon=horizon, stop_day=stop_day
    )
    days = burden.break_even_fading(6.75 * times, horizon, tau=slow_tau, stop_day=stop_day)
    if found["matches"]:
        assert found["match"] == pytest.approx(days, rel=2e-3)
    else:
        assert days > 0.99 * burden.NEVER


def test_a_dose_that_fades_in_twenty_days_would_have_to_be_three_times_as_large():
    slow = burden.EQUAL_SIZES["slow, continued"](84)
    assert slow / burden.EQUAL_SIZES["fast, fades in 20.2 days"](84) == pytest.approx(3.0, abs=0.01)


def test_two_causes_of_about_equal_weight_set_four_days_behind_twelve_weeks():
    loss = burden.RELAPSE_AFTER_EXPOSURE

    def four_days(clock_starts, effect=10.7):
        """Learned by day 4, kept until the clock of relapse starts; mean of 52 weeks."""
        reached = -effect * math.expm1(-4 / 2)
        learning = effect * (4 + 2 * math.expm1(-4 / 2))
        kept = reached * (clock_starts - 4)
        lost = -reached * loss * math.expm1(-(364 - clock_starts) / loss)
        return (learning + kept + lost) / 364

    higher = 10.7 * math.expm1(-84 / 28) / math.expm1(-4 / 2)
    assert burden.STUDY_SIZES["four-day exposure"](364) == pytest.approx(four_days(4))
    assert four_days(4) == pytest.approx(7.093, abs=5e-3)
    assert burden.STUDY_SIZES["weekly exposure to week 12"](364) == pytest.approx(8.042, abs=5e-3)
    assert four_days(84) == pytest.approx(7.883, abs=5e-3)
    assert four_days(4, higher) == pytest.approx(7.795, abs=5e-3)
    assert four_days(84, higher) == pytest.approx(8.663, abs=5e-3)


def test_closed_forms_of_mean_relief_equal_the_trapezoid_rule():
    day = np.linspace(0, 364, 364 * 200 + 1)
    for days in (7.0, 20.2, 60.0):
        relief = burden.fast_relief.evaluate(day=day, fast_fading=days)["relief"]
        closed = burden.mean_single_relief(364, 8.1, 2 / 24, days)
        assert np.trapezoid(relief, day) / 364 == pytest.approx(closed, abs=1e-4)
    relief = burden.slow_relief.evaluate(day=day, stop_day=84.0)["relief"]
    closed = burden.mean_slow_relief(364, 6.75, burden.SLOW[1].default, 84, 228.9)
    assert np.trapezoid(relief, day) / 364 == pytest.approx(closed, abs=1e-4)


@few
@given(
    doses=st.integers(1, 26),
    interval=st.floats(2, 90),
    onset_hours=st.floats(0.5, 72),
    fading=st.floats(1, 365),
)
def test_repeated_relief_is_that_of_the_best_dose_so_far(doses, interval, onset_hours, fading):
    day = np.linspace(0, 100, 401)
    found = burden.fast_relief.evaluate(
        day=day, doses=doses, interval=interval, fast_onset=onset_hours, fast_fading=fading
    )["relief"]
    since = day - np.arange(doses)[:, None] * interval
    given_days = np.maximum(since, 0)
    each = -np.expm1(-given_days / (onset_hours / 24)) * np.exp(-given_days / fading)
    assert found == pytest.approx(8.1 * np.where(since >= 0, each, 0).max(axis=0), abs=1e-9)


def test_one_dose_in_the_repeated_form_is_the_single_form():
    repeated = burden.mean_repeated_relief(84, doses=1)
    assert repeated == pytest.approx(burden.mean_single_relief(84, 8.1, 2 / 24, 20.2), rel=1e-3)


@few
@given(st.floats(1, 360), st.floats(1.001, 3))
def test_faster_fading_always_gives_less_relief(fading, slower):
    quick = burden.mean_single_relief(84, 8.1, 2 / 24, fading)
    assert quick < burden.mean_single_relief(84, 8.1, 2 / 24, fading * slower)


def test_when_the_slow_course_overtakes_the_fast_one():
    assert burden.crossing_days() == pytest.approx((17.7, 41.5), abs=0.1)


@pytest.mark.parametrize(
    ("horizon", "expected"),
    [
        (84, {5.0: 938, 8.1: 72.2, 10.0: 49.1, 12.0: 37.5}),
        (364, {5.0: math.inf, 8.1: 683, 10.0: 358, 12.0: 247}),
    ],
)
def test_how_slowly_one_dose_would_have_to_fade(horizon, expected):
    for effect, days in expected.items():
        assert burden.break_even_fading(effect, horizon) == pytest.approx(days, rel=2e-3)


def test_only_frequent_doses_match_the_continued_course_over_a_year():
    often = burden.fast_relief.with_parameters(doses={"high": 52})
    weekly = burden.mean_repeated_relief(364, often, doses=52, interval=7.0)
    fortnightly = burden.mean_repeated_relief(364, often, doses=26, interval=14.0)
    assert weekly == pytest.approx(6.78, abs=0.01)
    assert fortnightly < burden.STUDY_SIZES["tablets continued"](364) < weekly


FORMULAS = [
    (onset.course, {"week": 5.0}, {"tau": 2.0}),
    (onset.five_clocks, {}, {"full_effect": 14.0, "baseline": 22.0, "mid_in_per_cent": 1}),
    (onset.responders, {}, {"rho": 0.8, "visit_mean": 10.0}),
    (stopping.after_stopping, {"week": 30.0}, {"relapsed_share": 0.52, "followed_weeks": 24}),
    (burden.fast_relief, {"day": 8.3}, {"doses": 6, "interval": 3.5, "fast_onset": 48.0}),
    (burden.slow_relief, {"day": 100.0}, {"stop_day": 84.0}),
    (burden.placebo_relief, {"day": 9.0}, {}),
]


@pytest.mark.parametrize("model, inputs, other", FORMULAS, ids=lambda x: getattr(x, "name", ""))
def test_the_browser_computes_what_numpy_computes(model, inputs, other):
    for given_parameters in ({}, other):
        expected = model.evaluate(**inputs, **given_parameters)
        found = in_browser(model, **inputs, **given_parameters)
        for name, value in expected.items():
            assert found[name] == pytest.approx(float(value), rel=1e-9, abs=1e-9), name
    assert "&=" in equations(model).latex


def test_one_letter_has_one_meaning_in_the_equations_of_the_notebook():
    shown = (
        onset.course,
        onset.five_clocks,
        onset.separation,
        onset.past_the_line,
        stopping.after_stopping,
        burden.fast_relief,
        burden.slow_relief,
    )
    meant = {}
    for model in shown:
        for record in model.records:
            meant.setdefault(record.symbol, set()).add(record.name)
    assert {symbol: names for symbol, names in meant.items() if len(names) > 1} == {}
