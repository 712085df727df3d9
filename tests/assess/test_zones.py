from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from bayqa.assess.areas.shares import tabulate_shares
from bayqa.assess.zones import find_overlaps, overlay_zones, rate_zones
from bayqa.errors import InputError, StandardError
from tests.builders import CRS, make_assessment


def zones(*targets, **columns):
    shapes = [box(-2000, -1500, 0, 1500), box(0, -1500, 2000, 1500), box(1e5, 0, 1.1e5, 1e4)]
    data = {"zone_id": ["west", "east", "away"], "target": targets or ("III", "II", "I")}
    return gpd.GeoDataFrame(data | columns, geometry=shapes, crs=CRS)


def test_each_zone_is_judged_by_its_own_target():
    found = rate_zones(make_assessment(), zones()).set_index(["zone_id", "campaign"])
    # the zone that does not touch the bay is left out
    assert set(found.index.get_level_values(0)) == {"west", "east"}
    east = found.loc[("east", "2023-spring")]
    assert (east["status"], east["main"]) == ("met", "")
    assert east["share"] == pytest.approx(1)
    west = found.loc[("west", "2023-spring")]
    # din of 0.24 times 10^(-x/8000) is below 0.4 east of x = -1775: 1800 m of 2000 m
    assert west["share"] == pytest.approx(0.9) and west["status"] == "not met"
    assert west["attained_km2"] == pytest.approx(5.4) and west["main"] == "din"
    strict = rate_zones(make_assessment(), zones("II", "II", "I")).set_index(
        ["zone_id", "campaign"]
    )
    assert strict["share"]["west", "2023-spring"] < west["share"]


def test_a_required_share_below_all_can_be_met():
    found = rate_zones(make_assessment(), zones(), required=0.85)
    west = found.query("zone_id == 'west' and campaign == '2023-spring'").iloc[0]
    assert west["status_zh"] == "达标" and west["required_share"] == 0.85


def test_interval_and_unassessed_zones():
    result = make_assessment()
    layer = zones().set_index("zone_id")
    shares = tabulate_shares(result.classes, layer.iloc[:2])
    shares["share_low"] = (shares["share"] - 0.2).clip(0, 1)
    shares["share_high"] = (shares["share"] + 0.2).clip(0, 1)
    found = rate_zones(result, layer, required=0.85, draws=shares)
    west = found.query("zone_id == 'west' and campaign == '2023-spring'").iloc[0]
    assert west["status"] == "within interval"
    blank = result.classes.assign(category=result.classes["category"] * 0)
    found = rate_zones(replace(result, classes=blank), layer)
    assert set(found["status"]) == {"not assessed"} and found["share"].isna().all()


def test_far_zones_give_an_empty_table():
    found = rate_zones(make_assessment(), zones().iloc[2:])
    assert not len(found) and "share_low" in found


def test_overlaps_and_gaps_are_reported():
    shapes = [box(-2000, -1500, 100, 1500), box(0, -1500, 1000, 1500)]
    layer = gpd.GeoDataFrame({"zone_id": ["a", "b"]}, geometry=shapes, crs=CRS)
    found = find_overlaps(layer, make_assessment().bays).set_index("kind")
    overlap, gap = found.loc["overlap"], found.loc["gap"]
    assert overlap["area_km2"] == pytest.approx(0.3, rel=1e-4)
    assert overlap["share"] == pytest.approx(0.1, rel=1e-4)
    # east of x = 1000 lie 3 km2 less the part of the island there
    assert 2.5 < gap["area_km2"] < 3.0 and gap["first"] == "test"
    whole = gpd.GeoDataFrame({"zone_id": ["a"]}, geometry=[box(-9e3, -9e3, 9e3, 9e3)], crs=CRS)
    assert not len(find_overlaps(whole, make_assessment().bays))


def test_slivers_are_no_overlap():
    # 0.2 m along 3 km: 600 m2, but 1e-4 of neither zone
    shapes = [box(-2000, -1500, 0.1, 1500), box(-0.1, -1500, 2000, 1500)]
    layer = gpd.GeoDataFrame({"zone_id": ["a", "b"]}, geometry=shapes, crs=CRS)
    assert not len(find_overlaps(layer, make_assessment().bays))
    shapes[0] = box(-2000, -1500, 1, 1500)
    wide = gpd.GeoDataFrame({"zone_id": ["a", "b"]}, geometry=shapes, crs=CRS)
    assert find_overlaps(wide, make_assessment().bays)["kind"].tolist() == ["overlap"]


def test_overlay_measures_common_area():
    line = gpd.GeoDataFrame({"id": [1]}, geometry=[box(-2000, -1500, -1000, 1500)], crs=CRS)
    found = overlay_zones(zones(), line.set_index("id"))
    assert found["zone_id"].tolist() == ["west"]
    assert found["share"][0] == pytest.approx(0.5, rel=1e-3)


def test_zones_need_names_crs_and_known_targets():
    with pytest.raises(InputError, match="zones have no CRS"):
        rate_zones(make_assessment(), gpd.GeoDataFrame(geometry=[box(0, 0, 1, 1)]))
    with pytest.raises(InputError, match="zones have no zone_id"):
        find_overlaps(zones().drop(columns="zone_id"), make_assessment().bays)
    with pytest.raises(StandardError, match="target 'VI' is not a category"):
        rate_zones(make_assessment(), zones("VI", "II", "I"))


def test_a_zone_without_target_takes_the_last_good_category():
    found = rate_zones(make_assessment(), zones(np.nan, "", None))
    assert set(found["target"]) == {"II"}
    assert isinstance(found, pd.DataFrame)
