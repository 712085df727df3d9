"""Compiled loops of kriging and inverse distance over blocks of cells.

Compiled at the first call and cached; nothing here allocates beyond a few MB.
"""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = [
    "correlate_row",
    "invert_powers",
    "invert_squares",
    "list_cells",
    "raise_sd",
]

LOG2E = 1.4426950408889634
LN2_HIGH = 0.6931471803691238
LN2_LOW = 1.9082149292705877e-10
# Adding 1.5 * 2^52 leaves the nearest integer in the low bits of a double.
ROUNDING = 6755399441055744.0
ROUNDING_BITS = 0x4338000000000000
# Added to squared distances (in cells), so that a cell on a station takes its value.
SOFTENING = 1e-18
STRIP = 256


@njit(cache=True, nogil=True, inline="always")
def _decay(x):
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


@njit(cache=True, nogil=True)
def _exponential(square, out, rate):
    for i in range(square.size):
        out[i] = _decay(rate * np.sqrt(square[i]))


@njit(cache=True, nogil=True)
def _spherical(square, out):
    for i in range(square.size):
        h = min(np.sqrt(square[i]), 1.0)
        out[i] = 1.0 - h * (1.5 - 0.5 * h * h)


@njit(cache=True, nogil=True)
def _gaussian(square, out):
    for i in range(square.size):
        out[i] = _decay(3.0625 * square[i])


@njit(cache=True, nogil=True)
def _bessel(square, out, inverse, table):
    last = table.shape[0] - 1
    for i in range(square.size):
        place = np.sqrt(2.8284271247461903 * np.sqrt(square[i])) * inverse
        k = min(int(place), last)
        f = min(place - k, 1.0)
        out[i] = ((table[k, 3] * f + table[k, 2]) * f + table[k, 1]) * f + table[k, 0]


@njit(cache=True, nogil=True)
def _polynomial(square, out, rate, second):
    for i in range(square.size):
        x = rate * np.sqrt(square[i])
        out[i] = (1.0 + x + second * x * x) * _decay(x)


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def list_cells(mask, start, stop, columns, rows):
    """Columns and rows of the wet cells of the flat mask from start to stop; how many."""
    width = mask.shape[1]
    n = 0
    r = start // width
    c = start - r * width
    for _ in range(start, stop):
        if mask[r, c]:
            columns[n] = c
            rows[n] = r
            n += 1
        c += 1
        if c == width:
            c = 0
            r += 1
    return n


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _join(first, second):
    """Two shares (product, sum of weights, weighted values; over the product) made into one."""
    a, wa, va = first
    b, wb, vb = second
    return a * b, wa * b + wb * a, va * b + vb * a


@njit(cache=True, nogil=True, fastmath=True, inline="always")
def _square(station, x, y):
    dx = station[0] - x
    dy = station[1] - y
    return dx * dx + dy * dy + SOFTENING


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _add_four(columns, rows, stations, sums):
    """Add four stations (x, y, value), which share one division, to a strip of cells."""
    one, two, three, four = stations
    for j in range(STRIP):
        x, y = columns[j], rows[j]
        a, b = _square(one, x, y), _square(two, x, y)
        c, d = _square(three, x, y), _square(four, x, y)
        left = _join((a, 1.0, one[2]), (b, 1.0, two[2]))
        right = _join((c, 1.0, three[2]), (d, 1.0, four[2]))
        product, weight, value = _join(left, right)
        share = 1.0 / product
        sums[j] += weight * share
        sums[STRIP + j] += value * share
        least = min(min(a, b), min(c, d))
        sums[2 * STRIP + j] = min(sums[2 * STRIP + j], least)


@njit(cache=True, nogil=True, fastmath=True, error_model="numpy")
def _add_one(columns, rows, station, sums):
    for j in range(STRIP):
        square = _square(station, columns[j], rows[j])
        sums[j] += 1.0 / square
        sums[STRIP + j] += station[2] / square
        sums[2 * STRIP + j] = min(sums[2 * STRIP + j], square)


@njit(cache=True, nogil=True)
def invert_squares(columns, rows, stations, mean, nearest):
    """Inverse squared distance mean, and squared distance of the nearest station, in cell units.

    Cells are the inner loop, in strips that stay in the nearest cache: a search for the least
    does not run in vector registers over stations.
    """
    places, values = stations
    n = values.size
    x, y, sums = np.zeros(STRIP), np.zeros(STRIP), np.empty(3 * STRIP)
    for start in range(0, columns.size, STRIP):
        size = min(STRIP, columns.size - start)
        x[:size] = columns[start : start + size]
        y[:size] = rows[start : start + size]
        sums[: 2 * STRIP] = 0.0
        sums[2 * STRIP :] = 1e300
        for i in range(0, n - 3, 4):
            one = (places[0, i], places[1, i], values[i])
            two = (places[0, i + 1], places[1, i + 1], values[i + 1])
            three = (places[0, i + 2], places[1, i + 2], values[i + 2])
            four = (places[0, i + 3], places[1, i + 3], values[i + 3])
            _add_four(x, y, (one, two, three, four), sums)
        for i in range(n - n % 4, n):
            _add_one(x, y, (places[0, i], places[1, i], values[i]), sums)
        for j in range(size):
            mean[start + j] = sums[STRIP + j] / sums[j]
            nearest[start + j] = sums[2 * STRIP + j]


@njit(cache=True, nogil=True)
def invert_powers(columns, rows, stations, how, mean, nearest):
    """As `invert_squares` for any power, `how` = (half the power, squared reach)."""
    places, values = stations
    half_power, reach = how
    for j in range(columns.size):
        x = columns[j]
        y = rows[j]
        least = 1e300
        total = 0.0
        weighted = 0.0
        for i in range(values.size):
            dx = places[0, i] - x
            dy = places[1, i] - y
            square = dx * dx + dy * dy + SOFTENING
            least = min(least, square)
            if square <= reach:
                w = square ** (-half_power)
                total += w
                weighted += w * values[i]
        mean[j] = weighted / total if total > 0 else np.nan
        nearest[j] = least


@njit(cache=True, nogil=True, error_model="numpy")
def raise_sd(distance, mean, model):
    """Overwrite distances to the nearest station by the sd of inverse distance weighting."""
    rate, scale, noise = model
    for j in range(distance.size):
        risen = 1.0 - _decay(distance[j] * rate)
        distance[j] = np.sqrt(noise + (scale - noise) * risen) + 0.0 * mean[j]
