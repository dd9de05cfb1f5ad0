"""The excitatory-inhibitory node against its reference table and an independent simulator."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from javascript import in_browser
from reference_tables import reference

from breaking_the_loop.nmda_mechanism.ei_node import ei_node, restoring_selectivity, steady_state
from looplab.errors import ModelError
from looplab.model.declare import Quantities
from looplab.model.latex import equations

few = settings(max_examples=40, deadline=None)


def field(s_e, s_i, **given_):
    values = {p.name: p.default for p in ei_node.parameters} | given_
    rates = ei_node.function(Quantities("node", values | {"S_e": s_e, "S_i": s_i}))
    return rates["S_e"], rates["S_i"]


def test_the_reference_table_is_reproduced():
    for row in reference("nmda_ei_node"):
        state = steady_state(nmda_e=row["NMDA_on_E"], nmda_i=row["NMDA_on_I"])
        for name, column in (
            ("S_e", "S_E"),
            ("S_i", "S_I"),
            ("rate_e", "rate_E_Hz"),
            ("rate_i", "rate_I_Hz"),
        ):
            assert state[name] == pytest.approx(row[column], rel=1e-5), row


@pytest.mark.parametrize(
    ("nmda_e", "nmda_i", "rate_e"),
    [(1, 1, 3.077), (1, 0.9, 3.385), (0.9, 1, 2.574), (0.9, 0.9, 2.748), (0.9, 0.8, 2.960)],
)
def test_equal_block_lowers_firing_and_block_of_interneurons_raises_it(nmda_e, nmda_i, rate_e):
    assert steady_state(nmda_e=nmda_e, nmda_i=nmda_i)["rate_e"] == pytest.approx(rate_e, rel=1e-3)


@pytest.mark.parametrize("block", [0.05, 0.1])
def test_firing_is_restored_only_when_interneurons_lose_about_two_and_a_half_times_more(block):
    assert restoring_selectivity(block) == pytest.approx(2.46, abs=0.02)


@few
@given(st.floats(0.7, 1.2), st.floats(0.7, 1.2))
def test_the_steady_state_is_a_zero_of_the_field(nmda_e, nmda_i):
    state = steady_state(nmda_e=nmda_e, nmda_i=nmda_i)
    rates = field(state["S_e"], state["S_i"], nmda_e=nmda_e, nmda_i=nmda_i)
    np.testing.assert_allclose(rates, 0, atol=1e-8)
    assert all(np.isfinite(value) and value > 0 for value in state.values())


@pytest.mark.parametrize("nmda_e", [0.7, 1.0, 1.2])
@pytest.mark.parametrize("nmda_i", [0.7, 1.0, 1.2])
def test_the_node_comes_to_rest_there_by_itself(nmda_e, nmda_i):
    run = ei_node.run(duration=6.0, step=0.005, every=1200, nmda_e=nmda_e, nmda_i=nmda_i)
    state = steady_state(nmda_e=nmda_e, nmda_i=nmda_i)
    assert run["S_e"][-1] == pytest.approx(state["S_e"], rel=1e-4)
    assert run["S_i"][-1] == pytest.approx(state["S_i"], rel=1e-4)


def test_values_out_of_range_are_refused():
    with pytest.raises(ModelError, match="nmda_e .* = 5 is outside"):
        steady_state(nmda_e=5.0)


def test_the_browser_runs_the_same_node():
    for given_ in ({}, {"nmda_e": 0.9, "nmda_i": 0.8}):
        expected = ei_node.run(duration=1.0, step=0.002, every=50, **given_)
        run = in_browser(ei_node, ["S_e", "S_i"], steps=500, dt=0.002, every=50, **given_)
        for name in ("S_e", "S_i"):
            np.testing.assert_allclose(run[name, None], expected[name], rtol=1e-9)


def test_the_equations_can_be_shown():
    assert r"\frac{d S_E}{dt}" in equations(ei_node).latex


@few
@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_the_virtual_brain_computes_the_same_field(s_e, s_i):
    exc_inh = pytest.importorskip(
        "tvb.simulator.models.wong_wang_exc_inh",
        reason="an independent check: install the optional package tvb-library to run it",
    )
    node = exc_inh.ReducedWongWangExcInh()
    expected = 1000 * node._numpy_dfun(np.array([[s_e], [s_i]]), np.zeros((1, 1)))[:, 0]
    np.testing.assert_allclose(field(s_e, s_i), expected, rtol=1e-10, atol=1e-11)
