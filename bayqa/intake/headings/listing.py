"""Plain lists, such as registers and outlets: a row of headings, then a row for each thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from bayqa.errors import InputError
from bayqa.intake.records.grid import Grid
from bayqa.intake.vocabulary.text import clean_text, fold_text

__all__ = ["head_list", "name_columns"]


def head_list(grid: Grid, wanted: str) -> tuple[pd.DataFrame, np.ndarray]:
    """List whose headings are the first row with at least two filled cells.

    Parameters
    ----------
    grid : Grid
    wanted : str
        Headings that the list should have, for the message.

    Returns
    -------
    DataFrame of str, ndarray
        The rows below the headings, and their row numbers in the file.

    Raises
    ------
    InputError
        When there is no such row, or a heading is there twice.
    """
    cells = pd.DataFrame({j: c.words[c.codes] for j, c in enumerate(grid.columns)})
    cells = cells.map(clean_text)
    full = (cells != "").sum(axis=1).to_numpy()
    if not (full >= 2).any():
        raise InputError(f"{grid.file}: no row of headings found; wanted {wanted}")
    top = int(np.argmax(full >= 2))
    names = cells.iloc[top].tolist()
    body = cells.iloc[top + 1 :][full[top + 1 :] >= 1]
    body.columns = names
    body = body.loc[:, [n != "" for n in names]]
    double = body.columns[body.columns.duplicated()].tolist()
    if double:
        raise InputError(f"{grid.file}: the heading {double[0]!r} is there twice; rename one")
    return body.reset_index(drop=True), grid.rows[top + 1 :][full[top + 1 :] >= 1]


def name_columns(frame: pd.DataFrame, known: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """List with the columns it is known to have under our names; others keep theirs.

    Parameters
    ----------
    frame : DataFrame
    known : mapping of str to sequence of str
        Our name of each column, and the headings that stand for it, best first.
    """
    folded = {fold_text(str(c)): c for c in reversed(list(frame.columns))}
    names: dict[object, str] = {}
    for column, words in known.items():
        free = (folded.get(fold_text(w)) for w in words)
        hit = next((c for c in free if c is not None and c not in names), None)
        if hit is not None:
            names[hit] = column
    return frame.rename(columns=names)
