"""The register of bay units: which there are, recognised when and by whom, with what targets."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from bayqa.errors import InputError
from bayqa.intake.headings.listing import head_list, name_columns
from bayqa.intake.polygons.repair import repair_shapes
from bayqa.intake.polygons.vectors import is_vector, read_vector
from bayqa.intake.records.findings import Finding, list_rows, make_report
from bayqa.intake.tables import read_tables
from bayqa.intake.vocabulary.text import clean_text
from bayqa.intake.vocabulary.values import parse_value

__all__ = ["REGISTER_COLUMNS", "read_register"]

REGISTER_COLUMNS = {
    "unit_id": ("unit_id", "bay_id", "id", "编号", "单元编号", "代码"),
    "name_zh": ("name_zh", "unit_zh", "名称", "海湾名称", "海湾", "单元名称", "湾区名称"),
    "name_en": ("name_en", "unit_en", "name", "unit", "英文名"),
    "kind": ("kind", "类型", "type", "单元类型"),
    "bay_ids": ("bay_ids", "bays", "包含海湾", "海湾编号"),
    "region": ("region", "region_en", "区域", "海域", "所属海域"),
    "region_zh": ("region_zh", "海域名称", "区域名称"),
    "level": ("level", "级别", "认定级别", "命名级别"),
    "recognised": ("recognised", "recognised_year", "recognized", "recognized_year", "认定年份",
                   "命名年份", "认定时间", "命名时间", "认定日期", "year"),
    "area_km2": ("area_km2", "面积", "面积km2", "海域面积", "area"),
    "shoreline_km": ("shoreline_km", "岸线长度", "岸线", "岸线长度km", "shoreline"),
    "target_good_share": ("target_good_share", "优良比例目标", "水质目标", "target"),
    "evidence": ("evidence", "依据", "来源", "source"),
}  # fmt: skip
_NUMBERS = ("area_km2", "shoreline_km", "target_good_share")
_LEVELS = {
    "national": ("national", "国家级", "国家", "全国", "国家级美丽海湾"),
    "provincial": ("provincial", "省级", "省", "province", "省级美丽海湾"),
    "in preparation": ("in preparation", "创建中", "建设中", "planned", "拟建", "在建"),
    "": ("", "none", "no", "无", "未命名", "-", "/", "nan"),
}
_KINDS = {
    "bay": ("bay", "海湾", "湾"),
    "shore": ("shore", "岸段", "shore stretch", "岸线"),
    "group": ("group", "joined bays", "bay area", "湾区", "湾群", "joined"),
}


def read_register(path: str | Path, *, layer: str | None = None) -> pd.DataFrame:
    """Bay units of a register, one row each.

    Parameters
    ----------
    path : path
        Table (CSV, Excel, ...) or vector file.
    layer : str, optional
        Layer of a vector file that has several.

    Returns
    -------
    DataFrame, or GeoDataFrame (EPSG:4326) where the file has shapes
        The columns of `REGISTER_COLUMNS` (texts empty and numbers NaN where unknown), then those
        of the file and recognised_year. recognised is "2023", "2023-08" or "2023-08-28"; level is
        "national", "provincial", "in preparation" or empty; kind is "bay", "shore", "group" or as
        written; target_good_share is a share of 1. `attrs["report"]`.

    Raises
    ------
    InputError
        When there is no column of units, an id is double, or a level, date or number is unreadable.
    """
    path = Path(path)
    findings: list[Finding] = []
    if is_vector(path) and path.suffix.lower() != ".parquet":
        frame, findings = read_vector(path, layer=layer, usual=("register", "units"))
        frame = frame.assign(**{"_file": path.name, "_row": np.arange(1, len(frame) + 1)})
        frame = repair_shapes(frame, ("Polygon", "LineString"), findings)
        rows = frame.pop("_row").to_numpy()
        frame = frame.drop(columns="_file")
    else:
        frame, rows = head_list(read_tables(path)[0], "unit_id, name_zh, level")
    table = _renamed(frame, path.name)
    table = _converted(table, path.name, rows)
    table.attrs = {"report": _report(table, path.name, findings)}
    return table


def _renamed(frame: pd.DataFrame, file: str) -> pd.DataFrame:
    table = name_columns(frame, REGISTER_COLUMNS)
    if "unit_id" not in table and "name_zh" not in table and "name_en" not in table:
        raise InputError(
            f"{file}: no column names the bay units; wanted unit_id, name_zh or name_en"
        )
    if "unit_id" not in table:
        key = "name_en" if "name_en" in table else "name_zh"
        table = table.assign(unit_id=table[key])
    blank = {c: np.nan if c in _NUMBERS else "" for c in REGISTER_COLUMNS if c not in table}
    table = table.assign(**blank)
    return table[[*REGISTER_COLUMNS, *[c for c in table.columns if c not in REGISTER_COLUMNS]]]


def _converted(table: pd.DataFrame, file: str, rows: np.ndarray) -> pd.DataFrame:
    changed = {}
    for column in REGISTER_COLUMNS:
        texts = ["" if pd.isna(v) else clean_text(str(v)) for v in table[column]]
        if column in _NUMBERS:
            changed[column] = [
                _number(t, column, file, r) for t, r in zip(texts, rows, strict=True)
            ]
        else:
            changed[column] = pd.array(texts, dtype="str")
    changed["level"] = [_word(t, _LEVELS, f"{file}, row {r}: level")
                        for t, r in zip(changed["level"], rows, strict=True)]  # fmt: skip
    changed["kind"] = [_kind(t) for t in changed["kind"]]
    dates = [_date(t, file, r) for t, r in zip(changed["recognised"], rows, strict=True)]
    changed["recognised"] = pd.array(dates, dtype="str")
    years = [float(text[:4]) if text else np.nan for text in dates]
    out = table.assign(**changed, recognised_year=years)
    double = out["unit_id"][out["unit_id"].duplicated()]
    if len(double):
        raise InputError(f"{file}: the unit {double.iloc[0]!r} is there twice; join the rows")
    return out


def _number(text: str, column: str, file: str, row: int) -> float:
    percent = text.endswith("%")
    reading = parse_value(text.rstrip("%年 ").removesuffix("km2").removesuffix("km"))
    if reading.kind in ("blank", "missing"):
        return np.nan
    if reading.kind != "exact":
        raise InputError(f"{file}, row {row}, column {column}: {text!r} is no number")
    share = column == "target_good_share"
    return reading.value / 100 if percent or (share and reading.value > 1.5) else reading.value


def _date(text: str, file: str, row: int) -> str:
    """A year, month or day as ISO 8601 writes it; empty where it is not known."""
    if parse_value(text).kind in ("blank", "missing"):
        return ""
    found = re.fullmatch(
        r"(\d{4})(?:\.0)?年?(?:[-/.]?(\d{1,2})月?(?:[-/.]?(\d{1,2})日?)?)?(?:[ T]00:00(?::00)?)?",
        text,
    )
    parts = [int(part) for part in found.groups() if part] if found else []
    try:
        date(*[*parts, 1, 1][:3])
    except (TypeError, ValueError):
        raise InputError(
            f"{file}, row {row}, column recognised: {text!r} is no date; write 2023, 2023-08 or "
            "2023-08-28, or nothing where it is not known"
        ) from None
    return "-".join(f"{part:0{width}d}" for part, width in zip(parts, (4, 2, 2), strict=False))


def _word(text: str, known: dict, where: str) -> str:
    for name, words in known.items():
        if text.casefold() in words:
            return name
    raise InputError(
        f"{where} {text!r} is not known; wanted national, provincial, in preparation or nothing"
    )


def _kind(text: str) -> str:
    return next((k for k, words in _KINDS.items() if text.casefold() in words), text)


def _report(table: pd.DataFrame, file: str, findings: list[Finding]) -> list[dict]:
    findings = [*findings, Finding(file, "rows", "read", "bay units", count=len(table))]
    for column in ("area_km2", "shoreline_km"):
        unknown = int(table[column].isna().sum())
        if unknown:
            findings.append(
                Finding(
                    file,
                    "register",
                    "ignored",
                    f"{column} is unknown; coverage by it is given for the known units only",
                    column=column,
                    count=unknown,
                )
            )
    return list_rows(make_report(findings))
