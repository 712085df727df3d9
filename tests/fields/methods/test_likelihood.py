"""Forms and determinants of many noise ratios; every range is weighed."""

import numpy as np
import pytest

from bayqa.fields.methods import fit_pooled, prepare_basis
from bayqa.fields.methods.fitting import reml
from bayqa.fields.methods.fitting.likelihood import sweep_ratios
from tests.fields.methods.bays import SPACING, open_water, sample


@pytest.mark.parametrize("m", [1, 2, 3, 29])
def test_sweep_equals_dense_solves(m):
    rng = np.random.default_rng(m)
    root = rng.random((3, m, m))
    stack = root @ root.swapaxes(1, 2) + 0.1 * np.eye(m)
    values = rng.standard_normal((m, 4))
    ratios = np.geomspace(1e-3, 3, 5)
    squares, logs = sweep_ratios(stack.copy(), values, ratios)
    for r, covariance in enumerate(stack):
        for j, ratio in enumerate(ratios):
            lifted = covariance + ratio * np.eye(m)
            form = (values * np.linalg.solve(lifted, values)).sum(axis=0)
            np.testing.assert_allclose(squares[r, j], form, rtol=1e-9)
            assert logs[r, j] == pytest.approx(np.linalg.slogdet(lifted)[1], abs=1e-9)


@pytest.mark.parametrize("peak", range(14))
def test_a_peak_at_any_one_range_is_found(peak):
    # Covariances that have nothing in common, so neighbours of the true one carry no weight.
    rng = np.random.default_rng(peak)
    shapes = [np.linalg.qr(rng.standard_normal((30, 30)))[0] for _ in range(14)]
    covariances = [(q * np.geomspace(1, 100, 30)) @ q.T / 20 for q in shapes]
    values = (np.linalg.cholesky(covariances[peak]) @ rng.standard_normal((30, 5))).T
    groups = reml.group_fields(values, np.zeros_like(values))
    ranges = np.geomspace(1e3, 2e3, 14)
    found = reml.fit_grid(lambda k: covariances[k], ranges, groups, np.ones((30, 1)))
    assert found.weight.sum(axis=1)[peak] > 0.99


def test_large_and_small_covariances_go_the_same_way(monkeypatch):
    mask = open_water(30, 30)
    cells, values = sample(mask, 30, 5)
    basis = prepare_basis(mask, SPACING, cells)
    small = fit_pooled(basis, values, 0.0)
    monkeypatch.setattr(reml, "MOST_STATIONS", 0)
    large = fit_pooled(basis, values, 0.0)
    np.testing.assert_allclose(small.weight, large.weight, atol=1e-9)
