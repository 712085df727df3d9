"""The station basis of the no-flux Matern field: made once per (bay, range), shared by all fields.

For each range: ``R`` (n, n) covariance between the stations, ``B`` (m, n) covariance between the
nodes and the stations, the exact prior variance of every cell, and the factor for the draws.
Everything is computed when first asked for and kept.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from scipy import sparse
from scipy.spatial import cKDTree

from bayqa.errors import MethodError
from bayqa.fields.methods.field import check_cells, locate
from bayqa.fields.methods.sparse.mesh import Mesh, build_mesh, find_basins, link_cells
from bayqa.fields.methods.sparse.plan import Plan, analyse
from bayqa.fields.methods.sparse.room import make_room
from bayqa.fields.methods.sparse.solver import Factor, choose_solver, factorise, solve_blocks
from bayqa.fields.methods.sparse.spde import (
    System,
    assemble,
    assemble_barrier,
    joined,
    observe,
    prior_variance,
)
from bayqa.fields.methods.sparse.triangles import give_columns
from bayqa.fields.methods.threads import one_thread, run_blocks

__all__ = [
    "Basis",
    "Nodes",
    "factor_of",
    "fit_covariance",
    "mesh_of",
    "nodes_of",
    "prepare_basis",
    "prepare_fit",
    "station_covariance",
    "suggest_ranges",
]

N_RANGES = 14
# Share of `resolve` that the fit needs.
ROUGH = 0.5
# A mesh step is at most a sixth of the distance of neighbouring stations (resolve = 12).
DETAIL = 2.0


class Settings(NamedTuple):
    """How the fields of a basis are solved; see `prepare_basis`."""

    solver: str = "auto"
    barrier: bool = False
    unit_variance: bool = False
    resolve: float = 12.0
    max_cells: int = 300_000


class Basis(NamedTuple):
    """Stations and water of one bay; `memory` holds what was computed for each range.

    `detail` is the distance of neighbouring stations (metres), which a mesh has to resolve too.
    """

    mask: np.ndarray
    spacing: float
    cells: np.ndarray
    edges: np.ndarray
    basin: np.ndarray
    reached: np.ndarray
    ranges: np.ndarray
    detail: float
    settings: Settings
    memory: dict[Any, Any]


class Nodes(NamedTuple):
    """What one range knows: `basis` (m, n) on the mesh, `prior` (n_wet,), `scale` (n_wet,)."""

    mesh: Mesh
    basis: np.ndarray
    prior: np.ndarray
    scale: np.ndarray | None


def prepare_basis(mask, spacing, cells, *, ranges=None, links=None, **settings) -> Basis:
    """Basis for stations on the water; cheap until a range is used.

    Parameters
    ----------
    mask : array, (ny, nx), bool
        True is water, north first.
    spacing : float
        Metres.
    cells : array, (n,), int
        Flat index of each station into the wet cells: the union over all campaigns.
    ranges : array, (r,), optional
        Metres, rising; by default `suggest_ranges`.
    links : tuple of array (link_east, link_south), optional
        Where water may pass from a cell to the next one.
    **settings
        Of `Settings`:
    solver : {"auto", "blocks", "superlu", "cholespy", "sksparse", "amg"}
    barrier : bool
        Keep land as nodes with a tenth of the range instead of no flux through the coast.
    unit_variance : bool
        Divide the rise of the prior variance at coasts out.
    resolve : float
        A mesh step is at most range / resolve where the grid is finer than that.
    max_cells : int
        Most nodes of a mesh.

    Raises
    ------
    MethodError, CoverageError
        If the mask, spacing, cells, ranges or solver cannot be used.
    """
    mask = np.ascontiguousarray(mask, dtype=bool)
    cells = check_cells(mask, spacing, cells)
    edges = link_cells(mask, links)
    basin = find_basins(int(mask.sum()), edges)
    reached = np.isin(basin, basin[cells])
    near = _neighbour_distance(mask, spacing, cells)
    if ranges is None:
        ranges = suggest_ranges(mask, spacing, reached, near)
    ranges = np.atleast_1d(np.asarray(ranges, dtype=float))
    if not (ranges.size and np.isfinite(ranges).all() and (ranges > 0).all()):
        raise MethodError(f"ranges are {ranges.tolist()}: give metres above 0")
    unknown = sorted(set(settings) - set(Settings._fields))
    if unknown:
        known = ("range", "sill", "nugget", "ranges", *Settings._fields)
        raise MethodError(f"options {unknown} are not known: use {', '.join(known)}")
    settings = Settings(**settings)
    choose_solver(settings.solver, 0)
    return Basis(mask, float(spacing), cells, edges, basin, reached, ranges, near, settings, {})


def suggest_ranges(mask, spacing, reached, near, n=N_RANGES) -> np.ndarray:
    """Ranges on a log grid, from below the distance of neighbouring stations to twice the water.

    Parameters
    ----------
    reached : array, (n_wet,), bool
        Cells of the basins with stations.
    near : float
        Distance of neighbouring stations in metres.
    """
    row, col = np.nonzero(mask)
    extent = np.hypot(np.ptp(row[reached]) + 1, np.ptp(col[reached]) + 1) * spacing
    low = min(max(0.75 * near, 3 * spacing), extent)
    return np.geomspace(low, max(2 * extent, 4 * low), n)


def mesh_of(basis: Basis, k: int) -> Mesh:
    """Mesh on which range `k` is solved."""
    return _mesh(basis, _blocks(basis, basis.ranges[k], basis.settings.resolve))


def factor_of(basis: Basis, k: int) -> tuple[System, Factor]:
    """System of range `k` and its factor, kept."""
    key = ("factor", k)
    if key not in basis.memory:
        basis.memory[key] = _factorise(basis, k)
    return basis.memory[key]


def station_covariance(basis: Basis, k: int) -> np.ndarray:
    """Covariance between the stations for range `k` and unit sill; (n, n)."""
    key = ("covariance", k)
    if key not in basis.memory:
        mesh, (system, factor) = mesh_of(basis, k), factor_of(basis, k)
        columns = _station_columns(basis, mesh, factor, system.weight)
        covariance = observe(mesh, basis.cells) @ columns
        basis.memory["columns of stations", k] = columns
        basis.memory[key] = (covariance + covariance.T) / 2
    return _normal(basis, basis.memory[key])


def fit_covariance(basis: Basis, k: int) -> np.ndarray:
    """As `station_covariance` on a mesh half as fine, which is enough to weigh the ranges.

    A single range is not weighed, so there it is the same.
    """
    if basis.ranges.size == 1 or basis.settings.barrier:
        return station_covariance(basis, k)
    key = ("rough", k)
    if key not in basis.memory:
        mesh, system, plan = _rough(basis, k)
        factor = factorise(system.matrix, basis.settings.solver, plan)
        basis.memory[key] = _covariance(system, _station_columns(basis, mesh, factor, None))
    return _normal(basis, basis.memory[key])


def prepare_fit(basis: Basis) -> None:
    """Make the meshes of the fit and their plans, so that no two threads make the same one."""
    several = basis.ranges.size > 1 and not basis.settings.barrier
    if several and ("rough", 0) not in basis.memory:
        first = {_rough_blocks(basis, k): k for k in range(basis.ranges.size)}
        run_blocks(lambda k: _rough(basis, k), first.values())


def nodes_of(basis: Basis, k: int) -> Nodes:
    """Covariance of every node with the stations, and the prior variance, for range `k`."""
    key = ("nodes", k)
    if key not in basis.memory:
        station_covariance(basis, k)
        columns = basis.memory.pop(("columns of stations", k))
        basis.memory[key] = _scaled(basis, k, factor_of(basis, k)[0], columns)
    return basis.memory[key]


def _rough_blocks(basis: Basis, k: int) -> int:
    return _blocks(basis, basis.ranges[k], ROUGH * basis.settings.resolve)


def _rough(basis: Basis, k: int) -> tuple[Mesh, System, Plan | None]:
    mesh = _mesh(basis, _rough_blocks(basis, k))
    system = assemble(mesh, basis.spacing, basis.ranges[k])
    return mesh, system, _plan(basis, mesh, system, None)


def _normal(basis: Basis, covariance: np.ndarray) -> np.ndarray:
    if not basis.settings.unit_variance:
        return covariance
    sd = np.sqrt(np.diag(covariance))
    return covariance / sd[:, None] / sd


def _scaled(basis: Basis, k: int, system: System, columns: np.ndarray) -> Nodes:
    mesh = mesh_of(basis, k)
    prior = prior_variance(mesh, system, _plan(basis, mesh, system, joined(mesh)))
    at_stations = np.diag(basis.memory["covariance", k])
    prior[basis.cells] = at_stations
    if not basis.settings.unit_variance:
        return Nodes(mesh, columns, prior, None)
    columns /= np.sqrt(at_stations)
    return Nodes(mesh, columns, np.where(np.isnan(prior), np.nan, 1.0), 1 / np.sqrt(prior))


def _station_columns(basis: Basis, mesh: Mesh, factor: Factor, weight) -> np.ndarray:
    """K^-1 W of the stations, or K^-1 D K^-1 W with a weight D; (m, n)."""
    seen = observe(mesh, basis.cells)
    out = make_room(factor.size, seen.shape[0])

    def fill(start, place, block):
        some = seen[start : start + block.shape[1]].tocoo()
        station, node = some.coords
        block[:] = 0.0
        block[place[node], station] = some.data

    def give(start, place, block):
        give_columns(block, place, start, out)

    solve_blocks(factor, seen.shape[0], fill, give, weight)
    return out


def _covariance(system: System, spread: np.ndarray) -> np.ndarray:
    with one_thread():
        covariance = spread.T @ (system.weight[:, None] * spread)
    return (covariance + covariance.T) / 2


def _mesh(basis: Basis, factor: int) -> Mesh:
    key = ("mesh", factor)
    if key not in basis.memory:
        if basis.settings.barrier:
            basis.memory[key] = _rectangle(basis)
        else:
            basis.memory[key] = build_mesh(basis.mask, basis.edges, basis.reached, factor)
    return basis.memory[key]


def _factorise(basis: Basis, k: int) -> tuple[System, Factor]:
    mesh = mesh_of(basis, k)
    if basis.settings.barrier:
        wet, opened = basis.memory["barrier"]
        system = assemble_barrier(mesh, basis.spacing, basis.ranges[k], wet, opened)
    else:
        system = assemble(mesh, basis.spacing, basis.ranges[k])
    plan = _plan(basis, mesh, system, joined(mesh))
    return system, factorise(system.matrix, basis.settings.solver, plan)


def _plan(basis: Basis, mesh: Mesh, system: System, pairs) -> Plan | None:
    """Plan of a mesh, kept for all ranges; none where SuperLU is asked for.

    Only the selected inverse needs `pairs`, so the meshes of the fit do without.
    """
    if basis.settings.solver == "superlu":
        return None
    key = ("plan", mesh.factor, pairs is not None and len(pairs) > 0)
    if key not in basis.memory:
        basis.memory[key] = analyse(system.matrix, mesh.place, pairs)
    return basis.memory[key]


def _blocks(basis: Basis, range_m: float, resolve: float) -> int:
    if basis.settings.barrier:
        return 1
    n_cells = np.count_nonzero(basis.reached)
    finest = min(range_m, DETAIL * basis.detail)
    physics = finest / (resolve * basis.spacing)
    memory = np.ceil(np.sqrt(n_cells / basis.settings.max_cells))
    return int(max(1, min(physics, max(basis.mask.shape) / 8), memory))


def _neighbour_distance(mask, spacing, cells) -> float:
    """Lower quartile of the distance from a station to the next one, in metres."""
    places = np.unique(locate(mask, spacing, cells), axis=0)
    if len(places) < 2:
        return float(max(mask.shape) * spacing / 5)
    return float(np.quantile(cKDTree(places).query(places, k=2)[0][:, 1], 0.25))


def _rectangle(basis: Basis) -> Mesh:
    """Mesh of the whole rectangle; marks which edges a thin barrier closes."""
    everywhere = np.ones_like(basis.mask)
    edges = link_cells(everywhere)
    wet = basis.mask.ravel()
    flat = np.flatnonzero(wet)
    size = wet.size
    passed = np.unique(flat[basis.edges] @ np.array([size, 1]))
    both_wet = wet[edges].all(axis=1)
    opened = ~both_wet | np.isin(edges @ np.array([size, 1]), passed)
    basis.memory["barrier"] = (wet, opened)
    mesh = build_mesh(everywhere, edges, np.ones(size, bool), 1)
    node = np.where(basis.reached, flat, -1)
    cell = np.flatnonzero(basis.reached)
    where = (cell, node[cell])
    selection = sparse.csr_array((np.ones(cell.size), where), shape=(node.size, size))
    return mesh._replace(prolongation=selection, node=node)
