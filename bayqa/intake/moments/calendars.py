"""Months, years and eras as several languages write them, put into one plain way."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

__all__ = ["month_number", "plain_date", "republic_years"]

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

_WHOLE = (
    "stycznia styczen января январь januari ocak tammikuu tammikuuta leden ledna",
    "lutego luty февраля февраль februari subat helmikuu helmikuuta unor unora",
    "marca marzec марта март maart mars mart maaliskuu maaliskuuta brezen brezna",
    "kwietnia kwiecien апреля апрель april nisan huhtikuu huhtikuuta duben dubna",
    "maja maj мая май mei mayıs mayis toukokuu toukokuuta kveten kvetna",
    "czerwca czerwiec июня июнь juni haziran kesakuu kesakuuta cerven cervna",
    "lipca lipiec июля июль juli temmuz heinakuu heinakuuta cervenec cervence",
    "sierpnia sierpien августа август augusti augustus agustos elokuu elokuuta srpen srpna",
    "wrzesnia wrzesien сентября сентябрь september eylul syyskuu syyskuuta zari",
    "pazdziernika pazdziernik октября октябрь oktober ekim lokakuu lokakuuta rijen rijna",
    "listopada listopad ноября ноябрь november kasım kasim marraskuu marraskuuta",
    "grudnia grudzien декабря декабрь december aralık aralik joulukuu joulukuuta prosinec prosince",
)
"""Polish, Russian, Dutch, Swedish, Turkish, Finnish and Czech, only as whole words."""

_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ROMAN = {r: i for i, r in enumerate("i ii iii iv v vi vii viii ix x xi xii".split(), 1)}
_ROMAN_DATE = re.compile(r"^(\d{1,2})\s*[-./ ]\s*([ivx]+)\s*[-./ ]\s*(\d{4})$")
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_REPUBLIC = re.compile(
    r"^(?:民[國国]|中華民國|roc)\s*(\d{1,3})\s*(年|[-/.])|^(1\d\d)\s*(年|[-/.])(?=\s*\d)"
)
_REPUBLIC_PACKED = re.compile(r"^(1\d\d)((?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))$")
_TWO_DIGITS = re.compile(r"^(\d{2})([-/.])(?=\d{1,2}\2\d{1,2}(?!\d))")
_ERA_LETTER = re.compile(r"^([rhs])(\d{1,2})([-/.])(?=\d{1,2}\3\d{1,2}$)")
_FIRST_YEAR = 1911
_LETTER_ERAS = {"r": 2018, "h": 1988, "s": 1925}
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
_ERA = re.compile(r"^(令和|平成|昭和)\s*(元|\d{1,2})\s*年")
_HANGUL = str.maketrans({"년": "年", "월": "月", "일": "日"})
_DIGITS = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0"}
_WRITTEN = re.compile(r"^([一二][零〇○一二三四五六七八九]{3})\s*年(.*)$")
_TENS = re.compile(r"^(?:([一二三])?(十))?([一二三四五六七八九])?$")
_SHORT_YEAR = re.compile(r"^(\d{2})\s*年(?=\s*\d{1,2}\s*月)")
_PART_OF_MONTH = re.compile(r"(?<=月)\s*(?:[上中下]旬|[初底末])$")
_DAYS = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_WEEKDAY = re.compile(rf"^{_DAYS}\.?,?\s+|[\s,(]+{_DAYS}\.?\)?$")
_CHINESE_WEEKDAY = re.compile(
    r"\s*\(?(?:星期|周|週|礼拜|禮拜)[一二三四五六日天]\)?\s*|\s*\([月火水木金土日]\)"
)
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


@cache
def _foreign() -> dict[str, str]:
    names = {n: _ENGLISH[k] for k, row in enumerate(_WHOLE) for n in row.split()}
    return {word: short for word, short in names.items() if month_number(word) == 0}


def republic_years(words: list[str]) -> list[str | None]:
    """Folded dates that count years from 1911 (112/5/8) in common years; None for all others.

    Years of two digits count so where another date of the same column has three.
    """
    found = [_from_republic(w) for w in words]
    if any(found):
        return [f or _two_digits(w) for f, w in zip(found, words, strict=True)]
    return found


def _from_republic(word: str) -> str | None:
    hit = _REPUBLIC.match(word)
    if hit:
        year, mark = hit.group(1) or hit.group(3), hit.group(2) or hit.group(4)
        return f"{int(year) + _FIRST_YEAR}{mark}{word[hit.end() :].lstrip()}"
    hit = _REPUBLIC_PACKED.match(word)
    return f"{int(hit.group(1)) + _FIRST_YEAR}{hit.group(2)}" if hit else None


def _two_digits(word: str) -> str | None:
    hit = _TWO_DIGITS.match(word)
    return f"{int(hit.group(1)) + _FIRST_YEAR}{hit.group(2)}{word[hit.end() :]}" if hit else None


def plain_date(text: str) -> str:
    """Folded date with Hangul, eras, written digits, weekdays and accents put into plain signs."""
    if text.isascii():
        return _plain_western(text) if any(c.isalpha() for c in text) else text
    text = _CHINESE_WEEKDAY.sub(" ", text.translate(_HANGUL)).strip()
    hit = _ERA.match(text)
    if hit:
        number = 1 if hit.group(2) == "元" else int(hit.group(2))
        text = f"{_ERAS[hit.group(1)] + number}年{text[hit.end() :]}"
    hit = _WRITTEN.match(text)
    if hit:
        text = "".join(_DIGITS[c] for c in hit.group(1)) + "年" + _written_parts(hit.group(2))
    text = _SHORT_YEAR.sub(r"20\1年", text)
    text = _PART_OF_MONTH.sub("", text)
    text = _LETTERS.sub(_english_month, text)
    bare = "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return _plain_western(bare) if bare.isascii() else text


def _english_month(hit: re.Match) -> str:
    """English beginning of a month of another tongue, or the word as it is."""
    word = unicodedata.normalize("NFD", hit.group())
    bare = "".join(c for c in word if not unicodedata.combining(c))
    return _foreign().get(hit.group()) or _foreign().get(bare, hit.group())


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
    hit = _ERA_LETTER.match(text)
    if hit:
        return f"{_LETTER_ERAS[hit.group(1)] + int(hit.group(2))}{hit.group(3)}{text[hit.end() :]}"
    hit = _ROMAN_DATE.match(text)
    if hit and hit.group(2) in _ROMAN:
        return f"{hit.group(3)}-{_ROMAN[hit.group(2)]}-{hit.group(1)}"
    text = _ARTICLE.sub(" ", _ORDINAL.sub("", _WEEKDAY.sub("", text)))
    text = _LETTERS.sub(_english_month, text)
    text = re.sub(r"(?<=\d)\.(?=\s+[a-z])", "", text)
    hit = _YEAR_FIRST.match(text)
    return f"{hit.group(3)} {hit.group(2)} {hit.group(1)}" if hit else text
