"""The mark † behind a number that is commonly cited and was not checked again, put into words.

Authors write the bare character. Readers see a small sign; who listens to the page hears the words.
One paragraph a notebook begins with the mark and explains it: on a page, the signs lead there.
"""

import html
import re

from bs4 import BeautifulSoup

from looplab.language.interface import say

MARK = "†"
EXPLANATION = "dagger"
_LEFT_ALONE = ["code", "pre", "svg", "math"]


def meaning() -> str:
    """What the mark says, in words."""
    return say("mark-meaning")


def spoken(text: str) -> str:
    """Plain text, such as an alternative text, with the words in the mark's place."""
    return text.replace(MARK, f" ({meaning()})")


def _sign():
    return f'<span aria-hidden="true">{MARK}</span><span class="ll-unseen"> ({meaning()})</span>'


def marked(fragment: str) -> str:
    """HTML in which every mark is a raised sign with hidden words beside it."""
    return fragment.replace(MARK, f'<sup class="ll-dagger" title="{meaning()}">{_sign()}</sup>')


def link_marks(soup: BeautifulSoup) -> bool:
    """Make every mark in a fragment of a page a link to its explanation; whether there are any.

    A paragraph that begins with the mark is the explanation. Code and drawings stay as they are.
    """
    link = f'<sup class="ll-dagger"><a href="#{EXPLANATION}">{_sign()}</a></sup>'
    found = False
    for text in soup.find_all(string=re.compile(MARK)):
        if text.find_parent(_LEFT_ALONE) or text.find_parent(class_="ll-dagger"):
            continue
        found = True
        paragraph = text.find_parent("p")
        explains = paragraph and paragraph.get_text().lstrip().startswith(MARK)
        if explains and not paragraph.get("id"):
            paragraph["id"] = EXPLANATION
            continue
        linked = html.escape(str(text), quote=False).replace(MARK, link)
        text.replace_with(BeautifulSoup(linked, "html.parser"))
    return found
