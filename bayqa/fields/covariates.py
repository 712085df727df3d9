"""Covariates from rasters, such as depth: brought onto the cells of a water grid."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio
import xarray as xr
from rasterio.enums import Resampling
from rasterio.transform import from_origin
from rasterio.vrt import WarpedVRT
from scipy.spatial import cKDTree

from bayqa.errors import CoverageError, InputError
from bayqa.fields.water import rebuild_frame

__all__ = ["read_covariate"]

_MOST_FILLED = 0.25
"""Share of the wet cells that may take the number of the nearest cell that has one."""


def read_covariate(path: str | Path, water: xr.Dataset, *, band: int = 1) -> xr.DataArray:
    """A raster on the wet cells of a water grid, for the `drift` of kriging.

    Cells take the mean of a finer raster and values between the centres of a coarser one. Wet
    cells beside the coast where the raster has no number take that of the nearest one that has.

    Parameters
    ----------
    path : str or Path
        Any raster GDAL opens that knows its CRS.
    water : Dataset (y, x)
        From `build_water_grid`.
    band : int
        Counted from 1.

    Returns
    -------
    DataArray (y, x)
        NaN on land. `attrs`: `source` (file name), `band`, `filled` (wet cells without a number of
        their own) and `filled_within_m`.

    Raises
    ------
    InputError
        If the file cannot be opened as a raster, has no CRS or no such band.
    CoverageError
        If a quarter of the wet cells or more have no number.

    Examples
    --------
    >>> water["depth"] = read_covariate("depth.tif", water)  # doctest: +SKIP
    >>> options = {"drift": ["depth"]}
    """
    frame, wet = rebuild_frame(water), water["wet"].to_numpy()
    values = _warp(Path(path), frame, water.attrs["crs"], band)
    known = np.isfinite(values) & wet
    missing = wet & ~known
    n_missing, n_wet = int(missing.sum()), int(wet.sum())
    if n_missing >= _MOST_FILLED * n_wet:
        raise CoverageError(
            f"{path} has no number on {n_missing} of {n_wet} wet cells: give a raster that covers "
            "the water, or fill it first"
        )
    far = 0.0
    if n_missing:
        distance, near = cKDTree(np.argwhere(known)).query(np.argwhere(missing))
        values[missing] = values[known][near]
        far = float(distance.max()) * frame.spacing
    attrs = {"source": Path(path).name, "band": band, "filled": n_missing, "filled_within_m": far}
    attrs["grid_mapping"] = "spatial_ref"
    grid = np.where(wet, values, np.nan)
    return xr.DataArray(grid, {"y": water["y"], "x": water["x"]}, ("y", "x"), attrs=attrs)


def _warp(path: Path, frame, crs: object, band: int) -> np.ndarray:
    """The band on the cells of the frame, (ny, nx) float64, NaN where it has no number."""
    try:
        source = rasterio.open(path)
    except rasterio.errors.RasterioIOError as error:
        raise InputError(
            f"{path} cannot be opened as a raster ({error}): give a GeoTIFF or another raster with "
            "a CRS"
        ) from error
    with source:
        if not 1 <= band <= source.count:
            raise InputError(
                f"{path} has {source.count} bands, band {band} is asked for: give 1 "
                f"to {source.count}"
            )
        if source.crs is None:
            raise InputError(f"{path} has no CRS: set one, for example with gdal_edit -a_srs")
        place = {
            "crs": crs,
            "transform": from_origin(frame.west, frame.north, frame.spacing, frame.spacing),
            "height": frame.shape[0],
            "width": frame.shape[1],
        }
        # A finer raster is averaged, which bilinear weights of four pixels would not do.
        with WarpedVRT(source, crs=crs) as plain:
            finer = plain.res[0] < frame.spacing
        how = Resampling.average if finer else Resampling.bilinear
        with WarpedVRT(source, resampling=how, **place) as warped:
            found = warped.read(band, masked=True).astype(float)
    return found.filled(np.nan)
