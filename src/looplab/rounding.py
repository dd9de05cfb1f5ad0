"""Numbers without their last bits, which differ between processors.

The same sum, exponential or matrix product ends in other bits where a processor has other
instructions. What is saved, compared or shown is therefore rounded to digits that all agree on.
"""

from __future__ import annotations

import math

import numpy as np


def steady(value, digits: int = 8):
    """A number or an array to so many significant digits: as figures take and save it."""
    numbers = np.asarray(value, dtype=float)
    short = [float(f"{number:.{digits}g}") for number in numbers.flat]
    return np.reshape(short, numbers.shape) if numbers.ndim else short[0]


def nearest(value) -> int:
    """The nearest whole number; halfway between two, the even one."""
    return round(steady(value, 12))


def whole_part(value) -> int:
    """The largest whole number that is not above `value`."""
    return math.floor(steady(value, 12))
