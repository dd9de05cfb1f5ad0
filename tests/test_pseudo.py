"""A page and a deck in the language that nobody speaks: what is hard-wired or has no room."""

import re

import pytest
from browser import run
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from looplab.language.pseudo import PSEUDO
from looplab.packed import unpack

# Plain words that stand in the interface, each with its text and its place. What the course says is
# left out, and so are prose, code, formulas, drawings, and what nobody can reach.
PLAIN = """(course) => {
  const others = "pre, code, math, svg, script, style, noscript, h1, h2, .ll-prose, .ll-lead, "
    + ".ll-now, .ll-brand, .ll-html, .ll-few, .ll-above, .ll-beside, .notes, .aria-status";
  const found = new Set();
  const look = (text, where) => {
    const rest = course.reduce((left, words) => left.replaceAll(words, " "), text);
    const words = rest.match(/(?<![\\p{L}\\d_])[A-Za-z]{2,}(?![\\p{L}\\d_])/gu);
    if (words) found.add(`${where}: ${words.join(" ")} (${text.trim()})`);
  };
  for (const each of document.querySelectorAll("body *")) {
    if (each.closest(others) || !each.checkVisibility()) continue;
    for (const name of ["aria-label", "aria-valuetext", "title", "placeholder", "alt"]) {
      if (each.hasAttribute(name)) look(each.getAttribute(name), name);
    }
    for (const node of each.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) look(node.data, each.tagName);
    }
  }
  return [...found];
}"""
OPEN = """() => {
  const folds = document.querySelectorAll("details:not(.ll-source, .ll-contents)");
  for (const fold of folds) fold.open = true;
}"""
# What stands outside of a narrow screen, and does not scroll in a box of its own.
OVER = """() => [...document.querySelectorAll("body *")]
  .filter((each) => !each.closest("svg *, math *, .ll-unseen, .ll-skip, .ll-thread, .ll-scroll *, "
    + ".ll-math *, .ll-columns *, .ll-canvas *, .ll-table *, pre *") && each.checkVisibility())
  .filter((each) => {
    const { left, right, width } = each.getBoundingClientRect();
    return width > 1 && (left < -1 || right > innerWidth + 1);
  })
  .map((each) => `${each.tagName}.${each.className}: ${each.textContent.trim().slice(0, 60)}`)"""
# Under these names a record holds what the course says; and what it says in its own files.
COURSE = {"title", "caption", "label", "help", "unit", "text", "question", "feedback", "idea"}
COURSE |= {"reveal", "see", "source", "presets", "columns", "options"}
OWN = ["Make the spring four times as stiff. Is the swing four times as fast?", "A spring swings"]
OWN += ["All of it", "Text: CC BY 4.0. Code: BSD-3-Clause.", "Waves", "waves", "force"]
OWN += ["mass", "stiffness"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The course that `looplab new` writes, published in the pseudo-language, with slides."""
    folder = tmp_path_factory.mktemp("pseudo") / "waves"
    run(["new", str(folder)], folder.parent)
    run(["publish", "--language", PSEUDO, "--out", "site"], folder)
    run(["present", "--language", PSEUDO, "--out", "site"], folder)
    return folder / "site"


def strings(record, inside=False):
    """All that the course says in a record: of what the machine says, nothing."""
    if isinstance(record, str):
        if inside:
            for text in BeautifulSoup(record, "html.parser").stripped_strings:
                yield from re.split(r"\{[^{}]*\}", text)
    elif isinstance(record, dict):
        for name, value in record.items():
            yield from strings(value, inside or name in COURSE)
    elif isinstance(record, list):
        for value in record:
            yield from strings(value, inside)


def of_the_course(file):
    """What the course says in the data of a page, in its headings and in what links lead to."""
    soup = BeautifulSoup(file.read_text("utf-8"), "html.parser")
    said = {text.strip() for text in strings(unpack(soup.find(id="looplab-models").string))}
    for each in soup.select("h1, h2, .ll-prose a, .ll-legend tbody th"):
        said |= set(each.stripped_strings)
    plain = {text for text in [*said, *OWN] if re.search("[A-Za-z]{2}", text)}
    return sorted(plain, key=len, reverse=True)


def opened(page_factory, file):
    page = page_factory([])
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(file.as_uri())
    return page


def test_nothing_of_a_page_is_hard_wired_and_nothing_overflows(site, page_factory):
    file = site / f"01_spring.{PSEUDO}.html"
    page, course = opened(page_factory, file), of_the_course(file)
    assert page.locator("html").get_attribute("lang") == "en-XA"
    assert page.locator("html").get_attribute("dir") == "rtl"
    seen = page.evaluate(PLAIN, course)
    assert page.evaluate(OVER) == []

    # a missed prediction, a wrong and a right answer, an edited equation with a slip
    question = page.locator(".ll-predict")
    question.get_by_role("slider").fill("10.7")
    question.get_by_role("button").first.click()
    expect(question.locator(".ll-off")).to_contain_text("3,1")
    for option in page.locator(".ll-check .ll-option").all():
        option.click()
        page.locator(".ll-check button").first.click()
    page.evaluate(OPEN)
    page.locator(".ll-equations button").first.click()
    field = page.locator(".ll-equations input").first
    field.fill("2 * nothing_here")
    field.press("Enter")
    expect(page.locator(".ll-equations .ll-problem").first).not_to_be_empty()
    seen += page.evaluate(PLAIN, course)
    field.fill("0")
    field.press("Enter")
    seen += page.evaluate(PLAIN, course)
    assert seen == []
    assert page.evaluate(OVER) == []


def test_nothing_of_a_deck_is_hard_wired(site, page_factory):
    file = site / f"01_spring.{PSEUDO}.slides.html"
    page, course = page_factory([]), of_the_course(file)
    page.goto(file.as_uri())
    expect(page.locator("body[data-ready]")).to_be_attached()
    page.keyboard.press("?")
    assert page.evaluate(PLAIN, course) == []
    expect(page.get_by_role("dialog")).to_be_visible()


def test_nothing_of_the_sheet_of_letters_is_hard_wired(site, page_factory):
    page = opened(page_factory, site / "letters.html")
    assert page.evaluate(PLAIN, OWN) == []
    assert page.evaluate(OVER) == []
