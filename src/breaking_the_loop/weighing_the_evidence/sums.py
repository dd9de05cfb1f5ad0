"""The virtual crossover trial as sums over patients, from which a figure makes its estimates."""

from __future__ import annotations

from dataclasses import replace

from breaking_the_loop.weighing_the_evidence.virtual import crossover
from looplab.model.declare import Input, Parameter, formula
from looplab.model.maths import absolute, maximum, sqrt, where

ESTIMATORS = ("par_raw", "par_chg", "xo_raw", "xo_chg", "carry_sum", "carry_base")
ESTIMATOR = Parameter(
    "estimator", "k", "number of the estimator, as in ESTIMATORS", 1, 0, len(ESTIMATORS) - 1, 1,
    "Grizzle 1965 and Senn 2022 discuss them", "assumed",
)  # fmt: skip


def _with_sums(m):
    following = crossover.function(m)
    values = [
        m.p1,
        m.p1 - m.b1,
        (m.p1 - m.p2) / 2,
        ((m.b2 - m.p2) - (m.b1 - m.p1)) / 2,
        m.p1 + m.p2,
        m.b2 - m.b1,
    ]
    chosen = values[-1]
    for number, value in reversed(list(enumerate(values[:-1]))):
        chosen = where(m.estimator < number + 0.5, value, chosen)
    m.value = chosen
    m.in_first = m.first * m.stays
    m.in_second = (1 - m.first) * m.stays
    m.sum_first, m.sum_second = m.in_first * m.value, m.in_second * m.value
    m.squares = m.stays * m.value**2
    m.responds = where(m.p1 <= 0.65 * m.b1, 1, 0)
    m.first_responds, m.second_responds = m.first * m.responds, (1 - m.first) * m.responds
    return following


crossover_sums = replace(
    crossover,
    function=_with_sums,
    name="crossover_sums",
    parameters=(*crossover.parameters, ESTIMATOR),
)
"""`crossover` with what each patient adds to the chosen estimator: means over all steps of a trial,
times the number of patients, are the sums that `estimate` needs."""


def t_critical(freedom):
    """The 97.5 % quantile of Student's t (Cornish and Fisher; within 0.001 from 5 degrees on)."""
    x = 1.959963984540054
    return (
        x
        + (x**3 + x) / 4 / freedom
        + (5 * x**5 + 16 * x**3 + 3 * x) / 96 / freedom**2
        + (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384 / freedom**3
        + (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92160 / freedom**4
    )


_MEANS = ("in_first", "in_second", "sum_first", "sum_second", "squares")


@formula(
    inputs=[
        Input("patients", "n", "patients in a trial"),
        *(Input(f"mean_{name}", rf"\overline{{{name[0]}}}_{i}", f"mean of {name} over patients")
          for i, name in enumerate(_MEANS)),
    ]
)  # fmt: skip
def estimate(m):
    """Sequence B minus sequence A with the pooled-variance t-test, from means over patients."""
    m.n_a = maximum(m.patients * m.mean_in_first, 1)
    m.n_b = maximum(m.patients * m.mean_in_second, 1)
    m.mean_a = m.patients * m.mean_sum_first / m.n_a
    m.mean_b = m.patients * m.mean_sum_second / m.n_b
    m.value = m.mean_b - m.mean_a
    m.freedom = maximum(m.n_a + m.n_b - 2, 1)
    m.rest = maximum(m.patients * m.mean_squares - m.n_a * m.mean_a**2 - m.n_b * m.mean_b**2, 1e-9)
    m.se = sqrt(m.rest / m.freedom * (1 / m.n_a + 1 / m.n_b))
    m.significant = where(absolute(m.value) > t_critical(m.freedom) * m.se, 1, 0)
