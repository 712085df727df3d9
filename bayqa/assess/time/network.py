"""What changed, the water or the stations: a year-on-year change in two parts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from bayqa.assess.areas.good_water import find_good_shares
from bayqa.assess.assessment import Assessment
from bayqa.assess.targets import target_number
from bayqa.errors import InputError

__all__ = ["keep_common_stations", "split_area_change", "split_change"]

COLUMNS = (
    "bay_id",
    "campaign",
    "figure",
    "before",
    "after",
    "change",
    "real",
    "network",
    "n_before",
    "n_after",
    "n_common",
)


def split_change(result: Assessment, before: int, after: int) -> pd.DataFrame:
    """Change between two years, split into real change and change of the station network.

    The real part is the change at stations that were judged in both years, season by season; the
    rest comes from stations that joined or left.

    Parameters
    ----------
    result : Assessment
        With stations of both years.
    before, after : int
        Years.

    Returns
    -------
    DataFrame
        bay_id ("all"), campaign (season), figure ("good share" of stations, or "mean <parameter>"),
        before, after, change = real + network, real, network, n_before, n_after, n_common. `real`
        and `network` are NaN where no station is common.

    Raises
    ------
    InputError
        If a year has no campaign.
    """
    stations = result.stations
    years = stations["year"].to_numpy()
    for year in (before, after):
        if year not in years:
            raise InputError(
                f"no campaign of {year} is in the assessment; it holds "
                f"{', '.join(map(str, sorted(set(years.tolist()))))}"
            )
    number = target_number(result.standard)
    category = result.station_classes["category"].transpose("campaign", "station").to_numpy()
    good = np.where(category == 0, np.nan, category <= number).astype(float)
    figures = {"good share": good}
    for p in map(str, result.station_classes["parameter"].to_numpy()):
        if p in stations:
            figures[f"mean {p}"] = stations[p].transpose("campaign", "station").to_numpy()
    rows = []
    for season in dict.fromkeys(stations["season"].to_numpy().astype(str)):
        pair = [_campaign_of(stations, year, season) for year in (before, after)]
        if None not in pair:
            rows += [
                ("all", season, name, *_split(v[pair[0]], v[pair[1]]))
                for name, v in figures.items()
            ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def keep_common_stations(samples: pd.DataFrame, before: int, after: int) -> pd.DataFrame:
    """Samples of the stations that were visited in both years, to assess the same network twice.

    Parameters
    ----------
    samples : GeoDataFrame
    before, after : int

    Returns
    -------
    GeoDataFrame
        Rows of both years at common stations.
    """
    years = pd.to_datetime(samples["time"]).dt.year
    usable = samples["flag"].isin((1, 2))
    visited = [set(samples.loc[usable & (years == y), "station"]) for y in (before, after)]
    common = samples["station"].isin(visited[0] & visited[1])
    return samples[common & years.isin([before, after])]


def split_area_change(
    shares: pd.DataFrame, common: pd.DataFrame, before: int, after: int
) -> pd.DataFrame:
    """Change of the good area share, split by a second assessment on the common stations.

    Parameters
    ----------
    shares : DataFrame
        Shares of both years from all stations.
    common : DataFrame
        Shares of both years from `keep_common_stations`.
    before, after : int

    Returns
    -------
    DataFrame
        bay_id, campaign, figure ("good area share"), before, after, change, real, network; real is
        the change on the common network.
    """
    full, same = find_good_shares(shares), find_good_shares(common)
    rows = []
    for bay in full["bay_id"].unique():
        old, new = (_annual(full, bay, year) for year in (before, after))
        real = _annual(same, bay, after) - _annual(same, bay, before)
        rows.append((bay, "annual", "good area share", old, new, new - old, real, new - old - real))
    return pd.DataFrame(rows, columns=list(COLUMNS[:8]))


def _campaign_of(stations: xr.Dataset, year: int, season: str):
    held = (stations["year"].to_numpy() == year) & (
        stations["season"].to_numpy().astype(str) == season
    )
    return int(np.flatnonzero(held)[0]) if held.any() else None


def _split(old, new):
    in_old, in_new = ~np.isnan(old), ~np.isnan(new)
    both = in_old & in_new
    first = old[in_old].mean() if in_old.any() else np.nan
    last = new[in_new].mean() if in_new.any() else np.nan
    real = new[both].mean() - old[both].mean() if both.any() else np.nan
    change = last - first
    return (
        first,
        last,
        change,
        real,
        change - real,
        int(in_old.sum()),
        int(in_new.sum()),
        int(both.sum()),
    )


def _annual(table, bay, year):
    rows = table[
        (table["bay_id"] == bay) & (table["year"] == year) & (table["campaign"] == "annual")
    ]
    return float(rows["share"].iloc[0]) if len(rows) else np.nan
