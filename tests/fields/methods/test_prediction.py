"""Pooled fits, predictions averaged over the posterior, scores, draws and censored values."""

import numpy as np
import pytest

from bayqa.fields.methods import METHODS, fit_pooled, predict, prepare_basis, weigh, weigh_stations
from bayqa.fields.methods.field import locate
from bayqa.fields.methods.fitting import basis
from bayqa.fields.methods.fitting.censored import sample_truncated
from bayqa.fields.methods.fitting.reml import contrasts, fit_grid, group_fields
from bayqa.fields.methods.scores import crps_student, score_left_out
from bayqa.fields.methods.sparse.solver import solve
from tests.fields.methods.bays import SPACING, number, sample, spit, two_basins

RANGE = 1200.0
GIVEN = {"range": RANGE, "sill": 1.1, "nugget": 0.1}


def fields_of(mask, cells, k, seed, noise=0.05):
    """Fields of the no-flux model itself, with their values at the stations."""
    made = prepare_basis(mask, SPACING, cells, ranges=[RANGE], resolve=1e9)
    system, factor = basis.factor_of(made, 0)
    rng = np.random.default_rng(seed)
    white = np.sqrt(system.weight)[:, None] * rng.standard_normal((factor.size, k))
    truth = solve(factor, white).T
    return truth, truth[:, cells] + np.sqrt(noise) * rng.standard_normal((k, cells.size))


def dense_kriging(mask, cells, values, noise):
    """Ordinary kriging by the full covariance; mean and variance on every cell."""
    made = prepare_basis(mask, SPACING, cells, ranges=[RANGE], resolve=1e9)
    system, _ = basis.factor_of(made, 0)
    inverse = np.linalg.inv(system.matrix.toarray())
    full = inverse @ np.diag(system.weight) @ inverse
    n = cells.size
    left = np.zeros((n + 1, n + 1))
    left[:n, :n] = full[np.ix_(cells, cells)] + (0.1 + noise) * np.eye(n)
    left[:n, n] = left[n, :n] = 1
    right = np.vstack([full[cells], np.ones(len(full))])
    weights = np.linalg.solve(left, right)
    return weights[:n].T @ values, np.diag(full) - (weights * right).sum(axis=0), weights[:n]


def test_given_parameters_are_dense_kriging():
    mask = spit()
    cells, values = sample(mask, 10, 2)
    field = METHODS["matern"](mask, SPACING, cells, values, 0.05, **GIVEN, resolve=1e9)
    mean, variance, _ = dense_kriging(mask, cells, values, 0.05)
    np.testing.assert_allclose(field.mean, mean, atol=1e-10)
    np.testing.assert_allclose(field.sd**2, variance, atol=1e-7)


def test_weights_are_those_of_dense_kriging():
    mask = spit()
    cells, values = sample(mask, 10, 2)
    weights = dense_kriging(mask, cells, values, 0.05)[2]
    got = weigh("matern", mask, SPACING, cells, values, 0.05, at=77, resolve=1e9, **GIVEN)
    np.testing.assert_allclose(got, weights[:, 77], atol=1e-10)


@pytest.mark.parametrize("name", sorted(METHODS))
@pytest.mark.parametrize("options", [{}, {"path": "water"}, {"k": 4}, {"radius": 900.0}])
def test_weights_make_the_mean(name, options):
    if options and name != "idw":
        pytest.skip("an option of idw")
    mask = spit()
    cells, values = sample(mask, 10, 2)
    values[3] = np.nan
    field = METHODS[name](mask, SPACING, cells, values, 0.0, **options)
    at = number(mask, 10, 7)
    weight = weigh(name, mask, SPACING, cells, values, 0.0, at=at, **options)
    assert weight[3] == 0
    assert weight.sum() == pytest.approx(1)
    assert np.nansum(weight * values) == pytest.approx(field.mean[at], rel=1e-6)


@pytest.mark.parametrize(
    "more", [{"k": 3}, {"drift": ("x", "y")}, {"drift": ("bend",)}, {"model": "matern-1"}]
)
@pytest.mark.parametrize("moved", [False, True])
def test_weights_of_kriging_know_its_options(more, moved):
    mask = spit()
    cells, values = sample(mask, 10, 2)
    values[3] = np.nan
    rng = np.random.default_rng(0)
    options = {"range": 900.0, "sill": 1.0, "nugget": 0.1} | more
    if more.get("drift") == ("bend",):
        options["drift"] = (rng.random(np.count_nonzero(mask)),)
    if moved and "drift" not in more:
        options["positions"] = locate(mask, SPACING, cells) + rng.uniform(-40, 40, (10, 2))
    field = METHODS["kriging"](mask, SPACING, cells, values, 0.02, **options)
    weight = weigh("kriging", mask, SPACING, cells, values, 0.02, at=70, **options)
    assert np.nansum(weight * values) == pytest.approx(field.mean[70], rel=1e-9)


def test_place_that_no_station_reaches_has_no_weights():
    mask = two_basins()
    cells = np.array([number(mask, 2, 2), number(mask, 8, 5), number(mask, 5, 1)])
    made = prepare_basis(mask, SPACING, cells)
    values = np.array([1.0, 2, 3])
    posterior = fit_pooled(made, values, 0.0)
    at = number(mask, 5, 12)
    assert np.isnan(weigh_stations(made, posterior, values, 0.0, at=at)).all()


def test_restricted_likelihood_is_that_of_the_textbook():
    # One range and one field: -2 l = log|C| + log|X'C^-1 X| + (n - q) log y'Py, up to a constant.
    rng = np.random.default_rng(0)
    places = rng.random((9, 2))
    distance = np.hypot(*(places[:, None] - places).transpose(2, 0, 1))
    ranges = np.array([0.2, 0.6])
    values = rng.standard_normal((1, 9))
    ones = np.ones((9, 1))
    stack = [np.exp(-3 * distance / r) for r in ranges]
    groups = group_fields(values, np.zeros((1, 9)))
    found = fit_grid(lambda k: stack[k], ranges, groups, ones, nugget=None)
    score = np.zeros((2, 20))
    for k in range(2):
        for j, ratio in enumerate(found.ratios):
            c = stack[k] + ratio * np.eye(9)
            q = contrasts(ones)
            inner = np.linalg.inv(q.T @ c @ q)
            form = values[0] @ q @ inner @ q.T @ values[0]
            score[k, j] = -(np.linalg.slogdet(q.T @ c @ q)[1] + 8 * np.log(form)) / 2
    ratio = np.log(found.weight) - score
    prior = ratio - ratio[:, :1]
    np.testing.assert_allclose(prior[0], prior[1], atol=1e-8)


def test_pooling_sharpens_the_range():
    mask = spit(30, 31, 20)
    cells, _ = sample(mask, 25, 0)
    _, values = fields_of(mask, cells, 8, 1)
    made = prepare_basis(mask, SPACING, cells)
    one = fit_pooled(made, values[0], 0.0)
    all_of_them = fit_pooled(made, values, 0.0)

    def spread(posterior):
        by_range = posterior.weight.sum(axis=1)
        log = np.log(posterior.ranges)
        return np.sqrt(by_range @ log**2 - (by_range @ log) ** 2)

    assert spread(all_of_them) < 0.7 * spread(one)
    middle = np.exp(all_of_them.weight.sum(axis=1) @ np.log(all_of_them.ranges))
    assert 0.5 * RANGE < middle < 2 * RANGE
    assert all_of_them.n_fields == 8
    assert predict(made, all_of_them, values[0], 0.0).info["dof"] > 24


def test_field_with_few_stations_takes_the_pooled_range():
    mask = spit(30, 31, 20)
    cells, _ = sample(mask, 20, 0)
    truth, values = fields_of(mask, cells, 5, 1)
    values[4, 3:] = np.nan
    made = prepare_basis(mask, SPACING, cells)
    posterior = fit_pooled(made, values, 0.0)
    field = predict(made, posterior, values[4], 0.0)
    assert np.isfinite(field.mean).all()
    assert field.sd.mean() > 1.1 * predict(made, posterior, values[0], 0.0).sd.mean()


def test_many_fields_at_once_are_as_one_by_one():
    mask = spit()
    cells, _ = sample(mask, 12, 0)
    _, values = fields_of(mask, cells, 4, 3)
    values[1, 4] = np.nan
    noise = np.zeros((4, 12))
    noise[2] = 0.02
    made = prepare_basis(mask, SPACING, cells)
    posterior = fit_pooled(made, values, noise)
    together = predict(made, posterior, values, noise)
    for k in range(4):
        alone = predict(made, posterior, values[k], noise[k])
        np.testing.assert_allclose(together[k].mean, alone.mean, atol=1e-9)
        np.testing.assert_allclose(together[k].sd, alone.sd, atol=1e-9)


def test_left_out_scores_are_those_of_leaving_out():
    mask = spit()
    cells, values = sample(mask, 10, 4)
    made = prepare_basis(mask, SPACING, cells, ranges=[RANGE])
    posterior = fit_pooled(made, values, 0.0, sill=1.1, nugget=0.1)
    errors = []
    for k in range(10):
        gap = values.copy()
        gap[k] = np.nan
        errors.append(predict(made, posterior, gap, 0.0).mean[cells[k]] - values[k])
    scores = predict(made, posterior, values, 0.0).info["scores"]
    assert scores["rmse"] == pytest.approx(np.sqrt(np.mean(np.square(errors))))
    assert scores["n"] == 10


def test_draws_have_the_mean_and_sd_of_the_field():
    mask = spit()
    cells, values = sample(mask, 12, 4)
    rng = np.random.default_rng(0)
    field = METHODS["matern"](mask, SPACING, cells, values, 0.01, draws=1500, rng=rng)
    error = np.sqrt(np.mean(((field.draws.mean(axis=0) - field.mean) / field.sd) ** 2))
    assert error < 4 / np.sqrt(1500)
    spread = field.draws.std(axis=0) / field.sd
    dof = field.info["dof"]
    assert spread.mean() == pytest.approx(np.sqrt(dof / (dof - 2)), abs=0.06)


def test_mean_share_of_draws_is_the_mean_of_the_probabilities():
    mask = spit()
    cells, values = sample(mask, 12, 4)
    options = GIVEN | {"draws": 800, "rng": np.random.default_rng(1)}
    field = METHODS["matern"](mask, SPACING, cells, values, 0.0, **options)
    from scipy.special import ndtr

    limit = 0.5
    expected = ndtr((field.mean - limit) / field.sd).mean()
    shares = (field.draws > limit).mean(axis=1)
    assert abs(shares.mean() - expected) < 3 * shares.std() / np.sqrt(800)


def test_same_generator_same_draws():
    mask = spit()
    cells, values = sample(mask, 12, 4)
    made = [
        METHODS["matern"](mask, SPACING, cells, values, 0.0, draws=5, rng=np.random.default_rng(7))
        for _ in range(2)
    ]
    np.testing.assert_array_equal(made[0].draws, made[1].draws)


def test_same_white_noise_makes_draws_go_together():
    mask = spit()
    cells, values = sample(mask, 8, 4)
    made = prepare_basis(mask, SPACING, cells, ranges=[RANGE])
    posterior = fit_pooled(made, values, 0.0, sill=1.1, nugget=0.1)
    white = np.random.default_rng(0).standard_normal((60, int(mask.sum())))

    def departures(seed, **options):
        rng = np.random.default_rng(seed)
        field = predict(made, posterior, values, 0.0, draws=60, rng=rng, **options)
        return (field.draws - field.mean).ravel()

    assert np.corrcoef(departures(1, white=white), departures(2, white=white))[0, 1] > 0.8
    assert abs(np.corrcoef(departures(1), departures(2))[0, 1]) < 0.1
    two = np.stack([values, values + 1])
    rng = np.random.default_rng(0)
    both = predict(made, posterior, two, 0.0, draws=60, rng=rng, white=[white, -white])
    first, second = (f.draws - f.mean for f in both)
    assert np.corrcoef(first.ravel(), second.ravel())[0, 1] < -0.8


def test_draws_are_nan_where_no_station_reaches():
    mask = two_basins()
    cells = np.array([number(mask, 2, 2), number(mask, 8, 5), number(mask, 5, 1)])
    rng = np.random.default_rng(0)
    field = METHODS["matern"](mask, SPACING, cells, np.array([1.0, 2, 3]), 0.0, draws=4, rng=rng)
    np.testing.assert_array_equal(np.isnan(field.draws), np.tile(np.isnan(field.mean), (4, 1)))


def test_censored_values_stay_within_their_bounds_and_help():
    mask = spit(30, 31, 20)
    cells, _ = sample(mask, 40, 0)
    truth, values = fields_of(mask, cells, 1, 3, noise=0.01)
    limit = np.quantile(values, 0.35)
    low = values[0] < limit
    lower = np.where(low, -np.inf, values[0])
    upper = np.where(low, limit, values[0])
    rng = np.random.default_rng(0)
    shown = np.where(low, limit, values[0])
    options = {"draws": 200, "rng": rng}
    inside = METHODS["matern"](mask, SPACING, cells, shown, 0.0, bounds=(lower, upper), **options)
    replaced = METHODS["matern"](mask, SPACING, cells, shown, 0.0)
    error = np.sqrt(np.mean((inside.mean - truth[0]) ** 2))
    assert error < np.sqrt(np.mean((replaced.mean - truth[0]) ** 2))
    assert inside.sd[cells[low]].mean() > inside.sd[cells[~low]].mean()
    spread = inside.draws.std(axis=0) / inside.sd
    assert spread.mean() == pytest.approx(1.04, abs=0.1)


def test_bounds_that_meet_change_nothing():
    mask = spit()
    cells, values = sample(mask, 12, 4)
    plain = METHODS["matern"](mask, SPACING, cells, values, 0.0)
    bounded = METHODS["matern"](mask, SPACING, cells, values, 0.0, bounds=(values, values))
    np.testing.assert_allclose(bounded.mean, plain.mean, atol=1e-9)
    np.testing.assert_allclose(bounded.sd, plain.sd, atol=1e-6)


def test_truncated_normal_far_in_the_tail():
    uniform = np.array([0.01, 0.5, 0.99])
    above = sample_truncated(0.0, 1.0, 12.0, np.inf, uniform)
    assert ((above > 12) & (above < 12.5)).all()
    np.testing.assert_allclose(sample_truncated(0.0, 1.0, -np.inf, -12.0, uniform), -above)
    both = sample_truncated(3.0, 2.0, 2.0, 2.5, uniform)
    assert ((both >= 2) & (both <= 2.5)).all()
    free = sample_truncated(1.0, 2.0, -np.inf, np.inf, np.array([0.5]))
    np.testing.assert_allclose(free, 1.0)


def test_crps_of_a_normal_and_of_a_certain_prediction():
    # Gneiting and Raftery (2007): CRPS of N(0, 1) at 0 is 2 phi(0) - 1 / sqrt(pi).
    exact = 2 / np.sqrt(2 * np.pi) - 1 / np.sqrt(np.pi)
    assert crps_student(np.zeros(1), np.ones(1), np.inf)[0] == pytest.approx(exact, rel=1e-4)
    assert crps_student(np.array([-0.3]), np.zeros(1), 5.0)[0] == pytest.approx(0.3)


def test_crps_of_student_equals_its_integral():
    from scipy.special import stdtr

    x = np.linspace(-60, 60, 400_001)
    square = (stdtr(5.0, x) - (x >= 0.7)) ** 2
    assert crps_student(np.array([0.7]), np.ones(1), 5.0)[0] == pytest.approx(
        np.trapezoid(square, x), rel=1e-4
    )


def test_no_scores_without_predictions():
    nothing = np.full(2, np.nan)
    assert score_left_out(np.ones(2), nothing, nothing, 5.0) == {"n": 0}
