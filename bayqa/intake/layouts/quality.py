"""Marks of quality that a file itself carries: flags, states, and rows of blanks and spikes."""

from __future__ import annotations

import re

import numpy as np

from bayqa.intake.headings.columns import Layout, Measured
from bayqa.intake.headings.flags import names_quality
from bayqa.intake.records.grid import Column, word_mask
from bayqa.intake.records.log import Log
from bayqa.intake.records.marks import FAIL, SUSPECT
from bayqa.intake.vocabulary.codes import Code, read_codes
from bayqa.intake.vocabulary.text import clean_text
from bayqa.intake.vocabulary.values import KINDS

__all__ = ["heed_codes", "heed_quality", "quality_signs"]

_TYPES = re.compile(
    r"type|qc|activity|purpose|class|matri|medi|material|类型|性质|样品|质控|备注", re.I
)
_BLANKS = re.compile(
    r"blank(?!et)|\bspike[ds]?\b|reference material|standard solution|\blab ?(?:control|water)\b|"
    r"空白|加标|标样"
)
_BLANK_CODES = frozenset("fceb eb fb tb rb mb di lcs lcsd crm srm msd ms1 ms2 labwater".split())
_KINDS = re.compile(r"type|qc|class|matri", re.I)
_NO_WATER = re.compile(
    r"s[eé]diment|tissue|\bbiota\b|\bsoil\b|\bair\b|\bfish\b|mussel|sludge|\bsewage\b|\beffluent\b|"
    r"leachate|bivalve|mollus|poisson|gast[eé]ropode|沉积物|底泥|底质|生物体"
)
_MEDIA = re.compile(r"medi|matri|material|compart|support", re.I)
_REJECTED = re.compile(r"reject|invalid|discard|excluded|unntas|剔除|作废", re.I)
_YES = re.compile(r"^(?:y|yes|ja|true|1|t|是|rejected|reject)$")
_MOST_WORDS = 200


def heed_quality(layout: Layout, log: Log) -> None:
    """Flag the rows that the file itself calls suspect or bad, and those that are no samples."""
    if "quality" in layout.fields:
        column = log.grid.columns[layout.fields["quality"]]
        _heed_flags(column, layout, log._replace(column=layout.heading("quality")))
    used = set(layout.fields.values()) | {m.index for m in layout.measured}
    used -= {layout.fields.get(f, -1) for f in ("note", "water")}
    for j, heading in enumerate(layout.headings[: len(log.grid.columns)]):
        column = log.grid.columns[j]
        if j in used or len(column.words) > _MOST_WORDS:
            continue
        _heed_types(column, heading.text, log)
        if names_quality(heading.text) and j - 1 in layout.fields.values():
            _heed_flags(column, layout, log._replace(column=heading.text))


def _heed_types(column: Column, heading: str, log: Log) -> None:
    """Flag the rows whose cell in one column says that they are blanks, no water or rejected."""
    where = {"column": heading, "found": column.cell, "flag": FAIL}
    if _TYPES.search(heading):
        codes = bool(_KINDS.search(heading))
        mask = word_mask(column, lambda w: _is_blank_sample(clean_text(w).casefold(), codes))
        text = "a blank or a spiked sample, no water; the row is not used"
        log.add(mask, "quality", "flagged", text, note="a blank or spike", **where)
    if _MEDIA.search(heading):
        mask = word_mask(column, lambda w: bool(_NO_WATER.search(clean_text(w).casefold())))
        text = "a sample of another medium than natural water; the row is not used"
        log.add(mask, "quality", "flagged", text, note="no sample of natural water", **where)
    if _REJECTED.search(heading):
        mask = word_mask(column, lambda w: bool(_YES.match(clean_text(w).casefold())))
        text = "the file itself flags the row as bad; it is not used"
        log.add(mask, "quality", "flagged", text, note="flagged bad in the file", **where)


def _is_blank_sample(word: str, codes: bool) -> bool:
    return bool(_BLANKS.search(word)) or (codes and word in _BLANK_CODES)


def _heed_flags(column: Column, layout: Layout, log: Log) -> None:
    """Flag rows by a column of codes for the row, or for its time, place or depth."""
    codes = _read_column(column, log.column, layout)
    flags = np.array([_row_flag(c) for c in codes] or [0])[column.codes]
    for flag, text in ((SUSPECT, "suspect"), (FAIL, "bad")):
        message = f"the file itself flags the row as {text}; it is not used"
        more = {"flag": flag, "note": f"flagged {text} in the file", "found": column.cell}
        log.add(flags == flag, "quality", "flagged", message, **more)
    unknown = np.array([c.sign == "unknown" for c in codes] or [False])[column.codes]
    text = "a flag whose meaning is not known; it is not heeded"
    log.add(unknown, "quality", "doubtful", text, found=column.cell)


def _read_column(column: Column, heading: str, layout: Layout, siblings=()) -> list[Code]:
    """Meaning of each word of a column of codes; words of other rows, as of headings, say none."""
    others = {w for c in siblings for w in _present(c)}
    return read_codes(_present(column), heading, layout.mapping.get("words"), others=others)


def _present(column: Column) -> list[str]:
    used = set(np.unique(column.codes).tolist())
    return [w if k in used else "" for k, w in enumerate(column.words)]


def _row_flag(code: Code) -> int:
    return FAIL if code.sign == "missing" else code.flag


def quality_signs(layout: Layout, column: Column, heading: str) -> dict[str, frozenset[str]]:
    """Words of a column of codes that say below, above or missing, by sign."""
    codes = _read_column(column, heading, layout)
    words = [clean_text(w).casefold() for w in column.words]
    signs = ("below", "above", "missing")
    return {
        s: frozenset(w for w, c in zip(words, codes, strict=True) if c.sign == s) for s in signs
    }


def heed_codes(layout: Layout, measured: Measured, rows: np.ndarray, log: Log, kinds):
    """Kinds of values with the codes beside them heeded: flags raised, missing ones taken out.

    Parameters
    ----------
    layout : Layout
    measured : Measured
        Its `quality` is the column of codes.
    rows : ndarray of int, shape (n,)
    log : Log
        Of these rows.
    kinds : ndarray of uint8, shape (n,)

    Returns
    -------
    ndarray of uint8, shape (n,)
    """
    column = log.grid.columns[measured.quality]
    heading = layout.headings[measured.quality].text
    beside = {m.quality for m in layout.measured} - {-1, measured.quality}
    codes = _read_column(column, heading, layout, [log.grid.columns[j] for j in sorted(beside)])
    at = column.codes[rows]
    flags = np.array([c.flag for c in codes] or [0])[at]
    signs = np.array([c.sign for c in codes] or [""])[at]
    there = ~np.isin(kinds, [KINDS.index("blank"), KINDS.index("missing")])
    for flag, word in ((SUSPECT, "suspect"), (FAIL, "bad")):
        text = f"the file itself flags the value as {word}"
        more = {"flag": flag, "note": f"flagged {word} in the file", "column": heading}
        log.add(there & (flags == flag), "quality", "flagged", text, found=column.cell, **more)
    text = f"a code beside {measured.heading!r} whose meaning is not known; it is not heeded"
    unknown = there & (signs == "unknown")
    log.add(unknown, "quality", "doubtful", text, column=heading, found=column.cell)
    gone = there & (signs == "missing")
    return np.where(gone, KINDS.index("missing"), kinds).astype(np.uint8)
