"""Tables as CSV with a Frictionless data package beside them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from bayqa.assess.assessment import Assessment
from bayqa.export.rasters import slug
from bayqa.files import hash_file
from bayqa.parameters import load_parameters

__all__ = ["defuse", "describe_columns", "write_table", "write_tables"]

# A spreadsheet takes a cell that starts so for a formula.
_FORMULA = re.compile(r"^[=+\-@\t\r\n＝＋－＠|]")
_KEYS = {"shares": ["bay_id", "year", "campaign", "parameter", "category"],
         "stations": ["station", "campaign", "parameter"]}  # fmt: skip
_WORDS = {
    "bay_id": "id of the bay", "year": "calendar year",
    "campaign": 'survey of a season; "annual" is the mean over the campaigns of the year',
    "parameter": 'id of the parameter; "overall" is the worst of all',
    "category": 'id of the category of the standard, or "not assessed"',
    "area_km2": "area of the category in the bay, km2",
    "share": "part of the assessed area; for not assessed, part of the water area",
    "share_low": "5th percentile of the simulations", "share_mean": "mean of the simulations",
    "share_high": "95th percentile of the simulations", "station": "id of the station",
    "value": "in the unit of the same row", "lower": "lower bound of the value",
    "upper": "upper bound of the value", "unit": "canonical unit", "lon": "degrees east",
    "lat": "degrees north", "n": "number of values", "time": "time of the visit",
    "flag": "1 good, 2 not evaluated, 3 suspect, 4 fail, 9 missing", "note": "reason of the flag",
    "source": "file and row", "layer": "layer of the water", "depth_m": "depth in metres",
}  # fmt: skip


def write_tables(result: Assessment, folder: Path, *, colors: Sequence[str] = ()) -> list[Path]:
    """Paths of ``tables/*.csv`` and ``tables/datapackage.json``.

    UTF-8 with a byte order mark, so that a spreadsheet opens Chinese text as it is; numbers with
    all their digits; missing values empty; text that a spreadsheet would run as a formula gets a
    leading apostrophe.

    See "Arguments of writers" in docs/conventions.md.

    Source
    ------
    Frictionless Data: tabular data package, table schema.
    """
    home = folder / "tables"
    home.mkdir(parents=True, exist_ok=True)
    tables = {"shares": result.shares, "stations": _stations(result), "samples": _samples(result)}
    tables |= {str(name): table for name, table in result.tables.items()}
    resources, paths = [], []
    for name, table in tables.items():
        if not isinstance(table, pd.DataFrame) or table.columns.empty:
            continue
        paths.append(home / f"{slug(name).lower()}.csv")
        resources.append(write_table(table, paths[-1], keys=_KEYS.get(name, ())))
    paths.append(home / "datapackage.json")
    document = _package(result, resources)
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    paths[-1].write_text(text, encoding="utf-8", newline="\n")
    return paths


def write_table(table: pd.DataFrame, path: Path, *, keys: Sequence[str] = ()) -> dict:
    """Frictionless resource of a table just written as CSV.

    Parameters
    ----------
    table : DataFrame
        An index with a name is written as a column; geometry is left out.
    path : Path
    keys : sequence of str
        Columns that together name a row.

    Returns
    -------
    dict
        Resource descriptor with `path`, `schema`, `hash`.
    """
    flat = _flatten(table)
    fields = describe_columns(flat)
    text = flat.apply(_as_text)
    text.columns = [defuse(str(name)) for name in flat.columns]
    text.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n")
    schema: dict = {"fields": fields, "missingValues": [""]}
    present = [key for key in keys if key in flat.columns]
    if present and not flat.duplicated(present).any():
        schema["primaryKey"] = present
    return {
        "name": path.stem, "type": "table", "profile": "tabular-data-resource",
        "path": path.name, "scheme": "file", "format": "csv",
        "mediatype": "text/csv", "encoding": "utf-8-sig", "bytes": path.stat().st_size,
        "hash": f"sha256:{hash_file(path)}", "schema": schema,
    }  # fmt: skip


def defuse(text: str) -> str:
    """`text` with an apostrophe in front if a spreadsheet would take it for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def describe_columns(table: pd.DataFrame) -> list[dict]:
    """Frictionless fields of the columns of a table: name, type, description."""
    fields = []
    for name in table.columns:
        field = {"name": defuse(str(name)), "type": _kind(table[name])}
        if str(name) in _WORDS:
            field["description"] = _WORDS[str(name)]
        fields.append(field)
    return fields


def _flatten(table: pd.DataFrame) -> pd.DataFrame:
    named = [name for name in table.index.names if name is not None]
    flat = pd.DataFrame(table.drop(columns="geometry", errors="ignore"))
    flat = flat.reset_index() if named else flat.reset_index(drop=True)
    flat.columns = ["_".join(map(str, c)) if isinstance(c, tuple) else c for c in flat.columns]
    return flat


def _kind(column: pd.Series) -> str:
    if pd.api.types.is_bool_dtype(column):
        return "boolean"
    if pd.api.types.is_integer_dtype(column):
        return "integer"
    if pd.api.types.is_float_dtype(column):
        return "number"
    return "datetime" if pd.api.types.is_datetime64_any_dtype(column) else "string"


def _as_text(column: pd.Series) -> pd.Series:
    writers = {"boolean": lambda v: "true" if v else "false", "integer": lambda v: str(int(v)),
               "number": _number, "datetime": lambda v: v.strftime("%Y-%m-%dT%H:%M:%SZ"),
               "string": lambda v: defuse(str(v))}  # fmt: skip
    write = writers[_kind(column)]
    values = ["" if _is_missing(value) else write(value) for value in column]
    return pd.Series(values, index=column.index, dtype=object)


def _is_missing(value: object) -> bool:
    return (
        value is None
        or value is pd.NA
        or value is pd.NaT
        or (np.isscalar(value) and bool(pd.isna(value)))
    )


def _number(value: float) -> str:
    if np.isinf(value):
        return "INF" if value > 0 else "-INF"
    return repr(float(value))


def _stations(result: Assessment) -> pd.DataFrame:
    """A row a station, campaign and parameter, with the category by the same rule code."""
    stations, judged = result.stations, result.station_classes
    known = load_parameters()
    ids = np.array(["not assessed", *(c.id for c in result.standard.categories)], dtype=object)
    parts = []
    for name in [n for n in stations.data_vars if f"{n}_sd" in stations]:
        columns = {"value": name, **{e: f"{name}_{e}" for e in ("lower", "upper", "n")}}
        fields = {column: stations[v] for column, v in columns.items() if v in stations}
        table = _frame(fields).assign(parameter=name)
        table["unit"] = known[name].unit if name in known else stations[name].attrs.get("units", "")
        if name in judged.parameter:
            ranks = _frame({"category": judged.parameter_category.sel(parameter=name)})
            ranks["category"] = ids[ranks["category"].to_numpy(dtype=int)]
            table = table.merge(ranks, on=["campaign", "station"], how="left")
        parts.append(table)
    table = pd.concat(parts, ignore_index=True)
    places = pd.DataFrame({c: stations[c].to_numpy() for c in ("station", "lon", "lat")})
    table = table.merge(places, on="station", how="left")
    first = ["station", "lon", "lat", "campaign", "parameter"]
    return table[[*first, *(c for c in table.columns if c not in first)]]


def _frame(fields: dict) -> pd.DataFrame:
    bare = {name: field.drop_vars([c for c in field.coords if c not in field.dims]).rename(name)
            for name, field in fields.items()}  # fmt: skip
    series = [field.to_series() for field in bare.values()]
    return pd.concat(series, axis=1).reset_index()


def _samples(result: Assessment) -> pd.DataFrame:
    samples = result.samples
    points = samples.geometry.to_crs(4326)
    table = pd.DataFrame(samples.drop(columns="geometry")).reset_index(drop=True)
    place = table.columns.get_loc("station") + 1 if "station" in table else 0
    for k, (name, values) in enumerate((("lon", points.x), ("lat", points.y))):
        if name not in table:
            table.insert(place + k, name, values.to_numpy())
    return table


def _package(result: Assessment, resources: list[dict]) -> dict:
    facts, standard = result.provenance, result.standard
    names = ", ".join(result.bays["name_en"].astype(str))
    return {
        "name": f"bayqa-{slug(str(facts.get('run_id') or 'run')).lower()}",
        "title": f"Water quality of {names}", "description": str(facts.get("data_note_en", "")),
        "version": str(facts.get("date", "")),
        "sources": [{"title": f"{standard.title_en} ({standard.id}, {standard.version})"}],
        "resources": resources,
    }  # fmt: skip
