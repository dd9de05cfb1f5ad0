"""What crosses from Python to the browser: a living figure as plain data."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from looplab.errors import ModelError
from looplab.figure import contract
from looplab.figure import controls as panel
from looplab.figure.artists import SINGLE, affine
from looplab.figure.contract import ParameterRecord, Spec
from looplab.figure.sources import Map, Modelled
from looplab.figure.words import TEMPLATE, sentence
from looplab.language.prose import translated
from looplab.model.declare import Parameter
from looplab.model.program import program
from looplab.references import linked
from looplab.rounding import steady, whole_part

if TYPE_CHECKING:
    from looplab.figure.figure import LivingFigure


def spec(live: LivingFigure) -> Spec:
    """Everything that the browser needs, as plain data.

    Raises `ModelError`, naming the figure, where a list of numbers stands for a single one, where
    a read-out shows what nothing computes, and for an artist that drew nothing.
    """
    values = live.values()
    for shown in live.numbers:
        if shown["name"] not in live.words:
            live.must_know([shown["name"]], "a read-out shows")
    _check_sizes(live, values)
    svg, _ = live.still()
    for shown in live.numbers:
        sentence("{{{name}:{style}}}".format(**shown), values, live.words)
    axes = list(dict.fromkeys(a.axes for a in live.artists if a.axes is not None))
    artists = [artist.spec(axes, values) for artist in live.artists]
    for artist in artists:
        for gid in artist["ids"]:
            if f'id="{gid}"' not in svg:
                raise ModelError(f"{live.id}: an artist ({gid}) drew nothing at the defaults.")
    wanted = needed(live)
    nodes, programs = _nodes(live, wanted, values)
    spec = {
        "id": live.id,
        "title": live.title,
        "svg": svg,
        "caption": live.caption,
        **({"stamp": live.stamp} if live.stamp else {}),
        "description": sentence(live.template, values, live.words),
        "template": live.template,
        "words": {
            name: [quantity, list(choices)] for name, (quantity, choices) in live.words.items()
        },
        "numbers": live.numbers,
        # Lists of pairs, since a saved notebook sorts the names of a dictionary.
        "columns": list(live.columns.items()),
        "still": [[label, _column(live, values, name)] for label, name in live.columns.items()],
        "constants": {
            name: value.tolist() for name, value in live.constants.items() if name in wanted
        },
        "controls": [[name, panel.record(c)] for name, c in live.controls.items()],
        "presets": list(live.presets.items()),
        "defaults": live.defaults,
        "parameters": parameters(live),
        "sources": nodes,
        "axes": [affine(ax, live.id) for ax in axes],
        "artists": artists,
    }
    plain = json.dumps(spec, default=float)
    # The equations keep their numbers as they were written.
    whole = json.loads(plain, parse_float=lambda number: steady(number, 10)) | {
        "programs": programs,
        # What was computed beforehand cannot follow a reader's equations, and says so.
        "beforehand": [program(model) for model, _ in live.beforehand],
    }
    contract.check(whole, Spec, live.id)
    return whole


def _check_sizes(live, values):
    """Raise `ModelError` where a list of numbers stands for a single one, or numbers of different
    lengths for those of one line."""
    said = {
        quantity: f"the word {name!r} chooses by"
        for name, (quantity, _) in live.words.items()
        if name not in live.columns.values()  # a column of a table has a word for each entry
    }
    for template in [live.template, *(text for _, texts in live.words.values() for text in texts)]:
        said |= {name: "a sentence says" for name, _ in TEMPLATE.findall(template)}
    said |= {shown["name"]: f"the read-out {shown['label']!r} shows" for shown in live.numbers}
    for artist in live.artists:
        said |= {name: "a text says" for name in artist.reads}
        for channel in SINGLE & set(artist.channels):
            said[artist.channels[channel]] = f"{artist.ids[0]} follows as its {channel!r}"
    for artist in live.artists:
        artist.check_sizes(values)
    for name, what in said.items():
        if name not in live.words and np.size(values[name]) != 1:
            raise ModelError(
                f"{live.id}: {what} {name!r}, a list of {np.size(values[name])} numbers: name a "
                "single one; pick() takes one entry of a list."
            )


def _column(live, values, name):
    """The numbers of a column of the table, or the words that stand for them."""
    if name not in live.words:
        return np.ravel(steady(values[name])).tolist()
    quantity, choices = live.words[name]
    last = len(choices) - 1
    return [choices[min(max(whole_part(each), 0), last)] for each in np.ravel(values[quantity])]


def needed(live: LivingFigure) -> set[str]:
    """Every quantity that something reads: artists, words, numbers, tables, lessons, and the
    sources of these. The browser computes no other."""
    templates = [live.template, *(text for _, texts in live.words.values() for text in texts)]
    names = {name for template in templates for name, _ in TEMPLATE.findall(template)}
    names |= {quantity for quantity, _ in live.words.values()}
    names |= {number["name"] for number in live.numbers}
    names |= {record["value"] for record in parameters(live)}
    names |= set(live.columns.values()) - set(live.words)
    for artist in live.artists:
        names |= set(artist.reads)
        for channel in artist.channels.values():
            names |= {channel} if isinstance(channel, str) else set(channel)
    names |= live.asked
    for source in reversed(live.sources):
        if names & set(source.makes):
            names |= set(source.reads)
    return names


def _nodes(live, wanted, values):
    """The records of the sources that are needed, and the programs of their models, each once."""
    used = [source for source in live.sources if wanted & set(source.makes)]
    models = []
    for source in filter(_modelled, used):
        if not any(source.model is model for model in models):
            models.append(source.model)
    nodes = []
    for source in used:
        node = source.spec(wanted)
        if isinstance(source, Modelled):
            node["program"] = _place(source.model, models)
        if isinstance(source, Map):
            node["known"] = values[source.name].round(6).tolist()
            node["known_at"] = [float(values[name]) for name in node["reads"]]
        nodes.append(node)
    return nodes, [program(model) for model in models]


def _modelled(source):
    return isinstance(source, Modelled)


def _place(model, models):
    return next(place for place, each in enumerate(models) if each is model)


def parameters(live: LivingFigure) -> list[ParameterRecord]:
    """Every number behind the figure: what it is, its value, and where it comes from.

    Parameters of its models, and controls by which a table is looked up. A value that a control
    sets is given by the control's name; the source is HTML.
    """
    running = [(s.model, s.parameters) for s in live.sources if isinstance(s, Modelled)]
    found = [
        (model[name], reads)
        for model, given in running + live.beforehand
        for name, reads in given.items()
    ]
    for source in live.sources:
        if not isinstance(source, Modelled):
            found += [(live.controls.get(name), name) for name in source.reads]
    known = {}
    for record, reads in found:
        if isinstance(record, Parameter) and record.name not in known:
            known[record.name] = {
                "label": translated(record.label, record.name),
                "value": reads,
                "format": f".{panel.decimals(record)}f",
                "unit": translated(record.unit, record.name),
                "status": record.status,
                "source": linked(translated(record.source, f"source of {record.name}")),
            }
    return list(known.values())
