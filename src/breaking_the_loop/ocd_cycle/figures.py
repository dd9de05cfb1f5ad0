"""The figures of notebook 01, the obsession-compulsion cycle."""

from __future__ import annotations

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np

from breaking_the_loop.ocd_cycle import cycle
from breaking_the_loop.palette import COMPULSION, OBSESSION, RELIEF
from looplab.figure.artists import tiles
from looplab.figure.controls import Choice, Timeline
from looplab.figure.figure import LivingFigure
from looplab.figure.labels import aside, name_lines, number_bars
from looplab.figure.style import BAD, GOOD, GRID, INK, MUTED, PAPER, course_style, line_look
from looplab.model.declare import DiscreteModel, Formula, Input, formula
from looplab.model.maths import cos, minimum, sin, sqrt, where

PRESETS = {
    "Imbalanced": {"nu_plus": 0.9, "nu_minus": 0.1},
    "Balanced": {"nu_plus": 0.5, "nu_minus": 0.5},
    "Long but balanced": {"nu_plus": 0.8, "nu_minus": 0.8},
    "Reversed": {"nu_plus": 0.1, "nu_minus": 0.9},
    "Long memory for bad surprises": {"nu_plus": 0.9, "nu_minus": 0.8},
}


_ACTS_WORTH = ["q_let_pass", "q_react", "q_compulsion", "q_wait"]
_MOMENTS = ["v", "came", "relief_surprise"]
# Where the axes of "worth" have their ticks when they show everything down to -5.
_TICKS = {"acts": (-5, -4, -3, -2, -1, 0), "relief": (-4, -2, 0, 2, 4)}
_TICK_ROOM = 18
_CLOSER = 2.5


def _tick(at):
    return f"tick_{'below' if at < 0 else 'above'}_{abs(at)}"


def _draw_worth(m):
    """Bars 2.5 times as long where all of them have room for that, and numbers for the ticks."""
    worst = minimum(minimum(m.q_compulsion, m.q_wait), m.q_react)
    m.scale = where(worst > -_ROOM, _CLOSER, 1)
    for name in (*_ACTS_WORTH, *_MOMENTS):
        setattr(m, f"drawn_{name}", m.scale * getattr(m, name))
    for at in sorted({at for places in _TICKS.values() for at in places}):
        setattr(m, _tick(at), at / m.scale)


_ROOM = 1.9
_drawn_worth = Formula(
    _draw_worth,
    "drawn_worth",
    inputs=tuple(Input(name, "Q", name) for name in (*_ACTS_WORTH, *_MOMENTS)),
)


def worth() -> LivingFigure:
    """What each of the four actions is worth to a learner that knows this world."""
    with course_style():
        figure, (acts, relief) = plt.subplots(1, 2, figsize=(8.6, 3.2), width_ratios=[1.6, 1])
        names = ["let it pass", "react", "compulsion", "wait"]
        places = [0, 1, 2.7, 3.7]
        bars = acts.barh(places, [0.0] * 4, color=[RELIEF, BAD, COMPULSION, OBSESSION], height=0.6)
        acts.axvline(0, color=INK, linewidth=1)
        acts.text(-5.15, -0.75, "in relief you may", fontstyle="italic", color=MUTED)
        acts.text(-5.15, 1.95, "in obsession you may", fontstyle="italic", color=MUTED)
        acts.set(
            xlim=(-5.2, 0.3),
            ylim=(4.2, -1.1),
            title="What each action is worth",
        )
        acts.set_yticks(places, names)
        acts.tick_params(left=False, labelbottom=False)
        acts.set_xlabel("worth (0: nothing lost)", labelpad=_TICK_ROOM)
        acts.set_xticks(_TICKS["acts"])
        three = relief.bar(
            ["expected", "came", "surprise"], [0.0] * 3, color=[OBSESSION, MUTED, GOOD], width=0.6
        )
        relief.axhline(0, color=INK, linewidth=1)
        relief.set(xlim=(-0.6, 2.6), ylim=(-5.6, 5.6), title="When relief comes")
        relief.tick_params(labelleft=False)
        relief.set_ylabel("worth", labelpad=_TICK_ROOM + 16)
        relief.set_yticks(_TICKS["relief"])
        ticks = [acts.text(at, 4.42, "0", ha="center", va="top") for at in _TICKS["acts"]] + [
            relief.text(-0.6, at, "0", ha="right", va="center", transform=aside(relief, -6))
            for at in _TICKS["relief"]
        ]
    live = LivingFigure(
        "worth",
        "What each action is worth, and what relief is",
        figure,
        [cycle.RELIEF_CHANCE, cycle.GAMMA],
        presets={"Relief rarely works": {"relief_chance": 0.1, "gamma": 0.5}},
    )
    live.compute(cycle.exact_values)
    live.compute(_what_came)
    live.compute(_drawn_worth)
    for drawn, names, style, pad in (
        (bars, _ACTS_WORTH, ".2f", 0.3),
        (three, _MOMENTS, "+.2f", 0.6),
    ):
        ends = [f"drawn_{name}" for name in names]
        live.follow(drawn, height=ends)
        number_bars(live, drawn, names, style, pad, ends)
    for text, at in zip(ticks, (*_TICKS["acts"], *_TICKS["relief"]), strict=True):
        live.write(text, f"{{{_tick(at)}:.1f}}")
    live.read_out("v", "worth of being in obsession", ".2f")
    live.read_out("better_inside", "compulsion less waiting", "+.2f")
    live.describe(
        "In relief, letting the thought pass is worth {q_let_pass:.2f} and reacting {q_react:.2f}. "
        "In obsession, the compulsion is worth {q_compulsion:.2f} and waiting {q_wait:.2f}. There "
        "the learner expects {v:.2f}; relief comes at {came:.2f}, a surprise of "
        "{relief_surprise:+.2f}.",
        caption="Nothing here is ever worth more than 0, and yet relief is a surprise above 0: it "
        "is better than what was expected.",
    )
    return live


@formula(
    parameters=[cycle.COST],
    inputs=[
        Input("q_compulsion", "Q_1", "worth of the compulsion"),
        Input("q_wait", "Q_2", "worth of waiting"),
    ],
)
def _what_came(m):
    m.came = -m.cost
    m.better_inside = m.q_compulsion - m.q_wait


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


_STAGES = ("react", "wait", "compulsion", "let pass")
_STAGE_COLOURS = (BAD, OBSESSION, COMPULSION, RELIEF)
_SHOWN = 30


def one_turn(
    model: DiscreteModel = cycle.two_traces, steps: int = 200, start: int = 17, seed: int = 1
) -> LivingFigure:
    """One learner, step by step: the circle, its last steps, the two memories and the credit."""
    with course_style():
        figure, axes = plt.subplot_mosaic(
            [["circle", "record"], ["circle", "traces"], ["circle", "credit"]],
            figsize=(8.8, 4.7),
            width_ratios=[1.05, 1.25],
            height_ratios=[1.05, 1, 1.05],
        )
        circle = axes["circle"]
        circle.set(xlim=(-1.9, 2.1), ylim=(-1.75, 1.75), aspect="equal")
        circle.axis("off")
        arrows = [_arrow(circle, stage) for stage in range(4)]
        nodes = (
            "intrusive thought:\nreact to it",
            "obsession:\nwait",
            "compulsion",
            "relief:\nlet pass",
        )
        places = (
            ("center", 0, 1.33),
            ("left", 1.25, -0.12),
            ("center", 0, -1.42),
            ("right", -1.25, -0.12),
        )
        for stage, (label, place) in enumerate(zip(nodes, places, strict=True)):
            x, y = np.sin(stage * np.pi / 2), np.cos(stage * np.pi / 2)
            circle.plot(
                [x], [y], "o", color=_STAGE_COLOURS[stage], markersize=24, markeredgecolor=INK
            )
            circle.text(*place[1:], label, ha=place[0])
        dot = circle.plot([0], [0], "o", color=PAPER, markersize=11, markeredgecolor=INK)[0]
        back = circle.plot([-0.74, -0.1], [0.1, 0.76], **line_look(GOOD))[0]
        head = circle.plot([-0.1], [0.76], marker=(3, 0, -45), color=GOOD, markersize=12)[0]
        paid = circle.text(-0.28, 0.18, "", color=GOOD, fontsize=12, fontweight="bold")

        record, traces, credit = axes["record"], axes["traces"], axes["credit"]
        ticks = tiles(record, facecolor=INK, linewidth=0)
        record.set(xlim=(-_SHOWN - 0.5, 4.5), ylim=(3.5, -0.5), title="The last 30 steps")
        record.set_yticks(range(4), _STAGES)
        record.tick_params(left=False)
        memories = [traces.plot([], [], **line_look(colour))[0] for colour in (GOOD, BAD)]
        traces.set(
            xlim=(-_SHOWN - 0.5, 4.5), ylim=(0, 6), title="How well the reaction is remembered"
        )
        bars = tiles(credit, facecolor=INK, linewidth=0)
        credit.axhline(0, color=INK, linewidth=1)
        credit.set(
            xlim=(-_SHOWN - 0.5, 4.5),
            ylim=(-1.2, 1.2),
            xlabel="steps before now",
            title="Credit to the reaction, step by step",
        )
        for each in (record, traces):
            each.tick_params(labelbottom=False)
        credit.set_xticks([-30, -20, -10, 0], ["30", "20", "10", "now"])
    live = LivingFigure(
        "one-turn",
        "One turn of the circle",
        figure,
        [
            Timeline(
                "t", "step", steps, start=start, help="Press the right arrow key for one step."
            ),
            cycle.NU_PLUS,
            # Up to 0.5 only: longer memories for bad surprises need an axis ten times as tall.
            replace(cycle.NU_MINUS, high=0.5),
        ],
        presets={
            "Unequal (0.9, 0.1)": {"nu_plus": 0.9, "nu_minus": 0.1},
            "Equal (0.5, 0.5)": {"nu_plus": 0.5, "nu_minus": 0.5},
        },
        constants={"thick": 0.7},
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
        "reliefs": "relief_now",
    }.items():
        live.pick(now, name, "t")
    live.compute(_dot_and_arrows)
    live.compute(_balance)
    live.compute(_before_now, received="received_by_step")
    live.follow(dot, x="dot_x", y="dot_y")
    widths = ("react_width", "react_width", "compulsion_width", "relief_width")
    for arrow, width in zip(arrows, widths, strict=True):
        live.follow(arrow, width=width)
    for part in (back, head):
        live.follow(part, visible="relief_pays")
    live.write(paid, "{received:+.2f}", visible="relief_pays")
    live.follow(ticks, x="ago", y="stages", across="thick", up="mark")
    for line, name in zip(memories, ("good_traces", "bad_traces"), strict=True):
        live.follow(line, x="ago", y=name, where="seen")
    name_lines(live, traces, 0, {"good": ("good", GOOD), "bad": ("bad", BAD)}, gap=1.2)
    live.follow(bars, x="ago", y="middle", across="thick", up="tall")
    live.read_out("surprise", "surprise in this step", "+.2f")
    live.read_out("received", "credit to the reaction in this step", "+.2f")
    live.read_out("balance", "ledger of this episode", "+.2f")
    live.read_out("weight", "weight of the reaction now", "+.3f")
    live.describe(
        "Step {t:d}: {doing}. The surprise is {surprise:+.2f}, and the reaction that opened the "
        "last episode {credited} ({received:+.2f}). The ledger of this episode stands at "
        "{balance:+.2f}.",
        caption="Credit is the surprise times the memory: a good surprise is paid by the line "
        "“good”, a bad one is charged by the line “bad”.",
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
        does=("stages", ["reacts", "waits", "compulsion", "lets pass"]),
    )
    live.table(
        {
            "step": "time",
            "what it does": "does",
            "surprise": "surprises",
            "credit to the reaction": "credited_by_step",
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
        Input("relief_now", "l", "relief comes in this step"),
    ]
)
def _balance(m):
    m.balance = m.enter + m.fail + m.relief
    m.credit_sign = where(m.received < -0.005, 0, where(m.received > 0.005, 2, 1))
    m.relief_pays = m.relief_now * where(m.received > 0.005, 1, 0)


@formula(
    inputs=[
        Input("time", "t", "step"),
        Input("t", "t_0", "step now"),
        Input("received", "L", "credit in each step"),
    ]
)
def _before_now(m):
    """Each step's place before now, its mark and its credit; steps not shown have neither."""
    m.ago = m.time - m.t
    m.seen = where(m.ago > 0, 0, where(m.ago < -_SHOWN, 0, 1))
    m.credited_by_step = where(m.received * m.received < 1e-12, 0, m.received)
    m.mark = 0.3 * m.seen
    m.middle = m.credited_by_step / 2
    m.tall = m.seen * sqrt(m.credited_by_step * m.credited_by_step)


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
    return _ledger(held_back=False)


def ledger_held_back() -> LivingFigure:
    """The same when the compulsion can be held back, so that relief comes from waiting alone."""
    return _ledger(held_back=True)


def _ledger(held_back):
    with course_style():
        figure, axes = plt.subplots(figsize=(8, 3.4))
        bars = axes.bar(
            ["entering", "failed attempts", "relief", "sum"],
            [0] * 4,
            color=[BAD, OBSESSION, GOOD, INK],
            width=0.55,
        )
        axes.axhline(0, color=INK, linewidth=1)
        axes.set(
            xlim=(-0.6, 3.6),
            ylim=(-1.75 if held_back else -1.05, 1.05),
            ylabel="credit to the reaction\nin one episode",
        )
        bracket = axes.plot([1, 1, 2, 2], [0.86, 0.92, 0.92, 0.86], color=MUTED, linewidth=1)[0]
        cancel = axes.text(1.5, 0.95, "these two cancel", ha="center", color=MUTED)
    way_out = Choice(
        "way", "the compulsion is", ("performed", "held back"), help="Held back: only waiting."
    )
    live = LivingFigure(
        "ledger-held-back" if held_back else "expected-ledger",
        "The ledger when the ritual is held back" if held_back else "The ledger of one episode",
        figure,
        [cycle.NU_PLUS, cycle.NU_MINUS, *([way_out] if held_back else [])],
        presets={
            "Ritual performed": {"nu_plus": 0.9, "nu_minus": 0.1, "way": 0},
            "Ritual held back": {"nu_plus": 0.9, "nu_minus": 0.1, "way": 1},
            "Held back, memory corrected": {"nu_plus": 0.9, "nu_minus": 0.8, "way": 1},
        }
        if held_back
        else PRESETS,
        # Held back, relief comes from waiting alone, which costs nothing itself.
        constants={"chances": [0.5, 0.1], "costs": [0.01, 0.0]} | ({} if held_back else {"way": 0}),
    )
    live.pick("relief_chance", "chances", "way")
    live.pick("cost", "costs", "way")
    live.compute(cycle.credit_ledger)
    live.compute(_verdict)
    entries = ["entering", "failing", "relieving", "net_credit"]
    live.follow(bars, height=entries)
    number_bars(live, bars, entries, "+.2f", pad=0.08)
    live.follow(bracket, visible="cancel")
    live.follow(cancel, visible="cancel")
    live.read_out("net_credit", "sum of the ledger, E", "+.3f")
    live.read_out("relieving_and_failing", "failed attempts and relief together", "+.3f")
    live.describe(
        "Entering {entering:+.2f}, failed attempts {failing:+.2f}, relief {relieving:+.2f}: in one "
        "episode the reaction receives {net_credit:+.3f}. In this model {verdict}.",
        caption="Below 0 the reaction is blamed for an episode, above 0 it is credited for it.",
        verdict=("lasts", ["the reaction is unlearned", "the next episode becomes more likely"]),
    )
    return live


@formula(
    inputs=[
        Input("net_credit", "E", "net credit"),
        Input("failing", "L_2", "credit for failures"),
        Input("relieving", "L_3", "credit for relief"),
    ]
)
def _verdict(m):
    m.lasts = where(m.net_credit > 0, 1, 0)
    m.relieving_and_failing = m.relieving + m.failing
    m.cancel = where(m.relieving_and_failing * m.relieving_and_failing < 1e-9, 1, 0)


def settling(
    model: DiscreteModel = cycle.two_traces, steps: int = 4000, seed: int = 1
) -> LivingFigure:
    """Fifty learners: their time in obsession, and what relief comes to be worth to them."""
    every = 50
    with course_style():
        figure, (share, worth) = plt.subplots(
            2, 1, figsize=(8.6, 4.6), sharex=True, height_ratios=[0.8, 1.2]
        )
        line = share.plot([], [], **line_look(OBSESSION))[0]
        share.set(
            ylim=(0, 0.8),
            ylabel=f"share of\n{every} steps",
            title="Time in obsession, mean of 50 learners",
        )
        below = worth.fill([0, 1], [0, 1], color=GOOD, alpha=0.1, linewidth=0)[0]
        even = worth.plot([], [], **line_look(INK, linewidth=1.5, linestyle="--"))[0]
        relief = worth.plot([], [], **line_look(RELIEF))[0]
        worth.axhline(0, color=MUTED, linewidth=1)
        worth.set(
            xlim=(0, steps),
            ylim=(-0.9, 0.7),
            xlabel="step",
            ylabel="worth",
            title="What relief is worth to them",
        )
    live = LivingFigure(
        "settling",
        "Why the cycle neither grows nor goes",
        figure,
        [cycle.NU_PLUS, replace(cycle.NU_MINUS, high=0.8)],
        presets={
            name: PRESETS[name]
            for name in ("Imbalanced", "Balanced", "Long memory for bad surprises")
        },
        constants={"sides": [0.0, steps], "floor": -0.9},
    )
    live.run(
        model,
        steps=steps,
        learners=50,
        every=every,
        seed=seed,
        mean={"share": "obsession", "w_react": ("w", cycle.REACT), "w_pass": ("w", cycle.LET_PASS)},
    )
    live.compute(_worth_of_relief)
    live.compute(cycle.settled_worth)
    live.compute(_break_even_line)
    live.moving("share_lately", "share", window=1000 // every)
    live.moving("worth_lately", "worth", window=1000 // every)
    for name, of in {
        "share_end": "share_lately",
        "worth_end": "worth_lately",
        "react_end": "w_react",
        "pass_end": "w_pass",
    }.items():
        live.pick(name, of, -1)
    live.follow(line, x="time", y="share")
    live.follow(below, x="sides", low="bottom", high="even")
    live.follow(even, x="sides", y="even")
    live.follow(relief, x="time", y="worth")
    ends = {
        "break-even": ("break_even", INK),
        "relief": ("worth_end", RELIEF),
    }
    name_lines(live, worth, steps, ends, gap=0.16)
    live.read_out("share_end", "time in obsession, last 1,000 steps", ".0%")
    live.read_out("net_credit", "ledger while relief is worth 0", "+.3f")
    live.read_out("break_even", "break-even worth of relief", "+.2f")
    live.read_out("worth_end", "worth of relief, last 1,000 steps", "+.2f")
    live.describe(
        "While relief is worth 0, an episode brings the reaction {net_credit:+.3f}. It would "
        "bring nothing if relief were worth {break_even:+.2f}. In the last 1,000 of 4,000 steps "
        "relief is worth {worth_end:+.2f}, and {share_end:.0%} of the time is spent in obsession. "
        "The weight of reacting ends at {react_end:+.2f}, that of letting pass at {pass_end:+.2f}.",
        caption="In the shaded zone, below the dashed line, one more episode pays; above the line "
        "it costs. The worth of relief goes to the line, or to 0 where the line lies below 0.",
    )
    live.table({"step": "time", "share of time in obsession": "share", "worth of relief": "worth"})
    return live


@formula(
    inputs=[
        Input("w_react", "w_{1}", "weight of reacting"),
        Input("w_pass", "w_{2}", "weight of letting pass"),
    ]
)
def _worth_of_relief(m):
    m.worth = m.w_react + m.w_pass


@formula(
    inputs=[
        Input("sides", "t", "step"),
        Input("break_even", "V", "break-even worth"),
        Input("floor", "b", "bottom of the axes"),
    ]
)
def _break_even_line(m):
    m.even = m.break_even + 0 * m.sides
    m.bottom = minimum(m.floor, m.even)


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


def size_key(axes, x, y, step, shares, full) -> None:
    """Squares of known size beside a map, each with the share it stands for."""
    for place, (share, label) in enumerate(shares.items()):
        side = 0.95 * step * np.sqrt(share / full)
        at = y - 1.6 * step * place
        axes.add_patch(
            plt.Rectangle(
                (x - side / 2, at - side / 2), side, side, color=OBSESSION, alpha=0.5, linewidth=0
            )
        )
        axes.text(x + step, at, label, va="center")


@formula(inputs=[Input("edge_critical_nu_plus", r"\nu^{+}_{\text{crit}}", "height of the line")])
def _inside(m):
    m.inside = where(m.edge_critical_nu_plus <= 1.0, 1, 0)


def boundary(
    model: DiscreteModel = cycle.two_traces, seed: int = 1, id: str = "boundary"
) -> LivingFigure:
    """Fifty learners, what they end up doing, and where the cycle lasts."""
    steps, learners, every = 4000, 50, 250
    lengths = np.round(np.arange(0, 0.91, 0.1), 1)
    with course_style():
        figure, (course, policy, phase) = plt.subplots(
            1, 3, figsize=(9.0, 3.8), width_ratios=[1.35, 0.62, 1.35]
        )
        each = course.plot([], [], color=GRID, linewidth=0.7)[0]
        level = course.plot([], [], **line_look(MUTED))[0]
        mean = course.plot([], [], **line_look(OBSESSION))[0]
        course.set(
            xlim=(0, steps),
            ylim=(0, 1),
            xlabel="step",
            title="Time in obsession",
            ylabel=f"share of {every} steps",
        )
        bars = policy.bar(["react", "com-\npulsion"], [0, 0], color=[BAD, COMPULSION], width=0.6)
        policy.set(xlim=(-0.6, 1.6), ylim=(0, 1.12), ylabel="chance", title="What they do")
        policy.set_yticks([0, 0.25, 0.5, 0.75, 1])
        squares = tiles(phase, facecolor=OBSESSION, linewidth=0, alpha=0.5)
        edge = phase.plot([], [], color=INK)[0]
        here = phase.plot(
            [], [], "o", color=PAPER, markeredgecolor=INK, markeredgewidth=2.5, markersize=11
        )[0]
        phase.set(
            xlim=(-0.1, 1.35),
            ylim=(-0.1, 1.12),
            title="Where it lasts",
            xlabel="memory after good surprises",
            ylabel="memory after bad surprises",
        )
        phase.set_xticks([0, 0.3, 0.6, 0.9])
        phase.set_yticks([0, 0.3, 0.6, 0.9])
        phase.text(0.0, 1.03, "an episode costs", color=MUTED)
        phase.text(1.02, 0.72, "an episode\npays", color=MUTED, va="center")
        size_key(phase, 1.07, 0.4, 0.1, {0.2: "20%", 0.05: "5%"}, 0.2)
    live = LivingFigure(
        id,
        "Two sliders, one boundary",
        figure,
        [cycle.NU_PLUS, cycle.NU_MINUS, cycle.RELIEF_CHANCE, cycle.GAMMA],
        presets=PRESETS,
        constants={"minus_grid": np.linspace(0, 0.9, 91), "sides": [0.0, steps]},
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
    live.moving("share_lately", "share", window=1000 // every)
    for now, of in {
        "share_now": "share_lately",
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
        x=("nu_plus", lengths),
        y=("nu_minus", lengths),
        fine={"learners": 8, "steps": 3000, "last": 1000},
        coarse={"learners": 2, "steps": 1000, "last": 500, "stride": 3},
    )
    live.compute(share_tile, share="lasting", full=0.2, cell="lasting_cell", step_x=0.1, step_y=0.1)
    live.follow(each, x="time", y="shares")
    live.follow(mean, x="time", y="share")
    live.follow(bars, height=["react_now", "compulsion_now"])
    live.follow(squares, x="lasting_x", y="lasting_y", across="across", up="up")
    live.follow(edge, x="edge_critical_nu_plus", y="minus_grid", where="inside")
    live.follow(here, x="nu_plus", y="nu_minus")
    live.follow(level, x="sides", y="share_now")
    number_bars(live, bars, ["react_now", "compulsion_now"], ".0%", pad=0.05)
    name_lines(live, course, steps, {"level": ("share_now", MUTED)}, gap=0.1)
    live.read_out("share_now", "time in obsession, last 1,000 steps", ".1%")
    live.read_out("react_now", "chance to react to the thought", ".1%")
    live.read_out("net_credit", "ledger of the published rule, E", "+.3f")
    live.describe(
        "In the last 1,000 of 4,000 steps the 50 learners spend {share_now:.1%} of the time in "
        "obsession; at the end they react to the thought with a chance of {react_now:.1%}. The "
        "published rule's ledger sums to {net_credit:+.3f}: in that model {verdict}.",
        caption="Each point of the map is one pair of memories; the larger its square, the more "
        "time in obsession. Grey: single learners; orange: their mean.",
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
