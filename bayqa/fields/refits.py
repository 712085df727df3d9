"""Stations left out of the methods that pool nothing: in closed form, or by doing it."""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import cdist

from bayqa.errors import MethodError
from bayqa.fields.inputs import Inputs
from bayqa.fields.methods import METHODS
from bayqa.fields.methods.field import locate
from bayqa.fields.methods.fitting.reml import Group
from bayqa.fields.methods.fitting.systems import System
from bayqa.fields.methods.stationary.covariance import correlate
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
        job = (mask, task.spacing, cells, values, inputs.noise[c])
        fixed, nugget, dof = _fit(task.method, job, here, options)
        fewest = min(fewest, dof)
        if _is_plain_kriging(task.method, fixed):
            mean[c, here], sd[c, here] = _leave_out_kriged(job, here, fixed, blocks[here])
            continue
        for own in (here[blocks[here] == b] for b in np.unique(blocks[here])):
            rest = np.setdiff1d(here, own)
            guess, error = _predict(task.method, job, rest, fixed)
            mean[c, own] = guess[cells[own]]
            variance = error[cells[own]] ** 2 + nugget + inputs.noise[c, own]
            sd[c, own] = np.sqrt(variance)
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
    return _fit(
        task.method,
        (task.mask, task.spacing, task.placement.cell[here], values, noise),
        np.arange(len(here)),
        options,
    )[0]


def _is_plain_kriging(method: str, options: dict) -> bool:
    """Whether all stations, an unknown level and a known variogram make the field."""
    known = all(options.get(name) is not None for name in ("range", "sill", "nugget"))
    other = any(options.get(name) is not None for name in ("k", "drift", "positions"))
    return method == "kriging" and known and not other


def _leave_out_kriged(
    job: tuple, here: np.ndarray, options: dict, blocks: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and sd of a new measurement at the stations `here`; (m,)."""
    mask, spacing, cells, values, noise = job
    places = locate(mask, spacing, cells[here])
    sill, nugget = float(options["sill"]), float(options["nugget"])
    model = options.get("model", "exponential")
    known = (sill - nugget) * correlate(model, cdist(places, places), float(options["range"]))
    inverse = np.linalg.inv(known + np.diag(noise[here] + nugget))
    seen = inverse.sum(axis=1)
    projector = inverse - np.outer(seen, seen) / seen.sum()
    centred = (values[here] - values[here].mean())[:, None]
    group = Group(np.arange(len(here)), noise[here], centred, np.zeros(1, int))
    system = System(0, 1.0, 1.0, nugget, projector, projector, projector @ centred)
    guess, error = predict_blocks([system], group, np.ones(1), blocks)
    return guess[:, 0] + values[here].mean(), error[:, 0]


def _shrink(task: Task) -> tuple[np.ndarray, np.ndarray, dict[str, object]]:
    """A mask of the stations' cells alone where the way between them does not matter."""
    if task.options.get("path") == "water" or task.options.get("drift"):
        return task.mask, task.placement.cell, {"links": task.links} | task.options
    flat = np.flatnonzero(task.mask)[task.placement.cell]
    mask = np.zeros(task.mask.size, bool)
    mask[flat] = True
    cells = np.cumsum(mask)[flat] - 1
    return mask.reshape(task.mask.shape), cells, dict(task.options)


def _fit(method: str, job: tuple, here: np.ndarray, options: dict) -> tuple[dict, float, float]:
    """Options with the fitted variogram filled in, its nugget, and degrees of freedom."""
    mask, spacing, cells, values, noise = job
    info = METHODS[method](mask, spacing, cells[here], values[here], noise[here], **options).info
    found = {k: info[k] for k in _FITTED if info.get(k) is not None}
    dof = float(info.get("dof", np.inf))
    if found.get("sill", 1.0) <= found.get("nugget", 0.0):
        found = {}
    return options | found, float(info.get("nugget") or 0.0), dof


def _predict(method: str, job: tuple, rest: np.ndarray, options: dict) -> tuple:
    mask, spacing, cells, values, noise = job
    try:
        field = METHODS[method](mask, spacing, cells[rest], values[rest], noise[rest], **options)
    except MethodError:
        # Too few places are left; there is no prediction then.
        nothing = np.full(int(mask.sum()), np.nan)
        return nothing, nothing
    return field.mean, field.sd
