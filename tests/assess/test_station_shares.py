from dataclasses import replace

import numpy as np
import pytest

from bayqa.assess import main_parameters, rate_sea_area, tabulate_station_shares
from bayqa.assess.ratings.seas import describe_classes
from tests.builders import make_assessment

LABELS = {"I": ("一类", "class I"), "II": ("二类", "class II"), "III": ("三类", "class III")}


def with_categories(*rows):
    result = make_assessment()
    classes = result.station_classes.copy(deep=True)
    classes["category"] = (("campaign", "station"), np.array(rows, dtype=np.uint8))
    return replace(result, station_classes=classes)


def test_stations_are_counted_by_campaign_and_averaged_for_the_year():
    result = with_categories([1, 1, 2, 2, 5, 0], [1] * 6, [2] * 6)
    table = tabulate_station_shares(result).set_index(["campaign", "category"])
    spring = table.loc["2023-spring"]
    assert spring["share"].to_dict() == pytest.approx(
        {"I": 0.4, "II": 0.4, "III": 0, "IV": 0, "worse": 0.2, "not assessed": 1 / 6}
    )
    assert spring["n_stations"].tolist() == [2, 2, 0, 0, 1, 1]
    assert table["share"]["annual", "I"] == pytest.approx((0.4 + 1 + 0) / 3)
    rated = rate_sea_area(tabulate_station_shares(result)).set_index("campaign")
    assert rated["label_zh"].to_dict()["2023-spring"] == "良好"
    assert rated.loc["2023-spring", "described_zh"] == "以一类海水和二类海水为主"
    assert rated.loc["2023-summer", "described_en"] == "mainly class I"


def test_a_campaign_without_stations_leaves_the_year_unknown():
    table = tabulate_station_shares(with_categories([0] * 6, [1] * 6, [1] * 6))
    annual = table.query("campaign == 'annual' and category == 'I'")
    assert annual["share"].isna().all()


def test_one_class_or_two_are_named():
    assert describe_classes({"I": 0.6, "II": 0.4}, LABELS) == ("以一类为主", "mainly class I")
    both = describe_classes({"I": 0.3, "II": 0.5, "III": 0.2}, LABELS)
    assert both == ("以一类和二类为主", "mainly class I and class II")
    assert describe_classes({"I": 0.35, "II": 0.35, "III": 0.3}, LABELS) == ("", "")
    assert describe_classes({"I": np.nan}, LABELS) == ("", "")


def test_main_parameters_by_their_multiple():
    result = make_assessment()
    stations = result.stations.assign(do=result.stations["do"] - 0.2)
    found = main_parameters(replace(result, stations=stations)).set_index("campaign")
    assert found["parameter"].tolist() == ["din", "din", "do", "din"]
    # 0.554 / 0.3 - 1 at T01 in summer; oxygen has no multiple and comes last
    summer = found.loc["2023-summer"]
    assert summer["multiple"].iloc[0] == pytest.approx(0.848, abs=1e-3)
    assert np.isnan(summer["multiple"].iloc[1]) and summer["rank"].tolist() == [1, 2]
