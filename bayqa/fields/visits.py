"""When the visits behind a campaign were made, as exactly as the dates are known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bayqa.intake.moments.moments import MONTH_ONLY, SEASON_ONLY, SEVERAL_DAYS, YEAR_ONLY

__all__ = ["date_visits"]

_VAGUE = (SEASON_ONLY, SEVERAL_DAYS, YEAR_ONLY)
_MIDDLE = 15


def date_visits(rows: pd.DataFrame) -> dict[str, dict[str, list[str]]]:
    """First and last date of each campaign and parameter.

    Where a file holds no other date of a month than its 15th, which stands for a date without a
    day, the dates are those of months.

    Parameters
    ----------
    rows : DataFrame
        campaign, parameter, time, and the note and source of each row if they are there.

    Returns
    -------
    dict of campaign to dict of parameter to two ISO dates
        Such as ``["2023-08-03", "2023-08-11"]``, or ``["2023-08", "2023-08"]`` where only months
        are known; without those of which a date is known to the season or year only.
    """
    codes, notes = pd.factorize(rows["note"] if "note" in rows else np.full(len(rows), ""))
    days = rows[["campaign", "parameter"]].assign(
        day=rows["time"].dt.floor("D"),
        vague=_say_one_of(notes, _VAGUE)[codes],
        monthly=_say_one_of(notes, (MONTH_ONLY,))[codes],
    )
    month = days["day"].dt.to_period("M")
    days = days.assign(month=month, file=_name_files(rows, days["day"], month))
    keys = ["campaign", "parameter", "month", "file", "day"]
    visits = days.groupby(keys, sort=False, observed=True)[["vague", "monthly"]].any().reset_index()
    alone = visits.groupby(["month", "file"])["day"].transform("nunique") == 1
    visits["monthly"] |= alone & (visits["day"].dt.day == _MIDDLE)
    found: dict[str, dict[str, list[str]]] = {}
    for (campaign, parameter), part in visits.groupby(keys[:2], sort=False):
        if not part["vague"].any():
            form = "%Y-%m" if part["monthly"].any() else "%Y-%m-%d"
            ends = [part["day"].min().strftime(form), part["day"].max().strftime(form)]
            found.setdefault(str(campaign), {})[str(parameter)] = ends
    return found


def _name_files(rows: pd.DataFrame, day: pd.Series, month: pd.Series) -> pd.Series:
    """File of each row in the months where a 15th stands beside other days, else empty."""
    middle = day.dt.day == _MIDDLE
    mixed = month.isin(month[middle].unique()) & month.isin(month[~middle].unique())
    files = pd.Series("", index=rows.index, dtype=object)
    if "source" in rows and mixed.any():
        sources = rows.loc[mixed, "source"].astype(str)
        files[mixed] = [source[: source.rfind(":")] for source in sources]
    return files


def _say_one_of(notes: np.ndarray, texts: tuple[str, ...]) -> np.ndarray:
    """Whether each note holds one of the texts; a last False stands for no note (code -1)."""
    return np.array([any(t in str(note) for t in texts) for note in notes] + [False], bool)
