"""Harms beside their comparisons: the table, a benefit beside a harm, and what stays unseen."""

from __future__ import annotations

import html

import matplotlib.pyplot as plt
import numpy as np
from IPython.display import HTML

from breaking_the_loop.evidence import compared
from breaking_the_loop.evidence import tables as evidence
from breaking_the_loop.evidence.counts import clopper_pearson
from breaking_the_loop.palette import KETAMINE
from breaking_the_loop.weighing_the_evidence.count_figures import percent_axis, segment
from breaking_the_loop.weighing_the_evidence.unseen import RATE, TREATED, unseen
from looplab.figure.controls import Choice
from looplab.figure.figure import LivingFigure
from looplab.figure.style import BAD, INK, MUTED, PAPER, course_style
from looplab.language.prose import translated
from looplab.links import anchor
from looplab.marks import MARK, marked
from looplab.model.declare import Input, formula
from looplab.references import author_and_year, link

BANNER = "People, disorders and years differ: not a ranking."


def harms_table() -> HTML:
    """Every harm: how often, in whom, against what, and where that was read."""
    bibliography = evidence.load().bibliography
    rows = []
    for harm in compared.harms():
        source = _cell("no source re-read") + MARK
        if harm.study_id:
            item = bibliography[harm.study_id]
            name = html.escape(author_and_year(item))
            source = anchor(link(item), name) if link(item) else name
            source += f" ({_cell(evidence.READ_IN[harm.verified])})"
        beside = f"<br><small>{_cell(harm.note)}</small>" if harm.note else ""
        cells = (harm.treatment, harm.how_often, harm.comparison)
        rows.append(
            f'<tr><th scope="row">{_cell(harm.harm)}</th>'
            + "".join(f"<td>{_cell(text)}</td>" for text in cells[:-1])
            + f"<td>{_cell(cells[-1])}{beside}</td><td>{marked(source)}</td></tr>"
        )
    heads = ("harm", "treatment, in whom", "how often", "against what", "source")
    head = "".join(f'<th scope="col">{_cell(text)}</th>' for text in heads)
    return HTML(f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>")


def _cell(text):
    """The words of a cell as HTML, in the language that is spoken."""
    return html.escape(translated(text, "harms"))


# Benefit and harm of one treatment: (what, treatment, control), each (k, n), a share, or None.
PAIRS = {
    "deep TMS against sham": (
        ("response, 30 %", (16, 42), (5, 45)), ("headache", 0.375, 0.353)),
    "ketamine in OCD": (
        ("response, against saline", (4, 8), (0, 7)),
        ("stopped because of dissociation", (2, 12), None)),
    "exposure therapy added to a drug": (
        ("response, 25 %, against placebo added", (32, 40), (3, 20)),
        ("drop-out in 21 trials", 0.147, None)),
    "topiramate added to a drug": (
        ("response, 25 %, one of three trials", (12, 24), (0, 25)),
        ("stopped for adverse effects, another trial", (5, 18), None)),
    "esketamine in depression, not OCD": (
        ("benefit: not shown here", None, None),
        ("dissociation as adverse event", (221, 587), (30, 486))),
}  # fmt: skip
PLACES = {"benefit_treated": 3.2, "benefit_control": 2.6, "harm_treated": 1.2, "harm_control": 0.6}


def _numbers(one):
    """Share, lower and upper limit in per cent; NaN where there is none."""
    if one is None:
        return np.nan, np.nan, np.nan
    if isinstance(one, float):
        return 100 * one, np.nan, np.nan
    low, high = clopper_pearson(*one)
    return 100 * one[0] / one[1], 100 * float(low), 100 * float(high)


@formula(
    inputs=[
        Input("share", "p", "share", "%"),
        Input("has_share", "s", "1 where there is a share"),
    ]
)
def _dot(m):
    m.shown = m.has_share * m.share
    m.is_missing = 1 - m.has_share


def pair() -> LivingFigure:
    """One treatment's benefit and one of its harms, each beside its comparison."""
    with course_style():
        figure, axes = plt.subplots(figsize=(9, 3.3))
        axes.set(xlim=(-3, 103), ylim=(0.1, 4.4), xlabel="share of people, %")
        axes.set_yticks(list(PLACES.values()), ["treated", "compared"] * 2)
        axes.text(0, 4.15, BANNER, color=BAD, va="center")
        dots, lines, rings = {}, {}, {}
        for name, y in PLACES.items():
            colour = KETAMINE if "treated" in name else INK
            lines[name] = axes.plot([0, 1], [y, y], color=colour, linewidth=2)[0]
            dots[name] = axes.plot([0], [y], "D" if "treated" in name else "o", color=colour,
                                   markersize=9)[0]  # fmt: skip
            rings[name] = [
                axes.plot([0], [y], "o", color=PAPER, markeredgecolor=MUTED, markersize=10)[0],
                axes.text(2.5, y, "none, or not read", color=MUTED, va="center"),
            ]
        words = [
            [axes.text(0, 3.7, f"Benefit: {benefit[0]}", va="center"),
             axes.text(0, 1.7, f"Harm: {harm[0]}", va="center")]
            for benefit, harm in PAIRS.values()
        ]  # fmt: skip
    constants = {"side": [0, 1]}
    for i, name in enumerate(PLACES):
        part, which = divmod(i, 2)
        found = np.array([_numbers(each[part][1 + which]) for each in PAIRS.values()])
        for column, label in enumerate(("share", "low", "high")):
            constants[f"{name}_{label}s"] = np.nan_to_num(found[:, column])
        constants[f"{name}_any"] = np.isfinite(found[:, 0]).astype(float)
        constants[f"{name}_counted"] = np.isfinite(found[:, 1]).astype(float)
    live = LivingFigure(
        "harm-pair", "A benefit and a harm", figure, [Choice("pair", "treatment", tuple(PAIRS))],
        constants=constants,
    )  # fmt: skip
    live.options("is", "pair", len(PAIRS))
    for name in PLACES:
        for label, of in (("share", "shares"), ("low", "lows"), ("high", "highs"),
                          ("has_share", "any"), ("has_interval", "counted")):  # fmt: skip
            live.pick(f"{name}_{label}", f"{name}_{of}", "pair")
        live.compute(
            _dot, prefix=f"{name}_", share=f"{name}_share", has_share=f"{name}_has_share"
        )  # fmt: skip
        live.compute(segment, prefix=f"{name}_", low=f"{name}_low", high=f"{name}_high")
        live.constant(f"{name}_level", [PLACES[name]] * 2)
        live.constant(f"{name}_at", PLACES[name])
        live.follow(dots[name], x=f"{name}_shown", y=f"{name}_at", visible=f"{name}_has_share")
        live.follow(lines[name], x=f"{name}_along", y=f"{name}_level",
                    visible=f"{name}_has_interval")  # fmt: skip
        for artist in rings[name]:
            live.follow(artist, visible=f"{name}_is_missing")
    for i, texts in enumerate(words):
        for text in texts:
            live.follow(text, visible=f"is_{i}")
    said = [
        f"{name}. {_said('Benefit', *benefit)} {_said('Harm', *harm)}"
        for name, (benefit, harm) in PAIRS.items()
    ]
    live.describe(
        BANNER + " {which}",
        caption="Bars: exact 95 % intervals, where counts were read. An empty ring: no such group, "
        "or no number of it that was read.",
        which=("pair", said),
    )
    return live


def _said(kind, what, treated, control):
    def one(value):
        if value is None:
            return "none, or not read"
        if isinstance(value, float):
            return f"{100 * value:.1f} %"
        low, high = clopper_pearson(*value)
        return f"{value[0]} of {value[1]} ({100 * low:.0f} to {100 * high:.0f} %)"

    return f"{kind}: {what}; treated {one(treated)}, compared {one(control)}."


def could_it_be_seen() -> LivingFigure:
    """The chance that a trial sees none of a harm, by its rate and the trial's size."""
    with course_style():
        figure, axes = plt.subplots(figsize=(9, 3.1))
        axes.set(xlim=(0, 20.4), ylim=(0, 1.02), xlabel="true rate of the harm, %")
        axes.set_ylabel("chance of seeing none")
        percent_axis(axes.yaxis)
        axes.axhline(0.05, color=MUTED, linewidth=1)
        axes.text(20.2, 0.07, "5 %", color=MUTED, ha="right")
        curve = axes.plot([], [], color=BAD)[0]
        here = axes.plot([1], [0.76], "o", color=PAPER, markeredgecolor=INK, markersize=11)[0]
    live = LivingFigure(
        "could-it-be-seen", "Could this trial have seen it?", figure, [RATE, TREATED],
        presets={"27: every controlled ketamine trial in OCD": {"treated": 27},
                 "587: the esketamine row": {"treated": 587}},
        constants={"rates": np.linspace(0.1, 20, 60)},
    )  # fmt: skip
    live.compute(unseen)
    live.compute(unseen, prefix="curve_", rate="rates")
    live.follow(curve, x="rates", y="curve_none_seen")
    live.follow(here, x="rate", y="none_seen")
    live.read_out("none_seen", "chance of seeing none", ".0%")
    live.read_out("compatible", "none seen allows up to", ".1f", "%")
    live.describe(
        "A harm that befalls {rate:.1f} % of people stays unseen among {treated:d} in "
        "{none_seen:.0%} of trials. If none of {treated:d} had it, the rate may still be up to "
        "{compatible:.1f} % (one-sided 95 %).",
        caption="Rare is not absent: a small trial says “nobody had it” either way.",
    )
    return live
