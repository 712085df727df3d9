"""Columns of codes of quality: which column of values each of them belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bayqa.intake.headings.headers import Header
from bayqa.intake.vocabulary.text import fold_text

__all__ = ["find_flags", "names_quality"]

_FLAG = re.compile(
    r"(?:^|[\s_:.\-])(?:qc|qf|qv|qa|flag|flags|flg|qual|quality|qcflag|cd)(?:$|[\s_:.\-])|质控码?$",
    re.I,
)
_SURE = re.compile(r"q[cfv](?![a-z])|qual|quality|质控", re.I)
_PREFIX = re.compile(r"^(?:f|q|qc|qf|qv|flag)[_:]\s*(?=\S)", re.I)
_ENDS = ("qc", "qf", "flag", "flagw", "qcflag", "qualityflag", "qual", "cd", "qcagg", "quality",
         "qaqc", "qcprimaryflag")  # fmt: skip


def names_quality(text: str) -> bool:
    """Whether a heading surely names codes of quality, such as "QV:SEADATANET" or "T_qual"."""
    return is_flag_heading(text) and bool(_SURE.search(text))


def is_flag_heading(text: str) -> bool:
    """Whether a heading may name codes of quality, such as "QV:SEADATANET", "T_qual" or "DO_cd"."""
    return bool(_FLAG.search(text))


def find_flags(columns: Sequence, header: Header, taken: set[int]) -> list:
    """Columns of values with the column of codes that belongs to each.

    A heading made of another one and a mark ("F_Temp", "PHOS_QC") belongs to that one; a heading
    that only speaks of quality ("QV:SEADATANET") to the column of values that it stands behind.

    Parameters
    ----------
    columns, header, taken
        As for `join_signs`.

    Returns
    -------
    list of Measured
    """
    names = {fold_text(c.heading): c.index for c in columns}
    names |= {fold_text(c.heading.split("(")[0].split("[")[0]): c.index for c in columns}
    values = {c.index for c in columns}
    marks = {c.qualifier for c in columns}
    taken = taken | {j for j in marks if not is_flag_heading(header.headings[j].text)}
    found: dict[int, int] = {}
    for j, heading in enumerate(header.headings):
        if j in taken or j in values or not heading.text:
            continue
        owner = _named(heading.text, names)
        if owner is None and is_flag_heading(heading.text):
            owner = _left_of(j, values, taken, header)
        if owner is not None:
            found.setdefault(owner, j)
    return [c._replace(quality=found.get(c.index, -1)) for c in columns]


def _named(text: str, names: dict[str, int]) -> int | None:
    """Column that a heading names beside a mark, or None."""
    bare = _PREFIX.sub("", text)
    if bare != text and fold_text(bare) in names:
        return names[fold_text(bare)]
    folded = fold_text(text)
    ends = [end for end in _ENDS if folded.endswith(end)]
    return next((names[folded[: -len(e)]] for e in ends if folded[: -len(e)] in names), None)


def _left_of(column: int, values: set[int], taken: set[int], header: Header) -> int | None:
    """Column of values to the left, over one column of no meaning at most, or None."""
    for j in (column - 1, column - 2):
        if j in values:
            return j
        if j < 0 or j in taken or is_flag_heading(header.headings[j].text):
            return None
    return None
