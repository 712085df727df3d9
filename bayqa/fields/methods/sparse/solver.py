"""Factor a sparse symmetric positive definite matrix once, solve with it many times.

"blocks" is our own factor, for matrices with a `Plan`; SuperLU is the reference. CHOLMOD, by
cholespy or sksparse-minimal, and PyAMG are used when asked for and installed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache, partial
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from bayqa.errors import MethodError
from bayqa.fields.methods.sparse.blas import find_routines
from bayqa.fields.methods.sparse.plan import Plan, find_pairs, load_panels
from bayqa.fields.methods.sparse.room import make_room
from bayqa.fields.methods.sparse.supernodes import (
    LANES,
    factorise_panels,
    invert_panels,
    prepare_panels,
    solve_panels,
)
from bayqa.fields.methods.sparse.triangles import (
    WIDTH,
    give_columns,
    select_inverse,
    solve_block,
    take_columns,
)
from bayqa.fields.methods.threads import count_workers, one_thread, run_blocks

__all__ = ["Factor", "choose_solver", "factorise", "invert_selected", "solve", "solve_blocks"]

MULTIGRID_CELLS = 3_000_000
MODULES = {
    "blocks": "numba",
    "superlu": "scipy",
    "cholespy": "cholespy",
    "sksparse": "sksparse_minimal",
    "amg": "pyamg",
}
# Both bring a CHOLMOD that registers the same names.
RIVALS = {"cholespy": "sksparse_minimal", "sksparse": "cholespy"}
# Kinds that may solve on several threads at once.
OWN_THREADS = ("blocks", "superlu")


class Factor(NamedTuple):
    """A factorised matrix; `parts` belongs to the solver named by `kind`."""

    kind: str
    size: int
    parts: Any


class Triangle(NamedTuple):
    """L D L' of the permuted matrix, unit diagonal first in each column of L."""

    indptr: np.ndarray
    indices: np.ndarray
    data: np.ndarray
    diagonal: np.ndarray
    place: np.ndarray


def choose_solver(name: str, size: int) -> str:
    """Solver that will be used: "blocks", "superlu", "cholespy", "sksparse" or "amg".

    Parameters
    ----------
    name : str
        "auto" takes our own blocks, and PyAMG above three million nodes when it is installed.
    size : int
        Rows of the matrix.

    Raises
    ------
    MethodError
        If the solver is not known, not installed, or cannot be loaded beside one that is.
    """
    if name == "auto":
        large = size > MULTIGRID_CELLS and find_spec("pyamg") is not None
        return "amg" if large else "blocks"
    if name not in MODULES:
        raise MethodError(f"solver {name!r} is not known: use auto, {', '.join(MODULES)}")
    if find_spec(MODULES[name]) is None:
        raise MethodError(f"solver {name!r} needs {MODULES[name]}: install it or use blocks")
    rival = RIVALS.get(name)
    if rival in sys.modules and MODULES[name] not in sys.modules:
        raise MethodError(
            f"solver {name!r} is asked for but {rival} is already loaded, and the two cannot share "
            "a process: use blocks, or start anew with one of them"
        )
    return name


def factorise(matrix: sparse.csc_array, solver: str = "auto", plan: Plan | None = None) -> Factor:
    """Factor of a symmetric positive definite matrix with non-positive off-diagonals.

    Parameters
    ----------
    matrix : csc_array, (m, m)
    solver : str
        See `choose_solver`; "blocks" without a plan is SuperLU.
    plan : Plan, optional
        Of the pattern of the matrix.

    Raises
    ------
    MethodError
        If the matrix is not positive definite.
    """
    kind = choose_solver(solver, matrix.shape[0])
    if kind == "blocks" and plan is None:
        kind = "superlu"
    if kind == "blocks":
        panels = _panels(matrix, plan)
        prepare_panels(_routines(), plan, panels)
        return Factor(kind, matrix.shape[0], (plan, panels))
    build = {"superlu": _triangle, "cholespy": _cholespy, "sksparse": _sksparse, "amg": _multigrid}
    return Factor(kind, matrix.shape[0], build[kind](matrix))


def solve(factor: Factor, right: np.ndarray) -> np.ndarray:
    """Solution for right-hand sides (m, k); a new array."""
    right = np.asarray(right, dtype=float)
    out = make_room(*right.shape)

    def fill(start, place, block):
        take_columns(right, start, place, block)

    def give(start, place, block):
        give_columns(block, place, start, out)

    solve_blocks(factor, right.shape[1], fill, give)
    return out


def solve_blocks(factor: Factor, n: int, fill: Callable, give: Callable, weight=None) -> None:
    """Solve for n right-hand sides, some at a time on each thread, without holding all of them.

    Parameters
    ----------
    factor : Factor
    n : int
    fill, give : callable (start, place, block)
        Put the right-hand sides from `start` on into the columns of `block` (m, width), and take
        their solutions out of it; row `place[i]` belongs to node i. Columns past n are of no
        account, but have to be filled with numbers.
    weight : ndarray, (m,), optional
        Solve twice, with this diagonal in between: K^-1 D K^-1 b.
    """
    width = WIDTH if factor.kind == "superlu" else LANES
    place, starts = _place(factor), range(0, n, width)
    n_workers = max(1, min(count_workers(), len(starts))) if factor.kind in OWN_THREADS else 1
    held = make_room(n_workers, factor.size, width)
    middle = None if weight is None else weight[np.argsort(place), None]

    def work(worker):
        # The same blocks however many threads there are, so the same bytes.
        for start in starts[worker::n_workers]:
            fill(start, place, held[worker])
            _solve_block(factor, held[worker])
            if middle is not None:
                held[worker] *= middle
                _solve_block(factor, held[worker])
            give(start, place, held[worker])

    run_blocks(work, range(n_workers))


def invert_selected(
    matrix: sparse.csc_array, pairs: np.ndarray, plan: Plan | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Diagonal of the inverse, and its entries at `pairs` that are off-diagonals of the matrix.

    Parameters
    ----------
    matrix : csc_array, (m, m)
    pairs : ndarray, (e, 2), int
    plan : Plan, optional
        Of the matrix with the pairs; without it SuperLU factorises.

    Returns
    -------
    diagonal : ndarray, (m,)
    entries : ndarray, (e,)

    Source
    ------
    Takahashi, Fagan and Chen (1973).
    """
    if plan is not None:
        panels = _panels(matrix, plan)
        invert_panels(_routines(), plan, panels, make_room(int(plan.deep[-1])))
        return panels[plan.corner], panels[find_pairs(plan, pairs)]
    part = _triangle(matrix)
    chosen = select_inverse(part.indptr, part.indices, part.data, part.diagonal)
    diagonal = chosen[part.indptr[:-1]][part.place]
    if not len(pairs):
        return diagonal, np.zeros(0)
    low = part.place[pairs].min(axis=1)
    high = part.place[pairs].max(axis=1)
    held = sparse.csc_array((chosen, part.indices, part.indptr), shape=matrix.shape)
    return diagonal, np.asarray(held[high, low]).ravel()


def _triangle(matrix: sparse.csc_array) -> Triangle:
    options = {"SymmetricMode": True}
    lu = splu(matrix.tocsc(), "MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options=options)
    lower = lu.L
    diagonal = lu.U.diagonal()
    return Triangle(lower.indptr, lower.indices, lower.data, diagonal, lu.perm_c.astype(np.intp))


def _panels(matrix: sparse.csc_array, plan: Plan) -> np.ndarray:
    panels = load_panels(plan, matrix)
    with one_thread():
        positive = factorise_panels(_routines(), plan, panels, make_room(int(plan.left[-1])))
    if not positive:
        raise MethodError(
            f"the matrix of {matrix.shape[0]} nodes is not positive definite to rounding: the "
            "range is too long for this spacing, give a shorter one"
        )
    return panels


@cache
def _routines() -> np.ndarray:
    return find_routines()


def _place(factor: Factor) -> np.ndarray:
    """Place of each node in the order of elimination."""
    if factor.kind == "superlu":
        return factor.parts.place
    return factor.parts[0].place if factor.kind == "blocks" else np.arange(factor.size)


def _solve_block(factor: Factor, block: np.ndarray) -> None:
    """Solve in place, in the order of elimination."""
    if factor.kind == "superlu":
        part = factor.parts
        solve_block(part.indptr, part.indices, part.data, part.diagonal, block)
    elif factor.kind == "blocks":
        solve_panels(_routines(), *factor.parts, block)
    elif factor.kind == "cholespy":
        answer = np.zeros_like(block)
        factor.parts.solve(block, answer)
        block[:] = answer
    else:
        for column in block.T:
            if column.any():
                column[:] = factor.parts(column.copy())


def _cholespy(matrix: sparse.csc_array):
    from cholespy import CholeskySolverD, MatrixType

    both = matrix.tocoo()
    row, col = both.coords
    return CholeskySolverD(matrix.shape[0], row, col, both.data, MatrixType.COO)


def _sksparse(matrix: sparse.csc_array):
    from sksparse_minimal import SparseCholesky

    return SparseCholesky(sparse.csc_matrix(matrix)).solve_A


def _multigrid(matrix: sparse.csc_array):
    import pyamg

    levels = pyamg.ruge_stuben_solver(sparse.csr_matrix(matrix))
    return partial(levels.solve, tol=1e-14, accel="cg", maxiter=200)
