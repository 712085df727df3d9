"""Cells of an old binary workbook, read in a process of its own.

The old format is a file system in a file; a broken one can make its reader run for ever or ask for
all memory. This file is run as a script by `workbooks`, with limits, and answers in JSON.
"""

from __future__ import annotations

import datetime as dt
import json
import sys

__all__ = ["cell_text", "read_cells"]


def cell_text(cell: object) -> str:
    """Text of a cell as a spreadsheet would keep it: whole numbers without a point."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, dt.timedelta):
        return _hours(cell)
    return "" if cell is None else str(cell)


def _hours(span: dt.timedelta) -> str:
    """Hours, minutes and seconds, as a cell in [h]:mm:ss shows them."""
    seconds = round(span.total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def read_cells(path: str) -> list[dict]:
    """Sheets of a workbook: name, visible, start, rows of texts, merged areas."""
    from python_calamine import CalamineWorkbook, SheetVisibleEnum

    book = CalamineWorkbook.from_path(path)
    sheets = []
    for meta in book.sheets_metadata:
        sheet = book.get_sheet_by_name(meta.name)
        rows = [[cell_text(c) for c in row] for row in sheet.to_python(skip_empty_area=True)]
        sheets.append(
            {
                "name": meta.name,
                "visible": meta.visible == SheetVisibleEnum.Visible,
                "start": sheet.start or (0, 0),
                "rows": rows,
                "merged": sheet.merged_cell_ranges or [],
            }
        )
    return sheets


def _limit(size: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows; the time limit of the parent still holds
        return
    memory, seconds = 400 * 2**20 + 40 * size, 4 + size // 2**20
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _limit(int(sys.argv[2]))
    json.dump(read_cells(sys.argv[1]), sys.stdout)
