"""Values known only as an interval, sampled from the field that the other values make."""

from __future__ import annotations

import numpy as np
from scipy.special import log_ndtr, ndtri_exp

from bayqa.errors import MethodError
from bayqa.fields.methods.fitting.basis import Basis, fit_covariance, station_covariance
from bayqa.fields.methods.fitting.reml import Group, Posterior, fit_grid, group_fields
from bayqa.fields.methods.fitting.systems import scale_fields, solve_systems

__all__ = ["impute", "sample_truncated"]

CHAINS = 32
SWEEPS = 25
ROUNDS = 2


def impute(basis: Basis, values, noise, bounds, *, posterior=None, rng=None, given=None):
    """Samples of the censored values, and the posterior when none is given.

    Parameters
    ----------
    basis, values, noise, bounds
        As for `fit_pooled`.
    posterior : Posterior, optional
        Taken as it is.
    rng : numpy Generator, optional
    given : dict, optional
        Sill and nugget for `fit_grid`.

    Returns
    -------
    posterior : Posterior
    values : ndarray, (k, n)
        With the mean of the samples where censored.
    samples : list of ndarray, (chains, n)

    Raises
    ------
    MethodError
        If a field is censored at every station, or a bound is upside down.

    Source
    ------
    Data augmentation: De Oliveira (2005), doi:10.1198/106186005X77784.
    """
    rng = np.random.default_rng(0) if rng is None else rng
    lower, upper = (np.broadcast_to(np.asarray(b, float), values.shape) for b in bounds)
    censored = np.isfinite(values) & (lower < upper)
    _check_bounds(values, lower, upper, censored)
    drift = _drift(basis)
    samples = [
        _start(v, lo, up, c) for v, lo, up, c in zip(values, lower, upper, censored, strict=True)
    ]
    for _ in range(ROUNDS):
        fitted = posterior
        if fitted is None:
            fitted = _fit(basis, samples, noise, drift, given)
        for k in np.flatnonzero(censored.any(axis=1)):
            limits = (lower[k], upper[k], censored[k])
            samples[k] = _gibbs(basis, fitted, samples[k], noise[k], limits, rng)
        if posterior is not None or not censored.any():
            break
    if posterior is None:
        fitted = _fit(basis, samples, noise, drift, given)
    means = np.array([s.mean(axis=0) for s in samples])
    return fitted, means, samples


def sample_truncated(mean, sd, lower, upper, uniform) -> np.ndarray:
    """Normal numbers between two bounds, exact far into the tails."""
    a = (lower - mean) / sd
    b = (upper - mean) / sd
    flip = a > 0
    low, high = np.where(flip, -b, a), np.where(flip, -a, b)
    log_low, log_high = log_ndtr(low), log_ndtr(high)
    with np.errstate(divide="ignore"):
        log = np.logaddexp(log_low + np.log1p(-uniform), log_high + np.log(uniform))
    z = np.clip(ndtri_exp(np.minimum(log, -1e-300)), low, high)
    return mean + sd * np.where(flip, -z, z)


def _drift(basis: Basis) -> np.ndarray:
    at = basis.basin[basis.cells]
    return (at[:, None] == np.unique(at)).astype(float)


def _check_bounds(values, lower, upper, censored) -> None:
    known = np.isfinite(values)
    if (lower > upper)[known].any():
        raise MethodError("a lower bound is above its upper bound: give (lower, upper)")
    for k, (c, here) in enumerate(zip(censored, known, strict=True)):
        if here.any() and c.sum() == here.sum():
            raise MethodError(
                f"all {int(c.sum())} values of field {k} are censored: no field can be made from "
                "limits alone, leave it out or use the bounds as values"
            )


def _start(value, lower, upper, censored) -> np.ndarray:
    """Every chain starts within the bounds, close to the finite one."""
    exact = value[np.isfinite(value) & ~censored]
    reach = float(np.std(exact)) or 1.0
    low = np.where(np.isfinite(lower), lower, upper - reach)
    high = np.where(np.isfinite(upper), upper, lower + reach)
    return np.tile(np.where(censored, (low + high) / 2, value), (CHAINS, 1))


def _fit(basis, samples, noise, drift, given) -> Posterior:
    stacked = np.concatenate(samples)
    noises = np.repeat(noise, CHAINS, axis=0)
    return fit_grid(
        lambda k: fit_covariance(basis, k),
        basis.ranges,
        group_fields(stacked, noises),
        drift,
        copies=CHAINS,
        **(given or {}),
    )


def _gibbs(basis, posterior, chains, noise, limits, rng) -> np.ndarray:
    lower, upper, censored = limits
    at = np.flatnonzero(np.isfinite(chains[0]))
    group = Group(at, noise[at], chains[:, at].T, np.arange(1))
    systems = solve_systems(lambda k: station_covariance(basis, k), posterior, group, _drift(basis))
    best = max(systems, key=lambda s: s.weight)
    scale = scale_fields(posterior, [best], group)[0]
    sill = best.sill * (float(np.mean(scale)) or 1.0)
    precision = best.projector / (sill or 1.0)
    state = chains[:, at].copy()
    places = np.flatnonzero(censored[at] & (np.diag(precision) > 0))
    uniform = rng.random((SWEEPS, places.size, len(state)))
    for sweep in range(SWEEPS):
        for j, i in enumerate(places):
            own = precision[i, i]
            mean = state[:, i] - state @ precision[i] / own
            state[:, i] = sample_truncated(
                mean, 1 / np.sqrt(own), lower[at[i]], upper[at[i]], uniform[sweep, j]
            )
    out = chains.copy()
    out[:, at] = state
    return out
