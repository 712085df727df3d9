"""Limits as pairs of thresholds: which class a value meets, at the limit and beside it."""

from __future__ import annotations

import numpy as np

__all__ = ["TOLERANCE", "grade_values", "thresholds", "tolerance_of"]

TOLERANCE = 1e-9
"""Relative width at a limit within which a value counts as equal to it.

Unit conversion leaves noise such as 0.1 + 0.2; no laboratory reads nine digits.
"""
_TOLERANCE_FLOAT32 = 2.5e-7


def tolerance_of(dtype: np.dtype) -> float:
    """Relative tolerance at a limit for values of `dtype`; two roundings for float32."""
    return _TOLERANCE_FLOAT32 if np.dtype(dtype) == np.float32 else TOLERANCE


def thresholds(limit, open_class: str = "exceeds", tolerance: float = TOLERANCE) -> np.ndarray:
    """Lower and upper threshold of each class; a value between them, ends included, meets it.

    Parameters
    ----------
    limit : Limit
    open_class : str
        What a class without a limit (None) is: "exceeds" lets every value meet it, so that the
        value is known to exceed the class before; "worse" lets none meet it.
    tolerance : float
        Relative; widens inclusive limits and narrows exclusive ones.

    Returns
    -------
    ndarray, shape (2, n_classes)
        Row 0 falls and row 1 rises with the class: who meets a class meets the ones after it.
    """
    pairs = [_pair(edge, limit.direction, open_class, k) for k, edge in enumerate(limit.edges)]
    lower, upper = np.array(pairs, dtype=float).reshape(-1, 2).T
    closed = np.broadcast_to(limit.inclusive, lower.shape)
    margin = np.where(closed, tolerance, -tolerance)
    lower = lower - margin * np.abs(np.where(np.isfinite(lower), lower, 0))
    upper = upper + margin * np.abs(np.where(np.isfinite(upper), upper, 0))
    # At a limit of zero a relative margin is none: step to the neighbouring number.
    lower = np.where((lower == 0) & ~closed, np.nextafter(0, 1), lower)
    upper = np.where((upper == 0) & ~closed, np.nextafter(0, -1), upper)
    return np.stack([np.minimum.accumulate(lower), np.maximum.accumulate(upper)])


def grade_values(values: np.ndarray, bounds: np.ndarray) -> np.ndarray:
    """Category number of each value: 1 = best, n + 1 = worse than the last class, 0 = NaN.

    Parameters
    ----------
    values : ndarray, any shape
    bounds : ndarray, shape (2, n_classes)
        From `thresholds`.

    Returns
    -------
    ndarray of uint8, shape of `values`
    """
    failed = np.ones(values.shape, dtype=np.uint8)
    for low, high in bounds.T.astype(values.dtype):
        failed += (values < low) | (values > high)
    failed[np.isnan(values)] = 0
    return failed


def _pair(edge, direction: str, open_class: str, k: int) -> tuple[float, float]:
    if edge is None:
        # A closed class is an empty interval; accumulating makes it as wide as the one before.
        return (-np.inf, np.inf) if open_class == "exceeds" or k == 0 else (np.inf, -np.inf)
    if direction == "range":
        return float(edge[0]), float(edge[1])
    return (float(edge), np.inf) if direction == "min" else (-np.inf, float(edge))
