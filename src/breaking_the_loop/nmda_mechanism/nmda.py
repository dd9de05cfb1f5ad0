"""The NMDA receptor: block by magnesium and by ketamine, and what "block" can mean.

Magnesium: Jahr & Stevens 1990 (doi:10.1523/JNEUROSCI.10-09-03178.1990). Ketamine on human
GluN1/2A without magnesium: Gilling 2009. How the two combine (voltage term times competition) is
an assumption made here. Receptor occupancy and loss of current are different measures of the same
drug level, several-fold apart; `MEASURES` names each, and a figure must say which it shows.

Voltages are in mV, magnesium in mM, ketamine in µM, times in minutes.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from breaking_the_loop.nmda_mechanism.ketamine import SYMBOLS as PLASMA_SYMBOLS
from breaking_the_loop.nmda_mechanism.ketamine import (
    TIME,
    Kinetics,
    infusion_level,
    infusion_parameters,
    plasma,
)
from looplab.model.declare import ContinuousModel, Formula, Input, Parameter, State, formula
from looplab.model.maths import equal, exp, where
from looplab.model.records import along, fixed

VOLTAGE = Parameter(
    name="voltage",
    symbol="V",
    label="membrane voltage",
    default=-60.0,
    low=-90.0,
    high=40.0,
    step=1.0,
    source="chosen here: from rest to strong depolarisation",
    status="assumed",
    unit="mV",
)
MAGNESIUM = Parameter(
    name="magnesium",
    symbol=r"[\mathrm{Mg}]",
    label="magnesium outside the cell",
    default=1.0,
    low=0.0,
    high=2.0,
    step=0.1,
    source="chosen here: from none to twice the usual 1 mM",
    status="assumed",
    unit="mM",
)
CONCENTRATION = Parameter(
    name="concentration",
    symbol="c_u",
    label="unbound ketamine at the receptor",
    default=0.4,
    low=0.0,
    high=30.0,
    step=0.01,
    source="chosen here: around the unbound level of published infusions",
    status="assumed",
    unit="µM",
)
UNBOUND_FRACTION = Parameter(
    name="unbound_fraction",
    symbol="f_u",
    label="fraction not bound to plasma proteins",
    default=0.53,
    low=0.5,
    high=0.8,
    step=0.01,
    source="dayton1983: as much as 47 % bound; that the brain sees the same level is assumed",
    status="measured",
)
ACTIVITY = Parameter(
    name="activity",
    symbol="u",
    label="share of time the receptor is open to the drug",
    default=0.1,
    low=0.001,
    high=1.0,
    step=0.001,
    source="chosen here; ketamine reaches its site only while agonist is bound",
    status="assumed",
)

MG_CONSTANTS = (
    fixed("mg_half", r"K_{\mathrm{Mg}}", "magnesium constant", 3.57, "jahr1990", "published", "mM"),
    fixed(
        "mg_slope",
        r"k_{\mathrm{Mg}}",
        "voltage slope of Mg block",
        0.062,
        "jahr1990",
        "published",
        "1/mV",
    ),
)
KETAMINE_CONSTANTS = (
    fixed(
        "ic50_free",
        r"IC_{50}^{0}",
        "IC50 at −70 mV without Mg",
        0.71,
        "gilling2009, abstract",
        "measured",
        "µM",
    ),
    fixed("hill", "h", "Hill coefficient", 0.84, "gilling2009, abstract", "measured"),
    fixed("depth", r"\delta", "electrical depth", 0.79, "gilling2009, abstract", "measured"),
    fixed(
        "ic50_voltage",
        "V_0",
        "voltage of the IC50",
        -70.0,
        "gilling2009, abstract",
        "measured",
        "mV",
    ),
    fixed(
        "thermal_voltage",
        "V_T",
        "thermal voltage RT/F",
        25.26,
        "physical constant at 20 °C",
        "published",
        "mV",
        spread=1.1,
    ),
)
ON_RATE = fixed(
    "on_rate",
    r"k_{\mathrm{on}}",
    "binding rate",
    0.15,
    "gilling2009, abstract",
    "measured",
    "1/(µM s)",
)
OFF_RATE = fixed(
    "off_rate",
    r"k_{\mathrm{off}}",
    "unbinding rate",
    0.22,
    "gilling2009, abstract",
    "measured",
    "1/s",
)
IC50_EX_VIVO = fixed(
    "ic50_ex_vivo",
    r"IC_{50}^{\text{ex vivo}}",
    "ex vivo occupancy IC50, rat",
    1.42,
    "shaffer2014 (95 % interval 0.99 to 2.14); Hill 1 assumed",
    "measured",
    "µM",
)
_SUBUNIT_SOURCE = "kotermanski2009†; −66 mV, 1 mM Mg; Hill 1"
IC50_SUBUNITS = tuple(
    fixed(
        f"ic50_{subunit.lower()}",
        rf"IC_{{50}}^{{\text{{{subunit}}}}}",
        f"IC50 of GluN1/{subunit} with Mg",
        value,
        _SUBUNIT_SOURCE,
        "published",
        "µM",
    )
    for subunit, value in {"2A": 5.35, "2B": 5.08, "2C": 1.18, "2D": 2.95}.items()
)
PYRAMIDAL_VOLTAGE = fixed(
    "pyramidal_voltage",
    r"V_{\text{pyr}}",
    "mean voltage of a firing pyramidal cell",
    -55.0,
    "chosen here: a little below the mean voltages of the circuit of brunel2001",
    "assumed",
    "mV",
)
MG_IN_TISSUE = fixed(
    "mg_tissue",
    r"[\mathrm{Mg}]_{\text{tissue}}",
    "magnesium around the pyramidal cell",
    1.0,
    "brunel2001, the circuit's value",
    "code",
    "mM",
)

MEASURES = {
    "ex_vivo": "receptors occupied, ex vivo assay without Mg (rat)",
    "kinetic": "receptors occupied, from binding and unbinding rates",
    "mg_free": "current lost at −70 mV without Mg",
    "with_mg": "current lost at −55 mV with 1 mM Mg (model)",
    "nr2a": "current lost, GluN2A with 1 mM Mg†",
    "nr2b": "current lost, GluN2B with 1 mM Mg†",
    "nr2c": "current lost, GluN2C with 1 mM Mg†",
    "nr2d": "current lost, GluN2D with 1 mM Mg†",
}
MEASURE = Parameter(
    name="measure",
    symbol="k",
    label="block measure, by its place in the list",
    default=float(list(MEASURES).index("nr2a")),
    low=0.0,
    high=len(MEASURES) - 1.0,
    step=1.0,
    source="chosen here; the circuit needs a loss of current, not an occupancy",
    status="assumed",
)

SYMBOLS = PLASMA_SYMBOLS | {
    "unblocked": "B",
    "ic50": r"IC_{50}",
    "block": "b",
    "unbound": "c_u",
    "binding": r"k_{\mathrm{in}}",
    "unbinding": r"k_{\mathrm{out}}",
    "off_constant": r"K_D",
    "ic50_pyramidal": r"IC_{50}^{\text{pyr}}",
    **{name: rf"b_{{\text{{{name.replace('_', ' ')}}}}}" for name in MEASURES},
}


def unblocked_by_magnesium(m, voltage, magnesium):
    """Fraction of NMDA channels that magnesium leaves open (Jahr & Stevens 1990)."""
    return 1 / (1 + magnesium / m.mg_half * exp(-m.mg_slope * voltage))


def ketamine_ic50(m, voltage, unblocked):
    """Woodhull's voltage term times competition with magnesium, µM (product form assumed)."""
    return m.ic50_free * exp(m.depth * (voltage - m.ic50_voltage) / m.thermal_voltage) / unblocked


def hill_block(concentration, ic50, hill=1):
    """Fraction blocked; written so that no drug gives exactly 0."""
    return concentration**hill / (concentration**hill + ic50**hill)


@formula(
    parameters=[VOLTAGE, MAGNESIUM, CONCENTRATION, *MG_CONSTANTS, *KETAMINE_CONSTANTS],
    symbols=SYMBOLS,
)
def receptor(m):
    """Magnesium block, ketamine's IC50 (µM) and the fraction of current it blocks."""
    m.unblocked = unblocked_by_magnesium(m, m.voltage, m.magnesium)
    m.ic50 = ketamine_ic50(m, m.voltage, m.unblocked)
    m.block = hill_block(m.concentration, m.ic50, m.hill)


receptor_over_voltage = along(receptor, "voltage")
receptor_over_concentration = along(receptor, "concentration")

_MEASURE_CONSTANTS = (
    *MG_CONSTANTS,
    *KETAMINE_CONSTANTS,
    ON_RATE,
    OFF_RATE,
    IC50_EX_VIVO,
    *IC50_SUBUNITS,
    PYRAMIDAL_VOLTAGE,
    MG_IN_TISSUE,
)


def _name_measures(m, unbound):
    m.off_constant = m.off_rate / m.on_rate
    m.unblocked = unblocked_by_magnesium(m, m.pyramidal_voltage, m.mg_tissue)
    m.ic50_pyramidal = ketamine_ic50(m, m.pyramidal_voltage, m.unblocked)
    m.ex_vivo = hill_block(unbound, m.ic50_ex_vivo)
    m.kinetic = hill_block(unbound, m.off_constant)
    m.mg_free = hill_block(unbound, m.ic50_free, m.hill)
    m.with_mg = hill_block(unbound, m.ic50_pyramidal, m.hill)
    m.nr2a = hill_block(unbound, m.ic50_2a)
    m.nr2b = hill_block(unbound, m.ic50_2b)
    m.nr2c = hill_block(unbound, m.ic50_2c)
    m.nr2d = hill_block(unbound, m.ic50_2d)


@formula(
    parameters=_MEASURE_CONSTANTS,
    inputs=[Input("concentration", "c_u", "unbound ketamine at the receptor", "µM")],
    symbols=SYMBOLS,
)
def block_measures(m):
    """Every measure of `MEASURES` at one unbound concentration (µM), as fractions."""
    _name_measures(m, m.concentration)


def chain(kinetics: Kinetics) -> Formula:
    """From the infusion to the block in time: level, unbound level, every measure, and `block`,
    the one chosen by `measure`."""

    def infusion_to_block(m):
        infusion_level(m, kinetics, m.t)
        m.unbound = m.unbound_fraction * m.level_um
        _name_measures(m, m.unbound)
        first, *others = MEASURES
        chosen = getattr(m, first)
        for place, name in enumerate(others, start=1):
            chosen = where(equal(m.measure, place), getattr(m, name), chosen)
        m.block = chosen

    return Formula(
        function=infusion_to_block,
        name=f"chain_{kinetics.name}",
        parameters=(
            *infusion_parameters(kinetics),
            UNBOUND_FRACTION,
            MEASURE,
            *_MEASURE_CONSTANTS,
        ),
        inputs=(TIME,),
        symbols=SYMBOLS,
    )


SECONDS_PER_MINUTE = 60
BOUND = State("bound", r"\beta", "fraction of receptors holding ketamine")


def guarded_receptor(kinetics: Kinetics) -> ContinuousModel:
    """Trapping: the drug enters and leaves only while agonist is bound, a share `activity` of the
    time. Time in minutes. The equilibrium does not depend on `activity`; the speed does. Runge-
    Kutta steps of 0.01 min are stable for every setting of the parameters."""

    def trapping(m):
        infusion_level(m, kinetics, m.t)
        m.unbound = m.unbound_fraction * m.level_um
        m.binding = SECONDS_PER_MINUTE * m.on_rate * m.unbound
        m.unbinding = SECONDS_PER_MINUTE * m.off_rate
        return {"bound": m.activity * (m.binding * (1 - m.bound) - m.unbinding * m.bound)}

    return ContinuousModel(
        function=trapping,
        name=f"guarded_receptor_{kinetics.name}",
        parameters=(
            *infusion_parameters(kinetics),
            UNBOUND_FRACTION,
            ACTIVITY,
            ON_RATE,
            OFF_RATE,
        ),
        states=(BOUND,),
        symbols=SYMBOLS,
    )


def settling_time(concentration, activity):
    """Time constant of the guarded receptor in seconds, at `concentration` (µM)."""
    return 1 / (activity * (ON_RATE.default * concentration + OFF_RATE.default))


def washout_time(kinetics: Kinetics, occupancy: float, **infusion) -> float:
    """Minutes from the start until the ex vivo occupancy has fallen to `occupancy`.

    `infusion` holds dose, duration, weight and unbound fraction where they differ from the
    defaults. 0 when occupancy never rises that far.
    """
    measures, level = chain(kinetics), plasma(kinetics)
    stop = float(infusion.get("duration", level["duration"].default))

    def excess(t):
        return float(measures.evaluate(t=t, **infusion)["ex_vivo"]) - occupancy

    if excess(stop) <= 0:
        return 0.0
    longest = stop + 60 * float(np.max(kinetics.half_lives(level["weight"].high)))
    return float(brentq(excess, stop, longest, xtol=1e-6))
