"""Tests of positions: on land, outside all bays, other hemisphere, swapped axes."""

from __future__ import annotations

from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS, Transformer

from bayqa.intake.records.findings import Finding
from bayqa.intake.records.marks import FAIL, NOT_EVALUATED, SUSPECT, Marks
from bayqa.intake.records.sourced import report_rows

__all__ = ["check_places"]

_MARGIN = 3.0
"""Degrees around the bays in which land is looked at."""
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
    marks.add(sea & ~np.isfinite(lon), SUSPECT, "no position")
    there = sea & np.isfinite(lon)
    places = pd.DataFrame({"lon": lon[there], "lat": lat[there]})
    codes = places.groupby(["lon", "lat"], sort=False).ngroup().to_numpy()
    _, first = np.unique(codes, return_index=True)
    points = places.to_numpy()[first]
    rows = np.flatnonzero(there)
    move_within, near = reach
    spots = _Spots(samples, rows, codes, points, marks, findings)
    frame = _Frame(bays)
    distance = frame.distance_to_bays(points)
    moved = _check_land(spots, distance, land, frame, move_within)
    _check_far(spots, distance, frame, near)
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
        self.crs = CRS(
            f"+proj=aeqd +lat_0={(south + north) / 2:.4f} "
            f"+lon_0={(west + east) / 2:.4f} +datum=WGS84 +units=m"
        )
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

    def land(self, land: gpd.GeoDataFrame | None) -> np.ndarray:
        """Land around the bays in metres; far land would be bent by the projection."""
        if land is None or not len(land):
            return np.empty(0, object)
        west, south, east, north = self.box
        window = (west - _MARGIN, south - _MARGIN, east + _MARGIN, north + _MARGIN)
        near = land.to_crs(4326).geometry.clip_by_rect(*window)
        near = near[~(near.is_empty | near.isna())].to_crs(self.crs)
        return shapely.make_valid(near.to_numpy())

    def distance_to_bays(self, places: np.ndarray) -> np.ndarray:
        """Metres from each position to the nearest bay; 0 inside."""
        points = self.points(places)
        nearest = self.tree.nearest(points)
        return shapely.distance(points, self.bays[nearest])


class _Spots(NamedTuple):
    """Distinct positions (degrees) of the rows tested, and where findings go."""

    samples: pd.DataFrame
    rows: np.ndarray
    codes: np.ndarray
    points: np.ndarray
    marks: Marks
    findings: list[Finding]

    def add(self, places, kind: str, message: str, *, flag: int = 0, note: str = "") -> None:
        """Add a finding for all rows at some of the positions, and mark them."""
        hit = self.rows[np.isin(self.codes, places)]
        if flag:
            self.marks.add(hit, flag, note)
        action = "flagged" if flag else "read"
        self.findings.append(
            report_rows(self.samples, hit, kind, message, action=action, column="")
        )


def _check_land(spots: _Spots, distance, land, frame: _Frame, move_within: float):
    """Positions moved off the land (None where not moved), in degrees."""
    shapes = frame.land(land)
    outside = np.flatnonzero(distance > 0)
    if not len(shapes) or not len(outside):
        return None
    tree = shapely.STRtree(shapes)
    dots = frame.points(spots.points[outside])
    pairs = np.unique(tree.query(dots, predicate="within"), axis=1)
    moved = np.full(len(spots.points), None, object)
    for k, j in zip(*pairs, strict=True):
        place = int(outside[k])
        shore, depth = _off_shore(dots[k], shapes[j], shapes, tree)
        if shore is not None and depth <= move_within:
            moved[place] = frame.degrees(np.array([shore]))[0]
            text = f"on land by {depth:.0f} m, moved to the nearest water"
            spots.add([place], "on land", text, flag=NOT_EVALUATED, note=text)
        else:
            text = f"on land by {depth / 1000:.1f} km"
            spots.add([place], "on land", f"{text}; not used", flag=FAIL, note=text)
    return None if shapely.is_missing(moved).all() else moved


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


def _check_far(spots: _Spots, distance, frame: _Frame, near: float) -> None:
    """Flag 3 beyond `near` of every bay, with the slip that would explain it."""
    far = np.flatnonzero(distance > near)
    hints = _hints(spots.points[far], frame, near)
    for hint in np.unique(hints):
        places = far[hints == hint]
        tail = f", {hint}" if hint else ""
        text = f"more than {near / 1000:g} km from every bay{tail}"
        note = f"{distance[places].min() / 1000:.0f} km from the nearest bay{tail}"
        spots.add(places, "far from all bays", text, flag=SUSPECT, note=note)
    outside = np.flatnonzero((distance > 0) & (distance <= near))
    if len(outside):
        spots.add(
            outside, "outside all bays", "outside the bays but near them; used for the water around"
        )
    if len(distance) >= 3 and (distance > 0).all():
        hit = spots.rows
        text = "no sample lies in a bay; are the polygons those of the water?"
        more = {"action": "doubtful", "column": ""}
        spots.findings.append(report_rows(spots.samples, hit, "outside all bays", text, **more))


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
