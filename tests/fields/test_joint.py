import numpy as np
import pytest

from bayqa.fields.joint import estimate_correlation


def test_few_pairs_count_as_independent():
    a = np.linspace(-1, 1, 11)
    found, pairs = estimate_correlation([a, a])
    np.testing.assert_array_equal(found, np.eye(2))
    assert pairs == 11


def test_correlation_is_drawn_towards_zero_by_ten_pairs():
    rng = np.random.default_rng(0)
    a = rng.standard_normal(40)
    found, pairs = estimate_correlation([a, -a])
    assert found[0, 1] == pytest.approx(-40 / 50)
    assert pairs == 40


def test_missing_values_leave_the_pair_out():
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, 20))
    b[:4] = np.nan
    assert estimate_correlation([a, b])[1] == 16


def test_the_matrix_is_always_definite():
    a = np.random.default_rng(0).standard_normal(2000)
    found, _ = estimate_correlation([a, a, -a])
    assert np.linalg.eigvalsh(found)[0] >= 0.049
    np.testing.assert_allclose(np.diag(found), 1.0)
