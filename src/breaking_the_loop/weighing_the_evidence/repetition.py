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

RATE_DRUG = Parameter(
    "rate_drug", "p_K", "true response rate on ketamine", 0.5, 0.05, 0.95, 0.01,
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


@formula(
    parameters=[RATE_DRUG, RATE_SALINE],
    symbols={"significant": r"P(p \leq 0.05)", "favoured": r"E[\text{difference}; p \leq 0.05]"},
)
def repeats(m):
    """What a repeat shows, over all 9 x 8 outcomes; significant is in favour of the drug."""
    outcomes = [(a, b) for b, least in enumerate(NEEDED) for a in range(least, N_DRUG + 1)]
    chances = [
        _binomial(a, N_DRUG, m.rate_drug) * _binomial(b, N_SALINE, m.rate_saline)
        for a, b in outcomes
    ]
    m.significant = sum(chances)
    m.favoured = sum(
        (a / N_DRUG - b / N_SALINE) * chance
        for (a, b), chance in zip(outcomes, chances, strict=True)
    )
    m.mean_difference = m.favoured / m.significant
    m.true_gap = m.rate_drug - m.rate_saline
    m.exaggeration = where(m.true_gap > 0.005, m.mean_difference / m.true_gap, 0)
    m.as_extreme = sum(_binomial(a, N_DRUG, m.rate_drug) for a in range(4, N_DRUG + 1)) * _binomial(
        0, N_SALINE, m.rate_saline
    )


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
    """What one repeat would report: the difference in percentage points, and significant or not."""
    m.k_drug = floor(m.share_drug * (N_DRUG + N_SALINE) + 0.5)
    m.k_saline = floor(m.share_saline * (N_DRUG + N_SALINE) + 0.5)
    m.gap = 100 * (m.k_drug / N_DRUG - m.k_saline / N_SALINE)
    m.is_significant = where(m.k_drug > _needed(m.k_saline) - 0.5, 1, 0)
