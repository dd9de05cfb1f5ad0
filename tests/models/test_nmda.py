"""The NMDA receptor against published values and reference tables."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from javascript import in_browser
from reference_tables import reference
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from breaking_the_loop.nmda_mechanism.ketamine import CLEMENTS, DOMINO, KINETICS, plasma
from breaking_the_loop.nmda_mechanism.nmda import (
    MEASURES,
    block_measures,
    chain,
    guarded_receptor,
    receptor,
    receptor_over_concentration,
    receptor_over_voltage,
    settling_time,
    washout_time,
)
from looplab.model.declare import Quantities
from looplab.model.latex import equations

few = settings(max_examples=50, deadline=None)
voltages = st.floats(-90, 40)
magnesium = st.floats(0, 2)
concentrations = st.floats(0, 30)


def test_the_magnesium_table_is_reproduced():
    for row in reference("nmda_mg_unblock"):
        for column, mg in (("Mg_0", 0.0), ("Mg_0p5", 0.5), ("Mg_1", 1.0), ("Mg_2", 2.0)):
            computed = receptor.evaluate(voltage=row["V_mV"], magnesium=mg)["unblocked"]
            assert computed == pytest.approx(row[column], rel=1e-5), (row, column)


def test_half_of_the_channels_are_open_at_minus_20_5_mv_in_1_mm_magnesium():
    for mg, expected in ((1.0, -20.5), (2.0, -9.4)):
        half = brentq(
            lambda v, mg=mg: receptor.evaluate(voltage=v, magnesium=mg)["unblocked"] - 0.5, -60, 20
        )
        assert half == pytest.approx(expected, abs=0.06)


def test_without_magnesium_nothing_is_blocked_by_it():
    voltage = np.linspace(-90, 40, 14)
    assert (receptor.evaluate(voltage=voltage, magnesium=0.0)["unblocked"] == 1).all()


def test_the_ic50_table_is_reproduced():
    for row in reference("nmda_ketamine_ic50_vs_V_Mg"):
        for column, mg in (("Mg0", 0.0), ("Mg0p5", 0.5), ("Mg1", 1.0)):
            computed = receptor.evaluate(voltage=row["V_mV"], magnesium=mg)["ic50"]
            assert computed == pytest.approx(row[f"IC50_{column}_uM"], rel=1e-5), (row, column)


@pytest.mark.parametrize(
    ("mg", "voltage", "ic50"),
    [
        (0, -66, 0.805),
        (0, -55, 1.135),
        (0, 0, 6.34),
        (1, -70, 15.97),
        (1, -66, 14.30),
        (1, -55, 10.76),
        (1, -40, 7.88),
        (1, 0, 8.12),
    ],
)
def test_the_ic50_rises_with_voltage_and_magnesium(mg, voltage, ic50):
    computed = receptor.evaluate(voltage=voltage, magnesium=mg)["ic50"]
    assert computed == pytest.approx(ic50, rel=1e-3)


def test_competition_predicts_an_18_fold_shift_close_to_the_16_fold_cited_for_2a_and_2b():
    free, with_mg = (receptor.evaluate(voltage=-66.0, magnesium=mg)["ic50"] for mg in (0.0, 1.0))
    shift = with_mg / free
    assert shift == pytest.approx(17.8, abs=0.05)
    assert shift == pytest.approx(5.35 / 0.33, rel=0.12)
    assert shift == pytest.approx(5.08 / 0.31, rel=0.12)


@few
@given(voltages, magnesium)
def test_half_of_the_current_is_blocked_at_the_ic50(voltage, mg):
    ic50 = receptor.evaluate(voltage=voltage, magnesium=mg)["ic50"]
    if ic50 <= 30:
        at = receptor.evaluate(voltage=voltage, magnesium=mg, concentration=ic50)["block"]
        assert at == pytest.approx(0.5, rel=1e-12)


@few
@given(voltages, magnesium, concentrations, concentrations)
def test_block_lies_between_0_and_1_and_rises_with_concentration(voltage, mg, c_1, c_2):
    low, high = sorted((c_1, c_2))
    block = receptor.evaluate(voltage=voltage, magnesium=mg, concentration=[0.0, low, high])[
        "block"
    ]
    assert block[0] == 0
    assert 0 <= block[1] <= block[2] < 1


@few
@given(concentrations, concentrations)
def test_every_measure_lies_between_0_and_1_and_rises_with_concentration(c_1, c_2):
    low, high = sorted((c_1, c_2))
    named = block_measures.evaluate(concentration=np.array([0.0, low, high]))
    for name in MEASURES:
        zero, below, above = named[name]
        assert zero == 0
        assert 0 <= below <= above < 1


@few
@given(voltages, concentrations)
def test_more_magnesium_makes_ketamine_weaker(voltage, concentration):
    block = receptor.evaluate(
        voltage=voltage, concentration=concentration, magnesium=np.linspace(0, 2, 9)
    )["block"]
    assert (np.diff(block) <= 0).all()


def test_the_receptor_is_finite_at_every_corner_of_the_sliders():
    corner = np.array(np.meshgrid([-90, 40], [0, 2], [0, 30])).reshape(3, -1)
    values = receptor.evaluate(voltage=corner[0], magnesium=corner[1], concentration=corner[2])
    for name in ("unblocked", "ic50", "block"):
        assert np.isfinite(values[name]).all()


def test_curves_over_voltage_and_concentration_are_the_same_receptor():
    voltage = np.linspace(-90, 40, 5)
    expected = receptor.evaluate(voltage=voltage, concentration=2.0)["block"]
    curve = receptor_over_voltage.evaluate(voltage=voltage, concentration=2.0)["block"]
    np.testing.assert_array_equal(curve, expected)
    dose = receptor_over_concentration.evaluate(concentration=[0.0, 2.0], voltage=40.0)["block"]
    np.testing.assert_array_equal(dose, [0.0, expected[-1]])


MEASURE_COLUMNS = {
    "ex_vivo": "occ_exvivo_IC50_1p42",
    "kinetic": "occ_kinetic_koff_kon",
    "mg_free": "block_Mgfree_-70mV_hill0p84",
    "with_mg": "block_Mg1_-55mV_model",
    "nr2a": "block_2A_Mg1",
    "nr2b": "block_2B_Mg1",
    "nr2c": "block_2C_Mg1",
    "nr2d": "block_2D_Mg1",
}


def test_every_block_measure_of_the_reference_table_is_reproduced_from_the_infusion():
    rows = {row["case"]: row for row in reference("nmda_occupancy_table")}
    for kinetics in (CLEMENTS, DOMINO):
        row, at_stop = rows[f"{kinetics.name}_40min"], chain(kinetics).evaluate(t=40.0)
        assert at_stop["unbound"] == pytest.approx(row["unbound_uM_fu0p53"], rel=1e-5)
        for name, column in MEASURE_COLUMNS.items():
            assert at_stop[name] == pytest.approx(row[column], rel=1e-5), name
    reported = rows["reported_185"]
    measures = block_measures.evaluate(concentration=0.53 * reported["plasma_uM"])
    for name, column in MEASURE_COLUMNS.items():
        assert measures[name] == pytest.approx(reported[column], rel=1e-5), name


def test_the_occupancy_time_course_is_reproduced():
    rows = reference("nmda_occupancy_timecourse")
    t = np.array([row["t_min"] for row in rows])
    for kinetics in (CLEMENTS, DOMINO):
        expected = [row[f"occ_{kinetics.name}"] for row in rows]
        computed = chain(kinetics).evaluate(t=t)["ex_vivo"]
        np.testing.assert_allclose(computed, expected, rtol=1e-5, atol=1e-7)


def test_the_chosen_block_is_the_measure_of_that_place():
    for place, name in enumerate(MEASURES):
        named = chain(CLEMENTS).evaluate(t=40.0, measure=place)
        assert named["block"] == named[name]


def test_occupancy_and_loss_of_current_describe_the_same_level_three_times_apart():
    at_stop = chain(CLEMENTS).evaluate(t=40.0)
    assert at_stop["block"] == at_stop["nr2a"]
    assert at_stop["ex_vivo"] / at_stop["nr2a"] > 3


@pytest.mark.parametrize(
    ("kinetics", "occupancy", "minutes"),
    [(CLEMENTS, 0.05, 248), (CLEMENTS, 0.01, 683), (DOMINO, 0.05, 131), (DOMINO, 0.01, 404)],
    ids=lambda value: getattr(value, "name", value),
)
def test_the_drug_has_washed_out_within_hours(kinetics, occupancy, minutes):
    assert washout_time(kinetics, occupancy) == pytest.approx(minutes, abs=0.6)


def test_a_day_later_0_06_percent_of_the_receptors_are_occupied():
    assert chain(CLEMENTS).evaluate(t=1440.0)["ex_vivo"] == pytest.approx(0.0006, abs=5e-5)


def test_an_occupancy_that_is_never_reached_is_washed_out_from_the_start():
    assert washout_time(CLEMENTS, 0.5) == 0
    assert washout_time(CLEMENTS, 0.01, dose=0.0) == 0


@pytest.mark.parametrize(("activity", "seconds"), [(1, 3.6), (0.1, 36), (0.01, 360), (0.001, 3600)])
def test_less_active_receptors_settle_more_slowly(activity, seconds):
    assert settling_time(0.4, activity) == pytest.approx(seconds, rel=0.01)


@pytest.mark.parametrize(
    ("activity", "peak", "at"), [(1.0, 0.212, 40.0), (0.01, 0.198, 43.6), (0.001, 0.106, 87.0)]
)
def test_trapping_delays_and_lowers_the_peak_of_bound_drug(activity, peak, at):
    course = guarded_receptor(CLEMENTS).reference(np.arange(0, 200.01, 0.1), activity=activity)
    highest = course["bound"].argmax()
    assert course["bound"][highest] == pytest.approx(peak, abs=6e-4)
    assert course.time[highest] == pytest.approx(at, abs=0.5)


def test_the_guarded_receptor_agrees_with_an_implicit_solver_split_at_the_stop():
    levels = plasma(CLEMENTS)

    def rate(t, bound):
        unbound = 0.53 * levels.evaluate(t=t)["level_um"]
        return 0.01 * 60 * (0.15 * unbound * (1 - bound) - 0.22 * bound)

    options = {"method": "LSODA", "max_step": 2.0, "rtol": 1e-8, "atol": 1e-10}
    rising = solve_ivp(rate, (0, 40), [0.0], **options)
    falling = solve_ivp(rate, (40, 90), rising.y[:, -1], **options)
    course = guarded_receptor(CLEMENTS).run(duration=90, step=0.02, every=2000, activity=0.01)
    assert course["bound"][1] == pytest.approx(rising.y[0, -1], rel=1e-6)
    ours = guarded_receptor(CLEMENTS).reference([0.0, 40.0, 90.0], activity=0.01)
    assert ours["bound"][2] == pytest.approx(falling.y[0, -1], rel=1e-6)


@few
@given(st.floats(0.01, 20))
def test_the_equilibrium_of_trapping_does_not_depend_on_activity(concentration):
    model = guarded_receptor(CLEMENTS)
    expected = concentration / (concentration + 0.22 / 0.15)
    for activity in (0.001, 0.1, 1.0):
        # A level held constant: the infusion's quantities are replaced by their outcome.
        quantities = {p.name: p.default for p in model.parameters} | {"activity": activity}
        quantities |= {"t": 40.0, "bound": expected}
        at_rest = float(plasma(CLEMENTS).evaluate(t=40.0)["level_um"])
        quantities["unbound_fraction"] = concentration / at_rest
        rate = model.function(Quantities(model.name, quantities))["bound"]
        assert rate == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("kinetics", KINETICS, ids=lambda k: k.name)
def test_the_chain_is_finite_and_ordered_at_every_corner_and_zero_without_a_dose(kinetics):
    model = chain(kinetics)
    names = ("dose", "duration", "weight", "unbound_fraction")
    lows_highs = [(model[name].low, model[name].high) for name in names]
    corners = np.array(np.meshgrid(*lows_highs)).reshape(len(names), -1, 1)
    t = np.array([0.0, 2.0, 40.0, 120.0, 1440.0, 20160.0])
    values = model.evaluate(t=t, **dict(zip(names, corners, strict=True)))
    for name in (*MEASURES, "block"):
        assert np.isfinite(values[name]).all()
        assert ((values[name] >= 0) & (values[name] < 1)).all()
        assert (values[name][corners[0, :, 0] == 0] == 0).all()


@pytest.mark.parametrize("kinetics", KINETICS, ids=lambda k: k.name)
def test_steps_of_a_hundredth_of_a_minute_keep_trapping_stable_at_every_corner(kinetics):
    model = guarded_receptor(kinetics)
    for activity in (model["activity"].low, model["activity"].high):
        for duration in (2.0, 120.0):
            run = in_browser(
                model, ["bound"], steps=13000, dt=0.01, every=100,
                dose=1.0, duration=duration, weight=120.0, unbound_fraction=0.8, activity=activity,
            )["bound", None]  # fmt: skip
            assert ((run >= 0) & (run < 1)).all()


def test_the_browser_computes_the_same_receptor_and_chain():
    for given_ in (
        {},
        {"voltage": 40.0, "magnesium": 0.0, "concentration": 0.0},
        {"voltage": -90.0, "magnesium": 2.0, "concentration": 30.0},
    ):
        computed, expected = in_browser(receptor, **given_), receptor.evaluate(**given_)
        for name, value in expected.items():
            assert computed[name] == pytest.approx(float(value), rel=1e-9), name
    for given_ in ({"t": 40.0}, {"t": 0.0}, {"t": 300.0, "dose": 1.0, "measure": 7.0}):
        for kinetics in KINETICS:
            computed = in_browser(chain(kinetics), **given_)
            for name, value in chain(kinetics).evaluate(**given_).items():
                assert computed[name] == pytest.approx(float(value), rel=1e-9, abs=1e-12), name


def test_the_browser_computes_the_same_trapping():
    model = guarded_receptor(CLEMENTS)
    for activity in (0.001, 0.3):
        expected = model.run(duration=60, step=0.05, every=100, activity=activity)["bound"]
        computed = in_browser(model, ["bound"], steps=1200, dt=0.05, every=100, activity=activity)
        np.testing.assert_allclose(computed["bound", None], expected, rtol=1e-9, atol=1e-14)


def test_the_equations_can_be_shown():
    assert "IC_{50}" in equations(receptor).latex
    assert "b_{" in equations(chain(DOMINO), "nr2a").latex
    assert r"\beta" in equations(guarded_receptor(CLEMENTS)).latex
