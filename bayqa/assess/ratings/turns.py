"""Change of river ratings between two periods, in the words of the assessment method."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bayqa.errors import InputError

__all__ = ["tabulate_turns"]

_WORDS = {
    0: ("无明显变化", "no marked change"),
    1: ("有所好转", "some improvement"),
    2: ("明显好转", "marked improvement"),
    -1: ("有所下降", "some decline"),
    -2: ("明显下降", "marked decline"),
}
CLAUSE = "surface water assessment method 2011 (环办〔2011〕22号), change between periods"
COLUMNS = (
    "level",
    "place",
    "period",
    "before",
    "good_change_pp",
    "worse_change_pp",
    "combined_pp",
    "label_zh",
    "label_en",
    "clause",
)


def tabulate_turns(ratings: pd.DataFrame) -> pd.DataFrame:
    """Change of the good and of the worse-than-V share of each river and of the region.

    Parameters
    ----------
    ratings : DataFrame
        As `rate_river_sections` gives them, of several periods.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, a row per river (and region) and period with one before it: change of
        the good share less change of the worse-than-V share, in percentage points; within 5 "no
        marked change", to 10 "some", beyond "marked". Empty words where a share is unknown.

    Raises
    ------
    InputError
        If the table has no good_share or worse_share.

    Source
    ------
    Surface water assessment method 2011; from memory of the text [K].
    """
    lacking = [
        c for c in ("level", "place", "period", "good_share", "worse_share") if c not in ratings
    ]
    if lacking:
        raise InputError(
            f"ratings lack the columns {', '.join(lacking)}; give the table of rate_river_sections"
        )
    rows = []
    grouped = ratings[ratings["level"] != "section"].groupby(["level", "place"], sort=False)
    for key, group in grouped:
        held = group.sort_values("period", kind="stable").to_dict("records")
        for old, new in zip(held[:-1], held[1:], strict=True):
            good, worse = (100 * (new[c] - old[c]) for c in ("good_share", "worse_share"))
            words = _words(good - worse)
            rows.append(
                (*key, new["period"], old["period"], good, worse, good - worse, *words, CLAUSE)
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _words(combined: float) -> tuple[str, str]:
    if np.isnan(combined):
        return "", ""
    # Shares are ratios of small numbers: 5 points must be 5 points.
    size = round(abs(combined), 9)
    step = 0 if size <= 5 else 1 if size <= 10 else 2
    return _WORDS[step if combined > 0 else -step]
