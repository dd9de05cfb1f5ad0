"""A fourth reading of a declaration: the model is run along a recorded sequence of choices.

What was recorded takes the place of what the model would have drawn; the weights then follow the
record, and the model says how likely it found each choice before it was made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import sympy

from looplab.errors import ModelError
from looplab.model.declare import DiscreteModel, Draw
from looplab.model.maths import is_symbolic
from looplab.model.trace import TIME, trace

PREFIX = "seen_"
"""Before the name of a quantity: that quantity as it was recorded."""
_MOST_STEPS, _START, _CLOSE = 60, 2.0, 1e-7
_AT_ONCE = 20_000
"""Cells of all records that are run side by side: what a processor keeps at hand."""


class _Seen:
    """The quantities `m` of a step, of which the `observed` ones are read off the record."""

    def __init__(self, m, observed, draws):
        self.__dict__.update(_m=m, _observed=observed, _draws=draws)

    def __getattr__(self, name):
        if name not in self._draws:
            return getattr(self._m, name)
        if is_symbolic(getattr(self._m, TIME)):
            return sympy.Symbol(f"unseen {name}", real=True)
        return np.nan

    def __setattr__(self, name, value):
        recorded = name in self._observed
        setattr(self._m, name, getattr(self._m, PREFIX + name) if recorded else value)


def along(model: DiscreteModel, observed: Sequence[str]) -> DiscreteModel:
    """`model` as it lives through a record: it reads `observed` quantities instead of drawing.

    The record is given as the draws of the new model, `seen_NAME` for each observed name, arrays
    of shape (steps, records). Raises `ModelError` where the model names no such quantity, or where
    something still hangs on a random draw that the record does not settle.
    """
    chance = frozenset(draw.name for draw in model.draws)
    names = tuple(observed)

    def step(m):
        return model.function(_Seen(m, names, chance))

    symbols = {PREFIX + name: model.symbols.get(name, name) for name in names}
    read = replace(
        model,
        function=step,
        name=f"{model.name}_along",
        draws=tuple(Draw(PREFIX + n, symbols[PREFIX + n], f"{n}, as recorded") for n in names),
    )
    traced = trace(read)
    for name in names:
        if name not in traced.named:
            raise ModelError(
                f"{model.name} computes no {name!r} that a record could give. It computes: "
                f"{', '.join(traced.named)}."
            )
    for name, expressions in (traced.named | traced.following).items():
        for loose in set().union(*(e.free_symbols for e in expressions)) - set(traced.components):
            drawn = loose.name.removeprefix("unseen ")
            raise ModelError(
                f"{model.name}: {name!r} hangs on the draw {drawn!r}, which the record does not "
                "settle: name the quantity that the draw decides in `observed`."
            )
    return read


def log_likelihood(lean, first, counted, slope) -> np.ndarray:
    """The log-likelihood of the recorded choices, summed over time (the first axis).

    `lean` is how much better the first of two actions is than the second, before each choice, of
    shape (steps, *batch); `first` and `counted` say whether the first was taken, and whether the
    choice was free at all; they and `slope` broadcast against it. Where the sum is no finite
    number the record is impossible: minus infinity.
    """
    sign = np.where(np.asarray(first) > 0, 1.0, -1.0)
    with np.errstate(all="ignore"):
        each = -np.logaddexp(0.0, -slope * sign * lean)
        total = np.where(np.asarray(counted) > 0, each, 0.0).sum(axis=0)
    return np.where(np.isfinite(total), total, -np.inf)


def best_slope(lean, first, counted, low: float, high: float):
    """The slope between `low` and `high` at which the choices are likeliest, and how likely.

    A logistic regression with one slope and no intercept for each entry of the batch: the
    log-likelihood is concave in the slope, so Newton's steps, kept between slopes that are known to
    lie on either side, find the one best; a step beyond a border tries the border itself. Arguments
    as in `log_likelihood`; gives (slope, log-likelihood), each of the batch's shape.
    """
    sign = np.where(np.asarray(first) > 0, 1.0, -1.0) * (np.asarray(counted) > 0)
    with np.errstate(all="ignore"):
        signed = np.where(sign == 0, 0.0, sign * lean)
    batch = signed.shape[1:]
    signed = signed.reshape(len(signed), -1)
    count = signed.shape[1]
    slope, floor, ceiling, likelihood = (
        np.full(count, each) for each in (float(low), -np.inf, np.inf, -np.inf)
    )
    left = np.flatnonzero(np.isfinite(signed).all(axis=0))
    known = left
    slope[left] = min(max(_START, low), high)
    for _ in range(_MOST_STEPS):
        if not len(left):
            break
        part, now = signed[:, left], slope[left]
        with np.errstate(over="ignore"):
            unlikely = 1 / (1 + np.exp(part * now))
        pull = part * unlikely
        rise, bend = pull.sum(axis=0), (pull * (part - pull)).sum(axis=0)
        up = rise > 0
        done = (rise == 0) | np.where(up, now >= high, now <= low)
        floor[left] = below = np.where(up, now, floor[left])
        ceiling[left] = above = np.where(up, ceiling[left], now)
        with np.errstate(all="ignore"):
            following = np.clip(now + rise / bend, low, high)
        beyond = ~((following > below) & (following < above))
        halfway = (np.maximum(below, low) + np.minimum(above, high)) / 2
        following[beyond] = halfway[beyond]
        slope[left] = np.where(done, now, following)
        left = left[~done & (np.abs(following - now) > _CLOSE * now)]
    with np.errstate(over="ignore"):
        each = np.log1p(np.exp(-np.abs(slope[known] * signed[:, known])))
    each += np.maximum(-slope[known] * signed[:, known], 0)
    idle = np.broadcast_to((sign == 0).sum(axis=0), batch).ravel()[known]
    likelihood[known] = idle * np.log(2) - each.sum(axis=0)
    return slope.reshape(batch), likelihood.reshape(batch)


def surface(model, seen, x, y, over, slope, lean, counted, **parameters) -> Surface:
    """How likely records are to `model`, an `along` model, over a grid of two parameters.

    `seen` are the records, arrays (steps, records) by name. `x`, `y` and `over` are (parameter,
    values): the grid, and a third parameter of which each cell takes the best value. `slope` is
    (low, high), between which each cell takes the best slope, or one number. `lean` names the
    quantity that the slope multiplies, `counted` an array (steps, records) that is 0 where a
    choice was not free.
    """
    first = next(array for name, array in seen.items() if name == f"{PREFIX}first")
    steps, records = np.shape(first)
    (across, xs), (up, ys), (third, values) = x, y, over
    cells = len(xs) * len(ys)
    found = [np.empty((len(xs), len(ys), records)) for _ in range(3)]
    at_once = max(1, _AT_ONCE // cells)
    for start in range(0, records, at_once):
        part = slice(start, start + at_once)
        columns = {name: array[:, part] for name, array in seen.items()}
        taken, free = (array[:, None, None, part] for array in (first, counted))
        best = [None] * 3
        for value in values:
            run = model.run(
                steps,
                learners=columns[f"{PREFIX}first"].shape[1],
                draws=columns,
                record=[lean],
                finite=False,
                **{across: np.asarray(xs)[:, None, None], up: np.asarray(ys)[:, None]},
                **{third: value},
                **parameters,
            )
            if np.ndim(slope):
                steep, likely = best_slope(run[lean], taken, free, *slope)
            else:
                likely = log_likelihood(run[lean], taken, free, slope)
                steep = np.full(likely.shape, float(slope))
            better = np.full(likely.shape, True) if best[0] is None else likely > best[0]
            fresh = (likely, np.full(likely.shape, float(value)), steep)
            best = [
                new if old is None else np.where(better, new, old)
                for old, new in zip(best, fresh, strict=True)
            ]
        for whole, mine in zip(found, best, strict=True):
            whole[..., part] = mine
    return Surface(np.asarray(xs, float), np.asarray(ys, float), *found)


@dataclass(frozen=True)
class Surface:
    """The log-likelihood of records over a grid: arrays of shape (x, y, records)."""

    x: np.ndarray
    y: np.ndarray
    likelihood: np.ndarray
    over: np.ndarray
    slope: np.ndarray

    @property
    def best(self) -> np.ndarray:
        """The highest log-likelihood of each record."""
        return self.likelihood.max(axis=(0, 1))

    @property
    def equal(self) -> np.ndarray:
        """The highest log-likelihood of each record where both parameters are the same."""
        same = np.isclose(self.x[:, None], self.y[None, :])
        return self.likelihood[same].max(axis=0)

    @property
    def cell(self) -> np.ndarray:
        """The place of the best cell of each record: the first in order of x, then of y."""
        return self.likelihood.reshape(-1, self.likelihood.shape[-1]).argmax(axis=0)

    def at_best(self, name: str) -> np.ndarray:
        """`x`, `y`, `over` or `slope` in each record's best cell."""
        grid = dict(zip("xy", np.meshgrid(self.x, self.y, indexing="ij"), strict=True))
        if name in grid:
            return grid[name].ravel()[self.cell]
        flat = getattr(self, name).reshape(-1, self.likelihood.shape[-1])
        return np.take_along_axis(flat, self.cell[None], axis=0)[0]
