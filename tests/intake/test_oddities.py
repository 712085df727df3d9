"""Single odd habits of tables, each with the values that must come out."""

import numpy as np
import pytest

from bayqa.intake import read_samples
from bayqa.intake.moments.dates import parse_dates
from bayqa.intake.vocabulary.values import decimal_comma, parse_value

from .files import found, one, read_rows, values, write_book, write_text

DAY = "2023-05-08"
KEYS = ["station", "lon", "lat", "date"]


def test_points_part_thousands_where_the_comma_is_decimal(tmp_path):
    rows = [["Station", "Lon", "Lat", "Datum", "E. coli (KBE/100ml)"],
            ["W1", "12,5", "54,5", "18.05.2023", "1.200"],
            ["W2", "12,6", "54,4", "18.05.2023", "2.500"]]  # fmt: skip
    samples = read_samples(write_text(tmp_path / "a.csv", rows, sep=";"))
    assert values(samples, "ecoli").tolist() == [12000, 25000]
    assert parse_value("1.200").value == 1.2
    assert parse_value("0.200", comma=True).value == 0.2
    assert decimal_comma(["1.200", "0.5"]) is False
    assert decimal_comma(["1.200"]) is None


def test_a_column_of_limits_beside_the_only_values(tmp_path):
    rows = [[*KEYS, "石油类(mg/L)", "检出限"], ["W1", 122, 37, DAY, "ND", 0.01],
            ["W2", 122, 37.1, DAY, "0.02", 0.01], ["W3", 122, 37.2, DAY, "ND", 0.005]]  # fmt: skip
    np.testing.assert_allclose(values(read_rows(tmp_path, rows), "oil", "upper"),
                               [0.01, 0.02, 0.005])  # fmt: skip


def test_rows_named_by_their_number_without_a_heading(tmp_path):
    text = (
        "station,lon,lat,date,din\n1,W1,122.5,37.5,2023-05-08,0.3\n2,W2,122.6,37.4,2023-05-08,0.4"
    )
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    samples = read_samples(path)
    assert values(samples, "din").tolist() == [0.3, 0.4]
    assert samples["station"].tolist() == ["W1", "W2"]


def test_a_unit_row_below_each_of_repeated_headings(tmp_path):
    head = [["站位", "经度", "纬度", "监测时间", "无机氮"], ["", "°", "°", "", "μg/L"]]
    rows = [*head, ["W1", 122, 37, DAY, 300], *head, ["W2", 122, 37.1, DAY, 400]]
    samples = read_rows(tmp_path, rows)
    assert values(samples, "din").tolist() == pytest.approx([0.3, 0.4])
    assert samples["station"].tolist() == ["W1", "W2"]


def test_layers_side_by_side_in_a_long_table(tmp_path):
    rows = [["站位", "监测时间", "项目", "单位", "表层", "底层"],
            ["W1", DAY, "无机氮", "μg/L", 300, 400],
            ["W1", DAY, "溶解氧", "mg/L", 7.1, 6.1]]  # fmt: skip
    samples = read_samples(write_book(tmp_path / "a.xlsx", {"S": rows}))
    assert values(samples, "din").tolist() == pytest.approx([0.3, 0.4])
    assert values(samples, "do", "layer").tolist() == ["surface", "bottom"]


def test_months_as_chinese_numerals_beside_a_column_of_years(tmp_path):
    rows = [
        ["年", "月", "站位", "无机氮(mg/L)"],
        [2023, "五月", "W1", 0.3],
        [2023, "十一月", "W1", 0.4],
    ]
    days = values(read_rows(tmp_path, rows), "din", "time").astype("datetime64[M]").astype(str)
    assert days.tolist() == ["2023-05", "2023-11"]


def test_seconds_since_1970():
    dates = parse_dates(["1683504000", "1683590400000", "168350400"])
    assert dates.times[:2].astype(str).tolist() == ["2023-05-08T00:00:00", "2023-05-09T00:00:00"]
    assert dates.notes.tolist() == ["epoch", "epoch", "unreadable"]


def test_depths_with_their_unit_in_the_cell(tmp_path):
    rows = [[*KEYS, "depth", "DO (mg/L)"], ["W1", 122, 37, DAY, "0.5m", 8.1],
            ["W1", 122, 37, DAY, "10 m", 7.5], ["W1", 122, 37, DAY, "底层", 6.5]]  # fmt: skip
    samples = read_rows(tmp_path, rows)
    assert samples["layer"].tolist() == ["surface", "unstated", "bottom"]
    np.testing.assert_array_equal(samples["depth_m"], [0.5, 10, np.nan])


@pytest.mark.parametrize(("heading", "parameter", "factor"), [
    ("无机氮(10⁻³mg/L)", "din", 1e-3), ("无机氮(×10^-2 mg/L)", "din", 1e-2),
    ("粪大肠菌群(10²个/L)", "faecal_coliforms", 100),
    ("粪大肠菌群(1000个/L)", "faecal_coliforms", 1000),
    ("DIN (μM N)", "din", 14.007e-3), ("T(°C)", "temperature", 1), ("ρ(DIN)/(mg·L-1)", "din", 1),
    ("活性磷酸盐（以P计）(μmol/L)", "dip", 30.974e-3), ("悬浮物SS", "tss", 1),
    ("SiO3-Si (mg/L)", "silica", 60.084 / 28.085), ("Surface_sal", "salinity", 1),
    ("tn_mg_per_l", "tn", 1),
])  # fmt: skip
def test_headings_with_odd_units_and_names(tmp_path, heading, parameter, factor):
    samples = read_rows(tmp_path, [[*KEYS, heading], ["W1", 122, 37, DAY, 3]])
    assert one(samples, parameter, "W1")["value"] == pytest.approx(3 * factor, rel=1e-4)


def test_a_power_behind_a_unit_is_not_read(tmp_path):
    samples = read_rows(tmp_path, [[*KEYS, "无机氮(mg/L×10^3)"], ["W1", 122, 37, DAY, 3]])
    assert found(samples, "unit", "left out")["count"].tolist() == [1]


@pytest.mark.parametrize(("text", "parameter", "value"), [
    ("Stanowisko;Długość;Szerokość;Data;Fosforany (mg PO4/l)", "dip", 3 * 30.974 / 94.970),
    ("Meetpunt;Lengtegraad;Breedtegraad;Datum;Zuurstof (mg/l)", "do", 3),
    ("Станция;Долгота;Широта;Дата;Кислород (мг/л)", "do", 3),
    ("İstasyon;Boylam;Enlem;Tarih;Toplam fosfor (µg/L)", "tp", 0.003),
])  # fmt: skip
def test_tables_in_four_more_tongues(tmp_path, text, parameter, value):
    path = tmp_path / "a.csv"
    path.write_text(f"{text}\nA1;18,7;54,4;18.05.2023;3,0\n", encoding="utf-8")
    row = one(read_samples(path), parameter, "A1")
    assert row["value"] == pytest.approx(value, rel=1e-4)
    assert (row.geometry.x, str(row["time"])[:10]) == (18.7, "2023-05-18")


def test_a_column_may_have_a_decimal_comma_of_its_own(tmp_path):
    rows = [[*KEYS, "DIN (mg/L)", "pH"], ["W1", 122.5, 37.1, DAY, "0,31", 8.1],
            ["W2", 122.6, 37.2, DAY, "<0,05", 8.2]]  # fmt: skip
    samples = read_samples(write_book(tmp_path / "a.xlsx", {"S": rows}))
    assert values(samples, "din", "upper").tolist() == [0.31, 0.05]
    assert values(samples, "ph").tolist() == [8.1, 8.2]
