"""Year against year: streaks, changes in percentage points, improved bays."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from bayqa.assess.areas.good_water import find_good_shares
from bayqa.errors import InputError

__all__ = ["tabulate_changes", "tabulate_improved", "tabulate_streaks"]

_PLACES = ("place", "bay_id", "unit_id", "section", "station")
_ORDINALS = {
    1: "first",
    2: "second",
    3: "third",
    4: "fourth",
    5: "fifth",
    6: "sixth",
    7: "seventh",
    8: "eighth",
    9: "ninth",
    10: "tenth",
}


def tabulate_streaks(
    table: pd.DataFrame,
    *,
    what: str | None = None,
    at_most: int | None = None,
    place: str | None = None,
) -> pd.DataFrame:
    """How many years running each place has held what it has now.

    Parameters
    ----------
    table : DataFrame
        A rating table of several years (`rate_sea_area`, `rate_river_sections`, ...) or any table
        with a place, a year (or a `period` of a year) and a column to follow. Rows of campaigns
        other than "annual", and of levels above the single place, are left out.
    what : str, optional
        Column to follow: "category" where there is one, else "value", by default.
    at_most : int, optional
        Follow "number no worse than this" instead of "the same as now".
    place : str, optional
        Column that names the place.

    Returns
    -------
    DataFrame
        place, what, current, since (year), last_year, n_years, unbroken (no year before is known
        to differ: the streak may be longer), text_zh, text_en. A missing year or value breaks a
        streak: unknown is not the same.

    Raises
    ------
    InputError
        If a needed column is missing.
    """
    column = _chosen(table, place, _PLACES, "place")
    follow = what or ("category" if "category" in table and at_most is None else "value")
    if follow not in table:
        raise InputError(
            f"table has no column {follow!r} to follow; it holds "
            f"{', '.join(map(str, table.columns))}"
        )
    rows = _yearly(table)
    out = [
        _streak(name, group.set_index("year")[follow], follow, at_most)
        for name, group in rows.groupby(column, sort=False)
    ]
    names = [
        "place",
        "what",
        "current",
        "since",
        "last_year",
        "n_years",
        "unbroken",
        "text_zh",
        "text_en",
    ]
    return pd.DataFrame([r for r in out if r is not None], columns=names)


def tabulate_changes(
    shares: pd.DataFrame, *, good: Iterable[str] = ("I", "II"), base_year: int | None = None
) -> pd.DataFrame:
    """Change of the good share of each bay, in percentage points.

    Parameters
    ----------
    shares : DataFrame
        Shares of several years, as `tabulate_shares` gives them, or any table of bay_id, year,
        share (then optionally campaign).
    good : iterable of str
        Categories that count.
    base_year : int, optional
        A further comparison with this year.

    Returns
    -------
    DataFrame
        bay_id, campaign, year, share, share_before, change_pp, mean_before (of the three years
        before), change_3y_pp, base_change_pp, improved (against the year before), improved_3y
        (against the mean of the three years before), certain (the intervals of both years do not
        meet; NA without intervals). Comparisons with an unknown year are NA; the three-year mean
        needs all three.

    Raises
    ------
    InputError
        If the table has no share.

    Source
    ------
    Both definitions of an improved bay come from ministry briefings: against the year before, and
    against the mean of the three years before.
    """
    table = _good_table(shares, tuple(good))
    parts = [
        _compared(key, group, base_year)
        for key, group in table.groupby(["bay_id", "season"], sort=False)
    ]
    names = [
        "bay_id",
        "campaign",
        "year",
        "share",
        "share_before",
        "change_pp",
        "mean_before",
        "change_3y_pp",
        "base_change_pp",
        "improved",
        "improved_3y",
        "certain",
    ]
    out = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    return out.reindex(columns=names)


def tabulate_improved(changes: pd.DataFrame) -> pd.DataFrame:
    """Number of improved bays in each year under both published definitions.

    Parameters
    ----------
    changes : DataFrame
        As `tabulate_changes` gives them; annual rows count.

    Returns
    -------
    DataFrame
        year, definition ("previous year", "mean of three years"), n_improved, n_compared, n_bays.
    """
    annual = changes[changes["campaign"] == "annual"]
    rows = []
    for year, group in annual.groupby("year"):
        for word, column in (("previous year", "improved"), ("mean of three years", "improved_3y")):
            known = group[column].dropna()
            rows.append((year, word, int(known.astype(bool).sum()), len(known), len(group)))
    names = ["year", "definition", "n_improved", "n_compared", "n_bays"]
    return pd.DataFrame(rows, columns=names)


def _chosen(table, given, known, what):
    found = given or next((c for c in known if c in table), None)
    if found is None or found not in table:
        raise InputError(
            f"table has no column that names the {what}; name one of {', '.join(known)}"
        )
    return found


def _yearly(table):
    rows = table
    if "campaign" in rows and (rows["campaign"] == "annual").any():
        rows = rows[rows["campaign"] == "annual"]
    if "level" in rows:
        rows = rows[rows["level"].isin(["section", "source", "point"])]
    if "year" not in rows and "period" not in rows:
        raise InputError("table has neither year nor period; add the column year")
    years = rows["year"] if "year" in rows else rows["period"].astype(str).str[:4]
    return rows.assign(year=years.astype(int)).sort_values("year", kind="stable")


def _streak(name, series, what, at_most):
    last = int(series.index.max())
    if series.index.has_duplicates:
        raise InputError(f"{name} has several rows in one year; give one row a year and place")
    now = series[last]
    if pd.isna(now) or now == "" or (at_most is not None and now > at_most):
        return None
    n, year = 0, last
    while year in series.index and _same(series[year], now, at_most):
        n, year = n + 1, year - 1
    before = series[year] if year in series.index else None
    unknown = before is None or pd.isna(before) or before == ""
    shown = f"<= {at_most}" if at_most is not None else now
    text_zh, text_en = _words(name, shown, n, last)
    return (name, what, shown, last - n + 1, last, n, unknown, text_zh, text_en)


def _words(name, shown, n, last):
    if n == 1:
        return f"{name} {last}年为{shown}", f"{name}: {shown} in {last}"
    nth = _ORDINALS.get(n, f"{n}th")
    return f"{name} 连续{n}年为{shown}", f"{name}: {shown} for the {nth} year running"


def _same(value, now, at_most):
    if pd.isna(value):
        return False
    return bool(value <= at_most) if at_most is not None else bool(value == now)


def _good_table(shares, good):
    if "category" in shares or "good" in shares:
        table = find_good_shares(shares, good)
    else:
        table = shares.assign(campaign=shares.get("campaign", "annual"))
    if "share" not in table:
        raise InputError("table has no column share; give shares or bay_id, year, share")
    for column in ("share_low", "share_high"):
        table = table if column in table else table.assign(**{column: np.nan})
    # Campaigns of different years compare by their season, "2023-summer" with "2022-summer".
    season = table["campaign"].astype(str).str.replace(r"^\d{4}-", "", regex=True)
    return table.assign(season=season)


def _compared(key, group, base_year):
    by_year = group.set_index("year")
    share = by_year["share"]
    rows = []
    for year in share.index:
        now, before = share[year], share.get(year - 1, np.nan)
        mean = np.mean([share.get(year - k, np.nan) for k in (1, 2, 3)])
        base = share.get(base_year, np.nan) if base_year is not None else np.nan
        changes = [100 * (now - other) for other in (before, mean, base)]
        rows.append(
            {
                "bay_id": key[0],
                "campaign": by_year["campaign"][year],
                "year": year,
                "share": now,
                "share_before": before,
                "change_pp": changes[0],
                "mean_before": mean,
                "change_3y_pp": changes[1],
                "base_change_pp": changes[2],
                "improved": _above(changes[0]),
                "improved_3y": _above(changes[1]),
                "certain": _apart(by_year, year),
            }
        )
    return pd.DataFrame(rows).astype(
        {"improved": "boolean", "improved_3y": "boolean", "certain": "boolean"}
    )


def _above(change):
    # A millionth of a percentage point is rounding noise, not a better bay.
    return pd.NA if np.isnan(change) else bool(change > 1e-6)


def _apart(by_year, year):
    if year - 1 not in by_year.index:
        return pd.NA
    now, before = by_year.loc[year], by_year.loc[year - 1]
    ends = [now["share_low"], now["share_high"], before["share_low"], before["share_high"]]
    if np.isnan(ends).any():
        return pd.NA
    return bool(ends[0] > ends[3] or ends[1] < ends[2])
