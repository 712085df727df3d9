"""Total and assessed water area behind each set of shares."""

from __future__ import annotations

import pandas as pd

from bayqa.assess.shares import NOT_ASSESSED

__all__ = ["total_areas"]

_KEYS = ["bay_id", "year", "campaign", "parameter"]


def total_areas(shares: pd.DataFrame) -> pd.DataFrame:
    """Water area of each bay, year, campaign and parameter, and how much of it is assessed.

    Parameters
    ----------
    shares : DataFrame
        As `tabulate_shares` gives it.

    Returns
    -------
    DataFrame
        bay_id, year, campaign, parameter, area_km2 (all categories and "not assessed"),
        assessed_km2 (without "not assessed"). NaN where a part is not known.
    """
    parts = shares.assign(
        assessed_km2=shares["area_km2"].where(shares["category"] != NOT_ASSESSED, 0.0)
    )
    names = ["area_km2", "assessed_km2"]
    keys = [parts[key] for key in _KEYS]
    # One missing part makes the total unknown, never smaller.
    unknown = parts[names].isna().groupby(keys, sort=False).any()
    return parts.groupby(_KEYS, sort=False)[names].sum().mask(unknown).reset_index()
