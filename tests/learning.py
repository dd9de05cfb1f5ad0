"""A small lesson with one element of each kind, and the figure that answers it, for tests."""

LESSON = """\
title: A small lesson
misconceptions:
  memory-alone: Memory alone decides.
predict:
  up-or-down:
    kind: choice
    question: Does the line *rise* or fall?
    truth: change
    answers:
      rises:
        text: It rises.
        from: 0
        feedback: Look at the slope again.
        misconception: memory-alone
      falls:
        text: It falls.
        below: 0
        feedback: The slope is below zero.
    reveal: "The change is {change:+.2f}."
    what_to_see: >-
      The slope $s^{-}$ carries the line down, to {last:.0%} at its end.

      - It never turns†.
  how-high:
    kind: number
    question: How high does it end?
    truth: last
    format: ".0%"
    scale: {low: 0, high: 1, step: 0.05}
    close: 0.04
    outcomes:
      close: {feedback: Well seen.}
      high: {feedback: It falls further., misconception: memory-alone}
      low: {feedback: It stays higher.}
    accepts:
      - {value: 0.5, feedback: Half is what another book says.}
    mistakes:
      - {value: 0.7, within: 0.02, feedback: That is the slope., misconception: memory-alone}
    opens_at: Gentle
  order:
    kind: ranking
    question: Rank the three slopes by where they end.
    format: ".1f"
    items:
      gentle: {text: gentle, truth: last, at: {slope: 0.2}}
      steep: {text: steep, truth: last, at: {slope: 0.9}}
      none: {text: none at all, truth: last, at: {slope: 0}}
    outcomes:
      right: {feedback: That is the order.}
      wrong: {feedback: Think of the end.}
    swaps:
      - {above: steep, below: gentle, feedback: Steep ends lower., misconception: memory-alone}
  drawn:
    kind: curve
    question: Draw the line.
    truth: y
    x: x
    points: 3
    format: ".0%"
    close: 0.06
    outcomes:
      close: {feedback: Just so.}
      high: {feedback: Too high at the end., misconception: memory-alone}
      low: {feedback: Too low at the end.}
check:
  concept:
    kind: choice
    question: What does a slope say?
    answers:
      height:
        text: How high the line is.
        feedback: That is its value.
        misconception: memory-alone
      change:
        text: How fast it changes.
        right: true
        feedback: Per unit of x.
  amount:
    kind: number
    question: What is minus one half?
    answer: -0.5
    tolerance: 0.001
    unit: m
    outcomes:
      right: {feedback: Half a metre down.}
      wrong: {feedback: Halve one.}
    accepts:
      - {value: -0.6, within: 0.05, feedback: Rounded up.}
    mistakes:
      - {value: -2, feedback: You doubled it.}
hints:
  ladder:
    title: The slope
    steps: [Look at the start., Look at the end.]
    solution: The change over x.
exercises:
  halves:
    question: Give one half and one quarter.
    answer: [0.5, 0.25]
    tolerance: 0.001
    right: Both are powers of two.
    accepts:
      - {value: 0.75, feedback: Together they are three quarters.}
"""

FIGURE = """\
import matplotlib.pyplot as plt
import numpy as np
from looplab import learn
from looplab.figure.figure import LivingFigure
from looplab.model.declare import Input, Parameter, formula

SLOPE = Parameter(name="slope", symbol="s", label="slope", default=0.7, low=0.0, high=1.0, step=0.1,
                  source="a test", status="assumed")

@formula(parameters=[SLOPE], inputs=[Input("x", "x", "place")])
def falling(m):
    m.y = 1 - m.slope * m.x

@formula(parameters=[SLOPE])
def fall(m):
    m.change = -m.slope
    m.last = 1 - m.slope

def line(name):
    figure, (left, right) = plt.subplots(1, 2, figsize=(6, 3))
    (drawn,) = left.plot([], [])
    left.set(xlim=(0, 1), ylim=(0, 1), xlabel="place")
    right.set_title("The other axes")
    places = {"x": np.linspace(0, 1, 21)}
    states = {"Gentle": {"slope": 0.2}, "Steep": {"slope": 0.9}}
    live = LivingFigure(name, f"Line {name}", figure, [SLOPE], states, constants=places)
    live.compute(falling)
    live.compute(fall)
    live.follow(drawn, x="x", y="y")
    live.describe("The line ends at {last:.0%}.", caption="A line.")
    return live

lesson = learn.Lesson("small")
"""

NODE = "{ dataset: {}, setAttribute() {}, addEventListener() {}, append() {} }"
"""What stands for a part of the page where V8 judges answers without one."""
