"""Statistics of the samples of a window, and categories of an index by its cuts."""

from __future__ import annotations

import numpy as np

from bayqa.standards.edges import TOLERANCE

__all__ = ["cut_index", "sample_statistic"]

# The directive's own factors for the upper 90th and 95th percentile.
_LOGNORMAL = {"p90-lognormal": 1.282, "p95-lognormal": 1.65}


def sample_statistic(samples, name: str, *, floor: float = 1.0, threshold=None) -> np.ndarray:
    """Statistic over axis 0 of the samples that are known.

    Parameters
    ----------
    samples : ndarray (n_samples, ...)
    name : str
        "mean", "median", "max", "min", "geomean"; "pNN", the value at rank NN % n, rounded up;
        "pNN-hazen", "pNN-weibull", "pNN-linear", "pNN-median_unbiased", "pNN-normal_unbiased", with
        ranks between two samples; "p90-lognormal", "p95-lognormal"; "above", the percent of the
        samples above `threshold`.
    floor : float
        Stands in for 0 and less in logarithms.
    threshold : float, optional

    Returns
    -------
    ndarray, shape of a sample
        NaN where no sample is known.

    Source
    ------
    Directive 2006/7/EC, annex II; Hyndman and Fan (1996), The American Statistician 50(4).
    """
    flat = samples.reshape(len(samples), -1).astype(float)
    out = np.full(flat.shape[1], np.nan)
    some = (~np.isnan(flat)).any(axis=0)
    if some.any():
        # Infinite samples leave no number where the ends are taken off each other: it fails all.
        with np.errstate(invalid="ignore"):
            out[some] = _named(flat[:, some], name, floor, threshold)
    return out.reshape(samples.shape[1:])


def cut_index(index: np.ndarray, cuts, *, rising: bool) -> np.ndarray:
    """Category of an index by its cuts, which belong to the better class; 0 where NaN.

    Parameters
    ----------
    index : ndarray
    cuts : sequence of float
        Best category first.
    rising : bool
        Whether a higher index is worse.

    Returns
    -------
    ndarray of uint8
    """
    category = np.ones(index.shape, np.uint8)
    for cut in cuts:
        category += (index > cut + TOLERANCE) if rising else (index < cut - TOLERANCE)
    category[np.isnan(index)] = 0
    return category


def _named(flat, name: str, floor: float, threshold) -> np.ndarray:
    simple = {"mean": np.nanmean, "median": np.nanmedian, "max": np.nanmax, "min": np.nanmin}
    if name in simple:
        return simple[name](flat, axis=0)
    if name == "above":
        over = flat > threshold * (1 + TOLERANCE)
        return 100 * over.sum(axis=0) / (~np.isnan(flat)).sum(axis=0)
    if name == "geomean" or name in _LOGNORMAL:
        return _log_statistic(flat, _LOGNORMAL.get(name, 0.0), floor)
    share, _, method = name[1:].partition("-")
    return np.nanquantile(flat, float(share) / 100, axis=0, method=method or "inverted_cdf")


def _log_statistic(flat, factor: float, floor: float) -> np.ndarray:
    """10 to the mean plus `factor` standard deviations of the logarithms."""
    # A count of zero, or below, has no logarithm: it stands at the detection limit.
    logs = np.log10(np.where(flat <= 0, floor, flat))
    count = (~np.isnan(logs)).sum(axis=0)
    mean = np.nanmean(logs, axis=0)
    squares = np.nansum((logs - mean) ** 2, axis=0)
    return 10 ** (mean + factor * np.sqrt(squares / np.maximum(count - 1, 1)))
