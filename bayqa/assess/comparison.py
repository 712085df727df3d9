"""The same data under several standards, side by side."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from bayqa.assess.assessment import Assessment
from bayqa.assess.classes import classify
from bayqa.assess.shares import tabulate_shares
from bayqa.standards.loader import load_standard
from bayqa.standards.standard import Standard

__all__ = ["compare", "compare_stations"]


def compare(result: Assessment, ids: Sequence[str | Standard]) -> pd.DataFrame:
    """Area shares of one assessment under several standards.

    Each standard judges the parameters of its own default list that the grids hold; which ones
    stands in each row, because two standards rarely judge the same set.

    Parameters
    ----------
    result : Assessment
    ids : sequence of str or Standard
        Ids or paths as for `load_standard`.

    Returns
    -------
    DataFrame
        `standard`, `version`, the columns of `tabulate_shares`, then `good` (whether the category
        counts as good there), `judged` and `absent` (parameters, joined by a blank). Intervals
        are NaN unless the grids still hold their draws.

    Raises
    ------
    StandardError
        If an id is unknown.
    CoverageError
        If the grids hold no parameter of a standard.
    """
    return pd.concat(
        [_shares_under(result, standard) for standard in _load(ids)], ignore_index=True
    )


def compare_stations(result: Assessment, ids: Sequence[str | Standard]) -> pd.DataFrame:
    """Category of every station and campaign under several standards.

    Returns
    -------
    DataFrame
        campaign, station, and one column a standard with the category id or "not assessed".
    """
    columns = {}
    for standard in _load(ids):
        classes = classify(result.stations, standard, probability=False, detail=False)
        names = ["not assessed", *(category.id for category in standard.categories)]
        series = (
            classes["category"]
            .drop_vars([c for c in classes["category"].coords if c not in ("campaign", "station")])
            .to_series()
        )
        columns[standard.id] = series.map(dict(enumerate(names)))
    return pd.DataFrame(columns).reset_index()


def _load(ids) -> list[Standard]:
    return [one if isinstance(one, Standard) else load_standard(one) for one in ids]


def _shares_under(result: Assessment, standard: Standard) -> pd.DataFrame:
    classes = classify(result.grids, standard, probability=False)
    table = tabulate_shares(classes, result.bays)
    table.insert(0, "standard", standard.id)
    table.insert(1, "version", standard.version)
    return table.assign(
        good=table["category"].isin(standard.good),
        judged=" ".join(classes.attrs["parameters"]),
        absent=" ".join(classes.attrs["absent"]),
    )
