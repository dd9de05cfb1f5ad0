"""A reader's second day: what was run and saved is alive when it is opened again."""

import json
import shutil

import nbformat
import pytest
from browser import JupyterLab, course_server, is_alive
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
AUTOSAVED = "06_saved_by_itself"
COPIED = "07_copied"


def small_notebook():
    cells = [new_code_cell(source, id=name) for name, source in CELLS.items()]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A course of one small notebook under five names, as it would be shipped."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "notebooks" / "small").mkdir(parents=True)
    (folder / "assets" / "jupyter").mkdir(parents=True)
    (folder / "notebooks" / "small" / "lesson.yaml").write_text(LESSON, encoding="utf-8")
    first = folder / "notebooks" / f"{DAYS[0]}.ipynb"
    nbformat.write(small_notebook(), first)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        refresh()
    for name in [*DAYS[1:], AUTOSAVED]:
        shutil.copy(first, first.with_name(f"{name}.ipynb"))
    copied = small_notebook()
    copied.cells.append(new_code_cell(CELLS["bare"], id="copied"))
    nbformat.write(copied, first.with_name(f"{COPIED}.ipynb"))
    return folder


def answer(notebook, name="Commit"):
    """Answer the prediction of the small notebook; what it says then."""
    asked = notebook.cells.nth(1)
    asked.get_by_role("radio", name="It falls.").check()
    asked.get_by_role("button", name=name).click()
    expect(asked.locator("figure.ll-figure svg")).to_be_visible()
    return asked.locator(".ll-result").inner_text()


@pytest.fixture(scope="module")
def next_day(small, chromium, tmp_path_factory):
    """The small course after its reader's first day, and the size of a notebook before it.

    Then what the browser kept of the first day, and what it said to the one answer given.
    """
    path = {name: small / "notebooks" / f"{name}.ipynb" for name in [*DAYS, AUTOSAVED]}
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
    evening = tmp_path_factory.mktemp("evening")
    with course_server(evening, small, autosave=True) as server:
        lab = JupyterLab(server["url"], server["token"], chromium)
        notebook = lab.open_notebook(f"notebooks/{AUTOSAVED}.ipynb")
        shipped = path[AUTOSAVED].read_bytes()
        said = answer(notebook)
        assert path[AUTOSAVED].read_bytes() == shipped
        notebook.run_all()
        is_alive(notebook, 2, 2)
        # What changes while JupyterLab is saving it then takes for saved, too: so one change more,
        # with which all the rest is saved.
        notebook.run_cell(0)
        expect(notebook.changed).to_have_count(0)
        assert path[AUTOSAVED].read_bytes() != shipped
        kept = notebook.page.context.storage_state()
        notebook.close()
    port = server["port"]
    with course_server(tmp_path_factory.mktemp("tuesday"), small, "--port", str(port)) as server:
        yield JupyterLab(server["url"], server["token"], chromium), path, before, kept, said


@pytest.mark.parametrize("name", [*DAYS, AUTOSAVED])
def test_what_was_saved_is_alive_the_next_day(next_day, name):
    lab, path, before, *_ = next_day
    assert path[name].stat().st_size < 1.15 * before
    notebook = lab.open_notebook(f"notebooks/{name}.ipynb")
    is_alive(notebook, 2, 2)
    notebook.close()


def test_an_answer_given_is_there_the_next_day(next_day):
    lab, _, _, kept, said = next_day
    notebook = lab.open_notebook(f"notebooks/{AUTOSAVED}.ipynb", state=kept)
    is_alive(notebook, 2, 2)
    asked = notebook.cells.nth(1)
    expect(asked.get_by_role("radio", name="It falls.")).to_be_checked()
    expect(asked.locator("figure.ll-figure svg")).to_be_visible()
    assert asked.locator(".ll-result").inner_text() == said
    expect(notebook.changed).to_have_count(0)
    notebook.close()


@pytest.fixture(scope="module")
def unrun(next_day):
    """A notebook on its second day, opened, no cell run."""
    lab, *_ = next_day
    notebook = lab.open_notebook(f"notebooks/{DAYS[0]}.ipynb")
    is_alive(notebook, 2, 2)
    yield notebook
    notebook.close()


def figure_of(notebook, cell):
    return notebook.cells.nth(cell).locator("figure.ll-figure")


def drag(page, handle, by):
    """Drag the handle of a slider to the right by so many pixels."""
    box = handle.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + by, box["y"] + box["height"] / 2, steps=5)
    page.mouse.up()


def test_opening_and_using_figures_leave_the_notebook_as_it_was(unrun):
    cell = unrun.cells.nth(2)
    line = figure_of(unrun, 2).locator("[id='line-b-0-0'] path")
    slider = cell.get_by_role("slider", name="slope")
    first = line.get_attribute("d")
    for act in (
        lambda: slider.press("ArrowRight"),
        lambda: cell.get_by_role("button", name="Reset").click(),
        lambda: cell.get_by_role("button", name="Gentle").click(),
        lambda: drag(unrun.page, slider, 40),
        lambda: cell.get_by_role("button", name="Reset").click(),
    ):
        before = line.get_attribute("d")
        act()
        expect(line).not_to_have_attribute("d", before)
        expect(unrun.changed).to_have_count(0)
    expect(line).to_have_attribute("d", first)


def test_no_mark_says_that_a_living_figure_is_disconnected(unrun):
    marks = """() => [...document.querySelectorAll(".jupyter-widgets-disconnected")]
      .map((node) => getComputedStyle(node, "::before").content)"""
    shown = unrun.page.evaluate(marks)
    assert shown and set(shown) == {"none"}


def test_what_covers_a_figure_covers_its_controls(unrun):
    asked, bare = unrun.cells.nth(1), unrun.cells.nth(2)
    expect(asked.locator(".ll-cover")).to_be_visible()
    expect(asked.locator(".widget-slider")).to_be_hidden()
    expect(bare.locator(".widget-slider")).to_be_visible()


def test_a_question_opens_its_figure_in_every_view_of_it(unrun):
    page = unrun.page
    unrun.cells.nth(1).locator(".ll-learn").click(button="right", position={"x": 5, "y": 5})
    page.locator('.lm-Menu li[data-command="notebook:create-output-view"]').click()
    other = page.locator(".jp-LinkedOutputView")
    views = [figure_of(unrun, 1), other.locator("figure.ll-figure")]
    for view in views:
        expect(view).to_have_attribute("data-covered", "all")
    other.get_by_role("radio", name="It falls.").check()
    other.get_by_role("button", name="Commit").click()
    for view in views:
        expect(view.locator("svg")).to_be_visible()
    unrun.cells.nth(1).get_by_role("button", name="Start again").click()
    for view in views:
        expect(view).to_have_attribute("data-covered", "all")


def test_a_second_view_of_the_notebook_opens_its_figures_with_their_questions(unrun):
    page = unrun.page
    unrun.choose("File", "docmanager:clone")
    views = page.locator(".jp-NotebookPanel")
    expect(views).to_have_count(2)
    asked = [views.nth(number).locator(".jp-CodeCell").nth(1) for number in (0, 1)]
    for cell in asked:
        expect(cell.locator("figure.ll-figure")).to_have_attribute("data-covered", "all")
    asked[1].get_by_role("radio", name="It falls.").check()
    asked[1].get_by_role("button", name="Commit").click()
    for cell in asked:
        expect(cell.locator("figure.ll-figure svg")).to_be_visible()
    asked[1].get_by_role("button", name="Start again").click()
    for cell in asked:
        expect(cell.locator("figure.ll-figure")).to_have_attribute("data-covered", "all")
    expect(unrun.changed).to_have_count(0)
    page.locator(
        "#jp-main-dock-panel .lm-TabBar-tab.lm-mod-current .lm-TabBar-tabCloseIcon"
    ).last.click()
    expect(views).to_have_count(1)


@pytest.mark.parametrize("control", ["slider", "button", "summary"])
def test_keys_on_our_controls_are_no_commands_of_the_notebook(unrun, control):
    cell = unrun.cells.nth(2)
    target = {
        "slider": cell.get_by_role("slider", name="slope"),
        "button": cell.get_by_role("button", name="Reset"),
        "summary": cell.locator("summary").first,
    }[control]
    every = unrun.page.locator(".jp-NotebookPanel:visible .jp-Cell")
    before = every.count()
    for key in ("x", "m", "b", "d", "d", "Enter"):
        target.press(key)
    expect(every).to_have_count(before)
    expect(unrun.cells).to_have_count(before)
    expect(target).to_be_focused()


def test_the_keys_that_save_are_the_notebook_s_still(unrun):
    unrun.run_cell(0)
    expect(unrun.changed).to_have_count(1)
    unrun.cells.nth(2).get_by_role("slider", name="slope").press("Control+s")
    expect(unrun.changed).to_have_count(0)


def test_a_copied_figure_is_refused_by_name_until_the_first_is_gone(next_day):
    lab, *_ = next_day
    notebook = lab.open_notebook(f"notebooks/{COPIED}.ipynb")
    for cell in (0, 2):
        notebook.run_cell(cell)
    notebook.run_cell(4)
    refusal = notebook.cells.nth(4).locator(".jp-OutputArea")
    expect(refusal).to_contain_text("Two figures have the id 'line-b'")
    expect(refusal).to_contain_text('the cell [2] (`line("line-b")`) shows one')
    expect(refusal).to_contain_text('the cell [3] (`line("line-b")`) another')
    notebook.run_cell(2)
    expect(figure_of(notebook, 2)).to_have_attribute("data-live", "true")
    notebook.cells.nth(2).locator(".jp-InputPrompt").click()
    for _ in range(2):
        notebook.page.keyboard.press("d")
    expect(notebook.cells).to_have_count(4)
    notebook.run_cell(3)
    expect(figure_of(notebook, 3)).to_have_attribute("data-live", "true")
    notebook.close()


# Makes happen in every notebook opened from here on what happens by itself on a busy computer: the
# kernel is connected before JupyterLab expects it, so widgets are restored twice at once, one time
# without those of the notebook; and these are read when its outputs have been drawn (`goOn`). That
# they are restored is said once more while the first of the outputs is drawn anew.
TWICE = """async ({ shell }) => {
  const view = "application/vnd.jupyter.widget-view+json";
  const renderer = shell.currentWidget.content.rendermime.createRenderer(view);
  const managers = Object.getPrototypeOf(await renderer._manager.promise);
  const { restoreWidgets, _loadFromNotebook } = managers;
  const drawn = new Promise((done) => { globalThis.goOn = done; });
  managers.restoreWidgets = function (model, ...which) {
    if (!which.length)
      restoreWidgets.call(this, model, { loadKernel: true, loadNotebook: false });
    return restoreWidgets.call(this, model, ...which);
  };
  managers._loadFromNotebook = function (model) {
    model.stateChanged.connect((_, { name, newValue }) => {
      if (name === "dirty" && newValue) this.restored.emit();
    });
    return drawn.then(() => _loadFromNotebook.call(this, model));
  };
}"""


def test_what_jupyterlab_calls_lost_too_early_is_drawn_again(small, chromium, tmp_path):
    (tmp_path / "config").mkdir()
    exposed = {"LabApp": {"expose_app_in_browser": True}}
    (tmp_path / "config" / "jupyter_lab_config.json").write_text(json.dumps(exposed))
    with course_server(tmp_path, small) as server:
        lab = JupyterLab(server["url"], server["token"], chromium)
        notebook = lab.open_notebook(f"notebooks/{COPIED}.ipynb")
        page, path = notebook.page, f"notebooks/{DAYS[0]}.ipynb"
        page.evaluate(f"({TWICE})(jupyterapp)")
        page.evaluate("path => void jupyterapp.commands.execute('docmanager:open', { path })", path)
        notebook.wait_until_ready()
        expect(page.get_by_text("Error displaying widget: model not found")).to_have_count(4)
        page.evaluate("goOn()")
        is_alive(notebook, 2, 2)
        expect(notebook.changed).to_have_count(0)
        notebook.close()
