"""Ordinary and universal kriging by straight-line distance, global or from the k nearest."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_solve, cholesky, solve_triangular
from scipy.spatial.distance import cdist

from bayqa.errors import MethodError
from bayqa.fields.methods.field import Field, Problem, check_problem, locate, split_cells
from bayqa.fields.methods.fitting.likelihood import MOST_STATIONS
from bayqa.fields.methods.fitting.reml import Group, drift_rank, fit_grid
from bayqa.fields.methods.loops.kernels import list_cells
from bayqa.fields.methods.loops.strips import krige_strips, pack_full, pack_triangle
from bayqa.fields.methods.scores import score_left_out
from bayqa.fields.methods.stationary.conditioning import Kriged, draw_kriged
from bayqa.fields.methods.stationary.covariance import (
    TABLE_END,
    TABLE_NODES,
    check_definite,
    correlate,
    make_table,
    model_code,
)
from bayqa.fields.methods.stationary.neighbours import krige_nearest, merge_cells
from bayqa.fields.methods.stationary.single import fit_single
from bayqa.fields.methods.threads import one_thread, run_blocks

__all__ = ["Variogram", "find_drift", "fit_variogram", "kriging"]

BLOCK = 8192
N_RANGES = 10
GLOBAL_STATIONS = 3000


class Variogram(NamedTuple):
    """Model and its parameters; `sill` is the total, as in PyKrige; metres."""

    model: str
    range: float
    sill: float
    nugget: float
    fitted: bool = False


def kriging(mask, spacing, cells, values, noise, **options) -> Field:
    """Kriging that ignores land, for open water and as the baseline.

    Parameters
    ----------
    mask, spacing, cells, values, noise
        See `check_problem`.
    model : str
        One of `MODELS`; exponential by default.
    range, sill, nugget : float, optional
        Honoured exactly (definitions of PyKrige, `sill` is the total); what is not given is fitted
        by restricted likelihood with weak priors.
    drift : sequence, optional
        "x", "y", or arrays (n_wet,) such as the distance to the mouth: universal kriging.
    k : int, optional
        Nearest stations only; those in one cell count once, as their mean.
    positions : array, (n, 2), optional
        Metres east and south of the centre of the north-west cell, for places off the centres.
    draws, rng, white, memory
        See `draw_kriged`.

    Returns
    -------
    Field
        `sd` is of the noise-free field: add the nugget to compare with PyKrige.

    Raises
    ------
    MethodError, CoverageError
        If the input cannot make a field; the message says why.
    """
    settings = _read_options(options)
    least = 1 if None not in (settings["range"], settings["sill"]) else 2
    problem = check_problem(mask, spacing, cells, values, noise, least=least)
    places = _places(problem, settings["positions"])
    drift = find_drift(problem, settings["drift"])
    at = drift[problem.cells] if isinstance(drift, np.ndarray) else drift(places)
    variogram, dof = _variogram(problem, places, at, settings)
    if settings["k"] is not None and settings["positions"] is None:
        problem = merge_cells(problem, variogram.nugget)
        places = _places(problem, None)
        at = drift[problem.cells] if isinstance(drift, np.ndarray) else drift(places)
    few = settings["k"] is not None and settings["k"] < problem.values.size
    made = Kriged(problem, places, drift, variogram, int(settings["k"]) if few else None)
    field = _krige(made, at, dof)
    wanted = [options.get(name) for name in ("draws", "rng", "white", "memory")]
    return draw_kriged(field, made, *wanted) if wanted[0] else field


def _krige(made: Kriged, at: np.ndarray, dof: float) -> Field:
    """Mean and sd, by all stations or by the nearest ones."""
    problem, places, drift, variogram, k = made
    if variogram.sill == 0:
        return _constant(problem, _describe(variogram, dof, {}))
    if k is not None:
        if at.shape[1] > 1:
            raise MethodError("drift with k nearest stations is not offered: leave one of them out")
        mean, sd = krige_nearest(problem, places, variogram, k)
        return Field(mean, sd, None, _describe(variogram, dof, {}))
    _check_size(problem)
    system = _solve_system(problem, places, at, variogram)
    mean, sd = _spread(problem, places, drift, system, variogram)
    return Field(mean, sd, None, _describe(variogram, dof, _score(problem, system, dof)))


def fit_variogram(places, values, noise, drift, *, model="exponential", given=(None,) * 3):
    """Variogram at the mode of the restricted posterior, and the degrees of freedom.

    Parameters
    ----------
    places : ndarray, (n, 2)
        Metres.
    values, noise : ndarray, (n,)
    drift : ndarray, (n, q)
    model : str
    given : tuple (range, sill, nugget)
        What is not None is kept.

    Returns
    -------
    Variogram, float

    Raises
    ------
    MethodError
        If there are not more stations than drift functions.
    """
    range_m, sill, nugget = given
    if len(places) > MOST_STATIONS:
        some = np.random.default_rng(0).choice(len(places), MOST_STATIONS, replace=False)
        places, values, noise, drift = places[some], values[some], noise[some], drift[some]
    distance = cdist(places, places)
    ranges = np.array([range_m]) if range_m is not None else _ranges(distance)
    if nugget is None and len(drift) > drift_rank(drift) == drift.shape[1]:
        posterior = fit_single(model, distance, values, noise, drift, ranges=ranges, sill=sill)
    else:
        posterior = _fit_given(model, distance, (values, noise), drift, (ranges, sill, nugget))
    k, j = np.unravel_index(np.argmax(posterior.weight), posterior.weight.shape)
    partial = float(posterior.sill[k, j])
    least = nugget if nugget is not None else partial * float(posterior.ratios[j])
    dof = float(len(drift) - drift.shape[1])
    return Variogram(model, float(ranges[k]), partial + least, least, True), dof


def _fit_given(model, distance, station, drift, given):
    """Posterior where the nugget is given, or nothing but the sill can be."""
    values, noise = station
    ranges, sill, nugget = given
    group = Group(np.arange(len(values)), noise, values[:, None] - values.mean(), np.zeros(1, int))

    def covariance(k):
        return correlate(model, distance, ranges[k])

    with one_thread():
        return fit_grid(covariance, ranges, [group], drift, sill=sill, nugget=nugget)


def _constant(problem: Problem, info: dict) -> Field:
    """All values are identical: they hold everywhere, as far as their noise allows."""
    n_wet = int(np.count_nonzero(problem.mask))
    sd = np.sqrt(1 / np.sum(1 / problem.noise)) if problem.noise.all() else 0.0
    info["note"] = "all values are identical, so no variogram can be fitted"
    return Field(np.full(n_wet, problem.values.mean()), np.full(n_wet, sd), None, info)


def _read_options(options: dict) -> dict:
    known = {
        "model": "exponential",
        "range": None,
        "sill": None,
        "nugget": None,
        "drift": (),
        "k": None,
        "positions": None,
    }
    unknown = set(options) - set(known) - {"links", "draws", "rng", "white", "memory"}
    if unknown:
        raise MethodError(f"kriging does not know {sorted(unknown)}: use {', '.join(known)}")
    settings = known | {key: options[key] for key in known if key in options}
    model_code(settings["model"])
    for key in ("range", "sill"):
        if settings[key] is not None and not settings[key] > 0:
            raise MethodError(f"{key} is {settings[key]}: give a number above 0")
    if settings["nugget"] is not None and settings["nugget"] < 0:
        raise MethodError(f"nugget is {settings['nugget']}: give 0 or more")
    return settings


def _places(problem: Problem, positions) -> np.ndarray:
    if positions is None:
        return locate(problem.mask, problem.spacing, problem.cells)
    return np.asarray(positions, dtype=float)[problem.kept]


def find_drift(problem: Problem, names):
    """Drift functions of the cells (n_wet, q), or a function of places when x and y suffice.

    Parameters
    ----------
    problem : Problem
    names : sequence
        "x", "y", or arrays (n_wet,).

    Raises
    ------
    MethodError
        If a name is another word, or an array has another length or is not known in every cell.
    """
    scale = problem.spacing * max(problem.mask.shape)
    wrong = [name for name in names if isinstance(name, str) and name not in ("x", "y")]
    if wrong:
        raise MethodError(f"drift {wrong} is not known: give 'x', 'y' or arrays (n_wet,)")
    if all(isinstance(name, str) for name in names):
        axes = [("x", "y").index(name) for name in names]
        return lambda places: np.column_stack([np.ones(len(places)), places[:, axes] / scale])
    row, col = np.nonzero(problem.mask)
    given = {"x": col * problem.spacing / scale, "y": row * problem.spacing / scale}
    columns = [given[name] if isinstance(name, str) else _standard(name, row) for name in names]
    return np.column_stack([np.ones(row.size), *columns])


def _standard(covariate, row) -> np.ndarray:
    covariate = np.asarray(covariate, dtype=float)
    if covariate.shape != row.shape or not np.isfinite(covariate).all():
        raise MethodError(
            f"a drift array has shape {covariate.shape} or holds NaN: give a number for each of "
            f"the {row.size} wet cells"
        )
    spread = covariate.std()
    return (covariate - covariate.mean()) / (spread if spread > 0 else 1.0)


def _variogram(problem: Problem, places, at, settings) -> tuple[Variogram, float]:
    given = settings["range"], settings["sill"], settings["nugget"]
    if None not in given:
        variogram = Variogram(settings["model"], *map(float, given))
        if variogram.sill <= variogram.nugget:
            raise MethodError(
                f"sill {variogram.sill} is not above nugget {variogram.nugget}: give the total sill"
            )
        return variogram, np.inf
    return fit_variogram(
        places, problem.values, problem.noise, at, model=settings["model"], given=given
    )


def _ranges(distance: np.ndarray) -> np.ndarray:
    near = distance.copy()
    np.fill_diagonal(near, np.inf)
    near = near.min(axis=1)
    low = float(np.median(near[near > 0])) if (near > 0).any() else 1.0
    high = max(2 * float(distance.max()), 4 * low)
    return low * (high / low) ** (np.arange(N_RANGES) / (N_RANGES - 1))


def _check_size(problem: Problem) -> None:
    if problem.values.size > GLOBAL_STATIONS:
        raise MethodError(
            f"{problem.values.size} stations in one kriging system: use k=20 nearest stations "
            f"above {GLOBAL_STATIONS}"
        )


class Solved(NamedTuple):
    """What turns correlations into a field, and the stations left out.

    `inverse` (n, n) is that of the lower factor and `rows` (q + 1, n) are the drift seen and the
    weighted values, both times the sill; `corner` (q, q) and `level` (q,) are of the drift.
    """

    inverse: np.ndarray
    rows: np.ndarray
    corner: np.ndarray
    level: np.ndarray
    left_mean: np.ndarray
    left_sd: np.ndarray


def _solve_system(problem: Problem, places, at, variogram: Variogram) -> Solved:
    partial = variogram.sill - variogram.nugget
    covariance = partial * correlate(variogram.model, cdist(places, places), variogram.range)
    check_duplicates(problem, covariance, partial, variogram.nugget)
    covariance += np.diag(problem.noise + variogram.nugget)
    lower = _cholesky(covariance)
    inverse = solve_triangular(lower, np.eye(len(lower)), lower=True)
    seen = cho_solve((lower, True), at)
    corner = np.linalg.inv(at.T @ seen)
    centre = problem.values.mean()
    level = corner @ (seen.T @ (problem.values - centre))
    weights = cho_solve((lower, True), problem.values - centre - at @ level)
    level[0] += centre
    own = (inverse**2).sum(axis=0) - np.einsum("ij,jk,ik->i", seen, corner, seen)
    own = np.where(own > 1e-12 * own.max(), own, np.nan)
    rows = partial * np.column_stack([seen, weights]).T
    left = problem.values - weights / own, 1 / np.sqrt(own)
    return Solved(partial * inverse, rows, corner, level, *left)


def check_duplicates(problem: Problem, covariance, partial: float, nugget: float) -> None:
    """Refuse two exact values at one place when no noise is allowed.

    Raises
    ------
    MethodError
    """
    if nugget > 0:
        return
    exact = np.flatnonzero(problem.noise == 0)
    same = covariance[np.ix_(exact, exact)] >= partial * (1 - 1e-14)
    n_same = int(np.count_nonzero(same.sum(axis=1) > 1))
    if n_same:
        raise MethodError(
            f"{n_same} stations share a place while noise and nugget are 0: average them, or give "
            "a nugget above 0"
        )


def _cholesky(covariance: np.ndarray) -> np.ndarray:
    try:
        return cholesky(covariance, lower=True)
    except np.linalg.LinAlgError:
        check_definite(covariance)
    return cholesky(covariance + np.eye(len(covariance)) * 1e-10 * covariance[0, 0], lower=True)


def _spread(problem: Problem, places, drift, system: Solved, variogram: Variogram):
    mask, n = problem.mask, len(places)
    unit = problem.spacing / variogram.range
    scaled = np.zeros((2, -(-n // 4) * 4))
    scaled[:, :n] = (places / variogram.range).T
    model = model_code(variogram.model), (TABLE_NODES / np.sqrt(TABLE_END), _table())
    factor = pack_triangle(system.inverse), pack_full(system.rows)
    universal = system.corner, system.level, variogram.sill - variogram.nugget
    starts, firsts = split_cells(mask, BLOCK)
    mean, sd = np.empty(firsts[-1]), np.empty(firsts[-1])

    def work(b):
        column, row = np.empty(BLOCK), np.empty(BLOCK)
        m, _ = list_cells(mask, starts[b], min(starts[b] + BLOCK, mask.size), column, row)
        cells = slice(firsts[b], firsts[b] + m)
        if isinstance(drift, np.ndarray):
            functions = drift[cells]
        else:
            functions = drift(np.column_stack([column[:m], row[:m]]) * problem.spacing)
        at = column[:m] * unit, row[:m] * unit
        krige_strips(at, scaled, model, factor, functions, universal, (mean[cells], sd[cells]))

    run_blocks(work, range(len(starts)))
    return mean, sd


@cache
def _table() -> np.ndarray:
    return make_table()


def _score(problem: Problem, system: Solved, dof: float) -> dict:
    return score_left_out(problem.values, system.left_mean, system.left_sd, dof)


def _describe(variogram: Variogram, dof: float, scores: dict) -> dict:
    return {
        "model": variogram.model,
        "range": variogram.range,
        "sill": variogram.sill,
        "nugget": variogram.nugget,
        "fitted": variogram.fitted,
        "dof": float(dof),
        "scores": scores,
    }
