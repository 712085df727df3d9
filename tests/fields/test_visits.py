"""Dates of the visits, as exactly as they are known."""

import json

import pandas as pd

from bayqa.fields import summarize
from bayqa.fields.visits import date_visits
from bayqa.intake import read_samples
from tests.builders import make_samples


def rows_of(dates, notes=None, parameter="din", campaign="2023-summer"):
    times = pd.to_datetime(dates)
    notes = [""] * len(times) if notes is None else notes
    return pd.DataFrame(
        {"campaign": campaign, "parameter": parameter, "time": times, "note": notes}
    )


def ends_of(*args, **options):
    return date_visits(rows_of(*args, **options)).get("2023-summer", {}).get("din")


def test_first_and_last_day_of_each_parameter():
    rows = pd.concat(
        [rows_of(["2023-08-11 10:25", "2023-08-03 08:00"]), rows_of(["2023-08-20"], parameter="do")]
    )
    assert date_visits(rows) == {
        "2023-summer": {"din": ["2023-08-03", "2023-08-11"], "do": ["2023-08-20", "2023-08-20"]}
    }


def test_months_without_a_day_stay_months():
    assert ends_of(["2023-08-15", "2023-08-15"]) == ["2023-08", "2023-08"]
    assert ends_of(["2023-07-15", "2023-08-15"]) == ["2023-07", "2023-08"]
    # One month known to the day makes the other no better known.
    assert ends_of(["2023-07-15", "2023-08-04"]) == ["2023-07", "2023-08"]


def test_a_cruise_over_the_fifteenth_keeps_its_days():
    assert ends_of(["2023-08-12", "2023-08-15", "2023-08-18"]) == ["2023-08-12", "2023-08-18"]


def test_a_row_that_says_month_only_is_no_day():
    notes = ["", "only the month is given"]
    assert ends_of(["2023-08-12", "2023-08-15"], notes) == ["2023-08", "2023-08"]


def test_months_of_one_file_are_no_days_beside_those_of_another():
    rows = rows_of(["2023-08-12", "2023-08-14", "2023-08-15", "2023-08-15"])
    apart = rows.assign(source=["a.csv:2", "a.csv:3", "b.csv:2", "b.csv:3"])
    assert date_visits(apart)["2023-summer"]["din"] == ["2023-08", "2023-08"]
    together = rows.assign(source=[f"a.csv:{k}" for k in range(4)])
    assert date_visits(together)["2023-summer"]["din"] == ["2023-08-12", "2023-08-15"]


def test_seasons_and_ranges_tell_nothing():
    for note in ("only the season is given", "several days are given", "only the year is given"):
        assert ends_of(["2023-07-15", "2023-08-04"], [f"x; {note}", ""]) is None


def test_summarize_carries_the_dates_of_what_it_used():
    samples = make_samples()
    late = samples.iloc[[0]].assign(time=pd.Timestamp("2023-05-28"), flag=4)
    soon = samples.iloc[[0]].assign(time=pd.Timestamp("2023-05-12"))
    found = summarize(pd.concat([samples, late, soon], ignore_index=True))
    dates = json.loads(found.attrs["sampled"])
    assert dates["2023-spring"]["din"] == ["2023-05-10", "2023-05-12"]
    assert dates["2023-summer"]["din"] == ["2023-08-10", "2023-08-10"]


def read_dates(tmp_path, *dates):
    path = tmp_path / "a.csv"
    lines = [f"S{k},121.0{k},37.5,{date},0.2" for k, date in enumerate(dates)]
    path.write_text("\n".join(["station,lon,lat,date,DIN (mg/L)", *lines]), encoding="utf-8")
    found = json.loads(summarize(read_samples(path)).attrs["sampled"])
    return found.get("2023-summer", {}).get("din")


def test_files_are_believed_as_far_as_they_tell(tmp_path):
    assert read_dates(tmp_path, "2023-08-03", "2023-08-11") == ["2023-08-03", "2023-08-11"]
    assert read_dates(tmp_path, "2023-08", "2023-08") == ["2023-08", "2023-08"]
    assert read_dates(tmp_path, "2023-08-12", "2023-08") == ["2023-08", "2023-08"]
    assert read_dates(tmp_path, "2023夏季", "2023夏季") is None
    assert read_dates(tmp_path, "2023-08-03~11", "2023-08-03~11") is None
