"""After stopping: how soon people relapse, if the rate never changes (assumption)."""

from __future__ import annotations

import math

import numpy as np

from breaking_the_loop.evidence.counts import clopper_pearson
from looplab.model.declare import Input, Parameter, formula
from looplab.model.maths import exp, log, minimum


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
    inputs=[Input("week", "t", "time since stopping", "weeks")],
    symbols={"hazard": "h", "half": r"t_{1/2}", "relapsed": "R(t)"},
)
def after_stopping(m):
    """Relapse after stopping, if the hazard never changes (assumption): the share by a week."""
    m.hazard = -log(1 - m.relapsed_share) / m.followed_weeks
    m.half = math.log(2) / m.hazard
    m.relapsed = 1 - exp(-m.hazard * m.week)


SMALLEST, LARGEST = 5, 60
RELAPSED = Parameter(
    name="relapsed",
    symbol="r",
    label="how many had relapsed",
    default=4,
    low=1,
    high=LARGEST - 1,
    step=1,
    unit="people",
    source="simpson2004_relapse: 4 of 33 twelve weeks after exposure therapy ended",
    status="measured",
)
FOLLOWED = Parameter(
    name="followed",
    symbol="n",
    label="size of the group",
    default=33,
    low=SMALLEST,
    high=LARGEST,
    step=1,
    unit="people",
    source="simpson2004_relapse: 33 who had had exposure therapy",
    status="measured",
)


def exact_limits() -> np.ndarray:
    """The exact (Clopper-Pearson) limits of every share k/n, 0 < k < n, 5 <= n <= 60.

    Shape (groups, 2), in the order of `counted.group`. The limits have no closed form, so that a
    browser looks them up.
    """
    groups = [(k, n) for n in range(SMALLEST, LARGEST + 1) for k in range(1, n)]
    return np.stack(clopper_pearson(*np.transpose(groups)), axis=1)


@formula(
    parameters=[RELAPSED, FOLLOWED],
    symbols={"counted": "r", "relapsed_share": r"\hat{p}", "group": "i"},
)
def counted(m):
    """The share that had relapsed, and the place of its limits in `exact_limits`.

    Nobody and everybody give no half-life: at least one stays, whatever the reader chooses.
    """
    m.counted = minimum(m.relapsed, m.followed - 1)
    m.relapsed_share = m.counted / m.followed
    smaller = (SMALLEST - 1) * (SMALLEST - 2) / 2
    m.group = (m.followed - 1) * (m.followed - 2) / 2 - smaller + m.counted - 1


@formula(
    parameters=[RELAPSED_SHARE, FOLLOWED_WEEKS],
    inputs=[
        Input("lowest_share", "p_{-}", "lower limit of the share"),
        Input("highest_share", "p_{+}", "upper limit of the share"),
    ],
    symbols={
        "half": r"t_{1/2}",
        "shortest": r"t_{1/2}^{-}",
        "longest": r"t_{1/2}^{+}",
    },
)
def half_life_interval(m):
    """The half-life of well-being after stopping, and its limits from those of the share.

    The hazard is taken as constant (assumption).
    """
    m.half = -math.log(2) * m.followed_weeks / log(1 - m.relapsed_share)
    m.shortest = -math.log(2) * m.followed_weeks / log(1 - m.highest_share)
    m.longest = -math.log(2) * m.followed_weeks / log(1 - m.lowest_share)
