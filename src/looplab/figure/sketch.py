"""A figure without words: a few of its lines on bare axes, for the card of a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from looplab.errors import ModelError
from looplab.figure.style import COLOURS

if TYPE_CHECKING:
    from looplab.figure.figure import LivingFigure

_WIDTH, _HEIGHT, _MOST_POINTS = 300, 112, 60


def sketch(live: LivingFigure, names: Sequence[str], **settings: float) -> str:
    """The lines of `live` that show these quantities at these settings, as a small SVG.

    Raises `ModelError` for a quantity that no line shows, or for lines on different axes.
    """
    live.draw(**settings)
    lines = {artist.channels.get("y"): artist for artist in live.artists if artist.kind == "line"}
    if missing := [name for name in names if name not in lines]:
        raise ModelError(f"{live.id}: no line shows {', '.join(missing)}.")
    if len({lines[name].axes for name in names}) > 1:
        raise ModelError(f"{live.id}: {', '.join(names)} stand on different axes.")
    paths = "".join(_path(lines[name].artist) for name in names)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" fill="none" '
        'stroke-linejoin="round">\n'
        f'<path d="M1 1V{_HEIGHT - 1}H{_WIDTH - 1}" stroke="var(--ll-edge, #7d8893)"/>\n'
        f"{paths}</svg>\n"
    )


def _path(line):
    axes = line.axes
    data = np.column_stack([np.asarray(numbers, float) for numbers in line.get_data()])
    data = data[np.isfinite(data).all(axis=1)]
    data = data[np.linspace(0, len(data) - 1, min(len(data), _MOST_POINTS)).round().astype(int)]
    places = axes.transAxes.inverted().transform(axes.transData.transform(data))
    x, y = places[:, 0] * (_WIDTH - 2) + 1, (1 - places[:, 1]) * (_HEIGHT - 6) + 3
    points = "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True))
    colour = COLOURS[line.get_color()]
    solid = line.get_linestyle() in ("-", "solid")
    broken = " ".join(map(str, colour.dashes or (2, 3)))
    dashes = "" if solid else f' stroke-dasharray="{broken}"'
    return (
        f'<path d="M{points}" stroke="var(--ll-{colour.name}, {colour.light})" '
        f'stroke-width="{line.get_linewidth():g}"{dashes}/>\n'
    )
