"""A station counts in one bay, though several maps use it."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
from shapely.geometry import Point, box

from bayqa.region.homes import find_homes, keep_own

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
