import numpy as np
import pandas as pd
import pytest

from bayqa.assess import rate_sea_area, tabulate_changes, tabulate_streaks
from bayqa.assess.time.years import tabulate_improved
from bayqa.errors import InputError
from tests.builders import make_shares


def classes(**years):
    return pd.DataFrame(
        {"place": "Guhe", "year": [int(y[1:]) for y in years], "category": list(years.values())}
    )


def test_class_three_for_the_third_year_running():
    row = tabulate_streaks(classes(y2020="II", y2021="III", y2022="III", y2023="III")).iloc[0]
    assert (row["n_years"], row["since"], row["unbroken"]) == (3, 2021, False)
    assert row["text_en"] == "Guhe: III for the third year running"
    assert row["text_zh"] == "Guhe 连续3年为III"


def test_a_missing_year_breaks_a_streak():
    row = tabulate_streaks(classes(y2020="III", y2022="III", y2023="III")).iloc[0]
    assert (row["n_years"], row["unbroken"]) == (2, True)
    row = tabulate_streaks(classes(y2021="III", y2022="", y2023="III")).iloc[0]
    assert (row["n_years"], row["text_en"]) == (1, "Guhe: III in 2023")


def test_no_worse_than_counts_better_years_too():
    table = classes(y2021="x", y2022="x", y2023="x").assign(value=[4, 2, 3])
    row = tabulate_streaks(table, at_most=3).iloc[0]
    assert (row["n_years"], row["current"]) == (2, "<= 3")
    assert not len(tabulate_streaks(table, at_most=1))


def test_streaks_read_rating_tables():
    shares = pd.concat([make_shares().assign(year=y) for y in (2021, 2022, 2023)])
    found = tabulate_streaks(rate_sea_area(shares), what="label_zh")
    assert found["text_zh"].tolist() == ["test 连续3年为差"]
    table = pd.DataFrame(
        {
            "level": ["section", "river"],
            "place": ["a", "R"],
            "period": "2023",
            "category": ["II", "III"],
        }
    )
    assert tabulate_streaks(table)["place"].tolist() == ["a"]


def test_streaks_need_a_place_a_year_and_one_row_each():
    with pytest.raises(InputError, match="no column that names the place"):
        tabulate_streaks(pd.DataFrame({"year": [1]}))
    with pytest.raises(InputError, match="neither year nor period"):
        tabulate_streaks(pd.DataFrame({"place": ["a"], "value": [1]}))
    with pytest.raises(InputError, match="no column 'mood' to follow"):
        tabulate_streaks(classes(y2023="I"), what="mood")
    with pytest.raises(InputError, match="several rows in one year"):
        tabulate_streaks(pd.concat([classes(y2023="I")] * 2))


def series(*shares, first=2020, **columns):
    years = list(range(first, first + len(shares)))
    return pd.DataFrame({"bay_id": "b", "year": years, "share": shares}).assign(**columns)


def test_published_series_of_the_national_share():
    # bulletins: 77.4, 81.3, 81.9, 85.0 % with changes of 3.9, 0.6 and 3.1 points
    found = tabulate_changes(series(0.774, 0.813, 0.819, 0.850)).set_index("year")
    np.testing.assert_allclose(found["change_pp"], [np.nan, 3.9, 0.6, 3.1], atol=1e-9)
    # mean of the three years before 2023: 80.2
    assert found["change_3y_pp"][2023] == pytest.approx(4.8)
    assert found["improved_3y"].isna().tolist() == [True, True, True, False]


def test_the_two_definitions_can_disagree():
    changes = tabulate_changes(series(0.9, 0.9, 0.7, 0.8))
    row = changes.iloc[-1]
    assert row["improved"] and not row["improved_3y"]
    table = tabulate_improved(changes).set_index(["year", "definition"])
    assert table["n_improved"][2023, "previous year"] == 1
    assert table["n_improved"][2023, "mean of three years"] == 0
    assert table["n_compared"][2022, "mean of three years"] == 0


def test_change_is_certain_when_intervals_do_not_meet():
    table = series(0.5, 0.6, 0.62, share_low=[0.45, 0.56, 0.6], share_high=[0.55, 0.65, 0.7])
    assert tabulate_changes(table)["certain"].tolist() == [pd.NA, True, False]


def test_campaigns_compare_with_their_own_season():
    shares = pd.concat([make_shares().assign(year=y) for y in (2022, 2023)])
    last = shares["year"] == 2022
    shares.loc[last, "campaign"] = shares.loc[last, "campaign"].str.replace("2023", "2022")
    found = tabulate_changes(shares, base_year=2022)
    assert found["change_pp"].dropna().abs().max() == 0
    assert found.query("year == 2023")["base_change_pp"].notna().all()


def test_a_table_without_shares_is_refused():
    with pytest.raises(InputError, match="no column share"):
        tabulate_changes(pd.DataFrame({"bay_id": ["b"], "year": [1]}))
