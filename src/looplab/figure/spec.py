"""What crosses from Python to the browser: a living figure as plain data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from looplab.errors import ModelError
from looplab.figure import controls as panel
from looplab.figure.artists import affine
from looplab.figure.sources import Modelled
from looplab.figure.words import sentence
from looplab.model.declare import Parameter
from looplab.references import linked
from looplab.rounding import steady

if TYPE_CHECKING:
    from looplab.figure.figure import LivingFigure


def spec(live: LivingFigure) -> dict:
    """Everything the browser needs besides the programs, as plain data."""
    values = live.values()
    svg, _ = live.still()
    axes = list(dict.fromkeys(a.axes for a in live.artists if a.axes is not None))
    artists = [artist.spec(axes, values) for artist in live.artists]
    for artist in artists:
        for gid in artist["ids"]:
            if f'id="{gid}"' not in svg:
                raise ModelError(f"{live.id}: an artist ({gid}) drew nothing at the defaults.")
    spec = {
        "id": live.id,
        "title": live.title,
        "svg": svg,
        "caption": live.caption,
        "description": sentence(live.template, values, live.words),
        "template": live.template,
        "words": {
            name: [quantity, list(choices)] for name, (quantity, choices) in live.words.items()
        },
        "numbers": live.numbers,
        # Lists of pairs, since a saved notebook sorts the names of a dictionary.
        "columns": list(live.columns.items()),
        "still": [
            [label, np.ravel(np.asarray(values[name], float)).round(6).tolist()]
            for label, name in live.columns.items()
        ],
        "constants": {name: value.tolist() for name, value in live.constants.items()},
        "controls": [[name, panel.record(c)] for name, c in live.controls.items()],
        "presets": list(live.presets.items()),
        "defaults": live.defaults,
        "parameters": parameters(live),
        "sources": [_node(source, values) for source in live.sources],
        "axes": [affine(ax) for ax in axes],
        "artists": artists,
    }
    plain = json.dumps(spec, allow_nan=False, default=float)
    return json.loads(plain, parse_float=lambda number: steady(number, 10))


def _node(source, values):
    node = source.spec()
    if node["kind"] == "map":
        node["known"] = values[source.name].round(6).tolist()
        node["known_at"] = [float(values[name]) for name in node["reads"]]
    return node


def parameters(live: LivingFigure) -> list[dict]:
    """Every number behind the figure: what it is, its value, and where it comes from.

    A value that a control sets is given by the control's name; the source is HTML.
    """
    known = {}
    running = [(s.model, s.parameters) for s in live.sources if isinstance(s, Modelled)]
    for model, given in running + live.beforehand:
        for name, reads in given.items():
            record = model[name]
            if not isinstance(record, Parameter) or name in known:
                continue
            known[name] = {
                "label": record.label,
                "value": reads,
                "format": f".{panel.decimals(record)}f",
                "unit": record.unit,
                "status": record.status,
                "source": linked(record.source),
            }
    return list(known.values())
