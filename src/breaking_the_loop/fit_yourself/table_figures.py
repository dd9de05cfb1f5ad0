"""The figures of notebook 05 that look at many records of simulated players (`tables.json`).

Recovery: 1,000 records a row with learning rate and slope known, 500 with the best of them; the
winners of 1,000 records, and of 200 for each length; 300 learners for the aftermath of ERP.
`tests/models/test_fit.py` recomputes them (marked slow).
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

import matplotlib.pyplot as plt
import numpy as np

from breaking_the_loop.fit_yourself.players import PLAYERS
from breaking_the_loop.fit_yourself.record_figures import MINUS, PLUS
from breaking_the_loop.palette import COMPULSION, OBSESSION
from looplab.figure.artists import tiles
from looplab.figure.controls import Choice
from looplab.figure.figure import LivingFigure
from looplab.figure.labels import name_lines
from looplab.figure.style import GOOD, GRID, INK, MUTED, PAPER, SHADE, course_style, line_look
from looplab.model.declare import Input, formula
from looplab.model.maths import maximum, where

TRUTHS = ((0.9, 0.1), (0.7, 0.3), (0.5, 0.5), (0.3, 0.3), (0.8, 0.8), (0.1, 0.9))
LENGTHS = (100, 200, 300, 400, 600)
BLOCKS = 15


@cache
def tables() -> dict:
    """The stored tables."""
    return json.loads((resources.files(__package__) / "tables.json").read_text(encoding="utf-8"))


def recovery() -> LivingFigure:
    """What fits give back of memories that are known, six pairs of them."""
    with course_style():
        figure, (plus, minus) = plt.subplots(1, 2, figsize=(8.6, 3.9), sharey=True)
        parts = {}
        for axes, name, title in (
            (plus, "plus", PLUS),
            (minus, "minus", MINUS),
        ):
            axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1.2, linestyle="--")
            spread = tiles(axes, facecolor=GRID, linewidth=0)
            dots = axes.plot([], [], "o", color=OBSESSION, markersize=8)[0]
            parts[name] = spread, dots
            axes.set(xlim=(-0.05, 1.05), ylim=(-0.25, 1.25), title=title, xlabel="truth")
        plus.set_ylabel("estimate: mean, and spread")
    rows = tables()["recovery"]
    constants = {
        f"all_{key}": [row[key] for row in rows]
        for key in ("plus", "plus_spread", "minus", "minus_spread", "above", "flagged", "covered")
    }
    # Where two pairs share a memory they stand a little apart.
    constants["plus_place"] = [truth[0] for truth in TRUTHS]
    constants["minus_place"] = [0.09, 0.29, 0.5, 0.31, 0.8, 0.9]
    constants["narrow"] = 0.02
    constants |= {"first": 0, "third": 2}
    live = LivingFigure(
        "recovery",
        "What a fit gives back",
        figure,
        [
            Choice(
                "fitted",
                "player, and what is known of it",
                (
                    "slow, learning rate and slope known",
                    "slow, learning rate and slope best in each cell",
                    "quick, learning rate and slope known",
                    "quick, learning rate and slope best in each cell",
                ),
                help="Best in each cell: as for people, of whom nobody knows them.",
            )
        ],
        constants=constants,
    )
    for key in ("plus", "plus_spread", "minus", "minus_spread", "above", "flagged", "covered"):
        live.pick(f"row_{key}", f"all_{key}", "fitted", size=len(TRUTHS))
    for name, (spread, dots) in parts.items():
        live.compute(_spread, prefix=f"{name}_", width=f"row_{name}_spread")
        live.follow(spread, x=f"{name}_place", y=f"row_{name}", across="narrow", up=f"{name}_up")
        live.follow(dots, x=f"{name}_place", y=f"row_{name}")
    for name, of, at in (
        ("mean_plus", "row_plus", "first"),
        ("spread_plus", "row_plus_spread", "first"),
        ("flagged", "row_flagged", "first"),
        ("above", "row_above", "third"),
    ):
        live.pick(name, of, at)
    live.read_out("mean_plus", "mean estimate where the truth is 0.9", ".2f")
    live.read_out("spread_plus", "its spread from record to record", ".2f")
    live.read_out("flagged", "(0.9, 0.1) called unequal", ".0%")
    live.describe(
        "Two hundred moves, many records of each of six players. Where the truth is (0.9, 0.1), "
        "the estimate of the memory after good surprises is {mean_plus:.2f} on average and varies "
        "by {spread_plus:.2f} from record to record; {flagged:.0%} of these records tell the two "
        "memories apart.",
        caption="Dots: mean estimates; bars: two spreads long, one to each side. On the dashed "
        "line a fit would give back the truth.",
        stamp="Simulated, 500 or 1,000 records a dot",
    )
    live.table(
        {
            "truth, good surprises": "plus_place",
            "mean estimate": "row_plus",
            "spread": "row_plus_spread",
            "mean estimate, bad surprises": "row_minus",
            "spread, bad surprises": "row_minus_spread",
            "share of regions with the truth": "row_covered",
        }
    )
    return live


@formula(inputs=[Input("width", "s", "spread")])
def _spread(m):
    m.up = 2 * m.width


IN_CLOUDS = tuple(PLAYERS)[:4]
CLOUD = 200
"""Records in each cloud."""


def cloud() -> LivingFigure:
    """The estimates of 200 records of one player, each a dot, round its truth."""
    with course_style():
        figure, axes = plt.subplots(figsize=(6.2, 5.0))
        axes.plot([0, 1], [0, 1], color=MUTED, linewidth=1.2, linestyle="--")
        dots = axes.plot([], [], "o", color=OBSESSION, markersize=5, alpha=0.45)[0]
        bars = [axes.plot([], [], **line_look(INK))[0] for _ in range(2)]
        truth = axes.plot([], [], "D", color=GOOD, markeredgecolor=PAPER, markersize=10)[0]
        axes.set(
            xlim=(-0.15, 1.2),
            ylim=(-0.15, 1.2),
            aspect="equal",
            xlabel=PLUS,
            ylabel=MINUS,
        )
    constants = _clouds()
    live = LivingFigure(
        "cloud",
        "The same player, 200 records",
        figure,
        [
            Choice(
                "cloud_of",
                "who played",
                tuple(
                    f"{PLAYERS[name].label} "
                    f"({PLAYERS[name].truth['nu_plus']}, {PLAYERS[name].truth['nu_minus']})"
                    for name in IN_CLOUDS
                ),
            ),
            Choice(
                "cloud_map",
                "learning rate and slope",
                ("known", "best in each cell"),
                help="Best in each cell: as for people, of whom nobody knows them.",
            ),
        ],
        constants=constants,
    )
    live.row("which", cloud_map=range(2), cloud_of=range(len(IN_CLOUDS)))
    for side in ("plus", "minus"):
        live.pick(f"{side}_dots", f"all_{side}", "which", size=CLOUD)
        for name in ("mean", "spread"):
            live.pick(f"{side}_{name}", f"all_{side}_{name}", "which")
        live.pick(f"{side}_truth", f"all_{side}_truth", "cloud_of")
        live.compute(_reach, prefix=f"{side}_", mean=f"{side}_mean", spread=f"{side}_spread")
    for name in ("above", "corner"):
        live.pick(name, f"all_{name}", "which")
    live.compute(_apart, plus="plus_dots", minus="minus_dots")
    live.follow(dots, x="dot_x", y="dot_y")
    live.follow(bars[0], x="plus_ends", y="minus_mean")
    live.follow(bars[1], x="plus_mean", y="minus_ends")
    live.follow(truth, x="plus_truth", y="minus_truth")
    live.read_out("plus_mean", "mean estimate, good surprises", ".2f")
    live.read_out("plus_spread", "its spread", ".2f")
    live.read_out("minus_mean", "mean estimate, bad surprises", ".2f")
    live.read_out("minus_spread", "its spread", ".2f")
    live.read_out("above", "good above bad", ".0%")
    live.describe(
        "Two hundred records of one player, whose memories are ({plus_truth:.1f}, "
        "{minus_truth:.1f}). The estimate of the first is {plus_mean:.2f} on average, with a "
        "spread of {plus_spread:.2f}; of the second {minus_mean:.2f}, with {minus_spread:.2f}. "
        "The first lies above the second in {above:.0%} of the records; {corner:.0%} of the "
        "estimates lie at a border of the map.",
        caption="Each dot is the likeliest pair of one simulated record of 200 moves, moved a hair "
        "so that equal ones show. Diamond: the truth; cross: the mean of the dots, its arms one "
        "spread long to each side; dashed: equal memories.",
    )
    live.table({"estimate, good surprises": "plus_dots", "estimate, bad surprises": "minus_dots"})
    return live


def _clouds():
    """Every cloud as constants, those with known rate and slope first."""
    stored = tables()["clouds"]
    rows = [(name, known) for known in ("known", "best") for name in IN_CLOUDS]
    sides = {
        side: np.array([stored[f"{name} {known} {side}"] for name, known in rows]) / 100
        for side in ("plus", "minus")
    }
    plus, minus = sides.values()
    turns = 2.4 * np.arange(CLOUD)
    away = 0.014 * np.sqrt(np.arange(CLOUD) / CLOUD)
    constants = {"aside_x": away * np.cos(turns), "aside_y": away * np.sin(turns), "two": [-1, 1]}
    for side, estimates in sides.items():
        constants |= {
            f"all_{side}": estimates.ravel(),
            f"all_{side}_mean": estimates.mean(axis=1),
            f"all_{side}_spread": estimates.std(axis=1),
            f"all_{side}_truth": [PLAYERS[name].truth[f"nu_{side}"] for name in IN_CLOUDS],
        }
    border = (np.minimum(plus, minus) <= 0) | (np.maximum(plus, minus) >= 1)
    return constants | {"all_above": (plus > minus).mean(axis=1), "all_corner": border.mean(axis=1)}


@formula(
    inputs=[
        Input("mean", "m", "mean estimate"),
        Input("spread", "s", "spread"),
        Input("two", r"\pm", "to either side"),
    ]
)
def _reach(m):
    m.ends = m.mean + m.spread * m.two


@formula(
    inputs=[
        Input("plus", r"\hat\nu^{+}", "estimate"),
        Input("minus", r"\hat\nu^{-}", "estimate"),
        Input("aside_x", "a_x", "moved aside"),
        Input("aside_y", "a_y", "moved aside"),
    ]
)
def _apart(m):
    m.dot_x = m.plus + m.aside_x
    m.dot_y = m.minus + m.aside_y


NAMES = (
    "A slow, imbalanced",
    "A slow, balanced",
    "A quick, imbalanced",
    "A quick, balanced",
    "B opponent",
    "B balanced",
    "coin (0.3, 0.6)",
)


def confusion() -> LivingFigure:
    """Who really played, and whom the criterion names."""
    with course_style():
        figure, axes = plt.subplots(figsize=(7.0, 4.2))
        squares = tiles(axes, facecolor=OBSESSION, linewidth=0, alpha=0.45)
        axes.set(xlim=(-0.5, 2.5), ylim=(6.5, -0.5), xlabel="called")
        axes.set_xticks(range(3), ["A", "B", "a coin"])
        axes.set_yticks(range(7), NAMES)
        axes.tick_params(left=False, bottom=False)
    shares = {name: np.array(table) for name, table in tables()["confusion"].items()}
    assert len(PLAYERS) == len(NAMES)
    four = [shares["BIC"], shares["AIC"], *(each / each.sum(axis=0) for each in shares.values())]
    constants = {f"table_{i}": each.ravel() for i, each in enumerate(four)}
    constants |= {"x": np.tile(range(3), 7), "y": np.repeat(range(7), 3)}
    # These three keep their meaning whichever way the table is read.
    rows, columns = four[:2], four[2:]
    constants |= {
        "all_slow_coin": [table[0, 2] for table in rows],
        "all_right_a": [table[:4, 0].sum() for table in columns],
        "all_right_coin": [table[6, 2] for table in columns],
    }
    live = LivingFigure(
        "confusion",
        "Who is taken for whom",
        figure,
        [
            Choice("criterion", "criterion", ("BIC", "AIC")),
            Choice(
                "reading",
                "read it",
                ("by row: who played, who is called", "by column: who is called, who played"),
                help="By column, each of the seven players is equally common.",
            ),
        ],
        constants=constants,
    )
    live.row("which", reading=range(2), criterion=range(2))
    live.either("shown", list(constants)[:4], "which")
    live.compute(_square, share="shown")
    live.follow(squares, x="x", y="y", across="across", up="up")
    for cell in range(21):
        live.pick(f"cell_{cell}", "shown", cell)
        text = axes.text(cell % 3 + 0.47, cell // 3, "0%", va="center", ha="right")
        live.write(text, f"{{cell_{cell}:.0%}}")
    live.compute(_called, a="cell_0", b="cell_1", coin="cell_2")
    for name in ("slow_coin", "right_a", "right_coin"):
        live.pick(name, f"all_{name}", "criterion")
    live.read_out("slow_coin", "of slow, imbalanced A: called a coin", ".0%")
    live.read_out("right_a", "of those called A: an A", ".0%")
    live.read_out("right_coin", "of those called a coin: a coin", ".0%")
    live.describe(
        "{how}",
        caption="The area of a square is a share of 1,000 simulated records of 200 moves. By row "
        "the shares of a player add up to all; by column those of a name do.",
        how=(
            "reading",
            [
                "Of slow, imbalanced A's records {cell_0:.0%} are called A, {cell_1:.0%} B and "
                "{cell_2:.0%} a coin; of opponent B's {cell_12:.0%}, {cell_13:.0%} and "
                "{cell_14:.0%}; of the coin's {cell_18:.0%}, {cell_19:.0%} and {cell_20:.0%}.",
                "Of the records called A, slow, imbalanced A made {cell_0:.0%}, opponent B "
                "{cell_12:.0%} and the coin {cell_18:.0%}; of those called B {cell_1:.0%}, "
                "{cell_13:.0%} and {cell_19:.0%}; of those called a coin {cell_2:.0%}, "
                "{cell_14:.0%} and {cell_20:.0%}.",
            ],
        ),
    )
    live.table({"player (row)": "y", "called (column)": "x", "share": "shown"})
    return live


@formula(inputs=[Input("share", "s", "share")])
def _square(m):
    m.across = 0.5 * m.share**0.5
    m.up = 0.95 * m.share**0.5


@formula(inputs=[Input("a", "s_1", "A"), Input("b", "s_2", "B"), Input("coin", "s_3", "coin")])
def _called(m):
    """0: mostly called A, 1: B, 2: a coin."""
    m.most = maximum(m.a, maximum(m.b, m.coin))
    m.called = where(m.a >= m.most, 0, where(m.b >= m.most, 1, 2))


def trials_needed() -> LivingFigure:
    """How often the true model wins, by the length of the record."""
    with course_style():
        figure, axes = plt.subplots(figsize=(7.2, 3.8))
        looks = {"a": line_look(GOOD), "b": line_look(COMPULSION), "coin": line_look(INK)}
        lines = {name: axes.plot([], [], **look)[0] for name, look in looks.items()}
        axes.set(
            xlim=(80, 620), ylim=(0, 1.05), xlabel="moves", ylabel="share of records\nwon on BIC"
        )
        axes.set_xticks(LENGTHS)
    stored = [np.array(table) for table in tables()["trials"].values()]
    constants = {
        f"all_{name}": np.concatenate([table[:, k] for table in stored])
        for k, name in enumerate(looks)
    }
    live = LivingFigure(
        "trials-needed",
        "More moves",
        figure,
        [Choice("truth", "who played", ("A slow, imbalanced", "B opponent"))],
        constants=constants | {"lengths": LENGTHS, "two_hundred": 1, "four_hundred": 3},
    )
    for name, line in lines.items():
        live.pick(f"won_{name}", f"all_{name}", "truth", size=len(LENGTHS))
        live.follow(line, x="lengths", y=f"won_{name}")
        live.pick(f"last_{name}", f"won_{name}", -1)
        live.pick(f"early_{name}", f"won_{name}", "two_hundred")
    live.pick("later_a", "won_a", "four_hundred")
    live.pick("later_b", "won_b", "four_hundred")
    ends = {
        "A": ("last_a", GOOD),
        "B": ("last_b", COMPULSION),
        "coin": ("last_coin", INK),
    }
    name_lines(live, axes, 600, ends, gap=0.08)
    live.read_out("early_a", "A wins, 200 moves", ".0%")
    live.read_out("early_b", "B wins, 200 moves", ".0%")
    live.read_out("early_coin", "coin wins, 200 moves", ".0%")
    live.describe(
        "After 200 moves A wins in {early_a:.0%} of the records, B in {early_b:.0%} and the coin "
        "in {early_coin:.0%}; after 400 A in {later_a:.0%} and B in {later_b:.0%}; after 600 A in "
        "{last_a:.0%}, B in {last_b:.0%} and the coin in {last_coin:.0%}.",
        caption="The same player, more moves: the model that really played wins more often.",
        stamp="Simulated, 200 records for each length",
    )
    live.table({"moves": "lengths", "A wins": "won_a", "B wins": "won_b", "coin wins": "won_coin"})
    return live


FORGETTINGS = ("0", "0.0005", "0.001")


def aftermath() -> LivingFigure:
    """Models A and B after exposure with response prevention, at the same forgetting."""
    with course_style():
        figure, axes = plt.subplots(1, 2, figsize=(8.8, 3.7), sharey=True)
        lines = {}
        for part, model, colour in zip(axes, "AB", (GOOD, COMPULSION), strict=True):
            part.axvspan(5, 7, color=SHADE, linewidth=0, zorder=0)
            part.text(6, 0.95, "ERP", ha="center", color=INK)
            lines[model, "none"] = part.plot([], [], **line_look(MUTED))[0]
            lines[model, "ERP"] = part.plot([], [], **line_look(colour))[0]
            part.set(
                xlim=(0, BLOCKS),
                ylim=(0, 1),
                xlabel="steps (thousands)",
                title=f"Model {model}",
            )
        axes[0].set_ylabel("share of time in obsession")
        axes[1].legend(
            [lines["B", "none"]], ["dashed: untreated"], loc="upper right", frameon=False
        )
    stored = tables()["aftermath"]
    constants = {"blocks": np.arange(BLOCKS) + 0.5, "before_at": 4, "after_at": 7, "late_at": 14}
    for model, arm in lines:
        rows = [stored[f"{model} {forgetting} {arm}"] for forgetting in FORGETTINGS]
        constants[f"all_{model}_{arm}".lower()] = np.concatenate(rows)
    live = LivingFigure(
        "aftermath",
        "After ERP: two models, three rates of forgetting",
        figure,
        [Choice("keeping", "forgetting at each step", FORGETTINGS)],
        constants=constants,
    )
    for (model, arm), line in lines.items():
        name = f"{model}_{arm}".lower()
        live.pick(name, f"all_{name}", "keeping", size=BLOCKS)
        live.follow(line, x="blocks", y=name)
        for moment in ("before", "after", "late"):
            live.pick(f"{name}_{moment}", name, f"{moment}_at")
    for model in "ab":
        live.read_out(f"{model}_erp_after", f"{model.upper()}, first block after", ".1%")
        live.read_out(f"{model}_none_late", f"{model.upper()}, untreated, last block", ".1%")
    live.describe(
        "A: {a_erp_before:.1%} of the time in obsession before ERP, {a_erp_after:.1%} in the first "
        "1,000 steps after it, {a_erp_late:.1%} in the eighth; untreated {a_none_late:.1%} then. "
        "B: {b_erp_before:.1%}, {b_erp_after:.1%}, {b_erp_late:.1%}; untreated {b_none_late:.1%}. "
        "{then}",
        caption="ERP acts in the shaded steps. Whether a learner comes back to where it was is "
        "settled by its forgetting, in both models.",
        stamp="Simulated, 300 learners a line",
        then=(
            "keeping",
            [
                "Without forgetting neither is back where it was before: A stays far below, and B "
                "fades, untreated even sooner.",
                "Both are back where they were before.",
                "Both are back where they were before.",
            ],
        ),
    )
    live.table(
        {
            "thousand steps": "blocks",
            "A with ERP": "a_erp",
            "A untreated": "a_none",
            "B with ERP": "b_erp",
            "B untreated": "b_none",
        }
    )
    return live
