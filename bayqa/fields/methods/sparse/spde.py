"""The Matern field (nu = 1) on the water as a sparse system: precision, observe, variance.

``(kappa^2 - Laplacian) u = white noise`` with no flux through the coast, in finite volumes on a
mesh: ``K = (h kappa)^2 V + G`` and covariance ``K^-1 D K^-1``. Only K is ever factorised.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse

from bayqa.fields.methods.sparse.mesh import Mesh
from bayqa.fields.methods.sparse.plan import Plan
from bayqa.fields.methods.sparse.solver import invert_selected
from bayqa.fields.methods.threads import run_blocks

__all__ = ["System", "assemble", "assemble_barrier", "joined", "observe", "prior_variance"]

# Smaller step, over the least zero-order part, of the differences that give diag(K^-1 D K^-1) from
# diag(K^-1), and what each one weighs: of fourth order, so that the step can be long enough for
# rounding to stay below 1e-8 of the sd.
SHIFT = 5e-3
STEPS = {-2: -1 / 12, -1: 8 / 12, 1: -8 / 12, 2: 1 / 12}
LAND_RANGE = 0.1


class System(NamedTuple):
    """One range: `matrix` K, its zero-order part `mass`, and the white noise `weight` D."""

    matrix: sparse.csc_array
    mass: np.ndarray
    weight: np.ndarray


def assemble(mesh: Mesh, spacing: float, range_m: float) -> System:
    """System for one range (metres) with unit variance in open water.

    Source
    ------
    Lindgren, Rue and Lindstrom (2011), doi:10.1111/j.1467-9868.2011.00777.x; kappa = sqrt(8)/range,
    white noise scaled by 4 pi kappa^2.
    """
    step = 8 * (spacing / range_m) ** 2
    mass = step * mesh.volume
    return System(_symmetric(mesh, mesh.conductance, mass), mass, 4 * np.pi * mass)


def assemble_barrier(mesh: Mesh, spacing: float, range_m: float, wet, open_edge) -> System:
    """System that keeps land as nodes with a tenth of the range.

    Parameters
    ----------
    mesh : Mesh
        Of the whole rectangle.
    wet : ndarray, (m,), bool
    open_edge : ndarray, (e,), bool
        False where land thinner than a cell parts two wet nodes.

    Source
    ------
    Bakka et al. (2019), doi:10.1016/j.spasta.2019.01.002, equation 5.
    """
    local = np.where(wet, range_m, LAND_RANGE * range_m) / spacing
    diffusion = local**2 / 8
    first, second = diffusion[mesh.edges.T]
    flow = 2 * first * second / (first + second)
    flow = np.where(open_edge, flow, np.minimum(flow, (LAND_RANGE * range_m / spacing) ** 2 / 8))
    mass = np.ones(local.size)
    return System(_symmetric(mesh, flow, mass), mass, np.pi / 2 * local**2)


def observe(mesh: Mesh, cells: np.ndarray) -> sparse.csr_array:
    """Weights of the nodes in the field at each station; (n, m)."""
    if mesh.prolongation is not None:
        return mesh.prolongation[cells]
    where = (np.arange(cells.size), cells)
    return sparse.csr_array((np.ones(cells.size), where), shape=(cells.size, mesh.volume.size))


def prior_variance(mesh: Mesh, system: System, plan: Plan | None = None) -> np.ndarray:
    """Exact variance of the field before any station is seen; (n_wet,), NaN on cells left out.

    `plan` is that of the matrix with the pairs of `joined`; without it SuperLU is used. The
    derivative of diag((K + t D)^-1) by t is minus the variance; between the nodes of a coarse
    mesh it is the variance of the interpolated field.
    """
    pairs = joined(mesh)
    step = SHIFT * float(np.min(system.mass / system.weight))

    def work(times):
        return invert_selected(_shifted(system, times * step, pairs, plan), pairs, plan)

    parts = run_blocks(work, STEPS)
    node, joint = (
        sum(weight * part for weight, part in zip(STEPS.values(), some, strict=True)) / step
        for some in zip(*parts, strict=True)
    )
    if mesh.prolongation is not None:
        node = _between(mesh, node, pairs, joint)
    return np.where(mesh.node >= 0, node, np.nan)


def joined(mesh: Mesh) -> np.ndarray:
    """Pairs of nodes that take part in one cell; (e, 2)."""
    if mesh.prolongation is None:
        return np.zeros((0, 2), dtype=int)
    both = sparse.triu(mesh.prolongation.T @ mesh.prolongation, k=1).tocoo()
    return np.column_stack(both.coords)


def _shifted(system: System, shift: float, pairs: np.ndarray, plan) -> sparse.csc_array:
    """Shifted matrix; without a plan `pairs` get into its pattern by a value of no account."""
    matrix = system.matrix + sparse.diags_array(shift * system.weight)
    if len(pairs) and plan is None:
        size = matrix.shape[0]
        rows, cols = np.concatenate([pairs, pairs[:, ::-1]]).T
        matrix = matrix + sparse.csc_array((np.full(rows.size, -1e-40), (rows, cols)), (size, size))
    return matrix.tocsc()


def _symmetric(mesh: Mesh, flow: np.ndarray, mass: np.ndarray) -> sparse.csc_array:
    first, second = mesh.edges.T
    size = mesh.node.max() + 1 if mesh.volume.size == 0 else mesh.volume.size
    diagonal = mass + np.bincount(first, flow, size) + np.bincount(second, flow, size)
    here = np.arange(size)
    rows = np.concatenate([first, second, here])
    cols = np.concatenate([second, first, here])
    values = np.concatenate([-flow, -flow, diagonal])
    return sparse.csc_array((values, (rows, cols)), shape=(size, size))


def _between(mesh: Mesh, node: np.ndarray, pairs: np.ndarray, joint: np.ndarray) -> np.ndarray:
    """Variance w'Cw of the interpolated field on every cell."""
    here = np.arange(node.size)
    rows = np.concatenate([here, pairs[:, 0], pairs[:, 1]])
    cols = np.concatenate([here, pairs[:, 1], pairs[:, 0]])
    values = np.concatenate([node, joint, joint])
    chosen = sparse.csr_array((values, (rows, cols)), shape=(node.size, node.size))
    weights = mesh.prolongation
    return np.asarray((weights @ chosen).multiply(weights).sum(axis=1)).ravel()
