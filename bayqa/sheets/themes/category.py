"""Categories as areas, overall or by one parameter."""

from __future__ import annotations

import numpy as np
import shapely

from bayqa.assess.causes.cells import measure_excess
from bayqa.sheets.contours import Raster, trace_mask, trace_ranks
from bayqa.sheets.drawing.palettes import pick_category_colors
from bayqa.sheets.drawing.picture import Area, Drawing, Line, Picture
from bayqa.sheets.subject import Subject
from bayqa.sheets.themes.common import (
    category_legend,
    find_ranks,
    raster_of,
    station_symbols,
    words,
)
from bayqa.sheets.themes.doubt import Doubt, doubt_entries, trace_doubt

__all__ = ["draw_category"]


def draw_category(subject: Subject) -> Drawing:
    """Areas of each category, with km2, share and interval from the table of shares."""
    raster = raster_of(subject)
    doubts = [trace_doubt(subject, raster, campaign) for campaign in subject.drawn]
    drawn = [
        _picture(subject, raster, campaign, doubt)
        for campaign, doubt in zip(subject.drawn, doubts, strict=True)
    ]
    remarks = [words(subject, "legend.rounding")]
    if subject.campaign == "annual":
        remarks.insert(0, words(subject, "legend.annual"))
    return Drawing(
        tuple(picture for picture, _ in drawn),
        category_legend(subject),
        doubt_entries(subject, doubts),
        tuple(remarks),
        "smooth" if all(smooth for _, smooth in drawn) else "rounded",
    )


def _picture(subject: Subject, raster: Raster, campaign: str, doubt: Doubt) -> tuple[Picture, bool]:
    colors = pick_category_colors(subject.palette, subject.result.standard)
    ranks = find_ranks(subject, campaign)
    wet = subject.result.water["wet"].to_numpy()
    blank = trace_mask(raster, wet & (ranks == 0))
    assessed = raster._replace(domain=shapely.difference(raster.domain, blank))
    areas, smooth = trace_ranks(
        assessed, ranks, len(colors), scores=_scores(subject, campaign, len(colors))
    )
    shore = _shore(assessed)
    edges = tuple(
        Line(shapely.difference(area.boundary, shore), subject.palette.ground["line"], 0.35)
        for area in areas[1:]
        if not area.is_empty
    )
    return Picture(
        tuple(Area(a, c) for a, c in zip(areas, colors, strict=True) if not a.is_empty),
        edges,
        blank,
        doubt.shape,
        station_symbols(subject, campaign),
    ), smooth


def _shore(raster: Raster):
    """A narrow band along the edge of the water, where no line of a category is drawn."""
    reach = 0.05 * float(abs(raster.x[-1] - raster.x[0])) / max(len(raster.x) - 1, 1)
    band = raster.domain.boundary.buffer(max(reach, 0.5))
    shapely.prepare(band)
    return band


def _scores(subject: Subject, campaign: str, n_categories: int) -> list[np.ndarray | None]:
    """For each category a field that is above 0 where some parameter is beyond the one before."""
    result = subject.result
    here = result.grids.sel(campaign=campaign)
    judged = [str(p) for p in result.classes.parameter.values]
    names = [subject.parameter] if subject.parameter else judged
    worst = [measure_excess(here, result.standard, k, names) for k in range(1, n_categories)]
    return [None, *(w if w is None else np.where(np.isnan(w), -1.0, w) for w in worst)]
