"""Who, where and when of each row of a table: station, position, time, layer, kind of water."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from bayqa.intake.headings.columns import Layout
from bayqa.intake.layouts.depths import parse_depth, to_metres
from bayqa.intake.layouts.origin import heed_origin
from bayqa.intake.layouts.quality import heed_quality
from bayqa.intake.layouts.stated import named_layer
from bayqa.intake.moments.moments import YEAR_ONLY, read_times
from bayqa.intake.places.places import read_places
from bayqa.intake.records.cells import (
    choose_cells,
    convert_words,
    distinct_pairs,
    parse_numbers,
)
from bayqa.intake.records.findings import Finding
from bayqa.intake.records.grid import Column, Grid, word_mask
from bayqa.intake.records.log import Log
from bayqa.intake.records.marks import SUSPECT, Marks, make_marks
from bayqa.intake.vocabulary.names import find_layer, find_water
from bayqa.intake.vocabulary.text import clean_text
from bayqa.intake.vocabulary.values import parse_value

__all__ = ["Visits", "read_visits"]

_LONGEST = 200
"""Letters of a station id beyond which no layer is looked for at its end."""
_GLUED = re.compile(
    r"^(.*?\S)[\s_\-:/.]*[\[(（]?(表层?|底层?|中层|surface|bottom|middle)[\])）]?$", re.I
)
_SHORT_GLUED = re.compile(r"^(.*?\S)[_\-](s|b|m|中)$", re.I)
_NUMBERS = {"volume"}
_CLASS = re.compile(r"^(?:AA|[A-E]|[IVX]+|[イロハニホ])?$")
"""A class of quality, which some agencies write where others write the kind of water."""
_PLACES = {"lon", "lat", "x", "y", "position"}
_DEPTH_WORD = re.compile(r"^([\d.]+)\s*(?:m|米)(?:层|水层)?$")
_SPAN = re.compile(r"^(\d+(?:\.\d+)?)\s*[-~～]\s*(\d+(?:\.\d+)?)\s*(?:m|米)?$", re.I)
_LAYER_AND_DEPTH = re.compile(r"^(\D*[^\d\s.(-])[\s_(:-]*(\d+(?:\.\d+)?)\s*(?:m|米)?\)?$", re.I)
"""A layer and its depth in one cell: "表层0.5m", "Bottom (12 m)"."""


class Visits(NamedTuple):
    """Columns and arrays with one entry for each row of a table, and their marks."""

    station: Column
    lon: np.ndarray
    lat: np.ndarray
    time: np.ndarray
    layer: Column
    depth_m: np.ndarray
    water: Column
    extras: dict[str, Column | np.ndarray]
    marks: Marks


def _field(grid: Grid, layout: Layout, name: str) -> Column | None:
    """Column of a field, or None when the table has no such field."""
    return grid.columns[layout.fields[name]] if name in layout.fields else None


def _same(grid: Grid, word: str) -> Column:
    """Column of one word for all rows."""
    return Column(np.zeros(grid.n_rows, np.int8), np.array([word], object))


def read_visits(grid: Grid, layout: Layout, comma: bool) -> tuple[Visits, list[Finding]]:
    """Visits of the rows of a grid.

    Raises
    ------
    InputError
        When positions or dates can be read in two ways and nothing tells which.
    """
    log = Log(grid, make_marks(grid.n_rows), [], np.arange(grid.n_rows))
    names = _field(grid, layout, "station")
    layer, depth = _read_layer(grid, layout, comma)
    depth = to_metres(depth, layout, log, comma)
    if names is None:
        station = _same(grid, "")
        text = "no column names the stations or their places; all rows count as one"
        bare = np.full(grid.n_rows, not _PLACES & set(layout.fields))
        log.add(bare, "station", "doubtful", text, column="station")
    else:
        station, layer = _unglue(convert_words(names, clean_text), layer, layout, log)
        log.add(
            station.holds(""),
            "station",
            "flagged",
            "the station has no name",
            flag=SUSPECT,
            column=layout.heading("station"),
            note="no station name",
        )
    lon, lat = read_places(layout, log, comma)
    if "station" not in layout.fields:
        station = _named_by_place(station, lon, lat, log)
    time = read_times(layout, log)
    heed_quality(layout, log)
    heed_origin(layout, log)
    layer = _default_layer(layer, depth, layout, log)
    water = _read_water(layout, log)
    _doubt_years(water, log)
    extras = _read_extras(grid, layout, comma)
    return Visits(station, lon, lat, time, layer, depth, water, extras, log.marks), log.findings


def _doubt_years(water: Column, log: Log) -> None:
    """A yearly mean is what a river is judged by; at sea it belongs to no campaign."""
    yearly = np.array([YEAR_ONLY in note for note in log.marks.words], bool)[log.marks.codes]
    log.marks.add(yearly & water.holds("sea"), SUSPECT, YEAR_ONLY)


def _named_by_place(station: Column, lon, lat, log: Log) -> Column:
    """Names of stations from their places, where no column names them."""
    there = np.isfinite(lon) & np.isfinite(lat)
    text = "no column names the stations; their places do"
    log.add(there, "station", "assumed", text, column="station")
    codes, first = distinct_pairs(lon, lat)
    names = [f"{lat[i]:.5f} {lon[i]:.5f}" for i in first]
    return choose_cells(there, Column(codes, np.array(names, object)), station)


def _read_layer(grid: Grid, layout: Layout, comma: bool) -> tuple[Column, np.ndarray]:
    depths, layers = (_field(grid, layout, f) for f in ("depth_m", "layer"))
    depth = np.full(grid.n_rows, np.nan)
    if depths is not None:
        depth = parse_numbers(depths, lambda w: parse_depth(w, comma, layout))
    if layers is None:
        # A column of depths may hold words such as "Surface Water".
        layer = _same(grid, "") if depths is None else convert_words(depths, find_layer)
        return layer, depth
    deeper = parse_numbers(layers, _layer_depth)
    return convert_words(layers, _layer_name), np.where(np.isnan(depth), deeper, depth)


def _layer_name(word: str) -> str:
    plain = clean_text(word)
    if not plain or plain in ("-", "/", "--"):
        return ""
    if _DEPTH_WORD.match(plain):
        return "surface" if _layer_depth(plain) <= 1.5 else "unstated"
    top = _SPAN.match(plain)
    if top:
        return "surface" if float(top.group(2)) <= 1.5 else "unstated"
    both = _LAYER_AND_DEPTH.match(plain)
    named = find_layer(plain) or (find_layer(both.group(1)) if both else "")
    return named or plain.casefold().replace(" ", "_")


def _layer_depth(word: str) -> float:
    plain = clean_text(word)
    both = _LAYER_AND_DEPTH.match(plain)
    if both and find_layer(both.group(1)):
        return float(both.group(2))
    span = _SPAN.match(plain)
    if span:
        return (float(span.group(1)) + float(span.group(2))) / 2
    hit = _DEPTH_WORD.match(plain)
    try:
        return float(hit.group(1)) if hit else np.nan
    except ValueError:
        return np.nan


def _unglue(station: Column, layer: Column, layout: Layout, log: Log):
    """Station ids without a glued layer ("W01表", "ST02-bottom") and the layers they named."""
    if "layer" in layout.fields:
        return station, layer
    column = log.grid.columns[layout.fields["station"]]
    names = [clean_text(w) for w in column.words]
    split = [_split_station(n, set(names)) for n in names]
    cut = np.array([s[1] != "" for s in split], bool)[column.codes] if split else np.zeros(0, bool)
    if not cut.any():
        return station, layer
    plain, glued = (
        convert_words(Column(column.codes, np.array(w, object)), str)
        for w in zip(*split, strict=True)
    )
    log.add(
        cut,
        "layer in the station id",
        "converted",
        "the layer is taken from the end of the station id",
        column=layout.heading("station"),
        found=column.cell,
    )
    return plain, choose_cells(layer.holds(""), glued, layer)


def _split_station(name: str, names: set[str]) -> tuple[str, str]:
    if len(name) > _LONGEST:
        return name, ""
    hit = _GLUED.match(name)
    if hit:
        return hit.group(1), find_layer(hit.group(2))
    hit = _SHORT_GLUED.match(name)
    if hit:
        base, end = hit.groups()
        others = {f"{name[:-1]}{c}" for c in ("sSbB" if end in "sbmSBM" else "表底")} - {name}
        if others & names:
            return base, find_layer(end)
    return name, ""


def _default_layer(layer: Column, depth, layout: Layout, log: Log) -> Column:
    constant = layout.mapping.get("constants", {}).get("layer", "")
    blank = layer.holds("")
    if any(m.layer for m in layout.measured):
        return choose_cells(blank, constant, layer)
    layer = choose_cells(blank & (depth <= 1.5), "surface", layer)
    layer = choose_cells(blank & (depth > 1.5), "unstated", layer)
    rest = layer.holds("")
    named = "" if constant or not rest.any() else named_layer(log.grid, layout)
    if named:
        text = f"the layer {named} is taken from the title or a name"
        log.add(rest, "layer", "assumed", text, column="layer")
    elif not constant:
        log.add(
            rest,
            "layer",
            "assumed",
            "no layer and no depth is given; taken as surface",
            column="layer",
        )
    return choose_cells(rest, constant or named or "surface", layer)


def _read_water(layout: Layout, log: Log) -> Column:
    grid = log.grid
    default = layout.mapping.get("constants", {}).get("water", "sea")
    column = _field(grid, layout, "water")
    if column is None:
        return _same(grid, default)
    strange = word_mask(column, lambda w: not (find_water(w) or _CLASS.match(clean_text(w))))
    log.add(
        strange,
        "kind of water",
        "doubtful",
        f"the kind of water is not known; taken as {default}",
        column=layout.heading("water"),
        found=column.cell,
    )
    return convert_words(column, lambda w: find_water(w) or default)


def _read_extras(grid: Grid, layout: Layout, comma: bool) -> dict[str, Column | np.ndarray]:
    extras = {}
    for name, j in layout.extras.items():
        extras[name] = convert_words(grid.columns[j], clean_text)
        if name in _NUMBERS:
            extras[name] = parse_numbers(extras[name], lambda w: parse_value(w, comma=comma).value)
    return extras
