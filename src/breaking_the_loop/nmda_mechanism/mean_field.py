"""Where the block falls: the mean field of a spiking cortical circuit.

Brunel & Wang 2001 (doi:10.1023/A:1011204814320), parameters as in brian2's example
`Brunel_Wang_2001.py`; formulas not seen in the paper, checked
here against the published rates. The
circuit behind Loh, Rolls & Deco 2007 and Rolls, Loh & Deco 2008. Four populations: two selective
excitatory pools, the other excitatory cells, and the interneurons. NMDA, AMPA and GABA currents
can be scaled, NMDA separately on excitatory cells and on interneurons.

The mean field overstates how much loss of current the stuck state survives. It needs 9.6 % less
NMDA; in networks of the same equations (`spiking`) 4.5 % ended most stuck states within 3 s, and
7 % all of them, even where there are many cells and little noise. A table for figures, not a live
part. Voltages in mV, times in s, rates in Hz, conductances in nS.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import comb, factorial

import numpy as np
from scipy.optimize import root
from scipy.special import erfcx

from looplab.errors import ModelError
from looplab.model.records import fixed

POPULATIONS = ("S1", "S2", "NS", "I")
EXCITATORY = slice(0, 3)

_CODE = "brunel2001, as in brian2 (Brunel_Wang_2001.py)"


def _published(name, symbol, label, value, unit=""):
    return fixed(name, symbol, label, value, _CODE, "code", unit)


PARAMETERS = {
    record.name: record
    for record in (
        _published("v_leak", "V_L", "resting voltage", -70.0, "mV"),
        _published("v_threshold", "V_{th}", "threshold", -50.0, "mV"),
        _published("v_reset", "V_r", "reset voltage", -55.0, "mV"),
        _published("v_excitatory", "V_E", "reversal of excitation", 0.0, "mV"),
        _published("v_inhibitory", "V_I", "reversal of inhibition", -70.0, "mV"),
        _published("c_e", "C_m^E", "capacitance, excitatory", 0.5, "nF"),
        _published("c_i", "C_m^I", "capacitance, interneurons", 0.2, "nF"),
        _published("g_leak_e", "g_m^E", "leak, excitatory", 25.0, "nS"),
        _published("g_leak_i", "g_m^I", "leak, interneurons", 20.0, "nS"),
        _published("refractory_e", r"\tau_{rp}^E", "refractory time, excitatory", 0.002, "s"),
        _published("refractory_i", r"\tau_{rp}^I", "refractory time, interneurons", 0.001, "s"),
        _published("g_ext_e", "g_{ext}^E", "external AMPA, excitatory", 2.08, "nS"),
        _published("g_ext_i", "g_{ext}^I", "external AMPA, interneurons", 1.62, "nS"),
        _published("g_ampa_e", "g_{AMPA}^E", "AMPA, excitatory", 0.104, "nS"),
        _published("g_ampa_i", "g_{AMPA}^I", "AMPA, interneurons", 0.081, "nS"),
        _published("g_nmda_e", "g_{NMDA}^E", "NMDA, excitatory", 0.327, "nS"),
        _published("g_nmda_i", "g_{NMDA}^I", "NMDA, interneurons", 0.258, "nS"),
        _published("g_gaba_e", "g_{GABA}^E", "GABA, excitatory", 1.25, "nS"),
        _published("g_gaba_i", "g_{GABA}^I", "GABA, interneurons", 0.973, "nS"),
        _published("tau_ampa", r"\tau_{AMPA}", "AMPA decay", 0.002, "s"),
        _published("tau_gaba", r"\tau_{GABA}", "GABA decay", 0.010, "s"),
        _published("tau_rise", r"\tau_{rise}", "NMDA rise", 0.002, "s"),
        _published("tau_decay", r"\tau_{decay}", "NMDA decay", 0.100, "s"),
        _published("alpha", r"\alpha", "NMDA opening rate", 500.0, "1/s"),
        _published("n_e", "N_E", "excitatory cells", 800.0),
        _published("n_i", "N_I", "interneurons", 200.0),
        _published("nu_ext", r"\nu_{ext}", "external spikes: 800 inputs at 3 Hz", 2400.0, "Hz"),
        _published("magnesium", r"[\mathrm{Mg}]", "magnesium", 1.0, "mM"),
        _published("mg_half", r"K_{\mathrm{Mg}}", "magnesium constant", 3.57, "mM"),
        _published("mg_slope", r"k_{\mathrm{Mg}}", "voltage slope of Mg block", 0.062, "1/mV"),
        _published("f", "f", "share of each selective pool", 0.1),
        _published("w_plus", "w_+", "coupling within a pool", 2.1),
    )
}
P = {name: record.default for name, record in PARAMETERS.items()}

# How fast rates relax, for the stability of a state: only the sign of the result has a meaning.
_RELAXATION = np.array([0.020, 0.020, 0.020, 0.010])
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(60)
_CLIP = 24.0
_STEP = 1e-6


@dataclass(frozen=True)
class Circuit:
    """What is scaled, 1 being published, and the coupling `w_plus` within the selective pools."""

    nmda_e: float = 1.0
    nmda_i: float = 1.0
    ampa: float = 1.0
    gaba: float = 1.0
    w_plus: float = P["w_plus"]

    @classmethod
    def blocked(cls, block_e: float, selectivity: float, gaba: float = 1.0) -> Circuit:
        """Block of NMDA current: a fraction `block_e` on excitatory cells and `selectivity` times
        that on interneurons. Raises `ModelError` when either is not a fraction."""
        for name, value in (("block_e", block_e), ("selectivity * block_e", selectivity * block_e)):
            if not 0 <= value <= 1:
                raise ModelError(f"{name} = {value:g}: choose a fraction from 0 to 1.")
        return cls(nmda_e=1 - block_e, nmda_i=1 - selectivity * block_e, gaba=gaba)


@dataclass(frozen=True)
class Branch:
    """A self-consistent state: rates (Hz) and mean voltages (mV) of S1, S2, NS, I.

    `eigenvalue` is the slowest (per s): below 0 the state is stable.
    """

    rates: np.ndarray
    voltages: np.ndarray
    eigenvalue: float

    @property
    def stable(self) -> bool:
        return self.eigenvalue < 0

    @property
    def selective(self) -> bool:
        """Whether pool S1 fires far above pool S2."""
        return self.rates[0] > 2 * self.rates[1]


def _nmda_gating_terms():
    rise = P["alpha"] * P["tau_rise"]
    return [((-rise) ** n / factorial(n + 1), n) for n in range(1, 9)]


def nmda_gating(rate):
    """Mean share of open NMDA channels of a synapse whose cell fires at `rate` (Hz)."""
    load = 1 + rate * P["alpha"] * P["tau_rise"] * P["tau_decay"]
    series = 0
    for coefficient, n in _nmda_gating_terms():
        inner = sum(
            (-1) ** k
            * comb(n, k)
            * P["tau_rise"]
            * load
            / (P["tau_rise"] * load + k * P["tau_decay"])
            for k in range(n + 1)
        )
        series = series + coefficient * inner
    return (load - 1) / load * (1 + series / load)


def per_population(name: str) -> np.ndarray:
    """A parameter that has a value for each type of cell, such as "c", for S1, S2, NS, I."""
    return np.array([P[f"{name}_e"]] * 3 + [P[f"{name}_i"]])


_C, _G_LEAK = per_population("c"), per_population("g_leak")
_REFRACTORY = per_population("refractory")
_T_EXT = per_population("g_ext") * P["tau_ampa"] / _G_LEAK
_T_AMPA = per_population("g_ampa") * P["n_e"] * P["tau_ampa"] / _G_LEAK
_T_GABA = per_population("g_gaba") * P["n_i"] * P["tau_gaba"] / _G_LEAK
_NMDA = per_population("g_nmda") * P["n_e"] / _G_LEAK
# nS / nF = 1 / s
_DIFFUSION = (per_population("g_ext") * P["tau_ampa"] / _C) ** 2 * P["nu_ext"]


def coupling_weights(w_plus: float) -> np.ndarray:
    """Weight of a cell of each excitatory pool (columns) in each population (rows)."""
    w_minus = 1 - P["f"] * (w_plus - 1) / (1 - P["f"])
    weights = np.ones((4, 3))
    weights[0], weights[1] = (w_plus, w_minus, w_minus), (w_minus, w_plus, w_minus)
    return weights


def _coupling(w_plus):
    """Weight times share of each excitatory pool (columns) in each population (rows)."""
    return coupling_weights(w_plus) * [P["f"], P["f"], 1 - 2 * P["f"]]


def _first_passage_rate(mean, spread, tau):
    """Firing rate (Hz) of a leaky integrator driven by noise filtered at the AMPA decay."""
    filtered = P["tau_ampa"] / tau
    upper = (P["v_threshold"] - mean) / spread * (1 + filtered / 2)
    upper = upper + 1.03 * np.sqrt(filtered) - filtered / 2
    lower = (P["v_reset"] - mean) / spread
    upper, lower = np.clip(upper, -_CLIP, _CLIP), np.clip(lower, -_CLIP, _CLIP)
    middle, half = (upper + lower) / 2, (upper - lower) / 2
    # sqrt(pi) exp(u^2) (1 + erf u), without overflow.
    integrand = np.sqrt(np.pi) * erfcx(-(middle[..., None] + half[..., None] * _NODES))
    return 1 / (_REFRACTORY + tau * half * (integrand @ _WEIGHTS))


def _consistency(circuit, coupling, rates, voltages):
    """The rates and voltages that `rates` and `voltages` (..., 4) bring about."""
    excitatory = rates[..., EXCITATORY]
    ampa = circuit.ampa * _T_AMPA * (excitatory @ coupling.T)
    gaba = circuit.gaba * _T_GABA * rates[..., 3:]
    nmda_scale = np.array([circuit.nmda_e] * 3 + [circuit.nmda_i])
    nmda = nmda_scale * _NMDA * (nmda_gating(excitatory) @ coupling.T)
    external = _T_EXT * P["nu_ext"]
    j = 1 + P["magnesium"] / P["mg_half"] * np.exp(-P["mg_slope"] * voltages)
    driving = voltages - P["v_excitatory"]
    rho_1 = nmda / j
    rho_2 = P["mg_slope"] * nmda * driving * (j - 1) / j**2
    conductance = 1 + external + ampa + rho_1 + rho_2 + gaba
    mean = (
        (external + ampa + rho_1) * P["v_excitatory"]
        + rho_2 * voltages
        + gaba * P["v_inhibitory"]
        + P["v_leak"]
    ) / conductance
    tau = _C / (_G_LEAK * conductance)
    spread = np.sqrt(_DIFFUSION * driving**2 * tau)
    voltage = mean - (P["v_threshold"] - P["v_reset"]) * rates * tau
    return _first_passage_rate(mean, spread, tau), voltage


def _slopes(function, point):
    """Jacobian by central differences, all directions in one call: shape (outputs, inputs)."""
    shifts = _STEP * np.eye(len(point))
    values = function(point + np.concatenate([shifts, -shifts]))
    ahead, behind = np.split(values, 2)
    return ((ahead - behind) / (2 * _STEP)).T


def solve(circuit: Circuit, guess: Branch | None = None) -> Branch | None:
    """The self-consistent state nearest to `guess` (default: low rates), or None."""
    coupling = _coupling(circuit.w_plus)

    def residual(unknown):
        log_rates, voltages = unknown[..., :4], unknown[..., 4:]
        rates, voltage = _consistency(circuit, coupling, np.exp(log_rates), voltages)
        return np.concatenate([np.log(rates) - log_rates, voltage - voltages], axis=-1)

    if guess is None:
        guess = Branch(np.array([3.0, 3.0, 3.0, 9.0]), np.full(4, -55.0), 0.0)
    start = np.concatenate([np.log(guess.rates), guess.voltages])
    with np.errstate(all="ignore"):
        found = root(residual, start, jac=lambda x: _slopes(residual, x), method="hybr", tol=1e-10)
        wrong = np.abs(residual(found.x)).max()
    if not wrong < 1e-7:
        return None
    rates, voltages = np.exp(found.x[:4]), found.x[4:]
    return Branch(rates, voltages, _slowest(circuit, coupling, rates, voltages))


def _slowest(circuit, coupling, rates, voltages):
    def consistency(point):
        return np.concatenate(
            _consistency(circuit, coupling, point[..., :4], point[..., 4:]), axis=-1
        )

    slopes = _slopes(consistency, np.concatenate([rates, voltages]))
    rate_rate, rate_voltage = slopes[:4, :4], slopes[:4, 4:]
    voltage_rate, voltage_voltage = slopes[4:, :4], slopes[4:, 4:]
    relaxed = np.linalg.solve(np.eye(4) - voltage_voltage, voltage_rate)
    total = rate_rate + rate_voltage @ relaxed
    return float(np.linalg.eigvals((total - np.eye(4)) / _RELAXATION[:, None]).real.max())


def quiet_branch() -> Branch:
    """The state at the published values with both pools equal and low."""
    return solve(Circuit())


def stuck_branch() -> Branch:
    """The state at the published values with pool S1 high and no input."""
    start = Branch(np.array([30.0, 1.1, 4.5, 13.3]), np.array([-52.0, -55, -54, -53]), 0.0)
    return solve(Circuit(), start)


FAMILIES = {
    "uniform": ("nmda_e", "nmda_i"),
    "E_only": ("nmda_e",),
    "I_only": ("nmda_i",),
    "GABA": ("gaba",),
    "AMPA": ("ampa",),
}


def scaled(family: str, scale: float) -> Circuit:
    """The published circuit with one family of currents multiplied by `scale`."""
    if family not in FAMILIES:
        raise ModelError(f"family = {family!r}: choose one of {', '.join(FAMILIES)}.")
    return replace(Circuit(), **dict.fromkeys(FAMILIES[family], scale))


def follow(family: str, scales, start: Branch, keep=lambda branch: True) -> list[Branch | None]:
    """The branch through `start` (at scale 1) at each of `scales`, which lead away from 1.

    None from the first scale at which it is lost or `keep(branch)` is false. Steps between are at
    most 0.005.
    """
    found, branch, at = [], start, 1.0
    for scale in scales:
        for between in np.linspace(at, scale, int(np.ceil(abs(scale - at) / 0.005)) + 1)[1:]:
            if branch is not None:
                branch = solve(scaled(family, between), branch)
                branch = branch if branch is not None and keep(branch) else None
        found.append(branch)
        at = scale
    return found


def last_scale(family: str, start: Branch, towards: float, keep, tolerance=1e-4) -> float:
    """How far from 1, towards `towards`, the branch lasts; `towards` itself when it never ends."""
    at, branch, step = 1.0, start, 0.005
    direction = np.sign(towards - at)
    while step >= tolerance:
        ahead = at + direction * step
        if direction * (towards - ahead) < 0:
            return towards
        found = solve(scaled(family, ahead), branch)
        if found is not None and keep(found):
            at, branch = ahead, found
        else:
            step /= 2
    return float(at)


def branches(circuit: Circuit) -> tuple[Branch | None, Branch | None]:
    """The quiet and the stuck state at `circuit`, followed from the published one.

    Each may have become unstable on the way; None where it is lost. Steps change no current by more
    than 0.005.
    """
    changes = {name: getattr(circuit, name) - 1 for name in ("nmda_e", "nmda_i", "ampa", "gaba")}
    steps = int(np.ceil(max(map(abs, changes.values())) / 0.005))
    quiet, stuck = quiet_branch(), stuck_branch()
    for share in np.linspace(0, 1, steps + 1)[1:]:
        at = Circuit(**{name: 1 + share * change for name, change in changes.items()})
        quiet = solve(at, quiet) if quiet is not None else None
        stuck = solve(at, stuck) if stuck is not None else None
        stuck = stuck if stuck is not None and stuck.selective else None
    return quiet, stuck


@dataclass(frozen=True)
class Losses:
    """The smallest block of excitatory cells at which each state is lost; None if it never is."""

    stuck: float | None
    quiet: float | None


def losses(selectivity: float, highest: float = 0.15, step: float = 0.002) -> Losses:
    """Raise the block step by step, `selectivity` times as much on interneurons as on E cells."""
    quiet, stuck = quiet_branch(), stuck_branch()
    lost = {"quiet": None, "stuck": None}
    for i in range(1, round(highest / step) + 1):
        block = i * step
        circuit = Circuit.blocked(block, selectivity)
        if lost["quiet"] is None:
            quiet = solve(circuit, quiet)
            if quiet is None or not quiet.stable:
                lost["quiet"] = block
        if lost["stuck"] is None:
            stuck = solve(circuit, stuck)
            if stuck is None or not stuck.stable or not stuck.selective:
                lost["stuck"] = block
        if None not in lost.values():
            break
    return Losses(lost["stuck"], lost["quiet"])
