"""Series of the dossier's charts; only chosen, scaled to percent and given tick marks."""

from __future__ import annotations

import math

import pandas as pd

from bayqa.assess.levels import tabulate_levels
from bayqa.parameters import load_parameters
from bayqa.sheets.context import capitalise, name_parameter, name_season
from bayqa.sheets.dossier.lists import own_table
from bayqa.sheets.dossier.words import print_value
from bayqa.sheets.numbers import round_figure

__all__ = ["gather_levels", "gather_years"]

_MOST_LABELS = 9


def gather_years(case) -> list[dict]:
    """Annual shares of each year in percent, categories best first."""
    rows = case.shares.query("campaign == 'annual' and parameter == 'overall'")
    periods = []
    for year in sorted(rows["year"].unique()):
        here = rows[rows["year"] == year].set_index("category")
        parts = [_part(here, category.id) for category in case.result.standard.categories]
        periods.append({"label": str(year), "parts": parts, "good": _good(case, int(year))})
    return periods


def _good(case, year: int) -> dict | None:
    """Interval of the good share of a year in percent, or None where it is not tabulated."""
    table = own_table(case, "good")
    if table is None or not len(table):
        return None
    rows = table[(table["campaign"] == "annual") & (table["parameter"] == "overall")]
    rows = rows[(rows["year"] == year) & rows["share_low"].notna() & rows["share_high"].notna()]
    if not len(rows):
        return None
    row = rows.iloc[0]
    return {"low": _percent(row["share_low"]), "high": _percent(row["share_high"])}


def gather_levels(case) -> list[dict]:
    """Median and range of the stations by campaign, a series for each judged parameter."""
    judged = [str(p) for p in case.result.classes.parameter.to_numpy()]
    table = case.result.tables.get("levels")
    if table is None:
        table = tabulate_levels(
            _own_stations(case), [p for p in judged if p in case.result.stations]
        )
    return [_series(case, name, table[table["parameter"] == name])
            for name in judged if (table["parameter"] == name).any()]  # fmt: skip


def _own_stations(case):
    stations = case.result.stations
    if "bay" not in stations.coords or len(case.result.bays) == 1:
        return stations
    mine = stations["bay"].astype(str) == case.bay
    return stations.isel(station=mine.to_numpy()) if bool(mine.any()) else stations


def _part(here: pd.DataFrame, category: str) -> dict:
    if category not in here.index:
        return {"share": 0.0}
    return {"share": _percent(here.loc[category, "share"]) or 0.0}


def _percent(value: float) -> float | None:
    return round(float(value) * 100, 6) if pd.notna(value) else None


def _series(case, name: str, rows: pd.DataFrame) -> dict:
    row = load_parameters().get(name)
    base, top, ticks = _axis(rows, linear=bool(row and row.scale == "linear"))
    labels, records = _labels(rows, case.language), rows.to_dict("records")
    return {
        "name": capitalise(name_parameter(name, case.language)),
        "unit": "" if row is None or row.unit == "1" else row.unit,
        "base": base, "top": top, "ticks": ticks, "limits": _limits(case, name, base, top),
        "points": [_point(label, r) for label, r in zip(labels, records, strict=True)],
    }  # fmt: skip


def _point(label: str, row: dict) -> dict:
    return {"label": label, "value": _number(row["median"]), "low": _number(row["low"]),
            "high": _number(row["high"])}  # fmt: skip


def _number(value: float) -> float | None:
    return float(value) if pd.notna(value) else None


def _labels(rows: pd.DataFrame, language: str) -> list[str]:
    """A label a campaign where there is room, else one in the middle of each year."""
    years = rows["year"].astype(str).tolist()
    if len(rows) <= 3:
        return [f"{year} {name_season(season, language)}"
                for year, season in zip(years, rows["season"], strict=True)]  # fmt: skip
    places = {year: [k for k, y in enumerate(years) if y == year] for year in years}
    middles = {where[len(where) // 2]: year for year, where in places.items()}
    every = max(1, math.ceil(len(middles) / _MOST_LABELS))
    shown = sorted(middles)[::every]
    return [middles[k] if k in shown else "" for k in range(len(rows))]


def _axis(rows: pd.DataFrame, *, linear: bool) -> tuple[float, float, list[dict]]:
    """Foot, top and ticks of a chart: from zero for what a load can bring to zero, else fitted."""
    low, high = rows["low"].min(), rows["high"].max()
    high = float(high) if pd.notna(high) else 1.0
    low = float(low) if linear and pd.notna(low) else 0.0
    step = _step(max(high - low, abs(high) * 1e-3, 1e-9) / 4)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    last = max(last, first + 1)
    decimals = next(d for d in range(9) if abs(round(step, d) - step) < 1e-9 * step or d == 8)
    ticks = [{"value": k * step, "label": round_figure(k * step, decimals)}
             for k in range(first, last + 1)]  # fmt: skip
    return first * step, (last + 0.16) * step, ticks


def _step(raw: float) -> float:
    power = 10.0 ** math.floor(math.log10(raw))
    return next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * 0.999)


def _limits(case, name: str, base: float, top: float) -> list[dict]:
    """Limits that lie on the chart; a label is left out where it would touch the one before."""
    limit = case.result.standard.limits.get(name)
    lines: dict[float, str] = {}
    for edge, category in zip(
        () if limit is None else limit.edges, case.result.standard.categories, strict=False
    ):
        label = category.label_zh if case.language == "zh" else category.label_en
        for value in edge if isinstance(edge, tuple | list) else (edge,):
            if value is not None and base < value <= top:
                lines.setdefault(float(value), f"{label} {print_value(value, name)}")
    shown, last = [], -math.inf
    for value in sorted(lines):
        apart = (value - last) / (top - base) > 0.08
        shown.append({"value": value, "label": lines[value] if apart else ""})
        last = value if apart else last
    return shown
