"""Bad situations through the functions that users call: one sentence, or a note beside it."""

import json

import numpy as np
import pytest
from shapely.geometry import box

import bayqa as bq
from bayqa.errors import CoverageError, MethodError
from bayqa.fields import interpolate
from tests.builders import make_bays, make_samples
from tests.fields.shapes import grid_of
from tests.fields.test_grids import values_at

WATER = grid_of(box(0, 0, 8000, 4000), spacing=400)
X, Y = np.array([1000, 3000, 5000, 7000, 2000, 6000.0]), np.array([1e3, 3e3, 2e3, 1e3, 2e3, 3e3])
PH = np.array([8.0, 8.1, 8.2, 8.1, 8.05, 8.3])
EXACT = {"range": 3000.0, "sill": 0.01, "nugget": 0.0}
MODELS = pytest.mark.parametrize("method", ["matern", "kriging"])


def make(method="matern", x=X, y=Y, ph=PH, options=None, **bounds):
    stations = values_at(None, WATER, x=x, y=y, ph=ph, **bounds)
    return interpolate(stations, WATER, method=method, options=options)


def notes_of(grids):
    return " ".join(json.loads(grids.ph.attrs["fit"])[0]["notes"])


@pytest.mark.parametrize("method", ["matern", "kriging", "idw"])
def test_one_place_is_too_few(method):
    with pytest.raises(
        MethodError, match="at 2 places or more .most: 1.: measure at more stations"
    ):
        make(method, X[:1], Y[:1], PH[:1])
    with pytest.raises(MethodError, match="most: 1., 3 stations share a cell: measure at more"):
        make(method, X[[0, 0, 0]], Y[[0, 0, 0]], PH[:3])


@MODELS
def test_two_exact_values_at_a_place_need_a_nugget(method):
    with pytest.raises(
        MethodError, match="stations share a .* while noise and nugget are 0: average"
    ):
        make(method, np.append(X, X[0]), np.append(Y, Y[0]), np.append(PH, 8.4), EXACT)
    assert np.isfinite(
        make(method, np.append(X, X[0]), np.append(Y, Y[0]), np.append(PH, 8.4)).ph
    ).any()


@pytest.mark.parametrize("method", ["matern", "kriging", "idw"])
def test_identical_values_say_that_nothing_is_known_of_their_spread(method):
    grids = make(method, ph=np.full(6, 8.1))
    np.testing.assert_allclose(grids.ph.to_numpy()[0][WATER.wet.to_numpy()], 8.1)
    assert "all 6 values are identical: nothing tells how they vary" in notes_of(grids)


def test_all_censored_and_places_in_a_line_are_noted_or_borne():
    grids = make(lower=np.zeros((1, 6)), upper=PH[None] + 0.2)
    assert "fewer than 2 exact values are computed from the numbers" in notes_of(grids)
    assert np.isfinite(make(y=np.full(6, 2000.0)).ph.to_numpy()[0][WATER.wet.to_numpy()]).all()
    with pytest.raises(MethodError, match="the 6 stations cannot tell 3 drift functions apart"):
        make("kriging", y=np.full(6, 2000.0), options={"drift": ("x", "y")})


@MODELS
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"range": -1.0}, "give (metres|a number) above 0"),
        ({"sill": -1.0}, "sill is -1.0: give a number above 0"),
        ({"nugget": -0.1}, "nugget is -0.1: give 0 or more"),
        ({**EXACT, "nugget": 0.5}, "sill 0.01 is not above nugget 0.5: give the total sill"),
        ({"rnage": 1.0}, "rnage.*: use .*range, sill, nugget"),
    ],
)
def test_options_that_make_no_sense_are_said(method, options, message):
    with pytest.raises(MethodError, match=message):
        make(method, options=options)


def test_what_nothing_can_be_fitted_to_does_not_stop_the_others():
    two = grid_of(box(0, 0, 3000, 3000), box(5000, 0, 8000, 3000), spacing=300)
    stations = values_at(None, two, x=X[[0, 2, 3, 1]], y=Y[[0, 2, 3, 1]], ph=PH[:4])
    both = stations.assign({f"do{k[2:]}": v for k, v in stations.data_vars.items()})
    for end in ("", "_lower", "_upper"):
        both[f"do{end}"] = both[f"do{end}"].where([[True, False, True, False]])
    grids = interpolate(both, two)
    assert np.isfinite(grids.ph).any() and not np.isfinite(grids.do).any()
    assert (
        "so nothing can be fitted: give more" in json.loads(grids.do.attrs["fit"])[0]["notes"][-1]
    )
    with pytest.raises(MethodError, match="do: no field has more places than unknown means"):
        interpolate(both, two, parameters=["do"])


def test_the_whole_chain_answers_in_a_sentence():
    samples, bays = make_samples(), make_bays()
    with pytest.raises(
        CoverageError, match="none of the 36 rows is left .36 by flag.: check flags"
    ):
        bq.assess(bays, samples.assign(flag=4), spacing=400)
    with pytest.raises(MethodError, match="no campaign has a value at 2 places or more"):
        bq.assess(bays, samples[samples["station"] == "T01"], spacing=400)
    dead = samples.assign(value=0.0, lower=0.0, upper=0.0)
    shares = bq.assess(bays, dead, spacing=400, draws=5).shares
    worst = shares.query("campaign == 'annual' and parameter == 'overall' and category == 'worse'")
    assert worst["share"].to_numpy() == pytest.approx([1.0]), "no oxygen at all"
