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
REGIONS = {
    "northern waters": "北部海域",
    "eastern waters": "东部海域",
    "southern waters": "南部海域",
}
KINDS = (
    ("sewage", "城镇污水处理厂", "sewage works"),
    ("industrial", "工业", "industry"),
    ("agricultural", "养殖及农业", "farming"),
    ("other", "其他", "other"),
)


def make_places(folder: Path, settings: dict, coast: dict) -> dict[str, pd.DataFrame]:
    """Tables `register`, `indicators` and `outlets`; zones are written as a layer."""
    rng = np.random.default_rng([settings["seed"], 5])
    units = tomllib.loads((HERE / "weihai_units.toml").read_text(encoding="utf-8"))
    write_layer(_zones(settings, coast), folder / "zones.gpkg")
    return {
        "register": _register(units, coast),
        "indicators": _indicators(units, rng),
        "outlets": _outlets(settings, coast, rng),
    }


def _register(units: dict, coast: dict) -> pd.DataFrame:
    shore = _shoreline_km(coast["bays"], coast["land"])
    return pd.DataFrame([_unit(key, unit, coast["bays"], shore) for key, unit in units.items()])


def _unit(unit_id: str, unit: dict, bays: gpd.GeoDataFrame, shore: pd.Series) -> dict:
    own = list(unit["bays"])
    first = bays.loc[own[0]] if own else {}
    return {
        "unit_id": unit_id,
        "name_zh": unit.get("name_zh") or first["name_zh"],
        "name_en": unit.get("name_en") or first["name_en"],
        "kind": unit.get("kind", "bay"),
        "bay_ids": " ".join(own),
        "publicly_known": "yes" if "level" in unit else "no",
        "region": unit["region"],
        "region_zh": REGIONS[unit["region"]],
        "level": unit.get("level", ""),
        "recognised": unit.get("recognised", ""),
        "batch": unit.get("batch", ""),
        "area_km2": round(bays.loc[own, "area_km2"].sum(), 2) if own else None,
        "shoreline_km": round(shore[own].sum(), 1) if own else None,
        "published_shoreline_km": unit.get("published_shoreline_km"),
        "target_good_share": min((GOOD_SHARE.get(key, 0.95) for key in own), default=None),
        "evidence": unit.get("evidence", "bay of the demonstration, not shown to be a unit"),
        "note": "target is a demonstration value" if own else "no polygon: position unknown",
    }


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
            rows.append(
                (
                    unit_id,
                    name,
                    2023,
                    None if absent else round(value, 3),
                    target,
                    direction,
                    measure,
                    "demonstration value",
                )
            )
    return pd.DataFrame(
        rows,
        columns=["unit_id", "indicator", "year", "value", "target", "direction", "unit", "note"],
    )


def _outlets(settings: dict, coast: dict, rng: np.random.Generator) -> pd.DataFrame:
    """Two or three outlets on the shore of each bay."""
    shores = coast["land"].to_crs(METRES).union_all().boundary.buffer(5.0)
    rows, places = [], []
    for bay_id, bay in coast["bays"].to_crs(METRES).geometry.items():
        edge = bay.boundary.intersection(shores)
        longest = max(getattr(edge, "geoms", [edge]), key=lambda part: part.length)
        for k in range(2 + int(bay.area > 5e7)):
            places.append(longest.interpolate(rng.uniform(0.1, 0.9), normalized=True))
            rows.append(_outlet(f"{bay_id}-P{k + 1}", bay_id, rng))
    table = pd.DataFrame(rows)
    lonlat = gpd.GeoSeries(places, crs=METRES).to_crs(4326)
    table.insert(5, "lon", lonlat.x.round(5))
    table.insert(6, "lat", lonlat.y.round(5))
    return table.assign(note="演示数据 / demonstration")


def _outlet(outlet_id: str, bay_id: str, rng: np.random.Generator) -> dict:
    kind, kind_zh, kind_en = KINDS[rng.integers(len(KINDS))]
    facts = {"source_traced": 0.9, "rectified": 0.75, "meets_limits": 0.92}
    head = {
        "outlet_id": outlet_id,
        "name_zh": f"示例排口{outlet_id[-1]}（{kind_zh}）",
        "name_en": f"Example outlet {outlet_id[-1]} ({kind_en})",
        "bay_id": bay_id,
        "kind": kind,
    }
    said = {name: "yes" if rng.random() < odds else "no" for name, odds in facts.items()}
    return head | said | {"volume_m3_per_day": int(rng.integers(20, 900)) * 10}


def _zones(settings: dict, coast: dict) -> gpd.GeoDataFrame:
    """Port, mixing, farming and offshore zones, each with its own target category."""
    bays = coast["bays"].to_crs(METRES)
    rows = []
    for bay_id, bay in bays.geometry.items():
        port = _around(_ports(settings), bay, PORT_RADIUS)
        mouth = _around(_mouths(coast["rivers"]), bay, MOUTH_RADIUS).difference(port)
        rest = bay.difference(port).difference(mouth)
        for code, name, kind, target, shape in (
            ("port", "港口航运区", "port", "III", port),
            ("mouth", "河口混合区", "river mouth", "III", mouth),
            ("farm", "增养殖与旅游区", "aquaculture and recreation", "II", rest),
        ):
            if shape.area > 1e4:
                rows.append(
                    (
                        f"{bay_id}-{code}",
                        f"{bays.name_zh[bay_id]}{name}",
                        kind,
                        target,
                        bay_id,
                        shape,
                    )
                )
    rows += _offshore(bays, coast["land"])
    names = ["zone_id", "name_zh", "kind", "target", "in_bay", "geometry"]
    zones = gpd.GeoDataFrame(pd.DataFrame(rows, columns=names), crs=METRES)
    # Whole centimetres: differences of shores leave slivers that break after reprojection.
    zones = zones.set_geometry(zones.geometry.set_precision(0.01)).to_crs(4326)
    zones["note_zh"], zones["note_en"] = NOTE_ZH, NOTE_EN
    return zones


def _offshore(bays: gpd.GeoDataFrame, land: gpd.GeoDataFrame) -> list:
    dry = land.to_crs(METRES).union_all().union(bays.union_all())
    shapes = bays.geometry.buffer(OFFSHORE).difference(dry)
    rows, taken = [], None
    for bay_id, shape in shapes.items():
        shape = shape if taken is None else shape.difference(taken)
        taken = shape if taken is None else taken.union(shape)
        rows.append(
            (
                f"{bay_id}-offshore",
                f"{bays.name_zh[bay_id]}外海保护区",
                "protection",
                "I",
                "",
                shape,
            )
        )
    return rows


def _ports(settings: dict) -> gpd.GeoSeries:
    points = [Point(row[:2]) for row in settings["ports"].values()]
    return gpd.GeoSeries(points, crs=4326).to_crs(METRES)


def _mouths(rivers: gpd.GeoDataFrame) -> gpd.GeoSeries:
    return rivers.to_crs(METRES).geometry.map(lambda line: Point(line.coords[-1]))


def _around(places: gpd.GeoSeries, bay, radius: float):
    return places.buffer(radius).union_all().intersection(bay)
