"""What of a notebook's prose stands on a slide: short text; all of it is for the speaker.

A slide holds at most `MOST_WORDS` words. Of longer prose each paragraph keeps one sentence, the
one with something in bold or else the first; quotes stay whole, and what is folded goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST_WORDS = 60
LEAD_WORDS = 40
"""So many words may stand above a table."""
FEW_WORDS = 8
"""A sentence of fewer words takes the next one along."""

_HEADING = re.compile(r"^(#{1,6}) +(.*)$")
# Quotes are “…” in English and „…“ in German: what closes there opens here.
_BREAK = re.compile(r"(?<=[.!?…])([*”“’\"»)]*)\s+(?=[“„\"*_[$(]*[A-ZÄÖÜ0-9“„])")
_NO_END = re.compile(r"\b(al|e\.g|i\.e|vs|cf|Dr|p|pp|no|approx)\.$")
_CLAUSE = re.compile(r"; |, (?:and|for) ")
_CLAIM = re.compile(r"[*_]*(?:“[^”]*”|„[^“]*“)[*_]*")
_LEAD = re.compile(r"\*\*(?P<lead>[^*]+)\*\*\s*(?P<rest>.*)", re.S)


@dataclass
class Words:
    """One slide of prose: Markdown of its title, of its text, and of what the speaker says.

    `level` is that of the heading that begins the slide; 0 where none does.
    """

    title: str = ""
    level: int = 0
    text: list[str] = field(default_factory=list)
    notes: str = ""
    count: int = 0


def words(text: str) -> int:
    """How many words a reader meets; a formula is one, an address is none."""
    text = re.sub(r"\$[^$]+\$", " x ", re.sub(r"(?<=\])\([^)]*\)", "", text))
    return sum(bool(re.search(r"\w", word)) for word in text.split())


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph, each with its marks of emphasis and brackets closed."""
    found, start = [], 0
    for match in _BREAK.finditer(text):
        piece = text[start : match.end(1)]
        if _NO_END.search(piece) or not _closed(piece):
            continue
        found.append(piece.strip())
        start = match.end()
    return [*found, text[start:].strip()]


def _closed(text: str) -> bool:
    pairs = all(text.count(one) == text.count(other) for one, other in ("()", "[]"))
    quotes = text.count("“") == text.count("”") + text.count("„")
    return pairs and quotes and text.count("*") % 2 == 0 and text.count("**") % 2 == 0


def message(text: str) -> str:
    """The sentence of a paragraph that stays on the slide: the marked one, or the first.

    Where that is nothing but a quoted claim, all that is said to it stays, as far as a slide holds.
    """
    found = sentences(text)
    chosen = next((i for i, each in enumerate(found) if "**" in each), 0)
    claim = _CLAIM.fullmatch(found[chosen])
    # a few words alone say little, and a claim alone may be wrong
    last = chosen + 1 + bool(claim or words(found[chosen]) < FEW_WORDS)
    while claim and last < len(found) and words(" ".join(found[chosen : last + 1])) <= MOST_WORDS:
        last += 1
    return " ".join(found[chosen:last])


def slides(source: str) -> list[Words]:
    """The slides of one cell of Markdown."""
    found: list[Words] = []
    for level, title, run in _runs(list(_blocks(source))):
        made = _slides(level, title, run)
        found += made
    return found


def whole(source: str) -> list[Words]:
    """A text of which nothing may go, such as a warning, on as many slides as it needs."""
    found = [Words()]
    for sentence in sentences(" ".join(source.split())):
        if found[-1].count and found[-1].count + words(sentence) > MOST_WORDS:
            found.append(Words())
        found[-1].text = [" ".join([*found[-1].text, sentence])]
        found[-1].count += words(sentence)
    return found


def _blocks(source: str) -> Iterator[tuple[str, str]]:
    """The blocks of a text with their kind."""
    apart = re.compile(r"(<details>.*?</details>|^```.*?^```|\$\$.*?\$\$)", re.S | re.M)
    pieces = apart.split(source)
    for number, piece in enumerate(pieces):
        if number % 2:
            yield {"<": "folded", "`": "code", "$": "maths"}[piece[0]], piece
            continue
        for text in filter(str.strip, re.split(r"\n\s*\n", piece)):
            lines = text.strip("\n").splitlines()
            if _HEADING.match(lines[0]):
                yield "heading", lines.pop(0)
            if not lines:
                continue
            first, text = lines[0].lstrip(), "\n".join(lines)
            if first.startswith("|"):
                yield "table", text
            elif first.startswith(">"):
                yield "quote", text
            elif re.match(r"([-*]|\d+\.) ", first):
                yield "list", text
            else:
                yield "text", text


def _runs(blocks: list[tuple[str, str]]) -> Iterator[tuple[int, str, list[tuple[str, str]]]]:
    """The blocks by the heading that they stand under: its level, its text, what follows."""
    level, title, run = 0, "", []
    for kind, text in blocks:
        if kind != "heading":
            run.append((kind, text))
            continue
        if run or level:
            yield level, title, run
        marks, title = _HEADING.match(text).groups()
        level, run = len(marks), []
    if run or level:
        yield level, title, run


def _slides(level: int, title: str, run: list[tuple[str, str]]) -> list[Words]:
    said = "\n\n".join(text for _, text in run)
    long = sum(words(text) for kind, text in run if kind in ("text", "list")) > MOST_WORDS
    found = [Words(title, level)]
    for number, (kind, text) in enumerate(run):
        if kind == "folded":
            long = True
            continue
        lead = _LEAD.fullmatch(text) if kind == "text" and (long or not (number or level)) else None
        if lead and (re.search(r"[.?!]$", lead["lead"]) or not lead["rest"].strip()):
            # what is set off in bold at its beginning is the title of a slide of its own
            if found[-1].text or found[-1].level:
                found.append(Words())
            found[-1].title, text = lead["lead"].removesuffix("."), lead["rest"].strip()
        if not text:
            continue
        for piece in _items(text) if kind == "list" else [text]:
            if long and kind in ("text", "list"):
                piece = message(piece) if kind == "text" else _item(piece)
            count = 0 if kind in ("maths", "code", "table") else words(piece)
            last = found[-1]
            alone = any(each.startswith("|") for each in last.text)
            room = LEAD_WORDS if kind == "table" else -1 if alone else MOST_WORDS - count
            if last.text and last.count > room:
                found.append(Words(last.title))
                last = found[-1]
            last.text.append(piece)
            last.count += count
    if long:
        found[0].notes = said
    return found


def _items(text: str) -> list[str]:
    items = re.split(r"(?m)^(?=(?:[-*]|\d+\.) )", text)
    return [item.strip("\n") for item in items if item.strip()]


def _item(text: str) -> str:
    mark, rest = text.split(" ", 1)
    rest = " ".join(rest.split())
    first, said = sentences(rest)[0], message(rest)
    if rest[0].islower():  # a clause of a longer sentence, such as "say what …, and why;"
        first = said = re.sub(r", \w+$", "", _CLAUSE.split(rest)[0]).rstrip(";.")
    return f"{mark} {said if said.startswith(first) else f'{first} {said}'}".rstrip(";")


def joined(pieces: list[str]) -> str:
    """The Markdown of a slide; items of one list stand together."""
    text = ""
    for before, piece in zip(["", *pieces], pieces, strict=False):
        item = re.match(r"([-*]|\d+\.) ", piece) and re.match(r"([-*]|\d+\.) ", before)
        text += ("\n" if item else "\n\n") + piece
    return text.strip()
