"""Tables in which a treatment stands beside what it was compared with: harms, and the ladder.

`assets/evidence/harms.csv` has one row per harm. No row is complete without its comparison, even
where that is "none" or "not read".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from breaking_the_loop.evidence.tables import (
    MARKS,
    _bibliography,
    _filled,
    _one_of,
    _rows,
    _text,
    _whole,
    _wrong,
)
from looplab import course


@dataclass(frozen=True)
class Harm:
    """One harm: how often, in whom, against what. Counts are None where none were read."""

    harm: str
    treatment: str
    how_often: str
    comparison: str
    note: str
    study_id: str
    verified: str
    k: int | None
    n: int | None
    k_control: int | None
    n_control: int | None


_HARM_READERS = {
    "harm": _filled,
    "treatment": _filled,
    "how_often": _filled,
    "comparison": _filled,
    "note": _text,
    "study_id": _text,
    "verified": _one_of(*MARKS),
    "k": _whole,
    "n": _whole,
    "k_control": _whole,
    "n_control": _whole,
}


def _tables(assets: Path | None) -> tuple[Path, Mapping[str, dict]]:
    assets = assets or course.root() / "assets"
    return assets / "evidence", _bibliography(assets / "bibliography.json")


def harms(assets: Path | None = None) -> tuple[Harm, ...]:
    """Every harm with its comparison. Raises `LoopError` naming file, row and column."""
    folder, bibliography = _tables(assets)
    path = folder / "harms.csv"
    found = []
    for number, row in _rows(path, _HARM_READERS):
        if row["verified"] == "recall":
            if re.search(r"\d", row["how_often"]):
                raise _wrong(
                    path, number, "how_often", row["how_often"],
                    "is from memory and must not give a number",
                )  # fmt: skip
        elif row["study_id"] not in bibliography:
            raise _wrong(path, number, "study_id", row["study_id"], "is not in bibliography.json")
        for k, n in (("k", "n"), ("k_control", "n_control")):
            if (row[k] is None) != (row[n] is None) or (row[k] or 0) > (row[n] or 0):
                raise _wrong(path, number, k, str(row[k]), f"must be a count of {n} = {row[n]}")
        found.append(Harm(**row))
    return tuple(found)
