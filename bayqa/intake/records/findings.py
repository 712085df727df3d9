"""Findings: what was read, converted, flagged or refused, as rows that a report prints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

__all__ = [
    "ACTIONS",
    "COLUMNS",
    "EPOCH_1904",
    "Finding",
    "combine_findings",
    "exit_code",
    "list_rows",
    "make_report",
]

ACTIONS = {
    "read": 0, "converted": 0, "assumed": 0, "ignored": 0,
    "doubtful": 1, "flagged": 1, "left out": 1, "refused": 2,
}  # fmt: skip
"""What was done about a finding, and the exit code that it calls for."""

COLUMNS = ("file", "sheet", "row", "column", "kind", "action", "found", "message", "count")

EPOCH_1904 = "date system"
"""Kind of the finding that a workbook counts its days from 1904."""

_LONGEST = 500
_BY_ROW = {"ragged row", "repeated heading", "row of totals", "note in the table"}


class Finding(NamedTuple):
    """One row of the report; `row` is the first row concerned, 0 where the whole file is meant."""

    file: str
    kind: str
    action: str
    message: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    found: str = ""
    count: int = 1


def make_report(findings: Iterable[Finding]) -> pd.DataFrame:
    """Findings as a table with the columns of `COLUMNS`, in the order given."""
    rows = [tuple(_cut(getattr(f, name)) for name in COLUMNS) for f in findings]
    report = pd.DataFrame(rows, columns=list(COLUMNS))
    return report.astype({"row": "int64", "count": "int64"})


def _cut(value: object) -> object:
    """Text that fits into a cell of the report; a cell of a file may be as long as a book."""
    long = isinstance(value, str) and len(value) > _LONGEST
    return f"{value[: _LONGEST - 1]}…" if long else value


def list_rows(report: pd.DataFrame) -> list[dict]:
    """Rows of a report as plain dicts, which can ride in `attrs` through concat and Parquet."""
    return report.to_dict("records")


def combine_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Findings with equal place and kind put together: the first row, the counts added up."""
    merged: dict[tuple, Finding] = {}
    for f in findings:
        row = f.row if f.kind in _BY_ROW else 0
        key = (f.file, f.sheet, f.column, f.kind, f.action, f.message, row)
        old = merged.get(key)
        merged[key] = f if old is None else old._replace(count=old.count + f.count)
    return list(merged.values())


def exit_code(report: pd.DataFrame) -> int:
    """0 when a report holds nothing to worry about, 1 for doubts, 2 when data were unusable."""
    return max((ACTIONS[action] for action in report["action"]), default=0)
