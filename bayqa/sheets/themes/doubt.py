"""Where the data do not say: hatched on the map, with the reason in the legend."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from bayqa.sheets.contours import Raster, trace_mask
from bayqa.sheets.picture import Entry
from bayqa.sheets.subject import Subject
from bayqa.sheets.themes.common import crs_of, find_ranks, words
from bayqa.sheets.view import to_metres

__all__ = ["doubt_entries", "trace_doubt"]

_CONFIDENCE = 0.5


def trace_doubt(subject: Subject, raster: Raster, campaign: str, *, by_category: bool = True):
    """Polygons where any of the sheet's reasons for doubt holds.

    Parameters
    ----------
    subject : Subject
    raster : Raster
    campaign : str
    by_category : bool
        Also ask whether the category shown is probable enough.

    Returns
    -------
    polygons, metres
    """
    mask = np.zeros((len(raster.y), len(raster.x)), dtype=bool)
    if by_category:
        mask |= _improbable(subject, campaign)
    if "hatch_sd" in subject.options:
        mask |= _wide(subject, campaign)
    if "reach_km" in subject.options:
        mask |= _far(subject, raster, campaign)
    wet = subject.result.water["wet"].to_numpy()
    return trace_mask(raster, mask & wet)


def doubt_entries(subject: Subject, *, by_category: bool = True) -> tuple[Entry, ...]:
    """Rows that say what the hatch means; none where no reason was asked for."""
    reasons = []
    options = subject.options
    if by_category and _probability(subject) is not None:
        percent = f"{100 * float(options.get('confidence', _CONFIDENCE)):g}"
        reasons.append(words(subject, "legend.hatch_confidence", confidence=percent))
    if "hatch_sd" in options:
        reasons.append(words(subject, "legend.hatch_sd", sd_limit=f"{options['hatch_sd']:g}"))
    if "reach_km" in options:
        reasons.append(words(subject, "legend.hatch_reach", reach_km=f"{options['reach_km']:g}"))
    if not reasons:
        return ()
    lead = words(subject, "legend.hatch")
    joined = {
        code: lead[code] + _colon(code) + _or(code).join(r[code] for r in reasons)
        for code in subject.languages
    }
    return (Entry(subject.palette.ground["hatch"], joined, kind="doubt"),)


def _colon(code: str) -> str:
    return "：" if code == "zh" else ": "


def _or(code: str) -> str:
    return "；" if code == "zh" else "; "


def _probability(subject: Subject):
    classes = subject.result.classes
    if subject.parameter is None:
        return classes.get("probability")
    field = classes.get("parameter_probability")
    return None if field is None else field.sel(parameter=subject.parameter)


def _improbable(subject: Subject, campaign: str) -> np.ndarray:
    field = _probability(subject)
    ranks = find_ranks(subject, campaign).astype(int)
    if field is None:
        return np.zeros(ranks.shape, dtype=bool)
    cube = field.sel(campaign=campaign).transpose("category_label", "y", "x").to_numpy()
    shown = np.take_along_axis(cube, np.clip(ranks - 1, 0, None)[None], axis=0)[0]
    limit = float(subject.options.get("confidence", _CONFIDENCE))
    return (ranks > 0) & (shown < limit)


def _wide(subject: Subject, campaign: str) -> np.ndarray:
    grids = subject.result.grids
    judged = (
        [subject.parameter]
        if subject.parameter
        else [str(p) for p in subject.result.classes.parameter.values]
    )
    limit = float(subject.options["hatch_sd"])
    wide = [
        grids[f"{p}_sd"].sel(campaign=campaign).transpose("y", "x").to_numpy() > limit
        for p in judged
        if f"{p}_sd" in grids
    ]
    return np.any(wide, axis=0)


def _far(subject: Subject, raster: Raster, campaign: str) -> np.ndarray:
    stations = subject.result.stations.sel(campaign=campaign)
    judged = (
        [subject.parameter]
        if subject.parameter
        else [str(p) for p in subject.result.classes.parameter.values]
    )
    seen = np.any(
        [stations[f"{p}_n"].to_numpy() > 0 for p in judged if f"{p}_n" in stations], axis=0
    )
    x, y = to_metres(
        crs_of(subject), stations["lon"].to_numpy()[seen], stations["lat"].to_numpy()[seen]
    )
    if not len(x):
        return np.ones((len(raster.y), len(raster.x)), dtype=bool)
    xx, yy = np.meshgrid(raster.x, raster.y)
    apart, _ = cKDTree(np.column_stack([x, y])).query(np.column_stack([xx.ravel(), yy.ravel()]))
    return apart.reshape(xx.shape) > 1000 * float(subject.options["reach_km"])
