"""Dates as people write them: ISO, Chinese, serial numbers, months, seasons; never guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from bayqa.intake.calendars import month_number, plain_date
from bayqa.intake.text import clean_text

__all__ = ["SEASON_MONTHS", "Dates", "day_order", "parse_dates"]

SEASON_MONTHS = {"春": 4, "夏": 7, "秋": 10, "冬": 1, "spring": 4, "summer": 7, "autumn": 10,
                 "fall": 10, "winter": 1}  # fmt: skip
"""Middle month that stands for a season written instead of a date."""

_CHINESE = {c: i for i, c in enumerate("一二三四五六七八九十", 1)} | {"十一": 11, "十二": 12}
_ZONE = re.compile(r"\s*(?:z|utc|gmt|[+-]\d{2}:?\d{2})$")
_TIME = re.compile(
    r"[t\s]+(?:(上午|下午|am|pm)\s*)?(\d{1,2})[:时点](\d{1,2})?(?:[:分](\d{1,2})秒?)?(?:\.\d+)?\s*分?\s*(am|pm)?$"
)
_YMD = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?$")
_YM = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?(?:份)?$")
_SHORT = re.compile(r"^(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{1,2})$")
_PACKED = re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})?(?:\.0)?$")
_SERIAL = re.compile(r"^\d{5}(?:\.\d+)?$")
_NAMED = re.compile(
    r"^(?:(\d{1,2})[\s.-]+)?([a-z]{3,})\.?[\s,.-]+(?:(\d{1,2}),?[\s-]+)?(\d{4}|\d{2})$"
)
_SEASON = re.compile(
    r"^(\d{4})\s*年?\s*[-/_ ]?\s*(春|夏|秋|冬|spring|summer|autumn|fall|winter)(?:季|天)?$"
)
_SEASON_FIRST = re.compile(r"^(spring|summer|autumn|fall|winter)\s*[-/_ ]?\s*(\d{4})$")
_QUARTER_FIRST = re.compile(r"^(?:q\s*([1-4])|([1-4])q)\s*[-/_ ]?\s*(\d{4})$")
_QUARTER = re.compile(r"^(\d{4})\s*年?\s*[-/_ ]?\s*(?:第?\s*([一二三四1-4])\s*季度|q\s*([1-4]))$")
_RANGE = re.compile(r"^(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?)\s*(?:[~至到-]|to)\s*\d.*$")
_YEAR = re.compile(r"^(\d{4})\s*年?(?:度)?$")
_CHINESE_MONTH = re.compile(r"^(\d{4})\s*年\s*([一二三四五六七八九十]{1,2})\s*月(?:份)?$")

_MIDDLE = 15
"""Day that stands for a month: no campaign begins or ends there."""


class Dates(NamedTuple):
    """Times of distinct texts, and for each what was done: see `parse_dates`."""

    times: np.ndarray
    notes: np.ndarray


def day_order(words: Sequence[str]) -> str:
    """Order of day and month in dates such as 3/4/2023, from those that can be read one way only.

    Returns
    -------
    str
        "dmy", "mdy", "" when no such date is there, "both" for contradiction, "unknown" when
        every one can be read both ways.
    """
    day_first = month_first = either = 0
    for word in words:
        hit = _SHORT.match(_strip_time(clean_text(word).casefold())[0])
        if hit and len(hit.group(4)) == 4 or hit and not _looks_ymd(hit):
            a, b = int(hit.group(1)), int(hit.group(3))
            day_first += a > 12 >= b
            month_first += b > 12 >= a
            either += a <= 12 and b <= 12 and a != b
    if day_first and month_first:
        return "both"
    if day_first or month_first:
        return "dmy" if day_first else "mdy"
    return "unknown" if either else ""


def _looks_ymd(hit: re.Match) -> bool:
    """Whether a date such as 23/5/8 can only begin with the year."""
    a, b, c = int(hit.group(1)), int(hit.group(3)), int(hit.group(4))
    return (a > 31 or len(hit.group(4)) == 1 or (a > 12 and b <= 12 and c <= 12)) and len(
        hit.group(4)
    ) < 3


def parse_dates(words: Sequence[str], *, order: str = "") -> Dates:
    """Times of distinct texts.

    Parameters
    ----------
    words : sequence of str, shape (n,)
    order : {"", "dmy", "mdy"}
        How to read 3/4/2023; dates that need it stay NaT when empty.

    Returns
    -------
    Dates
        `times` datetime64[s]; `notes` one of "" (a day), "month", "season", "blank", "year only",
        "serial", "range", "ambiguous", "impossible", "unreadable", "zone".
    """
    times = np.full(len(words), np.datetime64("NaT"), "datetime64[s]")
    notes = np.full(len(words), "", object)
    for k, word in enumerate(words):
        plain = clean_text(word).casefold()
        if plain in ("", "-", "--", "/", "nan", "nat", "none", "null", "n/a", "na", "缺测"):
            notes[k] = "blank"
            continue
        times[k], notes[k] = _parse_date(plain_date(plain), order)
    return Dates(times, notes)


def _parse_date(plain: str, order: str) -> tuple[np.datetime64, str]:
    zone = _ZONE.search(plain) if ":" in plain else None
    day, seconds = _strip_time(plain[: zone.start()] if zone else plain)
    for reader in (_read_year_first, _read_packed, _read_named, _read_season):
        parts = reader(day)
        if parts:
            return _make(*parts, seconds, zone)
    hit = _SHORT.match(day)
    if hit:
        return _read_short(hit, order, seconds)
    hit = _RANGE.match(day)
    if hit:
        return _make(*_read_year_first(hit.group(1))[:3], "range", 0)
    if _YEAR.match(day):
        return np.datetime64("NaT"), "year only"
    return np.datetime64("NaT"), "unreadable"


def _strip_time(plain: str) -> tuple[str, int]:
    hit = _TIME.search(plain)
    if not hit:
        return plain, 0
    half = hit.group(1) or hit.group(5)
    hour = int(hit.group(2)) % 12 if half else int(hit.group(2))
    hour += 12 if half in ("下午", "pm") else 0
    seconds = hour * 3600 + int(hit.group(3) or 0) * 60 + int(hit.group(4) or 0)
    return plain[: hit.start()].strip(), seconds if seconds <= 86400 else -1


def _read_year_first(day: str):
    hit = _YMD.match(day)
    if hit:
        return int(hit.group(1)), int(hit.group(2)), int(hit.group(3)), ""
    hit = _YM.match(day)
    if hit:
        return int(hit.group(1)), int(hit.group(2)), _MIDDLE, "month"
    hit = _CHINESE_MONTH.match(day)
    return (int(hit.group(1)), _CHINESE.get(hit.group(2), 0), _MIDDLE, "month") if hit else None


def _read_packed(day: str):
    hit = _PACKED.match(day)
    if hit and hit.group(3):
        return int(hit.group(1)), int(hit.group(2)), int(hit.group(3)), ""
    if hit:
        return int(hit.group(1)), int(hit.group(2)), _MIDDLE, "month"
    if _SERIAL.match(day) and 20_000 <= float(day) < 80_000:
        # Day 1 is 1900-01-01 and the format counts a 1900-02-29 that never was.
        moment = np.datetime64("1899-12-30", "s") + np.timedelta64(round(float(day) * 86400), "s")
        stamp = pd.Timestamp(moment)
        return stamp.year, stamp.month, stamp.day, "serial"
    return None


def _read_named(day: str):
    hit = _NAMED.match(day)
    if not hit or not month_number(hit.group(2)):
        return None
    number = hit.group(1) or hit.group(3)
    year = _full_year(hit.group(4))
    return year, month_number(hit.group(2)), int(number or _MIDDLE), "" if number else "month"


def _read_season(day: str):
    hit = _QUARTER.match(day)
    if hit:
        number = hit.group(2) or hit.group(3)
        return int(hit.group(1)), 3 * int(_CHINESE.get(number, number)) - 1, _MIDDLE, "season"
    hit = _QUARTER_FIRST.match(day)
    if hit:
        return int(hit.group(3)), 3 * int(hit.group(1) or hit.group(2)) - 1, _MIDDLE, "season"
    hit = _SEASON.match(day)
    if hit:
        return int(hit.group(1)), SEASON_MONTHS[hit.group(2)], _MIDDLE, "season"
    hit = _SEASON_FIRST.match(day)
    return (int(hit.group(2)), SEASON_MONTHS[hit.group(1)], _MIDDLE, "season") if hit else None


def _read_short(hit: re.Match, order: str, seconds: int) -> tuple[np.datetime64, str]:
    a, b, year = int(hit.group(1)), int(hit.group(3)), hit.group(4)
    if _looks_ymd(hit) and not order:
        return _make(_full_year(hit.group(1)), b, int(year), "", seconds, None)
    if a > 12 >= b or (a == b and a <= 12):
        return _make(_full_year(year), b, a, "", seconds, None)
    if b > 12 >= a:
        return _make(_full_year(year), a, b, "", seconds, None)
    if a > 12 and b > 12:
        return np.datetime64("NaT"), "impossible"
    if order not in ("dmy", "mdy"):
        return np.datetime64("NaT"), "ambiguous"
    month, day = (b, a) if order == "dmy" else (a, b)
    return _make(_full_year(year), month, day, "", seconds, None)


def _full_year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)


def _make(year: int, month: int, day: int, note: str, seconds: int, zone=None):
    try:
        moment = np.datetime64(f"{year:04d}-{month:02d}-{day:02d}", "s")
    except ValueError:
        return np.datetime64("NaT"), "impossible"
    if seconds < 0 or not 1850 <= year <= 2200:
        return np.datetime64("NaT"), "impossible"
    return moment + np.timedelta64(seconds, "s"), note or ("zone" if zone else "")
