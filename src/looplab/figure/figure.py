"""The living figure: an ordinary matplotlib figure whose artists follow models and sliders.

    live = LivingFigure("boundary", "Two sliders, one boundary", figure, [NU_PLUS, NU_MINUS])
    live.run(two_traces, steps=2000, learners=50, every=50, mean={"share": "rewarded"})
    live.follow(line, x="time", y="share")
    live.read_out("share_now", "rewarded trials", ".0%")
    live.describe("In this model ... {share_now:.0%} ...")

The figure keeps a list of sources (runs, formulas, picks, histograms) that fill one namespace of
quantities, and a list of artists that follow them. Python evaluates it for the still picture, its
description and the tests; `living.js` evaluates the same list in the browser.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np

from looplab.errors import ModelError
from looplab.figure import contract, picture, sources, spec, widget, words
from looplab.figure import controls as panel
from looplab.figure.artists import Artist
from looplab.figure.numbers import check_style
from looplab.language.prose import translated
from looplab.model import program
from looplab.model.along import PREFIX
from looplab.model.declare import ContinuousModel, DiscreteModel, Formula
from looplab.rounding import steady


class LivingFigure:
    """A figure that follows its controls; display it as the last line of a notebook cell.

    `id` is unique on a page and used in its address; `controls` are `Parameter`, `Timeline`,
    `Choice` or `Student` records; `presets` maps a button's label to values of controls;
    `constants` are numbers or arrays the artists and formulas may use by name.
    """

    def __init__(self, id, title, figure, controls, presets=None, constants=None):
        if not re.fullmatch(r"[a-z][a-z0-9-]*", id):
            raise ModelError(f"Figure id {id!r}: use small letters, digits and hyphens.")
        self.id, self.title, self.figure = id, translated(title, f"{id}: title"), figure
        # pyplot would keep every figure for good, and show it a second time.
        plt.close(figure)
        self.controls, self.constants, self.sources = {}, {}, []
        for control in controls:
            panel.check(control, self.id)
            self._claim(control.name)
            self.controls[control.name] = control
        self.presets = {
            translated(label, f"{id}: preset"): settings
            for label, settings in (presets or {}).items()
        }
        self.artists = []
        self.numbers = []
        self.links = {}
        self.beforehand = []
        self.asked = set()
        self.template, self.caption, self.stamp, self.words, self.columns = "", "", "", {}, {}
        self._evaluated = self._pictured = None
        self.spoken = False
        for label, settings in self.presets.items():
            contract.check(
                [label, settings], tuple[str, dict[str, float]], f"{id}: preset {label!r}"
            )
            for name, value in settings.items():
                if name not in self.controls:
                    raise ModelError(
                        f"Preset {label!r} sets {name!r}: choose from {', '.join(self.controls)}."
                    )
                self._check(name, value)
        for name, value in (constants or {}).items():
            self.constant(name, value)

    def constant(self, name: str, value) -> None:
        """A number or one-dimensional array known by name to formulas and artists."""
        self._claim(name)
        array = np.asarray(value)
        if array.dtype.kind not in "biuf" or array.ndim > 1:
            raise ModelError(
                f"{self.id}: constant {name!r} has shape {array.shape} and type {array.dtype}: "
                "give a number, or one row of numbers."
            )
        self.constants[name] = np.asarray(steady(value))

    def run(self, model, *, mean=None, each=None, seed=1, **settings) -> None:
        """Simulate `model` on every change.

        Discrete models: give `steps`, `learners`, `every`; `mean` (over learners) and `each`
        (learners x blocks) map new names to recorded quantities, or (quantity, component).
        Continuous models: give `duration`, `step`, `every`, and `each` for states. Parameters
        with the name of a control follow it; others may be set here to a number or a name. The
        first run of a figure names its time axis `time`.
        """
        named = {name: ("mean", what) for name, what in (mean or {}).items()}
        named |= {name: ("each", what) for name, what in (each or {}).items()}
        layout = {"steps": 1, "learners": 1, "every": 1, "duration": None, "step": None}
        layout = {key: settings.pop(key, default) for key, default in layout.items()}
        self._check_layout(model, layout)
        parameters = self._parameters(model, settings)
        if isinstance(model, ContinuousModel):
            kind = "integrate"
            layout["steps"] = round(layout["duration"] / layout["step"])
            time = (
                np.arange(layout["steps"] // layout["every"] + 1) * layout["step"] * layout["every"]
            )
        elif isinstance(model, DiscreteModel):
            kind = "run"
            blocks = layout["steps"] // layout["every"]
            time = np.arange(blocks) * layout["every"] + (layout["every"] - 1) / 2
        else:
            raise ModelError(f"{model.name} does not run through time: use compute().")
        if "time" not in self.constants:
            self.constant("time", time)
        source = sources.Run(kind, model, parameters, seed, layout, named)
        known = program.quantities(model)
        for name, (_, what) in named.items():
            if sources.flat(what) not in known:
                raise ModelError(
                    f"{self.id}: {name!r} is {what!r} of {model.name}, which has no such number. "
                    f"It has: {', '.join(known)}."
                )
        self._add(source)

    def _check_layout(self, model, layout):
        """Raise `ModelError` unless a run can be cut into blocks as `layout` says."""
        steps = ("steps", "learners", "every") if isinstance(model, DiscreteModel) else ("every",)
        for name in steps:
            if layout[name] != int(layout[name]) or layout[name] < 1:
                raise ModelError(
                    f"{self.id}: {model.name} with {name} = {layout[name]!r}: give a whole number "
                    "from 1 on."
                )
        if isinstance(model, DiscreteModel) and layout["steps"] % layout["every"]:
            raise ModelError(
                f"{self.id}: {model.name} with every = {layout['every']} of steps = "
                f"{layout['steps']}: give one that divides the other."
            )
        for name in ("duration", "step") if isinstance(model, ContinuousModel) else ():
            if not (layout[name] and layout[name] > 0):
                raise ModelError(
                    f"{self.id}: {model.name} with {name} = {layout[name]!r}: give a time above 0."
                )

    def map(self, name, model, quantity, x, y, *, fine, coarse, seed=1, **settings) -> None:
        """The mean of `quantity` at the end of a run, over a grid of two parameters of `model`.

        `x` and `y` are (parameter, values). `fine` and `coarse` are dictionaries of `learners`,
        `steps`, `last` (how many steps at the end count; it divides `steps`) and `stride` (1: every
        value of the grid, 3: every third). Makes `name`, one entry a cell, its place `name_x`,
        `name_y`, and `name_cell`, the stride shown. In the browser the map is coarse while a
        control that it follows moves and fine once it rests; at the defaults it is a table.
        """
        parameters = self._parameters(model, {x[0]: 0.0, y[0]: 0.0, **settings})
        stages = {"fine": {"stride": 1, **fine}, "coarse": {"stride": 1, **coarse}}
        self._add(sources.Map(name, model, quantity, parameters, x, y, seed, stages))

    def compute(self, formula: Formula, prefix: str = "", **inputs) -> None:
        """Evaluate `formula` on every change; each quantity it names becomes `prefix + name`.

        Parameters and inputs follow the quantity of their own name, or what is given here.
        """
        if not isinstance(formula, Formula):
            raise ModelError(f"{formula.name} runs through time: use run().")
        reads = self._parameters(formula, inputs)
        named = {prefix + name: name for name in program.outputs(formula)}
        self._add(sources.Evaluation(formula, reads, named))

    def own(self, name: str, student: str, count: int) -> None:
        """`count` uniform draws between 0 and 1 that belong to the number in `student`.

        `student` names a `Student` control. The draws are those of `looplab.model.draws.own`.
        """
        self._add(sources.Own(name, student, count))

    def pick(self, name: str, of: str, at, size: int = 1) -> None:
        """One entry of an array; `at` is a name or a number, counted from the end if negative.

        With a `size` above 1 the array is a table, row after row, and the row `at` is taken.
        """
        self._add(sources.Pick(name, of, at, size))

    def row(self, name: str, /, **among: Iterable[float]) -> None:
        """Which row of a table the reader asks for, for `pick` or `either`: counted from 0.

        `among` maps quantities to the values that the table has of each: it has a row for every
        combination, the last quantity changing fastest. The nearest value counts.
        """
        sides = [(of, [steady(value, 10) for value in values]) for of, values in among.items()]
        for of, values in sides:
            if not values:
                raise ModelError(f"{self.id}: row {name!r}: {of!r} has no values: give some.")
        self._add(sources.Row(name, sides))

    def options(self, name: str, of: str, count: int) -> None:
        """Whether each of `count` options is the chosen one: `name_0`, `name_1`, … are 1 or 0.

        `of` names a `Choice`, or a quantity that counts from 0.
        """
        if count != int(count) or count < 1:
            raise ModelError(f"{self.id}: options {name!r}: count is {count!r}: give 1 or more.")
        self._add(sources.Options(name, of, count))

    def moving(self, name: str, of: str, window: int) -> None:
        """The mean of the last `window` entries of an array, at each of its entries."""
        self._add(sources.Moving(name, of, window))

    def histogram(self, name: str, of: str, edges: str, where: str | None = None) -> None:
        """The share of an array's entries between neighbouring `edges` (a rising array's name).

        Entries beyond the edges count in the outermost bins. With `where`, only entries at which
        that array is above 0 are counted, as a share of all.
        """
        self._add(sources.Histogram(name, of, edges, where))

    def kept(self, name: str, id: str, **columns: str) -> None:
        """Columns that an element of the page keeps for its reader under `id`.

        `columns` maps each to the array that stands for it until there is one. Makes `name_COLUMN`
        for each, and `name_kept`, 1 where the reader's own are shown.
        """
        self._add(sources.Kept(name, id, list(columns.items())))

    def either(self, name: str, of: Sequence[str], at, upto=None) -> None:
        """Of the quantities `of` the one that `at` counts to.

        With `upto`, they are arrays, and the one is cut to its first `upto` entries.
        """
        self._add(sources.Either(name, list(of), at, upto))

    def tally(self, name: str, of: str, where: Sequence[str]) -> None:
        """The sum of the entries of `of` at which every array in `where` is above 0."""
        self._add(sources.Tally(name, of, list(where)))

    def mean(self, name: str, of: str, where: Sequence[str] = ()) -> None:
        """The mean of the entries of `of` at which every array in `where` is above 0.

        Where there is none it is 0.
        """
        self._add(sources.Mean(name, of, list(where)))

    def along(
        self, name, model, columns, counted, *, x, y, over, slope, lean, also=(), known=None,
        stride=1, **settings,
    ) -> None:  # fmt: skip
        """Fit `model`, read along a record (`looplab.model.along`), over a grid of two parameters.

        `columns` maps each observed quantity to the array that holds it, one of them `first`;
        `counted` is an array that is 0 where the choice was not free. `x`, `y` and `over` are
        (parameter, values): each cell takes the best value of `over`, and the best slope in
        `slope`, (parameter, low, high), of what `lean` names. Where the quantity `known` is above
        0, those two stand at their own values instead. Makes `name`, the log-likelihood of each
        cell, its place `name_x` and `name_y`, and `name_cell`, the stride shown; `name_best` and
        `name_equal`, the highest of all and of those with equal parameters; `name_at_x`, `_at_y`,
        `_at_over`, `_at_slope`, where the best is; and `name_QUANTITY` at the best for those of
        `also`. In the browser the grid has every `stride`-th value while a control moves, and is
        worked through in pieces once it rests.
        """
        parameters = self._parameters(model, {x[0]: 0.0, y[0]: 0.0, **settings})
        drawn = [draw.name.removeprefix(PREFIX) for draw in model.draws]
        if set(drawn) != set(columns):
            raise ModelError(f"{self.id}: {model.name} reads the columns {', '.join(drawn)}.")
        ordered = {each: columns[each] for each in drawn}
        fit = sources.Along(
            name, model, ordered, counted, x, y, over, slope, lean, tuple(also), parameters,
            known, stride,
        )  # fmt: skip
        self._add(fit)

    def _add(self, source):
        made = source.makes
        kind = type(source).__name__.lower()
        self.must_know(source.reads, f"{kind} {', '.join(map(repr, made[:1]))} reads")
        for name in made:
            self._claim(name)
        where = f"{self.id}: {kind} {', '.join(map(repr, made))}"
        contract.check(source.spec(set(made)), contract.SourceRecord, where)
        self.sources.append(source)

    def _parameters(self, model, settings):
        known = (
            [r.name for r in model.records]
            if isinstance(model, Formula)
            else [p.name for p in model.parameters]
        )
        for name in settings:
            if name not in known:
                raise ModelError(f"{model.name} has no {name!r}. It has: {', '.join(known)}.")
        reads = {}
        for name in known:
            own = name if name in self._names() else None
            reads[name] = settings.get(name, own)
            if reads[name] is None:
                reads[name] = getattr(model[name], "default", None)
            if reads[name] is None:
                raise ModelError(f"{self.id}: {model.name} needs {name!r}: give it by name.")
        return reads

    def _names(self):
        made = [name for source in self.sources for name in source.makes]
        return [*self.controls, *self.constants, *made]

    def _claim(self, name):
        if not isinstance(name, str) or not re.fullmatch(r"\w+", name):
            raise ModelError(
                f"{self.id}: {name!r} cannot name a quantity: use letters, digits and _."
            )
        if name in self._names():
            raise ModelError(f"{self.id}: {name!r} is already in use: choose another name.")
        self._evaluated = self._pictured = None

    def follow(self, artist, **channels) -> None:
        """Let a matplotlib artist follow quantities, by name.

        Line (`ax.plot`): x, y, optionally `until` (index of the last point shown) and `where`
        (above 0: the point is shown, else the line has a gap); where one of x and y is a single
        number, the line is flat or upright. Markers
        (`ax.plot(..., linestyle="")`): x, y. Filled polygon (`ax.fill`): x, low, high. Bars
        (`ax.bar`, `ax.barh`): height, an array's name or a list of names. Tiles (`tiles(ax)`): x, y
        of their centres, across, up (their size; a tile of no size is not drawn). Any of them, and
        any other artist: `visible` (shown where above 0), `width` (line width in points).
        """
        followed = ([name] if isinstance(name, str) else name for name in channels.values())
        self.must_know(itertools.chain.from_iterable(followed))
        self.artists.append(Artist(artist, channels, f"{self.id}-{len(self.artists)}"))
        self._pictured = None

    def must_know(self, names, what="an artist follows"):
        """Raise `ModelError` unless the figure has a quantity of each of these names."""
        known = set(self._names())
        for name in names:
            if name not in known:
                raise ModelError(
                    f"{self.id}: {what} {name!r}, which nothing computes. "
                    f"Known: {', '.join(sorted(known))}."
                )

    def write(self, text, template: str, **channels) -> None:
        """Let a matplotlib text (`ax.text`) say numbers, "{share:.0%}", as in `describe`.

        Channels: x, y (where it stands; not given: where it is), `visible`. One line of text.
        """
        template = translated(template, f"{self.id}: text in the picture")
        reads = words.names(template, f"{self.id}: text")
        if not (reads or channels) or "\n" in template:
            raise ModelError(
                f"{self.id}: text {template!r}: name a quantity in braces, such as "
                "'{share:.0%}', in one line."
            )
        self.must_know([*channels.values(), *reads])
        gid = f"{self.id}-{len(self.artists)}"
        self.artists.append(Artist(text, channels, gid, template, reads))
        self._pictured = None

    def link(self, artist, url: str, label: str) -> None:
        """Let an artist that follows something, such as a marker, open `url`; `label` names it.

        One press of Tab reaches the linked artists, the arrow keys go from one shown to the next.
        """
        followed = [a for a in self.artists if a.artist is artist]
        if not followed or not url.startswith("https://"):
            raise ModelError(
                f"{self.id}: link {label!r} to {url!r}: let the artist follow a quantity first, "
                "and give an address that begins https://."
            )
        artist.set_url(url)
        self.links[followed[-1].ids[0]] = translated(label, f"{self.id}: link")
        self._pictured = None

    def read_out(self, name: str, label: str, style: str = "", unit: str = "") -> None:
        """Show a number beside the figure, in a format such as ".2f", "+.2f", ".0%" or "d".

        Without one it has at most five digits. `name` may also be one of the `words` of `describe`.
        """
        where = f"{self.id}: read-out {label!r}"
        record = {"name": name, "label": label, "style": style, "unit": unit}
        contract.check(record, contract.NumberRecord, where)
        record |= {key: translated(record[key], where) for key in ("label", "unit")}
        check_style(style, where)
        self.numbers.append(record)

    def describe(self, template: str, caption: str = "", stamp: str = "", **worded) -> None:
        """The figure in words, rebuilt on every change: `{share:.0%}` is a quantity.

        `worded` maps a name in the template to (quantity, [words by its whole value]); words may
        hold quantities in turn. `caption` is the one thing to see, in at most two sentences; it
        does not change. `stamp` stands before it and says what kind of picture this is, such as
        "Illustration".
        """
        where = f"{self.id}: description"
        contract.check(worded, dict[str, tuple[str, list[str]]], where)
        template, caption = translated(template, where), translated(caption, f"{self.id}: caption")
        worded = {
            name: (quantity, [translated(text, where) for text in texts])
            for name, (quantity, texts) in worded.items()
        }
        for quantity, choices in worded.values():
            self.must_know([quantity], "the description names")
            if not choices:
                raise ModelError(f"{where}: {quantity!r} has no words to choose from: give some.")
        for text in [template, *(text for _, choices in worded.values() for text in choices)]:
            named = [name for name in words.names(text, where) if name not in worded]
            self.must_know(named, "the description names")
        self.template, self.caption, self.words = template, caption, worded
        self.stamp = translated(stamp, f"{self.id}: kind of picture")

    def table(self, columns: Mapping[str, str]) -> None:
        """The data offered as a table: column heading (with unit) to quantity.

        Under a name of the `words` of `describe` stands what the numbers of its quantity mean.
        """
        contract.check(dict(columns), dict[str, str], f"{self.id}: table")
        self.must_know([name for name in columns.values() if name not in self.words],
                       "the table shows")  # fmt: skip
        where = f"{self.id}: table"
        self.columns = {translated(head, where): name for head, name in columns.items()}

    def behind(self, model, **settings) -> None:
        """Name a model whose numbers were computed beforehand, so that its parameters are shown.

        They are the figure's quantities of the same name, else what is given, else the defaults.
        """
        self.beforehand.append((model, self._parameters(model, settings)))

    def ask(self, names: Iterable[str]) -> None:
        """Keep quantities for an element beside the figure, such as a prediction, that asks for
        them though nothing in the figure shows them."""
        new = set(names) & set(self._names()) - self.asked
        self.asked |= new
        if new and "widget" in vars(self):
            self.canvas.spec = self.spec()

    @property
    def canvas(self) -> widget.Canvas:
        """The widget's drawing, without its controls."""
        return self.widget.children[-1]

    def close(self) -> None:
        """Let go of the widget: for a figure that nothing shows any longer."""
        if "widget" not in vars(self):
            return
        for row in self.widget.children:
            for each in getattr(row, "children", ()):
                each.close()
            row.close()
        self.widget.close()

    def cover(self, open_line: str = "") -> None:
        """Keep the figure covered in the browser until its question uncovers it.

        The axes on which a line follows the quantity `open_line` stand open, and empty.
        """
        self.canvas.covered, self.canvas.open_line = True, open_line

    def axes_of(self, name: str):
        """The matplotlib axes on which a line shows the quantity `name`, or None."""
        lines = [a for a in self.artists if a.channels.get("y") == name and a.kind == "line"]
        return lines[0].axes if lines else None

    @property
    def defaults(self) -> dict[str, float]:
        """Where each control stands at first."""
        return {name: float(panel.default(control)) for name, control in self.controls.items()}

    def values(self, **settings) -> dict[str, np.ndarray]:
        """Every quantity of the figure, in NumPy, at the given settings of its controls.

        The last result is kept: a picture, its description and its data ask for the same one.
        """
        self.check(**settings)
        chosen = self.defaults | settings
        if self._evaluated is not None and self._evaluated[0] == chosen:
            return dict(self._evaluated[1])
        values = dict(self.constants) | chosen

        def read(name):
            return values[name] if isinstance(name, str) else name

        for source in self.sources:
            values.update(source.evaluate(read))
        self._evaluated = chosen, dict(values)
        return values

    def check(self, **settings) -> None:
        """Raise `ModelError` unless every setting is one that its control can take."""
        for name, value in settings.items():
            if name not in self.controls:
                raise ModelError(f"{self.id} has no control {name!r}: {', '.join(self.controls)}.")
            self._check(name, value)

    def _check(self, name, value):
        control = self.controls[name]
        low, high = panel.limits(control)
        slack = 1e-12 * max(abs(low), abs(high))
        if not low - slack <= value <= high + slack:
            raise ModelError(
                f"{self.id}: {name} ({control.label}) = {value:g} is outside its range: choose a "
                f"value from {low:g} to {high:g}."
            )

    def corners(self):
        """The settings at every corner of the sliders; timelines stand at their end."""
        ends = [panel.ends(control) for control in self.controls.values()]
        for corner in itertools.product(*ends):
            yield dict(zip(self.controls, corner, strict=True))

    def description(self, **settings) -> str:
        """The figure in words at the given settings."""
        return words.sentence(self.template, self.values(**settings), self.words)

    def draw(self, **settings) -> None:
        """Let the matplotlib figure show the given settings."""
        picture.draw(self, settings)

    def still(self, **settings) -> tuple[str, bytes]:
        """The figure at the given settings, as SVG text and PNG bytes; the last ones are kept."""
        chosen = self.defaults | settings
        if self._pictured is None or self._pictured[0] != chosen:
            self._pictured = chosen, picture.pictures(self, chosen)
        return self._pictured[1]

    @cached_property
    def widgets(self) -> dict[str, ipywidgets.Widget]:
        """The controls by name: ordinary ipywidgets, whose `.value` can be read and set."""
        return {name: panel.widget(control) for name, control in self.controls.items()}

    def settings(self) -> dict[str, float]:
        """Where the controls stand now."""
        return {
            name: float(getattr(w, panel.trait(self.controls[name])))
            for name, w in self.widgets.items()
        }

    @cached_property
    def widget(self) -> ipywidgets.VBox:
        """Controls and figure together, as one widget."""
        return widget.widget(self)

    def spec(self) -> contract.Spec:
        """Everything that the browser needs, as plain data."""
        return spec.spec(self)

    def parameters(self) -> list[contract.ParameterRecord]:
        """Every number behind the figure: what it is, its value, and where it comes from.

        A value that a control sets is given by the control's name; the source is HTML.
        """
        return spec.parameters(self)

    def __repr__(self):
        return f"{self.title} ({self.id})"

    def _repr_mimebundle_(self, **_):
        return widget.bundle(self)
