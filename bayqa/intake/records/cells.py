"""Cells of a column changed word by word, so that each distinct word is looked at once."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bayqa.intake.records.grid import Column

__all__ = ["choose_cells", "code_type", "convert_words", "distinct_pairs", "parse_numbers"]


def code_type(n: int) -> type:
    """Smallest type of numbers for codes into n words, as pandas has it."""
    return np.int8 if n < 2**7 - 1 else np.int16 if n < 2**15 - 1 else np.int32


def convert_words(column: Column, convert) -> Column:
    """Column of converted texts; words that became equal are one."""
    known: dict[str, int] = {}
    lookup = [known.setdefault(convert(w), len(known)) for w in column.words]
    codes = np.array(lookup, code_type(len(known)))[column.codes]
    return Column(codes, np.array(list(known), object))


def choose_cells(mask: np.ndarray, column: Column | str, other: Column) -> Column:
    """Cells of a column (or one word) where the mask holds, and of the other elsewhere."""
    if isinstance(column, str):
        column = Column(np.zeros(1, np.int8), np.array([column], object))
    known: dict[str, int] = {}
    codes = []
    for one in (column, other):
        lookup = [known.setdefault(w, len(known)) for w in one.words]
        codes.append(np.array(lookup, np.int32)[one.codes])
    chosen = np.where(mask, *codes).astype(code_type(len(known)))
    return Column(chosen, np.array(list(known), object))


def parse_numbers(column: Column, parse) -> np.ndarray:
    """Number of each cell, NaN where `parse` gives NaN for its word."""
    return np.array([parse(w) for w in column.words] or [np.nan], float)[column.codes]


def distinct_pairs(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Code of each pair of numbers, by first appearance, and the first row of each code."""
    keys, beside = (pd.factorize(v, use_na_sentinel=False)[0] for v in (one, other))
    keys *= beside.max(initial=0) + 1
    keys += beside
    del beside
    codes, pairs = pd.factorize(keys)
    del keys
    first = np.zeros(len(pairs), np.int64)
    first[codes[::-1]] = np.arange(len(codes), dtype=code_type(len(codes)))[::-1]
    return codes, first
