"""Values that a file calls made up stay known as such, whatever is made from them."""

from __future__ import annotations

import re

import numpy as np

from bayqa.intake.headings.columns import Layout
from bayqa.intake.records.grid import word_mask
from bayqa.intake.records.log import Log
from bayqa.intake.records.marks import NOT_EVALUATED
from bayqa.intake.vocabulary.text import clean_text

__all__ = ["MADE_UP", "heed_origin"]

MADE_UP = "demonstration values"
"""Note of such samples; everything drawn or written from them says so."""
_MADE_UP = re.compile(
    r"演示(?:数据|数值|用)|(?:虚构|模拟|示例)数据|非观测值|demonstration|\bdemo data|"
    r"(?:synthetic|made[- ]up|fictitious|dummy) (?:data|values)",
    re.I,
)


def heed_origin(layout: Layout, log: Log) -> None:
    """Note the rows whose remark, or whose table's title or name, says that values are made up."""
    grid = log.grid
    named = any(_MADE_UP.search(clean_text(t)) for t in (grid.sheet, *layout.titles))
    mask, where = np.full(grid.n_rows, named), {}
    if "note" in layout.fields and not named:
        column = grid.columns[layout.fields["note"]]
        mask = word_mask(column, lambda w: bool(_MADE_UP.search(clean_text(w))))
        where = {"column": layout.heading("note"), "found": column.cell}
    text = "the file calls these values made up; all that is made from them says so"
    log.add(mask, "origin", "read", text, flag=NOT_EVALUATED, note=MADE_UP, **where)
