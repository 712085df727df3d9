"""Findings about rows of samples, placed at the file and row that they came from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bayqa.intake.records.findings import Finding

__all__ = ["report_rows"]


def report_rows(
    samples: pd.DataFrame, rows: np.ndarray, kind: str, message: str, **more
) -> Finding:
    """Finding about rows (positions or mask) of the samples, placed at the first one.

    Keywords: found (text; the station by default), action ("flagged" by default), column (the
    parameter by default, when there is only one).
    """
    rows = np.flatnonzero(rows) if rows.dtype == bool else rows
    first = int(rows[0])
    place, _, number = str(samples["source"].iloc[first]).rpartition(":")
    file, _, sheet = place.partition("[")
    parameter = samples["parameter"].iloc[rows]
    column = str(parameter.iloc[0]) if parameter.nunique() == 1 else ""
    return Finding(
        file,
        kind,
        more.get("action", "flagged"),
        message,
        sheet.rstrip("]"),
        int(number) if number.isdigit() else 0,
        more.get("column", column),
        str(more.get("found", samples["station"].iloc[first])),
        len(rows),
    )
