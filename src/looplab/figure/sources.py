"""What fills a living figure's namespace: runs, maps, formulas, draws, picks, means, histograms;
records, kept by the reader or made by a model, and models fitted to them.

Each source says which names it `reads` and `makes`, evaluates itself in NumPy, and gives the
browser its record, `spec` (`contract.py`), of those names that are `needed`. Which of the figure's
programs it runs, and what a map comes to at the defaults, the figure fills in (`spec.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from looplab.model import draws, program
from looplab.model.along import PREFIX, surface
from looplab.model.declare import DiscreteModel, Formula, Model
from looplab.rounding import nearest

LAYOUT = ("steps", "learners", "every")
"""How a discrete model runs, by `Run.layout`."""


@dataclass
class Run:
    kind: str
    model: Model
    parameters: dict
    seed: object
    layout: dict
    named: dict

    @property
    def reads(self):
        return _names([*self.parameters.values(), self.seed])

    @property
    def makes(self):
        return list(self.named)

    def evaluate(self, read):
        given = {name: read(source) for name, source in self.parameters.items()}
        wanted = [_component(what) for _, what in self.named.values()]
        record = list(dict.fromkeys(name for name, _ in wanted))
        keep = self.layout
        if self.kind == "integrate":
            run = self.model.run(keep["duration"], keep["step"], keep["every"], given)
        else:
            run = self.model.run(
                keep["steps"],
                keep["learners"],
                keep["every"],
                int(read(self.seed)),
                record,
                **given,
            )
        found = {}
        for name, (statistic, what) in self.named.items():
            quantity, component = _component(what)
            array = run[quantity] if component is None else run[quantity][:, component]
            if self.kind == "run":
                array = array.mean(axis=-1) if statistic == "mean" else array.T
            found[name] = array
        return found

    def wanted(self, needed):
        """The components that the browser's program gives back."""
        chosen = (what for name, (_, what) in self.named.items() if name in needed)
        return list(dict.fromkeys(map(flat, chosen)))

    def spec(self, needed):
        wanted = self.wanted(needed)
        outs = [
            {"name": name, "statistic": statistic, "of": wanted.index(flat(what))}
            for name, (statistic, what) in self.named.items()
            if name in needed
        ]
        record = {
            "kind": self.kind,
            "reads": self.reads,
            "program": 0,
            "parameters": list(self.parameters.values()),
            "wanted": wanted,
            "outs": outs,
        }
        if self.kind == "run":
            record["seed"] = self.seed
        own = ("steps", "step", "every") if self.kind == "integrate" else LAYOUT
        return record | {name: self.layout[name] for name in own}


@dataclass
class Map:
    """The end of a run over a grid of two parameters; `stages` says how finely it is run."""

    name: str
    model: Model
    quantity: str
    parameters: dict
    x: tuple
    y: tuple
    seed: int
    stages: dict

    @property
    def reads(self):
        return _names(self.parameters.values())

    @property
    def makes(self):
        return [self.name, *(f"{self.name}_{part}" for part in ("x", "y", "cell"))]

    def evaluate(self, read):
        stage = self.stages["fine"]
        given = {name: read(source) for name, source in self.parameters.items()}
        (across, xs), (up, ys) = self.x, self.y
        given |= {across: np.asarray(xs)[:, None], up: np.asarray(ys)[:, None, None]}
        run = self.model.run(
            stage["steps"],
            stage["learners"],
            stage["last"],
            self.seed,
            [self.quantity],
            **given,
        )
        x, y = np.meshgrid(xs, ys)
        found = run[self.quantity][-1].mean(axis=-1), x, y, stage["stride"]
        return {name: np.ravel(value) for name, value in zip(self.makes, found, strict=True)}

    def wanted(self, needed):
        return [self.quantity]

    def spec(self, needed):
        names = list(self.parameters)
        return {
            "kind": "map",
            "name": self.name,
            "reads": self.reads,
            "program": 0,
            "parameters": list(self.parameters.values()),
            "x": {"at": names.index(self.x[0]), "values": list(self.x[1])},
            "y": {"at": names.index(self.y[0]), "values": list(self.y[1])},
            "seed": self.seed,
            "wanted": [self.quantity],
            "stages": self.stages,
            "known": [],
            "known_at": [],
        }


@dataclass
class Evaluation:
    model: Formula
    parameters: dict
    named: dict

    @property
    def reads(self):
        return _names(self.parameters.values())

    @property
    def makes(self):
        return list(self.named)

    def evaluate(self, read):
        found = self.model.evaluate(**{name: read(s) for name, s in self.parameters.items()})
        shape = np.broadcast_shapes(*(np.shape(value) for value in found.values()))
        return {name: np.broadcast_to(found[own], shape) for name, own in self.named.items()}

    def wanted(self, needed):
        return [own for name, own in self.named.items() if name in needed]

    def spec(self, needed):
        return {
            "kind": "formula",
            "reads": self.reads,
            "program": 0,
            "parameters": [self.parameters[name] for name in program.given(self.model)],
            "wanted": self.wanted(needed),
            "outs": [name for name in self.named if name in needed],
        }


@dataclass
class _Plain:
    """A source whose record is what it was declared with."""

    name: str

    @property
    def makes(self):
        return [self.name]

    def spec(self, needed):
        return {"kind": type(self).__name__.lower(), "reads": self.reads, **vars(self)}


@dataclass
class Own(_Plain):
    """Draws that belong to a student's number."""

    student: str
    count: int

    @property
    def reads(self):
        return [self.student]

    def evaluate(self, read):
        return {self.name: draws.own(int(read(self.student)), self.count)[:, 0]}


@dataclass
class Pick(_Plain):
    of: str
    at: object
    size: int = 1

    @property
    def reads(self):
        return _names([self.of, self.at])

    def evaluate(self, read):
        array, at = np.ravel(read(self.of)), nearest(read(self.at))
        rows = array if self.size == 1 else array.reshape(-1, self.size)
        return {self.name: rows[min(at, len(rows) - 1)]}


@dataclass
class Row(_Plain):
    """The row of a table with one for each combination of values, the last changing fastest."""

    among: list

    @property
    def reads(self):
        return [name for name, _ in self.among]

    def evaluate(self, read):
        row = 0
        for name, values in self.among:
            away = np.abs(np.array(values) - read(name))
            # Halfway between two the first counts, whatever the last bits say.
            row = row * len(values) + int(np.argmax(away <= away.min() + 1e-9))
        return {self.name: float(row)}


@dataclass
class Options(_Plain):
    """For each of `count` options whether `of` counts to it: 1 or 0."""

    of: str
    count: int

    @property
    def reads(self):
        return [self.of]

    @property
    def makes(self):
        return [f"{self.name}_{place}" for place in range(self.count)]

    def evaluate(self, read):
        chosen = nearest(read(self.of))
        return {name: float(place == chosen) for place, name in enumerate(self.makes)}


@dataclass
class Moving(_Plain):
    of: str
    window: int

    @property
    def reads(self):
        return [self.of]

    def evaluate(self, read):
        array = np.ravel(read(self.of))
        sums = np.cumsum(np.concatenate([[0.0], array]))
        last = np.arange(1, len(array) + 1)
        first = np.maximum(last - self.window, 0)
        return {self.name: (sums[last] - sums[first]) / (last - first)}


@dataclass
class Histogram(_Plain):
    of: str
    edges: str
    where: str | None

    @property
    def reads(self):
        return _names([self.of, self.edges, self.where])

    def evaluate(self, read):
        array, edges = np.ravel(read(self.of)), np.ravel(read(self.edges))
        bins = np.clip(np.searchsorted(edges, array, side="right") - 1, 0, len(edges) - 2)
        counted = np.ones(len(array)) if self.where is None else np.ravel(read(self.where)) > 0
        return {self.name: np.bincount(bins, counted, len(edges) - 1) / len(array)}


@dataclass
class Kept(_Plain):
    """Columns that an element of the page keeps for its reader; until then others stand for them.

    Python has no reader, so it shows the others; `name_kept` is 1 where the reader's are shown.
    """

    id: str
    columns: list

    @property
    def reads(self):
        return [of for _, of in self.columns]

    @property
    def makes(self):
        return [*(f"{self.name}_{column}" for column, _ in self.columns), f"{self.name}_kept"]

    def evaluate(self, read):
        columns = {f"{self.name}_{column}": read(of) for column, of in self.columns}
        return columns | {f"{self.name}_kept": 0.0}


@dataclass
class Either(_Plain):
    """Of several quantities the one that `at` counts to; of an array the first `upto` entries."""

    of: list
    at: object
    upto: object

    @property
    def reads(self):
        return _names([*self.of, self.at, self.upto])

    def evaluate(self, read):
        chosen = read(self.of[min(nearest(read(self.at)), len(self.of) - 1)])
        if self.upto is not None:
            chosen = np.ravel(chosen)[: nearest(read(self.upto))]
        return {self.name: chosen}


@dataclass
class Tally(_Plain):
    """The sum of an array's entries where others are above 0."""

    of: str
    where: list

    @property
    def reads(self):
        return [self.of, *self.where]

    def _counted(self, read):
        array = np.ravel(read(self.of))
        above = [np.ravel(read(each)) > 0 for each in self.where]
        return array[np.all(above, axis=0)] if above else array

    def evaluate(self, read):
        return {self.name: float(np.sum(self._counted(read)))}


@dataclass
class Mean(Tally):
    """The mean of these entries; 0 where there is none."""

    def evaluate(self, read):
        counted = self._counted(read)
        return {self.name: float(np.mean(counted)) if len(counted) else 0.0}


@dataclass
class Along:
    """A model fitted to a record over a grid of two of its parameters (model/along.py)."""

    name: str
    model: DiscreteModel
    columns: dict
    counted: str
    x: tuple
    y: tuple
    over: tuple
    slope: tuple
    lean: str
    also: tuple
    parameters: dict
    known: str | None
    stride: int

    @property
    def reads(self):
        settings = {**self.parameters, "": self.known}
        return _names([*settings.values(), *self.columns.values(), self.counted])

    @property
    def makes(self):
        parts = ("x", "y", "cell", "best", "equal", "at_x", "at_y", "at_over", "at_slope")
        return [self.name, *(f"{self.name}_{part}" for part in (*parts, *self.also))]

    def evaluate(self, read):
        given = {name: read(source) for name, source in self.parameters.items()}
        slope, (third, values) = self.slope, self.over
        steep = given.pop(slope[0])
        first_guess = given.pop(third)
        known = self.known is not None and read(self.known) > 0
        seen = {f"{PREFIX}{n}": np.ravel(read(of))[:, None] for n, of in self.columns.items()}
        counted = np.ravel(read(self.counted))[:, None]
        for name in (self.x[0], self.y[0]):
            given.pop(name)
        third_values = [float(first_guess)] if known else values
        steepness = float(steep) if known else slope[1:]
        found = surface(
            self.model,
            seen,
            self.x,
            self.y,
            (third, third_values),
            steepness,
            self.lean,
            counted,
            **given,
        )
        at = {part: float(found.at_best(part)[0]) for part in ("x", "y", "over", "slope")}
        x, y = np.meshgrid(found.x, found.y, indexing="ij")
        made = {"": found.likelihood[..., 0].ravel(), "_x": x.ravel(), "_y": y.ravel()}
        made |= {"_cell": 1, "_best": float(found.best[0]), "_equal": float(found.equal[0])}
        made |= {f"_at_{part}": value for part, value in at.items()}
        best = {self.x[0]: at["x"], self.y[0]: at["y"], third: at["over"]}
        run = self.model.run(len(counted), draws=seen, record=list(self.also), **given, **best)
        made |= {f"_{name}": run[name][:, 0] for name in self.also}
        return {self.name + part: value for part, value in made.items()}

    def wanted(self, needed):
        return [self.lean, *(name for name in self.also if f"{self.name}_{name}" in needed)]

    def spec(self, needed):
        names = list(self.parameters)

        def side(parameter, values):
            return {"at": names.index(parameter), "values": list(map(float, values))}

        return {
            "kind": "along",
            "name": self.name,
            "reads": self.reads,
            "program": 0,
            "parameters": list(self.parameters.values()),
            "columns": list(self.columns.values()),
            "first": self.columns["first"],
            "counted": self.counted,
            "x": side(*self.x),
            "y": side(*self.y),
            "over": side(*self.over),
            "slope": {
                "at": names.index(self.slope[0]),
                "low": self.slope[1],
                "high": self.slope[2],
            },
            "known": self.known,
            "stride": self.stride,
            "wanted": self.wanted(needed),
        }


Modelled = Run | Map | Evaluation | Along
"""Sources that compute a model, with its `parameters`."""


def _component(what):
    return (what, None) if isinstance(what, str) else tuple(what)


def flat(what):
    """A component as programs name it."""
    quantity, component = _component(what)
    return quantity if component is None else f"{quantity}[{component}]"


def _names(reads):
    return [name for name in reads if isinstance(name, str)]
