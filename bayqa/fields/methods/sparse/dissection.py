"""Nested dissection of nodes on a grid: an order that keeps the factor of their matrix small."""

from __future__ import annotations

import numpy as np

from bayqa.machine import compiled

__all__ = ["NOT_FIRST", "dissect"]

NOT_FIRST = -2


@compiled
def _bounds(place, order, axis):
    low = high = place[order[0], axis]
    for node in order:
        low = min(low, place[node, axis])
        high = max(high, place[node, axis])
    return low, high


@compiled
def _best_cut(place, order, axis):
    """Line of the grid that parts the nodes best, and how well: smaller side over its nodes."""
    low, high = _bounds(place, order, axis)
    count = np.zeros(high - low + 1, dtype=np.int64)
    for node in order:
        count[place[node, axis] - low] += 1
    best, cut, before = 0.0, -1, 0
    for k in range(count.size):
        after = order.size - before - count[k]
        merit = min(before, after) / max(count[k], 1)
        # A line without nodes would leave a block without any.
        if merit > best and count[k] > 0:
            best, cut = merit, low + k
        before += count[k]
    return cut, best


@compiled
def _part(place, order, axis, cut, spare):
    """Put nodes before the cut first, then those after it, then those on it; the two borders."""
    n, end = 0, order.size
    on = 0
    for node in order:
        if place[node, axis] < cut:
            order[n] = node
            n += 1
        elif place[node, axis] > cut:
            spare[on] = node
            on += 1
        else:
            end -= 1
            spare[end] = node
    for k in range(on):
        order[n + k] = spare[k]
    for k in range(end, order.size):
        order[k] = spare[k]
    return n, n + on


@compiled
def _choose_cut(place, order):
    """Axis and line of the better cut; axis -1 when nothing can be parted."""
    best, found = 0.0, (-1, 0)
    for axis in range(2):
        cut, merit = _best_cut(place, order, axis)
        if merit > best:
            best, found = merit, (axis, cut)
    return found


@compiled
def dissect(place, leaf):
    """Order of the nodes, and the tree of blocks that are eliminated together.

    Parameters
    ----------
    place : ndarray, (m, 2), int
        Row and column of each node; joined nodes are at most one apart in both.
    leaf : int
        A block is not parted when it has at most so many nodes.

    Returns
    -------
    order : ndarray, (m,), int
        Node at each place of the order.
    parent : ndarray, (m,), int
        At the first place of each block, the first place of the block it is parted by; -1 for the
        last block, -2 at all other places. Children come before their parent.

    Source
    ------
    George (1973), Nested dissection of a regular finite element mesh, doi:10.1137/0710032.
    """
    size = len(place)
    order, spare = np.arange(size), np.empty(size, dtype=np.int64)
    parent = np.full(size, NOT_FIRST)
    waiting = [(0, size, -1)]
    while len(waiting):
        start, stop, above = waiting.pop()
        some = order[start:stop]
        axis, cut = _choose_cut(place, some) if some.size > leaf else (-1, 0)
        if axis < 0:
            if some.size:
                parent[start] = above
            continue
        first, second = _part(place, some, axis, cut, spare)
        parent[start + second] = above
        waiting.append((start, start + first, start + second))
        waiting.append((start + first, start + second, start + second))
    return order, parent
