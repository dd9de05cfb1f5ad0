"""How long a response lasts: what visits can teach about it (an illustration).

Nothing controlled follows a single ketamine infusion in OCD beyond one week, so its fading time is
not known.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

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
