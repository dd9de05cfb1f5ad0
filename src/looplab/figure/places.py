"""Where in a notebook each figure stands, as its kernel sees it: one figure of each id.

Questions, addresses and notes find a figure by its id. A cell that is run again takes the place of
what it showed before; a second cell that shows a figure of the same id is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from IPython import get_ipython

from looplab.errors import ModelError

if TYPE_CHECKING:
    from looplab.figure.figure import LivingFigure


class SecondFigure(ModelError):
    """A second figure of one id; told in its words alone, since no line of code is at fault."""

    def _render_traceback_(self):
        return [f"ModelError: {self}"]


@dataclass(frozen=True)
class _Cell:
    id: str
    run: int
    source: str

    def __str__(self):
        lines = self.source.strip().splitlines() or [""]
        return f"the cell [{self.run}] (`{lines[0].strip()}`)"


@dataclass
class _Place:
    figure: LivingFigure
    cell: _Cell
    shared: bool = False


_places: dict[str, _Place] = {}


def take(figure: LivingFigure) -> None:
    """Note that the running cell shows `figure`.

    Raises `ModelError`, naming both cells, when another cell shows another figure of this id. Does
    nothing where cells have no ids: outside of a notebook, and in a program that runs one.
    """
    cell = _running()
    if cell is None:
        return
    held = _places.get(figure.id)
    if held is not None and held.figure is figure:
        held.shared |= held.cell.id != cell.id
        return
    if held is not None:
        if held.cell.id != cell.id or held.cell.run == cell.run:
            raise SecondFigure(
                f"Two figures have the id {figure.id!r}: {held.cell} shows one, {cell} another. "
                "Delete one of the cells, or give the second figure an id of its own."
            )
        if not held.shared:
            held.figure.close()
    _places[figure.id] = _Place(figure, cell)


def _running() -> _Cell | None:
    shell = get_ipython()
    request = shell.get_parent() if hasattr(shell, "get_parent") else {}
    cell_id = request.get("metadata", {}).get("cellId")
    if not cell_id:
        return None
    if _forget not in shell.events.callbacks["pre_run_cell"]:
        shell.events.register("pre_run_cell", _forget)
        _forget()
    # The number in the cell's prompt; `shell.execution_count` may be ahead of it.
    run = len(shell.user_ns["In"]) - 1
    return _Cell(cell_id, run, request["content"]["code"])


def _forget(*_):
    """Leave out the cells that JupyterLab says were deleted since it last asked for a run."""
    deleted = set(get_ipython().get_parent().get("metadata", {}).get("deletedCells") or [])
    for figure_id, place in list(_places.items()):
        if place.cell.id in deleted:
            del _places[figure_id]
