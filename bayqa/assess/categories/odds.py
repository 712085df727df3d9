"""Compiled loops of class probabilities, block by block and in place."""

from __future__ import annotations

import numpy as np

from bayqa.machine import compiled

__all__ = ["NOTHING", "fill_cdf", "fill_odds", "finish_odds", "multiply_odds"]

NOTHING = -1.0
"""Mark of a cell of which no parameter is known yet."""
_BLOCK = 2048
# Beyond these a quotient is not a number, and no place in the table.
_NARROWEST, _FARTHEST = 1e-290, 1e300
_SMALLEST, _ROOT_2, _LOG10_2, _LOG10_E = 2.3e-308, 2**0.5, np.log10(2), np.log10(np.e)


@compiled
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
    table : ndarray of float32 (2, n_nodes)
        Distribution function at u = z / (1 + |z|), evenly from -1 to 1, and its step to the next.
    out : ndarray of float32 (>= n_classes, n_cells)
        NaN where value or sd is NaN.
    """
    for start in range(0, values.size, _BLOCK):
        cells = slice(start, min(start + _BLOCK, values.size))
        _fill_block(values[cells], sd[cells], offset, bounds, table, out[:, cells])


@compiled
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


@compiled
def multiply_odds(cdf, strict, joint):
    """Multiply the probability of meeting each class into `joint`, in place.

    `joint` starts as NOTHING; an unknown parameter leaves it, or makes it NaN if `strict`.
    """
    unknown = np.float32(np.nan)
    for k in range(joint.shape[0]):
        for i in range(joint.shape[1]):
            own, so_far = cdf[k, i], joint[k, i]
            product = own if so_far == NOTHING else so_far * own
            left = unknown if strict else so_far
            joint[k, i] = product if own == own else left


@compiled
def finish_odds(odds):
    """Turn rising probabilities of meeting a class into those of being in it, in place.

    Parameters
    ----------
    odds : ndarray of float32 (n_classes + 1, n_cells)
        NaN or NOTHING in all rows of a cell that is unknown. The last row is not read; it becomes
        the probability of failing all classes.
    """
    zero, unknown = np.float32(0), np.float32(np.nan)
    odds[-1] = np.float32(1)
    for k in range(odds.shape[0] - 1, 0, -1):
        for i in range(odds.shape[1]):
            before = odds[k - 1, i]
            step = odds[k, i] - before
            step = zero if step < zero else step
            odds[k, i] = unknown if before == NOTHING else step
    for i in range(odds.shape[1]):
        odds[0, i] = unknown if odds[0, i] == NOTHING else odds[0, i]


@compiled
def _fill_block(values, sd, offset, bounds, table, out):
    means, inverse = np.empty(values.size), np.empty(values.size)
    n_odd = _to_scale(values, sd, offset, means, inverse)
    if offset == offset:
        _take_log10(means)
    for k in range(bounds.shape[1]):
        low, high = bounds[0, k], bounds[1, k]
        if k > 0 and low == bounds[0, k - 1] and high == bounds[1, k - 1]:
            out[k] = out[k - 1]
            continue
        if high == -np.inf:
            # The logarithm of a limit of zero: only what `_mend` sees to lies there.
            out[k] = 0.0
            continue
        if high < np.inf:
            _look_up(means, inverse, high, table, out[k])
        else:
            out[k] = 1.0
        if low > -np.inf:
            _take_off(means, inverse, low, table, out[k])
    if n_odd:
        _mend(values, sd, offset, bounds, out)


@compiled
def _to_scale(values, sd, offset, means, inverse):
    """Shifted values and inverse sd, 1 and 0 where `_mend` must see to it; number of those."""
    shift, least = (offset, _SMALLEST) if offset == offset else (0.0, -np.inf)
    n_odd = 0
    for i in range(values.size):
        value = values[i] + shift
        usual = _is_usual(value, sd[i], least)
        means[i] = value if usual else 1.0
        inverse[i] = 1.0 / sd[i] if usual else 0.0
        n_odd += not usual
    return n_odd


@compiled
def _is_usual(value, sd, least):
    """Whether a value has a place and a width in the working scale."""
    return (sd > _NARROWEST) & (value < np.inf) & (value > least)


@compiled
def _take_log10(values):
    """Logarithm of normal positive numbers in place, error below 1e-12; twice as fast as log10."""
    bits = values.view(np.int64)
    powers = np.empty(values.size)
    for i in range(values.size):
        powers[i] = (bits[i] >> 52) - 1023
        bits[i] = (bits[i] & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000
    for i in range(values.size):
        upper = values[i] > _ROOT_2
        part = 0.5 * values[i] if upper else values[i]
        ratio = (part - 1.0) / (part + 1.0)
        q = ratio * ratio
        series = 1 / 7 + q * (1 / 9 + q * (1 / 11 + q * (1 / 13 + q / 15)))
        natural = 2 * ratio * (1.0 + q * (1 / 3 + q * (1 / 5 + q * series)))
        values[i] = (powers[i] + upper) * _LOG10_2 + natural * _LOG10_E


@compiled
def _look_up(means, inverse, edge, table, out):
    """Distribution function at an edge into `out`."""
    last, half = np.float64(table.shape[1] - 2), 0.5 * (table.shape[1] - 1)
    heights, slopes = table[0], table[1]
    for i in range(means.size):
        z = min(max((edge - means[i]) * inverse[i], -_FARTHEST), _FARTHEST)
        place = min((z / (1.0 + abs(z)) + 1.0) * half, last)
        left = np.int32(place)
        out[i] = heights[left] + np.float32(place - left) * slopes[left]


@compiled
def _take_off(means, inverse, edge, table, out):
    """Take the distribution function at an edge off `out`."""
    below = np.empty(means.size, np.float32)
    _look_up(means, inverse, edge, table, below)
    out -= below


@compiled
def _mend(values, sd, offset, bounds, out):
    """Cells without an sd of their own, and those below the smallest logarithm."""
    shift, least = (offset, _SMALLEST) if offset == offset else (0.0, -np.inf)
    for i in range(values.size):
        mean = values[i] + shift
        if _is_usual(mean, sd[i], least):
            continue
        if offset == offset:
            mean = np.log10(mean) if not mean <= 0 else -np.inf
        known = sd[i] >= 0 and mean == mean
        for k in range(bounds.shape[1]):
            inside = bounds[0, k] <= mean <= bounds[1, k]
            out[k, i] = inside if known else np.nan
