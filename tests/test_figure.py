"""The living figure in Python: what it computes, draws, describes and refuses."""

import json
import re
from dataclasses import replace
from xml.etree import ElementTree

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from py_mini_racer import MiniRacer

from breaking_the_loop.ocd_cycle import cycle
from looplab import browser
from looplab.errors import ModelError
from looplab.figure import controls as panel
from looplab.figure.artists import tiles
from looplab.figure.controls import Choice, Logarithmic, Timeline
from looplab.figure.figure import LivingFigure
from looplab.model.declare import Draw, Input, Parameter, State, continuous, discrete, formula

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
    live, axes, _ = small_figure()
    spec = live.spec()
    (_, x0, x1), (_, y0, y1) = spec["axes"][0]
    group = re.search(r'<g id="small-0-0">\s*<path d="([^"]*)"', spec["svg"])[1]
    # a place, and from there step by step
    points = np.reshape(re.findall(r"-?[\d.]+", group), (-1, 2)).astype(float).cumsum(axis=0)
    expected = np.array([(x0 + x1 * x, y0 + y1 * x) for x in (0, 4)])
    placed = axes.transData.transform([(0, 0), (4, 4)]) * 72 / live.figure.dpi
    placed[:, 1] = 72 * live.figure.get_figheight() - placed[:, 1]
    np.testing.assert_allclose(expected, placed, atol=1e-5)
    # Drawn in hundredths of a point.
    np.testing.assert_allclose(points[[0, -1]], expected, atol=0.0075)


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


def test_a_row_of_a_table_is_picked_like_an_entry_of_an_array():
    figure, axes = plt.subplots()
    live = LivingFigure("rows", "Rows", figure, [Choice("who", "learner", ("first", "second"))])
    live.constant("courses", [1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
    live.constant("x", [0.0, 1.0, 2.0])
    live.pick("course", "courses", "who", size=3)
    live.follow(axes.plot([], [])[0], x="x", y="course")
    np.testing.assert_array_equal(live.values(who=1)["course"], [4, 5, 6])
    np.testing.assert_array_equal(live.values(who=0)["course"], [1, 2, 3])


def test_a_text_says_a_number_where_it_is_told_to_stand():
    live, axes, _ = small_figure()
    text = axes.text(4, 0, "", color="#123456")
    live.write(text, "{last:.1f} m", y="last")
    live.draw(slope=2.0)
    assert text.get_text() == "8.0 m" and text.get_position() == (4, 8.0)
    spec = live.spec()
    written = spec["artists"][-1]
    assert (written["kind"], written["template"], written["at"]) == (
        "text",
        "{last:.1f} m",
        [4, 4.0],
    )
    assert re.search(r'<g id="small-1-0">\s*<text[^>]*>4.0 m</text>', spec["svg"])


@pytest.mark.parametrize("template", ["no number", "{last:.1f}\nmore", "{first:.1f}"])
def test_a_text_must_name_what_is_known_in_one_line(template):
    live, axes, _ = small_figure()
    with pytest.raises(ModelError, match="small: "):
        live.write(axes.text(0, 0, ""), template)


def test_a_logarithmic_slider_steps_in_equal_ratios_and_its_value_is_the_quantity_itself():
    figure, axes = plt.subplots()
    wide = replace(SLOPE, low=0.01, high=100.0, default=1.0)
    live = LivingFigure("wide", "Wide", figure, [Logarithmic(wide, steps=2)])
    live.constant("x", [0.0, 1.0])
    live.compute(straight.with_parameters(slope={"low": 0.01, "high": 100.0}))
    live.follow(axes.plot([], [])[0], x="x", y="y")
    slider = live.widgets["slope"]
    assert (slider.min, slider.max, slider.step, slider.value) == (-2, 2, 0.5, 1.0)
    slider.value = 10**0.5
    assert live.values(**live.settings())["y"][-1] == pytest.approx(10**0.5)
    assert dict(live.spec()["controls"])["slope"]["format"] == ".2f"
    ratios = np.diff(np.log10(live.controls["slope"].positions))
    np.testing.assert_allclose(ratios, 0.5)


@given(st.floats(1e-3, 10), st.floats(1.2, 1e4), st.sampled_from([1, 2, 3, 10, 20]))
def test_a_logarithmic_slider_stays_inside_the_range_of_its_parameter(low, ratio, steps):
    record = replace(SLOPE, low=low, high=low * ratio, default=low)
    control = Logarithmic(record, steps)
    positions = control.positions
    assert positions[0] == pytest.approx(low) and positions[-1] == control.high
    record.check(positions)
    assert control.high * 10 ** (1 / steps) > record.high * (1 - 1e-9)
    low_end, high_end = np.log10([positions[0], positions[-1]])
    np.testing.assert_allclose(np.diff(np.log10(positions)), 1 / steps, atol=1e-9)
    if len(positions) > 1:
        slider = panel.widget(control)
        assert (slider.min, slider.max) == pytest.approx((low_end, high_end))
        np.testing.assert_allclose((slider.max - slider.min) * steps, len(positions) - 1)


def test_a_line_has_a_gap_where_it_is_told_to():
    figure, axes = plt.subplots()
    live = LivingFigure("gap", "Gap", figure, [SLOPE])
    live.constant("x", [0.0, 1.0, 2.0])
    live.constant("seen", [1.0, 0.0, 1.0])
    live.compute(straight)
    line = axes.plot([], [])[0]
    live.follow(line, x="x", y="y", where="seen")
    live.draw(slope=2.0)
    np.testing.assert_array_equal(line.get_xdata(), [0, np.nan, 2])
    np.testing.assert_array_equal(line.get_ydata(), [0, np.nan, 4])


@discrete(parameters=[SLOPE], states=[State("x", "x", "place")], draws=[Draw("u", "u", "step")])
def walk(m):
    return {"x": m.x + m.u}


def test_bars_and_tiles_take_one_entry_for_each_of_many_learners():
    """A run gives learners by blocks, here three by one; the browser has it in one row."""
    figure, axes = plt.subplots()
    live = LivingFigure("each", "Each", figure, [SLOPE])
    bars, squares = axes.bar([0, 1, 2], [0] * 3), tiles(axes)
    live.run(walk, steps=2, learners=3, every=2, each={"place": "x"})
    live.constant("side", 0.5)
    live.constant("at", [0, 1, 2])
    live.follow(bars, height="place")
    live.follow(squares, x="at", y="place", across="side", up="side")
    live.draw()
    assert live.values()["place"].shape == (3, 1)
    assert [bar.get_height() for bar in bars] == live.values()["place"].ravel().tolist()
    corners = squares.get_path().vertices.reshape(3, -1, 2)
    np.testing.assert_allclose(corners[:, 0, 0], [-0.25, 0.75, 1.75])


def test_a_histogram_counts_shares_and_keeps_what_lies_beyond_in_its_outer_bins():
    figure, axes = plt.subplots()
    live = LivingFigure("bins", "Bins", figure, [SLOPE])
    live.constant("x", [-9.0, 0.0, 0.5, 1.0, 1.5, 9.0, 2.0, 0.2])
    live.constant("chosen", [1, 0, 1, 0, 1, 1, 0, 0])
    live.constant("edges", [0.0, 1.0, 2.0])
    live.histogram("shares", "x", "edges")
    live.histogram("some", "x", "edges", where="chosen")
    bars = axes.bar([0.5, 1.5], [0, 0])
    live.follow(bars, height="shares")
    values = live.values()
    np.testing.assert_allclose(values["shares"], [0.5, 0.5])
    np.testing.assert_allclose(values["some"], [0.25, 0.25])


def test_models_that_several_sources_use_stand_in_the_module_once():
    live, _, _ = small_figure()
    live.compute(straight, prefix="again_", slope=2.0)
    live.table({"again (m)": "again_y"})
    spec = live.spec()
    places = [node["program"] for node in spec["sources"] if "program" in node]
    names = [program["name"] for program in spec["programs"]]
    assert len(places) > len(set(places)) and names.count("straight") == 1


def test_the_browser_computes_only_what_something_reads():
    live, _, _ = small_figure()
    live.compute(straight, prefix="unread_", slope=2.0)
    live.constant("unread", [1.0, 2.0])
    made = [name for node in live.spec()["sources"] for name in node.get("outs", [])]
    assert "unread_y" not in made and "unread" not in live.spec()["constants"]
    live.ask(["unread_y"])
    made = [name for node in live.spec()["sources"] for name in node.get("outs", [])]
    assert "unread_y" in made


def test_a_parameter_may_be_called_like_an_argument_of_run():
    figure, axes = plt.subplots()
    slow = replace(SLOPE, name="duration")
    model = replace(
        fading, function=lambda m: {"v": -m.duration * m.v}, parameters=(slow,), name="slow"
    )
    live = LivingFigure("slow", "Slow", figure, [slow])
    live.run(model, duration=1.0, step=0.01, every=100, each={"level": "v"})
    live.follow(axes.plot([], [])[0], x="time", y="level")
    assert live.values(duration=2.0)["level"][-1] == pytest.approx(np.exp(-2))


def test_what_is_hidden_at_first_is_in_the_drawing_whole_so_that_it_can_be_shown():
    figure, axes = plt.subplots()
    live = LivingFigure("maybe", "Maybe", figure, [Choice("on", "shown", ("no", "yes"))])
    live.follow(axes.plot([1], [1], "o", alpha=0.5)[0], visible="on")
    svg, _ = live.still()
    assert '<g id="maybe-0-0" style="display: none">' in svg
    drawn = svg[svg.index('id="maybe-0-0"') :]
    assert "opacity: 0.5" in drawn and not re.search(r"opacity: 0[;\"]", drawn)
    assert '<g id="maybe-0-0">' in live.still(on=1)[0]


def test_a_linked_symbol_is_a_named_link_in_a_drawing_that_is_not_one_image():
    live, axes, _ = small_figure()
    marker = axes.plot([1], [1], "o")[0]
    live.follow(marker, x="slope", y="slope")
    live.link(marker, "https://doi.org/10.1/a&b", 'Ann & Bo: "4 of 8"')
    svg, _ = live.still()
    assert svg.count("<a ") == 1
    assert 'aria-label="Ann &amp; Bo: &quot;4 of 8&quot;" rel="noreferrer"' in svg
    assert 'xlink:href="https://doi.org/10.1/a&amp;b"' in svg and 'target="_blank"' in svg
    assert re.search('<svg[^>]* role="group"', svg)
    assert re.search('<svg[^>]* role="img"', small_figure()[0].still()[0])


def test_words_may_hold_quantities_and_stand_among_the_numbers():
    live, _, _ = small_figure()
    live.read_out("when", "when")
    live.describe("It arrives {when}.", when=("slope", ["never", "at {last:.1f} m"]))
    assert live.description(slope=0.5) == "It arrives never."
    assert live.description(slope=2.0) == "It arrives at 8.0 m."


def test_a_model_computed_beforehand_shows_its_parameters_at_the_settings_of_the_figure():
    figure, axes = plt.subplots()
    live = LivingFigure("before", "Before", figure, [replace(SLOPE, name="tilt")])
    live.behind(straight, x=0, slope="tilt")
    (row,) = live.parameters()
    assert (row["label"], row["value"], row["status"]) == ("slope", "tilt", "assumed")


def test_tiles_keep_their_places_and_leave_out_those_without_a_size():
    figure, axes = plt.subplots()
    patch = tiles(axes)
    axes.set(xlim=(0, 4), ylim=(0, 4))
    live = LivingFigure("tiled", "Tiles", figure, [SLOPE], constants={"x": [1, 2, 3], "y": 2})
    live.constant("wide", [1, 0, 0.5])
    live.follow(patch, x="x", y="y", across="wide", up="slope")
    live.draw(slope=2.0)
    corners = patch.get_path().to_polygons()
    assert [outline.min(axis=0).tolist() for outline in corners] == [[0.5, 1], [2.75, 1]]
    assert [outline.max(axis=0).tolist() for outline in corners] == [[1.5, 3], [3.25, 3]]
    live.constant("none", 0)
    live.follow(tiles(axes), x="x", y="y", across="none", up="none")
    assert 'id="tiled-1-0"' in live.still()[0]


def test_a_map_holds_the_end_of_a_run_in_every_cell():
    figure, axes = plt.subplots()
    live = LivingFigure("mapped", "Map", figure, [cycle.GAMMA])
    sizes = {"learners": 3, "steps": 200, "last": 100}
    live.map(
        "late",
        cycle.two_traces,
        "obsession",
        x=("nu_minus", [0.1, 0.5]),
        y=("nu_plus", [0.3, 0.9]),
        fine=sizes,
        coarse=sizes | {"stride": 2},
    )
    values = live.values(gamma=0.3)
    assert values["late_x"].tolist() == [0.1, 0.5, 0.1, 0.5]
    assert values["late_y"].tolist() == [0.3, 0.3, 0.9, 0.9]
    for x, y, late in zip(values["late_x"], values["late_y"], values["late"], strict=True):
        run = cycle.two_traces.run(
            200, 3, 100, record=["obsession"], nu_minus=x, nu_plus=y, gamma=0.3
        )
        assert late == pytest.approx(run["obsession"][-1].mean(), abs=1e-12)


@pytest.mark.parametrize(
    "use, message",
    [
        (
            lambda live: live.link(None, "https://a.b", "A"),
            "link 'A' to 'https://a.b': let the art",
        ),
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


@pytest.mark.parametrize(
    ("declare", "message"),
    [
        (lambda live, line: live.follow(line, x="x", y="y", hight="y"),
         "line has no channel 'hight'; it follows: until, visible, where, width, x, y"),
        (lambda live, line: live.follow(line, x="x"), "line needs 'y', too"),
        (lambda live, line: live.follow(line, visible="y") or live.spec(),
         r"follows as its 'visible' 'y', a list of \d+ numbers: name a single one; pick\(\)"),
        (lambda live, line: live.read_out("y", "level") or live.spec(),
         r"the read-out 'level' shows 'y', a list of \d+ numbers"),
        (lambda live, line: live.describe("It is {y:.1f}.") or live.spec(),
         r"a sentence says 'y', a list of \d+ numbers"),
    ],
)  # fmt: skip
def test_what_the_browser_could_only_guess_is_refused_by_name(declare, message):
    live, _, line = small_figure()
    with pytest.raises(ModelError, match=message):
        declare(live, line)


def test_a_table_says_in_words_what_its_codes_stand_for():
    picture, axes = plt.subplots(figsize=(3, 2))
    (drawn,) = axes.plot([], [])
    axes.set(xlim=(0, 3), ylim=(0, 3))
    constants = {"step": [0.0, 1.0, 2.0], "code": [2.0, 0.0, 7.0]}
    live = LivingFigure("coded", "Codes", picture, [], constants=constants)
    live.follow(drawn, x="step", y="code")
    live.describe("Three steps.", does=("code", ["waits", "reads", "acts"]))
    live.table({"step": "step", "what it does": "does"})
    wanted = ["acts", "waits", "acts"]
    assert live.spec()["still"] == [["step", [0, 1, 2]], ["what it does", wanted]]
    # and so does the browser
    racer = MiniRacer()
    racer.eval(browser.module("looplab/figure/words.js"))
    racer.eval("element = (tag, attributes, ...children) => ({ tag, children });")
    given = json.dumps([[*live.columns.items()], constants, live.spec()["words"]])
    call = "((columns, known, words) => table(columns, { get: (name) => known[name] }, words))"
    found = json.loads(racer.eval(f"JSON.stringify({call}(...{given}))"))
    rows = found["children"][1]["children"]
    assert [row["children"][1]["children"][0] for row in rows] == wanted


def test_what_is_drawn_in_black_is_ink_which_a_dark_page_makes_light():
    live, axes, _ = small_figure()
    live.write(axes.text(4, 0, "", color="black"), "{last:.1f} m", y="last")
    svg = ElementTree.fromstring(live.spec()["svg"])
    assert "font-size: 10px; " in svg.get("style")
    assert svg.get("style").endswith("; fill: var(--ll-ink)")
    (said,) = [e for e in svg.iter() if e.tag.endswith("text") and e.text == "4.0 m"]
    assert "fill" not in said.get("style", "")
