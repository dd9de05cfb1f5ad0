"""What a notebook keeps of its widgets, so that they are alive when it is opened again.

JupyterLab saves which widgets a cell shows, and by itself not the widgets: their models live in
the kernel and end with it. So a cell's output takes the state of its widgets along (`shown`), and
whoever saves the notebook puts that state where JupyterLab looks for it, once (`keep`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, MutableMapping

from ipywidgets import Widget
from ipywidgets.embed import dependency_state

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
USUAL = {
    "behavior": "drag-tap",
    "continuous_update": True,
    "description_allow_html": False,
    "orientation": "horizontal",
}
"""What a control is unless it says otherwise, in the browser, too."""
EVERY = {"_view_count", "tabbable", "tooltip"}
"""What every widget has, and where nothing is said."""
LINKS = {"LinkModel", "DirectionalLinkModel"}
# How the state of one widget names another: ipywidgets' way, and anywidget's.
PREFIXES = ("IPY_MODEL_", "anywidget:")


def shown(widget: Widget) -> dict:
    """The part of an output's MIME bundle that shows `widget`, and takes its state along."""
    state = dependency_state([widget], drop_defaults=False)
    for model in state.values():
        # Every widget has a layout and a style of its own, and hardly one says anything: what is
        # nothing here is nothing in the browser, too.
        own = model["model_module"].startswith("@jupyter-widgets/")
        model["state"] = {
            name: value
            for name, value in model["state"].items()
            if name not in USUAL or value != USUAL[name]
            if value is not None or not (own or name in EVERY)
        }
    about = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    return {VIEW: about | {"state": state}}


def states(nb: Mapping) -> dict[str, dict]:
    """The saved widget models of a notebook, by id."""
    return nb.get("metadata", {}).get("widgets", {}).get(STATE, {}).get("state", {})


def keep(nb: MutableMapping, earlier: Mapping | None = None) -> None:
    """Save in `nb`'s metadata every widget that its outputs show and the state of which is known.

    The state comes from the outputs, which give it away here, from the metadata of `nb`, or from
    `earlier`, the same notebook as it was saved before. What no output needs any longer goes.
    """
    known = {**states(earlier or {}), **states(nb)}
    for data in _bundles(nb):
        known.update(data[VIEW].pop("state", {}))
    needed = _shared(_needed(known, [data[VIEW].get("model_id") for data in _bundles(nb)]))
    nb["metadata"].pop("widgets", None)
    if needed:
        saved = {"version_major": 2, "version_minor": 0, "state": needed}
        nb["metadata"]["widgets"] = {STATE: saved}


def fall_back(nb: MutableMapping) -> None:
    """Where the widget of an output was not saved, let the output show its picture or its words."""
    known = states(nb)
    for data in _bundles(nb):
        stands_in = {"image/png", "text/markdown"} & set(data)
        if stands_in and data[VIEW].get("model_id") not in known:
            del data[VIEW]


def references(value: object, known: Mapping[str, object]) -> Iterator[str]:
    """The ids of all models among `known` that a model's state names, however deep inside it."""
    if isinstance(value, str):
        for prefix in PREFIXES:
            value = value.removeprefix(prefix)
        if value in known:
            yield value
    elif isinstance(value, Mapping | list):
        for item in value.values() if isinstance(value, Mapping) else value:
            yield from references(item, known)


def _bundles(nb: Mapping) -> Iterator[MutableMapping]:
    """The data of every output that shows a widget."""
    for cell in nb.get("cells", []):
        for output in cell.get("outputs", []):
            if VIEW in output.get("data", {}):
                yield output["data"]


def _needed(known: Mapping[str, dict], roots: list[str]) -> dict[str, dict]:
    """The models that the roots reach, and the links between any two of them."""
    found: dict[str, dict] = {}
    waiting = [root for root in roots if root in known]
    while waiting:
        model_id = waiting.pop(0)
        if model_id not in found:
            found[model_id] = known[model_id]
            waiting += references(known[model_id]["state"], known)
    for model_id, model in known.items():
        if model.get("model_name") in LINKS:
            ends = set(references(model["state"], known))
            if ends and ends <= set(found):
                found[model_id] = model
    return found


def _shared(models: dict[str, dict]) -> dict[str, dict]:
    """The models with one layout, and one style, for all widgets that have it alike.

    Each widget makes its own of both: a twentieth of a notebook.
    """
    first: dict[str, str] = {}
    stand_in = {
        f"IPY_MODEL_{each}": "IPY_MODEL_"
        + first.setdefault(json.dumps(model, sort_keys=True), each)
        for each, model in models.items()
        if re.fullmatch(r"LayoutModel|\w*StyleModel", model.get("model_name", ""))
    }
    kept = {}
    for each, model in models.items():
        name = f"IPY_MODEL_{each}"
        if stand_in.get(name, name) == name:
            state = {
                key: stand_in.get(value, value) if isinstance(value, str) else value
                for key, value in model["state"].items()
            }
            kept[each] = {**model, "state": state}
    return kept
