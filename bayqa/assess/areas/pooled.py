"""Good share of several bays together, with an interval from the draws of each."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bayqa.assess.areas.intervals import span
from bayqa.assess.areas.shares import NOT_ASSESSED
from bayqa.errors import InputError

__all__ = ["pool_good_shares"]

_KEYS = ["year", "campaign"]
_COLUMNS = [
    "bay_id",
    *_KEYS,
    "area_km2",
    "share",
    "share_low",
    "share_high",
    "share_mean",
    "n_bays",
]


def pool_good_shares(
    good: pd.DataFrame, draws: pd.DataFrame, shares: pd.DataFrame, *, name: str = "all"
) -> pd.DataFrame:
    """Share of good water in all bays together, weighted by their assessed areas.

    The fields of different bays are drawn independently of each other, so the k-th draws of all
    bays together are a draw of the region. The annual share is the mean of the campaigns' shares.

    Parameters
    ----------
    good, draws, shares : DataFrame
        As `tabulate_good_shares`, `tabulate_good_draws` and `tabulate_shares` give them, the bays
        below each other.
    name : str
        bay_id of the rows.

    Returns
    -------
    DataFrame
        bay_id, year, campaign (and "annual"), area_km2 (assessed), share, share_low, share_high
        (5th and 95th percentile; NaN unless every bay has draws), share_mean, n_bays.

    Raises
    ------
    InputError
        If there is no share of all parameters together.
    """
    points = _weighted(good[good["parameter"] == "overall"], _assessed(shares))
    if not len(points):
        raise InputError("no bay has an overall good share; assess a bay before pooling")
    point = _pool(points, _KEYS)
    if len(draws):
        spread = _pool(_weighted(draws, _assessed(shares)), [*_KEYS, "draw"])
        whole = spread["n_bays"] == spread[_KEYS].merge(point, how="left")["n_bays"].to_numpy()
        spread = spread[whole]
    else:
        spread = point.iloc[:0].assign(draw=0)
    rows = [_row(name, key, part, spread) for key, part in _with_annual(point)]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _assessed(shares: pd.DataFrame) -> pd.DataFrame:
    held = shares[(shares["parameter"] == "overall") & (shares["category"] != NOT_ASSESSED)]
    return held.groupby(["bay_id", *_KEYS], sort=False)["area_km2"].sum().reset_index()


def _weighted(table: pd.DataFrame, areas: pd.DataFrame) -> pd.DataFrame:
    single = table[table["campaign"] != "annual"].dropna(subset=["share"])
    return single.merge(areas, on=["bay_id", *_KEYS])


def _pool(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    parts = table.assign(good_km2=table["share"] * table["area_km2"])
    sums = parts.groupby(keys, sort=False).agg(
        area_km2=("area_km2", "sum"), good_km2=("good_km2", "sum"), n_bays=("bay_id", "nunique")
    )
    return sums.assign(share=sums["good_km2"] / sums["area_km2"]).reset_index()


def _with_annual(point: pd.DataFrame):
    for year, group in point.groupby("year", sort=False):
        for _, row in group.iterrows():
            yield (year, row["campaign"]), group[group["campaign"] == row["campaign"]]
        yield (year, "annual"), group


def _row(name, key, part, spread) -> tuple:
    year, campaign = key
    drawn = spread[(spread["year"] == year) & spread["campaign"].isin(part["campaign"])]
    point = part["share"].mean()
    complete = drawn["campaign"].nunique() == len(part)
    values = drawn.groupby("draw")["share"].mean() if complete else pd.Series(dtype=float)
    low, high = span(values, point) if len(values) else (np.nan, np.nan)
    mean = values.mean() if len(values) else np.nan
    return (name, year, campaign, part["area_km2"].mean(), point, low, high, mean,
            int(part["n_bays"].max()))  # fmt: skip
