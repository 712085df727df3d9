"""Joint draws of all campaigns of a series: free fields with a memory, corrected by the values."""

from __future__ import annotations

import numpy as np

from bayqa.fields.methods import Field
from bayqa.fields.methods.estimates.draws import solve_free
from bayqa.fields.methods.estimates.prediction import Wanted
from bayqa.fields.series import Rows, Series, iterate_rows
from bayqa.fields.task import Task

__all__ = ["draw_series"]


def draw_series(  # noqa: PLR0913
    task: Task,
    series: Series,
    rows: Rows,
    fields: list[Field],
    draws: int,
    rng: np.random.Generator,
) -> list[Field]:
    """Fields of all campaigns with joint draws of the cells in the bays.

    Parameters
    ----------
    task : Task
    series : Series
    rows : Rows
    fields : list of Field
        As predicted.
    draws : int
    rng : numpy Generator

    Returns
    -------
    list of Field
        Student-t with the degrees of freedom of the series.

    Source
    ------
    Chiles and Delfiner (2012), Geostatistics, section 7.3, doi:10.1002/9781118136188.
    """
    within = task.strays.drawn
    station, campaign = series.at
    free = np.empty((len(fields), draws, len(within)), np.float32)
    seen = np.empty((draws, len(station)))
    for c, (cells, stations) in enumerate(_iterate_free(task, series, len(fields), draws, rng)):
        free[c] = cells
        here = campaign == c
        seen[:, here] = stations[:, station[here]]
    seen += np.sqrt(series.noise) * rng.standard_normal(seen.shape)
    answer = series.bordered[:, : len(station)] @ seen.T
    dof = fields[0].info["dof"]
    loud = np.sqrt(series.sill * dof / rng.chisquare(dof, draws)).astype(np.float32)
    made = []
    for c, field in enumerate(fields):
        said = np.full((field.mean.size, draws), np.nan, np.float32)
        for cells, row in iterate_rows(rows, series, c):
            said[cells] = row @ answer
        drawn = field.mean[within].astype(np.float32) + loud[:, None] * (free[c] - said[within].T)
        made.append(field._replace(draws=drawn))
    return made


def _iterate_free(task: Task, series: Series, n_campaigns: int, draws: int, rng):
    """Free fields at the cells wanted and at the stations, one campaign after the other."""
    wanted = Wanted(draws=draws, rng=rng, within=task.strays.drawn)
    keep, new = series.memory, np.sqrt(1 - series.memory**2)
    before = None
    for _ in range(n_campaigns):
        white = rng.standard_normal((draws, task.basis.basin.size), dtype=np.float32)
        now = solve_free(task.basis, series.k, white, wanted)
        if before is not None:
            now = tuple(keep * old + new * own for old, own in zip(before, now, strict=True))
        before = now
        yield now
