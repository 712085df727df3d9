"""Remarks that people write around a number in one cell: footnote signs, brackets, "about".

A star is no remark: in many tables it marks a value that is not to be used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

__all__ = ["LONE_COMMA", "PLUS_MINUS", "lift_footnote", "raise_signs", "remark_message",
           "speaks_of_doubt", "without_remark"]  # fmt: skip

PLUS_MINUS = "the ± part is left out"
LONE_COMMA = "decimal comma"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠᵍʰⁱ"
_RAISING = str.maketrans("0123456789+-−abcdefghi", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ᵃᵇᶜᵈᵉᶠᵍʰⁱ")
_FOOTNOTE = re.compile(rf"^(.*\d)\s*([{_RAISED}①-⑳⑴-⒇⒜-⒵ⓐ-ⓩ†‡]+)\s*$")
_TEN = re.compile(r"(?<![\d.])10$")
_BRACKET = re.compile(r"^(.+?)\s*\(([^()\d]+)\)$")
_ABOUT = re.compile(r"^(?:~|≈|约为?|大约|近似|ca\.?|approx\.?|about)\s*(\d.*?)(?:左右)?$")
_ESTIMATED = re.compile(r"^(.*\d)\s*j$|^e\s*(\d+\.?\d*)$")
_WRAPPED = re.compile(r"^\(\s*([<≤>≥].*?)\s*\)$")
_DECIMAL = re.compile(r"(?<=\d)\s*[。。·・]\s*(?=\d)")
_LIMIT_BETWEEN = re.compile(
    r"^(<=?|≤|小于|低于)\s*(?:方法)?(?:检出限|测定下限|定量限|lod|loq|mdl|rl|dl)(?:为|值)?\s*[:=]?\s*"
    r"\(?\s*(\d[^()]*)\)?$"
)
_LIMITS = re.compile(r"检出|定量限|测定下限|\b(?:lod|loq|mdl|rl|dl|nd)\b")
_DOUBT = re.compile(
    r"异常|可疑|存疑|无效|错误|作废|剔除|离群|suspect|invalid|error|outlier|reject|question|fail|bad|"
    r"struck through|未采用|不采用|污染|contaminat"
)
_HARMLESS = re.compile(
    r"平行样?|均值|平均值?|复测|复核|补测|重测|mean|avg|average|dup|duplicate|replicate"
)


def raise_signs(text: str) -> str:
    """Text with its digits, signs and first letters raised, as a document shows them."""
    return text.translate(_RAISING)


def lift_footnote(text: str) -> tuple[str, str]:
    """Raw text without a raised or circled footnote sign behind its number, and that sign.

    Normal widths would make one more digit of it: "0.35¹" is no 0.351. The power of "10³" stays.
    """
    if text.isascii():
        return text, ""
    hit = _FOOTNOTE.match(text)
    if not hit or _TEN.search(hit.group(1)):
        return text, ""
    return hit.group(1), hit.group(2)


def speaks_of_doubt(text: str) -> bool:
    """Whether a remark says that a value is not to be used."""
    return bool(_DOUBT.search(text.casefold()))


def without_remark(plain: str) -> Iterator[tuple[str, str]]:
    """Ways to read a folded text that is no value as a value with a remark: (value, remark)."""
    hit = _LIMIT_BETWEEN.match(plain)
    if hit:
        yield f"<{hit.group(2)}", ""
    if _DECIMAL.search(plain):
        yield _DECIMAL.sub(".", plain), ""
    hit = _ABOUT.match(plain)
    if hit:
        yield hit.group(1), "about"
    hit = _ESTIMATED.match(plain)
    if hit:
        yield hit.group(1) or hit.group(2), "j"
    hit = _WRAPPED.match(plain)
    if hit:
        yield hit.group(1), ""
    hit = _BRACKET.match(plain)
    if hit and not _DOUBT.search(hit.group(2)):
        below = hit.group(1).startswith(("<", "≤"))
        if below or not _LIMITS.search(hit.group(2)):
            yield hit.group(1), "" if below and _LIMITS.search(hit.group(2)) else hit.group(2)


def remark_message(remark: str) -> tuple[str, str]:
    """Action and message of the report for numbers that carry a remark."""
    if remark == PLUS_MINUS:
        return "ignored", "the part behind ± is left out"
    if remark == LONE_COMMA:
        return (
            "assumed",
            "the comma of this number is read as its decimal sign, unlike those of others",
        )
    if remark == "two values":
        return (
            "assumed",
            "two values in one cell, as of a duplicate: an interval from one to the other",
        )
    if remark == "about":
        return "assumed", "an approximate number; used as it stands"
    if remark == "j":
        return "assumed", "marked J, an estimate of the laboratory; used as it stands"
    if _HARMLESS.fullmatch(remark):
        return "assumed", f"the remark {remark!r} stands behind the number, which is used"
    return "doubtful", f"the number carries {remark!r}; it is used, see what that means"
