"""Pooling trials with random effects, step by step, so that a reader can take trials out.

The method is that of DerSimonian & Laird (1986); the wider interval is that of Hartung and Knapp
(Hartung & Knapp 2001). Several comparisons of one trial are averaged first.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy import stats

from breaking_the_loop.evidence.compared import Comparison
from looplab.model.declare import Input, formula
from looplab.model.maths import maximum, minimum, sqrt, where

WITHIN = 0.5
"""Correlation that is assumed between two comparisons of the same trial."""
_TINY = 1e-12


def by_trial(rows: Iterable[Comparison], value: str = "g") -> dict[str, tuple[float, float]]:
    """Mean and variance of each trial's comparisons in `value`, "g" or "points".

    Comparisons without that value are left out.
    """
    trials: dict[str, list[tuple[float, float]]] = {}
    for row in rows:
        size, se = getattr(row, value), getattr(row, f"{value}_se")
        if size is not None and se is not None:
            trials.setdefault(row.study, []).append((size, se))
    return {
        name: (float(np.mean([size for size, _ in each])), _variance([se for _, se in each]))
        for name, each in trials.items()
    }


def _variance(errors):
    """The variance of a mean of correlated estimates."""
    errors = np.asarray(errors)
    shared = WITHIN * np.outer(errors, errors) + (1 - WITHIN) * np.diag(errors**2)
    return float(shared.sum() / len(errors) ** 2)


@formula(
    inputs=[
        Input("kept", "k_i", "1 where a trial is taken in"),
        Input("size", "y_i", "difference in a trial"),
        Input("variance", "v_i", "its variance"),
    ],
    symbols={"weight": "w_i", "weighted": "w_iy_i", "squared": "w_i^2"},
)
def alone(m):
    """Each trial's weight if all of them estimated one and the same number."""
    m.weight = m.kept / m.variance
    m.weighted = m.weight * m.size
    m.squared = m.weight * m.weight


@formula(
    inputs=[
        Input("size", "y_i", "difference in a trial"),
        Input("weight", "w_i", "its weight"),
        Input("total", r"\sum w", "sum of the weights"),
        Input("total_weighted", r"\sum wy", "sum of weight times difference"),
    ],
    symbols={"apart": "q_i"},
)
def scatter(m):
    """How far each trial lies from the mean of all, in units of its own error."""
    m.apart = m.weight * (m.size - m.total_weighted / maximum(m.total, _TINY)) ** 2


@formula(
    inputs=[
        Input("trials", "K", "trials taken in"),
        Input("total", r"\sum w", "sum of the weights"),
        Input("total_squared", r"\sum w^2", "sum of the squared weights"),
        Input("q", "Q", "sum of the scatter"),
    ],
    symbols={"between": r"\omega^2"},
)
def heterogeneity(m):
    """The variance between trials (DerSimonian & Laird 1986)."""
    m.between = where(
        m.trials >= 2,
        maximum(0, m.q - m.trials + 1)
        / maximum(m.total - m.total_squared / maximum(m.total, _TINY), _TINY),
        0,
    )


@formula(
    inputs=[
        Input("kept", "k_i", "1 where a trial is taken in"),
        Input("size", "y_i", "difference in a trial"),
        Input("variance", "v_i", "its variance"),
        Input("between", r"\omega^2", "variance between trials"),
    ],
    symbols={"share": "u_i", "shared": "u_iy_i"},
)
def together(m):
    """Each trial's weight once the variance between trials is added to its own."""
    m.share = m.kept / (m.variance + m.between)
    m.shared = m.share * m.size


@formula(
    inputs=[
        Input("total_share", r"\sum u", "sum of the weights"),
        Input("total_shared", r"\sum uy", "sum of weight times difference"),
    ],
    symbols={"mean": "M"},
)
def centre(m):
    """The pooled difference."""
    m.mean = m.total_shared / maximum(m.total_share, _TINY)


@formula(
    inputs=[
        Input("size", "y_i", "difference in a trial"),
        Input("share", "u_i", "its weight"),
        Input("mean", "M", "pooled difference"),
    ],
    symbols={"residual": "r_i"},
)
def away(m):
    """How far each trial lies from the pooled difference."""
    m.residual = m.share * (m.size - m.mean) ** 2


@formula(
    inputs=[
        Input("trials", "K", "trials taken in"),
        Input("mean", "M", "pooled difference"),
        Input("total_share", r"\sum u", "sum of the weights"),
        Input("left", "R", "sum of what the trials are away from it"),
        Input("few", "h", "1 for the interval that minds how few trials there are"),
        Input("quantile", "t_K", "97.5 % quantile of Student's t with K-1 degrees of freedom"),
    ],
    symbols={"se": "SE", "low": "M_-", "high": "M_+"},
)
def limits(m):
    """The 95 % interval of the pooled difference."""
    m.any = minimum(1, m.trials)
    m.usual = m.any / sqrt(maximum(m.total_share, _TINY))
    m.minding = sqrt(maximum(m.left, 0) / maximum(m.trials - 1, 1)) * m.usual
    m.se = where(m.few * m.trials >= 2, m.minding, m.usual)
    m.reach = where(m.few * m.trials >= 2, m.quantile, stats.norm.ppf(0.975)) * m.se
    m.low = m.mean - m.reach
    m.high = m.mean + m.reach


QUANTILES = np.array([0.0, 0.0, *stats.t.ppf(0.975, np.arange(1, 60))])
"""By the number of trials; none is needed for none or one."""


def pool(sizes, variances, few: bool = False) -> dict[str, float]:
    """Pooled difference of trials (`mean`, `low`, `high`) and the variance `between` them.

    `few` asks for the interval of Hartung and Knapp.
    """
    sizes, variances = (np.asarray(each, float) for each in (sizes, variances))
    kept, count = np.ones(len(sizes)), len(sizes)
    first = alone.evaluate(kept=kept, size=sizes, variance=variances)
    total = first["weight"].sum()
    q = scatter.evaluate(
        size=sizes, weight=first["weight"], total=total, total_weighted=first["weighted"].sum()
    )["apart"].sum()
    between = heterogeneity.evaluate(
        trials=count, total=total, total_squared=first["squared"].sum(), q=q
    )["between"]
    mixed = together.evaluate(kept=kept, size=sizes, variance=variances, between=between)
    share, whole = mixed["share"], mixed["share"].sum()
    mean = centre.evaluate(total_share=whole, total_shared=mixed["shared"].sum())["mean"]
    left = away.evaluate(size=sizes, share=share, mean=mean)["residual"].sum()
    ends = limits.evaluate(
        trials=count, mean=mean, total_share=whole, left=left, few=float(few),
        quantile=QUANTILES[count],
    )  # fmt: skip
    found = {"mean": mean, "low": ends["low"], "high": ends["high"], "between": between}
    return {name: float(value) for name, value in found.items()}
