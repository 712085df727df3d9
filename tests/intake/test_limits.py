"""Limits of detection wherever a table states them: rows, columns, headings, notes, a sheet."""

from __future__ import annotations

import pytest

from bayqa.intake import read_samples
from bayqa.intake.headings.footnotes import explained_signs, stated_limits
from bayqa.intake.vocabulary.limits import is_limit_label, limited_name, split_limit

from .files import HEAD, ROWS, found, one, read_rows, values, write_book, write_text

ND = [[*ROWS[0][:6], "ND"], *ROWS[1:]]


def limit_of(samples, station="W01"):
    row = one(samples, "din", station)
    assert row["lower"] == 0
    return pytest.approx(row["upper"])


@pytest.mark.parametrize("label", [
    "检出限", "方法检出限", "检 出 限", "检测限", "方法检出限(mg/L)", "最低检出浓度", "LOD",
    "MDL (mg/L)", "RL",
    "LOQ", "Detection limit", "Reporting Limit (RL)", "Method Detection Limits",
    "Bestimmungsgrenze", "Limite de quantification", "検出下限値", "검출한계",
])  # fmt: skip
@pytest.mark.parametrize("place", [0, 2, 3])
def test_rows_of_limits_are_no_samples(tmp_path, label, place):
    assert is_limit_label(label)
    rows = [*ND]
    rows.insert(place, [label, "", "", "", "", "0.1", "0.003"])
    samples = read_rows(tmp_path, [HEAD, *rows])
    assert limit_of(samples) == 0.003
    assert set(samples["station"]) == {"W01", "W02", "W03"}


@pytest.mark.parametrize("name", ["W01", "DL1", "L", "RL-3", "Limits Bay", "检出限湾"])
def test_stations_are_no_rows_of_limits(name):
    assert not is_limit_label(name)


@pytest.mark.parametrize(("cell", "limit"), [
    ("<0.003", 0.003), ("0.003L", 0.003), ("3 μg/L", 0.003), ("0.003mg/L", 0.003),
])  # fmt: skip
def test_limits_of_a_row_may_have_marks_and_units(tmp_path, cell, limit):
    samples = read_rows(tmp_path, [HEAD, *ND, ["MDL", "", "", "", "", "/", cell]])
    assert limit_of(samples) == limit


@pytest.mark.parametrize("note", [
    "注：ND表示未检出，无机氮检出限为0.003 mg/L。", "ND: < 0.003 mg/L (DIN)",
    "检出限：溶解氧0.1mg/L，无机氮0.003mg/L", "Detection limits: DO 0.1 mg/L; DIN 0.003 mg/L",
    "LOD (mg/L): DO=0.1, DIN=0.003", "ND = below the detection limit of 0.003 mg/L (DIN)",
    "备注：方法检出限 无机氮：3 μg/L", "* ND = not detected; MDL: DIN = 0.003 mg/L",
])  # fmt: skip
def test_notes_state_limits(tmp_path, note):
    below = read_rows(tmp_path, [HEAD, *ND, [note]], "below.csv")
    above = read_rows(tmp_path, [[note], HEAD, *ND], "above.csv")
    assert limit_of(below) == limit_of(above) == 0.003
    assert "din 0.003" in found(below, "limits", "assumed")["found"].item().replace("3 μg", "0.003")


@pytest.mark.parametrize("note", [
    "依据GB 17378.4-2007", "未检出以ND表示", "2023年检出限见附表",
    "No detection limit is known for DIN",
])  # fmt: skip
def test_notes_without_limits_state_none(note):
    assert stated_limits([note]) == {}


@pytest.mark.parametrize(("heading", "name", "limit"), [
    ("DIN(mg/L)(检出限0.003)", "DIN(mg/L)", "0.003"),
    ("DIN (mg/L, DL=0.003)", "DIN (mg/L)", "0.003"),
    ("DIN [mg/L] LOD 0.003", "DIN [mg/L]", "0.003"), ("DIN (mg/L)", "DIN (mg/L)", ""),
])  # fmt: skip
def test_headings_state_limits(tmp_path, heading, name, limit):
    assert split_limit(heading) == (name, limit)
    samples = read_samples(write_text(tmp_path / "a.csv", [[*HEAD[:6], heading], *ND], sep=";"))
    assert limit_of(samples) == (0.003 if limit else 0.034)


@pytest.mark.parametrize(
    "heading", ["DIN LOD", "DIN_MDL", "DIN检出限", "DIN (RL)", "DIN MDL (mg/L)"]
)
def test_columns_of_limits_belong_to_their_parameter(tmp_path, heading):
    assert limited_name(heading) == "DIN"
    head = [*HEAD[:6], "DIN (mg/L)", heading]
    rows = [[*row, limit] for row, limit in zip(ND, ("0.003", "0.01", "0.01"), strict=True)]
    assert limit_of(read_rows(tmp_path, [head, *rows])) == 0.003


def test_a_sheet_lists_limits(tmp_path):
    limits = [["项目", "检出限", "单位"], ["无机氮", 3, "ug/L"], ["溶解氧", 0.1, "mg/L"]]
    path = write_book(tmp_path / "a.xlsx", {"数据": [HEAD, *ND], "检出限": limits})
    assert limit_of(read_samples(path)) == 0.003


def test_limits_of_notes_serve_long_tables(tmp_path):
    head = ["站位", "经度", "纬度", "监测时间", "项目", "结果", "单位"]
    rows = [[*ROWS[0][:4], "无机氮", "未检出", "mg/L"], [*ROWS[1][:4], "无机氮", "0.2", "mg/L"]]
    samples = read_rows(tmp_path, [head, *rows, ["注：无机氮检出限为3 μg/L"]])
    assert limit_of(samples) == 0.003


@pytest.mark.parametrize(("note", "sign", "kind"), [
    ("* 表示未检出，数值为检出限", "*", "below"), ("*: below detection limit", "*", "below"),
    ("a: below detection limit", "a", "below"), ("#: estimated value", "#", "estimated"),
    ("注：“b”代表低于检出限", "b", "below"),
])  # fmt: skip
def test_signs_that_notes_explain(tmp_path, note, sign, kind):
    assert explained_signs([note]) == {sign: kind}
    rows = [[*ROWS[0][:6], f"0.003{sign}"], *ROWS[1:]]
    samples = read_rows(tmp_path, [HEAD, *rows, [note]])
    row = one(samples, "din")
    assert (row["lower"], row["upper"]) == ((0 if kind == "below" else 0.003), 0.003)
    assert found(samples, "limits", "assumed")["count"].tolist() == [1]


def test_halves_of_limits_are_a_doubt(tmp_path):
    note = "注：L表示未检出，以检出限一半报出"
    samples = read_rows(tmp_path, [HEAD, *ROWS, [note]])
    assert found(samples, "limits", "doubtful")["found"].tolist() == [
        "注:L表示未检出,以检出限一半报出"
    ]


def test_a_limit_of_zero_is_none(tmp_path):
    samples = read_rows(tmp_path, [HEAD, [*ROWS[0][:6], "0L"], *ROWS[1:]])
    assert limit_of(samples) == 0.034
    assert values(samples, "din")[1:].tolist() == [0.034, 0.4]
