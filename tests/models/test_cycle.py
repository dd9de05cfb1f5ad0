"""Model A and its world against the published description and the reference tables."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reference_tables import reference

from breaking_the_loop.ocd_cycle import cycle
from looplab.errors import ModelError
from looplab.model.declare import STATUSES, State


def column(rows, name):
    return np.array([float(row[name]) for row in rows])


@pytest.fixture(scope="module")
def golden():
    rows = reference("cycle_sakai_golden_run")
    u = np.random.default_rng(20220830).random((400, 2))
    draws = {"choice": u[:, :1], "transition": u[:, 1:]}
    return rows, cycle.two_traces.run(400, draws=draws)


def test_the_golden_run_is_reproduced_to_1e_9_in_every_column(golden):
    rows, run = golden
    names = ("compulsion", "other_obs", "react", "other_relief")
    np.testing.assert_array_equal(1 - run["obsession"][:, 0], column(rows, "state"))
    np.testing.assert_array_equal(1 - run["next_obsession"][:, 0], column(rows, "next_state"))
    np.testing.assert_array_equal(run["visited"][:, :, 0].argmax(axis=1), column(rows, "action"))
    for ours, theirs in (("reward", "reward"), ("delta", "delta")):
        np.testing.assert_allclose(run[ours][:, 0], column(rows, theirs), atol=1e-9)
    for ours, theirs in (("w_next", "w"), ("new_e_plus", "ep"), ("new_e_minus", "en")):
        expected = np.column_stack([column(rows, f"{theirs}_{name}") for name in names])
        np.testing.assert_allclose(run[ours][:, :, 0], expected, atol=1e-9)


def test_the_golden_run_has_the_published_totals(golden):
    _, run = golden
    assert run["obsession"].sum() == 209
    assert run["visited"][:, cycle.REACT].sum() == 70
    assert run["visited"][:, cycle.COMPULSION].sum() == 155
    final = [0.396359, -0.442853, 0.018883, 0.545396]
    np.testing.assert_allclose(run.final["w"][:, 0], final, atol=5e-7)


@settings(max_examples=10, deadline=None)
@given(
    nu_plus=st.floats(0, 0.9), nu_minus=st.floats(0, 0.9), gamma=st.floats(0.3, 0.9),
    seed=st.integers(0, 1000),
)  # fmt: skip
def test_a_separate_critic_stays_equal_to_the_sum_of_weights(nu_plus, nu_minus, gamma, seed):
    def with_critic(m):
        following = cycle.two_trace_rule(m)
        seen = [m.visited[0] + m.visited[1], m.visited[2] + m.visited[3]]
        step = m.alpha * m.delta
        updates = {}
        good, bad = m.critic[2:4], m.critic[4:6]
        now_good = [m.nu_plus * e + x for e, x in zip(good, seen, strict=True)]
        now_bad = [m.nu_minus * e + x for e, x in zip(bad, seen, strict=True)]
        credit = [np.where(m.delta >= 0, g, b) for g, b in zip(now_good, now_bad, strict=True)]
        values = [v + step * c for v, c in zip(m.critic[:2], credit, strict=True)]
        updates["critic"] = np.stack([*values, *now_good, *now_bad])
        return following | updates

    labels = ("V(o)", "V(relief)", "g(o)", "g(relief)", "b(o)", "b(relief)")
    model = cycle.learner(with_critic, states=(State("critic", "c", "critic", labels=labels),))
    run = model.run(300, learners=3, seed=seed, nu_plus=nu_plus, nu_minus=nu_minus, gamma=gamma)
    w, critic = run.final["w"], run.final["critic"]
    np.testing.assert_allclose(critic[0], w[0] + w[1], atol=1e-12)
    np.testing.assert_allclose(critic[1], w[2] + w[3], atol=1e-12)


@pytest.mark.parametrize("gamma", [0.3, 0.5, 0.9])
@pytest.mark.parametrize("relief", [0.1, 0.5, 0.9])
def test_exact_values_solve_the_two_state_linear_system(gamma, relief):
    found = cycle.exact_values.evaluate(gamma=gamma, relief_chance=relief)
    worth = []
    for stay, cost in ((1 - relief, 0.01), (0.9, 0.0)):
        # Unknowns V(o), V(relief) when the learner never reacts.
        system = np.array([[1 - gamma * stay, -gamma * (1 - stay)], [0.0, 1 - gamma]])
        worth.append(np.linalg.solve(system, [-stay - cost, 0.0])[0])
    assert float(found["v_compulsion"]) == pytest.approx(worth[0], abs=1e-12)
    assert float(found["v_wait"]) == pytest.approx(worth[1], abs=1e-12)


def test_exact_values_are_those_of_the_published_world():
    found = {name: float(value) for name, value in cycle.exact_values.evaluate().items()}
    assert found["v_compulsion"] == pytest.approx(-0.68, abs=1e-12)
    assert found["v_wait"] == pytest.approx(-18 / 11, abs=1e-12)
    assert found["q_compulsion"] == pytest.approx(-0.68, abs=1e-12)
    assert found["q_wait"] == pytest.approx(-1.206, abs=1e-12)
    assert found["q_react"] == pytest.approx(-0.34, abs=1e-12)
    assert found["q_let_pass"] == 0
    assert found["relief_surprise"] == pytest.approx(0.67, abs=1e-12)
    assert found["failure_surprise"] == pytest.approx(-0.67, abs=1e-12)


@pytest.mark.parametrize(
    "nu_plus, nu_minus, credit",
    [
        (0.9, 0.0, 0.208),
        (0.9, 0.1, 0.173),
        (0.9, 0.5, -0.015),
        (0.9, 0.8, -0.239),
        (0.6, 0.1, -0.088),
    ],
)
def test_the_net_credit_of_an_episode(nu_plus, nu_minus, credit):
    found = cycle.credit_ledger.evaluate(nu_plus=nu_plus, nu_minus=nu_minus)
    assert float(found["net_credit"]) == pytest.approx(credit, abs=1e-3)


@given(nu=st.floats(0, 0.9))
def test_equal_traces_of_any_length_never_learn_the_cycle(nu):
    found = cycle.credit_ledger.evaluate(nu_plus=nu, nu_minus=nu)
    assert float(found["net_credit"]) == pytest.approx(-0.34, abs=1e-12)


def test_the_boundary_lies_where_the_net_credit_vanishes():
    minus = [0, 0.1, 0.2, 0.3, 0.4, 0.5]
    edge = cycle.credit_boundary.evaluate(nu_minus=minus)["critical_nu_plus"]
    np.testing.assert_allclose(edge, [0.674, 0.719, 0.765, 0.813, 0.862, 0.914], atol=1e-3)
    inside = edge <= 0.9
    credit = cycle.credit_ledger.evaluate(nu_plus=edge[inside], nu_minus=np.array(minus)[inside])
    np.testing.assert_allclose(credit["net_credit"], 0, atol=1e-12)
    for plus, critical in ((0.9, 0.475), (0.8, 0.275), (0.7, 0.061)):
        found = cycle.credit_ledger.evaluate(
            nu_plus=plus, nu_minus=[critical - 2e-3, critical + 2e-3]
        )
        assert found["net_credit"][0] > 0 > found["net_credit"][1]


def test_the_credit_of_one_episode_by_its_failures():
    """Episodes of 0-6 failures before relief at nu- = 0, nu+ = 0.9, played with settled values."""
    expected = [0.263, 0.203, 0.148, 0.100, 0.056, 0.016, -0.020]
    settled = cycle.exact_values.evaluate()
    v, relief = float(settled["v"]), float(settled["relief_surprise"])
    for failures, credit in enumerate(expected):
        trace, total = 1.0, 0.5 * v
        for outcome in [0.0] * failures + [relief]:
            trace *= 0.9
            total += trace * outcome
        assert total == pytest.approx(credit, abs=1e-3)


def test_phase_table_within_0_010_of_the_reference():
    rows = reference("cycle_sakai_phase")
    plus, minus = column(rows, "nu_plus"), column(rows, "nu_minus")
    run = cycle.two_traces.run(
        5000, learners=60, every=1000, seed=11, record=["obsession"],
        nu_plus=plus[:, None], nu_minus=minus[:, None],
    )  # fmt: skip
    ours = run["obsession"][-1].mean(axis=-1)
    unstable = (plus == 0.9) & (minus == 0.9)
    difference = np.abs(ours - column(rows, "fraction_obsessed"))
    assert difference[~unstable].max() <= 0.010
    published = {(0.9, 0.1): 0.125, (0.8, 0.0): 0.165, (0.5, 0.5): 0.007, (0.1, 0.8): 0.003}
    for (p, n), share in published.items():
        at = np.isclose(plus, p) & np.isclose(minus, n)
        assert ours[at][0] == pytest.approx(share, abs=0.010)


def test_the_sign_of_the_net_credit_predicts_the_long_run_in_93_of_100_cells():
    rows = reference("cycle_sakai_longrun_vs_theory")
    plus, minus = column(rows, "nu_plus"), column(rows, "nu_minus")
    credit = cycle.credit_ledger.evaluate(nu_plus=plus, nu_minus=minus)["net_credit"]
    np.testing.assert_allclose(credit, column(rows, "net_credit_E"), atol=1e-3)
    run = cycle.two_traces.run(
        20000, learners=10, every=2000, seed=22, record=["obsession"],
        nu_plus=plus[:, None], nu_minus=minus[:, None],
    )  # fmt: skip
    lasting = run["obsession"][-1].mean(axis=-1) > 0.03
    assert len(rows) == 100
    assert ((credit > 0) == lasting).sum() >= 93


def test_the_imbalanced_learner_starts_high_and_levels_off_where_the_brief_says():
    run = cycle.two_traces.run(5000, learners=200, every=500, record=["obsession", "visited"])
    share = run["obsession"].mean(axis=1)
    assert share[0] == pytest.approx(0.44, abs=0.03)
    assert share[-2:].mean() == pytest.approx(0.12, abs=0.01)
    assert run["visited"][-2:, cycle.REACT].mean() == pytest.approx(0.058, abs=0.006)


def test_without_an_entrance_there_is_no_obsession():
    run = cycle.two_traces.run(500, learners=20, entry_chance=0.0)
    assert run["obsession"].sum() == 0


def test_with_no_memory_only_the_visited_weight_changes():
    run = cycle.two_traces.run(300, learners=5, nu_plus=0.0, nu_minus=0.0)
    changed = run["w_next"] != run["w"]
    assert changed.any()
    assert not (changed & (run["visited"] == 0)).any()


def test_the_same_seed_gives_the_same_run_and_another_seed_another():
    first, again = (cycle.two_traces.run(200, learners=4, seed=5) for _ in range(2))
    other = cycle.two_traces.run(200, learners=4, seed=6)
    np.testing.assert_array_equal(first["w"], again["w"])
    assert (first["w"] != other["w"]).any()


def test_results_do_not_depend_on_how_many_learners_run_together():
    few = cycle.two_traces.run(300, learners=3, seed=9)
    many = cycle.two_traces.run(300, learners=30, seed=9)
    np.testing.assert_array_equal(few["w"], many["w"][:, :, :3])


def test_watching_the_ledger_or_the_policy_does_not_change_the_course():
    plain = cycle.two_traces.run(300, learners=3, seed=2)
    for watched in (cycle.with_ledger(), cycle.with_policy()):
        np.testing.assert_array_equal(watched.run(300, learners=3, seed=2)["w"], plain["w"])


def test_every_number_of_the_model_has_a_record_with_source_and_status():
    for parameter in cycle.two_traces.parameters:
        assert parameter.source and parameter.status in STATUSES
        assert parameter.low <= parameter.default <= parameter.high


def test_settings_beyond_the_stable_range_are_refused():
    with pytest.raises(ModelError, match="alpha .learning rate. = 0.1"):
        cycle.two_traces.run(10, alpha=0.1)


# Pairs of memories at which the ledger pays clearly, and at which it costs clearly.
PAYS = [(0.9, 0.0), (0.9, 0.1), (0.9, 0.2), (0.9, 0.3), (0.85, 0.0), (0.85, 0.1), (0.8, 0.0)]
COSTS = [(0.5, 0.1), (0.5, 0.5), (0.8, 0.5), (0.8, 0.8), (0.9, 0.8), (0.1, 0.5)]


@pytest.fixture(scope="module")
def settled():
    """The worth of relief in steps 4,000 to 6,000, for every pair: {pair: V(relief)}."""
    pairs = np.array([*PAYS, *COSTS])
    run = cycle.two_traces.run(
        6000,
        learners=100,
        every=1000,
        record=["w"],
        nu_plus=pairs[:, :1],
        nu_minus=pairs[:, 1:],
    )["w"]
    worth = run[4:, cycle.REACT] + run[4:, cycle.LET_PASS]
    return dict(zip(map(tuple, pairs), worth.mean(axis=(0, 2)), strict=True))


@pytest.mark.parametrize("pair", PAYS)
def test_relief_becomes_worth_what_makes_an_episode_break_even(settled, pair):
    found = cycle.settled_worth.evaluate(nu_plus=pair[0], nu_minus=pair[1])
    assert found["break_even"] > 0.05
    assert settled[pair] == pytest.approx(found["break_even"], abs=0.04)


@pytest.mark.parametrize("pair", COSTS)
def test_where_an_episode_always_costs_relief_is_worth_nothing(settled, pair):
    assert cycle.settled_worth.evaluate(nu_plus=pair[0], nu_minus=pair[1])["break_even"] < -0.05
    assert settled[pair] == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize("worth", [-0.2, 0.0, 0.245, 0.5])
@pytest.mark.parametrize("given", [{}, {"gamma": 0.8}, {"relief_chance": 0.2}])
def test_the_ledger_at_another_worth_of_relief_is_that_of_the_two_state_world(worth, given):
    """By hand: surprises of a learner that knows its world but holds relief for worth `worth`."""
    gamma, p, nu_plus, nu_minus = given.get("gamma", 0.5), given.get("relief_chance", 0.5), 0.9, 0.1
    q, cost = 1 - p, 0.01
    inside = (-cost - q + gamma * p * worth) / (1 - gamma * q)
    enter = gamma * inside - worth
    relief = -cost + gamma * worth - inside
    failure = -cost - 1 + gamma * inside - inside
    # Over episodes with L failures, each of chance q^L p; traces of the reaction fade from 1.
    expected = enter
    for failures in range(400):
        chance = q**failures * p
        blame = sum(nu_minus**step for step in range(1, failures + 1)) * failure
        expected += chance * (blame + nu_plus ** (failures + 1) * relief)
    found = cycle.settled_worth.evaluate(nu_plus=nu_plus, nu_minus=nu_minus, **given)
    assert found["net_credit"] - found["lost"] * worth == pytest.approx(expected, abs=1e-9)
