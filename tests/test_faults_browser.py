"""A reader's browser without scripts, without storage, or with a wrong clock: the page holds.

Frames without storage and storage that is full are in tests/test_learn_browser.py.
"""

import csv
import json

import pytest
import yaml
from browser import in_each_browser
from bs4 import BeautifulSoup
from course_pages import (
    MAKERS,
    course_figure,
    lesson_file,
    predictions_of,
    record_messages,
    wait_until_live,
)
from playwright.sync_api import expect
from test_collect import book_of_01

from looplab.collect import collect
from looplab.learn.handin import read_file
from looplab.learn.text import inline


@pytest.mark.parametrize("notebook", ["01_ocd_cycle", "05_fit_yourself"])
def test_without_scripts_every_figure_and_every_question_of_a_page_is_there(
    page_factory, exported, notebook
):
    page = page_factory([], java_script_enabled=False)
    page.goto(exported(notebook).as_uri())
    shown = " ".join(page.locator("main").text_content().split())
    for id in MAKERS[notebook]:
        expect(page.locator(f"#{id} .ll-drawing svg")).to_be_visible()
        words = " ".join(course_figure(notebook, id).description().split())
        expect(page.locator(f"#{id} noscript p", has_text=words[:80])).to_be_visible()
        assert words in shown, id
    content = yaml.safe_load(lesson_file(notebook).read_text("utf-8"))
    asked = [each for ids in predictions_of(notebook).values() for each in ids]
    for question in page.locator(".ll-still", has_text="Predict.").all():
        expect(question).to_be_visible()
    questions = {id: content["predict"][id] for id in asked} | content.get("check", {})
    for id, question in questions.items():
        for text in (
            question["question"],
            *(item["text"] for item in question.get("items", {}).values()),
        ):
            assert read(text) in shown, id
        for answer in question.get("answers", {}).values():
            assert read(answer["text"]) in shown, id


def read(markdown):
    """Text as a reader sees it, up to the first formula."""
    html = str(inline(markdown)).partition("<math")[0]
    return " ".join(BeautifulSoup(html, "html.parser").get_text().split())


def open_changed(page_factory, exported, script, **options):
    """Notebook 01 with number 17 as a new reader opens it, after a script of ours."""
    page, messages = page_factory([], **options), []
    record_messages(page, messages)
    page.add_init_script(script)
    page.goto(exported("01_ocd_cycle").as_uri() + "#student=17")
    wait_until_live(page, "01_ocd_cycle")
    return page, messages


def answered(page):
    """Answer one question, and the notes in which it then stands."""
    predict = page.locator("#predict-inside-obsession")
    predict.get_by_label("The compulsion.").check()
    predict.get_by_role("button", name="Commit").click()
    expect(predict.locator(".ll-result")).not_to_be_empty()
    notes = page.locator("#notes-my-notes")
    expect(notes.get_by_role("listitem").first).to_be_visible()
    return notes


@in_each_browser
def test_where_storage_is_forbidden_an_answer_counts_until_the_page_is_closed(
    page_factory, exported
):
    page, messages = open_changed(page_factory, exported, FORBIDDEN)
    expect(answered(page)).to_contain_text("your notes last until it is closed")
    assert messages == []


@pytest.mark.parametrize("year", [1970, 2100])
def test_with_a_wrong_clock_answers_are_saved_and_scored(page_factory, exported, tmp_path, year):
    moment = f"new Date({year}, 0, 1, 12).getTime()"
    page, messages = open_changed(page_factory, exported, CLOCK % moment)
    notes = answered(page)
    notes.get_by_text("Hand in your answers").click()
    with page.expect_download() as download:
        notes.get_by_role("button", name="Save your answers as a file").click()
    file = tmp_path / "in" / "answers.json"
    download.value.save_as(file)
    found = read_file(file.read_bytes())
    assert found.saved.startswith(str(year)) and found.student == 17
    assert found.values["inside-obsession"]
    right = json.loads(file.read_text())
    right["saved"] = "2026-11-28T10:00:00Z"
    (tmp_path / "in" / "right.json").write_text(json.dumps(right))
    out = tmp_path / "out"
    collect(tmp_path / "in", None, out, book=book_of_01())
    told = BeautifulSoup((out / "class.html").read_text(), "html.parser").get_text()
    two = ["answers.json", "right.json"]  # as they were saved, by each clock
    assert ", ".join(two if year < 2026 else two[::-1]) in told
    with (out / "class.csv").open(encoding="utf-8-sig", newline="") as table:
        [row] = csv.DictReader(table)
    assert (row["student"], row["01 answered"]) == ("17", "1")
    assert messages == []


CLOCK = """{
  const Real = Date, now = %s - Real.now();
  globalThis.Date = class extends Real {
    constructor(...given) { if (given.length) super(...given); else super(Date.now()); }
    static now() { return Real.now() + now; }
  };
}"""
FORBIDDEN = """Object.defineProperty(globalThis, "localStorage", {
  get() { throw new DOMException("The operation is insecure.", "SecurityError"); },
});"""
