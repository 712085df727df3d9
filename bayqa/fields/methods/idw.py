"""Inverse distance weighting by straight line or by water."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from bayqa.errors import MethodError
from bayqa.fields.methods.field import Field, Problem, check_problem, locate, split_cells
from bayqa.fields.methods.loops.inverse import invert_cells, raise_sd
from bayqa.fields.methods.loops.kernels import list_cells
from bayqa.fields.methods.paths import water_distances
from bayqa.fields.methods.scores import score_left_out
from bayqa.fields.methods.threads import run_blocks
from bayqa.fields.methods.weighting import Judged, judge_error, judge_straight, weigh_nearest

__all__ = ["idw"]

BLOCK = 8192
# Cells of the mask that a thread takes at once where it needs no memory for them.
SPAN = 65536

_ERROR_MODEL = "no model of error: the error of stations left out, growing with the distance"


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
        with the distance to the nearest station as 1 - exp(-d / typical distance), from the error
        that stations close to each other show.

    Raises
    ------
    MethodError, CoverageError
        If the input cannot make a field; the message says why.
    """
    settings = _read_options(options)
    problem = _merge(check_problem(mask, spacing, cells, values, noise))
    by_water = _by_water(problem, settings) if settings["path"] == "water" else None
    places = locate(problem.mask, problem.spacing, problem.cells)
    judged = judge_straight(places) if by_water is None else _judge_by_water(problem, by_water)
    left = weigh_nearest(judged.distance, problem.values, settings)
    error = judge_error(problem, judged, left)
    if by_water is None:
        mean, sd = _straight(problem, places / problem.spacing, settings, error.model)
    else:
        mean, sd = _from_water(problem, by_water, settings, error.model)
    new = error.of_new(judged.distance.min(axis=1), problem.noise[judged.which])
    dof = float(problem.values.size - 1)
    scores = score_left_out(problem.values[judged.which], left, new, dof)
    said = {key: settings[key] for key in ("power", "radius", "k", "path")}
    said |= {"error_model": _ERROR_MODEL, "rise": error._asdict()}
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
        mean[cells] = weigh_nearest(found * problem.spacing, problem.values[which], settings)

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
        mean[cells] = weigh_nearest(distance[:, cells].T, problem.values, settings)
    return mean, _rise(mean, distance.min(axis=0), rise)
