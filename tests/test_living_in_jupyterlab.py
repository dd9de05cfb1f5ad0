"""The course in JupyterLab, driven as a reader does."""

import nbformat
import pytest
from browser import REPOSITORY
from playwright.sync_api import expect

NOTEBOOK = "notebooks/01_ocd_cycle.ipynb"
CURVE = '[id="boundary-1-0"] path'


@pytest.fixture(scope="module")
def lab(jupyterlab):
    notebook = jupyterlab.open_notebook(NOTEBOOK)
    yield notebook
    notebook.close()


def test_saved_figures_are_alive_before_any_cell_runs(lab):
    page = lab.page
    figures = page.locator("figure.ll-figure[data-live]")
    expect(figures).to_have_count(4, timeout=30_000)
    slider = page.get_by_role("slider", name="memory after bad surprises").last
    slider.scroll_into_view_if_needed()
    before = page.locator(CURVE).get_attribute("d")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(CURVE)).not_to_have_attribute("d", before)


def test_after_run_all_a_key_press_moves_the_figure_without_asking_the_kernel(lab):
    lab.run_all()
    page = lab.page
    expect(page.locator("figure.ll-figure[data-live]")).to_have_count(4, timeout=30_000)
    slider = page.get_by_role("slider", name="memory after bad surprises").last
    slider.scroll_into_view_if_needed()
    counts = [cell.inner_text() for cell in page.locator(".jp-InputPrompt").all()]
    before = page.locator(CURVE).get_attribute("d")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(CURVE)).not_to_have_attribute("d", before)
    status = page.locator("#boundary [role=status]")
    expect(status).to_contain_text("in this model")
    assert [cell.inner_text() for cell in page.locator(".jp-InputPrompt").all()] == counts


def test_every_slider_has_a_name_and_speaks_a_rounded_value(lab):
    page = lab.page
    handles = page.locator(".jp-OutputArea .noUi-handle")
    expect(handles.first).to_have_attribute(
        "aria-label", "chance that the compulsion brings relief"
    )
    for handle in handles.all():
        assert handle.get_attribute("aria-label")
        assert len(handle.get_attribute("aria-valuetext")) <= 5
    slider = page.get_by_role("slider", name="memory after bad surprises").last
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "0.30")


def test_the_notebook_in_the_repository_shows_pictures_with_alternative_text_to_any_reader():
    saved = nbformat.read(REPOSITORY / NOTEBOOK, as_version=4)
    pictures = [
        output
        for cell in saved.cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    assert len(pictures) == 4
    for picture in pictures:
        assert picture.metadata["image/png"]["alt"] == picture.data["text/plain"]
