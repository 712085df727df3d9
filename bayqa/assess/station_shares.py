"""Shares of stations instead of shares of area, and the parameters behind them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import xarray as xr

from bayqa.assess.assessment import Assessment
from bayqa.assess.categories.class_table import station_categories
from bayqa.assess.causes.ledger import locate_stations
from bayqa.assess.targets import clear_undetected, exceedance_multiple, target_number
from bayqa.errors import InputError

__all__ = ["main_parameters", "tabulate_station_shares"]


def tabulate_station_shares(
    result: Assessment | xr.Dataset, *, weights: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Share of stations in each category, by bay and campaign and for the year.

    Parameters
    ----------
    result : Assessment or Dataset
        An assessment, or the categories of stations from `classify`; these belong to the bay of
        their coordinate `bay`, or else to "all".
    weights : mapping of station to number, optional
        What each station stands for, such as the area of a probability survey; all alike by
        default.

    Returns
    -------
    DataFrame
        As `tabulate_shares`, so that `rate_sea_area` takes it, with n_stations in place of an
        area (area_km2 is NaN and intervals are too). "not assessed" is a share of all stations.

    Raises
    ------
    InputError
        If the categories are not of stations, or a station has no weight.

    Source
    ------
    HJ 442-2008, as the national bulletins used it up to 2017.
    """
    own_classes = result.station_classes if isinstance(result, Assessment) else result
    classes = station_categories(own_classes)
    numbers = classes["category"].transpose("campaign", "station").to_numpy()
    years, campaigns = (classes[c].to_numpy() for c in ("year", "campaign"))
    where, rows = _locate(result, classes), []
    own = _weights(classes, weights)
    labels = [*_labels(result), "not assessed"]
    for bay in dict.fromkeys(where):
        here = where == bay
        for c in range(len(numbers)):
            key = (bay, int(years[c]), str(campaigns[c]))
            rows += _rows(key, labels, numbers[c, here], own[here])
    return _with_annual(rows)


def _with_annual(rows: list) -> pd.DataFrame:
    table = pd.DataFrame(
        rows, columns=["bay_id", "year", "campaign", "category", "n_stations", "share"]
    )
    keys = ["bay_id", "year", "category"]
    annual = (
        table.groupby(keys, sort=False)[["n_stations", "share"]]
        .agg(lambda v: v.mean(skipna=False))
        .reset_index()
        .assign(campaign="annual")
    )
    both = pd.concat([table, annual], ignore_index=True)
    blank = ("area_km2", "share_low", "share_high", "share_mean")
    return both.assign(parameter="overall", **dict.fromkeys(blank, np.nan))


def main_parameters(result: Assessment, *, target: str | None = None, n: int = 3) -> pd.DataFrame:
    """Main polluting parameters of each campaign, by their mean exceedance multiple.

    Parameters
    ----------
    result : Assessment
    target : str, optional
        Reference category; the last good one by default.
    n : int
        Parameters to name.

    Returns
    -------
    DataFrame
        campaign, year, parameter, over_share (of the stations that measured it), multiple (largest;
        NaN for pH and oxygen), rank. Only parameters over the reference at some station.

    Source
    ------
    HJ 442-2008: reference class II, C/S - 1, up to three parameters, not for pH and oxygen.
    """
    standard = result.standard
    judged = list(map(str, result.station_classes["parameter"].to_numpy()))
    stations = clear_undetected(result.stations, judged, standard)
    number, rows = target_number(standard, target), []
    for c, campaign in enumerate(stations["campaign"].to_numpy().astype(str)):
        found = []
        for parameter in judged:
            values = stations[parameter].isel(campaign=c).dropna("station").to_numpy()
            over = standard.grade(parameter, values) > number
            if over.any():
                times = exceedance_multiple(values, standard.limits[parameter], number)
                found.append((parameter, float(over.mean()), float(np.max(times))))
        found.sort(key=lambda f: (-np.nan_to_num(f[2], nan=-1.0), -f[1]))
        rows += [
            (campaign, int(stations["year"].to_numpy()[c]), *f, k)
            for k, f in enumerate(found[:n], start=1)
        ]
    return pd.DataFrame(
        rows, columns=["campaign", "year", "parameter", "over_share", "multiple", "rank"]
    )


def _labels(result) -> list[str]:
    if isinstance(result, Assessment):
        return [category.id for category in result.standard.categories]
    return [str(label) for label in result["category_label"].to_numpy()]


def _locate(result, classes: xr.Dataset) -> np.ndarray:
    if isinstance(result, Assessment):
        return locate_stations(result)
    if "bay" in classes.coords:
        return classes["bay"].to_numpy().astype(str)
    return np.full(classes.sizes["station"], "all", dtype=object)


def _weights(classes: xr.Dataset, weights) -> np.ndarray:
    names = [str(name) for name in classes["station"].to_numpy()]
    if weights is None:
        return np.ones(len(names))
    given = {str(k): float(v) for k, v in dict(weights).items()}
    lacking = [name for name in names if not given.get(name, -1.0) >= 0]
    if lacking:
        raise InputError(f"no weight of 0 or more for {', '.join(lacking[:5])}; add it to weights")
    return np.array([given[name] for name in names])


def _rows(key, labels, numbers, weights):
    """One row a category; category 0, not assessed, comes last."""
    order = [*range(1, len(labels)), 0]
    counts = [int((numbers == k).sum()) for k in order]
    sums = [float(weights[numbers == k].sum()) for k in order]
    assessed, total = sum(sums[:-1]), sum(sums)
    shares = [s / assessed if assessed else np.nan for s in sums[:-1]]
    shares.append(sums[-1] / total if total else np.nan)
    return [(*key, *row) for row in zip(labels, counts, shares, strict=True)]
