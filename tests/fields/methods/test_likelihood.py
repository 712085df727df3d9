"""Forms and determinants of many noise ratios, and which ranges are weighed."""

import numpy as np
import pytest

from bayqa.fields.methods import fit_pooled, prepare_basis, reml
from bayqa.fields.methods.likelihood import sweep_ratios
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


def test_ranges_left_out_carry_no_weight(monkeypatch):
    mask = open_water(30, 30)
    cells, values = sample(mask, 40, 4)
    some = fit_pooled(prepare_basis(mask, SPACING, cells), values, 0.0)
    monkeypatch.setattr(reml, "SKIPPED_FROM", 99)
    every = fit_pooled(prepare_basis(mask, SPACING, cells), values, 0.0)
    np.testing.assert_allclose(some.weight, every.weight, atol=2e-3)
    assert every.weight[some.weight == 0].sum() < 2e-3


def test_large_and_small_covariances_go_the_same_way(monkeypatch):
    mask = open_water(30, 30)
    cells, values = sample(mask, 30, 5)
    basis = prepare_basis(mask, SPACING, cells)
    small = fit_pooled(basis, values, 0.0)
    monkeypatch.setattr(reml, "SMALL", 0)
    large = fit_pooled(basis, values, 0.0)
    np.testing.assert_allclose(small.weight, large.weight, atol=1e-9)
