"""Declare a model once: records of its quantities and one plain Python function.

The function receives the quantities by name, `m.nu_plus`, `m.w[0]`, and names what it computes by
assigning to it, `m.delta = m.reward - m.value`. Called with arrays it runs in NumPy; called with
symbols it becomes equations (`latex.py`) and a browser program (`program.py`).
"""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from looplab.errors import ModelError
from looplab.model import draws as random_draws

STATUSES = ("measured", "published", "code", "assumed", "hypothesis")
_STEPS_PER_BLOCK = 256
_MOST_RECORDED_NUMBERS = 50_000_000


@dataclass(frozen=True)
class Parameter:
    """A number the model is given, and where it comes from.

    `status` is one of measured, published, code (seen in the authors' code), assumed (chosen
    here) or hypothesis. `source` is a bibliography key and a place in it, or why it was chosen.
    """

    name: str
    symbol: str
    label: str
    default: float
    low: float
    high: float
    step: float
    source: str
    status: str
    unit: str = ""
    help: str = ""

    def __post_init__(self):
        if self.status not in STATUSES:
            raise ModelError(
                f"Parameter {self.name}: status {self.status!r} is not one of "
                f"{', '.join(STATUSES)}."
            )
        if not self.source:
            raise ModelError(f"Parameter {self.name} has no source: say where it comes from.")
        self.check(self.default)

    def check(self, value):
        """Raise `ModelError` unless every number in `value` lies between `low` and `high`."""
        numbers = np.asarray(value, dtype=float)
        slack = 1e-12 * max(abs(self.low), abs(self.high))
        outside = ~((numbers >= self.low - slack) & (numbers <= self.high + slack))
        if outside.any():
            unit = f" {self.unit}" if self.unit else ""
            raise ModelError(
                f"{self.name} ({self.label}) = {numbers[outside].flat[0]:g}{unit} is outside its "
                f"range: choose a value from {self.low:g} to {self.high:g}{unit}."
            )


@dataclass(frozen=True)
class State:
    """A quantity that the model carries from one moment to the next.

    With `labels` it is a vector, one component for each label.
    """

    name: str
    symbol: str
    label: str
    initial: float = 0.0
    labels: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True)
class Draw:
    """A random number, uniform between 0 and 1, drawn anew for each learner at each step."""

    name: str
    symbol: str
    label: str


@dataclass(frozen=True)
class Input:
    """A quantity a formula is given that is not a parameter, such as a time or a level."""

    name: str
    symbol: str
    label: str
    unit: str = ""


class Quantities:
    """The named quantities of one evaluation. Reading an unknown name, or naming twice, fails."""

    def __init__(self, model_name: str, given: Mapping):
        self.__dict__.update(given)
        self.__dict__["_model_name"] = model_name

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        known = [key for key in self.__dict__ if not key.startswith("_")]
        close = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ModelError(
            f"{self._model_name} reads {name!r}, which is neither declared nor computed above."
            f"{hint} Known here: {', '.join(known)}."
        )

    def __setattr__(self, name, value):
        self._refuse_clash(name, value)
        self.__dict__[name] = value

    def _refuse_clash(self, name, value):
        if name in self.__dict__:
            raise ModelError(
                f"{self._model_name} names {name!r} twice: it is already declared or computed. "
                "Choose another name; new values of states are returned, not assigned."
            )
        if getattr(value, "dtype", None) is np.dtype(bool):
            raise ModelError(
                f"{self._model_name}: {name!r} is a comparison. Name numbers only: "
                "where(comparison, 1, 0)."
            )


def _outside_brackets(symbol: str) -> str:
    """What of a LaTeX symbol stands in no brackets of any kind."""
    inner = r"\{[^{}()\[\]]*\}|\([^{}()\[\]]*\)|\[[^{}()\[\]]*\]"
    while (shorter := re.sub(inner, "", symbol)) != symbol:
        symbol = shorter
    return symbol


@dataclass(frozen=True)
class Model:
    """What all models share. `function` is the single declaration; see `formula`, `discrete`,
    `continuous` for the three kinds."""

    function: Callable
    name: str
    parameters: tuple[Parameter, ...] = ()
    states: tuple[State, ...] = ()
    draws: tuple[Draw, ...] = ()
    inputs: tuple[Input, ...] = ()
    symbols: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self):
        names = [record.name for record in self.records]
        for name in names:
            if names.count(name) > 1:
                raise ModelError(f"{self.name} declares {name!r} more than once: rename one.")
            if not name.isidentifier() or name.startswith("_"):
                raise ModelError(f"{self.name}: {name!r} cannot be read as m.{name}: rename it.")
        of_records = {record.name: record.symbol for record in self.records}
        for name, symbol in (of_records | dict(self.symbols)).items():
            if re.search(r"(?<![\^_])[+-]", _outside_brackets(symbol)):
                raise ModelError(
                    f"{self.name}: the symbol of {name!r}, {symbol}, is a sum, which a product or "
                    "a power would tear apart: use one letter, or put it in brackets."
                )

    @property
    def records(self):
        """Every declared quantity: parameters, states, draws and inputs."""
        return self.parameters + self.states + self.draws + self.inputs

    def __getitem__(self, name: str):
        """The record of one declared quantity."""
        for record in self.records:
            if record.name == name:
                return record
        raise ModelError(
            f"{self.name} has no quantity {name!r}. It declares: "
            f"{', '.join(record.name for record in self.records)}."
        )

    def with_parameters(self, **changes) -> Model:
        """The same model with other parameter records: `with_parameters(beta={"high": 10})`."""
        for name in changes:
            self[name]
        changed = tuple(replace(p, **changes.get(p.name, {})) for p in self.parameters)
        return replace(self, parameters=changed)

    def _values(self, given: Mapping) -> dict:
        unknown = set(given) - {parameter.name for parameter in self.parameters}
        if unknown:
            name = sorted(unknown)[0]
            raise ModelError(
                f"{self.name} has no parameter {name!r}. It has: "
                f"{', '.join(parameter.name for parameter in self.parameters)}."
            )
        values = {}
        for parameter in self.parameters:
            value = given.get(parameter.name, parameter.default)
            parameter.check(value)
            values[parameter.name] = np.asarray(value, dtype=float)
        return values

    def _next(self, quantities: Quantities) -> dict:
        """What the function returns, checked to name every state exactly once."""
        returned = self.function(quantities) or {}
        expected = [state.name for state in self.states]
        for name in set(returned) ^ set(expected):
            verb = "does not return" if name in expected else "returns undeclared"
            raise ModelError(
                f"{self.name} {verb} {name!r}; it must return: {', '.join(expected) or 'nothing'}."
            )
        return returned

    def _initial(self, shape) -> dict:
        return {
            state.name: np.full(
                (len(state.labels), *shape) if state.labels else shape, float(state.initial)
            )
            for state in self.states
        }

    def _refuse_non_finite(self, name, value, where, parameters):
        if not np.isfinite(value).all():
            settings = ", ".join(f"{key}={np.ravel(p)[0]:g}" for key, p in parameters.items())
            raise ModelError(
                f"{self.name}: {name!r} is no longer a finite number {where} "
                f"(first parameter set: {settings}). Smaller rates or steps may keep it finite."
            )


@dataclass(frozen=True)
class Formula(Model):
    """Quantities computed from parameters and inputs alone, elementwise."""

    def evaluate(self, **given) -> dict:
        """Every quantity the function names, from parameters (defaults where not given) and
        inputs (all required): numbers or arrays that broadcast together."""
        inputs = {record.name: given.pop(record.name, None) for record in self.inputs}
        for name, value in inputs.items():
            if value is None:
                raise ModelError(f"{self.name} needs {name!r} ({self[name].label}).")
        values = self._values(given) | {k: np.asarray(v, float) for k, v in inputs.items()}
        quantities = Quantities(self.name, values)
        with np.errstate(all="ignore"):
            self._next(quantities)
        named = {
            name: np.asarray(value, dtype=float)
            for name, value in vars(quantities).items()
            if name not in values and not name.startswith("_")
        }
        for name, value in named.items():
            self._refuse_non_finite(name, value, "for these inputs", values)
        return named


@dataclass(frozen=True)
class Run:
    """A simulated course: `run["delta"]` is an array whose first axis is time.

    `time` holds the middle of each block of steps (discrete models) or the sampled times
    (continuous ones); `final` the states at the end.
    """

    time: np.ndarray
    recorded: dict[str, np.ndarray]
    final: dict[str, np.ndarray]

    def __getitem__(self, name: str) -> np.ndarray:
        if name not in self.recorded:
            raise ModelError(
                f"{name!r} was not recorded. Recorded: {', '.join(self.recorded)}; ask for more "
                "with record=[...]."
            )
        return self.recorded[name]


@dataclass(frozen=True)
class DiscreteModel(Model):
    """A model whose function returns the next value of every state."""

    def run(
        self,
        steps: int,
        learners: int = 1,
        every: int = 1,
        seed: int = 1,
        record: Sequence[str] | None = None,
        draws: Mapping[str, np.ndarray] | None = None,
        first_learner: int = 0,
        finite: bool = True,
        **parameters,
    ) -> Run:
        """Simulate `learners` side by side.

        Parameters may be arrays; they broadcast against (learners,), so shape (11, 1) runs eleven
        parameter sets with the same draws. Recorded quantities (default: all) have shape
        (steps / every, [component,] *batch): states as they are before a step, averaged over
        `every` steps. `draws` replaces the counter-based draws: one array (steps, learners) for
        each declared draw. `first_learner` is the number of the first learner: learners 100 to 149
        live the same lives alone as among 150. Raises `ModelError` for bad parameters or, unless
        `finite` is False, for a result that is no finite number.
        """
        if steps < 1 or learners < 1 or every < 1 or steps % every:
            raise ModelError(
                f"{self.name}: steps={steps}, learners={learners}, every={every}: all must be at "
                "least 1, and `every` must divide `steps`."
            )
        values = self._values(parameters)
        batch = np.broadcast_shapes((learners,), *(np.shape(value) for value in values.values()))
        values = _aligned(values, batch)
        state = self._initial(batch)
        sums: dict[str, np.ndarray] = {}
        for first in range(0, steps, _STEPS_PER_BLOCK):
            block = min(_STEPS_PER_BLOCK, steps - first)
            drawn = self._drawn(draws, seed, learners, first, block, first_learner)
            with np.errstate(all="ignore"):
                for offset in range(block):
                    now = {
                        draw.name: self._beside(drawn[i][offset], batch)
                        for i, draw in enumerate(self.draws)
                    }
                    m = Quantities(self.name, values | state | now | {"t": first + offset})
                    following = self._next(m)
                    if not sums:
                        sums = self._allocate(m, record, steps // every, batch)
                    for name, total in sums.items():
                        total[(first + offset) // every] += getattr(m, name)
                    state = following
            for name, value in state.items() if finite else ():
                where = f"between steps {first} and {first + block}"
                self._refuse_non_finite(name, value, where, values)
        middle = np.arange(steps // every) * every + (every - 1) / 2
        return Run(middle, {name: total / every for name, total in sums.items()}, state)

    def _drawn(self, draws, seed, learners, first, block, first_learner):
        if draws is None:
            count = len(self.draws)
            return random_draws.uniforms(seed, learners, first, block, count, first_learner)
        return [np.asarray(draws[draw.name])[first : first + block] for draw in self.draws]

    @staticmethod
    def _beside(drawn, batch):
        """A step's draws with as many axes as `batch`: of a vector the components come first."""
        return drawn.reshape((1,) * (len(batch) - drawn.ndim) + drawn.shape)

    def _allocate(self, m, record, blocks, batch):
        named = [name for name in vars(m) if not name.startswith("_") and name != "t"]
        fixed = {parameter.name for parameter in self.parameters}
        wanted = [name for name in named if name not in fixed] if record is None else record
        sums = {}
        for name in wanted:
            shape = np.shape(getattr(m, name))
            vector = shape[:1] if len(shape) > len(batch) else ()
            sums[name] = (blocks, *vector, *batch)
        numbers = sum(int(np.prod(shape)) for shape in sums.values())
        if numbers > _MOST_RECORDED_NUMBERS:
            raise ModelError(
                f"{self.name} would record {numbers:,} numbers (at most "
                f"{_MOST_RECORDED_NUMBERS:,}): name fewer with record=[...], or raise `every`."
            )
        return {name: np.zeros(shape) for name, shape in sums.items()}


@dataclass(frozen=True)
class ContinuousModel(Model):
    """A model whose function returns the rate of change of every state; time is `m.t`."""

    def _rates(self, values):
        def rates(t, state):
            return self._next(Quantities(self.name, values | state | {"t": t}))

        return rates

    def run(
        self,
        duration: float,
        step: float,
        every: int = 1,
        given: Mapping | None = None,
        **parameters,
    ) -> Run:
        """Integrate with fixed steps (classical fourth-order Runge-Kutta), as the browser does.

        `given` holds parameters too, for a model that has one called `duration` or `step`.

        Recorded: every state, sampled each `every` steps from time 0, shape (samples, *batch).
        Raises `ModelError` for bad parameters or a non-finite result.
        """
        steps = round(duration / step)
        if steps < 1 or every < 1:
            raise ModelError(f"{self.name}: duration={duration:g} holds no step of {step:g}.")
        values = self._values(dict(given or {}) | parameters)
        batch = np.broadcast_shapes(*(np.shape(value) for value in values.values()))
        values = _aligned(values, batch)
        state, rates = self._initial(batch), self._rates(values)
        samples = [state]
        with np.errstate(all="ignore"):
            for index in range(steps):
                state = _runge_kutta(rates, index * step, state, step)
                if (index + 1) % every == 0:
                    samples.append(state)
        for name, value in state.items():
            self._refuse_non_finite(name, value, f"by time {duration:g}", values)
        recorded = {name: np.array([sample[name] for sample in samples]) for name in state}
        return Run(np.arange(len(samples)) * step * every, recorded, state)

    def reference(self, times, rtol: float = 1e-11, atol: float = 1e-12, **parameters) -> Run:
        """The same course by SciPy's adaptive eighth-order solver, for one parameter set.

        `times` starts at 0 and rises. Raises `ModelError` when the solver fails.
        """
        from scipy.integrate import solve_ivp

        values = self._values(parameters)
        initial, rates = self._initial(()), self._rates(values)
        sizes = [np.size(initial[name]) for name in initial]
        edges = list(itertools.accumulate(sizes, initial=0))

        def unpack(flat):
            pieces = itertools.pairwise(edges)
            return {
                name: flat[a:b].reshape(np.shape(initial[name]))
                for name, (a, b) in zip(initial, pieces, strict=True)
            }

        def flat_rates(t, flat):
            returned = rates(t, unpack(flat))
            return np.concatenate([np.ravel(returned[name]) for name in initial])

        start = np.concatenate([np.ravel(initial[name]) for name in initial])
        solved = solve_ivp(
            flat_rates,
            (times[0], times[-1]),
            start,
            method="DOP853",
            t_eval=times,
            rtol=rtol,
            atol=atol,
        )
        if not solved.success:
            raise ModelError(f"{self.name}: the reference solver stopped: {solved.message}")
        states = [unpack(column) for column in solved.y.T]
        recorded = {name: np.array([state[name] for state in states]) for name in initial}
        return Run(np.asarray(times, float), recorded, states[-1])


def _aligned(values, batch):
    """Parameters with as many axes as `batch`, so that a vector of them has its component first."""
    return {
        name: value.reshape((1,) * (len(batch) - value.ndim) + value.shape)
        for name, value in values.items()
    }


def _runge_kutta(rates, t, state, step):
    def moved(slope, by):
        return {name: state[name] + by * slope[name] for name in state}

    k1 = rates(t, state)
    k2 = rates(t + step / 2, moved(k1, step / 2))
    k3 = rates(t + step / 2, moved(k2, step / 2))
    k4 = rates(t + step, moved(k3, step))
    return {
        name: state[name] + step / 6 * (k1[name] + 2 * k2[name] + 2 * k3[name] + k4[name])
        for name in state
    }


def _declares(kind):
    def declare(**records):
        def wrap(function):
            tuples = {k: tuple(v) for k, v in records.items() if k != "symbols"}
            name = function.__name__
            return kind(function, name, symbols=records.get("symbols", {}), **tuples)

        return wrap

    declare.__doc__ = f"Decorator: make a `{kind.__name__}` of the function and its records."
    return declare


formula = _declares(Formula)
discrete = _declares(DiscreteModel)
continuous = _declares(ContinuousModel)
