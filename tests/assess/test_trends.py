import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayqa.assess import tabulate_trends
from bayqa.assess.time.mann_kendall import (
    TESTS,
    mann_kendall,
    seasonal_mann_kendall,
    seasonal_sen_interval,
    seasonal_sen_slope,
    sen_interval,
    sen_slope,
)
from bayqa.errors import InputError
from tests.builders import make_assessment, make_standard


def test_five_rising_values_by_hand():
    # all ten pairs rise: s = 10, variance 5 x 4 x 15 / 18 = 16.67, z = 9 / 4.08
    found = mann_kendall([1, 2, 3, 4, 5])
    assert (found.s, found.tau) == (10, 1)
    assert found.z == pytest.approx(9 / np.sqrt(50 / 3)) and found.trend == "increasing"


def test_ties_lower_the_variance():
    # 1 1 2 2: s = 4, variance (4 x 3 x 13 - 2 x (2 x 1 x 9)) / 18
    found = mann_kendall([1, 1, 2, 2])
    assert (found.s, found.var_s) == (4, (156 - 36) / 18)


# US EPA unified guidance 2009, example 14-8: three years of months; the results are those that R's
# EnvStats prints for it.
EPA_MONTHS = [1.99, 2.10, 2.12, 2.12, 2.11, 2.15, 2.19, 2.18, 2.16, 2.08, 2.05, 2.08,
              2.01, 2.10, 2.17, 2.13, 2.13, 2.18, 2.25, 2.24, 2.22, 2.13, 2.08, 2.16,
              2.15, 2.17, 2.27, 2.23, 2.24, 2.26, 2.31, 2.32, 2.28, 2.22, 2.19, 2.22]  # fmt: skip


def test_seasonal_trend_of_the_american_guidance():
    time = pd.date_range("1983-01-01", periods=36, freq="MS")
    row = tabulate_trends(pd.DataFrame({"station": "A", "time": time, "value": EPA_MONTHS})).iloc[0]
    assert (row["test"], row["trend"], row["n"]) == ("seasonal", "increasing", 36)
    assert (row["tau"], row["slope"]) == pytest.approx((0.9722222, 0.06), abs=1e-7)
    assert row["z"] == pytest.approx(5.1849514, abs=1e-7)
    assert row["p"] == pytest.approx(2.160712e-07, rel=1e-6)
    assert row["slope_low"] == pytest.approx(0.05786914, abs=1e-8)
    assert row["slope_high"] == pytest.approx(0.07213086, abs=1e-8)


def test_interval_of_one_season_is_that_of_the_plain_series():
    values = [1.0, 2.5, 2.0, 4.0, 3.5, 6.0]
    one = seasonal_sen_interval([[v] for v in values])
    assert one == pytest.approx(sen_interval(values))
    assert np.isnan(seasonal_sen_interval([[1.0], [2.0]])).all()


def test_constant_and_short_series():
    assert mann_kendall([3.0] * 6).p == 1
    assert mann_kendall([1, 2, np.nan, 3]).trend == "too few values"
    assert seasonal_mann_kendall([[1.0, np.nan]]).trend == "too few values"
    assert np.isnan(sen_slope([1.0])).all() and np.isnan(sen_interval([1.0, 2.0])).all()
    assert np.isnan(seasonal_sen_slope([[1.0, 2.0]])).all()


def test_sen_slope_keeps_gaps_in_time():
    # values 1, 3, 9 at times 0, 1, 3: slopes 2, 8/3, 3
    assert sen_slope([1, 3, np.nan, 9])[0] == pytest.approx(8 / 3)
    assert sen_slope([1, 3, 9], [2000, 2001, 2003])[0] == pytest.approx(8 / 3)
    low, high = sen_interval(np.arange(12.0))
    assert low == high == 1


def test_seasons_are_compared_with_themselves_only():
    rising = np.arange(6.0)[:, None] + np.array([[0.0, 100.0]])
    found = seasonal_mann_kendall(rising)
    # 15 pairs in each season
    assert found.s == 30 and found.trend == "increasing"
    assert seasonal_sen_slope(rising)[0] == 1


def test_unknown_test_is_named():
    with pytest.raises(InputError, match="trend test 'best' is unknown"):
        mann_kendall([1, 2, 3, 4], test="best")
    with pytest.raises(InputError, match="trend test 'best' is unknown; take 'auto'"):
        tabulate_trends(pd.DataFrame({"year": [1], "value": [1.0]}), test="best")


def table(values, first=2015, **columns):
    years = list(range(first, first + len(values)))
    return pd.DataFrame(
        {"station": "A", "parameter": "din", "year": years, "value": values}
    ).assign(**columns)


def test_trend_of_each_series_with_its_meaning():
    both = pd.concat(
        [
            table([0.1, 0.2, 0.3, 0.4, 0.5]),
            table([5.0, 4.9, 4.8, 4.7, 4.6]).assign(parameter="do"),
            table([1.0, np.nan, np.nan]).assign(parameter="tp"),
        ]
    )
    found = tabulate_trends(both, standard=make_standard()).set_index("parameter")
    assert found["trend"].to_dict() == {
        "din": "increasing",
        "do": "decreasing",
        "tp": "too few values",
    }
    assert found["meaning"]["din"] == found["meaning"]["do"] == "worsening"
    assert found["slope"]["din"] == pytest.approx(0.1)
    assert found["intercept"]["din"] == pytest.approx(0.1)
    assert (found["n_years"]["din"], found["first_year"]["din"]) == (5, 2015)


def test_seasonal_test_of_campaigns_and_of_months():
    seasons = pd.concat(
        [table([1, 2, 3, 4, 5], season="spring"), table([9, 8, 7, 6, 5], season="autumn")]
    )
    found = tabulate_trends(seasons).iloc[0]
    assert (found["test"], found["trend"]) == ("seasonal", "no trend")
    months = pd.DataFrame(
        {"station": "A", "time": pd.date_range("2020-01-15", periods=48, freq="MS")}
    )
    months["value"] = months["time"].dt.month * 10 + months["time"].dt.year
    found = tabulate_trends(months).iloc[0]
    assert (found["test"], found["slope"], found["trend"]) == ("seasonal", 1, "increasing")
    plain = tabulate_trends(months, test="original").iloc[0]
    assert plain["n"] == 48


def test_a_missing_year_keeps_the_slope_per_year():
    rows = table([1.0, 2, 3, 4, 5, 6], season="summer")
    found = tabulate_trends(rows[rows["year"] != 2017], test="seasonal").iloc[0]
    assert found["slope"] == 1


def test_stations_and_shares_have_trends_too():
    found = tabulate_trends(make_assessment().stations)
    assert set(found["parameter"]) == {"din", "do"} and len(found) == 12
    shares = table([0.5, 0.6, 0.7, 0.8]).rename(columns={"value": "share"})
    assert tabulate_trends(shares)["slope"][0] == pytest.approx(0.1)
    empty = tabulate_trends(table([np.nan, np.nan]))
    assert empty["trend"].tolist() == ["too few values"]


def test_tables_without_values_or_years_are_refused():
    with pytest.raises(InputError, match="neither value nor share"):
        tabulate_trends(pd.DataFrame({"year": [1]}))
    with pytest.raises(InputError, match="no time, year or period"):
        tabulate_trends(pd.DataFrame({"value": [1.0]}))
    by_period = pd.DataFrame({"period": ["2020", "2021"], "value": [1.0, 2.0]})
    assert tabulate_trends(by_period)["n"].tolist() == [2]


@given(st.lists(st.integers(-20, 20), min_size=4, max_size=30))
@settings(max_examples=50, deadline=None)
def test_trends_turn_with_the_series(values):
    for test in TESTS[:3]:
        found = mann_kendall(values, test=test)
        back = mann_kendall([-v for v in values], test=test)
        np.testing.assert_allclose(back.z, -found.z, atol=1e-9)
    assert sen_slope([-v for v in values])[0] == pytest.approx(-sen_slope(values)[0])


@pytest.mark.parametrize("test", TESTS)
def test_agrees_with_the_reference_implementation(test):
    reference = pytest.importorskip("pymannkendall")
    functions = dict(
        zip(
            TESTS,
            (
                reference.original_test,
                reference.hamed_rao_modification_test,
                reference.yue_wang_modification_test,
                reference.pre_whitening_modification_test,
                reference.trend_free_pre_whitening_modification_test,
            ),
            strict=True,
        )
    )
    rng = np.random.default_rng(3)
    values = np.cumsum(rng.normal(size=60)).round(1)
    wanted, found = functions[test](values), mann_kendall(values, test=test)
    np.testing.assert_allclose(
        [found.p, found.z, found.tau, found.s, found.var_s],
        [wanted.p, wanted.z, wanted.Tau, wanted.s, wanted.var_s],
        rtol=1e-9,
        atol=1e-12,
    )
