"""Rasters brought onto the water grid."""

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin
from shapely.geometry import box

from bayqa.errors import CoverageError, InputError
from bayqa.fields import interpolate, read_covariate
from tests.fields.shapes import grid_of
from tests.fields.test_grids import values_at

BAY = box(0, 0, 4000, 2000)


@pytest.fixture(scope="module")
def water():
    return grid_of(BAY, spacing=200)


def write(path, values, step, *, crs, corner=(-1000.0, 3000.0), nodata=-9999.0):
    how = {"driver": "GTiff", "count": 1, "dtype": "float64", "crs": crs, "nodata": nodata}
    shape = {"height": values.shape[0], "width": values.shape[1]}
    with rasterio.open(path, "w", transform=from_origin(*corner, step, step), **how, **shape) as f:
        f.write(values, 1)
    return path


def ramp(step, width=6000.0, height=4000.0):
    """Metres east of x = 0 over 1000."""
    x = np.arange(-1000 + step / 2, width - 1000, step) / 1000
    return np.broadcast_to(x, (int(height / step), x.size)).copy()


@pytest.mark.parametrize("step", [25.0, 200.0, 500.0])
def test_a_ramp_stays_a_ramp_at_any_resolution(tmp_path, water, step):
    path = write(tmp_path / "depth.tif", ramp(step), step, crs=water.attrs["crs"])
    found = read_covariate(path, water)
    wanted = np.broadcast_to(water.x.to_numpy() / 1000, found.shape)
    wet = water.wet.to_numpy()
    np.testing.assert_allclose(found.to_numpy()[wet], wanted[wet], atol=1e-6)
    assert found.attrs["filled"] == 0


def test_a_finer_raster_is_averaged(tmp_path, water):
    values = np.indices((40, 60)).sum(axis=0) % 2 * 1.0
    path = write(tmp_path / "board.tif", values, 100.0, crs=water.attrs["crs"])
    found = read_covariate(path, water).to_numpy()[water.wet.to_numpy()]
    np.testing.assert_allclose(found, 0.5, atol=1e-6)


def test_gaps_at_the_coast_take_the_nearest_cell(tmp_path, water):
    values = ramp(200.0)
    values[:, 5:7] = -9999.0
    path = write(tmp_path / "depth.tif", values, 200.0, crs=water.attrs["crs"])
    found = read_covariate(path, water)
    wet = water.wet.to_numpy()
    gap = wet & (water.x.to_numpy() < 400)
    assert found.attrs["filled"] == gap.sum()
    assert found.attrs["filled_within_m"] == pytest.approx(400)
    np.testing.assert_allclose(found.to_numpy()[gap], 0.5, atol=1e-6)


def test_degrees_and_the_drift_of_kriging(tmp_path, water):
    corners = gpd.GeoSeries([box(-2000, -2000, 6000, 4000)], crs=water.attrs["crs"]).to_crs(4326)
    west, south, east, north = corners.total_bounds
    lon = np.linspace(west, east, 400)
    values = np.broadcast_to(lon, (300, 400)).copy()
    path = write(tmp_path / "lon.tif", values, (east - west) / 400, crs=4326, corner=(west, north))
    deep = water.assign(depth=read_covariate(path, water))
    wet = water.wet.to_numpy()
    assert np.isfinite(deep.depth.to_numpy()[wet]).all()
    x = np.array([300.0, 900, 1700, 2500, 3300, 3900])
    stations = values_at(None, deep, x=x, y=x * 0 + 900, ph=8 + x / 1e4)
    exact = {"range": 2000.0, "sill": 1e-4, "nugget": 1e-9, "drift": ["depth"]}
    grids = interpolate(stations, deep, method="kriging", options=exact)
    wanted = 8 + np.broadcast_to(water.x.to_numpy() / 1e4, wet.shape)
    np.testing.assert_allclose(grids.ph.to_numpy()[0][wet], wanted[wet], atol=2e-3)


def test_what_cannot_be_used_says_why(tmp_path, water):
    crs = water.attrs["crs"]
    (tmp_path / "notes.tif").write_text("no raster")
    with pytest.raises(InputError, match="cannot be opened as a raster"):
        read_covariate(tmp_path / "notes.tif", water)
    path = write(tmp_path / "depth.tif", ramp(200.0), 200.0, crs=crs)
    with pytest.raises(InputError, match="has 1 bands, band 2 is asked for"):
        read_covariate(path, water, band=2)
    away = write(tmp_path / "away.tif", ramp(200.0), 200.0, crs=crs, corner=(2000.0, 3000.0))
    with pytest.raises(CoverageError, match="has no number on 100 of 200 wet cells"):
        read_covariate(away, water)
    with pytest.warns(rasterio.errors.NotGeoreferencedWarning):
        bare = write(tmp_path / "bare.tif", ramp(200.0), 1.0, crs=None, corner=(0.0, 0.0))
    with pytest.raises(InputError, match="has no CRS"):
        read_covariate(bare, water)
