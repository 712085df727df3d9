"""Shapes in the cells of a table: WKT, EWKT, WKB in hexadecimal, GeoJSON; and GeoParquet."""

from __future__ import annotations

import csv
import json
import re
import struct
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyarrow.parquet as pq
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from bayqa.errors import InputError
from bayqa.intake.files.documents import check_parquet
from bayqa.intake.records.grid import Grid
from bayqa.intake.records.guards import refuse_broken
from bayqa.intake.tables import read_tables

__all__ = ["holds_cells", "read_cells"]

_TABLES = {".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls", ".ods"}
_PARQUET = {".parquet", ".geoparquet", ".pq"}
_WKT = re.compile(
    r"^\s*(?:SRID\s*=\s*(\d{1,6})\s*;\s*)?((?:MULTI)?(?:POINT|LINESTRING|POLYGON)\s*(?:ZM|Z|M)?"
    r"\s*(?:\(|EMPTY).*)$",
    re.I | re.S,
)
_HEX = re.compile(r"^\s*(?:\\x|0x)?(0[01][0-9a-f]{8}(?:[0-9a-f]{2})*)\s*$", re.I)
_JSON = re.compile(r"^\s*\{.*\"coordinates\"", re.S)
_LOOK = 500
_LONGEST = 2**30
_SRID, _KIND = 0x20000000, 0x1FFFFFFF
_ORDERS = {0: ">", 1: "<"}


def holds_cells(path: Path) -> bool:
    """Whether a file is read as a table with shapes in its cells, by its name."""
    return path.suffix.lower() in _TABLES | _PARQUET


def read_cells(path: Path, name: str, findings: list) -> gpd.GeoDataFrame:
    """Features of a table, one for each row that holds a shape or says nothing.

    Raises
    ------
    InputError
        When no column holds shapes, or they name more than one CRS.
    """
    if path.suffix.lower() in _PARQUET:
        return _read_parquet(path, name)
    for grid in _read_grids(path):
        found = _shape_column(grid)
        if found is not None:
            findings += grid.findings
            return _frame(grid, *found, name)
    raise InputError(f"{name}: holds a table without shapes; wanted polygons, as WKT in a column")


def _read_grids(path: Path) -> list[Grid]:
    """Tables of a file, whose cells may be as long as an outline is."""
    usual = csv.field_size_limit(_LONGEST)
    try:
        return read_tables(path)
    finally:
        csv.field_size_limit(usual)


def _read_parquet(path: Path, name: str) -> gpd.GeoDataFrame:
    with refuse_broken(name, "cannot be read as GeoParquet", "write it again"):
        with pq.ParquetFile(path) as file:
            check_parquet(path, file.metadata)
        frame = gpd.read_parquet(path)
    if not len(frame):
        raise InputError(f"{name}: the layer holds no feature; export it again")
    return frame.reset_index(drop=True)


def _shape_column(grid: Grid) -> tuple[int, int] | None:
    """Column with shapes and the row of its heading, or None."""
    for j, column in enumerate(grid.columns):
        rows = [i for i in range(min(grid.n_rows, _LOOK)) if _is_shape(column.cell(i))]
        if rows:
            return j, max(rows[0] - 1, 0)
    return None


def _is_shape(text: str) -> bool:
    return bool(_WKT.match(text) or _JSON.match(text) or (len(text) > 40 and _HEX.match(text)))


def _frame(grid: Grid, column: int, top: int, name: str) -> gpd.GeoDataFrame:
    """Features below the row of headings."""
    cells = [grid.columns[column].cell(i) for i in range(top + 1, grid.n_rows)]
    parsed = [_parse(cell) for cell in cells]
    codes = {code for _, code in parsed if code}
    if len(codes) > 1:
        raise InputError(
            f"{name}: the shapes are of several systems ({', '.join(map(str, sorted(codes)))}); "
            "write them in one"
        )
    heads = [c.cell(top).strip() or f"column {j + 1}" for j, c in enumerate(grid.columns)]
    plain = {
        head: [c.cell(i) or None for i in range(top + 1, grid.n_rows)]
        for j, (head, c) in enumerate(zip(heads, grid.columns, strict=True))
        if j != column and head != "geometry"
    }
    shapes = np.array([shape for shape, _ in parsed], object)
    empty = np.array([not c.strip() for c in cells], bool)
    for texts in plain.values():
        empty &= np.array([text is None for text in texts], bool)
    frame = gpd.GeoDataFrame(plain, geometry=shapes, crs=_code_crs(codes, name))
    frame = frame[~empty].reset_index(drop=True)
    if not len(frame):
        raise InputError(f"{name}: holds no shape below its headings; export it again")
    return frame


def _code_crs(codes: set[int], name: str) -> CRS | None:
    try:
        return CRS.from_epsg(codes.pop()) if codes else None
    except CRSError as error:
        short = " ".join(str(error).split())[:80]
        raise InputError(f"{name}: the SRID is not known ({short}); say which with crs=") from None


def _parse(cell: str) -> tuple[object, int]:
    """Shape of a cell and its EPSG code; None and 0 where there is none."""
    try:
        text = _WKT.match(cell)
        if text:
            shape = shapely.from_wkt(text.group(2))
            return shape, int(text.group(1) or 0)
        packed = _HEX.match(cell)
        if packed:
            return _from_binary(bytes.fromhex(packed.group(1)))
        if _JSON.match(cell):
            return _from_json(cell), 0
    except (shapely.errors.ShapelyError, ValueError, TypeError, KeyError, RecursionError,
            struct.error):  # fmt: skip
        pass
    return None, 0


def _from_binary(data: bytes) -> tuple[object, int]:
    """Shape of well-known binary and its SRID; collections are none."""
    order = _ORDERS[data[0]]
    kind = struct.unpack_from(order + "I", data, 1)[0]
    code = struct.unpack_from(order + "I", data, 5)[0] if kind & _SRID else 0
    # The reader of GEOS follows nested collections until the stack overflows.
    return (shapely.from_wkb(data), code) if _is_flat(data, kind) else (None, 0)


def _is_flat(data: bytes, kind: int) -> bool:
    """Whether binary is a shape, or several that are none of several themselves."""
    if _simple(kind) not in (4, 5, 6):
        return _simple(kind) in (1, 2, 3)
    place = 9 if kind & _SRID else 5
    n = struct.unpack_from(_ORDERS[data[0]] + "I", data, place)[0]
    place += 4
    for _ in range(n):
        place = _skip_part(data, place)
    return place == len(data)


def _simple(kind: int) -> int:
    """Kind of a shape without what is said of heights, measures and systems."""
    return (kind & _KIND) % 1000


def _skip_part(data: bytes, place: int) -> int:
    """Place behind a point, line or polygon."""
    order = _ORDERS[data[place]]
    kind = struct.unpack_from(order + "I", data, place + 1)[0]
    simple = _simple(kind)
    if simple not in (1, 2, 3):
        raise ValueError("a part of a shape is of a kind that has parts itself")
    iso = (kind & _KIND) // 1000
    dims = 2 + bool(kind & 0x80000000 or iso in (1, 3)) + bool(kind & 0x40000000 or iso in (2, 3))
    place += 9 if kind & _SRID else 5
    if simple == 1:
        return place + 8 * dims
    rings = 1
    if simple == 3:
        rings, place = struct.unpack_from(order + "I", data, place)[0], place + 4
    for _ in range(rings):
        place += 4 + 8 * dims * struct.unpack_from(order + "I", data, place)[0]
    return place


def _from_json(cell: str):
    content = json.loads(cell)
    kinds = ("Polygon", "MultiPolygon", "LineString", "MultiLineString", "Point", "MultiPoint")
    if not isinstance(content, dict) or content.get("type") not in kinds:
        return None
    return shapely.geometry.shape(content)
