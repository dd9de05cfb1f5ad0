"""Random events against every exported page: pointer, keys, touch, editing, addresses, in both
browsers. After each few of them nothing is broken, and what the page kept lets it open again.

What fails prints its seed and the shortest sequence of events found that fails, too. The whole
takes long: `pytest -m slow tests/test_fuzz.py`; `-k 250` is its short part.
"""

import json
import random
from pathlib import Path

import pytest
from browser import in_each_browser, new_context
from course_pages import (
    MAKERS,
    course_figure,
    looked_first,
    record_messages,
    values_of,
    wait_until_live,
)
from playwright.sync_api import Error

from looplab.figure.controls import limits

FUZZING = (Path(__file__).parent / "fuzzing.js").read_text(encoding="utf-8")
SCREEN = {"width": 320, "height": 640}
BATCH = 10
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


class Visit:
    """One page under random events, from its opening on."""

    def __init__(self, browser, notebook, address, covered):
        self.messages = []
        context = new_context(browser, viewport=SCREEN, has_touch=True)
        context.set_offline(True)
        self.page = context.new_page()
        record_messages(self.page, self.messages)
        if not covered:
            looked_first(self.page, notebook)
        self.page.goto(address)
        wait_until_live(self.page, notebook)
        self.page.evaluate(FUZZING)

    def play(self, events):
        """Play the events; what is wrong after them."""
        together = []
        for event in events:
            if event["kind"] in REAL:
                if together:
                    self.page.evaluate("(events) => fuzz(events)", together)
                    together = []
                self._really(event)
            else:
                together.append(event)
        return self.page.evaluate("(events) => fuzz(events)", together) + self.messages

    def _really(self, event):
        x, y = event["at"] * SCREEN["width"], event["value"] * SCREEN["height"]
        if event["kind"] == "key":
            self.page.keyboard.press(event["key"])
        elif event["kind"] == "mouse":
            self.page.mouse.click(x, y)
        else:
            self.page.touchscreen.tap(x, y)

    def size(self):
        """How many nodes the page has: what a page of any age may not pile up."""
        return self.page.evaluate("document.querySelectorAll('*').length")

    def close(self):
        self.page.context.close()


def first_fault(visit, events):
    """Play the events until something is wrong: how many were played, and what is wrong."""
    for start in range(0, len(events), BATCH):
        played = start + BATCH
        try:
            wrong = visit.play(events[start:played])
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


def fuzzed(browser, notebook, address, seed, count):
    """Play random events on a fresh page and look at it; the visit, still open."""

    def visit():
        return Visit(browser, notebook, address, covered=seed % 2 == 1)

    events = events_of(notebook, seed, count)
    first = visit()
    before = first.size()
    played, wrong = first_fault(first, events)
    if wrong:
        first.close()

        def fails(part):
            again = visit()
            try:
                return bool(first_fault(again, part)[1])
            finally:
                again.close()

        few = shortest(fails, events[:played])
        told = "\n".join(json.dumps(event) for event in few)
        pytest.fail(f"{notebook}, seed {seed}, after {played} events: {wrong[:5]}\n{told}")
    assert first.size() < 2 * before
    return first


@pytest.mark.slow
@in_each_browser
@pytest.mark.parametrize("notebook", MAKERS)
@pytest.mark.parametrize(
    ("seed", "count"), [(1, 250), (2, 250), *((s, 2500) for s in (3, 4, 5, 6))]
)
def test_nothing_breaks_under_random_events(browser, exported, notebook, seed, count):
    visit = fuzzed(browser, notebook, exported(notebook).as_uri(), seed, count)
    # what it kept of all this lets it open again
    visit.page.reload()
    wait_until_live(visit.page, notebook)
    assert visit.messages == []
    visit.close()
