"""Shapes made valid: bow-ties, spikes, slivers, Z, nulls, mixed types; each mend is a finding."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from bayqa.errors import InputError
from bayqa.intake.records.findings import Finding

__all__ = ["repair_shapes"]

_MOST_DEGREES = 1000.0
_SLIVER = 1e-10
"""Square degrees (about one square metre) below which a part is a leftover of drawing."""


def repair_shapes(frame: gpd.GeoDataFrame, kinds: tuple[str, ...], findings: list):
    """Features whose shapes are valid, flat and of the wanted kinds.

    Parameters
    ----------
    frame : GeoDataFrame
        With the columns _file and _row.
    kinds : tuple of str
        "Polygon", "LineString".
    findings : list
        Gets a row for each mend and for each feature left out.

    Raises
    ------
    InputError
        When nothing of the wanted kinds is left.
    """
    shapes = frame.geometry.to_numpy().copy()
    rows, file = frame["_row"].to_numpy(), str(frame["_file"].iloc[0])

    def add(mask: np.ndarray, kind: str, action: str, message: str) -> None:
        if mask.any():
            findings.append(
                Finding(file, kind, action, message, row=int(rows[mask][0]), count=int(mask.sum()))
            )

    empty = _find_unusable(shapes, add)
    shapes[empty] = None
    flat = shapely.has_z(shapes) & ~empty
    add(flat, "height", "ignored", "the shape has a Z coordinate, which is not used")
    shapes[flat] = shapely.force_2d(shapes[flat])
    shapes = _without_stray_holes(shapes, ~shapely.is_valid(shapes) & ~empty, add)
    invalid = ~shapely.is_valid(shapes) & ~empty
    _report_invalid(shapes, invalid, rows, file, findings)
    shapes[invalid] = shapely.make_valid(shapes[invalid], method="structure", keep_collapsed=False)
    shapes = np.array([_only(s, kinds) for s in shapes], object)
    gone = shapely.is_missing(shapes) & ~empty
    add(gone, "kind of shape", "left out", f"no {' or '.join(kinds).lower()} in the feature")
    shapes = _without_slivers(shapes, add)
    polygons = shapely.get_dimensions(shapes) == 2
    shapes[polygons] = shapely.orient_polygons(shapes[polygons])
    keep = ~shapely.is_missing(shapes)
    if not keep.any():
        raise InputError(_nothing(file, frame.geometry.to_numpy(), kinds))
    kept = gpd.GeoSeries(shapes[keep], index=frame.index[keep], crs=frame.crs)
    out = frame.loc[keep].set_geometry(kept)
    return out.rename_geometry("geometry") if out.geometry.name != "geometry" else out


def _find_unusable(shapes: np.ndarray, add) -> np.ndarray:
    """Mask of the shapes that are empty or have a coordinate that no mending understands."""
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    add(empty, "empty shape", "left out", "the feature has no shape")
    points, owner = shapely.get_coordinates(shapes, return_index=True)
    endless = np.zeros(len(shapes), bool)
    endless[owner[~(np.abs(points) < _MOST_DEGREES).all(axis=1)]] = True
    add(endless, "invalid shape", "left out", "a coordinate of the outline is no place on Earth")
    return empty | endless


def _nothing(file: str, shapes: np.ndarray, kinds: tuple[str, ...]) -> str:
    lines = [s for s in shapes if s is not None and "LineString" in s.geom_type]
    text = f"{file}: holds no valid {' or '.join(kinds).lower()}; wanted at least one"
    if kinds == ("Polygon",) and lines:
        text += ", but there are lines; turn closed lines into polygons first"
    return text


def _without_stray_holes(shapes: np.ndarray, invalid: np.ndarray, add) -> np.ndarray:
    """Shapes without holes that lie outside their outline, which mending would turn into water."""
    out, cut = shapes.copy(), np.zeros(len(shapes), bool)
    for i in np.flatnonzero(invalid):
        if shapes[i].geom_type not in ("Polygon", "MultiPolygon"):
            continue
        parts = [_keep_inner(p) for p in shapely.get_parts(shapes[i])]
        cut[i] = any(lost for _, lost in parts)
        if cut[i]:
            out[i] = shapely.MultiPolygon([p for p, _ in parts]) if len(parts) > 1 else parts[0][0]
    add(cut, "stray hole", "doubtful", "a hole lies outside the outline; it is dropped")
    return out


def _keep_inner(polygon) -> tuple[shapely.Polygon, bool]:
    shell = shapely.make_valid(shapely.Polygon(polygon.exterior))
    holes = [r for r in polygon.interiors if shapely.intersects(shell, r)]
    lost = len(holes) < len(polygon.interiors)
    return shapely.Polygon(polygon.exterior, holes) if lost else polygon, lost


def _report_invalid(shapes, invalid, rows, file: str, findings: list) -> None:
    for i in np.flatnonzero(invalid):
        reason = shapely.is_valid_reason(shapes[i])
        findings.append(
            Finding(
                file,
                "invalid shape",
                "doubtful",
                "the outline was not valid; it is mended, its area may change",
                row=int(rows[i]),
                found=reason[:80],
            )
        )


def _only(shape, kinds: tuple[str, ...]):
    """Parts of a shape that have one of the wanted kinds, or None."""
    if shape is None or shape.is_empty:
        return None
    parts = [p for p in shapely.get_parts(shapely.get_parts(shape)) if not p.is_empty]
    wanted = [p for p in parts if p.geom_type.replace("LinearRing", "LineString") in kinds]
    if not wanted:
        return None
    if len(wanted) == 1:
        return wanted[0]
    polygons = [p for p in wanted if p.geom_type == "Polygon"]
    if polygons:
        return shapely.union_all(polygons) if len(polygons) > 1 else polygons[0]
    return shapely.MultiLineString(wanted)


def _without_slivers(shapes: np.ndarray, add) -> np.ndarray:
    """Polygons without parts of less than a square metre, unless nothing else is there."""
    out, cut = shapes.copy(), np.zeros(len(shapes), bool)
    for i, shape in enumerate(shapes):
        if shape is None or shape.geom_type != "MultiPolygon":
            continue
        parts = shapely.get_parts(shape)
        large = parts[shapely.area(parts) >= _SLIVER]
        if 0 < len(large) < len(parts):
            out[i] = large[0] if len(large) == 1 else shapely.MultiPolygon(list(large))
            cut[i] = True
    add(cut, "sliver", "ignored", "parts of less than a square metre are dropped")
    return out
