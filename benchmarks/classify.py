"""Classification: cells x parameters a second on one core, and memory beyond the inputs.

python benchmarks/classify.py [--cells 10000000] [--parameters 6]
"""

import argparse
import os
import time
import tracemalloc

os.environ.setdefault("NUMBA_NUM_THREADS", "1")

import numpy as np
import xarray as xr

from bayqa.assess.categories.classes import classify
from bayqa.assess.rules.grades import When, judge_worst_of
from bayqa.standards import load_standard

LEVELS = {"ph": (8.1, 0.3), "do": (6.0, 1.5), "cod_mn": (2.5, 1.0), "din": (0.3, 0.1),
          "dip": (0.03, 0.01), "oil": (0.05, 0.02)}  # fmt: skip


def make_grid(n_cells, names, seed=1):
    """One campaign of random values on a square grid; every eighth cell is land."""
    side = int(np.sqrt(n_cells))
    rng = np.random.default_rng(seed)
    wet = rng.random((side, side)) > 0.125
    grid = xr.Dataset({"wet": (("y", "x"), wet)}, coords={"campaign": ["2023-summer"]})
    for name in names:
        values = rng.normal(*LEVELS[name], (1, side, side))
        values[0][~wet] = np.nan
        grid[name] = (("campaign", "y", "x"), values)
    return grid


def best_time(call, repeats=5):
    """Best of several runs in seconds of processor time: one thread works, others may be busy."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times)


def peak_bytes(call):
    """Peak of the memory allocated during the call, beyond what was there."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def measure(n_cells, n_parameters):
    names = list(LEVELS)[:n_parameters]
    standard = load_standard("GB 3097-1997")
    grid = make_grid(n_cells, names)
    values = {name: grid[name].to_numpy() for name in names}
    cells, when = values[names[0]].size, When(("summer",), (2023,))
    spread = grid.assign({f"{name}_sd": xr.full_like(grid[name], 0.1) for name in names})
    calls = {
        "rule alone": lambda: judge_worst_of(values, names, standard, when, detail=False),
        "classify": lambda: classify(grid, standard, probability=False, detail=False),
        "classify, each parameter kept": lambda: classify(grid, standard, probability=False),
        "classify, with probabilities": lambda: classify(spread, standard),
        "classify, with those of the worst": lambda: classify(spread, standard, detail=False),
    }
    rows = []
    for label, call in calls.items():
        call()
        seconds = best_time(call)
        rows.append((label, seconds, cells * len(names) / seconds, peak_bytes(call) / cells))
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=int, default=10_000_000)
    parser.add_argument("--parameters", type=int, default=6)
    wanted = parser.parse_args()
    print("| what | seconds | cell-parameters a second | bytes a cell beyond the inputs |")
    print("|---|---|---|---|")
    for label, seconds, rate, size in measure(wanted.cells, wanted.parameters):
        print(f"| {label} | {seconds:.2f} | {rate:.1e} | {size:.2f} |")


if __name__ == "__main__":
    main()
