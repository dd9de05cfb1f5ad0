"""The last part of notebook 03: every treatment beside its control, and 48 trials pooled.

Three axes that are never merged: points, shares of responders, standard deviations. To the right is
better than the control on each. Every row opens its study.
"""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np

from breaking_the_loop.evidence import compared
from breaking_the_loop.evidence import tables as evidence
from breaking_the_loop.evidence.filters import every_or_own
from breaking_the_loop.onset_timelines import pooling
from breaking_the_loop.onset_timelines.record_figures import SHAPES
from breaking_the_loop.palette import EXPOSURE, KETAMINE, TABLETS
from looplab.figure.artists import tiles
from looplab.figure.controls import Choice
from looplab.figure.figure import LivingFigure
from looplab.figure.labels import aside
from looplab.figure.style import BAD, GRID, INK, MUTED, PAPER, course_style, line_look
from looplab.model.declare import Input, formula
from looplab.model.maths import minimum, where
from looplab.references import author_and_year, link

ORDERS = ("alphabet", "year", "number of people, unknown last")
_FAMILIES = {
    KETAMINE: ("ketamine",),
    EXPOSURE: ("ERP", "therapy"),
    TABLETS: ("SSRI", "clomipramine", "fluvoxamine", "escitalopram"),
}
ODC_BY = "Data: Wang, Miguel, Ciharova et al., 10.5281/zenodo.10471942, ODC-By 1.0"
"""What the licence of the 48 trials asks to be said wherever they are shown."""


def _colour(rung):
    """A drug that only accompanies another is not what the row is about."""
    for colour, words in _FAMILIES.items():
        if any(word in rung.rung.partition(" with ")[0] for word in words):
            return colour
    return INK


def better(rung: compared.Rung) -> tuple[float, float | None, float | None]:
    """Difference and limits, so that more is better than the control."""
    if rung.axis == "responders":
        return rung.difference, rung.low, rung.high
    ends = (None, None) if rung.low is None else (-rung.high, -rung.low)
    return -rung.difference, *ends


def says(rung: compared.Rung, unit: str, study: str) -> str:
    """All that a row says, in words."""
    value, low, high = better(rung)
    people = f"{rung.n:,} people" if rung.n else "number of people not read"
    interval = "no interval seen"
    if low is not None:
        interval = f"95 % interval {low:.3g} to {high:.3g}, {rung.interval_from}"
    counted = f" Counted: {SHAPES[rung.threshold][1]}." if rung.threshold else ""
    kind = " A network estimate, partly indirect." if rung.kind == "network" else ""
    note = f" {rung.note[0].upper()}{rung.note[1:]}." if rung.note else ""
    return (
        f"{rung.rung}, against {rung.control}: {value:.3g} {unit} better ({interval}). {study}, "
        f"{people}, {rung.who}.{counted}{kind}{note} Strength {rung.grade}: "
        f"{evidence.GRADES[rung.grade]}."
    )


def _places(rungs, bibliography):
    """For each rung its height in each of the orders; the first is on top."""

    def year(rung):
        issued = bibliography[rung.study_id].get("issued", {}).get("date-parts", [[9999]])
        return issued[0][0]

    orders = (
        lambda rung: (rung.rung.lower(), rung.control),
        lambda rung: (year(rung), rung.rung.lower(), rung.control),
        lambda rung: (-(rung.n or 0), rung.rung.lower(), rung.control),
    )
    table = []
    for order in orders:
        ranked = sorted(rungs, key=order)
        table.append([len(rungs) - 1 - ranked.index(rung) for rung in rungs])
    return np.array(table, float)


def _ladder(id, title, axis, unit, limits, note, caption):
    """Every rung of one axis, in rows that can be put in another order."""
    bibliography = evidence.load().bibliography
    rungs = [rung for rung in compared.ladder() if rung.axis == axis]
    with course_style():
        figure, axes = plt.subplots(figsize=(7, 0.42 * len(rungs) + 1.0))
        edge = limits[0]
        axes.set(xlim=limits, ylim=(-1.45, len(rungs) - 0.2))
        axes.set_xlabel(f"{unit} better than the control")
        axes.set_yticks([])
        axes.axvline(0, color=MUTED, linewidth=1)
        axes.grid(axis="x", color=GRID, linewidth=0.6)
        axes.text(edge, -1.1, note, color=BAD, va="center", transform=aside(axes, 3))
        rows = []
        for rung in rungs:
            value, low, high = better(rung)
            colour = _colour(rung)
            shape = SHAPES[rung.threshold][0] if rung.threshold else "D"
            network = rung.kind == "network"
            if not rung.threshold:
                shape = "s" if network else "D" if rung.grade == "M" else "o"
            marker = axes.plot(
                [value], [0], shape, color=colour, markersize=8, zorder=3,
                markerfacecolor=PAPER if network or low is None else colour,
            )[0]  # fmt: skip
            bar = None
            if low is not None:
                bar = axes.plot(
                    [low, high], [0, 0], zorder=2,
                    **line_look(colour, linewidth=1.2 if network else 2),
                )[0]  # fmt: skip
            people = f"n = {rung.n:,}" if rung.n else "n not read"
            words = f"{rung.rung} against {rung.control} · {people} · {rung.grade}"
            text = axes.text(edge, 0, words, color=INK, va="center", transform=aside(axes, 3))
            rows.append((rung, marker, bar, text, words))
    live = LivingFigure(id, title, figure, [Choice("order", "rows by", ORDERS)])
    places = _places(rungs, bibliography)
    for i, (rung, marker, bar, text, words) in enumerate(rows):
        value, low, high = better(rung)
        live.constant(f"places_{i}", places[:, i])
        live.constant(f"heights_{i}", places[:, i] + 0.38)
        live.constant(f"value_{i}", value)
        live.pick(f"place_{i}", f"places_{i}", "order")
        live.pick(f"height_{i}", f"heights_{i}", "order")
        live.follow(marker, x=f"value_{i}", y=f"place_{i}")
        live.write(text, words, y=f"height_{i}")
        if bar is not None:
            live.constant(f"limits_{i}", [low, high])
            live.follow(bar, x=f"limits_{i}", y=f"place_{i}")
        item = bibliography[rung.study_id]
        if link(item):
            live.link(marker, link(item), says(rung, unit, author_and_year(item)))
    in_words = "; ".join(
        f"{rung.rung} against {rung.control}, {better(rung)[0]:.3g}"
        for rung in sorted(rungs, key=lambda rung: rung.rung.lower())
    )
    live.describe(
        f"{len(rungs)} differences from a control, in rows by {{by}}; {unit}, more is better. By "
        f"name: {in_words}. {note}",
        caption=caption,
        by=("order", list(ORDERS)),
    )
    return live


def in_points() -> LivingFigure:
    """Differences in Y-BOCS points, each from its own control."""
    return _ladder(
        "ladder-points", "Points, against what?", "points", "Y-BOCS points", (-2, 20.5),
        "Not on this axis: ketamine (no group means read), changes from baseline",
        "Each row answers for its own control only. Diamond: pooled; circle: one trial; open "
        "square, thin line: partly indirect, a warning; open circle: no interval seen.",
    )  # fmt: skip


def in_responders() -> LivingFigure:
    """Differences in the share of responders, each from its own control."""
    return _ladder(
        "ladder-responders", "Responders, against what?", "responders", "percentage points",
        (-20, 100),
        "Another symbol is another definition of response",
        "These rows have no order: people, controls and definitions differ. Circle: a fall of "
        "35 %; square: 30 %; diamond: 25 %; cross: a rating; star: remission.",
    )  # fmt: skip


def standardised() -> LivingFigure:
    """Differences in standard deviations, for trials with different scales."""
    return _ladder(
        "ladder-standardised", "Standard deviations, against what?", "standardised",
        "standard deviations", (-0.4, 2.0),
        "A standard deviation depends on who was let in",
        "Psychotherapy in all trials, and in those at low risk of bias: the same therapy, another "
        "number.",
    )  # fmt: skip


WITHOUT = ("nobody", "Khodarahimi 2009")
_EVERY = "every control"
CONTROL = Choice("control", "control", (_EVERY, *compared.CONTROLS))
RISK = Choice("risk", "risk of bias", ("any", "low", "high"))
LEFT_OUT = Choice("left_out", "trial taken out", WITHOUT)
INTERVAL = Choice("few", "interval", ("usual", "minds few trials (Hartung–Knapp)"))


@formula(
    inputs=[
        Input("control", "c", "chosen control"),
        Input("risk", "b", "chosen risk of bias"),
        Input("left_out", "l", "whether one trial is taken out"),
        Input("controls", "C_i", "control of a trial"),
        Input("risks", "B_i", "risk of bias of a trial"),
        Input("outliers", "L_i", "1 for the trial that can be taken out"),
    ]
)
def _taken(m):
    m.by_control = every_or_own(m.control, m.controls)
    m.by_risk = every_or_own(m.risk, m.risks)
    m.kept = m.by_control * m.by_risk * (1 - m.left_out * m.outliers)


def pool_yourself() -> LivingFigure:
    """Forty-eight trials of psychotherapy, pooled anew by control, risk of bias and one outlier."""
    rows = compared.psychotherapy()
    trials = pooling.by_trial(rows)
    first = {row.study: row for row in reversed(rows)}
    names = sorted(trials, key=lambda name: trials[name][0])
    sizes = np.array([trials[name][0] for name in names])
    variances = np.array([trials[name][1] for name in names])
    count = len(names)
    with course_style():
        figure, axes = plt.subplots(figsize=(9, 6.5))
        axes.set(xlim=(-3.7, 5.6), ylim=(-7.5, count + 0.5), yticks=[])
        axes.set_xlabel("standard deviations better than the control (Hedges' g)")
        axes.axvline(0, color=MUTED, linewidth=1)
        axes.axhline(-1.2, color=GRID, linewidth=1)
        axes.text(-3.6, count - 0.5, "48 trials of\npsychotherapy, by size", va="top")
        axes.text(-3.6, -6.7, ODC_BY, color=MUTED, va="center")
        spans = axes.plot([], [], color=EXPOSURE, linewidth=1)[0]
        squares = tiles(axes, color=EXPOSURE)
        bar = axes.plot([], [], color=INK, linewidth=3)[0]
        diamond = axes.plot([1], [-3], "D", color=INK, markersize=11)[0]
        number, alone = (
            axes.text(-3.6, -3, text, va="center", fontweight="bold")
            for text in ("pooled", "one trial")
        )
        none = axes.text(1, -3, "no such trial", va="center", color=BAD)
    level = np.arange(count, dtype=float)
    reach = 1.959964 * np.sqrt(variances)
    ends = np.column_stack([sizes - reach, sizes + reach, sizes + reach]).ravel()
    risks = {"low": 1, "high": 2}
    codes = {
        "controls": [compared.CONTROLS.index(first[name].control) + 1 for name in names],
        "risks": [risks.get(first[name].risk_of_bias, 3) for name in names],
        "outliers": [float(name == WITHOUT[1]) for name in names],
    }
    live = LivingFigure(
        "pool-yourself", "Pool it yourself", figure, [CONTROL, RISK, LEFT_OUT, INTERVAL],
        constants={
            **codes,
            **{f"each_{name}": np.repeat(code, 3) for name, code in codes.items()},
            "size": sizes, "variance": variances, "level": level, "ends": ends,
            "levels": np.repeat(level, 3), "joined": np.tile([1.0, 1.0, 0.0], count),
            "quantiles": pooling.QUANTILES, "sides": [-1.0, 1.0], "at": -3.0, "both": [-3.0, -3.0],
        },
    )  # fmt: skip
    live.compute(_taken)
    live.compute(
        _taken, prefix="each_", controls="each_controls", risks="each_risks",
        outliers="each_outliers",
    )  # fmt: skip
    live.compute(_spans, kept="each_kept")
    live.compute(_square)
    live.compute(pooling.alone)
    live.tally("trials", "kept", ["kept"])
    live.tally("total", "weight", ["kept"])
    live.tally("total_weighted", "weighted", ["kept"])
    live.tally("total_squared", "squared", ["kept"])
    live.compute(pooling.scatter)
    live.tally("q", "apart", ["kept"])
    live.compute(pooling.heterogeneity)
    live.compute(pooling.together)
    live.tally("total_share", "share", ["kept"])
    live.tally("total_shared", "shared", ["kept"])
    live.compute(pooling.centre)
    live.compute(pooling.away)
    live.tally("left", "residual", ["kept"])
    live.pick("quantile", "quantiles", "trials")
    live.compute(pooling.limits)
    live.compute(_pooled)
    live.compute(_how_many)
    live.follow(spans, x="ends", y="levels", where="drawn")
    live.follow(squares, x="size", y="level", across="wide", up="high_up")
    live.follow(bar, x="pooled_ends", y="both", visible="any")
    live.follow(diamond, x="mean", y="at", visible="any")
    # The picture says the number, and no read-out does: where no trial is taken in there is none.
    live.write(number, "pooled: {mean:.2f} ({low:.2f} to {high:.2f})", visible="several")
    live.write(alone, "one trial: {mean:.2f} ({low:.2f} to {high:.2f})", visible="single")
    live.follow(none, visible="nothing")
    live.read_out("trials", "trials taken in", "d", f"of {count}")
    live.describe(
        "Control: {which}; risk of bias: {bias}; taken out: {out}. {found}",
        caption="The control is part of the number. Risk of bias is as the data set codes it.",
        which=("control", [_EVERY, *compared.CONTROLS]),
        bias=("risk", ["any", "low", "high"]),
        out=("left_out", list(WITHOUT)),
        found=(
            "some",
            [
                "There is no such trial among the 48.",
                "1 of 48 trials, so nothing is pooled: {mean:.2f} standard deviations better than "
                "the control (its own 95 % interval {low:.2f} to {high:.2f}).",
                "{trials:d} of 48 trials, pooled: {mean:.2f} standard deviations better than the "
                "control (95 % interval {low:.2f} to {high:.2f}).",
            ],
        ),
    )
    live.table({"trial": "level", "difference": "size", "variance": "variance", "taken in": "kept"})
    return live


@formula(
    inputs=[
        Input("kept", "k_i", "1 where a trial is taken in"),
        Input("joined", "j", "1 where a line goes on"),
    ]
)
def _spans(m):
    m.drawn = m.kept * m.joined


@formula(inputs=[Input("kept", "k_i", "1 where a trial is taken in")])
def _square(m):
    m.wide = 0.07 * m.kept
    m.high_up = 0.75 * m.kept


@formula(
    inputs=[
        Input("mean", "M", "pooled difference"),
        Input("reach", "d", "half of its interval"),
        Input("sides", "s", "-1 and 1"),
    ]
)
def _pooled(m):
    m.pooled_ends = m.mean + m.sides * m.reach


@formula(inputs=[Input("trials", "K", "trials taken in")])
def _how_many(m):
    """`some` is 0 for no trial, 1 for one, which pools nothing, and 2 for several."""
    m.some = minimum(2, m.trials)
    m.nothing = where(m.trials < 0.5, 1, 0)
    m.several = where(m.trials > 1.5, 1, 0)
    m.single = 1 - m.nothing - m.several
