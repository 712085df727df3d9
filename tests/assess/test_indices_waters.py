import numpy as np
import pytest

from bayqa.assess.indices import assets_condition, normalise_salinity, nsf_wqi
from bayqa.errors import InputError


@pytest.mark.parametrize("areas", [[0, 0], [2, -1], [], [1, np.nan]])
def test_zones_without_area_are_refused(areas):
    with pytest.raises(InputError, match="areas of the zones are .*; give one number above 0"):
        assets_condition(areas, {"chla": areas}, {"do": areas})


def test_expressions_beyond_one_are_no_shares():
    with pytest.raises(InputError, match="symptom 'do' has values of .50, 25.; give 0, 0.25"):
        assets_condition([1, 1], {"chla": [0.5, 0.5]}, {"do": [50, 25]})


def test_a_line_of_mixing_wants_pairs():
    with pytest.raises(InputError, match="3 values and 2 salinities; give those of the same"):
        normalise_salinity([3, 2, 1], [10, 20], 32)


def test_measured_values_are_no_scores():
    with pytest.raises(InputError, match="scores temperature_change -3, total_solids 240 are not"):
        nsf_wqi({"ph": 90, "temperature_change": -3, "total_solids": 240})
    assert nsf_wqi({"ph": 100, "tp": 0}).value == pytest.approx(100 * 0.11 / 0.21)
