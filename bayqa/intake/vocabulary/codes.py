"""Codes of quality beside values: schemes of data centres and agencies, and plain words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from bayqa.intake.vocabulary.text import clean_text, fold_text

__all__ = ["Code", "read_codes"]


class Code(NamedTuple):
    """What a code says: a `flag` to raise (3 suspect, 4 bad), a `sign` of the value, or neither.

    Signs: "below", "above", "missing"; "unknown" for a code without an agreed meaning.
    """

    flag: int = 0
    sign: str = ""


_SUSPECT, _BAD = Code(3), Code(4)
_BELOW, _ABOVE, _GONE, _FINE = Code(0, "below"), Code(0, "above"), Code(0, "missing"), Code()
_UNKNOWN = Code(0, "unknown")
_NUMBERS = {"3": _SUSPECT, "4": _BAD, "9": _GONE}
"""The same in QARTOD, SeaDataNet, WOCE and Argo."""
_SCHEMES = {
    # SeaDataNet L20: 6 below detection, 7 in excess, 8 interpolated, A uncertain, Q below LOQ.
    "seadatanet": {**dict.fromkeys("0125", _FINE), **_NUMBERS, "6": _BELOW, "7": _ABOVE,
                   "8": _SUSPECT, "a": _SUSPECT, "b": _SUSPECT, "q": _BELOW},
    "odv": {"0": _FINE, "1": _FINE, "4": _SUSPECT, "8": _BAD},
    "woce": {**dict.fromkeys("125678", _FINE), **_NUMBERS, "5": _GONE},
    # NERRS: -5 above and -4 below the range of a sensor, -3 rejected, 1 suspect.
    "nerrs": {"-5": _ABOVE, "-4": _BELOW, "-3": _BAD, "-2": _GONE, "-1": _GONE, "1": _SUSPECT,
              **dict.fromkeys("02345", _FINE)},
}  # fmt: skip
_NERRS = re.compile(r"^\s*<(-?\d)>")
_SIGNS = {"<": _BELOW, "<=": _BELOW, "≤": _BELOW, ">": _ABOVE, ">=": _ABOVE, "≥": _ABOVE}
_GOOD = re.compile(
    r"^(?:good|ok|pass(?:ed)?|valid(?:ated)?|accepted|approved|final|preliminary|provisional|"
    r"historical|raw|unflagged|not evaluated|true|yes|y|normal|stable|experimental|unknown|fair|"
    r"bon|correcte|non qualifi[eé]e?|non d[eé]finissable|normale waarde|"
    r"definitief|ongecontroleerd|有效|正常|合格|通过|是|已审核)$"
)
_SUSPECT_WORDS = re.compile(
    r"suspect|question|doubt|probably bad|unreliable|^poor|onbetrouwbaar|可疑|存疑|异常|"
    r"douteux|incertain|维护|故障|调试|停运|校准"
)
_BAD_WORDS = re.compile(
    r"^bad\b|^faux$|incorrect|fail|reject|invalid|error|无效|作废|剔除|不合格|^false$|^否$"
)
_GONE_WORDS = re.compile(r"^missing|^hiaat|not sampled|缺测")


def read_codes(
    words: Iterable[str],
    heading: str,
    own: Mapping[str, Iterable[str]] | None = None,
    *,
    others: Iterable[str] = (),
) -> list[Code]:
    """Meaning of each distinct word of a column of codes.

    Parameters
    ----------
    words : sequence of str
        Distinct cells, such as "1", "B", "<-4> [SBL]" or "probably bad".
    heading : str
        Of their column; "QV:SEADATANET" names a scheme.
    own : mapping, optional
        Words of a preset or mapping: lists "good", "suspect", "bad", "missing", "below", "above".
    others : iterable of str
        Cells of the other columns of codes of the table, which tell the scheme where these are few.

    Returns
    -------
    list of Code
    """
    plain = [clean_text(w).casefold().removesuffix(".0") for w in words]
    named = {"suspect": _SUSPECT, "bad": _BAD, "missing": _GONE, "below": _BELOW, "above": _ABOVE,
             "good": _FINE}  # fmt: skip
    table = {str(w).casefold(): named[k] for k, ws in (own or {}).items() if k in named for w in ws}
    scheme = _SCHEMES.get(_scheme(heading, words), {})
    shown = {w for w in plain if w not in table} - {"", "-", "/", "nan", "na"}
    numbered = bool(shown) and all(w.isdigit() and len(w) == 1 for w in shown)
    # In columns of control 1 is good everywhere; in others it may stand for "flagged".
    told = re.search(r"qc|qv|qartod", heading, re.I) or set("2349") & set(others)
    vague = numbered and shown <= {"0", "1"} and not told
    return [_read(w, table, scheme, numbered, vague) for w in plain]


def _scheme(heading: str, words: Iterable[str]) -> str:
    folded = fold_text(heading)
    if any(_NERRS.match(w) for w in words):
        return "nerrs"
    if "seadatanet" in folded:
        return "seadatanet"
    if folded.startswith("qvodv"):
        return "odv"
    return "woce" if "woce" in folded or folded.endswith("flagw") else ""


def _read(word: str, table: Mapping, scheme: Mapping, numbered: bool, vague: bool) -> Code:
    if word in table:
        return table[word]
    if word in ("", "-", "/", "nan", "na"):
        return _FINE
    hit = _NERRS.match(word)
    code = hit.group(1) if hit else word
    if scheme:
        return scheme.get(code, _UNKNOWN)
    if numbered:
        return _UNKNOWN if vague and word == "1" else _NUMBERS.get(word, _FINE)
    return _SIGNS.get(word) or _of_words(word)


def _of_words(word: str) -> Code:
    for pattern, code in (
        (_BAD_WORDS, _BAD),
        (_SUSPECT_WORDS, _SUSPECT),
        (_GONE_WORDS, _GONE),
        (_GOOD, _FINE),
    ):
        if pattern.search(word):
            return code
    return _FINE if word == "0" else _UNKNOWN
