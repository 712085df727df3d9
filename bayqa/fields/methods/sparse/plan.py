"""Where the entries of a sparse Cholesky factor go: found once for a pattern, used for all values.

The blocks of a nested dissection are the supernodes. Block j holds `size` eliminated nodes and the
`rows` below them that it reaches; its panel of the factor is dense, (size + rows, size) with
contiguous columns. What it leaves to its parent is a dense square over its rows (multifrontal).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse

from bayqa.fields.methods.sparse.dissection import NOT_FIRST, dissect
from bayqa.fields.methods.sparse.room import make_room
from bayqa.machine import compiled

__all__ = ["Plan", "analyse", "find_pairs", "load_panels"]

LEAF = 8


class Plan(NamedTuple):
    """Order, blocks and places of the factor of one pattern.

    Attributes
    ----------
    place : ndarray, (m,)
        Place of each node in the order of elimination.
    start : ndarray, (b + 1,)
        First place of each block.
    parent : ndarray, (b,)
        Block that takes what is left of a block; -1 for none.
    child : ndarray, (b, 2)
        Blocks that leave something to each block; -1 for none.
    row_start, rows : ndarray, (b + 1,), (r,)
        Places reached by each block, rising.
    front : ndarray, (r,)
        The same, counted within the block and rows of the parent.
    panel : ndarray, (b + 1,)
        First entry of each panel.
    left : ndarray, (b + 1,)
        First entry of the square each block leaves in the workspace; its size at the end.
    deep : ndarray, (b + 1,)
        The same for the selected inverse.
    source, slot : ndarray, (e,)
        Entries of the matrix and where in the panels each one goes.
    corner : ndarray, (m,)
        Where in the panels the diagonal entry of each node is.
    wide : int
        Most entries below the square of a block.
    tall : int
        Most nodes and rows of a block.
    """

    place: np.ndarray
    start: np.ndarray
    parent: np.ndarray
    child: np.ndarray
    row_start: np.ndarray
    rows: np.ndarray
    front: np.ndarray
    panel: np.ndarray
    left: np.ndarray
    deep: np.ndarray
    source: np.ndarray
    slot: np.ndarray
    corner: np.ndarray
    wide: int
    tall: int


def analyse(matrix: sparse.csc_array, places: np.ndarray, pairs=None) -> Plan:
    """Plan for all matrices with the pattern of a symmetric one.

    Parameters
    ----------
    matrix : csc_array, (m, m)
    places : ndarray, (m, 2), int
        Row and column of each node on a grid; joined nodes are at most one apart in both.
    pairs : ndarray, (e, 2), int, optional
        More entries that the factor and the selected inverse shall hold.
    """
    order, above = dissect(np.ascontiguousarray(places, dtype=np.int64), LEAF)
    place = np.empty(order.size, dtype=np.int64)
    place[order] = np.arange(order.size)
    first = np.flatnonzero(above > NOT_FIRST)
    start = np.append(first, order.size)
    parent = np.where(above[first] < 0, -1, np.searchsorted(first, above[first]))
    child = _children(parent)
    graph, own = _graph(matrix, pairs), (matrix.indptr, matrix.indices)
    row_start, rows = _find_rows((graph.indptr, graph.indices), (order, place), start, child)
    rows = rows[: row_start[-1]].copy()
    front = _count_in_front(start, parent, row_start, rows)
    size, below = np.diff(start), np.diff(row_start)
    panel = np.concatenate([[0], np.cumsum(size * (size + below))])
    left, deep = _lay_out(parent, child, size, below)
    blocks = start, row_start, rows, panel
    source, slot = _find_slots(own, (order, place), blocks)
    within = np.arange(order.size) - np.repeat(first, size)
    corner = np.repeat(panel[:-1], size) + within * (np.repeat(size + below, size) + 1)
    wide, tall = int((size * below).max(initial=0)), int((size + below).max(initial=0))
    tree = place, start, parent, child, row_start, rows, front
    return Plan(*tree, panel, left, deep, source, slot, corner[place], wide, tall)


def load_panels(plan: Plan, matrix: sparse.csc_array) -> np.ndarray:
    """Entries of a matrix in the panels of its factor-to-be; flat."""
    panels = make_room(int(plan.panel[-1]))
    panels[plan.slot] = matrix.data[plan.source]
    return panels


def find_pairs(plan: Plan, pairs: np.ndarray) -> np.ndarray:
    """Where in the panels the entries of pairs of nodes (e, 2) are; (e,)."""
    both, m = plan.place[pairs], plan.place.size
    low, high = both.min(axis=1), both.max(axis=1)
    block = np.searchsorted(plan.start, low, side="right") - 1
    size, below = np.diff(plan.start), np.diff(plan.row_start)
    owner = np.repeat(np.arange(size.size), below)
    under = np.searchsorted(owner * m + plan.rows, block * m + high) - plan.row_start[block]
    inside = high < plan.start[block + 1]
    row = np.where(inside, high - plan.start[block], size[block] + under)
    return plan.panel[block] + (low - plan.start[block]) * (size + below)[block] + row


def _graph(matrix, pairs) -> sparse.csc_array:
    if pairs is None or not len(pairs):
        return matrix
    rows, cols = np.concatenate([pairs, pairs[:, ::-1]]).T
    both = matrix.tocoo()
    rows = np.concatenate([both.coords[0], rows])
    cols = np.concatenate([both.coords[1], cols])
    return sparse.csc_array((np.ones(rows.size), (rows, cols)), shape=matrix.shape)


def _children(parent: np.ndarray) -> np.ndarray:
    """At most two blocks that leave something to each block; (b, 2), -1 for none."""
    child = np.full((parent.size, 2), -1)
    above, at, count = np.unique(parent, return_index=True, return_counts=True)
    child[above[above >= 0], 0] = at[above >= 0]
    later = np.setdiff1d(np.flatnonzero(parent >= 0), at)
    child[parent[later], 1] = later
    return child


# Plain loops: what numba has for sorting, appending or copying pieces compiles for seconds.
@compiled
def _find_rows(graph, order, start, child):
    """Places after a block that its nodes or its children reach."""
    indptr, indices = graph
    order, place = order
    n_blocks = start.size - 1
    row_start = np.zeros(n_blocks + 1, dtype=np.int64)
    rows = np.empty(4 * indices.size + order.size, dtype=np.int64)
    seen = np.zeros(order.size, dtype=np.int64)
    for j in range(n_blocks):
        n, end = row_start[j], start[j + 1]
        rows = _grow(rows, n, n + order.size - end)
        for p in range(start[j], end):
            for q in range(indptr[order[p]], indptr[order[p] + 1]):
                n = _add_row(place[indices[q]], end, j + 1, seen, rows, n)
        for side in range(2):
            c = child[j, side]
            if c >= 0:
                for q in range(row_start[c], row_start[c + 1]):
                    n = _add_row(rows[q], end, j + 1, seen, rows, n)
        _sort(rows, row_start[j], n)
        row_start[j + 1] = n
    return row_start, rows


@compiled
def _grow(rows, n, wanted):
    if rows.size >= wanted:
        return rows
    more = np.empty(2 * wanted, dtype=np.int64)
    for q in range(n):
        more[q] = rows[q]
    return more


@compiled
def _add_row(row, end, stamp, seen, rows, n):
    """Add a row that is past the block and not there yet; how many there are now."""
    if row < end or seen[row] == stamp:
        return n
    seen[row] = stamp
    rows[n] = row
    return n + 1


@compiled
def _sort(rows, first, last):
    """Sort in place by insertion: most of it comes in rising runs."""
    for p in range(first + 1, last):
        row, q = rows[p], p
        while q > first and rows[q - 1] > row:
            rows[q] = rows[q - 1]
            q -= 1
        rows[q] = row


@compiled
def _count_in_front(start, parent, row_start, rows):
    """Each row of a block as a count within the block and rows of its parent."""
    front = np.empty(rows.size, dtype=np.int64)
    for j in range(parent.size):
        above = parent[j]
        if above < 0:
            continue
        first, end = start[above], start[above + 1]
        q = row_start[above]
        for p in range(row_start[j], row_start[j + 1]):
            if rows[p] < end:
                front[p] = rows[p] - first
                continue
            while rows[q] < rows[p]:
                q += 1
            front[p] = end - first + q - row_start[above]
    return front


def _lay_out(parent, child, size, below) -> tuple[np.ndarray, np.ndarray]:
    """First entries of the squares left to parents, and of the fronts of the selected inverse.

    What is left lies on two stacks, of even and of odd depth, so that a block can write its own
    while it reads those of its children; the fronts lie along the path from the last block.
    """
    whole, square = (size + below) ** 2, below**2
    depth, deep = _count_depths(parent, whole)
    left, most = _stack(depth, child, square)
    left += np.where(depth % 2 == 1, most[0], 0)
    return np.append(left, most.sum()), np.append(deep, (deep + whole).max(initial=0))


@compiled
def _count_depths(parent, whole):
    """Blocks above each block, and what their fronts take."""
    depth, deep = np.zeros(parent.size, dtype=np.int64), np.zeros(parent.size, dtype=np.int64)
    for j in range(parent.size - 1, -1, -1):
        above = parent[j]
        if above >= 0:
            depth[j] = depth[above] + 1
            deep[j] = deep[above] + whole[above]
    return depth, deep


@compiled
def _stack(depth, child, square):
    """First entry of each square on the stack of its depth, and how high the two stacks get."""
    top, most = np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64)
    left = np.zeros(depth.size, dtype=np.int64)
    for j in range(depth.size):
        own = depth[j] % 2
        for side in range(2):
            if child[j, side] >= 0:
                top[1 - own] -= square[child[j, side]]
        left[j] = top[own]
        top[own] += square[j]
        most[own] = max(most[own], top[own])
    return left, most


@compiled
def _find_slots(matrix, order, blocks):
    """Entries on and below the diagonal, and where in the panels they go."""
    indptr, indices = matrix
    order, place = order
    start, row_start, rows, panel = blocks
    source = np.empty((indices.size + order.size) // 2, dtype=np.int64)
    slot = np.empty(source.size, dtype=np.int64)
    local = np.empty(order.size, dtype=np.int64)
    n = 0
    for j in range(start.size - 1):
        size, height = start[j + 1] - start[j], start[j + 1] - start[j]
        for p in range(size):
            local[start[j] + p] = p
        for q in range(row_start[j], row_start[j + 1]):
            local[rows[q]] = height
            height += 1
        for p in range(start[j], start[j + 1]):
            at = panel[j] + (p - start[j]) * height
            for q in range(indptr[order[p]], indptr[order[p] + 1]):
                other = place[indices[q]]
                if other >= p:
                    source[n] = q
                    slot[n] = at + local[other]
                    n += 1
    return source, slot
