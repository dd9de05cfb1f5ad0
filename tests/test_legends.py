"""The legend below every block of equations: what each symbol means, and its value now."""

import re
from unittest.mock import Mock

import nbformat
import pytest
from browser import REPOSITORY
from course_pages import MAKERS
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from playwright.sync_api import expect

from breaking_the_loop.ocd_cycle import cycle
from looplab.model.latex import equations
from looplab.publish.execute import execute
from looplab.publish.html import page_html

CODE = """
import matplotlib.pyplot as plt
from looplab.figure.figure import LivingFigure
from looplab.model.declare import Parameter, formula
from looplab.model.latex import equations

A = Parameter(name="a", symbol="a", label="slope", default=0.5, low=0.0, high=1.0, step=0.1,
              source="a test", status="assumed", unit="m")
B = Parameter(name="b", symbol="b^{+}", label="start", default=-2.0, low=-4.0, high=4.0, step=1.0,
              source="a test", status="assumed")

@formula(parameters=[A, B], symbols={"end": "e"})
def line(m):
    m.end = m.a + m.b * m.b

def figure(name, controls):
    picture, axes = plt.subplots(figsize=(3, 2))
    (drawn,) = axes.plot([], [])
    axes.set(xlim=(0, 1), ylim=(0, 20))
    live = LivingFigure(name, "A line", picture, controls, constants={"x": [0.0, 1.0]})
    live.compute(line)
    live.follow(drawn, x="x", y="end")
    live.describe("It ends at {end:.1f}.")
    return live
"""


def test_each_symbol_in_the_lines_is_explained_once_with_value_and_unit():
    made = equations(cycle.credit_ledger, meanings={"v": "worth of the obsession"})
    rows = {row["name"]: row for row in made.record["legend"]}
    # Sakai's published memories, and the chance that the compulsion brings relief
    assert (rows["nu_plus"]["symbol"], rows["nu_plus"]["value"]) == (r"\nu^{+}", "0.9")
    assert rows["nu_plus"]["label"] == cycle.credit_ledger["nu_plus"].label
    assert rows["v"]["label"] == "worth of the obsession" and rows["v"]["value"] == ""
    # q is called q and nothing else: no row that says so
    assert "q" not in rows
    assert len({row["symbol"] for row in rows.values()}) == len(rows)
    # only what the lines show
    one = equations(cycle.credit_ledger, "entering").record["legend"]
    assert {row["name"] for row in one} == {"gamma", "entering"}


def test_in_plain_viewers_the_legend_is_a_table():
    data, _ = equations(cycle.credit_ledger, "entering")._repr_mimebundle_()
    formula, table = data["text/markdown"].split("\n\n")
    assert formula == data["text/latex"]
    assert table.splitlines()[2] == r"| $\gamma$ | patience | 0.5 |  |"


@pytest.fixture(scope="module")
def page_of(tmp_path_factory):
    """`page_of(sources)`: the address of a page made of these code cells."""

    def made(sources):
        cells = [new_markdown_cell("# A page"), *map(new_code_cell, sources)]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        folder = tmp_path_factory.mktemp("legends")
        path = folder / "notebooks" / "01_lines.ipynb"
        path.parent.mkdir()
        nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)
        (folder / "page.html").write_text(page_html(execute(path), path), encoding="utf-8")
        return (folder / "page.html").as_uri()

    return made


@pytest.fixture(scope="module")
def legend_page(chromium, page_of):
    """A page with the same equations twice, each beside a figure of its own."""
    sources = [CODE, "figure('one', [A])", "equations(line)", "figure('two', [A, B])"]
    address = page_of([*sources, "equations(line)"])
    page = chromium.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    page.wait_for_function("() => document.querySelectorAll('figure[data-live]').length === 2")
    yield page
    page.close()
    assert errors == []


def test_the_value_follows_the_slider_of_the_figure_beside_it(legend_page):
    page = legend_page
    first, second = page.locator(".ll-legend").all()
    slope, start = (second.locator(f"[data-name={name}] [data-value]") for name in "ab")
    expect(slope).to_have_text("0.5")
    expect(start).to_have_text("−2")
    page.get_by_role("slider", name="slope").nth(1).press("ArrowRight")
    expect(slope).to_have_text("0.6")
    expect(first.locator("[data-name=a] [data-value]")).to_have_text("0.5")
    # the first figure has no slider for it: its default stands
    expect(first.locator("[data-name=b] :is(th, td:last-child)")).to_have_text(["start", "−2"])
    expect(second.locator("[data-name=a] :is(th, td:last-child)")).to_have_text(["slope", "0.6 m"])


def test_a_symbol_lights_up_in_formula_and_legend_from_the_keyboard(legend_page):
    page = legend_page
    legend = page.locator(".ll-legend").first
    row = legend.locator("[data-name=a]")
    row.focus()
    lit = page.locator(".ll-equations").first.locator(".ll-lit:visible")
    expect(lit).to_have_text(["a"])
    row.press("ArrowDown")
    expect(legend.locator("[data-name=b]")).to_be_focused()
    expect(lit.locator("mi")).to_have_text(["b"])
    # one press of Tab reaches the legend
    assert legend.locator("[tabindex='0']").count() == 1


def blocks(notebook):
    """The legends of a notebook's equations, without running its figures."""
    cells = nbformat.read(REPOSITORY / "notebooks" / f"{notebook}.ipynb", as_version=4).cells
    sources = [cell.source for cell in cells if cell.cell_type == "code"]
    names = {"lesson": Mock()}
    for source in sources:
        if source.startswith(("from ", "import ")):
            exec(re.sub(r"^lesson = .*", "", source, flags=re.M), names)
    for source in sources:
        if "equations(" in source and not source.startswith(("from ", "import ")):
            *before, shown = re.split(r"^(?=equations\()", source, flags=re.M)
            exec("".join(before), names)
            yield eval(shown, names).record["legend"]
        elif source.startswith("def "):
            exec(source, names)


@pytest.mark.parametrize("notebook", MAKERS)
def test_one_letter_has_one_meaning_within_a_notebook(notebook):
    meanings = {}
    for legend in blocks(notebook):
        for row in legend:
            meanings.setdefault(row["symbol"], set()).add((row["name"], row["label"]))
    # the same name in two models is the same thing, and so is the same label
    assert {
        letter: said
        for letter, said in meanings.items()
        if min(len({name for name, _ in said}), len({label for _, label in said})) > 1
    } == {}


def formulas(notebook):
    """The LaTeX that a notebook has saved, one text a block of equations."""
    saved = nbformat.read(REPOSITORY / "notebooks" / f"{notebook}.ipynb", as_version=4)
    outputs = [output for cell in saved.cells for output in cell.get("outputs", [])]
    return [
        output.data["text/latex"] for output in outputs if "text/latex" in output.get("data", {})
    ]


@pytest.mark.parametrize("notebook", MAKERS)
def test_every_quantity_has_a_meaning_and_a_symbol_that_are_not_its_name_in_the_code(notebook):
    rows = [row for legend in blocks(notebook) for row in legend]
    computed = [row for row in rows if not row["value"]]
    named = {row["name"] for row in computed if row["label"] == row["name"].replace("_", " ")}
    assert named <= {"reward"}, "a plain word of its own"
    # p_{text} and Greek letters aside, no symbol spells a word
    for latex in formulas(notebook):
        letters = re.sub(r"\\(text|mathrm|begin|end)\{[^}]*\}", " ", latex)
        assert re.findall(r"(?<![\\A-Za-z])[A-Za-z]{4,}", letters) == [], latex


@pytest.mark.parametrize("notebook", MAKERS)
def test_no_equation_shows_more_digits_than_anyone_reads(notebook):
    for latex in formulas(notebook):
        assert not re.search(r"\d\.0*[1-9]\d{6,}", latex), latex[:300]
        assert len(latex) < 1500, latex[:300]


BARS = (
    CODE
    + """
@formula(parameters=[A, B], symbols={"rest": "r", "both": "s", "pale": "p"})
def heights(m):
    m.rest = 1 - m.a
    m.both = m.a + m.b
    m.pale = 2 * m.a

def bars(name):
    from looplab.figure.style import BAD, GOOD, SHADE
    picture, axes = plt.subplots(figsize=(3, 2))
    drawn = axes.bar(["one", "two", "three"], [0, 0, 0], color=[BAD, GOOD, SHADE])
    axes.set(ylim=(-5, 5))
    live = LivingFigure(name, "Bars", picture, [A, B])
    live.compute(heights)
    live.follow(drawn, height=["rest", "both", "pale"])
    live.describe("It rests at {rest:.1f}.")
    return live
"""
)


def test_a_symbol_has_the_colour_of_its_bar_where_it_can_be_read_so(page_factory, page_of):
    page = page_factory()
    page.goto(page_of([BARS, "bars('three')", "equations(heights)"]))
    page.wait_for_function("() => document.querySelectorAll('figure[data-live]').length === 1")
    symbols = page.locator(".ll-legend [data-name] > :first-child math")
    names = [row.get_attribute("data-name") for row in page.locator(".ll-legend [data-name]").all()]
    colours = dict(zip(names, [each.get_attribute("style") for each in symbols.all()], strict=True))
    assert colours["rest"] == "color: var(--ll-bad);"
    assert colours["both"] == "color: var(--ll-good);"
    assert colours["pale"] is None and colours["a"] is None
    formula = page.locator(".ll-equations math .ll-symbol[style*='--ll-bad']:visible")
    expect(formula).to_have_text(["r"])


def test_a_unit_without_a_value_stands_with_the_meaning(page_factory, page_of):
    code = CODE.replace(
        "formula(parameters=[A, B],",
        "formula(inputs=[Input('a', 'a', 'way', 'm')], parameters=[B],",
    )
    code = code.replace("import Parameter, formula", "import Input, Parameter, formula")
    page = page_factory()
    page.goto(page_of([code, "equations(line)"]))
    row = page.locator(".ll-legend [data-name=a]")
    expect(row.locator("th")).to_have_text("way (m)")
    expect(row.locator("td").last).to_have_text("")
