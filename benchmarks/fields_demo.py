"""Seconds and memory for all fields with draws of the eleven demonstration bays.

    OMP_NUM_THREADS=1 taskset -c 0,1 python benchmarks/fields_demo.py [draws] [bay ...]

Reads data/weihai: 9 campaigns x 6 parameters, 100 m, 6 km of sea around each bay.
"""

from __future__ import annotations

import cProfile
import pstats
import resource
import sys
import time
from pathlib import Path

import bayqa as bq
from bayqa.fields import build_water_grid, iterate_fields, summarize

DATA = Path(__file__).resolve().parents[1] / "data" / "weihai"
PARAMETERS = ("ph", "do", "cod_mn", "din", "dip", "oil")


def main(draws: int = 200, *names: str) -> None:
    bays = bq.read_bays(DATA / "bays.gpkg")
    land = bq.read_land(DATA / "land.gpkg")
    samples = bq.flag(bq.read_samples(DATA / "samples.csv", preset="mee-feed"), bays)
    profile, rows = cProfile.Profile(), []
    for bay in names or bays.index:
        start = time.perf_counter()
        water = build_water_grid(bays.loc[[bay]], spacing=100, land=land, reach=6000)
        stations = summarize(samples, crs=water.attrs["crs"])
        gridded = time.perf_counter()
        profile.enable()
        fields = iterate_fields(stations, water, parameters=PARAMETERS, draws=draws)
        count = sum(len(PARAMETERS) * part.sizes["campaign"] for part in fields)
        profile.disable()
        done = time.perf_counter()
        inside = int(water.in_bays.sum())
        rows.append((bay, int(water.wet.sum()), inside, count, gridded - start, done - gridded))
    write("bay          cells  in bay  fields  grid s  fields s")
    for row in rows:
        write("{:12s}{:6d}{:8d}{:8d}{:8.2f}{:10.2f}".format(*row))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cpu = time.process_time()
    write(f"total {sum(r[4] + r[5] for r in rows):.1f} s, CPU {cpu:.1f} s, peak {peak:.0f} MB")
    pstats.Stats(profile).sort_stats("cumtime").print_stats(20)


def write(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main(*(int(a) for a in sys.argv[1:2]), *sys.argv[2:])
