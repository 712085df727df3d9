"""Means of stations over segments of a bay, and of campaigns over years."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from bayqa.errors import InputError

__all__ = ["average_campaigns", "average_stations"]

_MISSING = ("share", "zero", "none")


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
    labels = [wanted[str(name)] for name in held["station"].to_numpy()]
    shares = _weights(held, weights)
    parts = [
        _average(held.isel(station=np.flatnonzero(np.array(labels) == s)), shares, missing)
        for s in sorted(set(labels))
    ]
    out = xr.concat(parts, pd.Index(sorted(set(labels)), name="station"))
    keep = [name for name in ("year", "season") if name in stations.coords]
    out = out.assign_coords({name: stations[name] for name in keep})
    out = out.transpose("campaign", "station", ...)
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
    yearly = _by_year(held, least)
    first = [int(y) for y in yearly["year"].to_numpy()]
    if years == 1:
        return yearly
    last = [y for y in range(first[0] + years - 1, first[-1] + 1)]
    if not last:
        raise InputError(f"years={years} is longer than the record {first[0]}-{first[-1]}")
    inside = [yearly.isel(campaign=[k for k, f in enumerate(first) if y - years < f <= y])
              for y in last]  # fmt: skip
    parts = [_mean_of(part, 1) for part in inside]
    names = [f"{y - years + 1}-{y}" for y in last]
    return _joined(parts, names, last, stations)


def _weights(held: xr.Dataset, weights) -> xr.DataArray:
    names = [str(name) for name in held["station"].to_numpy()]
    given = {str(k): float(v) for k, v in (weights or dict.fromkeys(names, 1.0)).items()}
    lacking = [name for name in names if not given.get(name, 0) > 0]
    if lacking:
        raise InputError(f"weights give nothing above 0 for {', '.join(lacking[:5])}; add them")
    return xr.DataArray([given[n] for n in names], dims="station", coords={"station": names})


def _parameters(stations: xr.Dataset) -> list[str]:
    return [str(v) for v in stations.data_vars if f"{v}_n" in stations] or [
        str(v) for v in stations.data_vars
    ]


def _average(part: xr.Dataset, weights: xr.DataArray, missing: str) -> xr.Dataset:
    """One segment: weighted means over its stations."""
    own = weights.sel(station=[str(n) for n in part["station"].to_numpy()]).to_numpy()
    out = xr.Dataset(coords={"campaign": part["campaign"]})
    for name in _parameters(part):
        known = part[name].notnull()
        for column in (name, f"{name}_lower", f"{name}_upper"):
            if column in part:
                out[column] = _weighted(part[column].where(known), own, missing)
                out[column].attrs = part[column].attrs
        out[f"{name}_n"] = known.sum("station")
    places = {n: float(part[n].mean()) for n in ("x", "y", "lon", "lat") if n in part.coords}
    return out.assign_coords(places)


def _weighted(values: xr.DataArray, own: np.ndarray, missing: str) -> xr.DataArray:
    shares = xr.DataArray(own, dims="station")
    known = values.notnull()
    total = (values.fillna(0.0) * shares).sum("station")
    divisor = (known * shares).sum("station") if missing == "share" else own.sum()
    enough = known.all("station") if missing == "none" else known.any("station")
    with np.errstate(invalid="ignore", divide="ignore"):
        return (total / divisor).where(enough)


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


def _by_year(stations: xr.Dataset, least: int) -> xr.Dataset:
    numbers = stations["year"].to_numpy()
    years = sorted({int(y) for y in numbers})
    parts = [_mean_of(stations.isel(campaign=np.flatnonzero(numbers == y)), least) for y in years]
    return _joined(parts, [str(y) for y in years], years, stations)


def _mean_of(part: xr.Dataset, least: int) -> xr.Dataset:
    """Means over the campaigns of a part; missing where fewer than `least` are known."""
    out = xr.Dataset()
    for name in _parameters(part):
        known = part[name].notnull()
        count = known.sum("campaign")
        for column in (c for c in (name, f"{name}_lower", f"{name}_upper") if c in part):
            total = part[column].where(known).fillna(0.0).sum("campaign")
            out[column] = (total / count.where(count >= max(least, 1))).assign_attrs(
                part[column].attrs
            )
        out[f"{name}_n"] = count
    return out


def _joined(parts: list[xr.Dataset], names: list[str], years: list[int], stations) -> xr.Dataset:
    out = xr.concat(parts, pd.Index(names, name="campaign"))
    seasons = np.full(len(names), "year", object)
    out = out.assign_coords(year=("campaign", years), season=("campaign", seasons))
    out = out.transpose("campaign", "station", ...)
    out.attrs = {**stations.attrs, "averaged": "campaigns"}
    return out
