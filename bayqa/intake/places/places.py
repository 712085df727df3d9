"""Positions of the rows of a table: columns found, swaps mended, zones and frames resolved."""

from __future__ import annotations

import re

import numpy as np

from bayqa.errors import InputError
from bayqa.intake.headings.columns import Layout
from bayqa.intake.places.positions import (
    PACKED_FORMATS,
    looks_packed,
    packed_format,
    parse_angles,
    split_pair,
    unpack_angles,
)
from bayqa.intake.places.projected import (
    find_gauss_kruger,
    outside_area,
    read_crs,
    to_degrees,
    zone_groups,
)
from bayqa.intake.records.grid import Column
from bayqa.intake.records.log import Log
from bayqa.intake.records.marks import FAIL, NOT_EVALUATED, SUSPECT, make_marks
from bayqa.intake.vocabulary.text import clean_text, fold_text
from bayqa.intake.vocabulary.values import decimal_comma

__all__ = ["read_places"]

_WESTERN = re.compile(r"^west(?=lon)|(?<=lon|ude)west$|^south(?=lat)|(?<=lat|ude)south$")
_TURNED = {f"{n}{w}" for n in ("longitude", "lon", "long", "经度") for w in ("w", "west")}
_TURNED |= {f"{n}{w}" for n in ("latitude", "lat", "纬度") for w in ("s", "south")} | {
    "西经",
    "南纬",
}


_FEW_PLACES, _FAR = 5, 3.0
_HEAD_CRS = {"gcj": "GCJ-02", "火星": "GCJ-02", "高德": "GCJ-02", "腾讯": "GCJ-02",
             "bd09": "BD-09", "bd-09": "BD-09", "百度": "BD-09", "lambert93": "EPSG:2154",
             "lambert 93": "EPSG:2154", "l93": "EPSG:2154"}  # fmt: skip
"""Words of headings that name the system of the numbers below them."""
_AXIS_WORDS = (("lon", "lng", "经度", "經度", "东经"), ("lat", "纬度", "緯度", "北纬"))


def read_places(layout: Layout, log: Log, comma: bool) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of each row in degrees of WGS84, NaN where there is none.

    Raises
    ------
    InputError
        When the coordinates are metres without a known zone.
    """
    pair = _read_pair(layout, log, comma)
    if pair is None:
        return np.full(log.grid.n_rows, np.nan), np.full(log.grid.n_rows, np.nan)
    first, second, names = pair
    log = log._replace(column=names[0])
    declared = _declared(layout, names)
    crs = read_crs(declared["crs"], "mapping [position]") if "crs" in declared else None
    packed = declared.get("format")
    if packed is not None and packed not in PACKED_FORMATS:
        raise InputError(
            f"mapping [position]: format {packed!r} is not known; wanted one of "
            f"{', '.join(PACKED_FORMATS)}"
        )
    projected = crs is not None and getattr(crs, "is_projected", False)
    if packed is None and _is_metric(first, second) or projected and not _are_degrees(*pair[:2]):
        lon, lat = _from_metres(first, second, crs, names, log)
    else:
        lon, lat = _unpacked(first, second, declared, log)
        sides = str(declared.get("hemisphere", "")).upper()
        lon = -np.abs(lon) if "W" in sides else lon
        lat = -np.abs(lat) if "S" in sides else lat
        lon, lat = _unswapped(lon, lat, log)
        lon, lat = _unshifted(lon, lat, None if projected else crs, declared, log)
    return _checked(lon, lat, log)


def _are_degrees(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether all numbers are degrees; metres of a grid are never so near to its origin."""
    small = [np.abs(v[np.isfinite(v)]).max(initial=0.0) for v in (first, second)]
    return min(small) <= 90 and max(small) <= 180


def _declared(layout: Layout, names) -> dict:
    """What the mapping says of positions, with the system that their headings name."""
    declared = layout.mapping.get("position", {})
    heads = " ".join(names).casefold()
    said = next((crs for word, crs in _HEAD_CRS.items() if word in heads), None)
    return declared if said is None or "crs" in declared else {**declared, "crs": said}


def _read_pair(layout: Layout, log: Log, comma: bool):
    fields, grid = layout.fields, log.grid
    for names in (("lon", "lat"), ("x", "y")):
        if names[0] in fields and names[1] in fields:
            columns = [grid.columns[fields[n]] for n in names]
            return _read_columns(columns, [layout.heading(n) for n in names], log, comma)
    if "position" in fields:
        column = grid.columns[fields["position"]]
        order = _heading_order(layout.heading("position"))
        lons, lats = split_pair(list(column.words), order)
        lost = [bool(clean_text(w)) and not a for w, a in zip(column.words, lons, strict=True)]
        text = (
            "no position can be read, or which is latitude cannot be told; head the column "
            "'lat, lon' or 'lon, lat'"
        )
        lost = np.array(lost or [False], bool)[column.codes]
        log.add(lost, "position", "flagged", text, flag=NOT_EVALUATED,
                column=layout.heading("position"), found=column.cell)  # fmt: skip
        columns = [column._replace(words=np.array(w, object)) for w in (lons, lats)]
        return _read_columns(columns, [layout.heading("position")] * 2, log, comma)
    return None


def _heading_order(heading: str) -> str:
    """Order of the two numbers of a cell, where the heading names both."""
    folded = fold_text(heading)
    lon, lat = (
        min((folded.find(w) for w in words if w in folded), default=-1) for words in _AXIS_WORDS
    )
    if lon < 0 or lat < 0:
        return ""
    return "lat lon" if lat < lon else "lon lat"


def _is_turned(heading: str) -> bool:
    """Whether a heading says that its numbers count to the west or the south."""
    return fold_text(heading) in _TURNED or bool(_WESTERN.search(fold_text(heading)))


def _read_columns(columns, heads, log: Log, comma: bool):
    """Numbers of two columns; a hemisphere written in the cell beats the name of the column."""
    commas = [comma or decimal_comma(c.words[:2000]) is True for c in columns]
    columns = [_german_east(c, h) for c, h in zip(columns, heads, strict=True)]
    angles = [parse_angles(list(c.words), comma=k) for c, k in zip(columns, commas, strict=True)]
    first, second = (a.values[c.codes] for a, c in zip(angles, columns, strict=True))
    # A heading such as "Longitude (W)" turns numbers written without a sign.
    first, second = (-np.abs(v) if _is_turned(h) else v
                     for v, h in zip((first, second), heads, strict=True))  # fmt: skip
    for a, c, head in zip(angles, columns, heads, strict=True):
        more = {"column": head, "found": c.cell}
        bad, turned, sixty = (
            (a.styles == s)[c.codes] for s in ("unreadable", "sexagesimal", "sixty")
        )
        text, note = "cannot be read as degrees", "position cannot be read"
        log.add(bad, "position", "flagged", text, flag=FAIL, note=note, **more)
        text = "minutes or seconds are 60 or more, which is no angle"
        log.add(sixty, "position", "flagged", text, flag=FAIL, note=note, **more)
        text = "degrees, minutes, seconds to degrees"
        log.add(turned, "position", "converted", text, **more)
    north_first = (angles[0].axes == "lat")[columns[0].codes]
    crossed = north_first & (angles[1].axes == "lon")[columns[1].codes]
    text = "the letters E and N say that longitude and latitude stand in each other's column"
    more = {"column": heads[0], "found": columns[0].cell}
    log.add(crossed, "position", "converted", text, **more)
    first, second = np.where(crossed, second, first), np.where(crossed, first, second)
    return first, second, heads


def _german_east(column: Column, heading: str) -> Column:
    """Column with E for the O of Ost, which in French and Spanish is the west."""
    if not fold_text(heading).startswith(("länge", "laenge", "geogrlänge", "geographischelänge")):
        return column
    words = [re.sub(r"(?<=[\d°'\"′″\s])[oO]\.?$", "E", w) for w in column.words]
    return column._replace(words=np.array(words, object))


def _is_metric(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether most numbers are far beyond degrees."""
    both = np.isfinite(first) & np.isfinite(second)
    large = (np.abs(first) > 1000) & (np.abs(second) > 1000)
    return bool(both.any() and large[both].mean() > 0.5)


def _from_metres(first, second, crs, names, log: Log):
    grid = log.grid
    if crs is not None:
        northing_first, text = _surveyors(first, second), crs.name
    else:
        epsg, northing_first = find_gauss_kruger(first, second)
        if epsg is None and len(zone_groups(first, second)) > 1:
            return _from_zones(first, second, crs, names, log)
        if epsg is None:
            raise InputError(_unknown_metres(first, second, names, grid))
        crs, text = read_crs(epsg, grid.file), f"CGCS2000 Gauss-Kruger, EPSG:{epsg}"
    east, north = (second, first) if northing_first else (first, second)
    lon, lat = to_degrees(east, north, crs)
    habit = ", X taken as northing" if northing_first else ""
    log.add(np.isfinite(lon), "position", "converted", f"metres in {text} to degrees{habit}")
    outside = np.isfinite(lon) & outside_area(crs, lon, lat)
    text = f"the places lie outside the area of {text}; is the zone or the unit wrong?"
    log.add(outside, "position", "doubtful", text, flag=SUSPECT, note="outside the area of its CRS",
            found=lambda i: f"{lon[i]:.5g}, {lat[i]:.5g}")  # fmt: skip
    return lon, lat


def _unknown_metres(first, second, names, grid) -> str:
    """What to do about metres whose system nothing tells."""
    where = f"{grid.file}: row {grid.rows[0]}, columns {names[0]!r} and {names[1]!r}"
    packed = packed_format(*_there(first, second))
    if _may_be_mercator(first, second):
        return (
            f"{where} may be Web Mercator or a six-degree zone of western China; name the system, "
            'such as mapping={"position": {"crs": "EPSG:3857"}}'
        )
    if packed:
        return (
            f"{where}: {first[0]:.10g}, {second[0]:.10g} look like degrees packed as {packed}; if "
            f'so, say mapping={{"position": {{"format": "{packed}"}}}}, else name the "crs"'
        )
    return (
        f"{where} hold metres without a zone number; name the system, such as "
        'mapping={"position": {"crs": "EPSG:4549"}} for CGCS2000 with meridian 120 E'
    )


def _may_be_mercator(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether metres are as large as those of Web Mercator in the east of China."""
    x, y = (np.nanmedian(np.abs(v)) for v in (first, second))
    return bool(1.3e7 <= x < 1.7e7 and 1e6 < y < 8e6)


def _there(first, second) -> tuple[np.ndarray, np.ndarray]:
    both = np.isfinite(first) & np.isfinite(second)
    return first[both], second[both]


def _from_zones(first, second, crs, names, log: Log):
    """Degrees of metres of several zones, each row by the prefix of its own easting."""
    lon, lat = np.full(len(first), np.nan), np.full(len(first), np.nan)
    for rows in zone_groups(first, second):
        part = log._replace(marks=make_marks(len(rows)), rows=log.rows[rows])
        lon[rows], lat[rows] = _from_metres(first[rows], second[rows], crs, names, part)
    return lon, lat


def _surveyors(first: np.ndarray, second: np.ndarray) -> bool:
    """Whether X looks like a northing and Y like an easting of a transverse Mercator grid."""
    x, y = first[np.isfinite(first)], second[np.isfinite(second)]
    eastings = (y > 1e5) & (y < 9e5) | (y > 1.3e7)
    return bool(len(x) and ((x > 1e6) & (x < 7e6)).all() and eastings.all())


def _unpacked(lon, lat, declared, log: Log):
    there = np.isfinite(lon)
    style = declared.get("format")
    if style:
        log.add(there, "position", "converted", f"packed {style} to degrees, as declared")
        return unpack_angles(lon, style), unpack_angles(lat, style)
    if looks_packed(lon) and looks_packed(lat):
        log.add(
            there,
            "position",
            "doubtful",
            "every minute and second is below 60, as in packed "
            "ddd.mmss; read as decimal degrees. If packed, say "
            'mapping={"position": {"format": "ddd.mmss"}}',
            flag=NOT_EVALUATED,
            found=lambda i: f"{lon[i]:.4f}",
            note="position may be packed ddd.mmss",
        )
    return lon, lat


def _unswapped(lon, lat, log: Log):
    """Pairs whose latitude cannot be one, exchanged; so is a lone row far from all others."""
    swapped = (np.abs(lat) > 90) & (np.abs(lat) <= 180) & (np.abs(lon) <= 90)
    both = np.isfinite(lat) & np.isfinite(lon)
    whole = bool(swapped.any() and swapped[both].mean() > 0.9)
    if not whole:
        swapped |= _lone_swaps(lon, lat, ~swapped)
    what = "in the whole table" if whole else "in these rows"
    log.add(
        swapped,
        "position",
        "doubtful",
        f"longitude and latitude are exchanged {what}; put right",
        flag=NOT_EVALUATED,
        note="longitude and latitude exchanged, put right",
        found=lambda i: f"{lon[i]:.5g}, {lat[i]:.5g}",
    )
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


def _unshifted(lon, lat, crs, declared, log: Log):
    """Degrees of WGS84 from degrees of a declared frame."""
    if crs is None or (not isinstance(crs, str) and crs.to_epsg() in (4326, 4490)):
        return lon, lat
    log.add(np.isfinite(lon), "position", "converted", f"from {declared['crs']} to WGS84")
    return to_degrees(lon, lat, crs)


def _checked(lon, lat, log: Log) -> tuple[np.ndarray, np.ndarray]:
    """Positions without those that cannot be any."""
    with np.errstate(invalid="ignore"):
        null = (lon == 0) & (lat == 0)
        outside = (np.abs(lon) > 180) | (np.abs(lat) > 90)
    half = np.isnan(lon) != np.isnan(lat)
    more = {"found": "0, 0", "flag": FAIL, "note": "position 0, 0"}
    log.add(null, "position", "flagged", "0, 0 is no position", **more)
    log.add(
        outside,
        "position",
        "flagged",
        "is no place on Earth",
        flag=FAIL,
        found=lambda i: f"{lon[i]:.6g}, {lat[i]:.6g}",
        note="position is no place on Earth",
    )
    log.add(
        half,
        "position",
        "flagged",
        "one of longitude and latitude is missing",
        flag=SUSPECT,
        note="half a position",
    )
    bad = null | outside | half
    _doubt_far(np.where(bad, np.nan, lon), np.where(bad, np.nan, lat), log)
    return np.where(bad, np.nan, lon), np.where(bad, np.nan, lat)


def _doubt_far(lon, lat, log: Log) -> None:
    """A doubt for few places that lie far from all others, as a lost or doubled digit leaves them.

    Far is more than 3 degrees and ten times the usual distance from the middle of the places.
    """
    there = np.isfinite(lon) & np.isfinite(lat)
    places = np.unique(np.stack([lon[there], lat[there]], axis=1), axis=0)
    if len(places) < _FEW_PLACES:
        return
    middle = np.median(places, axis=0)
    usual = np.median(np.hypot(*(places - middle).T))
    with np.errstate(invalid="ignore"):
        away = np.hypot(lon - middle[0], lat - middle[1])
        far = there & (away > max(_FAR, 10 * usual))
    if far.sum() > 0.2 * there.sum():
        return
    text = "lies more than 300 km from all other places; look for a lost or doubled digit"
    log.add(far, "position", "doubtful", text, flag=NOT_EVALUATED, note="far from all other places",
            found=lambda i: f"{lon[i]:.6g}, {lat[i]:.6g}")  # fmt: skip
