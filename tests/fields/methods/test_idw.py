"""Inverse distance weighting by hand and against plain numpy."""

from importlib import import_module

import numpy as np
import pytest

from bayqa.fields.methods import METHODS
from bayqa.fields.methods.field import locate
from tests.fields.methods.bays import SPACING, number, open_water, sample, spit


def plain(mask, cells, values, power=2.0, radius=np.inf, k=None):
    row, col = np.nonzero(mask)
    here = np.column_stack([col, row]) * SPACING
    places = locate(mask, SPACING, cells)
    distance = np.hypot(*(here[:, None] - places).transpose(2, 0, 1))
    weight = np.maximum(distance, 1e-7) ** -power
    weight[distance > radius] = 0
    if k:
        weight[np.arange(len(here))[:, None], np.argsort(distance, axis=1)[:, k:]] = 0
    with np.errstate(invalid="ignore"):
        return weight @ values / weight.sum(axis=1)


def test_three_cells_by_hand():
    # Distances 1 and 2 cells: weights 1 and 1/4, so the mean is (4 * 1 + 6) / 5 = 2.
    mask = np.ones((1, 4), dtype=bool)
    field = METHODS["idw"](mask, SPACING, np.array([0, 3]), np.array([1.0, 6.0]), 0.0)
    np.testing.assert_allclose(field.mean, [1, 2, 5, 6])
    np.testing.assert_allclose(field.sd[[0, 3]], 0, atol=1e-4)
    assert (field.sd[1:3] > 0).all()


@pytest.mark.parametrize("n", [9, 10])
@pytest.mark.parametrize("options", [{}, {"power": 3.0}, {"radius": 500.0}, {"power": 1.0}])
def test_kernel_equals_plain_numpy(options, n):
    mask = spit()
    cells, values = sample(mask, n, 1)
    field = METHODS["idw"](mask, SPACING, cells, values, 0.0, **options)
    np.testing.assert_allclose(field.mean, plain(mask, cells, values, **options), rtol=1e-9)
    np.testing.assert_array_equal(np.isnan(field.sd), np.isnan(field.mean))


@pytest.mark.parametrize("radius", [None, 700.0])
def test_nearest_only(radius):
    mask = open_water(20, 20)
    cells = np.array([number(mask, r, c) for r, c in [(0, 0), (3, 17), (11, 5), (19, 12)]])
    values = np.array([1.0, 5.0, 2.0, 9.0])
    field = METHODS["idw"](mask, SPACING, cells, values, 0.0, k=1, radius=radius)
    known = np.isfinite(field.mean)
    assert np.isin(field.mean[known], values).all()
    assert known.all() == (radius is None)


def test_spans_and_threads_do_not_show(monkeypatch):
    mask = np.random.default_rng(2).random((90, 70)) > 0.4
    cells, values = sample(mask, 13, 3)
    whole = METHODS["idw"](mask, SPACING, cells, values, 0.0)
    # The name of the module is also that of its function.
    monkeypatch.setattr(import_module("bayqa.fields.methods.idw"), "SPAN", 700)
    monkeypatch.setattr("bayqa.fields.methods.threads.count_workers", lambda: 3)
    parts = METHODS["idw"](mask, SPACING, cells, values, 0.0)
    np.testing.assert_array_equal(parts.mean, whole.mean)
    np.testing.assert_array_equal(parts.sd, whole.sd)
    np.testing.assert_allclose(parts.mean, plain(mask, cells, values), rtol=1e-9)


def test_noise_is_kept_at_a_station():
    mask = open_water()
    cells, values = sample(mask, 8, 0)
    quiet = METHODS["idw"](mask, SPACING, cells, values, 0.0)
    noisy = METHODS["idw"](mask, SPACING, cells, values, 0.04)
    np.testing.assert_allclose(noisy.sd[cells], 0.2, atol=1e-3)
    assert (quiet.sd[cells] < 1e-3).all()


def test_stations_in_one_cell_are_averaged():
    mask = open_water()
    field = METHODS["idw"](mask, SPACING, np.array([5, 5, 90]), np.array([1.0, 3.0, 7.0]), 0.0)
    assert field.mean[5] == pytest.approx(2.0)


def test_by_water_goes_round_the_spit():
    mask = spit()
    cells = np.array([number(mask, 2, 8), number(mask, 2, 12), number(mask, 19, 10)])
    values = np.array([0.0, 10.0, 5.0])
    at = number(mask, 2, 9)
    straight = METHODS["idw"](mask, SPACING, cells, values, 0.0).mean[at]
    by_water = METHODS["idw"](mask, SPACING, cells, values, 0.0, path="water").mean[at]
    assert by_water < 0.1 * straight
