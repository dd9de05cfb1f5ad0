"""Hostile text through every door: nothing is lost, and messages are clear."""

import json
import re
from urllib.parse import quote

import mistune
import pytest
from browser import REPOSITORY
from bs4 import BeautifulSoup
from hostile import EVERY, ODD, SHORT
from test_address import engine
from test_collect import NAME, book_of_01, handed_in
from test_equation import parsed

from looplab import cli
from looplab.collect import collect
from looplab.collect.score import scored
from looplab.errors import LoopError
from looplab.learn.handin import read_code, read_file
from looplab.learn.lesson_file import LessonFile
from looplab.learn.parameters import checked
from looplab.learn.text import tagless

every = pytest.mark.parametrize("kind", EVERY)
MOST = 600
"""Letters of a message: more would bury what it says."""


def clear(message):
    """The message, short and made of what a terminal shows as it is."""
    message = str(message)
    assert 0 < len(message) <= MOST
    assert all(line.isprintable() for line in message.splitlines())
    return message


# ---- the command line


@every
def test_a_parameter_is_taken_as_declared_or_refused_by_name(kind):
    declared = {
        "seed": {"type": "integer", "minimum": 0, "maximum": 9},
        "opening": {"type": "string", "enum": ["tea", "coffee"]},
    }
    for name in declared:
        given = cli._scalar(EVERY[kind])
        with pytest.raises(LoopError) as error:
            checked(declared, {name: given}, "01_waves")
        assert clear(error.value).startswith(f"01_waves: {name} = ")


@pytest.mark.parametrize("kind", ["handler", "null", "right to left", "long"])
def test_the_name_of_a_parameter_or_a_notebook_is_refused_in_words(
    kind, monkeypatch, capsys, tmp_path
):
    monkeypatch.chdir(REPOSITORY)
    out = tmp_path / "out"
    text = EVERY[kind]
    with_name = ["publish", "--out", str(out), "-p", f"{text}=1"]
    for arguments in (["publish", text, "--out", str(out)], with_name):
        try:
            status = cli.main(arguments)
        except SystemExit as error:
            status = error.code
        assert status in (1, 2)
        said = capsys.readouterr().err
        usage = said.rpartition("looplab")[2]
        assert clear(usage.partition("; the course has")[0].partition("; parameters there")[0])
    assert not out.exists()


# ---- files


@pytest.fixture(scope="module")
def book():
    return book_of_01()


@pytest.fixture(scope="module")
def handed(book):
    """A file of answers that is sound."""
    return handed_in(1, book)


@every
def test_an_answer_file_is_read_as_data_or_refused(kind, book, handed):
    text, questions = EVERY[kind], book.chapters[NAME].content["predict"]
    kinds = {question["kind"]: id for id, question in questions.items()}
    whole = json.loads(handed) | {"answers": {kinds["choice"]: {"value": None}}}
    changes = [
        {"answers": {id: {"value": text} for id in kinds.values()}},
        {"answers": {text: {"value": 1}}},
        *({key: text} for key in ("saved", "lesson", "schema", "version", "student")),
    ]
    pieces = [*(json.dumps(whole | change) for change in changes), text]
    data = [("a", "file", piece.encode("utf-8", "replace")) for piece in pieces]
    found = scored(data, book)
    assert len(found) == len(pieces)
    for record in found:
        # what is kept and written in the end
        json.dumps(record, ensure_ascii=False).encode()
        if record.get("wrong"):
            clear(record["wrong"])
    if kind != "half a letter":
        assert not found[2].get("wrong"), "a wrong date costs nobody the answers"
    assert all(record.get("wrong") for record in found[3:])


@every
def test_a_code_is_refused_in_words(kind):
    for code in (EVERY[kind], "0123" + EVERY[kind]):
        with pytest.raises(LoopError) as error:
            read_code(code, {})
        clear(error.value)


def test_a_file_whose_name_is_no_text_is_named_and_the_rest_scored(tmp_path, book, handed):
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "1.json").write_text(handed)
    (folder / "\udcff.json").write_text("no answers")
    with pytest.raises(LoopError, match="1 of 2 pieces") as error:
        collect(folder, None, tmp_path / "out", book=book)
    assert "udcff.json: it is not a file of answers" in str(error.value)
    assert "udcff.json" in (tmp_path / "out" / "class.html").read_text()


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity", "1e308", "9" * 5000])
def test_a_number_in_an_answer_file_is_finite_or_refused(number, handed):
    text = json.dumps(json.loads(handed) | {"answers": {"a": {"value": 0}}})
    for place in ('"value": 0', '"student": 1'):
        data = text.replace(place, place.rpartition(" ")[0] + f" {number}").encode()
        assert number.encode() in data
        try:
            found = read_file(data)
        except LoopError as error:
            clear(error)
        else:
            assert abs(found.values["a"]) < float("inf")


@pytest.mark.parametrize(
    "text",
    [
        *(json.dumps(text) for text in SHORT.values()),
        *ODD.values(),
        "&a [*a]",
        "&a {title: *a}",
        "9" * 5000,
        "2020-99-99",
        "!!python/object/apply:os.system ['true']",
        "0x_",
        "[" * 3000,
        "\ud800",
    ],
)
def test_a_lesson_file_is_read_or_refused_with_its_line(tmp_path, text):
    path = tmp_path / "lesson.yaml"
    for written in (f"title: One\nmisconceptions:\n  a: {text}\n", f"title: {text}\n"):
        path.write_bytes(written.encode("utf-8", "surrogatepass"))
        try:
            LessonFile(path)
        except LoopError as error:
            assert re.match(rf"{tmp_path.name}/lesson\.yaml, line \d+", str(error))
            clear(error)


def test_tags_in_the_text_of_a_lesson_are_text_wherever_the_lesson_is_shown():
    """JupyterLab and the still page take raw HTML in Markdown; formulas and code have their own."""
    text, safe = "a <b>b</b> <img src=x> & p < 0.05", "a &lt;b>b&lt;/b> &lt;img src=x> & p < 0.05"
    assert tagless(text) == safe
    for kept in ("$a<b$", "`<b>`", "``<b>`</b>``", "1<2"):
        assert tagless(kept) == kept
    for text in SHORT.values():
        shown = BeautifulSoup(mistune.html(tagless(text)), "html.parser")
        assert not shown.find(["b", "script", "img", "svg", "iframe", "div"]), text


def test_an_edited_equation_is_a_tree_or_an_error():
    for kind, text in EVERY.items():
        found = parsed(text)
        if kind in ("plus", "minus"):
            assert found["tree"][1:] in ([1, 1], [-1, 1])
        else:
            assert "error" in found, kind
            clear(found["error"])


# ---- addresses


BOUNDARY = [["boundary", [{"name": "nu_plus", "low": 0, "high": 0.9, "label": "memory"}]]]


def read_address(address):
    """An address, read for a page with one figure."""
    call = f"readAddress({json.dumps(address)}, new Map({json.dumps(BOUNDARY)}))"
    return json.loads(engine().eval(f"JSON.stringify({call})"))


@every
def test_an_address_is_followed_or_refused_in_words(kind):
    text = quote(EVERY[kind].encode("utf-8", "replace"))
    for address in (f"#student={text}", f"#boundary?nu_plus={text}", f"#boundary?v={text}"):
        found = read_address(address)
        assert "student" not in found and found["settings"] == {}
        [refused] = found["refused"]
        assert len(refused) <= MOST
    for address in (f"#{text}", f"#boundary?{text}=1", f"#{text}/boundary?nu_plus=0.5"):
        assert len(read_address(address)["refused"]) <= 1
