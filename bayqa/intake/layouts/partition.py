"""Sheets that hold several tables, below or beside each other: parted where headings come again."""

from __future__ import annotations

import re

import numpy as np

from bayqa.intake.records.findings import EPOCH_1904, Finding
from bayqa.intake.records.grid import Grid, make_column, take_rows, word_mask
from bayqa.intake.vocabulary.names import is_ignored, parse_heading
from bayqa.intake.vocabulary.text import clean_text, fold_text
from bayqa.intake.vocabulary.values import parse_value

__all__ = ["split_tables"]

_SEARCHED = 60
_MOST_WORDS = 3000
_LONG = {"parameter", "value"}
_STARTS_AS_VALUE = re.compile(r"[\s<>≤≥＜＞+.\-]*\d")
_FOOT = re.compile(r"^[(（]?\s*(?:注|备注|说明|数据来源|note|source|remark|\*)", re.I)
_TELLING = re.compile(
    r"(?:19|20)\d{2}|\d\s*月|[春夏秋冬]季|季度|表层|底层|中层|单位|unit|mg|[μµu]g|mol|"
    r"surface|bottom|spring|summer|autumn|winter|:",
    re.I,
)


def split_tables(grid: Grid) -> list[Grid]:
    """Grids of the tables of one sheet; the grid itself where it holds one.

    Headings that only stand again, as on each printed page, part nothing.
    """
    parts = [low for side in _split_columns(grid) for low in _split_rows(side)]
    if len(parts) < 2:
        return [grid]
    text = f"{len(parts)} tables stand on one sheet; they are read one by one"
    row = int(grid.rows[0])
    note = Finding(grid.file, "arrangement", "assumed", text, grid.sheet, row)
    parts[0] = parts[0]._replace(findings=(*grid.findings, note))
    epoch = tuple(f for f in grid.findings if f.kind == EPOCH_1904)
    return [parts[0], *(p._replace(findings=epoch) for p in parts[1:])]


def _split_columns(grid: Grid) -> list[Grid]:
    """Grids of tables side by side, each of which begins with the same heading."""
    rows = [[clean_text(c) for c in row] for row in grid.head(_SEARCHED)]
    top = next((i for i, row in enumerate(rows) if _names_columns(row)), None)
    if top is None:
        return [grid]
    folded = [fold_text(c) for c in rows[top]]
    first = next(f for f in folded if f)
    starts = [j for j, f in enumerate(folded) if f == first]
    ends = [*starts[1:], len(folded)]
    blocks = list(zip(starts, ends, strict=True))
    whole = all(_is_table(rows[top][a:b]) for a, b in blocks)
    if len(starts) < 2 or not whole or not _begins_table(rows[top][starts[0]]):
        return [grid]
    return [_block(grid, rows[:top], a, b) for a, b in blocks]


def _begins_table(heading: str) -> bool:
    return parse_heading(heading).field == "station" or is_ignored(heading)


def _is_table(headings: list[str]) -> bool:
    known = [parse_heading(h) for h in headings if h]
    return any(h.field == "station" for h in known) and (
        any(h.parameter for h in known) or {"parameter", "value"} <= {h.field for h in known}
    )


def _block(grid: Grid, titles: list[list[str]], start: int, end: int) -> Grid:
    """Columns of one block, with the titles that stand over all blocks."""
    columns = list(grid.columns[start:end])
    cells = [columns[0].cell(i) for i in range(len(titles))]
    for i, title in enumerate(titles):
        if not any(title[start:end]):
            cells[i] = " ".join(dict.fromkeys(t for t in title if t))
    if titles:
        rest = columns[0].words[columns[0].codes[len(titles) :]]
        columns[0] = make_column([*cells, *rest])
    kept = tuple(c for c in columns if any(clean_text(w) for w in c.words))
    return grid._replace(columns=kept, merged=())


def _names_columns(row: list[str]) -> bool:
    """Whether a row holds three known headings and hardly a number."""
    cells = [c for c in row if c]
    numbers = sum(parse_value(c).kind == "exact" for c in cells)
    known = {c for c in cells if _is_heading(c)}
    return len(known) >= 3 and numbers <= 0.2 * len(cells)


def _fields_of(row: list[str]) -> set[str]:
    return {parse_heading(c).field for c in row if c}


def _is_heading(word: str) -> bool:
    if not word or len(word) > 60 or _STARTS_AS_VALUE.match(word):
        return False
    heading = parse_heading(clean_text(word))
    return bool(heading.field or heading.parameter)


def _split_rows(grid: Grid) -> list[Grid]:
    """Grids of tables below each other."""
    heads = _heading_rows(grid)
    if len(heads) < 2:
        return [grid]
    first = _cells(grid, heads[0])
    cuts = [0]
    for above, head in zip(heads[:-1], heads[1:], strict=True):
        start = _title_start(grid, above, head)
        titles = [" ".join(_cells(grid, i)) for i in range(start, head)]
        told = any(_TELLING.search(t) for t in titles)
        if told or _cells(grid, head) != first or not _holds_numbers(grid, head + 1, head + 2):
            cuts.append(start)
    ends = [*cuts[1:], grid.n_rows]
    return [take_rows(grid, slice(a, b)) for a, b in zip(cuts, ends, strict=True)]


def _heading_rows(grid: Grid) -> list[int]:
    """First heading row of each table: rows of headings with rows of numbers before them."""
    counts = np.zeros(grid.n_rows, int)
    for column in grid.columns:
        if len(column.words) <= _MOST_WORDS:
            counts += word_mask(column, _is_heading) if grid.n_rows else 0
    heads: list[int] = []
    last, is_long = -1, False
    for i in np.flatnonzero(counts >= 3)[:1000].tolist():
        row = [clean_text(c.cell(i)) for c in grid.columns]
        # Rows of a long table hold names, units and media, which are headings elsewhere.
        if _names_columns(row) and not (is_long and not _LONG & _fields_of(row)):
            is_long = is_long or _LONG <= _fields_of(row)
            if not heads or _holds_numbers(grid, last + 1, i):
                heads.append(i)
            last = i
    return heads


def _holds_numbers(grid: Grid, start: int, end: int) -> bool:
    """Whether one of the next rows holds two numbers, as rows of units and titles do not."""
    for i in range(start, min(end, start + 8)):
        cells = [c.cell(i) for c in grid.columns]
        if sum(parse_value(c).kind in ("exact", "below") for c in cells if c) >= 2:
            return True
    return False


def _title_start(grid: Grid, above: int, head: int) -> int:
    """First of the title rows right above a heading row; notes belong to the table before."""
    start = head
    while start - 1 > above:
        cells = [c for c in _cells(grid, start - 1) if c]
        lone = len(set(cells)) <= 2 and not any(parse_value(c).kind == "exact" for c in cells)
        if not lone or (cells and _FOOT.match(cells[0])):
            break
        start -= 1
    return start


def _cells(grid: Grid, row: int) -> list[str]:
    return [clean_text(c.cell(row)) for c in grid.columns]
