"""Compiled mean and variance of many fields over a block of cells, from the station basis."""

from __future__ import annotations

import numpy as np

from bayqa.fields.methods.loops.strips import STRIP, multiply_strip, pack_full
from bayqa.machine import SUMS, compiled

__all__ = ["add_range", "finish_fields", "pack_systems"]


def pack_systems(systems: list, form: np.ndarray) -> tuple:
    """Packed coefficients of one range: quadratic form, mean, and each system by root weight.

    Parameters
    ----------
    systems : list of System
        Of one range.
    form : ndarray, (n + q, n + q)
    """
    mean = sum(s.weight * s.coefficients for s in systems)
    rows = [np.sqrt(s.weight) * s.coefficients for s in systems]
    return pack_full(form), pack_full(mean.T), np.stack([pack_full(r.T) for r in rows])


@compiled
def _load(basis, at, column, start, stop, source):
    """Rows [b, f] of a strip of cells: covariance with the stations `at`, then the levels."""
    source[at.size * STRIP :] = 0.0
    for j in range(start, stop):
        for a in range(at.size):
            source[a * STRIP + j - start] = basis[j, at[a]]
        if column[j] >= 0:
            source[(at.size + column[j]) * STRIP + j - start] = 1.0


@compiled(fastmath=SUMS)
def _add_form(form, n_blocks, source, out, total):
    for b in range(n_blocks):
        multiply_strip(form, 16 * n_blocks * b, n_blocks, source, out)
        rows = source[4 * STRIP * b : 4 * STRIP * (b + 1)]
        for r in range(4):
            for j in range(total.size):
                total[j] += out[r * STRIP + j] * rows[r * STRIP + j]


@compiled(fastmath=SUMS)
def _add_rows(out, field, start, first, square):
    """Add up to four rows of products, or their squares, to the fields from `field` on."""
    for r in range(min(4, len(first) - field)):
        row = first[field + r, start : start + STRIP]
        for j in range(row.size):
            value = out[r * STRIP + j]
            row[j] += value * value if square else value


@compiled
def add_range(basis, where, packed, first, second, common):
    """Add the part of one range to the moments of a block of cells.

    `basis` (m, n) covariance of the cells with all stations; `where` = (stations `at`, column of
    the level of each cell, number of levels); `first`, `second` (fields, m) are the mean and the
    mean square, `common` (m,) the variance all fields share.
    """
    at, column, n_levels = where
    form, mean, systems = packed
    n_blocks = (at.size + n_levels + 3) // 4
    source, out = np.zeros(4 * STRIP * n_blocks), np.empty(4 * STRIP)
    for start in range(0, len(basis), STRIP):
        stop = min(start + STRIP, len(basis))
        _load(basis, at, column, start, stop, source)
        _add_form(form, n_blocks, source, out, common[start:stop])
        for field in range(0, len(first), 4):
            base = 4 * n_blocks * field
            multiply_strip(mean, base, n_blocks, source, out)
            _add_rows(out, field, start, first, False)
            for s in range(len(systems)):
                multiply_strip(systems[s], base, n_blocks, source, out)
                _add_rows(out, field, start, second, True)


@compiled(fastmath={"contract"}, error_model="numpy")
def finish_fields(moments, reached, scale, centre, mean, sd):
    """Mean and sd (fields, m) of a block of cells, NaN where not reached."""
    first, second, common = moments
    for k in range(len(first)):
        for j in range(common.size):
            value = first[k, j]
            left = max(second[k, j] - value * value, 0.0)
            variance = max(common[j], 0.0) * scale[k] + left
            mean[k, j] = value + centre[k] if reached[j] else np.nan
            sd[k, j] = np.sqrt(variance) if reached[j] else np.nan
