"""Facts stated once for a whole table: above it ("站位：W1"), or by the name of its sheet."""

from __future__ import annotations

import re

import numpy as np

from bayqa.intake.headings.columns import Layout
from bayqa.intake.moments.dates import parse_dates
from bayqa.intake.moments.yearless import part_of_year
from bayqa.intake.places.positions import parse_angles
from bayqa.intake.records.findings import Finding
from bayqa.intake.records.grid import Column, Grid
from bayqa.intake.vocabulary.names import Heading, find_field, find_layer, parse_heading
from bayqa.intake.vocabulary.text import clean_text

__all__ = ["named_layer", "state_facts"]

_LONGEST = 2000
"""Letters of a cell that are searched, since the time grows with their square."""
_LABEL = re.compile(r"([^\s:,;()]+)\s*:\s*")
_VAGUE = {"编号", "location", "point", "platform", "e", "n", "s", "name"}
"""Labels that name a station at the head of a column, but a report or a page above a table."""
_TIMES = {"time", "year", "month", "day", "season"}
_PLACES = {"lon", "lat", "x", "y", "position"}
_COMMON = re.compile(
    r"sheet|data|result|table|water|quality|sample|station|export|report|page|query|"
    r"数据|结果|监测|调查|汇总|水质|样品|站|表\s*\d|统计|原始|附表|导出|全部",
    re.I,
)
_LAYERS = re.compile(r"表层|底层|中层|\b(?:surface|bottom|middle)\b", re.I)


def state_facts(grid: Grid, layout: Layout) -> tuple[Grid, Layout, list[Finding]]:
    """Grid and layout with a column for each fact that only stands above the table.

    Parameters
    ----------
    grid : Grid
        Rows of samples.
    layout : Layout
        Its `above` are the cells above the headings.

    Returns
    -------
    Grid, Layout, list of Finding
        As given where every fact has a column already.
    """
    facts = {f: v for f, v in _facts_above(layout).items() if _is_wanted(f, layout)}
    notes = []
    for field, (label, value) in facts.items():
        text = f"the {field} stands above the table; it is taken for all its rows"
        notes.append(_finding(grid, text, label, value))
    places = _PLACES & {*layout.fields, *facts}
    if "station" not in {*layout.fields, *facts} and not places and _names_station(grid.sheet):
        facts["station"] = ("", grid.sheet)
        text = "no column names the stations; the name of the sheet is taken"
        notes.append(_finding(grid, text, "", grid.sheet))
    columns, headings, fields = list(grid.columns), list(layout.headings), dict(layout.fields)
    headings += [Heading("")] * (len(columns) - len(headings))
    for field, (label, value) in facts.items():
        fields[field] = len(columns)
        columns.append(Column(np.zeros(grid.n_rows, np.int32), np.array([value], object)))
        headings.append(Heading(label or field, field=field))
    layout = layout._replace(fields=fields, headings=tuple(headings))
    return grid._replace(columns=tuple(columns)), layout, notes


def _finding(grid: Grid, text: str, label: str, value: str) -> Finding:
    row = int(grid.rows[0]) if grid.n_rows else 0
    count = grid.n_rows
    return Finding(grid.file, "stated", "assumed", text, grid.sheet, row, label, value[:60], count)


def _facts_above(layout: Layout) -> dict[str, tuple[str, str]]:
    """Label and value of each field that a text or a pair of cells above the headings states."""
    facts: dict[str, tuple[str, str]] = {}
    for row in layout.above:
        cells = [c[:_LONGEST] for k, c in enumerate(row) if c and c not in row[:k]]
        pairs = [p for c in cells for p in _pairs_in(c)]
        pairs += [(a, b) for a, b in zip(cells, cells[1:], strict=False) if ":" not in a]
        for label, value in pairs:
            field = find_field(label)[0] if label.casefold() not in _VAGUE else ""
            if _fits(field, value):
                facts.setdefault(field, (label, value))
    return facts


def _pairs_in(cell: str) -> list[tuple[str, str]]:
    """Label and value pairs of one text such as "站位:W1 采样日期:2023-05-08 10:30"."""
    marks = [m for m in _LABEL.finditer(cell) if find_field(m.group(1))[0]]
    ends = [*(m.start() for m in marks[1:]), len(cell)][: len(marks)]
    return [
        (m.group(1), cell[m.end() : e].strip(" ,;()")) for m, e in zip(marks, ends, strict=True)
    ]


def _fits(field: str, value: str) -> bool:
    """Whether a value can be one of a field."""
    heading = parse_heading(value)
    if not value or len(value) > 60 or heading.field or heading.parameter:
        return False
    if field == "time":
        return not np.isnat(parse_dates([value]).times[0])
    if field in ("lon", "lat"):
        return bool(np.isfinite(parse_angles([value]).values[0]))
    if field == "layer":
        return bool(find_layer(value))
    return field in ("station", "position") or (field == "depth_m" and value[0].isdigit())


def _is_wanted(field: str, layout: Layout) -> bool:
    have = set(layout.fields)
    if field == "time":
        return not have & _TIMES
    if field in ("lon", "lat", "position"):
        return not have & _PLACES
    if field in ("layer", "depth_m"):
        return not have & {"layer", "depth_m"} and not any(m.layer for m in layout.measured)
    return field not in have


def _names_station(sheet: str) -> bool:
    """Whether the name of a sheet may be that of a station."""
    name = clean_text(sheet)
    if not name or len(name) > 30 or _COMMON.search(name) or _LAYERS.search(name):
        return False
    heading = parse_heading(name)
    if heading.field or heading.parameter or heading.extra or find_layer(name):
        return False
    dates = parse_dates([name])
    dated = not np.isnat(dates.times[0]) or dates.notes[0] in ("year only", "blank", "impossible")
    return not dated and not part_of_year(name.casefold())[0] and not name.isdigit()


def named_layer(grid: Grid, layout: Layout) -> str:
    """The one layer that the name of the sheet, a title or the name of the file gives, or empty."""
    for text in (grid.sheet, *layout.titles, grid.file):
        plain = clean_text(text)
        found = {find_layer(w) for w in _LAYERS.findall(plain)}
        found |= {find_layer(plain)} if len(plain) > 3 or not plain.isascii() else set()
        found -= {""}
        if found:
            return found.pop() if len(found) == 1 else ""
    return ""
