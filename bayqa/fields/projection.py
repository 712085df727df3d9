"""The plane a bay is computed on: local equal-area coordinates, and areas in any other plane."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from bayqa.errors import InputError

__all__ = ["areal_scale", "choose_crs", "project_area", "project_points"]

# Pieces of one polygon that were cut at 180 degrees meet again within this distance, metres.
_SEAM_M = 0.01
_STEP_M = 50.0
# Areas are put right cell by cell, but spacing, reach and ranges are metres of the plane; web
# Mercator passes this at 45 degrees, a zone of another continent at once.
_STRETCH = 2.0


def choose_crs(lon: np.ndarray, lat: np.ndarray, crs: object = None) -> pyproj.CRS:
    """Plane CRS in metres: the one given, or equal-area around the middle of the places.

    The centre of the Lambert azimuthal equal-area plane is the middle of the extent, rounded to
    0.1 degree, so that a bay keeps its grid when a vertex is edited. Longitudes may straddle 180.

    Parameters
    ----------
    lon, lat : array, degrees
    crs : anything pyproj takes, optional

    Returns
    -------
    pyproj.CRS

    Raises
    ------
    InputError
        If there is no place at all, or the CRS given is not known, not in metres, or made for
        another part of the world.
    """
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    if crs is not None:
        return _refuse_far(_metric_crs(crs), lon, lat)
    known = np.isfinite(lon) & np.isfinite(lat)
    if not known.any():
        raise InputError(
            "no place has a longitude and latitude, so no local coordinates can be chosen: "
            "give the coordinates or crs="
        )
    lon_0 = round(_middle_longitude(lon[known]), 1)
    lat_0 = round((lat[known].min() + lat[known].max()) / 2, 1)
    text = f"+proj=laea +lat_0={lat_0:g} +lon_0={lon_0:g} +datum=WGS84 +units=m +no_defs"
    return pyproj.CRS.from_proj4(text)


def project_points(lon: np.ndarray, lat: np.ndarray, crs: object) -> tuple[np.ndarray, np.ndarray]:
    """Metres east and north of places; NaN where a place is not known.

    Parameters
    ----------
    lon, lat : array (n,), degrees, WGS 84
    crs : anything pyproj takes

    Returns
    -------
    x, y : array (n,), metres
    """
    lon, lat = np.asarray(lon, float), np.asarray(lat, float)
    step = pyproj.Transformer.from_crs(4326, crs, always_xy=True)
    x, y = step.transform(np.nan_to_num(lon), np.nan_to_num(lat))
    known = np.isfinite(lon) & np.isfinite(lat)
    return np.where(known, x, np.nan), np.where(known, y, np.nan)


def project_area(frame: gpd.GeoDataFrame, crs: object) -> shapely.Geometry:
    """Union of the polygons of a frame in the plane; lines and points are left out.

    Parts cut at the antimeridian are joined again.

    Parameters
    ----------
    frame : GeoDataFrame with a CRS
    crs : anything pyproj takes

    Returns
    -------
    shapely Polygon or MultiPolygon, possibly empty
    """
    if frame.crs is None:
        raise InputError(
            "the polygons carry no coordinate system: set it, for example frame.set_crs(4326)"
        )
    planar = frame.geometry.to_crs(crs).to_numpy()
    planar = planar[shapely.get_dimensions(planar) == 2]
    planar = np.where(shapely.is_valid(planar), planar, shapely.make_valid(planar))
    joined = shapely.union_all(planar, grid_size=_SEAM_M if _is_cut_at_180(frame) else None)
    parts = shapely.get_parts(joined)
    return shapely.multipolygons(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])


def areal_scale(x: np.ndarray, y: np.ndarray, crs: object) -> np.ndarray:
    """Area in the plane over area on the ellipsoid at each place (1 for an equal-area plane).

    Parameters
    ----------
    x, y : array, metres in `crs`
    crs : anything pyproj takes

    Returns
    -------
    array of the shape of `x`
    """
    crs = pyproj.CRS.from_user_input(crs)
    x, y = np.asarray(x, float), np.asarray(y, float)
    if "Equal Area" in crs.coordinate_operation.method_name:
        return np.ones(x.shape)
    back = pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    east, west = back.transform(x + _STEP_M, y), back.transform(x - _STEP_M, y)
    north, south = back.transform(x, y + _STEP_M), back.transform(x, y - _STEP_M)
    lon_x, lat_x = (_turn(east[k], west[k], k == 0) for k in (0, 1))
    lon_y, lat_y = (_turn(north[k], south[k], k == 0) for k in (0, 1))
    lat = np.radians(back.transform(x, y)[1])
    # The library's own factors are those of the sphere for web Mercator.
    on_ground = np.abs(lon_x * lat_y - lon_y * lat_x) * _square_radian(lat, crs.ellipsoid)
    return (2 * _STEP_M) ** 2 / on_ground


def _turn(ahead: np.ndarray, behind: np.ndarray, is_longitude: bool) -> np.ndarray:
    """Difference of two angles in radians."""
    step = np.asarray(ahead) - np.asarray(behind)
    return np.radians((step + 180.0) % 360.0 - 180.0 if is_longitude else step)


def _square_radian(lat: np.ndarray, ellipsoid: object) -> np.ndarray:
    """Square metres of one radian of longitude by one of latitude."""
    a, b = ellipsoid.semi_major_metre, ellipsoid.semi_minor_metre
    e2 = 1 - (b / a) ** 2
    root = 1 - e2 * np.sin(lat) ** 2
    return a**2 * (1 - e2) * np.cos(lat) / root**2


def _metric_crs(crs: object) -> pyproj.CRS:
    try:
        found = pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError as error:
        raise InputError(f"crs {crs!r} is not known ({error}): write EPSG:4549 or alike") from None
    units = {axis.unit_name for axis in found.axis_info}
    if not found.is_projected or units - {"metre", "meter"}:
        raise InputError(
            f"crs {found.name!r} is in {', '.join(sorted(units))}: cells are counted in metres, "
            "so give a projected CRS in metres or leave crs out"
        )
    return found


def _refuse_far(crs: pyproj.CRS, lon: np.ndarray, lat: np.ndarray) -> pyproj.CRS:
    """The CRS where its metres are metres at the places; cells would be of another size."""
    known = np.isfinite(lon) & np.isfinite(lat)
    if not known.any():
        return crs
    x, y = project_points(lon[known], lat[known], crs)
    with np.errstate(invalid="ignore"):
        scale = areal_scale(np.median(x), np.median(y), crs)
    if not 1 / _STRETCH <= float(scale) <= _STRETCH:
        raise InputError(
            f"crs {crs.name!r} makes areas {float(scale):.3g} times as large at longitude "
            f"{np.median(lon[known]):.1f}, latitude {np.median(lat[known]):.1f}: choose a CRS made "
            "for this place, or leave crs out"
        )
    return crs


def _middle_longitude(lon: np.ndarray) -> float:
    """Middle of the shorter arc that holds all longitudes, in -180..180."""
    around = np.unique(np.mod(lon, 360.0))
    gaps = np.diff(np.append(around, around[0] + 360.0))
    widest = int(gaps.argmax())
    start = around[(widest + 1) % len(around)]
    middle = start + (360.0 - gaps[widest]) / 2
    return float((middle + 180.0) % 360.0 - 180.0)


def _is_cut_at_180(frame: gpd.GeoDataFrame) -> bool:
    if not frame.crs.is_geographic:
        return False
    west, _, east, _ = frame.total_bounds
    return west <= -180.0 + 1e-9 and east >= 180.0 - 1e-9
