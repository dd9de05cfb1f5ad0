"""The figure of notebook 01."""

import matplotlib.pyplot as plt

from looplab import LivingFigure
from looplab.figure.style import course_style
from my_course.spring.spring import MASS, STIFFNESS, one_swing, spring


def swing() -> LivingFigure:
    """The place of the body over ten seconds, at the chosen stiffness and mass."""
    with course_style():
        figure, axes = plt.subplots(figsize=(6, 3))
        [line] = axes.plot([], [])
        axes.set(xlabel="time (s)", ylabel="place (m)", title="A body on a spring")
    presets = {"Four times as stiff": {"stiffness": 4.0}, "Four times the mass": {"mass": 4.0}}
    live = LivingFigure("swing", "A spring swings", figure, [STIFFNESS, MASS], presets)
    live.run(spring, duration=10, step=0.02, every=5, each={"place": "x"})
    live.compute(one_swing)
    live.pick("last", "place", -1)
    live.follow(line, x="time", y="place")
    live.read_out("period", "one full swing", ".1f", "s")
    live.describe(
        "One full swing takes {period:.1f} s; after 10 s the body is at {last:+.2f} m.",
        "A stiffer spring swings faster, a heavier body more slowly.",
    )
    live.table({"time (s)": "time", "place (m)": "place"})
    return live
