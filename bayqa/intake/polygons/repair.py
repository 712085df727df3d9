"""Shapes made valid: bow-ties, spikes, slivers, Z, nulls, mixed types; each mend is a finding."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from bayqa.errors import InputError
from bayqa.intake.polygons.crossings import count_crossings
from bayqa.intake.records.findings import Finding

__all__ = ["repair_shapes"]

_MOST_DEGREES = 1000.0
_MOST_CROSSINGS = 100_000
"""Crossings of the outlines of one file, which take some two seconds to mend."""
_GAP = 1e-3
"""Distance of the ends of a closed line, as a share of its extent."""
_SLIVER = 1e-10
"""Square degrees (about one square metre) below which a part is a leftover of drawing."""
_NOTHING = 1e-15


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
    if kinds == ("Polygon",):
        shapes = _close_lines(shapes, add)
    shapes = _made_valid(shapes, empty, add, rows, findings, file)
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


def _made_valid(shapes: np.ndarray, empty: np.ndarray, add, rows, findings: list, file: str):
    """Shapes that are valid; those that no one could mend are None and counted as empty."""
    invalid = ~shapely.is_valid(shapes) & ~empty
    tangled = _find_tangled(shapes, invalid)
    text = f"the outline crosses itself more than {_MOST_CROSSINGS} times; draw it anew"
    add(tangled, "invalid shape", "left out", text)
    empty |= tangled
    out, invalid = shapes.copy(), invalid & ~tangled
    out[tangled] = None
    out = _without_stray_holes(out, invalid, add)
    out = _with_islands(out, invalid, add)
    invalid[invalid] = ~shapely.is_valid(out[invalid])
    _report_invalid(out, invalid, rows, file, findings)
    out[invalid] = shapely.make_valid(out[invalid], method="structure", keep_collapsed=False)
    return out


def _find_tangled(shapes: np.ndarray, invalid: np.ndarray) -> np.ndarray:
    """Mask of the shapes that cross themselves so often that mending them would take minutes."""
    tangled, left = np.zeros(len(shapes), bool), _MOST_CROSSINGS
    for i in np.flatnonzero(invalid):
        count = count_crossings(shapes[i], limit=left)
        tangled[i] = count >= left
        left = left if tangled[i] else left - count
    return tangled


def _close_lines(shapes: np.ndarray, add) -> np.ndarray:
    """Shapes with polygons for the lines that end where they begin."""
    lines = np.isin(shapely.get_type_id(shapes), (1, 2, 5))
    out = shapes.copy()
    for i in np.flatnonzero(lines):
        out[i] = _enclosed(shapes[i])
    closed = lines & (shapely.get_dimensions(out) == 2)
    add(closed, "closed line", "doubtful", "a closed line is taken for the outline of a polygon")
    return np.where(closed, out, shapes)


def _enclosed(shape):
    """Polygons within lines, all of which must be closed."""
    merged = shapely.line_merge(shape) if shape.geom_type == "MultiLineString" else shape
    points = [shapely.get_coordinates(part) for part in shapely.get_parts(merged)]
    gaps = [np.hypot(*(p[0] - p[-1])) / max(np.ptp(p, axis=0).sum(), 1e-300) for p in points]
    if any(gap > _GAP or len(p) < 4 for gap, p in zip(gaps, points, strict=True)):
        return shape
    rings = [shapely.Polygon(np.vstack([p[:-1], p[:1]])) for p in points]
    return rings[0] if len(rings) == 1 else shapely.MultiPolygon(rings)


def _with_islands(shapes: np.ndarray, invalid: np.ndarray, add) -> np.ndarray:
    """Shapes with holes for parts that lie inside another part of the same shape.

    A shapefile tells holes by the way they turn, which many programs write wrong.
    """
    out, turned = shapes.copy(), np.zeros(len(shapes), bool)
    multi = invalid & (shapely.get_type_id(shapes) == 6)
    for i in np.flatnonzero(multi):
        new = _cut_islands(shapely.get_parts(shapes[i]))
        turned[i] = new is not None
        out[i] = shapes[i] if new is None else new
    text = "a part lies inside another part of the same shape; it is taken for an island"
    add(turned, "nested part", "doubtful", text)
    return out


def _cut_islands(parts: np.ndarray):
    """Polygons without those that lie in them, with those that lie in these, and so on; or None."""
    if not shapely.is_valid(parts).all():
        return None
    inner, outer = shapely.STRtree(parts).query(parts, predicate="within")
    area = shapely.area(parts)
    nested = area[inner] < area[outer] * (1 - 1e-9)
    depth = np.bincount(inner[nested], minlength=len(parts))
    if not depth.any():
        return None
    shape = shapely.union_all(parts[depth == 0])
    for level in range(1, depth.max() + 1):
        change = shapely.difference if level % 2 else shapely.union
        shape = change(shape, shapely.union_all(parts[depth == level]))
    return shape


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
    points = [s for s in shapes if s is not None and "Point" in s.geom_type]
    if kinds == ("Polygon",) and lines:
        text += ", but there are lines; turn closed lines into polygons first"
    elif points:
        text += ", but there are points; give the layer of outlines"
    return text


def _without_stray_holes(shapes: np.ndarray, invalid: np.ndarray, add) -> np.ndarray:
    """Shapes without holes that lie outside their outline, which mending would turn into water."""
    out, cut = shapes.copy(), np.zeros(len(shapes), bool)
    for i in np.flatnonzero(invalid & (shapely.get_dimensions(shapes) == 2)):
        if not shapely.get_num_interior_rings(shapely.get_parts(shapes[i])).any():
            continue
        parts = [_keep_inner(p) for p in shapely.get_parts(shapes[i])]
        cut[i] = any(lost for _, lost in parts)
        if cut[i]:
            out[i] = shapely.MultiPolygon([p for p, _ in parts]) if len(parts) > 1 else parts[0][0]
    add(cut, "stray hole", "doubtful", "a hole lies outside the outline; it is dropped")
    return out


def _keep_inner(polygon) -> tuple[shapely.Polygon, bool]:
    rings = shapely.get_rings(polygon)
    shell = shapely.make_valid(shapely.Polygon(rings[0]), method="structure", keep_collapsed=False)
    shapely.prepare(shell)
    holes = rings[1:][shapely.intersects(shell, rings[1:])]
    lost = len(holes) < len(rings) - 1
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
    if shape.geom_type in ("Polygon", "MultiPolygon") and "Polygon" in kinds:
        return shapely.get_geometry(shape, 0) if shapely.get_num_geometries(shape) == 1 else shape
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
    flat, area = shapely.get_dimensions(shapes) == 2, shapely.area(shapes)
    none, tiny = flat & (area < _NOTHING), flat & (area >= _NOTHING) & (area < _SLIVER)
    add(none, "sliver", "left out", "the shape covers no area")
    add(tiny, "sliver", "doubtful", "the shape covers less than a square metre")
    out[none] = None
    for i in np.flatnonzero(flat & (shapely.get_type_id(shapes) == 6)):
        parts = shapely.get_parts(shapes[i])
        large = parts[shapely.area(parts) >= _SLIVER]
        if 0 < len(large) < len(parts):
            out[i] = large[0] if len(large) == 1 else shapely.MultiPolygon(list(large))
            cut[i] = True
    add(cut, "sliver", "ignored", "parts of less than a square metre are dropped")
    return out
