"""Random draws that depend on nothing but (seed, learner, step, draw).

Threefry-2x32 with 20 rounds (Salmon et al. 2011, doi:10.1145/2063384.2063405) turns a counter
into two random 32-bit words. Because it needs only additions, rotations and exclusive-ors of
32-bit integers, NumPy and the browser give the same draws bit for bit, and a learner's draws do
not depend on how many others are simulated beside it.
"""

from __future__ import annotations

import numpy as np

_ROTATIONS = (13, 15, 26, 6, 17, 29, 16, 24)
_PARITY = np.uint32(0x1BD11BDA)


def threefry_2x32(key, counter):
    """Two random words per counter.

    `key` and `counter` are pairs of unsigned 32-bit integers or arrays that broadcast together.
    Returns a pair of `uint32` arrays of the broadcast shape.
    """
    k0, k1 = (np.asarray(word, dtype=np.uint32) for word in key)
    schedule = (k0, k1, k0 ^ k1 ^ _PARITY)
    x0, x1 = (np.asarray(word, dtype=np.uint32) for word in counter)
    with np.errstate(over="ignore"):
        x0, x1 = x0 + k0, x1 + k1
        for round_ in range(20):
            rotation = _ROTATIONS[round_ % 8]
            x0 = x0 + x1
            x1 = ((x1 << np.uint32(rotation)) | (x1 >> np.uint32(32 - rotation))) ^ x0
            if round_ % 4 == 3:
                injection = round_ // 4 + 1
                x0 = x0 + schedule[injection % 3]
                x1 = x1 + schedule[(injection + 1) % 3] + np.uint32(injection)
    return x0, x1


def uniforms(
    seed, learners: int, first_step: int, steps: int, draws: int, first_learner: int = 0
) -> np.ndarray:
    """Uniform draws strictly between 0 and 1, of shape (draws, steps, learners).

    `first_learner` is the number of the first of the `learners`: a class may be drawn in parts.
    A `seed` that is an array of shape (learners,) gives each learner what the first learner of a
    class has under that seed: many classes of one, side by side.
    """
    many = np.ndim(seed) > 0
    if many:
        seed = np.asarray(seed)[None, :]
    step = np.arange(first_step, first_step + steps, dtype=np.uint32)[:, None]
    learner = np.arange(first_learner, first_learner + (1 if many else learners), dtype=np.uint32)
    words = []
    for pair in range((draws + 1) // 2):
        words += threefry_2x32((seed, pair), (step, learner))
    return (np.array(words[:draws]).reshape(draws, steps, learners) + 0.5) * 2.0**-32


OWN = 0xFFFFFFFF
"""The learner whose draws are a student's own: no class is large enough to have another use."""


def own(students, count: int) -> np.ndarray:
    """`count` uniform draws that belong to each student's number, of shape (count, students).

    They are independent of what a model draws under the same number as its seed.
    """
    students = np.atleast_1d(students)
    return uniforms(students, students.size, 0, count, 1, first_learner=OWN)[0]
