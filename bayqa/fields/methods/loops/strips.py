"""Compiled kriging of strips of cells: covariance, product with the inverse factor, mean and sd.

A strip of cells runs in vector registers, and its covariance with the stations stays in the nearest
caches from the first to the last step. Products go four rows by four stations at a time.
"""

from __future__ import annotations

import numpy as np

from bayqa.fields.methods.loops.kernels import copy_row, correlate_row
from bayqa.machine import LOOSE, compiled

__all__ = ["STRIP", "krige_strips", "multiply_strip", "pack_full", "pack_triangle"]

STRIP = 32


def pack_triangle(lower: np.ndarray) -> np.ndarray:
    """Lower triangle in blocks of four by four, row of blocks after row of blocks; flat."""
    blocks = _blocks(lower)
    rows, columns = np.tril_indices(len(blocks))
    return np.ascontiguousarray(blocks[rows, columns]).ravel()


def pack_full(matrix: np.ndarray) -> np.ndarray:
    """Whole matrix (rows, stations) in blocks of four by four; flat."""
    return np.ascontiguousarray(_blocks(matrix)).ravel()


def _blocks(matrix: np.ndarray) -> np.ndarray:
    high, wide = (-(-size // 4) for size in matrix.shape)
    padded = np.zeros((4 * high, 4 * wide))
    padded[: matrix.shape[0], : matrix.shape[1]] = matrix
    return padded.reshape(high, 4, wide, 4).swapaxes(1, 2)


@compiled(fastmath=LOOSE)
def multiply_strip(packed, base, n_blocks, source, out):
    """Four rows of a packed matrix times `source` (4 * n_blocks, STRIP), all flat."""
    for i in range(4 * STRIP):
        out[i] = 0.0
    for b in range(n_blocks):
        p = packed[base + 16 * b : base + 16 * b + 16]
        a00, a01, a02, a03 = p[0], p[1], p[2], p[3]
        a10, a11, a12, a13 = p[4], p[5], p[6], p[7]
        a20, a21, a22, a23 = p[8], p[9], p[10], p[11]
        a30, a31, a32, a33 = p[12], p[13], p[14], p[15]
        at = 4 * STRIP * b
        for i in range(STRIP):
            c0 = source[at + i]
            c1 = source[at + STRIP + i]
            c2 = source[at + 2 * STRIP + i]
            c3 = source[at + 3 * STRIP + i]
            out[i] += a00 * c0 + a01 * c1 + a02 * c2 + a03 * c3
            out[STRIP + i] += a10 * c0 + a11 * c1 + a12 * c2 + a13 * c3
            out[2 * STRIP + i] += a20 * c0 + a21 * c1 + a22 * c2 + a23 * c3
            out[3 * STRIP + i] += a30 * c0 + a31 * c1 + a32 * c2 + a33 * c3


@compiled
def _fill(code, x, y, places, table, square, source):
    """Correlation of the strip with every station; (stations, STRIP), flat."""
    inverse, nodes = table
    for b in range(places.shape[1] // 4):
        for r in range(4):
            px = places[0, 4 * b + r]
            py = places[1, 4 * b + r]
            for i in range(STRIP):
                dx = px - x[i]
                dy = py - y[i]
                square[r * STRIP + i] = dx * dx + dy * dy
        correlate_row(code, square, source[4 * STRIP * b : 4 * STRIP * (b + 1)], inverse, nodes)


@compiled(fastmath=LOOSE)
def _add_squares(rows, total):
    for i in range(STRIP):
        one, two = rows[i], rows[STRIP + i]
        three, four = rows[2 * STRIP + i], rows[3 * STRIP + i]
        total[i] += one * one + two * two + three * three + four * four


@compiled
def _finish(answer, drift, universal, mean, sd):
    """Mean and sd of the cells of a strip: `answer` is [reduction, drift seen, weighted values]."""
    total, extra = answer
    corner, level, sill = universal
    q = level.size
    for j in range(mean.size):
        value = extra[q * STRIP + j]
        variance = sill - total[j]
        for a in range(q):
            value += drift[j, a] * level[a]
            left = drift[j, a] - extra[a * STRIP + j]
            for b in range(q):
                variance += left * corner[a, b] * (drift[j, b] - extra[b * STRIP + j])
        mean[j] = value
        sd[j] = np.sqrt(max(variance, 0.0))


@compiled
def _solve_strip(triangle, seen, n_blocks, source, held):
    """Squares of L^-1 c into `total`, drift seen and weighted values into `extra`."""
    out, total, extra = held
    total[:] = 0.0
    base = 0
    for b in range(n_blocks):
        multiply_strip(triangle, base, b + 1, source, out)
        _add_squares(out, total)
        base += 16 * (b + 1)
    for b in range(extra.size // (4 * STRIP)):
        rows = extra[4 * STRIP * b : 4 * STRIP * (b + 1)]
        multiply_strip(seen, 16 * n_blocks * b, n_blocks, source, rows)


@compiled
def krige_strips(cells, places, model, factor, drift, universal, fields):
    """Mean and sd of a block of cells, into `fields`.

    `cells` = (columns, rows) and `places` (2, n) are in units of the range, n a multiple of four;
    `factor` = (packed inverse factor, packed rows of the drift and the weights, with the sill in
    both); `universal` = (corner, level, sill).
    """
    columns, rows = cells
    mean, sd = fields
    code, table = model
    triangle, seen = factor
    n_blocks = places.shape[1] // 4
    x, y, total = np.zeros(STRIP), np.zeros(STRIP), np.empty(STRIP)
    square, out = np.empty(4 * STRIP), np.empty(4 * STRIP)
    source, extra = np.empty(4 * STRIP * n_blocks), np.empty(seen.size // (4 * n_blocks) * STRIP)
    for start in range(0, columns.size, STRIP):
        stop = min(start + STRIP, columns.size)
        copy_row(x[: stop - start], columns[start:stop])
        copy_row(y[: stop - start], rows[start:stop])
        _fill(code, x, y, places, table, square, source)
        _solve_strip(triangle, seen, n_blocks, source, (out, total, extra))
        some = slice(start, stop)
        _finish((total, extra), drift[some], universal, mean[some], sd[some])
