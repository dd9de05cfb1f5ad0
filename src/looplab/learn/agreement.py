"""Numbers from outside, beside what the notebook's models give for them.

    lesson.agreement()

A table in the notebook; in the exported page, *Check this page* computes every number anew in the
reader's browser, with the programs that the page's own figures run.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from looplab.errors import ModelError
from looplab.figure.numbers import check_style, number, power_of_ten
from looplab.figure.sources import Evaluation, Run
from looplab.language.interface import say
from looplab.language.prose import translated
from looplab.learn.exercise import agree
from looplab.model.declare import ContinuousModel, DiscreteModel, Formula, Model
from looplab.model.program import given, program, quantities
from looplab.packed import pack
from looplab.references import linked
from looplab.rounding import steady

MARKS = ("verified", "abstract", "derived", "simulated")
"""How a reference number is known. What is recalled or assumed is none."""


@dataclass(frozen=True)
class ReferenceNumber:
    """A number from outside, and the quantity of a model that comes within `within` of it.

    `settings` are parameters and inputs of `model` by name; the rest stand at their defaults.
    `quantity` may be an entry of a vector, "w[0]". A model that runs takes `steps`: a continuous
    one steps of `step`, and its last value counts; a discrete one counts the mean over `learners`
    and the `last` steps, or with `total` the sum of all steps. `source` names where the number
    comes from, by keys of the bibliography, and `mark`, one of `MARKS`, how it is known. `style` is
    a number format, `unit` the unit.

    Raises `ModelError`, naming the number, for anything that the model does not have and for a
    number that could not be compared.
    """

    what: str
    model: Model
    quantity: str
    value: float
    within: float
    source: str
    mark: str
    settings: Mapping[str, float] = field(default_factory=dict)
    style: str = ".3f"
    unit: str = ""
    steps: int = 0
    step: float = 0.0
    learners: int = 1
    last: int = 1
    total: bool = False

    def __post_init__(self):
        where = f"Reference number {self.what!r}"
        if self.mark not in MARKS:
            raise ModelError(f"{where}: mark {self.mark!r}. Allowed: {', '.join(MARKS)}.")
        if not self.source.strip():
            raise ModelError(f"{where} has no source: say where it comes from.")
        if not (math.isfinite(self.value) and 0 < self.within < math.inf):
            raise ModelError(
                f"{where}: {self.value} within {self.within}: give a finite number, and how far "
                "from it a result may lie, above 0."
            )
        check_style(self.style, where)
        names = given(self.model)
        for name in self.settings:
            if name not in names:
                raise ModelError(
                    f"{where}: {self.model.name} has no {name!r}. It has: {', '.join(names)}."
                )
        for name in names:
            if self._given(name) is None:
                raise ModelError(f"{where}: {self.model.name} needs {name!r} in `settings`.")
        known = quantities(self.model)
        if self.quantity not in known:
            raise ModelError(
                f"{where}: {self.model.name} has no {self.quantity!r}. It has: {', '.join(known)}."
            )
        runs = not isinstance(self.model, Formula)
        if runs != (self.steps > 0) or (isinstance(self.model, ContinuousModel) != (self.step > 0)):
            raise ModelError(
                f"{where}: steps = {self.steps}, step = {self.step:g}: a model that runs takes "
                "`steps`, a continuous one `step` (of time) besides, and a formula neither."
            )
        if runs and (self.last < 1 or self.steps % self.last):
            raise ModelError(f"{where}: last = {self.last} must divide steps = {self.steps}.")

    def _given(self, name):
        return self.settings.get(name, getattr(self.model[name], "default", None))

    def _source(self) -> Evaluation | Run:
        """What computes it, as in a figure."""
        settings = {name: float(self._given(name)) for name in given(self.model)}
        if isinstance(self.model, Formula):
            return Evaluation(self.model, settings, {"found": self.quantity})
        name, _, entry = self.quantity.rstrip("]").partition("[")
        what = (name, int(entry)) if entry else name
        layout = {"steps": self.steps, "learners": self.learners, "duration": None, "step": None}
        if isinstance(self.model, DiscreteModel):
            layout |= {"every": self.steps if self.total else self.last}
            return Run("run", self.model, settings, 1, layout, {"found": ("mean", what)})
        layout |= {"every": self.steps, "step": self.step, "duration": self.steps * self.step}
        return Run("integrate", self.model, settings, 1, layout, {"found": ("each", what)})

    @property
    def times(self) -> int:
        """By what the mean over the steps is multiplied."""
        return self.steps if self.total else 1

    @cached_property
    def computed(self) -> float:
        """What the model gives, in NumPy."""
        found = self._source().evaluate(lambda given: given)["found"]
        return float(np.ravel(found)[-1]) * self.times

    def agrees(self) -> bool:
        """Whether what the model gives is as close as it should be."""
        return bool(agree(self.computed, self.value, self.within))

    def record(self) -> dict:
        """What the page needs to compute it, beside its model."""
        node = self._source().spec({"found"})
        # the page knows its programs by their keys, and gives parameters in the order of its own
        for name in ("parameters", "program", "reads"):
            del node[name]
        return {
            "key": program(self.model)["key"],
            "settings": dict(self.settings),
            "node": node,
            "times": self.times,
            "value": self.value,
            "within": steady(self.within, 3),
            "style": self.style,
            "unit": self.unit,
        }


def record(numbers: Sequence[ReferenceNumber]) -> dict:
    """What the page needs: the numbers, and of each model, by the key of its program, the name and
    where its parameters stand."""
    models = {program(each.model)["key"]: each.model for each in numbers}
    usual = {
        key: {
            "name": model.name,
            "usual": {
                name: float(model[name].default)
                for name in given(model)
                if hasattr(model[name], "default")
            },
        }
        for key, model in models.items()
    }
    return {"models": usual, "numbers": [each.record() for each in numbers]}


class Agreement:
    """Reference numbers and what the notebook's models give; shows itself as a table."""

    def __init__(self, numbers: Sequence[ReferenceNumber]):
        self.numbers = tuple(numbers)

    def __repr__(self):
        agreeing = sum(each.agrees() for each in self.numbers)
        return say("agreement-count", right=agreeing, count=len(self.numbers))

    def markdown(self) -> str:
        """The table: number, reference, what NumPy gives, source."""
        heads = [
            say("agreement-number"),
            say("agreement-reference"),
            say("agreement-python"),
            say("agreement-agrees"),
            say("agreement-source"),
        ]
        rows = [heads, ["---"] * len(heads)]
        for each in self.numbers:
            unit = f" {translated(each.unit, each.what)}" if each.unit else ""
            within = _short(each.within)
            rows.append(
                [
                    translated(each.what, "check this page"),
                    f"{number(each.value, each.style)} ± {within}{unit}",
                    number(each.computed, each.style) + unit,
                    say("agreement-yes") if each.agrees() else say("agreement-no"),
                    f"{linked(translated(each.source, each.what))}: "
                    f"{say('agreement-known', mark=each.mark)}",
                ]
            )
        return "\n".join(f"| {' | '.join(row)} |" for row in rows)

    def _repr_mimebundle_(self, **_):
        data = {"text/markdown": self.markdown(), "text/plain": repr(self)}
        return data, {"looplab": {"agreement": pack(record(self.numbers))}}


def _short(within):
    """How far off a result may be, in one digit: 0.001, 10⁻⁹, 8·10⁻⁷."""
    text = f"{within:.0e}"
    if within >= 1e-4:
        return number(float(text))
    digit, power = text.split("e")
    return ("" if digit == "1" else f"{digit}·") + power_of_ten(int(power))
