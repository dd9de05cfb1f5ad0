"""Drive a real browser: find one, watch its requests, and work in JupyterLab as a reader does."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Error, Locator, Page, Playwright, expect

REPOSITORY = Path(__file__).parents[1]
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
FIREFOX_NAMES = ("firefox-esr", "firefox")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# How long a test waits for what must come. It comes at once on a quiet machine; on one core with
# other tests beside it, JupyterLab takes minutes.
PATIENCE = 180_000
expect.set_options(timeout=PATIENCE)
# For a test with a page where engines can differ: it runs once in each.
in_each_browser = pytest.mark.parametrize("browser", ["chromium", "firefox"], indirect=True)


def missing(reason: str) -> None:
    """Skip the test because this machine lacks something; where CI is set, fail it."""
    if os.environ.get("CI"):
        pytest.fail(f"{reason} (CI is set, so this may not be skipped)")
    pytest.skip(reason)


def run(command: list[str], folder: Path, module: str = "looplab") -> subprocess.CompletedProcess:
    """Run a command of `looplab` (or of another module) in a folder, by name of this one alone."""
    return subprocess.run(
        [sys.executable, "-m", module, *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")},
        check=True,
        capture_output=True,
        text=True,
    )


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """While it lasts, the files of a folder have addresses that begin so."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder)) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def launch_chromium(playwright: Playwright) -> Browser:
    """Start the first of Chromium's kind: on the path, installed elsewhere, Playwright's own."""
    found = [shutil.which(name) for name in CHROMIUM_NAMES]
    choices: list[dict] = [{"executable_path": path} for path in found if path]
    choices += [{"channel": "chrome"}, {"channel": "msedge"}, {}]
    for choice in choices:
        try:
            return playwright.chromium.launch(args=CHROMIUM_FLAGS, **choice)
        except Error:
            continue
    missing(f"no Chromium on this machine: install one of {', '.join(CHROMIUM_NAMES)}")
    raise AssertionError("missing() never returns")


def launch_firefox(playwright: Playwright) -> Browser:
    """Start the Firefox on the path as it is, over WebDriver BiDi: no driver, no patched build.

    What WebDriver BiDi cannot do yet, a test does otherwise: `page.go_back()` within a page is
    `page.evaluate("history.back()")`, and dark colours and pages without scripts are for Chromium.
    """
    for path in filter(None, map(shutil.which, FIREFOX_NAMES)):
        try:
            return playwright.firefox.launch(channel="moz-firefox", executable_path=path)
        except Error:
            continue
    missing(f"no Firefox on this machine: install one of {', '.join(FIREFOX_NAMES)}")
    raise AssertionError("missing() never returns")


def new_context(browser: Browser, **options) -> BrowserContext:
    """A fresh context, as Playwright's `new_context` makes it, whose pages wait with patience."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    return context


def record_and_block(context: BrowserContext, requests: list[str]) -> None:
    """Append the address of every request to `requests`; let only files and data through."""

    def decide(route):
        if route.request.url.startswith(("file:", "data:", "blob:")):
            route.continue_()
        else:
            route.abort()

    context.on("request", lambda request: requests.append(request.url))
    context.route("**/*", decide)


SEEN_AS: dict[str, dict] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "forced colours": {"forced_colors": "active"},
    "200 %": {"size": (640, 360)},
    "400 %": {"size": (320, 180)},
    "paper": {"media": "print"},
}
"""How a reader may see a page: what `emulate_media` takes; and the size of the screen in CSS
pixels, which a browser makes smaller when its reader enlarges a page: here one of 1280 × 720."""


def see_as(page: Page, seen_as: str) -> None:
    """Show the page as the readers that `SEEN_AS` names so see it, in Chromium."""
    how = dict(SEEN_AS[seen_as])
    width, height = how.pop("size", (1280, 720))
    page.set_viewport_size({"width": width, "height": height})
    usual = {"media": "screen", "color_scheme": "light", "forced_colors": "none"}
    page.emulate_media(**usual | how)


COLOURS, LAYOUT = ["color-contrast"], ["target-size", "scrollable-region-focusable"]
DIFFERS = {"dark": COLOURS, "forced colours": COLOURS, "paper": COLOURS}
DIFFERS |= {"200 %": LAYOUT, "400 %": LAYOUT}
"""What axe looks at where the page is seen otherwise than in the light: what can differ."""


def axe_report(page: Page, seen_as: str, within: str | None = None, targets: bool = False) -> str:
    """What axe finds wrong with the page, or with what the selector `within` names; "" for nothing.

    With `targets` they have the 24 pixels of WCAG 2.2; that asks for a page at rest with all parts
    laid out: far ones have no places of their own, and their targets seem to cover each other.
    """
    options = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": targets}}}
    if seen_as in DIFFERS:
        options["runOnly"] = DIFFERS[seen_as]
    found = Axe().run(page, context=within, options=options)
    return found.generate_report() if found.violations_count else ""


class JupyterLab:
    """A running course server and the browser that visits it."""

    def __init__(self, url: str, token: str, browser: Browser):
        self.url, self.token, self.browser = url, token, browser

    def open_notebook(
        self,
        path: str,
        requests: list[str] | None = None,
        state: dict | None = None,
        first: str = "",
    ) -> "Notebook":
        """Open a notebook, such as `notebooks/01_ocd_cycle.ipynb`, in a fresh browser context.

        Every address that the browser asks for is appended to `requests`. The browser remembers
        nothing, or what it kept as `state`. The script `first` runs before any of the page's.
        """
        context = new_context(
            self.browser, viewport={"width": 1400, "height": 1000}, storage_state=state
        )
        if first:
            context.add_init_script(first)
        if requests is not None:
            context.on("request", lambda request: requests.append(request.url))
        page = context.new_page()
        workspace = "lab/workspaces/breaking-the-loop"
        page.goto(f"{self.url}{workspace}/tree/{path}?reset&token={self.token}")
        notebook = Notebook(page)
        notebook.wait_until_ready()
        return notebook


class Notebook:
    """A notebook open in JupyterLab; `page` is its Playwright page."""

    def __init__(self, page: Page):
        self.page = page
        self.cells = page.locator(".jp-NotebookPanel:visible .jp-CodeCell")

    def wait_until_ready(self) -> None:
        """Return when the notebook is shown and its kernel is idle."""
        expect(self.cells.first).to_be_visible()
        # The notebook's own indicator says idle before there is a kernel, too.
        status = self.page.locator("#jp-main-statusbar")
        expect(status).to_contain_text("| Idle")

    def choose(self, menu: str, command: str) -> None:
        """Choose a command, such as `runmenu:run-all`, from a menu, such as `Run`."""
        self.page.get_by_role("menuitem", name=menu, exact=True).click()
        self.page.locator(f'.lm-Menu li[data-command="{command}"]').click()

    def run_all(self) -> None:
        """Clear all outputs, run every cell, and wait until all have run.

        Cells run one after the other: when the last has, all have. A folded cell shows no number;
        that it ran is seen by its output, so the last cell must be open or show something.

        Raises `AssertionError` with the traceback when a cell fails, and when nothing has come for
        as long as tests wait: all cells together may take longer.
        """
        self.choose("Edit", "editmenu:clear-all")
        self.choose("Run", "runmenu:run-all")
        failed = self.page.locator('[data-mime-type="application/vnd.jupyter.error"]')
        outputs, come, since = self.page.locator(".jp-OutputArea-output"), None, time.monotonic()
        while not self._has_run():
            assert not failed.count(), failed.first.inner_text()
            if come != (come := (self._prompts(), outputs.count())):
                since = time.monotonic()
            waited = time.monotonic() - since
            assert waited < PATIENCE / 1000, f"cells still waiting: {self._prompts()}"
            self.page.wait_for_timeout(200)
        expect(self.page.locator("#jp-main-statusbar")).to_contain_text("| Idle")
        assert not failed.count(), failed.first.inner_text()

    def _has_run(self) -> bool:
        last = self.cells.last
        folded = last.locator(".jp-InputPlaceholder").count()
        shown = last.locator(".jp-OutputArea-output").count()
        numbered = all(re.fullmatch(r"\[\d+\]:", prompt) for prompt in self._prompts())
        return numbered and (shown > 0 or not folded)

    def close(self) -> None:
        """Close the page and everything that belongs to it."""
        self.page.context.close()

    def run_cell(self, number: int) -> None:
        """Clear one code cell, counted from 0, run it, and wait until its prompt shows a number."""
        prompt = self.cells.nth(number).locator(".jp-InputPrompt")
        prompt.click()
        self.choose("Edit", "editmenu:clear-current")
        expect(prompt).to_have_text("[ ]:")
        self.page.keyboard.press("Control+Enter")
        expect(prompt).to_have_text(re.compile(r"\d"))

    def restart(self) -> None:
        """Restart the kernel and wait until it is idle again."""
        self.choose("Kernel", "kernelmenu:restart")
        with self.page.expect_response(lambda response: "/restart" in response.url):
            self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.wait_until_ready()

    @property
    def changed(self) -> Locator:
        """The mark of a notebook with changes that are not saved."""
        return self.page.locator("#jp-main-dock-panel .lm-TabBar-tab.lm-mod-current.jp-mod-dirty")

    def save(self) -> None:
        """Save the notebook and wait until JupyterLab says so."""
        self.choose("File", "docmanager:save")
        expect(self.changed).to_have_count(0)

    def _prompts(self) -> list[str]:
        filled = self.cells.filter(has=self.page.locator(".cm-content", has_text=re.compile(r"\S")))
        return filled.locator(".jp-InputPrompt").all_inner_texts()


def is_alive(notebook: Notebook, figures: int, others: int) -> None:
    """Wait until this many figures and other elements are alive, and none is dead."""
    panel = notebook.page.locator(".jp-NotebookPanel:visible")
    expect(panel.locator("figure.ll-figure[data-live]")).to_have_count(figures)
    expect(panel.locator(".ll-learn")).to_have_count(others)
    for failure in ("Error displaying widget", "Loading widget"):
        expect(notebook.page.get_by_text(failure)).to_have_count(0)


@contextmanager
def course_server(folder: Path, course: Path = REPOSITORY, *options: str, autosave: bool = False):
    """Run `looplab open --no-browser` with Jupyter's own files kept in `folder`.

    With `autosave` notebooks are saved by themselves, each second; without it never, as a test must
    not change the notebooks it only opens. Yields the server's description (`url`, `token`, …) and
    its `process`.
    """
    saving = {"autosave": autosave, "autosaveInterval": 1}
    settings = folder / "path" / "labconfig" / "default_setting_overrides.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"@jupyterlab/docmanager-extension:plugin": saving}))
    command = [sys.executable, "-m", "looplab", "open", "--no-browser", *options]
    with open(folder / "log.txt", "w", encoding="utf-8") as log:
        process = subprocess.Popen(
            command, cwd=course, env=jupyter_environment(folder), stdout=log, stderr=log
        )
        try:
            yield _description(process, folder) | {"process": process}
        finally:
            process.terminate()
            process.wait(timeout=30)


def jupyter_environment(folder: Path) -> dict[str, str]:
    """Environment variables that keep everything Jupyter reads and writes inside `folder`."""
    return os.environ | {
        "JUPYTER_CONFIG_PATH": str(folder / "path"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_DATA_DIR": str(folder / "data"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "IPYTHONDIR": str(folder / "ipython"),
    }


def wait_until_it_answers(url: str) -> None:
    """Return when the server at `url` answers: it names its address a moment before it does."""
    deadline = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < deadline:
        with suppress(OSError):
            urlopen(f"{url}api", timeout=5).close()
            return
        time.sleep(0.1)
    raise AssertionError(f"the server at {url} did not answer")


def _description(process: subprocess.Popen, folder: Path) -> dict:
    """Wait until the server answers, then return what it wrote about itself."""
    deadline = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < deadline and process.poll() is None:
        for file in (folder / "runtime").glob("jpserver-*.json"):
            with suppress(ValueError, OSError):
                server = json.loads(file.read_text(encoding="utf-8"))
                urlopen(server["url"] + "api", timeout=5).close()
                return server
        time.sleep(0.1)
    raise AssertionError(f"the server did not start:\n{(folder / 'log.txt').read_text()}")
