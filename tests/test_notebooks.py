"""Habits that all notebooks share, read from their sources."""

import ast
import builtins

import nbformat
import pytest
from browser import REPOSITORY

NOTEBOOKS = sorted(REPOSITORY.glob("notebooks/*.ipynb"))
PLUMBING = ("setup", "parameters", "given")
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def code_cells(path):
    notebook = nbformat.read(path, as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def only_shows(cell):
    """Whether the cell is one call that shows something of the course and asks for no edit."""
    body = ast.parse(cell.source).body
    if len(body) != 1 or not isinstance(body[0], ast.Expr):
        return False
    called = body[0].value
    while not isinstance(called, ast.Name):
        called = called.func if isinstance(called, ast.Call) else called.value
    return not hasattr(builtins, called.id)


@each_notebook
def test_code_is_folded_unless_a_reader_is_to_read_or_to_edit_it(path):
    folded, meant = {}, {}
    for cell in code_cells(path):
        both = (
            cell.metadata.get("jupyter", {}).get("source_hidden", False),  # JupyterLab
            "hide-input" in cell.metadata.get("tags", []),  # the exported page and nbconvert
        )
        folded[cell.id] = both
        show = only_shows(cell) or cell.id in PLUMBING
        meant[cell.id] = (show, show)
    assert folded == meant


def test_beside_the_notebooks_the_file_browser_shows_nothing():
    # Answers, for one, have no place beside the questions.
    shown = [path for path in (REPOSITORY / "notebooks").iterdir() if path.name[0] not in "._"]
    assert sorted(shown) == NOTEBOOKS
