"""The figures of notebook 04 about counts: one result, its repeats, and what is missing.

The figures that run trials are in `trial_figures.py`.
"""

from __future__ import annotations

import itertools
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import PercentFormatter
from scipy import special

from breaking_the_loop import weighing_the_evidence as trials
from breaking_the_loop.evidence import tables as evidence
from breaking_the_loop.evidence.tables import VERDICTS
from breaking_the_loop.palette import KETAMINE, RELIEF
from breaking_the_loop.weighing_the_evidence import beliefs as belief_models
from breaking_the_loop.weighing_the_evidence import designs, repetition
from looplab.figure.controls import Choice
from looplab.figure.figure import LivingFigure
from looplab.figure.labels import aside, name_lines
from looplab.figure.style import BAD, GOOD, GRID, INK, MUTED, PAPER, course_style, line_look
from looplab.model.declare import Input, Parameter, formula
from looplab.model.maths import floor, log, maximum, where

DRUG, SALINE = repetition.N_DRUG, repetition.N_SALINE
PERCENT = PercentFormatter(xmax=1)


def percent_axis(axis):
    """Label a share from 0 to 1 in per cent."""
    axis.set_major_formatter(PERCENT)


@formula(
    inputs=[
        Input("low", "l", "lower end"),
        Input("high", "h", "upper end"),
        Input("side", "s", "0 at the lower end, 1 at the upper end"),
    ]
)
def segment(m):
    """A straight line between two numbers, for an artist to follow."""
    m.along = m.low + m.side * (m.high - m.low)


def _dots(axes, count, y, colour):
    """A row of people, and the filled symbols of those who responded."""
    for place in range(count):
        axes.plot([place], [y], "o", color=PAPER, markeredgecolor=colour, markersize=15)
    return [
        axes.plot([place], [y], "o", color=colour, markeredgecolor=colour, markersize=15)[0]
        for place in range(count)
    ]


_SHOWN = {
    "fisher": "Fisher, two-sided",
    "fisher_one_sided": "Fisher, one-sided",
    "fisher_mid_p": "Fisher, mid-p",
    "boschloo": "Boschloo",
    "barnard": "Barnard",
}
K_DRUG = replace(
    belief_models.K1, name="k_drug", label="responders on ketamine, of 8", high=DRUG, unit=""
)
K_SALINE = replace(
    belief_models.K2, name="k_saline", label="responders on saline, of 7", high=SALINE, unit=""
)


_LEAST_P = 0.01


@formula(
    parameters=[K_DRUG, K_SALINE],
    inputs=[Input(name, f"p_{i}", label) for i, (name, label) in enumerate(_SHOWN.items())],
)
def _tests_below(m):
    """How many p-values are at or below 0.05, and where each is drawn."""
    m.below = sum(where(getattr(m, name) <= 0.05, 1, 0) for name in _SHOWN)
    for name in _SHOWN:
        setattr(m, f"{name}_at", maximum(getattr(m, name), _LEAST_P))


@formula(parameters=[K_DRUG, K_SALINE])
def _people(m):
    for i in range(DRUG):
        setattr(m, f"drug_{i}", where(m.k_drug > i + 0.5, 1, 0))
    for i in range(SALINE):
        setattr(m, f"saline_{i}", where(m.k_saline > i + 0.5, 1, 0))


@formula(
    inputs=[
        Input("difference", "d", "difference of the shares"),
        Input("newcombe_low", "d_l", "lower limit"),
        Input("newcombe_high", "d_u", "upper limit"),
    ]
)
def _gap_in_points(m):
    m.gap_found = 100 * m.difference
    m.gap_low, m.gap_high = 100 * m.newcombe_low, 100 * m.newcombe_high


def fifteen_people() -> LivingFigure:
    """The fifteen people of the trial as dots, five p-values, and three intervals."""
    counts = itertools.product(range(DRUG + 1), range(SALINE + 1))
    tables = [trials.compare_arms(a, DRUG, b, SALINE) for a, b in counts]
    found = {name: [getattr(table, name) for table in tables] for name in _SHOWN}
    limits = [trials.clopper_pearson(np.arange(size + 1), size) for size in (DRUG, SALINE)]
    with course_style():
        figure, axes = plt.subplot_mosaic(
            [["people", "tests"], ["people", "shares"], ["people", "gap"]],
            figsize=(9.6, 4.6), width_ratios=[1.15, 1], height_ratios=[2.1, 1, 0.75],
        )  # fmt: skip
        people = axes["people"]
        people.set(xlim=(-0.6, 7.6), ylim=(-0.6, 1.75), title="Fifteen people, one dot each")
        people.axis("off")
        drug, saline = _dots(people, DRUG, 1, KETAMINE), _dots(people, SALINE, 0, INK)
        people.text(-0.3, 1.4, "ketamine first: filled = responded", color=KETAMINE, fontsize=12)
        people.text(-0.3, 0.4, "saline first: filled = responded", color=INK, fontsize=12)

        tests = axes["tests"]
        tests.set_xscale("log")
        tests.set(xlim=(0.0085, 2.4), ylim=(4.6, -0.9), xlabel="p-value (log scale)")
        tests.set_title("Five ways to test the same people")
        tests.set_yticks(range(5), _SHOWN.values())
        tests.set_xticks([0.01, 0.05, 0.2, 1], ["0.01 or less", "0.05", "0.2", "1"])
        tests.minorticks_off()
        tests.axvline(0.05, color=MUTED, linewidth=1)
        tests.tick_params(left=False)
        points = [tests.plot([1], [y], "o", color=KETAMINE, markersize=8)[0] for y in range(5)]
        values = [tests.text(1, y, "0", va="center", transform=aside(tests)) for y in range(5)]

        shares, gap = axes["shares"], axes["gap"]
        shares.set(xlim=(0, 1), ylim=(1.6, -0.6), xlabel="share who respond, exact 95 % interval")
        shares.set_yticks(range(2), ["ketamine", "saline"])
        percent_axis(shares.xaxis)
        gap.set(xlim=(-100, 100), ylim=(0.6, -0.6))
        gap.set_xlabel("difference, percentage points, 95 % interval (Newcombe)")
        gap.set_yticks([0], ["ketamine − saline"])
        gap.axvline(0, color=MUTED, linewidth=1)
        rows = ((shares, 0, KETAMINE), (shares, 1, INK), (gap, 0, GOOD))
        lines = [ax.plot([0, 1], [y] * 2, color=colour)[0] for ax, y, colour in rows]
        middles = [ax.plot([0], [y], "o", color=colour, markersize=8)[0] for ax, y, colour in rows]
        for each in (shares, gap):
            each.tick_params(left=False)
    live = LivingFigure(
        "fifteen-people",
        "Fifteen people",
        figure,
        [K_DRUG, K_SALINE],
        presets={
            "As published": {"k_drug": 4, "k_saline": 0},
            "One responder more": {"k_drug": 5, "k_saline": 0},
            "One responder fewer": {"k_drug": 3, "k_saline": 0},
            "One on saline, too": {"k_drug": 4, "k_saline": 1},
        },
        constants={
            "side": [0, 1],
            **{f"{name}_tables": values for name, values in found.items()},
            **{
                f"{arm}_{end}s": values
                for arm, pair in zip(("drug", "saline"), limits, strict=True)
                for end, values in zip(("low", "high"), pair, strict=True)
            },
            **{f"row_{i}": [y, y] for i, y in enumerate((0, 1, 0))},
            **{f"level_{i}": y for i, y in enumerate((0, 1, 0))},
            **{f"at_{y}": y for y in range(5)},
        },
    )
    live.compute(_people)
    live.row("table", k_drug=range(DRUG + 1), k_saline=range(SALINE + 1))
    for name in _SHOWN:
        live.pick(name, f"{name}_tables", "table")
    live.compute(_tests_below)
    for arm, count in (("drug", "k_drug"), ("saline", "k_saline")):
        for end in ("low", "high"):
            live.pick(f"{arm}_{end}", f"{arm}_{end}s", count)
    live.compute(trials.intervals, k1="k_drug", n1=DRUG, k2="k_saline", n2=SALINE)
    live.compute(_gap_in_points)
    for y, (line, middle, low, high, at) in enumerate(
        zip(
            lines, middles,
            ("drug_low", "saline_low", "gap_low"), ("drug_high", "saline_high", "gap_high"),
            ("rate_1", "rate_2", "gap_found"), strict=True,
        )
    ):  # fmt: skip
        live.compute(segment, prefix=f"span_{y}_", low=low, high=high)
        live.follow(line, x=f"span_{y}_along", y=f"row_{y}")
        live.follow(middle, x=at, y=f"level_{y}")
    for i, dot in enumerate(drug):
        live.follow(dot, visible=f"drug_{i}")
    for i, dot in enumerate(saline):
        live.follow(dot, visible=f"saline_{i}")
    for y, (name, point, value) in enumerate(zip(_SHOWN, points, values, strict=True)):
        live.follow(point, x=f"{name}_at", y=f"at_{y}")
        live.write(value, f"{{{name}:.3f}}", x=f"{name}_at")
    live.read_out("below", "p-values at or below 0.05", "d", "of 5")
    live.read_out("fisher", "Fisher, two-sided: p", ".3f")
    live.read_out("gap_low", "difference: from", ".0f", "points")
    live.read_out("gap_high", "to", ".0f", "points")
    live.describe(
        "With {k_drug:d} of 8 on ketamine and {k_saline:d} of 7 on saline, {below:d} of the five "
        "p-values are at or below 0.05. Barnard's p is {barnard:.3f}, Fisher's two-sided p "
        "{fisher:.3f}. The rate on ketamine may be anything from {drug_low:.0%} to "
        "{drug_high:.0%}, the difference from {gap_low:.0f} to {gap_high:.0f} percentage points "
        "(95 % intervals).",
        caption="One person can decide on which side of 0.05 a p-value falls. Read the intervals: "
        "with fifteen people they are wide whatever was found.",
    )
    return live


@formula(
    inputs=[
        Input("fisher_part", "p", "part of Fisher's p in one step"),
        Input("mid_part", "p_m", "part of the mid-p in one step"),
        *(
            Input(f"{name}_part", f"s_{i}", f"part of {name} in one step")
            for i, name in enumerate(("higher", "low_1", "high_1", "low_2", "high_2"))
        ),
    ]
)
def _sums(m):
    """Sums over all steps, from the means of a run."""
    steps = belief_models.MOST_PATIENTS + 1
    m.fisher, m.mid_p = m.fisher_part * steps, m.mid_part * steps
    for name in ("higher", "low_1", "high_1", "low_2", "high_2"):
        setattr(m, name, getattr(m, f"{name}_part") * belief_models.GRID)


def _compare(live):
    steps = belief_models.MOST_PATIENTS + 1
    live.run(
        trials.conditional_test,
        steps=steps,
        every=steps,
        mean={"fisher_parts": "fisher", "mid_parts": "mid_p"},
    )
    names = ("higher", "low_1", "high_1", "low_2", "high_2")
    live.run(
        trials.compare_beliefs,
        steps=belief_models.GRID,
        every=belief_models.GRID,
        mean={f"{name}_parts": name for name in names},
    )
    for name in ("fisher", "mid", *names):
        live.pick(f"{name}_part", f"{name}_parts", 0)
    live.compute(_sums)


def beliefs() -> LivingFigure:
    """What two groups of any size let one believe about their rates, and the exact test."""
    with course_style():
        figure, axes = plt.subplots(figsize=(9, 3.5))
        first = axes.plot([], [], color=KETAMINE, linewidth=2.5)[0]
        second = axes.plot([], [], color=INK, linewidth=2, linestyle=(0, (5, 2)))[0]
        axes.set(
            xlim=(0, 1), ylim=(0, 1.12), xlabel="true share who respond",
            ylabel="plausibility (peak = 1)",
        )  # fmt: skip
        percent_axis(axes.xaxis)
        axes.text(0.995, 1.04, "first group: solid line", color=KETAMINE, ha="right")
        axes.text(0.66, 1.04, "second group: broken line", color=INK, ha="right")
    live = LivingFigure(
        "beliefs",
        "What the counts let one believe",
        figure,
        [*belief_models.COUNTS, belief_models.PRIOR_A, belief_models.PRIOR_B],
        presets={
            label: dict(zip(("k1", "n1", "k2", "n2", "prior_a", "prior_b"), numbers, strict=True))
            for label, numbers in {
                "Ketamine 4/8, saline 0/7": (4, 8, 0, 7, 1, 1),
                "The same, sceptical prior": (4, 8, 0, 7, 1, 9),
                "Two open or reviewed series: 0/10, 1/14": (0, 10, 1, 14, 1, 1),
                "Deep TMS 16/42, sham 5/45": (16, 42, 5, 45, 1, 1),
                "4-day ERP 15/16, self-help 2/16": (15, 16, 2, 16, 1, 1),
                "4-day ERP 15/16, waiting list 0/16": (15, 16, 0, 16, 1, 1),
                "ERP 18/29†, placebo 2/26†": (18, 29, 2, 26, 1, 1),
            }.items()
        },
        constants={"rate": (np.arange(100) + 0.5) / 100},
    )
    live.compute(trials.plausibility)
    live.compute(trials.intervals, prefix="with_")
    _compare(live)
    live.follow(first, x="rate", y="plausibility_1")
    live.follow(second, x="rate", y="plausibility_2")
    live.read_out("higher", "chance that the first rate is higher", ".3f")
    live.read_out("fisher", "Fisher, two-sided: p", ".4f")
    live.read_out("mid_p", "Fisher, mid-p: p", ".4f")
    live.describe(
        "With {with_used_1:d} of {n1:d} and {with_used_2:d} of {n2:d}, and a prior worth "
        "{prior_a:.1f} responders and {prior_b:.1f} non-responders, the first rate lies between "
        "{low_1:.0%} and {high_1:.0%}, the second between {low_2:.0%} and {high_2:.0%} (95 %). The "
        "first is the higher one with probability {higher:.3f}; Fisher's p is {fisher:.4f}; the "
        "difference lies between {with_newcombe_low:.0%} and {with_newcombe_high:.0%} (Newcombe).",
        caption="The fewer the people, the wider the curve and the more the prior decides. The "
        "same lens fits every treatment.",
    )
    live.table(
        {
            "true share": "rate",
            "plausibility, first group": "plausibility_1",
            "plausibility, second group": "plausibility_2",
        }
    )
    return live


NONE_OF = Parameter(
    "none_of", "n", "people, none of whom had the event", 10, 3, 60, 1,
    "bloch2012_open: 0 of 10", "published", "people",
)  # fmt: skip
HARM = Parameter(
    "harm", "r", "true rate of a harm", 1.0, 0.1, 20.0, 0.1, "illustration", "assumed", "%"
)


@formula(parameters=[NONE_OF])
def _after_none(m):
    """Exact upper limits of a rate after no event (Clopper and Pearson 1934), and 3/n."""
    m.upper = 1 - 0.05 ** (1 / m.none_of)
    m.two_sided = 1 - 0.025 ** (1 / m.none_of)
    m.rule_of_three = 3 / m.none_of


@formula(parameters=[HARM])
def _to_see_one(m):
    m.people = log(0.05) / log(1 - m.harm / 100)
    m.whole = -floor(-m.people)


def none_of_ten() -> LivingFigure:
    """How high a rate may still be when nobody responded, and how many people show a rare harm."""
    with course_style():
        figure, (zero, harm) = plt.subplots(1, 2, figsize=(9.6, 3.4))
        zero.set(xlim=(0, 61), ylim=(0, 0.7), title="None responded: how high could it be?")
        zero.set(xlabel="people, none of whom responded", ylabel="highest plausible rate")
        percent_axis(zero.yaxis)
        curve = zero.plot([], [], color=KETAMINE)[0]
        here = zero.plot([0], [0], "o", color=PAPER, markeredgecolor=INK, markersize=11)[0]
        for n, name, side in ((10, "0 of 10", 1.5), (7, "0 of 7 (saline)", 1.5)):
            zero.plot([n], [1 - 0.05 ** (1 / n)], "s", color=MUTED, markersize=5)
            zero.text(n + side, 1 - 0.05 ** (1 / n) + 0.03, name, color=MUTED)
        harm.set_xscale("log")
        harm.set_yscale("log")
        harm.set(xlim=(0.09, 22), ylim=(8, 5000), title="A harm nobody has seen yet")
        harm.set(xlabel="true rate of the harm, %", ylabel="people needed to see one")
        harm.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
        harm.set_yticks([10, 100, 1000], ["10", "100", "1000"])
        harm.axhline(15, color=MUTED, linewidth=1)
        harm.text(0.1, 17, "15 people", color=MUTED)
        harm_curve = harm.plot([], [], color=BAD)[0]
        harm_here = harm.plot([1], [99], "o", color=PAPER, markeredgecolor=INK, markersize=11)[0]
    live = LivingFigure(
        "none-of-ten",
        "None of ten",
        figure,
        [NONE_OF, HARM],
        constants={"size": np.arange(3, 61), "rates": np.geomspace(0.1, 20, 60)},
    )
    live.compute(_after_none)
    live.compute(_after_none, prefix="curve_", none_of="size")
    live.compute(_to_see_one)
    live.compute(_to_see_one, prefix="curve_", harm="rates")
    live.follow(curve, x="size", y="curve_upper")
    live.follow(here, x="none_of", y="upper")
    live.follow(harm_curve, x="rates", y="curve_people")
    live.follow(harm_here, x="harm", y="people")
    live.read_out("upper", "highest rate still plausible (one-sided 95 %)", ".1%")
    live.read_out("rule_of_three", "rule of three", ".1%")
    live.read_out("whole", "people needed to see the harm once", "d")
    live.describe(
        "When none of {none_of:d} people responds, the true rate may still be up to "
        "{upper:.1%} (one-sided 95 % limit; two-sided {two_sided:.1%}). To see at least one "
        "case of a harm that befalls {harm:.1f} % takes {whole:d} people (95 % chance).",
        caption="The smaller the group, the more room none leaves: of ten people, for a rate of a "
        "quarter, for benefit and for harm alike.",
    )
    live.table({"people": "size", "highest plausible rate": "curve_upper"})
    return live


COMPARATORS = {
    "ERP, week 12, global rating: 18/29†": (18, 29),
    "ERP added to a drug, 25 % fall: 32/40": (32, 40),
    "4-day ERP, randomised: 15/16": (15, 16),
    "4-day ERP, open: 82/90": (82, 90),
    "fluvoxamine, week 10, global rating: 26/78": (26, 78),
    "pill placebo, week 12: 2/26†": (2, 26),
}
KETAMINE_DATA = {
    "one infusion against saline, day 7: 4/8": (4, 8),
    "one infusion, refractory, days 1 to 3: 0/10": (0, 10),
    "repeated infusions, chart review: 1/14": (1, 14),
}
BANNER = "Arithmetic is possible, comparison is not"


def refused_comparison() -> LivingFigure:
    """Two posteriors from two different trials, under a banner that says why not."""
    pairs = itertools.product(KETAMINE_DATA.values(), COMPARATORS.values())
    chances = [trials.probability_higher(*first, *second) for first, second in pairs]
    with course_style():
        figure, axes = plt.subplots(figsize=(9, 3.5))
        axes.set(
            xlim=(0, 1), ylim=(0, 1.05), xlabel="true share who respond",
            ylabel="plausibility (peak = 1)",
        )  # fmt: skip
        axes.set_title(
            f"{BANNER}:\ndifferent people, thresholds, times, controls and blinding", color=BAD
        )
        percent_axis(axes.xaxis)
        # Grey and struck through: the drawing must not say what its words refuse.
        first = axes.plot([], [], color=MUTED, linewidth=2)[0]
        second = axes.plot([], [], color=MUTED, linewidth=2, linestyle=(0, (5, 2)))[0]
        axes.plot([0, 1], [0, 1], transform=axes.transAxes, color=BAD, linewidth=1.5)
    live = LivingFigure(
        "refused-comparison",
        "A comparison to refuse",
        figure,
        [
            Choice("study", "ketamine data (solid line)", tuple(KETAMINE_DATA)),
            Choice("other", "another trial (broken line)", tuple(COMPARATORS)),
        ],
        constants={
            "rate": (np.arange(100) + 0.5) / 100,
            "chances": chances,
            **{
                f"{name}_{i}": [pair[i] for pair in data.values()]
                for name, data in (("study", KETAMINE_DATA), ("other", COMPARATORS))
                for i in (0, 1)
            },
        },
    )
    live.row("pair", study=range(len(KETAMINE_DATA)), other=range(len(COMPARATORS)))
    live.pick("chance", "chances", "pair")
    for name in ("study", "other"):
        live.pick(f"k_{name}", f"{name}_0", name)
        live.pick(f"n_{name}", f"{name}_1", name)
    live.compute(
        trials.plausibility,
        k1="k_study", n1="n_study", k2="k_other", n2="n_other", prior_a=1, prior_b=1,
    )  # fmt: skip
    live.follow(first, x="rate", y="plausibility_1")
    live.follow(second, x="rate", y="plausibility_2")
    live.read_out("chance", "P(ketamine rate higher), a number not to be used", ".4f")
    live.describe(
        BANNER + ". From {k_study:d} of {n_study:d} and {k_other:d} of {n_other:d} alone, the "
        "first rate would be the higher one with probability {chance:.4f}. The two trials differ "
        "in people, threshold, time, control and blinding, and no head-to-head trial exists.",
        caption="A precise answer to a question that these data cannot bear: nobody was "
        "randomised between these treatments.",
    )
    return live


FILTERS = ("all", "p ≤ 0.05 (Fisher)", "a difference of 50 points or more")


@formula(
    parameters=[repetition.RATE_DRUG, repetition.RATE_SALINE],
    inputs=[
        Input("mean_difference", "d_s", "mean difference of significant repeats"),
        Input("mean_large", "d_l", "mean difference of large repeats"),
    ],
)
def _in_points(m):
    """The true difference, and what the repeats that pass a filter report on average."""
    m.true_points = 100 * (m.rate_drug - m.rate_saline)
    m.significant_points = 100 * m.mean_difference
    m.large_points = 100 * m.mean_large


@formula(inputs=[Input("passing", "P", "chance to pass the filter")])
def _in_a_thousand(m):
    m.per_thousand = 1000 * m.passing


def run_again(repeats_shown: int = 2000) -> LivingFigure:
    """Repeats of the trial: all of them, or those that pass a filter."""
    edges = np.arange(-104, 107, 10)
    with course_style():
        figure, (left, right) = plt.subplots(1, 2, figsize=(9.6, 3.9), width_ratios=[1.25, 1])
        middle = (edges[:-1] + edges[1:]) / 2
        everyone = left.bar(middle, [0] * 21, width=9, color=GRID, edgecolor=MUTED)
        passed = left.bar(middle, [0] * 21, width=9, color=KETAMINE)
        truth = left.plot([0, 0], [0, 1], color=INK, linestyle=(0, (5, 2)))[0]
        left.set(xlim=(-105, 107), ylim=(0, 0.7), ylabel="share of repeats")
        left.set(xlabel="difference found, percentage points", title=f"{repeats_shown:,} repeats")
        percent_axis(left.yaxis)
        of_p = left.text(-102, 0.644, "filled: p ≤ 0.05 for ketamine", color=KETAMINE)
        of_size = left.text(-102, 0.644, "filled: 50 points or more", color=KETAMINE)
        true = left.text(0, 0.588, "truth", va="center", transform=aside(left))
        significant = right.plot([], [], **line_look(KETAMINE))[0]
        large = right.plot([], [], color=INK, linestyle=(0, (5, 2)))[0]
        here = right.plot([0], [0], "o", color=PAPER, markeredgecolor=INK, markersize=11)[0]
        right.set(xlim=(0, 1), ylim=(0, 1.02), xlabel="true rate on ketamine")
        right.set(ylabel="chance", title="What would be noticed?")
        percent_axis(right.xaxis)
        percent_axis(right.yaxis)
    half, fifth = ({"rate_drug": rate, "rate_saline": 0.05} for rate in (0.5, 0.2))
    live = LivingFigure(
        "run-again",
        "The same trial, run again",
        figure,
        [repetition.RATE_DRUG, repetition.RATE_SALINE, Choice("filter", "repeats shown", FILTERS)],
        presets={
            "Half respond": half | {"filter": 0},
            "One in five responds": fifth | {"filter": 0},
            "One in five, p ≤ 0.05": fifth | {"filter": 1},
            "One in five, 50 points or more": fifth | {"filter": 2},
        },
        constants={
            "edges": edges, "upright": [0, 0.56], "all": 1, "filled_by_p": [1, 1, 0],
            "grid": np.linspace(0.1, 0.95, 46),
        },
    )  # fmt: skip
    people = DRUG + SALINE
    live.run(
        trials.fifteen,
        steps=people,
        every=people,
        learners=repeats_shown,
        each={"share_drug": "drug_responds", "share_saline": "saline_responds"},
    )
    live.compute(trials.outcome)
    live.either("fills", ["is_significant", "is_significant", "is_large"], "filter")
    live.histogram("all_repeats", "gap", "edges")
    live.histogram("noticed", "gap", "edges", where="fills")
    live.compute(trials.repeats)
    live.compute(trials.repeats, prefix="curve_", rate_drug="grid")
    for name in ("significant", "large"):
        live.pick(f"{name}_at_the_end", f"curve_{name}", -1)
    live.compute(_in_points)
    live.options("shows", "filter", len(FILTERS))
    live.pick("by_p", "filled_by_p", "filter")
    live.either("shown_points", ["true_points", "significant_points", "large_points"], "filter")
    live.either("passing", ["all", "significant", "large"], "filter")
    live.compute(_in_a_thousand)
    live.follow(everyone, height="all_repeats", visible="shows_0")
    live.follow(passed, height="noticed")
    live.follow(truth, x="true_points", y="upright")
    live.write(true, "truth", x="true_points")
    live.follow(of_p, visible="by_p")
    live.follow(of_size, visible="shows_2")
    live.follow(significant, x="grid", y="curve_significant")
    live.follow(large, x="grid", y="curve_large")
    live.follow(here, x="rate_drug", y="significant")
    name_lines(
        live, right, 0.95,
        {"p ≤ 0.05": ("significant_at_the_end", KETAMINE),
         "≥ 50 points": ("large_at_the_end", INK)},
        gap=0.08,
    )  # fmt: skip
    live.read_out("significant", "chance of p ≤ 0.05 in favour", ".1%")
    live.read_out("as_extreme", "chance of at least 4/8 with 0/7", ".1%")
    live.read_out("shown_points", "mean difference of the repeats shown", ".0f", "points")
    live.read_out("true_points", "true difference", ".0f", "points")
    live.describe(
        "If {rate_drug:.0%} truly respond on ketamine and {rate_saline:.0%} on saline, a repeat of "
        "the trial has p ≤ 0.05 with a chance of {significant:.1%}. Shown: {shown}, "
        "{per_thousand:.0f} of 1,000 repeats. They report {shown_points:.0f} points on average; "
        "the truth is {true_points:.0f}.",
        caption="Read only the repeats that pass a filter, and compare their mean with the truth. "
        "Significance needs at least 5 of 8 here.",
        shown=("filter", ["all", "those with p ≤ 0.05", "those with 50 points or more"]),
    )
    live.table(
        {"true rate on ketamine": "grid", "chance of p ≤ 0.05": "curve_significant",
         "chance of 50 points or more": "curve_large"}
    )  # fmt: skip
    return live


_TABLES = [(4, DRUG, j, repetition.LATER_PEOPLE) for j in range(repetition.LATER_PEOPLE + 1)]


def second_phase() -> LivingFigure:
    """What the second phase could have added: people on ketamine without a control."""
    later = repetition.LATER_PEOPLE
    with course_style():
        figure, (people, spans) = plt.subplots(1, 2, figsize=(9.6, 2.9), width_ratios=[1, 1.2])
        people.set(xlim=(-0.6, 6.6), ylim=(-0.7, 1.2), title="Seven people, ketamine second")
        people.axis("off")
        people.text(-0.3, 0.55, "imagined; filled = responded", color=MUTED)
        dots = _dots(people, later, 0, KETAMINE)
        spans.set(xlim=(0, 1.28), ylim=(2.6, -0.6), xlabel="share who respond, exact 95 % interval")
        spans.set_yticks(range(3), ["ketamine first (2013)", "ketamine second", "all fifteen"])
        spans.set_xticks([0, 0.25, 0.5, 0.75, 1])
        spans.tick_params(left=False)
        percent_axis(spans.xaxis)
        lines = [spans.plot([0, 1], [y] * 2, color=KETAMINE)[0] for y in range(3)]
        middles = [spans.plot([0], [y], "o", color=KETAMINE, markersize=8)[0] for y in range(3)]
        spans.text(1.04, 0, "4 of 8", va="center")
        second, both = (spans.text(1.04, y, "0", va="center") for y in (1, 2))
    at_all = trials.clopper_pearson(np.arange(later + 1) + 4, DRUG + later)
    at_later = trials.clopper_pearson(np.arange(later + 1), later)
    first = trials.clopper_pearson(4, DRUG)
    live = LivingFigure(
        "second-phase",
        "What if: the second phase",
        figure,
        [repetition.LATER],
        constants={
            "side": [0, 1], "first_share": 0.5,
            "first_low": float(first[0]), "first_high": float(first[1]),
            "all_lows": at_all[0], "all_highs": at_all[1],
            "later_lows": at_later[0], "later_highs": at_later[1],
            "fishers": [trials.compare_arms(*counts).fisher for counts in _TABLES],
            **{f"row_{y}": [y, y] for y in range(3)},
            **{f"at_{y}": y for y in range(3)},
            **{f"person_{i}": i for i in range(later)},
        },
    )  # fmt: skip
    live.compute(repetition.all_on_ketamine)
    live.pick("fisher", "fishers", "later")
    for name in ("all", "later"):
        for end in ("low", "high"):
            live.pick(f"{name}_{end}", f"{name}_{end}s", "later")
    for i, dot in enumerate(dots):
        live.compute(_responded, prefix=f"dot_{i}_", person=f"person_{i}")
        live.follow(dot, visible=f"dot_{i}_filled")
    for y, (name, share) in enumerate(
        zip(("first", "later", "all"), ("first_share", "later_share", "share"), strict=True)
    ):
        live.compute(segment, prefix=f"span_{y}_", low=f"{name}_low", high=f"{name}_high")
        live.follow(lines[y], x=f"span_{y}_along", y=f"row_{y}")
        live.follow(middles[y], x=share, y=f"at_{y}")
    live.write(second, "{later:d} of 7")
    live.write(both, "{responded:d} of 15")
    live.read_out("share", "all fifteen on ketamine", ".0%")
    live.read_out("all_low", "from", ".1%")
    live.read_out("all_high", "to", ".1%")
    live.read_out("fisher", "4 of 8 against these 7: Fisher's p", ".3f")
    live.describe(
        "Imagine that {later:d} of the 7 who had ketamine second responded. Of all fifteen on "
        "ketamine, {responded:d} would have responded ({share:.0%}, exact 95 % interval "
        "{all_low:.1%} to {all_high:.1%}), without a control. Between 4 of 8 and {later:d} of 7, "
        "Fisher's p is {fisher:.3f}.",
        caption="A what-if, not a result: the counts of the second phase are not in the abstract. "
        "With seven people any count leaves much open.",
        stamp="Hypothesis",
    )
    return live


@formula(
    parameters=[repetition.LATER], inputs=[Input("person", "i", "number of the person, from 0")]
)
def _responded(m):
    m.filled = where(m.later > m.person + 0.5, 1, 0)


PER_ARM = Parameter(
    "per_arm", "n", "people per arm", 8, 5, 200, 1, "rodriguez2013_rct had 8 and 7", "published",
    "people",
)  # fmt: skip


def exaggeration() -> LivingFigure:
    """Power and exaggeration of a comparison of means, by the size of its arms."""
    sizes = np.unique(np.geomspace(5, 200, 45).round())
    with course_style():
        figure, (power, funnel) = plt.subplots(1, 2, figsize=(9.6, 3.4))
        for axes in (power, funnel):
            axes.set_xscale("log")
            axes.set(xlim=(4.7, 215), xlabel="people per group (log scale)")
            axes.set_xticks([5, 10, 20, 50, 100, 200], ["5", "10", "20", "50", "100", "200"])
            axes.minorticks_off()
        power.set(ylim=(0, 1.02), ylabel="chance of p < 0.05", title="Power")
        percent_axis(power.yaxis)
        power.axhline(0.8, color=MUTED, linewidth=1)
        power.text(5, 0.82, "80 %", color=MUTED)
        power_line = power.plot([], [], color=KETAMINE)[0]
        power_here = power.plot([8], [0], "o", color=PAPER, markeredgecolor=INK, markersize=11)[0]
        funnel.set_yscale("log")
        funnel.set(ylim=(0.95, 50), ylabel="found / true, if significant", title="Exaggeration")
        funnel.set_yticks([1, 2, 5, 10, 20, 50], ["1", "2", "5", "10", "20", "50"])
        funnel.minorticks_off()
        funnel.axhline(1, color=MUTED, linewidth=1)
        funnel_line = funnel.plot([], [], color=BAD)[0]
        funnel_here = funnel.plot([8], [2], "o", color=PAPER, markeredgecolor=INK, markersize=11)[0]
    difference = replace(designs.TRUE_DIFFERENCE, default=4.9)
    live = LivingFigure(
        "exaggeration",
        "How large must a trial be?",
        figure,
        [difference, designs.SD, PER_ARM],
        presets={
            "4.9 points, 8 a group": {"true_difference": 4.9, "sd": 8, "per_arm": 8},
            "4.9 points, 43 a group": {"true_difference": 4.9, "sd": 8, "per_arm": 43},
            "2.7 points (SSRI − placebo), 145 a group": {
                "true_difference": 2.7, "sd": 8, "per_arm": 145
            },
        },
        constants={"sizes": sizes},
    )  # fmt: skip
    live.compute(trials.design_analysis, n1="per_arm", n2="per_arm")
    live.compute(trials.design_analysis, prefix="curve_", n1="sizes", n2="sizes")
    live.follow(power_line, x="sizes", y="curve_power")
    live.follow(power_here, x="per_arm", y="power")
    live.follow(funnel_line, x="sizes", y="curve_exaggeration")
    live.follow(funnel_here, x="per_arm", y="exaggeration")
    live.read_out("power", "power", ".0%")
    live.read_out("exaggeration", "exaggeration if significant", ".2f", "times")
    live.read_out("type_s", "wrong sign if significant", ".2%")
    live.describe(
        "With a true difference of {true_difference:.1f} points, a standard deviation of {sd:.1f} "
        "and {per_arm:d} people per arm, the chance of p < 0.05 is {power:.0%}. A significant "
        "result then shows {exaggeration:.2f} times the true difference on average.",
        caption="The smaller the trial, the rarer a significant result, and the more it "
        "exaggerates: the luck that made it significant is part of the number.",
    )
    live.table(
        {"people per arm": "sizes", "power": "curve_power", "exaggeration": "curve_exaggeration"}
    )
    return live


POOLS = {
    "all three: 4/8, 0/10, 1/14": ((4, 8), (0, 10), (1, 14)),
    "4/8 and 0/10": ((4, 8), (0, 10)),
    "4/8 and 1/14": ((4, 8), (1, 14)),
    "0/10 and 1/14": ((0, 10), (1, 14)),
}


def _next_clinic(belief, rates):
    """The chance that the next clinic's true rate lies in each interval between `rates`."""
    spread = 1 / belief.correlation - 1
    kept = belief.weight > 1e-9
    a, b = (belief.mean * spread)[kept], ((1 - belief.mean) * spread)[kept]
    below = special.betainc(a[:, None], b[:, None], rates)
    return np.diff(belief.weight[kept] @ below / belief.weight[kept].sum())


def pool_or_not() -> LivingFigure:
    """A naive pool against a hierarchy in which every clinic may have a rate of its own."""
    edges = np.linspace(0, 1, 11)
    columns = {
        name: [] for name in ("naive", "low", "high", "median", "p10", "p90", "useless", "good")
    }
    columns["homogeneity"] = []
    shapes = []
    for studies in POOLS.values():
        k, n = zip(*studies, strict=True)
        belief = trials.hierarchical(k, n, points=100)
        low, high = trials.clopper_pearson(sum(k), sum(n))
        shapes.append(_next_clinic(belief, edges))
        for name, value in {
            "naive": sum(k) / sum(n), "low": low, "high": high, "median": belief.next_rate(0.5),
            "p10": belief.next_rate(0.1), "p90": belief.next_rate(0.9),
            "useless": belief.next_rate_below(0.05), "good": 1 - belief.next_rate_below(0.35),
            "homogeneity": trials.homogeneity(k, n),
        }.items():  # fmt: skip
            columns[name].append(float(value))
    with course_style():
        figure, axes = plt.subplots(figsize=(9, 3.4))
        axes.set(xlim=(0, 1), ylim=(0, 0.75), xlabel="true share who respond")
        axes.set_ylabel("chance for the next clinic")
        percent_axis(axes.xaxis)
        percent_axis(axes.yaxis)
        middle = (edges[:-1] + edges[1:]) / 2
        bars = [axes.bar(middle, shape, width=0.09, color=KETAMINE) for shape in shapes]
        pooled = axes.plot([0.1, 0.2], [0.68, 0.68], color=INK, linewidth=3)[0]
        dot = axes.plot([0.15], [0.68], "o", color=INK, markersize=8)[0]
        said = axes.text(0.3, 0.68, "", color=INK, va="center", transform=aside(axes))
        axes.text(0.56, 0.5, "bars: where the next clinic's\nrate may lie", color=KETAMINE)
    live = LivingFigure(
        "pool-or-not",
        "Pool, or let clinics differ?",
        figure,
        [Choice("pool", "studies", tuple(POOLS))],
        constants={
            "side": [0, 1],
            "height": [0.68, 0.68],
            "level": 0.68,
            **{f"{name}_by_pool": values for name, values in columns.items()},
        },
    )
    live.options("shows", "pool", len(POOLS))
    for name in columns:
        live.pick(name, f"{name}_by_pool", "pool")
    live.compute(segment)
    for i, bar in enumerate(bars):
        live.follow(bar, visible=f"shows_{i}")
    live.follow(pooled, x="along", y="height")
    live.follow(dot, x="naive", y="level")
    live.write(said, "one pool: {naive:.0%}, 95 % interval", x="high")
    live.read_out("naive", "one pool", ".1%")
    live.read_out("homogeneity", "p that all share one rate", ".4f")
    live.read_out("useless", "next clinic below 5 %", ".0%")
    live.read_out("good", "next clinic above 35 %", ".0%")
    live.describe(
        "Counted as one pool they give {naive:.1%} ({low:.1%} to {high:.1%}). If clinics may "
        "differ, the next clinic's rate has a median of {median:.0%} and an 80 % interval from "
        "{p10:.1%} to {p90:.0%}: below 5 % with probability {useless:.2f}, above 35 % with "
        "{good:.2f}. The exact p-value that the studies share one rate is {homogeneity:.4f}.",
        caption="The pool holds that all clinics share one rate. Bars: what follows where clinics "
        "may differ; with so few studies, what was held plausible beforehand counts.",
    )
    return live


REGISTERED = {
    "published": {
        "rodriguez2013_rct": "Rodriguez 2013, against saline",
        "beaglehole2024_rct": "Beaglehole 2025, against fentanyl",
    },
    "results in the register, not read here": {
        "nct02206776_in": "NCT02206776, stopped early; posted Feb 2017",
        "nct01371110_iv": "NCT01371110, stopped early; posted Jan 2018",
        "nct02234011_in": "NCT02234011, stopped early; posted May 2017",
    },
    "nothing found (register of November 2023)": {
        "nct02624596_mket": "NCT02624596, against midazolam; planned",
    },
}
"""Randomised trials of ketamine in OCD, by what can be read of them."""

PLANNED = {"nct02624596_mket": 120}


def missing_results() -> LivingFigure:
    """Ketamine trials in OCD: how many people each had or planned, and what can be read."""
    enrolled = {r.study_id: r.n_enrolled for r in evidence.load().results.values()}
    looks = (
        {"color": KETAMINE},
        {"color": PAPER, "edgecolor": KETAMINE, "hatch": "///"},
        {"color": PAPER, "edgecolor": KETAMINE, "linestyle": (0, (3, 2))},
    )
    constants, drawn, place, ticks = {}, [], 0.0, {}
    with course_style():
        figure, axes = plt.subplots(figsize=(9.5, 4.2))
        for number, ((group, studies), look) in enumerate(
            zip(REGISTERED.items(), looks, strict=True)
        ):
            sizes = [PLANNED.get(study) or enrolled[study] or 0 for study in studies]
            rows = [place + 1 + i for i in range(len(sizes))]
            axes.text(0.5, place + 0.15, group, fontweight="bold", va="center")
            drawn.append(axes.barh(rows, sizes, height=0.62, linewidth=1.2, **look))
            for row, size, words in zip(rows, sizes, studies.values(), strict=True):
                axes.text(size + 1.5, row, str(size) if size else "not seen", va="center")
                ticks[row] = words
            constants |= {f"sizes_{number}": sizes, f"people_{number}": sum(sizes)}
            place = rows[-1] + 0.75
        axes.set_yticks(list(ticks), list(ticks.values()))
        axes.set(xlim=(0, 132), ylim=(place - 0.1, -0.4), xlabel="people enrolled or planned")
        axes.tick_params(left=False)
    live = LivingFigure(
        "missing-results", "What was started, and what can be read", figure, [],
        constants=constants,
    )  # fmt: skip
    for number, bars in enumerate(drawn):
        live.follow(bars, height=f"sizes_{number}")
    live.describe(
        "Randomised trials of ketamine in OCD. Published: {people_0:d} people. Stopped early, with "
        "results in the register that were not read here: {people_1:d} people in two trials, and a "
        "third whose number was not seen. Nothing found: {people_2:d} people planned in one trial, "
        "some of them perhaps healthy volunteers (register of November 2023).",
        caption="27 people are published; of three stopped trials (5 people and an unknown "
        "number) results were not read, and for 120 people planned none were found. That says "
        "what cannot be read, not what the drug does.",
    )
    return live


def verdicts_by_section() -> LivingFigure:
    """How the article's claims fare, section by section."""
    claims = [claim for claim in evidence.load().claims.values() if claim.by_article]
    sections = list(dict.fromkeys(claim.section for claim in claims))
    counts = {
        verdict: [
            sum(c.verdict == verdict and c.section == section for c in claims)
            for section in sections
        ]
        for verdict in VERDICTS
    }
    # On a projector pale fills look alike: two of them are hatched.
    look = dict(zip(VERDICTS, (RELIEF, GRID, PAPER, BAD, PAPER), strict=True))
    hatch = dict(zip(VERDICTS, ("", "///", "xx", "", ""), strict=True))
    with course_style():
        figure, axes = plt.subplots(figsize=(9, 3.8))
        left = np.zeros(len(sections))
        for verdict, numbers in counts.items():
            colour, letter = look[verdict], verdict[0].upper()
            bars = axes.barh(
                range(len(sections)), numbers, left=left, height=0.62, color=colour,
                edgecolor=MUTED, hatch=hatch[verdict],
                label=f"{letter} {verdict}",
            )  # fmt: skip
            ink = PAPER if colour in (RELIEF, BAD) else INK
            for bar, number in zip(bars, numbers, strict=True):
                if number:
                    place = bar.get_x() + number / 2, bar.get_y() + 0.31
                    behind = {"facecolor": colour, "edgecolor": "none", "pad": 1.5}
                    axes.text(
                        *place, f"{number} {letter}", color=ink, ha="center", va="center",
                        bbox=behind if hatch[verdict] else None,
                    )  # fmt: skip
            left += numbers
        axes.set_yticks(range(len(sections)), [s.split(" ", 1)[1] for s in sections])
        axes.set(xlim=(0, 16.5), ylim=(4.6, -0.6), xlabel="claims")
        axes.tick_params(left=False)
        axes.legend(ncols=5, loc="lower center", bbox_to_anchor=(0.4, 1.0), handlelength=1.4)
        total = axes.plot([0], [0], "o", alpha=0)[0]
    supported = sum(counts["supported"])
    live = LivingFigure(
        "verdicts-by-section",
        "The ledger, section by section",
        figure,
        [],
        constants={
            "supported": supported,
            "claims": len(claims),
            "share_supported": supported / len(claims),
            "nothing": 0,
        },
    )
    live.follow(total, x="nothing", y="nothing")
    live.describe(
        "Of the article's {claims:d} claims, {supported:d} are supported as worded "
        "({share_supported:.0%}).",
        caption="The text is right where it describes OCD and goes beyond its evidence where it "
        "recommends.",
    )
    return live
