"""How long until the figure answers? Ten ways to put sliders on one figure, side by side.

    uv run --group benchmarks python benchmarks/latency.py

Measures `interact` with inline matplotlib, ipympl, Bokeh, Panel, marimo, the living figure in
JupyterLab and exported, and a page written by hand, in one run on one machine, all showing the same
content; then how long a rewritten equation takes. Prints a table, draws `latency.svg` and rewrites
the results in `README.md`. Some nine minutes; leave the machine alone meanwhile.
`--presses 5 --seconds 1 --openings 2` gives a rough idea in four.
"""

import argparse
import contextlib
import os
import platform
import random
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import content
import matplotlib.pyplot as plt
import nbformat
import numpy as np
import others
import readme
from playwright.sync_api import Browser, Page, sync_playwright

from breaking_the_loop.palette import OBSESSION, RELIEF
from looplab.browser import living
from looplab.figure.style import GRID, INK, MUTED, course_style
from looplab.publish import publish

HERE = Path(__file__).parent
REPOSITORY = HERE.parent
sys.path.append(str(REPOSITORY / "tests"))
from browser import Notebook, course_server, launch_chromium  # noqa: E402

FRAME = 1000 / 60
QUIET = 3000
"""Milliseconds without a new picture after which none is expected."""
RECOMPUTES = 200
EDITS = 12
COURSE_PAGE = "01_ocd_cycle"
RULES = [
    "where({m}delta >= 0, {m}new_e_plus, {m}new_e_minus)",
    "where({m}delta >= 0, {m}new_e_minus, {m}new_e_plus)",
]
"""A line of the model's rule, as published and rewritten; `m.` stands before names in Python."""
CELL = """%matplotlib inline
import content
from looplab.model.maths import where
content.with_interact(content.learner(lambda m: RULE))"""
NOTEBOOKS = {
    "90_interact": ["%matplotlib inline\nimport content\ncontent.with_interact()"],
    "91_ipympl": ["%matplotlib widget\nimport content\ncontent.with_ipympl()"],
    "92_looplab": ["import content\ncontent.with_looplab()"],
    "93_cell": [CELL.replace("RULE", RULES[0].format(m="m."))],
    "94_equation": [
        "import content\nfrom looplab.model.latex import equations\ncontent.with_looplab()",
        "equations(content.cycle.two_traces, 'credit')",
    ],
}
IN_NOTEBOOK, IN_PAGE, IN_MARIMO = ".noUi-handle", "input[type=range]", "[role=slider]"
TRACKS = {IN_NOTEBOOK: ".noUi-base", IN_PAGE: IN_PAGE, IN_MARIMO: "[data-testid=track]"}
KERNEL, SERVER = "kernel, NumPy", "server, NumPy"
BY_HAND, COMPILED = "page, by hand", "page, compiled"


@dataclass
class Way:
    """One way to put sliders on the figure, and what was measured."""

    name: str
    source: str
    """The notebook, or what serves or exports the figure."""
    model: str
    """Where the model runs, and in what."""
    slider: str = IN_NOTEBOOK
    presses: list[float] = field(default_factory=list)
    """Milliseconds from each key press to the end of the frame that shows its picture."""
    drag: tuple[float, float] = (0.0, 0.0)
    """Changed pictures, and mouse moves, per second while the mouse drags the slider."""
    lag: float = 0.0
    """Milliseconds from the end of the drag until the last of its pictures."""
    weight: float = 0.0
    """Megabytes that the browser loads to show the page."""
    openings: list[float] = field(default_factory=list)
    """Milliseconds from opening the page to the end of the frame that shows a live figure."""

    @property
    def median(self) -> float:
        return statistics.median(self.presses)

    @property
    def late(self) -> float:
        return float(np.percentile(self.presses, 95))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--presses", type=int, default=50, help="key presses for each (50)")
    parser.add_argument("--seconds", type=float, default=4, help="of dragging for each (4)")
    parser.add_argument("--openings", type=int, default=7, help="of each page (7)")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    if load > 0.5:
        print(f"This machine is busy (load {load:.1f}): expect numbers that are too high.")
    in_jupyterlab = [
        Way("`interact`, inline matplotlib", "90_interact", KERNEL),
        Way("ipympl", "91_ipympl", KERNEL),
        Way("ours, in JupyterLab", "92_looplab", COMPILED),
    ]
    served = [
        Way("Bokeh, `bokeh serve`", "bokeh", SERVER),
        Way("Panel, `panel serve`", "panel", SERVER),
        Way("marimo, `marimo run`", "marimo", SERVER, IN_MARIMO),
    ]
    exported = [
        Way("Bokeh, exported", "bokeh", BY_HAND),
        Way("Panel, exported", "panel", BY_HAND),
        Way("ours, exported", "92_looplab", COMPILED, IN_PAGE),
        Way("a page by hand", "by_hand", BY_HAND, IN_PAGE),
    ]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        course, pages = write_course(Path(folder) / "course"), Path(folder) / "pages"
        with contextlib.chdir(course):
            publish(["92_looplab", "94_equation", COURSE_PAGE], pages)
        others.export_bokeh(pages / "bokeh.html")
        others.export_panel(pages / "panel.html")
        others.export_by_hand(pages / "by_hand.html")
        browser = launch_chromium(playwright)
        check_model_by_hand(browser, pages / "by_hand.html")
        with course_server(Path(folder) / "jupyter", course) as server:
            for way in in_jupyterlab:
                page, loaded = new_page(browser)
                open_in_jupyterlab(page, server, way.source)
                measure(page, way, loaded, options)
            reruns = rerun_cell(browser, server)
        for way in served:
            with others.served(way.source, Path(folder) / f"{way.source}.txt") as address:
                open_and_measure(browser, way, address, options)
        for way in exported:
            file = pages / f"{way.source}.html"
            open_and_measure(browser, way, file.as_uri(), options)
            way.weight = file.stat().st_size / 1e6
        chapter = pages / f"{COURSE_PAGE}.html"
        opened = [live_after(browser, chapter.as_uri()) for _ in range(options.openings)]
        ways = [*in_jupyterlab[:2], *served, *exported[:2], in_jupyterlab[2], *exported[2:]]
        report = [
            machine(browser, options, load),
            table(ways),
            recomputes(browser),
            f"Notebook 01 as a page ({chapter.stat().st_size / 1e6:.2f} MB), from opening to the "
            f"first live figure: {spread(opened)}.",
            f"A line of the model rewritten, {EDITS} times. In our exported page, from Enter to "
            f"the new picture: {spread(rewrite(browser, pages / '94_equation.html'))}. In "
            f"JupyterLab, from running the cell of `interact` to the new picture: "
            f"{spread(reruns)}.",
        ]
        browser.close()
    draw(ways, HERE / "latency.svg")
    readme.put("results", ["\n\n".join(report)])


def write_course(folder: Path) -> Path:
    """A course folder whose notebooks hold the benchmark's figure, and notebook 01."""
    notebooks = folder / "notebooks"
    notebooks.mkdir(parents=True)
    shutil.copytree(REPOSITORY / "assets", folder / "assets")
    shutil.copy(REPOSITORY / "pyproject.toml", folder)
    for file in (REPOSITORY / "notebooks").glob(f"{COURSE_PAGE}.*"):
        shutil.copy(file, notebooks)
    shutil.copy(HERE / "content.py", notebooks)
    for name, sources in NOTEBOOKS.items():
        cells = [nbformat.v4.new_code_cell(text, id=f"cell-{i}") for i, text in enumerate(sources)]
        nb = nbformat.v4.new_notebook(cells=cells)
        nb.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(nb, notebooks / f"{name}.ipynb")
    return folder


def new_page(browser: Browser) -> tuple[Page, list[int]]:
    """A page in a fresh profile, with the probe in it; and the bytes of all that it loads."""
    page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    page.add_init_script(path=HERE / "probe.js")
    network, loaded = page.context.new_cdp_session(page), []
    network.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    network.on(
        "Network.webSocketFrameReceived",
        lambda event: loaded.append(len(event["response"]["payloadData"])),
    )
    network.send("Network.enable")
    return page, loaded


def open_in_jupyterlab(page: Page, server: dict, name: str) -> Notebook:
    """A notebook, opened and run."""
    path = f"lab/workspaces/benchmark/tree/notebooks/{name}.ipynb"
    page.goto(f"{server['url']}{path}?reset&token={server['token']}")
    notebook = Notebook(page)
    notebook.wait_until_ready()
    notebook.run_all()
    return notebook


def open_and_measure(browser: Browser, way: Way, address: str, options: argparse.Namespace) -> None:
    """A page that is no notebook: how soon it is live, then all else."""
    way.openings = [live_after(browser, address) for _ in range(options.openings)]
    page, loaded = new_page(browser)
    page.goto(address)
    measure(page, way, loaded, options)


def live_after(browser: Browser, address: str) -> float:
    """Milliseconds from opening a page in a fresh profile until its first figure is live."""
    page, _ = new_page(browser)
    page.goto(address)
    live = page.evaluate("latencyProbe.live")
    page.context.close()
    return live


def measure(page: Page, way: Way, loaded: list[int], options: argparse.Namespace) -> None:
    """Press arrow keys, one picture at a time; then drag the slider to and fro. Closes the page."""
    print(f"{way.name} …", flush=True)
    slider = page.locator(way.slider).first
    slider.wait_for()
    # Lazily loaded parts and the first picture are still on their way.
    page.wait_for_timeout(3000)
    way.weight = sum(loaded) / 1e6
    slider.scroll_into_view_if_needed()
    slider.focus()
    pauses = random.Random(1)
    for press in range(options.presses):
        # The slider starts at its upper end and has 90 steps.
        page.keyboard.press("ArrowLeft" if press // 40 % 2 == 0 else "ArrowRight")
        way.presses.append(page.evaluate("latencyProbe.latency()"))
        # Keys come at no particular moment of a frame, and when all is quiet again.
        page.wait_for_timeout(pauses.uniform(300, 400))
    way.drag, way.lag = drag(page, way, options.seconds)
    page.context.close()


def drag(page: Page, way: Way, seconds: float) -> tuple[tuple[float, float], float]:
    """Drag the slider from end to end and back: what `Way` says of its `drag` and its `lag`."""
    track = page.locator(TRACKS[way.slider]).first.bounding_box()
    left, right = track["x"] + 10, track["x"] + track["width"] - 10
    y = track["y"] + track["height"] / 2
    page.locator(way.slider).first.hover()
    page.mouse.down()
    page.mouse.move(right, y)
    start = page.evaluate("performance.now()")
    stop, moves = time.monotonic() + seconds, 0
    while time.monotonic() < stop:
        for end in (left, right):
            # 90 steps of the slider in 60 moves: every move asks for a new picture.
            page.mouse.move(end, y, steps=60)
            moves += 60
    pictures, now = page.evaluate(f"[latencyProbe.paintsSince({start}), performance.now()]")
    page.mouse.up()
    # Some servers answer every move, in turn: then pictures still come when the mouse rests.
    lag = page.evaluate(f"latencyProbe.lag({now}, {QUIET})")
    return (pictures / (now - start) * 1000, moves / (now - start) * 1000), lag


def check_model_by_hand(browser: Browser, file: Path) -> None:
    """Raises AssertionError where the model by hand is another one than NumPy's."""
    page = browser.new_page()
    page.goto(file.as_uri())
    for setting in [(0.9, 0.1), (0.5, 0.5), (0.1, 0.9)]:
        found = page.evaluate(
            "(at) => Object.values(simulate(...at)).map((column) => Array.from(column))", setting
        )
        wanted = list(others.shares(*setting).values())
        assert found[0] == list(wanted[0])
        # The learners of one set of draws differ from those of another by chance alone.
        apart = np.abs(np.mean(found, axis=1) - np.mean(wanted, axis=1))
        assert np.all(apart < 0.03), f"at {setting} the model by hand differs: {apart}"
    page.close()


def rerun_cell(browser: Browser, server: dict) -> list[float]:
    """Milliseconds from running the cell of `interact`, its rule rewritten, to its picture."""
    page, _ = new_page(browser)
    notebook = open_in_jupyterlab(page, server, "93_cell")
    spent = []
    for turn in range(EDITS):
        page.wait_for_timeout(1000)
        notebook.cells.first.locator(".cm-content").click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(CELL.replace("RULE", RULES[(turn + 1) % 2].format(m="m.")))
        page.keyboard.press("Control+Enter")
        spent.append(page.evaluate("latencyProbe.latency()"))
    page.context.close()
    return spent


def rewrite(browser: Browser, file: Path) -> list[float]:
    """Milliseconds from Enter in a rewritten equation of an exported page to the new picture."""
    page, _ = new_page(browser)
    page.goto(file.as_uri())
    page.get_by_role("button", name="Edit the equations").click()
    equation = page.get_by_role("textbox", name="credit =", exact=True)
    spent = []
    for turn in range(EDITS):
        page.wait_for_timeout(1000)
        equation.fill(RULES[(turn + 1) % 2].format(m=""))
        equation.press("Enter")
        spent.append(page.evaluate("latencyProbe.latency()"))
    page.context.close()
    return spent


def spread(times: list[float]) -> str:
    """The median and the largest of some times."""
    return f"median {statistics.median(times):.0f} ms, at most {max(times):.0f} ms"


def machine(browser: Browser, options: argparse.Namespace, load: float) -> str:
    """What was measured on, in general words."""
    system = platform.system()
    if system == "Linux":
        release = platform.freedesktop_os_release()
        system = f"{release['NAME'].split()[0]} {release.get('VERSION_ID', '')}".strip()
    return (
        f"One run on {os.cpu_count()} cores, {system}, Python {platform.python_version()}, "
        f"Chromium {browser.version.split('.')[0]} headless without a graphics card; load before "
        f"the start {load:.1f}. For each way {options.presses} key presses and at least "
        f"{options.seconds:g} s of dragging; each page opened {options.openings} times."
    )


def table(ways: list[Way]) -> str:
    """The measurements, with ratios to `interact`."""
    rows = [
        "| | the model runs in | key press to paint, median (ms) | 95th percentile (ms) "
        "| median, `interact` = 1 | pictures (mouse moves) per second of dragging "
        "| last picture after the drag (ms) | page weight (MB) | opening to live, median (ms) |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for way in ways:
        part = ways[0].median / way.median
        ratio = "1" if way is ways[0] else f"1/{part:.1f}" if part > 1 else f"{1 / part:.1f}"
        opening = f"{statistics.median(way.openings):.0f}" if way.openings else "–"
        rows.append(
            f"| {way.name} | {way.model} | {way.median:.0f} | {way.late:.0f} | {ratio} "
            f"| {way.drag[0]:.0f} ({way.drag[1]:.0f}) | {way.lag:.0f} | {way.weight:#.3g} "
            f"| {opening} |"
        )
    return "\n".join(rows)


def recomputes(browser: Browser) -> str:
    """How long the model takes for each new picture, in the browser's program and in NumPy."""
    live = content.with_looplab()
    page = browser.new_page()
    spent = page.evaluate(
        (HERE / "recompute.js").read_text(encoding="utf-8"),
        [living(), live.spec(), RECOMPUTES],
    )
    in_browser = statistics.median(spent)
    in_numpy = []
    for nu_plus in np.linspace(0, 0.9, 7):
        start = time.perf_counter()
        list(content.simulate(nu_plus, 0.1))
        in_numpy.append((time.perf_counter() - start) * 1000)
    steps = content.RUN["steps"] * content.RUN["learners"]
    return (
        f"The model alone ({content.RUN['learners']} learners, {content.RUN['steps']:,} steps): "
        f"{in_browser:.1f} ms in the browser, {steps / in_browser / 1000:.0f} million "
        f"learner-steps per second; {statistics.median(in_numpy):.0f} ms in NumPy, a part of every "
        "picture that comes from a kernel or a server."
    )


def draw(ways: list[Way], file: Path) -> None:
    """Every key press as a dot; a bar at the median; the frames of the screen behind."""
    with course_style(), plt.rc_context({"svg.hashsalt": "latency", "figure.facecolor": "white"}):
        figure, axes = plt.subplots(figsize=(8, 0.5 + 0.68 * len(ways)))
        for frames in (1, 2):
            axes.axvline(frames * FRAME, color=GRID, zorder=0)
        for row, way in enumerate(ways):
            ours = way.name.startswith("ours")
            up = row + np.linspace(-0.22, 0.22, 7)[np.arange(len(way.presses)) % 7]
            look = {"marker": "o", "color": RELIEF} if ours else {"marker": "s", "color": OBSESSION}
            axes.plot(way.presses, up, linestyle="", markersize=3, alpha=0.5, **look)
            axes.plot([way.median] * 2, [row - 0.32, row + 0.32], color=INK)
            axes.text(way.median, row - 0.36, f"{way.median:.0f} ms", ha="center", color=INK)
        axes.set_yticks(range(len(ways)), [way.name.replace("`", "") for way in ways])
        axes.set(xscale="log", ylim=(len(ways) - 0.5, -0.8), xlabel="key press to paint (ms)")
        marks = [5, 10, 20, 50, 100, 200, 500, 1000]
        axes.set_xticks(marks, marks)
        axes.minorticks_off()
        axes.text(FRAME * 2 * 1.04, len(ways) - 0.55, "two frames", color=MUTED, fontsize=9)
        figure.savefig(file, metadata={"Date": None, "Creator": None})


if __name__ == "__main__":
    main()
