"""The living figure in Python: what it computes, draws, describes and refuses."""

import re

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from looplab.controls import Choice, Timeline
from looplab.errors import ModelError
from looplab.figure import LivingFigure
from looplab.figures import ocd_cycle
from looplab.model import Input, Parameter, State, continuous, formula
from looplab.models import cycle

SLOPE = Parameter("slope", "a", "slope", 1.0, 0.5, 2.0, 0.5, "made for this test", "assumed", "m/s")


@formula(parameters=[SLOPE], inputs=[Input("x", "x", "time", "s")])
def straight(m):
    m.y = m.slope * m.x


@continuous(parameters=[SLOPE], states=[State("v", "v", "level", 1.0)])
def fading(m):
    return {"v": -m.slope * m.v}


def small_figure(**more):
    figure, axes = plt.subplots()
    line = axes.plot([], [])[0]
    live = LivingFigure(
        "small", "A small figure", figure, [SLOPE], constants={"x": np.linspace(0, 4, 5)}, **more
    )
    live.compute(straight)
    live.pick("last", "y", -1)
    live.follow(line, x="x", y="y")
    live.read_out("last", "last", ".1f", "m")
    live.describe(
        "It ends at {last:.1f} m, which is {high}.", high=("last", ["low"] * 5 + ["high"])
    )
    live.table({"time (s)": "x", "distance (m)": "y"})
    return live, axes, line


def test_values_follow_the_controls_and_the_description_follows_the_values():
    live, _, _ = small_figure()
    np.testing.assert_array_equal(live.values(slope=2.0)["y"], [0, 2, 4, 6, 8])
    assert live.description() == "It ends at 4.0 m, which is low."
    assert live.description(slope=2.0) == "It ends at 8.0 m, which is high."


def test_axes_are_fixed_over_the_sliders_corners_and_stay_when_a_slider_moves():
    live, axes, line = small_figure()
    live.draw(slope=0.5)
    limits = axes.get_xlim(), axes.get_ylim()
    assert limits[1][0] < 0 and 8 < limits[1][1] < 9
    live.draw(slope=2.0)
    assert (axes.get_xlim(), axes.get_ylim()) == limits
    np.testing.assert_array_equal(line.get_ydata(), [0, 2, 4, 6, 8])


def test_the_affine_map_takes_data_to_where_matplotlib_draws_it():
    live, _, _ = small_figure()
    spec = live.spec()
    (_, x0, x1), (_, y0, y1) = spec["axes"][0]
    group = re.search(r'<g id="small-0-0">\s*<path d="([^"]*)"', spec["svg"])[1]
    drawn = np.array(re.findall(r"-?[\d.]+ -?[\d.]+", group))
    points = np.array([[float(n) for n in pair.split()] for pair in drawn])
    expected = [(x0 + x1 * x, y0 + y1 * x) for x in (0, 4)]
    np.testing.assert_allclose(points[[0, -1]], expected, atol=1e-3)


def test_a_bundle_carries_widget_picture_alternative_text_and_words():
    live, _, _ = small_figure()
    bundle, metadata = live._repr_mimebundle_()
    assert bundle["text/plain"] == "A small figure. It ends at 4.0 m, which is low."
    assert metadata["image/png"]["alt"] == bundle["text/plain"]
    assert bundle["image/png"].startswith("iVBOR")
    assert "model_id" in bundle["application/vnd.jupyter.widget-view+json"]


def test_the_picture_is_the_same_bytes_every_time():
    assert small_figure()[0].still() == small_figure()[0].still()


def test_controls_are_ordinary_widgets_that_python_can_read_and_set():
    live, _, _ = small_figure()
    slider = live.widgets["slope"]
    assert (slider.value, slider.min, slider.max, slider.step) == (1.0, 0.5, 2.0, 0.5)
    assert slider.description == "slope (m/s)"
    slider.value = 2.0
    assert live._repr_mimebundle_()[0]["text/plain"].endswith("8.0 m, which is high.")


def test_a_continuous_model_runs_in_a_figure():
    figure, axes = plt.subplots()
    live = LivingFigure("fade", "Fading", figure, [SLOPE, Timeline("now", "time", 11)])
    live.run(fading, duration=1.0, step=0.01, every=10, each={"level": "v"})
    live.pick("level_now", "level", "now")
    live.follow(axes.plot([], [])[0], x="time", y="level")
    live.describe("{level_now:.3f}")
    assert live.description(slope=2.0, now=10) == f"{np.exp(-2):.3f}"
    assert live.spec()["sources"][0]["kind"] == "integrate"


def test_choices_are_indexed_and_offered_by_name():
    figure, axes = plt.subplots()
    live = LivingFigure("pick", "Choice", figure, [Choice("who", "learner", ("first", "second"))])
    live.constant("worth", [3.0, 5.0])
    live.pick("chosen", "worth", "who")
    live.follow(axes.bar(["a"], [1]), height=["chosen"])
    live.describe("{chosen:d}")
    assert live.description(who=1) == "5"
    assert live.widgets["who"].options == (("first", 0), ("second", 1))


@pytest.mark.parametrize(
    "use, message",
    [
        (lambda live: live.values(slope=3), r"slope \(slope\) = 3 is outside its range.*0.5 to 2"),
        (lambda live: live.values(speed=3), "no control 'speed': slope"),
        (lambda live: live.pick("y", "x", 0), "'y' is already in use"),
        (lambda live: live.compute(straight, prefix="b_", speed=1), "no 'speed'. It has: slope, x"),
        (lambda live: live.follow(None, x="z"), "follows 'z', which nothing computes. Known:"),
        (lambda live: live.run(straight), "does not run through time"),
        (lambda live: live.compute(cycle.two_traces), "runs through time"),
    ],
)
def test_mistakes_are_named_with_what_is_allowed(use, message):
    live, _, _ = small_figure()
    with pytest.raises(ModelError, match=message):
        use(live)


def test_a_preset_outside_the_range_or_of_no_control_is_refused():
    with pytest.raises(ModelError, match="outside its range"):
        small_figure(presets={"fast": {"slope": 9}})
    with pytest.raises(ModelError, match="sets 'speed': choose from slope"):
        small_figure(presets={"fast": {"speed": 1}})


FIGURES = [ocd_cycle.worth, ocd_cycle.one_turn, ocd_cycle.expected_ledger, ocd_cycle.boundary]


@pytest.fixture(scope="module", params=FIGURES, ids=lambda make: make.__name__)
def course_figure(request):
    return request.param()


def test_every_figure_says_what_it_shows_offers_its_data_and_speaks_of_the_model(course_figure):
    spec = course_figure.spec()
    assert spec["caption"] and spec["description"]
    assert not re.search(r"\b(patients|cures?|treats?)\b", spec["template"] + spec["caption"])
    for record in spec["controls"].values():
        assert record["label"]


@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_no_setting_of_the_sliders_makes_an_artist_leave_its_frame(course_figure, data):
    chosen = {
        name: data.draw(st.sampled_from(_steps(control)), label=name)
        for name, control in course_figure.controls.items()
    }
    values = course_figure.values(**chosen)
    course_figure.draw(**chosen)
    for artist in course_figure._artists:
        if artist.axes is None:
            continue
        limits = artist.axes.get_xlim(), artist.axes.get_ylim()
        for numbers, (first, last) in zip(artist.reach(values), limits, strict=True):
            numbers = np.asarray(numbers, float)
            numbers = numbers[np.isfinite(numbers)]
            low, high = min(first, last), max(first, last)
            assert ((numbers >= low - 1e-9) & (numbers <= high + 1e-9)).all(), artist.channels


def _steps(control):
    if isinstance(control, Timeline):
        return list(range(control.steps))
    return np.round(np.arange(control.low, control.high + 1e-9, control.step), 6).tolist()
