"""Ketamine in plasma during and after a constant-rate infusion. Not a dosing tool.

Linear compartments: the first receives the infusion and eliminates; the others exchange with it.
Three published parameter sets. Adults: Clements & Nimmo 1981 (doi:10.1093/bja/53.1.27) and Domino
(1982, 1984: two open codes agree on the values and disagree on the paper). Children: Herd &
Anderson 2007 (doi:10.1111/j.1460-9592.2006.02145.x). Times are in minutes, volumes in litres.

Because the equations are linear, the level has a closed form: a sum of exponentials whose rates
are minus the eigenvalues of the rate matrix.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from looplab.model.declare import Formula, Input, Parameter
from looplab.model.maths import exp, maximum
from looplab.model.records import fixed
from looplab.rounding import steady

MOLAR_MASS = fixed(
    "molar_mass",
    "M",
    "molar mass of ketamine, free base",
    237.73,
    "sum of the atomic masses of C13H16ClNO",
    "published",
    "g/mol",
    spread=1,
)
NG_PER_MICROGRAM = 1000
REFERENCE_WEIGHT = 70


def micromolar(level_ng_per_ml, molar_mass=MOLAR_MASS.default):
    """The concentration in µM of a level in ng/mL: the one place where the two units meet."""
    return level_ng_per_ml / molar_mass


DOSE = Parameter(
    name="dose",
    symbol="D",
    label="dose in the model",
    default=0.5,
    low=0.0,
    high=1.0,
    step=0.05,
    source="zanos2018a, table 1: the regimen of the published levels; not a recommendation",
    status="published",
    unit="mg/kg",
    help="What the simulated infusion holds. Not a dosing tool.",
)
DURATION = Parameter(
    name="duration",
    symbol="T",
    label="length of the infusion",
    default=40.0,
    low=2.0,
    high=120.0,
    step=1.0,
    source="zanos2018a, table 1: the regimen of the published levels; not a recommendation",
    status="published",
    unit="min",
    help="How long the same amount takes to run in.",
)
WEIGHT = Parameter(
    name="weight",
    symbol="w",
    label="body weight",
    default=70.0,
    low=40.0,
    high=120.0,
    step=5.0,
    source="the reference adult of pharmacokinetics",
    status="assumed",
    unit="kg",
    help="In the adult models it cancels: dose and volume both grow with it.",
)
TIME = Input("t", "t", "time since the infusion began", "min")

SYMBOLS = {
    "pace": r"\kappa",
    "inflow": "R",
    "central_volume": "V_1",
    "since_stop": "(t-T)_{+}",
    "level": "C",
    "level_um": r"C_{\mu\mathrm{M}}",
}


@dataclass(frozen=True)
class Kinetics:
    """One published set of compartments, for a body of 70 kg.

    `volume` is that of the first compartment (L); `out`, `to` and `back` are the rates (per min)
    of elimination, towards each further compartment, and back from it. With body weight, volumes
    grow in proportion and all rates change as (weight / 70 kg) to the power `pace_exponent`.
    `records` are the published numbers, with their sources.
    """

    name: str
    label: str
    volume: float
    out: float
    to: tuple[float, ...]
    back: tuple[float, ...]
    records: tuple[Parameter, ...]
    pace_exponent: float = 0.0

    def pace(self, weight=REFERENCE_WEIGHT):
        """How much faster than at 70 kg everything runs."""
        return (weight / REFERENCE_WEIGHT) ** self.pace_exponent

    def matrix(self, weight=REFERENCE_WEIGHT) -> np.ndarray:
        """Rates of change of the amounts (per min): shape (compartments, compartments)."""
        rates = np.diag([-self.out - sum(self.to), *(-rate for rate in self.back)])
        rates[1:, 0] = self.to
        rates[0, 1:] = self.back
        return rates * self.pace(weight)

    @cached_property
    def modes(self) -> tuple[np.ndarray, np.ndarray]:
        """Rates of decay (per min, fastest first) and how each shows in each compartment.

        The second array has shape (compartments, modes): after a bolus of 1 into the first
        compartment, compartment j holds `sum_i shares[j, i] * exp(-rates[i] * t)`.
        """
        eigenvalues, vectors = np.linalg.eig(self.matrix())
        order = np.argsort(eigenvalues.real)
        rates = -eigenvalues.real[order]
        vectors = vectors.real[:, order]
        return rates, vectors * np.linalg.inv(vectors)[:, 0]

    def clearance(self, weight=REFERENCE_WEIGHT):
        """L/min."""
        return self.out * self.volume * weight / REFERENCE_WEIGHT * self.pace(weight)

    def volumes(self, weight=REFERENCE_WEIGHT) -> np.ndarray:
        """Volume of each compartment at equal concentrations, L; their sum is V_ss."""
        further = [to / back for to, back in zip(self.to, self.back, strict=True)]
        return self.volume * np.array([1, *further]) * weight / REFERENCE_WEIGHT

    def half_lives(self, weight=REFERENCE_WEIGHT) -> np.ndarray:
        """Minutes, shortest first."""
        return np.log(2) / (self.modes[0] * self.pace(weight))


def amounts(
    kinetics: Kinetics, t, dose=DOSE.default, duration=DURATION.default, weight=WEIGHT.default
) -> np.ndarray:
    """Drug in each compartment (mg) at times `t` (min): shape (compartments, *t.shape)."""
    rates, shares = kinetics.modes
    rates = rates * kinetics.pace(weight)
    t = np.asarray(t, dtype=float)[..., None]
    since_stop = np.maximum(t - duration, 0)
    course = (np.exp(-rates * since_stop) - np.exp(-rates * t)) / rates
    return np.moveaxis(dose * weight / duration * course @ shares.T, -1, 0)


def infusion_level(m, kinetics: Kinetics, t):
    """Name the plasma level at time `t`, in ng/mL and in µM, in the quantities of a model."""
    if kinetics.pace_exponent:
        m.pace = (m.weight / REFERENCE_WEIGHT) ** m.pace_exponent
    pace = m.pace if kinetics.pace_exponent else 1
    m.inflow = m.dose * m.weight / m.duration
    m.central_volume = m.volume_per_kg * m.weight
    m.since_stop = maximum(t - m.duration, 0)
    course = 0
    for i in range(1, len(kinetics.modes[0]) + 1):
        rate = pace * getattr(m, f"rate_{i}")
        rise = exp(-rate * m.since_stop) - exp(-rate * t)
        course = course + getattr(m, f"share_{i}") / rate * rise
    m.level = NG_PER_MICROGRAM * m.inflow / m.central_volume * course
    m.level_um = micromolar(m.level, m.molar_mass)


def infusion_parameters(kinetics: Kinetics) -> tuple[Parameter, ...]:
    """What `infusion_level` reads: the infusion, and the closed form's constants."""
    source = f"computed from the rates of {kinetics.records[0].source}"

    def computed(name, symbol, label, value, unit=""):
        # eigenvalues end in other bits on another processor
        return fixed(name, symbol, label, steady(value, 12), source, "code", unit, spread=1)

    volume_per_kg = kinetics.volume / REFERENCE_WEIGHT
    constants = [computed("volume_per_kg", "v_1", "first volume per kg", volume_per_kg, "L/kg")]
    rates, shares = kinetics.modes
    for i, (rate, share) in enumerate(zip(rates, shares[0], strict=True), start=1):
        constants += [
            computed(f"rate_{i}", rf"\lambda_{i}", f"rate of decay {i}", rate, "1/min"),
            computed(f"share_{i}", f"a_{i}", f"weight of decay {i}", share),
        ]
    if kinetics.pace_exponent:
        constants.append(next(r for r in kinetics.records if r.name == "pace_exponent"))
    return (DOSE, DURATION, WEIGHT, *constants, MOLAR_MASS)


def plasma(kinetics: Kinetics) -> Formula:
    """The plasma level in time: `level` (ng/mL) and `level_um` (µM)."""
    return Formula(
        function=lambda m: infusion_level(m, kinetics, m.t),
        name=f"plasma_{kinetics.name}",
        parameters=infusion_parameters(kinetics),
        inputs=(TIME,),
        symbols=SYMBOLS,
    )


def _from_rates(name, label, volume_per_kg, source, rates: Mapping[str, float]) -> Kinetics:
    records = [
        fixed("v_1", "v_1", "first volume per kg", volume_per_kg, source, "code", "L/kg"),
        *(
            fixed(key, f"k_{{{key[1:]}}}", f"rate {key}", value, source, "code", "1/min")
            for key, value in rates.items()
        ),
    ]
    return Kinetics(
        name=name,
        label=label,
        volume=volume_per_kg * REFERENCE_WEIGHT,
        out=rates["k10"],
        to=tuple(value for key, value in rates.items() if key in ("k12", "k13")),
        back=tuple(value for key, value in rates.items() if key in ("k21", "k31")),
        records=tuple(records),
    )


CLEMENTS = _from_rates(
    "clements",
    "Clements & Nimmo 1981, adults, two compartments",
    1.7522,
    "clements1981, as in the open code of opentiva (ketamine.py)",
    {"k10": 0.0109, "k12": 0.0186, "k21": 0.0137},
)
DOMINO = _from_rates(
    "domino",
    "Domino, adults, three compartments",
    0.063,
    "domino1984 (or domino1982: the codes disagree), as in stanpumpR (drugs_ketamine.R)",
    {"k10": 0.438, "k12": 0.592, "k13": 0.590, "k21": 0.247, "k31": 0.0146},
)


def _herd() -> Kinetics:
    source = "herd2007, as in the open code of opentiva"
    first, second, clearance, exchange, exponent = records = (
        fixed("V_1", "V_1", "first volume at 70 kg", 38.7, source, "code", "L"),
        fixed("V_2", "V_2", "second volume at 70 kg", 102.0, source, "code", "L"),
        fixed("CL", "CL", "clearance at 70 kg", 90.0, source, "code", "L/h"),
        fixed("Q", "Q", "exchange between volumes at 70 kg", 215.0, source, "code", "L/h"),
        fixed(
            "pace_exponent",
            r"\eta",
            "exponent of weight for all rates",
            0.75 - 1,
            f"{source}: clearances grow as weight to 0.75, volumes as weight",
            "code",
        ),
    )
    clearance_per_min, exchange_per_min = clearance.default / 60, exchange.default / 60
    return Kinetics(
        name="herd",
        label="Herd & Anderson 2007, children, two compartments",
        volume=first.default,
        out=clearance_per_min / first.default,
        to=(exchange_per_min / first.default,),
        back=(exchange_per_min / second.default,),
        records=records,
        pace_exponent=exponent.default,
    )


HERD = _herd()
KINETICS = (CLEMENTS, DOMINO, HERD)
