"""The Markdown of a lesson file as HTML: tables, maths as MathML, marks in words, no raw HTML."""

from __future__ import annotations

import re

import mistune
from bs4 import BeautifulSoup, Tag
from markupsafe import escape

from looplab.links import OUTGOING, anchor
from looplab.marks import marked
from looplab.mathml import mathml

_TAG = re.compile(r"((`+).*?\2)|<(?=[A-Za-z/!?])", re.DOTALL)
_MATHS = re.compile(r"(\$\$.+?\$\$|\$(?!\s)(?:[^$\\]|\\.)+?\$)", re.DOTALL)


class _Renderer(mistune.HTMLRenderer):
    def inline_math(self, text: str) -> str:
        return mathml(text)

    def link(self, text: str, url: str, title: str | None = None) -> str:
        return anchor(url, text) if OUTGOING.match(url) else super().link(text, url, title)

    def block_math(self, text: str) -> str:
        return f'<div class="ll-math">{mathml(text, display=True)}</div>'


_markdown = mistune.create_markdown(renderer=_Renderer(escape=True), plugins=["math", "table"])


class _TexRenderer(_Renderer):
    """Maths stays TeX, in the marks that other systems know."""

    def inline_math(self, text: str) -> str:
        return rf"\({escape(text)}\)"

    def block_math(self, text: str) -> str:
        return rf"<p>\[{escape(text.strip())}\]</p>"


_tex_markdown = mistune.create_markdown(
    renderer=_TexRenderer(escape=True), plugins=["math", "table"]
)


def tex_block(text: str) -> str:
    r"""HTML of whole paragraphs for other systems: maths stays TeX, in `\(…\)` and `\[…\]`."""
    return _tex_markdown(text).strip()


def block(text: str) -> str:
    """HTML of whole paragraphs. Raises LoopError for maths that cannot be set."""
    html = _markdown(text).strip()
    if "<th" in html:
        soup = BeautifulSoup(html, "html.parser")
        settle_heads(soup)
        html = str(soup)
    return marked(html)


def settle_heads(fragment: BeautifulSoup | Tag) -> None:
    """Make the empty header cells of tables ordinary ones: they name nothing, as axe has it."""
    for head in fragment.find_all("th"):
        if not head.get_text(strip=True):
            head.name = "td"


def inline(text: str) -> str:
    """HTML for a place that takes no paragraphs, such as a legend."""
    return block(text).replace("</p>\n<p>", "<br>").replace("<p>", "").replace("</p>", "")


def tagless(text: str) -> str:
    """The Markdown for who takes raw HTML in it, too: tags are text there, as in `block`."""

    def spelt(part: str) -> str:
        return _TAG.sub(lambda found: found[1] or "&lt;", part)

    return outside_maths(spelt, text)


def flat(text: str) -> str:
    """The Markdown on one line."""
    return " ".join(text.split())


def outside_maths(change, text: str) -> str:
    """`text` with `change` made to all of it but its maths, whose braces are TeX's own."""
    parts = _MATHS.split(text)
    return "".join(part if number % 2 else change(part) for number, part in enumerate(parts))


def without_maths(text: str) -> str:
    """`text` with its maths left out."""
    return _MATHS.sub("", text)
