"""The interval of a share: what the draws say, and never without the share itself."""

from __future__ import annotations

import numpy as np

__all__ = ["LEVELS", "span"]

LEVELS = (0.05, 0.95)


def span(drawn: np.ndarray, point: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
    """Bounds of the 90 % interval of a share.

    The 5th and 95th percentile of the draws, reaching to the share of the map where that lies
    outside: the map of medians is smoother than any draw, so small classes may be missing on it.

    Parameters
    ----------
    drawn : array (draw, ...)
        Shares of the draws.
    point : array (...) or float
        Shares of the map.

    Returns
    -------
    tuple of two arrays (...)
        low <= point <= high; NaN where `point` or a draw is NaN.
    """
    # Positions of n + 1: among n draws and the truth, all alike, 90 % of the ranks lie within.
    low, high = np.quantile(drawn, LEVELS, axis=0, method="weibull")
    return np.minimum(low, point), np.maximum(high, point)
