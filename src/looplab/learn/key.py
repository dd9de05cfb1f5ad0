"""What is right for each student, where the data are the student's own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from looplab.learn.exercise import agree


@dataclass(frozen=True)
class Truth:
    """The answer to one question for each of some students: arrays of shape (students,).

    `value` has numbers, right to a distance of `within`, or the names of the right answers of a
    choice; where that is "" defensible methods disagree, and every answer is right.
    """

    value: np.ndarray
    within: np.ndarray | float = 0.0

    def accepts(self, place: int, answer: object) -> bool:
        """Whether `answer` is right for the student at `place`."""
        truth = self.value[place]
        if isinstance(truth, str):
            return isinstance(answer, str) and answer != "" and truth in ("", answer)
        if isinstance(answer, bool) or not isinstance(answer, int | float):
            return False
        within = np.broadcast_to(self.within, self.value.shape)[place]
        return bool(agree(answer, truth, within))
