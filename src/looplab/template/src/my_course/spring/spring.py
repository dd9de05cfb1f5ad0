"""A body on a spring, without friction: the harmonic oscillator of any textbook of mechanics."""

from math import pi

from looplab import Parameter, State, continuous, formula
from looplab.model.maths import sqrt

BOOK = "any textbook of mechanics"
STIFFNESS = Parameter("stiffness", "k", "stiffness", 1.0, 0.5, 8.0, 0.5, BOOK, "assumed", "N/m")
MASS = Parameter("mass", "M", "mass of the body", 1.0, 0.5, 4.0, 0.5, BOOK, "assumed", "kg")

PLACE = State("x", "x", "place of the body", 1.0)
SPEED = State("v", "v", "its speed")


@continuous(parameters=[STIFFNESS, MASS], states=[PLACE, SPEED])
def spring(m):
    """Hooke's law and Newton's: the further away, the stronger the pull back."""
    m.force = -m.stiffness * m.x
    return {"x": m.v, "v": m.force / m.mass}


@formula(parameters=[STIFFNESS, MASS], symbols={"period": "T"})
def one_swing(m):
    """How long one full swing takes, in seconds."""
    m.period = 2 * pi * sqrt(m.mass / m.stiffness)
