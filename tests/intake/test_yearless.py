"""Dates that need their column, a title or a name: other eras, years of two digits, no year."""

import numpy as np
import pytest

from bayqa.errors import InputError
from bayqa.intake import read_samples
from bayqa.intake.moments.dates import day_order, parse_dates
from bayqa.intake.moments.yearless import days_of_year

from .files import found, read_rows, values, write_book

HEAD = ["站位", "经度", "纬度", "监测时间", "无机氮(mg/L)"]


def days(samples):
    return values(samples, "din", "time").astype("datetime64[D]").astype(str).tolist()


def dated(tmp_path, *dates, name="table.csv", **options):
    rows = [[f"W{i}", 122.5, 37.1, date, 0.2 + i / 100] for i, date in enumerate(dates)]
    return read_rows(tmp_path, [HEAD, *rows], name, **options)


def test_years_counted_from_1911(tmp_path):
    samples = dated(tmp_path, "112/05/08", "99/12/01", "民國112年5月9日", "1120510")
    assert days(samples) == ["2023-05-08", "2010-12-01", "2023-05-09", "2023-05-10"]
    assert found(samples, "date", "converted")["count"].tolist() == [4]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12 maja 2023", "2023-05-12"),
        ("13 мая 2023", "2023-05-13"),
        ("15 Mayıs 2023", "2023-05-15"),
        ("13. elokuuta 2023", "2023-08-13"),
        ("8.V.2023", "2023-05-08"),
        ("R5.5.9", "2023-05-09"),
        ("2023年5月8日 星期一", "2023-05-08"),
        ("2023-05-09(周二)", "2023-05-09"),
        ("2023/5/10 Wed", "2023-05-10"),
        ("2023年5月8日8时30分", "2023-05-08T08:30"),
        ("202305080830", "2023-05-08T08:30"),
        ("2023-05-08 0830", "2023-05-08T08:30"),
        ("2023-05-08 24:00", "2023-05-09"),
        ("2023--05-09", "2023-05-09"),
        ("2023，5，11", "2023-05-11"),
        ("8-10 May 2023", "2023-05-08"),
        ("8 May 2023", "2023-05-08"),
    ],
)
def test_spellings_of_a_day(text, day):
    assert parse_dates([text]).times[0] == np.datetime64(day, "s")


def test_two_digits_begin_with_the_year_where_the_last_part_changes(tmp_path):
    assert days(dated(tmp_path, "23.5.18", "23.5.19", "23.5.20"))[0] == "2023-05-18"
    assert days(dated(tmp_path, "18.5.23", "19.5.23", "20.5.23"))[0] == "2023-05-18"
    assert day_order(["23.5.18", "24.6.19"]) == "unknown"
    with pytest.raises(InputError, match="year first"):
        dated(tmp_path, "23.5.18", "24.6.19")
    samples = dated(tmp_path, "23.5.18", "24.6.19", mapping={"dates": {"order": "ymd"}})
    assert days(samples) == ["2023-05-18", "2024-06-19"]


def test_a_month_that_lost_its_last_zero(tmp_path):
    assert days(dated(tmp_path, "2023.05", "2023.1")) == ["2023-05-15", "2023-10-15"]
    samples = dated(tmp_path, "2023.5", "2023.1")
    assert values(samples, "din", "flag").tolist() == [2, 4]
    assert "January or October" in found(samples, "date", "flagged")["message"].iloc[0]


@pytest.mark.parametrize(("sheet", "head", "cells"), [
    ("2023年", ["监测时间"], [["5月8日"], ["5-9"]]),
    ("2023", ["Date"], [["5/8"], ["5/19"]]),
    ("2023", ["Date"], [["8 May"], ["May 9"]]),
    ("2023年5月", ["日"], [[8], [9]]),
    ("2023-05", ["日"], [[8], [9]]),
    ("2023", ["月", "日"], [[5, 8], [5, 9]]),
])  # fmt: skip
def test_days_without_a_year_take_it_from_the_sheet(tmp_path, sheet, head, cells):
    rows = [[f"W{i}", 122.5, 37.1, *row, 0.2] for i, row in enumerate(cells)]
    rows = [["站位", "经度", "纬度", *head, "无机氮(mg/L)"], *rows]
    samples = read_samples(write_book(tmp_path / "a.xlsx", {sheet: rows}))
    assert days(samples)[0] == "2023-05-08"
    assert days(samples)[1] in ("2023-05-09", "2023-05-19")


def test_a_day_that_may_have_lost_its_zero_is_not_read():
    assert days_of_year(["5.1", "5.12"], "mdy") == [(0, 0, ""), (5, 12, "")]
    assert days_of_year(["5.1", "5.10"], "mdy") == [(5, 1, ""), (5, 10, "")]
    assert days_of_year(["5/8"]) == [(0, 0, "")]


def test_a_title_gives_the_day_and_the_date_of_printing_gives_none(tmp_path):
    rows = [["监测日期：2023-05-08  打印日期：2023-06-30"], HEAD[:3] + HEAD[4:],
            ["W1", 122.5, 37.1, 0.2]]  # fmt: skip
    assert days(read_rows(tmp_path, rows)) == ["2023-05-08"]
    rows[0] = ["打印日期：2023-06-30"]
    assert found(read_rows(tmp_path, rows), "date", "flagged")["count"].tolist() == [1]
