"""What the tests of the models share: reference tables, and the browser's reading of a model."""

import csv
import math
from pathlib import Path

import javascript
import pytest

REFERENCE = Path(__file__).parents[1] / "reference"


def _number(text):
    try:
        return float(text) if text else math.nan
    except ValueError:
        return text


@pytest.fixture(scope="session")
def reference():
    """`reference(name)`: the rows of a reference table, numbers as floats, empty cells as NaN."""

    def read(name):
        with (REFERENCE / f"{name}.csv").open(newline="") as table:
            return [{k: _number(v) for k, v in row.items()} for row in csv.DictReader(table)]

    return read


@pytest.fixture(scope="session")
def in_browser():
    """What the browser's program of a model computes: see `javascript.in_browser`."""
    return javascript.in_browser
