"""The evidence tables and the bibliography, loaded and validated in one place.

`assets/evidence/trials.csv` has one row per study, arm, time and outcome; `timeline.csv` says how
a row is drawn on the time axis and `left_out.csv` why a row is not; `claims.csv` is the ledger of
the article's claims. `assets/bibliography.json` is CSL-JSON; its `custom.mark` says whether a
reference was read (`verified`, `code`) or not (`recall`), and `custom.from_memory`
which of its details are.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from breaking_the_loop.weighing_the_evidence import clopper_pearson, matching_counts
from looplab import course
from looplab.errors import LoopError
from looplab.references import link

VERDICTS = ("supported", "partly supported", "contested", "not supported", "untested")
READ_IN = {"abstract": "abstract", "full_text": "full text", "recall": "from memory"}
"""How a row says, in words, where it was read."""
MARKS = tuple(READ_IN)
CONTEXT = "Context the article leaves out"
PANELS = {
    "response": "share of participants",
    "remission": "share of participants in remission",
    "mean course": "mean Y-BOCS score, points",
    "mean change": "mean change in Y-BOCS score, points",
    "percent change": "mean change in Y-BOCS score, % of baseline",
    "drug minus placebo": "difference in Y-BOCS change, points",
    "self-rated hours": "share of participants with a fall in self-rated obsessions",
    "after stopping": "share of participants who relapsed or worsened",
    "first separation": "first week with p < 0.05",
}
"""The panels of the timeline and their quantity: no two share a y-axis."""

THRESHOLDS = (">=35%", ">=30%", ">=25%", ">=20%", "CGI", "<=12", "<=10", "not stated", "")
GRADES = {
    "M": "pooled controlled trials",
    "A": "randomised and controlled, 100 or more participants",
    "B": "randomised, smaller or with a passive control",
    "C": "uncontrolled with 30 or more participants, or follow-up",
    "D": "uncontrolled, fewer than 30 participants",
}
_DAYS = {"hours": 1 / 24, "days": 1.0, "weeks": 7.0}
_OPPOSED = ("supported", "partly supported", "contested", "not supported")


@dataclass(frozen=True)
class Result:
    """One row of `trials.csv`: what a study found in one arm at one time. Empty: not seen."""

    row_id: str
    study_id: str
    design: str
    n_enrolled: int | None
    population: str
    arm: str
    intervention: str
    dose: str
    route: str
    n_arm: str
    time_value: str
    time_unit: str
    outcome: str
    outcome_value: str
    outcome_dispersion: str
    dispersion_type: str
    responder_definition: str
    verified: str
    note: str

    @property
    def number(self) -> float | None:
        """The outcome as a number, or None where it is text or was not seen."""
        return _number_or_none(self.outcome_value)

    @property
    def days(self) -> tuple[float, float] | None:
        """First and last day of the observation, or None where no time was seen."""
        numbers = re.fullmatch(r"([\d.]+)(?:-([\d.]+))?", self.time_value)
        if not numbers or not self.time_unit:
            return None
        first, last = numbers[1], numbers[2] or numbers[1]
        return float(first) * _DAYS[self.time_unit], float(last) * _DAYS[self.time_unit]

    @property
    def in_ocd(self) -> bool:
        return "NOT OCD" not in self.population


def unplottable(result: Result) -> str | None:
    """Why a result may never stand beside OCD trials on a figure, or None where it may."""
    if result.verified == "recall":
        return "not checked against the paper"
    if not result.in_ocd:
        return "not an OCD sample"
    if result.n_arm == "1" or result.n_enrolled == 1 or "single case" in result.design:
        return "a single case"
    if re.search(r"depression|MADRS", result.outcome):
        return "a depression outcome"
    return None


@dataclass(frozen=True)
class Point:
    """A result on the time axis. `days_first` and `days_last` bound its window (days).

    `counts_fit` is False where the reported proportion is no k/n and k was inferred.
    """

    result: Result
    treatment_class: str
    panel: str
    threshold: str
    days_first: float
    days_last: float
    k: int | None
    n: int | None
    n_source: str
    counts_fit: bool
    interval_from: str
    grade: str
    note: str

    @property
    def days(self) -> float:
        """Where the symbol stands: the geometric mean of the window (0 for baseline)."""
        return math.sqrt(self.days_first * self.days_last)

    @property
    def value(self) -> float:
        """The reported value, in the quantity of the panel."""
        return self.days / 7 if self.panel == "first separation" else self.result.number

    @property
    def controlled(self) -> bool:
        """Whether the study had a randomised control: drawn filled, else open."""
        return self.grade in "MAB"

    @property
    def clock(self) -> str:
        """What day 0 is: panels with different clocks never share an axis."""
        stopping = self.panel == "after stopping"
        return "stopping or randomisation" if stopping else "start of treatment"

    @cached_property
    def interval(self) -> tuple[float, float] | None:
        """95 % limits: from counts, SD or SE, or as published; None where none can be given."""
        if self.interval_from == "counts":
            lower, upper = clopper_pearson(self.k, self.n)
            return float(lower), float(upper)
        if self.interval_from == "published":
            lower, upper = map(float, self.result.outcome_dispersion.split(" to "))
            return lower, upper
        if self.interval_from in ("SD", "SE"):
            spread = float(self.result.outcome_dispersion)
            se = spread / math.sqrt(self.n) if self.interval_from == "SD" else spread
            return self.value - 1.96 * se, self.value + 1.96 * se
        return None


@dataclass(frozen=True)
class Reference:
    """One piece of a claim's `key_refs`: its text, and its bibliography key and address if any."""

    text: str
    key: str | None
    url: str | None


@dataclass(frozen=True)
class Claim:
    """One claim of the article, or of its missing context, and what the evidence can bear."""

    claim_id: str
    claim: str
    section: str
    verdict: str
    strength: str
    evidence_for: str
    evidence_against: str
    references: tuple[Reference, ...]
    take_away: str

    @property
    def by_article(self) -> bool:
        return self.section != CONTEXT


@dataclass(frozen=True)
class Evidence:
    """All tables. `results` and `claims` are keyed by id, `bibliography` by study."""

    results: Mapping[str, Result]
    points: tuple[Point, ...]
    left_out: Mapping[str, str]
    claims: Mapping[str, Claim]
    bibliography: Mapping[str, dict]

    def studies(self, claim: Claim) -> list[str]:
        """The `study_id`s that a claim names, in its own order."""
        known = {result.study_id for result in self.results.values()}
        named = (ref.key for ref in claim.references if ref.text.split(" ")[0] == ref.key)
        return [key for key in named if key in known]

    def cites_ocd_trial(self, claim: Claim) -> bool:
        """Whether the claim links to at least one study in people with OCD."""
        return bool(set(self.studies(claim)) & self._studies_in_ocd)

    def depression_only(self, claim: Claim) -> bool:
        """Whether every study the claim links to was done outside OCD."""
        studies = self.studies(claim)
        return bool(studies) and not self.cites_ocd_trial(claim)

    @cached_property
    def _studies_in_ocd(self):
        return {result.study_id for result in self.results.values() if result.in_ocd}

    def cohort_lines(self) -> list[tuple[Point, ...]]:
        """The points that one line may join: same study, arm, panel and threshold, by time.

        An observation spread over a window of days is no point of a line.
        """
        groups: dict[tuple, list[Point]] = {}
        for point in self.points:
            if point.days_first < point.days_last:
                continue
            key = (point.result.study_id, point.result.arm, point.panel, point.threshold)
            groups.setdefault(key, []).append(point)
        lines = (tuple(sorted(points, key=lambda p: p.days)) for points in groups.values())
        return [line for line in lines if len(line) > 1]


def load(assets: Path | None = None) -> Evidence:
    """Read and validate every table in `assets` (by default the course's own folder).

    Raises `LoopError` naming file, row and column of a wrong cell. Rows count as a spreadsheet
    shows them: the header is row 1.
    """
    assets = assets or course.root() / "assets"
    tables = assets / "evidence"
    bibliography = _bibliography(assets / "bibliography.json")
    results = _results(tables / "trials.csv", bibliography)
    points = _points(tables / "timeline.csv", results)
    left_out = _left_out(tables / "left_out.csv", results, {p.result.row_id for p in points})
    claims = _claims(tables / "claims.csv", bibliography)
    return Evidence(results, points, left_out, claims, bibliography)


def _wrong(path, row, column, value, problem):
    return LoopError(
        f"{path.name}, row {row}, column {column}: {value!r} {problem}. Correct the cell in {path}."
    )


def _rows(path: Path, readers: Mapping[str, Callable]) -> Iterable[tuple[int, dict]]:
    """Number and converted cells of each row; readers raise ValueError with what is allowed."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            table = list(csv.reader(file))
    except FileNotFoundError:
        raise LoopError(f"{path} is missing. Restore it from the course's repository.") from None
    header = table[0] if table else []
    if header != list(readers):
        raise _wrong(path, 1, "header", ",".join(header), f"must read {','.join(readers)}")
    for number, cells in enumerate(table[1:], start=2):
        if len(cells) != len(header):
            raise _wrong(
                path,
                number,
                header[-1],
                cells[-1:],
                f"is cell {len(cells)} of a row "
                f"that must have {len(header)}; look for a missing quote or comma",
            )
        row = {}
        for column, cell in zip(header, cells, strict=True):
            try:
                row[column] = readers[column](cell)
            except ValueError as error:
                raise _wrong(path, number, column, cell, error) from None
        yield number, row


def _text(cell):
    if cell != cell.strip():
        raise ValueError("must not begin or end with a space")
    return cell


def _filled(cell):
    if not cell.strip():
        raise ValueError("must not be empty")
    return _text(cell)


def _number_or_none(cell):
    try:
        return float(cell)
    except ValueError:
        return None


def _whole(cell):
    if not cell:
        return None
    if not cell.isdigit():
        raise ValueError("must be a whole number, or empty where it was not seen")
    return int(cell)


def _days(cell):
    number = _number_or_none(cell)
    if number is None or not 0 <= number < 10_000:
        raise ValueError("must be a number of days, 0 or more")
    return number


def _one_of(*allowed):
    def read(cell):
        if cell not in allowed:
            raise ValueError(f"must be one of: {', '.join(repr(choice) for choice in allowed)}")
        return cell

    return read


def _matching(pattern, described):
    def read(cell):
        if not re.fullmatch(pattern, cell):
            raise ValueError(f"must be {described}")
        return cell

    return read


_RESULT_READERS = {
    "row_id": _matching(r"[a-z0-9_]+#\d+", "a study_id, # and a number"),
    "study_id": _filled,
    "citation": _filled,
    "doi": _matching(r"(10\.\d{4,}/\S+)?", "a DOI, 10.<registrant>/<name>, or empty"),
    "pmid": _matching(r"\d*", "a PubMed number, or empty"),
    "design": _filled,
    "n_enrolled": _whole,
    "population": _filled,
    "arm": _filled,
    "intervention": _text,
    "dose": _text,
    "route": _text,
    "n_arm": _matching(r"(\d+( / \d+)?)?", "a number, two numbers with ' / ' between, or empty"),
    "time_value": _matching(r"(up to )?([\d.]+(-[\d.]+)?)?", "a number, a range, or empty"),
    "time_unit": _one_of("hours", "days", "weeks", ""),
    "outcome": _filled,
    "outcome_value": _text,
    "outcome_dispersion": _text,
    "dispersion_type": _text,
    "responder_definition": _text,
    "verified": _one_of(*MARKS),
    "source_url": _matching(r"(https://\S+)?", "an https address, or empty"),
    "note": _text,
}


def _results(path, bibliography):
    results = {}
    for number, row in _rows(path, _RESULT_READERS):
        if row["row_id"] in results:
            raise _wrong(path, number, "row_id", row["row_id"], "is used by an earlier row")
        if row["row_id"].split("#")[0] != row["study_id"]:
            raise _wrong(path, number, "row_id", row["row_id"], f"must begin {row['study_id']}#")
        if row["study_id"] not in bibliography:
            raise _wrong(path, number, "study_id", row["study_id"], "is not in bibliography.json")
        item = bibliography[row["study_id"]]
        for column, name in (("doi", "DOI"), ("pmid", "PMID")):
            if row[column] and row[column] != item.get(name):
                raise _wrong(
                    path,
                    number,
                    column,
                    row[column],
                    f"differs from bibliography.json, which has {item.get(name)!r}",
                )
        if "proportion" in row["outcome"] and "difference" not in row["outcome"]:
            share = _number_or_none(row["outcome_value"])
            if share is not None and not 0 <= share <= 1:
                raise _wrong(
                    path,
                    number,
                    "outcome_value",
                    row["outcome_value"],
                    "must be a proportion from 0 to 1",
                )
        for column in ("citation", "doi", "pmid", "source_url"):
            del row[column]
        results[row["row_id"]] = Result(**row)
    return results


_POINT_READERS = {
    "row_id": _filled,
    "treatment_class": _filled,
    "panel": _one_of(*PANELS),
    "threshold": _one_of(*THRESHOLDS),
    "t_days_lo": _days,
    "t_days_hi": _days,
    "k": _whole,
    "n": _whole,
    "n_source": _one_of("reported", "from memory", "derived from reported percentages", "not seen"),
    "k_source": _one_of("fits", "inferred", ""),
    "interval": _one_of("counts", "published", "SD", "SE", "none"),
    "grade": _one_of(*GRADES),
    "note": _text,
}


def _points(path, results):
    points = []
    for number, row in _rows(path, _POINT_READERS):

        def wrong(column, problem, number=number, row=row):
            return _wrong(path, number, column, row[column], problem)

        result = results.get(row["row_id"])
        if result is None:
            raise wrong("row_id", "is not a row of trials.csv")
        reason = unplottable(result)
        if reason:
            raise wrong("row_id", f"must not be plotted: {reason}. Move it to left_out.csv")
        if row["t_days_hi"] < row["t_days_lo"]:
            raise wrong("t_days_hi", f"must not be below t_days_lo = {row['t_days_lo']:g}")
        if row["panel"] != "first separation" and result.number is None:
            raise wrong("row_id", f"has no numeric outcome but {result.outcome_value!r}")
        _check_counts(row, result, wrong)
        points.append(
            Point(
                result=result,
                treatment_class=row["treatment_class"],
                panel=row["panel"],
                threshold=row["threshold"],
                days_first=row["t_days_lo"],
                days_last=row["t_days_hi"],
                k=row["k"],
                n=row["n"],
                n_source=row["n_source"],
                counts_fit=row["k_source"] != "inferred",
                interval_from=row["interval"],
                grade=row["grade"],
                note=row["note"],
            )
        )
    return tuple(points)


def _check_counts(row, result, wrong):
    interval, k, n = row["interval"], row["k"], row["n"]
    if interval == "counts":
        if k is None or not n or k > n:
            raise wrong("k", f"must lie between 0 and n = {n} for an interval from counts")
        decimals = len(result.outcome_value.partition(".")[2])
        if row["k_source"] == "fits" and k not in matching_counts(result.number, n, decimals):
            raise wrong("k", f"of {n} does not round to the reported {result.outcome_value}")
    elif k is not None:
        raise wrong("interval", "must be 'counts' where k is given")
    if interval == "published" and not re.fullmatch(
        r"-?[\d.]+ to -?[\d.]+", result.outcome_dispersion
    ):
        raise wrong("interval", f"needs limits in trials.csv, not {result.outcome_dispersion!r}")
    if interval in ("SD", "SE") and _number_or_none(result.outcome_dispersion) is None:
        raise wrong("interval", f"needs a number in trials.csv, not {result.outcome_dispersion!r}")
    if interval == "SD" and not n:
        raise wrong("n", "is needed for an interval from an SD")


def _left_out(path, results, plotted):
    left_out = {}
    for number, row in _rows(path, {"row_id": _filled, "reason": _filled}):
        row_id = row["row_id"]
        if row_id not in results:
            raise _wrong(path, number, "row_id", row_id, "is not a row of trials.csv")
        if row_id in plotted or row_id in left_out:
            raise _wrong(path, number, "row_id", row_id, "is already plotted or left out")
        left_out[row_id] = row["reason"]
    missing = sorted(set(results) - plotted - set(left_out))
    if missing:
        raise LoopError(
            f"{missing[0]} of trials.csv is neither plotted nor left out. Add it to timeline.csv, "
            f"or to {path.name} with the reason."
        )
    return left_out


_CLAIM_READERS = {
    "claim_id": _matching(r"C\d\d", "C and two digits"),
    "claim": _filled,
    "article_section": _filled,
    "verdict": _one_of(*VERDICTS),
    "strength": _filled,
    "evidence_for": _filled,
    "evidence_against": _filled,
    "key_refs": _filled,
    "what_a_student_should_take_away": _filled,
}


def _claims(path, bibliography):
    by_identifier = {
        item[name].lower(): key
        for key, item in bibliography.items()
        for name in ("DOI", "PMCID", "number")
        if name in item
    }
    claims = {}
    for number, row in _rows(path, _CLAIM_READERS):
        if row["claim_id"] in claims:
            raise _wrong(path, number, "claim_id", row["claim_id"], "is used by an earlier row")
        references = []
        for piece in row["key_refs"].split(";"):
            text = piece.strip()
            name = re.sub(r"\s*\([^()]*\)$", "", text)
            key = name if name in bibliography else by_identifier.get(name.split(" ")[0].lower())
            if re.fullmatch(r"[a-z]+\d{4}_\w+", name) and key is None:
                raise _wrong(path, number, "key_refs", name, "is not in bibliography.json")
            references.append(Reference(text, key, link(bibliography[key]) if key else None))
        claims[row["claim_id"]] = Claim(
            claim_id=row["claim_id"],
            claim=row["claim"],
            section=row["article_section"],
            verdict=row["verdict"],
            strength=row["strength"],
            evidence_for=row["evidence_for"],
            evidence_against=row["evidence_against"],
            references=tuple(references),
            take_away=row["what_a_student_should_take_away"],
        )
    return claims


_IDENTIFIERS = {
    "DOI": r"10\.\d{4,}/\S+",
    "PMID": r"\d+",
    "PMCID": r"PMC\d+",
    "URL": r"https://\S+",
}
_REFERENCE_MARKS = ("verified", "code", "recall")


def _bibliography(path):
    try:
        items = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise LoopError(f"{path} is missing. Restore it from the course's repository.") from None
    except json.JSONDecodeError as error:
        raise LoopError(
            f"{path.name}, line {error.lineno}, column {error.colno}: {error.msg}. Correct it."
        ) from None
    bibliography, owners = {}, {}
    for number, item in enumerate(items, start=1):
        key = item.get("id")
        if not key or key in bibliography:
            raise _wrong(path, number, "id", key, "must be there and be used only once")
        mark = item.get("custom", {}).get("mark")
        if mark not in _REFERENCE_MARKS:
            raise _wrong(
                path, number, "custom.mark", mark, f"must be one of {', '.join(_REFERENCE_MARKS)}"
            )
        for name, pattern in _IDENTIFIERS.items():
            value = item.get(name)
            if value is None:
                continue
            if not re.fullmatch(pattern, value):
                raise _wrong(path, number, name, value, f"must match {pattern}")
            if name != "URL" and owners.setdefault((name, value.lower()), key) != key:
                first = owners[name, value.lower()]
                raise _wrong(path, number, name, value, f"already belongs to {first}")
        bibliography[key] = item
    return bibliography


@dataclass(frozen=True)
class Agreement:
    """A reader's verdicts against the ledger. Disagreement is not error: the ledger is one reading.

    `confusion` counts (reader, ledger) in the order of `VERDICTS`; `kappa` is None where it is not
    defined. Over- and under-trust leave out pairs with "untested"; `ordered` is how many are left.
    """

    confusion: np.ndarray
    agreement: float
    kappa: float | None
    over_trust: int
    under_trust: int
    ordered: int
    untested_called_supported: int
    brier: float | None


def compare_verdicts(
    reader: Mapping[str, str],
    ledger: Mapping[str, str],
    confidence: Mapping[str, float] | None = None,
) -> Agreement:
    """Compare a reader's verdicts (claim id to verdict) with the ledger's, on the reader's claims.

    `confidence` (0 to 1) is how sure the reader was to agree with the ledger; it gives the Brier
    score. Raises `LoopError` for no claim, an unknown claim or an unknown verdict.
    """
    if not reader:
        raise LoopError("No claim has been rated yet: rate at least one to see the comparison.")
    confusion = np.zeros((len(VERDICTS), len(VERDICTS)), dtype=int)
    for claim_id, verdict in reader.items():
        if claim_id not in ledger:
            raise LoopError(f"{claim_id!r} is no claim of the ledger: {', '.join(ledger)}.")
        if verdict not in VERDICTS:
            raise LoopError(f"{claim_id}: {verdict!r} is not one of {', '.join(VERDICTS)}.")
        confusion[VERDICTS.index(verdict), VERDICTS.index(ledger[claim_id])] += 1
    total = confusion.sum()
    observed = np.trace(confusion) / total
    expected = confusion.sum(axis=1) @ confusion.sum(axis=0) / total**2
    size = len(_OPPOSED)
    ranked = confusion[:size, :size]
    brier = None
    if confidence:
        misses = [(sure - (reader[c] == ledger[c])) ** 2 for c, sure in confidence.items()]
        brier = float(np.mean(misses))
    return Agreement(
        confusion=confusion,
        agreement=float(observed),
        kappa=None if expected == 1 else float((observed - expected) / (1 - expected)),
        over_trust=int(np.triu(ranked, 1).sum()),
        under_trust=int(np.tril(ranked, -1).sum()),
        ordered=int(ranked.sum()),
        untested_called_supported=int(confusion[0, VERDICTS.index("untested")]),
        brier=brier,
    )
