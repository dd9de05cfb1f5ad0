"""Folders that others want to write to, where the reader's own cannot be written to."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_core import paths


def _home(*parts: str) -> Path:
    return Path(os.path.expanduser("~"), *parts)


def _lab(part: str) -> Path:
    return Path(paths.jupyter_config_dir(), "lab", part)


# Environment variables that name a folder, and where it is when they do not. The order matters: a
# folder that has moved takes those inside it along.
_FOLDERS: dict[str, Callable[[], Path]] = {
    "JUPYTER_CONFIG_DIR": lambda: Path(paths.jupyter_config_dir()),
    "JUPYTER_DATA_DIR": lambda: Path(paths.jupyter_data_dir()),
    "JUPYTER_RUNTIME_DIR": lambda: Path(paths.jupyter_runtime_dir()),
    "JUPYTERLAB_SETTINGS_DIR": lambda: _lab("user-settings"),
    "JUPYTERLAB_WORKSPACES_DIR": lambda: _lab("workspaces"),
    "IPYTHONDIR": lambda: _home(".ipython"),
    "MPLCONFIGDIR": lambda: Path(os.environ.get("XDG_CONFIG_HOME") or _home(".config")),
}


@contextmanager
def writable() -> Iterator[None]:
    """While it lasts, Jupyter, IPython and matplotlib find folders that they can write to.

    What cannot be written to is replaced, for this process and those it starts, by a temporary
    folder, and named in one sentence on standard error.
    """
    before = {name: os.environ.get(name) for name in _FOLDERS}
    with tempfile.TemporaryDirectory(prefix="looplab-") as spare:
        refused = []
        for name, where in _FOLDERS.items():
            folder = Path(os.environ.get(name) or where())
            if not _can_write(folder):
                refused.append(folder)
                os.environ[name] = str(Path(spare, name.lower()))
                Path(os.environ[name]).mkdir()
        if refused:
            named = ", ".join(map(str, _outermost(refused)))
            print(
                f"looplab: {named} cannot be written to, so Jupyter keeps its own files, such as "
                "settings and open tabs, in a temporary folder until this ends.",
                file=sys.stderr,
            )
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value


def _can_write(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _outermost(folders: list[Path]) -> list[Path]:
    return [one for one in folders if not set(one.parents) & set(folders)]
