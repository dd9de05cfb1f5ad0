"""Fitting the players to records: two maps, a region, rivals and a coin (Wilson & Collins 2019).

Larger learning rates than 0.2 are left out on purpose: unstable weights would fit noise. The
likelihood is that of the published estimation code (Sakai et al. 2022) without its prior; there
gamma is 0 and the task another, made to tell the traces apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from breaking_the_loop.fit_yourself.players import (
    Record,
    opponent_along,
    two_traces_along,
)
from looplab.model.along import Surface, surface

FINE = np.round(np.linspace(0, 1, 51), 2)
COARSE = np.round(np.linspace(0, 1, 21), 2)
ALPHAS = (0.0125, 0.025, 0.05, 0.1, 0.2)
BETA_A, BETA_B = (0.05, 20.0), (0.05, 100.0)
WITHIN = 5.991
"""Twice the fall in log-likelihood that bounds the 95 % region: chi-squared, two parameters."""
UNEQUAL = 3.841
"""The same for one parameter: from here on two equal memories no longer fit."""


def likelihood_map(record: Record, alpha=None, beta=None, grid=FINE, forgetting=0.0) -> Surface:
    """The likelihood map of model A: at the `alpha` and `beta` given, or the best over both."""
    seen, free = _read(record)
    known = alpha is not None
    return surface(
        two_traces_along,
        seen,
        ("nu_plus", grid),
        ("nu_minus", grid),
        ("alpha", [alpha] if known else ALPHAS),
        beta if known else BETA_A,
        "preference",
        free,
        forgetting=forgetting,
    )


def opponent_map(record: Record, grid=COARSE, forgetting=0.0) -> Surface:
    """The likelihood of model B over the shares of its two systems, best rate and slope."""
    seen, free = _read(record)
    return surface(
        opponent_along,
        seen,
        ("rho_plus", grid),
        ("rho_minus", grid),
        ("rate", ALPHAS),
        BETA_B,
        "preference",
        free,
        forgetting=forgetting,
    )


def coin_likelihood(record: Record) -> np.ndarray:
    """The highest log-likelihood of a coin with one bias in each place, for each record."""
    _, free = _read(record)
    place, first = (np.reshape(each, free.shape) for each in (record.place, record.first))
    total = np.zeros(free.shape[1])
    for here in (0, 1):
        chosen = free * (place == here)
        count, taken = chosen.sum(axis=0), (chosen * first).sum(axis=0)
        for part in (taken, count - taken):
            share = np.divide(part, count, out=np.ones_like(part), where=(part > 0) & (count > 0))
            total += part * np.log(share)
    return total


@dataclass(frozen=True)
class Comparison:
    """The three rivals on the same records: log-likelihoods (A, B, coin), free choices, A's map."""

    likelihood: np.ndarray
    choices: np.ndarray
    traces: Surface
    free_parameters = np.array([[4], [4], [2]])

    @property
    def bic(self) -> np.ndarray:
        """Bayesian information criterion, shape (3, records); the lowest wins."""
        return -2 * self.likelihood + self.free_parameters * np.log(self.choices)

    @property
    def aic(self) -> np.ndarray:
        """Akaike information criterion, shape (3, records); the lowest wins."""
        return -2 * self.likelihood + 2 * self.free_parameters


def compare(record: Record, forgetting=0.0) -> Comparison:
    """Fit A, B and the coin to each record."""
    _, free = _read(record)
    traces = likelihood_map(record, grid=COARSE, forgetting=forgetting)
    likelihood = np.array(
        [
            traces.best,
            opponent_map(record, forgetting=forgetting).best,
            coin_likelihood(record),
        ]
    )
    return Comparison(likelihood, free.sum(axis=0), traces)


@dataclass(frozen=True)
class Recovery:
    """What fitting gives back of a known truth, over records (S)."""

    estimates: np.ndarray
    covered: np.ndarray
    flagged: np.ndarray
    region: np.ndarray


def recover(surface: Surface, nu_plus: float, nu_minus: float) -> Recovery:
    """Estimates (2, records); whether the truth is in the region; whether `nu+ > nu-` is flagged;
    the share of the map inside the region. The truth must be a cell of the grid."""
    fall = 2 * (surface.best - surface.likelihood)
    here = np.argmin(abs(surface.x - nu_plus)), np.argmin(abs(surface.y - nu_minus))
    estimates = np.array([surface.at_best("x"), surface.at_best("y")])
    unequal = 2 * (surface.best - surface.equal) > UNEQUAL
    return Recovery(
        estimates,
        fall[here] <= WITHIN,
        unequal & (estimates[0] > estimates[1]),
        (fall <= WITHIN).mean(axis=(0, 1)),
    )


def _read(record):
    seen = record.seen()
    return seen, 1 - seen["seen_blown"]
