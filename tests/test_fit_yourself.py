"""Notebook 05: the boat game in a real browser, and the words that it never uses."""

import json
import re

import nbformat
import pytest
from browser import REPOSITORY
from py_mini_racer import MiniRacer

from breaking_the_loop.fit_yourself import game, players
from looplab import browser

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
    spoilt = json.dumps(saved | change)
    answer = voyage(
        f"(() => {{ try {{ readRecord({spoilt}, 400); return 'read'; }}"
        " catch (error) { return error.message; } })()"
    )
    assert said in answer


def play(page, moves):
    """Play by keyboard alone: triangles in the fog, now and then a diamond on the shore."""
    boat = page.locator("#boat-game")
    boat.get_by_role("button", name="Play", exact=True).focus()
    page.keyboard.press("Enter")
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
    assert boat.locator(".ll-state").inner_text() == "200 moves made"
    box = page.locator("#rivals").locator("xpath=ancestor::*[contains(@class,'ll-mount')]/..")
    box.get_by_label("who played").select_option(label="my record")
    free = 200 - saved["blown"].count("1")
    page.wait_for_function(
        "(text) => document.querySelector('#rivals figcaption [role=status]')"
        ".textContent.startsWith(text)",
        arg=f"You left {free} free choices.",
    )


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
