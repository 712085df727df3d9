import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayqa import indices
from bayqa.errors import InputError


def test_ccme_index_of_the_manual():
    # CCME WQI 1.0 manual, North Saskatchewan River 1997: 10 variables, 103 tests, of which two of
    # phosphorus (limit 0.05) and two of lead (limit 0.004) fail: 88.13, F1 20.0, F2 3.88, F3 2.78.
    good = {f"v{k}": [0.0] * n for k, n in enumerate([12, 12, 12, 12, 12, 11, 4, 4])}
    tp = [0.058, 0.108] + [0.01] * 10
    lead = [0.0094, 0.0051] + [0.001] * 10
    limits = dict.fromkeys(good, 1.0) | {"tp": 0.05, "lead": 0.004}
    found = indices.ccme_wqi(good | {"tp": tp, "lead": lead}, limits)
    assert found.value == pytest.approx(88.13, abs=0.005)
    assert (found.f1, round(found.f2, 2), round(found.f3, 2)) == (20.0, 3.88, 2.78)
    assert (found.category, found.n_variables, found.n_tests) == ("Good", 10, 103)
    assert found.enough


def test_ccme_limits_on_both_sides():
    found = indices.ccme_wqi({"ph": [6.0, 7.0, 10.0, np.nan]}, {"ph": (6.5, 9.0)})
    # excursions 6.5/6 - 1 and 10/9 - 1 over three tests
    assert found.n_tests == 3 and not found.enough
    assert found.nse == pytest.approx((6.5 / 6 - 1 + 10 / 9 - 1) / 3)


def test_ccme_without_a_test_is_unknown_and_zero_oxygen_is_total():
    assert np.isnan(indices.ccme_wqi({"do": [np.nan]}, {"do": (5, None)}).value)
    assert indices.ccme_wqi({"do": [0.0]}, {"do": (5, None)}).f3 == 100


def test_ccme_bands_leave_no_gap():
    assert indices.label(indices.grade([64.5, 94.2, 44.0], "ccme"), "ccme", "en").tolist() == [
        "Fair",
        "Excellent",
        "Poor",
    ]


def test_ccme_needs_a_limit_for_each_parameter():
    with pytest.raises(InputError, match="'tp' has no limit"):
        indices.ccme_wqi({"tp": [1.0]}, {})


@given(st.lists(st.floats(0.01, 5), min_size=4, max_size=8), st.integers(0, 3), st.floats(1, 5))
@settings(max_examples=50, deadline=None)
def test_a_worse_value_never_raises_the_ccme_index(values, place, factor):
    limits = {"a": 1.0, "b": 2.0}
    worse = [v * factor if k == place else v for k, v in enumerate(values)]
    before = indices.ccme_wqi({"a": values, "b": [1.0] * 4}, limits).value
    assert indices.ccme_wqi({"a": worse, "b": [1.0] * 4}, limits).value <= before + 1e-9


def test_korean_index_of_the_published_record():
    # Haeundae, second quarter 2018: 30, grade II; oxygen at the reference scores 2
    found = indices.korea_wqi("Korea Strait", 90, 0.82, 3.5, 113.7, 28.1)
    assert (found.value, found.grade, found.scores["do_sat"]) == (30, 2, 2)


def test_korean_scores_at_the_steps():
    # reference 6.3 ug/L: 10, 25 and 50 % above it
    chla = [6.2, 6.3, 6.93, 7.875, 9.45, np.nan]
    found = indices.korea_wqi("Korea Strait", 95, chla, 3.0, 100, 10)
    np.testing.assert_array_equal(found.scores["chla"], [1, 2, 3, 4, 5, np.nan])
    assert found.grade.tolist()[-1] == 0


def test_korean_region_must_be_known():
    with pytest.raises(InputError, match="'Yellow Sea' is unknown; take one of East Sea"):
        indices.korea_wqi("Yellow Sea", 90, 1, 1, 1, 1)


@given(st.lists(st.floats(0.1, 200), min_size=5, max_size=5), st.integers(0, 4), st.floats(1, 3))
@settings(max_examples=50, deadline=None)
def test_korean_index_is_monotone(values, place, factor):
    worse = list(values)
    # oxygen and Secchi depth fall, the others rise
    worse[place] = values[place] / factor if place in (0, 2) else values[place] * factor
    before = indices.korea_wqi("Jeju", *values).value
    assert indices.korea_wqi("Jeju", *worse).value >= before


def test_reef_score_is_capped_at_half_and_double():
    np.testing.assert_allclose(indices.gbr_score([0.45, 0.9, 9.0, 0.1], 0.45), [0, -1, -1, 1])
    assert indices.gbr_score(12, 10, high_is_bad=False) == pytest.approx(0.263034, abs=1e-6)
    assert indices.grade([0.667, 0.333, 0, -0.5, -0.51], "gbr").tolist() == [1, 2, 3, 4, 5]


def test_sdg_indicator_counts_good_bodies():
    found = indices.sdg_632([80, 79, 0], [100, 100, 0])
    assert found.good.tolist() == [True, False, False]
    assert found.indicator == 50 and np.isnan(found.percent[2])


def test_ncca_site_and_missing_ratings():
    assert indices.ncca_site_index("GGGGF") == "good"
    assert indices.ncca_site_index(["good", "fair", "fair", "poor", "good"]) == "fair"
    # two poor decide whatever the missing ones are; one missing can turn good into fair
    assert indices.ncca_site_index("PP???") == "poor"
    assert indices.ncca_site_index("GGGF?") == "missing"
    assert indices.ncca_site_index("") == "missing"


def test_ncca_region():
    assert indices.ncca_region_index(51, 9) == "good"
    assert indices.ncca_region_index(50, 9) == "fair"
    assert indices.ncca_region_index(51, 20.1) == "poor"
    assert indices.ncca_region_index(np.nan, 5) == "missing"


def test_area_under_the_chesapeake_curve_is_a_tenth():
    x = np.linspace(0, 1, 20001)
    assert np.trapezoid(indices.cfd_reference(x), x) == pytest.approx(0.1, abs=1e-5)


@given(st.lists(st.sampled_from("GFP?"), min_size=5, max_size=5), st.integers(0, 4))
@settings(max_examples=60, deadline=None)
def test_a_worse_component_never_improves_a_site(ratings, place):
    order = {"good": 0, "fair": 1, "poor": 2}
    worse = list(ratings)
    worse[place] = {"G": "F", "F": "P"}.get(ratings[place], ratings[place])
    before, after = indices.ncca_site_index(ratings), indices.ncca_site_index(worse)
    if "missing" not in (before, after):
        assert order[after] >= order[before]
