"""The policy page: sections of the bay's policy as printed tables."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from bayqa.assess import draft_bay_policy
from bayqa.assess.assessment import Assessment
from bayqa.errors import BayqaError
from bayqa.sheets.context import capitalise
from bayqa.sheets.dossier.lists import plain_table
from bayqa.sheets.dossier.words import word

__all__ = ["draft_policy", "gap_table", "policy_sections"]

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "state": ("year", "label", "good_share", "share_I", "share_I_III", "share_I_IV",
              "share_worse", "not_assessed_share"),
    "limiting": ("campaign", "parameter", "limiting_km2", "over_km2", "over_share", "blame_share"),
    "stations": ("campaign", "parameter", "station", "value", "multiple", "area_km2", "share"),
    "reduction": ("parameter", "share_now", "target_share", "mean_now", "mean_needed",
                  "reduction", "reduction_low", "reduction_high"),
    "rivers": ("name", "distance_m"),
    "sections": ("place", "period", "category", "label", "target", "target_met", "main"),
    "outlets": ("outlet_id", "name", "kind", "source_traced", "rectified", "meets_limits",
                "volume_m3_per_day", "note"),
    "notes": ("note",),
}  # fmt: skip
_GAP = ("year", "share", "share_low", "share_high", "target_share", "gap_pp", "status")


def draft_policy(result: Assessment, bay: str) -> Mapping[str, pd.DataFrame]:
    """Policy tables of a bay; empty where its standard has no rating to draft from."""
    try:
        return draft_bay_policy(result, bay)
    except BayqaError:
        # A dossier of another standard still prints; its pages say "no data".
        return {}


def gap_table(case) -> dict:
    """Good share, target and gap of the last year."""
    gap = case.policy.get("gap")
    if gap is None:
        return plain_table(case, pd.DataFrame())
    return plain_table(case, gap, columns=_GAP)


def policy_sections(case) -> list[dict]:
    """Sections that have rows, in the order in which a reader asks."""
    sections = []
    for name, columns in _COLUMNS.items():
        table = case.policy.get(name)
        if table is None or not len(table):
            continue
        spec = plain_table(case, _shorten(name, table), columns=columns, most=12)
        spec["note"] = _remark(case, name, table)
        sections.append({"title": word(case.language, f"policy_{name}"), **spec})
    return sections


def _shorten(name: str, table: pd.DataFrame) -> pd.DataFrame:
    if name == "state":
        return table[table["campaign"] == "annual"]
    if name == "limiting":
        return table[(table["over_km2"] > 0) | (table["limiting_km2"] > 0)]
    if name == "stations" and "over" in table:
        return table[table["over"].astype(bool)]
    if name == "sections" and "level" in table:
        single = table[table["level"] == "section"]
        return single[single["period"] == single["period"].max()]
    return table


def _remark(case, name: str, table: pd.DataFrame) -> str:
    if name != "reduction":
        return ""
    stated = table[f"assumption_{case.language}"].dropna().unique().tolist()
    parts = [*map(str, stated)]
    if "reachable" in table and not table["reachable"].all():
        parts.append(word(case.language, "unreachable"))
    parts = [capitalise(part.rstrip("。.")) for part in parts]
    return ("。" if case.language == "zh" else ". ").join(parts)
