"""The random draws: a published generator, the same in NumPy and in the browser."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from javascript import engine
from scipy import stats

from looplab.model.draws import threefry_2x32, uniforms

# Known answers of the Random123 distribution (Salmon et al. 2011): threefry2x32, 20 rounds.
KNOWN = [
    ((0x00000000, 0x00000000), (0x00000000, 0x00000000), (0x6B200159, 0x99BA4EFE)),
    ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
    ((0x13198A2E, 0x03707344), (0x243F6A88, 0x85A308D3), (0xC4923A9C, 0x483DF7A0)),
]


@pytest.mark.parametrize("key, counter, words", KNOWN)
def test_the_generator_gives_the_published_answers(key, counter, words):
    assert tuple(int(word) for word in threefry_2x32(key, counter)) == words


@pytest.mark.parametrize("key, counter, words", KNOWN)
def test_the_browsers_generator_gives_the_published_answers(key, counter, words):
    call = "(...a) => { const words = [0, 0]; threefry(...a, words); return words; }"
    assert tuple(int(word) for word in engine().call(f"({call})", *key, *counter)) == words


@settings(deadline=None)
@given(seed=st.integers(0, 2**32 - 1), learners=st.integers(1, 4), steps=st.integers(1, 6))
def test_a_learners_draws_do_not_depend_on_the_others(seed, learners, steps):
    alone = uniforms(seed, 1, 0, steps, 3)
    together = uniforms(seed, learners, 0, steps, 3)
    np.testing.assert_array_equal(together[:, :, :1], alone)
    np.testing.assert_array_equal(uniforms(seed, learners, steps - 1, 1, 3), together[:, -1:])


def test_a_class_drawn_in_parts_has_the_draws_of_the_whole():
    whole = uniforms(5, 10, 3, 4, 3)
    parts = [uniforms(5, count, 3, 4, 3, first) for first, count in ((0, 4), (4, 1), (5, 5))]
    np.testing.assert_array_equal(np.concatenate(parts, axis=2), whole)


def test_browser_and_numpy_draw_the_same_numbers_bit_for_bit():
    browser = engine().call("((...a) => Array.from(uniforms(...a)))", 20220830, 5, 40, 3)
    numpy = uniforms(20220830, 5, 0, 40, 3)
    assert np.transpose(numpy, (2, 1, 0)).ravel().tolist() == browser


def test_draws_are_uniform_and_unrelated_between_steps_and_learners():
    u = uniforms(7, 200, 0, 200, 2)
    assert stats.kstest(u.ravel(), "uniform").pvalue > 0.001
    assert abs(np.corrcoef(u[0].ravel(), u[1].ravel())[0, 1]) < 0.02
    assert abs(np.corrcoef(u[0, 1:].ravel(), u[0, :-1].ravel())[0, 1]) < 0.02
    assert 0 < u.min() and u.max() < 1
