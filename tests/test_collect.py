"""Answers collected: read, scored and summed up, whatever the files and the roster hold."""

import csv
import json
import os
import re
import signal
import sys
from importlib import util

import numpy as np
import pytest
from browser import missing
from bs4 import BeautifulSoup
from course_pages import lesson_file
from learning import LESSON
from py_mini_racer import MiniRacer

from breaking_the_loop.ocd_cycle import task as ocd_task
from looplab import browser, cli
from looplab.collect import KEPT, collect
from looplab.collect import score as scoring
from looplab.collect.kept import Kept
from looplab.collect.roster import Roster
from looplab.collect.score import Book, Chapter, judge
from looplab.collect.summary import Tally, distribution
from looplab.errors import LoopError
from looplab.language import speaking
from looplab.language.pseudo import PSEUDO
from looplab.learn.handin import edition, questions_of, read_code, read_file
from looplab.learn.lesson_file import LessonFile

NAME = "breaking-the-loop/ocd-cycle"


@pytest.fixture(scope="module", name="book")
def book_fixture():
    return book_of_01()


def class_page(folder):
    """The page of a class of sixty, two of whom handed in something else."""
    book, answers = book_of_01(), folder / "answers"
    answers.mkdir()
    for student in range(1, 59):
        (answers / f"{student}.json").write_text(handed_in(student, book))
    (answers / "essay.docx").write_text("")
    names = [*(f"Student {n}" for n in range(1, 60)), 300 * "x"]
    people = roster(folder / "class.csv", [f"{n},{name}" for n, name in enumerate(names, 1)])
    with pytest.raises(LoopError):
        collect(answers, people, folder / "out", book=book)
    return folder / "out" / "class.html"


def book_of_01():
    """Notebook 01, with truths of its predictions that are made up."""
    content = LessonFile(lesson_file("01_ocd_cycle")).content
    truths = {}
    for id, question in content["predict"].items():
        kinds = {
            "choice": lambda q: next(iter(q["answers"])),
            "number": lambda q: q["scale"]["low"],
            "ranking": lambda q: {item: -place for place, item in enumerate(q["items"])},
            "curve": lambda q: 0.5,
        }
        truths[id] = kinds[question["kind"]](question)
    room = "breaking_the_loop.ocd_cycle"
    chapter = Chapter(NAME, "01_ocd_cycle", room, content["title"], content, truths)
    return Book({NAME: chapter}, "test")


def answers_of(student, book):
    """What a student might hand in: every third prediction, and the own task read well or badly."""
    content = book.chapters[NAME].content
    rng = np.random.default_rng(student)
    given = {}
    for id, question in content["predict"].items():
        if question["kind"] == "choice":
            given[id] = {"value": str(rng.choice(list(question["answers"])))}
        elif question["kind"] == "ranking":
            given[id] = {"value": [str(item) for item in rng.permutation(list(question["items"]))]}
        elif question["kind"] == "number":
            scale = question["scale"]
            given[id] = {"value": round(float(rng.uniform(scale["low"], scale["high"])), 3)}
        else:
            given[id] = {"value": None}
    key = ocd_task.key([student])
    off = 0 if student % 2 else 0.5
    for id in ("own-memory/nu-plus", "own-memory/nu-minus"):
        given[id] = {"value": float(key[id].value[0] - off)}
    given["own-memory/longer"] = {"value": str(key["own-memory/longer"].value[0])}
    return given


def handed_in(student, book, /, **changes):
    plain = {
        "schema": "looplab-answers",
        "version": 1,
        "lesson": NAME,
        "student": student,
        "saved": "2026-11-28T10:00:00Z",
        "answers": answers_of(student, book),
    }
    return json.dumps(plain | changes)


def roster(path, rows, head="student,name"):
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return path


def table(out):
    with (out / "class.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def class_of_200(tmp_path, book):
    """180 sound files and 20 that are damaged, each in its own way or nearly so."""
    folder = tmp_path / "in"
    folder.mkdir()
    sound = handed_in(1, book)
    damages = [
        "",
        sound[:200],
        "no JSON",
        "[]",
        "{}",
        "null",
        handed_in(2, book, schema="other"),
        handed_in(2, book, version=99),
        handed_in(2, book, lesson="physics/waves"),
        handed_in(2, book, lesson=3),
        handed_in(2, book, student=0),
        handed_in(2, book, student="=1+1"),
        handed_in(2, book, student=-4),
        handed_in(2, book, student=12345678901),
        handed_in(2, book, answers=[]),
        handed_in(2, book, answers={"never-asked": {"value": 1}}),
        handed_in(2, book, answers={"own-memory/longer": 4}),
        handed_in(2, book, answers={"own-memory/longer": {"value": {"a": 1}}}),
        "[" * 100_000,
    ]
    for number, text in enumerate(damages):
        (folder / f"damaged_{number}.json").write_text(text)
    (folder / "damaged_bytes.json").write_bytes(b"\xff\xfe\x00\x80" * 50)
    for student in range(1, 181):
        place = folder / f"{student % 7}"
        place.mkdir(exist_ok=True)
        (place / f"{student}-answers.json").write_text(handed_in(student, book))
    people = roster(tmp_path / "roster.csv", [f"{n},Student {n}" for n in range(1, 201)])
    return folder, people, tmp_path / "out"


def test_of_200_files_exactly_the_20_damaged_ones_are_reported_and_the_rest_scored(
    class_of_200, book
):
    folder, people, out = class_of_200
    with pytest.raises(LoopError) as caught:
        collect(folder, people, out, book=book)
    told = str(caught.value).splitlines()
    assert told[0].startswith("20 of 200 pieces could not be read, and 180 were scored")
    assert len(told) == 21 and all("damaged_" in line for line in told[1:])
    assert all(line.partition(": ")[2] for line in told[1:])
    rows = table(out)
    assert sum(row["01 handed in"] == "yes" for row in rows) == 180
    for row in rows[:180]:
        assert row["01 own task right"] == ("3" if int(row["student"]) % 2 else "1")
    page = (out / "class.html").read_text()
    assert "180 of 200" in page and page.count("damaged_") == 20


def test_a_rerun_scores_only_what_is_new_and_says_the_same(class_of_200, book, monkeypatch):
    folder, people, out = class_of_200
    done = []

    def counted(pieces, book):
        done.append(len(pieces))
        return scoring.scored(pieces, book)

    monkeypatch.setattr("looplab.collect.scored", counted)
    with pytest.raises(LoopError):
        collect(folder, people, out, book=book)
    first = (out / "class.csv").read_bytes(), (out / "class.html").read_bytes()
    assert sum(done) == 200
    with pytest.raises(LoopError):
        collect(folder, people, out, book=book)
    assert sum(done) == 200
    assert first == ((out / "class.csv").read_bytes(), (out / "class.html").read_bytes())
    (folder / "190.json").write_text(handed_in(190, book))
    with pytest.raises(LoopError):
        collect(folder, people, out, book=book)
    assert sum(done) == 201
    with pytest.raises(LoopError):
        collect(folder, people, out, book=Book(book.chapters, "another edition"))
    assert sum(done) == 402


def test_workers_are_started_for_what_is_new_alone(class_of_200, book, monkeypatch):
    folder, people, out = class_of_200
    with pytest.raises(LoopError, match="20 of 200"):
        collect(folder, people, out, book=book)
    started = []

    def client(*given):
        started.append(given[:2])
        raise LoopError("workers")

    monkeypatch.setattr("looplab.collect.cluster.client", client)
    monkeypatch.setattr("looplab.collect.A_CLASS", 3)  # the folder holds more, but nothing new
    for asked in ({}, {"workers": 2}, {"scheduler": "tcp://nowhere"}):
        with pytest.raises(LoopError, match="20 of 200"):
            collect(folder, people, out, book=book, **asked)
    for student in range(190, 193):
        (folder / f"{student}.json").write_text(handed_in(student, book))
    with pytest.raises(LoopError, match="workers"):
        collect(folder, people, out, workers=2, book=book)
    assert started == [(None, 2)]
    with pytest.raises(LoopError, match="20 of 203"):
        collect(folder, people, out, book=book)
    for student in range(193, 197):
        (folder / f"{student}.json").write_text(handed_in(student, book))
    with pytest.raises(LoopError, match="workers"):
        collect(folder, people, out, book=book)
    assert started == [(None, 2), (None, None)]


def test_what_was_scored_before_a_crash_is_kept(class_of_200, book):
    folder, people, out = class_of_200
    with pytest.raises(LoopError):
        collect(folder, people, out, book=book)
    whole = (out / KEPT).read_bytes()
    (out / KEPT).write_bytes(whole[:-40])  # cut in the middle of its last line
    with pytest.raises(LoopError):
        collect(folder, people, out, book=book)
    assert sorted((out / KEPT).read_bytes().splitlines()) == sorted(whole.splitlines())


HOSTILE = [
    '=HYPERLINK("https://example.org","x")',
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1+1",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "../../etc/passwd",
    "a/b\\c:d",
    'O\'Brien, "Bob"',
    "Zoë Ångström-Núñez",
    "多田 花子",
    "{{ 7*7 }}",
    "\u202eevil",  # turns the order of what follows
    "CON",
    "",
    "Same Name",
    "Same Name",
]


def test_names_in_a_roster_are_data(tmp_path, book):
    folder = tmp_path / "in"
    folder.mkdir()
    with (tmp_path / "roster.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Student", "Name", "=group"])
        for number, name in enumerate(HOSTILE, 1):
            writer.writerow([number, name, "=cmd"])
            writer.writerow([])
    before = set(tmp_path.iterdir())
    (folder / "1.json").write_text(handed_in(1, book))
    collect(folder, tmp_path / "roster.csv", tmp_path / "out", book=book)
    assert set(tmp_path.iterdir()) - before == {tmp_path / "out"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == {KEPT, "class.csv", "class.html"}
    rows = table(tmp_path / "out")
    assert len(rows) == len(HOSTILE)
    for row, name in zip(rows, HOSTILE, strict=True):
        for cell in (*row, *row.values()):
            assert not cell.strip().startswith(("=", "+", "-", "@"))
        hostile = name.strip().startswith(("=", "+", "-", "@"))
        assert row["name"] == f"{chr(39) * hostile}{name.strip()}"
    page = (tmp_path / "out" / "class.html").read_text()
    assert "<script" not in page and "<img" not in page and "{{ 7*7 }}" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page and "(no name)" in page
    assert "<bdi>\u202eevil</bdi>" in page


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("number,name\n1,A\n", "line 1: the columns are number, name; needed are `student`"),
        ("student,name\nx,A\n", "line 2: the number is 'x'"),
        ("student,name\n1,A\n\n1,B\n", "line 4: the number 1 is on line 2, too"),
        ('student,name\n1,"A\nB"\n0,C\n', "line 4: the number is '0'"),
        ("student,name\n1,A,b\n", "line 2: 3 cells under 2 columns"),
        ("student,name\n", "has no students"),
        ("student,name,name\n1,A,B\n", "a column stands there twice"),
    ],
)
def test_what_is_wrong_with_a_roster_is_named_with_its_line(tmp_path, text, told):
    (tmp_path / "roster.csv").write_text(text)
    with pytest.raises(LoopError) as caught:
        Roster.read(tmp_path / "roster.csv")
    assert told in str(caught.value)


def test_a_roster_in_another_encoding_is_named_with_its_line(tmp_path):
    (tmp_path / "roster.csv").write_bytes(b"student,name\n1,A\n2,Zo\xeb\n")
    with pytest.raises(LoopError, match="line 3: this is not UTF-8"):
        Roster.read(tmp_path / "roster.csv")


def test_who_is_missing_who_is_a_stranger_and_who_handed_in_twice_is_said(tmp_path, book):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "early.json").write_text(handed_in(1, book, saved="2026-11-01T10:00:00Z"))
    late = {"own-memory/longer": {"value": "none"}}
    (folder / "late.json").write_text(
        handed_in(1, book, saved="2026-11-02T10:00:00Z", answers=late)
    )
    (folder / "77.json").write_text(handed_in(77, book))
    people = roster(tmp_path / "roster.csv", ["1,Ada", "2,Bo"])
    collect(folder, people, tmp_path / "out", book=book)
    one, two, stranger = table(tmp_path / "out")
    assert one["01 own task right"] == "0" and one["01 answered"] == "1"
    assert two["01 handed in"] == "no"
    assert (stranger["student"], stranger["on the roster"]) == ("77", "no")
    page = (tmp_path / "out" / "class.html").read_text()
    text = BeautifulSoup(page, "html.parser").get_text()
    assert "2 Bo" in text and "1 Ada: early.json, late.json" in text


def test_of_codes_which_hold_no_time_the_last_counts_and_a_file_before_any(js, tmp_path, book):
    folder, asked = tmp_path / "in", book.chapters[NAME].asked
    folder.mkdir()
    ways = list(
        book.chapters[NAME].content["tasks"]["own-memory"]["questions"]["longer"]["answers"]
    )
    right = str(ocd_task.key([5])["own-memory/longer"].value[0])
    wrong = next(way for way in ways if way != right)

    def coded_as(student, way):
        note = {"own-memory": {"value": {"longer": way}, "student": student}}
        return coded(js, asked, note, student)

    # the second code of number 5 stands in line 10, after line 9 in the table and before it in
    # the alphabet
    lines = [coded_as(5, wrong) if at == 9 else coded_as(at + 100, right) for at in range(2, 10)]
    text = "\n".join(["code", *lines, coded_as(5, right), ""])
    (folder / "forum.csv").write_text(text)
    people = roster(tmp_path / "r.csv", ["5,Ada"])
    collect(folder, people, tmp_path / "out", book=book)
    assert table(tmp_path / "out")[0]["01 own-memory/longer"] == "right"
    (folder / "5.json").write_text(
        handed_in(5, book, answers={"own-memory/longer": {"value": wrong}})
    )
    collect(folder, people, tmp_path / "out", book=book)
    assert table(tmp_path / "out")[0]["01 own-memory/longer"] == "wrong"
    page = BeautifulSoup((tmp_path / "out" / "class.html").read_text(), "html.parser")
    assert "5 Ada: forum.csv, line 9, forum.csv, line 10, 5.json" in page.get_text()


def test_a_file_s_name_is_told_on_one_line_and_gives_a_terminal_no_command(tmp_path, book):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "new\nline \x1b[31mred\u202e.json").write_text("no answers")
    (folder / "new\\nline \x1b[31mred\u202e.json").write_text("no answers at all")
    with pytest.raises(LoopError) as caught:
        collect(folder, None, tmp_path / "out", book=book)
    first, *lines = str(caught.value).splitlines()
    assert first.startswith("2 of 2 pieces") and len(lines) == 2
    assert str(caught.value).replace("\n", "").isprintable()
    assert lines[0].startswith(r"  new\nline \x1b[31mred\u202e.json: it is not a file of answers")


def test_what_is_ticked_on_the_page_is_what_counts_as_right():
    section, question = "check", {
        "kind": "choice",
        "question": "Which?",
        "answers": {
            "a": {"text": "a", "right": True},
            "b": {"text": "b", "accepted": True},
            "c": {"text": "c"},
        },
    }  # fmt: skip
    tally = Tally()
    for value, count in (("a", 3), ("b", 2), ("c", 5)):
        for _ in range(count):
            right, idea = judge(section, question, None, value)
            tally.add("right" if right else "wrong", value, idea)
    rows = distribution(section, question, None, tally)
    # what is ticked adds up to what is said to be right
    assert sum(row.count for row in rows if row.truth) == tally.states["right"] == 5
    number = {"answer": 2.0, "tolerance": 0.1, "accepts": [{"value": 3.0}]}
    open_ = Tally()
    for value in (2.0, 2.1, 3.0, 3.05, 7.0, 1.0):
        right, _ = judge(
            "check", number | {"kind": "number", "outcomes": {"wrong": {}}}, None, value
        )
        open_.add("right" if right else "wrong", value)
    asked = number | {"kind": "number", "outcomes": {"wrong": {}}}
    ticked = [row.label for row in distribution("check", asked, None, open_) if row.truth]
    assert ticked == ["2", "2.1", "3", "3.05"]
    ranks = {"kind": "ranking", "items": {id: {"text": id} for id in "xyz"}}
    order = Tally()
    order.add("wrong", ["y", "z", "x"])
    tied = distribution("predict", ranks, {"x": 1.0, "y": 1.0, "z": 0.0}, order)
    assert [row.truth for row in tied] == [True, True, False]


def test_the_page_says_which_idea_is_most_often_behind_a_wrong_answer(tmp_path):
    book = book_of_01()
    content = book.chapters[NAME].content
    wrong = {
        id: [answer for answer in each["answers"].items() if "right" not in answer[1]]
        for id, each in content["check"].items()
        if each["kind"] == "choice"
    }
    # one wrong answer with a name for its idea, one without
    id, named, nameless = next(
        (id, with_idea[0], without[0])
        for id, answers in wrong.items()
        if (with_idea := [name for name, each in answers if "misconception" in each])
        and (without := [name for name, each in answers if "misconception" not in each])
    )
    folder = tmp_path / "in"
    folder.mkdir()
    for student, value in enumerate([named, nameless, nameless, nameless], 1):
        answers = {id: {"value": value}}
        (folder / f"{student}.json").write_text(handed_in(student, book, answers=answers))
    collect(folder, None, tmp_path / "out", book=book)
    page = BeautifulSoup((tmp_path / "out" / "class.html").read_text(), "html.parser").get_text()
    assert "The idea that most often stands behind a wrong answer (1 of 4):" in page


def test_the_page_about_a_class_speaks_the_language_and_the_table_stays(tmp_path):
    said = {}
    for tag in ("en", "de", PSEUDO):
        (tmp_path / tag).mkdir()
        with speaking(tag):
            said[tag] = class_page(tmp_path / tag)
    pages = {
        tag: BeautifulSoup(page.read_text("utf-8"), "html.parser") for tag, page in said.items()
    }
    tables = {tag: (page.parent / "class.csv").read_bytes() for tag, page in said.items()}
    assert tables["de"] == tables[PSEUDO] == tables["en"]
    german, other = pages["de"], pages[PSEUDO]
    assert german.html["lang"] == "de" and other.html["dir"] == "rtl"
    assert "58 von 60 haben etwas abgegeben" in " ".join(german.get_text(" ").split())
    # all but what tells why a piece could not be read, names, and what answers are written in
    for left in other.select("style, bdi, math, code, details[open]"):
        left.decompose()
    course, notebook = "Breaking the Loop", "01_ocd_cycle"
    text = other.get_text(" ").replace(course, " ").replace(notebook, " ")
    assert re.findall(r"(?<!\w)[A-Za-z]{2,}(?!\w)", text) == []


@pytest.mark.parametrize("tag", ["en", "de", PSEUDO])
def test_whether_an_answer_is_right_hangs_on_no_language(tag):
    with speaking(tag):
        exercises = LessonFile(lesson_file("01_ocd_cycle")).content["exercises"]
        question = exercises["value-of-obsession"]
        assert judge("exercises", question, None, question["answer"]) == (True, "")
        assert not judge("exercises", question, None, question["answer"] + 5)[0]


def test_an_answer_given_under_another_number_is_not_scored(tmp_path, book):
    folder = tmp_path / "in"
    folder.mkdir()
    stale = {"own-memory/nu-plus": {"value": 0.7, "student": 3}}
    (folder / "a.json").write_text(handed_in(1, book, answers=stale))
    collect(folder, roster(tmp_path / "r.csv", ["1,Ada"]), tmp_path / "out", book=book)
    (row,) = table(tmp_path / "out")
    assert (row["01 own-memory/nu-plus"], row["01 answered"]) == ("other", "0")


# ---- codes


@pytest.fixture(scope="module")
def js():
    racer = MiniRacer()
    racer.eval(browser.module("looplab/learn/handin.js").replace("export default", "void"))
    return racer


def coded(js, asked, notes, student):
    call = f"code({json.dumps(NAME)}, {json.dumps(asked)}, {json.dumps(notes)}, {student})"
    return js.eval(call)


def notes_of(answers):
    """The answers as the page keeps them."""
    notes = {}
    for id, answer in answers.items():
        task, slash, part = id.partition("/")
        if slash and task != "exercise":
            note = notes.setdefault(task, {"value": {}, "student": 5})
            note["value"][part] = answer["value"]
        else:
            notes[id] = answer
    return notes


def test_a_code_says_what_the_file_says(js, book):
    chapter = book.chapters[NAME]
    given = answers_of(5, book) | {"exercise/value-of-obsession": {"value": -1.25e-7}}
    notes = notes_of(given)
    code = coded(js, chapter.asked, notes, 5)
    found = read_code(code, book.editions)
    text = js.eval(f"file({json.dumps(NAME)}, {json.dumps(chapter.asked)}, {json.dumps(notes)}, 5)")
    filed = read_file(text.encode())
    assert (found.lesson, found.student) == (filed.lesson, filed.student) == (NAME, 5)
    assert set(found.values) == set(filed.values) == set(given)
    for id, answer in given.items():
        assert filed.values[id] == answer["value"]
        if isinstance(answer["value"], float):
            assert found.values[id] == pytest.approx(answer["value"], rel=1e-5)
        else:
            assert found.values[id] == answer["value"]
    assert len(code.replace(" ", "")) < 200


def test_a_letter_wrong_swapped_missing_or_too_many_is_noticed(js, book):
    code = coded(js, book.chapters[NAME].asked, notes_of(answers_of(5, book)), 5).replace(" ", "")
    rng = np.random.default_rng(1)
    slips = [code[:-1], code[1:], code + "0", code[:9] + code[10:]]
    for place in rng.integers(0, len(code) - 1, 200):
        other = rng.choice([c for c in "0123456789ABCDEFGHJKMNPQRSTVWXYZ" if c != code[place]])
        slips.append(code[:place] + other + code[place + 1 :])
        if code[place] != code[place + 1]:
            slips.append(code[:place] + code[place + 1] + code[place] + code[place + 2 :])
    for slip in slips:
        with pytest.raises(LoopError, match="copy it again"):
            read_code(slip, book.editions)
    sloppy = code.lower().replace("0", "o").replace("1", "l")
    assert read_code(sloppy, book.editions) == read_code(code, book.editions)
    with pytest.raises(LoopError, match="another edition"):
        read_code(code, {})


def test_codes_in_a_text_and_in_a_table_are_collected_line_by_line(js, tmp_path, book):
    folder = tmp_path / "in"
    folder.mkdir()
    asked = book.chapters[NAME].asked
    codes = [coded(js, asked, notes_of(answers_of(n, book)) | {}, n) for n in (1, 2, 3)]
    (folder / "codes.txt").write_text(f"{codes[0]}\n\n{codes[1][:-1]}\n")
    (folder / "codes.csv").write_text(f"name;code\nAda;{codes[2]}\nBo;\n")
    people = roster(tmp_path / "r.csv", ["1,Ada", "2,Bo", "3,Cy"])
    with pytest.raises(LoopError) as caught:
        collect(folder, people, tmp_path / "out", book=book)
    assert "1 of 3 pieces" in str(caught.value) and "codes.txt, line 3: the code" in str(
        caught.value
    )
    assert [row["01 handed in"] for row in table(tmp_path / "out")] == ["yes", "no", "yes"]


def test_both_halves_know_a_lessons_edition_alike(js, book):
    asked = book.chapters[NAME].asked
    call = (
        f"crc32(JSON.stringify([{json.dumps(NAME)}, "
        f"{json.dumps(asked)}.map(({{ id, options }}) => [id, options])]))"
    )
    assert js.eval(call) == edition(NAME, asked)


# ---- scoring


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("small") / "lesson.yaml"
    path.write_text(LESSON)
    return LessonFile(path).content


@pytest.mark.parametrize(
    ("section", "id", "truth", "value", "right", "idea"),
    [
        ("predict", "up-or-down", "falls", "falls", True, ""),
        ("predict", "up-or-down", "falls", "rises", False, "memory-alone"),
        ("predict", "how-high", 0.3, 0.33, True, ""),
        ("predict", "how-high", 0.3, 0.5, True, ""),
        ("predict", "how-high", 0.3, 0.7, False, "memory-alone"),
        ("predict", "how-high", 0.3, 0.9, False, "memory-alone"),
        ("predict", "how-high", 0.3, 0.1, False, ""),
        ("predict", "order", {"gentle": 0.8, "steep": 0.1, "none": 1.0},
         ["none", "gentle", "steep"], True, ""),
        ("predict", "order", {"gentle": 0.8, "steep": 0.1, "none": 1.0},
         ["steep", "gentle", "none"], False, "memory-alone"),
        ("predict", "drawn", 0.3, [1, 0.6, 0.34], True, ""),
        ("predict", "drawn", 0.3, [1, 0.9, 0.8], False, "memory-alone"),
        ("check", "concept", None, "change", True, ""),
        ("check", "concept", None, "height", False, "memory-alone"),
    ],
)  # fmt: skip
def test_an_answer_is_judged_as_the_page_judges_it(small, section, id, truth, value, right, idea):
    assert judge(section, small[section][id], truth, value) == (right, idea)


@pytest.mark.parametrize("value", ["never", 3, [1, "a"], [], "falls ", True])
def test_an_answer_that_none_can_give_is_unreadable_not_a_crash(book, value):
    chapter = book.chapters[NAME]
    for id in [each["id"] for each in chapter.asked if "task" not in each]:
        text = handed_in(1, book, answers={id: {"value": value}})
        (record,) = scoring.scored([("m", "file", text.encode())], book)
        if "answers" in record:
            assert record["answers"][id][0] in ("unreadable", "wrong", "right")


@pytest.mark.parametrize("value", [0.5, [0.5, 1.0], None])
def test_an_exercise_that_asks_for_a_rule_is_collected_whatever_was_answered(tmp_path, book, value):
    rules = {
        id: {"value": value}
        for id in (f"exercise/{name}" for name in book.chapters[NAME].content["exercises"])
        if isinstance(book.chapters[NAME].content["exercises"][id[9:]]["answer"], list)
    }
    assert rules
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "1.json").write_text(handed_in(1, book, answers=rules))
    collect(tmp_path / "in", roster(tmp_path / "r.csv", ["1,Ada"]), tmp_path / "out", book=book)
    assert table(tmp_path / "out")[0]["01 handed in"] == "yes"


# ---- many processes


def _distributed():
    if not util.find_spec("distributed"):
        missing("dask.distributed is not installed: uv sync --group sweep")
    import distributed

    return distributed


def test_one_worker_and_four_give_the_same_bytes_as_none(class_of_200, book, monkeypatch):
    _distributed()
    folder, people, out = class_of_200
    monkeypatch.setattr("looplab.collect.CHUNK", 20)
    found = []
    for workers in (None, 1, 4):
        here = out / str(workers)
        with pytest.raises(LoopError, match="20 of 200"):
            collect(folder, people, here, workers=workers, book=book)
        found.append([(here / name).read_bytes() for name in ("class.csv", "class.html", KEPT)])
    assert found[0] == found[1] == found[2]


def test_a_worker_killed_in_the_middle_loses_nothing(class_of_200, book, monkeypatch):
    distributed = _distributed()
    folder, people, out = class_of_200
    with pytest.raises(LoopError):
        collect(folder, people, out / "calm", book=book)
    monkeypatch.setattr("looplab.collect.CHUNK", 10)
    killed = []
    cluster = distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None
    )  # fmt: skip
    with cluster, distributed.Client(cluster) as client:
        victim = next(iter(client.run(os.getpid).values()))

        class Killing(Kept):
            """With the first part kept, others wait for the workers: then one of these dies."""

            def keep(self, records):
                super().keep(records)
                if not killed:
                    os.kill(victim, signal.SIGKILL)
                    killed.append(len(self.places))

        monkeypatch.setattr("looplab.collect.Kept", Killing)
        here = out / "killed"
        with pytest.raises(LoopError, match="20 of 200"):
            collect(folder, people, here, scheduler=cluster.scheduler_address, book=book)
    assert killed and killed[0] < 200
    for name in ("class.csv", "class.html", KEPT):
        assert (out / "calm" / name).read_bytes() == (here / name).read_bytes()


def test_without_dask_many_workers_say_what_to_install(class_of_200, book, monkeypatch):
    folder, people, out = class_of_200
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(LoopError, match="uv sync --group sweep"):
        collect(folder, people, out, workers=2, book=book)


# ---- the command


def test_the_command_says_what_it_wrote_and_fails_for_a_bad_file(
    tmp_path, book, monkeypatch, capsys
):
    monkeypatch.setattr(Book, "of_course", classmethod(lambda cls: book))
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "1.json").write_text(handed_in(1, book))
    people = roster(tmp_path / "roster.csv", ["1,Ada"])
    command = ["collect", str(folder), "--roster", str(people), "--out", str(tmp_path / "out")]
    assert cli.main(command) == 0
    assert capsys.readouterr().out.splitlines() == [
        str(tmp_path / "out" / name) for name in ("class.csv", "class.html")
    ]
    (folder / "2.docx").write_bytes(b"PK")
    assert cli.main(command) == 1
    assert "2.docx: .docx: answers are files .json" in capsys.readouterr().err
    assert cli.main([*command[:1], str(tmp_path / "none"), *command[2:]]) == 1


def test_the_executed_notebooks_hold_the_truth_of_every_prediction():
    found = Book.of_course()
    assert len(found.chapters) >= 4
    for chapter in found.chapters.values():
        for id, question in chapter.content["predict"].items():
            truth = chapter.truths[id]
            if question["kind"] == "choice":
                assert truth in question["answers"]
            elif question["kind"] == "ranking":
                assert set(truth) == set(question["items"])
            else:
                assert isinstance(truth, float)
        assert questions_of(chapter.content) == chapter.asked
