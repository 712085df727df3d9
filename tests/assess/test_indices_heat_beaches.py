import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayqa import indices
from bayqa.errors import InputError


def test_status_at_the_target_is_on_the_good_line():
    found = indices.heat_eqrs(3.5, 3.5, 50)
    assert found.eqrs == pytest.approx(0.6) and found.label == "Good"
    assert indices.heat_eqrs(7.5, 7.5, 25, response=-1).label == "Good"


def test_quality_ratio_by_hand():
    # target 1.8, 50 %: best 1.2; status 2.4 gives 0.5, between 0.3833 and 0.525
    found = indices.heat_eqrs(2.4, 1.8, 50)
    assert found.eqr == pytest.approx(0.5)
    assert found.eqrs == pytest.approx(0.2 + 0.2 * (0.5 - 0.38333333) / (0.525 - 0.38333333))
    assert found.label == "Poor"
    assert indices.heat_eqrs(np.nan, 1.8, 50).grade == 0


def test_confidence_of_class_and_of_indicator():
    found = indices.heat_accuracy(7.0, 1.5, 9, 7.5, response=-1)
    assert (round(found.ac, 6), found.acc) == (0.841345, 50)
    value, word = indices.heat_confidence(100, 50, 75, found.acc)
    assert value == pytest.approx((75 + 75 + 50) / 3) and word == "Moderate"


def test_unit_takes_its_worst_group():
    groups = {1: [0.9], 2: [0.7, 0.5], 3: [0.8]}
    assert indices.heat_unit(groups) == pytest.approx(0.6)
    assert indices.heat_unit({1: [0.1], 3: [0.8]}, groups=(2, 3)) == pytest.approx(0.8)
    assert np.isnan(indices.heat_unit({1: [np.nan]})) and np.isnan(indices.heat_unit({}))


def test_impossible_deviation_and_response_are_refused():
    with pytest.raises(InputError, match="120 % puts the boundaries"):
        indices.heat_eqrs(1, 1, 120)
    with pytest.raises(InputError, match="response 2 is neither"):
        indices.heat_eqrs(1, 1, 50, response=2)


@given(st.floats(0.01, 50), st.floats(0.01, 50), st.floats(1, 3))
@settings(max_examples=60, deadline=None)
def test_a_worse_status_never_raises_the_ratio(es, et, factor):
    assert indices.heat_eqrs(es * factor, et, 50).eqrs <= indices.heat_eqrs(es, et, 50).eqrs + 1e-12
    down = indices.heat_eqrs(es / factor, et, 25, response=-1).eqrs
    assert down <= indices.heat_eqrs(es, et, 25, response=-1).eqrs + 1e-12


def test_litter_and_beach_grades():
    assert indices.clean_coast_index(0.1) == pytest.approx(2)
    found = indices.grade([2, 2.1, 5, 10, 20, 20.1], "clean-coast")
    assert found.tolist() == [1, 2, 2, 3, 4, 5]
    assert indices.bathing_grade([1000, 2000, 2001, np.nan]).tolist() == [1, 2, 3, 0]
    assert indices.bathing_grade(1500, scheme="2018", language="zh") == "一般"


def test_suitability_is_bracketed_by_the_reports():
    # weekly reports: 17.6, 19.3 too cold, 33.4 too warm, 25.9 suitable, 32.0 fairly suitable
    found = [indices.bathing_suitability(temperature=t) for t in (17.6, 19.3, 25.9, 32.0, 33.4)]
    assert [f.grade for f in found] == [3, 3, 1, 2, 3]
    assert [f.reason for f in found] == ["水温偏低", "水温偏低", "", "水温略高", "水温略高"]
    assert indices.bathing_suitability(water_grade=3, temperature=34.0).reason == "水质差，水温略高"
    assert indices.bathing_suitability(temperature=np.nan).grade == 0
    assert indices.bathing_suitability(water_grade=3, temperature=np.nan).grade == 3


def test_bathing_class_by_percentiles():
    # constant counts have no spread: both percentiles equal the count
    counts = [100.0] * 16
    assert indices.eu_bathing_class(counts, counts).label == "excellent"
    assert indices.eu_bathing_class([100.1] * 16, counts).label == "good"
    # without spread nothing lies between 185 (p90) and 200 (p95): good ends, poor begins
    assert indices.eu_bathing_class([200.0] * 16, counts).label == "good"
    assert indices.eu_bathing_class([200.1] * 16, counts).label == "poor"
    assert indices.eu_bathing_class([300.0] * 16, counts, water="inland").label == "good"


def test_logarithms_of_a_worked_example():
    # Bartram and Ballance 1996, table 8.9, bathing area A: the logarithms add up to 33.31.
    counts = [16, 170, 3390, 450, 450, 590, 740, 190, 1180, 6700, 2800, 600]
    found = indices.eu_bathing_class(counts, counts, min_samples=12).by_parameter["EC"]
    assert 12 * found["mean_log10"] == pytest.approx(33.31, abs=5e-3)
    assert found["label"] == "poor"


def test_too_few_samples_are_not_classified():
    found = indices.eu_bathing_class([10.0] * 15, [10.0] * 16)
    assert (found.label, found.n) == ("not classified", 15)
    assert indices.eu_bathing_class([10.0], [np.nan]).by_parameter["EC"]["grade"] == 0


def test_short_term_pollution_may_be_left_out_within_bounds():
    counts = [10.0] * 16 + [5000.0] * 2
    mark = [False] * 16 + [True] * 2
    assert indices.eu_bathing_class(counts, counts, short_term=mark).label == "excellent"
    with pytest.raises(InputError, match="at most 15 % or one a season"):
        indices.eu_bathing_class(counts, counts, short_term=[True] * 6 + [False] * 12)


def test_zero_counts_need_a_detection_limit():
    zeros = [0.0] * 16
    with pytest.raises(InputError, match="give detection_limit="):
        indices.eu_bathing_class(zeros, zeros)
    assert indices.eu_bathing_class(zeros, zeros, detection_limit=10.0).label == "excellent"
    with pytest.raises(InputError, match="'lake' is unknown; take 'coastal' or 'inland'"):
        indices.eu_bathing_class(zeros, zeros, water="lake")
