"""A machine for courses of executable notebooks: models declared once, living figures, learning
elements, and pages that stay alive without a kernel or a network. It knows no course.

The names below are its public face; each is imported when it is first asked for, so that the
command line stays quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from looplab.errors import LoopError, ModelError
    from looplab.figure.controls import Choice, Logarithmic, Timeline
    from looplab.figure.figure import LivingFigure
    from looplab.learn.lesson import Lesson
    from looplab.model.declare import (
        Draw,
        Input,
        Model,
        Parameter,
        State,
        continuous,
        discrete,
        formula,
    )
    from looplab.model.latex import equations

_HOMES = {
    "looplab.errors": ["LoopError", "ModelError"],
    "looplab.figure.controls": ["Choice", "Logarithmic", "Timeline"],
    "looplab.figure.figure": ["LivingFigure"],
    "looplab.learn.lesson": ["Lesson"],
    "looplab.model.declare": [
        "Draw",
        "Input",
        "Model",
        "Parameter",
        "State",
        "continuous",
        "discrete",
        "formula",
    ],
    "looplab.model.latex": ["equations"],
}

__all__ = [
    "Choice",
    "Draw",
    "Input",
    "Lesson",
    "LivingFigure",
    "Logarithmic",
    "LoopError",
    "Model",
    "ModelError",
    "Parameter",
    "State",
    "Timeline",
    "continuous",
    "discrete",
    "equations",
    "formula",
]


def __getattr__(name: str) -> object:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module 'looplab' has no attribute {name!r}")
