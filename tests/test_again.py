"""A notebook of which nothing changed is not run again, and one of which something did, is."""

import json
import os
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from looplab.cli import main
from looplab.publish import again

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
NAME = "01_waves"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of one notebook, which counts its runs in a file that does not belong to it."""
    for folder in ("notebooks", "assets/jupyter", "src/ours"):
        (tmp_path / "course" / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "course")
    # what is published is importable from then on: in this test only
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setenv("PYTHONPATH", os.environ.get("PYTHONPATH", ""))
    count = f"with open({str(tmp_path / 'runs')!r}, 'a') as runs: runs.write('x')\nsize"
    first = new_code_cell("size = 1", id="first", metadata={"tags": ["parameters"]})
    nb = new_notebook(cells=[first, new_code_cell(count, id="second")], metadata=KERNEL)
    nbformat.write(nb, tmp_path / "course" / "notebooks" / f"{NAME}.ipynb")
    return tmp_path / "course"


def published(course, *more):
    """Publish; how often the notebook has run by now, and what the page holds."""
    assert main(["publish", "--out", str(course / "out"), *more]) == 0
    return len((course.parent / "runs").read_text()), (course / "out" / f"{NAME}.html").read_bytes()


def changed_cell(course):
    path = course / "notebooks" / f"{NAME}.ipynb"
    nb = nbformat.read(path, 4)
    nb.cells[0].source = "size = 2"
    nbformat.write(nb, path)


CHANGES = {
    "a cell": changed_cell,
    "a module": lambda course: (course / "src" / "ours" / "waves.py").write_text("x = 1"),
    "a lesson": lambda course: (course / "src" / "ours" / "lesson.yaml").write_text("x: 1"),
    "data": lambda course: (course / "assets" / "data.csv").write_text("a,b"),
    "a file beside": lambda course: (course / "notebooks" / "data.csv").write_text("a,b"),
    "the course's package": lambda course: (course / "pyproject.toml").write_text("[project]"),
}


def test_what_did_not_change_is_not_run_again_and_gives_the_same_page(course, capsys):
    once, page = published(course)
    assert "nothing changed" not in capsys.readouterr().err
    assert published(course) == (once, page)
    assert f"{NAME}: nothing changed since it last ran (--anew runs it)" in capsys.readouterr().err
    assert main(["present", "--path", "all", "--out", str(course / "out")]) == 0
    assert published(course) == (once, page)


def test_a_run_just_made_is_in_the_order_in_which_it_is_read_later(course):
    """What is written twice in a page stands there in the order in which it came."""
    path = course / "notebooks" / f"{NAME}.ipynb"
    ran = new_notebook(metadata=KERNEL | {"b": 1, "a": 2})
    first = again.shown(path, {}, lambda: ran)
    later = again.shown(path, {}, lambda: pytest.fail("it is run again"))
    assert json.dumps(first) == json.dumps(later)


def test_a_page_of_which_nothing_changed_is_not_set_again(course, monkeypatch):
    _, page = published(course)
    monkeypatch.setattr("looplab.publish.page_html", lambda *_, **__: pytest.fail("it is"))
    assert published(course)[1] == page


def test_a_page_says_among_how_many_it_stands_without_another_run(course):
    first = course / "notebooks" / f"{NAME}.ipynb"
    once, alone = published(course)
    second = first.with_name("02_echoes.ipynb")
    nbformat.write(new_notebook(metadata=KERNEL), second)
    again, among = published(course, NAME)
    assert again == once
    assert b"Notebook 1 of 1" in alone and b"Notebook 1 of 2" in among
    second.unlink()
    assert published(course, NAME) == (once, alone)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_changed_is_run_again(course, change):
    once, _ = published(course)
    change(course)
    assert published(course)[0] == once + 1


def test_what_was_saved_of_a_run_or_renumbered_is_no_change(course):
    once, _ = published(course)
    path = course / "notebooks" / f"{NAME}.ipynb"
    nb = nbformat.read(path, 4)
    nb.cells[1].execution_count = 7
    nbformat.write(nb, path)
    assert published(course)[0] == once


def test_other_packages_run_it_again(course, monkeypatch):
    once, _ = published(course)
    monkeypatch.setattr("looplab.publish.again._installed", lambda: [])
    assert published(course)[0] == once + 1


def test_asked_to_it_runs_again(course):
    once, page = published(course)
    assert published(course, "--anew") == (once + 1, page)


def test_without_a_place_to_keep_it_every_time_runs(course, monkeypatch, tmp_path):
    (tmp_path / "taken").write_text("a file")
    monkeypatch.setattr("looplab.publish.again._folder", lambda: tmp_path / "taken")
    once, page = published(course)
    assert published(course) == (once + 1, page)


def test_a_kept_run_that_is_damaged_is_no_run(course, runs):
    once, page = published(course)
    for kept in runs.glob(f"{NAME}-*"):
        kept.write_text("{")
    assert published(course) == (once + 1, page)


def test_only_so_many_runs_are_kept_and_the_last_are(course, runs, monkeypatch):
    monkeypatch.setattr("looplab.publish.again.KEPT", 2)
    once, _ = published(course)
    (course / "assets" / "data.csv").write_text("a,b")
    published(course)
    assert published(course)[0] == once + 1
    (course / "assets" / "data.csv").write_text("a,b,c")
    published(course)
    assert len(list(runs.iterdir())) == 2
