"""Stations on the water grid: which cell each one informs, and which ones cannot be used."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import xarray as xr
from pyproj import CRS
from scipy.spatial import cKDTree

from bayqa.fields.projection import project_points
from bayqa.fields.water import rebuild_frame

__all__ = ["Placement", "place_points", "place_stations"]

_SNAP_CELLS = 2.0
_SNAP_M = 300.0


class Placement(NamedTuple):
    """The stations that lie in or near the water."""

    kept: np.ndarray
    """Positions along the dimension station, (n,)."""
    cell: np.ndarray
    """Index of each kept station's cell among the wet cells, row-major, (n,)."""
    x: np.ndarray
    y: np.ndarray
    """Metres in the plane of the grid, (n,)."""
    left_out: tuple[dict[str, object], ...]
    """Station, reason and distance to the water (m) of those that are not used."""
    snap: float
    """Metres within which a station outside the water is moved to the nearest wet cell."""


def place_stations(stations: xr.Dataset, water: xr.Dataset, snap: float | None = None) -> Placement:
    """Cells of the stations.

    Parameters
    ----------
    stations : Dataset with station, x, y (or lon, lat where the planes differ)
    water : Dataset (y, x)
    snap : float, optional
        Metres within which a station outside the water counts for the nearest wet cell; default
        two cells, at least 300 m (the accuracy of coast lines).

    Returns
    -------
    Placement
    """
    limit = max(_SNAP_CELLS * float(water.attrs["spacing"]), _SNAP_M) if snap is None else snap
    x, y = _in_plane(stations, water)
    cell, distance = place_points(water, x, y)
    near = distance <= limit
    left_out = [_explain_left_out(stations, k, distance[k]) for k in np.flatnonzero(~near)]
    kept = np.flatnonzero(near)
    return Placement(kept, cell[kept], x[kept], y[kept], tuple(left_out), float(limit))


def place_points(water: xr.Dataset, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Wet cell of each place, and the distance in metres by which it was moved.

    A place in a cell that land splits goes to the nearest cell that is one water, so that it does
    not end up on the far side of a spit.

    Parameters
    ----------
    water : Dataset (y, x)
    x, y : array (n,), metres

    Returns
    -------
    cell : array (n,) int
        Among the wet cells, row-major; 0 where the place is not known.
    distance : array (n,)
        0 in a wet cell; inf where the place is not known.
    """
    frame, wet = rebuild_frame(water), water.wet.to_numpy()
    number = np.cumsum(wet.ravel()) - 1
    known = np.isfinite(x) & np.isfinite(y)
    column = np.floor((np.where(known, x, frame.west) - frame.west) / frame.spacing).astype(int)
    row = np.floor((frame.north - np.where(known, y, frame.north)) / frame.spacing).astype(int)
    inside = known & (row >= 0) & (row < wet.shape[0]) & (column >= 0) & (column < wet.shape[1])
    flat = np.where(inside, row * wet.shape[1] + column, 0)
    on_water = inside & wet.ravel()[flat]
    cell = np.where(on_water, number[flat], 0)
    distance = np.where(on_water, 0.0, np.inf)
    split = (
        water["pieces"].to_numpy().ravel() > 1 if "pieces" in water else np.zeros(wet.size, bool)
    )
    away = np.flatnonzero(known & (~on_water | split[flat]))
    if len(away) and wet.any():
        _move(frame, wet.ravel() & ~split, (x, y), (away, cell, distance, number, on_water))
    return cell, distance


def _move(frame, good: np.ndarray, place: tuple, state: tuple) -> None:
    """Nearest good cell for the places `away`, measured to the edge of the cell."""
    away, cell, distance, number, on_water = state
    target = np.flatnonzero(good)
    if not len(target):
        return
    centre = np.column_stack(frame.centres(target))
    point = np.column_stack([place[0][away], place[1][away]])
    nearest = cKDTree(centre).query(point)[1]
    gap = np.maximum(np.abs(centre[nearest] - point) - frame.spacing / 2, 0.0)
    moved = np.hypot(gap[:, 0], gap[:, 1])
    # A station in a split cell stays there when no undivided cell is next to it.
    take = ~on_water[away] | (moved <= frame.spacing)
    cell[away[take]] = number[target[nearest[take]]]
    distance[away[take]] = np.where(on_water[away[take]], 0.0, moved[take])


def _in_plane(stations: xr.Dataset, water: xr.Dataset) -> tuple[np.ndarray, np.ndarray]:
    plane, own = water.attrs["crs"], stations.attrs.get("crs")
    if own == plane or (own and CRS.from_user_input(own) == CRS.from_user_input(plane)):
        return stations.x.to_numpy().astype(float), stations.y.to_numpy().astype(float)
    return project_points(stations.lon.to_numpy(), stations.lat.to_numpy(), plane)


def _explain_left_out(stations: xr.Dataset, k: int, distance: float) -> dict[str, object]:
    known = bool(np.isfinite(stations.x.to_numpy()[k]))
    return {
        "station": str(stations.station.to_numpy()[k]),
        "reason": "outside the water" if known else "without a place",
        "distance_m": round(float(distance), 1) if np.isfinite(distance) else None,
    }
