"""Living figures in a real browser: keys, presets, addresses, tables, maps and play."""

import re
from functools import partial

import numpy as np
import pytest
from browser import in_each_browser
from course_pages import controls_of, course_figure, wait_until_live
from javascript import LIVING
from playwright.sync_api import expect

from breaking_the_loop.ocd_cycle import cycle
from looplab import browser
from looplab.model import draws
from looplab.model.program import components, program

PAGE = "01_ocd_cycle"


@pytest.fixture
def opened(open_exported):
    """Open notebook 01 with no figure covered; `opened(address, **context)` gives the page."""
    return partial(open_exported, PAGE)


@pytest.fixture
def reset(uncovered):
    """Notebook 01 with every figure at its defaults, opened once for the tests that only move
    controls."""
    page = uncovered(PAGE)
    for button in page.get_by_role("button", name="Reset").all():
        button.dispatch_event("click")
    status = page.locator("#boundary figcaption [role=status]")
    expect(status).to_have_text(course_figure(PAGE, "boundary").description())
    return page


def control(page, figure_id, label):
    """The native control of one figure, by its label."""
    return controls_of(page, figure_id).get_by_label(label)


@in_each_browser
def test_model_a_in_the_browser_equals_numpy_on_40_random_parameter_sets(page):
    rng = np.random.default_rng(1)
    record = ("w", "delta", "obsession")
    parts = components(cycle.two_traces, record)
    wanted = [name if k is None else f"{name}[{k}]" for name, k in parts]
    page.set_content("<p>models</p>")
    page.add_script_tag(content=LIVING)
    data = program(cycle.two_traces)
    page.evaluate("([data, wanted]) => { self.model = new Runner(data, wanted); }", [data, wanted])
    compared = 0
    for seed in range(40):
        given = {p.name: float(rng.uniform(p.low, p.high)) for p in cycle.two_traces.parameters}
        numpy = cycle.two_traces.run(200, learners=3, every=10, seed=seed, record=record, **given)
        browser = page.evaluate(
            """([p, seed]) => model.simulate(p, seed, { steps: 200, learners: 3, every: 10 })
              .map((array) => Array.from(array))""",
            [list(given.values()), seed],
        )
        ours = [*np.moveaxis(numpy["w"], 1, 0), numpy["delta"], numpy["obsession"]]
        for mine, theirs in zip(ours, browser, strict=True):
            np.testing.assert_allclose(np.reshape(theirs, (3, 20)).T, mine, atol=1e-9)
            compared += 1
    assert compared == 40 * len(wanted)


@in_each_browser
def test_the_browsers_draws_are_those_of_numpy(page):
    page.set_content("<p>draws</p>")
    page.add_script_tag(content=LIVING)
    browser = page.evaluate("Array.from(uniforms(3, 2, 50, 2))")
    assert browser == np.transpose(draws.uniforms(3, 2, 0, 50, 2), (2, 1, 0)).ravel().tolist()


@in_each_browser
def test_an_arrow_key_moves_the_line_and_the_spoken_value(reset):
    page = reset
    slider = control(page, "boundary", "memory after bad surprises")
    line = page.locator('#boundary [id="boundary-1-0"] path')
    before = line.get_attribute("d")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(line).not_to_have_attribute("d", before)
    assert slider.get_attribute("aria-valuetext") == "0.15"


@in_each_browser
def test_what_a_move_drew_is_not_drawn_once_more_in_the_next_frame(reset):
    """Numbers, words at lines and pressed presets: what is written anew is laid out anew."""
    figure = reset.locator("#one-turn")
    figure.scroll_into_view_if_needed()
    counted = (
        controls_of(reset, "one-turn")
        .locator("input[type=range]")
        .first.evaluate(
            """async (slider) => {
          await new Promise(requestAnimationFrame);
          slider.value = slider.valueAsNumber < slider.max ? slider.max : slider.min;
          slider.dispatchEvent(new Event("input", { bubbles: true }));
          const figure = document.getElementById("one-turn");
          const parts = figure.querySelectorAll(".ll-canvas svg, .ll-numbers, .ll-tools");
          const seen = [];
          const eye = new MutationObserver((records) => seen.push(...records));
          const all = { subtree: true, childList: true, characterData: true, attributes: true };
          for (const part of parts) eye.observe(part, all);
          const count = () => [...seen, ...eye.takeRecords()].length;
          await null; // what was asked for in microtasks is drawn
          await null;
          const first = count();
          seen.length = 0;
          for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
          return [parts.length, first, count()];
        }"""
        )
    )
    assert counted[0] == 3 and counted[1] > 0, "the move drew something"
    assert counted[2] == 0


def test_presets_reset_and_address_work_together(opened):
    page = opened()
    figure = page.locator("#boundary")
    figure.get_by_role("button", name="Reversed").click()
    page.wait_for_function("() => location.hash.includes('nu_plus=0.1')")
    address = page.evaluate("location.hash")
    again = opened(address)
    slider = control(again, "boundary", "memory after good surprises")
    assert slider.input_value() == "0.1"
    again.locator("#boundary").get_by_role("button", name="Reset").click()
    assert slider.input_value() == "0.9"


@in_each_browser
def test_the_data_behind_a_figure_can_be_read_as_a_table(reset):
    page = reset
    figure = page.locator("#boundary")
    data = figure.locator("details").filter(has_text="Data as a table")
    data.locator("summary").click()
    rows = data.locator("tbody tr")
    expect(rows).to_have_count(16)
    expected = course_figure(PAGE, "boundary").values()
    assert float(rows.nth(15).locator("td").nth(1).inner_text()) == pytest.approx(
        expected["share"][-1], rel=1e-4
    )


@in_each_browser
def test_every_number_behind_a_figure_is_shown_with_its_status_and_source(reset):
    page = reset
    panel = page.locator("#boundary details").filter(has_text="The numbers behind it")
    assert "4 assumed, 6 published" in panel.locator("summary").inner_text()
    panel.locator("summary").click()
    row = panel.locator("tr").filter(has_text="patience")
    expect(row).to_contain_text("0.5")
    expect(row).to_contain_text("published")
    assert row.locator("a").first.get_attribute("href").startswith("https://doi.org/10.1371/")
    page.locator("#boundary").get_by_role("button", name="Reversed").click()
    expect(panel.locator("tr").filter(has_text="memory after good surprises")).to_contain_text(
        "0.10"
    )


@in_each_browser
def test_a_map_is_coarse_while_a_slider_moves_and_fine_once_it_rests(reset):
    page = reset
    squares = page.locator('#boundary [id="boundary-3-0"] path')
    path = "document.querySelector('[id=\"boundary-3-0\"] path')"
    count = f"{path}.getAttribute('d').split('M').length - 1"
    live = course_figure(PAGE, "boundary")
    assert page.evaluate(count) == np.count_nonzero(live.values()["lasting"])
    slider = control(page, "boundary", "patience")
    slider.focus()
    page.evaluate(
        f"""() => {{
          window.counts = [];
          const seen = new MutationObserver(() => window.counts.push({count}));
          seen.observe({path}, {{ attributes: true }});
        }}"""
    )
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => window.counts.length >= 2")
    values = live.values(gamma=0.6)
    coarse, fine = page.evaluate("window.counts")
    assert 0 < coarse <= 16 < fine == np.count_nonzero(values["lasting"])
    (_, x0, x1), (_, y0, y1) = live.spec()["axes"][2]
    corners = re.findall(r"M(-?[\d.]+) (-?[\d.]+)H(-?[\d.]+)", squares.get_attribute("d"))
    left, low, right = np.array(corners, float).T
    shown = values["lasting"] > 0
    half = values["across"][shown] / 2
    np.testing.assert_allclose(left, x0 + x1 * (values["lasting_x"][shown] - half), atol=0.011)
    np.testing.assert_allclose(right, x0 + x1 * (values["lasting_x"][shown] + half), atol=0.011)
    np.testing.assert_allclose(low, y0 + y1 * (values["lasting_y"][shown] - half), atol=0.011)


@in_each_browser
def test_stepping_through_time_moves_the_dot_and_the_ledger(reset):
    page = reset
    slider = page.get_by_label("step", exact=True)
    slider.focus()
    place = "document.querySelector('[id=\"one-turn-0-0\"] use').getAttribute('x')"
    before = page.evaluate(place)
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"() => {place} !== '{before}'")
    status = page.locator("#one-turn [role=status]")
    page.wait_for_function(
        "() => document.querySelector('#one-turn [role=status]').textContent.startsWith('Step 18')"
    )
    assert "the learner waits in the obsession" in status.inner_text()


@in_each_browser
def test_play_advances_by_itself_and_stops(reset):
    page = reset
    # Which timers run, in the words of the page.
    page.evaluate("""() => {
      window.ticking = new Set();
      const { setInterval, clearInterval } = window;
      window.setInterval = (...rest) => {
        const id = setInterval(...rest);
        window.ticking.add(id);
        return id;
      };
      window.clearInterval = (id) => { window.ticking.delete(id); clearInterval(id); };
    }""")
    page.get_by_role("button", name="Play").click()
    slider = page.get_by_label("step", exact=True)
    expect(slider).to_have_value(re.compile(r"^(19|2\d)$"))
    page.get_by_role("button", name="Pause").click()
    page.wait_for_function("() => window.ticking.size === 0")
    expect(page.get_by_role("button", name="Play")).to_be_visible()


FOCUSED = """() => {
  const { activeElement: e } = document;
  const before = Boolean(e.dataset.visited);
  e.dataset.visited = "yes";
  return [e.type ?? "", e.textContent.trim(), e === document.body, before];
}"""


@in_each_browser
def test_the_notebook_can_be_worked_to_its_end_with_the_keyboard_alone(open_exported):
    page = open_exported(PAGE, covered=True)
    covered = page.locator("figure[data-covered]")
    asked = covered.count()
    assert asked >= 10
    for _ in range(600):
        page.keyboard.press("Tab")
        kind, text, at_the_end, before = page.evaluate(FOCUSED)
        if at_the_end:
            break
        if kind in ("radio", "range"):
            page.keyboard.press("Space" if kind == "radio" else "ArrowRight")
        elif text.startswith(("Commit", "Check", "Up")) and not before:
            page.keyboard.press("Enter")
    assert at_the_end
    expect(covered).to_have_count(0)

    page.reload()
    wait_until_live(page, PAGE)
    expect(covered).to_have_count(0)

    # Past the end of a page Firefox gives the focus to its own buttons; a reload leaves it there.
    page.get_by_role("button", name="Clear everything").click()
    page.get_by_role("button", name="Yes, clear").click()
    expect(covered).to_have_count(asked)


@in_each_browser
def test_arrow_keys_reach_whatever_a_figure_draws_as_a_link(page):
    page.set_content("""<div><svg>
      <a href="https://example.org/1" tabindex="0"><path d="M0 0h9v9"/></a>
      <g style="display: none"><a href="https://example.org/2" tabindex="-1"><path/></a></g>
      <a href="https://example.org/3" tabindex="-1"><g><text y="20">three</text></g></a>
      <a href="https://example.org/4" tabindex="-1"><use style="display: none"/></a>
    </svg></div>""")
    page.add_script_tag(content=browser.module("looplab/figure/controls.js"))
    page.evaluate("linkSymbols(document.querySelector('svg'))")
    page.locator("a").first.focus()
    for key, place in (("ArrowRight", 2), ("ArrowRight", 0), ("ArrowLeft", 2)):
        page.keyboard.press(key)
        expect(page.locator("a").nth(place)).to_be_focused()
