"""Numbers from outside that the models of this notebook come to: what *Check this page* runs."""

from __future__ import annotations

from breaking_the_loop.ocd_cycle.cycle import (
    credit_boundary,
    credit_ledger,
    exact_values,
    two_traces,
)
from breaking_the_loop.ocd_cycle.opponent import LEARNER_TYPES, opponent
from breaking_the_loop.ocd_cycle.protection import EXTINCTION_TRIALS, TRIALS, protection
from breaking_the_loop.ocd_cycle.treatment import treated_learner
from looplab.learn.agreement import ReferenceNumber

_WORLD = "equations and settings of sakai2022"


def _worth(what, quantity, value):
    return ReferenceNumber(
        f"exact worth of {what}", exact_values, quantity, value, 1e-9, _WORLD, "derived"
    )


def _credit(plus, minus, value):
    return ReferenceNumber(
        f"net credit of one episode at ν⁺ = {plus:g}, ν⁻ = {minus:g}",
        credit_ledger, "net_credit", value, 1e-3, _WORLD, "derived",
        {"nu_plus": plus, "nu_minus": minus}, "+.3f",
    )  # fmt: skip


def _edge(minus, value):
    return ReferenceNumber(
        f"ν⁺ from which the cycle pays, at ν⁻ = {minus:g}",
        credit_boundary, "critical_nu_plus", value, 1e-3, _WORLD, "derived", {"nu_minus": minus},
    )  # fmt: skip


def _obsessed(plus, minus, value):
    return ReferenceNumber(
        f"share of steps 4,001 to 5,000 in obsession at ν⁺ = {plus:g}, ν⁻ = {minus:g}",
        two_traces, "obsession", value, 0.010, "rule of sakai2022, 60 learners", "simulated",
        {"nu_plus": plus, "nu_minus": minus}, steps=5000, learners=60, last=1000,
    )  # fmt: skip


def _learner(kind, value):
    label = LEARNER_TYPES[kind].label
    return ReferenceNumber(
        f"share of 5,000 steps in obsession, {label}",
        opponent, "obsession", value, 0.006, "code of sato2023, 100 learners", "simulated",
        LEARNER_TYPES[kind].rates, steps=5000, learners=100, last=5000,
    )  # fmt: skip


def _feared(what, ritual, value):
    return ReferenceNumber(
        f"harm expected of the signal after {EXTINCTION_TRIALS} trials {what}",
        protection, "learned[2]", value, 1e-8,
        "design of lovibond2009, Rescorla–Wagner rule", "derived",
        {"ritual": ritual}, ".4f", steps=TRIALS,
    )  # fmt: skip


def _treated(what, steps, value):
    return ReferenceNumber(
        f"share of steps {steps - 999:,} to {steps:,} in obsession, {what}",
        treated_learner, "obsession", value, 0.006,
        "rule of sakai2022, 600 learners, responses prevented", "simulated",
        {"prevention": 1.0, "exposure": 0.1}, ".4f", steps=steps, learners=150, last=1000,
    )  # fmt: skip


NUMBERS = (
    _worth("the thought, answered by compulsion", "v_compulsion", -0.68),
    _worth("the thought, answered by waiting", "v_wait", -18 / 11),
    _credit(0.9, 0.0, 0.208),
    _credit(0.9, 0.1, 0.173),
    _credit(0.9, 0.5, -0.015),
    _credit(0.6, 0.1, -0.088),
    _edge(0.0, 0.674),
    _edge(0.3, 0.813),
    _obsessed(0.9, 0.1, 0.125),
    _obsessed(0.8, 0.0, 0.165),
    _learner("opponent", 0.4196),
    _learner("balanced", 0.08068),
    _learner("SR_only", 0.07422),
    _feared("with the ritual", 1.0, 0.886596010),
    _feared("without it", 0.0, 0.103596289),
    _treated("before exposure with response prevention", 5000, 0.1233),
    _treated("during it", 6000, 0.5511),
)
