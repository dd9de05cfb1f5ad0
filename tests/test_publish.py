"""Publishing: what is executed, what a page holds, and what is refused with which words."""

import hashlib
import json
import platform
import re
import shutil
import subprocess
from importlib import metadata
from pathlib import Path

import ipywidgets
import nbformat
import pytest
from anywidget import AnyWidget
from browser import REPOSITORY
from bs4 import BeautifulSoup
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from nbconvert import HTMLExporter
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from traitlets import Dict, Unicode

from looplab.cli import main
from looplab.course import Course
from looplab.errors import LoopError
from looplab.publish import again, paper, publish
from looplab.publish import execute as execution
from looplab.publish.bill import BILL
from looplab.publish.deck import present
from looplab.publish.drawn import Drawings
from looplab.publish.execute import execute, refresh, stable_widget_ids
from looplab.publish.html import page_html
from looplab.publish.lines import together
from looplab.publish.record import SUMS, learning_resource

KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
PIXEL = "ZG90"
MANIFEST = "src/looplab/vendor/manifest.json"
FIGURE = """
import ipywidgets, anywidget, traitlets
class Tiny(anywidget.AnyWidget):
    _esm = "export default { render({ model, el }) { el.textContent = model.get('x'); } };"
    x = traitlets.Float(1.0).tag(sync=True)
slider = ipywidgets.FloatSlider(description="x")
tiny = Tiny()
link = ipywidgets.jslink((slider, "value"), (tiny, "x"))
ipywidgets.VBox([slider, tiny])
"""


def notebook(*cells: str, **metadata) -> nbformat.NotebookNode:
    """A notebook of code cells, or Markdown cells for text that starts with '#'."""
    made = [
        new_markdown_cell(text) if text.startswith("#") else new_code_cell(text) for text in cells
    ]
    for number, cell in enumerate(made):
        cell.id = f"cell-{number}"
    return new_notebook(cells=made, metadata=KERNEL | metadata)


@pytest.fixture
def course(tmp_path, monkeypatch):
    """An empty course folder, with a function that writes a notebook into it."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "assets" / "jupyter").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)

    def write(name: str, *cells: str, **metadata) -> Path:
        path = tmp_path / "notebooks" / f"{name}.ipynb"
        nbformat.write(notebook(*cells, **metadata), path)
        return path

    return write


def shown(output: dict, metadata: dict | None = None) -> nbformat.NotebookNode:
    """A notebook, not executed here, whose second cell shows the given output."""
    nb = notebook("# Title", "show_it()")
    nb.cells[1].outputs = [new_output("display_data", output, metadata=metadata or {})]
    return nb


def showing(widget: ipywidgets.Widget) -> nbformat.NotebookNode:
    """A notebook whose second cell shows a widget, with the state that papermill would save."""
    view = {"model_id": widget.model_id, "version_major": 2, "version_minor": 0}
    nb = shown({"application/vnd.jupyter.widget-view+json": view})
    state = ipywidgets.Widget.get_manager_state(drop_defaults=False)
    nb.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": state}
    return nbformat.from_dict(json.loads(json.dumps(nb)))


def page(nb: nbformat.NotebookNode, folder: Path = Path(".")) -> str:
    return page_html(nb, folder / "01_test.ipynb")


def refused(nb: nbformat.NotebookNode, folder: Path = Path(".")) -> str:
    with pytest.raises(LoopError) as error:
        page(nb, folder)
    return str(error.value)


def test_every_notebook_becomes_one_page_and_the_index_names_them(course, tmp_path):
    course("01_first", "# The *first* one\n\nWhat it is about.", looplab={"minutes": 45})
    course("02_second", "# The second one")
    written = publish([], tmp_path / "shared" / "out", {})
    assert [path.name for path in written] == ["01_first.html", "02_second.html", "index.html"]
    assert sorted(p.name for p in (tmp_path / "shared").iterdir()) == ["out"]
    index = (tmp_path / "shared" / "out" / "index.html").read_text()
    for words in (">The first one<", "What it is about.", "45 minutes", 'href="02_second.html"'):
        assert words in index


def test_the_folder_lists_its_checksums_and_keeps_those_of_what_else_lies_there(course, tmp_path):
    course("01_waves", "# Waves", "print(1)")
    out = tmp_path / "site"
    out.mkdir()
    (out / "deck.html").write_text("made before")
    (out / SUMS).write_text(f"{'0' * 64}  deck.html\n{'1' * 64}  gone.html\nnot a checksum\n")
    written = publish([], out)
    lines = dict(line.split("  ")[::-1] for line in (out / SUMS).read_text().splitlines())
    assert lines.pop("deck.html") == "0" * 64
    every = [*written, out / BILL]
    assert lines == {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in every}


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="no sha256sum on this machine")
def test_sha256sum_finds_every_published_file_whole_and_a_changed_one_broken(course, tmp_path):
    course("01_waves", "# Waves", "print(1)")
    publish([], tmp_path / "site")

    def checked():
        command = ["sha256sum", "--check", "--strict", SUMS]
        return subprocess.run(command, cwd=tmp_path / "site", capture_output=True).returncode

    assert checked() == 0
    (tmp_path / "site" / "01_waves.html").write_text("changed")
    assert checked() == 1


def test_the_bill_names_what_the_files_carry_and_what_built_them(course, tmp_path):
    course("01_waves", "# Waves", "print(1)")
    out = tmp_path / "site"
    publish([], out)
    assert {each["name"] for each in billed(out)["components"]} == {
        "01_waves.html",
        "index.html",
        "temml",
        "@fluent/bundle",
    }
    present([], out)
    found = billed(out)
    files = {c["name"]: c["hashes"][0]["content"] for c in found["components"] if "hashes" in c}
    names = ["01_waves.html", "01_waves.slides.html", "index.html", "letters.html"]
    assert list(files) == names
    for name, digest in files.items():
        assert digest == hashlib.sha256((out / name).read_bytes()).hexdigest()
    vendored = {r["package"]: r for r in json.loads((REPOSITORY / MANIFEST).read_text("utf-8"))}
    scripts = [c for c in found["components"] if c["type"] == "library"]
    assert {c["name"] for c in scripts} == {"@fluent/bundle", "temml", "reveal.js"}
    for script in scripts:
        record = vendored[script["name"]]
        assert script["version"] == record["version"]
        assert script["licenses"] == [{"license": {"id": record["licence"]}}]
        digests = {c["name"]: c["hashes"][0]["content"] for c in script["components"]}
        kept = {e["from"]: e["sha256"] for n, e in record["files"].items() if n != "LICENSE"}
        assert digests == {name: kept[name] for name in kept if not name.endswith(".d.ts")}
    carried = {each["ref"]: each["dependsOn"] for each in found["dependencies"]}
    assert [ref.partition("@")[0] for ref in carried["01_waves.slides.html"]] == [
        "pkg:npm/%40fluent/bundle",
        "pkg:npm/reveal.js",
        "pkg:npm/temml",
    ]
    assert [ref.partition("@")[0] for ref in carried["01_waves.html"]] == [
        "pkg:npm/%40fluent/bundle",
        "pkg:npm/temml",
    ]
    tools = {c["name"]: c["version"] for c in found["metadata"]["tools"]["components"]}
    assert tools["CPython"] == platform.python_version()
    for name in ("looplab", "numpy", "nbconvert", "tornado"):  # the last through others
        assert tools[name] == metadata.version(name)
    once = (out / BILL).read_bytes()
    present([], out)
    assert (out / BILL).read_bytes() == once


def billed(folder):
    """The bill of a folder, which the official schema accepts."""
    text = (folder / BILL).read_text("utf-8")
    fault = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    assert fault is None, fault
    return json.loads(text)


def test_a_page_says_to_search_engines_what_it_is(course, tmp_path):
    course("01_waves", "# Waves", "print(1)")
    publish(["01_waves"], tmp_path / "site")
    html = (tmp_path / "site" / "01_waves.html").read_text("utf-8")
    soup = BeautifulSoup(html, "html.parser")
    said = json.loads(soup.find("script", type="application/ld+json").string)
    assert said["@type"] == "LearningResource"
    assert said["name"] == soup.h1.get_text()
    assert said["isPartOf"]["name"] == "A course"


def test_what_a_page_says_of_itself_cannot_end_its_element():
    about = Course("</script><b>", licence="CC")
    said = learning_resource(about, "A <title>", "", None, [("One", 3), ("Two", 0)])
    assert not re.search("</|<!|<script", said, re.I)
    read = json.loads(said)
    assert read["name"] == "A <title>"
    assert "timeRequired" not in read
    assert [part.get("timeRequired") for part in read["hasPart"]] == ["PT3M", None]


def test_the_index_leads_to_pages_decks_and_handouts_in_the_same_folder_and_to_no_answers(
    course, tmp_path, monkeypatch
):
    course("01_first", "# The first one", "1 + 1")
    course("02_second", "# The second one", "1 + 1")
    out = tmp_path / "out"

    def links():
        return re.findall(r'href="([^"#:]+)"', (out / "index.html").read_text())

    assert present(["02_second"], out)[-1] == out / "index.html"
    assert links() == ["02_second.slides.html"]
    publish(["01_first"], out)
    # The printing itself needs a browser: tests/test_paper.py.
    monkeypatch.setattr(paper, "find_browser", str)
    monkeypatch.setattr(paper, "print_pdf", put_sheets)
    paper.print_pdfs(["02_second", "01_first"], out, answers="separate")
    assert (out / "01_first.answers.pdf").exists()
    first = ["01_first.html", "01_first.html", "01_first.pdf"]
    assert links() == [*first, "02_second.slides.html", "02_second.slides.html", "02_second.pdf"]
    index = (out / "index.html").read_text()
    assert 'aria-label="Handout: The first one"' in index


def put_sheets(nb, path, folder, *_):
    """Stand in for a browser that prints."""
    files = [folder / f"{path.stem}{ending}" for ending in (".pdf", ".answers.pdf")]
    for file in files:
        file.write_bytes(b"%PDF")
    return files


def test_publishing_twice_gives_the_same_bytes(course, tmp_path):
    course("01_first", "# One", FIGURE)
    first = publish([], tmp_path / "a", {})
    again.forget()
    second = publish([], tmp_path / "b", {})
    for one, other in zip(first, second, strict=True):
        assert one.read_bytes() == other.read_bytes()
    assert "looplab.define(" in first[0].read_text()


def test_a_notebook_that_is_not_there_is_refused_with_the_names_that_are(course, tmp_path, capsys):
    course("01_first", "# One")
    course("02_second", "# Two")
    with pytest.raises(LoopError, match="no notebook named '03'.*01_first, 02_second"):
        publish(["03"], tmp_path / "out", {})
    assert main(["publish", "03", "--out", str(tmp_path / "out")]) == 1
    assert "01_first, 02_second" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_failing_cell_is_named_and_the_earlier_pages_stay(course, tmp_path):
    course("01_first", "# One")
    path = course("02_second", "# Two", "a = 1", "# Three", "\nb = a / zero\nc = 2")
    nb = nbformat.read(path, 4)
    nb.cells[1].metadata["tags"] = ["parameters"]
    nbformat.write(nb, path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "01_first.html").write_text("from yesterday")
    message = r"02_second, cell 4 \(`b = a / zero`\) failed: NameError: name 'zero' is not defined"
    with pytest.raises(LoopError, match=message):
        publish([], tmp_path / "out")
    for parameters in ({}, {"a": 2}):
        with pytest.raises(LoopError, match=message):
            execute(path, parameters)
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["01_first.html"]
    assert (tmp_path / "out" / "01_first.html").read_text() == "from yesterday"
    assert not list(tmp_path.glob(".looplab*"))


def test_a_cell_that_takes_too_long_is_stopped_and_named(course, monkeypatch):
    monkeypatch.setattr(execution, "CELL_TIMEOUT", 1)
    path = course("01_first", "import time; time.sleep(60)")
    with pytest.raises(LoopError, match=r"cell 1 \(`import time; .*1 seconds, the most"):
        execute(path)


def test_a_notebook_whose_python_dies_is_named(course):
    with pytest.raises(LoopError, match="01_first: Python stopped"):
        execute(course("01_first", "import os; os._exit(1)"))


def test_refresh_replaces_outputs_and_keeps_what_was_written_by_hand(course):
    path = course("01_first", "# One", FIGURE, "6 * 7", title="By hand")
    nb = nbformat.read(path, 4)
    nb.cells[2].metadata["jupyter"] = {"source_hidden": True}
    nbformat.write(nb, path)
    refresh(["01_first"])
    once = path.read_bytes()
    after = nbformat.read(path, 4)
    assert after.cells[2].outputs[0].data["text/plain"] == "42"
    assert [cell.execution_count for cell in after.cells[1:]] == [1, 2]
    assert [cell.metadata for cell in after.cells] == [cell.metadata for cell in nb.cells]
    assert after.metadata.title == "By hand"
    assert "papermill" not in once.decode()
    assert after.metadata.widgets
    refresh([])
    assert path.read_bytes() == once


def test_refresh_leaves_a_notebook_that_fails_as_it_was(course):
    path = course("01_first", "1 / 0")
    before = path.read_bytes()
    with pytest.raises(LoopError, match="ZeroDivisionError"):
        refresh([])
    assert path.read_bytes() == before
    assert len(list(path.parent.iterdir())) == 1


def test_no_old_widget_id_is_left_after_renumbering():
    slider = ipywidgets.FloatSlider(description="x")
    nb = showing(ipywidgets.VBox([slider]))
    old = set(nb.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"])
    renumbered = stable_widget_ids(nb)
    text = json.dumps(renumbered)
    assert not [name for name in old if name in text]
    state = renumbered.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    shown_id = renumbered.cells[1].outputs[0].data["application/vnd.jupyter.widget-view+json"]
    (child,) = state[shown_id["model_id"]]["state"]["children"]
    assert state[child.removeprefix("IPY_MODEL_")]["model_name"] == "FloatSliderModel"


@pytest.mark.parametrize(
    ("widget", "words"),
    [
        (lambda: ipywidgets.DatePicker(description="Day"), "DatePickerModel"),
        (lambda: ipywidgets.Button(description="Go"), "ButtonModel"),
        (lambda: ipywidgets.VBox([ipywidgets.Text(description="Say")]), "TextModel"),
        (lambda: ipywidgets.IntSlider(), "IntSlider has no description"),
        (lambda: ipywidgets.FloatSlider(description="x", readout_format="08b"), "'08b'"),
    ],
)
def test_a_widget_that_cannot_live_in_a_page_is_refused_with_its_cell(widget, words):
    message = refused(showing(widget()))
    assert message.startswith("01_test, cell 2 (`show_it()`): ")
    assert words in message


class Module(AnyWidget):
    _esm = Unicode().tag(sync=True)
    spec = Dict().tag(sync=True)


@pytest.mark.parametrize(
    "esm",
    [
        "import d3 from 'https://cdn.example/d3.js';\nexport default { render() {} };",
        "export function render() {}",
        "const f = {};\nexport { f as default };",
    ],
)
def test_a_figure_whose_module_would_need_another_is_refused(esm):
    assert "exactly one `export default" in refused(showing(Module(_esm=esm)))


def test_a_script_cannot_end_its_own_element():
    html = page(showing(Module(_esm="const end = '</script>';\nexport default { end };")))
    assert html.count("</script>") == html.count("<script")


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("# A\n![](dot.png)", "no alternative text"),
        ("# A\n<img src='dot.png'>", "no alternative text"),
        ("# A\n![A dot](nowhere.png)", "no image 'nowhere.png'"),
        ("# A\n![A dot](https://example.org/dot.png)", "from the network"),
        ("# A\n![A dot](attachment:dot.png)", "no image 'attachment:dot.png'"),
        ("# A\n![A dot](dot.exe)", "not an image"),
        ("# A\n<iframe src='https://example.org'></iframe>", "<iframe>"),
        ("# A\n<script src='x.js'></script>", "<script>"),
        ("# A\n$$\\undefined{x}$$", r"\undefined"),
        ("# A\nIn a line, $\\frac{1}{2$.", "cannot be set"),
    ],
)
def test_markdown_that_the_page_could_not_hold_is_refused_with_its_cell(tmp_path, markdown, words):
    (tmp_path / "dot.png").write_bytes(b"dot")
    (tmp_path / "dot.exe").write_bytes(b"dot")
    message = refused(notebook("# Title", markdown), tmp_path)
    assert message.startswith("01_test, cell 2 (`# A`): ")
    assert words in message


def test_an_image_is_put_into_the_page_with_its_alternative_text(tmp_path):
    (tmp_path / "assets").mkdir()
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "assets" / "dot.png").write_bytes(b"dot")
    html = page(notebook("# A\n![A small dot](../assets/dot.png)"), tmp_path / "notebooks")
    assert re.search(r'<img alt="A small dot" src="data:image/png;base64,ZG90"/?>', html)


def test_no_line_ends_before_a_per_cent_sign_or_between_a_bracket_and_its_formula():
    html = page(notebook("# A\nIn 10 % of cases ($x$), as $y$ says; not $z$ alone: `7 % 3`."))
    assert "10\xa0% of" in html and "<code>7 % 3</code>" in html
    whole = BeautifulSoup(html, "html.parser").select(".ll-whole")
    assert [each.get_text() for each in whole] == ["(x),"]
    saved = together('{"see": "about {share:.0f} %, <math class=\\"x\\"><mi>x</mi></math>."}')
    formula = '<math class="x"><mi>x</mi></math>'
    kept = f"about {{share:.0f}}\xa0%, <span class=ll-whole>{formula}.</span>"
    assert json.loads(saved) == {"see": kept}


@pytest.mark.parametrize("kind", ["image/png", "image/svg+xml"])
def test_a_picture_keeps_its_alternative_text_and_needs_one(kind):
    data = {kind: PIXEL if kind == "image/png" else "<svg xmlns='http://www.w3.org/2000/svg'/>"}
    html = page(shown(data, {kind: {"alt": 'Shares of "time" & more'}}))
    assert 'alt="Shares of &#34;time&#34; &amp; more"' in html
    assert "no alternative text" in refused(shown(data))


def test_maths_is_mathml_and_asks_for_no_font():
    html = page(
        notebook(
            "# Maths\n$$\\begin{aligned}a&=\\frac{1}{2}\\\\b&=2\\end{aligned}$$\n\n"
            "and $x_{t+1}$\n\n\\begin{equation}c=3\\end{equation}"
        )
    )
    shown_maths = html.partition("<body>")[2].partition("<script")[
        0
    ]  # the host's own script can write maths, too
    assert shown_maths.count("<math") == 3
    assert "<mtable" in html and "<mfrac" in html and "<msub" in html
    assert "\\begin" not in html and "@font-face" not in html
    assert "<math" in page(shown({"text/latex": "$\\displaystyle \\gamma$"}))


def test_a_hidden_cell_is_collapsed_and_not_removed():
    nb = notebook("# A", "first = 1", "second = 2", "third = 3")
    nb.cells[1].metadata["tags"] = ["hide-input"]
    nb.cells[2].metadata["jupyter"] = {"source_hidden": True}
    html = page(nb)
    assert html.count('<details class="ll-source">') == 2
    for word in ("first", "second", "third"):
        assert f'{word} = <span class="mi">' in html


def test_headings_are_found_at_the_addresses_they_have_in_jupyterlab():
    html = page(
        notebook("# A", "## The learning rule\n## The learning rule\n[go](#The-learning-rule)")
    )
    assert '<h2 id="The-learning-rule">' in html
    assert '<h2 id="The-learning-rule-2">' in html
    assert '<a href="#The-learning-rule-2">The learning rule</a>' in html


def test_a_plain_interact_is_still_and_says_that_it_needs_the_notebook(course):
    path = course(
        "01_first",
        "import ipywidgets\n_ = ipywidgets.interact(lambda n: print('n is', n), n=(0, 5))",
    )
    html = page_html(execute(path), path)
    assert "n is 2" in html
    assert "in the notebook itself" in html
    assert '<input type="range"' not in html


def test_the_stock_exporter_takes_an_executed_notebook_too(course):
    nb = execute(course("01_first", "# One", FIGURE))
    html, _ = HTMLExporter().from_notebook_node(nb)
    assert "application/vnd.jupyter.widget-view+json" in html
    assert "widget-0" in html


TWICE = """
import anywidget, traitlets
class Tiny(anywidget.AnyWidget):
    _esm = "export default { render({ el }) { el.textContent = 'here'; } };"
    spec = traitlets.Dict({"id": "worth", "title": "What it is worth"}).tag(sync=True)
tiny = Tiny()
"""


def test_a_second_figure_of_one_id_is_refused_with_both_cells(course, tmp_path):
    course("01_first", TWICE, "tiny", "# A word", "Tiny()")
    with pytest.raises(LoopError) as error:
        publish([], tmp_path / "out", {})
    said = str(error.value)
    assert said.startswith("01_first, cell 4 (`Tiny()`): a second figure has the id 'worth'")
    assert "the first is shown by cell 2 (`tiny`)" in said
    assert not (tmp_path / "out").exists()


def test_one_figure_may_be_shown_twice(course, tmp_path):
    course("01_first", TWICE, "tiny", "tiny")
    publish([], tmp_path / "out", {})


def test_what_fails_only_when_it_is_shown_is_not_published(course, tmp_path):
    broken = "class Broken:\n    def _repr_mimebundle_(self, **_): raise ValueError('no picture')"
    course("01_first", "# One", broken, "Broken()")
    with pytest.raises(LoopError, match=r"01_first, cell 3 \(`Broken\(\)`\) failed: .*no picture"):
        publish([], tmp_path / "out", {})


def test_on_a_page_a_drawing_keeps_its_clip_paths_and_the_hatches_of_its_bars():
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"><defs>'
        '<pattern id="h0"/><clipPath id="p0"/><path id="m0"/></defs>'
        '<g clip-path="url(#p0)"><path style="fill: url(#h0); stroke: #000"/>'
        '<path fill="url(#h0)"/><use xlink:href="#m0"/></g></svg>'
    )
    drawings = Drawings()
    for page in (drawings.settled(drawing), drawings.settled(drawing)):
        names = set(re.findall(r' id="(\w+)"', page))
        used = re.findall(r'url\(#(\w+)\)|href="#(\w+)"', page)
        assert len(used) == 4 and {one or other for one, other in used} == names
        assert not names & {"h0", "p0", "m0"}
