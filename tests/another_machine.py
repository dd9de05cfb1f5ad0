"""Make figures as another machine would: `python another_machine.py NOTEBOOK FILE`.

Run in the `ENVIRONMENT` of a processor that lacks what newer ones have, so that the last bits of
sums, exponentials and matrix products differ. The places that matplotlib's layout finds are moved
by up to 1e-9 of the figure, too. Writes what would be saved of each figure as JSON.
"""

import hashlib
import importlib
import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from numpy._core import _multiarray_umath

ENVIRONMENT = {
    # An old kernel of OpenBLAS, NumPy without its newer vector instructions, and the C library
    # with neither these nor fused multiply-add. What a processor or library does not know is
    # ignored.
    "OPENBLAS_CORETYPE": "Prescott",
    "NPY_DISABLE_CPU_FEATURES": " ".join(_multiarray_umath.__cpu_dispatch__),
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F",
}


def saved(notebook: str) -> dict:
    """By figure: its spec, its picture and its controls, as they would be saved; and, under
    "agreement", the notebook's reference numbers."""
    from course_pages import MAKERS, course_figure

    from looplab.learn import agreement

    found = {}
    room = f"breaking_the_loop.{notebook.partition('_')[2]}"
    with suppress(ModuleNotFoundError):
        numbers = importlib.import_module(f"{room}.reference").NUMBERS
        found["agreement"] = agreement.record(numbers)
    for figure_id in MAKERS[notebook]:
        live = course_figure(notebook, figure_id)
        _, picture = live.still()
        controls = {name: each.get_state() for name, each in live.widgets.items()}
        found[figure_id] = live.spec() | {
            "picture": hashlib.sha256(picture).hexdigest(),
            "sliders": {
                name: {key: state.get(key) for key in ("value", "min", "max", "step", "index")}
                for name, state in controls.items()
            },
        }
    return found


def saved_elsewhere(notebook: str, folder: Path) -> dict:
    """What `saved` gives in the environment of another machine."""
    file = folder / f"{notebook}.json"
    subprocess.run(
        [sys.executable, __file__, notebook, str(file)], check=True, env=os.environ | ENVIRONMENT
    )
    return json.loads(file.read_text())


def jitter_the_layout() -> None:
    """From now on, let matplotlib's layout end a little elsewhere, by chance."""
    import numpy as np
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    execute, rng = ConstrainedLayoutEngine.execute, np.random.default_rng()

    def execute_inexactly(engine, figure):
        execute(engine, figure)
        for axes in figure.axes:
            place = axes.get_position(original=True)
            place.set_points(place.get_points() + rng.uniform(-1e-9, 1e-9, (2, 2)))
            axes._set_position(place, which="original")

    ConstrainedLayoutEngine.execute = execute_inexactly


if __name__ == "__main__":
    jitter_the_layout()
    Path(sys.argv[2]).write_text(json.dumps(saved(sys.argv[1])))
