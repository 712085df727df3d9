"""How often outlines cross: what the mending of shapes and the overlap of bays would cost."""

from __future__ import annotations

import numpy as np
import shapely

__all__ = ["count_crossings"]

_PAIRS = 500_000
"""Pairs of segments that are held at a time, at most."""
_MOST_TESTS = 20_000_000
"""Pairs of segments looked at before an outline counts as too tangled."""


def count_crossings(shape, other=None, *, limit: int) -> int:
    """Pairs of segments that meet, beyond neighbours on an outline; `limit` where there are more.

    Parameters
    ----------
    shape : polygon or line
    other : polygon or line, optional
        Count meetings of the outlines of both, and none of `shape` with itself.
    limit : int
        Number at which counting ends.
    """
    first = _segments(shape)
    second = first if other is None else _segments(other)
    if len(first) * len(second) <= limit:
        return 0
    tree, found, tests = shapely.STRtree(second), 0, 0
    spare = 0 if other is not None else 3
    chunk = max(_PAIRS // len(second), 1)
    for start in range(0, len(first), chunk):
        some = first[start : start + chunk]
        near = tree.query(some)
        tests += near.shape[1]
        if tests > _MOST_TESTS:
            return limit
        met = shapely.intersects(some[near[0]], second[near[1]]).sum()
        found += max(int(met) - spare * len(some), 0)
        if found >= 2 * limit or (other is not None and found >= limit):
            return limit
    return found if other is not None else found // 2


def _segments(shape) -> np.ndarray:
    """Segments of all rings or lines of a shape."""
    points, line = shapely.get_coordinates(shapely.get_parts(_lines(shape)), return_index=True)
    joined = line[1:] == line[:-1]
    return shapely.linestrings(np.stack([points[:-1], points[1:]], axis=1)[joined])


def _lines(shape):
    rings = shapely.get_rings(shapely.get_parts(shapely.get_parts(shape)))
    return shapely.multilinestrings(rings) if len(rings) else shape
