"""A grid of text cells, stored column by column as codes into the distinct words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

__all__ = ["Column", "Grid", "make_column", "make_grid", "take_rows", "word_mask"]


class Column(NamedTuple):
    """One column: `words[codes]` are its cells, so that each distinct word is parsed once."""

    codes: np.ndarray
    words: np.ndarray

    def cell(self, row: int) -> str:
        """Text of one cell."""
        return self.words[self.codes[row]]


class Grid(NamedTuple):
    """Cells of one table of one file; `rows` are the row numbers as a spreadsheet shows them."""

    file: str
    sheet: str
    columns: tuple[Column, ...]
    rows: np.ndarray
    findings: tuple = ()
    merged: tuple = ()
    """Merged areas as (first row, first column, last row, last column), 0-based in the grid."""

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.rows)

    def head(self, n: int) -> list[list[str]]:
        """Text of the first n rows."""
        return [[c.cell(i) for c in self.columns] for i in range(min(n, self.n_rows))]


def make_column(cells: Sequence[str] | np.ndarray) -> Column:
    """Column of a sequence of texts."""
    array = np.asarray(cells, dtype=object)
    codes, words = pd.factorize(array)
    return Column(codes.astype(np.int32), np.asarray(words, dtype=object))


def make_grid(file: str, rows: Sequence[Sequence[str]], *, sheet: str = "", numbers=None) -> Grid:
    """Grid of rows of texts; short rows are filled with blanks, `numbers` are the row numbers."""
    width = max((len(r) for r in rows), default=0)
    columns = []
    for j in range(width):
        columns.append(make_column([r[j] if j < len(r) else "" for r in rows]))
    numbers = np.arange(1, len(rows) + 1) if numbers is None else np.asarray(numbers)
    return Grid(file, sheet, tuple(columns), numbers.astype(np.int64))


def take_rows(grid: Grid, keep: np.ndarray | slice) -> Grid:
    """Grid of the rows chosen by a mask, by positions, or by a slice (which copies nothing)."""
    if not isinstance(keep, slice) and keep.dtype == bool and keep.all():
        return grid
    columns = tuple(Column(c.codes[keep], c.words) for c in grid.columns)
    return grid._replace(columns=columns, rows=grid.rows[keep])


def word_mask(column: Column, test) -> np.ndarray:
    """Mask of the cells whose word passes a test, which runs once for each distinct word."""
    if not len(column.words):
        return np.zeros(0, bool)
    passed = np.fromiter((bool(test(w)) for w in column.words), bool, len(column.words))
    return passed[column.codes]
