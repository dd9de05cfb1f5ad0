"""Data as one text in which nothing is written twice, in Python and in V8; what files weigh."""

import json

import nbformat
import pytest
from browser import REPOSITORY, missing
from course_pages import MAKERS, course_figure
from hypothesis import given, settings
from hypothesis import strategies as st
from javascript import engine

from looplab import browser
from looplab.packed import pack, packed_spec, unpack, unpacked_spec

TEXT = st.text(alphabet="ab~ <0", max_size=12)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None)
@given(PLAIN)
def test_what_is_packed_comes_back_in_python_and_in_the_browser(value):
    twice = {"one": value, "other": [value, [value, "a long text, said three times"] * 3]}
    twice["rows"] = [{"label": value, "~:0": value, "value": place} for place in range(4)]
    text = pack(twice)
    assert unpack(text) == twice
    assert json.loads(_unpacked_in_v8(text)) == twice


def _unpacked_in_v8(text):
    racer = engine()
    if not racer.eval("typeof unpack === 'function'"):
        racer.eval(browser.module("looplab/packed.js"))
    return racer.eval(f"JSON.stringify(unpack({json.dumps(text)}))")


def test_what_is_read_later_is_the_same_and_read_only_when_it_is_asked_for():
    text = pack({"models": {"one": ["said twice, at length"], "two": ["said twice, at length"]}})
    _unpacked_in_v8(text)
    found = engine().eval(f"""(() => {{
      const data = unpack({json.dumps(text)}, 2);
      const unread = (of, name) => Boolean(Object.getOwnPropertyDescriptor(of, name).get);
      const begun = unread(data, "models");
      const models = () => ["one", "two"].map((name) => unread(data.models, name));
      const before = models();
      const one = data.models.one;
      return JSON.stringify([begun, before, models(), data.models.one === one, data]);
    }})()""")
    assert json.loads(found) == [True, [True, True], [False, True], True, unpack(text)]


def test_nothing_long_is_written_twice():
    tree = ["+", ["absolute", "a rather long name"], ["pow", "a rather long name", 2]]
    text = pack({"named": [tree, ["*", tree, ["neg", tree]]], "unit": "hours a day"})
    assert text.count("absolute") == text.count("a rather long name") == 1
    assert text.count("hours a day") == 1 and "unit" in text


def test_the_names_of_records_are_written_once():
    rows = [{"quantity": place, "unit of it": "h", "kind": [place]} for place in range(9)]
    text = pack({"rows": rows, "other": {"quantity": 1}})
    assert text.count("unit of it") == text.count("kind") == 1
    assert unpack(text)["rows"] == rows


def test_each_place_that_held_a_part_gets_a_copy_of_its_own():
    found = unpack(pack([["a part of some length"], ["a part of some length"]]))
    found[0].append("changed")
    assert found[1] == ["a part of some length"]


def test_a_saved_figure_keeps_its_texts_readable_and_one_saved_before_is_read_as_it_is():
    spec = {"id": "wave", "svg": "<svg/>", "axes": [[1, 2], [1, 2]], "controls": []}
    saved = packed_spec(spec)
    assert {name: saved[name] for name in ("id", "svg")} == {"id": "wave", "svg": "<svg/>"}
    assert set(saved) == {"id", "svg", "data"} and isinstance(saved["data"], str)
    assert unpacked_spec(saved) == spec == unpacked_spec(spec)
    reads = "(spec) => JSON.stringify(unpackedSpec({ get: () => spec }))"
    _unpacked_in_v8("[1]")
    for each in (saved, spec):
        assert json.loads(engine().eval(f"({reads})({json.dumps(each)})")) == spec


def test_a_program_shorter_than_its_equations_written_out():
    programs = course_figure("04_weighing_the_evidence", "hope-or-drug").spec()["programs"]
    assert len(pack(programs)) < len(json.dumps(programs)) / 3


@pytest.mark.parametrize("notebook", MAKERS)
def test_a_saved_notebook_weighs_less_than_a_megabyte_and_a_half(notebook):
    path = REPOSITORY / "notebooks" / f"{notebook}.ipynb"
    if not nbformat.read(path, as_version=4).metadata.get("widgets"):
        missing(f"{notebook} stands without its outputs: looplab refresh {notebook}")
    assert path.stat().st_size < 1_500_000
