"""The equations of a model as LaTeX: exactly those that run."""

from __future__ import annotations

from collections.abc import Mapping

import sympy
from sympy.printing.latex import LatexPrinter

from looplab.errors import ModelError
from looplab.language.interface import in_marks, say
from looplab.language.prose import translated
from looplab.model.declare import ContinuousModel, Model, Parameter
from looplab.model.program import program as whole_program
from looplab.model.trace import trace
from looplab.packed import pack

_DIGITS = 6


class Equations:
    """What a notebook shows for a model's equations; `latex` is the text.

    Below them stands a legend: every symbol, what it is, its value and unit. `record` is what the
    exported page needs to let its reader rewrite them: the model's program, the quantities shown,
    the symbols of all names, and the legend. It travels with the output's metadata.
    """

    def __init__(self, latex: str, record: dict):
        self.latex, self.record = latex, record

    def _repr_mimebundle_(self, **_):
        formulas = f"$\\displaystyle {self.latex}$"
        data = {
            "text/markdown": f"{formulas}\n\n{_table(self.record['legend'])}",
            "text/latex": formulas,
            "text/plain": self.latex,
        }
        return data, {"looplab": {"equations": pack(self.record)}}

    def __repr__(self):
        return self.latex


def equations(model: Model, *names: str, meanings: Mapping[str, str] | None = None) -> Equations:
    """The lines for `names` (default: all) as one aligned block, with a legend of their symbols.

    `meanings` says in the legend what a computed quantity is, where its name does not.

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
        "legend": _legend(program, names or lines, meanings or {}),
    }
    latex = "\\begin{aligned}\n" + " \\\\[4pt]\n".join(chosen) + "\n\\end{aligned}"
    return Equations(latex, record)


def _legend(program, shown, meanings):
    """What each symbol in the lines means: those with a value first, what is computed last."""
    used = set(shown)
    for name in shown:
        for expression in program.named.get(name) or program.following[name]:
            used |= {program.components[s][0] for s in expression.free_symbols}
    records = {record.name: record for record in program.model.records}
    rows = []
    for name in [*(name for name in records if name in used), *sorted(used - set(records))]:
        record = records.get(name)
        rows.append(
            {
                "name": name,
                "symbol": _symbol(program, name),
                "label": translated(
                    meanings.get(name) or (record.label if record else _words(name)),
                    f"legend of the equations: {name}",
                ),
                "value": in_marks(f"{record.default:g}") if isinstance(record, Parameter) else "",
                "unit": translated(getattr(record, "unit", ""), f"unit of {name}"),
            }
        )
    # a word that only spells the symbol out, such as δ for "delta", explains nothing
    rows = [row for row in rows if row["label"] != row["symbol"].strip("\\{}")]
    return sorted(rows, key=lambda row: (row["value"] == "", row["name"] not in records))


def _words(name):
    """What is computed is called by its name; the new value of a state by the state's."""
    state = name.removesuffix("_next")
    return f"{state}, the next moment" if state != name else name.replace("_", " ")


def _table(legend):
    """The legend as Markdown."""
    if not legend:
        return ""
    rows = [
        f"| ${row['symbol']}$ | {row['label']} | {row['value'].replace('-', '−')} | {row['unit']} |"
        for row in legend
    ]
    symbol, meaning = say("legend-symbol"), say("legend-meaning")
    head = f"| {symbol} | {meaning} | {say('figure-value')} | {say('legend-unit')} |"
    return "\n".join([head, "| --- | --- | --- | --- |", *rows])


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
    latex = latex.replace(r"\text{otherwise}", rf"\text{{{translated('otherwise', 'equations')}}}")
    return latex.replace(r"\text{for}\:", rf"\text{{{translated('if', 'equations')} }}")


class _Printer(LatexPrinter):
    """SymPy's printer, with sums as people write them, 1 - q rather than -q + 1, and no number of
    more digits than anyone reads."""

    def _print_Float(self, expression):
        return super()._print_Float(sympy.Float(expression, _DIGITS))

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
    return translated(str(labels[component]), f"index of {name} in the equations")
