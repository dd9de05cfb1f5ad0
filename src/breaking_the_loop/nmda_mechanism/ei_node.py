"""Disinhibition in one cortical node: an excitatory and an inhibitory population.

Deco et al. 2014 (doi:10.1523/JNEUROSCI.5068-13.2014), parameters as in TVB's
`wong_wang_exc_inh.py`. The isolated node, without input from other regions. Added here: the NMDA
coupling onto each population has a scale of its own. Times in seconds, currents in nA.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq, root

from breaking_the_loop.nmda_mechanism.stuck_circuit import firing_rate
from looplab.errors import ModelError
from looplab.model.declare import ContinuousModel, Formula, Input, Parameter, Quantities, State
from looplab.model.records import fixed, settings

_CODE = "deco2014, as in TVB (wong_wang_exc_inh.py)"


def _scale(name, symbol, onto):
    return Parameter(
        name=name,
        symbol=symbol,
        label=f"strength of NMDA onto {onto}",
        default=1.0,
        low=0.7,
        high=1.2,
        step=0.01,
        source="1 is deco2014; changing it is an extension made here",
        status="assumed",
    )


def _published(name, symbol, label, value, unit=""):
    return fixed(name, symbol, label, value, _CODE, "code", unit, spread=1.2)


PARAMETERS = (
    _scale("nmda_e", "s_E", "excitatory cells"),
    _scale("nmda_i", "s_I", "interneurons"),
    _published("gain_e", "a_E", "gain, excitatory", 310.0, "1/(V nC)"),
    _published("threshold_e", r"\theta_E", "threshold, excitatory", 125.0, "Hz"),
    _published("softness_e", "d_E", "softness, excitatory", 0.16, "s"),
    _published("gain_i", "a_I", "gain, interneurons", 615.0, "1/(V nC)"),
    _published("threshold_i", r"\theta_I", "threshold, interneurons", 177.0, "Hz"),
    _published("softness_i", "d_I", "softness, interneurons", 0.087, "s"),
    _published("tau_e", r"\tau_E", "NMDA decay", 0.1, "s"),
    _published("tau_i", r"\tau_I", "GABA decay", 0.01, "s"),
    _published("gamma", r"\gamma", "gating per spike", 0.641),
    _published("j_nmda", "J_N", "NMDA coupling", 0.15, "nA"),
    _published("w_self", "w_p", "self-excitation", 1.4),
    _published("j_inhibition", "J_i", "inhibition", 1.0, "nA"),
    _published("w_e", "W_E", "background, excitatory", 1.0),
    _published("w_i", "W_I", "background, interneurons", 0.7),
    _published("i_0", "I_0", "background current", 0.382, "nA"),
)


def _node(m):
    m.x_e = m.nmda_e * m.w_self * m.j_nmda * m.S_e - m.j_inhibition * m.S_i + m.w_e * m.i_0
    m.x_i = m.nmda_i * m.j_nmda * m.S_e - m.S_i + m.w_i * m.i_0
    m.z_e = m.softness_e * (m.gain_e * m.x_e - m.threshold_e)
    m.z_i = m.softness_i * (m.gain_i * m.x_i - m.threshold_i)
    m.rate_e = firing_rate(m.z_e, m.softness_e)
    m.rate_i = firing_rate(m.z_i, m.softness_i)
    return {
        "S_e": -m.S_e / m.tau_e + (1 - m.S_e) * m.gamma * m.rate_e,
        "S_i": -m.S_i / m.tau_i + m.rate_i,
    }


SYMBOLS = {
    "x_e": "x_E",
    "x_i": "x_I",
    "z_e": "z_E",
    "z_i": "z_I",
    "rate_e": "r_E",
    "rate_i": "r_I",
}

ei_node = ContinuousModel(
    function=_node,
    name="ei_node",
    parameters=PARAMETERS,
    states=(
        State("S_e", "S_E", "open NMDA channels", initial=0.15),
        State("S_i", "S_I", "open GABA channels", initial=0.04),
    ),
    symbols=SYMBOLS,
)


def _name_rates(m):
    _node(m)


firing = Formula(
    function=_name_rates,
    name="firing",
    parameters=PARAMETERS,
    inputs=(
        Input("S_e", "S_E", "open NMDA channels"),
        Input("S_i", "S_I", "open GABA channels"),
    ),
    symbols=SYMBOLS,
)
"""Firing rates (Hz), `rate_e` and `rate_i`, of the node where it stands."""


def steady_state(**parameters) -> dict[str, float]:
    """Where the node comes to rest: `S_e`, `S_i` and firing rates `rate_e`, `rate_i` (Hz).

    Raises `ModelError` for unknown parameters, values out of range, or when nothing is found.
    """
    values = settings(ei_node, parameters)

    def at(gating):
        return Quantities(ei_node.name, values | {"S_e": gating[0], "S_i": gating[1]})

    def rates(gating):
        with np.errstate(divide="ignore", invalid="ignore"):
            following = _node(at(gating))
        return [following["S_e"], following["S_i"]]

    start = [state.initial for state in ei_node.states]
    found = root(rates, start, tol=1e-12)
    if not np.abs(rates(found.x)).max() < 1e-8:
        raise ModelError(f"{ei_node.name}: no steady state found for {parameters}.")
    m = at(found.x)
    with np.errstate(divide="ignore", invalid="ignore"):
        _node(m)
    return {name: float(getattr(m, name)) for name in ("S_e", "S_i", "rate_e", "rate_i")}


def restoring_selectivity(block_e: float) -> float:
    """How many times more block on interneurons leaves excitatory firing at its control rate.

    `block_e` is the fraction blocked on excitatory cells, up to 0.1.
    """
    control = steady_state()["rate_e"]

    def change(selectivity):
        blocked = steady_state(nmda_e=1 - block_e, nmda_i=1 - selectivity * block_e)
        return blocked["rate_e"] - control

    return float(brentq(change, 1.0, 3.0, xtol=1e-10))
