import numpy as np
import pytest
from shapely.geometry import box

from bayqa.fields.placement import place_points, place_stations
from tests.builders import make_stations, make_water
from tests.fields.shapes import grid_of


def wet_place(water, cell):
    row, column = (i[cell] for i in np.nonzero(water.wet.to_numpy()))
    return water.x.to_numpy()[column], water.y.to_numpy()[row]


def test_stations_fall_into_their_cells():
    stations, water = make_stations(), make_water()
    found = place_stations(stations, water)
    x, y = wet_place(water, found.cell)
    assert (np.abs(x - stations.x) <= 50).all()
    assert (np.abs(y - stations.y) <= 50).all()
    assert found.left_out == ()


def test_a_station_on_the_island_moves_to_the_nearest_water():
    stations = make_stations().isel(station=[0, 1])
    stations = stations.assign_coords(x=("station", [1160.0, -1510]), y=("station", [620.0, 10]))
    found = place_stations(stations, make_water())
    assert wet_place(make_water(), found.cell[0]) == (1150.0, 750.0)


def test_a_far_station_and_one_without_a_place_are_left_out_and_listed():
    stations = make_stations().isel(station=[0, 1, 2])
    stations = stations.assign_coords(
        x=("station", [-1500.0, 3000, np.nan]), y=("station", [0.0, 0, np.nan])
    )
    found = place_stations(stations, make_water())
    assert found.kept.tolist() == [0]
    assert found.left_out == (
        {"station": "T02", "reason": "outside the water", "distance_m": 1000.0},
        {"station": "T03", "reason": "without a place", "distance_m": None},
    )
    assert place_stations(stations, make_water(), snap=1100).kept.tolist() == [0, 1]


def test_another_plane_is_reprojected():
    stations, water = make_stations(), make_water()
    moved = stations.assign_coords(x=stations.x * 0, y=stations.y * 0)
    moved.attrs["crs"] = "EPSG:32651"
    found, wanted = place_stations(moved, water), place_stations(stations, water)
    np.testing.assert_allclose(found.x, wanted.x, atol=0.01)
    np.testing.assert_allclose(found.y, wanted.y, atol=0.01)


@pytest.mark.parametrize("wall", [930.0, 950.0, 970.0])
def test_a_station_beside_a_causeway_stays_on_its_side(wall):
    # The causeway splits the cells between 900 and 1000 m.
    water = grid_of(box(0, 0, 2000, 1000).difference(box(wall - 4, 0, wall + 4, 1000)))
    sides = np.array([910.0, 990.0])
    cell, distance = place_points(water, sides, np.array([500.0, 500.0]))
    x, _ = wet_place(water, cell)
    assert x[0] < wall < x[1]
    assert (distance == 0).all()
