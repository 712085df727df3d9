"""Stations left out of methods that know no closed form: by doing it."""

from __future__ import annotations

import numpy as np

from bayqa.errors import MethodError
from bayqa.fields.inputs import Inputs
from bayqa.fields.methods import METHODS
from bayqa.fields.residuals import LeftOut
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
