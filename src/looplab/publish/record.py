"""What published files say of themselves to machines: to search engines, and to whoever checks."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from looplab.course import Course
from looplab.language import current
from looplab.packed import in_script

SUMS = "SHA256SUMS"
"""The file beside published ones that holds their checksums, as `sha256sum --check` reads it."""
_LINE = re.compile(r"(?P<digest>[0-9a-f]{64})  (?P<name>.+)")


def learning_resource(
    course: Course, title: str, summary: str, minutes: int | None, parts: Iterable[tuple[str, int]]
) -> str:
    """A page as a LearningResource of schema.org, in JSON that may stand in a script element.

    `parts` are titles with minutes. Minutes that are unknown (None or 0) are left out.
    """
    record = {
        "@context": "https://schema.org",
        "@type": "LearningResource",
        "name": title,
        "description": summary,
        "inLanguage": current(),
        "license": course.licence,
        "isPartOf": {"@type": "Course", "name": course.title, "description": course.sentence},
        "learningResourceType": "interactive lesson",
        "interactivityType": "active",
        "isAccessibleForFree": True,
        **_time(minutes),
        "hasPart": [
            {"@type": "LearningResource", "name": name, **_time(length)} for name, length in parts
        ],
    }
    said = {key: value for key, value in record.items() if value not in ("", [])}
    return in_script(json.dumps(said, ensure_ascii=False))


def _time(minutes: int | None) -> dict[str, str]:
    return {"timeRequired": f"PT{minutes}M"} if minutes else {}


def digests(known: Path, files: Iterable[Path]) -> dict[str, str]:
    """By name, the SHA-256 of all that lies beside `known` once `files` are moved there.

    `known` is the list there so far: what an earlier run listed stays as long as its file is
    there, so pages, decks and handouts may share a folder.
    """
    lines = known.read_text("utf-8").splitlines() if known.is_file() else []
    found = [match for line in lines if (match := _LINE.fullmatch(line))]
    listed = {m["name"]: m["digest"] for m in found if (known.parent / m["name"]).is_file()}
    listed |= {file.name: digest(file) for file in files}
    return listed


def digest(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def sums(listed: Mapping[str, str]) -> str:
    """The text of `SHA256SUMS` for these names and digests."""
    return "".join(f"{listed[name]}  {name}\n" for name in sorted(listed))
