"""Nearest station by water: distance along the grid, round spits and islands."""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

__all__ = ["nearest_by_water"]


def nearest_by_water(water: xr.Dataset, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Number of the nearest station of each cell, by water.

    Parameters
    ----------
    water : Dataset, dims (y, x)
        With `wet`, and `link_east`, `link_south` where there are any.
    x, y : ndarray (n_stations,)
        Metres, in the CRS of `water`. A station on land counts at the nearest wet cell.

    Returns
    -------
    ndarray of int, shape (n_y, n_x)
        -1 on land, where no station can be reached, and everywhere without stations.
    """
    wet = water["wet"].to_numpy()
    out = np.full(wet.size, -1)
    if not len(x) or not wet.any():
        return out.reshape(wet.shape)
    cells = np.flatnonzero(wet)
    xx, yy = np.meshgrid(water["x"].to_numpy(), water["y"].to_numpy())
    tree = cKDTree(np.column_stack([xx.ravel()[cells], yy.ravel()[cells]]))
    home = cells[tree.query(np.column_stack([x, y]))[1]]
    sources, station = np.unique(home, return_index=True)
    distance, _, source = dijkstra(
        _graph(water, wet), directed=False, indices=sources, min_only=True, return_predecessors=True
    )
    reached = np.isfinite(distance) & wet.ravel()
    place = dict(zip(sources.tolist(), station.tolist(), strict=True))
    out[reached] = [place[s] for s in source[reached].tolist()]
    return out.reshape(wet.shape)


def _graph(water, wet):
    number = np.arange(wet.size).reshape(wet.shape)
    east = _links(water, "link_east", wet[:, :-1] & wet[:, 1:], np.s_[:, :-1])
    south = _links(water, "link_south", wet[:-1] & wet[1:], np.s_[:-1])
    # A diagonal step is open where both ways round the corner are.
    down = east[:-1] & south[:, 1:] & south[:, :-1] & east[1:]
    pairs = [
        (number[:, :-1][east], number[:, 1:][east], 1.0),
        (number[:-1][south], number[1:][south], 1.0),
        (number[:-1, :-1][down], number[1:, 1:][down], np.sqrt(2)),
        (number[:-1, 1:][down], number[1:, :-1][down], np.sqrt(2)),
    ]
    start, end, length = (
        np.concatenate(p)
        for p in zip(*[(a, b, np.full(len(a), d)) for a, b, d in pairs], strict=True)
    )
    return coo_array((length, (start, end)), shape=(wet.size, wet.size)).tocsr()


def _links(water, name, both_wet, inner):
    return both_wet & water[name].to_numpy()[inner] if name in water else both_wet
