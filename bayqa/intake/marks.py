"""Flags and notes of rows while they are read: raised, never lowered, reasons kept."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["FAIL", "GOOD", "MISSING_VALUE", "NOT_EVALUATED", "SUSPECT", "Marks", "make_marks"]

GOOD, NOT_EVALUATED, SUSPECT, FAIL, MISSING_VALUE = 1, 2, 3, 4, 9


class Marks(NamedTuple):
    """Quality flags (QARTOD numbering, the higher wins) and notes of n rows, parted by "; "."""

    flag: np.ndarray
    note: np.ndarray

    def add(self, rows: np.ndarray, flag: int, note: str) -> int:
        """Raise the flag of rows (mask or positions) and add a reason; the number of rows."""
        rows = np.flatnonzero(rows) if rows.dtype == bool else rows
        if not len(rows):
            return 0
        self.flag[rows] = np.maximum(self.flag[rows], flag)
        self.join(rows, np.full(len(rows), note, object))
        return len(rows)

    def join(self, rows: np.ndarray, notes: np.ndarray) -> None:
        """Add one reason for each of the rows, where it is not empty."""
        old = self.note[rows]
        joined = np.where(old == "", notes, old)
        for k in np.flatnonzero((old != "") & (notes != "")):
            if notes[k] not in old[k]:
                joined[k] = f"{old[k]}; {notes[k]}"
        self.note[rows] = joined


def make_marks(n: int, flag: int = NOT_EVALUATED) -> Marks:
    """Marks of n rows, all with one flag and no note."""
    return Marks(np.full(n, flag, np.uint8), np.full(n, "", object))
