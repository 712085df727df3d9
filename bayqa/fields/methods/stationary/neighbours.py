"""Kriging from the k nearest stations, in tiles of cells that share their candidates."""

from __future__ import annotations

import numpy as np

from bayqa.errors import MethodError
from bayqa.fields.methods.stationary.covariance import (
    TABLE_END,
    TABLE_NODES,
    make_table,
    model_code,
)
from bayqa.fields.methods.stationary.nearest import krige_tiles
from bayqa.fields.methods.threads import run_blocks

__all__ = ["krige_nearest", "merge_cells"]

LARGEST_K = 64


def krige_nearest(problem, places, variogram, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean and sd of each wet cell by ordinary kriging from its `k` nearest stations.

    Parameters
    ----------
    problem : Problem
    places : ndarray, (n, 2)
        Metres east and south of the north-west cell.
    variogram : Variogram
    k : int
        At most 64.

    Raises
    ------
    MethodError
        If `k` is out of range, or stations share a place without noise or nugget.
    """
    if not 2 <= k <= LARGEST_K:
        raise MethodError(f"k is {k}: give 2 to {LARGEST_K} nearest stations")
    if k > len(places):
        raise MethodError(f"k is {k}, but there are {len(places)} stations: give at most so many")
    _check_places(problem, places, variogram)
    mask = problem.mask
    points, sorted_by, starts, grid = _bucket(places / problem.spacing)
    values = problem.values[sorted_by]
    centre = values.mean()
    partial = variogram.sill - variogram.nugget
    extra = (problem.noise[sorted_by] + variogram.nugget) / partial
    unit = (problem.spacing / variogram.range) ** 2
    side = _tile_side(mask, len(places), k)
    model = (model_code(variogram.model), unit, TABLE_NODES / np.sqrt(TABLE_END), make_table())
    before = np.concatenate([[0], np.cumsum(np.count_nonzero(mask, axis=1))])
    mean, sd = np.empty(before[-1]), np.empty(before[-1])

    def work(top):
        stations = (points, values - centre, extra, starts, grid)
        krige_tiles(mask, before, stations, model, (top, side, k), mean, sd)

    run_blocks(work, range(0, mask.shape[0], side))
    mean += centre
    sd *= np.sqrt(partial)
    return mean, sd


def merge_cells(problem, nugget: float):
    """Problem with the stations of a cell as their mean, each weighed by its precision.

    The k nearest would otherwise be those of one crowded cell. The noise given back may be below 0:
    with the nugget it is the variance of the mean.

    Parameters
    ----------
    problem : Problem
    nugget : float
        Variance of a value beside its noise.
    """
    cells, at = np.unique(problem.cells, return_inverse=True)
    if cells.size == problem.cells.size or not (problem.noise + nugget > 0).all():
        return problem
    precision = 1 / (problem.noise + nugget)
    total = np.bincount(at, precision)
    values = np.bincount(at, precision * problem.values) / total
    alone = np.bincount(at) == 1
    noise = np.where(alone, np.bincount(at, problem.noise), 1 / total - nugget)
    values[alone] = np.bincount(at, problem.values)[alone]
    return problem._replace(cells=cells, values=values, noise=noise)


def _check_places(problem, places, variogram) -> None:
    if variogram.nugget > 0:
        return
    exact = places[problem.noise == 0]
    n_same = len(exact) - len(np.unique(exact, axis=0))
    if n_same:
        raise MethodError(
            f"{n_same} stations share a place with another one while noise and nugget are 0: "
            "average them, or give a nugget above 0"
        )


def _tile_side(mask: np.ndarray, n: int, k: int) -> int:
    """Half of the distance that holds k stations, so that candidates stay few."""
    reach = np.sqrt(k * mask.size / (np.pi * n))
    return int(np.clip(reach / 2, 3, 48))


def _bucket(points: np.ndarray) -> tuple:
    """Stations sorted into square buckets of about three; units of cells."""
    low = points.min(axis=0)
    extent = np.maximum(np.ptp(points, axis=0), 1e-9)
    # Stations on a line along an axis fill a strip of buckets; on a slanted one, few of a square.
    least = max(extent.max() / 2000, 3 * extent.max() / len(points), 1e-9)
    side = max(np.sqrt(3 * extent[0] * extent[1] / len(points)), least)
    shape = (extent / side).astype(np.int64) + 1
    where = ((points - low) / side).astype(np.int64)
    number = where[:, 1] * shape[0] + where[:, 0]
    order = np.argsort(number, kind="stable")
    starts = np.searchsorted(number[order], np.arange(shape[0] * shape[1] + 1))
    grid = np.array([low[0], low[1], side, shape[0], shape[1]], dtype=float)
    return np.ascontiguousarray(points[order].T), order, starts, grid
