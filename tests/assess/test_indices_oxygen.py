import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayqa import indices
from bayqa.errors import InputError


def test_saturation_of_fresh_and_sea_water():
    # 468 / 51.6 and (491 - 2.65 x 30) / 53.5
    np.testing.assert_allclose(indices.do_saturation(20, [0, 30]), [9.0698, 7.6916], atol=1e-4)


def test_oceanographic_saturation_check_values():
    # Garcia and Gordon 1992: 6.315 ml/L at 10 deg C and salinity 35
    found = indices.do_saturation(10, 35, formula="garcia-gordon") / 1.42905
    assert found == pytest.approx(6.315, abs=0.001)
    fresh = indices.do_saturation(20, 0, formula="garcia-gordon")
    assert fresh == pytest.approx(9.09, abs=0.01)


def test_percent_of_saturation():
    assert indices.do_percent(468 / 51.6 / 2, 20) == pytest.approx(50)


def test_oxygen_index_versions_stay_apart():
    # exam item: f 9.1, DO 6.0, limit 5.0 gives 0.756 in the form of 1993, 0.833 in that of 2018
    assert indices.do_index(6.0, 9.1, 5.0) == pytest.approx(0.756, abs=5e-4)
    assert indices.do_index(6.0, 9.1, 5.0, version="HJ 2.3-2018") == pytest.approx(5 / 6)
    assert indices.do_index(4.0, 9.1, 5.0) == pytest.approx(10 - 9 * 0.8)
    assert np.isnan(indices.do_index(np.nan, 9.1, 5.0))


def test_ph_index_versions():
    np.testing.assert_allclose(indices.ph_index([8.15, 8.5, 7.8, 8.85]), [0, 1, 1, 2], atol=1e-9)
    found = indices.ph_index([7, 6, 9, 9.5, np.nan], 6, 9, version="HJ 2.3")
    np.testing.assert_allclose(found, [0, 1, 1, 1.25, np.nan])
    # a sea range above 7 is never met by acid water
    assert indices.ph_index(6.5, 7.8, 8.5, version="HJ 2.3") == np.inf


def test_unionised_ammonia_of_the_worked_example():
    # S 30, 20 deg C, pH 8.1, 5 umol/L: pKa 9.4906, 3.909 %, 0.00274 mg/L (GB 3097 annex B)
    assert indices.unionised_ammonia(5, 30, 20, 8.1) == pytest.approx(0.00274, abs=1e-5)
    by_mass = indices.unionised_ammonia(0.07, 30, 20, 8.1, unit="mg/L")
    assert by_mass == pytest.approx(0.07 * 0.03909, abs=1e-6)
    assert np.isnan(indices.unionised_ammonia(5, np.nan, 20, 8.1))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: indices.do_saturation(20, 0, formula="guess"), "formula 'guess' is unknown"),
        (lambda: indices.do_index(6, 9, 5, version="1990"), "version '1990' of the oxygen index"),
        (lambda: indices.ph_index(8, version="x"), "version 'x' of the pH index"),
        (lambda: indices.ph_index(8, 5, 6.9, version="HJ 2.3"), "cannot be measured from 7"),
        (lambda: indices.unionised_ammonia(1, 1, 1, 8, unit="ppm"), "unit 'ppm' is unknown"),
    ],
)
def test_unknown_versions_are_named(call, message):
    with pytest.raises(InputError, match=message):
        call()


@given(st.floats(0.1, 9), st.floats(0.01, 9))
@settings(max_examples=100, deadline=None)
def test_less_oxygen_is_never_better_below_saturation(do, less):
    f = float(indices.do_saturation(20, 0))
    for version in ("HJ/T 2.3-93", "HJ 2.3-2018"):
        low = indices.do_index(min(do, less), f, 5.0, version=version)
        assert low >= indices.do_index(max(do, less), f, 5.0, version=version) - 1e-9


@given(st.floats(6, 9.5), st.floats(0, 1))
@settings(max_examples=50, deadline=None)
def test_more_alkaline_water_frees_more_ammonia(ph, step):
    before = indices.unionised_ammonia(5, 30, 20, ph)
    assert indices.unionised_ammonia(5, 30, 20, ph + step) >= before
