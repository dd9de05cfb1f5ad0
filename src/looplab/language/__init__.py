"""The language in which interface, figures and prose speak: one tag, such as "en" or "de".

A kernel takes it from the environment variable LOOPLAB_LANGUAGE, so that a notebook's outputs and
the page around them speak the same; within a process `speaking` changes it for a while.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

VARIABLE = "LOOPLAB_LANGUAGE"
ENGLISH = "en"

_tag = ContextVar("language", default=os.environ.get(VARIABLE) or ENGLISH)


def current() -> str:
    """The tag of the language that is spoken now."""
    return _tag.get()


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Within the block, `tag` is spoken."""
    token = _tag.set(tag)
    try:
        yield
    finally:
        _tag.reset(token)
