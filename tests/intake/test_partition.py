"""Sheets with several tables, facts above a table, and names of sheets that say something."""

import pytest

from bayqa.intake import read_samples

from .files import HEAD, ROWS, found, one, read_rows, values, write_book

DAY = "2023-05-08"
WIDE = ["站位", "经度", "纬度", "监测时间"]


def book(tmp_path, sheets, **options):
    return read_samples(write_book(tmp_path / "a.xlsx", sheets, **options))


def test_tables_side_by_side(tmp_path):
    head = [*WIDE, "无机氮(mg/L)"]
    rows = [
        ["荣成湾 单位：mg/L"],
        [*head, None, *head],
        ["W1", 122.5, 37.1, DAY, 0.3, None, "W3", 122.7, 37.1, DAY, 0.5],
        ["W2", 122.6, 37.1, DAY, 0.4, None, "W4", 122.8, 37.1, DAY, 0.6],
    ]
    samples = book(tmp_path, {"S": rows})
    assert dict(zip(samples["station"], samples["value"], strict=True)) == {
        "W1": 0.3, "W2": 0.4, "W3": 0.5, "W4": 0.6}  # fmt: skip
    assert one(samples, "din", "W3")["source"] == "a.xlsx[S]:3"
    assert "2 tables" in found(samples, "arrangement", "assumed")["message"].iloc[0]


def test_tables_below_each_other_with_other_headings(tmp_path):
    rows = [HEAD, *ROWS, [], ["表2 重金属"], [*WIDE[:1], "监测时间", "铜(μg/L)"], ["W01", DAY, 3.1],
            ["W02", DAY, "<0.5"]]  # fmt: skip
    samples = read_rows(tmp_path, rows)
    assert len(values(samples, "din")) == 3
    assert one(samples, "copper", "W01")["value"] == pytest.approx(0.0031)
    assert one(samples, "copper", "W02")["upper"] == pytest.approx(0.0005)
    assert one(samples, "copper", "W01").geometry.x == 122.5
    assert "another table" in found(samples, "position", "assumed")["message"].iloc[0]


def test_columns_that_change_places_and_units_further_down(tmp_path):
    rows = [HEAD, *ROWS, [*HEAD[:4], "无机氮(μg/L)", "pH", "溶解氧(mg/L)"],
            ["W04", "122.9", "37.1", DAY, "310", "8.0", "7.0"]]  # fmt: skip
    samples = read_rows(tmp_path, rows)
    assert one(samples, "din", "W04")["value"] == pytest.approx(0.31)
    assert one(samples, "ph", "W04")["value"] == 8.0


def test_the_same_headings_below_the_title_of_another_month(tmp_path):
    head = ["站位", "经度", "纬度", "无机氮(mg/L)"]
    rows = [["2023年5月"], head, ["W1", 122.5, 37.1, 0.3], ["2023年8月"], head,
            ["W1", 122.5, 37.1, 0.5]]  # fmt: skip
    samples = read_rows(tmp_path, rows)
    months = values(samples, "din", "time").astype("datetime64[M]").astype(str).tolist()
    assert months == ["2023-05", "2023-08"]
    assert samples.flag.tolist() == [2, 2]


def test_headings_repeated_on_each_page_part_nothing(tmp_path):
    samples = read_rows(tmp_path, [HEAD, *ROWS[:2], HEAD, ROWS[2]])
    assert len(values(samples, "din")) == 3
    assert found(samples, "arrangement").empty


@pytest.mark.parametrize("above", [
    [["站位：W1", "采样日期：2023-05-08", "经度：122°30′", "纬度：37.1"]],
    [["站位：W1  采样日期：2023-05-08  坐标：E122.5 N37.1"]],
    [["样品编号", "HY-01"], ["站位", "W1"], ["采样日期", DAY], ["经度", 122.5], ["纬度", 37.1]],
])  # fmt: skip
def test_facts_above_a_table_hold_for_its_rows(tmp_path, above):
    rows = [*above, ["项目", "单位", "结果"], ["pH", "无量纲", 8.1], ["无机氮", "μg/L", 300]]
    samples = book(tmp_path, {"S": rows})
    row = one(samples, "din", "W1")
    assert (row["value"], str(row["time"])[:10]) == (0.3, DAY)
    assert (row.geometry.x, row.geometry.y) == (122.5, 37.1)
    assert len(found(samples, "stated", "assumed")) >= 3


def test_sheets_named_by_their_station(tmp_path):
    rows = [["监测时间", "无机氮(mg/L)"], [DAY, 0.3], ["2023-08-08", 0.4]]
    samples = book(tmp_path, {"W1": rows, "北港": rows})
    assert samples["station"].tolist() == ["W1", "W1", "北港", "北港"]
    assert (samples["flag"] == 2).all()
    samples = book(tmp_path, {"监测数据": rows})
    assert set(samples["station"]) == {""}
    assert len(found(samples, "station", "doubtful")) == 1


def test_the_layer_of_a_sheet_or_a_title(tmp_path):
    rows = [[*WIDE, "无机氮(mg/L)"], ["W1", 122.5, 37.1, DAY, 0.3]]
    samples = book(tmp_path, {"表层": rows, "底层": rows})
    assert samples["layer"].tolist() == ["surface", "bottom"]
    samples = book(tmp_path, {"S": [["2023年5月底层海水监测结果"], *rows]})
    assert samples["layer"].tolist() == ["bottom"]
    samples = book(tmp_path, {"S": [["表层和底层"], *rows]})
    assert samples["layer"].tolist() == ["surface"]


def test_layers_below_the_stations_of_a_turned_table(tmp_path):
    rows = [["项目", "W1", "", "W2", ""], ["", "表层", "底层", "表层", "底层"],
            ["pH", 8.1, 8.0, 8.2, 8.05], ["无机氮(mg/L)", 0.3, 0.31, 0.4, 0.41],
            ["溶解氧(mg/L)", 7.1, 6.1, 7.2, 6.2]]  # fmt: skip
    samples = book(tmp_path, {"2023年5月": rows}, merge=("B1:C1", "D1:E1"))
    part = samples[samples["parameter"] == "din"]
    assert list(zip(part["station"], part["layer"], part["value"], strict=True)) == [
        ("W1", "surface", 0.3), ("W1", "bottom", 0.31),
        ("W2", "surface", 0.4), ("W2", "bottom", 0.41)]  # fmt: skip


def test_ids_of_a_station_list_that_differ_in_signs_and_case(tmp_path):
    data = [["站号", "日期", "无机氮(mg/L)"], ["W01", DAY, 0.3], ["w2", DAY, 0.4], ["X", DAY, 0.1]]
    places = [["站位编号", "经度", "纬度"], ["W-01", 122.5, 37.1], ["W 02", 122.6, 37.2]]
    samples = book(tmp_path, {"数据": data, "站位": places})
    assert one(samples, "din", "W01").geometry.x == 122.5
    assert one(samples, "din", "w2").geometry.x == 122.6
    assert one(samples, "din", "X").geometry is None


def test_indices_and_classes_below_a_parameter_are_no_values(tmp_path):
    rows = [[*WIDE, "无机氮", "", "活性磷酸盐", ""],
            ["", "", "", "", "浓度(mg/L)", "标准指数", "浓度(mg/L)", "类别"],
            ["W1", 122.5, 37.1, DAY, 0.3, 1.5, 0.01, "一"]]  # fmt: skip
    samples = book(tmp_path, {"S": rows}, merge=("E1:F1", "G1:H1"))
    assert samples["value"].tolist() == [0.3, 0.01]


def test_rows_of_means_and_standards_without_places_are_no_stations(tmp_path):
    names = [
        "W1",
        "各站平均",
        "海水二类标准",
        "样品超标率(%)",
        "达标率",
        "平均值（n=3）",
        "Orange",
        "Meander",
    ]
    rows = [["站位", "无机氮(mg/L)"], *([name, 0.3] for name in names)]
    assert read_rows(tmp_path, rows)["station"].tolist() == ["W1", "Orange", "Meander"]


def test_places_are_not_taken_from_another_file(tmp_path):
    placed = write_book(
        tmp_path / "a.xlsx", {"S": [[*WIDE, "无机氮(mg/L)"], [1, 122, 37, DAY, 0.3]]}
    )
    bare = [["站位", "监测时间", "pH"], [1, DAY, 8.1]]
    other = write_book(tmp_path / "b.xlsx", {"S": bare})
    samples = read_samples([placed, other])
    assert one(samples, "ph", "1").geometry is None
    both = {"S": [[*WIDE, "无机氮(mg/L)"], [1, 122, 37, DAY, 0.3]], "T": bare}
    assert one(book(tmp_path, both), "ph", "1").geometry.x == 122
