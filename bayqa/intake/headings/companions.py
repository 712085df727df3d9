"""Columns that belong to another one: marks beside values, and one parameter in two units."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from bayqa.intake.headings.headers import Header
from bayqa.intake.records.findings import Finding
from bayqa.intake.records.grid import Column
from bayqa.intake.vocabulary.limits import limited_name
from bayqa.intake.vocabulary.names import parse_heading
from bayqa.intake.vocabulary.text import clean_text
from bayqa.intake.vocabulary.units import convert_unit, parse_unit
from bayqa.intake.vocabulary.values import KINDS, parse_words

__all__ = ["carry_units", "find_limits", "find_signs", "holds_values", "join_signs", "settle_units"]

_SIGN = re.compile(r"^(?:<=?|>=?|≤|≥|=|~|n\.?d\.?|未检出|lt|gt|le|ge|eq|nc)$", re.I)
_SPEAKS = re.compile(
    r"^[<>≤≥]|less than|below|detect|quantif|\b(?:lod|loq|mdl|rl)\b|未检出|低于|检出限", re.I
)
_MOST_WORDS = 500
_AGREE = 0.05
"""Share by which two columns of one parameter may differ, since one of them was rounded."""


def find_limits(column, header: Header) -> int:
    """Index of the column of limits that belongs to a column of values, or -1."""
    for j, heading in enumerate(header.headings):
        name = limited_name(heading.text) if j != column.index else ""
        if name and parse_heading(name).parameter == column.parameter:
            return j
    return -1


def join_signs(columns: Sequence, header: Header, taken: set[int]) -> tuple[list, list[Finding]]:
    """Columns of values with the column of signs ("<") beside them that has no heading of its own.

    Parameters
    ----------
    columns : sequence of Measured
    header : Header
    taken : set of int
        Columns that mean something else.

    Returns
    -------
    list of Measured
    list of Finding
        Doubts about columns of signs that stand beside no values.
    """
    used = taken | {c.index for c in columns} | {c.qualifier for c in columns}
    signs = {j for j in range(len(header.body.columns)) if j not in used and _is_loose(header, j)}
    if not signs or not columns:
        return list(columns), []
    left = any(c.index - 1 in signs for c in columns[:1])
    joined = []
    for column in columns:
        j = column.index - 1 if left else column.index + 1
        free = j in signs and column.qualifier < 0
        joined.append(column._replace(qualifier=j) if free else column)
        signs -= {j} if free else set()
    if len(columns) == 1 and len(signs) == 1 and joined[0].qualifier < 0:
        joined[0] = joined[0]._replace(qualifier=signs.pop())
    return joined, [_stray(header, j) for j in sorted(signs)]


def find_signs(header: Header, fields: dict[str, int]) -> list[Finding]:
    """Make an unused column of signs the marks of a long table, and say which; or say a doubt.

    A doubt is a column whose words speak of limits, such as "< LOQ", but are no signs.
    """
    if {"qualifier", "censored", "detected"} & set(fields):
        return []
    used, notes = set(fields.values()), []
    used.discard(fields.get("quality"))  # some agencies write the sign where others write a flag
    unused = [j for j in range(len(header.headings)) if j not in used and header.headings[j].text]
    signs = [j for j in unused if _is_loose(header, j)]
    if len(signs) == 1:
        fields["qualifier"] = signs[0]
        if fields.get("quality") == signs[0]:
            del fields["quality"]
        text = "holds signs such as <; they are taken for the marks of the values"
        return [_note(header, signs[0], "assumed", text)]
    for j in (j for j in unused if j != fields.get("quality")):
        words = _words(header, j)
        hit = next((w for w in words if len(w) < 60 and _SPEAKS.search(w)), "")
        if hit and len(words) <= 50:
            text = (
                "not used, though it speaks of limits; if it marks values below detection, name it "
                'with mapping={"columns": {"qualifier": heading}, "words": {"below": [marks]}}'
            )
            notes.append(_note(header, j, "doubtful", text)._replace(found=hit))
    return notes


def _words(header: Header, column: int) -> set[str]:
    cells = header.body.columns[column]
    if len(cells.words) > _MOST_WORDS:
        return set()
    return {clean_text(cells.words[c]) for c in np.unique(cells.codes)} - {"", "-", "/"}


def _is_loose(header: Header, column: int) -> bool:
    """Whether a column holds nothing but signs and blanks, one < or > at least."""
    words = _words(header, column)
    ends = any(w[:1] in "<>≤≥" or w.casefold() in ("lt", "gt") for w in words)
    return ends and all(_SIGN.match(w) for w in words)


def _note(header: Header, column: int, action: str, text: str) -> Finding:
    grid, name = header.body, header.headings[column].text
    return Finding(grid.file, "column", action, text, grid.sheet, header.row, name, name)


def _stray(header: Header, column: int) -> Finding:
    grid = header.body
    name = header.headings[column].text if column < len(header.headings) else ""
    text = (
        "a column of signs such as < that stands beside no column of values; give it with "
        'mapping={"parameters": {heading: {"qualifier": its heading}}}'
    )
    return Finding(grid.file, "column", "doubtful", text, grid.sheet, header.row, name)


def settle_units(columns: Sequence, header: Header) -> tuple[list, list[Finding]]:
    """Columns without those that repeat a parameter in another unit, and a finding for each.

    The one that needs no or the least conversion stays; the others are compared with it.
    """
    groups: dict[tuple, list] = {}
    for column in columns:
        groups.setdefault((column.parameter, column.layer), []).append(column)
    dropped, filling, notes = set(), {}, []
    for group in groups.values():
        factors = [_factor(c) for c in group]
        if len(group) < 2 or None in factors or len(set(factors)) < len(factors):
            continue
        best = int(np.argmin([abs(np.log(f)) for f in factors]))
        for k, column in enumerate(group):
            if k != best:
                pair = (group[best], factors[best]), (column, factors[k])
                notes.append(_compared(header, *pair))
                alone = _count_alone(header, group[best], column)
                notes += [_filling(header, group[best], column, alone)] if alone else []
                dropped.add(column.index)
                filling |= {column.index: group[best].index} if alone else {}
    kept = [c for c in columns if c.index not in dropped]
    return kept + [
        c._replace(instead=filling[c.index]) for c in columns if c.index in filling
    ], notes


def carry_units(columns: Sequence, header: Header) -> tuple[list, list[Finding]]:
    """Columns without a unit beside one of a unit row, which may have stood in a merged cell.

    Only where it matters: the unit on the left converts, and fits the column as well.
    """
    out, notes = [], []
    for column in columns:
        last = out[-1] if out and out[-1].index == column.index - 1 else None
        carried = last and not column.unit and last.heading.endswith(f" {last.unit}")
        if carried and _factor(last) not in (None, 1.0):
            lent = column._replace(unit=last.unit)
            if _factor(lent) is not None:
                text = f"no unit is written; taken as {last.unit}, which stands on its left"
                notes.append(_note(header, column.index, "doubtful", text))
                column = lent
        out.append(column)
    return out, notes


def _count_alone(header: Header, kept, other) -> int:
    """Number of rows whose value stands in the other column only."""
    here, there = (holds_values(header.body.columns[c.index]) for c in (kept, other))
    return int((there & ~here).sum())


def _filling(header: Header, kept, other, count: int) -> Finding:
    text = f"fills the cells of {kept.heading!r} that are blank, in another unit"
    note = _note(header, other.index, "assumed", text)
    return note._replace(count=count)


def holds_values(column: Column) -> np.ndarray:
    """Mask of the cells that are neither blank nor a mark for missing."""
    kind = parse_words(column.words)[0]
    return ~np.isin(kind, [KINDS.index("blank"), KINDS.index("missing")])[column.codes]


def _factor(column) -> float | None:
    """Factor of the unit of a column to the canonical one, or None."""
    unit = parse_unit(column.unit) if column.unit else None
    conversion = convert_unit(unit, column.parameter) if unit else None
    return None if conversion is None or conversion.offset else conversion.factor


def _compared(header: Header, kept: tuple, other: tuple) -> Finding:
    grid = header.body
    values = []
    for column, factor in (kept, other):
        cells = grid.columns[column.index]
        kind, bounds, _, _ = parse_words(cells.words)
        exact = np.where(kind == 0, bounds[0], np.nan)
        values.append(exact[cells.codes] * factor)
    a, b = values
    with np.errstate(invalid="ignore"):
        off = np.abs(a - b) > _AGREE * np.maximum(np.abs(a), np.abs(b))
    count, both = int(off.sum()), int((np.isfinite(a) & np.isfinite(b)).sum())
    name = kept[0].heading
    text = f"the same parameter as {name!r} in another unit; {name!r} is used, both agree"
    action, row = "ignored", header.row
    if count:
        text = f"differs from {name!r}, the same parameter in another unit, which is used"
        action, row = "doubtful", int(grid.rows[int(np.argmax(off))])
    elif not both:
        text = f"the same parameter as {name!r} in another unit; {name!r} is used, unlike this"
        action = "doubtful"
    heading = other[0].heading
    return Finding(grid.file, "column", action, text, grid.sheet, row, heading, heading, count or 1)
