"""Number formats: what a spreadsheet shows, by the rules that spreadsheet programs follow."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayqa.intake.files.formats import show_number, tells_more


@pytest.mark.parametrize(("code", "word", "shown"), [
    ('"<"0.00', "0.01", "<0.01"), ("\\<0.00", "0.01", "<0.01"), ('0.00"L"', "0.01", "0.01L"),
    ('"＜"0.00', "0.01", "＜0.01"), ('"ND("0.00")"', "0.01", "ND(0.01)"), ('">"0.0', "0.5", ">0.5"),
    ('"未检出"', "0.01", "未检出"), ('0.00;-0.00;"ND"', "0", "ND"),
    ('0.00;-0.00;"ND"', "0.2", "0.2"),
    ('0.000;;"-"', "0", "-"), ('[<0.005]"<0.005";0.000', "0.004", "<0.005"),
    ('[<0.005]"<0.005";0.000', "0.005", "0.005"), ('[>=9]">9";0.0', "9", ">9"),
    ('0.00;"<"0.00', "-0.01", "<0.01"), ('0.00;"<"0.00', "0.01", "0.01"),
    ('[Red]"<"0.00_)', "0.01", "<0.01"), ('0" μg/L"', "210", "210 μg/L"),
    ('"W"00', "1", "W01"), ("000", "7", "007"), ("000", "1234", "1234"), ('"W"0', "12", "W12"),
    ('0000"-"00"-"00', "20230508", "2023-05-08"), ('0.00"*"', "0.3", "0.3*"),
])  # fmt: skip
def test_formats_that_show_more_than_the_number(code, word, shown):
    assert tells_more(code)
    assert show_number(code, word) == shown


@pytest.mark.parametrize("code", [
    "General", "0.00", "#,##0.00", "0.00E+00", "0%", "# ?/?", "@", "[Red]0.00;[Blue]-0.00",
    "yyyy-mm-dd", 'yyyy"年"m"月"d"日"', "[h]:mm:ss", '"Standard" 0.0', '0.00,"k"', "", ";;;",
    '_ * #,##0.00_ ;_ * \\-#,##0.00_ ;_ @_ ', '0.00"±0.01"', "0" * 300,
])  # fmt: skip
def test_plain_formats_leave_the_number_as_it_is(code):
    assert show_number(code, "0.21") == "0.21"


def test_texts_are_no_matter_of_number_formats():
    assert show_number('"<"0.00', "ND") == "ND"


@given(st.text('0#?.,;<>"\\[]_*LWNDymd%@ -', max_size=30), st.floats(-1e6, 1e6))
def test_any_format_gives_a_text(code, number):
    assert isinstance(show_number(code, repr(number)), str)
