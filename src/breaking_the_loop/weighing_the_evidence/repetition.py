"""The fifteen patients once more: repeats of 8 against 7 by enumeration and by drawing people."""

from __future__ import annotations

import math

from looplab.model.declare import Draw, Input, Parameter, State, discrete, formula
from looplab.model.maths import floor, where

N_DRUG, N_SALINE = 8, 7
NEEDED = (5, 6, 7, 8)
"""Responders of 8 that Fisher's test needs for p <= 0.05, by responders of 7 on saline.

With four or more saline responders no result is significant in favour of the drug.
"""

PUBLISHED_GAP = 0.5
"""The difference in shares that the trial of 2013 reported: 4/8 − 0/7."""

RATE_DRUG = Parameter(
    "rate_drug", "p_K", "true response rate on ketamine", 0.5, 0.1, 0.95, 0.01,
    "illustration; 4 of 8 in rodriguez2013_rct", "assumed",
)  # fmt: skip
RATE_SALINE = Parameter(
    "rate_saline", "p_S", "true response rate on saline", 0.05, 0.0, 0.5, 0.01,
    "illustration; 0 of 7 in rodriguez2013_rct", "assumed",
)  # fmt: skip


def _needed(k_saline):
    needed = N_DRUG + 1
    for saline, drug in reversed(list(enumerate(NEEDED))):
        needed = where(k_saline < saline + 0.5, drug, needed)
    return needed


def _binomial(k, n, rate):
    return math.comb(n, k) * rate**k * (1 - rate) ** (n - k)


_ALL = [(a, b) for b in range(N_SALINE + 1) for a in range(N_DRUG + 1)]
_SIGNIFICANT = [(a, b) for b, least in enumerate(NEEDED) for a in range(least, N_DRUG + 1)]
_LARGE = [(a, b) for a, b in _ALL if a / N_DRUG - b / N_SALINE >= PUBLISHED_GAP]


@formula(
    parameters=[RATE_DRUG, RATE_SALINE],
    symbols={
        "significant": r"P(p \leq 0.05)", "favoured": r"E[\text{difference}; p \leq 0.05]",
        "large": r"P(\text{difference} \geq 0.5)",
        "largely": r"E[\text{difference}; \text{difference} \geq 0.5]",
    },
)  # fmt: skip
def repeats(m):
    """What a repeat shows, over all 9 x 8 outcomes; significant is in favour of the drug.

    `large` is the chance of a difference at least as large as the published one.
    """

    def sums(outcomes):
        chances = [
            _binomial(a, N_DRUG, m.rate_drug) * _binomial(b, N_SALINE, m.rate_saline)
            for a, b in outcomes
        ]
        found = [
            (a / N_DRUG - b / N_SALINE) * chance
            for (a, b), chance in zip(outcomes, chances, strict=True)
        ]
        return sum(chances), sum(found)

    m.significant, m.favoured = sums(_SIGNIFICANT)
    m.mean_difference = m.favoured / m.significant
    m.large, m.largely = sums(_LARGE)
    m.mean_large = m.largely / m.large
    m.true_gap = m.rate_drug - m.rate_saline
    m.exaggeration = where(m.true_gap > 0.005, m.mean_difference / m.true_gap, 0)
    m.as_extreme = sum(_binomial(a, N_DRUG, m.rate_drug) for a in range(4, N_DRUG + 1)) * _binomial(
        0, N_SALINE, m.rate_saline
    )


LATER_PEOPLE = N_SALINE
LATER = Parameter(
    "later", "j", "imagined responders among the 7 who had ketamine second", 1, 0, LATER_PEOPLE, 1,
    "illustration: the counts are not in the abstract (phases differed in psilocybin2025_rct)",
    "assumed", "people",
)  # fmt: skip
FIRST_RESPONDERS = 4


@formula(parameters=[LATER])
def all_on_ketamine(m):
    """Everybody's weeks after ketamine, first or second, if the second phase had been like this."""
    m.responded = FIRST_RESPONDERS + m.later
    m.share = m.responded / (N_DRUG + LATER_PEOPLE)
    m.later_share = m.later / LATER_PEOPLE


@discrete(
    parameters=[RATE_DRUG, RATE_SALINE],
    states=[State("patient", "i", "patients so far")],
    draws=[Draw("u_patient", "u", "draw for the response")],
)
def fifteen(m):
    """One repeat of the trial: a step is a patient, the first eight on ketamine."""
    m.on_drug = where(m.patient < N_DRUG, 1, 0)
    m.rate = where(m.patient < N_DRUG, m.rate_drug, m.rate_saline)
    m.responds = where(m.u_patient < m.rate, 1, 0)
    m.drug_responds = m.on_drug * m.responds
    m.saline_responds = (1 - m.on_drug) * m.responds
    return {"patient": m.patient + 1}


@formula(
    inputs=[
        Input("share_drug", r"\bar r_K", "responders on ketamine as a share of all 15"),
        Input("share_saline", r"\bar r_S", "responders on saline as a share of all 15"),
    ]
)
def outcome(m):
    """What one repeat would report: the difference in percentage points, and whether it is
    significant, or at least as large as the published one."""
    m.k_drug = floor(m.share_drug * (N_DRUG + N_SALINE) + 0.5)
    m.k_saline = floor(m.share_saline * (N_DRUG + N_SALINE) + 0.5)
    m.gap = 100 * (m.k_drug / N_DRUG - m.k_saline / N_SALINE)
    m.is_significant = where(m.k_drug > _needed(m.k_saline) - 0.5, 1, 0)
    m.is_large = where(m.gap > 100 * PUBLISHED_GAP - 1e-6, 1, 0)
