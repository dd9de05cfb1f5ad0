"""Exact tests, intervals and beliefs for two arms of any size, in the functions of `model.maths`.

`counts` computes the same with SciPy and statsmodels, which the tests compare with.
"""

from __future__ import annotations

import math

from looplab.model.declare import Input, Parameter, State, discrete, formula
from looplab.model.maths import absolute, cos, exp, log, maximum, minimum, sin, sqrt, where

GRID = 1000
"""Steps of `compare_beliefs` over the rates from 0 to 1."""

MOST_PATIENTS = 90


def log_gamma(x):
    """The logarithm of the gamma function for x > 0, within 1e-9 (Stirling's series at x + 6)."""
    y = x + 6
    series = 1 / (12 * y) - 1 / (360 * y**3) + 1 / (1260 * y**5)
    shifted = (y - 0.5) * log(y) - y + math.log(2 * math.pi) / 2 + series
    return shifted - log(x * (x + 1) * (x + 2) * (x + 3) * (x + 4) * (x + 5))


def _log_choose(n, k):
    return log_gamma(n + 1) - log_gamma(k + 1) - log_gamma(n - k + 1)


def _count(name, symbol, label, default, low, high):
    source = "rodriguez2013_rct, first period" if default in (0, 4, 7, 8) else "illustration"
    return Parameter(name, symbol, label, default, low, high, 1, source, "published")


K1 = _count("k1", "k_1", "responders in the first group", 4, 0, MOST_PATIENTS)
N1 = _count("n1", "n_1", "people in the first group", 8, 3, MOST_PATIENTS)
K2 = _count("k2", "k_2", "responders in the second group", 0, 0, MOST_PATIENTS)
N2 = _count("n2", "n_2", "people in the second group", 7, 3, MOST_PATIENTS)
PRIOR_A = Parameter(
    "prior_a", "a", "prior: responders imagined beforehand", 1.0, 0.5, 20.0, 0.5,
    "uniform prior: one of each", "assumed",
)  # fmt: skip
PRIOR_B = Parameter(
    "prior_b", "b", "prior: non-responders imagined beforehand", 1.0, 0.5, 20.0, 0.5,
    "uniform prior: one of each", "assumed",
)  # fmt: skip
COUNTS = (K1, N1, K2, N2)


def _cut(m):
    """No more responders than people: what a slider says beyond is cut off."""
    m.used_1, m.used_2 = minimum(m.k1, m.n1), minimum(m.k2, m.n2)


@formula(
    parameters=(*COUNTS, PRIOR_A, PRIOR_B),
    inputs=[Input("rate", "p", "true rate")],
    symbols={"used_1": "k_1", "used_2": "k_2"},
)
def plausibility(m):
    """How plausible a true rate is after the counts, from a Beta(a, b) prior; the peak is 1."""
    _cut(m)
    for arm, used, size in (("1", m.used_1, m.n1), ("2", m.used_2, m.n2)):
        a, b = m.prior_a + used - 1, m.prior_b + size - used - 1
        peak = minimum(maximum(a / (a + b), 0.005), 0.995)
        height = a * log(m.rate / peak) + b * log((1 - m.rate) / (1 - peak))
        setattr(m, f"plausibility_{arm}", exp(minimum(height, 0)))


def _wilson(k, n):
    z2 = 1.959963984540054**2
    middle = (k + z2 / 2) / (n + z2)
    half = sqrt(z2) / (n + z2) * sqrt(k * (n - k) / n + z2 / 4)
    return middle - half, middle + half


@formula(
    parameters=COUNTS,
    symbols={
        "used_1": "k_1", "used_2": "k_2", "rate_1": r"\hat p_1", "rate_2": r"\hat p_2",
        "difference": r"\hat d", "low_1": "l_1", "high_1": "u_1", "low_2": "l_2", "high_2": "u_2",
        "newcombe_low": r"d_{\text{low}}", "newcombe_high": r"d_{\text{high}}",
    },
)  # fmt: skip
def intervals(m):
    """The difference of two proportions: Newcombe's and Agresti and Caffo's 95 % intervals."""
    _cut(m)
    m.rate_1, m.rate_2 = m.used_1 / m.n1, m.used_2 / m.n2
    m.difference = m.rate_1 - m.rate_2
    m.low_1, m.high_1 = _wilson(m.used_1, m.n1)
    m.low_2, m.high_2 = _wilson(m.used_2, m.n2)
    m.newcombe_low = m.difference - sqrt((m.rate_1 - m.low_1) ** 2 + (m.high_2 - m.rate_2) ** 2)
    m.newcombe_high = m.difference + sqrt((m.high_1 - m.rate_1) ** 2 + (m.rate_2 - m.low_2) ** 2)
    m.added_1, m.added_2 = (m.used_1 + 1) / (m.n1 + 2), (m.used_2 + 1) / (m.n2 + 2)
    m.half = 1.959963984540054 * sqrt(
        m.added_1 * (1 - m.added_1) / (m.n1 + 2) + m.added_2 * (1 - m.added_2) / (m.n2 + 2)
    )
    m.caffo_low = m.added_1 - m.added_2 - m.half
    m.caffo_high = m.added_1 - m.added_2 + m.half


@discrete(
    parameters=COUNTS,
    states=[State("k", "k", "responders in the first group, margins fixed")],
    symbols={"used_1": "k_1", "used_2": "k_2"},
)
def conditional_test(m):
    """Fisher's two-sided test: step k adds the chance of k responders in the first group.

    `fisher` and `mid_p` summed over `MOST_PATIENTS` + 1 steps are the two p-values.
    """
    _cut(m)
    m.total = m.used_1 + m.used_2
    m.all_tables = _log_choose(m.n1 + m.n2, m.total)
    m.observed = exp(_log_choose(m.n1, m.used_1) + _log_choose(m.n2, m.used_2) - m.all_tables)
    m.here = minimum(maximum(m.k, maximum(0, m.total - m.n2)), minimum(m.n1, m.total))
    m.chance = exp(
        _log_choose(m.n1, m.here) + _log_choose(m.n2, m.total - m.here) - m.all_tables
    ) * where(absolute(m.here - m.k) < 0.5, 1, 0)
    m.fisher = where(m.chance <= m.observed * (1 + 1e-7), m.chance, 0)
    m.mid_p = where(absolute(m.chance - m.observed) <= m.observed * 1e-7, m.chance / 2, m.fisher)
    return {"k": m.k + 1}


def _log_beta(a, b):
    return log_gamma(a) + log_gamma(b) - log_gamma(a + b)


@discrete(
    parameters=(*COUNTS, PRIOR_A, PRIOR_B),
    states=[
        State("step", "i", "step along the rates"),
        State("below_1", "F_1", "chance that the first rate is lower"),
        State("below_2", "F_2", "chance that the second rate is lower"),
    ],
    symbols={"used_1": "k_1", "used_2": "k_2"},
)
def compare_beliefs(m):
    """Two posteriors, integrated along the rates in `GRID` steps.

    Summed over the steps, `higher` is the chance that the first rate is the higher one, and
    `low_1` to `high_2` are the limits of the central 95 % of each.
    """
    _cut(m)
    # Steps even in an angle are short near 0 and 1, where a density may have no bound.
    m.angle = (m.step + 0.5) * (math.pi / 2 / GRID)
    m.rate = sin(m.angle) ** 2
    m.width = 2 * sin(m.angle) * cos(m.angle) * (math.pi / 2 / GRID)
    for arm, used, size in (("1", m.used_1, m.n1), ("2", m.used_2, m.n2)):
        a, b = m.prior_a + used, m.prior_b + size - used
        density = exp((a - 1) * log(m.rate) + (b - 1) * log(1 - m.rate) - _log_beta(a, b))
        setattr(m, f"mass_{arm}", density * m.width)
        below = getattr(m, f"below_{arm}")
        setattr(m, f"low_{arm}", m.width * where(below < 0.025, 1, 0))
        setattr(m, f"high_{arm}", m.width * where(below < 0.975, 1, 0))
    m.higher = m.mass_1 * (m.below_2 + m.mass_2 / 2)
    return {
        "step": m.step + 1,
        "below_1": m.below_1 + m.mass_1,
        "below_2": m.below_2 + m.mass_2,
    }
