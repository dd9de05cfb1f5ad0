"""Lists of references made from the bibliography, and glossaries to which a page leads."""

import json
import re

import nbformat
import pytest
import yaml
from browser import REPOSITORY
from bs4 import BeautifulSoup
from citeproc import CitationStylesStyle
from course_pages import MAKERS, lesson_file
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from looplab.errors import LoopError
from looplab.learn.glossary import Glossary
from looplab.publish.html import page_html
from looplab.references import References, author_and_year

BIBLIOGRAPHY = {
    item["id"]: item
    for item in json.loads((REPOSITORY / "assets" / "bibliography.json").read_text("utf-8"))
}


@pytest.fixture(autouse=True)
def in_the_course(monkeypatch):
    monkeypatch.chdir(REPOSITORY)


def entries(keys):
    soup = BeautifulSoup(References(keys)._repr_html_(), "html.parser")
    return {li["id"].removeprefix("ref-"): li for li in soup.find_all("li")}


def test_an_entry_is_authors_year_title_journal_and_address():
    listed = entries({"autry2011": "", "sakai2022": "Model A."})
    # as the journal prints them
    assert listed["sakai2022"].get_text() == (
        "Sakai Y, Sakai Y, Abe Y, Narumoto J, Tanaka SC (2022). Memory trace imbalance in "
        "reinforcement and punishment systems can reinforce implicit choices leading to "
        "obsessive-compulsive behavior. Cell Reports 40(9):111275. "
        "doi:10.1016/j.celrep.2022.111275 Model A."
    )
    assert listed["sakai2022"].a["href"] == "https://doi.org/10.1016/j.celrep.2022.111275"
    assert (
        listed["autry2011"].get_text().startswith("Autry A, Adachi M, Nosyreva E, et al. (2011).")
    )
    assert list(listed) == ["autry2011", "sakai2022"]


def test_the_style_is_valid_csl(recwarn):
    CitationStylesStyle(str(REPOSITORY / "src" / "looplab" / "references.csl"), validate=True)
    assert [str(warning.message) for warning in recwarn] == []


def test_every_item_of_the_bibliography_can_be_listed():
    listed = entries(dict.fromkeys(BIBLIOGRAPHY, ""))
    assert set(listed) == set(BIBLIOGRAPHY)
    for key, entry in listed.items():
        item, text = BIBLIOGRAPHY[key], entry.get_text()
        assert re.match(r"\w", text), text
        assert not re.search(r"\(\)|\.\.| ,|pmc\d{5}", text), text
        if "title" in item:
            assert " ".join(BeautifulSoup(item["title"], "html.parser").get_text().split()) in text
        assert bool(entry.select(".ll-dagger")) == (item["custom"]["mark"] == "recall")


def test_a_key_that_is_not_there_is_refused_with_the_nearest():
    with pytest.raises(LoopError, match="no 'sakai2020'. Nearest: sakai2022"):
        References({"sakai2020": ""})


def page(*cells):
    html = page_html(
        new_notebook(cells=list(cells)), REPOSITORY / "notebooks" / "01_ocd_cycle.ipynb"
    )
    return BeautifulSoup(html, "html.parser")


def test_on_a_page_the_first_use_of_a_term_leads_to_the_glossary():
    made = Glossary([
        {"term": "trace", "meaning": "What is left of $e^{+}$.", "also": ["traces"]},
        {"term": "Y-BOCS", "meaning": "A scale."},
        {"term": "episode", "meaning": "From reaction to relief."},
    ])  # fmt: skip
    listed = new_output("display_data", {"text/html": made._repr_html_()})
    soup = page(
        new_markdown_cell(
            "## A trace\n\nA `trace` in code, two *traces* & a trace, the Y-BOCS (Y-BOCS)."
        ),
        new_code_cell("lesson.glossary()", outputs=[listed]),
    )
    terms = [term.get_text() for term in soup.select(".ll-glossary > dt")]
    assert terms == ["episode", "trace", "Y-BOCS"]
    links = soup.select("a.ll-term")
    assert [link.get_text() for link in links] == ["traces", "Y-BOCS"]
    for link in links:
        assert soup.find(id=link["href"].removeprefix("#")).name == "dt"
    assert soup.select_one("dd math")
    # what is used nowhere leads from nowhere
    assert soup.find(id="term-episode")


# What a notebook cites without an author and a year in its text: the rows that its figures show.
TABLES = {
    "03_onset_timelines": ["timeline.csv", "left_out.csv", "ladder.csv"],
    "04_weighing_the_evidence": ["claims.csv", "harms.csv", "glutamate.csv"],
}


@pytest.mark.parametrize("notebook", MAKERS)
def test_what_is_cited_is_listed_and_what_is_listed_is_cited(notebook):
    file = lesson_file(notebook)
    asked, _, _ = file.read_text("utf-8").partition("\nreferences:")
    listed = yaml.safe_load(file.read_text("utf-8")).get("references")
    if listed is None:
        pytest.skip("its list of references is not made from the bibliography yet")
    path = REPOSITORY / "notebooks" / f"{notebook}.ipynb"
    prose = [cell.source for cell in nbformat.read(path, as_version=4).cells]
    behind = [each.read_text("utf-8") for each in file.parent.iterdir()
              if each.suffix in (".py", ".json", ".csv")]  # fmt: skip
    behind += [(REPOSITORY / "assets" / "evidence" / name).read_text("utf-8")
               for name in TABLES.get(notebook, [])]  # fmt: skip
    said, all_of_it = (" ".join(" ".join(texts).split()) for texts in
                       ([*prose, asked], [*prose, asked, *behind]))  # fmt: skip
    assert [key for key in listed if not cites(all_of_it, key)] == [], "listed and not cited"
    names = {named(key) for key in listed}
    missing = [key for key in BIBLIOGRAPHY if named(key) not in names and cites(said, key)]
    assert missing == [], "cited and not listed"


def named(key):
    return first_family(key), year(key)


def first_family(key):
    authors = BIBLIOGRAPHY[key].get("author") or [{"literal": key}]
    return authors[0].get("family") or authors[0].get("literal")


def year(key):
    return author_and_year(BIBLIOGRAPHY[key]).rpartition(" ")[2]


def cites(text, key):
    """Whether a text has the key, or the first author with the year within a few words."""
    family = rf"\b{re.escape(first_family(key))}\b[^;0-9]{{0,60}}?\(?{year(key)}"
    return bool(re.search(rf"\b{re.escape(key)}\b|{family}", text))


def test_no_key_of_the_bibliography_is_told_for_a_name():
    """Neither author nor title is known of some: a label of a drug, an entry of a register."""
    bare = [item for item in BIBLIOGRAPHY.values() if "author" not in item and "title" not in item]
    assert bare
    for item in bare:
        assert item["id"] not in author_and_year(item)
    assert author_and_year({"id": "x_2020", "genre": "Trial", "number": "N1"}) == "Trial N1"
