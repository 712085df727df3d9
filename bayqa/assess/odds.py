"""Compiled loops of class probabilities, block by block and in place."""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = ["NOTHING", "fill_cdf", "finish_odds", "multiply_odds"]

NOTHING = -1.0
"""Mark of a cell of which no parameter is known yet."""
_BLOCK = 4096


@njit(nogil=True, cache=True)
def fill_cdf(values, sd, offset, bounds, table, out):
    """Probability that a value meets each class, into out[k, cell].

    Parameters
    ----------
    values : ndarray (n_cells,)
        In the canonical unit.
    sd : ndarray (n_cells,)
        In the working scale. Where it is 0 the answer is 0 or 1.
    offset : float
        Added before log10; NaN for the linear scale.
    bounds : ndarray (2, n_classes)
        In the working scale.
    table : ndarray
        Distribution function at u = z / (1 + |z|), evenly from -1 to 1.
    out : ndarray of float32 (>= n_classes, n_cells)
        NaN where value or sd is NaN.
    """
    means = np.empty(_BLOCK)
    for start in range(0, values.size, _BLOCK):
        stop = min(start + _BLOCK, values.size)
        block = means[: stop - start]
        _to_scale(values[start:stop], offset, block)
        for k in range(bounds.shape[1]):
            low, high = bounds[0, k], bounds[1, k]
            _fill_class(block, sd[start:stop], low, high, table, out[k, start:stop])


@njit(nogil=True, cache=True)
def multiply_odds(cdf, strict, joint):
    """Multiply the probability of meeting each class into `joint`, in place.

    `joint` starts as NOTHING; an unknown parameter leaves it, or makes it NaN if `strict`.
    """
    for k in range(joint.shape[0]):
        for i in range(joint.shape[1]):
            if cdf[k, i] != cdf[k, i]:
                if strict:
                    joint[k, i] = np.nan
            elif joint[k, i] == NOTHING:
                joint[k, i] = cdf[k, i]
            else:
                joint[k, i] *= cdf[k, i]


@njit(nogil=True, cache=True)
def finish_odds(odds):
    """Turn rising probabilities of meeting a class into those of being in it, in place.

    Parameters
    ----------
    odds : ndarray (n_classes + 1, n_cells)
        The last row is not read; it becomes the probability of failing all classes.
    """
    last = odds.shape[0] - 1
    for i in range(odds.shape[1]):
        unknown = odds[0, i] != odds[0, i] or odds[0, i] == NOTHING
        odds[last, i] = np.nan if unknown else max(0.0, 1.0 - odds[last - 1, i])
    for k in range(last - 1, -1, -1):
        for i in range(odds.shape[1]):
            if odds[last, i] != odds[last, i]:
                odds[k, i] = np.nan
            elif k > 0:
                odds[k, i] = max(0.0, odds[k, i] - odds[k - 1, i])


@njit(nogil=True, cache=True)
def _to_scale(values, offset, out):
    logs = offset == offset
    for i in range(values.size):
        value = values[i]
        if logs:
            shifted = value + offset
            value = np.log10(shifted) if not shifted <= 0 else -np.inf
        out[i] = value


@njit(nogil=True, cache=True)
def _fill_class(means, sd, low, high, table, out):
    for i in range(means.size):
        if sd[i] > 0:
            above = _look_up((high - means[i]) / sd[i], table) if high < np.inf else 1.0
            below = _look_up((low - means[i]) / sd[i], table) if low > -np.inf else 0.0
            out[i] = above - below if means[i] == means[i] else np.nan
        elif sd[i] == 0 and means[i] == means[i]:
            out[i] = 1.0 if low <= means[i] <= high else 0.0
        else:
            out[i] = np.nan


@njit(nogil=True, cache=True)
def _look_up(z, table):
    if not abs(z) < np.inf:
        return 1.0 if z > 0 else (0.0 if z < 0 else np.nan)
    place = (z / (1.0 + abs(z)) + 1.0) * 0.5 * (table.size - 1)
    left = min(int(place), table.size - 2)
    part = place - left
    return table[left] * (1.0 - part) + table[left + 1] * part
