"""Empirical variogram and the curve of a model, for plots."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.spatial.distance import pdist

from bayqa.errors import MethodError
from bayqa.fields.methods.kriging import Variogram
from bayqa.fields.methods.stationary.covariance import correlate

__all__ = ["Cloud", "bin_variogram", "draw_curve"]


class Cloud(NamedTuple):
    """Semivariance by classes of distance: mean distance, semivariance, pairs; (bins,)."""

    distance: np.ndarray
    semivariance: np.ndarray
    pairs: np.ndarray


def bin_variogram(places, values, *, n_bins: int = 12, farthest: float | None = None) -> Cloud:
    """Empirical variogram in classes of equal width; empty classes are left out.

    Parameters
    ----------
    places : array, (n, 2)
        Metres.
    values : array, (n,) or (k, n)
        One field or several, which are pooled; NaN is missing.
    n_bins : int
    farthest : float, optional
        Metres; by default half of the largest distance.

    Raises
    ------
    MethodError
        If there are fewer than two stations.

    Source
    ------
    Matheron (1963), doi:10.2113/gsecongeo.58.8.1246.
    """
    places = np.asarray(places, dtype=float)
    if len(places) < 2:
        raise MethodError(f"{len(places)} station makes no variogram: at least 2 are needed")
    fields = np.atleast_2d(np.asarray(values, dtype=float))
    distance = np.tile(pdist(places), len(fields))
    square = np.concatenate([pdist(field[:, None], "sqeuclidean") for field in fields]) / 2
    farthest = distance.max() / 2 if farthest is None else farthest
    known = np.isfinite(square) & (distance <= farthest)
    which = np.minimum((distance[known] / farthest * n_bins).astype(int), n_bins - 1)
    pairs = np.bincount(which, minlength=n_bins)
    used = pairs > 0
    mean = np.bincount(which, distance[known], n_bins)[used] / pairs[used]
    half = np.bincount(which, square[known], n_bins)[used] / pairs[used]
    return Cloud(mean, half, pairs[used])


def draw_curve(variogram: Variogram, distance: np.ndarray) -> np.ndarray:
    """Semivariance of a model at `distance` > 0 (metres)."""
    partial = variogram.sill - variogram.nugget
    return variogram.nugget + partial * (1 - correlate(variogram.model, distance, variogram.range))
