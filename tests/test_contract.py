"""What crosses from Python to the browser is typed, and checked where it is declared."""

import json
from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest
import typescript
from course_pages import MAKERS, course_figure
from javascript import engine

from looplab import Choice, Input, LivingFigure, Logarithmic, Parameter, Timeline, formula
from looplab.errors import ModelError
from looplab.figure import contract
from looplab.figure.words import TEMPLATE

SLOPE = Parameter("slope", "a", "slope", 1.0, 0.5, 2.0, 0.1, "chosen here", "assumed")


@formula(parameters=[SLOPE], inputs=[Input("x", "x", "place")])
def straight(m):
    m.y = m.slope * m.x


def figure(controls=(SLOPE,), **more):
    picture, axes = plt.subplots()
    live = LivingFigure("small", "Small", picture, list(controls), **more)
    live.constant("x", [0.0, 1.0, 2.0])
    live.compute(straight)
    live.axes = axes
    return live


def bars(live):
    live.follow(live.axes.bar([0, 1], [1, 1]), height="y")


def wrong_scale(live):
    live.axes.set(xscale="symlog", xlabel="dose (mg)")
    live.follow(live.axes.plot([], [])[0], x="x", y="y")


def short_line(live):
    live.constant("two", [1.0, 2.0])
    live.follow(live.axes.plot([], [])[0], x="two", y="y")


def not_finite(live):
    live.constant("holes", [1.0, float("nan"), 2.0])
    live.follow(live.axes.plot([], [])[0], x="holes", y="y")


@pytest.mark.parametrize(
    ("controls", "message"),
    [
        (["slope"], r"small: the control 'slope' is a str: give a Parameter, Logarithmic, Time"),
        ([SLOPE, SLOPE], r"small: 'slope' is already in use: choose another name"),
        ([replace(SLOPE, name="the slope")], r"small: 'the slope' cannot name a quantity: use let"),
        ([replace(SLOPE, label="")], r"control 'slope': label is '': say what it sets"),
        ([replace(SLOPE, help=None)], r"control 'slope': help is None: give a text"),
        ([replace(SLOPE, unit=3)], r"control 'slope': unit is 3: give a text"),
        ([replace(SLOPE, step=0.0)], r"control 'slope': step is 0\.0: a slider needs a step above"),
        ([replace(SLOPE, low=1.0, high=1.0)], r"it goes from 1\.0 to 1\.0: give a range to move"),
        ([Logarithmic(replace(SLOPE, low=0.0))], r"low is 0\.0 and steps 10: equal ratios need a"),
        ([Choice("c", "which", ())], r"control 'c': options is \(\): give a tuple of texts"),
        ([Choice("c", "which", "ab")], r"control 'c': options is 'ab': give a tuple of texts"),
        ([Choice("c", "which", ("a", "a"))], r"option 1 is 'a': give texts that differ from one"),
        ([Choice("c", "which", ("a", 2))], r"option 1 is 2: give texts that differ from one"),
        ([Choice("c", "which", ("a", "b"), 2)], r"at 2 at first: give a whole number from 0 to 1"),
        ([Choice("c", "which", ("a", "b"), 0.5)], r"at 0\.5 at first: give a whole number from 0"),
        ([Timeline("t", "time", 1)], r"control 't': steps is 1: give a whole number above 1"),
        ([Timeline("t", "time", 9, interval=0)], r"control 't': interval is 0: give milliseconds"),
        ([Timeline("t", "time", 9, start=9)], r"at 9 at first: give a whole number from 0 to 8"),
    ],
)
def test_a_control_that_the_browser_could_only_guess_is_refused_by_name(controls, message):
    picture, _ = plt.subplots()
    with pytest.raises(ModelError, match=message):
        LivingFigure("small", "Small", picture, controls)


@pytest.mark.parametrize(
    ("declare", "message"),
    [
        (lambda f: f.pick("a", "z", 0), r"small: pick 'a' reads 'z', which nothing computes. Know"),
        (lambda f: f.pick("a", "y", None), r"small: pick 'a': at is None: give a text or a finite"),
        (lambda f: f.pick("a", "y", 0, size=1.5), r"pick 'a': size is 1\.5: give a whole number"),
        (lambda f: f.moving("m", "y", "3"), r"moving 'm': window is '3': give a whole number"),
        (lambda f: f.histogram("h", "y", "edges"), r"histogram 'h' reads 'edges', which nothing"),
        (lambda f: f.tally("n", "y", ["w"]), r"tally 'n' reads 'w', which nothing computes"),
        (lambda f: f.either("e", ["y", "q"], 0, 2), r"either 'e' reads 'q', which nothing comput"),
        (lambda f: f.row("r", slope=[]), r"small: row 'r': 'slope' has no values: give some"),
        (lambda f: f.row("r", q=[1]), r"small: row 'r' reads 'q', which nothing computes"),
        (lambda f: f.mean("m", "y", ["w"]), r"small: mean 'm' reads 'w', which nothing computes"),
        (lambda f: f.kept("k", 3, a="y"), r"kept 'k_a', 'k_kept': id is 3: give a text"),
        (lambda f: f.compute(straight, "b_", slope="z"), r"evaluation 'b_y' reads 'z', which noth"),
        (lambda f: f.constant("words", ["a"]), r"constant 'words' has shape \(1,\) and type <U1"),
        (lambda f: f.constant("grid", [[1, 2]]), r"shape \(1, 2\) and type int64: give a number"),
        (lambda f: f.read_out("y", 3), r"read-out 3: label is 3: give a text"),
        (lambda f: f.table({"y": 1}), r"small: table: y is 1: give a text"),
        (lambda f: f.describe("It {is}.", **{"is": ("slope", [1])}), r"is\[1\]\[0\] is 1: give"),
        (short_line, r"small-0-0: line of numbers that do not go toge.*: x 'two' has 2, y 'y'"),
        (bars, r"bars of numbers that do not go together: height 'y' has 3 for 2 bars"),
        (wrong_scale, r"the x axis \(dose \(mg\)\) has the scale 'symlog', which cannot be drawn"),
        (not_finite, r"small: constants.holes\[1\] is nan: give a finite number"),
    ],
)  # fmt: skip
def test_what_else_it_could_only_guess_is_refused_where_it_is_declared(declare, message):
    live = figure()
    with pytest.raises(ModelError, match=message):
        declare(live)
        live.spec()


def test_a_preset_sets_numbers():
    with pytest.raises(ModelError, match="preset 'steep': .*slope is '2': give a finite number"):
        figure(presets={"steep": {"slope": "2"}})


def test_a_record_with_a_field_too_many_too_few_or_of_another_kind_is_refused():
    record = {"name": "a", "label": "A", "style": "", "unit": ""}
    contract.check(record, contract.NumberRecord, "here")
    for wrong, message in [
        ({**record, "units": "m"}, "is 'units': give a field of NumberRecord: name, label, style"),
        ({"name": "a", "label": "A", "style": ""}, "here: unit is None: give a text"),
        ({**record, "label": 1}, "here: label is 1: give a text"),
        ([record], "give a NumberRecord"),
    ]:
        with pytest.raises(ModelError, match=message):
            contract.check(wrong, contract.NumberRecord, "here")


def test_of_sources_the_one_that_was_meant_is_judged_and_true_is_no_number():
    pick = {"kind": "pick", "name": "a", "reads": ["y"], "of": "y", "at": 0, "size": 1}
    contract.check(pick, contract.SourceRecord, "here")
    for wrong, message in [
        (pick | {"size": True}, "here: size is True: give a whole number"),
        (pick | {"kind": "pik"}, "here: kind is 'pik': give one of 'run', 'integrate', 'map'"),
        (pick | {"at": float("inf")}, "here: at is inf: give a text or a finite number"),
    ]:
        with pytest.raises(ModelError, match=message):
            contract.check(wrong, contract.SourceRecord, "here")


@pytest.mark.parametrize("notebook", MAKERS)
def test_a_slip_in_any_record_of_the_course_is_found(notebook):
    live = course_figure(notebook, next(iter(MAKERS[notebook])))
    spec = live.spec()
    for name, records in spec.items():
        if not isinstance(records, list) or not records:
            continue
        with pytest.raises(ModelError, match=rf"{live.id}: {name}\[0\]"):
            contract.check({**spec, name: [None, *records[1:]]}, contract.Spec, live.id)


def _read_in(spec):
    """Every quantity that something of a spec reads."""
    texts = [spec["template"], *(text for _, choices in spec["words"].values() for text in choices)]
    read = {name for text in texts for name, _ in TEMPLATE.findall(text)}
    read |= {quantity for quantity, _ in spec["words"].values()}
    read |= {number["name"] for number in spec["numbers"]} | {name for _, name in spec["columns"]}
    read |= {parameter["value"] for parameter in spec["parameters"]}
    for source in spec["sources"]:
        read |= set(source["reads"])
    for artist in spec["artists"]:
        read |= set(artist.get("reads", []))
        for followed in artist["channels"].values():
            read |= {followed} if isinstance(followed, str) else set(followed)
    return read


def _written_out(tree):
    """What has a verb of its own and is written out as a formula all the same, or None."""
    match tree:
        case ["where", ["==", str(), _], 1, 0]:
            return "options()"
        case ["where", ["==", str(), _], str() | int() | float(), ["where", ["==", str(), _], *_]]:
            return "pick() or either()"
    return None


LOOK_UPS = {"row_shown", "block"}
"""Quantities of models that choose by a measure: published as one equation."""
PLACES = {"strongest", "group"}
"""Places that a formula gives: a moment of time, and the row of a table of half a square."""


def _verb_for(source, spec, values):
    """The verb for a look-up or a mean that is written out with other sources, or None."""
    readers = [other for other in spec["sources"] if source.get("name") in other["reads"]]
    if source["kind"] == "formula":
        looked_up = {other.get("at") for other in spec["sources"]} & {*source["outs"]} - PLACES
        return f"row() for {min(looked_up)!r}" if looked_up else None
    if source["kind"] == "moving" and source["window"] >= np.size(values[source["of"]]):
        return None if any(each.get("at") != -1 for each in readers) else "mean()"
    return None


@pytest.mark.parametrize("notebook", MAKERS)
def test_a_figure_sends_only_what_is_read_and_writes_no_verb_out(notebook):
    sent = 0
    for figure_id in MAKERS[notebook]:
        live = course_figure(notebook, figure_id)
        spec = live.spec()
        read, values = _read_in(spec) | live.asked, live.values()
        for source in spec["sources"]:
            for out in source.get("outs", []):
                name = out["name"] if isinstance(out, dict) else out
                assert name in read, f"{figure_id} sends {name!r}, which nothing reads"
                sent += 1
            verb = _verb_for(source, spec, values)
            assert verb is None, f"{figure_id}: {source}: use {verb}"
        for program in spec["programs"]:
            for name, _, trees in program["named"] if program["kind"] == "formula" else []:
                verb = _written_out(trees[0])
                assert verb is None or name in LOOK_UPS, f"{figure_id}: {name}: use {verb}"
    assert sent > 50


def test_options_are_1_where_chosen_and_flat_and_upright_lines_need_one_number():
    live = figure([SLOPE, Choice("which", "which", ("a", "b", "c"), 1)])
    live.options("is", "which", 3)
    flat, upright = live.axes.plot([], [])[0], live.axes.plot([], [])[0]
    live.follow(flat, x="x", y="slope", visible="is_1")
    live.follow(upright, x="slope", y="x", visible="is_2")
    values = live.values(which=2.0)
    assert [values[f"is_{i}"] for i in range(3)] == [0, 0, 1]
    live.draw(slope=1.5, which=2.0)
    assert flat.get_xydata().tolist() == [[0, 1.5], [1, 1.5], [2, 1.5]]
    assert upright.get_xydata().tolist() == [[1.5, 0], [1.5, 1], [1.5, 2]]
    script = """(nodes, at) => {
      const values = new Values({ which: at, slope: 1.5, x: [0, 1, 2] });
      for (const node of nodes) SOURCES[node.kind](node, values, false);
      const part = { setAttribute(name, d) { this.d = d; } };
      const [same, read] = [(v) => v, (name) => values.get(name)];
      const drawn = [["x", "slope"], ["slope", "x"]].map(([x, y]) => {
        ARTISTS.line([part], { x: read(x), y: read(y) }, same, same);
        return part.d;
      });
      return JSON.stringify([[0, 1, 2].map((i) => read(`is_${i}`)), drawn]);
    }"""
    nodes = [node for node in live.spec()["sources"] if node["kind"] == "options"]
    chosen, drawn = json.loads(engine().eval(f"({script})({json.dumps(nodes)}, 2)"))
    assert chosen == [0, 0, 1]
    assert drawn == ["M0 1.5L1 1.5L2 1.5", "M1.5 0L1.5 1L1.5 2"]


def test_what_lies_too_far_away_to_be_drawn_has_a_place_still():
    script = """(scale, values) => {
      const part = { setAttribute(name, d) { this.d = d; } };
      const [X, Y] = [["linear", 0, 1], [scale, 200, -10]].map(coordinate);
      ARTISTS.line([part], { x: values, y: values }, X, Y);
      return part.d;
    }"""
    for scale, values, drawn in (
        ("linear", [0, 7, 1e5], "M0 200L7 130L100000 -999800"),
        ("linear", [1, -1e308], "M1 190L-1000000 1000000"),
        ("linear", [1, 1e308], "M1 190L1000000 -1000000"),
        ("log", [1, 0], "M1 200L0 1000000"),
        ("log", [1, -1], "M1 200L-1 1000000"),
    ):
        assert engine().eval(f"({script})({json.dumps(scale)}, {json.dumps(values)})") == drawn


def test_the_browsers_half_checks_against_the_same_contract():
    for file, records in typescript.FILES.items():
        assert file.read_text("utf-8") == typescript.written(records), (
            "a contract changed: run python tests/typescript.py"
        )
