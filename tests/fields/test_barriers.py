"""Influence goes by water: walls, spits, islands and basins, hand-made and with closed forms."""

import json

import numpy as np
import pytest
from shapely.geometry import Polygon, box

from bayqa.fields import explain, interpolate
from bayqa.fields.methods.fitting.basis import prepare_basis, station_covariance
from bayqa.fields.methods.paths import water_distances
from bayqa.fields.placement import place_points
from tests.fields.shapes import grid_of
from tests.fields.test_grids import values_at
from tests.shared_data import shared_file

SQUARE = box(0, 0, 10_000, 10_000)
WALLS = {
    "segment (5,0)-(5,8), closed at y=0": box(4990, -1, 5010, 8000),
    "island [4,6]x[4,6]": box(4000, 4000, 6000, 6000),
    "segment (5,0)-(5,10) (full wall)": box(4990, -1, 5010, 10_001),
}


def covariance(water, a, b, range_m=6000.0):
    """Prior covariance between two places of the no-flux field of unit sill."""
    cell, _ = place_points(water, *(np.array(v, float) for v in zip(a, b, strict=True)))
    links = (water.link_east.to_numpy(), water.link_south.to_numpy())
    basis = prepare_basis(
        water.wet.to_numpy(), water.attrs["spacing"], cell, ranges=[range_m], links=links
    )
    return float(station_covariance(basis, 0)[0, 1])


def cases():
    return json.loads(shared_file("oracles/formula_cases.json").read_text())["barrier_geodesic"]


@pytest.mark.parametrize("number", [0, 1, 2])
def test_closed_forms_of_water_distance(number):
    case = cases()["cases"][number]
    water = grid_of(SQUARE.difference(WALLS[case["barrier"]]), spacing=100.0)
    a, b = (np.array(case[k]) * 1000.0 for k in ("A", "B"))
    cell, _ = place_points(water, np.array([a[0], b[0]]), np.array([a[1], b[1]]))
    links = (water.link_east.to_numpy(), water.link_south.to_numpy())
    found = water_distances(water.wet.to_numpy(), 100.0, cell[:1], links)[0, cell[1]]
    open_water = covariance(grid_of(SQUARE, spacing=100.0), a, b)
    influence = covariance(water, a, b) / open_water
    if case["geodesic"] is None:
        assert np.isinf(found)
        assert influence < 1e-6
    else:
        assert found == pytest.approx(case["geodesic"] * 1000, rel=0.03)
        assert influence < 1.0


def test_influence_falls_as_the_way_by_water_grows():
    a, b = (3000.0, 2000.0), (7000.0, 2000.0)
    spits = [box(4990, -1, 5010, length) for length in (10, 3000, 5000, 8000, 9500, 10_001)]
    found = [covariance(grid_of(SQUARE.difference(s), spacing=200.0), a, b) for s in spits]
    assert (np.diff(found) < 0).all()
    assert found[3] < 0.1 * found[0]
    assert found[-1] < 1e-6 * found[0]


def test_a_causeway_thinner_than_a_metre_blocks_as_well():
    wall = Polygon([(3000, -1), (3000.5, -1), (7000.5, 10_001), (7000, 10_001)])
    water = grid_of(SQUARE.difference(wall), spacing=250.0)
    assert covariance(water, (2000, 5000), (8000, 5000)) == pytest.approx(0, abs=1e-12)


def test_two_basins_do_not_see_each_other():
    water = grid_of(box(0, 0, 2000, 2000), box(2010, 0, 4000, 2000))
    x, y = [500, 1500, 1000, 2500, 3500, 3000], [500, 1500, 900, 500, 1500, 1200]
    stations = values_at(None, water, x=x, y=y, ph=[7.0, 7.1, 7.2, 9.0, 9.1, 9.3])
    grids = interpolate(stations, water)
    west = (water.x < 2000).to_numpy()
    field = grids.ph.to_numpy()[0]
    assert np.nanmax(field[:, west]) < 7.3
    assert np.nanmin(field[:, ~west]) > 8.9
    found = explain(stations, water, parameter="ph", campaign="2000", x=1900, y=500)
    across = found.weight[found.station.isin(["S3", "S4", "S5"])].abs().max()
    assert across < 1e-6 * found.weight.abs().max()


def test_a_narrow_strait_still_lets_influence_pass():
    strait = SQUARE.difference(box(4900, -1, 5100, 4960)).difference(box(4900, 5040, 5100, 10_001))
    closed = SQUARE.difference(box(4900, -1, 5100, 10_001))
    a, b = (4500.0, 5000.0), (5500.0, 5000.0)
    passed = covariance(grid_of(strait, spacing=200.0), a, b)
    assert passed > 1e3 * abs(covariance(grid_of(closed, spacing=200.0), a, b))
    assert passed > 0.1
