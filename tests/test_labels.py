"""Names at the ends of lines and numbers at the ends of bars."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from javascript import in_browser

from looplab.errors import ModelError
from looplab.figure.figure import LivingFigure
from looplab.figure.labels import apart, aside, name_lines, number_bars
from looplab.model.declare import Parameter, formula

PLACES = st.floats(-1, 1).map(lambda y: round(y, 3))
HEIGHT = Parameter("height", "h", "height", 0.5, -1.0, 1.0, 0.5, "made for this test", "assumed")


@formula(parameters=[HEIGHT])
def two_heights(m):
    m.one = 1 * m.height
    m.other = -m.height


def figure():
    drawing, (left, right) = plt.subplots(1, 2)
    left.set(xlim=(0, 1), ylim=(-1, 1))
    bars = right.bar(["one", "other"], [0, 0])
    right.set(ylim=(-2, 2))
    live = LivingFigure("labels", "Labels", drawing, [HEIGHT])
    live.compute(two_heights)
    live.follow(bars, height=["one", "other"])
    name_lines(live, left, 1, {"first": ("one", "red"), "second": ("other", "blue")}, gap=0.2)
    number_bars(live, bars, ["one", "other"], "+.1f", pad=0.2)
    plt.close(drawing)
    return live


@given(st.lists(PLACES, min_size=1, max_size=3), st.floats(0.01, 0.5))
def test_names_keep_their_order_and_their_distance_and_are_only_pushed_up(y, gap):
    found = apart(len(y), gap).evaluate(**{f"y_{i}": value for i, value in enumerate(y)})
    at = np.array([float(found[f"at_{i}"]) for i in range(len(y))])
    assert (at >= np.array(y) - 1e-12).all()
    assert np.argsort(at).tolist() == np.argsort(y, kind="stable").tolist()
    assert (np.diff(np.sort(at)) >= gap - 1e-12).all()
    assert min(at) == min(y)


@pytest.mark.parametrize("y", [(0.1, 0.1, 0.0), (0.3, 0.2, 0.1), (0.0, 0.5, 0.45)])
def test_the_browser_keeps_them_apart_in_the_same_way(y):
    given = {f"y_{i}": value for i, value in enumerate(y)}
    model = apart(3, 0.05)
    numpy = model.evaluate(**given)
    assert in_browser(model, **given) == pytest.approx({k: float(v) for k, v in numpy.items()})


def test_four_names_are_refused():
    with pytest.raises(ModelError, match="between one and three"):
        apart(4, 0.1)


def test_a_number_stands_beyond_the_end_of_its_bar_whichever_way_that_points():
    live = figure()
    live.draw(height=1.0)
    texts = {text.get_text(): text.get_position() for text in live.figure.axes[1].texts}
    assert texts == {"+1.0": (0, pytest.approx(1.2)), "−1.0": (1, pytest.approx(-1.2))}


def test_names_stand_at_the_ends_of_their_lines():
    live = figure()
    live.draw(height=0.5)
    texts = {text.get_text(): text.get_position() for text in live.figure.axes[0].texts}
    assert texts == {"first": (1, 0.5), "second": (1, -0.5)}


@pytest.mark.parametrize("said", ["  {one:.1f}", "{one:.1f} ", " first", "first  "])
def test_a_text_that_is_spaced_by_spaces_is_refused_since_a_page_draws_none(said):
    live = figure()
    text = live.figure.axes[0].text(0, 0, said)
    if "{" in said:
        live.write(text, said)
    with pytest.raises(ModelError, match=r"^labels: text .* move it with .*aside"):
        live.spec()


def test_words_aside_stand_so_many_points_from_their_place_on_either_side():
    axes = figure().figure.axes[0]
    place = axes.transData.transform((0.5, 0))
    inch = axes.figure.dpi / 72
    for points in (5, -8):
        moved = aside(axes, points).transform((0.5, 0)) - place
        assert moved == pytest.approx([points * inch, 0])
