"""Layouts of agencies as strangers bring them: older and newer headings, marks, no positions."""

import numpy as np
import pandas as pd
import pytest

from bayqa.assess import (
    classify,
    rate_lake,
    rate_river_sections,
    tabulate_classes,
    tabulate_points,
)
from bayqa.errors import CoverageError
from bayqa.fields import summarize
from bayqa.intake import flag, read_bays, read_samples
from bayqa.standards import load_standard
from tests.shared_data import shared_file

PLACE = {"Latitude": 27.8, "Longitude": -82.5}
NEWER = {"StationNumber": 8, "SampleTime": "2020-02-03 10:00", **PLACE, "TotalDepth": 2.0,
         "SampleDepth": 1.0, "SecchiDepth": 1.2, "Secchi_Q": "", "Chlorophyll_a": 5.1,
         "Chlorophyll_aQ": "U", "Total_Nitrogen": 0.4, "Total_NitrogenQ": "", "Sal-T": 25,
         "Sal-B": 27, "TempWater-T": 20}  # fmt: skip
OLDER = {"StationNumber": 8, "SampleTime": "2020-02-03 10:00", **PLACE, "Total_Depth_m": 2.0,
         "Sample_Depth_m": 1.0, "Secchi_Depth_m": 1.2, "Secchi_Q": "",
         "Chlorophyll_a uncorr_ugL": 5.1, "Chlorophyll_a uncorr_Q": "U",
         "Chlorophyll_a_Corr_ugL": 3.0, "Total_Nitrogen_mgL": 0.4, "Sal_Top_ppth": 25,
         "Sal_Bottom_ppth": 27, "Temp_Water_Top_degC": 20}  # fmt: skip
FORMED = {"bay_segment": "HB", "epchc_station": 8, "SampleTime": "2020-02-03 10:00", "yr": 2020,
          "mo": 2, **PLACE, "Total_Depth_m": 2.0, "Sample_Depth_m": 1.0, "tn": 0.4, "tn_q": "",
          "sd_m": 1.2, "sd_raw_m": 1.2, "sd_q": "", "chla": 5.1, "chla_q": "U",
          "Sal_Top_ppth": 25, "Sal_Bottom_ppth": 27, "Temp_Water_Top_degC": 20}  # fmt: skip


def read(tmp_path, rows, **options):
    path = tmp_path / "table.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    return read_samples(path, **options)


@pytest.mark.parametrize("row", [NEWER, OLDER, FORMED], ids=["newer", "older", "formed"])
def test_tampa_table_in_three_layouts(tmp_path, row):
    samples = read(tmp_path, [row], preset="epc-tampa")
    rows = samples.set_index(["parameter", "layer"])
    assert set(samples["station"]) == {"8"}
    assert rows["value"]["secchi", "surface"] == 1.2
    assert rows["upper"]["chla", "surface"] == 5.1 and rows["lower"]["chla", "surface"] == 0
    assert rows["value"]["tn", "surface"] == 0.4
    assert rows["value"]["salinity", "surface"] == 25
    assert rows["value"]["salinity", "bottom"] == 27
    assert rows["value"]["temperature", "surface"] == 20


@pytest.mark.parametrize(
    ("secchi", "mark", "is_open"),
    [(1.2, "", False), (1.2, ">", True), (1.9, "", True), (1.84, "", False), (1.85, "", True)],
)
def test_a_disc_seen_near_the_bottom_is_a_lower_bound(tmp_path, secchi, mark, is_open):
    row = NEWER | {"SecchiDepth": secchi, "Secchi_Q": mark}
    samples = read(tmp_path, [row], preset="epc-tampa", parameters=["secchi"])
    assert samples["value"].item() == secchi
    assert np.isinf(samples["upper"].item()) == is_open
    words = samples["note"].item()
    assert (words == "seen on the bottom") == (is_open and not mark)


def test_bathing_file_knows_its_counts(tmp_path):
    rows = [{"bathingWaterIdentifier": "X1", "sampleDate": "2023-06-01",
             "intestinalEnterococciValue": "<10", "escherichiaColiValue": "250"}]  # fmt: skip
    for row in (rows, [{"site": "X1", "date": "2023-06-01", "IE": "<10", "EC": "250"}]):
        samples = read(tmp_path, row, preset="eu-bathing").set_index("parameter")
        assert samples["upper"]["enterococci"] == pytest.approx(100)
        assert samples["value"]["ecoli"] == pytest.approx(2500)
        assert (samples["flag"] == 2).all() and (samples["note"]["ecoli"]) == "no position"


def test_a_year_is_enough_for_a_river_and_not_for_a_bay(tmp_path):
    rows = [{"断面": "A", "年份": "2022", "溶解氧(mg/L)": 8, "氨氮(mg/L)": 0.3, "总磷(mg/L)": 0.05}]
    river = read(tmp_path, rows, water="river")
    assert (river["flag"] == 2).all()
    card = rate_river_sections(tabulate_points(river), load_standard("GB 3838-2002"))
    assert card.query("level == 'section'")[["period", "category"]].values.tolist() == [
        ["2022", "II"]
    ]
    sea = read(tmp_path, [{"站位": "A", "年份": "2022", "无机氮(mg/L)": 0.2}])
    assert sea["flag"].tolist() == [3]
    assert sea["time"].dt.year.tolist() == [2022]


def test_a_lake_is_named_by_its_own_column(tmp_path):
    rows = [{"湖泊": "甲湖", "监测时间": "2022-05", "叶绿素a(ug/L)": 8, "总磷(mg/L)": 0.05}]
    found = rate_lake(
        tabulate_points(read(tmp_path, rows, water="lake")), load_standard("GB 3838-2002 lake")
    )
    assert found["place"].tolist() == ["甲湖"]


def test_points_that_cannot_be_used_are_not_passed_over(tmp_path):
    rows = [{"断面": "A", "监测时间": "2022-05", "溶解氧(mg/L)": 8}]
    sea = read(tmp_path, rows)
    with pytest.raises(CoverageError, match=r"none of the 1 samples is river.*water: sea"):
        tabulate_points(sea, "river")


def test_beside_bays_a_sample_needs_a_position(tmp_path):
    path = tmp_path / "bay.geojson"
    path.write_text(
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"bay_id":"b"},'
        '"geometry":{"type":"Polygon","coordinates":[[[122,37],[122.1,37],[122.1,37.1],'
        "[122,37.1],[122,37]]]}}]}"
    )
    one = {"date": "2023-05-01", "DIN (mg/L)": 0.2}
    rows = [{"station": "A", "lon": 122.05, "lat": 37.05, **one}, {"station": "B", **one}]
    samples = read(tmp_path, rows)
    assert samples["flag"].tolist() == [2, 2]
    assert flag(samples, read_bays(path))["flag"].tolist() == [1, 3]
    assert flag(samples)["flag"].tolist() == [1, 1]


def test_hong_kong_wide_table_with_a_list_of_stations():
    import geopandas as gpd

    places = gpd.read_file(shared_file("data/hongkong-marine/hongkong.gpkg"), layer="stations")
    raw = shared_file("data/hongkong-marine/raw_2015-2020_as_found.csv.gz")
    samples = read_samples(
        raw, preset="hk-epd", mapping={"stations": places}, parameters=["din", "do", "nh3_un"]
    )
    assert samples.geometry.notna().groupby(samples["station"]).all().sum() == 76
    months = summarize(samples, campaigns="month", years=[2019])
    own = samples.loc[samples["zone"] == "Deep Bay", "station"].unique()
    deep = months.sel(station=[s for s in months["station"].to_numpy() if s in own])
    card = tabulate_classes(classify(deep, load_standard("hk-wqo deep-bay-outer")))
    assert set(card["category"]) == {"exceeds"} and set(card["limiting"]) == {"din"}


# First rows of the national weekly report of automatic stations, week 2 of 2007 (www.gov.cn,
# content_502095): water system, point, reach, pH, oxygen, COD-Mn, ammonium, class, main items.
WEEK = [
    ("松花江", "黑龙江肇源", "干流", "6.97", "5.85", "6.3", "0.32", "IV", {"高锰酸盐指数"}),
    ("松花江", "黑龙江同江", "干流(入黑龙江前)", "7.66", "6.03", "13.3", "1.77", "V",
     {"氨氮", "高锰酸盐指数"}),
    ("松花江", "吉林长春松花江村", "干流", "6.59", "7.1", "3.9", "0.57", "III", set()),
    ("松花江", "吉林白城白沙滩", "嫩江(入松花江前)", "7.6", "9.03", "5.7", "0.75", "III", set()),
    ("松花江", "黑龙江黑河", "黑龙江干流", "6.53", "9.65", "3.9", "0.26", "II", set()),
    ("松花江", "内蒙古呼伦贝尔黑山头", "额尔古纳河(国界)", "7.25", ".03", "4.5", "0.63", "worse",
     {"溶解氧"}),
]  # fmt: skip


def test_published_classes_of_a_national_weekly_report(tmp_path):
    heads = ["水系", "点位名称", "断面情况", "pH*", "DO", "CODMn", "NH3-N"]
    rows = [dict(zip(heads, row, strict=False)) | {"发布日期": "2007-01-15"} for row in WEEK]
    samples = read(tmp_path, rows, water="river", mapping={"columns": {"time": "发布日期"}})
    card = rate_river_sections(tabulate_points(samples), load_standard("GB 3838-2002"))
    section = card[card["level"] == "section"].set_index("place")
    assert section["category"].to_dict() == {row[1]: row[7] for row in WEEK}
    named = {place: {word.split("（")[0] for word in text.split("、") if word}
             for place, text in section["main_zh"].items()}  # fmt: skip
    assert named == {row[1]: row[8] for row in WEEK}
