"""A traced model as a browser program: plain loops over typed arrays, nothing allocated inside."""

from __future__ import annotations

import sympy
from sympy.printing.codeprinter import PrintMethodNotImplementedError
from sympy.printing.jscode import JavascriptCodePrinter

from looplab.errors import ModelError
from looplab.model.declare import ContinuousModel, DiscreteModel, Formula, Model
from looplab.model.trace import TIME, Program, trace


class _Printer(JavascriptCodePrinter):
    """SymPy's printer with our names for symbols, and numbers to the last bit."""

    def __init__(self, components):
        super().__init__({"strict": True})
        self._components = components

    def _print_Symbol(self, symbol):
        return identifier(*self._components[symbol])

    def _print_Float(self, number):
        return repr(float(number))

    def _print_Piecewise(self, piecewise):
        *cases, (otherwise, _) = piecewise.args
        code = self._print(otherwise)
        for value, condition in reversed(cases):
            code = f"({self._print(condition)} ? {self._print(value)} : {code})"
        return code

    def _print_Pow(self, power):
        # Small whole powers as products: faster than Math.pow, and what NumPy computes.
        if power.exp in (2, 3):
            base = self.parenthesize(power.base, sympy.printing.precedence.PRECEDENCE["Mul"] + 1)
            return "(" + "*".join([base] * int(power.exp)) + ")"
        return super()._print_Pow(power)


def identifier(name: str, component: int | None = None) -> str:
    """A JavaScript name that cannot meet a reserved word or one of ours."""
    return f"q_{name}" if component is None else f"q_{name}${component}"


def program(model: Model, record: tuple[str, ...] = ()) -> str:
    """JavaScript source of one function expression that computes `model`.

    Formula:    (x, out) => void         inputs and parameters in, every named quantity out
    Discrete:   (p, u, steps, learners, every, out) => index of a non-finite learner, or -1;
                `u[(learner * steps + step) * draws + k]`, `out[r][learner * blocks + block]`
                holds block means of the r-th entry of `recorded_components`
    Continuous: (p, steps, dt, every, out) => 0 or -1, `out[r][sample]`, Runge-Kutta steps
    Raises `ModelError` naming a function the browser lacks.
    """
    traced = trace(model)
    if isinstance(model, Formula):
        return _formula(traced)
    if isinstance(model, DiscreteModel):
        return _discrete(traced, record)
    if isinstance(model, ContinuousModel):
        return _continuous(traced, record)
    raise ModelError(f"{model.name} is of no known kind.")


def formula_inputs(model: Formula) -> list[str]:
    """The names a formula's function reads from `x`, in order."""
    return [record.name for record in model.records]


def formula_outputs(model: Formula) -> list[tuple[str, int | None]]:
    """What a formula's function writes to `out`, in order: (name, component)."""
    return [part for name, parts in trace(model).named.items() for part in _parts(name, parts)]


def recorded_components(model: Model, record: tuple[str, ...]) -> list[tuple[str, int | None]]:
    """What a run's function writes to `out`, in order: (name, component)."""
    program = trace(model)
    return [part for name in record for part in _recorded(program, name)]


def _recorded(program: Program, name):
    parts = [part for part in program.components.values() if part[0] == name]
    if not parts:
        known = dict.fromkeys(name for name, _ in program.components.values())
        raise ModelError(f"{program.model.name} has no {name!r} to record: {', '.join(known)}.")
    return parts


def _parts(name, expressions):
    if len(expressions) == 1:
        return [(name, None)]
    return [(name, i) for i in range(len(expressions))]


def _code(program: Program, expression):
    try:
        return _Printer(program.components).doprint(expression)
    except PrintMethodNotImplementedError as error:
        unknown = sorted(
            {
                type(node).__name__
                for node in sympy.preorder_traversal(expression)
                if isinstance(node, sympy.Function) and not _browser_has(node)
            }
        )
        raise ModelError(
            f"{program.model.name} uses {', '.join(unknown) or error}, which the browser lacks. "
            "Use the functions of looplab.model.maths."
        ) from error


def _browser_has(function):
    try:
        JavascriptCodePrinter({"strict": True}).doprint(
            function.func(*map(sympy.Dummy, "abc"[: len(function.args)]))
        )
    except PrintMethodNotImplementedError:
        return False
    return True


def _constants(program, read):
    names = [record.name for record in program.model.parameters]
    return [f"const {identifier(name)} = {read}[{i}];" for i, name in enumerate(names)]


def _named(program, keep):
    for name, expressions in program.named.items():
        if name in keep:
            for (_, component), expression in zip(
                _parts(name, expressions), expressions, strict=True
            ):
                yield f"const {identifier(name, component)} = {_code(program, expression)};"


def _needed(program, wanted):
    """The named quantities that `wanted` names, or the next states, depend on."""
    depends = {
        name: {program.components[s][0] for e in expressions for s in e.free_symbols}
        for name, expressions in program.named.items()
    }
    needed = set(wanted)
    for expressions in program.following.values():
        needed |= {program.components[s][0] for e in expressions for s in e.free_symbols}
    for name in reversed(program.named):
        if name in needed:
            needed |= depends[name]
    return needed


def _states(program):
    return [
        (state, component)
        for state in program.model.states
        for _, component in _parts(state.name, program.following[state.name])
    ]


def _formula(program):
    lines = [
        f"const {identifier(name)} = x[{i}];"
        for i, name in enumerate(formula_inputs(program.model))
    ]
    lines += _named(program, program.named)
    outputs = [part for name, e in program.named.items() for part in _parts(name, e)]
    lines += [f"out[{i}] = {identifier(*part)};" for i, part in enumerate(outputs)]
    return _function("x, out", lines)


def _discrete(program, record):
    recorded = recorded_components(program.model, record)
    states = _states(program)
    step = [
        f"const {identifier(draw.name)} = u[at + {i}];"
        for i, draw in enumerate(program.model.draws)
    ]
    step += _named(program, _needed(program, record))
    step += [f"o{i}[block] += {identifier(*part)} * share;" for i, part in enumerate(recorded)]
    step += [
        f"const n{i} = {_code(program, _following(program, s, c))};"
        for i, (s, c) in enumerate(states)
    ]
    step += [f"{identifier(s.name, c)} = n{i};" for i, (s, c) in enumerate(states)]
    step += [f"at += {len(program.model.draws)};"]
    names = [identifier(s.name, c) for s, c in states]
    body = _constants(program, "p")
    body += ["const share = 1 / every, blocks = steps / every;"]
    body += [f"const o{i} = out[{i}].fill(0);" for i in range(len(recorded))]
    body += ["let at = 0;", "for (let learner = 0; learner < learners; learner++) {"]
    body += [f"  let {identifier(s.name, c)} = {float(s.initial)!r};" for s, c in states]
    body += [
        "  let block = learner * blocks, left = every;",
        f"  for (let {identifier(TIME)} = 0; {identifier(TIME)} < steps; {identifier(TIME)}++) {{",
        *("    " + line for line in step),
        "    if (--left === 0) { block++; left = every; }",
        "  }",
        f"  if (!Number.isFinite({' + '.join(names)})) return learner;",
        "}",
        "return -1;",
    ]
    return _function("p, u, steps, learners, every, out", body)


def _continuous(program, record):
    states = _states(program)
    names = [identifier(s.name, c) for s, c in states]
    rates = [f"const {name} = s[{i}];" for i, name in enumerate(names)]
    rates += _named(program, _needed(program, ()))
    rates += [
        f"d[{i}] = {_code(program, _following(program, s, c))};" for i, (s, c) in enumerate(states)
    ]
    recorded = [
        next(i for i, (s, c) in enumerate(states) if (s.name, c) == part)
        for part in recorded_components(program.model, record)
    ]
    size = len(states)
    initial = ", ".join(repr(float(state.initial)) for state, _ in states)
    body = [
        *_constants(program, "p"),
        f"const rates = ({identifier(TIME)}, s, d) => {{",
        *("  " + line for line in rates),
        "};",
        f"const s = Float64Array.of({initial});",
        f"const [a, k1, k2, k3, k4] = Array.from({{ length: 5 }}, () => new Float64Array({size}));",
        "const move = (k, by) => {",
        f"  for (let i = 0; i < {size}; i++) a[i] = s[i] + by * k[i];",
        "  return a;",
        "};",
        "const keep = (at) => { "
        + " ".join(f"out[{r}][at] = s[{i}];" for r, i in enumerate(recorded))
        + " };",
        "keep(0);",
        "for (let n = 0; n < steps; n++) {",
        "  const t = n * dt;",
        "  rates(t, s, k1);",
        "  rates(t + dt / 2, move(k1, dt / 2), k2);",
        "  rates(t + dt / 2, move(k2, dt / 2), k3);",
        "  rates(t + dt, move(k3, dt), k4);",
        f"  for (let i = 0; i < {size}; i++) {{",
        "    s[i] += dt / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);",
        "  }",
        "  if ((n + 1) % every === 0) keep((n + 1) / every);",
        "}",
        "return s.every(Number.isFinite) ? -1 : 0;",
    ]
    return _function("p, steps, dt, every, out", body)


def _following(program, state, component):
    return program.following[state.name][component or 0]


def _function(arguments, lines):
    return "\n".join([f"({arguments}) => {{", *("  " + line for line in lines), "}"])
