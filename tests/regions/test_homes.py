"""A station counts in one bay, though several maps use it."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point, box

from bayqa.region.homes import find_homes, keep_own, name_bays

BAYS = gpd.GeoDataFrame(
    {"name_en": ["West", "East"]},
    index=pd.Index(["west", "east"], name="bay_id"),
    geometry=[box(122.0, 37.0, 122.1, 37.1), box(122.15, 37.0, 122.25, 37.1)],
    crs=4326,
)
STATIONS = {"A": Point(122.05, 37.05), "B": Point(122.2, 37.05), "off": Point(122.14, 37.05)}


def _samples() -> gpd.GeoDataFrame:
    frame = gpd.GeoDataFrame({"station": list(STATIONS)}, geometry=list(STATIONS.values()))
    lost = gpd.GeoDataFrame({"station": ["lost"]}, geometry=[Point()])
    return pd.concat([frame, frame, lost], ignore_index=True).set_crs(4326)


def test_home_is_the_bay_around_a_station_or_the_nearest_one():
    homes = find_homes(_samples(), BAYS)
    assert homes.to_dict() == {"A": "west", "B": "east", "off": "east"}


def test_a_bay_lists_its_own_stations_and_every_station_is_listed_once():
    table = pd.DataFrame({"station": ["A", "B", "off"], "value": [1, 2, 3]})
    homes = find_homes(_samples(), BAYS)
    west, east = (keep_own(table, bay, homes) for bay in BAYS.index)
    assert west["station"].to_list() == ["A"]
    assert east["station"].to_list() == ["B", "off"]


def test_rows_that_name_no_station_stay():
    homes = find_homes(_samples(), BAYS)
    alerts = pd.DataFrame({"place": ["West", "B"], "kind": ["target in danger", "new exceedance"]})
    assert keep_own(alerts, "west", homes)["place"].to_list() == ["West"]
    shares = pd.DataFrame({"share": [0.5]})
    assert keep_own(shares, "west", homes) is shares


def test_rows_are_put_to_bays_by_id_by_name_and_by_place():
    named = pd.DataFrame({"bay_id": ["west", "East", "nowhere", None]})
    assert name_bays(named, BAYS)["bay_id"].to_list()[:3] == ["west", "east", "nowhere"]
    placed = pd.DataFrame({"lon": [122.05, 122.3, None], "lat": [37.05, 37.05, 37.0]})
    assert name_bays(placed, BAYS)["bay_id"].to_list()[:2] == ["west", "east"]
    assert name_bays(placed, BAYS)["bay_id"].isna().to_list() == [False, False, True]
    assert name_bays(None, BAYS) is None


def test_a_name_of_two_bays_stands_for_none_and_an_id_wins_over_a_name():
    alike = BAYS.assign(name_en=["east", "east"])
    assert name_bays(pd.DataFrame({"bay_id": ["east"]}), alike)["bay_id"].to_list() == ["east"]
    twins = BAYS.assign(name_zh=["湾", "湾"])
    assert name_bays(pd.DataFrame({"bay_id": ["湾"]}), twins)["bay_id"].to_list() == ["湾"]
