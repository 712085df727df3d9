import numpy as np
import pytest
from shapely.geometry import box

from bayqa.errors import MethodError
from bayqa.fields import interpolate, suggest_station
from tests.builders import make_stations, make_water
from tests.fields.shapes import grid_of
from tests.fields.test_grids import values_at


@pytest.fixture(scope="module")
def lopsided():
    """Stations crowd in the west; the east is empty."""
    water = grid_of(box(0, 0, 6000, 2000))
    x = [300, 800, 1300, 1800, 600, 1500]
    y = [300, 1500, 600, 1700, 900, 1100]
    ph = np.random.default_rng(0).normal(8, 0.5, (4, 6))
    return values_at(None, water, x=x, y=y, ph=ph), water


@pytest.mark.parametrize("target", ["field", "mean"])
def test_the_empty_side_is_suggested(lopsided, target):
    found = suggest_station(*lopsided, parameter="ph", target=target)
    assert found.x[0] > 2500
    assert 0 < found.reduction[0] < 1
    assert found.reduction[0] == pytest.approx(found.attrs["candidates"].reduction.max())
    assert found.crs.to_epsg() == 4326


def test_every_further_station_narrows_more_and_stands_elsewhere(lopsided):
    found = suggest_station(*lopsided, parameter="ph", count=3)
    assert found["rank"].tolist() == [1, 2, 3]
    assert (np.diff(found.reduction) > 0).all()
    gap = np.hypot(np.diff(found.x), np.diff(found.y))
    assert (gap > 300).all()
    assert found.text[1].startswith("2 more stations: ")


def test_weights_draw_the_station_to_them(lopsided):
    stations, water = lopsided
    weight = (np.hypot(water.x - 3000, water.y - 1000) < 400).to_numpy().T
    found = suggest_station(stations, water, parameter="ph", weight=weight)
    assert np.hypot(found.x[0] - 3000, found.y[0] - 1000) < 800


def test_the_reduction_is_what_a_station_there_brings():
    """Explicit parameters: the promised drop of the mean variance is that of a real new station."""
    water = grid_of(box(0, 0, 3000, 2000))
    x, y = [400.0, 1500, 2600], [500.0, 1500, 700]
    options = {"range": 2500.0, "sill": 1.05, "nugget": 0.05, "resolve": 1e6}
    before = values_at(None, water, x=x, y=y, ph=[8.0, 8.2, 7.9])
    found = suggest_station(before, water, parameter="ph", options=options)
    more = values_at(None, water, x=[*x, found.x[0]], y=[*y, found.y[0]], ph=[8.0, 8.2, 7.9, 8.1])
    sd = [
        np.sqrt((interpolate(s, water, options=options).ph_sd[0] ** 2).mean().item())
        for s in (before, more)
    ]
    assert 1 - sd[1] / sd[0] == pytest.approx(found.reduction[0], abs=2e-3)


def test_wrong_targets_and_weights_are_refused():
    stations, water = make_stations(), make_water()
    with pytest.raises(MethodError, match="target='share' is not known"):
        suggest_station(stations, water, parameter="din", target="share")
    with pytest.raises(MethodError, match="weights are negative or all 0"):
        suggest_station(stations, water, parameter="din", weight=np.zeros(water.wet.shape))
