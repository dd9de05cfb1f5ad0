"""The figures of notebook 02 on the stuck circuit: its states, their cliffs, their lifetimes."""

from __future__ import annotations

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FuncFormatter

from breaking_the_loop.nmda_mechanism import tables as nmda_tables
from breaking_the_loop.nmda_mechanism.ground import landscape_axes, walk
from breaking_the_loop.nmda_mechanism.landscape import GATING
from breaking_the_loop.nmda_mechanism.stuck_circuit import (
    BLOCK,
    PULSE,
    PULSE_LENGTH,
    PULSE_START,
    SCALE,
    SIGMA,
    TIME_STEP,
    bifurcation,
    folds,
    nullcline,
    trajectory,
)
from breaking_the_loop.palette import OBSESSION, RELIEF
from looplab.figure.controls import Choice
from looplab.figure.figure import LivingFigure
from looplab.figure.labels import aside, name_lines
from looplab.figure.style import GOOD, INK, MUTED, PAPER, SHADE, course_style, line_look
from looplab.model.declare import Input, Parameter, formula
from looplab.model.maths import where

COUPLING = replace(SCALE, low=0.95, high=1.12)
LOST = replace(BLOCK, high=15.0)
SEED = Parameter(
    "seed", "k", "which noise", 1.0, 1.0, 20.0, 1.0, "another number, another run", "assumed"
)
STARTS = Choice("start", "it begins", ("quiet", "stuck"), default=1)
SECONDS = 10
_STEPS = round(SECONDS / TIME_STEP.default)
_EVERY = 40


@formula(
    inputs=[
        Input("scale", "s_0", "strength of the NMDA coupling"),
        Input("block", "b", "NMDA current lost", "%"),
        Input("has_stuck", "e_1", "stuck exists"),
        Input("has_quiet", "e_2", "quiet exists"),
    ]
)
def _standing(m):
    """The coupling that is left, and which states it allows: 0 quiet, 1 both, 2 stuck."""
    m.coupling = m.scale * (1 - m.block / 100)
    m.states = where(m.has_stuck > 0, where(m.has_quiet > 0, 1, 2), 0)
    m.no_stuck = 1 - m.has_stuck


_CIRCUITS = {
    "Published": {"scale": 1.0, "block": 0},
    "Over-stable": {"scale": 1.05, "block": 0},
    "Over-stable, 7 % lost": {"scale": 1.05, "block": 7},
    "Published, 7 % lost": {"scale": 1.0, "block": 7},
}
_STATES = ("quiet is the only state", "quiet and stuck both exist", "stuck is the only state")


@formula(
    inputs=[
        Input("null_S", "S", "gating of the pool that stands still"),
        Input("null_other", "S'", "gating of the other"),
    ]
)
def _in_frame(m):
    m.seen = where(m.null_other > 0, 1, 0) * where(m.null_other < 0.8, 1, 0)


@formula(
    inputs=[
        Input("pool_1", "S_1", "open NMDA channels of pool 1"),
        Input("pool_2", "S_2", "open NMDA channels of pool 2"),
    ]
)
def _high(m):
    m.high = where(m.pool_1 > 0.35, 1, 0)
    m.high_2 = where(m.pool_2 > 0.35, 1, 0)


@formula(parameters=[PULSE], inputs=[Input("share_taken", "h", "share of a second, pool 2 high")])
def _new_thought(m):
    """Whether a new thought comes, and pool 2 gets high within a second: 0 none, 1 no, 2 yes."""
    m.new_thought = where(m.pulse > 0, where(m.share_taken > 0, 2, 1), 0)


_SEEN = np.round((np.arange(_STEPS // _EVERY) + 0.5) * _EVERY * TIME_STEP.default, 6)
_PULSE_AT = PULSE_START.default


def stuck_circuit(seed: int = 1) -> LivingFigure:
    """Ten noisy seconds of two pools with one new thought."""
    with course_style():
        figure, trace = plt.subplots(figsize=(8.6, 3.9))
        trace.axvspan(_PULSE_AT, _PULSE_AT + PULSE_LENGTH.default, color=SHADE, zorder=0)
        beside = _PULSE_AT + PULSE_LENGTH.default + 0.1
        answers = ("no new thought comes", "a new thought, to pool 2: ignored",
                   "a new thought, to pool 2, and pool 2 is high")  # fmt: skip
        answers = [trace.text(beside, 0.755, said, color=MUTED) for said in answers]
        first = trace.plot([], [], color=OBSESSION, linewidth=1.5)[0]
        second = trace.plot([], [], **line_look(GOOD, linewidth=1.5))[0]
        trace.set(
            xlim=(0, SECONDS + 0.9),
            ylim=(-0.02, 0.8),
            xlabel="seconds",
            ylabel="share of open NMDA channels",
        )
        trace.set_xticks(range(0, SECONDS + 1, 2))
    live = LivingFigure(
        "stuck-circuit",
        "A circuit that can get stuck",
        figure,
        [COUPLING, LOST, SIGMA, PULSE, STARTS, replace(SEED, default=float(seed))],
        presets=_CIRCUITS,
        constants={
            "seconds": _SEEN,
            "just_then": 1.0 * ((_SEEN > _PULSE_AT) & (_SEEN < _PULSE_AT + 1)),
        },
    )
    walk(live, "")
    live.compute(_standing)
    live.run(
        trajectory,
        steps=_STEPS,
        every=_EVERY,
        seed="seed",
        mean={"pool_1": "here_1", "pool_2": "here_2"},
    )
    live.compute(_high)
    live.mean("stuck_share", "high")
    live.mean("share_taken", "high_2", ["just_then"])
    live.compute(_new_thought)
    live.options("is_thought", "new_thought", len(answers))
    live.follow(first, x="seconds", y="pool_1")
    live.follow(second, x="seconds", y="pool_2")
    for place, text in enumerate(answers):
        live.follow(text, visible=f"is_thought_{place}")
    for number in (1, 2):
        live.pick(f"last_{number}", f"pool_{number}", -1)
    ends = {"pool 1": ("last_1", OBSESSION), "pool 2": ("last_2", GOOD)}
    name_lines(live, trace, SECONDS, ends, gap=0.06)
    live.read_out("coupling", "NMDA coupling left", ".3f")
    live.read_out("stuck_share", "of these 10 s with pool 1 high", ".0%")
    live.describe(
        "At a coupling of {coupling:.3f}, {states_words}. {thought_words}. In these ten seconds "
        "pool 1 is high for {stuck_share:.0%} of the time.",
        caption="A pool that stays high with no input is stuck. That such a state has to do with "
        "OCD is a hypothesis.",
        states_words=("states", _STATES),
        thought_words=(
            "new_thought",
            [
                "No new thought comes",
                "The new thought is ignored: pool 2 stays low for a second",
                "Within a second of the new thought pool 2 is high",
            ],
        ),
    )
    live.table(
        {
            "second": "seconds",
            "pool 1": "pool_1",
            "pool 2": "pool_2",
        }
    )
    return live


def phase_plane() -> LivingFigure:
    """Where the circuit of two pools can rest: the two curves on which one pool stands still."""
    with course_style():
        figure, plane = plt.subplots(figsize=(6.2, 4.8))
        own = plane.plot([], [], color=OBSESSION)[0]
        other = plane.plot([], [], **line_look(GOOD))[0]
        look = {"markeredgecolor": INK, "markersize": 11}
        stuck = plane.plot([0.6, 0.03], [0.03, 0.6], "o", color=OBSESSION, **look)[0]
        between = plane.plot([0.3, 0.05], [0.05, 0.3], "o", color=PAPER, **look)[0]
        quiet = plane.plot([0.1], [0.1], "o", color=RELIEF, **look)[0]
        plane.set(
            xlim=(-0.02, 0.8),
            ylim=(-0.02, 0.8),
            xlabel="share of open NMDA channels, pool 1",
            ylabel="pool 2",
        )
        plane.text(0.78, 0.75, "pool 1 stands still", color=OBSESSION, ha="right")
        plane.text(0.78, 0.7, "pool 2 stands still (broken line)", color=GOOD, ha="right")
        plane.text(0.78, 0.65, "filled: stable; open: a pass", color=MUTED, ha="right")
        names = {
            "has_stuck": [(0.63, 0.07, "stuck on 1"), (0.05, 0.655, "stuck on 2")],
            "has_quiet": [(0.15, 0.15, "quiet")],
        }
        named = [
            (state, plane.text(x, y, said, fontweight="bold"))
            for state, places in names.items()
            for x, y, said in places
        ]
    live = LivingFigure(
        "phase-plane",
        "Where the circuit can rest",
        figure,
        [COUPLING, LOST],
        presets=_CIRCUITS,
        constants={
            "currents": np.round(np.linspace(0.26, 0.62, 361), 6),
            "gating": GATING,
        },
    )
    live.compute(nullcline, prefix="null_", x="currents")
    live.compute(_in_frame)
    walk(live, "")
    live.compute(_standing)
    live.follow(own, x="null_S", y="null_other", where="seen")
    live.follow(other, x="null_other", y="null_S", where="seen")
    live.follow(stuck, x=["stuck_1", "stuck_2"], y=["stuck_2", "stuck_1"], visible="has_stuck")
    live.follow(
        between,
        x=["pass_1_met", "pass_2_met"],
        y=["pass_2_met", "pass_1_met"],
        visible="has_pass",
    )
    live.follow(quiet, x=["quiet_1"], y=["quiet_1"], visible="has_quiet")
    for state, text in named:
        live.follow(text, visible=state)
    live.read_out("coupling", "NMDA coupling left", ".3f")
    live.describe(
        "At a coupling of {coupling:.3f}, {states_words}.",
        caption="Where the two curves cross, nothing moves. Filled crossings hold against small "
        "pushes, open ones do not.",
        states_words=("states", _STATES),
    )
    live.table(
        {
            "coupling": "coupling",
            "stuck, pool 1": "stuck_1",
            "pass, pool 1": "pass_1_met",
            "quiet, both pools": "quiet_1",
        }
    )
    return live


def _bifurcation_scales():
    """Scales for the diagram, close together where a state ends."""
    near = [np.arange(fold - 0.003, fold + 0.00301, 0.0001) for fold in folds()]
    return np.unique(np.concatenate([np.arange(0.8, 1.1301, 0.0025), *near]))


@formula(
    inputs=[
        Input("scale", "s_0", "strength of the NMDA coupling"),
        Input("block", "b", "lost", "%"),
        Input("fold", "s_c", "scale below which stuck is lost"),
    ]
)
def _margin(m):
    """Loss of current (%) that ends the stuck state: from the whole coupling, and still to go."""
    m.loss_needed = 100 * (1 - m.fold / m.scale)
    m.loss_left = m.loss_needed - m.block


def cliff() -> LivingFigure:
    """The states against the coupling, and the landscape at the reader's place."""
    stuck_from, quiet_until = folds()
    scales = _bifurcation_scales()
    with course_style():
        figure, (diagram, ground) = plt.subplots(1, 2, figsize=(9.6, 4.3), width_ratios=[1.2, 1])
        branches = bifurcation(scales)
        styles = {
            "stuck": (OBSESSION, "-"),
            "saddle": (MUTED, (0, (4, 2))),
            "quiet": (RELIEF, "-"),
            "symmetric_unstable": (MUTED, (0, (1, 1.5))),
        }
        for kind, (colour, style) in styles.items():
            diagram.plot(scales, branches[kind], color=colour, linestyle=style)
        for fold in (stuck_from, quiet_until):
            diagram.axvline(fold, color=SHADE, zorder=0, linewidth=4)
        diagram.text(stuck_from - 0.004, 0.74, f"stuck from {stuck_from:.4f}", ha="right")
        diagram.text(quiet_until - 0.004, 0.74, f"quiet to {quiet_until:.4f}", ha="right")
        here = diagram.plot([1, 1], [0, 0.8], color=INK, linewidth=1.2)[0]
        look = {"markeredgecolor": INK, "markersize": 11}
        stuck = diagram.plot([1], [0.5], "o", color=OBSESSION, **look)[0]
        quiet = diagram.plot([1], [0.1], "o", color=RELIEF, **look)[0]
        diagram.set(
            xlim=(0.8, 1.13),
            ylim=(0, 0.8),
            xlabel="NMDA coupling left, s",
            ylabel="pool 1 at rest: share of open channels",
            title="Two cliffs",
        )
        diagram.text(0.81, 0.13, "quiet", color=RELIEF, fontweight="bold")
        diagram.text(0.985, 0.6, "stuck", color=OBSESSION, fontweight="bold")
        diagram.text(0.99, 0.37, "pass (unstable)", color=MUTED)
        surface = ground.plot([], [], color=INK, linewidth=2.5)[0]
        ball = ground.plot(
            [0.6], [0], "o", color=OBSESSION, markersize=15, markeredgecolor=INK, zorder=5
        )[0]
        landscape_axes(ground)
        ground.set(title="The landscape there")
        gone = ground.text(0.63, 0.2, "valley gone", ha="center", color=OBSESSION)
    live = LivingFigure(
        "cliff",
        "Two states, and where they end",
        figure,
        [COUPLING, LOST],
        presets={
            "Published": {"scale": 1.0, "block": 0},
            "Just past the cliff": {"scale": 1.0, "block": 3.5},
            "Over-stable": {"scale": 1.05, "block": 0},
            "Over-stable, 8 % lost": {"scale": 1.05, "block": 8},
        },
        constants={"fold": stuck_from, "gating": GATING, "ends": [0.0, 1.0], "tall": [0.0, 0.8]},
    )
    walk(live, "")
    live.compute(_standing)
    live.compute(_margin)
    live.compute(_resting, well_u="well_u_met")
    live.follow(here, x="coupling", y="tall")
    live.follow(stuck, x=["coupling"], y=["stuck_1"], visible="has_stuck")
    live.follow(quiet, x=["coupling"], y=["quiet_1"], visible="has_quiet")
    live.follow(surface, x="gating", y="ground", where="shown")
    live.follow(ball, x="stuck_1", y="ball_u")
    live.follow(gone, visible="no_stuck")
    live.read_out("coupling", "NMDA coupling left", ".3f")
    live.read_out("depth", "barrier out of stuck", ".4f", "per s")
    live.read_out("quiet_depth", "barrier out of quiet", ".4f", "per s")
    live.read_out("loss_needed", "loss that ends stuck", ".1f", "%")
    live.describe(
        "At a coupling of {coupling:.3f}, {states_words}. Counted from a strength of {scale:.4f}, "
        "a loss of {loss_needed:.1f} % of NMDA current would end the stuck state.",
        caption="A state does not fade, it ends: at the left edge the stuck one, at the right edge "
        "quiet. The landscape lets pool 2 follow at once; it is no true potential.",
        states_words=("states", _STATES),
    )
    live.table({"coupling": "coupling", "barrier out of stuck": "depth", "of quiet": "quiet_depth"})
    return live


@formula(inputs=[Input("well_u", "U", "height of the well"), Input("base", "U_0", "base")])
def _resting(m):
    m.ball_u = m.well_u - m.base + 0.017


def _seconds(value, _=None):
    if value < 60:
        return f"{value:.3g} s"
    return f"{value / 60:.3g} min" if value < 3600 else f"{value / 3600:.3g} h"


_SIMULATED = sorted({row["scale"] for row in nmda_tables.load()["escapes"]})


@formula(
    inputs=[
        Input("scale", "s_0", "strength"),
        Input("block", "b", "lost", "%"),
    ]
)
def _left(m):
    m.coupling = m.scale * (1 - m.block / 100)


_ENOUGH = 10


def _lasting(row):
    """How long a state lasted in one row of the simulations, in words."""
    if row["exits"] >= _ENOUGH:
        return f"{row['state']} lasts {_seconds(row['mean'])}"
    return f"{row['state']} lasts {_seconds(row['watched'])} or longer"


def lifetimes() -> LivingFigure:
    """How long noise needs to push the circuit out of each state, computed beforehand."""
    rows = nmda_tables.load()["escapes"]
    looks = {"stuck": (OBSESSION, "^"), "quiet": (RELIEF, "v")}
    by_noise = []
    with course_style():
        figure, axes = plt.subplots(figsize=(9, 4.2))
        for sigma in nmda_tables.SIGMAS:
            drawn = []
            for state, (colour, mark) in looks.items():
                chosen = [r for r in rows if r["state"] == state and r["sigma"] == sigma]
                seen = [r for r in chosen if r["exits"] >= _ENOUGH]
                few = [r for r in chosen if r["exits"] < _ENOUGH]
                x = [r["scale"] for r in seen]
                drawn += axes.plot(
                    x, [r["mean"] for r in seen], f"{mark}-", color=colour, linewidth=1
                )
                longest = max(seen, key=lambda r: r["mean"])
                side = {"stuck": "right", "quiet": "left"}[state]
                drawn.append(axes.text(
                    longest["scale"], longest["mean"], state, color=colour, ha=side,
                    va="center", fontweight="bold",
                    transform=aside(axes, 9 if side == "left" else -9),
                ))  # fmt: skip
                spread = [[r["mean"] - r["error"], r["mean"] + r["error"]] for r in seen]
                drawn.append(axes.vlines(x, *np.transpose(spread), color=colour))
                if few:
                    times = [r["mean"] or r["watched"] for r in few]
                    look = {"color": PAPER, "markeredgecolor": colour, "markersize": 9}
                    drawn += axes.plot([r["scale"] for r in few], times, mark, **look)
            by_noise.append(drawn)
        line = axes.plot([1, 1], [1, 1e5], color=INK, linewidth=1.2)[0]
        axes.set(
            xlim=(0.8, 1.13),
            ylim=(1, 1e5),
            yscale="log",
            xlabel="NMDA coupling left, s",
            ylabel="how long a state lasts, on average",
        )
        axes.set_yticks([1, 10, 60, 600, 3600, 36000])
        axes.yaxis.set_major_formatter(FuncFormatter(_seconds))
        axes.minorticks_off()
        axes.text(0.81, 5e4, "△▽ fewer than ten exits\nin 300 runs: as long\nas this, or longer",
                  color=MUTED, va="top")  # fmt: skip
    live = LivingFigure(
        "lifetimes",
        "How long a state lasts",
        figure,
        [
            Choice(
                "noise",
                "noise",
                tuple(f"{sigma:g} nA" for sigma in nmda_tables.SIGMAS),
                default=nmda_tables.SIGMAS.index(SIGMA.default),
            ),
            COUPLING,
            LOST,
        ],
        presets={
            "Over-stable": {"scale": 1.05, "block": 0},
            "Over-stable, 7 % lost": {"scale": 1.05, "block": 7},
        },
        constants={"ends": [0.0, 1.0], "tall": [1.0, 1e5]},
    )
    told = [
        f"At {scale:g}, the nearest coupling that was simulated with this noise, "
        + " and ".join(
            _lasting(row) for row in rows if row["sigma"] == sigma and row["scale"] == scale
        )
        for sigma in nmda_tables.SIGMAS
        for scale in _SIMULATED
    ]
    live.compute(_left)
    live.row("nearest", noise=range(len(nmda_tables.SIGMAS)), coupling=_SIMULATED)
    live.options("is_noise", "noise", len(nmda_tables.SIGMAS))
    live.follow(line, x="coupling", y="tall")
    for place, drawn in enumerate(by_noise):
        for artist in drawn:
            live.follow(artist, visible=f"is_noise_{place}")
    live.read_out("coupling", "NMDA coupling left", ".3f")
    live.describe(
        "You stand at a coupling of {coupling:.3f}. {times}.",
        caption="Simulated beforehand, 300 runs a point. Noise sets these times exponentially, so "
        "their size is an illustration; their order is not.",
        times=("nearest", told),
    )
    live.table({"coupling": "coupling"})
    return live
