import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bayqa.assess import load_indicators, rate_beautiful_bays, tabulate_coverage
from bayqa.assess.bays.beautiful import summarize_units
from bayqa.errors import InputError
from bayqa.intake import read_register
from tests.builders import make_assessment, make_shares

LOCAL = {
    "satisfaction": {
        "name_zh": "公众满意度",
        "name_en": "public satisfaction",
        "direction": "min",
        "target": 0.9,
    }
}


def register(**columns):
    return pd.DataFrame(
        {
            "unit_id": ["u1", "u2", "u3"],
            "name_zh": ["甲", "乙", "丙"],
            "region": ["north", "north", "south"],
            "bay_ids": ["test", "a b", ""],
            "level": ["national", "provincial", ""],
            "area_km2": [10.0, 30.0, 60.0],
            "shoreline_km": [5.0, 5.0, np.nan],
            "target_good_share": [0.5, 0.9, 0.9],
        }
    ).assign(**columns)


def values(*rows):
    return pd.DataFrame(rows, columns=["unit_id", "indicator", "year", "value", "target"])


def status(rated, unit="u1", indicator="good_share"):
    return rated.set_index(["unit_id", "indicator"])["status"][unit, indicator]


def test_five_national_indicators_in_their_order():
    found = load_indicators()
    assert list(found) == [
        "good_share",
        "cleanliness",
        "marine_life",
        "wetland_shoreline",
        "beaches",
    ]
    assert all(i.evidence and i.name_zh and not i.local for i in found.values())


def test_good_share_inside_its_interval_is_not_called_met():
    # annual good share 0.495 with a range that holds 0.5
    rated = rate_beautiful_bays(register(), make_assessment())
    assert status(rated) == "within interval"
    row = rated.iloc[0]
    assert row["value_low"] < 0.5 < row["value_high"] and row["gap"] == pytest.approx(
        0.0052, abs=1e-3
    )
    assert status(rate_beautiful_bays(register(target_good_share=0.2), make_assessment())) == "met"
    far = rate_beautiful_bays(register(target_good_share=1.0), make_assessment())
    assert status(far) == "not met"


def test_a_share_equal_to_its_target_meets_it():
    shares = pd.DataFrame(
        {
            "bay_id": "test",
            "year": 2023,
            "campaign": "annual",
            "parameter": "overall",
            "category": ["I", "II", "III"],
            "share": [0.1, 0.2, 0.7],
            "area_km2": [1.0, 2, 7],
        }
    )
    assert status(rate_beautiful_bays(register(target_good_share=0.3), shares)) == "met"


def test_values_meet_their_own_targets():
    given_ = values(
        ("u1", "cleanliness", 2022, 0.9, 0.5),
        ("u1", "cleanliness", 2023, 0.2, 0.25),
        ("u2", "beaches", 2023, 0.5, 0.9),
        ("u2", "marine_life", 2023, 0.5, np.nan),
    )
    rated = rate_beautiful_bays(register(), None, given_)
    assert status(rated, "u1", "cleanliness") == "met"
    assert status(rated, "u2", "beaches") == "not met"
    assert status(rated, "u2", "marine_life") == "no target"
    assert status(rated, "u1", "good_share") == status(rated, "u3", "beaches") == "no data"
    older = rate_beautiful_bays(register(), None, given_, year=2022)
    assert status(older, "u1", "cleanliness") == "not met"
    assert set(rated["status_zh"]) == {"达标", "未达标", "无目标", "无数据"}


def test_a_unit_of_two_bays_adds_them_by_area():
    a, b = make_shares().assign(bay_id="a"), make_shares().assign(bay_id="b")
    for table, share in ((a, 1.0), (b, 0.0)):
        table["share"] = np.where(table["category"] == "I", share, 0.0)
        table.loc[table["category"] == "worse", "share"] = 1 - share
    a["area_km2"] *= 3
    rated = rate_beautiful_bays(register(), [a, b]).set_index(["unit_id", "indicator"])
    assert rated["value"]["u2", "good_share"] == pytest.approx(0.75)
    one = rate_beautiful_bays(register(), {"a": a}).set_index(["unit_id", "indicator"])
    assert one["status"]["u2", "good_share"] == "no data"
    assert one["note"]["u2", "good_share"] == "not every bay of the unit was assessed"


def test_tables_of_a_region_keep_the_intervals_of_the_draws():
    good = pd.DataFrame(
        {
            "bay_id": ["test"],
            "year": 2023,
            "campaign": "annual",
            "good": "I+II",
            "parameter": "overall",
            "share": 0.6,
            "share_low": 0.55,
            "share_high": 0.65,
        }
    )
    tables = {"shares": make_shares(), "good": good, "other": pd.DataFrame()}
    row = rate_beautiful_bays(register(), tables).iloc[0]
    assert (row["value"], row["value_low"], row["status"]) == (0.6, 0.55, "met")


def test_local_indicators_come_after_the_national_ones(tmp_path):
    path = tmp_path / "local.toml"
    path.write_text(
        '[satisfaction]\nname_zh = "满意度"\nname_en = "satisfaction"\n'
        'direction = "min"\ntarget = 0.9\n',
        encoding="utf-8",
    )
    for local in (path, LOCAL):
        given_ = values(("u1", "satisfaction", 2023, 0.95, np.nan))
        rated = rate_beautiful_bays(register(), None, given_, local=local)
        assert len(rated) == 18 and status(rated, "u1", "satisfaction") == "met"


@pytest.mark.parametrize(
    ("local", "message"),
    [
        ({"beaches": LOCAL["satisfaction"]}, "'beaches' has the id of another one"),
        ({"x": {"name_zh": "x"}}, "lacks \\['name_en', 'direction'\\]"),
        ({"x": LOCAL["satisfaction"] | {"weight": 1}}, "unknown \\['weight'\\]"),
        ({"x": LOCAL["satisfaction"] | {"direction": "up"}}, "direction 'up'"),
        ("no/such/file.toml", "give a readable TOML file"),
    ],
)
def test_wrong_local_indicators_are_refused(local, message):
    with pytest.raises(InputError, match=message):
        load_indicators(local)


def test_units_are_summed_up_without_guessing():
    given_ = values(
        *[("u1", i, 2023, 1.0, 0.5) for i in ("marine_life", "wetland_shoreline", "beaches")],
        ("u1", "cleanliness", 2023, 0.1, 0.5),
        ("u2", "beaches", 2023, 0.1, 0.5),
    )
    rated = rate_beautiful_bays(register(target_good_share=0.2), make_assessment(), given_)
    found = summarize_units(rated).set_index("unit_id")
    assert found["all_met"].tolist() == [True, False, pd.NA]
    assert found["n_unknown"].tolist() == [0, 4, 5]


def test_words_of_the_level_of_coverage():
    with pytest.raises(InputError, match="level='city' is unknown; give 'national' or 'provinc"):
        tabulate_coverage(register(), level="city")
    loud = register().assign(level=register()["level"].str.upper())
    pd.testing.assert_frame_equal(tabulate_coverage(loud), tabulate_coverage(register()))


def test_a_register_without_units_is_not_full():
    found = tabulate_coverage(register().iloc[:0]).set_index("region")
    assert not found.loc["all", "full"] and found.loc["all", "n_units"] == 0


def test_coverage_by_count_area_and_shoreline():
    found = tabulate_coverage(register()).set_index("region")
    assert found["full"].to_dict() == {"north": True, "south": False, "all": False}
    total = found.loc["all"]
    assert total["count_share"] == pytest.approx(2 / 3)
    assert total["area_share"] == pytest.approx(0.4)
    # one shoreline is unknown, so that the share is; none recognised is zero all the same
    assert np.isnan(total["shoreline_share"]) and total["known_shoreline_share"] == 1
    assert found.loc["south", "shoreline_share"] == 0
    national = tabulate_coverage(register(), level="national").set_index("region")
    assert not national["full"]["north"] and national["n_recognised"]["north"] == 1


def test_full_asks_for_every_unit_whatever_its_size():
    table = register(level=["国家级", "", "省级"], area_km2=[99.9, 0.1, 1.0])
    assert not tabulate_coverage(table).set_index("region")["full"]["north"]
    pending = tabulate_coverage(register(level=["national", "培育", "preparation"]))
    assert pending["n_recognised"].tolist() == [1, 0, 1]


def test_wrong_registers_and_values_are_refused():
    with pytest.raises(InputError, match="no column unit_id"):
        rate_beautiful_bays(pd.DataFrame({"a": [1]}), None)
    with pytest.raises(InputError, match="level galactic is unknown"):
        tabulate_coverage(register(level="galactic"))
    with pytest.raises(InputError, match="no column 'county'"):
        tabulate_coverage(register(), by="county")
    with pytest.raises(InputError, match="unknown unit_id u9"):
        rate_beautiful_bays(register(), None, values(("u9", "beaches", 2023, 1, 1)))
    with pytest.raises(InputError, match="unknown indicator beauty"):
        rate_beautiful_bays(register(), None, values(("u1", "beauty", 2023, 1, 1)))
    with pytest.raises(InputError, match="lack the columns indicator, value"):
        rate_beautiful_bays(register(), None, pd.DataFrame({"unit_id": ["u1"]}))


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=15, deadline=None)
def test_a_worse_value_never_meets_more(target, a, b):
    order = ["met", "within interval", "not met"]
    low, high = sorted((a, b))
    both = [
        rate_beautiful_bays(register().iloc[:1], None, values(("u1", "beaches", 2023, v, target)))
        for v in (high, low)
    ]
    ranks = [order.index(status(r, "u1", "beaches")) for r in both]
    assert ranks[0] <= ranks[1]


def test_coverage_as_of_a_year_follows_the_dates():
    dated = register(recognised=["2022-06", "2024", ""])
    for year, done in ((2021, 0), (2022, 1), (2023, 1), (2024, 2)):
        found = tabulate_coverage(dated, year=year).set_index("region")
        assert found.loc["all", "n_recognised"] == done and found.loc["all", "n_date_unknown"] == 0
        assert found.loc["all", "count_share"] == pytest.approx(done / 3)
    assert tabulate_coverage(dated, year=2024).set_index("region").loc["north", "full"]
    assert "n_date_unknown" not in tabulate_coverage(dated)


def test_an_unknown_date_leaves_the_share_of_a_year_unknown():
    found = tabulate_coverage(register(recognised=["2022", "", ""]), year=2023).set_index("region")
    assert found.loc["north", "n_date_unknown"] == 1 and np.isnan(found.loc["north", "count_share"])
    assert found.loc["south", "count_share"] == 0
    # Without the undated unit of the two of the north, and with it.
    assert found.loc["north", ["count_share_low", "count_share_high"]].tolist() == [0.5, 1.0]
    assert found.loc["south", ["area_share_low", "area_share_high"]].tolist() == [0, 0]
    without = tabulate_coverage(register(), year=2023).set_index("region")
    assert without.loc["all", "n_date_unknown"] == 2
    with pytest.raises(InputError, match="recognised soon does not start with a year; write 2023"):
        tabulate_coverage(register(recognised=["soon", "", ""]), year=2023)


def test_a_register_that_was_read_is_counted_by_its_dates(tmp_path):
    dated = register(recognised=["2023-08-28", "2024", ""], region_zh=["北", "北", "南"])
    dated.to_csv(tmp_path / "register.csv", index=False)
    read = read_register(tmp_path / "register.csv")
    before, after = (tabulate_coverage(read, year=y).set_index("region") for y in (2023, 2024))
    assert before["n_recognised"].to_dict() == {"north": 1, "south": 0, "all": 1}
    assert after["n_recognised"].to_dict() == {"north": 2, "south": 0, "all": 2}
    assert (after["n_date_unknown"] == 0).all() and after.loc["north", "full"]
    assert before["count_share"].to_dict() == {"north": 0.5, "south": 0.0, "all": 1 / 3}
    assert after["region_zh"].to_dict() == {"north": "北", "south": "南", "all": "全部"}


def test_regions_without_a_chinese_name_have_none():
    assert tabulate_coverage(register())["region_zh"].tolist() == ["", "", "全部"]
