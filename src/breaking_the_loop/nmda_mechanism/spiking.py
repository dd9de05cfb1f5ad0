"""The spiking network whose mean field is `mean_field`: how far its margins can be trusted.

Leaky integrate-and-fire cells of Brunel & Wang 2001 (doi:10.1023/A:1011204814320), with the
parameters and the `Circuit` of `mean_field`: pools S1, S2, NS, I, all connected to all, no delays,
independent Poisson input to every cell. Fewer cells than published have stronger synapses in
proportion. A cue is extra input to pool S1 in the first half second; what counts is how the pools
fire two seconds after it. A table for figures, not a live part: see `nmda_tables`.

AMPA and GABA gating are the same for all targets, so there is one number per pool; NMDA gating
saturates and is kept per cell. A cell is its own target too, as in the mean field.

The steps. Spikes take effect at the beginning of the next step, and each step uses a conductance's
*mean* over the step. Its value just after the spikes would overstate the input by half a step over
the decay time, 2.5 % of the AMPA at 0.1 ms, and raise the quiet rates by more than a tenth.
Voltages take a trapezoidal step. With NMDA at 0.9, quiet interneurons of 48 trials fired at 7.23,
7.12 and 7.18 Hz (standard error 0.06) for steps of 0.2, 0.1 and 0.05 ms; reading just after the
spikes, at 9.14, 7.99 and 7.65.

Voltages in mV, times in s, rates in Hz, conductances in nS.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from breaking_the_loop.nmda_mechanism.mean_field import (
    POPULATIONS,
    Circuit,
    P,
    coupling_weights,
    per_population,
)
from looplab.errors import ModelError
from looplab.model.records import fixed

_CUE = "chosen here: the input of a cue, strong enough to start the published circuit firing"
CUE_RATE = fixed("cue_rate", r"\nu_{cue}", "extra input to S1", 120.0, _CUE, "assumed", "Hz")
CUE_LENGTH = fixed("cue_length", r"T_{cue}", "length of the cue", 0.5, _CUE, "assumed", "s")
LENGTH = fixed("length", "T", "length of a trial", 3.0, "chosen here", "assumed", "s")
WINDOW = fixed(
    "window", r"T_w", "rates are taken from the end of a trial", 0.5, "chosen here", "assumed", "s"
)
FIRING_ABOVE = fixed(
    "firing_above",
    r"\nu_c",
    "a selective pool above this is firing",
    10.0,
    "chosen here: between the quiet pool (about 3 Hz) and the stuck one (about 20 Hz)",
    "assumed",
    "Hz",
)
TIME_STEP = fixed(
    "dt",
    r"\Delta t",
    "time step",
    0.0001,
    "chosen here; 0.05 ms gives the same within error",
    "assumed",
    "s",
)
CELLS = 500
"""Cells of a network unless said otherwise: 400 excitatory cells and 100 interneurons."""

_SMALLEST = 25
"""With any multiple of this every pool is a whole number of cells."""
_TRIALS_AT_ONCE = 50
_F = np.float32


class Network:
    """Trials of one circuit side by side, one step at a time.

    `voltage` (mV) is of shape (cells, trials), the cells in the order of `POPULATIONS`, whose
    sizes are `sizes`; `gating`, the share of open NMDA channels, and its rise variable `rise` are
    of shape (excitatory cells, trials); `ampa` and `gaba`, summed over the cells of a pool, are of
    shapes (3, trials) and (1, trials). It starts with no channel open and with voltages spread
    evenly from reset to threshold. Raises `ModelError` when `cells` is no multiple of 25.
    """

    def __init__(
        self,
        circuit: Circuit,
        trials: int,
        random: np.random.Generator,
        cells: int = CELLS,
        dt: float = TIME_STEP.default,
    ):
        if cells < _SMALLEST or cells % _SMALLEST:
            raise ModelError(f"cells = {cells}: choose a multiple of {_SMALLEST}.")
        TIME_STEP.check(dt)
        self.trials, self.dt, self._random = trials, dt, random
        n_e = round(cells * P["n_e"] / (P["n_e"] + P["n_i"]))
        n_s = round(P["f"] * n_e)
        self.sizes = np.array([n_s, n_s, n_e - 2 * n_s, cells - n_e])
        self._n_e = n_e
        self._pool_of = np.repeat(np.arange(len(POPULATIONS)), self.sizes)
        self._weights = coupling_weights(circuit.w_plus).astype(_F)
        self._set_conductances(circuit)
        taus = {name: P[f"tau_{name}"] for name in ("ampa", "gaba", "rise", "decay")}
        self._decay = {name: _F(np.exp(-dt / tau)) for name, tau in taus.items()}
        self._opening = _F(-P["alpha"] * dt * self._mean_over_step("rise"))

        shape = (cells, trials)
        low, high = P["v_reset"], P["v_threshold"]
        self.voltage = low + (high - low) * random.random(shape, dtype=_F)
        self.gating, self.rise = np.zeros((2, n_e, trials), _F)
        self.ampa, self.gaba = np.zeros((3, trials), _F), np.zeros((1, trials), _F)
        self._external = np.zeros(shape, _F)
        # Which cells fired in the last steps and are held at reset.
        self._refractory = []
        for kind in "ei":
            steps = round(P[f"refractory_{kind}"] / dt)
            self._refractory.append(deque([np.empty(0, int)] * steps, maxlen=steps))
        self._scratch = np.empty((3, *shape), _F)
        self._closing = np.empty_like(self.gating)

    def _mean_over_step(self, name):
        """The mean over a step of what is 1 at its beginning and decays."""
        tau = P[f"tau_{name}"]
        return tau / self.dt * (1 - np.exp(-self.dt / tau))

    def _set_conductances(self, circuit):
        # Each is multiplied by dt / C: the share of a voltage difference that it removes in a step.
        share = self.dt / per_population("c")[:, None]
        excitatory = share * P["n_e"] / self._n_e
        inhibitory = share * P["n_i"] / self.sizes[3]
        nmda_scale = np.array([circuit.nmda_e] * 3 + [circuit.nmda_i])[:, None]
        ampa, gaba = self._mean_over_step("ampa"), self._mean_over_step("gaba")

        def of(name):
            return per_population(name)[:, None]

        self._g_leak = (share * of("g_leak")).astype(_F)
        self._g_ampa = (excitatory * circuit.ampa * of("g_ampa") * ampa).astype(_F)
        self._g_gaba = (inhibitory * circuit.gaba * of("g_gaba") * gaba).astype(_F)
        self._g_nmda = (excitatory * nmda_scale * of("g_nmda")).astype(_F)
        self._g_external = (share * of("g_ext") * ampa).astype(_F)[:, 0]

    def _receive(self, first, last, rate, conductance):
        """External spikes at `rate` to each of the cells `first` to `last`."""
        cells = self._external[first:last].reshape(-1)
        # One Poisson number split evenly is a Poisson number for each cell, and much faster.
        spikes = self._random.poisson(cells.size * rate * self.dt)
        np.add.at(cells, self._random.integers(0, cells.size, spikes), conductance)

    def step(self, extra: float = 0.0) -> np.ndarray:
        """One step, with `extra` (Hz) external input to each cell of S1.

        Returns how many spikes each pool fired: shape (4, trials).
        """
        self._external *= self._decay["ampa"]
        n_s, n_e = self.sizes[0], self._n_e
        self._receive(0, n_e, P["nu_ext"], self._g_external[0])
        self._receive(n_e, None, P["nu_ext"], self._g_external[3])
        if extra:
            self._receive(0, n_s, extra, self._g_external[0])
        self._move_voltages()
        fired = self._fire()
        cut = np.searchsorted(fired, n_e * self.trials)
        self._open_channels(fired[:cut])
        for past, now in zip(self._refractory, (fired[:cut], fired[cut:]), strict=True):
            past.append(now)
        cell, trial = np.divmod(fired, self.trials)
        place = self._pool_of[cell] * self.trials + trial
        spikes = np.bincount(place, minlength=4 * self.trials).reshape(4, self.trials)
        self.ampa *= self._decay["ampa"]
        self.ampa += spikes[:3]
        self.gaba *= self._decay["gaba"]
        self.gaba += spikes[3:]
        return spikes

    def _to_cells(self, pools, out):
        return np.take(pools, self._pool_of, axis=0, out=out, mode="clip")

    def _move_voltages(self):
        first_cells = np.concatenate([[0], np.cumsum(self.sizes[:2])])
        open_channels = np.add.reduceat(self.gating, first_cells, axis=0)
        nmda = self._g_nmda * (self._weights @ open_channels)
        gaba = self._g_gaba * self.gaba
        others = self._g_leak + gaba + self._g_ampa * (self._weights @ self.ampa)
        # Excitation pulls towards 0 mV, so that it is missing here.
        pull = self._g_leak * _F(P["v_leak"]) + gaba * _F(P["v_inhibitory"])
        conductance, change, scratch = self._scratch
        # Everything in place: new arrays would cost more than the sums.
        np.multiply(self.voltage, _F(-P["mg_slope"]), out=conductance)
        np.exp(conductance, out=conductance)
        conductance *= _F(P["magnesium"] / P["mg_half"])
        conductance += _F(1)
        np.divide(self._to_cells(nmda, scratch), conductance, out=conductance)
        conductance += self._to_cells(others, scratch)
        conductance += self._external
        # The trapezoidal step: (pull - g V) / (1 + g / 2).
        np.multiply(conductance, self.voltage, out=scratch)
        self._to_cells(pull, change)
        change -= scratch
        conductance *= _F(0.5)
        conductance += _F(1)
        change /= conductance
        self.voltage += change

    def _fire(self):
        """Reset the cells above threshold; their places in the flattened (cells, trials)."""
        voltage = self.voltage.reshape(-1)
        for past in self._refractory:
            voltage[np.concatenate(past)] = P["v_reset"]
        fired = np.flatnonzero(voltage > _F(P["v_threshold"]))
        voltage[fired] = P["v_reset"]
        return fired

    def _open_channels(self, fired):
        """The step of ds/dt = -s / tau_decay + alpha x (1 - s), and of its rise variable x."""
        closing = self._closing
        np.multiply(self.rise, self._opening, out=closing)
        np.exp(closing, out=closing)
        # s <- 1 - (1 - s) e^(-alpha x dt), after the decay.
        self.gating *= self._decay["decay"]
        self.gating *= closing
        self.gating += _F(1)
        self.gating -= closing
        self.rise *= self._decay["rise"]
        # Numbers that underflow would make everything twice as slow.
        np.maximum(self.rise, _F(1e-30), out=self.rise)
        self.rise.reshape(-1)[fired] += _F(1)


@dataclass(frozen=True)
class Outcome:
    """Mean rates (Hz) in the last half second of each trial: shape (4, trials), S1, S2, NS, I."""

    rates: np.ndarray

    @property
    def trials(self) -> int:
        return self.rates.shape[1]

    @property
    def is_stuck(self) -> np.ndarray:
        """In which trials S1 fires above 10 Hz: shape (trials,)."""
        return self.rates[0] > FIRING_ABOVE.default

    @property
    def stuck(self) -> int:
        """In how many trials S1 fires above 10 Hz."""
        return int(self.is_stuck.sum())

    @property
    def quiet(self) -> int:
        """In how many trials neither S1 nor S2 fires above 10 Hz."""
        return int((self.rates[:2] <= FIRING_ABOVE.default).all(axis=0).sum())


def outcomes(
    circuit: Circuit,
    trials: int,
    cells: int = CELLS,
    cue: bool = True,
    seed: int = 1,
    dt: float = TIME_STEP.default,
) -> Outcome:
    """How `trials` runs of 3 s end: with a cue to S1 at first, or without any.

    About 0.2 s of computing for one trial of 500 cells. `dt` is in s. Raises `ModelError` when
    there is no trial, `cells` is no multiple of 25 or `dt` is out of range.
    """
    if trials < 1:
        raise ModelError(f"trials = {trials}: choose at least 1.")
    rates = []
    for first in range(0, trials, _TRIALS_AT_ONCE):
        random = np.random.default_rng([seed, cells, first, int(cue)])
        network = Network(circuit, min(_TRIALS_AT_ONCE, trials - first), random, cells, dt)
        rates.append(_final_rates(network, cue))
    return Outcome(np.concatenate(rates, axis=1))


def _final_rates(network, cue):
    steps, watched, cued = (
        round(time.default / network.dt) for time in (LENGTH, WINDOW, CUE_LENGTH)
    )
    spikes = np.zeros((len(POPULATIONS), network.trials), int)
    for step in range(steps):
        fired = network.step(CUE_RATE.default if cue and step < cued else 0.0)
        if step >= steps - watched:
            spikes += fired
    return spikes / network.sizes[:, None] / WINDOW.default
