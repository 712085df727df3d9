"""Compiled kriging from sets of k stations, side by side in vector registers.

A lane holds one set, and solves its cells one after the other with the same factor. The small
systems of all lanes are factorised together; the lanes are innermost, triangles go row by row.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bayqa.fields.methods.loops.kernels import correlate_row
from bayqa.machine import LOOSE, compiled

__all__ = ["LANES", "Lanes", "factorise_lanes", "krige_lanes", "make_lanes"]

LANES = 32


class Lanes(NamedTuple):
    """Stations (k, LANES) of each lane, the cell at hand, and the factor with what it solved."""

    x: np.ndarray
    y: np.ndarray
    value: np.ndarray
    noise: np.ndarray
    cell: np.ndarray
    square: np.ndarray
    lower: np.ndarray
    ones: np.ndarray
    weighted: np.ndarray
    right: np.ndarray
    level: np.ndarray


@compiled
def make_lanes(k):
    """Empty lanes for k stations."""
    pairs = k * (k + 1) // 2
    station = np.zeros((k, LANES))
    return Lanes(
        station,
        station.copy(),
        station.copy(),
        np.ones((k, LANES)),
        np.zeros((2, LANES)),
        np.empty((pairs, LANES)),
        np.empty((pairs, LANES)),
        station.copy(),
        station.copy(),
        station.copy(),
        np.empty((2, LANES)),
    )


# Loops over lanes run to `out.size`: one of a fixed small length would be written out in full
# before the compiler looks for vectors.
@compiled(fastmath=LOOSE)
def _take(lower, p, other, q, count, out):
    """Subtract from `out` the products of `count` rows of `lower` from p and of `other` from q."""
    for c in range(0, count - 3, 4):
        for j in range(out.size):
            one = lower[p + c, j] * other[q + c, j]
            two = lower[p + c + 1, j] * other[q + c + 1, j]
            three = lower[p + c + 2, j] * other[q + c + 2, j]
            out[j] -= one + two + three + lower[p + c + 3, j] * other[q + c + 3, j]
    for c in range(count - count % 4, count):
        for j in range(out.size):
            out[j] -= lower[p + c, j] * other[q + c, j]


@compiled(fastmath=LOOSE)
def _factorise(lower, k, out):
    """Cholesky in place, with the inverse of each pivot on the diagonal; `out` is spare."""
    for a in range(k):
        p = a * (a + 1) // 2
        for b in range(a + 1):
            q = b * (b + 1) // 2
            for j in range(out.size):
                out[j] = lower[p + b, j]
            _take(lower, p, lower, q, b, out)
            if b < a:
                for j in range(out.size):
                    lower[p + b, j] = out[j] * lower[q + b, j]
            else:
                for j in range(out.size):
                    lower[p + b, j] = 1.0 / np.sqrt(max(out[j], 1e-14))


@compiled(fastmath=LOOSE)
def _forward(lower, k, right, out):
    for a in range(k):
        p = a * (a + 1) // 2
        for j in range(out.size):
            out[j] = right[a, j]
        _take(lower, p, right, 0, a, out)
        for j in range(out.size):
            right[a, j] = out[j] * lower[p + a, j]


@compiled(fastmath=LOOSE)
def _distances(x, y, unit, square):
    """Squared distances of all pairs of stations in each lane, over range squared."""
    p = 0
    for a in range(len(x)):
        for b in range(a + 1):
            for j in range(x.shape[1]):
                dx = x[a, j] - x[b, j]
                dy = y[a, j] - y[b, j]
                square[p, j] = (dx * dx + dy * dy) * unit
            p += 1


@compiled(fastmath=LOOSE)
def factorise_lanes(lanes, model):
    """Factor, L^-1 1 and L^-1 v of all lanes; the level and its variance."""
    k = len(lanes.x)
    code, unit, inverse, table = model
    _distances(lanes.x, lanes.y, unit, lanes.square)
    correlate_row(code, lanes.square.ravel(), lanes.lower.ravel(), inverse, table)
    for a in range(k):
        lanes.lower[a * (a + 1) // 2 + a] += lanes.noise[a]
    out = np.empty(LANES)
    _factorise(lanes.lower, k, out)
    lanes.ones[:] = 1.0
    lanes.weighted[:] = lanes.value
    _forward(lanes.lower, k, lanes.ones, out)
    _forward(lanes.lower, k, lanes.weighted, out)
    lanes.level[:] = 0.0
    for a in range(k):
        lanes.level[0] += lanes.ones[a] * lanes.weighted[a]
        lanes.level[1] += lanes.ones[a] * lanes.ones[a]
    lanes.level[0] /= lanes.level[1]
    lanes.level[1] = 1.0 / lanes.level[1]
    lanes.weighted[:] -= lanes.level[0] * lanes.ones


@compiled(fastmath=LOOSE)
def _fill_right(lanes, unit, square):
    for a in range(len(lanes.x)):
        for j in range(lanes.x.shape[1]):
            dx = lanes.x[a, j] - lanes.cell[0, j]
            dy = lanes.y[a, j] - lanes.cell[1, j]
            square[a, j] = (dx * dx + dy * dy) * unit


@compiled(fastmath=LOOSE)
def krige_lanes(lanes, model, sums):
    """Mean and variance (unit sill) of the cell of each lane, into `sums` (3, LANES)."""
    code, unit, inverse, table = model
    k = len(lanes.x)
    square, right = lanes.square[:k], lanes.right
    _fill_right(lanes, unit, square)
    correlate_row(code, square.ravel(), right.ravel(), inverse, table)
    _forward(lanes.lower, k, right, sums[0])
    sums[:] = 0.0
    for a in range(k):
        for j in range(sums.shape[1]):
            sums[0, j] += right[a, j] * lanes.weighted[a, j]
            sums[1, j] += right[a, j] * right[a, j]
            sums[2, j] += right[a, j] * lanes.ones[a, j]
    for j in range(sums.shape[1]):
        left = 1.0 - sums[2, j]
        sums[0, j] += lanes.level[0, j]
        sums[1, j] = 1.0 - sums[1, j] + left * left * lanes.level[1, j]
