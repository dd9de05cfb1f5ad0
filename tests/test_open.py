"""`looplab open`: it starts calmly, shows saved figures, asks nothing, and stops at one Ctrl-C."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import zipfile
from urllib.request import urlopen

import nbformat
import pytest
from browser import (
    REPOSITORY,
    JupyterLab,
    course_server,
    jupyter_environment,
    wait_until_it_answers,
)
from nbformat.sign import NotebookNotary
from nbformat.v4 import new_code_cell, new_notebook, new_output
from playwright.sync_api import expect

from looplab import bundled, cli, course

OPEN = ["-m", "looplab", "open", "--no-browser"]


@pytest.fixture
def small_course(tmp_path):
    """A course of one notebook, whose saved output only a trusted notebook shows as HTML."""
    return make_small_course(tmp_path / "course")


def make_small_course(folder):
    (folder / "assets" / "jupyter").mkdir(parents=True)
    html = '<p id="saved">shown<script>document.body.dataset.trusted = "yes"</script></p>'
    shown = new_output("display_data", {"text/html": html, "text/plain": "shown"})
    cell = new_code_cell("print(6 * 7)", execution_count=1, outputs=[shown])
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = new_notebook(cells=[cell], metadata={"kernelspec": kernel})
    (folder / "notebooks").mkdir()
    nbformat.write(notebook, folder / "notebooks" / "01_small.ipynb")
    return folder


def test_the_course_is_found_from_any_folder_inside_it(small_course, monkeypatch):
    inside = small_course / "assets" / "jupyter"
    monkeypatch.chdir(inside)
    assert course.root() == small_course
    assert [path.name for path in course.notebooks()] == ["01_small.ipynb"]


def test_a_notebook_s_room_is_in_its_own_course_wherever_one_stands(tmp_path, monkeypatch):
    other = tmp_path / "other"
    (other / "notebooks").mkdir(parents=True)
    (other / "pyproject.toml").write_text('[tool.looplab]\ncourse = "physics"\n')
    monkeypatch.chdir(REPOSITORY)
    assert course.room(other / "notebooks" / "01_waves.ipynb") == "physics.waves"
    # A notebook of no course is taken for one of the course in which one stands.
    assert course.room(tmp_path / "01_waves.ipynb") == "breaking_the_loop.waves"


def test_notebooks_come_in_teaching_order_without_the_reader_s_own(small_course, monkeypatch):
    source = small_course / "notebooks" / "01_small.ipynb"
    for name in ("02_next.ipynb", "my scratch.ipynb", "00_before.ipynb"):
        shutil.copy(source, source.with_name(name))
    monkeypatch.chdir(small_course)
    names = [path.stem for path in course.notebooks()]
    assert names == ["00_before", "01_small", "02_next"]


def test_outside_the_course_folder_it_says_where_to_go(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["open", "--no-browser"]) == 1
    message = capsys.readouterr().err
    assert f"{tmp_path} is not in the course folder" in message
    assert "Change to the folder" in message


def test_the_course_s_notebooks_are_trusted(small_course, monkeypatch, tmp_path):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.chdir(small_course)
    unreadable = small_course / "notebooks" / "00_unreadable.ipynb"
    unreadable.write_text("<<<<<<< HEAD")
    [_, path] = course.notebooks()
    notebook = nbformat.read(path, as_version=4)
    assert not NotebookNotary().check_signature(notebook)
    course.trust(course.notebooks())
    assert NotebookNotary().check_signature(notebook)


def test_a_port_in_use_is_named(small_course, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, *OPEN, "--port", str(port)],
            cwd=small_course,
            env=jupyter_environment(tmp_path),
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 1
    assert f"port {port} is not available" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="drives a POSIX terminal")
def test_one_ctrl_c_stops_it_with_no_question(small_course, tmp_path):
    import pexpect

    terminal = pexpect.spawn(
        sys.executable,
        OPEN,
        cwd=str(small_course / "notebooks"),
        env=jupyter_environment(tmp_path),
        encoding="utf-8",
        timeout=60,
    )
    page = r"lab/workspaces/[a-z-]+/tree/notebooks/01_small\.ipynb\?token="
    terminal.expect(rf"(http://[\w.:]+/){page}")
    wait_until_it_answers(terminal.match[1])
    terminal.sendintr()
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    for unwanted in ("Traceback", "[n]", "y/"):
        assert unwanted not in terminal.before


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_sigint_stops_it_in_the_background_of_a_script(small_course, tmp_path):
    # A shell starts background commands with SIGINT ignored.
    previous = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with course_server(tmp_path, small_course) as server:
            server["process"].send_signal(signal.SIGINT)
            assert server["process"].wait(timeout=30) == 0
    finally:
        signal.signal(signal.SIGINT, previous)


def test_it_opens_calm_private_and_trusted(small_course, tmp_path, chromium):
    # A reader who follows Jupyter's news elsewhere: still no request from the course.
    own = (
        tmp_path
        / "settings"
        / "@jupyterlab"
        / "apputils-extension"
        / "notification.jupyterlab-settings"
    )
    own.parent.mkdir(parents=True)
    own.write_text(json.dumps({"fetchNews": "true", "checkForUpdates": True}))
    with course_server(tmp_path, small_course) as server:
        requests = []
        lab = JupyterLab(server["url"], server["token"], chromium)
        notebook = lab.open_notebook("notebooks/01_small.ipynb", requests)
        page = notebook.page
        expect(page.locator("#saved")).to_have_text("shown")
        assert page.evaluate("document.body.dataset.trusted") == "yes"

        # What JupyterLab asks at its start it asks before it has fetched everything.
        page.wait_for_load_state("networkidle")
        expect(page.locator(".jp-Dialog, .Toastify__toast")).to_have_count(0)
        here = (server["url"], "data:", "blob:")
        assert [address for address in requests if not address.startswith(here)] == []
        assert not [address for address in requests if "/lab/api/news" in address]
        assert not [address for address in requests if "/lab/api/update" in address]

        notebook.run_all()
        expect(page.locator(".jp-OutputArea-output")).to_have_text("42\n")
        notebook.close()
        said = (tmp_path / "log.txt").read_text()
        assert "Ctrl-C" in said and "WARN" not in said and "websocket" not in said.lower(), said
    assert json.loads(own.read_text()) == {"fetchNews": "true", "checkForUpdates": True}
    assert [file for file in (tmp_path / "settings").rglob("*") if file.is_file()] == [own]


def answer(server, path):
    """What the server answers, as JSON."""
    with urlopen(f"{server['url']}{path}?token={server['token']}", timeout=30) as reply:
        return json.load(reply)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no such names")
def test_every_command_works_in_a_folder_with_any_name(tmp_path):
    folder = make_small_course(tmp_path / "a:b;c é #1 100% {x} 'q'")
    with course_server(tmp_path, folder) as server:
        # The course's settings hold, though its path looks like a list of paths.
        settings = answer(server, "lab/api/settings/@jupyterlab/notebook-extension:tracker")
        assert settings["schema"]["properties"]["windowingMode"]["default"] == "none"
        assert answer(server, "api/contents/notebooks/01_small.ipynb")["type"] == "notebook"
    for command in (["refresh"], ["publish", "--out", "site #2 100% é"]):
        done = subprocess.run(
            [sys.executable, "-m", "looplab", *command],
            cwd=folder / "notebooks",
            env=jupyter_environment(tmp_path),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
    assert "42" in (folder / "notebooks" / "site #2 100% é" / "01_small.html").read_text()


@pytest.mark.skipif(sys.platform == "win32", reason="drives a POSIX terminal")
def test_it_starts_where_the_home_folder_cannot_be_written_to(small_course, tmp_path):
    import pexpect

    (tmp_path / "no-folder").touch()
    home = tmp_path / "no-folder" / "home"
    own = ("JUPYTER", "XDG_", "IPYTHONDIR", "MPLCONFIGDIR")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(own)}
    environment |= {"HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-m", "looplab", "refresh"],
        cwd=small_course,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert f"{home / '.jupyter'}, " in done.stderr
    assert "cannot be written to, so Jupyter keeps its own files" in done.stderr

    terminal = pexpect.spawn(
        sys.executable, OPEN, cwd=str(small_course), env=environment, encoding="utf-8", timeout=60
    )
    terminal.expect("cannot be written to")
    terminal.expect(r"(http://[\w.:]+/)lab")
    wait_until_it_answers(terminal.match[1])
    terminal.sendintr()
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 0
    assert "Traceback" not in terminal.before


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The environment of someone who installed the wheel and has no clone."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=REPOSITORY, check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "installed")
    return {"PYTHONPATH": str(folder / "installed")}


def test_from_a_wheel_it_puts_the_course_into_a_folder_and_opens_it(
    installed, tmp_path, monkeypatch
):
    monkeypatch.setenv("PYTHONPATH", installed["PYTHONPATH"])
    course_folder = tmp_path / "breaking-the-loop"
    names = [path.name for path in course.numbered(REPOSITORY / "notebooks")]
    with course_server(tmp_path / "first", tmp_path) as server:
        listed = answer(server, "api/contents/notebooks")["content"]
        assert sorted(each["name"] for each in listed) == names
        said = (tmp_path / "first" / "log.txt").read_text()
        assert f"The course is now in {course_folder}." in said
    for name in ("bibliography.json", "evidence/trials.csv"):
        kept = course_folder / "assets" / name
        assert kept.read_bytes() == (REPOSITORY / "assets" / name).read_bytes()

    mine = course_folder / "notebooks" / names[0]
    mine.write_text("my own")
    (course_folder / "notebooks" / names[1]).unlink()
    with course_server(tmp_path / "second", tmp_path) as server:
        listed = answer(server, "api/contents/notebooks")["content"]
        assert sorted(each["name"] for each in listed) == [names[0], *names[2:]]
        said = (tmp_path / "second" / "log.txt").read_text()
        assert f"The course in {course_folder}, as you left it." in said
    assert mine.read_text() == "my own"


def test_from_a_wheel_a_folder_with_something_else_in_it_is_left_alone(installed, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("mine")
    for folder, words in (
        ("thesis", "is there already and is not empty; nothing was changed"),
        ("thesis/chapter.txt/x", "the course cannot be put into"),
    ):
        done = subprocess.run(
            [sys.executable, *OPEN, "--folder", folder],
            cwd=tmp_path,
            env=jupyter_environment(tmp_path) | installed,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 1 and words in done.stderr, done.stderr
    assert [path.name for path in tmp_path.glob("thesis/*")] == ["chapter.txt"]
    done = subprocess.run(
        [sys.executable, "-m", "looplab", "publish", "--out", "site"],
        cwd=tmp_path,
        env=jupyter_environment(tmp_path) | installed,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1 and "`looplab open` puts it into a folder here" in done.stderr


def test_in_a_clone_a_folder_that_is_no_course_is_refused(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(bundled, "course", lambda: None)
    assert cli.main(["open", "--folder", str(tmp_path)]) == 1
    assert f"{tmp_path} is not a course: give --folder the one" in capsys.readouterr().err
