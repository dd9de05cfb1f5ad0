"""One look for the whole course. The same quantity has the same colour in every notebook.

No eight colours that can be read as text stay apart for every eye: to a reader who sees no red, or
no green, or on a grey print, some pairs look the same. So each colour has a **second sign**, the
dashes of its lines and the shape of its markers (`line_look`, `marker_look`), and in one drawing
two lines never differ by their colour alone. `tests/test_colours.py` simulates those readers.

A course adds its own colours with `colour`; each has a twin for the darker page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import matplotlib as mpl

from looplab import browser
from looplab.errors import ModelError


@dataclass(frozen=True)
class Colour:
    """A colour by its name in the page, on light and on dark ground, with its second sign.

    `dashes` are lengths in points of dash and gap, by turns; none make a solid line.
    """

    name: str
    light: str
    dark: str
    width: float = 2.0
    dashes: tuple[float, ...] = ()
    marker: str = "o"


COLOURS: dict[str, Colour] = {}


def colour(name: str, light: str, dark: str, **sign) -> str:
    """Name a colour for every figure that is drawn from now on; gives it as matplotlib takes it.

    `sign`: its `width`, `dashes` and `marker`. Raises `ModelError` where one of the two names
    another colour already.
    """
    new = Colour(name, light, dark, **sign)
    for old in COLOURS.values():
        if old != new and (old.name == name or old.light == light):
            raise ModelError(
                f"Colour {name!r} ({light}) is already {old.name!r} ({old.light}): choose a name "
                "and a colour of its own."
            )
    COLOURS[light] = new
    return light


INK = colour("ink", "#1f2933", "#e6eaee")
MUTED = colour("muted", "#5a6672", "#a9b4bf", width=1.2, dashes=(4, 3), marker=".")
GRID = colour("grid", "#d5dbe1", "#3d4854", width=1.0)
PAPER = colour("paper", "#ffffff", "#14191f")
SHADE = colour("shade", "#eef1f4", "#232b34")
GOOD = colour("good", "#1d5fa8", "#7db8f5", dashes=(9, 2, 2, 2, 2, 2), marker="X")
BAD = colour("bad", "#a8325e", "#f58bb0", dashes=(4, 1.5), marker="*")


def line_look(colour: str, **changes) -> dict:
    """The keywords for `ax.plot` that draw a line in this colour with its second sign."""
    sign = _sign(colour)
    style = (0, tuple(length / sign.width for length in sign.dashes)) if sign.dashes else "-"
    return {"color": colour, "linewidth": sign.width, "linestyle": style} | changes


def marker_look(colour: str, **changes) -> dict:
    """The keywords for `ax.plot` that draw markers in this colour in its own shape."""
    return {"color": colour, "marker": _sign(colour).marker, "linestyle": ""} | changes


def colours_css() -> str:
    """The colours as names for style sheets, light and dark: those drawn and those of controls."""
    drawn = [f"  --ll-{c.name}: light-dark({c.light}, {c.dark});" for c in COLOURS.values()]
    return "\n".join([":root {", *drawn, "}", browser.joined("looplab/figure/colours.css")])


def _sign(colour):
    if colour not in COLOURS:
        known = ", ".join(f"{c.name} ({c.light})" for c in COLOURS.values())
        raise ModelError(f"There is no colour {colour!r}. Known: {known}.")
    return COLOURS[colour]


RC = {
    "figure.dpi": 100,
    "figure.facecolor": "none",
    "figure.constrained_layout.use": True,
    "axes.facecolor": "none",
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.labelsize": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "grid.color": GRID,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Geneva", "sans-serif"],
    "font.size": 10,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "lines.linewidth": 2,
    "legend.frameon": False,
    "svg.fonttype": "none",
}


def course_style():
    """A context in which matplotlib draws in the course's style."""
    return mpl.rc_context(RC)


@cache
def small(css: str) -> str:
    """A style sheet without comments, and without the spaces that no rule needs."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    css = re.sub(r"\s*([{};])\s*|\n\s*", lambda found: found[1] or "\n", css)
    return re.sub(r"(?<=[a-z]): ", ":", css).strip()
