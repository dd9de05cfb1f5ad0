"""Every page as its readers set it up, looked at by axe, and as it is told to who cannot see it.

What a page tells is kept in `tests/told/`, one file a notebook, so that a change of it is seen in
review. TOLD=1 in the environment writes the files anew.
"""

import os
import re

import pytest
from browser import REPOSITORY, SEEN_AS, axe_report, see_as
from course_pages import LAID_OUT, MAKERS, ORDER, kept_before, wait_until_ready

# What is wider than its place joins the tab order a moment after the screen changed its size.
REACHED = """() => [...document.querySelectorAll(".ll-scroll, .ll-math, .ll-columns, .ll-canvas")]
  .every((box) => (box.scrollWidth > box.clientWidth) === (box.tabIndex === 0))"""
AT = "(number) => Reveal.getSlidePastCount() === number"
# What is not there yet, and figures whose description waits for them to rest.
UNSETTLED = ".ll-mount:not([data-live]), .ll-now[aria-busy=true]"
TOLD = REPOSITORY / "tests" / "told"


@pytest.fixture
def worked(uncovered):
    """`worked(notebook)`: its page, uncovered, with all that a reader can open or write opened or
    written: verdicts, and on the page of notebook 01 a rule that changed and one with a slip."""

    def opened(notebook):
        page = uncovered(notebook)
        page.evaluate(LAID_OUT)
        for button in page.get_by_role("button", name="Open every verdict").all():
            button.click()
        if notebook == "01_ocd_cycle" and not page.locator(".ll-open").count():
            rules = page.locator(".ll-equations", has=page.get_by_label("credit =", exact=True))
            rules.first.get_by_role("button", name="Edit the equations").click()
            rule = rules.first.get_by_label("credit =", exact=True)
            rule.fill("where(delta >= 0, new_e_minus, new_e_plus)")
            rule.press("Enter")
            page.locator("#boundary .ll-changed:visible").wait_for()
            rule.fill("where(delta >= 0, new_e_minos, new_e_plus)")
            page.locator(".ll-equations [aria-invalid=true]").wait_for()
        return page

    return opened


@pytest.mark.parametrize("seen_as", SEEN_AS)
@pytest.mark.parametrize("notebook", MAKERS)
def test_a_page_has_no_fault_that_axe_can_find_and_scrolls_one_way(worked, notebook, seen_as):
    page = worked(notebook)
    see_as(page, seen_as)
    if "size" in SEEN_AS[seen_as]:
        page.wait_for_function(REACHED, polling=100)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert axe_report(page, seen_as, targets=True) == ""


BORDERS = """([selector, [name, value]]) => {
  const node = document.querySelector(selector);
  const seen = () => {
    const { borderBottom, borderLeft } = getComputedStyle(node);
    return `${borderBottom} ${borderLeft}`;
  };
  const states = [seen()];
  if (name === "class") node.classList.toggle(value);
  else if (node.getAttribute(name) === value) node.removeAttribute(name);
  else node.setAttribute(name, value);
  return [...states, seen()];
}"""


def test_in_forced_colours_a_state_is_seen_by_its_border(worked):
    page = worked("01_ocd_cycle")
    see_as(page, "forced colours")
    for selector, state in [
        (".ll-parts li:last-child a", ("data-done", "")),
        (".ll-parts li:last-child a", ("aria-current", "step")),
        (".ll-code-switch:last-child", ("aria-pressed", "true")),
        ("#boundary .ll-tools button", ("aria-pressed", "true")),
        (".ll-equation", ("class", "ll-edited")),
        (".ll-predict", ("data-state", "revealed")),
        (".ll-figure .ll-status", ("class", "ll-hypothesis")),
    ]:
        assert page.locator(selector).count(), selector
        there, gone = page.evaluate(BORDERS, [selector, state])
        assert there != gone, selector
        page.evaluate(BORDERS, [selector, state])
    # what is drawn keeps its colours, on a ground of its own
    lines = page.evaluate("""() => [...document.querySelectorAll(".ll-figure svg path")]
      .map((path) => getComputedStyle(path).stroke).filter((stroke) => stroke !== "none")""")
    assert len(set(lines)) >= 3
    focused = page.locator("#boundary input[type=range]").first
    focused.focus()
    page.keyboard.press("ArrowRight")
    assert focused.evaluate("node => getComputedStyle(node).outlineWidth") == "3px"


# Prose and the cells of tables would make of what is kept a second notebook.
PROSE = """text paragraph strong emphasis superscript subscript code blockquote listitem rowgroup
row rowheader cell""".split()


def told(locator):
    """What is told of an element and all in it but prose: a line each, long names cut."""
    lines = []
    for line in locator.aria_snapshot().splitlines():
        role = re.match(r" *- '?([\w/]+)", line)
        if role and role[1] not in PROSE and role[1] != "/url":
            lines.append(re.sub(r"([^\[\]\"]{80})[^\[\]\"]+", r"\1…", line).removesuffix(":"))
    return lines


def compare(name, lines):
    """Compare what is told with what is kept under this name, or keep it."""
    file = TOLD / f"{name}.txt"
    if "TOLD" in os.environ:
        file.write_text("\n".join(lines) + "\n", "utf-8")
    assert file.read_text("utf-8").splitlines() == lines, f"TOLD=1 writes {file.name} anew"


@pytest.mark.parametrize("notebook", MAKERS)
def test_what_a_page_tells_is_what_was_kept(open_exported, notebook):
    page = open_exported(notebook)
    page.wait_for_function(f"() => !document.querySelector('{UNSETTLED}')")
    compare(notebook, told(page.locator("body")))


def test_what_a_deck_tells_slide_by_slide_is_what_was_kept(page_factory, decks):
    notebook = "05_fit_yourself"
    page = page_factory([], viewport={"width": 1280, "height": 720})
    kept_before(page, ORDER)
    page.goto(decks(notebook).as_uri())
    wait_until_ready(page)
    page.wait_for_function(f"() => !document.querySelector('{UNSETTLED}')")
    lines = []
    for number in range(page.evaluate("Reveal.getTotalSlides()")):
        page.wait_for_function(AT, arg=number, polling=20)
        slide = page.locator(".slides section section.present")
        lines += [f"# {slide.get_attribute('id')}", *told(slide)]
        page.keyboard.press("PageDown")
    compare(f"{notebook}.slides", lines)
