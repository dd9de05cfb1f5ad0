"""The machine knows no course: no word and no import of one, and another course runs on it."""

import ast
import os
import re
import subprocess
import sys
import textwrap

import nbformat
import pytest
from browser import REPOSITORY
from bs4 import BeautifulSoup

import looplab

MACHINE = REPOSITORY / "src" / "looplab"
WORDS = re.compile(r"\bOCD\b|_ocd|ocd_|ketamine|obsess|compulsi|breaking.the.loop", re.IGNORECASE)
TEXTS = [
    path
    for path in MACHINE.rglob("*")
    if path.suffix in {".py", ".js", ".css", ".j2", ".json"} and "vendor" not in path.parts
]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(MACHINE)))
def test_the_machine_has_no_word_of_the_course(path):
    assert not WORDS.search(path.name)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        assert not WORDS.search(line), f"{path.name}:{number}: {line.strip()}"


def imports(path):
    """Every module of ours that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_no_import_goes_from_the_machine_to_the_course():
    found = {name.split(".")[0] for path in MACHINE.rglob("*.py") for name in imports(path)}
    assert "breaking_the_loop" not in found and "numpy" in found


def test_inside_the_machine_imports_point_one_way():
    """From models to figures to lessons to pages: what is below knows nothing of what is above."""
    order = ["model", "figure", "learn", "publish"]
    for path in MACHINE.rglob("*.py"):
        own = path.relative_to(MACHINE).parts[0]
        if own not in order:
            continue
        for name in imports(path):
            parts = name.split(".")
            if parts[0] == "looplab" and len(parts) > 1 and parts[1] in order:
                assert order.index(parts[1]) <= order.index(own), f"{path} imports {name}"


def test_everything_exported_is_there_and_typed():
    for name in looplab.__all__:
        assert getattr(looplab, name).__doc__, name
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        _ = looplab.Nothing
    for package in ("looplab", "breaking_the_loop"):
        assert (REPOSITORY / "src" / package / "py.typed").is_file()


SPRING = """
    import matplotlib.pyplot as plt
    from looplab import LivingFigure, Parameter, State, continuous, equations
    from looplab.figure.style import course_style

    STIFF = Parameter("stiff", "k", "stiffness", 1.0, 0.5, 4.0, 0.5, "made up", "assumed", "N/m")

    STATES = [State("x", "x", "place", 1.0), State("v", "v", "speed")]

    @continuous(parameters=[STIFF], states=STATES)
    def spring(m):
        m.force = -m.stiff * m.x
        return {"x": m.v, "v": m.force}

    def swing():
        with course_style():
            figure, axes = plt.subplots(figsize=(5, 2.5))
            [line] = axes.plot([], [])
            axes.set(xlabel="time (s)", ylabel="place (m)")
        live = LivingFigure("swing", "A spring swings", figure, [STIFF])
        live.run(spring, duration=10, step=0.05, every=2, each={"place": "x"})
        live.pick("last", "place", -1)
        live.follow(line, x="time", y="place")
        live.describe("The spring ends at {last:+.2f} m.", "A stiffer spring swings faster.")
        return live
"""


@pytest.fixture(scope="module")
def physics(tmp_path_factory):
    """A second course: one model, one figure, one notebook; published with its own record."""
    folder = tmp_path_factory.mktemp("physics")
    package = folder / "src" / "physics"
    package.mkdir(parents=True)
    (folder / "notebooks").mkdir()
    (folder / "assets" / "jupyter").mkdir(parents=True)
    (folder / "pyproject.toml").write_text('[tool.looplab]\ncourse = "physics"\n')
    (package / "__init__.py").write_text("")
    (package / "course.py").write_text(
        'from looplab.course import Course\n\nCOURSE = Course("Physics in twenty lines")\n'
    )
    (package / "waves.py").write_text(textwrap.dedent(SPRING))
    cells = [
        nbformat.v4.new_markdown_cell("# Waves\n\nA spring swings.", id="title"),
        nbformat.v4.new_code_cell(
            "from physics import waves\nwaves.equations(waves.spring)", id="equations"
        ),
        nbformat.v4.new_code_cell("waves.swing()", id="swing"),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    nbformat.write(notebook, folder / "notebooks" / "01_waves.ipynb")
    environment_path = os.pathsep.join(str(each / "src") for each in (folder, REPOSITORY))
    subprocess.run(
        [sys.executable, "-m", "looplab", "publish", "--out", str(folder / "site")],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": environment_path},
        check=True,
    )
    return folder / "site" / "01_waves.html"


def test_a_second_course_publishes_with_its_own_title_and_not_a_word_of_ours(physics):
    page = physics.read_text(encoding="utf-8")
    soup = BeautifulSoup(page, "html.parser")
    assert soup.title.get_text().endswith("Physics in twenty lines")
    assert not WORDS.search(soup.get_text())
    assert not WORDS.search(page)


def test_the_equations_of_a_second_course_are_alive(physics, page_factory):
    page = page_factory([])
    page.goto(physics.as_uri())
    page.wait_for_function("() => document.querySelector('#swing[data-live]')")
    status = page.locator("#swing figcaption [role=status]")
    assert status.inner_text() == "The spring ends at −0.84 m."  # cos(10)
    page.get_by_role("button", name="Edit the equations").click()
    field = page.get_by_label("force =", exact=True)
    field.fill("0")
    field.press("Enter")
    page.wait_for_function(
        "(text) => document.querySelector('#swing figcaption [role=status]').textContent === text",
        arg="The spring ends at +1.00 m.",
    )
