"""The contract between Python and the browser: every record that crosses, field by field.

`contract.d.ts` says the same to the type check of the browser's half (`tests/typescript.py` writes
it). `check` compares a record with its type where it is declared, so that nothing is left for the
browser to guess.
"""

from __future__ import annotations

import math
from functools import cache
from numbers import Real
from types import NoneType, UnionType
from typing import (
    Literal,
    NotRequired,
    TypedDict,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from looplab.errors import ModelError


class ControlRecord(TypedDict):
    """A control: its name for the eye and the ear, its limits, the widget's trait that holds it."""

    label: str
    help: str
    low: float
    high: float
    trait: Literal["value", "index"]
    unit: str
    format: str
    options: NotRequired[list[str]]
    own: NotRequired[bool]


class NumberRecord(TypedDict):
    """A read-out: the quantity or word that it shows, and how."""

    name: str
    label: str
    style: str
    unit: str


class ParameterRecord(TypedDict):
    """A number behind the figure; `value` is a number or the name of what sets it."""

    label: str
    value: str | float
    format: str
    unit: str
    status: str
    source: str


class ProgramRecord(TypedDict):
    """A traced model (`model/program.py`); rules are name, size and trees."""

    name: str
    key: str
    kind: Literal["formula", "discrete", "continuous"]
    given: list[str]
    draws: list[str]
    states: list[tuple[str, int, float]]
    named: list[tuple[str, int, list[str | float | list]]]
    following: list[tuple[str, int, list[str | float | list]]]


class OutRecord(TypedDict):
    """A quantity that a run gives: of the component at place `of`, one mean or each learner."""

    name: str
    statistic: Literal["mean", "each"]
    of: int


class RunRecord(TypedDict):
    """A model that runs through time, and what of it is wanted."""

    kind: Literal["run"]
    reads: list[str]
    program: int
    parameters: list[str | float]
    seed: str | float
    wanted: list[str]
    outs: list[OutRecord]
    steps: int
    learners: int
    every: int


class IntegrateRecord(TypedDict):
    """A continuous model: `steps` of `step`, of which every so many is kept."""

    kind: Literal["integrate"]
    reads: list[str]
    program: int
    parameters: list[str | float]
    wanted: list[str]
    outs: list[OutRecord]
    steps: int
    step: float
    every: int


class SideRecord(TypedDict):
    """The values of one side of a grid, and the place of its parameter."""

    at: int
    values: list[float]


class StageRecord(TypedDict):
    """How finely a map is run."""

    steps: int
    learners: int
    last: int
    stride: int


class StagesRecord(TypedDict):
    fine: StageRecord
    coarse: StageRecord


class MapRecord(TypedDict):
    """The end of a run over a grid; `known` is what it comes to where it reads `known_at`."""

    kind: Literal["map"]
    name: str
    reads: list[str]
    program: int
    parameters: list[str | float]
    x: SideRecord
    y: SideRecord
    seed: float
    wanted: list[str]
    stages: StagesRecord
    known: list[float]
    known_at: list[float]


class FormulaRecord(TypedDict):
    kind: Literal["formula"]
    reads: list[str]
    program: int
    parameters: list[str | float]
    wanted: list[str]
    outs: list[str]


class OwnRecord(TypedDict):
    """Draws that belong to the number of a student."""

    kind: Literal["own"]
    name: str
    reads: list[str]
    student: str
    count: int


class PickRecord(TypedDict):
    """An entry of an array, or a row of a table whose rows have `size` entries."""

    kind: Literal["pick"]
    name: str
    reads: list[str]
    of: str
    at: str | float
    size: int


class RowRecord(TypedDict):
    """The row of a table with one for each combination of values, the last changing fastest."""

    kind: Literal["row"]
    name: str
    reads: list[str]
    among: list[tuple[str, list[float]]]


class OptionsRecord(TypedDict):
    """For each of `count` options whether `of` counts to it."""

    kind: Literal["options"]
    name: str
    reads: list[str]
    of: str
    count: int


class MovingRecord(TypedDict):
    kind: Literal["moving"]
    name: str
    reads: list[str]
    of: str
    window: int


class HistogramRecord(TypedDict):
    kind: Literal["histogram"]
    name: str
    reads: list[str]
    of: str
    edges: str
    where: str | None


class KeptRecord(TypedDict):
    """Columns that an element of the page keeps under `id`, each with what stands for it."""

    kind: Literal["kept"]
    name: str
    reads: list[str]
    id: str
    columns: list[tuple[str, str]]


class EitherRecord(TypedDict):
    kind: Literal["either"]
    name: str
    reads: list[str]
    of: list[str]
    at: str | float
    upto: str | float | None


class TallyRecord(TypedDict):
    kind: Literal["tally"]
    name: str
    reads: list[str]
    of: str
    where: list[str]


class MeanRecord(TypedDict):
    kind: Literal["mean"]
    name: str
    reads: list[str]
    of: str
    where: list[str]


class SlopeRecord(TypedDict):
    at: int
    low: float
    high: float


class AlongRecord(TypedDict):
    """A model fitted to a record over a grid of two of its parameters."""

    kind: Literal["along"]
    name: str
    reads: list[str]
    program: int
    parameters: list[str | float]
    columns: list[str]
    first: str
    counted: str
    x: SideRecord
    y: SideRecord
    over: SideRecord
    slope: SlopeRecord
    known: str | None
    stride: int
    wanted: list[str]


SourceRecord = (
    RunRecord | IntegrateRecord | MapRecord | FormulaRecord | OwnRecord | PickRecord | RowRecord
    | OptionsRecord | MovingRecord | HistogramRecord | KeptRecord | EitherRecord | TallyRecord
    | MeanRecord | AlongRecord
)  # fmt: skip
"""One source: `kind` says how it computes (`SOURCES` in sources.js), `reads` what from."""

AxisRecord = tuple[Literal["linear", "log"], float, float]
"""Scale, offset and slope that take data to the SVG's coordinates."""


class ArtistRecord(TypedDict):
    """One artist: the ids of its SVG elements, the axes it stands on, and what it follows."""

    ids: list[str]
    kind: Literal["line", "points", "band", "tiles", "bars", "text", "shape"]
    channels: dict[str, str | list[str]]
    axes: int | None
    sides: NotRequired[list[tuple[float, float, float]]]
    across: NotRequired[bool]
    template: NotRequired[str]
    reads: NotRequired[list[str]]
    at: NotRequired[tuple[float, float]]


class Spec(TypedDict):
    """A living figure as the browser gets it (`living.js`); lists of pairs keep their order."""

    id: str
    title: str
    svg: str
    caption: str
    stamp: NotRequired[str]
    description: str
    template: str
    words: dict[str, tuple[str, list[str]]]
    numbers: list[NumberRecord]
    columns: list[tuple[str, str]]
    still: list[tuple[str, list[str | float]]]
    constants: dict[str, float | list[float]]
    controls: list[tuple[str, ControlRecord]]
    presets: list[tuple[str, dict[str, float]]]
    defaults: dict[str, float]
    parameters: list[ParameterRecord]
    sources: list[SourceRecord]
    programs: list[ProgramRecord]
    beforehand: list[ProgramRecord]
    axes: list[tuple[AxisRecord, AxisRecord]]
    artists: list[ArtistRecord]


def check(value: object, wanted: object, where: str) -> None:
    """Raise `ModelError` unless `value` is of the type `wanted`, such as `ControlRecord`.

    `where` names the thing; the message says which part of it is wrong, its value, and what is
    allowed there. Numbers are finite, whole ones may be floats, and a bool is no number.
    """
    fault = _fault(value, wanted, "")
    if fault:
        part, found, allowed = fault
        shown = repr(found)
        shown = shown if len(shown) <= 60 else f"{shown[:60]}…"
        raise ModelError(f"{where}: {part or 'it'} is {shown}: give {allowed}.")


def _fault(value, wanted, part):
    """What is wrong first: the part, what stands there, and what is allowed; or None."""
    origin, inner = get_origin(wanted), get_args(wanted)
    if is_typeddict(wanted):
        return _fault_of_record(value, wanted, part)
    if origin in (UnionType, Union):
        kinds = {kind: each for each in inner for kind in _kinds(each)}
        if kinds and isinstance(value, dict):
            # of several records the one that is meant
            if value.get("kind") not in kinds:
                return _of(part, "kind"), value.get("kind"), f"one of {', '.join(map(repr, kinds))}"
            inner = [kinds[value["kind"]]]
        faults = [_fault(value, each, part) for each in inner]
        if None in faults:
            return None
        deeper = next((fault for fault in faults if fault[0] != part), None)
        return deeper or (part, value, _named(wanted))
    if wanted is list or origin in (list, tuple):
        if not isinstance(value, list | tuple):
            return part, value, _named(wanted)
        if origin is tuple and len(value) != len(inner):
            return part, value, _named(wanted)
        types = inner if origin is tuple else (inner or (object,)) * len(value)
        pairs = zip(value, types, strict=True)
        found = (_fault(each, kind, f"{part}[{i}]") for i, (each, kind) in enumerate(pairs))
        return next(filter(None, found), None)
    if origin is dict:
        if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
            return part, value, _named(wanted)
        found = (_fault(each, inner[1], _of(part, name)) for name, each in value.items())
        return next(filter(None, found), None)
    return None if _fits(value, wanted) else (part, value, _named(wanted))


def _fault_of_record(value, wanted, part):
    if not isinstance(value, dict):
        return part, value, _named(wanted)
    fields = hints(wanted)
    for name in value:
        if name not in fields:
            return part, name, f"a field of {wanted.__name__}: {', '.join(fields)}"
    for name, (kind, needed) in fields.items():
        if name not in value:
            if needed:
                return _of(part, name), None, _named(kind)
        elif fault := _fault(value[name], kind, _of(part, name)):
            return fault
    return None


def _kinds(wanted):
    """What the field `kind` of a record may say, if it has one."""
    return get_args(hints(wanted)["kind"][0]) if is_typeddict(wanted) else ()


def _fits(value, wanted):
    if get_origin(wanted) is Literal:
        return value in get_args(wanted)
    if wanted in (float, int):
        number = isinstance(value, Real) and not isinstance(value, bool) and math.isfinite(value)
        return number and (wanted is float or value == int(value))
    if wanted in (None, NoneType):
        return value is None
    return isinstance(value, wanted)


@cache
def hints(record: type) -> dict[str, tuple[object, bool]]:
    """The fields of a record: type, and whether every such record has it."""
    return {
        name: (get_args(kind)[0], False) if get_origin(kind) is NotRequired else (kind, True)
        for name, kind in get_type_hints(record, include_extras=True).items()
    }


_NAMES = {
    str: "a text",
    float: "a finite number",
    int: "a whole number",
    bool: "True or False",
    NoneType: "None",
    None: "None",
    list: "a list",
}


def _named(wanted):
    """What is allowed, in words."""
    origin, inner = get_origin(wanted), get_args(wanted)
    if origin is Literal:
        return "one of " + ", ".join(map(repr, inner))
    if origin in (UnionType, Union):
        return " or ".join(map(_named, inner))
    if origin is list:
        return f"a list, each {_named(inner[0])}"
    if origin is tuple:
        return f"a list of {len(inner)}: {', '.join(map(_named, inner))}"
    if origin is dict:
        return f"a dictionary of texts, each with {_named(inner[1])}"
    if is_typeddict(wanted):
        return f"a {wanted.__name__}"
    return _NAMES[wanted]


def _of(part, name):
    return f"{part}.{name}" if part else name
