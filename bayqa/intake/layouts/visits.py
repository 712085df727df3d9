"""Who, where and when of each row of a table: station, position, time, layer, kind of water."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from bayqa.intake.headings.columns import Layout
from bayqa.intake.layouts.depths import parse_depth, to_metres
from bayqa.intake.layouts.quality import heed_quality
from bayqa.intake.layouts.stated import named_layer
from bayqa.intake.moments.moments import YEAR_ONLY, read_times
from bayqa.intake.places.places import read_places
from bayqa.intake.records.findings import Finding
from bayqa.intake.records.grid import Grid, word_mask
from bayqa.intake.records.log import Log
from bayqa.intake.records.marks import SUSPECT, Marks, make_marks
from bayqa.intake.vocabulary.names import find_layer, find_water
from bayqa.intake.vocabulary.text import clean_text
from bayqa.intake.vocabulary.values import parse_value

__all__ = ["Visits", "cells", "read_visits"]

_GLUED = re.compile(
    r"^(.*?\S)[\s_\-:/.]*[\[(（]?(表层?|底层?|中层|surface|bottom|middle)[\])）]?$", re.I
)
_SHORT_GLUED = re.compile(r"^(.*?\S)[_\-](s|b|m|中)$", re.I)
_NUMBERS = {"volume"}
_PLACES = {"lon", "lat", "x", "y", "position"}
_DEPTH_WORD = re.compile(r"^([\d.]+)\s*(?:m|米)(?:层|水层)?$")


class Visits(NamedTuple):
    """Arrays with one entry for each row of a table, and their marks."""

    station: np.ndarray
    lon: np.ndarray
    lat: np.ndarray
    time: np.ndarray
    layer: np.ndarray
    depth_m: np.ndarray
    water: np.ndarray
    extras: dict[str, np.ndarray]
    marks: Marks


def cells(grid: Grid, layout: Layout, field: str, convert=clean_text) -> np.ndarray | None:
    """Converted cells of a field as an object array, or None when the table has no such field."""
    if field not in layout.fields:
        return None
    column = grid.columns[layout.fields[field]]
    words = np.empty(len(column.words), object)
    words[:] = [convert(w) for w in column.words]
    return words[column.codes]


def read_visits(grid: Grid, layout: Layout, comma: bool) -> tuple[Visits, list[Finding]]:
    """Visits of the rows of a grid.

    Raises
    ------
    InputError
        When positions or dates can be read in two ways and nothing tells which.
    """
    log = Log(grid, make_marks(grid.n_rows), [], np.arange(grid.n_rows))
    station = cells(grid, layout, "station")
    layer, depth = _read_layer(grid, layout, comma)
    depth = to_metres(depth, layout, log, comma)
    if station is None:
        station = np.full(grid.n_rows, "", object)
        text = "no column names the stations or their places; all rows count as one"
        bare = np.full(grid.n_rows, not _PLACES & set(layout.fields))
        log.add(bare, "station", "doubtful", text, column="station")
    else:
        station, layer = _unglue(station, layer, layout, log)
        log.add(
            station == "",
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
    layer = _default_layer(layer, depth, layout, log)
    water = _read_water(layout, log)
    # A yearly mean is what a river is judged by; at sea it belongs to no campaign.
    yearly = np.array([YEAR_ONLY in note for note in log.marks.words], bool)[log.marks.codes]
    log.marks.add(yearly & (water == "sea"), SUSPECT, YEAR_ONLY)
    extras = _read_extras(grid, layout, comma)
    return Visits(station, lon, lat, time, layer, depth, water, extras, log.marks), log.findings


def _named_by_place(station, lon, lat, log: Log) -> np.ndarray:
    """Names of stations from their places, where no column names them."""
    there = np.isfinite(lon) & np.isfinite(lat)
    text = "no column names the stations; their places do"
    log.add(there, "station", "assumed", text, column="station")
    codes, first = _distinct_rows(lon[there], lat[there])
    names = [f"{lat[there][i]:.5f} {lon[there][i]:.5f}" for i in first]
    named = station.copy()
    named[there] = np.array(names or [""], object)[codes] if there.any() else named[there]
    return named


def _distinct_rows(*columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Code of each row of several columns of numbers, and the first row of each code."""
    table = np.stack(columns, axis=1)
    _, first, codes = np.unique(table, axis=0, return_index=True, return_inverse=True)
    return codes.ravel(), first


def _read_layer(grid: Grid, layout: Layout, comma: bool) -> tuple[np.ndarray, np.ndarray]:
    depth = cells(grid, layout, "depth_m", lambda w: parse_depth(w, comma, layout))
    depth = np.full(grid.n_rows, np.nan) if depth is None else depth.astype(float)
    layer = cells(grid, layout, "layer", _layer_name)
    if layer is None:
        layer = _layers_in_depth(grid, layout)
        layer = np.full(grid.n_rows, "", object) if layer is None else layer
        return layer, depth
    deeper = cells(grid, layout, "layer", _layer_depth).astype(float)
    return layer, np.where(np.isnan(depth), deeper, depth)


def _layers_in_depth(grid: Grid, layout: Layout) -> np.ndarray | None:
    """Layers of a depth column that holds words such as "Surface Water"."""
    return cells(grid, layout, "depth_m", find_layer)


def _layer_name(word: str) -> str:
    plain = clean_text(word)
    if not plain or plain in ("-", "/", "--"):
        return ""
    if _DEPTH_WORD.match(plain):
        return "surface" if _layer_depth(plain) <= 1.5 else "unstated"
    return find_layer(plain) or plain.casefold().replace(" ", "_")


def _layer_depth(word: str) -> float:
    hit = _DEPTH_WORD.match(clean_text(word))
    try:
        return float(hit.group(1)) if hit else np.nan
    except ValueError:
        return np.nan


def _unglue(station, layer, layout: Layout, log: Log):
    """Station ids without a glued layer ("W01表", "ST02-bottom") and the layers they named."""
    if "layer" in layout.fields:
        return station, layer
    column = log.grid.columns[layout.fields["station"]]
    names = [clean_text(w) for w in column.words]
    split = [_split_station(n, set(names)) for n in names]
    cut = np.array([s[1] != "" for s in split], bool)[column.codes] if split else np.zeros(0, bool)
    if not cut.any():
        return station, layer
    words = np.empty((2, len(names)), object)
    words[0], words[1] = [s[0] for s in split], [s[1] for s in split]
    plain, glued = words[0][column.codes], words[1][column.codes]
    log.add(
        cut,
        "layer in the station id",
        "converted",
        "the layer is taken from the end of the station id",
        column=layout.heading("station"),
        found=column.cell,
    )
    return plain, np.where(layer == "", glued, layer)


def _split_station(name: str, names: set[str]) -> tuple[str, str]:
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


def _default_layer(layer, depth, layout: Layout, log: Log):
    constant = layout.mapping.get("constants", {}).get("layer", "")
    if any(m.layer for m in layout.measured):
        return np.where(layer == "", constant, layer)
    blank = layer == ""
    shallow = blank & (depth <= 1.5)
    deep = blank & (depth > 1.5)
    layer = np.where(shallow, "surface", np.where(deep, "unstated", layer)).astype(object)
    rest = layer == ""
    named = "" if constant or not rest.any() else named_layer(log.grid, layout)
    layer[rest] = constant or named or "surface"
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
    return layer


def _read_water(layout: Layout, log: Log) -> np.ndarray:
    grid = log.grid
    default = layout.mapping.get("constants", {}).get("water", "sea")
    water = cells(grid, layout, "water", lambda w: find_water(w) or default)
    if water is None:
        return np.full(grid.n_rows, default, object)
    column = grid.columns[layout.fields["water"]]
    strange = word_mask(column, lambda w: bool(clean_text(w)) and not find_water(w))
    log.add(
        strange,
        "kind of water",
        "doubtful",
        f"the kind of water is not known; taken as {default}",
        column=layout.heading("water"),
        found=column.cell,
    )
    return water


def _read_extras(grid: Grid, layout: Layout, comma: bool) -> dict[str, np.ndarray]:
    extras = {}
    for name, j in layout.extras.items():
        column = grid.columns[j]
        words = np.empty(len(column.words), object)
        words[:] = [clean_text(w) for w in column.words]
        extras[name] = words[column.codes]
        if name in _NUMBERS:
            numbers = np.array([parse_value(w, comma=comma).value for w in words] or [np.nan])
            extras[name] = numbers[column.codes]
    return extras
