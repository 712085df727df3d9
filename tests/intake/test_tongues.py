"""Tables of agencies outside China: headings, encodings, separators, units and numbers."""

import numpy as np
import pytest

from bayqa.intake import check_path, read_samples
from bayqa.intake.vocabulary.units import convert_unit, parse_unit
from bayqa.intake.vocabulary.values import parse_value

from .files import HEAD, ROWS, found, one, read_rows, same_values, values, with_cells

GERMAN = """Station;Länge;Breite;Datum;pH-Wert;Sauerstoff (mg/l);Nitrat-N (mg/l);Sichttiefe (m)
OB1;10,1534;54,3512;08.05.2023;8,05;9,1;0,154;4,5
OB2;10,2;54,4;23.05.2023;8,15;9,3;<0,05;4,5
"""
FRENCH = """Point de prélèvement;Longitude;Latitude;Date de prélèvement;Température (°C);Salinité;Nitrates (µmol/L)
P1;-1,15;46,05;15/05/2023;14,2;34,1;12,5
"""  # noqa: E501
SPANISH = """Estación,Longitud,Latitud,Fecha,Oxígeno disuelto (mg/L),Clorofila a (µg/L),Coliformes fecales (NMP/100mL)
E1,-62.1,-38.9,2023-05-08,8,3,130
"""  # noqa: E501
JAPANESE = """地点名,緯度,経度,採水日,水温(℃),溶存酸素(mg/L),全窒素(mg/L),全燐(mg/L),採取位置
東京湾1,35.5,139.8,2023/5/8,18.2,8.1,0.6,0.05,下層
"""
KOREAN = """정점,경도,위도,조사일자,수온(℃),용존산소(mg/L),총질소(㎍/L),총인(㎍/L),층
부산연안01,129.1,35.1,2023-05-08,16,8.3,220,25,저층
"""


@pytest.mark.parametrize(
    ("text", "page", "expected"),
    [
        (GERMAN, "utf-8", {"ph": 8.05, "do": 9.1, "no3_n": 0.154, "secchi": 4.5}),
        (GERMAN, "cp1252", {"ph": 8.05, "do": 9.1, "no3_n": 0.154, "secchi": 4.5}),
        (FRENCH, "cp1252", {"temperature": 14.2, "salinity": 34.1, "no3_n": 12.5 * 0.014007}),
        (SPANISH, "utf-8", {"do": 8, "chla": 3, "faecal_coliforms": 1300}),
        (JAPANESE, "cp932", {"temperature": 18.2, "do": 8.1, "tn": 0.6, "tp": 0.05}),
        (KOREAN, "cp949", {"temperature": 16, "do": 8.3, "tn": 0.22, "tp": 0.025}),
        (KOREAN, "utf-16", {"temperature": 16, "do": 8.3, "tn": 0.22, "tp": 0.025}),
    ],
)
def test_tables_of_other_tongues(tmp_path, text, page, expected):
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode(page))
    samples = read_samples(path)
    first = samples[samples["station"] == samples["station"].iloc[0]]
    got = dict(zip(first["parameter"], first["value"], strict=True))
    assert got == pytest.approx(expected)
    assert first["time"].dt.strftime("%Y-%m").unique().tolist() == ["2023-05"]
    assert np.isfinite(first.geometry.x).all()
    assert set(first["layer"]) == ({"bottom"} if text in (JAPANESE, KOREAN) else {"surface"})
    told = found(samples, "encoding", "assumed")["found"].tolist()
    assert told == ([page] if page.startswith("cp") else [])


def test_wide_commas_part_columns(tmp_path):
    text = "\n".join("，".join(r) for r in [HEAD, *ROWS])
    (tmp_path / "a.csv").write_text(text.translate({ord("."): "．", ord("1"): "１"}), "utf-8")
    assert same_values(read_samples(tmp_path / "a.csv"))


def test_aligned_blanks_part_columns(tmp_path):
    text = "\n".join("".join(c.ljust(18) for c in r) for r in [HEAD, *ROWS])
    (tmp_path / "a.txt").write_text(text, "utf-8")
    assert same_values(read_samples(tmp_path / "a.txt"))


def test_comment_lines_are_no_torn_rows(tmp_path):
    lines = [",".join(r) for r in [HEAD, *ROWS]]
    lines[2:2] = ["# 8月航次"]
    (tmp_path / "a.csv").write_text("# exported\n" + "\n".join(lines), "utf-8")
    assert check_path(tmp_path / "a.csv")[1] == 0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1'234.5", 1234.5),
        ("1’234", 1234),
        ("12 000", 12000),
        ("1 234.5", 1234.5),
        ("1\u202f234,5", None),
        ("'0.21", 0.21),
        ("0.12±0.01", 0.12),
    ],
)
def test_numbers_with_grouping_and_quotes(text, value):
    reading = parse_value(text)
    assert reading.value == value if value else reading.kind == "unreadable"


def test_two_points_are_no_range_and_minus_zero_is_zero():
    assert parse_value("0..12").kind == "unreadable"
    assert parse_value("0.1..0.2").kind == "interval"
    assert str(parse_value("-0").value) == "0.0"


@pytest.mark.parametrize("text", ["mgN/L", "mg-N/L", "mg N/l", "mg\\L", "㎎/ℓ", "mg·L⁻¹", "MG/L"])
def test_spellings_of_milligrams(text):
    assert convert_unit(parse_unit(text), "no3_n").factor == pytest.approx(1)


@pytest.mark.parametrize("text", ["µg at N/l", "µg-at/L", "µM", "μmol/dm3", "mmolN/m3"])
def test_spellings_of_micromoles(text):
    assert convert_unit(parse_unit(text), "no3_n").factor == pytest.approx(0.014007)


@pytest.mark.parametrize("heading", ["Nitrat (mg/l)", "Fosfatos (mg/L)"])
def test_ions_of_europe_are_doubtful(tmp_path, heading):
    rows = [["station", "lon", "lat", "date", heading], ["A", "1", "45", "2023-05-08", "1.5"]]
    assert len(found(read_rows(tmp_path, rows), "basis", "doubtful")) == 1


def test_a_stated_detection_limit_counts_in_its_own_unit(tmp_path):
    head = ["station", "lon", "lat", "date", "parameter", "value", "unit", "qualifier"]
    rows = [
        [*head, "detection limit", "detection limit unit"],
        ["A", "1", "45", "2023-05-08", "Nitrite", "", "", "Not Detected", "2", "ug/l"],
    ]
    row = one(read_rows(tmp_path, rows), "no2_n", "A")
    assert (row["lower"], row["upper"], row["value"]) == pytest.approx((0, 0.002, 0.001))


def test_rows_of_standards_and_shares_are_no_samples(tmp_path):
    tails = ["最小值-最大值", "二类海水水质标准", "超标率（%）", "单因子指数"]
    rows = [HEAD, *ROWS, *[[t, "", "", "", "8", "7", "0.3"] for t in tails]]
    samples = read_rows(tmp_path, rows)
    assert same_values(samples)
    assert len(found(samples, "row of totals", "ignored")) == 4


def test_sixty_minutes_are_no_angle(tmp_path):
    samples = read_rows(tmp_path, with_cells("纬度", ["37°72′", "37.2", "37°12′00.5″"]))
    assert "60 or more" in found(samples, "position", "flagged")["message"].iloc[0]
    assert values(samples, "din", "flag").tolist()[0] == 4


def test_each_row_may_have_a_zone_of_its_own(tmp_path):
    rows = [["站位", "X", "Y", "监测时间", "无机氮(mg/L)"]]
    rows += [["A", "4110000", "40544444", "2023-05-08", "0.2"]]
    rows += [["B", "4120000", "41460000", "2023-05-08", "0.2"]]
    samples = read_rows(tmp_path, rows)
    np.testing.assert_allclose(samples.geometry.x, [120.5001, 122.5494], atol=1e-4)
    assert len(found(samples, "position", "converted")) == 2


@pytest.mark.parametrize("text", ["122.30.15", "122º30´15¨", "122°30′15″"])
def test_odd_signs_of_minutes_and_seconds(tmp_path, text):
    samples = read_rows(tmp_path, with_cells("经度", [text, "122.6", "122.55"]))
    assert one(samples, "din").geometry.x == pytest.approx(122 + 30 / 60 + 15 / 3600)


@pytest.mark.parametrize(
    "title", ["2023年5月监测结果 单位：μg/L", "Units: ug/L", "（单位：μg/L，pH除外）"]
)
def test_a_unit_in_the_title_holds_for_the_table(tmp_path, title):
    rows = [[title], ["站位", "经度", "纬度", "日期", "pH", "铅", "铜(mg/L)"]]
    rows += [["W01", "122.5", "37.1", "2023-05-08", "8.1", "0.5", "0.002"]]
    samples = read_rows(tmp_path, rows)
    assert values(samples, "lead") == pytest.approx([0.0005])
    assert values(samples, "copper").tolist() == [0.002]
    assert values(samples, "ph").tolist() == [8.1]
    assert "from the title" in found(samples, "unit", "assumed")["message"].iloc[0]
