"""The landscape of the stuck circuit: its adiabatic profile, walked from high to low.

The same profile as `stuck_circuit.profile`, written as steps along `S_1` so that it can run in the
browser: pool 2 follows at once (a few Newton steps from where it was), U is summed by the
trapezium rule, and each change of sign of the slope is a fixed point of the circuit, found where it
is rather than looked up.
"""

from __future__ import annotations

import numpy as np

from breaking_the_loop.nmda_mechanism.stuck_circuit import (
    BLOCK,
    CONSTANTS,
    SCALE,
    SYMBOLS,
    firing_rate,
)
from looplab.model.declare import Input, State, discrete, formula
from looplab.model.maths import absolute, equal, exp, maximum, minimum, where

HIGHEST, STRIDE, STEPS = 0.85, 0.0025, 317
GATING = np.round(HIGHEST - STRIDE * np.arange(STEPS), 6)
"""`S_1` at every step of the walk."""

BASE = 292
"""The step at which `S_1` is 0.12, near the quiet state at every scale: U is 0 there."""

QUIET_BELOW = 0.3
_NEWTON_STEPS = 3
_FLAT = 1e-3
_POINTS = ("well", "pass", "floor")


def _rate_slope(z):
    """How the rate curve rises with z, times d: from 0 to 1."""
    fading = exp(-z)
    return where(
        absolute(z) < _FLAT, 0.5 + z / 6, (1 - fading * (1 + z)) / maximum((1 - fading) ** 2, 1e-12)
    )


def _pool_2_at_rest(m):
    """Name where pool 2 stands still beside `S_1`, by Newton steps from its last place."""
    s_2 = m.follower
    for step in range(1, _NEWTON_STEPS + 1):
        x = m.nmda * (m.j_self * s_2 - m.j_cross * m.S_1) + m.i_0
        setattr(m, f"z_{step}", m.softness * (m.gain * x - m.threshold))
        z = getattr(m, f"z_{step}")
        rate = firing_rate(z, m.softness)
        rise = -s_2 / m.tau_s + (1 - s_2) * m.gamma * rate
        steepness = m.gain * m.nmda * m.j_self * _rate_slope(z)
        bend = -1 / m.tau_s - m.gamma * rate + (1 - s_2) * m.gamma * steepness
        # Only while it still comes closer to rest; where it does not, pool 2 has taken over.
        setattr(m, f"s_{step}", minimum(maximum(s_2 - rise / minimum(bend, -0.2), 0), 1))
        s_2 = getattr(m, f"s_{step}")
    m.S_2 = s_2


@discrete(
    parameters=[SCALE, BLOCK, *CONSTANTS],
    states=[
        State("follower", "S_2", "pool 2, standing still"),
        State("U", "U", "height of the landscape", unit="1/s"),
        State("last", r"U'_{\text{last}}", "slope one step higher", unit="1/s"),
        State("crossings", "n", "fixed points passed"),
        *(
            State(f"{point}_{what}", rf"{symbol}^{{\text{{{point}}}}}", f"{label} of the {point}")
            for point in _POINTS
            for what, symbol, label in (
                ("1", "S_1", "pool 1"),
                ("2", "S_2", "pool 2"),
                ("u", "U", "height"),
            )
        ),
    ],
    symbols=SYMBOLS | {"slope": "U'", "height": "U", "x_now": "x_1", "z_now": "z_1"},
)
def landscape(m):
    """One step down along `S_1`. Fixed points met: the well, then the pass, then the floor.

    With both states present the well is "stuck", the pass the saddle and the floor "quiet"; with
    quiet alone the well is quiet and nothing else is met.
    """
    m.S_1 = HIGHEST - STRIDE * m.t
    m.nmda = m.scale * (1 - m.block / 100)
    _pool_2_at_rest(m)
    m.x_now = m.nmda * (m.j_self * m.S_1 - m.j_cross * m.S_2) + m.i_0
    m.z_now = m.softness * (m.gain * m.x_now - m.threshold)
    rate = firing_rate(m.z_now, m.softness)
    m.slope = m.S_1 / m.tau_s - (1 - m.S_1) * m.gamma * rate
    m.height = where(equal(m.t, 0), 0, m.U - STRIDE * (m.last + m.slope) / 2)
    m.met = where(m.slope * m.last < 0, 1, 0)
    m.count = m.crossings + m.met
    m.since = where(m.met > 0, m.slope / (m.slope - m.last), 0)
    here = (
        m.S_1 + STRIDE * m.since,
        m.S_2 + (m.follower - m.S_2) * m.since,
        m.height + STRIDE * m.slope * m.since / 2,
    )
    found = {}
    for number, point in enumerate(_POINTS, start=1):
        for what, value in zip(("1", "2", "u"), here, strict=True):
            before = getattr(m, f"{point}_{what}")
            # two choices, not one whose condition holds another: SymPy would unfold that, slowly
            new = where(equal(m.count, number), value, before)
            found[f"{point}_{what}"] = where(m.met > 0, new, before)
    return {
        "follower": m.S_2,
        "U": m.height,
        "last": m.slope,
        "crossings": m.count,
        **found,
    }


RECORDED = {name: name for name in ("height", "S_2", "count")} | {
    f"{point}_{what}": f"{point}_{what}" for point in _POINTS for what in ("1", "2", "u")
}
"""What a figure records of a walk: its last entry holds every fixed point met."""

_LAST = [Input(name, name, name) for name in ("count", *list(RECORDED)[3:])]


@formula(inputs=_LAST)
def fixed_points_met(m):
    """From the last step of a walk: which states exist (1 or 0), where, and how deep stuck lies."""
    m.has_pass = where(m.count >= 3, 1, 0)
    m.has_stuck = where(m.well_1 > QUIET_BELOW, 1, 0)
    m.has_quiet = maximum(m.has_pass, 1 - m.has_stuck)
    m.stuck_1 = m.well_1
    m.stuck_2 = m.well_2
    m.quiet_1 = where(m.has_stuck > 0, m.floor_1, m.well_1)
    m.quiet_u = where(m.has_stuck > 0, m.floor_u, m.well_u)
    m.quiet_depth = m.has_pass * (m.pass_u - m.floor_u)
    m.depth = m.has_pass * (m.pass_u - m.well_u)
