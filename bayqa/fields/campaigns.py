"""Schemes that say which campaign a date belongs to."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from bayqa.errors import InputError

__all__ = ["SCHEMES", "name_campaigns"]

SCHEMES: Mapping[str, Mapping[str, tuple[int, ...]]] = {
    "CN-sea": {"spring": (3, 4, 5), "summer": (6, 7, 8), "autumn": (9, 10, 11)},
    "season": {
        "spring": (3, 4, 5),
        "summer": (6, 7, 8),
        "autumn": (9, 10, 11),
        "winter": (12, 1, 2),
    },
    "season-south": {
        "summer": (12, 1, 2),
        "autumn": (3, 4, 5),
        "winter": (6, 7, 8),
        "spring": (9, 10, 11),
    },
    "quarter": {f"Q{k + 1}": tuple(range(3 * k + 1, 3 * k + 4)) for k in range(4)},
    "month": {f"{m:02d}": (m,) for m in range(1, 13)},
    "year": {"year": tuple(range(1, 13))},
}
"""Season name to its months, in order; a season that runs over New Year belongs to the new year."""


def name_campaigns(
    time: pd.Series, campaigns: str | Mapping[str, tuple[int, ...]] = "CN-sea"
) -> pd.DataFrame:
    """Campaign, year and season of each date.

    Parameters
    ----------
    time : Series of datetime, length n
    campaigns : str or mapping
        A name of `SCHEMES`, "day" (every date is a campaign of its own, for rules that count
        samples), or season names with their months, for example
        ``{"dry": (11, 12, 1, 2, 3), "wet": (4, 5, 6, 7, 8, 9, 10)}``. Months are written in the
        order in which they follow each other; those before New Year count to the next year.

    Returns
    -------
    DataFrame, index as `time`
        `campaign` (such as "2023-summer"; None outside the scheme), `year` (0 outside), `season`,
        `order` (sorts campaigns by time).

    Raises
    ------
    InputError
        If the scheme is unknown, empty, or names a month twice or one that does not exist.
    """
    if isinstance(campaigns, str) and campaigns == "day":
        return _name_days(time)
    scheme = _find_scheme(campaigns)
    season_of = {m: name for name, months in scheme.items() for m in months}
    first_of = {name: months[0] for name, months in scheme.items()}
    carried = {m for months in scheme.values() for m in _before_new_year(months)}
    month = time.dt.month
    season = month.map(season_of).astype(object)
    inside = season.notna()
    year = (time.dt.year + month.isin(carried)).where(inside, 0).astype(int)
    first = season.map(first_of)
    over = season.map({name: bool(_before_new_year(months)) for name, months in scheme.items()})
    order = year * 12 + first.where(~over.eq(True), first - 12).fillna(0).astype(int)
    name = year.astype(str) + ("" if _is_yearly(scheme) else "-" + season.astype(str))
    return pd.DataFrame(
        {
            "campaign": name.where(inside, None).astype(object),
            "year": year,
            "season": season.where(inside, None),
            "order": order.where(inside, 0),
        },
        index=time.index,
    )


def _name_days(time: pd.Series) -> pd.DataFrame:
    known = time.notna()
    return pd.DataFrame(
        {
            "campaign": time.dt.strftime("%Y-%m-%d").where(known, None).astype(object),
            "year": time.dt.year.where(known, 0).astype(int),
            "season": time.dt.strftime("%m").where(known, None).astype(object),
            "order": time.dt.strftime("%Y%m%d").where(known, "0").astype(int),
        },
        index=time.index,
    )


def _find_scheme(campaigns: str | Mapping) -> dict[str, tuple[int, ...]]:
    if isinstance(campaigns, str):
        if campaigns not in SCHEMES:
            raise InputError(
                f"campaigns={campaigns!r} is not a known scheme: use one of "
                f"{', '.join([*SCHEMES, 'day'])} or a mapping of season names to months"
            )
        return dict(SCHEMES[campaigns])
    scheme = {str(name): tuple(int(m) for m in months) for name, months in campaigns.items()}
    months = [m for group in scheme.values() for m in group]
    wrong = sorted({m for m in months if not 1 <= m <= 12 or months.count(m) > 1})
    if not months or wrong or not all(scheme.values()):
        found = f"months {wrong} are outside 1..12 or used twice" if wrong else "a season is empty"
        raise InputError(f"campaigns={scheme}: {found}; give each month to one season at most")
    return scheme


def _before_new_year(months: tuple[int, ...]) -> tuple[int, ...]:
    """Months of a season that stand before a step back, as December in (12, 1, 2)."""
    back = np.flatnonzero(np.diff(months) < 0)
    return months[: back[0] + 1] if len(back) else ()


def _is_yearly(scheme: Mapping) -> bool:
    return list(scheme) == ["year"]
