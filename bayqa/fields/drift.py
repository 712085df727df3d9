"""Covariates by name: variables of the water grid, and the way by water to the mouth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import xarray as xr

from bayqa.errors import MethodError
from bayqa.fields.methods.paths import nearest_distance

__all__ = ["name_drift"]

_OWN = ("x", "y")


def name_drift(options: Mapping[str, object], water: xr.Dataset) -> dict[str, object]:
    """Options with the names in `drift` replaced by the numbers of the wet cells.

    Parameters
    ----------
    options : mapping
        `drift` holds "x", "y" (left as they are), "mouth" (metres by water to the sea beyond the
        bays, which `reach` adds to the grid), names of variables (y, x) of `water`, or arrays.
    water : Dataset (y, x)

    Returns
    -------
    dict

    Raises
    ------
    MethodError
        If a name is not known, or a covariate lacks a number on some wet cell.
    """
    drift = options.get("drift")
    if not drift:
        return dict(options)
    listed: Sequence = [drift] if isinstance(drift, str) else drift
    found = [_find(one, water) if isinstance(one, str) else one for one in listed]
    return {**options, "drift": tuple(found)}


def _find(name: str, water: xr.Dataset) -> str | np.ndarray:
    if name in _OWN:
        return name
    wet = water["wet"].to_numpy()
    if name == "mouth":
        return _measure_mouth(water, wet)
    grids = [str(n) for n, v in water.data_vars.items() if v.dims == ("y", "x")]
    if name not in grids:
        raise MethodError(
            f"drift {name!r} is not known: give 'x', 'y', 'mouth', an array (n_wet,) or a variable "
            f"(y, x) of the water grid, such as water[{name!r}] = depth"
        )
    values = water[name].to_numpy().astype(float)[wet]
    missing = int((~np.isfinite(values)).sum())
    if missing:
        raise MethodError(
            f"the covariate {name!r} has no number on {missing} of {values.size} wet cells: fill "
            "them first"
        )
    return values


def _measure_mouth(water: xr.Dataset, wet: np.ndarray) -> np.ndarray:
    """Metres by water to the nearest cell beyond the bays."""
    outside = ~water["in_bays"].to_numpy()[wet] if "in_bays" in water else np.zeros(wet.sum(), bool)
    if not outside.any():
        raise MethodError(
            "drift 'mouth' needs the sea beyond the bays: build the water grid with reach= and "
            "land="
        )
    links = (water["link_east"].to_numpy(), water["link_south"].to_numpy())
    spacing = float(water.attrs["spacing"])
    far = np.asarray(nearest_distance(wet, spacing, np.flatnonzero(outside), links), float)
    # Water that no way leads out of is as far as the farthest that has one.
    return np.where(np.isfinite(far), far, far[np.isfinite(far)].max())
