"""From a dose to a bias, against the reference: published guesses, the chain, the dose trend."""

import numpy as np
import pytest
from course_pages import course_figure
from reference_tables import reference
from scipy import stats

from breaking_the_loop.nmda_mechanism import ketamine
from breaking_the_loop.weighing_the_evidence import matching_counts, unblinding

FIGURE = "04_weighing_the_evidence", "unblinding-chain"
NAMES = {"placebo": 0, "opioid": 1, "midazolam": 2, "anaesthesia": 3}


def test_guesses_become_d_prime_and_lean_as_in_the_reference():
    compared = 0
    for row in reference("new_unblinding_trials"):
        try:
            shares = float(row["q_ketamine"]), float(row["q_control"])
        except (TypeError, ValueError):
            continue
        if not np.isfinite(shares).all():
            continue
        found, lean = unblinding.d_prime(*shares)
        assert found == pytest.approx(row["d_prime"], abs=2e-3), row
        assert lean == pytest.approx(row["lean"], abs=2e-3), row
        assert shares[0] - shares[1] == pytest.approx(row["difference"], abs=1e-3)
        compared += 1
    assert compared == 7


def test_a_choice_between_two_visits_is_easier_than_one():
    assert np.sqrt(2) * stats.norm.ppf(0.88) == pytest.approx(1.662, abs=1e-3)
    assert stats.norm.cdf(1.662 / 2) == pytest.approx(0.797, abs=1e-3)


def test_only_one_pair_of_counts_fits_the_guesses_on_midazolam():
    """10.7 %, 50.0 % and chi-square 9.12, of 54 people: 3 of 28 and 10 of 20 and no others."""
    found = []
    for n in range(2, 53):
        for m in range(2, 55 - n):
            for a in matching_counts(0.107, n, 3):
                for b in matching_counts(0.5, m, 3):
                    table = np.array([[a, n - a], [b, m - b]])
                    if (table.sum(axis=0) == 0).any():
                        continue
                    chi = stats.chi2_contingency(table, correction=False)[0]
                    if round(chi, 2) == 9.12:
                        found.append(((a, n), (b, m)))
    assert found == [((3, 28), (10, 20))]


def test_the_chain_is_that_of_the_reference():
    live = course_figure(*FIGURE)
    compared = 0
    for row in reference("new_unblinding_chain"):
        setting = {"dose": row["dose_mg_kg"], "duration": row["minutes"], "expectancy": 4,
                   "domino_chosen": int(row["pk_model"] == "domino"),
                   "control": NAMES[row["control"]]}  # fmt: skip
        if row["dose_mg_kg"] in (0.1, 0.5, 1.0):
            values = live.values(**setting)
            assert values["peak"] == pytest.approx(row["peak_ng_ml"], rel=1e-3)
            assert values["rating"] == pytest.approx(min(row["rating_middle"], 1), abs=2e-3)
            assert values["apart"] == pytest.approx(row["d_prime"], abs=5e-3)
            assert values["says_drug"] == pytest.approx(row["q_ketamine"], abs=2e-3)
            assert values["says_control"] == pytest.approx(row["q_control"], abs=2e-3)
            assert values["bias"] == pytest.approx(row["bias_eta_4"], abs=5e-3)
            compared += 1
    assert compared == 24


def test_the_bias_follows_dose_and_hope_and_nothing_else():
    none = {"clements": 0.0, "domino": 0.0, "clements_usual": 177.0, "domino_usual": 240.0,
            "told_apart": 1.66, "domino_chosen": 0.0}  # fmt: skip
    assert unblinding.chain.evaluate(**none)["bias"] == pytest.approx(0, abs=1e-6)
    live = course_figure(*FIGURE)
    two, four = (float(live.values(expectancy=points)["bias"]) for points in (2, 4))
    assert four == pytest.approx(2 * two)
    assert live.values(control=3)["bias"] == pytest.approx(0, abs=1e-6)
    for kinetics in (ketamine.CLEMENTS, ketamine.DOMINO):
        levels = [
            float(ketamine.plasma(kinetics).evaluate(t=40.0, weight=weight)["level"])
            for weight in (50.0, 70.0, 110.0)
        ]
        assert levels == pytest.approx([levels[0]] * 3)


@pytest.mark.parametrize(
    ("control", "biases"), [(0, (1.24, 2.48, 3.72)), (1, (1.19, 2.38, 3.56)), (3, (0, 0, 0))]
)
def test_the_bias_at_three_hopes(control, biases):
    """New parts, 2.3. An inert spray is given there with its lean, as observed."""
    lean = 0.33 if control == 0 else 0
    live = course_figure(*FIGURE)
    for points, expected in zip((2, 4, 6), biases, strict=True):
        shares = live.values(control=control, lean=0, expectancy=points)
        asked = unblinding.chain.evaluate(
            clements=177.0, clements_usual=177.0, domino=240.0, domino_usual=240.0,
            domino_chosen=0.0, told_apart=unblinding.CONTROLS[control].d_prime, lean=lean,
            expectancy=float(points),
        )  # fmt: skip
        assert asked["bias"] == pytest.approx(expected, abs=0.01)
        if not lean:
            assert shares["bias"] == pytest.approx(expected, abs=0.01)


def test_a_dose_trend_comes_without_a_drug_as_often_as_in_the_reference():
    compared = 0
    for row in reference("new_dose_trend"):
        run = unblinding.dose_trend.run(
            10, 40_000, 10, 5, ["found", "mean_of_trial"], expectancy=row["eta"],
            told_apart=row["d_prime_at_0.5"], period_noise=row["sigma_e"],
            top_effect=row["drug_effect_at_top"],
        )  # fmt: skip
        found = run["found"].mean()
        assert found == pytest.approx(row["P_trend_below_0.05_right_way"], abs=0.01), row
        gain = row["mean_top_minus_control"] or row["drug_effect_at_top"]
        assert run["mean_of_trial"].mean() == pytest.approx(gain, abs=0.03)
        compared += 1
    assert compared == 11


def test_the_critical_value_is_that_of_student():
    assert stats.t.ppf(0.975, 9) == pytest.approx(unblinding.CRITICAL, abs=1e-9)


def test_none_of_twenty_seven_allows_a_tenth():
    live = course_figure("04_weighing_the_evidence", "could-it-be-seen")
    values = live.values(rate=1, treated=27)
    assert values["compatible"] == pytest.approx(100 * (1 - 0.05 ** (1 / 27)))
    assert values["compatible"] == pytest.approx(10.50, abs=0.005)
    assert values["none_seen"] == pytest.approx(0.99**27)
