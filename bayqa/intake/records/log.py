"""The log of one table while it is read: marks of its rows and findings, kept in step."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from bayqa.intake.records.findings import Finding
from bayqa.intake.records.grid import Grid
from bayqa.intake.records.marks import Marks

__all__ = ["Log"]


class Log(NamedTuple):
    """Where findings about rows of a grid go; `rows` are their positions in the grid."""

    grid: Grid
    marks: Marks
    findings: list[Finding]
    rows: np.ndarray
    column: str = ""

    def add(self, mask, kind: str, action: str, message: str, **where) -> int:
        """Add one finding for the rows of a mask; the number of rows, without a finding for none.

        Keywords: column and found (texts), flag and note (marks for the rows).
        """
        count = int(np.count_nonzero(mask))
        if not count:
            return 0
        first = self.rows[int(np.argmax(mask))]
        grid, found = self.grid, where.get("found", "")
        found = found(int(first)) if callable(found) else found
        self.findings.append(
            Finding(
                grid.file,
                kind,
                action,
                message,
                grid.sheet,
                int(grid.rows[first]),
                where.get("column", self.column),
                str(found)[:60],
                count,
            )
        )
        if "flag" in where:
            self.marks.add(mask, where["flag"], where.get("note", ""))
        return count
