"""Cloud-optimised GeoTIFFs pass the strict check and carry our colours."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import rasterio

from bayqa.export import save
from bayqa.export.rasters import list_rasters, slug
from tests.builders import BAY, SPACING


@pytest.fixture(scope="module")
def maps(saved):
    return sorted((saved / "cog").glob("*.tif"))


def test_every_map_is_a_strict_cog(maps):
    cogeo = pytest.importorskip("rio_cogeo.cogeo")
    assert len(maps) == 3 * (1 + 2 * 3)
    for path in maps:
        valid, errors, warnings = cogeo.cog_validate(path, strict=True, quiet=True)
        assert valid, (path.name, errors, warnings)


def test_large_map_is_a_strict_cog_with_overviews(result, tmp_path):
    cogeo = pytest.importorskip("rio_cogeo.cogeo")
    fine = np.linspace(-1950, 1950, 40 * 20)
    down = np.linspace(1450, -1450, 30 * 20)
    options = {"x": fine, "y": down, "method": "nearest"}
    water = result.water.assign_attrs(spacing=5.0)
    large = replace(
        result,
        water=water,
        grids=result.grids.isel(campaign=[0]).sel(**options).assign_coords(x=fine, y=down),
        classes=result.classes.isel(campaign=[0]).sel(**options).assign_coords(x=fine, y=down),
    )
    save(large, tmp_path, formats="cog")
    for name in ("category_overall_2023-spring", "value_din_2023-spring"):
        path = tmp_path / "cog" / f"{name}.tif"
        assert cogeo.cog_validate(path, strict=True, quiet=True)[0]
        with rasterio.open(path) as source:
            assert source.overviews(1)


def test_category_colours_and_places(result, saved):
    with rasterio.open(saved / "cog" / "category_overall_2023-summer.tif") as source:
        table = source.colormap(1)
        assert table[1][:3] == (0x73, 0xB2, 0xFF)
        assert table[5][:3] == (0x7A, 0x62, 0x4A)
        assert source.nodata == 0
        assert source.res == (SPACING, SPACING)
        assert tuple(source.bounds) == pytest.approx(BAY.bounds)
        expected = result.classes.category.sel(campaign="2023-summer")
        np.testing.assert_array_equal(source.read(1), expected)
        assert source.tags()["NOTE"] == "demonstration values"


def test_values_keep_missing_as_nan(result, saved):
    with rasterio.open(saved / "cog" / "value_din_2023-autumn.tif") as source:
        array = source.read(1)
        assert np.isnan(source.nodata)
        assert source.units == ("mg/L",)
    expected = result.grids.din.sel(campaign="2023-autumn").to_numpy()
    np.testing.assert_array_equal(np.isnan(array), np.isnan(expected))
    np.testing.assert_allclose(array, expected, rtol=1e-6)


def test_a_field_that_is_not_judged_is_saved_too(result):
    grids = result.grids.assign(chla=result.grids.din, chla_sd=result.grids.din_sd)
    names = {raster.name for raster in list_rasters(replace(result, grids=grids))}
    assert {"value_chla_2023-spring", "sd_chla_2023-spring"} <= names
    assert "category_chla_2023-spring" not in names


def test_names_are_safe_file_names(result):
    for raster in list_rasters(result):
        assert slug(raster.name) == raster.name
    assert slug("../二〇二三 夏/1") == "二〇二三-夏-1"
    assert slug("///") == "unnamed"
