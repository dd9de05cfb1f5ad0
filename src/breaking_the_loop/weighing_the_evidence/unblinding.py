"""From a dose to a bias: the level, what is felt, what is guessed, and what hope makes of it.

Guesses are published ones from trials in depression, not OCD; no rate was found for OCD. One cue
stands for all that gives a drug away, and only its peak counts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from breaking_the_loop.evidence.normal import normal_cdf, normal_density, normal_quantile
from breaking_the_loop.nmda_mechanism import ketamine
from breaking_the_loop.weighing_the_evidence.virtual import EXPECTANCY
from looplab.model.declare import DiscreteModel, Draw, Input, Parameter, State, formula
from looplab.model.maths import cos, log, minimum, sin, sqrt, where

USUAL_DOSE, USUAL_MINUTES = 0.5, 40.0
"""The infusion of the trials, at which the published guesses are taken to hold."""

DOSE = replace(ketamine.DOSE, low=0.1, label="dose in the model", step=0.05)
MINUTES = replace(ketamine.DURATION, step=2.0)
STRONGEST = Parameter(
    "strongest", "e_{200}", "share of the rating scale at 200 ng/mL", 0.63, 0.37, 0.89, 0.01,
    "bowdle1998: most of 13 scales reached 0.37 to 0.89; the middle is derived", "published",
)  # fmt: skip
LEAN = Parameter(
    "lean", "b", "lean: above 0, slower to say “ketamine”", 0.0, -1.0, 1.0, 0.1,
    "illustration; shiroma2020_blind gives 0.62", "assumed",
)  # fmt: skip
HOPE = replace(
    EXPECTANCY, default=4.0, step=0.5, label="hope: improvement when sure of having had the drug"
)

OWN_APART = Parameter(
    "own_apart", r"d'_{\text{own}}", "your own d′ (for the last control)", 1.0, 0.0, 3.0, 0.05,
    "illustration, chosen by the reader", "assumed",
)  # fmt: skip


@dataclass(frozen=True)
class Control:
    """What ketamine was told apart from, and how well at the usual infusion: d prime, and lean."""

    name: str
    d_prime: float
    source: str


def d_prime(drug: float, control: float) -> tuple[float, float]:
    """d prime and lean of the shares that say “ketamine” after ketamine and after the control."""
    a, b = normal_quantile(drug), normal_quantile(control)
    return float(a - b), float(-(a + b) / 2)


CONTROLS = (
    Control("an inert spray", 1.851, "esketamine_us_info: a cue, 61-84 % against 5-16 %"),
    Control("an opioid", 1.662, "sumner2020_blind: 88 % of choices between two visits"),
    Control("midazolam", 1.242, "shiroma2020_blind: 10 of 20 and 3 of 28 wrong, counts derived"),
    Control("nobody awake", 0.0, "lii2023_masked: guesses alike in both groups"),
)


@formula(
    parameters=[STRONGEST, LEAN, HOPE],
    inputs=[
        Input("domino_chosen", "x", "0: Clements, 1: Domino"),
        Input("clements", "C_C", "peak by Clements", "ng/mL"),
        Input("domino", "C_D", "peak by Domino", "ng/mL"),
        Input("clements_usual", "C_C0", "peak of the usual infusion by Clements", "ng/mL"),
        Input("domino_usual", "C_D0", "peak of the usual infusion by Domino", "ng/mL"),
        Input("told_apart", r"d'_{0}", "d prime at the usual infusion"),
    ],
    symbols={
        "peak": "C", "usual": r"C_{0}", "rating": "e", "apart": "d'", "says_drug": "q_K",
        "says_control": "q_C", "given_away": "(q_K-q_C)", "bias": r"\text{bias}",
    },
)  # fmt: skip
def chain(m):
    """Peak level to feeling, to what is told apart, to guesses, to the bias of every estimate.

    The rating is linear in the level (read for 50 to 200 ng/mL), d prime taken to follow it.
    """
    m.peak = where(m.domino_chosen > 0.5, m.domino, m.clements)
    m.usual = where(m.domino_chosen > 0.5, m.domino_usual, m.clements_usual)
    m.rating = minimum(m.strongest * m.peak / 200, 1)
    m.apart = m.told_apart * m.peak / m.usual
    m.says_drug = normal_cdf(m.apart / 2 - m.lean)
    m.says_control = normal_cdf(-m.apart / 2 - m.lean)
    m.given_away = m.says_drug - m.says_control
    m.bias = m.expectancy * m.given_away


@formula(
    parameters=[LEAN],
    inputs=[
        Input("some_dose", "D", "dose", "mg/kg"),
        Input("apart_usual", r"d'_0", "d prime at the usual infusion"),
    ],
)
def gap(m):
    """How many more of 100 say “ketamine” after ketamine than after the control, by the dose.

    In both plasma models the level is proportional to the dose, so they agree here.
    """
    m.apart_then = m.apart_usual * m.some_dose / USUAL_DOSE
    m.from_line = m.apart_then / 2 - m.lean
    m.to_line = m.apart_then / 2 + m.lean
    m.given_away = 100 * (normal_cdf(m.from_line) + normal_cdf(m.to_line) - 1)


@formula(
    inputs=[
        Input("feeling", "x", "how strongly something was felt"),
        Input("apart_now", "d'", "d prime now"),
    ],
    symbols={"bell_control": r"\varphi_C", "bell_drug": r"\varphi_K"},
)
def bells(m):
    """What is felt after the control and after ketamine, in units of its own spread."""
    m.bell_control = normal_density(m.feeling + m.apart_now / 2)
    m.bell_drug = normal_density(m.feeling - m.apart_now / 2)


PEOPLE = 10
CRITICAL = 2.2621571628
"""The two-sided 5 % point of Student's t with 9 degrees of freedom."""

TOP_EFFECT = Parameter(
    "top_effect", r"\Delta", "what the drug itself is worth at the highest dose", 0.0, 0.0, 12.0,
    0.01, "illustration", "assumed", "points",
)  # fmt: skip
PERIOD_NOISE = Parameter(
    "period_noise", r"\sigma_e", "spread of one person's scores between periods", 3.0, 2.0, 8.0,
    0.5, "illustration", "assumed", "points",
)  # fmt: skip
APART = Parameter(
    "told_apart", "d'", "d prime at the lower dose", 1.66, 0.0, 3.0, 0.01,
    "sumner2020_blind, derived; not OCD", "published",
)  # fmt: skip


def _one_person(m):
    """One person's contrast: the highest dose against the control.

    In three equal steps the linear contrast leaves the middle period out. The criterion stands in
    the middle of the first step, so “drug” is said with Phi(-d'/2), Phi(d'/2) and Phi(3d'/2).
    """
    m.radius = sqrt(-2 * log(m.u_first))
    m.noise_top = m.period_noise * m.radius * cos(2 * math.pi * m.u_second)
    m.noise_control = m.period_noise * m.radius * sin(2 * math.pi * m.u_second)
    m.believes_top = where(m.u_top < normal_cdf(1.5 * m.told_apart), 1, 0)
    m.believes_control = where(m.u_control < normal_cdf(-m.told_apart / 2), 1, 0)
    m.contrast = (
        m.top_effect
        + m.expectancy * (m.believes_top - m.believes_control)
        + m.noise_top
        - m.noise_control
    )
    m.total = m.total_so_far + m.contrast
    m.squares = m.squares_so_far + m.contrast**2
    m.mean_contrast = m.total / PEOPLE
    m.variance = (m.squares - m.total**2 / PEOPLE) / (PEOPLE - 1)
    m.t_ratio = m.mean_contrast / sqrt(where(m.variance > 0, m.variance, 1) / PEOPLE)
    # A block of ten steps is recorded as its mean: ten times the last entry, and nothing else.
    m.last = where(m.person > PEOPLE - 1.5, PEOPLE, 0)
    m.t_of_trial = m.last * m.t_ratio
    m.found = m.last * where(m.t_ratio > CRITICAL, 1, 0)
    m.mean_of_trial = m.last * m.mean_contrast
    return {"person": m.person + 1, "total_so_far": m.total, "squares_so_far": m.squares}


dose_trend = DiscreteModel(
    function=_one_person,
    name="dose_trend",
    parameters=(TOP_EFFECT, HOPE, APART, PERIOD_NOISE),
    states=(
        State("person", "i", "people so far"),
        State("total_so_far", "s_1", "sum of the contrasts so far"),
        State("squares_so_far", "s_2", "sum of their squares so far"),
    ),
    draws=tuple(
        Draw(name, rf"u_{{\text{{{name[2:]}}}}}", f"draw for {name[2:]}")
        for name in ("u_first", "u_second", "u_top", "u_control")
    ),
    symbols={
        "radius": "r", "noise_top": r"\varepsilon_2", "noise_control": r"\varepsilon_0",
        "believes_top": "G_2", "believes_control": "G_0", "contrast": "c_i",
        "total": r"\sum c_i", "squares": r"\sum c_i^2", "mean_contrast": r"\bar{c}",
        "variance": "s^2", "t_ratio": "t",
        "last": r"\ell", "t_of_trial": r"\ell t", "found": r"\ell [t > t_{0.975}]",
        "mean_of_trial": r"\ell \bar{c}",
    },
)  # fmt: skip
"""A trial of ten people, three periods each: control, half the dose, all of it; a step a person.

Learners are trials; what ends in `of_trial`, and `found`, is read as the mean over the ten steps.
"""


HALF_SHARE = Parameter(
    "half_share", "h", "what half the dose does, of what the highest does", 0.75, 0.0, 1.0, 0.01,
    "illustration; 0.75 is where hope stands at d prime 1.66", "assumed",
)  # fmt: skip


def _with_middle(m):
    """The same person with the middle period, and a coin that is tossed once a trial."""
    following = dose_trend.function(m)
    m.noise_half = m.period_noise * sqrt(-2 * log(m.u_third)) * cos(2 * math.pi * m.u_fourth)
    m.believes_half = where(m.u_half < normal_cdf(m.told_apart / 2), 1, 0)
    m.half_total = (
        m.half_so_far
        + m.half_share * m.top_effect
        + m.expectancy * (m.believes_half - m.believes_control)
        + m.noise_half
        - m.noise_control
    )
    m.half_of_trial = m.last * m.half_total / PEOPLE
    m.coin_of_trial = m.last * where(m.u_coin < 0.5, 1, 0)
    return following | {"half_so_far": m.half_total}


trend_game = replace(
    dose_trend,
    function=_with_middle,
    name="trend_game",
    parameters=(*dose_trend.parameters, HALF_SHARE),
    states=(*dose_trend.states, State("half_so_far", "s_h", "sum at half the dose so far")),
    draws=(
        *dose_trend.draws,
        *(
            Draw(name, rf"u_{{\text{{{name[2:]}}}}}", f"draw for {name[2:]}")
            for name in ("u_third", "u_fourth", "u_half", "u_coin")
        ),
    ),
    symbols={
        **dose_trend.symbols, "noise_half": r"\varepsilon_1", "believes_half": "G_1",
        "half_total": r"\sum h_i", "half_of_trial": r"\ell \bar{h}", "coin_of_trial": r"\ell z",
    },
)  # fmt: skip
"""`dose_trend` with the mean of its middle period, and a coin that a game may toss for each trial.

The coin is 1 or 0, each for half of all trials; nothing else in the trial depends on it.
"""
