"""The student's own learner: two memories to be read off a record.

In the rule of two traces an act that lies `delay` steps back is credited with the trace that is
left of it, and one surprise changes its weight by learning rate, surprise and trace. The record
shows such changes, each after a pause of its own, read with a small error.
"""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np

from breaking_the_loop.ocd_cycle.cycle import ALPHA
from breaking_the_loop.palette import OBSESSION, RELIEF
from looplab.figure.controls import Student
from looplab.figure.figure import LivingFigure
from looplab.figure.style import MUTED, course_style
from looplab.learn.key import Truth
from looplab.model import draws
from looplab.model.declare import Input, formula
from looplab.model.maths import floor, where
from looplab.model.records import fixed

DELAYS = np.arange(9.0)
READINGS = DELAYS.size
DRAWS = 3 * READINGS
"""A row for the memories, one for the errors after good surprises, one for those after bad ones."""

ERROR = fixed(
    "reading_error",
    r"\epsilon",
    "largest error of a reading",
    2.0,
    "chosen here, so that nine readings tell two memories apart",
    "assumed",
    "thousandths",
)
THOUSANDTHS = 1000
WITHIN = 0.07
"""How far from the truth an answer may be: least squares come closer for each of 200 students, and
so does the second reading over the first for nearly all (`tests/test_tasks.py`)."""


@formula(
    inputs=[
        Input("u_short", "u_1", "draw for the shorter memory"),
        Input("u_long", "u_2", "draw for the longer memory"),
        Input("u_which", "u_3", "draw that says which is which"),
    ],
)
def own_memories(m):
    """Two memories of a student's learner, far enough apart to be told."""
    m.short = 0.2 + 0.05 * floor(7 * m.u_short)
    m.long = 0.7 + 0.05 * floor(5 * m.u_long)
    m.nu_plus_own = where(m.u_which < 0.5, m.long, m.short)
    m.nu_minus_own = where(m.u_which < 0.5, m.short, m.long)


@formula(
    parameters=[ALPHA, ERROR],
    inputs=[
        Input("memory", r"\nu", "memory"),
        Input("delay", "k", "steps between act and surprise"),
        Input("luck", "u", "draw for the error"),
    ],
)
def reading(m):
    """How much one surprise of size 1 changes the weight of an act `delay` steps back."""
    m.trace_left = m.memory**m.delay
    m.change = THOUSANDTHS * m.alpha * m.trace_left
    m.size = floor(m.change + m.reading_error * (2 * m.luck - 1) + 0.5)
    m.fall = -m.size


def memory(student: int = 0) -> LivingFigure:
    """A record of the learner that belongs to the number `student`."""
    with course_style():
        figure, axes = plt.subplots(figsize=(7.5, 3.9))
        good = axes.plot([], [], "o", color=RELIEF, markersize=8)[0]
        bad = axes.plot([], [], "v", color=OBSESSION, markersize=8)[0]
        axes.axhline(0, color=MUTED, linewidth=0.8)
        axes.text(8.3, 47, "after a good surprise (●)", color=RELIEF, ha="right", va="center")
        axes.text(8.3, -47, "after a bad surprise (▼)", color=OBSESSION, ha="right", va="center")
        axes.set(
            xlim=(-0.4, 8.5),
            ylim=(-56, 56),
            xlabel="steps between the act and the surprise",
            ylabel="change of its weight (thousandths)",
        )
        axes.set_yticks(range(-50, 51, 10))
        axes.grid(True, alpha=0.4)
    live = LivingFigure(
        "own-memory",
        "Whose memory is it?",
        figure,
        [Student(default=student)],
        constants={"delays": DELAYS},
    )
    live.own("luck", "student", DRAWS)
    for place, name in enumerate(("u_short", "u_long", "u_which")):
        live.pick(name, "luck", place)
    live.compute(own_memories)
    for row, (prefix, nu) in enumerate((("good_", "nu_plus_own"), ("bad_", "nu_minus_own")), 1):
        live.pick(f"{prefix}luck", "luck", row, size=READINGS)
        live.compute(reading, prefix=prefix, memory=nu, delay="delays", luck=f"{prefix}luck")
    live.follow(good, x="delays", y="good_size")
    live.follow(bad, x="delays", y="bad_fall")
    live.pick("good_at_once", "good_size", 0)
    live.pick("bad_at_once", "bad_fall", 0)
    live.pick("good_later", "good_size", 2)
    live.pick("bad_later", "bad_fall", 2)
    live.describe(
        "The record of the learner with number {student:d} (0 is an example, nobody's). After a "
        "good surprise an act just taken gained {good_at_once:d} thousandths, one two steps back "
        "{good_later:d}; after a bad one they changed by {bad_at_once:d} and {bad_later:d}. All "
        "readings are in the table.",
        caption="A reading is the change of an act's weight after a pause of 0 to 8 steps and one "
        "surprise of size 1. It is off by at most 2 thousandths.",
    )
    live.table(
        {
            "steps between": "delays",
            "after good (thousandths)": "good_size",
            "after bad (thousandths)": "bad_fall",
        }
    )
    return live


def key(students: Sequence[int]) -> dict[str, Truth]:
    """What is right for each of `students`, by question."""
    luck = draws.own(students, DRAWS)
    own = own_memories.evaluate(u_short=luck[0], u_long=luck[1], u_which=luck[2])
    longer = np.where(own["nu_plus_own"] > own["nu_minus_own"], "good", "bad")
    return {
        "own-memory/nu-plus": Truth(own["nu_plus_own"], WITHIN),
        "own-memory/nu-minus": Truth(own["nu_minus_own"], WITHIN),
        "own-memory/longer": Truth(longer.astype(object)),
    }
