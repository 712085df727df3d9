"""Station ids that a spreadsheet changed: 1-2 into a date, 101 into 101.0."""

from __future__ import annotations

import re

import numpy as np

from bayqa.intake.headings.columns import Layout
from bayqa.intake.records.findings import Finding
from bayqa.intake.records.grid import Column, Grid
from bayqa.intake.vocabulary.text import clean_text

__all__ = ["mend_stations"]

_WHOLE = re.compile(r"^\d+\.0$")
_DATE = re.compile(r"^(?:19|20)\d{2}-\d{2}-\d{2}(?: 00:00:00)?$")


def mend_stations(grid: Grid, layout: Layout) -> tuple[Grid, list[Finding]]:
    """Grid whose station ids are whole numbers where all of them end with .0, and findings.

    Ids that became dates cannot be put right, since 1-2 and 2 January look alike: a doubt.
    """
    if "station" not in layout.fields or not grid.n_rows:
        return grid, []
    j = layout.fields["station"]
    column = grid.columns[j]
    used = np.unique(column.codes)
    words = [w for w in (clean_text(column.words[c]) for c in used) if w]
    dates = [w for w in words if _DATE.match(w)]
    if dates:
        text = (
            "station ids are dates; where a spreadsheet made them of ids such as 1-2, write the "
            "ids as text"
        )
        return grid, [_finding(grid, layout, "doubtful", text, dates[0])]
    if not words or not all(map(_WHOLE.match, words)):
        return grid, []
    plain = [re.sub(r"^(\d+)\.0$", r"\1", clean_text(w)) for w in column.words]
    columns = list(grid.columns)
    columns[j] = Column(column.codes, np.array(plain, object))
    text = "station ids that all end with .0 are read as whole numbers"
    note = _finding(grid, layout, "assumed", text, words[0])
    return grid._replace(columns=tuple(columns)), [note]


def _finding(grid: Grid, layout: Layout, action: str, text: str, found: str) -> Finding:
    heading = layout.heading("station")
    return Finding(
        grid.file, "station", action, text, grid.sheet, int(grid.rows[0]), heading, found
    )
