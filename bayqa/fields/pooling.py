"""One fit of range and noise for all campaigns of a parameter, and a field for each of them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import xarray as xr

from bayqa.errors import CoverageError, MethodError
from bayqa.fields.inputs import Inputs
from bayqa.fields.methods import METHODS, Field
from bayqa.fields.methods.basis import Basis, prepare_basis
from bayqa.fields.methods.prediction import fit_pooled
from bayqa.fields.methods.prediction import predict as predict_matern
from bayqa.fields.methods.reml import Posterior
from bayqa.fields.methods.scores import score_left_out
from bayqa.fields.placement import Placement, place_stations
from bayqa.fields.residuals import leave_one_out
from bayqa.fields.strays import Strays, find_strays

__all__ = ["Fit", "Task", "fit_parameter", "predict", "prepare_task"]

_FEWEST_EXACT = 2
"""Exact values a campaign needs before the others are taken as censored."""
_EXPLICIT = ("range", "sill", "nugget")


class Task(NamedTuple):
    """What all parameters and campaigns of a bay share."""

    method: str
    mask: np.ndarray
    spacing: float
    links: tuple[np.ndarray, np.ndarray] | None
    placement: Placement
    options: dict[str, object]
    strays: Strays
    basis: Basis | None
    """Station basis of the Matern field; None for other methods."""


class Fit(NamedTuple):
    """What one parameter's campaigns said together."""

    inputs: Inputs
    posterior: Posterior | None
    residuals: np.ndarray
    """Standardised leave-one-out residuals, (campaign, n)."""
    scores: dict[str, object]
    """RMSE, CRPS and coverage over all campaigns, working scale."""
    notes: tuple[str, ...]
    is_usable: np.ndarray
    """Campaigns with enough stations for a field, (campaign,) bool."""


def prepare_task(
    stations: xr.Dataset, water: xr.Dataset, method: str, options: Mapping[str, object] | None = None
) -> Task:
    """Stations placed on the grid and the basis that all fields share.

    Parameters
    ----------
    stations, water : Dataset
    method : str
    options : mapping
        `snap`, and what the method takes.

    Raises
    ------
    MethodError
        If the method is unknown.
    CoverageError
        If no station lies in the water.
    """
    if method not in METHODS:
        raise MethodError(f"method={method!r} is not known: use one of {', '.join(METHODS)}")
    options = dict(options or {})
    placement = place_stations(stations, water, options.pop("snap", None))
    if not len(placement.kept):
        raise CoverageError(
            f"none of the {stations.sizes['station']} stations lies within {placement.snap:g} m "
            "of the water: check the coordinates, the bays, or set options={'snap': metres}"
        )
    mask, spacing = water.wet.to_numpy(), float(water.attrs["spacing"])
    links = None
    if "link_east" in water:
        links = (water.link_east.to_numpy(), water.link_south.to_numpy())
    basis = None
    if method == "matern":
        basis = _prepare_basis(mask, spacing, placement.cell, links, options)
    strays = find_strays(water)
    return Task(method, mask, spacing, links, placement, options, strays, basis)


def fit_parameter(task: Task, inputs: Inputs) -> Fit:
    """Range and noise of a parameter from all campaigns, with scores of left-out stations.

    Parameters
    ----------
    task : Task
    inputs : Inputs

    Returns
    -------
    Fit

    Raises
    ------
    MethodError
        If no campaign has enough stations.
    """
    inputs, notes = _use_bounds_as_values(inputs)
    n_places = [len(np.unique(task.placement.cell[np.isfinite(v)])) for v in inputs.values]
    least = 1 if task.options.get("sill") is not None else 2
    usable = np.array(n_places) >= least
    if not usable.any():
        raise MethodError(
            f"{inputs.parameter}: no campaign has a value at {least} places or more (most: "
            f"{max(n_places)}): measure at more stations, leave the parameter out, or give "
            "range, sill and nugget in options"
        )
    if task.basis is None:
        return Fit(inputs, None, np.full(inputs.values.shape, np.nan), {}, notes, usable)
    fixed = {k: task.options.get(k) for k in ("sill", "nugget")}
    chosen = [a[usable] for a in (inputs.values, inputs.noise, inputs.lower, inputs.upper)]
    bounds = tuple(chosen[2:]) if inputs.is_censored else None
    posterior = fit_pooled(task.basis, *chosen[:2], bounds=bounds, **fixed)
    residuals, scores = _check_left_out(task, posterior, inputs)
    return Fit(inputs, posterior, residuals, scores, notes, usable)


def predict(
    task: Task,
    fit: Fit,
    campaign: int,
    *,
    draws: int = 0,
    rng: np.random.Generator | None = None,
    white: np.ndarray | None = None,
) -> Field:
    """Field of one parameter and campaign.

    Parameters
    ----------
    task : Task
    fit : Fit
    campaign : int
    draws : int
    rng : numpy Generator
        For draws and censored values.
    white : array (draw, n_wet), optional
        Standard normal numbers that drive the draws of the Matern field.

    Returns
    -------
    Field
        All NaN where the campaign has too few stations.
    """
    inputs = fit.inputs
    if not fit.is_usable[campaign]:
        empty = np.full(int(task.mask.sum()), np.nan)
        nothing = np.full((draws, empty.size), np.nan, np.float32) if draws else None
        return Field(empty, empty, nothing, {"note": "too few stations in this campaign"})
    values, noise = inputs.values[campaign], inputs.noise[campaign]
    if task.basis is None:
        return _predict_plain(task, values, noise, draws, rng)
    bounds = None
    if inputs.is_censored:
        bounds = (inputs.lower[[campaign]], inputs.upper[[campaign]])
    return predict_matern(
        task.basis,
        fit.posterior,
        values[None],
        noise[None],
        bounds=bounds,
        nugget=task.options.get("nugget"),
        draws=draws,
        rng=rng,
        white=white,
    )[0]


def _prepare_basis(mask, spacing, cells, links, options) -> Basis:
    """The station basis; what is no option of it is refused by name."""
    known = {k: v for k, v in options.items() if k not in _EXPLICIT}
    if options.get("range") is not None:
        known["ranges"] = [options["range"]]
    allowed = set(inspect.signature(prepare_basis).parameters) - {"mask", "spacing", "cells"}
    unknown = sorted(set(known) - allowed)
    if unknown:
        raise MethodError(
            f"matern does not know the option {', '.join(unknown)}: it takes "
            f"{', '.join(sorted(allowed | set(_EXPLICIT)))}"
        )
    return prepare_basis(mask, spacing, cells, **({"links": links} | known))


def _use_bounds_as_values(inputs: Inputs) -> tuple[Inputs, tuple[str, ...]]:
    """Campaigns in which (nearly) everything is censored keep the policy's numbers."""
    known = np.isfinite(inputs.values)
    open_ = known & (inputs.lower < inputs.upper)
    bare = open_.any(axis=1) & ((known & ~open_).sum(axis=1) < _FEWEST_EXACT)
    if not bare.any():
        return inputs, ()
    lower = np.where(bare[:, None], inputs.values, inputs.lower)
    upper = np.where(bare[:, None], inputs.values, inputs.upper)
    note = (
        f"{int(bare.sum())} campaigns with fewer than {_FEWEST_EXACT} exact values are computed "
        "from the numbers of the censoring policy"
    )
    return inputs._replace(lower=lower, upper=upper), (note,)


def _check_left_out(
    task: Task, posterior: Posterior, inputs: Inputs
) -> tuple[np.ndarray, dict[str, object]]:
    """Standardised residuals and scores of every station predicted from the others."""
    found = leave_one_out(
        task.basis, posterior, inputs.values, inputs.noise, task.options.get("nugget")
    )
    exact = ~(inputs.lower < inputs.upper)
    values = np.where(exact, inputs.values, np.nan)
    scores = score_left_out(values, found.mean, found.sd, found.dof)
    with np.errstate(divide="ignore", invalid="ignore"):
        residuals = np.where(found.sd > 0, (values - found.mean) / found.sd, np.nan)
    return residuals, scores


def _predict_plain(
    task: Task, values: np.ndarray, noise: np.ndarray, draws: int, rng: np.random.Generator | None
) -> Field:
    """A method called by its contract, with what its signature asks for."""
    method = METHODS[task.method]
    options = dict(task.options)
    asked = inspect.signature(method).parameters
    if "links" in asked:
        options.setdefault("links", task.links)
    if draws:
        options |= {"draws": draws, "rng": rng}
    here = np.isfinite(values)
    return method(
        task.mask, task.spacing, task.placement.cell[here], values[here], noise[here], **options
    )
