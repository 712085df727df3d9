"""Dates without a year: months, seasons, quarters and days, which a title completes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bayqa.intake.moments.calendars import month_number
from bayqa.intake.moments.dates import SEASON_MONTHS

__all__ = ["days_of_year", "part_of_year"]

_MONTH_WORD = re.compile(r"^(\d{1,2})\s*(?:月(?:份)?|월)?(?:\.0)?$")
_QUARTER_WORD = re.compile(r"^(?:第?\s*([一二三四1-4])\s*季度|q\s*([1-4]))$")
_MONTH_DAY = re.compile(r"^(\d{1,2})\s*(月|월|[-/.])\s*(\d{1,2})\s*[日号일]?$")
_NAMED_DAY = re.compile(
    r"^(\d{1,2})(?:st|nd|rd|th)?[\s.-]*([a-z]{3,})\.?$|^([a-z]{3,})\.?[\s-]*(\d{1,2})$"
)
_MIDDLE = 15


def days_of_year(words: Sequence[str], order: str = "") -> list[tuple[int, int, str]]:
    """Month, day and what stood for them, of folded texts that give no year; 0, 0 where not told.

    Parameters
    ----------
    words : sequence of str
        Distinct texts of one column, such as "5月8日", "5/18", "8 May", "5月", "春季", "Q2".
    order : {"", "mdy", "dmy"}
        Order of day and month in "5/8" where no text of the column tells.
    """
    pairs = [_MONTH_DAY.match(w) for w in words]
    plain = [tuple(int(g) for g in p.group(1, 3)) for p in pairs if p and p.group(2) not in "月월"]
    if any(a > 12 for a, _ in plain) != any(b > 12 for _, b in plain):
        order = "dmy" if any(a > 12 for a, _ in plain) else "mdy"
    whole = any(p and p.group(3) in ("10", "20", "30") for p in pairs)
    return [_day_of_year(w, p, order, whole) for w, p in zip(words, pairs, strict=True)]


def _day_of_year(word: str, pair: re.Match | None, order: str, whole: bool):
    if pair:
        first, mark, second = pair.groups()
        # A spreadsheet makes 5.1 of 5.10, so a lone 5.1 may be the first or the tenth.
        lost = mark == "." and second in ("1", "2", "3") and not whole
        if mark in "月월" or (order == "mdy" and not lost):
            return int(first), int(second), ""
        return (int(second), int(first), "") if order == "dmy" and not lost else (0, 0, "")
    hit = _NAMED_DAY.match(word)
    if hit and month_number(hit.group(2) or hit.group(3)):
        return month_number(hit.group(2) or hit.group(3)), int(hit.group(1) or hit.group(4)), ""
    month, note = part_of_year(word)
    return month, _MIDDLE, note


def part_of_year(word: str) -> tuple[int, str]:
    """Month that stands for a month, season or quarter without a year, and which it was; or 0."""
    hit = _MONTH_WORD.match(word)
    if hit:
        return int(hit.group(1)), "month"
    hit = _QUARTER_WORD.match(word)
    if hit:
        number = hit.group(1) or hit.group(2)
        return 3 * ("一二三四".find(number) + 1 or int(number)) - 1, "season"
    season = next((m for w, m in SEASON_MONTHS.items() if word.startswith(w)), 0)
    return (season, "season") if season else (month_number(word), "month")
