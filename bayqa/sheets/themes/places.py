"""Stations by category."""

from __future__ import annotations

from bayqa.sheets.drawing.palettes import tint
from bayqa.sheets.drawing.picture import Area, Drawing, Entry, Legend, Picture
from bayqa.sheets.subject import Subject
from bayqa.sheets.themes.common import category_entries, raster_of, station_symbols, words

__all__ = ["draw_stations"]


def draw_stations(subject: Subject) -> Drawing:
    """Stations as symbols in the colour of their category, overall or by one parameter."""
    water = Area(raster_of(subject).domain, tint(subject.palette.ground["river"], 0.14))
    pictures = tuple(
        Picture((water,), symbols=station_symbols(subject, c, colored=True)) for c in subject.drawn
    )
    entries = [row._replace(kind="graded") for row in category_entries(subject)]
    entries.append(
        Entry(subject.palette.not_assessed, words(subject, "legend.station_none"), kind="graded")
    )
    return Drawing(
        pictures,
        Legend(words(subject, "legend.category"), (), tuple(entries)),
        silent=("method", "draws"),
    )
