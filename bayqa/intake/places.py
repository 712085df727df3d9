"""Positions of the rows of a table: columns found, swaps mended, zones and frames resolved."""

from __future__ import annotations

import numpy as np

from bayqa.errors import InputError
from bayqa.intake.columns import Layout
from bayqa.intake.findings import Finding
from bayqa.intake.grid import Grid
from bayqa.intake.marks import FAIL, NOT_EVALUATED, SUSPECT, Marks
from bayqa.intake.positions import looks_packed, parse_angles, split_pair, unpack_angles
from bayqa.intake.projected import find_gauss_kruger, read_crs, to_degrees

__all__ = ["read_places"]


def read_places(grid: Grid, layout: Layout, comma: bool, marks: Marks, findings: list[Finding]):
    """Longitude and latitude of each row in degrees of WGS84, NaN where there is none.

    Raises
    ------
    InputError
        When the coordinates are metres without a known zone.
    """
    pair = _read_pair(grid, layout, comma, marks, findings)
    if pair is None:
        return np.full(grid.n_rows, np.nan), np.full(grid.n_rows, np.nan)
    first, second, names = pair
    declared = layout.mapping.get("position", {})
    crs = read_crs(declared["crs"], "mapping [position]") if "crs" in declared else None
    if _is_metric(first, second) or (crs is not None and getattr(crs, "is_projected", False)):
        return _from_metres(grid, first, second, crs, names, findings)
    lon, lat = _unpacked(grid, first, second, declared, names, marks, findings)
    lon, lat = _unswapped(grid, lon, lat, names, marks, findings)
    if isinstance(crs, str) or (crs is not None and crs.to_epsg() not in (4326, 4490)):
        lon, lat = to_degrees(lon, lat, crs)
        _add(grid, findings, "position", "converted", f"from {declared['crs']} to WGS84",
             np.isfinite(lon), names[0])  # fmt: skip
    _check_places(grid, lon, lat, names, marks, findings)
    return lon, lat


def _add(grid: Grid, findings: list, kind: str, action: str, message: str, mask, column, found=""):
    if not mask.any():
        return
    first = int(np.flatnonzero(mask)[0])
    findings.append(Finding(grid.file, kind, action, message, grid.sheet, int(grid.rows[first]),
                            column, str(found)[:60], int(mask.sum())))  # fmt: skip


def _read_pair(grid: Grid, layout: Layout, comma: bool, marks: Marks, findings: list):
    fields = layout.fields
    for names in (("lon", "lat"), ("x", "y")):
        if names[0] in fields and names[1] in fields:
            columns = [grid.columns[fields[n]] for n in names]
            heads = [layout.heading(n) for n in names]
            return _read_columns(grid, columns, heads, comma, marks, findings)
    if "position" in fields:
        column = grid.columns[fields["position"]]
        lons, lats = split_pair(list(column.words))
        columns = [column._replace(words=np.array(w, object)) for w in (lons, lats)]
        heads = [layout.heading("position")] * 2
        return _read_columns(grid, columns, heads, comma, marks, findings)
    return None


def _read_columns(grid: Grid, columns, heads, comma: bool, marks: Marks, findings: list):
    """Numbers of two columns; a hemisphere written in the cell beats the name of the column."""
    angles = [parse_angles(list(c.words), comma=comma) for c in columns]
    first, second = (a.values[c.codes] for a, c in zip(angles, columns, strict=True))
    for a, c, head in zip(angles, columns, heads, strict=True):
        bad = (a.styles == "unreadable")[c.codes]
        if marks.add(bad, FAIL, "position cannot be read"):
            found = c.cell(int(np.flatnonzero(bad)[0]))
            _add(
                grid, findings, "position", "flagged", "cannot be read as degrees", bad, head, found
            )
        turned = (a.styles == "sexagesimal")[c.codes]
        _add(grid, findings, "position", "converted", "degrees, minutes, seconds to degrees",
             turned, head)  # fmt: skip
    crossed = (angles[0].axes == "lat")[columns[0].codes] & (angles[1].axes == "lon")[
        columns[1].codes
    ]
    if crossed.any():
        first, second = np.where(crossed, second, first), np.where(crossed, first, second)
        _add(grid, findings, "position", "converted", "the letters E and N say that longitude and "
             "latitude stand in each other's column", crossed, heads[0])  # fmt: skip
    return first, second, heads


def _is_metric(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether most numbers are far beyond degrees."""
    both = np.isfinite(first) & np.isfinite(second)
    large = (np.abs(first) > 1000) & (np.abs(second) > 1000)
    return bool(both.any() and large[both].mean() > 0.5)


def _from_metres(grid: Grid, first, second, crs, names, findings: list):
    if crs is not None:
        east, north = (second, first) if _surveyors(first, second) else (first, second)
        text = crs.name
    else:
        epsg, northing_first = find_gauss_kruger(first, second)
        if epsg is None:
            raise InputError(
                f"{grid.file}: row {grid.rows[0]}, columns {names[0]!r} and {names[1]!r} hold metres "
                "without a zone number; name the system, such as "
                'mapping={"position": {"crs": "EPSG:4549"}} for CGCS2000 with meridian 120 E'
            )
        crs, text = read_crs(epsg, grid.file), f"CGCS2000 Gauss-Kruger, EPSG:{epsg}"
        east, north = (second, first) if northing_first else (first, second)
    lon, lat = to_degrees(east, north, crs)
    habit = ", X taken as northing" if east is second else ""
    _add(grid, findings, "position", "converted", f"metres in {text} to degrees{habit}",
         np.isfinite(lon), names[0])  # fmt: skip
    return lon, lat


def _surveyors(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether X looks like a northing and Y like an easting of a transverse Mercator grid."""
    x, y = first[np.isfinite(first)], second[np.isfinite(second)]
    eastings = (y > 1e5) & (y < 9e5) | (y > 1.3e7)
    return bool(len(x) and ((x > 1e6) & (x < 7e6)).all() and eastings.all())


def _unpacked(grid: Grid, lon, lat, declared, names, marks: Marks, findings: list):
    if declared.get("format") == "ddd.mmss":
        _add(grid, findings, "position", "converted", "packed ddd.mmss to degrees, as declared",
             np.isfinite(lon), names[0])  # fmt: skip
        return unpack_angles(lon), unpack_angles(lat)
    if looks_packed(lon) and looks_packed(lat):
        _add(grid, findings, "position", "doubtful", "every minute and second is below 60, as in "
             "packed ddd.mmss; read as decimal degrees. If packed, say "
             'mapping={"position": {"format": "ddd.mmss"}}', np.isfinite(lon), names[0],
             f"{lon[np.isfinite(lon)][0]:.4f}")  # fmt: skip
        marks.add(np.isfinite(lon), NOT_EVALUATED, "position may be packed ddd.mmss")
    return lon, lat


def _unswapped(grid: Grid, lon, lat, names, marks: Marks, findings: list):
    """Pairs whose latitude cannot be one, exchanged; so is a lone row far from all others."""
    swapped = (np.abs(lat) > 90) & (np.abs(lat) <= 180) & (np.abs(lon) <= 90)
    whole = bool(swapped.any() and swapped[np.isfinite(lat) & np.isfinite(lon)].mean() > 0.9)
    if not whole:
        swapped |= _lone_swaps(lon, lat, ~swapped)
    if not swapped.any():
        return lon, lat
    what = "in the whole table" if whole else "in these rows"
    found = f"{lon[swapped][0]:.5g}, {lat[swapped][0]:.5g}"
    _add(grid, findings, "position", "doubtful", f"longitude and latitude are exchanged {what}; "
         "put right", swapped, names[0], found)  # fmt: skip
    marks.add(swapped, NOT_EVALUATED, "longitude and latitude exchanged, put right")
    return np.where(swapped, lat, lon), np.where(swapped, lon, lat)


def _lone_swaps(lon, lat, trusted) -> np.ndarray:
    """Rows more than 5 degrees off the median that exchanging brings within 2 degrees."""
    usable = trusted & np.isfinite(lon) & np.isfinite(lat) & (lon != 0)
    if usable.sum() < 3:
        return np.zeros(len(lon), bool)
    east, north = np.median(lon[usable]), np.median(lat[usable])
    far = np.hypot(lon - east, lat - north) > 5
    back = np.hypot(lat - east, lon - north) < 2
    return far & back & usable & (far[usable].mean() < 0.3)


def _check_places(grid: Grid, lon, lat, names, marks: Marks, findings: list) -> None:
    with np.errstate(invalid="ignore"):
        null = (lon == 0) & (lat == 0)
        outside = (np.abs(lon) > 180) | (np.abs(lat) > 90)
    if marks.add(null, FAIL, "position 0, 0"):
        _add(grid, findings, "position", "flagged", "0, 0 is no position", null, names[0], "0, 0")
    if marks.add(outside, FAIL, "position is no place on Earth"):
        found = f"{lon[outside][0]:.6g}, {lat[outside][0]:.6g}"
        _add(
            grid, findings, "position", "flagged", "is no place on Earth", outside, names[0], found
        )
    half = np.isnan(lon) != np.isnan(lat)
    if marks.add(half, SUSPECT, "half a position"):
        _add(grid, findings, "position", "flagged", "one of longitude and latitude is missing",
             half, names[0])  # fmt: skip
    lon[null | outside | half] = np.nan
    lat[null | outside | half] = np.nan
