"""Small helpers for models: published numbers, the axis of a curve, checked settings."""

from __future__ import annotations

from dataclasses import replace

from looplab.model.declare import Formula, Input, Model, Parameter


def fixed(name, symbol, label, value, source, status, unit="", spread=2) -> Parameter:
    """A constant without a slider; readers may explore from value / spread to value * spread."""
    low, high = sorted((value / spread, value * spread))
    return Parameter(name, symbol, label, value, low, high, 0.0, source, status, unit)


def along(formula: Formula, name: str) -> Formula:
    """The same formula with the parameter `name` as an input: the axis of a curve.

    Raises `ModelError` when the formula has no such quantity.
    """
    axis = formula[name]
    others = tuple(parameter for parameter in formula.parameters if parameter.name != name)
    given = Input(axis.name, axis.symbol, axis.label, axis.unit)
    return replace(formula, parameters=others, inputs=(*formula.inputs, given))


def settings(model: Model, given: dict) -> dict[str, float]:
    """Every parameter of `model`: its default, or the number `given` for it.

    Raises `ModelError` for an unknown name or a value out of range.
    """
    for name, value in given.items():
        model[name].check(value)
    return {parameter.name: parameter.default for parameter in model.parameters} | given
