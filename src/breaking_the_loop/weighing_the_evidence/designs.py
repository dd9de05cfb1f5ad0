"""What a design can show: power, exaggeration, and what selection at entry does by itself."""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from breaking_the_loop.evidence.normal import normal_cdf, normal_density, normal_quantile
from looplab.model.declare import Draw, Parameter, State, discrete, formula
from looplab.model.maths import sqrt

TRUE_DIFFERENCE = Parameter(
    name="true_difference",
    symbol="D",
    label="true difference",
    default=4.9,
    low=0.5,
    high=12.0,
    step=0.1,
    unit="points",
    source="cohen2024_mid: what clinicians rate as minimally improved in one person",
    status="published",
)
SD = Parameter(
    name="sd",
    symbol=r"\sigma",
    label="standard deviation of the outcome",
    default=8.0,
    low=4.0,
    high=10.0,
    step=0.1,
    unit="points",
    source="derived from cohen2025_ipd: 2.65 points / g of 0.33",
    status="published",
)


def _arm(name, symbol, label, default):
    return Parameter(
        name=name,
        symbol=symbol,
        label=label,
        default=default,
        low=5,
        high=200,
        step=1,
        unit="patients",
        source="rodriguez2013_rct, first period",
        status="published",
    )


@formula(
    parameters=[
        TRUE_DIFFERENCE,
        SD,
        _arm("n1", "n_1", "patients in the first arm", 8),
        _arm("n2", "n_2", "patients in the second arm", 7),
    ],
    symbols={
        "se": r"\mathrm{SE}",
        "ratio": r"\lambda",
        "right": "p_{+}",
        "wrong": "p_{-}",
        "density_right": r"\varphi(z - \lambda)",
        "density_wrong": r"\varphi(-z - \lambda)",
        "power": r"\text{power}",
        "type_s": r"\text{type S}",
        "exaggeration": r"\text{exaggeration}",
    },
)
def design_analysis(m):
    """Power, wrong-sign share and exaggeration of significant results (gelman2014, normal form)."""
    critical = 1.959963984540054
    m.se = m.sd * sqrt(1 / m.n1 + 1 / m.n2)
    m.ratio = m.true_difference / m.se
    m.right = normal_cdf(m.ratio - critical)
    m.wrong = normal_cdf(-critical - m.ratio)
    m.power = m.right + m.wrong
    m.type_s = m.wrong / m.power
    m.density_right = normal_density(critical - m.ratio)
    m.density_wrong = normal_density(-critical - m.ratio)
    m.exaggeration = (m.ratio * m.right + m.density_right - m.ratio * m.wrong + m.density_wrong) / (
        m.ratio * m.power
    )


def design_analysis_t(
    true_difference: float, sd: float, n1: int, n2: int, trials: int = 400_000, seed: int = 1
) -> tuple[float, float]:
    """Power and exaggeration of a two-sided t-test at 0.05, by simulation of `trials` trials."""
    random = np.random.default_rng(seed)
    freedom = n1 + n2 - 2
    se = sd * math.sqrt(1 / n1 + 1 / n2)
    estimate = random.normal(true_difference, se, trials)
    t = estimate / (se * np.sqrt(random.chisquare(freedom, trials) / freedom))
    significant = np.abs(t) > stats.t.ppf(0.975, freedom)
    power = significant.mean()
    return float(power), float(np.abs(estimate[significant]).mean() / true_difference)


def t_test_power(difference: float, sd: float, n1: int, n2: int) -> float:
    """Power of the two-sided t-test at 0.05 (exact, noncentral t)."""
    from statsmodels.stats.power import TTestIndPower

    # Two one-sided tests: the two-sided form is NaN where the wrong side is too unlikely.
    sides = (
        TTestIndPower().power(effect, n1, 0.025, ratio=n2 / n1, alternative="larger")
        for effect in (difference / sd, -difference / sd)
    )
    return float(sum(sides))


def smallest_difference(sd: float, n1: int, n2: int, power: float = 0.8) -> float:
    """The true difference, in the unit of `sd`, that the two-sided t-test detects with `power`."""
    from statsmodels.stats.power import TTestIndPower

    solved = TTestIndPower().solve_power(
        effect_size=None, nobs1=n1, alpha=0.05, power=power, ratio=n2 / n1
    )
    return float(solved) * sd


def patients_per_arm(difference: float, sd: float, power: float = 0.8) -> int:
    """Patients in each of two equal arms for `power` at a two-sided 0.05."""
    from statsmodels.stats.power import TTestIndPower

    return math.ceil(TTestIndPower().solve_power(difference / sd, alpha=0.05, power=power) - 1e-9)


MU = Parameter(
    name="mu",
    symbol=r"\mu",
    label="usual level of everyone who could enrol",
    default=25.0,
    low=20.0,
    high=32.0,
    step=0.5,
    unit="points",
    source="illustration",
    status="assumed",
)
SIGMA_BETWEEN = Parameter(
    name="sigma_between",
    symbol=r"\sigma_b",
    label="spread between people",
    default=5.0,
    low=3.0,
    high=8.0,
    step=0.5,
    unit="points",
    source="illustration; costa2012_fluoxetine has SD 5.4 at baseline",
    status="assumed",
)
SIGMA_WITHIN = Parameter(
    name="sigma_within",
    symbol=r"\sigma_e",
    label="spread of one rating",
    default=3.0,
    low=1.0,
    high=5.0,
    step=0.1,
    unit="points",
    source="illustration; storch2010 and woody1995 bound it by about 2.1 to 3.4",
    status="assumed",
)
CUTOFF = Parameter(
    name="cutoff",
    symbol="c",
    label="lowest score that may enrol",
    default=16.0,
    low=16.0,
    high=28.0,
    step=1.0,
    unit="points",
    source="rodriguez2016_cbt, entry criterion",
    status="published",
)
ENROLMENT = (MU, SIGMA_BETWEEN, SIGMA_WITHIN, CUTOFF)


@formula(
    parameters=ENROLMENT,
    symbols={
        "sigma_score": r"\sigma_y",
        "threshold": r"\zeta",
        "selection": r"\frac{\varphi(\zeta)}{1 - \Phi(\zeta)}",
        "expected_drop": r"E[y_{\text{screen}} - y_{\text{baseline}}]",
        "mean_at_screening": r"E[y_{\text{screen}}]",
    },
)
def regression_to_mean(m):
    """The fall from screening to baseline of enrolled patients left untreated (derived)."""
    m.sigma_score = sqrt(m.sigma_between**2 + m.sigma_within**2)
    m.threshold = (m.cutoff - m.mu) / m.sigma_score
    m.selection = normal_density(m.threshold) / normal_cdf(-m.threshold)
    m.expected_drop = m.sigma_within**2 / m.sigma_score * m.selection
    m.mean_at_screening = m.mu + m.sigma_score * m.selection


@discrete(
    parameters=(MU, SIGMA_BETWEEN, SIGMA_WITHIN),
    states=[State("person", "i", "people so far")],
    draws=[
        Draw("u_person", "u_1", "draw for the usual level"),
        Draw("u_screening", "u_2", "draw for the rating at screening"),
        Draw("u_baseline", "u_3", "draw for the rating at baseline"),
    ],
)
def screening(m):
    """Two ratings of a person whom nothing happened to in between."""
    m.usual = m.mu + m.sigma_between * normal_quantile(m.u_person)
    m.at_screening = m.usual + m.sigma_within * normal_quantile(m.u_screening)
    m.at_baseline = m.usual + m.sigma_within * normal_quantile(m.u_baseline)
    return {"person": m.person + 1}
