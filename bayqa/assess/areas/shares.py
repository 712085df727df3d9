"""Area of each category in each bay: exact coverage, campaigns, years, intervals from draws."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import xarray as xr

from bayqa.assess.areas.coverage import measure_coverage
from bayqa.assess.areas.intervals import span
from bayqa.assess.joining import join_campaigns
from bayqa.assess.rules.kernels import sum_areas
from bayqa.errors import CoverageError

__all__ = [
    "NOT_ASSESSED",
    "combine_shares",
    "measure_shares",
    "shares_of",
    "tabulate_shares",
]

NOT_ASSESSED = "not assessed"
_COLUMNS = [
    "bay_id",
    "year",
    "campaign",
    "parameter",
    "category",
    "area_km2",
    "share",
    "share_low",
    "share_high",
    "share_mean",
]


def tabulate_shares(classes: xr.Dataset, bays: gpd.GeoDataFrame) -> pd.DataFrame:
    """Share of each category in each bay, by campaign and for the year.

    Parameters
    ----------
    classes : Dataset, dims (campaign, y, x)
        From `classify`.
    bays : GeoDataFrame
        Index bay_id; water polygons.

    Returns
    -------
    DataFrame
        bay_id, year, campaign, parameter ("overall" or an id), category (ids of the standard and
        "not assessed"), area_km2, share, share_low, share_high, share_mean. `share` is of the
        assessed area, for "not assessed" of the water area. Campaign "annual" is the mean of the
        year's campaigns. low and high are the 5th and 95th percentile of the draws, reaching to
        the share where it lies outside (see `span`), mean is their mean; NaN without draws. Areas
        of all categories and "not assessed" add up to the bay.

    Raises
    ------
    CoverageError
        If `classes` are stations, or no bay lies on the grid.
    """
    return combine_shares([measure_shares(classes, bays)])


def measure_shares(classes: xr.Dataset, bays: gpd.GeoDataFrame) -> xr.Dataset:
    """Area of each category in each bay, for the map and for every draw.

    Parameters
    ----------
    classes, bays
        As for `tabulate_shares`.

    Returns
    -------
    Dataset, dims (bay_id, parameter, campaign, category)
        `area_km2`, and `area_draws` (draw, ...) if there are draws; `water_km2` (bay_id). The
        parameter "overall" comes first, the category "not assessed" last.
    """
    if "y" not in classes.dims:
        raise CoverageError("classes of stations have no area. Give classes of grids.")
    classes = _with_campaigns(classes)
    covered = measure_coverage(classes, bays)
    labels = [*map(str, classes["category_label"].to_numpy()), NOT_ASSESSED]
    names = ["overall", *map(str, classes["parameter"].to_numpy())]
    if "parameter_category" not in classes:
        names = names[:1]
    coords = {"bay_id": list(covered), "parameter": names, "category": labels}
    coords |= {key: classes[key] for key in ("campaign", "year", "season") if key in classes.coords}
    dims = ("bay_id", "parameter", "campaign", "category")
    out = xr.Dataset({"area_km2": (dims, _map_areas(classes, covered, names))}, coords)
    out["water_km2"] = ("bay_id", [entry.total_km2 for entry in covered.values()])
    if "category_draws" in classes:
        out["area_draws"] = (("draw", *dims), _draw_areas(classes, covered, names))
    out.attrs = {key: classes.attrs.get(key, []) for key in ("standard", "good")}
    return out


def _with_campaigns(classes: xr.Dataset) -> xr.Dataset:
    """Classes of one campaign, picked or never named, as a series of one."""
    if "campaign" in classes.dims:
        return classes
    named = classes if "campaign" in classes.coords else classes.assign_coords(campaign="all")
    own = [str(n) for n in named.data_vars if "category" in str(n)]
    when = [str(n) for n in ("campaign", "year", "season") if n in named.coords]
    row = named[own].reset_coords(when).expand_dims("row").set_coords(when)
    row = row.swap_dims(row="campaign")
    return xr.merge([named.drop_vars([*own, *when]), row], combine_attrs="override")


def combine_shares(measured: Sequence[xr.Dataset]) -> pd.DataFrame:
    """The table of shares from areas measured campaign by campaign.

    Parameters
    ----------
    measured : sequence of Dataset
        From `measure_shares`, each with other campaigns of the same bays.

    Returns
    -------
    DataFrame
        As `tabulate_shares`.
    """
    areas = join_campaigns(measured)
    return pd.DataFrame(_rows(areas), columns=_COLUMNS)


def shares_of(areas: np.ndarray) -> np.ndarray:
    """Shares from areas, categories last: of the assessed area; "not assessed" of all water.

    NaN where nothing is assessed.
    """
    total = areas.sum(axis=-1, keepdims=True)
    assessed = areas[..., :-1].sum(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        parts = np.where(assessed > 0, areas[..., :-1] / assessed, np.nan)
        rest = np.where(total > 0, areas[..., -1:] / total, np.nan)
    return np.concatenate([parts, rest], axis=-1)


def _map_areas(classes, covered, names):
    """Areas of the map, (n_bays, n_parameters, n_campaigns, n_categories + 1)."""
    fields = [classes["category"].transpose("campaign", "y", "x").to_numpy()]
    if len(names) > 1:
        stacked = classes["parameter_category"].transpose("parameter", "campaign", "y", "x")
        fields += list(stacked.to_numpy())
    n = classes.sizes["category_label"]
    areas = [
        [_count(field.reshape(len(field), -1), entry.cells, entry, n) for field in fields]
        for entry in covered.values()
    ]
    return np.array(areas)


def _draw_areas(classes, covered, names):
    """Areas of each draw, (n_draws, n_bays, n_parameters, n_campaigns, n_categories + 1)."""
    place = np.full(classes.sizes["y"] * classes.sizes["x"], -1)
    place[classes["cell"].to_numpy()] = np.arange(classes.sizes["cell"])
    fields = [classes["category_draws"].transpose("draw", "campaign", "cell").to_numpy()]
    if len(names) > 1 and "parameter_category_draws" in classes:
        dims = ("parameter", "draw", "campaign", "cell")
        fields += list(classes["parameter_category_draws"].transpose(*dims).to_numpy())
    n = classes.sizes["category_label"]
    shape = (len(covered), len(names), *fields[0].shape[:2], n + 1)
    out = np.full(shape, np.nan)
    for b, entry in enumerate(covered.values()):
        for p, field in enumerate(fields):
            flat = field.reshape(-1, field.shape[-1])
            counted = _count(flat, place[entry.cells], entry, n)
            out[b, p] = counted.reshape(shape[2:])
    return np.moveaxis(out, 2, 0)


def _count(categories, places, entry, n_categories):
    """Area by category, one row each; what is not on the grid is not assessed."""
    known = places >= 0
    areas = np.zeros((len(categories), n_categories))
    if known.any():
        first, last = places[known].min(), places[known].max() + 1
        weights = np.zeros(last - first)
        weights[places[known] - first] = entry.area_km2[known]
        sum_areas(categories[:, first:last], weights, areas)
    rest = entry.total_km2 - areas.sum(axis=1, keepdims=True)
    return np.concatenate([areas, np.maximum(rest, 0)], axis=1)


def _rows(areas: xr.Dataset):
    points = shares_of(areas["area_km2"].to_numpy())
    drawn = shares_of(areas["area_draws"].to_numpy()) if "area_draws" in areas else None
    campaigns = areas["campaign"].to_numpy()
    years = areas["year"].to_numpy() if "year" in areas.coords else np.zeros(len(campaigns), int)
    for b, bay in enumerate(areas["bay_id"].to_numpy()):
        for year in dict.fromkeys(years.tolist()):
            chosen = np.flatnonzero(years == year)
            for p, parameter in enumerate(areas["parameter"].to_numpy()):
                one = (
                    areas["area_km2"].to_numpy()[b, p],
                    points[b, p],
                    None if drawn is None else drawn[:, b, p],
                )
                for campaign, figures in _periods(one, chosen, campaigns):
                    yield from _category_rows(
                        (bay, year, campaign, str(parameter)), figures, areas["category"].to_numpy()
                    )


def _periods(one, chosen, campaigns):
    """Every campaign of the year, then the year: the mean of its campaigns, draw by draw."""
    area, point, drawn = one
    for c in chosen:
        yield campaigns[c], (area[c], point[c], None if drawn is None else drawn[:, c])
    mean = None if drawn is None else drawn[:, chosen].mean(axis=1)
    yield "annual", (area[chosen].mean(axis=0), point[chosen].mean(axis=0), mean)


def _category_rows(key, figures, labels):
    area, point, drawn = figures
    blank = np.full(len(labels), np.nan)
    low, high = (blank, blank) if drawn is None else span(drawn, point)
    mean = blank if drawn is None else drawn.mean(axis=0)
    for k, label in enumerate(labels):
        yield (*key, str(label), area[k], point[k], low[k], high[k], mean[k])
