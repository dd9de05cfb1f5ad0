"""Breaking the circle: treatments, and treatment scenarios, in models A and B.

A learner lives through an illness, a treatment and a follow-up without treatment; weights, traces
and state carry over. Only the ingredients are published: exposure with response prevention
reduces symptoms (foa2005_rct), serotonin enhancers lengthen the memory for bad surprises
(sakai2022), whose authors also apply their model to behavioural therapy. Schedules and sizes are
our own, and one step has no calendar meaning. Arms marked as hypothesis are scenarios that no
paper reports.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from breaking_the_loop.ocd_cycle.cycle import (
    ALPHA,
    BETA,
    CHOICE,
    COST,
    DISTRESS,
    E_MINUS,
    E_PLUS,
    ENTRY_CHANCE,
    GAMMA,
    NU_MINUS,
    NU_PLUS,
    OBSESSION,
    RELIEF_CHANCE,
    STAY_CHANCE,
    SYMBOLS,
    TRANSITION,
    WEIGHT,
    choose,
    inclination,
    live_through,
    state_values,
    two_trace_rule,
)
from breaking_the_loop.ocd_cycle.opponent import (
    ALPHA_M,
    FORGETTING,
    OPPONENT_SYMBOLS,
    RATES,
    opponent,
    opponent_rule,
    opponent_values,
)
from looplab.errors import ModelError
from looplab.model.declare import DiscreteModel, Parameter, Run
from looplab.model.maths import equal, maximum, minimum, where

_OURS = "chosen here; one step has no calendar meaning"

ILLNESS_STEPS = Parameter(
    name="illness_steps",
    symbol="T_1",
    label="steps before treatment",
    default=5000,
    low=0,
    high=20_000,
    step=1000,
    source=_OURS,
    status="assumed",
    unit="steps",
)
TREATMENT_STEPS = Parameter(
    name="treatment_steps",
    symbol="T_2",
    label="steps of treatment",
    default=2000,
    low=0,
    high=20_000,
    step=1000,
    source=_OURS,
    status="assumed",
    unit="steps",
)
PREVENTION = Parameter(
    name="prevention",
    symbol="K",
    label="response prevention",
    default=0.0,
    low=0.0,
    high=1.0,
    step=0.25,
    source="foa2005_rct for the ingredient; as a share of compulsions it is ours",
    status="assumed",
    help="Share of the compulsions that are held back during treatment.",
)
EXPOSURE = Parameter(
    name="exposure",
    symbol="X",
    label="exposure per step",
    default=0.0,
    low=0.0,
    high=0.2,
    step=0.05,
    source="foa2005_rct for the ingredient; as a chance per step it is ours",
    status="assumed",
    help="Chance per step in relief that the reaction is provoked during treatment.",
)
CORRECTION = Parameter(
    name="correction",
    symbol="S",
    label="correction of the memory for bad surprises",
    default=0.0,
    low=0.0,
    high=1.0,
    step=0.25,
    source="sakai2022, abstract, for the direction (serotonin enhancers); its size is ours",
    status="assumed",
    help="0 leaves it as it was; 1 brings it to its corrected value.",
)
NU_MINUS_CORRECTED = replace(
    NU_MINUS,
    name="nu_minus_corrected",
    symbol=r"\nu^{-}_{S}",
    label="memory after bad surprises, corrected",
    default=0.8,
)
RAMP_STEPS = Parameter(
    name="ramp_steps",
    symbol="T_S",
    label="steps until the correction is complete",
    default=0,
    low=0,
    high=20_000,
    step=1000,
    source=_OURS,
    status="assumed",
    unit="steps",
    help="0 when it is complete before treatment begins.",
)


def _hypothesis(**record):
    return Parameter(source="hypothesis: reported by no paper", status="hypothesis", **record)


DISTRESS_KEPT = _hypothesis(
    name="distress_kept",
    symbol="H_1",
    label="share of the distress felt during treatment (hypothesis)",
    default=1.0,
    low=0.0,
    high=1.0,
    step=0.1,
)
PLASTICITY = _hypothesis(
    name="plasticity",
    symbol="H_4",
    label="learning rate during treatment (hypothesis)",
    default=1.0,
    low=1.0,
    high=3.0,
    step=0.5,
    unit="×",
)
WEIGHTS_KEPT = _hypothesis(
    name="weights_kept",
    symbol="H_5",
    label="share of all weights kept when the illness ends (hypothesis)",
    default=1.0,
    low=0.0,
    high=1.0,
    step=0.1,
    help="Below 1 the traces are cleared as well.",
)

FORGETTING_A = replace(
    FORGETTING,
    source="chosen here, to compare model A with model B at equal forgetting; sakai2022 has none",
    status="assumed",
    help="",
)
TIMETABLE = (ILLNESS_STEPS, TREATMENT_STEPS, PREVENTION, EXPOSURE, CORRECTION, RAMP_STEPS)
TREATMENT_SYMBOLS = {
    "since": r"t'",
    "treated": r"\theta",
    "prevented": "K_t",
    "exposed": "X_t",
    "corrected": "S_t",
    "inclination": r"\pi_{0}",
    "nu_minus": r"\nu^{-}",
    "alpha": r"\alpha",
    "distress": "d",
    "erased": r"\epsilon",
}


def _usual(parameter):
    """The same parameter as it is outside treatment."""
    return replace(
        parameter, name=f"usual_{parameter.name}", symbol=rf"{{{parameter.symbol}}}_{{0}}"
    )


def timetable(m):
    """What treatment there is at this step."""
    m.since = m.t - m.illness_steps
    m.treated = where(m.since >= 0, where(m.since < m.treatment_steps, 1, 0), 0)
    m.prevented = m.treated * m.prevention
    m.exposed = m.treated * m.exposure
    m.corrected = m.treated * m.correction * minimum(1, (m.since + 1) / maximum(m.ramp_steps, 1))


def choose_under_treatment(m, value):
    """Softmax choice, with compulsions held back in obsession and reactions provoked in relief."""
    m.inclination = inclination(m, value)
    m.p_first = where(
        m.obsession,
        (1 - m.prevented) * m.inclination,
        m.exposed + (1 - m.exposed) * m.inclination,
    )
    choose(m)


def _treated_step(m):
    timetable(m)
    m.nu_minus = m.usual_nu_minus + m.corrected * (m.nu_minus_corrected - m.usual_nu_minus)
    m.alpha = m.usual_alpha * (1 + m.treated * (m.plasticity - 1))
    m.distress = m.usual_distress * (1 - m.treated * (1 - m.distress_kept))
    choose_under_treatment(m, m.w)
    live_through(m)
    state_values(m)
    following = two_trace_rule(m)
    m.erased = where(equal(m.since, -1), where(m.weights_kept < 1, 1, 0), 0)
    kept = 1 - m.forgetting
    return {
        "w": kept * following["w"] * (1 - m.erased * (1 - m.weights_kept)),
        "e_plus": following["e_plus"] * (1 - m.erased),
        "e_minus": following["e_minus"] * (1 - m.erased),
        "obsession": m.next_obsession,
    }


treated_learner = DiscreteModel(
    function=_treated_step,
    name="treated_learner",
    parameters=(
        *TIMETABLE,
        NU_MINUS_CORRECTED,
        DISTRESS_KEPT,
        PLASTICITY,
        WEIGHTS_KEPT,
        FORGETTING_A,
        NU_PLUS,
        _usual(NU_MINUS),
        _usual(ALPHA),
        BETA,
        GAMMA,
        RELIEF_CHANCE,
        COST,
        _usual(DISTRESS),
        STAY_CHANCE,
        ENTRY_CHANCE,
    ),
    states=(OBSESSION, WEIGHT, E_PLUS, E_MINUS),
    draws=(CHOICE, TRANSITION),
    symbols=SYMBOLS | TREATMENT_SYMBOLS,
)
"""Model A under treatment; `usual_...` are its parameters outside treatment.

`forgetting` is as in model B: at each step that share of the weights is lost.
"""

BALANCED_RATE = Parameter(
    name="balanced_rate",
    symbol=r"\alpha_{S}",
    label="each of the four learning rates, corrected",
    default=0.05,
    low=0.0,
    high=0.1,
    step=0.01,
    source="sato2023, Fig 3C script (balanced learner)",
    status="code",
)


def _treated_opponent_step(m):
    timetable(m)
    for rate in RATES:
        usual = getattr(m, f"usual_{rate.name}")
        setattr(m, rate.name, usual + m.corrected * (m.balanced_rate - usual))
    opponent_values(m)
    choose_under_treatment(m, m.value)
    live_through(m)
    return opponent_rule(m)


treated_opponent = DiscreteModel(
    function=_treated_opponent_step,
    name="treated_opponent",
    parameters=(
        *TIMETABLE,
        BALANCED_RATE,
        *map(_usual, RATES),
        ALPHA_M,
        replace(FORGETTING, default=0.001),
        *(p for p in opponent.parameters if p not in (*RATES, ALPHA_M, FORGETTING)),
    ),
    states=opponent.states,
    draws=opponent.draws,
    symbols=OPPONENT_SYMBOLS | TREATMENT_SYMBOLS | {rate.name: rate.symbol for rate in RATES},
)
"""Model B under treatment, with forgetting: runs are longer than 5,000 steps."""


@dataclass(frozen=True)
class Arm:
    """One course of treatment: its label and the parameters in which it differs.

    `hypothesis`: the arm is a scenario that no paper reports; its label says so.
    """

    label: str
    settings: Mapping[str, float]
    hypothesis: bool = False

    def __post_init__(self):
        if self.hypothesis != ("hypothesis" in self.label):
            raise ModelError(
                f"Arm {self.label!r}: hypothesis={self.hypothesis}. The label of a hypothesis, and "
                "of no other arm, contains the word 'hypothesis'."
            )


_ERP = {"prevention": 1.0, "exposure": 0.1}
_ESTABLISHED = {"correction": 1.0}
_SHORT = {"treatment_steps": 1000}

NOTHING = Arm("nothing", {"treatment_steps": 0})
"""No treatment."""
RAPID_ARMS = {
    "erp_1000": Arm("ERP alone, 1,000 steps", _SHORT | _ERP),
    "hyp_quiet": Arm("H1 quiet: less distress (hypothesis)", _SHORT | {"distress_kept": 0.3}, True),
    "hyp_window_nu_only": Arm(
        "H2 window: memory for bad surprises corrected (hypothesis)", _SHORT | _ESTABLISHED, True
    ),
    "hyp_window_then_erp": Arm(
        "H3 window with ERP (hypothesis)", _SHORT | _ESTABLISHED | _ERP, True
    ),
    "hyp_window_alpha1p5_erp": Arm(
        "H4 learning rate × 1.5 with ERP (hypothesis)", _SHORT | _ERP | {"plasticity": 1.5}, True
    ),
    "hyp_window_alpha2_erp": Arm(
        "H4 learning rate × 2 with ERP (hypothesis)", _SHORT | _ERP | {"plasticity": 2.0}, True
    ),
    "hyp_window_alpha3_erp": Arm(
        "H4 learning rate × 3 with ERP (hypothesis)", _SHORT | _ERP | {"plasticity": 3.0}, True
    ),
    "hyp_reset_w": Arm(
        "H5 erase: weights × 0.2 (hypothesis)", {"treatment_steps": 0, "weights_kept": 0.2}, True
    ),
}


def follow(
    arms: Mapping[str, Arm],
    model: DiscreteModel = treated_learner,
    learners: int = 60,
    steps: int = 13_000,
    every: int = 1000,
    seed: int = 1,
    record=("obsession", "visited"),
    **parameters,
) -> Run:
    """Run all `arms` side by side, each with the same learners and the same draws.

    Recorded quantities have shape (steps / every, [component,] arms, learners), in the order of
    `arms`. `parameters` hold for every arm. Raises `ModelError` for bad parameters.
    """
    names = {name for arm in arms.values() for name in arm.settings}
    settings = {
        name: np.array(
            [
                arm.settings.get(name, parameters.get(name, model[name].default))
                for arm in arms.values()
            ]
        )[:, None]
        for name in names
    }
    return model.run(
        steps, learners=learners, every=every, seed=seed, record=record, **parameters | settings
    )
