"""What fills a living figure's namespace: runs, maps, formulas, picks, moving means, histograms.

Each source says which names it `makes`, evaluates itself in NumPy, and gives the browser its
`code` (a program, or null) and its `spec`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from looplab.model import javascript
from looplab.model.declare import Formula, Model


@dataclass
class Run:
    kind: str
    model: Model
    parameters: dict
    seed: object
    layout: dict
    named: dict
    reads: list

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

    def _record(self):
        return tuple(dict.fromkeys(_component(what)[0] for _, what in self.named.values()))

    def code(self):
        return javascript.program(self.model, self._record())

    def spec(self):
        recorded = javascript.recorded_components(self.model, self._record())
        outs = [
            {"name": name, "statistic": statistic, "of": recorded.index(_component(what))}
            for name, (statistic, what) in self.named.items()
        ]
        reads = [name for name in self.reads if isinstance(name, str)]
        return {
            "kind": self.kind,
            "model": self.model.name,
            "parameters": list(self.parameters.values()),
            "draws": len(self.model.draws),
            "seed": self.seed,
            "recorded": len(recorded),
            "outs": outs,
            "reads": reads,
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

    def code(self):
        return javascript.program(self.model, (self.quantity,))

    def spec(self):
        names = list(self.parameters)
        return {
            "kind": "map",
            "model": self.model.name,
            "name": self.name,
            "parameters": list(self.parameters.values()),
            "x": {"at": names.index(self.x[0]), "values": list(self.x[1])},
            "y": {"at": names.index(self.y[0]), "values": list(self.y[1])},
            "draws": len(self.model.draws),
            "seed": self.seed,
            "stages": self.stages,
            "reads": [read for read in self.parameters.values() if isinstance(read, str)],
        }


@dataclass
class Evaluation:
    model: Formula
    parameters: dict
    named: dict

    @property
    def makes(self):
        return list(self.named)

    def evaluate(self, read):
        found = self.model.evaluate(**{name: read(s) for name, s in self.parameters.items()})
        shape = np.broadcast_shapes(*(np.shape(value) for value in found.values()))
        return {name: np.broadcast_to(found[own], shape) for name, own in self.named.items()}

    def code(self):
        return javascript.program(self.model)

    def spec(self):
        inputs = [self.parameters[name] for name in javascript.formula_inputs(self.model)]
        return {
            "kind": "formula",
            "model": self.model.name,
            "inputs": inputs,
            "outs": list(self.named),
            "reads": [name for name in inputs if isinstance(name, str)],
        }


@dataclass
class Pick:
    name: str
    of: str
    at: object
    size: int = 1

    @property
    def makes(self):
        return [self.name]

    def evaluate(self, read):
        array, at = np.ravel(read(self.of)), int(np.round(read(self.at)))
        rows = array if self.size == 1 else array.reshape(-1, self.size)
        return {self.name: rows[min(at, len(rows) - 1)]}

    def code(self):
        return "null"

    def spec(self):
        reads = [name for name in (self.of, self.at) if isinstance(name, str)]
        return {
            "kind": "pick",
            "name": self.name,
            "of": self.of,
            "at": self.at,
            "size": self.size,
            "reads": reads,
        }


@dataclass
class Moving:
    name: str
    of: str
    window: int

    @property
    def makes(self):
        return [self.name]

    def evaluate(self, read):
        array = np.ravel(read(self.of))
        sums = np.cumsum(np.concatenate([[0.0], array]))
        last = np.arange(1, len(array) + 1)
        first = np.maximum(last - self.window, 0)
        return {self.name: (sums[last] - sums[first]) / (last - first)}

    def code(self):
        return "null"

    def spec(self):
        return {
            "kind": "moving",
            "name": self.name,
            "of": self.of,
            "window": self.window,
            "reads": [self.of],
        }


@dataclass
class Histogram:
    name: str
    of: str
    edges: str
    where: str | None

    @property
    def makes(self):
        return [self.name]

    def evaluate(self, read):
        array, edges = np.ravel(read(self.of)), np.ravel(read(self.edges))
        bins = np.clip(np.searchsorted(edges, array, side="right") - 1, 0, len(edges) - 2)
        counted = np.ones(len(array)) if self.where is None else np.ravel(read(self.where)) > 0
        return {self.name: np.bincount(bins, counted, len(edges) - 1) / len(array)}

    def code(self):
        return "null"

    def spec(self):
        reads = [name for name in (self.of, self.edges, self.where) if name is not None]
        return {
            "kind": "histogram",
            "name": self.name,
            "of": self.of,
            "edges": self.edges,
            "where": self.where,
            "reads": reads,
        }


Modelled = Run | Map | Evaluation
"""Sources that compute a model, with its `parameters`."""


def _component(what):
    return (what, None) if isinstance(what, str) else tuple(what)
