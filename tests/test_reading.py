"""How a reader finds the way: the first screen, parts and progress, code, the way back, paper."""

import io
import re

import pytest
from browser import in_each_browser
from bs4 import BeautifulSoup
from course_pages import FIGURES_ON_PAGE, MAKERS, looked_first, wait_until_live
from playwright.sync_api import expect
from pypdf import PdfReader

NOTEBOOK = "01_ocd_cycle"


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)], ids=str)
@pytest.mark.parametrize("notebook", MAKERS)
def test_what_to_know_before_is_on_the_first_screen(page_factory, exported, notebook, size):
    width, height = size
    page = page_factory(viewport={"width": width, "height": height}, java_script_enabled=False)
    page.goto(exported(notebook).as_uri())
    before = page.get_by_label("Before you start")
    expect(before).to_contain_text("not medical advice")
    box = before.bounding_box()
    assert box["y"] + box["height"] <= height
    title = page.get_by_role("heading", level=1).bounding_box()
    assert title["y"] + title["height"] <= height


def test_the_first_screen_says_in_two_lines_how_to_read_the_page(page_factory, exported):
    page = page_factory(viewport={"width": 1280, "height": 720})
    page.goto(exported(NOTEBOOK).as_uri())
    how = page.locator(".ll-reading")
    expect(how).to_contain_text("say what you expect, then move the controls")
    box = how.bounding_box()
    assert box["y"] + box["height"] <= 720
    lines = box["height"] / how.evaluate("e => parseFloat(getComputedStyle(e).lineHeight)")
    assert round(lines) == 2


SIZES = """() => [...document.querySelectorAll(".ll-parts a")].map((link) => {
  const { width, height } = link.getBoundingClientRect();
  return Math.min(width, height);
})"""


@pytest.mark.parametrize("notebook", MAKERS)
def test_the_parts_are_large_enough_for_a_finger_on_every_screen(page_factory, exported, notebook):
    page = page_factory(java_script_enabled=False)
    page.goto(exported(notebook).as_uri())
    for width in (320, 360, 390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 720})
        assert min(page.evaluate(SIZES)) >= 24, width
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_folded_table_has_the_width_of_the_page(uncovered):
    table = uncovered("03_onset_timelines").locator("details", has_text="All 89 plotted rows").last
    table.evaluate("(fold) => { fold.open = true; }")
    wide = "(node) => node.getBoundingClientRect().width"
    assert table.evaluate(wide) > 0.9 * table.page.locator("main section").first.evaluate(wide)
    table.evaluate("(fold) => { fold.open = false; }")


# The words of the tables in answers that stand on two lines.
TORN = r"""(cells) => {
  const torn = [];
  for (const cell of cells) {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let text; (text = texts.nextNode());)
      for (const { 0: word, index } of text.data.matchAll(/\p{Letter}+/gu)) {
        const range = document.createRange();
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        if (new Set([...range.getClientRects()].map(({ top }) => top)).size > 1) torn.push(word);
      }
  }
  return torn;
}"""


@pytest.mark.parametrize("notebook", ["02_nmda_mechanism", "03_onset_timelines"])
def test_on_a_phone_no_word_of_a_table_is_torn(page_factory, exported, notebook):
    page = page_factory(viewport={"width": 390, "height": 844})
    looked_first(page, notebook)
    page.goto(exported(notebook).as_uri())
    wait_until_live(page, notebook)
    # As where the browser knows no hyphens of the language.
    page.add_style_tag(content=".ll-learn * { hyphens: manual !important }")
    cells = page.locator(".ll-see :is(th, td)")
    assert cells.count() > 10
    expect(cells.last).to_be_visible()
    assert cells.evaluate_all(TORN) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("notebook", MAKERS)
def test_negative_numbers_have_a_true_minus_sign(uncovered, notebook):
    """In all that a reader sees, opened or folded; code has the signs of code."""
    read = uncovered(notebook).evaluate("""() => {
      const page = document.querySelector('main').cloneNode(true);
      for (const e of page.querySelectorAll('pre, code, script, style, math')) e.remove();
      return page.textContent;
    }""")
    around = r".{0,30}(?<![\w.\-–−/=])-\d.{0,20}"
    assert re.findall(around, read) == []


@in_each_browser
def test_one_switch_opens_all_code_and_is_remembered(open_exported):
    page = open_exported(NOTEBOOK, viewport={"width": 1280, "height": 720})
    folded = page.locator("details.ll-source:not([open])")
    opened = page.locator("details.ll-source[open]")
    count = folded.count()
    assert count > 10 and opened.count() == 0
    expect(folded.first.locator("summary")).to_have_text(re.compile(r"^Code · \d+ lines?$"))
    switch = page.get_by_role("button", name="Show code")
    switch.press("Enter")
    expect(switch).to_have_attribute("aria-pressed", "true")
    expect(opened).to_have_count(count)
    page.reload()
    expect(opened).to_have_count(count)
    switch.press("Enter")
    expect(folded).to_have_count(count)


def test_a_switch_that_would_do_nothing_is_not_shown(page_factory, exported):
    page = page_factory(java_script_enabled=False)
    page.goto(exported(NOTEBOOK).as_uri())
    assert page.locator(".ll-code-switch").count() == 2
    expect(page.get_by_role("button", name="Show code")).to_have_count(0)


@pytest.mark.parametrize("notebook", MAKERS)
def test_every_formula_has_as_many_parts_as_it_needs(exported, notebook):
    soup = BeautifulSoup(exported(notebook).read_text("utf-8"), "html.parser")
    needs = {"msub": 2, "msup": 2, "mfrac": 2, "mover": 2, "munder": 2, "msubsup": 3}
    found = [(len(each.find_all(recursive=False)), each) for each in soup.find_all(needs)]
    assert found
    assert not [str(each) for parts, each in found if parts != needs[each.name]]


@in_each_browser
def test_contents_and_bar_show_what_is_done_and_what_is_left(open_exported):
    page = open_exported(NOTEBOOK, covered=True, viewport={"width": 1280, "height": 720})
    first = (
        page.get_by_role("navigation", name="Parts")
        .get_by_role("link")
        .and_(page.locator("[data-part='1']"))
    )
    expect(first).to_have_accessible_name("Part 1, not yet")
    page.locator(".ll-contents > summary").click()
    left = page.locator(".ll-left")
    total = int(re.fullmatch(r"About (\d+) of \1 minutes are left\.", left.inner_text())[1])
    part = page.locator("section[data-part='1']")
    minutes = int(part.get_attribute("data-minutes"))
    expect(part.locator(".ll-part")).to_contain_text("0 of 1 prediction made")
    part.get_by_role("button", name="Show me instead").click()
    expect(part.locator(".ll-part")).to_contain_text("1 of 1 prediction made")
    # Every question of the part, however it was answered, makes it done.
    for check in part.locator(".ll-check").all():
        if check.get_by_role("textbox").count():
            check.get_by_role("textbox").fill("1")
        else:
            check.get_by_role("radio").first.check()
        check.get_by_role("button", name="Check my answer").click()
    expect(first).to_have_accessible_name(re.compile("Part 1, (done|here)"))
    expect(first).to_have_attribute("data-done", "")
    expect(left).to_have_text(f"About {total - minutes} of {total} minutes are left.")
    expect(page.locator(".ll-contents .ll-done[data-part='1']")).to_have_text("✓ done")
    page.reload()
    wait_until_live(page, NOTEBOOK)
    expect(first).to_have_attribute("data-done", "")


@in_each_browser
def test_the_page_leads_back_to_where_the_reader_stopped(open_exported, exported):
    page = open_exported(NOTEBOOK)
    expect(page.locator(".ll-back")).to_be_hidden()
    page.locator("#boundary").evaluate("e => e.scrollIntoView({ behavior: 'instant' })")
    page.goto("about:blank")
    page.goto(exported(NOTEBOOK).as_uri())
    back = page.locator(".ll-back a")
    expect(back).to_have_text("Two sliders, one boundary")
    back.click()
    expect(page.locator("#boundary")).to_be_in_viewport()


def test_on_a_slow_computer_too_a_link_leads_to_its_place_and_the_reader_may_leave(open_exported):
    page = open_exported(NOTEBOOK)
    slow = page.context.new_cdp_session(page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 8})
    page.reload()
    page.evaluate("location.hash = '#Glossary'")
    # Again and again until it holds: on the way there, all parts are laid out for the first time.
    expect(page.locator("#Glossary")).to_be_in_viewport()
    page.mouse.wheel(0, -2000)
    expect(page.locator("#Glossary")).not_to_be_in_viewport()


def test_printed_every_figure_has_words_and_every_heading_stands_in_the_outline(open_exported):
    page = open_exported(NOTEBOOK)
    headings = page.evaluate(
        """() => [...document.querySelectorAll('h1, h2, h3, h4')]
          .filter((heading) => heading.checkVisibility()).map((heading) => heading.textContent)"""
    )
    pdf = PdfReader(io.BytesIO(page.pdf(tagged=True, outline=True, prefer_css_page_size=True)))
    # "Part 1: " before a title is for those who listen; on paper the number stands beside it.
    spoken = [plain(text) for text in headings]
    assert all(map(str.endswith, spoken, [plain(text) for text in titles(pdf.outline)]))
    assert len(list(titles(pdf.outline))) == len(headings) > FIGURES_ON_PAGE[NOTEBOOK]
    pictures = [node for node in nodes(pdf) if node.get("/S") == "/Figure"]
    described = [node for node in pictures if str(node.get("/Alt", "")).strip()]
    assert len(described) == len(pictures) >= FIGURES_ON_PAGE[NOTEBOOK]


def plain(text):
    return re.sub(r"\s+", "", text)


def titles(outline):
    for entry in outline:
        if isinstance(entry, list):
            yield from titles(entry)
        else:
            yield entry.title


def nodes(pdf):
    """Every element of the document's structure, which is what a screen reader reads."""
    waiting = [pdf.trailer["/Root"]["/StructTreeRoot"]]
    while waiting:
        node = waiting.pop()
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            waiting.extend(node)
        elif isinstance(node, dict):
            yield node
            if "/K" in node:
                waiting.append(node["/K"])
