"""Questions that can be got wrong: nothing given away before, no place that is always right."""

import json
import re
from functools import cache, partial

import nbformat
import numpy as np
import pytest
import yaml
from browser import REPOSITORY
from bs4 import BeautifulSoup
from course_pages import MAKERS, course_figure, lesson_file, room, shown_figure
from py_mini_racer import MiniRacer

from looplab import browser, learn
from looplab.figure.words import number, sentence
from looplab.learn.text import block, outside_maths

NOTEBOOKS = list(MAKERS)


@cache
def lesson(notebook):
    return yaml.safe_load(lesson_file(notebook).read_text("utf-8"))


def plain(markdown):
    """The words of Markdown, in one line."""
    return " ".join(BeautifulSoup(block(markdown), "html.parser").get_text(" ").split())


def figure_texts(notebook, figure_id):
    """What a figure says at first: its caption, its words and its numbers."""
    live = course_figure(notebook, figure_id)
    values = live.values()
    yield live.caption
    yield live.description()
    for row in live.numbers:
        name, style = row["name"], row["style"]
        told = (
            sentence(f"{{{name}}}", values, live.words)
            if name in live.words
            else number(float(values[name]), style)
        )
        yield f"{row['label']} {told} {row['unit']}"


def question_texts(notebook, section, id):
    """What a question and its answer say, once it is answered."""
    asked = lesson(notebook)[section][id]
    yield asked["question"]
    for part in [*asked.get("answers", {}).values(), *asked.get("items", {}).values()]:
        yield part["text"]
        yield part.get("feedback", "")
    for entry in (*asked.get("outcomes", {}).values(), *asked.get("mistakes", [])):
        yield entry["feedback"]
    yield from (asked.get(key, "") for key in ("right", "reveal", "what_to_see"))


def filled(text, live, at):
    return sentence(text, live.values(**at), live.words)


def read_before(notebook):
    """Every question of a notebook with what its reader has met before: [(cell or id, text)].

    Yields (section, id, texts, figure id).
    """
    nb = nbformat.read(REPOSITORY / "notebooks" / f"{notebook}.ipynb", as_version=4)
    texts = []
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            texts.append((cell.id, plain(re.sub(r"```.*?```", "", cell.source, flags=re.S))))
            continue
        figure = shown_figure(notebook, cell.source)
        asked = re.search(r'lesson\.(predict|check|exercise)\("([\w-]+)"', cell.source)
        if asked:
            section, id = asked[1].replace("exercise", "exercises"), asked[2]
            # its title stands over a figure that is covered
            title = [(figure, course_figure(notebook, figure).title)] if figure else []
            yield section, id, [*texts, *title], figure
            at = lesson(notebook)[section][id].get("at", {})
            live = course_figure(notebook, figure) if figure else None
            for text in question_texts(notebook, section, id):
                if live:
                    text = outside_maths(partial(filled, live=live, at=at), text)
                texts.append((id, plain(text)))
        if figure:
            texts += [(figure, plain(text)) for text in figure_texts(notebook, figure)]


def digits_of(notebook, section, id, figure):
    """The right number as a reader would know it: as it is told, and rounded to two digits."""
    asked = lesson(notebook)[section][id]
    if section == "predict" and asked["kind"] == "number":
        values = course_figure(notebook, figure).values(**asked.get("at", {}))
        told = number(float(values[asked["truth"]]), asked["format"])
    elif "answer" in asked and np.ndim(asked["answer"]) == 0:
        told = f"{asked['answer']:g}".replace("-", "−")
    else:
        return set()
    sign = "%" if told.endswith("%") else ""
    bare = told.strip("+−%")
    rounded = {bare, *(f"{float(bare):.{digits}g}" for digits in (2, 3))}
    return {text + sign for text in rounded if "e" not in text and len(text.strip("0.")) > 1}


def right_answer(notebook, section, id, figure):
    """The id of the right option of a choice."""
    asked = lesson(notebook)[section][id]
    answers, at = asked["answers"], asked.get("at", {})
    if "truth" not in asked:
        return next(name for name, answer in answers.items() if "right" in answer)
    live, truth = course_figure(notebook, figure), asked["truth"]
    if all("at" in answer for answer in answers.values()):
        found = {name: live.values(**at | answer["at"])[truth] for name, answer in answers.items()}
        return max(found, key=found.get)
    value = live.values(**at)[truth]
    return next(
        name
        for name, answer in answers.items()
        if answer.get("from", -np.inf) <= value < answer.get("below", np.inf)
    )


COMMON = set(
    """about after all also and another any are before both but can does each every for from give
    given had has have here how into its least less many may more most much not nothing now one only
    other over same she such than that the their them then there these they this those two under
    until very was were what when where whether which who whose will with without would yes
    you""".split()
)


def stems(text):
    """The words of a text that carry its meaning, cut to their first letters."""
    return {word[:5] for word in re.findall(r"[a-z]{3,}", text.lower()) if word not in COMMON}


def words_of(notebook, section, id, figure):
    """The words of the right option that stand in no other option."""
    asked = lesson(notebook)[section][id]
    if asked.get("kind") != "choice":
        return set()
    right = right_answer(notebook, section, id, figure)
    texts = {name: stems(plain(answer["text"])) for name, answer in asked["answers"].items()}
    own = texts.pop(right)
    return own.difference(*texts.values())


def leaks(notebook):
    """Every place that gives an answer away before it is asked: {id: [(where, what)]}."""
    found = {}
    for section, id, texts, figure in read_before(notebook):
        digits = [
            rf"(?<![\d.,]){re.escape(text.rstrip('%'))}"
            + (r"\s?%" if "%" in text else r"(?![\d.,]\d|\d)")
            for text in digits_of(notebook, section, id, figure)
        ]
        tells = [*digits, *lesson(notebook)[section][id].get("tells", [])]
        words = words_of(notebook, section, id, figure)
        for where, text in texts:
            hits = [re.search(tell, text, re.I) for tell in tells]
            told = [hit[0] for hit in hits if hit]
            for said in re.split(r"(?<=[.!?:;])\s", text):
                if len(words) >= 3 and len(words & stems(said)) > 0.6 * len(words):
                    told.append(said)
            if told:
                found.setdefault(id, []).append((where, told))
    return found


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_nothing_gives_an_answer_away_before_it_is_asked(notebook):
    assert leaks(notebook) == {}


def test_a_leak_in_words_and_in_digits_is_found(monkeypatch):
    """The test above can fail: it finds what it looks for."""
    asked = {"kind": "choice", "tells": ["opposite surprises"], "question": "Which?", "answers": {
        "one": {"text": "It depends on how credit is shared.", "right": True, "feedback": ""},
        "two": {"text": "It always stops.", "feedback": "No."}}}  # fmt: skip
    number_asked = {"kind": "number", "answer": -0.674, "question": "How much?"}
    monkeypatch.setattr(
        f"{__name__}.lesson", lambda _: {"check": {"which": asked, "much": number_asked}}
    )
    for text in (
        "Two systems that listen to *opposite surprises*",
        "all depends on how it shares credit",
    ):
        monkeypatch.setattr(
            f"{__name__}.read_before",
            lambda _, t=text: [("check", "which", [("part", plain(t))], None)],
        )
        assert set(leaks("01_any")) == {"which"}
    for text, known in (("a surprise of −0.67.", True), ("a surprise of 10.67 or 0.671", False)):
        monkeypatch.setattr(
            f"{__name__}.read_before",
            lambda _, t=text: [("check", "much", [("part", plain(t))], None)],
        )
        assert bool(leaks("01_any")) is known


@cache
def racer():
    engine = MiniRacer()
    engine.eval(browser.module("looplab/learn/notes.js"))
    return engine


def orders(items, question, students):
    """In which order each of the students finds the items."""
    call = f"(n) => shuffled({json.dumps(items)}, n, {json.dumps(question)})"
    students = f"Array.from({{ length: {students} }}, (_, n) => n)"
    return json.loads(racer().eval(f"JSON.stringify({students}.map({call}))"))


CHOICES = [
    (notebook, section, id)
    for notebook in NOTEBOOKS
    for section in ("predict", "check")
    for id, asked in lesson(notebook)[section].items()
    if asked["kind"] in ("choice", "ranking") and "in_order" not in asked
]


@pytest.mark.parametrize(("notebook", "section", "id"), CHOICES)
def test_every_option_is_met_in_every_place_by_a_fair_share_of_readers(notebook, section, id):
    asked = lesson(notebook)[section][id]
    items = list(asked.get("answers") or asked["items"])
    met = orders(items, id, 1200)
    fair = 1200 / len(items)
    for item in items:
        places = np.bincount([order.index(item) for order in met], minlength=len(items))
        # five standard deviations of a binomial share
        assert np.abs(places - fair).max() < 5 * np.sqrt(fair * (1 - 1 / len(items)))


def test_a_reader_finds_the_same_order_again_and_not_the_same_place_everywhere():
    items = ["a", "b", "c", "d"]
    assert orders(items, "question", 5) == orders(items, "question", 5)
    places = [orders(items, f"question-{n}", 50) for n in range(10)]
    for student in range(50):
        first = {asked[student].index("a") for asked in places}
        assert len(first) > 1


# What the figure does in the state of "Show my answer", for each option that has one of its own.
CLAIMED = {
    ("01_ocd_cycle", "worth", "inside-obsession"): {
        "same": lambda v: abs(v["better_inside"]) < 0.05,
        "wait": lambda v: v["q_wait"] > v["q_compulsion"],
    },
    ("01_ocd_cycle", "expected-ledger", "equal-memories"): {
        "above": lambda v: round(float(v["relieving_and_failing"]), 2) == 0.41,
        "below": lambda v: round(float(v["relieving_and_failing"]), 2) == -0.41,
    },
    ("02_nmda_mechanism", "trapping", "rarely-used"): {
        "empty": lambda v: np.allclose(v["held"], v["settled"], atol=0.5),
    },
    ("02_nmda_mechanism", "cliff", "how-much-frees"): {
        "hardly": lambda v: v["block"] == 1 and v["has_stuck"] == 1 and v["loss_left"] > 0,
    },
    ("02_nmda_mechanism", "chain", "where-is-the-ball"): {
        "never-left": lambda v: v["now"] == 240 and v["place"] == 0 and v["has_stuck"] == 1,
    },
    ("02_nmda_mechanism", "where", "interneurons"): {
        "loosened": lambda v: v["regime"] == 1,
        "both": lambda v: v["regime"] == 3,
        "neither": lambda v: v["regime"] == 0,
    },
}


@pytest.mark.parametrize(("notebook", "figure_id", "id"), CLAIMED)
def test_show_my_answer_shows_what_the_answer_claims(notebook, figure_id, id):
    live = course_figure(notebook, figure_id)
    spec = learn.Lesson(f"breaking_the_loop.{room(notebook)}").predict(id, live).spec
    shows = {answer["id"]: answer["shows"] for answer in spec["answers"] if "shows" in answer}
    claimed = CLAIMED[notebook, figure_id, id]
    assert shows.keys() == claimed.keys()
    for answer, holds in claimed.items():
        assert holds(live.values(**shows[answer])), answer
        # there is something to compare
        assert shows[answer] != spec.get("opens", spec["at"])
        assert not holds(live.values(**spec.get("opens", spec["at"]))), answer
