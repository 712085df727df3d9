"""What the stations of a campaign showed: median and range of each parameter."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

__all__ = ["tabulate_levels"]


def tabulate_levels(
    stations: xr.Dataset, parameters: Sequence[str] | None = None, *, span: float = 0.8
) -> pd.DataFrame:
    """Median of the stations and their range, campaign by campaign.

    It describes the stations as they are and weighs none by area, so it does not depend on the
    interpolation. Censored values count with the value that the censoring policy gave them.

    Parameters
    ----------
    stations : Dataset, dims (campaign, station)
        As `summarize` gives it.
    parameters : sequence of str, optional
        All that were measured by default.
    span : float
        Part of the stations between `low` and `high`.

    Returns
    -------
    DataFrame
        campaign, year, season, parameter, n (stations with a value), n_censored, median, low,
        high, smallest, largest, in the canonical unit. A campaign without a value has n = 0 and
        NaN.
    """
    names = parameters or [str(v) for v in stations.data_vars if f"{v}_n" in stations]
    rows = []
    for name in names:
        for k in range(stations.sizes["campaign"]):
            rows.append(_row(stations.isel(campaign=k), name, (1 - span) / 2))
    columns = ["campaign", "year", "season", "parameter", "n", "n_censored", "median", "low",
               "high", "smallest", "largest"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _row(here: xr.Dataset, name: str, tail: float) -> tuple:
    values = here[name].to_numpy()
    held = np.isfinite(values)
    lower = here.get(f"{name}_lower", here[name]).to_numpy()
    upper = here.get(f"{name}_upper", here[name]).to_numpy()
    n_censored = int((held & (lower < upper)).sum())
    key = str(here.campaign.item()), int(here.year), str(here.season.item()), name
    if not held.any():
        return (*key, 0, 0, *[np.nan] * 5)
    # Only the stations that were visited: `n` says how many.
    points = np.quantile(values[held], [0.5, tail, 1 - tail, 0.0, 1.0])
    return (*key, int(held.sum()), n_censored, *points.tolist())
