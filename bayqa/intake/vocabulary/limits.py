"""Words for limits of detection: of a row or column that holds them, or within a heading."""

from __future__ import annotations

import re

from bayqa.intake.vocabulary.text import clean_text, fold_text

__all__ = ["LIMIT_WORD", "is_limit_label", "limited_name", "split_limit"]

_FOLDED = re.compile(
    r"^(?:(?:方法|最低|仪器|分析)*检[出测](?:下)?(?:限|浓度)|(?:测定|定量)下?限)值?$|"
    r"^(?:methods?|instrument|analytical|practical)*(?:detection|reporting|quantitation|"
    r"quantification|reportable)limits?(?:[mr]?dl|m?rl|lo[dq])?$|^limit(?:s|e|es)?(?:of|de)(?:detection|"
    r"quantification|quantitation|détection|detección|deteccion|cuantificación|cuantificacion)$|"
    r"^(?:[mi]?dl|m?rl|mdls|lo[dq]s?|pql)$|^(?:nachweis|bestimmungs)grenzen?$|"
    r"^(?:検出|定量)下限値?$|^검출한계|^정량한계"
)
LIMIT_WORD = (
    r"(?:(?:方法)?(?:最低)?检[出测](?:下)?限|最低检出浓度|测定下限|定量下?限|"
    r"(?:method |reporting |minimum )?(?:detection|reporting|quantitation|quantification) limits?|"
    r"limits? of (?:detection|quantification|quantitation)|"
    r"(?<![a-z])(?:m?dl|m?rl|mdls?|lo[dq]s?|pql)(?![a-z]))"
)
_LONGEST = 60
_IN_HEADING = re.compile(
    rf"^(.*?\S)[\s,;(\[]*{LIMIT_WORD}\s*(?:值|为|是)?\s*[:=<≤]*\s*(\d*\.?\d+(?:e-?\d+)?\s*"
    r"(?:[kmun]?[gμµ][^\s()\[\]]*)?)\s*[)\]]?$",
    re.I,
)
_OF_NAME = re.compile(
    rf"^(.*?\S)[\s_,;/(\[-]*{LIMIT_WORD}\s*[)\]]?(\s*[(\[].*[)\]])?$",
    re.I,
)


def is_limit_label(text: str) -> bool:
    """Whether a cell names a row of detection limits, such as "方法检出限(mg/L)" or "MDL"."""
    if not text or len(text) > _LONGEST:
        return False
    plain = re.sub(r"\s*\([^()]*\)$|\s*\[[^\[\]]*\]$|:$", "", clean_text(text))
    return bool(_FOLDED.match(fold_text(plain)))


def split_limit(plain: str) -> tuple[str, str]:
    """A heading without the limit that it states, and the limit: "DIN(mg/L)(检出限0.003)"."""
    hit = _IN_HEADING.match(plain) if len(plain) < 2 * _LONGEST else None
    if not hit:
        return plain, ""
    name = hit[1].rstrip(" ,;([")
    for opening, closing in ("()", "[]"):
        name += closing * (name.count(opening) - name.count(closing))
    return name, hit[2].strip()


def limited_name(heading: str) -> str:
    """What a column of limits belongs to: "DIN" of "DIN_MDL" or "DIN 检出限(mg/L)"; or empty."""
    hit = _OF_NAME.match(clean_text(heading)) if len(heading) < _LONGEST else None
    return hit[1].rstrip(" _,;/([-") if hit else ""
