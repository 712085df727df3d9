"""Bays built from the lines across their mouths and the land around."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from bayqa.errors import InputError
from bayqa.intake.records.findings import Finding, list_rows, make_report

__all__ = ["build_bays"]

_METRE = 1 / 111_320
_REACH = 5.0
"""Metres that a mouth line is drawn into the land, so that it cuts the water for certain."""


def build_bays(
    mouths: gpd.GeoDataFrame,
    land: gpd.GeoDataFrame,
    *,
    bay_id: str = "bay_id",
    snap: float = 1000.0,
) -> gpd.GeoDataFrame:
    """Bays enclosed by mouth lines and land.

    Parameters
    ----------
    mouths : GeoDataFrame
        Lines from headland to headland; a bay with several entrances has several lines of one id.
    land : GeoDataFrame
        Land polygons around the bays.
    bay_id : str
        Column (or index) of the ids.
    snap : float
        Metres within which the end of a line is drawn on to the land.

    Returns
    -------
    GeoDataFrame, EPSG:4326, index bay_id
        Columns of the first line of each bay, mouth_km, and polygons without islands.
        `attrs["report"]` tells of ends drawn to the land.

    Raises
    ------
    InputError
        When a line does not cut off any water, or its end is farther than `snap` from the land.
    """
    lines = _lines(mouths, bay_id)
    shore = shapely.union_all(shapely.make_valid(land.to_crs(4326).geometry.to_numpy()))
    findings: list[Finding] = []
    drawn = [_draw(line, shore, key, snap, findings) for key, line in lines]
    faces, is_sea = _faces(shore, drawn)
    keys = [key for key, _ in lines]
    depth = _depths(faces, drawn, is_sea)
    shapes = {}
    for key in dict.fromkeys(keys):
        own = [line for k, line in zip(keys, drawn, strict=True) if k == key]
        shapes[key] = _enclosed(key, own, faces, depth)
    return _bays(mouths, bay_id, shapes, lines, findings)


def _lines(mouths: gpd.GeoDataFrame, bay_id: str) -> list[tuple[str, shapely.LineString]]:
    table = mouths if bay_id in mouths else mouths.reset_index()
    if bay_id not in table:
        raise InputError(f"mouths: there is no column {bay_id!r}; wanted an id for each line")
    pairs = []
    for key, shape in zip(table[bay_id].astype(str), table.to_crs(4326).geometry, strict=True):
        for part in shapely.get_parts(shape):
            if part.geom_type != "LineString":
                raise InputError(f"mouths: {key} is a {part.geom_type}; wanted a line")
            pairs.append((key, shapely.force_2d(part)))
    return pairs


def _draw(line, shore, key: str, snap: float, findings: list[Finding]):
    """Line whose ends reach a few metres into the land."""
    places = shapely.get_coordinates(line)
    first = _to_land(places[0], places[1], shore, key, snap, findings)
    last = _to_land(places[-1], places[-2], shore, key, snap, findings)
    return shapely.LineString([*first, *places[1:-1], *last[::-1]])


def _to_land(end, inner, shore, key: str, snap: float, findings: list[Finding]) -> list:
    """Points that take the place of an end: from the land out to the end."""
    point = shapely.Point(end)
    if shapely.contains(shore, point):
        return [end]
    target = np.array(shapely.get_coordinates(shapely.shortest_line(point, shore))[1])
    scale = np.array([np.cos(np.radians(end[1])), 1.0])
    gap = float(np.hypot(*((target - end) * scale)) / _METRE)
    if gap > snap:
        raise InputError(
            f"mouths: an end of the line of {key} is {gap:.0f} m from the land; move it to the "
            f"headland or raise snap= (now {snap:g} m)"
        )
    way = (target - end) * scale if gap > 0.01 else (np.asarray(end) - inner) * scale
    step = way / max(np.hypot(*way), 1e-12) * _REACH * _METRE / scale
    if gap > 1:
        text = f"an end of the mouth of {key} was drawn to the land"
        found = f"{gap:.0f} m"
        findings.append(Finding("mouths", "mouth line", "converted", text, column=key, found=found))
    return [target + step, end] if gap > 0.01 else [target + step]


def _faces(shore, lines: list) -> tuple[np.ndarray, np.ndarray]:
    """Pieces of water that the lines part, and which of them touch the edge of the map."""
    west, south, east, north = shapely.total_bounds([shore, *lines])
    frame = shapely.box(west - 0.05, south - 0.05, east + 0.05, north + 0.05)
    edges = shapely.union_all([shapely.boundary(shore), shapely.boundary(frame), *lines])
    faces = shapely.get_parts(shapely.polygonize([edges]))
    inside = shapely.point_on_surface(faces)
    shapely.prepare(shore)
    faces = faces[~shapely.contains(shore, inside)]
    return faces, shapely.intersects(faces, shapely.boundary(frame))


def _depths(faces: np.ndarray, lines: list, is_sea: np.ndarray) -> np.ndarray:
    """Number of mouth lines between each face and the open sea, by breadth-first search."""
    touching = [_beside(line, faces) for line in lines]
    depth = np.where(is_sea, 0, np.iinfo(int).max)
    for _ in range(len(lines) + 1):
        for near in touching:
            if len(near):
                best = depth[near].min()
                reach = best + 1 if best < np.iinfo(int).max else best
                depth[near] = np.minimum(depth[near], reach)
    return depth


def _beside(line, faces: np.ndarray) -> np.ndarray:
    """Faces that have a stretch of the line on their outline."""
    # Noding moves the line by the last digits, so a hair's breadth round it counts as the line.
    hair = shapely.buffer(line, 0.1 * _METRE)
    near = shapely.STRtree(faces).query(hair, predicate="intersects")
    shared = shapely.length(shapely.intersection(shapely.boundary(faces[near]), hair))
    return near[shared > 0.2 * shapely.length(line)]


def _enclosed(key: str, lines: list, faces: np.ndarray, depth: np.ndarray):
    found = set()
    for line in lines:
        near = _beside(line, faces)
        if len(near) < 2 or depth[near].min() == depth[near].max():
            raise InputError(
                f"mouths: the line of {key} cuts off no water; draw it from shore to shore and "
                "give all entrances of the bay"
            )
        found |= set(near[depth[near] == depth[near].max()].tolist())
    return shapely.union_all(faces[sorted(found)])


def _bays(mouths, bay_id: str, shapes: dict, lines: list, findings: list) -> gpd.GeoDataFrame:
    table = mouths if bay_id in mouths else mouths.reset_index()
    table = table.assign(**{bay_id: table[bay_id].astype(str)}).drop_duplicates(bay_id)
    table = pd.DataFrame(table.drop(columns=table.geometry.name)).set_index(bay_id)
    length = gpd.GeoSeries([line for _, line in lines], crs=4326).to_crs(_metric(lines)).length
    km = pd.Series(length.to_numpy() / 1000).groupby([key for key, _ in lines]).sum()
    table = table.assign(mouth_km=km.reindex(table.index).round(3))
    polygons = [shapely.orient_polygons(shapes[key]) for key in table.index]
    bays = gpd.GeoDataFrame(table, geometry=polygons, crs=4326)
    bays.index.name = "bay_id"
    read = Finding("mouths", "features", "read", "bays built from mouth lines", count=len(bays))
    bays.attrs = {"report": list_rows(make_report([read, *findings]))}
    return bays


def _metric(lines: list) -> str:
    west, south, east, north = shapely.total_bounds([line for _, line in lines])
    return f"+proj=laea +lat_0={(south + north) / 2:.3f} +lon_0={(west + east) / 2:.3f} +units=m"
