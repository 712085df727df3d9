"""Compiled kriging of tiles of cells from their k nearest stations.

Stations that can be among the k nearest of any cell of a tile are gathered once; the factor of the
covariance is kept while the set of neighbours stays the same from cell to cell.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from bayqa.fields.methods.kernels import correlate_row

__all__ = ["krige_tiles"]

LOOSE = {"reassoc", "contract", "nsz", "arcp"}


@njit(cache=True, nogil=True)
def _gather(points, starts, grid, x, y, radius, found):
    """Stations within `radius` of a point, into `found`; how many."""
    side = grid[2]
    wide, high = int(grid[3]), int(grid[4])
    left = max(0, min(wide - 1, int(np.floor((x - radius - grid[0]) / side))))
    right = max(0, min(wide - 1, int(np.floor((x + radius - grid[0]) / side))))
    top = max(0, min(high - 1, int(np.floor((y - radius - grid[1]) / side))))
    bottom = max(0, min(high - 1, int(np.floor((y + radius - grid[1]) / side))))
    n = 0
    for b in range(top, bottom + 1):
        for i in range(starts[b * wide + left], starts[b * wide + right + 1]):
            dx = points[0, i] - x
            dy = points[1, i] - y
            if dx * dx + dy * dy <= radius * radius:
                found[n] = i
                n += 1
    return n


@njit(cache=True, nogil=True)
def _kth_smallest(numbers, n, k):
    """The k-th smallest of the first n numbers, which are reordered."""
    low, high = 0, n - 1
    k -= 1
    while low < high:
        pivot = numbers[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while numbers[i] < pivot:
                i += 1
            while numbers[j] > pivot:
                j -= 1
            if i <= j:
                numbers[i], numbers[j] = numbers[j], numbers[i]
                i += 1
                j -= 1
        if k <= j:
            high = j
        elif k >= i:
            low = i
        else:
            break
    return numbers[k]


@njit(cache=True, nogil=True)
def _candidates(buckets, centre, k, found, squares):
    """Stations that may be among the k nearest of a cell within `half` the centre."""
    points, starts, grid = buckets
    x, y, half = centre
    radius = grid[2] * np.sqrt(k / 3.0)
    n = _gather(points, starts, grid, x, y, radius, found)
    while n < k:
        radius *= 1.5
        n = _gather(points, starts, grid, x, y, radius, found)
    for i in range(n):
        dx = points[0, found[i]] - x
        dy = points[1, found[i]] - y
        squares[i] = dx * dx + dy * dy
    reach = np.sqrt(_kth_smallest(squares, n, k)) + 2.0 * half + 1e-9
    return _gather(points, starts, grid, x, y, reach, found)


@njit(cache=True, nogil=True, fastmath=LOOSE)
def _unchanged(x, y, px, py, n, bias, squares):
    """Squared distances of the candidates, and whether the chosen ones are still the nearest."""
    farthest = 0.0
    nearest = 1e300
    for i in range(n):
        dx = px[i] - x
        dy = py[i] - y
        d = dx * dx + dy * dy
        squares[i] = d
        farthest = max(farthest, d * bias[i])
        nearest = min(nearest, d + 1e300 * bias[i])
    return farthest <= nearest


@njit(cache=True, nogil=True)
def _choose(squares, n, k, spare, chosen, bias):
    """Mark the k smallest; ties go to the first."""
    for i in range(n):
        spare[i] = squares[i]
        bias[i] = 0.0
    limit = _kth_smallest(spare, n, k)
    m = 0
    for i in range(n):
        if squares[i] < limit:
            chosen[m] = i
            bias[i] = 1.0
            m += 1
    for i in range(n):
        if m < k and squares[i] == limit:
            chosen[m] = i
            bias[i] = 1.0
            m += 1


@njit(cache=True, nogil=True, fastmath=LOOSE)
def _factorise(lower, k):
    """Cholesky in place; `lower[j, i]` holds L[i, j] so that columns are contiguous."""
    for j in range(k):
        pivot = 1.0 / np.sqrt(max(lower[j, j], 1e-14))
        for i in range(j, k):
            lower[j, i] *= pivot
        for c in range(j + 1, k):
            a = lower[j, c]
            for i in range(c, k):
                lower[c, i] -= a * lower[j, i]
        lower[j, j] = pivot


@njit(cache=True, nogil=True, fastmath=LOOSE)
def _forward(lower, k, right):
    for j in range(k):
        a = right[j] * lower[j, j]
        right[j] = a
        for i in range(j + 1, k):
            right[i] -= a * lower[j, i]


@njit(cache=True, nogil=True, fastmath=LOOSE)
def _dot(one, two, k):
    total = 0.0
    for i in range(k):
        total += one[i] * two[i]
    return total


@njit(cache=True, nogil=True)
def _prepare(candidates, k, model, lower, ones, weighted):
    """Factor, L^-1 1 and L^-1 v of the chosen stations; the level and its variance."""
    px, py, value, extra, chosen, row = candidates
    code, unit, inverse, table = model
    for a in range(k):
        for b in range(k):
            dx = px[chosen[a]] - px[chosen[b]]
            dy = py[chosen[a]] - py[chosen[b]]
            row[b] = (dx * dx + dy * dy) * unit
        correlate_row(code, row, lower[a], inverse, table)
        lower[a, a] += extra[chosen[a]]
        ones[a] = 1.0
        weighted[a] = value[chosen[a]]
    _factorise(lower, k)
    _forward(lower, k, ones)
    _forward(lower, k, weighted)
    precision = _dot(ones, ones, k)
    level = _dot(ones, weighted, k) / precision
    for a in range(k):
        weighted[a] -= level * ones[a]
    return level, 1.0 / precision


@njit(cache=True, nogil=True)
def _krige_tile(water, corner, candidates, work, model, mean, sd):
    mask, before = water
    top, bottom, left, right, k, n = corner
    px, py, value, extra, chosen, row = candidates
    squares, spare, bias, lower, ones, weighted, out = work
    code, unit, inverse, table = model
    bias[:n] = 0.0
    level, doubt = 0.0, 0.0
    fresh = True
    for r in range(top, bottom):
        place = before[r]
        for c in range(left):
            place += mask[r, c]
        width = right - left
        for s in range(width):
            c = left + s if (r - top) % 2 == 0 else right - 1 - s
            if not mask[r, c]:
                continue
            same = _unchanged(float(c), float(r), px, py, n, bias, squares)
            if fresh or not same:
                _choose(squares, n, k, spare, chosen, bias)
                level, doubt = _prepare(candidates, k, model, lower, ones, weighted)
                fresh = False
            for a in range(k):
                row[a] = squares[chosen[a]] * unit
            correlate_row(code, row, out, inverse, table)
            _forward(lower, k, out)
            left_over = 1.0 - _dot(out, ones, k)
            at = place
            for b in range(left, c):
                at += mask[r, b]
            mean[at] = level + _dot(out, weighted, k)
            variance = 1.0 - _dot(out, out, k) + left_over * left_over * doubt
            sd[at] = np.sqrt(max(variance, 0.0))


@njit(cache=True, nogil=True)
def krige_tiles(mask, before, stations, model, tile, mean, sd):
    """Fill `mean` and `sd` (unit sill) for one row of tiles.

    `before` counts the wet cells before each row; `stations` are sorted by bucket.
    """
    points, values, extra, starts, grid = stations
    top, side, k = tile
    bottom = min(top + side, mask.shape[0])
    size = values.size
    found = np.empty(size, dtype=np.int64)
    squares, spare, bias = np.empty(size), np.empty(size), np.zeros(size)
    px, py, value, noise = np.empty(size), np.empty(size), np.empty(size), np.empty(size)
    chosen = np.empty(k, dtype=np.int64)
    lower = np.empty((k, k))
    ones, weighted, out, row = np.empty(k), np.empty(k), np.empty(k), np.empty(k)
    work = (squares, spare, bias, lower, ones, weighted, out)
    candidates = (px, py, value, noise, chosen, row)
    for left in range(0, mask.shape[1], side):
        right = min(left + side, mask.shape[1])
        if not mask[top:bottom, left:right].any():
            continue
        x, y = (left + right - 1) / 2.0, (top + bottom - 1) / 2.0
        half = np.hypot(right - left, bottom - top) / 2.0
        n = _candidates((points, starts, grid), (x, y, half), k, found, squares)
        for i in range(n):
            px[i] = points[0, found[i]]
            py[i] = points[1, found[i]]
            value[i] = values[found[i]]
            noise[i] = extra[found[i]]
        corner = (top, bottom, left, right, k, n)
        _krige_tile((mask, before), corner, candidates, work, model, mean, sd)
