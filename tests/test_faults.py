"""What goes wrong around us: killed, cancelled, a full disk, a folder that may not be written to.

Each says what is wrong and leaves what was there whole. What goes wrong in a browser is in
tests/test_faults_browser.py, half-written answer files are in tests/test_collect.py, and a home
that cannot be written to is in tests/test_open.py.
"""

import errno
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from browser import PATIENCE, jupyter_environment
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from looplab.cli import main
from looplab.collect.kept import Kept
from looplab.errors import LoopError
from looplab.publish import publish, written
from looplab.publish.execute import execute
from looplab.whole import whole

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and users")


@pytest.fixture
def course(tmp_path, monkeypatch):
    """An empty course folder, with a function that writes a notebook into it."""
    folder = tmp_path / "course"
    (folder / "notebooks").mkdir(parents=True)
    (folder / "assets" / "jupyter").mkdir(parents=True)
    monkeypatch.chdir(folder)

    def write(name: str, source: str) -> Path:
        cells = [new_markdown_cell(f"# {name}"), new_code_cell(source)]
        path = folder / "notebooks" / f"{name}.ipynb"
        nbformat.write(new_notebook(cells=cells, metadata=KERNEL), path)
        return path

    return write


def contents(folder):
    """Every file below a folder, hidden ones too, with what it holds."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@POSIX
def test_a_kernel_killed_in_the_middle_leaves_what_was_published_before(course, tmp_path, capsys):
    course("01_first", "print('old')")
    course("02_second", "print('old')")
    out = tmp_path / "out"
    publish([], out)
    before = contents(out)
    course("01_first", "print('new')")
    course("02_second", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    assert main(["publish", "--out", str(out)]) == 1
    assert "looplab: 02_second: Python stopped while the notebook ran" in capsys.readouterr().err
    assert contents(out) == before


@POSIX
def test_a_cancelled_build_ends_with_its_kernel_and_leaves_the_old_output(course, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "01_first.html").write_text("old")
    before = contents(out)
    begun = tmp_path / "begun"
    course(
        "01_first",
        f"import os, pathlib, time\nbegun = pathlib.Path({str(begun)!r})\n"
        "begun.with_suffix('.part').write_text(str(os.getpid()))\n"
        "begun.with_suffix('.part').rename(begun)\ntime.sleep(1000)",
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "looplab", "publish", "--out", str(out)],
        env=jupyter_environment(tmp_path / "jupyter"),
        stderr=subprocess.PIPE,
        text=True,
    )
    until(begun.exists)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=PATIENCE / 1000)
    assert process.returncode == 130
    assert said.rstrip().endswith("looplab: stopped")
    assert "looplab/cli.py" not in said, "a traceback of ours (the kernel may write its own)"
    assert contents(out) == before
    kernel = int(begun.read_text())
    until(lambda: not runs(kernel))


@POSIX
def test_notebooks_run_side_by_side_and_the_error_of_one_ends_the_others(
    course, tmp_path, monkeypatch
):
    """The first waits until the second has begun, which never ends by itself."""
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    # one that ran alone before leaves an event loop behind, which is not for the others
    execute(course("01_first", "print('alone')"))
    begun = tmp_path / "begun"
    course(
        "01_first",
        f"import pathlib, time\nbegun = pathlib.Path({str(begun)!r})\n"
        f"end = time.monotonic() + {PATIENCE / 1000}\n"
        "while not begun.exists() and time.monotonic() < end: time.sleep(0.05)\n"
        "raise ValueError('side by side' if begun.exists() else 'alone')",
    )
    course(
        "02_second",
        f"import os, pathlib, time\nbegun = pathlib.Path({str(begun)!r})\n"
        "begun.with_suffix('.part').write_text(str(os.getpid()))\n"
        "begun.with_suffix('.part').rename(begun)\ntime.sleep(1000)",
    )
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as bystander:
        with pytest.raises(LoopError, match="01_first, cell 2 .* side by side"):
            publish([], tmp_path / "out")
        until(lambda: not runs(int(begun.read_text())))
        assert bystander.poll() is None, "a process that no notebook started"
        bystander.communicate(b"\n")
    assert not (tmp_path / "out").exists()


@POSIX
def test_a_page_is_written_where_the_reader_stands_while_another_notebook_runs(
    course, tmp_path, monkeypatch, capsys
):
    """The first ends once the second runs, which waits until the page of the first is written."""
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    begun = tmp_path / "begun"
    wait = (
        "import os, pathlib, time\nassert os.path.basename(os.getcwd()) == 'notebooks'\n"
        f"begun, end = pathlib.Path({str(begun)!r}), time.monotonic() + {PATIENCE / 1000}\n"
        "while not {}: assert time.monotonic() < end; time.sleep(0.05)"
    )
    course("01_first", wait.format("begun.exists()"))
    page = "list(pathlib.Path('..').glob('**/01_first.html'))"
    course("02_second", wait.format(page).replace("while", "begun.touch()\nwhile"))
    assert main(["publish", "--out", "site"]) == 0, capsys.readouterr().err
    assert {"01_first.html", "02_second.html"} < {each.name for each in Path("site").iterdir()}


@POSIX
def test_asked_to_end_it_stops_as_after_ctrl_c(monkeypatch, capsys):
    def ended(**_):
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(PATIENCE)

    monkeypatch.setattr("looplab.cli._minutes", ended)
    before = signal.getsignal(signal.SIGTERM)
    assert main(["minutes"]) == 130
    assert capsys.readouterr().err == "looplab: stopped\n"
    assert signal.getsignal(signal.SIGTERM) == before


def until(true):
    """Return when something is true."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def runs(process):
    """Whether a process runs; one that has ended and that nobody asked about does not."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.fixture
def full(tmp_path, monkeypatch):
    """`full(folder, free)`: a context in which that folder lies on a disk with so few bytes free.

    A small disk in memory where this machine lets us mount one, else writing fails as it would.
    """

    @contextmanager
    def mounted(folder, size):
        kept = contents(folder)
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        if sys.platform == "linux" and not subprocess.run(mount, capture_output=True).returncode:
            try:
                for name, data in kept.items():
                    (folder / name).write_bytes(data)
                yield
            finally:
                subprocess.run(["umount", "--lazy", str(folder)], check=True)
            return
        real = Path.write_text

        def write(path, text, *args, **options):
            real(path, text[: len(text) // 2], *args, **options)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        with monkeypatch.context() as here:
            here.setattr(Path, "write_text", write)
            yield

    return mounted


def test_a_full_disk_is_named_and_what_was_published_before_is_whole(
    course, tmp_path, full, capsys
):
    course("01_first", "print('old')")
    out = tmp_path / "out"
    publish([], out)
    before = contents(out)
    course("01_first", "print('new' * 100_000)")
    size = sum(map(len, before.values())) + 200_000
    with full(out, size):
        assert main(["publish", "--out", str(out)]) == 1
        said = capsys.readouterr().err
        assert f"looplab: {out}: No space left on device. Nothing in {out} was changed" in said
        assert contents(out) == before


def test_a_disk_that_is_full_before_the_checksums_changes_no_page_either(
    course, tmp_path, monkeypatch
):
    out = tmp_path / "out"
    out.mkdir()
    (out / "01.html").write_text("old")
    before = contents(out)

    monkeypatch.setattr("looplab.publish.execute.execute", lambda *_: new_notebook())
    path = course("01", "")

    def make(nb, path, folder):
        (folder / "01.html").write_text("new")
        return [folder / "01.html"]

    def no_room(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("looplab.publish.bill", no_room)
    with pytest.raises(LoopError, match="No space left on device"):
        written({path: {}}, make, out, index=False)
    assert contents(out) == before


def test_a_file_is_written_wholly_or_not_at_all(tmp_path):
    path = tmp_path / "class.csv"
    path.write_text("old")
    with pytest.raises(LoopError, match="class.csv cannot be written: No space left"), whole(path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with pytest.raises(KeyboardInterrupt), whole(path) as file:
        file.write("half")
        raise KeyboardInterrupt
    assert contents(tmp_path) == {"class.csv": b"old"}


def test_refresh_on_a_full_disk_leaves_the_notebook_whole(course, monkeypatch, capsys):
    path = course("01_first", "6 * 7")
    before = contents(path.parent)

    def no_room(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("looplab.whole.os.replace", no_room)
    assert main(["refresh"]) == 1
    assert f"looplab: {path} cannot be written: No space left" in capsys.readouterr().err
    assert contents(path.parent) == before


def test_scores_on_a_full_disk_are_kept_up_to_there(tmp_path):
    def record(mark):
        return {"mark": mark, "lesson": "waves", "student": 1, "answers": {}}

    path = tmp_path / "scored.jsonl"
    with pytest.raises(LoopError, match="What was scored before is kept"), Kept(path, "1") as kept:
        kept.keep([record("a")])
        real, kept._file = kept._file, open("/dev/full", "r+b", buffering=0)
        real.close()
        kept.keep([record("b")])
    with Kept(path, "1") as kept:
        assert [mark for mark, _ in kept.items()] == ["a"]


@POSIX
def test_a_folder_that_may_not_be_written_to_is_named_before_anything_runs(
    course, tmp_path, monkeypatch, capsys
):
    course("01_first", "raise SystemError('it ran')")
    out = tmp_path / "out"
    out.mkdir()
    (out / "01_first.html").write_text("old")
    before = contents(out)
    with read_only(out):
        assert main(["publish", "--out", str(out)]) == 1
    said = capsys.readouterr().err
    assert f"looplab: {out}: Permission denied. Nothing in {out} was changed" in said
    assert "another folder with --out" in said
    assert contents(out) == before


@contextmanager
def read_only(folder):
    """While it lasts nobody may write into the folder, this process included.

    Nothing is closed to root, so root becomes nobody for the time.
    """
    own, nobody = os.geteuid(), 65534
    folder.chmod(0o555)
    opened = [path for path in folder.parents if own == 0 and not path.stat().st_mode & 0o001]
    modes = {path: path.stat().st_mode for path in opened}
    try:
        for path, mode in modes.items():
            path.chmod(mode | 0o011)
        if own == 0:
            os.seteuid(nobody)
        yield
    finally:
        os.seteuid(own)
        folder.chmod(0o755)
        for path, mode in modes.items():
            path.chmod(mode)
