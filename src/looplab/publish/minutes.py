"""How long a notebook takes: counted from what a reader reads, moves, answers and runs.

A heading cell of the second level begins a section. Its metadata, `looplab: {"part": "2", "use":
"class"}`, says which part it is and whether the part is for class, homework or optional; any cell
may say `use` for itself alone, and how many `minutes` it takes to write or to play there. Ways
through a notebook stand in its own metadata, `looplab.paths`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bs4 import BeautifulSoup
from nbformat import NotebookNode

from looplab.errors import LoopError
from looplab.packed import unpacked_spec
from looplab.saved import VIEW, states
from looplab.whole import whole

WORDS_A_MINUTE = 180
SECONDS_A_STATE = 30
MOST_STATES = 8
SECONDS_AN_ANSWER = 45
SECONDS_A_LINE_OF_CODE = 5
SECONDS_AN_EXERCISE = 180
USES = ("class", "homework", "optional")
OPENING = "start"
"""The name of what stands before the first part."""

_HEADING = re.compile(r"^## (?P<title>.*?)(?:[ \t]+\(\d+ minutes?[^)\n]*\))?[ \t]*$", re.M)


@dataclass
class Section:
    """One section of a notebook; `seconds` by cell and by what the cell is for."""

    part: str
    use: str
    title: str
    seconds: list[tuple[str, str, float]] = field(default_factory=list)

    @property
    def minutes(self) -> int:
        """Whole minutes of the cells that share the section's use; at least one."""
        own = sum(seconds for _, use, seconds in self.seconds if use == self.use)
        return max(1, round(own / 60))


def sections(nb: NotebookNode) -> list[Section]:
    """The sections of an executed notebook, with what each of their cells takes.

    Raises LoopError for a notebook that was not executed, and for a use that is not known.
    """
    if not any(cell.get("outputs") for cell in nb.cells):
        raise LoopError("a notebook's minutes are counted from its outputs: refresh it first")
    specs = _specs(nb)
    found = [Section(OPENING, "class", "")]
    for cell in nb.cells:
        about = cell.metadata.get("looplab", {})
        heading = _HEADING.search(cell.source) if cell.cell_type == "markdown" else None
        if heading:
            use = about.get("use", "optional")
            found.append(Section(str(about.get("part", "")), use, heading["title"]))
        use = about.get("use", found[-1].use)
        if use not in USES:
            raise LoopError(f"cell {cell.id}: use {use!r} is not known: {', '.join(USES)}")
        seconds = sum(_seconds(cell, specs)) + 60 * about.get("minutes", 0)
        found[-1].seconds.append((cell.id, use, seconds))
    return found


def total(found: list[Section]) -> int:
    """Minutes of all that is not optional, as the sections print them."""
    return sum(section.minutes for section in found if section.use != "optional")


def path_minutes(nb: NotebookNode) -> dict[str, float]:
    """Minutes of each way through the notebook that its metadata names, by its name.

    Raises LoopError for a way that names a part or a cell that is not there.
    """
    found = sections(nb)
    return {way["name"]: sum(on_path(found, way).values()) / 60 for way in ways(nb)}


def ways(nb: NotebookNode) -> list[dict]:
    """The ways through a notebook that its metadata names."""
    return nb.metadata.get("looplab", {}).get("paths", [])


def on_path(found: list[Section], way: dict) -> dict[str, float]:
    """The seconds that each cell on a way through the notebook takes, by the cell's id.

    Raises LoopError where the way names a part or a cell that is not there.
    """
    parts = [section.part for section in found if section.part]
    cells = [cell for section in found for cell, _, _ in section.seconds]
    for kind, known in (("parts", parts), ("without", cells)):
        for name in way.get(kind, []):
            if name and name not in known:
                raise LoopError(
                    f"path {way['name']!r} names {kind} {name!r}; there are: {', '.join(known)}"
                )
    uses, without = way.get("uses", ["class", "homework"]), way.get("without", [])
    return {
        cell: seconds
        for section in found
        if section.part in way["parts"]
        for cell, use, seconds in section.seconds
        if use in uses and cell not in without
    }


def write(nb: NotebookNode) -> None:
    """Write the minutes where the notebook prints them: headings, table of parts, byline."""
    found = sections(nb)
    parts = {section.part: section for section in found if section.part}
    for cell in nb.cells:
        about = cell.metadata.get("looplab", {})
        if cell.cell_type == "markdown" and (part := parts.get(str(about.get("part", "")))):
            said = f"{part.minutes} minute{'s' * (part.minutes != 1)}, {part.use}"
            cell.source = _HEADING.sub(lambda m, s=said: f"## {m['title']}  ({s})", cell.source, 1)
    first = nb.cells[0]
    length = total(found)
    first.source = re.sub(r"about \d+ minutes", f"about {length} minutes", first.source, count=1)
    first.source = _table(first.source, parts)
    nb.metadata.setdefault("looplab", {})["minutes"] = length


def write_overview(file: Path, minutes: dict[str, int]) -> None:
    """Write the minutes of whole notebooks into the last column of a table that names them."""
    lines = file.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        row = re.match(r"\| `(\w+)` \|(.*\|) *\d+ \|$", line)
        if row and row[1] in minutes:
            lines[number] = f"| `{row[1]}` |{row[2]} {minutes[row[1]]} |"
    with whole(file) as draft:
        draft.write("\n".join(lines) + "\n")


def _table(source: str, parts: dict[str, Section]) -> str:
    """The text with the columns `minutes` and `for` of its table of parts filled in."""
    lines, columns = source.splitlines(), []
    for number, line in enumerate(lines):
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            columns = []
        elif "minutes" in cells:
            columns = cells
        elif columns and (part := parts.get(cells[0])):
            told = dict(zip(columns, cells, strict=True)) | {"minutes": part.minutes}
            told |= {"for": part.use} if "for" in columns else {}
            lines[number] = f"| {' | '.join(str(told[column]) for column in columns)} |"
    return "\n".join(lines)


def _seconds(cell: NotebookNode, specs: dict) -> Iterator[float]:
    """What one cell takes, piece by piece."""
    if cell.cell_type == "markdown":
        yield _reading(cell.source)
        return
    tags = cell.metadata.get("tags", [])
    folded = cell.metadata.get("jupyter", {}).get("source_hidden") or "hide-input" in tags
    lines = [line for line in cell.source.splitlines() if line.strip()]
    if ".exercise(" in cell.source:
        yield SECONDS_AN_EXERCISE
    elif not folded and len(lines) > 1:
        yield SECONDS_A_LINE_OF_CODE * len(lines)
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if VIEW in data:
            for spec in reached(data[VIEW]["model_id"], specs):
                yield from _alive(spec)
        else:
            yield _reading(data.get("text/html") or data.get("text/markdown") or "")


def _alive(spec: dict) -> Iterator[float]:
    """What a figure or a question takes."""
    if "presets" in spec:
        yield SECONDS_A_STATE * min(max(len(spec["presets"]), 1), MOST_STATES)
        yield sum(_reading(spec.get(name, "")) for name in ("stamp", "caption", "description"))
    elif "claims" in spec:  # to be rated, one by one
        yield from (SECONDS_AN_ANSWER + _reading(claim["text"]) for claim in spec["claims"])
    elif spec.get("element") == "task":
        yield SECONDS_AN_EXERCISE
        yield sum(_reading(part["question"]) for part in [spec, *spec["questions"]])
    elif spec.get("element") in ("predict", "check"):
        yield SECONDS_AN_ANSWER
        options = [*spec.get("answers", []), *spec.get("items", [])]
        answers = [*spec.get("answers", []), *spec.get("outcomes", {}).values()]
        read = [spec["question"], *(option["text"] for option in options)]
        read += [max((answer["feedback"] for answer in answers), key=len, default="")]
        yield sum(map(_reading, [*read, spec.get("reveal", ""), spec.get("see", "")]))


def _reading(text: str) -> float:
    """Seconds to read Markdown or HTML; what is folded, drawn or set as code is left out."""
    text = re.sub(r"```.*?```|\$\$.*?\$\$", " ", text, flags=re.DOTALL)
    text = re.sub(r"!\[[^]]*\]\([^)]*\)|(?<=\])\([^)]*\)", " ", text)
    soup = BeautifulSoup(text, "html.parser")
    for left_out in soup.find_all(["details", "math", "svg", "style", "script"]):
        left_out.decompose()
    words = [word for word in soup.get_text(" ").split() if re.search(r"\w", word)]
    return 60 * len(words) / WORDS_A_MINUTE


def _specs(nb: NotebookNode) -> dict:
    """The state of every saved widget by its id."""
    return {name: model["state"] for name, model in states(nb).items()}


def reached(name: str, specs: dict) -> Iterator[dict]:
    """The records of the figures and questions that a widget shows."""
    state = specs.get(name, {})
    if "spec" in state:
        yield unpacked_spec(state["spec"])
    for child in state.get("children", []):
        yield from reached(child.removeprefix("IPY_MODEL_"), specs)
