"""Where the data do not say: hatched on the map, with the reasons that occur in the legend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
import xarray as xr
from shapely.geometry.base import BaseGeometry

from bayqa.assess.categories.doubt import find_doubt
from bayqa.errors import InputError
from bayqa.sheets.contours import Raster, trace_mask
from bayqa.sheets.drawing.picture import Entry, Words
from bayqa.sheets.numbers import round_figure
from bayqa.sheets.subject import Subject
from bayqa.sheets.themes.common import words

__all__ = ["Doubt", "doubt_entries", "trace_doubt"]


class Doubt(NamedTuple):
    """The hatched part of one map and what stands behind it."""

    shape: BaseGeometry
    reasons: xr.Dataset
    """As `find_doubt` gives them; those that occur on the map."""


def trace_doubt(
    subject: Subject, raster: Raster, campaign: str, *, by_category: bool = True
) -> Doubt:
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
    Doubt
    """
    options = subject.options
    reach = options.get("reach_km")
    reasons = find_doubt(
        subject.result,
        campaign,
        parameter=subject.parameter,
        by_category=by_category,
        confidence=_number(options.get("confidence", 0.5), "confidence"),
        sd_limit=_limit(options.get("hatch_sd"), "hatch_sd"),
        reach_m=reach if reach in (None, False) else 1000 * _number(reach, "reach_km"),
    )
    mask = np.zeros((len(raster.y), len(raster.x)), dtype=bool)
    for part in reasons.data_vars.values():
        mask |= part.to_numpy()
    shown = [name for name, part in reasons.items() if _is_shown(raster, part.to_numpy())]
    return Doubt(trace_mask(raster, mask), reasons[shown])


def _is_shown(raster: Raster, mask: np.ndarray) -> bool:
    """Whether some of the cells touch the water drawn; others lie beyond the bay."""
    rows, columns = np.nonzero(mask)
    if not len(rows):
        return False
    near = 0.5 * float(abs(raster.x[-1] - raster.x[0])) / max(len(raster.x) - 1, 1)
    x, y = raster.x[columns], raster.y[rows]
    cells = shapely.box(x - near, y - near, x + near, y + near)
    shapely.prepare(raster.domain)
    return bool(shapely.intersects(raster.domain, cells).any())


def doubt_entries(subject: Subject, doubts: Sequence[Doubt]) -> tuple[Entry, ...]:
    """The row that says what the hatch means, with the reasons that occur on the maps."""
    texts = [
        _reason(subject, name, [d.reasons[name].attrs for d in doubts if name in d.reasons])
        for name in ("improbable", "wide", "far")
        if any(name in d.reasons and d.reasons[name].to_numpy().any() for d in doubts)
    ]
    if not texts:
        return ()
    lead = words(subject, "legend.hatch")
    joined = {
        code: lead[code] + _colon(code) + _or(code).join(text[code] for text in texts)
        for code in subject.languages
    }
    return (Entry(subject.palette.ground["hatch"], joined, kind="doubt"),)


def _limit(value: object, name: str) -> float | bool | None:
    return value if value in (None, False) else _number(value, name)


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        raise InputError(
            f"The option {name}={value!r} is no number: give a number from 0 up, or False for "
            "no such hatch."
        )
    return float(value)


def _reason(subject: Subject, name: str, limits: list[dict]) -> Words:
    low, high = min(a["low"] for a in limits), max(a["high"] for a in limits)
    if name == "improbable":
        return words(subject, "legend.hatch_confidence", confidence=f"{100 * low:g}")
    if name == "wide":
        own = "hatch_sd" in subject.options
        key = "legend.hatch_sd" if own else "legend.hatch_prior"
        return words(subject, key, sd_limit=_span(low, high))
    if "reach_km" in subject.options:
        return words(subject, "legend.hatch_reach", reach_km=f"{low / 1000:g}")
    return _range_reason(subject, low, high)


def _range_reason(subject: Subject, low: float, high: float) -> Words:
    texts = [round_figure(v / 1000, 0 if v >= 9_500 else 1) for v in (low, high)]
    figure = "–".join(dict.fromkeys(texts))
    key = "legend.hatch_ranges" if subject.parameter is None else "legend.hatch_range"
    return words(subject, key, reach_km=figure)


def _span(low: float, high: float) -> str:
    return "–".join(dict.fromkeys((f"{low:.2g}", f"{high:.2g}")))


def _colon(code: str) -> str:
    return "：" if code == "zh" else ": "


def _or(code: str) -> str:
    return "；" if code == "zh" else "; "
