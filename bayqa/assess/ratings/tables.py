"""One way to put rating tables together: columns in order, each of its own type."""

from __future__ import annotations

import pandas as pd

__all__ = ["arrange"]

_BOOLEAN = {"target_met", "out_of_v", "certain", "met"}
_FLOAT = {"volume", "tli"}


def arrange(parts: list[pd.DataFrame], columns: list[str] | tuple[str, ...]) -> pd.DataFrame:
    """Rows of several tables in one, with the columns in order and of one type each.

    Parameters
    ----------
    parts : list of DataFrame
        Need not hold every column.
    columns : list of str
        Wanted columns. "value" and n_* become Int64, *_share, volume and tli float, facts boolean,
        the rest text (empty where unknown).

    Returns
    -------
    DataFrame
    """
    held = [p.astype(object) for p in parts if len(p)]
    table = pd.concat(held, ignore_index=True) if held else pd.DataFrame()
    table = table.reindex(columns=list(columns))
    return pd.DataFrame({name: _typed(name, table[name]) for name in columns})


def _typed(name: str, column: pd.Series) -> pd.Series:
    if name == "value" or name.startswith("n_"):
        return pd.Series(pd.array(column.tolist(), dtype="Int64"), index=column.index)
    if name in _BOOLEAN:
        known = [None if pd.isna(v) else bool(v) for v in column]
        return pd.Series(pd.array(known, dtype="boolean"), index=column.index)
    if name.endswith("_share") or name in _FLOAT:
        return pd.to_numeric(column).astype(float)
    return column.where(column.notna(), "").astype(str)
