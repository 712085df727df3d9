"""Trends of stations, sections and shares over the years."""

from __future__ import annotations

import numpy as np
import pandas as pd
import xarray as xr

from bayqa.assess.time.mann_kendall import (
    TESTS,
    mann_kendall,
    seasonal_mann_kendall,
    seasonal_sen_interval,
    seasonal_sen_slope,
    sen_interval,
    sen_slope,
)
from bayqa.errors import InputError
from bayqa.standards.standard import Standard

__all__ = ["tabulate_trends"]

_KEYS = ("bay_id", "place", "river", "section", "station", "campaign", "parameter", "category")
COLUMNS = (
    "test",
    "n",
    "n_years",
    "first_year",
    "last_year",
    "trend",
    "p",
    "z",
    "tau",
    "slope",
    "slope_low",
    "slope_high",
    "intercept",
    "meaning",
)


def tabulate_trends(
    data: xr.Dataset | pd.DataFrame,
    *,
    test: str = "auto",
    alpha: float = 0.05,
    by: tuple[str, ...] | None = None,
    standard: Standard | None = None,
) -> pd.DataFrame:
    """Trend test and Sen slope per year of each series.

    Parameters
    ----------
    data : Dataset or DataFrame
        Stations as `summarize` gives them, or a table with `value` (or `share`), `year` (or a
        `period` of years, or `time`, and then months are seasons), optional `season`, and columns
        that name the series.
    test : str
        "seasonal", one of "original", "hamed-rao", "yue-wang", "pre-whitening", "trend-free
        pre-whitening", or "auto": seasonal where there are several seasons, else original.
    alpha : float
        Two-sided significance.
    by : tuple of str, optional
        Columns that name the series; all known key columns by default.
    standard : Standard, optional
        Tells whether rising is worse: `meaning` is then "worsening", "improving" or "no trend".

    Returns
    -------
    DataFrame
        The key columns, then test, n, n_years, first_year, last_year, trend ("increasing",
        "decreasing", "no trend", "too few values"), p, z, tau, slope (per year) with its interval
        at `alpha`, intercept (at the first year), meaning.

    Raises
    ------
    InputError
        If the test is unknown or the table has no value or no year.

    Source
    ------
    As the tests of `mann_kendall`.
    """
    if test not in ("auto", "seasonal", *TESTS):
        raise InputError(
            f"trend test {test!r} is unknown; take 'auto', 'seasonal' or one of {', '.join(TESTS)}"
        )
    table = _from_stations(data) if isinstance(data, xr.Dataset) else _from_table(data)
    keys = list(by) if by is not None else [k for k in _KEYS if k in table]
    keys = [k for k in keys if not (k == "campaign" and "season" in table and by is None)]
    rows = []
    series = table.groupby(keys, sort=False).indices if keys else {(): np.arange(len(table))}
    arrays = _arrays(table)
    for key, places in series.items():
        row = dict(zip(keys, key if isinstance(key, tuple) else (key,), strict=True))
        rows.append(row | _trend({n: a[places] for n, a in arrays.items()}, test, alpha))
    out = pd.DataFrame(rows, columns=[*keys, *COLUMNS[:-1]])
    return out.assign(meaning=[_meaning(r, standard) for r in out.to_dict("records")])


def _arrays(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Value, year, time and season number of each row; plain arrays, since series are many."""
    season = pd.factorize(table["season"])[0] if "season" in table else np.zeros(len(table), int)
    year = table["year"].to_numpy()
    time = table["time"] if "time" in table else table["year"]
    return {
        "value": table["value"].to_numpy(dtype=float),
        "year": year,
        "time": time.to_numpy(dtype=float),
        "season": season,
    }


def _trend(series: dict[str, np.ndarray], test: str, alpha: float) -> dict:
    several = len(np.unique(series["season"])) > 1
    chosen = test if test != "auto" else "seasonal" if several else "original"
    held = ~np.isnan(series["value"])
    series = {name: array[held] for name, array in series.items()}
    years = np.unique(series["year"])
    row = {"test": chosen, "n": int(held.sum()), "n_years": len(years)}
    if not len(years):
        return row | {"trend": "too few values"}
    row |= {"first_year": int(years[0]), "last_year": int(years[-1])}
    if chosen == "seasonal":
        wide = _wide(series, years)
        found, (slope, start) = seasonal_mann_kendall(wide, alpha=alpha), seasonal_sen_slope(wide)
        low, high = seasonal_sen_interval(wide, alpha=alpha)
    else:
        order = np.argsort(series["time"], kind="stable")
        values, when = series["value"][order], series["time"][order] - int(years[0])
        found, (slope, start) = (
            mann_kendall(values, test=chosen, alpha=alpha),
            sen_slope(values, when),
        )
        low, high = sen_interval(values, when, alpha=alpha)
    return row | {
        "trend": found.trend,
        "p": found.p,
        "z": found.z,
        "tau": found.tau,
        "slope": slope,
        "slope_low": low,
        "slope_high": high,
        "intercept": start,
    }


def _wide(series, years):
    """Years by seasons; a missing year is a row of NaN, so that slopes are per year."""
    seasons, column = np.unique(series["season"], return_inverse=True)
    shape = (int(years[-1] - years[0]) + 1, len(seasons))
    place = (series["year"] - years[0]).astype(int) * shape[1] + column
    n = np.bincount(place, minlength=shape[0] * shape[1])
    total = np.bincount(place, series["value"], minlength=len(n))
    return np.where(n > 0, total / np.maximum(n, 1), np.nan).reshape(shape)


def _from_stations(stations: xr.Dataset) -> pd.DataFrame:
    names = [v for v in stations.data_vars if f"{v}_n" in stations]
    frames = [
        stations[n].rename("value").to_dataframe().reset_index().assign(parameter=n) for n in names
    ]
    table = pd.concat(frames, ignore_index=True)
    keep = ["station", "campaign", "year", "season", "parameter", "value"]
    return table[[c for c in ("bay", *keep) if c in table]].rename(columns={"bay": "bay_id"})


def _from_table(table: pd.DataFrame) -> pd.DataFrame:
    out = table.rename(columns={} if "value" in table else {"share": "value"})
    if "value" not in out:
        raise InputError("table has neither value nor share; name the column to be tested value")
    if "time" in out:
        moment = pd.to_datetime(out["time"])
        # Months of different years are compared with each other where no season is named.
        season = out["season"] if "season" in out else moment.dt.month
        time = moment.dt.year + (moment.dt.dayofyear - 1) / 365.25
        out = out.assign(year=moment.dt.year, season=season, time=time)
    elif "year" not in out and "period" in out:
        out = out.assign(year=out["period"].astype(str).str[:4].astype(int))
    if "year" not in out:
        raise InputError("table has no time, year or period; add the column year")
    return out.assign(year=out["year"].astype(int), value=out["value"].astype(float))


def _meaning(row: dict, standard: Standard | None) -> str:
    if row["trend"] not in ("increasing", "decreasing"):
        return row["trend"]
    limit = None if standard is None else standard.limits.get(row.get("parameter"))
    if limit is None or limit.direction == "range":
        return ""
    worse = (row["trend"] == "increasing") == (limit.direction == "max")
    return "worsening" if worse else "improving"
