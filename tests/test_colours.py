"""The course's colours: readable on every ground, and never the only thing that tells lines apart.

Readers who see no red, no green or no blue are simulated with the published matrices of Machado,
Oliveira and Fernandes (2009), a grey print by its lightness alone.
"""

import itertools
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from colorspacious import cspace_convert
from course_pages import MAKERS, course_figure
from matplotlib.colors import to_hex, to_rgb

from breaking_the_loop import palette
from looplab.errors import ModelError
from looplab.figure import style
from looplab.figure.style import COLOURS, colours_css, line_look, marker_look

READERS = ("all colours", "protanomaly", "deuteranomaly", "tritanomaly", "grey")
CLOSE = 20  # ΔE in CIELAB below which two lines are hard to tell apart
QUANTITIES = [value for name, value in vars(palette).items() if name.isupper()]
LINES = [*QUANTITIES, style.GOOD, style.BAD, style.INK, style.MUTED]


def seen(colour, reader):
    """The colour's place in CIELAB as this reader sees it."""
    rgb = np.array(to_rgb(colour))
    if reader.endswith("anomaly"):
        space = {"name": "sRGB1+CVD", "cvd_type": reader, "severity": 100}
        rgb = np.clip(cspace_convert(rgb, space, "sRGB1"), 0, 1)
    place = cspace_convert(rgb, "sRGB1", "CIELab")
    return place * [1, 0, 0] if reader == "grey" else place


def distance(one, other, reader):
    """ΔE of two colours of the course for this reader, on the ground where they are closer."""
    pairs = [(getattr(COLOURS[c], ground) for c in (one, other)) for ground in ("light", "dark")]
    return min(np.linalg.norm(seen(a, reader) - seen(b, reader)) for a, b in pairs)


def test_the_simulation_agrees_with_what_is_known_of_red_and_green():
    red, green = "#ff0000", "#008f00"
    far = np.linalg.norm(seen(red, "all colours") - seen(green, "all colours"))
    near = np.linalg.norm(seen(red, "deuteranomaly") - seen(green, "deuteranomaly"))
    assert far > 100 and near < 40


def test_some_colours_are_one_colour_for_some_readers():
    pairs = list(itertools.combinations(QUANTITIES, 2))
    for reader in ("protanomaly", "deuteranomaly", "grey"):
        assert any(distance(*pair, reader) < CLOSE for pair in pairs), reader


@pytest.mark.parametrize(("one", "other"), [*itertools.combinations(LINES, 2)])
def test_two_colours_that_any_reader_may_confuse_differ_in_dashes_and_in_marker(one, other):
    if min(distance(one, other, reader) for reader in READERS) >= CLOSE:
        return
    first, second = COLOURS[one], COLOURS[other]
    assert first.marker != second.marker or {style.INK} & {one, other}
    assert first.dashes != second.dashes or first.width != second.width


def test_a_line_and_a_marker_carry_their_sign():
    figure_line = line_look(palette.EXPOSURE)
    assert figure_line == {
        "color": palette.EXPOSURE,
        "linewidth": 2.5,
        "linestyle": (0, (11 / 2.5, 3 / 2.5)),
    }
    assert line_look(palette.OBSESSION, linewidth=1)["linestyle"] == "-"
    assert marker_look(palette.TABLETS)["marker"] == "P"
    with pytest.raises(ModelError, match="There is no colour '#123456'.*obsession"):
        line_look("#123456")


def test_a_name_or_a_colour_is_given_once():
    with pytest.raises(ModelError, match="'obsession'.*choose a name"):
        style.colour("obsession", "#000001", "#fffffe")
    with pytest.raises(ModelError, match="already 'ink'"):
        style.colour("soot", style.INK, "#fffffe")
    assert style.colour("ink", "#1f2933", "#e6eaee") == style.INK


def luminance(colour):
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4) @ [
        0.2126,
        0.7152,
        0.0722,
    ]


def contrast(one, other):
    low, high = sorted(luminance(colour) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def token(name):
    light, dark = re.search(rf"--ll-{name}: light-dark\((\S+), (\S+)\)", colours_css()).groups()
    return to_hex(light), to_hex(dark)


# WCAG 2.2: 4.5 for text, 3 for edges and marks.
TEXT = "ink muted accent good bad ember obsession compulsion relief ketamine exposure tablets"


@pytest.mark.parametrize("ground", ["ground", "paper", "shade"])
@pytest.mark.parametrize(
    ("name", "least"), [*((name, 4.5) for name in TEXT.split()), ("edge", 3.0)]
)
def test_every_colour_can_be_read_on_every_ground(name, least, ground):
    for colour, behind in zip(token(name), token(ground), strict=True):
        assert contrast(colour, behind) >= least


@pytest.mark.parametrize("name", ["ink", "muted", "exposure"])
def test_a_changed_equation_can_be_read(name):
    for colour, behind in zip(token(name), token("edit"), strict=True):
        assert contrast(colour, behind) >= 4.5


ALL_FIGURES = [(notebook, figure) for notebook, makers in MAKERS.items() for figure in makers]


@pytest.mark.parametrize(("notebook", "figure_id"), ALL_FIGURES)
def test_in_one_drawing_no_two_lines_differ_by_their_colour_alone(notebook, figure_id):
    live = course_figure(notebook, figure_id)
    lines = [(artist.axes, artist.artist) for artist in live.artists if artist.kind == "line"]
    for (axes, one), (others, other) in itertools.combinations(lines, 2):
        colours = to_hex(one.get_color()), to_hex(other.get_color())
        if axes is not others or colours[0] == colours[1] or not set(colours) <= set(LINES):
            continue
        near = min(distance(*colours, reader) for reader in READERS) < CLOSE
        assert not near or sign(one) != sign(other), [COLOURS[colour].name for colour in colours]


def sign(line):
    """What tells a line apart beside its colour: its dashes, and a width that is plainly other."""
    return line._dash_pattern[1], line.get_linewidth() >= 1.5


@pytest.mark.parametrize(("notebook", "figure_id"), ALL_FIGURES)
def test_every_word_of_a_drawing_is_in_a_colour_that_follows_a_dark_page(notebook, figure_id):
    svg = ElementTree.fromstring(course_figure(notebook, figure_id).spec()["svg"])
    within = {child: parent for parent in svg.iter() for child in parent}
    for word in svg.iter("{http://www.w3.org/2000/svg}text"):
        part, fills = word, []
        while part is not None and not fills:
            fills = re.findall(r"fill: ([^;]+)", part.get("style", ""))
            part = within.get(part)
        assert fills and fills[0].startswith("var(--ll-"), "".join(word.itertext())


IMAGES = sorted((Path(__file__).parents[1] / "assets" / "images").glob("*.svg"))
LIKE_TEXT, LIKE_MARKS = {"ink"}, {"line", "glutamate", "ketamine"}


@pytest.mark.parametrize("image", IMAGES, ids=lambda image: image.stem)
def test_a_picture_beside_the_text_is_readable_in_light_and_in_dark(image):
    svg = image.read_text(encoding="utf-8")
    light, dark = re.fullmatch(
        r"(.*)@media \(prefers-color-scheme: dark\) \{(.*)\}\s*",
        re.search(r"<style>(.*)</style>", svg, re.DOTALL)[1],
        re.DOTALL,
    ).groups()
    grounds = [dict(re.findall(r"\.(\w+) \{ \w+: (#\w+) \}", rules)) for rules in (light, dark)]
    assert not re.search(r'(fill|stroke)="#', svg), "a colour that is the same in the dark"
    for colours in grounds:
        assert set(re.findall(r"[a-z]+", " ".join(re.findall(r'class="(.*?)"', svg)))) == {*colours}
        for name in LIKE_TEXT | LIKE_MARKS:
            least = 4.5 if name in LIKE_TEXT else 3.0
            assert contrast(colours[name], colours["ground"]) >= least, name
    assert luminance(grounds[0]["ground"]) > 0.9 > 0.1 > luminance(grounds[1]["ground"])
