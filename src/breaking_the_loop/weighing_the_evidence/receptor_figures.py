"""One receptor, many drugs: what was reported, by what each drug does at the NMDA receptor."""

from __future__ import annotations

import math
import re

import matplotlib.pyplot as plt

from breaking_the_loop.evidence import compared
from breaking_the_loop.evidence import tables as evidence
from breaking_the_loop.evidence.filters import every_or_own
from breaking_the_loop.palette import KETAMINE
from looplab.figure.controls import Choice
from looplab.figure.figure import LivingFigure
from looplab.figure.labels import aside
from looplab.figure.style import GRID, INK, MUTED, PAPER, course_style
from looplab.figure.table import Table
from looplab.model.declare import Input, Parameter, formula
from looplab.model.maths import equal, where
from looplab.references import author_and_year, link

_EVERY = "every one"
DESIGNS = ("every study", "randomised trials only")
FEWEST = Parameter(
    "fewest", "n", "participants, at least", 0, 0, 250, 10, "a filter, chosen by the reader",
    "assumed",
)  # fmt: skip
_LEFT, _RIGHT = -9.6, 7.4
"""The axis of points ends at 7; names stand to the left of it."""


@formula(
    inputs=[
        Input("fewest", "n_min", "participants, at least"),
        Input("direction", "f", "chosen direction"),
        Input("design", "d", "chosen design"),
        Input("participants", "n", "participants"),
        Input("directions", "F", "direction of a study"),
        Input("controlled", "c", "1 for a randomised trial"),
    ]
)
def _filtered(m):
    m.asked = every_or_own(m.direction, m.directions)
    m.fair = where(equal(m.design, 0), 1, m.controlled)
    m.shown = m.asked * m.fair * where(m.participants >= m.fewest, 1, 0)


def says(trial: compared.Trial, study: str) -> str:
    """All that a row says, in words."""
    people = f"{trial.n:,} people" if trial.n else "number of people not read"
    against = "no control group" if trial.control == "none" else f"against {trial.control}"
    note = f" {trial.note[0].upper()}{trial.note[1:]}." if trial.note else ""
    interval = f" Interval: {trial.interval_from}." if trial.interval_from else ""
    return f"{trial.agent}, {study}, {people}, {against}: {trial.result}.{interval}{note}"


def one_receptor() -> LivingFigure:
    """Studies of drugs that act on glutamate, in blocks by what the drug does at the receptor."""
    trials = compared.glutamate()
    bibliography = evidence.load().bibliography
    directions = tuple(dict.fromkeys(trial.direction for trial in trials))
    lines = len(trials) + len(directions)
    with course_style():
        figure, axes = plt.subplots(figsize=(9, 0.172 * lines + 0.7))
        axes.set(xlim=(_LEFT, _RIGHT), ylim=(-0.8, lines - 0.3), yticks=[])
        axes.set_xticks([0, 2, 4, 6])
        axes.set_xlabel("Y-BOCS points better than the control", x=0.72)
        axes.plot([0, 0], [-0.8, lines - 0.3], color=MUTED, linewidth=1)
        rows, headers, place, below = [], [], lines - 1, []
        for number, direction in enumerate(directions):
            header = axes.text(
                _LEFT, place, direction, fontweight="bold", va="center", transform=aside(axes, 3)
            )
            headers.append((header, number))
            place -= 1
            for trial in (trial for trial in trials if trial.direction == direction):
                colour = KETAMINE if trial.agent == "ketamine" else INK
                size = round(0.85 * math.sqrt(trial.n)) if trial.n and trial.kind != "pooled" else 5
                people = f"{trial.n:,}" if trial.n else "n not read"
                dot = axes.plot(
                    [_LEFT + 0.7], [place], "D" if trial.kind == "pooled" else "o", color=colour,
                    markersize=max(3, min(size, 13)),
                    markerfacecolor=PAPER if trial.points is None else colour,
                )[0]  # fmt: skip
                parts = [
                    axes.text(
                        _LEFT + 1.5, place, f"{trial.agent} · {people}", color=colour, va="center"
                    )
                ]
                if trial.points is None:
                    parts.append(axes.text(0.2, place, trial.result, color=MUTED, va="center"))
                else:
                    parts += axes.plot([-trial.low, -trial.high], [place] * 2, color=colour)
                    parts += axes.plot([-trial.points], [place], "s", color=colour, markersize=5)
                rows.append((trial, dot, parts))
                below += [place - 0.5] * 2 + [math.nan]
                place -= 1
        ends = [_LEFT, _RIGHT, math.nan] * len(rows)
        axes.plot(ends, below, color=GRID, linewidth=0.4, zorder=0)
    drawn = [trial for trial, _, _ in rows]
    live = LivingFigure(
        "one-receptor", "One receptor, many drugs", figure,
        [FEWEST, Choice("direction", "what the drug does", (_EVERY, *directions)),
         Choice("design", "design", DESIGNS)],
        presets={"randomised, 120 people or more": {"fewest": 120, "design": 1}},
        constants={
            "participants": [trial.n or 0 for trial in drawn],
            "directions": [directions.index(trial.direction) + 1 for trial in drawn],
            "controlled": [float(trial.kind == "randomised") for trial in drawn],
        },
    )  # fmt: skip
    live.compute(_filtered)
    live.tally("count", "shown", ["shown"])
    for i, (trial, dot, parts) in enumerate(rows):
        live.pick(f"shown_{i}", "shown", i)
        for artist in (dot, *parts):
            live.follow(artist, visible=f"shown_{i}")
        item = bibliography[trial.study_id]
        if link(item):
            live.link(dot, link(item), says(trial, author_and_year(item)))
    largest = next(trial for trial in drawn if trial.study_id == "troriluzole2020_rct")
    live.constant("largest", -largest.points)
    live.read_out("largest", "largest single trial (248 people)", ".1f", "points better")
    live.read_out("count", f"studies shown, of {len(drawn)}", "d")
    live.describe(
        "What the drug does: {does}. {designs}, with {fewest:d} people or more: {count:d} "
        f"of {len(drawn)} rows. "
        "The largest single trial, of troriluzole in 248 people, found "
        "{largest:.1f} points more than placebo (interval from 0.6 below zero to 2.6).",
        caption="Drugs that push the receptor opposite ways were both reported as helpful, in "
        "small trials. Full circle: a difference in points was read; diamond: a pool of trials.",
        does=("direction", [_EVERY, *directions]),
        designs=("design", [text.capitalize() for text in DESIGNS]),
    )
    return live


def points_and_errors() -> Table:
    """Differences in points beside their standard errors, which size alone does not settle."""
    rows = []
    for trial in compared.glutamate():
        if trial.points is None:
            continue
        error = (trial.high - trial.low) / (2 * 1.959964)
        analysed = re.match(r"(\d+) analysed", trial.note)
        people = int(analysed[1]) if analysed else trial.n
        spread = "a pool" if trial.kind == "pooled" else f"{error * math.sqrt(people) / 2:.1f}"
        rows.append([
            trial.agent, f"{people:,}" if people else "not read", f"{-trial.points:.1f}",
            f"{-trial.high:.1f} to {-trial.low:.1f}", f"{error:.1f}", spread,
        ])  # fmt: skip
    columns = [
        "drug", "people", "points better", "95 % interval", "standard error",
        "spread between people that this error implies (derived)",
    ]  # fmt: skip
    return Table("Every difference that was printed in points", columns, rows)
