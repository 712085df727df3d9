"""Draws of several parameters that vary together as their stations do."""

from __future__ import annotations

import numpy as np

__all__ = ["estimate_correlation", "mix_draws"]

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


def mix_draws(
    means: list[np.ndarray], draws: list[np.ndarray], correlation: np.ndarray
) -> list[np.ndarray]:
    """Draws whose departures from the mean are correlated between parameters.

    Each parameter keeps the variance of its own departures in every cell: they are standardised,
    mixed by the Cholesky factor of the correlation, and scaled back.

    Parameters
    ----------
    means : list of p arrays (cell,)
    draws : list of p arrays (draw, cell), independent of each other
    correlation : array (p, p)

    Returns
    -------
    list of p arrays (draw, cell), float32

    Source
    ------
    Intrinsic coregionalisation: Wackernagel (2003), Multivariate Geostatistics, chapter 22.
    """
    if len(draws) < 2 or np.allclose(correlation, np.eye(len(draws)), atol=1e-12):
        return [np.asarray(d, np.float32) for d in draws]
    factor = np.linalg.cholesky(correlation).astype(np.float32)
    parts, spreads = [], []
    for mean, draw in zip(means, draws, strict=True):
        part = (draw - mean).astype(np.float32)
        spread = np.sqrt(np.mean(part**2, axis=0))
        parts.append(np.divide(part, spread, out=np.zeros_like(part), where=spread > 0))
        spreads.append(spread)
    mixed = []
    for i, mean in enumerate(means):
        part = factor[i, 0] * parts[0]
        for k in range(1, i + 1):
            part += factor[i, k] * parts[k]
        mixed.append((mean + spreads[i] * part).astype(np.float32))
    return mixed


def _nearest_definite(matrix: np.ndarray) -> np.ndarray:
    """Shrink towards the identity until the smallest eigenvalue is at least 0.05."""
    low = np.linalg.eigvalsh(matrix)[0]
    if low >= 0.05:
        return matrix
    keep = 0.95 / (1.0 - low)
    return np.eye(len(matrix)) + keep * (matrix - np.eye(len(matrix)))
