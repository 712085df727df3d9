"""Campaigns that borrow from their neighbours in time: a Matern field times an AR(1) series."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import xarray as xr

from bayqa.errors import MethodError
from bayqa.fields.grids import carry_back, describe_field, spread_median
from bayqa.fields.inputs import find_parameters, prepare_inputs
from bayqa.fields.memory import require_memory
from bayqa.fields.methods import Field
from bayqa.fields.methods.scores import score_left_out
from bayqa.fields.plain import plain
from bayqa.fields.pooling import Fit, fit_parameter, leave_out_fit
from bayqa.fields.series import Series, fit_series, lay_rows, predict_series
from bayqa.fields.series_draws import draw_series
from bayqa.fields.strays import fill_strays
from bayqa.fields.task import Task, prepare_task

__all__ = ["smooth_campaigns"]


def smooth_campaigns(  # noqa: PLR0913
    stations: xr.Dataset,
    water: xr.Dataset,
    *,
    parameters: Sequence[str] | None = None,
    memory: float | None = None,
    draws: int = 0,
    seed: int = 0,
    options: dict[str, object] | None = None,
) -> xr.Dataset:
    """Fields in which the anomalies of a campaign remember those of its neighbours in time.

    Each campaign keeps a level of its own; what departs from it is a Matern field in space times
    a first-order autoregressive series in time, counted in campaigns. Range and noise are the most
    likely of the separate fits. Meant for monthly series.

    Parameters
    ----------
    stations : Dataset (campaign, station)
        In the order of time; campaigns are taken as evenly spaced.
    water : Dataset (y, x)
    parameters : sequence of str, optional
    memory : float, optional
        Correlation between successive campaigns, 0 to below 1; default the most likely one.
        0 gives the separate fields.
    draws : int
        Joint conditional simulations of all campaigns together, so that a mean over campaigns has
        the interval that its memory leaves it; parameters are drawn independently of each other.
    seed : int
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
        If the memory is outside 0..1, there are too many values for one system, or the draws do
        not fit the memory of the machine.
    """
    if memory is not None and not 0 <= memory < 1:
        raise MethodError(f"memory={memory}: give a correlation from 0 to below 1")
    task = prepare_task(stations, water, "matern", options)
    names = list(parameters) if parameters is not None else find_parameters(stations)
    if draws:
        _require_room(task, len(names) * stations.sizes["campaign"], draws)
    coords = {n: c for n, c in stations.coords.items() if c.dims == ("campaign",)}
    grids, report = water.assign_coords(coords), {}
    for number, name in enumerate(names):
        fit = fit_parameter(task, prepare_inputs(stations, task.placement, name))
        series = fit_series(task, fit, memory)
        rows = lay_rows(task, series, stations.sizes["campaign"])
        fields = predict_series(rows, series)
        if draws:
            rng = np.random.default_rng([seed, number])
            fields = draw_series(task, series, rows, fields, draws, rng)
        grids = _add(grids, fit, [fill_strays(task.strays, f) for f in fields], task)
        report[name] = _compare(task, fit, series)
    grids.attrs |= {"method": "matern x ar1", "smoothing": json.dumps(plain(report)), "seed": seed}
    return grids


def _require_room(task: Task, n_fields: int, draws: int) -> None:
    need = 4.0 * n_fields * draws * len(task.strays.drawn)
    hint = "; fewer draws, parameters or years need less"
    require_memory("the draws", need, task.mask.size, task.spacing, hint=hint)


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


def _add(grids: xr.Dataset, fit: Fit, fields: list[Field], task: Task) -> xr.Dataset:
    """The grids with the fields of one parameter, all campaigns."""
    name, scale, wet = fit.inputs.parameter, fit.inputs.scale, task.mask
    dims = ("campaign", "y", "x")
    value = np.concatenate([spread_median(scale, f.mean, wet) for f in fields])
    sd = np.full(value.shape, np.nan)
    sd[:, wet] = np.stack([f.sd for f in fields])
    attrs = {"scale": scale.name, "dof": fields[0].info["dof"], "grid_mapping": "spatial_ref"}
    grids = grids.assign({
        name: (dims, value, describe_field(fit, fields[0])), f"{name}_sd": (dims, sd, attrs)
    })  # fmt: skip
    if fields[0].draws is None:
        return grids
    cell = np.flatnonzero(wet.ravel())[task.strays.drawn]
    drawn = np.stack([carry_back(scale, f.draws).astype(np.float32, copy=False) for f in fields], 1)
    grids = grids.assign_coords(cell=("cell", cell, {"long_name": "flat index into (y, x)"}))
    units = {"units": grids[name].attrs["units"]}
    return grids.assign({f"{name}_draws": (("draw", "campaign", "cell"), drawn, units)})
