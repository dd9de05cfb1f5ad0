"""What a course says, in the language that is spoken: its prose, its lessons, its figures.

A course is written in English. Its translations are PO files, `languages/TAG/NAME.po` in its
package: one for each notebook, and `course.po` for what all pages say. The English text is the key,
so what nobody translated yet stays English. In English nothing is looked up, and every byte stays.
"""

from __future__ import annotations

import io
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import read_po
from nbformat import NotebookNode

from looplab import course
from looplab.errors import LoopError
from looplab.language import ENGLISH, current
from looplab.language.interface import in_marks, number_marks
from looplab.language.pseudo import PSEUDO, accented

MESSAGES = "LOOPLAB_MESSAGES"
"""The environment variable that names a file in which every text that passes is noted down."""
UNREVIEWED = "This translation has not been reviewed. Where it is unclear, the English text counts."
IN_ENGLISH = "This page in English"
COURSE = "course"
"""The PO file for what all pages of a course say."""

_MATHS = r"\$\$.+?\$\$|\$(?!\s)[^$]+?\$"
_FIELD = r"\{\w+(?::[^{}]*)?\}"
_CODE = r"`[^`]*`"
_TARGET = r"(?<=\])\([^)\s]*\)|https?://[^\s)]+"
_TAG = r"</?[A-Za-z][^>]*>|&\w+;"
_KEY = r"\b[a-z]+\d{4}[a-z0-9_]*\b"
_KEPT = {
    "formulas": _MATHS,
    "fields": _FIELD,
    "code": _CODE,
    "links": _TARGET,
    "tags": _TAG,
    "references": _KEY,
    "marks": r"†|\([A-Z]\)|\*\*",
    "digits": r"\d+",
}
"""What a translation leaves as it is, though its order may change."""
AS_IS = re.compile("|".join([_MATHS, _FIELD, _CODE, _TARGET, _TAG, _KEY]), re.S)
_WORD = re.compile(r"[^\W\d_]{2,}")
_POINT = re.compile(r"(?<=\d)\.(?=\d)")

_FENCE = re.compile(r"(^```.*?^```[^\n]*$)", re.S | re.M)
_GAP = re.compile(r"(\n(?:[ \t]*\n)+)")
_HEADING = re.compile(
    r"(?P<before>#+ +(?:\d+[a-z]? · )?)(?P<text>.*?)"
    r"(?P<after>(?: +\(\d+ minutes?(?:, \w+)?\))?)"
)
_ITEM = re.compile(r"(?P<before>\s*(?:[-*+]|\d{1,2}\.)\s+|\s*)(?P<text>.*)", re.S)
_NEXT_ITEM = re.compile(r"(\n)(?=\s*(?:[-*+]|\d{1,2}\.)\s)")
_BAR = re.compile(r"((?<!\\)\|)")


def translated(text: str, where: str = "") -> str:
    """`text`, which the course says in English, in the language that is spoken now.

    It stays as it is where there is no translation; where there is no word in it, its numbers get
    the marks of the language. `where` tells translators what they read.
    """
    # what is no text is refused by who declares what may stand there
    if not isinstance(text, str):
        return text
    tag, wordy = current(), has_words(text)
    if wordy:
        _note(text, where)
    if tag == ENGLISH:
        return text
    if not wordy:
        return _parted(AS_IS, text, in_marks)
    if tag == PSEUDO:
        return _parted(AS_IS, text, _pseudo)
    return catalogue(tag).get(text, text)


def words(texts: Mapping[str, str], where: str) -> dict[str, str]:
    """What a course's own script says, by the names that the script has for it (`fields.js`), in
    the language that is spoken; and that language's mark before decimals, `point`."""
    said = {name: translated(text, where) for name, text in texts.items()}
    return said | {"point": number_marks()[0]}


def markdown(source: str, where: str = "") -> str:
    """Markdown of the course in the language that is spoken now.

    What is translated is a paragraph, the text of a heading or of an item, or a cell of a table,
    each on one line; code in fences stays. A heading keeps its number and its minutes.
    """
    if not at_work():
        return source
    return _parted(_FENCE, source, lambda text: _parted(_GAP, text, lambda b: _block(b, where)))


def notebook(nb: NotebookNode) -> NotebookNode:
    """The notebook with what it says in the language that is spoken now.

    A cell of Markdown keeps its English text in its metadata (`english`): addresses of headings
    are made of that.
    """
    about = nb.metadata.get("looplab", {})
    for key in ("abstract", "lead"):
        if key in about:
            about[key] = markdown(about[key], key)
    for way in about.get("paths", []):
        way["title"] = translated(way["title"], f"path {way['name']}")
    for cell in nb.cells:
        notes = cell.metadata.get("looplab", {})
        if "notes" in notes:
            notes["notes"] = markdown(notes["notes"], f"{cell.id}: notes for the speaker")
        said = markdown(cell.source, cell.id) if cell.cell_type == "markdown" else cell.source
        if said != cell.source:
            cell.metadata.setdefault("looplab", {})["english"] = cell.source
            cell.source = said
    return nb


def at_work() -> bool:
    """Whether texts may change or are noted down; else English stays as it stands."""
    return current() != ENGLISH or MESSAGES in os.environ


def has_words(text: str) -> bool:
    """Whether there is anything to translate in a text, beside formulas, fields, code and links."""
    return bool(_WORD.search(AS_IS.sub(" ", text)))


def faults(english: str, translation: str) -> list[str]:
    """What a translation should have left as it is, and did not."""
    wrong = []
    for what, pattern in _KEPT.items():
        had, has = (Counter(re.findall(pattern, text, re.S)) for text in (english, translation))
        if had != has:
            lost, new = sorted((had - has).elements()), sorted((has - had).elements())
            wrong.append(f"{what}: lost {lost}, new {new}")
    return wrong


@cache
def catalogue(tag: str) -> Mapping[str, str]:
    """Every translation of the course into a language, by the English text."""
    found = {}
    # outside of a course, where a figure may be made too, there is none
    with suppress(LoopError):
        for each in sorted(folder(tag).glob("*.po")):
            said = read_po(io.BytesIO(each.read_bytes()))
            found |= {one.id: one.string for one in said if one.id and translates(one)}
    return found


def translates(message: Message) -> bool:
    """Whether a message of a PO file has a translation that fits its English text."""
    return bool(message.string) and not message.fuzzy


def reviewed(tag: str, name: str) -> bool:
    """Whether somebody reviewed the translation: the header of its PO file is not fuzzy then."""
    if tag == PSEUDO:
        return False
    with file(tag, name).open("rb") as lines:
        return not read_po(lines).fuzzy


def said_of(record: course.Course) -> course.Course:
    """What a course says of itself on every page; its title is a name, and stays."""
    return replace(
        record,
        sentence=translated(record.sentence, "course"),
        licence=translated(record.licence, "course"),
    )


def speaks(name: str) -> bool:
    """Whether a notebook can be had in the language that is spoken now, if that is not English."""
    return current() == PSEUDO or (current() != ENGLISH and file(current(), name).is_file())


def languages() -> list[str]:
    """The tags of the languages into which the course is translated."""
    with suppress(LoopError):
        return sorted(each.name for each in folder("").glob("*") if each.is_dir())
    return []


def file(tag: str, name: str) -> Path:
    """The PO file of a notebook, such as `01_waves`, or of `COURSE`."""
    return folder(tag) / f"{name}.po"


def folder(tag: str) -> Path:
    """Where the PO files of a language stand. LoopError outside a course that is a package."""
    root = course.root()
    package = course.package_of(root)
    if package is None:
        raise LoopError(
            f"{root / 'pyproject.toml'} names no package of the course, which holds translations: "
            "name it under [tool.looplab]."
        )
    return Path(str(files(package)), "languages", tag)


def _pseudo(text):
    return _POINT.sub(number_marks()[0], _WORD.sub(lambda word: accented(word[0]), text))


def _note(text, where):
    if MESSAGES in os.environ:
        with open(os.environ[MESSAGES], "a", encoding="utf-8") as file:
            file.write(json.dumps([text, where]) + "\n")


def _parted(pattern: re.Pattern, text: str, change: Callable[[str], str]) -> str:
    """`text` with `change` made to what stands between the matches of `pattern`."""
    done, at = [], 0
    for match in pattern.finditer(text):
        done += [change(text[at : match.start()]), match[0]]
        at = match.end()
    return "".join([*done, change(text[at:])])


def _block(block, where):
    lines = block.split("\n")
    if all(line.startswith(">") for line in lines):
        inner = markdown("\n".join(re.sub("^> ?", "", line) for line in lines), where)
        return "\n".join(f"> {line}".rstrip() for line in inner.split("\n"))
    if block.lstrip().startswith("|"):
        return _parted(_BAR, block, lambda cell: _trimmed(cell, where))
    if heading := _HEADING.fullmatch(block):
        return heading["before"] + translated(heading["text"], where) + heading["after"]
    return _parted(_NEXT_ITEM, block, lambda item: _item(item, where))


def _item(item, where):
    found = _ITEM.fullmatch(item)
    said = " ".join(found["text"].split())
    tail = "\n" if item.endswith("\n") else ""
    return found["before"] + translated(said, where) + tail


def _trimmed(cell, where):
    inner = cell.strip()
    return cell.replace(inner, translated(inner, where)) if inner else cell
