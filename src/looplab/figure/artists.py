"""How matplotlib artists follow quantities, in Python and (as a record) in the browser."""

from __future__ import annotations

import numpy as np
from matplotlib.container import BarContainer
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Polygon
from matplotlib.path import Path

from looplab.errors import ModelError
from looplab.figure.contract import AxisRecord
from looplab.rounding import nearest, steady


def tiles(axes, **look) -> PathPatch:
    """Rectangles that share one look, for `LivingFigure.follow`."""
    return axes.add_patch(PathPatch(_NO_TILES, **look))


class Artist:
    """One matplotlib artist and the quantities it follows."""

    def __init__(self, artist, channels, gid, template="", reads=()):
        self.artist, self.channels = artist, channels
        self.template, self.reads = template, list(reads)
        self.pieces = list(artist.patches) if isinstance(artist, BarContainer) else [artist]
        self.ids = [f"{gid}-{i}" for i in range(len(self.pieces))]
        moves = set(channels) - {"visible", "width"}
        self.kind = "text" if template else _kind(artist) if moves else "shape"
        self.axes = self.pieces[0].axes if moves else None
        _check_channels(gid, self.kind, set(channels))
        if self.kind == "bars":
            across = artist.orientation == "horizontal"
            self.across = across
            self.sides = [
                [b.get_y(), b.get_y() + b.get_height(), b.get_x()]
                if across
                else [b.get_x(), b.get_x() + b.get_width(), b.get_y()]
                for b in self.pieces
            ]

    def tag(self):
        for piece, gid in zip(self.pieces, self.ids, strict=True):
            piece.set_gid(gid)

    def reveal(self):
        """Show every piece, so that the SVG holds it; give the ids of those that were hidden."""
        hidden = [
            gid for piece, gid in zip(self.pieces, self.ids, strict=True) if not piece.get_visible()
        ]
        for piece in self.pieces:
            piece.set_visible(True)
        return hidden

    def _read(self, values, channel):
        name = self.channels[channel]
        if isinstance(name, str):
            return np.asarray(values[name], float)
        return np.array([float(values[each]) for each in name])

    def _line(self, values):
        x, y = self._read(values, "x"), self._read(values, "y")
        if self.kind == "line" and 1 in (x.size, y.size):
            x, y = np.broadcast_arrays(np.ravel(x), np.ravel(y))  # a flat or an upright line
        if "where" in self.channels:
            gap = ~(self._read(values, "where") > 0)
            x, y = (np.where(gap, np.nan, each) for each in (x, y))
        if "until" in self.channels:
            shown = nearest(self._read(values, "until")) + 1
            x, y = x[:shown], y[..., :shown]
        if self.kind == "points":
            x, y = np.ravel(x), np.ravel(y)
        elif y.ndim == 2:
            gap = np.full((len(y), 1), np.nan)
            x = np.tile(np.concatenate([x, [np.nan]]), len(y))
            y = np.hstack([y, gap]).ravel()
        return np.atleast_1d(x), np.atleast_1d(y)

    def _tiles(self, values):
        """Left, right, lower and upper sides of the tiles that have a size."""
        parts = [np.ravel(self._read(values, channel)) for channel in ("x", "y", "across", "up")]
        x, y, across, up = np.atleast_1d(*np.broadcast_arrays(*parts))
        drawn = (across > 0) & (up > 0)
        x, y, across, up = (part[drawn] for part in (x, y, across / 2, up / 2))
        return x - across, x + across, y - up, y + up

    def reach(self, values):
        """The numbers this artist puts on its x and y axis."""
        if self.kind == "text":
            return [], []
        if self.kind in ("line", "points"):
            return self._line(values)
        if self.kind == "band":
            x = self._read(values, "x")
            return x, np.concatenate([self._read(values, "low"), self._read(values, "high")])
        if self.kind == "tiles":
            left, right, low, high = self._tiles(values)
            return np.concatenate([left, right]), np.concatenate([low, high])
        height = np.ravel(self._read(values, "height"))
        sides = np.array(self.sides)
        along, up = sides[:, :2], np.concatenate([sides[:, 2], sides[:, 2] + height])
        return (up, along) if self.across else (along, up)

    def place(self, values):
        """Where a text stands: x and y, in the units of its axes."""
        x, y = self.artist.get_position()
        if "x" in self.channels:
            x = float(self._read(values, "x"))
        if "y" in self.channels:
            y = float(self._read(values, "y"))
        return x, y

    def draw(self, values, say):
        """Show `values`; `say` fills a template with them."""
        if self.kind in ("line", "points"):
            self.artist.set_data(*self._line(values))
        elif self.kind == "band":
            x, low, high = (self._read(values, channel) for channel in ("x", "low", "high"))
            outline = np.column_stack(
                [np.concatenate([x, x[::-1]]), np.concatenate([high, low[::-1]])]
            )
            self.artist.set_xy(outline)
        elif self.kind == "tiles":
            left, right, low, high = self._tiles(values)
            around = [left, right, right, left, left], [low, low, high, high, low]
            outlines = [Path(corners, closed=True) for corners in np.transpose(around)]
            self.artist.set_path(Path.make_compound_path(*outlines) if outlines else _NO_TILES)
        elif self.kind == "text":
            self.artist.set_text(say(self.template))
            self.artist.set_position(self.place(values))
        elif self.kind == "bars":
            heights = np.ravel(self._read(values, "height"))
            for bar, height in zip(self.pieces, heights, strict=True):
                (bar.set_width if self.across else bar.set_height)(height)
        for piece in self.pieces:
            if "visible" in self.channels:
                piece.set_visible(bool(self._read(values, "visible") > 0))
            if "width" in self.channels:
                piece.set_linewidth(float(self._read(values, "width")))

    def check_sizes(self, values):
        """Raise `ModelError` where what the channels follow cannot be drawn together: a band needs
        as many numbers each, lines, tiles and points as many or one (a line's y may be rows of as
        many), and bars one a bar."""
        sizes = {name: self._read(values, name).size for name in self.channels}
        across = {name: size for name, size in sizes.items() if name not in SINGLE}
        if self.kind == "line":
            single = 1 in (sizes["x"], sizes["y"])
            fits = single or (sizes["x"] > 0 and sizes["y"] % sizes["x"] == 0)
            count = max(sizes["x"], sizes["y"])
            fits &= sizes.get("where", count) == count
        elif self.kind == "band":
            fits = len(set(across.values())) == 1
        elif self.kind == "bars":
            fits = sizes["height"] == len(self.pieces)
        elif self.kind == "text":
            fits = set(across.values()) <= {1}
        else:
            fits = len(set(across.values()) - {1}) <= 1
        if not fits:
            found = ", ".join(
                f"{name} {self.channels[name]!r} has {size}" for name, size in across.items()
            )
            bars = f" for {len(self.pieces)} bars" if self.kind == "bars" else ""
            raise ModelError(
                f"{self.ids[0]}: {self.kind} of numbers that do not go together: {found}{bars}. "
                "Let them follow quantities of one length."
            )

    def spec(self, axes, values):
        spec = {
            "ids": self.ids,
            "kind": self.kind,
            "channels": self.channels,
            "axes": axes.index(self.axes) if self.axes is not None else None,
        }
        if self.kind == "bars":
            spec |= {"sides": steady(self.sides).tolist(), "across": self.across}
        if self.kind == "text":
            # Where the still picture has it: the browser shifts it from there.
            spec |= {"template": self.template, "reads": self.reads, "at": self.place(values)}
        return spec


_NO_TILES = Path(np.zeros((1, 2)))


# What each kind of artist must follow, and what it may follow besides `visible` and `width`.
_CHANNELS = {
    "line": ({"x", "y"}, {"until", "where"}),
    "points": ({"x", "y"}, {"until"}),
    "band": ({"x", "low", "high"}, set()),
    "tiles": ({"x", "y", "across", "up"}, set()),
    "bars": ({"height"}, set()),
    "text": (set(), {"x", "y"}),
    "shape": (set(), set()),
}
SINGLE = {"until", "visible", "width"}
"""The channels that take a single number."""


def _check_channels(gid, kind, channels):
    needed, more = _CHANNELS[kind]
    for name in sorted(channels - needed - more - {"visible", "width"}):
        allowed = ", ".join(sorted(needed | more | {"visible", "width"}))
        raise ModelError(f"{gid}: {kind} has no channel {name!r}; it follows: {allowed}.")
    for name in sorted(needed - channels):
        raise ModelError(f"{gid}: {kind} needs {name!r}, too: give the name of a quantity.")


def _kind(artist):
    if isinstance(artist, BarContainer):
        return "bars"
    if isinstance(artist, Polygon):
        return "band"
    if isinstance(artist, PathPatch):
        return "tiles"
    if isinstance(artist, Line2D):
        return "points" if artist.get_linestyle() in ("None", "", " ") else "line"
    raise ModelError(
        f"{type(artist).__name__} cannot follow x or y: use ax.plot, ax.fill, ax.bar or ax.barh."
    )


def affine(axes, where) -> list[AxisRecord]:
    """Scale, offset and slope that take data to the SVG's coordinates, for x and y.

    Raises `ModelError`, naming `where` and the axis, for a scale that cannot be drawn live.
    """
    figure = axes.figure
    points = 72 / figure.dpi
    tall = figure.bbox.height * points
    result = []
    for axis, name in enumerate("xy"):
        scale = getattr(axes, f"get_{name}scale")()
        if scale not in ("linear", "log"):
            label = getattr(axes, f"get_{name}label")()
            raise ModelError(
                f"{where}: the {name} axis ({label or 'no label'}) has the scale {scale!r}, which "
                "cannot be drawn live: use linear or log."
            )
        low, high = (axes.get_xlim, axes.get_ylim)[axis]()
        ends = np.array([[low, low], [high, high]])
        other = (axes.get_ylim, axes.get_xlim)[axis]()[0]
        ends[:, 1 - axis] = other
        at = axes.transData.transform(ends)[:, axis] * points
        if name == "y":
            at = tall - at
        low, high = (np.log10(low), np.log10(high)) if scale == "log" else (low, high)
        slope = (at[1] - at[0]) / (high - low)
        result.append((scale, steady(at[0] - slope * low), steady(slope)))
    return result
