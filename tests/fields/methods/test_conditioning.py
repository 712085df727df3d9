"""Draws of kriged fields: their law is that of the kriging system, whatever model and range."""

import numpy as np
import pytest
from scipy.linalg import solve
from scipy.spatial.distance import cdist
from scipy.stats import t as student

from bayqa.errors import MethodError
from bayqa.fields.methods import METHODS
from bayqa.fields.methods.field import locate
from bayqa.fields.methods.stationary.covariance import MODELS, correlate
from bayqa.fields.methods.stationary.embedding import find_root, simulate
from tests.fields.methods.bays import SPACING, island, sample

MASK = island(20, 8, 12)
CELLS, VALUES = sample(MASK, 12, 4)
SOME = np.array([0, 7, 40, 133, 250, 300, 383])
EXACT = {"model": "exponential", "range": 1500.0, "sill": 1.3, "nugget": 0.1}


def krige(draws=0, seed=1, **options):
    rng = np.random.default_rng(seed)
    return METHODS["kriging"](MASK, SPACING, CELLS, VALUES, 0.02, draws=draws, rng=rng, **options)


def covariance_of_errors(model, range_m, sill, nugget):
    """Kriging errors of the cells SOME together, by the textbook block system with a level."""
    places, at = (locate(MASK, SPACING, c) for c in (CELLS, SOME))
    partial, n = sill - nugget, len(CELLS)
    full = np.zeros((n + 1, n + 1))
    full[:n, :n] = partial * correlate(model, cdist(places, places), range_m)
    full[:n, :n] += np.eye(n) * (nugget + 0.02)
    full[:n, n] = full[n, :n] = 1.0
    right = np.ones((n + 1, len(SOME)))
    right[:n] = partial * correlate(model, cdist(places, at), range_m)
    return partial * correlate(model, cdist(at, at), range_m) - right.T @ solve(full, right)


@pytest.mark.parametrize("range_m", [400.0, 1500.0, 9000.0])
@pytest.mark.parametrize("model", MODELS)
def test_draws_have_the_joint_covariance_of_kriging(model, range_m):
    made = krige(1000, model=model, range=range_m, sill=1.3, nugget=0.1)
    wanted = covariance_of_errors(model, range_m, 1.3, 0.1)
    found = np.cov(made.draws[:, SOME], rowvar=False)
    scale = np.sqrt(np.outer(np.diag(wanted), np.diag(wanted)))
    # Five Monte Carlo errors of a correlation at 1000 draws.
    assert np.abs((found - wanted) / scale).max() < 5 * np.sqrt(2 / 1000)
    assert np.diag(wanted) == pytest.approx(made.sd[SOME] ** 2, rel=1e-6)
    off = (made.draws.mean(axis=0) - made.mean) / (made.sd / np.sqrt(1000))
    assert abs(off).max() < 5
    assert made.info["draws_error"] < 2e-3


@pytest.mark.parametrize("options", [{"drift": ("x", "y")}, {"k": 5}])
def test_draws_follow_drift_and_nearest_stations(options):
    made = krige(200, **EXACT, **options)
    assert np.median(made.draws.std(axis=0) / made.sd) == pytest.approx(1, abs=0.05)
    off = (made.draws.mean(axis=0) - made.mean) / (made.sd / np.sqrt(200))
    assert abs(off).max() < 5


def test_mean_share_of_draws_is_the_mean_of_the_cells_probabilities():
    made = krige(2000)
    over = 0.5
    odds = student.sf((over - made.mean) / made.sd, made.info["dof"])
    share = (made.draws > over).mean(axis=1)
    assert share.mean() == pytest.approx(odds.mean(), abs=3 * share.std() / np.sqrt(2000))


def test_the_same_white_noise_makes_fields_that_go_together():
    white = np.random.default_rng(2).standard_normal((60, int(MASK.sum())))
    one, two = (krige(60, seed, white=white, **EXACT).draws for seed in (1, 2))
    apart = krige(60, 3, **EXACT).draws
    free = [(d - d.mean(axis=0)).ravel() for d in (one, two, apart)]
    assert np.corrcoef(free[0], free[1])[0, 1] > 0.6
    assert abs(np.corrcoef(free[0], free[2])[0, 1]) < 0.1
    np.testing.assert_array_equal(one, krige(60, 1, white=white, **EXACT).draws)


def test_free_fields_have_the_semivariance_of_their_model():
    root = find_root(MASK, SPACING, "spherical", 900.0)
    rng = np.random.default_rng(0)
    white = rng.standard_normal((3000, int(MASK.sum())))
    free = simulate(root, MASK, white, rng)
    a, b = free[:, 0], free[:, [1, 5, 19]].T
    wanted = 1 - correlate("spherical", np.array([100.0, 500.0, 1900.0]), 900.0)
    assert ((a - b) ** 2).mean(axis=1) / 2 == pytest.approx(wanted, rel=0.12)
    assert root.error < 1e-12


def test_identical_values_give_identical_draws():
    made = METHODS["kriging"](
        MASK, SPACING, CELLS, np.ones(12), 0.0, draws=3, rng=np.random.default_rng(0)
    )
    np.testing.assert_array_equal(made.draws, 1.0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rng": None}, "without rng: pass numpy.random.default_rng"),
        ({"positions": np.zeros((12, 2))}, "at the centres of their cells: leave positions out"),
    ],
)
def test_draws_are_refused_in_one_sentence(options, message):
    noisy = {"rng": np.random.default_rng(0), **EXACT, **options}
    with pytest.raises(MethodError, match=message):
        METHODS["kriging"](MASK, SPACING, CELLS, VALUES, 0.02, draws=2, **noisy)
