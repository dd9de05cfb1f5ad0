"""What is saved of a figure does not hang on the processor that made it."""

import io
import json
import re
import subprocess
import sys

import matplotlib.pyplot as plt
import numpy as np
import pytest
from another_machine import ENVIRONMENT, saved, saved_elsewhere
from browser import missing
from course_pages import MAKERS
from hypothesis import given
from hypothesis import strategies as st

from looplab.figure.drawing import SVG, XLINK, rounded, thinned, tidy
from looplab.figure.style import course_style
from looplab.rounding import steady


@pytest.mark.parametrize("notebook", MAKERS)
def test_another_machine_makes_the_same_figures_to_the_byte(notebook, tmp_path):
    elsewhere = saved_elsewhere(notebook, tmp_path)
    for name, here in saved(notebook).items():
        here = json.loads(json.dumps(here))
        for part in here | elsewhere[name]:
            assert here[part] == elsewhere[name][part], (name, part)


def test_the_other_machine_is_another_one():
    """Where nothing differs before it is rounded, the test above shows nothing."""
    script = "import numpy as np; print(np.exp(np.linspace(0.1, 20, 10_000)).tobytes().hex())"
    there, here = (
        subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True
        ).stdout
        for environment in (ENVIRONMENT, {})
    )
    if here == there:
        missing("this processor has no newer instructions that could be switched off")


@pytest.mark.parametrize("notebook", MAKERS)
def test_a_drawing_names_nothing_by_a_hash_and_holds_no_id_of_another(notebook):
    drawings = {id: each["svg"] for id, each in saved(notebook).items() if "svg" in each}
    ids = [found for svg in drawings.values() for found in re.findall(r' id="([^"]*)"', svg)]
    assert len(ids) == len(set(ids)) > 0
    for figure_id, svg in drawings.items():
        own = re.findall(r' id="([^"]*)"', svg)
        assert all(re.fullmatch(rf"{figure_id}-(def-)?[\d-]+", found) for found in own)
        assert set(re.findall(r'(?:url\(|href=")#([^")]*)', svg)) <= set(own)


@pytest.mark.parametrize("notebook", MAKERS)
def test_figures_are_closed(notebook):
    assert saved(notebook)
    assert plt.get_fignums() == []


@given(st.integers(-(10**6), 10**6), st.sampled_from([1, 2, 3, 4, 5, 6, 8, 10, 12, 20, 25, 50]))
def test_no_common_fraction_is_rounded_by_its_last_bits(whole, parts):
    value = whole / parts
    for jitter in (-1e-9, 1e-9):
        assert rounded(value + jitter, 2) == rounded(value, 2)
        assert abs(rounded(value, 2) - value) <= 0.0075


def test_steady_numbers_differ_in_no_last_bit():
    numbers = np.exp(np.linspace(-20, 20, 200))
    assert steady(numbers * (1 + 3e-16)).tolist() == steady(numbers).tolist()
    np.testing.assert_allclose(steady(numbers), numbers, rtol=5e-8)
    assert steady(0.1) == 0.1 and steady(1 / 3, 10) == 0.3333333333


def test_a_thinned_path_leaves_the_drawn_one_by_less_than_anyone_sees():
    x = np.linspace(0, 300, 2000)
    y = 100 + 80 * np.sin(x / 20)
    drawn = "M" + "L".join(f"{a} {b}" for a, b in zip(x, y, strict=True))
    short = thinned(drawn)
    kept = np.reshape(re.findall(r"-?[\d.]+", short), (-1, 2)).astype(float).cumsum(axis=0)
    assert len(kept) < 300
    np.testing.assert_allclose(np.interp(x, *kept.T), y, atol=0.06 * np.sqrt(17))
    assert kept[0].tolist() == [0, 100] and kept[-1][0] == pytest.approx(300)


def test_a_rectangle_and_a_curve_keep_their_corners():
    assert thinned("M 0 662.4 L 756 662.4 L 756 0 L 0 0 L 0 662.4 z") == (
        "M0 662.4l756 0 0-662.4-756 0 0 662.4z"
    )
    assert thinned("M -1 0 C -0.333333 1e-05 0.5 2 3 4") == "M-1 0C-0.33 0 0.5 2 3 4"


def test_a_round_marker_is_written_as_the_circle_it_is():
    text = io.StringIO()
    with course_style():
        figure, axes = plt.subplots()
        axes.plot([1], [1], "o", markersize=5)
        axes.plot([2], [2], "D", markersize=5)
        figure.savefig(text, format="svg")
        plt.close(figure)
    drawn = tidy(text.getvalue(), "round", set())
    (circle,) = drawn.iter(f"{{{SVG}}}circle")
    assert circle.get("r") == "2.5" and "d" not in circle.attrib
    used = {use.get(f"{{{XLINK}}}href") for use in drawn.iter(f"{{{SVG}}}use")}
    assert f"#{circle.get('id')}" in used
