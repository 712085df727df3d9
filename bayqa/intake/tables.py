"""Any file that may hold a table: its kind found from its content, its cells as grids."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from functools import partial
from pathlib import Path

from bayqa.errors import InputError
from bayqa.intake.files.delimited import read_delimited
from bayqa.intake.files.documents import read_html, read_json, read_parquet
from bayqa.intake.files.packed import holds_workbook, read_packed
from bayqa.intake.files.spreadsheetml import is_spreadsheetml, read_spreadsheetml
from bayqa.intake.files.workbooks import read_workbook
from bayqa.intake.records.findings import Finding
from bayqa.intake.records.grid import Grid
from bayqa.intake.records.guards import check_exists

__all__ = ["read_tables", "table_kind"]

_USUAL = {"workbook": {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}, "html": {".html", ".htm"},
          "json": {".json", ".geojson"}, "parquet": {".parquet", ".pq"},
          "text": {".csv", ".tsv", ".txt", ".dat", ".tab"}, "gzip": {".gz"}, "zip": {".zip"},
          "spreadsheetml": {".xml", ".xls"}}  # fmt: skip


def table_kind(data: bytes) -> str:
    """Kind of a file by its first bytes.

    One of workbook, spreadsheetml, html, json, parquet, gzip, text.
    """
    if data[:4] == b"PK\x03\x04" or data[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        return "workbook"
    if data[:4] == b"PAR1":
        return "parquet"
    if data[:2] == b"\x1f\x8b":
        return "gzip"
    if is_spreadsheetml(data[:4096]):
        return "spreadsheetml"
    start = data[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if start[:1] in (b"[", b"{"):
        return "json"
    if start[:1] == b"<" and any(t in start for t in (b"<html", b"<table", b"<!doctype html")):
        return "html"
    return "text"


def read_tables(path: Path, *, sheet: str | int | None = None) -> list[Grid]:
    """Grids of all tables of a file: one for each sheet, or one for a text file.

    Parameters
    ----------
    path : Path
        CSV, TSV, xlsx, xls, xlsb, ods, HTML, JSON or Parquet, told apart by content, not by name.
    sheet : str or int, optional
        Only this sheet of a workbook.

    Returns
    -------
    list of Grid
        At least one, each with at least one row.

    Raises
    ------
    InputError
        When the file is missing, empty, damaged or holds no table.
    """
    path = Path(path)
    check_exists(path)
    if path.is_dir():
        raise InputError(f"{path.name}: is a folder; give the files in it")
    with path.open("rb") as file:
        kind = table_kind(file.read(4096))
    if kind == "workbook" and zipfile.is_zipfile(path) and not holds_workbook(path):
        kind = "zip"
    grids = _read_kind(path, kind, sheet)
    grids = [g for g in grids if g.n_rows]
    if not grids:
        raise InputError(f"{path.name}: no cell holds anything; export the file again")
    if path.suffix.lower() not in _USUAL[kind]:
        note = Finding(
            path.name,
            "file name",
            "assumed",
            f"the content is {kind}, whatever the ending of the name says",
            found=path.suffix,
        )
        grids[0] = grids[0]._replace(findings=(*grids[0].findings, note))
    return grids


def _read_kind(path: Path, kind: str, sheet: str | int | None) -> list[Grid]:
    if kind == "workbook":
        return read_workbook(path, sheet)
    if kind == "parquet":
        return read_parquet(path)
    if kind == "zip":
        return read_packed(path, _read_unpacked)
    source = partial(path.open, "rb")
    if kind == "gzip":
        kind, source = _unpacked_kind(path), partial(gzip.open, path)
    if kind == "text":
        return [read_delimited(path.name, source)]
    with source() as file:
        data = file.read()
    if kind == "html":
        return read_html(path.name, data)
    if kind == "json":
        return read_json(path.name, data)
    if kind == "spreadsheetml":
        return read_spreadsheetml(path.name, data)
    raise InputError(f"{path.name}: holds another packed file; unpack it first")


def _read_unpacked(path: Path) -> list[Grid]:
    """Grids of a member of an archive, which may not be an archive again."""
    with path.open("rb") as file:
        packed = file.read(4) == b"PK\x03\x04"
    if packed and not holds_workbook(path):
        raise InputError(f"{path.name}: is an archive in an archive; unpack it first")
    return read_tables(path)


def _unpacked_kind(path: Path) -> str:
    """Kind of what a gzip file holds, which is unpacked once to see that all of it can be."""
    limit, size = 64 * 2**20 + 30 * path.stat().st_size, 0
    try:
        with gzip.open(path) as file:
            start = file.read(4096)
            while block := file.read(2**20):
                size += len(block)
                if size > limit:
                    break
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(
            f"{path.name}: the gzip file is damaged or cut short ({error}); copy it again"
        ) from None
    if size > limit:
        raise InputError(f"{path.name}: would unpack to over {limit} bytes; unpack it yourself")
    return table_kind(start)
