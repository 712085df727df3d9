"""Kriging against PyKrige and against hand answers."""

import numpy as np
import pytest
from pykrige.ok import OrdinaryKriging
from pykrige.uk import UniversalKriging
from scipy.spatial.distance import cdist

from bayqa.errors import MethodError
from bayqa.fields.methods import METHODS
from bayqa.fields.methods.field import locate
from bayqa.fields.methods.kriging import Variogram
from bayqa.fields.methods.loops.kernels import correlate_row
from bayqa.fields.methods.stationary.covariance import (
    MODELS,
    TABLE_END,
    TABLE_NODES,
    correlate,
    make_table,
)
from bayqa.fields.methods.variogram import bin_variogram, draw_curve
from tests.fields.methods.bays import SPACING, number, open_water, sample, spit

GIVEN = {"range": 1500.0, "sill": 1.0, "nugget": 0.1}
PEER = {"psill": 0.9, "range": 1500.0, "nugget": 0.1}
PEER_MODELS = pytest.mark.parametrize("model", ["exponential", "spherical", "gaussian"])


def problem(n=25, seed=0):
    mask = spit(24, 25, 15)
    cells, values = sample(mask, n, seed)
    row, col = np.nonzero(mask)
    return mask, cells, values, col * SPACING, row * SPACING


def peer(kind, places, values, model, **options):
    return kind(
        *places.T,
        values,
        variogram_model=model,
        variogram_parameters=PEER,
        exact_values=False,
        **options,
    )


@PEER_MODELS
def test_ordinary_kriging_equals_pykrige(model):
    mask, cells, values, x, y = problem()
    ours = METHODS["kriging"](mask, SPACING, cells, values, 0.0, model=model, **GIVEN)
    other = peer(OrdinaryKriging, locate(mask, SPACING, cells), values, model)
    mean, variance = other.execute("points", x, y, backend="vectorized")
    np.testing.assert_allclose(ours.mean, mean, atol=1e-10)
    np.testing.assert_allclose(ours.sd**2 + 0.1, variance, atol=1e-10)


@PEER_MODELS
def test_universal_kriging_equals_pykrige(model):
    mask, cells, values, x, y = problem()
    options = GIVEN | {"model": model, "drift": ("x", "y")}
    ours = METHODS["kriging"](mask, SPACING, cells, values, 0.0, **options)
    places = locate(mask, SPACING, cells)
    other = peer(UniversalKriging, places, values, model, drift_terms=["regional_linear"])
    mean, variance = other.execute("points", x, y, backend="vectorized")
    np.testing.assert_allclose(ours.mean, mean, atol=1e-8)
    np.testing.assert_allclose(ours.sd**2 + 0.1, variance, atol=1e-8)


@PEER_MODELS
def test_nearest_kriging_equals_pykrige(model):
    mask, cells, values, x, y = problem()
    # Off the cell centres, so that no two stations are equally far.
    places = np.random.default_rng(3).random((25, 2)) * 2400
    options = GIVEN | {"model": model, "k": 9, "positions": places}
    ours = METHODS["kriging"](mask, SPACING, cells, values, 0.0, **options)
    other = peer(OrdinaryKriging, places, values, model)
    mean, variance = other.execute("points", x, y, backend="loop", n_closest_points=9)
    np.testing.assert_allclose(ours.mean, mean, atol=1e-8)
    np.testing.assert_allclose(ours.sd**2 + 0.1, variance, atol=1e-8)


@pytest.mark.parametrize("n", [30, 3000])
def test_nearest_are_the_nearest(n):
    # One far value among many: the mean of a cell moves only if that station is among its k.
    mask = open_water(50, 50)
    rng = np.random.default_rng(n)
    places = rng.random((n, 2)) * 4900
    cells = rng.integers(0, 2500, n)
    options = GIVEN | {"k": 5, "positions": places}
    values = np.zeros(n)
    values[7] = 1.0
    field = METHODS["kriging"](mask, SPACING, cells, values, 0.0, **options)
    row, col = np.nonzero(mask)
    distance = cdist(np.column_stack([col, row]) * SPACING, places)
    near = np.argsort(distance, axis=1)[:, :5]
    np.testing.assert_array_equal(abs(field.mean) > 1e-9, (near == 7).any(axis=1))


@pytest.mark.parametrize(("n", "k"), [(12, 11), (200, 3), (2500, 20)])
def test_cells_that_share_stations_are_solved_as_if_alone(n, k):
    # A coast with gaps, so that the way from cell to cell jumps; every cell by itself below.
    mask = np.random.default_rng(9).random((70, 90)) > 0.3
    rng = np.random.default_rng(n)
    places = rng.random((n, 2)) * np.array([90, 70]) * SPACING
    cells, values = rng.integers(0, mask.sum(), n), rng.standard_normal(n)
    options = GIVEN | {"k": k, "positions": places}
    field = METHODS["kriging"](mask, SPACING, cells, values, 0.0, **options)
    row, col = np.nonzero(mask)
    for at in rng.integers(0, row.size, 40):
        here = np.array([[col[at], row[at]]]) * SPACING
        near = np.argsort(cdist(here, places)[0])[:k]
        system = np.ones((k + 1, k + 1))
        system[k, k] = 0
        system[:k, :k] = 0.9 * correlate("exponential", cdist(places[near], places[near]), 1500.0)
        system[:k, :k] += 0.1 * np.eye(k)
        right = np.append(0.9 * correlate("exponential", cdist(here, places[near])[0], 1500.0), 1)
        weight = np.linalg.solve(system, right)
        assert field.mean[at] == pytest.approx(weight[:k] @ values[near], abs=1e-11)
        assert field.sd[at] ** 2 == pytest.approx(0.9 - weight @ right, abs=1e-11)


def test_threads_do_not_show_where_stations_are_equally_far(monkeypatch):
    mask = open_water(60, 60)
    cells = np.array([number(mask, r, c) for r in range(4, 60, 8) for c in range(4, 60, 8)])
    values = np.random.default_rng(1).standard_normal(cells.size)
    one = METHODS["kriging"](mask, SPACING, cells, values, 0.0, k=6, **GIVEN)
    monkeypatch.setattr("bayqa.fields.methods.threads.count_workers", lambda: 3)
    three = METHODS["kriging"](mask, SPACING, cells, values, 0.0, k=6, **GIVEN)
    np.testing.assert_array_equal(one.mean, three.mean)
    np.testing.assert_array_equal(one.sd, three.sd)


def test_two_stations_by_hand():
    # Exponential with range 3h: correlation e^-1 between neighbours. At station 1 without nugget
    # the value is met; half-way both weigh the same by symmetry.
    mask = np.ones((1, 3), dtype=bool)
    options = {"range": 3 * SPACING, "sill": 2.0, "nugget": 0.0}
    field = METHODS["kriging"](
        mask, SPACING, np.array([0, 2]), np.array([1.0, 3.0]), 0.0, **options
    )
    np.testing.assert_allclose(field.mean, [1, 2, 3], atol=1e-12)
    far, near = np.exp(-2), np.exp(-1)
    # Middle: lambda = 1/2 each, variance = 2 (1 - near - mu) with mu = near - (1 + far) / 2.
    mu = near - (1 + far) / 2
    np.testing.assert_allclose(field.sd**2, [0, 2 * (1 - near - mu), 0], atol=1e-12)


def test_noise_of_a_value_is_as_a_nugget_of_its_own():
    mask, cells, values, _, _ = problem()
    one = METHODS["kriging"](
        mask, SPACING, cells, values, 0.1, **GIVEN | {"nugget": 0.0, "sill": 0.9}
    )
    two = METHODS["kriging"](mask, SPACING, cells, values, 0.0, **GIVEN)
    np.testing.assert_allclose(one.mean, two.mean, atol=1e-12)
    np.testing.assert_allclose(one.sd, two.sd, atol=1e-12)


def test_drift_by_a_covariate_grid():
    mask, cells, _, x, y = problem()
    mouth = np.hypot(x, y)
    values = 3 + 0.01 * mouth[cells]
    options = GIVEN | {"drift": (mouth,)}
    field = METHODS["kriging"](mask, SPACING, cells, values, 0.0, **options)
    np.testing.assert_allclose(field.mean, 3 + 0.01 * mouth, atol=1e-8)


def test_drift_x_beside_a_covariate():
    mask, cells, _, x, y = problem()
    options = GIVEN | {"drift": ("x", y**2)}
    field = METHODS["kriging"](mask, SPACING, cells, 2 * x[cells] + y[cells] ** 2, 0.0, **options)
    np.testing.assert_allclose(field.mean, 2 * x + y**2, rtol=1e-6, atol=1e-2)


def test_left_out_scores_are_those_of_leaving_out():
    mask, cells, values, _, _ = problem(12)
    info = METHODS["kriging"](mask, SPACING, cells, values, 0.0, **GIVEN).info
    errors = []
    for k in range(12):
        rest = METHODS["kriging"](
            mask, SPACING, np.delete(cells, k), np.delete(values, k), 0.0, **GIVEN
        )
        errors.append(rest.mean[cells[k]] - values[k])
    assert info["scores"]["rmse"] == pytest.approx(np.sqrt(np.mean(np.square(errors))))
    assert info["scores"]["me"] == pytest.approx(np.mean(errors))


@pytest.mark.parametrize("model", MODELS)
def test_kernel_correlation_equals_the_plain_one(model):
    h = np.linspace(0, 5, 2001)
    out = np.empty_like(h)
    correlate_row(MODELS.index(model), h**2, out, TABLE_NODES / np.sqrt(TABLE_END), make_table())
    np.testing.assert_allclose(out, correlate(model, h, 1.0), atol=1e-13)


def test_fitted_range_is_of_the_right_size():
    mask = open_water(60, 60)
    rng = np.random.default_rng(5)
    cells = np.sort(rng.choice(3600, 150, replace=False))
    places = locate(mask, SPACING, cells)
    covariance = correlate("exponential", cdist(places, places), 2000.0) + 1e-9 * np.eye(150)
    values = np.linalg.cholesky(covariance) @ rng.standard_normal(150)
    info = METHODS["kriging"](mask, SPACING, cells, values, 0.0).info
    assert info["fitted"]
    assert 1000 < info["range"] < 4000
    assert 0.4 < info["sill"] < 2.5


def test_variogram_of_a_line():
    # Values 0, 1, 2, 3 on a line: semivariance at lag d is d^2 / 2.
    places = np.column_stack([np.arange(4) * 10.0, np.zeros(4)])
    cloud = bin_variogram(places, np.arange(4.0), n_bins=3, farthest=30.0)
    np.testing.assert_array_equal(cloud.pairs, [0, 3, 3][1:])
    np.testing.assert_allclose(cloud.distance, [10, (20 * 2 + 30) / 3])
    np.testing.assert_allclose(cloud.semivariance, [0.5, (2 * 2 + 4.5) / 3])
    with pytest.raises(MethodError, match="1 station makes no variogram"):
        bin_variogram(places[:1], np.ones(1))


def test_curve_of_a_variogram():
    variogram = Variogram("spherical", 100.0, 1.0, 0.2)
    np.testing.assert_allclose(
        draw_curve(variogram, np.array([50.0, 100.0, 500.0])), [0.2 + 0.8 * 0.6875, 1.0, 1.0]
    )
