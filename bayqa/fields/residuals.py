"""Every station predicted from the others, in closed form."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bayqa.fields.methods.basis import Basis, station_covariance
from bayqa.fields.methods.prediction import station_drift
from bayqa.fields.methods.reml import Posterior, group_fields
from bayqa.fields.methods.systems import left_out, scale_fields, solve_systems

__all__ = ["LeftOut", "leave_one_out"]


class LeftOut(NamedTuple):
    """Predictions of left-out stations; working scale, NaN where there is none."""

    mean: np.ndarray
    """(campaign, n)."""
    sd: np.ndarray
    """Of a new measurement, (campaign, n)."""
    dof: float
    """Student-t degrees of freedom, the fewest of all campaigns."""


def leave_one_out(
    basis: Basis,
    posterior: Posterior,
    values: np.ndarray,
    noise: np.ndarray,
    nugget: float | None = None,
) -> LeftOut:
    """Mean and sd of each value predicted from the other stations of its campaign.

    Range and noise are those fitted to all stations: with a pooled fit one station hardly moves
    them.

    Parameters
    ----------
    basis : Basis
    posterior : Posterior
    values, noise : array (campaign, n)
    nugget : float, optional

    Returns
    -------
    LeftOut
    """
    mean, sd = np.full(values.shape, np.nan), np.full(values.shape, np.nan)
    fewest, drift = np.inf, station_drift(basis)
    for group in group_fields(values, noise):
        if group.at.size < 2:
            continue
        centre = group.values.mean(axis=0)
        centred = group._replace(values=group.values - centre)
        systems = solve_systems(
            lambda k: station_covariance(basis, k), posterior, centred, drift, nugget or 0.0
        )
        scale, dof = scale_fields(posterior, systems, centred)
        guess, error = left_out(systems, centred, scale)
        where = np.ix_(group.fields, group.at)
        mean[where], sd[where] = (guess + centre).T, error.T
        fewest = min(fewest, dof)
    return LeftOut(mean, sd, float(fewest))
