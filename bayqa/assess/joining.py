"""Campaigns that were worked out one by one, put together again."""

from __future__ import annotations

from collections.abc import Sequence

import xarray as xr

__all__ = ["join_campaigns"]


def join_campaigns(parts: Sequence[xr.Dataset]) -> xr.Dataset:
    """One Dataset of several that hold other campaigns of the same places.

    Parameters
    ----------
    parts : sequence of Dataset
        On exactly the same coordinates but for the campaign.

    Returns
    -------
    Dataset
        What does not depend on the campaign is that of the first; one alone comes back as it is.
    """
    if len(parts) == 1:
        return parts[0]
    return xr.concat(
        parts,
        "campaign",
        data_vars="minimal",
        coords="minimal",
        compat="override",
        join="exact",
        combine_attrs="override",
    )
