"""A reader's second day: what was run and saved is alive when it is opened again."""

import shutil

import nbformat
import pytest
from browser import REPOSITORY, JupyterLab, course_server
from learning import FIGURE, LESSON
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import expect

from looplab.publish.execute import refresh

LINES = ["line-a", "line-b"]
CELLS = {
    "setup": FIGURE,
    "up-or-down": 'lesson.predict("up-or-down", line("line-a"))',
    "bare": 'line("line-b")',
    "concept": 'lesson.check("concept")',
}
DAYS = ["01_once", "02_three_times", "03_restarted", "04_single_cells", "05_only_saved"]


def small_notebook():
    cells = [new_code_cell(source, id=name) for name, source in CELLS.items()]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A course of one small notebook under five names, as it would be shipped."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "notebooks" / "small").mkdir(parents=True)
    shutil.copytree(REPOSITORY / "assets" / "jupyter", folder / "assets" / "jupyter")
    (folder / "notebooks" / "small" / "lesson.yaml").write_text(LESSON, encoding="utf-8")
    first = folder / "notebooks" / f"{DAYS[0]}.ipynb"
    nbformat.write(small_notebook(), first)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        refresh()
    for name in DAYS[1:]:
        shutil.copy(first, first.with_name(f"{name}.ipynb"))
    return folder


def is_alive(notebook, figures, others):
    """Wait until this many figures and other elements are alive, and none is dead."""
    page = notebook.page
    panel = page.locator(".jp-NotebookPanel:visible")
    expect(panel.locator("figure.ll-figure[data-live]")).to_have_count(figures, timeout=60_000)
    expect(panel.locator(".ll-learn")).to_have_count(others)
    for failure in ("Error displaying widget", "Loading widget"):
        expect(page.get_by_text(failure)).to_have_count(0)


@pytest.fixture(scope="module")
def next_day(small, chromium, tmp_path_factory):
    """The small course after its reader's first day, and the size of a notebook before it."""
    path = {name: small / "notebooks" / f"{name}.ipynb" for name in DAYS}
    before = path[DAYS[0]].stat().st_size
    with course_server(tmp_path_factory.mktemp("monday"), small) as server:
        lab = JupyterLab(server["url"], server["token"], chromium)
        for name in DAYS:
            notebook = lab.open_notebook(f"notebooks/{name}.ipynb")
            if name == "01_once":
                notebook.run_all()
            elif name == "02_three_times":
                for _ in range(3):
                    notebook.run_all()
            elif name == "03_restarted":
                notebook.run_all()
                notebook.restart()
            elif name == "04_single_cells":
                for cell in (0, 2, 2, 1, 0, 1, 3):
                    notebook.run_cell(cell)
            is_alive(notebook, 2, 2)
            notebook.save()
            notebook.close()
    with course_server(tmp_path_factory.mktemp("tuesday"), small) as server:
        yield JupyterLab(server["url"], server["token"], chromium), path, before


@pytest.mark.parametrize("name", DAYS)
def test_what_was_saved_is_alive_the_next_day(next_day, name):
    lab, path, before = next_day
    assert path[name].stat().st_size < 1.15 * before
    notebook = lab.open_notebook(f"notebooks/{name}.ipynb")
    is_alive(notebook, 2, 2)
    notebook.close()
