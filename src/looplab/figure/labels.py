"""Names at the ends of lines and numbers at the ends of bars, where the eye already is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.container import BarContainer
from matplotlib.transforms import Transform, offset_copy

from looplab.errors import ModelError
from looplab.figure.figure import LivingFigure
from looplab.model.declare import Formula, Input, formula
from looplab.model.maths import equal, maximum, minimum, where

_AWAY = 5
"""Points between a line's or bar's end and its label."""


def aside(axes, points: float = _AWAY) -> Transform:
    """Places some points to the right of those on the axes, for words beside a line: `transform=`.

    Negative ones lie to the left. Spaces would not do: a page draws none at the ends of a text.
    """
    return offset_copy(axes.transData, axes.figure, x=points, units="points")


def name_lines(
    live: LivingFigure,
    axes,
    x: float | str,
    ends: Mapping[str, tuple[str, str]],
    gap: float,
    **channels,
) -> None:
    """Write each line's name to the right of its end, in its colour, at least `gap` apart.

    `x`: where the lines end, a number or a quantity; `ends`: {name: (quantity at the end, colour)},
    at most three; `gap` in units of the y axis. Names are pushed upwards. `channels` as in
    `LivingFigure.write`.
    """
    prefix = f"{next(iter(ends.values()))[0]}_label_"
    values = {f"y_{i}": quantity for i, (quantity, _) in enumerate(ends.values())}
    live.compute(apart(len(ends), gap), prefix=prefix, **values)
    if isinstance(x, str):
        channels["x"] = x
    for i, (name, (_, colour)) in enumerate(ends.items()):
        place = 0 if isinstance(x, str) else x
        text = axes.text(place, 0, name, color=colour, va="center", transform=aside(axes))
        live.write(text, name, y=f"{prefix}at_{i}", **channels)


def number_bars(
    live: LivingFigure,
    bars: BarContainer,
    names: Sequence[str],
    style: str,
    pad: float,
    ends: Sequence[str] | None = None,
) -> None:
    """Write the height of each bar beyond its end; `pad`: how far, in units of its axis.

    `ends`: where the bars end on the axis, if it has a scale of its own.
    """
    across = bars.orientation == "horizontal"
    axes = bars.patches[0].axes
    for bar, name, end in zip(bars.patches, names, ends or names, strict=True):
        live.compute(_beyond, prefix=f"{name}_number_", height=end, pad=pad)
        middle = bar.get_y() + bar.get_height() / 2 if across else bar.get_x() + bar.get_width() / 2
        x, y = (0, middle) if across else (middle, 0)
        text = axes.text(x, y, "0", ha="center", va="center")
        template = f"{{{name}:{style}}}"
        live.write(text, template, **{"x" if across else "y": f"{name}_number_at"})


@formula(inputs=[Input("height", "h", "height of the bar"), Input("pad", "d", "distance")])
def _beyond(m):
    m.at = m.height + where(m.height < 0, -m.pad, m.pad)


def apart(count: int, gap: float) -> Formula:
    """`at_0`, `at_1` ...: the places nearest above `y_0`, `y_1` ... that are `gap` apart.

    Raises `ModelError` for more than three.
    """
    if not 1 <= count <= 3:
        raise ModelError(f"apart({count}): between one and three places can be kept apart.")

    def places(m):
        y = [getattr(m, f"y_{i}") for i in range(count)]
        lowest, highest = y[0], y[0]
        for each in y[1:]:
            lowest, highest = minimum(lowest, each), maximum(highest, each)
        ordered = [lowest, sum(y) - lowest - highest, highest] if count == 3 else [lowest, highest]
        free = [ordered[0]]
        for each in ordered[1:count]:
            free.append(maximum(each, free[-1] + gap))
        for i in range(count):
            below = [where(y[j] <= y[i] if j < i else y[j] < y[i], 1, 0) for j in range(count)]
            rank = sum(below[j] for j in range(count) if j != i) + 0 * y[i]
            place = free[-1]
            for k in reversed(range(count - 1)):
                place = where(equal(rank, k), free[k], place)
            setattr(m, f"at_{i}", place)

    inputs = [Input(f"y_{i}", f"y_{{{i}}}", f"value {i}") for i in range(count)]
    return formula(inputs=inputs)(places)
