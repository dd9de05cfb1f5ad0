"""Fast but fades, slow but lasts: relief over a whole course (every number an illustration)."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy import optimize

from looplab.errors import ModelError
from looplab.model.declare import Input, Parameter, formula
from looplab.model.maths import exp, floor, log, maximum, minimum, where

WEEK = 7.0
"""Days."""


def _illustration(name, symbol, label, default, low, high, step, unit, source, status="assumed"):
    return Parameter(name, symbol, label, default, low, high, step, source, status, unit)


FAST = (
    _illustration(
        "fast_effect",
        "E_f",
        "relief one dose could reach",
        8.1,
        2.0,
        30.0,
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
    _illustration(
        "doses", "D", "fast doses (imaginary)", 1, 1, 26, 1, "", "imaginary, not a schedule"
    ),
    _illustration(
        "interval",
        r"\Delta",
        "time between doses (imaginary)",
        14.0,
        2.0,
        90.0,
        0.5,
        "days",
        "imaginary, not a schedule",
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
        "T_s",
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
DAY = Input("day", "T", "time since the start", "days")


@formula(
    parameters=FAST,
    inputs=[DAY],
    symbols={
        "onset_days": r"\tau'_{on}", "peak": "T^{*}", "latest": "j", "past_peak": "j_1",
        "rising": "j_2", "older": "a_1", "newer": "a_2", "relief": "b(T)",
    },
)  # fmt: skip
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


@formula(
    parameters=SLOW,
    inputs=[DAY],
    symbols={"treated": r"T_{\text{on}}", "stopped": r"T_{\text{off}}", "relief": "b(T)"},
)
def slow_relief(m):
    """Relief from something slow that lasts, with a gradual loss once it stops (illustration)."""
    m.treated = minimum(m.day, m.stop_day)
    m.stopped = m.day - m.treated
    m.relief = m.slow_effect * (1 - exp(-m.treated / m.slow_tau)) * exp(-m.stopped / m.relapse_tau)


@formula(parameters=PLACEBO, inputs=[DAY], symbols={"relief": "b(T)"})
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


def _single(fading, effect=8.1):
    return lambda horizon: float(mean_single_relief(horizon, effect, 2 / 24, fading))


EQUAL_SIZE = 6.75
"""Points that every course of a fair comparison could reach (that of the open SSRI course)."""

EQUAL_SIZES: dict[str, Callable[[float], float]] = {
    "fast, fades in 20.2 days": _single(20.2, EQUAL_SIZE),
    "fast, fades in 60 days": _single(60.0, EQUAL_SIZE),
    "fast, fades in 365 days": _single(365.0, EQUAL_SIZE),
    "slow, continued": lambda horizon: mean_slow_relief(horizon, **_TABLETS),
    "slow, stopped at week 12": lambda horizon: mean_slow_relief(horizon, **_TABLETS, stop_day=84),
    "learned in 12 weeks": lambda horizon: mean_slow_relief(
        horizon, **_EXPOSURE | {"effect": EQUAL_SIZE}, tau=28, stop_day=84
    ),
}
"""Mean relief in points over a horizon in days, with every course of one size (illustrations).

The losses after stopping rest on relapse in two small or selected groups.
"""

STUDY_SIZES: dict[str, Callable[[float], float]] = {
    "one dose, fading in 7 days": _single(7.0),
    "one dose, fading in 20.2 days": _single(20.2),
    "one dose, fading in 60 days": _single(60.0),
    "imaginary: a short burst, then none": lambda horizon: mean_repeated_relief(
        horizon, doses=6, interval=3.5
    ),
    "imaginary: repeated throughout": lambda horizon: mean_repeated_relief(
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
"""The same as if the sizes that studies found could be compared, which they cannot.

They are uncontrolled changes in different people and share placebo response. Exposure: size from
veale2016, 19 residential or inpatient programmes.
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


TIMES = _illustration(
    "times",
    "q",
    "how many times as large the fast one is",
    1.0,
    0.5,
    3.2,
    0.05,
    "",
    "illustration: no trial in OCD compared the two",
)
_ONSET, _TAU, _STOP, _LOSS = FAST[1], SLOW[1], SLOW[2], SLOW[3]


@formula(
    parameters=[TIMES, _ONSET, _TAU, _STOP, _LOSS],
    inputs=[Input("horizon", "H", "days over which relief is averaged", "days")],
    symbols={"slow_mean": r"\bar{b}_s", "matches": "M", "match": r"\tau^{*}"},
)
def matching_fading(m):
    """How slowly one dose would have to fade for its mean relief to equal the slow course's.

    The mean relief of one dose falls with the rate at which it fades, and bends upwards: Newton's
    rule, begun at no fading, comes nearer from one side only. `match` is in days and 0 where
    `matches` is 0: no fading is slow enough.
    """
    m.treated = minimum(m.stop_day, m.horizon)
    m.stopped = m.horizon - m.treated
    m.at_stop = 1 - exp(-m.treated / m.slow_tau)
    m.lost = m.at_stop * m.relapse_tau * (1 - exp(-m.stopped / m.relapse_tau))
    m.slow_mean = (m.treated - m.slow_tau * m.at_stop + m.lost) / m.horizon
    m.target = m.slow_mean / m.times
    m.onset_days = m.fast_onset / 24

    def mean(rate):
        both = 1 / (1 / m.onset_days + rate)
        kept = exp(-rate * m.horizon)
        value = ((1 - kept) / rate - both * (1 - exp(-m.horizon / both))) / m.horizon
        slope = ((rate * m.horizon * kept - (1 - kept)) / rate**2 + both**2) / m.horizon
        return value, slope

    # Below this rate the fading is slower than anybody follows up: called never.
    rate = 1 / NEVER
    m.most, m.slope_0 = mean(rate)
    m.matches = where(m.target < m.most, 1, 0)
    for step in range(1, 9):
        value, slope = mean(rate)
        setattr(m, f"rate_{step}", maximum(rate + (m.target - value) / slope, 1 / NEVER))
        rate = getattr(m, f"rate_{step}")
    m.match = where(m.matches, 1 / rate, 0)


NEVER = 3650.0
"""A fading time (days) that is called never: ten years."""


def break_even_fading(effect: float, horizon: float, **slow) -> float:
    """The fading time (days) at which one dose gives as much as a slow course over `horizon`.

    `slow` are arguments of `mean_slow_relief`; by default tablets, continued. Infinite where no
    fading time is slow enough. Raises `ModelError` unless both are above 0.
    """
    if effect <= 0 or horizon <= 0:
        raise ModelError(
            f"effect = {effect:g} points and horizon = {horizon:g} days: both must be above 0."
        )
    target = mean_slow_relief(horizon, **_TABLETS | slow)

    def short(log_fading):
        one = mean_single_relief(horizon, effect, 2 / 24, math.exp(log_fading))
        return float(one) - target

    longest = math.log(1e7)
    return math.exp(optimize.brentq(short, 0, longest)) if short(longest) > 0 else math.inf
