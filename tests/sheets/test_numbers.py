import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayqa.sheets.numbers import format_area, format_interval, format_share, round_figure


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(0.25, 1, "0.2"), (0.35, 1, "0.4"), (0.15 + 0.15, 1, "0.3"), (2.5, 0, "2"), (1.005, 2, "1.00"),
     (1.015, 2, "1.02"), (math.nan, 1, "–"), (-0.04, 1, "-0.0")],
)  # fmt: skip
def test_half_goes_to_even_on_the_decimal_form(value, decimals, text):
    assert round_figure(value, decimals) == text


@given(st.floats(0, 1))
def test_share_is_within_half_a_digit(share):
    assert abs(float(format_share(share)) / 100 - share) <= 0.0005 + 1e-9


def test_digits_follow_the_size_of_the_water():
    assert format_area(1.2345, 9.28) == "1.23"
    assert format_area(1.2345, 160.1) == "1.2"
    assert format_area(12345.6, 20000.0) == "12346"


def test_interval_without_draws_is_a_dash():
    assert format_interval(0.1249, 0.35) == "12–35"
    assert format_interval(math.nan, 0.3) == "–"
