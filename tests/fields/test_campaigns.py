import pandas as pd
import pytest

from bayqa.errors import InputError
from bayqa.fields.campaigns import SCHEMES, name_campaigns


def name(dates, campaigns):
    return name_campaigns(pd.Series(pd.to_datetime(dates)), campaigns)


def test_sea_campaigns_are_three_and_winter_is_outside():
    found = name(["2023-03-01", "2023-08-31", "2023-11-30", "2023-12-01", "2023-02-28"], "CN-sea")
    assert found.campaign.tolist()[:3] == ["2023-spring", "2023-summer", "2023-autumn"]
    assert found.campaign[3:].isna().all()
    assert found.year.tolist() == [2023, 2023, 2023, 0, 0]


def test_winter_belongs_to_the_year_it_ends_in():
    found = name(["2022-12-15", "2023-01-15", "2023-03-01"], "season")
    assert found.campaign.tolist() == ["2023-winter", "2023-winter", "2023-spring"]
    assert found.order[0] < found.order[2]


def test_summer_of_the_south_is_in_january():
    found = name(["2022-12-15", "2023-01-15", "2023-07-01", "2023-10-01"], "season-south")
    assert found.campaign.tolist() == ["2023-summer", "2023-summer", "2023-winter", "2023-spring"]
    assert found.order.is_monotonic_increasing


def test_names_of_quarters_months_and_years():
    day = ["2023-05-10"]
    assert name(day, "quarter").campaign[0] == "2023-Q2"
    assert name(day, "month").campaign[0] == "2023-05"
    assert name(day, "year").campaign[0] == "2023"


@pytest.mark.parametrize("scheme", list(SCHEMES))
def test_order_follows_time_in_every_scheme(scheme):
    days = pd.date_range("2021-01-01", "2023-12-31", freq="7D")
    found = name(days, scheme).dropna()
    assert found.order.is_monotonic_increasing
    assert found.groupby("campaign").order.nunique().eq(1).all()


def test_own_season_over_new_year_counts_to_the_next_year():
    found = name(["2022-11-02", "2023-02-02", "2023-07-01"], {"dry": (11, 12, 1, 2), "wet": (7,)})
    assert found.campaign.tolist() == ["2023-dry", "2023-dry", "2023-wet"]


def test_a_missing_date_is_outside():
    assert name(["2023-05-10", None], "year").campaign.isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("scheme", "message"),
    [
        ("tides", "'tides' is not a known scheme: use one of CN-sea"),
        ({"wet": (6, 13)}, r"months \[13\] are outside"),
        ({"a": (1, 2), "b": (2,)}, r"months \[2\] are outside 1..12 or used twice"),
        ({"a": ()}, "a season is empty"),
    ],
)
def test_wrong_schemes_are_refused(scheme, message):
    with pytest.raises(InputError, match=message):
        name(["2023-05-10"], scheme)
