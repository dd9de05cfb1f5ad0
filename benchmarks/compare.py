"""Do the pages of today answer as fast as those of an earlier version?

    uv run python benchmarks/compare.py COMMIT [--pages FOLDER] [--model]

Publishes the notebooks of both versions, opens their pages in Chromium and in Firefox, and moves
every control that both have, the two versions in turn. Also how soon the first figure of notebook
01 is live, and how fast each version's script runs Model A. Writes its table into README.md. With
`--pages`, pages that are in the folder already are not made again; with `--model`, Model A alone.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import content
import readme
import yaml
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
REPOSITORY = HERE.parent
sys.path.append(str(REPOSITORY / "tests"))
from browser import launch_chromium, launch_firefox  # noqa: E402

ROUNDS = 3
MOVES = 20
OPENINGS = 11
FIRST = "01_ocd_cycle"
RECOMPUTES = 200
# What a version's own `recompute.js` is handed to time Model A. Before models were data, a run came
# with a program of its own, and the `content.py` of that time could not be imported.
HANDED = f"""
import json, content
from looplab import browser
live = content.with_looplab()
[source] = live.sources
before = hasattr(source, "code")
program = [source.code(), source.spec(), live.defaults] if before else [live.spec()]
print(json.dumps([browser.living(), *program, {RECOMPUTES}]))
"""


class Version:
    """One version of the course: where it lies, and its pages by notebook."""

    def __init__(self, checkout: Path, pages: Path):
        self.checkout, self.pages = checkout, pages
        script = (checkout / "benchmarks" / "recompute.js").read_text("utf-8")
        self.model = script, json.loads(self._run("-c", HANDED))

    def publish(self) -> set[str]:
        """The names of its pages, which are made unless there are some."""
        self.pages.mkdir(parents=True, exist_ok=True)
        if not any(self.pages.glob("*.html")):
            self._run("-m", "looplab", "publish", "--out", str(self.pages))
        return {path.stem for path in self.pages.glob("*.html")} - {"index"}

    def _run(self, *arguments: str) -> str:
        paths = [str(self.checkout / "src"), str(HERE)]
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.checkout,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout

    def opened(self, browser: Browser, notebook: str) -> Page:
        """A page whose reader looked at every answer long ago, with all its figures alive."""
        page = browser.new_page()
        page.add_init_script(path=HERE / "probe.js")
        room = notebook.partition("_")[2]
        lesson = self.checkout / "src" / "breaking_the_loop" / room / "lesson.yaml"
        asked = yaml.safe_load(lesson.read_text("utf-8"))["predict"]
        looked = json.dumps({id: {"value": None, "words": "looked first"} for id in asked})
        kept = [f"breaking-the-loop/{room.replace('_', '-')}", looked]
        page.add_init_script(
            f"""if (!["", "about:blank"].includes(location.href)) (([key, text]) =>
              localStorage.getItem(key) ?? localStorage.setItem(key, text))({json.dumps(kept)})"""
        )
        page.goto((self.pages / f"{notebook}.html").as_uri())
        page.wait_for_function(
            """() => document.readyState === "complete"
              && document.querySelectorAll("figure[data-live]").length > 5
              && !document.querySelector("figure[data-covered]")"""
        )
        return page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("commit", help="the earlier version")
    parser.add_argument("--pages", type=Path, help="a folder that keeps the pages")
    parser.add_argument("--model", action="store_true", help="time Model A alone")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        pages = (options.pages or folder / "pages").resolve()
        checkout = folder / "before"
        git = ["git", "-C", str(REPOSITORY), "worktree"]
        subprocess.run([*git, "add", "--quiet", "--detach", checkout, options.commit], check=True)
        stack.callback(subprocess.run, [*git, "remove", "--force", checkout], check=True)
        versions = [Version(checkout, pages / "before"), Version(REPOSITORY, pages / "now")]
        shared = [] if options.model else sorted(set.intersection(*(v.publish() for v in versions)))
        playwright = stack.enter_context(sync_playwright())
        rows = []
        for launch in (launch_chromium, launch_firefox):
            browser = launch(playwright)
            name = f"{browser.browser_type.name.capitalize()} {browser.version.split('.')[0]}"
            cells = [moved(browser, versions, notebook) for notebook in shared]
            cells += [opening(browser, versions)] if shared else []
            rows += [[name, *each] for each in [*cells, model(browser, versions)]]
            browser.close()
    write(rows, options.commit, load)


def moved(browser: Browser, versions: list[Version], notebook: str) -> list[str]:
    """How long the controls that both pages of a notebook have take to answer."""
    script = (HERE / "frames.js").read_text("utf-8")
    times = [{}, {}]
    for _ in range(ROUNDS):
        for version, own in zip(versions, times, strict=True):
            page = version.opened(browser, notebook)
            for figure, control, each in page.evaluate(f"({script})({MOVES})"):
                own.setdefault((figure, control), []).extend(each)
            page.close()
    both = sorted(times[0].keys() & times[1].keys())
    before, now = ([statistics.median(own[key]) for key in both] for own in times)
    for key, b, n in zip(both, before, now, strict=True):
        if n > 1.25 * b and n - b > 0.5:
            print(f"slower: {', '.join(key)}: {b:.1f} ms, now {n:.1f} ms", flush=True)
    label = f"notebook {notebook[:2]}, median of {len(both)} controls (ms)"
    return line(label, statistics.median(before), statistics.median(now))


def opening(browser: Browser, versions: list[Version]) -> list[str]:
    """How soon after opening notebook 01 its first figure is live."""
    live = [[], []]
    for _ in range(OPENINGS):
        for version, own in zip(versions, live, strict=True):
            page = version.opened(browser, FIRST)
            own.append(page.evaluate("latencyProbe.live"))
            page.close()
    label = "notebook 01, opening to the first live figure (ms)"
    return line(label, *map(statistics.median, live))


def model(browser: Browser, versions: list[Version]) -> list[str]:
    """How many learner-steps a second each version's script makes of Model A."""
    speed = [[], []]
    steps = content.RUN["steps"] * content.RUN["learners"]
    for _ in range(OPENINGS):
        for version, own in zip(versions, speed, strict=True):
            page = browser.new_page()
            spent = page.evaluate(*version.model)
            own.append(steps / statistics.median(spent) / 1000)
            page.close()
    return line("Model A (million learner-steps a second)", *map(statistics.median, speed))


def line(label: str, before: float, now: float) -> list[str]:
    """One row of the table: what, before, now, and now as a multiple of before."""
    digits = 1 if before < 100 else 0
    return [label, f"{before:.{digits}f}", f"{now:.{digits}f}", f"{now / before:.2f}"]


def write(rows: list[list[str]], commit: str, load: float) -> None:
    """The table, into README.md."""
    lines = [
        f"Before: {commit}. One run on {os.cpu_count()} cores, load before the start {load:.1f}; "
        f"{ROUNDS} rounds of {MOVES + 1} moves for each control.",
        "",
        "| browser | what | before | now | now / before |",
        "| --- | --- | --: | --: | --: |",
        *(f"| {' | '.join(cells)} |" for cells in rows),
    ]
    readme.put("compared", lines)


if __name__ == "__main__":
    main()
