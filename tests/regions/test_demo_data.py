"""The demonstration tables are what the script makes, and look like the sea they pretend to be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data" / "weihai"
LIMITS = {"无机氮": (0.2, 0.3, 0.4, 0.5), "活性磷酸盐": (0.015, 0.030, 0.030, 0.045)}


@pytest.fixture(scope="module")
def remade(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weihai")
    script = [sys.executable, str(ROOT / "data" / "make_demo.py"), str(folder)]
    subprocess.run(script, check=True, capture_output=True, timeout=120)
    return folder


@pytest.fixture(scope="module")
def samples():
    return pd.read_csv(DATA / "samples.csv", dtype=str)


def _numbers(column: pd.Series) -> pd.Series:
    return pd.to_numeric(column.str.removeprefix("<"), errors="coerce")


def test_the_script_makes_the_same_bytes(remade):
    made = sorted(remade.iterdir())
    assert len(made) == 8
    for path in made:
        assert path.read_bytes() == (DATA / path.name).read_bytes(), path.name


def test_three_campaigns_in_three_years_at_92_stations(samples):
    visits = samples.drop_duplicates().groupby("监测时间")["站位"].nunique()
    assert visits.to_list() == [92] * 9
    assert sorted(visits.index.str[-2:].unique()) == ["05", "08", "10"]


def test_every_row_says_that_it_is_a_demonstration():
    for name in ("samples", "rivers", "groundwater", "drinking"):
        notes = pd.read_csv(DATA / f"{name}.csv", dtype=str)["备注"]
        assert notes.str.contains("演示数据").all(), name


def test_stations_stand_in_water_and_six_or_more_in_each_bay(samples):
    places = samples.drop_duplicates("站位")
    points = gpd.GeoDataFrame(
        places, geometry=gpd.points_from_xy(places["经度"], places["纬度"]), crs=4326
    )
    land = gpd.read_file(DATA / "land.gpkg")
    assert gpd.sjoin(points, land).empty
    inside = gpd.sjoin(points, gpd.read_file(DATA / "bays.gpkg"))["bay_id"].value_counts()
    assert inside.size == 11
    assert inside.between(6, 12).all()


def test_some_values_are_below_detection_in_both_spellings(samples):
    oil = samples["石油类"]
    assert oil.str.startswith("<").sum() > 20
    assert (oil == "未检出").sum() > 20


def test_open_sea_is_class_one_and_river_mouths_are_not(samples):
    din = _numbers(samples["无机氮"])
    assert din[samples["站位"].str.startswith("OF")].max() <= 0.2
    assert din[samples["站位"].isin(["RS01", "WL01"])].max() > 0.5
    assert (din <= 0.3).mean() > 0.9


def test_the_last_year_is_better_than_the_first(samples):
    mean = _numbers(samples["无机氮"]).groupby(samples["监测时间"].str[:4]).mean()
    assert mean["2023"] < mean["2021"]


def test_total_nitrogen_of_the_mouths_falls_against_2020():
    rivers = pd.read_csv(DATA / "rivers.csv", dtype=str)
    mouths = rivers[rivers["是否入海"] == "是"]
    mean = _numbers(mouths["总氮(mg/L)"]).groupby(mouths["监测时间"].str[:4]).mean()
    assert mouths["断面"].nunique() == 10
    assert mean["2023"] < mean["2020"]


def test_register_keeps_the_five_known_units_and_every_bay_once():
    register = pd.read_csv(DATA / "register.csv", dtype=str, keep_default_na=False)
    known = register[register["publicly_known"] == "yes"]
    assert known["level"].to_list() == ["national"] + ["provincial"] * 4
    assert known["evidence"].str.contains(r"\[\d\]").all()
    bays = " ".join(register["bay_ids"]).split()
    assert sorted(bays) == sorted(gpd.read_file(DATA / "bays.gpkg")["bay_id"])
    assert (register.loc[register["publicly_known"] == "no", "level"] == "").all()


def test_zones_do_not_overlap_and_fill_the_bays():
    zones = gpd.read_file(DATA / "zones.gpkg").to_crs(32651)
    bays = gpd.read_file(DATA / "bays.gpkg").to_crs(32651)
    parts = zones[zones["in_bay"] != ""]
    assert zones.union_all().area == pytest.approx(zones.area.sum(), rel=1e-6)
    assert parts.area.sum() == pytest.approx(bays.area.sum(), rel=1e-3)
    assert set(zones["target"]) == {"I", "II", "III"}


def test_bay_areas_are_those_of_the_ellipsoid():
    bays = gpd.read_file(DATA / "bays.gpkg")
    geod = bays.crs.get_geod()
    areas = [abs(geod.geometry_area_perimeter(shape)[0]) / 1e6 for shape in bays.geometry]
    assert bays["area_km2"].to_list() == pytest.approx(areas, rel=1e-3)
