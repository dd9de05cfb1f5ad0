"""Collect what students handed in: read, score, and sum up for the class.

    looplab collect FOLDER [--roster ROSTER.csv] --out DIR

`FOLDER` holds, in any folders within, files that the pages saved (`.json`) and codes: one a line in
a `.txt`, or in the column `code` of a `.csv`. Each is scored by what the course's models say for
the student's number (`score.py`), once: `DIR/scored.jsonl` keeps what was done, and a rerun does
only what is new. Files with the schema of a lesson's `records` are anonymous: its room measures
them, and the page shows those of the class together. `class.csv` and `class.html` (`summary.py`)
come last, from all of it, in an order that hangs on nothing but the answers.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from tqdm import tqdm

from looplab import cluster
from looplab.collect.kept import Kept
from looplab.collect.roster import Roster
from looplab.collect.score import Book, parts, scored
from looplab.collect.summary import write
from looplab.errors import LoopError

CHUNK = 250
A_CLASS = 1000
"""How many new answers are scored in this process; more go to several."""
KEPT, TABLE, PAGE = "scored.jsonl", "class.csv", "class.html"


def collect(
    folder: Path,
    roster: Path | None,
    out: Path,
    scheduler: str | None = None,
    workers: int | None = None,
    book: Book | None = None,
) -> list[Path]:
    """Score everything in `folder`, and write the class's table and page into `out`.

    Returns the files written. The work goes to the dask scheduler at `scheduler`, to `workers`
    processes here or, where neither is given, to this process for up to a thousand new answers and
    to one process a core for more; where there is nothing new, no process is started. Raises
    `LoopError` for a folder or roster that cannot be used, and, once all the rest is done and
    written, for pieces that could not be read, naming each.
    """
    folder, out = Path(folder), Path(out)
    if not folder.is_dir():
        raise LoopError(f"there is no folder {folder}: give the one that holds the answers.")
    people = Roster([], {}) if roster is None else Roster.read(Path(roster))
    book = book or Book.of_course()
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LoopError(f"{out} cannot be made: {error.strerror}.") from None
    sources = [path for path in sorted(folder.rglob("*")) if _is_piece(path, folder, roster, out)]
    marks: dict[str, str] = {}
    with Kept(out / KEPT, book.version) as kept, tqdm(total=len(sources), unit="file") as bar:
        new = _unknown(sources, folder, marks, kept, bar)
        for records in _scored(new, book, scheduler, workers):
            kept.keep(records)
        wrong = write(out / TABLE, out / PAGE, book, people, marks, kept)
    if wrong:
        lines = "\n".join(f"  {name}: {reason}" for name, reason in wrong)
        count = f"{len(wrong)} of {len(marks)}"
        raise LoopError(
            f"{count} pieces could not be read, and {len(marks) - len(wrong)} were scored "
            f"({out / PAGE}):\n{lines}"
        )
    return [out / TABLE, out / PAGE]


Piece = tuple[str, str, bytes]
"""Something handed in: its mark, its kind (file, code or wrong), and what it holds."""


def _is_piece(path: Path, folder: Path, roster: Path | None, out: Path) -> bool:
    """Whether a path is something that a student handed in, and not ours or the system's."""
    inside = path.relative_to(folder).parts
    listed = roster is not None and path.resolve() == Path(roster).resolve()
    ours = listed or out.resolve() in path.resolve().parents
    return path.is_file() and not ours and not any(part.startswith(".") for part in inside)


def _unknown(sources, folder, marks, kept, bar) -> Iterator[Piece]:
    """Every piece that was not scored before; notes the mark of each piece by its name."""
    for path in sources:
        for name, kind, data in _pieces(path, _shown(path.relative_to(folder).as_posix())):
            mark = hashlib.sha256(kind.encode() + b"\0" + data).hexdigest()
            marks[name] = mark
            if mark not in kept:
                kept.expect(mark)
                yield mark, kind, data
        bar.update()


def _shown(name: str) -> str:
    r"""The name of a file as it is told: what no screen shows is written out, such as `\n`.

    A name may hold a line's end, a terminal's commands, or bytes that are no text at all.
    """
    letters = (c if c.isprintable() and c != "\\" else c.encode("unicode_escape") for c in name)
    return "".join(c if isinstance(c, str) else c.decode() for c in letters)


def _pieces(path: Path, name: str) -> Iterator[tuple[str, str, bytes]]:
    """Name, kind and content of each piece in one file."""
    suffix = path.suffix.lower()
    try:
        data = path.read_bytes()
    except OSError as error:
        yield name, "wrong", f"it cannot be read: {error.strerror}".encode()
        return
    if suffix == ".json":
        yield name, "file", data
    elif suffix in (".txt", ".csv"):
        yield from _codes(data, name, suffix == ".csv")
    else:
        reason = (
            f"{_shown(suffix) or 'no ending'}: answers are files .json, codes stand in .txt or .csv"
        )
        yield name, "wrong", reason.encode()


def _codes(data, name, in_table):
    text = data.decode("utf-8-sig", "replace")
    if not in_table:
        for number, line in enumerate(text.splitlines(), 1):
            if line.strip():
                yield f"{name}, line {number}", "code", line.strip().encode()
        return
    delimiter = max(",;\t", key=(text.splitlines() or [""])[0].count)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = [cell.strip().lower() for cell in next(table, [])]
    if "code" not in header:
        yield name, "wrong", b"it has no column `code`: a table of codes needs one"
        return
    for cells in table:
        code = cells[header.index("code")].strip() if len(cells) > header.index("code") else ""
        if code:
            yield f"{name}, line {table.line_num}", "code", code.encode()


def _scored(
    new: Iterator[Piece], book: Book, scheduler: str | None, workers: int | None
) -> Iterator[Sequence[dict]]:
    """The records of all new pieces, part by part, in their order.

    Workers are started once it is known that there is enough for them to do.
    """
    alone = A_CLASS if scheduler is None and workers is None else 0
    first = list(islice(new, alone + 1))
    new = chain(first, new)
    if len(first) <= alone:
        for part in parts(new, CHUNK):
            yield scored(part, book)
        return
    instead = f"collect folders of at most {A_CLASS} answers"
    with cluster.client(scheduler, workers, "So many answers, or --workers", instead) as here:
        # The result of a task, not scattered data: a worker that dies takes nothing along.
        everywhere = here.submit(_itself, book, pure=False)
        most = 4 * max(1, sum(here.ncores().values()))
        running: deque = deque()
        for part in parts(new, CHUNK):
            running.append(here.submit(scored, part, everywhere, pure=False, retries=3))
            if len(running) >= most:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()


def _itself(value):
    return value
