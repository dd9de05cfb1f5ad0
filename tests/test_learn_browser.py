"""Learning elements in a real browser: an exported page, the network off, and only a keyboard."""

import re

import nbformat
import pytest
from browser import SEEN_AS, JupyterLab, axe_report, course_server, in_each_browser, see_as
from bs4 import BeautifulSoup
from course_pages import controls_of
from learning import FIGURE, LESSON
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import expect

from looplab.publish import publish
from looplab.publish.execute import refresh

ELEMENTS = [
    'lesson.predict("up-or-down", line("line-a"))',
    'lesson.predict("how-high", line("line-b"))',
    'lesson.predict("order", line("line-c"))',
    'lesson.predict("drawn", line("line-d"))',
    'lesson.check("concept")',
    'lesson.check("amount")',
    'lesson.hints("ladder")',
    'lesson.exercise("halves", [0.5, 0.5])',
    "lesson.notes()",
]
PREDICTIONS = {"up-or-down": "line-a", "how-high": "line-b", "order": "line-c", "drawn": "line-d"}


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with one small notebook, `01_small`, and its lesson."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "notebooks" / "small").mkdir(parents=True)
    (folder / "assets" / "jupyter").mkdir(parents=True)
    (folder / "notebooks" / "small" / "lesson.yaml").write_text(LESSON, encoding="utf-8")
    cells = [new_markdown_cell("# A small lesson\n\n## Elements"), new_code_cell(FIGURE)]
    cells += [new_code_cell(source) for source in ELEMENTS]
    cells += [
        new_markdown_cell("## Limits\n\n† *commonly cited, not re-checked*: seen in one book.")
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nb = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(nb, folder / "notebooks" / "01_small.ipynb")
    return folder


@pytest.fixture(scope="module")
def out(course):
    """The folder with the exported page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(course)
        publish([], course / "out", {})
    return course / "out"


@pytest.fixture
def opened(page_factory, out):
    """Open the exported page; its requests and errors are kept in `page.seen`."""

    def open_page(**options):
        requests, errors = [], []
        page = page_factory(requests, **options)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto((out / "01_small.html").as_uri())
        page.seen = requests, errors
        if options.get("java_script_enabled", True):
            # the last element of the page, and the figure that the slowest prediction waits for
            expect(element(page, "my-notes")).to_be_visible()
            expect(button(page, "drawn", "Commit")).to_be_visible()
        return page

    return open_page


def element(page, id):
    return page.locator(f"[id$='-{id}'].ll-learn")


def button(page, id, name):
    return element(page, id).get_by_role("button", name=re.compile(name))


def result(page, id):
    return element(page, id).locator(".ll-result")


def tab_to(page, target):
    """Press Tab, forwards or backwards, until the target has the focus, as a reader with only a
    keyboard would: beyond the last element a browser may leave the page for its own buttons."""
    behind = """(node) => document.activeElement !== document.body
      && !!(node.compareDocumentPosition(document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING)
    """
    key = "Shift+Tab" if target.evaluate(behind) else "Tab"
    for _ in range(80):
        page.keyboard.press(key)
        if target.evaluate("node => node === document.activeElement"):
            return
    raise AssertionError(f"Tab never reached {target}")


def press(page, id, name):
    tab_to(page, button(page, id, name))
    page.keyboard.press("Enter")


def choose(page, id, text):
    """Choose an answer with the keyboard, wherever it stands."""
    wanted = element(page, id).get_by_role("radio", name=text)
    # Tab reaches the answer that is chosen, or else the first.
    chosen = element(page, id).locator(":checked")
    tab_to(page, chosen if chosen.count() else element(page, id).get_by_role("radio").first)
    page.keyboard.press("Space")
    for _ in range(10):
        if wanted.is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"no arrow key chose {text!r}")


def predict_number(page, steps):
    """Set the slider of `how-high`, and commit: steps of 5 points from 0."""
    tab_to(page, element(page, "how-high").get_by_role("slider"))
    page.keyboard.press("Home")
    for _ in range(steps):
        page.keyboard.press("ArrowRight")
    press(page, "how-high", "Commit")


def rank(page, names):
    """Move the items of `order` into this order, with the keyboard."""
    rows = element(page, "order").locator(".ll-ranking li > span:first-child")
    tab_to(page, button(page, "order", "Down").last)
    page.keyboard.press("Enter")
    button(page, "order", "Up").last.press("Enter")
    for place, name in enumerate(names):
        for _ in range(len(names)):
            if rows.all_inner_texts().index(name) == place:
                break
            button(page, "order", f"Up {name}").press("Enter")
    assert rows.all_inner_texts() == names


def commit_everything(page):
    """Answer each prediction with the keyboard, from top to bottom."""
    choose(page, "up-or-down", "It rises.")
    press(page, "up-or-down", "Commit")
    predict_number(page, 12)
    rank(page, ["none at all", "gentle", "steep"])
    press(page, "order", "Commit")
    points = element(page, "drawn").get_by_role("slider")
    for point, key in enumerate(["End", "PageUp", "Home"]):
        tab_to(page, points.nth(point))
        page.keyboard.press(key)
    press(page, "drawn", "Commit")


@in_each_browser
def test_predictions_of_every_kind_are_answered_with_the_keyboard_alone(opened, out):
    page = opened()
    for figure in PREDICTIONS.values():
        expect(page.locator(f"#{figure} figcaption")).to_be_hidden()
    commit_everything(page)
    for figure in PREDICTIONS.values():
        expect(page.locator(f"#{figure} figcaption")).to_be_visible()
    said = {id: result(page, id).inner_text() for id in PREDICTIONS}
    # the slope is 0.7: the line falls, and ends at 30 %
    assert "In this model: It falls." in said["up-or-down"]
    assert "Look at the slope again." in said["up-or-down"]
    assert "Memory alone decides." in said["up-or-down"]
    assert "The change is −0.70." in said["up-or-down"]
    assert "You expected about 60%; in this model it is 30%." in said["how-high"]
    assert "30 percentage points too high" in said["how-high"]
    assert "none at all (1.0), gentle (0.8), steep (0.1)" in said["order"]
    assert "That is the order." in said["order"]
    assert "You expected about 0% at the end; in this model it is 30%." in said["drawn"]
    assert "Too low at the end." in said["drawn"]
    requests, errors = page.seen
    # Firefox does not name the opening of a file among its requests.
    assert {r.partition("#")[0] for r in requests} <= {(out / "01_small.html").as_uri()}
    assert errors == []


@in_each_browser
def test_the_focus_goes_to_the_answer_and_back_to_the_question(opened):
    page = opened()
    predict_number(page, 20)
    expect(result(page, "how-high")).to_be_focused()
    button(page, "how-high", "Start again").press("Enter")
    expect(element(page, "how-high").get_by_role("slider")).to_be_focused()
    expect(result(page, "how-high")).to_be_empty()


@in_each_browser
def test_predictions_survive_a_reload_and_clearing_covers_the_figures_again(opened):
    page = opened()
    commit_everything(page)
    said = {id: result(page, id).inner_text() for id in PREDICTIONS}
    page.reload()
    for id, words in said.items():
        expect(result(page, id)).not_to_be_empty()
        assert result(page, id).inner_text() == words
    expect(element(page, "up-or-down").get_by_role("radio", name="It rises.")).to_be_checked()
    assert element(page, "drawn").get_by_role("slider").first.input_value() == "1"
    notes = element(page, "my-notes")
    expect(notes.get_by_role("listitem")).to_have_count(4)
    tab_to(page, notes.get_by_role("button", name="Clear everything"))
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(notes.get_by_role("status")).to_have_text("All cleared.")
    for id, figure in PREDICTIONS.items():
        expect(result(page, id)).to_be_empty()
        expect(page.locator(f"#{figure} figcaption")).to_be_hidden()
    page.reload()
    expect(button(page, "drawn", "Commit")).to_be_visible()
    expect(notes.get_by_role("listitem")).to_have_count(0)


@in_each_browser
def test_until_a_prediction_is_made_the_controls_are_asleep_and_nothing_tells(opened):
    page = opened()
    figure = page.locator("#line-b")
    expect(figure.locator(".ll-cover")).to_contain_text("Covered until you predict.")
    expect(figure.locator("svg")).to_be_hidden()
    expect(figure.locator("figcaption")).to_be_hidden()
    slope = controls_of(page, "line-b").locator("input[type=range]")
    expect(slope).to_be_disabled()
    # What is set, and what there is to try, may be the answer.
    settings = [slope, figure.get_by_role("button", name="Gentle", include_hidden=True)]
    for each in settings:
        expect(each).to_be_hidden()
    size = figure.bounding_box()
    predict_number(page, 12)
    expect(slope).to_be_enabled()
    for each in settings:
        expect(each).to_be_visible()
    expect(figure.locator("svg")).to_be_visible()
    # What was covered had its size already.
    assert abs(figure.bounding_box()["height"] - size["height"]) < 30


@in_each_browser
def test_a_figure_is_either_wide_or_narrow_at_every_width(opened):
    page = opened()
    figure = page.locator("#line-a")
    panel = figure.locator(".ll-panel")
    # 58 rem are 928 pixels; a screen enlarged by its reader has fractions of them
    for width, narrow in ((927.8, True), (927.95, True), (928.05, False)):
        figure.evaluate(
            "(node, width) => Object.assign(node.style, { boxSizing: 'content-box', "
            "width: `${width}px`, maxWidth: 'none' })",
            width,
        )
        assert panel.evaluate("node => getComputedStyle(node).display === 'none'") is narrow


@in_each_browser
def test_the_axes_of_a_curve_stand_open_and_empty_while_its_truth_is_covered(opened):
    page = opened()
    figure = page.locator("#line-d")
    expect(figure.locator("svg")).to_be_visible()
    expect(figure.get_by_text("place", exact=True)).to_be_visible()
    expect(figure.get_by_text("The other axes")).to_be_hidden()
    expect(figure.locator("[id='line-d-0-0']")).to_be_hidden()
    element(page, "drawn").get_by_role("slider").first.press("End")
    button(page, "drawn", "Commit").click()
    expect(figure.get_by_text("The other axes")).to_be_visible()
    expect(figure.locator("[id='line-d-0-0']")).to_be_visible()
    expect(figure.locator(".ll-drawn")).to_be_visible()


def test_the_points_of_a_curve_are_told_apart_by_their_names(opened):
    page = opened()
    points = element(page, "drawn").get_by_role("slider").all()
    for point, name in zip(points, ["place 0", "place 0.5", "place 1"], strict=True):
        expect(point).to_have_accessible_name(re.compile(f"^{name}\\b"))


@in_each_browser
def test_a_curve_is_drawn_with_the_pointer(opened):
    page = opened()
    # A figure that comes alive above would shift the surface under the pointer.
    expect(page.locator(".ll-still")).to_have_count(0)
    surface = page.locator("#line-d .ll-surface")
    surface.scroll_into_view_if_needed()

    def move_to(place, depth):
        box = surface.bounding_box()
        x, y = box["x"] + box["width"] * place, box["y"] + box["height"] * depth
        page.mouse.move(x, y, steps=5)

    move_to(0.01, 0.02)
    page.mouse.down()
    move_to(0.5, 0.35)
    move_to(0.99, 0.7)
    page.mouse.up()
    drawn = [float(p.input_value()) for p in element(page, "drawn").get_by_role("slider").all()]
    assert drawn == pytest.approx([1.0, 0.65, 0.3], abs=0.08)
    button(page, "drawn", "Commit").click()
    expect(result(page, "drawn")).to_contain_text("Just so.")


def test_a_curve_is_drawn_with_a_finger_and_the_page_stays_where_it_is(opened):
    page = opened(viewport={"width": 390, "height": 844}, has_touch=True)
    expect(page.locator(".ll-still")).to_have_count(0)
    surface = page.locator("#line-d .ll-surface")
    surface.evaluate("e => e.scrollIntoView({ block: 'center', behavior: 'instant' })")
    before = page.evaluate("scrollY")
    box, touch = surface.bounding_box(), page.context.new_cdp_session(page)

    def send(kind, *points):
        touch.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": [*points]})

    # Down first, then along: a browser that may scroll would take the finger for itself.
    places = [(0.3, 0.1), (0.32, 0.4), (0.34, 0.8), (0.5, 0.65), (0.52, 0.65)]
    for number, (along, depth) in enumerate(places):
        x, y = box["x"] + box["width"] * along, box["y"] + box["height"] * depth
        send("Move" if number else "Start", {"x": x, "y": y})
    send("End")
    drawn = [float(p.input_value()) for p in element(page, "drawn").get_by_role("slider").all()]
    assert drawn[1] == pytest.approx(0.35, abs=0.08)
    assert page.evaluate("scrollY") == before > 0
    # what had been said of a missing answer is gone, and has moved nothing under the finger
    assert surface.bounding_box() == box
    assert button(page, "drawn", "Commit").get_attribute("aria-describedby") is None


@in_each_browser
def test_who_looks_first_is_shown_the_truth_without_a_verdict(opened):
    page = opened()
    press(page, "how-high", "Show me")
    expect(element(page, "how-high")).to_contain_text("shown without a prediction")
    expect(result(page, "how-high")).to_contain_text("In this model it is 30%.")
    expect(result(page, "how-high")).not_to_contain_text("too")
    expect(page.locator("#line-b figcaption")).to_be_visible()
    expect(element(page, "my-notes").get_by_role("listitem")).to_contain_text("looked first")


@in_each_browser
@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("up-or-down", "Choose an answer first."),
        ("how-high", "Move the slider first."),
        ("order", "Move an item first (and back, if this is your order)."),
        ("drawn", "Draw your curve first, or set its points."),
    ],
)
def test_what_was_not_touched_is_no_answer_and_commit_says_so(opened, id, said):
    page = opened()
    commit = button(page, id, "Commit")
    expect(commit).to_have_attribute("aria-disabled", "true")
    expect(commit).to_have_accessible_description(said)
    press(page, id, "Commit")
    expect(result(page, id)).to_have_text(said)
    assert element(page, id).locator("fieldset :focus").count() == 1
    expect(page.locator(f"#{PREDICTIONS[id]} figcaption")).to_be_hidden()


@in_each_browser
def test_a_touch_is_enough_to_commit_and_what_was_said_is_the_sliders_own_place(opened):
    page = opened()
    slider = element(page, "how-high").get_by_role("slider")
    expect(slider).to_have_attribute("aria-valuetext", "not set yet")
    slider.click()
    expect(button(page, "how-high", "Commit")).to_have_attribute("aria-disabled", "false")
    expect(element(page, "how-high").locator(".ll-why")).to_be_hidden()
    button(page, "how-high", "Commit").click()
    expect(result(page, "how-high")).to_contain_text("You expected about 50%")


WHAT_TO_SEE = "carries the line down, to 30% at its end."
MEETABLE = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode()) {
    const { parentElement, data } = walker.currentNode;
    if (!parentElement.closest("script, style, noscript")) texts.push(data);
  }
  return texts.join(" ");
}"""


@in_each_browser
@pytest.mark.parametrize("how", ["Commit", "Show me"])
def test_the_explanation_is_on_the_page_only_once_the_question_is_answered(opened, out, how):
    # neither shown nor hidden, so that Find and screen readers meet nothing: not before the
    # scripts have run,
    soup = BeautifulSoup((out / "01_small.html").read_text(encoding="utf-8"), "html.parser")
    for unread in soup.find_all(["script", "style", "noscript"]):
        unread.decompose()
    assert "carries the line down" not in soup.get_text()
    # and not after
    page = opened()
    assert "carries the line down" not in page.evaluate(MEETABLE)
    choose(page, "up-or-down", "It falls.")
    press(page, "up-or-down", how)
    explained = result(page, "up-or-down").locator(".ll-see")
    expect(explained).to_contain_text(WHAT_TO_SEE)
    expect(explained.locator("math msup")).to_have_count(1)
    # the mark is a sign for the eye and words for the ear
    item = explained.get_by_role("listitem")
    expect(item).to_have_text("It never turns† (commonly cited, not re-checked).")
    heard = " ".join(re.sub("- (text|superscript|listitem):", "", item.aria_snapshot()).split())
    assert heard == "It never turns (commonly cited, not re-checked) ."
    page.reload()
    expect(explained).to_contain_text(WHAT_TO_SEE)
    button(page, "up-or-down", "Start again|Predict after all").click()
    assert "carries the line down" not in page.evaluate(MEETABLE)


def test_readers_without_scripts_find_the_explanation_folded(opened):
    page = opened(java_script_enabled=False)
    fold = page.locator("details", has_text="carries the line down")
    expect(fold).not_to_have_attribute("open", "")
    fold.locator("summary").click()
    expect(fold).to_contain_text(WHAT_TO_SEE)
    expect(fold.locator("math msup")).to_have_count(1)


def slope_of(page, figure):
    """Where the slider of a figure stands."""
    return float(controls_of(page, figure).get_by_role("slider", name="slope").input_value())


@in_each_browser
def test_a_figure_opens_where_its_point_can_be_seen(opened):
    page = opened()
    predict_number(page, 12)
    # the state that the lesson names, though the question was about a slope of 0.7
    expect(result(page, "how-high")).to_contain_text("in this model it is 30%")
    assert slope_of(page, "line-b") == pytest.approx(0.2)
    # a ranking opens at what is truly first
    rank(page, ["steep", "gentle", "none at all"])
    press(page, "order", "Commit")
    assert slope_of(page, "line-c") == pytest.approx(0)


@in_each_browser
def test_after_a_reload_a_revealed_figure_opens_as_the_reveal_opened_it(opened):
    page = opened()
    predict_number(page, 12)
    address = page.url
    page.reload()
    slider = controls_of(page, "line-b").get_by_role("slider", name="slope")
    expect(slider).to_be_enabled()
    expect(slider).to_have_value("0.2")
    # nobody moved anything: the address says nothing of a figure
    assert page.url == address and "#" not in address


@in_each_browser
def test_after_a_miss_the_figure_shows_the_answer_or_the_truth_on_demand(opened):
    page = opened()
    rank(page, ["steep", "gentle", "none at all"])
    press(page, "order", "Commit")
    button(page, "order", "Show my answer").click()
    expect(element(page, "order")).to_contain_text("The figure shows your answer.")
    assert slope_of(page, "line-c") == pytest.approx(0.9)
    button(page, "order", "Show what the model does").click()
    expect(element(page, "order")).to_contain_text("The figure shows what the model does.")
    assert slope_of(page, "line-c") == pytest.approx(0)
    # who was right has nothing to compare
    button(page, "order", "Start again").click()
    rank(page, ["none at all", "gentle", "steep"])
    press(page, "order", "Commit")
    expect(button(page, "order", "Show my answer")).to_have_count(0)


@in_each_browser
@pytest.mark.parametrize(
    ("steps", "said", "not_said"),
    [
        (10, "Half is what another book says.", "too high"),
        (14, "That is the slope.", "It falls further."),
        (16, "It falls further.", "That is the slope."),
        (6, "Well seen.", "Also right."),
    ],
)
def test_a_textbooks_answer_is_accepted_and_a_known_mistake_answered(opened, steps, said, not_said):
    page = opened()
    predict_number(page, steps)
    expect(result(page, "how-high")).to_contain_text(said)
    expect(result(page, "how-high")).not_to_contain_text(not_said)


@in_each_browser
def test_answers_stand_in_an_order_of_the_reader_that_stays(opened):
    def order(page):
        options = element(page, "concept").locator(".ll-option")
        expect(options).not_to_have_count(0)
        return options.all_inner_texts()

    page = opened()
    seen = set()
    for student in range(8):
        page.evaluate("(n) => localStorage.setItem('small/order', n)", student)
        page.reload()
        first = order(page)
        page.reload()
        assert order(page) == first
        seen.add(tuple(first))
    assert len(seen) == 2


@in_each_browser
def test_a_question_is_answered_for_each_answer_and_may_be_tried_again(opened):
    page = opened()
    choose(page, "concept", "How high the line is.")
    press(page, "concept", "Check")
    expect(result(page, "concept")).to_contain_text("Not yet.")
    expect(result(page, "concept")).to_contain_text("That is its value.")
    expect(result(page, "concept")).to_contain_text("Memory alone decides.")
    choose(page, "concept", "How fast it changes.")
    expect(result(page, "concept")).to_be_empty()
    press(page, "concept", "Check")
    expect(result(page, "concept")).to_contain_text("Per unit of x.")
    expect(result(page, "concept")).not_to_contain_text("Memory alone")


@in_each_browser
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("-0,5", "Half a metre down."),
        ("−.5", "Half a metre down."),
        ("0.5", "The size is right; look at the sign."),
        ("-2", "You doubled it."),
        ("-0.62", "Rounded up."),
        ("7", "Halve one."),
        ("half", "Write a number first"),
    ],
)
def test_a_number_is_checked_with_its_sign_its_tolerance_and_known_mistakes(opened, typed, said):
    page = opened()
    field = element(page, "amount").get_by_role("textbox")
    field.fill(typed)
    field.press("Enter")
    expect(result(page, "amount")).to_contain_text(said)


@in_each_browser
def test_hints_open_one_after_the_other(opened):
    page = opened()
    hints = element(page, "ladder")
    expect(hints.locator("summary:visible")).to_have_text(["Hint 1 of 2"])
    for name in ("Hint 1 of 2", "Hint 2 of 2"):
        tab_to(page, hints.locator("summary", has_text=name))
        page.keyboard.press("Enter")
    expect(hints.locator("summary:visible")).to_have_text(
        ["Hint 1 of 2", "Hint 2 of 2", "Worked solution"]
    )
    expect(hints.get_by_text("The change over x.")).to_be_hidden()


def test_on_paper_the_worked_solution_stands_open_at_the_end(opened):
    page = opened()
    page.evaluate("""addEventListener("beforeprint", () => {
      const main = document.querySelector("main");
      globalThis.last = main.lastElementChild.textContent;
    })""")
    assert page.pdf().startswith(b"%PDF")
    assert "The change over x." in page.evaluate("globalThis.last")
    page.emulate_media(media="print")
    expect(page.get_by_text("The change over x.")).to_be_visible()
    expect(page.get_by_role("button", name="Commit to this prediction")).to_have_count(0)
    expect(page.locator("#line-a figcaption")).to_be_visible()


def test_notes_can_be_saved_and_copied(opened):
    page = opened()
    predict_number(page, 12)
    notes = element(page, "my-notes")
    notes.get_by_role("textbox", name="My own notes").fill("It surprised me.")
    with page.expect_download() as download:
        notes.get_by_role("button", name="Save as a file").click()
    text = download.value.path().read_text(encoding="utf-8")
    assert download.value.suggested_filename == "small-notes.txt"
    for words in ("A small lesson", "How high does it end?", "I said: 60%", "It surprised me."):
        assert words in text
    notes.get_by_text("As text, to copy").press("Enter")
    assert notes.get_by_role("textbox", name="My notes as text").input_value() == text
    page.reload()
    expect(notes.get_by_role("textbox", name="My own notes")).to_have_value("It surprised me.")


@in_each_browser
def test_a_note_of_which_not_everything_is_known_is_written_without_gaps(opened):
    page = opened()
    page.evaluate("""localStorage.setItem("small", JSON.stringify({
      "how-high": { value: null, words: "looked first" },
      "gone": { value: null, words: "looked first" }, "bare": { value: 3 } }))""")
    page.reload()
    notes = element(page, "my-notes")
    expect(notes.get_by_role("listitem")).to_have_text(
        [re.compile("Predict: How high does it end.*I said: looked first"), "I said: looked first"]
    )
    notes.get_by_text("As text, to copy").press("Enter")
    text = notes.get_by_role("textbox", name="My notes as text").input_value()
    assert "undefined" not in text and "How high does it end?" in text


@in_each_browser
def test_an_answer_given_leads_to_the_controls_of_its_figure(opened):
    page = opened()
    choose(page, "up-or-down", "It rises.")
    press(page, "up-or-down", "Commit")
    given = element(page, "up-or-down").locator(".ll-option:has(:checked)")
    said, mine = given.evaluate("e => [getComputedStyle(e, '::after').content, e.dataset.mine]")
    # a browser may tell where the words stand, and not which they are
    assert "● " in said and ("attr(data-mine)" in said or mine in said)
    assert mine == "your prediction"
    press(page, "up-or-down", "Now move the sliders")
    assert page.evaluate("document.activeElement.closest('figure').id")


@in_each_browser
def test_an_answer_that_no_longer_fits_its_question_is_dropped(opened):
    page = opened()
    page.evaluate("""localStorage.setItem("small", JSON.stringify({
      "up-or-down": { value: "sideways" }, "order": { value: ["steep"] },
      "drawn": { value: [1, 2] }, "how-high": { value: "tall" } }))""")
    page.reload()
    for id in PREDICTIONS:
        expect(button(page, id, "Commit")).to_be_visible()
        expect(result(page, id)).to_be_empty()
    assert page.seen[1] == []


@in_each_browser
def test_a_sandboxed_frame_without_storage_works_until_it_is_closed(page_factory, out):
    frame = out / "frame.html"
    frame.write_text(
        '<iframe sandbox="allow-scripts" src="01_small.html" title="page" height="900"></iframe>'
    )
    errors = []
    page = page_factory([])
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(frame.as_uri())
    inner = page.frame_locator("iframe")
    inner.locator("#predict-how-high").get_by_role("slider").press("End")
    inner.locator("#predict-how-high").get_by_role("button", name="Commit").press("Enter")
    expect(inner.locator("#predict-how-high .ll-result")).to_contain_text("in this model it is 30%")
    notes = inner.locator("#notes-my-notes")
    expect(notes).to_contain_text("your notes last until it is closed")
    expect(notes.get_by_role("listitem")).to_have_count(1)
    # such a frame may not save files either, and browsers say nothing of it
    notes.get_by_role("button", name="Save as a file").press("Enter")
    expect(notes.get_by_role("status")).to_contain_text("copy the text below")
    expect(notes.get_by_label("My notes as text")).to_be_visible()
    assert errors == []


@in_each_browser
def test_with_storage_full_an_answer_counts_and_the_reader_learns_that_it_will_not_last(opened):
    page = opened()
    page.evaluate("""() => {
      Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
    }""")
    slider = element(page, "how-high").get_by_role("slider")
    slider.press("End")
    press(page, "how-high", "Commit")
    expect(result(page, "how-high")).to_contain_text("in this model it is 30%")
    expect(result(page, "how-high")).to_contain_text("Copy or save them before")
    expect(element(page, "my-notes")).to_contain_text("your notes last until it is closed")
    expect(element(page, "my-notes").get_by_role("listitem")).to_have_count(1)
    assert page.seen[1] == []


@pytest.mark.parametrize("answered", [False, True])
def test_axe_finds_no_violation_however_the_page_is_seen(opened, answered):
    page = opened()
    if answered:
        commit_everything(page)
        choose(page, "concept", "How high the line is.")
        press(page, "concept", "Check")
        for details in page.locator("details:visible").all():
            details.evaluate("details => (details.open = true)")
    for seen_as in SEEN_AS:
        see_as(page, seen_as)
        assert axe_report(page, seen_as) == "", seen_as


def test_in_forced_colours_what_waits_for_an_answer_is_seen_to_wait(opened):
    page = opened(forced_colors="active")
    commit = button(page, "how-high", "Commit")
    cover = page.locator("#line-b .ll-cover")
    assert cover.evaluate("e => getComputedStyle(e).borderStyle") == "dashed"
    waits = commit.evaluate("e => getComputedStyle(e).color")
    element(page, "how-high").get_by_role("slider").press("End")
    expect(commit).to_have_attribute("aria-disabled", "false")
    assert commit.evaluate("e => getComputedStyle(e).color") != waits


@in_each_browser
def test_nothing_is_wider_than_a_phone(opened):
    page = opened(viewport={"width": 320, "height": 640})
    commit_everything(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_without_scripts_the_questions_can_be_read(opened):
    page = opened(java_script_enabled=False)
    expect(page.get_by_text("Does the line rise or fall?")).to_be_visible()
    expect(page.get_by_text("It falls.", exact=True)).to_be_visible()
    solution = page.locator("details p", has_text="The change over x.")
    expect(solution).to_be_hidden()
    page.locator("summary", has_text="Worked solution").click()
    expect(solution).to_be_visible()


def test_a_prediction_works_the_same_in_jupyterlab(chromium, course, tmp_path, monkeypatch):
    monkeypatch.chdir(course)
    refresh()
    with course_server(tmp_path, course) as server:
        lab = JupyterLab(server["url"], server["token"], chromium)
        notebook = lab.open_notebook("notebooks/01_small.ipynb")
        page = notebook.page
        saved = nbformat.read(course / "notebooks" / "01_small.ipynb", as_version=4)
        cells = sum(cell.cell_type == "code" for cell in saved.cells)
        # JupyterLab draws a long notebook's cells one after the other.
        expect(notebook.cells).to_have_count(cells)
        how_high = element(page, "how-high")
        how_high.get_by_role("slider").press("Home")
        expect(page.locator("#line-b svg")).to_be_hidden()
        up_or_down = element(page, "up-or-down").get_by_role("radio")
        up_or_down.first.press("Space")
        up_or_down.first.press("ArrowDown")
        expect(up_or_down.nth(1)).to_be_checked()
        # keys that would add or cut a cell, were they JupyterLab's
        for key in ("a", "b", "x"):
            page.keyboard.press(key)
        expect(notebook.cells).to_have_count(cells)
        button(page, "how-high", "Commit").press("Enter")
        expect(result(page, "how-high")).to_contain_text("in this model it is 30%")
        expect(page.locator("#line-b svg")).to_be_visible()
        expect(element(page, "my-notes").get_by_role("listitem")).to_have_count(1)
        notebook.close()
