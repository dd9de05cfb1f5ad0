"""A student's own task in a real browser: the number, the answers, and what is handed in."""

import csv
import json
import re

import numpy as np
import pytest
from browser import axe_report
from course_pages import controls_of
from playwright.sync_api import expect

from breaking_the_loop.ocd_cycle import task as ocd_task
from looplab.collect import collect
from looplab.collect.score import Book

NOTEBOOK, FIGURE = "01_ocd_cycle", "own-memory"
SHOWN = """(id) => document.querySelector(`#${id} figcaption [role=status]`).textContent"""


def number_of(page):
    return controls_of(page, FIGURE).get_by_label("Your number", exact=True)


def write_number(page, number):
    number_of(page).fill(str(number))
    number_of(page).press("Enter")


def asked(page):
    return page.locator("#task-own-memory")


def described(page, number):
    page.wait_for_function(
        "([id, text]) => document.querySelector(`#${id} figcaption [role=status]`)"
        ".textContent.includes(text)",
        arg=[FIGURE, f"number {number} "],
    )
    return page.evaluate(SHOWN, FIGURE).strip()


@pytest.mark.parametrize("student", [7, 999_999_999])
def test_the_address_gives_the_number_and_the_figure_shows_its_data(open_exported, student):
    page = open_exported(NOTEBOOK, f"#student={student}")
    assert described(page, student) == ocd_task.memory().description(student=student)
    expect(asked(page)).to_contain_text(f"The figure shows the data of number {student}.")
    page.reload()  # kept in this browser
    expect(number_of(page)).to_have_value(str(student))


@pytest.mark.parametrize("address", ["#student=many", "#student=-3", "#student=1.5"])
def test_a_number_that_is_none_is_refused_in_words(open_exported, address):
    page = open_exported(NOTEBOOK, address)
    told = page.locator(f"#{FIGURE}").get_by_text("The link asks for your number")
    expect(told).to_be_visible()
    expect(number_of(page)).to_have_value("0")


def test_without_a_number_the_course_is_as_before_and_nothing_is_kept(open_exported):
    page = open_exported(NOTEBOOK)
    expect(asked(page)).to_contain_text("No number yet")
    asked(page).get_by_role("button", name="Keep my answers").click()
    expect(asked(page).locator(".ll-result")).to_contain_text("No number yet")
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "/number" not in kept


def test_answers_without_a_number_are_not_handed_in_and_the_page_says_why(open_exported, tmp_path):
    page = open_exported(NOTEBOOK)
    notes, saved = hand_in(page), []
    page.on("download", lambda download: saved.append(download))
    notes.get_by_role("button", name="Save your answers as a file").click()
    expect(notes).to_contain_text("Write your number first")
    number = notes.get_by_label("Your number")
    expect(number).to_be_focused()
    notes.get_by_text("Or copy them as a code").click()
    code = page.get_by_label("My answers as a code")
    expect(code).to_have_value("")
    number.fill("17")
    number.blur()
    expect(code).not_to_have_value("")
    assert handed_in(page, tmp_path)["student"] == 17
    assert len(saved) == 1


def test_what_is_said_to_an_answer_is_about_its_form_alone(open_exported):
    page = open_exported(NOTEBOOK, "#student=7")
    described(page, 7)
    truth = ocd_task.key([7])["own-memory/nu-plus"].value[0]
    field = asked(page).get_by_label("How large is its memory after good surprises")
    for text, said in (
        ("ninety", "Write a number between 0 and 1"),
        ("70", "Expected is a number between 0 and 1"),
        ("0,55", "Read as 0.55."),
        (str(round(truth, 2)), f"Read as {round(truth, 2)}."),
    ):
        field.fill(text)
        field.blur()
        expect(asked(page)).to_contain_text(said)
    page.get_by_role("button", name="Keep my answers").click()
    expect(asked(page)).to_contain_text("Kept for number 7; 2 of 3 still open.")
    said = asked(page).inner_text()
    assert not re.search(r"\bNot yet\b|✓|\bcorrect\b", said)


def test_a_number_changed_after_answering_is_said_and_not_scored(open_exported, tmp_path):
    page = open_exported(NOTEBOOK, "#student=7")
    described(page, 7)
    asked(page).get_by_label("The one after good surprises.").check()
    asked(page).get_by_role("button", name="Keep my answers").click()
    write_number(page, 8)
    described(page, 8)
    expect(asked(page)).to_contain_text("These answers were kept for number 7, and the number is 8")
    filed = handed_in(page, tmp_path)
    assert filed["student"] == 8
    assert filed["answers"]["own-memory/longer"] == {"value": "good", "student": 7}
    write_number(page, 7)
    expect(asked(page)).to_contain_text("Kept for number 7; 2 of 3 still open.")


def hand_in(page):
    notes = page.locator("#notes-my-notes")
    if not notes.get_by_role("button", name="Save your answers as a file").is_visible():
        notes.get_by_text("Hand in your answers").click()
    return notes


def handed_in(page, folder):
    with page.expect_download() as download:
        hand_in(page).get_by_role("button", name="Save your answers as a file").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return json.loads(path.read_text())


def test_from_the_page_to_the_class_and_back(open_exported, tmp_path):
    """One student answers in the page and hands in a file, another the code: both are scored."""
    folder = tmp_path / "in"
    folder.mkdir()
    codes = []
    for student in (7, 8):
        page = open_exported(NOTEBOOK, f"#student={student}", covered=True)
        described(page, student)
        key = ocd_task.key([student])
        fields = asked(page)
        for label, name in (
            ("after good surprises,", "nu-plus"),
            ("after bad surprises,", "nu-minus"),
        ):
            truth = key[f"own-memory/{name}"].value[0] + (0 if student == 7 else 0.3)
            fields.get_by_label(label).fill(f"{truth:.2f}")
        longer = key["own-memory/longer"].value[0]
        fields.get_by_label(f"The one after {longer} surprises.").check()
        fields.get_by_role("button", name="Keep my answers").click()
        expect(fields).to_contain_text(f"Kept for number {student}.")
        check = page.locator("#check-easy-relief")
        check.get_by_role("radio").first.check()
        check.get_by_role("button", name="Check my answer").click()
        predict = page.locator("#predict-inside-obsession")
        predict.get_by_label("The compulsion.").check()
        predict.get_by_role("button", name="Commit").click()
        if student == 7:
            handed_in(page, folder)
        hand_in(page).get_by_text("Or copy them as a code").click()
        codes.append(page.get_by_label("My answers as a code").input_value())
    (folder / "codes.txt").write_text(codes[1] + "\n")
    assert sorted(path.name for path in folder.iterdir()) == [
        "breaking-the-loop-ocd-cycle-7-answers.json",
        "codes.txt",
    ]
    people = tmp_path / "roster.csv"
    people.write_text("student,name\n7,Ada\n8,Bo\n9,Cy\n")
    collect(folder, people, tmp_path / "out", book=Book.of_course())
    with (tmp_path / "out" / "class.csv").open(encoding="utf-8-sig", newline="") as file:
        ada, bo, cy = csv.DictReader(file)
    assert [row["01 own task right"] for row in (ada, bo, cy)] == ["3", "1", ""]
    assert ada["01 inside-obsession"] == bo["01 inside-obsession"] == "right"
    assert ada["01 easy-relief"] in ("right", "wrong")
    assert cy["01 handed in"] == "no"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_class_page_is_accessible_and_asks_for_nothing(page_factory, tmp_path, scheme):
    from test_collect import class_page

    path = class_page(tmp_path)
    requests = []
    page = page_factory(requests)
    page.goto(path.as_uri())
    assert axe_report(page, scheme) == ""
    assert requests == [path.as_uri()]
    page.locator("details").evaluate_all("(all) => all.forEach((fold) => { fold.open = true; })")
    for size in ((390, 844), (1280, 720)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_numbers_in_chromium_give_what_numpy_gives(open_exported):
    page = open_exported(NOTEBOOK)
    folds = page.locator(f"#{FIGURE} details")
    folds.evaluate_all("(all) => all.forEach((fold) => { fold.open = true; })")
    for student in (1, 17, 271_828_182):
        write_number(page, student)
        described(page, student)
        table = page.locator(f"#{FIGURE} .ll-table table:not(.ll-provenance)")
        rows = table.evaluate("(t) => [...t.rows].slice(1).map((r) => [...r.cells]"
                              ".map((cell) => cell.textContent))")  # fmt: skip
        shown = np.array([[float(cell.replace("−", "-")) for cell in row] for row in rows])
        values = ocd_task.memory().values(student=student)
        assert shown[:, -2].tolist() == values["good_size"].tolist()
        assert shown[:, -1].tolist() == values["bad_fall"].tolist()
