"""Workbooks in the XML format of 2003, which are often named .xls: sheets to grids of cells."""

from __future__ import annotations

from io import BytesIO

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
    grids, notes = [], []
    try:
        for title, hidden, rows in _sheets(name, data):
            if hidden:
                text = "hidden sheets are not read"
                notes.append(Finding(name, "hidden sheet", "ignored", text, title, found=title))
            elif any(map(any, rows)):
                grids.append(make_grid(name, rows, sheet=title))
    except (etree.XMLSyntaxError, ValueError) as error:
        short = " ".join(str(error).split())[:100]
        raise InputError(
            f"{name}: the XML workbook is damaged or cut short ({short}); save it again as xlsx"
        ) from None
    return [g._replace(findings=tuple(notes)) if k == 0 else g for k, g in enumerate(grids)]


def _sheets(name: str, data: bytes):
    """Title, whether hidden, and rows of each sheet; a row is let go as soon as it is read."""
    wanted = [f"{_S}Worksheet", f"{_S}Row", "{*}Visible"]
    safe = {"resolve_entities": False, "no_network": True, "huge_tree": False}
    hidden, row, rows, words = False, 0, [], {}
    for _, tag in etree.iterparse(BytesIO(data), tag=wanted, **safe):
        if tag.tag == f"{_S}Row":
            row = _add_row(name, tag, row, rows, words)
        elif tag.tag != f"{_S}Worksheet":
            hidden |= tag.text not in (None, "SheetVisible")
            continue
        else:
            width = max(map(len, rows), default=0)
            filled = [line + [""] * (width - len(line)) for line in rows]
            yield tag.get(f"{_S}Name", ""), hidden, filled
            hidden, row, rows = False, 0, []
        tag.clear()
        while tag.getprevious() is not None:
            del tag.getparent()[0]


def _add_row(name: str, tag, row: int, rows: list[list[str]], words: dict[str, str]) -> int:
    """Put the texts of a row where they belong, merged ones repeatedly; its number."""
    row, column = _number(tag, "Index", row + 1), 0
    for cell in tag.iter(f"{_S}Cell"):
        column = _number(cell, "Index", column + 1)
        text = "".join(cell.find(f"{_S}Data").itertext()) if _has_data(cell) else ""
        text = words.setdefault(text, _plain(text))
        down, across = (_number(cell, f"Merge{way}", 0) for way in ("Down", "Across"))
        last = max(column + across, len(rows[0]) if rows else 0)
        _check_size(name, max(len(rows), row + down) * last)
        rows.extend([] for _ in range(row + down - len(rows)))
        for line in rows[row - 1 : row + down]:
            line.extend([""] * (column + across - len(line)))
            line[column - 1 : column + across] = [text] * (across + 1)
        column += across
    return row


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
