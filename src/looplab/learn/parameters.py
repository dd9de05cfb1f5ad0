"""What an educator may change in a notebook: its parameters, declared once, in its lesson file.

    parameters:
      seed: { type: integer, minimum: 0, maximum: 4294967295, description: which class is shown }

`looplab publish -p` and the notebook (`Lesson.given`) check values with the same few lines.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from looplab.errors import LoopError, told

_KINDS = {"integer": "a whole number", "number": "a number", "string": "text"}


def checked(declared: Mapping, given: Mapping, where: str) -> dict:
    """The values in `given`, by name, as their declarations want them (2e2 as 200).

    Raises `LoopError`, beginning with `where`, that names the parameter, its value and what is
    allowed.
    """
    values = {}
    for name, value in given.items():
        if name not in declared:
            raise LoopError(
                f"{where}: there is no parameter {told(name)}; it has: "
                f"{', '.join(declared) or 'none'}."
            )
        values[name] = _as_declared(declared[name], value)
        if values[name] is None:
            raise LoopError(f"{where}: {name} = {told(value)}: give {allowed(declared[name])}.")
    return values


def allowed(declaration: Mapping) -> str:
    """What may be given, in words."""
    if "enum" in declaration:
        return f"one of {', '.join(repr(value) for value in declaration['enum'])}"
    words = _KINDS[declaration["type"]]
    low, high = declaration.get("minimum"), declaration.get("maximum")
    if low is not None and high is not None:
        return f"{words} from {low} to {high}"
    return words


def _as_declared(declaration, value):
    """The value, or None where it is not one that is allowed."""
    kind = declaration["type"]
    if kind == "string":
        fits = isinstance(value, str) and value in declaration.get("enum", [value])
        return value if fits else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # no whole number is too large to be compared
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if not declaration["minimum"] <= value <= declaration["maximum"]:
        return None
    if kind == "integer":
        return int(value) if value == int(value) else None
    return float(value)
