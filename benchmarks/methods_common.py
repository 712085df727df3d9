"""What the benchmarks of methods share: a coast, timing in one run, memory, tables."""

from __future__ import annotations

import gc
import os
import threading
import time
from pathlib import Path

import numpy as np
from scipy.ndimage import label

CORES = (0, 1)


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


def alternate(works: dict, repeats: int = 3) -> dict[str, float]:
    """Least seconds of each, taking turns so that all meet the same neighbours."""
    best = dict.fromkeys(works, np.inf)
    for _ in range(repeats):
        for name, work in works.items():
            best[name] = min(best[name], clock(work, 1))
    return best


def peak_mb(work) -> float:
    """Rise of resident memory while `work` runs, in MB, sampled every millisecond."""
    page = os.sysconf("SC_PAGE_SIZE") / 1e6
    statm = Path("/proc/self/statm")

    def resident():
        return int(statm.read_text().split()[1]) * page

    gc.collect()
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


def write(title: str, header: tuple, rows: list, path: str | None) -> None:
    """Table in markdown to the screen, and into its section of a file."""
    lines = [f"### {title}", "", "| " + " | ".join(header) + " |", "|---" * len(header) + "|"]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    text = "\n".join(lines) + "\n"
    os.write(1, (text + "\n").encode())
    if path:
        _replace(Path(path), title, text)


def _replace(path: Path, title: str, text: str) -> None:
    old = path.read_text() if path.exists() else "# Performance\n"
    head = f"### {title}\n"
    if head in old:
        before, after = old.split(head)
        rest = after.find("\n### ")
        rest = after[rest:] if rest >= 0 else ""
        path.write_text(before + text + rest)
    else:
        path.write_text(old.rstrip() + "\n\n" + text)
