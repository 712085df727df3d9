"""Compiled quadratic forms and determinants of a covariance with many noise ratios.

A covariance is brought to tridiagonal form once; each ratio then costs a sweep along it, less than
half of an eigen-decomposition.
"""

from __future__ import annotations

import numpy as np

from bayqa.fields.methods.loops.kernels import copy_row, correlate_row
from bayqa.machine import SUMS, compiled

__all__ = ["MOST_STATIONS", "sweep_ranges", "sweep_ratios"]

MOST_STATIONS = 400
# Rows of a matrix lie at a fixed distance, which shows the compiler that four of them are apart.
ROW = 408
# Numbers in a line of the cache.
LINE = 8
# Pivots multiplied before a logarithm is taken: they lie between 1e-12 and the number of stations.
TAKEN = 16


@compiled(fastmath=SUMS, inline="always")
def _dot(one, two):
    total = 0.0
    for i in range(one.size):
        total += one[i] * two[i]
    return total


@compiled(fastmath=SUMS, inline="always")
def _subtract(out, share, other):
    for i in range(out.size):
        out[i] -= share * other[i]


@compiled(fastmath=SUMS, inline="always")
def _turn_rows(rows, left, v, w, u):
    """Subtract v w' + w v' from four rows, `left` being their parts; their products with u."""
    v0, v1, v2, v3, w0, w1, w2, w3 = left
    s0, s1, s2, s3 = 0.0, 0.0, 0.0, 0.0
    for j in range(v.size):
        vj, wj, uj = v[j], w[j], u[j]
        a0 = rows[j] - (v0 * wj + w0 * vj)
        a1 = rows[j + ROW] - (v1 * wj + w1 * vj)
        a2 = rows[j + 2 * ROW] - (v2 * wj + w2 * vj)
        a3 = rows[j + 3 * ROW] - (v3 * wj + w3 * vj)
        rows[j], rows[j + ROW], rows[j + 2 * ROW], rows[j + 3 * ROW] = a0, a1, a2, a3
        s0 += a0 * uj
        s1 += a1 * uj
        s2 += a2 * uj
        s3 += a3 * uj
    return s0, s1, s2, s3


@compiled(fastmath=SUMS)
def _make_rows(n):
    """Zeros for n vectors; each begins where a line of the cache does, or reading takes longer."""
    room = np.zeros(n * ROW + LINE)
    first = -(room.ctypes.data // 8) % LINE
    return room[first : first + n * ROW]


@compiled(fastmath=SUMS)
def _turn(matrix, start, n, held, p):
    """Do what is left to do from the step before, and multiply the rest of the matrix by u."""
    v, w, u = held
    some = slice(start // 8 * 8, (n + 7) // 8 * 8)
    vs, ws, us = v[some], w[some], u[some]
    for i in range(start // 4 * 4, n, 4):
        left = v[i], v[i + 1], v[i + 2], v[i + 3], w[i], w[i + 1], w[i + 2], w[i + 3]
        base = i * ROW + start // 8 * 8
        p[i], p[i + 1], p[i + 2], p[i + 3] = _turn_rows(matrix[base:], left, vs, ws, us)


@compiled(fastmath=SUMS)
def _aim(u):
    """Make a column the normal of the mirror that clears it below its head; new head and scale."""
    norm, head = _dot(u, u), u[0]
    if norm - head * head <= 1e-300:
        u[:] = 0.0
        return head, 0.0
    alpha = -np.sqrt(norm) if head > 0 else np.sqrt(norm)
    u[0] = head - alpha
    return alpha, 1.0 / (norm - alpha * head)


@compiled(fastmath=SUMS, inline="always")
def _leave(v, w, u, p, scale):
    """The step as v and w, for the matrix to take at the next one."""
    share = scale * scale / 2 * _dot(p, u)
    for i in range(v.size):
        v[i] = u[i]
        w[i] = scale * p[i] - share * u[i]


@compiled(fastmath=SUMS)
def _mirror(matrix, start, scale, held, p, columns):
    """One Householder step from `start` on."""
    v, w, u = held
    n = columns.shape[1]
    _turn(matrix, start, n, held, p)
    first = start // 8 * 8
    p[first:start] = 0.0
    _leave(v[first:n], w[first:n], u[first:n], p[first:n], scale)
    for k in range(len(columns)):
        rest = columns[k, start:]
        _subtract(rest, scale * _dot(u[start:n], rest), u[start:n])


@compiled(fastmath=SUMS)
def _reduce(matrix, columns, q, diagonal, beside):
    """Tridiagonal form of what the first q columns leave of a matrix (n rows, overwritten).

    `columns` (q + k, n) are turned likewise; `diagonal` and `beside` are filled from q on.
    """
    n = columns.shape[1]
    rows = _make_rows(4)
    v, w, u, p = rows[:ROW], rows[ROW : 2 * ROW], rows[2 * ROW : 3 * ROW], rows[3 * ROW :]
    held = v, w, u
    for t in range(q):
        u[:t] = 0.0
        copy_row(u[t:n], columns[t, t:])
        _mirror(matrix, t, _aim(u[t:n])[1], held, p, columns)
    for c in range(q, n):
        row = matrix[c * ROW : c * ROW + n]
        u[: c + 1] = 0.0
        for j in range(c + 1, n):
            u[j] = row[j] - (v[c] * w[j] + w[c] * v[j])
        diagonal[c] = row[c] - 2.0 * v[c] * w[c]
        if c + 1 < n:
            beside[c], scale = _aim(u[c + 1 : n])
            _mirror(matrix, c + 1, scale, held, p, columns)


@compiled(fastmath=SUMS, inline="always")
def _pivot(here, before, ratios, held):
    """One step of elimination for all ratios: `held` is 1 / pivot, step and product of pivots."""
    inverse, step, product = held
    for j in range(ratios.size):
        step[j] = before * inverse[j]
        pivot = max(here + ratios[j] - step[j] * before, 1e-12)
        inverse[j] = 1.0 / pivot
        product[j] *= pivot


@compiled(fastmath=SUMS, inline="always")
def _add_square(value, step, inverse, last, squares):
    for j in range(step.size):
        last[j] = value - step[j] * last[j]
        squares[j] += last[j] * last[j] * inverse[j]


@compiled(fastmath=SUMS)
def _sweep(diagonal, beside, z, ratios, squares, logs):
    """Forms (k, l) of the fields z (k, m) and log determinants (l,) for all ratios."""
    n = ratios.size
    inverse, step, product = np.zeros(n), np.zeros(n), np.ones(n)
    last = np.zeros((len(z), n))
    squares[:], logs[:] = 0.0, 0.0
    for i in range(diagonal.size):
        _pivot(diagonal[i], beside[i - 1] if i else 0.0, ratios, (inverse, step, product))
        for k in range(len(z)):
            _add_square(z[k, i], step, inverse, last[k], squares[k])
        if i % TAKEN == TAKEN - 1 or i == diagonal.size - 1:
            for j in range(n):
                logs[j] += np.log(product[j])
            product[:] = 1.0


def sweep_ratios(stack, values, ratios):
    """Squares (r, l, k) and log determinants (r, l) of `stack` (r, m, m) plus each ratio.

    `values` (m, k); m is at most `MOST_STATIONS`.
    """
    # Turning axes takes seconds to compile.
    squares, logs = _sweep_stack(stack, values, ratios)
    return squares.transpose(0, 2, 1), logs


@compiled(fastmath=SUMS)
def _sweep_stack(stack, values, ratios):
    n_ranges, m = stack.shape[:2]
    squares = np.empty((n_ranges, values.shape[1], ratios.size))
    logs = np.empty((n_ranges, ratios.size))
    matrix, diagonal, beside = _make_rows(m + 3), np.empty(m), np.zeros(m)
    z = np.empty((values.shape[1], m))
    for r in range(n_ranges):
        for i in range(m):
            copy_row(matrix[i * ROW : i * ROW + m], stack[r, i])
        for k in range(len(z)):
            copy_row(z[k], values[:, k])
        _reduce(matrix, z, 0, diagonal, beside)
        _sweep(diagonal, beside, z, ratios, squares[r], logs[r])
    return squares, logs


def sweep_ranges(model, square, known, columns, q, ranges, ratios):
    """As `sweep_ratios` for a stationary model at each range, left over by a drift.

    `model` is its code and the table of `correlate_row`; `square` (n, n) are squared distances,
    `known` (n,) goes on the diagonal; `columns` (q + k, n) are q drift functions and k fields.
    """
    squares, logs = _sweep_model(model, square, known, columns, q, ranges, ratios)
    return squares.transpose(0, 2, 1), logs


@compiled(fastmath=SUMS)
def _sweep_model(model, square, known, columns, q, ranges, ratios):
    code, inverse, table = model
    n = len(square)
    squares = np.empty((ranges.size, len(columns) - q, ratios.size))
    logs = np.empty((ranges.size, ratios.size))
    matrix, diagonal, beside = _make_rows(n + 3), np.empty(n), np.zeros(n)
    turned = np.empty(columns.shape)
    for r in range(ranges.size):
        for i in range(n):
            row = matrix[i * ROW : i * ROW + n]
            correlate_row(code, square[i] / ranges[r] ** 2, row, inverse, table)
            row[i] += known[i]
        for k in range(len(columns)):
            copy_row(turned[k], columns[k])
        _reduce(matrix, turned, q, diagonal, beside)
        _sweep(diagonal[q:], beside[q:], turned[q:, q:], ratios, squares[r], logs[r])
    return squares, logs
