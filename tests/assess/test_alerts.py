from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayqa.assess import list_alerts, open_ledger
from bayqa.assess.causes.alerts import target_risk
from tests.assess.test_ledger import with_values
from tests.builders import make_assessment


def kinds(alerts):
    return alerts["kind"].value_counts().to_dict()


def with_shares(*good, years=None, interval=0.0, settings=None):
    """An assessment whose good shares by campaign are given."""
    result = make_assessment()
    years = years or [2023] * len(good)
    seasons = ["spring", "summer", "autumn"]
    names = [f"{y}-{seasons[years[:k].count(y)]}" for k, y in enumerate(years)]
    table = pd.DataFrame(
        {
            "bay_id": "test",
            "year": years,
            "campaign": names,
            "parameter": "overall",
            "good": "I+II",
            "share": good,
            "share_low": np.array(good) - interval,
            "share_high": np.array(good) + interval,
        }
    )
    classes = result.classes.isel(campaign=[0] * len(good)).assign_coords(
        campaign=names, year=("campaign", years), season=("campaign", [n[5:] for n in names])
    )
    return replace(
        result,
        tables={"good": table},
        classes=classes,
        settings=settings or {"campaigns": "CN-sea"},
    )


def test_only_what_is_first_seen_in_the_last_campaign_is_new():
    result = with_values("din", {(2, 0): 0.45, (1, 1): 0.45, (2, 1): 0.45})
    found = list_alerts(result).query("kind == 'new exceedance'")
    assert found["place"].tolist() == ["T01"]
    row = found.iloc[0]
    assert (row["level"], row["before"], row["now"]) == ("danger", "II", "IV")
    assert row["evidence_en"] == "0.45 mg/L, limit <= 0.3, 0.5 times over"
    assert "超标0.5倍" in row["evidence_zh"]


def test_what_an_earlier_ledger_knew_is_not_new():
    result = with_values("din", {(2, 0): 0.45, (0, 0): np.nan, (1, 0): np.nan})
    assert "new exceedance" in kinds(list_alerts(result))
    earlier = open_ledger(result).assign(campaign="2022-autumn", first_seen="2022-autumn")
    assert "new exceedance" not in kinds(list_alerts(result, earlier))


def test_a_fallen_category_names_both_campaigns():
    result = make_assessment()
    classes = result.station_classes.copy(deep=True)
    numbers = np.ones((3, 6), dtype=np.uint8)
    numbers[2] = [2, 3, 1, 0, 1, 1]
    classes["category"] = (("campaign", "station"), numbers)
    found = list_alerts(replace(result, station_classes=classes)).query("kind == 'category fallen'")
    assert found["place"].tolist() == ["T01", "T02"]
    assert found["level"].tolist() == ["watch", "danger"]
    assert found["evidence_en"].iloc[1] == "I in 2023-summer, III in 2023-autumn"


def test_the_same_season_of_the_year_before_comes_first():
    result = make_assessment()
    names = {
        "campaign": ["2022-autumn", "2023-summer", "2023-autumn"],
        "year": ("campaign", [2022, 2023, 2023]),
        "season": ("campaign", ["autumn", "summer", "autumn"]),
    }
    numbers = np.array([[1] * 6, [3] * 6, [2] * 6], dtype=np.uint8)
    classes = result.station_classes.copy(deep=True)
    classes["category"] = (("campaign", "station"), numbers)
    dated = replace(
        result,
        stations=result.stations.assign_coords(names),
        station_classes=classes.assign_coords(names),
    )
    found = list_alerts(dated).query("kind == 'category fallen'")
    assert len(found) == 6 and (found["before"] == "I").all()
    single = replace(
        result,
        stations=result.stations.isel(campaign=[0]),
        station_classes=result.station_classes.isel(campaign=[0]),
    )
    assert "category fallen" not in kinds(list_alerts(single))


def test_a_finished_year_without_interval_is_decided():
    risk = target_risk(with_shares(0.9, 0.8, 0.7), 0.8)
    assert risk["p_miss"].tolist() == [0.0] and risk["n_done"].tolist() == [3]
    assert target_risk(with_shares(0.9, 0.8, 0.7), 0.81)["p_miss"].tolist() == [1.0]


def test_risk_from_the_interval_of_campaigns_done():
    # each share 0.8 +- 0.0822 (5 to 95 %): sd 0.05; of the mean of three 0.0289
    risk = target_risk(with_shares(0.8, 0.8, 0.8, interval=0.0822427), 0.8).iloc[0]
    assert risk["p_miss"] == pytest.approx(0.5)
    assert risk["sd"] == pytest.approx(0.05 / np.sqrt(3), abs=1e-5)


def test_campaigns_to_come_are_taken_from_earlier_years():
    years = [2021, 2021, 2021, 2022, 2022, 2022, 2023, 2023]
    good = (0.9, 0.5, 0.8, 0.9, 0.5, 0.9, 0.9, 0.5)
    risk = target_risk(with_shares(*good, years=years), 0.7).iloc[0]
    assert (risk["n_done"], risk["n_expected"]) == (2, 3)
    # autumns of 0.8 and 0.9: 0.85 expected
    assert risk["expected_share"] == pytest.approx((0.9 + 0.5 + 0.85) / 3)
    assert 0 < risk["p_miss"] < 0.5


def test_draws_decide_a_finished_year():
    result = with_shares(0.8, 0.8, 0.8, interval=0.05)
    draws = pd.DataFrame(
        {
            "bay_id": "test",
            "year": 2023,
            "campaign": "annual",
            "draw": range(4),
            "share": [0.7, 0.8, 0.8, 0.9],
        }
    )
    drawn = replace(result, tables={**result.tables, "good_draws": draws})
    # one of four is below 0.8, equal meets it
    assert target_risk(drawn, 0.8)["p_miss"].tolist() == [0.25]
    unknown = draws.assign(share=np.nan)
    drawn = replace(result, tables={**result.tables, "good_draws": unknown})
    assert target_risk(drawn, 0.8)["p_miss"][0] == pytest.approx(0.5)


def test_a_ledger_at_hand_is_used():
    result = with_values("din", {(2, 0): 0.45})
    empty = open_ledger(result).iloc[:0]
    assert "new exceedance" not in kinds(list_alerts(replace(result, tables={"ledger": empty})))


def test_targets_of_the_bays_and_none_at_all():
    result = with_shares(0.6, 0.6, 0.6)
    assert not len(target_risk(result))
    own = replace(result, bays=result.bays.assign(target_good_share=0.8))
    found = list_alerts(own).query("kind == 'target in danger'").iloc[0]
    assert (found["level"], found["probability"], found["campaign"]) == ("danger", 1.0, "2023")
    assert "3/3 campaigns done" in found["evidence_en"]
    assert len(target_risk(result, {"test": 0.8})) == 1
    assert not len(target_risk(result, {"other": 0.8}))


def test_a_scheme_of_ones_own_says_what_is_expected():
    result = with_shares(0.6, settings={"campaigns": {"spring": [4], "autumn": [10]}})
    assert target_risk(result, 0.5)["n_expected"].tolist() == [2]


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.3))
@settings(max_examples=15, deadline=None)
def test_a_worse_campaign_never_lowers_the_risk(target, share, less, interval):
    before = target_risk(with_shares(share, 0.7, interval=interval), target)["p_miss"][0]
    after = target_risk(with_shares(share * less, 0.7, interval=interval), target)["p_miss"][0]
    assert after >= before - 1e-12
