"""The boat game, played in the reader's own browser: no kernel, no server, nothing sent.

`game.js` plays; the record it keeps is what the figures read as *my record* (`RECORD`).
"""

from __future__ import annotations

from IPython.display import display

from breaking_the_loop.fit_yourself.players import WIND
from breaking_the_loop.ocd_cycle.cycle import WORLD
from looplab import browser, saved, shared
from looplab.figure.style import colours_css
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


class BoatGame:
    """The game as the last line of a cell; `notes` is the lesson's own key in the browser."""

    def __init__(self, notes: str):
        world = {parameter.name: parameter.default for parameter in (*WORLD, WIND)}
        self.spec = {
            "id": RECORD,
            "keeps": f"{notes}/{RECORD}",
            "world": world | {"most": MOST},
            "first": FIRST,
            "most": MOST,
            "least": LEAST,
            "intro": block(INTRO),
        }
        styles = browser.joined(
            "looplab/learn/learn.css", "breaking_the_loop/fit_yourself/game.css"
        )
        script = "breaking_the_loop/fit_yourself/game.js"
        self.widget = shared.Drawn(
            script=shared.script(script, colours_css() + styles), spec=self.spec
        )

    def __repr__(self):
        return "The boat game"

    def _ipython_display_(self):
        bundle = saved.shown(self.widget) | {
            "text/markdown": f"{INTRO}\n*The game is played in the live page.*",
            "text/plain": repr(self),
        }
        display(bundle, raw=True)
