"""Exact inference from counts: tests, intervals, beliefs, and repeats by enumeration.

Exact tests come from SciPy, intervals for differences from statsmodels.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
from scipy import integrate, optimize, special, stats

from looplab.errors import ModelError


def clopper_pearson(k, n, confidence: float = 0.95):
    """Exact limits (lower, upper) of a proportion from `k` of `n`; arrays broadcast.

    Source: clopper1934, as beta quantiles. Raises `ModelError` unless 0 <= k <= n and n > 0.
    """
    k, n = np.broadcast_arrays(np.asarray(k, float), np.asarray(n, float))
    wrong = ~((k >= 0) & (k <= n) & (n > 0))
    if wrong.any():
        raise ModelError(
            f"{k[wrong][0]:g} of {n[wrong][0]:g} is no proportion: k must lie between 0 and n, "
            "and n above 0."
        )
    tail = (1 - confidence) / 2
    with np.errstate(invalid="ignore"):
        lower = np.where(k == 0, 0.0, stats.beta.ppf(tail, k, n - k + 1))
        upper = np.where(k == n, 1.0, stats.beta.ppf(1 - tail, k + 1, n - k))
    return lower, upper


@dataclass(frozen=True)
class Comparison:
    """Two arms compared in several defensible ways; p-values are two-sided unless they say so.

    Intervals are 95 % (lower, upper) for the difference of the proportions.
    """

    fisher: float
    fisher_one_sided: float
    fisher_mid_p: float
    boschloo: float
    barnard: float
    difference: float
    newcombe: tuple[float, float]
    agresti_caffo: tuple[float, float]


def compare_arms(k1: int, n1: int, k2: int, n2: int) -> Comparison:
    """Exact tests and intervals for `k1` of `n1` against `k2` of `n2`.

    Raises `ModelError` for impossible counts.
    """
    # Imported here because statsmodels takes a second that a simulation need not pay.
    from statsmodels.stats.proportion import confint_proportions_2indep

    clopper_pearson([k1, k2], [n1, n2])
    table = [[k1, k2], [n1 - k1, n2 - k2]]
    margin = stats.hypergeom(n1 + n2, k1 + k2, n1)
    chances = margin.pmf(np.arange(max(0, k1 + k2 - n2), min(n1, k1 + k2) + 1))
    observed = margin.pmf(k1)
    equal = np.isclose(chances, observed, rtol=1e-9)
    smaller = chances[(chances < observed) & ~equal].sum()

    def interval(method):
        limits = confint_proportions_2indep(k1, n1, k2, n2, method=method, compare="diff")
        return tuple(map(float, limits))

    return Comparison(
        fisher=float(stats.fisher_exact(table).pvalue),
        fisher_one_sided=float(stats.fisher_exact(table, alternative="greater").pvalue),
        fisher_mid_p=float(smaller + chances[equal].sum() / 2),
        boschloo=float(stats.boschloo_exact(table).pvalue),
        barnard=_barnard(k1, n1, k2, n2),
        difference=k1 / n1 - k2 / n2,
        newcombe=interval("newcomb"),
        agresti_caffo=interval("agresti-caffo"),
    )


def _barnard(k1, n1, k2, n2):
    # Not SciPy's: it compares the statistics of mirrored outcomes as floating-point numbers and
    # so drops outcomes as extreme as the observed one (0.0384 instead of 0.0394 for 4/8 and 0/7).
    first, second = np.arange(n1 + 1)[:, None], np.arange(n2 + 1)
    pooled = (first + second) / (n1 + n2)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    gap = np.abs(first / n1 - second / n2)
    z = np.divide(gap, spread, out=np.zeros_like(gap), where=spread > 0)
    return largest_size(z >= z[k1, k2] * (1 - 1e-9))


def posterior(k: int, n: int, a: float = 1.0, b: float = 1.0):
    """What is believed about a rate after `k` of `n`, from a Beta(a, b) prior: a SciPy beta."""
    clopper_pearson(k, n)
    return stats.beta(a + k, b + n - k)


def probability_higher(k1: int, n1: int, k2: int, n2: int, a: float = 1.0, b: float = 1.0) -> float:
    """The posterior probability that the first rate is the higher one, equal Beta(a, b) priors."""
    first, second = posterior(k1, n1, a, b), posterior(k2, n2, a, b)
    centres = [first.mean(), second.mean()]
    value, _ = integrate.quad(
        lambda p: first.pdf(p) * second.cdf(p), 0, 1, points=centres, limit=200
    )
    return float(value)


def upper_limit_after_none(n, confidence: float = 0.95):
    """One-sided exact upper limit of a rate when none of `n` had the event."""
    return 1 - (1 - confidence) ** (1 / np.asarray(n, float))


def patients_to_see_one(rate: float, confidence: float = 0.95) -> int:
    """How many patients show at least one event of this rate with this probability."""
    if not 0 < rate < 1:
        raise ModelError(f"rate = {rate:g}: choose a rate between 0 and 1, both excluded.")
    return math.ceil(math.log(1 - confidence) / math.log(1 - rate))


def homogeneity(k, n) -> float:
    """Exact p-value that all groups share one rate (Freeman-Halton, all margins fixed)."""
    k, n = np.asarray(k), np.asarray(n)
    clopper_pearson(k, n)
    total = int(k.sum())
    free = itertools.product(*(range(min(size, total) + 1) for size in n[:-1]))
    tables = [(*first, total - sum(first)) for first in free if 0 <= total - sum(first) <= n[-1]]
    chances = stats.multivariate_hypergeom.pmf(tables, m=n, n=total)
    observed = stats.multivariate_hypergeom.pmf(k, m=n, n=total)
    return float(chances[chances <= observed * (1 + 1e-9)].sum())


def most_likely_conflict(k1: int, n1: int, k2: int, n2: int) -> tuple[float, float]:
    """The largest joint chance of ">= k1 of n1" and "<= k2 of n2" under one common rate.

    Returns (chance, the rate at which it is largest).
    """

    def unlikely(rate):
        return -stats.binom.sf(k1 - 1, n1, rate) * stats.binom.cdf(k2, n2, rate)

    best = optimize.minimize_scalar(unlikely, bounds=(0, 1), method="bounded")
    return float(-best.fun), float(best.x)


@dataclass(frozen=True)
class Hierarchy:
    """Several groups as draws from one population of rates, on a grid of (mean, correlation)."""

    mean: np.ndarray
    correlation: np.ndarray
    weight: np.ndarray

    def summary(self, values: np.ndarray) -> tuple[float, float, float]:
        """Posterior mean and 95 % interval of a quantity given on the grid."""
        order = np.argsort(values, axis=None)
        values, weight = values.ravel()[order], self.weight.ravel()[order]
        # A sum that ends at the boundary itself must not be past it by its last bit.
        edges = values[np.searchsorted(np.cumsum(weight) + 1e-12, [0.025, 0.975])]
        return float(values @ weight), float(edges[0]), float(edges[1])

    def next_rate_below(self, rate: float) -> float:
        """The probability that the next group's true rate is below `rate`."""
        spread = 1 / self.correlation - 1
        kept = self.weight > 1e-10
        a, b = (self.mean * spread)[kept], ((1 - self.mean) * spread)[kept]
        return float(special.betainc(a, b, rate) @ self.weight[kept] / self.weight[kept].sum())

    def next_rate(self, probability: float) -> float:
        """The quantile of the next group's true rate."""
        return float(
            optimize.brentq(lambda p: self.next_rate_below(p) - probability, 0, 1, xtol=1e-12)
        )


def hierarchical(k, n, points: int = 300) -> Hierarchy:
    """Beta-binomial groups with uniform priors on the mean rate and the intraclass correlation."""
    clopper_pearson(k, n)
    middle = (np.arange(points) + 0.5) / points
    mean, correlation = np.meshgrid(middle, middle, indexing="ij")
    spread = 1 / correlation - 1
    likelihood = np.ones_like(mean)
    for successes, size in zip(k, n, strict=True):
        likelihood *= stats.betabinom.pmf(successes, size, mean * spread, (1 - mean) * spread)
    return Hierarchy(mean, correlation, likelihood / likelihood.sum())


def matching_counts(reported: float, n: int, decimals: int) -> list[int]:
    """Every k for which k/n rounds to the reported proportion (the GRIM check, brown2017).

    An empty list says that the percentage cannot come from `n`: usually another denominator.
    """
    k = np.arange(n + 1)
    near = np.abs(k / n - reported) <= 0.5 * 10.0**-decimals + 1e-12
    return [int(value) for value in k[near]]


def matching_sizes(reported: float, decimals: int, smallest: int, largest: int) -> list[int]:
    """Every group size from `smallest` to `largest` that could give the reported proportion."""
    sizes = range(smallest, largest + 1)
    return [n for n in sizes if matching_counts(reported, n, decimals)]


@dataclass(frozen=True)
class Replication:
    """What a repeat of the trial would show, by enumeration of all outcomes.

    Arrays of the broadcast shape of the true rates. `mean_difference` and `exaggeration` are
    those of the repeats that are significant in the direction of the first arm.
    """

    as_extreme: np.ndarray
    difference_as_large: np.ndarray
    significant: np.ndarray
    significant_in_favour: np.ndarray
    mean_difference: np.ndarray
    exaggeration: np.ndarray
    first_higher: np.ndarray
    total: np.ndarray


def replicate(rate1, rate2, k1: int = 4, n1: int = 8, k2: int = 0, n2: int = 7) -> Replication:
    """Chances of each outcome of a repeat, when the true rates are `rate1` and `rate2`.

    Significant means Fisher's two-sided p at most 0.05. `as_extreme` is at least `k1` in the first
    arm with at most `k2` in the second.
    """
    rate1, rate2 = np.broadcast_arrays(np.asarray(rate1, float), np.asarray(rate2, float))
    first, second = np.arange(n1 + 1), np.arange(n2 + 1)
    chance = stats.binom.pmf(first[:, None], n1, rate1[..., None, None]) * stats.binom.pmf(
        second, n2, rate2[..., None, None]
    )
    difference = first[:, None] / n1 - second / n2
    p_values = fisher_grid(n1, n2)
    significant = p_values <= 0.05
    favour = significant & (difference > 0)

    def share(outcomes):
        return (chance * outcomes).sum(axis=(-2, -1))

    extreme = (first[:, None] >= k1) & (second <= k2)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_difference = share(favour * difference) / share(favour)
        exaggeration = mean_difference / (rate1 - rate2)
    return Replication(
        as_extreme=share(extreme),
        difference_as_large=share(difference >= k1 / n1 - k2 / n2 - 1e-12),
        significant=share(significant),
        significant_in_favour=share(favour),
        mean_difference=mean_difference,
        exaggeration=exaggeration,
        first_higher=share(difference > 0),
        total=share(np.ones_like(difference)),
    )


def fisher_grid(n1: int, n2: int) -> np.ndarray:
    """Fisher's two-sided p for every outcome, shape (n1 + 1, n2 + 1)."""
    return np.array(
        [
            [stats.fisher_exact([[a, b], [n1 - a, n2 - b]]).pvalue for b in range(n2 + 1)]
            for a in range(n1 + 1)
        ]
    )


def largest_size(rejected: np.ndarray) -> float:
    """The largest false-positive rate of a test over all common rates.

    `rejected`: booleans of shape (n1 + 1, n2 + 1), one for each outcome.
    """
    n1, n2 = np.array(rejected.shape) - 1
    rates = np.linspace(0, 1, 1001)[:, None]
    first = stats.binom.pmf(np.arange(n1 + 1), n1, rates)
    second = stats.binom.pmf(np.arange(n2 + 1), n2, rates)
    return float(np.einsum("ri,ij,rj->r", first, rejected.astype(float), second).max())
