"""Random events against every exported page and a deck: pointer, keys, touch, editing, addresses.

After each few of them nothing is broken: no exception, no message, no number that is not finite, no
description missing, nothing wider than the screen. At the end every figure says what NumPy says at
the settings where it was left, memory has not piled up, and what the page kept lets it open again.

What fails prints its seed and the shortest sequence of events found that fails, too. A short part
runs with all other tests; the whole takes long: `pytest -m slow tests/test_fuzz.py`.
"""

import json
import math
import random
import time
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from browser import PATIENCE, in_each_browser, new_context
from course_pages import (
    MAKERS,
    ORDER,
    course_figure,
    kept_before,
    looked_first,
    record_messages,
    values_of,
    wait_until_live,
    wait_until_ready,
    words_at,
)
from playwright.sync_api import Error

from looplab.figure.controls import Logarithmic, Student, limits

FUZZING = (Path(__file__).parent / "fuzzing.js").read_text(encoding="utf-8")
PHONE, HALL = {"width": 320, "height": 640}, {"width": 1280, "height": 720}
BATCH = 10
SECONDS = 20  # until a figure that stays behind is called so, once a sequence is known to fail
TRIES = 40  # at shortening a sequence that fails
KEYS = """Tab Shift+Tab ArrowLeft ArrowRight ArrowUp ArrowDown Home End PageUp PageDown Enter Space
Escape Delete x 7 - . m""".split()
TEXTS = [
    *("", "0", "-1", "1e308", "1e-308", "1e999", "0,5", "−.5", "NaN", "Infinity", "half", "1/0"),
    *(
        "delta",
        "where(delta >= 0, new_e_minus, new_e_plus)",
        "0 * delta",
        "exp(delta)",
        "(",
        "((1))",
    ),
    *("constructor", "__proto__", "<img src=x onerror=alert(1)>", "\u202eabc", "\0", "9" * 400),
]
KINDS = {"slide": 8, "click": 8, "edit": 3, "draw": 2, "address": 2, "scroll": 1}
KINDS |= {"key": 3, "mouse": 1, "tap": 1}
REAL = ("key", "mouse", "tap")  # the browser's own events, one by one; the others go in batches


def events_of(notebook, seed, count):
    """Random events for the page of a notebook, always the same for a seed."""
    rng = random.Random(f"{notebook} {seed}")
    return [_event(notebook, rng) for _ in range(count)]


def _event(notebook, rng):
    kind = rng.choices(list(KINDS), KINDS.values())[0]
    event = {"kind": kind, "at": rng.random(), "value": rng.random()}
    if kind == "slide":
        event["rests"] = rng.random() < 0.5
    elif kind == "edit":
        event |= {"text": rng.choice(TEXTS), "key": rng.choice(["Enter", "Escape", "a"])}
    elif kind == "draw":
        places = [[rng.random(), rng.random()] for _ in range(rng.randint(2, 6))]
        event |= {"places": places, "pointer": rng.choice(["mouse", "touch", "pen"])}
    elif kind == "address":
        event["text"] = _address(notebook, rng)
    elif kind == "key":
        event["key"] = rng.choice(KEYS)
    return event


def _address(notebook, rng):
    figure_id = rng.choice(list(MAKERS[notebook]))
    parts = []
    for name, control in course_figure(notebook, figure_id).controls.items():
        low, high = limits(control)
        value = rng.choice(values_of(control)) if rng.random() < 0.8 else high + (high - low)
        parts.append(f"{name}={value if rng.random() < 0.9 else rng.choice(TEXTS)}")
    if rng.random() < 0.2:
        parts.append(f"rule.two_trace_rule.credit={rng.choice(TEXTS)}")
    return rng.choice(["#", "", "#50%", "#" + figure_id, f"#{figure_id}?{'&'.join(parts)}"])


UNFOLD = "() => document.querySelectorAll('details').forEach((each) => { each.open = true; })"
# A map has more rows once it rests.
FILLED = """() => [...document.querySelectorAll("figure:not([data-covered])")].every((figure) =>
  !figure.querySelector("[aria-busy]") && !figure.querySelector(".ll-table:empty"))"""


class Visit:
    """One page or deck under random events, from its opening on."""

    def __init__(self, browser, notebook, address, covered):
        self.messages, self.notebook = [], notebook
        self.deck = address.endswith(".slides.html")
        self.screen = HALL if self.deck else PHONE
        context = new_context(browser, viewport=self.screen, has_touch=True)
        context.set_offline(True)
        self.page = context.new_page()
        record_messages(self.page, self.messages)
        if covered:
            kept_before(self.page, ORDER)
        else:
            looked_first(self.page, notebook)
        self.page.goto(address)
        self.wait()
        self.page.evaluate(FUZZING)

    def wait(self):
        """Return when all of it is alive."""
        if self.deck:
            wait_until_ready(self.page)
        else:
            wait_until_live(self.page, self.notebook)

    def play(self, events):
        """Play the events; what is wrong after them."""
        together = []
        for event in events:
            if event["kind"] in REAL:
                if together:
                    self.page.evaluate("(events) => act(events)", together)
                    together = []
                self._really(event)
            else:
                together.append(event)
        return self.page.evaluate("(events) => fuzz(events)", together) + self.messages

    def _really(self, event):
        x, y = event["at"] * self.screen["width"], event["value"] * self.screen["height"]
        if event["kind"] == "key":
            self.page.keyboard.press(event["key"])
        elif event["kind"] == "mouse":
            self.page.mouse.click(x, y)
        else:
            self.page.touchscreen.tap(x, y)

    def stale(self, patience):
        """What figures say that is not what NumPy says where their controls stand now."""
        self.page.evaluate("publishedRules()")
        controls = [
            [id, [c.label for c in course_figure(self.notebook, id).controls.values()]]
            for id in MAKERS[self.notebook]
        ]
        deadline = None
        while True:
            said = self.page.evaluate("(controls) => said(controls)", controls)
            wrong = [each for each in said if not self._right(*each)]
            # NumPy may have taken longer than the page
            deadline = deadline or time.monotonic() + patience
            if not wrong or time.monotonic() > deadline:
                return [f"#{id} says “{words}” at {places}" for id, places, words in wrong]
            self.page.evaluate("frame()")

    def _right(self, figure_id, places, words):
        wanted = described(self.notebook, figure_id, tuple(places))
        return bool(words) if wanted is None else words in wanted

    def size(self):
        """What a page of any age may not pile up: its nodes, and those that it let go and keeps."""
        if self.page.context.browser.browser_type.name == "firefox":
            return {"nodes": self.page.evaluate("document.querySelectorAll('*').length")}
        session = self.page.context.new_cdp_session(self.page)
        session.send("HeapProfiler.collectGarbage")
        session.send("Performance.enable")
        found = session.send("Performance.getMetrics")["metrics"]
        session.detach()
        wanted = ("Nodes", "JSEventListeners", "JSHeapUsedSize")
        return {each["name"]: each["value"] for each in found if each["name"] in wanted}

    def unfolded(self):
        """The same page with all that folds open, and its tables filled."""
        self.page.evaluate(UNFOLD)
        self.page.wait_for_function(FILLED, polling=20)
        return self

    def close(self):
        self.page.context.close()


@cache
def described(notebook, figure_id, places):
    """What a figure may say where its controls' fields stand at these texts, as NumPy has it.

    None where it hangs on more than its controls: on a game that was played on the page, or on the
    number before one that was refused.
    """
    live = course_figure(notebook, figure_id)
    if any(source["kind"] == "kept" for source in live.spec()["sources"]):
        return None
    choices = []
    for (name, control), place in zip(live.controls.items(), places, strict=True):
        if isinstance(control, Student) and not place.isdecimal():
            return None
        choices.append(_chosen(control, place, live.defaults[name]))
    found = []
    for chosen in product(*choices):
        found.append(words_at(live, dict(zip(live.controls, chosen, strict=True))))
    return found


def _chosen(control, place, default):
    """The values of a control whose field stands at this text: one, or its default beside it."""
    if isinstance(control, Logarithmic):
        near = min(control.positions, key=lambda each: abs(each - 10 ** float(place)))
        # a default may lie between two steps
        rests = abs(math.log10(default) - float(place)) <= 0.5 / control.steps
        return [near, default] if rests else [near]
    whole = not hasattr(control, "step")
    return [int(place) if whole else float(place)]


def first_fault(visit, events, batch, patience=PATIENCE / 1000):
    """Play the events until something is wrong: how many were played, and what is wrong."""
    for start in range(0, len(events), batch):
        played = min(start + batch, len(events))
        try:
            wrong = visit.play(events[start:played])
            if played == len(events) and not wrong:
                wrong = visit.stale(patience)
        except Error as error:
            wrong = [f"the page does not answer: {error.message.splitlines()[0]}"]
        if wrong:
            return played, wrong
    return len(events), []


def shortest(fails, events):
    """A part of the events that fails still and is as short as a few dozen tries can make it."""
    size, tries = len(events) // 2, 0
    while size and tries < TRIES:
        for start in range(0, len(events), size):
            rest = events[:start] + events[start + size :]
            tries += 1
            if tries > TRIES:
                break
            if fails(rest):
                events = rest
                break
        else:
            size //= 2
    return events


def fuzz(browser, notebook, address, seed, count, batch=BATCH):
    """Play random events on a fresh page and look at it, and at what it opens as once more."""
    assert seed % 2 or not address.endswith(".slides.html"), "a deck begins covered"

    def visit(covered=seed % 2 == 1):
        return Visit(browser, notebook, address, covered)

    events = events_of(notebook, seed, count)
    # what is covered has not been filled
    whole = visit(covered=address.endswith(".slides.html"))
    most = whole.unfolded().size()
    whole.close()
    first = visit()
    played, wrong = first_fault(first, events, batch)
    if wrong:
        first.close()

        def fails(part):
            again = visit()
            try:
                return bool(first_fault(again, part, batch, SECONDS)[1])
            finally:
                again.close()

        few = shortest(fails, events[:played])
        told = "\n".join(json.dumps(event) for event in few)
        pytest.fail(f"{address}, seed {seed}, after {played} events: {wrong[:5]}\n{told}")
    after, deadline = first.size(), time.monotonic() + PATIENCE / 1000
    # nodes that were let go are not collected at once
    while any(after[name] >= 2 * most[name] for name in most) and time.monotonic() < deadline:
        first.page.evaluate("frame()")
        after = first.size()
    assert all(after[name] < 2 * most[name] for name in most), (most, after)
    # what it kept of all this lets it open again
    first.page.reload()
    first.wait()
    assert first.messages == []
    first.close()


SOME = [
    ("chromium", "01_ocd_cycle", 500),
    ("chromium", "02_nmda_mechanism", 500),
    ("chromium", "03_onset_timelines", 100),
    ("chromium", "04_weighing_the_evidence", 100),
    ("chromium", "05_fit_yourself", 60),
    ("firefox", "05_fit_yourself", 60),
]


@pytest.mark.parametrize(("browser", "notebook", "count"), SOME, indirect=["browser"])
def test_nothing_breaks_under_some_random_events(browser, exported, notebook, count):
    fuzz(browser, notebook, exported(notebook).as_uri(), 7, count, batch=50)


def test_no_deck_breaks_under_some_random_events(chromium, decks):
    notebook = "03_onset_timelines"
    fuzz(chromium, notebook, decks(notebook).as_uri(), 9, 60, batch=50)


REPEATED = [
    ("02_nmda_mechanism", "two-trials?share=Infinity", "= Infinity: choose from 0 to 100"),
    ("01_ocd_cycle", "boundary?rule.two_trace_rule.credit=NaN", "`NaN` is no name of this model"),
]


@pytest.mark.parametrize(("notebook", "address", "words"), REPEATED)
def test_a_page_may_repeat_what_it_was_given_and_nothing_else(
    chromium, exported, notebook, address, words
):
    visit = Visit(chromium, notebook, exported(notebook).as_uri(), covered=False)
    assert visit.play([{"kind": "address", "text": f"#{address}"}]) == []
    refusal = visit.page.locator(f"#{address.partition('?')[0]} .ll-refused")
    assert words in refusal.text_content()
    refusal.evaluate("(each) => each.append(' Infinity and no further')")
    assert "reads Infinity in" in visit.play([])[0]
    visit.close()


@pytest.mark.slow
@in_each_browser
@pytest.mark.parametrize("notebook", MAKERS)
@pytest.mark.parametrize("seed", range(20, 24))
def test_nothing_breaks_under_10_000_random_events(browser, exported, notebook, seed):
    fuzz(browser, notebook, exported(notebook).as_uri(), seed, 2500)


@pytest.mark.slow
@in_each_browser
@pytest.mark.parametrize("notebook", MAKERS)
def test_no_deck_breaks_under_2_500_random_events(browser, decks, notebook):
    fuzz(browser, notebook, decks(notebook).as_uri(), 31, 2500)
