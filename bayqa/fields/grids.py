"""Fields of every parameter and campaign on the water grid, with their uncertainty."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import xarray as xr

from bayqa.errors import MethodError
from bayqa.fields.inputs import check_nouns, find_parameters, prepare_inputs
from bayqa.fields.joint import estimate_correlation
from bayqa.fields.memory import require_memory
from bayqa.fields.methods import Field
from bayqa.fields.methods.estimates.draws import Pool
from bayqa.fields.plain import plain
from bayqa.fields.pooling import Fit, draw, fit_parameter, predict
from bayqa.fields.scale import Scale
from bayqa.fields.strays import fill_strays
from bayqa.fields.task import Task, prepare_task
from bayqa.parameters import load_parameters

__all__ = ["carry_back", "describe_field", "interpolate", "iterate_fields", "spread_median"]

Progress = Callable[[int, int, str], None]
_BYTES_PER_SOLVE_CELL = 1500
"""Peak of the direct solver per cell, measured."""
_MOST_SOLVE_CELLS = 300_000
_MANY_STATIONS = 500
_BATCH_BYTES = 500_000_000


def interpolate(  # noqa: PLR0913
    stations: xr.Dataset,
    water: xr.Dataset,
    *,
    method: str = "matern",
    parameters: Sequence[str] | None = None,
    draws: int = 0,
    seed: int = 0,
    options: Mapping[str, object] | None = None,
    progress: Progress | None = None,
) -> xr.Dataset:
    """Fields of all parameters and campaigns, with standard deviations and joint draws.

    Parameters
    ----------
    stations : Dataset (campaign, station)
        From `summarize`. Stations outside the water count for the nearest wet cell within
        `options["snap"]` metres (default two cells, at least 300 m); others are left out
        and listed.
    water : Dataset (y, x)
        From `build_water_grid`.
    method : str
        A name of `METHODS`: "matern" (land-aware, default), "kriging", "idw".
    parameters : sequence of str, optional
        Default all of the stations.
    draws : int
        Joint conditional simulations of each campaign; "idw" has no model of error and makes none.
    seed : int
        The same seed gives the same draws.
    options : mapping, optional
        Passed to the method, but for `snap`. The `drift` of kriging may hold "x", "y", "mouth"
        (metres by water to the sea beyond the bays) and names of variables (y, x) of `water`.
    progress : callable (done, total, text), optional

    Returns
    -------
    Dataset, dims (campaign, y, x)
        `<p>` (canonical unit; median) and `<p>_sd` (working scale, see its `scale` and `dof`);
        with draws `<p>_draws` (draw, campaign, cell), `cell` being flat indices into (y, x) of
        the cells in the bays: the open sea around them (`reach`) is not drawn.

    Raises
    ------
    CoverageError
        If no station lies in the water or a parameter is not measured.
    InputError
        If `stations` or `water` is not what its name says.
    MethodError
        If the method is unknown or refuses, no parameter has two places with a value in any
        campaign, or the fields do not fit the memory.
    """
    check_nouns(stations, water)
    names = list(parameters) if parameters is not None else find_parameters(stations)
    _require_room(water, len(names), stations.sizes["campaign"], draws)
    parts = list(
        iterate_fields(
            stations,
            water,
            method=method,
            parameters=names,
            draws=draws,
            seed=seed,
            options=options,
            progress=progress,
        )
    )
    static = [str(n) for n in water.data_vars]
    found = xr.concat(
        [p.drop_vars(static) for p in parts], "campaign", combine_attrs="override", join="exact"
    )
    for name in map(str, found.data_vars):
        if name.endswith("_draws"):
            found[name] = found[name].transpose("draw", "campaign", "cell")
        elif name.endswith("_sd"):
            # One number for all campaigns: the widest tails, of the one with fewest stations.
            found[name].attrs["dof"] = min(p[name].attrs["dof"] for p in parts)
        else:
            fitted = [json.loads(p[name].attrs["fit"]) for p in parts]
            found[name].attrs["fit"] = json.dumps(fitted, sort_keys=True)
    return found.assign({n: water[n] for n in static})


def iterate_fields(  # noqa: PLR0913
    stations: xr.Dataset,
    water: xr.Dataset,
    *,
    method: str = "matern",
    parameters: Sequence[str] | None = None,
    draws: int = 0,
    seed: int = 0,
    options: Mapping[str, object] | None = None,
    progress: Progress | None = None,
) -> Iterator[xr.Dataset]:
    """The same fields, one campaign at a time, so that draws never pile up.

    Range and noise are still estimated from all campaigns together. Arguments and errors as in
    `interpolate`.

    Yields
    ------
    Dataset, dims (campaign, y, x) with one campaign
    """
    check_nouns(stations, water)
    names = list(parameters) if parameters is not None else find_parameters(stations)
    _require_room(water, len(names), 1, draws)
    _require_basis(stations, water, method)
    task = prepare_task(stations, water, method, options)
    n_campaigns = stations.sizes["campaign"]
    total = len(names) * (n_campaigns + 1)
    tell = progress or (lambda done, total, text: None)
    fits = []
    for k, name in enumerate(names):
        inputs = prepare_inputs(stations, task.placement, name)
        fits.append(fit_parameter(task, inputs, require=False))
        tell(k + 1, total, f"{name}: range and noise")
    if not any(fit.is_usable.any() for fit in fits):
        raise MethodError(fits[0].notes[-1] if fits else "there is no parameter to interpolate")
    drawing = _plan_draws(fits, int(task.mask.sum()), draws, seed)
    for batch in _batches(n_campaigns, len(names) * int(task.mask.sum())):
        means = [
            predict(task, fit, batch, rng=np.random.default_rng([seed, batch[0], k]))
            for k, fit in enumerate(fits)
        ]
        for c in batch:
            fields = [made[c - batch[0]] for made in means]
            if draws:
                fields = _draw_together(task, fits, c, fields, drawing)
            tell(len(names) * (c + 2), total, str(stations.campaign.to_numpy()[c]))
            yield _to_grids(stations.isel(campaign=[c]), water, task, fits, fields, drawing)


def _batches(n_campaigns: int, n_values: int) -> Iterator[range]:
    """Campaigns whose means are made in one go, within a fixed memory."""
    size = max(1, int(_BATCH_BYTES / (16 * max(n_values, 1))))
    for start in range(0, n_campaigns, size):
        yield range(start, min(start + size, n_campaigns))


class Drawing(NamedTuple):
    """How the draws of several parameters hang together."""

    draws: int
    seed: int
    correlation: np.ndarray
    pairs: int
    pool: np.ndarray
    """Standard normal numbers of the wet cells, (draws, n_wet) float32."""

    @property
    def is_independent(self) -> bool:
        """Whether the parameters are drawn without regard to each other."""
        return bool(np.allclose(self.correlation, np.eye(len(self.correlation)), atol=1e-9))


def _draw_together(
    task: Task, fits: list[Fit], campaign: int, fields: list[Field], drawing: Drawing
) -> list[Field]:
    """Fields of one campaign with draws from white noise that is correlated.

    The noise of parameter p is a mix of that of the parameters up to p (the rows of a Cholesky
    factor), which makes the fields correlated whatever their ranges. All noise comes from one
    pool, shuffled and with random signs for every field.
    """
    rngs = [np.random.default_rng([drawing.seed, campaign, k, 1]) for k in range(len(fits))]
    factor = np.linalg.cholesky(drawing.correlation).astype(np.float32)
    rows = [rng.permutation(drawing.draws) for rng in rngs]
    signs = [rng.choice(np.array([-1, 1], np.float32), drawing.draws) for rng in rngs]
    drawn = []
    for k, (fit, field) in enumerate(zip(fits, fields, strict=True)):
        parts = [i for i in range(k + 1) if factor[k, i] != 0]
        weight = np.stack([factor[k, i] * signs[i] for i in parts])
        white = Pool(drawing.pool, np.stack([rows[i] for i in parts]), weight)
        drawn.append(draw(task, fit, campaign, field, rngs[k], white))
    return drawn


def _plan_draws(fits: list[Fit], n_wet: int, draws: int, seed: int) -> Drawing:
    correlation, pairs = estimate_correlation([fit.residuals for fit in fits])
    pool = np.random.default_rng([seed, draws]).standard_normal((draws, n_wet), dtype=np.float32)
    return Drawing(draws, seed, correlation, pairs, pool)


def _require_room(water: xr.Dataset, n_parameters: int, n_campaigns: int, draws: int) -> None:
    """Refuse before allocating what would not fit: outputs, draws and the solver's factor."""
    n_cells, n_wet = water.wet.size, int(water.wet.sum())
    need = n_parameters * n_campaigns * (16 * n_cells + 4 * draws * n_wet)
    need += 3 * 4 * draws * n_wet * n_parameters
    need += _BYTES_PER_SOLVE_CELL * min(n_wet, _MOST_SOLVE_CELLS)
    hint = "; without draws, or by iterate_fields, it needs less" if draws else ""
    require_memory("the fields", need, n_cells, float(water.attrs["spacing"]), hint=hint)


def _require_basis(stations: xr.Dataset, water: xr.Dataset, method: str) -> None:
    """Refuse a Matern field whose covariances of cells and stations would not fit."""
    n, n_wet = stations.sizes["station"], int(water.wet.sum())
    if method == "matern" and n > _MANY_STATIONS:
        # Two ranges, and a dozen matrices of the stations.
        need = 16 * min(n_wet, _MOST_SOLVE_CELLS) * n + 100 * n**2
        hint = "; or take method='kriging' with options={'k': 20}"
        spacing = float(water.attrs["spacing"])
        require_memory(f"{n} stations in one field", need, water.wet.size, spacing, hint=hint)


def _to_grids(  # noqa: PLR0913
    stations: xr.Dataset,
    water: xr.Dataset,
    task: Task,
    fits: list[Fit],
    fields: list[Field],
    drawing: Drawing,
) -> xr.Dataset:
    """One campaign's fields as a Dataset."""
    fields = [fill_strays(task.strays, field) for field in fields]
    grids = water.assign_coords(_campaign_coords(stations))
    wet = water.wet.to_numpy()
    for fit, field in zip(fits, fields, strict=True):
        name, scale = fit.inputs.parameter, fit.inputs.scale
        value = spread_median(scale, field.mean, wet)
        grids[name] = (("campaign", "y", "x"), value, describe_field(fit, field))
        attrs = {"scale": scale.name, "dof": float(field.info.get("dof", np.inf))}
        attrs |= {"long_name": f"standard deviation of {name} in the working scale"}
        if "error_model" in field.info:
            attrs["comment"] = field.info["error_model"]
        grids[f"{name}_sd"] = (("campaign", "y", "x"), _spread(field.sd, wet), attrs)
        grids[f"{name}_sd"].attrs["grid_mapping"] = "spatial_ref"
    if drawing.draws:
        grids = _add_draws(grids, fits, fields, task.strays.drawn)
    grids.attrs |= _describe_run(task, fits, drawing)
    return grids


def _add_draws(
    grids: xr.Dataset, fits: list[Fit], fields: list[Field], within: np.ndarray
) -> xr.Dataset:
    cell = np.flatnonzero(grids.wet.to_numpy().ravel())[within]
    grids = grids.assign_coords(cell=("cell", cell, {"long_name": "flat index into (y, x)"}))
    for fit, field in zip(fits, fields, strict=True):
        name, scale = fit.inputs.parameter, fit.inputs.scale
        values = carry_back(scale, field.draws).astype(np.float32, copy=False)[:, None, :]
        attrs = {"units": grids[name].attrs["units"]}
        grids[f"{name}_draws"] = (("draw", "campaign", "cell"), values, attrs)
    return grids


def _campaign_coords(stations: xr.Dataset) -> dict[str, object]:
    names = [n for n, c in stations.coords.items() if c.dims == ("campaign",)]
    return {str(n): ("campaign", stations[n].to_numpy()) for n in names}


def spread_median(scale: Scale, working: np.ndarray, wet: np.ndarray) -> np.ndarray:
    """Values of the wet cells in the canonical unit, laid out over the grid; (1, ny, nx)."""
    return _spread(carry_back(scale, working), wet)


def carry_back(scale: Scale, working: np.ndarray) -> np.ndarray:
    """Medians in the canonical unit of values in the working scale."""
    value = scale.to_unit(working)
    # An offset may carry the smallest values a little below zero on the way back.
    return np.maximum(value, 0.0) if scale.name == "log10" else value


def _spread(values: np.ndarray, wet: np.ndarray) -> np.ndarray:
    grid = np.full((1, *wet.shape), np.nan)
    grid[0][wet] = values
    return grid


def describe_field(fit: Fit, field: Field) -> dict[str, object]:
    """Attributes of a parameter's field: names, units, working scale and what was fitted."""
    name, scale = fit.inputs.parameter, fit.inputs.scale
    row = load_parameters().get(name)
    attrs: dict[str, object] = {
        "long_name": row.name_en if row else name,
        "units": row.unit if row else "1",
        "scale": scale.name,
        "offset": scale.offset,
        "grid_mapping": "spatial_ref",
        "ancillary_variables": f"{name}_sd",
    }
    if row and row.cf_name:
        attrs["standard_name"] = row.cf_name
    if row and row.basis:
        attrs["basis"] = row.basis
    info = {k: v for k, v in field.info.items() if k != "weights"}
    return attrs | {"fit": json.dumps(plain(info | {"notes": list(fit.notes)}), sort_keys=True)}


def _describe_run(task: Task, fits: list[Fit], drawing: Drawing) -> dict[str, object]:
    names = [fit.inputs.parameter for fit in fits]
    joint = {
        "parameters": names,
        "correlation": np.round(drawing.correlation, 3).tolist(),
        "pairs": drawing.pairs,
        "text": "parameters drawn independently of each other"
        if drawing.is_independent
        else "parameters drawn with the correlation of their residuals at the stations",
    }
    settings = plain({"snap": task.placement.snap, **task.asked})
    return {
        "method": task.method,
        "settings": json.dumps(settings, sort_keys=True),
        "scores": json.dumps(plain({n: f.scores for n, f in zip(names, fits, strict=True)})),
        "joint": json.dumps(joint),
        "left_out": json.dumps(list(task.placement.left_out)),
        "seed": drawing.seed,
    }
