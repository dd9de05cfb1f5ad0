"""A living figure's still pictures, and the limits of its axes."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np

from looplab.figure.style import COLOURS, RC, course_style
from looplab.figure.words import sentence
from looplab.marks import spoken

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
                (axes.set_xlim, axes.set_ylim)[which](low - room, high + room)


def pictures(live: LivingFigure, settings: Mapping) -> tuple[str, bytes]:
    """The figure at the given settings, as SVG text and PNG bytes."""
    with course_style():
        draw(live, settings)
        for artist in live.artists:
            artist.tag()
        picture = io.BytesIO()
        live.figure.savefig(picture, format="png", facecolor="white", metadata={"Software": None})
        # Axes keep the places they have now: both pictures, and those of other settings, agree.
        live.figure.set_layout_engine("none")
        with plt.rc_context(RC | {"svg.hashsalt": live.id}):
            text = io.StringIO()
            hidden = [gid for artist in live.artists for gid in artist.reveal()]
            live.figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    return _svg(live, text.getvalue(), hidden), picture.getvalue()


def _svg(live, text, hidden):
    text = text[text.index("<svg") :]
    text = re.sub(
        r'(<svg[^>]*?) width="[^"]*"',
        r"\1",
        re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1),
        count=1,
    )
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r' d="([^"]*)"', lambda found: f' d="{_shortened(found[1])}"', text)
    for colour in COLOURS.values():
        text = text.replace(colour.light, f"var(--ll-{colour.name}, {colour.light})")
    for gid in hidden:
        text = text.replace(f'<g id="{gid}">', f'<g id="{gid}" style="display: none">')
    for gid, label in live.links.items():
        # A link needs a name, and what it opens must not know where it was opened from.
        head, group, rest = text.partition(f'<g id="{gid}"')
        named = (
            f'<a role="link" aria-label="{html.escape(spoken(label))}" rel="noopener noreferrer" '
        )
        text = head + group + rest.replace("<a ", named, 1)
    # What an image holds is hidden from assistive technology: links need a group.
    role = "group" if live.links else "img"
    label = html.escape(spoken(live.title))
    return text.replace("<svg", f'<svg role="{role}" aria-label="{label}"', 1).strip()


def _shortened(path: str) -> str:
    """The data of an SVG path to a thousandth of a point, without blanks that say nothing."""
    path = re.sub(r"-?\d+\.\d+", lambda number: f"{float(number[0]):.3f}", path)
    return re.sub(r"\s*([A-Za-z])\s*", r"\1", path)
