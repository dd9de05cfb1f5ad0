"""What a reader's choice of rows means in a formula."""

from __future__ import annotations

from looplab.model.maths import equal, maximum, where


def every_or_own(chosen, own):
    """1 where a row is kept by the choice: the first option keeps every row, each other its own."""
    return maximum(where(equal(chosen, 0), 1, 0), where(equal(chosen, own), 1, 0))
