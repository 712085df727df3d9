"""Restricted posterior of a single field under a stationary model, without a matrix a node."""

from __future__ import annotations

from functools import cache

import numpy as np

from bayqa.fields.methods.fitting.likelihood import sweep_ranges
from bayqa.fields.methods.fitting.reml import NOISE_RATIOS, Posterior, weigh_nodes
from bayqa.fields.methods.stationary.covariance import (
    TABLE_END,
    TABLE_NODES,
    make_table,
    model_code,
)

__all__ = ["fit_single"]


def fit_single(model: str, distance, values, noise, drift, *, ranges, sill=None) -> Posterior:
    """As `fit_grid` for one field, a stationary model and a free nugget.

    Parameters
    ----------
    model : str
        One of `MODELS`.
    distance : ndarray, (n, n)
        Metres; n is at most `MOST_STATIONS` and above the number of drift functions.
    values, noise : ndarray, (n,)
    drift : ndarray, (n, q)
        Functions that the stations can tell apart.
    ranges : ndarray, (r,)
        Metres.
    sill : float, optional
        Honoured exactly; the total.
    """
    square = distance**2
    columns = np.vstack([drift.T, values - values.mean()])
    dof = np.array([drift.shape[0] - drift.shape[1]])
    how = model_code(model), TABLE_NODES / np.sqrt(TABLE_END), _table(model)
    plug, turns = 1.0 if sill is None else sill, 1
    if noise.any() and sill is None:
        # Known noise is a share of the sill, which is not known at first.
        plug, turns = _residual_variance(drift, values) or 1.0, 3
    for _ in range(turns):
        known = noise / plug
        forms = sweep_ranges(how, square, known, columns, drift.shape[1], ranges, NOISE_RATIOS)
        spread = forms[0], forms[1][..., None], dof
        posterior = weigh_nodes(
            ranges, NOISE_RATIOS, spread, plug, sill=sill, nugget=None, copies=1
        )
        plug = float((posterior.weight * posterior.sill).sum()) or plug
    return posterior


def _residual_variance(drift: np.ndarray, values: np.ndarray) -> float:
    left = values - drift @ np.linalg.lstsq(drift, values, rcond=None)[0]
    return float(left @ left) / (drift.shape[0] - drift.shape[1])


@cache
def _table(model: str) -> np.ndarray:
    return make_table() if model == "matern-1" else np.zeros((1, 4))
