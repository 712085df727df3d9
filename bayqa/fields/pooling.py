"""One fit of range and noise for all campaigns of a parameter, and a field for each of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from bayqa.errors import MethodError
from bayqa.fields.inputs import Inputs
from bayqa.fields.methods import METHODS, Field, fit_pooled
from bayqa.fields.methods import predict as predict_matern
from bayqa.fields.methods.estimates.draws import Pool, draw_fields
from bayqa.fields.methods.estimates.prediction import Wanted
from bayqa.fields.methods.field import Problem
from bayqa.fields.methods.fitting.censored import impute
from bayqa.fields.methods.fitting.reml import Posterior
from bayqa.fields.methods.matern import check_duplicates
from bayqa.fields.methods.scores import score_left_out
from bayqa.fields.refits import leave_out_plain
from bayqa.fields.residuals import LeftOut, leave_out
from bayqa.fields.task import Task

__all__ = ["Fit", "draw", "fit_parameter", "leave_out_fit", "predict"]

_FEWEST_EXACT = 2
"""Exact values a campaign needs before the others are taken as censored."""


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


def fit_parameter(task: Task, inputs: Inputs, *, require: bool = True) -> Fit:
    """Range and noise of a parameter from all campaigns, with scores of left-out stations.

    Parameters
    ----------
    task : Task
    inputs : Inputs
    require : bool
        Whether a parameter without a usable campaign is refused; else its fields are missing.

    Returns
    -------
    Fit

    Raises
    ------
    MethodError
        If no campaign has enough stations.
    """
    inputs, notes = _use_bounds_as_values(inputs)
    notes += _note_flat(inputs)
    n_places = [len(np.unique(task.placement.cell[np.isfinite(v)])) for v in inputs.values]
    least = 1 if task.options.get("sill") is not None else 2
    usable = np.array(n_places) >= least
    if not usable.any():
        text = (
            f"{inputs.parameter}: no campaign has a value at {least} places or more (most: "
            f"{max(n_places)}){_say_shared(inputs, max(n_places))}: measure at more stations, "
            "leave the parameter out, or give range, sill and nugget in options"
        )
        return _refuse(inputs, notes, text, require)
    if task.basis is None:
        residuals, scores = _score_left_out(inputs, leave_out_plain(task, inputs))
        return Fit(inputs, None, residuals, scores, notes, usable)
    fixed = {k: task.options.get(k) for k in ("sill", "nugget")}
    _check_places(task, inputs)
    chosen = [a[usable] for a in (inputs.values, inputs.noise, inputs.lower, inputs.upper)]
    bounds = tuple(chosen[2:]) if inputs.is_censored else None
    try:
        posterior = fit_pooled(task.basis, *chosen[:2], bounds=bounds, **fixed)
    except MethodError as error:
        return _refuse(inputs, notes, f"{inputs.parameter}: {error}", require)
    found = leave_out(task.basis, posterior, inputs.values, inputs.noise)
    residuals, scores = _score_left_out(inputs, found)
    return Fit(inputs, posterior, residuals, scores, notes, usable)


def _say_shared(inputs: Inputs, n_places: int) -> str:
    n_stations = int(np.isfinite(inputs.values).sum(axis=1).max())
    return f", {n_stations} stations share a cell" if n_stations > n_places else ""


def _check_places(task: Task, inputs: Inputs) -> None:
    """Refuse exact values that share a cell where the nugget is said to be 0."""
    for values, noise in zip(inputs.values, inputs.noise, strict=True):
        here = np.flatnonzero(np.isfinite(values))
        cells = task.placement.cell[here]
        problem = Problem(task.mask, task.spacing, cells, values[here], noise[here], here)
        check_duplicates(problem, task.options.get("nugget"))


def _note_flat(inputs: Inputs) -> tuple[str, ...]:
    """Say where nothing is known of how the values vary."""
    known = inputs.values[np.isfinite(inputs.values)]
    if known.size < 2 or np.ptp(known) > 0 or inputs.is_censored:
        return ()
    text = f"all {known.size} values are identical: nothing tells how they vary, so the sd is 0"
    return (text,)


def _refuse(inputs: Inputs, notes: tuple[str, ...], text: str, require: bool) -> Fit:
    """A fit without a usable campaign that says why."""
    if require:
        raise MethodError(text)
    nothing = np.full(inputs.values.shape, np.nan)
    return Fit(inputs, None, nothing, {}, (*notes, text), np.zeros(len(nothing), bool))


def predict(
    task: Task, fit: Fit, campaigns: Sequence[int], *, rng: np.random.Generator | None = None
) -> list[Field]:
    """Fields of one parameter for several campaigns, without draws.

    Campaigns with the same stations share nearly all work.

    Parameters
    ----------
    task : Task
    fit : Fit
    campaigns : sequence of int
    rng : numpy Generator
        For censored values.

    Returns
    -------
    list of Field
        All NaN where a campaign has too few stations.
    """
    empty = np.full(int(task.mask.sum()), np.nan)
    nothing = Field(empty, empty, None, {"note": "too few stations in this campaign"})
    usable = [c for c in campaigns if fit.is_usable[c]]
    if task.basis is None:
        made = [_predict_plain(task, fit.inputs.values[c], fit.inputs.noise[c]) for c in usable]
    elif usable:
        values, noise, bounds = _pick(fit.inputs, usable)
        made = predict_matern(task.basis, fit.posterior, values, noise, bounds=bounds, rng=rng)
    found = dict(zip(usable, made, strict=True)) if usable else {}
    return [found.get(c, nothing) for c in campaigns]


def draw(
    task: Task, fit: Fit, campaign: int, field: Field, rng: np.random.Generator, white: Pool
) -> Field:
    """The field of one campaign with joint draws of the cells in the bays.

    Parameters
    ----------
    task : Task
    fit : Fit
    campaign : int
    field : Field
        As predicted.
    rng : numpy Generator
    white : Pool
        Noise that drives the draws.

    Returns
    -------
    Field

    Raises
    ------
    MethodError
        If the method makes no draws.
    """
    n_draws = white.rows.shape[1]
    if not fit.is_usable[campaign]:
        shape = (n_draws, len(task.strays.drawn))
        return field._replace(draws=np.full(shape, np.nan, np.float32))
    if task.basis is None:
        drawing = {"draws": n_draws, "rng": rng, "white": white, "memory": task.memory}
        values, noise = fit.inputs.values[campaign], fit.inputs.noise[campaign]
        made = _predict_plain(task, values, noise, drawing)
        return field._replace(draws=made.draws[:, task.strays.drawn])
    values, noise, bounds = _pick(fit.inputs, [campaign])
    latent = None
    if bounds is not None:
        _, values, latent = impute(
            task.basis, values, noise, bounds, posterior=fit.posterior, rng=rng
        )
    wanted = Wanted(draws=n_draws, rng=rng, white=white, within=task.strays.drawn)
    job = (values, noise, latent)
    return draw_fields(task.basis, fit.posterior, [field], job, wanted)[0]


def _pick(inputs: Inputs, campaigns: Sequence[int]) -> tuple:
    """Values, noise and, where something is censored, bounds of some campaigns."""
    rows = list(campaigns)
    bounds = (inputs.lower[rows], inputs.upper[rows])
    censored = bool((bounds[0] < bounds[1]).any())
    return inputs.values[rows], inputs.noise[rows], bounds if censored else None


def leave_out_fit(task: Task, fit: Fit, blocks: np.ndarray | None = None) -> LeftOut:
    """Stations, or blocks of them, predicted from the others with the parameters of the fit.

    Parameters
    ----------
    task : Task
    fit : Fit
    blocks : array (n,), optional

    Returns
    -------
    LeftOut
    """
    if not fit.is_usable.any():
        nothing = np.full(fit.inputs.values.shape, np.nan)
        return LeftOut(nothing, nothing, np.inf)
    if task.basis is None:
        return leave_out_plain(task, fit.inputs, blocks)
    values, noise = fit.inputs.values, fit.inputs.noise
    return leave_out(task.basis, fit.posterior, values, noise, blocks=blocks)


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


def _score_left_out(inputs: Inputs, found: LeftOut) -> tuple[np.ndarray, dict[str, object]]:
    """Standardised residuals and scores of every station predicted from the others."""
    values = np.where(inputs.lower < inputs.upper, np.nan, inputs.values)
    scores = score_left_out(values, found.mean, found.sd, found.dof)
    with np.errstate(divide="ignore", invalid="ignore"):
        residuals = np.where(found.sd > 0, (values - found.mean) / found.sd, np.nan)
    return residuals, scores


def _predict_plain(
    task: Task, values: np.ndarray, noise: np.ndarray, drawing: Mapping[str, object] | None = None
) -> Field:
    """A method called by its contract."""
    here = np.isfinite(values)
    return METHODS[task.method](
        task.mask,
        task.spacing,
        task.placement.cell[here],
        values[here],
        noise[here],
        **{"links": task.links} | task.options | dict(drawing or {}),
    )
