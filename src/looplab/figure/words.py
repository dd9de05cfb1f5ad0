"""Sentences that hold numbers, as `words.js` writes them in the browser."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from looplab.errors import ModelError
from looplab.figure.numbers import check_style, number
from looplab.rounding import whole_part

TEMPLATE = re.compile(r"\{(\w+)(?::([^{}]*))?\}")
"""A quantity in a sentence: its name, and the format of its number."""


def names(template: str, where: str) -> list[str]:
    """The quantities that a template names. Raises `ModelError`, naming `where` it stands, for a
    format that no number has, and for a brace that holds no quantity."""
    rest = TEMPLATE.sub("", template)
    if "{" in rest or "}" in rest:
        raise ModelError(
            f"{where}: {template!r} has a brace that holds no quantity: write {{name}} or "
            "{name:.2f}."
        )
    for _, style in TEMPLATE.findall(template):
        check_style(style, where)
    return [name for name, _ in TEMPLATE.findall(template)]


def sentence(template: str, values: Mapping, words: Mapping) -> str:
    """`template` with every `{name:format}` filled in from `values`.

    `words` maps a name to (quantity, texts by its whole value); the texts are templates too.
    """

    def fill(match):
        name, style = match.groups()
        if name not in words:
            return number(_one(values, name), style or "")
        quantity, choices = words[name]
        chosen = int(np.clip(whole_part(_one(values, quantity)), 0, len(choices) - 1))
        return sentence(choices[chosen], values, words)

    return TEMPLATE.sub(fill, template)


def _one(values, name):
    found = np.asarray(values[name], dtype=float)
    if found.size != 1:
        raise ModelError(
            f"{name!r} is an array of {found.size} numbers, and words can say only one: pick an "
            "entry of it."
        )
    return float(found.flat[0])
