"""Score answers by what the course says is right, and name the idea behind a wrong one.

Plain data in, plain data out, so that any process may do any part of the work.
"""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module, metadata
from types import ModuleType

import nbformat
import numpy as np

from looplab import course
from looplab.errors import LoopError, told
from looplab.learn import exercise
from looplab.learn.exercise import agree
from looplab.learn.handin import Answers, answers_in, edition, loaded, questions_of, read_code
from looplab.learn.lesson_file import LessonFile, lesson_path

RIGHT, WRONG, LOOKED, OTHER, UNREADABLE = "right", "wrong", "looked", "other", "unreadable"


@dataclass(frozen=True)
class Chapter:
    """One notebook's lesson as plain data: what is asked, and the truths of its predictions."""

    name: str
    notebook: str
    room: str
    title: str
    content: Mapping
    truths: Mapping

    @cached_property
    def asked(self) -> list[dict]:
        return questions_of(self.content)

    def question(self, id: str) -> tuple[str, Mapping]:
        """Where a question stands (predict, check, exercises, tasks), and the question."""
        if id.startswith("exercise/"):
            return "exercises", self.content["exercises"][id.partition("/")[2]]
        for section in ("predict", "check"):
            if id in self.content.get(section, {}):
                return section, self.content[section][id]
        task, _, part = id.partition("/")
        return "tasks", self.content["tasks"][task]["questions"][part]


@dataclass(frozen=True)
class Book:
    """All that scoring needs of a course, by the names of its lessons."""

    chapters: Mapping[str, Chapter]
    version: str

    @classmethod
    def of_course(cls) -> Book:
        """The course around the working directory.

        Raises `LoopError` where a notebook was not executed since its lesson asks what it asks.
        """
        root = course.root()
        chapters = {}
        sources = [metadata.version("looplab")]
        for path in course.numbered(root / "notebooks"):
            room = course.room(path)
            try:
                content = LessonFile(lesson_path(room)).content
            except LoopError as error:
                if lesson_path_missing(room):
                    continue
                raise error
            truths = _truths(path)
            shown = {id for id in content.get("predict", {})}
            if missing := sorted(shown - set(truths)):
                raise LoopError(
                    f"{path.name} holds no answer to its prediction {missing[0]!r}: run "
                    f"`looplab refresh {path.stem}`, which executes it."
                )
            name = room.replace("_", "-").replace(".", "/")
            chapters[name] = Chapter(name, path.stem, room, content["title"], content, truths)
            sources += [json.dumps([content, truths], sort_keys=True)]
            for key, module in (("tasks", "task"), ("records", "records")):
                if content.get(key):
                    sources.append(inspect.getsource(import_module(f"{room}.{module}")))
        version = hashlib.sha256("\0".join(sources).encode()).hexdigest()[:16]
        return cls(chapters, version)

    @cached_property
    def editions(self) -> dict[int, tuple[str, Sequence[Mapping]]]:
        return {edition(c.name, c.asked): (c.name, c.asked) for c in self.chapters.values()}

    @cached_property
    def records(self) -> dict[str, Chapter]:
        """By schema the chapter whose room reads such records: anonymous data, not answers."""
        chapters = self.chapters.values()
        return {c.content["records"]["schema"]: c for c in chapters if "records" in c.content}


def lesson_path_missing(room: str | None) -> bool:
    """Whether a notebook has no lesson of its own: then nothing of it is collected."""
    try:
        lesson_path(room)
    except (LoopError, AttributeError, TypeError):
        return True
    return False


def _truths(path):
    """By prediction: what its figure says, as the executed notebook has it."""
    found = {}
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            asked = output.get("metadata", {}).get("looplab", {}).get("asked", {})
            if asked.get("element") == "predict":
                right = (asked[name] for name in ("truth", "truths", "right") if name in asked)
                found[asked["id"]] = next(right)
    return found


def scored(pieces: Sequence[tuple[str, str, bytes]], book: Book) -> list[dict]:
    """A record for each piece (mark, kind, bytes): what it holds and how it was scored, or `wrong`
    with the reason why it cannot be read."""
    records, by_lesson, anonymous = [], {}, {}
    for mark, kind, data in pieces:
        record = {"mark": mark}
        records.append(record)
        try:
            answers = _read(kind, data, book)
            if isinstance(answers, Anonymous):
                anonymous.setdefault(answers.lesson, []).append((record, answers.record))
                continue
        except LoopError as error:
            record["wrong"] = str(error)
            continue
        record |= {"lesson": answers.lesson, "student": answers.student, "saved": answers.saved}
        by_lesson.setdefault(answers.lesson, []).append((record, answers))
    for lesson, pairs in by_lesson.items():
        chapter = book.chapters[lesson]
        key = _key(chapter, [answers.student for _, answers in pairs])
        for place, (record, answers) in enumerate(pairs):
            record["answers"] = _marked(chapter, answers, key, place)
    for lesson, pairs in anonymous.items():
        found = record_module(book.chapters[lesson]).measured([each for _, each in pairs])
        for (record, _), measured in zip(pairs, found, strict=True):
            record |= {"lesson": lesson, "measured": measured}
    return records


@dataclass(frozen=True)
class Anonymous:
    """A record that its lesson's room has read: data of a class, of nobody in particular."""

    lesson: str
    record: object


def record_module(chapter: Chapter) -> ModuleType:
    """The room's module `records`: `read` takes what a file holds, `measured` gives plain data for
    each of many records, `charts` captions with labels and counts for those of a class."""
    return import_module(f"{chapter.room}.records")


def _read(kind, data, book):
    if kind == "wrong":
        raise LoopError(data.decode())
    if kind == "code":
        answers = read_code(data.decode("utf-8", "replace"), book.editions)
    else:
        plain = loaded(data)
        if chapter := book.records.get(str(plain.get("schema"))):
            return Anonymous(chapter.name, record_module(chapter).read(plain))
        answers = answers_in(plain)
    if answers.lesson not in book.chapters:
        known = ", ".join(book.chapters)
        raise LoopError(
            f"it belongs to {told(answers.lesson)}, which is not in this course ({known})"
        )
    if not answers.student:
        raise LoopError("it has no number: whoever saved it had not written one")
    asked = {each["id"] for each in book.chapters[answers.lesson].asked}
    if unknown := sorted(set(answers.values) - asked):
        raise LoopError(
            f"it answers {told(unknown[0])}, which this edition of the lesson does not ask"
        )
    return answers


def _key(chapter, students):
    if not chapter.content.get("tasks"):
        return {}
    return import_module(f"{chapter.room}.task").key(np.asarray(students, dtype=np.uint32))


def _marked(chapter: Chapter, answers: Answers, key: Mapping, place: int) -> dict:
    """By question: how it was answered, the value and, maybe, the idea behind a wrong answer."""
    marked = {}
    for id, value in answers.values.items():
        if id in answers.others:
            marked[id] = [OTHER, value]
        elif value is None:
            marked[id] = [LOOKED, None]
        elif id in key:
            marked[id] = [RIGHT if key[id].accepts(place, value) else WRONG, value]
        else:
            section, question = chapter.question(id)
            try:
                right, idea = judge(section, question, chapter.truths.get(id), value)
            except (TypeError, ValueError, KeyError, AttributeError):
                marked[id] = [UNREADABLE, None]
                continue
            marked[id] = [RIGHT if right else WRONG, value, *([idea] if idea else [])]
    return marked


def judge(section: str, question: Mapping, truth: object, value: object) -> tuple[bool, str]:
    """Whether an answer is right, as the page says (`learn/answers.js`), and the misconception that
    the lesson names for it, or "".

    `truth` is that of a prediction. Raises TypeError, ValueError or KeyError for an answer that is
    none of those that can be given.
    """
    if section == "exercises":
        return exercise.is_right(value, question), _idea(_nearest(question, value))
    kind = question["kind"]
    if kind == "choice":
        entry = question["answers"][value]
        if section == "check":
            truth = next(id for id, each in question["answers"].items() if each.get("right"))
        right = value == truth or bool(entry.get("accepted"))
        return right, "" if right else _idea(entry)
    if kind == "ranking":
        return _ranked(question, truth, value)
    if kind == "curve" and not value:
        raise ValueError
    number = value[-1] if kind == "curve" else value
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise TypeError
    if section == "check":
        known = _nearest(question, number, question["tolerance"])
        if agree(number, question["answer"], question["tolerance"]):
            return True, ""
        right = known is not None and known in question.get("accepts", [])
        return right, "" if right else _idea(known or question["outcomes"]["wrong"])
    within = question["scale"]["step"] / 2 if "scale" in question else 0
    known = _nearest(question, number, within)
    if agree(number, truth, question["close"]):
        return True, ""
    if known is not None and known in question.get("accepts", []):
        return True, ""
    side = "high" if number > truth else "low"
    return False, _idea(known or question["outcomes"][side])


def _ranked(question, truth, order):
    if sorted(order) != sorted(question["items"]):
        raise ValueError
    real = sorted(truth.values(), reverse=True)
    if [truth[id] for id in order] == real:
        return True, ""
    for swap in question.get("swaps", []):
        above, below = swap["above"], swap["below"]
        if order.index(above) < order.index(below) and truth[above] < truth[below]:
            return False, _idea(swap)
    return False, _idea(question["outcomes"]["wrong"])


def _nearest(question, value, within=None):
    """The first value with an answer of its own that this one meets, or None."""
    within = question.get("tolerance") if within is None else within
    for entry in [*question.get("accepts", []), *question.get("mistakes", [])]:
        if np.all(agree(np.subtract(value, entry["value"]), 0, entry.get("within", within))):
            return entry
    return None


def _idea(entry):
    return (entry or {}).get("misconception", "")


def parts(pieces: Iterable, size: int):
    """The pieces in lists of `size`."""
    part = []
    for piece in pieces:
        part.append(piece)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part
