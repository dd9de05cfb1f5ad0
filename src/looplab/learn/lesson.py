"""Learning elements: predict, then see; check; climb a ladder of hints; keep one's notes.

    lesson = learn.Lesson("physics.waves")
    lesson.predict("paradox", figures.worth())
    lesson.check("what-relief-is")
    lesson.exercise("failed-surprise", my_value)
    lesson.hints("swap-the-traces")
    lesson.notes()

What is asked and answered stands in `physics/waves/lesson.yaml`, whose shape is in
`lesson_schema.json`. An element is a widget that works without a kernel (`learn.js`).
Answers are kept in the reader's own browser and go nowhere else.
"""

from __future__ import annotations

import difflib
import importlib
import random

import numpy as np
import traitlets
from IPython.display import display
from matplotlib.ticker import MaxNLocator

from looplab import saved, shared
from looplab.errors import LoopError, ModelError
from looplab.figure import places
from looplab.figure.contract import check
from looplab.figure.controls import Student
from looplab.figure.figure import LivingFigure
from looplab.figure.words import TEMPLATE, sentence
from looplab.language.interface import say
from looplab.learn.agreement import Agreement
from looplab.learn.contract import RECORDS, ExerciseRecord
from looplab.learn.exercise import judge
from looplab.learn.glossary import Glossary
from looplab.learn.handin import questions_of
from looplab.learn.lesson_file import LessonFile, lesson_path
from looplab.learn.parameters import checked
from looplab.learn.text import block, flat, inline, outside_maths, tagless, without_maths
from looplab.references import References
from looplab.rounding import steady


class _Widget(shared.Drawn):
    # The id of its figure's model, as text: what a question shows does not hold the figure, too.
    figure = traitlets.Unicode().tag(sync=True)
    # The widget in which its reader writes a number of their own, in the same way.
    number = traitlets.Unicode().tag(sync=True)


class Element:
    """Something to answer or to open; shows itself as the last line of a cell.

    `spec` is all that the browser needs, a record of `contract.py`. Where scripts do not run,
    `markdown` stands in its place. A prediction is followed by its `figure`, which stays covered
    until it is made. `asked` names the question and what is right, for question banks and for those
    who collect answers; it travels with the output's metadata.
    """

    def __init__(
        self,
        spec: dict,
        question: str,
        markdown: str,
        figure: LivingFigure | None = None,
        asked: dict | None = None,
    ):
        element, id = spec["element"], spec["id"]
        check(spec, RECORDS[element, spec["kind"]], f"{spec['lesson']}: {element} {id!r}")
        self.spec, self.question, self.markdown, self.figure = spec, question, markdown, figure
        self.asked = asked
        self.widget = _Widget(
            script=shared.alive(),
            spec=spec,
            figure=figure.canvas.itself if figure else "",
            number=_number_of(figure),
        )

    def __repr__(self):
        return self.question

    def _ipython_display_(self):
        if self.figure is not None:
            places.take(self.figure)
        bundle = saved.shown(self.widget) | {
            "text/markdown": self.markdown,
            "text/plain": self.question,
        }
        display(bundle, raw=True, metadata={"looplab": {"asked": self.asked}} if self.asked else {})
        if self.figure is not None:
            display(self.figure)


class Verdict:
    """What to say about a learner's value; shows itself as text.

    `record` is what the exported page needs to let its reader answer there; it travels with the
    output's metadata.
    """

    def __init__(self, question: str, text: str, record: dict):
        self.question, self.text, self.record = question, text, record

    def __repr__(self):
        return f"{self.question}\n\n{self.text}"

    def _repr_mimebundle_(self, **_):
        markdown = f"**{say('exercise')}.** {tagless(self.question)}\n\n> {tagless(self.text)}"
        data = {"text/markdown": markdown, "text/plain": repr(self)}
        return data, {"looplab": {"exercise": self.record}}


class Lesson:
    """The predictions, checks, hints and exercises declared for one notebook of the course.

    `room` is the package in which the notebook's models, figures and `lesson.yaml` lie, such as
    `physics.waves`. `student` is a number that settles in which order answers stand;
    without it every browser draws one of its own and keeps it. Raises LoopError when there is no
    such lesson, or when anything in its file is wrong, naming file, line and key.
    """

    def __init__(self, room: str, student: int | None = None):
        self.room, self.student = room, student
        self._file = LessonFile(lesson_path(room))
        self._content = self._file.content
        self.title = self._content["title"]

    def given(self, **values) -> dict:
        """The parameters of the notebook as its lesson file declares them; `looplab publish -p`
        sets them.

        Raises LoopError naming the parameter, its value and what is allowed.
        """
        declared = self._content.get("parameters", {})
        if missing := [name for name in declared if name not in values]:
            raise LoopError(f"{self.room}: the parameters {', '.join(missing)} are not given.")
        return checked(declared, values, self.room)

    def predict(self, id: str, figure: LivingFigure) -> Element:
        """The question `id`, and the figure that answers it, covered until the learner commits.

        The truth is a quantity of the figure at the settings `at` (the figure's defaults where
        not given), computed by the living figure itself: an edited model changes the answer.
        """
        question = self._entry("predict", id)
        place = ("predict", id)
        self._figure_has_what_is_asked(place, question, figure)
        figure.ask(quantities_asked(question))
        spec = self._spec("predict", id, question)
        spec["at"] = figure.defaults | question.get("at", {})
        named = ("truth", "format", "unit", "scale", "close", "x", "setting", "control")
        spec |= _part(question, *named)
        if "opens_at" in question:
            spec["opens"] = spec["at"] | self._settings(question["opens_at"], figure)
        options = []
        if question["kind"] == "choice":
            spec["answers"] = self._answers(question["answers"], spec["at"])
            options = [answer["text"] for answer in question["answers"].values()]
        elif question["kind"] == "ranking":
            spec["items"] = [
                {"id": name, "text": inline(item["text"]), "truth": item["truth"],
                 "at": spec["at"] | item.get("at", {})}
                for name, item in question["items"].items()
            ]  # fmt: skip
            spec["swaps"] = [
                _part(swap, "above", "below") | self._feedback(swap)
                for swap in question.get("swaps", [])
            ]
            options = [item["text"] for item in question["items"].values()]
        elif question["kind"] == "curve":
            spec |= self._canvas(place, question, figure)
        elif question["kind"] == "number":
            spec |= self._special(question)
        if "outcomes" in question:
            spec["outcomes"] = {k: self._feedback(o) for k, o in question["outcomes"].items()}
        spec["reveal"] = block(question.get("reveal", ""))
        spec["see"] = block(question.get("what_to_see", ""))
        figure.cover(question["truth"] if question["kind"] == "curve" else "")
        text = f"**{say('question-predict')}.** {tagless(question['question'])}" + _listed(
            options, id
        )
        explained = tagless(self._explained(question, figure))
        if explained:
            name = say("question-see-later")
            text += f"\n\n<details><summary>{name}</summary>\n\n{explained}\n\n</details>"
        asked = {"element": "predict", "id": id, **_right(question, figure)}
        if question["kind"] == "curve":
            asked |= {"x_label": spec["x_label"], "end": spec["places"][-1]}
        return Element(
            spec, flat(question["question"]), text, figure, asked | {"explained": explained}
        )

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
            spec |= self._special(question)
        text = f"**{say('question-check')}.** {tagless(question['question'])}" + _listed(
            options, id
        )
        asked = {"element": "check", "id": id}
        if question["kind"] == "choice":
            [asked["right"]] = [n for n, answer in question["answers"].items() if "right" in answer]
        return Element(spec, flat(question["question"]), text, asked=asked)

    def exercise(self, id: str, value: object) -> Verdict:
        """What is off about the value that the learner's own code gave, or that it is right."""
        exercise = self._entry("exercises", id)
        wanted = np.size(exercise["answer"])
        for name, numbers in exercise.get("given", {}).items():
            if len(numbers) != wanted:
                problem = f"has {len(numbers)} numbers: give {wanted}, as many as the answer has."
                raise self._file.error(("exercises", id, "given", name), problem)
        record = {"id": id, "question": flat(exercise["question"])}
        record |= _part(exercise, "quantity", "given", "answer", "tolerance", "right")
        for key in ("accepts", "mistakes"):
            entries = exercise.get(key, [])
            record[key] = [_part(entry, "value", "within", "feedback") for entry in entries]
        check(record, ExerciseRecord, f"{self.title}: exercise {id!r}")
        return Verdict(record["question"], flat(judge(value, exercise)), record)

    def task(self, id: str, figure: LivingFigure) -> Element:
        """The task `id`, whose data are the student's own, and the figure that shows them.

        The figure has a `Student` control. Nothing here knows what is right: that is computed from
        the student's number by the function `key` of the room's module `task`, when answers are
        collected. What is said to a reply is about its form alone.
        """
        task = self._entry("tasks", id)
        if not any(isinstance(control, Student) for control in figure.controls.values()):
            problem = f"{figure.id} has no control for the student's number: give it a Student()."
            raise self._file.error(("tasks", id), problem)
        spec = self._spec("task", id, {"kind": "task", "question": task["question"]})
        spec["questions"] = [
            {"id": name, "kind": part["kind"], "question": inline(part["question"])}
            | (
                {"answers": [[key, inline(text)] for key, text in part["answers"].items()]}
                if part["kind"] == "choice"
                else _part(part, "unit", "low", "high")
            )
            for name, part in task["questions"].items()
        ]
        listed = "".join(
            f"\n- {flat(tagless(part['question']))}" for part in task["questions"].values()
        )
        text = f"**{say('task-head')}.** {tagless(task['question'])}\n{listed}"
        return Element(spec, flat(task["question"]), text, figure)

    def hints(self, id: str) -> Element:
        """The hint ladder `id`: one hint at a time, then the worked solution."""
        ladder = self._entry("hints", id)
        count = len(ladder["steps"])
        names = [say("hint", place=place, count=count) for place in range(1, count + 1)]
        texts = [*ladder["steps"], ladder["solution"]]
        rungs = list(zip([*names, say("hint-solution")], texts, strict=True))
        spec = self._spec("hints", id, {"kind": "ladder", "question": ladder["title"]})
        spec["rungs"] = [{"name": name, "text": block(text)} for name, text in rungs]
        folded = [
            f"<details><summary>{name}</summary>\n\n{tagless(text.strip())}\n\n</details>"
            for name, text in rungs
        ]
        markdown = "\n\n".join(
            [f"**{say('hints-of', question=tagless(ladder['title']))}**", *folded]
        )
        return Element(spec, say("hints-of", question=flat(ladder["title"])), markdown)

    def notes(self) -> Element:
        """The learner's own answers and notes, with buttons to save and to clear them."""
        spec = self._spec("notes", "my-notes", {"kind": "notes", "question": say("notes")})
        spec["asked"] = questions_of(self._content)
        markdown = f"**{say('notes')}.** {say('notes-here')}"
        return Element(spec, say("notes"), markdown)

    def glossary(self) -> Glossary:
        """The words of the notebook that need saying what they mean, in alphabetical order."""
        return Glossary(self._content.get("glossary", []))

    def agreement(self) -> Agreement:
        """The `NUMBERS` of the room's module `reference`, beside what its models give.

        The page computes them anew (*Check this page*).
        """
        return Agreement(importlib.import_module(f"{self.room}.reference").NUMBERS)

    def references(self) -> References:
        """What the notebook cites, as a list."""
        return References(self._content.get("references", {}))

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
            "question": inline(question["question"]),
            "notes": self.notes_key,
            "lesson": self.title,
            "student": self.student,
        } | {key: True for key in ("in_order",) if question.get(key)}

    def _settings(self, state, figure):
        """Settings of the figure: those given, or those of the preset named."""
        return state if isinstance(state, dict) else figure.presets[state]

    def _special(self, question):
        """Values with an answer of their own: accepted beside the truth, or known mistakes."""
        return {
            key: [
                _part(entry, "value", "within") | self._feedback(entry)
                for entry in question.get(key, [])
            ]
            for key in ("accepts", "mistakes")
        }

    def _explained(self, question, figure):
        """What the reveal will say, as Markdown, for readers without scripts."""
        texts = [question[key].strip() for key in ("reveal", "what_to_see") if key in question]
        values = figure.values(**question.get("at", {}))

        def filled(text):
            return sentence(text, values, figure.words)

        return outside_maths(filled, "\n\n".join(texts))

    def _feedback(self, entry):
        idea = self._content.get("misconceptions", {}).get(entry.get("misconception"), "")
        return {"feedback": block(entry["feedback"]), "idea": inline(idea)}

    def _answers(self, answers, at):
        return [
            {"id": name, "text": inline(answer["text"])}
            | _part(answer, "right", "accepted", "from", "below")
            | ({"at": at | answer["at"]} if "at" in answer else {})
            | ({"shows": at | answer["shows"]} if "shows" in answer else {})
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
                for state in {"at", "shows"} & set(part):
                    try:
                        figure.check(**part[state])
                    except ModelError as error:
                        raise self._file.error((*here, state), str(error)) from None
                if "truth" in part:
                    self._known((*here, "truth"), part["truth"], values, figure)
        for key in ("reveal", "what_to_see"):
            for name, _ in TEMPLATE.findall(without_maths(question.get(key, ""))):
                self._known((*place, key), name, values, figure)
        self._opens((*place, "opens_at"), question.get("opens_at", {}), figure)
        for name in {question["control"]} if "control" in question else ():
            if name not in figure.controls:
                known = ", ".join(figure.controls)
                problem = f"{figure.id} has no control {name!r}. Allowed: {known}."
                raise self._file.error((*place, "control"), problem)
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

    def _opens(self, place, state, figure):
        if isinstance(state, str):
            if state not in figure.presets:
                known = ", ".join(figure.presets) or "it has none"
                raise self._file.error(
                    place, f"{figure.id} has no preset {state!r}. Allowed: {known}."
                )
            return
        try:
            figure.check(**state)
        except ModelError as error:
            raise self._file.error(place, str(error)) from None

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
        figure.cover(question["truth"])  # makes the widget, and with it the limits of the axes
        x = figure.values(**question.get("at", {}))[question["x"]]
        points, ends = question.get("points", 6), (x[0], x[-1])
        # An axis ends at rounder numbers than a record.
        near = abs(x[-1] - x[0]) / (points - 1) / 2
        limits = sorted(axes.get_xlim(), reverse=bool(x[0] > x[-1]))
        ends = [
            limit if abs(limit - end) < near else end
            for limit, end in zip(limits, ends, strict=True)
        ]
        return {
            "places": steady(np.linspace(*ends, points)).tolist(),
            "scale": _round_scale(*sorted(axes.get_ylim())),
            "x_label": axes.get_xlabel(),
        }


def _round_scale(low, high) -> dict:
    """The numbers between `low` and `high` in round steps, of which there are at most a hundred."""
    ticks = MaxNLocator(100, steps=[1, 2, 5, 10]).tick_values(low, high)
    within = [tick for tick in steady(ticks).tolist() if low <= tick <= high]
    step = steady(within[1] - within[0])
    return {"low": within[0], "high": within[-1], "step": step}


def _right(question, figure) -> dict:
    """What is right, as `answers.js` judges it, of the figure as it is made here."""
    at = question.get("at", {})

    def read(name, settings):
        return steady(figure.values(**{**at, **settings})[name], 10)

    if question["kind"] == "ranking":
        truths = {k: read(i["truth"], i.get("at", {})) for k, i in question["items"].items()}
        return {"order": sorted(truths, key=truths.get, reverse=True), "truths": truths}
    if question["kind"] == "curve":
        return {"truth": float(read(question["truth"], {}).flat[-1])}
    if question["kind"] == "number":
        return {"truth": read(question["truth"], {})}
    answers = question["answers"]
    if "truth" not in question:
        return {"right": next(name for name, answer in answers.items() if "right" in answer)}
    if all("at" in answer for answer in answers.values()):
        truths = {k: read(question["truth"], answer["at"]) for k, answer in answers.items()}
        return {"right": max(truths, key=truths.get)}
    truth = read(question["truth"], {})
    low, high = ("from", -np.inf), ("below", np.inf)
    fits = [k for k, a in answers.items() if a.get(*low) <= truth < a.get(*high)]
    return {"right": fits[0]}


def _part(entry, *names):
    """What an entry of the lesson file says under these names, if it does."""
    return {name: entry[name] for name in names if name in entry}


def _number_of(figure):
    """The reference to the widget that holds the student's number, or ""."""
    for name, control in figure.controls.items() if figure else ():
        if isinstance(control, Student):
            return f"IPY_MODEL_{figure.widgets[name].model_id}"
    return ""


def quantities_asked(part) -> set[str]:
    """Every name that a question may read: what is a truth or an axis, and what is in braces."""
    if isinstance(part, str):
        return {name for name, _ in TEMPLATE.findall(part)}
    if isinstance(part, list):
        return set().union(*map(quantities_asked, part))
    if not isinstance(part, dict):
        return set()
    named = {part[key] for key in ("truth", "x") if isinstance(part.get(key), str)}
    return named.union(*map(quantities_asked, part.values()))


def _listed(options, id):
    """The options as a list, in an order of its own, so that their place says nothing."""
    mixed = random.Random(id).sample(options, len(options))
    return "".join(
        f"\n{'' if n else chr(10)}- {flat(tagless(text))}" for n, text in enumerate(mixed)
    )
