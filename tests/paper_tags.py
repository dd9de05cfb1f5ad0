"""What a PDF says to a screen reader."""

from collections.abc import Iterator

from pypdf import PdfReader


def tagged(reader: PdfReader) -> Iterator[tuple[str, str | None]]:
    """Every element of the structure tree: its kind and its alternative text."""
    yield from _elements(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])


def _elements(node):
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for each in node:
            yield from _elements(each)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node["/S"], node.get("/Alt")
        if "/K" in node:
            yield from _elements(node["/K"])
