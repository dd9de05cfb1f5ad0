"""What notebooks showed when they last ran, and the pages made of it.

What has nothing new is neither run nor set again.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from importlib.metadata import distributions
from importlib.resources import files
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from platformdirs import user_cache_path

from looplab import course
from looplab.language import current

KEPT = 400
"""How many runs and pages are kept; those used longest ago go first."""


def shown(
    path: Path, parameters: Mapping[str, object], run: Callable[[], NotebookNode]
) -> NotebookNode:
    """What `run()`, the notebook at `path` with these parameters, gives: from an earlier run, if
    nothing changed that goes into it.

    What goes into it: its cells and metadata, the parameters, the language, the files of the course
    beside it and of this package, Python, and every package that is installed. What a notebook
    takes from elsewhere, such as the network, is not seen to change.
    """
    kept = _folder() / f"{_mark(path, parameters)}.ipynb"
    if (nb := _earlier(kept, _notebook)) is not None:
        print(f"{path.stem}: nothing changed since it last ran (--anew runs it)", file=sys.stderr)
        return nb
    text = nbformat.writes(run())
    _keep(kept, text)
    # as it is read the next time: in another order its page would have other bytes
    return _notebook(text)


def page(
    path: Path,
    parameters: Mapping[str, object],
    options: Sequence[object],
    make: Callable[[], str],
) -> str:
    """The page that `make()` gives of what is `shown`: from an earlier time, if nothing changed.

    `options` are what else goes into it, beside the names of the notebooks that it stands among.
    """
    among = [each.name for each in course.numbered(path.parent)]
    apart = hashlib.sha256(json.dumps([among, *options]).encode()).hexdigest()[:16]
    kept = _folder() / f"{_mark(path, parameters)}-{apart}.json"
    # as JSON, which shows whether all of it is there
    text = _earlier(kept, json.loads)
    if text is None:
        text = make()
        _keep(kept, json.dumps(text))
    return text


def forget() -> None:
    """Let all earlier runs and pages go."""
    for kept in _folder().glob("*.*"):
        kept.unlink(missing_ok=True)


def _folder() -> Path:
    return user_cache_path("looplab") / "runs"


def _notebook(text: str) -> NotebookNode:
    return nbformat.reads(text, as_version=4)


def _earlier(kept: Path, read: Callable):
    """What `read` makes of a text that is kept, whole; else None."""
    with suppress(OSError, ValueError):
        found = read(kept.read_text("utf-8"))
        kept.touch()
        return found


def _keep(kept: Path, text: str) -> None:
    # Without a place to keep it the next time takes as long again.
    with suppress(OSError):
        kept.parent.mkdir(parents=True, exist_ok=True)
        # in one stroke, and two at once do not meet
        with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
            draft = Path(folder, kept.name)
            draft.write_text(text, encoding="utf-8")
            os.replace(draft, kept)
        newest = sorted(kept.parent.glob("*.*"), key=lambda each: each.stat().st_mtime)
        for old in newest[:-KEPT]:
            old.unlink(missing_ok=True)


def _mark(path: Path, parameters: Mapping[str, object]) -> str:
    nb = nbformat.read(path, as_version=4)
    nb.metadata.pop("widgets", None)
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    given = json.dumps(dict(parameters), sort_keys=True)
    whole = [nbformat.writes(nb), given, current(), sys.version]
    mark = hashlib.sha256("\0".join([*whole, *_installed()]).encode())
    for file in _sources(path.resolve()):
        mark.update(f"\0{file}\0".encode())
        mark.update(hashlib.sha256(file.read_bytes()).digest())
    return f"{path.stem}-{mark.hexdigest()[:32]}"


@cache
def _installed() -> list[str]:
    return sorted(f"{each.name}=={each.version}" for each in distributions())


def _sources(path: Path) -> Iterator[Path]:
    whole = path.parent.parent
    machine = Path(str(files("looplab")))
    if (named := whole / "pyproject.toml").is_file():
        yield named
    for folder in (path.parent, whole / "src", whole / "assets", machine):
        for file in sorted(folder.rglob("*")):
            made = file.suffix in {".pyc", ".ipynb"} or ".ipynb_checkpoints" in file.parts
            unread = file.suffix == ".po" and file.parent.name != current()
            if file.is_file() and not made and not unread:
                yield file
