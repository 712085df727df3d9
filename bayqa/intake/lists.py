"""Lists beside the samples: outlets, and the values of indicators with their targets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from bayqa.errors import InputError
from bayqa.intake.headings.listing import head_list, name_columns
from bayqa.intake.records.findings import Finding, list_rows, make_report
from bayqa.intake.tables import read_tables
from bayqa.intake.vocabulary.values import parse_value

__all__ = ["OUTLET_COLUMNS", "TARGET_COLUMNS", "read_outlets", "read_targets"]

OUTLET_COLUMNS = {
    "outlet_id": ("outlet_id", "排口编号", "排污口编号", "编号", "id", "代码"),
    "name_zh": ("name_zh", "排口名称", "排污口名称", "名称"),
    "name_en": ("name_en", "name", "outlet"),
    "bay_id": ("bay_id", "bay", "海湾编号", "海湾", "所属海湾", "入海海湾", "海湾名称"),
    "kind": ("kind", "type", "类型", "排口类型", "排污口类型"),
    "lon": ("lon", "longitude", "经度"),
    "lat": ("lat", "latitude", "纬度"),
    "source_traced": ("source_traced", "溯源", "是否溯源", "完成溯源"),
    "rectified": ("rectified", "整治", "是否整治", "完成整治", "整治情况"),
    "meets_limits": ("meets_limits", "达标", "是否达标", "达标排放"),
    "volume_m3_per_day": ("volume_m3_per_day", "排放量", "排水量", "日排放量", "废水排放量"),
    "note": ("note", "备注", "问题", "存在问题", "说明"),
}
"""Columns of a list of outlets, and the headings that stand for them."""

TARGET_COLUMNS = {
    "unit_id": ("unit_id", "bay_id", "单元编号", "编号", "海湾编号", "海湾"),
    "indicator": ("indicator", "指标", "指标名称"),
    "year": ("year", "年份", "年度"),
    "value": ("value", "现状值", "数值", "值", "监测值"),
    "target": ("target", "目标", "目标值"),
    "direction": ("direction", "方向"),
    "unit": ("unit", "单位"),
    "note": ("note", "备注", "说明"),
}
"""Columns of the indicators of beautiful bays, and the headings that stand for them."""

_WHOLE = ("year", "volume_m3_per_day")
_NUMBERS = (*_WHOLE, "value", "target", "lon", "lat")


def read_outlets(path: str | Path) -> pd.DataFrame:
    """Outlets into the bays, one row each.

    Parameters
    ----------
    path : path
        CSV, Excel or any other table that `read_samples` reads, with headings of
        `OUTLET_COLUMNS`.

    Returns
    -------
    DataFrame
        The known columns under our names, the others as in the file; numbers NaN and texts empty
        where unknown. `attrs["report"]`.

    Raises
    ------
    InputError
        When neither bay_id nor lon and lat say where the outlets are, or a number is unreadable.
    """
    table = _read(Path(path), OUTLET_COLUMNS, "outlet_id, name, bay_id")
    if "bay_id" not in table and not {"lon", "lat"} <= set(table):
        raise InputError(
            f"{Path(path).name}: no column says which bay an outlet belongs to; wanted bay_id "
            "(海湾编号), or lon and lat"
        )
    return table


def read_targets(path: str | Path) -> pd.DataFrame:
    """Values and targets of the indicators of beautiful bays, one row each.

    Parameters
    ----------
    path : path
        Any table, with headings of `TARGET_COLUMNS`.

    Returns
    -------
    DataFrame
        As `read_outlets`.

    Raises
    ------
    InputError
        When unit_id, indicator or value is missing, or a number is unreadable.
    """
    table = _read(Path(path), TARGET_COLUMNS, "unit_id, indicator, value")
    lacking = [name for name in ("unit_id", "indicator", "value") if name not in table]
    if lacking:
        raise InputError(
            f"{Path(path).name}: no column {', '.join(lacking)} (found "
            f"{', '.join(map(str, table.columns))}); wanted unit_id, indicator, year, value, target"
        )
    return table


def _read(path: Path, known: dict, wanted: str) -> pd.DataFrame:
    body, rows = head_list(read_tables(path)[0], wanted)
    table = name_columns(body, known)
    for name in set(_NUMBERS) & set(table):
        where = [f"{path.name}, row {r}, column {name}" for r in rows]
        numbers = np.array([_number(*pair) for pair in zip(table[name], where, strict=True)], float)
        whole = name in _WHOLE and np.isfinite(numbers).all() and (numbers % 1 == 0).all()
        table = table.assign(**{name: numbers.astype(int) if whole else numbers})
    read = Finding(path.name, "rows", "read", "rows of a list", count=len(table))
    table.attrs = {"report": list_rows(make_report([read]))}
    return table


def _number(text: str, where: str) -> float:
    reading = parse_value(text)
    if reading.kind in ("blank", "missing"):
        return np.nan
    if reading.kind != "exact":
        raise InputError(f"{where}: {text!r} is no number; write a number or nothing")
    return reading.value
