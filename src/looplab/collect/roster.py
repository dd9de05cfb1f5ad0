"""The roster of a class: who has which number."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from looplab.errors import LoopError, told

_NUMBER = re.compile(r"\d{1,9}")


@dataclass(frozen=True)
class Roster:
    """By student's number the row of the roster, in its order; names are data and never trusted.

    `columns` are those besides the number, `name` first.
    """

    columns: list[str]
    rows: dict[int, dict[str, str]]

    @classmethod
    def read(cls, path: Path) -> Roster:
        """The roster in a CSV file: columns `student` and `name`, others are kept.

        Commas, semicolons and tabs separate; quotes, a byte-order mark and blank lines are fine.
        Raises `LoopError` naming each line that is wrong.
        """
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except OSError as error:
            raise LoopError(f"the roster {path} cannot be read: {error.strerror}.") from None
        except UnicodeDecodeError as error:
            line = path.read_bytes()[: error.start].count(b"\n") + 1
            raise LoopError(
                f"{path}, line {line}: this is not UTF-8. Save the roster as “CSV UTF-8”."
            ) from None
        table = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        header = [cell.strip() for cell in next(table, [])]
        named = {cell.lower(): place for place, cell in enumerate(header)}
        if not {"student", "name"} <= set(named):
            raise LoopError(
                f"{path}, line 1: the columns are {', '.join(header) or 'none'}; needed are "
                "`student` (the number) and `name`."
            )
        if len(named) < len(header):
            raise LoopError(f"{path}, line 1: a column stands there twice: rename one.")
        others = [c for c in header if c.lower() not in ("student", "name")]
        rows: dict[int, dict[str, str]] = {}
        lines: dict[int, int] = {}
        wrong = []
        end = table.line_num
        for cells in table:
            first, end = end + 1, table.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(header):
                wrong.append(f"line {first}: {len(cells)} cells under {len(header)} columns: put "
                             "a text with a separator in it in double quotes")  # fmt: skip
                continue
            cells += [""] * (len(header) - len(cells))
            text = cells[named["student"]].strip()
            if not _NUMBER.fullmatch(text) or not int(text):
                wrong.append(f"line {first}: the number is {told(text)}: a whole number from 1, "
                             "of at most nine digits, is needed")  # fmt: skip
                continue
            if int(text) in rows:
                wrong.append(f"line {first}: the number {text} is on line {lines[int(text)]}, too")
                continue
            lines[int(text)] = first
            row = dict(zip(header, cells, strict=True))
            rows[int(text)] = {"name": cells[named["name"]].strip()} | {c: row[c] for c in others}
        if wrong:
            raise LoopError("\n".join(f"{path}, {each}." for each in wrong))
        if not rows:
            raise LoopError(f"{path} has no students below its first line.")
        return cls(["name", *others], rows)


def _delimiter(text: str) -> str:
    """What separates the cells of the first line that is not blank."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=first.count)
