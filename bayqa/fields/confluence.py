"""Which river polygons hang together with a bay, and the water that leads them into it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from bayqa.fields.projection import project_area

__all__ = ["find_reaches", "join_rivers"]

_OVERLAP_M = 0.01


def find_reaches(bays: gpd.GeoDataFrame, rivers: gpd.GeoDataFrame, *, gap: float, crs: object):
    """River polygons that reach a bay, directly or through others.

    Parameters
    ----------
    bays, rivers : GeoDataFrame
        Lines among the rivers do not count.
    gap : float
        Metres within which a reach that ends short of the water still reaches it.
    crs : anything pyproj takes
        Plane in metres.

    Returns
    -------
    GeoDataFrame
        The rows of `rivers`, in their order and coordinates.
    """
    shapes = rivers.geometry.to_crs(crs).to_numpy()
    flat = np.flatnonzero(shapely.area(shapes) > 0)
    valid = np.where(shapely.is_valid(shapes[flat]), shapes[flat], shapely.make_valid(shapes[flat]))
    layers = [near for near, _ in _follow(project_area(bays, crs), valid, gap)]
    found = np.concatenate(layers) if layers else np.zeros(0, int)
    return rivers.iloc[np.sort(flat[found])]


def join_rivers(area: shapely.Geometry, channels: shapely.Geometry, gap: float) -> shapely.Geometry:
    """Rivers and bays as one water; a reach that ends short of the bay is led into it.

    Reaches that hang together with no bay, directly or through others, are other waters.

    Parameters
    ----------
    area, channels : shapely geometry
        Bays and rivers in the plane.
    gap : float
        Metres.

    Returns
    -------
    shapely geometry
    """
    left, parts = shapely.get_parts(channels), [area]
    for near, edge in _follow(area, left, gap):
        # A centimetre of overlap: banks drawn alike may part by rounding.
        wide = shapely.buffer(left[near], _OVERLAP_M), shapely.buffer(edge, _OVERLAP_M)
        apart = left[near][shapely.distance(left[near], edge) > _OVERLAP_M]
        bridges = shapely.buffer(shapely.shortest_line(apart, edge), gap / 20)
        parts += [*left[near], *shapely.intersection(*wide), *bridges]
    return shapely.union_all(parts)


def _follow(area: shapely.Geometry, shapes: np.ndarray, gap: float):
    """Positions of the shapes next to the area, then of those next to these, and so on.

    Each with the water it was reached from.
    """
    left, edge = np.arange(len(shapes)), area
    while len(left) and not edge.is_empty:
        near = shapely.distance(shapes[left], edge) <= gap
        yield left[near], edge
        edge, left = shapely.union_all(shapes[left[near]]), left[~near]
