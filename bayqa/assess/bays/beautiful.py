"""Beautiful bays: indicators against each bay's own targets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from bayqa.assess.areas.good_water import find_good_shares
from bayqa.assess.assessment import Assessment
from bayqa.assess.bays.coverage import list_units
from bayqa.assess.bays.indicators import load_indicators
from bayqa.errors import InputError

__all__ = ["rate_beautiful_bays", "summarize_units"]

STATUS = {
    "met": "达标",
    "not met": "未达标",
    "within interval": "目标在区间内",
    "no data": "无数据",
    "no target": "无目标",
}
_JUDGED = ("met", "not met", "within interval")
COLUMNS = (
    "unit_id",
    "name_zh",
    "name_en",
    "region",
    "indicator",
    "indicator_zh",
    "indicator_en",
    "group_zh",
    "group_en",
    "year",
    "value",
    "value_low",
    "value_high",
    "target",
    "gap",
    "direction",
    "unit",
    "status",
    "status_zh",
    "evidence",
    "note",
)


def rate_beautiful_bays(
    register: pd.DataFrame,
    results: Assessment | pd.DataFrame | Iterable | Mapping | None,
    indicators: pd.DataFrame | None = None,
    *,
    local: str | Path | Mapping | None = None,
    year: int | None = None,
) -> pd.DataFrame:
    """Status of every indicator in every bay unit of the register.

    Parameters
    ----------
    register : DataFrame
        A row per unit: unit_id (column or index), name_zh, name_en, bay_ids (ids of the assessed
        bays, separated by spaces), region, level, targets as target_<indicator>.
    results : Assessment, shares, or several of them
        Give the good-water share; units of several bays are added by area. A mapping with the
        tables "shares" and "good" (of all bays) will do, and keeps the intervals of the draws.
    indicators : DataFrame, optional
        Values of the other indicators: unit_id, indicator, year, value, then optionally value_low,
        value_high, target, direction, unit, note.
    local : path or mapping, optional
        Local indicators, see `load_indicators`.
    year : int, optional
        Year to be rated; the latest of each value by default.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, a row per unit and indicator. status: "met", "not met", "within
        interval" (the target lies inside the interval of the value), "no data", "no target". gap
        is target less value, zero where met.

    Raises
    ------
    InputError
        If the register has no unit_id, or values name an unknown unit or indicator.

    Source
    ------
    Reference indicators of beautiful-bay construction (trial): five indicators; thresholds are not
    public, so each bay is judged by its own targets.
    """
    units, known = list_units(register), load_indicators(local)
    values = _check_values(indicators, units, known)
    shares = _all_shares(results)
    rows = []
    for unit in units.to_dict("records"):
        for indicator in known.values():
            given = (
                _own_share(unit, shares, year)
                if indicator.source == "assessment"
                else _given(unit["unit_id"], indicator.id, values, year)
            )
            rows.append(_row(unit, indicator, given))
    return pd.DataFrame(rows, columns=list(COLUMNS))


def summarize_units(rated: pd.DataFrame) -> pd.DataFrame:
    """Counts of indicator states of each unit.

    Parameters
    ----------
    rated : DataFrame
        As `rate_beautiful_bays` gives it.

    Returns
    -------
    DataFrame
        unit_id, name_zh, name_en, region, n_indicators, n_met, n_not_met, n_within, n_unknown,
        all_met (NA while something unknown or undecided leaves it open).
    """
    rows = []
    keys = ["unit_id", "name_zh", "name_en", "region"]
    for key, group in rated.groupby(keys, sort=False):
        counts = group["status"].value_counts()
        met, failed = int(counts.get("met", 0)), int(counts.get("not met", 0))
        within = int(counts.get("within interval", 0))
        unknown = len(group) - met - failed - within
        done = False if failed else True if met == len(group) else pd.NA
        rows.append((*key, len(group), met, failed, within, unknown, done))
    names = [*keys, "n_indicators", "n_met", "n_not_met", "n_within", "n_unknown", "all_met"]
    return pd.DataFrame(rows, columns=names).astype({"all_met": "boolean"})


def _check_values(values, units, known) -> pd.DataFrame:
    if values is None:
        return pd.DataFrame(columns=["unit_id", "indicator", "year", "value"])
    lacking = [c for c in ("unit_id", "indicator", "value") if c not in values]
    if lacking:
        raise InputError(
            f"indicator values lack the columns {', '.join(lacking)}; wanted unit_id, "
            "indicator, year, value"
        )
    for column, held in (("unit_id", set(units["unit_id"])), ("indicator", set(known))):
        strange = sorted(set(values[column].astype(str)) - held)
        if strange:
            raise InputError(
                f"indicator values name the unknown {column} {', '.join(strange)}; "
                f"known are {', '.join(sorted(held))}"
            )
    return values if "year" in values else values.assign(year=0)


def _all_shares(results) -> pd.DataFrame:
    columns = ["bay_id", "year", "campaign", "share", "share_low", "share_high", "area"]
    tables = [_with_areas(*pair) for pair in _pairs(results)]
    if not tables:
        return pd.DataFrame(columns=columns)
    table = pd.concat(tables, ignore_index=True)
    return table[table["campaign"] == "annual"]


def _pairs(results):
    """Good shares and shares by category of each result, whatever form it came in."""
    if results is None:
        return
    if isinstance(results, Assessment):
        yield find_good_shares(results), results.shares
    elif isinstance(results, pd.DataFrame):
        yield find_good_shares(results), results
    elif isinstance(results, Mapping) and "shares" in results:
        yield find_good_shares(results.get("good", results["shares"])), results["shares"]
    else:
        for part in results.values() if isinstance(results, Mapping) else results:
            yield from _pairs(part)


def _with_areas(rows, shares):
    """Good shares with the assessed area, for adding up the bays of one unit."""
    if "area_km2" not in shares:
        return rows.assign(area=1.0)
    held = shares[(shares["parameter"] == "overall") & (shares["category"] != "not assessed")]
    keys = ["bay_id", "year", "campaign"]
    area = held.groupby(keys)["area_km2"].sum()
    return rows.assign(area=area.reindex(pd.MultiIndex.from_frame(rows[keys])).to_numpy())


def _own_share(unit, shares, year):
    bays = str(unit["bay_ids"]).replace(",", " ").replace(";", " ").split() or [unit["unit_id"]]
    held = shares[shares["bay_id"].astype(str).isin(bays)]
    years = held["year"] if year is None else held.loc[held["year"] == year, "year"]
    if not len(years):
        return {}
    held = held[held["year"] == years.max()]
    if set(held["bay_id"].astype(str)) != set(bays):
        return {"year": int(years.max()), "note": "not every bay of the unit was assessed"}
    weight = (held["area"] / held["area"].sum()).to_numpy()
    value, low, high = (
        float((weight * held[c].to_numpy()).sum()) for c in ("share", "share_low", "share_high")
    )
    return {"value": value, "value_low": low, "value_high": high, "year": int(years.max())}


def _given(unit_id, indicator, values, year):
    held = values[(values["unit_id"].astype(str) == unit_id) & (values["indicator"] == indicator)]
    if year is not None:
        held = held[held["year"] == year]
    if not len(held):
        return {}
    return held.sort_values("year", kind="stable").iloc[-1].to_dict()


def _row(unit, indicator, given):
    target = _target(unit, indicator, given)
    value, low, high = (float(given.get(k, np.nan)) for k in ("value", "value_low", "value_high"))
    status = _status(value, low, high, target, indicator.direction)
    sign = 1 if indicator.direction == "min" else -1
    row = {key: unit[key] for key in ("unit_id", "name_zh", "name_en", "region")}
    row |= {key: getattr(indicator, key) for key in ("group_zh", "group_en", "direction")}
    return row | {
        "indicator": indicator.id,
        "indicator_zh": indicator.name_zh,
        "indicator_en": indicator.name_en,
        "year": given.get("year", pd.NA),
        "value": value,
        "value_low": low,
        "value_high": high,
        "target": target,
        "gap": max(sign * (target - value), 0.0) if status in _JUDGED else np.nan,
        "unit": given.get("unit", indicator.unit),
        "status": status,
        "status_zh": STATUS[status],
        "evidence": indicator.evidence,
        "note": str(given.get("note", "")),
    }


def _target(unit, indicator, given):
    """Target given with the value, else that of the register, else the indicator's own."""
    offered = (given.get("target"), unit.get(f"target_{indicator.id}"), indicator.target)
    known = [float(t) for t in offered if t is not None and t != "" and not pd.isna(t)]
    return known[0] if known else np.nan


def _status(value, low, high, target, direction):
    if np.isnan(value):
        return "no data"
    if np.isnan(target):
        return "no target"
    # Shares are ratios of areas: a target of 100 % must not fail for a rounding error.
    if low + 1e-9 < target < high - 1e-9:
        return "within interval"
    met = value >= target - 1e-9 if direction == "min" else value <= target + 1e-9
    return "met" if met else "not met"
