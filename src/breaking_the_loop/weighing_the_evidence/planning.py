"""What a trial would show and cost, before it is run: parallel or crossover, and which control."""

from __future__ import annotations

from breaking_the_loop.evidence.normal import normal_cdf
from breaking_the_loop.weighing_the_evidence.designs import SIGMA_WITHIN
from breaking_the_loop.weighing_the_evidence.sums import t_critical
from breaking_the_loop.weighing_the_evidence.virtual import (
    DRUG_EFFECT,
    EXPECTANCY,
    FADING,
    GUESS_DRUG,
    SIGMA_DRUG,
    WASH_OUT,
)
from looplab.model.declare import Parameter, formula
from looplab.model.maths import exp, sqrt, where

PATIENTS = Parameter(
    "people", "n", "people in the trial", 16, 8, 200, 2,
    "illustration; rodriguez2013_rct had 15", "assumed",
)  # fmt: skip
FOLLOW_UP = Parameter(
    "follow_up", "f", "weekly visits after the last rating", 0, 0, 12, 1, "illustration",
    "assumed",
)  # fmt: skip
ACTIVE_CONTROL = Parameter(
    "active_control", "c", "0: saline, 1: a control that is hard to recognise", 0, 0, 1, 1,
    "illustration: right guesses fall from 0.8 (sumner2020_blind, not OCD) to 0.6",
    "assumed",
)  # fmt: skip
CROSSOVER = Parameter(
    "as_crossover", "x", "0: parallel groups, 1: crossover", 0, 0, 1, 1, "illustration", "assumed"
)


@formula(
    parameters=[
        PATIENTS, CROSSOVER, WASH_OUT, ACTIVE_CONTROL, FOLLOW_UP, DRUG_EFFECT, SIGMA_DRUG,
        SIGMA_WITHIN, FADING, EXPECTANCY,
    ],
    symbols={
        "guess_right": "q_K", "belief": r"\text{belief}", "left_over": "h(W+7)",
        "expected_parallel": r"E[\mathrm{PAR}_{\text{chg}}]",
        "expected_crossover": r"E[\mathrm{XO}_{\text{raw}}]",
        "expected": r"E[\text{estimate}]", "bias": r"\text{bias}", "visits": r"\text{visits}",
    },
)  # fmt: skip
def planned_trial(m):
    """Expected estimate, its spread, and the chance of p < 0.05 with this drug and with none.

    Both sequences or arms hold half the people. Parallel groups compare changes from baseline,
    the crossover raw ratings.
    """
    m.guess_right = where(m.active_control > 0.5, 0.6, GUESS_DRUG.default)
    m.belief = m.expectancy * (2 * m.guess_right - 1)
    m.belief_variance = m.expectancy**2 * m.guess_right * (1 - m.guess_right)
    m.left_over = exp(-m.wash_out / m.fading)
    noise = 2 * m.sigma_within**2 + m.belief_variance
    # In a crossover both guesses vary, and half the difference of two ratings is what counts.
    own_noise = (2 * m.sigma_within**2 + 2 * m.belief_variance) / 4
    m.se_parallel = sqrt((2 * noise + m.sigma_drug**2) / (m.people / 2))
    m.se_crossover = sqrt(
        (2 * own_noise + m.sigma_drug**2 * (1 + (1 - m.left_over) ** 2) / 4) / (m.people / 2)
    )
    m.null_crossover = sqrt(2 * own_noise / (m.people / 2))
    m.null_parallel = sqrt(2 * noise / (m.people / 2))
    m.expected_parallel = m.drug_effect + m.belief
    m.expected_crossover = m.drug_effect * (1 - m.left_over / 2) + m.belief
    m.freedom = m.people - 2
    m.critical = t_critical(m.freedom)
    # Normal approximation to the noncentral t distribution (Abramowitz and Stegun 26.7.10).
    m.threshold = m.critical * (1 - 1 / (4 * m.freedom))
    m.spread = sqrt(1 + m.critical**2 / (2 * m.freedom))
    for name in ("parallel", "crossover"):
        signal = getattr(m, f"expected_{name}") / getattr(m, f"se_{name}")
        alarm = m.belief / getattr(m, f"null_{name}")
        for found, ratio in (("power", signal), ("alarm", alarm)):
            setattr(m, f"{found}_right_{name}", (ratio - m.threshold) / m.spread)
            setattr(m, f"{found}_wrong_{name}", (-ratio - m.threshold) / m.spread)
            right, wrong = (getattr(m, f"{found}_{side}_{name}") for side in ("right", "wrong"))
            setattr(m, f"{found}_{name}", normal_cdf(right) + normal_cdf(wrong))
    for found in ("expected", "power", "alarm"):
        one, other = getattr(m, f"{found}_crossover"), getattr(m, f"{found}_parallel")
        setattr(m, found, where(m.as_crossover > 0.5, one, other))
    m.bias = m.expected - m.drug_effect
    m.visits = m.people * (where(m.as_crossover > 0.5, 4, 2) + m.follow_up)
    m.unseen_harm = 1 - exp(-2.995732273553991 / m.people)
