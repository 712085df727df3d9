"""Workbooks (.xlsx, .xlsm, .xls, .xlsb, .ods): sheets to grids of cells."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from bayqa.errors import InputError
from bayqa.intake.files.appearance import find_looks, show_cells
from bayqa.intake.files.legacy import cell_text
from bayqa.intake.records.findings import EPOCH_1904, Finding
from bayqa.intake.records.grid import Column, Grid, make_grid, release_memory, take_rows, word_mask
from bayqa.intake.records.guards import check_archive, check_markup, cut_tags
from bayqa.intake.vocabulary.values import parse_value

__all__ = ["read_workbook"]

_MOST_CELLS = 2_000_000
_CELL = re.compile(rb"<(?:\w+:)?(?:c|row)\b[^>]*?\sr=\"([A-Z]{0,3})(\d{1,7})\"")
_TAG = re.compile(rb"<(?:\w+:)?(?:c|row)[\s/>]")
_COUNT = re.compile(rb"ount\s*=\s*[\"'](?!\d{1,7}[\"'])")
_DOWN = "a number in merged cells stands for each of their rows"
_ACROSS = "a number in cells merged over several columns is taken for the first of them only"
_LONG = 500
"""Bytes of a text that, repeated over a sheet, could fill the memory."""
_HOLLOW = re.compile(
    rb"<c\b[^>]*?\br=\"([A-Z]{1,3}\d{1,7})\"[^>]*>\s*<f\b[^>]*(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>"
)


def read_workbook(path: Path, sheet: str | int | None = None) -> list[Grid]:
    """Grids of the visible sheets that hold anything, or of the one sheet asked for.

    Raises
    ------
    InputError
        For a damaged, locked or bomb-like workbook, or a sheet that is not there.
    """
    hollow, is_plain = _check_package(path)
    sheets = _sheets(path, sheet, is_plain)
    wanted = [s for s in sheets if s["rows"] is not None]
    looks, notes = find_looks(path, _sheet_names(path)) if hollow else ({}, [])
    grids = [_make_grid(path.name, s, hollow, looks) for s in wanted]
    grids = [g for g in grids if g.n_rows]
    hidden = [s["name"] for s in sheets if not s["visible"]]
    if grids and hidden and sheet is None:
        text = "hidden sheets are not read; name one with sheet= to read it"
        notes += [Finding(path.name, "hidden sheet", "ignored", text, h, found=h) for h in hidden]
    epoch = tuple(note for note in notes if note.kind == EPOCH_1904)
    grids[1:] = [g._replace(findings=(*g.findings, *epoch)) for g in grids[1:]]
    if grids and notes:
        grids[0] = grids[0]._replace(findings=(*grids[0].findings, *notes))
    return grids


def _sheets(path: Path, sheet: str | int | None, is_plain: bool) -> list[dict]:
    """Sheets as `read_cells` gives them; rows is None for those not wanted."""
    sheets = _read_here(path, sheet) if is_plain else _read_apart(path)
    if sheet is not None:
        name = _pick(path.name, sheet, [s["name"] for s in sheets])
        return [s if s["name"] == name else s | {"rows": None} for s in sheets]
    return [s if s["visible"] else s | {"rows": None} for s in sheets]


def _read_apart(path: Path) -> list[dict]:
    """Sheets of a binary or odd workbook, read by another process with limits."""
    size = path.stat().st_size
    script = Path(__file__).with_name("legacy.py")
    command = [sys.executable, "-I", str(script), str(path.resolve()), str(size)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=20 + size / 2**20, check=True)
        return json.loads(done.stdout)
    except (subprocess.SubprocessError, json.JSONDecodeError, UnicodeDecodeError):
        raise InputError(_damaged(path, "its reader failed")) from None


def _damaged(path: Path, why: str) -> str:
    return (
        f"{path.name}: the workbook is damaged, cut short or locked ({why}); open it in a "
        "spreadsheet program and save it again"
    )


def _read_here(path: Path, sheet: str | int | None) -> list[dict]:
    sheets = []
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
        for number, meta in enumerate(book.sheets_metadata):
            visible = meta.visible == SheetVisibleEnum.Visible
            one = {"name": meta.name, "visible": visible, "rows": None}
            if sheet in (meta.name, number) or (sheet is None and visible):
                page = book.get_sheet_by_name(meta.name)
                start = page.start or (0, 0)
                rows = islice(page.iter_rows(), start[0], None)
                grid = make_grid(path.name, rows, sheet=meta.name, text=cell_text)
                one |= {"rows": grid, "start": start, "merged": page.merged_cell_ranges or []}
                del page, rows
                release_memory()
            sheets.append(one)
    except BaseException as error:  # a panic of the reader is no Exception
        if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
            raise
        raise InputError(_damaged(path, _short(error))) from None
    return sheets


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:120]


def _pick(file: str, sheet: str | int, names: list[str]) -> str:
    if isinstance(sheet, int) and 0 <= sheet < len(names):
        return names[sheet]
    if sheet in names:
        return sheet
    raise InputError(f"{file}: there is no sheet {sheet!r}; the sheets are {', '.join(names)}")


def _make_grid(file: str, sheet: dict, hollow: dict[str, list[str]], looks: dict) -> Grid:
    name, grid, (top, left) = sheet["name"], sheet["rows"], sheet["start"]
    if not isinstance(grid, Grid):
        grid = make_grid(file, grid, sheet=name)
    grid = _without_tail(grid._replace(rows=grid.rows + top))
    grid = show_cells(grid, looks[name], (top, left)) if name in looks else grid
    merged = tuple((r0 - top, c0 - left, r1 - top, c1 - left)
                   for (r0, c0), (r1, c1) in sheet["merged"])  # fmt: skip
    text = (
        "the workbook was saved without the result of the formula: the cell reads as missing; open "
        "and save it in a spreadsheet program"
    )
    found = list(grid.findings)
    for cell in hollow.get(name, []):
        row, column = int(re.sub(r"\D", "", cell)), re.sub(r"\d", "", cell)
        found.append(Finding(file, "formula without value", "doubtful", text, name, row, column))
    return fill_merged(grid._replace(merged=merged, findings=tuple(found)))


def _without_tail(grid: Grid) -> Grid:
    """Grid without the rows at its end in which no cell holds anything."""
    last = np.zeros(grid.n_rows, bool)
    for column in grid.columns:
        last |= word_mask(column, bool)
    return take_rows(grid, slice(0, int(np.flatnonzero(last)[-1]) + 1 if last.any() else 0))


def fill_merged(grid: Grid) -> Grid:
    """Grid in which each merged area repeats the text of its first cell.

    A measured number is repeated down its rows, which is said, and never across columns.
    """
    columns = [Column(c.codes.copy(), c.words) for c in grid.columns]
    down, across = [], []
    for r0, c0, r1, c1 in grid.merged:
        if not (0 <= r0 < grid.n_rows and 0 <= c0 < len(columns)):
            continue
        word = columns[c0].cell(r0)
        if _is_measured(word):
            down += [r0] if r1 > r0 else []
            across += [r0] if c1 > c0 else []
            c1 = c0
        for j in range(c0, min(c1 + 1, len(columns))):
            columns[j] = _put(columns[j], slice(r0, min(r1 + 1, grid.n_rows)), word)
    notes = [
        _about_merged(grid, down, "assumed", _DOWN),
        _about_merged(grid, across, "doubtful", _ACROSS),
    ]
    found = tuple(note for note in notes if note is not None)
    return grid._replace(columns=tuple(columns), findings=(*grid.findings, *found))


def _is_measured(word: str) -> bool:
    """Whether a text is a number as measured, not a year, a month or a name."""
    return parse_value(word).kind in ("exact", "below", "above") and not word.isdigit()


def _about_merged(grid: Grid, rows: list[int], action: str, text: str) -> Finding | None:
    if not rows:
        return None
    row = int(grid.rows[rows[0]])
    return Finding(grid.file, "merged cells", action, text, grid.sheet, row, count=len(rows))


def _put(column: Column, rows: slice, word: str) -> Column:
    hits = np.flatnonzero(column.words == word)
    words = column.words
    if not len(hits):
        words = np.append(words, word).astype(object)
        hits = [len(words) - 1]
    column.codes[rows] = hits[0]
    return Column(column.codes, words)


def _check_package(path: Path) -> tuple[dict[str, list[str]], bool]:
    """Refuse dangerous packages; the cells with hollow formulas by sheet name, and plainness.

    A package is plain when all that its reader will ask memory for was seen to be modest.
    """
    if not zipfile.is_zipfile(path):
        return {}, False
    members = check_archive(path)
    hollow: dict[str, list[str]] = {}
    is_plain = any(m.filename == "xl/workbook.xml" for m in members)
    names = _sheet_names(path)
    with zipfile.ZipFile(path) as archive:
        for member in members:
            if member.filename.endswith((".xml", ".rels")):
                sheet = names.get(member.filename, member.filename)
                hollow[sheet], plain = _check_part(path, archive, member)
                is_plain &= plain
    return hollow, is_plain


def _check_part(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo):
    """Cells with hollow formulas of one part, looked through piece by piece, and plainness."""
    extent, hollow, is_plain = _Extent(), [], True
    for data in _read_pieces(path.name, archive, member):
        check_markup(path.name, data)
        is_plain &= _is_modest(data)
        if "worksheets/" in member.filename:
            extent = _wider(extent, data)
            _check_extent(path, member.filename, extent)
            hollow += [m.decode() for m in _HOLLOW.findall(data)]
    return hollow, is_plain


def _is_modest(data: bytes) -> bool:
    """Whether each cell says where it stands, and no count or text is huge."""
    n_tags, n_placed = len(_TAG.findall(data)), sum(1 for _ in _CELL.finditer(data))
    return (
        n_tags == n_placed and not _COUNT.search(data) and max(map(len, data.split(b"<"))) < _LONG
    )


def _read_pieces(name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    try:
        with archive.open(member) as file:
            yield from cut_tags(file)
    except Exception as error:  # zlib, struct and zipfile raise a dozen kinds on broken bytes
        raise InputError(
            f"{name}: the workbook is damaged ({_short(error)}); save it again"
        ) from None


class _Extent(NamedTuple):
    """First and last row, and the letters of the last column."""

    first: int = 0
    last: int = 0
    letters: bytes = b""


def _wider(extent: _Extent, data: bytes) -> _Extent:
    first, last, letters = extent
    for found in _CELL.finditer(data):
        number = int(found[2])
        first = first or number
        last = max(last, number)
        letters = max(letters, found[1], key=lambda t: (len(t), t))
    return _Extent(first, last, letters)


def _check_extent(path: Path, member: str, extent: _Extent) -> None:
    """Refuse a sheet whose far stray cells would span millions of empty ones."""
    width = 0
    for letter in extent.letters:
        width = width * 26 + letter - 64
    # The library lays out the whole rectangle, at 32 bytes for each cell.
    if (extent.last - extent.first + 1) * width > _MOST_CELLS + path.stat().st_size:
        raise InputError(
            f"{path.name}: {member} reaches to cell {extent.letters.decode()}{extent.last}, too "
            "far for a table; delete the stray cells at the edge of the sheet"
        )


def _sheet_names(path: Path) -> dict[str, str]:
    """Sheet name of each worksheet part of an xlsx package."""
    try:
        with zipfile.ZipFile(path) as archive:
            book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
            links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    except Exception:
        return {}
    targets = {}
    for tag in re.findall(r"<Relationship\b[^>]*>", links):
        target, rid = re.search(r'Target="/?([^"]*)"', tag), re.search(r'\bId="([^"]*)"', tag)
        if target and rid:
            part = target.group(1)
            targets[rid.group(1)] = part if part.startswith("xl/") else f"xl/{part}"
    names = {}
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        name, rid = re.search(r'\bname="([^"]*)"', tag), re.search(r'\br:id="([^"]*)"', tag)
        if name and rid and rid.group(1) in targets:
            names[targets[rid.group(1)]] = name.group(1)
    return names
