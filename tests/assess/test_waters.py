from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayqa.assess import rate_drinking_sources, rate_groundwater, rate_lake
from bayqa.errors import InputError, StandardError
from bayqa.standards import load_standard

SURFACE = load_standard("GB 3838-2002")
LAKE = load_standard("GB 3838-2002 lake")
GROUND = load_standard("GB/T 14848-2017")


def sources():
    return pd.DataFrame(
        {
            "source": ["a", "a", "b"],
            "time": ["2023-01-05", "2023-04-05", "2023-01-05"],
            "volume": [100.0, 200.0, 100.0],
            "cod_mn": [3.0, 6.0, 2.0],
            "nh4_n": [0.2, 0.2, 0.3],
            "chloride": [50.0, 50.0, 251.0],
            "tn": [9.0, 9.0, 9.0],
        }
    )


def test_a_source_fails_by_a_supplementary_item_too():
    found = rate_drinking_sources(sources(), SURFACE)
    single = found[found["level"] == "source"].set_index(["place", "period"])
    assert single["value"].to_dict() == {
        ("a", "2023-01"): 1,
        ("a", "2023-04"): 1,
        ("b", "2023-01"): 0,
    }
    row = single.loc[("b", "2023-01")]
    # 251 / 250 - 1; total nitrogen does not count
    assert (row["over"], row["category"], row["label_zh"]) == ("chloride", "II", "不达标")
    assert "0.004" in row["main_en"]


def test_compliance_by_number_and_by_volume():
    total = rate_drinking_sources(sources(), SURFACE).query("level == 'all'").iloc[0]
    assert (total["n_sources"], total["met_share"], total["met_volume_share"]) == (2, 0.5, 0.75)
    assert total["volume"] == 400
    table = sources().assign(volume=[100.0, np.nan, 100.0])
    # a volume that is not known for every period gives no share
    assert np.isnan(rate_drinking_sources(table, SURFACE)["met_volume_share"].iloc[-1])


def test_a_standard_that_only_knows_meets_gives_the_same():
    standard = load_standard("GB 3838-2002 source")
    found = rate_drinking_sources(sources().drop(columns="volume"), standard)
    assert found["value"].tolist()[:3] == [1, 1, 0]


def test_own_supplementary_limits_and_unknown_targets():
    found = rate_drinking_sources(sources(), SURFACE, {"chloride": 300.0})
    assert found["value"].tolist()[:3] == [1, 1, 1]
    with pytest.raises(StandardError, match="target 'good' is not a category"):
        rate_drinking_sources(sources(), SURFACE, target="good")
    with pytest.raises(InputError, match="no column names the place"):
        rate_drinking_sources(pd.DataFrame({"tp": [1.0]}), SURFACE)


def test_missing_items_of_a_source_follow_the_standard():
    strict = replace(SURFACE, missing="not-assessed")
    found = rate_drinking_sources(sources(), strict)
    # b fails whatever the missing items are; a stays unknown
    assert found["value"].tolist()[:3] == [pd.NA, pd.NA, 0]
    assert found["met_share"].iloc[-1] == 0.0


def wells():
    return pd.DataFrame(
        {
            "point": ["p", "q", "r"],
            "year": 2023,
            "arsenic": [0.001, 0.06, np.nan],
            "tds": [300.0, 100.0, np.nan],
            "no3_n": [1.0, 1.0, np.nan],
        }
    )


def test_groundwater_is_as_good_as_its_worst_item():
    found = rate_groundwater(wells(), GROUND)
    points = found[found["level"] == "point"].set_index("place")
    # arsenic 0.001 is class I (I and II share it); 0.06 is beyond class IV
    # and nothing is known of r.
    assert points["category"].to_dict() == {"p": "I", "q": "V", "r": ""}
    assert points["out_of_v"].tolist()[:2] == [True, False] and pd.isna(points["out_of_v"]["r"])
    assert points["worst"]["q"] == "arsenic"
    total = found[found["level"] == "all"].iloc[0]
    assert (total["n_points"], total["n_unknown"], total["out_of_v_share"]) == (2, 1, 0.5)
    with pytest.raises(InputError, match="no column names the place"):
        rate_groundwater(pd.DataFrame({"tp": [1.0]}), GROUND)


def lakes():
    return pd.DataFrame(
        {
            "lake": ["L", "L", "M"],
            "station": ["1", "2", "3"],
            "year": 2023,
            "tp": [0.04, 0.06, 0.3],
            "tn": [5.0, 5.0, 5.0],
            "chla": [10.0, 10.0, np.nan],
            "do": [8.0, 8.0, 8.0],
        }
    )


def test_a_lake_averages_its_stations_and_leaves_nitrogen_to_the_trophic_index():
    found = rate_lake(lakes(), LAKE).set_index("place")
    # tp (0.04 + 0.06) / 2 = 0.05 is class III for lakes; 0.3 is worse than V
    assert found["category"].to_dict() == {"L": "III", "M": "worse"}
    assert found["label_zh"].to_dict() == {"L": "良好", "M": "重度污染"}
    assert found["tli_parameters"].to_dict() == {"L": "chla; tp; tn", "M": "tp; tn"}
    parts = {
        "chla": 10 * (2.5 + 1.086 * np.log(10)),
        "tp": 10 * (9.436 + 1.624 * np.log(0.05)),
        "tn": 10 * (5.453 + 1.694 * np.log(5)),
    }
    weights = {"chla": 1.0, "tp": 0.7056, "tn": 0.6724}
    hand = sum(weights[k] * parts[k] for k in parts) / sum(weights.values())
    assert found["tli"]["L"] == pytest.approx(hand)


def test_a_lake_without_trophic_parameters_has_no_state():
    found = rate_lake(lakes()[["lake", "station", "year", "do"]], LAKE).iloc[0]
    assert np.isnan(found["tli"]) and found["trophic_zh"] == ""
    with pytest.raises(InputError, match="no column is a known parameter"):
        rate_lake(pd.DataFrame({"lake": ["L"]}), LAKE)


@given(st.sampled_from(sorted(GROUND.parameters)), st.floats(1e-4, 1e3), st.floats(1, 10))
@settings(max_examples=20, deadline=None)
def test_one_worse_item_never_improves_a_point(parameter, value, factor):
    limit = GROUND.limits[parameter]
    if limit.direction == "range":
        middle = sum(limit.edges[0]) / 2
        value = min(value, 3.0)
        both = [middle + value, middle + value * factor]
    else:
        both = [value, value * factor]
    table = pd.DataFrame({"point": ["p", "q"], "year": 2023, "fluoride": 1.5, parameter: both})
    found = rate_groundwater(table, GROUND).set_index("place")["value"]
    assert found["q"] >= found["p"]
