"""Marks such as ND that cannot mean "below a limit": the value was not measured at all."""

from __future__ import annotations

import numpy as np

from bayqa.intake.headings.columns import Layout
from bayqa.intake.records.grid import Grid, word_mask
from bayqa.intake.records.log import Log
from bayqa.intake.vocabulary.text import clean_text
from bayqa.intake.vocabulary.values import KINDS, NOT_DETECTED

__all__ = ["drop_absent"]

_ALWAYS_THERE = frozenset("ph temperature salinity conductivity do_sat secchi".split())
"""Water always has one: "not detected" says that nobody measured it."""
_TELLING = ("ph", "temperature")
_BARE, _GONE = KINDS.index("not detected"), KINDS.index("missing")


def drop_absent(grid: Grid, layout: Layout, parameter: str, log: Log, kinds, lower):
    """Kinds and lower bounds with "not detected" made missing where it cannot be meant.

    That is so for pH or temperature, and for all values of a row of a wide table whose pH or
    temperature is marked so as well, as where a station could not be reached.
    """
    bare = kinds == _BARE
    if not bare.any():
        return kinds, lower
    if parameter in _ALWAYS_THERE:
        lost, why = bare, f"{parameter} is always there"
    else:
        lost = bare & _empty_rows(grid, layout)[log.rows]
        why = "the pH or temperature of the row is marked so as well"
    text = f"'not detected' is taken as not measured: {why}"
    log.add(lost, "not measured", "assumed", text, found="ND")
    return np.where(lost, _GONE, kinds).astype(np.uint8), np.where(lost, np.nan, lower)


def _empty_rows(grid: Grid, layout: Layout) -> np.ndarray:
    """Mask of the rows of a wide table whose pH or temperature is "not detected"."""
    mask = np.zeros(grid.n_rows, bool)
    for column in layout.measured:
        if column.parameter in _TELLING:
            cells = grid.columns[column.index]
            mask |= word_mask(cells, lambda w: clean_text(w).casefold() in NOT_DETECTED)
    return mask
