"""One million long rows: read, convert and flag against a bare read of the same file.

Run: python benchmarks/intake_million.py [rows]
Bar: at most 3 times the bare read plus 20 s, and below 1.5 GB at the peak.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

BARE = "import pandas as pd, sys; pd.read_csv(sys.argv[1], engine='pyarrow')"
PARAMETERS = ["ph", "do", "cod_mn", "din", "dip", "oil", "salinity", "temperature", "chla", "tss"]
UNITS = ["1", "mg/L", "mg/L", "umol/L", "ug/L", "mg/L", "psu", "degC", "ug/L", "mg/L"]


def write_table(path: Path, n: int) -> None:
    """A long table of 200 stations, 500 days, ten parameters; every twentieth value censored."""
    rng = np.random.default_rng(1)
    typical = np.array([8.1, 7.5, 1.2, 15.0, 12.0, 0.01, 31.0, 18.0, 3.0, 12.0])
    k = np.arange(n)
    which, station, day = k % 10, (k // 10) % 200, k // 2000
    values = np.char.mod("%.5g", typical[which] * rng.lognormal(0, 0.1, n)).astype(object)
    values[::20] = np.char.add("<", values[::20].astype(str))
    dates = (np.datetime64("2000-01-01") + day.astype("timedelta64[D]")).astype(str)
    lon, lat = np.char.mod("%.5f", 122 + station / 400), np.char.mod("%.5f", 37 + station / 900)
    with path.open("w", encoding="utf-8") as file:
        file.write("station,lon,lat,datetime,depth_m,layer,parameter,value,unit\n")
        for i in range(n):
            file.write(
                f"S{station[i]:03d},{lon[i]},{lat[i]},{dates[i]},0.5,surface,"
                f"{PARAMETERS[which[i]]},{values[i]},{UNITS[which[i]]}\n"
            )


def read_and_flag(path: str) -> None:
    import geopandas as gpd
    from shapely import box

    from bayqa.intake import flag, read_samples

    start = time.perf_counter()
    samples = read_samples(path)
    middle = time.perf_counter()
    bays = gpd.GeoDataFrame({"bay_id": ["b"]}, geometry=[box(121.9, 36.9, 122.6, 37.3)], crs=4326)
    land = gpd.GeoDataFrame(geometry=[box(121.5, 36.5, 121.9, 37.5)], crs=4326)
    flagged = flag(samples, bays.set_index("bay_id"), land=land)
    end = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    took = f"read {middle - start:.2f} s, flag {end - middle:.2f} s"
    print(f"{len(flagged)} rows: {took}, peak {peak:.0f} MB")
    print(flagged["flag"].value_counts().to_dict())


def main() -> None:
    if len(sys.argv) > 2 and sys.argv[1] == "--inside":
        return read_and_flag(sys.argv[2])
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.csv"
        write_table(path, n)
        print(f"{n} rows, {path.stat().st_size / 2**20:.0f} MB")
        for name, command in [
            ("bare read", ["-c", BARE, str(path)]),
            ("intake", [__file__, "--inside", str(path)]),
        ]:
            start = time.perf_counter()
            subprocess.run([sys.executable, *command], check=True)
            print(f"{name}: {time.perf_counter() - start:.2f} s with start of Python")


if __name__ == "__main__":
    main()
