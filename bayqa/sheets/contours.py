"""Clean areas from grids: contours where a field is given, rounded cell edges where not.

Only the drawing is smooth. Areas and shares are never taken from these polygons.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import contourpy
import numpy as np
import shapely
from scipy.ndimage import distance_transform_edt
from shapely.geometry.base import BaseGeometry

from bayqa.sheets.drawing.shapes import join_shapes, keep_polygons

__all__ = ["Raster", "trace_above", "trace_lines", "trace_mask", "trace_ranks"]


class Raster(NamedTuple):
    """Centres of the cells, metres, and the polygon outside which nothing is drawn."""

    x: np.ndarray
    """Shape (nx,), ascending."""
    y: np.ndarray
    """Shape (ny,), north first."""
    domain: BaseGeometry


def trace_ranks(
    raster: Raster,
    ranks: np.ndarray,
    n_ranks: int,
    *,
    scores: Sequence[np.ndarray | None] | None = None,
) -> tuple[list, bool]:
    """Areas where the rank is at least k, for k = 1 to n_ranks; each lies in the one before.

    Drawn one over the other they part the domain without gaps or seams.

    Parameters
    ----------
    raster : Raster
    ranks : ndarray of int, shape (ny, nx)
        0 = nothing known (dry, or not assessed).
    n_ranks : int
    scores : sequence of n_ranks arrays (ny, nx) or None, optional
        A continuous field above 0 just where the rank is at least k. It is used only if it says
        the same as `ranks` on every cell; its contour is then drawn instead of the cells' edges.

    Returns
    -------
    areas : list of polygons
    smooth : bool
        True if every edge came from a field.
    """
    known = ranks > 0
    if not known.any():
        return [shapely.MultiPolygon()] * n_ranks, True
    areas, smooth, nearest = [raster.domain], True, _nearest(known)
    for k in range(2, n_ranks + 1):
        above = ranks >= k
        score = scores[k - 1] if scores is not None else None
        agrees = score is not None and np.array_equal((score > 0)[known], above[known])
        if not above.any():
            areas.append(shapely.MultiPolygon())
        elif agrees:
            areas.append(_clip(_fill(raster, score[nearest], 0.0), raster.domain))
        else:
            areas.append(_clip(_rounded(raster, above[nearest]), raster.domain))
            smooth = smooth and not (above[known].any() and not above[known].all())
    return areas, smooth


def trace_above(raster: Raster, field: np.ndarray, levels: Sequence[float]) -> list:
    """Areas where a field is above each level; NaN takes the nearest known value.

    Returns
    -------
    list of polygons, one a level
    """
    known = np.isfinite(field)
    if not known.any():
        return [shapely.MultiPolygon()] * len(levels)
    full = field[_nearest(known)]
    return [_clip(_fill(raster, full, level), raster.domain) for level in levels]


def trace_lines(raster: Raster, field: np.ndarray, level: float) -> BaseGeometry:
    """Isoline of a field within the domain."""
    known = np.isfinite(field)
    if not known.any():
        return shapely.MultiLineString()
    x, y, z = _padded(raster, field[_nearest(known)])
    lines = contourpy.contour_generator(x, y, z).lines(float(level))
    lines = [line for line in lines if len(line) > 1]
    return shapely.intersection(shapely.MultiLineString(lines), raster.domain)


def trace_mask(raster: Raster, mask: np.ndarray) -> BaseGeometry:
    """Area of the True cells, with rounded edges, within the domain."""
    if not mask.any():
        return shapely.MultiPolygon()
    return _clip(_rounded(raster, mask), raster.domain)


def _clip(shape: BaseGeometry, domain: BaseGeometry) -> BaseGeometry:
    return keep_polygons(shapely.intersection(shape, domain))


def _nearest(known: np.ndarray) -> tuple[np.ndarray, ...]:
    # Cells whose centre is dry still hold water at their edge: they borrow the nearest cell.
    return tuple(distance_transform_edt(~known, return_distances=False, return_indices=True))


def _padded(raster: Raster, values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    step = _spacing(raster)
    x = np.r_[raster.x[0] - step, raster.x, raster.x[-1] + step]
    y = np.r_[raster.y[0] + step, raster.y, raster.y[-1] - step]
    return x, y, np.pad(np.asarray(values, dtype=float), 1, mode="edge")


def _spacing(raster: Raster) -> float:
    if len(raster.x) > 1:
        return float(raster.x[1] - raster.x[0])
    return float(abs(raster.y[1] - raster.y[0])) if len(raster.y) > 1 else 1.0


def _fill(raster: Raster, values: np.ndarray, level: float) -> BaseGeometry:
    x, y, z = _padded(raster, values)
    generator = contourpy.contour_generator(x, y, z, fill_type=contourpy.FillType.OuterOffset)
    top = max(float(z.max()), level) + 1.0
    points, offsets = generator.filled(np.nextafter(level, np.inf), top)
    shapes = [_polygon(xy, edges) for xy, edges in zip(points, offsets, strict=True)]
    return join_shapes(_valid(shapes)) if shapes else shapely.MultiPolygon()


def _valid(polygons: list) -> np.ndarray:
    """Polygons without crossings or empty ones."""
    shapes = np.array(polygons, dtype=object)
    broken = ~shapely.is_valid(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken])
    return shapes[~shapely.is_empty(shapes)]


def _polygon(points: np.ndarray, offsets: np.ndarray) -> BaseGeometry:
    rings = [points[a:b] for a, b in zip(offsets[:-1], offsets[1:], strict=True) if b - a > 3]
    return shapely.Polygon(rings[0], rings[1:]) if rings else shapely.Polygon()


def _rounded(raster: Raster, mask: np.ndarray) -> BaseGeometry:
    shape = keep_polygons(_fill(raster, mask.astype(float), 0.5))
    polygons = [
        shapely.Polygon(_round_ring(p.exterior), [_round_ring(r) for r in p.interiors])
        for p in shape.geoms
    ]
    return join_shapes(_valid(polygons)) if polygons else shape


def _round_ring(ring: BaseGeometry, times: int = 3) -> np.ndarray:
    """Corner cutting after Chaikin (1974): moves no point by more than half a cell."""
    xy = np.asarray(ring.coords)[:-1]
    for _ in range(times):
        following = np.roll(xy, -1, axis=0)
        xy = np.stack([0.75 * xy + 0.25 * following, 0.25 * xy + 0.75 * following], axis=1).reshape(
            -1, 2
        )
    return np.vstack([xy, xy[:1]])
