"""The student's own virtual trial: a fading time from two visits, and what they leave open.

A mean gap between two groups fades as `exp(-day / tau)`; each visit finds it with an error whose
standard error is known. Everything is an illustration: no such trial was run.
"""

from __future__ import annotations

from collections.abc import Sequence

import matplotlib.pyplot as plt
import numpy as np

from breaking_the_loop.palette import KETAMINE
from looplab.figure.controls import Student
from looplab.figure.figure import LivingFigure
from looplab.figure.labels import aside
from looplab.figure.style import MUTED, course_style
from looplab.learn.key import Truth
from looplab.model import draws
from looplab.model.declare import Input, formula
from looplab.model.maths import exp, floor, maximum, minimum
from looplab.model.records import fixed

DRAWS = 10
Z = 1.959963984540054
FIRST_DAY = fixed(
    "first_day", "t_1", "day of the first visit", 7.0, "chosen here", "assumed", "days"
)


@formula(
    parameters=[FIRST_DAY],
    inputs=[Input(f"u_{k}", f"u_{k}", "draw") for k in range(1, DRAWS + 1)],
)
def own_trial(m):
    """The two visits of a student's trial, as they would be reported: to a tenth of a point."""
    m.fading = 14 + 2 * floor(24 * m.u_1)
    m.start = 10 + floor(5 * m.u_2)
    m.second_day = 21 + 7 * floor(3 * m.u_3)
    m.true_1 = m.start * exp(-m.first_day / m.fading)
    m.true_2 = m.start * exp(-m.second_day / m.fading)
    # Between a tenth and three tenths of the second gap, and no luck beyond one standard error: so
    # neither gap is compatible with zero, and only the fading is in doubt.
    m.error = 0.1 + 0.1 * floor(10 * m.true_2 * (0.1 + 0.05 * floor(5 * m.u_4)) + 0.5)
    # (The sum of three even draws is close to normal; doubled, its standard deviation is 1.)
    m.luck_1 = minimum(maximum(2 * (m.u_5 + m.u_6 + m.u_7) - 3, -1), 1)
    m.luck_2 = minimum(maximum(2 * (m.u_8 + m.u_9 + m.u_10) - 3, -1), 1)
    m.gap_1 = 0.1 * floor(10 * (m.true_1 + m.error * m.luck_1) + 0.5)
    m.found_2 = 0.1 * floor(10 * (m.true_2 + m.error * m.luck_2) + 0.5)
    # Where the gap did not fall, there is no fading time to compute.
    m.gap_2 = maximum(minimum(m.found_2, m.gap_1 - 0.5), 2.2 * m.error)


@formula(
    inputs=[
        Input("end", "e", "0 for one end, 1 for the other"),
        *(Input(name, name, name) for name in ("day_1", "day_2", "gap_1", "gap_2", "error")),
    ],
)
def drawn(m):
    """Where marks and bars stand: arrays along `end`."""
    m.day = m.day_1 + m.end * (m.day_2 - m.day_1)
    m.gap = m.gap_1 + m.end * (m.gap_2 - m.gap_1)
    m.reach = Z * m.error * (2 * m.end - 1)
    m.bar_1 = m.gap_1 + m.reach
    m.bar_2 = m.gap_2 + m.reach


def two_visits(student: int = 0) -> LivingFigure:
    """The two visits of the virtual trial that belongs to the number `student`."""
    with course_style():
        figure, axes = plt.subplots(figsize=(7.5, 3.9))
        bars = [axes.plot([], [], color=KETAMINE, linewidth=2.2)[0] for _ in range(2)]
        means = axes.plot([], [], "o", color=KETAMINE, markersize=9)[0]
        axes.axhline(0, color=MUTED, linewidth=0.8)
        said = [axes.text(0, 0, "gap", va="center", transform=aside(axes, 10)) for _ in range(2)]
        axes.set(
            xlim=(0, 44),
            ylim=(-2, 21),
            xlabel="day after treatment",
            ylabel="gap between the groups (points)",
        )
        axes.set_xticks(range(0, 43, 7))
    live = LivingFigure(
        "own-visits",
        "Two visits of a virtual trial",
        figure,
        [Student(default=student)],
        constants={"ends": np.array([0.0, 1.0]), "day_1": FIRST_DAY.default},
    )
    live.own("luck", "student", DRAWS)
    for place in range(DRAWS):
        live.pick(f"u_{place + 1}", "luck", place)
    live.compute(own_trial)
    live.compute(drawn, end="ends", day_2="second_day")
    for bar, day, place in zip(bars, ("day_1", "second_day"), (1, 2), strict=True):
        live.follow(bar, x=day, y=f"bar_{place}")
    live.follow(means, x="day", y="gap")
    live.write(said[0], "{gap_1:.1f} ± {error:.1f}", x="day_1", y="gap_1")
    live.write(said[1], "{gap_2:.1f} ± {error:.1f}", x="second_day", y="gap_2")
    live.describe(
        "The virtual trial of number {student:d} (0 is an example, nobody's). On day {day_1:d} the "
        "groups are {gap_1:.1f} points apart, on day {second_day:d} {gap_2:.1f}; each gap has a "
        "standard error of {error:.1f} points. The bars are 95 % intervals.",
        caption="Behind it the gap fades as the text says, and each visit finds it with an error. "
        "Shown are only trials in which the gap fell.",
        stamp="Illustration: no such trial was run",
    )
    live.table({"day": "day", "gap (points)": "gap"})
    return live


def limits(first, second, error, days):
    """The honest 95 % interval of the fading time (days), and a rougher lower end.

    All times at which the two gaps agree with the fading (Fieller's method, for the ratio of two
    means): lower and upper end, the latter infinite where no fading at all agrees, too. The rougher
    end takes the logarithm of the ratio as normal.
    """
    first, second, error = (np.asarray(each, float) for each in (first, second, error))
    bend = first**2 - (Z * error) ** 2
    middle, room = first * second, second**2 - (Z * error) ** 2
    root = np.sqrt(np.maximum(middle**2 - bend * room, 0))
    low, high = (middle - root) / bend, (middle + root) / bend
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = np.where(low > 0, -days / np.log(low), 0.0)
        upper = np.where(high < 1, -days / np.log(high), np.inf)
    spread = Z * error * np.sqrt(1 / first**2 + 1 / second**2)
    return lower, upper, days / (np.log(first / second) + spread), np.log(first / second) > spread


def key(students: Sequence[int]) -> dict[str, Truth]:
    """What is right for each of `students`, by question."""
    luck = draws.own(students, DRAWS)
    own = own_trial.evaluate(**{f"u_{place + 1}": luck[place] for place in range(DRAWS)})
    days = own["second_day"] - FIRST_DAY.default
    time = days / np.log(own["gap_1"] / own["gap_2"])
    lower, upper, rough, ends = limits(own["gap_1"], own["gap_2"], own["error"], days)
    known = np.where(np.isfinite(upper), "known", "open").astype(object)
    known[np.isfinite(upper) != ends] = ""
    return {
        "own-visits/time": Truth(time, 0.05 * time),
        "own-visits/lower": Truth(lower, 0.1 * lower + np.abs(rough - lower)),
        "own-visits/upper": Truth(known),
    }
