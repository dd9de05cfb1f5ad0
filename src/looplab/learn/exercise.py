"""A small code exercise: what is off about a value or a rule, without giving the right one away."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from looplab.model.declare import Quantities


def judge(value: object, exercise: Mapping) -> str:
    """What to tell the learner about `value`, given an entry of a lesson's `exercises`.

    `exercise` has `answer` (a number, or nested lists of numbers), `tolerance` (absolute),
    `right` and optionally `accepts` (other right values) and `mistakes`. Type, shape, known
    mistakes, sign and factor are looked at in this order, and the first thing off is named. Never
    raises, whatever the value is.

    With `given`, names with as many numbers each as `answer` has, a rule is asked for: a function
    of one argument such as `lambda m: m.delta + 1`, which is computed from them. The exported page
    judges in the same words (`publish/page/exercise.js`).
    """
    wanted = np.asarray(exercise["answer"], dtype=float)
    if "given" in exercise and callable(value):
        given = {name: np.asarray(each, float) for name, each in exercise["given"].items()}
        try:
            value = np.asarray(value(Quantities("your rule", given)), dtype=float)
        except Exception as fault:  # whatever the learner's own code may raise
            return f"Your rule could not be computed: {fault}"
        value = np.broadcast_to(value, wanted.shape) if value.ndim == 0 else value
    if value is None or value is Ellipsis:
        return "Not answered yet: put your value in place of the dots."
    if callable(value):
        return "This is a function: call it, and give what it returns."
    if isinstance(value, str | bytes | bool | Mapping | set):
        return f"This is of type {type(value).__name__}: {_kind(wanted)} is wanted."
    try:
        given = np.asarray(value, dtype=float)
    except (TypeError, ValueError, OverflowError):
        return f"This is of type {type(value).__name__}: {_kind(wanted)} is wanted."
    if given.shape != wanted.shape:
        shape = given.shape or "that of a single number"
        return f"The shape is {shape}: {_kind(wanted)} is wanted."
    if not np.isfinite(given).all():
        return "Some of it is not a finite number: look for a division by zero or a missing value."
    tolerance = exercise["tolerance"]
    if agree(given, wanted, tolerance).all():
        return f"Right. {exercise['right']}"
    for entry in exercise.get("accepts", []):
        if agree(given, entry["value"], entry.get("within", tolerance)).all():
            return f"Also right. {entry['feedback']}"
    for mistake in exercise.get("mistakes", []):
        if agree(given, mistake["value"], mistake.get("within", tolerance)).all():
            return f"Not yet. {mistake['feedback']}"
    return f"Not yet. {_off(given, wanted, tolerance)}"


def agree(given, wanted, tolerance):
    """Whether numbers agree, entry by entry, as agree.js has it: 3.1 is within 0.1 of 3."""
    return np.abs(given - wanted) <= tolerance * (1 + 1e-9)


def _kind(wanted):
    return f"an array of shape {wanted.shape}" if wanted.ndim else "a number"


def _off(given, wanted, tolerance):
    if agree(given, -wanted, tolerance).all():
        return "The size is right; look at the sign."
    for power in (-3, -2, -1, 1, 2, 3):
        if np.allclose(given, wanted * 10.0**power, atol=0, rtol=1e-2):
            return "It is off by a power of ten: look at the units (a share, or per cent?)."
    if wanted.ndim == 0:
        if given * wanted < 0:
            return "Look at the sign first."
        size = "large" if abs(given) > abs(wanted) else "small"
        return f"The sign is right; the size is too {size}."
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = given / wanted
    if np.isfinite(ratio).all() and np.ptp(ratio) < 1e-3 * np.abs(ratio).max():
        return "Every entry is off by the same factor."
    if np.ptp(given - wanted) <= tolerance:
        return "Every entry is off by the same amount."
    good = int(agree(given, wanted, tolerance).sum())
    return f"{good} of {wanted.size} entries are right."
