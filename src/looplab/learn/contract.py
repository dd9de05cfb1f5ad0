"""What a learning element sends to the browser, field by field: the contract of `lesson.py` with
`learn.js`, `answers.js`, `task.js` and the page's `exercise.js`.

`contract.d.ts` says the same to the type check of these scripts (`tests/typescript.py` writes it).
Every element is compared with its record where it is declared (`Element` in `lesson.py`). Texts
are HTML, but for `format`, names and `x_label`.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class FeedbackRecord(TypedDict):
    """What is said to an answer, and the idea that often stands behind it, or ""."""

    feedback: str
    idea: str


_Range = TypedDict("_Range", {"from": NotRequired[float], "below": NotRequired[float]})


class AnswerRecord(_Range, FeedbackRecord):
    """An answer to choose. It is right if marked so; if the truth is `from` ≤ it < `below`; or if
    the truth is highest `at` its settings. The figure can show it (`shows`, else `at`)."""

    id: str
    text: str
    right: NotRequired[bool]
    accepted: NotRequired[bool]
    at: NotRequired[dict[str, float]]
    shows: NotRequired[dict[str, float]]


class KnownRecord(FeedbackRecord):
    """A value with an answer of its own: accepted beside the truth, or a known mistake."""

    value: float
    within: NotRequired[float]


class ItemRecord(TypedDict):
    """Something to rank: by the quantity `truth` at these settings."""

    id: str
    text: str
    truth: str
    at: dict[str, float]


class SwapRecord(FeedbackRecord):
    """What is said where `above` was ranked over `below`, which is more."""

    above: str
    below: str


class ScaleRecord(TypedDict):
    low: float
    high: float
    step: float


class OutcomesRecord(TypedDict):
    """What is said to a number that is close, too high or too low."""

    close: FeedbackRecord
    high: FeedbackRecord
    low: FeedbackRecord


class VerdictsRecord(TypedDict):
    right: FeedbackRecord
    wrong: FeedbackRecord


class ElementRecord(TypedDict):
    """What every element has: its question, the key of the notes, the lesson's title, and the
    number that settles the order of answers, if it is set."""

    id: str
    question: str
    notes: str
    lesson: str
    student: int | None


class PredictionRecord(ElementRecord):
    """What every prediction has: the settings `at` which its truth holds and those at which the
    figure `opens`, where an answer holds ("In this trial"), and what is told afterwards."""

    element: Literal["predict"]
    at: dict[str, float]
    opens: NotRequired[dict[str, float]]
    setting: NotRequired[str]
    reveal: str
    see: str


class ChoicePrediction(PredictionRecord):
    kind: Literal["choice"]
    answers: list[AnswerRecord]
    in_order: NotRequired[bool]
    truth: NotRequired[str]


class NumberPrediction(PredictionRecord):
    """`control` names the control that an answer sets, if the truth is a setting of it."""

    kind: Literal["number"]
    truth: str
    format: str
    unit: NotRequired[str]
    scale: ScaleRecord
    close: float
    control: NotRequired[str]
    outcomes: OutcomesRecord
    accepts: list[KnownRecord]
    mistakes: list[KnownRecord]


class RankingPrediction(PredictionRecord):
    kind: Literal["ranking"]
    format: str
    unit: NotRequired[str]
    items: list[ItemRecord]
    swaps: list[SwapRecord]
    outcomes: VerdictsRecord


class CurvePrediction(PredictionRecord):
    """A curve through points at these `places`, set on this `scale`: `truth` over `x`."""

    kind: Literal["curve"]
    truth: str
    x: str
    format: str
    unit: NotRequired[str]
    close: float
    places: list[float]
    scale: ScaleRecord
    x_label: str
    outcomes: OutcomesRecord


class ChoiceCheck(ElementRecord):
    element: Literal["check"]
    kind: Literal["choice"]
    answers: list[AnswerRecord]
    in_order: NotRequired[bool]


class NumberCheck(ElementRecord):
    element: Literal["check"]
    kind: Literal["number"]
    answer: float
    tolerance: float
    unit: str
    outcomes: VerdictsRecord
    accepts: list[KnownRecord]
    mistakes: list[KnownRecord]


class NumberPart(TypedDict):
    """A number asked for in a task, and the limits of what is a plausible form of it."""

    kind: Literal["number"]
    id: str
    question: str
    unit: NotRequired[str]
    low: float
    high: float


class ChoicePart(TypedDict):
    kind: Literal["choice"]
    id: str
    question: str
    answers: list[tuple[str, str]]


class TaskRecord(ElementRecord):
    element: Literal["task"]
    kind: Literal["task"]
    questions: list[NumberPart | ChoicePart]


class RungRecord(TypedDict):
    name: str
    text: str


class LadderRecord(ElementRecord):
    element: Literal["hints"]
    kind: Literal["ladder"]
    rungs: list[RungRecord]


class AskedRecord(TypedDict):
    """Something that can be handed in: its options, and the task that it belongs to."""

    id: str
    options: list[str]
    task: NotRequired[str]


class NotesRecord(ElementRecord):
    element: Literal["notes"]
    kind: Literal["notes"]
    asked: list[AskedRecord]


class EntryRecord(TypedDict):
    """A value of an exercise with an answer of its own; what is said to it is plain text."""

    value: float | list
    within: NotRequired[float]
    feedback: str


class ExerciseRecord(TypedDict):
    """An exercise that the exported page asks, too, in plain text: for a value, or for the rule of
    `quantity`, which is computed from the numbers `given`."""

    id: str
    question: str
    quantity: NotRequired[str]
    given: NotRequired[dict[str, list[float]]]
    answer: float | list
    tolerance: float
    right: str
    accepts: list[EntryRecord]
    mistakes: list[EntryRecord]


RECORDS = {
    ("predict", "choice"): ChoicePrediction,
    ("predict", "number"): NumberPrediction,
    ("predict", "ranking"): RankingPrediction,
    ("predict", "curve"): CurvePrediction,
    ("check", "choice"): ChoiceCheck,
    ("check", "number"): NumberCheck,
    ("task", "task"): TaskRecord,
    ("hints", "ladder"): LadderRecord,
    ("notes", "notes"): NotesRecord,
}
"""The record of an element, by its `element` and `kind`."""
