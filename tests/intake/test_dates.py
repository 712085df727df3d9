"""Dates in every spelling, and those that must not be guessed."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayqa.errors import InputError
from bayqa.intake import read_samples
from bayqa.intake.moments.dates import day_order, parse_dates

from .files import HEAD, ROWS, found, read_rows, with_cells, write_text

CASES = [
    ("2023-05-08", "2023-05-08", ""),
    ("2023/5/8", "2023-05-08", ""),
    ("2023.5.8", "2023-05-08", ""),
    ("2023年5月8日", "2023-05-08", ""),
    ("２０２３年５月８日", "2023-05-08", ""),
    ("20230508", "2023-05-08", ""),
    ("23/5/8", "2023-05-08", ""),
    ("8-May-2023", "2023-05-08", ""),
    ("May 8, 2023", "2023-05-08", ""),
    ("2023/5/8 10:30", "2023-05-08T10:30", ""),
    ("2023-05-08 下午3:05", "2023-05-08T15:05", ""),
    ("2023-05-08T10:00:00Z", "2023-05-08T10:00", "zone"),
    ("45054", "2023-05-08", "serial"),
    ("2023-05", "2023-05-15", "month"),
    ("2023年5月", "2023-05-15", "month"),
    ("2023年五月", "2023-05-15", "month"),
    ("202305", "2023-05-15", "month"),
    ("May 2023", "2023-05-15", "month"),
    ("2023春季", "2023-04-15", "season"),
    ("2023年夏", "2023-07-15", "season"),
    ("autumn 2023", "2023-10-15", "season"),
    ("2023年第二季度", "2023-05-15", "season"),
    ("2023Q3", "2023-08-15", "season"),
    ("2023.5.8-5.10", "2023-05-08", "range"),
    ("2023-05-08~2023-05-10", "2023-05-08", "range"),
    ("5/5/2023", "2023-05-05", ""),
    ("25/12/2023", "2023-12-25", ""),
    ("12/25/2023", "2023-12-25", ""),
]
NAT = [
    ("2023-02-30", "impossible"),
    ("2023-13-01", "impossible"),
    ("31/13/2023", "impossible"),
    ("2023-05-08 25:99", "impossible"),
    ("soon", "unreadable"),
    ("", "blank"),
    ("—", "blank"),
    ("2023", "year only"),
    ("3/4/2023", "ambiguous"),
    ("0000-00-00", "impossible"),
]


@pytest.mark.parametrize(("text", "time", "note"), CASES)
def test_spellings(text, time, note):
    dates = parse_dates([text])
    assert dates.times[0] == np.datetime64(time)
    assert dates.notes[0] == note


@pytest.mark.parametrize(("text", "note"), NAT)
def test_what_is_no_date(text, note):
    dates = parse_dates([text])
    assert np.isnat(dates.times[0])
    assert dates.notes[0] == note


def test_order_is_told_by_the_column():
    assert day_order(["25/12/2023", "3/4/2023"]) == "dmy"
    assert day_order(["12/25/2023", "3/4/2023"]) == "mdy"
    assert day_order(["25/12/2023", "12/25/2023"]) == "both"
    assert day_order(["3/4/2023"]) == "unknown"
    assert day_order(["2023-04-03", "5/5/2023"]) == ""


def test_ambiguous_column_is_refused_until_told(tmp_path):
    rows = with_cells("监测时间", ["03/04/2023", "05/06/2023", "07/08/2023"])
    with pytest.raises(InputError, match=r"row 2, column '监测时间': '03/04/2023' can be"):
        read_rows(tmp_path, rows)
    samples = read_rows(tmp_path, rows, mapping={"dates": {"order": "dmy"}})
    assert samples["time"].iloc[0] == pd.Timestamp("2023-04-03")
    samples = read_rows(
        tmp_path, with_cells("监测时间", ["03/04/2023", "13/06/2023", "07/08/2023"])
    )
    assert samples["time"].iloc[0] == pd.Timestamp("2023-04-03")


def test_impossible_dates_are_flagged_by_row(tmp_path):
    rows = with_cells("监测时间", ["2023-05-08", "2023-02-30", "then"])
    samples = read_rows(tmp_path, rows)
    by_station = samples.groupby("station")["flag"].first()
    assert by_station.to_dict() == {"W01": 2, "W02": 4, "W03": 4}
    hits = found(samples, "date", "flagged")
    assert hits[["row", "found"]].to_numpy().tolist() == [[3, "2023-02-30"], [4, "then"]]


def test_year_month_day_in_columns_of_their_own(tmp_path):
    head = ["站位", "经度", "纬度", "年", "月", "日", "DIN(mg/L)"]
    rows = [head, ["W01", "122.5", "37.1", "2023", "5", "8", "0.1"]]
    assert read_rows(tmp_path, rows)["time"].iloc[0] == pd.Timestamp("2023-05-08")
    head = ["station", "lon", "lat", "year", "season", "DIN(mg/L)"]
    rows = [head, ["W01", "122.5", "37.1", "2023", "summer", "0.1"]]
    assert read_rows(tmp_path, rows)["time"].iloc[0] == pd.Timestamp("2023-07-15")


def test_clock_in_a_column_of_its_own(tmp_path):
    head = ["station", "lon", "lat", "date", "hh:mm", "DIN(mg/L)"]
    rows = [head, ["W01", "122.5", "37.1", "2023-05-08", "10:30", "0.1"]]
    assert read_rows(tmp_path, rows)["time"].iloc[0] == pd.Timestamp("2023-05-08 10:30")


def test_month_from_the_name_of_the_file_or_none(tmp_path):
    rows = [[c for j, c in enumerate(r) if j != 3] for r in [HEAD, *ROWS]]
    samples = read_samples(write_text(tmp_path / "威海2023年8月.csv", rows))
    assert (samples["time"] == pd.Timestamp("2023-08-15")).all()
    samples = read_samples(write_text(tmp_path / "x.csv", rows))
    assert (samples["flag"] == 4).all()
    assert found(samples, "date", "flagged")["count"].tolist() == [3]


def test_future_dates_are_suspect(tmp_path):
    samples = read_rows(
        tmp_path, with_cells("监测时间", ["2199-05-08", "2023-05-08", "2023-05-08"])
    )
    assert samples.loc[samples["station"] == "W01", "flag"].unique().tolist() == [3]


@given(
    st.dates(pd.Timestamp("1950-01-01").date(), pd.Timestamp("2099-12-31").date()),
    st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d", "%d %b %Y"]),
)
def test_every_day_survives_every_style(day, style):
    assert parse_dates([day.strftime(style)]).times[0] == np.datetime64(day)


@given(st.text(max_size=25))
def test_any_text_is_read_without_an_exception(text):
    assert len(parse_dates([text]).times) == 1
    day_order([text])


def test_quarters_are_not_months(tmp_path):
    head = ["站位", "经度", "纬度", "年份", "季度", "DIN(mg/L)"]
    rows = [head, ["W01", "122.5", "37.1", "2023", "2", "0.1"]]
    assert read_rows(tmp_path, rows)["time"].iloc[0] == pd.Timestamp("2023-05-15")
    rows[0][4] = "航次"
    samples = read_rows(tmp_path, rows)
    assert samples["flag"].tolist() == [4]


def test_an_ambiguous_date_of_a_row_that_is_left_out_decides_nothing(tmp_path):
    text = "station,date,lon,lat,pH\nW1,2023-05-08,122.5,37.1,8.1\nmean,3/4/2023,,,8.1\n"
    path = tmp_path / "a.csv"
    path.write_text(text)
    samples = read_samples(path)
    assert samples["time"].dt.strftime("%Y-%m-%d").tolist() == ["2023-05-08"]
