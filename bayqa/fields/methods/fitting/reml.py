"""Restricted likelihood over a grid of ranges and noise ratios, pooled over fields.

One tridiagonal form per range makes all noise ratios cheap. The sill is integrated out; over
several fields it is shared as far as the fields agree (a moderated variance).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import digamma, polygamma, zeta

from bayqa.errors import MethodError
from bayqa.fields.methods.fitting.likelihood import MOST_STATIONS, sweep_ratios
from bayqa.fields.methods.threads import run_blocks

__all__ = [
    "NOISE_RATIOS",
    "Group",
    "Posterior",
    "contrasts",
    "drift_rank",
    "fit_grid",
    "group_fields",
    "weigh_nodes",
]

NOISE_RATIOS = np.geomspace(1e-3, 3.0, 20)
# P(range < r0) and P(sqrt(noise ratio) > 1) of the penalised-complexity priors.
RANGE_TAIL = 0.05
NOISE_RATE = -np.log(0.05)
# A grid so long is that of a sparse field, whose covariances are worth a thread each.
THREADS_FROM = 12


class Posterior(NamedTuple):
    """Weights on the grid of ranges and noise ratios.

    Attributes
    ----------
    ranges, ratios : ndarray, (r,), (l,)
        Metres; noise variance over the sill.
    weight : ndarray, (r, l)
        Sums to 1.
    sill : ndarray, (r, l)
        Variance of the field at each node, of the typical field.
    prior_dof : float
        Degrees of freedom that a field borrows from the others; inf if the sill is given.
    plug : float
        Sill by which known noise is made a ratio.
    nugget : float
        Given by the user, besides the ratio; 0 if none.
    n_fields, dof : int, float
        Fields and contrasts that the fit rests on.
    """

    ranges: np.ndarray
    ratios: np.ndarray
    weight: np.ndarray
    sill: np.ndarray
    prior_dof: float
    plug: float
    nugget: float
    n_fields: int
    dof: float


class Group(NamedTuple):
    """Fields with the same stations and noise: `values` (n, k) of stations `at`."""

    at: np.ndarray
    noise: np.ndarray
    values: np.ndarray
    fields: np.ndarray


def fit_grid(
    covariance: Callable[[int], np.ndarray],
    ranges: np.ndarray,
    groups: list[Group],
    drift: np.ndarray,
    *,
    sill: float | None = None,
    nugget: float | None = None,
    copies: int = 1,
) -> Posterior:
    """Posterior over ranges and noise ratios.

    Parameters
    ----------
    covariance : callable
        (n, n) covariance between all stations for unit sill and the k-th range.
    ranges : ndarray, (r,)
    groups : list of Group
        From `group_fields`.
    drift : ndarray, (n, q)
        Functions of the unknown mean; at least a column of ones.
    sill, nugget : float, optional
        Honoured exactly; `sill` is the total as in PyKrige, field plus nugget.
    copies : int
        Each field is given so many times (imputations); counts as one.

    Raises
    ------
    MethodError
        If no field has more stations than drift functions and the sill is not given.

    Source
    ------
    Priors: Fuglstad et al. (2019), doi:10.1080/01621459.2017.1415907; moderated variance:
    Smyth (2004), doi:10.2202/1544-6115.1027.
    """
    groups = [g for g in groups if g.at.size > drift_rank(drift[g.at])]
    ratios = NOISE_RATIOS if nugget is None else np.zeros(1)
    if sill is not None and nugget is not None and sill <= nugget:
        raise MethodError(f"sill {sill} is not above nugget {nugget}: give the total sill")
    if not groups:
        return _from_sill(ranges, ratios, sill, nugget)
    extra = nugget or 0.0
    known = extra > 0 or any(g.noise.any() for g in groups)
    plug = 1.0 if sill is None else sill - extra
    if known and sill is None:
        plug = _first_sill(groups, drift)
    how = {"sill": sill, "nugget": nugget, "copies": copies}
    all_ranges = range(len(ranges))
    if len(ranges) >= THREADS_FROM:
        stack = run_blocks(covariance, all_ranges)
    else:
        stack = [covariance(k) for k in all_ranges]
    for _ in range(3 if known and sill is None else 1):
        spread = _evaluate(stack, groups, drift, (ratios, plug, extra))
        posterior = weigh_nodes(ranges, ratios, spread, plug, **how)
        if known and sill is None:
            plug = float((posterior.weight * posterior.sill).sum()) or plug
    return posterior


def group_fields(values: np.ndarray, noise: np.ndarray) -> list[Group]:
    """Fields (k, n) with NaN for missing, put together by equal stations and noise."""
    seen: dict[bytes, list[int]] = {}
    for k, (value, sigma) in enumerate(zip(values, noise, strict=True)):
        here = np.isfinite(value)
        key = here.tobytes() + np.where(here, sigma, 0.0).tobytes()
        seen.setdefault(key, []).append(k)
    groups = []
    for fields in seen.values():
        at = np.flatnonzero(np.isfinite(values[fields[0]]))
        picked = np.array(fields)
        groups.append(Group(at, noise[fields[0], at], values[np.ix_(picked, at)].T, picked))
    return groups


def contrasts(drift: np.ndarray) -> np.ndarray:
    """Orthonormal basis of what the drift cannot explain; (n, n - q)."""
    rank = drift_rank(drift)
    return np.linalg.qr(drift, mode="complete")[0][:, rank:]


def drift_rank(drift: np.ndarray) -> int:
    """Drift functions that some station sees.

    Raises
    ------
    MethodError
        If the stations cannot tell the drift functions apart.
    """
    seen = int(np.count_nonzero(drift.any(axis=0)))
    if seen > 1 and len(drift) >= seen and np.linalg.matrix_rank(drift) < seen:
        raise MethodError(
            f"the {len(drift)} stations cannot tell {seen} drift functions apart (collinear "
            "places): use ordinary kriging or another drift"
        )
    return seen


def _first_sill(groups: list[Group], drift: np.ndarray) -> float:
    total, dof = 0.0, 0
    for g in groups:
        z = contrasts(drift[g.at]).T @ g.values
        total += float((z**2).sum())
        dof += z.size
    return total / dof or 1.0


def _evaluate(covariances, groups, drift, how) -> tuple:
    """Squares (r, l, k), log determinants (r, l, k) and degrees of freedom (k,)."""
    ratios, plug, extra = how
    squares, logs, dofs = [], [], []
    for g in groups:
        q = contrasts(drift[g.at])
        known = np.diag((g.noise + extra) / plug)
        at = np.ix_(g.at, g.at)
        stack = q.T @ np.stack([c[at] + known for c in covariances]) @ q
        square, log = _forms(stack, q.T @ g.values, ratios)
        squares.append(square)
        n_fields = g.values.shape[1]
        logs.append(np.repeat(log[:, :, None], n_fields, axis=2))
        dofs.append(np.full(n_fields, q.shape[1]))
    return np.concatenate(squares, 2), np.concatenate(logs, 2), np.concatenate(dofs)


def _forms(stack, values, ratios) -> tuple[np.ndarray, np.ndarray]:
    """Quadratic forms (r, l, k) and log determinants (r, l) of each range and ratio."""
    if ratios.min() >= NOISE_RATIOS[0] and len(values) <= MOST_STATIONS:
        return sweep_ratios(np.ascontiguousarray(stack), np.ascontiguousarray(values), ratios)
    # Without noise a covariance may be singular to rounding: its roots can be held above 0.
    roots, vectors = np.linalg.eigh(stack)
    z2 = (np.swapaxes(vectors, 1, 2) @ values) ** 2
    lifted = np.maximum(roots, 0)[:, None, :] + np.maximum(ratios, 1e-12)[None, :, None]
    return (1 / lifted) @ z2, np.log(lifted).sum(axis=2)


def weigh_nodes(ranges, ratios, spread, plug, *, sill, nugget, copies) -> Posterior:
    """Posterior on the whole grid; see `fit_grid`.

    Parameters
    ----------
    ranges, ratios : ndarray, (r,), (l,)
    spread : tuple
        Squares (r, l, k), log determinants (r, l, k) and degrees of freedom (k,) of all fields.
    plug : float
        Sill by which known noise was made a ratio.
    sill, nugget, copies
        See `fit_grid`.
    """
    squares, logs, dof = spread
    varied = squares.max(axis=(0, 1)) > 0
    given = nugget or 0.0
    n_fields = dof.size / copies
    prior = _log_prior(ranges, ratios)
    if not varied.any():
        weight = _normalise(prior)
        none = np.zeros_like(weight) if sill is None else np.full_like(weight, sill)
        return Posterior(
            ranges, ratios, weight, none, 0.0, plug, given, int(n_fields), float(dof.sum())
        )
    squares, logs, dof = squares[..., varied], logs[..., varied], dof[varied]
    typical = squares.sum(axis=2) / dof.sum()
    if sill is not None:
        typical = np.broadcast_to((sill - (nugget or 0.0)) / (1 + ratios), typical.shape)
    prior_dof = np.inf if sill is not None else _borrowed(prior, squares, logs, dof, copies)
    score = prior + _likelihood(squares, logs, dof, typical, prior_dof) / copies
    total = float(dof.sum()) / copies
    return Posterior(
        ranges, ratios, _normalise(score), typical, prior_dof, plug, given, int(n_fields), total
    )


def _borrowed(prior, squares, logs, dof, copies) -> float:
    """Degrees of freedom that a field borrows from the others, at the mode."""
    if dof.size <= copies:
        return 0.0
    best = np.argmax(prior - (logs + dof * np.log(squares)).sum(2) / 2)
    return _shared_dof(squares[np.unravel_index(best, prior.shape)], dof)


def _likelihood(squares, logs, dof, typical, prior_dof) -> np.ndarray:
    """Log restricted likelihood of all fields with their sills integrated out."""
    if prior_dof == 0:
        return -(logs + dof * np.log(squares)).sum(axis=2) / 2
    ratio = squares / typical[..., None]
    if np.isinf(prior_dof):
        form = ratio
    else:
        form = (prior_dof + dof) * np.log1p(ratio / prior_dof)
    return -(logs + dof * np.log(typical)[..., None] + form).sum(axis=2) / 2


def _shared_dof(squares: np.ndarray, dof: np.ndarray) -> float:
    """Degrees of freedom of the common sill, by the spread of the fields' log sills."""
    log = np.log(squares / dof)
    centred = log - digamma(dof / 2) + np.log(dof / 2)
    excess = float(np.var(centred, ddof=1) - polygamma(1, dof / 2).mean())
    most = float(dof.sum())
    if excess <= 0:
        return most
    return float(min(2 * _inverse_trigamma(excess), most))


def _inverse_trigamma(value: float) -> float:
    x = 0.5 + 1 / value
    for _ in range(30):
        trigamma = zeta(2, x)
        step = trigamma * (1 - trigamma / value) / polygamma(2, x)
        x += step
        if abs(step) < 1e-9 * x:
            break
    return float(x)


def _log_prior(ranges: np.ndarray, ratios: np.ndarray) -> np.ndarray:
    """Log density on the log grid; a single range or ratio has none."""
    on_range = np.zeros(ranges.size)
    if ranges.size > 1:
        rate = -np.log(RANGE_TAIL) * ranges[0]
        on_range = -np.log(ranges) - rate / ranges
    on_ratio = np.zeros(ratios.size)
    if ratios.size > 1:
        on_ratio = np.log(ratios) / 2 - NOISE_RATE * np.sqrt(ratios)
    return on_range[:, None] + on_ratio[None, :]


def _normalise(score: np.ndarray) -> np.ndarray:
    weight = np.exp(score - score.max())
    return weight / weight.sum()


def _from_sill(ranges, ratios, sill, nugget) -> Posterior:
    if sill is None:
        raise MethodError(
            "no field has more places than unknown means, so nothing can be fitted: give more "
            "stations, or range, sill and nugget"
        )
    weight = _normalise(_log_prior(ranges, ratios))
    variance = np.broadcast_to((sill - (nugget or 0.0)) / (1 + ratios), weight.shape)
    plug = float(variance.mean())
    return Posterior(ranges, ratios, weight, variance, np.inf, plug, nugget or 0.0, 0, 0.0)
