"""One receptor, many drugs: what was reported, by what each drug does at the NMDA receptor."""

from __future__ import annotations

import math

import matplotlib.pyplot as plt

from breaking_the_loop.evidence import compared
from breaking_the_loop.evidence import tables as evidence
from breaking_the_loop.evidence.filters import every_or_own
from breaking_the_loop.palette import KETAMINE
from looplab.figure.controls import Choice
from looplab.figure.figure import LivingFigure
from looplab.figure.style import GRID, INK, MUTED, PAPER, course_style
from looplab.model.declare import Input, Parameter, formula
from looplab.model.maths import absolute, equal, where
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
        figure, axes = plt.subplots(figsize=(7.4, 0.205 * lines + 0.7))
        axes.set(xlim=(_LEFT, _RIGHT), ylim=(-0.8, lines - 0.3), yticks=[])
        axes.set_xticks([0, 2, 4, 6])
        axes.set_xlabel("Y-BOCS points better than the control", x=0.72)
        axes.plot([0, 0], [-0.8, lines - 0.3], color=MUTED, linewidth=1)
        rows, headers, place, below = [], [], lines - 1, []
        for number, direction in enumerate(directions):
            header = axes.text(
                _LEFT, place, f" {direction}", fontweight="bold", va="center", fontsize=9
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
                    axes.text(_LEFT + 1.5, place, f"{trial.agent} · {people}", color=colour,
                              va="center", fontsize=9)
                ]  # fmt: skip
                if trial.points is None:
                    parts.append(
                        axes.text(0.2, place, trial.result, color=MUTED, va="center", fontsize=9)
                    )
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


TRUE_EFFECT = Parameter(
    "true_effect", r"\theta", "one true effect, if there were one", 3.0, 0.0, 6.0, 0.1,
    "chosen by the reader", "assumed", "points",
)  # fmt: skip


@formula(
    parameters=[TRUE_EFFECT],
    inputs=[
        Input("better", "y_i", "difference from the control", "points"),
        Input("errors", "s_i", "standard errors", "points"),
        Input("wide", "w", "which edge of the funnel"),
    ],
)
def _funnel(m):
    m.edge = m.true_effect + 1.959964 * m.wide
    m.fits = where(absolute(m.better - m.true_effect) <= 1.959964 * m.errors, 1, 0)


def points_and_errors() -> LivingFigure:
    """The rows in points against their standard errors, and a funnel round one true effect."""
    rows = [trial for trial in compared.glutamate() if trial.points is not None]
    single = [trial for trial in rows if trial.kind != "pooled"]

    def error(trial):
        return (trial.high - trial.low) / (2 * 1.959964)

    deepest = 2.0
    with course_style():
        figure, axes = plt.subplots(figsize=(8.2, 3))
        axes.set(xlim=(-2, 10), ylim=(deepest, 0), ylabel="standard error")
        axes.set_yticks([0, 0.5, 1, 1.5, 2])
        axes.set_xlabel("Y-BOCS points better than the control")
        sides = axes.plot([], [], color=MUTED, linestyle=(0, (5, 2)), linewidth=1.3)[0]
        for trial in rows:
            pooled = trial.kind == "pooled"
            axes.plot(
                [-trial.points], [error(trial)], "D" if pooled else "s", color=INK, markersize=7,
                markerfacecolor=PAPER if pooled else INK,
            )  # fmt: skip
            left = pooled or -trial.points < 2
            people = f" · {trial.n:,}" if trial.n else ""
            axes.text(
                -trial.points + (-0.2 if left else 0.2), error(trial), f"{trial.agent}{people}",
                ha="right" if left else "left", va="center", color=MUTED if pooled else INK,
            )  # fmt: skip
    live = LivingFigure(
        "points-and-errors",
        "One effect for all?",
        figure,
        [TRUE_EFFECT],
        constants={
            "better": [-trial.points for trial in single],
            "errors": [error(trial) for trial in single],
            "wide": [-deepest, 0, deepest],
            "deep": [deepest, 0, deepest],
        },
    )
    live.compute(_funnel)
    live.tally("inside", "fits", ["fits"])
    live.follow(sides, x="edge", y="deep")
    live.read_out("inside", f"single trials inside, of {len(single)}", "d")
    live.describe(
        "If every drug were worth {true_effect:.1f} points, 95 of 100 trials would fall between "
        f"the dashed lines. Of the {len(single)} single trials {{inside:d}} would lie there.",
        caption="Full squares: single trials; hollow diamonds: pools, which hold such trials. "
        "Intervals of troriluzole and lamotrigine are derived from p-values.",
    )
    return live
