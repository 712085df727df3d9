"""Cuts the coast layers of the Weihai demonstration out of the prepared GSHHG coast.

Run ``python data/make_coast.py FOLDER`` where FOLDER holds ``weihai_coast.gpkg`` with the layers
``bays``, ``land`` and ``rivers_schematic``. It writes bays, land, rivers and reaches. The results
are kept with the project, so this is only needed when the coast itself changes.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import geopandas as gpd
from shapely import get_coordinates
from shapely.geometry import LineString, Point
from shapely.ops import nearest_points, substring

__all__ = ["make_coast", "write_layer"]

HERE = Path(__file__).resolve().parent
METRES = "EPSG:32651"
SLUGS = {
    "B01": "weihai",
    "B02": "shuangdao",
    "B03": "chaoyang",
    "B04": "rongcheng",
    "B05": "lidao",
    "B06": "ailian",
    "B07": "sanggou",
    "B08": "shidao",
    "B09": "jinghai",
    "B10": "wuleidao",
    "B11": "rushan",
}
RIVERS = {
    "Rushan River": ("rushan", "rushan"),
    "Huanglei River": ("huanglei", ""),
    "Muzhu River": ("muzhu", "wuleidao"),
    "Changyang River": ("changyang", "jinghai"),
    "Qinglong River": ("qinglong", "jinghai"),
    "Gu River": ("gu", "sanggou"),
    "Xiaoluo River": ("xiaoluo", "sanggou"),
    "Yangting River": ("yangting", "shuangdao"),
    "Chucun River": ("chucun", "shuangdao"),
    "Wuzhu River": ("wuzhu", "weihai"),
}
REACH_LENGTH = 6000.0
REACH_WIDTH = 240.0


def write_layer(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Write a GeoPackage whose bytes depend on the content alone."""
    path.unlink(missing_ok=True)
    # GDAL stamps the layer with the time of writing unless told the date.
    os.environ["OGR_CURRENT_DATE"] = "2024-01-01T00:00:00.000Z"
    frame.to_file(path, layer=path.stem, driver="GPKG", engine="pyogrio")


def make_coast(source: Path, folder: Path) -> None:
    """Write bays, land, rivers and reaches of the demonstration into `folder`."""
    bays = _bays(gpd.read_file(source, layer="bays"))
    land = gpd.read_file(source, layer="land")[["kind", "area_km2", "geometry"]]
    land["source"] = "GSHHG 2.3.7 full, LGPL-3.0-or-later"
    rivers = _rivers(gpd.read_file(source, layer="rivers_schematic"), land)
    for name, frame in (
        ("bays", bays),
        ("land", land),
        ("rivers", rivers),
        ("reaches", _reaches(rivers, land)),
    ):
        write_layer(frame, folder / f"{name}.gpkg")


def _bays(bays: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    bays = bays.assign(bay_id=bays["bay_id"].map(SLUGS), note=bays["note"].fillna(""))
    bays["name_en"] = bays["name_en"].str.replace(" (lagoon)", "")
    columns = [
        "bay_id",
        "name_zh",
        "name_en",
        "mouth_km",
        "area_km2",
        "published_area_km2",
        "confidence",
        "note",
        "geometry",
    ]
    return bays[columns]


def _rivers(rivers: gpd.GeoDataFrame, land: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Schematic lines drawn on until they meet the sea."""
    ids = rivers["name_en"].map(RIVERS)
    shore = land.to_crs(METRES).union_all().boundary
    lines = [_to_shore(line, shore) for line in rivers.to_crs(METRES).geometry]
    frame = gpd.GeoDataFrame(
        {
            "river_id": ids.str[0],
            "name_zh": rivers["name_zh"],
            "name_en": rivers["name_en"],
            "flows_into": ids.str[1],
            "length_km": [round(line.length / 1000, 1) for line in lines],
            "confidence": rivers["confidence"],
            "note": "schematic, placed by hand, not surveyed",
        },
        geometry=lines,
        crs=METRES,
    )
    return frame.to_crs(4326)


def _to_shore(line: LineString, shore) -> LineString:
    end = Point(line.coords[-1])
    mouth = nearest_points(shore, end)[0]
    return LineString([*line.coords, *mouth.coords]) if end.distance(mouth) > 1 else line


def _reaches(rivers: gpd.GeoDataFrame, land: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Lower reaches as polygons of one made-up width, so that river water can be mapped."""
    ground = land.to_crs(METRES).union_all()
    lines = rivers.to_crs(METRES).geometry
    parts = [substring(line, max(line.length - REACH_LENGTH, 0), line.length) for line in lines]
    shapes = [part.buffer(REACH_WIDTH / 2, cap_style="flat").intersection(ground) for part in parts]
    shapes = [_largest(shape) for shape in shapes]
    frame = rivers[["river_id", "name_zh", "name_en", "flows_into", "confidence"]].copy()
    frame["note"] = f"schematic, drawn {REACH_WIDTH:.0f} m wide; not a surveyed channel"
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=METRES).to_crs(4326)


def _largest(shape):
    parts = getattr(shape, "geoms", [shape])
    return max(parts, key=lambda part: (part.area, len(get_coordinates(part))))


if __name__ == "__main__":
    make_coast(Path(sys.argv[1]) / "weihai_coast.gpkg", HERE / "weihai")
