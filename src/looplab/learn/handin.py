"""What a student hands in: a file, or a short code with a check (`handin.js` writes both).

A code is for where no file can be handed in. It is a line of symbols, one answer after another in
the order of the lesson file, four bits a symbol, in Crockford's letters, and ends with a checksum.
It holds numbers to six digits, belongs to one edition of a lesson (what is asked, and in which
order), and has about 120 letters for a notebook of twenty answers.
"""

from __future__ import annotations

import json
import math
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from looplab.errors import LoopError, told
from looplab.figure.controls import HIGHEST_NUMBER

SCHEMA, VERSION = "looplab-answers", 1
SYMBOLS = "0123456789.,;-/e"
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans("IiLlOo", "111100")
_CHECK = 6
_MOST_BYTES = 1_000_000
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{5,15}Z?")


@dataclass(frozen=True)
class Answers:
    """What one student handed in for one lesson.

    `values` has for each question answered its value as plain data, None where it was looked at
    without predicting. `others` has the questions answered under another number, with that number.
    """

    lesson: str
    student: int
    saved: str
    values: Mapping[str, object]
    others: Mapping[str, int] = field(default_factory=dict)


def questions_of(content: Mapping) -> list[dict]:
    """Everything a lesson asks that can be handed in, in order: id, options and, maybe, task."""
    asked = []
    for section in ("predict", "check"):
        for name, question in content.get(section, {}).items():
            asked.append({"id": name, "options": _options(question)})
    for name in content.get("exercises", {}):
        asked.append({"id": f"exercise/{name}", "options": []})
    for name, task in content.get("tasks", {}).items():
        for part, question in task["questions"].items():
            record = {"id": f"{name}/{part}", "options": _options(question), "task": name}
            asked.append(record)
    return asked


def _options(question):
    return [*question.get("answers", {}), *question.get("items", {})]


def edition(lesson: str, asked: Sequence[Mapping]) -> int:
    """The number by which a code knows its lesson: another when what is asked changes."""
    parts = [lesson, [[each["id"], each["options"]] for each in asked]]
    return zlib.crc32(json.dumps(parts, separators=(",", ":"), ensure_ascii=False).encode())


def loaded(data: bytes) -> dict:
    """What a file that a page saved holds. Raises LoopError for what no page saves."""
    if len(data) > _MOST_BYTES:
        raise LoopError(f"it has {len(data):,} bytes: a file of answers has a few thousand")
    try:
        plain = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise LoopError("it is not text (UTF-8)") from None
    except (ValueError, RecursionError):
        raise LoopError("it is not a file of answers (no JSON), or was cut short") from None
    try:
        json.dumps(plain, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise LoopError("it holds half of a letter (a lone surrogate), which is no text") from None
    if not isinstance(plain, dict):
        raise LoopError(f"it is no file of answers: its schema is not {SCHEMA!r}")
    return plain


def read_file(data: bytes) -> Answers:
    """The answers in a file. Raises LoopError that says what is wrong with it."""
    return answers_in(loaded(data))


def answers_in(plain: Mapping) -> Answers:
    """The answers in what a file holds. Raises LoopError that says what is wrong with it."""
    if plain.get("schema") != SCHEMA:
        raise LoopError(f"it is no file of answers: its schema is not {SCHEMA!r}")
    if plain.get("version") != VERSION:
        raise LoopError(
            f"its version is {told(plain.get('version'))}: this looplab reads {VERSION}"
        )
    lesson, answers = plain.get("lesson"), plain.get("answers")
    if not isinstance(lesson, str) or not isinstance(answers, dict):
        raise LoopError("it names no lesson or has no answers")
    values, others = {}, {}
    for name, answer in answers.items():
        if not isinstance(answer, dict) or "value" not in answer or not _plain(answer["value"]):
            raise LoopError(f"its answer {told(name)} is not one")
        values[name] = answer["value"]
        if "student" in answer:
            others[name] = _number(answer["student"])
    saved = str(plain.get("saved"))
    when = saved if _MOMENT.fullmatch(saved) else ""
    return Answers(lesson, _number(plain.get("student")), when, values, others)


def read_code(text: str, lessons: Mapping[int, tuple[str, Sequence[Mapping]]]) -> Answers:
    """The answers in a code; `lessons` has name and questions of each by edition.

    Raises LoopError that says what is wrong with it.
    """
    letters = re.sub(r"[\s-]", "", text).translate(_ALIKE).upper()
    unknown = sorted(set(letters) - set(LETTERS))
    if unknown:
        raise LoopError(f"the code has {unknown[0]!r}, which no code has: copy it again")
    body, check = letters[:-_CHECK], letters[-_CHECK:]
    crc = zlib.crc32(body.encode())
    if not body or check != "".join(LETTERS[(crc >> (5 * i)) & 31] for i in range(_CHECK)):
        raise LoopError("the code has a letter wrong, missing or too many: copy it again")
    bits = "".join(f"{LETTERS.index(letter):05b}" for letter in body)
    symbols = "".join(SYMBOLS[int(bits[i : i + 4], 2)] for i in range(0, len(bits) - 3, 4))
    # Bits left over were filled with ones, which may look like one symbol more.
    symbols = symbols.removesuffix("e")
    try:
        return _from_symbols(symbols, lessons)
    except (ValueError, IndexError):
        raise LoopError("the code holds no answers, though its check is right") from None


def _from_symbols(symbols, lessons):
    version, student, number, *parts = symbols.split(";")
    if version != str(VERSION):
        raise LoopError(f"the code is of version {version}: this looplab reads {VERSION}")
    if int(number) not in lessons:
        raise LoopError("the code belongs to another edition of the course")
    lesson, asked = lessons[int(number)]
    values, others = {}, {}
    for question, part in zip(asked, parts, strict=False):
        name = question["id"]
        if part.startswith("/"):
            other, _, part = part[1:].partition(",")
            others[name] = _number(int(other))
        if part:
            values[name] = _value(part, question)
    return Answers(lesson, _number(int(student)), "", values, others)


def _value(part, question):
    if part == "-":
        return None
    numbers = [float(each) for each in part.split(",")]
    chosen = question["options"]
    found = [chosen[int(number)] for number in numbers] if chosen else numbers
    return found if len(found) > 1 else found[0]


def _number(value):
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or not 0 <= value <= HIGHEST_NUMBER:
        raise LoopError(
            f"its number is {told(value)}: a whole number of at most nine digits is needed"
        )
    return value


def _plain(value):
    if isinstance(value, list):
        return len(value) <= 100 and all(map(_plain, value)) and not any(map(_nested, value))
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return math.isfinite(value)
    return value is None or (isinstance(value, str) and len(value) <= 1000)


def _nested(value):
    return isinstance(value, list)
