"""What a textbook, or a student who is good at tests, would answer: each answer is judged as the
page does it, and gets the verdict and the feedback that it deserves."""

import json
from functools import cache

import pytest
import yaml
from browser import REPOSITORY
from bs4 import BeautifulSoup
from course_pages import course_figure, lesson_file, predictions_of, room
from py_mini_racer import MiniRacer

from looplab import browser, learn
from looplab.learn.exercise import judge

TABLE = yaml.safe_load((REPOSITORY / "tests/reference/textbook_answers.yaml").read_text("utf-8"))
ROWS = [
    pytest.param(notebook, id, row, id=f"{notebook[:2]}-{id}-{row['answer']}")
    for notebook, questions in TABLE.items()
    for id, rows in questions.items()
    for row in rows
]
# As much of a page as the ways to answer need to take an answer and to judge it.
PAGE = """
const node = (attributes = {}, children = []) => ({
  dataset: new Proxy({}, { set: (all, key, value) => { all[key] = `${value}`; return true; } }),
  style: {}, children, firstChild: children[0],
  textContent: attributes.html ?? "", text: String(attributes.value ?? ""), checked: false,
  get value() { return this.text; },
  set value(value) { this.text = String(value); },
  get valueAsNumber() { return Number(this.text); },
  setAttribute() {}, addEventListener() {},
  append(...more) { this.children.push(...more); },
  replaceChildren(...others) { this.children = others; },
});
make = (tag, attributes, ...children) => node(attributes, children);
document = { createElementNS: () => node() };
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
function answered(kind, spec, known, answer) {
  const figure = known && {
    format,
    svg: node(),
    lineOf: () => ({ X: (x) => x, Y: (y) => y }),
    read: (name, at = spec.at) => known.find((each) => each[0] === name && same(each[1], at))[2],
  };
  const asked = ANSWERS[kind](spec, figure);
  return JSON.stringify(asked.write(answer) && asked.ready() ? asked.judge(asked.read()) : null);
}
"""


@cache
def racer():
    engine = MiniRacer()
    engine.eval(browser.module("looplab/learn/answers.js"))
    engine.eval(PAGE)
    return engine


@cache
def content(notebook):
    return yaml.safe_load(lesson_file(notebook).read_text("utf-8"))


@cache
def asked(notebook, id):
    """What the page knows about a question, and what its figure would tell: [name, at, value]."""
    lesson = learn.Lesson(f"breaking_the_loop.{room(notebook)}")
    if id in content(notebook)["check"]:
        spec = lesson.check(id).spec
        return "written" if spec["kind"] == "number" else spec["kind"], spec, None
    figure_id = next(name for name, ids in predictions_of(notebook).items() if id in ids)
    live = course_figure(notebook, figure_id)
    spec = lesson.predict(id, live).spec
    states = [spec["at"]]
    states += [part["at"] for key in ("answers", "items") for part in spec.get(key, [])
               if "at" in part]  # fmt: skip
    named = {spec.get("truth"), spec.get("x"), *(item["truth"] for item in spec.get("items", []))}
    known = []
    for at in states:
        values = live.values(**at)
        for name in named - {None}:
            value = values[name]
            known.append([name, at, value.tolist() if hasattr(value, "tolist") else value])
    return spec["kind"], spec, known


def answer_of(notebook, id, answer):
    """The verdict on an answer (`right`, `also right` or `not yet`), and what is said to it."""
    exercises = content(notebook).get("exercises", {})
    if id in exercises:
        text = judge(answer, exercises[id])
        return next(
            v for v in ("right", "also right", "not yet") if text.lower().startswith(v)
        ), text
    kind, spec, known = asked(notebook, id)
    call = f"answered({', '.join(map(json.dumps, (kind, spec, known, answer)))})"
    judged = json.loads(racer().eval(call))
    assert judged is not None, f"{id}: {answer} cannot be given"
    text = BeautifulSoup(judged["entry"]["feedback"], "html.parser").get_text()
    also = "Also right" in judged["outcome"]
    verdict = ("also right" if also else "right") if judged["right"] else "not yet"
    return verdict, " ".join(text.split())


@pytest.mark.parametrize(("notebook", "id", "row"), ROWS)
def test_a_textbook_answer_is_accepted_or_answered_for_what_it_is(notebook, id, row):
    verdict, text = answer_of(notebook, id, row["answer"])
    assert verdict == row["verdict"], text
    assert row["says"] in text


@pytest.mark.parametrize("notebook", TABLE)
def test_every_question_has_its_textbook_answers_in_the_table(notebook):
    told = {id: [row["answer"] for row in rows] for id, rows in TABLE[notebook].items()}
    questions = {
        id: asked
        for section in ("predict", "check", "exercises")
        for id, asked in content(notebook).get(section, {}).items()
    }
    assert told.keys() == questions.keys()
    for id, question in questions.items():
        verdicts = {row["verdict"] for row in TABLE[notebook][id]}
        assert "right" in verdicts and "not yet" in verdicts, id
        # Nothing that the lesson knows by name is left untried.
        for entry in (*question.get("accepts", []), *question.get("mistakes", [])):
            assert entry["value"] in told[id], (id, entry["value"])
        # Every answer of a choice that stands for a known misconception is tried.
        for name, answer in question.get("answers", {}).items():
            assert "misconception" not in answer or name in told[id], (id, name)
        # What is asked on a slider can be set there.
        if "scale" in question and question["kind"] == "number":
            scale = question["scale"]
            assert all(scale["low"] <= each <= scale["high"] for each in told[id]), id


def test_every_notebook_is_in_the_table():
    assert set(TABLE) == {path.stem for path in (REPOSITORY / "notebooks").glob("[0-9]*.ipynb")}
