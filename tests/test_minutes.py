"""Minutes: counted by rule, printed where the notebook says, and honest for the course."""

import re

import nbformat
import pytest
from browser import REPOSITORY
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from looplab.errors import LoopError
from looplab.publish import minutes, plans
from looplab.saved import STATE, VIEW

NOTEBOOKS = sorted((REPOSITORY / "notebooks").glob("[0-9][0-9]_*.ipynb"))
SIXTY = "word " * 60
TOP = """# A lesson

*About 5 minutes; in all about 99 minutes*

| part | what you do | for | minutes |
| --- | --- | --- | --- |
| 1 | look | | 0 |
| 2 | code | class | 77 |
"""
FIGURE = {"presets": [["a", {}]] * 3, "caption": SIXTY, "description": "word " * 30}
QUESTION = {
    "element": "predict",
    "question": "word " * 30,
    "answers": [{"text": "word " * 5, "feedback": "short"}, {"text": "", "feedback": "word " * 25}],
    "reveal": "",
    "see": f"<p>{SIXTY}</p>",
}


def widget_cell(source, model_id):
    return new_code_cell(
        source, outputs=[new_output("display_data", {VIEW: {"model_id": model_id}})]
    )


@pytest.fixture
def nb():
    states = {
        "figure": {"state": {"spec": FIGURE}},
        "box": {"state": {"children": ["IPY_MODEL_figure"]}},
        "question": {"state": {"spec": QUESTION}},
    }
    cells = [
        new_markdown_cell(TOP),
        new_markdown_cell(f"## 1 · Look  (3 minutes)\n\n{SIXTY}"),
        widget_cell("figures.one()", "box"),
        new_markdown_cell(f"<details><summary>more</summary>{SIXTY}</details>"),
        new_markdown_cell(SIXTY * 3),
        new_markdown_cell("## 2 · Code"),
        widget_cell("lesson.predict('x', figure)", "question"),
        new_code_cell("value = 1\nlesson.exercise('y', value)"),
        new_code_cell("\n".join("line" for _ in range(12))),
        new_code_cell("\n".join("line" for _ in range(12)), metadata={"tags": ["hide-input"]}),
        new_markdown_cell(f"## References\n\n{SIXTY * 9}"),
    ]
    for cell, about in ((1, {"part": "1", "use": "class"}), (4, {"use": "optional"}),
                        (5, {"part": "2", "use": "homework"})):  # fmt: skip
        cells[cell].metadata["looplab"] = about
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    kept = {STATE: {"state": states}}
    ways = [{"name": "class", "parts": ["start", "1", "2"], "uses": ["class"]},
            {"name": "short", "parts": ["2"], "without": ["cell-7"]}]  # fmt: skip
    return new_notebook(cells=cells, metadata={"widgets": kept, "looplab": {"paths": ways}})


def test_words_states_answers_and_code_are_counted_by_rule(nb):
    opening, look, code, references = minutes.sections(nb)
    # 20 s for 60 words, 3 states of 30 s, caption 20 s, description 10 s; what is folded is free
    by_cell = {cell: seconds for section in (look, code) for cell, _, seconds in section.seconds}
    assert by_cell["cell-1"] == pytest.approx(20 + 5 / 3, abs=1)
    assert by_cell["cell-2"] == pytest.approx(3 * 30 + 20 + 10)
    assert by_cell["cell-3"] == 0
    # an answer 45 s; 30 words of question, 5 of options, 25 of the longest feedback, 60 to see
    assert by_cell["cell-6"] == pytest.approx(45 + 120 / 3)
    assert by_cell["cell-7"] == minutes.SECONDS_AN_EXERCISE
    assert by_cell["cell-8"] == 12 * minutes.SECONDS_A_LINE_OF_CODE
    assert by_cell["cell-9"] == 0
    assert (look.minutes, look.use, code.minutes, code.use) == (2, "class", 5, "homework")
    assert references.use == "optional"
    assert minutes.total([opening, look, code, references]) == opening.minutes + 2 + 5


def test_what_is_written_or_played_takes_the_minutes_that_its_cell_says(nb):
    before = minutes.sections(nb)[2]
    nb.cells[6].metadata["looplab"] = {"minutes": 10}
    after = minutes.sections(nb)[2]
    gained = sum(s for *_, s in after.seconds) - sum(s for *_, s in before.seconds)
    assert (gained, after.minutes - before.minutes) == (600, 10)


def test_minutes_are_written_where_the_notebook_prints_them(nb):
    minutes.write(nb)
    whole = nb.metadata.looplab.minutes
    assert nb.cells[1].source.startswith("## 1 · Look  (2 minutes, class)\n\nword")
    assert nb.cells[5].source == "## 2 · Code  (5 minutes, homework)"
    assert "| 1 | look | class | 2 |\n| 2 | code | homework | 5 |" in nb.cells[0].source
    assert f"in all about {whole} minutes" in nb.cells[0].source
    before = nbformat.writes(nb)
    minutes.write(nb)
    assert nbformat.writes(nb) == before


def test_a_way_through_counts_its_parts_its_uses_and_leaves_out_what_it_names(nb):
    found = minutes.path_minutes(nb)
    assert found["short"] == pytest.approx((45 + 40 + 60) / 60, abs=0.05)
    assert found["class"] < 3
    nb.metadata.looplab.paths[1]["parts"] = ["7"]
    with pytest.raises(LoopError, match="path 'short' names parts '7'; there are: start, 1, 2"):
        minutes.path_minutes(nb)


def test_a_use_that_is_not_known_and_a_notebook_without_outputs_are_refused(nb):
    nb.cells[1].metadata.looplab.use = "home"
    with pytest.raises(LoopError, match="use 'home' is not known: class, homework, optional"):
        minutes.sections(nb)
    for cell in nb.cells:
        cell.pop("outputs", None)
    with pytest.raises(LoopError, match="refresh it first"):
        minutes.sections(nb)


def test_the_overview_gets_the_minutes_of_its_notebooks(tmp_path):
    file = tmp_path / "README.md"
    file.write_text("# A\n\n| `01_a` | Why | 50 |\n| `02_b` | How | 75 |\n")
    minutes.write_overview(file, {"01_a": 81})
    assert file.read_text() == "# A\n\n| `01_a` | Why | 81 |\n| `02_b` | How | 75 |\n"


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def saved(request):
    """A notebook of the course as it is saved."""
    nb = nbformat.read(request.param, as_version=4)
    if not any("part" in cell.metadata.get("looplab", {}) for cell in nb.cells):
        pytest.skip("its parts are not marked yet")
    if not any(cell.get("outputs") for cell in nb.cells):
        pytest.skip("it was not executed")
    return request.param.stem, nb


def test_every_part_is_marked_and_the_printed_minutes_are_those_counted(saved):
    name, nb = saved
    headings = [cell for cell in nb.cells if re.match(r"## \d+[a-z]? · ", cell.source)]
    for cell in headings:
        assert cell.metadata.looplab.part == re.match(r"## (\w+)", cell.source)[1]
    assert {section.part for section in minutes.sections(nb) if section.part} == {
        minutes.OPENING, *(cell.metadata.looplab.part for cell in headings)
    }  # fmt: skip
    printed = nbformat.writes(nb)
    minutes.write(nb)
    assert nbformat.writes(nb) == printed, f"run `looplab refresh {name}`"
    overview = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"^\| `{name}` \|.*\| {nb.metadata.looplab.minutes} \|$", overview, re.M)


def test_every_way_through_a_notebook_fits_into_fifty_minutes(saved):
    _, nb = saved
    ways = minutes.path_minutes(nb)
    assert len(ways) == 3 and "class" in ways
    assert {name: length for name, length in ways.items() if length > 50} == {}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_long_notebook_has_two_sittings_and_a_pause_that_a_reader_sees(path):
    """More than 100 minutes: the pause stands before the part at which the second one begins."""
    nb = nbformat.read(path, as_version=4)
    promised = re.search(r"in two sittings: parts \d+ to (\d+),\s+and parts (\d+) to (\d+)",
                         nb.cells[0].source)  # fmt: skip
    pauses = [i for i, cell in enumerate(nb.cells) if cell.source.startswith("**Pause.**")]
    assert bool(promised) == bool(pauses)
    if nb.metadata.looplab.minutes <= 100 and not promised:
        return
    assert len(pauses) == 1
    assert re.match(rf"## {promised[2]} · ", nb.cells[pauses[0] + 1].source)
    assert f"part {promised[2]}" in nb.cells[pauses[0]].source
    sittings = {False: 0, True: 0}
    rows = re.findall(r"^\| (\d+)\w? \|.*\| (\d+) \|$", nb.cells[0].source, re.M)
    for part, spent in rows:
        sittings[int(part) >= int(promised[2])] += int(spent)
    assert int(rows[-1][0]) == int(promised[3])
    assert 0 < min(sittings.values()) and max(sittings.values()) <= 100


GUIDE = """\
# A guide

<!-- plan: 01_a class -->
old
<!-- end -->

between
<!-- ways -->
<!-- end -->
"""


def test_a_guide_s_tables_follow_from_the_notebooks(nb):
    [way] = [way for way in minutes.ways(nb) if way["name"] == "class"]
    guide = plans.filled(GUIDE, {"01_a": nb})
    assert "old" not in guide and "\nbetween\n" in guide
    whole = round(minutes.path_minutes(nb)["class"])
    assert f"| **in all** | **{whole}** | |" in guide
    assert f"| `01_a` | class | {way.get('title', '')} | {whole} |" in guide
    assert plans.filled(guide, {"01_a": nb}) == guide
    with pytest.raises(LoopError, match="no way 'glass'"):
        plans.plan(nb, "glass")
    with pytest.raises(LoopError, match="plans '01_a'; the course has: 02_b"):
        plans.filled(GUIDE, {"02_b": nb})


def test_the_teaching_guide_holds_what_the_notebooks_say():
    notebooks = {path.stem: nbformat.read(path, as_version=4) for path in NOTEBOOKS}
    if not all(any(cell.get("outputs") for cell in nb.cells) for nb in notebooks.values()):
        pytest.skip("a notebook was not executed")
    guide = (REPOSITORY / "docs" / "teaching.md").read_text(encoding="utf-8")
    assert plans.filled(guide, notebooks) == guide, "run `looplab refresh`"
    assert guide.count("<!-- plan: ") == 3


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_lecturer_has_notes_for_every_part_of_the_lesson(path):
    nb = nbformat.read(path, as_version=4)
    [way] = [way for way in minutes.ways(nb) if way["name"] == "class"]
    noted = {
        str(cell.metadata.looplab.get("part", minutes.OPENING))
        for cell in nb.cells
        if cell.metadata.get("looplab", {}).get("notes", "").strip()
    }
    assert set(way["parts"]) <= noted
