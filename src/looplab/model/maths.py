"""The functions a model may use: each works on arrays of numbers and on symbols alike.

Ordinary arithmetic (`+ - * / **`) and comparisons (`<`, `<=`, `>`, `>=`) need no help. A
comparison is only ever the first argument of `where`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

import numpy as np
import sympy

from looplab.errors import ModelError


def is_symbolic(value) -> bool:
    """Whether `value` is a symbol, or an array of symbols, rather than numbers."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind == "O"
    return isinstance(value, sympy.Basic)


def _either(name, numeric, symbolic):
    def function(*values):
        for value in values:
            if is_symbolic(value):
                return np.frompyfunc(symbolic, len(values), 1)(*values)
        return numeric(*values)

    function.__name__ = name
    function.__doc__ = f"Elementwise {name}, on numbers or symbols."
    return function


exp = _either("exp", np.exp, sympy.exp)
log = _either("log", np.log, sympy.log)
sqrt = _either("sqrt", np.sqrt, sympy.sqrt)
tanh = _either("tanh", np.tanh, sympy.tanh)
sin = _either("sin", np.sin, sympy.sin)
cos = _either("cos", np.cos, sympy.cos)
absolute = _either("absolute", np.abs, sympy.Abs)
floor = _either("floor", np.floor, sympy.floor)
minimum = _either("minimum", np.minimum, lambda a, b: sympy.Min(a, b, evaluate=False))
maximum = _either("maximum", np.maximum, lambda a, b: sympy.Max(a, b, evaluate=False))


def _choose(condition, if_true, if_false):
    if isinstance(condition, bool | np.bool_):
        raise ModelError(
            "where() was given a plain True or False while the equations were being read. "
            "`==` and `!=` compare symbols, not values: use equal(a, b)."
        )
    if not isinstance(condition, sympy.logic.boolalg.Boolean) or condition.is_Symbol:
        condition = sympy.Ne(condition, 0)
    return sympy.Piecewise((if_true, condition), (if_false, True), evaluate=False)


where = _either("where", np.where, _choose)
where.__doc__ = """`if_true` where `condition` holds (or is not 0), else `if_false`: elementwise."""

equal = _either("equal", np.equal, sympy.Eq)
equal.__doc__ = """Whether two quantities are equal: a condition for `where`."""


class Spelled(sympy.Function):
    """A call of a function that `spelled` names; `written_out` is what it computes."""

    symbol: str
    does: Callable

    def written_out(self):
        return self.does(*self.args)

    def _latex(self, printer):
        arguments = ", ".join(map(printer.doprint, self.args))
        return rf"{self.symbol}\left({arguments}\right)"

    def _eval_is_extended_real(self):
        return True


def spelled(symbol: str) -> Callable[[Callable], Callable]:
    """Name a function made of those above: equations show `symbol`(x), and not what is in it.

    `symbol` is LaTeX. Numbers and programs see what the function does.
    """

    def named(function):
        parts = {"symbol": symbol, "does": staticmethod(function)}
        call = type(function.__name__, (Spelled,), parts)
        return wraps(function)(_either(function.__name__, function, call))

    return named


def stack(parts):
    """A vector quantity from its components: numbers, arrays or symbols. Components come first."""
    if any(map(is_symbolic, parts)):
        return np.array([sympy.sympify(part) for part in parts], dtype=object)
    if len({np.shape(part) for part in parts}) == 1:
        return np.array(parts)
    return np.stack(np.broadcast_arrays(*parts))
