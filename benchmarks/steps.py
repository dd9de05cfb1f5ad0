"""How many steps of a learner a second: the living figure's program, a Python loop, NumPy, Numba.

    uv run --group benchmarks python benchmarks/steps.py

The same learner (Model A, 50 learners, 2,000 steps) in Chromium and in Firefox as the page compiles
it, and here: written by hand as a loop, the loop compiled by Numba, and as the notebooks run it, in
NumPy. Every way is checked to give the same share of time in obsession. Also the page's program
without its exponential, which tells what a faster way to run all the rest could give. Writes its
table into README.md.
"""

import math
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import content
import numba
import numpy as np
import readme
from playwright.sync_api import sync_playwright

from breaking_the_loop.ocd_cycle import cycle
from looplab import browser

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "tests"))
from browser import launch_chromium, launch_firefox  # noqa: E402

ROUNDS = 15
NU_MINUS = 0.1
STEPS, LEARNERS = content.RUN["steps"], content.RUN["learners"]
SETTINGS = {p.name: p.default for p in cycle.two_traces.parameters} | {"nu_minus": NU_MINUS}


def by_hand(choice, transition, settings, w, plus, minus):
    """Model A, one learner after the other; share of steps in obsession, over all learners.

    `choice` and `transition` are chances (steps × learners), `settings` in the model's order; `w`,
    `plus` and `minus` are room for four numbers each: lists for Python, arrays for Numba.
    """
    nu_plus, nu_minus, alpha, beta, gamma, relief, cost, distress, stay, entry = settings
    steps, learners = choice.shape
    visits = 0
    for learner in range(learners):
        for i in range(4):
            w[i] = plus[i] = minus[i] = 0.0
        obsession = False
        for step in range(steps):
            visits += obsession
            first = 0 if obsession else 2
            p = 1 / (1 + math.exp(-beta * (w[first] - w[first + 1])))
            act = first if choice[step, learner] < p else first + 1
            chance = (1 - relief, stay, entry, 0.0)[act]
            stays = transition[step, learner] < chance
            reward = -cost if act == 0 else 0.0
            if obsession and stays:
                reward -= distress
            after = w[0] + w[1] if stays else w[2] + w[3]
            delta = reward + gamma * after - (w[first] + w[first + 1])
            for i in range(4):
                plus[i] = nu_plus * plus[i] + (i == act)
                minus[i] = nu_minus * minus[i] + (i == act)
                w[i] += alpha * delta * (plus[i] if delta >= 0 else minus[i])
            obsession = stays
    return visits / (steps * learners)


def without_exp(part):
    """A spec whose programs add where they take an exponential: what all the rest costs."""
    if isinstance(part, dict):
        return {name: without_exp(inner) for name, inner in part.items()}
    if not isinstance(part, list | tuple):
        return part
    operation, *inner = part or [None]
    return ["+", without_exp(inner[0]), 1] if operation == "exp" else [*map(without_exp, part)]


def timed(run: Callable[[], float]) -> tuple[float, float]:
    """Million learner-steps a second (median of the rounds), and the share of the first."""
    share, seconds = run(), []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - began)
    return STEPS * LEARNERS / statistics.median(seconds) / 1e6, share


def in_numpy() -> float:
    record = cycle.two_traces.run(steps=STEPS, learners=LEARNERS, record=["obsession"], **SETTINGS)
    return float(record["obsession"].mean())


def main() -> None:
    assert [cycle.COMPULSION, cycle.WAIT, cycle.REACT, cycle.LET_PASS] == [0, 1, 2, 3]
    load = os.getloadavg()[0]
    draws = np.random.default_rng(1).random((2, STEPS, LEARNERS))
    settings = tuple(SETTINGS.values())
    compiled = numba.njit(by_hand)
    ways = {
        "a Python loop": lambda: by_hand(*draws, settings, *([0.0] * 4 for _ in range(3))),
        "NumPy, all learners at once": in_numpy,
        "the loop compiled by Numba": lambda: compiled(*draws, settings, *np.zeros((3, 4))),
    }
    found = {name: timed(run) for name, run in ways.items()}
    shares = [share for _, share in found.values()]
    # Learners of one set of draws differ from those of another by chance alone.
    assert np.ptp(shares) < 0.03, f"the ways disagree: {shares}"
    live = content.with_looplab()
    script = (HERE / "recompute.js").read_text("utf-8")
    with sync_playwright() as playwright:
        for launch in (launch_chromium, launch_firefox):
            started = launch(playwright)
            page = started.new_page()
            for less, spec in (("", live.spec()), (" without `exp`", without_exp(live.spec()))):
                spent = page.evaluate(script, [browser.living(), spec, 10 * ROUNDS])
                name = f"the page's program{less}, {started.browser_type.name.capitalize()}"
                found[name] = STEPS * LEARNERS / statistics.median(spent) / 1000, math.nan
            started.close()
    loop, _ = found["a Python loop"]
    lines = [
        f"Medians on {os.cpu_count()} cores, each way on one; load before the start {load:.1f}.",
        "",
        "| way | million learner-steps a second | times a Python loop |",
        "| --- | --: | --: |",
    ]
    for name, (speed, _) in found.items():
        lines.append(f"| {name} | {speed:.2f} | {speed / loop:.0f} |")
    readme.put("steps", lines)


if __name__ == "__main__":
    main()
