"""What a link to a page carries: read, refused in words, written back, in V8 and in a browser."""

import json
import math
from functools import cache

import pytest
from browser import in_each_browser
from course_pages import MAKERS, controls_of, course_figure
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect
from py_mini_racer import MiniRacer

from looplab import browser
from looplab.figure import controls

PAGE = "01_ocd_cycle"


@cache
def engine():
    racer = MiniRacer()
    # V8 alone has no URL; this one splits and decodes what the tests write.
    racer.eval("""globalThis.URLSearchParams = class {
      constructor(text) { this.pairs = text.split("&").filter(Boolean).map((pair) => {
        const [name, ...value] = pair.split("=");
        const plain = (part) => part.replace(/\\+/g, " ")
          .replace(/(%[0-9a-f]{2})+/gi, decodeURIComponent);
        return [plain(name), plain(value.join("="))];
      }); }
      [Symbol.iterator]() { return this.pairs[Symbol.iterator](); }
    };""")
    racer.eval(browser.module("looplab/publish/page/address.js"))
    return racer


def schema(notebook):
    """The settings of each figure, as the page's host knows them."""
    return [
        [
            id,
            [
                {"name": c.name, **controls.record(c)}
                for c in course_figure(notebook, id).controls.values()
            ],
        ]
        for id in MAKERS[notebook]
    ]


def read(address, notebook=PAGE):
    call = f"readAddress({json.dumps(address)}, new Map({json.dumps(schema(notebook))}))"
    return json.loads(engine().eval(f"JSON.stringify({call})"))


def write(place, state):
    return engine().eval(f"writeAddress({json.dumps({'place': place, 'settings': state})})")


@st.composite
def states(draw):
    notebook = draw(st.sampled_from(sorted(MAKERS)))
    figure_id = draw(st.sampled_from(sorted(MAKERS[notebook])))
    state = {}
    for control in course_figure(notebook, figure_id).controls.values():
        if isinstance(control, controls.Student):
            continue  # a reader's own number belongs to the page
        low, high = controls.limits(control)
        whole = isinstance(control, controls.Choice | controls.Timeline)
        numbers = st.integers(low, high) if whole else st.floats(low, high, allow_nan=False)
        state[control.name] = draw(numbers)
    return notebook, figure_id, state


@settings(max_examples=100, deadline=None)
@given(states())
def test_a_state_of_any_figure_comes_back_from_its_address(drawn):
    notebook, figure_id, state = drawn
    address = write(figure_id, state)
    found = read(address, notebook)
    assert found["place"] == figure_id
    assert found["refused"] == []
    assert found["settings"].keys() == state.keys()
    for name, value in state.items():
        assert math.isclose(found["settings"][name], value, rel_tol=1e-11, abs_tol=1e-300)
    assert write(figure_id, found["settings"]) == address


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_no_address_stops_a_page(text):
    for address in (f"#{text}", f"#boundary?{text}", f"#boundary?nu_plus={text}"):
        found = read(address)
        assert all(0 <= value <= 0.9 for value in found["settings"].values())


@pytest.mark.parametrize(
    "query, used, told",
    [
        ("nu_plus=0.5&nu_minus=0.25", {"nu_plus": 0.5, "nu_minus": 0.25}, None),
        ("nu_plus=0,5", {"nu_plus": 0.5}, None),
        ("nu_plus=0.5&utm_source=mail&fbclid=x", {"nu_plus": 0.5}, None),
        ("nu_plus=0.5&v=1", {"nu_plus": 0.5}, None),
        ("nu_plus=7&nu_minus=0.3", {"nu_minus": 0.3}, "(nu_plus) = 7: choose from 0 to 0.9."),
        ("nu_plus=", {}, "(nu_plus) = nothing: choose from 0 to 0.9."),
        ("nu_plus=0.5%", {}, "(nu_plus) = 0.5%: choose from 0 to 0.9."),
        ("nu_plus=Infinity", {}, "(nu_plus) = Infinity: choose from 0 to 0.9."),
        ("nu_plus=0x1", {}, "(nu_plus) = 0x1: choose from 0 to 0.9."),
        ("nu_mnus=0.5", {}, "no nu_mnus; perhaps nu_minus is meant."),
        ("v=9", {}, "of version 9; this page reads version 1."),
    ],
)
def test_what_a_link_asks_for_is_used_or_refused_in_words(query, used, told):
    found = read(f"#boundary?{query}")
    assert found["settings"] == used
    assert len(found["refused"]) == (told is not None)
    assert told is None or told in found["refused"][0]


@in_each_browser
def test_a_broken_escape_in_an_address_leaves_every_figure_alive(open_exported):
    page = open_exported(PAGE, "#50%")
    assert page.get_by_text("could not start").count() == 0


@pytest.fixture
def settled(page_factory, exported):
    """`settled(address)`: notebook 01 as a new reader meets it at that address, all alive."""

    def opened(address):
        page = page_factory([], viewport={"width": 1280, "height": 720})
        page.goto(exported(PAGE).as_uri() + address)
        expect(page.locator("#boundary figcaption")).to_be_attached()
        return page

    return opened


def value(page, label, figure="boundary"):
    return float(controls_of(page, figure).get_by_label(label).input_value())


PLUS, MINUS = "memory after good surprises", "memory after bad surprises"


@in_each_browser
def test_a_link_to_a_covered_figure_leads_to_its_question_and_holds_after_the_reveal(settled):
    page = settled("#boundary?nu_plus=0.5&nu_minus=0.4")
    question = page.locator("[id='predict-where-it-lasts']")
    expect(question).to_be_in_viewport()
    question.get_by_role("button", name="Show me").click()
    expect(page.locator("#boundary[data-covered]")).to_have_count(0)
    expect(controls_of(page, "boundary").get_by_label(PLUS)).to_have_js_property("value", "0.5")
    assert (value(page, PLUS), value(page, MINUS)) == (0.5, 0.4)
    page.wait_for_function("() => location.hash.includes('nu_plus=0.5&nu_minus=0.4')")


def test_no_setting_of_a_figure_has_the_name_that_asks_to_be_shown():
    assert read("#boundary?shown=1&nu_plus=0.5") == read("#boundary?nu_plus=0.5") | {"shown": True}
    assert "shown" not in read("#boundary?shown=0")
    names = [control["name"] for book in MAKERS for _, all_ in schema(book) for control in all_]
    assert "shown" not in names


@in_each_browser
def test_a_link_may_open_a_figure_shown_as_if_its_reader_had_looked_first(settled):
    page = settled("#boundary?nu_plus=0.5&nu_minus=0.4&shown=1")
    expect(page.locator("#boundary[data-covered]")).to_have_count(0)
    expect(controls_of(page, "boundary").get_by_label(PLUS)).to_have_js_property("value", "0.5")
    assert value(page, MINUS) == 0.4
    question = page.locator("[id='predict-where-it-lasts']")
    expect(question).to_have_attribute("data-state", "skipped")
    expect(question.get_by_role("button", name="Predict after all")).to_be_visible()


@in_each_browser
def test_a_bare_name_leads_to_the_figure(open_exported):
    page = open_exported(PAGE, "#treatments")
    expect(page.locator("#treatments")).to_be_in_viewport()


@in_each_browser
def test_a_changed_address_is_followed_and_what_it_refuses_stays_until_the_reader_acts(
    open_exported,
):
    page = open_exported(PAGE, "#boundary?nu_plus=0.5")
    expect(page.locator("#boundary")).to_be_in_viewport()
    page.evaluate("location.hash = '#boundary?nu_plus=0.3&nu_minus=5'")
    expect(controls_of(page, "boundary").get_by_label(PLUS)).to_have_js_property("value", "0.3")
    told = page.locator("#boundary [role=alert]", has_text="choose from 0 to 0.9")
    expect(told).to_be_visible()
    # until the figure has drawn, spoken and written its state
    page.wait_for_function("() => !location.hash.includes('nu_minus=5')")
    expect(told).to_be_visible()
    page.evaluate("history.back()")
    expect(controls_of(page, "boundary").get_by_label(PLUS)).to_have_js_property("value", "0.5")
    expect(told).to_be_hidden()
