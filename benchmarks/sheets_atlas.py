"""Seconds, pages and peak memory of a long atlas.

    python benchmarks/sheets_atlas.py [bays] [file]

Each bay gives six pages (three campaigns of two years); 50 bays make 300 pages of maps.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bayqa.sheets import print_atlas
from tests.sheets.weihai import make_weihai, read_layer


def main(n_bays: int = 50, file: str = "") -> None:
    bays = read_layer("bays")
    results = (make_weihai.__wrapped__(bays.index[k % len(bays)]) for k in range(n_bays))
    options = {"overview": bays, "region_zh": "威海近岸海湾", "region_en": "Bays of Weihai"}
    start = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        path = print_atlas(results, file or Path(folder) / "atlas.pdf", options=options)
        size = path.stat().st_size / 1e6
    spent = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"{6 * n_bays} map pages: {spent:.0f} s CPU, {size:.0f} MB, peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main(*(int(v) for v in sys.argv[1:2]), *sys.argv[2:3])
