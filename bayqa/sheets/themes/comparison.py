"""Themes that set something against something: limiting parameter, change between years."""

from __future__ import annotations

import numpy as np
import shapely

from bayqa.assess.causes.cells import UNKNOWN_STEP, change_categories
from bayqa.errors import InputError
from bayqa.sheets.context import name_parameter, name_period
from bayqa.sheets.contours import Raster, trace_mask, trace_ranks
from bayqa.sheets.drawing.palettes import pick_kind_colors
from bayqa.sheets.drawing.picture import Area, Drawing, Entry, Legend, Line, Picture
from bayqa.sheets.drawing.shapes import keep_polygons
from bayqa.sheets.subject import Subject
from bayqa.sheets.themes.common import find_ranks, raster_of, station_symbols, words
from bayqa.sheets.themes.doubt import doubt_entries, trace_doubt

__all__ = ["draw_change", "draw_limiting", "previous_campaign"]

_STEPS = ("better_2", "better_1", "same", "worse_1", "worse_2")


def draw_limiting(subject: Subject) -> Drawing:
    """The parameter that decides the category of each cell."""
    raster = raster_of(subject)
    judged = [str(p) for p in subject.result.classes.parameter.values]
    colors = (
        *pick_kind_colors(subject.palette, len(judged)),
        str(subject.palette.kinds["several"]),
    )
    doubts = [trace_doubt(subject, raster, campaign) for campaign in subject.drawn]
    pictures = []
    for campaign, doubt in zip(subject.drawn, doubts, strict=True):
        limiting = subject.result.classes["limiting"].sel(campaign=campaign).transpose("y", "x")
        ranks = find_ranks(subject._replace(parameter=None), campaign)
        kind = np.where(ranks > 0, np.where(limiting > 0, limiting, len(judged) + 1), 0)
        picture = _ranked(subject, raster, campaign, kind.astype(int), colors)
        picture = _named(picture, dict(zip(colors, judged, strict=False)), subject.languages[0])
        pictures.append(picture._replace(doubt=doubt.shape))
    entries = [
        Entry(color, {code: name_parameter(p, code) for code in subject.languages})
        for p, color in zip(judged, colors, strict=False)
    ]
    entries.append(Entry(colors[-1], words(subject, "legend.all_equal")))
    entries.append(_blank_entry(subject))
    legend = Legend(words(subject, "legend.parameter"), (), tuple(entries))
    keys = doubt_entries(subject, doubts)
    return Drawing(tuple(pictures), legend, keys, edges="rounded", silent=("draws",))


def draw_change(subject: Subject) -> Drawing:
    """How many categories better or worse than the campaign compared with."""
    raster = raster_of(subject)
    colors = subject.palette.ramps["change"]
    before_all = [previous_campaign(subject, campaign) for campaign in subject.drawn]
    pictures, doubts = [], []
    for campaign, before in zip(subject.drawn, before_all, strict=True):
        both = [trace_doubt(subject, raster, name) for name in (campaign, before)]
        doubts += both
        change = change_categories(
            subject.result.classes, campaign, before, parameter=subject.parameter
        )
        step = change.transpose("y", "x").to_numpy().astype(int)
        # The row of the legend: two or more steps share one.
        step = np.where(step == UNKNOWN_STEP, 0, np.clip(step, -2, 2) + 3)
        hatched = shapely.union_all([doubt.shape for doubt in both])
        picture = _ranked(subject, raster, campaign, step, colors)
        pictures.append(picture._replace(doubt=keep_polygons(hatched)))
    entries = [
        Entry(color, words(subject, f"legend.{key}"))
        for key, color in zip(_STEPS, colors, strict=True)
    ]
    legend = Legend(words(subject, "legend.change"), (), (*entries, _blank_entry(subject)))
    facts = {
        "previous": {code: name_period(subject, before_all[0], code) for code in subject.languages}
    }
    keys = doubt_entries(subject, doubts)
    return Drawing(tuple(pictures), legend, keys, edges="rounded", facts=facts, silent=("draws",))


def previous_campaign(subject: Subject, campaign: str) -> str:
    """The campaign of the same season a year before, or the one named in the options.

    Raises
    ------
    InputError
        If there is none.
    """
    classes = subject.result.classes
    names = [str(c) for c in classes.campaign.values]
    asked = subject.options.get("previous")
    if asked is not None:
        if asked not in names:
            raise InputError(
                f"The campaign {asked!r} given as 'previous' is not known: use one "
                f"of {', '.join(names)}."
            )
        return str(asked)
    here = classes.sel(campaign=campaign)
    for name in names:
        row = classes.sel(campaign=name)
        if int(row["year"]) == int(here["year"]) - 1 and row["season"] == here["season"]:
            return name
    raise InputError(
        f"There is no campaign a year before {campaign!r} to compare with: give "
        f"options={{'previous': ...}}, one of {', '.join(names)}."
    )


def _ranked(
    subject: Subject, raster: Raster, campaign: str, ranks: np.ndarray, colors: tuple
) -> Picture:
    wet = subject.result.water["wet"].to_numpy()
    blank = trace_mask(raster, wet & (ranks == 0))
    assessed = raster._replace(domain=shapely.difference(raster.domain, blank))
    areas, _ = trace_ranks(assessed, ranks, len(colors))
    ink = subject.palette.ground["line"]
    coast = assessed.domain.boundary.buffer(1.0)
    lines = tuple(
        Line(shapely.difference(a.boundary, coast), ink, 0.3) for a in areas[1:] if not a.is_empty
    )
    return Picture(
        tuple(Area(a, c) for a, c in zip(areas, colors, strict=True) if not a.is_empty),
        lines,
        blank,
        None,
        station_symbols(subject, campaign),
    )


def _named(picture: Picture, parameters: dict[str, str], language: str) -> Picture:
    """Picture whose areas bear the name of what decides there: hues alone mislead some readers."""
    return picture._replace(
        areas=tuple(
            area._replace(name=name_parameter(parameters[area.color], language))
            if area.color in parameters
            else area
            for area in picture.areas
        )
    )


def _blank_entry(subject: Subject) -> Entry:
    return Entry(subject.palette.not_assessed, words(subject, "legend.not_assessed"), kind="blank")
