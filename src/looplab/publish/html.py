"""One executed notebook as one HTML file that asks for nothing: no server, kernel or network."""

import base64
import hashlib
import json
import mimetypes
import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote, unquote

from bs4 import BeautifulSoup
from markupsafe import Markup, escape
from nbconvert.filters import strip_ansi
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from pygments import highlight
from pygments.filter import simplefilter
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Name, Number, Operator, String, Text
from rjsmin import jsmin

from looplab import browser, course
from looplab.errors import LoopError
from looplab.figure.numbers import number
from looplab.figure.style import colours_css, small
from looplab.language import ENGLISH, current, prose
from looplab.language.interface import say
from looplab.learn.glossary import link_first, terms_in
from looplab.learn.text import settle_heads
from looplab.links import BESIDE, OUTGOING
from looplab.marks import EXPLANATION, MARK, link_marks, spoken
from looplab.mathml import mathml, mathml_css
from looplab.packed import in_script, unpack
from looplab.publish.execute import cell_name
from looplab.publish.lines import together
from looplab.publish.record import learning_resource
from looplab.publish.widgets import Widgets, templates
from looplab.saved import VIEW

FILES = files("looplab.publish")
IMAGES = ("image/svg+xml", "image/png", "image/jpeg")
DISPLAY_PRIORITY = (VIEW, "text/html", "text/markdown", "text/latex", *IMAGES, "text/plain")
PART = re.compile(
    r"(?P<number>\d+[a-z]?) · (?P<title>.*?)"
    r"(?:\s+\((?P<minutes>\d+) minutes?(?:, (?P<use>\w+))?\))?",
    re.S,
)
NAMES = (Name.Function, Name.Class, Name.Builtin, Name.Decorator, Name.Namespace)
COLOURED = (Keyword, Operator.Word, String, Number, Comment, *NAMES)
FETCHING = ["script", "iframe", "frame", "object", "embed", "link", "base", "video", "audio"]


def page_html(
    nb: NotebookNode,
    path: Path,
    alone: bool = False,
    first: Sequence[str] = (),
    renamed: bool = False,
    english: bool = False,
) -> str:
    """The page of an executed notebook; `path` is where the notebook lies.

    `alone`: it has no other page beside it, so links to other notebooks become plain text. `first`
    names modules that run before all others, such as "looplab/publish/page/scorm.js". `renamed`:
    with the course's other names. `english`: a translation has its English page beside it.

    Images of the notebook are read relative to `path` and put into the page. Raises LoopError,
    naming the notebook and the cell, for an image that is missing or has no alternative text, a
    formula that cannot be set, a widget that cannot live in a page, and for HTML that would ask
    for something over the network.
    """
    return _Page(nb, path, alone, first).html(renamed, english)


def title_and_summary(nb: NotebookNode) -> tuple[str, str]:
    """A notebook's title and one-paragraph summary: from its metadata, or its first cells."""
    about = nb.metadata.get("looplab", {})
    prose = [cell.source for cell in nb.cells if cell.cell_type == "markdown"]
    markdown = MarkdownWithMath(renderer=_Prose([])).render("\n\n".join(prose[:2]))
    soup = BeautifulSoup(markdown, "html.parser")
    found = [" ".join(tag.get_text().split()) if tag else "" for tag in (soup.h1, soup.p)]
    return nb.metadata.get("title") or found[0], about.get("abstract") or found[1]


class Cells:
    """The cells of one notebook as HTML fragments, fit to stand in a file that asks for nothing."""

    def __init__(
        self, nb: NotebookNode, path: Path, alone: bool = False, first: Sequence[str] = ()
    ):
        self.nb, self.path, self.alone, self.first = nb, path, alone, first
        self.course = prose.said_of(course.record(path.resolve().parent.parent))
        headings = "\n".join(cell.source for cell in nb.cells if cell.cell_type == "markdown")
        self.prose = _Prose([], len(re.findall(r"^## \d+[a-z]? · ", headings, re.M)))
        self.widgets = Widgets(nb, self.settle, self.outputs, inline_text)
        self.figures: dict[str, tuple[str, int]] = {}
        self.attachments: dict = {}

    def note_figures(self, figures: list[dict], index: int) -> None:
        """Refuse a second figure of an id that an earlier cell's figure has."""
        for figure in figures:
            model, first = self.figures.setdefault(figure["id"], (figure["model"], index))
            if model != figure["model"]:
                raise LoopError(
                    f"a second figure has the id {figure['id']!r}; the first is shown by "
                    f"{cell_name(self.nb, first)}. Delete one of the cells, or give the second "
                    "figure an id of its own"
                )

    def cell(self, cell: NotebookNode) -> str:
        if cell.cell_type == "markdown":
            self.attachments = cell.get("attachments", {})
            self.prose.addresses = _addresses(cell)
            return f'<div class="ll-prose">{self.markdown(cell.source)}</div>'
        if cell.cell_type != "code" or not (cell.source.strip() or cell.outputs):
            return ""
        tags = cell.metadata.get("tags", [])
        hidden = cell.metadata.get("jupyter", {}).get("source_hidden", False)
        return templates.get_template("cell.html.j2").render(
            code=Markup(code_html(cell.source)),
            collapsed=hidden or "hide-input" in tags,
            lines=len(cell.source.splitlines()),
            outputs=Markup(self.outputs(cell.outputs)),
        )

    def outputs(self, outputs: list) -> str:
        return "".join(self.output(output) for output in outputs)

    def output(self, output: NotebookNode) -> str:
        if output["output_type"] == "stream":
            return _text(output["text"], output["name"])
        if output["output_type"] == "error":
            return _text("\n".join(output["traceback"]), "error")
        data, about = output["data"], output.get("metadata", {})
        kind = next((kind for kind in DISPLAY_PRIORITY if kind in data), None)
        if kind is None:
            raise LoopError(
                f"its output is of a kind that the page cannot show: {', '.join(data)}; "
                f"allowed: {', '.join(DISPLAY_PRIORITY)}"
            )
        if kind == VIEW:
            still = ""
            if pictures := [image for image in IMAGES if image in data]:
                still = self.picture(data, about, pictures[0])
            elif "text/markdown" in data:
                still = _folded_without_scripts(self.markdown(data["text/markdown"]))
            view = self.widgets.view(data[kind]["model_id"], still)
            return f'<div class="ll-output">{view}</div>'
        if kind in IMAGES:
            return f'<div class="ll-output ll-picture">{self.picture(data, about, kind)}</div>'
        if kind == "text/plain":
            return _text(data[kind], "result")
        if record := about.get("looplab", {}).get("equations"):
            if isinstance(record, str):  # else saved before it was packed
                record = unpack(record)
            number = self.widgets.add_equations(record)
            legend = templates.get_template("legend.html.j2").render(
                number=number,
                rows=[row | {"symbol": Markup(mathml(row["symbol"]))} for row in record["legend"]],
            )
            return (
                f'<div class="ll-output ll-math ll-equations" data-equations="{number}">'
                f"{self.markdown(data['text/latex'])}</div>{legend}"
            )
        exercise = about.get("looplab", {}).get("exercise")
        if exercise and answered_in_page(exercise):
            number = self.widgets.add_exercise(exercise)
            asked = self.markdown(data[kind])
            return f'<div class="ll-output ll-exercise" data-exercise="{number}">{asked}</div>'
        if record := about.get("looplab", {}).get("agreement"):
            number = self.widgets.add_agreement(unpack(record))
            table = self.markdown(data[kind])
            return f'<div class="ll-output ll-agreement" data-agreement="{number}">{table}</div>'
        if kind in ("text/markdown", "text/latex"):
            style = "ll-prose" if kind == "text/markdown" else "ll-math"
            return f'<div class="ll-output {style}">{self.markdown(data[kind])}</div>'
        return f'<div class="ll-output ll-html">{self.settle(data[kind])}</div>'

    def picture(self, data: dict, about: dict, kind: str) -> str:
        alt = next((about[k]["alt"] for k in (kind, *IMAGES) if about.get(k, {}).get("alt")), "")
        if not alt:
            raise LoopError(
                "its picture has no alternative text; show it with "
                f"display(figure, metadata={{{kind!r}: {{'alt': 'what it shows'}}}})"
            )
        raw = data[kind]
        if kind == "image/svg+xml":
            raw = base64.b64encode(raw.encode()).decode()
        width = about.get(kind, {}).get("width")
        size = f' width="{width}"' if width else ""
        source = f"data:{kind};base64,{''.join(raw.split())}"
        return f'<img src="{source}" alt="{escape(spoken(alt))}"{size}>'

    def markdown(self, source: str) -> str:
        return self.settle(MarkdownWithMath(renderer=self.prose).render(source))

    def settle(self, html: str) -> str:
        """The fragment with its images inside it; LoopError if the page would still ask for more.

        Tables scroll in a box of their own, links to notebooks go to their pages, and no line ends
        where none may.
        """
        soup = BeautifulSoup(html, "html.parser")
        if found := soup.find(FETCHING):
            raise LoopError(
                f"<{found.name}> would load something, and the page must not; use text, an image "
                "of the course, or a figure"
            )
        changed = False
        for image in soup.find_all("img"):
            if image.get("alt") is None:
                raise LoopError(
                    f"the image {image.get('src')!r} has no alternative text: write "
                    '![what it shows](file), or alt="" if it only decorates'
                )
            image["src"] = self.data_uri(image.get("src", ""))
            if "srcset" in image.attrs:
                raise LoopError(f"the image {image['alt']!r} has srcset; give it one src")
            changed = True
        for link in soup.find_all("a", href=re.compile(r"^[^:]*\.ipynb(#|$)")):
            if self.alone:
                link.unwrap()
            else:
                name, _, place = link["href"].partition(".ipynb")
                link["href"] = f"{in_language(name)}.html{place}"
            changed = True
        for link in soup.find_all("a", href=OUTGOING):
            link.attrs |= BESIDE
            changed = True
        for table in soup.find_all("table"):
            label = table.caption.get_text(" ", strip=True) if table.caption else say("table")
            box = {"class": "ll-scroll", "role": "group", "aria-label": label}
            table.wrap(soup.new_tag("div", attrs=box))
            settle_heads(table)
            changed = True
        if link_marks(soup):
            changed = True
        return together(str(soup) if changed else html)

    def data_uri(self, source: str) -> str:
        if source.startswith("data:"):
            return source
        scheme, _, name = source.rpartition(":")
        if scheme not in ("", "attachment"):
            raise LoopError(
                f"the image {source!r} would be loaded from the network; keep it in assets/ and "
                "write ../assets/NAME"
            )
        file = self.path.parent / unquote(name)
        if name in self.attachments:
            kind, raw = next(iter(self.attachments[name].items()))
        elif not scheme and file.is_file():
            kind, raw = mimetypes.guess_type(name)[0], base64.b64encode(file.read_bytes()).decode()
        else:
            raise LoopError(f"there is no image {source!r} beside the notebook; check its name")
        if kind is None or not kind.startswith("image/"):
            raise LoopError(f"{source!r} is not an image that a page can hold; use SVG or PNG")
        return f"data:{kind};base64,{''.join(raw.split())}"


class _Page(Cells):
    def html(self, renamed: bool, english: bool) -> str:
        # Each section begins with a heading of the second level; the first has what stands before.
        sections: list[dict] = [{"cells": [], "heading": None, "sheets": 0}]
        entries: list[dict] = []
        # The scripts stand behind the first figure, which need not wait for the rest of the page.
        first_figure = None
        for index, cell in enumerate(self.nb.cells):
            known, shown = len(self.prose.headings), len(self.widgets.shown)
            try:
                html = self.cell(cell)
                figures = [each for each in self.widgets.shown[shown:] if "title" in each]
                self.note_figures(figures, index)
            except LoopError as error:
                name = cell_name(self.nb, index)
                raise LoopError(f"{self.path.stem}, {name}: {error}") from None
            new = self.prose.headings[known:]
            parts = [heading for heading in new if heading["level"] == 2]
            if parts and new[0] is parts[0]:
                sections.append({"cells": [], "heading": parts[0], "sheets": 0})
            entries += [heading | {"figures": []} for heading in parts]
            sections[-1]["cells"].append(Markup(html))
            sections[-1]["sheets"] += len(self.widgets.shown) - shown
            if figures and not first_figure:
                first_figure = sections[-1], len(sections[-1]["cells"])
            if entries:
                entries[-1]["figures"] += figures
        shown = "".join(cell for section in sections for cell in section["cells"])
        if f'href="#{EXPLANATION}"' in shown and f'id="{EXPLANATION}"' not in shown:
            raise LoopError(
                f"{self.path.stem} uses the mark {MARK} and explains it nowhere: begin a paragraph "
                f"of its last section with {MARK} and say what it means"
            )
        self.link_terms(sections)
        title, summary = title_and_summary(self.nb)
        title = title or self.path.stem
        about = self.nb.metadata.get("looplab", {})
        opening, sections[0]["cells"] = _opening(sections[0]["cells"])
        first, names = self.first, ""
        if renamed:
            first = ["looplab/publish/page/names.js", *first]
            names = in_script(json.dumps(dict(self.course.other_names.names)))
            opening["before"] = Markup(self.markdown(self.course.other_names.note))
        data = self.widgets.data()
        own = [browser.module(name) for name in (*first, "looplab/publish/page/page.js")]
        scripts = [at_once(inline_script(script)) for script in [*own, *self.widgets.scripts()]]
        start = Markup(
            templates.get_template("start.html.j2").render(
                names=Markup(names), data=Markup(data), scripts=[Markup(each) for each in scripts]
            )
        )
        # Those that come before all others, such as what renames the page, want it whole.
        if first_figure and not first:
            section, place_of_figure = first_figure
            section["cells"].insert(place_of_figure, start)
            start = Markup("")
        styles = [
            mathml_css(),
            page_css(),
            *(file_of_page(f"page/{name}.css") for name in ("host", "equations", "agreement")),
        ]
        styles += self.widgets.styles
        return templates.get_template("page.html.j2").render(
            language=current(),
            note=unreviewed(self.path.stem),
            english=f"{self.path.stem}.html" if english else "",
            in_english=prose.translated(prose.IN_ENGLISH, prose.COURSE),
            course=self.course,
            name=self.path.stem,
            emblem=drawing(self.course, f"{self.path.stem}.emblem", "ll-emblem")
            or drawing(self.course, "emblem", "ll-emblem"),
            icon=address(self.course.drawing("emblem")),
            thread=drawing(self.course, f"{self.path.stem}.thread", "ll-thread"),
            place=place(self.path),
            minutes=about.get("minutes"),
            lead=about.get("lead", ""),
            opening=opening,
            title=title,
            summary=summary,
            record=Markup(
                learning_resource(
                    self.course,
                    title,
                    summary,
                    about.get("minutes"),
                    [
                        (Markup(part["text"]).striptags(), int(part.get("minutes") or 0))
                        for part in entries
                        if part.get("number")
                    ],
                )
            ),
            policy=policy(scripts),
            style=Markup(small("\n".join(filter(None, styles)))),
            entries=entries,
            sections=sections,
            names=Markup(names),
            start=start,
        )

    def link_terms(self, sections: list[dict]) -> None:
        """Let the first use of each word of the glossary lead there."""
        cells = [cell for section in sections for cell in section["cells"]]
        # to read all of the page for it would take longer than all the rest
        terms = terms_in("".join(cell for cell in cells if "ll-glossary" in cell))
        for section in sections:
            for at, cell in enumerate(section["cells"]):
                if cell.startswith('<div class="ll-prose">'):
                    section["cells"][at] = Markup(link_first(cell, terms))


class _Prose(IPythonRenderer):
    """Markdown as JupyterLab shows it, with maths as MathML and headings collected.

    A heading such as "## 2 · Two rivals  (9 minutes)" begins one of the `parts` of the notebook.
    """

    def __init__(self, headings: list[dict], parts: int = 0):
        super().__init__(escape=False)
        self.headings, self.parts = headings, parts
        self.addresses: list[str] = []

    def heading(self, text: str, level: int, **attrs: object) -> str:
        plain = BeautifulSoup(text, "html.parser").get_text()
        # the same address as in JupyterLab, so that links within a notebook work in both, and the
        # same in every language
        wanted = address = self.addresses.pop(0) if self.addresses else re.sub(r"\s", "-", plain)
        taken = {heading["address"] for heading in self.headings}
        number = 1
        while address in taken:
            number += 1
            address = f"{wanted}-{number}"
        heading = {"level": level, "address": address, "text": Markup(text)}
        self.headings.append(heading)
        part = PART.fullmatch(text) if level == 2 else None
        if part is None:
            return f'<h{level} id="{escape(address)}">{text}</h{level}>\n'
        heading |= part.groupdict() | {"text": Markup(part["title"]), "parts": self.parts}
        return templates.get_template("part.html.j2").render(part=heading)

    def block_code(self, code: str, info: str | None = None) -> str:
        language = (info or "text").split()[0]
        return code_html(code, language)

    def block_math(self, body: str) -> str:
        return f'<div class="ll-math">{mathml(body, display=True)}</div>'

    def latex_environment(self, name: str, body: str) -> str:
        return self.block_math(f"\\begin{{{name}}}{body}\\end{{{name}}}")

    def inline_math(self, body: str) -> str:
        return mathml(body)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        name = f' title="{escape(title)}"' if title else ""
        alt = f' alt="{escape(text)}"' if text.strip() else ""
        return f'<img src="{escape(url)}"{alt}{name}>'


def _addresses(cell: NotebookNode) -> list[str]:
    """The addresses of a translated cell's headings: those that they have in English."""
    found: list[dict] = []
    if english := cell.metadata.get("looplab", {}).get("english"):
        MarkdownWithMath(renderer=_Prose(found)).render(english)
    return [heading["address"] for heading in found]


def in_language(name: str) -> str:
    """What files of a notebook are called, such as `01_waves.de` where German is spoken now and the
    notebook is translated."""
    return f"{name}.{current()}" if prose.speaks(name) else name


def unreviewed(name: str) -> str:
    """What the files of a notebook say in a language into which it was translated, but not reviewed
    by anybody; else ""."""
    if current() == ENGLISH or prose.reviewed(current(), name):
        return ""
    return prose.translated(prose.UNREVIEWED, prose.COURSE)


def _opening(cells: list[Markup]) -> tuple[dict, list[Markup]]:
    """What of the first cell belongs to the page's header, and the cells without it.

    The header says itself what a byline (a first paragraph all in italics) says.
    """
    if not cells:
        return {}, cells
    soup = BeautifulSoup(cells[0], "html.parser")
    title, before = soup.h1, soup.blockquote
    if title is None:
        return {}, cells
    byline = title.find_next_sibling("p")
    if byline and byline.em and byline.em.get_text() == byline.get_text():
        byline.decompose()
    opening = {"address": title["id"], "title": Markup(title.extract().decode_contents())}
    if before:
        opening["before"] = Markup(before.extract().decode_contents())
    return opening, [Markup(soup), *cells[1:]]


def place(path: Path) -> str:
    """Which notebook of the course it is, in words; "" for one that has no number."""
    notebooks = course.numbered(path.parent)
    if path not in notebooks:
        return ""
    return say("notebook-of", number=notebooks.index(path) + 1, count=len(notebooks))


def drawing(of: course.Course, name: str, style: str) -> Markup:
    """A drawing of the course as part of a page, hidden from those who listen."""
    svg = of.drawing(name).replace(' xmlns="http://www.w3.org/2000/svg"', "", 1)
    return Markup(svg.replace("<svg", f'<svg class="{style}" aria-hidden="true"', 1))


def address(svg: str) -> str:
    """The drawing as an address that holds it; "" for none."""
    return f"data:image/svg+xml,{quote(svg)}" if svg else ""


def _folded_without_scripts(html: str) -> str:
    """What is folded in an element's still is for readers without scripts; others get it live.

    Find in page and screen readers would meet it, folded or not, before the question is answered.
    """
    soup = BeautifulSoup(html, "html.parser")
    for fold in soup.find_all("details"):
        fold.wrap(soup.new_tag("noscript"))
    return str(soup)


def file_of_page(name: str) -> str:
    """The text of a file that pages or decks are made of, such as `page/host.css`."""
    return (FILES / name).read_text(encoding="utf-8")


def page_css() -> str:
    """The rules that every page has: the course's colours, and the page's own style."""
    return colours_css() + "\n" + file_of_page("page/page.css")


def inline_text(text: str) -> Markup:
    """A control's name: plain text in which $…$ is maths."""
    parts = re.split(r"\$([^$]+)\$", text)
    return Markup("").join(
        Markup(mathml(part)) if number % 2 else escape(part) for number, part in enumerate(parts)
    )


def answered_in_page(exercise: Mapping) -> bool:
    """Whether the page has a field for an exercise: for a rule, or where one number is asked."""
    return "given" in exercise or isinstance(exercise["answer"], int | float)


def in_words(asked: Mapping, value: float) -> str:
    """An answer as the question asks for it, with its unit."""
    return f"{number(value, asked.get('format', ''))} {asked.get('unit', '')}".strip()


@simplefilter
def _coloured(self, lexer, stream, options):
    """Only what page.css gives a colour is marked: of a page's code a fifth was names and dots."""
    for kind, text in stream:
        yield kind if any(kind in each for each in COLOURED) else Text, text


def code_html(source: str, language: str = "python") -> str:
    """Source code with its tokens marked by Pygments' short class names."""
    try:
        lexer = get_lexer_by_name(language, stripnl=False)
    except ValueError:
        lexer = get_lexer_by_name("text", stripnl=False)
    lexer.add_filter(_coloured())
    marked = highlight(source, lexer, HtmlFormatter(nowrap=True))
    return f'<pre class="ll-code"><code>{marked.rstrip()}</code></pre>'


def _text(text: str, kind: str) -> str:
    text = strip_ansi(text).rstrip()
    # Columns lose their meaning where lines are folded: they scroll, as tables do.
    columns = kind != "error" and re.search(r"\S {2,}\S", text)
    wide = (
        f' ll-columns" role="group" aria-label="{escape(say("printed-table"))}' if columns else ""
    )
    return f'<pre class="ll-output ll-text ll-{kind}{wide}">{escape(text)}</pre>'


def inline_script(script: str) -> str:
    """The script without comments and blanks, and with nothing that could end its own element."""
    script = jsmin(script, keep_bang_comments=True)  # licences
    return re.sub(r"<(?=/script|!--)", r"\\x3c", script, flags=re.I)


def at_once(script: str) -> str:
    """The script as one that runs where it stands, and not when all of the page is read."""
    return f'(async()=>{{"use strict";{script}\n}})()'


def policy(scripts: list[str]) -> str:
    """A content security policy that lets exactly these inline scripts run, and no request out."""
    digests = [base64.b64encode(hashlib.sha256(_text_of(s)).digest()).decode() for s in scripts]
    allowed = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'none'; script-src {allowed} 'wasm-unsafe-eval'; "
        "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def _text_of(script: str) -> bytes:
    return f"\n{script}\n".encode()
