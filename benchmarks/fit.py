"""How long does a browser take to fit one record of the boat game?

    uv run python benchmarks/fit.py [COMMIT]

Times the three fits of notebook 05 for a record of 200 moves, in Chromium and in Firefox: the known
map, the profiled map, and model B. With a commit, that version's scripts in turn with these, in the
same run. Writes its table into README.md.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import readme
from playwright.sync_api import sync_playwright

from breaking_the_loop.fit_yourself import fit, players
from looplab import browser
from looplab.model.program import given, program

HERE = Path(__file__).parent
sys.path.append(str(HERE.parent / "tests"))
from browser import launch_chromium, launch_firefox  # noqa: E402

ROUNDS = 9
A, B = players.two_traces_along, players.opponent_along
MEMORIES = ("nu_plus", fit.FINE), ("nu_minus", fit.FINE)
FITS = {
    "known map, 51 × 51": (A, *MEMORIES, ("alpha", [0.05]), 2.0),
    "profiled map, 51 × 51 × 5": (A, *MEMORIES, ("alpha", fit.ALPHAS), fit.BETA_A),
    "B, 21 × 21 × 5": (
        B,
        ("rho_plus", fit.COARSE),
        ("rho_minus", fit.COARSE),
        ("rate", fit.ALPHAS),
        fit.BETA_B,
    ),
}


def main() -> None:
    living = {"now": browser.living()}
    if len(sys.argv) > 1:
        living["before"] = living_at(sys.argv[1])
    rows = []
    with sync_playwright() as playwright:
        for launch in (launch_chromium, launch_firefox):
            started = launch(playwright)
            pages = {version: opened(started, text) for version, text in living.items()}
            for label, asked in FITS.items():
                times = {version: [] for version in pages}
                for _ in range(ROUNDS):
                    for version, page in pages.items():
                        times[version].append(page.evaluate("timed", call(*asked)))
                browser_ = f"{started.browser_type.name.capitalize()} {started.version}"
                rows.append((browser_, label, times))
                print(browser_, label, {v: [round(t) for t in ts] for v, ts in times.items()})
            started.close()
    write(rows)


def living_at(commit: str) -> str:
    """The living figures' script as it was at a commit."""
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(["git", "archive", commit, "src"], capture_output=True, check=True)
        subprocess.run(["tar", "-x", "-C", folder], input=packed.stdout, check=True)
        shown = [sys.executable, "-c", "from looplab import browser; print(browser.living())"]
        environment = os.environ | {"PYTHONPATH": f"{folder}/src"}
        return subprocess.run(
            shown, capture_output=True, check=True, text=True, env=environment
        ).stdout


def opened(started, living):
    """A page that knows one version of the scripts."""
    page = started.new_page()
    record = {name: getattr(players.golden(), name).tolist() for name in FITTED}
    script = living.replace("export default", "void") + (HERE / "fit.js").read_text("utf-8")
    page.set_content("<p>Fitting</p>")
    page.evaluate(f"() => {{ {script}\nglobalThis.timed = timed({json.dumps(record)}); }}")
    return page


FITTED = ("blown", "first", "following")


def call(model, x, y, over, slope):
    """One fit as the browser is asked for it."""
    names = given(model)
    numbers = [float(getattr(model[name], "default", 0)) for name in names]

    def side(name, values):
        return {"at": names.index(name), "values": list(map(float, values))}

    steep = slope if isinstance(slope, float) else dict(zip(("low", "high"), slope, strict=True))
    grid = {"x": side(*x), "y": side(*y), "over": side(*over), "slope": steep}
    return {"program": program(model), "numbers": numbers, "grid": grid}


def write(rows) -> None:
    """The table, into README.md."""
    lines = ["| browser | fit | first, ms | median, ms | before: first | median | times as fast |"]
    lines.append("| --- | --- | --: | --: | --: | --: | --: |")
    for started, label, times in rows:
        now, before = times["now"], times.get("before")
        cells = [started, label, f"{now[0]:.0f}", f"{statistics.median(now):.0f}"]
        if before:
            ratio = statistics.median(b / n for b, n in zip(before, now, strict=True))
            cells += [f"{before[0]:.0f}", f"{statistics.median(before):.0f}", f"{ratio:.1f}"]
        else:
            cells += ["", "", ""]
        lines.append(f"| {' | '.join(cells)} |")
    readme.put("fitted", lines)


if __name__ == "__main__":
    main()
