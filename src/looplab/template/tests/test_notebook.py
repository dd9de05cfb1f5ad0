"""The notebook asks what its lesson file declares, all of it and nothing else."""

import re
from pathlib import Path

import nbformat

from looplab.learn.lesson_file import LessonFile

COURSE = Path(__file__).parents[1]


def test_every_question_of_the_lesson_is_asked_in_the_notebook():
    nb = nbformat.read(COURSE / "notebooks" / "01_spring.ipynb", as_version=4)
    asked = re.findall(
        r"lesson\.(?:predict|check)\(\"([a-z-]+)\"", "\n".join(c.source for c in nb.cells)
    )
    lesson = LessonFile(COURSE / "src" / "my_course" / "spring" / "lesson.yaml").content
    assert asked == [*lesson["predict"], *lesson["check"]]
