"""Compiled kriging of tiles of cells from their k nearest stations.

Stations that can be among the k nearest of any cell of a tile are gathered once; the choice is kept
while the set of neighbours stays the same from cell to cell.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from bayqa.fields.methods.lanes import LANES, fill_lane, krige_lanes, make_lanes

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


@njit(cache=True, nogil=True)
def _krige_tile(water, corner, candidates, work, model, fields):
    """Put the wet cells of a tile into lanes, and solve these when they are full."""
    mask, before = water
    top, bottom, left, right, n = corner
    squares, spare, bias, chosen, state, lanes = work
    px, py = candidates[:2]
    bias[:n] = 0.0
    fresh = True
    for r in range(top, bottom):
        place = before[r] + np.count_nonzero(mask[r, :left])
        for c in range(left, right):
            if not mask[r, c]:
                continue
            same = _unchanged(float(c), float(r), px, py, n, bias, squares)
            if fresh or not same:
                _choose(squares, n, chosen.size, spare, chosen, bias)
                state[1] += 1
                fresh = False
            j = state[0]
            fill_lane(lanes, j, chosen, candidates)
            lanes.cell[0, j], lanes.cell[1, j] = c, r
            lanes.at[j], lanes.which[j] = place, state[1]
            place += 1
            state[0] = j + 1
            if state[0] == LANES:
                krige_lanes(lanes, LANES, chosen.size, model, *fields)
                state[0] = 0


@njit(cache=True, nogil=True)
def krige_tiles(mask, before, stations, model, tile, mean, sd):
    """Fill `mean` and `sd` (unit sill) for one row of tiles.

    `before` counts the wet cells before each row; `stations` are sorted by bucket.
    """
    points, values, extra, starts, grid = stations
    top, side, k = tile
    bottom = min(top + side, mask.shape[0])
    size = values.size
    found, chosen = np.empty(size, dtype=np.int64), np.empty(k, dtype=np.int64)
    squares, spare, bias = np.empty(size), np.empty(size), np.zeros(size)
    candidates = (np.empty(size), np.empty(size), np.empty(size), np.empty(size))
    # Lanes in use, and the number of the present set of stations.
    state, lanes = np.zeros(2, dtype=np.int64), make_lanes(k)
    work = (squares, spare, bias, chosen, state, lanes)
    for left in range(0, mask.shape[1], side):
        right = min(left + side, mask.shape[1])
        if not mask[top:bottom, left:right].any():
            continue
        x, y = (left + right - 1) / 2.0, (top + bottom - 1) / 2.0
        half = np.hypot(right - left, bottom - top) / 2.0
        n = _candidates((points, starts, grid), (x, y, half), k, found, squares)
        for i in range(n):
            candidates[0][i], candidates[1][i] = points[0, found[i]], points[1, found[i]]
            candidates[2][i], candidates[3][i] = values[found[i]], extra[found[i]]
        corner = (top, bottom, left, right, n)
        _krige_tile((mask, before), corner, candidates, work, model, (mean, sd))
    krige_lanes(lanes, state[0], k, model, mean, sd)
