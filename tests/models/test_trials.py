"""Exact inference and virtual trials against reference tables, enumeration and formulas."""

import math
import sys
import time
from importlib import util

import numpy as np
import pytest
from browser import missing
from hypothesis import given, settings
from hypothesis import strategies as st
from javascript import in_browser
from reference_tables import reference
from scipy import special, stats
from statsmodels.stats.proportion import confint_proportions_2indep

from breaking_the_loop import weighing_the_evidence as trials
from breaking_the_loop.weighing_the_evidence import beliefs, hope, sums, unblinding
from looplab.errors import ModelError
from looplab.model.latex import equations

few = settings(max_examples=50, deadline=None)
DEFAULT_TRIALS = 10_000


@pytest.fixture(scope="module")
def default():
    """The default design, and every estimate of it."""
    simulated = trials.simulate(DEFAULT_TRIALS)
    return simulated, trials.estimates(simulated)


def _share(p, level=0.05):
    return float(np.mean(p < level))


def test_normal_cdf_and_quantile_agree_with_scipy():
    x = np.linspace(-8, 8, 1601)
    assert trials.normal_cdf(x) == pytest.approx(stats.norm.cdf(x), rel=1.3e-7)
    u = np.concatenate([np.geomspace(1e-9, 0.5, 400), 1 - np.geomspace(1e-9, 0.5, 400)])
    assert trials.normal_quantile(u) == pytest.approx(special.ndtri(u), rel=2e-7, abs=1e-7)


@pytest.mark.parametrize(("k", "n"), [(0, 7), (4, 8), (8, 8), (0, 10), (82, 90)])
def test_clopper_pearson_limits_leave_two_and_a_half_per_cent_outside(k, n):
    lower, upper = trials.clopper_pearson(k, n)
    assert lower == 0 if k == 0 else stats.binom.sf(k - 1, n, lower) == pytest.approx(0.025)
    assert upper == 1 if k == n else stats.binom.cdf(k, n, upper) == pytest.approx(0.025)


@pytest.mark.parametrize(("k", "n"), [(-1, 5), (6, 5), (0, 0)])
def test_impossible_counts_are_refused(k, n):
    with pytest.raises(ModelError, match="is no proportion"):
        trials.clopper_pearson(k, n)


def test_exact_comparisons_of_two_arms():
    for row in reference("trial_exact_tests"):
        counts = [int(row[name]) for name in ("k1", "n1", "k2", "n2")]
        found = trials.compare_arms(*counts)
        for name, column in (
            ("fisher", "fisher_two_sided"),
            ("fisher_one_sided", "fisher_one_sided"),
            ("fisher_mid_p", "fisher_mid_p"),
        ):
            assert getattr(found, name) == pytest.approx(row[column], abs=1e-5, rel=1e-4), row
        assert found.difference == pytest.approx(row["risk_difference"], abs=1e-6)
        newcombe = (row["newcombe_lo"], row["newcombe_hi"])
        assert found.newcombe == pytest.approx(newcombe, abs=1e-4)
        caffo = (row["agresti_caffo_lo"], row["agresti_caffo_hi"])
        assert found.agresti_caffo == pytest.approx(caffo, abs=1e-4)
        higher = trials.probability_higher(*counts)
        assert higher == pytest.approx(row["P_p1_gt_p2_uniform"], abs=1e-3)


def _largest_chance(rejected):
    """The largest chance, over the common rate, of the outcomes {(k1, k2)} of 8 and 7 patients."""
    rate = np.linspace(0, 1, 4001)
    pairs = sum(stats.binom.pmf(a, 8, rate) * stats.binom.pmf(b, 7, rate) for a, b in rejected)
    return pairs.max()


def test_unconditional_tests_of_the_fifteen_patients_by_enumeration():
    outcomes = [(a, b) for a in range(9) for b in range(8)]

    def one_sided(a, b):
        return stats.hypergeom.sf(a - 1, 15, a + b, 8)

    def z(a, b):
        pooled = (a + b) / 15
        if pooled in (0, 1):
            return 0.0
        return abs(a / 8 - b / 7) / math.sqrt(pooled * (1 - pooled) * (1 / 8 + 1 / 7))

    as_small = [o for o in outcomes if one_sided(*o) <= one_sided(4, 0) + 1e-12]
    as_large = [o for o in outcomes if z(*o) >= z(4, 0) - 1e-12]
    found = trials.compare_arms(4, 8, 0, 7)
    assert found.boschloo == pytest.approx(2 * _largest_chance(as_small), abs=1e-5)
    assert found.boschloo == pytest.approx(0.0406, abs=1e-4)
    assert found.barnard == pytest.approx(_largest_chance(as_large), abs=1e-5)
    assert found.barnard == pytest.approx(0.0394, abs=1e-4)


def test_one_result_falls_on_both_sides_of_five_per_cent():
    found = trials.compare_arms(4, 8, 0, 7)
    assert found.barnard < found.boschloo < 0.05 < found.fisher_mid_p < found.fisher


def test_fisher_is_over_cautious_and_needs_five_of_eight():
    grid = trials.fisher_grid(8, 7)
    assert grid[4, 0] > 0.05 >= grid[5, 0]
    assert trials.largest_size(grid <= 0.05) == pytest.approx(0.035, abs=5e-4)
    assert trials.compare_arms(3, 8, 0, 7).boschloo > 0.05


@pytest.mark.parametrize("k1", [-1, 9])
def test_counts_beyond_the_arm_are_refused(k1):
    with pytest.raises(ModelError, match=f"{k1} of 8"):
        trials.compare_arms(k1, 8, 0, 7)


def test_posteriors_for_every_prior():
    for row in reference("trial_posteriors"):
        belief = trials.posterior(int(row["k"]), int(row["n"]), row["a"], row["b"])
        quantiles = [row["q025"], row["median"], row["q975"]]
        assert belief.mean() == pytest.approx(row["mean"], abs=1e-3)
        assert belief.ppf([0.025, 0.5, 0.975]) == pytest.approx(quantiles, abs=1e-3)
        above = [row["P_gt_0.25"], row["P_gt_0.50"]]
        assert belief.sf([0.25, 0.5]) == pytest.approx(above, abs=1e-3)


def test_jeffreys_prior_also_favours_the_first_arm():
    assert trials.probability_higher(4, 8, 0, 7, 0.5, 0.5) == pytest.approx(0.991, abs=1e-3)


COUNTS = {
    "rodriguez2013 4/8": (4, 8),
    "bloch2012 0/10": (0, 10),
    "sharma2020 1/14": (1, 14),
    "pooled 5/32": (5, 32),
}


def test_the_refused_comparisons_are_still_computed_right():
    for row in reference("trial_prob_higher_than"):
        other = row["comparator"].rsplit("(", 1)[1].split(",")[0].rstrip(")")
        k, n = map(int, other.split("/"))
        found = trials.probability_higher(*COUNTS[row["ketamine_data"]], k, n)
        expected = row["P_ketamine_rate_higher_uniform_priors"]
        assert found == pytest.approx(expected, abs=2e-3), row


def test_none_of_ten_does_not_mean_none():
    assert trials.upper_limit_after_none(10) == pytest.approx(0.259, abs=5e-4)
    assert trials.upper_limit_after_none(7) == pytest.approx(0.348, abs=5e-4)
    assert trials.clopper_pearson(0, 10)[1] == pytest.approx(0.308, abs=5e-4)
    assert trials.clopper_pearson(0, 7)[1] == pytest.approx(0.410, abs=5e-4)
    assert trials.clopper_pearson(0, 8)[1] == pytest.approx(0.369, abs=5e-4)


@pytest.mark.parametrize(
    ("rate", "patients"), [(0.2, 14), (0.1, 29), (0.05, 59), (0.01, 299), (0.001, 2995)]
)
def test_how_many_patients_show_a_harm_at_least_once(rate, patients):
    assert trials.patients_to_see_one(rate) == patients
    assert 1 - (1 - rate) ** patients >= 0.95 > 1 - (1 - rate) ** (patients - 1)


def test_the_three_ketamine_studies_do_not_share_one_rate():
    assert trials.homogeneity([4, 0, 1], [8, 10, 14]) == pytest.approx(0.0099, abs=5e-5)
    chance, rate = trials.most_likely_conflict(4, 8, 0, 10)
    assert chance == pytest.approx(0.00646, rel=1e-3)
    assert rate == pytest.approx(0.237, abs=1e-3)


def test_homogeneity_of_two_groups_is_fishers_test():
    expected = stats.fisher_exact([[4, 4], [0, 7]]).pvalue
    assert trials.homogeneity([4, 0], [8, 7]) == pytest.approx(expected)


def test_the_next_clinic_could_see_almost_anything():
    belief = trials.hierarchical([4, 0, 1], [8, 10, 14])
    assert belief.summary(belief.mean) == pytest.approx((0.277, 0.062, 0.620), abs=0.01)
    assert belief.summary(belief.correlation) == pytest.approx((0.395, 0.054, 0.808), abs=0.01)
    assert belief.next_rate(0.5) == pytest.approx(0.15, abs=0.01)
    assert belief.next_rate(0.1) < 0.001
    assert belief.next_rate(0.9) == pytest.approx(0.83, abs=0.01)
    assert belief.next_rate_below(0.05) == pytest.approx(0.334, abs=0.01)
    assert 1 - belief.next_rate_below(0.35) == pytest.approx(0.309, abs=0.01)
    assert 1 - belief.next_rate_below(0.5) == pytest.approx(0.223, abs=0.01)


@pytest.mark.parametrize(
    ("reported", "decimals", "n", "counts"),
    [
        (0.70, 2, 31, []),
        (0.70, 2, 30, [21]),
        (0.412, 3, 116, []),
        (0.412, 3, 114, [47]),
        (0.702, 3, 116, []),
        (0.702, 3, 114, [80]),
        (0.366, 3, 116, []),
        (0.366, 3, 112, [41]),
        (0.379, 3, 119, []),
        (0.379, 3, 116, [44]),
        (0.504, 3, 113, [57]),
        (0.677, 3, 90, []),
        (0.68, 2, 35, []),
        (0.68, 2, 34, [23]),
        (0.50, 2, 8, [4]),
        (0.333, 3, 78, [26]),
        (0.938, 3, 16, [15]),
        (0.375, 3, 8, [3]),
        (0.677, 3, 65, [44]),
    ],
)
def test_which_percentages_can_exist(reported, decimals, n, counts):
    assert trials.matching_counts(reported, n, decimals) == counts


def test_the_smallest_deep_tms_arms_that_fit_both_percentages():
    for reported, smallest in (((0.381, 0.452), 42), ((0.111, 0.178), 45)):
        sizes = [set(trials.matching_sizes(share, 3, 2, 60)) for share in reported]
        assert min(sizes[0] & sizes[1]) == smallest


def test_repeats_of_the_trial_by_enumeration():
    rows = reference("trial_replication")
    found = trials.replicate([row["pk"] for row in rows], [row["ps"] for row in rows])
    assert found.total == pytest.approx(1)
    for name, column, tolerance in (
        ("as_extreme", "P_asextreme", 1e-4),
        ("difference_as_large", "P_diff_ge_50", 1e-4),
        ("significant", "P_fisher_le_05", 1e-4),
        ("significant_in_favour", "P_sig_right", 1e-4),
        ("mean_difference", "mean_diff_if_sig", 1e-4),
        ("first_higher", "P_ket_gt_sal", 1e-4),
    ):
        expected = [row[column] for row in rows]
        assert getattr(found, name) == pytest.approx(expected, abs=tolerance, nan_ok=True), name
    apart = [row["true"] > 0 for row in rows]
    expected = np.array([row["exagger"] for row in rows])[apart]
    assert found.exaggeration[apart] == pytest.approx(expected, rel=1e-4, nan_ok=True)


def test_even_a_true_half_misses_significance_in_seven_of_ten_repeats():
    assert trials.replicate(0.5, 0.05).significant_in_favour == pytest.approx(0.2923, abs=1e-4)


def test_every_significant_repeat_shows_a_difference_near_63_points_or_more():
    rates = np.linspace(0.1, 0.9, 9)
    assert (trials.replicate(rates, 0.05).mean_difference > 0.62).all()


def test_design_analysis():
    wide = trials.design_analysis.with_parameters(sd={"low": 1.0})
    for row in reference("trial_retrodesign"):
        found = wide.evaluate(
            true_difference=row["true_difference"], sd=row["sd"], n1=row["n1"], n2=row["n2"]
        )
        assert found["se"] == pytest.approx(row["se"], rel=1e-5)
        assert found["power"] == pytest.approx(row["power"], rel=1e-3)
        assert found["type_s"] == pytest.approx(row["type_S"], rel=1e-3, abs=6e-7)
        assert found["exaggeration"] == pytest.approx(row["exaggeration"], rel=1e-3)


def test_a_huge_trial_does_not_exaggerate():
    huge = trials.design_analysis.evaluate(true_difference=12.0, sd=4.0, n1=200, n2=200)
    assert huge["exaggeration"] == pytest.approx(1, abs=1e-9)


def test_design_analysis_with_the_t_test():
    power, exaggeration = trials.design_analysis_t(4.9, 8.0, 8, 7)
    assert power == pytest.approx(0.195, abs=0.003)
    assert power == pytest.approx(trials.t_test_power(4.9, 8.0, 8, 7), abs=0.003)
    assert exaggeration == pytest.approx(2.10, abs=0.03)


def test_t_test_power():
    designs = {"8_7": (8, 7), "20_20": (20, 20), "43_43": (43, 43), "80_40": (80, 40)}
    for row in reference("trial_power"):
        for column, arms in designs.items():
            found = trials.t_test_power(row["difference"], row["sd"], *arms)
            assert found == pytest.approx(row[f"power_{column}"], abs=1e-3), (row, column)
        assert trials.patients_per_arm(row["difference"], row["sd"]) == row["n_per_arm_80pct"]


def test_smallest_detectable_differences():
    assert trials.smallest_difference(8, 8, 7) == pytest.approx(12.55, abs=0.01)
    assert trials.smallest_difference(5, 8, 7) == pytest.approx(7.84, abs=0.01)
    assert trials.smallest_difference(8, 80, 40) == pytest.approx(4.38, abs=0.01)


def test_the_dose_trend_has_the_published_p_value():
    assert stats.f.sf(6.5, 1, 9) == pytest.approx(0.0312, abs=5e-5)


def test_regression_to_the_mean():
    for row in reference("trial_regression_to_mean"):
        found = trials.regression_to_mean.evaluate(
            mu=row["mu"],
            sigma_between=row["sigma_b"],
            sigma_within=row["sigma_e"],
            cutoff=row["cutoff"],
        )
        assert found["expected_drop"] == pytest.approx(row["expected_drop"], rel=1e-4)
        assert found["mean_at_screening"] == pytest.approx(row["mean_at_screening"], rel=1e-4)


def test_regression_to_the_mean_by_simulating_people():
    random = np.random.default_rng(1)
    usual = random.normal(25, 5, 400_000)
    screening, baseline = (usual + random.normal(0, 3, usual.size) for _ in range(2))
    for cutoff in (16, 20, 24, 28):
        enrolled = screening >= cutoff
        fall = (screening - baseline)[enrolled].mean()
        expected = trials.regression_to_mean.evaluate(cutoff=cutoff)["expected_drop"]
        assert fall == pytest.approx(float(expected), abs=0.05)


def test_enrolled_patients_score_as_selection_predicts():
    simulated = trials.simulate(10_000, cutoff=24.0)
    expected = trials.regression_to_mean.evaluate(cutoff=24.0)
    baseline = expected["mean_at_screening"] - expected["expected_drop"]
    assert simulated.b1.mean() == pytest.approx(float(baseline), abs=0.06)


def test_ten_thousand_default_trials_take_under_two_seconds_of_cpu():
    start = time.process_time()
    trials.estimates(trials.simulate(10_000))
    assert time.process_time() - start < 2


def test_the_default_trial(default):
    simulated, found = default
    expected = {
        "par_raw": (8.00, 3.55, 0.53),
        "par_chg": (8.00, 3.05, 0.655),
        "ancova": (8.00, 3.07, 0.65),
        "xo_raw": (5.57, 1.63, 0.89),
        "xo_chg": (9.57, 2.43, 0.95),
    }
    for name, (mean, spread, significant) in expected.items():
        assert found[name].value.mean() == pytest.approx(mean, abs=0.1), name
        assert found[name].value.std() == pytest.approx(spread, rel=0.03), name
        assert _share(found[name].p) == pytest.approx(significant, abs=0.015), name
    assert found["carry_sum"].value.mean() == pytest.approx(4.85, abs=0.2)
    assert _share(found["carry_sum"].p) == pytest.approx(0.10, abs=0.015)
    assert _share(found["carry_sum"].p, 0.10) == pytest.approx(0.17, abs=0.015)
    assert 0.01 < _share(found["carry_sum"].p, 0.005) < 0.02
    assert found["carry_base"].value.mean() == pytest.approx(8.0, abs=0.1)
    assert _share(found["carry_base"].p, 0.005) == pytest.approx(0.26, abs=0.015)
    after_drug, after_saline = simulated.responders()
    assert after_drug.mean() / 8 == pytest.approx(0.502, abs=0.01)
    assert after_saline.mean() / 7 == pytest.approx(0.021, abs=0.005)
    extreme = np.mean((after_drug >= 4) & (after_saline == 0))
    assert extreme == pytest.approx(0.56, abs=0.015)


def test_the_biased_crossover_looks_most_convincing(default):
    _, found = default
    error = {name: np.sqrt(np.mean((e.value - 8) ** 2)) for name, e in found.items()}
    assert found["xo_raw"].value.std() < found["par_chg"].value.std()
    assert error["par_chg"] == pytest.approx(3.05, rel=0.03)
    assert error["xo_raw"] == pytest.approx(2.92, rel=0.03)
    assert error["xo_chg"] == pytest.approx(2.89, rel=0.03)


def test_vectorised_p_values_equal_scipys(default):
    simulated, found = default
    for trial in range(5):
        ratings = [simulated.p1[:, trial], simulated.p1[:, trial] - simulated.b1[:, trial]]
        for name, values in zip(("par_raw", "par_chg"), ratings, strict=True):
            test = stats.ttest_ind(values[8:], values[:8])
            assert found[name].p[trial] == pytest.approx(test.pvalue)
        design = np.column_stack(
            [np.ones(15), ~simulated.first[:, 0], simulated.b1[:, trial]]
        ).astype(float)
        solved, residual, *_ = np.linalg.lstsq(design, simulated.p1[:, trial], rcond=None)
        variance = residual[0] / 12 * np.linalg.inv(design.T @ design)[1, 1]
        p = 2 * stats.t.sf(abs(solved[1]) / math.sqrt(variance), 12)
        assert found["ancova"].value[trial] == pytest.approx(solved[1])
        assert found["ancova"].p[trial] == pytest.approx(p)


def test_a_longer_run_begins_with_the_shorter_one():
    short, long = trials.simulate(5, seed=3), trials.simulate(50, seed=3)
    assert (long.p2[:, :5] == short.p2).all()
    assert (trials.simulate(5, seed=4).p2 != short.p2).any()


def test_estimators_average_to_their_formulas_on_the_grid():
    for row in reference("trial_crossover_grid"):
        setting = {"fading": row["kappa"], "wash_out": row["W"]}
        expected = trials.expected_estimates.evaluate(**setting)
        assert expected["xo_raw"] == pytest.approx(row["theory_XO_raw"], abs=1e-5)
        assert expected["xo_chg"] == pytest.approx(row["theory_XO_chg"], abs=1e-5)
        found = trials.estimates(
            trials.simulate(4_000, seed=int(row["kappa"] + row["W"]), **setting)
        )
        for name, value in expected.items():
            if name in found:
                error = found[name].value.std() / math.sqrt(4_000)
                assert abs(found[name].value.mean() - value) < 4 * error, (row, name)


@few
@given(fading=st.floats(1, 90), wash_out=st.floats(7, 80), longer=st.floats(0.5, 4))
def test_the_sign_of_the_bias_depends_on_the_baseline_subtracted(fading, wash_out, longer):
    near, far = (
        trials.expected_estimates.evaluate(fading=fading, wash_out=days)
        for days in (wash_out, wash_out + longer)
    )
    assert near["xo_raw"] <= far["xo_raw"] <= 8 <= far["xo_chg"] <= near["xo_chg"]


def test_a_wash_out_of_two_point_three_fading_times_leaves_five_per_cent():
    fading = 20.0
    for multiple, bias in ((math.log(10), 0.05), (3.912, 0.01)):
        found = trials.expected_estimates.evaluate(fading=fading, wash_out=fading * multiple)
        assert 1 - found["xo_raw"] / 8 == pytest.approx(bias, abs=1e-4)


def _generalised_least_squares(design, y, person, ratio):
    covariance = np.eye(len(y)) + ratio * (person[:, None] == person)
    weight = np.linalg.inv(covariance)
    return np.linalg.solve(design.T @ weight @ design, design.T @ weight @ y)


@pytest.mark.parametrize("ratio", [0.1, 1.0, 10.0])
def test_modelling_carry_over_throws_the_second_period_away(default, ratio):
    simulated, found = default
    first = simulated.first[:, 0].astype(float)
    y = np.concatenate([simulated.p1[:, 0], simulated.p2[:, 0]])
    person = np.tile(np.arange(15), 2)
    period = np.repeat([0.0, 1.0], 15)
    treated = np.concatenate([first, 1 - first])
    carried = np.concatenate([np.zeros(15), first])
    base = np.column_stack([np.ones(30), period, treated])
    without = -_generalised_least_squares(base, y, person, ratio)[2]
    with_carry = np.column_stack([base, carried])
    modelled = -_generalised_least_squares(with_carry, y, person, ratio)[2]
    assert without == pytest.approx(found["xo_raw"].value[0], abs=1e-9)
    assert modelled == pytest.approx(found["par_raw"].value[0], abs=1e-9)


@pytest.fixture(scope="module")
def null():
    """No drug, no expectancy: what is found is chance."""
    simulated = trials.simulate(40_000, seed=5, drug_effect=0.0, sigma_drug=0.0)
    return trials.estimates(simulated)


def test_without_a_drug_five_per_cent_are_significant(null):
    for name in ("par_chg", "xo_raw", "xo_chg"):
        assert _share(null[name].p) == pytest.approx(0.05, abs=0.005), name


def test_testing_carry_over_first_inflates_false_positives(null):
    assert _share(trials.two_stage(null).p) == pytest.approx(0.087, abs=0.006)
    carried = null["carry_sum"].p < 0.10
    assert _share(null["par_raw"].p[carried]) == pytest.approx(0.41, abs=0.03)
    assert _share(null["par_chg"].p[carried]) == pytest.approx(0.06, abs=0.015)


def test_more_patients_do_not_rescue_the_two_stage_rule():
    simulated = trials.simulate(
        15_000, n_first=20, n_second=20, seed=12, drug_effect=0.0, sigma_drug=0.0
    )
    chosen = trials.two_stage(trials.estimates(simulated))
    assert _share(chosen.p) == pytest.approx(0.0865, abs=0.006)


def test_two_stage_results_with_a_drug(default):
    _, found = default
    rows = reference("trial_two_stage")
    row = next(r for r in rows if (r["nA"], r["D"], r["W"]) == (8, 8, 7))
    chosen = trials.two_stage(found)
    assert chosen.value.mean() == pytest.approx(row["mean_TWO_STAGE"], abs=0.1)
    assert _share(chosen.p) == pytest.approx(row["rej_TWO_STAGE"], abs=0.015)


def test_selecting_on_carry_over_pulls_the_effect_up():
    rows = {(r["Delta"], r["condition"]): r for r in reference("trial_conditional_on_carryover")}
    simulated = trials.simulate(30_000, seed=6, drug_effect=4.0, sigma_drug=3.0)
    found = trials.estimates(simulated)
    conditions = {
        "none": np.ones(30_000, bool),
        "CARRY_sum<0.10": found["carry_sum"].p < 0.10,
        "CARRY_base<0.005": found["carry_base"].p < 0.005,
        "PAR_chg<0.05": found["par_chg"].p < 0.05,
    }
    for condition, chosen in conditions.items():
        row = rows[4, condition]
        assert found["par_chg"].value[chosen].mean() == pytest.approx(row["mean_PAR_chg"], abs=0.15)
        assert np.mean(chosen) == pytest.approx(row["share_of_trials"], abs=0.01)


def test_expectancy_fools_every_estimator_alike():
    for row in reference("trial_unblinding"):
        setting = {
            "drug_effect": 0.0,
            "expectancy": row["eta"],
            "guess_drug": row["qK"],
            "guess_control": row["qS"],
        }
        expected = trials.expected_estimates.evaluate(**setting)
        for name in ("par_raw", "par_chg", "xo_raw", "xo_chg"):
            assert expected[name] == pytest.approx(row["theory_bias"], abs=1e-9)
        found = trials.estimates(trials.simulate(20_000, seed=7, sigma_drug=0.0, **setting))
        for name, column in (("par_chg", "PAR_chg"), ("xo_raw", "XO_raw")):
            assert found[name].value.mean() == pytest.approx(row["theory_bias"], abs=0.08)
            significant = row[f"false_positive_{column}"]
            assert _share(found[name].p) == pytest.approx(significant, abs=0.01), row


# What the corrections took: 88 % told two visits apart, read as if it were one visit.
CERTAIN = {"guess_drug": 0.88, "guess_control": 0.12}


def test_five_truths_give_one_result():
    for row in reference("trial_expectancy_mix"):
        simulated = trials.simulate(
            15_000,
            seed=8,
            drug_effect=row["drug_effect"],
            sigma_drug=row["sd_drug"],
            expectancy=row["expectancy"],
            **CERTAIN,
        )
        found = trials.estimates(simulated)
        assert found["par_chg"].value.mean() == pytest.approx(row["theory_PAR"], abs=0.1)
        assert found["carry_base"].value.mean() == pytest.approx(row["drug_effect"], abs=0.1)
        after_drug, after_saline = simulated.responders()
        assert after_drug.mean() / 8 == pytest.approx(row["responders_K"], abs=0.01)
        assert after_saline.mean() / 7 == pytest.approx(row["responders_S"], abs=0.01)
        extreme = np.mean((after_drug >= 4) & (after_saline == 0))
        assert extreme == pytest.approx(row["P_ge4of8_and_0of7"], abs=0.015)


def test_the_counts_of_2013_come_up_as_often_as_in_the_reference():
    """Shares and chances against independent simulations of the corrections, 40,000 trials each."""
    for row in reference("corr_pattern_chance"):
        at = row["drug_points"], row["hope_points"]
        for varies, column in ((0, "chance_hope_fixed"), (1, "chance_hope_varies")):
            chance = hope.pattern_chance(*at, varies, **CERTAIN)
            assert chance == pytest.approx(row[column], abs=0.01), at


def test_people_drawn_one_by_one_respond_as_the_exact_shares_say():
    for drug, points in ((4.0, 6.0), (0.0, 8.0)):
        people = trials.simulate(
            8000, seed=3, drug_effect=drug, sigma_drug=hope.SPREAD * drug, expectancy=points
        )
        after_drug, after_saline = people.responders()
        found = after_drug.mean() / 8, after_saline.mean() / 7
        exact = hope.responding.run(
            hope.POINTS, every=hope.POINTS, record=["responds_drug", "responds_saline"],
            drug_effect=drug, expectancy=points, hope_varies=0,
        )  # fmt: skip
        shares = [float(exact[f"responds_{arm}"].mean()) for arm in ("drug", "saline")]
        assert found == pytest.approx(shares, abs=0.012)


@pytest.mark.parametrize(
    ("rate", "significant", "large", "shown"), [(0.5, 0.292, 0.483, 61), (0.2, 0.0076, 0.040, 53)]
)
def test_two_filters_let_through_what_the_corrections_say(rate, significant, large, shown):
    found = trials.repeats.evaluate(rate_drug=rate, rate_saline=0.05)
    assert found["significant"] == pytest.approx(significant, abs=0.001)
    assert found["large"] == pytest.approx(large, abs=0.001)
    assert 100 * found["mean_large"] == pytest.approx(shown, abs=0.5)


def test_random_drop_out_costs_power_but_not_truth(default):
    found = trials.estimates(trials.simulate(20_000, seed=9, leave_chance=1 / 6))
    _, complete = default
    assert np.nanmean(found["xo_raw"].value) == pytest.approx(5.57, abs=0.05)
    assert _share(found["xo_raw"].p) == pytest.approx(0.84, abs=0.015)
    assert _share(found["xo_raw"].p) < _share(complete["xo_raw"].p) - 0.03


@pytest.mark.parametrize(
    ("effect", "spread", "completers"), [(4.0, 6.0, 5.62), (0.0, 0.0, 1.16), (8.0, 6.0, 9.01)]
)
def test_drop_out_of_those_who_gain_little_flatters_the_drug(effect, spread, completers):
    everyone = trials.crossover.with_parameters(cutoff={"low": 0.0})
    found = trials.estimates(
        trials.simulate(
            20_000,
            seed=10,
            model=everyone,
            cutoff=0.0,
            drug_effect=effect,
            sigma_drug=spread,
            leave_chance=0.5,
            leave_below=2.0,
        )
    )
    assert np.nanmean(found["par_chg"].value) == pytest.approx(completers, abs=0.08)


def test_a_complete_wash_out_makes_the_crossover_worth_more_patients():
    found = trials.estimates(trials.simulate(20_000, seed=11, fading=1.0, wash_out=84.0))
    assert found["xo_raw"].value.std() == pytest.approx(1.88, rel=0.03)
    assert found["par_chg"].value.std() == pytest.approx(3.02, rel=0.03)
    assert (found["par_chg"].value.std() / found["xo_raw"].value.std()) ** 2 == pytest.approx(
        2.6, abs=0.15
    )


def test_bad_designs_are_refused_by_name():
    with pytest.raises(ModelError, match="drug_effect"):
        trials.simulate(10, drug_effect=99.0)
    with pytest.raises(ModelError, match="n_second = 1"):
        trials.simulate(10, n_second=1)
    with pytest.raises(ModelError, match="rate"):
        trials.patients_to_see_one(0.0)


def test_the_browser_runs_the_same_trial():
    for setting in (
        {},
        {"expectancy": 6.0, "leave_chance": 0.5, "leave_below": 2.0, "cutoff": 28.0},
    ):
        found = in_browser(trials.crossover, record=trials.RATINGS, steps=15, seed=2, **setting)
        expected = trials.crossover.run(15, seed=2, record=trials.RATINGS, **setting)
        for name in trials.RATINGS:
            assert found[name, None] == pytest.approx(expected[name][:, 0], abs=1e-9), name


FORMULAS = [
    (trials.design_analysis, {"true_difference": 2.65, "n1": 80, "n2": 40}),
    (trials.regression_to_mean, {"cutoff": 28.0}),
    (trials.expected_estimates, {"expectancy": 6.0, "wash_out": 30.0}),
    (trials.intervals, {"k1": 16, "n1": 42, "k2": 5, "n2": 45}),
    (trials.repeats, {"rate_drug": 0.2}),
    (trials.planned_trial, {"people": 120, "as_crossover": 1, "expectancy": 6.0}),
]


@pytest.mark.parametrize("model, other", FORMULAS, ids=lambda x: getattr(x, "name", ""))
def test_the_browser_computes_what_numpy_computes(model, other):
    for given_parameters in ({}, other):
        expected = model.evaluate(**given_parameters)
        found = in_browser(model, **given_parameters)
        for name, value in expected.items():
            assert found[name] == pytest.approx(float(value), rel=1e-9, abs=1e-9), name
    assert "&=" in equations(model).latex


def _total(model, steps, names, **given):
    run = model.run(steps, every=steps, record=list(names), **given)
    return [float(run[name][0, 0]) * steps for name in names]


@few
@given(data=st.data())
def test_the_browsers_exact_test_and_intervals_are_those_of_the_libraries(data):
    n1, n2 = (data.draw(st.integers(3, 60), label=name) for name in ("n1", "n2"))
    k1, k2 = (data.draw(st.integers(0, n), label="k") for n in (n1, n2))
    given_counts = {"k1": k1, "n1": n1, "k2": k2, "n2": n2}
    expected = stats.fisher_exact([[k1, k2], [n1 - k1, n2 - k2]]).pvalue
    steps = beliefs.MOST_PATIENTS + 1
    fisher, mid_p = _total(trials.conditional_test, steps, ("fisher", "mid_p"), **given_counts)
    assert fisher == pytest.approx(expected, abs=1e-7)
    observed = stats.hypergeom.pmf(k1, n1 + n2, k1 + k2, n1)
    assert fisher - mid_p >= observed / 2 - 1e-7
    found = trials.intervals.evaluate(**given_counts)
    for method, names in (
        ("newcomb", ("newcombe_low", "newcombe_high")),
        ("agresti-caffo", ("caffo_low", "caffo_high")),
    ):
        limits = confint_proportions_2indep(k1, n1, k2, n2, method=method, compare="diff")
        assert [float(found[name]) for name in names] == pytest.approx(limits, abs=1e-9)


@pytest.mark.parametrize("prior", [(1, 1), (0.5, 0.5), (1, 9), (20, 20)])
@pytest.mark.parametrize("counts", [(4, 8, 0, 7), (0, 10, 1, 14), (16, 42, 5, 45), (60, 60, 0, 60)])
def test_the_browsers_beliefs_are_beta_distributions(counts, prior):
    k1, n1, k2, n2 = counts
    names = ("higher", "low_1", "high_1", "low_2", "high_2")
    found = _total(
        trials.compare_beliefs, beliefs.GRID, names,
        k1=k1, n1=n1, k2=k2, n2=n2, prior_a=prior[0], prior_b=prior[1],
    )  # fmt: skip
    assert found[0] == pytest.approx(trials.probability_higher(*counts, *prior), abs=1e-3)
    limits = [trials.posterior(k, n, *prior).ppf(q) for k, n in ((k1, n1), (k2, n2))
              for q in (0.025, 0.975)]  # fmt: skip
    assert found[1:] == pytest.approx(limits, abs=2e-3)
    if all(0 < k < n for k, n in ((k1, n1), (k2, n2))):
        rates = np.linspace(0.01, 0.99, 99)
        shape = trials.plausibility.evaluate(
            k1=k1, n1=n1, k2=k2, n2=n2, prior_a=prior[0], prior_b=prior[1], rate=rates
        )["plausibility_1"]
        density = trials.posterior(k1, n1, *prior).pdf(rates)
        ratio = shape / density
        assert ratio == pytest.approx(ratio[50], rel=1e-9)


def test_repeats_in_closed_form_equal_the_enumeration():
    wide = trials.repeats.with_parameters(rate_drug={"low": 0.01})
    for row in reference("trial_replication"):
        if row["pk"] == 0:
            continue
        found = wide.evaluate(rate_drug=row["pk"], rate_saline=row["ps"])
        assert found["significant"] == pytest.approx(row["P_sig_right"], abs=1e-4)
        assert found["as_extreme"] == pytest.approx(row["P_asextreme"], abs=1e-4)
        assert found["mean_difference"] == pytest.approx(row["mean_diff_if_sig"], abs=1e-4)


def test_every_outcome_of_a_repeat_is_judged_as_fishers_test_does():
    drug, saline = np.meshgrid(np.arange(9), np.arange(8), indexing="ij")
    found = trials.outcome.evaluate(share_drug=drug / 15, share_saline=saline / 15)
    favour = (trials.fisher_grid(8, 7) <= 0.05) & (drug / 8 > saline / 7)
    assert (found["is_significant"] > 0.5).tolist() == favour.tolist()
    assert found["gap"] == pytest.approx(100 * (drug / 8 - saline / 7))


def test_drawn_repeats_are_as_often_significant_as_the_enumeration_says():
    run = trials.fifteen.run(
        15, learners=40_000, every=15, record=["drug_responds", "saline_responds"]
    )
    shares = (run[name][0] for name in ("drug_responds", "saline_responds"))
    drawn = trials.outcome.evaluate(
        **dict(zip(("share_drug", "share_saline"), shares, strict=True))
    )
    assert drawn["is_significant"].mean() == pytest.approx(0.2923, abs=0.007)


@pytest.mark.parametrize("setting", [{}, {"leave_chance": 0.5, "leave_below": 2.0, "fading": 40.0}])
def test_estimates_from_sums_are_the_estimates(setting):
    expected = trials.estimates(trials.simulate(500, seed=4, **setting))
    record = ["in_first", "in_second", "sum_first", "sum_second", "squares"]
    for number, name in enumerate(trials.ESTIMATORS):
        run = trials.crossover_sums.run(
            15, learners=500, every=15, seed=4, record=record, estimator=number, **setting
        )
        found = trials.estimate.evaluate(
            patients=15, **{f"mean_{each}": run[each][0] for each in record}
        )
        enough = np.isfinite(expected[name].value)
        assert found["value"][enough] == pytest.approx(expected[name].value[enough]), name
        decided = enough & (np.abs(expected[name].p - 0.05) > 1e-3)
        significant = expected[name].p < 0.05
        assert (found["significant"][decided] > 0.5).tolist() == significant[decided].tolist()


def test_t_thresholds_are_those_of_student():
    for freedom in (5, 8, 11, 13, 30, 198):
        expected = stats.t.ppf(0.975, freedom)
        assert sums.t_critical(freedom) == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize(
    "setting",
    [
        {"drug_effect": 8.0, "wash_out": 7.0},
        {"drug_effect": 4.0, "wash_out": 28.0, "expectancy": 6.0},
        {"drug_effect": 0.0, "sigma_drug": 0.0, "expectancy": 6.0},
    ],
)
def test_planned_trials_come_out_as_simulated(setting):
    # 16 people, so that both sequences hold eight.
    found = trials.estimates(trials.simulate(15_000, n_second=8, seed=13, **setting))
    for name, crossover in (("par_chg", 0), ("xo_raw", 1)):
        planned = trials.planned_trial.evaluate(people=16, as_crossover=crossover, **setting)
        assert found[name].value.mean() == pytest.approx(float(planned["expected"]), abs=0.1)
        spread = planned["se_crossover" if crossover else "se_parallel"]
        assert found[name].value.std() == pytest.approx(float(spread), rel=0.03)
        assert _share(found[name].p) == pytest.approx(float(planned["power"]), abs=0.025)


def test_a_plan_without_hope_raises_five_per_cent_false_alarms():
    # The normal approximation is a little off where few people are left to judge the spread.
    for patients, tolerance in ((8, 0.006), (16, 1e-3), (60, 1e-4), (200, 1e-5)):
        planned = trials.planned_trial.evaluate(people=patients, as_crossover=0)
        assert planned["alarm"] == pytest.approx(0.05, abs=tolerance)


def test_screened_people_fall_as_the_formula_says():
    run = trials.screening.run(1, learners=200_000, record=["at_screening", "at_baseline"])
    first, second = run["at_screening"][0], run["at_baseline"][0]
    for cutoff, fall in ((16, 0.199), (20, 0.530), (24, 1.068), (28, 1.778)):
        enters = first >= cutoff
        assert (first - second)[enters].mean() == pytest.approx(fall, abs=0.05)


GRID = [{"fading": 14.0, "wash_out": 7.0}, {"fading": 7.0, "wash_out": 28.0, "drug_effect": 0.0}]


def _distributed():
    if not util.find_spec("distributed"):
        missing("dask.distributed is not installed: uv sync --group sweep")
    import distributed

    return distributed


def test_a_sweep_gives_the_same_numbers_whatever_the_number_of_workers():
    _distributed()
    one, two = (trials.sweep(GRID, trials=6_000, seed=3, workers=n) for n in (1, 2))
    assert one == two
    for setting, found in zip(GRID, one, strict=True):
        whole = trials.estimates(trials.simulate(6_000, seed=3, **setting))
        for name, summary in found.items():
            assert summary.mean == whole[name].value.mean(), name
            assert summary.significant == _share(whole[name].p), name


def test_a_sweep_reaches_a_scheduler_by_its_address():
    distributed = _distributed()
    cluster = distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None
    )
    with cluster:
        found = trials.sweep(GRID[:1], trials=500, scheduler=cluster.scheduler_address)
    assert (
        found[0]["par_chg"].mean == trials.estimates(trials.simulate(500))["par_chg"].value.mean()
    )


def test_without_dask_a_sweep_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(ModelError, match="uv sync --group sweep"):
        trials.sweep(GRID, trials=10)


def test_the_browser_computes_the_same_sums_tests_and_beliefs():
    record = ("sum_first", "sum_second", "squares", "in_first", "first_responds")
    for model, names, steps, setting in (
        (trials.crossover_sums, record, 15, {"estimator": 3.0, "expectancy": 6.0}),
        (trials.fifteen, ("drug_responds", "saline_responds"), 15, {"rate_drug": 0.4}),
        (trials.conditional_test, ("fisher", "mid_p"), 91, {"k1": 16, "n1": 42, "k2": 5, "n2": 45}),
        (trials.compare_beliefs, ("higher", "low_1"), 1000, {"prior_b": 9.0}),
        (hope.responding, ("responds_drug", "responds_saline"), 40, {"drug_effect": 3.0}),
        (unblinding.dose_trend, ("t_of_trial", "found"), 10, {"expectancy": 6.0}),
    ):
        found = in_browser(model, record=names, steps=steps, seed=2, **setting)
        expected = model.run(steps, seed=2, record=names, **setting)
        for name in names:
            assert found[name, None] == pytest.approx(expected[name][:, 0], abs=1e-9), name
