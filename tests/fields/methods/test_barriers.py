"""Land blocks: wall, spit, island, two basins, and the closed forms round barriers."""

import json

import numpy as np
import pytest

from bayqa.fields.methods import METHODS
from bayqa.fields.methods.fitting.basis import prepare_basis, station_covariance
from bayqa.fields.methods.paths import nearest_distance, trace_path, water_distances
from tests.fields.methods.bays import (
    SPACING,
    island,
    number,
    open_water,
    spit,
    thin_wall,
    two_basins,
)
from tests.shared_data import shared_file

STEP = 0.05
SIDE = 201


def closed_forms():
    text = shared_file("oracles/formula_cases.json").read_text()
    return json.loads(text)["barrier_geodesic"]["cases"]


def oracle_water(case):
    """Cell centres on multiples of the step, so that the places of the case are met exactly."""
    mask, links = np.ones((SIDE, SIDE), dtype=bool), None
    middle = SIDE // 2
    if "island" in case["barrier"]:
        inside = np.arange(SIDE) * STEP
        within = (inside > 4 - 1e-9) & (inside < 6 + 1e-9)
        mask[np.ix_(within, within)] = False
    else:
        mask[: 161 if "(5,8)" in case["barrier"] else SIDE, middle] = False
    return mask, links


@pytest.mark.parametrize("k", range(3))
def test_water_distance_equals_the_closed_form(k):
    case = closed_forms()[k]
    mask, links = oracle_water(case)
    places = [(round(p[1] / STEP), round(p[0] / STEP)) for p in (case["A"], case["B"])]
    cells = np.array([number(mask, *place) for place in places])
    distance = water_distances(mask, STEP, cells[:1], links)[0, cells[1]]
    if case["geodesic"] is None:
        assert np.isinf(distance)
    else:
        # The wall is a cell thick and the way keeps a cell off its tip: 4 steps in 12.6.
        assert case["geodesic"] - 1e-6 < distance < case["geodesic"] + 4 * STEP


def test_distance_to_the_nearest_of_many_is_the_least_of_all_ways():
    mask = island()
    cells = np.array([0, 40, 41, 40, int(mask.sum()) - 1])
    ways = water_distances(mask, SPACING, cells)
    nearest = nearest_distance(mask, SPACING, cells)
    # Lazy Theta* is a heuristic: a joint search may take another turn, never by a cell.
    assert nearest == pytest.approx(ways.min(axis=0), abs=SPACING)
    assert (nearest[cells] == 0).all()
    assert np.isinf(nearest_distance(mask, SPACING, cells[:0])).all()


@pytest.mark.parametrize("k", range(3))
def test_influence_falls_with_the_water_path(k):
    case = closed_forms()[k]
    coarse = 0.25
    mask = np.ones((40, 40), dtype=bool)
    if "island" in case["barrier"]:
        mask[16:24, 16:24] = False
    links = None
    if "segment" in case["barrier"]:
        rows = 32 if "(5,8)" in case["barrier"] else 40
        links = thin_wall(mask, 19)
        links[0][rows:, 19] = True
    cells = np.array(
        [number(mask, int(p[1] / coarse), int(p[0] / coarse)) for p in (case["A"], case["B"])]
    )
    blocked = influence(mask, coarse, cells, links)
    direct = influence(np.ones_like(mask), coarse, flat(mask, cells), None)
    if case["geodesic"] is None:
        assert blocked < 1e-6 * direct
    else:
        assert blocked < direct


def influence(mask, spacing, cells, links):
    basis = prepare_basis(mask, spacing, cells, ranges=[5.0], links=links)
    covariance = station_covariance(basis, 0)
    return covariance[0, 1] / np.sqrt(covariance[0, 0] * covariance[1, 1])


def flat(mask, cells):
    return np.flatnonzero(mask)[cells]


def test_longer_spit_means_less_influence():
    lengths = (0, 6, 12, 16, 19)
    values = []
    for length in lengths:
        mask = spit(length=length)
        cells = np.array([number(mask, 2, 7), number(mask, 2, 13)])
        values.append(influence(mask, SPACING, cells, None))
    assert np.all(np.diff(values) < 0)
    assert values[-1] < 0.05 * values[0]


def test_two_basins_know_nothing_of_each_other():
    mask = two_basins()
    cells = np.array([number(mask, 5, 5), number(mask, 5, 9)])
    assert influence(mask, SPACING, cells, None) == 0


def test_thin_wall_blocks_on_a_coarse_mesh_too():
    mask = open_water(64, 64)
    cells = np.array([number(mask, 32, 5), number(mask, 32, 58), number(mask, 5, 8)])
    values = np.array([0.0, 10.0, 1.0])
    options = {"range": 8000.0, "sill": 1.0, "nugget": 0.01, "links": thin_wall(mask, 31)}
    field = METHODS["matern"](mask, SPACING, cells, values, 0.0, **options)
    west = np.nonzero(mask)[1] <= 31
    assert field.mean[west].max() < 1.5
    np.testing.assert_allclose(field.mean[~west], 10.0)


def test_way_round_an_island_turns_at_its_corners():
    mask = island(21, 8, 13)
    start, end = number(mask, 10, 2), number(mask, 10, 18)
    way = trace_path(mask, 1.0, start, end)
    np.testing.assert_array_equal(way[[0, -1]], [[2, 10], [18, 10]])
    length = np.hypot(*np.diff(way, axis=0).T).sum()
    assert length == pytest.approx(water_distances(mask, 1.0, np.array([start]))[0, end])
    assert 16 < length < 18


def test_no_way_between_two_basins():
    mask = two_basins()
    assert trace_path(mask, 1.0, number(mask, 1, 1), number(mask, 1, 12)).shape == (0, 2)


def test_straight_line_where_nothing_is_in_the_way():
    mask = open_water(15, 15)
    distance = water_distances(mask, 2.0, np.array([number(mask, 0, 0)]))[0]
    row, col = np.nonzero(mask)
    np.testing.assert_allclose(distance, 2.0 * np.hypot(row, col))
