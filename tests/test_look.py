"""The drawings of the course: what a card shows is what the notebook's figure draws."""

import os
import re
from importlib.resources import files
from xml.etree import ElementTree

import numpy as np
import pytest
from course_pages import MAKERS, course_figure

from breaking_the_loop.course import COURSE
from looplab import course
from looplab.errors import LoopError, ModelError
from looplab.figure.sketch import sketch

# For each notebook: a figure, the quantities whose lines its card shows, and the settings, which
# are not the resting ones where those show little. SKETCH=1 in the environment draws them anew.
STILLS = {
    "01_ocd_cycle": ("own-treatment", ["share"], {}),
    "02_nmda_mechanism": ("plasma", ["domino_level", "clements_level"], {}),
    "03_onset_timelines": (
        "clocks",
        ["minimal_points", "response_points", "remission_points", "relief"],
        {"full_effect": 14.0, "baseline": 22.0},
    ),
    "04_weighing_the_evidence": ("beliefs", ["plausibility_2", "plausibility_1"], {}),
    "05_fit_yourself": ("trials-needed", ["won_a", "won_coin"], {}),
}
LOOK = files("breaking_the_loop") / "look"


@pytest.mark.parametrize("notebook", MAKERS)
def test_the_card_of_a_notebook_shows_what_its_figure_draws(notebook):
    figure, names, settings = STILLS[notebook]
    drawn = sketch(course_figure(notebook, figure), names, **settings)
    file = LOOK / f"{notebook}.still.svg"
    if "SKETCH" in os.environ:
        file.write_text(drawn, "utf-8")
    kept = file.read_text("utf-8")
    assert len(kept) < 3000
    texts, numbers = zip(*(_apart(text) for text in (kept, drawn)), strict=True)
    assert texts[0] == texts[1]
    np.testing.assert_allclose(*numbers, atol=0.15)


def _apart(text):
    parts = re.split(r"(-?\d+\.\d+)", text)
    return parts[::2], np.array(parts[1::2], float)


def test_a_sketch_needs_lines_that_the_figure_has():
    with pytest.raises(ModelError, match="no line shows nonsense"):
        sketch(course_figure("01_ocd_cycle", "boundary"), ["nonsense"])


@pytest.mark.parametrize("notebook", MAKERS)
def test_every_notebook_has_a_thread_an_emblem_and_a_still(notebook):
    for kind in ("thread", "emblem", "still"):
        svg = COURSE.drawing(f"{notebook}.{kind}")
        ElementTree.fromstring(svg)
        # Light and dark follow the page: no colour without a name.
        assert re.findall(r"(?<!, )#[0-9a-f]{6}", svg) == []


def test_a_course_without_a_record_has_a_page_all_the_same(tmp_path):
    assert course.record(tmp_path).drawing("emblem") == ""
    (tmp_path / "pyproject.toml").write_text('[tool.looplab]\ncourse = "no_such_course"\n')
    with pytest.raises(LoopError, match="names the course 'no_such_course'.*COURSE = "):
        course.record(tmp_path)
