"""Projected and shifted coordinates: Gauss-Kruger zones, declared CRS, GCJ-02 and BD-09."""

from __future__ import annotations

import numpy as np
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError

from bayqa.errors import InputError

__all__ = [
    "find_gauss_kruger",
    "outside_area",
    "read_crs",
    "to_degrees",
    "unshift_gcj02",
    "zone_groups",
]

_AFTER_MERCATOR = 17
"""First six-degree zone whose eastings are no place of China in Web Mercator (152 degrees east)."""
_BEYOND = 2.0
"""Degrees outside the area that a CRS is made for that are no doubt."""
_SHIFTED = {"GCJ02", "GCJ-02", "BD09", "BD-09"}


def read_crs(text: str | int | CRS, where: str) -> CRS | str:
    """CRS of a text such as "EPSG:4549", "CGCS2000" or "GCJ-02" (which stays a name).

    Raises
    ------
    InputError
        For a CRS that is not known.
    """
    if isinstance(text, str) and text.upper() in _SHIFTED:
        return text.upper().replace("-", "")
    if isinstance(text, str) and text.upper().replace(" ", "") in ("CGCS2000", "WGS84"):
        return CRS.from_epsg(4326)
    try:
        return CRS.from_user_input(text)
    except CRSError:
        raise InputError(
            f"{where}: the CRS {text!r} is not known; wanted an EPSG code such as EPSG:4490, "
            "a WKT text or GCJ-02"
        ) from None


def find_gauss_kruger(first: np.ndarray, second: np.ndarray) -> tuple[int | None, bool]:
    """EPSG code of CGCS2000 Gauss-Kruger coordinates with zone prefix, and which is northing.

    Parameters
    ----------
    first, second : ndarray of float, shape (n,)
        The columns called X (or longitude) and Y (or latitude).

    Returns
    -------
    epsg : int or None
        None where the easting has no zone prefix.
    first_is_northing : bool
        True for the surveyors' habit X = northing.
    """
    first_is_northing = _is_northing(first) and not _is_northing(second)
    easting = second if first_is_northing else first
    zones = np.unique(np.floor(easting[np.isfinite(easting)] / 1e6).astype(int))
    if len(zones) != 1:
        return None, first_is_northing
    zone = int(zones[0])
    if 25 <= zone <= 45:
        return 4513 + zone - 25, first_is_northing
    if _AFTER_MERCATOR <= zone <= 23:
        return 4491 + zone - 13, first_is_northing
    return None, first_is_northing


def zone_groups(first: np.ndarray, second: np.ndarray) -> list[np.ndarray]:
    """Rows of each Gauss-Kruger zone that eastings name by their prefix; none where one lacks it.

    Rows without numbers are in no group.
    """
    northing_first = _is_northing(first) and not _is_northing(second)
    easting = second if northing_first else first
    there = np.isfinite(first) & np.isfinite(second)
    zones = np.where(there, np.floor(np.where(there, easting, 0) / 1e6), 0).astype(int)
    known = ((zones >= 25) & (zones <= 45)) | ((zones >= _AFTER_MERCATOR) & (zones <= 23))
    if not known[there].all():
        return []
    return [np.flatnonzero(zones == z) for z in np.unique(zones[there])]


def _is_northing(values: np.ndarray) -> bool:
    """Whether metres lie where northings of the northern mid-latitudes do (10 to 60 degrees)."""
    finite = values[np.isfinite(values)]
    return bool(len(finite) and ((finite > 1.0e6) & (finite < 7.0e6)).all())


def to_degrees(x: np.ndarray, y: np.ndarray, crs: CRS | str) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of x (east) and y (north) in a CRS or shifted frame.

    Raises
    ------
    InputError
        When the CRS has no way to WGS84.
    """
    if isinstance(crs, str):
        return unshift_gcj02(*_unshift_bd09(x, y)) if crs == "BD09" else unshift_gcj02(x, y)
    try:
        move = Transformer.from_crs(crs, 4326, always_xy=True)
        lon, lat = move.transform(x, y)
    except ProjError as error:
        raise InputError(f"CRS {crs.name}: cannot be turned into degrees ({error})") from None
    bad = ~(np.isfinite(lon) & np.isfinite(lat))
    return np.where(bad, np.nan, lon), np.where(bad, np.nan, lat)


def outside_area(crs: CRS | str, lon: np.ndarray, lat: np.ndarray) -> bool:
    """Whether all places lie well outside the area that a CRS is made for.

    A wrong zone, kilometres for metres and a lost prefix are told by it.
    """
    area = None if isinstance(crs, str) else crs.area_of_use
    there = np.isfinite(lon) & np.isfinite(lat)
    if area is None or area.west > area.east or not there.any():
        return False
    beside = (lon < area.west - _BEYOND) | (lon > area.east + _BEYOND)
    return bool((beside | (lat < area.south - _BEYOND) | (lat > area.north + _BEYOND))[there].all())


def unshift_gcj02(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """WGS84 of GCJ-02 coordinates, by iteration to below a millimetre.

    Source
    ------
    The public approximation of the shift (Krassovsky ellipsoid), applied inside China only.
    """
    x, y = lon.astype(float).copy(), lat.astype(float).copy()
    inside = (lon > 72.004) & (lon < 137.8347) & (lat > 0.8293) & (lat < 55.8271)
    for _ in range(12):
        dx, dy = _gcj02_shift(x, y)
        x, y = np.where(inside, lon - dx, lon), np.where(inside, lat - dy, lat)
    return x, y


def _gcj02_shift(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    pi = np.pi
    waves = (20 * np.sin(6 * x * pi) + 20 * np.sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north += (20 * np.sin(y * pi) + 40 * np.sin(y / 3 * pi)) * 2 / 3
    north += (160 * np.sin(y / 12 * pi) + 320 * np.sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east += (20 * np.sin(x * pi) + 40 * np.sin(x / 3 * pi)) * 2 / 3
    east += (150 * np.sin(x / 12 * pi) + 300 * np.sin(x / 30 * pi)) * 2 / 3
    a, e2 = 6378245.0, 0.00669342162296594323
    phi = np.radians(lat)
    magic = 1 - e2 * np.sin(phi) ** 2
    dlat = north * 180 / (a * (1 - e2) / (magic * np.sqrt(magic)) * pi)
    dlon = east * 180 / (a / np.sqrt(magic) * np.cos(phi) * pi)
    return dlon, dlat


def _unshift_bd09(lon: np.ndarray, lat: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    x, y = lon - 0.0065, lat - 0.006
    turn = np.pi * 3000 / 180
    z = np.hypot(x, y) - 2e-5 * np.sin(y * turn)
    theta = np.arctan2(y, x) - 3e-6 * np.cos(x * turn)
    return z * np.cos(theta), z * np.sin(theta)
