"""The figures of notebook 04 about counts: one result, its repeats, and what is missing.

The virtual trials are in `virtual_trials.py`.
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
from looplab.figure.style import BAD, GOOD, GRID, INK, MUTED, PAPER, SHADE, course_style
from looplab.model.declare import Input, Parameter, formula
from looplab.model.maths import floor, log, where

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


@formula(
    parameters=[K_DRUG, K_SALINE],
    inputs=[Input(name, f"p_{i}", label) for i, (name, label) in enumerate(_SHOWN.items())],
)
def _tests_below(m):
    m.below = sum(where(getattr(m, name) <= 0.05, 1, 0) for name in _SHOWN)


@formula(parameters=[K_DRUG, K_SALINE])
def _people(m):
    m.table = m.k_drug * (SALINE + 1) + m.k_saline
    for i in range(DRUG):
        setattr(m, f"drug_{i}", where(m.k_drug > i + 0.5, 1, 0))
    for i in range(SALINE):
        setattr(m, f"saline_{i}", where(m.k_saline > i + 0.5, 1, 0))


def fifteen_people() -> LivingFigure:
    """The fifteen people of the trial as dots, five p-values, and three intervals."""
    tables = [trials.compare_arms(a, DRUG, b, SALINE) for a in range(9) for b in range(8)]
    found = {name: [getattr(table, name) for table in tables] for name in _SHOWN}
    limits = [trials.clopper_pearson(np.arange(size + 1), size) for size in (DRUG, SALINE)]
    with course_style():
        figure, axes = plt.subplot_mosaic(
            [["people", "tests"], ["people", "intervals"]], figsize=(10, 4.4), width_ratios=[1, 1.1]
        )
        people = axes["people"]
        people.set(xlim=(-0.7, 7.7), ylim=(-0.8, 1.7), title="Fifteen people, one dot each")
        people.axis("off")
        drug, saline = _dots(people, DRUG, 1, KETAMINE), _dots(people, SALINE, 0, INK)
        people.text(-0.4, 1.35, "ketamine first: filled = responded", color=KETAMINE)
        people.text(-0.4, 0.35, "saline first: filled = responded", color=INK)

        tests = axes["tests"]
        tests.set_xscale("log")
        tests.set(xlim=(1e-5, 1.5), ylim=(4.6, -0.9), xlabel="p-value", title="Five ways to test")
        tests.set_yticks(range(5), _SHOWN.values())
        tests.axvline(0.05, color=MUTED, linewidth=1)
        tests.text(0.054, -0.25, "0.05", color=MUTED)
        tests.tick_params(left=False)
        points = [tests.plot([1], [y], "o", color=KETAMINE, markersize=9)[0] for y in range(5)]

        spans = axes["intervals"]
        spans.set(xlim=(-1, 1), ylim=(2.6, -0.6), xlabel="share who respond, 95 % interval")
        spans.set_yticks(range(3), ["ketamine", "saline", "difference"])
        spans.axvline(0, color=MUTED, linewidth=1)
        spans.tick_params(left=False)
        percent_axis(spans.xaxis)
        colours = (KETAMINE, INK, GOOD)
        lines = [spans.plot([0, 1], [y] * 2, color=c)[0] for y, c in enumerate(colours)]
        middles = [
            spans.plot([0], [y], "o", color=c, markersize=8)[0] for y, c in enumerate(colours)
        ]
    live = LivingFigure(
        "fifteen-people",
        "One result, five p-values",
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
            **{f"row_{y}": [y, y] for y in range(3)},
            **{f"at_{y}": y for y in range(5)},
        },
    )
    live.compute(_people)
    for name in _SHOWN:
        live.pick(name, f"{name}_tables", "table")
    live.compute(_tests_below)
    for arm, count in (("drug", "k_drug"), ("saline", "k_saline")):
        for end in ("low", "high"):
            live.pick(f"{arm}_{end}", f"{arm}_{end}s", count)
    live.compute(trials.intervals, k1="k_drug", n1=DRUG, k2="k_saline", n2=SALINE)
    ends = (
        ("drug_low", "drug_high"),
        ("saline_low", "saline_high"),
        ("newcombe_low", "newcombe_high"),
    )
    for y, (line, middle, (low, high), rate) in enumerate(
        zip(lines, middles, ends, ("rate_1", "rate_2", "difference"), strict=True)
    ):
        live.compute(segment, prefix=f"span_{y}_", low=low, high=high)
        live.follow(line, x=f"span_{y}_along", y=f"row_{y}")
        live.follow(middle, x=rate, y=f"at_{y}")
    for i, dot in enumerate(drug):
        live.follow(dot, visible=f"drug_{i}")
    for i, dot in enumerate(saline):
        live.follow(dot, visible=f"saline_{i}")
    for y, (name, point) in enumerate(zip(_SHOWN, points, strict=True)):
        live.follow(point, x=name, y=f"at_{y}")
    live.read_out("fisher", "Fisher, two-sided: p", ".3f")
    live.read_out("below", "p-values at or below 0.05", "d", "of 5")
    live.read_out("newcombe_low", "difference: from", ".0%")
    live.read_out("newcombe_high", "to", ".0%")
    live.describe(
        "With {k_drug:d} of 8 on ketamine and {k_saline:d} of 7 on saline, {below:d} of the five "
        "p-values are at or below 0.05: from {barnard:.3f} (Barnard) to {fisher:.3f} (Fisher, "
        "two-sided). The rate on ketamine may be anything from {drug_low:.0%} to {drug_high:.0%}, "
        "the difference from {newcombe_low:.0%} to {newcombe_high:.0%} (95 % intervals).",
        caption="The same fifteen people fall on both sides of 0.05. Read the interval: from "
        "almost nothing to almost everything.",
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
                "4-day ERP 15/16, waiting 2/16": (15, 16, 2, 16, 1, 1),
                "EX/RP 18/29, placebo 2/26": (18, 29, 2, 26, 1, 1),
            }.items()
        },
        constants={"rate": (np.arange(150) + 0.5) / 150},
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
        figure, (zero, harm) = plt.subplots(1, 2, figsize=(10, 3.4))
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
        "None of ten is not nothing",
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
        caption="Zero events in a small group leave room for a rate of a quarter or more, for "
        "benefit and for harm alike.",
    )
    live.table({"people": "size", "highest plausible rate": "curve_upper"})
    return live


COMPARATORS = {
    "EX/RP, week 12, global rating: 18/29": (18, 29),
    "EX/RP added to a drug, 25 % fall: 32/40": (32, 40),
    "4-day ERP, randomised: 15/16": (15, 16),
    "4-day ERP, open: 82/90": (82, 90),
    "fluvoxamine, week 10, global rating: 26/78": (26, 78),
    "pill placebo, week 12: 2/26": (2, 26),
}
KETAMINE_DATA = {
    "one infusion against saline, day 7: 4/8": (4, 8),
    "one infusion, refractory, days 1 to 3: 0/10": (0, 10),
    "repeated infusions, chart review: 1/14": (1, 14),
}
BANNER = "Arithmetic is possible, comparison is not"


@formula(
    inputs=[Input("study", "s", "which ketamine data"), Input("other", "o", "which comparator")]
)
def _pair_of_studies(m):
    m.pair = m.study * len(COMPARATORS) + m.other


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
        first = axes.plot([], [], color=KETAMINE, linewidth=2.5)[0]
        second = axes.plot([], [], color=INK, linewidth=2, linestyle=(0, (5, 2)))[0]
    live = LivingFigure(
        "refused-comparison",
        "A comparison to refuse",
        figure,
        [
            Choice("study", "ketamine data (solid line)", tuple(KETAMINE_DATA)),
            Choice("other", "another trial (broken line)", tuple(COMPARATORS)),
        ],
        constants={
            "rate": (np.arange(150) + 0.5) / 150,
            "chances": chances,
            **{
                f"{name}_{i}": [pair[i] for pair in data.values()]
                for name, data in (("study", KETAMINE_DATA), ("other", COMPARATORS))
                for i in (0, 1)
            },
        },
    )
    live.compute(_pair_of_studies)
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


@formula(
    parameters=[repetition.RATE_DRUG, repetition.RATE_SALINE],
    inputs=[Input("is_hidden", "h", "1: only the significant repeats are shown")],
)
def _truth(m):
    m.true_points = 100 * (m.rate_drug - m.rate_saline)
    m.all_shown = 1 - m.is_hidden


@formula(inputs=[Input("mean_difference", "d", "mean difference of significant repeats")])
def _in_points(m):
    m.mean_points = 100 * m.mean_difference


def run_again(repeats_shown: int = 2000) -> LivingFigure:
    """Repeats of the trial: all of them, and those that would be noticed."""
    edges = np.arange(-104, 107, 10)
    with course_style():
        figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.7), width_ratios=[1.3, 1])
        middle = (edges[:-1] + edges[1:]) / 2
        everyone = left.bar(middle, [0] * 21, width=9, color=GRID, edgecolor=MUTED)
        winners = left.bar(middle, [0] * 21, width=9, color=KETAMINE)
        truth = left.plot([0, 0], [0, 1], color=INK, linestyle=(0, (5, 2)))[0]
        left.set(xlim=(-105, 107), ylim=(0, 0.75), ylabel="share of repeats")
        left.set(xlabel="difference found, percentage points", title="2,000 repeats")
        percent_axis(left.yaxis)
        left.text(-102, 0.69, "filled: p ≤ 0.05 for ketamine", color=KETAMINE)
        left.text(-102, 0.63, "broken line: the truth", color=INK)
        curve = right.plot([], [], color=KETAMINE)[0]
        here = right.plot([0], [0], "o", color=PAPER, markeredgecolor=INK, markersize=11)[0]
        right.set(xlim=(0, 1), ylim=(0, 1), xlabel="true rate on ketamine")
        right.set(ylabel="chance of p ≤ 0.05", title="Would it be noticed?")
        percent_axis(right.xaxis)
        percent_axis(right.yaxis)
    live = LivingFigure(
        "run-again",
        "The same trial, run again",
        figure,
        [
            repetition.RATE_DRUG,
            repetition.RATE_SALINE,
            Choice("is_hidden", "repeats shown", ("all", "only the significant ones")),
        ],
        presets={
            "Half respond": {"rate_drug": 0.5, "rate_saline": 0.05, "is_hidden": 0},
            "One in five responds": {"rate_drug": 0.2, "rate_saline": 0.05, "is_hidden": 0},
            "One in five, winners only": {"rate_drug": 0.2, "rate_saline": 0.05, "is_hidden": 1},
        },
        constants={
            "edges": edges, "upright": [0, 0.75], "side": [0, 1],
            "grid": np.linspace(0.05, 0.95, 46),
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
    live.histogram("all_repeats", "gap", "edges")
    live.histogram("noticed", "gap", "edges", where="is_significant")
    live.compute(trials.repeats)
    live.compute(trials.repeats, prefix="curve_", rate_drug="grid")
    live.compute(_truth)
    live.compute(_in_points)
    live.compute(segment, prefix="truth_", low="true_points", high="true_points")
    live.follow(everyone, height="all_repeats", visible="all_shown")
    live.follow(winners, height="noticed")
    live.follow(truth, x="truth_along", y="upright")
    live.follow(curve, x="grid", y="curve_significant")
    live.follow(here, x="rate_drug", y="significant")
    live.read_out("significant", "chance of p ≤ 0.05 in favour", ".1%")
    live.read_out("as_extreme", "chance of at least 4/8 with 0/7", ".1%")
    live.read_out("mean_points", "mean difference when significant", ".0f", "points")
    live.read_out("true_points", "true difference", ".0f", "points")
    live.describe(
        "If {rate_drug:.0%} truly respond on ketamine and {rate_saline:.0%} on saline, a repeat of "
        "the trial is significant with a chance of {significant:.1%}. The significant repeats show "
        "{mean_points:.0f} points on average, while the truth is {true_points:.0f}.",
        caption="Significance needs at least 5 of 8, so every trial that is noticed shows a "
        "difference near 60 points or more, whatever the truth: the winner's curse.",
    )
    live.table({"true rate on ketamine": "grid", "chance of p ≤ 0.05": "curve_significant"})
    return live


PER_ARM = Parameter(
    "per_arm", "n", "people per arm", 8, 5, 200, 1, "rodriguez2013_rct had 8 and 7", "published",
    "people",
)  # fmt: skip


def exaggeration() -> LivingFigure:
    """Power and exaggeration of a comparison of means, by the size of its arms."""
    sizes = np.unique(np.geomspace(5, 200, 60).round())
    with course_style():
        figure, (power, funnel) = plt.subplots(1, 2, figsize=(10, 3.4))
        for axes in (power, funnel):
            axes.set_xscale("log")
            axes.set(xlim=(4.7, 215), xlabel="people per arm")
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
        "Only winners get noticed",
        figure,
        [difference, designs.SD, PER_ARM],
        presets={
            "Smallest difference that matters, 8 a group": {
                "true_difference": 4.9, "sd": 8, "per_arm": 8
            },
            "The same, 43 a group": {"true_difference": 4.9, "sd": 8, "per_arm": 43},
            "SSRI minus placebo (2.7), 145 a group": {
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
        caption="Small trials that are significant exaggerate: the luck that made them "
        "significant is part of the number.",
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


@formula(inputs=[Input("pool", "c", "which studies")])
def _pool_shown(m):
    for i in range(len(POOLS)):
        setattr(m, f"shows_{i}", where(m.pool < i - 0.5, 0, where(m.pool > i + 0.5, 0, 1)))


def pool_or_not() -> LivingFigure:
    """A naive pool against a hierarchy in which every clinic may have a rate of its own."""
    edges = np.linspace(0, 1, 21)
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
        axes.set_ylabel("chance, the next clinic")
        percent_axis(axes.xaxis)
        percent_axis(axes.yaxis)
        middle = (edges[:-1] + edges[1:]) / 2
        bars = [axes.bar(middle, shape, width=0.045, color=KETAMINE) for shape in shapes]
        pooled = axes.plot([0.1, 0.2], [0.68, 0.68], color=INK, linewidth=3)[0]
        dot = axes.plot([0.15], [0.68], "o", color=INK, markersize=8)[0]
        axes.text(0.56, 0.67, "naive pool, 95 % interval", color=INK)
        axes.text(0.56, 0.56, "bars: where the next clinic's\nrate may lie", color=KETAMINE)
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
    live.compute(_pool_shown)
    for name in columns:
        live.pick(name, f"{name}_by_pool", "pool")
    live.compute(segment)
    for i, bar in enumerate(bars):
        live.follow(bar, visible=f"shows_{i}")
    live.follow(pooled, x="along", y="height")
    live.follow(dot, x="naive", y="level")
    live.read_out("naive", "naive pool", ".1%")
    live.read_out("homogeneity", "p that all share one rate", ".4f")
    live.read_out("useless", "next clinic below 5 %", ".0%")
    live.read_out("good", "next clinic above 35 %", ".0%")
    live.describe(
        "The naive pool gives {naive:.1%} ({low:.1%} to {high:.1%}). If clinics may differ, the "
        "next clinic's rate has a median of {median:.0%} and an 80 % interval from {p10:.1%} to "
        "{p90:.0%}: below 5 % with probability {useless:.2f}, above 35 % with {good:.2f}. The "
        "exact p-value that the studies share one rate is {homogeneity:.4f}.",
        caption="The pool is a precise answer to no question. The hierarchy says: nearly useless "
        "here and useful there are both possible. With so few studies its prior counts.",
    )
    return live


def missing_results() -> LivingFigure:
    """Ketamine trials in OCD: how many people each had or planned, and what is known."""
    register = {
        "nct02624596_mket": ("against midazolam, planned", 120, False),
        "rodriguez2013_rct": ("against saline", None, True),
        "beaglehole2024_rct": ("against fentanyl", None, True),
        "nct01371110_iv": ("stopped early", None, False),
        "nct02206776_in": ("stopped early", None, False),
        "nct02234011_in": ("stopped early", None, False),
    }
    enrolled = {r.study_id: r.n_enrolled for r in evidence.load().results.values()}
    names, sizes, known = [], [], []
    for study, (what, planned, result) in register.items():
        size = planned or enrolled[study]
        label = study.split("_")[0]
        label = label.upper() if label.startswith("nct") else label
        names.append(f"{label}\n{what}, n {f'= {size}' if size else 'not given'}")
        sizes.append(size or 0)
        known.append(result)
    with course_style():
        figure, axes = plt.subplots(figsize=(9, 4))
        bars = axes.barh(
            range(len(names)), sizes, height=0.6,
            color=[KETAMINE if k else PAPER for k in known], edgecolor=KETAMINE,
        )  # fmt: skip
        for bar, result in zip(bars, known, strict=True):
            bar.set_hatch("" if result else "///")
        axes.set_yticks(range(len(names)), names)
        axes.set(xlim=(0, 130), ylim=(5.6, -0.6), xlabel="people enrolled or planned")
        axes.tick_params(left=False)
        axes.text(60, 1, "filled: result published", color=KETAMINE, va="center")
        axes.text(60, 2, "hatched: no result found", color=KETAMINE, va="center")
    seen, unseen = (
        sum(s for s, k in zip(sizes, known, strict=True) if k is w) for w in (True, False)
    )
    live = LivingFigure(
        "missing-results",
        "The missing hundred and twenty",
        figure,
        [],
        constants={"people": sizes, "known": seen, "unknown": unseen},
    )
    live.follow(bars, height="people")
    live.describe(
        "Randomised ketamine trials in OCD: results of {known:d} people are published; trials "
        "with {unknown:d} people, 120 of them planned in one trial, have no result that we found "
        "(register read in November 2023).",
        caption="What was started and never reported is evidence about missingness, not about "
        "the drug.",
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
    look = dict(zip(VERDICTS, (RELIEF, GRID, SHADE, BAD, PAPER), strict=True))
    with course_style():
        figure, axes = plt.subplots(figsize=(9, 3.8))
        left = np.zeros(len(sections))
        for verdict, numbers in counts.items():
            colour, letter = look[verdict], verdict[0].upper()
            bars = axes.barh(
                range(len(sections)), numbers, left=left, height=0.62, color=colour,
                edgecolor=MUTED,
                label=f"{letter} {verdict}",
            )  # fmt: skip
            ink = PAPER if colour in (RELIEF, BAD) else INK
            for bar, number in zip(bars, numbers, strict=True):
                if number:
                    place = bar.get_x() + number / 2, bar.get_y() + 0.31
                    axes.text(*place, f"{number} {letter}", color=ink, ha="center", va="center")
            left += numbers
        axes.set_yticks(range(len(sections)), [s.split(" ", 1)[1] for s in sections])
        axes.set(xlim=(0, 16.5), ylim=(4.6, -0.6), xlabel="claims")
        axes.tick_params(left=False)
        axes.legend(ncols=5, loc="lower center", bbox_to_anchor=(0.4, 1.0), handlelength=1.4)
        total = axes.plot([0], [0], "o", alpha=0)[0]
    supported = sum(counts["supported"])
    live = LivingFigure(
        "verdicts-by-section",
        "Where the article is right",
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
