"""Learning elements: predict, then see; check; climb a ladder of hints; keep one's notes."""

from looplab.learn.lesson import Element, Lesson, Verdict

__all__ = ["Element", "Lesson", "Verdict"]
