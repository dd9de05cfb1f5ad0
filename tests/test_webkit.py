"""Every exported page in WebKit, the engine of Safari: alive from disk, with NumPy's numbers.

Not a part of the usual tests: it asks for Debian's webkit2gtk-driver and xvfb, and for
`uv run --group webkit pytest -m slow tests/test_webkit.py -n0`.
"""

import json
import os
import random
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlencode

import pytest
from browser import PATIENCE, serving
from course_pages import (
    FIGURES_ON_PAGE,
    MAKERS,
    course_figure,
    predictions_of,
    room,
    values_of,
    words_at,
)

from looplab.figure.controls import Student

SETTINGS = 5  # of each figure, beside its defaults
# Written before the page's own scripts run, which WebKit's driver has no way to do: on a page that
# lies beside it and so shares what the browser keeps.
LOOKED = """localStorage.setItem(arguments[0], JSON.stringify(Object.fromEntries(
  arguments[1].map((id) => [id, { value: null, words: "looked first" }]))))"""
ERRORS = """self.errors = [];
addEventListener("error", ({ message, error }) => {
  // what a resize resized in its turn comes a frame later: no fault
  if (!message.startsWith("ResizeObserver loop")) errors.push(error?.stack ?? message);
});
addEventListener("unhandledrejection", ({ reason }) => errors.push(String(reason)));"""
SAID = """const figure = document.getElementById(arguments[0]);
const now = figure.querySelector("[role=status]");
const problem = figure.querySelector(".ll-error:not([hidden]), .ll-refused:not([hidden])");
return [now.ariaBusy === "true" ? null : now.textContent, problem && problem.textContent];"""


@pytest.fixture(scope="module")
def webkit():
    """WebKitGTK's MiniBrowser on a screen of its own, driven by WebKitWebDriver."""
    selenium = pytest.importorskip("selenium.webdriver", reason="needs --group webkit")
    driver, screen = shutil.which("WebKitWebDriver"), shutil.which("Xvfb")
    browsers = sorted(Path("/usr/lib").glob("*/webkit2gtk-4.*/MiniBrowser"))
    if not (driver and screen and browsers):
        pytest.skip("needs WebKitWebDriver (webkit2gtk-driver) and Xvfb (xvfb)")
    options = selenium.webkitgtk.options.Options()
    options.binary_location = str(browsers[-1])
    options.add_argument("--automation")
    read, write = os.pipe()
    command = [screen, "-displayfd", str(write), "-screen", "0", "1400x900x24"]
    with subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL) as shown:
        display = f":{os.read(read, 16).decode().strip()}"
        # its sandbox and its compositor ask for more than a container has
        plain = {"WEBKIT_DISABLE_COMPOSITING_MODE": "1", "LIBGL_ALWAYS_SOFTWARE": "1"}
        plain["WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS"] = "1"
        service = selenium.webkitgtk.service.Service(
            executable_path=driver, env=os.environ | plain | {"DISPLAY": display}
        )
        browser = selenium.WebKitGTK(options=options, service=service)
        yield browser
        browser.quit()
        shown.terminate()


@pytest.fixture(scope="module")
def served(exported):
    """`served(notebook)`: the address of its page. Of a file, WebKit hides what went wrong."""
    folder = exported(next(iter(MAKERS))).parent
    (folder / "beside.html").write_text("<!doctype html><title>beside</title>", encoding="utf-8")
    with serving(folder) as address:
        yield lambda name: f"{address}/{name}.html"


@pytest.mark.slow
@pytest.mark.parametrize("notebook", MAKERS)
def test_a_page_is_alive_in_webkit_and_says_what_numpy_says(webkit, exported, served, notebook):
    wait = pytest.importorskip("selenium.webdriver.support.wait").WebDriverWait
    until = wait(webkit, PATIENCE / 1000, poll_frequency=0.05).until
    alive = "return document.querySelectorAll('figure[data-live]').length"
    webkit.get(exported(notebook).as_uri())
    until(lambda browser: browser.execute_script(alive) == FIGURES_ON_PAGE[notebook])
    webkit.get(served("beside"))
    key = f"breaking-the-loop/{room(notebook).replace('_', '-')}"
    asked = [id for each in MAKERS[notebook] for id in predictions_of(notebook).get(each, [])]
    webkit.execute_script(LOOKED, key, asked)
    webkit.get(served(notebook))
    webkit.execute_script(ERRORS)
    until(lambda browser: browser.execute_script(alive) == FIGURES_ON_PAGE[notebook])
    until(
        lambda browser: (
            not browser.execute_script("return !!document.querySelector('[data-covered]')")
        )
    )
    rng = random.Random(notebook)
    for id in MAKERS[notebook]:
        live = course_figure(notebook, id)
        controls = {k: each for k, each in live.controls.items() if not isinstance(each, Student)}
        for _ in range(SETTINGS if controls else 0):
            settings = {name: rng.choice(values_of(each)) for name, each in controls.items()}
            expected = words_at(live, settings)
            webkit.execute_script("location.hash = arguments[0]", f"{id}?{urlencode(settings)}")
            said = None

            def agrees(browser, id=id, expected=expected):
                nonlocal said
                said = browser.execute_script(SAID, id)
                return said[0] is not None and " ".join(said[0].split()) == expected

            try:
                until(agrees)
            except Exception:
                pytest.fail(f"{id} at {json.dumps(settings)}:\n{expected}\nnot: {said}")
    assert webkit.execute_script("return errors") == []
