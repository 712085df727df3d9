"""Tables laid out for the eye: months side by side, or parameters down and stations across."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from bayqa.intake.moments.dates import parse_dates
from bayqa.intake.moments.yearless import part_of_year
from bayqa.intake.records.findings import Finding
from bayqa.intake.records.grid import Grid, make_grid
from bayqa.intake.vocabulary.names import find_layer, is_total, parse_heading
from bayqa.intake.vocabulary.text import clean_text
from bayqa.intake.vocabulary.units import parse_unit
from bayqa.intake.vocabulary.values import parse_value

__all__ = ["stack_blocks", "turn_table"]

_SEARCHED = 15
_SUMMARY = "\0"
"""Stands for the period of a block of means or sums, which is left out."""
_MOST_ROWS = 400
_MOST_CELLS = 2_000_000
_YEAR = re.compile(r"^(?:19[5-9]|20[0-4])\d(?:\.0)?$")
_DEPTH = re.compile(r"^\d+(?:\.\d+)?\s*(?:m|米)(?:层|水层)?$", re.I)
_NUMBERS = ("exact", "below", "above", "interval", "not detected", "missing")


class _Blocks(NamedTuple):
    """Rows that make the headings, the row of months among them, and the month of each column.

    Instead of months there may be depths, where `field` is "layer".
    """

    top: int
    row: int
    body: int
    months: list[str]
    field: str


def stack_blocks(grid: Grid) -> Grid | None:
    """Grid with the blocks of months or depths side by side put below each other, or None.

    Columns left of the blocks are repeated; a column "date" (or "layer") holds the heading of each
    block.
    """
    if grid.n_rows * len(grid.columns) > _MOST_CELLS:
        return None
    head = [[clean_text(c) for c in row] for row in grid.head(3 * _SEARCHED)]
    blocks = _find_blocks(head, _is_period, "date") or _find_blocks(head, _is_depth, "layer")
    if blocks is None:
        return None
    rows = [[clean_text(c) for c in row] for row in grid.head(grid.n_rows)]
    if _SUMMARY in blocks.months:
        rows = [[c for c, m in zip(r, blocks.months, strict=True) if m != _SUMMARY] for r in rows]
        blocks = blocks._replace(months=[m for m in blocks.months if m != _SUMMARY])
    keys = [j for j, m in enumerate(blocks.months) if not m]
    head = _joined_headings(rows, blocks)
    titles = [[grid.sheet], *rows[: blocks.top + 1]]
    fallback = _lone_heading(titles, [head[j] for j in keys])
    head = [h or ("" if j in keys else fallback) for j, h in enumerate(head)]
    if not all(head[j] for j, m in enumerate(blocks.months) if m):
        return None
    wanted = list(dict.fromkeys(head[j] for j, m in enumerate(blocks.months) if m))
    out = [[t for t in row if t][:1] for row in rows[: blocks.top]]
    out.append([*[head[j] for j in keys], blocks.field, *wanted])
    numbers = [*grid.rows[: blocks.top], grid.rows[blocks.body - 1]]
    for month in dict.fromkeys(m for m in blocks.months if m):
        at = {head[j]: j for j, m in enumerate(blocks.months) if m == month}
        for i in range(blocks.body, len(rows)):
            values = [rows[i][at[h]] if h in at else "" for h in wanted]
            out.append([*[rows[i][j] for j in keys], month, *values])
            numbers.append(grid.rows[i])
    months = list(dict.fromkeys(m for m in blocks.months if m))
    each = f"one for each {blocks.field}; read one by one"
    text = f"{len(months)} blocks of columns side by side, {each}"
    return _remade(grid, out, numbers, text, ", ".join(months), int(grid.rows[blocks.row]))


def _remade(grid: Grid, rows, numbers, text: str, found: str, row: int) -> Grid:
    new = make_grid(grid.file, rows, sheet=grid.sheet, numbers=numbers)
    note = Finding(grid.file, "arrangement", "assumed", text, grid.sheet, row, "", found[:60])
    return new._replace(findings=(*grid.findings, note))


def _is_period(cell: str) -> bool:
    """Whether a heading names a day, a month, a season or a quarter."""
    if not cell or len(cell) > 24:
        return False
    if parse_value(cell).kind == "exact" and not _YEAR.match(cell):
        return False
    word = cell.casefold()
    if _YEAR.match(word):
        return True
    dates = parse_dates([word])
    return not np.isnat(dates.times[0]) or bool(part_of_year(word)[0])


def _is_depth(cell: str) -> bool:
    """Whether a heading names a depth in metres or a layer."""
    return bool(_DEPTH.match(cell) or (len(cell) > 1 and find_layer(cell)))


def _find_blocks(rows: list[list[str]], is_label, field: str) -> _Blocks | None:
    names = _names_periods if field == "date" else _names_depths
    r = next((i for i, row in enumerate(rows[:_SEARCHED]) if names(row)), None)
    if r is None:
        return None
    row = rows[r]
    months, current = [], ""
    for cell in row:
        current = (cell if is_label(cell) else "") if cell else current
        current = _SUMMARY if cell and is_total(cell) and any(months) else current
        months.append(current)
    columns = [j for j, m in enumerate(months) if m and m != _SUMMARY]
    body = next((i for i in range(r + 1, len(rows)) if _holds_number(rows[i], columns)), None)
    top = next((i for i in range(r + 1) if len({c for c in rows[i] if c}) >= 2), r)
    return None if body is None or not columns[0] else _Blocks(top, r, body, months, field)


def _names_periods(row: list[str]) -> bool:
    """Whether a row holds two or more dates and no number, as no row of samples does."""
    cells = [c for c in row if c]
    periods = {c for c in cells if _is_period(c)}
    years = [c for c in cells if _YEAR.match(c)]
    # Bare years are headings only where they follow each other and nothing else is a number.
    rising = years == sorted(set(years)) and len(years) != 1
    numbers = [c for c in cells if parse_value(c).kind == "exact" and c not in years]
    return len(periods) >= 2 and rising and not numbers


def _names_depths(row: list[str]) -> bool:
    """Whether a row holds two depths or layers, one in metres at least, and no bare number."""
    cells = [c for c in row if c]
    depths = {c for c in cells if _is_depth(c)}
    bare = any(parse_value(c).kind == "exact" and not _DEPTH.match(c) for c in cells)
    told = any(_DEPTH.match(c) for c in depths)
    told |= any(parse_heading(c).field == "parameter" for c in cells)
    return len(depths) >= 2 and told and not bare


def _holds_number(row: list[str], columns: list[int]) -> bool:
    return any(parse_value(row[j]).kind in _NUMBERS for j in columns if row[j])


def _joined_headings(rows: list[list[str]], blocks: _Blocks) -> list[str]:
    """Heading of each column from all levels, those of the blocks without their month."""
    levels = []
    for i in range(blocks.top, blocks.body):
        level, last = list(rows[i]), ""
        for j, month in enumerate(blocks.months):
            if not month:
                continue
            if i == blocks.row:
                level[j] = ""
            elif i < blocks.row:
                last = level[j] = level[j] or last
        levels.append(level)
    return [" ".join(dict.fromkeys(v[j] for v in levels if v[j])) for j in range(len(rows[0]))]


def _lone_heading(titles: list[list[str]], keys: list[str]) -> str:
    """Heading of blocks that have none: the value of a long table, or the parameter of a title."""
    if any(parse_heading(k).field == "parameter" for k in keys):
        return "value"
    for title in titles:
        text = next((t for t in title if t), "")
        for start in range(len(text)):
            for end in range(len(text), start + 1, -1):
                if parse_heading(text[start:end]).parameter and _whole_word(text, start, end):
                    return text[start:end]
    return ""


def _whole_word(text: str, start: int, end: int) -> bool:
    """Whether Latin letters are not cut at either end."""
    before, after = text[start - 1 : start], text[end : end + 1]
    cut = (before.isascii() and before.isalnum(), after.isascii() and after.isalnum())
    return not any(cut) and text[start:end].strip() == text[start:end]


def turn_table(grid: Grid) -> Grid | None:
    """Grid with rows and columns exchanged where its headings stand in the first column, or None.

    Row numbers of the new grid are the column numbers of the file.
    """
    if grid.n_rows > _MOST_ROWS or grid.n_rows * len(grid.columns) > _MOST_CELLS:
        return None
    rows = [[clean_text(c) for c in row] for row in grid.head(grid.n_rows)]
    full = [i for i, row in enumerate(rows) if len({c for c in row if c}) >= 2]
    if not full:
        return None
    table = [rows[i] for i in full]
    labels = [parse_heading(row[0]) for row in table]
    known = {h.parameter or h.field for h in labels} - {""}
    if len(known) < 3 or not any(h.parameter for h in labels):
        return None
    turned = _with_units([list(column) for column in zip(*table, strict=True)])
    turned[0] = [h or _blank_label([row[j] for row in turned[1:]]) for j, h in enumerate(turned[0])]
    if not any(h.field == "station" for h in labels):
        turned[0][0] = "station"
    titles = [[t for t in row if t][:1] for row in rows[: full[0]]]
    offset = len(table[0]) - len(turned)
    numbers = [*[0] * len(titles), 1, *range(2 + offset, len(table[0]) + 1)]
    text = "parameters stand below each other; the row numbers of this sheet are column numbers"
    return _remade(grid, [*titles, *turned], numbers, text, rows[full[0]][0], 0)


def _blank_label(cells: list[str]) -> str:
    """Heading of a row without a label: layers or dates below the names of stations."""
    texts = [c for c in cells if c]
    if texts and all(find_layer(c) for c in texts):
        return "layer"
    return "date" if texts and all(_is_period(c) for c in texts) else ""


def _with_units(turned: list[list[str]]) -> list[list[str]]:
    """Rows without a second one that holds units, which are put behind their headings."""
    if len(turned) < 3:
        return turned
    head, units, *rest = turned
    told = [u for h, u in zip(head, units, strict=True) if u and parse_heading(h).parameter]
    named = parse_heading(units[0]).field == "unit"
    if not named and not (told and all(parse_unit(u) is not None for u in told)):
        return turned
    joined = [
        f"{h} ({u})" if parse_heading(h).parameter and parse_unit(u) is not None else h
        for h, u in zip(head, units, strict=True)
    ]
    return [joined, *rest]
