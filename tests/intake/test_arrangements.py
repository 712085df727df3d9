"""Tables laid out for the eye: turned, months side by side, positions on another sheet."""

import numpy as np
import pytest

from bayqa.errors import InputError
from bayqa.intake import check_path, read_samples

from .files import DIN, found, one, read_rows, same_values, values, write_book

MONTHS = ["2023-05-15", "2023-05-15", "2023-08-15", "2023-08-15"]


def turned(extra=()):
    return [
        ["项目", *extra[:1], "W01", "W02", "W03"],
        ["经度", *extra[1:2], "122.50", "122.60", "122.55"],
        ["纬度", *extra[1:2], "37.10", "37.20", "37.15"],
        ["监测日期", *extra[2:3], "2023-05-08", "2023-05-08", "2023-08-09"],
        ["pH", *extra[2:3], "8.05", "8.11", "7.98"],
        ["无机氮", *extra[3:4], "0.21", "0.034", "0.40"],
    ]


def test_parameters_down_and_stations_across(tmp_path):
    samples = read_rows(tmp_path, turned())
    assert same_values(samples)
    assert samples["station"].unique().tolist() == ["W01", "W02", "W03"]
    assert one(samples, "ph", "W03")["source"] == "table.csv:4"
    assert "column numbers" in found(samples, "arrangement", "assumed")["message"].iloc[0]


def test_turned_table_with_a_column_of_units_and_a_title(tmp_path):
    rows = [["荣成湾监测结果", "", "", "", ""], *turned(("单位", "°", "", "μg/L"))]
    samples = read_rows(tmp_path, rows)
    np.testing.assert_allclose(values(samples, "din"), np.array(DIN) / 1000)
    assert set(samples["station"]) == {"W01", "W02", "W03"}
    assert len(found(samples, "unit", "converted")) == 1


def test_months_side_by_side_under_merged_headings(tmp_path):
    rows = [
        ["站位", "经度", "纬度", "2023年5月", "", "2023年8月", ""],
        ["", "", "", "pH", "无机氮(mg/L)", "pH", "无机氮(mg/L)"],
        ["W01", 122.5, 37.1, 8.0, 0.21, 8.1, 0.3],
        ["W02", 122.6, 37.2, 8.05, 0.11, 8.15, 0.2],
    ]
    path = write_book(tmp_path / "a.xlsx", {"S": rows}, merge=("A1:A2", "D1:E1", "F1:G1"))
    samples = read_samples(path)
    assert values(samples, "din").tolist() == [0.21, 0.11, 0.3, 0.2]
    assert values(samples, "din", "time").astype("datetime64[D]").astype(str).tolist() == MONTHS
    assert one(samples[samples["time"] > "2023-06"], "ph", "W02")["source"] == "a.xlsx[S]:4"
    assert found(samples, "arrangement")["found"].iloc[0] == "2023年5月, 2023年8月"


def test_months_below_each_parameter(tmp_path):
    rows = [
        ["站位", "经度", "纬度", "无机氮(mg/L)", "", "活性磷酸盐(μg/L)", ""],
        ["", "", "", "2023年5月", "2023年8月", "2023年5月", "2023年8月"],
        ["W01", 122.5, 37.1, 0.21, 0.3, 10, 20],
        ["W02", 122.6, 37.2, 0.11, 0.2, 15, 25],
    ]
    samples = read_samples(write_book(tmp_path / "a.xlsx", {"S": rows}))
    assert values(samples, "din").tolist() == [0.21, 0.11, 0.3, 0.2]
    np.testing.assert_allclose(values(samples, "dip"), [0.01, 0.015, 0.02, 0.025])


def test_months_of_one_parameter_named_in_the_title(tmp_path):
    rows = [
        ["2023年荣成湾无机氮(mg/L)监测结果", "", "", "", ""],
        ["站位", "经度", "纬度", "5月", "8月"],
        ["W01", "122.5", "37.1", "0.21", "0.3"],
        ["W02", "122.6", "37.2", "0.11", "<0.2"],
    ]
    samples = read_rows(tmp_path, rows)
    assert values(samples, "din", "upper").tolist() == [0.21, 0.11, 0.3, 0.2]
    assert values(samples, "din", "time").astype("datetime64[D]").astype(str).tolist() == MONTHS


def test_months_across_a_long_table(tmp_path):
    rows = [
        ["站位", "经度", "纬度", "项目", "单位", "2023年5月", "2023年8月"],
        ["A", "122.5", "37.1", "无机氮", "mg/L", "0.2", "0.3"],
        ["A", "122.5", "37.1", "活性磷酸盐", "μg/L", "12", "13"],
    ]
    samples = read_rows(tmp_path, rows)
    assert values(samples, "din").tolist() == [0.2, 0.3]
    np.testing.assert_allclose(values(samples, "dip"), [0.012, 0.013])


def test_two_columns_of_one_parameter_without_months_stay_refused(tmp_path):
    rows = [["站位", "无机氮", "DIN"], ["W01", "0.1", "0.2"]]
    with pytest.raises(InputError, match="both read as din"):
        read_rows(tmp_path, rows)


def test_positions_come_from_a_sheet_of_stations(tmp_path):
    sheets = {
        "数据": [["站位名称", "监测时间", "无机氮(mg/L)"], ["养马岛", "2023-05-08", 0.21]],
        "站位表": [["站位编号", "名称", "经度", "纬度"], ["Y1", "养马岛", "121°36′", "37°27′"]],
    }
    path = write_book(tmp_path / "a.xlsx", sheets)
    samples = read_samples(path)
    assert samples.geometry.x.tolist() == [121.6]
    assert samples.geometry.y.tolist() == [37.45]
    assert "list of stations" in found(samples, "sheet", "read")["message"].iloc[0]
    assert check_path(path)[1] == 0


def test_a_cover_sheet_is_no_doubt(tmp_path):
    table = [["站位", "经度", "纬度", "日期", "pH"], ["W01", 122.5, 37.1, "2023-05-08", 8.0]]
    path = write_book(tmp_path / "a.xlsx", {"说明": [["说明"], ["由中心提供"]], "数据": table})
    assert len(found(read_samples(path), "sheet", "ignored")) == 1
    assert check_path(path)[1] == 0


def test_depths_side_by_side(tmp_path):
    rows = [
        ["站位", "经度", "纬度", "监测时间", "溶解氧(mg/L)", "", ""],
        ["", "", "", "", "0.5m", "10m", "底层"],
        ["W01", 122.5, 37.1, "2023-05-08", 8.1, 7.5, 6.2],
    ]
    samples = read_samples(write_book(tmp_path / "a.xlsx", {"S": rows}, merge=("E1:G1",)))
    assert values(samples, "do").tolist() == [8.1, 7.5, 6.2]
    assert values(samples, "do", "layer").tolist() == ["surface", "unstated", "bottom"]
    np.testing.assert_array_equal(values(samples, "do", "depth_m"), [0.5, 10, np.nan])


def test_a_sheet_for_each_parameter_with_months_across(tmp_path):
    head = ["站位", "经度", "纬度"]
    sheets = {
        "无机氮": [[*head, "2023-05", "2023-08"], ["W01", 122.5, 37.1, 0.3, 0.4]],
        "溶解氧": [[*head, 2022, 2023], ["W01", 122.5, 37.1, 7.1, 6.1]],
    }
    samples = read_samples(write_book(tmp_path / "a.xlsx", sheets))
    assert values(samples, "din").tolist() == [0.3, 0.4]
    assert values(samples, "do").tolist() == [7.1, 6.1]
    assert values(samples, "do", "time").astype("datetime64[Y]").astype(str).tolist() == [
        "2022", "2023"]  # fmt: skip
    assert values(samples, "do", "flag").tolist() == [3, 3]
