"""Files that are written wholly or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

from looplab.errors import LoopError


@contextmanager
def whole(path: Path, encoding: str = "utf-8") -> Iterator[TextIO]:
    """A file to write text into, which takes the place of `path` once all of it is there.

    Whatever is raised meanwhile, `path` is as it was and nothing lies beside it. Raises LoopError
    where it cannot be written, such as on a full disk.
    """
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("w", encoding=encoding, newline="") as file:
            yield file
        os.replace(beside, path)
    except OSError as error:
        raise LoopError(
            f"{path} cannot be written: {error.strerror}. It is as it was; mend this and try again."
        ) from None
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
