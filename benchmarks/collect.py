"""How fast are answers scored? A course of simulated students, handed in and collected.

    uv run --group sweep python benchmarks/collect.py [1000 10000 100000]

Makes the files of each of these numbers of students in a temporary folder, collects them as the
command does, again with nothing new, and again with ten files more, and writes the results into
README.md.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import readme

from looplab.collect import collect
from looplab.collect.score import Book


def main() -> None:
    counts = [int(word) for word in sys.argv[1:]] or [1000, 10_000, 100_000]
    book = Book.of_course()
    lines = [
        "| students | seconds | students per second | ms a student | again, nothing new (s) | "
        "again, ten files more (s) | memory of this process (MB) |",
        "| --: " * 7 + "|",
    ]
    for count in counts:
        lines.append(measured(count, book))
        print(lines[-1], flush=True)
    readme.put("collected", lines)


def measured(count: int, book: Book) -> str:
    """One row: a class of `count`, one file a student."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder / "in", range(1, count + 1), book)
        roster = folder / "roster.csv"
        with roster.open("w") as file:
            file.write("student,name\n")
            file.writelines(f"{n},Student {n}\n" for n in range(1, count + 1))
        took = []
        for more in (0, 0, 10):
            make(folder / "in", range(count + 1, count + 1 + more), book)
            start = time.perf_counter()
            collect(folder / "in", roster, folder / "out", book=book)
            took.append(time.perf_counter() - start)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"| {count:,} | {took[0]:.1f} | {count / took[0]:,.0f} | {1000 * took[0] / count:.2f} | "
        f"{took[1]:.1f} | {took[2]:.1f} | {memory:,.0f} |"
    )


def make(folder: Path, students: Iterable[int], book: Book) -> None:
    """Files of students who answer every question of one notebook, each at random."""
    chapters = list(book.chapters.values())
    for student in students:
        rng = np.random.default_rng(student)
        chapter = chapters[student % len(chapters)]
        answers = {}
        for each in chapter.asked:
            section, question = chapter.question(each["id"])
            options = each["options"]
            if question.get("kind") == "ranking":
                value = [options[place] for place in rng.permutation(len(options))]
            elif options:
                value = options[rng.integers(len(options))]
            elif question.get("kind") == "curve":
                value = rng.random(6).round(3).tolist()
            else:
                value = round(float(rng.random()), 3)
            answers[each["id"]] = {"value": value}
        plain = {"schema": "looplab-answers", "version": 1, "lesson": chapter.name,
                 "student": student, "saved": "2026-11-28T10:00:00Z",
                 "answers": answers}  # fmt: skip
        place = folder / f"{student // 1000}"
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{student}.json").write_text(json.dumps(plain, indent=1))


if __name__ == "__main__":
    main()
