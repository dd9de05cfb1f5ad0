"""Numbers from outside that the models of this notebook come to: what *Check this page* runs."""

from __future__ import annotations

from breaking_the_loop.onset_timelines.clocks import (
    CURVE_A,
    five_clocks,
    past_the_line,
    separation,
)
from looplab.learn.agreement import ReferenceNumber

_COURSE = "course fitted to costa2012_fluoxetine"
_POWER = 0.8416


def _clock(what, settings, value):
    return ReferenceNumber(
        f"week in which the mean change reaches {what}", five_clocks, "minimal_week", value,
        1e-3, _COURSE, "derived", settings, ".3f", "weeks",
    )  # fmt: skip


def _separates(curve, name, people, power, value):
    effect, tau = curve
    settings = {"full_effect": effect, "tau": tau, "n_per_arm": people, "sd": 8.0, "power_z": power}
    chance = "80" if power else "50"
    return ReferenceNumber(
        f"first week in which {people} a group differ with a chance of {chance} %, course {name}",
        separation, "first_week", value, 1e-3 * value,
        "visits of issari2016_ma, soomro2008_cochrane and cohen2025_ipd", "derived",
        settings | {"week": 12.0}, ".3f", "weeks",
    )  # fmt: skip


def _past(percent, arm, value):
    line = "35 %" if percent else "4.9 points"
    return ReferenceNumber(
        f"share that falls by {line} or more, {arm} group",
        past_the_line, f"share_{arm}", value, 1e-3, "illustration: normal changes, SD 8", "derived",
        {"placebo_fall": 3.0, "change_sd": 8.0, "line_in_per_cent": percent, "gap": 2.65}, ".4f",
    )  # fmt: skip


NUMBERS = (
    _clock("4.9 points", {}, 4.7127),
    _clock("24 % of 27.3", {"mid_in_per_cent": 1}, 12.849),
    _separates(CURVE_A, "A", 125, 0.0, 4.9959),
    _separates(CURVE_A, "A", 125, _POWER, 8.1996),
    _separates(CURVE_A, "A", 250, 0.0, 3.2683),
    _separates(CURVE_A, "A", 250, _POWER, 5.065),
    _past(0, "placebo", 0.4061),
    _past(0, "drug", 0.5373),
)
