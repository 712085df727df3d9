"""What holds for every entry of METHODS."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayqa.fields.methods import METHODS
from tests.fields.methods.bays import SPACING, number, open_water, sample, thin_wall, two_basins

EVERY = pytest.mark.parametrize("name", sorted(METHODS))
LAND_AWARE = {"matern": {}, "idw": {"path": "water"}}
FEW = settings(max_examples=8, deadline=None)


def make(name, mask, cells, values, **options):
    return METHODS[name](mask, SPACING, cells, values, np.zeros(len(values)), **options)


@EVERY
@FEW
@given(level=st.floats(-1e4, 1e4), seed=st.integers(0, 99))
def test_constant_stays_constant(name, level, seed):
    mask = open_water()
    cells, _ = sample(mask, 8, seed)
    field = make(name, mask, cells, np.full(8, level))
    np.testing.assert_allclose(field.mean, level, rtol=1e-9, atol=1e-9)
    assert (field.sd < 1e-6 * max(abs(level), 1)).all()


@EVERY
@FEW
@given(
    shift=st.floats(-100, 100),
    scale=st.floats(0.01, 100),
    seed=st.integers(0, 99),
)
def test_shift_and_scale_pass_through(name, shift, scale, seed):
    mask = open_water()
    cells, values = sample(mask, 9, seed)
    first = make(name, mask, cells, values)
    second = make(name, mask, cells, scale * values + shift)
    np.testing.assert_allclose(second.mean, scale * first.mean + shift, rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(second.sd, scale * first.sd, rtol=1e-5, atol=1e-6 * scale)


@EVERY
@FEW
@given(seed=st.integers(0, 99))
def test_order_of_stations_does_not_matter(name, seed):
    mask = open_water()
    cells, values = sample(mask, 9, seed)
    turned = np.random.default_rng(seed).permutation(9)
    first = make(name, mask, cells, values)
    second = make(name, mask, cells[turned], values[turned])
    np.testing.assert_allclose(second.mean, first.mean, rtol=1e-8, atol=1e-8)
    np.testing.assert_allclose(second.sd, first.sd, rtol=1e-6, atol=1e-7)


@EVERY
@FEW
@given(seed=st.integers(0, 99))
def test_sd_is_smaller_at_a_station_than_far_away(name, seed):
    mask = open_water(20, 60)
    rng = np.random.default_rng(seed)
    left = np.flatnonzero(np.nonzero(mask)[1] < 20)
    cells = rng.choice(left, 10, replace=False)
    field = make(name, mask, cells, rng.standard_normal(10))
    assert (field.sd >= 0).all()
    assert field.sd[cells].max() <= field.sd[number(mask, 10, 59)] * (1 + 1e-9)


@EVERY
def test_finite_wherever_a_station_is_reachable(name):
    mask = two_basins()
    cells = np.array([number(mask, 3, 3), number(mask, 8, 2), number(mask, 5, 12)])
    field = make(name, mask, cells, np.array([1.0, 2.0, 4.0]), **LAND_AWARE.get(name, {}))
    assert np.isfinite(field.mean).all() and np.isfinite(field.sd).all()


@pytest.mark.parametrize("name", sorted(LAND_AWARE))
@pytest.mark.parametrize("wall", ["cells", "links"])
def test_closed_wall_blocks(name, wall):
    mask = two_basins() if wall == "cells" else open_water(12, 15)
    options = dict(LAND_AWARE[name])
    if wall == "links":
        options["links"] = thin_wall(mask, 7)
    if name == "matern":
        options |= {"range": 800.0, "sill": 1.0, "nugget": 0.1}
    places = [(2, 2), (8, 5), (10, 1), (3, 12), (9, 13)]
    cells = np.array([number(mask, *place) for place in places])
    one = make(name, mask, cells, np.array([1.0, 2, 3, 4, 5]), **options)
    other = make(name, mask, cells, np.array([1.0, 2, 3, 40, -50]), **options)
    west = np.nonzero(mask)[1] < 7
    np.testing.assert_allclose(other.mean[west], one.mean[west], atol=1e-10)
    assert abs(other.mean[~west] - one.mean[~west]).max() > 1


@pytest.mark.parametrize("name", sorted(LAND_AWARE))
def test_basin_without_a_station_is_nan(name):
    mask = two_basins()
    cells = np.array([number(mask, 2, 2), number(mask, 8, 5), number(mask, 5, 1)])
    field = make(name, mask, cells, np.array([1.0, 2, 3]), **LAND_AWARE[name])
    west = np.nonzero(mask)[1] < 7
    assert np.isfinite(field.mean[west]).all() and np.isfinite(field.sd[west]).all()
    assert np.isnan(field.mean[~west]).all() and np.isnan(field.sd[~west]).all()


@EVERY
def test_missing_value_is_as_no_station(name):
    mask = open_water()
    cells, values = sample(mask, 9, 3)
    gap = values.copy()
    gap[4] = np.nan
    first = make(name, mask, np.delete(cells, 4), np.delete(values, 4))
    second = make(name, mask, cells, gap)
    np.testing.assert_array_equal(second.mean, first.mean)


@EVERY
def test_input_is_not_changed(name):
    mask = open_water()
    cells, values = sample(mask, 9, 3)
    before = mask.copy(), cells.copy(), values.copy()
    make(name, mask, cells, values)
    for now, then in zip((mask, cells, values), before, strict=True):
        np.testing.assert_array_equal(now, then)
