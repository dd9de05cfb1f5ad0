"""The figures of notebook 02 that join its halves: the chain, what is left after it, two trials."""

from __future__ import annotations

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np

from breaking_the_loop.evidence import tables as evidence
from breaking_the_loop.nmda_mechanism import ketamine, nmda
from breaking_the_loop.nmda_mechanism.after_the_infusion import (
    DAY,
    DRAWN,
    HOUR,
    MEASURES,
    OBSERVATIONS,
    SPECIES,
)
from breaking_the_loop.nmda_mechanism.drug_figures import (
    DOSE,
    KINETICS,
    LOWEST_LEVEL,
    MEASURE,
    NOT_DOSING,
    foot,
    in_percent,
    level_axis,
)
from breaking_the_loop.nmda_mechanism.ground import landscape_axes, walk
from breaking_the_loop.nmda_mechanism.ketamine import CLEMENTS, DOMINO
from breaking_the_loop.nmda_mechanism.landscape import GATING
from breaking_the_loop.nmda_mechanism.stuck_circuit import SCALE
from breaking_the_loop.palette import KETAMINE, OBSESSION
from looplab.figure.controls import Choice, Timeline
from looplab.figure.figure import LivingFigure
from looplab.figure.style import BAD, GOOD, INK, MUTED, PAPER, SHADE, course_style
from looplab.figure.table import Table
from looplab.model.declare import Input, Parameter, formula
from looplab.model.maths import equal, maximum, where
from looplab.references import linked


@formula(
    inputs=[Input("level", "C", "plasma level", "ng/mL"), Input("fraction", "b", "block")],
)
def _as_drawn(m):
    # A logarithmic axis has no place for the zero at the start.
    m.drawn_level = maximum(m.level, LOWEST_LEVEL)
    m.block_percent = 100 * m.fraction


@formula(
    inputs=[
        Input("now", "t", "minute shown", "min"),
        Input("duration", "T", "length of the infusion", "min"),
    ]
)
def _strongest_so_far(m):
    """The level rises until the infusion ends and falls after it."""
    m.strongest = where(m.now < m.duration, m.now, m.duration)


@formula(
    inputs=[
        Input("then_has_stuck", "e", "stuck existed at the strongest block"),
        *(
            Input(name, "x", name)
            for name in ("has_stuck", "has_quiet", "stuck_1", "quiet_1", "quiet_u", "well_u")
        ),
        Input("base", "U_0", "height at the base"),
        Input("scale", "s_0", "strength of the NMDA coupling"),
        Input("block_now", "b", "block", "%"),
    ]
)
def _ball(m):
    """Where a circuit that began stuck lies, without noise: once out, it stays quiet."""
    m.out = 1 - m.then_has_stuck
    at_quiet = m.out * m.has_quiet
    m.ball_1 = where(at_quiet > 0, m.quiet_1, m.stuck_1)
    m.ball_u = where(at_quiet > 0, m.quiet_u, m.well_u) - m.base + 0.017
    m.coupling = m.scale * (1 - m.block_now / 100)
    # 0 still stuck, 1 at quiet; without a quiet valley a ball that was out is stuck again.
    m.place = at_quiet
    m.wells = where(m.has_stuck > 0, where(m.has_quiet > 0, 1, 2), 0)


def chain() -> LivingFigure:
    """The whole chain on one screen: infusion, plasma, unbound drug, block, landscape."""
    with course_style():
        figure, (level, block, ground) = plt.subplots(
            1, 3, figsize=(9.6, 4.1), width_ratios=[1, 1, 1.25]
        )
        course = level.plot([], [], color=KETAMINE, linewidth=2.5)[0]
        level_now = level.plot([1], [1], "o", color=PAPER, markeredgecolor=INK, markersize=9)[0]
        level.set(xlim=(0, 240), xlabel="minutes", title="1 · plasma")
        level_axis(level)
        lost = block.plot([], [], color=INK, linewidth=2.5)[0]
        lost_now = block.plot([1], [1], "o", color=PAPER, markeredgecolor=INK, markersize=9)[0]
        block.set(xlim=(0, 240), ylim=(0, 100), xlabel="minutes", ylabel="%", title="2 · block")
        for axes in (level, block):
            axes.set_xticks(range(0, 241, 60))
        labels = [
            block.text(
                236, 88, name.replace(", ", ",\n").replace(" (", "\n("), ha="right", va="top"
            )
            for name in nmda.MEASURES.values()
        ]
        block.text(236, 94, "100 % = switched off", ha="right", color=MUTED)
        before = ground.plot([], [], color=MUTED, linestyle=(0, (4, 2)), linewidth=1.3)[0]
        surface = ground.plot([], [], color=INK, linewidth=2.5)[0]
        ball = ground.plot(
            [0.6], [0], "o", color=OBSESSION, markersize=15, markeredgecolor=INK, zorder=5
        )[0]
        ground.set(title="3 · landscape (hypothesis)")
        landscape_axes(ground)
        ground.text(0.07, -0.43, "dashed: without the drug", color=MUTED)
        foot(figure, NOT_DOSING)
    live = LivingFigure(
        "chain",
        "From an infusion to a landscape",
        figure,
        [
            Timeline("now", "minutes since the start", 241, start=40, interval=120),
            DOSE,
            ketamine.DURATION,
            nmda.UNBOUND_FRACTION,
            MEASURE,
            replace(SCALE, low=0.95, high=1.12),
            KINETICS,
        ],
        presets={
            "Published circuit": {"scale": 1.0, "measure": 4, "now": 40},
            "Over-stable circuit": {"scale": 1.05, "measure": 4, "now": 40},
            "Over-stable, 2D receptors": {"scale": 1.05, "measure": 7, "now": 40},
            "Four hours later": {"now": 240},
        },
        constants={"minutes": np.arange(241.0), "gating": GATING},
    )
    for model, prefix in ((CLEMENTS, "clements_"), (DOMINO, "domino_")):
        live.compute(nmda.chain(model), prefix=prefix, t="minutes")
    for quantity, of in (("level", "level"), ("unbound", "unbound"), ("fraction", "block")):
        live.either(quantity, [f"clements_{of}", f"domino_{of}"], "kinetics")
    live.compute(_as_drawn)
    live.compute(_strongest_so_far)
    live.options("is_measure", "measure", len(nmda.MEASURES))
    live.pick("level_now", "level", "now")
    live.pick("level_mark", "drawn_level", "now")
    live.pick("unbound_now", "unbound", "now")
    live.pick("block_now", "block_percent", "now")
    live.pick("block_most", "block_percent", "strongest")
    walk(live, "", block="block_now")
    walk(live, "then_", block="block_most")
    walk(live, "free_", block=0)
    live.compute(_ball, well_u="well_u_met")
    live.follow(course, x="minutes", y="drawn_level")
    live.follow(level_now, x="now", y="level_mark")
    live.follow(lost, x="minutes", y="block_percent")
    live.follow(lost_now, x="now", y="block_now")
    for place, label in enumerate(labels):
        live.follow(label, visible=f"is_measure_{place}")
    live.follow(before, x="gating", y="free_ground", where="free_shown")
    live.follow(surface, x="gating", y="ground", where="shown")
    live.follow(ball, x="ball_1", y="ball_u")
    live.read_out("level_now", "plasma", ".0f", "ng/mL")
    live.read_out("unbound_now", "unbound", ".2f", "µM")
    live.read_out("block_now", "block", ".1f", "%")
    live.read_out("coupling", "NMDA coupling left", ".3f")
    live.read_out("depth", "depth of the stuck well", ".3f", "per s")
    live.describe(
        "At minute {now:d} the plasma level is {level_now:.0f} ng/mL, {unbound_now:.2f} µM "
        "unbound. {which}: {block_now:.1f} %. The coupling is {coupling:.3f}, where {wells_words}; "
        "{ball_words}.",
        caption="If the stuck well goes, the ball, which has no noise, rolls to quiet and stays "
        "there when the drug has gone, as long as quiet exists.",
        stamp=NOT_DOSING,
        which=("measure", [name[0].upper() + name[1:] for name in nmda.MEASURES.values()]),
        wells_words=(
            "wells",
            [
                "there is no stuck well",
                "the stuck well is {depth:.3f} per s deep",
                "only the stuck well is left",
            ],
        ),
        ball_words=(
            "out",
            [
                "the ball lies in the stuck well",
                "the stuck well has been gone: the ball rolled out",
            ],
        ),
    )
    live.table({"minute": "minutes", "plasma (ng/mL)": "level", "block (%)": "block_percent"})
    return live


@formula(
    inputs=[
        Input("species", "s", "which species are shown"),
        Input("row", "r", "which row is picked out"),
        Input("row_species", "s_i", "species of each row"),
        Input("row_number", "i", "number of each row"),
    ]
)
def _shown_rows(m):
    people = where(m.row_species < 2, 1, 0)
    ocd = where(equal(m.row_species, 0), 1, 0)
    kept = where(equal(m.species, 1), people, where(equal(m.species, 2), ocd, 1))
    m.row_shown = where(equal(m.species, 3), 1 - people, kept)
    m.row_width = 6 + 6 * where(equal(m.row, m.row_number), 1, 0)


_SPECIES_COLOURS = {
    "people, OCD": OBSESSION,
    "people, not OCD": BAD,
    "rats": GOOD,
    "mice": GOOD,
}
_WHO = {
    OBSESSION: (0.2, "people with OCD"),
    BAD: (0.13, "other people"),
    GOOD: (0.06, "rats and mice"),
}


def _gone():
    """The minute from which less than 1 % of receptors are occupied, by both plasma models."""
    minutes = np.arange(60.0, 2 * DAY)
    last = 0.0
    for model in (CLEMENTS, DOMINO):
        defaults = {each.name: each.default for each in nmda.chain(model).parameters}
        found = nmda.chain(model).evaluate(**defaults | {"t": minutes, "measure": 0})["ex_vivo"]
        last = max(last, minutes[found >= 0.01].max())
    return last


_GONE = _gone()


def _span(row):
    """A bar for a window; a short one, still to be seen, for a single time."""
    first, last = row.window
    return (first, last) if last > first else (first / 1.08, last * 1.08)


def timeline() -> LivingFigure:
    """Dated observations on a logarithmic time axis, over the computed occupancy."""
    with course_style():
        figure, (rows, below) = plt.subplots(
            2, 1, figsize=(9.6, 6.6), height_ratios=[2.9, 1], sharex=True
        )
        artists = []
        for place, row in enumerate(DRAWN):
            colour = _SPECIES_COLOURS[row.species]
            first, last = _span(row)
            bar = rows.plot(
                [first, last], [place, place], color=colour, linewidth=6, solid_capstyle="butt"
            )[0]
            late = first > 300
            at, side = (first / 1.15, "right") if late else (last * 1.2, "left")
            text = rows.text(
                at,
                place,
                f"{row.what}\n{row.species}; {row.dose}",
                ha=side,
                va="center",
            )
            artists.append((bar, text))
        rows.set(
            ylim=(len(DRAWN) - 0.4, -0.6),
            yticks=[],
            title="What was observed",
        )
        rows.spines["left"].set_visible(False)
        for colour, (height, said) in _WHO.items():
            rows.text(0.005, height, said, color=colour, transform=rows.transAxes, va="top")
        for axes in (rows, below):
            axes.axvspan(_GONE, 14 * DAY, color=SHADE, zorder=0)
        below.text(_GONE * 1.1, 9, "drug gone: less than 1 % occupied", color=MUTED)
        curves = {}
        for name, style in (("clements", "-"), ("domino", (0, (5, 2)))):
            curves[name] = below.plot([], [], color=KETAMINE, linestyle=style, linewidth=2.5)[0]
        lost = below.plot([], [], color=INK, linewidth=1.5)[0]
        below.set(
            ylim=(0, 32),
            ylabel="computed, %",
            xscale="log",
            xlim=(1, 14 * DAY),
            xlabel="time since the infusion began (0.5 mg/kg in 40 min, as in the trials)",
        )
        ticks = {1: "1 min", 10: "10 min", HOUR: "1 h", 4 * HOUR: "4 h", DAY: "1 d", 3 * DAY: "3 d"}
        ticks |= {7 * DAY: "7 d", 14 * DAY: "14 d"}
        below.set_xticks(list(ticks), ticks.values())
        below.minorticks_off()
        below.text(300, 29, "receptors occupied, ex vivo:", color=KETAMINE, va="top")
        below.text(300, 24.5, "solid Clements & Nimmo, dashed Domino", color=KETAMINE, va="top")
        below.text(300, 18, "thin: current lost, GluN2A with Mg†", va="top")
    live = LivingFigure(
        "timeline",
        "The drug goes, something stays",
        figure,
        [
            Choice(
                "species",
                "show",
                ("every row", "people only", "people with OCD only", "rats and mice only"),
            ),
            Choice("row", "pick out", (*(row.what for row in DRAWN), "none"), default=len(DRAWN)),
        ],
        constants={
            "minutes": np.logspace(0, np.log10(14 * DAY), 240),
            "row_species": [SPECIES.index(row.species) for row in DRAWN],
            "row_number": np.arange(float(len(DRAWN))),
            "day": float(DAY),
        },
    )
    for model, prefix in ((CLEMENTS, "clements"), (DOMINO, "domino")):
        live.compute(nmda.chain(model), prefix=f"{prefix}_", t="minutes", measure=0)
        live.compute(nmda.chain(model), prefix=f"{prefix}_day_", t="day", measure=0)
        live.compute(in_percent(f"{prefix}_occupied", f"{prefix}_ex_vivo"))
        live.compute(in_percent(f"{prefix}_day_occupied", f"{prefix}_day_ex_vivo"))
    live.compute(in_percent("lost", "clements_nr2a"))
    live.compute(_shown_rows)
    for place, (bar, text) in enumerate(artists):
        live.pick(f"shown_{place}", "row_shown", place)
        live.pick(f"width_{place}", "row_width", place)
        live.follow(bar, visible=f"shown_{place}", width=f"width_{place}")
        live.follow(text, visible=f"shown_{place}")
    for name, curve in curves.items():
        live.follow(curve, x="minutes", y=f"{name}_occupied")
    live.follow(lost, x="minutes", y="lost")
    live.read_out("clements_day_occupied", "occupied after 24 h (Clements)", ".2f", "%")
    live.read_out("domino_day_occupied", "(Domino)", ".2f", "%")
    told = [f"{row.what}. Seen in: {row.species}. Dose: {row.dose}. Time set by {row.timed_by}. "
            f"Mark: {row.mark}." for row in DRAWN]  # fmt: skip
    live.describe(
        "{told} A day after the infusion {clements_day_occupied:.2f} % of receptors are occupied "
        "in one plasma model and {domino_day_occupied:.3f} % in the other.",
        caption="Observations, not a curve; doses given to rats and mice do not carry over to "
        "people. Shaded: less than 1 % of receptors hold the drug, by both plasma models.",
        stamp=NOT_DOSING,
        told=("row", [*told, f"{len(DRAWN)} dated observations from minutes to two weeks."]),
    )
    live.table(
        {
            "minute": "minutes",
            "occupied, Clements & Nimmo (%)": "clements_occupied",
            "occupied, Domino (%)": "domino_occupied",
        }
    )
    return live


def observations() -> Table:
    """Every row behind the timeline, drawn or not, with species, dose, time and mark."""
    marks = {"verified": "verified", "recall": "†"}
    rows = [
        [row.what, row.species, row.dose, row.timed_by, marks[row.mark],
         "yes" if row.drawn else "no", linked(row.source)]
        for row in OBSERVATIONS
    ]  # fmt: skip
    columns = ["observed", "in", "dose", "time set by", "mark", "drawn", "source"]
    return Table("What was observed, and how sure its row is", columns, rows)


def brain_measures() -> Table:
    """What spectroscopy and PET said, each beside who was measured and where that was read."""
    results = evidence.load().results
    rows = [
        [row.what, row.studied, row.found, evidence.READ_IN[results[row.row].verified],
         linked(results[row.row].study_id)]
        for row in MEASURES
    ]  # fmt: skip
    columns = ["measured", "in whom", "found", "read in", "source"]
    return Table("What was measured in people's brains", columns, rows, folded=True)


SHARE = Parameter(
    "share",
    "p",
    "true share of responders, if it were one",
    25.0,
    0.0,
    100.0,
    1.0,
    "chosen by the reader",
    "assumed",
    unit="%",
)


@formula(parameters=[SHARE])
def _chances(m):
    """Chances of the two published counts if every participant had the same chance to respond."""
    m.p = m.share / 100
    m.none_of_ten = (1 - m.p) ** 10
    m.four_of_eight = 1 - sum(
        count * m.p**k * (1 - m.p) ** (8 - k) for k, count in enumerate((1, 8, 28, 56))
    )


def two_trials() -> LivingFigure:
    """Three small OCD studies of ketamine: two counts with exact intervals, one result in words."""
    points = {point.result.row_id: point for point in evidence.load().points}
    wanted = {
        "rodriguez2013_rct#1": "Rodriguez 2013, ketamine, 1 week",
        "rodriguez2013_rct#2": "Rodriguez 2013, saline, 1 week",
        "bloch2012_open#1": "Bloch 2012, ketamine, 1 to 3 days",
    }
    with course_style():
        figure, axes = plt.subplots(figsize=(9, 3.4))
        for place, (key, name) in enumerate(wanted.items()):
            point = points[key]
            low, high = (100 * end for end in point.interval)
            colour = MUTED if "saline" in name else KETAMINE
            axes.plot([low, high], [place, place], color=colour, linewidth=3)
            axes.plot(
                [100 * point.k / point.n], [place], "o", color=colour, markersize=10, clip_on=False
            )
            axes.text(high + 1.5, place, f"{point.k} of {point.n}", va="center", color=colour)
        axes.set_yticks(range(4), [*wanted.values(), "Beaglehole 2025, ketamine, 1 week"])
        axes.text(
            1,
            3,
            "12 randomised, 10 counted; both doses better than fentanyl; no counts given",
            va="center",
            color=KETAMINE,
        )
        axes.tick_params(left=False)
        line = axes.plot([25, 25], [-0.6, 2.6], color=INK, linestyle=(0, (4, 2)))[0]
        axes.set(
            xlim=(0, 100),
            ylim=(3.6, -0.6),
            xlabel="share with a fall of at least 35 % in Y-BOCS, %, with exact 95 % interval",
        )
    live = LivingFigure(
        "two-trials",
        "Counts of three studies",
        figure,
        [SHARE],
        constants={"ends": [0.0, 1.0], "heights": [-0.6, 2.6]},
    )
    live.compute(_chances)
    live.follow(line, x="share", y="heights")
    live.read_out("four_of_eight", "chance of 4 or more of 8", ".1%")
    live.read_out("none_of_ten", "chance of 0 of 10", ".1%")
    live.describe(
        "If the true share were {share:.0f} % in the first two studies, 4 or more of 8 would be "
        "seen with a chance of {four_of_eight:.1%} and 0 of 10 with a chance of {none_of_ten:.1%}. "
        "A third study (12 randomised, 10 counted) found both doses better than fentanyl and gives "
        "no counts.",
        caption="The intervals are wide and overlap: one share could have given both counts, or "
        "the studies may differ because their participants and designs do. None of the three "
        "settles it.",
    )
    live.table({"true share (%)": "share", "4 or more of 8": "four_of_eight"})
    return live
