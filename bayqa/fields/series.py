"""All values of a parameter as one series: a Matern field in space times an AR(1) in time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from bayqa.errors import MethodError
from bayqa.fields.methods import Field
from bayqa.fields.methods.estimates.prediction import cell_drift, station_drift
from bayqa.fields.methods.fitting.basis import nodes_of, station_covariance
from bayqa.fields.methods.sparse.mesh import prolong
from bayqa.fields.pooling import Fit
from bayqa.fields.task import Task

__all__ = ["Rows", "Series", "fit_series", "iterate_rows", "lay_rows", "predict_series"]

_MEMORIES = (0.0, 0.2, 0.4, 0.6, 0.75, 0.85, 0.92, 0.97)
_MOST_VALUES = 4000
_BLOCK = 4096


class Series(NamedTuple):
    """All values of a parameter as one vector, and the model that fits them best."""

    at: np.ndarray
    """Station and campaign of each value, (2, v)."""
    k: int
    """Number of the range."""
    noise: np.ndarray
    """Variance of the error of each value over the sill, (v,)."""
    memory: float
    """Correlation between the anomalies of successive campaigns."""
    sill: float
    projector: np.ndarray
    bordered: np.ndarray
    coefficients: np.ndarray
    log_likelihood: float


class Rows(NamedTuple):
    """What the values say of the cells, but for their distance in time.

    Attributes
    ----------
    columns : ndarray, (n_wet, n)
        Covariance of the cells with the stations, for unit sill.
    names : ndarray, (campaigns, q + 1)
        Column of the level of each campaign and water, -1 where there is none.
    water : ndarray, (n_wet,)
        Number of the water of each cell.
    prior : ndarray, (n_wet,)
    """

    columns: np.ndarray
    names: np.ndarray
    water: np.ndarray
    prior: np.ndarray


def fit_series(task: Task, fit: Fit, memory: float | None) -> Series:
    """The series at its most likely memory, range and noise those of the separate fits.

    Parameters
    ----------
    task : Task
    fit : Fit
    memory : float, optional

    Returns
    -------
    Series

    Raises
    ------
    MethodError
        If there are too many values for one system.
    """
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
    place = (np.stack([station, campaign]), k)
    made = [
        _solve(place, m, (space * _remember(m, gap), noise, drift, values[campaign, station]))
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


def _solve(place: tuple, memory: float, parts: tuple) -> Series:
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
    inner = bordered[:n, :n]
    return Series(*place, noise, memory, sill, inner, bordered, coefficients, float(score))


def lay_rows(task: Task, series: Series, n_campaigns: int) -> Rows:
    """Covariances and levels of the cells.

    Parameters
    ----------
    task : Task
    series : Series
    n_campaigns : int

    Returns
    -------
    Rows
    """
    nodes = nodes_of(task.basis, series.k)
    columns = np.nan_to_num(prolong(nodes.mesh, nodes.basis))
    if nodes.scale is not None:
        columns = columns * np.nan_to_num(nodes.scale)[:, None]
    names = _level_names(task, series, n_campaigns)
    return Rows(columns, names, cell_drift(task.basis), nodes.prior)


def iterate_rows(
    rows: Rows, series: Series, campaign: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Cells of a campaign that have a level, and their rows of the system, a block at a time.

    Parameters
    ----------
    rows : Rows
    series : Series
    campaign : int

    Yields
    ------
    cells : array (m,) int
    row : array (m, v + q)
    """
    station, campaigns = series.at
    gap = _remember(series.memory, np.abs(campaigns - campaign))
    level = rows.names[campaign][rows.water]
    for start in range(0, len(level), _BLOCK):
        cells = np.arange(start, min(start + _BLOCK, len(level)))
        cells = cells[level[cells] >= 0]
        row = np.zeros((len(cells), len(series.bordered)))
        row[:, : len(station)] = rows.columns[np.ix_(cells, station)] * gap
        row[np.arange(len(cells)), len(station) + level[cells]] = 1.0
        yield cells, row


def predict_series(rows: Rows, series: Series) -> list[Field]:
    """Field of each campaign, without draws.

    Parameters
    ----------
    rows : Rows
    series : Series

    Returns
    -------
    list of Field
    """
    n = series.at.shape[1]
    dof = float(n - (len(series.bordered) - n))
    fields = []
    for c in range(len(rows.names)):
        mean, sd = np.full(len(rows.water), np.nan), np.full(len(rows.water), np.nan)
        for cells, row in iterate_rows(rows, series, c):
            mean[cells] = row @ series.coefficients
            left = rows.prior[cells] - np.einsum("ij,ij->i", row @ series.bordered, row)
            sd[cells] = np.sqrt(np.maximum(left, 0.0) * series.sill)
        fields.append(Field(mean, sd, None, {"dof": dof, "memory": series.memory}))
    return fields


def _level_names(task: Task, series: Series, n_campaigns: int) -> np.ndarray:
    """Column of the level of each campaign and water, -1 where there is none; (campaign, q + 1)."""
    station, campaign = series.at
    water = station_drift(task.basis)[station].argmax(axis=1)
    pairs, label = np.unique(np.stack([campaign, water]), axis=1, return_inverse=True)
    n_waters = station_drift(task.basis).shape[1]
    names = np.full((n_campaigns, n_waters + 1), -1)
    names[pairs[0], pairs[1]] = np.arange(pairs.shape[1])
    return names
