"""What does a reader cost? Bytes of a page, memory and start of a kernel and of a server.

    uv run python benchmarks/hosting.py

Measures on this machine and writes the results into docs/hosting.md. Linux only: memory is read
from /proc.
"""

from __future__ import annotations

import gzip
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import readme
from jupyter_client.manager import KernelManager

from looplab.publish.deck import deck_html
from looplab.publish.html import page_html

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "hosting.md"


def main() -> None:
    notebooks = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    lines = [
        "| notebook | page (kB) | page, gzipped (kB) | slides, gzipped (kB) | "
        "kernel, all cells run (MB) |",
        "| --- | --: | --: | --: | --: |",
    ]
    starts: list[float] = []
    fresh: list[float] = []
    for path in notebooks:
        nb = nbformat.read(path, as_version=4)
        page, deck = page_html(nb, path).encode(), deck_html(nb, path).encode()
        least, most = kernel(nb, starts)
        fresh.append(least)
        sizes = [len(page), *(len(gzip.compress(each, 6)) for each in (page, deck))]
        cells = [path.stem, *(f"{size / 1000:,.0f}" for size in sizes), f"{most:,.0f}"]
        lines.append(f"| {' | '.join(cells)} |")
        print(lines[-1], flush=True)
    seconds, memory = server()
    lines += [
        "",
        f"A kernel starts in {statistics.median(starts):.1f} s (median of {len(starts)}, "
        f"{max(starts):.1f} s at most) and holds {statistics.median(fresh):,.0f} MB before its "
        f"first cell. A server (`looplab open`) answers after {seconds:.1f} s and holds "
        f"{memory:,.0f} MB. "
        f"Measured on {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
        f"Python {sys.version.split()[0]}.",
    ]
    readme.put("measured", lines, PAGE)


def kernel(nb: nbformat.NotebookNode, starts: list[float]) -> tuple[float, float]:
    """Memory (MB) of a kernel as it starts and when every cell has run; notes its start (s)."""
    began = time.perf_counter()
    manager = KernelManager()
    manager.start_kernel(cwd=ROOT / "notebooks")
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=120)
        starts.append(time.perf_counter() - began)
        fresh = held(manager.provisioner.pid, "VmRSS")
        for cell in nb.cells:
            if cell.cell_type == "code":
                client.execute_interactive(cell.source, output_hook=lambda _: None, timeout=300)
        return fresh, held(manager.provisioner.pid, "VmRSS")
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def server() -> tuple[float, float]:
    """Seconds until a server says where it is, and its memory (MB) then."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "looplab", "open", "--no-browser"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        for line in process.stdout or []:
            if "http://" in line:
                break
        return time.perf_counter() - began, held(process.pid, "VmRSS")
    finally:
        process.terminate()
        process.wait(30)


def held(pid: int, name: str) -> float:
    """A line of a process's status, in MB."""
    text = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in text.splitlines() if line.startswith(name)).split()[1]) / 1024


if __name__ == "__main__":
    main()
