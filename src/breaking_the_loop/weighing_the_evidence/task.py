"""The student's own virtual trial: two groups of twelve, a test, an interval, a verdict.

The first period of the virtual crossover trial (`virtual.py`): the change from the first rating to
the one a week later, with an effect that belongs to the student's number and may be none. An
illustration: no such trial was run.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np
from scipy import stats

from breaking_the_loop.palette import KETAMINE
from breaking_the_loop.weighing_the_evidence.designs import SIGMA_WITHIN
from breaking_the_loop.weighing_the_evidence.virtual import SHARED_IMPROVEMENT, pair
from looplab.figure.controls import Student
from looplab.figure.figure import LivingFigure
from looplab.figure.style import INK, MUTED, course_style
from looplab.learn.key import Truth
from looplab.model import draws
from looplab.model.declare import Input, formula
from looplab.model.maths import floor, maximum, minimum

GROUP = 12
PEOPLE = 2 * GROUP
FIRST = (np.arange(PEOPLE) < GROUP).astype(float)
DRAWS = 3 * PEOPLE
"""A row of which the first draw settles the effect, and two rows of a draw for each person."""
SPREAD = 4.0
LOWEST, HIGHEST = -20, 35
NAMES = ("ketamine", "saline")


@formula(inputs=[Input("u_effect", "u", "draw for the effect")])
def own_effect(m):
    """The mean effect of the drug in a student's trial, in points."""
    m.effect_own = 3 * floor(4 * m.u_effect)


@formula(
    parameters=[SHARED_IMPROVEMENT, SIGMA_WITHIN],
    inputs=[
        Input("first", "A_i", "1 after ketamine, 0 after saline"),
        Input("effect_own", r"\Delta", "mean effect of the drug", "points"),
        Input("u_one", "u_1", "draw"),
        Input("u_other", "u_2", "draw"),
    ],
)
def improvement(m):
    """How much lower one person's rating is after a week, in whole points, as ratings are."""
    m.effect_noise, m.rating_noise = pair(m.u_one, m.u_other)
    m.effect = m.effect_own + SPREAD * m.effect_noise
    # Two ratings, so the error of their difference is larger by the root of 2.
    m.change = (
        m.first * m.effect + m.shared_improvement + math.sqrt(2) * m.sigma_within * m.rating_noise
    )
    m.gain = minimum(maximum(floor(m.change + 0.5), LOWEST), HIGHEST)


def trial(student: int = 0) -> LivingFigure:
    """The virtual trial that belongs to the number `student`."""
    with course_style():
        figure, axes = plt.subplots(figsize=(7.5, 4.2))
        groups = [
            axes.plot([], [], "D", color=KETAMINE, markersize=7)[0],
            axes.plot([], [], "o", color=INK, markersize=7)[0],
        ]
        axes.axhline(0, color=MUTED, linewidth=0.8)
        axes.set(xlim=(-0.6, 1.6), ylim=(LOWEST - 2, HIGHEST + 2), ylabel="improvement (points)")
        axes.set_xticks([0, 1], [f"{name}, {GROUP} people" for name in NAMES])
    beside = 0.06 * (np.arange(GROUP) - (GROUP - 1) / 2)
    live = LivingFigure(
        "own-trial",
        "A virtual trial of your own",
        figure,
        [Student(default=student)],
        constants={
            "person": np.arange(1.0, GROUP + 1),
            "first": FIRST,
            "place_0": beside,
            "place_1": beside + 1,
        },
    )
    live.own("luck", "student", DRAWS)
    live.pick("u_effect", "luck", 0)
    live.compute(own_effect)
    live.pick("u_one", "luck", 1, size=PEOPLE)
    live.pick("u_other", "luck", 2, size=PEOPLE)
    live.compute(improvement)
    for place, name in enumerate(NAMES):
        live.pick(name, "gain", place, size=GROUP)
        live.follow(groups[place], x=f"place_{place}", y=name)
        for person in (0, GROUP - 1):
            live.pick(f"{name}_{person}", "gain", place * GROUP + person)
    live.describe(
        "The virtual trial of number {student:d} (0 is an example, nobody's): improvement after a "
        "week, in points, of twelve people after ketamine (the first {ketamine_0:d}, the last "
        "{ketamine_11:d}) and of twelve after saline (the first {saline_0:d}, the last "
        "{saline_11:d}). The table has all of them.",
        caption="Each mark is one simulated person of the virtual trial of part 5: improvement "
        "after one week.",
        stamp="Illustration: no such trial was run",
    )
    live.table(
        {
            "person": "person",
            "improvement after ketamine (points)": "ketamine",
            "after saline (points)": "saline",
        }
    )
    return live


def gains(students: Sequence[int]) -> np.ndarray:
    """The improvements in the trial of each student, ketamine first: (people, students)."""
    luck = draws.own(students, DRAWS)
    effect = own_effect.evaluate(u_effect=luck[0])["effect_own"]
    given = {"first": FIRST[:, None], "effect_own": effect}
    u_one, u_other = luck[PEOPLE : 2 * PEOPLE], luck[2 * PEOPLE :]
    return improvement.evaluate(**given, u_one=u_one, u_other=u_other)["gain"]


def key(students: Sequence[int]) -> dict[str, Truth]:
    """What is right for each of `students`, by question."""
    gain = gains(students)
    drug, saline = gain[:GROUP], gain[GROUP:]
    pooled = stats.ttest_ind(drug, saline)
    welch = stats.ttest_ind(drug, saline, equal_var=False)
    one, other = pooled.confidence_interval(), welch.confidence_interval()
    difference = drug.mean(axis=0) - saline.mean(axis=0)
    clear = np.where(pooled.pvalue < 0.05, "yes", "no").astype(object)
    clear[(pooled.pvalue < 0.05) != (welch.pvalue < 0.05)] = ""
    verdicts = {"yes": "differ", "no": "cannot-tell", "": ""}
    verdict = np.array([verdicts[each] for each in clear], dtype=object)
    return {
        "own-trial/difference": Truth(difference, 0.1),
        "own-trial/lower": Truth(one.low, 0.2 + np.abs(one.low - other.low)),
        "own-trial/upper": Truth(one.high, 0.2 + np.abs(one.high - other.high)),
        "own-trial/significant": Truth(clear),
        "own-trial/verdict": Truth(verdict),
    }
