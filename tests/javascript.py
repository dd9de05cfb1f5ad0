"""Run programs in V8, without a page."""

import json
from functools import cache

import numpy as np
from py_mini_racer import MiniRacer

from looplab import browser
from looplab.model.declare import ContinuousModel, Formula
from looplab.model.program import components, given, outputs, program

RUN = """(program, wanted, method, compiles, ...rest) => {
  engine.compiles = compiles;
  const runner = new Runner(program, wanted);
  const found = runner[method](...rest).map((each) => Array.from(each));
  runner.free();
  return JSON.stringify(found);
}"""


LIVING = browser.living().replace("export default", "void")


@cache
def engine() -> MiniRacer:
    """A JavaScript engine that knows the living figures, equations, and nothing of a page."""
    racer = MiniRacer()
    both = browser.module("looplab/figure/living.js", "looplab/engine/equation.js")
    racer.eval(both.replace("export default", "void"))
    return racer


def in_browser(
    model, record=(), steps=0, dt=0.0, every=1, learners=1, seed=1, compiles=True, **values
) -> dict:
    """What the browser's program computes, by (name, component) or, for formulas, by name.

    A formula takes its inputs and parameters by name. A continuous model takes record, steps, dt
    and every and gives arrays of samples; a discrete one takes record, steps, every, learners and
    seed and gives arrays (blocks, learners), or (blocks,) for one learner. Without `compiles`,
    closures compute it, as where a page refuses WebAssembly.
    """
    numbers = [values.get(name, getattr(model[name], "default", 0)) for name in given(model)]
    numbers = [float(number) for number in numbers]
    if isinstance(model, Formula):
        wanted = outputs(model)
        found = _run(model, wanted, "evaluate", compiles, numbers)
        return {name: each[0] for name, each in zip(wanted, found, strict=True)}
    parts = components(model, tuple(record))
    wanted = [name if k is None else f"{name}[{k}]" for name, k in parts]
    if isinstance(model, ContinuousModel):
        layout = {"steps": steps, "step": dt, "every": every}
        found = _run(model, wanted, "integrate", compiles, numbers, layout)
        return {part: np.array(each) for part, each in zip(parts, found, strict=True)}
    layout = {"steps": steps, "learners": learners, "every": every}
    found = _run(model, wanted, "simulate", compiles, numbers, seed, layout)
    shaped = [np.reshape(each, (learners, -1)).T for each in found]
    return {
        part: array[:, 0] if learners == 1 else array
        for part, array in zip(parts, shaped, strict=True)
    }


def _run(model, wanted, method, compiles, *arguments):
    given = [program(model), wanted, method, compiles, *arguments]
    return json.loads(engine().eval(f"({RUN})({', '.join(map(json.dumps, given))})"))
