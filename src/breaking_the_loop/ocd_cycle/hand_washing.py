"""Model C, washing and checking: a cook who is not sure that the last wash worked.

Rigoux, Stephan & Petzschner 2024 (doi:10.1371/journal.pcbi.1012207), equations and demonstration
world as in the authors' code (lionel-rigoux/beliefs-compulsions-and-reduced-confidence-in-control).
Hands are clean or dirty; the learner only holds a belief, the probability that they are dirty. At
each step it cooks, checks or washes. It plans with what it believes about the world while the
world goes its own way, and it never learns: repetition is planned.

A plan is a table over the belief (`plan`, value iteration). Read as bands (`Plan.bands`) it drives
`hand_washing`, which runs in the browser too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from looplab.errors import ModelError
from looplab.model.declare import DiscreteModel, Draw, Input, Parameter, State, formula
from looplab.model.maths import maximum, where

ACTIONS = ("cook", "check", "wash")
COOK, CHECK, WASH = range(3)
BANDS = (COOK, CHECK, WASH, CHECK, WASH)

_DEMO = "rigoux2024, code, demonstration world"


def _chance(name, symbol, label, default, low=0.0, help=""):
    return Parameter(name, symbol, label, default, low, 1.0, 0.01, _DEMO, "code", help=help)


def _cost(name, symbol, label, default):
    return Parameter(name, symbol, label, default, -1.0, 0.0, 0.01, _DEMO, "code")


P_DIRTY = _chance("p_dirty", "p_d", "chance that cooking soils the hands", 0.03)
P_WASH = _chance("p_wash", "p_w", "chance that a wash cleans dirty hands", 0.95)
DETECT_CLEAN = _chance(
    "detect_clean",
    r"\sigma_{\text{clean}}",
    "chance that a check finds clean hands clean",
    0.85,
    0.5,
)
DETECT_DIRTY = _chance(
    "detect_dirty",
    r"\sigma_{\text{dirty}}",
    "chance that a check finds dirty hands dirty",
    0.85,
    0.5,
)
V_WASH = _cost("v_wash", r"r_{\text{wash}}", "reward of washing", -0.21)
V_CHECK = _cost("v_check", r"r_{\text{check}}", "reward of checking", -0.14)
V_COOK_DIRTY = _cost(
    "v_cook_dirty", r"r_{\text{cook,dirty}}", "reward of cooking with dirty hands", -0.65
)
DISCOUNT = Parameter("discount", r"\gamma", "patience", 0.9, 0.0, 0.99, 0.1, _DEMO, "code")
TRUST = Parameter(
    name="trust",
    symbol=r"\tau",
    label="trust in one's own washing",
    default=0.6,
    low=0.0,
    high=1.0,
    step=0.05,
    source=_DEMO + " for 0.6; other values chosen here",
    status="code",
    help="Believed chance that a wash works, as a share of the true chance.",
)
DANGER = Parameter(
    name="danger",
    symbol=r"\chi",
    label="how dangerous dirt is believed to be",
    default=1.0,
    low=1.0,
    high=5.0,
    step=0.5,
    source="chosen here; 1 is the demonstration world of rigoux2024",
    status="assumed",
    unit="×",
)
BELIEVED_P_DIRTY = replace(
    P_DIRTY,
    name="believed_p_dirty",
    symbol=r"\tilde p_d",
    label="believed chance that cooking soils the hands",
)
BELIEVED_DETECT_CLEAN = replace(
    DETECT_CLEAN,
    name="believed_detect_clean",
    symbol=r"\tilde\sigma_{\text{clean}}",
    label="believed chance that a check finds clean hands clean",
)
BELIEVED_DETECT_DIRTY = replace(
    DETECT_DIRTY,
    name="believed_detect_dirty",
    symbol=r"\tilde\sigma_{\text{dirty}}",
    label="believed chance that a check finds dirty hands dirty",
)
BELIEF = Input("belief", "b", "belief that the hands are dirty")


def _after_cook(belief, p_dirty):
    return belief + (1 - belief) * p_dirty


def _after_wash(belief, p_wash):
    return belief * (1 - p_wash)


def _after_check(belief, if_dirty, if_clean):
    """Bayes' rule, from the chance of what was seen on dirty and on clean hands."""
    seen = belief * if_dirty + (1 - belief) * if_clean
    return where(seen > 0, belief * if_dirty / seen, belief)


@formula(
    parameters=[TRUST, DANGER, P_WASH, V_WASH, V_CHECK, V_COOK_DIRTY],
    symbols={
        "total": "T",
        "believed_p_wash": r"\tilde p_w",
        "believed_v_wash": r"\tilde r_{\text{wash}}",
        "believed_v_check": r"\tilde r_{\text{check}}",
        "believed_v_cook_dirty": r"\tilde r_{\text{cook,dirty}}",
    },
)
def false_beliefs(m):
    """What the learner believes when it trusts its washing less, or fears dirt more.

    Costs are scaled so that they sum to -1, as in the published worlds.
    """
    m.believed_p_wash = m.trust * m.p_wash
    m.total = -(m.v_wash + m.v_check + m.danger * m.v_cook_dirty)
    m.believed_v_wash = m.v_wash / m.total
    m.believed_v_check = m.v_check / m.total
    m.believed_v_cook_dirty = m.danger * m.v_cook_dirty / m.total


@formula(
    parameters=[P_DIRTY, P_WASH, DETECT_CLEAN, DETECT_DIRTY, V_WASH, V_CHECK, V_COOK_DIRTY],
    inputs=[BELIEF],
    symbols={
        "after_cook": r"b_{\text{cook}}",
        "after_wash": r"b_{\text{wash}}",
        "p_soiled": r"P(\text{soiled})",
        "after_soiled": r"b_{\text{soiled}}",
        "after_unsoiled": r"b_{\text{unsoiled}}",
        "pay_cook": r"r(\text{cook})",
        "pay_check": r"r(\text{check})",
        "pay_wash": r"r(\text{wash})",
    },
)
def look_ahead(m):
    """Where each action takes the belief, and the reward expected of it."""
    m.pay_cook = m.belief * m.v_cook_dirty
    m.pay_check = m.v_check + 0 * m.belief
    m.pay_wash = m.v_wash + 0 * m.belief
    m.after_cook = _after_cook(m.belief, m.p_dirty)
    m.after_wash = _after_wash(m.belief, m.p_wash)
    m.p_soiled = m.belief * m.detect_dirty + (1 - m.belief) * (1 - m.detect_clean)
    m.after_soiled = _after_check(m.belief, m.detect_dirty, 1 - m.detect_clean)
    m.after_unsoiled = _after_check(m.belief, 1 - m.detect_dirty, m.detect_clean)


@dataclass(frozen=True)
class Plan:
    """Optimal plans for `worlds` sets of beliefs over one grid of `points` beliefs.

    `belief` (points,); `values` V(b), shape (worlds, points); `action_values` Q(b, a) in the
    order of `ACTIONS`, shape (worlds, 3, points).
    """

    belief: np.ndarray
    values: np.ndarray
    action_values: np.ndarray

    @property
    def policy(self) -> np.ndarray:
        """The best action at each belief, shape (worlds, points)."""
        return self.action_values.argmax(axis=1)

    def bands(self) -> dict[str, np.ndarray]:
        """The policies as bands of belief: cook, check, wash, check, wash, from 0 upwards.

        Upper ends of the first four bands, each of shape (worlds,), midway between two points of
        the grid; an empty band ends where it starts. The last two are rare, and at 1 when absent.
        Raises `ModelError` for a policy of another form.
        """
        ends = np.array([_band_ends(policy, self.belief) for policy in self.policy])
        return {band.name: ends[:, i] for i, band in enumerate(BAND_ENDS)}


def _band_ends(policy, belief):
    changes = np.flatnonzero(np.diff(policy))
    starts = np.concatenate([[0.0], (belief[changes] + belief[changes + 1]) / 2])
    actions = policy[np.concatenate([[0], changes + 1])]
    ends, band = [], 0
    for start, action in zip(starts, actions, strict=True):
        while band < len(BANDS) and (BANDS[band] != action or len(ends) < band):
            ends.append(start)
            band += 1
        if band == len(BANDS):
            raise ModelError(
                f"The policy {', '.join(ACTIONS[a] for a in actions)} (from low belief to high) "
                f"is not of the form {', '.join(ACTIONS[a] for a in BANDS)}, some left out."
            )
    return ends + [1.0] * (len(BANDS) - 1 - len(ends))


def plan(points: int = 401, tolerance: float = 1e-6, discount=DISCOUNT.default, **beliefs) -> Plan:
    """Plan by value iteration on an even grid of beliefs with linear interpolation.

    `discount` and `beliefs` (parameters of `look_ahead`, demonstration world where not given) are
    numbers or arrays of one shape (worlds,). Iterates until no value changes by `tolerance`.
    Raises `ModelError` for a bad parameter or fewer than 2 points.
    """
    if points < 2:
        raise ModelError(f"plan: points={points}: a grid needs at least 2 points.")
    DISCOUNT.check(discount)
    discount, *values = np.broadcast_arrays(np.atleast_1d(discount), *beliefs.values())
    beliefs = dict(zip(beliefs, values, strict=True))
    belief = np.linspace(0, 1, points)
    action_values = np.empty((len(discount), len(ACTIONS), points))
    # Sorted by patience, so that few plans wait for the slowest to converge.
    for part in np.array_split(np.argsort(discount), -(-len(discount) // 64)):
        chosen = {name: value[part, None] for name, value in beliefs.items()}
        ahead = look_ahead.evaluate(belief=belief[None], **chosen)
        action_values[part] = _iterate(ahead, discount[part], points, tolerance)
    return Plan(belief, action_values.max(axis=1), action_values)


def _iterate(ahead, discount, points, tolerance):
    worlds = len(discount)
    shape = (worlds, points)
    p_soiled = ahead["p_soiled"]
    # One row for each (action, world, belief): the chances of the beliefs that follow.
    following = sparse.vstack(
        [
            _onto_grid(ahead["after_cook"], 1.0, shape),
            _onto_grid(ahead["after_soiled"], p_soiled, shape)
            + _onto_grid(ahead["after_unsoiled"], 1 - p_soiled, shape),
            _onto_grid(ahead["after_wash"], 1.0, shape),
        ],
        format="csr",
    )
    pay = [np.broadcast_to(ahead[f"pay_{action}"], shape) for action in ACTIONS]
    pay = np.concatenate([np.ravel(each) for each in pay])
    following = sparse.diags_array(np.tile(np.repeat(discount, points), len(ACTIONS))) @ following
    values, change = np.zeros(worlds * points), np.inf
    while change >= tolerance:
        action_values = (pay + following @ values).reshape(len(ACTIONS), -1)
        best = action_values.max(axis=0)
        change = np.abs(best - values).max()
        values = best
    return action_values.reshape(len(ACTIONS), worlds, points).swapaxes(0, 1)


def _onto_grid(belief, chance, shape):
    """Linear interpolation of each world's values at `belief`, weighted by `chance`."""
    worlds, points = shape
    place = np.broadcast_to(belief, shape) * (points - 1)
    low = np.clip(np.floor(place).astype(int), 0, points - 2)
    share = place - low
    first = np.arange(worlds)[:, None] * points + low
    columns = np.stack([first, first + 1], axis=-1)
    weights = np.stack([chance * (1 - share), chance * share], axis=-1)
    rows = np.arange(0, 2 * worlds * points + 1, 2)
    return sparse.csr_array(
        (weights.ravel(), columns.ravel(), rows), shape=(worlds * points, worlds * points)
    )


def _band(name, symbol, label, default):
    source = "planned here (plan, value iteration) for rigoux2024's demonstration learner"
    return Parameter(name, symbol, label, default, 0.0, 1.0, 0.001, source, "assumed")


COOK_UP_TO = _band("cook_up_to", r"b_1", "cook while the belief is not above", 0.09625)
CHECK_UP_TO = _band("check_up_to", r"b_2", "else check while it is not above", 0.51125)
WASH_UP_TO = _band("wash_up_to", r"b_3", "else wash while it is not above", 1.0)
RECHECK_UP_TO = _band("recheck_up_to", r"b_4", "else check while it is not above", 1.0)
BAND_ENDS = (COOK_UP_TO, CHECK_UP_TO, WASH_UP_TO, RECHECK_UP_TO)


BELIEVED = (TRUST, BELIEVED_P_DIRTY, BELIEVED_DETECT_CLEAN, BELIEVED_DETECT_DIRTY)
TRUE = (P_DIRTY, P_WASH, DETECT_CLEAN, DETECT_DIRTY)

NEXT_BELIEF = State("next_belief", "b'", "belief that the hands are dirty")
DIRTY = State("dirty", "s'", "hands are dirty (1) or clean (0)")
PRECAUTIONS = State("precautions", "n'", "checks and washes since the last cooking")
ANY_CHECK = State("any_check", "k'", "a check among them (1) or none (0)")
ANY_WASH = State("any_wash", "w'", "a wash among them (1) or none (0)")
EXCESS = State("excess", "x'", "precautions beyond the first, or the first of each kind")
OUTCOME = Draw("outcome", r"u_{\text{next}}", "draw that decides what an action does or shows")
FIRST = Draw("first", r"u_{\text{first}}", "draw of the first belief; used once")

SYMBOLS = {
    "belief": "b",
    "hands": "s",
    "cook": "C",
    "check": "K",
    "wash": "W",
    "p_soiled": r"P(\text{soiled})",
    "soiled": "o",
    "if_dirty": r"\ell_{1}",
    "if_clean": r"\ell_{0}",
    "new_belief": r"\hat b",
    "new_hands": r"\hat s",
    "number": "n",
    "with_check": "k",
    "with_wash": "w",
    "beyond": "x",
    "repeated": "z",
    "bout_ends": "B",
    "drop": r"\Delta b",
}


def by_bands(m):
    """Act by where the belief lies among the planned bands."""
    m.cook = where(m.belief <= m.cook_up_to, 1, 0)
    m.check = where(
        m.belief <= m.check_up_to,
        1 - m.cook,
        where(m.belief <= m.wash_up_to, 0, where(m.belief <= m.recheck_up_to, 1 - m.cook, 0)),
    )


def by_table(policy: np.ndarray) -> Callable:
    """Act by the nearest entry of a planned table, one row a learner: (learners, points)."""
    learner, last = np.arange(len(policy)), policy.shape[1] - 1

    def decide(m):
        action = policy[learner, np.rint(m.belief * last).astype(int)]
        m.cook = where(action == COOK, 1, 0)
        m.check = where(action == CHECK, 1, 0)

    return decide


def kitchen(decide: Callable = by_bands, parameters: tuple[Parameter, ...] = BAND_ENDS):
    """The learner in its kitchen. `decide(m)` reads `m.belief` and names `m.cook`, `m.check`.

    `cook`, `check`, `wash`: 1 for the action taken. `repeated`: 1 for a precaution that lengthens
    a compulsive bout. `bout_ends`: 1 when cooking ends a compulsive bout. `drop`: fall of the
    belief in a wash. The first belief is drawn evenly from 0 to 1; hands start dirty above 0.5.
    """

    def step(m):
        m.belief = where(m.t < 1, m.first, m.next_belief)
        m.hands = where(m.t < 1, where(m.first > 0.5, 1, 0), m.dirty)
        decide(m)
        m.wash = 1 - m.cook - m.check
        m.new_belief, m.new_hands = _after(m)
        m.number = (1 - m.cook) * (m.precautions + 1)
        m.with_check = (1 - m.cook) * maximum(m.any_check, m.check)
        m.with_wash = (1 - m.cook) * maximum(m.any_wash, m.wash)
        m.beyond = maximum(0, m.number - 1 - m.with_check * m.with_wash)
        m.repeated = (1 - m.cook) * (m.beyond - m.excess)
        m.bout_ends = m.cook * where(m.excess > 0, 1, 0)
        m.drop = m.wash * (m.belief - m.new_belief)
        return {
            "next_belief": m.new_belief,
            "dirty": m.new_hands,
            "precautions": m.number,
            "any_check": m.with_check,
            "any_wash": m.with_wash,
            "excess": m.beyond,
        }

    return DiscreteModel(
        function=step,
        name="hand_washing",
        parameters=(*parameters, *BELIEVED, *TRUE),
        states=(NEXT_BELIEF, DIRTY, PRECAUTIONS, ANY_CHECK, ANY_WASH, EXCESS),
        draws=(OUTCOME, FIRST),
        symbols=SYMBOLS,
    )


def _after(m):
    """The belief and the hands after the action."""
    m.p_soiled = m.hands * m.detect_dirty + (1 - m.hands) * (1 - m.detect_clean)
    m.soiled = where(m.outcome < m.p_soiled, 1, 0)
    m.if_dirty = where(m.soiled, m.believed_detect_dirty, 1 - m.believed_detect_dirty)
    m.if_clean = where(m.soiled, 1 - m.believed_detect_clean, m.believed_detect_clean)
    believed = (
        m.cook * _after_cook(m.belief, m.believed_p_dirty)
        + m.check * _after_check(m.belief, m.if_dirty, m.if_clean)
        + m.wash * _after_wash(m.belief, m.trust * m.p_wash)
    )
    soils = m.cook * where(m.outcome < m.p_dirty, 1, 0)
    cleans = m.wash * where(m.outcome < m.p_wash, 1, 0)
    return believed, where(m.hands, 1 - cleans, soils)


hand_washing = kitchen()

MEASURED = ("cook", "check", "wash", "repeated", "bout_ends", "drop")


def behaviour(run, axis=0) -> dict[str, np.ndarray]:
    """Summary of a run of `hand_washing` that recorded `MEASURED`, averaged over `axis`.

    A bout is the precautions between two cookings; its compulsive length is one less their
    number, or two less when it mixes checks and washes, and it is compulsive if that is positive.
    `bouts` are compulsive ones, ended by cooking, in 1,000 actions; `repeated_share` is the
    compulsive share of precautions, those of a last, unended bout included.
    """
    mean = {name: run[name].mean(axis=axis) for name in MEASURED}
    precautions = mean["check"] + mean["wash"]
    return {
        "cook": mean["cook"],
        "check": mean["check"],
        "wash": mean["wash"],
        "bouts": 1000 * mean["bout_ends"],
        "repeated_share": mean["repeated"] / np.maximum(precautions, 1e-12),
        "drop_after_wash": mean["drop"] / np.maximum(mean["wash"], 1e-12),
    }


def belief_map(trust, danger, points=301, actions=600, runs=1, seed=1):
    """Compulsive share of precautions over two false beliefs, shape (danger, trust).

    `trust` and `danger` are the values along the two sides of the map.
    """
    shape = len(danger), len(trust)
    danger, trust = (np.ravel(side) for side in np.meshgrid(danger, trust, indexing="ij"))
    false = false_beliefs.evaluate(trust=trust, danger=danger)
    planned = plan(
        points,
        p_wash=false["believed_p_wash"],
        **{name: false[f"believed_{name}"] for name in ("v_wash", "v_check", "v_cook_dirty")},
    )
    run = kitchen(by_table(np.repeat(planned.policy, runs, axis=0)), parameters=()).run(
        actions,
        learners=len(trust) * runs,
        every=actions,
        record=MEASURED,
        seed=seed,
        trust=np.repeat(trust, runs),
    )
    share = behaviour(run)["repeated_share"]
    return share.reshape(*shape, runs).mean(axis=-1)


@dataclass(frozen=True)
class Population:
    """Random learners in random worlds: one entry for each pair that washes and checks.

    `compulsive`: whether the pair shows a compulsive bout. `errors`: believed less true value, by
    parameter. `drop_after_wash`: fall of the belief in a wash.
    """

    compulsive: np.ndarray
    errors: dict[str, np.ndarray]
    drop_after_wash: np.ndarray


def random_beliefs(number: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Parameters drawn as in rigoux2024's code: chances evenly, costs that sum to -1.

    Only the discount stops at its highest value here, 0.99, above which planning takes long.
    """
    wash = rng.random(number)
    check = (1 - wash) * rng.random(number)
    return {
        "discount": rng.uniform(DISCOUNT.low, DISCOUNT.high, number),
        "p_dirty": rng.random(number),
        "p_wash": rng.random(number),
        "detect_clean": rng.uniform(0.5, 1, number),
        "detect_dirty": rng.uniform(0.5, 1, number),
        "v_wash": -wash,
        "v_check": -check,
        "v_cook_dirty": wash + check - 1,
    }


def small_population(worlds=6, learners=40, actions=1000, seed=1, points=201) -> Population:
    """A small version of the published population, in which checks are required.

    Plans that use all three actions are rare among random ones; the first `worlds` of them that
    serve their own world without a compulsive bout make the worlds, and the next `learners` live
    in every one of these. (In rigoux2024 every world has learners of its own, half of each kind.)
    """
    rng = np.random.default_rng(seed)
    beliefs, policy = _planners(2 * worlds + learners, rng, points)
    home = _live(beliefs, policy, beliefs, actions, seed)
    suited = (home["bouts"] == 0) & (home["check"] > 0) & (home["wash"] > 0)
    own = np.flatnonzero(suited)[:worlds]
    if len(own) < worlds:
        raise ModelError(
            f"small_population: seed={seed} gives {len(own)} of {worlds} worlds; another seed may "
            "give more."
        )
    others = np.setdiff1d(np.arange(len(suited)), own)[:learners]
    world, learner = np.repeat(own, len(others)), np.tile(others, len(own))
    truth = {name: value[world] for name, value in beliefs.items()}
    believed = {name: value[learner] for name, value in beliefs.items()}
    lived = _live(believed, policy[learner], truth, actions, seed)
    valid = (lived["check"] > 0) & (lived["wash"] > 0)
    return Population(
        compulsive=lived["bouts"][valid] > 0,
        errors={name: (believed[name] - truth[name])[valid] for name in truth},
        drop_after_wash=lived["drop_after_wash"][valid],
    )


def _planners(number, rng, points):
    """Random beliefs whose plans use all three actions, and their policies (number, points)."""
    found, policies = [], []
    while sum(map(len, policies)) < number:
        beliefs = random_beliefs(1000, rng)
        policy = plan(points, **beliefs).policy
        chosen = np.all([(policy == action).any(axis=1) for action in (CHECK, WASH)], axis=0)
        found.append({name: value[chosen] for name, value in beliefs.items()})
        policies.append(policy[chosen])
    joined = {name: np.concatenate([each[name] for each in found])[:number] for name in found[0]}
    return joined, np.concatenate(policies)[:number]


def _live(believed, policy, truth, actions, seed):
    """`behaviour` of learners with these beliefs and policies, each in its own true world."""
    model = kitchen(by_table(policy), parameters=()).with_parameters(trust={"high": np.inf})
    run = model.run(
        actions,
        learners=len(policy),
        every=actions,
        record=MEASURED,
        seed=seed,
        trust=believed["p_wash"] / truth["p_wash"],
        believed_p_dirty=believed["p_dirty"],
        believed_detect_clean=believed["detect_clean"],
        believed_detect_dirty=believed["detect_dirty"],
        **{parameter.name: truth[parameter.name] for parameter in TRUE},
    )
    return behaviour(run)
