"""What the visits of one campaign at one station become."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from bayqa.errors import InputError

__all__ = ["STATISTICS", "find_statistic"]


def find_statistic(name: str) -> Callable:
    """Function that reduces a grouped column to one value per group.

    Parameters
    ----------
    name : str
        One of `STATISTICS`, or a percentile from "p1" to "p99" (linear between ranks).

    Returns
    -------
    callable of SeriesGroupBy, giving a Series

    Raises
    ------
    InputError
        If the name is unknown.
    """
    if name in STATISTICS:
        return STATISTICS[name]
    if name[:1] == "p" and name[1:].isdigit() and 0 < int(name[1:]) < 100:
        share = int(name[1:]) / 100
        return lambda groups: groups.quantile(share)
    raise InputError(
        f"statistic={name!r} is not known: use one of {', '.join(STATISTICS)} "
        "or a percentile such as 'p90'"
    )


def _mean(groups) -> pd.Series:
    return groups.mean()


def _geomean(groups) -> pd.Series:
    return groups.agg(_geometric_mean)


def _hydrogen(groups) -> pd.Series:
    return groups.agg(_ph_of_mean_hydrogen)


def _geometric_mean(values: pd.Series) -> float:
    values = values.to_numpy(float)
    if (values < 0).any():
        raise InputError(
            f"statistic='geomean' met the value {values.min():g}: it needs values of 0 or more"
        )
    with np.errstate(divide="ignore"):
        return float(np.exp(np.log(values).mean()))


def _ph_of_mean_hydrogen(values: pd.Series) -> float:
    return float(-np.log10(np.mean(10.0 ** -values.to_numpy(float))))


STATISTICS = {
    "mean": _mean,
    "median": lambda groups: groups.median(),
    "geomean": _geomean,
    "hydrogen": _hydrogen,
    "min": lambda groups: groups.min(),
    "max": lambda groups: groups.max(),
}
"""Name of a statistic to the function of a grouped column; percentiles are "p1" to "p99"."""
