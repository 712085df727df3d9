"""The weight of each station in the value of one place."""

from __future__ import annotations

import numpy as np

from bayqa.errors import MethodError
from bayqa.fields.methods.estimates.prediction import cell_drift, extend, fit_pooled, station_drift
from bayqa.fields.methods.field import check_problem, locate
from bayqa.fields.methods.fitting.basis import Basis, nodes_of, prepare_basis, station_covariance
from bayqa.fields.methods.fitting.reml import Posterior, group_fields
from bayqa.fields.methods.fitting.systems import solve_systems
from bayqa.fields.methods.kriging import kriging
from bayqa.fields.methods.paths import water_distances

__all__ = ["weigh", "weigh_stations"]


def weigh(method: str, mask, spacing, cells, values, noise, *, at: int, **options) -> np.ndarray:
    """Weights by which `method` makes the mean at one cell from the stations.

    Parameters
    ----------
    method : {"idw", "kriging", "matern"}
    mask, spacing, cells, values, noise
        See `check_problem`.
    at : int
        Flat index into the wet cells.
    **options
        As for the method.

    Returns
    -------
    ndarray, (n,)
        0 for stations without a value; they sum to 1, or are NaN where no station reaches.

    Raises
    ------
    MethodError, CoverageError
        As the method, or if the method is not known.
    """
    makers = {"idw": _by_distance, "kriging": _by_kriging, "matern": _by_matern}
    if method not in makers:
        raise MethodError(f"method {method!r} is not known: use one of {', '.join(makers)}")
    problem = check_problem(mask, spacing, cells, values, noise)
    weight = np.zeros(np.size(cells))
    weight[problem.kept] = makers[method](problem, int(at), options)
    return weight


def weigh_stations(basis: Basis, posterior: Posterior, values, noise, *, at: int) -> np.ndarray:
    """As `weigh` for a field of a shared basis; (n,).

    Parameters
    ----------
    basis, posterior
        From `prepare_basis` and `fit_pooled`.
    values, noise : array, (n,)
        NaN in `values` is missing.
    at : int
        Flat index into the wet cells.
    """
    values = np.atleast_2d(np.asarray(values, dtype=float))
    noise = np.broadcast_to(np.asarray(noise, dtype=float), values.shape)
    group = group_fields(values, noise)[0]
    drift = station_drift(basis)
    column = cell_drift(basis)[at : at + 1]
    weight = np.zeros(values.shape[1])
    if column[0] < 0 or not drift[group.at, column[0]].any():
        weight[group.at] = np.nan
        return weight
    cells = slice(at, at + 1)
    for s in solve_systems(lambda k: station_covariance(basis, k), posterior, group, drift):
        row = extend(nodes_of(basis, s.k), cells, group.at, column, drift.shape[1])
        weight[group.at] += s.weight * (row @ s.bordered[:, : group.at.size])[0]
    return weight


def _by_matern(problem, at: int, options: dict) -> np.ndarray:
    given = {key: options.pop(key, None) for key in ("sill", "nugget")}
    if options.get("range") is not None:
        options["ranges"] = [options["range"]]
    options.pop("range", None)
    basis = prepare_basis(problem.mask, problem.spacing, problem.cells, **options)
    posterior = fit_pooled(basis, problem.values, problem.noise, **given)
    return weigh_stations(basis, posterior, problem.values, problem.noise, at=at)


def _by_kriging(problem, at: int, options: dict) -> np.ndarray:
    """By linearity: the value at the cell of a one at each station, the variogram kept."""
    job = problem.mask, problem.spacing, problem.cells
    options = _keep_positions(options, problem.kept)
    info = kriging(*job, problem.values, problem.noise, **options).info
    fixed = {key: info[key] for key in ("model", "range", "sill", "nugget")}
    if not fixed["sill"] > fixed["nugget"]:
        return np.full(problem.values.size, 1 / problem.values.size)
    # Only the cells of the stations and the one asked for are kriged.
    wet = np.unique(np.append(problem.cells, at))
    mask = np.zeros(problem.mask.size, bool)
    mask[np.flatnonzero(problem.mask)[wet]] = True
    drift = options.get("drift", ())
    some = [one if isinstance(one, str) else np.asarray(one)[wet] for one in drift]
    known = options | fixed | {"drift": some}
    job = mask.reshape(problem.mask.shape), problem.spacing, np.searchsorted(wet, problem.cells)
    place, ones = np.searchsorted(wet, at), np.eye(problem.values.size)
    return np.array([kriging(*job, one, problem.noise, **known).mean[place] for one in ones])


def _keep_positions(options: dict, kept: np.ndarray) -> dict:
    positions = options.get("positions")
    return options if positions is None else options | {"positions": np.asarray(positions)[kept]}


def _by_distance(problem, at: int, options: dict) -> np.ndarray:
    if options.get("path") == "water":
        links = options.get("links")
        distance = water_distances(problem.mask, problem.spacing, problem.cells, links)[:, at]
    else:
        cells = np.concatenate([[at], problem.cells])
        places = locate(problem.mask, problem.spacing, cells)
        distance = np.hypot(*(places[1:] - places[0]).T)
    weight = np.maximum(distance, 1e-9 * problem.spacing) ** -float(options.get("power", 2.0))
    if options.get("radius") is not None:
        weight[distance > options["radius"]] = 0.0
    if options.get("k") is not None:
        weight[np.argsort(distance, kind="stable")[options["k"] :]] = 0.0
    total = weight.sum()
    return weight / total if total > 0 else np.full(weight.size, np.nan)
