"""From samples to one value per campaign and station."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import xarray as xr

from bayqa.errors import CoverageError, InputError
from bayqa.fields.campaigns import name_campaigns
from bayqa.fields.censoring import fill_censored
from bayqa.fields.projection import choose_crs, project_points
from bayqa.fields.scale import find_scale
from bayqa.fields.statistics import find_statistic
from bayqa.fields.visits import date_visits
from bayqa.parameters import load_parameters

__all__ = ["summarize"]

_COLUMNS = ("station", "time", "layer", "parameter", "value", "lower", "upper", "flag", "water")
_KEYS = ["parameter", "campaign", "station"]
_NOWHERE = "EPSG:6933"
"""Equal-area plane of the world, named where no station has a position."""


def summarize(  # noqa: PLR0913
    samples: gpd.GeoDataFrame,
    *,
    campaigns: str | Mapping[str, Sequence[int]] = "CN-sea",
    layer: str | None | Mapping[str, str | None] = "surface",
    censored: str = "half",
    statistic: str | Mapping[str, str] = "mean",
    flags: Sequence[int] = (1, 2),
    water: str | Sequence[str] | None = "sea",
    years: Sequence[int] | None = None,
    crs: object = None,
) -> xr.Dataset:
    """One value of every parameter for each campaign and station.

    Parameters
    ----------
    samples : GeoDataFrame
        See docs/conventions.md. Missing values stay missing.
    campaigns : str or mapping
        "CN-sea" (spring 3-5, summer 6-8, autumn 9-11), "season", "season-south" (summer 12-2),
        "quarter", "month", "year", "day" (every date by itself), or season names with their
        months.
    layer : str, None or mapping
        Only this layer; rows without a layer count as it. None takes all layers. A mapping gives
        parameters a layer of their own, such as ``{"do_sat": "bottom"}``; the others are
        "surface".
    censored : str
        "half", "limit", "zero", "mle-lognormal" or "km"; see `fill_censored`.
    statistic : str or mapping
        What the visits of a campaign become: "mean", "median", "geomean", "hydrogen" (pH through
        the mean concentration of hydrogen ions), "min", "max" or a percentile such as "p90"; one
        for all or one per parameter, the others "mean".
    flags : sequence of int
        Rows with another flag are left out and counted.
    water : str, sequence of str or None
        Kinds of water taken; None takes all. Where several are found, the coordinate `water` says
        which each station is of.
    years : sequence of int, optional
        Years of the campaigns (a winter belongs to the year it ends in).
    crs : anything pyproj takes, optional
        Plane of `x, y`; default equal-area around the stations.

    Returns
    -------
    Dataset, dims (campaign, station)
        Stations without a position have NaN for `x, y, lon, lat`: they can be judged, not mapped.
        For each parameter `<p>`, `<p>_lower`, `<p>_upper` (canonical unit), `<p>_sd` (standard
        error of the value in the working scale, 0 for one visit), `<p>_n`. `attrs["left_out"]`
        is JSON: how many rows fell out, by reason; so is `attrs["sampled"]`: first and last date
        by campaign and parameter, see `date_visits`.

    Raises
    ------
    InputError
        If a column is missing, or a scheme, policy or statistic is unknown.
    CoverageError
        If no value is left.
    """
    _require_columns(samples)
    wanted = {"layer": layer, "flags": tuple(flags), "water": water, "years": years}
    rows, left_out = _choose_rows(samples, name_campaigns(samples["time"], campaigns), wanted)
    if rows.empty:
        raise CoverageError(
            f"none of the {len(samples)} rows is left ({_say(left_out)}): "
            "check flags, layer, water, years and campaigns"
        )
    rows["value"] = _fill(rows, censored)
    places = _locate(rows)
    seasons = rows.drop_duplicates("campaign").sort_values("order")
    table = _summarize_groups(rows, statistic)
    found = _to_dataset(table, places, seasons, crs)
    found.attrs |= {
        "campaigns": campaigns if isinstance(campaigns, str) else json.dumps(_plain(campaigns)),
        "censored": censored,
        "layer": json.dumps(dict(layer)) if isinstance(layer, Mapping) else layer or "all",
        "statistic": statistic if isinstance(statistic, str) else json.dumps(dict(statistic)),
        "left_out": json.dumps(left_out),
        "sampled": json.dumps(date_visits(rows)),
        "water": ", ".join(sorted(rows["water"].astype(str).unique())),
    }
    return found


def _require_columns(samples: pd.DataFrame) -> None:
    missing = [c for c in _COLUMNS if c not in samples.columns]
    if missing:
        raise InputError(
            f"the samples have no column {', '.join(missing)} (found {', '.join(samples.columns)})"
            ": read them with read_samples, which makes all columns"
        )


def _choose_rows(
    samples: pd.DataFrame, named: pd.DataFrame, wanted: Mapping
) -> tuple[pd.DataFrame, dict[str, int]]:
    """Rows that count, and how many fell out for each reason (the first that applies)."""
    waters = [wanted["water"]] if isinstance(wanted["water"], str) else wanted["water"]
    years = wanted["years"]
    every = pd.Series(True, index=samples.index)
    tests = {
        "missing value": samples["value"].notna() | _is_bounded(samples),
        "flag": samples["flag"].isin(wanted["flags"]),
        "water": every if waters is None else samples["water"].isin(list(waters)),
        "layer": _is_of_layer(samples, wanted["layer"]),
        "outside the campaigns": named["campaign"].notna(),
        "other years": every if years is None else named["year"].isin(list(years)),
    }
    keep, left_out = every, {}
    for reason, passed in tests.items():
        left_out[reason] = int((keep & ~passed).sum())
        keep = keep & passed
    columns = ["station", "parameter", "time", "value", "lower", "upper"]
    extra = [c for c in ("bay", "bay_id", "water", "note", "source") if c in samples.columns]
    rows = pd.DataFrame(samples.loc[keep, [*columns, *extra]]).reset_index(drop=True)
    place = gpd.GeoSeries(samples.geometry[keep])
    here = ~(place.isna() | place.is_empty).to_numpy()
    rows["lon"] = np.where(here, place.x.to_numpy(), np.nan)
    rows["lat"] = np.where(here, place.y.to_numpy(), np.nan)
    rows["station"] = rows["station"].astype(str)
    rows["parameter"] = rows["parameter"].astype(str)
    for name in ("campaign", "year", "season", "order"):
        rows[name] = named.loc[keep, name].to_numpy()
    return rows, {k: n for k, n in left_out.items() if n}


def _is_of_layer(samples: pd.DataFrame, wanted: str | None | Mapping) -> pd.Series:
    """Rows of the layer wanted, by parameter; those that name no layer count as it."""
    if wanted is None:
        return pd.Series(True, index=samples.index)
    layers = samples["layer"].fillna("").astype(str)
    if isinstance(wanted, str):
        return layers.isin([wanted, ""])
    own = samples["parameter"].astype(object).map(lambda p: wanted.get(p, "surface"))
    return layers.eq("") | own.isna() | layers.eq(own.astype(object))


def _is_bounded(samples: pd.DataFrame) -> pd.Series:
    """A censored row may come without a value as long as it has bounds."""
    return samples["lower"].notna() & samples["upper"].notna()


def _fill(rows: pd.DataFrame, policy: str) -> np.ndarray:
    """Values with the censored ones replaced, parameter by parameter and campaign by campaign."""
    value = rows["value"].to_numpy(float, copy=True)
    lower = rows["lower"].fillna(rows["value"]).to_numpy(float)
    upper = rows["upper"].fillna(rows["value"]).to_numpy(float)
    groups = rows.groupby(["parameter", "campaign"], sort=False).indices
    for index in groups.values():
        value[index] = fill_censored(value[index], lower[index], upper[index], policy)
    return value


def _locate(rows: pd.DataFrame) -> pd.DataFrame:
    """Median place of each station, in the order of their names."""
    places = rows.groupby("station")[["lon", "lat"]].median()
    for name in ("bay", "bay_id"):
        if name in rows.columns:
            places["bay"] = rows.groupby("station")[name].first().astype(object)
    if rows["water"].nunique() > 1:
        places["water"] = rows.groupby("station")["water"].first().astype(object)
    return places


def _summarize_groups(rows: pd.DataFrame, statistic: str | Mapping[str, str]) -> pd.DataFrame:
    """Value, bounds, sd and number of visits, one row per parameter, campaign and station."""
    rows = rows.assign(
        lower=rows["lower"].fillna(rows["value"]), upper=rows["upper"].fillna(rows["value"])
    )
    parts = []
    for parameter, part in rows.groupby("parameter", sort=False):
        name = statistic if isinstance(statistic, str) else statistic.get(parameter, "mean")
        reduce = find_statistic(name)
        groups = part.groupby(_KEYS, sort=False)
        table = pd.DataFrame({c: reduce(groups[c]) for c in ("value", "lower", "upper")})
        working = part.assign(value=find_scale(parameter, part["value"]).to_working(part["value"]))
        spread = working.groupby(_KEYS, sort=False)["value"].std(ddof=1)
        table["n"] = groups.size()
        table["sd"] = (spread / np.sqrt(table["n"])).fillna(0.0)
        parts.append(table)
    return pd.concat(parts)


def _to_dataset(
    table: pd.DataFrame, places: pd.DataFrame, seasons: pd.DataFrame, crs: object
) -> xr.Dataset:
    somewhere = bool(places["lon"].notna().any())
    plane = choose_crs(places["lon"], places["lat"], crs if somewhere or crs else _NOWHERE)
    x, y = project_points(places["lon"], places["lat"], plane)
    campaigns, stations = seasons["campaign"].tolist(), places.index.astype(str).tolist()
    dims = ("campaign", "station")
    coords = {
        "campaign": campaigns,
        "year": ("campaign", seasons["year"].to_numpy(int)),
        "season": ("campaign", seasons["season"].astype(str).to_numpy(object)),
        "station": stations,
        "x": ("station", x, {"units": "m", "standard_name": "projection_x_coordinate"}),
        "y": ("station", y, {"units": "m", "standard_name": "projection_y_coordinate"}),
        "lon": ("station", places["lon"].to_numpy(), {"units": "degrees_east"}),
        "lat": ("station", places["lat"].to_numpy(), {"units": "degrees_north"}),
    }
    for name in (n for n in ("bay", "water") if n in places):
        coords[name] = ("station", places[name].fillna("").astype(str).to_numpy(object))
    found = xr.Dataset(coords=coords, attrs={"crs": plane.to_wkt()})
    for parameter in _in_table_order(table):
        part = table.loc[parameter]
        for column, suffix in _SUFFIXES.items():
            grid = part[column].unstack("station").reindex(index=campaigns, columns=stations)
            values = grid.fillna(0).astype(int) if column == "n" else grid
            found[parameter + suffix] = (dims, values.to_numpy())
        _describe(found, parameter)
    return found


_SUFFIXES = {"value": "", "lower": "_lower", "upper": "_upper", "sd": "_sd", "n": "_n"}


def _in_table_order(table: pd.DataFrame) -> list[str]:
    """Parameters in the order of the parameter table, unknown ones behind, by name."""
    known = list(load_parameters())
    found = table.index.get_level_values("parameter").unique()
    return sorted(found, key=lambda p: (known.index(p) if p in known else len(known), p))


def _describe(found: xr.Dataset, parameter: str) -> None:
    row = load_parameters().get(parameter)
    if row is None:
        return
    found[parameter].attrs = {"long_name": row.name_en, "units": row.unit}
    if row.cf_name:
        found[parameter].attrs["standard_name"] = row.cf_name
    for suffix in ("_lower", "_upper"):
        found[parameter + suffix].attrs = {"units": row.unit}


def _say(left_out: Mapping[str, int]) -> str:
    return ", ".join(f"{n} by {reason}" for reason, n in left_out.items()) or "there were none"


def _plain(campaigns: Mapping[str, Sequence[int]]) -> dict[str, list[int]]:
    return {str(name): [int(m) for m in months] for name, months in campaigns.items()}
