"""A software bill of materials of what was published: CycloneDX, in JSON, the same bytes each time.

It says what lies in the folder, with checksums; whose scripts and style sheets those files carry,
with version, licence and checksums; and which packages built them.
"""

import json
import platform
import uuid
from collections.abc import Iterator, Mapping
from importlib import metadata
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from looplab.course import Course

BILL = "bill.cdx.json"
"""The file beside published ones that holds the bill."""
VENDOR = files("looplab") / "vendor" / "manifest.json"
COURSE = "course"


def bill(course: Course, digests: Mapping[str, str], places: Mapping[str, Path]) -> str:
    """The bill of the files in `digests`, {name: SHA-256}, which are read at `places`.

    What built them is what is installed here; files of earlier runs may have had other versions.
    """
    vendored = json.loads(VENDOR.read_text("utf-8"))
    carried = {name: list(_carried(place, vendored)) for name, place in sorted(places.items())}
    used = {ref: record for found in carried.values() for ref, record in found}
    listed = [*map(_file, sorted(digests.items())), *map(_component, used.values())]
    below = {name: [ref for ref, _ in found] for name, found in carried.items()}
    record = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "tools": {"components": list(_builders())},
            "component": {
                "type": "application",
                "bom-ref": COURSE,
                "name": course.title,
                **({"licenses": [_named(course.licence)]} if course.licence else {}),
            },
        },
        "components": listed,
        "dependencies": [
            {"ref": COURSE, "dependsOn": sorted(digests)},
            *({"ref": name, "dependsOn": below[name]} for name in sorted(digests)),
        ],
    }
    # by what it says, so that the same bill has the same number
    number = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(record))
    return json.dumps(record | {"serialNumber": number.urn}, indent=1, ensure_ascii=False) + "\n"


def _file(entry: tuple[str, str]) -> dict:
    name, digest = entry
    return {"type": "file", "bom-ref": name, "name": name, "hashes": [_hash(digest)]}


def _carried(place: Path, vendored: list[dict]) -> Iterator[tuple[str, dict]]:
    """Reference and record of each of the vendored packages whose text stands in this file."""
    text = place.read_bytes()
    for record in vendored:
        sign = record.get("carried_with")
        if sign and sign.encode() in text:
            yield _address(record), record


def _component(record: dict) -> dict:
    # types are for the check of our scripts, and go nowhere
    held = record["files"].items()
    sources = {n: e for n, e in held if n != "LICENSE" and not n.endswith(".d.ts")}
    return {
        "type": "library",
        "bom-ref": _address(record),
        "name": record["package"],
        "version": record["version"],
        "licenses": [{"license": {"id": record["licence"]}}],
        "purl": _address(record),
        "components": [
            {
                "type": "file",
                "bom-ref": f"{_address(record)}#{entry['from']}",
                "name": entry["from"],
                "hashes": [_hash(entry["sha256"])],
            }
            for entry in sources.values()
        ],
    }


def _address(record: dict) -> str:
    return f"pkg:npm/{quote(record['package'])}@{record['version']}"


def _builders() -> Iterator[dict]:
    """Python, and each installed package that looplab needs, itself or through others."""
    python = {"name": platform.python_implementation(), "version": platform.python_version()}
    yield {"type": "platform"} | python
    for name, found in sorted(_needed("looplab").items()):
        licence = found.metadata.get("License-Expression")
        yield {
            "type": "library",
            "name": name,
            "version": found.version,
            **({"licenses": [{"expression": licence}]} if licence else {}),
            "purl": f"pkg:pypi/{name}@{found.version}",
        }


def _needed(first: str) -> dict[str, metadata.Distribution]:
    found: dict[str, metadata.Distribution] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(canonicalize_name(first), "")]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        try:
            found[name] = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue  # such as what a test has put in a package's place
        for needed in map(Requirement, found[name].requires or []):
            if needed.marker is None or needed.marker.evaluate({"extra": extra}):
                name_below = canonicalize_name(needed.name)
                waiting += [(name_below, each) for each in ("", *needed.extras)]
    return found


def _named(words: str) -> dict:
    return {"license": {"name": words}}


def _hash(digest: str) -> dict:
    return {"alg": "SHA-256", "content": digest}
