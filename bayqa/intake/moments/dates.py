"""Dates as people write them: ISO, Chinese, serial numbers, months, seasons; never guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from bayqa.intake.moments.calendars import month_number, plain_date, republic_years
from bayqa.intake.vocabulary.text import clean_text

__all__ = ["SEASON_MONTHS", "Dates", "day_order", "parse_dates"]

SEASON_MONTHS = {"春": 4, "夏": 7, "秋": 10, "冬": 1, "spring": 4, "summer": 7, "autumn": 10,
                 "fall": 10, "winter": 1}  # fmt: skip
"""Middle month that stands for a season written instead of a date."""

_CHINESE = {c: i for i, c in enumerate("一二三四五六七八九十", 1)} | {"十一": 11, "十二": 12}
_ZONE = re.compile(
    r"\s*\(?(?:z|(?:utc|gmt)(?:[+-]\d{1,2}(?::?\d{2})?)?|[+-]\d{2}:?\d{2}|北京时间|"
    r"(?<![a-z])(?:[acemp][ds]?t|[acemp][ds]t|cest|[jkhs][sk]t|bst|aest|ist))\)?$"
)
_TIME = re.compile(
    r"(?:[t\s]+|(?<=日))(?:(上午|下午|中午|早上|凌晨|晚上|am|pm)\s*)?(\d{1,2})[:时時点h.](\d{1,2})?(?:[:分](\d{1,2})秒?)?"
    r"(?:\.\d+)?\s*分?\s*(am|pm|[ap]\.m\.|uhr)?$"
)
_HALVES = ("上午", "下午", "凌晨", "早上", "晚上", "am", "pm")
_HALF_DAY = re.compile(r"(?<=[\d日号])\s*(?:上午|下午|中午|早上|早晨|凌晨|晚上|傍晚|am|pm)$")
_PLAIN_TIME = re.compile(r"(?<=\d[-/.年月]\d\d)[t\s]*([01]\d|2[0-4])([0-5]\d)$")
_PACKED_TIME = re.compile(r"^((?:19|20)\d{6})[t\s]*([01]\d|2[0-4])([0-5]\d)([0-5]\d)?$")
_YMD = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?$")
_YM = re.compile(r"^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?(?:份)?$")
_SHORT = re.compile(r"^(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4}|\d{1,2})$")
_PACKED = re.compile(r"^((?:19|20)\d{2})(\d{2})(\d{2})?(?:\.0)?$")
_EPOCH = re.compile(r"^1[0-9]\d{8}(?:\d{3})?$")
"""Seconds or milliseconds since 1970, of 2001 to 2033."""
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
_ODD_SIGNS = re.compile(r"(?<=\d)[_\\](?=\d)")
_GLUED_NAME = re.compile(r"^(\d{1,2})([a-z]{3})(\d{4})(?!\d)")
_DAY_OF_YEAR = re.compile(r"^((?:19|20)\d{2})[-/](\d{3})$")
_BUDDHIST = re.compile(r"^(?:พ\.?ศ\.?|b\.?e\.?)?\s*(.*?)(?<!\d)(2[45]\d{2}|26[0-4]\d)(?!\d)(.*)$")
_AHEAD = 543
"""Years that the Buddhist era is ahead of the common one."""
_RANGE = re.compile(r"^(\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?)\s*(?:[~至到、,和&-]|to)\s*\d.*$")
_NAMED_FIRST = re.compile(r"^([a-z]{3,}\.?\s+\d{1,2})\s*(?:[-~&]|to|and)\s*\d{1,2}(,?\s+\d{4})$")
_NAMED_RANGE = re.compile(
    r"^(\d{1,2})\s*(?:[-~&,]|to|and)\s*\d{1,2}\.?\s+([a-z]{3,}\.?,?\s+\d{4})$"
)
_SHORT_RANGE = re.compile(
    r"^(\d{1,2})([/.])(\d{1,2})\.?\s*(?:[-~–至到]|to)\s*\d{1,2}\2\d{1,2}[/.](\d{4})$"
)
"""Two days of one year that stands behind the second: 5/8-5/10/2023."""
_SIX = re.compile(r"^(\d\d)(\d\d)(\d\d)$")
_SLIP = re.compile(r"\s*([-/.,])[-/.,]?\s*(?=\d)")
_TENTH = re.compile(r"^\d{4}\.1$")
_LOST_ZERO = "January or October"
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
        "dmy", "mdy", "ymd", "" when no such date is there, "both" for contradiction, "unknown"
        when every one can be read both ways.
    """
    day_first = month_first = either = 0
    short = []
    for word in words:
        hit = _SHORT.match(_strip_time(_first_day(clean_text(word).casefold()))[0])
        if hit:
            short.append(hit.group(1, 3, 4))
        if hit and len(hit.group(4)) == 4 or hit and not _looks_ymd(hit):
            a, b = int(hit.group(1)), int(hit.group(3))
            day_first += a > 12 >= b
            month_first += b > 12 >= a
            either += a <= 12 and b <= 12 and a != b
    year_first = _year_first(short)
    if year_first:
        return year_first
    if day_first and month_first:
        return "both"
    if day_first or month_first:
        return "dmy" if day_first else "mdy"
    return "unknown" if either else ""


def _first_day(plain: str) -> str:
    """First day of a range such as 5/8-5/10/2023, with its year; other texts as they are."""
    return _SHORT_RANGE.sub(r"\1\2\3\2\4", plain)


def _six_digits(plains: list[str]) -> list[str]:
    """Dates of six digits such as 230508 parted, where only the year can come first."""
    parts = [hit.groups() for hit in map(_SIX.match, plains) if hit]
    months = all(_PACKED.match(p) for p in plains if _SIX.match(p))
    if not parts or months or _year_first(parts) != "ymd":
        return plains
    return [_SIX.sub(r"20\1-\2-\3", p) for p in plains]


def _year_first(short: list[tuple[str, str, str]]) -> str:
    """Order "ymd" where dates of two digits such as 23.5.18 begin with the year, "" otherwise.

    Where both could be, the year is the part that stays and the day the part that changes.
    """
    if not short or any(len(part) > 2 for word in short for part in word):
        return ""
    a, b, c = np.array(short).astype(int).T
    if not ((b >= 1) & (b <= 12) & (c >= 1) & (c <= 31)).all() or not (a > 12).any():
        return ""
    if (a > 31).any() or any(len(word[2]) == 1 for word in short):
        return "ymd"
    firsts, lasts = len(set(a.tolist())), len(set(c.tolist()))
    return "unknown" if firsts == lasts else "ymd" if firsts < lasts else ""


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
    order : {"", "dmy", "mdy", "ymd"}
        How to read 3/4/2023; dates that need it stay NaT when empty. "ymd" for 23/5/8.

    Returns
    -------
    Dates
        `times` datetime64[s]; `notes` one of "" (a day), "month", "season", "blank", "year only",
        "serial", "range", "ambiguous", "impossible", "unreadable", "zone", "epoch", "republic"
        (years counted from 1911), "buddhist", "day of year", "lost zero", "January or October".
    """
    times = np.full(len(words), np.datetime64("NaT"), "datetime64[s]")
    notes = np.full(len(words), "", object)
    plains = _six_digits([clean_text(word).casefold() for word in words])
    republic = republic_years(plains)
    tenth = _tenth_month(plains)
    for k, plain in enumerate(plains):
        if plain in ("", "-", "--", "/", "nan", "nat", "none", "null", "n/a", "na", "缺测"):
            notes[k] = "blank"
        elif tenth and _TENTH.match(plain):
            notes[k] = tenth
            if tenth == "lost zero":
                times[k] = _parse_date(f"{plain}0", order)[0]
        else:
            common, era = (republic[k], "republic") if republic[k] else _common_years(plain)
            times[k], notes[k] = _parse_date(common, order)
            notes[k] = notes[k] or era
    return Dates(times, notes)


def _common_years(plain: str) -> tuple[str, str]:
    """Folded date in plain signs and common years, and "buddhist" where it counted others."""
    text = _GLUED_NAME.sub(r"\1 \2 \3", _ODD_SIGNS.sub("-", plain.removeprefix("'")))
    hit = _BUDDHIST.match(text) if re.search(r"\d\D+\d", text) else None
    if hit:
        return f"{hit.group(1)}{int(hit.group(2)) - _AHEAD}{hit.group(3)}", "buddhist"
    return plain_date(text), ""


def _tenth_month(plains: list[str]) -> str:
    """What 2023.1 means in a column: "" January, "lost zero" October, or one of both.

    A spreadsheet drops the last zero of 2023.10; January is 2023.01 where months have two digits.
    """
    if not any(map(_TENTH.match, plains)) or any(re.match(r"^\d{4}\.10$", p) for p in plains):
        return ""
    return "lost zero" if any(re.match(r"^\d{4}\.0\d$", p) for p in plains) else _LOST_ZERO


def _parse_date(plain: str, order: str) -> tuple[np.datetime64, str]:
    named = _NAMED_FIRST.match(plain)
    if named:  # before "10 2023" of "May 8-10 2023" passes for a clock time
        return _parse_date("".join(named.groups()), order)[0], "range"
    zone = _ZONE.search(plain) if ":" in plain else None
    day, seconds = _strip_time(plain[: zone.start()] if zone else plain)
    for reader in (_read_year_first, _read_packed, _read_named, _read_season):
        parts = reader(day)
        if parts:
            own = parts[4] if len(parts) > 4 else seconds
            return _make(*parts[:4], own, zone)
    hit = _SHORT.match(day)
    if hit:
        return _read_short(hit, order, seconds)
    first = _first_day(day)
    if first != day:
        time, note = _parse_date(first, order)
        return time, note or "range"
    hit = _RANGE.match(day)
    if hit:
        return _make(*_read_year_first(hit.group(1))[:3], "range", 0)
    hit = _NAMED_RANGE.match(day)
    if hit:
        return _parse_date(f"{hit.group(1)} {hit.group(2)}", order)[0], "range"
    if _HALF_DAY.search(day):
        return _parse_date(_HALF_DAY.sub("", day), order)
    if _YEAR.match(day):
        return np.datetime64("NaT"), "year only"
    tidy = _SLIP.sub(r"\1", plain.replace(",", "-")).rstrip(".-/,;")
    return _parse_date(tidy, order) if tidy != plain else (np.datetime64("NaT"), "unreadable")


def _strip_time(plain: str) -> tuple[str, int]:
    hit = _PACKED_TIME.match(plain) or _PLAIN_TIME.search(plain)
    if hit:
        clock = [int(g or 0) for g in hit.groups()[-3:]] if hit.re is _PACKED_TIME else [
            int(hit.group(1)), int(hit.group(2)), 0]  # fmt: skip
        day = hit.group(1) if hit.re is _PACKED_TIME else plain[: hit.start()].strip()
        return day, clock[0] * 3600 + clock[1] * 60 + clock[2]
    hit = _TIME.search(plain)
    if not hit:
        return plain, 0
    half = (hit.group(1) or hit.group(5) or "").replace(".", "")
    hour = int(hit.group(2)) % 12 if half in _HALVES else int(hit.group(2))
    hour += 12 if half in ("下午", "晚上", "pm") or (half == "中午" and hour < 3) else 0
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
    hit = _DAY_OF_YEAR.match(day)
    if hit and 1 <= int(hit.group(2)) <= 365 + (int(hit.group(1)) % 4 == 0):
        moment = np.datetime64(hit.group(1), "D") + np.timedelta64(int(hit.group(2)) - 1, "D")
        stamp = pd.Timestamp(moment)
        return stamp.year, stamp.month, stamp.day, "day of year"
    hit = _PACKED.match(day)
    if hit and hit.group(3):
        return int(hit.group(1)), int(hit.group(2)), int(hit.group(3)), ""
    if hit:
        return int(hit.group(1)), int(hit.group(2)), _MIDDLE, "month"
    if _EPOCH.match(day):
        seconds = int(day[:10])
        stamp = pd.Timestamp(np.datetime64(seconds, "s"))
        return stamp.year, stamp.month, stamp.day, "epoch", seconds % 86400
    if _SERIAL.match(day) and 20_000 <= float(day) < 80_000:
        # Day 1 is 1900-01-01 and the format counts a 1900-02-29 that never was.
        moment = np.datetime64("1899-12-30", "s") + np.timedelta64(round(float(day) * 86400), "s")
        stamp = pd.Timestamp(moment)
        clock = stamp.hour * 3600 + stamp.minute * 60 + stamp.second
        return stamp.year, stamp.month, stamp.day, "serial", clock
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
    if order == "ymd" and len(year) < 3:
        return _make(_full_year(hit.group(1)), b, int(year), "", seconds, None)
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
