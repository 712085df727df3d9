"""Mann-Kendall trend tests and Sen slopes of one series."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.stats import norm, rankdata

from bayqa.errors import InputError

__all__ = [
    "TESTS",
    "MannKendall",
    "mann_kendall",
    "seasonal_mann_kendall",
    "seasonal_sen_interval",
    "seasonal_sen_slope",
    "sen_interval",
    "sen_slope",
]

TESTS = ("original", "hamed-rao", "yue-wang", "pre-whitening", "trend-free pre-whitening")
_FEW = 4
_BEYOND_CHANCE = norm.ppf(0.975)


class MannKendall(NamedTuple):
    """Result of a trend test; p and z are NaN with fewer than four values."""

    trend: str
    """"increasing", "decreasing", "no trend" or "too few values"."""
    p: float
    z: float
    tau: float
    s: float
    var_s: float
    n: int


def mann_kendall(
    values, *, test: str = "original", lag: int | None = None, alpha: float = 0.05
) -> MannKendall:
    """Mann-Kendall test of a series in order of time; NaN is left out.

    Parameters
    ----------
    values : array (n,)
    test : str
        One of `TESTS`; the modifications allow for values that follow each other.
    lag : int, optional
        Lags that count in the modified variances; all by default.
    alpha : float
        Two-sided significance.

    Returns
    -------
    MannKendall

    Raises
    ------
    InputError
        If the test is unknown.

    Source
    ------
    Mann 1945, Kendall 1975; Hamed and Rao 1998; Yue and Wang 2004; von Storch 1995; Yue et al.
    2002.
    """
    if test not in TESTS:
        raise InputError(f"trend test {test!r} is unknown; take one of {', '.join(TESTS)}")
    x = np.asarray(values, dtype=float)
    # The slope keeps gaps in time; the tests themselves run on the values that are there.
    slope = sen_slope(x)[0]
    x = _whiten(x[~np.isnan(x)], test, slope)
    n = len(x)
    if n < _FEW:
        return MannKendall("too few values", np.nan, np.nan, np.nan, np.nan, np.nan, n)
    s, var_s = _score(x), _variance(x)
    if test in ("hamed-rao", "yue-wang"):
        var_s *= _inflation(x, test, slope, n if lag is None else lag + 1)
    return _result(s, var_s, s / (0.5 * n * (n - 1)), n, alpha)


def seasonal_mann_kendall(table, *, alpha: float = 0.05) -> MannKendall:
    """Seasonal Mann-Kendall test: years are compared within each season only.

    Parameters
    ----------
    table : array (n_years, n_seasons)
        NaN where there is no value.
    alpha : float

    Returns
    -------
    MannKendall

    Source
    ------
    Hirsch, Slack and Smith 1982.
    """
    x = np.asarray(table, dtype=float)
    columns = [c[~np.isnan(c)] for c in x.T]
    s, var_s = sum(map(_score, columns)), sum(map(_variance, columns))
    pairs = sum(0.5 * len(c) * (len(c) - 1) for c in columns)
    n = sum(map(len, columns))
    if pairs < _FEW:
        return MannKendall("too few values", np.nan, np.nan, np.nan, np.nan, np.nan, n)
    return _result(s, var_s, s / pairs, n, alpha)


def sen_slope(values, times=None) -> tuple[float, float]:
    """Sen slope and intercept of a series.

    Parameters
    ----------
    values : array (n,)
    times : array (n,), optional
        0, 1, 2 ... by default; NaN values keep their place in time.

    Returns
    -------
    tuple of float
        Median of the slopes of all pairs, and the intercept at time 0; NaN below two values.

    Source
    ------
    Sen 1968; intercept of Conover 1980.
    """
    x, t = _paired(values, times)
    slopes = _slopes(x, t)
    if not len(slopes):
        return np.nan, np.nan
    slope = float(np.median(slopes))
    return slope, float(np.median(x) - np.median(t) * slope)


def sen_interval(values, times=None, *, alpha: float = 0.05) -> tuple[float, float]:
    """Confidence interval of the Sen slope.

    Parameters
    ----------
    values, times : array (n,)
        As `sen_slope`.
    alpha : float

    Returns
    -------
    tuple of float
        NaN with fewer than four values.

    Source
    ------
    Gilbert 1987, section 16.5.
    """
    x, t = _paired(values, times)
    if len(x) < _FEW:
        return np.nan, np.nan
    return _interval(_slopes(x, t), _variance(x), alpha)


def seasonal_sen_slope(table) -> tuple[float, float]:
    """Seasonal Sen slope per year, and the intercept at the first year.

    Parameters
    ----------
    table : array (n_years, n_seasons)

    Returns
    -------
    tuple of float

    Source
    ------
    Hirsch, Slack and Smith 1982.
    """
    x = np.asarray(table, dtype=float)
    slopes = _seasonal_slopes(x)
    if not len(slopes):
        return np.nan, np.nan
    slope = float(np.median(slopes))
    held = ~np.isnan(x.ravel())
    middle = np.median(np.arange(x.size)[held]) / x.shape[1]
    return slope, float(np.median(x.ravel()[held]) - middle * slope)


def seasonal_sen_interval(table, *, alpha: float = 0.05) -> tuple[float, float]:
    """Confidence interval of the seasonal Sen slope, per year.

    Parameters
    ----------
    table : array (n_years, n_seasons)
    alpha : float

    Returns
    -------
    tuple of float
        NaN with fewer than four pairs of years.

    Source
    ------
    Gilbert 1987, section 17.4.
    """
    x = np.asarray(table, dtype=float)
    slopes = _seasonal_slopes(x)
    if len(slopes) < _FEW:
        return np.nan, np.nan
    return _interval(slopes, sum(_variance(c[~np.isnan(c)]) for c in x.T), alpha)


def _seasonal_slopes(x) -> np.ndarray:
    """Slopes of all pairs of years of one season, all seasons together."""
    years = np.arange(len(x), dtype=float)
    return np.concatenate([_slopes(*_paired(c, years)) for c in x.T])


def _interval(slopes, var_s, alpha) -> tuple[float, float]:
    """Slopes at the ranks that hold the median with the confidence wanted."""
    half = norm.ppf(1 - alpha / 2) * np.sqrt(max(var_s, 0.0))
    ranks = np.array([(len(slopes) - half) / 2 - 1, (len(slopes) + half) / 2])
    low, high = np.interp(ranks, np.arange(len(slopes)), np.sort(slopes))
    return float(low), float(high)


def _score(x) -> float:
    return float(np.triu(np.sign(x[None, :] - x[:, None]), 1).sum())


def _variance(x) -> float:
    n = len(x)
    ties = np.unique(x, return_counts=True)[1]
    return float((n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18)


def _result(s, var_s, tau, n, alpha):
    if var_s > 0:
        z = (s - np.sign(s)) / np.sqrt(var_s)
    else:
        # All values tied leave nothing to test; a negative corrected variance tells nothing.
        z = 0.0 if var_s == 0 else np.nan
    p = float(2 * norm.sf(abs(z)))
    significant = p < alpha
    trend = ("increasing" if z > 0 else "decreasing") if significant else "no trend"
    return MannKendall(trend, p, float(z), float(tau), float(s), float(var_s), n)


def _slopes(x, t):
    i, j = np.triu_indices(len(x), 1)
    step = t[j] - t[i]
    return ((x[j] - x[i])[step != 0]) / step[step != 0]


def _paired(values, times):
    x = np.asarray(values, dtype=float)
    t = np.arange(len(x), dtype=float) if times is None else np.asarray(times, dtype=float)
    held = ~np.isnan(x)
    return x[held], t[held]


def _autocorrelation(x):
    y = x - x.mean()
    full = np.correlate(y, y, "full")[len(x) - 1 :]
    return full / full[0] if full[0] > 0 else np.zeros(len(x))


def _inflation(x, test, slope, lags):
    n = len(x)
    detrended = x - np.arange(1, n + 1) * slope
    k = np.arange(1, min(lags, n))
    if test == "yue-wang":
        return 1 + 2 * ((1 - k / n) * _autocorrelation(detrended)[k]).sum()
    r = _autocorrelation(rankdata(detrended))[k]
    # Only lags whose correlation is beyond chance widen the variance.
    r = np.where(np.abs(r) > _BEYOND_CHANCE / np.sqrt(n), r, 0)
    return 1 + 2 / (n * (n - 1) * (n - 2)) * ((n - k) * (n - k - 1) * (n - k - 2) * r).sum()


def _whiten(x, test, slope):
    if len(x) < _FEW or not test.endswith("pre-whitening"):
        return x
    if test == "pre-whitening":
        return x[1:] - x[:-1] * _autocorrelation(x)[1]
    time = np.arange(1, len(x) + 1)
    flat = x - time * slope
    return flat[1:] - flat[:-1] * _autocorrelation(flat)[1] + time[:-1] * slope
