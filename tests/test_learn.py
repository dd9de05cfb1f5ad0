"""Lesson files and learning elements: what is refused, with which words, and what is shown."""

import json

import nbformat
import numpy as np
import pytest
import yaml
from browser import REPOSITORY
from bs4 import BeautifulSoup
from course_pages import course_figure, lesson_file
from javascript import engine
from learning import FIGURE, LESSON, NODE
from py_mini_racer import MiniRacer

from breaking_the_loop.ocd_cycle import cycle
from looplab import browser, learn
from looplab.errors import LoopError, ModelError
from looplab.figure import contract
from looplab.learn.contract import RECORDS
from looplab.learn.exercise import judge
from looplab.learn.text import block
from looplab.model.declare import State
from looplab.model.maths import stack, where
from looplab.model.program import program

PREDICTIONS = {
    "inside-obsession": "worth",
    "after-relief": "one-turn",
    "equal-memories": "expected-ledger",
    "where-it-lasts": "boundary",
    "worth-of-relief": "settling",
    "which-learner": "four-learners",
    "what-repeats": "trust",
    "rank-during": "own-treatment",
    "rank-later": "treatments",
    "kindness": "accommodation",
    "fear-kept": "extinction",
    "worst-afterwards": "rapid",
    "same-forgetting": "rivals-in-treatment",
}


@pytest.fixture
def lesson(tmp_path, monkeypatch):
    """Make a lesson from text in a course of its own."""
    (tmp_path / "notebooks" / "small").mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path / "notebooks")
    (tmp_path / "assets" / "jupyter").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)

    def make(text=LESSON):
        (tmp_path / "notebooks" / "small" / "lesson.yaml").write_text(text, encoding="utf-8")
        return learn.Lesson("small")

    return make


@pytest.fixture
def line(lesson):
    """Make the figure that the small lesson asks about."""
    lesson()
    names = {}
    exec(FIGURE, names)
    return names["line"]


def refused(action, *args):
    with pytest.raises(LoopError) as error:
        action(*args)
    return str(error.value)


def line_of(text, wanted):
    """The number of the only line of a text that holds `wanted`."""
    (number,) = [n for n, line in enumerate(text.splitlines(), 1) if wanted in line]
    return number


@pytest.mark.parametrize(
    ("old", "new", "key", "allowed"),
    [
        ("question: Draw the line.", "qestion: Draw the line.", "predict.drawn.qestion",
         "unknown key 'qestion'. Did you mean `question`? Allowed: kind, alone, with_figure, "
         "question,"),
        ("    kind: curve", "    kind: curved", "predict.drawn.kind",
         "'curved' is not known. Allowed: choice, number, ranking, curve."),
        ("feedback: That is its value.\n        misconception: memory-alone",
         "feedback: That is its value.\n        misconception: memory-alnoe",
         "check.concept.answers.height.misconception",
         "unknown misconception 'memory-alnoe'. Did you mean `memory-alone`? Allowed: memory-al"),
        ("    close: 0.06", "    close: near", "predict.drawn.close", "'near' is not a number."),
        ('    format: ".1f"', '    format: "1f"', "predict.order.format",
         "Allowed: a number format such as .2f, +.2f, .0% or d."),
        ("  concept:", "  The Concept:", "check.The Concept", "Allowed: small letters, digits"),
        ("  ladder:", "  concept:", "hints.concept", "already used under check"),
        ("  amount:", "  concept:", "check.concept", "already used on line"),
        ("above: steep,", "above: stepe,", "predict.order.swaps.0.above",
         "unknown item 'stepe'. Allowed: gentle, steep, none."),
        ("scale: {low: 0,", "scale: {low: 1,", "predict.how-high.scale", "is not below high = 1"),
        ("opens_at: Gentle", "opens_at: 3", "predict.how-high.opens_at",
         "3 is neither settings of controls nor the name of a preset."),
    ],
)  # fmt: skip
def test_a_slip_in_a_lesson_is_named_with_file_line_key_and_what_is_allowed(
    lesson, old, new, key, allowed
):
    assert LESSON.count(old) == 1
    text = LESSON.replace(old, new)
    message = refused(lesson, text)
    slipped = LESSON[: LESSON.index(old)].count("\n") + new.count("\n") + 1
    assert message.startswith(f"small/lesson.yaml, line {slipped}, {key}: ")
    assert allowed in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("gone", "line", "message"),
    [
        ("        feedback: That is its value.\n", "      height:",
         "check.concept.answers.height: the key `feedback` is missing. Needed: text, feedback."),
        ("      low: {feedback: Too low at the end.}\n", "Just so.",
         "predict.drawn.outcomes: the key `low` is missing. Needed: close, high, low."),
        ("    solution: The change over x.\n", "  ladder:", "the key `solution` is missing"),
        ("    kind: curve\n", "  drawn:", "predict.drawn: the key `kind` is missing"),
        ("        right: true\n", "      height:", "check.concept.answers: 0 answers have `right:"),
        ("        from: 0\n", "      rises:", "give every answer `from` and/or `below`"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named_where_it_belongs(lesson, gone, line, message):
    assert LESSON.count(gone) == 1
    text = LESSON.replace(gone, "")
    said = refused(lesson, text)
    assert message in said
    # where a list of keys is incomplete, the line is that of its own key
    where = line_of(text, line)
    assert f"line {where}," in said or f"line {where - 1}," in said


def test_all_slips_are_told_at_once_in_the_order_of_the_file(lesson):
    text = LESSON.replace("    close: 0.06\n", "").replace("title: A small", "titel: A small")
    lines = refused(lesson, text).splitlines()
    where = [line.split(", ")[1] for line in lines]
    assert where == ["line 1", f"line {line_of(text, '  drawn:')}"]


def test_broken_yaml_is_named_with_its_line(lesson):
    message = refused(lesson, LESSON.replace("answer: -0.5", "answer: [-0.5"))
    assert message.startswith("small/lesson.yaml, line ")


def test_answers_may_be_called_yes_and_no(lesson):
    text = LESSON.replace("      height:", "      yes:").replace("      change:", "      no:")
    made = lesson(text)
    assert [answer["id"] for answer in made.check("concept").spec["answers"]] == ["yes", "no"]


def test_an_unknown_lesson_or_id_is_refused_with_those_that_exist(lesson, line):
    made = lesson()
    assert "There is no lesson 'none'" in refused(learn.Lesson, "none")
    assert "Choose from: small." in refused(learn.Lesson, "none")
    assert "no check 'conzept'. Did you mean 'concept'? Choose from: concept, amount." in refused(
        made.check, "conzept"
    )


@pytest.mark.parametrize(
    ("old", "new", "id", "key", "message"),
    [
        ("truth: change", "truth: slop", "up-or-down", "truth", "no 'slop'. Allowed: change,"),
        ("{change:+.2f}", "{chance:+.2f}", "up-or-down", "reveal", "computes no 'chance'"),
        ("{slope: 0.9}", "{slope: 9}", "order", "items.steep.at", "choose a value from 0 to 1"),
        ("{slope: 0.9}", "{slip: 0.9}", "order", "items.steep.at", "has no control 'slip': slope"),
        ("truth: last\n    form", "truth: y\n    form", "how-high", "truth", "y is a list of"),
        ("below: 0\n", "below: -2\n", "up-or-down", "answers", "change = -0.7 fits 0 answers"),
        ("truth: y\n", "truth: last\n", "drawn", "truth", "no line of line-a shows 'last'"),
        ("{last:.0%} at its", "{lost:.0%} at its", "up-or-down", "what_to_see", "no 'lost'"),
        ("opens_at: Gentle", "opens_at: Gently", "how-high", "opens_at",
         "no preset 'Gently'. Allowed: Gentle, Steep."),
        ("opens_at: Gentle", "opens_at: {slope: 2}", "how-high", "opens_at",
         "choose a value from 0 to 1"),
    ],
)  # fmt: skip
def test_a_lesson_that_asks_what_its_figure_lacks_is_refused(
    lesson, line, old, new, id, key, message
):
    assert LESSON.count(old) == 1
    said = refused(lesson(LESSON.replace(old, new)).predict, id, line("line-a"))
    assert f", predict.{id}.{key}: " in said
    assert message in said


def test_elements_show_their_question_as_text_and_markdown(lesson, line, monkeypatch):
    shown = []
    monkeypatch.setattr(learn.lesson, "display", lambda what, **_: shown.append(what))
    made = line("line-b")
    lesson().predict("up-or-down", made)._ipython_display_()
    question, figure = shown
    assert question["text/plain"] == "Does the line *rise* or fall?"
    asked, folded = question["text/markdown"].split("\n\n<details>")
    assert asked.startswith("**Predict.** Does the line *rise* or fall?\n\n- It ")
    assert sorted(asked.splitlines()[2:]) == ["- It falls.", "- It rises."]
    # what the reveal says, with the numbers filled in and the maths left to the viewer
    assert folded.startswith("<summary>What to see")
    assert "The change is −0.70." in folded
    assert "The slope $s^{-}$ carries the line down, to 30% at its end." in folded
    assert "application/vnd.jupyter.widget-view+json" in question
    assert figure is made
    assert repr(lesson().notes()) == "My notes"


def test_hints_without_scripts_are_folded_one_by_one(lesson):
    text = lesson().hints("ladder").markdown
    assert text.count("<details>") == 3
    rungs = ["Look at the start.", "Look at the end.", "The change over x."]
    assert rungs == sorted(rungs, key=text.index)


NUMBER = {"answer": -0.68, "tolerance": 0.005, "right": "Well done.",
          "mistakes": [{"value": -0.51, "feedback": "One step only."}]}  # fmt: skip
TWO_RECIPES = NUMBER | {"accepts": [{"value": -0.7, "within": 0.01, "feedback": "By hand."}]}
ARRAY = {"answer": [0.5, 0.25, 0.125], "tolerance": 0.001, "right": "Well done."}


@pytest.mark.parametrize(
    ("exercise", "value", "said"),
    [
        (NUMBER, -0.68, "Right. Well done."),
        (NUMBER, np.float64(-0.683), "Right. Well done."),
        (NUMBER, -0.685, "Right. Well done."),
        (NUMBER, ..., "Not answered yet"),
        (NUMBER, "-0.68", "of type str: a number is wanted"),
        (NUMBER, max, "This is a function: call it"),
        (NUMBER, [-0.68, 0.1], "The shape is (2,): a number is wanted"),
        (NUMBER, object(), "of type object: a number is wanted"),
        (NUMBER, float("nan"), "not a finite number"),
        (NUMBER, -0.51, "One step only."),
        (TWO_RECIPES, -0.7, "Also right. By hand."),
        (TWO_RECIPES, -0.68, "Right. Well done."),
        (NUMBER, 0.68, "The size is right; look at the sign."),
        (NUMBER, -68, "off by a power of ten"),
        (NUMBER, 3.0, "Look at the sign first."),
        (NUMBER, -1.5, "The sign is right; the size is too large."),
        (NUMBER, -0.2, "The sign is right; the size is too small."),
        (NUMBER, 10**400, "of type int"),
        (ARRAY, [0.5, 0.25, 0.125], "Right."),
        (ARRAY, 0.5, "that of a single number: an array of shape (3,) is wanted"),
        (ARRAY, [[1, 2], [3]], "of type list"),
        (ARRAY, [1.0, 0.5, 0.25], "off by the same factor"),
        (ARRAY, [0.6, 0.35, 0.225], "off by the same amount"),
        (ARRAY, [0.5, 0.25, 0.5], "2 of 3 entries are right"),
    ],
)
def test_an_exercise_says_what_is_off_and_never_the_answer(exercise, value, said):
    text = judge(value, exercise)
    assert said in text
    assert "0.68" not in text and "0.125" not in text


# As much of an element as the ways to answer need before there is a page.
def test_another_right_value_is_right_and_told_what_it_is():
    both = NUMBER | {"accepts": [{"value": 42, "feedback": "By the other recipe."}]}
    assert judge(42, both) == "Also right. By the other recipe."
    assert judge(-0.68, both) == "Right. Well done."
    assert judge(41, both) == "Not yet. Look at the sign first."


@pytest.mark.parametrize(
    ("value", "right", "said"),
    [(0.31, True, "Well seen."), (0.33, True, "A rule of thumb."), (0.9, False, "Still no.")],
)
def test_a_predicted_number_with_a_name_of_its_own_is_answered_for_what_it_is(
    lesson, line, value, right, said
):
    known = "    accepts: [{value: 0.33, feedback: A rule of thumb.}]\n"
    known += "    mistakes: [{value: 0.9, feedback: Still no.}]\n"
    old = "    scale: {low: 0, high: 1, step: 0.05}\n"
    asked = LESSON[: LESSON.index("    accepts:")] + LESSON[LESSON.index("    opens_at:") :]
    text = asked.replace(old, old.replace("0.05", "0.01") + known)
    spec = lesson(text).predict("how-high", line("line-named")).spec
    racer = MiniRacer()
    racer.eval(browser.module("looplab/learn/answers.js"))
    racer.eval(f"make = () => ({NODE});")
    call = (
        f"ANSWERS.number({json.dumps(spec)}, {{ read: () => 0.3, format: String }}).judge({value})"
    )
    judged = json.loads(racer.eval(f"JSON.stringify({call})"))
    assert judged["right"] is right
    assert said in judged["entry"]["feedback"]


def test_the_same_value_is_answered_in_the_same_words(lesson):
    assert repr(lesson().exercise("halves", [0.5, 0.5])) == (
        "Give one half and one quarter.\n\nNot yet. 1 of 2 entries are right."
    )


@pytest.fixture(scope="module")
def course_lesson():
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(REPOSITORY)
        yield learn.Lesson("breaking_the_loop.ocd_cycle")


@pytest.mark.parametrize("id", PREDICTIONS)
def test_every_prediction_of_notebook_01_fits_its_figure(course_lesson, id):
    element = course_lesson.predict(id, course_figure("01_ocd_cycle", PREDICTIONS[id]))
    assert element.figure.widget.children[-1].covered


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"close": "near"}, "A small lesson: predict 'how-high': close is 'near': give a finite n"),
        ({"scale": {"low": 0, "high": 1}}, "scale.step is None: give a finite number"),
        ({"accepts": [{"value": 1}]}, r"accepts\[0\].feedback is None: give a text"),
        ({"outcomes": {}}, "outcomes.close is None: give a FeedbackRecord"),
        (
            {"figure": "line"},
            "it is 'figure': give a field of NumberPrediction: ",
        ),
        ({"student": "7"}, "student is '7': give a whole number or None"),
    ],
)
def test_a_record_that_the_browser_could_only_guess_is_refused_where_it_is_declared(
    lesson, line, changed, message
):
    element = lesson().predict("how-high", line("how-high"))
    assert type(element)(element.spec, "How high?", "").spec == element.spec
    with pytest.raises(ModelError, match=message):
        type(element)(element.spec | changed, "How high?", "")


def test_an_element_sends_no_more_than_its_record_has(lesson, line):
    small = lesson()
    elements = [small.predict(id, line(id)) for id in ("up-or-down", "how-high", "order", "drawn")]
    elements += [small.check("concept"), small.check("amount"), small.notes()]
    for element in elements:
        record = RECORDS[element.spec["element"], element.spec["kind"]]
        assert set(element.spec) <= set(contract.hints(record))
        assert "misconception" not in json.dumps(element.spec)


def test_every_prediction_of_notebook_01_is_tested():
    declared = yaml.safe_load(lesson_file("01_ocd_cycle").read_text())
    assert set(declared["predict"]) == set(PREDICTIONS)


def test_the_right_corner_is_the_one_with_most_time_in_obsession(course_lesson):
    spec = course_lesson.predict("where-it-lasts", course_figure("01_ocd_cycle", "boundary")).spec
    shares = {
        answer["id"]: cycle.two_traces.run(
            5000, learners=60, every=1000, record=["obsession"],
            nu_plus=answer["at"]["nu_plus"], nu_minus=answer["at"]["nu_minus"],
        )["obsession"][-1].mean()
        for answer in spec["answers"]
    }  # fmt: skip
    # the table of Sakai's learner: 0.125 at (0.9, 0.1), at most 0.007 at the other corners
    assert shares.pop("long-good-short-bad") == pytest.approx(0.125, abs=0.01)
    assert max(shares.values()) < 0.015


def test_the_points_of_a_drawn_curve_stand_and_move_by_round_numbers(course_lesson):
    element = course_lesson.predict("worth-of-relief", course_figure("01_ocd_cycle", "settling"))
    # 4,000 steps, of which blocks of 50 are recorded; the axis of worth goes from −0.9 to 0.7
    assert element.spec["places"] == [0, 800, 1600, 2400, 3200, 4000]
    assert element.spec["scale"] == {"low": -0.9, "high": 0.7, "step": 0.02}
    assert element.asked["end"] == 4000


@pytest.mark.parametrize(
    ("x", "places"),
    [
        ("np.linspace(0.025, 0.975, 20)", [0, 0.5, 1]),
        ("np.linspace(0.975, 0.025, 20)", [1, 0.5, 0]),
        # a record of half of the axis: nothing is asked where it says nothing
        ("np.linspace(0, 0.5, 11)", [0, 0.25, 0.5]),
    ],
)
def test_the_points_of_a_curve_span_its_record(lesson, x, places):
    names = {}
    exec(FIGURE.replace("np.linspace(0, 1, 21)", x).replace('learn.Lesson("small")', "None"), names)
    assert lesson().predict("drawn", names["line"]("line-x")).spec["places"] == places


def test_the_answers_of_notebook_01_are_the_published_worlds_exact_values(course_lesson):
    # V(obsession) = -(q + c) / (1 - gamma q); a failed compulsion: -1.01 + gamma V - V
    value = -(0.2 + 0.01) / (1 - 0.5 * 0.2)  # relief comes with a chance of 0.8
    assert "Right." in repr(course_lesson.exercise("value-of-obsession", value))
    patient = -(0.5 + 0.01) / (1 - 0.9 * 0.5)
    spec = course_lesson.check("failure-surprise").spec
    exact = -1.01 + 0.9 * patient - patient
    assert spec["answer"] == pytest.approx(exact, abs=0.001)
    # Whoever reckons with -0.93, as the question says, or with all digits, is right.
    for worth in (-0.93, patient):
        assert abs(-1.01 + 0.9 * worth - worth - spec["answer"]) < spec["tolerance"]


def test_the_page_judges_every_exercise_as_python_does():
    racer = MiniRacer()
    racer.eval(browser.module("looplab/publish/page/exercise.js"))
    rng = np.random.default_rng(2)
    entries = [NUMBER, TWO_RECIPES, ARRAY]
    for room in sorted((REPOSITORY / "src" / "breaking_the_loop").glob("*/lesson.yaml")):
        content = yaml.safe_load(room.read_text(encoding="utf-8"))
        entries += content.get("exercises", {}).values()
    assert len(entries) > 5
    for entry in entries:
        answer = np.asarray(entry["answer"])
        others = [each["value"] for each in [*entry.get("mistakes", []), *entry.get("accepts", [])]]
        values = [answer, -answer, 10 * answer, answer / 100, 0.0 * answer, 3 * answer, answer + 1]
        values += [np.asarray(other) for other in others]
        values += [answer + entry["tolerance"], answer - entry["tolerance"]]
        values += [answer * rng.normal(1, 1, answer.shape) for _ in range(20)]
        values += [np.where(rng.random(answer.shape) < 0.5, answer, 1.5) for _ in range(5)]
        values = [value.tolist() for value in values]
        record = {"accepts": [], "mistakes": [], **entry}
        call = f"{json.dumps(values)}.map((value) => judgeValue(value, {json.dumps(record)}))"
        found = json.loads(racer.eval(f"JSON.stringify({call})"))
        assert found == [judge(value, entry) for value in values]


@pytest.mark.parametrize(
    ("text", "value"),
    [("-0.51 - 0.17", -0.68), ("2 ** -1 + exp(0) * 3", 3.5), ("where(1 < 2, 1 / 4, 0)", 0.25)],
)
def test_an_exercise_may_be_answered_by_arithmetic(text, value):
    racer = MiniRacer()
    racer.eval(browser.module("looplab/publish/page/exercise.js"))
    assert racer.eval(f"valueOf(parse({json.dumps(text)}))") == pytest.approx(value)


# What a reader may write of the rule that notebook 01 asks for: in the page, in Python, and what
# both say to it.
RULES = [
    ("where(delta >= 0, new_e_minus, new_e_plus)",
     lambda m: where(m.delta >= 0, m.new_e_minus, m.new_e_plus), "Right. Now write it into the"),
    ("where(delta < 0, new_e_plus, new_e_minus)",
     lambda m: where(m.delta < 0, m.new_e_plus, m.new_e_minus), "Right. Now write it into the"),
    ("where(delta >= 0, new_e_plus, new_e_minus)",
     lambda m: where(m.delta >= 0, m.new_e_plus, m.new_e_minus), "This is the published rule"),
    ("where(delta > 0, new_e_minus, new_e_plus)",
     lambda m: where(m.delta > 0, m.new_e_minus, m.new_e_plus), "a surprise of exactly 0"),
    ("new_e_minus", lambda m: m.new_e_minus, "through the trace of bad ones"),
    ("0.5", lambda m: 0.5, "0 of 5 entries are right"),
    ("-where(delta >= 0, new_e_minus, new_e_plus)",
     lambda m: -where(m.delta >= 0, m.new_e_minus, m.new_e_plus), "look at the sign"),
    ("2 * where(delta >= 0, new_e_minus, new_e_plus)",
     lambda m: 2 * where(m.delta >= 0, m.new_e_minus, m.new_e_plus), "off by the same factor"),
    ("1 / delta", lambda m: 1 / m.delta, "not a finite number"),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:divide by zero")
@pytest.mark.parametrize(("text", "rule", "said"), RULES)
def test_a_rule_is_judged_alike_in_the_page_and_in_python(course_lesson, text, rule, said):
    verdict = course_lesson.exercise("credit-swapped", rule)
    racer = MiniRacer()
    racer.eval(browser.module("looplab/publish/page/exercise.js"))
    record = json.dumps(verdict.record)
    in_page = racer.eval(f"judgeValue(answerOf({json.dumps(text)}, {record}), {record})")
    assert said in in_page and in_page in repr(verdict)


def test_a_rule_that_fails_or_reads_what_is_not_given_is_told_so(course_lesson):
    said = repr(course_lesson.exercise("credit-swapped", lambda m: m.delat))
    assert "could not be computed: your rule reads 'delat'" in said and "'delta'" in said
    assert "could not be computed" in repr(course_lesson.exercise("credit-swapped", lambda: 1))
    assert "Not answered yet" in repr(course_lesson.exercise("credit-swapped", ...))


# The two exercises that rewrite a rule of notebook 01, as its cells and its page say to do it.
@pytest.mark.parametrize(
    ("name", "text", "old", "new"),
    [
        ("credit", "where(delta >= 0, new_e_minus, new_e_plus)",
         "m.new_e_plus, m.new_e_minus)", "m.new_e_minus, m.new_e_plus)"),
        ("reach", "here", "m.reach = m.by_state", "m.reach = m.here"),
    ],
)  # fmt: skip
def test_breaking_the_rule_in_the_page_makes_the_program_that_python_makes(name, text, old, new):
    notebook = nbformat.read(REPOSITORY / "notebooks" / "01_ocd_cycle.ipynb", as_version=4)
    cell = {"credit": "rule", "reach": "table-rule"}[name]
    [source] = [each.source for each in notebook.cells if each.id == cell]
    assert old in source

    def rules(source):
        shown = []
        space = {"cycle": cycle, "where": where, "stack": stack, "State": State}
        space["equations"] = lambda model, *_, **__: shown.append(model)
        exec(source.replace("lesson.", "# "), space)
        return program(shown[0])

    published, rewritten = rules(source), rules(source.replace(old, new))
    script = f"""(program) => {{
      const sizes = new Map([...program.given, ...program.draws].map((each) => [each, 0]));
      for (const [each, size] of [...program.states, ...program.named]) sizes.set(each, size);
      const [, size, trees] = program.named.find(([each]) => each === "{name}");
      return JSON.stringify(parse("{text}", {{ sizes, size: trees.length < size ? size : 0 }}));
    }}"""
    tree = json.loads(engine().eval(f"({script})({json.dumps(published)})"))
    changed = [[*rule[:2], [tree]] if rule[0] == name else rule for rule in published["named"]]
    assert changed == rewritten["named"] and rewritten["following"] == published["following"]


def test_an_empty_header_cell_in_a_lessons_table_is_an_ordinary_one():
    table = "| | one |\n| --- | --- |\n| two | 3† |\n"
    soup = BeautifulSoup(block(table), "html.parser")
    assert [head.get_text() for head in soup.find_all("th")] == ["one"]
    assert len(soup.find("tr").find_all(["td", "th"])) == 2
    assert soup.select_one("td sup.ll-dagger")
