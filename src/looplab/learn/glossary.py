"""The words of a notebook with what they mean; on a page, their first use leads there."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from bs4 import BeautifulSoup

from looplab.language.prose import markdown, translated
from looplab.learn.text import block, flat

_LEFT_ALONE = ["a", "code", "pre", "math", "h1", "h2", "h3", "h4", "summary", "svg"]


class Glossary:
    """Shows itself as an HTML list; `entries` have `term`, `meaning` and perhaps `also`.

    `also` are other forms under which the text uses the term, such as a plural. Term and forms are
    translated as one text, with | between them, and a translation may have more of them. Addresses
    are made of the English terms.
    """

    def __init__(self, entries: Sequence[dict]):
        said = [
            {
                "address": address(entry["term"]),
                "forms": _forms(entry),
                "meaning": markdown(entry["meaning"], f"glossary: {entry['term']}"),
            }
            for entry in entries
        ]
        self.entries = sorted(said, key=lambda entry: entry["forms"][0].lower())

    def __repr__(self):
        return f"Glossary: {len(self.entries)} terms"

    def _repr_html_(self):
        rows = []
        for entry in self.entries:
            forms = html.escape("|".join(entry["forms"]))
            term = html.escape(entry["forms"][0])
            rows.append(
                f'<dt id="{entry["address"]}" data-forms="{forms}">{term}</dt>\n'
                f"<dd>{block(entry['meaning'])}</dd>"
            )
        return '<dl class="ll-glossary">\n' + "\n".join(rows) + "\n</dl>"


def _forms(entry):
    forms = "|".join([flat(entry["term"]), *entry.get("also", [])])
    return translated(forms, "glossary: term and its forms").split("|")


def address(term: str) -> str:
    """Where on a page a term is explained."""
    return "term-" + re.sub(r"\W+", "-", flat(term).lower()).strip("-")


def terms_in(fragment: str) -> dict[str, list[str]]:
    """The terms of the glossaries in an HTML text: address to forms."""
    soup = BeautifulSoup(fragment, "html.parser")
    return {term["id"]: term["data-forms"].split("|") for term in soup.select(".ll-glossary > dt")}


def link_first(fragment: str, terms: dict[str, list[str]]) -> str:
    """The HTML text with the first use of each term leading to the glossary.

    Terms that were found are taken out of `terms`. Headings, links and code stay as they are.
    """
    if not terms:
        return fragment
    soup = BeautifulSoup(fragment, "html.parser")
    for text in soup.find_all(string=True):
        if text.find_parent(_LEFT_ALONE):
            continue
        pieces, rest = [], str(text)
        while match := _earliest(rest, terms):
            place, found = match
            del terms[place]
            pieces.append(html.escape(rest[: found.start()], quote=False))
            pieces.append(f'<a class="ll-term" href="#{place}">{html.escape(found[0])}</a>')
            rest = rest[found.end() :]
        if pieces:
            linked = "".join(pieces) + html.escape(rest, quote=False)
            text.replace_with(BeautifulSoup(linked, "html.parser"))
    return str(soup)


def _earliest(text, terms):
    """The address of the term that stands first in the text, and where."""
    found = [
        (match.start(), -len(match[0]), place, match)
        for place, forms in terms.items()
        for form in forms
        if (match := re.search(rf"(?<!\w){re.escape(form)}(?!\w)", text, re.I))
    ]
    return min(found)[2:] if found else None
