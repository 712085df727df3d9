"""Cell by cell, for maps: probability of a target, change of category, excess over a limit."""

from __future__ import annotations

import numpy as np
import xarray as xr

from bayqa.assess.targets import limit_at
from bayqa.errors import InputError
from bayqa.standards.standard import Limit, Standard

__all__ = ["UNKNOWN_STEP", "attain_probability", "change_categories", "measure_excess"]

UNKNOWN_STEP = -128
"""Mark of a cell without a category in one of two campaigns compared."""


def attain_probability(
    classes: xr.Dataset, number: int, *, parameter: str | None = None
) -> xr.DataArray:
    """Probability that a cell is of a category or better.

    Parameters
    ----------
    classes : Dataset
        From `classify`.
    number : int
        Of the category, 1 is the best.
    parameter : str, optional
        By one parameter; by all of them if not given.

    Returns
    -------
    DataArray, dims (campaign, ...)
        0 to 1; NaN where it is not known.

    Raises
    ------
    InputError
        If `classes` hold no probabilities.
    """
    name = "probability" if parameter is None else "parameter_probability"
    if name not in classes:
        raise InputError(
            f"The classes have no {name!r}: classify with probability=True a field "
            "that has standard deviations."
        )
    odds = classes[name] if parameter is None else classes[name].sel(parameter=parameter)
    met = odds.isel(category_label=slice(0, number)).sum("category_label", skipna=False)
    # Float32 parts may add up to a little more than 1.
    return met.clip(max=1.0)


def change_categories(
    classes: xr.Dataset, campaign: str, before: str, *, parameter: str | None = None
) -> xr.DataArray:
    """Steps by which the category of each cell is worse than in another campaign.

    Parameters
    ----------
    classes : Dataset
        From `classify`.
    campaign, before : str
        The later and the earlier campaign.
    parameter : str, optional
        By one parameter; by all of them if not given.

    Returns
    -------
    DataArray of int8, dims of the category without campaign
        Above 0 is worse, below 0 better; `UNKNOWN_STEP` where either is not assessed.
    """
    field = classes["category"]
    if parameter is not None:
        field = classes["parameter_category"].sel(parameter=parameter)
    now, then = (field.sel(campaign=c, drop=True).astype(np.int16) for c in (campaign, before))
    return (now - then).where((now > 0) & (then > 0), UNKNOWN_STEP).astype(np.int8)


def measure_excess(
    grids: xr.Dataset, standard: Standard, number: int, parameters: list[str]
) -> np.ndarray | None:
    """Worst excess over the limits of a category, as a fraction of each limit.

    Parameters
    ----------
    grids : Dataset, dims (y, x)
        Of one campaign.
    standard : Standard
    number : int
        Of the category, 1 is the best.
    parameters : list of str
        Those without a limit or a field do not count.

    Returns
    -------
    ndarray (ny, nx) or None
        Above 0 where some parameter is beyond the limit; NaN where none is known. None if no
        parameter has a limit there.
    """
    parts = [
        _excess(grids[p].transpose("y", "x").to_numpy(), standard.limits[p], number)
        for p in parameters
        if p in grids and p in standard.limits and limit_at(standard.limits[p], number) is not None
    ]
    return np.fmax.reduce(parts) if parts else None


def _excess(values: np.ndarray, limit: Limit, number: int) -> np.ndarray:
    edge = limit_at(limit, number)
    if limit.direction == "range":
        low, high = edge
        return np.fmax(low - values, values - high) / max(high - low, 1e-12)
    sign = -1.0 if limit.direction == "min" else 1.0
    return sign * (values - edge) / max(abs(edge), 1e-12)
