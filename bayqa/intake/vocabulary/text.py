"""Text as people type it: widths, odd spaces, dashes and invisible signs made plain."""

from __future__ import annotations

import re
import unicodedata

from bayqa.parameters.script import simplify_script

__all__ = ["clean_text", "fold_text", "is_blank"]

_INVISIBLE = dict.fromkeys([0x00, 0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF])
_DASHES = {
    ord(c): "-" for c in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u30fc\uff0d\ufe58\ufe63"
}
_SPACES = re.compile(r"\s+")
_POWER_OF_TEN = re.compile(r"(?<![\d.])10([⁺⁻]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)")
_AS_TEXT = re.compile(r'^="(.*)"$|^=([+-]?[\d.]+)$')
"""How spreadsheets are made to keep a text as it is: ="01"; a number may follow the sign too."""


def clean_text(text: str) -> str:
    """Text in normal widths (NFKC) with plain dashes, single spaces and no invisible signs."""
    if text[:1] == "=":
        text = _AS_TEXT.sub(r"\1\2", text.strip())
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    plain = _POWER_OF_TEN.sub(r"10^\1", text).translate(_INVISIBLE).translate(_DASHES)
    plain = unicodedata.normalize("NFKC", plain).translate(_DASHES)
    return _SPACES.sub(" ", plain).strip()


def fold_text(text: str) -> str:
    """Text reduced for comparing names: lower case, letters and digits only."""
    plain = simplify_script(clean_text(text).casefold())
    return "".join(c for c in plain if c.isalnum() or c in "+<>%")


def is_blank(text: str) -> bool:
    """Whether nothing but spaces and invisible signs is there."""
    if "!" <= text[:1] <= "~":
        return False
    return not clean_text(text)
