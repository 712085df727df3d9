"""Presets and mappings: agency layouts, own names, mistakes that name the nearest word."""

import numpy as np
import pandas as pd
import pytest

from bayqa.errors import InputError
from bayqa.intake.headings.mapping import _check, list_presets, read_mapping

from .files import HEAD, ROWS, one, read_rows, values


def test_chinese_feed(tmp_path):
    head = [
        "海区",
        "省份",
        "城市",
        "站位",
        "经度",
        "纬度",
        "监测时间",
        "pH",
        "溶解氧",
        "化学需氧量",
        "无机氮",
        "活性磷酸盐",
        "石油类",
        "水质类别",
    ]
    rows = [
        head,
        [
            "黄海",
            "山东省",
            "威海市",
            "SD01",
            "122.5",
            "37.1",
            "2023年5月",
            "8.05",
            "7.1",
            "0.9",
            "未检出",
            "<0.001",
            "--",
            "一类",
        ],
    ]
    samples = read_rows(tmp_path, rows, preset="mee-feed")
    assert samples["parameter"].tolist() == ["ph", "do", "cod_mn", "din", "dip", "oil"]
    assert samples["time"].iloc[0] == pd.Timestamp("2023-05-15")
    assert samples[["sea", "city", "published_category"]].iloc[0].tolist() == [
        "黄海",
        "威海市",
        "一类",
    ]


def test_wqp_preset(tmp_path):
    rows = [
        [
            "MonitoringLocationIdentifier",
            "ActivityStartDate",
            "ActivityStartTime/Time",
            "ActivityLocation/LatitudeMeasure",
            "ActivityLocation/LongitudeMeasure",
            "CharacteristicName",
            "MethodSpeciationName",
            "ResultMeasureValue",
            "ResultMeasure/MeasureUnitCode",
            "ResultDetectionConditionText",
            "DetectionQuantitationLimitMeasure/MeasureValue",
        ],
        [
            "X-1",
            "2020-07-01",
            "10:15:00",
            "27.8",
            "-82.5",
            "Nitrate",
            "as NO3",
            "4.4266",
            "mg/l",
            "",
            "",
        ],
        [
            "X-1",
            "2020-07-01",
            "10:15:00",
            "27.8",
            "-82.5",
            "Orthophosphate",
            "as P",
            "",
            "mg/l",
            "Not Detected",
            "0.004",
        ],
    ]
    samples = read_rows(tmp_path, rows, preset="wqp")
    assert values(samples, "no3_n")[0] == pytest.approx(1, rel=1e-4)
    dip = one(samples, "dip", "X-1")
    assert (dip["lower"], dip["upper"]) == (0, 0.004)
    assert dip["time"] == pd.Timestamp("2020-07-01 10:15")


def test_ices_and_tampa_presets(tmp_path):
    rows = [
        [
            "Cruise",
            "Station",
            "yyyy-mm-ddThh:mm",
            "Latitude [degrees_north]",
            "Longitude [degrees_east]",
            "PRES [db]",
            "TEMP [deg C]",
            "DOXY [ml/l]",
            "NTRA [umol/l]",
        ],
        ["06AA", "12", "2020-02-03T04:05", "54.5", "11.5", "1.0", "3.5", "8.0", "10"],
    ]
    samples = read_rows(tmp_path, rows, preset="ices")
    assert values(samples, "do")[0] == pytest.approx(8 * 31.998 / 22.391)
    assert samples["layer"].unique().tolist() == ["surface"]
    rows = [
        [
            "StationNumber",
            "SampleTime",
            "Latitude",
            "Longitude",
            "Sal_Top_ppth",
            "Sal_Bottom_ppth",
            "Total_Nitrogen_mgL",
            "Total_NitrogenQ",
            "SecchiDepth_m",
            "Secchi_Q",
        ],
        ["7", "2020-02-03 10:00", "27.9", "-82.5", "25", "27", "0.05", "U", "2.0", ">"],
    ]
    samples = read_rows(tmp_path, rows, preset="epc-tampa")
    assert samples.loc[samples["parameter"] == "salinity", "layer"].tolist() == [
        "surface",
        "bottom",
    ]
    assert one(samples, "tn", "7")["lower"] == 0
    assert one(samples, "secchi", "7")["upper"] == np.inf


def test_mapping_from_a_file(tmp_path):
    path = tmp_path / "map.toml"
    path.write_text(
        '[columns]\nstation = "Punkt"\nlon = "L"\nlat = "B"\ntime = "Datum"\n'
        '[parameters]\n"Stickstoff" = { parameter = "din", unit = "ug/L" }\n'
        '[values]\nmissing = ["777"]\n',
        "utf-8",
    )
    rows = [
        ["Punkt", "L", "B", "Datum", "Stickstoff"],
        ["a", "11", "54", "2020-01-02", "90"],
        ["b", "11", "54", "2020-01-02", "777"],
    ]
    samples = read_rows(tmp_path, rows, mapping=path)
    assert samples["value"].iloc[0] == pytest.approx(0.09)
    assert samples["flag"].tolist() == [2, 9]
    assert read_rows(tmp_path, rows, mapping=path, parameters=["DIN"])["station"].tolist() == [
        "a",
        "b",
    ]


@pytest.mark.parametrize(
    ("mapping", "match"),
    [
        ({"colums": {}}, "unknown section 'colums'; did you mean 'columns'"),
        ({"columns": {"statoin": "x"}}, "unknown field 'statoin' .* did you mean 'station'"),
        ({"parameters": {"x": "dinn"}}, "unknown parameter 'dinn'; did you mean 'din'"),
        ({"limits": {"quux": 1}}, "unknown parameter 'quux'"),
        ("none.toml", "no such mapping file"),
    ],
)
def test_mistakes_in_a_mapping_name_the_nearest(mapping, match):
    with pytest.raises(InputError, match=match):
        read_mapping(mapping, None)


def test_broken_mapping_and_unknown_names(tmp_path):
    path = tmp_path / "map.toml"
    path.write_text("a = = 1")
    with pytest.raises(InputError, match="is no valid TOML"):
        read_mapping(path, None)
    with pytest.raises(InputError, match="preset 'mee' is not known; did you mean 'mee-feed'"):
        read_mapping(None, "mee")
    with pytest.raises(InputError, match="unknown parameter 'blah'"):
        read_rows(tmp_path, [HEAD, *ROWS], parameters=["blah"])
    with pytest.raises(InputError, match="no value of a wanted parameter"):
        read_rows(tmp_path, [HEAD, *ROWS], parameters=["mercury"])
    with pytest.raises(InputError, match="no column of values recognised in row 1"):
        read_rows(tmp_path, [r[:4] for r in [HEAD, *ROWS]])
    with pytest.raises(InputError, match="both read as din"):
        read_rows(tmp_path, [[*HEAD, "DIN"], *[[*r, "1"] for r in ROWS]])


@pytest.mark.parametrize("preset", list_presets())
def test_every_preset_is_valid(preset):
    mapping = read_mapping(None, preset)
    assert mapping["title"]
    assert mapping["source"]
    _check(mapping, preset)
