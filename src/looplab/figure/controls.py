"""The controls of a living figure, as ordinary ipywidgets.

They are parameters, a timeline, choices, and the number of the student whose data it shows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

import ipywidgets
import numpy as np

from looplab.errors import ModelError
from looplab.figure.contract import ControlRecord
from looplab.figure.contract import check as check_record
from looplab.language.interface import say
from looplab.language.prose import translated
from looplab.model.declare import Parameter
from looplab.rounding import steady, whole_part


@dataclass(frozen=True)
class Timeline:
    """A control that plays through time: a play button and a slider of whole steps."""

    name: str
    label: str
    steps: int
    start: int = 0
    interval: int = 400
    help: str = ""


@dataclass(frozen=True)
class Logarithmic:
    """A slider on which equal steps are equal ratios: `steps` of them to a factor of ten.

    It begins where the parameter's range does, and ends with the last step inside that range.
    """

    parameter: Parameter
    steps: int = 10

    def __getattr__(self, name):
        return getattr(self.parameter, name)

    @property
    def positions(self):
        """Every value that the slider can take."""
        low, high = np.log10(self.low), np.log10(self.parameter.high)
        last = whole_part((high - low) * self.steps)
        return 10 ** (low + np.arange(last + 1) / self.steps)

    @property
    def high(self):
        return float(self.positions[-1])


@dataclass(frozen=True)
class Choice:
    """A control that picks one of several named options; its value is the option's index."""

    name: str
    label: str
    options: tuple[str, ...]
    default: int = 0
    help: str = ""


HIGHEST_NUMBER = 999_999_999
"""A student's number has at most nine digits (`publish/page/address.js` has the same limit)."""


@dataclass(frozen=True)
class Student:
    """The number of the student whose own data the figure shows; 0 is nobody's.

    No button of the figure moves it, and it never joins the figure's address.
    """

    name: str = "student"
    label: str = field(default_factory=lambda: say("your-number"))
    default: int = 0
    help: str = field(default_factory=lambda: say("own-number-help"))


Control = Parameter | Logarithmic | Timeline | Choice | Student


def check(control: Control, where: str) -> None:
    """Raise `ModelError`, naming `where` and the control, unless a reader can move it and the
    browser knows all of it: kind, texts, limits, where it stands at first."""
    if not isinstance(control, Control):
        raise ModelError(
            f"{where}: the control {control!r} is a {type(control).__name__}: give a Parameter, "
            "Logarithmic, Timeline, Choice or Student."
        )
    where = f"{where}: control {control.name!r}"
    if isinstance(control, Choice):
        _check_options(control, where)
    if isinstance(control, Timeline) and not (_whole(control.steps) and control.steps > 1):
        raise ModelError(f"{where}: steps is {control.steps!r}: give a whole number above 1.")
    if isinstance(control, Timeline) and not (_whole(control.interval) and control.interval > 0):
        raise ModelError(
            f"{where}: interval is {control.interval!r}: give milliseconds, a whole number above 0."
        )
    if isinstance(control, Logarithmic) and not (
        control.parameter.low > 0 and _whole(control.steps) and control.steps > 0
    ):
        raise ModelError(
            f"{where}: low is {control.parameter.low!r} and steps {control.steps!r}: equal ratios "
            "need a lowest value above 0, and a whole number of steps to a factor of ten."
        )
    if isinstance(control, Parameter) and not control.step > 0:
        raise ModelError(f"{where}: step is {control.step!r}: a slider needs a step above 0.")
    check_record(record(control), ControlRecord, where)
    if not control.label.strip():
        raise ModelError(f"{where}: label is {control.label!r}: say what it sets.")
    (low, high), first = limits(control), default(control)
    whole = not isinstance(control, Parameter | Logarithmic)
    if not low < high and not isinstance(control, Choice):
        raise ModelError(f"{where}: it goes from {low!r} to {high!r}: give a range to move in.")
    slack = 1e-9 * max(abs(low), abs(high))
    if not low - slack <= first <= high + slack or (whole and not _whole(first)):
        kind = "a whole number" if whole else "a number"
        raise ModelError(
            f"{where}: it stands at {first!r} at first: give {kind} from {low:g} to {high:g}."
        )


def _check_options(control, where):
    options = control.options
    if not isinstance(options, tuple | list) or not options:
        raise ModelError(f"{where}: options is {options!r}: give a tuple of texts.")
    for place, option in enumerate(options):
        if not isinstance(option, str) or not option.strip() or option in options[:place]:
            raise ModelError(
                f"{where}: option {place} is {option!r}: give texts that differ from one another."
            )


def _whole(value):
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def default(control):
    """Where the control stands at first."""
    if isinstance(control, Timeline):
        return control.start
    return control.default


def limits(control):
    """The lowest and the highest value."""
    if isinstance(control, Timeline):
        return 0, control.steps - 1
    if isinstance(control, Choice):
        return 0, len(control.options) - 1
    if isinstance(control, Student):
        return 0, HIGHEST_NUMBER
    return control.low, control.high


def ends(control):
    """The values at which the reach of a figure is found."""
    if isinstance(control, Timeline):
        return [control.steps - 1]
    if isinstance(control, Choice):
        return list(range(len(control.options)))
    if isinstance(control, Student):
        return [control.default]
    return [control.low, control.high]


def trait(control):
    """The widget trait that holds the control's value as a number."""
    return "index" if isinstance(control, Choice) else "value"


def decimals(control):
    """How many decimals tell two neighbouring values of a slider, or a constant, apart."""
    if isinstance(control, Logarithmic):
        step = control.low
    elif control.step:
        step = control.step
    else:
        last = Decimal(f"{control.default:.6g}").normalize().as_tuple()
        return max(0, -last.exponent)
    return max(0, -int(np.floor(np.log10(step) + 1e-9)))


def record(control: Control) -> ControlRecord:
    """What the browser needs to name the control, speak its value and check an address."""
    low, high = limits(control)
    where = f"control {control.name}"
    record = {
        "label": translated(control.label, where),
        "help": translated(control.help, where),
        "low": low,
        "high": high,
        "trait": trait(control),
        "unit": "",
        "format": "d",
    }
    if isinstance(control, Choice):
        record["options"] = [translated(option, where) for option in control.options]
    if isinstance(control, Student):
        record["own"] = True
    if isinstance(control, Parameter | Logarithmic):
        record |= {"unit": translated(control.unit, where), "format": f".{decimals(control)}f"}
    return record


def widget(control):
    """The control as an ipywidget."""
    said = record(control)
    look = {
        "style": {"description_width": "20em"},
        "layout": {"width": "min(100%, 44em)"},
        "description": said["label"],
    }
    if isinstance(control, Choice):
        options = [(option, index) for index, option in enumerate(said["options"])]
        return ipywidgets.Dropdown(options=options, index=control.default, **look)
    if isinstance(control, Timeline):
        return ipywidgets.IntSlider(value=control.start, min=0, max=control.steps - 1, **look)
    if isinstance(control, Student):
        return ipywidgets.BoundedIntText(value=control.default, min=0, max=HIGHEST_NUMBER, **look)
    unit = f" ({said['unit']})" if said["unit"] else ""
    look |= {"description": said["label"] + unit, "readout_format": said["format"]}
    if isinstance(control, Logarithmic):
        low, high = (steady(np.log10(end), 12) for end in (control.low, control.high))
        return ipywidgets.FloatLogSlider(
            value=control.default, base=10, min=low, max=high, step=1 / control.steps, **look
        )
    return ipywidgets.FloatSlider(
        value=control.default, min=control.low, max=control.high, step=control.step, **look
    )


def row(control, widget):
    """The control as it stands above the figure: a timeline gets its play button."""
    if not isinstance(control, Timeline):
        return widget
    play = ipywidgets.Play(
        value=control.start,
        min=0,
        max=control.steps - 1,
        interval=control.interval,
        description=say("play"),
    )
    ipywidgets.jslink((play, "value"), (widget, "value"))
    return ipywidgets.HBox([play, widget], layout={"flex_flow": "row wrap"})
