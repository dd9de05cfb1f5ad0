"""A notebook as a handout: a tagged PDF, printed by a browser of the reader's.

The page is opened in that browser without a window, its figures are woken and put into the state in
which their prediction opens, and what stands there then is printed: questions with room to write,
answers at the end, in a file of their own, or nowhere.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from nbformat import NotebookNode

from looplab.errors import LoopError
from looplab.language.interface import say
from looplab.learn.text import block
from looplab.packed import unpacked_spec
from looplab.publish import execute, settled, written
from looplab.publish.html import answered_in_page, file_of_page, in_language, in_words, page_html
from looplab.saved import states

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
ANSWERS = ("end", "none", "separate")
PAPERS = ("a4", "letter")
SECONDS = 120
"""The most that the browser may take for one step."""
WAKING = 60_000
"""Milliseconds of the page's own time in which every figure wakes."""
LINES = {"choice": 0, "number": 1, "ranking": 0, "curve": 3}


def find_browser() -> str:
    """The browser that prints: the first of Chromium's kind that is installed.

    Raises LoopError, naming those that would do, where there is none.
    """
    found = [path for name in BROWSERS if (path := shutil.which(name))]
    found += [path for path in ELSEWHERE if Path(path).is_file()]
    if not found:
        raise LoopError(
            "a PDF is printed by a browser, and none was found: install Chromium, Chrome or Edge "
            f"(looked for {', '.join(BROWSERS)}), or print the HTML page yourself"
        )
    return found[0]


def print_pdfs(
    notebooks: Sequence[str],
    out: Path,
    parameters: Mapping[str, object] | None = None,
    answers: str = "end",
    paper: str = "a4",
) -> list[Path]:
    """Execute notebooks and write `out/NAME.pdf` for each, with answers where `answers` says.

    `separate` writes `out/NAME.answers.pdf`, too. `out/index.html` then leads to all that was made
    there, answers left out. Returns the files written. Raises LoopError, and leaves `out` as it
    was, where `publish` does, without a browser, and when it fails.
    """
    browser = find_browser()
    chosen = settled(execute.choose(notebooks), dict(parameters or {}))

    def pdfs(nb: NotebookNode, path: Path, folder: Path) -> list[Path]:
        return print_pdf(nb, path, folder, browser, answers, paper)

    return written(chosen, pdfs, out)


def print_pdf(
    nb: NotebookNode, path: Path, folder: Path, browser: str, answers: str, paper: str
) -> list[Path]:
    """The handout of one executed notebook, written into `folder`."""
    folder = folder.absolute()  # only such a path has an address that a browser opens
    awake = folder / "awake.html"
    page = page_html(nb, path, first=["looplab/publish/page/paper.js"])
    awake.write_text(page, encoding="utf-8")
    dom = _run(browser, f"--virtual-time-budget={WAKING}", "--dump-dom", awake.as_uri())
    if 'data-paper="ready"' not in dom:
        raise LoopError(f"{path.stem}: its figures did not wake in {browser}; try another browser")
    sheet, key = _handout(dom, nb, paper)
    files = []
    if answers == "end":
        sheet.main.append(key.find(class_="ll-paper-answers"))
    stem = in_language(path.stem)
    for name, soup in [(stem, sheet), (f"{stem}.answers", key)]:
        if soup is key and answers != "separate":
            continue
        source, pdf = folder / "print.html", folder / f"{name}.pdf"
        source.write_text(str(soup), encoding="utf-8")
        _run(
            browser,
            f"--print-to-pdf={pdf}",
            "--no-pdf-header-footer",
            "--generate-pdf-document-outline",
            source.as_uri(),
        )
        if not pdf.is_file() or not pdf.read_bytes().startswith(b"%PDF"):
            raise LoopError(f"{name}: {browser} printed nothing; update it or try another browser")
        files.append(pdf)
    return files


def _run(browser: str, *arguments: str) -> str:
    """What the browser prints to its standard output, run once from a profile of its own."""
    flags = ["--headless", "--disable-gpu", "--no-first-run", "--disable-extensions"]
    flags += ["--disable-background-networking", "--disable-sync", "--disable-component-update"]
    if sys.platform == "linux" and os.geteuid() == 0:
        flags.append("--no-sandbox")  # without it Chromium refuses to run for root
    with tempfile.TemporaryDirectory(prefix="looplab-", ignore_cleanup_errors=True) as profile:
        try:
            done = subprocess.run(
                [browser, *flags, f"--user-data-dir={profile}", *arguments],
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise LoopError(
                f"{browser} took more than {SECONDS} seconds; close some programs"
            ) from None
        except OSError as error:
            raise LoopError(f"{browser} cannot be started: {error.strerror}") from None
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise LoopError(f"{browser} stopped with status {done.returncode}: {last}")
    return done.stdout


def _handout(dom: str, nb: NotebookNode, paper: str) -> tuple[BeautifulSoup, BeautifulSoup]:
    """The page as it stands in the browser, as a sheet without answers, and its answers."""
    soup = BeautifulSoup(dom, "html.parser")
    specs = {
        (spec["element"], spec["id"]): spec
        for model in states(nb).values()
        if {"element", "id"} <= (spec := unpacked_spec(model["state"].get("spec") or {})).keys()
    }
    for tag in soup.find_all(["script", "noscript", "nav", "header", "footer"]):
        tag.decompose()
    soup.head.find("meta", attrs={"http-equiv": "Content-Security-Policy"}).decompose()
    style = soup.new_tag("style")
    style.string = f"{file_of_page('page/paper.css')}\n@page {{ size: {paper}; margin: 16mm 15mm }}"
    soup.head.append(style)
    key = soup.new_tag("section", attrs={"class": "ll-paper-answers"})
    heading = soup.new_tag("h2")
    heading.string = say("paper-answers")
    key.append(heading)
    exercises = iter(_exercises(nb))
    for number, box in enumerate(soup.select(".ll-predict, .ll-check, .ll-exercise"), 1):
        spec = specs.get(tuple((box.get("id") or "-").split("-", 1)), {})
        _ask(soup, key, box, next(exercises) if "ll-exercise" in box["class"] else spec, number)
    for box in soup.select(".ll-hints, .ll-notes"):
        if "ll-hints" in box["class"]:
            for rung in box.find_all("details"):
                rung.attrs = {"open": ""}
            for line in box.select(".ll-on-paper"):
                line.decompose()
            key.append(_entry(soup, say("hints"), box))
        box.decompose()
    for menu in soup.select('select[data-on-paper="ticked"]'):
        _ticked(soup, menu)
    for figure in soup.select("figure.ll-figure"):
        _still(soup, figure)
    # what is folded on the page, and what only a reader at a screen can use
    gone = "[hidden], .ll-source, details:not([open], .ll-legend), input, select, button, textarea"
    for part in (soup.main, key):
        while left_out := part.select_one(gone):
            left_out.decompose()
    answers = BeautifulSoup(str(soup), "html.parser")
    answers.main.clear()
    title = answers.new_tag("h1")
    title.string = say("paper-answers-of", title=soup.h1.get_text(" ", strip=True))
    answers.main.append(title)
    answers.main.append(key)
    return soup, answers


def _exercises(nb: NotebookNode) -> Iterator[dict]:
    """What is right in each exercise that the page asks, in its order; its words stand there."""
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            exercise = output.get("metadata", {}).get("looplab", {}).get("exercise")
            if exercise and answered_in_page(exercise):
                kept = {name: exercise[name] for name in ("answer", "given") if name in exercise}
                yield kept | {"right": block(exercise["right"])}


def _ask(soup: BeautifulSoup, key: Tag, box: Tag, spec: dict, number: int) -> None:
    """Put a question with room to answer in an element's place, and its answer into the key."""
    made = BeautifulSoup("", "html.parser")
    said = made.new_tag("div")
    if result := box.select_one(".ll-result"):
        for part in list(result.contents):
            said.append(part.extract())
    for entry in spec.get("answers", []):
        if entry.get("right"):
            said.append(
                BeautifulSoup(f"<p><b>{entry['text']}</b></p>{entry['feedback']}", "html.parser")
            )
    if "answer" in spec:
        right = spec["right"] if "right" in spec else spec["outcomes"]["right"]["feedback"]
        # of a rule no number is the answer
        value = "" if "given" in spec else f"<p><b>{in_words(spec, spec['answer'])}</b></p>"
        said.append(BeautifulSoup(value + right, "html.parser"))
    question = spec.get("question") or box.find("p").decode_contents()
    options = [o["text"] for o in spec.get("answers", []) + spec.get("items", [])]
    if not spec.get("in_order"):
        options.sort()  # the lesson's own order may give the answer away
    lines = LINES.get(spec.get("kind", ""), 2)
    name = say("paper-question-mark", number=number)
    text = f'<div class="ll-paper-ask"><p><b>{name}</b> {question}</p>'
    if options:
        text += f"<ul>{''.join(f'<li>{option}</li>' for option in options)}</ul>"
    text += '<p class="ll-paper-line"></p>' * (lines if options else max(lines, 1)) + "</div>"
    key.append(_entry(soup, say("paper-question", number=number), said))
    box.replace_with(BeautifulSoup(text, "html.parser"))


def _ticked(soup: BeautifulSoup, menu: Tag) -> None:
    """What a menu offers, to be ticked on paper."""
    offered = soup.new_tag("ul", attrs={"class": "ll-paper-ticked"})
    for option in menu.find_all("option", value=True):
        if option["value"]:
            offered.append(soup.new_tag("li", string=option.get_text()))
    menu.replace_with(offered)


def _entry(soup: BeautifulSoup, title: str, content: Tag) -> Tag:
    entry, heading = soup.new_tag("div"), soup.new_tag("h3")
    heading.string = title
    entry.append(heading)
    for part in list(content.contents):
        entry.append(part.extract())
    return entry


def _still(soup: BeautifulSoup, figure: Tag) -> None:
    """A figure on paper: its drawing with its description as alternative text, and its settings."""
    svg, now = figure.find("svg"), figure.select_one(".ll-now")
    title = figure.select_one(".ll-title")
    if svg is None:
        return
    for name in ("aria-labelledby", "aria-describedby"):
        svg.attrs.pop(name, None)
    said = f"{title.get_text(' ', strip=True)}. {now.get_text(' ', strip=True) if now else ''}"
    svg.attrs |= {"role": "img", "aria-label": " ".join(said.split())}
    settings = []
    for control in figure.select(".ll-control"):
        label = control.find("label") or control.find("legend")
        value = control.select_one(".ll-readout") or control.select_one("option[selected]")
        if label and value and value.get_text(strip=True):
            settings.append(f"{label.get_text(' ', strip=True)}: {value.get_text(' ', strip=True)}")
    if settings:
        line = soup.new_tag("p", attrs={"class": "ll-settings"})
        line.string = "; ".join(settings)
        svg.find_parent(class_="ll-stage").insert_after(line)
