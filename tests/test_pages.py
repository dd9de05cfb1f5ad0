"""Every figure of the course and every notebook as one file: small, silent, current,
and saying what NumPy says after any move."""

import json
import re
from functools import cache

import nbformat
import numpy as np
import pytest
from browser import REPOSITORY, in_each_browser
from course_pages import MAKERS, course_figure, values_of
from hypothesis import given, settings
from hypothesis import strategies as st
from test_wording import sentences

from looplab.figure.controls import Logarithmic
from looplab.marks import MARK, meaning
from looplab.packed import packed_spec, unpacked_spec
from looplab.saved import STATE

MOVES = 2
MOVE = """([id, places]) => {
  const box = document.getElementById(id).closest('.ll-mount').parentElement;
  const own = ":is(input[type=range], input[type=number], select):not(.ll-tools *)";
  const fields = [...box.querySelectorAll(own)];
  for (const [label, place] of places) {
    // A label may be followed by a unit, and may begin another label.
    const read = (each) => each.labels[0].textContent.trim();
    const field = fields.find((each) => read(each) === label)
      ?? fields.find((each) => read(each).startsWith(`${label} (`));
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


@pytest.mark.parametrize(("notebook", "figure_id"), ALL_FIGURES)
def test_every_figure_says_what_it_shows_and_speaks_of_the_model(notebook, figure_id):
    spec = course_figure(notebook, figure_id).spec()
    assert spec["caption"] and spec["description"]
    assert not re.search(r"\b(patients|cures?|treats?)\b", spec["template"] + spec["caption"])
    # A dark page turns light and dark round.
    told = f"{spec['template']} {spec['caption']}".lower()
    assert not re.search(r"\b(darker|lighter|paler?|white|black)\b", told)
    assert all(record["label"] for _, record in spec["controls"])


@pytest.mark.parametrize(("notebook", "figure_id"), ALL_FIGURES)
def test_a_caption_has_at_most_two_sentences_and_leaves_what_it_is_to_the_stamp(
    notebook, figure_id
):
    live = course_figure(notebook, figure_id)
    assert len(list(sentences(live.caption))) <= 2
    # What kind of picture it is stands before the caption, in a few words.
    assert len(live.stamp.split()) <= 7 and not live.stamp.endswith(".")


@pytest.mark.parametrize(("notebook", "figure_id"), ALL_FIGURES)
@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_no_setting_of_the_sliders_makes_an_artist_leave_its_frame(notebook, figure_id, data):
    live = course_figure(notebook, figure_id)
    chosen = {
        name: data.draw(_places_of(control), label=name) for name, control in live.controls.items()
    }
    values = live.values(**chosen)
    live.draw(**chosen)
    for artist in live.artists:
        if artist.axes is None:
            continue
        limits = artist.axes.get_xlim(), artist.axes.get_ylim()
        for numbers, (first, last) in zip(artist.reach(values), limits, strict=True):
            numbers = np.asarray(numbers, float)
            numbers = numbers[np.isfinite(numbers)]
            low, high = min(first, last), max(first, last)
            assert ((numbers >= low - 1e-9) & (numbers <= high + 1e-9)).all(), artist.channels


@pytest.mark.parametrize(("notebook", "figure_id"), ALL_FIGURES)
def test_the_saved_notebook_holds_the_figure_as_the_code_makes_it(notebook, figure_id):
    live = course_figure(notebook, figure_id)
    saved = saved_figures(notebook)[figure_id]
    for name, value in unpacked_spec(packed_spec(live.spec())).items():
        assert alike(saved["spec"][name], value), f"{name}: run `looplab refresh {notebook}`"
    assert saved["_esm"] == live.widget.children[-1]._esm


@cache
def saved_figures(notebook):
    """The saved state of every living figure of a notebook, by the figure's id."""
    nb = nbformat.read(REPOSITORY / "notebooks" / f"{notebook}.ipynb", as_version=4)
    models = nb.metadata["widgets"][STATE]["state"].values()
    states = [model["state"] for model in models if "svg" in model["state"].get("spec", {})]
    return {state["spec"]["id"]: state | {"spec": unpacked_spec(state["spec"])} for state in states}


def alike(one, other):
    """Whether two texts or data are the same but for what another machine rounds otherwise."""
    texts = [x if isinstance(x, str) else json.dumps(x, sort_keys=True) for x in (one, other)]
    if texts[0] == texts[1]:
        return True
    words = [re.split(r"(-?\d+\.\d+(?:e-?\d+)?)", text) for text in texts]
    numbers = [np.array(each[1::2], float) for each in words]
    same = [each[::2] for each in words]
    return same[0] == same[1] and np.allclose(*numbers, rtol=1e-6, atol=2e-3)


@pytest.mark.parametrize("notebook", MAKERS)
def test_the_page_weighs_at_most_one_megabyte(exported, notebook):
    assert exported(notebook).stat().st_size <= 1_000_000


@in_each_browser
@pytest.mark.parametrize(("notebook", "figure_id"), ALL_FIGURES)
def test_after_any_move_words_and_shapes_are_those_of_numpy(uncovered, notebook, figure_id):
    page, live = uncovered(notebook), course_figure(notebook, figure_id)
    scales = live.spec()["axes"]
    rng = np.random.default_rng(5)
    compared = 0
    for move in range(1 + MOVES if live.controls else 1):
        chosen = {name: _any_of(values_of(control), rng) for name, control in live.controls.items()}
        # At some settings nothing is to be drawn; as it opens, every figure shows something.
        chosen = chosen if move else {name: _nearest(live, name) for name in live.controls}
        page.evaluate(MOVE, [figure_id, _places(live, chosen)])
        said = " ".join(live.description(**chosen).split()).replace(MARK, f"{MARK} ({meaning()})")
        page.wait_for_function(SAYS, arg=[figure_id, said], polling=50)
        assert page.locator(f"#{figure_id} .ll-error:not([hidden])").is_hidden()
        compared += _compare_shapes(page, live, live.values(**chosen), scales)
    assert compared or not any(_followed(artist) for artist in live.artists)


def _places_of(control):
    """Any place of the control, and its two ends as often: there most figures reach farthest."""
    steps = values_of(control)
    return st.sampled_from([steps[0], steps[-1]]) | st.sampled_from(steps)


def _nearest(live, name):
    """The place of the control next to its default, which may lie between two."""
    return min(values_of(live.controls[name]), key=lambda value: abs(value - live.defaults[name]))


def _any_of(values, rng):
    return values[rng.integers(len(values))]


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
    axes = list(dict.fromkeys(a.axes for a in live.artists if a.axes is not None))
    seen = [
        artist
        for artist in filter(_followed, live.artists)
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
            ends, found = np.array([x, y]).T[kept], points[0][[0, -1]]
            # Of so many points in a row the browser draws the lowest and the highest alone.
            stride = -(-len(x) // 300)
            atol = 0.011
        else:
            along, up = artist.reach(values)[:: -1 if artist.across else 1]
            ends = np.column_stack([along[:, 1], up[len(along) :]])
            ends = ends[:, ::-1] if artist.across else ends
            found, atol = np.array([corners[2] for corners in points]), 0.02
        for place, (scale, offset, slope) in enumerate(scales[axes.index(artist.axes)]):
            numbers = np.log10(ends[:, place]) if scale == "log" else ends[:, place]
            ends[:, place] = offset + slope * numbers
        if artist.kind == "line":
            for end, first in zip(found, (ends[:stride], ends[-stride:]), strict=True):
                nearest = first[np.abs(first - end).max(axis=1).argmin()]
                np.testing.assert_allclose(end, nearest, atol=atol)
        else:
            np.testing.assert_allclose(found, ends, atol=atol)
        compared += 1
    return compared
