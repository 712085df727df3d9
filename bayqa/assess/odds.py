"""Compiled loops of class probabilities, block by block and in place."""

from __future__ import annotations

import numpy as np
from numba import njit

__all__ = ["NOTHING", "fill_cdf", "fill_odds", "finish_odds", "multiply_odds"]

NOTHING = -1.0
"""Mark of a cell of which no parameter is known yet."""
_BLOCK = 2048


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
    for start in range(0, values.size, _BLOCK):
        cells = slice(start, min(start + _BLOCK, values.size))
        _fill_block(values[cells], sd[cells], offset, bounds, table, out[:, cells])


@njit(nogil=True, cache=True)
def fill_odds(job, strict, out, joint):
    """Probabilities of one parameter and its part in the joint ones, a block at a time.

    `fill_cdf`, `multiply_odds` and `finish_odds` in one go, while the block is near.

    Parameters
    ----------
    job : tuple (values, sd, offset, bounds, table)
        As for `fill_cdf`.
    strict : bool
        As for `multiply_odds`.
    out : ndarray of float32 (n_classes + 1, n_cells)
    joint : ndarray of float32 (n_classes + 1, n_cells), or without rows
    """
    values, sd, offset, bounds, table = job
    for start in range(0, values.size, _BLOCK):
        cells = slice(start, min(start + _BLOCK, values.size))
        _fill_block(values[cells], sd[cells], offset, bounds, table, out[:-1, cells])
        if joint.shape[0]:
            multiply_odds(out[:-1, cells], strict, joint[:-1, cells])
        finish_odds(out[:, cells])


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
def _fill_block(values, sd, offset, bounds, table, out):
    means, inverse = np.empty(values.size), np.empty(values.size)
    plain = _to_scale(values, sd, offset, means, inverse)
    for k in range(bounds.shape[1]):
        low, high = bounds[0, k], bounds[1, k]
        if high < np.inf:
            _look_up(means, inverse, high, 1.0, table, out[k])
        else:
            out[k] = 1.0
        if low > -np.inf:
            _look_up(means, inverse, low, -1.0, table, out[k])
        if not plain:
            _mend(means, sd, low, high, out[k])


@njit(nogil=True, cache=True)
def _to_scale(values, sd, offset, means, inverse):
    """Means and inverse sd in the working scale; True if no cell needs `_mend`."""
    logs, plain = offset == offset, True
    for i in range(values.size):
        value = values[i]
        if logs:
            shifted = value + offset
            value = np.log10(shifted) if not shifted <= 0 else -np.inf
        usual = sd[i] > 0 and abs(value) < np.inf
        means[i] = value
        inverse[i] = 1.0 / sd[i] if usual else 0.0
        plain &= usual
    return plain


@njit(nogil=True, cache=True)
def _look_up(means, inverse, edge, sign, table, out):
    """Distribution function at an edge into `out`, or with sign -1 taken off it."""
    last = table.size - 2
    half = 0.5 * (table.size - 1)
    for i in range(means.size):
        mean = means[i] if inverse[i] > 0 else edge
        z = (edge - mean) * inverse[i]
        place = (z / (1.0 + abs(z)) + 1.0) * half
        left = min(np.int32(place), last)
        part = place - left
        found = table[left] + part * (table[left + 1] - table[left])
        out[i] = found if sign > 0 else out[i] - found


@njit(nogil=True, cache=True)
def _mend(means, sd, low, high, out):
    """Cells without an sd of their own, and those below the smallest logarithm."""
    for i in range(means.size):
        if sd[i] > 0 and abs(means[i]) < np.inf:
            continue
        if not sd[i] >= 0 or means[i] != means[i]:
            out[i] = np.nan
        else:
            out[i] = 1.0 if low <= means[i] <= high else 0.0
