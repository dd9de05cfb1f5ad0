"""Treatments in models A and B against the reference table, and the orderings they must show."""

import numpy as np
import pytest
from javascript import in_browser
from reference_tables import reference

from breaking_the_loop.ocd_cycle.cycle import COMPULSION, REACT, credit_ledger, two_traces
from breaking_the_loop.ocd_cycle.opponent import opponent
from breaking_the_loop.ocd_cycle.treatment import (
    NOTHING,
    RAPID_ARMS,
    Arm,
    follow,
    treated_learner,
    treated_opponent,
)
from looplab.errors import ModelError
from looplab.model.latex import equations

ERP = {"prevention": 1.0, "exposure": 0.1}
HALF = ERP | {"prevention": 0.5}
DRUG = {"correction": 1.0, "ramp_steps": 2000}
ESTABLISHED = {"correction": 1.0}
ARMS = {
    "none": NOTHING,
    "response_prevention": Arm("response prevention only", {"prevention": 1.0}),
    "exposure_only": Arm("exposure only", {"exposure": 0.1}),
    "erp_full": Arm("exposure with response prevention (ERP)", ERP),
    "erp_half": Arm("ERP, half of the compulsions held back", HALF),
    "ssri_short": Arm("SSRI, stopped after 2,000 steps", DRUG),
    "ssri": Arm("SSRI, stopped after 4,000 steps", DRUG | {"treatment_steps": 4000}),
    "ssri_plus_erp": Arm("SSRI established, with ERP", ESTABLISHED | ERP),
}
OPPONENT_ARMS = {
    "none": NOTHING,
    "erp_full": Arm("exposure with response prevention (ERP)", ERP),
    "rebalanced": Arm("four learning rates balanced", ESTABLISHED),
}
ALL_ARMS = ARMS | RAPID_ARMS
ONSET = 5


def table():
    rows = {}
    for row in reference("cycle_treatment"):
        rows.setdefault(row["arm"], []).append(row)
    return rows


def treated_blocks(arm):
    return int(ALL_ARMS[arm].settings.get("treatment_steps", 2000) / 1000)


@pytest.fixture(scope="module")
def run():
    return follow(ALL_ARMS)


@pytest.fixture(scope="module")
def share(run):
    """Share of each block of 1,000 steps in obsession: {arm: blocks}, onset first."""
    return dict(zip(ALL_ARMS, run["obsession"].mean(axis=-1).T, strict=True))


@pytest.fixture(scope="module")
def after(share):
    """Share in the first 1,000 steps after treatment."""
    return {arm: blocks[ONSET + treated_blocks(arm)] for arm, blocks in share.items()}


def test_every_arm_of_the_table_is_simulated():
    assert set(ALL_ARMS) == set(table())


@pytest.mark.parametrize("arm", ALL_ARMS)
def test_every_block_is_that_of_the_table(share, arm):
    settings = ALL_ARMS[arm].settings
    erp = "prevention" in settings and "exposure" in settings
    for row, got in zip(table()[arm], share[arm][ONSET - 1 :], strict=False):
        tolerance = 0.03 if erp and row["phase"].startswith("treat") else 0.012
        assert got == pytest.approx(float(row["fraction_obsessed"]), abs=tolerance), row["phase"]


@pytest.mark.parametrize("arm", ALL_ARMS)
def test_treatment_lasts_as_long_as_in_the_table(arm):
    phases = [row["phase"] for row in table()[arm]]
    assert sum(phase.startswith("treat") for phase in phases) == treated_blocks(arm)


@pytest.mark.parametrize("arm", ALL_ARMS)
def test_compulsions_and_reactions_are_those_of_the_table(run, arm):
    visited = run["visited"].mean(axis=-1)[ONSET - 1 :, :, list(ALL_ARMS).index(arm)]
    for row, got in zip(table()[arm], visited, strict=False):
        assert got[COMPULSION] == pytest.approx(float(row["rate_compulsion"]), abs=0.012)
        assert got[REACT] == pytest.approx(float(row["rate_abnormal_reaction"]), abs=0.012)


def test_erp_leaves_less_than_either_of_its_parts(after):
    assert after["erp_full"] < after["response_prevention"]
    assert after["erp_full"] < after["exposure_only"]


def test_half_of_erp_leaves_more_than_all_of_it(after):
    assert after["erp_full"] < after["erp_half"]


def test_the_combination_leaves_no_more_than_erp(after):
    assert after["ssri_plus_erp"] <= after["erp_full"]


def test_more_time_in_obsession_during_erp_than_before(share):
    during = slice(ONSET, ONSET + 2)
    assert (share["erp_full"][during] > 4 * share["none"][during]).all()


def test_stopping_the_drug_early_lets_the_cycle_return(share, after):
    assert after["ssri_short"] > after["ssri"]
    assert share["ssri_short"][-1] > 2 * after["ssri_short"]


def test_quieter_distress_changes_nothing_that_lasts(share, after):
    """Scenario H1, hypothesis."""
    assert after["hyp_quiet"] == pytest.approx(share["none"][ONSET + 1], abs=0.012)


def test_a_window_fades_unless_something_is_taught_inside_it(share):
    """Scenarios H2 and H3, hypothesis."""
    assert share["hyp_window_then_erp"][-1] < 0.005 < 0.05 < share["hyp_window_nu_only"][-1]


def test_more_learning_with_the_wrong_credit_is_no_help(share, after):
    """Scenario H4, hypothesis, against ERP alone for the same time: no benefit at × 2 and × 3."""
    for arm in ("hyp_window_alpha2_erp", "hyp_window_alpha3_erp"):
        assert after[arm] > after["erp_1000"] and share[arm][-1] > share["erp_1000"][-1]


def test_an_erased_habit_grows_back_through_a_worse_phase(share):
    """Scenario H5, hypothesis."""
    assert share["hyp_reset_w"][ONSET] > 2 * share["hyp_reset_w"][ONSET - 1]
    assert share["hyp_reset_w"][-1] == pytest.approx(share["none"][-1], abs=0.012)


@pytest.mark.parametrize("nu_minus, net_credit", [(0.1, -0.061), (0.8, -0.511)])
def test_blocked_compulsions_turn_the_ledger_negative(nu_minus, net_credit):
    """With the compulsion blocked, relief comes as from waiting: chance 0.1 a step, at no cost."""
    ledger = credit_ledger.evaluate(relief_chance=0.1, cost=0.0, nu_plus=0.9, nu_minus=nu_minus)
    assert ledger["v"] == pytest.approx(1.636, abs=1e-3)
    assert ledger["net_credit"] == pytest.approx(net_credit, abs=1e-3)


def test_relief_that_works_better_breeds_more_cycles():
    """Accommodation: time in obsession falls while episodes rise six-fold."""
    run = two_traces.run(
        6000,
        learners=60,
        every=1000,
        record=["obsession", "visited"],
        relief_chance=np.array([[0.1], [0.9]]),
    )
    assert run["obsession"][-1].mean(axis=-1) == pytest.approx([0.148, 0.106], abs=0.012)
    assert run["visited"][-1, REACT].mean(axis=-1) == pytest.approx([0.015, 0.094], abs=0.012)


@pytest.fixture(scope="module")
def rival():
    run = follow(OPPONENT_ARMS, treated_opponent, steps=11_000)
    return dict(zip(OPPONENT_ARMS, run["obsession"].mean(axis=-1).T, strict=True))


def test_erp_leaves_no_lasting_benefit_in_the_rival_model(rival):
    assert rival["none"][ONSET:].mean() == pytest.approx(0.449, abs=0.012)
    assert rival["erp_full"][ONSET : ONSET + 2] == pytest.approx([0.75, 0.88], abs=0.03)
    following = rival["erp_full"][ONSET + 2 : ONSET + 6]
    assert following == pytest.approx([0.22, 0.40, 0.44, 0.45], abs=0.02)


def test_balanced_rates_lower_the_rival_model_only_while_they_last(rival):
    balanced = rival["rebalanced"]
    assert balanced[ONSET + 1] == pytest.approx(0.12, abs=0.02)
    assert balanced[ONSET + 3] == pytest.approx(0.43, abs=0.02)


@pytest.fixture(scope="module")
def many():
    """600 learners under the corrected table's ERP: {course: blocks of 1,000 steps}."""
    arms = {
        "none": NOTHING,
        "ERP prevention 0.5": Arm("half", HALF),
        "ERP prevention 1.0": Arm("all", ERP),
        "ERP half 4000": Arm("half for longer", HALF | {"treatment_steps": 4000}),
    }
    run = follow(arms, learners=600, record=("obsession",))
    return dict(zip(arms, run["obsession"].mean(axis=-1).T, strict=True))


def test_six_hundred_learners_give_the_corrected_table(many):
    rows = {row["arm"]: row for row in reference("corr_treatment")}
    for arm, blocks in many.items():
        end = ONSET + (0 if arm == "none" else int(rows[arm]["treatment_steps"] / 1000))
        tolerance = 0.002 if arm == "ERP half 4000" else 0.006
        expected = rows[arm]
        assert blocks[ONSET - 1] == pytest.approx(expected["before"], abs=0.006), arm
        assert blocks[-1] == pytest.approx(expected["at_7000_to_8000"], abs=tolerance), arm
        if arm != "none":
            after = blocks[end]
            assert after == pytest.approx(expected["first_1000_after"], abs=tolerance), arm
            assert blocks[ONSET] == pytest.approx(expected["first_1000_of_treatment"], abs=0.006)


def test_half_of_the_compulsions_held_back_keep_most_of_the_effect(many):
    none, half, full = (many[arm] for arm in ("none", "ERP prevention 0.5", "ERP prevention 1.0"))
    for block, kept, spread in [(ONSET + 2, 0.87, 0.04), (-1, 0.65, 0.06)]:
        share = (none[block] - half[block]) / (none[block] - full[block])
        assert share == pytest.approx(kept, abs=spread)


def test_half_for_twice_as_long_leaves_less_than_all_of_it_once(many):
    longer, full = many["ERP half 4000"], many["ERP prevention 1.0"]
    assert longer[-1] < full[-1]
    # At equal time after the end, too.
    assert longer[ONSET + 4 + 3] < full[ONSET + 2 + 3]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_long_after_is_that_of_how_much_was_held_back_and_how_long(seed):
    arms = {
        "none": NOTHING,
        "half": Arm("half", HALF),
        "full": Arm("all", ERP),
        "longer": Arm("half for longer", HALF | {"treatment_steps": 4000}),
    }
    run = follow(arms, learners=60, seed=seed, record=("obsession",))
    later = run["obsession"][-1].mean(axis=-1)
    assert (np.diff(later) < 0).all()


def test_the_ledger_gives_the_direction_of_a_step_and_not_the_outcome_of_a_course():
    """Half looks worse than nothing in the ledger, and is much better in the run."""
    held_back = np.array([0, 0.25, 0.5, 0.75, 1])
    relief = (1 - held_back) * 0.5 + held_back * 0.1
    found = credit_ledger.evaluate(relief_chance=relief, cost=(1 - held_back) * 0.01)
    expected = [0.173, 0.203, 0.211, 0.160, -0.061]
    assert found["net_credit"] == pytest.approx(expected, abs=0.002)


FORGETTINGS = (0.0, 0.0001, 0.0003, 0.001)


@pytest.fixture(scope="module")
def equal_forgetting():
    """Both models at the same forgetting: {(model, forgetting, course): blocks of 1,000 steps}."""
    found = {}
    for name, model in (("A", treated_learner), ("B", treated_opponent)):
        arms = {
            (name, forgetting, course): Arm(course, settings | {"forgetting": forgetting})
            for forgetting in FORGETTINGS
            for course, settings in {
                "untreated": {"treatment_steps": 0},
                "erp": ERP,
                "half": HALF,
                "longer": ERP | {"treatment_steps": 4000},
            }.items()
        }
        given = dict(learners=100, steps=12_000, illness_steps=4000, record=("obsession",))
        run = follow(arms, model, **given)
        found |= dict(zip(arms, run["obsession"].mean(axis=-1).T, strict=True))
    return found


@pytest.mark.parametrize("model, tolerance", [("A", 0.03), ("B", 0.06)])
def test_equal_forgetting_gives_the_reference_in_both_models(equal_forgetting, model, tolerance):
    for row in reference("corr_rivals_forgetting"):
        if row["model"] == model:
            blocks = equal_forgetting[model, row["forgetting_per_step"], row["course"]]
            got = blocks[int(row["end_of_block"] / 1000) - 1]
            assert got == pytest.approx(row["share_in_obsession"], abs=tolerance), row


def test_with_forgetting_both_models_return_and_without_it_a_long_treatment_lasts_in_both(
    equal_forgetting,
):
    for model in "AB":
        untreated = equal_forgetting[model, 0.001, "untreated"]
        assert equal_forgetting[model, 0.001, "erp"][8] == pytest.approx(untreated[8], rel=0.15)
        assert equal_forgetting[model, 0.0, "longer"][10] < 0.1


@pytest.mark.parametrize("forgetting", FORGETTINGS)
def test_the_slope_during_full_erp_tells_the_models_apart_and_during_half_of_it_does_not(
    equal_forgetting, forgetting
):
    slope = {
        (model, course): np.diff(equal_forgetting[model, forgetting, course][4:6])[0]
        for model in "AB"
        for course in ("erp", "half")
    }
    assert slope["A", "erp"] < -0.015 and slope["B", "erp"] > 0.05
    assert -0.05 < slope["A", "half"] < 0 and -0.02 < slope["B", "half"] < 0.03


@pytest.mark.parametrize("model", [treated_learner, treated_opponent], ids=lambda m: m.name)
def test_full_response_prevention_leaves_no_compulsion(model):
    run = follow({"erp": ALL_ARMS["erp_full"]}, model, learners=5, steps=2000, illness_steps=500)
    assert run["visited"][1, COMPULSION].max() == 0
    assert run["visited"][0, COMPULSION].min() > 0


@pytest.mark.parametrize(
    "treated, untreated, same",
    [(treated_learner, two_traces, {}), (treated_opponent, opponent, {"forgetting": 0.001})],
    ids=["A", "B"],
)
def test_without_treatment_the_learner_is_the_untreated_one(treated, untreated, same):
    given = dict(steps=2000, learners=4, record=["value", "visited"], seed=3)
    arm = treated.run(illness_steps=500, treatment_steps=1000, **given)
    plain = untreated.run(**given, **same)
    assert np.array_equal(arm["visited"], plain["visited"])
    assert arm["value"] == pytest.approx(plain["value"], abs=1e-12)


def test_an_arm_does_not_depend_on_what_runs_beside_it(run):
    alone = follow({"erp_half": ARMS["erp_half"]}, learners=2, steps=8000)
    beside = run["obsession"][:8, list(ALL_ARMS).index("erp_half"), :2]
    assert np.array_equal(alone["obsession"][:, 0], beside)


@pytest.mark.parametrize("arm", [arm for arm in RAPID_ARMS if arm.startswith("hyp_")])
def test_every_scenario_says_hypothesis(arm):
    assert RAPID_ARMS[arm].hypothesis and "hypothesis" in RAPID_ARMS[arm].label


def test_an_arm_that_uses_a_hypothesis_is_one():
    guesses = {p.name for p in treated_learner.parameters if p.status == "hypothesis"}
    assert guesses == {"distress_kept", "plasticity", "weights_kept"}
    for name in guesses:
        assert "hypothesis" in treated_learner[name].label
    for arm in ALL_ARMS.values():
        assert arm.hypothesis or not guesses & set(arm.settings)


@pytest.mark.parametrize("label, flag", [("H1 quiet", True), ("nothing (hypothesis)", False)])
def test_an_arm_cannot_hide_or_feign_a_hypothesis(label, flag):
    with pytest.raises(ModelError, match="hypothesis"):
        Arm(label, {}, flag)


TREATED = {"illness_steps": 200, "treatment_steps": 300, "prevention": 0.5, "exposure": 0.1}


@pytest.mark.parametrize(
    "model, changes",
    [
        (treated_learner, TREATED | {"correction": 1.0, "ramp_steps": 200}),
        (treated_learner, TREATED | {"plasticity": 2.0, "distress_kept": 0.3}),
        (treated_learner, TREATED | {"weights_kept": 0.2, "prevention": 1.0}),
        (treated_opponent, TREATED | {"correction": 1.0}),
    ],
)
def test_browser_and_numpy_agree(model, changes):
    steps, learners, every = 1000, 3, 20
    record = ("obsession", "value", "delta")
    layout = {"steps": steps, "learners": learners, "every": every, "seed": 2}
    found = in_browser(model, record, **layout, **changes)
    run = model.run(steps, learners=learners, every=every, record=record, seed=2, **changes)
    numpy = [np.atleast_3d(run[name].T).T.reshape(steps // every, -1, learners) for name in record]
    expected = np.concatenate(numpy, axis=1).transpose(1, 2, 0)
    got = np.array(list(found.values())).swapaxes(1, 2)
    assert got == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("model", [treated_learner, treated_opponent], ids=lambda m: m.name)
def test_equations_show_what_treatment_does_to_the_choice(model):
    latex = equations(model, "p_first", "corrected").latex
    assert "X_{t}" in latex or "X_t" in latex
    assert r"\pi_{0}" in latex
