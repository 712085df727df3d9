"""Times of the rows of a table, from one column or from year, month, day and season apart."""

from __future__ import annotations

import re

import numpy as np

from bayqa.errors import InputError
from bayqa.intake.columns import Layout
from bayqa.intake.dates import SEASON_MONTHS, day_order, parse_dates
from bayqa.intake.findings import Finding
from bayqa.intake.grid import Column, Grid
from bayqa.intake.marks import FAIL, SUSPECT, Marks
from bayqa.intake.text import clean_text

__all__ = ["read_times"]

_NAT = np.datetime64("NaT")
_TEXTS = {
    "month": ("assumed", "only the month is given; the 15th stands for it"),
    "season": ("assumed", "only the season is given; the 15th of its middle month stands for it"),
    "serial": ("converted", "spreadsheet serial numbers, turned into dates"),
    "zone": ("assumed", "the time zone is left out; the clock time is kept as written"),
    "year only": ("flagged", "only the year is given: no campaign can be told"),
    "impossible": ("flagged", "there is no such date"),
    "unreadable": ("flagged", "is no date"),
    "blank": ("flagged", "no date is given"),
    "ambiguous": ("flagged", "day and month cannot be told apart"),
}
_TITLE_DATE = re.compile(r"(\d{4}\s*年\s*\d{1,2}\s*月|\d{4}-\d{1,2}|\d{4}\s*年?\s*[春夏秋冬]季?)")


def read_times(grid: Grid, layout: Layout, marks: Marks, findings: list[Finding]) -> np.ndarray:
    """Time of each row, NaT (flagged 4) where there is none.

    Raises
    ------
    InputError
        When day and month of a column can be read both ways throughout.
    """
    column, name = _date_column(grid, layout)
    if column is None:
        return _undated(grid, marks, findings)
    dates = parse_dates(list(column.words), order=_order(column, name, layout, grid))
    times, notes = dates.times[column.codes], dates.notes[column.codes]
    bare = np.isnat(times) & np.isin(notes, ("unreadable", "year only"))
    if bare.any():
        times, notes = _from_sheet(grid, column, times, notes, bare)
    _report(grid, column, name, notes, findings)
    marks.add(np.isin(notes, ("impossible", "unreadable", "blank", "ambiguous")), FAIL,
              "no valid date")  # fmt: skip
    marks.add(notes == "year only", SUSPECT, "only the year is given")
    late = times > np.datetime64("now") + np.timedelta64(366, "D")
    if marks.add(late, SUSPECT, "date in the future"):
        _add(grid, findings, "date", "flagged", "the date lies in the future", late, name, column)
    return times


def _add(grid: Grid, findings: list, kind: str, action: str, message: str, mask, name, column):
    first = int(np.flatnonzero(mask)[0])
    findings.append(Finding(grid.file, kind, action, message, grid.sheet, int(grid.rows[first]),
                            name, column.cell(first)[:60], int(mask.sum())))  # fmt: skip


def _report(grid: Grid, column: Column, name: str, notes: np.ndarray, findings: list) -> None:
    for note, (action, message) in _TEXTS.items():
        mask = notes == note
        if mask.any():
            _add(grid, findings, "date", action, message, mask, name, column)


def _date_column(grid: Grid, layout: Layout) -> tuple[Column | None, str]:
    fields = layout.fields
    if "time" in fields:
        return grid.columns[fields["time"]], layout.heading("time")
    parts = [f for f in ("year", "month", "day", "season") if f in fields]
    if "month" in parts and "year" not in parts:
        return grid.columns[fields["month"]], layout.heading("month")
    if not parts:
        return None, ""
    keep = [f for f in parts if f != "season"] if "month" in parts else parts
    return _join(grid, [grid.columns[fields[f]] for f in keep]), layout.heading(keep[0])


def _join(grid: Grid, columns: list[Column]) -> Column:
    """Column of dates put together from year, month and day, or year and season."""
    codes = np.zeros(grid.n_rows, np.int64)
    for c in columns:
        codes = codes * (len(c.words) + 1) + c.codes
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    words = []
    for i in first:
        parts = [re.sub(r"\.0$|[年月日]$", "", clean_text(c.cell(i))) for c in columns]
        words.append("" if not all(parts) else "-".join(parts))
    return Column(inverse.astype(np.int32), np.array(words, object))


def _order(column: Column, name: str, layout: Layout, grid: Grid) -> str:
    stated = layout.mapping.get("dates", {}).get("order", "")
    order = stated or day_order(list(column.words))
    if order == "unknown":
        first = next(i for i in range(grid.n_rows)
                     if day_order([column.cell(i)]) == "unknown")  # fmt: skip
        raise InputError(
            f"{grid.file}: row {grid.rows[first]}, column {name!r}: {column.cell(first)!r} can be "
            'read as day/month or month/day; say which with mapping={"dates": {"order": "dmy"}} '
            'or "mdy"'
        )
    return order if order in ("dmy", "mdy") else ""


def _from_sheet(grid: Grid, column: Column, times, notes, bare):
    """Dates such as "5月" or "春季" completed by the year that the name of the sheet or file has."""
    hit = re.search(r"(?:19|20)\d{2}", grid.sheet) or re.search(r"(?:19|20)\d{2}", grid.file)
    times, notes = times.copy(), notes.copy()
    for code in np.unique(column.codes[bare]):
        word = clean_text(str(column.words[code])).casefold()
        rows = bare & (column.codes == code)
        month = re.fullmatch(r"(\d{1,2})\s*月(?:份)?", word)
        season = next((m for w, m in SEASON_MONTHS.items() if word.startswith(w)), None)
        number = int(month.group(1)) if month else season
        if hit and number and 1 <= number <= 12:
            times[rows] = np.datetime64(f"{hit.group()}-{number:02d}-15", "s")
            notes[rows] = "month" if month else "season"
    return times, notes


def _undated(grid: Grid, marks: Marks, findings: list[Finding]) -> np.ndarray:
    """Times of a table without a date column: its sheet or file name may tell the month."""
    for text in (grid.sheet, grid.file):
        hit = _TITLE_DATE.search(text)
        time = parse_dates([hit.group(1)]).times[0] if hit else _NAT
        if not np.isnat(time):
            findings.append(Finding(grid.file, "date", "assumed", "no date column; the month is "
                                    "taken from the name of the sheet or file", grid.sheet,
                                    found=text, count=grid.n_rows))  # fmt: skip
            return np.full(grid.n_rows, time)
    times = np.full(grid.n_rows, _NAT, "datetime64[s]")
    marks.add(np.ones(grid.n_rows, bool), FAIL, "no valid date")
    findings.append(Finding(grid.file, "date", "flagged", "there is no column of dates; wanted "
                            "time, month or 监测时间", grid.sheet, count=grid.n_rows))  # fmt: skip
    return times
