import numpy as np
import pytest
from shapely.geometry import box

from bayqa.errors import CoverageError
from bayqa.fields import explain, interpolate
from tests.builders import make_stations, make_water
from tests.fields.shapes import grid_of
from tests.fields.test_grids import values_at


@pytest.mark.parametrize("method", ["matern", "kriging", "idw"])
def test_weights_sum_to_one_and_make_the_value(method):
    stations, water = make_stations(), make_water()
    found = explain(
        stations, water, parameter="do", campaign="2023-summer", x=-950, y=50, method=method
    )
    assert found.weight.sum() == pytest.approx(1.0, abs=1e-9)
    made = interpolate(stations, water, parameters=["do"], method=method)
    value = made.do.sel(x=-950, y=50, campaign="2023-summer").item()
    assert (found.weight * found.value).sum() == pytest.approx(value, abs=1e-6)
    assert found.attrs["value"] == pytest.approx(value, abs=1e-6)
    assert found.attrs["low"] < value < found.attrs["high"]


def test_the_way_goes_round_the_spit_and_the_weight_follows():
    water = grid_of(box(0, 0, 4000, 3000).difference(box(1995, 0, 2005, 2500)))
    stations = values_at(
        None, water, x=[1450, 3550, 550, 2550], y=[450, 450, 1550, 2750], ph=[7.0, 9, 7.5, 8.8]
    )
    found = explain(stations, water, parameter="ph", campaign="2000", x=2250, y=450)
    row = found.set_index("station").loc["S0"]
    assert row.distance_m == pytest.approx(800)
    up = np.hypot(550, 2050), np.hypot(250, 2050)
    assert row.path_m == pytest.approx(sum(up), rel=0.05)
    assert found.station[0] == "S1"
    assert len(row.geometry.coords) >= 3


def test_no_way_gives_no_path_and_no_weight():
    water = grid_of(box(0, 0, 4000, 1000).difference(box(1995, 0, 2005, 1000)))
    x, y = [500, 1500, 2500, 3500, 1000, 3000], [300, 700, 300, 700, 200, 800]
    stations = values_at(None, water, x=x, y=y, ph=[7.0, 7.5, 9, 8.8, 7.2, 9.1])
    found = explain(stations, water, parameter="ph", campaign="2000", x=1000, y=500)
    far = found.station.isin(["S2", "S3", "S5"])
    assert found.path_m[far].isna().all()
    assert found.path_m[~far].notna().all()
    assert np.abs(found.weight[far]).max() < 1e-6


def test_degrees_do_as_well_as_metres():
    stations, water = make_stations(), make_water()
    k = {"parameter": "din", "campaign": "2023-spring"}
    lon, lat = float(stations.lon[5]), float(stations.lat[5])
    x, y = float(stations.x[5]), float(stations.y[5])
    one, two = (
        explain(stations, water, lon=lon, lat=lat, **k),
        explain(stations, water, x=x, y=y, **k),
    )
    np.testing.assert_allclose(one.weight, two.weight)
    assert one.station[0] == "T06"
    assert "carries" in one.attrs["text"]


def test_a_place_ashore_a_strange_campaign_and_no_place_are_refused():
    stations, water = make_stations(), make_water()
    k = {"parameter": "din", "campaign": "2023-spring"}
    with pytest.raises(CoverageError, match="lies 2000 m from the water: give a place in the bay"):
        explain(stations, water, x=4000, y=0, **k)
    with pytest.raises(CoverageError, match="the place is missing: give x and y"):
        explain(stations, water, lon=122.5, **k)
    with pytest.raises(CoverageError, match="campaign '2024-spring' is not among 2023-spring"):
        explain(stations, water, x=0, y=0, parameter="din", campaign="2024-spring")
