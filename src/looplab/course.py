"""The course: its folder, its notebooks, what it says of itself, and JupyterLab opened on it."""

import atexit
import logging
import os
import re
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.resources import files
from pathlib import Path

import nbformat
from nbformat.reader import NotJSONError
from nbformat.sign import NotebookNotary

from looplab import bundled
from looplab.errors import LoopError

JUPYTER_SETTINGS = Path("assets", "jupyter")
"""Where a course keeps settings of JupyterLab beyond those that every course has."""


@dataclass(frozen=True)
class OtherNames:
    """Invented names for what a course is about, for readers whom it touches.

    `names`: {word as it stands in the texts: other name}; a word also stands for its plural and, if
    it begins with a small letter, for the one with a capital. `note` is Markdown, and takes the
    place of what stands before the notebook: that the names are invented, and what is not.
    """

    note: str
    names: Mapping[str, str]


@dataclass(frozen=True)
class Course:
    """What a course says of itself on its pages.

    `sentence` stands under its title on the index, `using` maps ways to use it to their
    explanation, as text. `look` names the package and folder that holds its drawings.
    """

    title: str
    sentence: str = ""
    licence: str = ""
    using: Mapping[str, str] = field(default_factory=dict)
    look: tuple[str, str] | None = None
    other_names: OtherNames | None = None

    def drawing(self, name: str) -> str:
        """A drawing of the course, such as `01_waves.thread`, as SVG; "" if it has none."""
        if self.look is None:
            return ""
        package, folder = self.look
        file = files(package) / folder / f"{name}.svg"
        return file.read_text("utf-8").strip() if file.is_file() else ""


def record(folder: Path) -> Course:
    """What the course in this folder says of itself: `COURSE` in the module `course` of the
    package that its `pyproject.toml` names under `[tool.looplab]`, or else no more than a title.

    Raises `LoopError` where the package that is named holds no such record.
    """
    package = package_of(folder)
    if package is None:
        return Course("A course")
    try:
        return import_module(f"{package}.course").COURSE
    except (ImportError, AttributeError) as error:
        raise LoopError(
            f"{folder / 'pyproject.toml'} names the course {package!r}, whose record cannot be "
            f"read ({error}): "
            f"let {package}/course.py hold COURSE = looplab.course.Course(…)."
        ) from None


def package_of(folder: Path) -> str | None:
    """The package of the course in this folder, named in its `pyproject.toml`, if any."""
    settings = folder / "pyproject.toml"
    tools = tomllib.loads(settings.read_text("utf-8")).get("tool", {}) if settings.is_file() else {}
    return tools.get("looplab", {}).get("course")


def room(notebook: Path) -> str | None:
    """The package in which a course notebook's figures and lesson lie: named like the notebook,
    without its number, such as `physics.waves` for `01_waves.ipynb`.

    The course is the one around the notebook, or else the one around the working directory.
    """
    package = package_of(_around(notebook.resolve().parent) or root())
    return package and f"{package}.{re.sub(r'^[0-9]+_', '', notebook.stem)}"


def numbered(folder: Path) -> list[Path]:
    """The notebooks of a folder that belong to the course: those with a number, in order."""
    return sorted(folder.glob("[0-9][0-9]_*.ipynb"))


def root() -> Path:
    """Return the course folder: the working directory or the nearest folder above it.

    What lies in its `src` can be imported from then on, here and in kernels, installed or not.
    Raises `LoopError` when neither the working directory nor any folder above it is the course.
    """
    here = Path.cwd()
    if found := _around(here):
        return found
    first = ""
    if bundled.course():
        first = "`looplab open` puts it into a folder here. If you have it already: "
    raise LoopError(
        f"{here} is not in the course folder, and looplab works on the course it is run from. "
        f"{first}Change to the folder you cloned or unpacked, the one that holds notebooks/ and "
        "pyproject.toml, and run the same command again."
    )


def _around(here: Path) -> Path | None:
    for folder in (here, *here.parents):
        if _is_course(folder):
            _make_importable(folder / "src")
            return folder
    return None


def _short(package: str) -> str:
    """The name of a course in addresses and folders."""
    return package.replace("_", "-")


def _is_course(folder: Path) -> bool:
    if not (folder / "notebooks").is_dir():
        return False
    return (folder / JUPYTER_SETTINGS).is_dir() or package_of(folder) is not None


def _make_importable(source: Path) -> None:
    if not source.is_dir() or str(source) in sys.path:
        return
    sys.path.insert(0, str(source))
    # A path that looks like a list of paths would be split.
    if os.pathsep not in str(source):
        inherited = os.environ.get("PYTHONPATH", "")
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(source), inherited]))


def _found(folder: Path | None) -> Path:
    """The course folder to open: `folder`, or the one around the working directory.

    Where there is none, the course that came with the package is put into `folder`, by default
    one named like its package.
    """
    packed = bundled.course()
    if folder is None:
        try:
            return root()
        except LoopError:
            if packed is None:
                raise
            folder = Path(_short(packed[0]))
    folder = Path(folder).absolute()
    if _is_course(folder):
        print(f"The course in {folder}, as you left it.")
    elif packed is None:
        raise LoopError(
            f"{folder} is not a course: give --folder the one you cloned or unpacked, which holds "
            "notebooks/ and pyproject.toml."
        )
    else:
        bundled.unpack(*packed, folder)
        print(f"The course is now in {folder}. It is yours to change; nothing was overwritten.")
    return folder


def notebooks() -> list[Path]:
    """Return the course's notebooks in teaching order.

    A course notebook is numbered (`01_waves.ipynb`); others in the folder are the reader's.
    """
    return numbered(root() / "notebooks")


def trust(paths: list[Path]) -> None:
    """Mark notebooks as trusted, so that JupyterLab shows their saved figures alive."""
    notary = NotebookNotary()
    for path in paths:
        try:
            notebook = nbformat.read(path, as_version=4)
        except NotJSONError:
            # JupyterLab says what is wrong with the file when it is opened; the rest of the
            # course must not wait for it.
            continue
        notary.sign(notebook)


def open_lab(port: int | None = None, browser: bool = True, folder: Path | None = None) -> None:
    """Run JupyterLab on the course until it is stopped with Ctrl-C.

    `port`: the only port to try; by default the first free one from 8888. `browser`: whether to
    open the default browser. `folder`: the course's; by default the one around the working
    directory. A course that came in a wheel is put there first. Raises `LoopError` where there is
    neither a course nor room for one.
    """
    # Imported here because it takes a second that no other command should pay.
    from jupyterlab.labapp import LabApp

    folder = _found(folder)
    os.chdir(folder)
    course = notebooks()
    trust(course)

    own = folder / JUPYTER_SETTINGS
    if own.is_dir() and os.pathsep in str(own):
        # A list of paths would be split inside this one.
        own = shutil.copytree(own, Path(tempfile.mkdtemp(prefix="looplab-"), "settings"))
        atexit.register(shutil.rmtree, own.parent, ignore_errors=True)
    # First in the search path, so these settings hold for this run only and the reader's own files
    # stay as they are.
    search = [
        str(own),
        str(files("looplab") / "jupyter"),
        os.environ.get("JUPYTER_CONFIG_PATH", ""),
    ]
    os.environ["JUPYTER_CONFIG_PATH"] = os.pathsep.join(filter(None, search))

    # A workspace of its own keeps the tabs of the reader's other projects out of the course.
    address = f"/lab/workspaces/{_short(package_of(folder) or 'course')}"
    if course:
        address += f"/tree/{course[0].relative_to(folder).as_posix()}"

    arguments = [
        f"--ServerApp.root_dir={folder}",
        f"--LabApp.default_url={address}",
        f"--ServerApp.open_browser={browser}",
        "--ServerApp.contents_manager_class=looplab.contents.CourseContents",
        # Unless its traffic is encrypted, each kernel warns that it could be overheard.
        "--KernelManager.transport_encryption=auto",
        "--Application.log_level=WARN",
        # One Ctrl-C stops the server: without this it asks y/n first.
        "--ServerApp.answer_yes=True",
        # The only user of a container or a fresh machine is often root. The server answers on
        # this machine only, and only with its token.
        "--ServerApp.allow_root=True",
    ]
    if port is not None:
        arguments += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    # Jupyter tells tornado seconds and milliseconds at once, and tornado says so at every start;
    # nothing is wrong.
    logging.getLogger("tornado.general").addFilter(
        lambda record: "websocket_ping_timeout" not in record.getMessage()
    )
    print("JupyterLab opens on the course. Press Ctrl-C here to stop it.", flush=True)
    LabApp.launch_instance(arguments)
