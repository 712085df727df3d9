"""Where one more station would tell most."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import xarray as xr
from pyproj import Transformer

from bayqa.errors import MethodError
from bayqa.fields.inputs import prepare_inputs
from bayqa.fields.methods.fitting.basis import (
    Basis,
    factor_of,
    mesh_of,
    nodes_of,
    station_covariance,
)
from bayqa.fields.methods.sparse.mesh import prolong
from bayqa.fields.methods.sparse.solver import solve
from bayqa.fields.pooling import Fit, fit_parameter
from bayqa.fields.task import Task, prepare_task
from bayqa.fields.water import rebuild_frame

__all__ = ["rank_places", "suggest_station"]


class Known(NamedTuple):
    """What the stations there are leave open of one parameter, for unit sill."""

    area: np.ndarray
    """Weight of every cell, (n_wet,), or several of them for the mean, (k, n_wet)."""
    cover: np.ndarray
    """Covariance between every cell and the candidates, (n_wet, m)."""
    between: np.ndarray
    """Covariance between the candidates, (m, m)."""
    noise: np.ndarray
    """Of a measurement at a candidate, (m,)."""
    start: float
    """Variance that is to be made small, before any further station."""
    sill: float


def suggest_station(  # noqa: PLR0913
    stations: xr.Dataset,
    water: xr.Dataset,
    *,
    parameter: str,
    count: int = 1,
    weight: np.ndarray | xr.DataArray | None = None,
    target: str = "field",
    n_candidates: int = 150,
    options: dict[str, object] | None = None,
) -> gpd.GeoDataFrame:
    """Places of further stations that would narrow the intervals most, one after the other.

    The range and noise are those fitted to all campaigns; where a station stands matters, not
    what it will measure.

    Parameters
    ----------
    stations : Dataset (campaign, station)
    water : Dataset (y, x)
    parameter : str
    count : int
        Number of stations; each is chosen knowing the ones before.
    weight : array (y, x), optional
        How much each cell counts, for example how near its value is to a limit; default 1. Always
        multiplied by the water area of the cell.
    target : str
        "field": the weighted mean of the cells' variances; "mean": the variance of the weighted
        sum of the cells, which is what an area share hangs on.
    n_candidates : int
        Places tried, spread evenly over the water.
    options : mapping, optional
        As in `interpolate`.

    Returns
    -------
    GeoDataFrame (EPSG:4326, points), one row per suggested station
        `rank, x, y, reduction` (share of the target's standard deviation that goes away, up to
        and with this station), `text`. `attrs["candidates"]`: GeoDataFrame of all places tried,
        with the `reduction` each would give as the first.

    Raises
    ------
    MethodError
        If the target is not known, or the weights are negative or nothing.
    CoverageError
        If there is no station in the water.
    """
    if target not in ("field", "mean"):
        raise MethodError(f"target={target!r} is not known: use 'field' or 'mean'")
    task = prepare_task(stations, water, "matern", options)
    inputs = prepare_inputs(stations, task.placement, parameter)
    fit = fit_parameter(task, inputs)
    area = _weigh_cells(water, weight)
    tried = _spread_candidates(task, n_candidates)
    known = _condition(task, fit, tried, area, target)
    chosen, gains, first = _choose([known], count, target)
    return _describe(water, task, tried, (chosen, gains, first))


def rank_places(
    stations: xr.Dataset,
    water: xr.Dataset,
    effects: Mapping[str, np.ndarray],
    *,
    count: int = 1,
    n_candidates: int = 150,
    options: dict[str, object] | None = None,
) -> gpd.GeoDataFrame:
    """Places of further stations that would narrow figures that hang on several parameters.

    Parameters
    ----------
    stations : Dataset (campaign, station)
    water : Dataset (y, x)
    effects : mapping of parameter to array (k, y, x)
        How much each of k figures moves when the value of a cell moves by one, in the working
        scale of the parameter. The parameters' errors are taken as independent.
    count, n_candidates, options
        As in `suggest_station`.

    Returns
    -------
    GeoDataFrame
        As `suggest_station`; `reduction` is the share of the root of the summed variances of the
        figures. `attrs["sd"]`: that root as it is now. No rows where nothing is open.

    Raises
    ------
    CoverageError
        If there is no station in the water.
    """
    task = prepare_task(stations, water, "matern", options)
    tried, wet = _spread_candidates(task, n_candidates), water.wet.to_numpy()
    known = []
    for parameter, effect in effects.items():
        fit = fit_parameter(task, prepare_inputs(stations, task.placement, parameter))
        moves = np.nan_to_num(np.asarray(effect, float))[:, wet]
        if moves.any():
            known.append(_condition(task, fit, tried, moves, "mean"))
    start = sum(one.start * one.sill for one in known)
    taken = _choose(known, count, "mean") if start > 0 else ([], [], np.zeros(len(tried)))
    found = _describe(water, task, tried, taken)
    found.attrs["sd"] = float(np.sqrt(max(start, 0.0)))
    return found


def _describe(water, task, tried, taken) -> gpd.GeoDataFrame:
    chosen, gains, first = taken
    found = _to_frame(water, task, tried[chosen])
    found.insert(0, "rank", np.arange(1, len(chosen) + 1))
    found.insert(3, "reduction", gains)
    found["text"] = [
        f"{k} more station{'s' if k > 1 else ''}: {100 * g:.0f} % narrower"
        for k, g in zip(found["rank"], gains, strict=True)
    ]
    candidates = _to_frame(water, task, tried)
    found.attrs["candidates"] = candidates.assign(reduction=first)
    return found


def _weigh_cells(water: xr.Dataset, weight: object) -> np.ndarray:
    wet = water.wet.to_numpy()
    area = (water.wet_fraction * water.cell_area_km2).to_numpy()[wet]
    if weight is not None:
        area = area * np.nan_to_num(np.asarray(weight, float))[wet]
    if (area < 0).any() or not area.sum() > 0:
        raise MethodError("the weights are negative or all 0: give numbers of 0 or more per cell")
    return area / area.sum()


def _spread_candidates(task: Task, n: int) -> np.ndarray:
    """Cells spread evenly over the waters that have a station, without the stations' own."""
    row, column = np.nonzero(task.mask)
    reached = task.basis.reached.copy()
    reached[task.placement.cell] = False
    step = max(int(np.ceil(np.sqrt(reached.sum() / max(n, 1)))), 1)
    on_lattice = (row % step == step // 2) & (column % step == step // 2)
    found = np.flatnonzero(reached & on_lattice)
    return found if len(found) else np.flatnonzero(reached)[:n]


def _condition(task: Task, fit: Fit, tried: np.ndarray, area: np.ndarray, target: str) -> Known:
    """Covariances given the stations that have a value, with an unknown level in each water."""
    used = np.flatnonzero(np.isfinite(fit.inputs.values).any(axis=0))
    n, posterior = len(used), fit.posterior
    k = int(posterior.weight.sum(axis=1).argmax())
    cells = np.concatenate([task.placement.cell[used], tried])
    basis = _rebase(task.basis, cells, float(posterior.ranges[k]))
    nodes = nodes_of(basis, 0)
    columns = np.nan_to_num(prolong(nodes.mesh, nodes.basis))
    if nodes.scale is not None:
        columns = columns * np.nan_to_num(nodes.scale)[:, None]
    joint, noise = station_covariance(basis, 0), _relative_noise(fit, used, k)
    level = (basis.basin[:, None] == np.unique(basis.basin[cells[:n]])).astype(float)
    inverse = _border(joint[:n, :n] + np.diag(noise), level[cells[:n]])
    rows = np.hstack([columns[:, :n], level])
    ahead = np.hstack([joint[n:, :n], level[tried]])
    cover = columns[:, n:] - rows @ (inverse @ ahead.T)
    between = joint[n:, n:] - ahead @ inverse @ ahead.T
    if target == "field":
        left = np.nan_to_num(nodes.prior) - np.einsum("ij,ij->i", rows @ inverse, rows)
        start = float(area @ np.maximum(left, 0.0))
    else:
        area = np.atleast_2d(area)
        whole = area @ rows
        start = sum(_variance_of_sum(basis, nodes.scale, one) for one in area)
        start -= float(np.einsum("ki,ij,kj->", whole, inverse, whole))
    sill = float(posterior.weight[k] @ posterior.sill[k] / posterior.weight[k].sum()) or 1.0
    return Known(area, cover, between, np.full(len(tried), noise.mean()), start, sill)


def _border(matrix: np.ndarray, drift: np.ndarray) -> np.ndarray:
    n, q = drift.shape
    full = np.zeros((n + q, n + q))
    full[:n, :n], full[:n, n:], full[n:, :n] = matrix, drift, drift.T
    return np.linalg.inv(full)


def _relative_noise(fit: Fit, used: np.ndarray, k: int) -> np.ndarray:
    """Variance of a measurement over the sill, at the stations."""
    posterior, inputs = fit.posterior, fit.inputs
    weight = posterior.weight[k] / posterior.weight[k].sum()
    sill = float(weight @ posterior.sill[k]) or 1.0
    seen = np.isfinite(inputs.values)
    own = (np.where(seen, inputs.noise, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1))[used]
    return (own + posterior.nugget) / sill + float(weight @ posterior.ratios) + 1e-9


def _variance_of_sum(basis: Basis, scale: np.ndarray | None, area: np.ndarray) -> float:
    """Prior variance of the weighted sum of all cells: one solve."""
    system, factor = factor_of(basis, 0)
    mesh = mesh_of(basis, 0)
    area = area if scale is None else area * np.nan_to_num(scale)
    onto = area if mesh.prolongation is None else mesh.prolongation.T @ area
    spread = solve(factor, onto[:, None])[:, 0]
    return float(system.weight @ spread**2)


def _rebase(basis: Basis, cells: np.ndarray, range_m: float) -> Basis:
    """The same water with further places and one range."""
    return basis._replace(cells=cells, ranges=np.array([range_m]), memory={})


def _choose(
    known: list[Known], count: int, target: str
) -> tuple[list[int], list[float], np.ndarray]:
    """Candidates taken one by one, the share of sd gone after each, and the gain of each alone."""
    start = sum(one.sill * one.start for one in known)
    n_tried = len(known[0].noise)
    gone, chosen, gains, first = 0.0, [], [], np.zeros(n_tried)
    for step in range(min(count, n_tried)):
        gain = sum(one.sill * _gain(one, target) for one in known)
        if step == 0:
            first = _narrower(gain, start)
        best = int(gain.argmax())
        gone += float(gain[best])
        chosen.append(best)
        gains.append(float(_narrower(np.array(gone), start)))
        known = [_measure_at(one, best) for one in known]
    return chosen, gains, first


def _gain(known: Known, target: str) -> np.ndarray:
    """Variance that a measurement at each candidate takes away."""
    own = np.diag(known.between) + known.noise
    if target == "field":
        return known.area @ known.cover**2 / own
    return np.square(np.atleast_2d(known.area) @ known.cover).sum(axis=0) / own


def _measure_at(known: Known, best: int) -> Known:
    """What stays open once the candidate is a station."""
    cover, between = known.cover, known.between
    own = between[best, best] + known.noise[best]
    return known._replace(
        cover=cover - np.outer(cover[:, best], between[best]) / own,
        between=between - np.outer(between[best], between[best]) / own,
    )


def _narrower(gone: np.ndarray, start: float) -> np.ndarray:
    """Share of the standard deviation that goes when `gone` of the variance goes."""
    return 1 - np.sqrt(np.clip(1 - gone / start, 0.0, 1.0))


def _to_frame(water: xr.Dataset, task: Task, cells: np.ndarray) -> gpd.GeoDataFrame:
    x, y = rebuild_frame(water).centres(np.flatnonzero(task.mask)[cells])
    lon, lat = Transformer.from_crs(water.attrs["crs"], 4326, always_xy=True).transform(x, y)
    points = gpd.points_from_xy(lon, lat)
    return gpd.GeoDataFrame({"x": x, "y": y}, geometry=points, crs=4326)
