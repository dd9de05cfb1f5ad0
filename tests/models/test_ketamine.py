"""Plasma levels of ketamine against published levels, reference tables and a second method."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from javascript import in_browser
from reference_tables import reference
from scipy.linalg import expm

from breaking_the_loop.nmda_mechanism.ketamine import (
    CLEMENTS,
    DOMINO,
    HERD,
    KINETICS,
    amounts,
    micromolar,
    plasma,
)
from looplab.errors import ModelError
from looplab.model.latex import equations

EVERY_MODEL = pytest.mark.parametrize("kinetics", KINETICS, ids=lambda k: k.name)
doses = st.floats(0, 1)
durations = st.floats(2, 120)
weights = st.floats(40, 120)
times = st.floats(0, 2000)
models = st.sampled_from(KINETICS)
few = settings(max_examples=40, deadline=None)

# Typed from the publications' codes, not from the package (rates per min, volume in L/kg).
PUBLISHED = {
    "clements": (1.7522, 0.0109, [0.0186], [0.0137]),
    "domino": (0.063, 0.438, [0.592, 0.590], [0.247, 0.0146]),
}


def level(kinetics, t, **infusion):
    return plasma(kinetics).evaluate(t=t, **infusion)["level"]


def test_the_reference_time_course_is_reproduced():
    rows = reference("pk_timecourse_0p5mgkg_40min_70kg")
    t = np.array([row["t_min"] for row in rows])
    for kinetics in (CLEMENTS, DOMINO):
        computed = plasma(kinetics).evaluate(t=t)
        for quantity, column in (("level", "ng_ml"), ("level_um", "uM")):
            expected = [row[f"{kinetics.name}_{column}"] for row in rows]
            np.testing.assert_allclose(computed[quantity], expected, rtol=1e-5)


def test_the_reference_summary_is_reproduced():
    for row in reference("pk_summary"):
        kinetics = {"clements": CLEMENTS, "domino": DOMINO}[row["model"]]
        quantity = row["quantity"]
        if quantity.startswith("C_"):
            computed = level(kinetics, float(quantity.split("_")[1].removesuffix("min")))
        elif quantity.startswith("V") and quantity[1].isdigit():
            computed = kinetics.volumes()[int(quantity[1]) - 1]
        elif quantity.startswith("halflife"):
            computed = kinetics.half_lives()[int(quantity.split("_")[1]) - 1]
        else:
            computed = {
                "CL_mL_min_kg": kinetics.clearance() / 70 * 1000,
                "CL_L_h_70kg": kinetics.clearance() * 60,
                "Vss_L_70kg": kinetics.volumes().sum(),
                "Cend_40min_ng_ml": level(kinetics, 40.0),
                "AUC_inf_ng_min_ml": 0.5 * 70 * 1000 / kinetics.clearance(),
            }[quantity]
        assert computed == pytest.approx(row["value"], rel=1e-5), row


def test_the_reference_peaks_for_each_dose_and_duration_are_reproduced():
    for row in reference("pk_dose_duration"):
        kinetics = {"clements": CLEMENTS, "domino": DOMINO}[row["model"]]
        duration = row["infusion_min"]
        computed = level(kinetics, duration, dose=row["dose_mg_kg"], duration=duration)
        assert computed == pytest.approx(row["Cend_ng_ml"], rel=1e-5), row


def test_the_adult_models_bracket_the_reported_peak_of_185_ng_per_ml():
    assert level(CLEMENTS, 40.0) < 185 < level(DOMINO, 40.0)
    assert 100 < level(CLEMENTS, 40.0) < level(DOMINO, 40.0) < 250


def test_only_the_default_lies_inside_both_meta_analytic_intervals():
    def inside(kinetics):
        clearance = kinetics.clearance() * 60
        return 69 <= clearance <= 90 and 200 <= kinetics.volumes().sum() <= 304

    assert inside(CLEMENTS) and not inside(DOMINO)


def test_twenty_minutes_after_the_stop_the_adult_models_differ_twofold():
    assert level(CLEMENTS, 60.0) / level(DOMINO, 60.0) == pytest.approx(115.4 / 55.1, rel=2e-3)


def test_185_ng_per_ml_is_0_778_micromolar():
    assert micromolar(185) == pytest.approx(0.778194, rel=1e-5)


def test_the_child_model_has_the_published_volumes_and_clearance_at_70_kg_and_scales_with_weight():
    np.testing.assert_allclose(HERD.volumes(), [38.7, 102.0])
    assert HERD.clearance() * 60 == pytest.approx(90)
    assert HERD.clearance(20) * 60 == pytest.approx(90 * (20 / 70) ** 0.75)
    np.testing.assert_allclose(HERD.volumes(20), np.array([38.7, 102.0]) * 20 / 70)


@pytest.mark.parametrize("kinetics", [CLEMENTS, DOMINO], ids=lambda k: k.name)
def test_the_matrix_exponential_agrees_with_the_closed_form(kinetics):
    volume, out, to, back = PUBLISHED[kinetics.name]
    size = 1 + len(to)
    # The last row and column hold the constant inflow, so that one exponential includes it.
    augmented = np.zeros((size + 1, size + 1))
    augmented[0, 0] = -out - sum(to)
    for i, (there, again) in enumerate(zip(to, back, strict=True), start=1):
        augmented[i, 0], augmented[i, i], augmented[0, i] = there, -again, again
    augmented[0, size] = 0.5 * 70 / 40
    start = np.append(np.zeros(size), 1.0)
    for t in (1.0, 17.0, 40.0, 41.0, 75.0, 240.0, 700.0):
        running = expm(augmented * min(t, 40.0)) @ start
        running[size] = 0.0
        after = expm(augmented * max(t - 40.0, 0)) @ running
        expected = after[:size]
        np.testing.assert_allclose(amounts(kinetics, t), expected, rtol=1e-11)
        assert level(kinetics, t) == pytest.approx(expected[0] / (volume * 70) * 1000, rel=1e-11)


@EVERY_MODEL
def test_the_closed_form_solves_the_rate_equations_after_the_stop(kinetics):
    t, h = 57.0, 1e-3
    slope = (amounts(kinetics, t + h) - amounts(kinetics, t - h)) / (2 * h)
    np.testing.assert_allclose(slope, kinetics.matrix() @ amounts(kinetics, t), rtol=1e-5)


@few
@given(models, doses, durations, weights, times)
def test_drug_in_the_body_plus_drug_eliminated_is_drug_infused(kinetics, dose, duration, weight, t):
    infused = dose * weight * min(t, duration) / duration
    nodes, quadrature = np.polynomial.legendre.leggauss(20)
    # Panels that grow geometrically from each kink resolve every rate.
    panels = np.concatenate([[0], np.geomspace(0.01, 2000, 60)])
    edges = np.unique(np.clip(np.concatenate([panels, duration + panels]), 0, t))
    middle, half = (edges[1:] + edges[:-1]) / 2, np.diff(edges) / 2
    at = middle[:, None] + half[:, None] * nodes
    central = amounts(kinetics, at, dose, duration, weight)[0]
    exposure = float(half @ (central @ quadrature))
    eliminated = kinetics.out * kinetics.pace(weight) * exposure
    remaining = amounts(kinetics, t, dose, duration, weight).sum()
    assert remaining + eliminated == pytest.approx(infused, rel=1e-8, abs=1e-10)


@few
@given(models, doses, durations, weights, times)
def test_the_level_is_proportional_to_the_dose(kinetics, dose, duration, weight, t):
    settings_ = {"duration": duration, "weight": weight}
    full = level(kinetics, t, dose=dose, **settings_)
    assert full == pytest.approx(dose * level(kinetics, t, dose=1.0, **settings_), rel=1e-12)


@few
@given(st.sampled_from([CLEMENTS, DOMINO]), weights, times)
def test_weight_cancels_in_the_adult_models(kinetics, weight, t):
    assert level(kinetics, t, weight=weight) == pytest.approx(level(kinetics, t), rel=1e-12)


def test_weight_does_not_cancel_in_the_child_model():
    assert level(HERD, 40.0, weight=40.0) < 0.95 * level(HERD, 40.0)


@few
@given(models, doses, durations, weights)
def test_levels_are_never_negative_and_peak_at_the_stop(kinetics, dose, duration, weight):
    t = np.append(np.linspace(0, 400, 401), duration)
    course = level(kinetics, t, dose=dose, duration=duration, weight=weight)
    assert (course >= 0).all()
    assert course.max() == course[-1]


@EVERY_MODEL
def test_levels_are_finite_at_every_corner_of_the_sliders_and_zero_without_a_dose(kinetics):
    formula = plasma(kinetics)
    corners = [(formula[name].low, formula[name].high) for name in ("dose", "duration", "weight")]
    t = np.concatenate([np.linspace(0, 240, 25), [1440.0, 20160.0]])
    for dose in corners[0]:
        for duration in corners[1]:
            for weight in corners[2]:
                course = level(kinetics, t, dose=dose, duration=duration, weight=weight)
                assert np.isfinite(course).all()
                assert (course == 0).all() == (dose == 0)


def test_a_dose_out_of_range_is_refused_with_its_range():
    with pytest.raises(ModelError, match="dose .* 3 mg/kg .*from 0 to 1 mg/kg"):
        level(CLEMENTS, 40.0, dose=3.0)


@EVERY_MODEL
def test_the_browser_computes_the_same_levels(kinetics):
    for given_ in (
        {"t": 0.0},
        {"t": 40.0},
        {"t": 75.5, "dose": 0.2, "duration": 20.0, "weight": 95.0},
        {"t": 1440.0, "dose": 1.0, "duration": 2.0, "weight": 40.0},
    ):
        expected = plasma(kinetics).evaluate(**given_)
        computed = in_browser(plasma(kinetics), **given_)
        assert set(computed) == set(expected)
        for name, value in expected.items():
            assert computed[name] == pytest.approx(float(value), rel=1e-9, abs=1e-12), name


@EVERY_MODEL
def test_the_equations_can_be_shown(kinetics):
    assert r"C_{\mu\mathrm{M}} &= \frac{C}{M}" in equations(plasma(kinetics)).latex
