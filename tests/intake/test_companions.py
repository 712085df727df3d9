"""Columns that belong together: signs, one parameter in two units, parts of an angle; notices."""

import pytest

from bayqa.errors import InputError
from bayqa.intake import read_samples
from bayqa.intake.headings.notices import stated_units

from .files import found, one, read_rows, values, write_book

DAY = "2023-05-08"
KEYS = ["station", "lon", "lat", "date"]
W1, W2 = ["W1", "122.5", "37.1", DAY], ["W2", "122.6", "37.2", DAY]


def test_two_units_of_one_parameter_that_agree(tmp_path):
    rows = [[*KEYS, "DIN (umol/L)", "DIN (mg/L)"], [*W1, "10", "0.140"], [*W2, "20", "0.28"]]
    samples = read_rows(tmp_path, rows)
    assert values(samples, "din").tolist() == [0.14, 0.28]
    note = found(samples, "column", "ignored").iloc[0]
    assert "both agree" in note["message"]
    assert note["column"] == "DIN (umol/L)"


def test_two_units_of_one_parameter_that_differ(tmp_path):
    rows = [[*KEYS, "DIN (mg/L)", "DIN (umol/L)"], [*W1, "0.140", "10"], [*W2, "0.28", "35"]]
    samples = read_rows(tmp_path, rows)
    note = found(samples, "column", "doubtful").iloc[0]
    assert (note["row"], note["count"]) == (3, 1)
    assert values(samples, "din").tolist() == [0.14, 0.28]


def test_two_columns_of_one_unit_stay_refused(tmp_path):
    rows = [[*KEYS, "DIN (mg/L)", "DIN mg/L"], [*W1, "0.140", "10"], [*W2, "0.28", "35"]]
    with pytest.raises(InputError, match="same heading twice"):
        read_rows(tmp_path, rows)


@pytest.mark.parametrize("left", [True, False])
def test_signs_in_columns_without_a_heading(tmp_path, left):
    pairs = [("<", "0.01"), ("", "0.02")], [("", "0.4"), ("<", "0.005")]
    rows = [[*KEYS, *(["", "DIN (mg/L)", "", "DIP (mg/L)"] if left else
                      ["DIN (mg/L)", "", "DIP (mg/L)", ""])]]  # fmt: skip
    for keys, cells in zip((W1, W2), pairs, strict=True):
        rows.append([*keys, *(c for p in cells for c in (p if left else p[::-1]))])
    samples = read_rows(tmp_path, rows)
    assert (one(samples, "din", "W1")["lower"], one(samples, "din", "W1")["upper"]) == (0, 0.01)
    assert one(samples, "dip", "W1")["lower"] == 0.02
    assert one(samples, "dip", "W2")["upper"] == 0.005
    assert one(samples, "din", "W2")["value"] == 0.4


def test_a_column_of_marks_beside_the_only_values(tmp_path):
    rows = [[*KEYS, "sign", "DIN (mg/L)"], [*W1, "<", "0.01"], [*W2, "", "0.4"]]
    assert one(read_rows(tmp_path, rows), "din", "W1")["lower"] == 0


def test_a_column_of_signs_beside_no_values_is_a_doubt(tmp_path):
    rows = [["station", "", "lon", "lat", "date", "DIN (mg/L)", "pH"],
            ["W1", "<", *W1[1:], "0.01", "8"], ["W2", "", *W2[1:], "0.4", "8"]]  # fmt: skip
    message = found(read_rows(tmp_path, rows), "column", "doubtful")["message"].iloc[0]
    assert "beside no column of values" in message


@pytest.mark.parametrize("head", [
    ["经度(°)", "经度(′)", "经度(″)", "纬度(°)", "纬度(′)", "纬度(″)"],
    ["经度", "", "", "纬度", "", ""],
    ["lon_deg", "lon_min", "lon_sec", "lat_deg", "lat_min", "lat_sec"],
    ["经度度", "经度分", "经度秒", "纬度度", "纬度分", "纬度秒"],
])  # fmt: skip
def test_degrees_minutes_and_seconds_in_three_columns(tmp_path, head):
    rows = [["站位", *head, "监测时间", "无机氮(mg/L)"],
            ["W1", 122, 30, 0, 37, 6, 0, DAY, 0.3],
            ["W2", 122, 36, 36, 37, 12, 0, DAY, 0.4]]  # fmt: skip
    samples = read_samples(write_book(tmp_path / "a.xlsx", {"S": rows}))
    assert samples.geometry.x.tolist() == pytest.approx([122.5, 122.61])
    assert samples.geometry.y.tolist() == pytest.approx([37.1, 37.2])
    assert len(found(samples, "position", "converted")) >= 2


@pytest.mark.parametrize(("text", "units"), [
    ("注:单位 mg/L,pH 无量纲,粪大肠菌群 个/L", {"": "mg/L", "faecal_coliforms": "个/L"}),
    ("单位：mg/L，铜、铅为μg/L", {"": "mg/L", "copper": "μg/L", "lead": "μg/L"}),
    ("注：除汞为ng/L、铜铅为μg/L外，其余单位为mg/L",
     {"mercury": "ng/L", "copper": "μg/L", "lead": "μg/L", "": "mg/L"}),
    ("2023年5月监测结果（单位：μg/L，pH除外）", {"": "μg/L"}),
    ("Units are mg/L except pH", {"": "mg/L"}),
    ("某某 ng/L，其余单位 mg/L", {}),
    ("填表单位：威海市环境监测站", {}),
    ("浓度 mg/L", {}),
])  # fmt: skip
def test_units_that_a_text_states(text, units):
    assert {k: v for k, v in stated_units(text).items() if k != "ph"} == units


def test_a_note_at_the_foot_gives_the_units(tmp_path):
    rows = [["站位", "经度", "纬度", "监测时间", "pH", "无机氮", "铜"],
            ["W1", 122.5, 37.1, DAY, 8.1, 300, 3], ["W2", 122.6, 37.1, DAY, 8.1, 400, 4],
            ["注：单位为μg/L，pH无量纲；铜 ng/L"]]  # fmt: skip
    samples = read_rows(tmp_path, rows)
    assert values(samples, "din").tolist() == pytest.approx([0.3, 0.4])
    assert values(samples, "copper").tolist() == pytest.approx([3e-6, 4e-6])
    assert values(samples, "ph").tolist() == [8.1, 8.1]
