"""The student's own infusion: a level to be read, and what it did to the stuck circuit.

The substance and its unit are made up. One compartment, filled at a steady rate and emptied in
proportion to its level; a share of the NMDA coupling is lost while the level is high; and the stuck
state exists only where the coupling left is above the fold of the published circuit.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import matplotlib.pyplot as plt
import numpy as np

from breaking_the_loop.nmda_mechanism.drug_figures import NOT_DOSING
from breaking_the_loop.nmda_mechanism.stuck_circuit import SCALE, folds
from breaking_the_loop.palette import KETAMINE, OBSESSION
from looplab.figure.controls import Student
from looplab.figure.figure import LivingFigure
from looplab.figure.style import INK, MUTED, course_style
from looplab.learn.key import Truth
from looplab.model import draws
from looplab.model.declare import Input, formula
from looplab.model.maths import exp, floor, log, maximum, where
from looplab.model.records import fixed

MINUTES = np.arange(0, 361, 3.0)
DRAWS = 5
MARGIN = fixed(
    "margin",
    r"\mu",
    "least distance of the lowest coupling from the fold",
    0.01,
    "chosen here, so that it can be told by eye",
    "assumed",
)
PEAK_WITHIN = 2.0
HALF_LIFE_WITHIN = 0.1
"""What reading may miss: 2 of 100 units (the grid stands at every 10), and a tenth of a half-life.
`tests/test_tasks.py` reads the table and the drawing 200 times."""


@cache
def fold() -> float:
    """The coupling below which the published circuit has no stuck state."""
    return round(folds()[0], 4)


@formula(
    parameters=[MARGIN],
    inputs=[
        *(Input(f"u_{k}", f"u_{k}", "draw") for k in range(1, DRAWS + 1)),
        Input("edge", "s_f", "fold of the stuck state"),
    ],
)
def own_infusion(m):
    """What a student's infusion is like; nothing here is a drug's."""
    m.peak = 40 + 2 * floor(26 * m.u_1)
    m.half_life = 30 + 5 * floor(13 * m.u_2)
    m.length = 15 + 15 * floor(3 * m.u_3)
    m.leaves = where(m.u_4 < 0.5, 1, 0)
    # How low the coupling comes: never so close to the fold that the eye cannot tell.
    m.lowest = where(
        m.leaves > 0,
        m.edge - m.margin - 0.02 * m.u_5,
        m.edge + m.margin + 0.02 * m.u_5,
    )


@formula(
    parameters=[SCALE],
    inputs=[
        Input("minute", "t", "time since the infusion began", "min"),
        Input("peak", "P", "highest level", "units"),
        Input("half_life", "h", "half-life", "min"),
        Input("length", "T", "length of the infusion", "min"),
        Input("lowest", "s_m", "lowest coupling"),
    ],
)
def own_course(m):
    """Level, and coupling left, at one minute."""
    m.rate = log(2) / m.half_life
    m.running = where(m.minute < m.length, m.minute, m.length)
    m.since_stop = maximum(m.minute - m.length, 0)
    m.filled = (1 - exp(-m.rate * m.running)) / (1 - exp(-m.rate * m.length))
    # To a tenth. Half-lives meet the samples, so a plain half would leave ties to the last bit.
    m.level = 0.1 * floor(10 * m.peak * m.filled * exp(-m.rate * m.since_stop) + 0.499937)
    m.coupling = m.scale - (m.scale - m.lowest) * m.level / m.peak


def infusion(student: int = 0) -> LivingFigure:
    """The strange infusion that belongs to the number `student`."""
    with course_style():
        figure, (above, below) = plt.subplots(2, 1, figsize=(7.5, 5.6), sharex=True)
        level = above.plot([], [], color=KETAMINE, linewidth=2.5)[0]
        above.set(xlim=(0, 360), ylim=(0, 100), ylabel="level (units per mL)")
        above.set_yticks(range(0, 101, 10))
        coupling = below.plot([], [], color=INK, linewidth=2.5)[0]
        below.axhline(fold(), color=OBSESSION, linestyle=(0, (5, 2)), linewidth=1.8)
        below.text(
            355, fold() - 0.003, "no stuck state below this line", color=OBSESSION,
            ha="right", va="top",
        )  # fmt: skip
        below.set(
            xlim=(0, 360),
            ylim=(0.93, 1.06),
            xlabel="minutes since the infusion began",
            ylabel="NMDA coupling left",
        )
        below.set_xticks(range(0, 361, 30))
        for axes in (above, below):
            axes.grid(True, alpha=0.4)
        above.text(355, 94, "a made-up substance", color=MUTED, ha="right", va="top")
    live = LivingFigure(
        "own-infusion",
        "A strange infusion",
        figure,
        [Student(default=student)],
        constants={"minutes": MINUTES, "edge": fold(), "whole": SCALE.default},
    )
    live.own("luck", "student", DRAWS)
    for place in range(DRAWS):
        live.pick(f"u_{place + 1}", "luck", place)
    live.compute(own_infusion)
    live.compute(own_course, minute="minutes")
    live.follow(level, x="minutes", y="level")
    live.follow(coupling, x="minutes", y="coupling")
    for name, minute in (("half_hour", 30), ("two_hours", 120), ("five_hours", 300)):
        live.pick(name, "level", minute // 3)
    live.pick("coupling_then", "coupling", 10)
    live.describe(
        "The infusion of number {student:d} (0 is an example, nobody's). The level is "
        "{half_hour:.0f} units per mL at minute 30, {two_hours:.0f} at minute 120 and "
        "{five_hours:.0f} at minute 300. The coupling is {whole:.2f} without the substance and "
        "{coupling_then:.3f} at minute 30; the stuck state exists above {edge:.4f}. "
        "The table has every third minute.",
        caption="Above, the level of a made-up substance; below, what it leaves of the NMDA "
        "coupling of the over-stable circuit of part 4, which began stuck.",
        stamp=NOT_DOSING,
    )
    live.table({"minute": "minutes", "level (units per mL)": "level", "coupling left": "coupling"})
    return live


def key(students: Sequence[int]) -> dict[str, Truth]:
    """What is right for each of `students`, by question."""
    luck = draws.own(students, DRAWS)
    own = own_infusion.evaluate(
        edge=fold(), **{f"u_{place + 1}": luck[place] for place in range(DRAWS)}
    )
    state = np.where(own["leaves"] > 0, "left", "never-left").astype(object)
    return {
        "own-infusion/peak": Truth(own["peak"], PEAK_WITHIN),
        "own-infusion/half-life": Truth(own["half_life"], HALF_LIFE_WITHIN * own["half_life"]),
        "own-infusion/stuck": Truth(state),
    }
