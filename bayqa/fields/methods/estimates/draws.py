"""Joint conditional draws by Matheron's rule, over the posterior of range, noise and sill."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse

from bayqa.fields.methods.fitting.basis import (
    Basis,
    factor_of,
    mesh_of,
    nodes_of,
    station_covariance,
)
from bayqa.fields.methods.fitting.reml import Group
from bayqa.fields.methods.fitting.systems import scale_fields, solve_systems
from bayqa.fields.methods.sparse.solver import solve, solve_blocks
from bayqa.fields.methods.sparse.spde import observe
from bayqa.fields.methods.sparse.triangles import give_rows, take_rows

__all__ = ["Free", "Pool", "draw_fields", "solve_free"]

KEEP_BYTES = 1_000_000_000
CELLS = 8192


class Pool(NamedTuple):
    """White noise that many fields share, and the mix of its rows that makes one field's.

    Attributes
    ----------
    white : ndarray, (N, n_wet)
        Standard normal numbers of the cells; the same array for all fields, so that the free
        fields it drives are solved for once per range.
    rows : ndarray, (q, draws), int
    weight : ndarray, (q, draws)
        Squares sum to 1 over q.
    """

    white: np.ndarray
    rows: np.ndarray
    weight: np.ndarray


class Free(NamedTuple):
    """Free fields of one range: at the cells wanted (N, c) and at the stations (N, n)."""

    cells: np.ndarray
    stations: np.ndarray


def draw_fields(basis: Basis, posterior, fields, job, wanted) -> list:
    """The fields with `draws` filled in, (draws, n_wet) float32.

    Parameters
    ----------
    basis, posterior, fields
        As predicted.
    job : tuple (values, noise, latent)
        What the fields were predicted from; `latent` are samples of censored values.
    wanted : Wanted
        Draws, rng and white noise, as for `predict`.

    Source
    ------
    Chiles and Delfiner (2012), Geostatistics, section 7.3, doi:10.1002/9781118136188.
    """
    values, noise, latent = job
    white = wanted.white
    done = []
    for k, field in enumerate(fields):
        noises = white[k] if isinstance(white, list) else white
        hidden = None if latent is None else latent[k]
        at = np.flatnonzero(np.isfinite(values[k]))
        group = Group(at, noise[k, at], values[k, at][:, None], np.array([k]))
        made = _draw_field(basis, posterior, group, hidden, wanted._replace(white=noises))
        inside = slice(None) if wanted.within is None else wanted.within
        made[:, np.isnan(field.mean[inside])] = np.nan
        done.append(field._replace(draws=made))
    return done


def _draw_field(basis, posterior, group, hidden, wanted) -> np.ndarray:
    draws, rng = wanted.draws, wanted.rng
    drift = (basis.basin[basis.cells][:, None] == np.unique(basis.basin[basis.cells])).astype(float)
    centre = group.values.mean()
    centred = group._replace(values=group.values - centre)
    systems = solve_systems(lambda k: station_covariance(basis, k), posterior, centred, drift)
    scale, dof = scale_fields(posterior, systems, centred)
    chosen = _choose(np.array([s.weight for s in systems]), draws, rng)
    rescale = np.ones(draws) if np.isinf(dof) else dof / rng.chisquare(dof, draws)
    sill = np.array([s.sill for s in systems])[chosen] * scale[0] * rescale
    measured = _measured(centred, hidden, centre, draws, rng)
    pool = _as_pool(basis, wanted)
    column = _level_columns(basis, wanted.within)
    out = _room(pool, wanted, column.size)
    for k in sorted({s.k for s in systems}):
        mine = np.flatnonzero(np.array([systems[c].k == k for c in chosen]))
        if mine.size:
            seen = _write_free(basis, k, pool, (mine, np.sqrt(sill[mine])), wanted, out)
            part = (systems, chosen[mine], sill[mine], measured[mine], posterior.nugget)
            answer = _answer(centred, part, seen, rng)
            answer[:, group.at.size :] += centre
            corrected = answer.astype(np.float32), group.at, column
            _correct(out, mine, corrected, _columns(basis, k, wanted))
    return out


def _room(pool: Pool, wanted, size: int) -> np.ndarray:
    """Where the draws go: over the white noise that made them, if nobody else holds it."""
    if wanted.white is None and wanted.within is None:
        return pool.white
    return np.empty((wanted.draws, size), dtype=np.float32)


def _write_free(basis, k, pool, mine, wanted, out) -> np.ndarray:
    """Write free fields into the rows `mine` of `out`; what they are at the stations (d, n)."""
    rows, loud = mine
    if isinstance(wanted.white, Pool) or basis.settings.barrier:
        free, mix = _free_fields(basis, k, pool, rows, wanted)
        out[rows] = (sparse.diags_array(loud) @ mix).astype(np.float32) @ free.cells
        return mix @ free.stations
    mesh, (system, factor) = mesh_of(basis, k), factor_of(basis, k)
    seen, root = np.empty((rows.size, basis.cells.size)), np.sqrt(system.weight)
    scale, at = nodes_of(basis, k).scale, observe(mesh, basis.cells)
    fine = mesh.prolongation is None and scale is None and wanted.within is None

    def fill(start, place, block):
        some = rows[start : start + block.shape[1]]
        if mesh.prolongation is None:
            take_rows(pool.white, some, root, place, block)
        else:
            block[place, : some.size] = root[:, None] * _gather(mesh, pool.white[some], None)

    def give(start, place, block):
        part = slice(start, min(start + block.shape[1], rows.size))
        if fine:
            give_rows(block, place, loud[part], rows[part], out)
            seen[part] = block[place[basis.cells], : part.stop - start].T
            return
        nodes = block[place, : part.stop - start]
        free = _at_all(mesh, nodes, at @ nodes, (scale, basis.cells, wanted.within))
        seen[part] = free.stations
        out[rows[part]] = loud[part, None].astype(np.float32) * free.cells

    solve_blocks(factor, rows.size, fill, give)
    return seen


def _choose(weight: np.ndarray, draws: int, rng) -> np.ndarray:
    """Systematic resampling, so that the nodes get their share of draws; shuffled."""
    at = (rng.random() + np.arange(draws)) / draws
    chosen = np.searchsorted(np.cumsum(weight), at)
    return rng.permutation(np.minimum(chosen, weight.size - 1))


def _measured(group, hidden, centre, draws, rng) -> np.ndarray:
    if hidden is None:
        return np.broadcast_to(group.values[:, 0], (draws, group.at.size))
    return hidden[rng.integers(len(hidden), size=draws)][:, group.at] - centre


def _answer(group, part, seen, rng) -> np.ndarray:
    """What the misfit at the stations asks of the basis and the levels; (d, n + q)."""
    systems, chosen, sill, measured, nugget = part
    n = group.at.size
    ratio = np.array([systems[c].ratio for c in chosen])
    error = rng.standard_normal((chosen.size, n))
    error *= np.sqrt((ratio * sill + nugget)[:, None] + group.noise)
    misfit = measured - np.sqrt(sill)[:, None] * seen[:, group.at] - error
    answer = np.empty((chosen.size, len(systems[0].bordered)))
    for c in np.unique(chosen):
        mine = chosen == c
        answer[mine] = misfit[mine] @ systems[c].bordered[:, :n].T
    return answer


def _correct(out, rows, answer, columns) -> None:
    """Add what the stations correct, and the level of each basin, to rows of `out` in place."""
    answer, at, level = answer
    n = at.size
    for start in range(0, out.shape[1], CELLS):
        cells = slice(start, start + CELLS)
        seen = columns[cells][:, at].astype(np.float32)
        added = answer[:, :n] @ seen.T
        added += answer[:, n:] if answer.shape[1] == n + 1 else answer[:, n + level[cells]]
        out[rows, cells] += added


def _as_pool(basis: Basis, wanted) -> Pool:
    """The pool given, or one for this field alone."""
    white = wanted.white
    if isinstance(white, Pool):
        return white
    if white is None:
        shape = (wanted.draws, basis.basin.size)
        white = wanted.rng.standard_normal(shape, dtype=np.float32)
    rows = np.arange(wanted.draws)[None]
    return Pool(np.asarray(white), rows, np.ones(rows.shape))


def _free_fields(basis, k, pool: Pool, mine, wanted) -> tuple[Free, sparse.csr_array]:
    """Free fields and the (d, N) mix of them that the draws `mine` ask for."""
    q, d = len(pool.rows), mine.size
    where = (np.tile(np.arange(d), q), pool.rows[:, mine].ravel())
    mix = sparse.csr_array((pool.weight[:, mine].ravel(), where), shape=(d, len(pool.white)))
    size = basis.basin.size if wanted.within is None else len(wanted.within)
    if not isinstance(wanted.white, Pool) or 4 * len(pool.white) * size * 12 > KEEP_BYTES:
        own = Pool(mix.astype(np.float32) @ pool.white, pool.rows, pool.weight)
        free = solve_free(basis, k, own.white, wanted)
        return free, sparse.eye_array(d, format="csr")
    key = ("free", k)
    held = basis.memory.get(key)
    if held is None or held[0] is not pool.white or held[1] is not wanted.within:
        free = solve_free(basis, k, pool.white, wanted)
        held = basis.memory[key] = (pool.white, wanted.within, free)
    return held[2], mix


def solve_free(basis: Basis, k: int, white: np.ndarray, wanted) -> Free:
    """Free fields of the k-th range driven by white noise (N, n_wet), for unit sill.

    `wanted.within` are the cells asked for, None for all; `wanted.rng` drives land nodes.
    """
    mesh = mesh_of(basis, k)
    system, factor = factor_of(basis, k)
    nodes = solve(factor, np.sqrt(system.weight)[:, None] * _gather(mesh, white, wanted.rng))
    seen = observe(mesh, basis.cells) @ nodes
    return _at_all(mesh, nodes, seen, (nodes_of(basis, k).scale, basis.cells, wanted.within))


def _at_all(mesh, nodes, seen, where) -> Free:
    """Free fields at the cells wanted and at the stations, from those of the nodes (m, N)."""
    scale, stations, within = where
    cells = _at_cells(mesh, nodes.astype(np.float32), within)
    if scale is not None:
        unit = np.nan_to_num(scale)
        seen = seen * unit[stations][:, None]
        cells = cells * unit[slice(None) if within is None else within][:, None]
    return Free(np.ascontiguousarray(cells.T, dtype=np.float32), np.ascontiguousarray(seen.T))


def _columns(basis, k, wanted) -> np.ndarray:
    """Covariance of the cells wanted with all stations; (c, n)."""
    key, nodes = ("columns", k), nodes_of(basis, k)
    if nodes.mesh.prolongation is None and nodes.scale is None and wanted.within is None:
        return nodes.basis
    held = basis.memory.get(key)
    if held is None or held[0] is not wanted.within:
        columns = _at_cells(nodes.mesh, nodes.basis, wanted.within)
        if nodes.scale is not None:
            inside = slice(None) if wanted.within is None else wanted.within
            columns = columns * np.nan_to_num(nodes.scale)[inside][:, None]
        held = basis.memory[key] = (wanted.within, columns.astype(np.float32))
    return held[1]


def _at_cells(mesh, values, within) -> np.ndarray:
    if mesh.prolongation is None:
        return values if within is None else values[within]
    weights = mesh.prolongation if within is None else mesh.prolongation[within]
    return weights @ values


def _level_columns(basis, within) -> np.ndarray:
    names = np.unique(basis.basin[basis.cells])
    column = np.where(basis.reached, np.searchsorted(names, basis.basin), 0)
    column = np.minimum(column, names.size - 1)
    return column if within is None else column[within]


def _gather(mesh, white, rng) -> np.ndarray:
    """Standard normal numbers of the nodes (m, N), summed up from those of the cells (N, n_wet)."""
    if mesh.prolongation is None:
        return white.T.astype(float)
    cell = np.flatnonzero(mesh.node >= 0)
    node = mesh.node[cell]
    shape = (mesh.volume.size, white.shape[1])
    gather = sparse.csr_array((1 / np.sqrt(mesh.volume[node]), (node, cell)), shape=shape)
    numbers = gather @ white.T.astype(float)
    absent = np.flatnonzero(np.diff(gather.indptr) == 0)
    if absent.size:
        # Land nodes of the barrier variant have no cell of their own.
        numbers[absent] = rng.standard_normal((absent.size, len(white)))
    return numbers
