"""Tests of positions: on land, outside all bays, other hemisphere, longitude and latitude swapped."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS, Transformer

from bayqa.intake.findings import Finding
from bayqa.intake.marks import FAIL, NOT_EVALUATED, SUSPECT, Marks
from bayqa.intake.value_checks import report_rows

__all__ = ["check_places"]

_CLEAR = 1.0
"""Metres that a moved sample is put off the shore."""


def check_places(samples, bays, land, marks: Marks, findings: list[Finding], reach):
    """Geometry with samples moved off the land, or None; flags as `flag` documents.

    `reach` is (move_within, near) in metres. Only sea samples are tested: a river section or a
    well is on land rightly.
    """
    sea = (samples["water"] == "sea").to_numpy(bool)
    shapes = samples.geometry.to_numpy()
    if bays is None or not len(bays) or not sea.any():
        return None
    lon, lat = shapely.get_x(shapes), shapely.get_y(shapes)
    there = sea & np.isfinite(lon)
    places = pd.DataFrame({"lon": lon[there], "lat": lat[there]})
    codes = places.groupby(["lon", "lat"], sort=False).ngroup().to_numpy()
    _, first = np.unique(codes, return_index=True)
    points = places.to_numpy()[first]
    rows = np.flatnonzero(there)
    move_within, near = reach
    frame = _Frame(bays)
    distance = frame.distance_to_bays(points)
    moved = _check_land(samples, rows, codes, points, (distance, move_within), land, frame, marks,
                       findings)  # fmt: skip
    _check_far(samples, rows, codes, points, (distance, near), frame, marks, findings)
    if moved is None:
        return None
    geometry = shapes.copy()
    geometry[rows] = np.where(shapely.is_missing(moved[codes]), geometry[rows], moved[codes])
    return geometry


class _Frame:
    """Local metres around the bays, in which distances are true to a thousandth nearby."""

    def __init__(self, bays: gpd.GeoDataFrame):
        degrees = bays.to_crs(4326)
        west, south, east, north = degrees.total_bounds
        self.crs = CRS(f"+proj=aeqd +lat_0={(south + north) / 2:.4f} "
                       f"+lon_0={(west + east) / 2:.4f} +datum=WGS84 +units=m")  # fmt: skip
        self.box = (west, south, east, north)
        self._to = Transformer.from_crs(4326, self.crs, always_xy=True)
        self._back = Transformer.from_crs(self.crs, 4326, always_xy=True)
        self.bays = degrees.geometry.to_crs(self.crs).to_numpy()
        self.tree = shapely.STRtree(self.bays)

    def points(self, places: np.ndarray) -> np.ndarray:
        """Points in metres of positions in degrees, shape (n, 2)."""
        x, y = self._to.transform(places[:, 0], places[:, 1])
        return shapely.points(np.where(np.isfinite(x), x, 2e7), np.where(np.isfinite(y), y, 2e7))

    def degrees(self, points: np.ndarray) -> np.ndarray:
        """Points in degrees of points in metres."""
        return shapely.points(*self._back.transform(shapely.get_x(points), shapely.get_y(points)))

    def distance_to_bays(self, places: np.ndarray) -> np.ndarray:
        """Metres from each position to the nearest bay; 0 inside."""
        points = self.points(places)
        nearest = self.tree.nearest(points)
        return shapely.distance(points, self.bays[nearest])


def _check_land(samples, rows, codes, points, measures, land, frame: _Frame, marks, findings):
    """Positions moved off the land (None where not moved), in degrees."""
    distance, move_within = measures
    if land is None or not len(land):
        return None
    margin = 3.0
    west, south, east, north = frame.box
    window = land.to_crs(4326).clip_by_rect(
        west - margin, south - margin, east + margin, north + margin
    )
    window = window[~window.is_empty].to_crs(frame.crs)
    shapes = shapely.make_valid(window.to_numpy())
    if not len(shapes):
        return None
    tree = shapely.STRtree(shapes)
    outside = np.flatnonzero(distance > 0)
    dots = frame.points(points[outside])
    dot, polygon = tree.query(dots, predicate="within")
    if not len(dot):
        return None
    moved = np.full(len(points), None, object)
    for k, j in zip(dot, polygon, strict=True):
        place = int(outside[k])
        shore, depth = _off_shore(dots[k], shapes[j], shapes, tree)
        hit = rows[codes == place]
        if shore is not None and depth <= move_within:
            moved[place] = frame.degrees(np.array([shore]))[0]
            marks.add(hit, NOT_EVALUATED, f"on land by {depth:.0f} m, moved to the water")
            findings.append(report_rows(samples, hit, "on land", f"on land by {depth:.0f} m; moved to "
                                        "the nearest water", samples["station"].iloc[hit[0]]))  # fmt: skip
        else:
            marks.add(hit, FAIL, f"on land by {depth / 1000:.1f} km")
            findings.append(report_rows(samples, hit, "on land", f"on land by {depth / 1000:.1f} km; not "
                                        "used", samples["station"].iloc[hit[0]]))  # fmt: skip
    return moved if not shapely.is_missing(moved).all() else None


def _off_shore(dot, polygon, shapes, tree):
    """Point a metre off the nearest shore that is on no land, and the distance to the shore."""
    shore = shapely.get_point(shapely.shortest_line(dot, shapely.boundary(polygon)), 1)
    depth = float(shapely.distance(dot, shore))
    if depth == 0:
        return None, depth
    step = np.array([shore.x - dot.x, shore.y - dot.y]) / depth
    angles = np.concatenate([[0], np.repeat(np.radians([30, 60, 90]), 2) * [1, -1, 1, -1, 1, -1]])
    for angle in angles:
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        x, y = turn @ step * _CLEAR + [shore.x, shore.y]
        candidate = shapely.Point(x, y)
        if not len(tree.query(candidate, predicate="within")):
            return candidate, depth
    return None, depth


def _check_far(samples, rows, codes, points, measures, frame: _Frame, marks, findings) -> None:
    """Flag 3 beyond `near` of every bay, with the slip that would explain it."""
    distance, near = measures
    far = np.flatnonzero(distance > near)
    if len(far):
        hints = _hints(points[far], frame, near)
        for text in np.unique(hints):
            places = far[hints == text]
            hit = rows[np.isin(codes, places)]
            away = distance[places].min() / 1000
            note = f"{away:.0f} km from the nearest bay" + (f", {text}" if text else "")
            marks.add(hit, SUSPECT, note)
            findings.append(report_rows(samples, hit, "far from all bays", f"more than {near / 1000:g} km "
                                        f"from every bay{', ' + text if text else ''}",
                                        samples["station"].iloc[hit[0]]))  # fmt: skip
    outside = np.flatnonzero((distance > 0) & (distance <= near))
    if len(outside):
        hit = rows[np.isin(codes, outside)]
        findings.append(report_rows(samples, hit, "outside all bays", "outside the bays but near them; "
                                    "used for the water around", samples["station"].iloc[hit[0]],
                                    "read"))  # fmt: skip


def _hints(points: np.ndarray, frame: _Frame, near: float) -> np.ndarray:
    """What would bring far positions near: swapping, or another hemisphere."""
    hints = np.full(len(points), "", object)
    lon, lat = points[:, 0], points[:, 1]
    for text, x, y in (("latitude of the other hemisphere?", lon, -lat),
                       ("longitude of the other hemisphere?", -lon, lat),
                       ("longitude and latitude exchanged?", lat, lon)):  # fmt: skip
        good = np.abs(y) <= 90
        place = np.stack([x, np.where(good, y, 0)], axis=1)
        hints[good & (frame.distance_to_bays(place) <= near)] = text
    return hints
