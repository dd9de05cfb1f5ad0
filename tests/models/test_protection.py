"""Model D against its exact values and its reference table."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from javascript import in_browser
from reference_tables import reference

from breaking_the_loop.ocd_cycle.protection import (
    CUES,
    EXTINCTION_TRIALS,
    ROUNDS,
    TRIALS,
    protection,
)
from looplab.model.latex import equations

A, B, C, R = range(4)
GROUPS = {"safety_behaviour": 1.0, "response_prevented": 0.0}


def values_after(ritual, **changes):
    return protection.run(TRIALS, ritual=ritual, **changes)["learned"][:, :, 0]


@pytest.mark.parametrize("group", GROUPS)
def test_every_trial_is_that_of_the_table(group):
    table = reference("cycle_rescorla_wagner_protection")
    rows = [row for row in table if row["condition"] == group]
    run = protection.run(TRIALS, ritual=GROUPS[group])
    assert len(rows) == TRIALS
    expected = [[float(row[f"V_{cue}"]) for cue in CUES] for row in rows]
    assert run["learned"][:, :, 0] == pytest.approx(np.array(expected), abs=1e-9)
    surprise = [float(row["prediction_error"]) for row in rows]
    assert run["delta"][:, 0] == pytest.approx(np.array(surprise), abs=1e-9)
    for row, present, outcome in zip(rows, run["present"][:, :, 0], run["outcome"], strict=True):
        assert "+".join(np.array(CUES)[present == 1]) == row["cues"]
        assert outcome == float(row["outcome"])


def test_expectation_before_and_after_is_exact_without_the_ritual():
    after = values_after(0.0)
    before = 1 - 0.8**ROUNDS
    assert after[TRIALS - EXTINCTION_TRIALS - 1, C] == pytest.approx(before, abs=1e-12)
    assert after[-1, C] == pytest.approx(before * 0.8**EXTINCTION_TRIALS, abs=1e-12)


def test_expectation_after_is_exact_with_the_ritual():
    """A round A+ then AR- is one affine map of (V_A, V_R); each CR- shrinks V_C + V_R by 0.6."""
    before = 1 - 0.8**ROUNDS
    reinforced = np.array([[0.8, 0.0], [0.0, 1.0]])
    cancelled = np.array([[0.8, -0.2], [-0.2, 0.8]])
    pair = np.array([before, 0.0])
    for _ in range(ROUNDS):
        pair = cancelled @ (reinforced @ pair + [0.2, 0.0])
    total = before + pair[1]
    learned = total * (1 - 0.6**EXTINCTION_TRIALS) / 2
    after = values_after(1.0)[-1]
    assert after[C] == pytest.approx(before - learned, abs=1e-12)
    assert after[R] == pytest.approx(pair[1] - learned, abs=1e-12)


@pytest.mark.parametrize(
    "ritual, fear, safety", [(1.0, 0.88660, -0.88564), (0.0, 0.1036, -0.80742)]
)
def test_the_ritual_keeps_the_fear_alive(ritual, fear, safety):
    after = values_after(ritual)[-1]
    assert after[C] == pytest.approx(fear, abs=5e-6)
    assert after[R] == pytest.approx(safety, abs=5e-6)


@settings(max_examples=30, deadline=None)
@given(learning_rate=st.floats(0.02, 0.5), harm=st.floats(0.1, 2))
def test_less_fear_is_left_without_the_ritual_at_any_rate(learning_rate, harm):
    given = {"learning_rate": learning_rate, "harm": harm}
    allowed, prevented = (values_after(ritual, **given)[-1] for ritual in (1.0, 0.0))
    assert prevented[C] < allowed[C] <= harm + 1e-12
    assert allowed[B] == 0


def test_expectations_scale_with_the_harm():
    assert values_after(1.0, harm=0.5) == pytest.approx(values_after(1.0) / 2, abs=1e-12)


@pytest.mark.parametrize("ritual, learning_rate", [(1.0, 0.2), (0.0, 0.2), (1.0, 0.45)])
def test_browser_and_numpy_agree(ritual, learning_rate):
    record = ("learned", "delta", "present")
    found = in_browser(protection, record, steps=TRIALS, ritual=ritual, learning_rate=learning_rate)
    run = protection.run(TRIALS, record=record, ritual=ritual, learning_rate=learning_rate)
    numpy = np.concatenate([run["learned"][..., 0].T, run["delta"].T, run["present"][..., 0].T])
    assert np.array(list(found.values())) == pytest.approx(numpy, abs=1e-9)


def test_equations_show_the_learning_rule():
    """The order of the terms is left to the printer."""
    delta, learned = (equations(protection, name).latex for name in ("delta", "learned"))
    assert all(symbol in delta for symbol in (r"\delta &=", r"\lambda_{t}", r"\bar F"))
    assert all(
        symbol in learned for symbol in (r"\hat F_{k} &=", r"\eta", r"\delta", "F_{k}", "y_{k}")
    )
