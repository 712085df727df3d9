"""The compiled class probabilities against scipy, cell by cell, odd cells included."""

import numpy as np
import pytest
from scipy import stats

from bayqa.assess.categories.odds import NOTHING, fill_cdf, fill_odds, finish_odds, multiply_odds
from bayqa.assess.categories.probability import _distribution

NAN, INF = np.nan, np.inf
# Two equal classes, one open side, and a class without limit at the end.
ONE_SIDED = np.array([[-INF] * 4, [-1.5, -0.5, -0.5, 0.3]])
TWO_SIDED = np.array([[-0.5, -0.5, -1.0, -INF], [0.1, 0.1, 0.4, INF]])
ODD = [  # value, sd, probability of meeting 0.1 .. 10 on the plain scale
    (NAN, 1.0, NAN), (1.0, NAN, NAN), (1.0, -1.0, NAN), (1.0, 0.0, 1.0), (20.0, 0.0, 0.0),
    (0.1, 0.0, 1.0), (INF, 1.0, 0.0), (-INF, 1.0, 0.0), (NAN, 0.0, NAN), (1.0, INF, 0.0),
]  # fmt: skip


def expected(means, sd, bounds, dof):
    one = stats.norm() if np.isinf(dof) else stats.t(dof)
    return np.stack([one.cdf((high - means) / sd) - one.cdf((low - means) / sd)
                     for low, high in bounds.T])  # fmt: skip


@pytest.mark.parametrize("dof", [1.0, 2.5, 18.0, INF])
@pytest.mark.parametrize("bounds", [ONE_SIDED, TWO_SIDED])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("offset", [NAN, 0.02])
def test_probabilities_are_those_of_the_distribution(dof, bounds, dtype, offset):
    rng = np.random.default_rng(1)
    values, sd = rng.lognormal(-1, 2, 5000).astype(dtype), rng.uniform(0.01, 2, 5000).astype(dtype)
    out = np.empty((4, 5000), np.float32)
    fill_cdf(values, sd, offset, bounds, _distribution(dof), out)
    means = values if np.isnan(offset) else np.log10(values.astype(float) + offset)
    np.testing.assert_allclose(out, expected(means, sd, bounds, dof), atol=5e-7)


@pytest.mark.parametrize(("value", "sd", "wanted"), ODD)
def test_an_odd_cell_stays_alone(value, sd, wanted):
    values, spread = np.full(3, 1.0), np.full(3, 0.5)
    values[1], spread[1] = value, sd
    out = np.empty((1, 3), np.float32)
    fill_cdf(values, spread, NAN, np.array([[0.1], [10.0]]), _distribution(INF), out)
    assert out[0, 1] == pytest.approx(wanted, nan_ok=True)
    assert out[0, 0] == out[0, 2] == pytest.approx(stats.norm.cdf(18) - stats.norm.cdf(-1.8))


def test_nothing_and_less_are_the_best_on_the_log_scale():
    values, sd = np.array([0.0, -1.0, 1e-310]), np.full(3, 0.1)
    out = np.empty((1, 3), np.float32)
    fill_cdf(values, sd, 0.0, np.array([[-INF], [-2.0]]), _distribution(8.0), out)
    assert out.tolist() == [[1.0, 1.0, 1.0]]


@pytest.mark.parametrize("strict", [False, True])
def test_one_pass_equals_its_three_steps(strict):
    rng = np.random.default_rng(2)
    values, sd = rng.normal(0, 1, 4100), rng.uniform(0.1, 1, 4100)
    values[::7] = NAN
    table = _distribution(6.0)
    joint = np.full((5, 4100), NOTHING, np.float32)
    joint[:, ::3] = np.linspace(0.2, 1, 5)[:, None]
    other, single, steps = joint.copy(), np.empty((5, 4100), np.float32), joint.copy()
    fill_odds((values, sd, NAN, ONE_SIDED, table), strict, single, joint)
    fill_cdf(values, sd, NAN, ONE_SIDED, table, steps[:-1])
    multiply_odds(steps[:-1], strict, other[:-1])
    for odds in (steps, other, joint):
        finish_odds(odds)
    np.testing.assert_array_equal(single, steps)
    np.testing.assert_array_equal(joint, other)
    unknown = np.isnan(values) & (strict | (np.arange(4100) % 3 > 0))
    np.testing.assert_array_equal(np.isnan(joint).all(axis=0), unknown)
    np.testing.assert_allclose(joint[:, ~unknown].sum(axis=0), 1, atol=1e-6)
    assert np.nanmin(joint) >= 0
