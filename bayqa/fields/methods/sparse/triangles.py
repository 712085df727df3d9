"""Compiled loops over a sparse triangular factor: solving and the selected inverse."""

from __future__ import annotations

import numpy as np

from bayqa.machine import compiled

__all__ = [
    "WIDTH",
    "give_columns",
    "give_rows",
    "select_inverse",
    "solve_block",
    "take_columns",
    "take_rows",
]

WIDTH = 16


@compiled
def take_columns(right, start, place, block):
    """Permuted columns of right-hand sides from `start` on, 0 where there are no more."""
    size = min(block.shape[1], right.shape[1] - start)
    for i in range(place.size):
        for k in range(size):
            block[place[i], k] = right[i, start + k]
        for k in range(size, block.shape[1]):
            block[place[i], k] = 0.0


@compiled
def give_columns(block, place, start, out):
    """Put a solved block back in the order of the nodes."""
    size = min(block.shape[1], out.shape[1] - start)
    for i in range(place.size):
        for k in range(size):
            out[i, start + k] = block[place[i], k]


@compiled
def take_rows(white, rows, root, place, block):
    """Permuted columns root * white[row] for each row, 0 where there are no more."""
    for i in range(place.size):
        for k in range(rows.size):
            block[place[i], k] = root[i] * white[rows[k], i]
        for k in range(rows.size, block.shape[1]):
            block[place[i], k] = 0.0


@compiled
def give_rows(block, place, scale, rows, out):
    """Put solved columns, each by its scale, as rows of `out` in the order of the nodes."""
    for i in range(place.size):
        for k in range(rows.size):
            out[rows[k], i] = scale[k] * block[place[i], k]


@compiled(fastmath={"contract", "nsz"})
def _go_down(indptr, indices, data, block, held):
    """Solve L y = b; columns of zeros, as those of stations mostly are, are passed over."""
    for j in range(len(block)):
        most = 0.0
        for k in range(held.size):
            held[k] = block[j, k]
            most = max(most, abs(held[k]))
        if most == 0.0:
            continue
        for p in range(indptr[j] + 1, indptr[j + 1]):
            i = indices[p]
            a = data[p]
            for k in range(held.size):
                block[i, k] -= a * held[k]


@compiled(fastmath={"contract", "nsz"})
def solve_block(indptr, indices, data, diagonal, block):
    """Solve L D L' x = b in place for some right-hand sides; L is unit lower, diagonal first."""
    held = np.empty(block.shape[1])
    _go_down(indptr, indices, data, block, held)
    for j in range(diagonal.size - 1, -1, -1):
        d = 1.0 / diagonal[j]
        for k in range(held.size):
            held[k] = block[j, k] * d
        for p in range(indptr[j] + 1, indptr[j + 1]):
            i = indices[p]
            a = data[p]
            for k in range(held.size):
                held[k] -= a * block[i, k]
        for k in range(held.size):
            block[j, k] = held[k]


@compiled
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
