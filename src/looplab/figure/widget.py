"""A living figure as a widget: its controls, and the browser's half."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import ipywidgets
import traitlets

from looplab import saved, shared
from looplab.figure import controls as panel
from looplab.figure import places
from looplab.marks import spoken

if TYPE_CHECKING:
    from looplab.figure.figure import LivingFigure


class Canvas(shared.Drawn):
    """The browser's half of a living figure."""

    controls = traitlets.Dict().tag(sync=True, **ipywidgets.widget_serialization)
    covered = traitlets.Bool(False).tag(sync=True)
    open_line = traitlets.Unicode().tag(sync=True)
    # The reference that a question holds to this figure; a view does not know its model's id.
    itself = traitlets.Unicode().tag(sync=True)


def widget(live: LivingFigure) -> ipywidgets.VBox:
    """Controls and figure together, as one widget."""
    canvas = Canvas(
        script=shared.alive(),
        spec=live.spec(),
        controls=live.widgets,
    )
    canvas.itself = f"IPY_MODEL_{canvas.model_id}"
    rows = [panel.row(live.controls[name], widget) for name, widget in live.widgets.items()]
    both = [ipywidgets.VBox(rows, _dom_classes=["ll-controls"]), canvas]
    return ipywidgets.VBox(both, _dom_classes=["ll-living"])


def bundle(live: LivingFigure) -> tuple[dict, dict]:
    """What a notebook saves of the figure: widget, picture and words, and the picture's name."""
    places.take(live)
    settings = live.settings()
    _, png = live.still(**settings)
    description = f"{live.title}. {live.description(**settings)}"
    bundle = saved.shown(live.widget) | {
        "image/png": base64.b64encode(png).decode(),
        "text/plain": description,
    }
    return bundle, {"image/png": {"alt": spoken(description)}}
