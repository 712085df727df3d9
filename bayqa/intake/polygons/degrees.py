"""Shapes of any CRS brought to degrees of WGS84: swaps, date line, wrong and missing systems."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from pyproj import CRS
from pyproj.exceptions import ProjError

from bayqa.errors import InputError
from bayqa.intake.places.projected import find_gauss_kruger, outside_area, read_crs, to_degrees
from bayqa.intake.polygons.crossings import count_crossings
from bayqa.intake.records.findings import Finding

__all__ = ["place_shapes"]

_WORLD = shapely.box(-180, -90, 180, 90)
_FAR, _NEAR = 5.0, 2.0
"""Degrees off the middle that tell a lone swapped shape, and within which the swap brings it."""
_MOST_CROSSINGS = 10_000


def place_shapes(name: str, frame: gpd.GeoDataFrame, crs, unread: bool, findings: list):
    """Features in EPSG:4326 within -180 to 180 degrees.

    Parameters
    ----------
    name : str
        What findings call the file.
    frame : GeoDataFrame
    crs : str, int, CRS or None
        CRS that the file should have said; "GCJ-02" and "BD-09" are known too.
    unread : bool
        Whether the file states a CRS that could not be understood.
    findings : list
        Gets a row for each assumption and change.

    Raises
    ------
    InputError
        When the CRS is unknown or cannot be that of the numbers.
    """
    shifted = ""
    if crs is not None:
        declared = read_crs(crs, f"{name}, crs=")
        shifted = declared if isinstance(declared, str) else ""
        frame = _declared(name, frame, CRS.from_epsg(4326) if shifted else declared, findings)
    frame = _unswapped(name, frame, findings)
    frame = _zoned(name, frame, findings)
    _check_range(name, frame, findings)
    if frame.crs is None:
        text = "the file states no CRS; the numbers are degrees, taken as WGS84"
        if unread:
            text = "its .prj cannot be understood; the numbers are degrees, taken as WGS84"
        findings.append(Finding(name, "crs", "doubtful", text))
        frame = frame.set_crs(4326)
    if shifted:
        findings.append(Finding(name, "crs", "converted", f"from {crs} to WGS84", count=len(frame)))
        frame = _moved(frame, lambda x, y: to_degrees(x, y, shifted))
    elif frame.crs != CRS.from_epsg(4326):
        text = f"{frame.crs.name} to WGS84"
        findings.append(Finding(name, "crs", "converted", text, count=len(frame)))
        source = frame.crs
        frame = _to_degrees(name, frame)
        _doubt_area(name, frame, source, findings)
    return _wrapped(name, frame, findings)


def _declared(name: str, frame: gpd.GeoDataFrame, declared: CRS, findings: list):
    if frame.crs is not None and frame.crs != declared:
        text = f"the file says {frame.crs.name}; {declared.name} is used as asked"
        findings.append(Finding(name, "crs", "assumed", text))
    return frame.set_crs(declared, allow_override=True)


def _moved(frame: gpd.GeoDataFrame, move, mask=None) -> gpd.GeoDataFrame:
    """Features with `move(x, y)` for their coordinates, or those of a mask only."""
    shapes = frame.geometry.to_numpy().copy()
    mask = np.ones(len(shapes), bool) if mask is None else mask
    shapes[mask] = shapely.transform(shapes[mask], lambda xy: np.stack(move(*xy.T), axis=1))
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))


def _to_degrees(name: str, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    try:
        return frame.to_crs(4326)
    except ProjError as error:
        short = " ".join(str(error).split())[:100]
        raise InputError(
            f"{name}: the CRS {frame.crs.name} cannot be turned into degrees ({short}); say "
            "the true one with crs="
        ) from None


def _numbers(bounds: np.ndarray) -> str:
    return f"x {bounds[0]:.6g} to {bounds[2]:.6g}, y {bounds[1]:.6g} to {bounds[3]:.6g}"


def _unswapped(name: str, frame: gpd.GeoDataFrame, findings: list) -> gpd.GeoDataFrame:
    """Features with x and y exchanged where a latitude would be beyond the pole, or far off."""
    bounds = frame.bounds.to_numpy()
    if not (frame.crs is None or frame.crs.is_geographic) or not np.isfinite(bounds).any():
        return frame
    with np.errstate(invalid="ignore"):
        high = ((np.abs(bounds[:, [1, 3]]) > 90) & (np.abs(bounds[:, [1, 3]]) <= 180)).all(axis=1)
        swapped = high & (np.abs(bounds[:, [0, 2]]) <= 90).all(axis=1)
        swapped &= bounds[:, 1] * bounds[:, 3] > 0
    there = np.isfinite(bounds).all(axis=1)
    whole = bool(swapped.any() and swapped[there].all())
    swapped = swapped if whole else swapped | _lone_swaps(bounds, there & ~swapped)
    if not swapped.any():
        return frame
    where, row = ("every shape", 0) if whole else ("some shapes", int(np.argmax(swapped)) + 1)
    text = f"latitude stands before longitude in {where}; put right"
    more = {"row": row, "count": int(swapped.sum())}
    more["found"] = _numbers(bounds[np.argmax(swapped)])
    findings.append(Finding(name, "position", "doubtful", text, **more))
    return _moved(frame, lambda x, y: (y, x), swapped)


def _lone_swaps(bounds: np.ndarray, usable: np.ndarray) -> np.ndarray:
    """Shapes far off the others that exchanging x and y brings among them."""
    if usable.sum() < 4:
        return np.zeros(len(bounds), bool)
    x, y = (bounds[:, :2] + bounds[:, 2:]).T / 2
    east, north = np.median(x[usable]), np.median(y[usable])
    far = (np.hypot(x - east, y - north) > _FAR) & (np.hypot(y - east, x - north) < _NEAR) & usable
    return far if far[usable].mean() < 0.3 else np.zeros(len(bounds), bool)


def _zoned(name: str, frame: gpd.GeoDataFrame, findings: list) -> gpd.GeoDataFrame:
    """Features without a CRS whose eastings name their Gauss-Kruger zone, as of CGCS2000."""
    bounds = frame.total_bounds
    if frame.crs is not None or not np.isfinite(bounds).all() or bounds.max() < 1e7:
        return frame
    epsg, northing_first = find_gauss_kruger(bounds[[0, 2]], bounds[[1, 3]])
    if epsg is None:
        return frame
    text = f"the file states no CRS; by its eastings CGCS2000 Gauss-Kruger, EPSG:{epsg}"
    text += "; of an older datum it would lie some 100 m off. Say which with crs="
    findings.append(Finding(name, "crs", "doubtful", text, found=_numbers(bounds)))
    frame = _moved(frame, lambda x, y: (y, x)) if northing_first else frame
    return frame.set_crs(epsg)


def _check_range(name: str, frame: gpd.GeoDataFrame, findings: list) -> None:
    """Refuse numbers that cannot be what the CRS says."""
    bounds = frame.total_bounds
    if not np.isfinite(bounds).all():
        raise InputError(f"{name}: no shape has valid coordinates; export the layer again")
    degrees = bool((np.abs(bounds[[0, 2]]) <= 360).all() and (np.abs(bounds[[1, 3]]) <= 90).all())
    numbers = _numbers(bounds)
    if frame.crs is None and not degrees:
        raise InputError(
            f"{name}: the file states no CRS and {numbers} are no degrees; say "
            "which with crs=, such as crs='EPSG:4549'"
        )
    if frame.crs is not None and frame.crs.is_geographic and not degrees:
        raise InputError(
            f"{name}: the CRS {frame.crs.name} is in degrees, but {numbers} are "
            "not; say the true one with crs="
        )
    if frame.crs is not None and frame.crs.is_projected and degrees:
        text = f"the CRS {frame.crs.name} is in metres, but {numbers} look like degrees; check crs="
        findings.append(Finding(name, "crs", "doubtful", text))


def _doubt_area(name: str, frame: gpd.GeoDataFrame, crs: CRS, findings: list) -> None:
    """A doubt for shapes that lie outside the area that their CRS is made for."""
    bounds = frame.bounds.to_numpy()
    if outside_area(crs, bounds[:, 0], bounds[:, 1]) and outside_area(crs, *bounds[:, 2:].T):
        text = f"the shapes lie outside the area of {crs.name}; is the zone or the unit wrong? "
        text += "Say the true one with crs="
        findings.append(Finding(name, "crs", "doubtful", text, found=_numbers(frame.total_bounds)))


def _wrapped(name: str, frame: gpd.GeoDataFrame, findings: list) -> gpd.GeoDataFrame:
    """Features cut at the date line, with longitudes from -180 to 180."""
    bounds = frame.bounds.to_numpy()
    with np.errstate(invalid="ignore"):
        odd = (np.abs(bounds[:, [0, 2]]) > 180).any(axis=1) | (bounds[:, 2] - bounds[:, 0] > 180)
    changed, shapes = np.zeros(len(frame), bool), frame.geometry.to_numpy().copy()
    for i in np.flatnonzero(odd):
        new = _cut_at_date_line(shapes[i])
        changed[i] = new is not None
        shapes[i] = shapes[i] if new is None else new
    if not changed.any():
        return frame
    text = "the shape crosses the date line or counts longitudes beyond 180; put between -180 "
    more = {"row": int(np.argmax(changed)) + 1, "count": int(changed.sum())}
    findings.append(Finding(name, "position", "doubtful", text + "and 180", **more))
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))


def _cut_at_date_line(shape):
    """Shape between -180 and 180 degrees, or None where it already is as it should be."""
    points, ring = shapely.get_coordinates(shape), shapely.get_parts(shape)
    if not np.isfinite(points).all() or (np.abs(points[:, 0]) > 540).any():
        return None
    if (np.abs(points[:, 0]) <= 180).all():
        if not any(_jumps(part) for part in ring):
            return None
        shape = shapely.transform(shape, lambda xy: xy + np.outer(xy[:, 0] < 0, [360.0, 0.0]))
    valid = shapely.is_valid(shape)
    if not valid and count_crossings(shape, limit=_MOST_CROSSINGS) >= _MOST_CROSSINGS:
        return None
    whole = shape if valid else _mended(shape)
    pieces = [
        shapely.transform(part, lambda xy, k=turn: xy - [360.0 * k, 0.0])
        for turn in (-1, 0, 1)
        if not (part := _clipped(whole, turn)).is_empty
    ]
    return shapely.union_all(pieces) if pieces else None


def _mended(shape):
    return shapely.make_valid(shape, method="structure", keep_collapsed=False)


def _clipped(shape, turn: int):
    """Part of a shape that lies in one turn of longitudes around the globe."""
    world = shapely.transform(_WORLD, lambda xy: xy + [360.0 * turn, 0.0])
    try:
        return shapely.intersection(shape, world)
    except shapely.errors.GEOSException:  # an outline that no one can cut; its mending comes later
        return shapely.Polygon()


def _jumps(part) -> bool:
    """Whether an outline steps over the date line, as no line between two places does."""
    x = shapely.get_coordinates(shapely.boundary(part) if part.geom_type == "Polygon" else part)
    inner = np.abs(x[:, 0]) < 180
    return bool(((np.abs(np.diff(x[:, 0])) > 180) & (inner[1:] | inner[:-1])).any())
