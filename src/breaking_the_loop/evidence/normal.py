"""The normal distribution in functions that browsers have too (`model.maths`)."""

from __future__ import annotations

import math

from looplab.model.maths import absolute, exp, log, minimum, spelled, sqrt, where

_ERFC = (
    -1.26551223,
    1.00002368,
    0.37409196,
    0.09678418,
    -0.18628806,
    0.27886807,
    -1.13520398,
    1.48851587,
    -0.82215223,
    0.17087277,
)


def _polynomial(x, coefficients):
    value = coefficients[-1]
    for coefficient in reversed(coefficients[:-1]):
        value = value * x + coefficient
    return value


@spelled(r"\Phi")
def normal_cdf(x):
    """The standard normal distribution function, on numbers or symbols.

    Relative error below 1.2e-7 in both tails (Chebyshev fit of erfc, as in Numerical Recipes).
    """
    size = absolute(x) / math.sqrt(2)
    t = 1 / (1 + size / 2)
    tail = t * exp(-(size**2) + _polynomial(t, _ERFC)) / 2
    return where(x > 0, 1 - tail, tail)


def normal_density(x):
    """The standard normal density, on numbers or symbols."""
    return exp(-(x**2) / 2) / math.sqrt(2 * math.pi)


@spelled(r"\Phi^{-1}")
def normal_quantile(u):
    """The inverse of `normal_cdf` for 0 < u < 1, on numbers or symbols.

    Accurate to about 1 part in 10^7 (Wichura 1988, algorithm AS 241, the single-precision set).
    """
    q = u - 0.5
    r = 0.180625 - q * q
    centre = q * _polynomial(r, (3.3871327179, 50.434271938, 159.29113202, 59.109374720))
    centre = centre / _polynomial(r, (1.0, 17.895169469, 78.757757664, 67.187563600))
    s = sqrt(-log(minimum(u, 1 - u)))
    near = _polynomial(s - 1.6, (1.4234372777, 2.7568153900, 1.3067284816, 0.17023821103))
    near = near / _polynomial(s - 1.6, (1.0, 0.73700164230, 0.12021132975))
    far = _polynomial(s - 5, (6.6579051150, 3.0812263860, 0.42868294337, 0.017337203997))
    far = far / _polynomial(s - 5, (1.0, 0.24197894225, 0.012258202635))
    outer = where(s > 5, far, near)
    return where(absolute(q) > 0.425, where(q > 0, outer, -outer), centre)
