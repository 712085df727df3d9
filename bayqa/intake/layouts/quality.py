"""Marks of quality that a file itself carries: flags, states, and rows of blanks and spikes."""

from __future__ import annotations

import re

import numpy as np

from bayqa.intake.headings.columns import Layout
from bayqa.intake.records.grid import word_mask
from bayqa.intake.records.log import Log
from bayqa.intake.records.marks import FAIL, SUSPECT
from bayqa.intake.vocabulary.text import clean_text

__all__ = ["heed_quality"]

_GOOD = re.compile(
    r"^(?:good|ok|pass(?:ed)?|valid(?:ated)?|accepted|approved|final|preliminary|provisional|"
    r"historical|raw|unflagged|not evaluated|true|yes|y|有效|正常|合格|通过|是|已审核)$"
)
_SUSPECT = re.compile(r"suspect|question|doubt|probably bad|可疑|存疑|异常")
_BAD = re.compile(r"^bad$|fail|reject|invalid|error|无效|作废|剔除|不合格|^false$|^否$")
_DIGITS = {"3": SUSPECT, "4": FAIL, "9": FAIL}
"""The same in the numbering of QARTOD and of SeaDataNet."""
_TYPES = re.compile(r"type|qc|activity|purpose|类型|性质|样品|质控|备注", re.I)
_BLANKS = re.compile(
    r"\b(?:blank|spike[ds]?|reference material|standard solution)\b|空白|加标|标样"
)
_MOST_WORDS = 200


def heed_quality(layout: Layout, log: Log) -> None:
    """Flag the rows that the file itself calls suspect or bad, and those that are no samples."""
    if "quality" in layout.fields:
        _heed_flags(layout, log._replace(column=layout.heading("quality")))
    used = set(layout.fields.values()) | {m.index for m in layout.measured}
    used -= {layout.fields.get("note", -1)}
    for j, heading in enumerate(layout.headings[: len(log.grid.columns)]):
        column = log.grid.columns[j]
        if j in used or not _TYPES.search(heading.text) or len(column.words) > _MOST_WORDS:
            continue
        mask = word_mask(column, lambda w: bool(_BLANKS.search(clean_text(w).casefold())))
        text = "a blank or a spiked sample, no water; the row is not used"
        more = {"flag": FAIL, "note": "a blank or spike", "found": column.cell}
        log.add(mask, "quality", "flagged", text, column=heading.text, **more)


def _heed_flags(layout: Layout, log: Log) -> None:
    column = log.grid.columns[layout.fields["quality"]]
    words = [clean_text(w).casefold().removesuffix(".0") for w in column.words]
    present = {words[c] for c in np.unique(column.codes)} - {"", "-", "/", "nan", "na"}
    numbered = all(w.isdigit() and len(w) == 1 for w in present) and not present <= {"0", "1"}
    flags = np.array([_flag(w, numbered) for w in words] or [0])[column.codes]
    for flag, text in ((SUSPECT, "suspect"), (FAIL, "bad")):
        message = f"the file itself flags the row as {text}; it is not used"
        more = {"flag": flag, "note": f"flagged {text} in the file", "found": column.cell}
        log.add(flags == flag, "quality", "flagged", message, **more)
    unknown = np.array([_is_unknown(w, numbered) for w in words] or [False])[column.codes]
    if present > {"0"} or not present <= {"0", "1"}:
        text = "a flag whose meaning is not known; it is not heeded"
        log.add(unknown, "quality", "doubtful", text, found=column.cell)


def _flag(word: str, numbered: bool) -> int:
    if numbered:
        return _DIGITS.get(word, 0)
    return FAIL if _BAD.search(word) else SUSPECT if _SUSPECT.search(word) else 0


def _is_unknown(word: str, numbered: bool) -> bool:
    if numbered or word in ("", "-", "/", "nan", "na", "0"):
        return False
    return not (_GOOD.match(word) or _flag(word, numbered))
