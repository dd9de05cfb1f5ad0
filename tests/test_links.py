"""Every link that leads out opens beside the course, and tells nothing of where it was followed."""

import re

import nbformat
import pytest
from browser import REPOSITORY
from bs4 import BeautifulSoup

from looplab.learn import text
from looplab.links import anchor

NOTEBOOKS = sorted(REPOSITORY.glob("notebooks/*.ipynb"))
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def outgoing(html):
    """Every tag of an outgoing link in the text of a page, in its data too."""
    plain = html.replace('\\"', '"').replace("<\\/", "</").replace("\\u003c", "<")
    tags = re.findall(r"<a\s[^>]*>", plain)
    return [tag for tag in tags if re.search(r'href="https?:', tag)]


def opens_beside(tag):
    link = BeautifulSoup(tag, "html.parser").a
    return link.get("target") == "_blank" and link.get("rel") == ["noreferrer"]


def test_an_address_cannot_end_its_attribute():
    assert opens_beside(anchor('https://example.org/?a="b"&c', "x"))
    assert BeautifulSoup(anchor('https://a.org/"b', "x"), "html.parser").a["href"].endswith('"b')


def test_links_in_a_lesson_open_beside_and_those_within_the_page_do_not():
    assert opens_beside(text.block("See [the trial](https://example.org/a?b=1&c=2)."))
    assert "target" not in text.block("See [part 2](#2-next).")


@each_notebook
def test_every_outgoing_link_of_a_page_opens_beside(path, exported):
    links = outgoing(exported(path.stem).read_text(encoding="utf-8"))
    assert links
    assert [tag for tag in links if not opens_beside(tag)] == []


@each_notebook
def test_every_outgoing_link_that_jupyterlab_is_given_opens_beside(path):
    # JupyterLab sees to the links in its own Markdown; what a widget draws is ours.
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = ""
    links = outgoing(nbformat.writes(notebook))
    assert links
    assert [tag for tag in links if not opens_beside(tag)] == []
