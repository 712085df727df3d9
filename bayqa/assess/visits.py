"""What the campaigns behind a result looked at, and when."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import xarray as xr

from bayqa.standards import Standard

__all__ = ["find_dates", "list_unmeasured"]


def find_dates(
    stations: xr.Dataset, campaigns: Sequence[str], parameters: Sequence[str]
) -> tuple[str, str] | None:
    """First and last date on which the samples of some campaigns were taken.

    Parameters
    ----------
    stations : Dataset
        As `summarize` gives it.
    campaigns, parameters : sequence of str
        Those that count.

    Returns
    -------
    tuple of two ISO dates, or None
        Days, or months where a day is not known; None where a date is known less well.
    """
    dates = json.loads(stations.attrs.get("sampled", "{}"))
    ends = []
    for campaign in campaigns:
        for parameter in _measured(stations, [campaign], parameters):
            found = dates.get(campaign, {}).get(parameter)
            if found is None:
                return None
            ends.append(found)
    if not ends:
        return None
    # A month sorts before its days; all are cut to what is known of each.
    known = min(len(text) for pair in ends for text in pair)
    return min(first[:known] for first, _ in ends), max(last[:known] for _, last in ends)


def list_unmeasured(
    stations: xr.Dataset,
    standard: Standard,
    campaigns: Sequence[str],
    judged: Sequence[str],
) -> dict[str, bool]:
    """Parameters of the standard that the category of some campaign was made without.

    Parameters
    ----------
    stations : Dataset, dims (campaign, station)
    standard : Standard
    campaigns, judged : sequence of str
        Campaigns that count, and the parameters that were judged.

    Returns
    -------
    dict of str to bool
        In the order of the standard; True where no campaign has a value, False where some have.
    """
    wanted = list(standard.parameters)
    held = [p for p in wanted if p in judged]
    seen = [set(_measured(stations, [campaign], held)) for campaign in campaigns]
    lacking = {p: not any(p in names for names in seen) for p in wanted}
    return {p: never for p, never in lacking.items() if not all(p in names for names in seen)}


def _measured(stations, campaigns: Sequence[str], parameters: Sequence[str]) -> list[str]:
    """Those of the parameters with a value at some station of the campaigns."""
    held = [p for p in parameters if p in stations and "campaign" in stations[p].dims]
    chosen = np.isin(stations["campaign"].to_numpy().astype(str), list(campaigns))
    return [p for p in held if bool(np.isfinite(stations[p].to_numpy()[chosen]).any())]
