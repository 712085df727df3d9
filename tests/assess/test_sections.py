from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayqa.assess import rate_river_sections
from bayqa.assess.ratings.items import grade_items, main_items, words_of
from bayqa.assess.ratings.points import average_points, tidy_points
from bayqa.errors import StandardError
from bayqa.standards import load_standard

GB3838 = load_standard("GB 3838-2002")
CLEAN = {"do": 8.0, "cod_mn": 1.5, "nh4_n": 0.1, "tp": 0.01, "ph": 7.5}


def sections(*changes, river="R", **columns):
    rows = [
        {"section": f"s{k}", "river": river, "year": 2023} | CLEAN | c
        for k, c in enumerate(changes)
    ]
    return pd.DataFrame(rows).assign(**columns)


def rated(table, **options):
    found = rate_river_sections(table, GB3838, **options)
    return {level: rows.reset_index(drop=True) for level, rows in found.groupby("level")}


def test_a_section_is_as_good_as_its_worst_item():
    found = rated(sections({}, {"cod_mn": 6.0}, {"tp": 0.25}, {"nh4_n": 2.0}, {"do": 1.9}))
    section = found["section"]
    assert section["category"].tolist() == ["I", "III", "IV", "V", "worse"]
    assert section["label_zh"].tolist() == ["优", "良好", "轻度污染", "中度污染", "重度污染"]
    assert section["target_met"].tolist() == [True, True, False, False, False]
    assert section["worst"][1] == "cod_mn"


def test_oxygen_equal_to_the_limit_meets_it_here():
    found = rated(sections({"do": 5.0}))["section"]
    assert found["category"].tolist() == ["III"]


def test_ninety_percent_saturation_also_gives_class_i():
    found = rated(sections({"do": 7.0}, {"do": 7.0, "do_sat": 90.0}, {"do": 4.0, "do_sat": 80.0}))
    assert found["section"]["category"].tolist() == ["II", "I", "IV"]


def test_total_nitrogen_and_coliforms_do_not_count():
    found = rated(sections({"tn": 50.0, "faecal_coliforms": 1e9, "temperature": 40.0}))
    assert found["section"]["category"].tolist() == ["I"]


def test_main_items_by_class_then_multiple_and_toxic_first():
    found = rated(sections({"tp": 0.5, "cod_mn": 12.0, "nh4_n": 1.2, "lead": 0.06, "do": 1.0}))
    # lead is named first; then worse-than-V items (tp 1.5 over, oxygen without a multiple)
    assert found["section"]["main_zh"][0] == "铅（0.2）、总磷（1.5）、溶解氧"
    assert found["section"]["main_en"][0].startswith("lead (0.2), ")


def test_few_sections_are_averaged_item_by_item():
    found = rated(sections({"tp": 0.5}, {"tp": 0.1}, {"nh4_n": 0.7}))
    river = found["river"].iloc[0]
    # tp: (0.5 + 0.1 + 0.01) / 3 = 0.203 is class IV, ammonium 0.3 is II
    assert (river["category"], river["label_zh"]) == ("IV", "轻度污染")
    assert river["rule"] == "items averaged over 3 sections"
    assert river["good_share"] == pytest.approx(2 / 3)


def test_five_sections_are_rated_by_shares():
    bad, good = {"tp": 0.5}, {"tp": 0.1}
    labels = [
        rated(sections(*[bad] * k, *[good] * (10 - k)))["river"]["label_zh"][0]
        for k in (1, 2, 3, 4)
    ]
    # one of ten bad: 90 % good; two: 80 %; three: 70 % good and 30 % worse than V; four: 40 %
    assert labels == ["优", "良好", "中度污染", "重度污染"]
    five = rated(sections(bad, good, good, good, good))["river"].iloc[0]
    assert five["rule"] == "shares of 5 sections" and five["main_zh"] == "总磷"


def test_targets_of_sections_and_the_share_that_meets_them():
    found = rated(sections({"tp": 0.15}, {"tp": 0.15}, target=["II", "III"]))
    assert found["section"]["target_met"].tolist() == [False, True]
    assert found["region"]["met_share"].tolist() == [0.5]
    with pytest.raises(StandardError, match="target 'VI' is not a category"):
        rated(sections({}, target="VI"))


def test_years_are_rated_one_by_one():
    table = pd.concat([sections({}), sections({"tp": 0.5}).assign(year=2022)])
    found = rated(table)["section"].set_index("period")
    assert found["category"].to_dict() == {"2023": "I", "2022": "worse"}


def test_missing_items_follow_the_standard_and_are_counted():
    table = sections({"tp": np.nan})
    section = rated(table)["section"].iloc[0]
    assert section["n_parameters"] == 4 and "tp" in section["missing"].split("; ")
    strict = replace(GB3838, missing="not-assessed")
    found = rate_river_sections(table, strict).iloc[0]
    assert found["value"] is pd.NA and found["category"] == ""
    assert found["target_met"] is pd.NA


def test_items_keep_category_and_multiple():
    means = average_points(tidy_points(sections({"tp": 0.4, "ph": 9.5})))
    items = grade_items(means, GB3838, reference=3, parameters=["tp", "ph"]).set_index("parameter")
    assert items["multiple"]["tp"] == pytest.approx(1.0) and np.isnan(items["multiple"]["ph"])
    assert items["category"].to_dict() == {"tp": 5, "ph": 6}
    main = main_items(items.reset_index())
    assert words_of(main, GB3838, "en").startswith("pH, ")


@given(
    st.sampled_from(["do", "cod_mn", "nh4_n", "tp"]),
    st.floats(0.05, 20),
    st.floats(1, 5),
    st.integers(1, 7),
)
@settings(max_examples=10, deadline=None)
def test_one_worse_value_never_rates_better(parameter, value, factor, n):
    worse = value / factor if parameter == "do" else value * factor
    rest = [{"tp": 0.15}] * (n - 1)
    before = rate_river_sections(sections({parameter: value}, *rest), GB3838)
    after = rate_river_sections(sections({parameter: worse}, *rest), GB3838)
    assert (after["value"].to_numpy() >= before["value"].to_numpy()).all()


# Shares of a national report of the environment (I to III, IV and V, worse than V) and its words,
# from the copy at yuxin186.com, gongbao/2610206; the counts of sections follow from the shares.
PUBLISHED = {
    "长江水系": (94, (80.9, 13.8, 5.3), "良好"),
    "长江干流": (32, (96.9, 3.1, 0.0), "优"),
    "长江支流": (62, (72.6, 19.3, 8.1), "轻度污染"),
    "省界河段": (19, (78.9, 15.8, 5.3), "良好"),
}
AMMONIUM = {"III": 0.9, "IV": 1.4, "worse": 3.0}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_ratings_of_rivers_from_their_sections(name):
    n, shares, words = PUBLISHED[name]
    counts = [round(n * share / 100) for share in shares]
    assert sum(counts) == n
    values = [v for count, v in zip(counts, AMMONIUM.values(), strict=True) for _ in range(count)]
    table = pd.DataFrame({"section": [f"S{k}" for k in range(n)], "river": name, "nh4_n": values})
    card = rate_river_sections(table, load_standard("GB 3838-2002"))
    river = card[card["level"] == "river"].iloc[0]
    assert (river["label_zh"], river["n_sections"]) == (words, n)
    assert 100 * river["good_share"] == pytest.approx(shares[0], abs=0.05)
    assert 100 * river["worse_share"] == pytest.approx(shares[2], abs=0.05)
