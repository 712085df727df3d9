"""A section, well, lake or source without any value is unknown, and not forgotten."""

import numpy as np
import pandas as pd
import pytest

from bayqa.assess import (
    rate_drinking_sources,
    rate_groundwater,
    rate_lake,
    rate_river_sections,
)
from bayqa.assess.headline import tabulate_headline
from bayqa.standards import load_standard


def table(parameter, value, **more):
    rows = {"place": ["known", "unknown"], "time": "2024-02-29", parameter: [value, np.nan]}
    return pd.DataFrame(rows | more)


def test_sections():
    found = rate_river_sections(table("nh4_n", 0.4, river="r"), load_standard("GB 3838-2002"))
    rows = found.set_index("place")
    assert rows.loc["known", "category"] == "II" and rows.loc["unknown", "category"] == ""
    assert pd.isna(rows.loc["unknown", "value"]) and rows.loc["unknown", "n_parameters"] == 0
    assert rows.loc["r", ["n_sections", "n_unknown", "good_share"]].tolist() == [1, 1, 1.0]


def test_sources():
    data = table("nh4_n", 0.4, volume=[5.0, 10.0])
    found = rate_drinking_sources(data, load_standard("GB 3838-2002 source")).set_index("place")
    assert found.loc["known", "value"] == 1 and pd.isna(found.loc["unknown", "value"])
    assert "nh4_n" in found.loc["unknown", "missing"] and found.loc["unknown", "n_parameters"] == 0
    assert found.loc["all", ["n_sources", "n_unknown"]].tolist() == [1, 1]


def test_wells_and_lakes():
    wells = rate_groundwater(table("hardness", 300), load_standard("GB/T 14848-2017"))
    wells = wells.set_index("place")
    assert pd.isna(wells.loc["unknown", "out_of_v"])
    assert wells.loc["all", ["n_points", "n_unknown"]].tolist() == [1, 1]
    lakes = rate_lake(table("tp", 0.03), load_standard("GB 3838-2002 lake")).set_index("place")
    assert lakes.loc["known", "tli"] == pytest.approx(37.41, abs=0.01)
    assert np.isnan(lakes.loc["unknown", "tli"]) and lakes.loc["unknown", "category"] == ""


def test_nothing_known_at_all_is_still_a_table():
    data = table("nh4_n", np.nan)
    found = rate_river_sections(data, load_standard("GB 3838-2002"))
    assert found["place"].tolist() == ["known", "unknown", "all"]
    assert found["value"].isna().all()


def test_the_headline_says_how_many_are_unknown():
    found = rate_groundwater(table("hardness", 300), load_standard("GB/T 14848-2017"))
    row = tabulate_headline({"groundwater": found}).iloc[0]
    assert row["basis"] == "1 point, 1 more without data" and row["value"] == 100
