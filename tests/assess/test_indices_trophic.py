import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayqa import indices
from bayqa.errors import InputError

amount = st.floats(1e-3, 1e3)


def test_trophic_sub_indices_of_hulun_lake():
    # ChinaXiv 202112.00113 table 3: TN 9.79 mg/L 93.172, chlorophyll 16.15 55.209 and 7.77 47.262
    assert indices.trophic_state(tn=9.79).value == pytest.approx(93.172, abs=0.05)
    found = indices.trophic_state(chla=[16.15, 7.77]).value
    np.testing.assert_allclose(found, [55.209, 47.262], atol=0.05)
    assert indices.trophic_state(tp=0.27).value == pytest.approx(73.131, abs=0.1)


def test_trophic_index_of_published_parts_with_renormalised_weights():
    # the same table, August 2011, permanganate index left out: 61.837
    parts = {"chla": 37.749, "tp": 69.802, "tn": 68.909, "secchi": 81.743}
    found = indices.combine_trophic(parts)
    assert found.value == pytest.approx(61.837, abs=0.001)
    assert (found.state, found.state_en) == ("中度富营养", "moderate eutrophic")
    assert sum(found.weights.values()) == pytest.approx(1)


def test_trophic_states_at_the_edges():
    values = [29.9, 30, 50, 50.1, 60, 70, 70.1, np.nan]
    assert indices.grade(values, "trophic-state").tolist() == [1, 2, 2, 3, 3, 4, 5, 0]


def test_a_value_that_is_not_positive_is_unknown():
    found = indices.trophic_state(chla=[0.0, 5.0], tp=[0.1, np.nan])
    assert np.isnan(found.value).all() and found.grade.tolist() == [0, 0]


def test_carlson_index_of_a_one_metre_disc():
    assert indices.carlson_tsi(secchi=1.0)["secchi"] == pytest.approx(60)
    assert indices.carlson_tsi(chla=7.3)["chla"] == pytest.approx(50.1, abs=0.01)
    assert indices.grade([39, 40, 50, 51, 71], "carlson").tolist() == [1, 2, 2, 3, 4]


def test_trix_and_its_floor_at_saturation():
    assert indices.trix(2, 105, 100, 15) == pytest.approx(4.730076, abs=1e-6)
    # at saturation 0.1 % stands in: log10(2 x 0.1 x 100 x 15) = log10(300)
    assert indices.trix(2, 100, 100, 15) == pytest.approx((np.log10(300) + 1.5) / 1.2)
    assert np.isnan(indices.trix(2, np.nan, 100, 15))


def test_nutrient_surplus_by_the_limiting_element():
    # N 2, P 0.3, Si 1 is short of nitrogen: (2/224 - 1/560) x 1272
    assert indices.icep(2.0, 0.3, 1.0) == pytest.approx(9.085714, abs=1e-6)
    assert indices.icep(0.5, 0.05, 6.0) < 0
    assert np.isnan(indices.icep(np.nan, 0.05, 6.0))


def test_empty_and_unknown_inputs_are_refused():
    with pytest.raises(InputError, match="got nothing; give at least one of chla"):
        indices.trophic_state()
    with pytest.raises(InputError, match="got \\['depth'\\]"):
        indices.combine_trophic({"depth": 1.0})
    with pytest.raises(InputError, match="Carlson's index got nothing"):
        indices.carlson_tsi()


@given(amount, amount, amount, amount, amount, st.floats(1, 4))
@settings(max_examples=50, deadline=None)
def test_a_worse_lake_never_has_a_lower_index(chla, tp, tn, secchi, cod, factor):
    given_ = {"chla": chla, "tp": tp, "tn": tn, "secchi": secchi, "cod_mn": cod}
    before = indices.trophic_state(**given_).value
    for name, value in given_.items():
        worse = value / factor if name == "secchi" else value * factor
        assert indices.trophic_state(**given_ | {name: worse}).value >= before - 1e-9


@given(amount, st.floats(0, 200), amount, amount, st.floats(1, 4))
@settings(max_examples=50, deadline=None)
def test_trix_rises_with_each_factor(chla, do_sat, din, tp, factor):
    before = indices.trix(chla, do_sat, din, tp)
    further = 100 + (do_sat - 100) * factor
    for worse in (
        (chla * factor, do_sat, din, tp),
        (chla, further, din, tp),
        (chla, do_sat, din * factor, tp),
        (chla, do_sat, din, tp * factor),
    ):
        assert indices.trix(*worse) >= before - 1e-9
