"""Values, headings and dates in further spellings that people use."""

from __future__ import annotations

import numpy as np
import pytest

from bayqa.intake.moments.dates import parse_dates
from bayqa.intake.vocabulary.names import parse_heading
from bayqa.intake.vocabulary.values import parse_value

from .files import HEAD, ROWS, found, one, read_rows


@pytest.mark.parametrize(("text", "kind", "lower", "upper"), [
    ("less than 0.02", "below", 0, 0.02), ("below 0.02", "below", 0, 0.02),
    ("0.02以下", "below", 0, 0.02), ("0.02未満", "below", 0, 0.02),
    ("unter 0.02", "below", 0, 0.02),
    ("menor que 0.02", "below", 0, 0.02), ("(<0.02)", "below", 0, 0.02),
    ("2.0×10⁻³L", "below", 0, 0.002), ("ND/0.02", "below", 0, 0.02),
    ("0.5以上", "above", 0.5, np.inf), ("more than 0.5", "above", 0.5, np.inf),
    ("<0.01~0.05", "interval", 0, 0.05), ("ND-0.05", "interval", 0, 0.05),
    ("0.01L~0.05", "interval", 0, 0.05), ("约0.32左右", "exact", 0.32, 0.32),
    ("E 0.03", "exact", 0.03, 0.03), ("0.32.", "exact", 0.32, 0.32),
    ("0.05<", "unreadable", np.nan, np.nan), ("(0.32)", "unreadable", np.nan, np.nan),
])  # fmt: skip
def test_values_in_further_spellings(text, kind, lower, upper):
    reading = parse_value(text)
    assert reading.kind == kind
    assert np.array_equal((reading.lower, reading.upper), (lower, upper), equal_nan=True)


@pytest.mark.parametrize("text", [
    "< LOQ", "tr.", "n.n.", "<LQ", "检出限以下", "低于方法检出限", "non détecté",
    "None Detected", "0L",
])  # fmt: skip
def test_marks_of_what_is_not_detected(text):
    assert parse_value(text).kind == "not detected"


@pytest.mark.parametrize(("heading", "parameter", "unit"), [
    ("无机氮 Inorganic nitrogen (μg/L)", "din", "μg/L"), ("无机氮 单位：mg/L", "din", "mg/L"),
    ("无机氮(单位:μg/L)", "din", "μg/L"), ("DIN毫克/升", "din", "毫克/升"),
    ("DIN in µg/l", "din", "μg/l"),
    ("DIN <mg/L>", "din", "mg/L"), ("Nitrate (as NO3) mg/L", "no3_n", "mg/L as NO3"),
    ("硝酸盐(以NO3-计)(mg/L)", "no3_n", "mg/L as NO3"), ("NO3- (mg NO3-/L)", "no3_n", "mg NO3-/L"),
    ("Orthophosphate as P (mg/L)", "dip", "mg/L as P"),
    ("活性磷酸盐-P μmol/L", "dip", "μmol/L as P"),
    ("Orthophosphate as PO4 (mg/L)", "dip", "mg/L as PO4"),
    ("FC (MPN/100mL)", "faecal_coliforms", "MPN/100mL"), ("FC (mg/L)", "", ""), ("FC", "", ""),
    ("总磷 dissolved fraction (mg/L)", "", ""),
])  # fmt: skip
def test_headings_in_further_spellings(heading, parameter, unit):
    found = parse_heading(heading)
    assert (found.parameter, found.unit) == (parameter, unit)


@pytest.mark.parametrize(("heading", "layer"), [
    ("无机氮-表(mg/L)", "surface"), ("无机氮-底(mg/L)", "bottom"), ("无机氮(mg/L)", ""),
])  # fmt: skip
def test_layers_before_the_unit_of_a_heading(heading, layer):
    found = parse_heading(heading)
    assert (found.parameter, found.unit, found.layer) == ("din", "mg/L", layer)


@pytest.mark.parametrize("heading", [
    "采样日期（yyyy-mm-dd）", "日期(年/月/日)", "采样时间\nSampling time", "采样日期/Sampling date",
])  # fmt: skip
def test_headings_of_dates_in_further_spellings(heading):
    assert parse_heading(heading).field == "time"


@pytest.mark.parametrize(("text", "time", "note"), [
    ("45054.4375", "2023-05-08T10:30", "serial"), ("1683513000000", "2023-05-08T02:30", "epoch"),
    ("2023-128", "2023-05-08", "day of year"), ("2023-366", None, "unreadable"),
    ("2566-05-08", "2023-05-08", "buddhist"), ("พ.ศ. 2566-05-08", "2023-05-08", "buddhist"),
    ("2023-05-08 10:30 CST", "2023-05-08T10:30", "zone"),
    ("2023-05-08 10:30 (UTC+8)", "2023-05-08T10:30", "zone"),
    ("2023-05-08 10:30 北京时间", "2023-05-08T10:30", "zone"),
    ("2023-05-08 2:05 p.m.", "2023-05-08T14:05", ""), ("2023年5月8日下午", "2023-05-08", ""),
    ("2023/5/8 中午12:10", "2023-05-08T12:10", ""), ("2023/5/8 晚上8:10", "2023-05-08T20:10", ""),
    ("2023/5/8 凌晨12:10", "2023-05-08T00:10", ""), ("08MAY2023", "2023-05-08", ""),
    ("2023_05_08", "2023-05-08", ""), ("2023\\05\\08", "2023-05-08", ""),
    ("'2023-05-08", "2023-05-08", ""), ("May 8-10, 2023", "2023-05-08", "range"),
])  # fmt: skip
def test_dates_in_further_spellings(text, time, note):
    dates = parse_dates([text])
    assert dates.notes[0] == note
    assert np.isnat(dates.times[0]) if time is None else dates.times[0] == np.datetime64(time)


def dated(tmp_path, dates, heading="日期"):
    head = [*HEAD[:3], heading, *HEAD[4:]]
    rows = [[*row[:3], date, *row[4:]] for row, date in zip(ROWS, dates, strict=True)]
    return read_rows(tmp_path, [head, *rows])


def test_dates_with_points_are_day_first_and_said(tmp_path):
    samples = dated(tmp_path, ["08.05.2023", "09.05.2023", "10.06.2023"])
    assert str(one(samples, "din")["time"])[:10] == "2023-05-08"
    assert found(samples, "date", "assumed")["count"].tolist() == [3]


@pytest.mark.parametrize(("heading", "day"), [
    ("Sampling Date (dd/mm/yyyy)", "2023-08-05"), ("Date (MM/DD/YYYY)", "2023-05-08"),
    ("日期(月/日/年)", "2023-05-08"),
])  # fmt: skip
def test_headings_tell_the_order_of_day_and_month(tmp_path, heading, day):
    samples = dated(tmp_path, ["05/08/2023"] * 3, heading)
    assert str(one(samples, "din")["time"])[:10] == day
    assert found(samples, "date", "assumed")["count"].tolist() == [3]


@pytest.mark.parametrize("clock", ["14:30", "2:30 PM", "1430", "0.604166667", "下午2:30"])
def test_clock_times_in_a_column_of_their_own(tmp_path, clock):
    head = [*HEAD[:3], "Date", "Time", *HEAD[4:]]
    rows = [[*row[:4], clock, *row[4:]] for row in ROWS]
    samples = read_rows(tmp_path, [head, *rows])
    assert str(one(samples, "din")["time"])[:16] == "2023-05-08 14:30"
