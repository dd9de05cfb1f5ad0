"""A table in a notebook, for what is better read than drawn."""

from __future__ import annotations

from looplab.figure.numbers import with_minus
from looplab.language.prose import translated


class Table:
    """A table of HTML cells; shows itself as the last line of a notebook cell.

    `folded`: only the caption shows until a reader opens it.
    """

    def __init__(self, caption, columns, rows, folded=False):
        self.caption, self.folded = translated(caption, "caption of a table"), folded
        self.columns = [translated(name, caption) for name in columns]
        self.rows = [[translated(cell, caption) for cell in row] for row in rows]

    def _repr_html_(self):
        head = "".join(f'<th scope="col">{name}</th>' for name in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{with_minus(cell)}</td>" for cell in row) + "</tr>"
            for row in self.rows
        )
        table = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        if self.folded:
            return f"<details><summary>{self.caption}</summary><table>{table}</details>"
        return f"<table><caption>{self.caption}</caption>{table}"

    def __repr__(self):
        return f"{self.caption}: {len(self.rows)} rows"
