"""Compiled loops of classification: grades, worst parameter, areas."""

from __future__ import annotations

import numpy as np

from bayqa.machine import SUMS, compiled

__all__ = [
    "UNKNOWN",
    "clear_unknown",
    "count_categories",
    "count_unknown",
    "grade_into",
    "judge_worst",
    "merge_worst",
    "sum_areas",
]

UNKNOWN = 255
"""Mark of a cell that a missing parameter makes unassessable, until the last parameter is in."""
_BLOCK = 4096


@compiled
def judge_worst(values, bounds, number, strict, category, limiting):
    """Grade one parameter and keep the worse of it and `category`, in place, block by block.

    Parameters
    ----------
    values : ndarray (n_cells,)
    bounds : ndarray (2, n_classes), dtype of `values`
    number : int
        What `limiting` says where this parameter is the worst so far.
    strict : bool
        True if a missing value makes the cell unassessable.
    category, limiting : ndarray of uint8 (n_cells,)
        Changed in place; no other memory is needed.
    """
    grades = np.empty(_BLOCK, np.uint8)
    for start in range(0, values.size, _BLOCK):
        stop = min(start + _BLOCK, values.size)
        block = grades[: stop - start]
        grade_into(values[start:stop], bounds, block)
        merge_worst(block, number, strict, category[start:stop], limiting[start:stop])


@compiled
def grade_into(values, bounds, grades):
    """Category number of each value into `grades`; 0 where the value is NaN."""
    for i in range(values.size):
        grades[i] = np.uint8(values[i] == values[i])
    for k in range(bounds.shape[1]):
        low, high = bounds[0, k], bounds[1, k]
        for i in range(values.size):
            grades[i] += np.uint8((values[i] < low) | (values[i] > high))


@compiled
def merge_worst(grades, number, strict, category, limiting):
    """Keep the worse of `grades` and `category`, in place; the first of equals stays limiting."""
    missing = np.uint8(UNKNOWN if strict else 0)
    for i in range(grades.size):
        grade = grades[i] if grades[i] > 0 else missing
        if grade > category[i]:
            category[i] = grade
            limiting[i] = number


@compiled
def clear_unknown(category, limiting):
    """Turn the mark of unassessable cells into 0, in place."""
    for i in range(category.size):
        if category[i] == UNKNOWN:
            category[i] = 0
            limiting[i] = 0


@compiled
def count_unknown(values, wet):
    """Number of NaN in each row of `values` (n_rows, n_cells) where `wet` (n_cells,)."""
    counts = np.zeros(values.shape[0], np.int64)
    for row in range(values.shape[0]):
        for i in range(values.shape[1]):
            counts[row] += (values[row, i] != values[row, i]) & wet[i]
    return counts


@compiled
def count_categories(draws, counts):
    """How often each cell is in each category: counts[category, cell], zeroed before.

    Parameters
    ----------
    draws : ndarray of uint8 (n_draws, n_cells)
    counts : ndarray of float32 (n_categories + 1, n_cells)
    """
    for d in range(draws.shape[0]):
        for i in range(draws.shape[1]):
            counts[draws[d, i], i] += 1


# Sums may be taken in any order, which lets four cells be added at a time.
@compiled(fastmath=SUMS)
def sum_areas(categories, weights, out):
    """Area of each category: out[row, k - 1] is the weight of the cells of row in category k.

    Parameters
    ----------
    categories : ndarray of uint8 (n_rows, n_cells)
    weights : ndarray (n_cells,)
        Area of each cell, 0 outside the polygon.
    out : ndarray (n_rows, n_categories)
    """
    for row in range(categories.shape[0]):
        line = categories[row]
        for k in range(out.shape[1]):
            total = 0.0
            for i in range(weights.size):
                total += weights[i] if line[i] == k + 1 else 0.0
            out[row, k] = total
