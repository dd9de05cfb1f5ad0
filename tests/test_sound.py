"""Curves as sound: from points to pitches in V8, and what an offline audio context renders."""

import json

import numpy as np
import pytest
from browser import in_each_browser
from course_pages import controls_of
from javascript import LIVING, engine
from playwright.sync_api import expect

PAGE = "01_ocd_cycle"
BOX = {"x": 10, "y": 20, "width": 100, "height": 50}

# Pitches on both sides in pieces of a tenth of a second: crossings of zero, upwards.
RENDERED = """async ([sides, seconds]) => {
  const context = new OfflineAudioContext(2, 44100 * 6, 44100);
  const end = schedule(context, sides, seconds);
  const buffer = await context.startRendering();
  return [end, [0, 1].map((side) => {
    // A side that is silent still has the rounding of its gain, 60 powers of ten below.
    const wave = buffer.getChannelData(side).map((v) => (Math.abs(v) < 1e-3 ? 0 : v));
    return Array.from({ length: 60 }, (_, piece) => {
      let crossings = 0;
      for (let i = piece * 4410 + 1; i < (piece + 1) * 4410; i++) {
        if (wave[i - 1] < 0 && wave[i] >= 0) crossings++;
      }
      return crossings * 10;
    });
  })];
}"""


def pitches(path, count):
    return json.loads(
        engine().eval(f"JSON.stringify(pitches({json.dumps(path)}, {json.dumps(BOX)}, {count}))")
    )


def test_the_height_of_a_point_is_its_pitch_and_an_octave_is_half_of_the_axes():
    assert pitches("M10 70L60 45L110 20", 5) == pytest.approx(
        [220, 220 * 2**0.5, 440, 440 * 2**0.5, 880]
    )
    assert pitches("M10 45L110 45", 3) == pytest.approx([440, 440, 440])


def test_a_gap_is_silent_and_what_leaves_the_axes_stays_at_their_edge():
    assert pitches("M10 45L40 45M80 45L110 45", 5) == [
        pytest.approx(440),
        pytest.approx(440),
        None,
        pytest.approx(440),
        pytest.approx(440),
    ]
    assert pitches("M10 -500L60 -500L60 500L110 500", 5) == pytest.approx([880, 880, 880, 220, 220])
    assert pitches("", 3) == [None, None, None]


@in_each_browser
def test_the_first_curve_sounds_left_and_then_the_second_right(page):
    page.set_content("<p>sound</p>")
    page.add_script_tag(content=LIVING)
    rising, flat = [220, 330, 440], [660, 660, 660]
    end, (left, right) = page.evaluate(RENDERED, [[[rising, -1], [flat, 1]], 2])
    # 2 s left, a pause, 2 s right; a crossing more or less in a tenth of a second is 10 Hz.
    assert end == pytest.approx(4.32, abs=0.01)
    np.testing.assert_allclose(left[1:19], np.linspace(237, 423, 18) - 0.5, atol=12)
    np.testing.assert_allclose(right[25:42], 660, atol=12)
    assert not any(right[:23]) and not any(left[21:]) and not any(right[44:])


@in_each_browser
def test_a_gap_in_a_curve_renders_as_silence(page):
    page.set_content("<p>sound</p>")
    page.add_script_tag(content=LIVING)
    _, (left, right) = page.evaluate(RENDERED, [[[[440, 440, None, None, 440, 440], 0]], 2.5])
    assert left == right
    np.testing.assert_allclose(left[1:9], 440, atol=12)
    assert not any(left[11:20])
    np.testing.assert_allclose(left[21:24], 440, atol=12)


@in_each_browser
def test_a_reader_hears_the_curve_before_and_after_a_move_and_stops_it(uncovered):
    page = uncovered(PAGE)
    figure = page.locator("#boundary")
    figure.locator("summary", has_text="Hear the curve").click()
    said = figure.locator(".ll-sound [aria-live]")
    play = figure.locator(".ll-sound button")
    expect(play).to_have_text("Play")
    play.click()
    expect(said).to_have_text("The curve.")
    expect(play).to_have_text("Stop")
    play.click()
    expect(play).to_have_text("Play")
    slider = controls_of(page, "boundary").get_by_label("memory after bad surprises")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("l")
    expect(said).to_have_text("Left the curve before your last change, then right the curve now.")
    page.keyboard.press("l")
    expect(play).to_have_text("Play")
    drawing = figure.locator("svg").first
    hint = page.locator(f"#{drawing.get_attribute('aria-describedby')}")
    expect(hint).to_contain_text("can be heard")


@in_each_browser
def test_a_covered_figure_stays_silent(open_exported):
    page = open_exported(PAGE, covered=True)
    covered = page.locator("figure[data-covered]:has(.ll-sound)").first
    covered.locator(".ll-sound button").dispatch_event("click")
    expect(covered.locator(".ll-sound button")).to_have_text("Play")
    expect(covered.locator(".ll-sound [aria-live]")).to_have_text("")
