"""The model against what a textbook says, and the figure against the model."""

import numpy as np
import pytest
from my_course.spring import figures, spring


@pytest.mark.parametrize(("stiffness", "mass"), [(1, 1), (4, 1), (1, 4), (8, 0.5)])
def test_the_body_moves_as_the_cosine_in_the_textbook(stiffness, mass):
    values = figures.swing().values(stiffness=stiffness, mass=mass)
    textbook = np.cos(np.sqrt(stiffness / mass) * values["time"])
    np.testing.assert_allclose(values["place"].squeeze(), textbook, atol=1e-4)


def test_a_swing_of_one_newton_a_metre_and_one_kilogram_takes_two_pi_seconds():
    assert figures.swing().values()["period"] == pytest.approx(2 * np.pi)


def test_the_words_say_what_the_figure_shows():
    said = figures.swing().description(stiffness=4)
    assert said == "One full swing takes 3.1 s; after 10 s the body is at +0.41 m."  # cos(20)


def test_every_parameter_has_a_source():
    assert all(parameter.source for parameter in spring.spring.parameters)
