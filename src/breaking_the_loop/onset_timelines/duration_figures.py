"""The figures of notebook 03 on how long relief lasts: fading, stopping, and burden."""

from __future__ import annotations

import math

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import NullLocator

from breaking_the_loop.evidence import tables as evidence
from breaking_the_loop.onset_timelines import burden as relief
from breaking_the_loop.onset_timelines import stopping as after
from breaking_the_loop.onset_timelines.fading import fading_posterior
from breaking_the_loop.onset_timelines.record_figures import CLASSES, diameter, label, points
from breaking_the_loop.palette import EXPOSURE, KETAMINE, TABLETS
from looplab.figure.controls import Choice, Logarithmic
from looplab.figure.figure import LivingFigure
from looplab.figure.style import GRID, INK, MUTED, PAPER, SHADE, course_style
from looplab.model.declare import Input, formula
from looplab.model.maths import where
from looplab.references import author_and_year, link

_DATA_SETS = {
    "4 of 8 at day 7: all there is": ((4, 8, 7.0),),
    "imaginary: 40 of 80 at day 7": ((40, 80, 7.0),),
    "imaginary: 400 of 800 at day 7": ((400, 800, 7.0),),
    "imaginary: 4 of 8 at day 7, 2 of 8 at day 28": ((4, 8, 7.0), (2, 8, 28.0)),
    "imaginary: 40 of 80 at day 7, 20 of 80 at day 28": ((40, 80, 7.0), (20, 80, 28.0)),
    "different people pooled: 0 of 10 at day 2, 4 of 8 at day 7": ((0, 10, 2.0), (4, 8, 7.0)),
}


def fading() -> LivingFigure:
    """What is believed about the fading time after each set of data (illustration)."""
    beliefs = [fading_posterior(visits) for visits in _DATA_SETS.values()]
    prior = fading_posterior(())
    density = len(prior.tau) / math.log10(prior.tau[-1])
    with course_style():
        figure, axes = plt.subplots(figsize=(9.5, 4.2))
        axes.fill_between(prior.tau[::10], prior.mass[::10] * density, color=SHADE)
        axes.plot(prior.tau[::10], prior.mass[::10] * density, color=MUTED, linewidth=1)
        lines = [
            axes.plot(b.tau[::10], b.mass[::10] * density, color=KETAMINE, linewidth=2.4)[0]
            for b in beliefs
        ]
        axes.text(1.05, 0.44, "grey: before any data", color=MUTED, va="bottom")
        axes.set(
            xscale="log",
            xlim=(1, 365),
            ylim=(0, 2.6),
            xlabel="fading time of the response (days, logarithmic)",
            ylabel="belief (per factor of ten)",
        )
        axes.set_xticks([1, 3, 7, 14, 28, 84, 182, 364])
        axes.set_xticklabels(["1", "3", "7", "14", "28", "84", "182", "364"])
        axes.xaxis.set_minor_locator(NullLocator())
    quantiles = [b.quantile([0.025, 0.5, 0.975]) for b in beliefs]
    live = LivingFigure(
        "fading",
        "How long does it last? (illustration)",
        figure,
        [Choice("data", "data", tuple(_DATA_SETS))],
        presets={
            "100 times more people": {"data": 2},
            "One more visit, ten times more people": {"data": 4},
            "Different people pooled": {"data": 5},
        },
        constants={
            "froms": [q[0] for q in quantiles],
            "medians": [q[1] for q in quantiles],
            "tos": [q[2] for q in quantiles],
            "all_bits": [b.bits for b in beliefs],
            "later": [float(b.still_responding(28.0)) for b in beliefs],
            "numbers": np.arange(len(beliefs)),
        },
    )
    for quantity, of in {
        "lowest": "froms",
        "middle": "medians",
        "highest": "tos",
        "bits": "all_bits",
        "at_28": "later",
    }.items():
        live.pick(quantity, of, "data")
    for number, line in enumerate(lines):
        live.compute(_is_chosen, prefix=f"line_{number}_", number=number)
        live.follow(line, visible=f"line_{number}_shown")
    live.read_out("middle", "median fading time", ".0f", "days")
    live.read_out("lowest", "from", ".0f", "days")
    live.read_out("highest", "to", ".0f", "days")
    live.read_out("bits", "learned from the data", ".2f", "bits")
    live.describe(
        "Data: {which}. Fading time: median {middle:.0f} days, 95 % between {lowest:.0f} and "
        "{highest:.0f}. The data taught {bits:.2f} bits. Chance to respond at day 28: {at_28:.0%}.",
        caption="One visit cannot show a slope. A hundred times more people at the same visit "
        "teach little; a second visit does. Pooling different people makes fading look slower.",
        which=("data", list(_DATA_SETS)),
    )
    return live


@formula(inputs=[Input("data", "d", "chosen data"), Input("number", "i", "number of the line")])
def _is_chosen(m):
    m.shown = where(m.data > m.number - 0.5, where(m.data < m.number + 0.5, 1, 0), 0)


@formula(
    inputs=[
        Input("half", "h", "weeks"),
        Input("shortest", "a", "weeks"),
        Input("longest", "b", "weeks"),
    ]
)
def _on_axis(m):
    """Half-lives that the axis can show, in weeks, and the three ends of the reader's bar."""
    m.half_x = where(m.half > 2000, 2000, where(m.half < 1, 1, m.half))
    m.low_x = where(m.shortest > 2000, 2000, where(m.shortest < 1, 1, m.shortest))
    m.high_x = where(m.longest > 2000, 2000, where(m.longest < 1, 1, m.longest))


def stopping() -> LivingFigure:
    """Half-lives of well-being after stopping or carrying on, study by study."""
    bibliography = evidence.load().bibliography
    chosen = sorted(points("after stopping"), key=lambda p: p.result.row_id)
    with course_style():
        figure, axes = plt.subplots(figsize=(9.5, 4.9))
        rows = []
        for row, point in enumerate(chosen):
            code, colour = CLASSES[point.treatment_class]
            weeks = point.days / 7
            half = float(after.half_life(point.k / point.n if point.k else point.value, weeks))
            if point.k:
                limits = after.half_life_limits(point.k, point.n, weeks)
                axes.plot(limits, [row, row], color=colour, linewidth=1.2, zorder=2)
            marker = axes.plot(
                [half],
                [row],
                "o",
                markersize=diameter(point),
                color=colour,
                markerfacecolor=colour if point.controlled else PAPER,
                markeredgewidth=1.4,
            )[0]
            counted = f"{point.k} of {point.n}" if point.k else f"{point.value:.0%}, n not seen"
            item = bibliography[point.result.study_id]
            study, url = author_and_year(item), link(item)
            rows.append(
                (f"{study}: {point.result.arm}, {counted}", marker, url, point, study, half)
            )
        axes.set_yticks(
            [*range(len(rows)), len(rows) + 0.4], [*(row[0] for row in rows), "your numbers"]
        )
        axes.tick_params(axis="y", labelsize=8, left=False)
        axes.set(
            ylim=(len(rows) + 1, -0.7),
            xlim=(0.9, 2200),
            xscale="log",
            xlabel="weeks until half would have relapsed or worsened (logarithmic)",
        )
        axes.set_xticks([1, 4, 12, 26, 52, 104, 520], ["1", "4", "12", "26", "52", "104", "520"])
        axes.xaxis.set_minor_locator(NullLocator())
        axes.grid(axis="x", color=GRID, linewidth=0.6)
        here = len(rows) + 0.4
        bar = axes.plot([], [], color=INK, linewidth=1.2)[0]
        dot = axes.plot([], [], "D", color=INK, markersize=7)[0]
    live = LivingFigure(
        "stopping",
        "After stopping",
        figure,
        [after.RELAPSED_SHARE, after.FOLLOWED, after.FOLLOWED_WEEKS],
        presets={
            "After exposure therapy: 4 of 33": {
                "relapsed_share": 4 / 33,
                "followed": 33,
                "followed_weeks": 12,
            },
            "After clomipramine: 5 of 11": {
                "relapsed_share": 5 / 11,
                "followed": 11,
                "followed_weeks": 12,
            },
        },
        constants={"shown": 1, "here": here, "row": [here, here], "ends": [0, 1]},
    )
    live.compute(after.half_life_interval)
    live.compute(_on_axis)
    live.compute(_ends)
    live.follow(bar, x="end", y="row")
    live.follow(dot, x="half_x", y="here")
    for _, marker, url, point, study, half in rows:
        live.follow(marker, visible="shown")
        live.link(
            marker,
            url,
            f"{label(point, study)} At a constant rate, half after {half:.0f} weeks.",
        )
    live.read_out("half", "half would have relapsed after", ".1f", "weeks")
    live.read_out("shortest", "from", ".1f", "weeks")
    live.read_out("longest", "to", ".1f", "weeks")
    live.describe(
        "Your numbers: a share of {relapsed_share:.0%} among {followed:d} people after "
        "{followed_weeks:d} weeks. At a constant rate half would have relapsed after {half:.0f} "
        "weeks (95 % interval {shortest:.0f} to {longest:.0f}).",
        caption="The studies counted different things as relapse, so compare the two rows of one "
        "study, never rows of different ones. People who carried on relapsed, too.",
    )
    return live


@formula(
    inputs=[
        Input("low_x", "a", "weeks"),
        Input("high_x", "b", "weeks"),
        Input("ends", "e", "which end of the bar"),
    ]
)
def _ends(m):
    m.end = m.low_x + m.ends * (m.high_x - m.low_x)


@formula(
    inputs=[
        Input("subtract", "s", "whether the placebo-like course is taken off"),
        Input("placebo_relief", "p", "points", "points"),
        *(
            Input(f"{course}_relief", course, "points", "points")
            for course in ("fast", "tablets", "exposure")
        ),
    ]
)
def _above_placebo(m):
    m.placebo_shown = m.placebo_relief * (1 - m.subtract)
    for course in ("fast", "tablets", "exposure"):
        relief = getattr(m, f"{course}_relief")
        setattr(m, f"{course}_shown", relief - m.subtract * m.placebo_relief)


_COURSES = {
    "fast": ("fast, fades", KETAMINE, "-"),
    "tablets": ("slow, continued", TABLETS, "--"),
    "exposure": ("exposure", EXPOSURE, "-."),
    "placebo": ("placebo-like", MUTED, ":"),
}


def burden() -> LivingFigure:
    """Fast but fades against slow but lasts: relief over a year, and its mean (illustration)."""
    step = 0.1
    days = np.round(np.arange(step / 2, 364, step), 2)
    with course_style():
        figure, axes = plt.subplot_mosaic(
            [["curves", "twelve", "year"]], figsize=(10.5, 4.4), width_ratios=[2.6, 1, 1]
        )
        curves = axes["curves"]
        lines = {
            course: curves.plot([], [], style, color=colour)[0]
            for course, (_, colour, style) in _COURSES.items()
        }
        curves.axvline(84, color=GRID, linewidth=1)
        curves.axhline(0, color=INK, linewidth=0.8)
        curves.set(
            xlim=(0, 364),
            ylim=(-4, 16),
            xlabel="weeks since the start",
            ylabel="relief (points below the start)",
            title="Relief",
        )
        curves.set_xticks([0, 84, 182, 364], ["0", "12", "26", "52"])
        for row, (text, colour, style) in enumerate(_COURSES.values()):
            x, y = 0.40 + 0.32 * (row % 2), 0.11 - 0.07 * (row // 2)
            curves.plot(
                [x - 0.07, x - 0.015],
                [y + 0.015] * 2,
                style,
                color=colour,
                transform=curves.transAxes,
            )
            curves.text(x, y, text, color=colour, transform=curves.transAxes, fontsize=8.5)
        bars = {}
        for which, title in (("twelve", "Mean of 12 weeks"), ("year", "Mean of 52 weeks")):
            ax = axes[which]
            names = ["fast", "slow", "exposure", "placebo-\nlike"]
            colours = [colour for _, colour, _ in _COURSES.values()]
            bars[which] = ax.bar(names, [0.0] * 4, color=colours, width=0.7)
            ax.axhline(0, color=INK, linewidth=0.8)
            ax.set(ylim=(-4, 16), title=title, ylabel="points")
            ax.tick_params(axis="x", labelsize=7.5)
    fast = {parameter.name: parameter for parameter in relief.FAST}
    slow = {parameter.name: parameter for parameter in relief.SLOW}
    live = LivingFigure(
        "burden",
        "Fast but fades, slow but lasts (illustration)",
        figure,
        [
            fast["fast_effect"],
            Logarithmic(fast["fast_fading"], steps=20),
            fast["doses"],
            fast["interval"],
            slow["stop_day"],
            Choice("therapy", "exposure therapy", ("weekly, to week 12", "in four days")),
            Choice("subtract", "taken off every curve", ("nothing", "the placebo-like course")),
        ],
        presets={
            "Fades in 7 days": {"fast_fading": 7, "doses": 1},
            "Fades in 60 days": {"fast_fading": 60, "doses": 1},
            "Slow one stopped at week 12": {"stop_day": 84},
        },
        constants={
            "day": days,
            "exposure_effect": 10.7,
            "exposure_taus": [28.0, 2.0],
            "exposure_stops": [84.0, 4.0],
            "exposure_loss": relief.RELAPSE_AFTER_EXPOSURE,
        },
    )
    live.pick("exposure_tau", "exposure_taus", "therapy")
    live.pick("exposure_stop", "exposure_stops", "therapy")
    live.compute(relief.fast_relief, prefix="fast_")
    live.compute(relief.slow_relief, prefix="tablets_")
    live.compute(
        relief.slow_relief,
        prefix="exposure_",
        slow_effect="exposure_effect",
        slow_tau="exposure_tau",
        stop_day="exposure_stop",
        relapse_tau="exposure_loss",
    )
    live.compute(relief.placebo_relief, prefix="placebo_")
    live.compute(_above_placebo)
    twelve_weeks = round(84 / step) - 1
    for course, line in lines.items():
        live.follow(line, x="day", y=f"{course}_shown")
        live.moving(f"{course}_mean", f"{course}_shown", window=len(days))
        live.pick(f"{course}_12", f"{course}_mean", twelve_weeks)
        live.pick(f"{course}_52", f"{course}_mean", -1)
    live.follow(bars["twelve"], height=[f"{course}_12" for course in _COURSES])
    live.follow(bars["year"], height=[f"{course}_52" for course in _COURSES])
    for course, (text, *_) in _COURSES.items():
        live.read_out(f"{course}_12", f"{text}, 12 weeks", ".2f")
        live.read_out(f"{course}_52", "52 weeks", ".2f", "points")
    live.describe(
        "In this illustration the mean relief over 12 weeks is {fast_12:.2f} points for the fast "
        "course, {tablets_12:.2f} for the slow one, {exposure_12:.2f} for exposure therapy and "
        "{placebo_12:.2f} for a placebo-like course; over 52 weeks {fast_52:.2f}, "
        "{tablets_52:.2f}, {exposure_52:.2f} and {placebo_52:.2f}. Taken off every curve: {off}.",
        caption="A bar is the mean height of its curve: what is lived through counts, not the day "
        "it began. Sizes come from uncontrolled changes and are not comparable as efficacy.",
        off=("subtract", ["nothing", "the placebo-like course"]),
    )
    return live
