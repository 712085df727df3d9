"""Total and assessed water area behind each set of shares."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bayqa.assess.areas.shares import NOT_ASSESSED

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
    group = shares.groupby(_KEYS, sort=False).ngroup().to_numpy()
    area = shares["area_km2"].to_numpy(float)
    assessed = np.where(shares["category"] == NOT_ASSESSED, 0.0, area)
    # bincount adds a NaN up like any number: one missing part makes the total unknown.
    table = shares.loc[~pd.Series(group).duplicated().to_numpy(), _KEYS].reset_index(drop=True)
    sums = {"area_km2": np.bincount(group, area), "assessed_km2": np.bincount(group, assessed)}
    return table.assign(**sums)
