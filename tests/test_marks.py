"""The mark †: a sign for the eye, words for the ear, and one explanation to which it leads."""

import nbformat
import pytest
from browser import REPOSITORY
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from py_mini_racer import MiniRacer

from looplab import browser, marks
from looplab.errors import LoopError
from looplab.publish.html import page_html

TEXT = """# Numbers

A factor of 16†, and `16†` in code.

| receptor | factor |
| --- | --- |
| 2A | 16† |
"""
EXPLAINED = "## Limits\n\n† *commonly cited, not re-checked*: said often, and not looked up again."


def soup(tmp_path, *texts):
    cells = [new_markdown_cell(text) for text in texts]
    html = page_html(new_notebook(cells=cells), tmp_path / "01_numbers.ipynb")
    return BeautifulSoup(html, "html.parser")


def test_on_a_page_the_mark_is_a_link_that_is_read_in_words(tmp_path):
    page = soup(tmp_path, TEXT, EXPLAINED)
    links = page.select("sup.ll-dagger > a")
    assert len(links) == 2
    for link in links:
        sign, words = link.find_all("span")
        assert (sign.get_text(), sign["aria-hidden"]) == ("†", "true")
        assert words.get_text().strip(" ()") == marks.meaning()
        target = page.find(id=link["href"].removeprefix("#"))
        assert target.get_text().startswith("† commonly cited, not re-checked: said")
    assert page.find("code", string="16†")
    # the sentence reads on: nothing but the sign is seen between its words
    for words in page.select(".ll-unseen"):
        words.decompose()
    assert "A factor of 16†, and" in page.get_text()


def test_a_mark_that_nothing_explains_is_refused(tmp_path):
    with pytest.raises(LoopError, match="01_numbers uses the mark † and explains it nowhere"):
        soup(tmp_path, TEXT)


def test_alternative_texts_say_the_words(tmp_path):
    shown = new_output("display_data", data={"image/png": "ZG90"},
                       metadata={"image/png": {"alt": "A factor of 16†."}})  # fmt: skip
    cell = new_code_cell("picture", outputs=[shown])
    html = page_html(new_notebook(cells=[cell]), tmp_path / "01_numbers.ipynb")
    assert 'alt="A factor of 16 (commonly cited, not re-checked)."' in html


def test_figures_say_the_same_words_in_the_browser():
    racer = MiniRacer()
    racer.eval(browser.module("looplab/figure/words.js"))
    assert racer.eval('spoken("16†, often")') == marks.spoken("16†, often")
    assert racer.eval("meaning()") == marks.meaning()


@pytest.mark.parametrize("path", sorted((REPOSITORY / "notebooks").glob("[0-9]*.ipynb")), ids=str)
def test_every_notebook_that_uses_the_mark_explains_it_once(path):
    cells = nbformat.read(path, as_version=4).cells
    texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
    explained = [p for text in texts for p in text.split("\n\n") if p.startswith(marks.MARK)]
    lesson = REPOSITORY / "src/breaking_the_loop" / path.stem[3:] / "lesson.yaml"
    used = any(marks.MARK in text for text in [*texts, lesson.read_text("utf-8")])
    assert len(explained) == int(used)
