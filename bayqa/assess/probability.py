"""Probability of each category, from the mean, sd and degrees of freedom of a field."""

from __future__ import annotations

from functools import cache

import numpy as np
import xarray as xr
from scipy import stats

from bayqa.assess.grades import When
from bayqa.assess.kernels import class_cdf
from bayqa.parameters import load_parameters
from bayqa.standards.edges import thresholds
from bayqa.standards.standard import Standard

__all__ = ["combine_independent", "count_draws", "parameter_cdf"]

_NODES = 16385


def parameter_cdf(field: xr.Dataset, name: str, standard: Standard, when: When) -> np.ndarray:
    """Probability that one parameter meets each class, cell by cell.

    The value is normal, or Student-t with the `dof` of the field, in the working scale of the
    field: plain, or log10 of the value plus the offset.

    Parameters
    ----------
    field : Dataset with `name` (campaign, ...) and `name`_sd
        `attrs` scale, offset on the parameter and dof on the sd, as `interpolate` writes them.
    name : str
    standard : Standard
    when : When

    Returns
    -------
    ndarray of float32, shape (n_classes, n_campaigns, ...)
        Rising with the class; NaN where mean or sd is NaN, or there is no sd.
    """
    plain = _plain_cdf(field, name, when, lambda season: standard.bounds(name, season=season))
    other = standard.limits[name].alternative
    if other is None or other.parameter not in field:
        return plain
    closed = thresholds(other, "worse")
    second = _plain_cdf(field, other.parameter, when, lambda season: closed)
    # Either meets the class; how they go together is unknown, so the likelier one counts.
    return np.fmax(plain, np.where(np.isnan(plain), np.nan, second))


def combine_independent(parts: list[np.ndarray], strict: bool) -> np.ndarray:
    """Probability that the worst of several independent parameters meets each class.

    Parameters
    ----------
    parts : list of ndarray, shape (n_classes, ...)
        From `parameter_cdf`; NaN where the parameter is not known.
    strict : bool
        True if a missing parameter leaves the cell without an answer.

    Returns
    -------
    ndarray of float32, shape (n_classes, ...)
        NaN where no parameter is known.
    """
    product = np.ones_like(parts[0])
    known = np.zeros(parts[0].shape[1:], bool)
    for part in parts:
        here = ~np.isnan(part[0])
        product *= part if strict else np.where(here, part, 1)
        known |= here
    product[:, ~known] = np.nan
    return product


def count_draws(draws: np.ndarray, n_categories: int) -> np.ndarray:
    """Share of the draws in each category.

    Parameters
    ----------
    draws : ndarray of uint8 (n_draws, ...)
    n_categories : int

    Returns
    -------
    ndarray of float32 (n_categories, ...)
        NaN where some draw is not assessed.
    """
    counts = np.empty((n_categories, *draws.shape[1:]), np.float32)
    for k in range(n_categories):
        counts[k] = (draws == k + 1).mean(axis=0, dtype=np.float32)
    counts[:, (draws == 0).any(axis=0)] = np.nan
    return counts


def _plain_cdf(field, name, when, bounds_in):
    values = field[name].to_numpy()
    n_classes = bounds_in(when.seasons[0]).shape[1]
    out = np.full((n_classes, *values.shape), np.nan, np.float32)
    if f"{name}_sd" not in field:
        return out
    spread = field[f"{name}_sd"].to_numpy().astype(float, copy=False)
    to_scale = _working_scale(field[name], name)
    dof = np.broadcast_to(field[f"{name}_sd"].attrs.get("dof", np.inf), len(when.seasons))
    for k, season in enumerate(when.seasons):
        bounds = to_scale(bounds_in(season))
        part = np.empty((n_classes, values[k].size), np.float32)
        mean = to_scale(values[k].astype(float, copy=False))
        class_cdf(
            mean.reshape(-1),
            np.ascontiguousarray(spread[k]).reshape(-1),
            bounds,
            _distribution(float(dof[k])),
            part,
        )
        out[:, k] = part.reshape(n_classes, *values[k].shape)
    return out


def _working_scale(variable: xr.DataArray, name: str):
    rows = load_parameters()
    default = rows[name].scale if name in rows else "linear"
    if variable.attrs.get("scale", default) != "log10":
        return np.ascontiguousarray
    offset = float(variable.attrs.get("offset", 0.0))

    def to_log(values):
        shifted = np.asarray(values, dtype=float) + offset
        logs = np.full(shifted.shape, -np.inf)
        np.log10(shifted, out=logs, where=shifted > 0)
        logs[np.isnan(shifted)] = np.nan
        return logs

    return to_log


@cache
def _distribution(dof: float) -> np.ndarray:
    """Distribution function at evenly spaced u = z / (1 + |z|); linear between, error < 1e-7."""
    u = np.linspace(-1, 1, _NODES)[1:-1]
    z = u / (1 - np.abs(u))
    inner = stats.norm.cdf(z) if np.isinf(dof) else stats.t.cdf(z, dof)
    return np.concatenate([[0.0], inner, [1.0]])
