"""Compiled kriging of tiles of cells from their k nearest stations.

Stations that can be among the k nearest of any cell of a tile are gathered once. From cell to cell
few of them change; cells that have the same ones are solved together.
"""

from __future__ import annotations

import numpy as np

from bayqa.fields.methods.loops.lanes import LANES, make_lanes
from bayqa.fields.methods.stationary.sets import SETS, add_cell, find_set, krige_sets, make_sets
from bayqa.machine import LOOSE, compiled

__all__ = ["krige_tiles"]

# Changes of a choice after which it is made anew: beside a dense line of stations many change.
SWAPS = 4


@compiled
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


@compiled
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


@compiled
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


@compiled(fastmath=LOOSE)
def _limits(x, y, near, n, squares):
    """Squared distances of the candidates: the farthest that is chosen, the nearest that is not."""
    px, py, bias = near
    farthest = 0.0
    nearest = 1e300
    for i in range(n):
        dx = px[i] - x
        dy = py[i] - y
        d = dx * dx + dy * dy
        squares[i] = d
        farthest = max(farthest, d * bias[i])
        nearest = min(nearest, d + 1e300 * bias[i])
    return farthest, nearest


@compiled
def _mix(i):
    """A number of 64 bits for station i, so that the sum over a set tells it from most others."""
    z = np.uint64(i + 1) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return np.int64(z ^ (z >> np.uint64(32)))


@compiled
def _choose(squares, n, k, spare, choice):
    """Mark the k smallest; ties go to the first. The key of the set."""
    found, bias, marked = choice
    for i in range(n):
        spare[i] = squares[i]
    limit = _kth_smallest(spare, n, k)
    m, key = 0, 0
    for level in range(2):
        for i in range(n):
            taken = squares[i] == limit if level else squares[i] < limit
            if taken and m < k:
                bias[i] = 1.0
                marked[found[i]] = True
                key += _mix(found[i])
                m += 1
    return key


@compiled
def _swap(squares, farthest, nearest, choice):
    """Give up the farthest of the set for the nearest outside; what is added to its key."""
    found, bias, marked = choice
    out, into = 0, 0
    while bias[out] == 0.0 or squares[out] != farthest:
        out += 1
    while bias[into] > 0.0 or squares[into] != nearest:
        into += 1
    bias[out], bias[into] = 0.0, 1.0
    marked[found[out]], marked[found[into]] = False, True
    return _mix(found[into]) - _mix(found[out])


@compiled
def _forget(n, choice):
    found, bias, marked = choice
    for i in range(n):
        bias[i] = 0.0
        marked[found[i]] = False


@compiled
def _mend(cell, near, n, k, spare, choice, key):
    """Make the choice that of the k nearest of a cell, by a few changes or anew.

    Its key, and how far one may go before the choice can change.
    """
    x, y = cell
    squares, work = spare
    farthest, nearest = _limits(x, y, near, n, squares)
    swaps = 0
    while farthest > nearest:
        if swaps < SWAPS:
            key += _swap(squares, farthest, nearest, choice)
        else:
            _forget(n, choice)
            key = _choose(squares, n, k, work, choice)
        swaps += 1
        farthest, nearest = _limits(x, y, near, n, squares)
    # A way of one changes each distance by one at most.
    return key, (np.sqrt(nearest) - np.sqrt(farthest)) / 2.0 - 1e-6


@compiled
def _open_set(sets, key, n, choice):
    found, bias, _ = choice
    s = sets.used[0]
    sets.used[0] = s + 1
    sets.key[s] = key
    m = 0
    for i in range(n):
        if bias[i] > 0.0:
            sets.station[s, m] = found[i]
            m += 1
    return s


@compiled
def _sort_tile(water, corner, near, spare, choice, solving):
    """Put the wet cells of a tile with their sets, and solve these when there is no room."""
    mask, places = water
    top, bottom, left, right, n, k = corner
    sets, lanes, stations, model, fields = solving
    _limits(float(left), float(top), near, n, spare[0])
    key, s = _choose(spare[0], n, k, spare[1], choice), -1
    free, x, y = -1.0, float(left), float(top)
    for r in range(top, bottom):
        # To and fro, so that each cell lies beside the one before.
        first, last, step = (left, right, 1) if (r - top) % 2 == 0 else (right - 1, left - 1, -1)
        n_wet = np.count_nonzero(mask[r, left:right])
        place = places[r - top] + (n_wet - 1 if step < 0 else 0)
        places[r - top] += n_wet
        for c in range(first, last, step):
            if not mask[r, c]:
                continue
            free -= abs(c - x) + abs(r - y)
            x, y = float(c), float(r)
            if free < 0.0:
                other, free = _mend((x, y), near, n, k, spare, choice, key)
                s = s if other == key else -1
                key = other
            if s < 0:
                s = find_set(sets, key, choice[2])
            if s < 0:
                if sets.used[0] == SETS:
                    krige_sets(sets, lanes, stations, model, fields)
                s = _open_set(sets, key, n, choice)
            s = add_cell(sets, s, x, y, place)
            place += step


@compiled
def krige_tiles(mask, before, stations, model, tile, mean, sd):
    """Fill `mean` and `sd` (unit sill) for one row of tiles.

    `before` counts the wet cells before each row; `stations` are sorted by bucket.
    """
    points, values, extra, starts, grid = stations
    top, side, k = tile
    bottom = min(top + side, mask.shape[0])
    size, places = values.size, before[top:bottom].copy()
    found, spare = np.empty(size, dtype=np.int64), (np.empty(size), np.empty(size))
    near = np.empty(size), np.empty(size), np.zeros(size)
    choice = found, near[2], np.zeros(size, dtype=np.bool_)
    solver = make_sets(k), make_lanes(k), (points, values, extra), model
    fields = mean, sd, np.empty((3, LANES))
    for left in range(0, mask.shape[1], side):
        right = min(left + side, mask.shape[1])
        if not mask[top:bottom, left:right].any():
            continue
        x, y = (left + right - 1) / 2.0, (top + bottom - 1) / 2.0
        half = np.hypot(right - left, bottom - top) / 2.0
        n = _candidates((points, starts, grid), (x, y, half), k, found, spare[0])
        for i in range(n):
            near[0][i], near[1][i] = points[0, found[i]], points[1, found[i]]
        corner = (top, bottom, left, right, n, k)
        _sort_tile((mask, places), corner, near, spare, choice, (*solver, fields))
        _forget(n, choice)
    krige_sets(*solver, fields)
