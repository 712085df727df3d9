"""More layouts of agencies: oceanographic archives, open data services, and their traps."""

import json

import pytest

from bayqa.intake import read_samples

from .files import found, one, read_rows, values
from .test_agency_files import bounds, read_text

EXCHANGE = """BOTTLE,20130819XYZ
EXPOCODE,STNNBR,DATE,TIME,LATITUDE,LONGITUDE,DEPTH,CTDPRS,CTDTMP,CTDSAL,CTDSAL_FLAG_W,SALNTY,SALNTY_FLAG_W,OXYGEN,OXYGEN_FLAG_W,NITRAT,NITRAT_FLAG_W
,,,,,,METERS,DBAR,ITS-90,PSS-78,,PSS-78,,UMOL/KG,,UMOL/KG,
X,7,20080204,1610,-33.0,28.1,95,3.1,20.1,35.2,2,35.21,2,220.1,3,0.4,4
X,7,20080204,1610,-33.0,28.1,95,20.1,19.1,35.2,2,-999.0000,9,221,2,-999.00,9
END_DATA
"""  # noqa: E501


def test_exchange_files_of_bottles(tmp_path):
    samples = read_text(tmp_path, EXCHANGE, preset="cchdo-exchange")
    assert samples["depth_m"].unique().tolist() == [3.1, 20.1]
    assert values(samples, "do", "flag").tolist() == [3, 2]
    assert values(samples, "no3_n", "flag").tolist() == [4, 9]
    assert values(samples, "salinity").tolist() == [35.2, 35.2]
    assert str(samples["time"].iloc[0]) == "2008-02-04 16:10:00"


FLOATS = """PLATFORM_CODE,DATE (YYYY-MM-DDTHH:MI:SSZ),DATE_QC,LATITUDE (degree_north),LONGITUDE (degree_east),POSITION_QC,PRES (decibar),PRES_QC,PSAL (psu),PSAL_QC,DOXY (micromole/kg),DOXY_QC
6901,2019-05-01T10:00:00Z,1,45.1,-10.2,1,5.1,1,35.1,1,250.1,3
6901,2019-05-01T10:00:00Z,1,45.1,-10.2,1,10.1,1,35.2,4,251,1
"""  # noqa: E501


def test_profiles_of_floats(tmp_path):
    samples = read_text(tmp_path, FLOATS)
    assert bounds(samples, "salinity") == [(35.1, 35.1, 2), (35.2, 35.2, 4)]
    assert values(samples, "do", "flag").tolist() == [3, 2]
    assert samples["depth_m"].unique().tolist() == [5.1, 10.1]
    assert len(found(samples, "quality", "doubtful")) == 0


REFERENCE = """StationName,StationCode,Latitude,Longitude,SampleTime_UTC,SampleTime_Local,SampleDepth_m,Salinity,Salinity_Flag,Nitrate_umolL,Nitrate_Flag
Maria,MAI,-42.6,148.2,2010-01-05T22:00:00,2010-01-06T09:00:00,0,35.1,1,0.8,1
Maria,MAI,-42.6,148.2,2010-01-05T22:00:00,2010-01-06T09:00:00,10,35.2,4,0.9,1
"""  # noqa: E501


def test_local_times_and_flags_that_explain_each_other(tmp_path):
    samples = read_text(tmp_path, REFERENCE)
    assert bounds(samples, "salinity") == [(35.1, 35.1, 2), (35.2, 35.2, 4)]
    assert len(found(samples, "quality", "doubtful")) == 0
    assert str(samples["time"].iloc[0]) == "2010-01-06 09:00:00"


FACTS = """eventID,eventDate,decimalLatitude,decimalLongitude,minimumDepthInMeters,maximumDepthInMeters,measurementType,measurementValue,measurementUnit
A1,2015-05-04T10:00:00Z,51.2,2.9,0,2,nitrate,10,umol/l
"""  # noqa: E501


def test_measurements_or_facts(tmp_path):
    samples = read_text(tmp_path, FACTS)
    assert values(samples, "no3_n") == pytest.approx([0.14007])
    assert samples["depth_m"].tolist() == [1]


def test_a_description_of_columns_is_no_data(tmp_path):
    record = {"siteid": "1001", "sitename": "港", "twd97lon": "121.75", "twd97lat": "25.16",
              "sampledate": "2023-05-08 00:00:00.000", "itemname": "溶氧量", "itemvalue": "7.1",
              "itemunit": "mg/L"}  # fmt: skip
    content = {"fields": [{"id": "siteid", "type": "text"}], "total": "1", "records": [record]}
    (tmp_path / "a.json").write_text(json.dumps(content), "utf-8")
    row = one(read_samples(tmp_path / "a.json"), "do", "1001")
    assert (row["value"], row.geometry.x) == (7.1, 121.75)


def test_stations_that_could_not_be_reached(tmp_path):
    record = {"STATION_ID": "1", "lat": 26.2, "lon": 119.9, "SAMPLE_DATE": "2021/05/04",
              "TEM_WATER": "ND", "PH": "ND", "NH3_N": "ND"}  # fmt: skip
    other = {**record, "STATION_ID": "2", "TEM_WATER": 24, "PH": 8.1, "NH3_N": "ND"}
    third = {**other, "STATION_ID": "3", "NH3_N": 0.02}
    (tmp_path / "a.json").write_text(json.dumps([record, other, third]), "utf-8")
    samples = read_samples(tmp_path / "a.json")
    assert values(samples, "nh4_n", "flag").tolist() == [9, 2, 2]
    assert values(samples, "nh4_n", "upper")[1] == 0.02


ZEALAND = """SiteID,LawaSiteID,Latitude,Longitude,Date,Indicator,Value,Units,Symbol,CenType,QC
Awanui,N1,-35.1,173.3,14-Feb-2019,NH4N,0.01,g/m3,<,Left,600
Awanui,N1,-35.1,173.3,14-Feb-2019,TON,0.31,g/m3,,FALSE,400
Awanui,N1,-35.1,173.3,14-Feb-2019,ECOLI,2420,/100 ml,>,Right,500
"""


def test_sides_of_censoring_and_codes_of_three_digits(tmp_path):
    samples = read_text(tmp_path, ZEALAND, preset="nz-lawa")
    assert bounds(samples, "nh4_n") == [(0, 0.01, 2)]
    assert bounds(samples, "no23_n") == [(0.31, 0.31, 3)]
    assert bounds(samples, "ecoli") == [(24200, float("inf"), 2)]


BRAZIL = """Codigo Ponto;Data Coleta;Hora Coleta;Parametro;Sinal;Valor;Unidade;Latitude;Longitude
BILL1;18/05/2023;10:40:00;Fósforo Total;<;0,02;mg/L;23 43 04;46 39 51
"""


def test_positions_without_a_sign_in_the_south_west(tmp_path):
    row = one(read_text(tmp_path, BRAZIL, preset="cetesb"), "tp", "BILL1")
    assert (row.geometry.x, row.geometry.y) == pytest.approx((-46.6642, -23.7178), abs=1e-4)
    assert row["upper"] == 0.02


ENGLAND = """samplingPoint.notation,samplingPoint.longitude,samplingPoint.latitude,phenomenonTime,sampleMaterialType,determinand.prefLabel,result,unit
A,-1.31,50.81,2024-05-08T10:30:00,ESTUARINE WATER,Ammoniacal Nitrogen as N,<0.03,mg/l
A,-1.31,50.81,2024-05-08T10:30:00,ESTUARINE WATER,"Orthophosphate, reactive as P",0.05,mg/l
B,-1.31,50.81,2024-05-08T10:30:00,FINAL SEWAGE EFFLUENT,Nitrate as N,30,mg/l
C,-1.31,50.81,2024-05-08T10:30:00,ESTUARINE SEDIMENT - SUB TIDAL,Nitrate as N,3,mg/kg
"""  # noqa: E501


def test_degrees_beside_a_preset_of_metres_and_effluents(tmp_path):
    samples = read_text(tmp_path, ENGLAND, preset="ea-wims")
    row = one(samples, "nh4_n", "A")
    assert (row.geometry.x, row.geometry.y, row["upper"]) == (-1.31, 50.81, 0.03)
    assert one(samples, "dip", "A")["water"] == "sea"
    assert [one(samples, "no3_n", s)["flag"] for s in "BC"] == [4, 4]


def test_automatic_stations_under_repair_are_suspect(tmp_path):
    head = ["断面名称", "监测时间", "水质类别", "溶解氧(mg/L)", "叶绿素α(mg/L)", "站点情况"]
    rows = [head, ["泺口", "2023-05-08 04:00", "Ⅱ", "8.9", "*", "正常"],
            ["泺口", "2023-05-08 08:00", "Ⅱ", "8.1", "0.005", "维护"]]  # fmt: skip
    samples = read_rows(tmp_path, rows)
    assert values(samples, "do", "flag").tolist() == [2, 3]
    assert values(samples, "chla")[1] == pytest.approx(5)


def test_japanese_classes_are_no_kinds_of_water(tmp_path):
    head = ["地点名", "類型", "採取年月日", "採取時刻", "ふん便性大腸菌群数(個/100ml)"]
    samples = read_rows(tmp_path, [head, ["東京湾1", "B", "20220511", "1020", "2.0E+00"]])
    assert values(samples, "faecal_coliforms") == pytest.approx([20])
    assert len(found(samples, "kind of water")) == 0
    assert str(samples["time"].iloc[0]) == "2022-05-11 10:20:00"
