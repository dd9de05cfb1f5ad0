"""Players of the boat game, who are also the models that are fitted to a record of it.

The world is that of `ocd_cycle.cycle` in other words: fog is its obsession, the shore its relief.
Wind is new: on the shore a player is sometimes blown into the fog before it can choose. That trial
counts as the first action for learning, and is left out of the likelihood.

A: two eligibility traces (Sakai et al. 2022); B: opponent systems (Sato et al. 2023); R: a coin
with a bias of its own in each place, which learns nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

import numpy as np

from breaking_the_loop.ocd_cycle import cycle, opponent
from looplab.model.along import along
from looplab.model.declare import DiscreteModel, Draw, Parameter
from looplab.model.maths import where

ACTIONS = ("triangle", "square", "diamond", "circle")
TRIANGLE, SQUARE, DIAMOND, CIRCLE = range(4)

WIND = Parameter(
    name="wind",
    symbol="x",
    label="wind",
    default=0.1,
    low=0.0,
    high=0.2,
    step=0.05,
    source="chosen here, as large as the exposure of notebook 01: it keeps players meeting the fog",
    status="assumed",
    help="Chance, at each move on the shore, to be blown into the fog: for simulated players only.",
)
FORGETTING = replace(
    opponent.FORGETTING,
    default=0.0,
    source="sato2023, code, for 0 and 0.001; 0.01 chosen here",
    help="Share of what was learned that is lost at each move.",
)
NU_PLUS = replace(cycle.NU_PLUS, high=1.0, step=0.02)
NU_MINUS = replace(cycle.NU_MINUS, high=1.0, step=0.02)
ALPHA = replace(
    cycle.ALPHA,
    high=0.2,
    step=0.0125,
    source="chosen here; above 0.2 unstable weights would fit noise",
)
BETA = replace(cycle.BETA, low=0.05, high=20.0, step=0.05)
GUST = Draw("gust", r"u_{\text{wind}}", "draw that decides whether the wind blows")
SYMBOLS = {
    "blown": "b",
    "p_choice": r"\pi_{\text{free}}",
    "shore_lean": r"\Delta_{\text{shore}}",
    "fog_lean": r"\Delta_{\text{fog}}",
}


def _in_the_wind(m, value):
    """The choice among the present place's two actions, unless the wind takes it away."""
    m.p_choice = cycle.inclination(m, value)
    m.shore_lean = value[cycle.REACT] - value[cycle.LET_PASS]
    m.fog_lean = value[cycle.COMPULSION] - value[cycle.WAIT]
    m.blown = (1 - m.obsession) * where(m.gust < m.wind, 1, 0)
    m.p_first = where(m.blown, 1, m.p_choice)
    cycle.choose(m)
    cycle.live_through(m)


def _two_traces(m):
    _in_the_wind(m, m.w)
    cycle.state_values(m)
    following = cycle.two_trace_rule(m)
    m.w_next = (1 - m.forgetting) * following["w"]
    return {**following, "w": m.w_next, "obsession": m.next_obsession}


def _opponent(m):
    opponent.opponent_values(m)
    _in_the_wind(m, m.value)
    return opponent.opponent_rule(m)


two_traces = DiscreteModel(
    function=_two_traces,
    name="two_traces_in_wind",
    parameters=(NU_PLUS, NU_MINUS, ALPHA, BETA, cycle.GAMMA, FORGETTING, WIND, *cycle.WORLD),
    states=(cycle.OBSESSION, cycle.WEIGHT, cycle.E_PLUS, cycle.E_MINUS),
    draws=(cycle.CHOICE, cycle.TRANSITION, GUST),
    symbols=cycle.SYMBOLS | SYMBOLS,
)

RHO_PLUS = Parameter(
    name="rho_plus",
    symbol=r"\rho^{+}",
    label="share of learning from good surprises that SR does",
    default=0.9,
    low=0.0,
    high=1.0,
    step=0.05,
    source="sato2023, Fig 3E, where each pair of rates adds up to 0.1; written as a share here",
    status="code",
)
RHO_MINUS = replace(
    RHO_PLUS,
    name="rho_minus",
    symbol=r"\rho^{-}",
    label="share of learning from bad surprises that SR does",
    default=0.1,
)
RATE = Parameter(
    name="rate",
    symbol="a",
    label="learning rate of both systems together",
    default=0.1,
    low=0.0,
    high=0.2,
    step=0.0125,
    source="sato2023, Fig 3E, for 0.1; the other values are those of model A",
    status="assumed",
)


def _shared_rates(m):
    m.alpha_sr_plus = m.rho_plus * m.rate
    m.alpha_sr_minus = m.rho_minus * m.rate
    m.alpha_ir_plus = (1 - m.rho_plus) * m.rate
    m.alpha_ir_minus = (1 - m.rho_minus) * m.rate
    return _opponent(m)


opponent_player = DiscreteModel(
    function=_shared_rates,
    name="opponent_in_wind",
    parameters=(
        RHO_PLUS,
        RHO_MINUS,
        RATE,
        opponent.ALPHA_M,
        FORGETTING,
        replace(opponent.SATO_BETA, low=0.05, high=100.0),
        opponent.SATO_GAMMA,
        WIND,
        *cycle.WORLD,
    ),
    states=opponent.opponent.states,
    draws=(cycle.CHOICE, cycle.TRANSITION, GUST),
    symbols=opponent.OPPONENT_SYMBOLS
    | SYMBOLS
    | {rate.name: rate.symbol for rate in opponent.RATES},
)


def _bias(name, symbol, label, default):
    return Parameter(name, symbol, label, default, 0.0, 1.0, 0.1, "chosen here", "assumed")


ON_SHORE = _bias("on_shore", "p_{1}", "chance of the diamond, on the shore", 0.3)
IN_FOG = _bias("in_fog", "p_{2}", "chance of the triangle, in the fog", 0.6)


def _coin(m):
    m.blown = (1 - m.obsession) * where(m.gust < m.wind, 1, 0)
    m.p_first = where(m.obsession, m.in_fog, where(m.blown, 1, m.on_shore))
    cycle.choose(m)
    cycle.live_through(m)
    return {"obsession": m.next_obsession}


coin = DiscreteModel(
    function=_coin,
    name="coin_in_wind",
    parameters=(ON_SHORE, IN_FOG, WIND, *cycle.WORLD),
    states=(cycle.OBSESSION,),
    draws=(cycle.CHOICE, cycle.TRANSITION, GUST),
    symbols=cycle.SYMBOLS | SYMBOLS,
)

OBSERVED = ("blown", "first", "next_obsession")
"""What a record holds of each trial; the place, the action and the points follow from these."""

two_traces_along = along(two_traces, OBSERVED)
opponent_along = along(opponent_player, OBSERVED)


@dataclass(frozen=True)
class Record:
    """The trials of one player or of several: arrays of shape (trials,) or (trials, records).

    `place` is 1 in the fog and 0 on the shore, before the trial; `blown` is 1 where the wind chose;
    `first` is 1 for a diamond or a triangle, 0 for a circle or a square; `following` is the place
    after the trial.
    """

    place: np.ndarray
    blown: np.ndarray
    first: np.ndarray
    following: np.ndarray

    def __post_init__(self):
        if len(self.place) < 1:
            raise ValueError("A record needs at least one trial.")

    @property
    def free(self) -> np.ndarray:
        """1 where the player chose, 0 where the wind did."""
        return 1 - self.blown

    @property
    def action(self) -> np.ndarray:
        """0 triangle, 1 square (in the fog), 2 diamond, 3 circle (on the shore)."""
        return (2 * (1 - self.place) + 1 - self.first).astype(int)

    @property
    def reward(self) -> np.ndarray:
        """Points of each trial."""
        cost, distress = cycle.COST.default, cycle.DISTRESS.default
        return -cost * (self.action == TRIANGLE) - distress * self.place * self.following

    def upto(self, trials: int) -> Record:
        """The first `trials` trials."""
        return Record(*(each[:trials] for each in self.columns()))

    def columns(self) -> tuple[np.ndarray, ...]:
        """Place, blown, first, following."""
        return self.place, self.blown, self.first, self.following

    def seen(self) -> dict[str, np.ndarray]:
        """The record as `along` reads it: arrays (trials, records)."""
        columns = dict(zip(OBSERVED, (self.blown, self.first, self.following), strict=True))
        return {
            f"seen_{name}": array if array.ndim > 1 else array[:, None]
            for name, array in columns.items()
        }


def play(
    player: DiscreteModel, trials: int, records: int = 1, seed: int = 1, draws=None, **parameters
) -> Record:
    """`records` records of a simulated player; `draws` as in `DiscreteModel.run`."""
    run = player.run(
        trials,
        learners=records,
        seed=seed,
        record=["obsession", *OBSERVED],
        draws=draws,
        **parameters,
    )
    return Record(*(run[name] for name in ("obsession", *OBSERVED)))


@dataclass(frozen=True)
class Player:
    """One simulated player: its model, and the parameters that are its truth."""

    label: str
    model: DiscreteModel
    truth: dict[str, float]

    def play(self, trials: int, records: int = 1, seed: int = 1, **parameters) -> Record:
        """Records of this player, as `play`."""
        return play(self.model, trials, records, seed, **(self.truth | parameters))


def _traces(label, nu_plus, nu_minus, alpha, beta):
    truth = {"nu_plus": nu_plus, "nu_minus": nu_minus, "alpha": alpha, "beta": beta}
    return Player(label, two_traces, truth)


PLAYERS = {
    "A_slow_imbalanced": _traces("slow, imbalanced", 0.9, 0.1, 0.05, 2.0),
    "A_slow_balanced": _traces("slow, balanced", 0.5, 0.5, 0.05, 2.0),
    "A_quick_imbalanced": _traces("quick, imbalanced", 0.9, 0.1, 0.1, 4.0),
    "A_quick_balanced": _traces("quick, balanced", 0.5, 0.5, 0.1, 4.0),
    "B_opponent": Player(
        "opponent", opponent_player, {"rho_plus": 0.9, "rho_minus": 0.1, "rate": 0.1, "beta": 10.0}
    ),
    "B_balanced": Player(
        "opponent, balanced",
        opponent_player,
        {"rho_plus": 0.5, "rho_minus": 0.5, "rate": 0.1, "beta": 10.0},
    ),
    "R_biased": Player("coin", coin, {"on_shore": 0.3, "in_fog": 0.6}),
}
"""The players of the recovery tables, by the name they have there."""


@cache
def golden() -> Record:
    """The golden record: 200 trials of the slow, imbalanced player in a wind of 0.1.

    Its draws are `numpy.random.default_rng(20250601).random((200, 3))`: choice, transition, wind.
    """
    text = (resources.files(__package__) / "golden_record.csv").read_text(encoding="utf-8")
    rows = np.array([line.split(",") for line in text.split()[1:]], float)
    return Record(*rows.T)
