"""A small code exercise: what is off about a value or a rule, without giving the right one away."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from looplab.language.interface import say
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
    return _verdict(value, exercise)[1]


def is_right(value: object, exercise: Mapping) -> bool:
    """Whether what `judge` tells the learner is that the value is right, or also right."""
    return _verdict(value, exercise)[0]


def _verdict(value, exercise):
    """Whether the value is right, and what to tell the learner."""
    wanted = np.asarray(exercise["answer"], dtype=float)
    if "given" in exercise and callable(value):
        given = {name: np.asarray(each, float) for name, each in exercise["given"].items()}
        try:
            value = np.asarray(value(Quantities("your rule", given)), dtype=float)
        except Exception as fault:  # whatever the learner's own code may raise
            return False, say("exercise-rule-fails", problem=str(fault))
        value = np.broadcast_to(value, wanted.shape) if value.ndim == 0 else value
    if value is None or value is Ellipsis:
        return False, say("exercise-open")
    if callable(value):
        return False, say("exercise-function")
    if isinstance(value, str | bytes | bool | Mapping | set):
        return False, say("exercise-type", type=type(value).__name__, wanted=_kind(wanted))
    try:
        given = np.asarray(value, dtype=float)
    except (TypeError, ValueError, OverflowError):
        return False, say("exercise-type", type=type(value).__name__, wanted=_kind(wanted))
    if given.shape != wanted.shape:
        shape = str(given.shape or say("exercise-single"))
        return False, say("exercise-shape", shape=shape, wanted=_kind(wanted))
    if not np.isfinite(given).all():
        return False, say("exercise-not-finite")
    tolerance = exercise["tolerance"]
    if agree(given, wanted, tolerance).all():
        return True, say("exercise-right", feedback=exercise["right"])
    for entry in exercise.get("accepts", []):
        if agree(given, entry["value"], entry.get("within", tolerance)).all():
            return True, say("exercise-also-right", feedback=entry["feedback"])
    for mistake in exercise.get("mistakes", []):
        if agree(given, mistake["value"], mistake.get("within", tolerance)).all():
            return False, say("exercise-not-yet", feedback=mistake["feedback"])
    return False, say("exercise-not-yet", feedback=_off(given, wanted, tolerance))


def agree(given, wanted, tolerance):
    """Whether numbers agree, entry by entry, as agree.js has it: 3.1 is within 0.1 of 3."""
    return np.abs(given - wanted) <= tolerance * (1 + 1e-9)


def _kind(wanted):
    if wanted.ndim:
        return say("exercise-array", shape=str(wanted.shape))
    return say("exercise-number")


def _off(given, wanted, tolerance):
    if agree(given, -wanted, tolerance).all():
        return say("exercise-sign")
    for power in (-3, -2, -1, 1, 2, 3):
        if np.allclose(given, wanted * 10.0**power, atol=0, rtol=1e-2):
            return say("exercise-power")
    if wanted.ndim == 0:
        if given * wanted < 0:
            return say("exercise-sign-first")
        return say("exercise-size", way="large" if abs(given) > abs(wanted) else "small")
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = given / wanted
    if np.isfinite(ratio).all() and np.ptp(ratio) < 1e-3 * np.abs(ratio).max():
        return say("exercise-factor")
    if np.ptp(given - wanted) <= tolerance:
        return say("exercise-amount")
    good = int(agree(given, wanted, tolerance).sum())
    return say("exercise-entries", right=good, count=wanted.size)
