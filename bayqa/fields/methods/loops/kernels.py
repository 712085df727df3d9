"""Compiled correlations of rows of distances, and the wet cells of a mask.

Compiled at the first call and cached; nothing here allocates beyond a few MB.
"""

from __future__ import annotations

import numpy as np

from bayqa.machine import compiled

__all__ = ["copy_row", "correlate_row", "decay", "list_cells"]

LOG2E = 1.4426950408889634
LN2_HIGH = 0.6931471803691238
LN2_LOW = 1.9082149292705877e-10
# Adding 1.5 * 2^52 leaves the nearest integer in the low bits of a double.
ROUNDING = 6755399441055744.0
ROUNDING_BITS = 0x4338000000000000


@compiled(inline="always")
def decay(x):
    """exp(-x) for x >= 0 in plain arithmetic, so that a loop over it runs in vector registers."""
    y = -min(x, 700.0)
    z = y * LOG2E + ROUNDING
    n = z - ROUNDING
    r = (y - n * LN2_HIGH) - n * LN2_LOW
    p = 1.0 / 479001600.0
    p = p * r + 1.0 / 39916800.0
    p = p * r + 1.0 / 3628800.0
    p = p * r + 1.0 / 362880.0
    p = p * r + 1.0 / 40320.0
    p = p * r + 1.0 / 5040.0
    p = p * r + 1.0 / 720.0
    p = p * r + 1.0 / 120.0
    p = p * r + 1.0 / 24.0
    p = p * r + 1.0 / 6.0
    p = p * r + 0.5
    p = p * r + 1.0
    p = p * r + 1.0
    shift = (np.float64(z).view(np.int64) - ROUNDING_BITS + 1023) << 52
    return p * np.int64(shift).view(np.float64)


@compiled(inline="always")
def copy_row(out, given):
    """Copy a row; setting a slice would compile for seconds the sentence of a wrong shape."""
    for i in range(out.size):
        out[i] = given[i]


@compiled
def _exponential(square, out, rate):
    for i in range(square.size):
        out[i] = decay(rate * np.sqrt(square[i]))


@compiled
def _spherical(square, out):
    for i in range(square.size):
        h = min(np.sqrt(square[i]), 1.0)
        out[i] = 1.0 - h * (1.5 - 0.5 * h * h)


@compiled
def _gaussian(square, out):
    for i in range(square.size):
        out[i] = decay(3.0625 * square[i])


@compiled
def _bessel(square, out, inverse, table):
    last = table.shape[0] - 1
    for i in range(square.size):
        place = np.sqrt(2.8284271247461903 * np.sqrt(square[i])) * inverse
        k = min(int(place), last)
        f = min(place - k, 1.0)
        out[i] = ((table[k, 3] * f + table[k, 2]) * f + table[k, 1]) * f + table[k, 0]


@compiled
def _polynomial(square, out, rate, second):
    for i in range(square.size):
        x = rate * np.sqrt(square[i])
        out[i] = (1.0 + x + second * x * x) * decay(x)


@compiled
def correlate_row(code, square, out, inverse, table):
    """Correlations of one row of squared distances over range squared; see `correlate`."""
    if code == 0:
        _exponential(square, out, 3.0)
    elif code == 1:
        _spherical(square, out)
    elif code == 2:
        _gaussian(square, out)
    elif code == 3:
        _exponential(square, out, 2.0)
    elif code == 4:
        _bessel(square, out, inverse, table)
    elif code == 5:
        _polynomial(square, out, 3.4641016151377544, 0.0)
    else:
        _polynomial(square, out, 4.47213595499958, 1.0 / 3.0)


@compiled
def list_cells(mask, start, stop, columns, rows):
    """Columns and rows of the wet cells of the flat mask from start, until stop or no room is left.

    How many there are, and where the next call starts.
    """
    width = mask.shape[1]
    room, n = columns.size, 0
    while start < stop and n < room:
        r = start // width
        c = start - r * width
        # Every cell is written and only the wet ones count, which needs no branch.
        last = min(width, c + min(stop - start, room - n))
        first = n
        for i in range(c, last):
            columns[n] = i
            n += mask[r, i]
        rows[first:n] = r
        start += last - c
    return n, start
