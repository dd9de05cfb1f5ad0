"""Numbers from outside that the models of this notebook come to: what *Check this page* runs."""

from __future__ import annotations

from breaking_the_loop.weighing_the_evidence.beliefs import (
    GRID,
    MOST_PATIENTS,
    compare_beliefs,
    conditional_test,
    intervals,
)
from breaking_the_loop.weighing_the_evidence.designs import design_analysis, regression_to_mean
from breaking_the_loop.weighing_the_evidence.virtual import expected_estimates
from looplab.learn.agreement import ReferenceNumber

_TRIAL = "counts of rodriguez2013_rct, 4 of 8 against 0 of 7"
_BLOCH = "counts of rodriguez2013_rct and bloch2012_open, 4 of 8 against 0 of 10"
_OTHER = {"k2": 0, "n2": 10}


def _interval(what, quantity, value):
    return ReferenceNumber(
        f"{what} of the difference, 4 of 8 against 0 of 7", intervals, quantity, value, 1e-4,
        _TRIAL, "derived", {}, ".4f",
    )  # fmt: skip


def _fisher(source, settings, value):
    return ReferenceNumber(
        f"Fisher’s exact p, {source.rpartition(', ')[2]}", conditional_test, "fisher", value, 1e-5,
        source, "derived", settings, ".4f", steps=MOST_PATIENTS + 1, total=True,
    )  # fmt: skip


def _higher(source, settings, value):
    return ReferenceNumber(
        f"chance that the first rate is higher, {source.rpartition(', ')[2]}",
        compare_beliefs, "higher", value, 1e-3, f"{source}, uniform priors", "derived",
        settings, ".4f", steps=GRID, total=True,
    )  # fmt: skip


def _design(what, quantity, difference, value):
    return ReferenceNumber(
        f"{what} of a true difference of {difference:g} points with 8 and 7 people, SD 8",
        design_analysis, quantity, value, 1e-3 * value, "method of gelman2014", "derived",
        {"true_difference": difference, "sd": 8.0, "n1": 8, "n2": 7}, ".4f",
    )  # fmt: skip


def _drop(cutoff, value):
    return ReferenceNumber(
        f"fall by selection alone, enrolled from {cutoff} points on",
        regression_to_mean, "expected_drop", value, 1e-4, "illustration: mean 25, SD 5 and 3",
        "derived", {"mu": 25, "sigma_between": 5, "sigma_within": 3, "cutoff": cutoff}, ".4f",
        "points",
    )  # fmt: skip


def _estimate(what, quantity, fading, wash_out, value):
    return ReferenceNumber(
        f"{what}, fading in {fading} days, wash-out {wash_out} days",
        expected_estimates, quantity, value, 1e-4, "illustration: a virtual cross-over trial",
        "derived", {"fading": fading, "wash_out": wash_out}, ".4f", "points",
    )  # fmt: skip


NUMBERS = (
    _interval("Newcombe’s lower limit", "newcombe_low", 0.0454101),
    _interval("Newcombe’s upper limit", "newcombe_high", 0.784784),
    _interval("Agresti and Caffo’s lower limit", "caffo_low", 0.0171465),
    _fisher(_TRIAL, {}, 0.0769231),
    _fisher(_BLOCH, _OTHER, 0.0228758),
    _higher(_TRIAL, {}, 0.979638),
    _higher(_BLOCH, _OTHER, 0.991873),
    _design("power", "power", 4.9, 0.219561),
    _design("exaggeration", "exaggeration", 4.9, 2.139089),
    _design("exaggeration", "exaggeration", 2.65, 3.780581),
    _design("chance of the wrong sign, given p < 0.05,", "type_s", 2.65, 0.047519),
    _drop(16, 0.19934),
    _drop(24, 1.0681),
    _drop(28, 1.77763),
    _estimate("what raw scores estimate", "xo_raw", 7.0, 14.0, 7.45866),
    _estimate("what changes from each baseline estimate", "xo_chg", 7.0, 14.0, 8.93018),
    _estimate("what raw scores estimate", "xo_raw", 14.0, 7.0, 5.57388),
    _estimate("what changes from each baseline estimate", "xo_chg", 14.0, 7.0, 9.57388),
)
