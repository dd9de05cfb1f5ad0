"""The obsession-compulsion cycle: a world with two states, and learners that live in it.

World: Sato, Shimomura & Morita 2023 (doi:10.1371/journal.pcbi.1011206), Fig 2, adopted from
Sakai et al. 2022. Model A, two eligibility traces: Sakai et al. 2022
(doi:10.1016/j.celrep.2022.111275), learning rule as in the authors' estimation code. The published
rule and the published world are run here with settings of our own (see each `source`).

Actions, in the order of every vector below: compulsion and waiting (in obsession), reacting to
the intrusive thought and letting it pass (in relief).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from looplab.model.declare import DiscreteModel, Draw, Parameter, State, formula
from looplab.model.maths import exp, maximum, stack, where

ACTIONS = ("compulsion", "wait", "react", "let pass")
COMPULSION, WAIT, REACT, LET_PASS = range(4)

NU_PLUS = Parameter(
    name="nu_plus",
    symbol=r"\nu^{+}",
    label="memory after good surprises",
    default=0.9,
    low=0.0,
    high=0.9,
    step=0.05,
    source="sakai2022 for its role; value chosen here",
    status="assumed",
    help="How far back in time a better-than-expected outcome still credits past actions.",
)
NU_MINUS = Parameter(
    name="nu_minus",
    symbol=r"\nu^{-}",
    label="memory after bad surprises",
    default=0.1,
    low=0.0,
    high=0.9,
    step=0.05,
    source="sakai2022 for its role; value chosen here",
    status="assumed",
    help="How far back in time a worse-than-expected outcome still blames past actions.",
)
ALPHA = Parameter(
    name="alpha",
    symbol=r"\alpha",
    label="learning rate",
    default=0.05,
    low=0.01,
    high=0.05,
    step=0.01,
    source="chosen here for stability: above 0.05 long traces overshoot",
    status="assumed",
    help="How much one surprise changes the weights.",
)
BETA = Parameter(
    name="beta",
    symbol=r"\beta",
    label="inverse temperature",
    default=2.0,
    low=1.0,
    high=5.0,
    step=0.5,
    source="chosen here",
    status="assumed",
    help="How strictly the learner follows its weights; low values mean more chance.",
)
GAMMA = Parameter(
    name="gamma",
    symbol=r"\gamma",
    label="patience",
    default=0.5,
    low=0.3,
    high=0.9,
    step=0.1,
    source="sato2023, Fig 2-4 and code; not verified for sakai2022",
    status="published",
    help="How much the next moment counts against this one.",
)
RELIEF_CHANCE = Parameter(
    name="relief_chance",
    symbol="p",
    label="chance that the compulsion brings relief",
    default=0.5,
    low=0.1,
    high=0.9,
    step=0.1,
    source="sato2023, Fig 2",
    status="published",
)
COST = Parameter(
    name="cost",
    symbol="c",
    label="cost of the compulsion",
    default=0.01,
    low=0.0,
    high=0.5,
    step=0.01,
    source="sato2023, Fig 2",
    status="published",
)
DISTRESS = Parameter(
    name="distress",
    symbol="d",
    label="cost of staying in obsession",
    default=1.0,
    low=0.0,
    high=1.0,
    step=0.1,
    source="sato2023, Fig 2",
    status="published",
)
STAY_CHANCE = Parameter(
    name="stay_chance",
    symbol="h",
    label="chance that the obsession stays when one waits",
    default=0.9,
    low=0.0,
    high=1.0,
    step=0.1,
    source="sato2023, Fig 2",
    status="published",
)
ENTRY_CHANCE = Parameter(
    name="entry_chance",
    symbol="k",
    label="chance that reacting to the thought opens the obsession",
    default=1.0,
    low=0.0,
    high=1.0,
    step=0.1,
    source="sato2023, Fig 2",
    status="published",
)
WORLD = (RELIEF_CHANCE, COST, DISTRESS, STAY_CHANCE, ENTRY_CHANCE)

OBSESSION = State("obsession", "o", "in obsession (1) or in relief (0)", initial=0.0)
WEIGHT = State("w", "w", "weight of each action", labels=ACTIONS)
E_PLUS = State("e_plus", "e^{+}", "trace for good surprises", labels=ACTIONS)
E_MINUS = State("e_minus", "e^{-}", "trace for bad surprises", labels=ACTIONS)
CHOICE = Draw("choice", r"u_{\text{choice}}", "draw that decides the action")
TRANSITION = Draw("transition", r"u_{\text{next}}", "draw that decides the next state")

SYMBOLS = {
    "preference": r"\Delta",
    "p_first": r"\pi",
    "first": "a",
    "visited": "x",
    "p_obsession": r"P(o')",
    "next_obsession": "o'",
    "reward": "r",
    "value": "V(o)",
    "next_value": "V(o')",
    "delta": r"\delta",
    "new_e_plus": r"\hat e^{+}",
    "new_e_minus": r"\hat e^{-}",
    "credit": r"e^{\pm}",
    "w_next": "w'",
}
WORDS = {
    "delta": "surprise",
    "new_e_plus": "trace for good surprises after this step",
    "new_e_minus": "trace for bad surprises after this step",
    "credit": "the trace that pays: after a good surprise the good one, else the bad one",
    "w_next": "weight after this step",
    "value": "worth before the move",
    "next_value": "worth after the move",
    "visited": "1 for the action just taken",
}
"""What the quantities of the two-trace rule are, in the legend of its equations."""


def inclination(m, value):
    """Chance of the first of the present state's two actions: softmax of four action values."""
    m.preference = where(
        m.obsession, value[COMPULSION] - value[WAIT], value[REACT] - value[LET_PASS]
    )
    return 1 / (1 + exp(-m.beta * m.preference))


def choose(m):
    """Take the first of the present state's two actions with chance `m.p_first`."""
    m.first = where(m.choice < m.p_first, 1, 0)
    m.visited = stack(
        [
            m.obsession * m.first,
            m.obsession * (1 - m.first),
            (1 - m.obsession) * m.first,
            (1 - m.obsession) * (1 - m.first),
        ]
    )


def live_through(m):
    """What the world answers: the next state, and a reward that is never above 0."""
    m.p_obsession = (
        m.visited[COMPULSION] * (1 - m.relief_chance)
        + m.visited[WAIT] * m.stay_chance
        + m.visited[REACT] * m.entry_chance
    )
    m.next_obsession = where(m.transition < m.p_obsession, 1, 0)
    m.reward = -m.cost * m.visited[COMPULSION] - m.distress * m.obsession * m.next_obsession


def state_values(m):
    """The values of the states before and after the move: sums of the weights of their actions."""
    relief, obsession = m.w[REACT] + m.w[LET_PASS], m.w[COMPULSION] + m.w[WAIT]
    m.value = where(m.obsession, obsession, relief)
    m.next_value = where(m.next_obsession, obsession, relief)


def two_trace_rule(m):
    """Sakai et al. 2022: good and bad surprises reach back through traces of their own."""
    m.delta = m.reward + m.gamma * m.next_value - m.value
    m.new_e_plus = m.nu_plus * m.e_plus + m.visited
    m.new_e_minus = m.nu_minus * m.e_minus + m.visited
    m.credit = where(m.delta >= 0, m.new_e_plus, m.new_e_minus)
    return {
        "w": m.w + m.alpha * m.delta * m.credit,
        "e_plus": m.new_e_plus,
        "e_minus": m.new_e_minus,
    }


def learner(
    rule: Callable = two_trace_rule,
    states: tuple[State, ...] = (),
    symbols: Mapping[str, str] | None = None,
) -> DiscreteModel:
    """A learner in this world with the learning rule `rule(m)`.

    The rule reads the action just taken (`m.visited`), `m.reward`, the values before and after
    the move (`m.value`, `m.next_value`: sums of the weights of a state) and returns the new
    weights and traces. `states` are more quantities for the rule to keep.
    """

    def step(m):
        m.p_first = inclination(m, m.w)
        choose(m)
        live_through(m)
        state_values(m)
        following = rule(m)
        m.w_next = following["w"]
        return {**following, "w": m.w_next, "obsession": m.next_obsession}

    return DiscreteModel(
        function=step,
        name=rule.__name__,
        parameters=(NU_PLUS, NU_MINUS, ALPHA, BETA, GAMMA, *WORLD),
        states=(OBSESSION, WEIGHT, E_PLUS, E_MINUS, *states),
        draws=(CHOICE, TRANSITION),
        symbols=SYMBOLS | dict(symbols or {}),
    )


two_traces = learner()


def _observed(model, observe, *states):
    """`model` with quantities added that its course does not depend on."""

    def step(m):
        following = model.function(m)
        return {**following, **(observe(m) or {})}

    return replace(model, function=step, states=(*model.states, *states))


def with_policy(model: DiscreteModel = two_traces) -> DiscreteModel:
    """The learner, also naming what it would do: chance to react, chance to use the compulsion."""

    def observe(m):
        m.p_react = 1 / (1 + exp(-m.beta * (m.w[REACT] - m.w[LET_PASS])))
        m.p_compulsion = 1 / (1 + exp(-m.beta * (m.w[COMPULSION] - m.w[WAIT])))

    return _observed(model, observe)


def with_ledger(model: DiscreteModel = two_traces) -> DiscreteModel:
    """The learner, also keeping the credit its reaction received in the current episode.

    An episode opens when the learner reacts. `new_ledger` has three entries, in units of the
    learning rate: entering, failed attempts to get out, and the final relief. `stage` is where on
    the circle the learner is: 0 reacting, 1 waiting in obsession, 2 compulsion, 3 relief.
    """

    def observe(m):
        m.received = (m.w_next[REACT] - m.w[REACT]) / m.alpha
        m.stage = where(m.obsession, 1 + m.first, 3 * (1 - m.first))
        m.leaves = m.obsession * (1 - m.next_obsession)
        m.event = stack([m.visited[REACT], m.obsession * m.next_obsession, m.leaves])
        m.new_ledger = m.ledger * (1 - m.visited[REACT]) + m.received * m.event
        return {"ledger": m.new_ledger}

    ledger = State("ledger", "L", "credit to the reaction", labels=("enter", "failed", "relief"))
    return _observed(model, observe, ledger)


@formula(
    parameters=[GAMMA, RELIEF_CHANCE, COST, DISTRESS, STAY_CHANCE],
    symbols={
        "q": "q",
        "v_compulsion": r"V^{\text{comp}}",
        "v_wait": r"V^{\text{wait}}",
        "v": "V^{*}(o)",
        "q_compulsion": r"Q^{*}(o,\text{compulsion})",
        "q_wait": r"Q^{*}(o,\text{wait})",
        "q_react": r"Q^{*}(\text{relief},\text{react})",
        "q_let_pass": r"Q^{*}(\text{relief},\text{let pass})",
        "relief_surprise": r"\delta_{\text{relief}}",
        "failure_surprise": r"\delta_{\text{failure}}",
    },
)
def exact_values(m):
    """What each action is worth to a learner that knows this world (derived, policy iteration)."""
    m.q = 1 - m.relief_chance
    m.v_compulsion = -(m.q * m.distress + m.cost) / (1 - m.gamma * m.q)
    m.v_wait = -m.stay_chance * m.distress / (1 - m.gamma * m.stay_chance)
    m.v = maximum(m.v_compulsion, m.v_wait)
    m.q_compulsion = -m.cost + m.q * (-m.distress + m.gamma * m.v)
    m.q_wait = m.stay_chance * (-m.distress + m.gamma * m.v)
    m.q_react = m.gamma * m.v
    m.q_let_pass = 0 * m.v
    m.relief_surprise = -m.cost - m.v
    m.failure_surprise = -m.cost - m.distress + m.gamma * m.v - m.v


def _ledger_terms(m):
    m.q = 1 - m.relief_chance
    m.v = (m.q * m.distress + m.cost) / (1 - m.gamma * m.q)
    m.relief_credit = (1 - m.q) * (m.v - m.cost)


_LEDGER_SYMBOLS = {
    "relief_credit": "U",
    "reach_plus": r"g(\nu^{+})",
    "reach_minus": r"g(\nu^{-})",
    "entering": r"\text{enter}",
    "failing": r"\text{failures}",
    "relieving": r"\text{relief}",
    "net_credit": r"E",
}


@formula(
    parameters=[NU_PLUS, NU_MINUS, GAMMA, RELIEF_CHANCE, COST, DISTRESS],
    symbols=_LEDGER_SYMBOLS,
)
def credit_ledger(m):
    """Expected credit to the reaction in one episode, divided by the learning rate (derived).

    For a learner that always performs the compulsion and knows what the states are worth. Below
    0 the reaction is unlearned; above 0 the cycle keeps itself going.
    """
    _ledger_terms(m)
    m.reach_plus = m.nu_plus / (1 - m.q * m.nu_plus)
    m.reach_minus = m.nu_minus / (1 - m.q * m.nu_minus)
    m.entering = -m.gamma * m.v
    m.failing = -m.relief_credit * m.reach_minus
    m.relieving = m.relief_credit * m.reach_plus
    m.net_credit = m.entering + m.failing + m.relieving


@formula(
    parameters=[NU_MINUS, GAMMA, RELIEF_CHANCE, COST, DISTRESS],
    symbols={"relief_credit": "U", "reach": "g^{*}", "critical_nu_plus": r"\nu^{+}_{\text{crit}}"},
)
def credit_boundary(m):
    """The memory for good surprises at which the ledger balances, E = 0 (derived)."""
    _ledger_terms(m)
    m.reach = m.nu_minus / (1 - m.q * m.nu_minus) + m.gamma * m.v / m.relief_credit
    m.critical_nu_plus = m.reach / (1 + m.q * m.reach)


@formula(
    parameters=[NU_PLUS, NU_MINUS, GAMMA, RELIEF_CHANCE, COST, DISTRESS],
    symbols=_LEDGER_SYMBOLS
    | {
        "inside": r"\kappa",
        "lost": r"\ell",
        "break_even": r"V^{\text{even}}",
    },
)
def settled_worth(m):
    """The worth of relief at which one more episode neither pays nor costs (derived).

    The ledger of `credit_ledger` is that of a learner to whom relief is worth 0. Where it is worth
    more, entering costs more, for more is left behind: the ledger sum is E less `lost` for each
    unit of worth. Below `break_even` an episode pays, above it costs; the learner settles there,
    or at 0 where `break_even` is below 0 (tests/models/test_cycle.py compares with runs).
    """
    _ledger_terms(m)
    m.reach_plus = m.nu_plus / (1 - m.q * m.nu_plus)
    m.reach_minus = m.nu_minus / (1 - m.q * m.nu_minus)
    m.net_credit = -m.gamma * m.v + m.relief_credit * (m.reach_plus - m.reach_minus)
    # How much of relief's worth the obsession has, since relief may come from there.
    m.inside = m.gamma * (1 - m.q) / (1 - m.gamma * m.q)
    m.lost = (
        1 - m.gamma * m.inside - (1 - m.q) * (m.gamma - m.inside) * (m.reach_plus - m.reach_minus)
    )
    m.break_even = m.net_credit / m.lost
