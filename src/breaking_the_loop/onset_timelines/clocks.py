"""How fast and how much: five clocks on one curve, the people around it, and its doubt.

The curves are exponential for convenience. Published data fix few of their numbers: the two-visit
fit of `costa2012_fluoxetine` leaves no degree of freedom.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from breaking_the_loop.evidence.normal import normal_cdf
from breaking_the_loop.weighing_the_evidence.designs import SD
from looplab.model.declare import Input, Parameter, formula
from looplab.model.maths import exp, log, maximum, sqrt, where

FULL_EFFECT = Parameter(
    name="full_effect",
    symbol="E",
    label="improvement in the long run",
    default=6.75,
    low=2.0,
    high=15.0,
    step=0.05,
    unit="points",
    source="derived from costa2012_fluoxetine: two visits, two parameters; no placebo arm",
    status="published",
)
TAU = Parameter(
    name="tau",
    symbol=r"\tau",
    label="time constant of the improvement",
    default=4 / math.log(3),
    low=0.3,
    high=12.0,
    step=0.01,
    unit="weeks",
    source="derived from costa2012_fluoxetine: two visits, two parameters; no placebo arm",
    status="published",
)
BASELINE = Parameter(
    name="baseline",
    symbol=r"\mu_0",
    label="mean score before treatment",
    default=27.3,
    low=16.0,
    high=36.0,
    step=0.1,
    unit="points",
    source="costa2012_fluoxetine, week 0",
    status="measured",
)
MID_IN_PER_CENT = Parameter(
    name="mid_in_per_cent",
    symbol="f",
    label="clinician-rated minimal improvement in per cent (1) or in points (0)",
    default=0,
    low=0,
    high=1,
    step=1,
    source="cohen2024_mid gives both forms, 4.9 points and 24 %: the change that goes with the "
    "clinician's rating 'minimally improved'",
    status="published",
)
RESPONSE_FALL = Parameter(
    name="response_fall",
    symbol="k",
    label="relative fall that counts as response",
    default=0.35,
    low=0.2,
    high=0.45,
    step=0.05,
    source="farris2013; trials also used 0.20, 0.25 and 0.30, lewin2011 0.45: a convention",
    status="published",
)
N_PER_ARM = Parameter(
    name="n_per_arm",
    symbol="n",
    label="size of each arm",
    default=125,
    low=10,
    high=2000,
    step=1,
    unit="patients",
    source="illustration",
    status="assumed",
)
POWER_Z = Parameter(
    name="power_z",
    symbol="z_p",
    label="normal quantile of the power (0 for 50 %, 0.8416 for 80 %)",
    default=0.0,
    low=0.0,
    high=1.2816,
    step=0.0001,
    source="chosen here",
    status="assumed",
)
FOLLOW_UP = Parameter(
    name="follow_up",
    symbol="f_d",
    label="remission that counts as durable",
    default=26,
    low=1,
    high=52,
    step=1,
    unit="weeks",
    source="illustration: no agreed length, 'months later'",
    status="assumed",
)
MID_POINTS = 4.9
"""Change in one person that a clinician rates as minimally improved (cohen2024_mid), points."""

MID_SHARE = 0.24
"""The same as a share of the score before treatment."""

STANDARD_ERRORS = 1.96
"""Standard errors between two arms at p = 0.05 (two-sided)."""

REMISSION_SCORE = 12.0
CLOCKS = ("separation", "minimal", "response", "remission", "durable")


def time_to_reach(points, full_effect, tau):
    """When E (1 - exp(-t/tau)) reaches `points`: infinite where it never does.

    Arrays broadcast; the time is in the unit of `tau`.
    """
    points, full_effect, tau = np.broadcast_arrays(points, full_effect, np.asarray(tau, float))
    with np.errstate(invalid="ignore", divide="ignore"):
        time = -tau * np.log1p(-points / full_effect)
    return np.where(points < full_effect, time, np.inf)[()]


@formula(
    parameters=[FULL_EFFECT, TAU, BASELINE],
    inputs=[Input("week", "t", "time since the start of treatment", "weeks")],
    symbols={"relief": "c(t)", "score": r"\mu(t)", "share": "g(t)"},
)
def course(m):
    """The mean course of an improvement: points gained, score, share of the final gain."""
    m.share = 1 - exp(-m.week / m.tau)
    m.relief = m.full_effect * m.share
    m.score = m.baseline - m.relief


def _clock(m, name, points):
    # A time that is never reached is infinite, which a formula cannot return: the flag says so,
    # and the week is 0 where the flag is.
    share = points / m.full_effect
    setattr(m, f"{name}_reached", where(share < 1, 1, 0))
    setattr(m, f"{name}_week", where(share < 1, -m.tau * log(1 - where(share < 1, share, 0)), 0))


@formula(
    parameters=[
        FULL_EFFECT,
        TAU,
        BASELINE,
        MID_IN_PER_CENT,
        RESPONSE_FALL,
        N_PER_ARM,
        SD,
        POWER_Z,
        FOLLOW_UP,
    ],
    symbols={
        f"{clock}_{part}": rf"{letter}_{{\text{{{clock}}}}}"
        for clock in CLOCKS
        for part, letter in (("points", "y"), ("week", "t"), ("reached", "R"))
    },
)
def five_clocks(m):
    """When the mean course passes each of the five marks that are all called onset.

    For each clock, `<clock>_reached` is 1 or 0 and `<clock>_week` the week (0 where never).
    Separation is that of a two-arm trial with this many patients, if the whole course were the
    difference between its arms; durable is remission held for `follow_up` weeks.
    """
    m.separation_points = (STANDARD_ERRORS + m.power_z) * m.sd * sqrt(2 / m.n_per_arm)
    m.minimal_points = where(m.mid_in_per_cent, MID_SHARE * m.baseline, MID_POINTS)
    m.response_points = m.response_fall * m.baseline
    m.remission_points = maximum(m.baseline - REMISSION_SCORE, 0)
    _clock(m, "separation", m.separation_points)
    _clock(m, "minimal", m.minimal_points)
    _clock(m, "response", m.response_points)
    _clock(m, "remission", m.remission_points)
    m.durable_reached = m.remission_reached
    m.durable_week = where(m.remission_reached, m.remission_week + m.follow_up, 0)


VISIT_MEAN = Parameter(
    name="visit_mean",
    symbol=r"\mu_t",
    label="mean score at the visit",
    default=20.8,
    low=5.0,
    high=36.0,
    step=0.1,
    unit="points",
    source="costa2012_fluoxetine, week 12",
    status="measured",
)
BASELINE_SD = Parameter(
    name="baseline_sd",
    symbol="s_0",
    label="standard deviation before treatment",
    default=5.4,
    low=3.0,
    high=10.0,
    step=0.1,
    unit="points",
    source="costa2012_fluoxetine, week 0",
    status="measured",
)
VISIT_SD = Parameter(
    name="visit_sd",
    symbol="s_t",
    label="standard deviation at the visit",
    default=8.3,
    low=3.0,
    high=10.0,
    step=0.1,
    unit="points",
    source="costa2012_fluoxetine, week 12",
    status="measured",
)
RHO = Parameter(
    name="rho",
    symbol=r"\rho",
    label="correlation between baseline and visit",
    default=0.6,
    low=0.3,
    high=0.9,
    step=0.05,
    source="illustration: not published",
    status="assumed",
)


@formula(
    parameters=[BASELINE, BASELINE_SD, VISIT_MEAN, VISIT_SD, RHO],
    symbols={
        "share_fall_25": r"P_{25\,\%}",
        "share_fall_35": r"P_{35\,\%}",
        "share_minimal": r"P_{\text{MID}}",
        "share_remission": r"P_{\le 12}",
    },
)
def responders(m):
    """The share of people past each mark when the mean is not (illustration: unbounded normal)."""

    def share_past(kept, points):
        gap = m.visit_mean + points - kept * m.baseline
        shared = 2 * kept * m.rho * m.visit_sd * m.baseline_sd
        return normal_cdf(-gap / sqrt(m.visit_sd**2 + kept**2 * m.baseline_sd**2 - shared))

    m.share_fall_25 = share_past(0.75, 0)
    m.share_fall_35 = share_past(0.65, 0)
    m.share_minimal = share_past(1, MID_POINTS)
    m.share_remission = normal_cdf((REMISSION_SCORE - m.visit_mean) / m.visit_sd)


GAP = Parameter(
    name="gap",
    symbol="d",
    label="gap between the two means",
    default=2.65,
    low=0.0,
    high=6.0,
    step=0.05,
    unit="points",
    source="cohen2025_ipd, weeks 10 to 13: 2.65 (1.85 to 3.46)",
    status="published",
)
PLACEBO_FALL = Parameter(
    name="placebo_fall",
    symbol="m_0",
    label="mean fall on placebo",
    default=4.0,
    low=0.0,
    high=8.0,
    step=0.1,
    unit="points",
    source="illustration: no pooled change in points was found; single trials gave 3 to 5",
    status="assumed",
)
CHANGE_SD = Parameter(
    name="change_sd",
    symbol="s",
    label="standard deviation of the change between people",
    default=7.0,
    low=4.0,
    high=10.0,
    step=0.5,
    unit="points",
    source="illustration: same in both arms",
    status="assumed",
)
LINE_IN_PER_CENT = Parameter(
    name="line_in_per_cent",
    symbol=r"\ell",
    label="line: 35 % of 27.3 points (1) or 4.9 points (0)",
    default=0,
    low=0,
    high=1,
    step=1,
    source="farris2013 for 35 %; cohen2024_mid for 4.9 points",
    status="published",
)


@formula(
    parameters=[GAP, PLACEBO_FALL, CHANGE_SD, LINE_IN_PER_CENT],
    symbols={
        "line": "L",
        "share_placebo": "P_0",
        "share_drug": "P_1",
        "more": r"\Delta P",
    },
)
def past_the_line(m):
    """The share of people past a line in each arm of a trial (illustration: normal changes).

    The line is a change in one person, the gap a difference between two means.
    """
    m.line = where(m.line_in_per_cent, 0.35 * BASELINE.default, MID_POINTS)
    m.share_placebo = normal_cdf((m.placebo_fall - m.line) / m.change_sd)
    m.share_drug = normal_cdf((m.placebo_fall + m.gap - m.line) / m.change_sd)
    m.more = m.share_drug - m.share_placebo


def chance_to_do_better(g: float) -> float:
    """The chance that a random member of one arm changes more than one of the other, if both are
    normal with one SD and their means lie `g` standard deviations apart."""
    return float(normal_cdf(g / math.sqrt(2)))


def through_two_visits(first, gain_first, second, gain_second, longest: float = 1e6):
    """The E and tau of E (1 - exp(-t/tau)) through two visits, by bisection in ln tau.

    Arrays broadcast. Both are infinite where no finite curve fits, which is when the gain grows at
    least in proportion to time; tau is 0 where the gain does not grow at all after the first visit.
    """
    ratio = np.asarray(gain_first, float) / gain_second
    first, second, ratio = np.broadcast_arrays(first, second, ratio)
    low = np.full(ratio.shape, math.log(1e-6))
    high = np.full(ratio.shape, math.log(longest))
    for _ in range(80):
        middle = (low + high) / 2
        tau = np.exp(middle)
        above = np.expm1(-first / tau) / np.expm1(-second / tau) > ratio
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    tau = np.exp((low + high) / 2)
    finite = ratio > first / second
    tau = np.where(finite, np.where(ratio < 1, tau, 0.0), np.inf)
    with np.errstate(invalid="ignore", divide="ignore"):
        full_effect = np.where(finite, gain_second / -np.expm1(-second / tau), np.inf)
    return full_effect[()], tau[()]


@dataclass(frozen=True)
class Fits:
    """Curves compatible with uncertain points: arrays (draws,), infinite where no curve fits."""

    full_effect: np.ndarray
    tau: np.ndarray

    @property
    def without_finite_tau(self) -> float:
        """The share of draws that no finite time constant fits."""
        return float(np.isinf(self.tau).mean())


COURSE_MEANS = (27.3, 22.8, 20.8)
COURSE_SDS = (5.4, 6.9, 8.3)


def bootstrap_course(rho: float = 0.6, n: int = 150, draws: int = 20_000, seed: int = 1) -> Fits:
    """The fluoxetine course refitted to means redrawn within their standard errors.

    Source: costa2012_fluoxetine, weeks 0, 4 and 12. `rho` is the (assumed) correlation between any
    two visits. Leaves out model error, so its spread is a lower bound on the doubt.
    """
    se = np.array(COURSE_SDS) / math.sqrt(n)
    correlation = np.full((3, 3), rho) + (1 - rho) * np.eye(3)
    random = np.random.default_rng(seed)
    means = random.multivariate_normal(COURSE_MEANS, np.outer(se, se) * correlation, draws)
    return Fits(*through_two_visits(4, means[:, 0] - means[:, 1], 12, means[:, 0] - means[:, 2]))


@dataclass(frozen=True)
class EndPoint:
    """A pooled difference from placebo at the end of trials: points, standard error, weeks."""

    points: float
    se: float
    first_week: float
    last_week: float


EARLY_DIFFERENCE, EARLY_SE = 0.91, 0.1888
"""Points by which SSRIs differ from placebo at week 2, and standard error (issari2016_ma)."""

SOOMRO = EndPoint(3.21, 0.3240, 6, 13)
"""soomro2008_cochrane."""

COHEN = EndPoint(2.65, 0.4107, 10, 13)
"""cohen2025_ipd."""


def drug_minus_placebo_fits(end: EndPoint, draws: int = 6000, seed: int = 1) -> Fits:
    """Curves through week 2 and one end point, both redrawn within their errors: compatible with
    the data, not fitted to them. The end point falls anywhere in its window of weeks."""
    random = np.random.default_rng(seed)
    early = random.normal(EARLY_DIFFERENCE, EARLY_SE, draws)
    late = random.normal(end.points, end.se, draws)
    week = random.uniform(end.first_week, end.last_week, draws)
    return Fits(*through_two_visits(2, early, week, late))


def separation_week(n_per_arm, full_effect, tau, sd=8.0, power: float = 0.5):
    """The week at which a trial has this power to tell its arms apart (two-sided 0.05).

    Infinite where it never has. `full_effect` and `tau` (weeks) describe drug minus placebo.
    """
    from scipy.stats import norm

    points = (STANDARD_ERRORS + norm.ppf(power)) * sd * np.sqrt(2 / np.asarray(n_per_arm, float))
    return time_to_reach(points, full_effect, tau)


@formula(
    parameters=[FULL_EFFECT, TAU, N_PER_ARM, SD, POWER_Z],
    inputs=[Input("week", "t", "time of the visit", "weeks")],
    symbols={
        "gap": "d(t)",
        "needed": "n(t)",
        "detectable": "d^{*}",
        "first_week": "t^{*}",
        "separates": "S",
    },
)
def separation(m):
    """What makes two arms differ at p < 0.05: the gap between them, and how many patients.

    `needed` is the patients per arm with which a trial has the power at `week`; `first_week` the
    week from which `n_per_arm` are enough (0 where `separates` is 0: never).
    """
    m.gap = m.full_effect * (1 - exp(-m.week / m.tau))
    m.needed = 2 * ((STANDARD_ERRORS + m.power_z) * m.sd / m.gap) ** 2
    m.detectable = (STANDARD_ERRORS + m.power_z) * m.sd * sqrt(2 / m.n_per_arm)
    m.share = m.detectable / m.full_effect
    m.separates = where(m.share < 1, 1, 0)
    m.first_week = where(m.share < 1, -m.tau * log(1 - where(m.share < 1, m.share, 0)), 0)


CURVE_A = (5.1875, 10.369)
"""E (points) and tau (weeks) through week 2 and soomro2008_cochrane placed at week 10."""

CURVE_B = (3.0457, 5.6347)
"""E (points) and tau (weeks) through week 2 and cohen2025_ipd placed at week 11.5."""
