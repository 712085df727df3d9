"""Inverse distance weighting by straight line or by water."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.spatial import cKDTree
from scipy.spatial.distance import cdist

from bayqa.errors import MethodError
from bayqa.fields.methods.field import Field, Problem, check_problem, locate, split_cells
from bayqa.fields.methods.loops.inverse import invert_cells, raise_sd
from bayqa.fields.methods.loops.kernels import list_cells
from bayqa.fields.methods.paths import water_distances
from bayqa.fields.methods.scores import score_left_out
from bayqa.fields.methods.threads import run_blocks

__all__ = ["idw"]

BLOCK = 8192
# Cells of the mask that a thread takes at once where it needs no memory for them.
SPAN = 65536
# Stations left out one by one for the error model.
JUDGED = 500

_ERROR_MODEL = "no model of error: the error of stations left out, growing with the distance"


class Judged(NamedTuple):
    """Stations left out: `which`, and their distance to the others, own inf."""

    which: np.ndarray
    distance: np.ndarray


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
    by_water = _by_water(problem, settings) if settings["path"] == "water" else None
    places = locate(problem.mask, problem.spacing, problem.cells)
    judged = _judge_straight(places) if by_water is None else _judge_by_water(problem, by_water)
    left = _of_nearest(judged.distance, problem.values, settings)
    typical, scale, noise = _error_model(problem, judged, left)
    rise = 1 / typical, scale, noise
    if by_water is None:
        mean, sd = _straight(problem, places / problem.spacing, settings, rise)
    else:
        mean, sd = _from_water(problem, by_water, settings, rise)
    risen = -np.expm1(-judged.distance.min(axis=1) / typical)
    error = np.sqrt(scale * risen + problem.noise[judged.which])
    dof = float(problem.values.size - 1)
    scores = score_left_out(problem.values[judged.which], left, error, dof)
    said = {key: settings[key] for key in ("power", "radius", "k", "path")}
    said["error_model"] = _ERROR_MODEL
    return Field(mean, sd, None, said | {"dof": dof, "scores": scores})


def _read_options(options: dict) -> dict:
    known = {"power": 2.0, "radius": None, "k": None, "path": "straight", "links": None}
    unknown = set(options) - set(known) - {"draws", "rng", "white", "memory"}
    if unknown:
        raise MethodError(f"idw does not know {sorted(unknown)}: use {', '.join(known)}")
    if options.get("draws"):
        raise MethodError(
            "idw has no model of error, so it makes no joint draws and shares get no interval: use "
            "matern or kriging, or draws=0"
        )
    settings = known | {key: options[key] for key in known if key in options}
    if settings["path"] not in ("straight", "water"):
        raise MethodError(f"path {settings['path']!r} is not known: use 'straight' or 'water'")
    if not settings["power"] > 0:
        raise MethodError(f"power is {settings['power']}: give a number above 0")
    return settings


def _merge(problem: Problem) -> Problem:
    """Stations by cell, those in one cell as their mean, since their distance is 0."""
    places, back = np.unique(problem.cells, return_inverse=True)
    count = np.bincount(back)
    values = np.bincount(back, problem.values) / count
    noise = np.bincount(back, problem.noise) / count**2
    return problem._replace(cells=places, values=values, noise=noise)


def _rise(mean: np.ndarray, nearest: np.ndarray, rise: tuple) -> np.ndarray:
    """Sd from the distance to the nearest station, which it overwrites to save memory."""

    def work(start):
        cells = slice(start, start + SPAN)
        raise_sd(nearest[cells], mean[cells], rise)

    run_blocks(work, range(0, mean.size, SPAN))
    return nearest


def _judge_straight(places: np.ndarray) -> Judged:
    which = np.unique(np.linspace(0, len(places) - 1, min(len(places), JUDGED)).astype(int))
    distance = cdist(places[which], places)
    distance[np.arange(which.size), which] = np.inf
    return Judged(which, distance)


def _straight(problem: Problem, places: np.ndarray, settings: dict, rise: tuple) -> tuple:
    k = settings["k"]
    if k is not None and k < problem.values.size:
        mean, nearest = _from_nearest(problem, places, settings)
        return mean, _rise(mean, nearest, rise)
    return _from_all(problem, places, settings, rise)


def _from_all(problem: Problem, places: np.ndarray, settings: dict, rise: tuple) -> tuple:
    mask = problem.mask
    starts, firsts = split_cells(mask, SPAN)
    fields = np.empty(firsts[-1]), np.empty(firsts[-1])
    reach = np.inf if settings["radius"] is None else (settings["radius"] / problem.spacing) ** 2
    how = (float(settings["power"]) / 2, float(reach))
    centre = problem.values.mean()
    stations = np.ascontiguousarray(places.T), problem.values - centre
    model = centre, (rise[0] * problem.spacing, *rise[1:])

    def work(b):
        span = starts[b], min(starts[b] + SPAN, mask.size), firsts[b]
        invert_cells(mask, span, stations, how, model, fields)

    run_blocks(work, range(len(starts)))
    return fields


def _from_nearest(problem: Problem, places: np.ndarray, settings: dict) -> tuple:
    mask = problem.mask
    starts, firsts = split_cells(mask, BLOCK)
    mean, nearest = np.empty(firsts[-1]), np.empty(firsts[-1])
    tree = cKDTree(places)

    def work(b):
        column, row = np.empty(BLOCK), np.empty(BLOCK)
        m, _ = list_cells(mask, starts[b], min(starts[b] + BLOCK, mask.size), column, row)
        if not m:
            return
        found, which = tree.query(np.column_stack([column[:m], row[:m]]), k=settings["k"])
        found, which = found.reshape(m, -1), which.reshape(m, -1)
        cells = slice(firsts[b], firsts[b] + m)
        nearest[cells] = found[:, 0] * problem.spacing
        mean[cells] = _weigh(found * problem.spacing, problem.values[which], settings)

    run_blocks(work, range(len(starts)))
    return mean, nearest


def _by_water(problem: Problem, settings: dict) -> np.ndarray:
    return water_distances(problem.mask, problem.spacing, problem.cells, settings["links"])


def _judge_by_water(problem: Problem, distance: np.ndarray) -> Judged:
    between = distance[:, problem.cells]
    np.fill_diagonal(between, np.inf)
    return Judged(np.arange(len(between)), between)


def _from_water(problem: Problem, distance: np.ndarray, settings: dict, rise: tuple) -> tuple:
    mean = np.empty(distance.shape[1])
    for start in range(0, mean.size, BLOCK):
        cells = slice(start, start + BLOCK)
        mean[cells] = _of_nearest(distance[:, cells].T, problem.values, settings)
    return mean, _rise(mean, distance.min(axis=0), rise)


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


def _error_model(problem: Problem, judged: Judged, left: np.ndarray) -> tuple:
    """Typical distance of neighbours, variance far away, and the noise of a value."""
    near = judged.distance.min(axis=1)
    known = np.isfinite(left) & np.isfinite(near)
    noise = float(problem.noise.mean())
    if not known.any():
        return problem.spacing, float(problem.values.var(ddof=1)), noise
    typical = float(np.median(near[known]))
    error = (left - problem.values[judged.which])[known]
    risen = -np.expm1(-near[known] / typical)
    return typical, float((error**2).mean() / risen.mean()), noise
