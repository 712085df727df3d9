"""Small hand-made objects of every noun, so that each room is tested without the rooms before it.

The bay is a 4 km x 3 km rectangle with a round island; values rise from east to west.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import xarray as xr
from shapely.geometry import Point, box

from bayqa.assess.assessment import Assessment
from bayqa.standards.standard import Category, Limit, Standard

CRS = "+proj=laea +lat_0=37.1 +lon_0=122.5 +datum=WGS84 +units=m +no_defs"
CAMPAIGNS = ("2023-spring", "2023-summer", "2023-autumn")
PARAMETERS = ("din", "do")
SPACING = 100.0
ISLAND = Point(1200, 300).buffer(400)
BAY = box(-2000, -1500, 2000, 1500).difference(ISLAND)


def make_standard() -> Standard:
    names = (
        ("I", "一类", "Class I", "#73B2FF"),
        ("II", "二类", "Class II", "#B2DDF7"),
        ("III", "三类", "Class III", "#BEB1A1"),
        ("IV", "四类", "Class IV", "#9B856E"),
        ("worse", "劣四类", "Worse than IV", "#7A624A"),
    )
    limits = {
        "din": Limit("din", (0.2, 0.3, 0.4, 0.5), evidence="[4+K]", clause="table 1, 10"),
        "do": Limit("do", (6, 5, 4, 3), "min", False, evidence="[3+K]", clause="table 1, 7"),
    }
    return Standard(
        id="GB 3097-1997",
        version="1997",
        title_zh="海水水质标准",
        title_en="Sea water quality standard",
        source="GB 3097-1997",
        effective="1998-07-01",
        evidence="[4+K]",
        water="sea",
        categories=tuple(Category(*n) for n in names),
        limits=limits,
        parameters=PARAMETERS,
        good=("I", "II"),
    )


def make_bays() -> gpd.GeoDataFrame:
    rows = {"bay_id": ["test"], "name_zh": ["测试湾"], "name_en": ["Test Bay"]}
    frame = gpd.GeoDataFrame(rows, geometry=[BAY], crs=CRS).to_crs(4326)
    return frame.set_index("bay_id")


def make_land() -> gpd.GeoDataFrame:
    around = box(-6000, -5000, 6000, 5000).difference(box(-2000, -1500, 5999, 1500))
    return gpd.GeoDataFrame(
        {"kind": ["mainland", "island"]}, geometry=[around, ISLAND], crs=CRS
    ).to_crs(4326)


def make_water() -> xr.Dataset:
    x = np.arange(-2000 + SPACING / 2, 2000, SPACING)
    y = np.arange(1500 - SPACING / 2, -1500, -SPACING)
    xx, yy = np.meshgrid(x, y)
    wet = np.hypot(xx - 1200, yy - 300) > 400
    attrs = {"crs": gpd.GeoSeries([BAY], crs=CRS).crs.to_wkt(), "spacing": SPACING}
    return xr.Dataset(
        {
            "wet": (("y", "x"), wet),
            "wet_fraction": (("y", "x"), wet.astype(float)),
            "cell_area_km2": (("y", "x"), np.full(wet.shape, SPACING**2 / 1e6)),
            "link_east": (("y", "x"), wet & np.roll(wet, -1, 1)),
            "link_south": (("y", "x"), wet & np.roll(wet, -1, 0)),
        },
        coords={"y": y, "x": x, "spatial_ref": 0},
        attrs=attrs,
    )


def campaign_coords() -> dict:
    return {
        "campaign": list(CAMPAIGNS),
        "year": ("campaign", [2023] * 3),
        "season": ("campaign", ["spring", "summer", "autumn"]),
    }


def make_stations() -> xr.Dataset:
    x = np.array([-1500.0, -500, 500, 1800, -1000, 300])
    y = np.array([0.0, 1000, -1000, 800, -1200, 200])
    lonlat = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=CRS).to_crs(4326)
    season = np.array([0.8, 1.2, 1.0])[:, None]
    values = {"din": 0.30 * 10 ** (-x / 8000) * season, "do": 6.0 + x / 2000 - season + 1}
    data = {}
    for name, value in values.items():
        dims = ("campaign", "station")
        data |= {
            name: (dims, value),
            f"{name}_lower": (dims, value),
            f"{name}_upper": (dims, value),
            f"{name}_sd": (dims, np.full_like(value, 0.0)),
            f"{name}_n": (dims, np.ones(value.shape, int)),
        }
    coords = campaign_coords() | {
        "station": [f"T{i:02d}" for i in range(1, 7)],
        "x": ("station", x),
        "y": ("station", y),
        "lon": ("station", lonlat.x.to_numpy()),
        "lat": ("station", lonlat.y.to_numpy()),
    }
    return xr.Dataset(data, coords=coords, attrs={"crs": make_water().attrs["crs"]})


def make_grids() -> xr.Dataset:
    water = make_water()
    dims = ("campaign", "y", "x")
    season = xr.DataArray([0.8, 1.2, 1.0], dims="campaign")
    wet = water.wet
    din = (0.30 * 10 ** (-(water.x + 0 * water.y) / 8000) * season).where(wet)
    do = (6.0 + (water.x + 0 * water.y) / 2000 - season + 1).where(wet)
    grids = water.assign_coords(campaign_coords())
    for name, field, scale, sd in (("din", din, "log10", 0.05), ("do", do, "linear", 0.3)):
        grids[name] = field.transpose(*dims)
        grids[name].attrs = {
            "units": "mg/L",
            "scale": scale,
            "offset": 0.0,
            "ancillary_variables": f"{name}_sd",
        }
        grids[f"{name}_sd"] = xr.full_like(grids[name], sd).where(wet)
        grids[f"{name}_sd"].attrs = {"scale": scale, "dof": 5.0}
    return grids


def make_classes() -> xr.Dataset:
    grids, standard = make_grids(), make_standard()
    din = np.digitize(grids.din.to_numpy(), standard.limits["din"].edges, right=True) + 1
    do = np.digitize(-grids.do.to_numpy(), [-e for e in standard.limits["do"].edges]) + 1
    wet = grids.wet.to_numpy()
    both = np.where(wet, np.stack([din, do]), 0).astype(np.uint8)
    dims = ("campaign", "y", "x")
    labels = [c.id for c in standard.categories]
    worst = both.max(axis=0)
    probability = np.stack([np.where(worst == k + 1, 0.8, 0.05) for k in range(5)])
    classes = grids[["wet", "wet_fraction", "cell_area_km2"]].assign_coords(
        **campaign_coords(), parameter=list(PARAMETERS), category_label=labels
    )
    classes["category"] = (dims, worst)
    classes["category"].attrs = {
        "flag_values": np.arange(6, dtype=np.uint8),
        "flag_meanings": "not_assessed I II III IV worse",
    }
    classes["parameter_category"] = (("parameter", *dims), both)
    classes["limiting"] = (dims, np.where(wet, both.argmax(axis=0) + 1, 0).astype(np.uint8))
    classes["probability"] = (
        ("category_label", *dims),
        np.where(wet, probability, np.nan).astype(np.float32),
    )
    classes.attrs = grids.attrs | {"standard": standard.id}
    return classes


def make_shares(classes: xr.Dataset | None = None) -> pd.DataFrame:
    """Shares by plain counting, with a made-up interval of five points to each side."""
    classes = make_classes() if classes is None else classes
    labels = [*classes.category_label.to_numpy().tolist(), "not assessed"]
    rows = []
    named = [("overall", classes.category)]
    named += [(p, classes.parameter_category.sel(parameter=p)) for p in PARAMETERS]
    for name, field in named:
        for campaign in CAMPAIGNS:
            values = field.sel(campaign=campaign).to_numpy()
            area = (classes.wet_fraction * classes.cell_area_km2).to_numpy()
            for k, label in enumerate(labels, start=1):
                rows.append(
                    (
                        "test",
                        2023,
                        campaign,
                        name,
                        label,
                        area[values == (k if k <= 5 else 0)].sum(),
                        area.sum(),
                    )
                )
    table = pd.DataFrame(
        rows, columns=["bay_id", "year", "campaign", "parameter", "category", "area_km2", "total"]
    )
    table["share"] = table["area_km2"] / table.pop("total")
    table["share_low"] = (table["share"] - 0.05).clip(0, 1)
    table["share_high"] = (table["share"] + 0.05).clip(0, 1)
    keys = ["bay_id", "year", "parameter", "category"]
    annual = table.groupby(keys, sort=False).mean(numeric_only=True).reset_index()
    annual.insert(2, "campaign", "annual")
    return pd.concat([table, annual[table.columns]], ignore_index=True)


def make_samples() -> gpd.GeoDataFrame:
    stations = make_stations()
    months = {"2023-spring": "2023-05-10", "2023-summer": "2023-08-10", "2023-autumn": "2023-10-10"}
    rows = []
    for name in PARAMETERS:
        for campaign in CAMPAIGNS:
            for k, station in enumerate(stations.station.to_numpy()):
                value = float(stations[name].sel(campaign=campaign)[k])
                rows.append(
                    {
                        "station": station,
                        "time": pd.Timestamp(months[campaign]),
                        "layer": "surface",
                        "depth_m": 0.5,
                        "parameter": name,
                        "value": value,
                        "lower": value,
                        "upper": value,
                        "unit": "mg/L",
                        "flag": 1,
                        "note": "",
                        "water": "sea",
                        "source": f"built:{len(rows) + 2}",
                        "lon": float(stations.lon[k]),
                        "lat": float(stations.lat[k]),
                    }
                )
    frame = pd.DataFrame(rows)
    points = gpd.points_from_xy(frame.pop("lon"), frame.pop("lat"), crs=4326)
    return gpd.GeoDataFrame(frame, geometry=points)


def make_assessment() -> Assessment:
    classes, stations = make_classes(), make_stations()
    near = (
        classes[["category", "parameter_category", "limiting"]]
        .sel(x=stations.x, y=stations.y, method="nearest")
        .drop_vars(["x", "y"])
    )
    return Assessment(
        bays=make_bays(),
        samples=make_samples(),
        stations=stations,
        water=make_water(),
        grids=make_grids(),
        classes=classes,
        station_classes=near.assign_coords(
            x=stations.x, y=stations.y, lon=stations.lon, lat=stations.lat
        ),
        shares=make_shares(classes),
        standard=make_standard(),
        settings={
            "method": "matern",
            "spacing": SPACING,
            "draws": 0,
            "seed": 1,
            "campaigns": "CN-sea",
        },
        provenance={
            "run_id": "test0001",
            "date": "2026-01-01",
            "inputs": {},
            "packages": {},
            "data_note_zh": "演示数据",
            "data_note_en": "demonstration values",
        },
        land=make_land(),
        rivers=None,
        tables={},
    )
