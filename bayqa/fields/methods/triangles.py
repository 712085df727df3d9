"""Compiled loops over a sparse triangular factor: solving and the selected inverse."""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = ["WIDTH", "select_inverse", "solve_block"]

WIDTH = 16


@njit(cache=True, nogil=True)
def solve_block(indptr, indices, data, diagonal, block):
    """Solve L D L' x = b in place for WIDTH right-hand sides; L is unit lower, diagonal first."""
    n = diagonal.size
    for j in range(n):
        for p in range(indptr[j] + 1, indptr[j + 1]):
            i = indices[p]
            a = data[p]
            for k in range(WIDTH):
                block[i, k] -= a * block[j, k]
    held = np.empty(WIDTH)
    for j in range(n - 1, -1, -1):
        d = 1.0 / diagonal[j]
        for k in range(WIDTH):
            held[k] = block[j, k] * d
        for p in range(indptr[j] + 1, indptr[j + 1]):
            i = indices[p]
            a = data[p]
            for k in range(WIDTH):
                held[k] -= a * block[i, k]
        for k in range(WIDTH):
            block[j, k] = held[k]


@njit(cache=True, nogil=True)
def select_inverse(indptr, indices, data, diagonal):
    """Entries of (L D L')^-1 on the pattern of L.

    Source: Takahashi, Fagan and Chen (1973), by the columns from last to first.
    """
    n = diagonal.size
    chosen = np.zeros(data.size)
    place = np.full(n, -1, dtype=np.int32)
    for j in range(n - 1, -1, -1):
        start = indptr[j]
        end = indptr[j + 1]
        for p in range(start + 1, end):
            place[indices[p]] = p
        for p in range(start + 1, end):
            k = indices[p]
            a = data[p]
            total = chosen[indptr[k]] * a
            for q in range(indptr[k] + 1, indptr[k + 1]):
                t = place[indices[q]]
                if t >= 0:
                    chosen[t] -= chosen[q] * a
                    total += chosen[q] * data[t]
            chosen[p] -= total
        corner = 1.0 / diagonal[j]
        for p in range(start + 1, end):
            corner -= chosen[p] * data[p]
            place[indices[p]] = -1
        chosen[start] = corner
    return chosen
