"""Dates in several languages, months told by titles and names, and dates that are too late."""

import numpy as np
import pytest

from bayqa.errors import InputError
from bayqa.intake import read_samples
from bayqa.intake.moments.dates import parse_dates

from .files import HEAD, ROWS, found, read_rows, values, with_cells, write_book

SHEET = [["站位", "经度", "纬度", "无机氮(mg/L)"], ["W01", 122.5, 37.1, 0.21]]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("May-23", "2023-05-15"),
        ("mai 2023", "2023-05-15"),
        ("15-août-2023", "2023-08-15"),
        ("8. Mai 2023", "2023-05-08"),
        ("3 mars 2023", "2023-03-03"),
        ("08-Dez-2023", "2023-12-08"),
        ("12 de mayo de 2023", "2023-05-12"),
        ("Monday, May 8, 2023", "2023-05-08"),
        ("8th May 2023", "2023-05-08"),
        ("2023-May-08", "2023-05-08"),
        ("2023년 5월 8일", "2023-05-08"),
        ("令和5年5月8日", "2023-05-08"),
        ("令和元年5月8日", "2019-05-08"),
        ("二〇二三年五月", "2023-05-15"),
        ("二○二三年十一月二十八日", "2023-11-28"),
        ("23年5月", "2023-05-15"),
        ("2023年5月上旬", "2023-05-15"),
        ("Q3 2023", "2023-08-15"),
        ("2023.5", "2023-05-15"),
        ("202305", "2023-05-15"),
    ],
)
def test_dates_of_many_tongues(text, day):
    assert parse_dates([text]).times[0].astype("datetime64[D]") == np.datetime64(day)


@pytest.mark.parametrize("text", ["23-May", "jui 2023", "FY2023 Q1", "5月", "2023-00-08"])
def test_dates_that_cannot_be_told_stay_empty(text):
    assert np.isnat(parse_dates([text]).times[0])


def one_day(samples):
    (day,) = np.unique(samples["time"].to_numpy("datetime64[D]"))
    return str(day)


@pytest.mark.parametrize(
    ("name", "sheet", "title", "cells"),
    [
        ("a.xlsx", "S", "2023年近岸海域水质监测数据表", ["月份", "5月"]),
        ("a.xlsx", "S", "2023年度", ["月份", 5]),
        ("2023年.xlsx", "S", "", ["月份", "May"]),
        ("2023年.xlsx", "5月", "", None),
        ("a.xlsx", "S", "2023年5月监测结果", None),
        ("水质202305.xlsx", "S", "", None),
        ("a.xlsx", "S", "Results May 2023", None),
    ],
)
def test_a_title_or_a_name_tells_the_year_or_the_month(tmp_path, name, sheet, title, cells):
    rows = [list(r) for r in SHEET]
    if cells:
        rows = [[*r, c] for r, c in zip(rows, cells, strict=True)]
    rows = [[title], *rows] if title else rows
    samples = read_samples(write_book(tmp_path / name, {sheet: rows}))
    assert one_day(samples) == "2023-05-15"
    assert len(found(samples, "date", "assumed"))


def test_a_title_with_two_years_tells_none(tmp_path):
    rows = [["2022-2023年监测结果"], ["站位", "月份", "无机氮(mg/L)"], ["W01", "5月", 0.2]]
    samples = read_samples(write_book(tmp_path / "a.xlsx", {"S": rows}))
    assert samples["flag"].tolist() == [4]


def test_dates_after_the_latest_one_are_suspect(tmp_path):
    rows = with_cells("监测时间", ["2024-01-01", "2023-12-31", "2023-05-08"])
    samples = read_rows(tmp_path, rows, mapping={"dates": {"latest": "2023-12-31"}})
    assert samples[samples["flag"] == 3]["station"].unique().tolist() == ["W01"]
    with pytest.raises(InputError, match="latest 'soon' is no date"):
        read_rows(tmp_path, rows, mapping={"dates": {"latest": "soon"}})


def test_without_a_latest_date_a_lone_late_one_is_suspect_on_every_day(tmp_path):
    body = [[f"W{k}", *ROWS[0][1:]] for k in range(8)]
    body[3][3] = "2053-05-08"
    samples = read_rows(tmp_path, [HEAD, *body])
    assert samples[samples["flag"] == 3]["station"].unique().tolist() == ["W3"]
    assert values(samples, "din").size == 8


def test_date_and_clock_in_two_columns(tmp_path):
    rows = [["station", "lon", "lat", "date", "time", "DIN (mg/L)"]]
    rows += [["A", "122.5", "37.1", "2023-05-08", "10:30", "0.2"]]
    samples = read_rows(tmp_path, rows)
    assert str(samples["time"].iloc[0]) == "2023-05-08 10:30:00"


def test_numbers_without_a_heading_are_reported(tmp_path):
    samples = read_rows(tmp_path, [[*HEAD, ""], *[[*r, "7"] for r in ROWS]])
    assert "column H has numbers" in found(samples, "column", "doubtful")["message"].iloc[0]
    clean = read_rows(tmp_path, [[*HEAD, "Unnamed: 7"], *[[*r, ""] for r in ROWS]])
    assert not len(found(clean, "column"))
