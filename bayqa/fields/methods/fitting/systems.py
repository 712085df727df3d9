"""Kriging systems of the stations at the nodes of a posterior that carry weight."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bayqa.fields.methods.fitting.reml import Group, Posterior, contrasts

__all__ = ["System", "keep_nodes", "left_out", "scale_fields", "solve_systems"]

LEAST_RANGE = 0.02
LEAST_RATIO = 0.02
# A thousand stations say nearly the same at all nodes, and each node costs their cube.
MANY_STATIONS = 800
LEAST_OF_MANY = 0.3


class System(NamedTuple):
    """One node (range k, noise ratio) for the stations of one group.

    Attributes
    ----------
    k : int
        Which range.
    weight, sill, ratio : float
    projector : ndarray, (n, n)
        P, the inverse covariance without the drift, for unit sill.
    bordered : ndarray, (n + q, n + q)
        Inverse of [[A, X], [X', 0]].
    coefficients : ndarray, (n + q, fields)
        The mean is [b, f] @ coefficients.
    """

    k: int
    weight: float
    sill: float
    ratio: float
    projector: np.ndarray
    bordered: np.ndarray
    coefficients: np.ndarray


def keep_nodes(posterior: Posterior, n_stations: int = 0) -> list[tuple[int, int, float]]:
    """Nodes (range, ratio, weight) that matter; their weights sum to 1."""
    by_range = posterior.weight.sum(axis=1)
    many = n_stations > MANY_STATIONS
    rows = by_range >= (
        LEAST_OF_MANY * by_range.max() if many else min(LEAST_RANGE, by_range.max())
    )
    weight = np.where(rows[:, None], posterior.weight, 0.0)
    least = LEAST_OF_MANY if many else LEAST_RATIO
    weight[weight < least * weight.max(axis=1, keepdims=True)] = 0.0
    kept = [(int(k), int(j)) for k, j in zip(*np.nonzero(weight), strict=True)]
    total = sum(weight[node] for node in kept)
    return [(k, j, float(weight[k, j] / total)) for k, j in kept]


def solve_systems(covariance, posterior: Posterior, group: Group, drift) -> list[System]:
    """Systems of the kept nodes for the stations and values of a group.

    Parameters
    ----------
    covariance : callable
        (n, n) covariance between all stations for unit sill and the k-th range.
    posterior : Posterior
    group : Group
    drift : ndarray, (n, q)
        At all stations; a column that no station of the group sees stays without weight.
    """
    systems = []
    x = drift[group.at]
    back = np.linalg.pinv(x)
    q = contrasts(x)
    held: tuple = (None,)
    for k, j, weight in keep_nodes(posterior, group.at.size):
        if held[0] != k:
            known = (
                np.diag((group.noise + posterior.nugget) / posterior.plug)
                if posterior.plug
                else 0.0
            )
            a = covariance(k)[np.ix_(group.at, group.at)] + known
            roots, vectors = np.linalg.eigh(q.T @ a @ q)
            held = (k, a, np.maximum(roots, 0), q @ vectors)
        ratio = float(posterior.ratios[j])
        projector, bordered, coefficients = _solve(held[1:], ratio, back, group.values)
        sill = float(posterior.sill[k, j])
        systems.append(System(k, weight, sill, ratio, projector, bordered, coefficients))
    return systems


def scale_fields(posterior: Posterior, systems: list[System], group: Group) -> tuple:
    """Sill of each field over the typical one, and its degrees of freedom; (fields,), float."""
    n_fields = group.values.shape[1]
    own = float(np.linalg.matrix_rank(systems[0].projector)) if group.at.size > 1 else 0.0
    if np.isinf(posterior.prior_dof) or own + posterior.prior_dof == 0:
        return np.ones(n_fields), np.inf if posterior.n_fields == 0 else posterior.prior_dof
    squares = np.zeros(n_fields)
    for s in systems:
        a = s.coefficients[: group.at.size]
        form = (group.values * a).sum(axis=0)
        squares += s.weight * (form / s.sill if s.sill > 0 else 0.0)
    dof = own + posterior.prior_dof
    return np.maximum(posterior.prior_dof + squares, 0.0) / dof, dof


def left_out(systems: list[System], group: Group, scale: np.ndarray) -> tuple:
    """Mean and sd of each station's value predicted from the others, in closed form.

    Returns
    -------
    mean, sd : ndarray, (n, fields)
        NaN where a station is alone in its basin.

    Source
    ------
    Dubrule (1983), doi:10.1007/BF01036069.
    """
    first = second = 0.0
    for s in systems:
        own = np.diag(s.projector)[:, None].copy()
        own[own < 1e-12 * own.max(initial=1e-300)] = np.nan
        error = s.coefficients[: group.at.size] / own
        first = first + s.weight * error
        second = second + s.weight * (error**2 + s.sill * scale / own)
    return group.values - first, np.sqrt(np.maximum(second - first**2, 0.0))


def _solve(held: tuple, ratio: float, back: np.ndarray, values: np.ndarray) -> tuple:
    a, roots, vectors = held
    lifted = a + ratio * np.eye(len(a))
    projector = (vectors / (roots + max(ratio, 1e-12))) @ vectors.T
    loading = (back @ (np.eye(len(a)) - lifted @ projector)).T
    corner = back @ lifted @ loading
    bordered = np.block([[projector, loading], [loading.T, -(corner + corner.T) / 2]])
    weights = projector @ values
    level = back @ (values - lifted @ weights)
    return projector, bordered, np.vstack([weights, level])
