"""Notes above and below a table: the limits of detection they state, the signs they explain."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from bayqa.intake.records.grid import Grid
from bayqa.intake.vocabulary.limits import LIMIT_WORD
from bayqa.intake.vocabulary.names import parse_heading
from bayqa.intake.vocabulary.text import clean_text
from bayqa.intake.vocabulary.units import parse_unit

__all__ = ["explained_signs", "foot_texts", "halves_limits", "stated_limits"]

_LAST_ROWS = 30
_LONGEST = 500
_SPEAKS = re.compile(
    rf"{LIMIT_WORD}|(?<![a-z])n\.?d\.?(?![a-z])|未检出|not detected|non-?detect", re.I
)
_NUMBER = re.compile(
    r"(?<![A-Za-z0-9_.\-−/])(\d+(?:\.\d+)?(?:e-?\d+)?|\.\d+)(?![\d.])\s*"
    r"((?:[kmunµμ]?(?:g|mol|m)|个|mpn|cfu)[^\s,;。、()\[\]\d]*(?:100 ?ml|-1|⁻¹)?)?",
    re.I,
)
_COMMON_UNIT = re.compile(rf"{LIMIT_WORD}s?\s*[(\[]([^()\[\]]+)[)\]]", re.I)
_EDGES = re.compile(r"[\s:=<≤,;。、()\[\]\"'“”]+|分别|为|是|的|均|and\b|of\b|for\b|is\b|和|、")
_SIGN = re.compile(
    r"(?:^|[\s,;:。、(])[\"'“]?([*#^†‡△▲※]|[A-Za-z](?=[\"'”]|\s*(?:[:=]|表示|代表|指|为)))[\"'”]?\s*"
    r"(?:[:=\-]|表示|代表|指|为|indicates?|means?|denotes?|is|are)?\s*([^;。]{2,60})",
    re.I,
)
_BELOW = re.compile(
    r"未检出|低于|小于|below|not detected|non-?detect|less than|<\s*(?:lo[dq]|mdl|rl|dl)", re.I
)
_ESTIMATED = re.compile(r"estimat|估计|估算|approximat", re.I)
_HALF = re.compile(r"一半|1/2|½|二分之一|half", re.I)
_WORDS = 4


def foot_texts(grid: Grid) -> tuple[str, ...]:
    """Texts of the last rows of a table in which no more than two different cells stand."""
    texts = []
    for i in range(max(0, grid.n_rows - _LAST_ROWS), grid.n_rows):
        cells = list(filter(None, dict.fromkeys(clean_text(c.cell(i)) for c in grid.columns)))
        if cells and len(max(cells, key=len)) > _WORDS and not _is_body(cells):
            texts.append(" ".join(cells))
    return tuple(texts)


def _is_body(cells: list[str]) -> bool:
    return sum(bool(re.fullmatch(r"[\d.\-:/]+", c)) for c in cells) >= 2


def stated_limits(texts: Iterable[str], only: str = "") -> dict[str, str]:
    """Limit of each parameter that one of some texts states, with its unit where one is written.

    Parameters
    ----------
    texts : iterable of str
        Such as "注:ND表示未检出,DIN检出限为0.003 mg/L" or "LOD (mg/L): DIN=0.003, DIP=0.001".
    only : str
        The parameter that a limit without a name belongs to; none when empty.
    """
    limits: dict[str, str] = {}
    for text in texts:
        plain = clean_text(text)
        if len(plain) < _LONGEST and _SPEAKS.search(plain):
            for name, limit in _limits_in(plain).items():
                if name or only:
                    limits.setdefault(name or only, limit)
    return limits


@cache
def _limits_in(plain: str) -> dict[str, str]:
    """Limits of one text by parameter; "" where none is named."""
    common = _COMMON_UNIT.search(plain)
    shared = common[1] if common and parse_unit(common[1]) else ""
    limits: dict[str, str] = {}
    hits = list(_NUMBER.finditer(plain))
    for k, hit in enumerate(hits):
        start = hits[k - 1].end() if k else 0
        end = hits[k + 1].start() if k + 1 < len(hits) else len(plain)
        before, after = plain[start : hit.start()], plain[hit.end() : end]
        unit = hit[2] if hit[2] and parse_unit(hit[2]) else shared
        name = _last_name(before) or (_last_name(after) if after.lstrip()[:1] in ("(", "[") else "")
        if name or (unit and hit[2] is not None and _SPEAKS.search(before)):
            limits.setdefault(name, f"{hit[1]} {unit}".strip())
    return limits


def _last_name(text: str) -> str:
    """Parameter that the last words of a text name."""
    bare = re.sub(rf"{LIMIT_WORD}", " ", text, flags=re.I)
    words = [w for w in _EDGES.split(bare) if w]
    for size in range(min(_WORDS, len(words)), 0, -1):
        for start in range(len(words) - size, -1, -1):
            name = parse_heading(" ".join(words[start : start + size])).parameter
            if name:
                return name
    return ""


def explained_signs(texts: Iterable[str]) -> dict[str, str]:
    """What signs behind numbers mean by some texts: "below" or "estimated".

    Such as "* 表示未检出" or "a: below detection limit".
    """
    signs: dict[str, str] = {}
    for text in texts:
        plain = clean_text(text)
        if len(plain) > _LONGEST:
            continue
        for sign, meaning in _SIGN.findall(plain):
            kind = "below" if _BELOW.search(meaning) else ""
            kind = kind or ("estimated" if _ESTIMATED.search(meaning) else "")
            if kind:
                signs.setdefault(sign.casefold(), kind)
    return signs


def halves_limits(texts: Iterable[str]) -> str:
    """The text that says that values below detection are given as half of their limit, or empty."""
    plains = (clean_text(t) for t in texts)
    return next((p for p in plains if _HALF.search(p) and _SPEAKS.search(p)), "")
