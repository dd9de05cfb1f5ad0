"""Run notebooks from top to bottom and keep what they show, the same bytes every time."""

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import nbformat
import papermill
import psutil
from nbclient.exceptions import DeadKernelError
from nbconvert.filters import strip_ansi
from nbformat import NotebookNode
from papermill.exceptions import PapermillExecutionError

from looplab import course, saved
from looplab.errors import LoopError, told
from looplab.language import ENGLISH, VARIABLE, current, prose, speaking
from looplab.publish import again, minutes, plans
from looplab.whole import whole

CELL_TIMEOUT = 300
"""Seconds that one cell may take."""

INJECTED = "injected-parameters"


def cell_name(nb: NotebookNode, index: int) -> str:
    """How a message names a cell: its place in the notebook as written, and its first line."""
    written = [INJECTED not in cell.metadata.get("tags", []) for cell in nb.cells[: index + 1]]
    lines = nb.cells[index].source.strip().splitlines() or [""]
    return f"cell {sum(written)} (`{lines[0].strip()}`)"


def execute(path: Path, parameters: Mapping[str, object] | None = None) -> NotebookNode:
    """The notebook at `path`, executed with papermill, with its outputs and widget state, in the
    language that is spoken now.

    The same notebook and parameters give the same result: widget ids are renumbered and
    times dropped. Raises LoopError naming the notebook, the cell and the error when a cell
    fails, when one takes longer than `CELL_TIMEOUT` seconds, or when Python itself dies.
    """
    try:
        with environment({VARIABLE: current()}):
            nb = papermill.execute_notebook(
                # papermill fills in braces, which a folder's name may have, too
                str(path).replace("{", "{{").replace("}", "}}"),
                None,
                parameters=dict(parameters or {}),
                # not `cwd`: papermill would change that of this whole process, other threads too
                resources={"metadata": {"path": str(path.parent)}},
                progress_bar={"desc": path.stem},
                execution_timeout=CELL_TIMEOUT,
                interrupt_on_timeout=True,
                extra_arguments=["--log-level=ERROR"],
            )
    except PapermillExecutionError as error:
        nb = nbformat.read(path, as_version=4)
        tagged = [i for i, c in enumerate(nb.cells) if "parameters" in c.metadata.get("tags", [])]
        # papermill counts the cell that it inserts after the one tagged `parameters`
        inserted = bool(parameters) and error.cell_index > min(tagged, default=-1)
        index = error.cell_index - inserted
        problem = f"{error.ename}: {error.evalue}".removesuffix(": ")
        if error.ename == "KeyboardInterrupt":
            problem = f"stopped after {CELL_TIMEOUT} seconds, the most that a cell may take"
        raise LoopError(f"{path.stem}, {cell_name(nb, index)} failed: {problem}") from None
    except DeadKernelError:
        raise LoopError(
            f"{path.stem}: Python stopped while the notebook ran (out of memory?). "
            "Run the notebook in JupyterLab to find the cell."
        ) from None
    for index, cell in enumerate(nb.cells):
        for output in cell.get("outputs", []):
            # What fails only when it is shown does not stop a notebook.
            if output.get("name") == "stderr" and "Traceback (most recent" in output.text:
                problem = strip_ansi(output.text).strip().splitlines()[-1]
                raise LoopError(f"{path.stem}, {cell_name(nb, index)} failed: {problem}")
    return prose.notebook(stable_widget_ids(_without_traces(nb)))


@contextmanager
def environment(more: Mapping[str, str]) -> Iterator[None]:
    """Within the block, kernels that start find these variables in their environment."""
    before = {name: os.environ.get(name) for name in more}
    os.environ |= more
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def executed(chosen: Mapping[Path, Mapping[str, object]]) -> Iterator[NotebookNode]:
    """What `execute` gives for each notebook with its parameters, in this order; from an earlier
    run if nothing changed that goes into it."""
    return _side_by_side(
        [
            partial(again.shown, path, given, partial(execute, path, given))
            for path, given in chosen.items()
        ]
    )


def _side_by_side(runs: Sequence[Callable[[], NotebookNode]]) -> Iterator[NotebookNode]:
    """What each run gives, in order; as many run at a time as there are processors.

    Closed before its end, or with an error in one run, it stops the others: a thread cannot be
    stopped, but the kernel that it waits for can.
    """
    others = psutil.Process().children()
    # the environment belongs to all threads, the language to each
    spoken = environment({VARIABLE: current()})
    with spoken, ThreadPoolExecutor(os.cpu_count()) as pool:
        futures = [pool.submit(_speaking, current(), run) for run in runs]
        try:
            for future in futures:
                yield future.result()
        finally:
            for future in futures:
                future.cancel()
            while wait(futures, timeout=0.1).not_done:
                for child in psutil.Process().children():
                    if child not in others:
                        child.kill()


def _speaking(tag: str, run: Callable[[], NotebookNode]) -> NotebookNode:
    """What `run` gives while `tag` is spoken.

    Nothing else of this thread goes into the others: in copies of its context all kernels would be
    waited for in one event loop, which does so for one only.
    """
    with speaking(tag):
        return run()


def _without_traces(nb: NotebookNode) -> NotebookNode:
    """The notebook without what differs between two runs of the same input."""
    saved.keep(nb)
    nb.metadata.pop("papermill", None)
    nb.metadata.get("language_info", {}).pop("version", None)
    for number, cell in enumerate(nb.cells):
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if INJECTED in cell.metadata.get("tags", []):
            cell.id = f"parameters-{number}"
        elif cell.metadata.get("tags") == []:
            del cell.metadata["tags"]
        for output in cell.get("outputs", []):
            if "text/plain" in output.get("data", {}):
                text = output.data["text/plain"]
                output.data["text/plain"] = re.sub(r" at 0x[0-9a-f]{6,}>", ">", text)
    return nb


def stable_widget_ids(nb: NotebookNode) -> NotebookNode:
    """The notebook with its widget models renumbered in the order in which they were made.

    The new ids stand everywhere: in the saved state, in the outputs, and in every reference.
    """
    models = saved.states(nb)
    if not models:
        return nb
    new = {old: f"widget-{number:04d}" for number, old in enumerate(models)}
    pattern = re.compile("|".join(map(re.escape, new)))
    text = pattern.sub(lambda match: new[match.group()], json.dumps(nb))
    return nbformat.from_dict(json.loads(text))


def refresh(notebooks: Sequence[str] = ()) -> list[Path]:
    """Execute the named notebooks of the course in place (all of them when none is named).

    Outputs, execution counts, widget state and the minutes that it prints are replaced;
    everything that was written by hand, cell metadata included, stays. A notebook that fails
    keeps its file as it was.
    """
    paths = choose(notebooks)
    lengths = {}
    with closing(_side_by_side([partial(execute, path) for path in paths])) as every:
        for path, ran in zip(paths, every, strict=True):
            nb = nbformat.read(path, as_version=4)
            _take_over(nb, ran)
            if any("part" in cell.metadata.get("looplab", {}) for cell in nb.cells):
                minutes.write(nb)
                lengths[path.stem] = nb.metadata.looplab.minutes
            with whole(path) as file:
                file.write(nbformat.writes(nb) + "\n")
    if lengths and (overview := course.root() / "README.md").is_file():
        minutes.write_overview(overview, lengths)
    if lengths and (guide := course.root() / "docs" / "teaching.md").is_file():
        every = {path.stem: nbformat.read(path, as_version=4) for path in course.notebooks()}
        plans.write(guide, every)
    return paths


def _take_over(nb: NotebookNode, ran: NotebookNode) -> None:
    """Put into `nb` what its cells showed when it `ran`."""
    for cell, result in zip(nb.cells, ran.cells, strict=True):
        if cell.cell_type == "code":
            cell.outputs = result.outputs
            cell.execution_count = result.execution_count
    nb.metadata.pop("widgets", None)
    if "widgets" in ran.metadata:
        nb.metadata.widgets = ran.metadata.widgets


def choose(names: Sequence[str]) -> list[Path]:
    """The course's notebooks with these names, or all of them; an unknown name is a LoopError.

    Where another language than English is spoken, those count that are translated.
    """
    known = {path.stem: path for path in course.notebooks()}
    for name in names:
        if name not in known:
            raise LoopError(
                f"there is no notebook named {told(name)}; the course has: {', '.join(known)}"
            )
    if current() == ENGLISH:
        return [known[name] for name in names or known]
    translated = [name for name in known if prose.speaks(name)]
    for name in names:
        if name not in translated:
            raise LoopError(f"{name} is not translated: `looplab translate {current()} {name}`")
    if not translated:
        raise LoopError(
            f"no notebook is translated into {told(current())}; the course speaks: "
            f"{', '.join([ENGLISH, *prose.languages()])}"
        )
    return [known[name] for name in names or translated]
