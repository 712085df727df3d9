"""CPU seconds of dossier, page and open files, warm, beside typst and matplotlib alone.

    python benchmarks/dossier_speed.py [runs]

The bar: a warm dossier, map included, takes at most 2 s of CPU.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
mpl.use("Agg")

from bayqa.export import FORMATS, save  # noqa: E402
from bayqa.sheets import draw_sheet, print_dossier  # noqa: E402
from bayqa.sheets.page import print_page  # noqa: E402
from tests.sheets.rich import make_rich_assessment  # noqa: E402

BAR = 2.0


def median_cpu(work: Callable[[], object], runs: int) -> float:
    """Median of CPU seconds after one run that warms up."""
    work()
    spent = []
    for _ in range(runs):
        start = time.process_time()
        work()
        spent.append(time.process_time() - start)
    return sorted(spent)[runs // 2]


def main(runs: int = 5) -> int:
    result = make_rich_assessment()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = {
            "dossier with map": lambda: print_dossier(result, folder / "a.pdf"),
            "dossier without map": lambda: print_dossier(result, folder / "b.pdf", with_map=False),
            "its sheet alone": lambda: draw_sheet(result, layout="a4-portrait").savefig(
                folder / "c.pdf"
            ),
            "page of a region": lambda: print_page([result], folder / "index.html"),
            "all open files": lambda: save(result, folder / "out", formats=tuple(FORMATS)),
        }
        spent = {label: median_cpu(work, runs) for label, work in rows.items()}
    for label, seconds in spent.items():
        sys.stdout.write(f"{label:22s} {seconds:6.3f} s CPU\n")
    met = spent["dossier with map"] <= BAR
    sys.stdout.write(f"bar {BAR} s for the dossier: {'met' if met else 'MISSED'}\n")
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main(*(int(v) for v in sys.argv[1:2])))
