"""Categories as areas, overall or by one parameter."""

from __future__ import annotations

import numpy as np
import shapely

from bayqa.sheets.contours import Raster, trace_mask, trace_ranks
from bayqa.sheets.palettes import pick_category_colors
from bayqa.sheets.picture import Area, Drawing, Line, Picture
from bayqa.sheets.subject import Subject
from bayqa.sheets.themes.common import (
    category_legend,
    find_ranks,
    raster_of,
    station_symbols,
    words,
)
from bayqa.sheets.themes.doubt import doubt_entries, trace_doubt

__all__ = ["draw_category"]


def draw_category(subject: Subject) -> Drawing:
    """Areas of each category, with km2, share and interval from the table of shares."""
    raster = raster_of(subject)
    drawn = [_picture(subject, raster, campaign) for campaign in subject.drawn]
    remarks = [words(subject, "legend.rounding")]
    if subject.campaign == "annual":
        remarks.insert(0, words(subject, "legend.annual"))
    return Drawing(
        tuple(picture for picture, _ in drawn),
        category_legend(subject),
        doubt_entries(subject),
        tuple(remarks),
        "smooth" if all(smooth for _, smooth in drawn) else "rounded",
    )


def _picture(subject: Subject, raster: Raster, campaign: str) -> tuple[Picture, bool]:
    colors = pick_category_colors(subject.palette, subject.result.standard)
    ranks = find_ranks(subject, campaign)
    wet = subject.result.water["wet"].to_numpy()
    blank = trace_mask(raster, wet & (ranks == 0))
    assessed = raster._replace(domain=shapely.difference(raster.domain, blank))
    areas, smooth = trace_ranks(
        assessed, ranks, len(colors), scores=_scores(subject, campaign, len(colors))
    )
    edges = tuple(
        Line(_inner_edge(area, assessed), subject.palette.ground["line"], 0.35)
        for area in areas[1:]
        if not area.is_empty
    )
    return Picture(
        tuple(Area(a, c) for a, c in zip(areas, colors, strict=True) if not a.is_empty),
        edges,
        blank,
        trace_doubt(subject, raster, campaign),
        station_symbols(subject, campaign),
    ), smooth


def _inner_edge(area, raster: Raster):
    reach = 0.05 * float(abs(raster.x[-1] - raster.x[0])) / max(len(raster.x) - 1, 1)
    return shapely.difference(area.boundary, raster.domain.boundary.buffer(max(reach, 0.5)))


def _scores(subject: Subject, campaign: str, n_categories: int) -> list[np.ndarray | None]:
    """For each category a field that is above 0 where some parameter is beyond the one before."""
    grids, standard = subject.result.grids, subject.result.standard
    judged = (
        [subject.parameter]
        if subject.parameter
        else [str(p) for p in subject.result.classes.parameter.values]
    )
    fields = [
        (grids[p].sel(campaign=campaign).transpose("y", "x").to_numpy(), standard.limits[p])
        for p in judged
        if p in grids and p in standard.limits
    ]
    scores: list[np.ndarray | None] = [None]
    for k in range(n_categories - 1):
        parts = [_beyond(values, limit, k) for values, limit in fields]
        parts = [part for part in parts if part is not None]
        if not parts:
            scores.append(None)
            continue
        with np.errstate(invalid="ignore"):
            worst = np.fmax.reduce(parts)
        scores.append(np.where(np.isnan(worst), -1.0, worst))
    return scores


def _beyond(values: np.ndarray, limit, k: int) -> np.ndarray | None:
    edge = limit.edges[k] if k < len(limit.edges) else None
    if edge is None:
        return None
    if limit.direction == "range":
        low, high = edge
        return np.fmax(low - values, values - high) / max(high - low, 1e-12)
    sign = -1.0 if limit.direction == "min" else 1.0
    return sign * (values - edge) / max(abs(edge), 1e-12)
