"""How soon after its first paint does a page answer?

    uv run python benchmarks/opening.py [FOLDER]

Opens notebooks 01 and 04 as exported pages, in fresh profiles, with the processor as it is and
slowed four times, and notes the first contentful paint and the end of the first frame that shows a
living figure. With a folder of pages of another version, those in turn with these, in the same run.
Writes its table into README.md.
"""

import statistics
import sys
import tempfile
from pathlib import Path

import nbformat
import readme
from playwright.sync_api import Browser, sync_playwright

from looplab.publish.html import page_html

REPOSITORY = Path(__file__).parents[1]
sys.path.append(str(REPOSITORY / "tests"))
from browser import launch_chromium, new_context  # noqa: E402

NOTEBOOKS = ("01_ocd_cycle", "04_weighing_the_evidence")
SLOWED = (4, 1)
OPENINGS = 5
# Runs in the page: when its first figure came to life, at the end of the frame that shows it.
NOTED = """globalThis.alive = new Promise((done) => {
  const end = new MessageChannel();
  end.port1.onmessage = () => done(performance.now());
  new MutationObserver((_, observer) => {
    if (!document.querySelector("figure[data-live]")) return;
    observer.disconnect();
    requestAnimationFrame(() => end.port2.postMessage(null));
  }).observe(document, { subtree: true, attributeFilter: ["data-live"] });
})"""
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        versions = {"now": Path(folder)}
        for name in NOTEBOOKS:
            path = REPOSITORY / "notebooks" / f"{name}.ipynb"
            html = page_html(nbformat.read(path, as_version=4), path)
            (versions["now"] / f"{name}.html").write_text(html, encoding="utf-8")
        if len(sys.argv) > 1:
            versions["before"] = Path(sys.argv[1])
        browser = launch_chromium(playwright)
        rows = []
        for slowed in SLOWED:
            for name in NOTEBOOKS:
                times = {version: [] for version in versions}
                for _ in range(OPENINGS):
                    for version, pages in versions.items():
                        times[version].append(opened(browser, pages / f"{name}.html", slowed))
                rows.append((name, slowed, times))
                print(rows[-1], flush=True)
                write(f"Chromium {browser.version}", rows)
        browser.close()


def opened(browser: Browser, file: Path, slowed: int) -> tuple[float, float]:
    """Milliseconds from opening a page to its first paint, and to its first living figure."""
    with new_context(browser, viewport={"width": 1280, "height": 720}) as context:
        page = context.new_page()
        page.add_init_script(NOTED)
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": slowed})
        page.goto(file.as_uri())
        return tuple(page.evaluate(f"alive.then((time) => [{PAINT}, time])"))


def write(browser: str, rows: list) -> None:
    """The table, into README.md."""
    lines = [
        f"{browser}; medians of {OPENINGS} openings each, times in ms.",
        "",
        "| notebook | processor slowed | first paint | first figure alive | ratio "
        "| before: first paint | alive | ratio |",
        "| --- | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for name, slowed, times in rows:
        cells = [name[:2], f"{slowed} ×"]
        for version in ("now", "before"):
            found = times.get(version)
            cells += numbers(found) if found else ["", "", ""]
        lines.append(f"| {' | '.join(cells)} |")
    readme.put("opened", lines)


def numbers(found: list[tuple[float, float]]) -> list[str]:
    """Median first paint, median first life, and the median of their ratios, as cells."""
    paints, lives = zip(*found, strict=True)
    ratio = statistics.median(live / paint for paint, live in found)
    return [f"{statistics.median(paints):.0f}", f"{statistics.median(lives):.0f}", f"{ratio:.1f}"]


if __name__ == "__main__":
    main()
