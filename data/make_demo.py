"""Makes the demonstration tables of Weihai: seeded, the same bytes each time.

Run ``python data/make_demo.py [FOLDER]``; FOLDER (default ``data/weihai``) receives the tables.
The coast layers come from ``data/weihai``. No value is an observation.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from demo_inland import make_inland
from demo_places import make_places
from demo_sea import METRES, Sea, build_sea, find_cells, make_plumes, make_weather, place_stations

__all__ = ["make_demo", "make_sea_samples", "read_coast", "read_settings"]

HERE = Path(__file__).resolve().parent
MONTHS = (5, 8, 10)
NOTE = "演示数据，非观测值"


def read_settings() -> dict:
    """Settings of the demonstration."""
    return tomllib.loads((HERE / "demo_settings.toml").read_text(encoding="utf-8"))


def read_coast() -> dict[str, gpd.GeoDataFrame]:
    """Bays, land and rivers, indexed by id where they have one."""
    coast = {
        name: gpd.read_file(HERE / "weihai" / f"{name}.gpkg") for name in ("bays", "land", "rivers")
    }
    return coast | {
        "bays": coast["bays"].set_index("bay_id"),
        "rivers": coast["rivers"].set_index("river_id"),
    }


def make_demo(folder: Path) -> None:
    """Write every table of the demonstration into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    settings, coast = read_settings(), read_coast()
    tables = make_inland(settings, coast) | make_places(folder, settings, coast)
    tables["samples"] = make_sea_samples(settings, coast)
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")


def make_sea_samples(settings: dict, coast: dict) -> pd.DataFrame:
    """Sea samples in the layout of the national public feed."""
    sea = build_sea(coast["land"], settings["raster"])
    (cells, strength), (ports, port_strength) = _sources(sea, settings, coast)
    plumes = make_plumes(sea, cells, settings["decay_length"])
    stations = _stations(sea, settings, coast["bays"], (cells, plumes))
    plume = strength @ plumes[:, stations["cell"]]
    slicks = make_plumes(sea, ports, settings["decay_length"] / 2)
    port = port_strength @ slicks[:, stations["cell"]]
    rng = np.random.default_rng([settings["seed"], 1])
    n_fields = len(settings["parameters"]) * len(settings["years"]) * len(MONTHS)
    weather = iter(make_weather(sea, settings["noise_length"], n_fields, rng)[:, stations["cell"]])
    blocks = []
    for year in settings["years"]:
        for season, month in enumerate(MONTHS):
            block = stations.drop(columns="cell").assign(监测时间=f"{year}-{month:02d}")
            for row in settings["parameters"].values():
                strong = settings["trend"][str(year)] * row["plume"][season] * plume
                strong = strong + row.get("port", (0, 0, 0))[season] * port
                values = _measure(row, season, strong, next(weather), rng)
                block[row["header"]] = _write(row, values, rng)
            blocks.append(block)
    return _spoil(pd.concat(blocks, ignore_index=True)).assign(备注=NOTE)


def _sources(sea: Sea, settings: dict, coast: dict) -> tuple:
    """Cells and strengths of rivers and works, and of harbours."""
    mouths = coast["rivers"].to_crs(METRES).geometry.map(lambda line: line.coords[-1])
    places = [(*mouths[name], s) for name, s in settings["rivers"].items()]
    places += _project(settings["works"])
    both = [np.array(rows) for rows in (places, _project(settings["ports"]))]
    return tuple((find_cells(sea, a[:, 0], a[:, 1]), a[:, 2]) for a in both)


def _project(rows: dict) -> list:
    table = np.array(list(rows.values()), dtype=float)
    points = gpd.GeoSeries(gpd.points_from_xy(table[:, 0], table[:, 1]), crs=4326).to_crs(METRES)
    return [(p.x, p.y, *rest) for p, rest in zip(points, table[:, 2:], strict=True)]


def _stations(sea: Sea, settings: dict, bays: gpd.GeoDataFrame, sources: tuple) -> pd.DataFrame:
    cells, names = [], []
    shapes = bays.to_crs(METRES).geometry
    near = gpd.GeoSeries(gpd.points_from_xy(sea.x[sources[0]], sea.y[sources[0]]), crs=METRES)
    for bay_id, (prefix, n) in settings["stations"].items():
        own = sources[1][near.distance(shapes[bay_id]) < 1.5 * sea.step]
        cells.append(place_stations(sea, bays.geometry[bay_id], own, n))
        names += [f"{prefix}{k:02d}" for k in range(1, n + 1)]
    off = np.array(_project(settings["offshore"]))
    cells.append(find_cells(sea, off[:, 0], off[:, 1]))
    cell = np.concatenate(cells)
    lonlat = gpd.GeoSeries(gpd.points_from_xy(sea.x[cell], sea.y[cell]), crs=METRES).to_crs(4326)
    return pd.DataFrame(
        {
            "海区": "黄海",
            "省份": "山东省",
            "城市": "威海市",
            "站位": [*names, *settings["offshore"]],
            "经度": lonlat.x.round(4),
            "纬度": lonlat.y.round(4),
            "cell": cell,
        }
    )


def _measure(row: dict, season: int, plume: np.ndarray, weather: np.ndarray, rng) -> np.ndarray:
    mean = row["background"][season] + plume
    wobble = row["weather"] * weather + row["scatter"] * rng.standard_normal(plume.size)
    return mean * 10**wobble if row.get("log") else mean + wobble


def _write(row: dict, values: np.ndarray, rng) -> list[str]:
    """Values as a laboratory writes them, with marks below the detection limit."""
    limit, decimals = row.get("detection", -np.inf), row["decimals"]
    # Half of the laboratories write the limit, half only that nothing was found.
    bare = rng.random(values.size) < 0.5
    marks = np.where(bare, "未检出", f"<{limit}")
    return [
        mark if value < limit else f"{value:.{decimals}f}"
        for value, mark in zip(values, marks, strict=True)
    ]


def _spoil(table: pd.DataFrame) -> pd.DataFrame:
    """Three faults that real tables have, listed in the README of the data."""
    table = table.copy()
    row = {
        key: table.index[(table["站位"] == key[0]) & (table["监测时间"] == key[1])][0]
        for key in (("WH03", "2021-08"), ("JH05", "2022-05"), ("RC04", "2021-10"))
    }
    slip = row["WH03", "2021-08"]
    table.loc[slip, "溶解氧"] = table.loc[slip, "溶解氧"].replace(".", "")
    table.loc[row["JH05", "2022-05"], "石油类"] = "-"
    twice = table.loc[[row["RC04", "2021-10"]]]
    return pd.concat([table, twice], ignore_index=True)


if __name__ == "__main__":
    make_demo(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "weihai")
