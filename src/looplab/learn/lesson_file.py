"""A lesson file: YAML, checked against `lesson_schema.json`, with errors that name the line."""

from __future__ import annotations

import contextlib
import difflib
import importlib.util
import json
import re
import sys
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path

import yaml
from jsonschema import Draft202012Validator, ValidationError

from looplab.errors import LoopError, told
from looplab.language.prose import markdown

IDS = "small letters, digits and hyphens, such as `after-relief`"
DEEPEST = 30
"""How many keys stand above a value at most."""
_NAMES = {"kind", "truth", "x", "format", "misconception", "above", "below", "quantity", "control",
          "schema", "tells"}  # fmt: skip
"""Keys under which no reader of the notebook finds words."""
ASKED = ("predict", "check", "hints", "exercises", "tasks")
_SCHEMA = json.loads((resources.files(__package__) / "lesson_schema.json").read_text("utf-8"))
_KINDS = {"object": "a mapping of keys", "array": "a list", "string": "text", "number": "a number",
          "integer": "a whole number"}  # fmt: skip


class LessonFile:
    """The content of a lesson file, as plain data in `content`, in the language that is spoken now.

    Raises LoopError, with one line for each thing wrong: file, line, key, value, what is allowed.
    """

    def __init__(self, path: Path):
        self.path = path
        self.name = f"{path.parent.name}/{path.name}"
        self._lines: dict[tuple, int] = {}
        self._wrong: list[tuple[int, str]] = []
        node = self._nodes(path.read_bytes())
        self.content = self._plain(node, ()) if node else {}
        for error in Draft202012Validator(_SCHEMA).iter_errors(self.content):
            for place, problem in _explain(error):
                self._note(place, problem)
        if not self._wrong:
            for place, problem in _crosscheck(self.content):
                self._note(place, problem)
        if self._wrong:
            raise LoopError("\n".join(text for _, text in sorted(self._wrong)))
        # the glossary needs its English terms, and translates itself
        for section, content in self.content.items():
            if section not in ("parameters", "glossary"):
                self.content[section] = _said(content, (section,))

    def _nodes(self, data: bytes) -> yaml.Node | None:
        """The file as YAML understands it, with the lines."""
        try:
            text = data.decode()
            return yaml.compose(text, yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, problem = mark.line + 1, f"{error.problem}."
        except UnicodeDecodeError as error:
            line, problem = data[: error.start].count(b"\n") + 1, "this is not text in UTF-8."
        except yaml.reader.ReaderError as error:
            line = text[: error.position].count("\n") + 1
            problem = f"U+{error.character:04X} is no letter of a text; take it out."
        except RecursionError:
            line, problem = 1, "lists in lists are deeper than anybody reads; make them flat."
        raise LoopError(f"{self.name}, line {line}: {problem}")

    def error(self, place: tuple, problem: str) -> LoopError:
        """An error about one place of the file, such as `("predict", "paradox", "truth")`."""
        return LoopError(self._located(place, problem)[1])

    def _note(self, place, problem):
        self._wrong.append(self._located(place, problem))

    def _located(self, place, problem):
        nearest = [place[:n] for n in range(len(place), -1, -1) if place[:n] in self._lines]
        line = self._lines[nearest[0]] if nearest else 1
        key = ".".join(map(str, place)) or "the file"
        return line, f"{self.name}, line {line}, {key}: {problem}"

    def _plain(self, node, place):
        """The node as plain data. Keys stay as written: `yes` and `no` are good names here."""
        self._lines.setdefault(place, node.start_mark.line + 1)
        if len(place) > DEEPEST:
            raise LoopError(
                f"{self.name}, line {node.start_mark.line + 1}: this holds itself (&, *), or is "
                "deeper than a lesson gets."
            )
        if isinstance(node, yaml.MappingNode):
            data = {}
            for key, value in node.value:
                here = (*place, str(key.value))
                if here in self._lines:
                    first = self._lines[here]
                    self._wrong.append((
                        key.start_mark.line + 1,
                        f"{self.name}, line {key.start_mark.line + 1}, {'.'.join(here)}: the "
                        f"key is already used on line {first}: choose another.",
                    ))  # fmt: skip
                    continue
                self._lines[here] = key.start_mark.line + 1
                data[here[-1]] = self._plain(value, here)
            return data
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item, (*place, number)) for number, item in enumerate(node.value)]
        try:
            return yaml.constructor.SafeConstructor().construct_object(node)
        except (yaml.YAMLError, ValueError):
            # such as a date that no calendar has, or a tag that asks for code
            self._note(place, f"{told(node.value)} cannot be read as {node.tag}; put it in quotes.")
            return ""


def _said(value, place):
    """What a reader finds of it in words, in the language that is spoken now."""
    if isinstance(value, dict):
        # an answer or an item may be called like such a key
        names = () if place[-1] in ("answers", "items") else _NAMES
        return {
            key: each if key in names else _said(each, (*place, key)) for key, each in value.items()
        }
    if isinstance(value, list):
        return [_said(each, (*place, str(number))) for number, each in enumerate(value, 1)]
    return markdown(value, ".".join(place)) if isinstance(value, str) else value


def _explain(error: ValidationError) -> Iterator[tuple[tuple, str]]:
    """What a schema violation means to an author: (place, problem)."""
    place, value, rule = tuple(error.absolute_path), error.instance, error.validator
    if rule == "required":
        missing = next(key for key in error.validator_value if f"'{key}'" in error.message)
        unknown = [key for key in value if key not in error.schema["properties"]]
        if difflib.get_close_matches(missing, unknown, 1):
            return  # mistyped rather than missing, and named as such
        yield place, f"the key `{missing}` is missing. Needed: {', '.join(error.validator_value)}."
    elif rule == "additionalProperties":
        allowed = list(error.schema.get("properties", {}))
        shapes = error.schema.get("patternProperties", {})
        for key in [key for key in value if key not in allowed]:
            if shapes:
                if not any(re.search(shape, key) for shape in shapes):
                    yield (*place, key), f"{told(key)} cannot be a name here. Allowed: {IDS}."
                continue
            near = difflib.get_close_matches(key, allowed, 1)
            guess = f" Did you mean `{near[0]}`?" if near else ""
            yield (*place, key), f"unknown key {told(key)}.{guess} Allowed: {', '.join(allowed)}."
    elif rule == "type":
        kinds = [rule] if isinstance(rule := error.validator_value, str) else rule
        wanted = " or ".join(_KINDS[kind] for kind in kinds)
        yield place, f"{told(value)} is not {wanted}."
    elif rule == "anyOf":
        yield place, f"{told(value)} is neither settings of controls nor the name of a preset."
    elif rule == "enum":
        yield place, f"{told(value)} is not known. Allowed: {', '.join(error.validator_value)}."
    elif rule == "pattern":
        shapes = {r"\S": "text that is not empty", _SCHEMA["$defs"]["format"]["pattern"]:
                  "a number format such as .2f, +.2f, .0% or d"}  # fmt: skip
        wanted = shapes.get(error.validator_value, "the name of a quantity of the figure")
        yield place, f"{told(value)} is not allowed. Allowed: {wanted}."
    else:
        yield place, f"{error.message}."


def _crosscheck(content: Mapping) -> Iterator[tuple[tuple, str]]:
    """What a schema cannot see: ids that must be unique, known, or right."""
    seen = {}
    for section in ASKED:
        for name in content.get(section, {}):
            if name in seen:
                problem = f"the id {told(name)} is already used under {seen[name]}: choose another."
                yield (section, name), problem
            seen.setdefault(name, section)
    known = content.get("misconceptions", {})
    for place, name in _named(content, "misconception"):
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            guess = f" Did you mean `{near[0]}`?" if near else ""
            allowed = ", ".join(known) or "none is declared under `misconceptions`"
            yield place, f"unknown misconception {told(name)}.{guess} Allowed: {allowed}."
    for section in ("predict", "check"):
        for name, question in content.get(section, {}).items():
            if question["kind"] == "choice":
                yield from _answers((section, name), question)
            if question["kind"] == "ranking":
                yield from _swaps((section, name), question)
            if question["kind"] == "number" and "scale" in question:
                low, high = question["scale"]["low"], question["scale"]["high"]
                if low >= high:
                    yield (section, name, "scale"), f"low = {low} is not below high = {high}."


def _answers(place, question):
    answers = question["answers"].values()
    right = [answer for answer in answers if "right" in answer]
    if "truth" not in question:
        if len(right) != 1:
            problem = f"{len(right)} answers have `right: true`: give it to exactly one."
            yield (*place, "answers"), problem
        extra = {"from", "below", "at"}
    else:
        by_settings = all("at" in answer for answer in answers)
        extra = {"right"} | ({"from", "below"} if by_settings else {"at"})
        if not by_settings and not all({"from", "below"} & set(answer) for answer in answers):
            yield (
                (*place, "answers"),
                "with `truth`, give every answer `from` and/or `below` (the values of the truth at "
                "which it is right), or every answer `at` (the settings it stands for).",
            )
    for name, answer in question["answers"].items():
        for key in extra & set(answer):
            problem = f"`{key}` does not fit beside the other answers here."
            yield (*place, "answers", name, key), problem


def _swaps(place, question):
    for number, swap in enumerate(question.get("swaps", [])):
        for key in ("above", "below"):
            if swap[key] not in question["items"]:
                allowed = ", ".join(question["items"])
                problem = f"unknown item {told(swap[key])}. Allowed: {allowed}."
                yield (*place, "swaps", number, key), problem


def _named(content, wanted, place=()):
    """Every value of the key `wanted`, with its place."""
    pairs = content.items() if isinstance(content, Mapping) else enumerate(content)
    for key, value in pairs:
        if key == wanted:
            yield (*place, key), value
        elif isinstance(value, Mapping | list):
            yield from _named(value, wanted, (*place, key))


def lesson_path(room: str) -> Path:
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
        f"There is no lesson {told(room)}: it names no package with a lesson.yaml. "
        f"Choose from: {', '.join(known) or 'none yet'}."
    )
