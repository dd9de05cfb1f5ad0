"""How long a response lasts: what visits can teach about it (an illustration).

Nothing controlled follows a single ketamine infusion in OCD beyond one week, so its fading time is
not known.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import binom

from breaking_the_loop.evidence.counts import clopper_pearson


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


def fading_posterior(
    visits: Sequence[tuple[int, int, float]] = ((4, 8, 7.0),), points: tuple[int, int] = (1201, 800)
) -> Fading:
    """Belief about fading after visits (responders, patients, day); an empty sequence is the prior.

    Model: P(responder at t) = p0 exp(-t/tau), p0 uniform on 0 to 1, tau log-uniform on 1 to 365
    days, binomial counts. `points` is the size of the grid. Raises `ModelError` for impossible
    counts.
    """
    tau = np.exp(np.linspace(0, math.log(365), points[0]))
    start = (np.arange(points[1]) + 0.5) / points[1]
    log_likelihood = np.zeros((tau.size, start.size))
    for k, n, day in visits:
        clopper_pearson(k, n)
        rate = np.exp(-day / tau)[:, None] * start
        log_likelihood += k * np.log(rate) + (n - k) * np.log1p(-rate)
    weight = np.exp(log_likelihood - log_likelihood.max())
    return Fading(tau, start, weight / weight.sum())


SEEN = (4, 8, 7.0)
"""All that is published: responders, people, day (rodriguez2013_rct)."""


@dataclass(frozen=True)
class Visit:
    """One more visit: on `day`, of `people` new people, or of the same eight (`people` 0)."""

    people: int
    day: float

    def chances(self, belief: Fading) -> np.ndarray:
        """The chance of each count of responders, at each fading time: shape (tau, count).

        Of the same eight, each of the four responders is still one with the probability that the
        fading gives, and the others stay non-responders (assumption).
        """
        if not self.people:
            k, _, first = SEEN
            kept = np.exp(-(self.day - first) / belief.tau)[:, None]
            return binom.pmf(np.arange(k + 1), k, kept)
        rate = np.exp(-self.day / belief.tau)[:, None] * belief.start
        given_tau = belief.joint / belief.mass[:, None]
        up, down = np.log(rate), np.log1p(-rate)
        ways = [math.lgamma(self.people + 1) - math.lgamma(k + 1) - math.lgamma(self.people - k + 1)
                for k in range(self.people + 1)]  # fmt: skip
        return np.stack(
            [
                (given_tau * np.exp(way + k * up + (self.people - k) * down)).sum(axis=1)
                for k, way in enumerate(ways)
            ],
            axis=1,
        )


@dataclass(frozen=True)
class Outcomes:
    """What a visit may teach: arrays over its possible counts of responders.

    `chance` of each count, `bits` learned from it (negative where belief grows wider), and
    `limits`, the 2.5, 50 and 97.5 % quantiles of the fading time after it (days).
    """

    chance: np.ndarray
    bits: np.ndarray
    limits: np.ndarray

    @property
    def expected_bits(self) -> float:
        return float(self.chance @ self.bits)


def outcomes(visit: Visit, points: tuple[int, int] = (401, 400)) -> Outcomes:
    """What `visit` teaches about the fading time beyond `SEEN`: exact sums over all its counts."""
    belief = fading_posterior((SEEN,), points)
    chances = visit.chances(belief)
    chance = belief.mass @ chances
    after = belief.mass[:, None] * chances / chance
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = -np.nansum(np.where(after > 0, after * np.log2(after), 0), axis=0)
    before = -float(belief.mass @ np.log2(belief.mass))
    reached = np.cumsum(after, axis=0)
    limits = [belief.tau[(reached < q).sum(axis=0)] for q in (0.025, 0.5, 0.975)]
    return Outcomes(chance, before - entropy, np.stack(limits, axis=1))
