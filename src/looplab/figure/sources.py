"""What fills a living figure's namespace: runs, maps, formulas, picks, moving means, histograms.

Each source says which names it `reads` and `makes`, evaluates itself in NumPy, and gives the
browser its record, `spec`, of those names that are `needed`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from looplab.model import program
from looplab.model.declare import Formula, Model
from looplab.rounding import nearest


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
        return list(dict.fromkeys(map(_flat, chosen)))

    def spec(self, needed):
        wanted = self.wanted(needed)
        outs = [
            {"name": name, "statistic": statistic, "of": wanted.index(_flat(what))}
            for name, (statistic, what) in self.named.items()
            if name in needed
        ]
        return {
            "kind": self.kind,
            "parameters": list(self.parameters.values()),
            "seed": self.seed,
            "wanted": wanted,
            "outs": outs,
            **{key: value for key, value in self.layout.items() if value is not None},
        }


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
            "parameters": list(self.parameters.values()),
            "x": {"at": names.index(self.x[0]), "values": list(self.x[1])},
            "y": {"at": names.index(self.y[0]), "values": list(self.y[1])},
            "seed": self.seed,
            "wanted": [self.quantity],
            "stages": self.stages,
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
            "parameters": [self.parameters[name] for name in program.given(self.model)],
            "wanted": self.wanted(needed),
            "outs": [name for name in self.named if name in needed],
        }


@dataclass
class Pick:
    name: str
    of: str
    at: object
    size: int = 1

    @property
    def reads(self):
        return _names([self.of, self.at])

    @property
    def makes(self):
        return [self.name]

    def evaluate(self, read):
        array, at = np.ravel(read(self.of)), nearest(read(self.at))
        rows = array if self.size == 1 else array.reshape(-1, self.size)
        return {self.name: rows[min(at, len(rows) - 1)]}

    def spec(self, needed):
        return {
            "kind": "pick",
            "name": self.name,
            "of": self.of,
            "at": self.at,
            "size": self.size,
        }


@dataclass
class Moving:
    name: str
    of: str
    window: int

    @property
    def reads(self):
        return [self.of]

    @property
    def makes(self):
        return [self.name]

    def evaluate(self, read):
        array = np.ravel(read(self.of))
        sums = np.cumsum(np.concatenate([[0.0], array]))
        last = np.arange(1, len(array) + 1)
        first = np.maximum(last - self.window, 0)
        return {self.name: (sums[last] - sums[first]) / (last - first)}

    def spec(self, needed):
        return {"kind": "moving", "name": self.name, "of": self.of, "window": self.window}


@dataclass
class Histogram:
    name: str
    of: str
    edges: str
    where: str | None

    @property
    def reads(self):
        return _names([self.of, self.edges, self.where])

    @property
    def makes(self):
        return [self.name]

    def evaluate(self, read):
        array, edges = np.ravel(read(self.of)), np.ravel(read(self.edges))
        bins = np.clip(np.searchsorted(edges, array, side="right") - 1, 0, len(edges) - 2)
        counted = np.ones(len(array)) if self.where is None else np.ravel(read(self.where)) > 0
        return {self.name: np.bincount(bins, counted, len(edges) - 1) / len(array)}

    def spec(self, needed):
        return {
            "kind": "histogram",
            "name": self.name,
            "of": self.of,
            "edges": self.edges,
            "where": self.where,
        }


Modelled = Run | Map | Evaluation
"""Sources that compute a model, with its `parameters`."""


def _component(what):
    return (what, None) if isinstance(what, str) else tuple(what)


def _flat(what):
    """A component as programs name it."""
    quantity, component = _component(what)
    return quantity if component is None else f"{quantity}[{component}]"


def _names(reads):
    return [name for name in reads if isinstance(name, str)]
