"""The boat game, played in the reader's own browser: no kernel, no server, nothing sent.

`game.js` plays; the record it keeps is what the figures read as *my record* (`RECORD`).
"""

from __future__ import annotations

from IPython.display import display

from breaking_the_loop.fit_yourself.players import WIND
from breaking_the_loop.ocd_cycle.cycle import WORLD
from looplab import browser, saved, shared
from looplab.figure.style import colours_css
from looplab.language import prose
from looplab.learn.text import block

RECORD = "boat-game"
"""Under this id the page keeps the reader's record for its figures."""
FIRST, MOST, LEAST = 200, 400, 50
"""Moves of a game, of a game played on, and of the shortest record that is fitted."""

INTRO = """\
**A boat game.** It measures how you learn in this game. It is not a test of you, it cannot find an
illness, and it asks nothing about you. Your choices stay in this browser.

You have a boat, and 200 points; the game is to lose as few as you can. You are on the *shore* or in
the *fog*, and in each place there are two moves, by the keys F and J or by touch. What they do you
find out by trying. Sometimes, on the shore, wind blows you into the fog before you can choose.
There are 200 moves, about five minutes. There is no hurry, and you can pause.

You need not play: every figure below has simulated players to choose from.
"""

_STILL = "The game is played in the live page."
_WORDS = {
    "record": "Record",
    "game": "The boat game",
    "moves": "{moves} moves",
    "play": "Play",
    "pause": "Pause",
    "goOn": "Go on",
    "on": "Play on to {most}",
    "more": "{most} moves now.",
    "again": "Start again",
    "goes": "This record goes.",
    "yes": "Yes, start again",
    "same": "The same sea again",
    "no": "No, keep it",
    "save": "Save the record as a file",
    "noFile": "If no file appears, this page may not save any: copy the text below.",
    "load": "Read a record from a file",
    "plain": "The record as text",
    "copy": "The record as text, to copy",
    "notYet": "not played yet",
    "playing": "playing",
    "paused": "paused",
    "made": "{moves} moves made",
    "progress": "moves made",
    "left": "Points left:",
    "move": "Move {move} of {total}",
    "choices": "Your two moves",
    "diamond": "diamond",
    "circle": "circle",
    "triangle": "triangle",
    "square": "square",
    "inFog": "You are in the fog.",
    "onShore": "You are on the shore.",
    "stillFog": "Still in the fog",
    "outOf": "Out of the fog",
    "into": "Into the fog",
    "stillShore": "Still on the shore",
    "lost": "{came}, {points} lost.",
    "wind": "Wind blows you into the fog.",
    "waits": "Paused. There is no hurry: the sea waits.",
    "stopped": "Paused. Go on where you stopped.",
    "ended": "{moves} moves made. The figures below can show this record: choose “my record”.",
    "sea": "sea number {seed}",
    "link": "A link to this sea:",
    "kept": "The record is kept in this browser on this device, and sent nowhere.",
    "notKept": "This page may keep nothing: the record lasts until it is closed. Save it before.",
    "other": "The record of another window.",
    "wasRead": "The record was read: {moves} moves.",
    "notRead": "“{file}” was not read: {why}. What was kept stays.",
    "noRecord": "it is no record of the boat game (schema {schema})",
    "otherVersion": "it is of version {version}; this page reads version {read}",
    "notBits": "{name} must be a text of 0 and 1",
    "lengths": "its four columns differ in length",
    "tooLong": "it has {moves} moves; at most {most} are read",
    "begins": "move {move} begins where move {before} did not end",
    "blows": "at move {move} the wind blows where it cannot",
    "ends": "move {move} ends where it cannot",
}
"""What `game.js` says, with the fields that it fills in."""


class BoatGame:
    """The game as the last line of a cell; `notes` is the lesson's own key in the browser."""

    def __init__(self, notes: str):
        world = {parameter.name: parameter.default for parameter in (*WORLD, WIND)}
        self.intro = prose.markdown(INTRO, RECORD)
        self.spec = {
            "id": RECORD,
            "keeps": f"{notes}/{RECORD}",
            "world": world | {"most": MOST},
            "first": FIRST,
            "most": MOST,
            "least": LEAST,
            "intro": block(self.intro),
            "words": prose.words(_WORDS, RECORD),
        }
        styles = browser.joined(
            "looplab/learn/learn.css", "breaking_the_loop/fit_yourself/game.css"
        )
        script = "breaking_the_loop/fit_yourself/game.js"
        self.widget = shared.Drawn(
            script=shared.script(script, colours_css() + styles), spec=self.spec
        )

    def __repr__(self):
        return self.spec["words"]["game"]

    def _ipython_display_(self):
        bundle = saved.shown(self.widget) | {
            "text/markdown": f"{self.intro}\n*{prose.translated(_STILL, RECORD)}*",
            "text/plain": repr(self),
        }
        display(bundle, raw=True)
