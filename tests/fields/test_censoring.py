import numpy as np
import pytest
from scipy import stats

from bayqa.errors import InputError
from bayqa.fields.censoring import POLICIES, fill_censored, fit_lognormal, kaplan_meier


def sample(n=400, limit=0.5, seed=1):
    rng = np.random.default_rng(seed)
    truth = np.exp(rng.normal(0.0, 1.0, n))
    below = truth < limit
    value = np.where(below, limit, truth)
    return truth, value, np.where(below, 0.0, value), value


def test_kaplan_meier_by_hand():
    # 1, <2, 3: two of three are at or below 2.99; of those one is measured at 1.
    # P(3) = 1/3; at 1 only the value 1 and nothing censored below remains: P(1) = 2/3.
    points, mass = kaplan_meier(np.array([1.0, 2, 3]), np.array([False, True, False]))
    assert points.tolist() == [1.0, 3.0]
    np.testing.assert_allclose(mass, [2 / 3, 1 / 3])


def test_kaplan_meier_puts_the_rest_at_the_smallest_limit():
    points, mass = kaplan_meier(np.array([0.5, 2, 3]), np.array([True, False, False]))
    assert points.tolist() == [0.5, 2.0, 3.0]
    np.testing.assert_allclose(mass, [1 / 3] * 3)


def test_lognormal_fit_finds_the_truth_and_matches_scipy():
    _, _, lower, upper = sample(2000)
    mu, sigma = fit_lognormal(lower, upper)
    assert mu == pytest.approx(0.0, abs=0.07)
    assert sigma == pytest.approx(1.0, abs=0.07)
    with np.errstate(divide="ignore"):
        data = stats.CensoredData.interval_censored(np.log(lower), np.log(upper))
    at = stats.norm.fit(data)
    assert (mu, sigma) == pytest.approx(at, abs=2e-3)


def test_lognormal_mean_is_nearer_to_the_truth_than_half_the_limit():
    truth, value, lower, upper = sample(2000, limit=1.0)
    error = {p: abs(fill_censored(value, lower, upper, p).mean() - truth.mean()) for p in POLICIES}
    assert error["mle-lognormal"] < error["half"]
    assert error["mle-lognormal"] < 0.02


@pytest.mark.parametrize("policy", list(POLICIES))
def test_exact_values_stay_and_others_lie_in_their_bounds(policy):
    _, value, lower, upper = sample()
    found = fill_censored(value, lower, upper, policy)
    exact = lower == upper
    np.testing.assert_array_equal(found[exact], value[exact])
    assert ((found >= lower) & (found <= upper)).all()


@pytest.mark.parametrize("policy", ["mle-lognormal", "km"])
def test_all_censored_falls_back_to_half(policy):
    found = fill_censored([0.1] * 4, [0.0] * 4, [0.1] * 4, policy)
    np.testing.assert_allclose(found, 0.05)


@pytest.mark.parametrize("policy", list(POLICIES))
def test_a_value_known_from_below_is_never_lowered(policy):
    value = np.array([1.0, 2, 3, 4, 2.5])
    found = fill_censored(value, value, np.append(value[:4], np.inf), policy)
    assert found[4] >= 2.5


def test_unknown_policy_is_refused():
    with pytest.raises(InputError, match="censored='ros' is not a known policy: use one of limit"):
        fill_censored([1.0], [0.0], [1.0], "ros")
