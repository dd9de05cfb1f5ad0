"""Every notebook as one file: small, silent, and its figures say what NumPy says after any move."""

import re

import numpy as np
import pytest
from browser import axe_report
from course_pages import MAKERS, course_figure, looked_first, wait_until_live
from playwright.sync_api import expect

from looplab.controls import Choice, Logarithmic

MOVES = 2
MOVE = """([id, places]) => {
  const box = document.getElementById(id).closest('.ll-mount').parentElement;
  const fields = [...box.querySelectorAll('input[type=range], select')];
  for (const [label, place] of places) {
    const field = fields.find((each) => each.labels[0].textContent.trim().startsWith(label));
    field.value = place;
    for (const kind of ['input', 'change']) {
      field.dispatchEvent(new Event(kind, { bubbles: true }));
    }
  }
}"""
SAYS = """([id, text]) => document.querySelector(`#${id} figcaption [role=status]`)
  .textContent.replace(/\\s+/g, ' ').trim() === text"""
DRAWN = """(ids) => Object.fromEntries(ids.map((id) =>
  [id, document.querySelector(`[id="${id}"] path`).getAttribute("d") ?? ""]))"""
ALL_FIGURES = [(notebook, figure) for notebook, makers in MAKERS.items() for figure in makers]


@pytest.fixture(scope="module")
def uncovered(chromium, exported):
    """`uncovered(notebook)`: its page, opened once with the network off, no figure covered."""
    requests, pages = [], {}

    def opened(notebook):
        if notebook not in pages:
            page = chromium.new_context().new_page()
            page.on("request", lambda request: requests.append(request.url))
            page.context.set_offline(True)
            looked_first(page, notebook)
            page.goto(exported(notebook).as_uri())
            wait_until_live(page, notebook)
            expect(page.locator("figure[data-covered]")).to_have_count(0)
            pages[notebook] = page
        return pages[notebook]

    yield opened
    for page in pages.values():
        page.context.close()
    assert sorted(requests) == sorted(exported(notebook).as_uri() for notebook in pages)


@pytest.mark.parametrize("notebook", MAKERS)
def test_the_page_weighs_at_most_one_megabyte(exported, notebook):
    assert exported(notebook).stat().st_size <= 1_000_000


@pytest.mark.parametrize(("notebook", "figure_id"), ALL_FIGURES)
def test_after_any_move_words_and_shapes_are_those_of_numpy(uncovered, notebook, figure_id):
    page, live = uncovered(notebook), course_figure(notebook, figure_id)
    scales = live.spec()["axes"]
    rng = np.random.default_rng(5)
    for _ in range(MOVES if live.controls else 1):
        chosen = {name: _anywhere(control, rng) for name, control in live.controls.items()}
        page.evaluate(MOVE, [figure_id, _places(live, chosen)])
        said = " ".join(live.description(**chosen).split())
        page.wait_for_function(SAYS, arg=[figure_id, said])
        assert page.locator(f"#{figure_id} > .ll-error").is_hidden()
        compared = _compare_shapes(page, live, live.values(**chosen), scales)
        assert compared or not any(_followed(artist) for artist in live._artists)


def _anywhere(control, rng):
    """One of the values that the control can take."""
    if isinstance(control, Choice):
        return int(rng.integers(len(control.options)))
    if isinstance(control, Logarithmic):
        return float(rng.choice(control.positions))
    low, high, step = (
        (control.low, control.high, control.step)
        if hasattr(control, "low")
        else (0, control.steps - 1, 1)
    )
    return round(low + step * int(rng.integers(round((high - low) / step) + 1)), 9)


def _places(live, chosen):
    """For each label, the position of the control's own field that gives the chosen value."""
    return [
        [control.label, np.log10(value) if isinstance(control, Logarithmic) else value]
        for control, value in zip(live.controls.values(), chosen.values(), strict=True)
    ]


def _followed(artist):
    return artist.kind == "bars" or (artist.kind == "line" and "x" in artist.channels)


def _compare_shapes(page, live, values, scales):
    """Check lines by their two ends and bars by their far corner; how many were compared."""
    axes = list(dict.fromkeys(a.axes for a in live._artists if a.axes is not None))
    seen = [
        artist
        for artist in filter(_followed, live._artists)
        if values.get(artist.channels.get("visible"), 1) > 0
    ]
    drawn = page.evaluate(DRAWN, [gid for artist in seen for gid in artist.ids])
    compared = 0
    for artist in seen:
        points = [
            np.array([p.split() for p in re.findall(r"-?[\d.]+ -?[\d.]+", drawn[gid])], float)
            for gid in artist.ids
        ]
        if artist.kind == "line":
            x, y = (np.asarray(numbers, float) for numbers in artist.reach(values))
            kept = np.isfinite(y)
            assert bool(len(points[0])) == kept.any()
            if not kept.any():
                continue
            ends, found = np.array([x, y]).T[kept][[0, -1]], points[0][[0, -1]]
            # Of a stride of points on a long line, the browser draws the lowest and the highest.
            atol = 0.011 if len(x) <= 300 else 2
        else:
            along, up = artist.reach(values)[:: -1 if artist.across else 1]
            ends = np.column_stack([along[:, 1], up[len(along) :]])
            ends = ends[:, ::-1] if artist.across else ends
            found, atol = np.array([corners[2] for corners in points]), 0.02
        for place, (scale, offset, slope) in enumerate(scales[axes.index(artist.axes)]):
            numbers = np.log10(ends[:, place]) if scale == "log" else ends[:, place]
            np.testing.assert_allclose(found[:, place], offset + slope * numbers, atol=atol)
        compared += 1
    return compared


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("notebook", MAKERS)
def test_the_page_has_no_accessibility_fault_that_axe_can_find(uncovered, notebook, scheme):
    page = uncovered(notebook)
    page.emulate_media(color_scheme=scheme)
    for button in page.get_by_role("button", name="Open every verdict").all():
        button.click()
    assert axe_report(page, scheme) == ""


@pytest.mark.parametrize("notebook", MAKERS)
def test_the_page_fits_a_narrow_screen(uncovered, notebook):
    page = uncovered(notebook)
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
