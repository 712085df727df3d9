"""Seconds and memory of the whole Weihai demonstration: numbers, files and sheets apart.

Run: python benchmarks/region_demo.py [REGION.toml]
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from bayqa.region import read_region, run_region

ROOT = Path(__file__).resolve().parents[1]


def main(path: Path) -> None:
    region = read_region(path)
    with tempfile.TemporaryDirectory() as folder:
        output = region.output.model_copy(update={"folder": folder})
        started = time.perf_counter()
        run = run_region(region.model_copy(update={"output": output}))
        spent = time.perf_counter() - started
        made = sum(p.stat().st_size for p in Path(folder).rglob("*") if p.is_file())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = [*run.seconds.items(), ("all", spent)]
    sys.stdout.write("| part | seconds |\n|---|---|\n")
    sys.stdout.writelines(f"| {name} | {value:.1f} |\n" for name, value in rows)
    sys.stdout.write(f"\n{run.summary}\npeak memory {peak:.0f} MB, outputs {made / 1e6:.0f} MB\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "data" / "weihai" / "weihai.toml")
