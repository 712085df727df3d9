"""Factor a sparse symmetric positive definite matrix once, solve with it many times.

SuperLU is always there. cholespy (CHOLMOD) and PyAMG are used when asked for and installed.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import splu

from bayqa.errors import MethodError
from bayqa.fields.methods.threads import run_blocks
from bayqa.fields.methods.triangles import (
    WIDTH,
    give_columns,
    select_inverse,
    solve_block,
    take_columns,
)

__all__ = ["Factor", "choose_solver", "factorise", "invert_selected", "solve"]

MULTIGRID_CELLS = 3_000_000


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
    """Solver that will be used: "superlu", "cholespy" or "amg".

    Parameters
    ----------
    name : str
        "auto" takes SuperLU, and PyAMG above three million cells when it is installed.
    size : int
        Rows of the matrix.

    Raises
    ------
    MethodError
        If the solver is not known or not installed.
    """
    modules = {"superlu": "scipy", "cholespy": "cholespy", "amg": "pyamg"}
    if name == "auto":
        large = size > MULTIGRID_CELLS and find_spec("pyamg") is not None
        return "amg" if large else "superlu"
    if name not in modules:
        raise MethodError(f"solver {name!r} is not known: use auto, {', '.join(modules)}")
    if find_spec(modules[name]) is None:
        raise MethodError(f"solver {name!r} needs {modules[name]}: install it or use superlu")
    return name


def factorise(matrix: sparse.csc_array, solver: str = "auto") -> Factor:
    """Factor of a symmetric positive definite matrix with non-positive off-diagonals."""
    kind = choose_solver(solver, matrix.shape[0])
    build = {"superlu": _triangle, "cholespy": _cholespy, "amg": _multigrid}[kind]
    return Factor(kind, matrix.shape[0], build(matrix))


def solve(factor: Factor, right: np.ndarray) -> np.ndarray:
    """Solution for right-hand sides (m, k); a new array."""
    if factor.kind == "superlu":
        return _solve_triangle(factor.parts, right)
    if factor.kind == "cholespy":
        return _solve_cholespy(factor.parts, right)
    columns = [factor.parts.solve(b, tol=1e-14, accel="cg", maxiter=200) for b in right.T]
    return np.column_stack(columns) if columns else np.zeros_like(right)


def invert_selected(matrix: sparse.csc_array, pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Diagonal of the inverse, and its entries at `pairs` that are off-diagonals of the matrix.

    Parameters
    ----------
    matrix : csc_array, (m, m)
    pairs : ndarray, (e, 2), int

    Returns
    -------
    diagonal : ndarray, (m,)
    entries : ndarray, (e,)

    Source
    ------
    Takahashi, Fagan and Chen (1973).
    """
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


def _solve_triangle(part: Triangle, right: np.ndarray) -> np.ndarray:
    right = np.asarray(right, dtype=float)
    out = np.empty(right.shape)

    def work(start):
        block = np.empty((right.shape[0], WIDTH))
        take_columns(right, start, part.place, block)
        solve_block(part.indptr, part.indices, part.data, part.diagonal, block)
        give_columns(block, part.place, start, out)

    run_blocks(work, range(0, right.shape[1], WIDTH))
    return out


def _cholespy(matrix: sparse.csc_array):
    from cholespy import CholeskySolverD, MatrixType

    both = matrix.tocoo()
    row, col = both.coords
    return CholeskySolverD(matrix.shape[0], row, col, both.data, MatrixType.COO)


def _solve_cholespy(parts, right: np.ndarray) -> np.ndarray:
    out = np.empty(right.shape)
    for start in range(0, right.shape[1], 64):
        block = np.ascontiguousarray(right[:, start : start + 64])
        answer = np.zeros_like(block)
        parts.solve(block, answer)
        out[:, start : start + 64] = answer
    return out


def _multigrid(matrix: sparse.csc_array):
    import pyamg

    return pyamg.ruge_stuben_solver(sparse.csr_matrix(matrix))
