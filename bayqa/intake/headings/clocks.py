"""Columns of clock times that are headed like columns of dates."""

from __future__ import annotations

import re

import numpy as np

from bayqa.intake.headings.headers import Header
from bayqa.intake.vocabulary.text import clean_text

__all__ = ["part_clocks", "release_clock"]

_CLOCK = re.compile(
    r"^(?:1899-12-3[01] )?(?:[上下]午\s*)?\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}秒?)?(?:\.\d+)?\s*"
    r"(?:[ap]\.?m\.?)?$|^0?\.\d+$",
    re.I,
)
_BARE = re.compile(r"^(?:[01]?\d|2[0-3])?[0-5]?\d$")
"""Hours and minutes without a colon, such as 804 or 1430."""


def release_clock(header: Header, fields: dict[str, int]) -> None:
    """Make a column of clock times the clock where years or months stand apart."""
    if "time" in fields and "clock" not in fields and {"year", "month"} & set(fields):
        if _holds(header, fields["time"], _CLOCK):
            fields["clock"] = fields.pop("time")


def part_clocks(header: Header, hits: list, fields: dict[str, int]) -> list:
    """Time columns that hold dates; one of clock times beside them becomes the clock.

    Parameters
    ----------
    header : Header
    hits : list of (rank, column)
    fields : dict
        Gets the clock.
    """
    clocks = [h for h in hits if len(hits) > 1 and _holds(header, h[1], _CLOCK, _BARE)]
    if not clocks:
        bare = [h for h in hits if len(hits) > 1 and _holds(header, h[1], _BARE)]
        clocks = bare if _are_clocks(header, bare) else []
    if clocks and len(clocks) < len(hits):
        fields.setdefault("clock", clocks[0][1])
        return [h for h in hits if h not in clocks]
    return hits


def _are_clocks(header: Header, hits: list) -> bool:
    """Whether a column of bare numbers is headed as a time and not as a date."""
    names = [header.headings[j].text.casefold() for _, j in hits]
    return bool(names) and all("date" not in n and "日期" not in n for n in names)


def _holds(header: Header, column: int, pattern: re.Pattern, *others: re.Pattern) -> bool:
    """Whether all cells match one of the patterns, and one of them the first."""
    cells = header.body.columns[column]
    words = [clean_text(cells.words[c]) for c in np.unique(cells.codes)[:50]]
    words = [w for w in words if w and w != header.headings[column].text]
    rest = [w for w in words if not pattern.match(w)]
    return len(rest) < len(words) and all(any(p.match(w) for p in others) for w in rest)
