"""A page with other names: every word of the list is renamed wherever it is read or heard, and what
is computed, asked and handed in stays as it is."""

import json
import re

import nbformat
import pytest
from browser import REPOSITORY
from course_pages import looked_first, record_messages, wait_until_live
from playwright.sync_api import expect
from py_mini_racer import MiniRacer

from breaking_the_loop.other_names import NAMES
from looplab import browser, cli
from looplab.course import Course
from looplab.publish import publish
from looplab.publish.html import page_html

COVERED = ["03_onset_timelines", "04_weighing_the_evidence"]


@pytest.fixture(scope="module")
def renamed():
    """`renamed(text)`: what the page makes of it."""
    engine = MiniRacer()
    engine.eval(browser.module("looplab/publish/page/names.js"))
    engine.eval(f"const rename = renaming({json.dumps(NAMES)})")
    return lambda text: json.loads(engine.eval(f"JSON.stringify(rename({json.dumps(text)}))"))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Obsessions, an obsession, OBSESSION", "Velks, a velk, OBSESSION"),
        ("Obsessive–compulsive\ndisorder (OCD), non-OCD", "Orvel disorder (ORV), non-ORV"),
        ("ketamine's, esketamine, two SSRIs", "kelvarine's, eskelvarine, two SLVIs"),
        ("four-day exposure therapy; EX/RP", "four-day ember therapy; E/LT"),
        ("q_obsession, obsessionate, overexposure", "q_obsession, obsessionate, overexposure"),
        ("4 of 8 against 0 of 7", "4 of 8 against 0 of 7"),
    ],
)
def test_the_longest_word_is_renamed_whole_in_the_plural_and_with_its_capital(renamed, text, told):
    assert renamed(text) == told


def test_other_names_are_invented_and_no_two_drugs_share_one(renamed):
    """No word is renamed twice, and none of the names stands in the course already."""
    texts = " ".join(
        path.read_text("utf-8")
        for folder in ("src/breaking_the_loop", "assets/evidence")
        for path in (REPOSITORY / folder).rglob("*")
        if path.suffix in (".py", ".yaml", ".csv") and path.name != "other_names.py"
    )
    for name in NAMES.values():
        assert renamed(name) == name
        assert not re.search(rf"\b{re.escape(name)}\b", texts) or " " in name or name == "another"
    drugs = [name for word, name in NAMES.items() if re.search("(in|ine|one|ate|am|ole|yl)$", word)]
    assert len(drugs) > 20 and len(set(drugs)) == len(drugs)


def test_a_course_without_other_names_says_how_to_give_some(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("looplab.course.record", lambda _: Course("Small"))
    assert cli.main(["publish", COVERED[0], "--other-names", "--out", str(tmp_path / "out")]) == 1
    assert (
        "this course lists no other names: give its Course other_names" in capsys.readouterr().err
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("also", [["--format", "pdf"], ["--package", "scorm12"]])
def test_other_names_are_for_pages(also, tmp_path, capsys):
    assert cli.main(["publish", "--other-names", *also, "--out", str(tmp_path)]) == 1
    assert "--other-names makes pages" in capsys.readouterr().err


def test_a_page_with_other_names_stands_beside_the_ordinary_one_and_in_no_index(
    monkeypatch, tmp_path
):
    saved = nbformat.read(REPOSITORY / "notebooks" / f"{COVERED[0]}.ipynb", as_version=4)
    monkeypatch.setattr("looplab.publish.execute.execute", lambda *_: saved)
    files = publish([COVERED[0]], tmp_path, other_names=True)
    assert [file.name for file in files] == [f"{COVERED[0]}.other-names.html"]
    assert not (tmp_path / "index.html").exists()


# All that is read or heard, but for code, what is meant to be itself, and the titles of sources.
SAID = """() => {
  const kept = 'pre, code, script, style, noscript, [data-own-names], .ll-references';
  const said = [document.title];
  const nodes = document.createTreeWalker(document.documentElement, 5);
  for (let node = nodes.currentNode; node; node = nodes.nextNode()) {
    if ((node.parentElement ?? node).closest(kept)) continue;
    if (node.data) said.push(node.data);
    else for (const name of ['alt', 'aria-label', 'aria-valuetext', 'title'])
      said.push(node.getAttribute?.(name) ?? '');
  }
  return said.filter((text) => text.trim());
}"""


@pytest.mark.parametrize("notebook", COVERED)
def test_nothing_that_is_read_or_heard_has_the_old_names_and_answers_stay_the_same(
    page_factory, renamed, tmp_path, notebook
):
    path = REPOSITORY / "notebooks" / f"{notebook}.ipynb"
    file = tmp_path / "page.html"
    html = page_html(nbformat.read(path, as_version=4), path, alone=True, renamed=True)
    file.write_text(html, encoding="utf-8")
    messages = []
    page = page_factory(viewport={"width": 1280, "height": 720})
    record_messages(page, messages)
    looked_first(page, notebook)
    page.goto(file.as_uri())
    wait_until_live(page, notebook)
    assert "invented" in page.get_by_label("Before you start").inner_text()
    # a figure speaks anew, and a question answers
    slider = page.locator("figure input[type=range]:visible").first
    slider.press("ArrowRight")
    commit = page.get_by_role("button", name="Check my answer").first
    check = page.locator(".ll-learn").filter(has=commit).first
    check.locator("input[type=radio]").first.check()
    commit.click()
    expect(check.locator(".ll-right, .ll-off")).to_be_visible()
    old = {text for text in page.evaluate(SAID) if renamed(text) != text}
    assert old == set()
    asked = re.compile(r'id="looplab-models">(.*?)</script>', re.S)
    plain = page_html(nbformat.read(path, as_version=4), path, alone=True)
    assert asked.search(html)[1] == asked.search(plain)[1]
    assert 'id="looplab-names"' not in plain
    assert messages == []
