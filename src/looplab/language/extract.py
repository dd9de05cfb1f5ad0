"""PO files for translators: every text of a course that passes through `prose`.

A notebook is run once with English spoken, and each text is noted down where it would have been
translated. So what a figure computes or composes is found too, and what no translation could reach
is not offered.
"""

from __future__ import annotations

import io
import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from looplab import course
from looplab.errors import LoopError, told
from looplab.language import ENGLISH, prose, speaking
from looplab.publish import execute
from looplab.whole import whole

_UNREVIEWED = """\
# Nobody has reviewed this translation: the mark fuzzy below says so, and whoever reads
# all of it against the English text takes it away."""
_PASSING = re.compile(r'^"(?:POT-Creation-Date|PO-Revision-Date|Generated-By):.*\n', re.M)
"""Lines that would change a file in which nothing changed; version control knows the dates."""


@dataclass
class State:
    """How far the translation of a PO file is: how many texts there are, and which of them lack a
    translation, have one of an earlier text, or one that does not fit (with the reason)."""

    file: Path
    texts: int
    missing: list[str]
    changed: list[str]
    unfit: list[str]

    def __str__(self):
        done = self.texts - len(self.missing) - len(self.changed)
        share = 100 * done // self.texts if self.texts else 100
        more = [
            f"{len(texts)} {what}"
            for what, texts in vars(self).items()
            if isinstance(texts, list) and texts
        ]
        return f"{self.file.stem}: {share} % of {self.texts} texts{''.join(f', {m}' for m in more)}"


def translate(tag: str, notebooks: Sequence[str] = ()) -> list[State]:
    """Write or renew the PO files of a language for these notebooks (all when none is named), and
    say how far each is.

    Translations stay; that of a text which changed is kept and marked fuzzy, beside the earlier
    text; that of a text which is gone goes to the end of its file. Raises LoopError for a tag that
    names no language, and where a notebook fails.
    """
    try:
        locale = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = None
    if locale is None or tag == ENGLISH:
        raise LoopError(f"{told(tag)} is no language to translate into: give a tag such as de.")
    found = {prose.COURSE: course_messages()}
    found |= {path.stem: messages(path) for path in execute.choose(notebooks)}
    return [_renewed(prose.file(tag, name), texts, locale) for name, texts in found.items()]


def messages(path: Path) -> dict[str, list[str]]:
    """Every text that a notebook says, with all places where it does; the notebook is run, and
    what its room says of a class's records is drawn for a class that has none."""
    with _noting() as found:
        execute.execute(path)
        if (room := course.room(path)) and find_spec(f"{room}.records"):
            import_module(f"{room}.records").charts([])
    return found


def course_messages() -> dict[str, list[str]]:
    """Every text that stands on all pages of the course, with where."""
    with _noting() as found:
        prose.said_of(course.record(course.root()))
        for text in (prose.UNREVIEWED, prose.IN_ENGLISH):
            prose.translated(text, prose.COURSE)
    return found


@contextmanager
def _noting() -> Iterator[dict[str, list[str]]]:
    """Gives what is noted down within the block, once it has ended."""
    found: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as folder, speaking(ENGLISH):
        notes = Path(folder, "messages")
        notes.touch()
        with execute.environment({prose.MESSAGES: str(notes)}):
            yield found
        for line in notes.read_text("utf-8").splitlines():
            text, where = json.loads(line)
            found.setdefault(text, []).append(where)


def read(file: Path) -> Catalog:
    """The content of a PO file."""
    catalogue = read_po(io.BytesIO(file.read_bytes()))
    for message in catalogue:
        # the earlier English text, which Babel writes (`#|`) and reads as a translator's remark
        remarks = message.user_comments
        message.user_comments = [each for each in remarks if not each.startswith("|")]
    return catalogue


def state(file: Path, texts: Iterable[str]) -> State:
    """How far the translation of `texts` is in a PO file."""
    has = read(file)
    entries = {text: has.get(text) or Message(text) for text in texts}
    return State(
        file,
        len(entries),
        missing=[text for text, each in entries.items() if not each.string],
        changed=[text for text, each in entries.items() if each.string and each.fuzzy],
        unfit=[
            f"{text!r}: {'; '.join(wrong)}"
            for text, each in entries.items()
            if prose.translates(each) and (wrong := prose.faults(text, each.string))
        ],
    )


def _renewed(file, texts, locale):
    template = Catalog()
    for text, places in texts.items():
        template.add(text, auto_comments=sorted({place for place in places if place}))
    if file.is_file():
        catalogue = read(file)
        catalogue.update(template, update_creation_date=False)
    else:
        catalogue = Catalog(
            locale,
            project=course.record(course.root()).title,
            version=file.stem,
            msgid_bugs_address="",
            last_translator="",
            language_team="",
            header_comment=_UNREVIEWED,
        )
        catalogue.update(template)
    for message in catalogue:
        # guessed from per cent signs and braces, which are none of Python's here
        message.flags -= {"python-format", "python-brace-format"}
    written = io.BytesIO()
    write_po(written, catalogue, width=100, include_previous=True)
    file.parent.mkdir(parents=True, exist_ok=True)
    with whole(file) as draft:
        draft.write(_PASSING.sub("", written.getvalue().decode()))
    return state(file, texts)
