"""Compiled quadratic forms and determinants of a covariance with many noise ratios.

A covariance is brought to tridiagonal form once; each ratio then costs a sweep along it, less than
half of an eigen-decomposition.
"""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = ["sweep_ratios"]

LOOSE = {"reassoc", "contract", "nsz"}


@njit(cache=True, nogil=True, fastmath=LOOSE)
def _dot(one, two):
    total = 0.0
    for i in range(one.size):
        total += one[i] * two[i]
    return total


@njit(cache=True, nogil=True, fastmath=LOOSE)
def _subtract(out, share, other):
    for i in range(out.size):
        out[i] -= share * other[i]


@njit(cache=True, nogil=True, fastmath=LOOSE)
def _subtract_two(out, one, w, two, v):
    for i in range(out.size):
        out[i] -= one * w[i] + two * v[i]


@njit(cache=True, nogil=True, fastmath=LOOSE)
def _reflect(rest, column, z, v, w):
    """One Householder step: clear `column` below its head, and turn `rest` and `z`; the head."""
    m = column.size
    v[:] = column
    norm, head = _dot(v, v), v[0]
    if norm - head * head <= 1e-300:
        return head
    alpha = -np.sqrt(norm) if head > 0 else np.sqrt(norm)
    v[0] = head - alpha
    beta = 1.0 / (norm - alpha * head)
    for i in range(m):
        w[i] = beta * _dot(rest[i], v)
    _subtract(w, beta / 2 * _dot(w, v), v)
    for i in range(m):
        _subtract_two(rest[i], v[i], w, w[i], v)
    for k in range(len(z)):
        _subtract(z[k], beta * _dot(v, z[k]), v)
    return alpha


@njit(cache=True, nogil=True, fastmath=LOOSE)
def _sweep(diagonal, beside, z, ratio, squares):
    """Form of each field into `squares`, and the log determinant, for one ratio."""
    log = 0.0
    held = np.zeros(len(z))
    squares[:] = 0.0
    pivot, step = 1.0, 0.0
    for i in range(diagonal.size):
        step = beside[i - 1] / pivot if i else 0.0
        pivot = diagonal[i] + ratio - (step * beside[i - 1] if i else 0.0)
        pivot = max(pivot, 1e-12)
        log += np.log(pivot)
        for k in range(len(z)):
            held[k] = z[k, i] - step * held[k]
            squares[k] += held[k] * held[k] / pivot
    return log


@njit(cache=True, nogil=True)
def sweep_ratios(stack, values, ratios):
    """Squares (r, l, k) and log determinants (r, l) of `stack` (r, m, m) plus each ratio.

    `values` (m, k); the stack is overwritten.
    """
    n_ranges, m = stack.shape[:2]
    squares = np.empty((n_ranges, ratios.size, values.shape[1]))
    logs = np.empty((n_ranges, ratios.size))
    v, w, beside = np.empty(m), np.empty(m), np.zeros(m)
    for r in range(n_ranges):
        a, z = stack[r], values.T.copy()
        for c in range(m - 1):
            n = c + 1
            beside[c] = _reflect(a[n:, n:], a[n:, c], z[:, n:], v[n:], w[n:])
        diagonal = np.diag(a).copy()
        for j in range(ratios.size):
            logs[r, j] = _sweep(diagonal, beside, z, ratios[j], squares[r, j])
    return squares, logs
