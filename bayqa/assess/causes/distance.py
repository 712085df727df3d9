"""How far each cell or station is from its target: over it by what fraction, or within it."""

from __future__ import annotations

import numpy as np
import xarray as xr

from bayqa.assess.targets import clear_undetected, limit_at, target_number
from bayqa.errors import StandardError
from bayqa.standards.standard import Standard

__all__ = ["measure_distance"]


def measure_distance(
    field: xr.Dataset,
    standard: Standard,
    *,
    target: str | None = None,
    parameters: list[str] | None = None,
) -> xr.Dataset:
    """Distance of every value from the target category, as a fraction of its limit.

    Parameters
    ----------
    field : Dataset
        Stations or grids, in canonical units.
    standard : Standard
    target : str, optional
        Category to be met; the last good one of the standard by default.
    parameters : list of str, optional
        Those of the standard that `field` holds by default.

    Returns
    -------
    Dataset, dims of `field`
        parameter_distance (parameter, ...): value/limit - 1 for upper limits, 1 - value/limit for
        lower ones, distance from the middle in half-widths less 1 for ranges; above 0 the target is
        missed, by inf where the limit is 0. distance: the largest of them; NaN where nothing is
        known. attrs target.

    Raises
    ------
    StandardError
        If no parameter of the standard is in `field`, or the target is not a category.

    Source
    ------
    Single-factor index of the Chinese guidelines, less 1; pH by its distance from the middle.
    """
    number = target_number(standard, target)
    names = [
        p
        for p in (parameters or standard.parameters)
        if p in field and p in standard.limits and limit_at(standard.limits[p], number) is not None
    ]
    if not names:
        raise StandardError(
            f"{standard.id} has no limit for what the field holds; wanted one of "
            f"{', '.join(standard.limits)}"
        )
    field = clear_undetected(field, names, standard)
    parts = [_distance(field[p], standard.limits[p], number) for p in names]
    each = xr.concat(parts, xr.Variable("parameter", names), coords="minimal", compat="override")
    known = each.notnull().any("parameter")
    worst = each.fillna(-np.inf).max("parameter").where(known)
    attrs = {"target": standard.categories[number - 1].id, "standard": standard.id}
    return xr.Dataset({"parameter_distance": each, "distance": worst}, attrs=attrs)


def _distance(values, limit, number):
    edge = limit_at(limit, number)
    if limit.direction == "range":
        middle, half = (edge[0] + edge[1]) / 2, (edge[1] - edge[0]) / 2
        found = abs(values - middle) / half - 1
    elif limit.direction == "min":
        found = 1 - values / edge
    elif edge == 0:
        found = values.where(~(values > 0), np.inf)
    else:
        found = values / edge - 1
    return found.drop_attrs()
