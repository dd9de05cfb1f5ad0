"""Tables behind the figures of the stuck circuit: what is too slow for a browser.

`python -m breaking_the_loop.nmda_mechanism.tables` computes them anew and writes `tables.json`
(about twenty minutes); with the names of some tables, such as `spiking`, only those. Tests
recompute part of each.
"""

from __future__ import annotations

import json
import sys
from functools import cache
from importlib import resources

import numpy as np

from breaking_the_loop.nmda_mechanism import spiking
from breaking_the_loop.nmda_mechanism.mean_field import (
    Circuit,
    follow,
    quiet_branch,
    solve,
    stuck_branch,
)
from breaking_the_loop.nmda_mechanism.stuck_circuit import escape_times

FILE = resources.files(__package__) / "tables.json"

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

CONDITIONS = {
    "published values": Circuit(),
    "NMDA −4.5 %": Circuit(nmda_e=0.955, nmda_i=0.955),
    "NMDA −10 %": Circuit(nmda_e=0.9, nmda_i=0.9),
    "NMDA −4.5 % on excitatory cells only": Circuit(nmda_e=0.955),
    "NMDA −2 % on interneurons only": Circuit(nmda_i=0.98),
    "NMDA +3 %": Circuit(nmda_e=1.03, nmda_i=1.03),
    "GABA −9 %": Circuit(gaba=0.91),
    "NMDA −4.5 % and GABA −9 %": Circuit(nmda_e=0.955, nmda_i=0.955, gaba=0.91),
}
"""What is scaled in the spiking network."""
SIZED = {name: CONDITIONS[name] for name in ("published values", "NMDA −4.5 %")} | {
    "NMDA −7 %": Circuit(nmda_e=0.93, nmda_i=0.93),
}
"""What was scaled in networks of several sizes."""
SIZES = {500: 100, 1000: 100, 2000: 100, 8000: 25}
"""Trials by the number of cells."""


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


def regime_maps() -> dict[str, dict]:
    """For each level of GABA the `regimes` along `SELECTIVITIES`."""
    maps = {}
    for gaba in GABA_LEVELS:
        rows = [regimes(gaba, float(rho)) for rho in SELECTIVITIES]
        maps[f"{gaba:g}"] = {name: [row[name] for row in rows] for name in rows[0]}
    return maps


def _mean_and_spread(rates):
    """Mean and standard deviation over trials, Hz, of each row; None where there are too few."""
    rates = np.atleast_2d(rates)
    seen, varied = rates.shape[1] > 0, rates.shape[1] > 1
    means = [round(float(row.mean()), 2) if seen else None for row in rates]
    return means, [round(float(row.std(ddof=1)), 2) if varied else None for row in rates]


def spiking_row(condition: str, cells: int) -> dict:
    """One condition of the spiking network, with as many trials as `SIZES` says.

    In how many `trials` with a cue S1 still fires (`stuck`), with its rate in those; in how many of
    as many without a cue neither pool fires (`quiet`), with the `rates` of S1, S2, NS, I over all
    of them. Means and standard deviations over trials, Hz.
    """
    conditions = CONDITIONS | SIZED
    circuit, seed, trials = conditions[condition], list(conditions).index(condition), SIZES[cells]
    cued = spiking.outcomes(circuit, trials, cells, cue=True, seed=seed)
    uncued = spiking.outcomes(circuit, trials, cells, cue=False, seed=seed)
    [stuck_rate], [stuck_spread] = _mean_and_spread(cued.rates[0, cued.is_stuck])
    rates, spreads = _mean_and_spread(uncued.rates)
    return {
        "condition": condition,
        "cells": cells,
        "trials": trials,
        "stuck": cued.stuck,
        "stuck_rate": stuck_rate,
        "stuck_rate_sd": stuck_spread,
        "quiet": uncued.quiet,
        "rates": rates,
        "rates_sd": spreads,
    }


def spiking_rows() -> list[dict]:
    """Every condition at 500 cells, then those that were run in every size."""
    runs = [(name, spiking.CELLS) for name in CONDITIONS]
    runs += [(name, cells) for cells in SIZES for name in SIZED if (name, cells) not in runs]
    return [spiking_row(name, cells) for name, cells in runs]


TABLES = {"escapes": escapes, "regimes": regime_maps, "spiking": spiking_rows}
"""What computes each table."""


@cache
def load() -> dict:
    """The tables as they were computed."""
    return json.loads(FILE.read_text(encoding="utf-8"))


def write(names=tuple(TABLES)) -> None:
    """Compute the tables of these `names` and write them down; keep the others."""
    kept = load() if set(names) != set(TABLES) else {}
    tables = kept | {name: TABLES[name]() for name in names}
    text = json.dumps(tables, separators=(",", ":")).replace("},", "},\n").replace("],", "],\n")
    FILE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    write(sys.argv[1:] or tuple(TABLES))
