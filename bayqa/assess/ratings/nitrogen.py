"""Total nitrogen of rivers that enter the sea, against a base year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bayqa.assess.ratings.points import average_points, tidy_points
from bayqa.errors import InputError

__all__ = ["tabulate_river_nitrogen"]

_YES = {"yes", "true", "1", "是", "y"}
COLUMNS = (
    "level",
    "place",
    "year",
    "value",
    "n_sections",
    "change_pct",
    "change_common_pct",
    "n_common",
    "change_previous_pct",
    "met",
    "n_above_mean",
)


def tabulate_river_nitrogen(
    table: pd.DataFrame, *, base_year: int = 2020, parameter: str = "tn", to_sea_only: bool = True
) -> pd.DataFrame:
    """Mean total nitrogen of river-to-sea sections and its change against a base year.

    Parameters
    ----------
    table : DataFrame
        As `tidy_points` takes it, with years; a column `to_sea` (yes/no) picks the sections that
        enter the sea.
    base_year : int
        Year of comparison.
    parameter : str
        "tn" by default.
    to_sea_only : bool
        False takes all sections, whatever `to_sea` says.

    Returns
    -------
    DataFrame
        level ("section", "all"), place, year, value (mg/L), n_sections, change_pct (against the
        base year), change_common_pct (on the sections of both years) and n_common,
        change_previous_pct, met (True where the change is below zero; NA in and before the base
        year or where that is unknown), n_above_mean.

    Raises
    ------
    InputError
        If no section has the parameter.

    Source
    ------
    Key-sea campaigns: negative growth of river total nitrogen against 2020. GB 3838 has no limit of
    total nitrogen for rivers, so it is judged by its change and not by class.
    """
    tidy = tidy_points(table)
    if to_sea_only and "to_sea" in tidy:
        tidy = tidy[tidy["to_sea"].astype(str).str.lower().isin(_YES)]
    tidy = tidy[tidy["parameter"] == parameter]
    if not len(tidy):
        raise InputError(
            f"no section that enters the sea has {parameter!r}; check the columns "
            "parameter and to_sea, or set to_sea_only=False"
        )
    means = average_points(tidy)
    wide = means.assign(year=means["period"].str[:4].astype(int)).pivot_table(
        index="place", columns="year", values="value", aggfunc="mean", sort=False
    )
    wide = wide[sorted(wide.columns)]
    rows = [("all", "all", *_figures(wide, year, base_year)) for year in wide.columns]
    for place in wide.index:
        own = wide.loc[[place]].dropna(axis=1)
        rows += [("section", place, *_figures(own, year, base_year)) for year in own.columns]
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"met": "boolean"})


def _figures(wide, year, base_year):
    now = wide[year].dropna()
    mean = float(now.mean())
    base = _mean_of(wide, base_year)
    change = 100 * (mean - base) / base
    common, n_common = _common_change(wide, year, base_year)
    before = _mean_of(wide, year - 1)
    known = year > base_year and not np.isnan(change)
    return (
        year,
        mean,
        len(now),
        change,
        common,
        n_common,
        100 * (mean - before) / before,
        bool(change < 0) if known else pd.NA,
        int((now > mean).sum()),
    )


def _mean_of(wide, year):
    return float(wide[year].mean()) if year in wide else np.nan


def _common_change(wide, year, base_year):
    if base_year not in wide:
        return np.nan, 0
    both = wide[[base_year]].assign(now=wide[year]).dropna()
    if not len(both):
        return np.nan, 0
    old, new = both[base_year].mean(), both["now"].mean()
    return 100 * (new - old) / old, len(both)
