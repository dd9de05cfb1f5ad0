"""A traced model as plain data: for every named quantity and next state an expression tree.

A tree is a number, a name (`"delta"`, `"w[0]"`), or a list whose first entry is an operation and
whose others are trees: `["where", [">=", "delta", 0], "new_e_plus", "new_e_minus"]`. The browser
compiles it (`engine/compile.js`) and lets readers rewrite it (`engine/equation.js`).

Operations: `+ - * / neg pow` and the functions of `looplab.model.maths`; in the condition of a
`where` also `< <= > >= == != and or not`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import reduce

import sympy
from sympy.core.mul import _keep_coeff
from sympy.core.sorting import default_sort_key
from sympy.logic.boolalg import BooleanFunction

from looplab.errors import ModelError
from looplab.model.declare import ContinuousModel, DiscreteModel, Formula, Model
from looplab.model.maths import Spelled
from looplab.model.trace import TIME, Program, trace
from looplab.rounding import steady

Tree = float | str | list
_DIGITS = 13
"""Of a number in a program: what authors write is kept; what was computed is the same anywhere."""

_FUNCTIONS = {
    sympy.exp: "exp",
    sympy.log: "log",
    sympy.tanh: "tanh",
    sympy.sin: "sin",
    sympy.cos: "cos",
    sympy.floor: "floor",
    sympy.Abs: "absolute",
    sympy.Not: "not",
    sympy.StrictLessThan: "<",
    sympy.LessThan: "<=",
    sympy.StrictGreaterThan: ">",
    sympy.GreaterThan: ">=",
    sympy.Equality: "==",
    sympy.Unequality: "!=",
}
_FOLDED = {sympy.Min: "minimum", sympy.Max: "maximum", sympy.And: "and", sympy.Or: "or"}


def program(model: Model) -> dict:
    """The equations of `model`, in the order in which they are computed, as plain data.

    `given` are the names it is given (a formula's parameters and inputs, a run's parameters),
    `draws` those drawn anew at each step, `states` lists of name, size and first value. `named`
    and `following` (the next values of states, or their rates) are lists of name, size and trees.
    Size 0 is a scalar; a single tree for a vector is a rule for each of its entries, in which
    `"w[k]"` is the entry of the same place. `key` is the same for models that share every
    equation, however they are given.
    Raises `ModelError` naming a function that the browser lacks.
    """
    traced = trace(model)
    sizes = _sizes(traced)
    named = [_rule(traced, *each, sizes[each[0]]) for each in traced.named.items()]
    following = [_rule(traced, *each, sizes[each[0]]) for each in traced.following.items()]
    kind = _kind(model)
    text = json.dumps([kind, named, following])
    return {
        "name": model.name,
        "key": hashlib.sha256(text.encode()).hexdigest()[:12],
        "kind": kind,
        "given": given(model),
        "draws": [draw.name for draw in model.draws],
        "states": [
            [state.name, len(state.labels), steady(state.initial, _DIGITS)]
            for state in model.states
        ],
        "named": named,
        "following": following,
    }


def given(model: Model) -> list[str]:
    """The names that the program reads from its arguments, in order."""
    records = model.records if isinstance(model, Formula) else model.parameters
    return [record.name for record in records]


def outputs(model: Formula) -> list[str]:
    """The quantities that a formula names; each is a scalar."""
    traced = trace(model)
    sizes = _sizes(traced)
    for name in traced.named:
        if sizes[name]:
            raise ModelError(
                f"{model.name} names {name!r}, a vector of {sizes[name]} entries: a formula of a "
                "figure names scalars only."
            )
    return list(traced.named)


def components(model: Model, record: Sequence[str]) -> list[tuple[str, int | None]]:
    """Every component of the quantities named in `record`, in order: (name, component or None)."""
    traced = trace(model)
    parts = list(traced.components.values())
    for name in record:
        if name not in {known for known, _ in parts}:
            known = ", ".join(dict.fromkeys(known for known, _ in parts))
            raise ModelError(f"{model.name} has no {name!r} to record: {known}.")
    return [part for name in record for part in parts if part[0] == name]


def quantities(model: Model) -> list[str]:
    """What a formula gives, or a run can record, component by component: `w[0]`, `delta`."""
    if isinstance(model, Formula):
        return outputs(model)
    names = [state.name for state in model.states]
    if isinstance(model, DiscreteModel):
        names = [*trace(model).named, *names]
    parts = components(model, list(dict.fromkeys(names)))
    return [name if entry is None else f"{name}[{entry}]" for name, entry in parts]


def _kind(model):
    kinds = {Formula: "formula", DiscreteModel: "discrete", ContinuousModel: "continuous"}
    for kind, name in kinds.items():
        if isinstance(model, kind):
            return name
    raise ModelError(f"{model.name} is of no known kind.")


def _sizes(traced: Program) -> dict[str, int]:
    return {
        name: 0 if component is None else component + 1
        for name, component in traced.components.values()
    }


def _rule(traced, name, expressions, size):
    trees = [_Reader(traced).read(expression) for expression in expressions]
    if size > 1:
        entries = [_at_k(tree, place) for place, tree in enumerate(trees)]
        if all(entry == entries[0] for entry in entries):
            trees = entries[:1]
    return [name, size, trees]


def _at_k(tree, place):
    """The tree with `[k]` for the index `place`."""
    if isinstance(tree, list):
        return [tree[0], *(_at_k(part, place) for part in tree[1:])]
    if isinstance(tree, str) and tree.endswith(f"[{place}]"):
        return tree.removesuffix(f"[{place}]") + "[k]"
    return tree


class _Reader:
    """Turns expressions into trees: sums and products in the order in which SymPy prints them."""

    def __init__(self, traced: Program):
        self.traced = traced

    def read(self, expression) -> Tree:
        if expression.is_Symbol:
            name, component = self.traced.components[expression]
            return name if component is None else f"{name}[{component}]"
        if expression.is_Integer:
            return int(expression)
        if expression.is_Float:
            return steady(expression, _DIGITS)
        if expression.is_Rational:
            return ["/", int(expression.p), int(expression.q)]
        if expression.is_Add:
            return self._sum(expression)
        if expression.is_Mul:
            return self._product(expression)
        if expression.is_Pow:
            return self._power(expression)
        kind = type(expression)
        if issubclass(kind, Spelled):
            return self.read(expression.written_out())
        if kind is sympy.Piecewise:
            return self._choice(expression)
        if kind in _FUNCTIONS:
            return [_FUNCTIONS[kind], *map(self.read, expression.args)]
        if kind in _FOLDED:
            parts = expression.args
            if isinstance(expression, BooleanFunction):
                parts = sorted(parts, key=default_sort_key)
            return reduce(lambda one, other: [_FOLDED[kind], one, other], map(self.read, parts))
        if isinstance(expression, BooleanFunction):
            return self.read(expression.to_nnf())
        what = expression.func.__name__
        raise ModelError(
            f"{self.traced.model.name} uses {what}, which the browser lacks. "
            "Use the functions of looplab.model.maths."
        )

    def _sum(self, expression):
        first, *others = expression.as_ordered_terms()
        tree = self.read(first)
        for term in others:
            part = self.read(term)
            if isinstance(part, list) and part[0] == "neg":
                tree = ["-", tree, part[1]]
            elif isinstance(part, int | float) and part < 0:
                tree = ["-", tree, -part]
            else:
                tree = ["+", tree, part]
        return tree

    def _product(self, expression):
        number, rest = expression.as_coeff_Mul()
        if number < 0:
            return ["neg", self._quotient(_keep_coeff(-number, rest))]
        return self._quotient(expression)

    def _quotient(self, expression):
        above, below = [], []
        for factor in expression.as_ordered_factors():
            if factor.is_Pow and factor.exp.is_Rational and factor.exp.is_negative:
                below.append(sympy.Pow(factor.base, -factor.exp, evaluate=factor.exp == -1))
            else:
                above.append(factor)
        over = self._times(above)
        return ["/", over, self._times(below)] if below else over

    def _times(self, factors):
        trees = [self.read(factor) for factor in factors] or [1]
        return reduce(lambda one, other: ["*", one, other], trees)

    def _power(self, power):
        base, exponent = self.read(power.base), power.exp
        if exponent == -1:
            return ["/", 1, base]
        if exponent == sympy.Rational(1, 2) or exponent == 0.5:
            return ["sqrt", base]
        return ["pow", base, self.read(exponent)]

    def _choice(self, piecewise):
        *cases, (otherwise, _) = piecewise.args
        tree = self.read(otherwise)
        for value, condition in reversed(cases):
            tree = ["where", self.read(condition), self.read(value), tree]
        return tree


__all__ = ["TIME", "Tree", "components", "given", "outputs", "program", "quantities"]
