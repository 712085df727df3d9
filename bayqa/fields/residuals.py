"""Stations, or blocks of them, predicted from the others in closed form."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bayqa.fields.methods.estimates.prediction import station_drift
from bayqa.fields.methods.fitting.basis import Basis, station_covariance
from bayqa.fields.methods.fitting.reml import Group, Posterior, group_fields
from bayqa.fields.methods.fitting.systems import System, left_out, scale_fields, solve_systems

__all__ = ["LeftOut", "leave_out", "predict_blocks"]


class LeftOut(NamedTuple):
    """Predictions of left-out stations; working scale, NaN where there is none."""

    mean: np.ndarray
    """(campaign, n)."""
    sd: np.ndarray
    """Of a new measurement, (campaign, n)."""
    dof: float
    """Student-t degrees of freedom, the fewest of all campaigns."""


def leave_out(
    basis: Basis,
    posterior: Posterior,
    values: np.ndarray,
    noise: np.ndarray,
    *,
    blocks: np.ndarray | None = None,
) -> LeftOut:
    """Mean and sd of each value predicted from the stations outside its block.

    Range and noise are those fitted to all stations: in a pooled fit one station hardly moves
    them.

    Parameters
    ----------
    basis : Basis
    posterior : Posterior
    values, noise : array (campaign, n)
    blocks : array (n,), optional
        Label of the block of each station; default every station by itself.

    Returns
    -------
    LeftOut

    Source
    ------
    Dubrule (1983), Mathematical Geology 15, 687-699, for several values at once.
    """
    blocks = np.arange(values.shape[1]) if blocks is None else np.asarray(blocks)
    mean, sd = np.full(values.shape, np.nan), np.full(values.shape, np.nan)
    fewest, drift = np.inf, station_drift(basis)
    for group in group_fields(values, noise):
        if group.at.size < 2:
            continue
        centre = group.values.mean(axis=0)
        centred = group._replace(values=group.values - centre)
        systems = solve_systems(lambda k: station_covariance(basis, k), posterior, centred, drift)
        scale, dof = scale_fields(posterior, systems, centred)
        guess, error = predict_blocks(systems, centred, scale, blocks[group.at])
        where = np.ix_(group.fields, group.at)
        mean[where], sd[where] = (guess + centre).T, error.T
        fewest = min(fewest, dof)
    return LeftOut(mean, sd, float(fewest))


def predict_blocks(
    systems: list[System], group: Group, scale: np.ndarray, blocks: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and sd (n, fields) of left-out blocks, averaged over the systems of the posterior.

    Parameters
    ----------
    systems : list of System
    group : Group
    scale : array (fields,)
        Sill of each field over the typical one.
    blocks : array (n,)

    Returns
    -------
    mean, sd : array (n, fields)
        NaN where the others say nothing.
    """
    if len(np.unique(blocks)) == len(blocks):
        return left_out(systems, group, scale)
    first, second = np.zeros(group.values.shape), np.zeros(group.values.shape)
    members = [np.flatnonzero(blocks == b) for b in np.unique(blocks)]
    for s in systems:
        for own in members:
            gap, variance = _left_out_block(s, group.at.size, own)
            first[own] += s.weight * gap
            second[own] += s.weight * (gap**2 + s.sill * scale * variance[:, None])
    sd = np.sqrt(np.maximum(second - first**2, 0.0))
    return group.values - first, np.where(np.isnan(first), np.nan, sd)


def _left_out_block(s: System, n: int, own: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Measured minus predicted (m, fields) and variances (m,) for unit sill."""
    part = s.projector[np.ix_(own, own)]
    roots = np.linalg.eigvalsh(part)
    if roots[0] <= 1e-10 * max(roots[-1], 1e-300):
        # Without this block its basin has no station left.
        nothing = np.full((len(own), s.coefficients.shape[1]), np.nan)
        return nothing, np.full(len(own), np.nan)
    inverse = np.linalg.inv(part)
    return inverse @ s.coefficients[:n][own], np.diag(inverse)
