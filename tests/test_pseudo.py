"""A page and a deck in the language that nobody speaks: what is hard-wired or has no room."""

import json
import re
import unicodedata
import zipfile
from xml.etree import ElementTree as ET

import pypdf
import pytest
from browser import REPOSITORY, missing, run
from bs4 import BeautifulSoup
from course_pages import FIGURES_ON_PAGE, LAID_OUT, MAKERS, looked_first, wait_until_live
from playwright.sync_api import expect
from test_translations import unreached

from looplab.errors import LoopError
from looplab.language import speaking
from looplab.language.pseudo import PSEUDO
from looplab.packed import unpack
from looplab.publish import paper, publish
from looplab.references import author_and_year

# Plain words that stand in the interface, each with its text and its place. What the course says is
# left out, and so are prose, code, formulas, drawings, and what nobody can reach.
PLAIN = """(course) => {
  const others = "pre, code, math, svg, script, style, noscript, h1, h2, .ll-prose, .ll-lead, "
    + ".ll-now, .ll-brand, .ll-references, .ll-few, .ll-above, .ll-beside, .notes, .aria-status";
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
    for (const drawn of ["::before", "::after"]) {
      const { content } = getComputedStyle(each, drawn);
      look((content.match(/"[^"]*"/g) ?? []).join(" "), drawn);
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
# Words of a drawing that do not begin where they were put: drawings go from left to right, always.
AWAY = """() => [...document.querySelectorAll("figure svg text")]
  .filter((text) => getComputedStyle(text).textAnchor === "start" && text.x.baseVal.length === 1)
  .filter((text) => text.checkVisibility({ visibilityProperty: true }))
  .filter((text) => text.getBBox().width > 0)
  .filter((text) => Math.abs(text.getBBox().x - text.x.baseVal[0].value) > 3)
  .map((text) => `${text.closest("figure").id}: ${text.textContent}`)"""
# A number with a decimal point: no date, version or address.
POINT = r"(?<![\w.])\d+\.\d+(?![\w.])"
POINTS = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (walk.nextNode()) {
    const { data, parentElement } = walk.currentNode;
    const others = "pre, code, math, script, style, noscript, a[href], input, textarea, "
      + ".ll-references";
    if (parentElement.closest(others)) continue;
    if (/(?<![\\w.])\\d+\\.\\d+(?![\\w.])/.test(data)) found.push(data);
  }
  return found;
}"""
# Under these names a record holds what the course says; and what it says in its own files.
COURSE = {"title", "caption", "label", "help", "unit", "text", "question", "feedback", "idea"}
COURSE |= {"reveal", "see", "source", "presets", "columns", "options"}
OWN = ["Make the spring four times as stiff. Is the swing four times as fast?", "A spring swings"]
OWN += ["All of it", "Text: CC BY 4.0. Code: BSD-3-Clause.", "Waves", "waves", "force"]
OWN += ["mass", "stiffness"]


# Names of studies; then also that of the course, and what a rule is called in Python.
ITEMS = json.loads((REPOSITORY / "assets" / "bibliography.json").read_text("utf-8"))
STUDIES = sorted(map(author_and_year, ITEMS), key=len, reverse=True)
NAMES = [*STUDIES, "Breaking the Loop", "credit"]


def without_studies(text):
    """A text of the course without the names of studies."""
    for name in STUDIES:
        text = text.replace(name, " ")
    return text


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


def plain_words(text):
    """The words of a text that have no accents, but for those of the course and for formulas."""
    text = BeautifulSoup(text, "html.parser").get_text(" ")
    text = re.sub(r"\\\(.*?\\\)|\$.*?\$", " ", text)
    for own in OWN:
        text = text.replace(own, " ")
    return re.findall(r"(?<![^\W])[A-Za-z]{2,}(?![^\W])", text)


@pytest.mark.parametrize("kind", ["moodle-xml", "qti12", "scorm12"])
def test_nothing_of_a_package_is_hard_wired(site, kind):
    run(["publish", "--language", PSEUDO, "--package", kind, "--out", "site"], site.parent)
    [file] = site.glob(f"01_spring.{PSEUDO}.{kind.replace('-', '.').removesuffix('.xml')}*")
    parts = [file.read_bytes()]
    if file.suffix == ".zip":
        with zipfile.ZipFile(file) as archive:
            parts = [archive.read(name) for name in archive.namelist() if name.endswith(".xml")]
    said = {"text", "mattext", "title"}
    found = [
        element.text
        for part in parts
        for element in ET.fromstring(part).iter()
        if element.tag.rpartition("}")[2] in said and element.text
    ]
    found = [text for text in found if not text.startswith("$course$")]
    assert len(found) > (1 if kind == "scorm12" else 10)
    assert [text for text in found if plain_words(text)] == []


def test_nothing_of_a_handout_is_hard_wired(site):
    try:
        paper.find_browser()
    except LoopError as error:
        missing(str(error))
    handout = ["publish", "--language", PSEUDO, "--format", "pdf"]
    run([*handout, "--answers", "separate", "--out", "site"], site.parent)
    for name in (f"01_spring.{PSEUDO}.pdf", f"01_spring.{PSEUDO}.answers.pdf"):
        sheet = pypdf.PdfReader(site / name)
        # a letter with its accent may come as two
        text = unicodedata.normalize("NFC", "".join(page.extract_text() for page in sheet.pages))
        assert "Question" not in text and "Answers" not in text


def test_nothing_of_a_deck_is_hard_wired(site, page_factory):
    file = site / f"01_spring.{PSEUDO}.slides.html"
    page, course = page_factory([]), of_the_course(file)
    page.goto(file.as_uri())
    expect(page.locator("body[data-ready]")).to_be_attached()
    page.keyboard.press("?")
    assert page.evaluate(PLAIN, course) == []
    expect(page.get_by_role("dialog")).to_be_visible()


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """The pages of this course in the pseudo-language."""
    out = tmp_path_factory.mktemp("course")
    with pytest.MonkeyPatch.context() as patch, speaking(PSEUDO):
        patch.chdir(REPOSITORY)
        publish([], out)
    return out


@pytest.mark.parametrize("notebook", MAKERS)
def test_no_text_or_number_of_a_figure_is_out_of_reach_for_a_translation(course, notebook):
    page = BeautifulSoup((course / f"{notebook}.{PSEUDO}.html").read_text("utf-8"), "html.parser")
    data = unpack(page.find(id="looplab-models").string)
    found, count = {}, 0
    for model in data["models"].values():
        spec = model["state"].get("spec", {})
        if "sources" in spec:
            count += 1
            texts = [without_studies(text) for text in (*said(spec), *drawn(page, spec["id"]))]
            found[spec["id"]] = [word for text in texts for word in unreached(text)]
            plain = [re.sub("<[^>]*>", " ", text) for text in texts]
            found[spec["id"]] += [text for text in plain if re.search(POINT, text)]
    assert count == FIGURES_ON_PAGE[notebook] and unreached("wait a step") == ["wait", "step"]
    assert {id: words for id, words in found.items() if words} == {}


def drawn(page, id):
    """What is written in the drawing of a figure."""
    return [text.get_text() for text in page.select(f"#{id} svg text")]


def said(spec):
    """Every text of a figure, but for the status of a number, which the interface says."""
    yield from (spec["title"], spec.get("stamp", ""), spec["caption"])
    yield from (spec["template"], spec["description"])
    yield from (text for _, texts in spec["words"].values() for text in texts)
    yield from (text for each in spec["numbers"] for text in (each["label"], each["unit"]))
    yield from (label for label, _ in [*spec["columns"], *spec["presets"]])
    for _, control in spec["controls"]:
        yield from (control["label"], control["help"], control["unit"], *control.get("options", []))
    for record in spec["parameters"]:
        yield from (record["label"], record["unit"], record["source"])
    yield from (artist["template"] for artist in spec["artists"] if "template" in artist)


@pytest.mark.parametrize("notebook", MAKERS)
def test_nothing_of_a_page_of_the_course_is_hard_wired_and_nothing_overflows(
    course, notebook, page_factory
):
    file = course / f"{notebook}.{PSEUDO}.html"
    page = page_factory([])
    looked_first(page, notebook)
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(file.as_uri())
    wait_until_live(page, notebook)
    page.evaluate(LAID_OUT)
    page.evaluate(OPEN)
    assert page.evaluate(PLAIN, [*NAMES, *of_the_course(file)]) == []
    assert page.evaluate(POINTS) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate(AWAY) == []
    assert page.evaluate(OVER) == []


def test_a_course_s_own_scripts_speak_the_language_while_they_are_used(course, page_factory):
    file = course / f"05_fit_yourself.{PSEUDO}.html"
    page = page_factory([])
    page.goto(file.as_uri() + "#boat-game?seed=42")
    game = page.locator("#boat-game")
    game.locator(".ll-buttons button:visible").first.click()
    for move in range(20):
        page.keyboard.press("f" if move % 3 else "j")
    game.locator("input[type=file]").set_input_files(
        {"name": "2.json", "mimeType": "application/json", "buffer": b"{}"}
    )
    expect(game.get_by_role("status")).to_contain_text("2.json")
    # the name of a kind of file, which programs read
    kinds = ["breaking-the-loop/boat-game", "json"]
    assert page.evaluate(PLAIN, [*NAMES, *kinds, *of_the_course(file)]) == []
    assert page.evaluate(POINTS) == []

    file = course / f"04_weighing_the_evidence.{PSEUDO}.html"
    page = page_factory([])
    looked_first(page, "04_weighing_the_evidence")
    page.goto(file.as_uri())
    # only when it has told how many are shown are the others hidden
    expect(page.locator("#ledger-table [role=status]")).not_to_be_empty()
    for row in page.locator("#claim-ledger tbody tr:visible").all():
        row.locator("select").first.select_option(index=1)
        row.locator("select").last.select_option(index=1)
    expect(page.locator(".ll-confusion")).to_be_visible()
    seen = page.evaluate(PLAIN, [*NAMES, *of_the_course(file)])
    # sources are names of studies, with or without a link, or titles where there is no author
    assert [each for each in seen if not each.startswith(("LI: ", "A: "))] == []
    assert page.evaluate(POINTS) == []


def test_nothing_of_the_sheet_of_letters_is_hard_wired(site, page_factory):
    page = opened(page_factory, site / "letters.html")
    assert page.evaluate(PLAIN, OWN) == []
    assert page.evaluate(OVER) == []
