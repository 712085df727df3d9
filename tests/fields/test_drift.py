import json

import numpy as np
import pytest
from shapely.geometry import box

from bayqa.errors import MethodError
from bayqa.fields import interpolate
from bayqa.fields.drift import name_drift
from tests.fields.shapes import frame_of, grid_of
from tests.fields.test_grids import values_at

BAY = box(0, 0, 4000, 2000)
LAND = frame_of(box(-5000, -5000, 4000, 9000).difference(BAY))
X, Y = np.array([200.0, 1000, 1800, 2600, 3400, 3800]), np.array([300.0, 1500, 700, 1700, 300, 900])


@pytest.fixture(scope="module")
def water():
    return grid_of(BAY, spacing=200, land=LAND, reach=1000)


def test_the_mouth_is_where_the_sea_beyond_the_bay_begins(water):
    far = name_drift({"drift": "mouth"}, water)["drift"][0]
    grid = np.full(water.wet.shape, np.nan)
    grid[water.wet.to_numpy()] = far
    row = int(np.argmin(abs(water.y.to_numpy() - 900)))
    at = dict(zip(water.x.to_numpy(), grid[row], strict=True))
    assert [at[x] for x in (4100.0, 3900.0, 3700.0, 100.0)] == pytest.approx([0, 200, 400, 4000])


def test_a_trend_along_a_covariate_of_the_water_is_carried_beyond_the_stations(water):
    depth = (water.x * 0 + water.y * 0 + 5 + water.x / 500).transpose("y", "x")
    deep = water.assign(depth=depth)
    stations = values_at(None, deep, x=X, y=Y, ph=8.0 + 0.02 * (5 + X / 500))
    exact = {"range": 2000.0, "sill": 1e-4, "nugget": 1e-9}
    grids = interpolate(stations, deep, method="kriging", options={**exact, "drift": ["depth"]})
    wanted = 8.0 + 0.02 * depth.where(deep.wet)
    # Stations stand in the middle of their cells, up to 100 m off.
    np.testing.assert_allclose(grids.ph[0], wanted, atol=0.006)
    assert json.loads(grids.attrs["settings"])["drift"] == ["depth"]


@pytest.mark.parametrize(
    ("change", "name", "message"),
    [
        ({}, "salt", "drift 'salt' is not known: give 'x', 'y', 'mouth', an array"),
        ({"depth": np.nan}, "depth", "'depth' has no number on 294 of 294 wet cells: fill them"),
    ],
)
def test_covariates_that_are_not_there_are_said(water, change, name, message):
    grid = water.assign({k: (("y", "x"), np.full(water.wet.shape, v)) for k, v in change.items()})
    stations = values_at(None, grid, x=X, y=Y, ph=8.0 + X / 1e4)
    with pytest.raises(MethodError, match=message):
        interpolate(stations, grid, method="kriging", options={"drift": (name,)})


def test_a_bay_alone_has_no_mouth():
    with pytest.raises(MethodError, match="drift 'mouth' needs the sea beyond the bays: build"):
        name_drift({"drift": ("mouth",)}, grid_of(BAY, spacing=200))
