"""Bibliography keys, such as `sakai2022`, as readers know them: author, year and a link."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from looplab import course
from looplab.errors import LoopError
from looplab.links import anchor
from looplab.marks import marked

BIBLIOGRAPHY = Path("assets", "bibliography.json")


def linked(text: str) -> str:
    """`text` as HTML in which every known key is the author and year, linked to the study.

    Outside the course folder, where there is no bibliography, keys stay as they are.
    """
    try:
        items = _items(course.root() / BIBLIOGRAPHY)
    except LoopError:
        items = {}

    def name(match):
        item = items.get(match[0])
        return _anchor(item) if item else match[0]

    return marked(re.sub(r"\b[a-z]+\d{4}[a-z0-9_]*\b", name, html.escape(text)))


def link(item: Mapping) -> str | None:
    """The address of a bibliography item: its DOI, PubMed, PMC or register record, else its URL."""
    registered = item.get("number", "")
    if "DOI" in item:
        return f"https://doi.org/{item['DOI']}"
    if "PMID" in item:
        return f"https://pubmed.ncbi.nlm.nih.gov/{item['PMID']}/"
    if "PMCID" in item:
        return f"https://pmc.ncbi.nlm.nih.gov/articles/{item['PMCID']}/"
    if registered.startswith("NCT"):
        return f"https://clinicaltrials.gov/study/{registered}"
    return item.get("URL")


def author_and_year(item: Mapping) -> str:
    """Such as "Sakai et al. 2022"."""
    families = [author.get("family") or author.get("literal") for author in item.get("author", [])]
    year = item["issued"]["date-parts"][0][0] if item.get("issued") else "undated"
    more = len(families) > 2 or item.get("custom", {}).get("more_authors")
    names = f"{families[0]} et al." if more else " & ".join(families)
    return f"{names or item.get('title', item['id'])} {year}"


def _anchor(item):
    name, url = html.escape(author_and_year(item)), link(item)
    return anchor(url, name) if url else name


@cache
def _items(path: Path) -> dict[str, dict]:
    if not path.exists():
        return {}
    return {item["id"]: item for item in json.loads(path.read_text(encoding="utf-8"))}
