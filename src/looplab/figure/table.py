"""A table in a notebook, for what is better read than drawn."""

from __future__ import annotations


class Table:
    """A table of HTML cells; shows itself as the last line of a notebook cell."""

    def __init__(self, caption, columns, rows):
        self.caption, self.columns, self.rows = caption, columns, rows

    def _repr_html_(self):
        head = "".join(f'<th scope="col">{name}</th>' for name in self.columns)
        body = "".join(
            "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in self.rows
        )
        return (
            f"<table><caption>{self.caption}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{body}</tbody></table>"
        )

    def __repr__(self):
        return f"{self.caption}: {len(self.rows)} rows"
