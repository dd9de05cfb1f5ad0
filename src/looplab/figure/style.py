"""One look for the whole course. The same quantity has the same colour in every notebook.

The colours are told apart with any colour vision and in grey; each has a darker-page twin in
`colours.css`, under the name given here.
"""

from __future__ import annotations

import matplotlib as mpl

INK = "#1f2933"
MUTED = "#5a6672"
GRID = "#d5dbe1"
PAPER = "#ffffff"
OBSESSION = "#c2410c"
COMPULSION = "#7c3aad"
RELIEF = "#0f766e"
GOOD = "#1d5fa8"
BAD = "#a8325e"
SHADE = "#eef1f4"
KETAMINE = "#a3197d"
EXPOSURE = "#8a5a00"
TABLETS = "#2b57a5"

CSS_NAMES = {
    INK: "ink",
    MUTED: "muted",
    GRID: "grid",
    PAPER: "paper",
    OBSESSION: "obsession",
    COMPULSION: "compulsion",
    RELIEF: "relief",
    GOOD: "good",
    BAD: "bad",
    SHADE: "shade",
    KETAMINE: "ketamine",
    EXPOSURE: "exposure",
    TABLETS: "tablets",
}

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
