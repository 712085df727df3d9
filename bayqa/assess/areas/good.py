"""The share of good water, and the probability that a bay meets its target share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
import xarray as xr

from bayqa.assess.areas.intervals import span
from bayqa.assess.areas.shares import shares_of
from bayqa.assess.joining import join_campaigns
from bayqa.errors import StandardError

__all__ = ["tabulate_good_draws", "tabulate_good_shares", "target_probability"]

_COLUMNS = [
    "bay_id",
    "year",
    "campaign",
    "parameter",
    "good",
    "share",
    "share_low",
    "share_high",
    "share_mean",
]


def tabulate_good_shares(
    measured: Sequence[xr.Dataset], good: Sequence[str] | None = None
) -> pd.DataFrame:
    """Share of the assessed area in good categories, with its interval.

    The interval of a sum is not the sum of the intervals, so it comes from the draws here.

    Parameters
    ----------
    measured : sequence of Dataset
        From `measure_shares`.
    good : sequence of str, optional
        Category ids that count; by default those of the standard.

    Returns
    -------
    DataFrame
        bay_id, year, campaign (also "annual"), parameter, good (ids joined by "+"), share,
        share_low and share_high (5th and 95th percentile of the draws, see `span`), share_mean.

    Raises
    ------
    StandardError
        If the standard names no good categories and none are given, or one is unknown.
    """
    areas = join_campaigns(measured)
    chosen = _good_ids(areas, good)
    rows = []
    for key, point, drawn in _periods(areas, chosen):
        spread = [np.nan] * 3 if drawn is None else [*span(drawn, point), drawn.mean()]
        rows.append((*key, "+".join(chosen), point, *spread))
    return pd.DataFrame(rows, columns=_COLUMNS)


def tabulate_good_draws(
    measured: Sequence[xr.Dataset], good: Sequence[str] | None = None
) -> pd.DataFrame:
    """Good share of every draw, for targets and comparisons that are asked later.

    Returns
    -------
    DataFrame
        bay_id, year, campaign, draw, share, of all parameters together; no rows without draws.
    """
    areas = join_campaigns(measured).sel(parameter=["overall"])
    rows = [
        (bay, year, campaign, d, share)
        for (bay, year, campaign, _), _, drawn in _periods(areas, _good_ids(areas, good))
        if drawn is not None
        for d, share in enumerate(drawn)
    ]
    return pd.DataFrame(rows, columns=["bay_id", "year", "campaign", "draw", "share"])


def target_probability(
    draws: pd.DataFrame, target: float | Mapping[str, float], *, campaign: str = "annual"
) -> pd.DataFrame:
    """Probability that the good share of a bay meets its target.

    Parameters
    ----------
    draws : DataFrame
        From `tabulate_good_draws`.
    target : float or mapping of bay_id to float
        Wanted share, 0..1; bays without a target are left out.
    campaign : str
        "annual" or a campaign.

    Returns
    -------
    DataFrame
        bay_id, year, campaign, target, probability (share of the draws at or above the target,
        within 1e-9), n_draws. NaN where some draw has no assessed water.

    Raises
    ------
    StandardError
        If a target is not a share between 0 and 1.
    """
    chosen = draws[
        (draws["campaign"] == campaign) if campaign == "annual" else draws["campaign"].eq(campaign)
    ]
    rows = []
    for (bay, year), part in chosen.groupby(["bay_id", "year"], sort=False):
        wanted = target.get(bay) if isinstance(target, Mapping) else target
        if wanted is None:
            continue
        if not 0 <= wanted <= 1:
            raise StandardError(
                f"target {wanted} of bay {bay} is not a share between 0 and 1. Write 85 % as 0.85."
            )
        share = part["share"].to_numpy()
        met = np.nan if np.isnan(share).any() else float((share >= wanted - 1e-9).mean())
        rows.append((bay, year, campaign, wanted, met, len(share)))
    columns = ["bay_id", "year", "campaign", "target", "probability", "n_draws"]
    return pd.DataFrame(rows, columns=columns)


def _good_ids(areas: xr.Dataset, good: Sequence[str] | None) -> tuple[str, ...]:
    chosen = tuple(good) if good else tuple(areas.attrs.get("good", ()))
    labels = list(map(str, areas["category"].to_numpy()[:-1]))
    unknown = [one for one in chosen if one not in labels]
    if unknown or not chosen:
        raise StandardError(
            f"good categories: found {', '.join(unknown) or 'none'}, wanted some of "
            f"{', '.join(labels)}. Give good=[...] or name them in the standard."
        )
    return chosen


def _periods(areas: xr.Dataset, good) -> Iterator[tuple]:
    """Key, good share and its draws of every bay, campaign, year and parameter."""
    wanted = [str(label) in good for label in areas["category"].to_numpy()]
    points = shares_of(areas["area_km2"].to_numpy())[..., wanted].sum(axis=-1)
    drawn = None
    if "area_draws" in areas:
        drawn = shares_of(areas["area_draws"].to_numpy())[..., wanted].sum(axis=-1)
    years = areas["year"].to_numpy() if "year" in areas.coords else np.zeros(points.shape[-1], int)
    for b, bay in enumerate(areas["bay_id"].to_numpy()):
        for p, parameter in enumerate(areas["parameter"].to_numpy()):
            for year in dict.fromkeys(years.tolist()):
                chosen = np.flatnonzero(years == year)
                for campaign, picked in _named(areas, chosen):
                    draws = None if drawn is None else drawn[:, b, p, picked].mean(axis=1)
                    yield (
                        (str(bay), year, campaign, str(parameter)),
                        points[b, p, picked].mean(),
                        draws,
                    )


def _named(areas, chosen):
    for c in chosen:
        yield str(areas["campaign"].to_numpy()[c]), [c]
    yield "annual", chosen
