"""Months, years and eras as several languages write them, put into one plain way."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

__all__ = ["month_number", "plain_date"]

_NAMES = (
    "january janvier januar enero janeiro gennaio",
    "february fevrier fevr februar febrero fevereiro febbraio",
    "march mars marz maerz mrz marzo marco",
    "april avril abril aprile",
    "may mai mayo maio maggio",
    "june juin juni junio junho giugno",
    "july juillet juli julio julho luglio",
    "august aout agosto",
    "september septembre septiembre setiembre setembro settembre sept",
    "october octobre oktober octubre outubro ottobre",
    "november novembre noviembre novembro",
    "december decembre dezember diciembre dezembro dicembre",
)
"""English, French, German, Spanish, Portuguese and Italian, without accents."""

_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
_ERA = re.compile(r"^(令和|平成|昭和)\s*(元|\d{1,2})\s*年")
_HANGUL = str.maketrans({"년": "年", "월": "月", "일": "日"})
_DIGITS = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0"}
_WRITTEN = re.compile(r"^([一二][零〇○一二三四五六七八九]{3})\s*年(.*)$")
_TENS = re.compile(r"^(?:([一二三])?(十))?([一二三四五六七八九])?$")
_SHORT_YEAR = re.compile(r"^(\d{2})\s*年(?=\s*\d{1,2}\s*月)")
_PART_OF_MONTH = re.compile(r"(?<=月)\s*(?:[上中下]旬|[初底末])$")
_WEEKDAY = re.compile(r"^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er)\b")
_ARTICLE = re.compile(r"\s+(?:de|del|of|d')\s+")
_YEAR_FIRST = re.compile(r"^(\d{4})[\s.-]+([a-z]{3,})[\s.-]+(\d{1,2})$")


@cache
def _months() -> dict[str, int]:
    """Number of each name and of each beginning of three letters or more that is one month's."""
    found: dict[str, set[int]] = {}
    for number, names in enumerate(_NAMES, 1):
        for name in names.split():
            for end in range(3, len(name) + 1):
                found.setdefault(name[:end], set()).add(number)
    return {word: min(numbers) for word, numbers in found.items() if len(numbers) == 1}


def month_number(word: str) -> int:
    """Number of the month that a name or its beginning means, or 0."""
    return _months().get(word.rstrip("."), 0)


def plain_date(text: str) -> str:
    """Folded date with Hangul, eras, written digits, weekdays and accents put into plain signs."""
    if text.isascii():
        return _plain_western(text) if any(c.isalpha() for c in text) else text
    text = text.translate(_HANGUL)
    hit = _ERA.match(text)
    if hit:
        number = 1 if hit.group(2) == "元" else int(hit.group(2))
        text = f"{_ERAS[hit.group(1)] + number}年{text[hit.end() :]}"
    hit = _WRITTEN.match(text)
    if hit:
        text = "".join(_DIGITS[c] for c in hit.group(1)) + "年" + _written_parts(hit.group(2))
    text = _SHORT_YEAR.sub(r"20\1年", text)
    text = _PART_OF_MONTH.sub("", text)
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return _plain_western(bare) if bare.isascii() else text


def _written_parts(text: str) -> str:
    """Month and day in written digits: 五月八日 to 5月8日."""
    return re.sub(r"[一二三四五六七八九十]+", lambda m: _written_number(m.group()), text)


def _written_number(text: str) -> str:
    hit = _TENS.match(text)
    if not hit:
        return text
    tens, ten, ones = hit.groups()
    return str(int(_DIGITS.get(tens, "1")) * 10 * bool(ten) + int(_DIGITS.get(ones, "0")))


def _plain_western(text: str) -> str:
    text = _ARTICLE.sub(" ", _ORDINAL.sub("", _WEEKDAY.sub("", text)))
    hit = _YEAR_FIRST.match(text)
    return f"{hit.group(3)} {hit.group(2)} {hit.group(1)}" if hit else text
