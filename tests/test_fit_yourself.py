"""Notebook 05: the boat game in a real browser, and the words that it never uses."""

import itertools
import json
import re

import nbformat
import pytest
from browser import REPOSITORY
from playwright.sync_api import expect
from py_mini_racer import MiniRacer

from breaking_the_loop.fit_yourself import fit, game, players, record_figures, records
from looplab import browser
from looplab.collect import collect
from looplab.collect.score import Book, Chapter
from looplab.errors import LoopError
from looplab.learn.lesson_file import LessonFile, lesson_path

PAGE = "05_fit_yourself"
ROOM = REPOSITORY / "src" / "breaking_the_loop" / "fit_yourself"
NEVER = re.compile(r"\b(symptoms?|healthy|normal|at risk|percentile|abnormal)\b", re.IGNORECASE)


def test_no_text_of_the_notebook_has_a_word_that_judges():
    nb = nbformat.read(REPOSITORY / "notebooks" / f"{PAGE}.ipynb", as_version=4)
    texts = {cell.id: cell.source for cell in nb.cells}
    texts |= {
        path.name: path.read_text("utf-8")
        for path in ROOM.iterdir()
        if path.suffix in (".py", ".js", ".yaml")
    }
    found = {name: NEVER.findall(text) for name, text in texts.items() if NEVER.search(text)}
    assert found == {}
    assert "not diagnostic" in texts["title"] and "not diagnostic" in texts["limits"]
    assert "It is not a test of you" in " ".join(game.INTRO.split())


def test_the_game_can_send_nothing():
    script = (ROOM / "game.js").read_text("utf-8")
    assert not re.search(r"fetch|XMLHttp|WebSocket|sendBeacon|https?://|import\(", script)


@pytest.fixture(scope="module")
def voyage():
    """What an expression about the game's own script gives in V8; `world` is the game's."""
    racer = MiniRacer()
    text = browser.module("breaking_the_loop/fit_yourself/game.js")
    racer.eval(text.replace("export default", "void"))
    racer.eval(f"const world = {json.dumps(game.BoatGame('test').spec['world'])};")
    return lambda expression: json.loads(racer.eval(f"JSON.stringify({expression})"))


SAILED = """(() => {
  const voyage = new Voyage(world, SEED);
  while (voyage.trials < 200) voyage.move(!(voyage.trials % 3));
  return [voyage.points, written(voyage)];
})()"""


def test_the_sea_answers_in_the_browser_as_in_python(voyage):
    """A player who takes the first move at every third trial meets the same wind and luck."""
    points, saved = voyage(SAILED.replace("SEED", "7"))
    columns = ("blown", "first", "next_in_fog")
    seen = dict(zip(players.OBSERVED, columns, strict=True))
    record = {f"seen_{name}": [float(x) for x in saved[own]] for name, own in seen.items()}
    # The coin takes the first move where its chance is 1; its draws are the browser's.
    from looplab.model.draws import uniforms

    _, transition, gust = uniforms(7, 1, 0, 200, 3)[:, :, 0]
    place, lost = 0.0, 0.0
    for t in range(200):
        blown = float(place == 0 and gust[t] < 0.1)
        first = 1.0 if blown or t % 3 == 0 else 0.0
        chance = (0.5 if first else 0.9) if place else first
        following = float(transition[t] < chance)
        assert [record[f"seen_{name}"][t] for name in players.OBSERVED] == [
            blown,
            first,
            following,
        ]
        lost += 0.01 * place * first + place * following
        place = following
    assert points == pytest.approx(-lost)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"schema": "other"}, "no record of the boat game"),
        ({"version": 2}, "version 2"),
        ({"blown": "01"}, "differ in length"),
        ({"first": "2" * 200}, "text of 0 and 1"),
        ({"in_fog": "1" * 200}, "begins where"),
    ],
)
def test_a_file_that_is_no_record_is_refused_by_name(voyage, change, said):
    _, saved = voyage(SAILED.replace("SEED", "7"))
    spoilt, words = json.dumps(saved | change), json.dumps(game.BoatGame("test").spec["words"])
    answer = voyage(
        f"(() => {{ try {{ readRecord({spoilt}, 400, {words}); return 'read'; }}"
        " catch (error) { return error.message; } })()"
    )
    assert said in answer


def play(page, moves):
    """Play by keyboard alone: triangles in the fog, now and then a diamond on the shore."""
    boat = page.locator("#boat-game")
    boat.get_by_role("button", name="Play", exact=True).focus()
    page.keyboard.press("Enter")
    expect(boat.locator(".ll-state")).to_have_text("playing")
    for move in range(moves):
        if boat.locator(".ll-state").inner_text() != "playing":
            return
        fog = boat.locator(".ll-scene").get_attribute("data-place") == "fog"
        page.keyboard.press("f" if fog or move % 3 == 0 else "j")


def test_the_game_is_played_from_the_keyboard_kept_and_fitted(open_exported):
    page = open_exported(PAGE, "#boat-game?seed=42")
    boat = page.locator("#boat-game")
    play(page, 200)
    assert boat.locator(".ll-state").inner_text() == "200 moves made"
    assert "200 moves made" in boat.get_by_role("status").inner_text()
    with page.expect_download() as download:
        boat.get_by_role("button", name="Save the record as a file").click()
    saved = json.loads(download.value.path().read_text("utf-8"))
    assert set(saved) == {
        "schema", "version", "seed", "wind", "trials", "in_fog", "blown", "first", "next_in_fog",
    }  # fmt: skip
    assert saved["seed"] == 42 and len(saved["first"]) == 200
    page.reload()
    page.wait_for_function("() => document.querySelector('#rivals[data-live]')")
    expect(boat.locator(".ll-state")).to_have_text("200 moves made")
    box = page.locator("#rivals").locator("xpath=ancestor::*[contains(@class,'ll-mount')]/..")
    box.get_by_label("who played").select_option(label="my record")
    free = 200 - saved["blown"].count("1")
    page.wait_for_function(
        "(text) => document.querySelector('#rivals figcaption [role=status]')"
        ".textContent.startsWith(text)",
        arg=f"You left {free} free choices.",
    )


def test_the_game_is_played_by_touch_on_a_telephone(open_exported):
    size = {"width": 390, "height": 844}
    page = open_exported(PAGE, "#boat-game?seed=42", viewport=size, has_touch=True)
    boat = page.locator("#boat-game")
    boat.get_by_role("button", name="Play", exact=True).tap()
    moves = boat.get_by_role("group", name="Your two moves").get_by_role("button")
    expect(moves).to_have_count(2)
    while boat.locator(".ll-state").inner_text() == "playing":
        fog = boat.locator(".ll-scene").get_attribute("data-place") == "fog"
        names = ("F triangle", "J square") if fog else ("F diamond", "J circle")
        for move, name in zip(moves.all(), names, strict=True):
            expect(move).to_have_accessible_name(name)
            box = move.bounding_box()
            assert min(box["width"], box["height"]) >= 44, box
            assert 0 <= box["x"] and box["x"] + box["width"] <= 390
        done = int(re.search(r"Move (\d+)", boat.locator(".ll-counts").inner_text())[1])
        if done > 60:
            boat.get_by_role("button", name="Pause").tap()
        else:
            moves.first.tap()
    assert "Paused" in boat.get_by_role("status").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator("#likelihood-map").locator(
        "xpath=ancestor::*[contains(@class,'ll-mount')]/.."
    )
    box.get_by_label("who played").select_option(label="my record")
    page.locator("#likelihood-map figcaption [role=status]").filter(
        has_text="You left a record of"
    ).wait_for()


def test_a_record_is_read_from_a_file(open_exported, tmp_path):
    page = open_exported(PAGE)
    boat = page.locator("#boat-game")
    other = tmp_path / "other.json"
    other.write_text('{"schema": "other"}', "utf-8")
    boat.locator("input[type=file]").set_input_files(other)
    boat.get_by_role("status").filter(has_text="was not read").wait_for()
    golden = players.golden()
    columns = {"in_fog": golden.place, "blown": golden.blown, "first": golden.first}
    columns["next_in_fog"] = golden.following
    record = {"schema": "breaking-the-loop/boat-game", "version": 1}
    record |= {name: "".join(str(int(x)) for x in column) for name, column in columns.items()}
    file = tmp_path / "golden.json"
    file.write_text(json.dumps(record), "utf-8")
    boat.locator("input[type=file]").set_input_files(file)
    boat.get_by_role("status").filter(has_text="The record was read: 200 moves.").wait_for()
    assert boat.locator(".ll-counts strong").inner_text() == "126.02"


def saved_records(count):
    """Records of `count` simulated players as the page saves them, of 100 to 200 moves."""
    names = ("in_fog", "blown", "first", "next_in_fog")
    everybody = itertools.cycle(players.PLAYERS.values())
    for seed, player in enumerate(itertools.islice(everybody, count)):
        record = player.play(100 if seed % 3 else 200, seed=seed)
        columns = zip(names, record.columns(), strict=True)
        texts = {name: "".join(str(int(x)) for x in column[:, 0]) for name, column in columns}
        yield {"schema": "breaking-the-loop/boat-game", "version": 1, "seed": seed} | texts


def test_a_class_of_thirty_records_three_damaged_is_fitted_and_shown_without_names(tmp_path):
    folder = tmp_path / "handed-in"
    folder.mkdir()
    saved = list(saved_records(30))
    saved[4]["first"] = saved[4]["first"][:-1]
    saved[9]["next_in_fog"] = saved[9]["next_in_fog"][::-1]
    texts = [json.dumps(record) for record in saved]
    texts[20] = texts[20][:150]
    for number, text in enumerate(texts):
        (folder / f"player-{number}.json").write_text(text, "utf-8")
    content = LessonFile(lesson_path("breaking_the_loop.fit_yourself")).content
    room = "breaking_the_loop.fit_yourself"
    chapter = Chapter("fit", PAGE, room, content["title"], content, {})
    book = Book({"fit": chapter}, "test")
    for _ in ("anew", "again"):
        with pytest.raises(LoopError) as error:
            collect(folder, None, tmp_path / "class", book=book)
        named = re.findall(r"player-\d+\.json: .*", str(error.value))
        assert len(named) == 3 and "3 of 30" in str(error.value)
        assert [re.match(r"player-(\d+)", each)[1] for each in named] == ["20", "4", "9"]
        assert "cut short" in named[0] and "differ in length" in named[1] and "move " in named[2]
        page = (tmp_path / "class" / "class.html").read_text("utf-8")
        assert "27 anonymous records" in page
        charts = re.findall(r"<caption>(.*?)</caption>(.*?)</table>", page, re.DOTALL)
        assert [caption for caption, _ in charts] == [
            "Which model BIC names",
            "The likeliest ν⁺, memory after good surprises",
            "The likeliest ν⁻, memory after bad surprises",
            "Share of the map that the record is compatible with",
        ]
        for _, rows in charts:
            assert sum(int(n) for n in re.findall(r'class="count">(\d+)', rows)) == 27
        assert not any(f"player-{n}." in page for n in range(30) if n not in (4, 9, 20))
        assert (tmp_path / "class" / "class.csv").read_text("utf-8-sig").count("\n") == 1


def test_what_the_page_saves_is_what_collecting_reads(voyage):
    points, saved = voyage(SAILED.replace("SEED", "7"))
    record = records.read(saved)
    assert record.reward.sum() == pytest.approx(points)
    content = LessonFile(lesson_path("breaking_the_loop.fit_yourself")).content
    assert content["records"]["schema"] == saved["schema"]
    (found,) = records.measured([record])
    alone = fit.compare(record)
    assert found["plus"] == pytest.approx(alone.traces.at_best("x")[0])
    assert 0 < found["region"] < 1 and found["best"] in ("", *records.NAMES)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"version": 2}, "version is 2"),
        ({"blown": "01"}, "differ in length"),
        ({"first": "2" * 200}, "text of 0 and 1"),
        ({"in_fog": "1" * 200}, "move 1 begins where"),
        ({"blown": "1" * 200}, "is blown where the wind cannot"),
        (dict.fromkeys(("in_fog", "blown", "first", "next_in_fog"), "0" * 40), "has 40 moves"),
        (dict.fromkeys(("in_fog", "blown", "first"), "0" * 60) | {"next_in_fog": "0" * 59 + "1"},
         "move 60 ends where"),
    ],
)  # fmt: skip
def test_a_damaged_record_is_refused_by_name_when_it_is_collected(voyage, change, said):
    _, saved = voyage(SAILED.replace("SEED", "7"))
    with pytest.raises(LoopError, match=said):
        records.read(saved | change)


@pytest.mark.parametrize(
    "likely", [(-60, -60, -60), (-60, -61.5, -60.4), (-90, -60, -64), (-60, -130, -130)]
)
def test_no_number_of_the_three_rivals_is_crossed_by_a_bar_or_by_the_dashed_line(likely):
    given = dict(zip(("a", "b", "coin_likely"), likely, strict=True))
    found = record_figures.criteria.evaluate(**given, free_moves=150, criterion=0)
    for model in ("a", "b", "coin"):
        bottom = found[f"{model}_text"]
        assert bottom > found[f"{model}_bar"] and bottom > record_figures.DECIDED == 2
