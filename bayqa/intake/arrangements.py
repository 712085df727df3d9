"""Tables laid out for the eye: months side by side, or parameters down and stations across."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bayqa.intake.dates import parse_dates
from bayqa.intake.findings import Finding
from bayqa.intake.grid import Grid, make_grid
from bayqa.intake.names import find_layer, parse_heading
from bayqa.intake.text import clean_text
from bayqa.intake.units import parse_unit
from bayqa.intake.values import parse_value
from bayqa.intake.yearless import part_of_year

__all__ = ["stack_blocks", "turn_table"]

_SEARCHED = 15
_MOST_ROWS = 400
_MOST_CELLS = 2_000_000
_NUMBERS = ("exact", "below", "above", "interval", "not detected", "missing")


class _Blocks(NamedTuple):
    """Rows that make the headings, the row of months among them, and the month of each column."""

    top: int
    row: int
    body: int
    months: list[str]


def stack_blocks(grid: Grid) -> Grid | None:
    """Grid with the blocks of months that stand side by side put below each other, or None.

    Columns left of the blocks are repeated; a column "date" holds the heading of each block.
    """
    if grid.n_rows * len(grid.columns) > _MOST_CELLS:
        return None
    blocks = _find_blocks([[clean_text(c) for c in row] for row in grid.head(3 * _SEARCHED)])
    if blocks is None:
        return None
    rows = [[clean_text(c) for c in row] for row in grid.head(grid.n_rows)]
    keys = [j for j, m in enumerate(blocks.months) if not m]
    head = _joined_headings(rows, blocks)
    fallback = _lone_heading(rows[: blocks.top + 1], [head[j] for j in keys])
    head = [h or ("" if j in keys else fallback) for j, h in enumerate(head)]
    if not all(head[j] for j, m in enumerate(blocks.months) if m):
        return None
    wanted = list(dict.fromkeys(head[j] for j, m in enumerate(blocks.months) if m))
    out = [[t for t in row if t][:1] for row in rows[: blocks.top]]
    out.append([*[head[j] for j in keys], "date", *wanted])
    numbers = [*grid.rows[: blocks.top], grid.rows[blocks.body - 1]]
    for month in dict.fromkeys(m for m in blocks.months if m):
        at = {head[j]: j for j, m in enumerate(blocks.months) if m == month}
        for i in range(blocks.body, len(rows)):
            values = [rows[i][at[h]] if h in at else "" for h in wanted]
            out.append([*[rows[i][j] for j in keys], month, *values])
            numbers.append(grid.rows[i])
    months = list(dict.fromkeys(m for m in blocks.months if m))
    text = f"{len(months)} blocks of columns side by side, one for each date; read one by one"
    return _remade(grid, out, numbers, text, ", ".join(months), int(grid.rows[blocks.row]))


def _remade(grid: Grid, rows, numbers, text: str, found: str, row: int) -> Grid:
    new = make_grid(grid.file, rows, sheet=grid.sheet, numbers=numbers)
    note = Finding(grid.file, "arrangement", "assumed", text, grid.sheet, row, "", found[:60])
    return new._replace(findings=(*grid.findings, note))


def _is_period(cell: str) -> bool:
    """Whether a heading names a day, a month, a season or a quarter."""
    if not cell or len(cell) > 24 or parse_value(cell).kind == "exact":
        return False
    word = cell.casefold()
    dates = parse_dates([word])
    return not np.isnat(dates.times[0]) or bool(part_of_year(word)[0])


def _find_blocks(rows: list[list[str]]) -> _Blocks | None:
    r = next((i for i, row in enumerate(rows[:_SEARCHED]) if _names_periods(row)), None)
    if r is None:
        return None
    row = rows[r]
    months, current = [], ""
    for cell in row:
        current = (cell if _is_period(cell) else "") if cell else current
        months.append(current)
    columns = [j for j, m in enumerate(months) if m]
    body = next((i for i in range(r + 1, len(rows)) if _holds_number(rows[i], columns)), None)
    top = next(i for i in range(r + 1) if len({c for c in rows[i] if c}) >= 2)
    return None if body is None or not columns[0] else _Blocks(top, r, body, months)


def _names_periods(row: list[str]) -> bool:
    """Whether a row holds two or more dates and no number, as no row of samples does."""
    periods = {c for c in row if _is_period(c)}
    return len(periods) >= 2 and not any(parse_value(c).kind == "exact" for c in row if c)


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
