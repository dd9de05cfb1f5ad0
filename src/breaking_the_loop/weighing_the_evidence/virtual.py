"""The virtual crossover trial: an illustration, to be run again by the thousand.

Its settings are assumptions unless a source is given.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from breaking_the_loop.evidence.normal import normal_cdf, normal_quantile
from breaking_the_loop.weighing_the_evidence.designs import ENROLMENT
from looplab.errors import ModelError
from looplab.model.declare import DiscreteModel, Draw, Parameter, State, formula
from looplab.model.maths import cos, exp, log, sin, sqrt, where

DRUG_EFFECT = Parameter(
    name="drug_effect",
    symbol=r"\Delta",
    label="mean effect of the drug at day 7",
    default=8.0,
    low=0.0,
    high=15.0,
    step=0.5,
    unit="points",
    source="illustration; gives about the 4 responders of 8 in rodriguez2013_rct",
    status="assumed",
)
SIGMA_DRUG = Parameter(
    name="sigma_drug",
    symbol=r"\sigma_\Delta",
    label="spread of the effect between people",
    default=6.0,
    low=0.0,
    high=10.0,
    step=0.5,
    unit="points",
    source="illustration",
    status="assumed",
)
FADING = Parameter(
    name="fading",
    symbol=r"\kappa",
    label="fading time of the effect",
    default=14.0,
    low=1.0,
    high=90.0,
    step=1.0,
    unit="days",
    source="illustration: published data do not identify it",
    status="assumed",
)
WASH_OUT = Parameter(
    name="wash_out",
    symbol="W",
    label="days between the two infusions",
    default=7.0,
    low=7.0,
    high=84.0,
    step=1.0,
    unit="days",
    source="rodriguez2013_rct: at least one week",
    status="published",
)
SHARED_IMPROVEMENT = Parameter(
    name="shared_improvement",
    symbol="m",
    label="improvement of everyone after the first rating",
    default=1.0,
    low=0.0,
    high=5.0,
    step=0.5,
    unit="points",
    source="illustration",
    status="assumed",
)
EXPECTANCY = Parameter(
    name="expectancy",
    symbol=r"\eta",
    label="improvement from believing one had the drug",
    default=0.0,
    low=0.0,
    high=12.0,
    step=0.01,
    unit="points",
    source="illustration",
    status="assumed",
)
GUESS_DRUG = Parameter(
    name="guess_drug",
    symbol="q_K",
    label="chance of guessing ketamine after ketamine",
    default=0.8,
    low=0.0,
    high=1.0,
    step=0.01,
    source="sumner2020_blind, derived: 88 % told two visits apart, so 0.797 tell one (not OCD)",
    status="assumed",
)
GUESS_CONTROL = Parameter(
    name="guess_control",
    symbol="q_S",
    label="chance of guessing ketamine after saline",
    default=0.2,
    low=0.0,
    high=1.0,
    step=0.01,
    source="derived in the same way, without a lean; a full blind is 0.5 and 0.5",
    status="assumed",
)
LEAVE_CHANCE = Parameter(
    name="leave_chance",
    symbol=r"p_{\text{leave}}",
    label="chance of leaving after ketamine",
    default=0.0,
    low=0.0,
    high=0.5,
    step=0.01,
    source="illustration; beaglehole2024_rct lost 2 of 12 to dissociation",
    status="assumed",
)
LEAVE_BELOW = Parameter(
    name="leave_below",
    symbol=r"x_{\text{leave}}",
    label="only those with less improvement than this may leave",
    default=60.0,
    low=0.0,
    high=60.0,
    step=1.0,
    unit="points",
    source="illustration; 60 points exceeds the scale, so leaving is random",
    status="assumed",
)
N_FIRST = Parameter(
    name="n_first",
    symbol="n_A",
    label="patients who receive ketamine first",
    default=8,
    low=2,
    high=200,
    step=1,
    unit="patients",
    source="rodriguez2013_rct",
    status="published",
)
BIAS = (DRUG_EFFECT, FADING, WASH_OUT, EXPECTANCY, GUESS_DRUG, GUESS_CONTROL)


@formula(
    parameters=BIAS,
    symbols={
        "borrowed": "h(W)",
        "left_over": "h(W+7)",
        "belief": r"\text{belief}",
        "par_raw": r"\mathrm{PAR}_{\text{raw}}",
        "par_chg": r"\mathrm{PAR}_{\text{chg}}",
        "xo_raw": r"\mathrm{XO}_{\text{raw}}",
        "xo_chg": r"\mathrm{XO}_{\text{chg}}",
        "carry_sum": r"\mathrm{CARRY}_{\text{sum}}",
        "carry_base": r"\mathrm{CARRY}_{\text{base}}",
    },
)
def expected_estimates(m):
    """What each estimator of the virtual crossover trial estimates on average (derived)."""
    m.borrowed = exp(-(m.wash_out - 7) / m.fading)
    m.left_over = exp(-m.wash_out / m.fading)
    m.belief = m.expectancy * (m.guess_drug - m.guess_control)
    m.par_raw = m.drug_effect + m.belief
    m.par_chg = m.drug_effect + m.belief
    m.xo_raw = m.drug_effect * (1 - m.left_over / 2) + m.belief
    m.xo_chg = m.drug_effect * (1 + (m.borrowed - m.left_over) / 2) + m.belief
    m.carry_sum = m.drug_effect * m.left_over
    m.carry_base = m.drug_effect * m.borrowed


WORDS = {
    "borrowed": "share of the first effect left at the second infusion",
    "left_over": "share of the first effect left seven days after the second infusion",
    "belief": "what guesses add, in points",
    "par_raw": "expected estimate: first period alone, raw ratings",
    "par_chg": "expected estimate: first period alone, changes from baseline",
    "xo_raw": "expected estimate: crossover, raw ratings",
    "xo_chg": "expected estimate: crossover, changes from baseline",
    "carry_sum": "expected test of carry-over: sums of both ratings",
    "carry_base": "expected test of carry-over: change between the baselines",
    "sigma_score": "standard deviation of ratings: people and rating together",
    "reliability": "share of the variance of ratings that is between people",
    "screening_place": "rating at screening, in standard deviations from the mean",
    "person_noise": "this person’s deviation that screening does not tell",
    "usual": "usual level of this person, given that they could enrol",
    "effect": "effect of the drug in this person",
    "effect_noise": "this person’s deviation from the mean effect",
    "settled": "usual level after everyone’s improvement",
    "first": "1 if ketamine came first, else 0",
    "belief_1": "what the first guess adds",
    "belief_2": "what the second guess adds",
    "b1": "rating before the first infusion",
    "p1": "rating seven days after the first infusion",
    "b2": "rating before the second infusion",
    "p2": "rating seven days after the second infusion",
    "noise_b1": "chance deviation of the rating before the first infusion",
    "noise_p1": "chance deviation of the rating seven days after the first infusion",
    "noise_b2": "chance deviation of the rating before the second infusion",
    "noise_p2": "chance deviation of the rating seven days after the second infusion",
    "wants_out": "1 if this person may leave after ketamine",
    "stays": "1 if this person stays to the end",
}
"""What the quantities of the crossover are, in the legends of its equations."""


def pair(u, v):
    """Two independent standard normal numbers from two uniform ones (Box and Muller)."""
    radius = sqrt(-2 * log(u))
    return radius * cos(2 * math.pi * v), radius * sin(2 * math.pi * v)


def _draws(*names):
    return tuple(
        Draw(name, rf"u_{{\text{{{name[2:].replace('_', ' ')}}}}}", f"draw for {name[2:]}")
        for name in names
    )


def _one_patient(m):
    m.sigma_score = sqrt(m.sigma_between**2 + m.sigma_within**2)
    m.reliability = m.sigma_between**2 / m.sigma_score**2
    m.excluded = normal_cdf((m.cutoff - m.mu) / m.sigma_score)
    m.screening_place = normal_quantile(m.excluded + m.u_screening * (1 - m.excluded))
    m.person_noise, m.effect_noise = pair(m.u_person, m.u_effect)
    m.noise_b1, m.noise_p1 = pair(m.u_first, m.u_second)
    m.noise_b2, m.noise_p2 = pair(m.u_third, m.u_fourth)
    m.usual = (
        m.mu
        + m.reliability * m.sigma_score * m.screening_place
        + m.sigma_between * sqrt(1 - m.reliability) * m.person_noise
    )
    m.effect = m.drug_effect + m.sigma_drug * m.effect_noise
    m.first = where(m.patient < m.n_first, 1, 0)
    m.borrowed = exp(-(m.wash_out - 7) / m.fading)
    m.left_over = exp(-m.wash_out / m.fading)
    m.q_1 = m.first * m.guess_drug + (1 - m.first) * m.guess_control
    m.q_2 = m.first * m.guess_control + (1 - m.first) * m.guess_drug
    m.belief_1 = m.expectancy * where(m.u_guess_1 < m.q_1, 1, 0)
    m.belief_2 = m.expectancy * where(m.u_guess_2 < m.q_2, 1, 0)
    m.settled = m.usual - m.shared_improvement
    m.b1 = m.usual + m.sigma_within * m.noise_b1
    m.p1 = m.settled - m.first * m.effect - m.belief_1 + m.sigma_within * m.noise_p1
    m.b2 = m.settled - m.first * m.effect * m.borrowed + m.sigma_within * m.noise_b2
    m.p2 = (
        m.settled
        - m.first * m.effect * m.left_over
        - (1 - m.first) * m.effect
        - m.belief_2
        + m.sigma_within * m.noise_p2
    )
    m.wants_out = where(m.u_leave < m.leave_chance, 1, 0) * m.first
    m.stays = 1 - m.wants_out * where(m.b1 - m.p1 < m.leave_below, 1, 0)
    return {"patient": m.patient + 1}


crossover = DiscreteModel(
    function=_one_patient,
    name="crossover",
    parameters=(
        *ENROLMENT,
        *BIAS,
        SIGMA_DRUG,
        SHARED_IMPROVEMENT,
        LEAVE_CHANCE,
        LEAVE_BELOW,
        N_FIRST,
    ),
    states=(State("patient", "i", "patients enrolled so far"),),
    draws=_draws(
        "u_screening",
        "u_person",
        "u_effect",
        "u_first",
        "u_second",
        "u_third",
        "u_fourth",
        "u_guess_1",
        "u_guess_2",
        "u_leave",
    ),
    symbols={
        "sigma_score": r"\sigma_y",
        "reliability": r"\varrho",
        "excluded": r"\Phi(\zeta)",
        "screening_place": "z_s",
        "person_noise": r"\varepsilon_u",
        "effect_noise": r"\varepsilon_\Delta",
        "noise_b1": r"\varepsilon_{b_1}",
        "noise_p1": r"\varepsilon_{p_1}",
        "noise_b2": r"\varepsilon_{b_2}",
        "noise_p2": r"\varepsilon_{p_2}",
        "settled": "v_i",
        "wants_out": r"x_i",
        "stays": r"s_i",
        "usual": "u_i",
        "effect": r"\Delta_i",
        "first": "A_i",
        "borrowed": "h(W)",
        "left_over": "h(W+7)",
        "belief_1": r"\eta G_{i1}",
        "belief_2": r"\eta G_{i2}",
        "b1": "b_1",
        "p1": "p_1",
        "b2": "b_2",
        "p2": "p_2",
    },
)
"""The virtual crossover trial: one step enrols and rates one patient; learners are trials.

The first `n_first` patients receive ketamine first, the others saline first. Ratings: b1 (day 0),
p1 (day 7), b2 (before the second infusion), p2 (seven days after it). `stays` is 0 for a patient
who left after ketamine; leaving after the last rating loses nothing.
"""

RATINGS = ("b1", "p1", "b2", "p2", "stays")


@dataclass(frozen=True)
class Trials:
    """Simulated trials: ratings of shape (patients, trials).

    `stays` is True for patients who stayed; `first`, of shape (patients, 1), for those who
    received ketamine first.
    """

    b1: np.ndarray
    p1: np.ndarray
    b2: np.ndarray
    p2: np.ndarray
    stays: np.ndarray
    first: np.ndarray

    def responders(self, fall: float = 0.35) -> tuple[np.ndarray, np.ndarray]:
        """Numbers with at least this relative fall in period 1: (after ketamine, after saline)."""
        responds = self.p1 <= (1 - fall) * self.b1
        return (responds & self.first).sum(axis=0), (responds & ~self.first).sum(axis=0)


def simulate(
    trials: int = 10_000,
    n_second: int = 7,
    seed: int = 1,
    model: DiscreteModel = crossover,
    first_trial: int = 0,
    **parameters,
) -> Trials:
    """Run the virtual crossover trial `trials` times; `n_second` patients receive saline first.

    The same seed gives the same trials, and a longer run begins with the shorter one; with
    `first_trial` it begins at a later one, so that workers can share a run out. Raises
    `ModelError` for a parameter outside its range (`with_parameters` widens a range).
    """
    n_first = int(parameters.get("n_first", model["n_first"].default))
    if n_second < 2:
        raise ModelError(f"n_second = {n_second}: each sequence needs at least 2 patients.")
    patients = n_first + n_second
    run = model.run(
        patients,
        learners=trials,
        seed=seed,
        record=RATINGS,
        first_learner=first_trial,
        **parameters,
    )
    first = (np.arange(patients) < n_first)[:, None]
    recorded = {name: run[name] for name in RATINGS}
    return Trials(**recorded | {"stays": recorded["stays"] > 0.5}, first=first)


@dataclass(frozen=True)
class Estimate:
    """One estimator on every trial: value and two-sided p, arrays of shape (trials,).

    Both are NaN where too few patients stayed.
    """

    value: np.ndarray
    p: np.ndarray


def _compared(values, trials: Trials, scale=1.0) -> Estimate:
    """Mean of sequence B minus sequence A, with the pooled-variance t-test."""
    a, b = trials.first & trials.stays, ~trials.first & trials.stays
    n_a, n_b = a.sum(axis=0), b.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean_a, mean_b = (values * a).sum(axis=0) / n_a, (values * b).sum(axis=0) / n_b
        squares = (((values - np.where(a, mean_a, mean_b)) ** 2) * (a | b)).sum(axis=0)
        freedom = n_a + n_b - 2
        se = np.sqrt(squares / freedom * (1 / n_a + 1 / n_b))
        p = 2 * stats.t.sf(np.abs(mean_b - mean_a) / se, freedom)
    return Estimate(scale * (mean_b - mean_a), p)


def _ancova(trials: Trials) -> Estimate:
    """Period-1 rating by sequence, adjusted for the baseline with one common slope."""
    a, b = trials.first & trials.stays, ~trials.first & trials.stays
    n_a, n_b = a.sum(axis=0), b.sum(axis=0)
    freedom = n_a + n_b - 3

    def centred(values):
        mean_a, mean_b = (values * a).sum(axis=0) / n_a, (values * b).sum(axis=0) / n_b
        return (values - np.where(a, mean_a, mean_b)) * (a | b), mean_b - mean_a

    with np.errstate(invalid="ignore", divide="ignore"):
        x, gap_x = centred(trials.b1)
        y, gap_y = centred(trials.p1)
        xx, xy, yy = ((u * v).sum(axis=0) for u, v in ((x, x), (x, y), (y, y)))
        value = gap_y - xy / xx * gap_x
        variance = (yy - xy**2 / xx) / freedom
        se = np.sqrt(variance * (1 / n_a + 1 / n_b + gap_x**2 / xx))
        p = 2 * stats.t.sf(np.abs(value) / se, freedom)
    return Estimate(value, p)


def estimates(trials: Trials) -> Mapping[str, Estimate]:
    """Every estimator of the drug effect, and the two tests of carry-over, on those who stayed."""
    b1, p1, b2, p2 = trials.b1, trials.p1, trials.b2, trials.p2
    return {
        "par_raw": _compared(p1, trials),
        "par_chg": _compared(p1 - b1, trials),
        "ancova": _ancova(trials),
        "xo_raw": _compared(p1 - p2, trials, 0.5),
        "xo_chg": _compared((b2 - p2) - (b1 - p1), trials, 0.5),
        "carry_sum": _compared(p1 + p2, trials),
        "carry_base": _compared(b2 - b1, trials),
    }


def two_stage(results: Mapping[str, Estimate], threshold: float = 0.10) -> Estimate:
    """Test carry-over, then choose: period 1 alone if it is found, else both (grizzle1965).

    Kept to show what it does to the error rate; freeman1989 called it too misleading to use.
    """
    carried = results["carry_sum"].p < threshold
    alone, both = results["par_raw"], results["xo_raw"]
    return Estimate(np.where(carried, alone.value, both.value), np.where(carried, alone.p, both.p))
