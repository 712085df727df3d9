"""River sections, river lines and river polygons by class."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import shapely

from bayqa.errors import InputError
from bayqa.sheets.drawing.palettes import pick_category_colors, tint
from bayqa.sheets.drawing.picture import Area, Drawing, Entry, Legend, Line, Picture, Symbol
from bayqa.sheets.drawing.shapes import keep_polygons, project
from bayqa.sheets.drawing.view import to_metres
from bayqa.sheets.subject import Subject
from bayqa.sheets.themes.common import category_entries, crs_of, raster_of, words
from bayqa.standards import Standard, load_standard

__all__ = ["draw_rivers"]

_NAMES = ("section", "place", "station")


def draw_rivers(subject: Subject) -> Drawing:
    """River sections as triangles, rivers as lines or polygons, in the colour of their class.

    Needs ``result.tables["sections"]``, as `rate_river_sections` gives it (level, place, period,
    category) or with a column `section`; places without `lon`, `lat` are looked up among the
    samples. Rivers are coloured by their rows of level "river", or by a column `category` in
    ``result.rivers``.

    Raises
    ------
    InputError
        If nothing has both a position and a category.
    """
    standard = _standard(subject)
    colors = _colors_by_id(subject, standard)
    table, period = _rows_of_period(subject)
    symbols = _sections(subject, table, colors)
    rivers = _rivers(subject, table, colors)
    if not symbols and not rivers:
        raise InputError(
            "There are no river sections or rivers with a category to draw: give "
            "result.tables['sections'] or a column 'category' in rivers."
        )
    water = Area(raster_of(subject).domain, tint(subject.palette.ground["river"], 0.14))
    areas = [water] + [
        Area(keep_polygons(shape), color)
        for shape, color in rivers
        if shapely.get_dimensions(shape) == 2
    ]
    lines = [
        Line(shape, color, 2.2) for shape, color in rivers if shapely.get_dimensions(shape) == 1
    ]
    entries = [row._replace(kind="section") for row in category_entries(subject, standard)]
    entries.append(
        Entry(subject.palette.not_assessed, words(subject, "legend.not_assessed"), kind="section")
    )
    rated = words(subject, "legend.river_rated")
    return Drawing(
        (Picture(tuple(areas), tuple(lines), symbols=tuple(symbols)),),
        Legend(words(subject, "legend.section"), (), tuple(entries)),
        tuple(Entry(color, rated, kind="rated") for _, color in rivers[:1]),
        extent=tuple(_near(subject, symbols)),
        facts=_facts(subject, standard) | _name_period(subject, period),
        silent=("parameters", "method", "draws"),
    )


def _standard(subject: Subject) -> Standard:
    own = subject.result.standard
    if "river_standard" in subject.options or own.water != "river":
        return load_standard(str(subject.options.get("river_standard", "GB 3838-2002")))
    return own


def _facts(subject: Subject, standard: Standard) -> dict:
    return {
        "standard": dict.fromkeys(subject.languages, standard.id),
        "standard_title": {
            code: standard.title_zh if code == "zh" else standard.title_en
            for code in subject.languages
        },
    }


def _rows_of_period(subject: Subject) -> tuple[pd.DataFrame, str]:
    """Rows of the campaign, else of the last period of the year, else of the last one at all."""
    table = subject.result.tables.get("sections", pd.DataFrame())
    column = next((c for c in ("campaign", "period") if c in table), None)
    if column is None or not len(table):
        return table, ""
    periods = table[column].astype(str)
    held = sorted(set(periods))
    of_year = [p for p in held if p.startswith(str(subject.year))]
    period = subject.campaign if subject.campaign in held else (of_year or held)[-1]
    return table[periods == period], period


def _name_period(subject: Subject, period: str) -> dict:
    """Printed name of the sections' own period, which need not be that of the assessment."""
    if not period or period == str(subject.year) or period == subject.campaign:
        return {}
    if period.isdigit() and len(period) == 4:
        return {"period": words(subject, "period.year", year=period)}
    return {"period": dict.fromkeys(subject.languages, period)}


def _sections(subject: Subject, table: pd.DataFrame, colors: Mapping) -> list[Symbol]:
    table = table[table["level"] == "section"] if "level" in table else table
    name = next((n for n in _NAMES if n in table), None)
    if name is None or "category" not in table:
        return []
    symbols = []
    for row in table.to_dict("records"):
        lon, lat = _position(subject, row, str(row[name]))
        if np.isfinite(lon) and np.isfinite(lat):
            color = colors.get(str(row["category"]), subject.palette.not_assessed)
            symbols.append(Symbol(lon, lat, str(row[name]), color, "section"))
    return symbols


def _position(subject: Subject, row: Mapping, name: str) -> tuple[float, float]:
    if "lon" in row and "lat" in row:
        return float(row["lon"]), float(row["lat"])
    samples = subject.result.samples
    found = samples[samples["station"].astype(str) == name]
    if not len(found):
        return float("nan"), float("nan")
    point = found.geometry.iloc[0]
    return float(point.x), float(point.y)


def _rivers(subject: Subject, table: pd.DataFrame, colors: Mapping) -> list[tuple]:
    rivers = subject.result.rivers
    if rivers is None:
        return []
    known = {}
    if "level" in table and "place" in table:
        rows = table[table["level"] == "river"]
        known = dict(zip(rows["place"].astype(str), rows["category"].astype(str), strict=True))
    found = []
    for shape, (key, row) in zip(project(rivers, crs_of(subject)), rivers.iterrows(), strict=True):
        names = [str(key), *(str(row[c]) for c in ("river_id", "name_zh", "name_en") if c in row)]
        category = row.get("category") or next((known[n] for n in names if n in known), None)
        if category is not None:
            found.append((shape, colors.get(str(category), subject.palette.not_assessed)))
    return found


def _near(subject: Subject, symbols: list[Symbol]):
    """Sections no farther from the bays than these are wide: the map reaches out to them."""
    bays = shapely.union_all(project(subject.bays, crs_of(subject)))
    west, south, east, north = bays.bounds
    frame = shapely.box(west, south, east, north).buffer(max(east - west, north - south))
    for symbol in symbols:
        point = shapely.Point(*to_metres(crs_of(subject), symbol.lon, symbol.lat))
        if frame.contains(point):
            yield point


def _colors_by_id(subject: Subject, standard: Standard) -> dict[str, str]:
    colors = pick_category_colors(subject.palette, standard)
    pairs = zip(standard.categories, colors, strict=True)
    return {key: color for c, color in pairs for key in (c.id, c.label_zh, c.label_en)}
