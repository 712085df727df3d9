"""Themes of places: stations and river sections by category."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from bayqa.errors import InputError
from bayqa.sheets.palettes import pick_category_colors
from bayqa.sheets.picture import Area, Drawing, Entry, Legend, Line, Picture, Symbol
from bayqa.sheets.shapes import keep_polygons, project
from bayqa.sheets.subject import Subject
from bayqa.sheets.themes.common import category_entries, crs_of, raster_of, station_symbols, words

__all__ = ["draw_rivers", "draw_stations"]


def draw_stations(subject: Subject) -> Drawing:
    """Stations as symbols in the colour of their category, overall or by one parameter."""
    raster = raster_of(subject)
    water = Area(raster.domain, subject.palette.not_assessed)
    pictures = tuple(
        Picture((water,), symbols=station_symbols(subject, c, colored=True)) for c in subject.drawn
    )
    entries = [row._replace(kind="station") for row in category_entries(subject)]
    entries.append(
        Entry(subject.palette.not_assessed, words(subject, "legend.station_none"), kind="station")
    )
    return Drawing(pictures, Legend(words(subject, "legend.category"), (), tuple(entries)))


def draw_rivers(subject: Subject) -> Drawing:
    """River sections, and rivers (lines or polygons) that carry a category, by colour.

    Needs ``result.tables["sections"]`` with the columns `section` (or `station`), `lon`, `lat`,
    `category` (ids of the standard) and optionally `campaign`; and, or, a column `category` in
    ``result.rivers``.
    """
    colors = _colors_by_id(subject)
    pictures = tuple(_river_picture(subject, campaign, colors) for campaign in subject.drawn)
    if not any(p.symbols or p.lines or len(p.areas) > 1 for p in pictures):
        raise InputError(
            "There are no river sections or rivers with a category to draw: give "
            "result.tables['sections'] or a column 'category' in rivers."
        )
    entries = [row._replace(kind="section") for row in category_entries(subject)]
    return Drawing(pictures, Legend(words(subject, "legend.section"), (), tuple(entries)))


def _river_picture(subject: Subject, campaign: str, colors: dict) -> Picture:
    areas = [Area(raster_of(subject).domain, subject.palette.ground["sea"])]
    lines = []
    rivers = subject.result.rivers
    if rivers is not None and "category" in rivers:
        for shape, category in zip(
            project(rivers, crs_of(subject)), rivers["category"], strict=True
        ):
            color = colors.get(str(category), subject.palette.not_assessed)
            if shapely.get_dimensions(shape) == 2:
                areas.append(Area(keep_polygons(shape), color))
            else:
                lines.append(Line(shape, color, 2.0))
    return Picture(tuple(areas), tuple(lines), symbols=_sections(subject, campaign, colors))


def _sections(subject: Subject, campaign: str, colors: dict) -> tuple[Symbol, ...]:
    table = subject.result.tables.get("sections", pd.DataFrame())
    if not len(table):
        return ()
    if "campaign" in table and (table["campaign"].astype(str) == campaign).any():
        table = table[table["campaign"].astype(str) == campaign]
    missing = [c for c in ("lon", "lat", "category") if c not in table]
    if missing:
        raise InputError(
            f"The table 'sections' has no column {missing[0]!r}: it needs section, "
            "lon, lat and category."
        )
    names = table["section" if "section" in table else "station"]
    return tuple(
        Symbol(
            float(lon),
            float(lat),
            str(name),
            colors.get(str(category), subject.palette.not_assessed),
            "section",
        )
        for name, lon, lat, category in zip(
            names, table["lon"], table["lat"], table["category"], strict=True
        )
        if np.isfinite(lon) and np.isfinite(lat)
    )


def _colors_by_id(subject: Subject) -> dict[str, str]:
    standard = subject.result.standard
    colors = pick_category_colors(subject.palette, standard)
    pairs = zip(standard.categories, colors, strict=True)
    return {key: color for c, color in pairs for key in (c.id, c.label_zh, c.label_en)}
