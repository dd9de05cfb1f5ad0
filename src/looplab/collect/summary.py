"""The class's table and page, made from everything that was scored.

Names and texts of a roster are data: escaped on the page, and never a formula in the table.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from looplab.collect.kept import Kept
from looplab.collect.roster import Roster
from looplab.collect.score import LOOKED, OTHER, RIGHT, WRONG, Book, Chapter, judge, record_module
from looplab.figure.numbers import number
from looplab.language import current
from looplab.language.interface import say, say_html
from looplab.learn.text import inline
from looplab.whole import whole

BINS = 10
MOST_NAMED = 500
"""How many names or reasons a list on the page holds; the table has all."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

templates = Environment(loader=PackageLoader("looplab.collect", "."), autoescape=True)
templates.globals |= {"say": say, "say_html": say_html}
templates.trim_blocks = templates.lstrip_blocks = True


@dataclass
class Tally:
    """All answers of a class to one question, counted."""

    states: Counter = field(default_factory=Counter)
    values: Counter = field(default_factory=Counter)
    ideas: Counter = field(default_factory=Counter)

    def add(self, state, value, idea="") -> None:
        self.states[state] += 1
        if state in (RIGHT, WRONG):
            self.values[tuple(value) if isinstance(value, list) else value] += 1
        if idea:
            self.ideas[idea] += 1

    @property
    def answered(self) -> int:
        return self.states[RIGHT] + self.states[WRONG]


@dataclass(frozen=True)
class Row:
    """One line of a distribution: what was answered, by how many, and whether it is the truth."""

    label: str
    count: int
    share: float
    truth: bool


def write(
    table: Path, page: Path, book: Book, people: Roster, marks: Mapping[str, str], kept: Kept
) -> list[tuple[str, str]]:
    """Write the table and the page; give name and reason of each piece that could not be read."""
    wrong = [(name, kept.places[m].wrong) for name, m in marks.items() if kept.places[m].wrong]
    chosen, again = _chosen(marks, kept)
    students = [*people.rows, *sorted({s for s, _ in chosen} - set(people.rows))]
    tallies = {
        (chapter.name, each["id"]): Tally()
        for chapter in book.chapters.values()
        for each in chapter.asked
    }
    tasks = {name: Counter() for name in book.chapters}
    rows = _rows(students, book, people, chosen, kept, tallies, tasks)
    with whole(table, "utf-8-sig") as file:
        csv.writer(file).writerows(rows)
    present = {student for student, _ in chosen}
    measured: dict[str, list] = {name: [] for name in book.chapters}
    # The same file twice is one record.
    for mark in sorted(set(marks.values())):
        if kept.places[mark].anonymous:
            measured[kept.places[mark].lesson].append(kept.measured(mark))
    missing = [(s, row["name"]) for s, row in people.rows.items() if s not in present]
    strangers = [s for s in students if s not in people.rows]
    html = templates.get_template("class.html.j2").render(
        language=current(),
        percent=_percent,
        course=_course_title(),
        people=len(people.rows),
        present=len(present & set(people.rows)),
        missing=missing,
        strangers=strangers,
        again=[(s, people.rows.get(s, {}).get("name", ""), names) for s, names in again],
        wrong=wrong,
        most=MOST_NAMED,
        lessons=[
            _lesson(chapter, tallies, tasks[name], sum(lesson == name for _, lesson in chosen))
            | {"records": _records(chapter, measured[name])}
            for name, chapter in book.chapters.items()
        ],
    )
    with whole(page) as file:
        file.write(html)
    return wrong


def _chosen(marks, kept):
    """Of each student's pieces for a lesson the one that counts, and all where there are several.

    That is the one saved last. A code holds no time: it comes before every file, and among codes
    the one read last, the lowest in its table, counts.
    """
    pieces: dict[tuple[int, str], list] = {}
    for order, (name, mark) in enumerate(marks.items()):
        place = kept.places[mark]
        if not (place.wrong or place.anonymous):
            several = pieces.setdefault((place.student, place.lesson), [])
            several.append((place.saved, order, name, mark))
    again = sorted(
        (student, [name for _, _, name, _ in sorted(several)])
        for (student, _), several in pieces.items()
        if len({mark for *_, mark in several}) > 1
    )
    return {at: max(several)[3] for at, several in pieces.items()}, again


def _rows(students, book, people, chosen, kept, tallies, tasks) -> Iterator[list]:
    """The table, line by line; counts on the way."""
    head = ["student", *map(_plain, people.columns), "on the roster"]
    for chapter in book.chapters.values():
        short = chapter.notebook.partition("_")[0]
        head += [f"{short} {what}" for what in ("handed in", "answered", "right", "own task right")]
        head += [f"{short} {each['id']}" for each in chapter.asked]
    yield head
    for student in students:
        own = people.rows.get(student, {})
        row = [student, *(_plain(own.get(column, "")) for column in people.columns)]
        row.append("yes" if own else "no")
        for name, chapter in book.chapters.items():
            mark = chosen.get((student, name))
            answers = kept.answers(mark) if mark else {}
            states = {id: scored[0] for id, scored in answers.items()}
            for id, scored in answers.items():
                tallies[name, id].add(*scored)
            task = [each["id"] for each in chapter.asked if "task" in each]
            right = sum(states.get(id) == RIGHT for id in task)
            if any(id in states for id in task):
                tasks[name][right] += 1
            counted = [state for state in states.values() if state in (RIGHT, WRONG)]
            row += ["yes" if mark else "no", len(counted), counted.count(RIGHT)]
            row.append(right if any(id in states for id in task) else "")
            row += [states.get(each["id"], "") for each in chapter.asked]
        yield row


def _plain(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text


def _lesson(chapter: Chapter, tallies, tasks, handed):
    questions = []
    for each in chapter.asked:
        section, question = chapter.question(each["id"])
        tally = tallies[chapter.name, each["id"]]
        ideas = chapter.content.get("misconceptions", {})
        most = max(tally.ideas.values(), default=0)
        common = sorted(name for name, count in tally.ideas.items() if count == most)
        questions.append(
            {
                "kind": say("class-kind", section=section),
                "text": Markup(inline(question["question"])),
                "id": each["id"],
                "tally": tally,
                "counts": _counts(tally),
                "looked": tally.states[LOOKED],
                "other": tally.states[OTHER],
                "rows": distribution(section, question, chapter.truths.get(each["id"]), tally),
                "caption": _caption(section, question),
                "ideas": [Markup(inline(ideas[name])) for name in common],
                "most": most,
            }
        )
    most = sum("task" in each for each in chapter.asked)
    return {
        "title": chapter.title,
        "notebook": chapter.notebook,
        "handed": handed,
        "questions": questions,
        "tasks": _counted(
            (say("place-of-count", place=n, count=most), tasks[n], False) for n in range(most + 1)
        ),
        "task_taken": sum(tasks.values()),
    }


def _records(chapter: Chapter, measured: list) -> dict | None:
    """The charts of a class's anonymous records, or None where there is none."""
    if not measured:
        return None
    charts = record_module(chapter).charts(measured)
    said = chapter.content["records"]
    return {
        "title": said["title"],
        "note": Markup(inline(said["note"])),
        "count": len(measured),
        "charts": [
            (caption, _counted((label, count, False) for label, count in bars))
            for caption, bars in charts
        ],
    }


def _counts(tally):
    """How many answered, looked, or answered under another number, in words."""
    share = _percent(tally.states[RIGHT] / max(1, tally.answered))
    said = [say("class-answered", count=tally.answered, share=share)]
    if looked := tally.states[LOOKED]:
        said.append(say("class-looked", count=looked))
    if other := tally.states[OTHER]:
        said.append(say("class-other", count=other))
    return said


def _percent(share):
    return f"{100 * share:.0f}\N{NO-BREAK SPACE}%"


def _caption(section, question):
    """What the rows of a distribution count, and what a tick says of one."""
    kind = question.get("kind", "number")
    if section == "tasks":
        rows = "task"
    elif kind in ("ranking", "curve"):
        rows = kind
    else:
        rows = "scale" if "scale" in question else "answer"
    return say("class-caption", rows=rows)


def distribution(section: str, question: Mapping, truth: object, tally: Tally) -> list[Row]:
    """How often each answer was given, and which is the truth, as `_caption` says it."""
    kind = question.get("kind", "number")
    if kind == "choice" and section == "tasks":
        # The truth is another for each student.
        return _counted((_words(text), tally.values[id], False)
                        for id, text in question["answers"].items())  # fmt: skip
    if kind == "choice":
        return _counted(
            (_words(each["text"]), tally.values[id], judge(section, question, truth, id)[0])
            for id, each in question["answers"].items()
        )
    if section == "tasks" or isinstance(question.get("answer"), list):
        return []
    if kind == "ranking":
        firsts = Counter()
        for order, count in tally.values.items():
            firsts[order[0]] += count
        most = max(truth.values())
        return _counted(
            (say_html("class-first", item=_words(each["text"])), firsts[id], truth[id] == most)
            for id, each in question["items"].items()
        )
    ends = Counter()
    for value, count in tally.values.items():
        ends[value[-1] if isinstance(value, tuple) else value] += count
    if "scale" in question or kind == "curve":
        return _binned(question, truth, ends)
    frequent = sorted(ends.items(), key=lambda pair: (-pair[1], pair[0]))[:BINS]
    rows = [(number(value, ""), count, judge(section, question, truth, value)[0])
            for value, count in frequent]  # fmt: skip
    rest = sum(ends.values()) - sum(count for _, count, _ in rows)
    return _counted(rows + ([(say("class-rest"), rest, False)] if rest else []))


def _binned(question, truth, ends):
    """Equal parts of the slider, or of what was drawn at the end of a curve."""
    style, unit = question["format"], question.get("unit", "")
    scale = question.get("scale")
    reach = [*ends, *([truth] if truth is not None else [])]
    if not reach:
        return []
    low, high = (scale["low"], scale["high"]) if scale else (min(reach), max(reach))
    width = (high - low) / BINS or 1

    def place(value):
        return min(BINS - 1, max(0, int((value - low) / width + 1e-9)))

    counts = Counter()
    for value, count in ends.items():
        counts[place(value)] += count
    real = place(truth) if truth is not None else -1
    rows = []
    for at in range(BINS):
        first, last = (number(low + width * end, style) for end in (at, at + 1))
        label = say("class-between", begin=first, end=f"{last} {unit}".strip())
        if at == real:
            value = f"{number(truth, style)} {unit}".strip()
            label = say("class-between-truth", between=label, truth=value)
        rows.append((label, counts[at], at == real))
    return _counted(rows)


def _counted(entries: Iterable[tuple[str, int, bool]]) -> list[Row]:
    entries = list(entries)
    total = sum(count for _, count, _ in entries)
    return [Row(label, count, count / total if total else 0, truth)
            for label, count, truth in entries]  # fmt: skip


def _words(text):
    return Markup(inline(text))


def _course_title():
    from looplab import course

    return course.record(course.root()).title
