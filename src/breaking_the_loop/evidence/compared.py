"""Tables in which a treatment stands beside what it was compared with: harms, and the ladder.

`assets/evidence/harms.csv` has one row per harm, `ladder.csv` one per published difference from a
control, on one of three axes, `psychotherapy.csv` one per comparison of 48 trials, and
`glutamate.csv` one per study of a drug that acts on glutamate. No row is complete without its
comparison, even where that is "none" or "not read".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from breaking_the_loop.evidence.tables import (
    GRADES,
    MARKS,
    THRESHOLDS,
    _bibliography,
    _filled,
    _number_or_none,
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


def _cited(bibliography, path, number, row):
    if row["study_id"] not in bibliography:
        raise _wrong(path, number, "study_id", row["study_id"], "is not in bibliography.json")


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
        else:
            _cited(bibliography, path, number, row)
        for k, n in (("k", "n"), ("k_control", "n_control")):
            if (row[k] is None) != (row[n] is None) or (row[k] or 0) > (row[n] or 0):
                raise _wrong(path, number, k, str(row[k]), f"must be a count of {n} = {row[n]}")
        found.append(Harm(**row))
    return tuple(found)


AXES = ("points", "standardised", "responders")
"""Differences in Y-BOCS points, in standard deviations, in percentage points: never merged."""
KINDS = ("comparison", "network")


@dataclass(frozen=True)
class Rung:
    """One difference between a treatment and its control.

    Negative favours the treatment on the axes `points` and `standardised`, positive on
    `responders`. `kind` is `network` where the difference is partly indirect. `low` and `high` are
    95 % limits and come from what `interval_from` says, or None where none was seen.
    """

    axis: str
    kind: str
    rung: str
    who: str
    study_id: str
    control: str
    n: int | None
    weeks: str
    difference: float
    low: float | None
    high: float | None
    interval_from: str
    threshold: str
    grade: str
    verified: str
    note: str


def _number(cell):
    number = _number_or_none(cell)
    if number is None:
        raise ValueError("must be a number")
    return number


def _limit(cell):
    return _number(cell) if cell else None


_RUNG_READERS = {
    "axis": _one_of(*AXES),
    "kind": _one_of(*KINDS),
    "rung": _filled,
    "who": _filled,
    "study_id": _filled,
    "control": _filled,
    "n": _whole,
    "weeks": _filled,
    "difference": _number,
    "low": _limit,
    "high": _limit,
    "interval_from": _filled,
    "threshold": _one_of(*THRESHOLDS),
    "grade": _one_of(*GRADES),
    "verified": _one_of("abstract", "full_text"),
    "note": _text,
}


def ladder(assets: Path | None = None) -> tuple[Rung, ...]:
    """Every rung beside its control. Raises `LoopError` naming file, row and column."""
    folder, bibliography = _tables(assets)
    path = folder / "ladder.csv"
    found = []
    for number, row in _rows(path, _RUNG_READERS):

        def wrong(column, problem, number=number, row=row):
            return _wrong(path, number, column, str(row[column]), problem)

        _cited(bibliography, path, number, row)
        if re.search(r"baseline|before", row["control"]):
            raise wrong("control", "is no control: a change from baseline has no rung")
        if (row["low"] is None) != (row["high"] is None):
            raise wrong("low", "must be there with high, or neither")
        if row["low"] is not None and not row["low"] <= row["difference"] <= row["high"]:
            raise wrong("difference", "must lie inside its interval")
        if (row["axis"] == "responders") != bool(row["threshold"]):
            raise wrong("threshold", "must be given for responders, and for nothing else")
        found.append(Rung(**row))
    return tuple(found)


CONTROLS = (
    "waiting list", "psychological placebo", "care as usual", "pill placebo", "no treatment",
)  # fmt: skip
RISKS = ("low", "some concerns", "high", "not rated")


@dataclass(frozen=True)
class Comparison:
    """One comparison of a trial of psychotherapy: Hedges' g (positive favours the therapy) and,
    where the scale was the Y-BOCS, the difference in points (negative favours it), with SEs."""

    study: str
    treatment: str
    control: str
    scale: str
    rating: str
    age_group: str
    risk_of_bias: str
    g: float
    g_se: float
    points: float | None
    points_se: float | None


_COMPARISON_READERS = {
    "study": _filled,
    "treatment": _filled,
    "control": _one_of(*CONTROLS),
    "scale": _filled,
    "rating": _one_of("clinician", "self"),
    "age_group": _one_of("adults", "adol", "child"),
    "risk_of_bias": _one_of(*RISKS),
    "g": _number,
    "g_se": _number,
    "points": _limit,
    "points_se": _limit,
}


def psychotherapy(assets: Path | None = None) -> tuple[Comparison, ...]:
    """Every comparison of psychotherapy with a control, as extracted by Wang et al. (2024).

    Raises `LoopError` naming file, row and column.
    """
    folder, _ = _tables(assets)
    path = folder / "psychotherapy.csv"
    found = []
    for number, row in _rows(path, _COMPARISON_READERS):
        if row["g_se"] <= 0:
            raise _wrong(path, number, "g_se", str(row["g_se"]), "must be above 0")
        found.append(Comparison(**row))
    return tuple(found)


@dataclass(frozen=True)
class Trial:
    """One study of a drug that acts on glutamate, by what the drug does at the NMDA receptor.

    `points` is the difference from the control in Y-BOCS points (negative favours the drug), with
    95 % limits; None where the result was printed in another form, which `result` gives.
    """

    direction: str
    agent: str
    kind: str
    study_id: str
    n: int | None
    control: str
    weeks: str
    result: str
    points: float | None
    low: float | None
    high: float | None
    interval_from: str
    verified: str
    note: str


_TRIAL_READERS = {
    "direction": _filled,
    "agent": _filled,
    "kind": _one_of("randomised", "open", "pooled"),
    "study_id": _filled,
    "n": _whole,
    "control": _filled,
    "weeks": _filled,
    "result": _filled,
    "points": _limit,
    "low": _limit,
    "high": _limit,
    "interval_from": _text,
    "verified": _one_of("abstract", "full_text"),
    "note": _text,
}


def glutamate(assets: Path | None = None) -> tuple[Trial, ...]:
    """Every study of a drug that acts on glutamate. Raises `LoopError` naming the wrong cell."""
    folder, bibliography = _tables(assets)
    path = folder / "glutamate.csv"
    found = []
    for number, row in _rows(path, _TRIAL_READERS):
        _cited(bibliography, path, number, row)
        if row["points"] is not None and not (row["interval_from"] and row["low"] is not None):
            raise _wrong(path, number, "points", str(row["points"]), "must have an interval")
        found.append(Trial(**row))
    return tuple(found)
