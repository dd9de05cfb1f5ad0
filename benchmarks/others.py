"""The figure of `content.py` as others show it: Bokeh, Panel, marimo, and a page written by hand.

The programs in `apps/` are served, the model in NumPy behind them. A file of one's own can hold
neither Python nor NumPy: what Bokeh and Panel export runs the model of `by_hand.js`.
"""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import content
from bokeh.embed import file_html
from bokeh.layouts import column
from bokeh.models import ColumnDataSource, CustomJS, Slider
from bokeh.plotting import figure
from bokeh.resources import INLINE

from looplab.model.declare import Parameter

HERE = Path(__file__).parent
COLUMNS = ("obsession", "compulsion", "react")
TITLE = "Fifty learners over time"
COMMANDS = {
    "bokeh": ("serve", "--address=127.0.0.1", "--allow-websocket-origin=127.0.0.1:{port}"),
    "panel": ("serve", "--address=127.0.0.1", "--allow-websocket-origin=127.0.0.1:{port}"),
    "marimo": ("run", "--host=127.0.0.1", "--headless"),
}


def shares(nu_plus: float, nu_minus: float) -> dict:
    """The columns of the figure's table: the time axis and three shares, in NumPy."""
    lines = dict(zip(COLUMNS, content.simulate(nu_plus, nu_minus), strict=True))
    return {"time": lines["obsession"][0]} | {name: share for name, (_, share) in lines.items()}


def plot() -> tuple[figure, ColumnDataSource]:
    """The figure in Bokeh, and the table that its lines are drawn from."""
    source = ColumnDataSource(shares(*(memory.default for memory in content.MEMORIES)))
    drawn = figure(
        width=800,
        height=340,
        x_range=(0, content.RUN["steps"]),
        y_range=(0, 1),
        x_axis_label="step",
        y_axis_label="share of learners",
    )
    for name, (label, (_, hue)) in zip(COLUMNS, content.LINES.items(), strict=True):
        drawn.line("time", name, source=source, color=hue, line_width=2, legend_label=label)
    return drawn, source


def span(memory: Parameter) -> dict[str, float]:
    """What a slider of Bokeh or Panel is made with."""
    return {"start": memory.low, "end": memory.high, "step": memory.step, "value": memory.default}


def export_by_hand(file: Path) -> None:
    """The page written by hand, its script within."""
    script = (HERE / "by_hand.js").read_text("utf-8")
    page = (HERE / "by_hand.html").read_text("utf-8")
    outside = '<script src="by_hand.js"></script>'
    file.write_text(page.replace(outside, f"<script>\n{script}</script>"), encoding="utf-8")


def answer() -> str:
    """What an exported slider of Bokeh or Panel does when it moves."""
    script = (HERE / "by_hand.js").read_text("utf-8")
    # Once a page, not once a move: a function made anew each time starts slow each time.
    return (
        f"globalThis.simulate ??= (() => {{ {script} return simulate; }})();\n"
        "source.data = simulate(plus.value, minus.value);"
    )


def export_bokeh(file: Path) -> None:
    """Bokeh's own export, with its scripts within."""
    drawn, source = plot()
    sliders = [Slider(title=memory.name, **span(memory)) for memory in content.MEMORIES]
    given = {"source": source, "plus": sliders[0], "minus": sliders[1]}
    answered = CustomJS(args=given, code=answer())
    for slider in sliders:
        slider.js_on_change("value", answered)
    file.write_text(file_html(column(drawn, *sliders), INLINE, TITLE), encoding="utf-8")


def export_panel(file: Path) -> None:
    """Panel's own export, with its scripts within."""
    import panel  # it adds to what Bokeh exports from then on

    drawn, source = plot()
    sliders = [panel.widgets.FloatSlider(name=m.name, **span(m)) for m in content.MEMORIES]
    given = {"source": source, "plus": sliders[0], "minus": sliders[1]}
    for slider in sliders:
        slider.jscallback(args=given, value=answer())
    panel.Column(drawn, *sliders).save(file, resources=INLINE, title=TITLE)


@contextlib.contextmanager
def served(name: str, log: Path) -> Iterator[str]:
    """Serve `apps/with_NAME.py` as `name` itself does; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command, *options = (part.format(port=port) for part in COMMANDS[name])
    app = HERE / "apps" / f"with_{name}.py"
    address = f"http://127.0.0.1:{port}/" + ("" if name == "marimo" else app.stem)
    with open(log, "w", encoding="utf-8") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", name, command, str(app), f"--port={port}", *options],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=out,
            stderr=out,
        )
        try:
            wait_until_it_answers(address, process, log)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=30)


def wait_until_it_answers(address: str, process: subprocess.Popen, log: Path) -> None:
    """Return when there is a page at `address`. Raises RuntimeError where its server gives up."""
    while process.poll() is None:
        with contextlib.suppress(OSError):
            urlopen(address, timeout=60).close()
            return
        time.sleep(0.1)
    raise RuntimeError(f"no server at {address}:\n{log.read_text('utf-8')}")
