"""Good-water share of each bay with its interval, from an assessment or a table of shares."""

from __future__ import annotations

import pandas as pd

from bayqa.assess.assessment import Assessment

__all__ = ["find_good_shares"]

_KEYS = ["bay_id", "year", "campaign"]
_COLUMNS = [*_KEYS, "share", "share_low", "share_high", "interval"]


def find_good_shares(
    shares: pd.DataFrame | Assessment, good: tuple[str, ...] = ("I", "II")
) -> pd.DataFrame:
    """Share of good categories in each bay, year and campaign.

    Parameters
    ----------
    shares : DataFrame or Assessment
        Shares by category, or by "good" already; an assessment whose `tables` hold "good" (from
        `tabulate_good_shares`) gives that.
    good : tuple of str
        Category ids that count; of an assessment, those of its standard. An assessment by a
        standard that names no good category has no rows.

    Returns
    -------
    DataFrame
        bay_id, year, campaign, share, share_low, share_high, interval ("draws": percentiles of the
        draws; "bounds": widest interval that the categories' own intervals allow; "none").
    """
    if isinstance(shares, Assessment):
        known = {one.id for one in shares.standard.categories}
        good = tuple(shares.standard.good) or tuple(name for name in good if name in known)
        shares = shares.tables.get("good", shares.shares)
        if not good:
            return pd.DataFrame(columns=_COLUMNS)
    overall = shares[shares["parameter"] == "overall"]
    if "good" in overall:
        out = overall.assign(interval=_named(overall["share_low"].notna(), "draws"))
        return out[_COLUMNS].reset_index(drop=True)
    rows = [_summed(key, group, good) for key, group in overall.groupby(_KEYS, sort=False)]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _summed(key, group, good):
    held = group[group["category"] != "not assessed"]
    inside = held["category"].isin(good)
    total = held.loc[inside, "share"].sum(skipna=False)
    if "share_low" not in held or held[["share_low", "share_high"]].isna().to_numpy().any():
        return (*key, total, float("nan"), float("nan"), "none")
    # The interval of a sum is not the sum of intervals: take what both sides of it allow.
    low = max(held.loc[inside, "share_low"].sum(), 1 - held.loc[~inside, "share_high"].sum(), 0)
    high = min(held.loc[inside, "share_high"].sum(), 1 - held.loc[~inside, "share_low"].sum(), 1)
    return (*key, total, low, high, "bounds")


def _named(known: pd.Series, word: str) -> pd.Series:
    return known.map({True: word, False: "none"})
