"""Campaigns that borrow from their neighbours in time: a Matern field times an AR(1) series."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import xarray as xr

from bayqa.errors import MethodError
from bayqa.fields.grids import describe_field, spread_median
from bayqa.fields.inputs import find_parameters, prepare_inputs
from bayqa.fields.methods import Field
from bayqa.fields.methods.basis import nodes_of, station_covariance
from bayqa.fields.methods.mesh import prolong
from bayqa.fields.methods.prediction import cell_drift, station_drift
from bayqa.fields.methods.scores import score_left_out
from bayqa.fields.plain import plain
from bayqa.fields.pooling import Fit, fit_parameter, leave_out_fit
from bayqa.fields.strays import fill_strays
from bayqa.fields.task import Task, prepare_task

__all__ = ["smooth_campaigns"]

_MEMORIES = (0.0, 0.2, 0.4, 0.6, 0.75, 0.85, 0.92, 0.97)
_MOST_VALUES = 4000
_BLOCK = 4096


class Series(NamedTuple):
    """All values of a parameter as one vector, and the model that fits them best."""

    at: np.ndarray
    """Station and campaign of each value, (2, v)."""
    memory: float
    """Correlation between the anomalies of successive campaigns."""
    sill: float
    ratio: float
    projector: np.ndarray
    bordered: np.ndarray
    coefficients: np.ndarray
    log_likelihood: float


def smooth_campaigns(
    stations: xr.Dataset,
    water: xr.Dataset,
    *,
    parameters: Sequence[str] | None = None,
    memory: float | None = None,
    options: dict[str, object] | None = None,
) -> xr.Dataset:
    """Fields in which the anomalies of a campaign remember those of its neighbours in time.

    Each campaign keeps a level of its own; what departs from it is a Matern field in space times
    a first-order autoregressive series in time, counted in campaigns. Range and noise are the most
    likely of the separate fits. Meant for monthly series; fields only, no draws.

    Parameters
    ----------
    stations : Dataset (campaign, station)
        In the order of time; campaigns are taken as evenly spaced.
    water : Dataset (y, x)
    parameters : sequence of str, optional
    memory : float, optional
        Correlation between successive campaigns, 0 to below 1; default the most likely one.
        0 gives the separate fields.
    options : mapping, optional
        As in `interpolate`.

    Returns
    -------
    Dataset
        As `interpolate` gives. `attrs["smoothing"]` is JSON: for each parameter the memory, the
        scores of the smoothed and of the separate fields at stations left out in all campaigns,
        and which is better.

    Raises
    ------
    MethodError
        If the memory is outside 0..1, or there are too many values for one system.
    """
    if memory is not None and not 0 <= memory < 1:
        raise MethodError(f"memory={memory}: give a correlation from 0 to below 1")
    task = prepare_task(stations, water, "matern", options)
    names = list(parameters) if parameters is not None else find_parameters(stations)
    coords = {n: c for n, c in stations.coords.items() if c.dims == ("campaign",)}
    grids, report = water.assign_coords(coords), {}
    for name in names:
        fit = fit_parameter(task, prepare_inputs(stations, task.placement, name))
        series = _fit_series(task, fit, memory)
        fields = [fill_strays(task.strays, f) for f in _predict(task, fit, series)]
        _add(grids, fit, fields, water.wet.to_numpy())
        report[name] = _compare(task, fit, series)
    grids.attrs |= {"method": "matern x ar1", "smoothing": json.dumps(plain(report))}
    return grids


def _fit_series(task: Task, fit: Fit, memory: float | None) -> Series:
    values = fit.inputs.values
    campaign, station = np.nonzero(np.isfinite(values))
    if len(station) > _MOST_VALUES:
        raise MethodError(
            f"{fit.inputs.parameter} has {len(station)} values, more than {_MOST_VALUES} make one "
            "system: smooth fewer years at a time"
        )
    k, ratio = _most_likely(fit)
    space = station_covariance(task.basis, k)[np.ix_(station, station)]
    gap = np.abs(campaign[:, None] - campaign[None, :])
    drift = _levels(task, campaign, station)
    noise = fit.inputs.noise[campaign, station] + fit.posterior.nugget
    noise = noise / (fit.posterior.plug or 1.0) + ratio
    memories = _MEMORIES if memory is None else (memory,)
    at = np.stack([station, campaign])
    made = [
        _solve(at, m, ratio, (space * _remember(m, gap), noise, drift, values[campaign, station]))
        for m in memories
    ]
    return max(made, key=lambda s: s.log_likelihood)


def _most_likely(fit: Fit) -> tuple[int, float]:
    k, j = np.unravel_index(int(fit.posterior.weight.argmax()), fit.posterior.weight.shape)
    return int(k), float(fit.posterior.ratios[j])


def _remember(memory: float, gap: np.ndarray) -> np.ndarray:
    return np.where(gap == 0, 1.0, memory**gap)


def _levels(task: Task, campaign: np.ndarray, station: np.ndarray) -> np.ndarray:
    """One unknown level for each campaign and water that has a value."""
    water = station_drift(task.basis)[station].argmax(axis=1)
    label = np.unique(np.stack([campaign, water]), axis=1, return_inverse=True)[1].ravel()
    return (label[:, None] == np.arange(label.max() + 1)).astype(float)


def _solve(at: np.ndarray, memory: float, ratio: float, parts: tuple) -> Series:
    """Kriging system of all values and its restricted likelihood with the sill integrated out."""
    space, noise, drift, values = parts
    n, q = drift.shape
    matrix = space + np.diag(noise + 1e-9)
    full = np.zeros((n + q, n + q))
    full[:n, :n], full[:n, n:], full[n:, :n] = matrix, drift, drift.T
    bordered = np.linalg.inv(full)
    coefficients = bordered[:, :n] @ values
    form = float(values @ coefficients[:n])
    sill = form / max(n - q, 1)
    seen = drift.T @ np.linalg.solve(matrix, drift)
    logs = np.linalg.slogdet(matrix)[1] + np.linalg.slogdet(seen)[1]
    score = -(logs + (n - q) * np.log(max(sill, 1e-300))) / 2
    return Series(at, memory, sill, ratio, bordered[:n, :n], bordered, coefficients, float(score))


def _predict(task: Task, fit: Fit, series: Series) -> list[Field]:
    """Field of each campaign: the basis of the stations, weighted by the memory of the gap."""
    k, _ = _most_likely(fit)
    nodes = nodes_of(task.basis, k)
    columns = np.nan_to_num(prolong(nodes.mesh, nodes.basis))
    if nodes.scale is not None:
        columns = columns * np.nan_to_num(nodes.scale)[:, None]
    station, campaign = series.at
    dof = float(len(station) - (len(series.bordered) - len(station)))
    names = _level_names(task, series)
    fields = []
    for c in range(len(fit.inputs.values)):
        gap = _remember(series.memory, np.abs(campaign - c))
        level = names[c][cell_drift(task.basis)]
        mean, sd = _moments(columns[:, station] * gap, level, nodes.prior, series)
        fields.append(Field(mean, sd, None, {"dof": dof, "memory": series.memory}))
    return fields


def _level_names(task: Task, series: Series) -> np.ndarray:
    """Column of the level of each campaign and water, -1 where there is none; (campaign, q + 1)."""
    station, campaign = series.at
    water = station_drift(task.basis)[station].argmax(axis=1)
    pairs, label = np.unique(np.stack([campaign, water]), axis=1, return_inverse=True)
    n_waters = station_drift(task.basis).shape[1]
    names = np.full((campaign.max() + 1, n_waters + 1), -1)
    names[pairs[0], pairs[1]] = np.arange(pairs.shape[1])
    return names


def _moments(
    rows: np.ndarray, level: np.ndarray, prior: np.ndarray, series: Series
) -> tuple[np.ndarray, np.ndarray]:
    n = series.at.shape[1]
    mean, sd = np.full(len(level), np.nan), np.full(len(level), np.nan)
    for start in range(0, len(level), _BLOCK):
        cells = np.arange(start, min(start + _BLOCK, len(level)))
        cells = cells[level[cells] >= 0]
        row = np.zeros((len(cells), len(series.bordered)))
        row[:, :n] = rows[cells]
        row[np.arange(len(cells)), n + level[cells]] = 1.0
        mean[cells] = row @ series.coefficients
        left = prior[cells] - np.einsum("ij,ij->i", row @ series.bordered, row)
        sd[cells] = np.sqrt(np.maximum(left, 0.0) * series.sill)
    return mean, sd


def _compare(task: Task, fit: Fit, series: Series) -> dict[str, object]:
    """Scores of the smoothed and the separate fields at stations left out in all campaigns.

    Leaving out single values would only show that a station resembles itself a month ago.
    """
    values = fit.inputs.values
    station, campaign = series.at
    error, sd = np.full(values.shape, np.nan), np.full(values.shape, np.nan)
    for own in (np.flatnonzero(station == k) for k in np.unique(station)):
        part = series.projector[np.ix_(own, own)]
        if np.linalg.eigvalsh(part)[0] <= 1e-10 * np.diag(part).max():
            continue
        inverse = np.linalg.inv(part)
        error[campaign[own], station[own]] = inverse @ series.coefficients[own]
        sd[campaign[own], station[own]] = np.sqrt(series.sill * np.diag(inverse))
    exact = np.where(fit.inputs.lower < fit.inputs.upper, np.nan, values)
    smooth = score_left_out(exact, values - error, sd, float(len(station)))
    apart = leave_out_fit(task, fit)
    separate = score_left_out(exact, apart.mean, apart.sd, apart.dof)
    better = "smoothed" if smooth.get("crps", np.inf) < separate.get("crps", np.inf) else "separate"
    return {"memory": series.memory, "smoothed": smooth, "separate": separate, "better": better}


def _add(grids: xr.Dataset, fit: Fit, fields: list[Field], wet: np.ndarray) -> None:
    name, scale = fit.inputs.parameter, fit.inputs.scale
    dims = ("campaign", "y", "x")
    value = np.concatenate([spread_median(scale, f.mean, wet) for f in fields])
    grids[name] = (dims, value, describe_field(fit, fields[0]))
    sd = np.full(value.shape, np.nan)
    sd[:, wet] = np.stack([f.sd for f in fields])
    attrs = {"scale": scale.name, "dof": fields[0].info["dof"], "grid_mapping": "spatial_ref"}
    grids[f"{name}_sd"] = (dims, sd, attrs)
