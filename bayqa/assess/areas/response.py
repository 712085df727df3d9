"""What a fall of concentrations would do: good share of a bay against the reduction, draw by draw.

Measured campaign by campaign while the draws are there, so that a reduction and its interval can be
read off for any target afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import xarray as xr

from bayqa.assess.areas.coverage import measure_coverage
from bayqa.assess.areas.intervals import span
from bayqa.assess.joining import join_campaigns
from bayqa.assess.targets import target_number
from bayqa.machine import compiled
from bayqa.standards.standard import Standard

__all__ = ["ALL", "measure_response", "read_reduction", "tabulate_response"]

ALL = "all"
"""Every parameter falls by the same fraction."""
_STEPS = 200
_COLUMNS = [
    "bay_id",
    "year",
    "parameter",
    "target",
    "reduction",
    "share",
    "share_low",
    "share_high",
]


def measure_response(
    field: xr.Dataset, classes: xr.Dataset, bays: gpd.GeoDataFrame, standard: Standard
) -> xr.Dataset | None:
    """Good share of each bay if concentrations fell, for the map and for every draw.

    Parameters
    ----------
    field : Dataset, dims (campaign, y, x)
        Grids, with `<p>_draws` where there are draws.
    classes : Dataset
        From `classify` of that field, with its details.
    bays : GeoDataFrame
        Index bay_id.
    standard : Standard

    Returns
    -------
    Dataset, dims (bay_id, campaign, parameter, reduction) or None
        `share` of the assessed area in good categories, and `share_draws` (draw, ...). Parameters
        are those that have an upper limit, each falling alone, then "all". Reductions are 0 to 1
        in steps of 0.005. None where the standard does not take the worst parameter.
    """
    names = [str(name) for name in classes["parameter"].to_numpy()]
    if standard.rule != "worst-of" or not _falling(names, standard):
        return None
    covered = measure_coverage(classes, bays)
    number = target_number(standard)
    edges = _edges(field, names, standard, number)
    subjects = [*_falling(names, standard), ALL]
    keep = [names.index(name) for name in subjects[:-1]] + [len(names)]
    coords = {"bay_id": list(covered), "parameter": subjects}
    coords |= {"reduction": np.linspace(0, 1, _STEPS + 1)}
    coords |= {key: classes[key] for key in ("campaign", "year") if key in classes.coords}
    out = xr.Dataset(coords=coords, attrs={"target": standard.categories[number - 1].id})
    dims = ("bay_id", "campaign", "parameter", "reduction")
    for name, arrays in _sources(field, classes, names):
        found = _curves(arrays, covered.values(), edges, number)[..., keep, :]
        drawn = name == "share_draws"
        found = np.moveaxis(found, 2, 0) if drawn else found[:, :, 0]
        out[name] = (("draw", *dims) if drawn else dims, found)
    return out


def tabulate_response(measured: Sequence[xr.Dataset]) -> pd.DataFrame:
    """Annual good share against the reduction of concentrations.

    Parameters
    ----------
    measured : sequence of Dataset
        From `measure_response`, each with other campaigns of the same bays.

    Returns
    -------
    DataFrame
        bay_id, year, parameter (that falls, or "all"), target (worst good category), reduction (0
        to 1), share, share_low, share_high (5th and 95th percentile of the draws, see `span`).
        Only parameters whose fall would change some share, and "all". A year is the mean of its
        campaigns, those without assessed water left out.
    """
    curves = join_campaigns(measured)
    years = curves["year"].to_numpy()
    parts = []
    for bay in curves["bay_id"].to_numpy():
        for year in dict.fromkeys(years.tolist()):
            here = curves.sel(bay_id=bay).isel(campaign=np.flatnonzero(years == year))
            for parameter in here["parameter"].to_numpy():
                part = _annual(here.sel(parameter=parameter), str(parameter))
                if part is not None:
                    parts.append(part.assign(bay_id=str(bay), year=year, target=curves.target))
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_COLUMNS)
    return table[_COLUMNS]


def read_reduction(response: pd.DataFrame, target_share: float) -> tuple[float, float]:
    """Least and largest reduction, of 90 % of the draws, that reaches a target share.

    Parameters
    ----------
    response : DataFrame
        Rows of `tabulate_response` of one bay, year and parameter.
    target_share : float

    Returns
    -------
    tuple of two floats
        1 where the draws do not reach the target by any reduction; NaN without draws.
    """
    if not len(response) or response["share_low"].isna().any():
        return np.nan, np.nan
    steps = response["reduction"].to_numpy()
    low, high = (
        _first(steps, response[name].to_numpy(), target_share)
        for name in ("share_high", "share_low")
    )
    return low, high


def _first(steps, share, wanted) -> float:
    """Reduction at which a rising share reaches `wanted`, linear between the steps."""
    reached = np.flatnonzero(share >= wanted - 1e-9)
    if not len(reached):
        return 1.0
    k = int(reached[0])
    if k == 0 or share[k] == share[k - 1]:
        return float(steps[k])
    part = np.clip((wanted - share[k - 1]) / (share[k] - share[k - 1]), 0, 1)
    return float(steps[k - 1] + part * (steps[k] - steps[k - 1]))


def _falling(names, standard) -> list[str]:
    return [name for name in names if standard.limits[name].direction == "max"]


def _edges(field, names, standard, number) -> np.ndarray:
    """Limit of the target category, (n_parameters, n_campaigns); NaN where none can be met."""
    seasons = field["season"].to_numpy() if "season" in field.coords else [""]
    seasons = np.broadcast_to(seasons, field.sizes["campaign"])
    edges = np.full((len(names), len(seasons)), np.nan)
    for p, name in enumerate(names):
        if standard.limits[name].direction == "max":
            edges[p] = [standard.bounds(name, season=str(s))[1, number - 1] for s in seasons]
    return np.where(np.isfinite(edges), edges, np.nan)


def _sources(field, classes, names):
    """Values (n_parameters, n_draws, n_campaigns, n_cells), grades and categories, by name."""
    size = classes.sizes["y"] * classes.sizes["x"]
    flat = (1, classes.sizes["campaign"], size)
    order = ("campaign", "y", "x")
    values = [field[name].transpose(*order).to_numpy().reshape(flat) for name in names]
    grades = classes["parameter_category"].transpose("parameter", *order).to_numpy()
    category = classes["category"].transpose(*order).to_numpy().reshape(flat)
    place = np.arange(size)
    yield "share", (values, grades.reshape(len(names), *flat), category, place)
    if "parameter_category_draws" not in classes:
        return
    order = ("draw", "campaign", "cell")
    values = [field[f"{name}_draws"].transpose(*order).to_numpy() for name in names]
    grades = classes["parameter_category_draws"].transpose("parameter", *order).to_numpy()
    place = np.full(size, -1)
    place[classes["cell"].to_numpy()] = np.arange(classes.sizes["cell"])
    yield "share_draws", (values, grades, classes["category_draws"].to_numpy(), place)


def _curves(arrays, covers, edges, number) -> np.ndarray:
    """Good share, (n_bays, n_campaigns, n_draws, n_parameters + 1, n_steps + 1)."""
    values, grades, category, place = arrays
    n_draws, n_campaigns, n_cells = category.shape
    areas = np.zeros((len(covers), n_campaigns, n_draws, len(values) + 1, _STEPS + 1))
    for b, cover in enumerate(covers):
        weights, known = np.zeros(n_cells), place[cover.cells] >= 0
        weights[place[cover.cells][known]] = cover.area_km2[known]
        for c in range(n_campaigns):
            for d in range(n_draws):
                here = category[d, c]
                total, good = _sum_good(here, weights, number)
                areas[b, c, d, :, 0] = good
                over = np.flatnonzero((here > number) & (weights > 0))
                parts = np.stack([one[d, c, over] for one in values])
                failed = grades[:, d, c, over] > number
                _add_needs(parts, failed, edges[:, c], weights[over], areas[b, c, d])
                areas[b, c, d] /= total if total > 0 else np.nan
    return areas.cumsum(axis=-1)


@compiled
def _sum_good(category, weights, number):
    """Assessed area, and the area that is good as it is."""
    total, good = 0.0, 0.0
    for i in range(weights.size):
        if category[i] > 0:
            total += weights[i]
            if category[i] <= number:
                good += weights[i]
    return total, good


@compiled
def _add_needs(values, failed, edges, weights, areas):
    """Add each cell to the step of reduction that makes it good: `areas` (n_parameters + 1, n).

    A parameter alone helps only where no other one fails; where an oxygen or pH fails, nothing
    does.
    """
    steps = areas.shape[1] - 1
    for i in range(weights.size):
        n_failed, last, worst = 0, 0, 0
        for p in range(len(edges)):
            if not failed[p, i]:
                continue
            n_failed, last = n_failed + 1, p
            # Water without oxygen has a value of 0, and no reduction makes it good.
            need = (1 - edges[p] / values[p, i]) * steps if values[p, i] > 0 else -1.0
            if not need >= 0:
                worst = steps + 1
            worst = max(worst, min(int(np.ceil(need)), steps)) if worst <= steps else worst
        if worst > steps:
            continue
        areas[-1, worst] += weights[i]
        if n_failed == 1:
            areas[last, worst] += weights[i]


def _annual(here: xr.Dataset, parameter: str) -> pd.DataFrame | None:
    share = _mean(here["share"].transpose("campaign", "reduction").to_numpy())
    table = pd.DataFrame({"parameter": parameter, "reduction": here["reduction"].to_numpy()})
    low = high = np.full(share.shape, np.nan)
    moves = np.nanmax(share) > np.nanmin(share) if not np.isnan(share).all() else False
    if "share_draws" in here:
        drawn = here["share_draws"].transpose("campaign", "draw", "reduction").to_numpy()
        low, high = span(_mean(drawn), share)
        moves = moves or bool((drawn[..., -1] > drawn[..., 0]).any())
    if not moves and parameter != ALL:
        return None
    return table.assign(share=share, share_low=low, share_high=high)


def _mean(curves: np.ndarray) -> np.ndarray:
    """Mean of the campaigns that have assessed water; NaN where none has."""
    held = ~np.isnan(curves).all(axis=tuple(range(1, curves.ndim)))
    return curves[held].mean(axis=0) if held.any() else curves[0]
