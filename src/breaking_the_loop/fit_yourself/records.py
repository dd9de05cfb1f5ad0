"""Records of the boat game that a class saved: read, fitted and counted, nobody's name on any.

`looplab collect` calls these three for every file that has the schema of the lesson's `records`.
The checks are those of `readRecord` in `game.js`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby

import numpy as np

from breaking_the_loop.fit_yourself import fit
from breaking_the_loop.fit_yourself.game import LEAST, MOST
from breaking_the_loop.fit_yourself.players import Record
from looplab.errors import LoopError
from looplab.language.interface import in_marks
from looplab.language.prose import translated

VERSION = 1
COLUMNS = ("in_fog", "blown", "first", "next_in_fog")
NAMES = ("A", "B", "the coin")
NO_DECISION = 2
"""A lead in BIC below this decides nothing."""


def read(plain: Mapping) -> Record:
    """The record in a file. Raises `LoopError` that says what is wrong with it."""
    if plain.get("version") != VERSION:
        raise LoopError(f"its version is {plain.get('version')!r}: this course reads {VERSION}")
    texts = [plain.get(name) for name in COLUMNS]
    for name, text in zip(COLUMNS, texts, strict=True):
        if not isinstance(text, str) or not re.fullmatch("[01]+", text):
            raise LoopError(f"{name} must be a text of 0 and 1")
    lengths = {len(text) for text in texts}
    if len(lengths) > 1:
        raise LoopError("its four columns differ in length")
    length = lengths.pop()
    if not LEAST <= length <= MOST:
        raise LoopError(f"it has {length} moves: from {LEAST} to {MOST} are fitted")
    place, blown, first, following = (np.array(list(text), float) for text in texts)
    wrong = {
        "begins where the one before did not end": place != np.append(0, following[:-1]),
        "is blown where the wind cannot blow": (blown > 0) & ((place > 0) | (first < 1)),
        "ends where it cannot": (place < 1) & (following != first),
    }
    for what, where in wrong.items():
        if where.any():
            raise LoopError(f"move {np.argmax(where) + 1} {what}")
    return Record(place, blown, first, following)


def measured(records: Sequence[Record]) -> list[dict]:
    """Of each record the likeliest memories, the share of the map it is compatible with, and the
    model that BIC names, learning rate and slope the best in each cell."""
    found: dict[int, dict] = {}
    by_length = sorted(range(len(records)), key=lambda place: len(records[place].place))
    for _, group in groupby(by_length, key=lambda place: len(records[place].place)):
        places = list(group)
        columns = zip(*(records[place].columns() for place in places), strict=True)
        together = Record(*(np.stack(each, axis=1) for each in columns))
        compared = fit.compare(together)
        traces = compared.traces
        fall = 2 * (traces.best - traces.likelihood)
        region = (fall <= fit.WITHIN).mean(axis=(0, 1))
        plus, minus = traces.at_best("x"), traces.at_best("y")
        order = compared.bic.argsort(axis=0)
        lead = np.diff(np.sort(compared.bic, axis=0), axis=0)[0]
        for k, place in enumerate(places):
            found[place] = {
                "plus": round(float(plus[k]), 2),
                "minus": round(float(minus[k]), 2),
                "region": round(float(region[k]), 4),
                "best": "" if lead[k] < NO_DECISION else NAMES[order[0, k]],
            }
    return [found[place] for place in range(len(records))]


def charts(class_: Sequence[Mapping]) -> list[tuple[str, list[tuple[str, int]]]]:
    """What the class's page shows: a caption and counted labels for each chart."""
    named = Counter(each["best"] for each in class_)
    undecided = _said("no decision: less than {points} points").format(points=NO_DECISION)
    names = [*((_said(name), named[name]) for name in NAMES), (undecided, named[""])]
    plus = _said("The likeliest ν⁺, memory after good surprises")
    minus = _said("The likeliest ν⁻, memory after bad surprises")
    region = _said("Share of the map that the record is compatible with")
    return [
        (_said("Which model BIC names"), names),
        (plus, _tenths(class_, "plus")),
        (minus, _tenths(class_, "minus")),
        (region, _tenths(class_, "region", "%")),
    ]


def _tenths(class_, name, unit=""):
    counted = Counter(min(9, int(10 * each[name] + 1e-9)) for each in class_)
    size, unit = (10, f"\N{NO-BREAK SPACE}{unit}") if unit else (0.1, "")
    ends = [in_marks(f"{k * size:g}") for k in range(11)]
    between = _said("{low} to {high}")
    return [(between.format(low=ends[k], high=ends[k + 1]) + unit, counted[k]) for k in range(10)]


def _said(text):
    return translated(text, "records of a class")
