"""How fast, how much and for how long: five clocks on one curve, burden, fading and stopping.

The curves are exponential for convenience. Published data fix few of their numbers: the two-visit
fit of `costa2012_fluoxetine` leaves no degree of freedom, and nothing controlled follows a single
ketamine infusion in OCD beyond two weeks, so the burden and fading models are illustrations.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from breaking_the_loop.weighing_the_evidence import clopper_pearson, normal_cdf
from breaking_the_loop.weighing_the_evidence.designs import SD
from looplab.errors import ModelError
from looplab.model.declare import Input, Parameter, formula
from looplab.model.maths import exp, floor, log, maximum, minimum, sqrt, where

WEEK = 7.0
"""Days."""

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
    label="noticeable change counted in per cent (1) or in points (0)",
    default=0,
    low=0,
    high=1,
    step=1,
    source="cohen2024_mid gives both forms: 4.9 points and 24 %",
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
MID_SHARE = 0.24
REMISSION_SCORE = 12.0
CLOCKS = ("separation", "noticeable", "response", "remission", "durable")


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
    symbols={"relief": "c(t)", "score": r"\mu(t)", "share": r"c(t)/E"},
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
    m.separation_points = (1.959963984540054 + m.power_z) * m.sd * sqrt(2 / m.n_per_arm)
    m.noticeable_points = where(m.mid_in_per_cent, MID_SHARE * m.baseline, MID_POINTS)
    m.response_points = m.response_fall * m.baseline
    m.remission_points = maximum(m.baseline - REMISSION_SCORE, 0)
    _clock(m, "separation", m.separation_points)
    _clock(m, "noticeable", m.noticeable_points)
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
        "share_noticeable": r"P_{\text{MID}}",
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
    m.share_noticeable = share_past(1, MID_POINTS)
    m.share_remission = normal_cdf((REMISSION_SCORE - m.visit_mean) / m.visit_sd)


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


def logarithmic_gain(week, gain: float = 0.91, at_week: float = 2.0):
    """The gain b ln(1 + t) through one known point. Shown only to say that it fits neither pool."""
    return gain / math.log1p(at_week) * np.log1p(week)


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

    points = (norm.ppf(0.975) + norm.ppf(power)) * sd * np.sqrt(2 / np.asarray(n_per_arm, float))
    return time_to_reach(points, full_effect, tau)


@formula(
    parameters=[FULL_EFFECT, TAU, N_PER_ARM, SD, POWER_Z],
    inputs=[Input("week", "t", "week of the visit", "weeks")],
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
    m.needed = 2 * ((1.959963984540054 + m.power_z) * m.sd / m.gap) ** 2
    m.detectable = (1.959963984540054 + m.power_z) * m.sd * sqrt(2 / m.n_per_arm)
    m.share = m.detectable / m.full_effect
    m.separates = where(m.share < 1, 1, 0)
    m.first_week = where(m.share < 1, -m.tau * log(1 - where(m.share < 1, m.share, 0)), 0)


CURVE_A = (5.1875, 10.369)
"""E (points) and tau (weeks) through week 2 and soomro2008_cochrane placed at week 10."""

CURVE_B = (3.0457, 5.6347)
"""E (points) and tau (weeks) through week 2 and cohen2025_ipd placed at week 11.5."""


@dataclass(frozen=True)
class Fading:
    """What is believed about the fading time of responses (an illustration).

    `tau` (days) is the grid and `mass` the probability of each of its points; `start` the grid of
    the initial response probability and `joint` the probabilities of shape (tau, start).
    """

    tau: np.ndarray
    start: np.ndarray
    joint: np.ndarray

    @property
    def mass(self) -> np.ndarray:
        return self.joint.sum(axis=1)

    def quantile(self, probability):
        """Quantiles of the fading time, days."""
        # A sum that ends at the boundary itself must not be past it by its last bit.
        return self.tau[np.searchsorted(np.cumsum(self.mass) + 1e-12, probability)]

    @property
    def bits(self) -> float:
        """Information gained about the fading time over the prior."""
        mass = self.mass[self.mass > 0]
        return float(mass @ np.log2(mass * self.tau.size))

    def still_responding(self, day):
        """The expected share of responders at `day` (array allowed)."""
        kept = np.exp(-np.asarray(day, float)[..., None] / self.tau)
        return kept @ (self.joint @ self.start)


def fading_posterior(visits: Sequence[tuple[int, int, float]] = ((4, 8, 7.0),)) -> Fading:
    """Belief about fading after visits (responders, patients, day); an empty sequence is the prior.

    Model: P(responder at t) = p0 exp(-t/tau), p0 uniform on 0 to 1, tau log-uniform on 1 to 365
    days, binomial counts. Raises `ModelError` for impossible counts.
    """
    tau = np.exp(np.linspace(0, math.log(365), 1201))
    start = (np.arange(800) + 0.5) / 800
    log_likelihood = np.zeros((tau.size, start.size))
    for k, n, day in visits:
        clopper_pearson(k, n)
        rate = np.exp(-day / tau)[:, None] * start
        log_likelihood += k * np.log(rate) + (n - k) * np.log1p(-rate)
    weight = np.exp(log_likelihood - log_likelihood.max())
    return Fading(tau, start, weight / weight.sum())


def relapse_hazard(share, weeks):
    """The constant hazard per week at which `share` has relapsed after `weeks`."""
    return -np.log1p(-np.asarray(share, float)) / weeks


def half_life(share, weeks):
    """Weeks until half would have relapsed, at the constant hazard of `relapse_hazard`.

    Infinite where nobody relapsed.
    """
    with np.errstate(divide="ignore"):
        return (math.log(2) / relapse_hazard(share, weeks))[()]


def half_life_limits(k: int, n: int, weeks: float) -> tuple[float, float]:
    """95 % limits of the half-life (weeks) after `k` of `n` relapsed: the upper limit of the
    proportion gives the lower half-life."""
    lower, upper = clopper_pearson(k, n)
    return float(half_life(upper, weeks)), float(half_life(lower, weeks))


RELAPSED_SHARE = Parameter(
    name="relapsed_share",
    symbol="p",
    label="share relapsed at the end of the follow-up",
    default=4 / 33,
    low=0.01,
    high=0.99,
    step=0.01,
    source="simpson2004_relapse: 4 of 33 twelve weeks after exposure therapy ended",
    status="measured",
)
FOLLOWED_WEEKS = Parameter(
    name="followed_weeks",
    symbol="w",
    label="length of follow-up",
    default=12,
    low=4,
    high=52,
    step=1,
    unit="weeks",
    source="simpson2004_relapse",
    status="measured",
)


@formula(
    parameters=[RELAPSED_SHARE, FOLLOWED_WEEKS],
    inputs=[Input("week", "t", "weeks since stopping", "weeks")],
    symbols={"hazard": "h", "half": r"t_{1/2}", "relapsed": "R(t)"},
)
def after_stopping(m):
    """Relapse after stopping, if the hazard never changes (assumption): the share by a week."""
    m.hazard = -log(1 - m.relapsed_share) / m.followed_weeks
    m.half = math.log(2) / m.hazard
    m.relapsed = 1 - exp(-m.hazard * m.week)


FOLLOWED = Parameter(
    name="followed",
    symbol="n",
    label="size of the group",
    default=33,
    low=10,
    high=500,
    step=1,
    unit="people",
    source="simpson2004_relapse: 33 who had had exposure therapy",
    status="measured",
)


@formula(
    parameters=[RELAPSED_SHARE, FOLLOWED, FOLLOWED_WEEKS],
    symbols={
        "centre": r"\hat{p}",
        "margin": "m",
        "lowest_share": "p_{-}",
        "highest_share": "p_{+}",
        "half": r"t_{1/2}",
        "shortest": r"t_{1/2}^{-}",
        "longest": r"t_{1/2}^{+}",
    },
)
def half_life_interval(m):
    """The half-life of well-being after stopping, with limits from Wilson's interval of the share.

    Wilson's interval has a closed form, and lies close to the exact one of `half_life_limits`. The
    hazard is taken as constant (assumption).
    """
    z = 1.959963984540054
    m.centre = (m.relapsed_share + z**2 / (2 * m.followed)) / (1 + z**2 / m.followed)
    variance = m.relapsed_share * (1 - m.relapsed_share) / m.followed + (z / (2 * m.followed)) ** 2
    m.margin = z * sqrt(variance) / (1 + z**2 / m.followed)
    m.lowest_share = m.centre - m.margin
    m.highest_share = m.centre + m.margin
    m.half = -math.log(2) * m.followed_weeks / log(1 - m.relapsed_share)
    m.shortest = -math.log(2) * m.followed_weeks / log(1 - m.highest_share)
    m.longest = -math.log(2) * m.followed_weeks / log(1 - m.lowest_share)


def _illustration(name, symbol, label, default, low, high, step, unit, source, status="assumed"):
    return Parameter(name, symbol, label, default, low, high, step, source, status, unit)


FAST = (
    _illustration(
        "fast_effect",
        "E_f",
        "relief one dose could reach",
        8.1,
        2.0,
        15.0,
        0.1,
        "points",
        "illustration; kwan2024_ma, pooled, mixes uncontrolled studies",
        "published",
    ),
    _illustration(
        "fast_onset",
        r"\tau_{on}",
        "time constant of the start",
        2.0,
        0.5,
        72.0,
        0.5,
        "hours",
        "illustration",
    ),
    _illustration(
        "fast_fading",
        r"\tau_{off}",
        "fading time of one dose",
        20.2,
        1.0,
        365.0,
        0.1,
        "days",
        "illustration; salloum2020: depression, not OCD",
    ),
    _illustration("doses", "D", "fast doses", 1, 1, 26, 1, "", "illustration, not a schedule"),
    _illustration(
        "interval",
        "d",
        "time between doses",
        14.0,
        2.0,
        90.0,
        0.5,
        "days",
        "illustration, not a schedule",
    ),
)
SLOW = (
    _illustration(
        "slow_effect",
        "E_s",
        "relief in the long run",
        6.75,
        2.0,
        15.0,
        0.05,
        "points",
        "derived from costa2012_fluoxetine; no placebo arm",
        "published",
    ),
    _illustration(
        "slow_tau",
        r"\tau_s",
        "time constant of the improvement",
        28 / math.log(3),
        1.0,
        84.0,
        0.01,
        "days",
        "derived from costa2012_fluoxetine; no placebo arm",
        "published",
    ),
    _illustration(
        "stop_day",
        "t_s",
        "slow treatment stops after",
        364.0,
        1.0,
        364.0,
        1.0,
        "days",
        "illustration",
    ),
    _illustration(
        "relapse_tau",
        r"\tau_r",
        "time constant of the loss after stopping",
        228.9,
        20.0,
        1000.0,
        0.1,
        "days",
        "derived from fineberg2007_relapse; treats share relapsed as mean lost",
    ),
)
PLACEBO = (
    _illustration(
        "placebo_effect",
        "E_p",
        "relief of a placebo-like course",
        3.0,
        0.0,
        6.0,
        0.1,
        "points",
        "illustration",
    ),
    _illustration(
        "placebo_tau",
        r"\tau_p",
        "time constant of a placebo-like course",
        14.0,
        1.0,
        84.0,
        1.0,
        "days",
        "illustration",
    ),
)
DAY = Input("day", "t", "days since the start", "days")


@formula(parameters=FAST, inputs=[DAY], symbols={"peak": "t^{*}", "relief": "b(t)"})
def fast_relief(m):
    """Relief from one or more doses of something fast that fades (illustration).

    Doses do not add up: relief is that of the best dose given so far. One dose rises to a single
    peak, so only two doses can be the best: the last one already past it, and the next.
    """
    m.onset_days = m.fast_onset / 24
    m.peak = m.onset_days * log(1 + m.fast_fading / m.onset_days)
    m.latest = minimum(m.doses - 1, floor(m.day / m.interval))
    m.past_peak = minimum(maximum(floor((m.day - m.peak) / m.interval), 0), m.latest)
    m.rising = minimum(m.past_peak + 1, m.latest)
    m.older = m.day - m.past_peak * m.interval
    m.newer = m.day - m.rising * m.interval

    def one_dose(days):
        return (1 - exp(-days / m.onset_days)) * exp(-days / m.fast_fading)

    m.relief = m.fast_effect * maximum(one_dose(m.older), one_dose(m.newer))


@formula(parameters=SLOW, inputs=[DAY], symbols={"relief": "b(t)"})
def slow_relief(m):
    """Relief from something slow that lasts, with a gradual loss once it stops (illustration)."""
    m.treated = minimum(m.day, m.stop_day)
    m.stopped = m.day - m.treated
    m.relief = m.slow_effect * (1 - exp(-m.treated / m.slow_tau)) * exp(-m.stopped / m.relapse_tau)


@formula(parameters=PLACEBO, inputs=[DAY], symbols={"relief": "b(t)"})
def placebo_relief(m):
    """A placebo-like course (illustration), to subtract from the uncontrolled ones."""
    m.relief = m.placebo_effect * (1 - exp(-m.day / m.placebo_tau))


def mean_single_relief(horizon, effect, onset_days, fading_days):
    """Mean relief over `horizon` days of a single dose, in closed form (points)."""
    both = 1 / (1 / onset_days + 1 / np.asarray(fading_days, float))
    lasting = fading_days * -np.expm1(-horizon / np.asarray(fading_days, float))
    return effect / horizon * (lasting + both * np.expm1(-horizon / both))


def mean_slow_relief(horizon, effect, tau, stop_day=math.inf, relapse_tau=228.9):
    """Mean relief over `horizon` days of a slow course stopped at `stop_day`, in closed form."""
    stop = min(stop_day, horizon)
    at_stop = -effect * math.expm1(-stop / tau)
    treated = effect * (stop + tau * math.expm1(-stop / tau))
    lost = -at_stop * relapse_tau * math.expm1(-(horizon - stop) / relapse_tau)
    return (treated + lost) / horizon


def mean_repeated_relief(horizon: float, model=fast_relief, step: float = 0.02, **parameters):
    """Mean relief over `horizon` days of repeated doses, by the trapezoid rule (points)."""
    day = np.linspace(0, horizon, round(horizon / step) + 1)
    return float(np.trapezoid(model.evaluate(day=day, **parameters)["relief"], day) / horizon)


RELAPSE_AFTER_EXPOSURE = 12 * WEEK / -math.log1p(-4 / 33)
"""Days; derived from simpson2004_relapse, 4 of 33 in twelve weeks."""

RELAPSE_AFTER_TABLETS = 24 * WEEK / -math.log1p(-0.52)
"""Days; derived from fineberg2007_relapse, 52 % in 24 weeks."""

_TABLETS = {"effect": 6.75, "tau": 28 / math.log(3), "relapse_tau": RELAPSE_AFTER_TABLETS}
_EXPOSURE = {"effect": 10.7, "relapse_tau": RELAPSE_AFTER_EXPOSURE}


def _single(fading):
    return lambda horizon: float(mean_single_relief(horizon, 8.1, 2 / 24, fading))


SCENARIOS: dict[str, Callable[[float], float]] = {
    "one dose, fading in 7 days": _single(7.0),
    "one dose, fading in 20.2 days": _single(20.2),
    "one dose, fading in 60 days": _single(60.0),
    "six doses in three weeks, then none": lambda horizon: mean_repeated_relief(
        horizon, doses=6, interval=3.5
    ),
    "a dose every two weeks throughout": lambda horizon: mean_repeated_relief(
        horizon, doses=math.ceil(horizon / 14), interval=14.0
    ),
    "tablets continued": lambda horizon: mean_slow_relief(horizon, **_TABLETS),
    "tablets stopped at week 12": lambda horizon: mean_slow_relief(
        horizon, **_TABLETS, stop_day=84
    ),
    "weekly exposure to week 12": lambda horizon: mean_slow_relief(
        horizon, **_EXPOSURE, tau=28, stop_day=84
    ),
    "four-day exposure": lambda horizon: mean_slow_relief(horizon, **_EXPOSURE, tau=2, stop_day=4),
    "placebo-like course": lambda horizon: mean_slow_relief(horizon, 3.0, 14.0),
}
"""Mean relief in points over a horizon in days, for each course that is compared (illustrations).

All but the last start from uncontrolled changes: they share placebo response and are not
comparable as efficacy. Exposure: size from veale2016, 19 residential or inpatient programmes.
"""


def crossing_days(fading: float = 20.2) -> tuple[float, float]:
    """When the tablet course overtakes one dose: on the day itself, and in relief added up."""

    def ahead(day):
        fast = 8.1 * -math.expm1(-day * 12) * math.exp(-day / fading)
        return fast + _TABLETS["effect"] * math.expm1(-day / _TABLETS["tau"])

    def ahead_in_total(day):
        slow = mean_slow_relief(day, **_TABLETS)
        return float(mean_single_relief(day, 8.1, 2 / 24, fading)) - slow

    return optimize.brentq(ahead, 1, 364), optimize.brentq(ahead_in_total, 1, 364)


def break_even_fading(effect: float, horizon: float) -> float:
    """The fading time (days) at which one dose gives as much as continued tablets over `horizon`.

    Infinite where no fading time is slow enough. Raises `ModelError` unless both are above 0.
    """
    if effect <= 0 or horizon <= 0:
        raise ModelError(
            f"effect = {effect:g} points and horizon = {horizon:g} days: both must be above 0."
        )
    target = mean_slow_relief(horizon, **_TABLETS)

    def short(log_fading):
        one = mean_single_relief(horizon, effect, 2 / 24, math.exp(log_fading))
        return float(one) - target

    longest = math.log(1e7)
    return math.exp(optimize.brentq(short, 0, longest)) if short(longest) > 0 else math.inf
