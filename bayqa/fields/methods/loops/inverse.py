"""Compiled inverse distance weighting over blocks of cells, mean and sd in one pass.

Cells go in strips that stay in the nearest cache from their place in the mask to their sd.
"""

from __future__ import annotations

import numpy as np

from bayqa.fields.methods.loops.kernels import decay, list_cells
from bayqa.machine import compiled

__all__ = ["invert_cells", "raise_sd"]

# Added to squared distances (in cells), so that a cell on a station takes its value.
SOFTENING = 1e-18
STRIP = 256


@compiled(fastmath=True, inline="always")
def _join(first, second):
    """Two shares (product, sum of weights, weighted values; over the product) made into one."""
    a, wa, va = first
    b, wb, vb = second
    return a * b, wa * b + wb * a, va * b + vb * a


@compiled(fastmath=True, inline="always")
def _square(station, x, y):
    dx = station[0] - x
    dy = station[1] - y
    return dx * dx + dy * dy + SOFTENING


@compiled(fastmath=True, error_model="numpy")
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


@compiled(fastmath=True, error_model="numpy")
def _add_one(columns, rows, station, sums):
    for j in range(STRIP):
        square = _square(station, columns[j], rows[j])
        sums[j] += 1.0 / square
        sums[STRIP + j] += station[2] / square
        sums[2 * STRIP + j] = min(sums[2 * STRIP + j], square)


@compiled
def _sum_squares(x, y, stations, sums):
    """Weights, weighted values and squared distance of the nearest station of a strip, for power 2.

    Cells are the inner loop: a search for the least does not run in vector registers over stations.
    """
    places, values = stations
    n = values.size
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


@compiled
def _sum_powers(x, y, stations, how, sums):
    """As `_sum_squares` for any power, `how` = (half the power, squared reach)."""
    places, values = stations
    half_power, reach = how
    for j in range(STRIP):
        total, weighted, least = 0.0, 0.0, 1e300
        for i in range(values.size):
            square = _square((places[0, i], places[1, i]), x[j], y[j])
            least = min(least, square)
            if square <= reach:
                w = square ** (-half_power)
                total += w
                weighted += w * values[i]
        sums[j], sums[STRIP + j], sums[2 * STRIP + j] = total, weighted, least


@compiled(error_model="numpy")
def _finish(sums, mean, distance, centre):
    """Mean, NaN where no station reaches, and distance to the nearest station in cells."""
    for j in range(mean.size):
        mean[j] = centre + sums[STRIP + j] / sums[j]
        distance[j] = np.sqrt(max(sums[2 * STRIP + j] - SOFTENING, 0.0))


@compiled
def invert_cells(mask, span, stations, how, model, fields):
    """Mean and sd of the wet cells of a span of the flat mask, into `fields`.

    `span` is start, stop and the number of the first wet cell; `stations` are places (2, n) in
    cells and values; `how` is half the power and the squared reach in cells; `model` is the level
    added to the mean and what `raise_sd` takes, by distances in cells.
    """
    at, stop, first = span
    centre, rise = model
    x, y, sums = np.zeros(STRIP), np.zeros(STRIP), np.empty(3 * STRIP)
    while at < stop:
        n, at = list_cells(mask, at, stop, x, y)
        if how[0] == 1.0 and np.isinf(how[1]):
            _sum_squares(x, y, stations, sums)
        else:
            _sum_powers(x, y, stations, how, sums)
        mean, sd = fields[0][first : first + n], fields[1][first : first + n]
        _finish(sums, mean, sd, centre)
        raise_sd(sd, mean, rise)
        first += n


@compiled(error_model="numpy")
def raise_sd(distance, mean, model):
    """Overwrite distances to the nearest station by the sd of inverse distance weighting.

    `model` is the inverse of the typical distance, the variance far away and the noise.
    """
    rate, scale, noise = model
    for j in range(distance.size):
        risen = 1.0 - decay(distance[j] * rate)
        distance[j] = np.sqrt(noise + (scale - noise) * risen) + 0.0 * mean[j]
