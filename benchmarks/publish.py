"""How long does it take to publish, from nothing and again, and how does it grow with a course?

    uv run python benchmarks/publish.py

Publishes this course, and courses of 1, 10 and 40 copies of the notebook that `looplab new` makes:
from nothing, with nothing changed, and with one notebook changed. Writes its tables into README.md.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
import readme
from tqdm import tqdm

REPOSITORY = Path(__file__).parents[1]
COPIES = (1, 10, 40)


def main() -> None:
    load = os.getloadavg()[0]
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = shutil.copytree(
            REPOSITORY, folder / "ours", ignore=shutil.ignore_patterns(".git", ".venv", "tests")
        )
        new = folder / "springs"
        looplab(new.parent, "new", str(new))
        [first] = (new / "notebooks").glob("*.ipynb")
        courses = {"this course": ours}
        for copies in COPIES:
            courses[f"`looplab new`, {copies} ×"] = copied(new, first.stem, copies)
        for label, course in tqdm(courses.items()):
            rows.append(published(label, course))
    write(rows, load)


def copied(course: Path, name: str, copies: int) -> Path:
    """A course beside `course` with this many copies of its one notebook."""
    folder = shutil.copytree(course, course.with_name(f"springs-{copies}"))
    _, _, room = name.partition("_")
    for number in range(2, copies + 1):
        notebooks = folder / "notebooks"
        shutil.copy(notebooks / f"{name}.ipynb", notebooks / f"{number:02}_{room}.ipynb")
    return folder


def published(label: str, course: Path) -> list[str]:
    """Seconds from nothing, with nothing changed, and with one notebook changed."""
    notebooks = sorted((course / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    seconds = [timed(course), timed(course)]
    nb = nbformat.read(notebooks[0], as_version=4)
    nb.cells.append(nbformat.v4.new_markdown_cell("One sentence more.", id="more"))
    nbformat.write(nb, notebooks[0])
    seconds.append(timed(course))
    return [label, str(len(notebooks)), *(f"{each:.1f}" for each in seconds)]


def timed(course: Path) -> float:
    began = time.perf_counter()
    looplab(course, "publish", "--out", "site")
    return time.perf_counter() - began


def looplab(course: Path, *arguments: str) -> None:
    # Each course has its own place for what was run before.
    own = {"XDG_CACHE_HOME": str(course / "cache"), "PYTHONPATH": str(REPOSITORY / "src")}
    subprocess.run(
        [sys.executable, "-m", "looplab", *arguments],
        cwd=course,
        env=os.environ | own,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )


def write(rows: list[list[str]], load: float) -> None:
    """The table, into README.md."""
    lines = [
        f"Wall time in seconds on {os.cpu_count()} cores, load before the start {load:.1f}.",
        "",
        "| course | notebooks | from nothing | nothing changed | one notebook changed |",
        "| --- | --: | --: | --: | --: |",
        *(f"| {' | '.join(cells)} |" for cells in rows),
    ]
    readme.put("published", lines)


if __name__ == "__main__":
    main()
