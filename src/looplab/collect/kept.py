"""What was scored before, so that a rerun does only what is new: one line of JSON a piece."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from looplab.errors import LoopError


@dataclass(frozen=True)
class Place:
    """Where a record stands in the file, and what is asked of it most often."""

    offset: int
    lesson: str
    student: int
    saved: str
    wrong: str
    anonymous: bool


class Kept:
    """The records of a folder, by the mark of what was handed in; only their places are in memory.

    Records of another edition of the course are let go; a last line that was cut short, too.
    """

    def __init__(self, path: Path, version: str):
        self.path, self.version = path, version
        self.places: dict[str, Place | None] = {}

    def __enter__(self) -> Kept:
        head = json.dumps({"looplab": "scored", "version": 1, "course": self.version}) + "\n"
        try:
            lines = self.path.open("rb") if self.path.is_file() else []
            good = 0
            for number, line in enumerate(lines):
                if (number == 0 and line.decode() != head) or not line.endswith(b"\n"):
                    break
                if number:
                    self._note(json.loads(line), good)
                good += len(line)
            if lines:
                lines.close()
            self._file: BinaryIO = self.path.open("r+b" if good else "w+b")
        except (OSError, ValueError) as error:
            raise LoopError(f"{self.path} cannot be used ({error}): remove it.") from None
        self._file.truncate(good)
        self._file.seek(good)
        if not good:
            self._file.write(head.encode())
        return self

    def __exit__(self, *_) -> None:
        # What could not be written was said before, and is tried again here.
        with suppress(OSError):
            self._file.close()

    def __contains__(self, mark: str) -> bool:
        return mark in self.places

    def expect(self, mark: str) -> None:
        """Note that a piece is being scored, so that its like is not scored again."""
        self.places[mark] = None

    def keep(self, records: Sequence[Mapping]) -> None:
        """Write records down, at once. Raises LoopError where that fails: those before are kept."""
        try:
            self._file.seek(0, 2)
            for record in records:
                line = json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"
                self._note(record, self._file.tell())
                self._file.write(line.encode())
            self._file.flush()
        except OSError as error:
            raise LoopError(
                f"{self.path} cannot be written: {error.strerror}. What was scored before is kept; "
                "mend this and run it again."
            ) from None

    def answers(self, mark: str) -> dict:
        """The scored answers of a piece, by question."""
        return self._record(mark)["answers"]

    def measured(self, mark: str) -> dict:
        """What was measured of an anonymous record."""
        return self._record(mark)["measured"]

    def _record(self, mark):
        self._file.seek(self.places[mark].offset)
        return json.loads(self._file.readline())

    def items(self) -> Iterator[tuple[str, Place]]:
        return iter(self.places.items())

    def _note(self, record, offset):
        self.places[record["mark"]] = Place(
            offset,
            record.get("lesson", ""),
            record.get("student", 0),
            record.get("saved", ""),
            record.get("wrong", ""),
            "measured" in record,
        )
