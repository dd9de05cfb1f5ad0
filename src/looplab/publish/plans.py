"""Tables of a teaching guide that follow from the notebooks: what a lesson holds, and its minutes.

A guide is Markdown. Between `<!-- plan: 01_waves class -->` and `<!-- end -->` stands the way
`class` through that notebook; between `<!-- ways -->` and `<!-- end -->` stand all ways.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from nbformat import NotebookNode

from looplab.errors import LoopError
from looplab.publish import minutes
from looplab.whole import whole

_PLACE = re.compile(r"(<!-- (?:plan: (\w+) ([\w-]+)|ways) -->\n).*?(<!-- end -->)", re.DOTALL)
_ASKED = re.compile(r"\blesson\.(?:predict|check)\(")
LONGEST = 90
"""Letters of a question that a table shows."""


def plan(nb: NotebookNode, name: str) -> str:
    """The parts of one way, with their minutes and what is asked in them, as a Markdown table.

    Raises LoopError for a way that the notebook has not.
    """
    known = {way["name"]: way for way in minutes.ways(nb)}
    if name not in known:
        raise LoopError(f"there is no way {name!r} through the notebook: {', '.join(known)}")
    found = minutes.sections(nb)
    seconds = minutes.on_path(found, known[name])
    cells = {cell.id: cell for cell in nb.cells}
    rows = ["| part | minutes | asked there |", "| --- | --: | --- |"]
    for section in found:
        taken = [cell for cell, _, _ in section.seconds if cell in seconds]
        asked = [
            _short(output.data["text/plain"])
            for cell in taken
            if _ASKED.search(cells[cell].source)
            for output in cells[cell].outputs[:1]
        ]
        if taken:
            title = section.title or "Opening"
            rows.append(f"| {title} | {_whole(seconds, taken)} | {'<br>'.join(asked)} |")
    return "\n".join([*rows, f"| **in all** | **{_whole(seconds, seconds)}** | |", ""])


def table_of_ways(notebooks: Mapping[str, NotebookNode]) -> str:
    """All ways through the notebooks, with their minutes, as a Markdown table."""
    rows = ["| notebook | way | what it is | minutes |", "| --- | --- | --- | --: |"]
    for name, nb in notebooks.items():
        length = minutes.path_minutes(nb)
        for way in minutes.ways(nb):
            told = [f"`{name}`", way["name"], way.get("title", ""), f"{length[way['name']]:.0f}"]
            rows.append(f"| {' | '.join(told)} |")
    return "\n".join([*rows, ""])


def filled(guide: str, notebooks: Mapping[str, NotebookNode]) -> str:
    """The guide with its tables as the executed notebooks are now.

    Raises LoopError for a notebook or a way that is not there.
    """

    def fill(match: re.Match) -> str:
        head, name, way, end = match.groups()
        if name is None:
            return head + table_of_ways(notebooks) + end
        if name not in notebooks:
            raise LoopError(f"the guide plans {name!r}; the course has: {', '.join(notebooks)}")
        return head + plan(notebooks[name], way) + end

    return _PLACE.sub(fill, guide)


def write(file: Path, notebooks: Mapping[str, NotebookNode]) -> None:
    """Fill the tables of the guide in place."""
    text = filled(file.read_text("utf-8"), notebooks)
    with whole(file) as draft:
        draft.write(text)


def _whole(seconds, cells):
    return max(1, round(sum(seconds[cell] for cell in cells) / 60))


def _short(question: str) -> str:
    line = question.replace("|", r"\|").replace("*", "")
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rsplit(" ", 1)[0] + " …"
