"""Numbers from outside that the models of this notebook come to: what *Check this page* runs."""

from __future__ import annotations

from breaking_the_loop.nmda_mechanism.ei_node import ei_node
from breaking_the_loop.nmda_mechanism.ketamine import CLEMENTS, DOMINO, plasma
from breaking_the_loop.nmda_mechanism.landscape import STEPS, landscape
from breaking_the_loop.nmda_mechanism.nmda import chain, receptor
from looplab.figure.numbers import number
from looplab.learn.agreement import ReferenceNumber

_BLOCK = "constants of gilling2009 and jahr1990"
_LEVEL = {
    "clements": "rates of clements1981",
    "domino": "rates of domino1984 or domino1982, as in stanpumpR",
}
_TUBE = "constant of shaffer2014"
_END = {"t": 40.0}


def _open(voltage, magnesium, value):
    return ReferenceNumber(
        f"share of channels free of magnesium at {number(voltage)} mV, {magnesium:g} mM",
        receptor, "unblocked", value, 1e-5 * value, "equation of jahr1990", "derived",
        {"voltage": voltage, "magnesium": magnesium}, ".5f",
    )  # fmt: skip


def _half(voltage, magnesium, value):
    return ReferenceNumber(
        f"ketamine that halves the current at {number(voltage)} mV, {magnesium:g} mM magnesium",
        receptor, "ic50", value, 1e-4 * value, _BLOCK, "derived",
        {"voltage": voltage, "magnesium": magnesium}, ".3f", "µM",
    )  # fmt: skip


def _level(kinetics, value):
    return ReferenceNumber(
        f"plasma level at the end of the infusion, {kinetics.label.split(',')[0]}",
        plasma(kinetics), "level", value, 1e-4 * value, _LEVEL[kinetics.name], "derived",
        _END, ".2f", "ng/mL",
    )  # fmt: skip


def _blocked(kinetics, what, quantity, value, source=_BLOCK):
    return ReferenceNumber(
        f"{what} at the end of the infusion, {kinetics.label.split(',')[0]}",
        chain(kinetics), quantity, value, 1e-4 * value, f"{source}; {_LEVEL[kinetics.name]}",
        "derived", _END, ".4f",
    )  # fmt: skip


def _gating(on_e, on_i, value):
    return ReferenceNumber(
        f"open NMDA channels of excitatory cells, {on_e:.0%} of NMDA left on them and {on_i:.0%} "
        "on interneurons",
        ei_node, "S_e", value, 1e-4, "equations of deco2014", "derived",
        {"nmda_e": on_e, "nmda_i": on_i}, ".4f", steps=4000, step=0.002,
    )  # fmt: skip


def _point(what, quantity, value):
    return ReferenceNumber(
        f"{what} of the circuit as published", landscape, quantity, value, 1e-3,
        "equations of wong2006", "derived", {"scale": 1.0, "block": 0.0}, steps=STEPS,
    )  # fmt: skip


NUMBERS = (
    _open(-60.0, 1.0, 0.0796264),
    _open(-20.0, 1.0, 0.508141),
    _open(0.0, 2.0, 0.640934),
    _half(-70.0, 0.0, 0.71),
    _half(-70.0, 1.0, 15.9656),
    _half(-55.0, 1.0, 10.7571),
    _half(0.0, 1.0, 8.1148),
    _level(CLEMENTS, 177.313),
    _level(DOMINO, 240.36),
    _blocked(CLEMENTS, "receptors occupied (test tube)", "ex_vivo", 0.217763, _TUBE),
    _blocked(DOMINO, "receptors occupied (test tube)", "ex_vivo", 0.273978, _TUBE),
    _blocked(CLEMENTS, "receptors occupied (by kinetics)", "kinetic", 0.212305, "gilling2009"),
    _blocked(CLEMENTS, "current lost at −55 mV, 1 mM magnesium", "with_mg", 0.0586859),
    _gating(1.0, 1.0, 0.164757),
    _gating(0.9, 1.0, 0.141645),
    _gating(1.0, 0.9, 0.178285),
    _point("pool 1 in the stuck state", "well_1", 0.566987),
    _point("pool 2 in the stuck state", "well_2", 0.0318914),
    _point("pool 1 at the pass", "pass_1", 0.313845),
    _point("pool 1 in the quiet state", "floor_1", 0.102651),
)
