"""How long until the figure answers? Four ways to put sliders on one figure, side by side.

    uv run --group benchmarks python benchmarks/latency.py

Measures `interact` with inline matplotlib, ipympl, the living figure in JupyterLab and the same
figure exported to one file, in one run on one machine, all showing the same content. Prints a
table, draws `latency.svg` and rewrites the results in `README.md`. Some six minutes; leave the
machine alone meanwhile. `--presses 10 --seconds 2` gives a rough idea in two.
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
OPENINGS = 11
RECOMPUTES = 200
COURSE_PAGE = "01_ocd_cycle"
NOTEBOOKS = {
    "90_interact": "import content\n%matplotlib inline\ncontent.with_interact()",
    "91_ipympl": "import content\n%matplotlib widget\ncontent.with_ipympl()",
    "92_looplab": "import content\ncontent.with_looplab()",
}
IN_NOTEBOOK, IN_PAGE = ".noUi-handle", "input[type=range]"


@dataclass
class Way:
    """One way to put sliders on the figure, and what was measured."""

    name: str
    notebook: str
    slider: str = IN_NOTEBOOK
    presses: list[float] = field(default_factory=list)
    """Milliseconds from each key press to the end of the frame that shows its picture."""
    drag: tuple[float, float] = (0.0, 0.0)
    """Changed pictures, and mouse moves, per second while the mouse drags the slider."""
    weight: float = 0.0
    """Megabytes that the browser loads to show the page."""

    @property
    def median(self) -> float:
        return statistics.median(self.presses)

    @property
    def late(self) -> float:
        return float(np.percentile(self.presses, 95))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--presses", type=int, default=100, help="key presses for each (100)")
    parser.add_argument("--seconds", type=float, default=8, help="of dragging for each (8)")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    if load > 0.5:
        print(f"This machine is busy (load {load:.1f}): expect numbers that are too high.")
    ways = [
        Way("`interact`, inline matplotlib", "90_interact"),
        Way("ipympl", "91_ipympl"),
        Way("ours, in JupyterLab", "92_looplab"),
        Way("ours, exported (`file://`)", "92_looplab", IN_PAGE),
    ]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        course = write_course(Path(folder) / "course")
        with contextlib.chdir(course):
            single, chapter, _ = publish(["92_looplab", COURSE_PAGE], Path(folder) / "pages")
        browser = launch_chromium(playwright)
        with course_server(Path(folder) / "jupyter", course) as server:
            for way in ways[:3]:
                page = open_in_jupyterlab(browser, server, way)
                measure(page, way, options.presses, options.seconds)
        page = new_page(browser)
        page.goto(single.as_uri())
        ways[3].weight = single.stat().st_size / 1e6
        measure(page, ways[3], options.presses, options.seconds)
        report = [
            machine(browser, options, load),
            table(ways),
            recomputes(browser),
            openings(browser, {"the page measured above": single, "notebook 01": chapter}),
        ]
        browser.close()
    draw(ways, HERE / "latency.svg")
    text = "\n\n".join(report)
    readme.put("results", [text])


def write_course(folder: Path) -> Path:
    """A course folder whose notebooks hold the benchmark's figure, and notebook 01."""
    notebooks = folder / "notebooks"
    notebooks.mkdir(parents=True)
    shutil.copytree(REPOSITORY / "assets", folder / "assets")
    shutil.copy(REPOSITORY / "pyproject.toml", folder)
    for file in (REPOSITORY / "notebooks").glob(f"{COURSE_PAGE}.*"):
        shutil.copy(file, notebooks)
    shutil.copy(HERE / "content.py", notebooks)
    for name, source in NOTEBOOKS.items():
        nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source, id="figure")])
        nb.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
        nbformat.write(nb, notebooks / f"{name}.ipynb")
    return folder


def new_page(browser: Browser) -> Page:
    """A page in a fresh profile, with the probe in it."""
    page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
    page.add_init_script(path=HERE / "probe.js")
    return page


def open_in_jupyterlab(browser: Browser, server: dict, way: Way) -> Page:
    """The notebook of `way`, opened and run; notes what the browser loaded for it."""
    page = new_page(browser)
    network = page.context.new_cdp_session(page)
    loaded = []
    network.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))
    network.send("Network.enable")
    path = f"lab/workspaces/benchmark/tree/notebooks/{way.notebook}.ipynb"
    page.goto(f"{server['url']}{path}?reset&token={server['token']}")
    notebook = Notebook(page)
    notebook.wait_until_ready()
    notebook.run_all()
    page.locator(way.slider).first.wait_for()
    # Lazily loaded parts and the first picture are still on their way.
    page.wait_for_timeout(3000)
    network.detach()
    way.weight = sum(loaded) / 1e6
    return page


def measure(page: Page, way: Way, presses: int, seconds: float) -> None:
    """Press arrow keys, one picture at a time; then drag the slider to and fro. Closes the page."""
    print(f"{way.name} …", flush=True)
    slider = page.locator(way.slider).first
    slider.scroll_into_view_if_needed()
    page.wait_for_timeout(1000)
    slider.focus()
    pauses = random.Random(1)
    for press in range(presses):
        # The slider starts at its upper end and has 90 steps.
        page.keyboard.press("ArrowLeft" if press // 40 % 2 == 0 else "ArrowRight")
        way.presses.append(page.evaluate("latencyProbe.latency()"))
        # Keys come at no particular moment of a frame, and when all is quiet again.
        page.wait_for_timeout(pauses.uniform(300, 400))
    way.drag = drag(page, way, seconds)
    page.context.close()


def drag(page: Page, way: Way, seconds: float) -> tuple[float, float]:
    """Changed pictures and mouse moves per second, dragging the slider from end to end and back."""
    whole = ".noUi-base" if way.slider == IN_NOTEBOOK else IN_PAGE
    track = page.locator(whole).first.bounding_box()
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
    return pictures / (now - start) * 1000, moves / (now - start) * 1000


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
        f"{options.seconds:g} s of dragging."
    )


def table(ways: list[Way]) -> str:
    """The measurements, with ratios to `interact`."""
    rows = [
        "| | key press to paint, median (ms) | 95th percentile (ms) | median, `interact` = 1 "
        "| pictures (mouse moves) per second of dragging | page weight (MB) |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for way in ways:
        part = ways[0].median / way.median
        ratio = "1" if way is ways[0] else f"1/{part:.1f}" if part > 1 else f"{1 / part:.1f}"
        rows.append(
            f"| {way.name} | {way.median:.0f} | {way.late:.0f} | {ratio} "
            f"| {way.drag[0]:.0f} ({way.drag[1]:.0f}) | {way.weight:.2f} |"
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
        "picture of `interact` and ipympl."
    )


def openings(browser: Browser, pages: dict[str, Path]) -> str:
    """How long after opening an exported page its first figure is live, in fresh profiles."""
    lines = []
    for name, file in pages.items():
        times = []
        for _ in range(OPENINGS):
            page = new_page(browser)
            page.goto(file.as_uri())
            page.wait_for_function("latencyProbe.live > 0")
            times.append(page.evaluate("latencyProbe.live"))
            page.context.close()
        lines.append(
            f"{name} ({file.stat().st_size / 1e6:.2f} MB) {statistics.median(times):.0f} ms, "
            f"at most {max(times):.0f} ms"
        )
    return f"From opening the file to the first live figure, {OPENINGS} times: {'; '.join(lines)}."


def draw(ways: list[Way], file: Path) -> None:
    """Every key press as a dot; a bar at the median; the frames of the screen behind."""
    with course_style(), plt.rc_context({"svg.hashsalt": "latency", "figure.facecolor": "white"}):
        figure, axes = plt.subplots(figsize=(8, 3.2))
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
