"""One bay, one policy: everything its dossier needs, in tables."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from bayqa.assess.areas.good_water import find_good_shares
from bayqa.assess.assessment import Assessment
from bayqa.assess.bays.reduction import tabulate_reduction
from bayqa.assess.causes.ledger import open_ledger
from bayqa.assess.causes.why import tabulate_influence, tabulate_limiting
from bayqa.assess.ratings.seas import has_sea_rating, rate_sea_area
from bayqa.errors import InputError

__all__ = ["draft_bay_policy"]

RIVER_REACH_M = 1000.0
GAP_COLUMNS = (
    "bay_id",
    "year",
    "share",
    "share_low",
    "share_high",
    "target_share",
    "gap_pp",
    "status",
)


def draft_bay_policy(
    result: Assessment,
    bay: str | None = None,
    *,
    target_share: float | None = None,
    sections: pd.DataFrame | None = None,
    outlets: pd.DataFrame | None = None,
    ledger: pd.DataFrame | None = None,
) -> dict[str, pd.DataFrame]:
    """Tables for the policy of one bay.

    Parameters
    ----------
    result : Assessment
    bay : str, optional
        May be left out where the assessment holds one bay.
    target_share : float, optional
        Wanted annual good share; the bay's target_good_share by default, else everything good.
    sections : DataFrame, optional
        Rated river sections; `result.tables["sections"]` by default.
    outlets : DataFrame, optional
        Outlets with bay_id; `result.tables["outlets"]` by default.
    ledger : DataFrame, optional
        `result.tables["ledger"]` by default, else it is made.

    Returns
    -------
    dict of str to DataFrame
        state (rating of each campaign and year, by GB 3097), gap (share, target, missing points,
        status), limiting (parameters of the last year), stations (behind the water over target),
        rivers (within 1 km of the bay), reduction (of the mean concentration, with its assumption),
        sections, outlets, ledger (open rows), notes (what is missing and why). A table without
        rows is there, empty.

    Raises
    ------
    InputError
        If the bay is unknown, or not named among several.
    """
    bay = _chosen(result, bay)
    year = int(result.classes["year"].to_numpy().max())
    wanted = _target(result, bay, target_share)
    held = result.tables.get("ledger") if ledger is None else ledger
    held = open_ledger(result) if held is None else held
    rivers = _rivers(result, bay)
    tables = {
        "state": _state(result, bay),
        "gap": _gap(result, bay, year, wanted),
        "limiting": _by_rank(_of(tabulate_limiting(result), bay, year)),
        "stations": _of(tabulate_influence(result), bay, year),
        "rivers": rivers,
        "reduction": tabulate_reduction(result, wanted, bay=bay, year=year),
        "sections": _sections(_given(result, sections, "sections"), bay, rivers),
        "outlets": _near_bay(_given(result, outlets, "outlets"), bay),
        "ledger": _of(held[held["status"] == "open"], bay),
    }
    return tables | {"notes": _notes(tables, target_share, result, bay)}


def _state(result, bay) -> pd.DataFrame:
    """Rating of each campaign and year; without rows where the standard has no rating of areas."""
    if not has_sea_rating(result.standard):
        return pd.DataFrame(columns=["bay_id", "year", "campaign", "value", "good_share"])
    return _of(rate_sea_area(result.shares), bay)


def _chosen(result, bay):
    known = [str(b) for b in result.bays.index]
    if bay is None and len(known) == 1:
        return known[0]
    if bay not in known:
        raise InputError(f"bay {bay!r} is not in the assessment; name one of {', '.join(known)}")
    return bay


def _target(result, bay, given):
    if given is not None:
        return float(given)
    own = result.bays["target_good_share"].get(bay) if "target_good_share" in result.bays else None
    return 1.0 if own is None or pd.isna(own) else float(own)


def _of(table, bay, year=None):
    rows = table[table["bay_id"].astype(str) == bay]
    rows = rows if year is None else rows[rows["year"] == year]
    return rows.reset_index(drop=True)


def _by_rank(limiting):
    order = {name: k for k, name in enumerate(dict.fromkeys(limiting["campaign"]))}
    key = limiting["campaign"].map(order) * len(limiting) + limiting["rank"]
    return limiting.iloc[np.argsort(key.to_numpy(), kind="stable")].reset_index(drop=True)


def _gap(result, bay, year, wanted):
    shares = _of(find_good_shares(result), bay, year)
    rows = []
    for row in shares[shares["campaign"] == "annual"].to_dict("records"):
        share, low, high = row["share"], row["share_low"], row["share_high"]
        gap = max(wanted - share, 0.0) * 100
        inside = low + 1e-9 < wanted < high - 1e-9
        status = (
            "unknown"
            if np.isnan(share)
            else "within interval"
            if inside
            else "met"
            if share >= wanted - 1e-9
            else "not met"
        )
        rows.append((bay, year, share, low, high, wanted, gap, status))
    return pd.DataFrame(rows, columns=list(GAP_COLUMNS))


def _rivers(result, bay):
    columns = ["river", "name_zh", "name_en", "distance_m"]
    if result.rivers is None or not len(result.rivers):
        return pd.DataFrame(columns=columns)
    local = result.bays.estimate_utm_crs()
    shape = result.bays.geometry.to_crs(local)[bay]
    rivers = result.rivers.to_crs(local)
    away = rivers.distance(shape)
    near = away[away <= RIVER_REACH_M].sort_values(kind="stable")
    return pd.DataFrame(
        {
            "river": [str(i) for i in near.index],
            "name_zh": _words(rivers, near.index, "name_zh"),
            "name_en": _words(rivers, near.index, "name_en"),
            "distance_m": near.to_numpy(),
        },
        columns=columns,
    )


def _words(rivers: gpd.GeoDataFrame, index, column):
    return rivers.loc[index, column].fillna("").tolist() if column in rivers else [""] * len(index)


def _given(result, table, name):
    return result.tables.get(name) if table is None else table


def _sections(table, bay, rivers):
    """Sections of the bay itself or of a river that reaches it."""
    if table is None:
        return pd.DataFrame()
    names = {n for c in ("river", "name_zh", "name_en") for n in rivers[c] if n}
    keep = pd.Series(False, index=table.index)
    if "river" in table:
        keep |= table["river"].astype(str).isin(names)
    if "bay_id" in table:
        keep |= table["bay_id"].astype(str) == bay
    return table[keep].reset_index(drop=True)


def _near_bay(table, bay):
    if table is None or "bay_id" not in table:
        return pd.DataFrame()
    return _of(pd.DataFrame(table.drop(columns="geometry", errors="ignore")), bay)


def _notes(tables, given, result, bay):
    own = "target_good_share" in result.bays and pd.notna(result.bays["target_good_share"].get(bay))
    rows = []
    if given is None and not own:
        rows.append(
            ("gap", "未给出目标，按全部优良计算", "no target was given: all water good is taken")
        )
    for name, zh, en in (
        ("gap", "所用标准没有优良类别", "the standard names no good category"),
        ("state", "所用标准没有海域定性评价", "the standard has no rating of sea areas"),
        ("sections", "无入海河流断面数据", "no river section is known"),
        ("outlets", "无排口数据", "no outlet is known"),
        ("rivers", "无邻近河流数据", "no river within 1 km is known"),
        ("reduction", "未评价，无法计算削减量", "nothing is assessed to reduce"),
    ):
        if not len(tables[name]):
            rows.append((name, zh, en))
    return pd.DataFrame(rows, columns=["table", "note_zh", "note_en"])
