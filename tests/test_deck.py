"""Slides of every notebook: made from its own words, turned from the keyboard, alive, silent."""

import math
import re
import unicodedata
from contextlib import suppress
from urllib.parse import parse_qsl, unquote

import nbformat
import pytest
from browser import REPOSITORY, axe_report, in_each_browser
from bs4 import BeautifulSoup
from course_pages import MAKERS, course_figure, wait_until_ready, words_at
from playwright.sync_api import TimeoutError, expect

from looplab.errors import LoopError
from looplab.learn.text import block
from looplab.publish import slides
from looplab.publish.deck import _answers, deck_html
from looplab.publish.widgets import templates

FULL = """[...slide.querySelectorAll('.ll-room, .ll-panel, figcaption')]
  .filter((box) => getComputedStyle(box).display !== 'none'
    && (box.scrollHeight > box.clientHeight + 1
      || [box, ...box.querySelectorAll('.ll-math, .ll-scroll')]
        .some((each) => each.scrollWidth > each.clientWidth + 1)))"""
OVER = f"(slide) => {FULL}.map((box) => `${{slide.id}}: ${{box.className || box.tagName}}`)"
# A slide is fitted again in the frame after a change; what is too large even then, it scrolls.
FITTED = f"(slide) => {FULL}.every((box) => box.hasAttribute('data-scrolls'))"
SMALL = """(slide) => [...slide.querySelectorAll('.ll-fit > :is(p, ul, ol):not([class]) , .ll-few')]
  .map((each) => parseFloat(getComputedStyle(each).fontSize) * each.currentCSSZoom)
  .filter((size) => size < 24)"""
# The words beside the drawings that are smaller than the smallest of a drawing may be.
TINY = """(slide) => [...slide.querySelectorAll('*')]
  .filter((each) => !each.closest('svg') && each.checkVisibility({ visibilityProperty: true })
    && each.getBoundingClientRect().width > 1
    && [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim())
    && parseFloat(getComputedStyle(each).fontSize) * each.currentCSSZoom < 12)
  .map((each) => each.textContent.trim())"""
# Pixels of the smallest words of a drawing, as they stand on the screen.
DRAWN = """(slide) => Math.min(...[...slide.querySelectorAll('.ll-canvas svg :is(text, tspan)')]
  .filter((each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .map((each) => {
    const { a, b, c, d } = (each.closest('text') ?? each).getScreenCTM();
    return parseFloat(getComputedStyle(each).fontSize) * Math.sqrt(Math.abs(a * d - b * c));
  }))"""
# Whether a field cuts its option and nothing says the whole of it: measured on a field that has
# this option alone.
CUT = """(field) => {
  const alone = field.cloneNode(false);
  alone.append(new Option(field.selectedOptions[0]?.text ?? ''));
  alone.style = 'position: absolute; width: max-content; min-width: 0; max-width: none';
  field.after(alone);
  const cut = alone.offsetWidth > field.offsetWidth + 1;
  alone.remove();
  const whole = field.parentElement.querySelector('.ll-chosen');
  const said = whole?.checkVisibility() ? whole.textContent : '';
  return cut && said !== field.selectedOptions[0].text;
}"""
# A slide of a figure at rest: all that is chosen is said, nothing is cut, and none of it is tiny.
SETTLED = f"""(id) => {{
  const slide = document.getElementById(id);
  const fields = [...slide.querySelectorAll('.ll-panel select')];
  return !fields.some({CUT}) && !{FULL}.length && !({TINY})(slide).length;
}}"""
MOVED = """(field, value) => {
  field.value = value;
  for (const type of ['input', 'change']) field.dispatchEvent(new Event(type, { bubbles: true }));
}"""
# For each letter: its shape, its pattern, and in which quarter of the sheet they lie.
QUARTERS = """() => [...document.querySelectorAll('svg g')].map((group) => {
  const { left, right, top, bottom } = group.getBoundingClientRect();
  const [shape, text] = group.children;
  const [x, y] = [left / innerWidth, top / innerHeight].map((share) => Math.floor(2 * share));
  const inside = right < (x + 1) * innerWidth / 2 && bottom < (y + 1) * innerHeight / 2;
  const drawn = shape.getAttribute('points') ?? shape.tagName;
  return [text.textContent, drawn, shape.getAttribute('fill'), inside && `${x} ${y}`];
})"""
KEPT = "() => JSON.stringify([localStorage, sessionStorage, document.cookie])"
CURRENT = "() => Reveal.getCurrentSlide().id"
AT = "(id) => Reveal.getCurrentSlide().id === id"
# The notes were scrolled, and lie still: a browser scrolls smoothly.
RESTS = """() => {
  const { scrollTop } = document.querySelector("main");
  const still = scrollTop > 0 && scrollTop === globalThis.before;
  globalThis.before = scrollTop;
  return still;
}"""
LINES = """(node) => {
  const range = document.createRange();
  range.selectNodeContents(node);
  return range.getClientRects().length;
}"""
SAYS = """([id, text]) => document.querySelector(`#${id} figcaption [role=status]`)
  .textContent.replace(/\\s+/g, ' ').trim() === text"""


def saved(notebook):
    path = REPOSITORY / "notebooks" / f"{notebook}.ipynb"
    return nbformat.read(path, as_version=4), path


def over(slide):
    """The boxes of a slide that hold more than they show, once it is fitted."""
    with suppress(TimeoutError):
        fitted = f"(id) => ({FITTED})(document.getElementById(id))"
        slide.page.wait_for_function(fitted, arg=slide.get_attribute("id"), polling=20)
    return slide.evaluate(OVER)


@pytest.fixture
def shown(page_factory, decks):
    """`shown(notebook, address)`: its slides with the network off, every figure alive.

    They ask for nothing but themselves, and say nothing to the console.
    """
    requests, said = [], []

    def opened(notebook, address="", **options):
        options = {"viewport": {"width": 1280, "height": 720}} | options
        page = page_factory(requests, **options)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(decks(notebook).as_uri() + address)
        wait_until_ready(page)
        return page

    yield opened
    assert said == []
    assert all(url.startswith("file:") for url in requests)


def speaker_of(page):
    """The speaker's window of a deck, opened from it."""
    with page.expect_popup() as opening:
        page.keyboard.press("s")
    return opening.value


@in_each_browser
@pytest.mark.parametrize("notebook", MAKERS)
def test_every_slide_is_reached_by_keyboard_fits_is_accessible_and_its_figure_follows_its_keys(
    shown, decks, notebook
):
    assert decks(notebook).stat().st_size <= 1_300_000
    page = shown(notebook)
    total = page.evaluate("Reveal.getTotalSlides()")
    seen, moved = [], 0
    for number in range(total):
        slide = page.locator(".slides section section.present")
        seen.append(page.evaluate(CURRENT))
        if slide.locator(".ll-mount .ll-figure").count():
            moved += follows_its_keys(page, notebook, slide)
            assert page.evaluate(CURRENT) == seen[-1]
        assert over(slide) == []
        assert slide.evaluate(SMALL) == []
        assert slide.evaluate(TINY) == []
        # In both browsers for one slide of each kind: below.
        if page.context.browser.browser_type.name == "chromium":
            assert axe_report(page, "light", ".slides section section.present") == "", seen[-1]
        page.keyboard.press(["PageDown", "ArrowRight", "Space"][number % 3])
    assert len(set(seen)) == total
    assert moved == page.locator(".ll-figure .ll-controls").count() >= 3
    page.set_viewport_size({"width": 1920, "height": 1080})
    for name in seen:
        page.evaluate("(id) => { location.hash = id; }", name)
        page.wait_for_function(AT, arg=name, polling=20)
        assert over(page.locator(f"[id='{name}']")) == []
        box = page.locator(f"[id='{name}']").bounding_box()
        assert box["x"] >= -1 and box["x"] + box["width"] <= 1921
        assert box["y"] >= -1 and box["y"] + box["height"] <= 1041


@pytest.fixture
def all_parts(page_factory, tmp_path):
    """`all_parts(notebook)`: its deck along the way of all parts, opened."""

    def opened(notebook):
        file = tmp_path / f"{notebook}.slides.html"
        file.write_text(deck_html(*saved(notebook), "all"), encoding="utf-8")
        page = page_factory(viewport={"width": 1280, "height": 720})
        page.goto(file.as_uri())
        wait_until_ready(page)
        return page

    return opened


@pytest.mark.parametrize("notebook", MAKERS)
def test_the_words_of_every_drawing_can_be_read_from_the_slide_that_shows_it(all_parts, notebook):
    page = all_parts(notebook)
    slides = page.locator(".slides section section:has(.ll-canvas svg)")
    names = slides.evaluate_all("all => all.map((slide) => slide.id)")
    assert len(names) >= len(MAKERS[notebook])
    sizes, large = {}, []
    for name in names:
        page.evaluate("(id) => { location.hash = id; }", name)
        page.wait_for_function(AT, arg=name, polling=20)
        slide = page.locator(f"[id='{name}']")
        if slide.locator(".ll-figure[data-covered]").count():
            slide.get_by_role("button", name="Show me", exact=True).click()
            expect(slide.locator(".ll-strip")).not_to_be_empty()
        # a slide is fitted once more when it is turned to
        page.evaluate("Reveal.dispatchEvent({ type: 'resize' })")
        large += over(slide)
        sizes[name] = slide.evaluate(DRAWN)
    assert {name: round(size, 1) for name, size in sizes.items() if size < 12} == {}
    assert large == []


def test_the_sheet_of_letters_has_one_in_each_quarter_told_by_shape_and_pattern_too(
    page_factory, tmp_path
):
    pypdf = pytest.importorskip("pypdf")
    page = page_factory([])
    sheet = tmp_path / "letters.html"
    sheet.write_text(templates.get_template("letters.html.j2").render(), encoding="utf-8")
    page.goto(sheet.as_uri())
    assert axe_report(page, "light") == ""
    for size in ("A4", "Letter"):
        file = tmp_path / f"{size}.pdf"
        page.pdf(path=file, format=size, prefer_css_page_size=True)
        [sheet] = pypdf.PdfReader(file).pages
        # a letter with a rim is written twice
        assert sorted(set(squeezed(sheet.extract_text()))) == list("ABCD")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})  # an A4 sheet
    letters, shapes, patterns, quarters = zip(*page.evaluate(QUARTERS), strict=True)
    assert letters == tuple("ABCD") and quarters == ("0 0", "1 0", "0 1", "1 1")
    assert len(set(shapes)) == len(set(patterns)) == 4


def test_a_link_is_followed_whatever_the_deck_was_doing(shown):
    page = shown("01_ocd_cycle", "#slide-ledger-held-back/ledger-held-back?nu_plus=0.5")
    # A change of size in the moment between a new address and its event.
    page.evaluate(
        """() => {
            location.hash = "#slide-part-2";
            Reveal.dispatchEvent({ type: "resize" });
        }"""
    )
    page.wait_for_function(AT, arg="slide-part-2", polling=20)


def follows_its_keys(page, notebook, slide):
    """Uncover the figure of this slide, move its first field, compare its words with NumPy."""
    figure = slide.locator(".ll-figure")
    figure_id = figure.get_attribute("id")
    if figure.get_attribute("data-covered"):
        before = page.locator(f"section:has(+ [id='{slide.get_attribute('id')}'])")
        assert before.locator(".ll-learn").count(), "the question stands on the slide before"
        assert slide.locator(".ll-strip").inner_text() == ""
        figure.get_by_role("button", name="Show me").press("Enter")
        expect(slide.locator(".ll-strip")).not_to_be_empty()
    field = figure.locator(".ll-controls :is(input[type=range], select)").first
    if not field.count():
        return 0
    old = field.input_value()
    field.press("ArrowRight" if field.evaluate("f => f.matches('input')") else "ArrowDown")
    if field.input_value() == old:
        field.press("ArrowLeft" if field.evaluate("f => f.matches('input')") else "ArrowUp")
    assert field.input_value() != old
    page.wait_for_function("(id) => location.hash.includes(`/${id}?`)", arg=figure_id, polling=20)
    place, _, query = page.evaluate("location.hash").partition("?")
    assert unquote(place) == f"#{slide.get_attribute('id')}/{figure_id}"
    values = {name: float(text) for name, text in parse_qsl(query)}
    live = course_figure(notebook, figure_id)
    settings = {
        name: int(value) if isinstance(live.defaults[name], int) else value
        for name, value in values.items()
    }
    page.wait_for_function(SAYS, arg=[figure_id, words_at(live, settings)], polling=20)
    field.press("Escape")
    return 1


# The deck with most long options in Firefox, too: it lays them out otherwise.
@pytest.mark.parametrize(
    ("notebook", "browser"),
    [*((name, "chromium") for name in MAKERS), ("02_nmda_mechanism", "firefox")],
    indirect=["browser"],
)
def test_a_figure_moved_anywhere_has_nothing_cut_and_says_a_long_option_whole(shown, notebook):
    page = shown(notebook)
    written = 0
    names = page.locator(".slides section section:has(.ll-panel)").evaluate_all(
        "all => all.map((slide) => slide.id)"
    )
    # a larger screen shows the same slide, scaled: its menus are enough
    for width, height, fields in ((1280, 720, FIELDS), (1920, 1080, "select")):
        page.set_viewport_size({"width": width, "height": height})
        for name in names:
            page.evaluate("(id) => { location.hash = id; }", name)
            page.wait_for_function(AT, arg=name, polling=20)
            slide = page.locator(f"[id='{name}']")
            if slide.locator(".ll-figure[data-covered]").count():
                slide.get_by_role("button", name="Show me", exact=True).click()
                expect(slide.locator(".ll-strip")).not_to_be_empty()
            for field in slide.locator(f".ll-panel {fields}").all():
                before = field.input_value()
                for value in [*field.evaluate(VALUES), before]:
                    field.evaluate(MOVED, value)
                    page.wait_for_function(SETTLED, arg=name, polling=20)
                    written += field.evaluate(WRITTEN)
            for menu in slide.locator(".ll-tools select").all():
                assert menu.evaluate("(menu) => menu.selectedIndex >= 0")
    assert written or notebook not in WRITTEN_OUT


WRITTEN_OUT = {"02_nmda_mechanism", "03_onset_timelines", "05_fit_yourself"}
"""Decks of which an option is longer than its field."""
FIELDS = ":is(input[type=range], select)"
# The ends of a slider, and the options of a menu.
VALUES = """(field) => field.matches('select')
  ? [...field.options].map(({ value }) => value).filter(Boolean) : [field.min, field.max]"""
WRITTEN = """(field) => Boolean(field.matches('select')
  && field.parentElement.querySelector('.ll-chosen')?.textContent)"""


@in_each_browser
def test_a_link_to_a_figure_opens_it_as_large_as_turning_to_it_does(shown):
    page = shown("04_weighing_the_evidence", "#slide-virtual-trial")
    expect(page.locator("#slide-virtual-trial .ll-panel")).not_to_have_css("zoom", "1")
    linked = page.locator("#virtual-trial").bounding_box()
    assert over(page.locator("#slide-virtual-trial")) == []
    page.keyboard.press("PageUp")
    page.keyboard.press("PageDown")
    page.wait_for_function(AT, arg="slide-virtual-trial", polling=20)
    assert page.locator("#virtual-trial").bounding_box() == linked
    assert linked["width"] > 1200


def test_many_equations_stand_in_two_columns_and_are_large(shown):
    page = shown("01_ocd_cycle", "#slide-worth-equations")
    slide = page.locator("#slide-worth-equations")
    expect(slide.get_by_role("button", name="Edit the equations")).to_be_visible()
    left, right = (each.bounding_box() for each in slide.locator(".ll-published > p").all())
    assert abs(left["y"] - right["y"]) < 1 and right["x"] > left["x"] + left["width"]
    assert slide.locator(".ll-fit").evaluate("(box) => box.currentCSSZoom") >= 0.85


@pytest.mark.parametrize("notebook", MAKERS)
def test_on_the_way_of_all_parts_what_is_too_large_for_a_slide_scrolls_by_keyboard(
    all_parts, notebook
):
    page = all_parts(notebook)
    slides, scrolled = page.locator(".slides section section"), 0
    for name in slides.evaluate_all("all => all.map((slide) => slide.id)"):
        page.evaluate("(id) => { location.hash = id; }", name)
        page.wait_for_function(AT, arg=name, polling=20)
        slide = page.locator(f"[id='{name}']")
        if not over(slide):
            continue
        # a table or a program that no slide can hold; never a figure, a question or prose
        room = slide.locator(".ll-room[tabindex='0']")
        assert slide.locator(":is(table, pre, .ll-equations)").count(), name
        room.press("ArrowDown")
        page.wait_for_function(
            "(id) => document.querySelector(`[id='${id}'] .ll-room`).scrollTop > 0", arg=name
        )
        assert page.evaluate(CURRENT) == name
        if not scrolled:
            assert axe_report(page, "light", f"[id='{name}']") == ""
        scrolled += 1
    assert scrolled <= 8


def test_a_link_leads_to_a_slide_and_sets_its_figure_and_a_link_of_the_page_works_too(shown):
    page = shown("01_ocd_cycle", "#slide-ledger-held-back/ledger-held-back?nu_plus=0.5")
    assert page.evaluate(CURRENT) == "slide-ledger-held-back"
    good = page.locator("#ledger-held-back").get_by_label("memory after good surprises")
    expect(good).to_have_js_property("value", "0.5")
    page.evaluate("location.hash = '#slide-part-2'")
    page.wait_for_function(AT, arg="slide-part-2", polling=20)
    page.evaluate("location.hash = '#ledger-held-back?nu_plus=0.3'")
    page.wait_for_function(AT, arg="slide-ledger-held-back", polling=20)
    expect(good).to_have_js_property("value", "0.3")
    page.evaluate("location.hash = '#boundary'")
    page.wait_for_function(AT, arg="slide-boundary", polling=20)  # its question comes first


@in_each_browser
def test_a_link_made_on_a_slide_opens_there_in_the_state_that_was_set(shown):
    page = shown("01_ocd_cycle", "#slide-ledger-held-back")
    figure = page.locator("#ledger-held-back")
    figure.get_by_role("button", name="Held back, memory corrected").press("Enter")
    good = figure.get_by_label("memory after good surprises")
    good.press("ArrowLeft")
    said = figure.locator("figcaption [role=status]")
    set_so = {"nu_plus": "0.85", "nu_minus": "0.8", "way": "1"}
    page.wait_for_function(f"() => location.hash.includes('nu_plus={set_so['nu_plus']}')")
    page.wait_for_function(SAYS, arg=["ledger-held-back", held_back(**set_so)], polling=20)
    there = shown("01_ocd_cycle", page.evaluate("location.hash"))
    assert there.evaluate(CURRENT) == "slide-ledger-held-back"
    there.wait_for_function(SAYS, arg=["ledger-held-back", held_back(**set_so)], polling=20)
    there.keyboard.press("r")
    expect(there.locator("#ledger-held-back [role=status]")).not_to_have_text(said.inner_text())


def held_back(**settings):
    """What the figure says at these settings."""
    figure = course_figure("01_ocd_cycle", "ledger-held-back")
    values = {name: type(figure.defaults[name])(text) for name, text in settings.items()}
    return words_at(figure, values)


def test_what_was_answered_before_gives_nothing_away_when_the_deck_opens_again(shown):
    page = shown("01_ocd_cycle", "#slide-worth")
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Commit").click()
    expect(page.locator("#slide-worth-2 .ll-strip")).not_to_be_empty()
    page.reload()
    wait_until_ready(page)
    expect(page.locator("#worth[data-covered]")).to_be_attached()
    expect(page.locator("#slide-worth .ll-result")).to_be_empty()


def test_a_figure_is_frozen_let_go_and_reset_by_key(shown):
    page = shown("01_ocd_cycle", "#slide-ledger-held-back")
    slider = page.locator("#ledger-held-back input[type=range]").first
    page.keyboard.press("z")
    expect(slider).to_be_disabled()
    expect(page.get_by_role("button", name="Freeze the figure")).to_have_attribute(
        "aria-pressed", "true"
    )
    page.keyboard.press("z")
    expect(slider).to_be_enabled()
    rest = slider.input_value()
    slider.press("Home")
    slider.press("Escape")
    page.keyboard.press("r")
    expect(slider).to_have_js_property("value", rest)


def test_keys_of_the_overview_the_black_screen_and_the_help(shown):
    page = shown("01_ocd_cycle")
    page.keyboard.press("Escape")
    expect(page.locator(".reveal.overview")).to_be_attached()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".reveal.overview")).to_have_count(0)
    assert page.evaluate("Reveal.getIndices().h") == 1
    page.keyboard.press("b")
    expect(page.locator(".reveal.paused")).to_be_attached()
    page.keyboard.press(".")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("Reveal.getIndices().h") == 1
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()


def test_the_speakers_window_shows_notes_minutes_and_the_next_slide_follows_and_steers(shown):
    page = shown("01_ocd_cycle", "#slide-worth")
    speaker = speaker_of(page)
    expect(speaker.get_by_role("heading", level=1)).to_contain_text("A learner knows this world")
    expect(speaker.locator("main")).to_contain_text("Waiting is free only for a moment")
    expect(speaker.locator("dl")).to_contain_text("What each action is worth")
    expect(speaker.locator("dl")).to_contain_text(re.compile(r"Left\d+ min"))
    expect(speaker.locator("dl")).to_contain_text(re.compile(r"Since the start0:\d\d"))
    expect(speaker.locator("dl")).to_contain_text(re.compile(r"Clock\d"))
    page.keyboard.press("PageDown")
    expect(speaker.locator("main")).to_contain_text("The compulsion is not the mistake")
    speaker.keyboard.press("ArrowRight")
    page.wait_for_function(AT, arg="slide-worth-equations", polling=20)
    speaker.get_by_role("button", name="Slide before").click()
    page.wait_for_function(AT, arg="slide-worth-2", polling=20)
    assert axe_report(speaker, "light") == ""


@pytest.mark.parametrize("notebook", MAKERS)
def test_what_a_cell_tells_the_lecturer_stands_in_the_notes_of_its_slides(decks, notebook):
    soup = BeautifulSoup(decks(notebook).read_text("utf-8"), "html.parser")
    read = " ".join(" ".join(each.get_text(" ").split()) for each in soup.select("aside.notes"))
    nb = nbformat.read(REPOSITORY / "notebooks" / f"{notebook}.ipynb", as_version=4)
    slides = {slide["id"].removeprefix("slide-") for slide in soup.select("section[id^=slide-]")}
    told = [
        cell.metadata.looplab["notes"]
        for cell in nb.cells
        if cell.id in slides and cell.metadata.get("looplab", {}).get("notes")
    ]
    assert len(told) >= 3
    for notes in told:
        words = BeautifulSoup(block(notes), "html.parser").get_text(" ")
        assert " ".join(words.split()) in read


def test_long_notes_scroll_in_the_speakers_window_and_the_clock_stays(shown):
    page = shown("01_ocd_cycle", "#slide-check-failure")
    speaker = speaker_of(page)
    speaker.set_viewport_size({"width": 800, "height": 420})
    notes = speaker.get_by_role("main", name="Notes")
    assert notes.evaluate("(box) => box.scrollHeight > box.clientHeight + 100")
    assert speaker.evaluate("document.documentElement.scrollHeight <= innerHeight")
    expect(notes).to_be_focused()
    speaker.keyboard.press("ArrowDown")
    speaker.wait_for_function(RESTS, polling=100)
    assert page.evaluate(CURRENT) == "slide-check-failure"
    # a word of a table's narrow column is not torn
    page.evaluate("location.hash = '#slide-part-1'")
    expect(speaker.get_by_role("heading", level=1)).to_have_text("The paradox")
    assert notes.evaluate("(box) => box.scrollTop") == 0
    cell = speaker.get_by_role("cell", name="obsession", exact=True).first
    assert cell.evaluate(LINES) == 1
    assert axe_report(speaker, "light") == ""


def test_the_speaker_freezes_the_figure_and_is_told_what_a_slide_without_a_title_says(shown):
    page = shown("01_ocd_cycle", "#slide-ledger-held-back")
    speaker = speaker_of(page)
    slider = page.locator("#ledger-held-back input[type=range]").first
    for state in (expect(slider).to_be_disabled, expect(slider).to_be_enabled):
        speaker.keyboard.press("z")
        state()
    for slide in page.locator(".slides section section").all():
        page.evaluate("(id) => { location.hash = id; }", slide.get_attribute("id"))
        page.wait_for_function(AT, arg=slide.get_attribute("id"), polling=20)
        name = speaker.get_by_role("heading", level=1).inner_text()
        assert re.search(r"\w{3}", name), slide.get_attribute("id")
    nothing = [text for text in speaker.locator("dd").all_inner_texts() if text == "–"]
    assert nothing == []


def test_the_speaker_reads_an_answer_as_it_is_asked_for():
    said = _answers(
        {
            "format": ".0%",
            "unit": "",
            "answer": -0.3,
            "outcomes": {"right": {"feedback": "Yes."}, "wrong": {"feedback": "No."}},
            "mistakes": [{"value": 0.25, "feedback": "A quarter."}],
        }
    )
    assert re.findall("<b>(.*?)</b>", said) == ["−30%", "anything else", "25%"]
    said = _answers(
        {
            "format": ".1f",
            "unit": "weeks",
            "outcomes": {name: {"feedback": name} for name in ("close", "high", "low")},
            "accepts": [{"value": -2.0, "feedback": "So."}],
        }
    )
    assert re.findall("<b>(.*?)</b>", said) == ["about right", "too high", "too low", "−2.0 weeks"]


@in_each_browser
def test_a_class_votes_by_letter_and_its_counts_stand_beside_the_truth_once_that_is_shown(shown):
    page = shown("01_ocd_cycle", "#slide-worth")
    slide, after = page.locator("#slide-worth"), page.locator("#slide-worth-2")
    options = slide.locator(".ll-option")
    lettered = [f"{letter} · " for letter in "ABC"]
    for option, letter in zip(options.all(), lettered, strict=True):
        expect(option.get_by_role("radio")).to_have_accessible_name(re.compile(f"^{letter}"))
    group = slide.get_by_role("group", name="Votes of the class")
    page.keyboard.press("v")
    expect(group.get_by_role("spinbutton", name="A")).to_be_focused()
    for letter, count in zip("ABC", ("5", "12", "3"), strict=True):
        group.get_by_role("spinbutton", name=letter).fill(count)
    group.get_by_role("spinbutton", name="C").press("ArrowUp")
    assert page.evaluate(CURRENT) == "slide-worth"
    expect(page.get_by_role("list", name="Votes")).to_have_count(0)
    slide.get_by_role("button", name="Show me instead").click()
    # the truth is the model's, by the number that the figure computes
    values = course_figure("01_ocd_cycle", "worth").values()
    assert values["q_compulsion"] > values["q_wait"]
    votes = slide.get_by_role("list", name="Votes of the class: 21")
    expect(votes.get_by_role("listitem")).to_have_count(3)
    at = next(i for i, o in enumerate(options.all()) if "compulsion." in o.inner_text())
    told = f"{'ABC'[at]}: {[5, 12, 4][at]} of 21, the model's answer"
    expect(votes.locator("[data-truth] .ll-unseen")).to_have_text(told)
    assert axe_report(page, "light", "#slide-worth") == ""
    kept = page.evaluate(KEPT)
    page.keyboard.press("PageDown")
    expect(after.get_by_role("list", name="Votes of the class: 21")).to_be_visible()
    assert over(after) == []
    speaker = speaker_of(page)
    named = speaker.get_by_role("spinbutton", name=f"{'ABC'[at]} · The compulsion.")
    expect(named).to_have_js_property("value", str([5, 12, 4][at]))
    named.fill("1000000")
    named.press("PageUp")
    page.wait_for_function(AT, arg="slide-worth", polling=20)
    total = 21 - [5, 12, 4][at] + 999
    expect(slide.get_by_role("list", name=f"Votes of the class: {total}")).to_be_visible()
    assert axe_report(speaker, "light") == ""
    # nowhere but in this window
    assert page.evaluate(KEPT) == kept
    page.reload()
    wait_until_ready(page)
    expect(group.get_by_role("spinbutton", name="A")).to_have_js_property("value", "")


@in_each_browser
def test_a_class_votes_on_a_number_by_quarters_of_its_slider(shown):
    page = shown("02_nmda_mechanism")
    slide = page.locator(".ll-slide-question", has=page.locator("#predict-twenty-minutes-later"))
    name = slide.get_attribute("id")
    page.evaluate("(id) => { location.hash = `#${id}`; }", name)
    page.wait_for_function(AT, arg=name, polling=20)
    # a slider from 0 to 100 %
    quarters = ["below 25 %", "25 to below 50 %", "50 to below 75 %", "75 % or more"]
    lettered = [f"{letter} · {text}" for letter, text in zip("ABCD", quarters, strict=True)]
    group = slide.get_by_role("group", name="Votes of the class")
    fields = group.get_by_role("spinbutton").all()
    for field, text in zip(fields, lettered, strict=True):
        expect(field).to_have_accessible_name(text)
    page.keyboard.press("v")
    expect(fields[0]).to_be_focused()
    for count in "7310":
        page.keyboard.type(count)
        page.keyboard.press("Tab")
    expect(page.get_by_role("list", name="Votes")).to_have_count(0)
    assert page.locator("[data-truth]").count() == 0
    assert over(slide) == []
    slide.get_by_role("button", name="Show me instead").press("Enter")
    truth = float(course_figure("02_nmda_mechanism", "washout").values()["clements_20"])
    right = [truth < 25, 25 <= truth < 50, 50 <= truth < 75, truth >= 75].index(True)
    told = f"{'ABCD'[right]}, {quarters[right]}: {'7310'[right]} of 11, the model's answer"
    votes = slide.get_by_role("list", name="Votes of the class: 11")
    expect(votes.locator("[data-truth] .ll-unseen")).to_have_text([told])
    assert axe_report(page, "light", f"#{name}") == ""
    assert over(slide) == []
    page.keyboard.press("PageDown")
    after = page.locator(".slides section section.present")
    expect(after.get_by_role("list", name="Votes of the class: 11")).to_be_visible()
    assert over(after) == []
    field = speaker_of(page).get_by_role("spinbutton", name=lettered[3])
    expect(field).to_have_js_property("value", "")
    field.fill("4")
    expect(after.get_by_role("list", name="Votes of the class: 15")).to_be_visible()


# Dark colours are for Chromium (see `launch_firefox`).
@pytest.mark.parametrize(
    ("scheme", "browser"),
    [("light", "chromium"), ("dark", "chromium"), ("light", "firefox")],
    indirect=["browser"],
)
def test_slides_of_each_kind_the_overview_and_the_help_have_no_fault_that_axe_finds(shown, scheme):
    page = shown("01_ocd_cycle", **({"color_scheme": "dark"} if scheme == "dark" else {}))
    for name in (
        "title",
        "part-1",
        "worth",
        "worth-2",
        "worth-equations",
        "rule",
        "exercise-value",
    ):
        page.evaluate("(id) => { location.hash = id; }", f"slide-{name}")
        page.wait_for_function(AT, arg=f"slide-{name}")
        if name == "worth-2":
            page.get_by_role("button", name="Show me", exact=True).click()
        assert axe_report(page, scheme) == "", name
    page.keyboard.press("?")
    assert axe_report(page, scheme) == ""


@in_each_browser
def test_slides_are_alive_in_a_sandboxed_frame(page_factory, decks):
    file = decks("03_onset_timelines")
    frame = file.with_name("frame.html")
    size = 'width="1280" height="720"'
    frame.write_text(
        f'<iframe sandbox="allow-scripts" src="{file.name}" title="d" {size}></iframe>'
    )
    page = page_factory([], viewport={"width": 1300, "height": 740})
    page.goto(frame.as_uri())
    inner = page.frame_locator("iframe")
    expect(inner.locator("body[data-ready]")).to_be_attached()
    inner.get_by_role("button", name="Next slide").click()
    expect(inner.locator("#slide-title-2")).to_be_visible()
    inner.get_by_role("button", name="Speaker view").click()
    expect(inner.get_by_text("A second window may not be opened here")).to_be_visible()


def test_on_paper_each_slide_has_a_sheet_with_all_its_words_and_nothing_cut(shown, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    page = shown(ON_PAPER)
    total = page.evaluate("Reveal.getTotalSlides()")
    file = tmp_path / "slides.pdf"
    page.evaluate(AS_PRINTED)
    page.pdf(path=file, prefer_css_page_size=True, print_background=True)
    assert page.evaluate("globalThis.printed") == []
    sheets = pypdf.PdfReader(file).pages
    assert len(sheets) == total
    page.emulate_media(media="print")
    slides = page.locator(".slides section section").all()
    for slide, sheet in zip(slides, sheets, strict=True):
        assert (sheet.mediabox.width, sheet.mediabox.height) == (960, 510)  # points of 1280 × 680
        said = slide.evaluate(SEEN)
        printed = squeezed(sheet.extract_text())
        lost = [word for word in re.findall(r"\w{4,}", said) if squeezed(word) not in printed]
        assert lost == [], slide.get_attribute("id")
        if slide.locator(".ll-canvas svg").count():
            assert drawn(sheet) > 15, slide.get_attribute("id")


@pytest.mark.parametrize("notebook", MAKERS)
def test_on_paper_what_scrolls_on_a_screen_takes_as_many_sheets_as_it_needs(
    all_parts, tmp_path, notebook
):
    pypdf = pytest.importorskip("pypdf")
    page = all_parts(notebook)
    file = tmp_path / "slides.pdf"
    page.evaluate(HEIGHTS)
    page.pdf(path=file, prefer_css_page_size=True, print_background=True)
    sheets = pypdf.PdfReader(file).pages
    printed = squeezed("".join(sheet.extract_text() for sheet in sheets))
    page.emulate_media(media="print")
    slides = page.locator(".slides section section")
    all_slides = "[...document.querySelectorAll('.slides section section')]"
    page.wait_for_function(f"() => {all_slides}.every({FITTED})", polling=20)
    scrolled = slides.filter(has=page.locator(".ll-room[data-scrolls]")).all()
    assert len(sheets) >= sum(math.ceil(each / SHEET) for each in page.evaluate("heights"))
    for slide in scrolled:
        words = re.findall(r"\w{4,}", slide.evaluate(SEEN))
        assert [word for word in words if squeezed(word) not in printed] == []
    assert scrolled or notebook != "04_weighing_the_evidence"


ON_PAPER = "01_ocd_cycle"
SHEET = 680  # pixels of its height
# How high each slide is at the moment of printing, once the deck has fitted it.
HEIGHTS = """() => matchMedia("print").addEventListener("change", ({ matches }) => {
  const slides = [...document.querySelectorAll(".slides section section")];
  if (matches) globalThis.heights ??= slides.map((slide) => slide.offsetHeight);
})"""
# What can be read on a slide: no drawing, no menu, and nothing that is folded.
SEEN = """(slide) => {
  const read = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data;
    if (!(node instanceof HTMLElement)) return '';
    if (node.matches('select, details:not([open]) > :not(summary)')) return '';
    const { display, clipPath } = getComputedStyle(node);
    if (display === 'none' || clipPath !== 'none') return '';
    return [...node.childNodes].map(read).join(' ');
  };
  return read(slide);
}"""
# Words that are torn: their letters stand on more than one line.
TORN = """(slide) => [...slide.querySelectorAll('.ll-numbers *, .ll-panel label, figcaption')]
  .flatMap((each) => [...each.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE))
  .flatMap((node) => [...node.data.matchAll(/[\\p{L}\\d]+/gu)].filter((word) => {
    const range = document.createRange();
    range.setStart(node, word.index);
    range.setEnd(node, word.index + word[0].length);
    return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1;
  }).map((word) => `${slide.id}: ${word[0]}`))"""
# What is cut or torn at the moment of printing, once the deck has fitted its slides.
AS_PRINTED = f"""() => matchMedia("print").addEventListener("change", ({{ matches }}) => {{
  if (!matches) return;
  const slides = [...document.querySelectorAll(".slides section section")];
  globalThis.printed = [...slides.flatMap({OVER}), ...slides.flatMap({TORN})];
}})"""


def squeezed(text):
    """The text without its spaces and ligatures: a sheet breaks words where it likes."""
    return re.sub(r"\W", "", unicodedata.normalize("NFKC", text))


def drawn(sheet):
    """How many paths a sheet draws, in whatever forms it keeps them."""
    forms, count = [sheet], 0
    while forms:
        form = forms.pop()
        content = form.get_contents() if form is sheet else form
        count += len(re.findall(rb"(?m)^[\d. -]+ m$", content.get_data()))
        below = form.get("/Resources", {}).get("/XObject", {})
        forms += [each for each in (below[name] for name in below) if each["/Subtype"] == "/Form"]
    return count


@pytest.mark.parametrize("notebook", MAKERS)
def test_the_content_note_stands_whole_on_the_first_slides(notebook):
    nb, path = saved(notebook)
    note = re.search(r"(?:^>.*\n?)+", nb.cells[0].source, re.M)[0]
    html = deck_html(nb, path)
    for sentence in slides.sentences(" ".join(re.sub(r"^> ?", "", note, flags=re.M).split())):
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", sentence).replace("*", "")
        text = re.sub(r"<[^>]+>", "", html).replace("&#39;", "'")
        assert plain.removeprefix("Before you start.").strip() in text
    assert html.index("not medical advice") < html.index('class="ll-agenda"')


@pytest.mark.parametrize("notebook", MAKERS)
def test_only_the_way_that_is_taken_is_shown_and_all_of_it(notebook):
    nb, path = saved(notebook)
    way = next(way for way in nb.metadata.looplab.paths if way["name"] == "class")
    begun = r'<section id="slide-([^"]*?)" class="ll-slide-part"'
    shown = {id for id in re.findall(begun, deck_html(nb, path)) if id in {c.id for c in nb.cells}}
    parts = {c.id for c in nb.cells if c.metadata.get("looplab", {}).get("part") in way["parts"]}
    assert shown - {"limits"} == parts
    every = {c.id for c in nb.cells if c.metadata.get("looplab", {}).get("part")}
    whole = deck_html(nb, path, "all")
    assert all(f'id="slide-{id}"' in whole for id in every)
    with pytest.raises(
        LoopError, match=f"{notebook} has no path 'clas'; there are: class, .*, all"
    ):
        deck_html(nb, path, "clas")


def small(*cells):
    """A notebook of Markdown cells; a pair gives its source and its type of slide."""
    nb = nbformat.v4.new_notebook()
    for number, cell in enumerate([("# Waves\n\nAbout them.", ""), *cells]):
        source, kind = cell if isinstance(cell, tuple) else (cell, "")
        made = nbformat.v4.new_markdown_cell(source, id=f"c{number}")
        if kind:
            made.metadata["slideshow"] = {"slide_type": kind}
        nb.cells.append(made)
    printed = [nbformat.v4.new_output("stream", text="1")]
    nb.cells.append(nbformat.v4.new_code_cell("1", id="last", outputs=printed))
    return nb


def test_types_of_slides_that_jupyter_knows_are_kept_to(tmp_path):
    nb = small(
        ("A first slide.", "slide"), ("It grows.", "fragment"), ("Say this.", "notes"),
        ("Not shown.", "skip"), ("Below.", "subslide"), ("A new column.", "slide"),
    )  # fmt: skip
    html = deck_html(nb, tmp_path / "01_waves.ipynb", "all")
    body = html[html.index('<div class="slides">') :]
    first = body[body.index("A first slide.") : body.index("Below.")]
    assert '<div class="fragment"><p>It grows.</p>' in first
    assert '<aside class="notes"><p>Say this.</p>' in first
    assert "Not shown" not in html
    assert "</section>\n</section>" not in first
    assert "</section>\n</section>" in body[body.index("Below.") : body.index("A new column.")]


LONG = """## 2 · Deep water  (5 minutes, class)

Waves travel. They carry energy and no water at all, which one can see from a cork that goes up and
down. Nobody would guess it from the shore, where they break and where water comes in with each.

The **speed** hangs on the depth of the water there. That is why a wave turns towards the shore and
why its crests come closer.

> Never swim alone.

<details><summary>More</summary>

Folded away.

</details>

| depth | speed |
| --- | --- |
| 1 | 3.1 |
"""


def test_long_prose_keeps_a_sentence_of_each_paragraph_and_the_rest_is_for_the_speaker():
    first, *others = slides.slides(LONG)
    assert first.title.startswith("2 · Deep water") and first.level == 2
    text = "\n".join(piece for each in [first, *others] for piece in each.text)
    assert "Waves travel. They carry energy" in text and "Nobody would guess" not in text
    assert (
        "The **speed** hangs on the depth of the water there." in text
        and "turns towards" not in text
    )
    assert "> Never swim alone." in text and "| 1 | 3.1 |" in text and "Folded" not in text
    assert "Nobody would guess" in first.notes and "Folded away" in first.notes
    assert all(each.count <= slides.MOST_WORDS for each in [first, *others])


def test_a_quoted_claim_never_stands_without_what_is_said_to_it():
    """Eight words are no few words, and what corrects the claim is the last sentence."""
    said = "The band marks what is advised. That is how long to wait, not when change begins."
    claim = "**“A trial is as long as its onset.”**"
    assert slides.words(claim) == slides.FEW_WORDS
    assert slides.message(f"{claim} {said}") == f"{claim} {said}"
    longer = " ".join(["One more sentence of as many as ten words in all."] * 6)
    kept = slides.message(f"*{claim.strip('*')}* {said} {longer}")
    assert kept.startswith(f"*{claim.strip('*')}* {said} One more")
    assert slides.MOST_WORDS - 11 < slides.words(kept) <= slides.MOST_WORDS
    assert slides.message(f"He said “yes” to all of it and to everything else. {said}") == (
        "He said “yes” to all of it and to everything else."
    )


def test_quotes_of_other_languages_end_where_they_do():
    text = "Sie heißt „Schleife“. Er sagt: „Nein. Nie.“ „Warum?“ fragt sie."
    assert slides.sentences(text) == [
        "Sie heißt „Schleife“.", "Er sagt: „Nein. Nie.“", "„Warum?“ fragt sie.",
    ]  # fmt: skip
    claim = "**„Eine Studie dauert so lange wie ihr Beginn.“**"
    said = "Das Band zeigt, was geraten wird."
    assert slides.message(f"{claim} {said}") == f"{claim} {said}"


def test_an_item_that_goes_on_in_the_next_has_no_semicolon_on_its_slide():
    long = " ".join(["word"] * 55)
    [first, *_] = slides.slides(f"- one **thing**: is a word;\n- {long}.\n- {long}.")
    assert first.text[0] == "- one **thing**: is a word"


def test_sentences_end_where_their_emphasis_and_brackets_do():
    text = "One (two. Three) four. *Five. Six.* As Cohen et al. 2024 say, “seven. Eight.” Nine $x$."
    assert slides.sentences(text) == [
        "One (two. Three) four.", "*Five. Six.*",
        "As Cohen et al. 2024 say, “seven. Eight.”", "Nine $x$.",
    ]  # fmt: skip
