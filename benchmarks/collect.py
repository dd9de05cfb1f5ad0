"""How fast are answers scored? A course of simulated students, handed in and collected.

    uv run python benchmarks/collect.py [100000]

Makes the files of that many students (and of a tenth and a hundredth of them) in a temporary
folder, collects each, and writes the results into README.md.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from looplab.collect import collect
from looplab.collect.score import Book

HERE = Path(__file__).parent
START, END = "<!-- collected: start -->", "<!-- collected: end -->"


def main() -> None:
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    book = Book.of_course()
    table = (
        "| students | seconds | students per second | ms a student | again, nothing new (s) | "
        "memory of this process (MB) |\n" + "| --: " * 6 + "|"
    )
    for count in (most // 100, most // 10, most):
        table += "\n" + measured(count, book)
        print(table.splitlines()[-1], flush=True)
    readme = HERE / "README.md"
    before, _, rest = readme.read_text("utf-8").partition(START)
    after = rest.partition(END)[2]
    readme.write_text(f"{before}{START}\n{table}\n{END}{after}", encoding="utf-8")


def measured(count: int, book: Book) -> str:
    """One row: a class of `count`, one file a student, on all cores."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder / "in", count, book)
        roster = folder / "roster.csv"
        with roster.open("w") as file:
            file.write("student,name\n")
            file.writelines(f"{n},Student {n}\n" for n in range(1, count + 1))
        took = []
        for _ in range(2):
            start = time.perf_counter()
            collect(folder / "in", roster, folder / "out", workers=os.cpu_count(), book=book)
            took.append(time.perf_counter() - start)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return (
        f"| {count:,} | {took[0]:.1f} | {count / took[0]:,.0f} | {1000 * took[0] / count:.2f} | "
        f"{took[1]:.1f} | {memory:,.0f} |"
    )


def make(folder: Path, count: int, book: Book) -> None:
    """Files of students who answer every question of one notebook, each at random."""
    rng = np.random.default_rng(1)
    chapters = list(book.chapters.values())
    for student in range(1, count + 1):
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
        if student % 1000 == 0 or student == 1:
            place.mkdir(parents=True, exist_ok=True)
        (place / f"{student}.json").write_text(json.dumps(plain, indent=1))


if __name__ == "__main__":
    main()
