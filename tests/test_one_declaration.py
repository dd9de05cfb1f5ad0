"""Editing one equation in a notebook cell changes the LaTeX, the NumPy run and the browser."""

import nbformat
import pytest
from browser import REPOSITORY
from bs4 import BeautifulSoup
from course_pages import controls_of

from breaking_the_loop.ocd_cycle import cycle
from breaking_the_loop.ocd_cycle import figures as ocd_cycle
from looplab.mathml import mathml
from looplab.model.latex import equations
from looplab.model.maths import where
from looplab.publish import publish

RULE = "m.credit = where(m.delta >= 0, m.new_e_plus, m.new_e_minus)"
SHOWN = ("delta", "new_e_plus", "new_e_minus", "credit", "w_next")
EDITED = "m.credit = where(m.delta >= 0, m.new_e_minus, m.new_e_plus)"


@pytest.fixture(scope="module")
def edited(tmp_path_factory):
    """A copy of the course in which one line of the learning rule was edited, published."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "assets" / "jupyter").mkdir(parents=True)
    (folder / "notebooks").mkdir()
    source = REPOSITORY / "notebooks" / "01_ocd_cycle.ipynb"
    notebook = nbformat.read(source, as_version=4)
    # What follows the figure is of no concern here.
    last = next(i for i, cell in enumerate(notebook.cells) if "figures.boundary(" in cell.source)
    notebook.cells = notebook.cells[: last + 1]
    text = nbformat.writes(notebook)
    assert text.count(RULE) == 1
    (folder / "notebooks" / source.name).write_text(text.replace(RULE, EDITED), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        publish(["01_ocd_cycle"], folder / "site", {})
    return folder / "site" / "01_ocd_cycle.html"


def swapped_rule(m):
    following = cycle.two_trace_rule(m)
    m.swapped = where(m.delta >= 0, m.new_e_minus, m.new_e_plus)
    return following | {"w": m.w + m.alpha * m.delta * m.swapped}


def test_one_edit_reaches_equation_numbers_and_browser_figure(edited, page_factory):
    page = page_factory([])
    page.goto(edited.as_uri())
    page.wait_for_function("() => document.querySelector('#boundary[data-live]')")

    original = ocd_cycle.boundary()
    expected = ocd_cycle.boundary(cycle.learner(swapped_rule)).description(nu_plus=0.5)
    assert expected != original.description(nu_plus=0.5)

    asked = page.locator("#predict-where-it-lasts")
    asked.get_by_role("button", name="Show me").click()
    # the reveal opens where the edited rule lasts longest
    page.locator("#boundary").get_by_role("button", name="Reset").click()
    box = controls_of(page, "boundary")
    slider = box.get_by_label("memory after good surprises")
    slider.focus()
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        "(text) => document.querySelector('#boundary [role=status]').textContent === text",
        arg=expected,
    )

    page_maths = [_words(math) for math in page.locator("math").all()]
    for line, shown in ((RULE, 0), (EDITED, 1)):
        names = {}
        exec(_rule_cell().replace(RULE, line), names)
        latex = equations(names["learner"], *SHOWN).latex
        expected = BeautifulSoup(mathml(latex), "html.parser").get_text()
        assert page_maths.count("".join(expected.split())) == shown


def _words(locator):
    return "".join(locator.text_content().split())


def _rule_cell():
    saved = nbformat.read(REPOSITORY / "notebooks" / "01_ocd_cycle.ipynb", as_version=4)
    cells = [cell.source for cell in saved.cells if cell.cell_type == "code"]
    rule = next(source for source in cells if RULE in source)
    return "\n".join([cells[0], rule])
