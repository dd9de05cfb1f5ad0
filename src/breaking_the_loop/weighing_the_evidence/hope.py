"""How often hope, a drug, or both make the counts of 2013: at least 4 of 8, and 0 of 7.

Everybody answers on their own, so the chance of the counts follows exactly from two shares: who
responds on the drug, and who on saline.
"""

from __future__ import annotations

import math
from dataclasses import replace

from breaking_the_loop.evidence.normal import normal_cdf, normal_quantile
from breaking_the_loop.weighing_the_evidence.designs import ENROLMENT
from breaking_the_loop.weighing_the_evidence.repetition import N_DRUG, N_SALINE
from breaking_the_loop.weighing_the_evidence.virtual import (
    DRUG_EFFECT,
    EXPECTANCY,
    GUESS_CONTROL,
    GUESS_DRUG,
    SHARED_IMPROVEMENT,
)
from looplab.model.declare import Input, Parameter, State, discrete, formula
from looplab.model.maths import sqrt

SPREAD = 0.75
"""Standard deviation of the effect between people, as a share of its mean (assumed)."""

POINTS = 40
"""Steps of `responding` over the scores at which people enter."""

RESPONSE = 0.35

DRUG = replace(DRUG_EFFECT, high=12.0)
HOPE = replace(EXPECTANCY, step=0.1, label="hope: improvement when sure of having had the drug")
HOPE_VARIES = Parameter(
    "hope_varies", "v", "0: hope is the same for all, 1: it varies as the drug's effect does",
    1, 0, 1, 1, "illustration", "assumed",
)  # fmt: skip


@discrete(
    parameters=(
        *ENROLMENT, SHARED_IMPROVEMENT, DRUG, HOPE, GUESS_DRUG, GUESS_CONTROL, HOPE_VARIES,
    ),
    states=[State("step", "i", "step along the scores at screening")],
)  # fmt: skip
def responding(m):
    """The shares with a fall of at least 35 % in the first period of the virtual trial.

    Step i stands for the people at one of `POINTS` equal parts of all who may enter; means over
    the steps are the shares.
    """
    m.sigma_score = sqrt(m.sigma_between**2 + m.sigma_within**2)
    m.reliability = m.sigma_between**2 / m.sigma_score**2
    m.excluded = normal_cdf((m.cutoff - m.mu) / m.sigma_score)
    m.place = m.excluded + (m.step + 0.5) / POINTS * (1 - m.excluded)
    m.usual = m.mu + m.reliability * m.sigma_score * normal_quantile(m.place)
    # The score must fall below 65 % of a baseline that itself varies.
    m.short = RESPONSE * m.usual - m.shared_improvement
    m.noise = RESPONSE**2 * m.sigma_between**2 * (1 - m.reliability) + m.sigma_within**2 * (
        1 + (1 - RESPONSE) ** 2
    )
    m.hope_noise = m.hope_varies * (SPREAD * m.expectancy) ** 2
    for arm, effect, sure in (
        ("drug", m.drug_effect, m.guess_drug),
        ("saline", 0, m.guess_control),
    ):
        spread = m.noise + (SPREAD * effect) ** 2
        hopeful = normal_cdf((effect + m.expectancy - m.short) / sqrt(spread + m.hope_noise))
        other = normal_cdf((effect - m.short) / sqrt(spread))
        setattr(m, f"responds_{arm}", sure * hopeful + (1 - sure) * other)
    return {"step": m.step + 1}


@formula(
    inputs=[
        Input("share_drug", "r_K", "share who respond on the drug"),
        Input("share_saline", "r_S", "share who respond on saline"),
    ],
    symbols={"four_or_more": r"P(k_K \geq 4)", "none": "P(k_S = 0)", "pattern": r"\text{chance}"},
)
def pattern(m):
    """The chance of at least 4 responders of 8 on the drug and none of 7 on saline."""
    m.four_or_more = sum(
        math.comb(N_DRUG, k) * m.share_drug**k * (1 - m.share_drug) ** (N_DRUG - k)
        for k in range(4, N_DRUG + 1)
    )
    m.none = (1 - m.share_saline) ** N_SALINE
    m.pattern = m.four_or_more * m.none


def pattern_chance(
    drug_effect: float, expectancy: float, hope_varies: int = 1, **guesses: float
) -> float:
    """`pattern` of the trial of 2013 where the drug and hope are worth this many points.

    `guesses`: `guess_drug` and `guess_control`, where not the defaults.
    """
    run = responding.run(
        POINTS, 1, POINTS, 1, ["responds_drug", "responds_saline"],
        drug_effect=drug_effect, expectancy=expectancy, hope_varies=hope_varies, **guesses,
    )  # fmt: skip
    shares = (float(run[name].mean()) for name in ("responds_drug", "responds_saline"))
    named = dict(zip(("share_drug", "share_saline"), shares, strict=True))
    return float(pattern.evaluate(**named)["pattern"])
