"""Does every slider of every exported notebook answer within a frame?

    uv run python benchmarks/frames.py

Moves each control of each figure from end to end and times what the page does for each move:
compute, draw, lay out, paint. Prints one line for each notebook, and each control of which some
answer took longer than a frame.
"""

import json
import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
from tqdm import tqdm

from looplab.publish import publish

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "tests"))
from browser import launch_chromium  # noqa: E402
from course_pages import MAKERS, looked_first, wait_until_live  # noqa: E402

FRAME = 1000 / 60
MOVES = 20


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        publish([], Path(folder))
        browser = launch_chromium(playwright)
        for notebook in tqdm(MAKERS):
            page = browser.new_page()
            looked_first(page, notebook)
            page.goto((Path(folder) / f"{notebook}.html").as_uri())
            wait_until_live(page, notebook)
            script = (HERE / "frames.js").read_text(encoding="utf-8")
            report(notebook, page.evaluate(f"({script})({json.dumps(MOVES)})"))
            page.close()
        browser.close()


def report(notebook: str, found: list) -> None:
    """Print what one notebook's controls took."""
    times = sorted(time for _, _, each in found for time in each)
    late = sum(time > FRAME for time in times)
    tqdm.write(
        f"{notebook}: {len(found)} controls, {len(times)} moves: median "
        f"{statistics.median(times):.1f} ms, 99 of 100 within {times[int(0.99 * len(times))]:.1f} "
        f"ms, longest {times[-1]:.1f} ms; {late} of {len(times)} longer than a frame"
    )
    for figure, control, each in found:
        if max(each) > FRAME:
            slow = ", ".join(
                f"{time:.0f} ms (move {i})" for i, time in enumerate(each) if time > FRAME
            )
            tqdm.write(f"  {figure}, {control}: usually {statistics.median(each):.1f} ms; {slow}")


if __name__ == "__main__":
    main()
