"""Numbers and sentences, as `words.js` writes them in the browser."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

TEMPLATE = re.compile(r"\{(\w+)(?::([^}]+))?\}")
"""A quantity in a sentence: its name, and the format of its number."""


def sentence(template: str, values: Mapping, words: Mapping) -> str:
    """`template` with every `{name:format}` filled in from `values`.

    `words` maps a name to (quantity, texts by its whole value); the texts are templates too.
    """

    def fill(match):
        name, style = match.groups()
        if name not in words:
            return number(float(values[name]), style)
        quantity, choices = words[name]
        chosen = int(np.clip(np.floor(values[quantity]), 0, len(choices) - 1))
        return sentence(choices[chosen], values, words)

    return TEMPLATE.sub(fill, template)


def number(value: float, style: str) -> str:
    """`value` in a format such as ".2f", "+.2f", ".0%" or "d", with a true minus sign."""
    text = format(round(value), "d") if style == "d" else format(value, style)
    if not re.search(r"[1-9]", text):
        text = text.replace("-", "+" if style.startswith("+") else "")
    return text.replace("-", "−")
