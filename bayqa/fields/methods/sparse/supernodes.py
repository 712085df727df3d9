"""Numeric work on the dense blocks of a sparse Cholesky factor: factor, solve, selected inverse."""

from __future__ import annotations

import numpy as np

from bayqa.fields.methods.sparse.blas import (
    decompose,
    invert,
    invert_triangle,
    multiply,
    solve_right,
    subtract_square,
)
from bayqa.machine import compiled

__all__ = ["LANES", "factorise_panels", "invert_panels", "prepare_panels", "solve_panels"]

# Right-hand sides solved side by side.
LANES = 32


@compiled
def _measure(plan, j):
    """First place, size, rows, height and first panel entry of block j."""
    first = plan.start[j]
    size = plan.start[j + 1] - first
    rows = plan.rows[plan.row_start[j] : plan.row_start[j + 1]]
    return first, size, rows, size + rows.size, plan.panel[j]


@compiled
def _add_child(front, square, block, panels, work):
    """Add what a child left (lower half, from `square` on) to the panel and square of its block."""
    size, height, at, own = block
    n = front.size
    for c in range(n):
        column, to = square + c * n, front[c]
        inside = to < size
        base = at + to * height if inside else own + (to - size) * (height - size) - size
        target = panels if inside else work
        for r in range(c, n):
            target[base + front[r]] += work[column + r]


@compiled
def factorise_panels(routines, plan, panels, work):
    """Factor, in place, of the matrix whose entries lie in `panels`.

    `work` has room for what blocks leave to their parents. Returns False when the matrix is not
    positive definite.
    """
    info = np.zeros(1, dtype=np.int32)
    for j in range(plan.parent.size):
        _, size, rows, height, at = _measure(plan, j)
        own, below = plan.left[j], rows.size
        for i in range(own, own + below * below):
            work[i] = 0.0
        for side in range(2):
            c = plan.child[j, side]
            if c >= 0:
                front = plan.front[plan.row_start[c] : plan.row_start[c + 1]]
                _add_child(front, plan.left[c], (size, height, at, own), panels, work)
        decompose(routines, size, (panels, at, height), info)
        if info[0] != 0:
            return False
        if below:
            under = (panels, at + size, height)
            solve_right(routines, True, (below, size), (panels, at, height), under)
            subtract_square(routines, (below, size), under, (work, own, below))
    return True


@compiled
def prepare_panels(routines, plan, panels):
    """Make (L, B) of each block (1 / L, B / L) in place: a step of a solve is then a product."""
    info = np.zeros(1, dtype=np.int32)
    for j in range(plan.parent.size):
        _, size, rows, height, at = _measure(plan, j)
        if rows.size:
            under = (panels, at + size, height)
            solve_right(routines, False, (rows.size, size), (panels, at, height), under)
        invert_triangle(routines, size, (panels, at, height), info)


@compiled
def _is_zero(x, first, last):
    for i in range(first, last):
        if x[i] != 0.0:
            return False
    return True


@compiled
def _go_down(routines, plan, panels, x, held):
    """Solve L y = b; blocks of zeros, as those of stations mostly are, are passed over."""
    for j in range(plan.parent.size):
        first, size, rows, height, at = _measure(plan, j)
        lanes = (x, first * LANES, LANES)
        if _is_zero(x, first * LANES, (first + size) * LANES):
            continue
        shape, block = (LANES, height, size, 1.0, 0.0), (panels, at, height)
        multiply(routines, (False, True), shape, lanes, block, (held, 0, LANES))
        for i in range(size * LANES):
            x[first * LANES + i] = held[i]
        for r in range(rows.size):
            to, source = rows[r] * LANES, (size + r) * LANES
            for i in range(LANES):
                x[to + i] -= held[source + i]


@compiled
def solve_panels(routines, plan, panels, block):
    """Solution in place of `block` (m, LANES), in the order of elimination, by prepared panels."""
    x, held = block.ravel(), np.empty(plan.tall * LANES)
    _go_down(routines, plan, panels, x, held)
    for j in range(plan.parent.size - 1, -1, -1):
        first, size, rows, height, at = _measure(plan, j)
        for i in range(size * LANES):
            held[i] = x[first * LANES + i]
        for r in range(rows.size):
            to, source = (size + r) * LANES, rows[r] * LANES
            for i in range(LANES):
                held[to + i] = -x[source + i]
        shape, lanes = (LANES, size, height, 1.0, 0.0), (x, first * LANES, LANES)
        panel = (panels, at, height)
        multiply(routines, (False, False), shape, (held, 0, LANES), panel, lanes)


@compiled
def _take_front(front, tall, source, corner, height, work):
    """Copy the inverse at the rows of a block from the front of its parent."""
    for c in range(front.size):
        column, to = source + front[c] * tall, corner + c * height
        for r in range(front.size):
            work[to + r] = work[column + front[r]]


@compiled
def _give_front(block, n, panels, held, work):
    """Put the inverse of a block into its panel and its whole front."""
    size, height, at, own = block
    for c in range(size):
        for r in range(c, size):
            value = panels[at + c * height + r]
            work[own + c * height + r] = value
            work[own + r * height + c] = value
        for r in range(n):
            value = held[c * n + r]
            panels[at + c * height + size + r] = value
            work[own + c * height + size + r] = value
            work[own + (size + r) * height + c] = value


@compiled
def invert_panels(routines, plan, panels, work):
    """Entries of the inverse on the pattern of the factor, in place of it.

    Source: Takahashi, Fagan and Chen (1973), by blocks from the last to the first.
    """
    info, held = np.zeros(1, dtype=np.int32), np.empty(plan.wide)
    for j in range(plan.parent.size - 1, -1, -1):
        _, size, rows, height, at = _measure(plan, j)
        own, n, above = plan.deep[j], rows.size, plan.parent[j]
        corner, under = own + size * height + size, (panels, at + size, height)
        if n:
            front = plan.front[plan.row_start[j] : plan.row_start[j + 1]]
            tall = _measure(plan, above)[3]
            _take_front(front, tall, plan.deep[above], corner, height, work)
            solve_right(routines, False, (n, size), (panels, at, height), under)
            shape = (n, size, n, -1.0, 0.0)
            multiply(routines, (False, False), shape, (work, corner, height), under, (held, 0, n))
        invert(routines, size, (panels, at, height), info)
        if n:
            shape = (size, size, n, -1.0, 1.0)
            multiply(routines, (True, False), shape, under, (held, 0, n), (panels, at, height))
        _give_front((size, height, at, own), n, panels, held, work)
