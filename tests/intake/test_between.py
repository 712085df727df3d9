"""What stands beside, above and between samples: flags in words, units, layers, rows of totals."""

from __future__ import annotations

import pytest

from bayqa.intake import read_samples

from .files import DIN, HEAD, ROWS, found, one, read_rows, values, write_book

DATED = ["2023年5月海水监测结果"]


@pytest.mark.parametrize(("heading", "yes", "no"), [
    ("无机氮 flag", "below detection", "ok"), ("无机氮_BDL", "1", "0"), ("无机氮_nd", "yes", "no"),
    ("无机氮 qualifier", "less than the reporting limit", ""), ("无机氮 mark", "低于检出限", ""),
])  # fmt: skip
def test_columns_that_say_in_words_what_is_below_detection(tmp_path, heading, yes, no):
    rows = [[*row, yes if k == 0 else no] for k, row in enumerate(ROWS)]
    samples = read_rows(tmp_path, [[*HEAD, heading], *rows])
    assert values(samples, "din", "lower").tolist() == [0, *DIN[1:]]
    assert values(samples, "din", "upper").tolist() == DIN


@pytest.mark.parametrize("label", [
    "超标站位数", "目标值", "上年同期", "Promedio", "Moyenne", "Mittelwert", "P90", "Blank",
    "加标回收率(%)",
    "RSD(%)", "平均値", "Criteria",
])  # fmt: skip
def test_rows_of_totals_in_tables_without_places_and_dates(tmp_path, label):
    head = ["站位", "pH", "溶解氧(mg/L)", "无机氮(mg/L)"]
    rows = [[row[0], *row[4:]] for row in ROWS]
    samples = read_rows(tmp_path, [DATED, head, *rows, [label, "8.1", "6.5", "0.3"]])
    assert set(samples["station"]) == {"W01", "W02", "W03"}


def test_layers_below_merged_headings(tmp_path):
    rows = [
        ["站位", "经度", "纬度", "采样日期", "无机氮(mg/L)", None, "活性磷酸盐(mg/L)", None],
        [None, None, None, None, "表", "底", "表", "底"],
        ["W01", 122.5, 37.1, "2023-05-08", 0.21, 0.22, 0.012, 0.013],
    ]
    merge = ["A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:F1", "G1:H1"]
    samples = read_samples(write_book(tmp_path / "a.xlsx", {"a": rows}, merge=merge))
    deep = samples[samples["layer"] == "bottom"]
    assert values(samples[samples["layer"] == "surface"], "din").tolist() == [0.21]
    assert (values(deep, "din").tolist(), values(deep, "dip").tolist()) == ([0.22], [0.013])


def test_a_row_of_units_above_the_headings(tmp_path):
    units = ["", "", "", "", "", "mg/L", "ug/L"]
    head = [h.split("(")[0] for h in HEAD]
    rows = [[*row[:6], str(float(row[6]) * 1000)] for row in ROWS]
    samples = read_rows(tmp_path, [units, head, *rows])
    assert values(samples, "din") == pytest.approx(DIN)


def test_a_title_in_plain_words_states_units(tmp_path):
    head = [h.split("(")[0] for h in HEAD]
    rows = [[*row[:5], str(float(row[5]) * 1000), str(float(row[6]) * 1000)] for row in ROWS]
    title = ["All concentrations in ug/L unless noted"]
    samples = read_rows(tmp_path, [title, head, *rows])
    assert values(samples, "din") == pytest.approx(DIN)


def test_a_unit_between_the_rows_is_a_doubt(tmp_path):
    samples = read_rows(tmp_path, [HEAD, *ROWS[:2], ["单位：μg/L"], ROWS[2]])
    assert found(samples, "unit", "doubtful")["row"].tolist() == [4]
    below = read_rows(tmp_path, [HEAD, *ROWS, ["注：单位 mg/L"]])
    assert found(below, "unit", "doubtful").empty


@pytest.mark.parametrize(("name", "fraction", "parameter"), [
    ("Phosphorus", "Total", "tp"), ("Phosphorus", "Dissolved", "tdp"), ("Nitrogen", "Total", "tn"),
    ("Inorganic nitrogen (nitrate and nitrite)", "Dissolved", "no23_n"),
])  # fmt: skip
def test_elements_by_their_fraction(tmp_path, name, fraction, parameter):
    head = ["Station", "Lon", "Lat", "Date", "Parameter", "Fraction", "Result", "Unit"]
    rows = [[*ROWS[0][:4], name, fraction, "0.05", "mg/L"]]
    assert one(read_rows(tmp_path, [head, *rows]), parameter)["value"] == 0.05
