"""Where one more station would narrow the interval of the good share most."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
from scipy.stats import norm

from bayqa.assess.areas.coverage import measure_coverage
from bayqa.assess.areas.good_water import find_good_shares
from bayqa.assess.assessment import Assessment
from bayqa.assess.targets import target_number
from bayqa.errors import InputError, StandardError
from bayqa.fields.scale import Scale
from bayqa.fields.siting import rank_places

__all__ = ["suggest_share_station"]

_WIDTH = 2 * norm.ppf(0.95)
_COLUMNS = ["rank", "x", "y", "reduction", "width_now", "width_expected", "text", "geometry"]


def suggest_share_station(
    result: Assessment,
    bay: str | None = None,
    *,
    campaign: str = "annual",
    year: int | None = None,
    count: int = 1,
    n_candidates: int = 150,
) -> gpd.GeoDataFrame:
    """Places of further stations that would narrow the interval of a bay's good share most.

    A cell counts by the density of its values at the limit: water that is surely good or surely
    bad moves no share. The share is taken as linear in the values near the limits, the errors of
    the parameters as independent, and a further station as measuring all parameters in every
    campaign.

    Parameters
    ----------
    result : Assessment
        By a standard that takes the worst parameter.
    bay : str, optional
        May be left out where the assessment holds one bay.
    campaign : str
        "annual" for the mean of the year's campaigns, or one campaign.
    year : int, optional
        The last one by default.
    count : int
        Number of stations; each is chosen knowing the ones before.
    n_candidates : int
        Places tried, spread evenly over the water.

    Returns
    -------
    GeoDataFrame (EPSG:4326, points)
        rank, x, y, reduction (part of the interval that goes, up to and with this station),
        width_now (of the 90 % interval; that of the draws where there are any, else by the same
        linear reckoning), width_expected, text. No rows where no water is near a limit.
        `attrs["width_linear"]`: the width by the linear reckoning; `attrs["candidates"]`:
        every place tried with its own `reduction`.

    Raises
    ------
    InputError
        If the bay or the campaign is unknown.
    StandardError
        If the standard does not take the worst parameter.

    Source
    ------
    First term of the Hermite expansion of the covariance of two indicators; Lajaunie (1990).
    """
    if result.standard.rule != "worst-of":
        raise StandardError(
            f"{result.standard.id} goes by the rule {result.standard.rule!r}: a station can be "
            "suggested where the worst parameter decides"
        )
    bay = _chosen(result, bay)
    year = int(result.classes["year"].max()) if year is None else year
    rows = _campaigns(result, campaign, year)
    found = rank_places(
        result.sources,
        result.water,
        _effects(result, bay, rows),
        count=count,
        n_candidates=n_candidates,
        options=result.settings.get("options") if result.settings["method"] == "matern" else None,
    )
    linear = _WIDTH * found.attrs["sd"]
    measured = _width(result, (bay, year, campaign))
    now = linear if np.isnan(measured) else measured
    found["width_now"], found["width_expected"] = now, now * (1 - found["reduction"])
    found["text"] = [
        f"{k} more station{'s' if k > 1 else ''}: interval of the good share from "
        f"{100 * now:.1f} to {100 * then:.1f} points"
        for k, then in zip(found["rank"], found["width_expected"], strict=True)
    ]
    found.attrs["width_linear"] = linear
    return found[_COLUMNS]


def _chosen(result, bay) -> str:
    known = [str(name) for name in result.bays.index]
    bay = known[0] if bay is None and len(known) == 1 else bay
    if bay not in known:
        raise InputError(f"bay {bay!r} is not in the assessment; name one of {', '.join(known)}")
    return bay


def _campaigns(result, campaign, year) -> np.ndarray:
    names = result.classes["campaign"].to_numpy().astype(str)
    years = result.classes["year"].to_numpy()
    rows = np.flatnonzero(years == year if campaign == "annual" else names == campaign)
    if not len(rows):
        raise InputError(
            f"campaign {campaign!r} of {year} is not in the assessment; name 'annual' and a year "
            f"of {', '.join(map(str, dict.fromkeys(years.tolist())))}, or one of {', '.join(names)}"
        )
    return rows


def _effects(result, bay, rows) -> dict[str, np.ndarray]:
    """Change of the share of each campaign with the value of each cell, in the working scale."""
    number = target_number(result.standard)
    names = [str(name) for name in result.classes["parameter"].to_numpy()]
    cover = next(iter(measure_coverage(result.classes, result.bays.loc[[bay]]).values()))
    area = np.zeros(result.water.sizes["y"] * result.water.sizes["x"])
    area[cover.cells] = cover.area_km2
    area = area.reshape(result.water.wet.shape)
    odds = {name: _near_limit(result, name, rows, number) for name in names}
    known = result.classes["category"].transpose("campaign", "y", "x").to_numpy()[rows] > 0
    weight = np.where(known, area, 0.0)
    total = weight.sum(axis=(1, 2), keepdims=True) * len(rows)
    weight = np.divide(weight, total, out=np.zeros_like(weight), where=total > 0)
    effects = {}
    for name in names:
        others = [np.where(np.isnan(odds[p][0]), 1.0, odds[p][0]) for p in names if p != name]
        effects[name] = weight * odds[name][1] * np.prod([np.ones_like(weight), *others], axis=0)
    return effects


def _near_limit(result, name, rows, number) -> tuple[np.ndarray, np.ndarray]:
    """Probability of meeting the target class, and its slope with the value, of each cell."""
    grids, seasons = result.grids, result.grids["season"].to_numpy().astype(str)[rows]
    order = ("campaign", "y", "x")
    scale = Scale(grids[name].attrs["scale"], grids[name].attrs.get("offset", 0.0))
    mean = scale.to_working(grids[name].transpose(*order).to_numpy()[rows])
    sd = np.maximum(grids[f"{name}_sd"].transpose(*order).to_numpy()[rows], 1e-12)
    bounds = [result.standard.bounds(name, season=season)[:, number - 1] for season in seasons]
    low, high = _to_working(scale, np.array(bounds)).T[:, :, None, None]
    meets = norm.cdf((high - mean) / sd) - norm.cdf((low - mean) / sd)
    slope = (norm.pdf((low - mean) / sd) - norm.pdf((high - mean) / sd)) / sd
    return meets, slope


def _to_working(scale: Scale, bounds: np.ndarray) -> np.ndarray:
    if scale.name == "linear":
        return bounds
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.log10(bounds + scale.offset)
    return np.where(np.isnan(found), -np.inf, found)


def _width(result, key) -> float:
    table = find_good_shares(result)
    bay, year, campaign = key
    here = (table["bay_id"].astype(str) == bay) & (table["campaign"] == campaign)
    one = table[here & (table["year"] == year)] if campaign == "annual" else table[here]
    return float((one["share_high"] - one["share_low"]).iloc[0]) if len(one) else np.nan
