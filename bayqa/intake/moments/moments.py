"""Times of the rows of a table, from one column or from year, month, day and season apart."""

from __future__ import annotations

import re

import numpy as np

from bayqa.errors import InputError
from bayqa.intake.headings.columns import Layout
from bayqa.intake.moments.dates import Dates, day_order, parse_dates
from bayqa.intake.moments.yearless import days_of_year, part_of_year
from bayqa.intake.records.findings import EPOCH_1904
from bayqa.intake.records.grid import Column, Grid
from bayqa.intake.records.log import Log
from bayqa.intake.records.marks import FAIL, GOOD, NOT_EVALUATED, SUSPECT
from bayqa.intake.vocabulary.text import clean_text

__all__ = ["MONTH_ONLY", "SEASON_ONLY", "SEVERAL_DAYS", "YEAR_ONLY", "read_times"]

_CLOCK = re.compile(
    r"(?:1899-12-3[01] )?(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*(?:(?P<half>[ap])\.?m\.?)?",
    re.I,
)
_BARE_CLOCK = re.compile(r"(\d{1,2}?)(\d{2})()")

_NAT = np.datetime64("NaT")
_TEXTS = {
    "month": ("assumed", "only the month is given; the 15th stands for it"),
    "season": ("assumed", "only the season is given; the 15th of its middle month stands for it"),
    "range": ("assumed", "several days are given; the first stands for them"),
    "serial": ("converted", "spreadsheet serial numbers, turned into dates"),
    "epoch": ("converted", "seconds or milliseconds since 1970, turned into dates (UTC)"),
    "zone": ("assumed", "the time zone is left out; the clock time is kept as written"),
    "year only": (
        "doubtful",
        "only the year is given, which tells no campaign; 1 July stands for "
        "it, and samples of the sea are flagged",
    ),
    "impossible": ("flagged", "there is no such date"),
    "unreadable": ("flagged", "is no date"),
    "blank": ("flagged", "no date is given"),
    "ambiguous": ("flagged", "day and month cannot be told apart"),
    "republic": ("converted", "years counted from 1911 (112 is 2023)"),
    "buddhist": ("converted", "years of the Buddhist era (2566 is 2023)"),
    "day of year": ("assumed", "a year and the number of the day in it"),
    "lost zero": ("assumed", "a number that lost its last zero: October, since January is .01"),
    "January or October": (
        "flagged",
        "may be January or October, since numbers lose a last zero; write 2023-01 or 2023-10",
    ),
}
_BAD = ("impossible", "unreadable", "blank", "ambiguous", "January or October")
YEAR_ONLY = "only the year is given"
MONTH_ONLY = "only the month is given"
SEASON_ONLY = "only the season is given"
SEVERAL_DAYS = "several days are given"
_TITLE_DATE = re.compile(
    r"((?<!\d)(?:19|20)\d{2}([-/.])\d{1,2}\2\d{1,2}(?!\d)|(?:19|20)\d{2}\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?|"
    r"(?<!\d)(?:19|20)\d{2}[-.](?:0?[1-9]|1[0-2])(?![\d])|(?<!\d)(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?!\d)|"
    r"(?:19|20)\d{2}\s*年?\s*[春夏秋冬]季?|(?<![a-z])[a-z]{3,9}\.?[ _-](?:19|20)\d{2}(?!\d)|"
    r"(?:19|20)\d{2}\s*年?\s*第?[一二三四1-4]\s*季度|(?:19|20)\d{2}[ _-]?q[1-4])",
    re.I,
)
_NUMERALS = {c: str(i) for i, c in enumerate("一二三四五六七八九十", 1)}
_NUMERALS |= {"十一": "11", "十二": "12"}
_RANGE_AFTER = re.compile(r"\s*(?:[~～至到—、和]|-|to)\s*(?:\d|[春夏秋冬第])")
_OTHER_DATE = re.compile(
    r"(?:打印|制表|报告|填报|填表|编制|签发|导出|审核|发布|printed|report(?:ed)?|created|exported|issued)"
    r"[^\d]{0,14}(?:19|20)\d{2}\s*[-/.年]\s*\d{1,2}(?:\s*[-/.月]\s*\d{1,2}日?)?",
    re.I,
)
"""Dates of the paper, which say nothing about the samples."""
_TITLE_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_YEAR_MONTH = re.compile(
    r"(?<!\d)(?:19|20)\d{2}\s*年\s*\d{1,2}\s*月|(?<!\d)(?:19|20)\d{2}-\d{2}(?!\d)"
)
_EPOCHS_APART = np.timedelta64(1462, "D")
_LONG_GAP, _FEW, _FAR_YEAR = 15, 0.25, 2100


def read_times(layout: Layout, log: Log) -> np.ndarray:
    """Time of each row, NaT (flagged 4) where there is none.

    Raises
    ------
    InputError
        When day and month of a column can be read both ways throughout.
    """
    grid = log.grid
    column, name = _date_column(grid, layout)
    if column is None:
        return _undated(layout, log)
    log = log._replace(column=name)
    order = _order(column, name, layout, grid)
    dates = parse_dates(list(column.words), order=order)
    _say_order(log, column, name, layout, order)
    times, notes = _of_epoch(grid, dates)
    times, notes = times[column.codes], notes[column.codes]
    bare = np.isnat(times) & np.isin(notes, ("unreadable", "year only"))
    if bare.any():
        times, notes = _from_sheet(layout, log, column, (times, notes), bare)
    for note, (action, message) in _TEXTS.items():
        log.add(notes == note, "date", action, message, found=column.cell)
    bad = np.isin(notes, _BAD)
    log.marks.add(bad, FAIL, "no valid date")
    times = np.where(notes == "year only", _mid_year(column), times)
    _mark_vague(log, notes)
    late = _late(times, layout.mapping.get("dates", {}).get("latest"))
    text, note = "the date lies in the future", "date in the future"
    log.add(late, "date", "flagged", text, found=column.cell, flag=SUSPECT, note=note)
    return _with_clock(layout, log, times)


def _mark_vague(log: Log, notes: np.ndarray) -> None:
    """Say in the rows how well their dates are known, where the dates themselves do not tell."""
    log.marks.add(notes == "year only", NOT_EVALUATED, YEAR_ONLY)
    log.marks.add(notes == "season", GOOD, SEASON_ONLY)
    log.marks.add(notes == "range", GOOD, SEVERAL_DAYS)
    # The 15th of a column of months is no day; beside days it would pass for one.
    if (notes == "").any():
        log.marks.add(notes == "month", GOOD, MONTH_ONLY)


def _of_epoch(grid: Grid, dates: Dates) -> tuple[np.ndarray, np.ndarray]:
    """Times and notes, with bare numbers of days counted from 1904 where the workbook says so."""
    if not any(f.kind == EPOCH_1904 for f in grid.findings):
        return dates
    serial = dates.notes == "serial"
    return np.where(serial, dates.times + _EPOCHS_APART, dates.times), dates.notes


def _say_order(log: Log, column: Column, name: str, layout: Layout, order: str) -> None:
    """A finding where neither the mapping nor a date tells the order of day and month."""
    if not order or layout.mapping.get("dates", {}).get("order"):
        return
    unclear = day_order(list(column.words)) in ("unknown", "both")
    why = "by its heading" if _named_order(name) else "since dates with points are written so"
    text = f"day and month are read as {order} {why}"
    both = np.array([day_order([w]) == "unknown" for w in column.words], bool)[column.codes]
    log.add(both & unclear, "date", "assumed", text, found=column.cell)


def _mid_year(column: Column) -> np.ndarray:
    """1 July of the year that a cell names, NaT where it names none."""
    years = [_TITLE_YEAR.search(clean_text(str(word))) for word in column.words]
    dates = [np.datetime64(f"{y.group(0)}-07-01", "s") if y else _NAT for y in years]
    return np.array(dates or [_NAT], "datetime64[s]")[column.codes]


def _late(times: np.ndarray, latest: object) -> np.ndarray:
    """Mask of dates after the latest one that the mapping allows.

    Without one no clock is asked, so that a file reads the same on every day: a few dates more
    than 15 years after all others are late.
    """
    if latest is not None:
        return times >= _latest_day(latest) + np.timedelta64(1, "D")
    years = times.astype("datetime64[Y]").astype(float) + 1970
    years[np.isnat(times)] = np.nan
    far = years >= _FAR_YEAR
    steps = np.unique(years[np.isfinite(years)])
    gaps = np.flatnonzero(np.diff(steps) > _LONG_GAP)
    late = years > steps[gaps[-1]] if len(gaps) else far
    return late | far if late.sum() <= _FEW * len(late) else far


def _latest_day(latest: object) -> np.datetime64:
    time = parse_dates([str(latest)]).times[0]
    if np.isnat(time):
        raise InputError(
            f"mapping [dates]: latest {str(latest)!r} is no date; wanted one such as 2024-12-31"
        )
    return time.astype("datetime64[D]")


def _with_clock(layout: Layout, log: Log, times: np.ndarray) -> np.ndarray:
    """Times with the clock time of a column of its own, where the date has none."""
    if "clock" not in layout.fields:
        return times
    column = log.grid.columns[layout.fields["clock"]]
    seconds = np.array([_clock(w) for w in column.words] or [0])[column.codes]
    bare = times == times.astype("datetime64[D]")
    return times + np.where(bare, seconds, 0).astype("timedelta64[s]")


def _clock(word: str) -> int:
    """Seconds of "10:25", "下午2:30", "804" or 0.604 (of a day); 0 where it is no clock time."""
    plain = clean_text(word)
    if re.fullmatch(r"0?\.\d+", plain):
        return round(float(plain) * 86400)
    plain = re.sub(r"^([上下])午\s*(.+)$", lambda m: m[2] + "ap"[m[1] == "下"] + "m", plain)
    hit = _CLOCK.fullmatch(plain) or _BARE_CLOCK.fullmatch(plain)
    hour, minute, second = (int(g or 0) for g in hit.groups()[:3]) if hit else (0, 0, 0)
    half = (hit.groupdict().get("half") or "").casefold() if hit else ""
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    seconds = hour * 3600 + minute * 60 + second
    return seconds if seconds <= 86400 and minute < 60 and second < 60 else 0


def _date_column(grid: Grid, layout: Layout) -> tuple[Column | None, str]:
    fields = layout.fields
    if "time" in fields:
        return grid.columns[fields["time"]], layout.heading("time")
    parts = [f for f in ("year", "month", "day", "season") if f in fields]
    if "month" in parts and "year" not in parts:
        return _days_of_months(grid, fields), layout.heading("month")
    if parts == ["day"]:
        return _days_of_title(grid.columns[fields["day"]], layout, grid), layout.heading("day")
    if not parts:
        return None, ""
    keep = [f for f in parts if f != "season"] if "month" in parts else parts
    columns = [grid.columns[fields[f]] for f in keep]
    if keep[-1] == "season":
        columns[-1] = _seasons(columns[-1], layout.heading("season"))
    return _join(grid, columns), layout.heading(keep[0])


def _days_of_months(grid: Grid, fields) -> Column:
    """Column of months, with the day behind it where a column of days is there too."""
    months = grid.columns[fields["month"]]
    if "day" not in fields:
        return months
    joined = _join(grid, [months, grid.columns[fields["day"]]])
    words = [re.sub(r"^(\d{1,2})-(\d{1,2})$", r"\1月\2日", w) for w in joined.words]
    return Column(joined.codes, np.array(words, object))


def _days_of_title(column: Column, layout: Layout, grid: Grid) -> Column:
    """Column of days completed by the one year and month that a title or name gives."""
    texts = [clean_text(t) for t in (grid.sheet, *layout.titles, grid.file)]
    found = next((m.group(0) for t in texts for m in [_YEAR_MONTH.search(t)] if m), "")
    words = [re.sub(r"\.0$|[日号]$", "", clean_text(w)) for w in column.words]
    found += "" if found.endswith("月") else "-"
    full = [f"{found}{w}" if found[0] != "-" and w.isdigit() else w and f"?{w}" for w in words]
    return Column(column.codes, np.array(full, object))


def _seasons(column: Column, heading: str) -> Column:
    """Column of seasons whose bare numbers are quarters where the heading says so."""
    quarters = "季度" in heading or "quarter" in heading.casefold()
    words = [clean_text(w) for w in column.words]
    # A bare number under any other heading is the number of a survey, not a month.
    words = [f"q{w}" if quarters and w.isdigit() else f"?{w}" if w.isdigit() else w for w in words]
    return Column(column.codes, np.array(words, object))


def _join(grid: Grid, columns: list[Column]) -> Column:
    """Column of dates put together from year, month and day, or year and season."""
    codes = np.zeros(grid.n_rows, np.int64)
    for c in columns:
        codes = codes * (len(c.words) + 1) + c.codes
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    words = []
    for i in first:
        parts = [re.sub(r"\.0$|[年月日]$", "", clean_text(c.cell(i))) for c in columns]
        parts = [_NUMERALS.get(p, p) for p in parts]
        words.append("" if not all(parts) else "-".join(parts))
    return Column(inverse.astype(np.int32), np.array(words, object))


def _order(column: Column, name: str, layout: Layout, grid: Grid) -> str:
    stated = layout.mapping.get("dates", {}).get("order", "") or _named_order(name)
    order = stated or day_order(list(column.words))
    used = column.words[np.unique(column.codes)]
    if order == "unknown" and all(map(_is_dotted, used)):
        return "dmy"
    if order == "unknown" and day_order(list(used)) != "unknown":
        # Only dates of rows that were left out could be read both ways.
        return ""
    if order == "unknown":
        first = next(i for i in range(grid.n_rows) if day_order([column.cell(i)]) == "unknown")
        raise InputError(
            f"{grid.file}: row {grid.rows[first]}, column {name!r}: {column.cell(first)!r} can be "
            "read as day/month or month/day (or year first); say which with "
            'mapping={"dates": {"order": "dmy"}}, "mdy" or "ymd"'
        )
    return order if order in ("dmy", "mdy", "ymd") else ""


def _named_order(heading: str) -> str:
    """Order of day and month that a heading states, such as "Date (dd/mm/yyyy)"."""
    plain = re.sub(r"[^a-z年月日]", "", clean_text(heading).casefold())
    hit = re.search(r"d{1,2}m{1,3}y{2,4}|m{1,3}d{1,2}y{2,4}|日月年|月日年", plain)
    return "" if not hit else "dmy" if hit.group()[0] in "d日" else "mdy"


def _is_dotted(word: str) -> bool:
    """Whether a word is blank or a date such as 08.05.2023: points are written day first."""
    plain = clean_text(word)
    return not plain or bool(re.match(r"^\d{1,2}\.\s*\d{1,2}\.\s*\d{4}(?!\d)", plain))


def _from_sheet(layout: Layout, log: Log, column: Column, dates, bare):
    """Dates such as "5月", "春季" or "5月8日" completed by the year in a title or name."""
    grid, (times, notes) = log.grid, (d.copy() for d in dates)
    texts = (grid.sheet, *layout.titles, grid.file)
    year = _year_of(texts)
    codes = np.unique(column.codes[bare]) if year else np.zeros(0, int)
    words = [clean_text(str(column.words[c])).casefold() for c in codes]
    order = layout.mapping.get("dates", {}).get("order") or _usual_order(texts, log.column)
    filled = np.zeros(len(times), bool)
    for code, (month, day, note) in zip(codes, days_of_year(words, order), strict=True):
        time = parse_dates([f"{year}-{month}-{day}"]).times[0]
        if not np.isnat(time):
            rows = bare & (column.codes == code)
            times[rows], notes[rows] = time, note
            filled |= rows
    text = f"the year {year} is taken from the title or a name"
    log.add(filled, "date", "assumed", text, found=column.cell)
    return times, notes


def _usual_order(texts, heading: str) -> str:
    """Month before day in tables written in Chinese, Japanese or Korean; not told otherwise."""
    return "mdy" if any(c > "\u2e80" for text in (*texts, heading) for c in text) else ""


def _year_of(texts) -> str:
    """The one year that the first text with any year names; none where it names several."""
    years = next((y for y in (set(_TITLE_YEAR.findall(clean_text(t))) for t in texts) if y), set())
    return years.pop() if len(years) == 1 else ""


def _undated(layout: Layout, log: Log) -> np.ndarray:
    """Times of a table without a date column: a title or a name may tell the month."""
    grid, everything = log.grid, np.ones(log.grid.n_rows, bool)
    texts = [_OTHER_DATE.sub(" ", clean_text(t)) for t in (grid.sheet, *layout.titles, grid.file)]
    found = [(m.group(1), t) for t in texts for m in [_TITLE_DATE.search(t)] if m]
    found = [(d, t) for d, t in found if not _RANGE_AFTER.match(t.partition(d)[2])]
    year = _year_of(texts)
    number = part_of_year(texts[0].casefold())[0]
    if not found and year and 1 <= number <= 12:
        found = [(f"{year}-{number:02d}", f"{texts[0]}, {year}")]
    for text, place in found:
        time = parse_dates([text]).times[0]
        if not np.isnat(time):
            message = "no date column; the date is taken from the title or a name"
            log.add(everything, "date", "assumed", message, found=place)
            return np.full(grid.n_rows, time)
    log.add(
        everything,
        "date",
        "flagged",
        "there is no column of dates; wanted time, month or 监测时间",
        flag=FAIL,
        note="no valid date",
    )
    return np.full(grid.n_rows, _NAT, "datetime64[s]")
