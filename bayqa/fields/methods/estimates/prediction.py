"""Mean and sd of every cell, averaged over the posterior, for many fields of the same stations."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bayqa.errors import MethodError
from bayqa.fields.methods.estimates.draws import draw_fields
from bayqa.fields.methods.estimates.spread import add_range, finish_fields, pack_systems
from bayqa.fields.methods.field import Field
from bayqa.fields.methods.fitting.basis import (
    Basis,
    fit_covariance,
    nodes_of,
    prepare_fit,
    station_covariance,
)
from bayqa.fields.methods.fitting.censored import impute
from bayqa.fields.methods.fitting.likelihood import MOST_STATIONS
from bayqa.fields.methods.fitting.reml import Group, Posterior, fit_grid, group_fields
from bayqa.fields.methods.fitting.systems import System, left_out, scale_fields, solve_systems
from bayqa.fields.methods.scores import score_left_out
from bayqa.fields.methods.threads import one_thread, run_blocks

__all__ = ["fit_pooled", "predict", "station_drift"]

BLOCK = 4096
# Numbers, not limits, that a fit keeps of a field with more stations than it can use.
FEWEST_EXACT = 20


def fit_pooled(
    basis: Basis, values, noise, *, bounds=None, sill=None, nugget=None, rng=None
) -> Posterior:
    """Posterior over the ranges of the basis and the noise, pooled over fields.

    Parameters
    ----------
    basis : Basis
    values, noise : array, (k, n) or (n,)
        Fields at the stations of the basis in the working scale, NaN where missing, and the
        variance of each value.
    bounds : tuple of array (lower, upper), optional
        Like `values`; where they differ the value lies between them and is not taken as a number.
    sill, nugget : float, optional
        Honoured exactly; `sill` is the total (field plus nugget).
    rng : numpy Generator, optional
        For censored values; by default seeded with 0.

    Raises
    ------
    MethodError
        If nothing can be fitted: one station in every field, all values censored; or the sill or
        the nugget given are no variances.
    """
    _check_given(sill, nugget)
    values, noise = _two_dimensional(basis, values, noise)
    options = {"sill": sill, "nugget": nugget}
    if np.isfinite(values).sum(axis=1).max() > MOST_STATIONS:
        basis, values, noise, bounds = _thin(basis, values, noise, bounds)
    with one_thread():
        prepare_fit(basis)
        if bounds is not None:
            return impute(basis, values, noise, bounds, rng=rng, given=options)[0]
        groups, drift = group_fields(values, noise), station_drift(basis)
        return fit_grid(lambda k: fit_covariance(basis, k), basis.ranges, groups, drift, **options)


def _thin(basis: Basis, values, noise, bounds) -> tuple:
    """At most `MOST_STATIONS` of each field, drawn by lot: they tell range and noise well enough.

    The cost of weighing all ranges grows with the cube of the stations.
    """
    thinned = values.copy()
    exact = np.ones(values.shape, bool)
    if bounds is not None:
        exact = ~np.broadcast_to(np.less(*bounds), values.shape)
    for row, known in zip(thinned, exact, strict=True):
        here = np.random.default_rng(0).permutation(np.flatnonzero(np.isfinite(row)))
        # Limits alone make no field, so where nearly all are limits the few numbers stay.
        first = here[known[here]][:FEWEST_EXACT]
        kept = np.concatenate([first, here[~np.isin(here, first)]])[:MOST_STATIONS]
        row[np.setdiff1d(here, kept)] = np.nan
    used = np.isfinite(thinned).any(axis=0)
    key = ("thinned", used.tobytes())
    if key not in basis.memory:
        basis.memory[key] = basis._replace(cells=basis.cells[used], memory={})
    some = None
    if bounds is not None:
        some = tuple(np.broadcast_to(np.asarray(b, float), values.shape)[:, used] for b in bounds)
    return basis.memory[key], thinned[:, used], noise[:, used], some


def _check_given(sill: float | None, nugget: float | None) -> None:
    if sill is not None and not sill > 0:
        raise MethodError(f"sill is {sill}: give a number above 0")
    if nugget is not None and not nugget >= 0:
        raise MethodError(f"nugget is {nugget}: give 0 or more")
    if None not in (sill, nugget) and sill <= nugget:
        raise MethodError(f"sill {sill} is not above nugget {nugget}: give the total sill")


class Wanted(NamedTuple):
    """Options of `predict`."""

    bounds: tuple | None = None
    draws: int = 0
    rng: np.random.Generator | None = None
    white: np.ndarray | list | None = None
    within: np.ndarray | None = None


def predict(basis: Basis, posterior: Posterior, values, noise, **wanted):
    """Field, or a list of fields for (k, n) values.

    Parameters
    ----------
    basis, posterior
        From `prepare_basis` and `fit_pooled`.
    values, noise, bounds
        As for `fit_pooled`; other campaigns than those of the fit may be given.
    draws : int
        Joint conditional simulations of each field.
    rng : numpy Generator
        Needed for draws and censored values.
    white : array (draws, n_wet), or list of k such arrays, optional
        Standard normal numbers of each cell that drive the draws, so that the draws of several
        parameters can be made to go together; or a `Pool` that many fields share.
    within : array of int, optional
        Wet cells that are drawn; by default all.

    Returns
    -------
    Field or list of Field
        `info` holds dof, scores (leave-one-out), range, sill, noise ratio, weights.

    Raises
    ------
    MethodError
        If draws are wanted without rng, or a field has no value.
    """
    wanted = Wanted(**wanted)
    single = np.ndim(values) == 1
    values, noise = _two_dimensional(basis, values, noise)
    if wanted.draws and wanted.rng is None:
        raise MethodError("draws are asked for without rng: pass numpy.random.default_rng(seed)")
    with one_thread():
        fields = _predict_all(basis, posterior, values, noise, wanted)
    return fields[0] if single else fields


def _predict_all(basis, posterior, values, noise, wanted: Wanted) -> list[Field]:
    latent = None
    if wanted.bounds is not None:
        how = {"posterior": posterior, "rng": wanted.rng}
        _, values, latent = impute(basis, values, noise, wanted.bounds, **how)
    fields: list = [None] * len(values)
    for group in group_fields(values, noise):
        if not group.at.size:
            raise MethodError("a field has no value at any station: leave this campaign out")
        made = _predict_group(basis, posterior, group, latent)
        for where, field in zip(group.fields, made, strict=True):
            fields[where] = field
    if wanted.draws:
        fields = draw_fields(basis, posterior, fields, (values, noise, latent), wanted)
    return fields


def station_drift(basis: Basis) -> np.ndarray:
    """One unknown level for each basin with stations; (n, basins)."""
    at = basis.basin[basis.cells]
    return (at[:, None] == np.unique(at)).astype(float)


def cell_drift(basis: Basis) -> np.ndarray:
    """Column of the level of each cell, -1 where no station is in the basin; (n_wet,)."""
    names = np.unique(basis.basin[basis.cells])
    column = np.searchsorted(names, basis.basin)
    return np.where(basis.reached, column, -1)


def _two_dimensional(basis: Basis, values, noise) -> tuple[np.ndarray, np.ndarray]:
    values = np.atleast_2d(np.asarray(values, dtype=float))
    if values.shape[1] != basis.cells.size:
        raise MethodError(
            f"{values.shape[1]} values for {basis.cells.size} stations of the basis: "
            "give one for each, NaN where there is none"
        )
    return values, np.broadcast_to(np.asarray(noise, dtype=float), values.shape)


def _predict_group(basis, posterior, group: Group, latent) -> list[Field]:
    centre = group.values.mean(axis=0)
    centred = group._replace(values=group.values - centre)
    drift = station_drift(basis)
    systems = solve_systems(lambda k: station_covariance(basis, k), posterior, centred, drift)
    scale, dof = scale_fields(posterior, systems, centred)
    hidden = None if latent is None else [latent[k] for k in group.fields]
    mean, sd = _spread_over_cells(basis, centred, systems, scale, (centre, hidden))
    guess, error = left_out(systems, centred, scale)
    fields = []
    for j in range(group.values.shape[1]):
        score = score_left_out(centred.values[:, j], guess[:, j], error[:, j], dof)
        info = _describe(posterior, systems, scale[j], dof) | {"scores": score}
        fields.append(Field(mean[j], sd[j], None, info))
    return fields


def _spread_over_cells(basis, group, systems, scale, wanted) -> tuple[np.ndarray, np.ndarray]:
    centre, hidden = wanted
    n_fields = group.values.shape[1]
    mean = np.empty((n_fields, basis.basin.size))
    sd = np.empty_like(mean)
    column = cell_drift(basis)
    drift = station_drift(basis)
    seen = drift[group.at].any(axis=0)
    parts = []
    for k, some in _by_range(systems):
        form, sill = _quadratic(some)
        parts.append((nodes_of(basis, k), sill, pack_systems(some, form)))
    extra = None if hidden is None else [_latent_form(systems, h, group) for h in hidden]

    def work(start):
        cells = slice(start, min(start + BLOCK, column.size))
        where = group.at, column[cells], drift.shape[1]
        moments = _moments(parts, cells, where, n_fields)
        if extra is not None:
            moments[1][:] += _hidden_variance(parts, cells, where, extra).T
        reached = (column[cells] >= 0) & seen[column[cells]]
        finish_fields(moments, reached, scale, centre, mean[:, cells], sd[:, cells])

    run_blocks(work, range(0, column.size, BLOCK))
    return mean, sd


def _by_range(systems: list[System]) -> list[tuple[int, list[System]]]:
    names = sorted({s.k for s in systems})
    return [(k, [s for s in systems if s.k == k]) for k in names]


def _quadratic(systems: list[System]) -> tuple[np.ndarray, float]:
    form = -sum(s.weight * s.sill * s.bordered for s in systems)
    return (form + form.T) / 2, sum(s.weight * s.sill for s in systems)


def _moments(parts, cells, where, n_fields) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean and mean square (fields, cells), and the variance all fields share (cells,)."""
    size = cells.stop - cells.start
    first, second, common = np.zeros((n_fields, size)), np.zeros((n_fields, size)), np.zeros(size)
    for nodes, sill, packed in parts:
        common += sill * np.nan_to_num(nodes.prior[cells])
        add_range(_basis_rows(nodes, cells), where, packed, first, second, common)
    return first, second, common


def _basis_rows(nodes, cells: slice) -> np.ndarray:
    """Covariance of a block of cells with all stations."""
    b = nodes.basis[cells]
    if nodes.mesh.prolongation is not None:
        b = nodes.mesh.prolongation[cells] @ nodes.basis
    if nodes.scale is not None:
        b = b * np.nan_to_num(nodes.scale[cells])[:, None]
    return b


def extend(nodes, cells: slice, at: np.ndarray, column: np.ndarray, n_levels: int) -> np.ndarray:
    """Rows [b, f] of a block of cells: covariance with the stations `at`, then the level."""
    b = _basis_rows(nodes, cells)
    row = np.zeros((len(b), at.size + n_levels))
    row[:, : at.size] = b[:, at]
    known = np.flatnonzero(column >= 0)
    row[known, at.size + column[known]] = 1.0
    return row


def _latent_form(systems, hidden, group) -> list[np.ndarray]:
    """For each range the loadings (n + q, c) of the spread of censored values."""
    spread = hidden[:, group.at]
    root = (spread - spread.mean(axis=0)) / np.sqrt(max(len(spread) - 1, 1))
    return [
        sum(s.weight * s.bordered[:, : group.at.size] for s in some) @ root.T
        for _, some in _by_range(systems)
    ]


def _hidden_variance(parts, cells, where, extra) -> np.ndarray:
    at, column, n_levels = where
    out = []
    for loadings in extra:
        total = 0.0
        for (nodes, _, _), loading in zip(parts, loadings, strict=True):
            row = extend(nodes, cells, at, column, n_levels)
            total = total + row @ loading
        out.append((total**2).sum(axis=1))
    return np.stack(out, axis=1)


def _describe(posterior: Posterior, systems: list[System], scale: float, dof: float) -> dict:
    weight = np.array([s.weight for s in systems])
    ranges = np.array([posterior.ranges[s.k] for s in systems])
    sill = np.array([s.sill for s in systems])
    ratio = np.array([s.ratio for s in systems])
    return {
        "dof": float(dof),
        "range": float(np.exp(weight @ np.log(ranges))),
        "range_low": float(ranges.min()),
        "range_high": float(ranges.max()),
        "sill": float(scale * (weight @ sill)),
        "nugget": float(scale * (weight @ (sill * ratio))),
        "pooled_fields": int(posterior.n_fields),
    }
