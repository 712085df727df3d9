"""What the benchmarks of methods share: a coast, timing in turns, memory, tables, the main."""

from __future__ import annotations

import argparse
import ctypes
import gc
import os
import re
import resource
import sys
import threading
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.ndimage import label

CORES = (0, 1)
HEADER = (
    "work",
    "peer",
    "wall s",
    "times faster",
    "CPU s",
    "times faster",
    "bar",
    "holds",
    "notes",
)


class Took(NamedTuple):
    """Least wall and CPU seconds of one work; CPU of all threads and of programs it called."""

    wall: float
    cpu: float


def main(parts: dict, titles: dict, *, header=HEADER, warm=None) -> None:
    """Run the parts named on the command line, pinned, and write a table of each.

    `parts` are functions that return rows as wide as `header`; `warm` runs once before.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(parts)}; all by default")
    parser.add_argument("--out", help="file whose sections of the same titles are replaced")
    asked = parser.parse_args()
    pin()
    if warm is not None:
        warm()
    for part in asked.parts or parts:
        start = time.perf_counter()
        write(titles[part], header, parts[part](), asked.out, again=part)
        os.write(1, f"({time.perf_counter() - start:.0f} s)\n\n".encode())


def pin() -> None:
    """Two cores for us and for every peer, BLAS included."""
    available = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, set(available[: len(CORES)]))


def coast(n_cells: int) -> np.ndarray:
    """Largest water of a made-up coast with about `n_cells` wet cells, a third of the rectangle."""
    ny = int(np.sqrt(n_cells / 0.416))
    y, x = np.mgrid[:ny, : int(ny * 1.25)] / ny
    wet = np.sin(9 * x) + np.cos(11 * y) + np.sin(17 * (x + y)) > -0.35
    pieces, _ = label(wet)
    return pieces == np.bincount(pieces.ravel())[1:].argmax() + 1


def clock(work, repeats: int = 3) -> float:
    """Least seconds of a few runs: the machine may be shared."""
    best = np.inf
    for _ in range(repeats):
        gc.collect()
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def compare(works: dict, repeats: int = 3, calls: int = 1) -> dict[str, Took]:
    """Least wall and CPU seconds of each, taking turns so that all meet the same neighbours.

    Work of a millisecond is called more than once a turn, or cold caches are most of its time.
    """
    took = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            gc.collect()
            wall, cpu = time.perf_counter(), _cpu_seconds()
            for _ in range(calls):
                work()
            took[name].append((time.perf_counter() - wall, _cpu_seconds() - cpu))
    return {name: Took(*np.min(turns, axis=0) / calls) for name, turns in took.items()}


def alternate(works: dict, repeats: int = 3) -> dict[str, float]:
    """Least wall seconds of each, in turns."""
    return {name: took.wall for name, took in compare(works, repeats).items()}


def ratios(work: str, took: dict[str, Took], bars: dict, note: str = "") -> list[tuple]:
    """Rows under `HEADER` of bayqa against each peer of `bars`.

    A bar holds if wall and CPU seconds both say so, and is unsure if only one does.
    """
    mine, rows = took["bayqa"], []
    for peer, bar in bars.items():
        other = took[peer]
        times = Took(other.wall / mine.wall, other.cpu / mine.cpu)
        holds = {0: "no", 1: "unsure", 2: "yes"}[sum(ratio >= bar for ratio in times)]
        seconds = [f"{a:.3g} / {b:.3g}" for a, b in zip(mine, other, strict=True)]
        cells = (seconds[0], f"{times.wall:.1f}", seconds[1], f"{times.cpu:.1f}")
        rows.append((work, peer, *cells, bar, holds, note))
    return rows


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(part.ru_utime + part.ru_stime for part in used)


def peak_mb(work) -> float:
    """Rise of resident memory while `work` runs, in MB, sampled every millisecond."""
    page = os.sysconf("SC_PAGE_SIZE") / 1e6
    statm = Path("/proc/self/statm")

    def resident():
        return int(statm.read_text().split()[1]) * page

    gc.collect()
    # What is freed but kept by the C library would hide what is taken from it again.
    if sys.platform == "linux":
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    before, peak, running = resident(), [0.0], [True]

    def watch():
        while running[0]:
            peak[0] = max(peak[0], resident())
            time.sleep(0.001)

    watcher = threading.Thread(target=watch)
    watcher.start()
    work()
    running[0] = False
    watcher.join()
    return peak[0] - before


def write(title: str, header: tuple, rows: list, path: str | None, *, again: str = "") -> None:
    """Table in markdown to the screen, and into its section of a file; `again` is its part."""
    lines = [f"### {title}", "", "| " + " | ".join(header) + " |", "|---" * len(header) + "|"]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    if again:
        command = f"python benchmarks/{Path(sys.argv[0]).name} {again} --out docs/performance.md"
        lines += ["", f"Measure again: `{command}`."]
    text = "\n".join(lines) + "\n"
    os.write(1, (text + "\n").encode())
    if path:
        _replace(Path(path), title, text)


def _replace(path: Path, title: str, text: str) -> None:
    old = path.read_text() if path.exists() else "# Performance\n"
    section = re.compile(
        rf"^### {re.escape(title)}\n.*?(?=^#{{1,3}} |\Z)", re.DOTALL | re.MULTILINE
    )
    if section.search(old):
        new = section.sub(lambda _: text + "\n", old, count=1)
    else:
        new = old.rstrip() + "\n\n" + text
    path.write_text(new.rstrip() + "\n")
