"""The claim ledger: rate a claim yourself, then see what the evidence can bear.

The ledger is a plain HTML table that reads without scripts. `ledger.js` covers the verdicts
until a claim is rated, filters the rows and compares the reader's verdicts with the ledger's.
Ratings are kept in the reader's own browser.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from IPython.display import display

from breaking_the_loop.evidence.tables import VERDICTS, Claim, Evidence
from looplab import browser, saved, shared
from looplab.errors import LoopError
from looplab.figure.numbers import with_minus
from looplab.figure.style import colours_css
from looplab.language.prose import translated, words
from looplab.links import anchor
from looplab.references import author_and_year

SUGGESTED = ("C05", "C10", "C16", "C18", "C24", "C26", "C29", "C33")
STRENGTHS = ("animal", "case", "one RCT", "meta-analysis")
_RATING = {
    "element": "Rate",
    "verdict": "Your verdict",
    "unrated": "not rated",
    "sure": "how sure",
    "choose": "choose",
    "share": "{share} %",
    "verdictOn": "Your verdict on: {claim}",
    "sureOf": "How sure you are of your verdict on: {claim}",
    "rated": "{verdict}, {share} % sure",
}
"""What `ledger.js` says in both its elements, with the fields that it fills in."""
_FIRST = {
    "first": "Rate it yourself first.",
    "how": "How well is each claim supported, as it is worded?",
    "closed": "The ledger opens at the end of the notebook.",
    "firstRated": "{rated} of {all} rated. The ledger stays closed until part 8.",
}
_TABLE = {
    "ledger": "The claim ledger.",
    "rate": "Rate a claim, and its verdict opens. Your ratings stay in this browser.",
    "ledgerSays": "The ledger: {verdict}.",
    "which": "Which claims",
    "eight": "the eight of part 1",
    "all": "all",
    "any": "any",
    "openVerdict": "Verdict (of open claims)",
    "strength": "Kind of evidence",
    "studies": "Studies",
    "ocd": "cites an OCD trial",
    "depression": "depression only",
    "words": "Words",
    "open": "Open every verdict without rating",
    "close": "Close what I have not rated",
    "clear": "Clear my ratings",
    "shown": "{shown} of {all} claims shown, {rated} rated.",
    "opensWith": "The comparison opens with {least} rated claims of the article; {rated} so far.",
    "against": "Your verdicts against the ledger's",
    "corner": "you ↓ ledger →",
    "agreement": "You agree with the ledger on {same} of {all} claims ({share} %; Cohen's kappa "
    "{kappa}).",
    "undefined": "not defined",
    "trusted": "You trusted {more} of {all} claims more than the ledger does and {less} less; you "
    "called {untested} untested claims supported.",
    "brier": "Brier score of your confidence: {score} (0 is best; always saying 50 % gives "
    "{half}).",
    "before": "Of the {first} claims you rated at the start, {right} agreed with the ledger then; "
    "of the {again} rated again, {after} agree now.",
    "disagreement": "Disagreement is not error: the ledger is one careful reading. What would "
    "change your mind?",
}
_SHOWN = ("claim", "verdict", "strength", "take_away", "evidence_for", "evidence_against")
_COLUMNS = ("Claim", "Verdict and strength", "Evidence for", "Evidence against", "Sources")


class _Shown:
    """Shows a widget, and the HTML that belongs to it, as the last line of a cell."""

    def __init__(self, spec: dict, words: str, markdown: str, table: str = ""):
        self.spec, self.words, self.markdown, self.table = spec, words, markdown, table
        styles = browser.joined("looplab/learn/learn.css", "breaking_the_loop/evidence/ledger.css")
        self.widget = shared.Drawn(
            script=shared.script("breaking_the_loop/evidence/ledger.js", colours_css() + styles),
            spec=spec,
        )

    def __repr__(self):
        return self.words

    def _ipython_display_(self):
        bundle = saved.shown(self.widget) | {
            "text/markdown": self.markdown,
            "text/plain": self.words,
        }
        display(bundle, raw=True)
        if self.table:
            display({"text/html": self.table, "text/plain": self.words}, raw=True)


class Ledger:
    """All claims of `evidence`; ratings are kept among the reader's notes under the key `notes`."""

    def __init__(self, evidence: Evidence, notes: str):
        self.evidence, self.notes = evidence, notes

    def first(self, claims: Iterable[str] = SUGGESTED) -> _Shown:
        """A first rating of a few claims; their verdicts stay closed until the table.

        Raises `LoopError` for an id that is no claim of the ledger.
        """
        chosen = [self._claim(claim_id) for claim_id in claims]
        spec = self._spec("first", _FIRST) | {
            "claims": [
                {"id": claim.claim_id, "number": number, "text": _said(claim.claim)}
                for number, claim in enumerate(chosen, 1)
            ]
        }
        listed = "\n".join(f"{each['number']}. {each['text']}" for each in spec["claims"])
        said, verdicts = spec["words"], ", ".join(spec["verdicts"].values())
        markdown = f"**{said['first']}** {said['how']} ({verdicts})\n\n{listed}"
        return _Shown(spec, said["first"].rstrip("."), markdown)

    def table(self) -> _Shown:
        """The whole ledger, with filters, ratings and the comparison."""
        claims = self.evidence.claims.values()
        sections = list(dict.fromkeys(claim.section for claim in claims))
        spec = self._spec("table", _TABLE) | {
            "sections": [[name, _said(re.sub(r"^\d ", "", name))] for name in sections],
            "strengths": [[name, _said(name)] for name in STRENGTHS],
            "least": len(SUGGESTED),
        }
        said = _said("The claim ledger: {count} claims").format(count=len(claims))
        below = _said("**{ledger}**, in the table below.").format(ledger=said)
        return _Shown(spec, said, below, self.html())

    def html(self) -> str:
        """The ledger as one HTML table, a row for each claim, readable without scripts."""
        head = "".join(f'<th scope="col">{_said(name)}</th>' for name in _COLUMNS)
        rows = "\n".join(self._row(claim) for claim in self.evidence.claims.values())
        caption = _said(
            "The claim ledger: what the article claims, what it leaves out, and what the evidence "
            "can bear, for OCD. One careful reading, not a vote."
        )
        return (
            f'<table id="claim-ledger" class="ll-claims"><caption>{caption}</caption>\n'
            f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>"
        )

    def _claim(self, claim_id):
        if claim_id not in self.evidence.claims:
            known = ", ".join(self.evidence.claims)
            raise LoopError(f"{claim_id!r} is no claim of the ledger: {known}.")
        return self.evidence.claims[claim_id]

    def _spec(self, element, own):
        return {
            "element": element,
            "notes": self.notes,
            "verdicts": {verdict: _said(verdict) for verdict in VERDICTS},
            "words": words(_RATING | own, "claim ledger"),
        }

    def _row(self, claim: Claim) -> str:
        kinds = claim.strength.lower()
        strengths = [name for name in STRENGTHS if name.lower() in kinds]
        source = (
            "ocd" if self.evidence.cites_ocd_trial(claim)
            else "depression" if self.evidence.depression_only(claim)
            else ""
        )  # fmt: skip
        about = {
            "id": f"claim-{claim.claim_id}",
            "data-claim": claim.claim_id,
            "data-verdict": claim.verdict,
            "data-section": claim.section,
            "data-strength": ";".join(strengths),
            "data-source": source,
            "data-article": "true" * claim.by_article,
            "data-first": "true" * (claim.claim_id in SUGGESTED),
        }
        attributes = " ".join(
            f'{name}="{html.escape(value)}"' for name, value in about.items() if value
        )
        links = "".join(f"<li>{self._reference(ref)}</li>" for ref in claim.references)
        text = {name: with_minus(html.escape(_said(getattr(claim, name)))) for name in _SHOWN}
        cells = (
            f"<p>{_said('Verdict:')} <strong>{text['verdict']}</strong></p>"
            f"<p>{_said('Strength:')} {text['strength']}</p>"
            f"<p>{_said('Take away:')} {text['take_away']}</p>",
            f"<p>{text['evidence_for']}</p>",
            f"<p>{text['evidence_against']}</p>",
            f"<ul>{links}</ul>",
        )
        return (
            f'<tr {attributes}><th scope="row">{text["claim"]}</th>'
            + "".join(f"<td>{cell}</td>" for cell in cells)
            + "</tr>"
        )

    def _name(self, reference) -> str:
        """Author and year, with what the table says beside the key: "(introduction)"."""
        item = self.evidence.bibliography.get(reference.key, {})
        if "number" in item:
            return item["number"]
        if not item.get("author"):
            return item.get("title", reference.text)
        beside = re.search(r"\s\([^()]*\)$", reference.text)
        return author_and_year(item) + (beside[0] if beside else "")

    def _reference(self, reference) -> str:
        text = html.escape(self._name(reference))
        sizes = {r.study_id: (r.n_enrolled, r.in_ocd) for r in self.evidence.results.values()}
        if reference.key in sizes:
            size, in_ocd = sizes[reference.key]
            facts = [f"n = {size}"] * (size is not None) + [_said("not OCD")] * (not in_ocd)
            about = f" ({', '.join(facts)})" if facts else ""
        else:
            about = ""
        if reference.url is None:
            return text + about
        return anchor(reference.url, text) + about


def _said(text: str) -> str:
    return translated(text, "claim ledger")
