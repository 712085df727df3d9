"""Where the entries of a sparse Cholesky factor go: found once for a pattern, used for all values.

The blocks of a nested dissection are the supernodes. Block j holds `size` eliminated nodes and the
`rows` below them that it reaches; its panel of the factor is dense, (size + rows, size) with
contiguous columns. What it leaves to its parent is a dense square over its rows (multifrontal).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from scipy import sparse

from bayqa.fields.methods.dissection import NOT_FIRST, dissect
from bayqa.fields.methods.room import make_room

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
    both = plan.place[pairs]
    low, high = both.min(axis=1), both.max(axis=1)
    block = np.searchsorted(plan.start, low, side="right") - 1
    return _find_places(plan, block, low, high)


@njit(cache=True, nogil=True)
def _find_places(plan, block, low, high):
    out = np.empty(low.size, dtype=np.int64)
    for e in range(low.size):
        j = block[e]
        size, rows = plan.start[j + 1] - plan.start[j], plan.row_start[j : j + 2]
        if high[e] < plan.start[j + 1]:
            row = high[e] - plan.start[j]
        else:
            row = size + np.searchsorted(plan.rows[rows[0] : rows[1]], high[e])
        out[e] = plan.panel[j] + (low[e] - plan.start[j]) * (size + rows[1] - rows[0]) + row
    return out


def _graph(matrix, pairs) -> sparse.csc_array:
    if pairs is None or not len(pairs):
        return matrix
    rows, cols = np.concatenate([pairs, pairs[:, ::-1]]).T
    both = matrix.tocoo()
    rows = np.concatenate([both.coords[0], rows])
    cols = np.concatenate([both.coords[1], cols])
    return sparse.csc_array((np.ones(rows.size), (rows, cols)), shape=matrix.shape)


@njit(cache=True, nogil=True)
def _children(parent):
    child = np.full((parent.size, 2), -1)
    for j in range(parent.size):
        if parent[j] >= 0:
            child[parent[j], 0 if child[parent[j], 0] < 0 else 1] = j
    return child


@njit(cache=True, nogil=True)
def _find_rows(graph, order, start, child):
    """Places after a block that its nodes or its children reach."""
    indptr, indices = graph
    order, place = order
    n_blocks = start.size - 1
    row_start = np.zeros(n_blocks + 1, dtype=np.int64)
    rows = np.empty(4 * indices.size + 64, dtype=np.int64)
    seen = np.full(order.size, -1)
    for j in range(n_blocks):
        n, end = row_start[j], start[j + 1]
        if rows.size < n + order.size - end:
            rows = np.append(rows, np.empty(rows.size + order.size, dtype=np.int64))
        for p in range(start[j], end):
            near = place[indices[indptr[order[p]] : indptr[order[p] + 1]]]
            n = _add_rows(near, end, j, seen, rows, n)
        for c in child[j]:
            if c >= 0:
                known = rows[row_start[c] : row_start[c + 1]]
                n = _add_rows(known, end, j, seen, rows, n)
        rows[row_start[j] : n].sort()
        row_start[j + 1] = n
    return row_start, rows[: row_start[-1]].copy()


@njit(cache=True, nogil=True)
def _add_rows(some, end, j, seen, rows, n):
    for row in some:
        if row >= end and seen[row] < j:
            seen[row] = j
            rows[n] = row
            n += 1
    return n


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def _lay_out(parent, child, size, below):
    """First entries of the squares left to parents, and of the fronts of the selected inverse.

    What is left lies on two stacks, of even and of odd depth, so that a block can write its own
    while it reads those of its children; the fronts lie along the path from the last block.
    """
    n_blocks = parent.size
    depth = np.zeros(n_blocks, dtype=np.int64)
    deep = np.zeros(n_blocks + 1, dtype=np.int64)
    for j in range(n_blocks - 1, -1, -1):
        above = parent[j]
        if above >= 0:
            depth[j] = depth[above] + 1
            deep[j] = deep[above] + (size[above] + below[above]) ** 2
        deep[n_blocks] = max(deep[n_blocks], deep[j] + (size[j] + below[j]) ** 2)
    top, most = np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.int64)
    left = np.zeros(n_blocks + 1, dtype=np.int64)
    for j in range(n_blocks):
        side = depth[j] % 2
        for c in child[j]:
            if c >= 0:
                top[1 - side] -= below[c] ** 2
        left[j] = top[side]
        top[side] += below[j] ** 2
        most[side] = max(most[side], top[side])
    left[:n_blocks] += np.where(depth % 2 == 1, most[0], 0)
    left[n_blocks] = most.sum()
    return left, deep


@njit(cache=True, nogil=True)
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
        size, below = start[j + 1] - start[j], rows[row_start[j] : row_start[j + 1]]
        local[start[j] : start[j + 1]] = np.arange(size)
        local[below] = size + np.arange(below.size)
        for p in range(start[j], start[j + 1]):
            at = panel[j] + (p - start[j]) * (size + below.size)
            for q in range(indptr[order[p]], indptr[order[p] + 1]):
                if place[indices[q]] >= p:
                    source[n] = q
                    slot[n] = at + local[place[indices[q]]]
                    n += 1
    return source[:n].copy(), slot[:n].copy()
