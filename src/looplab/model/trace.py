"""Read a model's function once with symbols: the same lines that NumPy runs, as equations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import sympy

from looplab.errors import ModelError
from looplab.model.declare import ContinuousModel, DiscreteModel, Model, Quantities

TIME = "t"


@dataclass(frozen=True)
class Program:
    """A traced model.

    `components` says which quantity and component each symbol stands for (component None for a
    scalar). `named` are the intermediate quantities in the order they were computed and
    `following` the returned values of the states: each a list of expressions, one a component.
    """

    model: Model
    components: dict[sympy.Symbol, tuple[str, int | None]]
    named: dict[str, list[sympy.Expr]]
    following: dict[str, list[sympy.Expr]]


class _Tracing(Quantities):
    """Quantities whose assignment keeps the expression and hands back a symbol in its place."""

    def __init__(self, model_name, given, components, named):
        super().__init__(model_name, given)
        self.__dict__.update(_components=components, _named=named)

    def __setattr__(self, name, value):
        self._refuse_clash(name, value)
        expressions = _expressions(self._model_name, name, value)
        self._named[name] = expressions
        size = len(expressions) if np.ndim(value) else None
        self.__dict__[name] = _symbols(name, size, self._components)


def trace(model: Model) -> Program:
    """The equations of `model`. Raises `ModelError` naming what cannot be read as an equation."""
    components: dict[sympy.Symbol, tuple[str, int | None]] = {}
    named: dict[str, list[sympy.Expr]] = {}
    given = {}
    for record in model.records:
        size = len(getattr(record, "labels", ())) or None
        given[record.name] = _symbols(record.name, size, components)
    if isinstance(model, DiscreteModel | ContinuousModel):
        given[TIME] = _symbols(TIME, None, components)
    try:
        returned = model._next(_Tracing(model.name, given, components, named))
    except TypeError as error:
        raise ModelError(
            f"{model.name} cannot be read as equations: {error}. Use the functions of "
            "looplab.model.maths (exp, log, where, ...) instead of NumPy's, and "
            "where(condition, a, b) instead of if."
        ) from error
    following = {name: _expressions(model.name, name, value) for name, value in returned.items()}
    for state in model.states:
        if len(following[state.name]) != max(1, len(state.labels)):
            raise ModelError(
                f"{model.name} returns {len(following[state.name])} components of {state.name!r}, "
                f"which is declared with {max(1, len(state.labels))}."
            )
    return Program(model, components, named, following)


def _symbols(name, size, components):
    if size is None:
        symbol = sympy.Symbol(name, real=True)
        components[symbol] = (name, None)
        return symbol
    symbols = [sympy.Symbol(f"{name}[{i}]", real=True) for i in range(size)]
    components.update({symbol: (name, i) for i, symbol in enumerate(symbols)})
    return np.array(symbols, dtype=object)


def _expressions(model_name, name, value):
    expressions = [sympy.sympify(part) for part in np.ravel(np.asarray(value, dtype=object))]
    for expression in expressions:
        if isinstance(expression, sympy.logic.boolalg.Boolean) and not expression.is_Symbol:
            raise ModelError(
                f"{model_name}: {name!r} is a comparison. Name numbers only: "
                "where(comparison, 1, 0)."
            )
    return expressions
