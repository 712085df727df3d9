"""Values as laboratories write them: numbers, detection marks, intervals and signs for missing.

Each distinct text is parsed once. A value is an interval: exact when both bounds are equal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from bayqa.intake.vocabulary.remarks import LONE_COMMA, PLUS_MINUS, lift_footnote, without_remark
from bayqa.intake.vocabulary.text import clean_text
from bayqa.intake.vocabulary.units import parse_unit
from bayqa.intake.vocabulary.words import load_words

__all__ = ["KINDS", "MISSING", "NOT_DETECTED", "Reading", "parse_value", "parse_words",
           "decimal_comma"]  # fmt: skip

KINDS = ("exact", "blank", "missing", "below", "above", "interval", "not detected", "unreadable")

MISSING = frozenset(load_words()["marks"]["missing"])
"""Marks that mean: there is no measurement here."""

NOT_DETECTED = frozenset(load_words()["marks"]["not_detected"])
"""Marks that mean: measured, but below a limit that the mark itself does not state."""

_LONGEST = 250
"""Letters of a cell beyond which it holds prose; patterns of numbers would search it for hours."""
_FILL = re.compile(r"^-9{3,6}\.0+$")
_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?"
_PLAIN = re.compile(rf"^{_NUMBER}$")
_THOUSANDS = re.compile(r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
_DOTTED_THOUSANDS = re.compile(r"^[+-]?[1-9]\d{0,2}(?:\.\d{3})+$")
_GROUPED = re.compile(r"^[+-]?\d{1,3}(?:['’ ]\d{3})+(?:[.,]\d+)?$")
"""Thousands parted by apostrophes or blanks, which are no decimal sign anywhere."""
_POWER = re.compile(
    r"^([+-]?(?:\d+\.?\d*|\.\d+))\s*(?:x|\*|×|✕|·|\u2022)\s*10\s*(?:\^|\*\*|e)?\s*\(?([+-]?\d+)\)?$"
)
_BELOW = re.compile(
    r"^(?:<=?|≤|＜|≦|&lt;=?|lt|小于等于|小于|低于|不大于|不足|不到|"
    r"(?:less than|below|under|unter|kleiner(?: als)?|inf(?:érieur|\.)? à|"
    r"menor (?:que|de)|inferior a|minore di|meno di)(?= ))\s*(.+)$"
)
_ABOVE = re.compile(
    r"^(?:>=?|≥|＞|≧|&gt;=?|gt|大于等于|大于|高于|不小于|超过|"
    r"(?:more than|above|over|über|mehr als|größer(?: als)?|greater than|sup(?:érieur|\.)? à|"
    r"mayor (?:que|de)|maior que|superior a|maggiore di)(?= ))\s*(.+)$"
)
_SIGN_BEHIND = re.compile(r"^(\d[^\s]*)\s*(?:(以下|未満|未满|미만|이하)|(以上|초과|이상))$")
_OPEN_RANGE = re.compile(
    r"^(?:<\s*[\d.]+|[\d.]+\s*l|n\.?d\.?|未检出|bdl)\s*(?:~|～|–|-|至|到|to)\s*(\d+\.?\d*)$"
)
"""A range that begins below detection: "<0.01~0.05", "ND-0.05"."""
_ADRIFT = re.compile(r"^\d+\.\d+\.$")
_LIMIT_AFTER = re.compile(rf"^({_NUMBER})\s*(?:\(?l\)?|\(?nd\)?|u|\(?未检出\)?)$")
_MARK_LIMIT = re.compile(
    r"^(?:n\.?d\.?|未检出|bdl|未检测出|低于检出限|not detected)\s*"
    r"[\(\[:,，/]?\s*(?:<|≤|检出限为?|dl|mdl|lod|limit)?\s*[:=]?\s*([^\)\]]+?)\s*[\)\]]?$"
)
# Two points part a range only after a decimal part or with spaces: "0..12" is a slip of the finger.
_TILDE = re.compile(
    rf"^({_NUMBER})\s*(?:~|～|–|至|到|(?<=\.\d)\.\.|(?<=\.\d\d)\.\.|\s\.\.\s|to)\s*({_NUMBER})$"
)
_DASH = re.compile(
    r"^((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*-\s*((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$"
)
_BRACKET = re.compile(rf"^([\[\(])\s*({_NUMBER})\s*[,;]\s*({_NUMBER}|\+?inf)\s*[\]\)]$")
_PLUS_MINUS = re.compile(rf"^({_NUMBER})\s*(?:±|\+/-|\+-)\s*{_NUMBER}$")
_LONE_COMMA = re.compile(r"^[<>＜]?\s*0,\d+$")
"""Numbers whose comma parts neither thousands nor two values, in a column of points."""
_PAIR = re.compile(r"^(\d*\.\d+)\s*[/;]\s*(\d*\.\d+)$")


class Reading(NamedTuple):
    """What one text says; `unit` is a unit written in the cell itself, `note` a caveat."""

    kind: str
    value: float = np.nan
    lower: float = np.nan
    upper: float = np.nan
    unit: str = ""
    note: str = ""


def parse_value(
    text: str, *, missing: frozenset[str] = frozenset(), comma: bool = False
) -> Reading:
    """Reading of one text.

    Parameters
    ----------
    text : str
        Such as "0.32", "＜0.01", "0.001L", "未检出(0.003)", "1.2×10^-3", "—" or "1,234.5".
    missing : set of str
        Further texts that mean missing, folded to lower case.
    comma : bool
        Whether the comma is the decimal sign.

    Returns
    -------
    Reading
        Kind "unreadable" when the text is no value; nothing is coerced.
    """
    text, footnote = lift_footnote(text)
    if len(text) > _LONGEST:
        return Reading("unreadable", note=f"{text[:20]}...")
    plain = clean_text(text).casefold().replace("％", "%")
    plain = plain[1:] if plain[:1] == "'" and len(plain) > 1 else plain
    if not plain:
        return Reading("blank")
    if plain in missing or plain.strip("()[]{}'\"") in MISSING or _FILL.match(plain):
        return Reading("missing", note=plain)
    if plain in NOT_DETECTED or plain.strip("()[]*'\" ") in NOT_DETECTED:
        return Reading("not detected", lower=0.0, note=plain)
    if plain.replace(" ", "") in NOT_DETECTED:
        return Reading("not detected", lower=0.0, note=plain)
    reading = _parse_marked(plain, comma)
    if reading.kind == "unreadable":
        return _parse_remarked(plain, comma) or reading
    return reading._replace(note=footnote) if footnote else reading


def _parse_remarked(plain: str, comma: bool) -> Reading | None:
    """Reading of a text such as "0.35*" or "<0.01 (LOD)"; its note is the remark."""
    for text, remark in without_remark(plain):
        reading = _parse_marked(text, comma)
        if reading.kind in ("exact", "below", "above"):
            return reading._replace(note=remark)
    pair = _PAIR.match(plain)
    if pair and not comma:
        low, high = sorted(float(g) for g in pair.groups())
        if 0 < high <= 2 * low:
            return Reading("interval", (low + high) / 2, low, high, note="two values")
    return None


def _parse_marked(plain: str, comma: bool) -> Reading:
    number = _number(plain, comma)
    if number is not None:
        return _exact(number)
    edged = _parse_edges(plain, comma)
    if edged is not None:
        return edged
    for pattern, build in ((_BELOW, _below), (_ABOVE, _above)):
        hit = pattern.match(plain)
        if hit:
            return _bounded(hit.group(1), build, comma)
    hit = _LIMIT_AFTER.match(plain.replace(",", ".") if comma else plain)
    if hit:
        return _below(float(hit.group(1)), "")
    hit = _MARK_LIMIT.match(plain)
    if hit:
        return _bounded(hit.group(1), _below, comma)
    return _parse_range(plain, comma)


def _parse_edges(plain: str, comma: bool) -> Reading | None:
    """Reading of a text whose sign stands behind the number or at the lower end of a range."""
    hit = _OPEN_RANGE.match(plain.replace(",", ".") if comma else plain)
    if hit:
        return Reading("interval", float(hit.group(1)) / 2, 0.0, float(hit.group(1)))
    hit = _SIGN_BEHIND.match(plain)
    if hit:
        return _bounded(hit.group(1), _below if hit.group(2) else _above, comma)
    if plain.endswith("l") and _POWER.match(plain[:-1].strip()):
        return _bounded(plain[:-1].strip(), _below, comma)
    return None


def _exact(number: float, unit: str = "", note: str = "") -> Reading:
    return Reading("exact", number, number, number, unit, note)


def _below(number: float, unit: str) -> Reading:
    if number == 0:
        return Reading("not detected", lower=0.0, note="below 0")
    return Reading("below", number / 2, 0.0, number, unit)


def _above(number: float, unit: str) -> Reading:
    return Reading("above", number, number, np.inf, unit)


def _bounded(text: str, build, comma: bool) -> Reading:
    number, unit = _number_unit(text.strip(), comma)
    if number is None or number < 0:
        return Reading("unreadable", note=text)
    return build(number, unit)


def _parse_range(plain: str, comma: bool) -> Reading:
    dotted = plain.replace(",", ".") if comma else plain
    for pattern in (_TILDE, _DASH, _BRACKET):
        hit = pattern.match(dotted)
        if hit:
            low, high = float(hit.groups()[-2]), float(hit.groups()[-1])
            if low > high:
                return Reading("unreadable", note="lower bound above upper bound")
            middle = (low + high) / 2 if np.isfinite(high) else low
            return Reading("interval", middle, low, high)
    hit = _PLUS_MINUS.match(dotted)
    if hit:
        return _exact(float(hit.group(1)), note=PLUS_MINUS)
    number, unit = _number_unit(plain, comma)
    if number is not None:
        return _exact(number, unit)
    return Reading("unreadable", note=plain)


def _number(text: str, comma: bool) -> float | None:
    """Number of a text without unit or mark, or None."""
    if _GROUPED.match(text):
        text = re.sub(r"['’ ]", "", text)
    if comma:
        grouped = "," in text or _DOTTED_THOUSANDS.match(text)
        text = re.sub(r"\.(?=\d{3}(?:\D|$))", "", text) if grouped else text
        text = text.replace(",", ".", 1)
    elif _THOUSANDS.match(text):
        text = text.replace(",", "")
    text = text[:-1] if _ADRIFT.match(text) else text
    if " " in text and not comma:
        text = _join_digits(text)
    if _PLAIN.match(text):
        number = float(text) + 0.0  # a negative zero becomes a plain one
        return number if np.isfinite(number) else None
    hit = _POWER.match(f"1x{text}" if text.startswith("10^") else text)
    if hit and abs(int(hit.group(2)[:6])) < 300:
        return float(f"{hit.group(1)}e{hit.group(2)}")
    return None


def _join_digits(text: str) -> str:
    """Text without the blanks that slipped in beside a decimal point, or between thousands."""
    if re.fullmatch(r"[+-]?\d+\s*\.\s*\d+", text):
        return text.replace(" ", "")
    if re.fullmatch(rf"[+-]\s+{_NUMBER.replace('[+-]?', '', 1)}", text):
        return text.replace(" ", "")
    return text


def _number_unit(text: str, comma: bool) -> tuple[float | None, str]:
    """Number followed by a unit that is known: "0.01 mg/L"."""
    number = _number(text, comma)
    if number is not None:
        return number, ""
    hit = re.match(rf"^({_NUMBER})\s*(?:\(?l\)?)?$", text)
    if hit and np.isfinite(float(hit.group(1))):
        return float(hit.group(1)), ""
    hit = re.match(r"^([+-]?[\d.,]+(?:e[+-]?\d+)?)\s*\(?([^\d\s(][^()]*)\)?$", text)
    if hit and parse_unit(hit.group(2)) is not None:
        unit = hit.group(2)
        return (_number(hit.group(1), comma), unit) if len(unit) > 1 or unit == "%" else (None, "")
    return None, ""


def parse_words(words: Iterable[str], *, missing=frozenset(), comma: bool = False):
    """Readings of distinct texts as arrays.

    Parameters
    ----------
    words : sequence of str, shape (n,)
    missing, comma
        As in `parse_value`.

    Returns
    -------
    kind : ndarray of uint8, index into `KINDS`
    bounds : ndarray of float, shape (3, n): value, lower, upper
    units, notes : ndarray of object
    """
    words = list(words)
    kind = np.zeros(len(words), np.uint8)
    bounds = np.empty((3, len(words)))
    units = np.full(len(words), "", object)
    notes = np.full(len(words), "", object)
    for k, word in enumerate(words):
        number = None if comma else _fast_number(word)
        if number is not None and word not in missing:
            bounds[:, k] = number
            continue
        lone = not comma and _LONE_COMMA.match(word.strip())
        reading = parse_value(word, missing=missing, comma=comma or bool(lone))
        reading = reading._replace(note=LONE_COMMA) if lone else reading
        kind[k] = KINDS.index(reading.kind)
        bounds[:, k] = reading.value, reading.lower, reading.upper
        units[k], notes[k] = reading.unit, reading.note
    return kind, bounds, units, notes


def _fast_number(word: str) -> float | None:
    if word[:1].isdigit() and word.isascii() and "_" not in word:
        try:
            number = float(word)
        except ValueError:
            return None
        return number if np.isfinite(number) and word not in MISSING else None
    return None


def decimal_comma(words: Iterable[str]) -> bool | None:
    """Whether the comma is the decimal sign of a column; None when nothing tells.

    "1,5" or "0,032" tell yes (no thousands group), "1.5" and "1,234.5" tell no.
    """
    yes = no = 0
    for word in words:
        plain = clean_text(word).strip("<>≤≥ ").casefold().rstrip("l ")
        if _DOTTED_THOUSANDS.match(plain) and not plain.startswith("0"):
            continue
        if re.fullmatch(r"[+-]?\d*\.\d+|[+-]?\d{1,3}(,\d{3})+\.\d+", plain):
            no += 1
        elif re.fullmatch(r"[+-]?\d+,\d+", plain) and not re.fullmatch(
            r"[1-9]\d{0,2},\d{3}", plain
        ):
            yes += 1
        elif re.fullmatch(r"[+-]?\d{1,3}(\.\d{3})+,\d+", plain):
            yes += 1
    if yes and not no:
        return True
    return False if no else None
