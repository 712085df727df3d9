"""Columns that answer yes or no, letters for layers, cells that a neighbour completes."""

from __future__ import annotations

import openpyxl
import pytest

from bayqa.intake import read_samples

from .files import found, one, read_rows, values, write_book, write_text

LONG = ["Station", "Date", "Lon", "Lat", "Parameter", "Result", "Unit"]
WIDE = ["Station", "Date", "Lon", "Lat"]
A, B = ["A", "2023-05-08", "-80.1", "25.1"], ["B", "2023-05-09", "-80.2", "25.2"]


@pytest.mark.parametrize(("heading", "below", "found_"), [
    ("Detected", "No", "Yes"), ("Detect", "N", "Y"), ("是否检出", "否", "是"),
    ("Non-detect", "TRUE", "FALSE"), ("Censor Code", "lt", "nc"), ("Relation", "LE", "="),
])  # fmt: skip
@pytest.mark.parametrize("long", [True, False])
def test_answers_beside_values_make_limits_of_them(tmp_path, heading, below, found_, long):
    if long:
        head, middle = LONG, [["Nitrate-N", "0.01", "mg/L"], ["Nitrate-N", "0.2", "mg/L"]]
    else:
        head, middle = [*WIDE, "Nitrate-N (mg/L)"], [["0.01"], ["0.2"]]
    rows = [[*A, *middle[0], below], [*B, *middle[1], found_]]
    samples = read_rows(tmp_path, [[*head, heading], *rows])
    assert values(samples, "no3_n", "lower").tolist() == [0, 0.2]
    assert values(samples, "no3_n", "upper").tolist() == [0.01, 0.2]


def test_a_blank_result_that_was_not_detected_takes_the_limit_of_its_row(tmp_path):
    rows = [
        [*A, "Nitrate-N", "", "mg/L", "No", "0.01"],
        [*B, "Nitrate-N", "0.2", "mg/L", "Yes", ""],
    ]
    samples = read_rows(tmp_path, [[*LONG, "Detected", "MDL"], *rows])
    row = one(samples, "no3_n", "A")
    assert (row["lower"], row["upper"], row["flag"]) == (0, 0.01, 2)


def test_each_column_of_values_has_its_own_answers(tmp_path):
    head = [*WIDE, "NO3-N (mg/L)", "NO3-N_detected", "TP (mg/L)", "TP_detected"]
    rows = [[*A, "0.01", "N", "0.05", "Y"], [*B, "0.2", "Y", "0.02", "N"]]
    samples = read_rows(tmp_path, [head, *rows])
    assert values(samples, "no3_n", "lower").tolist() == [0, 0.2]
    assert values(samples, "tp", "lower").tolist() == [0.05, 0]


def test_the_label_of_a_unit_row_does_not_hide_the_stations(tmp_path):
    head = ["站位", "采样日期", "经度", "纬度", "无机氮", "铜"]
    rows = [["单位", "", "", "", "mg/L", "μg/L"], ["检出限", "", "", "", "0.003", "0.1"],
            ["W1", "2023-05-08", "122.1", "30.1", "未检出", "1.2"],
            ["W2", "2023-05-08", "122.2", "30.1", "0.3", "ND"]]  # fmt: skip
    samples = read_rows(tmp_path, [head, *rows])
    assert set(samples["station"]) == {"W1", "W2"}
    assert values(samples, "din", "upper").tolist() == [0.003, 0.3]
    assert one(samples, "copper", "W1")["value"] == pytest.approx(0.0012)


@pytest.mark.parametrize(("word", "layer", "depth"), [
    ("表层0.5m", "surface", 0.5), ("底层（12m）", "bottom", 12), ("Bottom (12 m)", "bottom", 12),
    ("0-1", "surface", 0.5), ("10~12m", "unstated", 11),
])  # fmt: skip
@pytest.mark.parametrize("heading", ["层次", "层次(m)"])
def test_layers_with_a_depth_in_one_cell(tmp_path, heading, word, layer, depth):
    samples = read_rows(tmp_path, [[*WIDE, heading, "DIN (mg/L)"], [*A, word, "0.3"]])
    assert (samples["layer"][0], samples["depth_m"][0]) == (layer, depth)


def test_letters_of_pairs_of_headings_are_layers(tmp_path):
    head = [*WIDE, "DIN_S", "DIN_B", "DO_S (mg/L)", "DO_B (mg/L)"]
    units = ["", "", "", "", "ug/L", "ug/L", "", ""]
    samples = read_rows(tmp_path, [head, units, [*A, "310", "<30", "7.2", "6.1"]])
    got = samples.set_index(["parameter", "layer"])[["lower", "upper"]]
    assert got.loc[("din", "surface")].tolist() == pytest.approx([0.31, 0.31])
    assert got.loc[("din", "bottom")].tolist() == pytest.approx([0, 0.03])
    assert got.loc[("do", "surface")].tolist() == [7.2, 7.2]
    assert got.loc[("do", "bottom")].tolist() == [6.1, 6.1]


def test_a_letter_alone_is_no_layer(tmp_path):
    samples = read_rows(tmp_path, [[*WIDE, "DO_S", "DIN (mg/L)"], [*A, "95", "0.3"]])
    assert set(samples["parameter"]) == {"do_sat", "din"}


def test_a_second_unit_fills_the_blank_cells_of_the_first(tmp_path):
    head = [*WIDE, "DIP (mg/L)", "DIP (umol/L)", "DIN (mg/L)"]
    rows = [[*A, "0.031", "1.0", "0.3"], [*B, "", "0.8", "0.4"],
            ["C", "2023-05-10", "-80.3", "25.1", "/", "<0.1", "0.5"],
            ["D", "2023-05-10", "-80.4", "25.1", "0.02", "", "0.5"],
            ["E", "2023-05-10", "-80.5", "25.1", "", "", "0.5"]]  # fmt: skip
    samples = read_rows(tmp_path, [head, *rows])
    dip = samples[samples["parameter"] == "dip"].set_index("station")
    assert dip["upper"].tolist()[:4] == pytest.approx([0.031, 0.024779, 0.0030974, 0.02], rel=1e-4)
    assert dip["lower"].tolist()[:4] == pytest.approx([0.031, 0.024779, 0, 0.02], rel=1e-4)
    assert dip["flag"].tolist() == [2, 2, 2, 2, 9]
    assert found(samples, "column", "assumed")["count"].tolist() == [2]


def test_a_blank_unit_takes_that_of_its_left_with_a_doubt(tmp_path):
    head = [*WIDE, "DIN", "DIP", "Cu", "Pb", "pH"]
    units = ["", "", "", "", "mg/L", "", "ug/L", "", ""]
    samples = read_rows(tmp_path, [head, units, [*A, "0.3", "0.02", "1.2", "2", "8.1"]])
    wanted = {"din": 0.3, "dip": 0.02, "copper": 0.0012, "lead": 0.002, "ph": 8.1}
    assert dict(zip(samples["parameter"], samples["value"], strict=True)) == pytest.approx(wanted)
    assert found(samples, "column", "doubtful")["count"].sum() == 1


def test_bare_days_of_a_workbook_of_1904_count_from_then(tmp_path):
    def fill(day):
        return [[*WIDE, "DIN (mg/L)"], ["A", day, -80.1, 25.1, 0.3]]

    path = write_book(tmp_path / "d.xlsx", {"a": fill(45054 - 1462), "b": fill(45055 - 1462)})

    book = openpyxl.load_workbook(path)
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.save(path)
    samples = read_samples(path)
    assert sorted(samples["time"].astype(str)) == ["2023-05-08", "2023-05-09"]
    assert len(found(samples, "date system", "doubtful"))


@pytest.mark.parametrize(("words", "days"), [
    (["230508", "230519"], ["2023-05-08", "2023-05-19"]),
    (["5/8-5/10/2023", "5/28 - 5/30/2023"], ["2023-05-08", "2023-05-28"]),
    (["8.5.-10.5.2023", "28.5.-30.5.2023"], ["2023-05-08", "2023-05-28"]),
    (["080523", "190523"], ["NaT", "NaT"]), (["202305", "202306"], ["2023-05-15", "2023-06-15"]),
])  # fmt: skip
def test_dates_of_six_digits_and_of_two_days(tmp_path, words, days):
    rows = [[r[0], w, *r[2:], "0.3"] for r, w in zip((A, B), words, strict=True)]
    samples = read_rows(tmp_path, [[*WIDE, "DIN (mg/L)"], *rows])
    assert samples["time"].dt.strftime("%Y-%m-%d").fillna("NaT").tolist() == days


def test_hours_in_several_spellings_beside_dates(tmp_path):
    head = ["Station", "Date", "Time", "Lon", "Lat", "DIN (mg/L)"]
    for clocks in (["2:30 PM", "1430"], ["0.604166667", "0.5"]):
        rows = [
            ["A", "5/18/2023", clocks[0], *A[2:], "1"],
            ["B", "5/19/2023", clocks[1], *B[2:], "1"],
        ]
        times = read_rows(tmp_path, [head, *rows])["time"].astype(str)
        assert times[0].startswith("2023-05-18 14:30")
        assert times[1] == ("2023-05-19 14:30:00" if clocks[1] == "1430" else "2023-05-19 12:00:00")


def test_a_lone_decimal_comma_among_points(tmp_path):
    rows = [[*WIDE, "DIN (mg/L)"], [*A, "0,05"], [*B, "0.2"]]
    samples = read_samples(write_text(tmp_path / "d.csv", rows, sep=";"))
    assert values(samples, "din").tolist() == [0.05, 0.2]
    assert len(found(samples, "remark", "assumed"))


def test_a_unit_behind_the_name_of_a_group_holds_for_its_columns(tmp_path):
    rows = [["站位", "采样日期", "经度", "纬度", "营养盐(μg/L)", None, "其他(单位：mg/L)", None],
            [None, None, None, None, "无机氮", "活性磷酸盐", "溶解氧", "油类(μg/L)"],
            ["W1", "2023-05-08", 122.1, 30.1, 300, "<2", 7.1, 20]]  # fmt: skip
    samples = read_samples(write_book(tmp_path / "d.xlsx", {"S": rows}, merge=["E1:F1", "G1:H1"]))
    wanted = {"din": 0.3, "dip": 0.002, "do": 7.1, "oil": 0.02}
    assert dict(zip(samples["parameter"], samples["upper"], strict=True)) == pytest.approx(wanted)


def test_minutes_beside_negative_degrees_are_not_lost(tmp_path):
    head = ["Station", "Date", "Lat deg", "Lat min", "Lon deg", "Lon min", "DIN (mg/L)"]
    rows = [["A", "2023-05-08", "25", "6.0", "-80", "6.0", "1"],
            ["B", "2023-05-08", "25", "7", "-80", "7.5", "1"]]  # fmt: skip
    samples = read_rows(tmp_path, [head, *rows])
    assert samples.geometry.x.tolist() == pytest.approx([-80.1, -80.125])
    assert samples.geometry.y.tolist() == pytest.approx([25.1, 25 + 7 / 60])


def test_limits_with_a_column_of_their_units(tmp_path):
    rows = [[*A, "Nitrate-N", "ND", "mg/L", "10", "ug/L"], [*B, "Nitrate-N", "1", "mg/L", "", ""]]
    samples = read_rows(tmp_path, [[*LONG, "MDL", "MDL Unit"], *rows])
    assert one(samples, "no3_n", "A")["upper"] == pytest.approx(0.01)


def test_a_number_that_its_format_hides_is_a_doubt(tmp_path):
    path = tmp_path / "d.xlsx"
    write_book(path, {"S": [[*WIDE, "DIN (mg/L)"], [*A, 0.3], [*B, 0.4]]})
    book = openpyxl.load_workbook(path)
    book["S"]["E3"].number_format = ";;;"
    book.save(path)
    samples = read_samples(path)
    assert values(samples, "din").tolist() == [0.3, 0.4]
    assert "hidden" in one(samples, "din", "B")["note"]
    assert len(found(samples, "hidden number", "doubtful")) == 1


@pytest.mark.parametrize(("heading", "below", "found_"), [
    ("检出", "否", "是"), ("检出情况", "否", "是"), ("检出情况", "未检出", "检出"),
    ("Detection", "N", "Y"), ("Detect Flag", "0", "1"), ("Lab_Flag", "ND", ""),
])  # fmt: skip
def test_further_headings_of_answers(tmp_path, heading, below, found_):
    rows = [[*A, "Nitrate-N", "0.01", "mg/L", below], [*B, "Nitrate-N", "0.2", "mg/L", found_]]
    samples = read_rows(tmp_path, [[*LONG, heading], *rows])
    assert values(samples, "no3_n", "lower").tolist() == [0, 0.2]


@pytest.mark.parametrize("group", ["营养盐 μg/L", "营养盐(μg/L)", "Nutrients (ug/L)"])
def test_units_of_groups_with_and_without_brackets(tmp_path, group):
    rows = [["站位", "采样日期", "经度", "纬度", group, "", "pH"],
            ["", "", "", "", "无机氮", "活性磷酸盐", ""],
            ["W1", "2023-05-08", "122.1", "30.1", "300", "20", "8.1"]]  # fmt: skip
    samples = read_rows(tmp_path, rows)
    wanted = {"din": 0.3, "dip": 0.02, "ph": 8.1}
    assert dict(zip(samples["parameter"], samples["value"], strict=True)) == pytest.approx(wanted)


def test_the_year_behind_two_days_is_no_clock_time(tmp_path):
    rows = [["A", "May 8-10 2023", *A[2:], "1"], ["B", "May 28 to 30 2023", *B[2:], "1"]]
    times = read_rows(tmp_path, [[*WIDE, "DIN (mg/L)"], *rows])["time"]
    assert times.dt.strftime("%Y-%m-%d %H").tolist() == ["2023-05-08 00", "2023-05-28 00"]
