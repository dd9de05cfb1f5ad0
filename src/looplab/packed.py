"""Plain data as one text in which nothing is written twice.

Programs, parameters and symbols repeat themselves, within a figure and from figure to figure, and
notebooks write every entry of a nested list on a line of its own. So what is saved of a figure, and
what a page holds of all, is text. Its half in the browser is `packed.js`.

The text is JSON: a list whose last entry is the data and whose others are parts that the data, or
another part, holds more than once, or the names of records of which there are several. There
`"~3"` stands for the part at place 3, and `["~:4", 1, 2]` for a record whose names are at place 4;
a text that begins with `~` begins with two.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping

_SIGN = "~"
_RECORD = "~:"
_EXACT = 2.0**53
_LEAST = 8
"""Letters that a part must save to be worth a place of its own."""


def pack(value: object) -> str:
    """`value`, which may hold whatever JSON holds, as text."""
    value = _short(value)
    parts: dict[str, object] = {}
    times: Counter[str] = Counter()
    records: Counter[tuple[str, ...]] = Counter()

    def count(part):
        text = _text(part)
        times[text] += 1
        if times[text] == 1:
            if isinstance(part, Mapping):
                records[tuple(part)] += 1
            for inner in _inside(part):
                count(inner)
            parts[text] = part

    for inner in _inside(value):
        count(inner)
    often: dict[str | tuple[str, ...], int] = {
        text: count for text, count in times.items() if (count - 1) * (len(text) - 5) > _LEAST
    }
    for names, count in records.items():
        if (count - 1) * (len(_text(names)) - 7) > _LEAST:
            often[names] = count
    # what is asked for most gets the shortest numbers
    ordered = sorted(often, key=lambda each: -often[each])
    places = {each: place for place, each in enumerate(ordered)}

    def written(part, whole=False):
        if not isinstance(part, str | list | Mapping):
            return part
        if not whole and (place := places.get(_text(part))) is not None:
            return f"{_SIGN}{place}"
        if isinstance(part, str):
            return _SIGN + part if part.startswith(_SIGN) else part
        if isinstance(part, Mapping):
            if (place := places.get(tuple(part))) is not None:
                return [f"{_RECORD}{place}", *(written(inner) for inner in part.values())]
            return {name: written(inner) for name, inner in part.items()}
        return [written(inner) for inner in part]

    entries = (written(parts[e], True) if isinstance(e, str) else list(e) for e in ordered)
    return _text([*entries, written(value, True)])


def unpack(text: str) -> object:
    """The data that `pack` wrote as `text`."""
    entries = json.loads(text)

    def read(part):
        if isinstance(part, str) and part.startswith(_SIGN):
            rest = part[1:]
            return rest if rest.startswith(_SIGN) else read(entries[int(rest)])
        if isinstance(part, dict):
            return {name: read(inner) for name, inner in part.items()}
        if not isinstance(part, list):
            return part
        sign, *values = part or [None]
        if isinstance(sign, str) and sign.startswith(_RECORD):
            return dict(zip(entries[int(sign[2:])], map(read, values), strict=True))
        return [read(inner) for inner in part]

    return read(entries[-1])


def packed_spec(spec: Mapping) -> dict:
    """What a widget shows, as a notebook saves it: its texts, and all else as one, `data`."""
    texts = {name: value for name, value in spec.items() if isinstance(value, str)}
    rest = {name: value for name, value in spec.items() if name not in texts}
    return texts | {"data": pack(rest)} if rest else texts


def unpacked_spec(spec: Mapping) -> dict:
    """What a widget shows, from what a notebook saved; one saved before it was packed is as is."""
    return {**{k: v for k, v in spec.items() if k != "data"}, **unpack(spec.get("data", "[{}]"))}


def in_script(text: str) -> str:
    """A text of JSON that may stand in a script element: nothing in it ends that element, or begins
    another."""
    return re.sub(r"<(?=!|script)", r"\\u003c", text.replace("</", r"<\/"), flags=re.I)


def _short(value):
    """The same with whole numbers as such: the browser tells 1.0 from 1 no more than JSON does."""
    if isinstance(value, Mapping):
        return {name: _short(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_short(inner) for inner in value]
    whole = isinstance(value, float) and value.is_integer() and abs(value) < _EXACT
    # the sign of -0.0 is seen by what divides by it
    return int(value) if whole and str(value) != "-0.0" else value


def _text(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _inside(value):
    parts = value.values() if isinstance(value, Mapping) else value
    if isinstance(value, str):
        return []
    return [part for part in parts if isinstance(part, str | list | tuple | Mapping)]
