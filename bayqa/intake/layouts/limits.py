"""Limits of detection that a table states: in rows, columns, headings and notes, or on a sheet."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from bayqa.errors import InputError
from bayqa.intake.headings.columns import Layout
from bayqa.intake.headings.footnotes import (
    explained_signs,
    foot_texts,
    halves_limits,
    stated_limits,
)
from bayqa.intake.headings.headers import find_header
from bayqa.intake.records.findings import Finding
from bayqa.intake.records.grid import Column, Grid, take_rows, word_mask
from bayqa.intake.records.log import Log
from bayqa.intake.vocabulary.limits import is_limit_label
from bayqa.intake.vocabulary.names import parse_heading
from bayqa.intake.vocabulary.text import clean_text
from bayqa.intake.vocabulary.units import convert_unit, parse_unit
from bayqa.intake.vocabulary.values import parse_value

__all__ = ["fill_limit", "list_limits", "state_limits"]

_LISTED = 300
_KNOWN = ("exact", "below")


def state_limits(grid: Grid, layout: Layout) -> tuple[Grid, Layout, list[Finding]]:
    """Grid without its rows of limits, the layout with them, and findings about them.

    A row wins over a note, and a note over a sheet of limits. Signs such as * that a note explains
    as below detection are written before the numbers that carry them.
    """
    texts = (*layout.titles, *foot_texts(grid))
    named = {m.parameter for m in layout.measured}
    only = named.pop() if len(named) == 1 else ""
    noted = stated_limits(texts, only)
    listed = layout.mapping.get("listed_limits", {})
    grid, layout, findings = _take_rows(grid, layout)
    if noted:
        found = ", ".join(f"{p} {t}" for p, t in noted.items())
        text = "limits of detection that a note states; used for what is not detected"
        findings.append(_finding(grid, "assumed", text, found))
    half = halves_limits(texts)
    if half:
        text = (
            "a note speaks of half the limit of detection: where values below detection were "
            "replaced by it, the limits that are read are too small"
        )
        findings.append(_finding(grid, "doubtful", text, half))
    layout = layout._replace(limits={**listed, **noted})
    grid, more = _read_signs(grid, layout, explained_signs(texts))
    return grid, layout, [*findings, *more]


def _finding(grid: Grid, action: str, text: str, found: str, row: int = 0) -> Finding:
    return Finding(grid.file, "limits", action, text, grid.sheet, row, "", found[:60])


def _take_rows(grid: Grid, layout: Layout) -> tuple[Grid, Layout, list[Finding]]:
    """Grid without rows that are labelled as limits; the first of them gives those of columns."""
    last = layout.fields.get("station", 0)
    mask = np.zeros(grid.n_rows, bool)
    for j in range(min(last + 1, len(grid.columns))):
        mask |= word_mask(grid.columns[j], is_limit_label)
    if not mask.any() or layout.is_long:
        return grid, layout, []
    rows = np.flatnonzero(mask)
    measured = []
    for column in layout.measured:
        cells = (clean_text(grid.columns[column.index].cell(i)) for i in rows)
        limit = column.limit or next((c for c in cells if parse_value(c).kind in _KNOWN), "")
        measured.append(column._replace(limit=limit))
    text = "a row of detection limits, not a sample; used for what is not detected"
    label = clean_text(grid.columns[last].cell(rows[0]))
    note = _finding(grid, "assumed", text, label, int(grid.rows[rows[0]]))
    note = note._replace(count=len(rows))
    return take_rows(grid, ~mask), layout._replace(measured=tuple(measured)), [note]


def _read_signs(grid: Grid, layout: Layout, signs: Mapping[str, str]):
    """Grid whose values carry the marks that notes explain, and findings about them."""
    fields = (layout.fields[f] for f in ("value",) if f in layout.fields)
    wanted = [*fields] if layout.is_long else [m.index for m in layout.measured]
    columns, findings = list(grid.columns), []
    for sign, kind in signs.items():
        count = 0
        for j in wanted if sign not in "lu" else ():
            words = [_without(w, sign, kind) for w in columns[j].words]
            changed = np.array([n != w for n, w in zip(words, columns[j].words, strict=True)], bool)
            if changed.any():
                count += int(changed[columns[j].codes].sum())
                columns[j] = Column(columns[j].codes, np.array(words, object))
        if count:
            means = "below detection" if kind == "below" else "an estimate"
            text = f"a note says that {sign} behind a number means {means}; read so"
            findings.append(_finding(grid, "assumed", text, sign)._replace(count=count))
    return grid._replace(columns=tuple(columns)), findings


def _without(word: str, sign: str, kind: str) -> str:
    """A number with a mark for a limit or an estimate instead of the sign behind it."""
    plain = clean_text(word)
    if not plain.casefold().endswith(sign):
        return word
    number = plain[: -len(sign)].strip()
    if parse_value(number).kind != "exact":
        return word
    return f"<{number}" if kind == "below" else f"{number} J"


def fill_limit(log: Log, parameter: str, text: str, unit: str, undetected, bounds) -> None:
    """Set the bounds of values that are not detected to the limit that a text states, in place.

    Parameters
    ----------
    log : Log
        Of the column of the values.
    parameter : str
    text : str
        Limit such as "0.003", "<0.003" or "3 μg/L"; nothing happens when empty.
    unit : str
        Unit of the values, for limits without one.
    undetected : ndarray of bool, shape (n,)
    bounds : sequence of three ndarray, shape (n,)
        Value, lower and upper in the canonical unit.
    """
    limit = _canonical(parameter, text, unit) if text and undetected.any() else np.nan
    if not limit > 0:
        return
    value, _, upper = bounds
    value[undetected], upper[undetected] = limit / 2, limit
    message = f"{parameter}: not detected; [0, {limit:g}] by the limit that the file states"
    log.add(undetected, "censored", "read", message, found=text)


def _canonical(parameter: str, text: str, unit: str) -> float:
    reading = parse_value(text)
    word = reading.unit or unit
    parsed = parse_unit(word) if word else None
    conversion = convert_unit(parsed, parameter) if parsed else None
    if word and conversion is None:
        return np.nan
    return reading.upper * (conversion.factor if conversion else 1.0)


def list_limits(grid: Grid) -> dict[str, str]:
    """Limits of a sheet that lists them by parameter and holds no samples; empty for others."""
    if grid.n_rows > _LISTED:
        return {}
    try:
        header = find_header(grid)
    except InputError:
        return {}
    at = {h.field: j for j, h in reversed(list(enumerate(header.headings))) if h.field}
    if not {"parameter", "limit"} <= set(at) or {"value", "station", "time"} & set(at):
        return {}
    limits: dict[str, str] = {}
    for i in range(header.body.n_rows):
        name, limit, unit = (_cell(header.body, at, f, i) for f in ("parameter", "limit", "unit"))
        heading, reading = parse_heading(name), parse_value(limit)
        unit = reading.unit or unit or heading.unit or header.headings[at["limit"]].unit
        if heading.parameter and reading.kind in _KNOWN:
            limits.setdefault(heading.parameter, f"{reading.upper:g} {unit}".strip())
    return limits


def _cell(grid: Grid, at: Mapping[str, int], field: str, row: int) -> str:
    return clean_text(grid.columns[at[field]].cell(row)) if field in at else ""
