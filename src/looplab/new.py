"""A small course of one's own: the files of `template/`, which are one, under another name."""

from __future__ import annotations

import json
import keyword
import os
import re
from contextlib import chdir
from importlib.metadata import distribution
from importlib.resources import as_file, files
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from looplab import bundled
from looplab.errors import LoopError

NAME, TITLE = "my_course", "My course"


def new(folder: Path) -> None:
    """Make a course in `folder`, which is new or empty, run its notebook, and say what comes next.

    Its package and title are named like the folder. Raises LoopError, and changes nothing, where
    something is there already, where it cannot be written, or where no package can have the name.
    """
    folder = Path(folder).absolute()
    package = re.sub(r"\W+", "_", folder.name.lower(), flags=re.ASCII).strip("_")
    if not package.isidentifier() or keyword.iskeyword(package) or package == "looplab":
        raise LoopError(
            f"the course is named like its folder, and {folder.name!r} cannot be the name of a "
            "package: use letters, digits and hyphens, and begin with a letter."
        )
    with as_file(files("looplab") / "template") as template:
        bundled.put(template, folder, lambda draft: _rename(draft, package, folder))
    print(f"A course of one notebook is now in {folder}; nothing was overwritten.")
    # Its figures are alive when it is opened.
    from looplab.publish.execute import refresh

    with chdir(folder):
        refresh()
    run = "uv run " if "UV" in os.environ else ""
    print(
        f"Next, in {folder}:\n"
        f"  {run}looplab open                   see it in JupyterLab, and make it yours\n"
        f"  {run}pytest                         test it\n"
        f"  {run}looplab publish --out site     write its pages, to share"
    )


def _rename(draft: Path, package: str, folder: Path) -> None:
    title = package.replace("_", " ")
    title = title[0].upper() + title[1:]
    for cache in [*draft.rglob("__pycache__"), *draft.rglob(".ipynb_checkpoints")]:
        for file in cache.iterdir():
            file.unlink()
        cache.rmdir()
    for file in [path for path in draft.rglob("*") if path.is_file()]:
        text = file.read_text("utf-8").replace(NAME, package).replace(TITLE, title)
        file.write_text(text, "utf-8")
    (draft / "src" / NAME).rename(draft / "src" / package)
    with (draft / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write(_source(folder))


def _source(folder: Path) -> str:
    """Where uv finds looplab, if it was installed from a folder or a file and not from an index."""
    record = json.loads(distribution("looplab").read_text("direct_url.json") or "{}")
    address = urlsplit(record.get("url", ""))
    if address.scheme != "file":
        return ""
    place = json.dumps(Path(os.path.relpath(url2pathname(address.path), folder)).as_posix())
    editable = ", editable = true" if record.get("dir_info", {}).get("editable") else ""
    return f"\n[tool.uv.sources]\nlooplab = {{ path = {place}{editable} }}\n"
