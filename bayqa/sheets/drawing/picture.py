"""What a theme hands to the sheet: areas, lines, symbols and the rows of the legend."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from shapely.geometry.base import BaseGeometry

__all__ = ["Area", "Drawing", "Entry", "Legend", "Line", "Picture", "Symbol", "Words"]

Words = Mapping[str, str]
"""A text in each language of the sheet, keyed by language code."""


class Area(NamedTuple):
    """Polygons of one colour, metres; later areas cover earlier ones."""

    shape: BaseGeometry
    color: str
    name: str = ""
    """Written within where there is room."""


class Line(NamedTuple):
    """Lines, metres."""

    shape: BaseGeometry
    color: str
    width: float
    """Points."""
    text: str = ""
    """Written once on the line, such as the value of an isoline."""


class Symbol(NamedTuple):
    """A station, section or place."""

    lon: float
    lat: float
    name: str
    color: str = "#FFFFFF"
    kind: str = "station"
    """"station", "graded" (a station in the colour of its category), "section" or "place"."""


class Picture(NamedTuple):
    """One map."""

    areas: tuple[Area, ...] = ()
    lines: tuple[Line, ...] = ()
    blank: BaseGeometry | None = None
    """Water that is not assessed."""
    doubt: BaseGeometry | None = None
    """Where the data do not say; hatched."""
    symbols: tuple[Symbol, ...] = ()
    least_mm: float = 0.0
    """Whole areas that are smaller on paper are drawn as circles of this size."""


class Entry(NamedTuple):
    """A row of the legend."""

    color: str
    labels: Words
    cells: tuple[str, ...] = ()
    kind: str = "area"
    """"area", "blank", "doubt", "line", "station", "graded", "section"; "sum" and "plain"
    have no swatch."""


class Legend(NamedTuple):
    """The table of the legend."""

    heading: Words
    columns: tuple[Words, ...] = ()
    entries: tuple[Entry, ...] = ()
    total: Entry | None = None
    second: Legend | None = None
    """Another table below."""


class Drawing(NamedTuple):
    """Everything that differs from theme to theme."""

    pictures: tuple[Picture, ...]
    legend: Legend
    keys: tuple[Entry, ...] = ()
    """Further signs, explained below the table."""
    remarks: tuple[Words, ...] = ()
    edges: str = "none"
    """How category lines were drawn: "smooth", "rounded" or "none"."""
    facts: Mapping[str, Words] = MappingProxyType({})
    """Further names for the texts of the sheet."""
    extent: tuple[BaseGeometry, ...] = ()
    """What the map must show beside the bays, metres."""
    silent: tuple[str, ...] = ()
    """Names of the context whose notes say nothing about this theme."""
