"""The equations of a model as LaTeX: exactly those that run."""

from __future__ import annotations

import sympy
from sympy.printing.latex import LatexPrinter

from looplab.errors import ModelError
from looplab.model.declare import ContinuousModel, Model
from looplab.model.program import program as whole_program
from looplab.model.trace import trace


class Equations:
    """What a notebook shows for a model's equations; `latex` is the text.

    `record` is what the exported page needs to let its reader rewrite them: the model's program,
    the quantities shown, and the symbols of all names. It travels with the output's metadata.
    """

    def __init__(self, latex: str, record: dict):
        self.latex, self.record = latex, record

    def _repr_mimebundle_(self, **_):
        data = {"text/latex": f"$\\displaystyle {self.latex}$", "text/plain": self.latex}
        return data, {"looplab": {"equations": self.record}}

    def __repr__(self):
        return self.latex


def equations(model: Model, *names: str) -> Equations:
    """The lines for `names` (default: all) as one aligned block.

    Named quantities come first, in the order they are computed; then the new value (or rate of
    change) of every state. A vector whose components obey one rule is one line, with index k.
    """
    program = trace(model)
    lines: dict[str, list[str]] = {}
    for name, expressions in program.named.items():
        lines[name] = _lines(program, name, expressions, "{} &= {}")
    form = (
        r"\frac{{d {}}}{{dt}} &= {}" if isinstance(model, ContinuousModel) else r"{} &\leftarrow {}"
    )
    for name, expressions in program.following.items():
        lines[name] = _lines(program, name, expressions, form)
    for name in names:
        if name not in lines:
            raise ModelError(
                f"{model.name} has no equation for {name!r}. It has: {', '.join(lines)}."
            )
    chosen = [line for name in names or lines for line in lines[name]]
    record = {
        "program": whole_program(model),
        "lines": list(names or lines),
        "symbols": _symbols(program),
    }
    latex = "\\begin{aligned}\n" + " \\\\[4pt]\n".join(chosen) + "\n\\end{aligned}"
    return Equations(latex, record)


def _symbols(program):
    """The symbol of every name as programs write it: "delta", "w[0]" and, for any entry, "w[k]"."""
    found = {}
    for name, component in program.components.values():
        if component is None:
            found[name] = _symbol(program, name)
        else:
            found[f"{name}[k]"] = _symbol(program, name, "k")
            found[f"{name}[{component}]"] = _symbol(program, name, component)
    return found


def _lines(program, name, expressions, form):
    index = {symbol: component for symbol, (_, component) in program.components.items()}
    vector = len(expressions) > 1
    if vector:
        generic = [
            expression.subs(
                {
                    s: sympy.Symbol(f"{program.components[s][0]}[k]", real=True)
                    for s in expression.free_symbols
                    if index.get(s) == i
                }
            )
            for i, expression in enumerate(expressions)
        ]
        if all(expression == generic[0] for expression in generic):
            return [form.format(_symbol(program, name, "k"), _latex(program, generic[0]))]
    return [
        form.format(_symbol(program, name, i if vector else None), _latex(program, expression))
        for i, expression in enumerate(expressions)
    ]


def _latex(program, expression):
    names = {}
    for symbol in expression.free_symbols:
        name, component = program.components.get(symbol, (symbol.name.removesuffix("[k]"), "k"))
        names[symbol] = _symbol(program, name, component)
    latex = _Printer({"symbol_names": names, "mul_symbol": r"\,"}).doprint(expression)
    return latex.replace(r"\text{for}\:", r"\text{if }")


class _Printer(LatexPrinter):
    """SymPy's printer, with sums as people write them: 1 - q rather than -q + 1."""

    def _as_ordered_terms(self, expression, order=None):
        terms = super()._as_ordered_terms(expression, order)
        return sorted(terms, key=lambda term: (term.could_extract_minus_sign(), not term.is_number))


def _symbol(program, name, component=None):
    model = program.model
    record = next((record for record in model.records if record.name == name), None)
    symbol = record.symbol if record else model.symbols.get(name)
    if symbol is None:
        symbol = sympy.latex(sympy.Symbol(name))
    if component is None:
        return symbol
    subscript = component if component == "k" else rf"\text{{{_label(program, name, component)}}}"
    return f"{symbol}_{{{subscript}}}" if "_" not in symbol else f"({symbol})_{{{subscript}}}"


def _label(program, name, component):
    """The component's label: its own, or those of a state of the same length."""
    size = len(program.named.get(name) or program.following[name])
    own = {state.name: state.labels for state in program.model.states}
    same_length = [labels for labels in own.values() if len(labels) == size]
    labels = own.get(name) or (same_length or [range(size)])[0]
    return labels[component]
