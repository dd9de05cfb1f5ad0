"""What was observed, when and how surely: the evidence of notebook 03, drawn row by row.

Every symbol is one row of `assets/evidence/timeline.csv` and opens the study it comes from. Shape
is the threshold, fill a randomised control, size the participants, letters the treatment; colour
only repeats the letters.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator, PercentFormatter

from breaking_the_loop.evidence import tables as evidence
from breaking_the_loop.onset_timelines import clocks as onset
from breaking_the_loop.palette import EXPOSURE, KETAMINE, TABLETS
from looplab.errors import ModelError
from looplab.figure.controls import Choice
from looplab.figure.figure import LivingFigure
from looplab.figure.style import GRID, INK, MUTED, PAPER, SHADE, course_style
from looplab.figure.table import Table
from looplab.links import anchor
from looplab.model.declare import Input, Parameter, formula
from looplab.model.maths import floor, where
from looplab.references import author_and_year, link

CLASSES = {
    "ketamine IV single": ("K", KETAMINE),
    "ketamine IV + exposure": ("K+E", KETAMINE),
    "esketamine": ("Es", KETAMINE),
    "psilocybin": ("P", INK),
    "4-day ERP": ("E4", EXPOSURE),
    "ERP": ("E", EXPOSURE),
    "ERP + clomipramine": ("E+C", EXPOSURE),
    "SSRI taper after ERP": ("S", TABLETS),
    "SSRI": ("S", TABLETS),
    "clomipramine": ("C", TABLETS),
    "risperidone add-on": ("R", INK),
    "deep TMS": ("M", INK),
    "control": ("0", MUTED),
}
"""Letters and colour of each treatment class."""

SHAPES = {
    ">=35%": ("o", "fall of 35 %"),
    ">=30%": ("s", "fall of 30 %"),
    ">=25%": ("D", "fall of 25 %"),
    ">=20%": ("^", "fall of 20 %"),
    "CGI": ("X", "global rating"),
    "<=12": ("*", "score of 12 or less"),
    "<=10": ("*", "score of 10 or less"),
    "not stated": ("*", "threshold not stated"),
    "": ("o", ""),
}
TREATMENTS = {
    "every treatment": set(CLASSES),
    "ketamine or esketamine": {"ketamine IV single", "ketamine IV + exposure", "esketamine"},
    "psilocybin": {"psilocybin"},
    "exposure therapy in four days": {"4-day ERP"},
    "exposure therapy, weekly": {"ERP", "ERP + clomipramine"},
    "serotonin drugs": {"SSRI", "clomipramine", "ERP + clomipramine"},
    "magnetic stimulation, added drug": {"deep TMS", "risperidone add-on"},
}
"""What the first filter offers. A control arm goes with the treatments of its own study."""

DESIGNS = {
    "every design": "MABCD",
    "randomised, with a control": "MAB",
    "the same, 100 participants or more": "MA",
    "no control group": "CD",
}
SHARES = {
    "every definition": lambda point: True,
    "response: a fall of 35 %": lambda point: point.threshold == ">=35%",
    "response: a fall of 30, 25 or 20 %": lambda point: (
        point.threshold in (">=30%", ">=25%", ">=20%")
    ),
    "response: a global rating": lambda point: point.threshold == "CGI",
    "remission": lambda point: point.panel == "remission",
}
CHANGES = {
    "every quantity": lambda point: True,
    "mean score": lambda point: point.panel == "mean course",
    "change in points": lambda point: point.panel == "mean change",
    "change in per cent": lambda point: point.panel == "percent change",
}
TICKS = {
    20 / 1440: "20 min",
    1 / 24: "1 h",
    4 / 24: "4 h",
    1: "1 day",
    7: "1 week",
    28: "4 wk",
    84: "12 wk",
    182: "6 mo",
    364: "1 year",
}
_SMALLEST = Parameter(
    name="fewest",
    symbol="n",
    label="participants in the arm, at least",
    default=0,
    low=0,
    high=100,
    step=5,
    source="a filter, chosen by the reader",
    status="assumed",
)


def points(*panels: str) -> list[evidence.Point]:
    """The points of these panels, in the order of time."""
    chosen = [point for point in evidence.load().points if point.panel in panels]
    return sorted(chosen, key=lambda p: (panels.index(p.panel), p.days, p.value))


def _of(point, bibliography):
    item = bibliography[point.result.study_id]
    return author_and_year(item), link(item)


def when(point: evidence.Point) -> str:
    """The time of a point in words."""
    first, last = point.days_first, point.days_last
    if last < 1:
        minutes = [f"{round(days * 144)}0" for days in (first, last)]
        return f"{' to '.join(dict.fromkeys(minutes))} minutes"
    unit, size = ("week", 7) if first >= 14 or first == 0 < last else ("day", 1)
    numbers = " to ".join(dict.fromkeys(f"{days / size:g}" for days in (first, last)))
    return f"{unit}{'s' if ' ' in numbers else ''} {numbers}"


def found(point: evidence.Point) -> str:
    """The finding of a point in words: counts, value and interval."""
    shares = point.panel in ("response", "remission", "self-rated hours", "after stopping")
    unit = {"percent change": " %", "first separation": ""}.get(point.panel, " points")
    if point.panel == "first separation":
        return f"first difference from placebo at week {point.value:g}"

    def number(value):
        return f"{value:.0%}".replace("%", " %") if shares else f"{value:g}{unit}"

    text = number(point.value)
    if point.k is not None:
        fit = "" if point.counts_fit else "about "
        text = f"{fit}{point.k} of {point.n}, {text}"
    if point.interval is None:
        return f"{text}, no interval seen".replace("-", "−")
    low, high = (round(limit, 2) for limit in point.interval)
    return f"{text} (95 % interval {number(low)} to {number(high)})".replace("-", "−")


def label(point: evidence.Point, study: str) -> str:
    """All that a symbol says, in words."""
    threshold = SHAPES[point.threshold][1]
    quantity = point.panel + (f" ({threshold})" if threshold else "")
    arm = point.result.arm
    return (
        f"{study}, {arm}, {when(point)}: {quantity}, {found(point)}. "
        f"Strength {point.grade}: {evidence.GRADES[point.grade]}."
    )


def diameter(point):
    """Points of the page: as the root of the participants, so that area counts people."""
    return 1.35 * math.sqrt(point.n) if point.n else 6.0


def places(chosen: Iterable[evidence.Point], apart: float) -> dict[str, tuple[float, int]]:
    """Where each symbol stands on the time axis (days), by row, and where its letters go.

    Arms with the same time, and so controls with the same time, stand side by side, `apart` decades
    from each other; letters go to the left (-1), on top (0) or to the right (1).
    """
    columns: dict[tuple, list[evidence.Point]] = {}
    for point in chosen:
        column = (point.panel, point.treatment_class == "control", round(point.days))
        columns.setdefault(column, []).append(point)
    place = {}
    for (_, control, _), column in columns.items():
        for order, point in enumerate(column):
            aside = order - (len(column) - 1) / 2
            away = apart * (aside + (0.4 if control else 0))
            side = 1 if len(column) == 1 else int(np.sign(aside))
            place[point.result.row_id] = point.days * 10**away, side
    return place


_WAYS = ((1, 0), (-1, 0), (0, 1), (0, -1))


def _letters(point):
    code = CLASSES[point.treatment_class][0]
    return code if point.interval else f"{code} ?"


def _size(point):
    return diameter(point) * (1.25 if SHAPES[point.threshold][0] == "*" else 1)


def ways(chosen: Iterable[evidence.Point], place, axes) -> dict[str, tuple[int, int]]:
    """To which side of its symbol each row's letters go, right and up counted as 1.

    That is the side that `place` (see `places`) asks for, or another on which they lie on fewer
    other letters and on fewer symbols. `axes` are those of each panel, their limits set.
    """
    found, letters, symbols = {}, {panel: {} for panel in axes}, {panel: [] for panel in axes}
    inches = next(iter(axes.values())).figure.dpi_scale_trans.inverted()

    def box(point):
        x, _ = place[point.result.row_id]
        middle = inches.transform(axes[point.panel].transData.transform((x, height(point)))) * 72
        return middle, np.array([0.8, 0.8]) * _size(point)

    def over(one, others):
        return sum((abs(one[0] - at) < (one[1] + size) / 2).all() for at, size in others)

    for point in chosen:
        symbols[point.panel].append(box(point))
    # twice, for at first nobody knows where the letters of those to come will lie
    for point in [*chosen, *chosen]:
        middle, _ = box(point)
        letters[point.panel].pop(point.result.row_id, None)
        size = np.array([4 + 7 * len(_letters(point)), 12])
        side = place[point.result.row_id][1]
        asked = (side, 0) if side else (0, 1)
        best = None
        for way in (asked, *(other for other in _WAYS if other != asked)):
            there = middle + np.multiply(way, _size(point) / 2 + 1.5 + size / 2), size
            on_letters = over(there, letters[point.panel].values())
            cost = 10 * on_letters + over(there, symbols[point.panel])
            if best is None or cost < best[0]:
                best = cost, way, there
        letters[point.panel][point.result.row_id] = best[2]
        found[point.result.row_id] = best[1]
    return found


def height(point: evidence.Point, value: float | None = None) -> float:
    """Where a value of a point is drawn: a change upwards where it is an improvement."""
    value = point.value if value is None else value
    return -value if point.panel in ("mean change", "percent change") else value


def _symbol(axes, point, x, way=(1, 0)):
    """Marker, and what belongs to it: interval, window of time, letters."""
    y = height(point)
    colour = CLASSES[point.treatment_class][1]
    shape, size = SHAPES[point.threshold][0], _size(point)
    marker = axes.plot(
        [x],
        [y],
        shape,
        markersize=size,
        color=colour,
        markerfacecolor=colour if point.controlled else PAPER,
        markeredgecolor=colour,
        markeredgewidth=1.4,
        zorder=3,
    )[0]
    parts = []
    if point.interval is not None:
        limits = [height(point, end) for end in point.interval]
        parts += axes.plot([x, x], limits, color=colour, linewidth=1.1, zorder=4)
    if point.days_first < point.days_last:
        window = [point.days_first, point.days_last]
        parts += axes.plot(window, [y, y], color=colour, linewidth=3, alpha=0.45, zorder=1)
    parts.append(
        axes.annotate(
            _letters(point),
            (x, y),
            xytext=tuple(each * (size / 2 + 1.5) for each in way),
            textcoords="offset points",
            color=colour,
            fontweight="bold",
            ha=("right", "center", "left")[way[0] + 1],
            va=("top", "center", "bottom")[way[1] + 1],
            zorder=4,
        )
    )
    return marker, parts


def _time_axis(axes, first=0.01, last=500.0, ticks=TICKS):
    axes.set_xscale("log")
    axes.set_xlim(first, last)
    ticks = {day: text for day, text in ticks.items() if first <= day <= last}
    axes.xaxis.set_major_locator(FixedLocator(list(ticks)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xticklabels(list(ticks.values()))
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)


@formula(
    inputs=[
        Input("fewest", "n_min", "participants in the arm, at least"),
        Input("treatment", "f", "chosen treatment"),
        Input("design", "d", "chosen design"),
        Input("outcome", "o", "chosen outcome"),
        Input("treatments", "F", "treatments that a row belongs to, one bit each"),
        Input("designs", "D", "designs that a row belongs to, one bit each"),
        Input("outcomes", "O", "outcomes that a row belongs to, one bit each"),
        Input("participants", "n", "participants in the arm"),
        Input("has_control", "c", "whether the study had a randomised control"),
    ],
)
def _filtered(m):
    """Which rows are shown: those that belong to all that was chosen."""

    def bit(mask, place):
        return floor(mask / 2**place) - 2 * floor(mask / 2 ** (place + 1))

    m.kept = bit(m.treatments, m.treatment) * bit(m.designs, m.design)
    m.shown = m.kept * bit(m.outcomes, m.outcome) * where(m.participants >= m.fewest, 1, 0)
    m.shown_controlled = m.shown * m.has_control


def _masks(chosen, outcomes):
    """For each point the filters that keep it, as bits."""
    treated = {}
    for point in chosen:
        if point.treatment_class != "control":
            treated.setdefault(point.result.study_id, set()).add(point.treatment_class)

    def bits(options, belongs):
        return [
            sum(2**place for place, option in enumerate(options) if belongs(option, point))
            for point in chosen
        ]

    def in_treatment(option, point):
        own = {point.treatment_class}
        if point.treatment_class == "control":
            own = treated.get(point.result.study_id, set())
        return bool(own & TREATMENTS[option]) or option == "every treatment"

    return {
        "treatments": bits(TREATMENTS, in_treatment),
        "designs": bits(DESIGNS, lambda option, point: point.grade in DESIGNS[option]),
        "outcomes": bits(outcomes, lambda option, point: outcomes[option](point)),
        "participants": [point.n or 0 for point in chosen],
        "has_control": [float(point.controlled) for point in chosen],
    }


def _record(id, title, figure, axes, outcomes, outcome_label, apart, treatment="every treatment"):
    """A living figure of all points of some panels, with its filters; gives it and its points."""
    bibliography = evidence.load().bibliography
    chosen = [point for point in points(*axes) if point.days > 0]
    place = places(chosen, apart)
    sides = ways(chosen, place, axes)
    live = LivingFigure(
        id,
        title,
        figure,
        [
            Choice(
                "treatment",
                "treatment",
                tuple(TREATMENTS),
                default=list(TREATMENTS).index(treatment),
                help="Control arms of the same studies stay.",
            ),
            Choice("design", "design", tuple(DESIGNS)),
            Choice("outcome", outcome_label, tuple(outcomes)),
            _SMALLEST,
        ],
        constants=_masks(chosen, outcomes),
    )
    live.compute(_filtered)
    live.tally("count", "shown", ["shown"])
    live.tally("controlled", "shown_controlled", ["shown_controlled"])
    order = {}
    for number, point in enumerate(chosen):
        shown = f"shown_{number}"
        live.pick(shown, "shown", number)
        order[point.result.row_id] = shown
        x, _ = place[point.result.row_id]
        marker, parts = _symbol(axes[point.panel], point, x, sides[point.result.row_id])
        study, url = _of(point, bibliography)
        live.follow(marker, visible=shown)
        live.link(marker, url, label(point, study))
        for part in parts:
            live.follow(part, visible=shown)
    for line in evidence.load().cohort_lines():
        ids = [point.result.row_id for point in line if point.result.row_id in place]
        if len(ids) > 1:
            joined = axes[line[0].panel].plot(
                [place[row][0] for row in ids],
                [height(point) for point in line if point.result.row_id in place],
                color=CLASSES[line[0].treatment_class][1],
                linewidth=0.8,
                zorder=1,
            )[0]
            live.follow(joined, visible=order[ids[0]])
    live.read_out("count", f"symbols shown, of {len(chosen)}", "d")
    live.read_out("controlled", "of these from studies with a randomised control", "d")
    return live


_WHAT_IS_KNOWN = [
    "",
    " Ketamine, one infusion: 4 of 8 unmedicated people responded by day 7 (95 % interval 16 to "
    "84 %) against 0 of 7 on saline (0 to 41 %); in treatment-refractory people 0 of 10 did by day "
    "3 (0 to 31 %). Esketamine: 3 of 8 at week 12 (9 to 76 %), with no control. Nothing controlled "
    "lies to the right of day 7.",
    " Psilocybin: 9 of 13 at day 7 (39 to 91 %) against 0 of 14 on niacin (0 to 23 %), from a "
    "preprint.",
    " Exposure therapy in four days: 15 of 16 responded at the end (70 to 100 %), against 2 of 16 "
    "with self-help (2 to 38 %) and 0 of 16 on a waiting list (0 to 21 %); without a control, 54 "
    "of 65 at one year (72 to 91 %).",
    " Weekly exposure therapy, added to a serotonin drug: 32 of 40 with a fall of 25 % at week 8 "
    "(64 to 91 %), against 3 of 20 on placebo (3 to 38 %).",
    " Serotonin drugs: on escitalopram 80 of 114 with a fall of 25 % at week 24 (61 to 78 %), "
    "against 57 of 113 on placebo (41 to 60 %).",
    " Deep magnetic stimulation: 16 of 42 with a fall of 30 % at week 6 (24 to 54 %), against 5 of "
    "45 with sham (4 to 24 %).",
]
HOLES = (
    "ketamine in OCD, with a control: nothing after day 7; one trial of 12 people gives no counts",
    "the largest trial of ketamine that was registered: no result was found",
    "SSRI minus placebo: nothing with an interval between weeks 2 and 6",
    "weekly exposure therapy: no means week by week",
)
"""What is missing from the record; an empty axis is not an absent effect."""


def timeline(treatment: str = "every treatment") -> LivingFigure:
    """Every dated share of responders and of people in remission, on one time axis.

    `treatment` is the filter it opens with: a key of `TREATMENTS`. Raises `ModelError` for another.
    """
    if treatment not in TREATMENTS:
        raise ModelError(f"treatment = {treatment!r}: choose from {', '.join(TREATMENTS)}.")
    with course_style():
        figure, (response, remission) = plt.subplots(
            2, 1, figsize=(9.6, 6.6), height_ratios=[4.3, 3], sharex=True
        )
        for axes, quantity in ((response, "responders"), (remission, "people in remission")):
            axes.set(ylim=(-0.06, 1.06), ylabel=f"share of {quantity}")
            axes.yaxis.set_major_formatter(PercentFormatter(1))
            axes.axvspan(56, 84, color=SHADE, zorder=0)
            _time_axis(axes)
            axes.tick_params(axis="x", labelbottom=axes is remission)
        response.set_title("Response")
        remission.set_title("Remission")
        remission.set_xlabel("time since the start of treatment (logarithmic)")
        response.text(
            70,
            1.065,
            "8 to 12 weeks†: recommended length of a trial, not onset",
            color=MUTED,
            ha="center",
            va="bottom",
        )
        remission.text(
            0.011,
            0.05,
            "Nothing here in the first day: the Y-BOCS asks about a week.",
            color=MUTED,
            va="bottom",
        )
        _key(response)
    live = _record(
        "timeline",
        "Every dated observation on one time axis",
        figure,
        {"response": response, "remission": remission},
        SHARES,
        "outcome",
        0.05,
        treatment,
    )
    live.describe(
        "Symbols shown: {count:d}. Treatment: {which}. Design: {how}. Outcome: {what}. Arms: "
        "{fewest:d} participants or more. Of these symbols {controlled:d} come from "
        "studies with a randomised control.{known}",
        caption="Every symbol is one published finding; a filter takes some away, and what is gone "
        "was not refuted. Different groups are never joined by a line.",
        which=("treatment", list(TREATMENTS)),
        how=("design", list(DESIGNS)),
        what=("outcome", list(SHARES)),
        known=("treatment", _WHAT_IS_KNOWN),
    )
    return live


def _key(axes):
    """Explain shape, fill, size and letters where the axes are empty."""

    def proxy(marker, text, fill=MUTED, size=7.0):
        return Line2D(
            [],
            [],
            linestyle="",
            marker=marker,
            color=MUTED,
            markerfacecolor=fill,
            markersize=size,
            label=text,
        )

    shapes = [proxy(mark, text) for mark, text in list(SHAPES.values())[:5]]
    shapes.append(proxy("*", "remission", size=9))
    shapes.append(proxy("o", "filled: randomised control"))
    shapes.append(proxy("o", "open: no control", PAPER))
    shapes.append(proxy("o", "8 participants", size=1.35 * math.sqrt(8)))
    shapes.append(proxy("o", "100 participants", size=13.5))
    axes.legend(
        handles=shapes,
        loc="upper left",
        ncols=2,
        title="bars: 95 % interval",
        alignment="left",
        borderaxespad=0.2,
        labelspacing=0.7,
    )
    axes.text(
        0.011,
        0.28,
        "K ketamine   Es esketamine   P psilocybin\n"
        "E4 exposure in four days   E weekly\n"
        "S SSRI   C clomipramine   R risperidone\n"
        "M magnetic stimulation   0 control",
        va="top",
    )


_SAID = {
    "ketamine IV single": "ketamine, one infusion",
    "esketamine": "esketamine, repeated",
    "psilocybin": "psilocybin, one dose (preprint)",
    "4-day ERP": "exposure in four days",
    "ERP": "weekly exposure",
    "ERP + clomipramine": "weekly exposure + clomipramine",
    "deep TMS": "magnetic stimulation",
    "risperidone add-on": "risperidone, added",
}
STEPS = (
    "1 · the first week, with a control",
    "2 · and without a control",
    "3 · and weeks 2 to 13",
    "4 · and half a year or more",
    "5 · and what is missing",
)
_HEADS = {0: "First week or so", 2: "Weeks 2 to 13", 3: "Half a year and more", 4: "Missing"}


def _step(point):
    if point.days >= 120:
        return 3
    if point.days >= 14:
        return 2
    return 0 if point.controlled else 1


def _own_controls(point, chosen):
    """The control arms of the same study at the same time."""
    same = (point.result.study_id, point.days)
    return [
        other
        for other in chosen
        if other.treatment_class == "control" and (other.result.study_id, other.days) == same
    ]


@formula(inputs=[Input("step", "s", "chosen step")])
def _so_far(m):
    for place in range(1, len(STEPS)):
        setattr(m, f"from_{place}", where(m.step > place - 0.5, 1, 0))


def steps() -> LivingFigure:
    """Every share of responders in five steps: each group with its own control, in words."""
    bibliography = evidence.load().bibliography
    chosen = points("response")
    treated = sorted(
        (point for point in chosen if point.treatment_class != "control"),
        key=lambda point: (_step(point), point.days, not point.controlled),
    )
    shown = ["always", *(f"from_{place}" for place in range(1, len(STEPS)))]
    with course_style():
        figure, axes = plt.subplots(figsize=(9.6, 6.6))
        axes.set(xlim=(-0.85, 1.62), xticks=[0, 0.25, 0.5, 0.75, 1], yticks=[])
        axes.set_xticklabels(["0 %", "25 %", "50 %", "75 %", "100 %"])
        axes.set_xlabel(
            "share of responders, with 95 % interval; grey: the control of the same study"
        )
        # beside the first rows, which stand alone at the first step
        axes.xaxis.tick_top()
        axes.xaxis.set_label_position("top")
        axes.spines[["left", "bottom"]].set_visible(False)
        for share in (0, 0.5, 1):
            axes.axvline(share, color=GRID, linewidth=0.8, zorder=0)
    live = LivingFigure(
        "steps",
        "Step by step: who responded, when, against what",
        figure,
        [Choice("step", "show", STEPS)],
        presets={f"Step {place + 1}": {"step": place} for place in range(len(STEPS))},
        constants={"always": 1},
    )
    live.compute(_so_far)
    row, head = -1.0, None

    def add(artists, step):
        for artist in artists:
            live.follow(artist, visible=shown[step])

    with course_style():
        for point in treated:
            step = _step(point)
            if _HEADS.get(step, head) != head:
                row += 1
                head = _HEADS[step]
                add([axes.text(-0.84, row, head, fontweight="bold", va="center")], step)
            row += 1
            controls = _own_controls(point, chosen)
            colour = CLASSES[point.treatment_class][1]
            parts = list(axes.plot(point.interval, [row, row], color=colour, linewidth=2))
            if controls:
                ends = [min(c.value for c in controls), point.value]
                parts += axes.plot(ends, [row, row], color=MUTED, linewidth=0.8, zorder=1)
            said = _SAID.get(point.treatment_class, point.result.arm)
            if point.result.study_id == "simpson2013_rct":
                said = said.removesuffix(", added") + ", added to a drug"
            counts = f"{point.k} of {point.n}"
            if controls:
                counts += " against " + " and ".join(f"{c.k} of {c.n}" for c in controls)
            fall = SHAPES[point.threshold][1]
            parts.append(axes.text(-0.03, row, f"{said}, {when(point)}", ha="right", va="center"))
            parts.append(axes.text(1.03, row, f"{counts}; {fall}", va="center"))
            add(parts, step)
            for each, own in ((point, colour), *((c, MUTED) for c in controls)):
                marker = axes.plot(
                    [each.value],
                    [row],
                    SHAPES[each.threshold][0],
                    markersize=9 if each is point else 7,
                    color=own,
                    markerfacecolor=own if each.controlled and each is point else PAPER,
                    markeredgewidth=1.5,
                    zorder=4,
                )[0]
                study, url = _of(each, bibliography)
                live.follow(marker, visible=shown[step])
                live.link(marker, url, label(each, study))
        row += 1
        add([axes.text(-0.84, row, _HEADS[4], fontweight="bold", va="center")], 4)
        for text in HOLES:
            row += 1
            add([axes.text(-0.84, row, f"–  {text}", va="center")], 4)
        axes.set_ylim(row + 0.6, -0.8)
    counted = [sum(_step(point) <= place for point in treated) for place in range(len(STEPS))]
    live.constant("rows", [*counted[:4], counted[3]])
    live.pick("count", "rows", "step")
    live.read_out("count", f"groups shown, of {len(treated)}", "d")
    first = [point for point in treated if _step(point) == 0]
    told = [
        f"{_SAID[point.treatment_class]}, {when(point)}: {point.k} of {point.n} (95 % interval "
        f"{100 * point.interval[0]:.0f} to {100 * point.interval[1]:.0f} %), against "
        + " and ".join(f"{c.k} of {c.n} ({c.result.arm})" for c in _own_controls(point, chosen))
        for point in first
    ]
    live.describe(
        "{what}: {count:d} groups. With a randomised control in the first week: "
        + "; ".join(told)
        + ".{missing}",
        caption="Each row is one group and, where there was one, the control of the same study. In "
        "the first week stand three small randomised trials, one of them without any drug.",
        what=("step", [step.replace("·", "") for step in STEPS]),
        missing=("step", ["", "", "", "", " Missing: " + "; ".join(HOLES) + "."]),
    )
    return live


def scores() -> LivingFigure:
    """The mean Y-BOCS scores and changes that were read, on the same time axis."""
    with course_style():
        figure, axes = plt.subplots(3, 1, figsize=(9.6, 6.6), sharex=True)
        titles = ("Mean score (lower is better: the axis is upside down)",
                  "Mean improvement, in points", "Mean improvement, in per cent")  # fmt: skip
        units = ("Y-BOCS points", "Y-BOCS points", "% of baseline")
        for title, unit, ax in zip(titles, units, axes, strict=True):
            ax.set(ylabel=unit, title=title)
            _time_axis(ax, 22, 110, {7 * week: f"{week} weeks" for week in (4, 6, 8, 10, 12)})
            ax.tick_params(axis="x", labelbottom=ax is axes[-1])
        axes[0].set(ylim=(36, 14))
        axes[1].set(ylim=(0, 10.5))
        axes[1].axhline(onset.MID_POINTS, color=MUTED, linewidth=1, linestyle="--")
        axes[1].text(22.6, 5.0, "4.9: minimal improvement, one person", color=MUTED)
        axes[2].set(ylim=(0, 50), xlabel="time since the start of treatment (logarithmic)")
        axes[0].text(
            22.6,
            35.4,
            "? = printed without spread. Before treatment: fluoxetine 27.3, esketamine 30.1",
            color=MUTED,
        )
    panels = dict(zip(("mean course", "mean change", "percent change"), axes, strict=True))
    live = _record("scores", "Mean scores and changes", figure, panels, CHANGES, "quantity", 0.016)
    live.describe(
        "Symbols shown: {count:d}. Treatment: {which}. Design: {how}. Outcome: {what}. Arms: "
        "{fewest:d} participants or more. Of these symbols {controlled:d} come from "
        "studies with a randomised control.",
        caption="A symbol with a question mark has no interval, because none was seen: most means "
        "were printed bare. Improvement is upwards in every panel.",
        which=("treatment", list(TREATMENTS)),
        how=("design", list(DESIGNS)),
        what=("outcome", list(CHANGES)),
    )
    return live


def hours() -> LivingFigure:
    """The first hours: nine people, one dot each, and three questions about them."""
    bibliography = evidence.load().bibliography
    chosen = points("self-rated hours")
    with course_style():
        figure, axes = plt.subplots(figsize=(9.5, 2.4))
        axes.set(xlim=(-5.2, 9.2), ylim=(1.6, -0.6), xticks=[], yticks=[])
        axes.spines[["left", "bottom"]].set_visible(False)
    live = LivingFigure("hours", "Nine people in the first hours", figure, [],
                        constants={"shown": 1})  # fmt: skip
    with course_style():
        for row, point in enumerate(chosen):
            study, url = _of(point, bibliography)
            axes.text(-0.7, row, when(point), ha="right", va="center")
            axes.plot(range(point.n), [row] * point.n, "o", color=KETAMINE, markerfacecolor=PAPER,
                      markersize=17)  # fmt: skip
            marker = axes.plot(range(point.k), [row] * point.k, "o", color=KETAMINE, markersize=17)[
                0
            ]
            axes.text(9 - 0.3, row, f"{point.k} of {point.n}", va="center")
            live.follow(marker, visible="shown")
            live.link(marker, url, label(point, study))
    live.describe(
        " ".join(f"{found(point)}, at {when(point)}." for point in chosen)
        + " Both rows are the same 9 people, who knew what they got, on a scale of the moment.",
        caption="Filled: a fall in self-rated obsessions, on a scale of the moment, not the "
        "Y-BOCS. There was no control, and all nine knew what they got.",
    )
    return live


def kinds_of_course() -> LivingFigure:
    """How single people's courses differ, where only their mean is usually drawn."""
    item = evidence.load().bibliography["exrp_courses2023"]
    with course_style():
        figure, axes = plt.subplots(figsize=(8.5, 1.7))
        left = 0.0
        for text, share, shade in (
            ("large", 22.5, EXPOSURE),
            ("moderate", 52.1, PAPER),
            ("little or none", 25.4, SHADE),
        ):
            axes.barh([0], [share], left=left, color=shade, edgecolor=EXPOSURE, height=0.6)
            colour = PAPER if shade == EXPOSURE else INK
            axes.text(
                left + share / 2, 0, f"{text}\n{share} %", ha="center", va="center", color=colour
            )
            left += share
        axes.set(
            xlim=(0, 100), yticks=[], xlabel="% of 334 people in four trials of exposure therapy"
        )
        source = axes.text(100, 0.42, author_and_year(item), ha="right", va="bottom", color=MUTED)
    live = LivingFigure(
        "kinds-of-course", "Three kinds of course", figure, [], constants={"shown": 1}
    )
    live.follow(source, visible="shown")
    live.link(
        source, link(item), f"{author_and_year(item)}: three kinds of course among 334 people"
    )
    live.describe(
        "Of 334 people in four trials, 22.5 % had a course of large improvement, 52.1 % a moderate "
        "one, and 25.4 % little or no progress. No worsening kind was described.",
        caption="In this sample three kinds of course: large, moderate, little. An average curve "
        "is nobody's curve.",
    )
    return live


def plotted() -> Table:
    """Every plotted row as a table: what was found, how strongly, and where."""
    tables = evidence.load()
    rows = []
    for panel in evidence.PANELS:
        for point in points(panel):
            study, url = _of(point, tables.bibliography)
            cells = (point.result.arm, when(point), panel, found(point), point.grade)
            rows.append([anchor(url, html.escape(study)), *map(html.escape, cells)])
    heads = ("study", "arm", "when", "outcome", "finding", "strength")
    return Table(f"All {len(rows)} plotted rows, with their sources", heads, rows, folded=True)


def left_out() -> Table:
    """Every row of the evidence tables that is not plotted, by the reason why."""
    tables = evidence.load()
    reasons: dict[str, dict[str, int]] = {}
    for row_id, reason in tables.left_out.items():
        studies = reasons.setdefault(reason, {})
        study = tables.results[row_id].study_id
        studies[study] = studies.get(study, 0) + 1
    rows = []
    for reason, studies in sorted(reasons.items(), key=lambda r: -sum(r[1].values())):
        links = []
        for study, count in studies.items():
            item, times = tables.bibliography[study], f" ({count})" if count > 1 else ""
            url = link(item)
            text = html.escape(author_and_year(item))
            links.append((anchor(url, text) if url else text) + times)
        rows.append([html.escape(reason), str(sum(studies.values())), ", ".join(links)])
    heads = ("why it is not on the axis", "rows", "studies")
    total = len(tables.left_out)
    return Table(f"The {total} rows that were left out, and why", heads, rows, folded=True)
