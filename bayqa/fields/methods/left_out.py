"""Every station, or block of stations, predicted from the others, for the methods by distance."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from bayqa.fields.methods.field import locate
from bayqa.fields.methods.paths import water_distances
from bayqa.fields.methods.stationary.covariance import correlate
from bayqa.fields.methods.stationary.neighbours import merge_cells
from bayqa.fields.methods.threads import one_thread
from bayqa.fields.methods.weighting import Rise, weigh_nearest

__all__ = ["leave_out_nearest", "leave_out_weighted"]

_ROWS = 1000


def leave_out_weighted(problem, blocks, settings: dict, rise: Rise) -> tuple:
    """Inverse distance weighting without the block of each station.

    Parameters
    ----------
    problem : Problem
    blocks : array (n,), int
    settings : dict
        Options of `idw`, all of them.
    rise : Rise
        Error model of all stations.

    Returns
    -------
    mean, sd : array (n,)
        `sd` is of a new measurement; NaN where no other station is within reach.
    """
    cells, at = np.unique(problem.cells, return_inverse=True)
    distances = _distances(problem, cells, settings)
    size = int(blocks.max()) + 1, cells.size
    sums = sparse.csr_array((problem.values, (blocks, at)), shape=size)
    counts = sparse.csr_array((np.ones(at.size), (blocks, at)), shape=size)
    mean, nearest = np.empty(at.size), np.empty(at.size)
    for start in range(0, at.size, _ROWS):
        rows = np.arange(start, min(start + _ROWS, at.size))
        own = blocks[rows]
        n_left = counts.sum(axis=0) - counts[own].toarray()
        total = sums.sum(axis=0) - sums[own].toarray()
        values = np.where(n_left > 0.5, total / np.maximum(n_left, 1), problem.values.mean())
        distance = np.where(n_left > 0.5, distances(at[rows]), np.inf)
        mean[rows] = weigh_nearest(distance, values, settings)
        nearest[rows] = distance.min(axis=1)
    sd = rise.of_new(nearest, problem.noise)
    return mean, np.where(np.isnan(mean), np.nan, sd)


def _distances(problem, cells: np.ndarray, settings: dict):
    """Metres from some of the places to all of them, by their numbers."""
    if settings["path"] == "water":
        ways = problem.mask, problem.spacing, cells, settings["links"]
        between = water_distances(*ways, to=cells)
        return lambda some: between[:, some].T
    places = locate(problem.mask, problem.spacing, cells)
    return lambda some: cdist(places[some], places)


class Near(NamedTuple):
    """Stations left out, (m,), and the k places that predict them, (m, k)."""

    own: np.ndarray
    places: np.ndarray
    values: np.ndarray
    noise: np.ndarray
    """With the nugget."""


def leave_out_nearest(problem, blocks, variogram, k: int) -> tuple:
    """Kriging from the k nearest places without the block of each station.

    Parameters
    ----------
    problem : Problem
    blocks : array (n,), int
    variogram : Variogram
    k : int

    Returns
    -------
    mean, sd : array (n,)
        `sd` is of a new measurement; NaN where fewer than two places are left.
    """
    mean, sd = np.full(blocks.size, np.nan), np.full(blocks.size, np.nan)
    places = locate(problem.mask, problem.spacing, problem.cells)
    names, counts = np.unique(blocks, return_counts=True)
    parts = [_near_alone(problem, variogram.nugget, k)]
    if counts.max() > 1:
        parts = [_near_block(problem, variogram.nugget, k, blocks == name) for name in names]
    with one_thread():
        for near in parts:
            for start in range(0, near.own.size if near.values.shape[1] > 1 else 0, _ROWS):
                rows = Near(*(column[start : start + _ROWS] for column in near))
                made = _krige(rows, places[rows.own], variogram)
                mean[rows.own], sd[rows.own] = made[0], np.sqrt(made[1] + problem.noise[rows.own])
    return mean, sd


def _near_alone(problem, nugget: float, k: int) -> Near:
    """Every station by itself: its own place is left out, or stands for its companions there."""
    merged = merge_cells(problem, nugget)
    n = problem.cells.size
    at = np.arange(n) if merged is problem else np.searchsorted(merged.cells, problem.cells)
    places, total = locate(problem.mask, problem.spacing, merged.cells), merged.noise + nugget
    near = cKDTree(places).query(places[at], min(k + 1, len(places)))[1]
    own = near == at[:, None]
    # Among many at one place a station may not be in its own list: the last one goes then.
    own[~own.any(axis=1), -1] = True
    values, noise = merged.values[near], total[near]
    crowded = np.bincount(at)[at] > 1
    here = own & crowded[:, None]
    share = 1 / (problem.noise + nugget)[crowded]
    left = 1 / total[at[crowded]] - share
    values[here] = (values[here] / noise[here] - share * problem.values[crowded]) / left
    noise[here] = 1 / left
    own[crowded] = np.arange(near.shape[1]) == near.shape[1] - 1
    pick = [column[~own].reshape(n, -1) for column in (near, values, noise)]
    return Near(np.arange(n), places[pick[0]], pick[1], pick[2])


def _near_block(problem, nugget: float, k: int, inside: np.ndarray) -> Near:
    """The stations of one block, from the places of the others."""
    own, rest = np.flatnonzero(inside), np.flatnonzero(~inside)
    parts = {name: getattr(problem, name)[rest] for name in ("cells", "values", "noise")}
    merged = merge_cells(problem._replace(**parts), nugget)
    places = locate(problem.mask, problem.spacing, merged.cells)
    wanted = locate(problem.mask, problem.spacing, problem.cells[own])
    if len(places) < 2:
        return Near(own, *(np.empty((own.size, 0)),) * 3)
    near = cKDTree(places).query(wanted, min(k, len(places)))[1]
    return Near(own, places[near], merged.values[near], merged.noise[near] + nugget)


def _krige(near: Near, wanted: np.ndarray, variogram) -> tuple:
    """Mean and variance of the noise-free field by ordinary kriging, all stations at once."""
    partial, m, k = variogram.sill - variogram.nugget, *near.values.shape
    between = np.hypot(*np.moveaxis(near.places[:, :, None] - near.places[:, None], -1, 0))
    system = np.ones((m, k + 1, k + 1))
    known = partial * correlate(variogram.model, between, variogram.range)
    system[:, :k, :k] = known + (near.noise + 1e-12 * partial)[:, :, None] * np.eye(k)
    system[:, k, k] = 0.0
    far = np.hypot(*np.moveaxis(near.places - wanted[:, None], -1, 0))
    right = np.ones((m, k + 1))
    right[:, :k] = partial * correlate(variogram.model, far, variogram.range)
    weight = np.linalg.solve(system, right[..., None])[..., 0]
    mean = (weight[:, :k] * near.values).sum(axis=1)
    return mean, np.maximum(partial - (weight * right).sum(axis=1), 0.0) + variogram.nugget
