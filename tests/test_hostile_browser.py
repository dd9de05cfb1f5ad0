"""Hostile text in a real browser: none of it runs, none is lost, and the page keeps its shape."""

import csv
import json
from urllib.parse import quote

import nbformat
import pytest
import yaml
from browser import in_each_browser
from course_pages import record_messages, wait_until_live
from hostile import EVERY, RAN, SHORT
from learning import FIGURE, LESSON
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import expect
from test_collect import book_of_01, handed_in

from looplab.collect import collect
from looplab.publish.execute import execute
from looplab.publish.html import page_html

PAGE = "01_ocd_cycle"
NARROW = {"width": 320, "height": 640}
# What these texts would be, were they taken for markup.
MADE = "img[src='x'], [onerror], [onload], [onfocus], [autofocus], iframe, b:text-is('bold')"
# Markdown's own signs: of these texts a lesson shows what Markdown makes of them.
IN_MARKDOWN = {"link": "x", "prototype": "proto", "template": "{{ 77 }}{% x %}${77}"}
# What is tried in every field: text that would be markup, and some that is hard to lay out.
IN_FIELDS = [
    *("markup", "script", "handler", "drawing", "end of an attribute", "end of another"),
    *("end of a script", "frame", "right to left", "digits"),
]
# Texts whose braces a sentence about the model would fill in.
FILLED_IN = ("template",)


@pytest.fixture
def hostile(page_factory):
    """`hostile(file)`: a page from disk, narrow, on which nothing of these texts runs.

    It asks for nothing, opens no dialog, says nothing to the console, and makes no element of them.
    """
    requests, messages, dialogs, pages = [], [], [], []

    def opened(file):
        page = page_factory(requests, viewport=NARROW)
        record_messages(page, messages)
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        page.goto(file.as_uri())
        pages.append(page)
        return page

    yield opened
    for page in pages:
        assert page.evaluate(f"typeof {RAN}") == "undefined"
        assert page.locator(MADE).count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert dialogs == [] and messages == []
    assert {url.partition(":")[0] for url in requests} <= {"file"}


def read(text):
    """A text as it is read in a page: what is between its words does not count."""
    return " ".join(text.split())


def lesson_of(texts):
    """The small lesson, each of whose texts is hostile, and a check for every text."""
    lesson = yaml.safe_load(LESSON)
    joined = " ".join(text for kind, text in texts.items() if kind not in FILLED_IN)
    lesson["title"] = joined
    lesson["misconceptions"] = {"memory-alone": joined}
    rise = lesson["predict"]["up-or-down"]
    rise |= {"question": joined, "what_to_see": joined, "reveal": joined}
    rise["answers"]["rises"] |= {"text": joined, "feedback": joined}
    lesson["hints"]["ladder"] = {"title": joined, "steps": [joined, joined], "solution": joined}
    lesson["check"] = {
        f"about-{number}": {
            "kind": "choice",
            "question": f"What of {text} then?",
            "answers": {
                "this": {"text": text, "feedback": text, "misconception": "memory-alone"},
                "that": {"text": "Other.", "feedback": "Other.", "right": True},
            },
        }
        for number, text in enumerate(texts.values())
    }
    return lesson, joined


@pytest.fixture(scope="module")
def lesson_page(tmp_path_factory):
    """A page whose lesson and whose parameter hold all texts, and the parameter's value."""
    folder = tmp_path_factory.mktemp("course")
    (folder / "notebooks" / "small").mkdir(parents=True)
    (folder / "assets" / "jupyter").mkdir(parents=True)
    lesson, joined = lesson_of(SHORT)
    written = yaml.safe_dump(lesson, allow_unicode=True)
    (folder / "notebooks" / "small" / "lesson.yaml").write_text(written, encoding="utf-8")
    cells = [
        new_markdown_cell("# A small lesson\n\n## Elements"),
        new_code_cell('opening = "tea"', metadata={"tags": ["parameters"]}),
        new_code_cell(FIGURE),
        new_code_cell("print(opening)"),
        new_code_cell('lesson.predict("up-or-down", line("line-a"))'),
        *(new_code_cell(f"lesson.check({id!r})") for id in lesson["check"]),
        new_code_cell('lesson.hints("ladder")'),
        new_code_cell("lesson.notes()"),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nb = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    path = folder / "notebooks" / "01_small.ipynb"
    nbformat.write(nb, path)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        page = page_html(execute(path, {"opening": joined}), path)
    file = folder / "01_small.html"
    file.write_text(page, encoding="utf-8")
    return file, joined


@in_each_browser
def test_a_lesson_and_a_parameter_are_shown_as_they_were_written(hostile, lesson_page):
    file, joined = lesson_page
    page = hostile(file)
    checks = page.locator(".ll-check")
    expect(checks).to_have_count(len(SHORT))
    for number, kind in enumerate(SHORT):
        check = checks.nth(number)
        shown = read(IN_MARKDOWN.get(kind, SHORT[kind]))
        assert read(check.locator("legend").text_content()) == f"Check: What of {shown} then?"
        option = check.locator(".ll-option").filter(has_not_text="Other.")
        assert read(option.text_content()) == shown
        option.locator("input").check()
        check.get_by_role("button", name="Check").click()
        assert shown in read(check.locator(".ll-result").text_content())
    predict = page.locator(".ll-predict")
    predict.get_by_role("radio").nth(0).check()
    predict.get_by_role("button", name="Commit").click()
    expect(predict.locator(".ll-see")).to_be_visible()
    for summary in page.locator(".ll-hints summary, .ll-source summary").all():
        summary.evaluate("summary => { summary.parentElement.open = true; }")
    assert page.locator("pre", has_text="1e999").count()
    printed = page.locator(".ll-text").text_content()
    assert read(printed) == read(joined)


@in_each_browser
def test_notes_answers_and_what_another_page_kept_come_back_letter_by_letter(hostile, exported):
    page = hostile(exported(PAGE))
    wait_until_live(page, PAGE)
    notes = page.locator("#notes-my-notes")
    own = notes.get_by_role("textbox", name="My own notes")
    # a field keeps lines, and no carriage returns
    written = "\n".join(text for kind, text in EVERY.items() if kind != "lines")
    own.fill(written)
    kept = own.input_value()
    assert kept.replace("\ufffd", "\ud800") == written
    answer = page.locator(".ll-exercise input").first
    for kind in IN_FIELDS:
        answer.fill(SHORT[kind])
        answer.press("Enter")
        expect(page.locator(".ll-exercise [role=status]").first).not_to_be_empty()
    # what any page from the same place may have written there
    notes_of = {
        id: {"element": text, "question": text, "words": text, "outcome": text, "value": text}
        for id, text in SHORT.items()
    }
    page.evaluate(
        """(kept) => {
          const key = "breaking-the-loop/ocd-cycle";
          const mine = JSON.parse(localStorage.getItem(key));
          localStorage.setItem(key, JSON.stringify({ ...mine, ...kept }));
        }""",
        notes_of,
    )
    page.reload()
    wait_until_live(page, PAGE)
    assert own.input_value() == kept
    items = [read(text) for text in notes.get_by_role("listitem").all_text_contents()]
    for text in SHORT.values():
        assert any(read(text) in item for item in items), text
    number = notes.get_by_role("textbox", name="Your number")
    notes.locator(".ll-hand-in").evaluate("details => { details.open = true; }")
    for kind in IN_FIELDS:
        number.fill(SHORT[kind])
        number.press("Enter")
    notes.get_by_text("As text, to copy").click()
    assert kept in notes.get_by_role("textbox", name="My notes as text").input_value()


@in_each_browser
def test_an_address_and_an_equation_are_refused_in_words_that_show_them(hostile, exported):
    page = hostile(exported(PAGE))
    wait_until_live(page, PAGE)
    page.locator("#boundary").get_by_role("button", name="Show me").click()
    told = page.locator("#boundary .ll-refused")
    for text in [SHORT[kind] for kind in IN_FIELDS]:
        for place in ("", "student=", "boundary?rule.two_trace_rule.credit=", "boundary?nu_plus="):
            page.evaluate("(address) => { location.hash = address; }", f"{place}{quote(text)}")
        expect(told).to_contain_text("The link asks for")
        expect(told).to_contain_text(text.strip()[:20])
    rules = page.locator(".ll-equations").first
    rules.get_by_role("button", name="Edit the equations").click()
    field = rules.get_by_role("textbox").first
    for kind in IN_FIELDS:
        field.fill(SHORT[kind])
        expect(field).to_have_attribute("aria-invalid", "true")


@in_each_browser
def test_the_page_of_a_class_holds_every_name_and_runs_none(hostile, tmp_path):
    folder, book = tmp_path / "in", book_of_01()
    folder.mkdir()
    names = [*SHORT.values(), EVERY["long"][:1000]]
    with (tmp_path / "roster.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["student", "name"])
        writer.writerows(enumerate(names, 1))
    for number in (1, 2):
        later = handed_in(number, book, saved=f"2026-11-0{number}T10:00:00Z")
        for copy in ("a", "b" * 200):
            (folder / f"<b>{number}{copy}.json").write_text(later)
    damaged = json.dumps({"schema": "looplab-answers", "version": 1, "lesson": SHORT["handler"]})
    (folder / "damaged.json").write_text(damaged)
    with pytest.raises(Exception, match="1 of 5 pieces"):
        collect(folder, tmp_path / "roster.csv", tmp_path / "out", book=book)
    page = hostile(tmp_path / "out" / "class.html")
    for summary in page.locator("summary").all():
        summary.evaluate("summary => { summary.parentElement.open = true; }")
    shown = [read(text) for text in page.locator("bdi").all_text_contents()]
    for name in names[2:]:
        assert read(name) in shown, name
