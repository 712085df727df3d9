"""Workbooks in the XML format of 2003, which are often named .xls: sheets to grids of cells."""

from __future__ import annotations

from lxml import etree

from bayqa.errors import InputError
from bayqa.intake.records.findings import Finding
from bayqa.intake.records.grid import Grid, make_grid
from bayqa.intake.records.guards import check_markup

__all__ = ["is_spreadsheetml", "read_spreadsheetml"]

_NAME = "urn:schemas-microsoft-com:office:spreadsheet"
_S = f"{{{_NAME}}}"
_MOST_CELLS = 5_000_000


def is_spreadsheetml(start: bytes) -> bool:
    """Whether the first bytes of a file are those of such a workbook."""
    plain = start.replace(b"\0", b"")
    return b"<" in plain[:8] and _NAME.encode() in plain and b"<html" not in plain.lower()


def read_spreadsheetml(name: str, data: bytes) -> list[Grid]:
    """Grids of the visible sheets that hold anything.

    Raises
    ------
    InputError
        For broken markup, or a sheet that reaches too far.
    """
    check_markup(name, data)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        short = " ".join(str(error).split())[:100]
        raise InputError(
            f"{name}: the XML workbook is damaged or cut short ({short}); save it again as xlsx"
        ) from None
    grids, notes = [], []
    for sheet in root.iter(f"{_S}Worksheet"):
        title = sheet.get(f"{_S}Name", "")
        if any(v.text not in (None, "SheetVisible") for v in sheet.iter("{*}Visible")):
            text = "hidden sheets are not read"
            notes.append(Finding(name, "hidden sheet", "ignored", text, title, found=title))
            continue
        rows = _sheet_rows(name, sheet)
        if any(map(any, rows)):
            grids.append(make_grid(name, rows, sheet=title))
    return [g._replace(findings=tuple(notes)) if k == 0 else g for k, g in enumerate(grids)]


def _sheet_rows(name: str, sheet) -> list[list[str]]:
    """Rows of texts; merged cells repeat their text, left-out cells are blank."""
    cells: dict[tuple[int, int], str] = {}
    height = width = row = 0
    for line in sheet.iter(f"{_S}Row"):
        row = _number(line, "Index", row + 1)
        column = 0
        for cell in line.iter(f"{_S}Cell"):
            column = _number(cell, "Index", column + 1)
            text = "".join(cell.find(f"{_S}Data").itertext()) if _has_data(cell) else ""
            down, across = (_number(cell, f"Merge{way}", 0) for way in ("Down", "Across"))
            _check_size(name, max(height, row + down) * max(width, column + across))
            for i in range(row, row + down + 1):
                for j in range(column, column + across + 1):
                    cells[i, j] = _plain(text)
            height, width = max(height, row + down), max(width, column + across)
            column += across
    return [[cells.get((i, j), "") for j in range(1, width + 1)] for i in range(1, height + 1)]


def _has_data(cell) -> bool:
    return cell.find(f"{_S}Data") is not None


def _number(tag, name: str, default: int) -> int:
    text = tag.get(f"{_S}{name}", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else default


def _check_size(name: str, cells: int) -> None:
    if cells > _MOST_CELLS:
        raise InputError(
            f"{name}: the sheet spans over {_MOST_CELLS} cells, too far for a table; delete the "
            "stray cells at its edge"
        )


def _plain(text: str) -> str:
    """Text of a cell; a moment such as 2023-05-08T00:00:00.000 loses its zero clock."""
    return text.removesuffix("T00:00:00.000").removesuffix(".000") if "T" in text else text
