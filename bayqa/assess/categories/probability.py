"""Probability of each category, from the mean, sd and degrees of freedom of a field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import xarray as xr
from scipy import stats

from bayqa.assess.categories.odds import NOTHING, fill_cdf, fill_odds, finish_odds, multiply_odds
from bayqa.assess.rules.grades import When
from bayqa.assess.rules.kernels import count_categories
from bayqa.parameters import load_parameters
from bayqa.standards.edges import thresholds
from bayqa.standards.standard import Standard

__all__ = ["Odds", "category_odds", "count_draws"]

_NODES = 16385


class Odds(NamedTuple):
    """Probabilities of being in each category, float32; NaN where not known."""

    single: np.ndarray | None
    """Of the single parameters, (n_parameters, n_categories, n_campaigns, ...)."""
    worst: np.ndarray | None
    """Of the worst parameter, were they independent, (n_categories, n_campaigns, ...)."""


def category_odds(
    field: xr.Dataset,
    names: Sequence[str],
    standard: Standard,
    when: When,
    *,
    worst: bool = True,
    detail: bool = True,
) -> Odds:
    """Probability of each category, cell by cell.

    A value is normal, or Student-t with the `dof` of the field, in the working scale of the
    field: plain, or log10 of the value plus the offset.

    Parameters
    ----------
    field : Dataset with each name and name_sd, campaign first
        `attrs` scale and offset on the parameter and dof on the sd, as `interpolate` writes them.
    names : sequence of str
    standard : Standard
    when : When
    worst : bool
        Whether the worst parameter decides the category.
    detail : bool
        Whether to keep those of the single parameters.

    Returns
    -------
    Odds
        Each adds up to 1 or is NaN: where mean or sd is NaN, or there is no sd. An unknown
        parameter is left out of the worst, or leaves it unknown with missing = "not-assessed".
    """
    shape, count = field[names[0]].shape, len(standard.categories)
    cells = int(np.prod(shape[1:]))
    single = np.empty((len(names) if detail else 1, count, shape[0], cells), np.float32)
    joint = np.full((count if worst else 0, shape[0], cells), NOTHING, np.float32)
    for p, name in enumerate(names):
        own = single[p if detail else 0]
        if _is_plain(field, name, standard):
            _fill_plain(field, name, standard, when, (own, joint))
            continue
        _fill_parameter(field, name, standard, when, own[:-1])
        for k in range(shape[0]):
            if worst:
                multiply_odds(own[:-1, k], standard.missing == "not-assessed", joint[:-1, k])
            finish_odds(own[:, k])
    for k in range(shape[0] if worst else 0):
        finish_odds(joint[:, k])
    return Odds(
        single.reshape(len(names), count, *shape) if detail else None,
        joint.reshape(count, *shape) if worst else None,
    )


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
    flat = draws.reshape(len(draws), -1)
    counts = np.zeros((n_categories + 1, flat.shape[1]), np.float32)
    count_categories(flat, counts)
    counts[1:, counts[0] > 0] = np.nan
    return (counts[1:] / np.float32(len(draws))).reshape(n_categories, *draws.shape[1:])


def _is_plain(field, name, standard) -> bool:
    other = standard.limits[name].alternative
    return f"{name}_sd" in field and (other is None or other.parameter not in field)


def _fill_plain(field, name, standard, when, out):
    """All of one parameter in one pass over memory; `out` is single and joint."""
    single, joint = out
    strict = standard.missing == "not-assessed"
    jobs = _jobs(field, name, when, lambda season: standard.bounds(name, season=season))
    for k, job in enumerate(jobs):
        fill_odds(job, strict, single[:, k], joint[:, k])


def _fill_parameter(field, name, standard, when, out):
    """Probability of meeting each class into `out` (n_classes, n_campaigns, n_cells)."""
    _fill(field, name, when, lambda season: standard.bounds(name, season=season), out)
    other = standard.limits[name].alternative
    if other is None or other.parameter not in field:
        return
    second, closed = np.empty_like(out), thresholds(other, "worse")
    _fill(field, other.parameter, when, lambda season: closed, second)
    # Either meets the class; how they go together is unknown, so the likelier one counts.
    second[np.isnan(out)] = np.nan
    np.fmax(out, second, out=out)


def _fill(field, name, when, bounds_in: Callable, out):
    if f"{name}_sd" not in field:
        out[...] = np.nan
        return
    for k, job in enumerate(_jobs(field, name, when, bounds_in)):
        fill_cdf(*job, out[:, k])


def _jobs(field, name, when, bounds_in: Callable) -> Iterator[tuple]:
    """Values, sd, offset, bounds and distribution of each campaign."""
    spread = field[f"{name}_sd"]
    offset = _log_offset(field[name], name)
    dof = np.broadcast_to(spread.attrs.get("dof", np.inf), len(when.seasons))
    for k, season in enumerate(when.seasons):
        values, sd = (_flat(one.to_numpy()[k]) for one in (field[name], spread))
        bounds = bounds_in(season) if np.isnan(offset) else _to_log(bounds_in(season), offset)
        yield values, sd, offset, bounds, _distribution(float(dof[k]))


def _flat(array):
    return np.ascontiguousarray(array).reshape(-1)


def _log_offset(variable: xr.DataArray, name: str) -> float:
    """Offset of the log10 scale, NaN for the linear one."""
    rows = load_parameters()
    default = rows[name].scale if name in rows else "linear"
    if variable.attrs.get("scale", default) != "log10":
        return np.nan
    return float(variable.attrs.get("offset", 0.0))


def _to_log(bounds, offset):
    logs = np.full(bounds.shape, -np.inf)
    np.log10(bounds + offset, out=logs, where=bounds + offset > 0)
    return logs


@cache
def _distribution(dof: float) -> np.ndarray:
    """Distribution function at even steps of u = z / (1 + |z|), and the steps; error < 2e-7."""
    u = np.linspace(-1, 1, _NODES)[1:-1]
    z = u / (1 - np.abs(u))
    inner = stats.norm.cdf(z) if np.isinf(dof) else stats.t.cdf(z, dof)
    heights = np.concatenate([[0.0], inner, [1.0]])
    return np.stack([heights, np.diff(heights, append=1.0)]).astype(np.float32)
