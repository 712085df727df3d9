"""Where the data do not say, and why: improbable category, prior spread, beyond every station."""

from __future__ import annotations

import numpy as np
import xarray as xr

from bayqa.assess.assessment import Assessment

__all__ = ["NEAR_PRIOR", "find_doubt", "find_evidence"]

NEAR_PRIOR = 0.9
"""A field whose sd reaches this part of its prior says no more than the mean of the bay."""


def find_doubt(  # noqa: PLR0913 - three reasons, each with a limit of its own
    result: Assessment,
    campaign: str,
    *,
    parameter: str | None = None,
    by_category: bool = True,
    confidence: float = 0.5,
    sd_limit: float | bool | None = None,
    reach_m: float | bool | None = None,
) -> xr.Dataset:
    """Cells of one campaign of which the data do not say enough, reason by reason.

    Parameters
    ----------
    result : Assessment
    campaign : str
    parameter : str, optional
        What a map of one parameter shows; the overall category if not given.
    by_category : bool
        Whether the map shows categories, not values.
    confidence : float
        Least probability of the category shown.
    sd_limit : float or False, optional
        Largest standard deviation, working scale. By default maps of values take `NEAR_PRIOR`
        times the prior one, and maps of categories leave it to the probability.
    reach_m : float or False, optional
        Farthest way by water to a station that measured. By default one fitted range: of the
        parameter, or of the one that decides the cell (of all where none does alone).

    Returns
    -------
    Dataset of bool, dims (y, x)
        Those of "improbable", "wide" and "far" that could be asked, each with `low` and `high`,
        the smallest and largest limit that was applied, as attributes.

    Source
    ------
    Beyond about one range the variance of a field is that of its prior (Lindgren et al. 2011).
    """
    names = [parameter] if parameter else [str(p) for p in result.classes["parameter"].values]
    found = {}
    if by_category:
        found["improbable"] = _improbable(result, campaign, parameter, confidence)
    if sd_limit is not False and (sd_limit is not None or not by_category):
        found["wide"] = _wide(result, campaign, names, sd_limit)
    if reach_m is not False:
        found["far"] = _far(result, campaign, parameter, names, reach_m)
    wet = result.water["wet"]
    return xr.Dataset({
        name: (("y", "x"), part[0] & wet.to_numpy(), {"low": part[1], "high": part[2]})
        for name, part in found.items() if part is not None
    }, {"y": wet["y"], "x": wet["x"]})  # fmt: skip


def find_evidence(result: Assessment) -> xr.Dataset:
    """Evidence of an assessment: what it carries, or measured now."""
    if result.evidence is not None:
        return result.evidence
    # Here, so that to draw a finished assessment does not load the methods.
    from bayqa.assess.categories.evidence import measure_evidence, read_scales

    names = [str(p) for p in result.classes["parameter"].values]
    return measure_evidence(result.sources, result.water, read_scales(result.grids, names))


def _improbable(result, campaign, parameter, confidence) -> tuple | None:
    classes = result.classes
    name = "probability" if parameter is None else "parameter_probability"
    if name not in classes:
        return None
    odds, ranks = classes[name], classes["category"]
    if parameter is not None:
        odds = odds.sel(parameter=parameter)
        ranks = classes["parameter_category"].sel(parameter=parameter)
    ranks = ranks.sel(campaign=campaign).transpose("y", "x").to_numpy().astype(int)
    cube = odds.sel(campaign=campaign).transpose("category_label", "y", "x").to_numpy()
    shown = np.take_along_axis(cube, np.clip(ranks - 1, 0, None)[None], axis=0)[0]
    return (ranks > 0) & (shown < confidence), float(confidence), float(confidence)


def _wide(result, campaign, names, limit) -> tuple | None:
    grids, held = result.grids, [p for p in names if f"{p}_sd" in result.grids]
    if limit is None:
        scales = find_evidence(result)["prior_sd"].sel(campaign=campaign)
        limits = {p: NEAR_PRIOR * float(scales.sel(parameter=p)) for p in held}
    else:
        limits = dict.fromkeys(held, float(limit))
    limits = {p: v for p, v in limits.items() if np.isfinite(v) and v > 0}
    if not limits:
        return None
    wide = [
        grids[f"{p}_sd"].sel(campaign=campaign).transpose("y", "x").to_numpy() >= v
        for p, v in limits.items()
    ]
    return np.any(wide, axis=0), min(limits.values()), max(limits.values())


def _far(result, campaign, parameter, names, reach) -> tuple | None:
    if reach is None and result.evidence is None and not _is_fitted(result, names):
        return None
    here = find_evidence(result).sel(campaign=campaign, parameter=names)
    limits = here["range_m"].to_numpy() if reach is None else np.full(len(names), float(reach))
    known = limits[np.isfinite(limits)]
    if not known.size:
        return None
    # A parameter without a field has no range, and nothing of it is too far.
    limits = np.nan_to_num(limits, nan=np.inf)
    # A network that all parameters share is looked at once for each range only.
    far = {
        key: here["station_distance"].to_numpy()[key[0]] > key[1]
        for key in set(zip(here["network"].to_numpy().tolist(), limits.tolist(), strict=True))
    }
    each = [far[key] for key in zip(here["network"].to_numpy().tolist(), limits, strict=True)]
    mask = each[0] if parameter else _decided(result, campaign, each)
    return mask, float(known.min()), float(known.max())


def _is_fitted(result, names) -> bool:
    return any("fit" in result.grids[p].attrs for p in names if p in result.grids)


def _decided(result, campaign, each: list[np.ndarray]) -> np.ndarray:
    """Whether the deciding parameter is far, or every one where none decides alone."""
    limiting = result.classes["limiting"].sel(campaign=campaign).transpose("y", "x").to_numpy()
    out = np.all(each, axis=0)
    for k, far in enumerate(each, start=1):
        np.copyto(out, far, where=limiting == k)
    return out
