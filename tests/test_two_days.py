"""The whole course on two days: every notebook run and saved, and alive when opened again."""

import shutil

import nbformat
import pytest
from browser import REPOSITORY, JupyterLab, course_server, is_alive
from course_pages import FIGURES_ON_PAGE

from looplab.saved import VIEW

NOTEBOOKS = sorted(FIGURES_ON_PAGE)


def shown(path):
    """How many figures and how many other elements the outputs of a notebook show."""
    nb = nbformat.read(path, as_version=4)
    data = [output.get("data", {}) for cell in nb.cells for output in cell.get("outputs", [])]
    widgets = [each for each in data if VIEW in each]
    figures = sum("image/png" in each for each in widgets)
    return figures, len(widgets) - figures


@pytest.fixture(scope="module")
def tuesday(chromium, tmp_path_factory):
    """The course after a day on which each notebook was run and saved, open again."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("notebooks", "assets"):
        shutil.copytree(REPOSITORY / name, folder / name)
    shutil.copy(REPOSITORY / "pyproject.toml", folder)
    with course_server(tmp_path_factory.mktemp("monday"), folder) as server:
        lab = JupyterLab(server["url"], server["token"], chromium)
        for name in NOTEBOOKS:
            notebook = lab.open_notebook(f"notebooks/{name}.ipynb")
            notebook.run_all()
            notebook.save()
            notebook.close()
    with course_server(tmp_path_factory.mktemp("tuesday"), folder) as server:
        yield JupyterLab(server["url"], server["token"], chromium), folder / "notebooks"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_what_was_run_and_saved_is_alive_and_calm_the_next_day(tuesday, name):
    lab, folder = tuesday
    before, now = REPOSITORY / "notebooks" / f"{name}.ipynb", folder / f"{name}.ipynb"
    assert shown(now) == shown(before)
    assert shown(now)[0] == FIGURES_ON_PAGE[name]
    assert now.stat().st_size < 1.15 * before.stat().st_size
    notebook = lab.open_notebook(f"notebooks/{name}.ipynb")
    is_alive(notebook, *shown(now))
    page = notebook.page
    assert notebook.changed.count() == 0
    cut = """() => [...document.querySelectorAll(".ll-living .widget-label")]
      .filter((label) => label.scrollWidth > label.clientWidth + 1)
      .map((label) => label.textContent)"""
    assert page.evaluate(cut) == []
    away = """() => [...document.querySelectorAll(".jp-Notebook a")]
      .filter((link) => /^https?:/.test(link.getAttribute("href") ?? link.href.baseVal))
      .map((link) => [link.getAttribute("target"), link.getAttribute("rel")])"""
    links = page.evaluate(away)
    assert links
    # For a link in Markdown, JupyterLab itself writes rel="noopener".
    assert {target for target, _ in links} == {"_blank"}
    assert {rel.split()[0] for _, rel in links} <= {"noopener", "noreferrer"}
    notebook.close()
