"""Run generated programs in V8, without a page."""

from importlib import resources

import numpy as np
from py_mini_racer import MiniRacer

from looplab import draws
from looplab.javascript import formula_inputs, formula_outputs, program, recorded_components

LIVING = (resources.files("looplab") / "static" / "living.js").read_text(encoding="utf-8")


def engine() -> MiniRacer:
    """A JavaScript engine that knows living.js and nothing of a page."""
    racer = MiniRacer()
    racer.eval(LIVING)
    return racer


def run_discrete(model, record, steps, learners, every, seed, **parameters) -> dict:
    """What `DiscreteModel.run` records, computed by the browser's program."""
    values = [parameters.get(p.name, p.default) for p in model.parameters]
    drawn = draws.uniforms(seed, learners, 0, steps, len(model.draws))
    components = recorded_components(model, record)
    racer = engine()
    outs = racer.call(
        f"""((p, u, n) => {{
          const out = Array.from({{ length: n }}, () => new Float64Array({learners * steps // every}));
          const lost = ({program(model, record)})(p, Float64Array.from(u), {steps}, {learners}, {every}, out);
          return lost < 0 ? out.map((array) => Array.from(array)) : lost;
        }})""",
        values,
        np.transpose(drawn, (2, 1, 0)).ravel().tolist(),
        len(components),
    )
    found = {}
    for (name, _), out in zip(components, outs, strict=True):
        found.setdefault(name, []).append(np.reshape(out, (learners, steps // every)).T)
    return {
        name: np.stack(parts, axis=1) if len(parts) > 1 else parts[0]
        for name, parts in found.items()
    }


def run_continuous(model, record, duration, step, every, **parameters) -> dict:
    """What `ContinuousModel.run` records, computed by the browser's program."""
    values = [parameters.get(p.name, p.default) for p in model.parameters]
    components = recorded_components(model, record)
    steps = round(duration / step)
    outs = engine().call(
        f"""((p, n) => {{
          const out = Array.from({{ length: n }}, () => new Float64Array({steps // every + 1}));
          ({program(model, record)})(p, {steps}, {step!r}, {every}, out);
          return out.map((array) => Array.from(array));
        }})""",
        values,
        len(components),
    )
    return {name: np.array(out) for (name, _), out in zip(components, outs, strict=True)}


def evaluate(model, **given) -> dict:
    """What `Formula.evaluate` gives for plain numbers, computed by the browser's program."""
    x = [
        float(given.get(name, getattr(model[name], "default", 0))) for name in formula_inputs(model)
    ]
    outputs = formula_outputs(model)
    out = engine().call(
        f"((x) => {{ const out = new Float64Array({len(outputs)}); ({program(model)})(x, out);"
        " return Array.from(out); })",
        x,
    )
    return {name: value for (name, _), value in zip(outputs, out, strict=True)}
