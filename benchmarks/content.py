"""The same figure several ways: 50 learners of model A, 2,000 steps, two sliders, three lines.

The notebooks that `latency.py` writes import this file from their own folder; `others.py` has the
ways that need no notebook.
"""

from dataclasses import replace

import matplotlib.pyplot as plt
from ipywidgets import FloatSlider, interact

from breaking_the_loop.ocd_cycle import cycle
from breaking_the_loop.palette import COMPULSION, OBSESSION
from looplab.figure.figure import LivingFigure
from looplab.figure.style import INK, course_style

RUN = {"steps": 2000, "learners": 50, "every": 20}
LINES = {
    "obsession": ("obsession", OBSESSION),
    "compulsion": (("visited", cycle.COMPULSION), COMPULSION),
    "reacting to the thought": (("visited", cycle.REACT), INK),
}
# Finer than the course's sliders, so that every mouse move of a drag asks for a new picture.
MEMORIES = [replace(memory, step=0.01) for memory in (cycle.NU_PLUS, cycle.NU_MINUS)]


def picture():
    """The matplotlib figure and its three lines, empty."""
    with course_style():
        figure, axes = plt.subplots(figsize=(8, 3.4))
        axes.set(xlim=(0, RUN["steps"]), ylim=(0, 1), xlabel="step", ylabel="share of learners")
        lines = [axes.plot([], [], color=hue, label=name)[0] for name, (_, hue) in LINES.items()]
        axes.legend(loc="upper right")
    return figure, lines


def learner(credit):
    """The model with another line in its rule: which trace a surprise pays is `credit(m)`."""

    def rule(m):
        following = cycle.two_trace_rule(m)
        m.paid = credit(m)
        return following | {"w": m.w + m.alpha * m.delta * m.paid}

    return cycle.learner(rule)


def simulate(nu_plus, nu_minus, model=cycle.two_traces):
    """The time axis and the three shares, in NumPy."""
    record = ["obsession", "visited"]
    run = model.run(**RUN, record=record, nu_plus=nu_plus, nu_minus=nu_minus)
    for quantity, _ in LINES.values():
        name, component = (quantity, ...) if isinstance(quantity, str) else quantity
        share = run[name] if component is ... else run[name][:, component]
        yield run.time, share.mean(axis=-1)


def sliders():
    """The two sliders as `interact` takes them."""
    return {
        m.name: FloatSlider(m.default, min=m.low, max=m.high, step=m.step, description=m.name)
        for m in MEMORIES
    }


def drawn(nu_plus, nu_minus, model=cycle.two_traces):
    """The matplotlib figure at one setting of the sliders, drawn anew."""
    with course_style():
        figure, lines = picture()
        for line, points in zip(lines, simulate(nu_plus, nu_minus, model), strict=True):
            line.set_data(*points)
    return figure


def with_interact(model=cycle.two_traces):
    """`interact` as most notebooks use it: draw anew on every call, shown as inline PNG."""

    def show(nu_plus, nu_minus):
        with course_style():
            drawn(nu_plus, nu_minus, model)
            plt.show()

    interact(show, **sliders())


def with_ipympl():
    """One ipympl canvas whose lines are given new data."""
    figure, lines = picture()

    def update(nu_plus, nu_minus):
        for line, points in zip(lines, simulate(nu_plus, nu_minus), strict=True):
            line.set_data(*points)
        figure.canvas.draw_idle()

    interact(update, **sliders())


def with_looplab():
    """The course's living figure."""
    figure, lines = picture()
    live = LivingFigure("latency", "Fifty learners over time", figure, MEMORIES)
    names = [f"share_{i}" for i in range(len(LINES))]
    quantities = [quantity for quantity, _ in LINES.values()]
    live.run(cycle.two_traces, **RUN, mean=dict(zip(names, quantities, strict=True)))
    for line, name in zip(lines, names, strict=True):
        live.follow(line, x="time", y=name)
    live.describe("Shares of fifty learners over time.")
    return live
