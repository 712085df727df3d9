"""Means of stations over segments of a bay, and of campaigns over years."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from bayqa.errors import InputError

__all__ = ["average_campaigns", "average_stations"]

_MISSING = ("share", "zero", "none")
_PLACES = ("x", "y", "lon", "lat")


def average_stations(
    stations: xr.Dataset,
    segments: Mapping[str, str] | pd.Series,
    *,
    weights: Mapping[str, float] | None = None,
    missing: str = "share",
) -> xr.Dataset:
    """Mean of the stations of each segment, campaign by campaign.

    Parameters
    ----------
    stations : Dataset, dims (campaign, station)
        As `summarize` gives them, or segments from an earlier call, to be joined further.
    segments : mapping or Series of station to segment
        Stations that it does not name are left out.
    weights : mapping of station to number, optional
        Such as the area each one stands for; all alike by default.
    missing : str
        What a station without a value does to the campaign's mean: "share" gives its weight to
        the others, "none" leaves the mean missing, "zero" counts it as 0, which some published
        sums do.

    Returns
    -------
    Dataset, dims (campaign, station)
        `station` holds the segments, by name. For each parameter `<p>`, `<p>_lower`, `<p>_upper`
        and `<p>_n` (stations with a value). `lon, lat, x, y` are means.

    Raises
    ------
    InputError
        If no station is named, `missing` is unknown, or a weight is not above 0.
    """
    if missing not in _MISSING:
        raise InputError(f"missing={missing!r} is unknown; take one of {', '.join(_MISSING)}")
    names = [str(name) for name in stations["station"].to_numpy()]
    wanted = {str(k): str(v) for k, v in dict(segments).items()}
    if not set(names) & set(wanted):
        raise InputError(
            f"segments name none of the stations ({', '.join(names[:5])} ...); they name "
            f"{', '.join(list(wanted)[:5])}: give the ids as the samples have them"
        )
    held = stations.isel(station=[k for k, name in enumerate(names) if name in wanted])
    labels = np.array([wanted[str(name)] for name in held["station"].to_numpy()])
    groups = sorted(set(labels))
    shares = _weights(held, weights)[:, None] * (labels[:, None] == np.array(groups))
    out = _mean(held, "station", shares, missing)
    keep = {name: stations[name] for name in ("year", "season") if name in stations.coords}
    places = {n: ("station", _place(held[n], labels, groups)) for n in _PLACES if n in held.coords}
    out = out.assign_coords(campaign=stations["campaign"], station=groups, **keep, **places)
    out.attrs = {**stations.attrs, "averaged": "stations"}
    return out


def average_campaigns(
    stations: xr.Dataset,
    *,
    years: int = 1,
    seasons: Mapping[str, str] | None = None,
    least: int = 1,
) -> xr.Dataset:
    """Mean of the campaigns of each year, or of the years of each period.

    Parameters
    ----------
    stations : Dataset, dims (campaign, station)
        As `summarize` or `average_stations` give them.
    years : int
        Length of the period that ends with each year; the mean is then that of its yearly means.
        A period must lie inside the record.
    seasons : mapping of parameter to season, optional
        Parameters that count in one season only, such as ``{"din": "winter"}``.
    least : int
        Campaigns with a value that a year must have, else its mean is missing.

    Returns
    -------
    Dataset, dims (campaign, station)
        A campaign each year, named "2020", or "2015-2020" for a period. For each parameter `<p>`,
        `<p>_lower`, `<p>_upper` and `<p>_n`: values that were averaged, campaigns of a year or
        years of a period.

    Raises
    ------
    InputError
        If there is no year, or a season is not among the campaigns.
    """
    if "year" not in stations.coords:
        raise InputError("the campaigns carry no year; summarize the samples first")
    held = _of_season(stations, seasons or {})
    numbers = held["year"].to_numpy().astype(int)
    own = sorted(set(numbers))
    yearly = _mean(held, "campaign", (numbers[:, None] == np.array(own)) * 1.0, "share", least)
    if years == 1:
        return _dated(yearly, [str(y) for y in own], own, stations)
    last = list(range(own[0] + years - 1, own[-1] + 1))
    if not last:
        raise InputError(f"years={years} is longer than the record {own[0]}-{own[-1]}")
    step = np.array(last) - np.array(own)[:, None]
    period = _mean(yearly, "campaign", ((step >= 0) & (step < years)) * 1.0, "share")
    return _dated(period, [f"{y - years + 1}-{y}" for y in last], last, stations)


def _mean(
    held: xr.Dataset, along: str, shares: np.ndarray, missing: str, least: int = 1
) -> xr.Dataset:
    """Means along a dimension by groups; `shares` (n, groups) holds the weight of each member."""
    out, dims = xr.Dataset(), ("campaign", "station")
    for name in _parameters(held):
        table = held[name].transpose(*dims).to_numpy()
        table = table if along == "station" else table.T
        known = (~np.isnan(table)).astype(int)
        count = known @ (shares > 0).astype(int)
        enough = count >= (max(least, 1) if missing != "none" else (shares > 0).sum(axis=0))
        divisor = known @ shares if missing == "share" else shares.sum(axis=0)
        for column in (c for c in (name, f"{name}_lower", f"{name}_upper") if c in held):
            values = held[column].transpose(*dims).to_numpy()
            values = values if along == "station" else values.T
            total = _total(np.where(known > 0, values, 0.0), shares)
            with np.errstate(invalid="ignore", divide="ignore"):
                found = np.where(enough, total / divisor, np.nan)
            out[column] = (dims, found if along == "station" else found.T, held[column].attrs)
        out[f"{name}_n"] = (dims, count if along == "station" else count.T)
    return out


def _total(values: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Weighted sums by group; an endless upper bound makes its own group endless alone."""
    endless = np.isinf(values)
    total = np.where(endless, 0.0, values) @ shares
    return np.where(endless.astype(int) @ (shares > 0) > 0, np.inf, total)


def _weights(held: xr.Dataset, weights) -> np.ndarray:
    names = [str(name) for name in held["station"].to_numpy()]
    given = {str(k): float(v) for k, v in (weights or dict.fromkeys(names, 1.0)).items()}
    lacking = [name for name in names if not given.get(name, 0) > 0]
    if lacking:
        raise InputError(f"weights give nothing above 0 for {', '.join(lacking[:5])}; add them")
    return np.array([given[name] for name in names])


def _place(values: xr.DataArray, labels: np.ndarray, groups: list[str]) -> np.ndarray:
    """Mean of the known places of each group; NaN where none is known."""
    means = pd.Series(values.to_numpy().astype(float)).groupby(labels).mean()
    return means.reindex(groups).to_numpy()


def _parameters(stations: xr.Dataset) -> list[str]:
    counted = [str(v) for v in stations.data_vars if f"{v}_n" in stations]
    return counted or [str(v) for v in stations.data_vars]


def _of_season(stations: xr.Dataset, seasons: Mapping[str, str]) -> xr.Dataset:
    """Parameters that are missing outside their own season."""
    found = set(map(str, stations["season"].to_numpy())) if "season" in stations.coords else set()
    wrong = [f"{p} in {s}" for p, s in seasons.items() if s not in found]
    if wrong:
        raise InputError(
            f"no campaign is of the season wanted ({', '.join(wrong)}); there are "
            f"{', '.join(sorted(found)) or 'no seasons'}: name the seasons in campaigns="
        )
    out = stations.copy()
    for name, season in seasons.items():
        for column in (c for c in (name, f"{name}_lower", f"{name}_upper") if c in out):
            out[column] = out[column].where(stations["season"] == season)
    return out


def _dated(out: xr.Dataset, names: list[str], years: list[int], stations) -> xr.Dataset:
    """Means with the names of their years or periods, and the places of the stations."""
    places = {n: stations[n] for n in (*_PLACES, "bay") if n in stations.coords}
    out = out.assign_coords(
        campaign=names,
        year=("campaign", list(map(int, years))),
        season=("campaign", np.full(len(names), "year", object)),
        station=stations["station"],
        **places,
    )
    out.attrs = {**stations.attrs, "averaged": "campaigns"}
    return out
