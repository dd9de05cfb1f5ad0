"""What the course says of itself on every page."""

from breaking_the_loop import palette  # noqa: F401 (its colours belong to the pages)
from breaking_the_loop.other_names import OTHER_NAMES
from looplab.course import Course

COURSE = Course(
    title="Breaking the Loop",
    sentence=(
        "Five notebooks on obsessive–compulsive disorder and ketamine. Say what you expect, move a "
        "slider, and see what published models and trials show."
    ),
    licence="Text: CC BY 4.0. Code: BSD-3-Clause.",
    using={
        "On your own": (
            "Take the notebooks in order, or only the one you need. Each page keeps your answers "
            "in this browser and shows where you stopped. Nothing you do is sent anywhere."
        ),
        "In class": (
            "Let everybody commit to a prediction before the figure is shown. The address of a "
            "page holds the settings of the figure you moved last: copy it to share what you see."
        ),
        "Without a network": (
            "Each page is one file. Save it, put it on a stick or a learning platform: it stays "
            "alive with no server and asks nothing of the network."
        ),
        "If the subject is close to you": (
            "The course is education, not medical advice. Go at your own pace, skip what you "
            "like, and talk to somebody you trust; a family doctor or a local mental health "
            "service can help. In an emergency, call your local emergency number."
        ),
    },
    look=("breaking_the_loop", "look"),
    other_names=OTHER_NAMES,
)
