"""Learning elements: predict, then see; check; climb a ladder of hints; keep one's notes.

    lesson = learn.Lesson("breaking_the_loop.ocd_cycle")
    lesson.predict("paradox", figures.worth())
    lesson.check("what-relief-is")
    lesson.exercise("failed-surprise", my_value)
    lesson.hints("swap-the-traces")
    lesson.notes()

What is asked and answered stands in `breaking_the_loop/ocd_cycle/lesson.yaml`, whose shape is in
`lesson_schema.json`. An element is a widget that works without a kernel (`learn.js`).
Answers are kept in the reader's own browser and go nowhere else.
"""

from __future__ import annotations

import contextlib
import difflib
import importlib.util
import re
import sys
from pathlib import Path

import anywidget
import mistune
import numpy as np
import traitlets
from IPython.display import display

from looplab import browser
from looplab.errors import LoopError, ModelError
from looplab.figure.figure import LivingFigure
from looplab.figure.style import colours_css
from looplab.learn.exercise import judge
from looplab.learn.lesson_file import LessonFile

_TEMPLATE = re.compile(r"\{(\w+)(?::([^}]+))?\}")
_markdown = mistune.create_markdown(escape=True)


class _Widget(anywidget.AnyWidget):
    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    spec = traitlets.Dict().tag(sync=True)


class Element:
    """Something to answer or to open; shows itself as the last line of a cell.

    `spec` is all that the browser needs. Where scripts do not run, `markdown` stands in its
    place. A prediction is followed by its `figure`, which stays covered until it is made.
    """

    def __init__(
        self, spec: dict, question: str, markdown: str, figure: LivingFigure | None = None
    ):
        self.spec, self.question, self.markdown, self.figure = spec, question, markdown, figure
        self.widget = _Widget(
            _esm=browser.module("looplab/learn/learn.js"),
            _css=colours_css() + browser.joined("looplab/learn/learn.css"),
            spec=spec,
        )

    def __repr__(self):
        return self.question

    def _ipython_display_(self):
        view = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        bundle = {
            "application/vnd.jupyter.widget-view+json": view,
            "text/markdown": self.markdown,
            "text/plain": self.question,
        }
        display(bundle, raw=True)
        if self.figure is not None:
            display(self.figure)


class Verdict:
    """What to say about a learner's value; shows itself as text."""

    def __init__(self, question: str, text: str):
        self.question, self.text = question, text

    def __repr__(self):
        return f"{self.question}\n\n{self.text}"

    def _repr_markdown_(self):
        return f"**Exercise.** {self.question}\n\n> {self.text}"


class Lesson:
    """The predictions, checks, hints and exercises declared for one notebook of the course.

    `room` is the package in which the notebook's models, figures and `lesson.yaml` lie, such as
    `breaking_the_loop.ocd_cycle`. Raises LoopError when there is no such lesson, or when anything
    in its file is wrong, naming file, line and key.
    """

    def __init__(self, room: str):
        self.room = room
        self._file = LessonFile(_lesson_file(room))
        self._content = self._file.content
        self.title = self._content["title"]

    def predict(self, id: str, figure: LivingFigure) -> Element:
        """The question `id`, and the figure that answers it, covered until the learner commits.

        The truth is a quantity of the figure at the settings `at` (the figure's defaults where
        not given), computed by the living figure itself: an edited model changes the answer.
        """
        question = self._entry("predict", id)
        place = ("predict", id)
        self._figure_has_what_is_asked(place, question, figure)
        figure.ask(_asked(question))
        spec = self._spec("predict", id, question)
        spec |= {"figure": figure.id, "at": figure.defaults | question.get("at", {})}
        for name in ("truth", "format", "unit", "scale", "close", "x", "setting"):
            if name in question:
                spec[name] = question[name]
        options = []
        if question["kind"] == "choice":
            spec["answers"] = self._answers(question["answers"], spec["at"])
            options = [answer["text"] for answer in question["answers"].values()]
        elif question["kind"] == "ranking":
            spec["items"] = [
                {"id": name, "text": _inline(item["text"]), "truth": item["truth"],
                 "at": spec["at"] | item.get("at", {})}
                for name, item in question["items"].items()
            ]  # fmt: skip
            spec["swaps"] = [swap | self._feedback(swap) for swap in question.get("swaps", [])]
            options = [item["text"] for item in question["items"].values()]
        elif question["kind"] == "curve":
            spec |= self._canvas(place, question, figure)
        if "outcomes" in question:
            spec["outcomes"] = {k: self._feedback(o) for k, o in question["outcomes"].items()}
        if question["kind"] == "number":
            spec["named"] = [m | self._feedback(m) for m in question.get("named", [])]
        spec["reveal"] = _block(question.get("reveal", ""))
        figure.cover()
        text = f"**Predict.** {question['question']}" + _listed(options)
        return Element(spec, _flat(question["question"]), text, figure)

    def check(self, id: str) -> Element:
        """The concept question `id`, with feedback for every answer."""
        question = self._entry("check", id)
        spec = self._spec("check", id, question)
        options = []
        if question["kind"] == "choice":
            spec["answers"] = self._answers(question["answers"], {})
            options = [answer["text"] for answer in question["answers"].values()]
        else:
            spec |= {name: question[name] for name in ("answer", "tolerance")}
            spec["unit"] = question.get("unit", "")
            spec["outcomes"] = {k: self._feedback(o) for k, o in question["outcomes"].items()}
            spec["mistakes"] = [m | self._feedback(m) for m in question.get("mistakes", [])]
        text = f"**Check.** {question['question']}" + _listed(options)
        return Element(spec, _flat(question["question"]), text)

    def exercise(self, id: str, value: object) -> Verdict:
        """What is off about the value that the learner's own code gave, or that it is right."""
        exercise = self._entry("exercises", id)
        return Verdict(_flat(exercise["question"]), _flat(judge(value, exercise)))

    def hints(self, id: str) -> Element:
        """The hint ladder `id`: one hint at a time, then the worked solution."""
        ladder = self._entry("hints", id)
        count = len(ladder["steps"])
        names = [f"Hint {number} of {count}" for number in range(1, count + 1)]
        texts = [*ladder["steps"], ladder["solution"]]
        rungs = list(zip([*names, "Worked solution"], texts, strict=True))
        spec = self._spec("hints", id, {"kind": "ladder", "question": ladder["title"]})
        spec["rungs"] = [{"name": name, "text": _block(text)} for name, text in rungs]
        folded = [
            f"<details><summary>{name}</summary>\n\n{text.strip()}\n\n</details>"
            for name, text in rungs
        ]
        markdown = "\n\n".join([f"**Hints: {ladder['title']}**", *folded])
        return Element(spec, f"Hints: {_flat(ladder['title'])}", markdown)

    def notes(self) -> Element:
        """The learner's own answers and notes, with buttons to save and to clear them."""
        spec = self._spec("notes", "my-notes", {"kind": "notes", "question": "My notes"})
        markdown = "**My notes.** Your answers are listed here in the live page."
        return Element(spec, "My notes", markdown)

    @property
    def notes_key(self) -> str:
        """The name under which the reader's browser keeps this notebook's answers and notes."""
        return self.room.replace("_", "-").replace(".", "/")

    def _entry(self, section, id):
        entries = self._content.get(section, {})
        if id not in entries:
            near = difflib.get_close_matches(id, entries, 1)
            guess = f" Did you mean {near[0]!r}?" if near else ""
            known = ", ".join(entries) or f"none is declared under `{section}`"
            raise LoopError(
                f"{self._file.name} has no {section} {id!r}.{guess} Choose from: {known}."
            )
        return entries[id]

    def _spec(self, element, id, question):
        return {
            "element": element,
            "id": id,
            "kind": question["kind"],
            "question": _inline(question["question"]),
            "notes": self.notes_key,
            "lesson": self.title,
        }

    def _feedback(self, entry):
        idea = self._content.get("misconceptions", {}).get(entry.get("misconception"), "")
        return {"feedback": _block(entry["feedback"]), "idea": _inline(idea)}

    def _answers(self, answers, at):
        return [
            {"id": name, "text": _inline(answer["text"])}
            | {key: answer[key] for key in ("right", "from", "below") if key in answer}
            | ({"at": at | answer["at"]} if "at" in answer else {})
            | self._feedback(answer)
            for name, answer in answers.items()
        ]

    def _figure_has_what_is_asked(self, place, question, figure):
        """Raise LoopError where the lesson names what the figure lacks, or fits no answer to it."""
        try:
            values = figure.values(**question.get("at", {}))
        except ModelError as error:
            raise self._file.error((*place, "at"), str(error)) from None
        for key in {"truth", "x"} & set(question):
            self._known((*place, key), question[key], values, figure)
        answers = question.get("answers", {})
        for key, parts in (("answers", answers), ("items", question.get("items", {}))):
            for name, part in parts.items():
                here = (*place, key, name)
                try:
                    figure.check(**part.get("at", {}))
                except ModelError as error:
                    raise self._file.error((*here, "at"), str(error)) from None
                if "truth" in part:
                    self._known((*here, "truth"), part["truth"], values, figure)
        for name, _ in _TEMPLATE.findall(question.get("reveal", "")):
            self._known((*place, "reveal"), name, values, figure)
        if question["kind"] != "curve" and np.size(values.get(question.get("truth"), 0)) != 1:
            problem = f"{question['truth']} is a list of numbers: name a single one."
            raise self._file.error((*place, "truth"), problem)
        if any({"from", "below"} & set(answer) for answer in answers.values()):
            truth = float(values[question["truth"]])
            fits = [
                name
                for name, answer in answers.items()
                if answer.get("from", -np.inf) <= truth < answer.get("below", np.inf)
            ]
            if len(fits) != 1:
                raise self._file.error(
                    (*place, "answers"),
                    f"{question['truth']} = {truth:g} fits {len(fits)} answers ({', '.join(fits)}):"
                    " let `from` and `below` share out all values among the answers.",
                )

    def _known(self, place, name, values, figure):
        if name not in values:
            known = ", ".join(sorted(values))
            raise self._file.error(place, f"{figure.id} computes no {name!r}. Allowed: {known}.")

    def _canvas(self, place, question, figure):
        """What the browser must know to let a curve be drawn onto the figure's axes."""
        axes = figure.axes_of(question["truth"])
        if axes is None or {axes.get_xscale(), axes.get_yscale()} != {"linear"}:
            raise self._file.error(
                (*place, "truth"),
                f"no line of {figure.id} shows {question['truth']!r} on linear axes: name a "
                "quantity that such a line follows.",
            )
        figure.cover()  # makes the widget, and with it the limits of the axes
        low, high = sorted(float(end) for end in axes.get_ylim())
        points, label = question.get("points", 6), axes.get_xlabel()
        return {"points": points, "low": low, "high": high, "x_label": label}


def _lesson_file(room: str) -> Path:
    """The lesson file of a package; LoopError, naming those there are, when it has none."""
    try:
        spec = importlib.util.find_spec(room)
    except (ImportError, ValueError):
        spec = None
    for folder in (spec and spec.submodule_search_locations) or []:
        if (path := Path(folder) / "lesson.yaml").is_file():
            return path
    house = room.rpartition(".")[0]
    folders = sys.path
    with contextlib.suppress(ImportError, ValueError):
        folders = importlib.util.find_spec(house).submodule_search_locations
    files = sorted(file for folder in folders for file in Path(folder).glob("*/lesson.yaml"))
    known = [".".join(filter(None, [house, file.parent.name])) for file in files]
    raise LoopError(
        f"There is no lesson {room!r}: it names no package with a lesson.yaml. "
        f"Choose from: {', '.join(known) or 'none yet'}."
    )


def _asked(part) -> set[str]:
    """Every name that a question may read: what is a truth or an axis, and what is in braces."""
    if isinstance(part, str):
        return {name for name, _ in _TEMPLATE.findall(part)}
    if isinstance(part, list):
        return set().union(*map(_asked, part))
    if not isinstance(part, dict):
        return set()
    named = {part[key] for key in ("truth", "x") if isinstance(part.get(key), str)}
    return named.union(*map(_asked, part.values()))


def _block(text: str) -> str:
    return _markdown(text).strip()


def _inline(text: str) -> str:
    """Text for a place that takes no paragraphs, such as a legend."""
    return _block(text).replace("</p>\n<p>", "<br>").replace("<p>", "").replace("</p>", "")


def _flat(text: str) -> str:
    return " ".join(text.split())


def _listed(options):
    return "".join(f"\n{'' if n else chr(10)}- {_flat(text)}" for n, text in enumerate(options))
