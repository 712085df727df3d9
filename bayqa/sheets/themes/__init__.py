"""Themes of map sheets: one function each, listed in THEMES."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from bayqa.sheets.drawing.picture import Drawing
from bayqa.sheets.subject import Subject
from bayqa.sheets.themes.category import draw_category
from bayqa.sheets.themes.comparison import draw_change, draw_limiting
from bayqa.sheets.themes.fields import draw_concentration, draw_probability, draw_sd
from bayqa.sheets.themes.places import draw_stations
from bayqa.sheets.themes.region import draw_beautiful
from bayqa.sheets.themes.rivers import draw_rivers

__all__ = ["THEMES"]

THEMES: Mapping[str, Callable[[Subject], Drawing]] = MappingProxyType(
    {
        "category": draw_category,
        "concentration": draw_concentration,
        "sd": draw_sd,
        "probability": draw_probability,
        "limiting": draw_limiting,
        "change": draw_change,
        "stations": draw_stations,
        "rivers": draw_rivers,
        "beautiful": draw_beautiful,
    }
)
