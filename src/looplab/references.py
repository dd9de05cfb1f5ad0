"""Bibliography keys, such as `sakai2022`, as readers know them.

In a text, author and year with a link; in a list of references, all that was printed, set by
citeproc in the style `references.csl`.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib import resources
from pathlib import Path

from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON

from looplab import course
from looplab.errors import LoopError
from looplab.language.interface import say
from looplab.links import anchor
from looplab.marks import MARK, marked

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
    """Such as "Sakai et al. 2022"; its kind and number where neither author nor title is known."""
    families = [author.get("family") or author.get("literal") for author in item.get("author", [])]
    year = item["issued"]["date-parts"][0][0] if item.get("issued") else say("undated")
    more = len(families) > 2 or item.get("custom", {}).get("more_authors")
    names = f"{families[0]} et al." if more else " & ".join(families)
    if names or "title" in item:
        return f"{names or item['title']} {year}"
    return " ".join(filter(None, [item.get("genre", "Document"), item.get("number")]))


class References:
    """A list of references, sorted by author and year; shows itself as HTML.

    `keys` are keys of the bibliography, each mapped to what the list says after the entry, such as
    "Model A.", or to "". Raises LoopError for a key that the bibliography does not have.
    """

    def __init__(self, keys: Mapping[str, str]):
        items = _items(course.root() / BIBLIOGRAPHY)
        for key in keys:
            if key not in items:
                near = get_close_matches(key, items, 3)
                raise LoopError(
                    f"the bibliography has no {key!r}. Nearest: {', '.join(near) or 'none'}."
                )
        self.keys = dict(keys)
        self.items = [items[key] for key in keys]

    def __repr__(self):
        return f"{len(self.items)} references"

    def _repr_html_(self):
        rows = [
            f'<li id="ref-{html.escape(key)}">{marked(self._entry(key, text))}</li>'
            for key, text in _set(self.items)
        ]
        return '<ol class="ll-references">\n' + "\n".join(rows) + "\n</ol>"

    def _entry(self, key, text):
        item = next(item for item in self.items if item["id"] == key)
        url = link(item)
        unchecked = MARK if item.get("custom", {}).get("mark") == "recall" else ""
        address = anchor(url, html.escape(_short(url))) if url else ""
        return " ".join(filter(None, [text + unchecked, address, html.escape(self.keys[key])]))


def _set(items):
    """Each item's key and its entry as HTML, in the order of the style."""
    records = []
    for item in items:
        record = {name: value for name, value in item.items() if name != "custom"}
        if item.get("custom", {}).get("more_authors"):
            record["author"] = [*record["author"], {"literal": "et al."}]
        records.append(record)
    style = resources.files("looplab") / "references.csl"
    with resources.as_file(style) as path:
        look = CitationStylesStyle(str(path), validate=False)
    listed = CitationStylesBibliography(look, CiteProcJSON(records), formatter.html)
    for record in records:
        listed.register(Citation([CitationItem(record["id"])]))
    listed.sort()
    # citeproc knows keys in small letters only
    keys = {record["id"].lower(): record["id"] for record in records}
    entries = zip(listed.keys, listed.bibliography(), strict=True)
    return [(keys[key.lower()], str(entry)) for key, entry in entries]


def _short(url):
    """An address as a list prints it."""
    return re.sub(
        r"^https://(?:doi\.org/(?=10\.))?", lambda m: "doi:" if "doi" in m[0] else "", url
    )


def _anchor(item):
    name, url = html.escape(author_and_year(item)), link(item)
    return anchor(url, name) if url else name


@cache
def _items(path: Path) -> dict[str, dict]:
    if not path.exists():
        return {}
    return {item["id"]: item for item in json.loads(path.read_text(encoding="utf-8"))}
