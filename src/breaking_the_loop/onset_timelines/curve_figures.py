"""The figures of notebook 03 on single curves: five clocks, their doubt, and first separation."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import NullLocator, PercentFormatter

from breaking_the_loop.evidence import tables as evidence
from breaking_the_loop.onset_timelines import clocks as onset
from breaking_the_loop.onset_timelines.record_figures import label, points
from breaking_the_loop.palette import EXPOSURE, RELIEF, TABLETS
from breaking_the_loop.weighing_the_evidence.designs import SD
from looplab.figure.controls import Choice, Logarithmic
from looplab.figure.figure import LivingFigure
from looplab.figure.labels import aside, number_bars
from looplab.figure.style import GRID, INK, MUTED, PAPER, SHADE, course_style, line_look
from looplab.model.declare import Input, formula
from looplab.model.maths import exp, minimum, where
from looplab.references import author_and_year, link

_WEEKS = 26.0
_CLOCKS = {
    "separation": ("separation", MUTED),
    "minimal": ("minimal improvement", RELIEF),
    "response": ("response", TABLETS),
    "remission": ("remission; 5 durable", EXPOSURE),
    "durable": ("", INK),
}


@formula(
    inputs=[
        Input(f"{clock}_{part}", f"{part}_{clock}", f"{part} of {clock}")
        for clock in onset.CLOCKS
        for part in ("week", "reached", "points")
        if (clock, part) != ("durable", "points")
    ]
)
def _on_the_clock(m):
    """Where the marks stand on the axes, and whether they are on them."""
    for clock in onset.CLOCKS:
        week, reached = getattr(m, f"{clock}_week"), getattr(m, f"{clock}_reached")
        setattr(m, f"{clock}_on", where(week <= _WEEKS, reached, 0))
        setattr(m, f"{clock}_x", minimum(week, _WEEKS))


def clocks() -> LivingFigure:
    """One mean course, and the five weeks on it that are all called onset."""
    with course_style():
        figure, axes = plt.subplots(figsize=(9.5, 4.6))
        course = axes.plot([], [], color=TABLETS, linewidth=2.5)[0]
        axes.set(
            xlim=(0, _WEEKS),
            ylim=(0, 25),
            xlabel="weeks since the start of treatment",
            ylabel="improvement of the mean\n(Y-BOCS points)",
        )
        levels, names, circles, digits = [], [], [], []
        for number, (_, colour) in enumerate(_CLOCKS.values(), start=1):
            levels.append(axes.plot([], [], **line_look(colour, linewidth=1.2))[0])
            names.append(axes.text(_WEEKS, 0, "", color=colour, ha="right", va="bottom"))
            circles.append(
                axes.plot(
                    [], [], "o", color=PAPER, markeredgecolor=colour, markersize=17, zorder=4
                )[0]
            )
            digits.append(
                axes.plot([], [], linestyle="", marker=f"${number}$", color=colour, zorder=5)[0]
            )
    live = LivingFigure(
        "clocks",
        "One curve, five clocks",
        figure,
        [
            onset.FULL_EFFECT,
            onset.TAU,
            onset.BASELINE,
            Choice(
                "mid_in_per_cent",
                "minimal improvement counted as",
                ("4.9 points", "24 % of the score before treatment"),
                help="Two forms of one convention, from clinicians' ratings of single people.",
            ),
            replace(onset.FOLLOW_UP, high=30),
        ],
        presets={
            "Half as slow again": {"tau": 5.46},
            "Larger effect, milder start": {"full_effect": 14.0, "baseline": 22.0},
        },
        constants={"week": np.linspace(0, _WEEKS, 161), "edges": [0, _WEEKS]},
    )
    live.compute(onset.course)
    live.compute(onset.five_clocks)
    live.compute(_on_the_clock)
    drawn = zip(onset.CLOCKS, levels, names, circles, digits, strict=True)
    for number, (clock, level, name, circle, digit) in enumerate(drawn, start=1):
        at = "remission_points" if clock == "durable" else f"{clock}_points"
        if clock != "durable":
            live.follow(level, x="edges", y=at)
            live.compute(_above, prefix=f"{clock}_", at=at)
            live.write(name, f"{number} {_CLOCKS[clock][0]}", y=f"{clock}_above")
        for artist in (circle, digit):
            live.follow(artist, x=f"{clock}_x", y=at, visible=f"{clock}_on")
    live.follow(course, x="week", y="relief")
    when = {
        f"{clock}_when": (f"{clock}_reached", ["never", f"week {{{clock}_week:.1f}}"])
        for clock in onset.CLOCKS
    }
    for number, clock in enumerate(onset.CLOCKS, start=1):
        live.read_out(f"{clock}_when", f"{number} {clock}")
    live.describe(
        "The mean improves by {full_effect:.2f} points in the long run, from {baseline:.1f}. "
        "Separation: {separation_when}. Clinician-rated minimal improvement, {minimal_points:.1f} "
        "points: {minimal_when}. Response of the mean: {response_when}. Remission of the mean: "
        "{remission_when}. Durable: {durable_when}.",
        caption="One curve, five dates: which one is called onset is a choice.",
        **when,
    )
    live.table({"week": "week", "mean score (points)": "score", "improvement (points)": "relief"})
    return live


@formula(inputs=[Input("at", "y", "height")])
def _above(m):
    m.above = m.at + 0.35


_FALL = replace(
    onset.VISIT_MEAN,
    name="fall",
    symbol="c_t",
    label="improvement of the mean",
    default=6.5,
    low=0.0,
    high=12.0,
    step=0.1,
)


@formula(parameters=[_FALL, onset.BASELINE])
def _mean_at_visit(m):
    m.visit_mean = m.baseline - m.fall


def people() -> LivingFigure:
    """The share of people past each mark, where the mean is not."""
    with course_style():
        figure, axes = plt.subplots(figsize=(8.5, 2.9))
        marks = [
            "fall of 25 %",
            "fall of 35 %: response",
            "4.9 points: minimal,\nas clinicians rate it",
            "score of 12 or less",
        ]
        bars = axes.barh(marks, [0.0] * 4, color=[MUTED, TABLETS, RELIEF, EXPOSURE], height=0.6)
        axes.set(
            xlim=(0, 1), ylim=(3.6, -0.6), xlabel="share of people past the mark (illustration)"
        )
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        axes.tick_params(left=False)
    live = LivingFigure(
        "people",
        "A mean describes nobody",
        figure,
        [_FALL, onset.VISIT_SD, onset.RHO],
        presets={
            "Week 4": {"fall": 4.5, "visit_sd": 6.9, "rho": 0.6},
            "Week 12": {"fall": 6.5, "visit_sd": 8.3, "rho": 0.6},
            "The mean does not move": {"fall": 0, "visit_sd": 8.3, "rho": 0.6},
        },
    )
    live.compute(_mean_at_visit)
    live.compute(onset.responders)
    shares = ["share_fall_25", "share_fall_35", "share_minimal", "share_remission"]
    live.follow(bars, height=shares)
    number_bars(live, bars, shares, ".0%", 0.035)
    live.read_out("visit_mean", "mean score", ".1f", "points")
    live.read_out("share_minimal", "past 4.9 points", ".0%")
    live.read_out("share_fall_35", "past 35 %", ".0%")
    live.describe(
        "The mean is {visit_mean:.1f}, {fall:.1f} points better. If scores were normal "
        "(illustration), {share_fall_35:.0%} would have a fall of 35 %, {share_fall_25:.0%} one of "
        "25 %, {share_minimal:.0%} one of 4.9 points, and {share_remission:.0%} a score of 12 or "
        "less.",
        caption="How many pass a mark depends on the mean and on how far people differ. How "
        "scores before and after go together was not published: that slider is a guess.",
    )
    return live


_RHOS = (0.4, 0.6, 0.8)


@cache
def _band(rho):
    """95 % of the curves that redrawn visits give, and their time constants."""
    weeks = np.linspace(0, 26, 53)
    fits = onset.bootstrap_course(rho, draws=8000)
    kept = np.isfinite(fits.tau) & (fits.tau > 0)
    effect, tau = fits.full_effect[kept], fits.tau[kept]
    curves = effect[:, None] * -np.expm1(-weeks / tau[:, None])
    return np.quantile(curves, [0.025, 0.975], axis=0), np.quantile(tau, [0.025, 0.975])


def two_visits() -> LivingFigure:
    """The open fluoxetine course: two visits, two parameters, and what that leaves open."""
    rows = [p for p in points("mean course") if p.result.study_id == "costa2012_fluoxetine"]
    start, *visits = rows
    gains = [start.value - visit.value for visit in visits]
    weeks = np.linspace(0, 26, 53)
    effect, tau = onset.through_two_visits(4, gains[0], 12, gains[1])
    # The hyperbola E t / (t + h) through the same two visits.
    half = 48 * (gains[1] - gains[0]) / (12 * gains[0] - 4 * gains[1])
    ceiling = gains[0] * (4 + half) / 4
    bands = [_band(rho) for rho in _RHOS]
    item = evidence.load().bibliography["costa2012_fluoxetine"]
    with course_style():
        figure, axes = plt.subplots(figsize=(9.5, 4.2))
        band = axes.fill([], [], color=TABLETS, alpha=0.18, linewidth=0)[0]
        curve = axes.plot([], [], color=TABLETS, linewidth=2.5)[0]
        axes.plot(weeks, ceiling * weeks / (weeks + half), "--", color=INK, linewidth=1.6)
        axes.axhline(onset.MID_POINTS, color=MUTED, linewidth=1, linestyle=":")
        axes.text(
            25.9,
            onset.MID_POINTS - 0.12,
            "minimal improvement, as clinicians rate it: 4.9 points",
            color=MUTED,
            ha="right",
            va="top",
        )
        axes.text(
            25.9,
            6.45,
            f"flattening curve: ends at {effect:.2f} points",
            color=TABLETS,
            ha="right",
            va="top",
        )
        axes.text(25.9, 7.75, f"another shape: ends at {ceiling:.2f} points", color=INK, ha="right")
        axes.text(0.4, 8.9, "shaded: 95 % of curves through redrawn visits", color=TABLETS)
        dots = [
            axes.plot(
                [visit.days / 7],
                [gain],
                "o",
                color=TABLETS,
                markerfacecolor=PAPER,
                markersize=11,
                zorder=4,
            )[0]
            for visit, gain in zip(visits, gains, strict=True)
        ]
        axes.set(
            xlim=(0, 26),
            ylim=(0, 9.5),
            xlabel="weeks since the start of treatment",
            ylabel="improvement (Y-BOCS points)",
        )
    constants = {
        "weeks": weeks,
        "curve": effect * -np.expm1(-weeks / tau),
        "shown": 1,
        "tau": tau,
        "early_share": gains[0] / gains[1],
        "shortest_tau": [limits[0] for _, limits in bands],
        "longest_tau": [limits[1] for _, limits in bands],
    }
    lows, highs = (np.ravel([limits[end] for limits, _ in bands]) for end in (0, 1))
    constants |= {"lows": lows, "highs": highs}
    live = LivingFigure(
        "two-visits",
        "Two visits, two parameters, nothing left to check",
        figure,
        [
            Choice(
                "which",
                "correlation between visits (illustration)",
                tuple(f"{rho:g}" for rho in _RHOS),
                default=1,
                help="Not published.",
            )
        ],
        constants=constants,
    )
    for quantity, of in (("low", "lows"), ("high", "highs")):
        live.pick(quantity, of, "which", size=len(weeks))
    live.pick("tau_from", "shortest_tau", "which")
    live.pick("tau_to", "longest_tau", "which")
    live.follow(band, x="weeks", low="low", high="high")
    live.follow(curve, x="weeks", y="curve")
    for dot, visit in zip(dots, visits, strict=True):
        live.follow(dot, visible="shown")
        live.link(
            dot, link(item), f"From {start.value:g} to: {label(visit, author_and_year(item))}"
        )
    live.read_out("early_share", "share of the week-12 gain present at week 4", ".0%")
    live.read_out("tau", "time constant", ".2f", "weeks")
    live.read_out("tau_from", "from", ".1f", "weeks")
    live.read_out("tau_to", "to", ".1f", "weeks")
    live.describe(
        "Improvement was 4.5 points at week 4 and 6.5 at week 12: {early_share:.0%} of it was "
        "there at week 4. The flattening curve through both has a time constant of {tau:.2f} weeks "
        "(95 % of redrawn visits: {tau_from:.1f} to {tau_to:.1f}). Another shape goes through "
        "both, too.",
        caption="Two visits fix two numbers and check nothing: another shape passes through the "
        "same points and ends elsewhere. There was no placebo arm, so the curve also holds time, "
        "attention and hope.",
    )
    live.table(
        {
            "week": "weeks",
            "exponential (points)": "curve",
            "lower limit (points)": "low",
            "upper limit (points)": "high",
        }
    )
    return live


_END_WEEKS = np.arange(6, 13.01, 0.25)
_POOLS = (("soomro2008_cochrane", onset.SOOMRO), ("cohen2025_ipd", onset.COHEN))


@formula(
    inputs=[
        Input("effect", "E", "difference in the long run", "points"),
        Input("rate", r"1/\tau", "rate", "1/week"),
        Input("week", "t", "time", "weeks"),
    ]
)
def _difference(m):
    m.difference = m.effect * (1 - exp(-m.week * m.rate))


_END_WEEK = replace(
    onset.TAU,
    name="end_week",
    symbol="T",
    label="week that the end point stands for",
    default=10.0,
    low=6.0,
    high=13.0,
    step=0.25,
    source="soomro2008_cochrane pools weeks 6 to 13, cohen2025_ipd weeks 10 to 13",
    status="published",
)


@cache
def _allowed(pool: int, weeks: tuple[float, ...]):
    """95 % of the curves that redrawn points of a pool give, at each week (points)."""
    fits = onset.drug_minus_placebo_fits(_POOLS[pool][1])
    kept = np.isfinite(fits.tau) & (fits.tau > 0)
    effect, tau = fits.full_effect[kept, None], fits.tau[kept, None]
    return np.quantile(effect * -np.expm1(-np.array(weeks) / tau), [0.025, 0.975], axis=0)


def drug_minus_placebo() -> LivingFigure:
    """What is known of the gap between an SSRI and placebo: three points and many curves."""
    bibliography = evidence.load().bibliography
    weeks = np.linspace(0, 13, 53)
    bands = [_allowed(pool, tuple(weeks)) for pool in range(len(_POOLS))]
    with course_style():
        figure, axes = plt.subplots(figsize=(9.5, 4.4))
        allowed = [axes.fill([], [], color=TABLETS, alpha=0.18, linewidth=0)[0] for _ in _POOLS]
        line = axes.plot([], [], color=TABLETS, linewidth=2.2)[0]
        axes.text(
            0.15,
            5.75,
            "shaded: 95 % of the curves that go through redrawn points\n"
            "line: one curve through week 2 and the end point, read at the week you choose",
            color=TABLETS,
            va="top",
        )
        markers = []
        for point in points("drug minus placebo"):
            week = point.days / 7
            low, high = sorted(-end for end in point.interval)
            axes.plot([week, week], [low, high], color=INK, linewidth=1.3, zorder=3)
            axes.plot(
                [point.days_first / 7, point.days_last / 7],
                [-point.value] * 2,
                color=INK,
                linewidth=3,
                alpha=0.35,
            )
            marker = axes.plot([week], [-point.value], "s", color=INK, markersize=8, zorder=4)[0]
            study = author_and_year(bibliography[point.result.study_id])
            above = -1 if study.startswith("Cohen") else 1
            axes.annotate(
                study,
                (week, high if above > 0 else low),
                xytext=(0, 4 * above),
                textcoords="offset points",
                ha="center",
                va="bottom" if above > 0 else "top",
                zorder=5,
                bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1, "alpha": 0.85},
            )
            markers.append((marker, point, study))
        axes.set(
            xlim=(0, 14),
            ylim=(0, 6),
            xlabel="weeks since the start of treatment",
            ylabel="how much more the drug group\nimproved (Y-BOCS points)",
        )
    effects, rates, finite = [], [], []
    for _, pool in _POOLS:
        for week in _END_WEEKS:
            effect, tau = onset.through_two_visits(2, onset.EARLY_DIFFERENCE, week, pool.points)
            fits_one = np.isfinite(tau)
            finite.append(float(fits_one))
            effects.append(float(effect) if fits_one else 0.0)
            rates.append(1 / float(tau) if fits_one else 1.0)
    without = [onset.drug_minus_placebo_fits(pool).without_finite_tau for _, pool in _POOLS]
    constants = {
        "weeks": weeks,
        "effects": effects,
        "rates": rates,
        "finite": finite,
        "taus": [1 / rate for rate in rates],
        "without": without,
        "pools": [1, 0],
        "other_pools": [0, 1],
        "shown": 1,
        "early": onset.EARLY_DIFFERENCE,
    }
    for pool, (low, high) in enumerate(bands):
        constants |= {f"low_{pool}": low, f"high_{pool}": high}
    live = LivingFigure(
        "drug-minus-placebo",
        "Three points, many curves",
        figure,
        [Choice("pool", "end point", ("Soomro 2008", "Cohen 2025")), _END_WEEK],
        constants=constants,
    )
    live.row("entry", pool=range(len(_POOLS)), end_week=_END_WEEKS)
    for quantity, of in (
        ("effect", "effects"),
        ("rate", "rates"),
        ("fits", "finite"),
        ("tau", "taus"),
    ):
        live.pick(quantity, of, "entry")
    live.pick("no_tau", "without", "pool")
    live.pick("first_band", "pools", "pool")
    live.pick("second_band", "other_pools", "pool")
    live.compute(_difference, week="weeks")
    for pool, (band, shown) in enumerate(zip(allowed, ("first_band", "second_band"), strict=True)):
        live.follow(band, x="weeks", low=f"low_{pool}", high=f"high_{pool}", visible=shown)
    live.follow(line, x="weeks", y="difference", visible="fits")
    for marker, point, study in markers:
        live.follow(marker, visible="shown")
        live.link(marker, link(bibliography[point.result.study_id]), label(point, study))
    live.read_out("curve_is", "time constant of the line")
    live.read_out("no_tau", "redrawn pairs that no flattening curve fits", ".1%")
    known = " ".join(
        f"{study}, {_weeks(point)}: {-point.value:g} points more on the drug (95 % interval "
        f"{-point.interval[1]:g} to {-point.interval[0]:g})."
        for _, point, study in markers
    )
    live.describe(
        known + " Through week 2 and {which}, taken as week {end_week:.2f}, the time constant is: "
        "{curve_is}. {no_tau:.1%} of redrawn pairs fit no flattening curve at all.",
        caption="Three points are known; the curve between and beyond them is not.",
        which=("pool", ["Soomro 2008", "Cohen 2025"]),
        curve_is=("fits", ["none is finite", "{tau:.1f} weeks"]),
    )
    return live


_CHANGES = np.linspace(-15, 30, 181)
_SIDES = {"placebo": MUTED, "drug": TABLETS}


@formula(
    inputs=[
        Input("change", "x", "improvement", "points"),
        Input("line", "L", "the line", "points"),
    ],
    parameters=[onset.GAP, onset.PLACEBO_FALL, onset.CHANGE_SD],
)
def _two_arms(m):
    """Both curves of change, and what of them lies past the line."""
    for side, mean in (("placebo", m.placebo_fall), ("drug", m.placebo_fall + m.gap)):
        z = (m.change - mean) / m.change_sd
        density = 100 * exp(-(z**2) / 2) / (m.change_sd * math.sqrt(2 * math.pi))
        setattr(m, f"{side}_density", density)
        setattr(m, f"{side}_past", where(m.change >= m.line, density, 0))


@formula(
    inputs=[
        Input("share_placebo", "P_0", "share past the line"),
        Input("share_drug", "P_1", "share past the line"),
        Input("more", r"\Delta P", "difference"),
    ],
    parameters=[onset.GAP, onset.PLACEBO_FALL],
)
def _counted(m):
    """The shares as people, and both means."""
    m.placebo_mean = m.placebo_fall
    m.drug_mean = m.placebo_fall + m.gap
    m.of_100_placebo = 100 * m.share_placebo
    m.of_100_drug = 100 * m.share_drug
    m.more_of_100 = m.of_100_drug - m.of_100_placebo
    m.any_more = where(m.more > 0.0001, 1, 0)
    m.one_more_per = 1 / where(m.more > 0.0001, m.more, 1)


@formula(inputs=[Input("mean", "m", "mean", "points"), Input("sd", "s", "SD", "points")])
def _top(m):
    """Beside the top of a curve, on its own side."""
    m.name_x = m.mean
    m.name_y = 100 / (m.sd * math.sqrt(2 * math.pi)) + 0.15


def past_the_line() -> LivingFigure:
    """Two means, one line: how many people of each arm are past it (illustration)."""
    with course_style():
        figure, axes = plt.subplots(figsize=(9.5, 4.3))
        curves, shades = {}, {}
        for side, colour in _SIDES.items():
            shades[side] = axes.fill([], [], color=colour, alpha=0.2, linewidth=0)[0]
            curves[side] = axes.plot(
                [], [], "--" if side == "placebo" else "-", color=colour, linewidth=2.2
            )[0]
        upright = axes.plot([], [], color=INK, linewidth=1.5, linestyle=(0, (4, 2)))[0]
        name = axes.text(0, 10.4, "")
        tops = {
            side: axes.text(0, 0, "", color=colour, ha="right" if side == "placebo" else "left")
            for side, colour in _SIDES.items()
        }
        axes.set(
            xlim=(-15, 30),
            ylim=(0, 11),
            yticks=[],
            xlabel="improvement of one person (Y-BOCS points; below 0: worse than before)",
            ylabel="how many people (illustration)",
        )
    live = LivingFigure(
        "past-the-line",
        "A gap between means, a line for one person",
        figure,
        [
            onset.GAP,
            onset.PLACEBO_FALL,
            onset.CHANGE_SD,
            Choice(
                "line_in_per_cent",
                "the line",
                ("4.9 points: minimal, as clinicians rate it", "35 % of 27.3 points: response"),
            ),
        ],
        presets={
            "Weeks 10 to 13": {"gap": 2.65, "placebo_fall": 4.0, "change_sd": 7.0},
            "Week 2": {"gap": 0.9, "placebo_fall": 1.5, "change_sd": 6.0},
            "No gap at all": {"gap": 0.0},
        },
        constants={
            "change": _CHANGES,
            "ends": [0, 1],
            "heights": [0, 10.2],
            "nothing": np.zeros(len(_CHANGES)),
        },
    )
    live.compute(onset.past_the_line)
    live.compute(_two_arms)
    live.compute(_counted)
    for side in _SIDES:
        live.compute(_top, prefix=f"{side}_", mean=f"{side}_mean", sd="change_sd")
        live.follow(shades[side], x="change", low="nothing", high=f"{side}_past")
        live.follow(curves[side], x="change", y=f"{side}_density")
        live.write(tops[side], side, x=f"{side}_name_x", y=f"{side}_name_y")
    live.follow(upright, x="line", y="heights")
    live.write(name, "the line, for one person", x="line")
    live.read_out("of_100_placebo", "of 100 on placebo, past the line", ".0f")
    live.read_out("of_100_drug", "of 100 on the drug", ".0f")
    live.read_out("more_of_100", "more of 100", ".0f")
    live.read_out("one_more", "more past the line, of those treated")
    live.describe(
        "With means {gap:.2f} points apart and a line at {line:.1f} points, {of_100_placebo:.0f} "
        "of 100 people on placebo are past the line and {of_100_drug:.0f} of 100 on the drug: "
        "{treated}. Normal curves with one standard deviation, {change_sd:.1f} points "
        "(illustration).",
        caption="A line is drawn for one person, a gap between two groups. A gap smaller than the "
        "line can still carry people across it, and some cross it on placebo alone.",
        treated=("any_more", ["nobody more", "one more for every {one_more_per:.1f} treated"]),
        one_more=("any_more", ["nobody", "1 in {one_more_per:.1f}"]),
    )
    live.table(
        {
            "improvement (points)": "change",
            "placebo (% of people per point)": "placebo_density",
            "drug (% of people per point)": "drug_density",
        }
    )
    return live


def _weeks(point):
    first, last = point.days_first / 7, point.days_last / 7
    return f"week {first:g}" if first == last else f"weeks {first:g} to {last:g}"


_LAST_WEEK = 26.0


@formula(
    inputs=[Input("first_week", "t", "weeks"), Input("separates", "S", "whether it ever does")]
)
def _dot(m):
    m.on = where(m.first_week <= _LAST_WEEK, m.separates, 0)
    m.x_week = minimum(m.first_week, _LAST_WEEK)


def per_arm(point: evidence.Point) -> float:
    """Patients per arm of a trial: from its arms where both were seen, else half of all."""
    arms = [float(n) for n in point.result.n_arm.split(" / ") if n]
    if len(arms) == 2:
        return sum(arms) / 2
    return (arms[0] if arms else point.result.n_enrolled) / 2


def separation() -> LivingFigure:
    """When a trial first tells drug from placebo, against how many patients it has."""
    bibliography = evidence.load().bibliography
    chosen = points("first separation")
    week = np.geomspace(1, _LAST_WEEK, 81)
    with course_style():
        figure, axes = plt.subplots(figsize=(9.5, 4.6))
        styles = (("a", onset.CURVE_A, "-", TABLETS), ("b", onset.CURVE_B, "--", EXPOSURE))
        axes.axhspan(0, 8, color=SHADE, zorder=0)
        axes.text(4.2, 7.7, "before week 8", color=MUTED, va="top")
        drawn = [axes.plot([], [], style, color=colour)[0] for _, _, style, colour in styles]
        names = [
            axes.text(0, y, "", color=colour, ha=side, transform=aside(axes, away))
            for y, colour, side, away in (
                (12.0, TABLETS, "right", -8),
                (20.5, EXPOSURE, "left", 8),
            )
        ]
        dots = [
            axes.plot([], [], "D", color=colour, markersize=8, zorder=4)[0] for *_, colour in styles
        ]
        markers = []
        for point in chosen:
            marker = axes.plot(
                [per_arm(point)], [point.value], "o", color=INK, markersize=8, zorder=3
            )[0]
            study = author_and_year(bibliography[point.result.study_id])
            side = -1 if study.startswith(("Goodman", "Kronig")) else 1
            below = study.startswith("Hollander")
            axes.annotate(
                study,
                (per_arm(point), point.value),
                xytext=(7 * side, -12 if below else 5),
                textcoords="offset points",
                ha="right" if side < 0 else "left",
            )
            markers.append((marker, point, study))
        axes.set(
            xlim=(4, 10_000),
            ylim=(0, _LAST_WEEK),
            xscale="log",
            xlabel="people in each arm (logarithmic)",
            ylabel="first week with p < 0.05",
        )
        ticks = [10, 25, 50, 100, 250, 500, 1000, 5000]
        axes.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
        axes.xaxis.set_minor_locator(NullLocator())
        axes.grid(axis="x", color=GRID, linewidth=0.6)
    live = LivingFigure(
        "separation",
        "The larger the trial, the earlier the drug",
        figure,
        [
            Logarithmic(onset.N_PER_ARM),
            SD,
            Choice("power", "chance to see it", ("50 %", "80 %")),
        ],
        presets={"25 per arm": {"n_per_arm": 25}, "500 per arm": {"n_per_arm": 500}},
        constants={
            "week": week,
            "powers": [0.0, 0.8416],
            "shown": 1,
        }
        | {f"effect_{key}": effect for key, (effect, _), *_ in styles}
        | {f"tau_{key}": tau for key, (_, tau), *_ in styles},
    )
    live.pick("power_z", "powers", "power")
    for (key, *_), line, dot, name in zip(styles, drawn, dots, names, strict=True):
        live.compute(
            onset.separation,
            prefix=f"{key}_",
            full_effect=f"effect_{key}",
            tau=f"tau_{key}",
            week="week",
        )
        for quantity in ("first_week", "separates"):
            live.pick(f"{key}_{quantity}_now", f"{key}_{quantity}", 0)
        live.compute(
            _dot,
            prefix=f"{key}_",
            first_week=f"{key}_first_week_now",
            separates=f"{key}_separates_now",
        )
        live.follow(line, x=f"{key}_needed", y="week")
        at = {"a": 12.0, "b": 20.5}[key]
        live.pick(f"{key}_name_x", f"{key}_needed", int(np.abs(week - at).argmin()))
        gap = {"a": "3.2", "b": "2.7"}[key]
        live.write(name, f"if the gap is {gap} points at the end", x=f"{key}_name_x")
        live.follow(dot, x="n_per_arm", y=f"{key}_x_week", visible=f"{key}_on")
    for marker, point, study in markers:
        live.follow(marker, visible="shown")
        live.link(marker, link(bibliography[point.result.study_id]), label(point, study))
    words = {
        f"{key}_when": (f"{key}_separates_now", ["never", f"week {{{key}_first_week_now:.1f}}"])
        for key in "ab"
    }
    live.read_out("a_when", "first week, if the gap is 3.2")
    live.read_out("b_when", "if it is 2.7")
    seen = ", ".join(f"{study} at week {point.value:g}" for _, point, study in markers)
    live.describe(
        "With {n_per_arm:d} people in each arm the drug separates from placebo at {a_when} if the "
        "gap at the end is 3.2 points (solid) and at {b_when} if it is 2.7 (dashed). Published "
        f"first separations: {seen}.",
        caption="The more people are watched, the earlier the first significant week. It says as "
        "much of the trial as of the drug.",
        **words,
    )
    return live
