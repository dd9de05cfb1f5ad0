"""One executed notebook as slides: the same cells as on its page, in one file of their own.

A heading begins a slide; a figure, a question, equations and open code have one each; prose is
shortened by `slides.py`. What is left out of the slides stands in the notes of the speaker's view.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import nbformat
from markupsafe import Markup, escape
from nbformat import NotebookNode

from looplab import browser
from looplab.errors import LoopError
from looplab.figure.style import colours_css, small
from looplab.language import current
from looplab.language.interface import say
from looplab.marks import EXPLANATION, MARK, meaning
from looplab.mathml import mathml_css
from looplab.publish import execute, minutes, slides, written
from looplab.publish.execute import cell_name
from looplab.publish.html import (
    PART,
    Cells,
    address,
    code_html,
    drawing,
    file_of_page,
    in_language,
    in_words,
    inline_script,
    place,
    policy,
    title_and_summary,
    unreviewed,
)
from looplab.publish.widgets import templates
from looplab.saved import VIEW

VENDOR = files("looplab") / "vendor" / "reveal"
ALL = "all"
"""The way that takes every part of a notebook."""
USUAL = "class"
"""The way that a deck takes unless another is named."""
LED = ("code", "equations", "exercise", "table")
"""Slides that take a few words which lead to them, at most `FEW`, along."""
FEW = 40
BEGINS = ("slide", "subslide")
LISTS = re.compile(r"class=\"ll-(glossary|references)\"")
"""Lists at the end of a page, to look things up in."""
LETTERS = "letters.html"
"""The sheet of letters, for the teacher: no index leads there."""
MOST_LINES = 5
"""Longer sets of equations stand in two columns."""
FOLDED = re.compile(r"<details><summary>[^<]*</summary>(.*?)</details>", re.S)


@dataclass
class Slide:
    """One slide: `body` and `notes` are HTML, `cell` the id of the cell that it shows.

    `cells` are ids of others that went into it; with `begins` a column of the overview begins.
    """

    kind: str
    cell: str
    body: Markup
    title: Markup = Markup("")
    part: str = ""
    begins: bool = False
    count: int = 0
    cells: list[str] = field(default_factory=list)
    notes: list[Markup] = field(default_factory=list)
    seconds: float = 0.0
    name: str = ""


def deck_html(nb: NotebookNode, path: Path, way: str = USUAL) -> str:
    """The slides of an executed notebook along one of its ways; `path` is where the notebook lies.

    `way` is the name of a path in the notebook's metadata, or `all`. Raises LoopError for a way
    that the notebook does not name, and for all that `page_html` does.
    """
    return _Deck(nb, path, way).html()


def present(notebooks: Sequence[str], out: Path, way: str = USUAL) -> list[Path]:
    """Execute notebooks and write `out/NAME.slides.html` for each: slides along one of its ways.

    `notebooks` are names, all of the course when empty. `out/letters.html` is a sheet to print,
    with which a class answers by letter; `out/index.html` then leads to all else that was made
    there. Where another language than English is spoken, slides are `out/NAME.de.slides.html`, and
    no index leads there. Returns the files written. Raises LoopError, and leaves `out` as it was,
    where `publish` and `deck_html` do.
    """
    paths = execute.choose(notebooks)
    for path in paths:
        chosen_way(nbformat.read(path, as_version=4), path, way)

    def deck(nb: NotebookNode, path: Path, folder: Path) -> list[Path]:
        draft = folder / f"{in_language(path.stem)}.slides.html"
        draft.write_text(deck_html(nb, path, way), encoding="utf-8")
        if path != paths[-1]:
            return [draft]
        sheet = folder / LETTERS
        text = templates.get_template(f"{LETTERS}.j2").render()
        sheet.write_text(text, encoding="utf-8")
        return [draft, sheet]

    return written(dict.fromkeys(paths, {}), deck, out)


class _Deck(Cells):
    def __init__(self, nb: NotebookNode, path: Path, way: str):
        super().__init__(nb, path)
        self.way = chosen_way(nb, path, way)
        self.specs = {name: model["state"] for name, model in self.widgets.saved.items()}
        self.slides: list[Slide] = []
        self.part = ""
        self.uses_marks = False

    def html(self) -> str:
        found = minutes.sections(self.nb)
        seconds = minutes.on_path(found, self.way)
        chosen = [c for c in self.nb.cells if _shown(c, seconds)]
        parts = [s for s in found if s.part in self.way["parts"] and s.part != minutes.OPENING]
        for cell in chosen:
            try:
                self.add(cell, parts)
            except LoopError as error:
                name = cell_name(self.nb, self.nb.cells.index(cell))
                raise LoopError(f"{self.path.stem}, {name}: {error}") from None
        shown = [[slide.cell, *slide.cells] for slide in self.slides]
        for slide, cells in zip(self.slides, shown, strict=True):
            # a cell's time is shared by the slides that it became
            slide.seconds = sum(seconds.get(c, 0) / sum(c in each for each in shown) for c in cells)
            number = sum(each.cell == slide.cell and bool(each.name) for each in self.slides) + 1
            slide.name = slide.cell if number == 1 else f"{slide.cell}-{number}"
        return self.assembled(sum(seconds.values()) / 60)

    def add(self, cell: NotebookNode, parts: list) -> None:
        """The slides of one cell, after what there is."""
        kind = _slide_type(cell)
        before, known = self.slides[-1:], len(self.slides)
        if kind == "notes" and before:
            before[0].notes.append(Markup(self.markdown(cell.source)))
            return
        if cell.cell_type == "markdown":
            self.attachments = cell.get("attachments", {})
            if cell is self.nb.cells[0]:
                self.opening(cell, parts)
            else:
                self.say(cell.id, slides.slides(cell.source))
        elif cell.cell_type == "code":
            self.code(cell)
        made = self.slides[known:]
        said = cell.metadata.get("looplab", {}).get("notes", "").strip()
        if said and self.slides:
            # what a cell tells the lecturer comes before what was left out of its slides
            (made or self.slides[-1:])[0].notes.insert(0, Markup(self.markdown(said)))
        if kind in BEGINS and made:
            made[0].begins = kind == "slide"
        if kind == "fragment" and made and before:
            del self.slides[known:]
            inner = Markup("").join(slide.body for slide in made)
            before[0].body += Markup('<div class="fragment">{}</div>').format(inner)
            before[0].notes += [note for slide in made for note in slide.notes]

    def opening(self, cell: NotebookNode, parts: list) -> None:
        """The title, what to know before, what is learned, and the parts on this way."""
        title, _ = title_and_summary(self.nb)
        head = re.sub(r"\A\s*# .*\n+(\*[^*]+\*\s*\n)?", "", cell.source)
        quote = re.search(r"(?:^>.*\n?)+", head, re.M)
        self.slide("title", cell, Markup(""), Markup(escape(title or self.path.stem)))
        if quote:
            head = head.replace(quote[0], "")
            text = re.sub(r"^> ?", "", quote[0], flags=re.M).strip()
            name = re.match(r"\*\*([^*]+?)\.?\*\*\s*", text)
            heading = Markup(escape(name[1] if name else ""))
            for words in slides.whole(text[name.end() :] if name else text):
                self.slide("before", cell, self.rendered(words.text), heading)
        # the parts are listed below, for the way taken; what follows says how to read a page
        rest, *after = re.split(r"(?:^\|.*\n?)+", head, maxsplit=1, flags=re.M)
        self.say(cell.id, slides.slides(rest))
        if parts:
            rows = [
                {
                    "number": s.part,
                    "title": self.inline(s.title.partition(" · ")[2]),
                    "minutes": s.minutes,
                }
                for s in parts
            ]
            agenda = templates.get_template("agenda.html.j2").render(rows=rows)
            self.slide("agenda", cell, Markup(agenda), Markup(escape(say("deck-in-this-lesson"))))
            self.slides[-1].notes += [Markup(self.markdown(text)) for text in after]

    def say(self, cell_id: str, found: list[slides.Words]) -> None:
        for words in found:
            part = PART.fullmatch(words.title)
            if words.level == 2:
                self.part = re.sub(r"\s+\(\d+ minutes?[^)]*\)$", "", words.title)
            if not (words.text or words.title):
                # all of it is folded on the page
                self.slides[-1].notes.append(Markup(self.markdown(words.notes)))
                continue
            title = self.inline(part["title"] if part else words.title)
            kind = "part" if words.level == 2 else "words"
            slide = Slide(kind, cell_id, self.rendered(words.text), title, self.part)
            slide.begins, slide.count = words.level == 2, words.count
            before = self.slides[-1:]
            explains = not (words.level or words.title or words.notes) and len(found) == 1
            if explains and before and before[0].kind == "equations" and before[0].cell != cell_id:
                # what the lines say in words stands beside them
                before[0].body += Markup('<div class="ll-beside">{}</div>').format(slide.body)
                before[0].cells.append(cell_id)
                continue
            if words.notes:
                slide.notes.append(Markup(self.markdown(words.notes)))
            self.slides.append(slide)

    def code(self, cell: NotebookNode) -> None:
        tags = cell.metadata.get("tags", [])
        folded = cell.metadata.get("jupyter", {}).get("source_hidden") or "hide-input" in tags
        asks = any("exercise" in o.get("metadata", {}).get("looplab", {}) for o in cell.outputs)
        printed = [Markup(self.output(o)) for o in cell.outputs if self.kind_of(o) == "text"]
        if not folded and not asks and cell.source.strip():
            printed.insert(0, Markup(code_html(cell.source)))
        if printed:
            self.slide("code", cell, Markup("").join(printed))
        explained: list[Markup] = []
        for output in cell.outputs:
            kind = self.kind_of(output)
            if kind == "text":
                continue
            if kind == "left out":
                if self.asked(output).get("element") == "hints" and self.slides:
                    said = output["data"]["text/markdown"]
                    self.slides[-1].notes.append(Markup(self.markdown(said)))
            else:
                self.slide(kind, cell, Markup(self.output(_in_columns(output))))
                notes = self.slides[-1].notes
                if kind in ("question", "exercise"):
                    notes += filter(None, [_answers(self.asked(output))])
                    said = FOLDED.search(output["data"].get("text/markdown", ""))
                    explained = [Markup(self.markdown(said[1]))] if said else []
                elif kind == "figure":
                    spec = self.asked(output)
                    stamp = f"{spec['stamp']}. " if "stamp" in spec else ""
                    notes += [Markup("<p>{}</p>").format(stamp + spec["caption"]), *explained]

    def kind_of(self, output: NotebookNode) -> str:
        """What kind of slide an output makes; "left out" for what only a reader uses."""
        data = output.get("data", {})
        about = output.get("metadata", {}).get("looplab", {})
        if VIEW in data:
            spec = self.asked(output)
            if "presets" in spec:
                return "figure"
            return "question" if spec.get("element") in ("predict", "check") else "left out"
        if "equations" in about:
            return "equations"
        if "exercise" in about:
            return "exercise"
        if set(data) <= {"text/plain"}:
            return "text"
        if "text/html" in data:
            return "left out" if LISTS.search(data["text/html"]) else "table"
        return "words"

    def asked(self, output: NotebookNode) -> dict:
        """The record of the first figure or question that an output shows."""
        view = output["data"].get(VIEW)
        return next(minutes.reached(view["model_id"], self.specs), {}) if view else {}

    def slide(self, kind: str, cell: NotebookNode, body: Markup, title: str = "") -> None:
        slide = Slide(kind, cell.id, body, Markup(title), self.part)
        before = self.slides[-1] if self.slides else slide
        leads = before.kind == "words" and before.cell != cell.id and before.count <= FEW
        if kind in LED and leads:
            # a few words that lead to it stand above it
            slide.title, slide.begins = before.title, before.begins
            slide.body = Markup('<div class="ll-above">{}</div>{}').format(before.body, body)
            slide.notes, slide.cells = before.notes, [*before.cells, before.cell]
            self.slides.pop()
        self.slides.append(slide)

    def rendered(self, pieces: list[str]) -> Markup:
        return Markup(self.markdown(slides.joined(pieces))) if pieces else Markup("")

    def inline(self, text: str) -> Markup:
        return Markup(re.sub(r"\A<p>|</p>\s*\Z", "", self.markdown(text).strip()))

    def settle(self, html: str) -> str:
        settled = super().settle(html)
        self.uses_marks = self.uses_marks or f'href="#{EXPLANATION}"' in settled
        return settled

    def assembled(self, length: float) -> str:
        title, summary = title_and_summary(self.nb)
        about = self.nb.metadata.get("looplab", {})
        columns: list[list[Slide]] = []
        for slide in self.slides:
            if slide.begins or not columns:
                columns.append([])
            columns[-1].append(slide)
        # a deck begins anew each time: what was answered in a rehearsal gives nothing away
        for model in self.widgets.models.values():
            spec = model["state"].get("spec") or {}
            if "notes" in spec:
                model["state"]["spec"] = spec | {"notes": f"{spec['notes']}/deck"}
        data = self.widgets.data()
        reveal = (VENDOR / "reveal.js").read_text(encoding="utf-8")
        host = browser.module("looplab/publish/deck/deck.js")
        scripts = [inline_script(each) for each in [reveal, host, *self.widgets.scripts()]]
        styles = [
            (VENDOR / "reveal.css").read_text(encoding="utf-8"),
            mathml_css(),
            colours_css(),
            *(file_of_page(f"page/{name}.css") for name in ("page", "host", "equations")),
            *self.widgets.styles,
            file_of_page("deck/deck.css"),
        ]
        return templates.get_template("deck.html.j2").render(
            language=current(),
            note=unreviewed(self.path.stem),
            course=self.course,
            name=in_language(self.path.stem),
            icon=address(self.course.drawing("emblem")),
            emblem=drawing(self.course, f"{self.path.stem}.emblem", "ll-emblem")
            or drawing(self.course, "emblem", "ll-emblem"),
            thread=drawing(self.course, f"{self.path.stem}.thread", "ll-thread"),
            place=place(self.path),
            lead=about.get("lead", ""),
            way=self.way["title"],
            minutes=round(length),
            title=title or self.path.stem,
            summary=summary,
            policy=policy(scripts),
            style=Markup(small("\n".join(filter(None, styles)))),
            columns=columns,
            mark=(EXPLANATION, MARK, meaning()) if self.uses_marks else None,
            data=Markup(data),
            scripts=[Markup(script) for script in scripts],
        )


def chosen_way(nb: NotebookNode, path: Path, name: str) -> dict:
    """The way of that name; a notebook that names none is taken whole."""
    known = {way["name"]: way for way in minutes.ways(nb)}
    parts = [cell.metadata.get("looplab", {}).get("part") for cell in nb.cells]
    everything = {
        "name": ALL,
        "title": "",
        # a notebook without parts is taken whole
        "parts": [minutes.OPENING, *(map(str, filter(None, parts)) if any(parts) else [""])],
        "uses": list(minutes.USES),
    }
    if name == ALL or not known:
        return everything
    if name not in known:
        raise LoopError(f"{path.stem} has no path {name!r}; there are: {', '.join([*known, ALL])}")
    return known[name]


def _slide_type(cell: NotebookNode) -> str:
    return cell.metadata.get("slideshow", {}).get("slide_type", "")


def _shown(cell: NotebookNode, seconds: dict[str, float]) -> bool:
    """A cell on the way, or one whose metadata make a slide of it on every way."""
    kind = _slide_type(cell)
    return kind != "skip" and (cell.id in seconds or kind in BEGINS)


def _in_columns(output: NotebookNode) -> NotebookNode:
    """An output whose equations, where they are many, are two sets of lines."""
    about = output.get("metadata", {}).get("looplab", {})
    if "equations" not in about:
        return output
    text = output["data"]["text/latex"]
    found = re.fullmatch(r"(.*\\begin\{aligned\}\s*)(.*?)(\s*\\end\{aligned\}.*)", text, re.S)
    lines = re.split(r"\s*\\\\\[4pt\]\s*", found[2]) if found else []
    if len(lines) <= MOST_LINES:
        return output
    head, _, tail = found.groups()
    half = (len(lines) + 1) // 2
    end = " \\\\[4pt]\n"
    sets = [f"{head}{end.join(each)}{tail}" for each in (lines[:half], lines[half:])]
    return NotebookNode(output | {"data": output["data"] | {"text/latex": "\n\n".join(sets)}})


def _answers(spec: dict) -> Markup:
    """For the speaker: what may be answered, and what to say to it."""
    rows = [(answer.get("text", ""), answer) for answer in spec.get("answers", [])]
    outcomes = spec.get("outcomes", {})
    known = {name: say("deck-outcome", outcome=name) for name in outcomes}
    if "answer" in spec:
        known["right"] = in_words(spec, spec["answer"])
    rows += [(known[name], outcome) for name, outcome in outcomes.items()]
    special = [each for key in ("accepts", "mistakes") for each in spec.get(key, [])]
    rows += [(in_words(spec, each["value"]), each) for each in special]
    if not rows:
        return Markup("")
    items = Markup("").join(
        Markup("<li><b>{}</b>{} {}</li>").format(
            Markup(text), " ✓" if answer.get("right") else "", Markup(answer.get("feedback", ""))
        )
        for text, answer in rows
    )
    return Markup("<p>{}</p><ul>{}</ul>").format(say("deck-answers"), items)
