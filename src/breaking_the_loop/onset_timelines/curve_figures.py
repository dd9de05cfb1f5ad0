"""The figures of notebook 03 on single curves: five clocks, their doubt, and first separation."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import NullLocator, PercentFormatter

from breaking_the_loop.evidence import tables as evidence
from breaking_the_loop.onset_timelines import clocks as onset
from breaking_the_loop.onset_timelines.record_figures import found, label, points
from breaking_the_loop.palette import EXPOSURE, RELIEF, TABLETS
from breaking_the_loop.weighing_the_evidence.designs import SD
from looplab.figure.controls import Choice, Logarithmic
from looplab.figure.figure import LivingFigure
from looplab.figure.style import GRID, INK, MUTED, PAPER, course_style
from looplab.model.declare import Input, formula
from looplab.model.maths import exp, minimum, where
from looplab.references import author_and_year, link

_WEEKS = 40.0
_CLOCK_NAMES = {
    "separation": "separation: a trial tells the groups apart",
    "noticeable": "noticeable: the smallest change that matters",
    "response": "response: a fall of 35 %",
    "remission": "remission: a score of 12",
    "durable": "durable: remission held for months",
}


@formula(
    inputs=[
        Input("baseline", r"\mu_0", "mean score before treatment", "points"),
        *(
            Input(f"{clock}_{part}", f"{part}_{clock}", f"{part} of {clock}")
            for clock in onset.CLOCKS
            for part in ("week", "reached")
        ),
        Input("separation_points", "y_s", "points", "points"),
        Input("noticeable_points", "y_n", "points", "points"),
        Input("response_points", "y_r", "points", "points"),
    ]
)
def _on_the_clock(m):
    """Where the marks stand on the axes, whether they are on them, and what to say of each."""
    m.separation_score = m.baseline - m.separation_points
    m.noticeable_score = m.baseline - m.noticeable_points
    m.response_score = m.baseline - m.response_points
    m.remission_score = minimum(m.baseline, onset.REMISSION_SCORE)
    m.durable_score = m.remission_score
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
            ylim=(0, 48),
            xlabel="weeks since the start of treatment",
            ylabel="mean Y-BOCS score (points)",
        )
        colours = [MUTED, RELIEF, TABLETS, EXPOSURE, INK]
        levels, circles, digits, ends = [], [], [], []
        for number, colour in enumerate(colours, start=1):
            levels.append(axes.plot([], [], ":", color=colour, linewidth=1.2)[0])
            circles.append(
                axes.plot(
                    [], [], "o", color=PAPER, markeredgecolor=colour, markersize=17, zorder=4
                )[0]
            )
            digits.append(
                axes.plot([], [], linestyle="", marker=f"${number}$", color=colour, zorder=5)[0]
            )
            ends.append(
                axes.plot([], [], linestyle="", marker=f"${number}$", color=colour, markersize=6)[0]
            )
        text = "\n".join(f"{i}  {name}" for i, name in enumerate(_CLOCK_NAMES.values(), start=1))
        axes.text(20, 47.5, text, ha="left", va="top", fontsize=9, linespacing=1.5)
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
                "smallest noticeable change",
                ("4.9 points", "24 % of the score before treatment"),
            ),
            Logarithmic(replace(onset.N_PER_ARM, low=10, high=1000)),
            replace(onset.FOLLOW_UP, high=30),
        ],
        presets={
            "Half as slow again": {"tau": 5.46},
            "Larger effect, milder start": {"full_effect": 14.0, "baseline": 22.0},
            "The same, in 1,000 people per arm": {"n_per_arm": 1000},
        },
        constants={"week": np.linspace(0, _WEEKS, 161), "edges": [0, _WEEKS], "end": 39.4},
    )
    live.compute(onset.course)
    live.compute(onset.five_clocks)
    live.compute(_on_the_clock)
    for clock, level, circle, digit, end in zip(
        onset.CLOCKS, levels, circles, digits, ends, strict=True
    ):
        if clock != "durable":
            live.compute(_level, prefix=f"{clock}_", at=f"{clock}_score", edges="edges")
            live.follow(level, x="edges", y=f"{clock}_level")
            live.compute(_above, prefix=f"{clock}_", at=f"{clock}_score")
            live.follow(end, x="end", y=f"{clock}_above")
        for artist in (circle, digit):
            live.follow(artist, x=f"{clock}_x", y=f"{clock}_score", visible=f"{clock}_on")
    live.follow(course, x="week", y="score")
    words = {
        f"{clock}_when": (f"{clock}_reached", ["never", f"week {{{clock}_week:.1f}}"])
        for clock in onset.CLOCKS
    }
    for number, clock in enumerate(onset.CLOCKS, start=1):
        live.read_out(f"{clock}_when", f"{number} {clock}")
    live.describe(
        "The mean falls from {baseline:.1f} by {full_effect:.2f} points in the long run. "
        "Separation: {separation_when}. Noticeable change of {noticeable_points:.1f} points: "
        "{noticeable_when}. Response of the mean: {response_when}. Remission of the mean: "
        "{remission_when}. Durable: {durable_when}.",
        caption="One and the same curve has several onsets, weeks apart, and some never come. "
        "Separation also depends on how many people the trial has; the others do not.",
        **words,
    )
    live.table({"week": "week", "mean score (points)": "score", "improvement (points)": "relief"})
    return live


@formula(inputs=[Input("at", "y", "height"), Input("edges", "x", "ends of the axis")])
def _level(m):
    m.level = m.at + 0 * m.edges


@formula(inputs=[Input("at", "y", "height")])
def _above(m):
    m.above = m.at + 0.9


def people() -> LivingFigure:
    """The share of people past each mark, where the mean is not."""
    rows = [p for p in points("mean course") if p.result.study_id == "costa2012_fluoxetine"]
    with course_style():
        figure, axes = plt.subplots(figsize=(8.5, 2.9))
        marks = ["fall of 25 %", "fall of 35 %: response", "4.9 points: noticeable", "score of 12"]
        bars = axes.barh(marks, [0.0] * 4, color=[MUTED, TABLETS, RELIEF, EXPOSURE], height=0.6)
        axes.set(
            xlim=(0, 1), ylim=(3.6, -0.6), xlabel="share of people past the mark (illustration)"
        )
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        axes.tick_params(left=False)
    visits = rows[1:]
    live = LivingFigure(
        "people",
        "The mean never responds; people do",
        figure,
        [Choice("visit", "visit", ("week 4", "week 12"), default=1), onset.RHO],
        constants={
            "visit_means": [row.value for row in visits],
            "visit_sds": [float(row.result.outcome_dispersion) for row in visits],
        },
    )
    live.pick("visit_mean", "visit_means", "visit")
    live.pick("visit_sd", "visit_sds", "visit")
    live.compute(onset.responders)
    live.follow(
        bars, height=["share_fall_25", "share_fall_35", "share_noticeable", "share_remission"]
    )
    live.read_out("visit_mean", "mean score", ".1f", "points")
    live.describe(
        "At {when} the mean is {visit_mean:.1f}. If scores were normal (illustration), "
        "{share_fall_35:.0%} would have a fall of 35 %, {share_fall_25:.0%} one of 25 %, "
        "{share_noticeable:.0%} a noticeable change, and {share_remission:.0%} a score of 12 or "
        "less.",
        caption="A mean that never reaches response hides people who did. How scores before and "
        "after go together was not published, so this slider is a guess; it matters little.",
        when=("visit", ["week 4", "week 12"]),
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


@formula(
    inputs=[
        Input("which", "i", "chosen correlation"),
        *(Input(f"{end}_{i}", f"{end}_{i}", "points") for end in ("low", "high") for i in range(3)),
    ]
)
def _chosen_band(m):
    for end in ("low", "high"):
        first, second, third = (getattr(m, f"{end}_{i}") for i in range(3))
        setattr(m, end, where(m.which < 0.5, first, where(m.which < 1.5, second, third)))


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
            "noticeable: 4.9 points",
            color=MUTED,
            ha="right",
            va="top",
        )
        axes.text(
            25.9,
            6.45,
            f"exponential: ends at {effect:.2f} points",
            color=TABLETS,
            ha="right",
            va="top",
        )
        axes.text(25.9, 7.75, f"hyperbola: ends at {ceiling:.2f} points", color=INK, ha="right")
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
    for i, ((low, high), _) in enumerate(bands):
        constants |= {f"low_{i}": low, f"high_{i}": high}
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
    live.compute(_chosen_band)
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
        "there at week 4. The exponential through both has a time constant of {tau:.2f} weeks "
        "(95 % of redrawn visits: {tau_from:.1f} to {tau_to:.1f}). A hyperbola goes through both, "
        "too.",
        caption="Two visits fix two numbers and check nothing: another shape passes through the "
        "same points and ends elsewhere. With no placebo arm, the curve also holds time and "
        "expectation.",
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
        Input("pool", "i", "chosen pool"),
        Input("end_week", "T", "week that the end point stands for", "weeks"),
    ]
)
def _entry(m):
    m.entry = m.pool * len(_END_WEEKS) + (m.end_week - 6) * 4


@formula(
    inputs=[
        Input("effect", "E", "difference in the long run", "points"),
        Input("rate", r"1/\tau", "rate", "1/week"),
        Input("week", "t", "time", "weeks"),
    ]
)
def _difference(m):
    m.difference = -m.effect * (1 - exp(-m.week * m.rate))


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


def drug_minus_placebo() -> LivingFigure:
    """What is known of the gap between an SSRI and placebo: three points and many curves."""
    bibliography = evidence.load().bibliography
    weeks = np.linspace(0, 13, 53)
    rng = np.random.default_rng(3)
    with course_style():
        figure, axes = plt.subplots(figsize=(9.5, 4.4))
        fans = []
        for _, pool in _POOLS:
            fits = onset.drug_minus_placebo_fits(pool)
            kept = np.flatnonzero(np.isfinite(fits.tau) & (fits.tau > 0))
            drawn = rng.choice(kept, 30, replace=False)
            curves = fits.full_effect[drawn, None] * np.expm1(-weeks / fits.tau[drawn, None])
            gap = np.full((len(drawn), 1), np.nan)
            x = np.tile(np.append(weeks, np.nan), len(drawn))
            fans.append(
                axes.plot(x, np.hstack([curves, gap]).ravel(), color=MUTED, linewidth=0.5)[0]
            )
        line = axes.plot([], [], color=TABLETS, linewidth=2.2)[0]
        axes.axhline(-onset.MID_POINTS, color=MUTED, linestyle=":", linewidth=1)
        axes.text(0.1, -onset.MID_POINTS + 0.1, "noticeable: 4.9 points", color=MUTED, va="bottom")
        axes.text(0.1, -5.85, "grey curves: compatible with the points, not fitted", color=MUTED)
        markers = []
        for point in points("drug minus placebo"):
            week = point.days / 7
            axes.plot([week, week], point.interval, color=INK, linewidth=1.3, zorder=3)
            axes.plot(
                [point.days_first / 7, point.days_last / 7],
                [point.value] * 2,
                color=INK,
                linewidth=3,
                alpha=0.35,
            )
            marker = axes.plot([week], [point.value], "s", color=INK, markersize=8, zorder=4)[0]
            study = author_and_year(bibliography[point.result.study_id])
            axes.annotate(
                study,
                (week, point.interval[1]),
                xytext=(0, 4),
                textcoords="offset points",
                ha="center",
                fontsize=8.5,
                zorder=5,
                bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1, "alpha": 0.85},
            )
            markers.append((marker, point, study))
        axes.set(
            xlim=(0, 14),
            ylim=(-6.2, 0.3),
            xlabel="weeks since the start of treatment",
            ylabel="drug minus placebo (Y-BOCS points)",
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
    live = LivingFigure(
        "drug-minus-placebo",
        "Three points, many curves",
        figure,
        [Choice("pool", "end point", ("Soomro 2008", "Cohen 2025")), _END_WEEK],
        constants={
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
        },
    )
    live.compute(_entry)
    for quantity, of in (
        ("effect", "effects"),
        ("rate", "rates"),
        ("fits", "finite"),
        ("tau", "taus"),
    ):
        live.pick(quantity, of, "entry")
    live.pick("no_tau", "without", "pool")
    live.pick("first_fan", "pools", "pool")
    live.pick("second_fan", "other_pools", "pool")
    live.compute(_difference, week="weeks")
    live.follow(fans[0], visible="first_fan")
    live.follow(fans[1], visible="second_fan")
    live.follow(line, x="weeks", y="difference", visible="fits")
    for marker, point, study in markers:
        live.follow(marker, visible="shown")
        live.link(marker, link(bibliography[point.result.study_id]), label(point, study))
    live.read_out("curve_is", "time constant through week 2 and this end point")
    live.read_out("no_tau", "redrawn pairs that no such curve fits", ".1%")
    known = " ".join(f"{study}, {_weeks(point)}: {found(point)}." for _, point, study in markers)
    live.describe(
        known + " Through week 2 and {which}, taken as week {end_week:.2f}, the time constant is: "
        "{curve_is}. {no_tau:.1%} of redrawn pairs fit no such curve at all.",
        caption="The points are known; the curve between and beyond them is not. At week 2 the gap "
        "is a fifth of what people notice.",
        which=("pool", ["Soomro 2008", "Cohen 2025"]),
        curve_is=("fits", ["none is finite", "{tau:.1f} weeks"]),
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
    with course_style():
        figure, axes = plt.subplots(figsize=(9.5, 4.6))
        styles = (("a", onset.CURVE_A, "-", TABLETS), ("b", onset.CURVE_B, "--", EXPOSURE))
        drawn = [axes.plot([], [], style, color=colour)[0] for _, _, style, colour in styles]
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
                fontsize=8.5,
                ha="right" if side < 0 else "left",
            )
            markers.append((marker, point, study))
        axes.text(
            0.97,
            0.95,
            "solid: through Soomro 2008\ndashed: through Cohen 2025",
            transform=axes.transAxes,
            ha="right",
            va="top",
        )
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
            "week": np.geomspace(1, _LAST_WEEK, 81),
            "powers": [0.0, 0.8416],
            "shown": 1,
        }
        | {f"effect_{key}": effect for key, (effect, _), *_ in styles}
        | {f"tau_{key}": tau for key, (_, tau), *_ in styles},
    )
    live.pick("power_z", "powers", "power")
    for (key, *_), line, dot in zip(styles, drawn, dots, strict=True):
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
        live.follow(dot, x="n_per_arm", y=f"{key}_x_week", visible=f"{key}_on")
    for marker, point, study in markers:
        live.follow(marker, visible="shown")
        live.link(marker, link(bibliography[point.result.study_id]), label(point, study))
    words = {
        f"{key}_when": (f"{key}_separates_now", ["never", f"week {{{key}_first_week_now:.1f}}"])
        for key in "ab"
    }
    live.read_out("a_when", "solid curve")
    live.read_out("b_when", "dashed curve")
    seen = ", ".join(f"{study} at week {point.value:g}" for _, point, study in markers)
    live.describe(
        "With {n_per_arm:d} people in each arm the drug separates from placebo at {a_when} on "
        f"the solid curve and {{b_when}} on the dashed one. Published first separations: {seen}.",
        caption="The same drug in the same people “starts” at week 9 or at week 1, depending on "
        "how many are watched. First separation says as much of the trial as of the drug.",
        **words,
    )
    return live
