import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayqa.fields.scale import Scale, find_scale
from bayqa.parameters import load_parameters


@pytest.mark.parametrize("parameter", list(load_parameters()))
def test_every_parameter_has_a_working_scale_and_a_way_back(parameter):
    values = np.array([0.5, 1.0, 2.0])
    scale = find_scale(parameter, values)
    assert scale.name == load_parameters()[parameter].scale
    np.testing.assert_allclose(scale.to_unit(scale.to_working(values)), values)


def test_zeros_ask_for_half_the_smallest_positive_value():
    scale = find_scale("din", [0.0, 0.02, 0.5, np.nan])
    assert scale == Scale("log10", 0.01)
    assert scale.to_unit(scale.to_working(np.zeros(1)))[0] == pytest.approx(0.0, abs=1e-15)


def test_nothing_positive_gives_an_offset_of_one():
    assert find_scale("din", [0.0, 0.0]).offset == 1.0


def test_an_unknown_parameter_is_log_unless_negative():
    assert find_scale("made_up", [1.0, 2.0]).name == "log10"
    assert find_scale("made_up", [-1.0, 2.0]).name == "linear"


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_the_scale_is_monotone_and_finite(values):
    values = np.sort(np.array(values))
    values[values < 1e-12] = 0.0
    working = find_scale("din", values).to_working(values)
    assert np.isfinite(working).all()
    assert (np.diff(working) >= 0).all()
