"""The figures of notebook 01, the obsession-compulsion cycle."""

from __future__ import annotations

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np

from breaking_the_loop.ocd_cycle import cycle
from breaking_the_loop.palette import COMPULSION, OBSESSION, RELIEF
from looplab.figure.artists import tiles
from looplab.figure.controls import Timeline
from looplab.figure.figure import LivingFigure
from looplab.figure.style import BAD, GOOD, GRID, INK, MUTED, PAPER, course_style
from looplab.model.declare import DiscreteModel, Input, formula
from looplab.model.maths import cos, minimum, sin, sqrt, where

PRESETS = {
    "Imbalanced": {"nu_plus": 0.9, "nu_minus": 0.1},
    "Balanced": {"nu_plus": 0.5, "nu_minus": 0.5},
    "Long but balanced": {"nu_plus": 0.8, "nu_minus": 0.8},
    "Reversed": {"nu_plus": 0.1, "nu_minus": 0.9},
    "Long memory for bad surprises": {"nu_plus": 0.9, "nu_minus": 0.8},
}


def worth() -> LivingFigure:
    """What each of the four actions is worth to a learner that knows this world."""
    with course_style():
        figure, axes = plt.subplots(figsize=(8, 2.9))
        names = ["compulsion", "wait", "react to the thought", "let it pass"]
        colours = [COMPULSION, OBSESSION, BAD, RELIEF]
        bars = axes.barh(names, [0.0] * 4, color=colours, height=0.6)
        axes.axvline(0, color=INK, linewidth=1)
        axes.invert_yaxis()
        axes.set(xlabel="expected sum of discounted rewards", xlim=(-5.2, 0.4))
        axes.tick_params(left=False)
    live = LivingFigure(
        "worth",
        "What each action is worth",
        figure,
        [cycle.RELIEF_CHANCE, cycle.GAMMA],
        presets={"Relief rarely works": {"relief_chance": 0.1, "gamma": 0.5}},
    )
    live.compute(cycle.exact_values)
    live.follow(bars, height=["q_compulsion", "q_wait", "q_react", "q_let_pass"])
    live.read_out("v", "worth of being in obsession", ".2f")
    live.read_out("relief_surprise", "surprise when relief comes", "+.2f")
    live.read_out("failure_surprise", "surprise when the compulsion fails", "+.2f")
    live.describe(
        "In this world the compulsion is worth {q_compulsion:.2f} and waiting {q_wait:.2f}; "
        "reacting to the thought is worth {q_react:.2f} and letting it pass {q_let_pass:.2f}. "
        "Relief is a surprise of {relief_surprise:+.2f}, although its reward is only −0.01.",
        caption="Nothing here is ever worth more than 0. Inside obsession the compulsion is the "
        "better act; the costly act is the reaction that opens the door.",
    )
    return live


@formula(
    inputs=[
        Input("stage", "s", "stage on the circle"),
        Input("react_rate", r"f_{r}", "reactions per step"),
        Input("compulsion_rate", r"f_{c}", "compulsions per step"),
        Input("relief_rate", r"f_{e}", "reliefs per step"),
    ]
)
def _dot_and_arrows(m):
    """Where the dot stands on the circle, and how thick the arrows are (points)."""
    m.dot_x = sin(m.stage * np.pi / 2)
    m.dot_y = cos(m.stage * np.pi / 2)
    m.react_width = 1 + 20 * m.react_rate
    m.compulsion_width = 1 + 20 * m.compulsion_rate
    m.relief_width = 1 + 20 * m.relief_rate


_STAGES = ("react to the thought", "anxiety: waiting", "compulsion", "relief: letting pass")
_STAGE_COLOURS = (BAD, OBSESSION, COMPULSION, RELIEF)


def one_turn(
    model: DiscreteModel = cycle.two_traces, steps: int = 200, start: int = 17, seed: int = 1
) -> LivingFigure:
    """One learner, step by step: the circle, its record, the traces and the credit ledger."""
    with course_style():
        figure, axes = plt.subplot_mosaic(
            [["circle", "record", "record"], ["circle", "traces", "ledger"]],
            figsize=(10, 4.8),
            width_ratios=[1.25, 0.7, 1.1],
        )
        circle = axes["circle"]
        circle.set(xlim=(-2.0, 2.2), ylim=(-1.5, 1.6), aspect="equal")
        circle.axis("off")
        arrows = [_arrow(circle, stage) for stage in range(4)]
        nodes = ("intrusive thought:\nreact to it", "anxiety", "compulsion", "relief")
        places = (
            ("center", 0, 1.32),
            ("left", 1.3, -0.05),
            ("center", 0, -1.5),
            ("right", -1.3, -0.05),
        )
        for stage, (label, place) in enumerate(zip(nodes, places, strict=True)):
            x, y = np.sin(stage * np.pi / 2), np.cos(stage * np.pi / 2)
            circle.plot(
                [x], [y], "o", color=_STAGE_COLOURS[stage], markersize=26, markeredgecolor=INK
            )
            circle.text(*place[1:], label, ha=place[0])
        dot = circle.plot([0], [0], "o", color=PAPER, markersize=12, markeredgecolor=INK)[0]

        record = axes["record"]
        ticks = record.plot([], [], "|", color=INK, markersize=9, markeredgewidth=1)[0]
        record.set(xlim=(-3, steps + 3), ylim=(3.6, -0.6), xlabel="step", title="What happened")
        record.set_yticks(range(4), _STAGES)
        record.tick_params(left=False)

        traces = axes["traces"]
        trace_bars = traces.bar(["good", "bad"], [0, 0], color=[GOOD, BAD], width=0.6)
        traces.set(
            xlim=(-0.6, 1.6), ylim=(0, 5), ylabel="memory of the reaction", title="Two traces"
        )
        ledger = axes["ledger"]
        entries = ledger.bar(
            ["enter", "failed", "relief", "sum"],
            [0] * 4,
            width=0.6,
            color=[BAD, OBSESSION, GOOD, INK],
        )
        ledger.axhline(0, color=INK, linewidth=1)
        ledger.set(
            xlim=(-0.6, 3.6),
            ylim=(-2, 1.3),
            ylabel="credit to the reaction",
            title="This episode's ledger",
        )
    live = LivingFigure(
        "one-turn",
        "One turn of the circle",
        figure,
        [
            Timeline(
                "t", "step", steps, start=start, help="Press the right arrow key for one step."
            ),
            cycle.NU_PLUS,
            # Up to 0.5 only: longer memories for bad surprises need a ledger ten times as tall.
            replace(cycle.NU_MINUS, high=0.5),
        ],
        presets={
            "Imbalanced (0.9, 0.1)": {"nu_plus": 0.9, "nu_minus": 0.1},
            "Equal (0.5, 0.5)": {"nu_plus": 0.5, "nu_minus": 0.5},
        },
    )
    watched = {
        "stages": "stage",
        "reactions": ("visited", cycle.REACT),
        "compulsions": ("visited", cycle.COMPULSION),
        "reliefs": "leaves",
        "surprises": "delta",
        "received_by_step": "received",
        "weights": ("w_next", cycle.REACT),
        "good_traces": ("new_e_plus", cycle.REACT),
        "bad_traces": ("new_e_minus", cycle.REACT),
        "entered": ("new_ledger", 0),
        "failed": ("new_ledger", 1),
        "relieved": ("new_ledger", 2),
    }
    live.run(cycle.with_ledger(model), steps=steps, seed=seed, mean=watched)
    for name, rate in {
        "reactions": "react_rate",
        "compulsions": "compulsion_rate",
        "reliefs": "relief_rate",
    }.items():
        live.moving(f"{name}_lately", name, window=200)
        live.pick(rate, f"{name}_lately", "t")
    for name, now in {
        "stages": "stage",
        "surprises": "surprise",
        "received_by_step": "received",
        "weights": "weight",
        "good_traces": "good",
        "bad_traces": "bad",
        "entered": "enter",
        "failed": "fail",
        "relieved": "relief",
    }.items():
        live.pick(now, name, "t")
    live.compute(_dot_and_arrows)
    live.compute(_balance)
    live.follow(dot, x="dot_x", y="dot_y")
    widths = ("react_width", "react_width", "compulsion_width", "relief_width")
    for arrow, width in zip(arrows, widths, strict=True):
        live.follow(arrow, width=width)
    live.follow(ticks, x="time", y="stages", until="t")
    live.follow(trace_bars, height=["good", "bad"])
    live.follow(entries, height=["enter", "fail", "relief", "balance"])
    live.read_out("surprise", "surprise in this step", "+.2f")
    live.read_out("received", "credit to the reaction in this step", "+.2f")
    live.read_out("weight", "weight of the reaction now", "+.3f")
    live.describe(
        "Step {t:d}: {doing}. The surprise is {surprise:+.2f}, and the reaction that opened the "
        "last episode {credited} ({received:+.2f}). The ledger of this episode stands at "
        "{balance:+.2f}.",
        caption="Relief credits not only the compulsion but also the reaction that opened the "
        "episode. Arrows are as thick as the transitions were frequent in the last 200 steps.",
        doing=(
            "stage",
            [
                "the learner reacts to the thought and the obsession begins",
                "the learner waits in the obsession",
                "the learner performs the compulsion",
                "the learner is in relief and lets the thought pass",
            ],
        ),
        credited=("credit_sign", ["is blamed", "gets no credit", "is credited"]),
    )
    live.table(
        {
            "step": "time",
            "stage (0 react, 1 wait, 2 compulsion, 3 relief)": "stages",
            "surprise": "surprises",
            "credit to the reaction": "received_by_step",
            "weight of the reaction": "weights",
        }
    )
    return live


@formula(
    inputs=[
        Input("enter", "L_1", "credit for entering"),
        Input("fail", "L_2", "credit for failures"),
        Input("relief", "L_3", "credit for relief"),
        Input("received", "L", "credit in this step"),
    ]
)
def _balance(m):
    m.balance = m.enter + m.fail + m.relief
    m.credit_sign = where(m.received < -0.005, 0, where(m.received > 0.005, 2, 1))


def _arrow(axes, stage):
    """A quarter of the circle from one stage to the next, with a head that keeps its size."""
    turn = np.linspace(stage + 0.24, stage + 0.72, 30) * np.pi / 2
    shaft = axes.plot(np.sin(turn), np.cos(turn), color=MUTED, solid_capstyle="butt", zorder=0)[0]
    tip = turn[-1] + 0.06
    axes.plot(
        [np.sin(tip)],
        [np.cos(tip)],
        marker=(3, 0, 180 - np.degrees(tip) - 90),
        color=MUTED,
        markersize=13,
        zorder=0,
    )
    return shaft


def expected_ledger() -> LivingFigure:
    """The ledger that a learner may expect, and what it makes of the reaction."""
    with course_style():
        figure, axes = plt.subplots(figsize=(8, 3))
        bars = axes.bar(
            ["entering", "failed compulsions", "final relief", "sum"],
            [0] * 4,
            color=[BAD, OBSESSION, GOOD, INK],
            width=0.55,
        )
        axes.axhline(0, color=INK, linewidth=1)
        axes.set(ylabel="credit to the reaction\nin one episode")
    live = LivingFigure(
        "expected-ledger",
        "The credit one episode brings on average",
        figure,
        [cycle.NU_PLUS, cycle.NU_MINUS, cycle.RELIEF_CHANCE, cycle.GAMMA],
        presets=PRESETS,
    )
    live.compute(cycle.credit_ledger)
    live.compute(_verdict)
    live.follow(bars, height=["entering", "failing", "relieving", "net_credit"])
    live.read_out("net_credit", "net credit E", "+.3f")
    live.read_out("v", "cost of an episode once begun", ".2f")
    live.describe(
        "Entering {entering:+.2f}, failed compulsions {failing:+.2f}, relief {relieving:+.2f}: "
        "the reaction receives {net_credit:+.3f}. In this model {verdict}.",
        caption="Equal memories always leave the sum below zero, whatever their length.",
        verdict=("lasts", ["the reaction is unlearned", "the cycle keeps itself going"]),
    )
    return live


@formula(inputs=[Input("net_credit", "E", "net credit")])
def _verdict(m):
    m.lasts = where(m.net_credit > 0, 1, 0)


def one_life(
    model: DiscreteModel = cycle.two_traces, steps: int = 1000, seed: int = 1
) -> LivingFigure:
    """One learner's record, its time in obsession, and its weights, from the first step on."""
    every, rows = 10, ("reactions", "waits", "compulsions", "reliefs")
    with course_style():
        figure, (raster, share, weights) = plt.subplots(
            3, 1, figsize=(9, 6.2), sharex=True, height_ratios=[1.1, 0.9, 1.6]
        )
        marks = [
            tiles(raster, facecolor=colour, linewidth=0)
            for colour in (BAD, OBSESSION, COMPULSION, RELIEF)
        ]
        raster.set(ylim=(3.6, -0.6), title="What happened")
        raster.set_yticks(range(4), ["react to the thought", "wait", "compulsion", "relief comes"])
        raster.tick_params(left=False)
        mean = share.plot([], [], color=OBSESSION)[0]
        share.set(
            ylim=(0, 1),
            xlabel="step",
            ylabel="share of the\nlast 100 steps",
            title="Time in obsession",
        )
        # Named for those who draw a curve here; shown once, below the last axes.
        share.xaxis.label.set_visible(False)
        looks = {
            "weight: compulsion": {"color": COMPULSION},
            "weight: wait": {"color": OBSESSION},
            "weight: react": {"color": BAD},
            "weight: let it pass": {"color": RELIEF},
            "V(obsession)": {"color": INK, "linestyle": "--"},
            "V(relief)": {"color": MUTED, "linestyle": ":"},
        }
        lines = [weights.plot([], [], label=label, **look)[0] for label, look in looks.items()]
        weights.axhline(0, color=GRID, linewidth=1, zorder=0)
        weights.set(
            xlim=(0, steps),
            ylim=(-1.9, 2.3),
            xlabel="step",
            ylabel="weight or value",
            title="What it learned",
        )
        weights.legend(ncols=3, loc="upper left", fontsize=9, handlelength=2.4)
    live = LivingFigure(
        "one-life",
        "One learner from the first step on",
        figure,
        [cycle.NU_PLUS, replace(cycle.NU_MINUS, high=0.8)],
        presets={name: PRESETS[name] for name in ("Imbalanced", "Balanced", "Long but balanced")},
        constants={"row_height": 0.8} | {f"{row}_row": place for place, row in enumerate(rows)},
    )
    happened = {
        "reactions": ("visited", cycle.REACT),
        "waits": ("visited", cycle.WAIT),
        "compulsions": ("visited", cycle.COMPULSION),
        "reliefs": "leaves",
    }
    live.run(cycle.with_ledger(model), steps=steps, seed=seed, mean=happened)
    live.constant("blocks", np.arange(0, steps, every) + (every - 1) / 2)
    live.run(
        model,
        steps=steps,
        every=every,
        seed=seed,
        mean={"share": "obsession"} | {f"w_{k}": ("w", k) for k in range(4)},
    )
    live.compute(_state_values)
    live.moving("share_lately", "share", window=100 // every)
    for row, mark in zip(rows, marks, strict=True):
        live.follow(mark, x="time", y=f"{row}_row", across=row, up="row_height")
    live.follow(mean, x="blocks", y="share_lately")
    for line, name in zip(lines, ("w_0", "w_1", "w_2", "w_3", "v_o", "v_r"), strict=True):
        live.follow(line, x="blocks", y=name)
    for name, of in {"share_end": "share_lately", "react_end": "w_2", "value_end": "v_o"}.items():
        live.pick(name, of, -1)
    live.read_out("share_end", "time in obsession, last 100 steps", ".0%")
    live.read_out("react_end", "weight of reacting at the end", "+.2f")
    live.read_out("value_end", "V(obsession) at the end", "+.2f")
    live.describe(
        "In its last 100 of 1,000 steps this learner spends {share_end:.0%} of the time in "
        "obsession. The weight of reacting ends at {react_end:+.2f}, and being in obsession is "
        "worth {value_end:+.2f} to it.",
        caption="In obsession the weight of the compulsion rises and that of waiting falls. "
        "Whether episodes go on coming is decided by the weight of the reaction.",
    )
    live.table({"step": "blocks", "share of the last 100 steps in obsession": "share_lately"})
    return live


@formula(
    inputs=[
        Input(f"w_{k}", f"w_{{{k}}}", f"weight: {action}") for k, action in enumerate(cycle.ACTIONS)
    ]
)
def _state_values(m):
    m.v_o = m.w_0 + m.w_1
    m.v_r = m.w_2 + m.w_3


@formula(
    inputs=[
        Input("share", "s", "share shown"),
        Input("full", r"\hat s", "share that fills a cell"),
        Input("cell", "n", "steps of the grid to a cell"),
        Input("step_x", "x", "width of a step of the grid"),
        Input("step_y", "y", "height of a step of the grid"),
    ]
)
def share_tile(m):
    """A tile whose area is the share, up to one that fills its cell."""
    m.side = 0.95 * m.cell * sqrt(minimum(1, m.share / m.full))
    m.across = m.side * m.step_x
    m.up = m.side * m.step_y


@formula(inputs=[Input("edge_critical_nu_plus", r"\nu^{+}_{\text{crit}}", "height of the line")])
def _inside(m):
    m.inside = where(m.edge_critical_nu_plus <= 1.0, 1, 0)


def boundary(
    model: DiscreteModel = cycle.two_traces, seed: int = 1, id: str = "boundary"
) -> LivingFigure:
    """Fifty learners, what they end up doing, and where the cycle lasts."""
    steps, learners, every = 2000, 50, 50
    lengths = np.round(np.arange(0, 0.91, 0.1), 1)
    with course_style():
        figure, (course, policy, phase) = plt.subplots(
            1, 3, figsize=(10.5, 3.9), width_ratios=[1.5, 0.75, 1.25]
        )
        each = course.plot([], [], color=GRID, linewidth=0.6)[0]
        mean = course.plot([], [], color=OBSESSION, linewidth=2.5)[0]
        course.set(
            xlim=(0, steps),
            ylim=(0, 1),
            xlabel="step",
            title="Time in obsession",
            ylabel="share of 50 steps",
        )
        bars = policy.bar(
            ["react", "use the\ncompulsion"],
            [0, 0],
            color=[BAD, COMPULSION],
            width=0.6,
        )
        policy.set(xlim=(-0.6, 1.6), ylim=(0, 1), ylabel="chance", title="What it learned")
        squares = tiles(phase, facecolor=OBSESSION, linewidth=0, alpha=0.5)
        edge = phase.plot([], [], color=INK)[0]
        here = phase.plot(
            [], [], "o", color=PAPER, markeredgecolor=INK, markeredgewidth=2.5, markersize=11
        )[0]
        phase.set(
            xlim=(-0.16, 1.06),
            ylim=(-0.16, 1.06),
            title="Where it lasts (line: E = 0)",
            xlabel="memory after bad surprises",
            ylabel="memory after good surprises",
        )
    live = LivingFigure(
        id,
        "Two sliders, one boundary",
        figure,
        [cycle.NU_PLUS, cycle.NU_MINUS, cycle.RELIEF_CHANCE, cycle.GAMMA],
        presets=PRESETS,
        constants={"minus_grid": np.linspace(0, 0.9, 91)},
    )
    live.run(
        cycle.with_policy(model),
        steps=steps,
        learners=learners,
        every=every,
        seed=seed,
        mean={"share": "obsession", "react": "p_react", "compulsion": "p_compulsion"},
        each={"shares": "obsession"},
    )
    for now, of in {
        "share_now": "share",
        "react_now": "react",
        "compulsion_now": "compulsion",
    }.items():
        live.pick(now, of, -1)
    live.compute(cycle.credit_ledger)
    live.compute(_verdict)
    live.compute(cycle.credit_boundary, prefix="edge_", nu_minus="minus_grid")
    live.compute(_inside)
    live.map(
        "lasting",
        model,
        "obsession",
        x=("nu_minus", lengths),
        y=("nu_plus", lengths),
        fine={"learners": 8, "steps": 3000, "last": 1000},
        coarse={"learners": 2, "steps": 1000, "last": 500, "stride": 3},
    )
    live.compute(share_tile, share="lasting", full=0.2, cell="lasting_cell", step_x=0.1, step_y=0.1)
    live.follow(each, x="time", y="shares")
    live.follow(mean, x="time", y="share")
    live.follow(bars, height=["react_now", "compulsion_now"])
    live.follow(squares, x="lasting_x", y="lasting_y", across="across", up="up")
    live.follow(edge, x="minus_grid", y="edge_critical_nu_plus", where="inside")
    live.follow(here, x="nu_minus", y="nu_plus")
    live.read_out("share_now", "time in obsession at the end", ".1%")
    live.read_out("react_now", "chance to react to the thought", ".1%")
    live.read_out("net_credit", "net credit E of the reaction", "+.3f")
    live.describe(
        "After 2,000 steps the 50 learners spend {share_now:.1%} of the time in obsession and "
        "react to the thought with a chance of {react_now:.1%}. The net credit is "
        "{net_credit:+.3f}: in this model {verdict}.",
        caption="Squares show a simulated share of time in obsession; a full cell is 20% or more. "
        "Above the line E = 0 one episode credits the reaction that began it. The map is coarse "
        "while you move patience or the chance of relief, and fine once you let go.",
        verdict=("lasts", ["the reaction fades", "the cycle keeps itself going"]),
    )
    live.table(
        {
            "step": "time",
            "share of time in obsession": "share",
            "chance to react": "react",
            "chance of the compulsion": "compulsion",
        }
    )
    return live
