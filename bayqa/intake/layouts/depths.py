"""Depths of samples: units, both ends of a layer, metres counted downwards."""

from __future__ import annotations

import re

import numpy as np

from bayqa.intake.headings.columns import Layout
from bayqa.intake.records.log import Log
from bayqa.intake.vocabulary.text import clean_text
from bayqa.intake.vocabulary.units import parse_unit
from bayqa.intake.vocabulary.values import parse_value

__all__ = ["parse_depth", "to_metres"]


def parse_depth(word: str, comma: bool, layout: Layout) -> float:
    """Depth in metres of "10", "10 m" or "0.5米"; of "0-2" the middle."""
    missing = layout.mapping.get("values", {}).get("missing", ())
    plain = re.sub(r"(?<=\d)\s*(?:m|米|meters?|metres?)\.?$", "", clean_text(word).casefold())
    return np.nan if plain in missing else parse_value(plain, comma=comma).value


def to_metres(depth: np.ndarray, layout: Layout, log: Log, comma: bool) -> np.ndarray:
    """Depths in metres below the surface.

    Parameters
    ----------
    depth : ndarray, shape (rows,)
        As the column of depths has them.
    layout : Layout
        Its fields "depth_end" (the lower end, of which the middle is taken) and "depth_unit".
    log : Log
    comma : bool
    """
    depth = _middle(depth, layout, log, comma)
    heading = layout.heading("depth_m")
    there = np.isfinite(depth)
    for name, factor, mask in _factors(layout, log, there):
        text = f"depths in {name} to metres, times {factor:g}"
        log.add(mask, "depth", "converted", text, column=heading)
        depth = np.where(mask, depth * factor, depth)
    below = there & (depth < 0)
    text = "negative depths are taken as metres below the surface"
    log.add(below, "depth", "assumed", text, column=heading)
    return np.where(below, -depth, depth)


def _middle(depth: np.ndarray, layout: Layout, log: Log, comma: bool) -> np.ndarray:
    """Middle of the layer that two columns of depths bound."""
    if "depth_end" not in layout.fields:
        return depth
    column = log.grid.columns[layout.fields["depth_end"]]
    end = np.array([parse_depth(w, comma, layout) for w in column.words] or [np.nan])[column.codes]
    both = np.isfinite(depth) & np.isfinite(end) & (depth != end)
    text = "the depth is the middle of the layer from the upper to the lower end"
    log.add(both, "depth", "assumed", text, column=layout.heading("depth_end"))
    return np.where(both, (depth + end) / 2, np.where(np.isfinite(depth), depth, end))


def _factors(layout: Layout, log: Log, there: np.ndarray):
    """Names, factors to metres and masks of the units of depths that are no metres."""
    if "depth_unit" in layout.fields:
        column = log.grid.columns[layout.fields["depth_unit"]]
        words = [clean_text(w) for w in column.words]
        for k, word in enumerate(words):
            unit = parse_unit(word) if word else None
            if unit is not None and unit.kind == "length" and unit.factor != 1:
                yield word, unit.factor, there & (column.codes == k)
        return
    text = layout.headings[layout.fields["depth_m"]].unit if "depth_m" in layout.fields else ""
    text = text or layout.mapping.get("units", {}).get("depth_m", "")
    unit = parse_unit(text) if text else None
    if unit is not None and unit.kind == "length" and unit.factor != 1:
        yield text, unit.factor, there
