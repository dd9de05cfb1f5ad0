"""A course that came in a wheel: its notebooks and tables, put into a folder of the reader's."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from importlib.metadata import entry_points
from importlib.resources import files
from pathlib import Path

from looplab.errors import LoopError


def course() -> tuple[str, Path] | None:
    """The package of the installed course and the folder with what it brings along, if any.

    A wheel has both (`hatch_build.py`); a clone is the course itself.
    """
    for entry in entry_points(group="looplab.course"):
        folder = Path(str(files(entry.value)), "bundled")
        if folder.is_dir():
            return entry.value, folder
    return None


def unpack(package: str, source: Path, target: Path) -> None:
    """Make the folder `target` and copy the course into it, wholly or not at all.

    Raises `LoopError` when something is there already, or it cannot be written.
    """

    def name(course: Path) -> None:
        (course / "pyproject.toml").write_text(
            "# The course in this folder, as looplab knows it.\n"
            f'[tool.looplab]\ncourse = "{package}"\n'
        )

    put(source, target, name)


def put(source: Path, target: Path, change: Callable[[Path], None]) -> None:
    """Copy the folder `source` to `target`, with `change` made to it; wholly or not at all.

    Raises `LoopError` when something is there already, or it cannot be written.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise LoopError(
            f"{target} is there already and is not empty; nothing was changed. Name a folder that "
            "is new or empty."
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".looplab-", dir=target.parent) as draft:
            course = Path(draft, "course")
            shutil.copytree(source, course)
            change(course)
            if target.exists():
                target.rmdir()
            os.replace(course, target)
    except OSError as error:
        raise LoopError(
            f"the course cannot be put into {target} ({error.strerror}): name another folder."
        ) from None
