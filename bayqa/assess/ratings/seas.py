"""Rating of a sea area by the shares of its classes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from bayqa.assess.ratings.rating_tables import cumulate, load_rating_table, rate
from bayqa.errors import InputError
from bayqa.standards.standard import Standard

__all__ = ["describe_classes", "has_sea_rating", "pool_bays", "rate_sea_area"]

NOT_ASSESSED = "not assessed"
_KEYS = ["bay_id", "year", "campaign"]
_NAMES = {
    "I": ("一类海水", "class I"),
    "II": ("二类海水", "class II"),
    "III": ("三类海水", "class III"),
    "IV": ("四类海水", "class IV"),
    "worse": ("劣四类海水", "worse than class IV"),
}


def rate_sea_area(
    shares: pd.DataFrame | Mapping[str, float], *, total: str | None = None
) -> pd.DataFrame:
    """Rating 优/良好/一般/差/极差 of each bay, year and campaign.

    Parameters
    ----------
    shares : DataFrame or mapping
        As `tabulate_shares` gives them (classes of GB 3097), or one mapping of class id to share,
        in fractions or percent of the assessed part.
    total : str, optional
        Name of an added row for all bays together, by area.

    Returns
    -------
    DataFrame
        bay_id, year, campaign, value (1 best to 5, NA where nothing was assessed), label_zh,
        label_en, good_share, share_I, share_I_III, share_I_IV, share_worse, described_zh,
        described_en (the classes that prevail, or nothing), area_km2 (assessed),
        not_assessed_share, clause, evidence. A mapping gives one row without the keys.

    Raises
    ------
    InputError
        If the classes are not those of GB 3097, or shares do not add up.

    Source
    ------
    HJ 442-2008, qualitative rating; the same shape is used for shares of area.
    """
    if not isinstance(shares, pd.DataFrame):
        return pd.DataFrame([_rated(shares)]).astype({"value": "Int64"})
    overall = shares[shares["parameter"] == "overall"]
    if total is not None:
        overall = pd.concat([overall, pool_bays(overall, name=total)], ignore_index=True)
    if not len(overall):
        raise InputError(
            "shares hold no row of parameter 'overall'; classify all parameters "
            "together before rating"
        )
    rows = []
    for keys, group in overall.groupby(_KEYS, sort=False, dropna=False):
        by_class = group.drop_duplicates("category").set_index("category")
        held = by_class.drop(NOT_ASSESSED, errors="ignore")
        row = dict(zip(_KEYS, keys, strict=True)) | _rated(held["share"].to_dict())
        lost = by_class["share"].get(NOT_ASSESSED, 0.0)
        rows.append(
            row
            | {
                "area_km2": float(held["area_km2"].sum()),
                "not_assessed_share": round(float(lost), 12),
            }
        )
    table = pd.DataFrame(rows).astype({"value": "Int64"})
    last = ["clause", "evidence"]
    return table[[c for c in table if c not in last] + last]


def pool_bays(shares: pd.DataFrame, *, name: str = "all") -> pd.DataFrame:
    """Shares of all bays together, by area; the annual share is the mean of the campaigns.

    Parameters
    ----------
    shares : DataFrame
        As `tabulate_shares` gives them.
    name : str
        bay_id of the new rows.

    Returns
    -------
    DataFrame
        Columns of `shares`; intervals are NaN, since errors of bays are not known to be apart.
    """
    keys = ["year", "campaign", "parameter", "category"]
    single = shares[shares["campaign"] != "annual"]
    areas = single.groupby(keys, sort=False)["area_km2"].sum(min_count=1).reset_index()
    lost = areas["category"] == NOT_ASSESSED
    part = areas.where(~lost).groupby(keys[:3], sort=False)["area_km2"].sum()
    whole = areas.groupby(keys[:3], sort=False)["area_km2"].sum()
    index = pd.MultiIndex.from_frame(areas[keys[:3]])
    below = np.where(lost, whole.reindex(index), part.reindex(index))
    with np.errstate(invalid="ignore", divide="ignore"):
        areas["share"] = areas["area_km2"].to_numpy() / below
    annual = areas.groupby(["year", "parameter", "category"], sort=False)[["area_km2", "share"]]
    annual = annual.agg(lambda v: v.mean(skipna=False)).reset_index().assign(campaign="annual")
    pooled = pd.concat([areas, annual], ignore_index=True).assign(bay_id=name)
    return pooled.reindex(columns=shares.columns)


def has_sea_rating(standard: Standard) -> bool:
    """Whether areas judged by a standard are rated by `rate_sea_area`.

    Other countries name classes I to IV too (nitrogen and phosphorus of Japan's sea areas), and
    their shares would be taken for those of GB 3097.
    """
    named = "GB 3097" in standard.id or "GB 3097" in standard.source
    return named and {"I", "II", "III", "IV"} <= {one.id for one in standard.categories}


def describe_classes(shares: Mapping[str, float], labels: Mapping[str, tuple[str, str]]) -> tuple:
    """Classes that prevail ("mainly class X"), in Chinese and English.

    Parameters
    ----------
    shares : mapping of class id to share
        Fractions, best class first.
    labels : mapping of class id to (Chinese, English)

    Returns
    -------
    tuple of str
        One class with more than half of all is named alone, else the two largest where they hold
        more than 70 % together, else nothing ("", "").

    Source
    ------
    HJ 442-2008, description of sea water quality.
    """
    order = sorted(shares, key=lambda c: -shares[c])
    if not order or np.isnan(list(shares.values())).any():
        return "", ""
    chosen = order[:1] if shares[order[0]] > 0.5 else order[:2]
    if sum(shares[c] for c in chosen) <= (0.5 if len(chosen) == 1 else 0.7):
        return "", ""
    chosen = [c for c in shares if c in chosen]
    names_zh, names_en = ([labels[c][k] for c in chosen] for k in (0, 1))
    return f"以{'和'.join(names_zh)}为主", f"mainly {' and '.join(names_en)}"


def _rated(shares: Mapping[str, float]) -> dict:
    table = load_rating_table("sea-area")
    figures = cumulate(shares, table["classes"])
    found = rate(figures, "sea-area")
    zh, en = describe_classes({one: figures[one] / 100 for one in table["classes"]}, _NAMES)
    return {
        "value": found.value or pd.NA,
        "label_zh": found.label_zh,
        "label_en": found.label_en,
        "good_share": figures["I-II"] / 100,
        "share_I": figures["I"] / 100,
        "share_I_III": figures["I-III"] / 100,
        "share_I_IV": figures["I-IV"] / 100,
        "share_worse": figures["worse"] / 100,
        "described_zh": zh,
        "described_en": en,
        "clause": found.clause,
        "evidence": table["evidence"],
    }
