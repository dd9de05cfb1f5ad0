"""The tables of reference numbers in `tests/reference`."""

import csv
import math
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "reference"


def _number(text):
    try:
        return float(text) if text else math.nan
    except ValueError:
        return text


@cache
def reference(name: str) -> tuple[dict, ...]:
    """The rows of the table `name`.csv: numbers as floats, empty cells as NaN, words as words."""
    with (FOLDER / f"{name}.csv").open(newline="", encoding="utf-8") as table:
        return tuple({k: _number(v) for k, v in row.items()} for row in csv.DictReader(table))
