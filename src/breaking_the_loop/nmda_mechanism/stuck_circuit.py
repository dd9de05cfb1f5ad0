"""A circuit that can get stuck: two pools of neurons that excite themselves and inhibit each other.

The reduced two-variable model of Wong & Wang 2006 (doi:10.1523/JNEUROSCI.3733-05.2006), with the
parameters of the authors' line of open codes. `S_1`, `S_2` are the shares of open NMDA channels of
the two pools. "Quiet": both low. "Stuck": one pool high with no input.

Added here: all NMDA-driven coupling is multiplied by `scale` (1 is the published circuit; above 1
"over-stable", after Rolls, Loh & Deco 2008) and by what a block leaves of it. That stuck
attractors have to do with obsessive-compulsive disorder is a hypothesis; the scale that stands for
it is an illustration. Time is in seconds, current in nA, rates in Hz.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from looplab.errors import ModelError
from looplab.model.declare import Draw, Input, Parameter, Quantities, State, discrete, formula
from looplab.model.maths import absolute, cos, equal, exp, log, maximum, minimum, sin, sqrt, where
from looplab.model.records import fixed, settings

SCALE = Parameter(
    name="scale",
    symbol="s_0",
    label="strength of the NMDA coupling",
    default=1.05,
    low=0.8,
    high=1.2,
    step=0.0025,
    source="1 is wong2006; above 1 after rolls2008; 1.05 is an illustration",
    status="hypothesis",
    help="1 is the published circuit. Above 1 its states hold more firmly.",
)
BLOCK = Parameter(
    name="block",
    symbol="b",
    label="NMDA current lost",
    default=0.0,
    low=0.0,
    high=95.0,
    step=0.5,
    source="chosen by the reader, or computed from a plasma level; at 100 nothing is coupled",
    status="assumed",
    unit="%",
    help="A loss of current, not an occupancy of receptors.",
)
SIGMA = Parameter(
    name="sigma",
    symbol=r"\sigma",
    label="noise",
    default=0.02,
    low=0.0,
    high=0.05,
    step=0.005,
    source="wong2006, as in the open code of LDDM (wong06.m)",
    status="code",
    unit="nA",
    help="How strongly each pool is shaken by chance.",
)
STIMULUS = Parameter(
    name="stimulus",
    symbol=r"\mu_0",
    label="lasting input to both pools",
    default=0.0,
    low=0.0,
    high=60.0,
    step=1.0,
    source="wong2006: 30 Hz during a decision, 0 without",
    status="code",
    unit="Hz",
)
PULSE = Parameter(
    name="pulse",
    symbol=r"\mu_{\text{pulse}}",
    label="strength of a new thought",
    default=30.0,
    low=0.0,
    high=60.0,
    step=1.0,
    source="chosen here: the input of a decision in wong2006, given to pool 2 alone",
    status="assumed",
    unit="Hz",
    help="A short input to the pool that is not stuck.",
)
PULSE_START = Parameter(
    name="pulse_start",
    symbol=r"t_{\text{pulse}}",
    label="when the new thought comes",
    default=2.0,
    low=0.0,
    high=10.0,
    step=0.5,
    source="chosen here",
    status="assumed",
    unit="s",
)
START = Parameter(
    name="start",
    symbol="q",
    label="start stuck (1) or quiet (0)",
    default=1.0,
    low=0.0,
    high=1.0,
    step=1.0,
    source="chosen here",
    status="assumed",
)

_CODE = "wong2006, as in LDDM (wong06.m), memoryBoxes (WongWangNew.m) and TVB (wong_wang.py)"


def _published(name, symbol, label, value, unit="", spread=1.2):
    return fixed(name, symbol, label, value, _CODE, "code", unit, spread)


CONSTANTS = (
    _published("gain", "a", "gain of the rate curve", 270.0, "1/(V nC)"),
    _published("threshold", "b_0", "threshold of the rate curve", 108.0, "Hz"),
    _published("softness", "d", "softness of the rate curve", 0.154, "s"),
    _published("gamma", r"\gamma", "gating per spike", 0.641),
    _published("tau_s", r"\tau_S", "NMDA decay time", 0.1, "s"),
    _published("j_self", "J_{11}", "coupling within a pool", 0.2609, "nA"),
    _published("j_cross", "J_{12}", "inhibition between pools", 0.0497, "nA"),
    fixed(
        "i_0",
        "I_0",
        "background current",
        0.3255,
        "wong2006, as in published code; consistent with every published rate tested",
        "code",
        "nA",
        spread=1.2,
    ),
    _published("stimulus_gain", "J_{ext}", "current per Hz of input", 5.2e-4, "nA/Hz"),
)
TAU_NOISE = _published("tau_noise", r"\tau_A", "noise correlation time", 0.002, "s")
TIME_STEP = Parameter(
    name="dt",
    symbol=r"\Delta t",
    label="time step",
    default=0.0005,
    low=0.0001,
    high=0.001,
    step=0.0001,
    source="chosen here; 0.1 ms gives the same escape times within their error",
    status="assumed",
    unit="s",
)
PULSE_LENGTH = fixed(
    "pulse_length",
    r"T_{\text{pulse}}",
    "how long a new thought lasts",
    0.5,
    "chosen here",
    "assumed",
    "s",
)
QUIET_START = (0.1027, 0.1027)
STUCK_START = (0.5670, 0.0319)
EXIT_STUCK_BELOW = 0.2
EXIT_QUIET_ABOVE = 0.45
_STEPS_PER_BLOCK = 200

SYMBOLS = {
    "nmda": "s",
    "stimulus_1": "I_1",
    "stimulus_2": "I_2",
    "x_1": "x_1",
    "x_2": "x_2",
    "z": "z",
    "z_1": "z_1",
    "z_2": "z_2",
    "r_1": "r_1",
    "r_2": "r_2",
    "rate": "r",
    "rise_1": r"\dot S_1",
    "rise_2": r"\dot S_2",
    "here_1": "S_1",
    "here_2": "S_2",
    "pulse_on": r"[\text{pulse}]",
    "spread": r"\sqrt{-2\ln u_1}",
    "angle": r"\theta",
    "kick": r"\sigma\sqrt{\Delta t/\tau_A}",
    "S": "S",
    "other": r"S_{\text{other}}",
}

_FLAT = 1e-3


def firing_rate(z, softness):
    """The rate curve (Hz) where z = d (a x - b): z / (1 - exp(-z)) / d, with its limit at z = 0."""
    return where(absolute(z) < _FLAT, 1 + z / 2 + z**2 / 12, z / (1 - exp(-z))) / softness


def _net_input(m, own, other, extra):
    return m.nmda * (m.j_self * own - m.j_cross * other) + m.i_0 + extra


def _move(m, s_1, s_2, extra_1=0, extra_2=0):
    """Name the rates of change of both pools, from their gating and extra currents (nA)."""
    m.nmda = m.scale * (1 - m.block / 100)
    m.x_1 = _net_input(m, s_1, s_2, m.stimulus_gain * m.stimulus + extra_1)
    m.x_2 = _net_input(m, s_2, s_1, m.stimulus_gain * m.stimulus + extra_2)
    m.z_1 = m.softness * (m.gain * m.x_1 - m.threshold)
    m.z_2 = m.softness * (m.gain * m.x_2 - m.threshold)
    m.r_1 = firing_rate(m.z_1, m.softness)
    m.r_2 = firing_rate(m.z_2, m.softness)
    m.rise_1 = -s_1 / m.tau_s + (1 - s_1) * m.gamma * m.r_1
    m.rise_2 = -s_2 / m.tau_s + (1 - s_2) * m.gamma * m.r_2


_SETTINGS = (SCALE, BLOCK, STIMULUS, *CONSTANTS)


@formula(
    parameters=_SETTINGS,
    inputs=[
        Input("S_1", "S_1", "open NMDA channels of pool 1"),
        Input("S_2", "S_2", "open NMDA channels of pool 2"),
    ],
    symbols=SYMBOLS,
)
def field(m):
    """Where the circuit moves from a point: firing rates (Hz) and `rise_1`, `rise_2` (per s)."""
    _move(m, m.S_1, m.S_2)


@formula(
    parameters=_SETTINGS,
    inputs=[Input("x", "x", "net input of a pool", "nA")],
    symbols=SYMBOLS,
)
def nullcline(m):
    """The curve on which one pool stands still, traced by that pool's net input `x` (nA).

    `S` is that pool's own gating, `other` the other pool's. Both pools have the same curve, with
    the axes exchanged. No equation is solved, so the curve is exact at the folds too.
    """
    m.nmda = m.scale * (1 - m.block / 100)
    m.z = m.softness * (m.gain * m.x - m.threshold)
    m.rate = firing_rate(m.z, m.softness)
    m.S = m.tau_s * m.gamma * m.rate / (1 + m.tau_s * m.gamma * m.rate)
    extra = m.stimulus_gain * m.stimulus
    m.other = (m.nmda * m.j_self * m.S + m.i_0 + extra - m.x) / (m.nmda * m.j_cross)


def _noise(m):
    """Two normal numbers from the two uniform draws (Box & Muller)."""
    m.spread = sqrt(-2 * log(m.u_1))
    m.angle = 2 * np.pi * m.u_2
    return m.spread * cos(m.angle), m.spread * sin(m.angle)


@discrete(
    parameters=[*_SETTINGS, SIGMA, TAU_NOISE, PULSE, PULSE_START, PULSE_LENGTH, START, TIME_STEP],
    states=[
        State("S_1", "S_1", "open NMDA channels of pool 1"),
        State("S_2", "S_2", "open NMDA channels of pool 2"),
        State("n_1", "I^n_1", "noise current of pool 1", unit="nA"),
        State("n_2", "I^n_2", "noise current of pool 2", unit="nA"),
    ],
    draws=[
        Draw("u_1", "u_1", "first draw behind the noise"),
        Draw("u_2", "u_2", "second draw behind the noise"),
    ],
    symbols=SYMBOLS,
)
def trajectory(m):
    """The noisy circuit in steps of `dt` (Euler-Maruyama), with one pulse to pool 2.

    `here_1`, `here_2` are the gating variables: those of the start at step 0, then the states.
    """
    m.here_1 = where(equal(m.t, 0), _start(m, 0), m.S_1)
    m.here_2 = where(equal(m.t, 0), _start(m, 1), m.S_2)
    since = m.t * m.dt - m.pulse_start
    m.pulse_on = where(since >= 0, 1, 0) * where(since < m.pulse_length, 1, 0)
    new_thought = m.stimulus_gain * m.pulse * m.pulse_on
    _move(m, m.here_1, m.here_2, m.n_1, m.n_2 + new_thought)
    normal_1, normal_2 = _noise(m)
    m.kick = m.sigma * sqrt(m.dt / m.tau_noise)
    return {
        "S_1": minimum(maximum(m.here_1 + m.dt * m.rise_1, 0), 1),
        "S_2": minimum(maximum(m.here_2 + m.dt * m.rise_2, 0), 1),
        "n_1": m.n_1 * (1 - m.dt / m.tau_noise) + m.kick * normal_1,
        "n_2": m.n_2 * (1 - m.dt / m.tau_noise) + m.kick * normal_2,
    }


def _start(m, pool):
    return QUIET_START[pool] + m.start * (STUCK_START[pool] - QUIET_START[pool])


def _values(scale, given):
    return settings(field, {"scale": scale} | given)


def _at(values, s_1, s_2, extra_1=0, extra_2=0):
    m = Quantities("stuck_circuit", values)
    # The branch of the rate curve that is not used divides 0 by 0 at its removable singularity.
    with np.errstate(divide="ignore", invalid="ignore"):
        _move(m, s_1, s_2, extra_1, extra_2)
    return m


def _rises(values, s_1, s_2, extra_1=0, extra_2=0):
    m = _at(values, s_1, s_2, extra_1, extra_2)
    return m.rise_1, m.rise_2


@dataclass(frozen=True)
class FixedPoint:
    """A point where nothing moves: gating, firing rates (Hz) and the slowest eigenvalue (per s)."""

    S_1: float
    S_2: float
    r_1: float
    r_2: float
    eigenvalue: float

    @property
    def stable(self) -> bool:
        return self.eigenvalue < 0

    @property
    def stuck(self) -> bool:
        """Whether pool 1 alone is high."""
        return self.stable and self.S_1 - self.S_2 > 1e-6

    @property
    def quiet(self) -> bool:
        """Whether both pools are equal (and stable)."""
        return self.stable and abs(self.S_1 - self.S_2) <= 1e-6


def fixed_points(scale: float, **given) -> list[FixedPoint]:
    """Every fixed point, in the order of rising `S_1`.

    `given` are other parameters of `field` (stimulus in Hz, constants). Found where pool 2
    stands still along the curve on which pool 1 does.
    """
    values = _values(scale, given)

    def on_curve(x):
        m = Quantities("nullcline", values | {"x": x})
        with np.errstate(divide="ignore", invalid="ignore"):
            nullcline.function(m)
        return m.S, m.other

    def residual(x):
        s_1, s_2 = on_curve(x)
        return _rises(values, s_1, s_2)[1]

    current = values["i_0"] + values["stimulus_gain"] * values["stimulus"]
    nmda = scale * (1 - values["block"] / 100)
    x = np.linspace(
        current - 1.1 * nmda * values["j_cross"], current + nmda * values["j_self"], 4001
    )
    signs = np.sign(residual(x))
    crossings = np.flatnonzero(signs[:-1] * signs[1:] <= 0)
    roots = [brentq(residual, x[i], x[i + 1], xtol=1e-15, rtol=1e-14) for i in crossings]
    return [_described(values, *on_curve(root)) for root in sorted(set(roots))]


def _described(values, s_1, s_2):
    m = _at(values, s_1, s_2)
    step = 1e-6
    columns = [
        np.subtract(
            _rises(values, s_1 + step * d_1, s_2 + step * d_2),
            _rises(values, s_1 - step * d_1, s_2 - step * d_2),
        )
        / (2 * step)
        for d_1, d_2 in ((1, 0), (0, 1))
    ]
    slowest = np.linalg.eigvals(np.column_stack(columns)).real.max()
    return FixedPoint(*map(float, (s_1, s_2, m.r_1, m.r_2, slowest)))


def stuck_point(scale: float, **given) -> FixedPoint | None:
    """The state with pool 1 high, or None where there is none."""
    return next((p for p in fixed_points(scale, **given) if p.stuck), None)


def quiet_point(scale: float, **given) -> FixedPoint | None:
    """The stable state with both pools low, or None where there is none."""
    return next((p for p in fixed_points(scale, **given) if p.quiet), None)


def saddle_point(scale: float, **given) -> FixedPoint | None:
    """The pass between quiet and stuck, or None where one of the two is missing."""
    between = [p for p in fixed_points(scale, **given) if not p.stable and p.S_1 > p.S_2 + 1e-6]
    return between[0] if between else None


def bifurcation(scales, **given) -> dict[str, np.ndarray]:
    """`S_1` of every kind of fixed point at each of `scales`, NaN where there is none.

    "quiet" and "symmetric_unstable" (both pools equal), "stuck" and "saddle" (pool 1 above 2).
    """
    kinds = ("quiet", "symmetric_unstable", "stuck", "saddle")
    found = {kind: np.full(len(scales), np.nan) for kind in kinds}
    for i, scale in enumerate(scales):
        for point in fixed_points(scale, **given):
            if abs(point.S_1 - point.S_2) <= 1e-6:
                found["quiet" if point.stable else "symmetric_unstable"][i] = point.S_1
            elif point.S_1 > point.S_2:
                found["stuck" if point.stable else "saddle"][i] = point.S_1
    return found


def folds(settings_at=lambda scale: {}) -> tuple[float, float]:
    """The scale from which stuck exists, and the scale up to which quiet is stable.

    `settings_at(scale)` gives further settings that change with the scale.
    """

    def edge(exists, inside, outside):
        while abs(outside - inside) > 1e-6:
            middle = (inside + outside) / 2
            if exists(middle, **settings_at(middle)) is None:
                outside = middle
            else:
                inside = middle
        return (inside + outside) / 2

    return edge(stuck_point, 1.0, 0.9), edge(quiet_point, 1.0, 1.2)


def other_pool_at_rest(s_1, scale: float, **given) -> np.ndarray:
    """The lowest gating of pool 2 that stands still when pool 1 is held at `s_1` (any shape)."""
    values = _values(scale, given)
    s_1 = np.asarray(s_1, dtype=float)
    s_2 = np.zeros_like(s_1)
    for _ in range(1000):
        drive = values["tau_s"] * values["gamma"] * _at(values, s_1, s_2).r_2
        # The map rises with s_2, so from 0 it climbs to the lowest solution and stops there.
        following = drive / (1 + drive)
        if np.abs(following - s_2).max() < 1e-13:
            break
        s_2 = following
    return following


def profile_slope(s_1, scale: float, **given) -> np.ndarray:
    """dU/dS_1 (per s): minus the rate of change of pool 1 while pool 2 follows at once."""
    s_2 = other_pool_at_rest(s_1, scale, **given)
    return -_rises(_values(scale, given), np.asarray(s_1, float), s_2)[0]


_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(60)


def _climb(start, end, scale, given):
    middle, half = (start + end) / 2, (end - start) / 2
    return float(half * _WEIGHTS @ profile_slope(middle + half * _NODES, scale, **given))


def profile(scale: float, points: int = 241, highest: float = 0.85, **given):
    """The adiabatic profile: `S_1` from quiet upwards and U (per s), 0 at the quiet state.

    Not a true potential: pool 2 is taken to follow at once. Without a quiet state the profile
    starts at 0.1.
    """
    quiet = quiet_point(scale, **given)
    s_1 = np.linspace(quiet.S_1 if quiet else 0.1, highest, points)
    edges = np.stack([s_1[:-1], s_1[1:]])
    nodes, weights = np.polynomial.legendre.leggauss(3)
    middle, half = edges.mean(axis=0), np.diff(edges, axis=0)[0] / 2
    slopes = profile_slope(middle[:, None] + half[:, None] * nodes, scale, **given)
    return s_1, np.concatenate([[0.0], np.cumsum(half * (slopes @ weights))])


@dataclass(frozen=True)
class Barriers:
    """Heights of the pass above the two wells of the profile (per s); None where one is missing."""

    out_of_quiet: float | None
    out_of_stuck: float | None


def barriers(scale: float, **given) -> Barriers:
    """How deep the two states lie at `scale`."""
    quiet, saddle, stuck = (
        find(scale, **given) for find in (quiet_point, saddle_point, stuck_point)
    )
    if saddle is None:
        return Barriers(None, None)
    return Barriers(
        _climb(quiet.S_1, saddle.S_1, scale, given) if quiet else None,
        -_climb(saddle.S_1, stuck.S_1, scale, given) if stuck else None,
    )


@dataclass(frozen=True)
class Escapes:
    """Exits seen in `trials` runs of at most the censoring time; `watched` seconds in all."""

    exits: int
    trials: int
    watched: float

    @property
    def mean_time(self) -> float:
        """Seconds; infinite when no exit was seen."""
        return self.watched / self.exits if self.exits else float("inf")

    @property
    def standard_error(self) -> float:
        """Seconds."""
        return self.mean_time / self.exits**0.5 if self.exits else float("inf")


def escape_times(
    state: str,
    scales: Sequence[float],
    trials: int,
    censor: float,
    seed: int = 1,
    sigma: float = SIGMA.default,
    dt: float = TIME_STEP.default,
    **given,
) -> list[Escapes]:
    """How long noise needs to push the circuit out of "stuck" or "quiet", at each of `scales`.

    Out of stuck: `S_1` below 0.2. Out of quiet: either pool above 0.45. All trials run side by
    side, each for at most `censor` seconds. A table for figures, not a live part: at scale 1
    nothing leaves within hours. Raises `ModelError` for an unknown state or setting.
    """
    if state not in ("stuck", "quiet"):
        raise ModelError(f"state = {state!r}: choose 'stuck' or 'quiet'.")
    stuck = state == "stuck"
    cell = np.repeat(np.arange(len(scales)), trials)
    values = _values(np.asarray(scales, dtype=float)[cell], given)
    decay, kick = 1 - dt / TAU_NOISE.default, sigma * (dt / TAU_NOISE.default) ** 0.5
    s = np.tile(np.array(STUCK_START if stuck else QUIET_START)[:, None], cell.size)
    noise = np.zeros_like(s)
    random = np.random.default_rng(seed)
    exits, steps_watched = np.zeros((2, len(scales)), dtype=int)
    steps = round(censor / dt)
    for first in range(0, steps, _STEPS_PER_BLOCK):
        block = min(_STEPS_PER_BLOCK, steps - first)
        inside = np.ones(cell.size, dtype=bool)
        watched = np.zeros(cell.size, dtype=int)
        for shaken in kick * random.standard_normal((block, *s.shape)):
            rises = _rises(values, s[0], s[1], noise[0], noise[1])
            s = np.clip(s + dt * np.stack(rises), 0, 1)
            noise = noise * decay + shaken
            watched += inside
            inside &= s[0] >= EXIT_STUCK_BELOW if stuck else s.max(axis=0) <= EXIT_QUIET_ABOVE
        steps_watched += np.bincount(cell, weights=watched, minlength=len(scales)).astype(int)
        exits += np.bincount(cell[~inside], minlength=len(scales))
        # Only those still inside are simulated further.
        cell, s, noise = cell[inside], s[:, inside], noise[:, inside]
        values["scale"] = values["scale"][inside]
        if not cell.size:
            break
    return [
        Escapes(int(out), trials, float(dt * count))
        for out, count in zip(exits, steps_watched, strict=True)
    ]
