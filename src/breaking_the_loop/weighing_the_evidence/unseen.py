"""How likely a trial is to see none of a harm."""

from __future__ import annotations

from looplab.model.declare import Parameter, formula
from looplab.model.maths import exp, log

RATE = Parameter("rate", "r", "true rate of the harm", 1.0, 0.1, 20.0, 0.1, "illustration",
                 "assumed", "%")  # fmt: skip
TREATED = Parameter(
    "treated", "n", "people who got the treatment", 27, 5, 600, 1,
    "rodriguez2013_rct and beaglehole2024_rct: everybody in controlled ketamine trials in OCD",
    "published", "people",
)  # fmt: skip


@formula(
    parameters=[RATE, TREATED],
    symbols={"none_seen": "(1-r)^n", "compatible": r"\hat r_{95}"},
)
def unseen(m):
    """The chance that nobody of n has a harm of rate r, and the highest rate that none allows."""
    m.none_seen = exp(m.treated * log(1 - m.rate / 100))
    m.compatible = 100 * (1 - exp(log(0.05) / m.treated))
