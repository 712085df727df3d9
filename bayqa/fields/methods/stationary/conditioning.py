"""Joint draws of a kriged field: free fields corrected by the stations."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.spatial.distance import cdist

from bayqa.errors import MethodError
from bayqa.fields.methods.estimates.draws import KEEP_BYTES, Pool
from bayqa.fields.methods.field import Field, Problem, locate
from bayqa.fields.methods.stationary.covariance import correlate
from bayqa.fields.methods.stationary.embedding import find_root, simulate
from bayqa.fields.methods.stationary.neighbours import krige_nearest

__all__ = ["Kriged", "draw_kriged"]

_BLOCK = 4096


class Kriged(NamedTuple):
    """What made a field.

    Attributes
    ----------
    problem : Problem
    places : ndarray, (n, 2)
    drift : ndarray, (n_wet, q), or a function of places (m, 2)
    variogram : Variogram
    k : int or None
        Nearest stations.
    """

    problem: Problem
    places: np.ndarray
    drift: object
    variogram: object
    k: int | None


def draw_kriged(  # noqa: PLR0913
    field: Field, made: Kriged, draws: int, rng, white=None, memory=None
) -> Field:
    """The field with `draws` filled in, (draws, n_wet) float32.

    Parameters
    ----------
    field : Field
        As kriged; Student-t where the variogram was fitted.
    made : Kriged
    draws : int
    rng : numpy Generator
    white : ndarray, (draws, n_wet), or Pool, optional
        Standard normal numbers that drive the draws; fields from the same ones go together.
    memory : dict, optional
        Keeps the free fields of a pool for each range, for other fields of the same cells.

    Raises
    ------
    MethodError
        If there is no rng, or stations lie off the centres of cells.

    Source
    ------
    Journel and Huijbregts (1978), Mining Geostatistics, VII.A: conditioning by kriging.
    """
    problem, variogram = made.problem, made.variogram
    if rng is None:
        raise MethodError("draws are asked for without rng: pass numpy.random.default_rng(seed)")
    if not np.array_equal(made.places, locate(problem.mask, problem.spacing, problem.cells)):
        raise MethodError("draws take stations at the centres of their cells: leave positions out")
    partial = variogram.sill - variogram.nugget
    if partial <= 0:
        apart = rng.standard_normal((draws, 1)) * field.sd
        return field._replace(draws=(field.mean + apart).astype(np.float32))
    white = rng.standard_normal((draws, field.mean.size), np.float32) if white is None else white
    free, inexact = _free_fields(made, white, rng, {} if memory is None else memory)
    free = np.sqrt(partial) * free.astype(float)
    error = np.sqrt(problem.noise + variogram.nugget)
    seen = free[:, problem.cells] + error * rng.standard_normal((draws, error.size))
    free -= _krige_rows(made, seen)
    dof = float(field.info.get("dof", np.inf))
    if np.isfinite(dof):
        free *= np.sqrt(dof / rng.chisquare(dof, draws))[:, None]
    free += field.mean
    info = field.info | {"draws_error": inexact}
    return field._replace(draws=free.astype(np.float32), info=info)


def _free_fields(made: Kriged, white, rng, memory: dict) -> tuple[np.ndarray, float]:
    """Free fields of unit sill (draws, n_wet), and the error of their semivariance."""
    mask, model = made.problem.mask, (made.variogram.model, made.variogram.range)
    if not isinstance(white, Pool):
        root = find_root(mask, made.problem.spacing, *model)
        return simulate(root, mask, np.asarray(white), rng), root.error
    held = memory.get(model)
    if held is None or held[0] is not white.white:
        root = find_root(mask, made.problem.spacing, *model)
        # The same numbers beyond the cells whichever field comes first.
        fields = simulate(root, mask, white.white, np.random.default_rng(0))
        held = white.white, fields, root.error
        if sum(kept[1].nbytes for kept in memory.values()) + fields.nbytes < KEEP_BYTES:
            memory[model] = held
    parts = zip(white.rows, white.weight, strict=True)
    return sum(weight[:, None] * held[1][rows] for rows, weight in parts), held[2]


def _krige_rows(made: Kriged, rows: np.ndarray) -> np.ndarray:
    """Mean of the cells for each row of values at the stations; (draws, n_wet)."""
    problem, variogram = made.problem, made.variogram
    if made.k is not None:
        each = [problem._replace(values=row) for row in rows]
        return np.stack([krige_nearest(p, made.places, variogram, made.k)[0] for p in each])
    answer, level, at_cells = _solve(made, rows)
    every = np.arange(np.count_nonzero(problem.mask))
    mean = np.empty((len(rows), every.size))
    for start in range(0, every.size, _BLOCK):
        cells = every[start : start + _BLOCK]
        where = locate(problem.mask, problem.spacing, cells)
        near = correlate(variogram.model, cdist(where, made.places), variogram.range)
        mean[:, cells] = (near @ answer + at_cells(where, cells) @ level).T
    return mean


def _solve(made: Kriged, rows: np.ndarray):
    """Weights of the correlations (n, draws), of the drift (q, draws), and the drift of cells."""
    problem, variogram = made.problem, made.variogram
    whole = isinstance(made.drift, np.ndarray)
    at = made.drift[problem.cells] if whole else made.drift(made.places)
    partial = variogram.sill - variogram.nugget
    covariance = partial * correlate(
        variogram.model, cdist(made.places, made.places), variogram.range
    )
    covariance += np.diag(problem.noise + variogram.nugget + 1e-10 * partial)
    factor = cho_factor(covariance, lower=True)
    seen = cho_solve(factor, at)
    level = np.linalg.solve(at.T @ seen, seen.T @ rows.T)
    answer = partial * cho_solve(factor, rows.T - at @ level)
    if whole:
        return answer, level, lambda where, cells: made.drift[cells]
    return answer, level, lambda where, cells: made.drift(where)
