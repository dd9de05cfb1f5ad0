"""What `looplab publish -p` and a notebook accept, and what they say to everything else."""

import ast
import sys

import nbformat
import pytest
from browser import REPOSITORY
from course_pages import MAKERS

from breaking_the_loop.ocd_cycle import figures
from breaking_the_loop.onset_timelines import record_figures
from breaking_the_loop.weighing_the_evidence import trial_figures
from looplab.cli import main
from looplab.errors import LoopError
from looplab.learn.lesson import Lesson
from looplab.learn.lesson_file import LessonFile, lesson_path
from looplab.learn.parameters import checked
from looplab.publish import publish

ROOMS = {notebook: f"breaking_the_loop.{notebook[3:]}" for notebook in MAKERS}


def declared(notebook):
    return LessonFile(lesson_path(ROOMS[notebook])).content["parameters"]


@pytest.mark.parametrize(
    ("notebook", "given", "message"),
    [
        ("01_ocd_cycle", "seed=-3", "seed = -3: give a whole number from 0 to 4294967295"),
        ("01_ocd_cycle", "seed=1,5", "seed = '1,5': give a whole number from 0"),
        ("01_ocd_cycle", "seed=1.5", "seed = 1.5: give a whole number from 0"),
        ("01_ocd_cycle", "seed=nan", "seed = nan: give a whole number from 0"),
        ("02_nmda_mechanism", "seed=inf", "seed = inf: give a whole number from 0"),
        ("02_nmda_mechanism", "seed=true", "seed = True: give a whole number from 0"),
        ("02_nmda_mechanism", "seed=4294967296", "seed = 4294967296: give"),
        ("01_ocd_cycle", "steps=3", "steps = 3: give a whole number from 40 to 1000"),
        ("04_weighing_the_evidence", "repeats=1e9", "repeats = 1000000000.0: give a whole"),
        ("03_onset_timelines", "opening=tea", "opening = 'tea': give one of 'every treatment', 'k"),
        ("03_onset_timelines", "opening=7", "opening = 7: give one of"),
        (
            "03_onset_timelines",
            "seed=7",
            "no parameter named 'seed' in 03_onset_timelines",
        ),
    ],
)
def test_a_value_that_is_not_allowed_is_named_before_anything_runs(
    notebook, given, message, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(REPOSITORY)
    out = tmp_path / "site"
    assert main(["publish", notebook, "--out", str(out), "-p", given]) == 1
    assert message in capsys.readouterr().err
    assert not out.exists()


def test_a_notebook_checks_its_own_cell_with_the_same_words():
    lesson = Lesson(ROOMS["01_ocd_cycle"])
    assert lesson.given(seed=7, steps=2e2, student=0) == {"seed": 7, "steps": 200, "student": 0}
    with pytest.raises(LoopError, match="seed = -3: give a whole number from 0 to 4294967295"):
        lesson.given(seed=-3, steps=200, student=0)
    with pytest.raises(LoopError, match="no parameter 'speed'; it has: seed, steps, student"):
        lesson.given(seed=1, steps=200, student=0, speed=2)
    with pytest.raises(LoopError, match="the parameters steps are not given"):
        lesson.given(seed=1, student=0)


@pytest.mark.parametrize("notebook", MAKERS)
def test_what_the_cell_sets_is_what_the_lesson_declares(notebook):
    nb = nbformat.read(REPOSITORY / "notebooks" / f"{notebook}.ipynb", as_version=4)
    places = [i for i, c in enumerate(nb.cells) if "parameters" in c.metadata.get("tags", [])]
    (place,) = places
    statements = ast.parse(nb.cells[place].source).body
    values = {node.targets[0].id: ast.literal_eval(node.value) for node in statements}
    assert checked(declared(notebook), values, notebook) == values
    assert list(values) == list(declared(notebook))
    assert f"lesson.given({', '.join(f'{n}={n}' for n in values)})" in nb.cells[place + 1].source


def test_every_declared_value_makes_the_figure():
    ends = {name: (d["minimum"], d["maximum"]) for name, d in declared("01_ocd_cycle").items()}
    for steps, seed in zip(ends["steps"], ends["seed"], strict=True):
        assert figures.one_turn(steps=steps, seed=seed).description()
    assert declared("03_onset_timelines")["opening"]["enum"] == list(record_figures.TREATMENTS)
    repeats = declared("04_weighing_the_evidence")["repeats"]
    for number in (repeats["minimum"], repeats["maximum"]):
        assert trial_figures.virtual_trial(number).description()


@pytest.fixture
def declaring_course(tmp_path, monkeypatch):
    """A course of one notebook, with a lesson that declares a number."""
    room = tmp_path / "src" / "declaring_course" / "first"
    room.mkdir(parents=True)
    for folder in (room, room.parent):
        (folder / "__init__.py").touch()
    (room / "lesson.yaml").write_text(
        "title: One\n"
        "parameters:\n"
        "  scale: {type: number, minimum: 0, maximum: 9, description: how large}\n"
    )
    (tmp_path / "pyproject.toml").write_text('[tool.looplab]\ncourse = "declaring_course"\n')
    (room.parent / "course.py").write_text(
        "from looplab.course import Course\nCOURSE = Course(title='A course')\n"
    )
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "assets" / "jupyter").mkdir(parents=True)
    cells = [
        nbformat.v4.new_markdown_cell("# One"),
        nbformat.v4.new_code_cell("scale = 1.5", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("print('doubled', 2 * scale)"),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nb = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(nb, tmp_path / "notebooks" / "01_first.ipynb")
    monkeypatch.syspath_prepend(tmp_path / "src")
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("declaring_course")]:
        del sys.modules[name]


def test_a_declared_parameter_replaces_the_value_in_the_notebook(declaring_course):
    publish([], declaring_course / "out", {"scale": 4})
    assert "doubled 8" in (declaring_course / "out" / "01_first.html").read_text()
    with pytest.raises(LoopError, match="no parameter named 'size'.*parameters there: scale"):
        publish([], declaring_course / "out", {"size": 4})
    with pytest.raises(LoopError, match="01_first: scale = 10: give a number from 0 to 9"):
        publish([], declaring_course / "out", {"scale": 10})


@pytest.mark.parametrize(
    ("declaration", "words"),
    [
        ("{type: float, minimum: 0, maximum: 9, description: x}", "'float' is not known"),
        ("{type: number, minimum: 0, description: x}", "the key `maximum` is missing"),
        ("{type: string, description: x}", "the key `enum` is missing"),
        ("{type: number, minimum: a, maximum: 9, description: x}", "'a' is not a number"),
    ],
)
def test_a_declaration_that_says_too_little_is_refused(tmp_path, declaration, words):
    (tmp_path / "lesson.yaml").write_text(f"title: One\nparameters:\n  scale: {declaration}\n")
    with pytest.raises(LoopError, match=words):
        LessonFile(tmp_path / "lesson.yaml")
