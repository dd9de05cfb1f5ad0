"""The course in JupyterLab, driven as a reader does."""

import itertools
import re

import nbformat
import pytest
from browser import REPOSITORY
from playwright.sync_api import expect

NOTEBOOK = "notebooks/01_ocd_cycle.ipynb"
FIGURE = "boundary-table"
CURVE = f'[id="{FIGURE}-1-0"] path'


def saved_pictures():
    saved = nbformat.read(REPOSITORY / NOTEBOOK, as_version=4)
    outputs = [output for cell in saved.cells for output in cell.get("outputs", [])]
    return [output for output in outputs if "image/png" in output.get("data", {})]


@pytest.fixture(scope="module")
def lab(jupyterlab):
    notebook = jupyterlab.open_notebook(NOTEBOOK)
    yield notebook
    notebook.close()


def figure_and_slider(page):
    """The figure that no prediction covers, once all figures are alive, and one of its sliders."""
    figures = page.locator("figure.ll-figure[data-live]")
    expect(figures).to_have_count(len(saved_pictures()))
    output = page.locator(".jp-OutputArea-output").filter(has=page.locator(f"#{FIGURE}"))
    slider = output.get_by_role("slider", name="memory after bad surprises")
    slider.scroll_into_view_if_needed()
    return page.locator(CURVE), slider


def test_saved_figures_are_alive_before_any_cell_runs(lab):
    curve, slider = figure_and_slider(lab.page)
    before = curve.get_attribute("d")
    slider.focus()
    lab.page.keyboard.press("ArrowRight")
    expect(curve).not_to_have_attribute("d", before)


@pytest.mark.parametrize("path", sorted(REPOSITORY.glob("notebooks/*.ipynb")), ids=lambda p: p.stem)
def test_every_saved_figure_is_shown_before_any_cell_runs(jupyterlab, lab, path):
    is_open = path.name in NOTEBOOK
    notebook = lab if is_open else jupyterlab.open_notebook(f"notebooks/{path.name}")
    saved = nbformat.read(path, as_version=4)
    expected = sum(len(cell.get("outputs", [])) for cell in saved.cells)
    outputs = notebook.page.locator(".jp-NotebookPanel:visible .jp-OutputArea-output")
    expect(outputs).to_have_count(expected)
    for output in outputs.all():
        expect(output).to_be_visible()
    for failure in ("Error displaying widget", "Loading widget"):
        expect(notebook.page.get_by_text(failure)).to_have_count(0)
    if not is_open:
        notebook.close()


def test_after_run_all_a_key_press_moves_the_figure_without_asking_the_kernel(lab):
    lab.run_all()
    page = lab.page
    curve, slider = figure_and_slider(page)
    counts = [cell.inner_text() for cell in page.locator(".jp-InputPrompt").all()]
    before = curve.get_attribute("d")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(curve).not_to_have_attribute("d", before)
    expect(page.locator(f"#{FIGURE} [role=status]")).to_contain_text("in that model")
    assert [cell.inner_text() for cell in page.locator(".jp-InputPrompt").all()] == counts


def test_every_slider_has_a_name_and_speaks_a_rounded_value(lab):
    page = lab.page
    _, slider = figure_and_slider(page)
    handles = page.locator(".jp-OutputArea .noUi-handle")
    assert handles.count() >= 2 * 4
    for handle in handles.all():
        assert handle.get_attribute("aria-label")
        # A number of at most four decimals, and its unit.
        spoken = handle.get_attribute("aria-valuetext")
        assert re.fullmatch(r"−?\d+(\.\d{1,4})?( \D+)?", spoken), spoken
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "0.30")


def test_the_notebook_in_the_repository_shows_pictures_with_alternative_text_to_any_reader():
    pictures = saved_pictures()
    assert len(pictures) >= 4
    for picture in pictures:
        assert picture.metadata["image/png"]["alt"] == picture.data["text/plain"]


def test_the_boat_game_is_played_by_keys_and_its_record_reaches_the_figures(jupyterlab):
    notebook = jupyterlab.open_notebook("notebooks/05_fit_yourself.ipynb")
    page = notebook.page
    game = page.locator("#boat-game")
    cells = page.locator(".jp-NotebookPanel:visible .jp-Cell").count()
    game.get_by_role("button", name="Play", exact=True).focus()
    page.keyboard.press("Enter")
    expect(game.locator(".ll-state")).to_have_text("playing")
    progress = game.get_by_role("progressbar", name="moves made")
    for key in itertools.cycle("ffj"):
        made = progress.get_attribute("value")
        page.keyboard.press(key)
        expect(progress).not_to_have_attribute("value", made)
        if game.locator(".ll-state").inner_text() != "playing":
            break
    expect(game.locator(".ll-state")).to_have_text("200 moves made")
    # the keys are the game's, and no command of the notebook
    assert page.locator(".jp-NotebookPanel:visible .jp-Cell").count() == cells
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "boat-game" in kept
    notebook.close()
