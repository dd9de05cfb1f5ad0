"""What the course says of itself on every page."""

from looplab.course import Course

COURSE = Course(
    title="My course",
    sentence="One notebook, one model, one figure. Say what you expect, move a slider, and see.",
    licence="Text: CC BY 4.0. Code: BSD-3-Clause.",
)
