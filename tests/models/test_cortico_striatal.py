"""The selection circuit of the basal ganglia against its reference table."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from javascript import in_browser
from reference_tables import reference

from breaking_the_loop.nmda_mechanism.cortico_striatal import basal_ganglia, settled_outputs
from looplab.model.latex import equations


def settled(c_1, c_2, **parameters):
    return settled_outputs(c_1=c_1, c_2=c_2, **parameters)


def test_the_reference_table_is_reproduced():
    for row in reference("nmda_cstc_gpr"):
        found = settled(row["c1"], row["c2"])
        assert found["gpi"][:3] == pytest.approx([row[f"GPi{i}"] for i in (1, 2, 3)], abs=1e-4)
        assert found["stn"][:2] == pytest.approx([row["STN1"], row["STN2"]], abs=1e-4)
        assert found["gpe"][:2] == pytest.approx([row["GPe1"], row["GPe2"]], abs=1e-4)


def test_without_input_every_channel_is_equally_inhibited():
    np.testing.assert_allclose(settled(0.0, 0.0)["gpi"], 0.1695, atol=5e-4)


def test_the_more_urgent_action_is_selected():
    one = settled(0.4, 0.0)["gpi"]
    np.testing.assert_allclose(one, [0.0850] + [0.3290] * 5, atol=5e-4)
    two = settled(0.4, 0.6)["gpi"]
    np.testing.assert_allclose(two, [0.2335, 0.0415] + [0.4775] * 4, atol=5e-4)


def test_it_has_no_memory_and_so_cannot_be_stuck():
    first = basal_ganglia.run(duration=2.0, step=0.005, every=400, c_1=0.6, c_2=0.4)
    assert first["gpi"][-1][0] < first["gpi"][-1][1]
    fresh, swapped = settled(0.4, 0.6)["gpi"], settled(0.6, 0.4)["gpi"]
    np.testing.assert_allclose(swapped[:2], fresh[:2][::-1], atol=1e-9)


def test_more_weight_on_the_direct_pathway_releases_the_selected_action_further():
    low, high = settled(0.4, 0.0, dopamine=0.0), settled(0.4, 0.0, dopamine=0.4)
    assert high["gpi"][0] < low["gpi"][0]


@settings(max_examples=8, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_outputs_stay_between_0_and_1_and_silent_channels_are_alike(c_1, c_2, dopamine):
    for values in settled(c_1, c_2, dopamine=dopamine).values():
        assert ((values >= 0) & (values <= 1)).all()
        np.testing.assert_allclose(values[2:], values[2], atol=1e-12)


def test_the_browser_runs_the_same_circuit():
    for given_ in ({}, {"c_1": 0.9, "c_2": 0.1, "dopamine": 0.7}):
        expected = basal_ganglia.run(duration=0.5, step=0.005, every=20, **given_)["gpi"]
        run = in_browser(basal_ganglia, ["gpi"], steps=100, dt=0.005, every=20, **given_)
        for channel in range(6):
            np.testing.assert_allclose(run["gpi", channel], expected[:, channel], rtol=1e-9)


@pytest.mark.parametrize("name", ["gpi", "stn"])
def test_the_equations_can_be_shown(name):
    assert r"\frac{d" in equations(basal_ganglia, name).latex
