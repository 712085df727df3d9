"""The chain holds on any coast: south of the equator, and across the 180th meridian."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry import Point, box

from bayqa.assess import assess
from bayqa.fields import build_water_grid

# A lagoon 12 km x 8 km with an opening to the north, an island, and a spit from the south shore.
LAGOON = box(-6000, -4000, 6000, 4000)
ISLAND = Point(2500, 1000).buffer(900)
SPIT = box(-1100, -4000, -900, 2500)
WATER = LAGOON.difference(ISLAND).difference(SPIT)
GROUND = box(-14000, -12000, 14000, 4000).difference(LAGOON).union(ISLAND).union(SPIT)
AREA_KM2 = WATER.area / 1e6
COASTS = {"Chile": (-73.2, -43.1), "Fiji": (180.0, -17.5), "Chukotka": (-179.99, 65.2)}


@pytest.fixture(scope="module", params=COASTS, ids=str)
def coast(request):
    lon, lat = COASTS[request.param]
    crs = f"+proj=laea +lat_0={lat} +lon_0={lon} +datum=WGS84 +units=m"
    return crs, _bays(crs), _ground(crs)


@pytest.fixture(scope="module")
def result(coast):
    crs, bays, land = coast
    return assess(bays, _samples(crs), "GB 3097-1997", spacing=200, land=land, draws=20, seed=3)


def _to_degrees(shape, crs: str):
    """Shape in degrees, cut at 180 degrees as GeoJSON asks."""
    centre = float(crs.split("+lon_0=")[1].split()[0])
    dense = shapely.segmentize(shape, 500)
    local = gpd.GeoSeries([dense], crs=crs).to_crs(f"+proj=longlat +datum=WGS84 +lon_wrap={centre}")
    whole = shapely.make_valid(local.iloc[0])
    halves = [(box(-180, -90, 180, 90), 0), (box(180, -90, 540, 90), -360),
              (box(-540, -90, -180, 90), 360)]  # fmt: skip
    parts = [shapely.affinity.translate(whole.intersection(h), shift) for h, shift in halves]
    pieces = [piece for part in parts for piece in shapely.get_parts(part)]
    return shapely.MultiPolygon([piece for piece in pieces if piece.area > 0])


def _bays(crs: str) -> gpd.GeoDataFrame:
    names = {"name_zh": ["试验潟湖"], "name_en": ["Test Lagoon"]}
    index = pd.Index(["lagoon"], name="bay_id")
    return gpd.GeoDataFrame(names, index=index, geometry=[_to_degrees(WATER, crs)], crs=4326)


def _ground(crs: str) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"kind": ["land"]}, geometry=[_to_degrees(GROUND, crs)], crs=4326)


def _samples(crs: str) -> gpd.GeoDataFrame:
    """DIN that falls from the west shore to the east, on both sides of the spit."""
    rng = np.random.default_rng(7)
    x = np.array([-5000, -3500, -2000, -4200, -300, 1000, 3000, 4500, 5200, 800])
    y = np.array([-3000, 2000, -1500, 500, -2500, -500, -2800, 3000, -500, 3000])
    rows = []
    for month in (5, 8, 10):
        for name, values in (("din", 0.32 - x / 30000), ("do", 6.5 + x / 8000)):
            noisy = values + 0.01 * rng.standard_normal(x.size)
            rows += [
                (f"S{k:02d}", pd.Timestamp(2023, month, 12), name, v) for k, v in enumerate(noisy)
            ]
    table = pd.DataFrame(rows, columns=["station", "time", "parameter", "value"])
    table = table.assign(
        layer="surface", depth_m=0.5, lower=table["value"], upper=table["value"], unit="mg/L",
        flag=1, note="", water="sea", source="built",
    )  # fmt: skip
    places = gpd.GeoSeries(gpd.points_from_xy(x, y), crs=crs).to_crs(4326)
    return gpd.GeoDataFrame(table, geometry=np.tile(places, 6), crs=4326)


def test_water_has_the_true_area(coast):
    _, bays, _ = coast
    water = build_water_grid(bays, spacing=200)
    area = float((water["wet_fraction"] * water["cell_area_km2"]).sum())
    assert area == pytest.approx(AREA_KM2, rel=1e-4)
    assert water.sizes["x"] < 80


def test_categories_fill_the_water(result):
    sums = result.shares.groupby(["campaign", "parameter"])["area_km2"].sum()
    assert sums.to_numpy() == pytest.approx(sums.iloc[0], rel=1e-6)
    assert sums.iloc[0] == pytest.approx(AREA_KM2, rel=1e-4)


def test_west_is_worse_than_east_and_land_has_no_category(result):
    category = result.classes["parameter_category"].sel(parameter="din").isel(campaign=0)
    wet = result.water["wet"]
    assert (category.where(~wet, 0) == 0).all()
    west, east = (category.where(wet & side) for side in (wet["x"] < -2000, wet["x"] > 2000))
    assert float(west.mean()) > float(east.mean())


def test_all_stations_inform_the_field(result):
    assert result.stations.sizes["station"] == 10
    assert np.isfinite(result.grids["din"].to_numpy()[:, result.water["wet"].to_numpy()]).all()


def test_the_same_lagoon_has_the_same_shares_on_every_coast(result):
    overall = result.shares[
        (result.shares["parameter"] == "overall") & (result.shares["campaign"] == "annual")
    ].set_index("category")["share"]
    # One number for three places on the globe: the coast is the same in metres.
    assert float(overall["I"] + overall["II"]) == pytest.approx(0.44, abs=0.02)
