"""Geometries made ready for paper: projected, cut to the view, turned into paths and hatches."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.path import Path
from shapely.affinity import rotate
from shapely.geometry import MultiLineString
from shapely.geometry.base import BaseGeometry

from bayqa.sheets.drawing.view import View, to_metres

__all__ = [
    "as_path",
    "cut_to_view",
    "find_cuts",
    "hatch",
    "join_shapes",
    "keep_polygons",
    "project",
]


_SIDES = (("west", 0, np.min), ("south", 1, np.min), ("east", 0, np.max), ("north", 1, np.max))
_CUT_SHARE = 0.1
# Pieces of one polygon that were cut at 180 degrees meet again within this distance, metres.
_SEAM_M = 0.01


def project(frame: gpd.GeoDataFrame | None, crs: str) -> np.ndarray:
    """Geometries in metres of `crs`; what was cut at 180 degrees is one again.

    Parameters
    ----------
    frame : GeoDataFrame or None
    crs : str

    Returns
    -------
    ndarray of object, shape (n,)
        Empty for None.
    """
    if frame is None or not len(frame):
        return np.array([], dtype=object)
    if frame.crs is not None and frame.crs.to_epsg() != 4326:
        frame = frame.to_crs(4326)
    found = shapely.transform(
        frame.geometry.to_numpy(), lambda xy: np.column_stack(to_metres(crs, xy[:, 0], xy[:, 1]))
    )
    west, _, east, _ = shapely.bounds(frame.geometry.to_numpy()).T
    cut = (west <= -180.0 + 1e-9) & (east >= 180.0 - 1e-9) & (shapely.get_dimensions(found) == 2)
    for k in np.flatnonzero(cut):
        parts = shapely.get_parts(shapely.make_valid(found[k]))
        found[k] = keep_polygons(shapely.union_all(parts, grid_size=_SEAM_M))
    return found


def cut_to_view(shapes: np.ndarray, view: View, *, grow: float = 3.0) -> BaseGeometry:
    """Union of what lies in the view, with the detail that paper can hold.

    Parameters
    ----------
    shapes : ndarray of geometries, metres
    view : View
    grow : float
        Millimetres kept beyond the edge, so that no outline is drawn along the frame.

    Returns
    -------
    shapely geometry, metres
    """
    reach = grow * view.metres_per_mm
    window = view.window.buffer(reach, join_style="mitre")
    near = shapes[shapely.intersects(shapes, window)] if len(shapes) else shapes
    fine = shapely.simplify(near, 0.04 * view.metres_per_mm)
    broken = ~shapely.is_valid(fine)
    fine[broken] = shapely.make_valid(fine[broken])
    beyond = ~shapely.covers(window, fine)
    fine[beyond] = shapely.intersection(fine[beyond], window)
    return join_shapes(fine[~shapely.is_empty(fine)])


def join_shapes(shapes: np.ndarray) -> BaseGeometry:
    """Union of geometries; islands that touch nothing are only gathered, which is far quicker."""
    if not len(shapes):
        return shapely.GeometryCollection()
    pairs = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    apart = pairs.shape[1] == len(shapes)
    if not apart or (shapely.get_dimensions(shapes) != 2).any():
        return shapely.union_all(shapes)
    # To mend a shape may leave threads beside its polygons, in one collection.
    parts = shapely.get_parts(shapely.get_parts(shapes))
    return shapely.multipolygons(parts[shapely.get_dimensions(parts) == 2])


def keep_polygons(shape: BaseGeometry) -> BaseGeometry:
    """The areal part of a geometry; crumbs of lines and points fall away."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    areal = parts[shapely.get_dimensions(parts) == 2]
    return shapely.multipolygons(areal) if len(areal) else shapely.MultiPolygon()


def as_path(shape: BaseGeometry) -> Path | None:
    """Path of polygons (with holes) or lines; None for nothing."""
    parts = shapely.get_parts(shapely.get_parts(shape))
    parts = parts[shapely.get_dimensions(parts) > 0]
    parts = parts[~shapely.is_empty(parts)]
    lines = np.concatenate([_rings(part) for part in parts]) if len(parts) else parts
    if not len(lines):
        return None
    points, of_line = shapely.get_coordinates(lines, return_index=True)
    first = np.r_[True, np.diff(of_line) > 0]
    codes = np.where(first, Path.MOVETO, Path.LINETO).astype(np.uint8)
    closed = shapely.is_closed(lines) & (shapely.get_num_coordinates(lines) > 2)
    last = np.r_[np.diff(of_line) > 0, True]
    codes[last & closed[of_line]] = Path.CLOSEPOLY
    return Path(points, codes)


def find_cuts(land: gpd.GeoDataFrame | None, crs: str) -> dict[str, float]:
    """Sides where a base map was cut off straight, which must not pass for a coast.

    Parameters
    ----------
    land : GeoDataFrame or None
    crs : str
        A projected CRS.

    Returns
    -------
    dict of str to float
        "west", "south", "east", "north": metres of `crs` up to which the land is known.
    """
    if land is None or not len(land):
        return {}
    points = shapely.get_coordinates(land.to_crs(4326).geometry.to_numpy())
    found = {}
    for side, axis, pick in _SIDES:
        edge = pick(points[:, axis])
        along = points[np.abs(points[:, axis] - edge) < 1e-9, 1 - axis]
        if np.ptp(along) > _CUT_SHARE * np.ptp(points[:, 1 - axis]):
            line = np.linspace(along.min(), along.max(), 9)
            level = np.full(9, edge)
            metres = to_metres(crs, *((level, line) if axis == 0 else (line, level)))[axis]
            # The inner side of a line that the projection bends.
            found[side] = float(metres.max() if pick is np.min else metres.min())
    return found


def hatch(shape: BaseGeometry, spacing: float, *, angle: float = 45.0) -> BaseGeometry:
    """Parallel lines that fill a polygon.

    Parameters
    ----------
    shape : polygons, metres
    spacing : float
        Metres between two lines.
    angle : float
        Degrees from the x axis.

    Returns
    -------
    lines, metres
    """
    if shape.is_empty:
        return MultiLineString()
    turned = rotate(shape, -angle, origin=(0, 0))
    x0, y0, x1, y1 = turned.bounds
    levels = np.arange(np.floor(y0 / spacing), np.ceil(y1 / spacing) + 1) * spacing
    lines = shapely.linestrings([[(x0 - 1, y), (x1 + 1, y)] for y in levels])
    cut = shapely.intersection(shapely.multilinestrings(lines), turned)
    return rotate(cut, angle, origin=(0, 0))


def _rings(part: BaseGeometry) -> np.ndarray:
    if shapely.get_dimensions(part) == 2:
        return shapely.get_rings(part)
    return np.array([part], dtype=object)
