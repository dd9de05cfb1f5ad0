"""One screen: every figure is seen whole, with its controls and numbers, and its words are large
enough to read; on a phone the drawing stays in sight while its controls are moved."""

import pytest
from course_pages import FIGURES_ON_PAGE, LAID_OUT, MAKERS
from playwright.sync_api import expect

# What is left of a screen of 1280 × 720 under the bar and a little air.
SCREEN = 656
SMALLEST = {(1280, 720): 12, (390, 844): 9}
"""Pixels of the smallest words of a drawing, by the size of the screen."""

PLACES = """() => [...document.querySelectorAll('figure.ll-figure')].map((figure) => {
  const top = figure.getBoundingClientRect().top;
  const used = figure.querySelectorAll('.ll-stage, .ll-panel > *, .ll-numbers');
  return [figure.id, Math.max(...[...used].map((e) => e.getBoundingClientRect().bottom - top))];
})"""
WORDS = """() => [...document.querySelectorAll('figure.ll-figure')].map((figure) => {
  // an exponent is a word of its own
  const said = [...figure.querySelectorAll('svg :is(text, tspan)')]
    .filter((each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  const size = (text) => {
    const { a, b, c, d } = (text.closest('text') ?? text).getScreenCTM();
    return parseFloat(getComputedStyle(text).fontSize) * Math.sqrt(Math.abs(a * d - b * c));
  };
  return [figure.id, Math.min(...said.map(size))];
})"""
# Words of one drawing that lie on each other, by more than the air around their letters.
ON_EACH_OTHER = """() => [...document.querySelectorAll('figure.ll-figure')].map((figure) => {
  const said = [...figure.querySelectorAll('svg text')]
    .filter((text) => text.textContent.trim() && text.checkVisibility({ visibilityProperty: true }))
    .map((text) => [text.textContent, text.getBoundingClientRect()]);
  const over = (one, other) =>
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > 2 &&
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > 4;
  return [figure.id, said.flatMap(([text, box], i) => said.slice(i + 1)
    .filter(([, other]) => over(box, other)).map(([other]) => `${text} | ${other}`))];
})"""
BESIDE = """() => [...document.querySelectorAll('figure.ll-figure')].map((figure) => {
  const [stage, panel] = ['.ll-stage', '.ll-panel'].map((name) => figure.querySelector(name));
  const controls = figure.closest('.ll-mount').parentElement.querySelectorAll('.ll-control');
  const inside = [...controls].every((control) => panel.contains(control));
  return [figure.id, !panel ||
    (inside && panel.getBoundingClientRect().left >= stage.getBoundingClientRect().right - 1)];
})"""
# With a figure's last control at the foot of the screen: how much of the drawing is in sight?
IN_SIGHT = """() => [...document.querySelectorAll('figure.ll-figure')].map((figure) => {
  const last = [...figure.querySelectorAll('.ll-control')].at(-1);
  if (!last) return [figure.id, 1];
  last.scrollIntoView({ block: 'end', behavior: 'instant' });
  const { top, bottom, height } = figure.querySelector('.ll-canvas').getBoundingClientRect();
  return [figure.id, (Math.min(bottom, innerHeight) - Math.max(top, 0)) / height];
})"""

ALL_REACHED = """() => {
  const boxes = [...document.querySelectorAll('.ll-scroll, .ll-math, .ll-columns, .ll-canvas')];
  const wide = boxes.filter((box) => box.scrollWidth > box.clientWidth);
  return wide.length > 0 && wide.every((box) => box.tabIndex === 0);
}"""

BROKEN = """() => [...document.querySelectorAll('main td a, main th a')].flatMap((link) => {
  const text = link.firstChild;
  return [...(text.data ?? '').matchAll(/[\\p{L}\\d]+/gu)].filter(({ index, 0: word }) => {
    const range = new Range();
    range.setStart(text, index);
    range.setEnd(text, index + word.length);
    return range.getClientRects().length > 1;
  }).map(([word]) => word);
})"""


@pytest.fixture
def sized(uncovered):
    """`sized(notebook, width, height)`: its page, every figure alive and uncovered."""

    def opened(notebook, width, height):
        page = uncovered(notebook)
        page.emulate_media(color_scheme="light", media="screen")
        page.set_viewport_size({"width": width, "height": height})
        return page

    return opened


def measured(page, notebook, script):
    found = dict(page.evaluate(script))
    assert len(found) == FIGURES_ON_PAGE[notebook]
    return found


@pytest.mark.parametrize("notebook", MAKERS)
def test_every_figure_fits_one_screen_with_its_controls_and_numbers(sized, notebook):
    page = sized(notebook, 1280, 720)
    heights = measured(page, notebook, PLACES)
    assert {name: height for name, height in heights.items() if height > SCREEN} == {}
    assert {
        name for name, beside in measured(page, notebook, BESIDE).items() if not beside
    } == set()


@pytest.mark.parametrize("size", SMALLEST, ids=str)
@pytest.mark.parametrize("notebook", MAKERS)
def test_the_words_of_every_drawing_are_large_enough_to_read(sized, notebook, size):
    sizes = measured(sized(notebook, *size), notebook, WORDS)
    assert {name: px for name, px in sizes.items() if px < SMALLEST[size]} == {}


@pytest.mark.parametrize("notebook", MAKERS)
def test_no_words_of_a_drawing_lie_on_each_other_as_it_opens(sized, notebook):
    found = measured(sized(notebook, 1280, 720), notebook, ON_EACH_OTHER)
    assert {name: pairs for name, pairs in found.items() if pairs} == {}


@pytest.mark.parametrize("notebook", MAKERS)
def test_on_a_phone_the_drawing_stays_in_sight_while_its_controls_are_moved(sized, notebook):
    shares = measured(sized(notebook, 390, 844), notebook, IN_SIGHT)
    assert {name: share for name, share in shares.items() if share < 0.99} == {}


@pytest.mark.parametrize("width", [320, 390, 640, 768])
@pytest.mark.parametrize("notebook", MAKERS)
def test_nothing_but_a_drawing_a_table_or_an_equation_scrolls_sideways(sized, notebook, width):
    page = sized(notebook, width, 800)
    page.evaluate(LAID_OUT)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_scrolls_sideways_is_reached_by_keyboard_before_it_was_ever_near(open_exported):
    page = open_exported("03_onset_timelines", viewport={"width": 320, "height": 640})
    page.wait_for_function(ALL_REACHED, polling=100)
    assert page.evaluate("scrollY") == 0
    # Printed columns keep their lines: they scroll, too.
    assert page.locator(".ll-columns[tabindex='0']").count() > 0
    wide = page.locator(":is(.ll-scroll, .ll-columns)[tabindex='0']")
    # Some are folded away, where they have no accessible name as yet.
    assert all(wide.evaluate_all("all => all.map((box) => box.getAttribute('aria-label'))"))


def test_a_long_option_is_written_out_below_its_field_and_only_where_it_is_cut(sized):
    page = sized("01_ocd_cycle", 1280, 720)
    field = page.locator(".ll-select:has(.ll-chosen) select").first
    field.scroll_into_view_if_needed()
    whole = field.locator("..").locator(".ll-chosen")
    lengths = field.evaluate("e => [...e.options].map((option) => option.text.length)")
    longest, shortest = lengths.index(max(lengths)), lengths.index(min(lengths))
    text = field.evaluate("(e, place) => e.options[place].text", longest)
    before = field.input_value()
    field.select_option(index=longest)
    expect(whole).to_have_text(text)
    field.select_option(index=shortest)
    expect(whole).to_be_empty()
    field.select_option(before)


def test_a_link_in_a_table_is_not_broken_inside_a_word_on_a_phone(sized):
    page = sized("03_onset_timelines", 390, 844)
    broken = page.evaluate(BROKEN)
    assert broken == []
