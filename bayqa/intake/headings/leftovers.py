"""Columns that nothing was made of, and a finding for each that a person should know of."""

from __future__ import annotations

import re

import numpy as np

from bayqa.intake.headings.flags import names_quality
from bayqa.intake.headings.headers import Header
from bayqa.intake.headings.mapping import nearest
from bayqa.intake.records.findings import Finding
from bayqa.intake.vocabulary.names import is_ignored
from bayqa.intake.vocabulary.text import fold_text, is_blank
from bayqa.intake.vocabulary.units import parse_unit
from bayqa.intake.vocabulary.values import parse_value
from bayqa.parameters import load_parameters

__all__ = ["is_hollow", "list_leftovers", "name_column", "note_column"]

_DEPTH = re.compile(
    r"depth|tiefe|djup|dybde|syvyys|dyp\b|profond|profund|immersion|diepte|sügavus|głęb|глубин|深度"
)
_OTHER_DEPTH = re.compile(
    r"bottom|total|water depth|station|secchi|gauge|max|boden|水深|bot\.|unit"
)


_MOST_UNITS = 60


def note_column(header: Header, column: int, message: str, action: str = "ignored") -> Finding:
    """Finding about the heading of a column."""
    grid, name = header.body, header.headings[column].text
    return Finding(grid.file, "column", action, message, grid.sheet, header.row, name, name)


def name_column(column: int) -> str:
    """Letters of a column, as a spreadsheet shows them."""
    text, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def is_hollow(header: Header, column: int) -> bool:
    """Whether a column holds nothing but blanks below its heading."""
    cells = header.body.columns[column]
    return all(is_blank(cells.words[c]) for c in np.unique(cells.codes)[:100])


def list_leftovers(header: Header, used: set[int], fields: dict[str, int]) -> list[Finding]:
    """Findings about the columns that are not used; what may be missed is a doubt.

    Parameters
    ----------
    header : Header
    used : set of int
    fields : dict
        Column of each field; a code of quality beside one of them is heeded for its row.
    """
    notes = []
    for j, heading in enumerate(header.headings):
        if j in used or not heading.text or heading.field or is_ignored(heading.text):
            continue
        if is_hollow(header, j) or (names_quality(heading.text) and j - 1 in fields.values()):
            continue
        if names_quality(heading.text) and _belongs_left(header, j, used):
            continue
        doubt = _doubt_of(heading.text, "depth_m" in fields or "layer" in fields)
        doubt = doubt or _holds_units(header, j)
        action = "doubtful" if doubt else "ignored"
        text = doubt or "the heading is not known, the column is not used"
        notes.append(note_column(header, j, text, action))
    return notes + _unnamed(header, used)


def _belongs_left(header: Header, column: int, used: set[int]) -> bool:
    """Whether codes of quality belong to the column to the left, which is not used either."""
    if column < 1 or column - 1 in used:
        return False
    left = fold_text(header.headings[column - 1].text.split("[")[0])
    return bool(left) and left in fold_text(header.headings[column].text)


def _holds_units(header: Header, column: int) -> str:
    """Why a column that holds nothing but units should not be passed over, or an empty string."""
    cells = header.body.columns[column]
    codes = np.unique(cells.codes)
    words = {cells.words[c] for c in codes[:_MOST_UNITS] if not is_blank(cells.words[c])}
    units = [parse_unit(w) if len(w) > 1 and not w.isdigit() else None for w in words]
    if not units or len(codes) > _MOST_UNITS or None in units:
        return ""
    if not any(u.kind in ("mass", "mole", "count") for u in units):
        return ""
    return 'holds units, which are not used; name it with mapping={"columns": {"unit": heading}}'


def _doubt_of(text: str, has_depth: bool) -> str:
    """Why a heading should not be passed over, or an empty string."""
    plain = text.casefold()
    if names_quality(text):
        return "speaks of quality, but belongs to no column of values; it is not heeded"
    unit = _unit_at_end(text)
    if unit:
        known = [*load_parameters(), *(p.name_zh for p in load_parameters().values())]
        near = nearest(text.replace(unit, "").strip(" ()[]/_"), known)
        return f"a column with a unit, but its name is no known parameter{near}"
    if not has_depth and _DEPTH.search(plain) and not _OTHER_DEPTH.search(plain):
        return (
            "may hold the depths of the samples, which are not known else; name it with "
            'mapping={"columns": {"depth_m": heading}}'
        )
    return ""


def _unnamed(header: Header, used: set[int]) -> list[Finding]:
    """A finding for each column of numbers that has no heading."""
    notes = []
    for j, heading in enumerate(header.headings):
        words = header.body.columns[j].words if j < len(header.body.columns) else ()
        if heading.text or j in used or not any(map(_is_number, words[:1000])):
            continue
        codes = np.unique(header.body.columns[j].codes)
        hit = next((words[c] for c in codes if _is_number(words[c])), None)
        if hit is not None:
            text = f"column {name_column(j)} has numbers but no heading; it is not used"
            notes.append(note_column(header, j, text, "doubtful")._replace(found=hit))
    return notes


def _is_number(word: str) -> bool:
    return parse_value(word).kind in ("exact", "below")


def _unit_at_end(text: str) -> str:
    inner = text.rstrip(")]}）】").replace("（", "(").replace("【", "[")
    for mark in "([ /_":
        tail = inner.rpartition(mark)[2].strip()
        unit = parse_unit(tail) if tail and tail != inner else None
        if unit and unit.kind in ("mass", "mole", "count"):
            return tail
    return ""
