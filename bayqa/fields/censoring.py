"""A number for each censored measurement, by a named policy."""

from __future__ import annotations

import numpy as np
from scipy import optimize, stats

from bayqa.errors import InputError

__all__ = ["POLICIES", "fill_censored", "fit_lognormal", "kaplan_meier"]

_ENOUGH = 3
"""Exact values a distribution needs before anything is read from it."""


def fill_censored(
    value: np.ndarray, lower: np.ndarray, upper: np.ndarray, policy: str = "half"
) -> np.ndarray:
    """Values in which every censored one is replaced by the policy's number.

    Parameters
    ----------
    value, lower, upper : array (n,)
        One parameter, one campaign. Exact where `lower == upper`; ``<0.01`` is [0, 0.01]; a lower
        bound only is [2, inf).
    policy : str
        "limit" (the upper bound), "half" (the middle), "zero" (the lower bound), "mle-lognormal"
        (expected value inside the bounds under a lognormal fitted to all n by maximum
        likelihood) or "km" (the same under the Kaplan-Meier distribution of all n). A value
        known only from below stays at its bound under the first three. With fewer than three
        exact values the last two fall back to "half".

    Returns
    -------
    array (n,)

    Raises
    ------
    InputError
        If the policy is unknown.

    Source
    ------
    D. R. Helsel (2012), Statistics for Censored Environmental Data, chapters 6 and 7.
    """
    if policy not in POLICIES:
        raise InputError(
            f"censored={policy!r} is not a known policy: use one of {', '.join(POLICIES)}"
        )
    value, lower, upper = (np.array(a, float) for a in (value, lower, upper))
    open_ = lower < upper
    if open_.any():
        value[open_] = POLICIES[policy](value, lower, upper)[open_]
    return value


def fit_lognormal(lower: np.ndarray, upper: np.ndarray) -> tuple[float, float]:
    """Mean and sd of the natural logarithm, by maximum likelihood from exact and censored values.

    Parameters
    ----------
    lower, upper : array (n,)
        Positive where exact.

    Returns
    -------
    mu, sigma : float
    """
    with np.errstate(divide="ignore"):
        low, high = np.log(lower), np.log(upper)
    exact = low == high
    start = [low[exact].mean(), np.log(max(low[exact].std(), 0.05))]

    def negative_log_likelihood(theta: np.ndarray) -> float:
        mu, sigma = theta[0], np.exp(theta[1])
        seen = stats.norm.logpdf(low[exact], mu, sigma).sum()
        inside = stats.norm.cdf(high[~exact], mu, sigma) - stats.norm.cdf(low[~exact], mu, sigma)
        return -(seen + np.log(np.maximum(inside, 1e-300)).sum())

    found = optimize.minimize(negative_log_likelihood, start, method="Nelder-Mead")
    return float(found.x[0]), float(np.exp(found.x[1]))


def kaplan_meier(value: np.ndarray, limit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distribution of left-censored data: support points and their probabilities.

    Parameters
    ----------
    value : array (n,)
        Measured value, or the limit where censored.
    limit : array (n,) bool
        True where the value is only known to be below.

    Returns
    -------
    points : array (k,), ascending
    mass : array (k,), sums to 1
        What is left below the smallest measured value stands at the smallest limit under it
        (Efron), else nothing is left.
    """
    points = np.unique(value[~limit])[::-1]
    below, mass = 1.0, []
    for point in points:
        at_risk = np.sum(value <= point)
        died = np.sum((value == point) & ~limit)
        mass.append(below * died / at_risk)
        below *= 1 - died / at_risk
    points, mass = points[::-1], np.array(mass[::-1])
    if below > 1e-12:
        lowest = value[limit].min()
        points, mass = np.append(min(lowest, points[0]), points), np.append(below, mass)
    return points, mass / mass.sum()


def _limit(value: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(upper), upper, lower)


def _half(value: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    return np.where(np.isfinite(upper), (lower + upper) / 2, lower)


def _zero(value: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    return lower


def _mle_lognormal(value: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    usable = (lower < upper) | (value > 0)
    exact = usable & (lower == upper)
    if len(np.unique(value[exact])) < _ENOUGH:
        return _half(value, lower, upper)
    mu, sigma = fit_lognormal(lower[usable], upper[usable])
    with np.errstate(divide="ignore"):
        low, high = (np.log(lower) - mu) / sigma, (np.log(upper) - mu) / sigma
    mass = stats.norm.cdf(high) - stats.norm.cdf(low)
    first = stats.norm.cdf(high - sigma) - stats.norm.cdf(low - sigma)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = np.exp(mu + sigma**2 / 2) * first / mass
    good = np.isfinite(expected) & (expected >= lower) & (expected <= upper)
    return np.where(good, expected, _half(value, lower, upper))


def _kaplan_meier(value: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    left = (lower < upper) & np.isfinite(upper)
    exact = lower == upper
    if exact.sum() < _ENOUGH:
        return _half(value, lower, upper)
    used = left | exact
    points, mass = kaplan_meier(np.where(left, upper, value)[used], left[used])
    filled = _half(value, lower, upper)
    for k in np.flatnonzero(lower < upper):
        inside = (points >= lower[k]) & (points <= upper[k])
        if inside.any():
            filled[k] = np.average(points[inside], weights=mass[inside])
    return filled


POLICIES = {
    "limit": _limit,
    "half": _half,
    "zero": _zero,
    "mle-lognormal": _mle_lognormal,
    "km": _kaplan_meier,
}
"""Name of a policy to the function of (value, lower, upper) that gives a number for each."""
