"""Arithmetic means of fields that were made on the logarithm."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import xarray as xr

__all__ = ["recover_means"]

_LN_10 = float(np.log(10.0))


def recover_means(field: xr.Dataset, values: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Values of grids with the arithmetic mean in place of the median, where the scale is log10.

    The back-transformed mean of a logarithm is the median. The value of a cell being lognormal,
    its mean is higher by exp(s^2 / 2), s the sd of the natural logarithm. The Student-t tails of a
    field with few stations have no mean, so the normal formula stands for them too.

    Parameters
    ----------
    field : Dataset, dims (campaign, y, x)
        With `<p>_sd`; stations are means already and stay as they are.
    values : mapping of parameter to ndarray
        Medians, canonical unit, campaign first.

    Returns
    -------
    dict of str to ndarray

    Source
    ------
    Journel and Huijbregts (1978), Mining Geostatistics, lognormal kriging.
    """
    out = dict(values)
    for name, median in values.items():
        on_log = field[name].attrs.get("scale") == "log10"
        if "y" not in field[name].dims or f"{name}_sd" not in field or not on_log:
            continue
        order = ("campaign", *(d for d in field[name].dims if d != "campaign"))
        sd = field[f"{name}_sd"].transpose(*order).to_numpy() * _LN_10
        offset = float(field[name].attrs.get("offset", 0.0))
        out[name] = (median + offset) * np.exp(sd**2 / 2) - offset
    return out
