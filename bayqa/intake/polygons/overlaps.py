"""Pairs of bays that share water, which would be counted twice."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from bayqa.intake.polygons.crossings import count_crossings
from bayqa.intake.records.findings import Finding

__all__ = ["report_overlaps"]

_SHARE = 1e-4
_CHUNK = 32
_MOST_PAIRS, _MOST_ROWS = 20_000, 100
_MOST_CROSSINGS = 200_000


def report_overlaps(frame: gpd.GeoDataFrame, findings: list) -> None:
    """Add a finding for each pair of bays that share more than a sliver of area.

    The largest shares come first; beyond a hundred pairs they are counted.
    """
    shapes, file = frame.geometry.to_numpy(), frame["_file"].iloc[0]
    left, right = _near_pairs(shapes)
    if len(left) > _MOST_PAIRS:
        text = f"so many bays lie on each other that only {_MOST_PAIRS} pairs were looked at"
        findings.append(Finding(file, "overlap", "doubtful", text))
    shares, tangled = _shares(shapes, left[:_MOST_PAIRS], right[:_MOST_PAIRS])
    order = np.argsort(-shares, kind="stable")
    worst = order[: int((shares > _SHARE).sum())]
    for k in [*worst[:_MOST_ROWS], *np.flatnonzero(tangled)]:
        text = f"two bays overlap: {shares[k]:.2%} of the smaller one is counted twice"
        if tangled[k]:
            text = "the outlines of two bays cross so often that what they share is not measured"
        where = {"row": int(frame["_row"].iloc[left[k]])}
        found = f"{frame.index[left[k]]}, {frame.index[right[k]]}"
        findings.append(Finding(file, "overlap", "doubtful", text, found=found, **where))
    rest = len(worst) - _MOST_ROWS
    if rest > 0:
        text = f"another {rest} pairs of bays overlap"
        findings.append(Finding(file, "overlap", "doubtful", text, count=rest))


def _near_pairs(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of shapes whose boxes meet, the search ending soon after the most that are wanted."""
    tree, found, n = shapely.STRtree(shapes), [np.zeros((2, 0), int)], 0
    for start in range(0, len(shapes), _CHUNK):
        left, right = tree.query(shapes[start : start + _CHUNK])
        pairs = np.stack([left + start, right])[:, left + start < right]
        found.append(pairs)
        n += pairs.shape[1]
        if n > _MOST_PAIRS:
            break
    left, right = np.concatenate(found, axis=1)
    return left, right


def _shares(shapes: np.ndarray, left: np.ndarray, right: np.ndarray):
    """Shared part of the smaller of each pair, and which pairs are too tangled to measure."""
    area, size = shapely.area(shapes), shapely.get_num_coordinates(shapes)
    shares, tangled, budget = np.zeros(len(left)), np.zeros(len(left), bool), _MOST_CROSSINGS
    for k, (a, b) in enumerate(zip(left, right, strict=True)):
        if size[a] * size[b] > budget:
            count = count_crossings(shapes[a], shapes[b], limit=budget)
            tangled[k] = count >= budget
        if not tangled[k]:
            shared = shapely.area(shapely.intersection(shapes[a], shapes[b]))
            shares[k] = shared / max(min(area[a], area[b]), 1e-300)
    return shares, tangled
