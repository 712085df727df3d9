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
    text = format_share(share)
    most = 0.001 if text.startswith("<") else 0.0005
    assert abs(float(text.removeprefix("<")) / 100 - share) <= most + 1e-9


def test_nothing_and_a_trace_are_told_apart():
    assert (format_share(0.0), format_share(0.0003)) == ("0", "<0.1")
    assert (format_area(0.0, 50.0), format_area(0.001, 50.0), format_area(1e-14, 5.0)) == (
        "0", "<0.1", "0")  # fmt: skip


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(0, 0, "0"), (0, 0.003, "<1"), (0, 0.0002, "0"), (1, 1, "100"), (0.997, 1, ">99"),
     (0.121, 0.124, "12"), (0, 0.03, "0–3"), (0.97, 1, "97–100")],
)  # fmt: skip
def test_interval_of_one_figure_prints_once(low, high, text):
    assert format_interval(low, high) == text


def test_digits_follow_the_size_of_the_water():
    assert format_area(1.2345, 9.28) == "1.23"
    assert format_area(1.2345, 160.1) == "1.2"
    assert format_area(12345.6, 20000.0) == "12346"


def test_interval_without_draws_is_a_dash():
    assert format_interval(0.1249, 0.35) == "12–35"
    assert format_interval(math.nan, 0.3) == "–"
