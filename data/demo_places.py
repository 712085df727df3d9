"""Register, indicators, outlets and functional zones of the demonstration."""

from __future__ import annotations

import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from make_coast import write_layer
from shapely.geometry import Point

__all__ = ["make_places"]

HERE = Path(__file__).resolve().parent
METRES = "EPSG:32651"
NOTE_ZH, NOTE_EN = "演示数据，非实际区划", "demonstration, not an official zoning"
PORT_RADIUS, MOUTH_RADIUS, OFFSHORE = 2000.0, 1800.0, 4000.0

# Good-water share each bay should reach; made up.
GOOD_SHARE = {
    "rushan": 0.85,
    "chaoyang": 0.80,
    "jinghai": 0.92,
    "wuleidao": 0.92,
    "shuangdao": 0.90,
}
# Indicator: unit of value, direction of the target, range of made-up values, target.
INDICATORS = {
    "cleanliness": ("permille of cover", "max", (0.03, 0.35), 0.25),
    "marine_life": ("share of key species kept", "min", (0.82, 1.0), 0.90),
    "wetland_shoreline": ("natural shoreline share", "min", (0.32, 0.66), 0.40),
    "beaches": ("share of beaches good", "min", (0.75, 1.0), 0.90),
}
KINDS = (
    ("sewage", "城镇污水处理厂"),
    ("industrial", "工业"),
    ("agricultural", "养殖及农业"),
    ("other", "其他"),
)


def make_places(folder: Path, settings: dict, coast: dict) -> dict[str, pd.DataFrame]:
    """Tables `register`, `indicators` and `outlets`; zones are written as a layer."""
    rng = np.random.default_rng([settings["seed"], 5])
    units = tomllib.loads((HERE / "weihai_units.toml").read_text(encoding="utf-8"))
    write_layer(_zones(settings, coast), folder / "zones.gpkg")
    return {"register": _register(units, coast), "indicators": _indicators(units, rng),
            "outlets": _outlets(settings, coast, rng)}  # fmt: skip


def _register(units: dict, coast: dict) -> pd.DataFrame:
    bays = coast["bays"]
    shore = _shoreline_km(bays, coast["land"])
    rows = []
    for unit_id, unit in units.items():
        own = list(unit["bays"])
        known = "level" in unit
        first = bays.loc[own[0]] if own else None
        rows.append({
            "unit_id": unit_id, "name_zh": unit.get("name_zh") or first["name_zh"],
            "name_en": unit.get("name_en") or first["name_en"], "kind": unit.get("kind", "bay"),
            "bay_ids": " ".join(own), "publicly_known": "yes" if known else "no",
            "region": unit["region"], "level": unit.get("level", ""),
            "recognised": unit.get("recognised", ""), "batch": unit.get("batch", ""),
            "area_km2": round(bays.loc[own, "area_km2"].sum(), 2) if own else None,
            "shoreline_km": round(shore[own].sum(), 1) if own else None,
            "published_shoreline_km": unit.get("published_shoreline_km"),
            "target_good_share": min((GOOD_SHARE.get(k, 0.95) for k in own), default=None),
            "evidence": unit.get("evidence", "bay of the demonstration, not shown to be a unit"),
            "note": "target is a demonstration value" if own else "no polygon: position unknown",
        })  # fmt: skip
    return pd.DataFrame(rows)


def _shoreline_km(bays: gpd.GeoDataFrame, land: gpd.GeoDataFrame) -> pd.Series:
    """Length of each bay's edge that is shore, islands with it."""
    near = land.to_crs(METRES).union_all().buffer(5.0)
    return bays.to_crs(METRES).boundary.intersection(near).length / 1000


def _indicators(units: dict, rng: np.random.Generator) -> pd.DataFrame:
    """Observed values and targets; some are left out, since no register is complete."""
    rows = []
    for unit_id, unit in units.items():
        if not unit["bays"]:
            continue
        for name, (measure, direction, (low, high), target) in INDICATORS.items():
            value = unit.get("natural_share") if name == "wetland_shoreline" else None
            if "level" in unit:  # a recognised bay is given values that fit its standing
                low, high = (low, target) if direction == "max" else (target, high)
            value = rng.uniform(low, high) if value is None else value
            absent = rng.random() < 0.12
            rows.append((unit_id, name, 2023, None if absent else round(value, 3), target,
                         direction, measure, "demonstration value"))  # fmt: skip
    return pd.DataFrame(rows, columns=["unit_id", "indicator", "year", "value", "target",
                                       "direction", "unit", "note"])  # fmt: skip


def _outlets(settings: dict, coast: dict, rng: np.random.Generator) -> pd.DataFrame:
    """Two or three outlets on the shore of each bay."""
    rows = []
    shores = coast["land"].to_crs(METRES).union_all().boundary
    for bay_id, bay in coast["bays"].to_crs(METRES).geometry.items():
        edge = bay.boundary.intersection(shores.buffer(5.0))
        parts = max(getattr(edge, "geoms", [edge]), key=lambda part: part.length)
        for k in range(2 + int(bay.area > 5e7)):
            kind, kind_zh = KINDS[rng.integers(len(KINDS))]
            traced, done, meets = rng.random() < 0.9, rng.random() < 0.75, rng.random() < 0.92
            place = parts.interpolate(rng.uniform(0.1, 0.9), normalized=True)
            rows.append((f"{bay_id}-P{k + 1}", f"示例排口{k + 1}（{kind_zh}）", bay_id, kind, place,
                         *("yes" if x else "no" for x in (traced, done, meets)),
                         int(rng.integers(20, 900)) * 10))  # fmt: skip
    names = ["outlet_id", "name_zh", "bay_id", "kind", "place", "source_traced", "rectified",
             "meets_limits", "volume_m3_per_day"]  # fmt: skip
    table = pd.DataFrame(rows, columns=names)
    lonlat = gpd.GeoSeries(list(table.pop("place")), crs=METRES).to_crs(4326)
    table.insert(4, "lon", lonlat.x.round(5))
    table.insert(5, "lat", lonlat.y.round(5))
    return table.assign(note="演示数据 / demonstration")


def _zones(settings: dict, coast: dict) -> gpd.GeoDataFrame:
    """Port, mixing, farming and offshore zones, each with its own target category."""
    bays = coast["bays"].to_crs(METRES)
    rows = []
    for bay_id, bay in bays.geometry.items():
        port = _around(_ports(settings), bay, PORT_RADIUS)
        mouth = _around(_mouths(coast["rivers"]), bay, MOUTH_RADIUS).difference(port)
        rest = bay.difference(port).difference(mouth)
        for code, name, kind, target, shape in (
            ("port", "港口航运区", "port", "III", port), ("mouth", "河口混合区", "river mouth", "III", mouth),
            ("farm", "增养殖与旅游区", "aquaculture and recreation", "II", rest),
        ):  # fmt: skip
            if shape.area > 1e4:
                rows.append((f"{bay_id}-{code}", f"{bays.name_zh[bay_id]}{name}", kind, target,
                             bay_id, shape))  # fmt: skip
    rows += _offshore(bays, coast["land"])
    names = ["zone_id", "name_zh", "kind", "target", "in_bay", "geometry"]
    zones = gpd.GeoDataFrame(pd.DataFrame(rows, columns=names), crs=METRES).to_crs(4326)
    zones["note_zh"], zones["note_en"] = NOTE_ZH, NOTE_EN
    return zones


def _offshore(bays: gpd.GeoDataFrame, land: gpd.GeoDataFrame) -> list:
    dry = land.to_crs(METRES).union_all().union(bays.union_all())
    shapes = bays.geometry.buffer(OFFSHORE).difference(dry)
    rows, taken = [], None
    for bay_id, shape in shapes.items():
        shape = shape if taken is None else shape.difference(taken)
        taken = shape if taken is None else taken.union(shape)
        rows.append((f"{bay_id}-offshore", f"{bays.name_zh[bay_id]}外海保护区", "protection", "I",
                     "", shape))  # fmt: skip
    return rows


def _ports(settings: dict) -> gpd.GeoSeries:
    points = [Point(row[:2]) for row in settings["ports"].values()]
    return gpd.GeoSeries(points, crs=4326).to_crs(METRES)


def _mouths(rivers: gpd.GeoDataFrame) -> gpd.GeoSeries:
    return rivers.to_crs(METRES).geometry.map(lambda line: Point(line.coords[-1]))


def _around(places: gpd.GeoSeries, bay, radius: float):
    return places.buffer(radius).union_all().intersection(bay)
