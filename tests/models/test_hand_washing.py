"""Model C against the reference tables of the hand-washing learner (Rigoux et al. 2024)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from javascript import in_browser
from reference_tables import reference

from breaking_the_loop.ocd_cycle.hand_washing import (
    BAND_ENDS,
    CHECK,
    COOK,
    MEASURED,
    WASH,
    Plan,
    behaviour,
    belief_map,
    by_table,
    false_beliefs,
    hand_washing,
    kitchen,
    look_ahead,
    plan,
    random_beliefs,
    small_population,
)
from looplab.errors import ModelError
from looplab.model.latex import equations

POLICY = reference("cycle_rigoux_policy")
TRUST = np.array([float(row["efficacy_belief_factor"]) for row in POLICY])


def column(name):
    return np.array([float(row[name]) for row in POLICY])


def live(planned, actions=1000, runs=60, **believed):
    """Behaviour of `runs` learners for each plan; `believed` are arrays, one value a plan."""
    run = hand_washing.run(
        actions,
        learners=runs,
        every=actions,
        record=MEASURED,
        **{
            name: np.asarray(value)[:, None] for name, value in (planned.bands() | believed).items()
        },
    )
    return behaviour(run, axis=(0, 2))


@pytest.fixture(scope="module")
def planned():
    return plan(2001, p_wash=0.95 * TRUST)


@pytest.fixture(scope="module")
def lived(planned):
    return live(planned, runs=100, trust=TRUST)


def test_belief_bands_are_those_of_the_table(planned):
    bands = planned.bands()
    assert bands["cook_up_to"] == pytest.approx(column("threshold_cook_to_check"), abs=0.005)
    assert bands["check_up_to"] == pytest.approx(column("threshold_check_to_wash"), abs=0.005)
    assert (bands["wash_up_to"] == 1).all() and (bands["recheck_up_to"] == 1).all()


def test_values_at_the_ends_are_those_of_the_table(planned):
    assert planned.values[:, 0] == pytest.approx(column("V_at_belief_0"), abs=0.003)
    assert planned.values[:, -1] == pytest.approx(column("V_at_belief_1"), abs=0.003)


def test_a_coarser_grid_moves_the_bands_by_at_most_a_step():
    bands = plan(301, p_wash=0.95 * TRUST).bands()
    assert bands["cook_up_to"] == pytest.approx(
        column("threshold_cook_to_check"), abs=0.005 + 1 / 300
    )
    assert bands["check_up_to"] == pytest.approx(
        column("threshold_check_to_wash"), abs=0.005 + 1 / 300
    )


@pytest.mark.parametrize("action", ["cook", "check", "wash"])
def test_actions_are_as_frequent_as_in_the_table(lived, action):
    assert lived[action] == pytest.approx(column(f"freq_{action}"), abs=0.02)


def test_compulsive_share_is_that_of_the_table(lived):
    expected = column("share_of_precaution_actions_compulsive")
    assert lived["repeated_share"] == pytest.approx(expected, abs=0.03)
    assert lived["bouts"] == pytest.approx(column("bouts_per_1000_actions"), abs=4)


def test_belief_falls_as_much_in_a_wash_as_in_the_table(lived):
    expected = column("mean_belief_drop_after_wash")
    assert lived["drop_after_wash"] == pytest.approx(expected, abs=0.01)


def test_an_undistorted_learner_never_repeats():
    right = plan(2001)
    assert live(right, runs=20, trust=[1.0])["bouts"] == 0


def test_a_learner_that_distrusts_its_washing_repeats_often(lived):
    assert lived["bouts"][TRUST == 0.6] > 20


@pytest.mark.parametrize(
    "believed",
    [{"p_dirty": value} for value in (0.06, 0.1, 0.2, 0.4)]
    + [{"detect_clean": value, "detect_dirty": value} for value in (0.95, 0.75, 0.65, 0.55)],
    ids=str,
)
def test_other_false_beliefs_about_the_world_bring_no_bouts(believed):
    planned = plan(2001, **believed)
    known = {f"believed_{name}": [value] for name, value in believed.items()}
    assert live(planned, runs=40, trust=[1.0], **known)["bouts"] == 0


def test_exaggerated_harm_brings_hardly_any_bouts():
    danger = np.array([1.5, 2, 3, 5])
    false = false_beliefs.evaluate(trust=1.0, danger=danger)
    costs = {name: false[f"believed_{name}"] for name in ("v_wash", "v_check", "v_cook_dirty")}
    assert sum(costs.values()) == pytest.approx(-np.ones(4))
    seen = live(plan(2001, **costs), runs=200, trust=np.ones(4))
    assert (seen["bouts"][:2] == 0).all()
    assert (seen["repeated_share"] <= 0.0005).all()
    right = live(plan(2001), runs=40, trust=[1.0])
    assert (seen["check"] + seen["wash"] > right["check"] + right["wash"]).all()


@pytest.fixture(scope="module")
def false_belief_map():
    return belief_map(np.linspace(0.2, 1, 9), np.linspace(1, 5, 5), actions=600, runs=4)


def test_distrust_repeats_at_every_level_of_danger(false_belief_map):
    assert (false_belief_map[:, :5] > 0.2).all()


def test_full_trust_hardly_repeats_at_any_level_of_danger(false_belief_map):
    assert (false_belief_map[:, -1] < 0.01).all()


def published(dataset, quantity, group):
    for row in reference("cycle_rigoux_population"):
        if (row["dataset"], row["quantity"]) == (dataset, quantity):
            return tuple(float(row[f"published_{part}_{group}"]) for part in ("mean", "sd"))
    raise KeyError(quantity)


def test_a_small_population_shows_the_published_distrust_of_washing():
    """Published, checks required: mean error -0.036 without and -0.373 with compulsions."""
    people = small_population(worlds=8, learners=50)
    error = people.errors["p_wash"]
    groups = {"noncompulsive": error[~people.compulsive], "compulsive": error[people.compulsive]}
    for group, values in groups.items():
        mean, sd = published("must_check", "p_wash", group)
        assert values.mean() == pytest.approx(mean, abs=0.15)
        assert values.std() == pytest.approx(sd, abs=0.15)
    assert groups["noncompulsive"].mean() - groups["compulsive"].mean() > 0.15


def test_random_costs_sum_to_minus_one():
    drawn = random_beliefs(200, np.random.default_rng(3))
    costs = np.array([drawn[name] for name in ("v_wash", "v_check", "v_cook_dirty")])
    assert costs.sum(axis=0) == pytest.approx(-np.ones(200))
    assert (costs <= 0).all()


def test_bands_and_table_act_alike(planned):
    """The browser's bands make every choice that the planned table makes."""
    share = dict(learners=12, record=["cook", "check", "belief"], trust=0.6)
    bands = {name: ends[6] for name, ends in planned.bands().items()}
    policy = np.repeat(planned.policy[6:7], 12, axis=0)
    by_band = hand_washing.run(500, **share, **bands)
    from_table = kitchen(by_table(policy), parameters=()).run(500, **share)
    for name in ("cook", "check", "belief"):
        assert np.array_equal(by_band[name], from_table[name])


def test_bouts_follow_the_published_count():
    """Counted again from the actions alone: cut at every cook, as the measure is defined."""
    run = hand_washing.run(3000, learners=1, trust=0.2, check_up_to=0.93925)
    letters = np.array(["C", "K", "W"])[
        (run["check"][:, 0] * CHECK + run["wash"][:, 0] * WASH).astype(int)
    ]
    bouts = "".join(letters).split("C")[:-1]
    excess = [len(bout) - len(set(bout)) for bout in bouts if len(bout) > len(set(bout))]
    assert len(excess) > 50
    assert run["bout_ends"].sum() == len(excess)
    finished = 3000 - letters[::-1].tolist().index("C")
    assert run["repeated"][:finished].sum() == sum(excess)


@settings(max_examples=60, deadline=None)
@given(
    belief=st.floats(0, 1),
    p_dirty=st.floats(0, 1),
    p_wash=st.floats(0, 1),
    detect_clean=st.floats(0.5, 1),
    detect_dirty=st.floats(0.5, 1),
)
def test_beliefs_stay_probabilities_and_checks_do_not_mislead_on_average(belief, **world):
    ahead = look_ahead.evaluate(belief=belief, **world)
    for name in ("after_cook", "after_wash", "after_soiled", "after_unsoiled", "p_soiled"):
        assert -1e-12 <= ahead[name] <= 1 + 1e-12
    expected = (
        ahead["p_soiled"] * ahead["after_soiled"]
        + (1 - ahead["p_soiled"]) * ahead["after_unsoiled"]
    )
    assert expected == pytest.approx(belief, abs=1e-9)
    assert ahead["after_wash"] <= belief <= ahead["after_cook"] + 1e-15


@settings(max_examples=15, deadline=None)
@given(
    discount=st.floats(0, 0.95),
    p_dirty=st.floats(0, 1),
    p_wash=st.floats(0, 1),
    v_wash=st.floats(-1, 0),
)
def test_planned_values_satisfy_bellman_and_worsen_with_belief(discount, **world):
    planned = plan(51, tolerance=1e-10, discount=discount, **world)
    values = planned.values[0]
    assert (np.diff(values) <= 1e-9).all()
    ahead = look_ahead.evaluate(belief=planned.belief, **world)

    def value(name):
        return np.interp(ahead[name], planned.belief, values)

    check = ahead["p_soiled"] * value("after_soiled") + (1 - ahead["p_soiled"]) * value(
        "after_unsoiled"
    )
    options = [
        ahead["pay_cook"] + discount * value("after_cook"),
        ahead["pay_check"] + discount * check,
        ahead["pay_wash"] + discount * value("after_wash"),
    ]
    assert np.max(options, axis=0) == pytest.approx(values, abs=1e-8)


def test_plan_refuses_what_it_cannot_plan_for():
    with pytest.raises(ModelError, match="no parameter 'efficacy'"):
        plan(51, efficacy=0.5)
    with pytest.raises(ModelError, match="discount"):
        plan(51, discount=1.0)
    with pytest.raises(ModelError, match="at least 2 points"):
        plan(1)


def test_bands_refuse_a_policy_of_another_form():
    belief = np.linspace(0, 1, 4)
    actions = np.array([[COOK, CHECK, COOK, WASH]])
    action_values = -(np.arange(3)[None, :, None] != actions[:, None]).astype(float)
    with pytest.raises(ModelError, match="cook, check, cook, wash"):
        Plan(belief, action_values.max(axis=1), action_values).bands()


def test_default_bands_are_those_planned_for_the_default_learner():
    bands = plan(p_wash=0.6 * 0.95).bands()
    for band in BAND_ENDS:
        assert bands[band.name] == pytest.approx(band.default, abs=1e-9)


@pytest.mark.parametrize(
    "changes", [{}, {"trust": 1.0, "check_up_to": 0.142}, {"wash_up_to": 0.7, "recheck_up_to": 0.8}]
)
def test_browser_and_numpy_agree(changes):
    steps, learners = 800, 3
    record = ("belief", "cook", "wash", "repeated", "bout_ends")
    found = in_browser(hand_washing, record, steps=steps, learners=learners, seed=7, **changes)
    run = hand_washing.run(steps, learners=learners, record=record, seed=7, **changes)
    numpy = np.array([run[name] for name in record])
    assert np.array(list(found.values())) == pytest.approx(numpy, abs=1e-9)


@pytest.mark.parametrize("belief", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("model", [look_ahead, false_beliefs], ids=lambda m: m.name)
def test_formulas_agree_in_the_browser(model, belief):
    given = {record.name: getattr(record, "default", belief) for record in model.records}
    numpy = model.evaluate(**{record.name: belief for record in model.inputs})
    expected = {name: float(value) for name, value in numpy.items()}
    assert in_browser(model, **given) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("model", [look_ahead, false_beliefs, hand_washing], ids=lambda m: m.name)
def test_equations_can_be_read(model):
    assert equations(model).latex.count("&") > 4
