"""Flags and notes of rows while they are read: raised, never lowered, reasons kept."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bayqa.intake.records.grid import Column

__all__ = ["FAIL", "GOOD", "MISSING_VALUE", "NOT_EVALUATED", "SUSPECT", "Marks", "make_marks"]

GOOD, NOT_EVALUATED, SUSPECT, FAIL, MISSING_VALUE = 1, 2, 3, 4, 9


class Marks(NamedTuple):
    """Quality flags (QARTOD numbering, the higher wins) and notes of n rows, parted by "; ".

    A note is kept once, however many rows have it: `codes` are its number in `words`.
    """

    flag: np.ndarray
    codes: np.ndarray
    words: dict[str, int]

    @property
    def column(self) -> Column:
        """Notes as a column."""
        return Column(self.codes, np.array(list(self.words), object))

    def add(self, rows: np.ndarray, flag: int, note: str) -> int:
        """Raise the flag of rows (mask or positions) and add a reason; the number of rows."""
        rows = np.flatnonzero(rows) if rows.dtype == bool else rows
        if not len(rows):
            return 0
        self.flag[rows] = np.maximum(self.flag[rows], flag)
        self.codes[rows] = self._joined(self.codes[rows], note)
        return len(rows)

    def join(self, rows: np.ndarray, codes: np.ndarray, words: dict[str, int]) -> None:
        """Add one reason for each of the rows (positions), given by codes into other words."""
        texts = list(words)
        for code in np.unique(codes):
            hit = rows[codes == code]
            self.codes[hit] = self._joined(self.codes[hit], texts[code])

    def _joined(self, codes: np.ndarray, note: str) -> np.ndarray:
        """Codes of notes with a reason added where it is new."""
        old, inverse = np.unique(codes, return_inverse=True)
        texts = list(self.words)
        new = [_with_reason(texts[code], note) for code in old]
        return np.array([self.words.setdefault(t, len(self.words)) for t in new])[inverse]


def _with_reason(text: str, note: str) -> str:
    if not text or not note:
        return text or note
    return text if note in text else f"{text}; {note}"


def make_marks(n: int, flag: int = NOT_EVALUATED) -> Marks:
    """Marks of n rows, all with one flag and no note."""
    return Marks(np.full(n, flag, np.uint8), np.zeros(n, np.int32), {"": 0})
