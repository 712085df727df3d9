"""How each bay stands in the register of beautiful bays, and what each standing covers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bayqa.errors import InputError

__all__ = ["STANDINGS", "count_unknown_areas", "summarize_standing", "tabulate_standing"]

STANDINGS = ("national", "provincial", "preparation", "no_data")
_WORDS = {
    "国家级": "national",
    "国家": "national",
    "省级": "provincial",
    "省": "provincial",
    "in preparation": "preparation",
    "培育": "preparation",
    "在建": "preparation",
    "": "no_data",
}


def tabulate_standing(register: pd.DataFrame) -> pd.DataFrame:
    """Standing of each assessed bay, as a map of beautiful-bay coverage shows it.

    Parameters
    ----------
    register : DataFrame
        A row per unit: bay_ids (separated by spaces; a unit without polygon has none), level
        ("national", "provincial", "preparation" or empty).

    Returns
    -------
    DataFrame
        bay_id, unit_id, status (one of `STANDINGS`). A bay of two units has the better one.

    Raises
    ------
    InputError
        If a level is unknown.
    """
    units = _standings(register)
    rows = [
        (bay, row.unit_id, row.status) for row in units.itertuples() for bay in row.bay_ids.split()
    ]
    table = pd.DataFrame(rows, columns=["bay_id", "unit_id", "status"])
    rank = table["status"].map(STANDINGS.index)
    return table.loc[rank.sort_values(kind="stable").index].drop_duplicates("bay_id").sort_index()


def summarize_standing(register: pd.DataFrame) -> pd.DataFrame:
    """Number, area and shoreline of the units of each standing.

    Parameters
    ----------
    register : DataFrame
        As for `tabulate_standing`; area_km2, shoreline_km where known.

    Returns
    -------
    DataFrame
        status (all of `STANDINGS`), count, area_km2 and shoreline_km (sums of what is known; NaN
        where nothing is), shoreline_share (of all known shoreline), n_area_unknown, n_undated
        (recognised units whose date is not known), register_to (latest date of recognition in the
        whole register, as it is written; empty if none is).
    """
    units = _standings(register)
    shore_total = units["shoreline_km"].sum(min_count=1)
    latest, rows = _latest_date(register), []
    for status in STANDINGS:
        held = units[units["status"] == status]
        area = held["area_km2"].sum(min_count=1) if len(held) else 0.0
        shore = held["shoreline_km"].sum(min_count=1) if len(held) else 0.0
        rows.append((status, len(held), area, shore, shore / shore_total,
                     int(held["area_km2"].isna().sum()), _count_undated(held), latest))  # fmt: skip
    names = ["status", "count", "area_km2", "shoreline_km", "shoreline_share", "n_area_unknown",
             "n_undated", "register_to"]  # fmt: skip
    return pd.DataFrame(rows, columns=names)


def count_unknown_areas(summary: pd.DataFrame) -> int:
    """Units of all standings whose area is not known; from `summarize_standing`."""
    return int(summary["n_area_unknown"].sum()) if "n_area_unknown" in summary else 0


def _latest_date(register: pd.DataFrame) -> str:
    # Years and ISO dates: the order of the letters is that of time.
    return max(_dates(register), default="")


def _count_undated(units: pd.DataFrame) -> int:
    recognised = units[units["status"].isin(STANDINGS[:2])]
    return len(recognised) - len(_dates(recognised))


def _dates(units: pd.DataFrame) -> list[str]:
    """Dates of recognition that are known; a read number ends in ".0"."""
    if "recognised" not in units:
        return []
    texts = units["recognised"].dropna().astype(str).str.strip().str.removesuffix(".0")
    return [text for text in texts if text[:4].isdigit()]


def _standings(register: pd.DataFrame) -> pd.DataFrame:
    table = register if "unit_id" in register else register.reset_index()
    level = table["level"].fillna("").astype(str).str.strip()
    status = level.replace(_WORDS)
    unknown = sorted(set(status) - set(STANDINGS))
    if unknown:
        raise InputError(
            f"register: level {', '.join(unknown)} is unknown; write national, provincial, "
            "preparation or nothing"
        )
    sizes = {
        name: pd.to_numeric(table.get(name, pd.Series(np.nan, index=table.index)), errors="coerce")
        for name in ("area_km2", "shoreline_km")
    }
    return pd.DataFrame(
        {"unit_id": table["unit_id"].astype(str), "status": status, **sizes,
         "bay_ids": table["bay_ids"].fillna("").astype(str),
         "recognised": table.get("recognised", pd.Series("", index=table.index))}
    )  # fmt: skip
