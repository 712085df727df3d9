"""Bad situations are answered in one sentence."""

import numpy as np
import pytest

from bayqa.errors import CoverageError, MethodError
from bayqa.fields.methods import METHODS, fit_pooled, predict, prepare_basis, weigh
from bayqa.fields.methods.stationary.covariance import check_definite
from tests.fields.methods.bays import SPACING, number, open_water, sample

EVERY = pytest.mark.parametrize("name", sorted(METHODS))
EXACT = {"range": 500.0, "sill": 1.0, "nugget": 0.0}


def make(name, mask, cells, values, noise=0.0, **options):
    return METHODS[name](mask, SPACING, np.asarray(cells), np.asarray(values), noise, **options)


@EVERY
def test_one_station(name):
    with pytest.raises(MethodError, match="1 station has a value, at least 2 are needed"):
        make(name, open_water(), [5], [1.0])


@EVERY
def test_identical_places(name):
    with pytest.raises(MethodError, match="3 stations at identical places"):
        make(name, open_water(), [5, 5, 5], [1.0, 2.0, 3.0])


@EVERY
def test_station_outside_the_water(name):
    with pytest.raises(CoverageError, match="1 of 2 stations lie outside the water"):
        make(name, open_water(), [5, -1], [1.0, 2.0])


@EVERY
def test_grid_without_water(name):
    with pytest.raises(CoverageError, match="no water cell"):
        make(name, np.zeros((4, 4), bool), [0, 1], [1.0, 2.0])


@EVERY
def test_spacing_of_zero(name):
    with pytest.raises(MethodError, match="spacing is 0"):
        METHODS[name](open_water(), 0.0, np.array([1, 2]), np.array([1.0, 2.0]), np.zeros(2))


@EVERY
def test_cells_that_are_not_numbers_of_cells(name):
    with pytest.raises(MethodError, match="give n integers"):
        make(name, open_water(), [1.5, 2.5], [1.0, 2.0])


@EVERY
def test_values_do_not_fit_the_stations(name):
    with pytest.raises(MethodError, match="3 values for 2 stations"):
        make(name, open_water(), [1, 2], [1.0, 2.0, 3.0])


@EVERY
def test_negative_noise(name):
    with pytest.raises(MethodError, match="noise is negative"):
        make(name, open_water(), [1, 2], [1.0, 2.0], noise=np.array([0.1, -0.1]))


@EVERY
def test_unknown_option(name):
    with pytest.raises(MethodError, match="nonsense"):
        make(name, open_water(), [1, 20], [1.0, 2.0], nonsense=3)


def test_draws_need_a_model_of_error():
    with pytest.raises(MethodError, match="idw has no model of error, so it makes no joint draws"):
        make("idw", open_water(), [1, 20], [1.0, 2.0], draws=5)


@pytest.mark.parametrize("name", ["kriging", "matern"])
def test_no_noise_with_duplicates(name):
    with pytest.raises(MethodError, match="share a (cell|place)"):
        make(name, open_water(), [5, 5, 40], [1.0, 2.0, 3.0], **EXACT)


def test_no_noise_with_duplicates_of_nearest():
    with pytest.raises(MethodError, match="2 stations share|1 stations share"):
        make("kriging", open_water(), [5, 5, 40, 60], [1.0, 2, 3, 4], **EXACT, k=2)


@pytest.mark.parametrize("name", ["kriging", "matern"])
def test_duplicates_with_fitted_noise_work(name):
    field = make(name, open_water(), [5, 5, 40, 90, 120], [1.0, 1.4, 3.0, 2.0, 2.5])
    assert np.isfinite(field.mean).all() and (field.sd > 0).all()


@pytest.mark.parametrize("name", ["kriging", "matern"])
def test_sill_below_nugget(name):
    with pytest.raises(MethodError, match="is not above nugget"):
        make(name, open_water(), [5, 40], [1.0, 2.0], range=500.0, sill=0.1, nugget=0.2)


def test_one_station_with_all_parameters_given():
    field = make("matern", open_water(), [5], [3.0], **EXACT)
    np.testing.assert_allclose(field.mean, 3.0)
    assert field.sd[5] < 1e-6 < field.sd[-1]


def test_all_values_censored():
    cells, values = sample(open_water(), 6, 0)
    bounds = np.full(6, -np.inf), values
    with pytest.raises(MethodError, match="all 6 values of field 0 are censored"):
        make("matern", open_water(), cells, values, bounds=bounds)


def test_bounds_upside_down():
    cells, values = sample(open_water(), 6, 0)
    with pytest.raises(MethodError, match="lower bound is above"):
        make("matern", open_water(), cells, values, bounds=(values + 1, values))


def test_collinear_places_have_no_plane():
    mask = open_water()
    cells = [number(mask, 3, c) for c in (1, 4, 7, 10)]
    with pytest.raises(MethodError, match="collinear"):
        make("kriging", mask, cells, [1.0, 2, 4, 3], drift=("x", "y"))


def test_collinear_places_are_fine_without_drift():
    mask = open_water()
    cells = [number(mask, 3, c) for c in (1, 4, 7, 10)]
    assert np.isfinite(make("kriging", mask, cells, [1.0, 2, 4, 3]).sd).all()


def test_fewer_stations_than_drift_functions():
    with pytest.raises(MethodError, match="nothing can be fitted"):
        make("kriging", open_water(), [1, 40], [1.0, 2.0], drift=("x", "y"))


def test_indefinite_covariance():
    with pytest.raises(MethodError, match="indefinite"):
        check_definite(np.array([[1.0, 1.2], [1.2, 1.0]]))
    with pytest.raises(MethodError, match="NaN or inf"):
        check_definite(np.array([[1.0, np.nan], [np.nan, 1.0]]))


def test_unknown_model_and_drift():
    with pytest.raises(MethodError, match="model 'cubic' is not known"):
        make("kriging", open_water(), [1, 40], [1.0, 2.0], model="cubic")
    with pytest.raises(MethodError, match="drift .'z'. is not known"):
        make("kriging", open_water(), [1, 40], [1.0, 2.0], drift=("z",))
    with pytest.raises(MethodError, match="drift .'z'. is not known"):
        make("kriging", open_water(), [1, 40], [1.0, 2.0], drift=("z", np.ones(3)))
    with pytest.raises(MethodError, match="a drift array has shape"):
        make("kriging", open_water(), [1, 40], [1.0, 2.0], drift=(np.ones(3),))


@pytest.mark.parametrize("wrong", [{"range": -1.0}, {"sill": 0.0}, {"nugget": -0.1}, {"k": 1}])
def test_kriging_parameters_out_of_bounds(wrong):
    options = EXACT | {"nugget": 0.1} | wrong
    with pytest.raises(MethodError, match="give"):
        make("kriging", open_water(), [1, 40, 80], [1.0, 2.0, 3.0], **options)


def test_drift_with_nearest_is_refused():
    with pytest.raises(MethodError, match="not offered"):
        make("kriging", open_water(), [1, 40, 77, 99, 140], [1.0, 2, 3, 1, 2], k=2, drift=("x",))


def test_too_many_stations_for_one_system():
    mask = open_water(60, 60)
    cells, values = sample(mask, 3500, 0)
    with pytest.raises(MethodError, match="use k=20"):
        make("kriging", mask, cells, values, **EXACT)


def test_idw_options_out_of_bounds():
    with pytest.raises(MethodError, match="path 'air'"):
        make("idw", open_water(), [1, 40], [1.0, 2.0], path="air")
    with pytest.raises(MethodError, match="power is 0"):
        make("idw", open_water(), [1, 40], [1.0, 2.0], power=0)


def test_basis_refuses_what_it_cannot_use():
    mask, cells = open_water(), np.array([1, 40])
    with pytest.raises(MethodError, match="solver 'magic' is not known"):
        prepare_basis(mask, SPACING, cells, solver="magic")
    with pytest.raises(MethodError, match="give metres above 0"):
        prepare_basis(mask, SPACING, cells, ranges=[-5.0])
    basis = prepare_basis(mask, SPACING, cells)
    with pytest.raises(MethodError, match="3 values for 2 stations of the basis"):
        fit_pooled(basis, np.ones(3), 0.0)


def test_prediction_refuses_what_it_cannot_make():
    basis = prepare_basis(open_water(), SPACING, np.array([1, 40, 90]))
    posterior = fit_pooled(basis, np.array([1.0, 2.0, 4.0]), 0.0)
    with pytest.raises(MethodError, match="without rng"):
        predict(basis, posterior, np.array([1.0, 2.0, 4.0]), 0.0, draws=3)
    with pytest.raises(MethodError, match="no value at any station"):
        predict(basis, posterior, np.full(3, np.nan), 0.0)


def test_one_station_in_every_field_cannot_be_fitted():
    basis = prepare_basis(open_water(), SPACING, np.array([1, 40]))
    values = np.array([[1.0, np.nan], [np.nan, 2.0]])
    with pytest.raises(MethodError, match="nothing can be fitted"):
        fit_pooled(basis, values, 0.0)


def test_weights_of_an_unknown_method():
    with pytest.raises(MethodError, match="method 'spline' is not known"):
        weigh("spline", open_water(), SPACING, [1, 2], [1.0, 2.0], 0.0, at=0)
