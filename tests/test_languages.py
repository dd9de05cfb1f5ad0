"""What the machine says to a reader: every language complete, in Python as in the browser."""

import ast
import itertools
import json
import re

import pytest
from browser import REPOSITORY
from fluent.syntax.ast import Junk, Message, SelectExpression, VariableReference
from fluent.syntax.visitor import Visitor
from py_mini_racer import MiniRacer

from looplab import browser
from looplab.errors import LoopError
from looplab.figure.numbers import number
from looplab.language import speaking
from looplab.language.interface import in_marks, languages, messages, resource, say, say_html
from looplab.language.pseudo import PSEUDO

MACHINE = REPOSITORY / "src" / "looplab"
OTHERS = [tag for tag in languages() if tag != "en"]


class Variables(Visitor):
    """The values of a message, and those of them that choose a plural."""

    def __init__(self):
        self.names, self.counts = set(), set()

    def visit_VariableReference(self, node):
        self.names.add(node.id.name)

    def visit_SelectExpression(self, node: SelectExpression):
        keys = {getattr(variant.key, "name", variant.key) for variant in node.variants}
        if isinstance(node.selector, VariableReference) and "one" in keys:
            self.counts.add(node.selector.id.name)
        self.generic_visit(node)


def variables(message):
    found = Variables()
    found.visit(message)
    return found


def named(tag):
    """The messages of a language by name. Whatever is no message, term or comment is a slip."""
    body = resource(tag).body
    assert [entry.content for entry in body if isinstance(entry, Junk)] == []
    found = [entry for entry in body if isinstance(entry, Message)]
    names = [entry.id.name for entry in found]
    assert sorted(set(names)) == sorted(names), "a name stands twice"
    return dict(zip(names, found, strict=True))


@pytest.mark.parametrize("tag", [*OTHERS, PSEUDO])
def test_a_language_says_every_message_with_the_values_of_the_english_one(tag):
    english, other = named("en"), named(tag)
    assert list(other) == list(english)
    for name, message in english.items():
        assert variables(other[name]).names == variables(message).names, name


@pytest.mark.parametrize("tag", OTHERS)
def test_a_language_that_nobody_reviewed_says_so_first(tag):
    text = (MACHINE / "language" / f"{tag}.ftl").read_text("utf-8")
    assert text.startswith("### UNREVIEWED. ")


SAID = re.compile(r'\bsay(?:_html)?\("([\w-]+)"(?:, (?=\{))?')


def keys_of(text):
    """The names in an object of JavaScript that begins here; None where it holds another's."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter in "{([") - (letter in "})]")
        if depth == 0:
            break
        if letter == "," and depth == 1:
            parts.append("")
        else:
            parts[-1] += letter
    names = [part.partition(":")[0].strip(" {\n") for part in parts]
    return None if any("..." in name for name in names) else set(filter(None, names))


def said_in(path):
    """The messages that a file says, each with the values given; None where they are not read."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("say", "say_html"):
                [name] = node.args
                if isinstance(name, ast.Constant):
                    yield name.value, {keyword.arg for keyword in node.keywords}
        return
    for found in SAID.finditer(text):
        rest = text[found.end() :]
        given = keys_of(rest) if rest.startswith("{") else set() if rest.startswith(")") else None
        if path.suffix == ".j2" and given is None:
            given = set(re.findall(r"(\w+)=", rest[: rest.index(")")]))
        yield found[1], given


def test_every_message_is_said_and_every_message_said_is_there_with_its_values():
    english, found = named("en"), set()
    paths = [p for s in (".py", ".js", ".j2") for p in MACHINE.rglob(f"*{s}")]
    for path in paths:
        if "vendor" in path.parts:
            continue
        for name, given in said_in(path):
            assert name in english, f"{path.name} says {name!r}"
            if given is not None:
                assert given == variables(english[name]).names, f"{path.name}: {name}"
            found.add(name)
    # language.js reads its direction from the text itself
    assert set(english) - found <= {"direction", "tag"}


def test_numbers_choose_plurals_and_values_stay_as_they_are():
    assert say("page-code", lines=1) == "Code · 1 line"
    assert say("page-code", lines=12345) == "Code · 12345 lines"
    with speaking("de"):
        assert say("page-code", lines=1) == "Code · 1 Zeile"
        assert say("page-code", lines=2) == "Code · 2 Zeilen"
        assert say("figure-data-name", title="{ $x } <b>") == "{ $x } <b>: Daten"
    assert str(say_html("page-made", course="<i>&")).count("<em>&lt;i&gt;&amp;</em>") == 1


def test_what_a_language_lacks_is_said_in_english(monkeypatch):
    from looplab.language import interface

    def without_play(tag):
        found = resource(tag).clone()
        if tag == "de":
            found.body = [
                e for e in found.body if getattr(e, "id", None) is None or e.id.name != "play"
            ]
        return found

    for cached in (interface._entries, interface._bundle):
        cached.cache_clear()
    monkeypatch.setattr(interface, "resource", without_play)
    try:
        with speaking("de"):
            assert (say("play"), say("pause"), say("stop")) == ("Play", "Pause", "Anhalten")
            assert "play = Play\n" in messages(["play"])
    finally:
        for cached in (interface._entries, interface._bundle):
            cached.cache_clear()


def test_a_language_that_is_not_there_is_named_with_those_that_are():
    with speaking("xx"), pytest.raises(LoopError, match="'xx'.*There are: de, en"):
        say("play")


def in_browser(tag):
    """An engine that can say every message of a language."""
    with speaking(tag):
        text = browser.module("looplab/figure/numbers.js")
        every = messages(named("en"))
    racer = MiniRacer()
    racer.eval(
        re.sub(
            r"^const MESSAGES = .*;$",
            lambda _: f"const MESSAGES = {json.dumps(every)};",
            text,
            flags=re.M,
        )
    )
    return racer


@pytest.mark.parametrize("tag", ["en", *OTHERS, PSEUDO])
def test_python_and_the_browser_say_every_message_alike(tag):
    calls = []
    for name, message in named(tag).items():
        used = variables(message)
        keys = re.findall(r"^ +\*?\[(\w+)\]", messages([name]), re.M)
        for count, key in itertools.product((0, 1, 2, 5, 1000), keys or [""]):
            values = {
                each: count if each in used.counts else key or f"«{each}»" for each in used.names
            }
            calls.append((name, values))
    with speaking(tag):
        ours = [say(name, **values) for name, values in calls]
    script = f"JSON.stringify({json.dumps(calls)}.map(([name, values]) => say(name, values)))"
    theirs = json.loads(in_browser(tag).eval(script))
    assert [
        triple for triple in zip(calls, ours, theirs, strict=True) if triple[1] != triple[2]
    ] == []
    assert len(calls) > len(named(tag))


@pytest.mark.parametrize(
    ("tag", "value", "style", "text"),
    [
        ("de", 1234.5, ".1f", "1234,5"),
        ("de", -12345.678, ".2f", "−12\u202f345,68"),
        ("de", 1234567.0, "", "1\u202f234\u202f567"),
        ("de", 0.065, ".1%", "6,5%"),
        ("de", 12345, "d", "12\u202f345"),
        ("en", 12345.5, ".1f", "12345.5"),
        (PSEUDO, 0.5, "+.2f", "+0,50"),
    ],
)
def test_numbers_have_the_marks_of_the_language(tag, value, style, text):
    with speaking(tag):
        assert number(value, style) == text
    assert in_browser(tag).eval(f"format({value}, {style!r})") == text


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("−0.05", "−0,05"),
        ("0.25 s", "0,25 s"),
        ("1,000", "1000"),
        ("10,000.5", "10\u202f000,5"),
        ("10000", "10\u202f000"),
        ("1.2.3", "1.2.3"),
        ("2026-11-30", "2026-11-30"),
        ("0,125", "0,125"),
    ],
)
def test_a_number_in_the_marks_of_english_gets_those_of_the_language(english, german):
    with speaking("de"):
        assert in_marks(english) == german


def test_the_pseudo_language_has_no_plain_letter_and_is_longer():
    def every(tag):
        with speaking(tag):
            return [
                say(name, **{each: 1 for each in variables(message).names})
                for name, message in named("en").items()
                if name not in ("tag", "direction")
            ]

    pseudo = every(PSEUDO)
    plain = [text for text in pseudo if re.search("[A-Za-z]", re.sub(r"<[^>]*>", "", text))]
    assert plain == []
    assert 1.3 < sum(map(len, pseudo)) / sum(map(len, every("en"))) < 1.6


def test_a_script_brings_along_what_it_says_and_no_more():
    with speaking("de"):
        text = browser.module("looplab/figure/living.js")
    [line] = re.findall(r"^const MESSAGES = .*$", text, re.M)
    assert "Zurücksetzen" in line and "Reset" not in line
    assert "figure-covered" in line and "speaker-clock" not in line
