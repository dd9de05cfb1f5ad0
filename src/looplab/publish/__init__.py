"""The course as files to share: one self-contained HTML page for each notebook, and an index."""

import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path

import nbformat
from babel import Locale
from markupsafe import Markup
from nbformat import NotebookNode

from looplab import course
from looplab.errors import LoopError, told
from looplab.language import ENGLISH, prose, speaking
from looplab.language.interface import say
from looplab.learn.lesson_file import LessonFile, lesson_path
from looplab.learn.parameters import checked
from looplab.publish import again, execute
from looplab.publish.bill import BILL, bill
from looplab.publish.html import (
    address,
    drawing,
    in_language,
    page_css,
    page_html,
    title_and_summary,
)
from looplab.publish.record import SUMS, digest, digests, sums
from looplab.publish.widgets import templates


def publish(
    notebooks: Sequence[str],
    out: Path,
    parameters: Mapping[str, object] | None = None,
    other_names: bool = False,
) -> list[Path]:
    """Execute notebooks and write `out/NAME.html` for each, and `out/index.html`.

    `notebooks` are names such as `01_waves`, all of the course when empty. `parameters`
    replace values of the cell tagged `parameters`, in every chosen notebook that declares them.
    `other_names` writes `out/NAME.other-names.html` instead, to which no index leads. Where another
    language than English is spoken, such as "de", pages are `out/NAME.de.html`, of all notebooks
    that are translated when none is named; they lead to the English ones that are in `out`.
    Returns the files written. Raises LoopError, and leaves `out` as it was, for an unknown
    notebook or parameter, a failing cell, or anything that cannot live in one file.
    """
    paths, out = execute.choose(notebooks), Path(out)
    chosen = settled(paths, dict(parameters or {}))
    if other_names and course.record(course.root()).other_names is None:
        raise LoopError(
            "this course lists no other names: give its Course other_names=looplab.course."
            "OtherNames(…), or leave --other-names out"
        )

    def page(nb: NotebookNode, path: Path, folder: Path) -> list[Path]:
        draft = folder / f"{in_language(path.stem)}{'.other-names' if other_names else ''}.html"
        # an English page lies beside a translated one, or is it itself
        english = in_language(path.stem) != path.stem and (out / f"{path.stem}.html").is_file()
        make = partial(page_html, nb, path, alone=other_names, renamed=other_names, english=english)
        text = again.page(path, chosen[path], [other_names, english], make)
        draft.write_text(text, encoding="utf-8")
        return [draft]

    return written(chosen, page, out, index=not other_names)


FORMS = {"html": "page", "slides.html": "slides", "pdf": "handout"}
"""What may be made of a notebook, by the ending of its file. Answers in a file of their own are
the teacher's: no index leads there."""


def _indexed(folder: Path, out: Path) -> Path:
    """A draft in `folder` of the index of `out`: what is made of each notebook in either."""
    index = folder / "index.html"
    with speaking(ENGLISH):
        forms = {ending: say("index-form", form=form) for ending, form in FORMS.items()} | {
            f"{tag}.html": Locale.parse(tag, sep="-")
            .get_display_name(tag.replace("-", "_"))
            .title()
            for tag in prose.languages()
        }
        made = {
            path: {
                name: f"{path.stem}.{last}"
                for last, name in forms.items()
                if any((place / f"{path.stem}.{last}").exists() for place in (folder, out))
            }
            for path in course.notebooks()
        }
        text = _index({path: forms for path, forms in made.items() if forms})
    index.write_text(text, encoding="utf-8")
    return index


def written(
    chosen: Mapping[Path, Mapping[str, object]],
    make: Callable[[NotebookNode, Path, Path], Sequence[Path]],
    out: Path,
    index: bool = True,
) -> list[Path]:
    """What `make(nb, path, folder)` writes for each notebook, executed with the parameters chosen
    for it, moved into `out` once all of it is made.

    `out` is made if need be; checksums and bill of materials of all that was made there are
    written beside it, and with `index` the index. Returns the files that were asked for. Raises
    LoopError when `out` is a file or cannot be written to; whatever is raised, `out` is as it
    was.
    """
    out = Path(out)
    if out.exists() and not out.is_dir():
        raise LoopError(f"--out {out} is a file; give a folder")
    try:
        return _written(chosen, make, out, index)
    except OSError as error:
        # what is written lies in a folder whose name means nothing to a reader
        drafted = not error.filename or ".looplab-" in str(error.filename)
        raise LoopError(
            f"{out if drafted else error.filename}: {error.strerror or error}. Nothing in {out} "
            "was changed; mend this, or give another folder with --out."
        ) from None


def _written(chosen, make, out, index):
    out.parent.mkdir(parents=True, exist_ok=True)
    # on the same disk as `out`, so that finished files can be moved there in one stroke
    nearby = out if out.exists() else out.parent
    with tempfile.TemporaryDirectory(prefix=".looplab-", dir=nearby) as name:
        folder = Path(name)
        with closing(execute.executed(chosen)) as ran:
            drafts = [draft for path in chosen for draft in make(next(ran), path, folder)]
        if index:
            drafts.append(_indexed(folder, out))
        # the last that may fail, so all of it is made before any of it is moved
        about = _audit(folder, out, drafts)
        out.mkdir(exist_ok=True)
        for draft in [*drafts, *about]:
            os.replace(draft, out / draft.name)
    return [out / draft.name for draft in drafts]


def _audit(folder: Path, out: Path, drafts: Sequence[Path]) -> list[Path]:
    """Drafts of the bill of materials and of the checksums of `out`, with these drafts in it."""
    listed = digests(out / SUMS, drafts)
    listed.pop(BILL, None)
    places = {name: out / name for name in listed} | {draft.name: draft for draft in drafts}
    record = course.record(course.root())
    materials, checksums = folder / BILL, folder / SUMS
    materials.write_text(bill(record, listed, places), encoding="utf-8")
    checksums.write_text(sums(listed | {BILL: digest(materials)}), encoding="utf-8")
    return [materials, checksums]


def settled(paths: Sequence[Path], given: dict[str, object]) -> dict[Path, dict]:
    """The given parameters that each notebook declares, as it wants them.

    LoopError for one that no notebook declares, and for a value that is not allowed.
    """
    if not given:
        return dict.fromkeys(paths, {})
    has = {path: _declared(path) for path in paths}
    known = sorted({name for names in has.values() for name in names})
    for name in given:
        if name not in known:
            raise LoopError(
                f"there is no parameter named {told(name)} in {', '.join(p.stem for p in paths)}; "
                f"parameters there: {', '.join(known) or 'none'}"
            )
    return {
        path: checked(has[path], {n: given[n] for n in given if n in has[path]}, path.stem)
        for path in paths
    }


def _declared(path: Path) -> dict:
    """The parameters that the lesson file of a notebook declares."""
    room = course.room(path)
    try:
        lesson = lesson_path(room or "")
    except LoopError:
        return {}
    return LessonFile(lesson).content.get("parameters", {})


def _index(made: Mapping[Path, Mapping[str, str]]) -> str:
    about = course.record(course.root())
    pages, notebooks = [], course.notebooks()
    for path, forms in made.items():
        nb = nbformat.read(path, as_version=4)
        title, summary = title_and_summary(nb)
        page = {
            "file": next(iter(forms.values())),
            "forms": forms,
            "title": title or path.stem,
            "summary": summary,
            "place": say("notebook", number=notebooks.index(path) + 1),
            "emblem": drawing(about, f"{path.stem}.emblem", "ll-emblem"),
            "still": drawing(about, f"{path.stem}.still", "ll-sketch"),
        }
        pages.append(nb.metadata.get("looplab", {}) | page)
    return templates.get_template("index.html.j2").render(
        course=about,
        emblem=drawing(about, "emblem", "ll-emblem"),
        icon=address(about.drawing("emblem")),
        pages=pages,
        style=Markup(page_css()),
    )
