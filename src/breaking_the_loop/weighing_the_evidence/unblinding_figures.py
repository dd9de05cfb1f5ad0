"""The figures of notebook 04 about hope: from a dose to a bias, and a dose trend without a drug."""

from __future__ import annotations

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np

from breaking_the_loop.evidence.counts import compare_arms
from breaking_the_loop.nmda_mechanism import ketamine
from breaking_the_loop.palette import KETAMINE
from breaking_the_loop.weighing_the_evidence import unblinding
from breaking_the_loop.weighing_the_evidence.count_figures import percent_axis
from looplab.figure.artists import tiles
from looplab.figure.controls import Choice
from looplab.figure.figure import LivingFigure
from looplab.figure.labels import name_lines
from looplab.figure.style import GRID, INK, MUTED, PAPER, SHADE, course_style
from looplab.model.declare import Input, Parameter, formula
from looplab.model.maths import maximum, minimum, where

MODELS = Choice("domino_chosen", "plasma model", ("Clements & Nimmo", "Domino"))
CONTROL = Choice(
    "control", "control", (*(control.name for control in unblinding.CONTROLS), "your own d′"),
    default=1,
)  # fmt: skip
MOST_LEVEL, MOST_BIAS = 500, 12.5
CONDITIONS = "Trial conditions, not advice"


@formula(inputs=[Input("chosen_t", "C", "level by the chosen model", "ng/mL")])
def _course(m):
    m.level_t = minimum(m.chosen_t, MOST_LEVEL)


@formula(parameters=[unblinding.STRONGEST], inputs=[Input("levels", "C", "levels", "ng/mL")])
def _curve(m):
    m.felt = minimum(m.strongest * m.levels / 200, 1)
    m.studied = where((m.levels - 50) * (200 - m.levels) >= -1e-9, 1, 0)


@formula(inputs=[Input("now", "e", "feeling now"), Input("at_peak", "C", "peak", "ng/mL")])
def _marks(m):
    m.peak_shown = minimum(m.at_peak, MOST_LEVEL)
    m.felt_percent = 100 * m.now


def chain() -> LivingFigure:
    """Dose, level, feeling, guess, bias: one slider moves all four panels."""
    with course_style():
        figure, (level, feeling, telling, bias) = plt.subplots(
            1, 4, figsize=(9.6, 3.3), width_ratios=[1.1, 1, 1.15, 0.62]
        )
        level.set(xlim=(0, 180), ylim=(0, MOST_LEVEL), xlabel="minutes", title="1  Level")
        level.set_ylabel("in plasma, ng/mL")
        level.set_xticks([0, 60, 120, 180])
        course = level.plot([], [], color=KETAMINE)[0]
        top = level.plot([40], [177], "D", color=PAPER, markeredgecolor=KETAMINE, markersize=9)[0]
        feeling.set(xlim=(0, MOST_LEVEL), ylim=(0, 1.04), xlabel="ng/mL", title="2  Feeling")
        feeling.set_ylabel("share of the scale")
        feeling.set_yticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
        feeling.axvspan(50, 200, color=SHADE)
        feeling.text(125, 0.95, "studied", ha="center", color=MUTED)
        beyond = feeling.plot([], [], color=KETAMINE, linestyle=(0, (1, 2)), linewidth=2)[0]
        inside = feeling.plot([], [], color=KETAMINE)[0]
        felt = feeling.plot([177], [0.5], "D", color=PAPER, markeredgecolor=KETAMINE,
                            markersize=9)[0]  # fmt: skip
        telling.set(xlim=(-3.6, 4.6), ylim=(0, 0.56), xlabel="felt, in spreads", yticks=[])
        telling.set_title("3  Guess")
        control = telling.plot([], [], color=INK, linestyle=(0, (5, 2)), linewidth=2)[0]
        drug = telling.plot([], [], color=KETAMINE)[0]
        line = telling.plot([0, 0], [0, 0.44], ":", color=MUTED, linewidth=1.5)[0]
        telling.text(-3.5, 0.47, "control", color=INK)
        telling.text(4.5, 0.47, "ketamine", color=KETAMINE, ha="right")
        telling.text(0.5, 0.52, "“ketamine” right of the line", color=MUTED, ha="center")
        bias.set(xlim=(-0.6, 0.6), ylim=(0, MOST_BIAS), xticks=[], title="4  Bias")
        bias.set_ylabel("points, from hope alone")
        bar = bias.bar([0], [0], width=0.7, color=PAPER, edgecolor=INK, hatch="///")
    live = LivingFigure(
        "unblinding-chain",
        "From the dose to the bias",
        figure,
        [
            unblinding.DOSE, unblinding.MINUTES, MODELS, unblinding.STRONGEST, CONTROL,
            unblinding.OWN_APART, unblinding.LEAN, unblinding.HOPE,
        ],
        presets={
            control.name.capitalize(): {"control": i, "dose": 0.5, "duration": 40, "lean": 0}
            for i, control in enumerate(unblinding.CONTROLS)
        },
        constants={
            "times": np.linspace(0, 180, 61),
            "levels": np.linspace(0, MOST_LEVEL, 41),
            "feelings": np.linspace(-3.6, 4.6, 50),
            **{f"d_prime_{i}": each.d_prime for i, each in enumerate(unblinding.CONTROLS)},
            "tall": [0, 0.44],
        },
    )  # fmt: skip
    usual = {"dose": unblinding.USUAL_DOSE, "duration": unblinding.USUAL_MINUTES,
             "t": unblinding.USUAL_MINUTES}  # fmt: skip
    for kinetics in (ketamine.CLEMENTS, ketamine.DOMINO):
        plasma, name = ketamine.plasma(kinetics), kinetics.name
        live.compute(plasma, prefix=f"{name}_t_", t="times")
        live.compute(plasma, prefix=f"{name}_end_", t="duration")
        live.compute(plasma, prefix=f"{name}_usual_", **usual)
    listed = [f"d_prime_{i}" for i in range(len(unblinding.CONTROLS))]
    live.either("told_apart", [*listed, "own_apart"], "control")
    live.compute(
        unblinding.chain, clements="clements_end_level", domino="domino_end_level",
        clements_usual="clements_usual_level", domino_usual="domino_usual_level",
    )  # fmt: skip
    live.compute(unblinding.bells, feeling="feelings", apart_now="apart")
    live.either("chosen_t", ["clements_t_level", "domino_t_level"], "domino_chosen")
    live.compute(_course)
    live.compute(_curve)
    live.compute(_marks, now="rating", at_peak="peak")
    live.follow(course, x="times", y="level_t")
    live.follow(top, x="duration", y="peak_shown")
    live.follow(beyond, x="levels", y="felt")
    live.follow(inside, x="levels", y="felt", where="studied")
    live.follow(felt, x="peak_shown", y="rating")
    live.follow(control, x="feelings", y="bell_control")
    live.follow(drug, x="feelings", y="bell_drug")
    live.follow(line, x="lean", y="tall")
    live.follow(bar, height=["bias"])
    live.read_out("peak", "level at the peak", ".0f", "ng/mL")
    live.read_out("felt_percent", "felt, of the scale", ".0f", "%")
    live.read_out("says_drug", "say “ketamine” after ketamine", ".0%")
    live.read_out("says_control", "after the control", ".0%")
    live.read_out("bias", "bias", ".2f", "points")
    live.describe(
        "{dose:.2f} mg/kg in {duration:d} minutes peaks at {peak:.0f} ng/mL, which is felt at "
        "{felt_percent:.0f} % of the scale. After ketamine {says_drug:.0%} say “ketamine”, after "
        "the control {says_control:.0%}. If being sure is worth {expectancy:.1f} points, every "
        "estimate is off by {bias:.2f} points, though the drug does nothing.",
        caption="Guesses are from depression, not OCD, and that telling apart follows the level is "
        "an assumption. Dotted: beyond the levels studied.",
        stamp=CONDITIONS,
    )
    return live


@formula(inputs=[Input("spray", "g_1", "points"), Input("midazolam", "g_3", "points")])
def _compared(m):
    m.taken_off = 100 * (1 - m.midazolam / m.spray)


def published() -> dict[str, tuple[float, tuple[float, float] | None]]:
    """Published differences at the usual infusion, in points of 100, and how far they may reach.

    The spray's reach is the range over trials (dissociation as a cue, esketamine_us_info), that of
    midazolam an interval from 10 of 20 and 3 of 28 (shiroma2020_blind); none for the opioid.
    """
    asked = compare_arms(10, 20, 3, 28)
    return {
        "spray": (62.0, (45.0, 79.0)),
        "opioid": (59.4, None),
        "midazolam": (100 * asked.difference, tuple(100 * end for end in asked.newcombe)),
    }


def given_away() -> LivingFigure:
    """What gives ketamine away, by the dose: a line a control, and what was published."""
    looks = {"spray": "-", "opioid": (0, (7, 2)), "midazolam": (0, (2, 2))}
    with course_style():
        figure, axes = plt.subplots(figsize=(8.2, 3.4))
        axes.set(xlim=(0.05, 1.2), ylim=(-3, 107), xlabel="dose in 40 minutes, mg/kg")
        axes.set_ylabel("more “ketamine”, of 100")
        axes.set_xticks([0.25, 0.5, 0.75, 1.0])
        now = axes.plot([0.5, 0.5], [-3, 107], color=MUTED, linewidth=1)[0]
        axes.plot([0.1, 1], [0, 0], color=MUTED)
        axes.text(1.013, 0, "nobody awake", color=MUTED, va="center")
        lines = {
            name: axes.plot([], [], color=INK, linestyle=look, linewidth=2)[0]
            for name, look in looks.items()
        }
        for (point, reach), at in zip(published().values(), (0.485, 0.5, 0.515), strict=True):
            if reach:
                axes.plot([at, at], reach, color=KETAMINE, linewidth=1.5)
            axes.plot([at], [point], "D", color=KETAMINE, markersize=8,
                      markerfacecolor=KETAMINE if reach else PAPER)  # fmt: skip
    live = LivingFigure(
        "given-away",
        "What the dose gives away",
        figure,
        [unblinding.DOSE, unblinding.LEAN],
        presets={"The lean seen with midazolam": {"lean": 0.6}},
        constants={"doses": np.linspace(0.1, 1, 19), "tall": [-3, 107]},
    )  # fmt: skip
    for (name, line), control in zip(lines.items(), unblinding.CONTROLS, strict=False):
        live.constant(f"{name}_apart", control.d_prime)
        live.compute(
            unblinding.gap, prefix=f"{name}_", some_dose="doses", apart_usual=f"{name}_apart"
        )
        live.compute(
            unblinding.gap, prefix=f"{name}_now_", some_dose="dose", apart_usual=f"{name}_apart"
        )
        live.pick(f"{name}_end", f"{name}_given_away", -1)
        live.follow(line, x="doses", y=f"{name}_given_away")
        live.read_out(f"{name}_now_given_away", control.name, ".0f", "points")
    ends = {
        control.name: (f"{name}_end", INK)
        for name, control in zip(lines, unblinding.CONTROLS, strict=False)
    }
    name_lines(live, axes, 1, ends, gap=7)
    live.compute(_compared, spray="spray_now_given_away", midazolam="midazolam_now_given_away")
    live.follow(now, x="dose", y="tall")
    live.read_out("taken_off", "midazolam takes off, of an inert spray", ".0f", "%")
    live.describe(
        "At {dose:.2f} mg/kg “ketamine” is said by {spray_now_given_away:.0f} more of 100 people "
        "after ketamine than after an inert spray, {opioid_now_given_away:.0f} more than after an "
        "opioid, {midazolam_now_given_away:.0f} more than after midazolam, and no more where "
        "nobody is awake.",
        caption="Diamonds are published, in depression and not OCD; the hollow one is derived, "
        "without an interval. Bars: the range over trials (spray), a 95 % interval (midazolam).",
        stamp=CONDITIONS,
    )
    return live


EDGES = np.arange(-6, 14.1, 1.0)


@formula(inputs=[Input("t_each", "t", "t of each trial")])
def _inside(m):
    m.t_shown = minimum(maximum(m.t_each, EDGES[0] + 0.1), EDGES[-1] - 0.1)


def dose_trend(trials: int = 1000) -> LivingFigure:
    """How many trials of ten people and three doses find a dose trend, with or without a drug."""
    middle = (EDGES[:-1] + EDGES[1:]) / 2
    with course_style():
        figure, axes = plt.subplots(figsize=(9, 3.4))
        every = axes.bar(middle, [0] * len(middle), width=0.94, color=GRID, edgecolor=MUTED)
        noticed = axes.bar(middle, [0] * len(middle), width=0.94, color=KETAMINE)
        axes.axvline(unblinding.CRITICAL, color=INK, linewidth=1.2, linestyle=(0, (5, 2)))
        axes.text(unblinding.CRITICAL + 0.15, 0.46, "p < 0.05", color=INK)
        axes.text(13.8, 0.46, "filled: a dose trend is found", color=KETAMINE, ha="right")
        axes.set(xlim=(-6, 14), ylim=(0, 0.5), xlabel="t of the trend, ten people")
        axes.set_ylabel("share of trials")
        percent_axis(axes.yaxis)
    controls = unblinding.CONTROLS[1:]
    live = LivingFigure(
        "dose-trend",
        "A dose trend",
        figure,
        [
            replace(unblinding.HOPE, high=8.0), replace(unblinding.TOP_EFFECT, high=6.0, step=0.02),
            Choice("control", "control", tuple(control.name for control in controls)),
            replace(unblinding.PERIOD_NOISE, low=3.0),
        ],
        presets={
            "No drug, hope worth 4": {"expectancy": 4, "top_effect": 0, "control": 0},
            "Drug worth 3.16, no hope": {"expectancy": 0, "top_effect": 3.16, "control": 0},
            "Neither": {"expectancy": 0, "top_effect": 0, "control": 0},
            "No drug, nobody awake": {"expectancy": 4, "top_effect": 0, "control": 2},
        },
        constants={"edges": EDGES, "middle": middle,
                   "d_primes": [control.d_prime for control in controls]},
    )  # fmt: skip
    live.pick("told_apart", "d_primes", "control")
    live.run(
        unblinding.dose_trend, steps=unblinding.PEOPLE, every=unblinding.PEOPLE, learners=trials,
        mean={"found_mean": "found", "gain_mean": "mean_of_trial"},
        each={"t_each": "t_of_trial", "found_each": "found"},
    )  # fmt: skip
    live.pick("found_share", "found_mean", 0)
    live.pick("gain", "gain_mean", 0)
    live.compute(_inside)
    live.histogram("all_trials", "t_shown", "edges")
    live.histogram("with_trend", "t_shown", "edges", where="found_each")
    live.follow(every, height="all_trials")
    live.follow(noticed, height="with_trend")
    live.read_out("found_share", "trials that find a dose trend", ".0%")
    live.read_out("gain", "highest dose minus control, on average", ".1f", "points")
    live.describe(
        "{found_share:.0%} of 1,000 trials of ten people find that more of it does more, when "
        "hope is worth {expectancy:.1f} points and the drug itself {top_effect:.2f} at the highest "
        "dose; the mean difference from the control is {gain:.1f} points.",
        caption="Each trial has a control, half the dose, and all of it. Where more of it is "
        "easier to tell, hope has a dose-response of its own.",
        stamp="Illustration",
    )
    live.table({"t": "middle", "share of trials": "all_trials", "with a trend": "with_trend"})
    return live


SET = Parameter(
    "again", "s", "set of twenty trials: move it for twenty others", 1, 1, 50, 1, "illustration",
    "assumed",
)  # fmt: skip
LINE = Parameter(
    "line", "x", "you say “drug” from this difference on", 3.2, -2.0, 8.0, 0.1,
    "chosen by the reader", "assumed", "points",
)  # fmt: skip
GAME, MANY = 20, 1000
DRUG, HOPE = {"top_effect": 3.16, "expectancy": 0.0}, {"top_effect": 0.0, "expectancy": 4.0}
"""Two worlds that make, at the highest dose, the same mean difference from the control."""
SAID, WAS, SQUARE = -4.3, -5.9, (0.5, 0.9)


@formula(
    inputs=[
        Input("coin", "z", "1: the drug, 0: hope"),
        *(
            Input(f"{world}_{what}", rf"{letter}_{{\text{{{world}}}}}", meaning)
            for what, letter, meaning in (
                ("half", "h", "half the dose minus the control"),
                ("whole", "c", "highest dose minus the control"),
                ("found", "f", "1: the trend is significant"),
            )
            for world in ("drug", "hope")
        ),
        Input("line", "x", "from here on “drug” is said"),
        Input("told_which", "o", "1: which is which is shown"),
    ]
)
def _by_coin(m):
    m.half = where(m.coin > 0.5, m.drug_half, m.hope_half)
    m.whole = where(m.coin > 0.5, m.drug_whole, m.hope_whole)
    m.found = where(m.coin > 0.5, m.drug_found, m.hope_found)
    m.whole_found = m.whole * m.found
    m.says_drug = where(m.whole >= m.line, 1, 0)
    m.right = where(m.coin > 0.5, m.says_drug, 1 - m.says_drug)
    # a tile of no size is not drawn
    m.said_drug, m.said_hope = SQUARE[0] * m.says_drug, SQUARE[0] * (1 - m.says_drug)
    m.was_drug, m.was_hope = (
        SQUARE[0] * m.told_which * m.coin,
        SQUARE[0] * m.told_which * (1 - m.coin),
    )
    m.which = m.told_which * (1 + m.coin)


@formula(
    inputs=[
        Input("drug_each", "c_K", "differences where the drug works"),
        Input("hope_each", "c_H", "differences where hope does"),
        Input("line", "x", "from here on “drug” is said"),
    ]
)
def _rightly(m):
    m.drug_right = where(m.drug_each >= m.line, 1, 0)
    m.hope_right = where(m.hope_each < m.line, 1, 0)


@formula(
    inputs=[
        Input("hits", "r_K", "share of the drug's trials that is told rightly"),
        Input("rejections", "r_H", "share of those of hope"),
        Input("told_which", "o", "1: which is which is shown"),
    ]
)
def _of_all(m):
    m.right_share = (m.hits + m.rejections) / 2
    m.hidden = 1 - m.told_which


def drug_or_hope() -> LivingFigure:
    """Twenty small trials, each by a coin of a drug or of hope: which is which?"""
    numbers = np.arange(1, GAME + 1)
    with course_style():
        figure, axes = plt.subplots(figsize=(9.6, 4.4))
        axes.set(xlim=(0.3, GAME + 2.4), ylim=(-6.8, 11.2), xlabel="trial, of ten people")
        axes.set_xticks(numbers)
        axes.set_yticks([0, 2, 4, 6, 8, SAID, WAS], ["0", "2", "4", "6", "8", "you say", "it was"])
        axes.set_ylabel("more than the control, points")
        axes.axhline(0, color=MUTED, linewidth=1)
        half = axes.bar(numbers - 0.26, [0] * GAME, width=0.2, color=MUTED)
        whole = axes.bar(numbers + 0.1, [0] * GAME, width=0.44, color=PAPER, edgecolor=INK)
        found = axes.bar(numbers + 0.1, [0] * GAME, width=0.44, color=KETAMINE, edgecolor=INK)
        line = axes.plot([], [], color=INK, linestyle=(0, (5, 2)), linewidth=1.2)[0]
        named = axes.text(GAME + 0.8, 0, "your line", color=INK, va="center")
        said = [tiles(axes, facecolor=fill, edgecolor=INK) for fill in (INK, PAPER)]
        was = [tiles(axes, facecolor=fill, edgecolor=INK) for fill in (INK, PAPER)]
        hidden = axes.text(10.5, WAS, "hidden: guess all twenty first", color=MUTED,
                           ha="center", va="center")  # fmt: skip
        axes.text(0.5, 10.6, "thin: half the dose; wide: the whole dose, filled where p < 0.05",
                  color=INK, va="center")  # fmt: skip
        axes.text(0.5, 9.6, "square: filled for the drug, open for hope", color=INK, va="center")
    live = LivingFigure(
        "drug-or-hope",
        "Drug or hope?",
        figure,
        [
            SET, LINE,
            Choice("world", "if it is the drug, its effect",
                   ("levels off, as hope does", "grows evenly with the dose")),
            Choice("told_which", "which is which", ("hidden", "shown")),
        ],
        presets={
            "Show which is which": {"told_which": 1},
            "Twenty others, hidden": {"again": 2, "told_which": 0},
            "A drug that grows evenly": {"again": 2, "world": 1, "told_which": 1},
        },
        constants={
            "numbers": numbers, "halves": [unblinding.HALF_SHARE.default, 0.5],
            "edges": [0.3, GAME + 0.7], "said_at": SAID, "was_at": WAS, "tall": SQUARE[1],
        },
    )  # fmt: skip
    live.pick("half_share", "halves", "world")
    for name, world in (("drug", DRUG), ("hope", HOPE)):
        settings = {"steps": unblinding.PEOPLE, "every": unblinding.PEOPLE, **world}
        live.run(
            unblinding.trend_game, learners=GAME, seed="again",
            each={f"{name}_half": "half_of_trial", f"{name}_whole": "mean_of_trial",
                  f"{name}_found": "found"} | ({"coin": "coin_of_trial"} if name == "drug" else {}),
            **settings,
        )  # fmt: skip
        live.run(
            unblinding.trend_game, learners=MANY, each={f"{name}_each": "mean_of_trial"}, **settings
        )
    live.compute(_by_coin)
    live.compute(_rightly)
    live.mean("hits", "drug_right")
    live.mean("rejections", "hope_right")
    live.compute(_of_all)
    live.tally("right_count", "right", [])
    live.tally("drug_count", "coin", [])
    live.tally("found_count", "found", [])
    live.follow(half, height="half")
    live.follow(whole, height="whole")
    live.follow(found, height="whole_found")
    live.follow(line, x="edges", y="line")
    live.write(named, "your line", y="line")
    for artists, at, names in ((said, "said_at", ("said_drug", "said_hope")),
                               (was, "was_at", ("was_drug", "was_hope"))):  # fmt: skip
        for artist, across in zip(artists, names, strict=True):
            live.follow(artist, x="numbers", y=at, across=across, up="tall")
    live.follow(hidden, visible="hidden")
    live.read_out("score", "you are right, of these 20")
    live.read_out("right_share", f"right with this line, in {MANY:,} trials", ".0%")
    live.describe(
        "Twenty trials of ten people; {found_count:d} have a dose trend with p < 0.05. You say "
        "“drug” where the whole dose makes {line:.1f} points or more of difference. {told}",
        caption="Which of them are the drug? A coin decided for each trial: a drug without hope, "
        "or hope without a drug.",
        stamp="Illustration",
        told=("told_which", [
            "Which is which is hidden.",
            "In {drug_count:d} of them it was the drug, in the others hope; you are right in "
            "{right_count:d}.",
        ]),
        score=("told_which", ["hidden", "{right_count:d}"]),
        significant=("found", ["no", "yes"]),
        said=("says_drug", ["hope", "drug"]),
        was=("which", ["hidden", "hope", "drug"]),
    )  # fmt: skip
    live.table({
        "trial": "numbers", "half the dose (points)": "half", "whole dose (points)": "whole",
        "p < 0.05": "significant", "you say": "said", "it was": "was",
    })  # fmt: skip
    return live
