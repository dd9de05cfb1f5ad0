"""Words that stand on a line and move with it."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.textpath import TextPath

_ANCHORS = {"left": 0.0, "center": 0.5, "right": 1.0}


def moving_words(
    axes: Axes, text: str, colour: str, *, anchor: str = "right", size: float = 10
) -> Line2D:
    """`text` as a marker, which may follow quantities in x and y as any marker does.

    `anchor` is the end of the text (left, center, right) that stands at the point; `size` is that
    of the type, in points.
    """
    path = TextPath((0, 0), text, size=size, prop=FontProperties(family="DejaVu Sans"))
    width = path.get_extents().x1
    shifted = path.vertices - [_ANCHORS[anchor] * width, 0]
    # A marker is scaled so that what reaches farthest from its point is half its size.
    reach = abs(shifted).max()
    return axes.plot(
        [],
        [],
        linestyle="",
        marker=Path(shifted, path.codes),
        markersize=2 * reach,
        color=colour,
        markeredgewidth=0,
        zorder=5,
    )[0]
