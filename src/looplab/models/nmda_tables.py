"""Tables behind the figures of the stuck circuit: what is too slow for a browser.

`python -m looplab.models.nmda_tables` computes them anew and writes `data/nmda_tables.json`
(about five minutes); a test recomputes part of them.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

import numpy as np

from looplab.models.mean_field import Circuit, follow, quiet_branch, solve, stuck_branch
from looplab.models.stuck_circuit import escape_times

FILE = resources.files("looplab") / "data" / "nmda_tables.json"

SIGMAS = (0.015, 0.02, 0.03)
"""Noise, nA, at which escape times are tabulated; 0.02 is published."""
SCALES = {
    "stuck": (0.955, 0.96, 0.965, 0.97, 0.975, 0.98, 1.0, 1.05),
    "quiet": (1.0, 1.02, 1.03, 1.04, 1.05, 1.06, 1.08, 1.1),
}
TRIALS, CENSOR = 300, 100.0

HIGHEST_BLOCK = 15.0
"""The highest block on excitatory cells, %."""
SELECTIVITIES = tuple(np.round(np.arange(0, 3.001, 0.05), 2))
"""Block on interneurons as a multiple of that on excitatory cells."""
GABA_LEVELS = (0.85, 0.9, 0.95, 1.0, 1.05, 1.1, 1.15)
QUIET_BELOW = 6.0
"""Hz: a stable state of equal pools above this is no quiet one, but all of them firing."""


def escapes() -> list[dict]:
    """Mean times out of each state: exits, trials, seconds watched, mean and standard error.

    `mean` is None where no exit was seen: then the time is longer than what was watched.
    """
    rows = []
    for sigma in SIGMAS:
        for state, scales in SCALES.items():
            found = escape_times(state, scales, trials=TRIALS, censor=CENSOR, sigma=sigma)
            for scale, one in zip(scales, found, strict=True):
                row = {"state": state, "sigma": sigma, "scale": scale}
                row |= {"exits": one.exits, "trials": one.trials, "watched": round(one.watched)}
                seen = one.exits > 0
                row |= {"mean": float(f"{one.mean_time:.4g}") if seen else None}
                row |= {"error": float(f"{one.standard_error:.2g}") if seen else None}
                rows.append(row)
    return rows


def _is_quiet(branch):
    return branch.stable and branch.rates[0] < QUIET_BELOW


def _is_stuck(branch):
    return branch.stable and branch.selective


def _interval(branch, exists, gaba, selectivity) -> tuple[float, float]:
    """The first interval of blocks (%) at which the followed branch is the wanted state."""

    def at(block, near):
        return solve(Circuit.blocked(block / 100, selectivity, gaba), near)

    def edge(inside, outside, near):
        # Narrowed from the last good branch; `near` is that branch.
        while abs(outside - inside) > 0.01:
            middle = (inside + outside) / 2
            found = at(middle, near)
            if found is not None and exists(found):
                inside, near = middle, found
            else:
                outside = middle
        return round(inside, 2)

    step = 0.5 / max(1.0, selectivity)
    start = 0.0 if exists(branch) else None
    for index in range(1, round(HIGHEST_BLOCK / step) + 1):
        block = index * step
        found = at(block, branch)
        there = found is not None and exists(found)
        if there and start is None:
            start = edge(block, block - step, found)
        if not there and start is not None:
            return start, edge(block - step, block, branch)
        if found is None:
            return (0.0, 0.0)
        branch = found
    return (0.0, 0.0) if start is None else (start, HIGHEST_BLOCK)


def regimes(gaba: float, selectivity: float) -> dict[str, float]:
    """Block on excitatory cells (%) at which each state exists, from 0 to `HIGHEST_BLOCK`.

    Stuck exists up to `stuck_until`; quiet is stable from `quiet_from` to `quiet_until` (equal
    where it is nowhere). Quiet: stable, all pools equal and low. Stuck: stable, pool S1 far above
    S2. Branches are followed in steps of at most 0.005 of a current.
    """
    [quiet] = follow("GABA", [gaba], quiet_branch())
    [stuck] = follow("GABA", [gaba], stuck_branch())
    quiet_from, quiet_until = _interval(quiet, _is_quiet, gaba, selectivity)
    _, stuck_until = _interval(stuck, _is_stuck, gaba, selectivity)
    return {"stuck_until": stuck_until, "quiet_from": quiet_from, "quiet_until": quiet_until}


def compute() -> dict:
    """Both tables: `escapes`, and for each level of GABA the `regimes` along `SELECTIVITIES`."""
    maps = {}
    for gaba in GABA_LEVELS:
        rows = [regimes(gaba, float(rho)) for rho in SELECTIVITIES]
        maps[f"{gaba:g}"] = {name: [row[name] for row in rows] for name in rows[0]}
    return {"escapes": escapes(), "regimes": maps}


@cache
def load() -> dict:
    """The tables as they were computed."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def write() -> None:
    """Compute the tables and write them down."""
    text = json.dumps(compute(), separators=(",", ":")).replace("},", "},\n").replace("],", "],\n")
    FILE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
