"""The calendar period a campaign stands for, as time coordinates and catalogues want it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from bayqa.fields.campaigns import SCHEMES

__all__ = ["Period", "find_periods"]


class Period(NamedTuple):
    """From the first moment of the first day to the first moment after the last day."""

    start: pd.Timestamp
    end: pd.Timestamp

    @property
    def middle(self) -> pd.Timestamp:
        """Day in the middle of the period."""
        return (self.start + (self.end - self.start) / 2).floor("D")


def find_periods(campaigns: list[str], scheme: object = "CN-sea") -> list[Period]:
    """Period of each campaign, read from its name.

    Parameters
    ----------
    campaigns : list of str
        Such as "2023-summer", "2023-Q3", "2023-08" or "2023".
    scheme : str or mapping of str to months
        The scheme of `summarize`; a mapping names the months of its own seasons.

    Returns
    -------
    list of Period
        The whole year where the name says no more; the year 1970 where it has none.
    """
    own = scheme if isinstance(scheme, Mapping) else SCHEMES.get(str(scheme), {})
    return [_period(str(name), own) for name in campaigns]


def _period(name: str, own: Mapping) -> Period:
    found = re.search(r"(?<!\d)(\d{4})(?!\d)", name)
    year = int(found[1]) if found else 1970
    rest = name.replace(found[1], "", 1).strip("-_ ") if found else name
    months = _months(rest, own)
    if not months:
        return Period(pd.Timestamp(year, 1, 1), pd.Timestamp(year + 1, 1, 1))
    first, last = months[0], months[-1]
    # A winter that starts in December belongs to the year of its January.
    start = pd.Timestamp(year - (first > last), first, 1)
    end = pd.Timestamp(year, last, 1) + pd.offsets.MonthBegin(1)
    return Period(start, end)


def _months(rest: str, own: Mapping) -> tuple[int, ...]:
    if rest in own:
        value = own[rest]
        return (int(value),) if isinstance(value, int) else tuple(int(month) for month in value)
    if re.fullmatch(r"\d{1,2}", rest) and 1 <= int(rest) <= 12:
        return (int(rest),)
    # A name may come from another scheme than the settings say, for example after a merge.
    return next((months[rest] for months in SCHEMES.values() if rest in months), ())
