"""The weight of each station in the value of one place."""

from __future__ import annotations

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.spatial.distance import cdist

from bayqa.errors import MethodError
from bayqa.fields.methods.estimates.prediction import cell_drift, extend, fit_pooled, station_drift
from bayqa.fields.methods.field import check_problem, locate
from bayqa.fields.methods.fitting.basis import Basis, nodes_of, prepare_basis, station_covariance
from bayqa.fields.methods.fitting.reml import Posterior, group_fields
from bayqa.fields.methods.fitting.systems import solve_systems
from bayqa.fields.methods.kriging import fit_variogram
from bayqa.fields.methods.paths import water_distances
from bayqa.fields.methods.stationary.covariance import correlate

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
        As for the method: power, path, links; model, range, sill, nugget; settings of the basis.

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
    places = locate(problem.mask, problem.spacing, problem.cells)
    given = options.get("range"), options.get("sill"), options.get("nugget")
    model = options.get("model", "exponential")
    ones = np.ones((len(places), 1))
    if None in given:
        how = {"model": model, "given": given}
        variogram = fit_variogram(places, problem.values, problem.noise, ones, **how)[0]
        given = variogram.range, variogram.sill, variogram.nugget
    range_m, sill, nugget = given
    here = locate(problem.mask, problem.spacing, np.array([at]))
    partial = sill - nugget
    covariance = partial * correlate(model, cdist(places, places), range_m)
    covariance += np.diag(problem.noise + nugget + 1e-12 * sill)
    target = partial * correlate(model, cdist(here, places), range_m)[0]
    solved = cho_solve(cho_factor(covariance), np.column_stack([target, ones[:, 0]]))
    return solved[:, 0] + solved[:, 1] * (1 - solved[:, 0].sum()) / solved[:, 1].sum()


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
