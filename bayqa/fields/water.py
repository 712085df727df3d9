"""The grid on which a bay is computed: how wet each cell is and where water can pass."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj
import shapely
import xarray as xr

from bayqa.errors import CoverageError, InputError
from bayqa.fields.confluence import join_rivers
from bayqa.fields.links import Links, choose_pieces, link_pieces
from bayqa.fields.memory import require_memory, round_spacing_up
from bayqa.fields.projection import areal_scale, choose_crs, project_area
from bayqa.fields.wetness import Frame, Pieces, find_pieces, frame_area, touch_cells

__all__ = ["build_water_grid", "choose_plane", "rebuild_frame"]

_FEWEST_CELLS = 4
"""A bay of less water than this many cells has no map."""
_WANTED_CELLS = 50
"""What the advice to use a finer spacing aims at."""
_OVERLAP_M = 0.01
_BYTES_PER_CELL = 40
_BYTES_PER_WET_CELL = 400


def build_water_grid(  # noqa: PLR0913
    bays: gpd.GeoDataFrame,
    *,
    spacing: float,
    land: gpd.GeoDataFrame | None = None,
    rivers: gpd.GeoDataFrame | None = None,
    reach: float = 0.0,
    crs: object = None,
) -> xr.Dataset:
    """The water of one or several bays as a grid of cells.

    Parameters
    ----------
    bays : GeoDataFrame, index bay_id
        Polygons of water.
    spacing : float
        Metres.
    land : GeoDataFrame, optional
        Needed with `reach`.
    rivers : GeoDataFrame, optional
        Polygons that reach a bay, directly or through other reaches, over gaps of up to a cell,
        join the water; others are left out. Lines are only for maps.
    reach : float
        Metres of open sea around the bays that belong to the grid too, as far as they hang
        together with the bays by water, so that stations off the mouth inform the bay.
    crs : anything pyproj takes, optional
        Plane in metres; default equal-area around the bays.

    Returns
    -------
    Dataset, dims (y, x), north first
        `wet` (any water in the cell), `wet_fraction` (exact), `cell_area_km2` (of the whole
        cell, on the ellipsoid), `link_east`, `link_south` (water passes to the next cell; closed
        by land even if it is thinner than a cell), `body` (number of the connected water, 1 the
        largest, 0 dry), `pieces` (separate waters in the cell), `in_bays` (the cell touches a
        bay, not only the sea around or a river). Where land splits a cell, it stands for its
        larger part, or for the one that keeps a channel open.

    Raises
    ------
    InputError
        If there is no polygon, the spacing is not positive, or `reach` comes without land.
    CoverageError
        If a bay has less water than four cells.
    MethodError
        If the grid does not fit the memory.
    """
    _check(bays, spacing, land, reach)
    plane = choose_plane(bays, crs)
    _require_cells(bays, plane, spacing)
    area = _join_water(bays, (land, rivers), (reach, spacing), plane)
    frame = frame_area(area, spacing)
    n_cells = frame.shape[0] * frame.shape[1]
    need = n_cells * _BYTES_PER_CELL + area.area / spacing**2 * _BYTES_PER_WET_CELL
    require_memory("a water grid", need, n_cells, spacing)
    pieces = find_pieces(area, frame)
    links = link_pieces(area, frame, pieces)
    chosen, body = choose_pieces(pieces, links)
    water = _to_dataset(frame, pieces, chosen, plane)
    _add_links(water, pieces, chosen, links)
    _add_bodies(water, pieces, chosen, body)
    _add_bays(water, frame, bays, plane)
    water.attrs["reach"] = float(reach)
    return water


def rebuild_frame(water: xr.Dataset) -> Frame:
    """Corner, spacing and shape of a water grid.

    Parameters
    ----------
    water : Dataset (y, x)

    Returns
    -------
    Frame
    """
    half = float(water.attrs["spacing"]) / 2
    west, north = float(water.x[0]) - half, float(water.y[0]) + half
    return Frame(west, north, 2 * half, (water.sizes["y"], water.sizes["x"]))


def _check(bays: gpd.GeoDataFrame, spacing: float, land: object, reach: float) -> None:
    if not spacing > 0 or not np.isfinite(spacing):
        raise InputError(f"spacing={spacing!r}: give the cell width in metres, above 0")
    if reach < 0 or not np.isfinite(reach):
        raise InputError(f"reach={reach!r}: give metres of open sea, 0 or more")
    if reach > 0 and land is None:
        raise InputError(
            f"reach={reach:g} asks for open sea around the bays, which cannot be told from land: "
            "give land= polygons too"
        )
    if not (shapely.area(bays.geometry.to_numpy()) > 0).any():
        raise InputError(
            f"none of the {len(bays)} rows of bays is a polygon with an area: "
            "give the water of the bays as polygons"
        )


def choose_plane(bays: gpd.GeoDataFrame, crs: object = None) -> pyproj.CRS:
    """Plane of a grid: the one given, or equal-area around the bays.

    Parameters
    ----------
    bays : GeoDataFrame
    crs : anything pyproj takes, optional

    Returns
    -------
    pyproj.CRS

    Raises
    ------
    InputError
        If the bays carry no coordinate system, or the one given is not in metres.
    """
    if bays.crs is None:
        raise InputError("the bays carry no coordinate system: set it, e.g. bays.set_crs(4326)")
    place = shapely.get_coordinates(bays.geometry.to_crs(4326).to_numpy())
    return choose_crs(place[:, 0], place[:, 1], crs)


def _join_water(
    bays: gpd.GeoDataFrame,
    others: tuple[gpd.GeoDataFrame | None, gpd.GeoDataFrame | None],
    width: tuple[float, float],
    plane: pyproj.CRS,
) -> shapely.Geometry:
    """Bays, river polygons and the open sea within reach, as one geometry in the plane."""
    (land, rivers), (reach, spacing) = others, width
    area = project_area(bays, plane)
    if rivers is not None and len(rivers):
        area = join_rivers(area, project_area(rivers, plane), spacing)
    if reach > 0:
        area = _extend(area, project_area(land, plane), reach, spacing)
    return area


def _add_bays(water: xr.Dataset, frame: Frame, bays: gpd.GeoDataFrame, plane: pyproj.CRS) -> None:
    """Mark the cells that touch a bay, as against the sea and rivers that only inform it."""
    inside = np.zeros(water.wet.size, bool)
    inside[np.concatenate(touch_cells(project_area(bays, plane), frame))] = True
    inside = inside.reshape(water.wet.shape) & water.wet.to_numpy()
    water["in_bays"] = (("y", "x"), inside, {"long_name": "cell touches a bay"})


def _require_cells(bays: gpd.GeoDataFrame, plane: pyproj.CRS, spacing: float) -> None:
    areas = bays.geometry.to_crs(plane).area
    small = areas[areas < _FEWEST_CELLS * spacing**2]
    if not len(small):
        return
    fits = np.sqrt(small.min() / (_WANTED_CELLS))
    raise CoverageError(
        f"bay {small.idxmin()!r} has {small.min() / 1e6:.3g} km2 of water, less than "
        f"{_FEWEST_CELLS} cells at a spacing of {spacing:g} m: the grid is too coarse for the bay, "
        f"use a spacing of {round_spacing_up(fits):g} m or finer"
    )


def _extend(
    area: shapely.Geometry, land: shapely.Geometry, reach: float, spacing: float
) -> shapely.Geometry:
    """The area with the open sea around it, without threads of water along a drawn-twice coast."""
    filled = shapely.union_all(shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(area))))
    # A centimetre of overlap: sea that only touches the mouth may miss it by rounding.
    inner = filled.buffer(-_OVERLAP_M)
    sea = shapely.difference(area.buffer(reach), shapely.union(inner, land))
    opened = sea.buffer(-spacing / 4).buffer(spacing / 4 * 1.01)
    sea = shapely.intersection(opened, sea)
    whole = shapely.union_all([area, sea])
    parts = shapely.get_parts(whole)
    return shapely.union_all(parts[shapely.intersects(parts, area)])


def _to_dataset(frame: Frame, pieces: Pieces, chosen: np.ndarray, plane: pyproj.CRS) -> xr.Dataset:
    shape = frame.shape
    fraction = np.bincount(pieces.cell, weights=pieces.fraction, minlength=shape[0] * shape[1])
    wet = np.zeros(fraction.size, bool)
    wet[pieces.cell[chosen]] = True
    coords = _coordinates(frame, plane)
    area = frame.spacing**2 / 1e6 / areal_scale(*np.meshgrid(coords["x"][1], coords["y"][1]), plane)
    data = {
        "wet": (wet.reshape(shape), {"long_name": "any water in the cell"}),
        "wet_fraction": (
            np.minimum(fraction, 1.0).reshape(shape),
            {"long_name": "share of the cell that is water", "units": "1"},
        ),
        "cell_area_km2": (area, {"long_name": "area of the whole cell", "units": "km2"}),
    }
    found = {
        name: (("y", "x"), values, attrs | {"grid_mapping": "spatial_ref"})
        for name, (values, attrs) in data.items()
    }
    attrs = {"crs": plane.to_wkt(), "spacing": float(frame.spacing)}
    return xr.Dataset(found, coords=coords, attrs=attrs)


def _coordinates(frame: Frame, plane: pyproj.CRS) -> dict[str, tuple]:
    x = frame.west + (np.arange(frame.shape[1]) + 0.5) * frame.spacing
    y = frame.north - (np.arange(frame.shape[0]) + 0.5) * frame.spacing
    return {
        "y": ("y", y, {"units": "m", "standard_name": "projection_y_coordinate", "axis": "Y"}),
        "x": ("x", x, {"units": "m", "standard_name": "projection_x_coordinate", "axis": "X"}),
        "spatial_ref": ((), 0, _describe_plane(plane, frame)),
    }


def _describe_plane(plane: pyproj.CRS, frame: Frame) -> dict[str, object]:
    """CF grid mapping, with what GDAL and rioxarray read beside it."""
    corner = f"{frame.west:.12g} {frame.spacing:.12g} 0 {frame.north:.12g} 0 {-frame.spacing:.12g}"
    return plane.to_cf() | {"spatial_ref": plane.to_wkt(), "GeoTransform": corner}


def _add_links(water: xr.Dataset, pieces: Pieces, chosen: np.ndarray, links: Links) -> None:
    taken = np.zeros(len(pieces.cell), bool)
    taken[chosen] = True
    keep = taken[links.first] & taken[links.second]
    for name, eastward in (("link_east", True), ("link_south", False)):
        link = np.zeros(water.wet.size, bool)
        link[pieces.cell[links.first[keep & (links.eastward == eastward)]]] = True
        where = "east" if eastward else "south"
        attrs = {"long_name": f"water passes to the next cell {where}"}
        water[name] = (("y", "x"), link.reshape(water.wet.shape), attrs)


def _add_bodies(water: xr.Dataset, pieces: Pieces, chosen: np.ndarray, body: np.ndarray) -> None:
    number = np.zeros(water.wet.size, np.int32)
    number[pieces.cell[chosen]] = body[chosen]
    count = np.bincount(pieces.cell, minlength=water.wet.size).astype(np.uint8)
    for name, values, text in (
        ("body", number, "number of the connected water, 1 the largest, 0 dry"),
        ("pieces", count, "separate waters in the cell"),
    ):
        water[name] = (("y", "x"), values.reshape(water.wet.shape), {"long_name": text})
    water.attrs["bodies"] = int(body.max(initial=0))
