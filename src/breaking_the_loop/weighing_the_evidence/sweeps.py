"""The virtual trial over many settings, on as many workers as there are.

Needs the dependency group `sweep` (dask.distributed).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from breaking_the_loop.weighing_the_evidence.virtual import Estimate, estimates, simulate
from looplab.cluster import client

TRIALS_PER_TASK = 2_500


@dataclass(frozen=True)
class Summary:
    """One estimator over all trials of one setting; trials without an estimate are left out."""

    mean: float
    sd: float
    significant: float


def summarise(estimate: Estimate, level: float = 0.05) -> Summary:
    """Mean and standard deviation of the estimates, and the share of trials with p < `level`."""
    known = np.isfinite(estimate.value)
    value, p = estimate.value[known], estimate.p[known]
    return Summary(float(value.mean()), float(value.std()), float(np.mean(p < level)))


def sweep(
    settings: Iterable[Mapping[str, float]],
    trials: int = 10_000,
    seed: int = 1,
    scheduler: str | None = None,
    workers: int | None = None,
) -> list[dict[str, Summary]]:
    """Run `trials` virtual trials at each of `settings` (arguments of `simulate`).

    Returns, in the order of `settings`, a summary for every estimator. The work goes to the dask
    scheduler at the address `scheduler`, or to `workers` processes on this machine (by default
    one a core). The same seed gives the same numbers whatever the workers: trial i draws the same
    people everywhere, and sums are taken in the order of the trials. Raises `ModelError` where
    dask is missing or a setting is refused.
    """
    settings = [dict(setting) for setting in settings]
    starts = range(0, trials, TRIALS_PER_TASK)
    instead = "call `simulate` and `estimates` for one setting at a time"
    with client(scheduler, workers, "A sweep", instead) as here:
        tasks = [
            [
                here.submit(
                    _part, min(TRIALS_PER_TASK, trials - start), seed, start, setting, pure=False
                )
                for start in starts
            ]
            for setting in settings
        ]
        gathered = here.gather(tasks)
    return [
        {name: summarise(_joined([part[name] for part in parts])) for name in parts[0]}
        for parts in gathered
    ]


def _part(trials, seed, first_trial, setting):
    return dict(estimates(simulate(trials, seed=seed, first_trial=first_trial, **setting)))


def _joined(parts):
    return Estimate(
        np.concatenate([part.value for part in parts]), np.concatenate([part.p for part in parts])
    )
