"""Stations left out of the methods that pool nothing: in closed form, or by doing it."""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import cdist

from bayqa.fields.inputs import Inputs
from bayqa.fields.methods import METHODS
from bayqa.fields.methods.field import check_problem, locate
from bayqa.fields.methods.fitting.reml import Group
from bayqa.fields.methods.fitting.systems import System
from bayqa.fields.methods.kriging import Variogram, find_drift
from bayqa.fields.methods.left_out import leave_out_nearest, leave_out_weighted
from bayqa.fields.methods.stationary.covariance import correlate
from bayqa.fields.methods.weighting import Rise
from bayqa.fields.residuals import LeftOut, predict_blocks
from bayqa.fields.task import Task

__all__ = ["fix_variogram", "leave_out_plain"]

_FITTED = ("model", "range", "sill", "nugget")


def leave_out_plain(task: Task, inputs: Inputs, blocks: np.ndarray | None = None) -> LeftOut:
    """Mean and sd of each value predicted from the stations outside its block.

    A variogram is fitted to all stations of a campaign and kept while they are left out.

    Parameters
    ----------
    task : Task
    inputs : Inputs
    blocks : array (n,), optional

    Returns
    -------
    LeftOut
    """
    mean, sd = np.full(inputs.values.shape, np.nan), np.full(inputs.values.shape, np.nan)
    blocks = np.arange(inputs.values.shape[1]) if blocks is None else np.asarray(blocks)
    mask, cells, options = _shrink(task)
    fewest = np.inf
    for c, values in enumerate(inputs.values):
        here = np.flatnonzero(np.isfinite(values))
        if len(np.unique(cells[here])) < 2:
            continue
        job = mask, task.spacing, cells[here], values[here], inputs.noise[c, here]
        own = np.unique(blocks[here], return_inverse=True)[1]
        make = _leave_out_idw if task.method == "idw" else _leave_out_kriged
        mean[c, here], sd[c, here], dof = make(job, options, own)
        fewest = min(fewest, dof)
    return LeftOut(mean, sd, float(fewest))


def fix_variogram(
    task: Task, values: np.ndarray, noise: np.ndarray, here: np.ndarray
) -> dict[str, object]:
    """Options of a method with the variogram of one campaign filled in.

    Parameters
    ----------
    task : Task
    values, noise : array (m,)
        Of the stations `here`.
    here : array (m,) int

    Returns
    -------
    dict
    """
    options = {"links": task.links} | task.options
    job = task.mask, task.spacing, task.placement.cell[here], values, noise
    return _fit(task.method, job, options)[0]


def _leave_out_idw(job: tuple, options: dict, blocks: np.ndarray) -> tuple:
    """Mean and sd of a new measurement at the stations (m,), and degrees of freedom."""
    info = METHODS["idw"](*job, **options).info
    settings = {name: info[name] for name in ("power", "radius", "k", "path")}
    settings["links"] = options.get("links")
    found = leave_out_weighted(check_problem(*job), blocks, settings, Rise(**info["rise"]))
    return *found, info["dof"]


def _leave_out_kriged(job: tuple, options: dict, blocks: np.ndarray) -> tuple:
    """Mean and sd of a new measurement at the stations (m,), and degrees of freedom."""
    fixed, dof = _fit("kriging", job, options)
    problem = check_problem(*job)
    nothing = np.full(blocks.size, np.nan)
    if not fixed.get("sill"):
        # All values are identical.
        return np.full(blocks.size, problem.values.mean()), np.sqrt(problem.noise), dof
    known = [fixed[name] for name in ("range", "sill", "nugget")]
    variogram = Variogram(fixed.get("model", "exponential"), *map(float, known))
    k = fixed.get("k")
    if k is not None and k < problem.values.size:
        return *leave_out_nearest(problem, blocks, variogram, int(k)), dof
    drift = find_drift(problem, fixed.get("drift") or ())
    places = locate(problem.mask, problem.spacing, problem.cells)
    at = drift[problem.cells] if isinstance(drift, np.ndarray) else drift(places)
    if problem.values.size <= at.shape[1]:
        return nothing, nothing, dof
    system, group = _project(problem, places, at, variogram)
    guess, error = predict_blocks([system], group, np.ones(1), blocks)
    return guess[:, 0] + problem.values.mean(), error[:, 0], dof


def _project(problem, places, at, variogram: Variogram) -> tuple[System, Group]:
    """System of all stations, the drift `at` (n, q) taken out."""
    partial = variogram.sill - variogram.nugget
    known = partial * correlate(variogram.model, cdist(places, places), variogram.range)
    inverse = np.linalg.inv(known + np.diag(problem.noise + variogram.nugget))
    seen = inverse @ at
    projector = inverse - seen @ np.linalg.solve(at.T @ seen, seen.T)
    projector = (projector + projector.T) / 2
    centred = (problem.values - problem.values.mean())[:, None]
    n = problem.values.size
    group = Group(np.arange(n), problem.noise, centred, np.zeros(1, int))
    parts = projector, projector, projector @ centred
    return System(0, 1.0, 1.0, variogram.nugget, *parts), group


def _shrink(task: Task) -> tuple[np.ndarray, np.ndarray, dict[str, object]]:
    """A mask of the stations' cells alone where the way between them does not matter."""
    if task.options.get("path") == "water" or task.options.get("drift"):
        return task.mask, task.placement.cell, {"links": task.links} | task.options
    flat = np.flatnonzero(task.mask)[task.placement.cell]
    mask = np.zeros(task.mask.size, bool)
    mask[flat] = True
    cells = np.cumsum(mask)[flat] - 1
    return mask.reshape(task.mask.shape), cells, dict(task.options)


def _fit(method: str, job: tuple, options: dict) -> tuple[dict, float]:
    """Options with the fitted variogram filled in, and degrees of freedom."""
    info = METHODS[method](*job, **options).info
    found = {k: info[k] for k in _FITTED if info.get(k) is not None}
    if found.get("sill", 1.0) <= found.get("nugget", 0.0):
        found = {}
    return options | found, float(info.get("dof", np.inf))
