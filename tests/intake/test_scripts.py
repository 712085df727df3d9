"""Tables in traditional Chinese, as text in Big5, and by codes of the national water standard."""

import pytest

from bayqa.intake import read_samples
from bayqa.intake.vocabulary.names import parse_heading

from .files import found, one, read_rows, write_text


def test_a_table_in_big5_with_years_from_1911(tmp_path):
    rows = [["測站", "經度", "緯度", "採樣日期", "溶氧量(mg/L)", "懸浮固體(mg/L)", "備註"],
            ["林園站", 120.5, 22.5, "112/05/08", 6.5, 4.1, "無"],
            ["鹽埕外海", 120.3, 22.6, "112/05/20", 6.6, "<1.0", "漲潮"]]  # fmt: skip
    path = write_text(tmp_path / "a.csv", rows, encoding="big5")
    samples = read_samples(path)
    assert one(samples, "do", "鹽埕外海")["value"] == 6.6
    assert str(one(samples, "do", "林園站")["time"])[:10] == "2023-05-08"
    assert one(samples, "tss", "鹽埕外海")["upper"] == 1
    assert found(samples, "encoding", "assumed")["found"].iloc[0] == "big5hkscs"


@pytest.mark.parametrize(("text", "parameter"), [
    ("總磷", "tp"), ("葉綠素a", "chla"), ("亞硝酸鹽氮", "no2_n"), ("六價鉻", "chromium_vi"),
    ("導電度", "conductivity"), ("溶氧飽和度", "do_sat"), ("五天生化需氧量", "bod5"),
])  # fmt: skip
def test_traditional_names(text, parameter):
    assert parse_heading(text).parameter == parameter


def test_codes_of_parameters(tmp_path):
    codes = {"w01001": ("ph", 8.1), "w01009": ("do", 7.1), "w21003": ("nh4_n", 0.05),
             "w21011": ("tp", 0.06), "w01019": ("cod_mn", 2.1),
             "w01018": ("cod_cr", 12.0)}  # fmt: skip
    rows = [["断面名称", "经度", "纬度", "监测时间", *codes],
            ["甲", 120, 36, "2023-05-08", *(v for _, v in codes.values())]]  # fmt: skip
    samples = read_rows(tmp_path, rows, water="river")
    assert dict(zip(samples["parameter"], samples["value"], strict=True)) == dict(codes.values())
