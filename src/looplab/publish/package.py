"""Notebooks as files that a learning-management system takes in."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

from nbformat import NotebookNode

from looplab import course
from looplab.publish import execute, settled, written
from looplab.publish.html import in_language, page_html, title_and_summary
from looplab.publish.questions import moodle_xml, qti12

SCORM = "http://www.imsproject.org/xsd/imscp_rootv1p1p2"
ADL = "http://www.adlnet.org/xsd/adlcp_rootv1p2"


def pack(
    kind: str, notebooks: Sequence[str], out: Path, parameters: Mapping[str, object] | None = None
) -> list[Path]:
    """Execute notebooks and write each as one package of this `kind`, a key of `KINDS`, into `out`.

    The same notebooks and parameters give the same bytes. Raises LoopError as `publish` does, and
    for a notebook that asks nothing where questions are wanted.
    """
    ending, made = KINDS[kind]
    chosen = settled(execute.choose(notebooks), dict(parameters or {}))

    def package(nb: NotebookNode, path: Path, folder: Path) -> list[Path]:
        draft = folder / f"{in_language(path.stem)}{ending}"
        draft.write_bytes(made(nb, path))
        return [draft]

    return written(chosen, package, out, index=False)


def scorm12(nb: NotebookNode, path: Path) -> bytes:
    """The page as a SCORM 1.2 package: it reports score and completion to a host that asks."""
    title = title_and_summary(nb)[0] or path.stem
    package = course.package_of(course.root()) or "course"
    manifest = ET.Element(
        "manifest",
        {
            "identifier": f"{package}.{in_language(path.stem)}",
            "version": "1.2",
            "xmlns": SCORM,
            "xmlns:adlcp": ADL,
        },
    )
    about = ET.SubElement(manifest, "metadata")
    ET.SubElement(about, "schema").text = "ADL SCORM"
    ET.SubElement(about, "schemaversion").text = "1.2"
    organizations = ET.SubElement(manifest, "organizations", {"default": "course"})
    organization = ET.SubElement(organizations, "organization", {"identifier": "course"})
    ET.SubElement(organization, "title").text = course.record(course.root()).title
    item = ET.SubElement(organization, "item", {"identifier": "item", "identifierref": "page"})
    ET.SubElement(item, "title").text = title
    resources = ET.SubElement(manifest, "resources")
    about = {"identifier": "page", "type": "webcontent", "href": "index.html"}
    page = ET.SubElement(resources, "resource", about | {"adlcp:scormtype": "sco"})
    ET.SubElement(page, "file", {"href": "index.html"})
    ET.indent(manifest)
    html = page_html(nb, path, alone=True, first=["looplab/publish/page/scorm.js"])
    return _zip(
        {
            "imsmanifest.xml": ET.tostring(manifest, encoding="utf-8", xml_declaration=True),
            "index.html": html.encode(),
        }
    )


def _zip(files: Mapping[str, bytes]) -> bytes:
    """A zip archive whose bytes follow from the files alone: no times, and nothing compressed, as
    two builds of zlib compress differently."""
    raw = BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, content)
    return raw.getvalue()


KINDS = {
    "scorm12": (".scorm12.zip", scorm12),
    "moodle-xml": (".moodle.xml", moodle_xml),
    "qti12": (".qti12.zip", lambda nb, path: _zip(qti12(nb, path))),
}
"""What `looplab publish --package` can make: the ending of the file, and how it is made."""
