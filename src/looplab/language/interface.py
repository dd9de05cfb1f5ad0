"""What the machine says to a reader, in the language that is spoken: Fluent messages by name.

`en.ftl` has all of them; `XX.ftl` beside it is another language, and what that lacks is said in
English. `en-XA` is a language that nobody speaks, made of the English one (`pseudo.py`): what is
hard-wired or overflows is seen in it. The browser's half is `language.js`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from importlib import resources

from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.types import fluent_number
from fluent.syntax.ast import Message, Resource, Term
from fluent.syntax.serializer import FluentSerializer
from markupsafe import Markup, escape

from looplab.errors import LoopError
from looplab.language import ENGLISH, VARIABLE, current
from looplab.language.pseudo import PSEUDO, pseudo

# A number as English has it, 1,000 or 0.25; no date, version or address.
_NUMBER = re.compile(r"(?<![\w.,])(?:[1-9]\d{0,2}(?:,\d{3})+|\d+)(?:\.\d+)?(?!\d|[.,]\d)")


def say(name: str, /, **values: str | int) -> str:
    """The message of this name, with these values, in the language that is spoken.

    Whole numbers choose plurals; others are given as text, by `looplab.figure.numbers.number`.
    Raises LoopError for a language that is not there, KeyError for a name that no language has.
    """
    bundle = _bundle(current())
    given = {
        key: fluent_number(each, useGrouping=False) if isinstance(each, int) else each
        for key, each in values.items()
    }
    text, errors = bundle.format_pattern(bundle.get_message(name).value, given)
    if errors:
        raise errors[0]
    return text


def say_html(name: str, /, **values: str | int) -> Markup:
    """The same as HTML: the message may have marks, and of the values nothing is one."""
    return Markup(say(name, **{key: str(escape(each)) for key, each in values.items()}))


def number_marks() -> tuple[str, str]:
    """The mark before decimals, and the mark between groups of three digits, which may be ""."""
    return _marks(current())


def in_marks(text: str) -> str:
    """The text with its numbers, which have the marks of English, in those of the language:
    groups of three from five digits on."""
    decimal, group = number_marks()

    def marked(found):
        whole, _, decimals = found[0].replace(",", "").partition(".")
        if len(whole) > 4:
            whole = re.sub(r"\B(?=(\d{3})+$)", group, whole)
        return whole + decimal + decimals if decimals else whole

    return _NUMBER.sub(marked, text)


@cache
def _marks(tag):
    bundle = _bundle(tag)
    names = ("decimal-mark", "group-mark")
    return tuple(bundle.format_pattern(bundle.get_message(name).value)[0] for name in names)


def languages() -> list[str]:
    """The tags of all languages that have a file."""
    files = resources.files("looplab.language").iterdir()
    return sorted(file.name.removesuffix(".ftl") for file in files if file.name.endswith(".ftl"))


@cache
def resource(tag: str) -> Resource:
    """The messages of one language, without those that it takes from English."""
    if tag == PSEUDO:
        return pseudo(resource(ENGLISH))
    if tag not in languages():
        raise LoopError(
            f"{VARIABLE} is {tag!r}, and there is no src/looplab/language/{tag}.ftl. "
            f"There are: {', '.join(languages())}."
        )
    text = (resources.files("looplab.language") / f"{tag}.ftl").read_text("utf-8")
    return FluentResource(text)


@cache
def _entries(tag: str) -> dict[str, Message | Term]:
    """All messages by name, each in this language or else in English, and the terms ("-name")."""
    found = {}
    for each in (ENGLISH, tag):
        for entry in resource(each).body:
            if isinstance(entry, Message):
                found[entry.id.name] = entry
            elif isinstance(entry, Term):
                found[f"-{entry.id.name}"] = entry
    return found


@cache
def _bundle(tag: str) -> FluentBundle:
    entries = _entries(tag)
    named = {name: entries[name].value.elements[0].value for name in ("tag", "direction")}
    # where lines go from right to left, each value keeps a direction of its own
    bundle = FluentBundle([named["tag"]], use_isolating=named["direction"] == "rtl")
    bundle.add_resource(Resource(list(entries.values())))
    return bundle


def messages(names: Iterable[str]) -> str:
    """The messages of these names as Fluent text, for the browser; with what each script needs of
    the language itself, and its terms."""
    entries = _entries(current())
    wanted = {"tag", "direction", *names, *(name for name in entries if name.startswith("-"))}
    if unknown := wanted - set(entries):
        raise LoopError(f"en.ftl has no message {', '.join(sorted(unknown))}")
    serializer = FluentSerializer()
    chosen = [_bare(entry) for name, entry in entries.items() if name in wanted]
    return "".join(serializer.serialize_entry(entry) for entry in chosen)


def _bare(entry):
    bare = entry.clone()
    bare.comment = None
    return bare
