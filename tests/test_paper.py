"""Handouts, read back: every figure speaks, every heading is listed, answers stay last."""

import os
import re
from pathlib import Path

import nbformat
import pypdf
import pytest
from browser import REPOSITORY, missing
from course_pages import MAKERS

from looplab.cli import main
from looplab.errors import LoopError
from looplab.publish import paper

EXAMPLES = {
    "01_ocd_cycle": "In this model: The compulsion.",
    "02_nmda_mechanism": "In this model: About 3 %.",
    "03_onset_timelines": "In this study: The word response.",
    "04_weighing_the_evidence": "For these counts: It depends on the test.",
    "05_fit_yourself": "In this model: A fifth.",
}
"""One answer of each notebook, in the words in which its reveal begins."""


def printed(notebook, folder, answers, size="a4"):
    try:
        browser = paper.find_browser()
    except LoopError as error:
        missing(str(error))
    path = REPOSITORY / "notebooks" / f"{notebook}.ipynb"
    nb = nbformat.read(path, as_version=4)
    return [pypdf.PdfReader(f) for f in paper.print_pdf(nb, path, folder, browser, answers, size)]


def words(reader):
    text = " ".join(page.extract_text() for page in reader.pages)
    return " ".join(text.replace("ﬁ", "fi").replace("ﬀ", "ff").split())


def tagged(node):
    """Every element of the structure tree: its kind and its alternative text."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        for each in node:
            yield from tagged(each)
    elif isinstance(node, dict):
        if "/S" in node:
            yield node["/S"], node.get("/Alt")
        if "/K" in node:
            yield from tagged(node["/K"])


def outline(entries):
    for entry in entries:
        if isinstance(entry, list):
            yield from outline(entry)
        else:
            yield entry.title


@pytest.mark.parametrize("notebook", MAKERS)
def test_every_figure_speaks_every_heading_is_listed_and_answers_stand_apart(notebook, tmp_path):
    sheet, answers = printed(notebook, tmp_path, "separate")
    elements = list(tagged(sheet.trailer["/Root"]["/StructTreeRoot"]["/K"]))
    figures = [alt for kind, alt in elements if kind == "/Figure"]
    assert len(figures) >= len(MAKERS[notebook]) and all(figures)
    headings = [kind for kind, _ in elements if kind in ("/H1", "/H2", "/H3", "/H4")]
    assert len(list(outline(sheet.outline))) == len(headings) > 10
    assert EXAMPLES[notebook] not in words(sheet)
    assert EXAMPLES[notebook] in words(answers)
    asked = len(re.findall(r"Question \d+\.", words(sheet)))
    _, *said = re.split(r"Question \d+(?!\.)", words(answers))
    assert len(said) == asked and all(re.search(r"\w", each) for each in said)
    # nobody has answered yet, and nothing can be pressed
    assert not re.search(r"predictions? made", words(sheet))
    assert "Now move the sliders" not in words(answers)
    assert "Question 1" in answers.pages[0].extract_text()
    assert round(float(sheet.pages[0].mediabox.width)) == 595


def test_what_is_rated_in_a_menu_is_ticked_on_paper(tmp_path):
    (sheet,) = printed("04_weighing_the_evidence", tmp_path, "none")
    offered = "supported ☐ partly supported ☐ contested ☐ not supported ☐ untested"
    assert words(sheet).count(offered) == 8
    assert words(sheet).count("50 % ☐ 60 % ☐ 70 % ☐ 80 % ☐ 90 % ☐ 100 %") == 8


def test_answers_come_at_the_end_on_letter_paper(tmp_path):
    [sheet] = printed("03_onset_timelines", tmp_path, "end", "letter")
    assert round(float(sheet.pages[0].mediabox.width)) == 612
    text, answer = words(sheet), EXAMPLES["03_onset_timelines"]
    assert text.count(answer) == 1
    assert text.index(answer) > text.rindex("References")


def test_without_answers_there_is_one_sheet_and_they_stand_nowhere(tmp_path):
    # a folder as one writes it after --out
    [sheet] = printed("05_fit_yourself", Path(os.path.relpath(tmp_path)), "none")
    assert [file.name for file in tmp_path.glob("*.pdf")] == ["05_fit_yourself.pdf"]
    assert "Question 1." in words(sheet)
    assert EXAMPLES["05_fit_yourself"] not in words(sheet)
    assert "Answers" not in list(outline(sheet.outline))
    # numbers stand in their order, not in that of the alphabet
    shares = [words(sheet).index(f"In about {share} %") for share in (5, 30, 60)]
    assert shares == sorted(shares)


def test_without_a_browser_the_message_says_what_to_install(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(paper.shutil, "which", lambda name: None)
    monkeypatch.setattr(paper, "ELSEWHERE", ())
    monkeypatch.chdir(REPOSITORY)
    out = tmp_path / "out"
    assert main(["publish", "01_ocd_cycle", "--format", "pdf", "--out", str(out)]) == 1
    assert "install Chromium, Chrome or Edge" in capsys.readouterr().err
    assert not out.exists()


def test_a_browser_that_fails_is_named_with_what_it_said(tmp_path):
    browser = tmp_path / "browser"
    browser.write_text("#!/bin/sh\necho no display >&2\nexit 3\n")
    browser.chmod(0o755)
    with pytest.raises(LoopError, match="browser stopped with status 3: no display"):
        paper._run(str(browser), "--dump-dom")
