"""Assessments on the real bays of the demonstration, with fields made by formula."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import xarray as xr

from bayqa.assess import Assessment, classify, tabulate_shares
from bayqa.fields import build_water_grid
from tests.builders import make_samples, make_standard

DATA = Path(__file__).resolve().parents[2] / "data" / "weihai"
CAMPAIGNS = tuple(f"{y}-{s}" for y in (2022, 2023) for s in ("spring", "summer", "autumn"))
COORDS = {
    "campaign": list(CAMPAIGNS),
    "year": ("campaign", [int(c[:4]) for c in CAMPAIGNS]),
    "season": ("campaign", [c[5:] for c in CAMPAIGNS]),
}


@cache
def read_layer(name: str) -> gpd.GeoDataFrame:
    frame = gpd.read_file(DATA / f"{name}.gpkg")
    return frame.set_index("bay_id") if name == "bays" else frame


@cache
def make_weihai(bay: str = "sanggou", spacing: float = 200.0) -> Assessment:
    bays = read_layer("bays").loc[[bay]]
    water = build_water_grid(bays, spacing=spacing)
    grids, stations = _grids(water), _stations(water)
    standard = make_standard()
    classes = classify(grids, standard)
    return Assessment(
        bays=bays,
        samples=make_samples(),
        stations=stations,
        water=water,
        grids=grids,
        classes=classes,
        station_classes=classify(stations, standard),
        shares=_with_interval(tabulate_shares(classes, bays)),
        standard=standard,
        settings={"method": "matern", "spacing": spacing, "draws": 200, "seed": 1},
        provenance={
            "run_id": "3f9c2a1",
            "date": "2026-01-01",
            "data_note_zh": "演示数据，非观测值",
            "data_note_en": "Demonstration values, not observations",
        },
        land=read_layer("land"),
        rivers=read_layer("rivers"),
        tables={},
    )


def _formula(x: np.ndarray, y: np.ndarray, xs: np.ndarray, ys: np.ndarray) -> dict:
    """Values at x, y: high in the west of the range of xs, with waves along the shore."""
    east = (x - xs.min()) / np.ptp(xs)
    north = (y - ys.min()) / np.ptp(ys)
    wave = 0.12 * np.sin(7 * north + 3 * east) + 0.05 * np.sin(19 * north - 11 * east)
    load = np.exp(-2.6 * np.clip(east + wave, 0, None))
    factor = {"spring": 0.75, "summer": 1.25, "autumn": 1.0}
    by_campaign = np.array(
        [factor[c[5:]] * (1.12 if c.startswith("2022") else 1.0) for c in CAMPAIGNS]
    )
    shape = (len(CAMPAIGNS),) + (1,) * np.ndim(x)
    scaled = by_campaign.reshape(shape) * load
    return {"din": 0.08 + 0.5 * scaled, "do": 8.2 - 3.6 * scaled - 0.4 * east}


def _grids(water: xr.Dataset) -> xr.Dataset:
    xx, yy = np.meshgrid(water.x.to_numpy(), water.y.to_numpy())
    values = _formula(xx, yy, water.x.to_numpy(), water.y.to_numpy())
    wet = water.wet.to_numpy()
    grids = water.assign_coords(COORDS)
    sds = {
        "din": 0.04 + 0.14 * np.hypot(xx - xx.mean(), yy - yy.mean()) / np.ptp(xx),
        "do": np.full(xx.shape, 0.35),
    }
    for name, scale in (("din", "log10"), ("do", "linear")):
        dims = ("campaign", "y", "x")
        grids[name] = (dims, np.where(wet, values[name], np.nan))
        grids[name].attrs = {
            "units": "mg/L",
            "scale": scale,
            "offset": 0.0,
            "ancillary_variables": f"{name}_sd",
        }
        sd = np.broadcast_to(np.where(wet, sds[name], np.nan), values[name].shape)
        grids[f"{name}_sd"] = (dims, sd.copy())
        grids[f"{name}_sd"].attrs = {"scale": scale, "dof": 12.0}
    return grids


def _stations(water: xr.Dataset, n_stations: int = 16) -> xr.Dataset:
    rng = np.random.default_rng(7)
    rows, columns = np.nonzero(water.wet.to_numpy())
    xy = np.column_stack([water.x.to_numpy()[columns], water.y.to_numpy()[rows]])
    picked = [int(rng.integers(len(xy)))]
    while len(picked) < n_stations:
        apart = np.min([np.hypot(*(xy - xy[k]).T) for k in picked], axis=0)
        picked.append(int(apart.argmax()))
    x, y = xy[sorted(picked)].T
    lonlat = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=water.attrs["crs"]).to_crs(4326)
    values = _formula(x, y, water.x.to_numpy(), water.y.to_numpy())
    data = {}
    for name, value in values.items():
        dims = ("campaign", "station")
        data |= {
            name: (dims, value),
            f"{name}_lower": (dims, value),
            f"{name}_upper": (dims, value),
            f"{name}_sd": (dims, np.zeros_like(value)),
            f"{name}_n": (dims, np.ones(value.shape, int)),
        }
    coords = COORDS | {
        "station": [f"WH{k:02d}" for k in range(1, n_stations + 1)],
        "x": ("station", x),
        "y": ("station", y),
        "lon": ("station", lonlat.x.to_numpy()),
        "lat": ("station", lonlat.y.to_numpy()),
    }
    data = {k: (d, v, {"units": "mg/L"} if k in values else {}) for k, (d, v) in data.items()}
    return xr.Dataset(data, coords=coords, attrs={"crs": water.attrs["crs"]})


def _with_interval(shares: pd.DataFrame) -> pd.DataFrame:
    return shares.assign(
        share_low=(shares["share"] - 0.04).clip(0, 1),
        share_high=(shares["share"] + 0.05).clip(0, 1),
    )
