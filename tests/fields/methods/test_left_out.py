"""Stations left out in one go against leaving them out one after the other."""

import numpy as np
import pytest

from bayqa.fields.inputs import prepare_inputs
from bayqa.fields.methods import METHODS
from bayqa.fields.refits import leave_out_plain
from bayqa.fields.task import prepare_task
from tests.builders import make_stations, make_water

KNOWN = {"range": 3000.0, "sill": 1.0, "nugget": 0.05}
BLOCKS = [None, np.array([0, 0, 1, 1, 2, 3, 3, 4])]


def crowded():
    """Eight stations of the small bay, three of them in one cell."""
    stations = make_stations().isel(campaign=[0], station=[0, 1, 2, 3, 4, 5, 5, 5])
    values = stations.do.to_numpy() + np.array([0, 0, 0, 0, 0, 0.3, -0.2, 0.7])
    # No two stations are as far from a third one, whose nearest would be a matter of taste.
    x = stations.x.to_numpy() - np.array([0, 200, 0, 0, 0, 0, 0, 0])
    stations = stations.assign(do=(stations.do.dims, values)).assign_coords(x=("station", x))
    return stations, make_water()


def do_it(method, blocks, options):
    stations, water = crowded()
    task = prepare_task(stations, water, method, options)
    inputs = prepare_inputs(stations, task.placement, "do")
    closed = leave_out_plain(task, inputs, blocks)
    values, cells = inputs.values[0], task.placement.cell
    blocks = np.arange(8) if blocks is None else blocks
    mean, sd = np.empty(8), np.empty(8)
    for i in range(8):
        rest = blocks != blocks[i]
        job = task.mask, task.spacing, cells[rest], values[rest], np.zeros(rest.sum())
        field = METHODS[method](*job, **{"links": task.links} | task.options)
        mean[i], sd[i] = field.mean[cells[i]], field.sd[cells[i]]
    return closed, mean, sd


@pytest.mark.parametrize("blocks", BLOCKS)
@pytest.mark.parametrize("more", [{}, {"k": 2}, {"k": 3, "model": "spherical"}, {"drift": ["x"]}])
def test_kriging_equals_doing_it(more, blocks):
    closed, mean, sd = do_it("kriging", blocks, KNOWN | more)
    np.testing.assert_allclose(closed.mean[0], mean, atol=1e-8)
    np.testing.assert_allclose(closed.sd[0] ** 2, sd**2 + 0.05, rtol=1e-7)


@pytest.mark.parametrize("blocks", BLOCKS)
@pytest.mark.parametrize("options", [{}, {"k": 2}, {"radius": 1500.0}, {"path": "water"}])
def test_inverse_distance_equals_doing_it(options, blocks):
    closed, mean, _ = do_it("idw", blocks, options)
    np.testing.assert_allclose(closed.mean[0], mean, atol=1e-8)
    np.testing.assert_array_equal(np.isnan(closed.sd[0]), np.isnan(mean))


def test_a_crowded_cell_is_one_of_the_nearest_places():
    # Five stations at one place would be all of the five nearest ones.
    mask = np.ones((1, 21), bool)
    cells = np.array([0, 10, 10, 10, 10, 10, 20])
    values = np.array([0.0, 1, 1, 1, 1, 1, 4])
    known = {"range": 1000.0, "sill": 1.0, "nugget": 0.25}
    near = METHODS["kriging"](mask, 100.0, cells, values, np.zeros(7), k=5, **known)
    every = METHODS["kriging"](mask, 100.0, cells, values, np.zeros(7), **known)
    np.testing.assert_allclose(near.mean, every.mean, atol=1e-9)
    np.testing.assert_allclose(near.sd, every.sd, rtol=1e-7)


def test_inverse_distance_knows_the_noise_of_close_pairs():
    rng = np.random.default_rng(4)
    mask, hits = np.ones((80, 80), bool), []
    for _ in range(20):
        first = rng.choice(6399, 40, replace=False)
        cells = np.unique(np.concatenate([first, first + 1]))
        values = rng.standard_normal(cells.size)
        info = METHODS["idw"](mask, 100.0, cells, values, np.zeros(cells.size)).info
        hits.append(info["scores"]["coverage90"])
    # Without it the half of the stations that have a companion were taken for exact: 0.69.
    assert 0.85 <= np.mean(hits) <= 0.95


def test_inverse_distance_of_a_smooth_field_has_no_noise():
    mask = np.ones((40, 40), bool)
    cells = np.random.default_rng(0).choice(1600, 60, replace=False)
    values = np.sin(cells // 40 / 15) + np.cos(cells % 40 / 15)
    field = METHODS["idw"](mask, 100.0, cells, values, np.zeros(60))
    assert field.sd[cells].max() < 0.1 * np.median(field.sd)
