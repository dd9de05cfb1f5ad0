"""A living figure's still pictures, and the limits of its axes."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import numpy as np
from matplotlib.axis import Axis
from matplotlib.text import Text
from matplotlib.ticker import Formatter
from PIL import Image

from looplab.figure import drawing
from looplab.figure.style import COLOURS, course_style
from looplab.figure.words import sentence
from looplab.language.prose import at_work, translated
from looplab.links import BESIDE
from looplab.marks import spoken
from looplab.rounding import steady

if TYPE_CHECKING:
    from looplab.figure.figure import LivingFigure


def draw(live: LivingFigure, settings: Mapping) -> None:
    """Let the matplotlib figure show the given settings."""
    values = live.values(**settings)
    _fix_limits(live)

    def say(template):
        return sentence(template, values, live.words)

    for artist in live.artists:
        artist.draw(values, say)


def _fix_limits(live):
    """Axes without limits of their own get those of the model over the sliders' corners."""
    free = {
        a.axes
        for a in live.artists
        if a.axes and (a.axes.get_autoscalex_on() or a.axes.get_autoscaley_on())
    }
    if not free:
        return
    corners = [live.values(**corner) for corner in [live.defaults, *live.corners()]]
    for axes in free:
        reach = [a.reach(values) for a in live.artists if a.axes is axes for values in corners]
        for which in (0, 1):
            numbers = np.concatenate([np.ravel(np.asarray(r[which], float)) for r in reach] or [[]])
            numbers = numbers[np.isfinite(numbers)]
            automatic = (axes.get_autoscalex_on, axes.get_autoscaley_on)[which]()
            if automatic and numbers.size:
                low, high = numbers.min(), numbers.max()
                room = 0.04 * (high - low or 1)
                limits = steady([low - room, high + room])
                (axes.set_xlim, axes.set_ylim)[which](*limits)


def pictures(live: LivingFigure, settings: Mapping) -> tuple[str, bytes]:
    """The figure at the given settings, as SVG text and PNG bytes."""
    with course_style():
        _speak(live)
        draw(live, settings)
        for artist in live.artists:
            artist.tag()
        # Both pictures, and those of other settings, keep the places that axes get now.
        drawing.settle(live.figure)
        picture = io.BytesIO()
        live.figure.savefig(picture, format="png", facecolor="white", metadata={"Software": None})
        text = io.StringIO()
        hidden = [gid for artist in live.artists for gid in artist.reveal()]
        live.figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return _svg(live, text.getvalue(), hidden), _with_palette(picture)


def _speak(live):
    """Let what is written on the axes once be in the language that is spoken now."""
    if live.spoken or not at_work():
        return
    live.spoken = True
    where = f"{live.id}: picture"
    said = {artist.artist for artist in live.artists if artist.template}
    for axis in live.figure.findobj(Axis):
        # axes side by side may share theirs
        if not isinstance(axis.get_major_formatter(), _Translated):
            axis.set_major_formatter(_Translated(axis.get_major_formatter(), where))
            axis.set_minor_formatter(_Translated(axis.get_minor_formatter(), where))
        said |= set(axis.get_ticklabels(which="both"))
    for text in live.figure.findobj(lambda each: isinstance(each, Text) and each not in said):
        text.set_text(translated(text.get_text(), where))


class _Translated(Formatter):
    """What stands at ticks as another formatter has it, in the language that is spoken now."""

    def __init__(self, english, where):
        self.english, self.where = english, where

    def set_axis(self, axis):
        super().set_axis(axis)
        self.english.set_axis(axis)

    def set_locs(self, locs):
        self.english.set_locs(locs)

    def __call__(self, x, pos=None):
        return translated(self.english(x, pos), self.where)

    def get_offset(self):
        return translated(self.english.get_offset(), self.where)


def _with_palette(picture: io.BytesIO) -> bytes:
    """The PNG in 32 colours: a fifth of the bytes, and notebooks hold one for each figure."""
    few = io.BytesIO()
    # octrees, because they come out the same on any processor
    colours = Image.open(picture).convert("RGB").quantize(32, method=Image.Quantize.FASTOCTREE)
    colours.save(few, "PNG", optimize=True)
    return few.getvalue()


def _svg(live, text, hidden):
    kept = {gid for artist in live.artists for gid in artist.ids}
    svg = drawing.tidy(text, live.id, kept)
    groups = {group.get("id"): group for group in svg.iter()}
    for gid in hidden:
        groups[gid].set("style", "display: none")
    for gid, label in live.links.items():
        # An artist of several parts is drawn as several links; each needs a name.
        for link in groups[gid].iter(f"{{{drawing.SVG}}}a"):
            link.attrib |= {"role": "link", "aria-label": spoken(label)} | BESIDE
    # What an image holds is hidden from assistive technology: links need a group.
    svg.attrib |= {"role": "group" if live.links else "img", "aria-label": spoken(live.title)}
    text = ElementTree.tostring(svg, encoding="unicode")
    for colour in COLOURS.values():
        text = text.replace(colour.light, f"var(--ll-{colour.name})")
    return text
