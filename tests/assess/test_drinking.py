"""Sources of drinking water: still waters have limits of their own."""

from dataclasses import replace

import pandas as pd
import pytest

from bayqa.assess import rate_drinking_sources
from bayqa.assess.ratings.drinking import part_sources
from bayqa.assess.ratings.points import tidy_points
from bayqa.standards import load_standard

SURFACE = load_standard("GB 3838-2002")


def sources(**columns):
    table = {"source": ["a", "b", "c", "a"], "period": ["2023-01"] * 3 + ["2023-02"],
             "tp": [0.1, 0.1, 0.1, 0.04], "do": [8.0] * 4}  # fmt: skip
    return pd.DataFrame(table | columns)


@pytest.mark.parametrize("name", ["kind", "水源类型"])
def test_a_reservoir_is_judged_as_a_lake(name):
    # Class III of total phosphorus is 0.2 mg/L in rivers and 0.05 in lakes and reservoirs.
    found = rate_drinking_sources(sources(**{name: ["水库", "河流", "湖泊型", "水库"]}), SURFACE)
    rows = found[found["level"] == "source"]
    assert rows["place"].tolist() == ["a", "a", "b", "c"]
    assert rows["value"].tolist() == [0, 1, 1, 0]
    assert rows["over"].tolist() == ["tp", "", "", "tp"]
    lake, river = "GB 3838-2002 lake", "GB 3838-2002"
    assert rows["standard"].tolist() == [lake, lake, river, lake]
    assert found[found["level"] == "all"]["met_share"].tolist() == [pytest.approx(1 / 3)]


def test_without_a_kind_all_are_judged_alike():
    found = rate_drinking_sources(sources(), SURFACE)
    assert found["value"].tolist()[:4] == [1, 1, 1, 1]
    assert found["place"].tolist()[:4] == ["a", "b", "c", "a"]
    lakes = rate_drinking_sources(sources(), load_standard("GB 3838-2002 lake"))
    assert lakes["value"].tolist()[:4] == [0, 0, 0, 1]


def test_a_standard_of_ones_own_for_lakes():
    mild = replace(SURFACE, id="mild")
    found = rate_drinking_sources(sources(kind="reservoir"), SURFACE, lakes=mild)
    assert set(found["standard"].dropna()) >= {"mild"} and found["value"].tolist()[0] == 1


def test_the_policy_on_what_is_missing_goes_with_the_variant():
    strict = replace(SURFACE, missing="not-assessed")
    tidy = tidy_points(sources(kind=["lake", "river", "river", "lake"]))
    rules = [rule for _, rule in part_sources(tidy, strict)]
    assert [rule.missing for rule in rules] == ["not-assessed"] * 2
    assert [rule.id for rule in rules] == ["GB 3838-2002", "GB 3838-2002 lake"]
    ground = load_standard("GB/T 14848-2017")
    assert [rule.id for _, rule in part_sources(tidy, ground)] == ["GB/T 14848-2017"]
