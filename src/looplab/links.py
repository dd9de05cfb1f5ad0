"""Links that lead out of a notebook or a page.

They open beside it, since a link followed in JupyterLab would take the place of JupyterLab; and
what they open does not learn from where (`noreferrer`, which implies `noopener`).
"""

import re
from html import escape

OUTGOING = re.compile(r"https?:", re.I)
BESIDE = {"target": "_blank", "rel": "noreferrer"}


def anchor(url: str, text: str) -> str:
    """HTML of an outgoing link; `text` is HTML."""
    beside = " ".join(f'{name}="{value}"' for name, value in BESIDE.items())
    return f'<a href="{escape(url)}" {beside}>{text}</a>'
