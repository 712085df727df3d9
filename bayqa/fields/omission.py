"""Fields without one station after the other, range and noise kept: what each one does to the map.

The mean of a Matern field is a product of covariances, which all stations share, and of small
coefficients; leaving a station out changes only the latter, so all maps cost little more than one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import xarray as xr

from bayqa.errors import MethodError
from bayqa.fields.grids import describe_field, spread_median
from bayqa.fields.inputs import Inputs, find_parameters, prepare_inputs
from bayqa.fields.methods import METHODS, Field
from bayqa.fields.methods.estimates.prediction import cell_drift, extend, station_drift
from bayqa.fields.methods.fitting.basis import nodes_of, station_covariance
from bayqa.fields.methods.fitting.censored import impute
from bayqa.fields.methods.fitting.reml import group_fields
from bayqa.fields.methods.fitting.systems import solve_systems
from bayqa.fields.methods.threads import one_thread
from bayqa.fields.pooling import Fit, fit_parameter
from bayqa.fields.refits import fix_variogram
from bayqa.fields.strays import fill_strays
from bayqa.fields.task import Task, prepare_task

__all__ = ["iterate_without"]

_BLOCK = 4096
_BYTES = 200_000_000


def iterate_without(  # noqa: PLR0913
    stations: xr.Dataset,
    water: xr.Dataset,
    left_out: Sequence[str] = (),
    *,
    method: str = "matern",
    parameters: Sequence[str] | None = None,
    campaigns: Sequence[str] | None = None,
    options: Mapping[str, object] | None = None,
    seed: int = 0,
) -> Iterator[tuple[str, xr.Dataset]]:
    """Median fields with all stations, then without each of those named.

    Range and noise are fitted once, to all stations and campaigns, and kept; so are the numbers
    that censored values get from their neighbours. No standard deviations.

    Parameters
    ----------
    stations : Dataset (campaign, station)
    water : Dataset (y, x)
    left_out : sequence of str
        Stations to leave out, one at a time.
    method, parameters, options, seed
        As in `interpolate`.
    campaigns : sequence of str, optional
        Campaigns whose fields are wanted; by default all.

    Yields
    ------
    (str, Dataset)
        Station left out ("" first: none), and `<p>` (campaign, y, x) in the canonical unit, NaN
        where too few stations remain.

    Raises
    ------
    CoverageError
        If no station lies in the water.
    MethodError
        If the method is unknown or refuses.
    """
    names = list(parameters) if parameters is not None else find_parameters(stations)
    task = prepare_task(stations, water, method, options)
    fits = [_fit(task, prepare_inputs(stations, task.placement, name)) for name in names]
    known = stations["campaign"].to_numpy().astype(str)
    chosen = np.flatnonzero(np.isin(known, known if campaigns is None else list(campaigns)))
    kept = stations["station"].to_numpy().astype(str)[task.placement.kept]
    frame = water.assign_coords(_coords(stations.isel(campaign=chosen)))
    size = len(fits) * len(chosen) * int(task.mask.sum())
    with one_thread():
        for batch in _batches(["", *map(str, left_out)], size):
            without = [np.flatnonzero(kept == name) for name in batch]
            make = _mean_plain if task.basis is None else _mean_matern
            means = make(task, fits, (chosen, without, seed))
            for name, mean in zip(batch, means, strict=True):
                yield name, _to_grids(frame, task, fits, mean)


def _fit(task: Task, inputs: Inputs) -> Fit:
    """Fit of one parameter; methods that pool nothing need none, only what can be mapped."""
    if task.basis is not None:
        return fit_parameter(task, inputs, require=False)
    places = [len(np.unique(task.placement.cell[np.isfinite(v)])) for v in inputs.values]
    nothing = np.full(inputs.values.shape, np.nan)
    return Fit(inputs, None, nothing, {}, (), np.array(places) >= 2)


def _batches(names: list[str], size: int) -> Iterator[list[str]]:
    """Stations whose maps are made together, within a fixed memory."""
    step = max(1, int(_BYTES / (8 * max(size, 1))))
    for start in range(0, len(names), step):
        yield names[start : start + step]


def _coords(stations: xr.Dataset) -> dict[str, object]:
    names = [n for n, c in stations.coords.items() if c.dims == ("campaign",)]
    return {str(n): ("campaign", stations[n].to_numpy()) for n in names}


def _to_grids(frame, task, fits, mean) -> xr.Dataset:
    """Medians of one variant; `mean` (fits, campaigns, n_wet) in the working scale."""
    grids, wet = frame, frame.wet.to_numpy()
    for fit, some in zip(fits, mean, strict=True):
        filled = [fill_strays(task.strays, Field(one, one, None, {})) for one in some]
        layers = [spread_median(fit.inputs.scale, field.mean, wet)[0] for field in filled]
        attrs = describe_field(fit, filled[0])
        grids = grids.assign({fit.inputs.parameter: (("campaign", "y", "x"), layers, attrs)})
    return grids


class _Job(NamedTuple):
    """Coefficients of one variant, parameter and campaign, by range: [b, f] @ coefficients."""

    place: tuple[int, int, int]
    centre: float
    seen: np.ndarray
    """Which basins have a station, (q,)."""
    coefficients: dict[int, np.ndarray]


def _mean_matern(task: Task, fits: list[Fit], wanted) -> np.ndarray:
    """Means, (variants, fits, campaigns, n_wet)."""
    chosen, without, seed = wanted
    out = np.full((len(without), len(fits), len(chosen), int(task.mask.sum())), np.nan)
    jobs = []
    for f, fit in enumerate(fits):
        usable = [c for c in range(len(chosen)) if fit.is_usable[chosen[c]]]
        if usable:
            values, noise = _complete(task, fit, chosen[usable], seed)
            for v, absent in enumerate(without):
                held = values.copy()
                held[:, absent] = np.nan
                jobs += _jobs(task, fit, held, noise, [(v, f, c) for c in usable])
    _spread(task, jobs, out)
    return out


def _complete(task, fit: Fit, rows, seed) -> tuple[np.ndarray, np.ndarray]:
    """Values of some campaigns, the censored ones with their mean given all stations."""
    inputs = fit.inputs
    values, noise = inputs.values[rows], inputs.noise[rows]
    bounds = inputs.lower[rows], inputs.upper[rows]
    if (bounds[0] < bounds[1]).any():
        rng = np.random.default_rng(seed)
        values = impute(task.basis, values, noise, bounds, posterior=fit.posterior, rng=rng)[1]
    return values, noise


def _jobs(task, fit: Fit, values, noise, places) -> Iterator[_Job]:
    drift = station_drift(task.basis)
    # As `fit_parameter` asks: one place says nothing of range and noise, unless they are given.
    least = 1 if task.options.get("sill") is not None else 2
    for group in group_fields(values, noise):
        if len(np.unique(task.basis.cells[group.at])) < least:
            continue
        centre = group.values.mean(axis=0)
        centred = group._replace(values=group.values - centre)
        systems = solve_systems(
            lambda k: station_covariance(task.basis, k), fit.posterior, centred, drift
        )
        rows = np.concatenate([group.at, drift.shape[0] + np.arange(drift.shape[1])])
        sums = {s.k: np.zeros((sum(drift.shape), len(centre))) for s in systems}
        for s in systems:
            sums[s.k][rows] += s.weight * s.coefficients
        seen = drift[group.at].any(axis=0)
        for j, field in enumerate(group.fields):
            yield _Job(places[field], centre[j], seen, {k: one[:, j] for k, one in sums.items()})


def _spread(task, jobs: list[_Job], out) -> None:
    """Fill `out` at the places of the jobs, a block of cells at a time."""
    basis, column = task.basis, cell_drift(task.basis)
    ranges = sorted({k for job in jobs for k in job.coefficients})
    n = basis.cells.size
    loads = {k: _side_by_side(jobs, k) for k in ranges}
    for start in range(0, column.size, _BLOCK):
        cells = slice(start, min(start + _BLOCK, column.size))
        levels = column[cells]
        total = 0.0
        for k in ranges:
            at, coefficients = loads[k]
            row = extend(nodes_of(basis, k), cells, np.arange(n), levels, len(coefficients) - n)
            part = np.zeros((len(row), len(jobs)))
            part[:, at] = row @ coefficients
            total = total + part
        for i, job in enumerate(jobs):
            reached = (levels >= 0) & job.seen[levels]
            out[(*job.place, cells)] = np.where(reached, total[:, i] + job.centre, np.nan)


def _side_by_side(jobs, k) -> tuple[np.ndarray, np.ndarray]:
    at = [i for i, job in enumerate(jobs) if k in job.coefficients]
    return np.array(at), np.stack([jobs[i].coefficients[k] for i in at], axis=1)


def _mean_plain(task: Task, fits: list[Fit], wanted) -> np.ndarray:
    """Means by calling the method each time, the variogram of each campaign kept."""
    chosen, without, _ = wanted
    out = np.full((len(without), len(fits), len(chosen), int(task.mask.sum())), np.nan)
    for f, fit in enumerate(fits):
        for c, row in enumerate(chosen):
            values, noise = fit.inputs.values[row], fit.inputs.noise[row]
            here = np.flatnonzero(np.isfinite(values))
            if not fit.is_usable[row]:
                continue
            fixed = fix_variogram(task, values[here], noise[here], here)
            for v, absent in enumerate(without):
                rest = np.setdiff1d(here, absent)
                out[v, f, c] = _call(task, (values, noise), rest, fixed)
    return out


def _call(task: Task, measured, rest, options) -> np.ndarray | float:
    values, noise = measured
    cells = task.placement.cell[rest]
    try:
        made = METHODS[task.method](
            task.mask, task.spacing, cells, values[rest], noise[rest], **options
        )
    except MethodError:
        # Too few places are left; there is no map then.
        return np.nan
    return made.mean
