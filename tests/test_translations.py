"""A course in another language: every text passes through one function, a translation changes words
and nothing else, and a translated page lives as the English one does."""

import os
import re
import sys
from copy import deepcopy

import nbformat
import pytest
from babel.messages.pofile import write_po
from browser import REPOSITORY
from bs4 import BeautifulSoup
from course_pages import (
    LAID_OUT,
    MAKERS,
    lesson_file,
    record_messages,
    wait_until_live,
    wait_until_ready,
)
from playwright.sync_api import expect
from test_deck import AT, CURRENT, SAYS, TINY, over, speaker_of
from test_layout import ON_EACH_OTHER

from looplab.cli import main
from looplab.language import extract, prose, speaking
from looplab.language.pseudo import PSEUDO
from looplab.learn.lesson_file import LessonFile
from looplab.new import new
from looplab.publish import again

NOTEBOOK = "01_ocd_cycle"
PATH = REPOSITORY / "notebooks" / f"{NOTEBOOK}.ipynb"
HEADINGS = [f"h{level}" for level in range(1, 7)]
# What a slide says to the eye and to the ear; programs and formulas stay as they are.
SAID = """(box) => [...box.querySelectorAll('*')]
  .filter((each) => !each.closest('pre, code, math, script, style') && each.checkVisibility())
  .flatMap((each) => [
    ...[...each.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data),
    ...['aria-label', 'aria-valuetext', 'title', 'placeholder'].map((n) => each.getAttribute(n)),
  ]).map((text) => text?.replace(/\\s+/g, ' ').trim()).filter(Boolean)"""
# A point before decimals: groups of three digits have one in German, and so has a licence.
POINT = re.compile(r"(?<![\d.,])\d+\.(?!\d{3}(?!\d))\d+")


@pytest.fixture(scope="module")
def texts():
    """Every text of notebook 01 that can be translated."""
    return extract.messages(PATH)


@pytest.fixture(scope="module")
def german(tmp_path_factory):
    """The page of notebook 01 in German."""
    out = tmp_path_factory.mktemp("german")
    assert main(["publish", NOTEBOOK, "--language", "de", "--out", str(out)]) == 0
    return out / f"{NOTEBOOK}.de.html"


@pytest.fixture
def spring(tmp_path, monkeypatch):
    """A course of one notebook, `01_spring`, and its folder of translations."""
    new(tmp_path / "springs")
    monkeypatch.chdir(tmp_path / "springs")
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setenv("PYTHONPATH", os.environ.get("PYTHONPATH", ""))
    prose.catalogue.cache_clear()
    yield tmp_path / "springs"
    prose.catalogue.cache_clear()


def test_notebook_01_is_all_german(texts):
    for name, wanted in {NOTEBOOK: texts, prose.COURSE: extract.course_messages()}.items():
        state = extract.state(prose.file("de", name), wanted)
        assert (state.missing, state.changed, state.unfit) == ([], [], [])
    assert len(texts) > 900


def test_nobody_has_reviewed_it_and_its_files_say_so():
    for name in (NOTEBOOK, prose.COURSE):
        assert not prose.reviewed("de", name)
        assert "Nobody has reviewed" in extract.read(prose.file("de", name)).header_comment


@pytest.mark.parametrize(
    ("english", "translation", "lost"),
    [
        ("{share:.0%} of 4 people", "von 4 Menschen {share:.0%}", ""),
        ("{share:.0%} of the time", "{share:.1%} der Zeit", "fields"),
        ("a chance of 0.05 and 1,000 steps", "1.000 Schritte, Wahrscheinlichkeit 0,05", ""),
        ("a chance of 0.05", "Wahrscheinlichkeit 0,5", "digits"),
        ("the *trace* $e^{+}$", "die *Spur* $e^{-}$", "formulas"),
        ("press `Tab`", "`Tabulator` drücken", "code"),
        ("[here](02_b.ipynb#Part-2)", "[hier](02_b.ipynb#Teil-2)", "links"),
        ("sakai2022, abstract", "Sakai 2022, Zusammenfassung", "references"),
        ("opens it†", "öffnet es", "marks"),
        ("models (A) and (B)", "Modelle (A) und (A)", "marks"),
        ("<b>less</b>", "weniger", "tags"),
    ],
)
def test_a_translation_changes_words_and_nothing_else(english, translation, lost):
    found = prose.faults(english, translation)
    assert any(fault.startswith(lost) for fault in found) if lost else found == []


@pytest.mark.parametrize("notebook", MAKERS)
def test_english_stays_as_it_stands(notebook):
    nb = nbformat.read(REPOSITORY / "notebooks" / f"{notebook}.ipynb", as_version=4)
    assert prose.notebook(deepcopy(nb)) == nb
    assert all(prose.markdown(cell.source) is cell.source for cell in nb.cells)
    assert prose.translated("the circle") == "the circle"


@pytest.mark.parametrize("notebook", MAKERS)
def test_all_prose_and_lessons_can_be_translated_and_keep_their_shape(notebook):
    """In English with accents every line has the same marks, and no word is left as it was."""
    nb = nbformat.read(REPOSITORY / "notebooks" / f"{notebook}.ipynb", as_version=4)
    plain = LessonFile(lesson_file(notebook)).content
    with speaking(PSEUDO):
        said = [prose.markdown(cell.source) for cell in nb.cells if cell.cell_type == "markdown"]
        lesson = LessonFile(lesson_file(notebook)).content
    written = [cell.source for cell in nb.cells if cell.cell_type == "markdown"]
    for before, after in zip(written, said, strict=True):
        assert prose.faults(before, after) == []
        assert shape(before) == shape(after)
        if "```" not in before:
            assert unreached(re.sub(r"\(\d+ minutes?.*\)$", "", after, flags=re.M)) == []
    assert lesson.keys() == plain.keys() and lesson["title"] != plain["title"]
    for question in lesson.get("check", {}).values():
        assert question["answers" if "answers" in question else "outcomes"].keys()
    assert [text for text in in_words(lesson) if unreached(text)] == []


def in_words(part, key=""):
    """What a lesson says under keys that hold words, wherever they stand."""
    if isinstance(part, str) and key in ("alone", "question", "text", "feedback", "what_to_see"):
        yield part
    elif isinstance(part, dict | list):
        for name, inner in part.items() if isinstance(part, dict) else enumerate(part):
            yield from in_words(inner, name)


def shape(markdown):
    """How many headings, items, cells, quotes and paragraphs a text of Markdown has."""
    kinds = [r"^#+ ", r"^\s*(?:[-*]|\d+\.) ", r"(?<!\\)\|", r"(?:^>.*\n?)+", r"\n\s*\n"]
    return [len(re.findall(kind, markdown, re.M)) for kind in kinds]


def unreached(text):
    """Words with a plain vowel in them, though English with accents is spoken."""
    text = re.sub(r"<a [^>]*>.*?</a>|<math.*?</math>", " ", text, flags=re.S)
    words = re.findall(r"[^\W\d_]{2,}", prose.AS_IS.sub(" ", text))
    return [word for word in words if re.search("[aeiouy]", word) and word.isascii()]


def test_english_with_accents_leaves_what_a_translation_leaves():
    with speaking(PSEUDO):
        assert prose.translated("{share:.0%} of $e^{+}$") == "{share:.0%} ööƒ $e^{+}$"


AT_AXES = re.compile(r"[−\d.,\u202f %]*\d[\d.,\u202f %]*")
"""A number in a drawing: what stands at an axis, as a rule."""


def drawn(file):
    """By figure: what is written in its drawing on a page."""
    page = BeautifulSoup(file.read_text("utf-8"), "html.parser")
    mounts = page.select(".ll-mount[id]")
    return {m["id"]: [text.get_text() for text in m.select("svg text")] for m in mounts}


def test_numbers_at_axes_are_the_english_ones_in_the_marks_of_the_language(german, exported):
    def in_german(text):
        plain = text.replace(",", "").replace(".", ",")
        return re.sub(r"^(−?\d{2,3})(\d{3})$", "\\1\u202f\\2", plain)

    english, other = drawn(exported(NOTEBOOK)), drawn(german)
    assert english.keys() == other.keys() and len(english) == 16
    same = []
    for id, texts in other.items():
        numbers = sorted(text for text in texts if AT_AXES.fullmatch(text))
        assert [text for text in numbers if "." in text or re.search(r"\d{5}", text)] == [], id
        if numbers == sorted(in_german(text) for text in english[id] if AT_AXES.fullmatch(text)):
            same.append(id)
    # longer words leave less room, and an axis may have fewer or more ticks then
    assert len(same) >= 12
    assert "0,05" in other["four-learners"] and "8000" in other["treatments"]


def pseudo(text):
    """A translation that keeps what it has to keep."""
    with speaking(PSEUDO):
        return prose.translated(text)


def test_a_language_is_begun_renewed_and_published(spring, capsys):
    assert main(["translate", "de"]) == 0
    assert "01_spring: 0 % of" in capsys.readouterr().out
    file = prose.file("de", "01_spring")
    begun = file.read_bytes()
    assert main(["translate", "de", "01_spring"]) == 0
    assert file.read_bytes() == begun, "the same notebook gives the same bytes"

    catalogue = extract.read(file)
    for message in catalogue:
        if message.id:
            message.string = pseudo(message.id)
    with file.open("wb") as written:
        write_po(written, catalogue, width=100)
    assert main(["translate", "de"]) == 0
    assert "01_spring: 100 % of" in capsys.readouterr().out

    lesson = spring / "src" / "springs" / "spring" / "lesson.yaml"
    text = lesson.read_text("utf-8")
    lesson.write_text(text.replace("It stays the same.", "It does stay the same."), "utf-8")
    assert main(["translate", "de"]) == 0
    assert "  changed: It does stay the same.\n" in capsys.readouterr().out
    entry = extract.read(file).get("It does stay the same.")
    assert entry.fuzzy and entry.string == pseudo("It stays the same.")
    assert '#| msgid "It stays the same."\n' in file.read_text("utf-8")
    assert main(["translate", "de"]) == 0
    assert "# |" not in file.read_text("utf-8"), "the earlier text is no remark of a translator"

    assert main(["publish", "--language", "de", "--out", "site"]) == 0
    page = BeautifulSoup((spring / "site" / "01_spring.de.html").read_text("utf-8"), "html.parser")
    assert page.html["lang"] == "de" and prose.UNREVIEWED in page.get_text()
    answers = page.get_text()
    assert "It does stay the same." in answers, "what has no translation is shown in English"
    assert pseudo("It doubles.") in answers
    assert "It doubles." not in answers


def test_words_of_a_script_of_the_course_and_of_a_class_are_offered_to_translators():
    """The game says them in the browser, `records.py` beside the bars of a class."""
    found = extract.messages(PATH.with_name("05_fit_yourself.ipynb"))
    assert {"Your two moves", "{came}, {points} lost.", "Which model BIC names"} <= set(found)
    assert {"the coin", "{low} to {high}"} <= set(found)


def test_a_translation_that_lost_a_number_is_named(spring, capsys):
    assert main(["translate", "de"]) == 0
    file = prose.file("de", "01_spring")
    text = file.read_text("utf-8")
    said = 'msgid "Yes. The mass stands under the square root, too."\nmsgstr "'
    assert said in text
    file.write_text(text.replace(said, f"{said}Ja, unter 1 Wurzel."), "utf-8")
    capsys.readouterr()
    assert main(["translate", "de"]) == 0
    assert re.search(
        r"unfit: 'Yes\. The mass.*digits: lost \[\], new \['1'\]", capsys.readouterr().out
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["publish", "--language", "xx", "--out", "out"], "the course speaks: en, de"),
        (["publish", "02_nmda_mechanism", "--language", "de", "--out", "out"], "is not translated"),
        (["publish", "--language", "de", "--other-names", "--out", "out"], "are English"),
        (["translate", "klingon"], "is no language to translate into"),
        (["translate", "en"], "is no language to translate into"),
    ],
)
def test_what_cannot_be_said_in_a_language_is_told(arguments, told, capsys):
    assert main(arguments) == 1
    assert told in capsys.readouterr().err


def test_a_run_in_one_language_does_not_stand_for_one_in_another():
    english = again._mark(PATH, {})
    with speaking("de"):
        assert again._mark(PATH, {}) != english
    assert not [file for file in again._sources(PATH) if file.suffix == ".po"]


def test_the_german_page_says_what_it_is_and_has_the_addresses_of_the_english_one(
    german, exported, texts
):
    html = german.read_text("utf-8")
    page = BeautifulSoup(html, "html.parser")
    assert page.html["lang"] == "de" and '"inLanguage": "de"' in html
    assert "nicht geprüft" in page.select_one(".ll-translation").get_text()
    assert page.title.get_text().startswith("Der Kreislauf aus Zwangsgedanken")
    english = BeautifulSoup(exported(NOTEBOOK).read_text("utf-8"), "html.parser")

    def addresses(soup):
        return [tag["id"] for tag in soup.find_all(HEADINGS, id=True)]

    assert addresses(page) == addresses(english)
    glossaries = [each.select(".ll-glossary > dt") for each in (page, english)]
    assert len({frozenset(term["id"] for term in terms) for terms in glossaries}) == 1
    for code in page.find_all(class_="ll-code"):
        code.decompose()
    said = " ".join(page.get_text(" ").split())
    german_texts = prose.catalogue("de")
    left = [
        each for each in texts if len(each) > 30 and german_texts[each] != each and each in said
    ]
    assert left == []


def test_the_german_page_lives(german, page_factory):
    requests, messages = [], []
    page = page_factory(requests)
    record_messages(page, messages)
    page.goto(german.as_uri())
    wait_until_live(page, NOTEBOOK)
    question = page.locator(".ll-predict").first
    expect(question).to_contain_text("Welche seiner zwei Handlungen ist mehr wert?")
    question.get_by_role("radio", name="Die Zwangshandlung.").check()
    question.locator("form").evaluate("(form) => form.requestSubmit()")
    expect(question).to_contain_text("Ist der Lerner einmal darin")
    expect(question).to_contain_text("Die Zwangshandlung ist nicht der Fehler.")
    figure = page.locator("#worth")
    expect(figure).not_to_have_attribute("data-covered", re.compile(""))
    expect(figure).to_contain_text("Nichts hier ist je mehr wert als 0")
    expect(figure).to_contain_text("In der Erleichterung ist das Vorbeiziehenlassen")
    page.evaluate(LAID_OUT)
    assert [(id, pairs) for id, pairs in page.evaluate(ON_EACH_OTHER) if pairs] == []
    page.set_viewport_size({"width": 320, "height": 720})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert [url for url in requests if not url.startswith("file:")] == []
    assert messages == []


@pytest.fixture(scope="module")
def german_deck(german, tmp_path_factory):
    """The slides of notebook 01 in German: made of the run that made the page."""
    out = tmp_path_factory.mktemp("german_deck")
    assert main(["present", NOTEBOOK, "--language", "de", "--out", str(out)]) == 0
    return out / f"{NOTEBOOK}.de.slides.html"


@pytest.fixture
def german_slides(german_deck, page_factory):
    """Its slides, opened with the network off: they say nothing to the console."""
    requests, messages = [], []
    page = page_factory(requests, viewport={"width": 1280, "height": 720})
    record_messages(page, messages)
    page.goto(german_deck.as_uri())
    wait_until_ready(page)
    yield page
    assert [url for url in requests if not url.startswith("file:")] == []
    assert messages == []


def interface(tag):
    """By name: each message of the machine that is one line, without what it is told."""
    file = REPOSITORY / "src" / "looplab" / "language" / f"{tag}.ftl"
    found = re.findall(r"^([a-z][\w-]*) = (.+)$", file.read_text("utf-8"), re.M)
    return {name: re.split(r"\{[^{}]*\}|<[^>]*>", text) for name, text in found}


def english_of(said, texts):
    """What of these texts is English: the machine's, or the course's that has a translation."""
    german, words = interface("de"), " ".join(said)
    machine = [
        piece.strip()
        for name, pieces in interface("en").items()
        for piece in pieces
        if name in german and piece not in german[name] and prose.has_words(piece)
    ]
    found = [piece for piece in machine if piece in said or (" " in piece and piece in words)]
    known = prose.catalogue("de")
    return found + [each for each in texts if len(each) > 30 and known[each] != each in words]


def test_every_german_slide_fits_has_german_numbers_and_no_english_that_was_translated(
    german_slides, texts
):
    page, translated = german_slides, [text for text in texts if text in prose.catalogue("de")]
    assert page.locator("html").get_attribute("lang") == "de"
    names = page.locator(".slides section section").evaluate_all("all => all.map(({ id }) => id)")
    assert len(names) > 50
    read = []
    for name in names:
        assert page.evaluate(CURRENT) == name
        slide = page.locator(f"[id='{name}']")
        if slide.locator(".ll-figure[data-covered]").count():
            slide.get_by_role("button", name="Aufdecken", exact=True).click()
            expect(slide.locator(".ll-strip")).not_to_be_empty()
            page.evaluate("Reveal.dispatchEvent({ type: 'resize' })")
        assert over(slide) + slide.evaluate(TINY) == []
        said = slide.evaluate(SAID)
        points = [text for text in said if POINT.search(text.replace("CC BY 4.0", ""))]
        assert (name, points, english_of(said, translated)) == (name, [], [])
        read += said
        page.keyboard.press("PageDown")
    words = " ".join(read)
    # the frame, each word where it is said
    for told in ("In dieser Stunde", "etwa 50 Minuten", "93,6 %", "Woher die Zahlen kommen"):
        assert told in words
    assert prose.catalogue("de")[prose.UNREVIEWED] in words
    foot = page.get_by_role("navigation", name="Folien")
    for name in ("Vorige Folie", "Nächste Folie", "Übersicht", "Vortragsansicht", "Tasten"):
        expect(foot.get_by_role("button", name=name)).to_be_visible()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Tasten")
    expect(keys).to_contain_text("die Abbildung festhalten oder loslassen")
    assert english_of(keys.evaluate(SAID), translated) == []


def test_a_german_class_votes_and_the_speaker_reads_german(german_slides, texts):
    page, translated = german_slides, [text for text in texts if text in prose.catalogue("de")]
    page.evaluate("location.hash = '#slide-worth'")
    page.wait_for_function(AT, arg="slide-worth", polling=20)
    slide = page.locator("#slide-worth")
    group = slide.get_by_role("group", name="Stimmen der Klasse")
    for letter, count in zip("ABC", ("5", "12", "3"), strict=True):
        group.get_by_role("spinbutton", name=letter).fill(count)
    slide.get_by_role("button", name="Stattdessen aufdecken").click()
    votes = slide.get_by_role("list", name="Stimmen der Klasse: 20")
    told = re.compile(r"^[ABC]: \d+ von 20, die Antwort des Modells$")
    expect(votes.locator("[data-truth] .ll-unseen")).to_have_text(told)
    speaker = speaker_of(page)
    expect(speaker.locator("html")).to_have_attribute("lang", "de")
    expect(speaker.get_by_role("heading", level=1)).to_contain_text("Ein Lerner kennt diese Welt")
    expect(speaker.locator("dl")).to_contain_text(re.compile(r"Diese Folie\d+,\d min"))
    expect(speaker.locator("dl")).to_contain_text(re.compile(r"Seit Beginn\d+:\d\d"))
    expect(speaker.get_by_role("main", name="Notizen")).to_contain_text("Was gesagt werden kann")
    said = speaker.locator("body").evaluate(SAID)
    assert [text for text in said if POINT.search(text)] == []
    assert english_of(said, translated) == []


def test_a_figure_on_a_german_slide_says_what_numpy_says_in_german(german_slides):
    page = german_slides
    page.evaluate("location.hash = '#slide-ledger-held-back'")
    page.wait_for_function(AT, arg="slide-ledger-held-back", polling=20)
    field = page.locator("#ledger-held-back input[type=range]").first
    field.press("ArrowLeft")
    with speaking("de"):
        live = MAKERS[NOTEBOOK]["ledger-held-back"]()
        words = " ".join(live.description(nu_plus=float(field.input_value())).split())
    assert re.search(r"\d,\d", words)
    page.wait_for_function(SAYS, arg=["ledger-held-back", words], polling=20)
