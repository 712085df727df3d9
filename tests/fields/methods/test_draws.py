"""Draws of many fields from one pool of white noise, and of part of the water."""

import numpy as np
import pytest

from bayqa.fields.methods import METHODS, fit_pooled, predict, prepare_basis
from bayqa.fields.methods.estimates.draws import Pool
from tests.fields.methods.bays import SPACING, sample, spit


def field(draws=40, **wanted):
    mask = spit()
    cells, values = sample(mask, 15, 2)
    basis = prepare_basis(mask, SPACING, cells, ranges=[1500.0])
    posterior = fit_pooled(basis, values, 0.0, sill=1.0, nugget=0.05)
    rng = np.random.default_rng(1)
    return predict(basis, posterior, values, 0.0, draws=draws, rng=rng, **wanted)


def noise(n):
    return np.random.default_rng(8).standard_normal((n, int(spit().sum())))


def test_pool_of_its_own_rows_is_the_noise_given():
    white = noise(40)
    rows = np.arange(40)[None]
    pooled = field(white=Pool(white, rows, np.ones(rows.shape)))
    np.testing.assert_allclose(pooled.draws, field(white=white).draws, atol=1e-5)


def test_mixed_rows_of_a_pool_keep_mean_and_spread():
    rng = np.random.default_rng(3)
    rows = np.stack([rng.permutation(400), rng.permutation(400)])
    made = field(400, white=Pool(noise(400), rows, np.full(rows.shape, np.sqrt(0.5))))
    off = (made.draws.mean(axis=0) - made.mean) / (made.sd / np.sqrt(400))
    assert abs(off).mean() < 1.3
    assert np.median(made.draws.std(axis=0) / made.sd) == pytest.approx(1, abs=0.1)


def test_part_of_the_water_is_drawn_as_the_whole():
    white, within = noise(40), np.array([3, 50, 120])
    part = field(white=white, within=within).draws
    np.testing.assert_allclose(part, field(white=white).draws[:, within], atol=1e-5)


def test_land_of_the_barrier_variant_takes_the_generator():
    mask = spit(10, 11, 7)
    cells, values = sample(mask, 10, 2)
    options = {"range": 800.0, "sill": 1.0, "nugget": 0.1, "barrier": True, "draws": 3}
    white = np.zeros((3, int(mask.sum())))

    def draw(seed):
        rng = np.random.default_rng(seed)
        made = METHODS["matern"](mask, SPACING, cells, values, 0.0, rng=rng, white=white, **options)
        return made.draws

    np.testing.assert_array_equal(draw(1), draw(1))
    assert not np.array_equal(draw(1), draw(2))
