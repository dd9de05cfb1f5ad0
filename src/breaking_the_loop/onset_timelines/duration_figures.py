"""The figures of notebook 03 on how long relief lasts: visits, fading, stopping, and burden."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import NullLocator

from breaking_the_loop.evidence import tables as evidence
from breaking_the_loop.onset_timelines import burden as relief
from breaking_the_loop.onset_timelines import stopping as after
from breaking_the_loop.onset_timelines.fading import SEEN, Visit, fading_posterior, outcomes
from breaking_the_loop.onset_timelines.record_figures import CLASSES, diameter, label, points
from breaking_the_loop.palette import EXPOSURE, KETAMINE, TABLETS
from looplab.figure.controls import Choice, Logarithmic
from looplab.figure.figure import LivingFigure
from looplab.figure.labels import number_bars
from looplab.figure.style import GRID, INK, MUTED, PAPER, SHADE, course_style
from looplab.model.declare import Input, Parameter, formula
from looplab.model.maths import where
from looplab.references import author_and_year, link

VISITS = {
    "8 new people, at day 7": Visit(8, 7.0),
    "80 new people, at day 7": Visit(80, 7.0),
    "792 new people, at day 7": Visit(792, 7.0),
    "the same eight, at day 14": Visit(0, 14.0),
    "8 new people, at day 28": Visit(8, 28.0),
    "the same eight, at day 28": Visit(0, 28.0),
    "the same eight, at day 84": Visit(0, 84.0),
    "80 new people, at day 28": Visit(80, 28.0),
}
"""What one might add to the one visit that is known. 792 make the eight a hundred times as many."""

_TRIALS = 40
_DAYS = [1, 3, 7, 14, 28, 84, 182, 364]
_TRIAL = Parameter(
    "trial",
    "j",
    "imaginary result number",
    1,
    1,
    _TRIALS,
    1,
    "drawn from what the calculation expects",
    "assumed",
)


@cache
def _drawn(visit: Visit):
    """What a visit teaches, and the counts that imaginary results of it gave."""
    found = outcomes(visit)
    random = np.random.default_rng(7)
    return found, random.choice(len(found.chance), _TRIALS, p=found.chance / found.chance.sum())


def _day_axis(axes):
    axes.set(xscale="log", xlim=(1, 365))
    axes.set_xticks(_DAYS, [str(day) for day in _DAYS])
    axes.xaxis.set_minor_locator(NullLocator())


@formula(
    inputs=[
        Input("lowest", "a", "days"),
        Input("highest", "b", "days"),
        Input("ends", "e", "which end of the bar"),
    ]
)
def _bar(m):
    m.end = m.lowest + m.ends * (m.highest - m.lowest)


def visits() -> LivingFigure:
    """What one more visit teaches about the fading time, on average and in single results."""
    drawn = [_drawn(visit) for visit in VISITS.values()]
    gains = [found.expected_bits for found, _ in drawn]
    known = fading_posterior((SEEN,))
    before = known.quantile([0.025, 0.5, 0.975])
    with course_style():
        figure, (bars, below) = plt.subplots(
            2, 1, figsize=(9.5, 4.7), height_ratios=[3.2, 1.1], sharex=False
        )
        colours = [MUTED if visit.day == 7 else KETAMINE for visit in VISITS.values()]
        bars.barh(range(len(VISITS)), gains, color=colours, height=0.55, alpha=0.75)
        for row, (found, _) in enumerate(drawn):
            order = np.argsort(found.bits)
            reached = np.cumsum(found.chance[order])
            low, high = (found.bits[order][np.searchsorted(reached, q)] for q in (0.025, 0.975))
            bars.plot([low, high], [row, row], color=INK, linewidth=1)
            bars.text(gains[row] + 0.02, row - 0.36, f"{gains[row]:.2f}", va="center")
        dot = bars.plot([], [], "D", color=INK, markersize=7, zorder=4)[0]
        bars.axvline(0, color=INK, linewidth=0.8)
        bars.set_yticks(range(len(VISITS)), list(VISITS))
        bars.tick_params(left=False)
        bars.set(
            xlim=(-0.2, 2.4),
            ylim=(len(VISITS) - 0.4, -0.7),
            xlabel="learned about the fading time (bits: each bit halves the plausible range)",
        )
        bars.text(
            2.38,
            -0.5,
            "bar: on average\nthin line: single results (95 %)\ndiamond: the result below",
            ha="right",
            va="top",
            color=MUTED,
        )
        below.plot(before[[0, 2]], [0, 0], color=MUTED, linewidth=5, solid_capstyle="butt")
        below.plot([before[1]], [0], "o", color=MUTED, markersize=9)
        after_bar = below.plot([], [], color=KETAMINE, linewidth=5, solid_capstyle="butt")[0]
        after_dot = below.plot([], [], "o", color=KETAMINE, markersize=9)[0]
        below.set_yticks([0, 1], ["today: 4 of 8 at day 7", "with the result"])
        below.tick_params(left=False)
        below.set(ylim=(1.6, -0.6), xlabel="fading time (days, logarithmic), 95 % of what fits")
        _day_axis(below)
    flat = {
        "lows": [found.limits[k, 0] for found, ks in drawn for k in ks],
        "middles": [found.limits[k, 1] for found, ks in drawn for k in ks],
        "highs": [found.limits[k, 2] for found, ks in drawn for k in ks],
        "results": [found.bits[k] for found, ks in drawn for k in ks],
        "counts": [k for _, ks in drawn for k in ks],
    }
    live = LivingFigure(
        "visits",
        "More people, or another visit? (illustration)",
        figure,
        [Choice("visit", "what is added", tuple(VISITS), default=5), _TRIAL],
        presets={
            "100 times more people": {"visit": 2, "trial": 1},
            "The same eight, at day 28": {"visit": 5, "trial": 1},
        },
        constants=flat
        | {
            "gains": gains,
            "of": [visit.people or SEEN[0] for visit in VISITS.values()],
            "again": [float(not visit.people) for visit in VISITS.values()],
            "ends": [0, 1],
            "row": [1, 1],
            "one": 1,
            "people_bits": gains[2],
            "visit_bits": gains[5],
            "before_low": before[0],
            "before_high": before[2],
        },
    )
    live.row("place", visit=range(len(VISITS)), trial=range(1, _TRIALS + 1))
    for quantity, of in (
        ("lowest", "lows"),
        ("middle", "middles"),
        ("highest", "highs"),
        ("learned", "results"),
        ("count", "counts"),
    ):
        live.pick(quantity, of, "place")
    for quantity, of in (("expected", "gains"), ("people", "of"), ("same", "again")):
        live.pick(quantity, of, "visit")
    live.compute(_bar)
    live.follow(dot, x="learned", y="visit")
    live.follow(after_bar, x="end", y="row")
    live.follow(after_dot, x="middle", y="one")
    live.read_out("expected", "learned on average", ".2f", "bits")
    live.read_out("learned", "from this result", "+.2f", "bits")
    live.read_out("lowest", "fading time from", ".0f", "days")
    live.read_out("highest", "to", ".0f", "days")
    live.describe(
        "{which} would teach {expected:.2f} bits on average. In imaginary result {trial:d}, "
        "{seen}: {learned:+.2f} bits, and a fading time between {lowest:.0f} and {highest:.0f} "
        "days, where today {before_low:.0f} to {before_high:.0f} fit (illustration).",
        caption="On average another moment teaches more than more people at the same moment. One "
        "result may teach less than that, and a result that surprises teaches most.",
        which=("visit", [text[0].upper() + text[1:] for text in VISITS]),
        seen=(
            "same",
            [
                "{count:d} of {people:d} respond",
                "{count:d} of the {people:d} who had responded still do",
            ],
        ),
    )
    live.table({"learned on average, by row (bits)": "gains"})
    return live


_DATA_SETS = {
    "4 of 8 at day 7: all there is": ((4, 8, 7.0),),
    "imaginary: 40 of 80 at day 7": ((40, 80, 7.0),),
    "imaginary: 400 of 800 at day 7": ((400, 800, 7.0),),
    "imaginary: 4 of 8 at day 7, 2 of 8 others at day 28": ((4, 8, 7.0), (2, 8, 28.0)),
    "imaginary: 40 of 80 at day 7, 20 of 80 others at day 28": ((40, 80, 7.0), (20, 80, 28.0)),
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
        _day_axis(axes)
        axes.set(
            ylim=(0, 2.6),
            yticks=[],
            xlabel="fading time of the response (days, logarithmic)",
            ylabel="plausibility",
        )
    quantiles = [b.quantile([0.025, 0.5, 0.975]) for b in beliefs]
    live = LivingFigure(
        "fading",
        "How long does it last? (illustration)",
        figure,
        [Choice("data", "data", tuple(_DATA_SETS))],
        presets={
            "100 times more people": {"data": 2},
            "Ten times more people, and others later": {"data": 4},
            "Different people pooled": {"data": 5},
        },
        constants={
            "froms": [q[0] for q in quantiles],
            "medians": [q[1] for q in quantiles],
            "tos": [q[2] for q in quantiles],
            "later": [float(b.still_responding(28.0)) for b in beliefs],
        },
    )
    for quantity, of in {
        "lowest": "froms",
        "middle": "medians",
        "highest": "tos",
        "at_28": "later",
    }.items():
        live.pick(quantity, of, "data")
    live.options("is_chosen", "data", len(lines))
    for number, line in enumerate(lines):
        live.follow(line, visible=f"is_chosen_{number}")
    live.read_out("middle", "median fading time", ".0f", "days")
    live.read_out("lowest", "from", ".0f", "days")
    live.read_out("highest", "to", ".0f", "days")
    live.describe(
        "Data: {which}. Fading time: median {middle:.0f} days, 95 % between {lowest:.0f} and "
        "{highest:.0f}. Chance to respond at day 28: {at_28:.0%}.",
        caption="Where the curve keeps to the grey, the data say nothing: what is left is what was "
        "assumed before.",
        which=("data", list(_DATA_SETS)),
    )
    return live


@formula(
    inputs=[
        Input("half", "h", "weeks"),
        Input("shortest", "a", "weeks"),
        Input("longest", "b", "weeks"),
    ]
)
def _on_axis(m):
    """Half-lives that the axis can show, in weeks, and both ends of the reader's bar."""
    m.half_x = where(m.half > 2000, 2000, where(m.half < 1, 1, m.half))
    m.lowest = where(m.shortest > 2000, 2000, where(m.shortest < 1, 1, m.shortest))
    m.highest = where(m.longest > 2000, 2000, where(m.longest < 1, 1, m.longest))


_GROUPS = {
    "simpson2004_relapse": ("after exposure therapy *", "after clomipramine alone"),
    "foa2022_taper": ("drug tapered after exposure therapy", "drug continued"),
    "fineberg2007_relapse": ("switched to placebo", "escitalopram continued"),
    "koran2002_relapse": ("switched to placebo", "sertraline continued"),
}
"""The two groups of each study, in the order of its rows."""


def stopping() -> LivingFigure:
    """Half-lives of well-being after stopping or carrying on, study by study."""
    bibliography = evidence.load().bibliography
    rows, ticks = [], {}
    with course_style():
        figure, axes = plt.subplots(figsize=(9.5, 4.7))
        row = 0.0
        for study_id, names in _GROUPS.items():
            of_study = [p for p in points("after stopping") if p.result.study_id == study_id]
            of_study.sort(key=lambda point: point.result.row_id)
            item = bibliography[study_id]
            study, url = author_and_year(item), link(item)
            axes.text(1.0, row - 0.75, study, fontweight="bold", va="center")
            axes.plot([0.93, 0.93], [row - 0.3, row + 1.3], color=MUTED, linewidth=3)
            for point, name in zip(of_study, names, strict=True):
                colour = CLASSES[point.treatment_class][1]
                weeks = point.days / 7
                half = float(after.half_life(point.k / point.n if point.k else point.value, weeks))
                if point.interval:
                    limits = [float(after.half_life(end, weeks)) for end in point.interval]
                    axes.plot(limits, [row, row], color=colour, linewidth=1.4, zorder=2)
                marker = axes.plot(
                    [half],
                    [row],
                    "o",
                    markersize=diameter(point),
                    color=colour,
                    markerfacecolor=colour if point.controlled else PAPER,
                    markeredgewidth=1.4,
                )[0]
                counted = (
                    f"{point.k} of {point.n}"
                    if point.k
                    else f"{point.value:.0%}".replace("%", " %")
                    + (f" of {point.n}" if point.n else ", n not seen")
                )
                end = max([half, *(limits if point.interval else [])])
                axes.text(end * 1.18, row, f"{counted} by week {weeks:g}", va="center")
                ticks[row] = name
                rows.append((marker, url, point, study, half))
                row += 1
            row += 1
        here = row - 0.2
        ticks[here] = "your numbers"
        axes.set_yticks(list(ticks), list(ticks.values()))
        axes.tick_params(axis="y", left=False)
        axes.set(
            ylim=(here + 0.6, -1.3),
            xlim=(0.9, 2200),
            xscale="log",
            xlabel="weeks until half would have relapsed or worsened (logarithmic)\n"
            "* with or without clomipramine",
        )
        axes.set_xticks([1, 4, 12, 26, 52, 104, 520], ["1", "4", "12", "26", "52", "104", "520"])
        axes.xaxis.set_minor_locator(NullLocator())
        axes.grid(axis="x", color=GRID, linewidth=0.6)
        bar = axes.plot([], [], color=INK, linewidth=1.4)[0]
        dot = axes.plot([], [], "D", color=INK, markersize=7)[0]
    limits = after.exact_limits()
    live = LivingFigure(
        "stopping",
        "After stopping",
        figure,
        [after.RELAPSED, after.FOLLOWED, after.FOLLOWED_WEEKS],
        presets={
            "After exposure therapy: 4 of 33": {
                "relapsed": 4,
                "followed": 33,
                "followed_weeks": 12,
            },
            "After clomipramine: 5 of 11": {"relapsed": 5, "followed": 11, "followed_weeks": 12},
        },
        constants={
            "shown": 1,
            "here": here,
            "row": [here, here],
            "ends": [0, 1],
            "lower": limits[:, 0].round(6),
            "upper": limits[:, 1].round(6),
        },
    )
    live.compute(after.counted)
    live.pick("lowest_share", "lower", "group")
    live.pick("highest_share", "upper", "group")
    live.compute(after.half_life_interval)
    live.compute(_on_axis)
    live.compute(_bar)
    live.follow(bar, x="end", y="row")
    live.follow(dot, x="half_x", y="here")
    for marker, url, point, study, half in rows:
        live.follow(marker, visible="shown")
        live.link(
            marker,
            url,
            f"{label(point, study)} At a constant rate, half after {half:.0f} weeks.",
        )
    live.read_out("half", "half would have relapsed after", ".0f", "weeks")
    live.read_out("shortest", "from", ".0f", "weeks")
    live.read_out("longest", "to", ".0f", "weeks")
    live.describe(
        "Your numbers: {counted:d} of {followed:d} people after {followed_weeks:d} weeks. At a "
        "constant rate half would have relapsed after {half:.0f} weeks (exact 95 % interval "
        "{shortest:.0f} to {longest:.0f}).",
        caption="The studies counted different things as relapse: compare the two rows of one "
        "study, never rows of different ones. People who carried on relapsed, too.",
    )
    return live


_COURSES = {
    "fast": ("fast, fades", KETAMINE, "-"),
    "slow": ("slow", TABLETS, "--"),
    "learned": ("learned", EXPOSURE, "-."),
}
_BURSTS = {
    "one": (1, 14.0),
    "a short burst, then none": (6, 3.5),
    "repeated throughout": (26, 14.0),
}


def burden() -> LivingFigure:
    """Fast but fades against slow but lasts, with every course of one size (illustration)."""
    step = 0.1
    days = np.round(np.arange(step / 2, 364, step), 2)
    size = relief.EQUAL_SIZE
    with course_style():
        figure, axes = plt.subplot_mosaic(
            [["curves", "twelve", "year"]], figsize=(9.6, 4.4), width_ratios=[2.6, 1, 1]
        )
        curves = axes["curves"]
        lines, names = {}, {}
        for course, (_, colour, style) in _COURSES.items():
            lines[course] = curves.plot([], [], style, color=colour)[0]
            names[course] = curves.text(360, 0, "", color=colour, ha="right")
        curves.axvline(84, color=GRID, linewidth=1)
        curves.set(
            xlim=(0, 364),
            ylim=(0, 22),
            xlabel="weeks since the start",
            ylabel="relief (points below the start)",
            title="Relief (illustration)",
        )
        curves.set_xticks([0, 84, 182, 364], ["0", "12", "26", "52"])
        bars = {}
        for which, title in (("twelve", "Mean of 12 weeks"), ("year", "Mean of 52 weeks")):
            ax = axes[which]
            colours = [colour for _, colour, _ in _COURSES.values()]
            bars[which] = ax.bar(
                [text.split(",")[0] for text, *_ in _COURSES.values()],
                [0.0] * 3,
                color=PAPER,
                edgecolor=colours,
                hatch="///",
                width=0.7,
            )
            ax.set(ylim=(0, 22), title=title, ylabel="points (illustration)")
    fast = {parameter.name: parameter for parameter in relief.FAST}
    live = LivingFigure(
        "burden",
        "Fast but fades, slow but lasts (illustration)",
        figure,
        [
            Logarithmic(
                replace(fast["fast_fading"], label="fading time of one fast dose"), steps=20
            ),
            relief.TIMES,
            Choice("burst", "fast doses (imaginary)", tuple(_BURSTS)),
            replace(relief.SLOW[1], low=7.0, high=60.0, step=0.01),
            Choice("stopped", "the slow treatment is", ("continued", "stopped at week 12")),
            Choice("therapy", "the learned one takes", ("12 weeks", "four days")),
        ],
        presets={
            "Fades in 7 days": {"fast_fading": 7, "burst": 0},
            "Fades in 115 days": {"fast_fading": 115, "burst": 0, "times": 1},
            "Three times as large": {"fast_fading": 20.2, "times": 3, "burst": 0},
        },
        constants={
            "day": days,
            "size": size,
            "bursts": [doses for doses, _ in _BURSTS.values()],
            "gaps": [gap for _, gap in _BURSTS.values()],
            "stops": [364.0, 84.0],
            "learned_taus": [28.0, 2.0],
            "learned_stops": [84.0, 4.0],
            "learned_loss": relief.RELAPSE_AFTER_EXPOSURE,
            "twelve_weeks": 84.0,
            "year": 364.0,
            "away_fast": 0.4,
            "away_slow": 0.4,
            "away_learned": -1.4,
        },
    )
    live.compute(_scaled)
    live.pick("doses", "bursts", "burst")
    live.pick("interval", "gaps", "burst")
    live.pick("stop_day", "stops", "stopped")
    live.pick("learned_tau", "learned_taus", "therapy")
    live.pick("learned_stop", "learned_stops", "therapy")
    live.compute(relief.fast_relief, prefix="fast_")
    live.compute(relief.slow_relief, prefix="slow_", slow_effect="size")
    live.compute(
        relief.slow_relief,
        prefix="learned_",
        slow_effect="size",
        slow_tau="learned_tau",
        stop_day="learned_stop",
        relapse_tau="learned_loss",
    )
    live.compute(relief.matching_fading, prefix="twelve_", horizon="twelve_weeks")
    live.compute(relief.matching_fading, prefix="year_", horizon="year")
    twelve_weeks = round(84 / step) - 1
    for course, line in lines.items():
        live.follow(line, x="day", y=f"{course}_relief")
        live.moving(f"{course}_mean", f"{course}_relief", window=len(days))
        live.pick(f"{course}_12", f"{course}_mean", twelve_weeks)
        live.pick(f"{course}_52", f"{course}_mean", -1)
        live.pick(f"{course}_last", f"{course}_relief", -1)
        live.compute(_beside, prefix=f"{course}_", last=f"{course}_last", away=f"away_{course}")
        live.write(names[course], _COURSES[course][0], y=f"{course}_name_y")
    for which, weeks in (("twelve", 12), ("year", 52)):
        number_bars(live, bars[which], [f"{course}_{weeks}" for course in _COURSES], ".1f", 0.7)
    live.follow(bars["twelve"], height=[f"{course}_12" for course in _COURSES])
    live.follow(bars["year"], height=[f"{course}_52" for course in _COURSES])
    live.read_out("match_12", "fading to match 12 weeks")
    live.read_out("match_52", "to match 52 weeks")
    live.describe(
        "In this illustration the slow and the learned course could reach the same {size:.2f} "
        "points, the fast one {times:.2f} times as much. Mean relief over 12 weeks: fast "
        "{fast_12:.2f}, slow {slow_12:.2f}, learned {learned_12:.2f} points; over 52 weeks "
        "{fast_52:.2f}, {slow_52:.2f} and {learned_52:.2f}. One fast dose would match the slow "
        "course over 12 weeks with a fading time of: {match_12}; over 52 weeks: {match_52}.",
        caption="A bar is the mean height of its curve: what is lived through is the whole course, "
        "not the day it began. Every size and every loss here is an illustration.",
        match_12=("twelve_matches", ["never", "{twelve_match:.0f} days"]),
        match_52=("year_matches", ["never", "{year_match:.0f} days"]),
    )
    return live


@formula(parameters=[relief.TIMES], inputs=[Input("size", "E", "size of every course", "points")])
def _scaled(m):
    m.fast_effect = m.times * m.size


@formula(
    inputs=[
        Input("last", "b", "relief at the end", "points"),
        Input("away", "a", "distance of the name", "points"),
    ]
)
def _beside(m):
    m.name_y = m.last + m.away
