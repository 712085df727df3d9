"""How far several parameters vary together beyond what their fields explain."""

from __future__ import annotations

import numpy as np

__all__ = ["estimate_correlation"]

_FEWEST_PAIRS = 12
_PRIOR_PAIRS = 10.0
"""Pairs that the assumption of independence counts for."""


def estimate_correlation(residuals: list[np.ndarray]) -> tuple[np.ndarray, int]:
    """Correlation between parameters of what the fields leave unexplained at the stations.

    Parameters
    ----------
    residuals : list of p arrays (campaign, station)
        Standardised residuals in the working scale; NaN where missing.

    Returns
    -------
    correlation : array (p, p)
        Positive definite; drawn towards 0 as if 10 further pairs had none. Exactly the identity
        where fewer than 12 pairs are known.
    fewest : int
        Pairs behind the least known entry.
    """
    p = len(residuals)
    found, fewest = np.eye(p), np.iinfo(int).max
    for i in range(p):
        for j in range(i):
            both = np.isfinite(residuals[i]) & np.isfinite(residuals[j])
            n = int(both.sum())
            fewest = min(fewest, n)
            if n >= _FEWEST_PAIRS:
                a, b = residuals[i][both], residuals[j][both]
                power = np.sqrt((a**2).mean() * (b**2).mean())
                r = (a * b).mean() / power if power > 0 else 0.0
                found[i, j] = found[j, i] = r * n / (n + _PRIOR_PAIRS)
    return _nearest_definite(found), fewest if p > 1 else 0


def _nearest_definite(matrix: np.ndarray) -> np.ndarray:
    """Shrink towards the identity until the smallest eigenvalue is at least 0.05."""
    low = np.linalg.eigvalsh(matrix)[0]
    if low >= 0.05:
        return matrix
    keep = 0.95 / (1.0 - low)
    return np.eye(len(matrix)) + keep * (matrix - np.eye(len(matrix)))
