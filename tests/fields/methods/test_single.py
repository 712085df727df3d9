"""The fit of one field against the grid of ranges and noise ratios weighed by dense matrices."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from bayqa.fields.methods.fitting import reml
from bayqa.fields.methods.fitting.reml import Group, fit_grid
from bayqa.fields.methods.kriging import fit_variogram
from bayqa.fields.methods.stationary.covariance import MODELS, correlate
from bayqa.fields.methods.stationary.single import fit_single

DRIFTS = ("ordinary", "universal")


def simulate(seed, *, n=None, drift="ordinary", noise=0.0):
    """Stations, a field of one of the models with a nugget, and what the fit needs."""
    rng = np.random.default_rng(seed)
    n = n or int(rng.integers(6, 80))
    model = MODELS[seed % len(MODELS)]
    places = rng.random((n, 2)) * 30e3
    distance = cdist(places, places)
    nugget, range_m = rng.choice([0.01, 0.2, 1.0]), rng.choice([3e3, 10e3, 30e3])
    covariance = correlate(model, distance, range_m) + (nugget + noise) * np.eye(n)
    values = 4 + 3 * np.linalg.cholesky(covariance) @ rng.standard_normal(n)
    functions = np.column_stack([np.ones(n), places / 30e3])
    used = functions[:, :1] if drift == "ordinary" else functions
    return model, places, values, np.full(n, 9 * noise * rng.random(n)), used


def by_matrices(model, distance, values, noise, drift, ranges, sill=None):
    """The posterior by eigen-decompositions of each range."""
    group = Group(np.arange(len(values)), noise, values[:, None] - values.mean(), np.zeros(1, int))
    return fit_grid(
        lambda k: correlate(model, distance, ranges[k]), ranges, [group], drift, sill=sill
    )


def compare(seed, monkeypatch, *, sill=None, **case):
    model, places, values, noise, drift = simulate(seed, **case)
    distance = cdist(places, places)
    ranges = np.geomspace(500.0, 80e3, 10)
    monkeypatch.setattr(reml, "MOST_STATIONS", 0)
    slow = by_matrices(model, distance, values, noise, drift, ranges, sill)
    fast = fit_single(model, distance, values, noise, drift, ranges=ranges, sill=sill)
    np.testing.assert_allclose(fast.weight, slow.weight, atol=1e-8)
    np.testing.assert_allclose(fast.sill, slow.sill, rtol=1e-7)
    assert np.argmax(fast.weight) == np.argmax(slow.weight)
    assert (fast.dof, fast.n_fields, fast.prior_dof) == (slow.dof, slow.n_fields, slow.prior_dof)
    assert fast.plug == pytest.approx(slow.plug)


@pytest.mark.parametrize("drift", DRIFTS)
@pytest.mark.parametrize("seed", range(14))
def test_single_field_has_the_posterior_of_the_grid(seed, drift, monkeypatch):
    compare(seed, monkeypatch, drift=drift)


@pytest.mark.slow
@pytest.mark.parametrize("drift", DRIFTS)
@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_hundreds_of_fields_have_the_posterior_of_the_grid(drift, noise, monkeypatch):
    for seed in range(100, 250):
        compare(seed, monkeypatch, drift=drift, noise=noise)


@pytest.mark.parametrize("n", [3, 100, 400])
def test_few_and_many_stations(n, monkeypatch):
    compare(21, monkeypatch, n=n)


@pytest.mark.parametrize("case", [{"noise": 0.2}, {"sill": 5.0}, {"sill": 5.0, "noise": 0.2}])
def test_known_noise_and_a_given_sill(case, monkeypatch):
    compare(3, monkeypatch, n=40, **case)


def test_variogram_is_the_mode_of_the_grid():
    for seed in range(20):
        model, places, values, noise, drift = simulate(seed)
        variogram, dof = fit_variogram(places, values, noise, drift, model=model)
        near = np.sort(cdist(places, places), axis=1)[:, 1]
        ranges = np.geomspace(np.median(near), 2 * cdist(places, places).max(), 10)
        slow = by_matrices(model, cdist(places, places), values, noise, drift, ranges)
        k, j = np.unravel_index(np.argmax(slow.weight), slow.weight.shape)
        assert variogram.range == pytest.approx(ranges[k], rel=1e-12)
        assert variogram.nugget == pytest.approx(slow.sill[k, j] * slow.ratios[j], rel=1e-8)
        assert variogram.sill == pytest.approx(slow.sill[k, j] * (1 + slow.ratios[j]), rel=1e-8)
        assert dof == len(values) - 1


def test_equal_values_have_no_sill():
    places = np.random.default_rng(0).random((9, 2))
    variogram, _ = fit_variogram(places, np.full(9, 2.5), np.zeros(9), np.ones((9, 1)))
    assert variogram.sill == 0
