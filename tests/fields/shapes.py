"""Hand-made waters in the plane of the builders, and what a grid makes of them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from scipy import sparse
from scipy.sparse.csgraph import connected_components, dijkstra

from bayqa.fields import build_water_grid
from tests.builders import CRS

__all__ = ["frame_of", "grid_of", "label_parts", "links_graph", "path_length"]


def frame_of(*shapes) -> gpd.GeoDataFrame:
    names = [f"b{k}" for k in range(len(shapes))]
    return gpd.GeoDataFrame({"bay_id": names}, geometry=list(shapes), crs=CRS).set_index("bay_id")


def grid_of(*shapes, spacing=100.0, **options):
    return build_water_grid(frame_of(*shapes), spacing=spacing, crs=CRS, **options)


def links_graph(water) -> sparse.csr_array:
    """Graph of the wet cells, row-major, with the spacing as weight."""
    wet = water.wet.to_numpy()
    number = np.cumsum(wet.ravel()).reshape(wet.shape) - 1
    east, south = water.link_east.to_numpy(), water.link_south.to_numpy()
    assert not (east[:, -1].any() or south[-1].any())
    first = np.concatenate([number[east], number[south]])
    second = np.concatenate([number[:, 1:][east[:, :-1]], number[1:][south[:-1]]])
    assert wet[east].all() and wet[south].all()
    weight = np.full(len(first), water.attrs["spacing"])
    return sparse.csr_array((weight, (first, second)), shape=(wet.sum(),) * 2)


def label_parts(water) -> np.ndarray:
    """Number of the linked part of each wet cell."""
    return connected_components(links_graph(water), directed=False)[1]


def path_length(water, a, b) -> float:
    """Metres along the links between the wet cells nearest to two places; inf if there is none."""
    wet = water.wet.to_numpy()
    row, column = np.nonzero(wet)
    x, y = water.x.to_numpy()[column], water.y.to_numpy()[row]
    start, end = (int(np.hypot(x - p[0], y - p[1]).argmin()) for p in (a, b))
    return float(dijkstra(links_graph(water), directed=False, indices=start)[end])


def area_km2(*shapes) -> float:
    return float(shapely.union_all(shapes).area) / 1e6
