"""Inverse distance weighting by straight line or by water."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from bayqa.errors import MethodError

from .field import Field, Problem, check_problem, locate
from .kernels import invert_distances, list_cells
from .paths import water_distances
from .scores import score_left_out
from .threads import run_blocks

__all__ = ["idw"]

BLOCK = 8192


def idw(mask, spacing, cells, values, noise, **options) -> Field:
    """Mean of the stations weighted by 1 / distance^power.

    Parameters
    ----------
    mask, spacing, cells, values, noise
        See `check_problem`.
    power : float
        2 by default.
    radius : float, optional
        Metres; cells farther from every station are NaN.
    k : int, optional
        Nearest stations only.
    path : {"straight", "water"}
        Distance through land or by water.
    links : tuple of array (link_east, link_south), optional
        For the way by water.

    Returns
    -------
    Field
        Inverse distance has no error model: `sd` is the error of leaving stations out, growing
        with the distance to the nearest station as 1 - exp(-d / typical distance).

    Raises
    ------
    MethodError, CoverageError
        If the input cannot make a field; the message says why.
    """
    settings = _read_options(options)
    problem = _merge(check_problem(mask, spacing, cells, values, noise))
    spread = _by_water if settings["path"] == "water" else _straight
    mean, nearest, between = spread(problem, settings)
    left = _leave_out(problem, between, settings)
    typical, scale, noise_sd = _error_model(problem, between, left)
    risen = -np.expm1(-nearest / typical)
    sd = np.sqrt(scale * risen + noise_sd**2 * (1 - risen))
    sd = np.where(np.isnan(mean), np.nan, sd)
    own = np.where(np.isinf(between), np.inf, between) + np.diag(np.full(len(between), np.inf))
    near = own.min(axis=1)
    error = np.sqrt(scale * -np.expm1(-near / typical) + problem.noise)
    dof = float(problem.values.size - 1)
    scores = score_left_out(problem.values, left, error, dof)
    return Field(mean, sd, None, settings | {"dof": dof, "scores": scores})


def _read_options(options: dict) -> dict:
    known = {"power": 2.0, "radius": None, "k": None, "path": "straight", "links": None}
    unknown = set(options) - set(known) - {"draws", "rng"}
    if unknown:
        raise MethodError(f"idw does not know {sorted(unknown)}: use {', '.join(known)}")
    if options.get("draws"):
        raise MethodError("idw makes no joint draws: use matern, or draws=0")
    settings = known | {key: options[key] for key in known if key in options}
    if settings["path"] not in ("straight", "water"):
        raise MethodError(f"path {settings['path']!r} is not known: use 'straight' or 'water'")
    if not settings["power"] > 0:
        raise MethodError(f"power is {settings['power']}: give a number above 0")
    return settings


def _merge(problem: Problem) -> Problem:
    """Stations in one cell become their mean, since their distance is 0."""
    places, back = np.unique(problem.cells, return_inverse=True)
    if places.size == problem.cells.size:
        return problem
    count = np.bincount(back)
    values = np.bincount(back, problem.values) / count
    noise = np.bincount(back, problem.noise) / count**2
    return problem._replace(cells=places, values=values, noise=noise)


def _straight(problem: Problem, settings: dict) -> tuple:
    places = locate(problem.mask, problem.spacing, problem.cells) / problem.spacing
    between = cdist(places, places) * problem.spacing
    k = settings["k"]
    if k is not None and k < problem.values.size:
        mean, nearest = _from_nearest(problem, places, settings)
    else:
        mean, nearest = _from_all(problem, places, settings)
    return mean, nearest * problem.spacing, between


def _from_all(problem: Problem, places: np.ndarray, settings: dict) -> tuple:
    mask = problem.mask
    starts, firsts = _blocks(mask)
    mean, nearest = np.empty(firsts[-1]), np.empty(firsts[-1])
    columns = np.ascontiguousarray(places.T)
    reach = np.inf if settings["radius"] is None else (settings["radius"] / problem.spacing) ** 2
    half = float(settings["power"]) / 2
    centre = problem.values.mean()
    values = problem.values - centre

    def work(b):
        column, row = np.empty(BLOCK), np.empty(BLOCK)
        m = list_cells(mask, starts[b], min(starts[b] + BLOCK, mask.size), column, row)
        cells = slice(firsts[b], firsts[b] + m)
        out = mean[cells], nearest[cells]
        invert_distances(column[:m], row[:m], (columns, values), half, reach, *out)

    run_blocks(work, range(len(starts)))
    mean += centre
    np.sqrt(nearest, out=nearest)
    return mean, nearest


def _from_nearest(problem: Problem, places: np.ndarray, settings: dict) -> tuple:
    mask = problem.mask
    starts, firsts = _blocks(mask)
    mean, nearest = np.empty(firsts[-1]), np.empty(firsts[-1])
    tree = cKDTree(places)

    def work(b):
        column, row = np.empty(BLOCK), np.empty(BLOCK)
        m = list_cells(mask, starts[b], min(starts[b] + BLOCK, mask.size), column, row)
        if not m:
            return
        found, which = tree.query(np.column_stack([column[:m], row[:m]]), k=settings["k"])
        found, which = found.reshape(m, -1), which.reshape(m, -1)
        cells = slice(firsts[b], firsts[b] + m)
        nearest[cells] = found[:, 0]
        mean[cells] = _weigh(found * problem.spacing, problem.values[which], settings)

    run_blocks(work, range(len(starts)))
    return mean, nearest


def _blocks(mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    starts = np.arange(0, mask.size, BLOCK)
    counts = np.add.reduceat(mask.ravel(), starts, dtype=np.int64)
    return starts, np.concatenate([[0], np.cumsum(counts)])


def _by_water(problem: Problem, settings: dict) -> tuple:
    distance = water_distances(problem.mask, problem.spacing, problem.cells, settings["links"])
    between = distance[:, problem.cells]
    mean = np.empty(distance.shape[1])
    for start in range(0, mean.size, BLOCK):
        cells = slice(start, start + BLOCK)
        mean[cells] = _of_nearest(distance[:, cells].T, problem.values, settings)
    return mean, distance.min(axis=0), between


def _of_nearest(distance: np.ndarray, values: np.ndarray, settings: dict) -> np.ndarray:
    k = settings["k"]
    if k is None or k >= values.size:
        return _weigh(distance, np.broadcast_to(values, distance.shape), settings)
    which = np.argpartition(distance, k - 1, axis=1)[:, :k]
    return _weigh(np.take_along_axis(distance, which, 1), values[which], settings)


def _weigh(distance: np.ndarray, values: np.ndarray, settings: dict) -> np.ndarray:
    """Weighted mean along the last axis; NaN where no station is within reach."""
    weight = np.maximum(distance, 1e-9) ** -float(settings["power"])
    if settings["radius"] is not None:
        weight = np.where(distance <= settings["radius"], weight, 0.0)
    total = weight.sum(axis=-1)
    centre = values[..., :1]
    with np.errstate(invalid="ignore", divide="ignore"):
        return centre[..., 0] + (weight * (values - centre)).sum(axis=-1) / total


def _leave_out(problem: Problem, between: np.ndarray, settings: dict) -> np.ndarray:
    apart = between + np.diag(np.full(len(between), np.inf))
    return _of_nearest(apart, problem.values, settings)


def _error_model(problem: Problem, between: np.ndarray, left: np.ndarray) -> tuple:
    """Typical distance of neighbours, variance far away, and the sd of a value."""
    near = (between + np.diag(np.full(len(between), np.inf))).min(axis=1)
    known = np.isfinite(left) & np.isfinite(near)
    noise_sd = float(np.sqrt(problem.noise.mean()))
    if not known.any():
        return problem.spacing, float(problem.values.var(ddof=1)), noise_sd
    typical = float(np.median(near[known]))
    error = (left - problem.values)[known]
    risen = -np.expm1(-near[known] / typical)
    return typical, float((error**2).mean() / risen.mean()), noise_sd
