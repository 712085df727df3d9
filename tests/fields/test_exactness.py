"""Fields and draws against dense algebra on a small bay."""

import numpy as np
import pytest
from scipy import sparse
from shapely.geometry import Point, box

from bayqa.fields.inputs import prepare_inputs
from bayqa.fields.methods.estimates.draws import Pool
from bayqa.fields.pooling import draw, fit_parameter, predict
from bayqa.fields.task import prepare_task
from tests.fields.shapes import grid_of, links_graph
from tests.fields.test_grids import values_at

RANGE, SILL, NUGGET = 2500.0, 1.05, 0.05


@pytest.fixture(scope="module")
def bay():
    water = grid_of(box(0, 0, 3000, 2000).difference(Point(1600, 900).buffer(300)))
    x, y = [400.0, 1500, 2600, 900], [500.0, 1500, 700, 1700]
    return water, values_at(None, water, x=x, y=y, ph=[8.0, 8.2, 7.9, 8.4])


def solve_dense(water, stations, cell, unit):
    """Ordinary kriging with the covariance of the no-flux field, by full matrices."""
    graph = links_graph(water)
    graph.data[:] = 1.0
    graph = graph + graph.T
    step = 8 * (water.attrs["spacing"] / RANGE) ** 2
    matrix = (sparse.diags_array(step + np.asarray(graph.sum(axis=1)).ravel()) - graph).toarray()
    inverse = np.linalg.inv(matrix)
    full = 4 * np.pi * step * inverse @ inverse
    if unit:
        scale = 1 / np.sqrt(np.diag(full))
        full = full * scale[:, None] * scale
    n = len(cell)
    system = np.ones((n + 1, n + 1))
    system[n, n] = 0.0
    system[:n, :n] = full[np.ix_(cell, cell)] + NUGGET * np.eye(n)
    rows = np.hstack([full[:, cell], np.ones((len(full), 1))])
    weights = rows @ np.linalg.inv(system)
    mean = weights[:, :n] @ stations.ph.to_numpy()[0]
    return mean, np.sqrt(np.diag(full) - (weights * rows).sum(axis=1)), full


@pytest.mark.parametrize("unit", [False, True])
def test_mean_sd_and_draws_equal_dense_algebra(bay, unit):
    water, stations = bay
    options = {"range": RANGE, "sill": SILL, "nugget": NUGGET, "unit_variance": unit}
    task = prepare_task(stations, water, "matern", options | {"resolve": 1e6})
    fit = fit_parameter(task, prepare_inputs(stations, task.placement, "ph"))
    n_wet = int(water.wet.sum())
    rng = np.random.default_rng(1)
    pool = rng.standard_normal((1500, n_wet), dtype=np.float32)
    white = Pool(pool, rng.permutation(1500)[None], np.ones((1, 1500)))
    field = draw(task, fit, 0, predict(task, fit, [0])[0], rng, white)
    mean, sd, _ = solve_dense(water, stations, task.placement.cell, unit)
    np.testing.assert_allclose(field.mean, mean, atol=1e-7)
    np.testing.assert_allclose(field.sd, sd, rtol=1e-5)
    assert np.abs((field.draws.mean(axis=0) - mean) / sd).max() < 0.12
    np.testing.assert_allclose(field.draws.std(axis=0) / sd, 1, atol=0.1)


def test_the_default_mesh_is_near_the_exact_one(bay):
    water, stations = bay
    options = {"range": RANGE, "sill": SILL, "nugget": NUGGET}
    task = prepare_task(stations, water, "matern", options)
    fit = fit_parameter(task, prepare_inputs(stations, task.placement, "ph"))
    field = predict(task, fit, [0])[0]
    mean, sd, _ = solve_dense(water, stations, task.placement.cell, True)
    assert np.abs(field.mean - mean).max() < 0.1 * np.std(mean)
    assert np.median(field.sd / sd) == pytest.approx(1, abs=0.06)


def test_correlated_pools_make_correlated_draws(bay):
    water, stations = bay
    options = {"range": RANGE, "sill": SILL, "nugget": NUGGET}
    task = prepare_task(stations, water, "matern", options)
    fit = fit_parameter(task, prepare_inputs(stations, task.placement, "ph"))
    rng = np.random.default_rng(2)
    n = 800
    pool = rng.standard_normal((n, int(water.wet.sum())), dtype=np.float32)
    rows = np.stack([rng.permutation(n), rng.permutation(n)])
    field = predict(task, fit, [0])[0]
    one = draw(task, fit, 0, field, rng, Pool(pool, rows[:1], np.ones((1, n))))
    mixed = Pool(pool, rows, np.stack([np.full(n, 0.8), np.full(n, 0.6)]))
    two = draw(task, fit, 0, field, rng, mixed)
    far = int(np.argmax(one.sd))
    assert np.corrcoef(one.draws[:, far], two.draws[:, far])[0, 1] == pytest.approx(0.8, abs=0.12)
