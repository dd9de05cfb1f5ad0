"""The living figure: an ordinary matplotlib figure whose artists follow models and sliders.

    live = LivingFigure("boundary", "Two sliders, one boundary", figure, [NU_PLUS, NU_MINUS])
    live.run(two_traces, steps=2000, learners=50, every=50, mean={"share": "obsession"})
    live.follow(line, x="time", y="share")
    live.read_out("share_now", "time in obsession", ".0%")
    live.describe("In this model ... {share_now:.0%} ...")

The figure keeps a list of sources (runs, formulas, picks, histograms) that fill one namespace of
quantities, and a list of artists that follow them. Python evaluates it for the still picture, its
description and the tests; `living.js` evaluates the same list in the browser.
"""

from __future__ import annotations

import base64
import io
import itertools
import json
import re
from collections.abc import Mapping
from functools import cached_property
from xml.etree import ElementTree

import anywidget
import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import traitlets

from looplab import browser
from looplab.errors import ModelError
from looplab.figure import controls as panel
from looplab.figure import drawing, sources
from looplab.figure.artists import Artist, affine
from looplab.figure.style import CSS_NAMES, course_style
from looplab.model import javascript
from looplab.model.declare import ContinuousModel, DiscreteModel, Formula, Parameter
from looplab.references import linked
from looplab.rounding import steady


class _Canvas(anywidget.AnyWidget):
    """The browser's half of a living figure."""

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)
    spec = traitlets.Dict().tag(sync=True)
    controls = traitlets.Dict().tag(sync=True, **ipywidgets.widget_serialization)
    covered = traitlets.Bool(False).tag(sync=True)


class LivingFigure:
    """A figure that follows its controls; display it as the last line of a notebook cell.

    `id` is unique on a page and used in its address; `controls` are `Parameter`, `Timeline` or
    `Choice` records; `presets` maps a button's label to values of controls; `constants` are
    numbers or arrays the artists and formulas may use by name.
    """

    def __init__(self, id, title, figure, controls, presets=None, constants=None):
        if not re.fullmatch(r"[a-z][a-z0-9-]*", id):
            raise ModelError(f"Figure id {id!r}: use small letters, digits and hyphens.")
        self.id, self.title, self.figure = id, title, figure
        # pyplot would keep every figure for good, and show it a second time.
        plt.close(figure)
        self.controls = {control.name: control for control in controls}
        self.presets = dict(presets or {})
        self._constants = {}
        self._sources = []
        self._artists = []
        self._numbers = []
        self._links = {}
        self._beforehand = []
        self._template, self._caption, self._words, self._columns = "", "", {}, {}
        self._evaluated = self._pictured = None
        for label, settings in self.presets.items():
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
        self._constants[name] = np.asarray(steady(value))

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
        if "time" not in self._constants:
            self.constant("time", time)
        for name in named:
            self._claim(name)
        self._sources.append(
            sources.Run(kind, model, parameters, seed, layout, named, [*parameters.values(), seed])
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
        source = sources.Map(name, model, quantity, parameters, x, y, seed, stages)
        for made in source.makes:
            self._claim(made)
        self._sources.append(source)

    def compute(self, formula: Formula, prefix: str = "", **inputs) -> None:
        """Evaluate `formula` on every change; each quantity it names becomes `prefix + name`.

        Parameters and inputs follow the quantity of their own name, or what is given here.
        """
        if not isinstance(formula, Formula):
            raise ModelError(f"{formula.name} runs through time: use run().")
        reads = self._parameters(formula, inputs)
        outputs = [name for name, component in javascript.formula_outputs(formula)]
        named = {prefix + name: name for name in outputs}
        for name in named:
            self._claim(name)
        self._sources.append(sources.Evaluation(formula, reads, named))

    def pick(self, name: str, of: str, at) -> None:
        """One entry of an array; `at` is a name or a number, counted from the end if negative."""
        self._claim(name)
        self._sources.append(sources.Pick(name, of, at))

    def moving(self, name: str, of: str, window: int) -> None:
        """The mean of the last `window` entries of an array, at each of its entries."""
        self._claim(name)
        self._sources.append(sources.Moving(name, of, window))

    def histogram(self, name: str, of: str, edges: str, where: str | None = None) -> None:
        """The share of an array's entries between neighbouring `edges` (a rising array's name).

        Entries beyond the edges count in the outermost bins. With `where`, only entries at which
        that array is above 0 are counted, as a share of all.
        """
        self._claim(name)
        self._sources.append(sources.Histogram(name, of, edges, where))

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
        made = [name for source in self._sources for name in source.makes]
        return [*self.controls, *self._constants, *made]

    def _claim(self, name):
        if name in self._names():
            raise ModelError(f"{self.id}: {name!r} is already in use: choose another name.")
        self._evaluated = self._pictured = None

    def follow(self, artist, **channels) -> None:
        """Let a matplotlib artist follow quantities, by name.

        Line (`ax.plot`): x, y, optionally `until` (index of the last point shown) and `where`
        (above 0: the point is shown, else the line has a gap). Markers
        (`ax.plot(..., linestyle="")`): x, y. Filled polygon (`ax.fill`): x, low, high. Bars
        (`ax.bar`, `ax.barh`): height, an array's name or a list of names. Tiles (`tiles(ax)`): x, y
        of their centres, across, up (their size; a tile of no size is not drawn). Any of them, and
        any other artist: `visible` (shown where above 0), `width` (line width in points).
        """
        known = set(self._names())
        for channel in channels.values():
            for name in [channel] if isinstance(channel, str) else channel:
                if name not in known:
                    raise ModelError(
                        f"{self.id}: an artist follows {name!r}, which nothing computes. "
                        f"Known: {', '.join(sorted(known))}."
                    )
        self._artists.append(Artist(artist, channels, f"{self.id}-{len(self._artists)}"))
        self._pictured = None

    def link(self, artist, url: str, label: str) -> None:
        """Let an artist that follows something, such as a marker, open `url`; `label` names it.

        One press of Tab reaches the linked artists, the arrow keys go from one shown to the next.
        """
        followed = [a for a in self._artists if a.artist is artist]
        if not followed or not url.startswith("https://"):
            raise ModelError(
                f"{self.id}: link {label!r} to {url!r}: let the artist follow a quantity first, "
                "and give an address that begins https://."
            )
        artist.set_url(url)
        self._links[followed[-1].ids[0]] = label
        self._pictured = None

    def read_out(self, name: str, label: str, style: str = "", unit: str = "") -> None:
        """Show a number beside the figure, in a format such as ".2f", "+.2f", ".0%" or "d".

        `name` may also be one of the `words` of `describe`.
        """
        self._numbers.append({"name": name, "label": label, "style": style, "unit": unit})

    def describe(self, template: str, caption: str = "", **words) -> None:
        """The figure in words, rebuilt on every change: `{share:.0%}` is a quantity.

        `words` maps a name in the template to (quantity, [words by its whole value]); words may
        hold quantities in turn. `caption` is the one thing to see; it does not change.
        """
        self._template, self._caption, self._words = template, caption, words

    def table(self, columns: Mapping[str, str]) -> None:
        """The data offered as a table: column heading (with unit) to quantity."""
        self._columns = dict(columns)

    def behind(self, model, **settings) -> None:
        """Name a model whose numbers were computed beforehand, so that its parameters are shown.

        They are the figure's quantities of the same name, else what is given, else the defaults.
        """
        self._beforehand.append((model, self._parameters(model, settings)))

    def cover(self) -> None:
        """Keep the figure covered in the browser until an element beside it, such as a
        prediction, uncovers it."""
        self.widget.children[-1].covered = True

    def axes_of(self, name: str):
        """The matplotlib axes on which a line shows the quantity `name`, or None."""
        lines = [a for a in self._artists if a.channels.get("y") == name and a.kind == "line"]
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
        values = dict(self._constants) | chosen

        def read(name):
            return values[name] if isinstance(name, str) else name

        for source in self._sources:
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
        if not low <= value <= high:
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
        return self._sentence(self._template, self.values(**settings))

    def _sentence(self, template, values):
        def fill(match):
            name, style = match.groups()
            if name not in self._words:
                return _format(float(values[name]), style)
            quantity, choices = self._words[name]
            chosen = int(np.clip(np.floor(values[quantity]), 0, len(choices) - 1))
            return self._sentence(choices[chosen], values)

        return re.sub(r"\{(\w+)(?::([^}]+))?\}", fill, template)

    def draw(self, **settings) -> None:
        """Let the matplotlib figure show the given settings."""
        values = self.values(**settings)
        self._fix_limits()
        for artist in self._artists:
            artist.draw(values)

    def _fix_limits(self):
        """Axes without limits of their own get those of the model over the sliders' corners."""
        free = {
            a.axes
            for a in self._artists
            if a.axes and (a.axes.get_autoscalex_on() or a.axes.get_autoscaley_on())
        }
        if not free:
            return
        corners = [self.values(**corner) for corner in [self.defaults, *self.corners()]]
        for axes in free:
            reach = [a.reach(values) for a in self._artists if a.axes is axes for values in corners]
            for which in (0, 1):
                numbers = np.concatenate(
                    [np.ravel(np.asarray(r[which], float)) for r in reach] or [[]]
                )
                numbers = numbers[np.isfinite(numbers)]
                automatic = (axes.get_autoscalex_on, axes.get_autoscaley_on)[which]()
                if automatic and numbers.size:
                    low, high = numbers.min(), numbers.max()
                    room = 0.04 * (high - low or 1)
                    limits = steady([low - room, high + room])
                    (axes.set_xlim, axes.set_ylim)[which](*limits)

    def still(self, **settings) -> tuple[str, bytes]:
        """The figure at the given settings, as SVG text and PNG bytes; the last ones are kept."""
        chosen = self.defaults | settings
        if self._pictured is not None and self._pictured[0] == chosen:
            return self._pictured[1]
        with course_style():
            self.draw(**settings)
            for artist in self._artists:
                artist.tag()
            # Both pictures, and those of other settings, keep the places that axes get now.
            drawing.settle(self.figure)
            picture = io.BytesIO()
            self.figure.savefig(
                picture, format="png", facecolor="white", metadata={"Software": None}
            )
            text = io.StringIO()
            hidden = [gid for artist in self._artists for gid in artist.reveal()]
            self.figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
        pictures = self._svg(text.getvalue(), hidden), picture.getvalue()
        self._pictured = chosen, pictures
        return pictures

    def _svg(self, text, hidden):
        kept = {gid for artist in self._artists for gid in artist.ids}
        svg = drawing.tidy(text, self.id, kept)
        groups = {group.get("id"): group for group in svg.iter()}
        for gid in hidden:
            groups[gid].set("style", "display: none")
        for gid, label in self._links.items():
            # A link needs a name, and what it opens must not know where it was opened from.
            link = next(groups[gid].iter(f"{{{drawing.SVG}}}a"))
            link.attrib |= {"role": "link", "aria-label": label, "rel": "noopener noreferrer"}
        # What an image holds is hidden from assistive technology: links need a group.
        svg.attrib |= {"role": "group" if self._links else "img", "aria-label": self.title}
        text = ElementTree.tostring(svg, encoding="unicode")
        for colour, name in CSS_NAMES.items():
            text = text.replace(colour, f"var(--ll-{name}, {colour})")
        return text

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
        canvas = _Canvas(
            _esm=self._module(),
            _css=browser.joined("looplab/figure/colours.css", "looplab/figure/living.css"),
            spec=self.spec(),
            controls=self.widgets,
        )
        rows = [panel.row(self.controls[name], widget) for name, widget in self.widgets.items()]
        return ipywidgets.VBox([*rows, canvas])

    def _module(self):
        codes = [source.code() for source in self._sources]
        # A model that several sources use stands in the module once.
        distinct = list(dict.fromkeys(codes))
        programs = ",\n".join(distinct)
        order = [distinct.index(code) for code in codes]
        return (
            f"{browser.living()}\n"
            f"const programs = ((distinct) => {order}.map((i) => distinct[i]))([{programs}]);\n"
            "export default { render: (context) => live(context, programs) };\n"
        )

    def spec(self) -> dict:
        """Everything the browser needs besides the programs, as plain data."""
        values = self.values()
        svg, _ = self.still()
        axes = list(dict.fromkeys(a.axes for a in self._artists if a.axes is not None))
        artists = [artist.spec(axes) for artist in self._artists]
        for artist in artists:
            for gid in artist["ids"]:
                if f'id="{gid}"' not in svg:
                    raise ModelError(f"{self.id}: an artist ({gid}) drew nothing at the defaults.")
        spec = {
            "id": self.id,
            "title": self.title,
            "svg": svg,
            "caption": self._caption,
            "description": self._sentence(self._template, values),
            "template": self._template,
            "words": {
                name: [quantity, list(choices)] for name, (quantity, choices) in self._words.items()
            },
            "numbers": self._numbers,
            # Lists of pairs, since a saved notebook sorts the names of a dictionary.
            "columns": list(self._columns.items()),
            "still": [
                [label, np.ravel(np.asarray(values[name], float)).round(6).tolist()]
                for label, name in self._columns.items()
            ],
            "constants": {name: value.tolist() for name, value in self._constants.items()},
            "controls": [[name, panel.record(c)] for name, c in self.controls.items()],
            "presets": list(self.presets.items()),
            "defaults": self.defaults,
            "parameters": self.parameters(),
            "sources": [self._node(source, values) for source in self._sources],
            "axes": [affine(ax) for ax in axes],
            "artists": artists,
        }
        plain = json.dumps(spec, allow_nan=False, default=float)
        return json.loads(plain, parse_float=lambda number: steady(number, 10))

    def _node(self, source, values):
        node = source.spec()
        if node["kind"] == "map":
            node["known"] = values[source.name].round(6).tolist()
            node["known_at"] = [float(values[name]) for name in node["reads"]]
        return node

    def parameters(self) -> list[dict]:
        """Every number behind the figure: what it is, its value, and where it comes from.

        A value that a control sets is given by the control's name; the source is HTML.
        """
        known = {}
        live = [(s.model, s.parameters) for s in self._sources if isinstance(s, sources.Modelled)]
        for model, parameters in live + self._beforehand:
            for name, reads in parameters.items():
                record = model[name]
                if not isinstance(record, Parameter) or name in known:
                    continue
                known[name] = {
                    "label": record.label,
                    "value": reads,
                    "format": f".{panel.decimals(record)}f",
                    "unit": record.unit,
                    "status": record.status,
                    "source": linked(record.source),
                }
        return list(known.values())

    def _repr_mimebundle_(self, **_):
        settings = self.settings()
        _, png = self.still(**settings)
        description = f"{self.title}. {self.description(**settings)}"
        view = {"version_major": 2, "version_minor": 0, "model_id": self.widget.model_id}
        bundle = {
            "application/vnd.jupyter.widget-view+json": view,
            "image/png": base64.b64encode(png).decode(),
            "text/plain": description,
        }
        return bundle, {"image/png": {"alt": description}}


def _format(value: float, style: str) -> str:
    text = format(round(value), "d") if style == "d" else format(value, style)
    if not re.search(r"[1-9]", text):
        text = text.replace("-", "+" if style.startswith("+") else "")
    return text.replace("-", "−")
