"""Which part of each grid cell belongs to which polygon, exactly."""

from __future__ import annotations

from typing import NamedTuple

import geopandas as gpd
import numpy as np
import xarray as xr
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from pyproj import Geod
from shapely.geometry import box

from bayqa.errors import CoverageError

__all__ = ["Coverage", "measure_coverage"]


class Coverage(NamedTuple):
    """The cells of one polygon."""

    cells: np.ndarray
    """Flat row-major index into (y, x)."""
    area_km2: np.ndarray
    """True area of the part of each cell inside the polygon."""
    total_km2: float
    """True area of the whole polygon, with what lies off the grid."""


def measure_coverage(grid: xr.Dataset, polygons: gpd.GeoDataFrame) -> dict[str, Coverage]:
    """Cells and covered areas of each polygon.

    Parameters
    ----------
    grid : Dataset, dims (y, x), north first
        With `cell_area_km2` and the CRS in `attrs["crs"]`.
    polygons : GeoDataFrame
        Any CRS; the index names the polygons.

    Returns
    -------
    dict of str to Coverage

    Raises
    ------
    CoverageError
        If no polygon touches the grid, or grid or polygons do not say their CRS.
    """
    if not grid.attrs.get("crs") or polygons.crs is None:
        lacking = "the polygons have" if grid.attrs.get("crs") else "the grid has"
        raise CoverageError(
            f"{lacking} no CRS, so nothing can be laid over each other. Use grids from "
            "build_water_grid and polygons from read_bays."
        )
    local = polygons.to_crs(grid.attrs["crs"])
    edges = _edges(grid)
    source = NumPyRasterSource(np.zeros((grid.sizes["y"], grid.sizes["x"])), *edges)
    features = gpd.GeoDataFrame(geometry=local.geometry.to_numpy(), crs=local.crs)
    found = exact_extract(
        source,
        features,
        ["cell_id", "coverage"],
        output="pandas",
        include_cols=None,
        strategy="feature-sequential",
    )
    area = np.broadcast_to(grid["cell_area_km2"], (grid.sizes["y"], grid.sizes["x"])).ravel()
    out = {}
    for k, name in enumerate(polygons.index):
        cells = np.asarray(found["cell_id"].iloc[k], dtype=np.int64)
        inside = np.asarray(found["coverage"].iloc[k], dtype=float) * area[cells]
        beyond = _area_beyond(local.geometry.iloc[k], edges, local.crs)
        out[str(name)] = Coverage(cells, inside, float(inside.sum()) + beyond)
    if not any(entry.cells.size for entry in out.values()):
        raise CoverageError(
            f"none of {', '.join(out)} lies on the grid, which spans x {edges[0]:.0f} to "
            f"{edges[2]:.0f}, y {edges[1]:.0f} to {edges[3]:.0f} m. Build the grid from these bays."
        )
    return out


def _edges(grid) -> tuple[float, float, float, float]:
    x, y = grid["x"].to_numpy(), grid["y"].to_numpy()
    half = grid.attrs.get("spacing") or abs(x[1] - x[0] if len(x) > 1 else y[0] - y[1])
    half = float(half) / 2
    return x[0] - half, y[-1] - half, x[-1] + half, y[0] + half


def _area_beyond(polygon, edges, crs) -> float:
    """Area of the polygon outside the grid, km2 on the ellipsoid."""
    beyond = polygon.difference(box(*edges))
    if beyond.is_empty:
        return 0.0
    degrees = gpd.GeoSeries([beyond], crs=crs).to_crs(4326).iloc[0]
    return abs(Geod(ellps="WGS84").geometry_area_perimeter(degrees)[0]) / 1e6
