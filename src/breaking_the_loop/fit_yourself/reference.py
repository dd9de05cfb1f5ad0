"""Numbers from outside that the models of this notebook come to: what *Check this page* runs."""

from __future__ import annotations

from breaking_the_loop.fit_yourself.players import two_traces
from breaking_the_loop.fit_yourself.record_figures import best_coin, criteria
from looplab.learn.agreement import ReferenceNumber

_RECORD = "golden record, 200 moves by the rule of sakai2022, fitted by two other programs"
_COUNTS = {"shore_choices": 65, "fog_choices": 126, "diamonds": 44, "triangles": 98}
_FITTED = {"a": -101.260904, "b": -114.926636, "coin_likely": -107.638838540, "free_moves": 191}


def _criterion(place, name, model, quantity, value):
    return ReferenceNumber(
        f"{name} of {model}, golden record",
        criteria, quantity, value, 2e-3, _RECORD, "derived", _FITTED | {"criterion": place},
    )  # fmt: skip


def _obsessed(forgetting, value):
    return ReferenceNumber(
        f"share of steps 4,001 to 5,000 in obsession, A without wind, forgetting {forgetting:g}",
        two_traces, "obsession", value, 0.012, "rule of sakai2022, 300 learners", "simulated",
        {"forgetting": forgetting, "wind": 0.0}, steps=5000, learners=100, last=1000,
    )  # fmt: skip


NUMBERS = (
    ReferenceNumber(
        "log-likelihood of the best coin, 44 of 65 on the shore, 98 of 126 in the fog",
        best_coin, "coin_likely", -107.638838540, 1e-8, _RECORD, "derived", _COUNTS, ".8f",
    ),
    _criterion(0, "BIC", "A", "a_score", 223.531),
    _criterion(0, "BIC", "B", "b_score", 250.862),
    _criterion(0, "BIC", "the coin", "coin_score", 225.782),
    _criterion(1, "AIC", "A", "a_score", 210.522),
    _criterion(1, "AIC", "B", "b_score", 237.853),
    _criterion(1, "AIC", "the coin", "coin_score", 219.278),
    _obsessed(0.0, 0.123),
    _obsessed(0.0005, 0.199),
    _obsessed(0.001, 0.243),
)  # fmt: skip
