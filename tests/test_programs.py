"""Models as data: what V8 computes from a figure's record is what NumPy computes."""

import json

import matplotlib.pyplot as plt
import numpy as np
import pytest
from course_pages import MAKERS, course_figure
from javascript import engine, in_browser

from breaking_the_loop.ocd_cycle import cycle, opponent
from looplab import LivingFigure, Parameter
from looplab.figure.controls import HIGHEST_NUMBER, Choice, Logarithmic, Student, Timeline
from looplab.figure.spec import needed
from looplab.model.program import program

ALL_FIGURES = [(notebook, figure) for notebook, makers in MAKERS.items() for figure in makers]
COMPUTED = """(spec, everySetting, names) => {
  engine.compiles = true;
  const values = new Values(spec.constants);
  return JSON.stringify(everySetting.map((settings) => {
    for (const [name, value] of Object.entries(settings)) values.set(name, value);
    for (const node of spec.sources) {
      if (node.wanted) node.runner ??= new Runner(spec.programs[node.program], node.wanted);
      SOURCES[node.kind](node, values, false);
    }
    return names.map((name) => {
      const value = values.get(name);
      return value.length === undefined ? [value] : Array.from(value);
    });
  }));
}"""


def any_setting(control, rng):
    if isinstance(control, Timeline):
        return int(rng.integers(control.steps))
    if isinstance(control, Choice):
        return int(rng.integers(len(control.options)))
    if isinstance(control, Student):
        return int(rng.integers(HIGHEST_NUMBER + 1))
    if isinstance(control, Logarithmic):
        return float(rng.choice(control.positions))
    steps = round((control.high - control.low) / control.step)
    return round(float(control.low + control.step * rng.integers(steps + 1)), 6)


@pytest.mark.parametrize(("notebook", "figure_id"), ALL_FIGURES)
def test_v8_computes_what_numpy_computes_at_any_setting(notebook, figure_id):
    live = course_figure(notebook, figure_id)
    rng = np.random.default_rng(3)
    chosen = [
        {name: any_setting(control, rng) for name, control in live.controls.items()}
        for _ in range(3)
    ]
    wanted = needed(live)
    names = [name for source in live.sources for name in source.makes if name in wanted]
    call = f"({COMPUTED})({json.dumps(live.spec())}, {json.dumps(chosen)}, {json.dumps(names)})"
    for setting, found in zip(chosen, json.loads(engine().eval(call)), strict=True):
        values = live.values(**setting)
        for name, numbers in zip(names, found, strict=True):
            expected = np.ravel(np.asarray(values[name], float))
            np.testing.assert_allclose(numbers, expected, rtol=1e-7, atol=1e-9, err_msg=name)


def test_rows_means_and_choices_are_those_of_numpy():
    picture, _ = plt.subplots()
    slope = Parameter("slope", "a", "slope", 1.0, 0.0, 2.0, 0.01, "chosen here", "assumed")
    live = LivingFigure("small", "S", picture, [slope, Choice("which", "which", ("a", "b", "c"))])
    for name, numbers in {"few": [3.0, 1.0, 8.0], "on": [0, 1, 1], "off": [0, 0, 0]}.items():
        live.constant(name, numbers)
    live.row("row", which=range(3), slope=[0.5, 1.0, 1.7, 1.9])
    live.mean("all", "few")
    live.mean("some", "few", ["on"])
    live.mean("none", "few", ["on", "off"])
    live.either("number", ["slope", "all", "some"], "which")
    live.either("numbers", ["few", "on", "off"], "which")
    names = ["row", "all", "some", "none", "number", "numbers"]
    live.ask(names)
    # Halfway between two values of the table the first one counts, also where bits say otherwise.
    nearest = {0.0: 0, 0.5: 0, 0.74: 0, 0.75: 0, 0.76: 1, 1.0: 1, 1.38: 2, 1.8: 2, 1.99: 3}
    assert 1.8 - 1.7 > 1.9 - 1.8
    settings = [{"slope": slope, "which": which} for slope in nearest for which in range(3)]
    call = f"({COMPUTED})({json.dumps(live.spec())}, {json.dumps(settings)}, {json.dumps(names)})"
    for setting, found in zip(settings, json.loads(engine().eval(call)), strict=True):
        which, slope = setting["which"], setting["slope"]
        expected = [
            which * 4 + nearest[slope], 4.0, 4.5, 0.0, (slope, 4.0, 4.5)[which],
            ([3.0, 1.0, 8.0], [0, 1, 1], [0, 0, 0])[which],
        ]  # fmt: skip
        numpy = live.values(**setting)
        for name, number, theirs in zip(names, expected, found, strict=True):
            np.testing.assert_allclose(np.ravel(numpy[name]), np.ravel(number), err_msg=name)
            np.testing.assert_allclose(theirs, np.ravel(number), err_msg=name)


@pytest.mark.parametrize("model", [cycle.two_traces, opponent.opponent], ids=lambda m: m.name)
def test_closures_and_webassembly_give_the_same_bits(model):
    given = {"record": ("obsession",), "steps": 400, "every": 20, "learners": 2}
    compiled = in_browser(model, **given)
    closures = in_browser(model, compiles=False, **given)
    assert [array.tolist() for array in compiled.values()] == [
        array.tolist() for array in closures.values()
    ]


def test_a_rule_for_every_entry_of_a_vector_is_written_once():
    rules = {name: (size, trees) for name, size, trees in program(cycle.two_traces)["named"]}
    assert rules["credit"] == (
        4,
        [["where", [">=", "delta", 0], "new_e_plus[k]", "new_e_minus[k]"]],
    )
    assert rules["delta"][0] == 0 and len(rules["visited"][1]) == 4


def test_models_with_the_same_equations_share_their_key():
    renamed = cycle.learner(cycle.two_trace_rule).with_parameters(alpha={"high": 0.08})
    assert program(renamed)["key"] == program(cycle.two_traces)["key"]
    assert program(opponent.opponent)["key"] != program(cycle.two_traces)["key"]


def test_a_program_that_keeps_a_changed_equation_without_following_is_known():
    published = program(cycle.two_traces)
    rules = [[name, size, trees] for name, size, trees in published["named"]]
    place = next(i for i, (name, *_) in enumerate(rules) if name == "credit")
    rules[place] = ["credit", rules[place][1], [0]]
    now = {"named": rules, "following": published["following"]}
    asked = """(published, now, programs, beforehand) => {
      const rules = new Rules();
      const before = rules.missed(programs, beforehand);
      rules.change(published, now);
      return [before, rules.missed(programs, beforehand)];
    }"""
    worth = program(cycle.exact_values)
    for programs, beforehand, missed in (
        ([published], [], False),  # it follows
        ([worth], [], False),  # it has no such equation
        ([worth], [published], True),
    ):
        given = ", ".join(map(json.dumps, (published, now, programs, beforehand)))
        assert json.loads(engine().eval(f"JSON.stringify(({asked})({given}))")) == [False, missed]
