"""Model B, the opponent learner: two systems that learn from surprises of opposite sign.

Sato, Shimomura & Morita 2023 (doi:10.1371/journal.pcbi.1011206), equations and settings as in the
authors' code (kenjimoritagithub/sr101). It lives in the world of `ocd_cycle.cycle`, with the
same four actions. System SR values an action by where it tends to lead (a successor
representation, goal-directed-like); system IR keeps one value an action (individual
representation, habit-like). Learning one mostly from good surprises and the other mostly from bad
ones makes the cycle, though neither does alone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from breaking_the_loop.ocd_cycle.cycle import (
    ACTIONS,
    BETA,
    CHOICE,
    GAMMA,
    OBSESSION,
    SYMBOLS,
    TRANSITION,
    WORLD,
    choose,
    inclination,
    live_through,
)
from looplab.model.declare import DiscreteModel, Parameter, State
from looplab.model.maths import where


def _rate(name, symbol, label, default):
    return Parameter(
        name=name,
        symbol=symbol,
        label=label,
        default=default,
        low=0.0,
        high=0.1,
        step=0.01,
        source="sato2023, Fig 3D script (opponent learner) and grid of Fig 3E",
        status="code",
    )


ALPHA_SR_PLUS = _rate(
    "alpha_sr_plus", r"\alpha_{SR}^{+}", "planner-like (SR): learns from good surprises", 0.09
)
ALPHA_SR_MINUS = _rate(
    "alpha_sr_minus", r"\alpha_{SR}^{-}", "planner-like (SR): learns from bad surprises", 0.01
)
ALPHA_IR_PLUS = _rate(
    "alpha_ir_plus", r"\alpha_{IR}^{+}", "habit-like (IR): learns from good surprises", 0.01
)
ALPHA_IR_MINUS = _rate(
    "alpha_ir_minus", r"\alpha_{IR}^{-}", "habit-like (IR): learns from bad surprises", 0.09
)
RATES = (ALPHA_SR_PLUS, ALPHA_SR_MINUS, ALPHA_IR_PLUS, ALPHA_IR_MINUS)
ALPHA_M = Parameter(
    name="alpha_m",
    symbol=r"\alpha_{M}",
    label="learning rate of the successor matrix",
    default=0.01,
    low=0.0,
    high=0.1,
    step=0.01,
    source="sato2023, code OCD_model_rev.m",
    status="code",
)
FORGETTING = Parameter(
    name="forgetting",
    symbol="f",
    label="share of what was learned that is lost at each step",
    default=0.0,
    low=0.0,
    high=0.01,
    step=0.001,
    source="sato2023, code: 0 for Fig 3 and Fig 4A-B, 0.001 for Fig 4F-I",
    status="code",
    help="Above 5,000 steps use 0.001: without forgetting the two systems drift apart.",
)
SATO_BETA = replace(
    BETA,
    default=10.0,
    high=500.0,
    source="sato2023, code OCD_model_rev.m",
    status="code",
)
SATO_GAMMA = replace(GAMMA, source="sato2023, code OCD_model_rev.m", status="code")

PAIRS = tuple(f"{here}, then {there}" for here in ACTIONS for there in ACTIONS)
WEIGHT_SR = State("w_sr", r"w^{SR}", "weight of each successor", labels=ACTIONS)
VALUE_IR = State("q_ir", r"Q^{IR}", "individual value of each action", labels=ACTIONS)
# The published matrix M starts as the identity. D = M - I starts at 0 and holds what comes after.
SUCCESSOR = State("successor", "D", "how soon and often each follows each", labels=PAIRS)
PREVIOUS = State("previous", r"x_{\text{prev}}", "the action before this one", labels=ACTIONS)
LAST_REWARD = State("last_reward", r"r_{\text{prev}}", "reward of the action before this one")

OPPONENT_SYMBOLS = SYMBOLS | {
    "value": "V",
    "value_now": "V(a)",
    "value_before": r"V(a_{\text{prev}})",
    "row_now": "M(a)",
    "after_before": r"D(a_{\text{prev}})",
    "rate_sr": r"\alpha_{SR}",
    "rate_ir": r"\alpha_{IR}",
}


def opponent_values(m):
    """`m.value`: the mean of what the two systems say of each action, (M w + Q) / 2."""
    m.value = ((_matrix(m.successor) * m.w_sr).sum(axis=1) + m.w_sr + m.q_ir) / 2


def opponent_rule(m):
    """Every next state: what is learned about the previous action (SARSA), and what happened now.

    Learned is with everything as it was before this step.
    Before the first step there is no previous action: `m.previous` is 0 and nothing is learned.
    The row of D = M - I takes its error from M: 1 + gamma M' - M = gamma M' - D.
    """
    matrix = _matrix(m.successor)
    m.value_now = (m.visited * m.value).sum(axis=0)
    m.value_before = (m.previous * m.value).sum(axis=0)
    m.delta = m.last_reward + m.gamma * m.value_now - m.value_before
    good = m.delta >= 0
    m.rate_sr = where(good, m.alpha_sr_plus, m.alpha_sr_minus)
    m.rate_ir = where(good, m.alpha_ir_plus, m.alpha_ir_minus)
    m.row_now = m.visited + (m.visited[:, None] * matrix).sum(axis=0)
    m.after_before = (m.previous[:, None] * matrix).sum(axis=0)
    row_error = m.gamma * m.row_now - m.after_before
    learned = m.previous[:, None] * (m.alpha_m * row_error)
    kept = 1 - m.forgetting
    return {
        "q_ir": kept * (m.q_ir + m.rate_ir * m.delta * m.previous),
        "w_sr": kept * (m.w_sr + m.rate_sr * m.delta * (m.previous + m.after_before)),
        "successor": m.successor + learned.reshape(m.successor.shape),
        "previous": m.visited,
        "last_reward": m.reward,
        "obsession": m.next_obsession,
    }


def _matrix(successor):
    """The successor state as rows and columns; further axes are learners."""
    return successor.reshape(len(ACTIONS), len(ACTIONS), *successor.shape[1:])


def _step(m):
    opponent_values(m)
    m.p_first = inclination(m, m.value)
    choose(m)
    live_through(m)
    return opponent_rule(m)


opponent = DiscreteModel(
    function=_step,
    name="opponent",
    parameters=(*RATES, ALPHA_M, FORGETTING, SATO_BETA, SATO_GAMMA, *WORLD),
    states=(OBSESSION, WEIGHT_SR, VALUE_IR, SUCCESSOR, PREVIOUS, LAST_REWARD),
    draws=(CHOICE, TRANSITION),
    symbols=OPPONENT_SYMBOLS,
)


@dataclass(frozen=True)
class LearnerType:
    """One of the four learners of Sato et al. 2023, Fig 3A-D, with its four learning rates."""

    label: str
    rates: dict[str, float]


def _rates(sr_plus, sr_minus, ir_plus, ir_minus):
    return dict(
        zip([rate.name for rate in RATES], (sr_plus, sr_minus, ir_plus, ir_minus), strict=True)
    )


LEARNER_TYPES = {
    "IR_only": LearnerType("habit-like system only", _rates(0, 0, 0.1, 0.1)),
    "SR_only": LearnerType("goal-directed-like system only", _rates(0.1, 0.1, 0, 0)),
    "balanced": LearnerType("both, balanced", _rates(0.05, 0.05, 0.05, 0.05)),
    "opponent": LearnerType("both, opponent", _rates(0.09, 0.01, 0.01, 0.09)),
}

GRID = tuple(round(0.01 * i, 2) for i in range(11))


def map_rates(rates=GRID):
    """The four learning rates of every cell of Fig 3E: arrays of shape (SR+, SR-).

    What SR does not learn, IR does: each IR rate is 0.1 less the SR rate.
    """
    sr_plus, sr_minus = np.meshgrid(rates, rates, indexing="ij")
    return _rates(sr_plus, sr_minus, 0.1 - sr_plus, 0.1 - sr_minus)


def obsession_map(learners=5, steps=3000, read=1000, seed=1, **parameters):
    """Share of the last `read` of `steps` steps spent in obsession, for every cell of the map.

    Every cell has `learners` of its own, with draws of their own. Shape (11, 11): SR rate for good
    surprises, then for bad ones. Raises `ModelError` unless `read` divides `steps`.
    """
    cells = {name: np.repeat(np.ravel(rate), learners) for name, rate in map_rates().items()}
    run = opponent.run(
        steps,
        learners=len(GRID) ** 2 * learners,
        every=read,
        seed=seed,
        record=["obsession"],
        **cells,
        **parameters,
    )
    return run["obsession"][-1].reshape(len(GRID), len(GRID), learners).mean(axis=-1)
