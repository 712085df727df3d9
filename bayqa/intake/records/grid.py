"""A grid of text cells, stored column by column as codes into the distinct words."""

from __future__ import annotations

import ctypes
import sys
from array import array
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from bayqa.intake.records.guards import check_width

__all__ = ["Column", "Grid", "make_column", "make_grid", "release_memory", "take_rows", "word_mask"]


_LONGEST = 1000


class Column(NamedTuple):
    """One column: `words[codes]` are its cells, so that each distinct word is parsed once."""

    codes: np.ndarray
    words: np.ndarray

    def cell(self, row: int) -> str:
        """Text of one cell."""
        return self.words[self.codes[row]]

    def holds(self, word: str) -> np.ndarray:
        """Mask of the cells that are a word."""
        return np.array([w == word for w in self.words] or [False], bool)[self.codes]

    def texts(self) -> np.ndarray:
        """Texts of all cells, an object for each."""
        return np.asarray(self.words, object)[self.codes]


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


def make_grid(file: str, rows: Iterable[Sequence], *, sheet: str = "", numbers=None,
              text=str) -> Grid:  # fmt: skip
    """Grid of rows of cells, taken one by one; short rows are filled with blanks.

    `numbers` are the row numbers, `text` writes a cell that is no text.
    """
    columns: list[_Cells] = []
    n = 0
    for row in rows:
        check_width(file, len(row))
        while len(columns) < len(row):
            columns.append(_Cells(n))
        for column, cell in zip(columns, row, strict=False):
            column.add(cell, text)
        for column in columns[len(row) :]:
            column.add("", text)
        n += 1
    numbers = np.arange(1, n + 1) if numbers is None else np.asarray(numbers)
    done = tuple(columns.pop(0).column(text) for _ in range(len(columns)))
    return Grid(file, sheet, done, numbers.astype(np.int64))


def release_memory() -> None:
    """Give memory that is free back to the system, which the allocators keep by themselves."""
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


class _Cells:
    """One column while its cells come in: texts once each, numbers as they are."""

    def __init__(self, n_blank: int):
        self.words = {"": 0} if n_blank else {}
        self.codes = array("i", bytes(4 * n_blank))
        self.numbers = array("d")

    def add(self, cell: object, text) -> None:
        if type(cell) is float:
            self.codes.append(-1)
            self.numbers.append(cell)
        else:
            word = cell if type(cell) is str else text(cell)
            self.codes.append(self.words.setdefault(word, len(self.words)))

    def column(self, text) -> Column:
        codes, words = np.array(self.codes, np.int32), list(self.words)
        if self.numbers:
            numbers = np.array(self.numbers)
            found, distinct = pd.factorize(numbers, use_na_sentinel=False)
            codes[codes < 0] = found + len(words)
            words += map(text, distinct.tolist())
        column = Column(codes, np.array(words, object))
        typed = self.numbers and any(w[:1] in "+-.0123456789in" for w in self.words)
        return make_column(column.words[column.codes]) if typed else column


def take_rows(grid: Grid, keep: np.ndarray | slice) -> Grid:
    """Grid of the rows chosen by a mask, by positions, or by a slice (which copies nothing)."""
    if not isinstance(keep, slice) and keep.dtype == bool and keep.all():
        return grid
    columns = tuple(Column(c.codes[keep], c.words) for c in grid.columns)
    return grid._replace(columns=columns, rows=grid.rows[keep])


def word_mask(column: Column, test) -> np.ndarray:
    """Mask of the cells whose word passes a test, which runs once for each distinct word.

    Of a very long text the test sees the beginning: patterns would search all of it for hours.
    """
    if not len(column.words):
        return np.zeros(0, bool)
    heads = (w if len(w) < _LONGEST else w[:_LONGEST] for w in column.words)
    passed = np.fromiter((bool(test(w)) for w in heads), bool, len(column.words))
    return passed[column.codes]
