"""Errors that a reader is meant to see."""


class LoopError(Exception):
    """Something the reader can put right.

    The message names the thing, its value, what is allowed and the fix. The command line shows
    it without a traceback and exits with status 1.
    """


MOST = 100
"""Letters of a value that a message shows."""


def told(value: object) -> str:
    """A value as a message shows it: as Python writes it, and cut where it is long."""
    text = repr(value)
    return text if len(text) <= MOST else f"{text[: MOST - 1]}…"


class ModelError(LoopError):
    """A model, or the values given to it, cannot be used; the message names the quantity."""
