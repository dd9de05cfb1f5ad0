"""Run generated programs in V8, without a page."""

import json
from functools import cache

import numpy as np
from py_mini_racer import MiniRacer

from looplab import browser
from looplab.model import draws
from looplab.model.declare import ContinuousModel, Formula
from looplab.model.javascript import formula_inputs, formula_outputs, program, recorded_components

LIVING = browser.living()


@cache
def engine() -> MiniRacer:
    """A JavaScript engine that knows the living figures and nothing of a page."""
    racer = MiniRacer()
    racer.eval(LIVING)
    return racer


def in_browser(model, record=(), steps=0, dt=0.0, every=1, learners=1, seed=1, **given) -> dict:
    """What the browser's program computes, by (name, component) or, for formulas, by name.

    A formula takes its inputs and parameters by name. A continuous model takes record, steps, dt
    and every and gives arrays of samples; a discrete one takes record, steps, every, learners and
    seed and gives arrays (blocks, learners), or (blocks,) for one learner.
    """
    if isinstance(model, Formula):
        x = [float(given.get(n, getattr(model[n], "default", 0))) for n in formula_inputs(model)]
        out = _call(f"({program(model)})(x, out)", x=x, sizes=[1])
        return dict(zip([name for name, _ in formula_outputs(model)], out, strict=True))
    code = program(model, tuple(record))
    parts = recorded_components(model, tuple(record))
    p = [given.get(parameter.name, parameter.default) for parameter in model.parameters]
    if isinstance(model, ContinuousModel):
        size = steps // every + 1
        call = f"({code})(p, {steps}, {dt!r}, {every}, out)"
        outs = _call(call, p=p, sizes=[len(parts), size])
        return {part: np.array(out) for part, out in zip(parts, outs, strict=True)}
    drawn = draws.uniforms(seed, learners, 0, steps, len(model.draws))
    u = np.transpose(drawn, (2, 1, 0)).ravel().tolist()
    call = f"({code})(p, Float64Array.from(u), {steps}, {learners}, {every}, out)"
    outs = _call(call, p=p, u=u, sizes=[len(parts), learners * (steps // every)])
    shaped = [np.reshape(out, (learners, -1)).T for out in outs]
    return {
        part: array[:, 0] if learners == 1 else array
        for part, array in zip(parts, shaped, strict=True)
    }


def _call(call, sizes, **arguments):
    """Evaluate `call` with `arguments` and an array `out` to be filled; the filled `out`."""
    new = "[]" if sizes == [1] else _typed_arrays(*sizes)
    constants = "".join(f"const {name} = {json.dumps(v)};" for name, v in arguments.items())
    lost = f"if ({call} >= 0) throw new Error('a value is not finite');"
    copied = "out.map((each) => each.length === undefined ? each : Array.from(each))"
    script = f"(() => {{ {constants} const out = {new}; {lost} return JSON.stringify({copied}); }})"
    return json.loads(engine().eval(f"{script}()"))


def _typed_arrays(number, size):
    return f"Array.from({{ length: {number} }}, () => new Float64Array({size}))"
