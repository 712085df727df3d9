"""Shares of stations instead of shares of area, and how a share of classes is put in words."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from bayqa.assess.assessment import Assessment
from bayqa.assess.ledger import locate_stations
from bayqa.assess.targets import exceedance_multiple, target_number

__all__ = ["describe_classes", "main_parameters", "tabulate_station_shares"]


def tabulate_station_shares(result: Assessment) -> pd.DataFrame:
    """Share of stations in each category, by bay and campaign and for the year.

    Parameters
    ----------
    result : Assessment

    Returns
    -------
    DataFrame
        As `tabulate_shares`, so that `rate_sea_area` takes it, with n_stations in place of an
        area (area_km2 is NaN and intervals are too). "not assessed" is a share of all stations.

    Source
    ------
    HJ 442-2008, as the national bulletins used it up to 2017.
    """
    classes = result.station_classes
    numbers = classes["category"].transpose("campaign", "station").to_numpy()
    years, campaigns = (classes[c].to_numpy() for c in ("year", "campaign"))
    where, rows = locate_stations(result), []
    labels = [*(c.id for c in result.standard.categories), "not assessed"]
    for bay in dict.fromkeys(where):
        own = numbers[:, where == bay]
        for c in range(len(own)):
            counts = np.bincount(own[c], minlength=len(labels))[: len(labels)]
            counts = np.append(counts[1:], counts[0])
            rows += _rows((bay, int(years[c]), str(campaigns[c])), labels, counts)
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


def describe_classes(shares: Mapping[str, float], labels: Mapping[str, tuple[str, str]]) -> tuple:
    """Classes that prevail ("mainly class X"), in Chinese and English.

    Parameters
    ----------
    shares : mapping of class id to share
        Fractions, best class first.
    labels : mapping of class id to (Chinese, English)

    Returns
    -------
    tuple of str
        One class with more than half of all is named alone, else the two largest where they hold
        more than 70 % together, else nothing ("", "").

    Source
    ------
    HJ 442-2008, description of sea water quality.
    """
    order = sorted(shares, key=lambda c: -shares[c])
    if not order or np.isnan(list(shares.values())).any():
        return "", ""
    chosen = order[:1] if shares[order[0]] > 0.5 else order[:2]
    if sum(shares[c] for c in chosen) <= (0.5 if len(chosen) == 1 else 0.7):
        return "", ""
    chosen = [c for c in shares if c in chosen]
    names_zh, names_en = ([labels[c][k] for c in chosen] for k in (0, 1))
    return f"以{'和'.join(names_zh)}为主", f"mainly {' and '.join(names_en)}"


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
    standard, stations = result.standard, result.stations
    number, rows = target_number(standard, target), []
    for c, campaign in enumerate(stations["campaign"].to_numpy().astype(str)):
        found = []
        for parameter in map(str, result.station_classes["parameter"].to_numpy()):
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


def _rows(key, labels, counts):
    assessed, total = counts[:-1].sum(), counts.sum()
    shares = [k / assessed if assessed else np.nan for k in counts[:-1]]
    shares.append(counts[-1] / total if total else np.nan)
    return [
        (*key, label, int(n), share) for label, n, share in zip(labels, counts, shares, strict=True)
    ]
