"""Model D, protection from extinction: the ritual takes the credit for safety.

Rescorla-Wagner learning with the response as one more cue, in the design of Lovibond et al. 2009
(doi:10.1016/j.brat.2009.04.013): A and C predict harm, B is safe, the response R cancels harm on
A; then C comes without harm, with R or without it. Numbers of rounds and rates are our own.
Extinction is unlearning here, so this model cannot show a return of fear.
"""

from __future__ import annotations

from looplab.model.declare import Parameter, State, discrete
from looplab.model.maths import equal, floor, stack, where

CUES = ("A", "B", "C", "R")
ROUNDS = 15
ACQUISITION_TRIALS = 3 * ROUNDS
TRAINING_TRIALS = 2 * ACQUISITION_TRIALS
EXTINCTION_TRIALS = 10
TRIALS = TRAINING_TRIALS + EXTINCTION_TRIALS

LEARNING_RATE = Parameter(
    name="learning_rate",
    symbol=r"\eta",
    label="learning rate",
    default=0.2,
    low=0.0,
    high=0.5,
    step=0.05,
    source="chosen here",
    status="assumed",
)
HARM = Parameter(
    name="harm",
    symbol=r"\lambda",
    label="size of the harm",
    default=1.0,
    low=0.0,
    high=2.0,
    step=0.1,
    source="chosen here: sets the unit",
    status="assumed",
)
RITUAL = Parameter(
    name="ritual",
    symbol=r"\rho",
    label="ritual allowed in extinction (1) or prevented (0)",
    default=1.0,
    low=0.0,
    high=1.0,
    step=1.0,
    source="lovibond2009, the two groups",
    status="published",
)
TRIAL = State("trial", "n", "trials so far")
EXPECTATION = State("v", "F", "harm expected of each cue", labels=CUES)


@discrete(
    parameters=[LEARNING_RATE, HARM, RITUAL],
    states=[TRIAL, EXPECTATION],
    symbols={
        "place": "p",
        "training": r"T",
        "responding": r"T_{R}",
        "present": "y",
        "outcome": r"\lambda_{t}",
        "expected": r"\bar F",
        "delta": r"\delta",
        "learned": r"\hat F",
    },
)
def protection(m):
    """One trial a step: 15 rounds A+ B- C+, 15 rounds A+ AR- B-, then C- or CR-.

    `present`: the cues of the trial; `delta`: harm less expected harm; `learned`: expectations
    after the trial.
    """
    m.place = m.trial - 3 * floor(m.trial / 3)
    m.training = where(m.trial < TRAINING_TRIALS, 1, 0)
    m.responding = where(m.trial < ACQUISITION_TRIALS, 0, m.training)
    first, second, third = (where(equal(m.place, place), m.training, 0) for place in range(3))
    m.present = stack(
        [
            first + second * m.responding,
            second * (1 - m.responding) + third * m.responding,
            third * (1 - m.responding) + 1 - m.training,
            second * m.responding + (1 - m.training) * m.ritual,
        ]
    )
    m.outcome = m.harm * (first + third * (1 - m.responding))
    m.expected = (m.present * m.v).sum(axis=0)
    m.delta = m.outcome - m.expected
    m.learned = m.v + m.learning_rate * m.delta * m.present
    return {"trial": m.trial + 1, "v": m.learned}
