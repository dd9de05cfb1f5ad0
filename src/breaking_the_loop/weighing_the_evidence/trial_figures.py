"""The figures of notebook 04 that run trials: selection, carry-over, expectancy and planning."""

from __future__ import annotations

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np

from breaking_the_loop import weighing_the_evidence as trials
from breaking_the_loop.palette import KETAMINE
from breaking_the_loop.weighing_the_evidence import designs, hope, planning, virtual
from breaking_the_loop.weighing_the_evidence.count_figures import percent_axis, segment
from looplab.figure.controls import Choice
from looplab.figure.figure import LivingFigure
from looplab.figure.labels import aside, name_lines
from looplab.figure.style import BAD, GOOD, GRID, INK, MUTED, PAPER, course_style, line_look
from looplab.model.declare import Input, Parameter, formula
from looplab.model.maths import exp, maximum, minimum, where

PEOPLE = 15
FIRST = 8
AGAIN = Parameter(
    "again", "s", "trial number: move it to run the trial again", 1, 1, 200, 1, "illustration",
    "assumed",
)  # fmt: skip
# With guesses worse than chance the arrow of the bias would turn: not what blinding is about.
GUESS_DRUG = replace(virtual.GUESS_DRUG, low=0.5)
GUESS_CONTROL = replace(virtual.GUESS_CONTROL, high=0.5)


@formula(
    parameters=[designs.CUTOFF],
    inputs=[
        Input("screened", "y_1", "rating at screening"),
        Input("rated", "y_2", "rating at baseline"),
    ],
)
def _enrolled(m):
    m.enters = where(m.screened >= m.cutoff, 1, 0)
    m.fall = m.screened - m.rated
    m.shown_first = minimum(maximum(m.screened, 3), 47)
    m.shown_second = minimum(maximum(m.rated, 3), 47)


def at_their_worst() -> LivingFigure:
    """Two ratings of people to whom nothing happened, and the threshold at which they may enter."""
    people = 10_000
    with course_style():
        figure, (cloud, curve) = plt.subplots(1, 2, figsize=(9.6, 3.9), width_ratios=[1.1, 1])
        dots = cloud.plot([0] * 120, [0] * 120, "o", color=GOOD, markersize=3.5, alpha=0.6)[0]
        cloud.plot([0, 50], [0, 50], color=MUTED, linewidth=1)
        line = cloud.plot([16, 16], [0, 50], color=INK, linestyle=(0, (5, 2)))[0]
        cloud.set(xlim=(2, 48), ylim=(2, 48), xlabel="rating at screening, points")
        cloud.set(ylabel="rating at baseline, points", title="Nothing happened in between")
        enter = cloud.text(16, 4, "", color=INK, transform=aside(cloud))
        expected = curve.plot([], [], color=BAD)[0]
        here = curve.plot([16], [0], "o", color=PAPER, markeredgecolor=INK, markersize=11)[0]
        curve.set(xlim=(15, 29), ylim=(0, 8), xlabel="lowest score that may enrol, points")
        curve.set(ylabel="mean fall, points", title="Improvement by selection alone")
    shown = trials.screening
    live = LivingFigure(
        "at-their-worst",
        "Screening and baseline",
        figure,
        [designs.CUTOFF, designs.MU, designs.SIGMA_BETWEEN, designs.SIGMA_WITHIN],
        constants={"cutoffs": np.linspace(16, 28, 25), "tall": [2, 48]},
    )
    live.run(
        shown, steps=1, learners=120,
        each={"few_first": "at_screening", "few_second": "at_baseline"},
    )  # fmt: skip
    live.run(
        shown, steps=1, learners=people, seed=2,
        each={"many_first": "at_screening", "many_second": "at_baseline"},
    )  # fmt: skip
    live.compute(_enrolled, prefix="few_", screened="few_first", rated="few_second")
    live.compute(_enrolled, prefix="many_", screened="many_first", rated="many_second")
    live.mean("simulated_fall", "many_fall", ["many_enters"])
    live.compute(trials.regression_to_mean)
    live.compute(trials.regression_to_mean, prefix="curve_", cutoff="cutoffs")
    live.follow(dots, x="few_shown_first", y="few_shown_second")
    live.follow(line, x="cutoff", y="tall")
    live.write(enter, "may enter →", x="cutoff")
    live.follow(expected, x="cutoffs", y="curve_expected_drop")
    live.follow(here, x="cutoff", y="expected_drop")
    live.read_out("expected_drop", "expected fall of those who enter", ".2f", "points")
    live.read_out("simulated_fall", "in 10,000 simulated people", ".2f", "points")
    live.describe(
        "People with at least {cutoff:d} points may enter. Left alone, those who enter score "
        "{expected_drop:.2f} points lower the next time (in 10,000 simulated people "
        "{simulated_fall:.2f}), although nobody's usual level changed.",
        caption="Whoever is chosen for a high score tends to score lower the next time. Without "
        "a control group this looks like improvement.",
        stamp="Illustration",
    )
    live.table(
        {"lowest score (points)": "cutoffs", "expected fall (points)": "curve_expected_drop"}
    )
    return live


BETWEEN = replace(virtual.WASH_OUT, high=56.0)


@formula(
    parameters=[virtual.DRUG_EFFECT, virtual.FADING, BETWEEN],
    inputs=[Input("day", "t", "day", "days")],
)
def _courses(m):
    """Mean improvement by day in both sequences, when only the drug changes it (points)."""
    m.improved_a = where(m.day < 7, m.day / 7, exp(-(m.day - 7) / m.fading)) * m.drug_effect
    m.since = maximum(m.day - m.wash_out, 0)
    m.improved_b = where(m.since < 7, m.since / 7, exp(-(m.since - 7) / m.fading)) * m.drug_effect
    m.before = where(m.day <= m.wash_out, 1, 0)
    m.after = where(m.day >= m.wash_out, 1, 0)
    m.none = 0 * m.day


@formula(parameters=[BETWEEN])
def _second_rating(m):
    m.second_day = m.wash_out + 7


def borrowed_benefit() -> LivingFigure:
    """Both sequences of a crossover, and the benefit that saline is rated with."""
    most = 12
    with course_style():
        figure, rows = plt.subplots(2, 1, figsize=(9.5, 4.4), sharex=True)
        bands, lines, marks, names = [], [], [], []
        for axes, title in zip(rows, ("Ketamine first", "Saline first"), strict=True):
            axes.set(xlim=(0, 66), ylim=(0, most + 2.6), title=title, ylabel="improvement,\npoints")
            if title == "Ketamine first":
                fill = axes.fill([0, 1, 1], [0, 0, 1], color=KETAMINE, alpha=0.25, linewidth=0)[0]
                bands.append(fill)
            first, second = (KETAMINE, INK) if axes is rows[0] else (INK, KETAMINE)
            lines.append([axes.plot([], [], **line_look(first, linewidth=2.5))[0],
                          axes.plot([], [], **line_look(second, linewidth=2.5))[0]])  # fmt: skip
            marks.append([axes.plot([7, 7], [0, most], color=MUTED, linewidth=1)[0],
                          axes.plot([14, 14], [0, most], color=MUTED, linewidth=1)[0]])  # fmt: skip
            one, other = ("ketamine", "saline") if axes is rows[0] else ("saline", "ketamine")
            axes.text(0.5, most + 0.7, one, color=first)
            name = axes.text(7, most + 0.7, "", color=second, transform=aside(axes))
            names.append((name, other))
        rows[1].set_xlabel("day")
        borrowed = rows[0].text(14, 0, "", transform=aside(rows[0]))
    live = LivingFigure(
        "borrowed-benefit",
        "Two infusions, one after the other",
        figure,
        [replace(virtual.DRUG_EFFECT, high=float(most)), virtual.FADING, BETWEEN],
        presets={
            "One week between infusions": {"drug_effect": 8, "fading": 14, "wash_out": 7},
            "Eight weeks between": {"drug_effect": 8, "fading": 14, "wash_out": 56},
            "Effect that lasts": {"drug_effect": 8, "fading": 90, "wash_out": 7},
        },
        constants={
            "day": np.linspace(0, 66, 133),
            "tall": [0, most],
            "side": [0, 1],
            "steps": np.linspace(0, 1, 15),
            "low_on_the_axis": 0.6,
        },
    )
    live.compute(_courses)
    live.compute(_second_rating)
    live.compute(segment, prefix="period_2_", low="wash_out", high="second_day", side="steps")
    live.compute(_courses, prefix="in_period_2_", day="period_2_along")
    live.compute(trials.expected_estimates, expectancy=0)
    live.follow(bands[0], x="period_2_along", low="in_period_2_none", high="in_period_2_improved_a")
    for (before, after), (start, end), (name, words), sequence in zip(
        lines, marks, names, ("improved_a", "improved_b"), strict=True
    ):
        live.follow(before, x="day", y=sequence, where="before")
        live.follow(after, x="day", y=sequence, where="after")
        live.follow(start, x="wash_out", y="tall")
        live.follow(end, x="second_day", y="tall")
        live.write(name, f"{words}; its rating at the next line", x="wash_out")
    live.write(borrowed, "{carry_sum:.1f} points at the rating", x="second_day", y="carry_sum")
    live.read_out("carry_base", "left over before the second infusion", ".1f", "points")
    live.read_out("carry_sum", "left over at the second rating", ".1f", "points")
    live.describe(
        "The drug takes {drug_effect:.1f} points off by day 7 and fades with a time of {fading:d} "
        "days. Those who had it first still benefit by {carry_base:.1f} points when saline is "
        "given on day {wash_out:d}, and by {carry_sum:.1f} points when saline is rated.",
        caption="Shaded: what is left of the drug's benefit while saline is rated, in those who "
        "had ketamine first. The larger and longer the benefit, the more is left.",
        stamp="Illustration",
    )
    live.table(
        {"day": "day", "ketamine first, improvement (points)": "improved_a",
         "saline first, improvement (points)": "improved_b"}
    )  # fmt: skip
    return live


def two_biases() -> LivingFigure:
    """What the two crossover estimators expect, by the days between infusions."""
    with course_style():
        figure, axes = plt.subplots(figsize=(9, 3.6))
        axes.set(xlim=(5, 122), ylim=(0, 19), xlabel="days between the two infusions")
        axes.set_xticks([7, 14, 28, 42, 56, 70, 84])
        axes.set_ylabel("expected estimate, points")
        raw = axes.plot([], [], **line_look(BAD))[0]
        change = axes.plot([], [], **line_look(GOOD))[0]
        truth = axes.plot([], [], color=INK, linewidth=1.2, linestyle=(0, (2, 2)))[0]
        here = axes.plot([7], [8], "o", color=PAPER, markeredgecolor=BAD, markersize=11)[0]
        here_change = axes.plot([7], [8], "o", color=PAPER, markeredgecolor=GOOD, markersize=11)[0]
    live = LivingFigure(
        "two-biases",
        "Two analyses of a crossover",
        figure,
        [replace(virtual.DRUG_EFFECT, high=12.0), virtual.FADING, virtual.WASH_OUT],
        constants={"days": np.linspace(7, 84, 34)},
    )
    live.compute(trials.expected_estimates, expectancy=0)
    live.compute(trials.expected_estimates, prefix="curve_", wash_out="days", expectancy=0)
    for name in ("xo_raw", "xo_chg", "par_chg"):
        live.pick(f"{name}_end", f"curve_{name}", -1)
    name_lines(
        live, axes, 84,
        {"raw ratings": ("xo_raw_end", BAD), "truth (= first period alone)": (
            "par_chg_end", INK), "changes from each baseline": ("xo_chg_end", GOOD)},
        gap=1.3,
    )  # fmt: skip
    live.follow(raw, x="days", y="curve_xo_raw")
    live.follow(change, x="days", y="curve_xo_chg")
    live.follow(truth, x="days", y="curve_par_chg")
    live.follow(here, x="wash_out", y="xo_raw")
    live.follow(here_change, x="wash_out", y="xo_chg")
    live.read_out("xo_raw", "raw ratings", ".2f", "points")
    live.read_out("xo_chg", "changes", ".2f", "points")
    live.read_out("par_chg", "first period alone", ".2f", "points")
    live.describe(
        "With a true effect of {drug_effect:.1f} points that fades with {fading:d} days, and "
        "{wash_out:d} days between infusions, raw ratings of both periods give {xo_raw:.2f} "
        "points, changes from each period's own baseline {xo_chg:.2f}. The first period alone "
        "gives {par_chg:.2f}.",
        caption="Residual benefit flatters saline when raw ratings are compared. When each "
        "period's baseline is subtracted, its fading looks like harm under saline.",
    )
    live.table({"days between": "days", "raw ratings": "curve_xo_raw", "changes": "curve_xo_chg"})
    return live


ANALYSES = (
    "first period only, change from baseline",
    "both periods, raw ratings",
    "both periods, change from each baseline",
)
_SUMS = ("in_first", "in_second", "sum_first", "sum_second", "squares")


def _trial_sums(live, prefix, learners, seed):
    live.run(
        trials.crossover_sums,
        steps=PEOPLE, every=PEOPLE, learners=learners, seed=seed,
        each={f"{prefix}{name}": name for name in (*_SUMS, "first_responds", "second_responds")},
    )  # fmt: skip
    live.compute(
        trials.estimate, prefix=prefix, patients=PEOPLE,
        **{f"mean_{name}": f"{prefix}{name}" for name in _SUMS},
    )  # fmt: skip


def virtual_trial(repeats: int = 1000) -> LivingFigure:
    """One virtual crossover trial, and the estimates of many; up and to the right is better."""
    edges = np.arange(-12, 42.1, 2)
    bins = len(edges) - 1
    places = np.concatenate([np.linspace(-0.28, 0.28, FIRST), 1 + np.linspace(-0.28, 0.28, 7)])
    with course_style():
        figure, (one, many) = plt.subplots(1, 2, figsize=(8.6, 4), width_ratios=[0.8, 1.3])
        one.set(xlim=(-0.55, 1.55), ylim=(-26, 36), title="This trial: 15 people")
        one.set_ylabel("improvement compared, points")
        one.set_xticks([0, 1], ["ketamine first", "saline first"])
        one.set_xlabel("estimate: left line minus right")
        one.axhline(0, color=MUTED, linewidth=1)
        dots = one.plot(places, [0] * PEOPLE, "o", color=GOOD, markersize=6, alpha=0.75)[0]
        means = [
            one.plot([x - 0.35, x + 0.35], [0, 0], color=colour, linewidth=3)[0]
            for x, colour in ((0, KETAMINE), (1, INK))
        ]
        middle = (edges[:-1] + edges[1:]) / 2
        every = many.bar(middle, [0] * bins, width=1.85, color=GRID, edgecolor=MUTED)
        noticed = many.bar(middle, [0] * bins, width=1.85, color=KETAMINE)
        truth = many.plot([8, 8], [0, 0.62], color=INK, linestyle=(0, (5, 2)))[0]
        this = many.plot([0], [0.012], "v", color=INK, markersize=10)[0]
        many.set(xlim=(-12, 42), ylim=(0, 0.62), xlabel="estimated effect, points")
        many.set(ylabel="share of trials", title=f"{repeats:,} such trials")
        percent_axis(many.yaxis)
        many.text(41, 0.57, "filled: p < 0.05", color=KETAMINE, ha="right")
        many.text(41, 0.53, "▼ this trial", color=INK, ha="right")
        true = many.text(8, 0.6, "", color=INK, va="center", transform=aside(many))
    defaults = {
        "analysis": 0, "drug_effect": 8, "sigma_drug": 6, "fading": 14, "wash_out": 7,
        "expectancy": 0, "guess_drug": 0.8, "guess_control": 0.2, "leave_chance": 0,
        "leaving": 0,
    }  # fmt: skip
    live = LivingFigure(
        "virtual-trial",
        "A virtual trial",
        figure,
        [
            AGAIN,
            Choice("analysis", "analysis", ANALYSES),
            virtual.DRUG_EFFECT,
            virtual.SIGMA_DRUG,
            virtual.FADING,
            virtual.WASH_OUT,
            replace(virtual.EXPECTANCY, step=0.1),
            GUESS_DRUG,
            GUESS_CONTROL,
            virtual.LEAVE_CHANCE,
            Choice("leaving", "who may leave", ("anyone", "only people who gained under 2 points")),
        ],
        presets={
            "First period only": defaults,
            "Both periods, raw": defaults | {"analysis": 1},
            "Both periods, changes": defaults | {"analysis": 2},
            "Eight weeks between": defaults | {"analysis": 1, "wash_out": 56},
            "No drug, only hope": defaults | {"drug_effect": 0, "sigma_drug": 0, "expectancy": 6},
            "Half of those without gain leave": defaults
            | {"drug_effect": 4, "leave_chance": 0.5, "leaving": 1},
        },
        constants={"edges": edges, "places": places, "tall": [0, 0.62], "low_mark": 0.012,
                   "at_first": [-0.35, 0.35], "at_second": [0.65, 1.35],
                   "number": np.arange(1, PEOPLE + 1), "estimators": [1, 2, 3], "limits": [60, 2]},
    )  # fmt: skip
    live.pick("estimator", "estimators", "analysis")
    live.pick("leave_below", "limits", "leaving")
    live.run(
        trials.crossover_sums, steps=PEOPLE, learners=1, seed="again", mean={"compared": "value"}
    )  # fmt: skip
    _trial_sums(live, "one_", 1, "again")
    _trial_sums(live, "many_", repeats, 1)
    for name in ("value", "mean_a", "mean_b", "n_a", "significant"):
        live.pick(f"this_{name}", f"one_{name}", 0)
    for name in ("first_responds", "second_responds"):
        live.pick(f"share_{name}", f"one_{name}", 0)
    live.compute(_inside_frame)
    live.compute(_one_trial)
    live.histogram("all_trials", "many_value", "edges")
    live.histogram("noticed_trials", "many_value", "edges", where="many_significant")
    live.mean("average", "many_value")
    live.mean("noticed", "many_significant")
    live.follow(dots, x="places", y="shown")
    live.follow(means[0], x="at_first", y="shown_a")
    live.follow(means[1], x="at_second", y="shown_b")
    live.follow(every, height="all_trials")
    live.follow(noticed, height="noticed_trials")
    live.follow(truth, x="drug_effect", y="tall")
    live.write(true, "truth", x="drug_effect")
    live.follow(this, x="mark", y="low_mark")
    live.read_out("this_value", "this trial's estimate", ".1f", "points")
    live.read_out("average", "mean of all trials", ".2f", "points")
    live.read_out("drug_effect", "true effect", ".1f", "points")
    live.read_out("noticed", "share with p < 0.05", ".0%")
    live.describe(
        "Trial {again:d}: {k_drug:d} of 8 on ketamine and {k_saline:d} of 7 on saline responded "
        "in the first period, {gone:d} left; the estimate is {this_value:.1f} points, "
        "{verdict}. Over all such trials the mean estimate is {average:.2f} points where the "
        f"truth is {{drug_effect:.1f}}, and {{noticed:.0%}} of {repeats:,} have p < 0.05.",
        caption="Compare the middle of the bars with the truth, and their width with the other "
        "analyses. People who left are still drawn as dots.",
        stamp="Illustration, in every setting",
        verdict=("this_significant", ["not significant", "significant (p < 0.05)"]),
    )
    live.table({"person": "number", "improvement compared (points)": "improvement"})
    return live


@formula(inputs=[Input("compared", "v", "what the analysis compares, for one person")])
def _inside_frame(m):
    """Scores fall when people improve: upside down, so that up is better as in every figure."""
    m.improvement = -m.compared
    m.shown = minimum(maximum(m.improvement, -24), 34)


@formula(
    inputs=[
        Input("this_mean_a", "a", "mean of those with ketamine first"),
        Input("this_mean_b", "b", "mean of those with saline first"),
        Input("this_value", "d", "estimate"),
        Input("this_n_a", "n", "people with ketamine first who stayed"),
        Input("share_first_responds", "r_1", "responders on ketamine as a share of all 15"),
        Input("share_second_responds", "r_2", "responders on saline as a share of all 15"),
    ]
)
def _one_trial(m):
    m.shown_a = minimum(maximum(-m.this_mean_a, -24), 34)
    m.shown_b = minimum(maximum(-m.this_mean_b, -24), 34)
    m.mark = minimum(maximum(m.this_value, -11.5), 41.5)
    m.gone = FIRST - m.this_n_a
    m.k_drug = PEOPLE * m.share_first_responds
    m.k_saline = PEOPLE * m.share_second_responds


EIGHT = hope.pattern_chance(8, 0)
"""How often a drug alone that is worth 8 points makes the counts of 2013."""

LEVELS = (0.01, 0.05, 0.1, 0.25, 0.5, 0.7)
# psilocybin2025_rct (about 0); greenberg2009_glycine, carmi2019_rct, foa2005_rct,
# troriluzole2020_rct and khalkhali2016_lamotrigine (1.0 to 5.1); sugarman2017 and melkonian2022
# (3.8 to 5.6); troriluzole2020_rct (9.8).
ANCHORS = {
    9.8: "9.8  ceiling: all of a placebo arm's fall",
    4.7: "3.8 to 5.6  placebo arms minus waiting lists",
    2.75: "1.0 to 5.1  all that whole control arms fell",
    0.0: "about 0  a felt control drug (niacin)",
}


@formula(inputs=[Input("chance", "c", "chance of the counts now")])
def _against_eight(m):
    m.times = EIGHT / maximum(m.chance, 1e-6)
    m.per_hundred = 100 * m.chance


def _crossing(xs, ys, level):
    """Where a rising curve first reaches a level, or None."""
    reached = np.flatnonzero(np.asarray(ys) >= level)
    if not len(reached) or not reached[0]:
        return None
    i = reached[0]
    return float(np.interp(level, ys[i - 1 : i + 1], xs[i - 1 : i + 1]))


def hope_or_drug() -> LivingFigure:
    """How often the drug and hope, each worth so many points, make the counts of 2013."""
    points = np.linspace(0, 12, 31)
    chosen = {"drug_effect": points[:, None], "expectancy": points[:, None, None]}
    with course_style():
        figure, (field, anchors) = plt.subplots(
            1, 2, figsize=(9.6, 4.4), width_ratios=[1.15, 1], sharey=True
        )
        field.set(
            xlim=(-0.3, 12), ylim=(-0.3, 12.3), title="How often 4 of 8 and 0 of 7, or clearer"
        )
        field.set_xlabel("what the drug is worth, points")
        field.set_ylabel("what hope is worth, points")
        drawn = []
        for varies in (0, 1):
            run = hope.responding.run(
                hope.POINTS, 1, hope.POINTS, 1, ["responds_drug", "responds_saline"],
                hope_varies=varies, **chosen,
            )  # fmt: skip
            shares = {
                f"share_{arm}": run[f"responds_{arm}"].reshape(len(points), len(points))
                for arm in ("drug", "saline")
            }
            grid = hope.pattern.evaluate(**shares)["pattern"]
            parts = [
                field.contourf(
                    points, points, grid, levels=[level, 2], colors=[KETAMINE], alpha=0.15
                )
                for level in LEVELS
            ]
            for level in LEVELS:
                up, across = _crossing(points, grid[:, 0], level), _crossing(points, grid[0], level)
                x, y = (0.15, up) if up is not None else (across, 0.25)
                parts.append(field.text(x, y, f"{level:.0%}"))
            drawn.append(parts)
        here = field.plot([0], [4.7], "o", color=PAPER, markeredgecolor=INK, markersize=11)[0]
        anchors.set(xlim=(0, 1), title="What hope may be worth")
        anchors.axis("off")
        anchors.plot([0.03, 0.03], [3.8, 5.6], color=INK, linewidth=4)
        anchors.plot([0.0, 0.0], [1.0, 5.1], color=MUTED, linewidth=9, alpha=0.5)
        for place, words in ANCHORS.items():
            if place not in (4.7, 2.75):
                anchors.plot([0.03], [place], "_", color=INK, markersize=12, markeredgewidth=2.5)
            anchors.text(0.08, place, words, va="center")
    live = LivingFigure(
        "hope-or-drug",
        "Hope, drug, or both",
        figure,
        [
            replace(hope.DRUG, default=0.0),
            replace(hope.HOPE, default=4.7),
            Choice(
                "hope_varies", "hope", ("the same for everybody", "differs between people"),
                default=1,
            ),
        ],
        presets={
            "Hope alone, 4": {"drug_effect": 0, "expectancy": 4},
            "Hope alone, 6": {"drug_effect": 0, "expectancy": 6},
            "Hope alone, 12": {"drug_effect": 0, "expectancy": 12},
            "Drug alone, 8": {"drug_effect": 8, "expectancy": 0},
            "Drug 4 and hope 4": {"drug_effect": 4, "expectancy": 4},
        },
    )  # fmt: skip
    live.run(
        hope.responding, steps=hope.POINTS, every=hope.POINTS, learners=1,
        mean={"on_drug": "responds_drug", "on_saline": "responds_saline"},
    )  # fmt: skip
    live.pick("share_drug", "on_drug", 0)
    live.pick("share_saline", "on_saline", 0)
    live.compute(hope.pattern)
    live.compute(_against_eight, chance="pattern")
    live.compute(_which_field)
    for parts, name in zip(drawn, ("is_fixed", "varies"), strict=True):
        for part in parts:
            live.follow(part, visible=name)
    live.follow(here, x="drug_effect", y="expectancy")
    live.read_out("pattern", "chance of these counts", ".1%")
    live.read_out("times", "a drug alone worth 8 makes them", ".1f", "times as likely")
    live.read_out("share_drug", "respond on ketamine", ".0%")
    live.read_out("share_saline", "respond on saline", ".0%")
    live.describe(
        "With a drug worth {drug_effect:.1f} points on average and hope worth {expectancy:.1f} to "
        "somebody who is sure of having had it, {share_drug:.0%} respond on ketamine and "
        "{share_saline:.0%} on saline. At least 4 of 8 with 0 of 7 comes up in "
        "{per_hundred:.1f} of 100 trials; with a drug alone worth 8 points it comes up "
        "{times:.1f} times as often.",
        caption="On the map: how often these counts come up. The marks at the right limit what "
        "hope may be worth; none of them was measured after a felt infusion.",
        stamp="Illustration",
    )
    return live


@formula(parameters=[hope.HOPE_VARIES])
def _which_field(m):
    m.varies = m.hope_varies
    m.is_fixed = 1 - m.hope_varies


@formula(
    inputs=[
        Input("power", "P", "chance of p < 0.05 with this drug"),
        Input("alarm", "A", "the same with no drug"),
    ]
)
def _told_apart(m):
    m.told_apart = m.power - m.alarm


def design_a_trial() -> LivingFigure:
    """Plan a trial: its chances, its bias, its visits, and the harm it would not see."""
    sizes = np.arange(8, 201, 4)
    with course_style():
        figure, axes = plt.subplots(figsize=(8.6, 3.9))
        axes.set_xscale("log")
        axes.set(xlim=(7.6, 520), ylim=(0, 1.02), xlabel="people in the trial (log scale)")
        axes.set_xticks([8, 16, 32, 64, 120, 200], ["8", "16", "32", "64", "120", "200"])
        axes.minorticks_off()
        axes.set_ylabel("chance of p < 0.05")
        percent_axis(axes.yaxis)
        axes.axhline(0.8, color=GRID, linewidth=1)
        axes.axhline(0.05, color=GRID, linewidth=1)
        # The two lines are named at the axis, where no curve crosses the names.
        axes.set_yticks([0.05, 0.2, 0.4, 0.6, 0.8, 1])
        power = axes.plot([], [], **line_look(KETAMINE))[0]
        alarm = axes.plot([], [], **line_look(MUTED, linewidth=2))[0]
        here = axes.plot([16], [0], "o", color=PAPER, markeredgecolor=KETAMINE, markersize=11)[0]
        here_alarm = axes.plot([16], [0], "o", color=PAPER, markeredgecolor=MUTED, markersize=11)[0]
    live = LivingFigure(
        "design-a-trial",
        "Design your trial",
        figure,
        [
            planning.PATIENTS,
            Choice("as_crossover", "design", ("parallel groups", "crossover")),
            virtual.WASH_OUT,
            Choice(
                "active_control", "control", ("saline", "a control that is hard to recognise")
            ),
            planning.FOLLOW_UP,
            replace(virtual.DRUG_EFFECT, default=4.9, step=0.1),
            virtual.FADING,
            replace(virtual.EXPECTANCY, default=4.0, step=0.1),
        ],
        presets={
            "Like 2013": {
                "people": 16, "as_crossover": 1, "wash_out": 7, "active_control": 0,
                "follow_up": 0,
            },
            "Parallel, hard to recognise, 120": {
                "people": 120, "as_crossover": 0, "active_control": 1, "follow_up": 0,
            },
            "The same with 12 weeks of follow-up": {
                "people": 120, "as_crossover": 0, "active_control": 1, "follow_up": 12,
            },
        },
        constants={"sizes": sizes},
    )  # fmt: skip
    live.compute(trials.planned_trial)
    live.compute(_told_apart)
    live.compute(trials.planned_trial, prefix="curve_", people="sizes")
    for name in ("power", "alarm"):
        live.pick(f"{name}_end", f"curve_{name}", -1)
    name_lines(
        live, axes, 200,
        {"with this drug": ("power_end", KETAMINE), "false alarm: no drug": ("alarm_end", MUTED)},
        gap=0.07,
    )  # fmt: skip
    live.follow(power, x="sizes", y="curve_power")
    live.follow(alarm, x="sizes", y="curve_alarm")
    live.follow(here, x="people", y="power")
    live.follow(here_alarm, x="people", y="alarm")
    live.read_out("power", "chance of p < 0.05", ".0%")
    live.read_out("alarm", "false alarm: the same with no drug", ".0%")
    live.read_out("bias", "bias of the estimate", "+.1f", "points")
    live.read_out("visits", "visits to pay for", "d")
    live.read_out("unseen_harm", "harm it could miss entirely, up to", ".1%")
    live.describe(
        "{people:d} people: the chance of p < 0.05 is {power:.0%}, and {alarm:.0%} if the drug "
        "does nothing. The estimate is off by {bias:+.1f} points on average. It takes {visits:d} "
        "visits, and a harm of up to {unseen_harm:.1%} could stay unseen.",
        caption="More people make an estimate precise. Only the design makes it right: a control "
        "that cannot be recognised, and no borrowed benefit.",
        stamp="Illustration; chances are approximate",
    )
    live.table(
        {"people": "sizes", "chance with the drug": "curve_power", "with no drug": "curve_alarm"}
    )
    return live
